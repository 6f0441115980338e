package site

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark/text"
)

func TestHeadingIDs(t *testing.T) {
	data := []byte("## In one minute\n\n## `gp2` & gp3: 100 %\n\n## In one minute\n\n### References\n\n## Größe _x_\n\n## !\n\n## [A link](x.md) &amp; more\n")
	var got []string
	for _, h := range headings(newMarkdown().Parser().Parse(text.NewReader(data)), data, false) {
		got = append(got, h.ID)
	}
	want := []string{"in-one-minute", "gp2--gp3-100-", "in-one-minute-1", "references-1", "größe-x", "section", "a-link--more"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// The section of a pattern has its own fragment, whatever heading stands before it, and is known by its title.
func TestSectionIDs(t *testing.T) {
	got := converted(t, "## Solution\n\n### Fix\n\n### In one minute\n\n> ## Examples\n>\n> x\n\n## Fix\n\nx\n\n## In one minute\n\nx\n")
	for _, want := range []string{`<h3 id="fix-1">`, `<h3 id="in-one-minute-1">`, `<h2 id="fix">`, "<div class=\"minute\">\n<h2 id=\"in-one-minute\">"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s:\n%s", want, got)
		}
	}
}

// TestOwnIDs: no author's heading takes a fragment that a template or a script uses.
func TestOwnIDs(t *testing.T) {
	if !slices.IsSorted(ownIDs) {
		t.Error("ownIDs is not sorted")
	}
	uses := map[string]*regexp.Regexp{
		".html": regexp.MustCompile(`\bid="([^"{]+)"`),
		".js":   regexp.MustCompile("[\"'`]#([a-z][\\w-]*)|(?:[^.\\w]get|getElementById)\\(\"([\\w-]+)\"|\\bid(?::| =) \"([a-z]+)\""),
	}
	used := map[string]bool{}
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		re := uses[path.Ext(name)]
		if err != nil || re == nil || strings.Contains(name, "minisearch") {
			return err
		}
		data, err := embedded.ReadFile(name)
		if base := path.Base(name); path.Ext(name) == ".html" && !bytes.Contains(data, []byte("{{.Body}}")) && base != "layout.html" && !strings.HasPrefix(base, "parts") {
			return err // no author's heading stands on such a page
		}
		for _, m := range re.FindAllSubmatch(data, -1) {
			id := string(bytes.Join(m[1:], nil))
			if used[id] = true; !slices.Contains(ownIDs, id) {
				t.Errorf("%s uses the id %s, which is not in ownIDs", name, id)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, id := range ownIDs {
		if !used[id] {
			t.Errorf("nothing uses the id %s", id)
		}
	}
}

func TestPlain(t *testing.T) {
	b, err := newBuilder(Site{Catalog: &patterns.Catalog{}})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"Disks that `keep` *their*\n[speed](x.md) &amp; data.": "Disks that keep their speed & data.",
		"See <https://example.org/>.":                          "See https://example.org/.",
		"":                                                     "",
	} {
		if got := b.plain(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
