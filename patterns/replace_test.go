package patterns

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// ours is a catalog of two built-in patterns, of which the second refers to the first by a former ID.
func ours(t *testing.T) Source {
	src := source("patterns", map[string]string{
		"cost/a.md": spoil(t, "since: 0.1.0", "since: 0.1.0\naliases: [a-old]"),
		"cost/b.md": spoil(t, "since: 0.1.0", "since: 0.1.0\nrelated: [a-old]"),
	})
	src.Builtin = true
	return src
}

// mine is a page that says which pattern it replaces, on line 7.
func mine(t *testing.T, id string) string {
	return spoil(t, "title: Keep it small", "title: Keep it mine", "since: 0.1.0", "since: 0.1.0\nreplaces: "+id)
}

func TestReplaces(t *testing.T) {
	for _, tt := range []struct{ name, file, replaces, want string }{
		{"the same ID", "house/a.md", "a", "house/a a-old, cost/b "},
		{"another ID", "house/a-house.md", "a", "house/a-house a a-old, cost/b "},
		{"by a former ID", "house/a-house.md", "a-old", "house/a-house a a-old, cost/b "},
		{"with a former ID for its own", "house/a-old.md", "a", "house/a-old a, cost/b "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cat, err := Load(ours(t), source("mine", map[string]string{tt.file: mine(t, tt.replaces)}))
			if err != nil {
				t.Fatal(err)
			}
			describe := func(cat *Catalog) string {
				var all []string
				for _, p := range cat.Patterns {
					all = append(all, p.Chapter+"/"+p.ID+" "+strings.Join(p.Aliases, " "))
				}
				return strings.Join(all, ", ")
			}
			if got := describe(cat); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
			for _, id := range []string{"a", "a-old"} {
				if p := cat.Pattern(id); p == nil || p.Builtin || p.Title != "Keep it mine" {
					t.Errorf("pattern %s is %+v", id, p)
				}
			}
			// Read again, as patlint test does with a file that is in the catalog already, and copied with other values.
			again, err := Parse("mine/"+tt.file, []byte(mine(t, tt.replaces)))
			if err != nil {
				t.Fatal(err)
			}
			tuned := *cat.Pattern("a")
			tuned.Severity = "high"
			for name, p := range map[string]*Pattern{"again": again, "tuned": &tuned} {
				more, err := cat.With(p)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				} else if got := describe(more); got != tt.want {
					t.Errorf("%s: got %s\nwant %s", name, got, tt.want)
				}
			}
			if len(again.Aliases) != 0 {
				t.Errorf("With changed its argument: %v", again.Aliases)
			}
		})
	}
}

// TestReplacesWith puts a file into the place of a built-in pattern of a catalog that was loaded without it.
func TestReplacesWith(t *testing.T) {
	cat, err := Load(ours(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse("draft/cost/mine.md", []byte(mine(t, "a")))
	if err != nil {
		t.Fatal(err)
	}
	more, err := cat.With(p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"cost/b", "cost/mine"}, ids(more)); diff != "" || more.Pattern("a-old").ID != "mine" {
		t.Errorf("patterns (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"cost/a", "cost/b"}, ids(cat)); diff != "" {
		t.Errorf("the first catalog changed:\n%s", diff)
	}
	other, err := Parse("draft/cost/other.md", []byte(mine(t, "a")))
	if err != nil {
		t.Fatal(err)
	}
	_, err = more.With(other)
	if want := "draft/cost/other.md:7:11: the pattern a is replaced by draft/cost/mine.md already"; err == nil || err.Error() != want {
		t.Errorf("got error %v\nwant %s", err, want)
	}
}

func TestBadReplaces(t *testing.T) {
	const unique = "; an ID is unique over all chapters and catalogs, so write another one"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"nothing there", map[string]string{"house/x.md": mine(t, "zzzzzz")}, "mine/house/x.md:7:11: there is no built-in pattern zzzzzz to replace"},
		{"mistyped", map[string]string{"house/x.md": mine(t, "ba")}, "mine/house/x.md:7:11: there is no built-in pattern ba to replace; did you mean a?"},
		{"one of one's own", map[string]string{"house/x.md": page, "house/y.md": mine(t, "x")},
			"mine/house/y.md:7:11: there is no built-in pattern x to replace"},
		{"two in one place", map[string]string{"house/x.md": mine(t, "a"), "house/y.md": mine(t, "a-old")},
			"mine/house/y.md:7:11: the pattern a-old is replaced by mine/house/x.md already"},
		{"not said", map[string]string{"house/a.md": page},
			"mine/house/a.md:1:1: the ID a is taken by patterns/cost/a.md; write another name, or replaces: a in the front matter to take its place"},
		{"not said of a former ID", map[string]string{"house/a-old.md": page},
			"mine/house/a-old.md:1:1: the ID a-old is taken by patterns/cost/a.md; write another name, or replaces: a in the front matter to take its place"},
		{"an alias that is taken", map[string]string{"house/0.md": page, "house/aa.md": spoil(t, "since: 0.1.0", "since: 0.1.0\naliases: [b]")},
			"mine/house/0.md:1:1: the file name 0.md is not an ID: lower-case words with hyphens, at most 60 characters\n" +
				"mine/house/aa.md:7:11: the ID b is taken by patterns/cost/b.md; write another name, or replaces: b in the front matter to take its place"},
		{"another one than it is", map[string]string{"house/b.md": mine(t, "a")},
			"mine/house/b.md:1:1: the ID b is taken by patterns/cost/b.md; write another name, or replaces: b in the front matter to take its place"},
		{"an inherited ID that is taken", map[string]string{"house/x.md": mine(t, "a"), "house/y.md": spoil(t, "since: 0.1.0", "since: 0.1.0\naliases: [a]")},
			"mine/house/y.md:7:11: the ID a is taken by mine/house/x.md" + unique},
		{"a relation to what it replaced", map[string]string{"house/x.md": spoil(t, "since: 0.1.0", "since: 0.1.0\nreplaces: a\nrelated: [a]")},
			"mine/house/x.md:8:11: a pattern does not refer to itself"},
		{"no ID", map[string]string{"house/x.md": mine(t, "[a]")}, "mine/house/x.md:7:11: a text is wanted here"},
		{"not the form of an ID", map[string]string{"house/x.md": mine(t, "A_b")}, "mine/house/x.md:7:11: \"A_b\" is not an ID: lower-case words with hyphens"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cat, err := Load(ours(t), source("mine", tt.files))
			if err == nil || cat != nil {
				t.Fatalf("got %v, error %v; want no catalog and an error", cat, err)
			}
			if err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
	src := source("patterns", map[string]string{"cost/a.md": page, "cost/b.md": mine(t, "a")})
	src.Builtin = true
	_, err := Load(src)
	if want := "patterns/cost/b.md:7:11: a built-in pattern replaces none; the former ID of a pattern stands under aliases"; err == nil || err.Error() != want {
		t.Errorf("got error %v\nwant %s", err, want)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"fail-on", "mute", "mute-tag", "rate"}
	for name, want := range map[string]string{"fail_on": "fail-on", "Mute": "mute", "mutes": "mute", "mute-tags": "mute-tag", "rat": "rate", "region": "", "": ""} {
		if got := Nearest(name, names); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}

// TestParamRead reads what a site writes in the place of a default.
func TestParamRead(t *testing.T) {
	text, number := Param{Name: "p", Type: "list", Default: []string{}}, Param{Name: "p", Type: "list", Default: []int64{22}}
	for _, tt := range []struct {
		param Param
		value string
		want  any // an error's text stands behind "error: "
	}{
		{Param{Name: "p", Type: "int"}, "5", int64(5)},
		{Param{Name: "p", Type: "int"}, "5.5", "error: p is a whole number"},
		{Param{Name: "p", Type: "string"}, "5", "error: p is a text; put it into quotes"},
		{text, "[a, b]", []string{"a", "b"}},
		{text, "[]", []string{}},
		{text, "[1, 2]", "error: p is a list of texts; put each into quotes"},
		{text, "a", "error: p is a list of texts or of whole numbers"},
		{number, "[80, 443]", []int64{80, 443}},
		{number, "[]", []int64{}},
		{number, "[http]", "error: p is a list of whole numbers"},
	} {
		var doc yaml.Node
		if err := yaml.Load([]byte(tt.value), &doc); err != nil {
			t.Fatal(err)
		}
		got, err := tt.param.Read(doc.Content[0])
		if err != nil {
			got = "error: " + err.Error()
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %v read from %s (-want +got):\n%s", tt.param.Type, tt.param.Default, tt.value, diff)
		}
	}
}
