package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
)

// The site that patlint itself ships, page for page.
func TestBuiltin(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	notes := map[string][]Note{}
	for _, p := range cat.Patterns {
		for _, e := range p.Examples {
			for i, line := range strings.Split(e.Text, "\n") {
				if _, want, ok := strings.Cut(line, "# want: "); ok {
					notes[p.ID] = append(notes[p.ID], Note{e.Line + i, want})
				}
			}
		}
	}
	dir := t.TempDir()
	if err := Build(t.Context(), Site{Catalog: cat, BaseURL: patterns.SiteURL, Version: "0.0.0-test", Notes: notes}, dir); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for name, data := range tree(t, dir) {
		files[name] = []byte(data)
	}
	checkSite(t, files)
	for name, data := range files {
		var raw, packed int
		switch ext := path.Ext(name); {
		case name == "map/index.html": // it grows with the catalog
			raw, packed = 400<<10, 60<<10
		case name == "patterns/index.html", name == "map/index.md", name == "checks/index.html", name == "glossary/index.html", facetPage.MatchString(name): // lists, which grow too
			raw, packed = 60<<10*(1+len(cat.Patterns)/60), 12<<10*(1+len(cat.Patterns)/60)
		case patternPage.MatchString(name): // coloured examples are large and pack well
			raw, packed = 96<<10, 15<<10
		case ext == ".html", ext == ".md":
			raw, packed = 60<<10, 15<<10
		case ext == ".css":
			raw, packed = 20<<10, 6<<10
		case strings.HasPrefix(name, "assets/search-index."):
			raw, packed = 1200*len(cat.Patterns), 360*len(cat.Patterns) // fetched when somebody searches
		case strings.HasPrefix(name, "assets/search."):
			raw, packed = 40<<10, 10<<10
		case strings.HasPrefix(name, "assets/app."):
			raw, packed = 20<<10, 5<<10
		default:
			continue
		}
		if len(data) > raw || gzipped(t, data) > packed {
			t.Errorf("%s has %d bytes, %d as gzip; its budget is %d and %d", name, len(data), gzipped(t, data), raw, packed)
		}
	}
	for _, p := range cat.Patterns {
		if want := strings.TrimPrefix(p.URL(), patterns.SiteURL) + "index.html"; files[want] == nil {
			t.Errorf("reports lead to %s, and the site has no such page", p.URL())
		}
	}
}

// patternPage is the page of a pattern.
var patternPage = regexp.MustCompile(`^patterns/[^/]+/index\.html$`)

// facetPage is a list of the patterns that have something in common.
var facetPage = regexp.MustCompile(`^patterns/[^/]+/[^/]+/index\.html$`)

func gzipped(t testing.TB, data []byte) int {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Len()
}

// The site shows text. What AWS and CEL make of it is other packages' business, and compiling them takes minutes.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{"github.com/aws/", "cel.dev/", "github.com/google/cel-go", "github.com/patlint/patlint/lint", "github.com/alecthomas/chroma/v2/lexers"} {
				if strings.HasPrefix(name+"/", bad) {
					t.Errorf("%s imports %s", file, name)
				}
			}
		}
	}
}

// synthetic is a catalog of n patterns, each with its own text and code. The same n gives the same catalog.
func synthetic(t testing.TB, n int) *patterns.Catalog {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("the volume keeps its snapshot until an instance that nobody reads moves between zones and loses the last recovery point under load")
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		return strings.TrimSpace(b.String()) + "."
	}
	files := map[string]string{}
	for i := range n {
		other := fmt.Sprintf("p%d", (i+7)%n)
		body := strings.ReplaceAll(ruled, "leave-gp2-burst-behind", "x")
		_, body, _ = strings.Cut(body, "\n---\n")
		body = strings.NewReplacer(
			"measure-first.md#solution", other+".md", "../backup/keep-copies.md", other+".md#rule", "../backup/README.md", "README.md",
			"vol-0", fmt.Sprintf("vol-%d", r.Uint32()), "Long.", text(250), "It ran out of", text(250)+"\n\nIt ran out of", "A small one.", text(120),
			"    Size: 25\n", fmt.Sprintf("    Size: 25\n%s", strings.Repeat(fmt.Sprintf("  - {VolumeId: vol-%d, VolumeType: gp3, Size: %d}\n", r.Uint32(), r.IntN(9999)), 20)),
			"It costs.", text(120), "Quick for half an hour", text(60),
		).Replace(body)
		files[fmt.Sprintf("c/p%d.md", i)] = fmt.Sprintf(
			"---\ntitle: Pattern %d\nsummary: A sentence about pattern %d.\npillar: cost\nseverity: low\nsince: 0.1.0\nrelated: [%s]\nparams:\n  min_size: {type: int, default: 1, doc: The least.}\n---\n%s", i, i, other, body)
	}
	return load(t, mapFS(files))
}

func BenchmarkBuild(b *testing.B) {
	cat := synthetic(b, 150)
	dir := b.TempDir()
	for b.Loop() {
		if err := Build(b.Context(), Site{Catalog: cat}, dir); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(150*float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}
