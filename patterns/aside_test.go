package patterns

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// aside is the built-in catalog of these tests, which a catalog of one's own stands without.
func aside(t *testing.T) Source {
	src := ours(t)
	src.Aside = true
	return src
}

func TestAside(t *testing.T) {
	cat, err := Load(aside(t), source("mine", map[string]string{
		"house/a-house.md": mine(t, "a"), // takes the place of one that is left out, and answers to its IDs
		"house/b.md":       page,         // an ID of the built-in catalog is not taken
	}))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"house/a-house", "house/b"}, ids(cat)); d != "" {
		t.Error(d)
	}
	if len(cat.Chapters) != 1 || cat.Chapters[0].ID != "house" {
		t.Errorf("chapters %+v", cat.Chapters)
	}
	if p := cat.Pattern("a-old"); p == nil || p.ID != "a-house" {
		t.Errorf("the former ID leads to %+v", p)
	}
	again, err := cat.With(cat.Pattern("b"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Catalog{cat, again} {
		if !c.LeftOut("a-old") || c.LeftOut("a-house") || c.LeftOut("c") {
			t.Error("the catalog does not know what is left out")
		}
	}
}

func TestAsideReferences(t *testing.T) {
	refers := spoil(t, "since: 0.1.0", "since: 0.1.0\nrelated: [a-old, z]")
	_, err := Load(aside(t), source("mine", map[string]string{"house/x.md": refers, "house/y.md": mine(t, "bb")}))
	want := "mine/house/x.md:7:11: a-old is a built-in pattern, and those are left out here; leave --no-builtin out, or take the reference away\n" +
		"mine/house/x.md:7:18: there is no pattern z; patlint list shows all\n" +
		"mine/house/y.md:7:11: there is no built-in pattern bb to replace; did you mean b?"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestGlossaries: that of one's own stands first, wherever its folder is named, and built-in terms follow that it does not have.
func TestGlossaries(t *testing.T) {
	builtin := source("patterns", map[string]string{"cost/a.md": page, "glossary.md": "# Words\n\nThe words.\n\n## Burst\n\nTheirs.\n\n## Rate\n\nA rate.\n\n~~~text\n## no term\n~~~\n\n## Zone\n\nA zone.\n"})
	builtin.Builtin = true
	own := source("mine", map[string]string{"house/b.md": page, "glossary.md": "# Our words\n\nOurs.\n\n## burst\n\nOurs.\n"})
	second := source("more", map[string]string{"house/c.md": page, "glossary.md": "# More words\n\nMore.\n"})
	out := builtin
	out.Aside = true
	const ours = "Ours.\n\n## burst\n\nOurs."
	for name, tt := range map[string]struct {
		sources     []Source
		title, body string
	}{
		"built in":       {[]Source{builtin}, "Words", "The words.\n\n## Burst\n\nTheirs.\n\n## Rate\n\nA rate.\n\n~~~text\n## no term\n~~~\n\n## Zone\n\nA zone."},
		"both":           {[]Source{builtin, own, second}, "Our words", ours + "\n\n## Rate\n\nA rate.\n\n~~~text\n## no term\n~~~\n\n## Zone\n\nA zone."},
		"built in aside": {[]Source{out, own}, "Our words", ours},
	} {
		cat, err := Load(tt.sources...)
		if err != nil {
			t.Fatal(err)
		}
		if g := cat.Glossary; g.Title != tt.title || g.Body != tt.body {
			t.Errorf("%s: got %s %q\nwant %s %q", name, g.Title, g.Body, tt.title, tt.body)
		}
	}
	cat, err := Load(out, source("mine", map[string]string{"house/b.md": page}))
	if err != nil || cat.Glossary != nil {
		t.Errorf("glossary %v, error %v; want none", cat.Glossary, err)
	}
}
