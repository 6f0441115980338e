package patterns

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestBuiltin(t *testing.T) {
	cat, err := Load(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(cat.Patterns, func(a, b *Pattern) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the patterns are not sorted by ID")
	}
	if !slices.IsSortedFunc(cat.Chapters, func(a, b *Chapter) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the chapters are not sorted by ID")
	}
	for _, c := range cat.Chapters {
		if c.File != "patterns/"+c.ID+"/README.md" || c.Summary == "" {
			t.Errorf("chapter %s has no README.md", c.ID)
		}
	}
	for _, p := range cat.Patterns {
		if want := path.Join("patterns", p.Chapter, p.ID+".md"); p.File != want {
			t.Errorf("%s: the file is %s, not %s", p.ID, p.File, want)
		}
		if !p.Builtin || p.URL() != "https://patlint.github.io/patlint/patterns/"+p.ID+"/" {
			t.Errorf("%s: the page's address is %q", p.ID, p.URL())
		}
		if len(p.References) == 0 {
			t.Errorf("%s: has no references; whatever a page of the catalog states has a source", p.File)
		}
		if cat.Chapter(p.Chapter) == nil {
			t.Errorf("%s: there is no chapter %s", p.File, p.Chapter)
		}
	}
	// Every page in the folder is in the catalog, and nothing else.
	onDisk, err := fs.Glob(os.DirFS("."), "*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, name := range onDisk {
		if path.Base(name) != "README.md" {
			want = append(want, "patterns/"+name)
		}
	}
	for _, p := range cat.Patterns {
		got = append(got, p.File)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("patterns (-on disk +loaded):\n%s", diff)
	}
}

// TestParse holds every field of a page that has everything.
func TestParse(t *testing.T) {
	src := spoil(t,
		"since: 0.1.0\n", `since: 0.1.0
aliases: [keep-small]
requires: [a]
related: [b, c]
conflicts: [d]
params:
  max_size: {type: int, default: 10, doc: GiB that a volume may have.}
  factor: {type: double, default: 2, doc: A number.}
  age: {type: duration, default: 36h, doc: A time.}
  strict: {type: bool, default: True, doc: A switch.}
  role: {type: string, default: "", doc: A word.}
  words: {type: list, default: [db, "5"], doc: Some words.}
  ports: {type: list, default: [22, 443], doc: Some ports.}
  none: {type: list, default: [], doc: No words.}
checks:
  prowler: [one_is, two_are]
  config: []
references:
  - {title: A page, url: "https://example.com/#part"}
`,
		"resource: volume\n", "resource: volume\nwhen: volume.State == \"in-use\"\n",
		passBlock, passBlock+"\n~~~json unknown\n{\"Gaps\": [\"DescribeVolumes\"]}\n~~~\n",
	)
	p, err := Parse(pageFile, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := &Pattern{
		ID: "keep-it-small", Chapter: "storage", File: pageFile,
		Title: "Keep it small", Summary: "A small page has one of each, so that a test can spoil it.", Pillar: "cost", Severity: "low", Since: "0.1.0",
		Aliases: []string{"keep-small"}, Requires: []Ref{{"a", 8, 12}}, Related: []Ref{{"b", 9, 11}, {"c", 9, 14}}, Conflicts: []Ref{{"d", 10, 13}},
		Params: []Param{
			{"max_size", "int", int64(10), "GiB that a volume may have.", 12, 3},
			{"factor", "double", 2.0, "A number.", 13, 3},
			{"age", "duration", 36 * time.Hour, "A time.", 14, 3},
			{"strict", "bool", true, "A switch.", 15, 3},
			{"role", "string", "", "A word.", 16, 3},
			{"words", "list", []string{"db", "5"}, "Some words.", 17, 3},
			{"ports", "list", []int64{22, 443}, "Some ports.", 18, 3},
			{"none", "list", []string{}, "No words.", 19, 3},
		},
		Checks:     []Check{{"prowler", []string{"one_is", "two_are"}}},
		References: []Reference{{"A page", "https://example.com/#part"}},
		Body:       src[strings.Index(src, "The state"):], BodyLine: 26,
		Rule: &Rule{
			Resource: Text{Value: "volume", File: pageFile}, When: Text{Value: `volume.State == "in-use"`, File: pageFile},
			Require: Text{Value: "volume.Size < 10", File: pageFile}, Message: Text{Value: "${volume.Size} GiB", File: pageFile},
		},
		Examples: []*Block{
			{Role: "fail", Lang: "yaml", Text: "Volumes:\n  - VolumeId: vol-1 # want: 20 GiB\n    Size: 20\n", File: pageFile, Line: 64},
			{Role: "pass", Lang: "yaml", Text: "Volumes:\n  - VolumeId: vol-1\n    Size: 5\n", File: pageFile, Line: 70},
			{Role: "unknown", Lang: "json", Text: "{\"Gaps\": [\"DescribeVolumes\"]}\n", File: pageFile, Line: 76},
		},
		Fix: &Block{Role: "fix", Lang: "sh", Text: "aws ec2 delete-volume --volume-id ${volume.VolumeId}\n", File: pageFile, Line: 82},
	}
	opts := []cmp.Option{cmpopts.IgnoreUnexported(Pattern{}, Text{}, Block{}), cmpopts.IgnoreFields(Pattern{}, "Sections")}
	if diff := cmp.Diff(want, p, opts...); diff != "" {
		t.Errorf("pattern (-want +got):\n%s", diff)
	}
	lines := strings.Split(src, "\n")
	var titles []string
	for _, s := range p.Sections {
		titles = append(titles, s.Title)
		if got := lines[s.Line-1]; got != "## "+s.Title {
			t.Errorf("section %s begins on line %d, which is %q", s.Title, s.Line, got)
		}
	}
	if diff := cmp.Diff([]string{"In one minute", "Problem", "Forces", "Solution", "Consequences", "Rule", "Examples", "Fix"}, titles); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
	if got := p.Sections[1].Body; got != "Words." {
		t.Errorf("the body of the second section is %q", got)
	}
	if p.URL() != "" {
		t.Errorf("a pattern that is not built in has the address %s", p.URL())
	}
}

// TestGuidance is a page without a rule, which needs neither examples nor a fix.
func TestGuidance(t *testing.T) {
	src := page[:strings.Index(page, "```yaml rule")]
	p, err := Parse(pageFile, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if p.Rule != nil || p.Fix != nil || p.Examples != nil {
		t.Errorf("the page has a rule, examples or a fix: %+v", p)
	}
}

// TestLineEnds saves a page as editors on Windows do. Nothing changes, positions included.
func TestLineEnds(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	bad := spoil(t, "title: Keep it small", "title: Keep it small.", "## Forces", "## Force")
	for name, form := range map[string]func(string) string{
		"CRLF":     crlf,
		"BOM":      func(s string) string { return "\ufeff" + s },
		"both":     func(s string) string { return "\ufeff" + crlf(s) },
		"no final": func(s string) string { return strings.TrimSuffix(s, "\n") },
	} {
		t.Run(name, func(t *testing.T) {
			want, err := Parse(pageFile, []byte(page))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Parse(pageFile, []byte(form(page)))
			if err != nil {
				t.Fatal(err)
			}
			if name == "no final" {
				want.Body = strings.TrimSuffix(want.Body, "\n")
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(Pattern{}, Text{}, Block{})); diff != "" {
				t.Errorf("pattern (-LF +%s):\n%s", name, diff)
			}
			_, wantErr := Parse(pageFile, []byte(bad))
			_, gotErr := Parse(pageFile, []byte(form(bad)))
			if diff := cmp.Diff(wantErr.Error(), gotErr.Error()); diff != "" {
				t.Errorf("errors (-LF +%s):\n%s", name, diff)
			}
			readme := "# Storage\n\nWords\nof it.\n\nMore.\n"
			cat, err := Load(source("mine", map[string]string{"storage/README.md": form(readme), "storage/a.md": form(page)}))
			if err != nil {
				t.Fatal(err)
			}
			ch := &Chapter{"storage", "mine/storage/README.md", "Storage", "Words of it.", "Words\nof it.\n\nMore.", 3}
			if diff := cmp.Diff(ch, cat.Chapter("storage")); diff != "" {
				t.Errorf("chapter (-want +got):\n%s", diff)
			}
		})
	}
}

func ids(cat *Catalog) (ids []string) {
	for _, p := range cat.Patterns {
		ids = append(ids, p.Chapter+"/"+p.ID)
	}
	return ids
}

// TestLoadSkips leaves alone what is no pattern.
func TestLoadSkips(t *testing.T) {
	cat, err := Load(source("mine", map[string]string{
		"README.md":              "not a pattern",
		"glossary.md":            "# Words\n\nWhat they mean.\n\n## Burst\n\nx\n\n## credit\n\nx\n",
		"storage/README.md":      "# Disks\n\nThe chapter.\n",
		"storage/b.md":           page,
		"storage/a.md":           page,
		"storage/picture.svg":    "<svg/>",
		"storage/.draft.md":      "not a pattern",
		".git/x.md":              "not a pattern",
		".github/storage/x.md":   "not a pattern",
		"storage/.hidden/x.md":   "not a pattern",
		"fast-disks/c.md":        page,
		"fast-disks/data/x.json": "{}",
	}))
	if err != nil {
		t.Fatal(err)
	}
	const own = "What they mean.\n\n## Burst\n\nx\n\n## credit\n\nx"
	glossary := &Glossary{"mine/glossary.md", "Words", "What they mean.", own, 3, []heading{{"Burst", 5}, {"credit", 9}}, own}
	if d := cmp.Diff(glossary, cat.Glossary, cmp.AllowUnexported(Glossary{}, heading{})); d != "" {
		t.Errorf("glossary (-want +got):\n%s", d)
	}
	if diff := cmp.Diff([]string{"storage/a", "storage/b", "fast-disks/c"}, ids(cat)); diff != "" {
		t.Errorf("patterns (-want +got):\n%s", diff)
	}
	want := []*Chapter{
		{ID: "fast-disks", Title: "Fast disks"},
		{ID: "storage", File: "mine/storage/README.md", Title: "Disks", Summary: "The chapter.", Body: "The chapter.", Line: 3},
	}
	if diff := cmp.Diff(want, cat.Chapters); diff != "" {
		t.Errorf("chapters (-want +got):\n%s", diff)
	}
}

// TestPrivateCatalog stands beside the built-in one: its patterns refer to it, and have no page on patlint's site.
func TestPrivateCatalog(t *testing.T) {
	builtin, err := Load(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	first := builtin.Patterns[0]
	mine := source("mine", map[string]string{
		first.Chapter + "/a-house-rule.md": spoil(t, "since: 0.1.0", "since: 0.1.0\nrelated: ["+first.ID+"]"),
		"house/zz-other-rule.md":           page,
	})
	cat, err := Load(Builtin(), mine)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(cat.Patterns), len(builtin.Patterns)+2; got != want {
		t.Errorf("%d patterns, want %d", got, want)
	}
	p := cat.Pattern("a-house-rule")
	if p == nil || p.Builtin || p.URL() != "" || p.File != "mine/"+first.Chapter+"/a-house-rule.md" {
		t.Errorf("the private pattern is %+v", p)
	}
	if b := cat.Pattern(first.ID); b == nil || !b.Builtin {
		t.Errorf("the built-in pattern %s is %+v", first.ID, b)
	}
	if c := cat.Chapter(first.Chapter); c == nil || c.File != "patterns/"+first.Chapter+"/README.md" {
		t.Errorf("a private catalog without a README.md took away the chapter's introduction: %+v", c)
	}
	if cat.Chapter("house") == nil {
		t.Error("the private chapter is missing")
	}

	taken := source("mine", map[string]string{"house/" + first.ID + ".md": page})
	_, err = Load(Builtin(), taken)
	want := "mine/house/" + first.ID + ".md:1:1: the ID " + first.ID + " is taken by " + first.File + "; write another name, or replaces: " + first.ID + " in the front matter to take its place"
	if err == nil || err.Error() != want {
		t.Errorf("got error %v\nwant %s", err, want)
	}
}

func TestLoadFails(t *testing.T) {
	_, err := Load(Source{Name: "mine", FS: fstest.MapFS{}})
	if want := "read catalog mine: no pattern files; patterns stand in <chapter>/<id>.md"; err == nil || err.Error() != want {
		t.Errorf("empty folder: got error %v, want %s", err, want)
	}
	_, err = Load(Source{Name: "mine", FS: os.DirFS(filepath.Join(t.TempDir(), "nowhere"))})
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "read catalog mine: ") {
		t.Errorf("no folder: got error %v", err)
	}
}

func TestPatternByAlias(t *testing.T) {
	cat, err := Load(source("mine", map[string]string{
		"storage/b.md": spoil(t, "since: 0.1.0", "since: 0.1.0\naliases: [a, old-name]"),
		"storage/c.md": spoil(t, "since: 0.1.0", "since: 0.1.0\nrelated: [old-name]"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"b": "b", "a": "b", "old-name": "b", "c": "c", "d": "", "": ""} {
		got := ""
		if p := cat.Pattern(id); p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("pattern %q is %q, want %q", id, got, want)
		}
	}
	if c := cat.Chapter("nowhere"); c != nil {
		t.Errorf("chapter nowhere is %+v", c)
	}
}

func TestWith(t *testing.T) {
	cat, err := Load(source("mine", map[string]string{
		"storage/a.md": page,
		"storage/c.md": spoil(t, "since: 0.1.0", "since: 0.1.0\nrelated: [a]"),
		"backup/x.md":  page,
		"network/y.md": page,
	}))
	if err != nil {
		t.Fatal(err)
	}
	parse := func(file string, edits ...string) *Pattern {
		t.Helper()
		p, err := Parse(file, []byte(spoil(t, edits...)))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	more, err := cat.With(parse("draft/storage/a.md", "title: Keep it small", "title: Keep it smaller"), parse("draft/money/b.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"storage/a", "money/b", "storage/c", "backup/x", "network/y"}, ids(more)); diff != "" {
		t.Errorf("patterns (-want +got):\n%s", diff)
	}
	if got := more.Pattern("a").Title; got != "Keep it smaller" {
		t.Errorf("the pattern was not replaced: its title is %s", got)
	}
	if more.Chapter("money") == nil {
		t.Error("the chapter of the new pattern is missing")
	}
	var chapters []string
	for _, c := range cat.Chapters {
		chapters = append(chapters, c.ID)
	}
	if diff := cmp.Diff([]string{"backup", "network", "storage"}, chapters); diff != "" || len(ids(cat)) != 4 || cat.Pattern("a").Title != "Keep it small" {
		t.Errorf("the first catalog changed: %v, chapters %v", ids(cat), chapters)
	}

	byHand, err := cat.With(&Pattern{ID: "h", Chapter: "storage", File: "by-hand", Aliases: []string{"hand"}}, parse("draft/storage/d.md", "since: 0.1.0", "since: 0.1.0\nrelated: [hand]"))
	if err != nil || byHand.Pattern("hand") == nil {
		t.Errorf("a pattern that was not parsed is not found by its alias: %v", err)
	}

	_, err = cat.With(parse("draft/storage/d.md", "since: 0.1.0", "since: 0.1.0\naliases: [c]\nrelated: [e]"))
	want := "draft/storage/d.md:7:11: the ID c is taken by mine/storage/c.md; an ID is unique over all chapters and catalogs, so write another one\n" +
		"draft/storage/d.md:8:11: there is no pattern e; patlint list shows all"
	if err == nil || err.Error() != want {
		t.Errorf("got error %v\nwant %s", err, want)
	}
}

// TestSectionOrder holds the table, the manual and the check of the order together.
func TestSectionOrder(t *testing.T) {
	manual, err := os.ReadFile("patterns.go")
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(manual), "// # Sections")
	var pages []string
	for _, s := range sections {
		name := s.title
		if s.required == "" {
			name = "[" + name + "]"
		}
		i := strings.Index(string(manual)[at:], "//\t"+name)
		if i < 0 {
			t.Errorf("the package comment does not name %s behind the sections in front of it", name)
			continue
		}
		at += i
		content := "## " + s.title + "\n\nWords.\n"
		switch s.title {
		case "Rule":
			content += "\n" + ruleBlock
		case "Examples":
			content += "\n" + failBlock + "\n" + passBlock
		case "Fix":
			content += "\n" + fixBlock
		}
		pages = append(pages, fences(content))
	}
	load := func(sections []string) error {
		_, err := Parse(pageFile, []byte("---\n"+front+"---\nWords.\n\n"+strings.Join(sections, "\n")))
		return err
	}
	if err := load(pages); err != nil {
		t.Errorf("all sections in order: %v", err)
	}
	for i := range len(pages) - 1 {
		swapped := slices.Clone(pages)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		err := load(swapped)
		var e *Error
		if want := "section " + sections[i].title + " stands too late; the order is " + inOrder; !errors.As(err, &e) || e.Msg != want {
			t.Errorf("%s and %s swapped: got %v, want %s", sections[i].title, sections[i+1].title, err, want)
		}
	}
	for i, s := range sections {
		err := load(slices.Delete(slices.Clone(pages), i, i+1))
		// Without its section, the rule, the examples and the fix are gone too; whatever else is wrong then, the section is named first.
		if missing := err != nil && strings.Contains(err.Error(), "section "+s.title+" is missing"); missing != (s.required != "") {
			t.Errorf("without %s, which is required %q: %v", s.title, s.required, err)
		}
	}
}

func TestErrors(t *testing.T) {
	a, b, c := &Error{"a", 2, 1, "x"}, &Error{"a", 10, 3, "y"}, &Error{"b", 0, 0, "z"}
	err := Errors{c, b, a, b}.Err()
	if got, want := err.Error(), "a:2:1: x\na:10:3: y\nb: z"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var one *Error
	if !errors.As(err, &one) || one != a {
		t.Errorf("errors.As finds %v, want the first", one)
	}
	if err := (Errors{}).Err(); err != nil {
		t.Errorf("no errors give %v", err)
	}
}

func TestBaseURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.org": "https://example.org/", "http://localhost:8080/a/": "http://localhost:8080/a/", "https://[2001:db8::1]:8443/a%20b": "https://[2001:db8::1]:8443/a%20b/",
	} {
		if got, err := BaseURL(in); err != nil || got != want {
			t.Errorf("%s: %s, error %v", in, got, err)
		}
	}
	for _, bad := range []string{
		"", "example.org", "//example.org/", "ftp://example.org/", "HTTPS://example.org/", "https://", "https://:80/", "https:///a", "https://jo@example.org/", "https://jo:pw@example.org/", "https://example.org/?",
		"https://example.org/?a=b", "https://example.org/#", "https://example.org/#a", "https://example.org/a b", "https://example.org/a\nb", "https://example.org/a\u00a0b", "https://example.org/%zz",
		`https://example.org/"a`, "https://example.org/'a", "https://example.org/`a", `https://example.org\a`, "https://example.org/<a>",
	} {
		if got, err := BaseURL(bad); err == nil {
			t.Errorf("%q was taken as %q", bad, got)
		}
	}
}
