package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark/text"
)

func TestHeadingIDs(t *testing.T) {
	data := []byte("## In one minute\n\n## `gp2` & gp3: 100 %\n\n## In one minute\n\n### References\n\n## Größe _x_\n\n## !\n\n## [A link](x.md) &amp; more\n")
	var got []string
	for _, h := range headings(newMarkdown().Parser().Parse(text.NewReader(data)), data) {
		got = append(got, h.ID)
	}
	want := []string{"in-one-minute", "gp2--gp3-100-", "in-one-minute-1", "references-1", "größe-x", "section", "a-link--more"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
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
