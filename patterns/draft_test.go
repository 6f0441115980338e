package patterns

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// titled is a small page with a title of its own.
func titled(title string, edits ...string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(strings.NewReplacer(edits...).Replace(strings.Replace(page, "title: Keep it small", "title: "+title, 1)))}
}

// TestDraft: a file that cannot be read hides neither the others nor where they lead.
func TestDraft(t *testing.T) {
	var l Loader
	src := Source{Name: "house", FS: fstest.MapFS{
		"cost/broken.md": {Data: []byte("---\nseverity: high\n---\n")},
		"cost/good.md":   titled("Good", "since: 0.1.0", "since: 0.1.0\nrelated: [broken, nowhere]"),
		"loose.md":       titled("Loose"),
	}}
	d, err := l.Draft(src)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]bool{"house/cost/broken.md": true}, d.Broken); d != "" {
		t.Error(d)
	}
	text := d.Errs.Error()
	for _, want := range []string{"house/cost/broken.md:", "house/cost/good.md:7:19: there is no pattern nowhere", "house/loose.md:1:1: a pattern belongs in a chapter's folder"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not among\n%s", want, text)
		}
	}
	if strings.Contains(text, "there is no pattern broken") {
		t.Errorf("a broken pattern is none:\n%s", text)
	}
	if p := d.Catalog.Pattern("broken"); p == nil || p.Title != "broken" {
		t.Errorf("the broken pattern is %+v", p)
	}
	again, err := l.Draft(src)
	if err != nil || again.Catalog.Pattern("good") != d.Catalog.Pattern("good") {
		t.Errorf("a file that has not changed was read again: %v", err)
	}
	if _, err := l.Load(src); err == nil || err.Error() != text {
		t.Errorf("Load finds something else: %v", err)
	}
}

// TestOver: what stands over a catalog takes the places of what has the same IDs, and of nothing else.
func TestOver(t *testing.T) {
	const glossary, steps = "# Words\n\nSome.\n\n## %s\n\nIt.\n", "- {id: p, title: %s, kind: role, summary: S., steps: [{pattern: a, why: W.}]}\n"
	text := func(form, word string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.ReplaceAll(form, "%s", word))}
	}
	house := Source{Name: "house", FS: fstest.MapFS{"cost/a.md": titled("A"), "cost/b.md": {Data: []byte("broken")}, "glossary.md": text(glossary, "Old"), "paths.yaml": text(steps, "Old")}}
	over := Source{Name: "here", Over: true, FS: fstest.MapFS{
		"cost/b.md": titled("B"), "money/c.md": titled("C"), "glossary.md": text(glossary, "New"), "paths.yaml": text(steps, "New"), "money/d.md": {Data: []byte("broken")},
	}}
	load := func(only ...string) (*Catalog, error) {
		over.Only = only
		return Load(house, over)
	}
	if _, err := load(); err == nil || !strings.HasPrefix(err.Error(), "here/money/d.md:1:1: ") || strings.Contains(err.Error(), "house/") {
		t.Errorf("with all files: %v", err)
	}
	cat, err := load("cost/b.md", "money/c.md", "glossary.md", "paths.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range cat.Patterns {
		got = append(got, p.File)
	}
	if d := cmp.Diff([]string{"house/cost/a.md", "here/cost/b.md", "here/money/c.md"}, got); d != "" {
		t.Error(d)
	}
	if len(cat.Paths) != 1 || cat.Paths[0].Title != "New" || cat.Glossary.File != "here/glossary.md" {
		t.Errorf("paths %+v, glossary %+v", cat.Paths, cat.Glossary)
	}
	if cat, err = load("cost/b.md"); err != nil || cat.Pattern("c") != nil || cat.Paths[0].Title != "Old" || cat.Glossary.File != "house/glossary.md" {
		t.Errorf("files that are not named were read: %v", err)
	}
	_, err = load("cost/b.md", "money/e.md")
	if err == nil || !strings.HasPrefix(err.Error(), "here/money/e.md:1:1: ") {
		t.Errorf("a file that is not there: %v", err)
	}
	twice := text(steps+steps, "New")
	over.FS.(fstest.MapFS)["paths.yaml"] = twice
	if _, err = load("paths.yaml", "cost/b.md"); err == nil || !strings.Contains(err.Error(), "here/paths.yaml:2:1: the ID p is taken by the path in here/paths.yaml:1") {
		t.Errorf("two paths with one ID: %v", err)
	}
}
