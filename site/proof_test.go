package site

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/patlint/patlint/patterns"
)

// TestProof: it finds what a build would refuse, on the pages that are meant, and whatever else is wrong.
func TestProof(t *testing.T) {
	var l patterns.Loader
	draft, err := l.Draft(patterns.Source{Name: "p", FS: fstest.MapFS{
		"cost/a.md":      {Data: []byte(guidance("Same", "", "[here](nowhere.md)"))},
		"cost/b.md":      {Data: []byte(guidance("Same", "related: [broken, gone]\n", "[there](broken.md)\n\n#### Deep"))},
		"cost/role.md":   {Data: []byte(guidance("Role", "", "```yaml passes\na: 1\n```\n\n[here](gone.md)"))},
		"cost/broken.md": {Data: []byte("---\ntitle: [\n---\n")},
		"cost/README.md": {Data: []byte("# Cost\n\nIt leads [nowhere](x.md).\n")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := Site{Catalog: draft.Catalog}
	all := []string{`p/cost/a.md:24:1: the link "nowhere.md"`, "p/cost/b.md: its title is that of p/cost/a.md", "p/cost/b.md:27:1: ", "p/cost/role.md:24:1: the site does not know the role passes", `p/cost/role.md:28:1: the link "gone.md"`, `p/cost/README.md:3:10: the link "x.md"`}
	for name, tt := range map[string]struct {
		keep func(*patterns.Pattern) bool
		want []string
	}{
		"all":  {nil, all},
		"one":  {func(p *patterns.Pattern) bool { return p.ID == "a" }, all[:2]},
		"none": {func(*patterns.Pattern) bool { return false }, all[1:2]},
	} {
		t.Run(name, func(t *testing.T) {
			err := Proof(t.Context(), s, tt.keep)
			for _, mistake := range all {
				wanted := false
				for _, w := range tt.want {
					wanted = wanted || w == mistake
				}
				if err == nil || strings.Contains(err.Error(), mistake) != wanted {
					t.Errorf("%s: wanted is %t:\n%v", mistake, wanted, err)
				}
			}
		})
	}
}
