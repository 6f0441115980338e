package lint

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/patlint/patlint/patterns"
)

// BenchmarkLoadAndCompile is what every command that knows rules does first: with the catalog as it is, and with one of 200 patterns, the size that it
// grows to. The budget for that one is 150 ms on two processors.
func BenchmarkLoadAndCompile(b *testing.B) {
	for _, bench := range []struct {
		name   string
		source patterns.Source
		size   int // patterns; 0 where the catalog decides
	}{
		{"builtin", patterns.Builtin(), 0},
		{"200", catalogOfSize(b, 200), 200},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cat, err := patterns.Load(bench.source)
				if err != nil {
					b.Fatal(err)
				}
				rules, err := Compile(cat)
				if err != nil {
					b.Fatal(err)
				}
				if bench.size != 0 && len(cat.Patterns) != bench.size || rules.Len() == 0 {
					b.Fatalf("%d patterns, %d rules", len(cat.Patterns), rules.Len())
				}
			}
		})
	}
}

// references are the keys of the front matter that name other patterns.
var references = regexp.MustCompile(`(?m)^(aliases|requires|related|conflicts):.*\n`)

// catalogOfSize repeats the built-in pages under other IDs until there are n of them. Their longer expressions differ in spaces, because
// what is written twice is compiled once. They count as built-in, because those are read by another parser than everybody else's.
func catalogOfSize(b *testing.B, n int) patterns.Source {
	b.Helper()
	builtin := patterns.Builtin().FS
	names, err := fs.Glob(builtin, "*/*.md")
	if err != nil {
		b.Fatal(err)
	}
	out := fstest.MapFS{}
	for i, round := 0, 1; i < n; round++ {
		for _, name := range names {
			page, err := fs.ReadFile(builtin, name)
			if err != nil {
				b.Fatal(err)
			}
			switch {
			case path.Base(name) == "README.md":
				out[name] = &fstest.MapFile{Data: page}
			case i < n:
				page = references.ReplaceAll(page, nil)
				for _, operator := range []string{" && ", " || ", " == ", " != ", " > ", " / "} {
					page = bytes.ReplaceAll(page, []byte(operator), []byte(operator+strings.Repeat(" ", round)))
				}
				out[fmt.Sprintf("%s/x-%03d.md", path.Dir(name), i)] = &fstest.MapFile{Data: page}
				i++
			}
		}
	}
	return patterns.Source{Name: "synthetic", FS: out, Builtin: true}
}
