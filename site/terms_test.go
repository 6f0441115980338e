package site

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

// TestTermCount: what counts as a use of a term is what would become a link to it, in code spans too.
func TestTermCount(t *testing.T) {
	b, err := newBuilder(Site{Catalog: &patterns.Catalog{Glossary: &patterns.Glossary{Title: "Words", Body: "## Burst\n\n## Burst bucket\n\n## IOPS\n\n## MB/s and MiB/s\n"}}})
	if err != nil {
		t.Fatal(err)
	}
	got := b.terms.count("# Burst\n\nBursts, a *burst\nbucket*, burst-free and\n`IOPS` at 1 MiB/s, 2 MB/s.\n\n```text\nburst\n```\n\nThe burst\n\nbucket of iops")
	if d := cmp.Diff(map[string]int{"burst": 2, "burst-bucket": 1, "iops": 1, "mbs-and-mibs": 2}, got); d != "" {
		t.Errorf("terms (-want +got):\n%s", d)
	}
}

// TestProse: a block of code ends as CommonMark says, and not at the next fence of any kind.
func TestProse(t *testing.T) {
	for in, want := range map[string][]string{
		"a\n\n```sh\nb\n```\nc\n":           {"a", "", "c"},
		"````md\n```\nb\n```\n````\nc":      {"c"},
		"~~~\n```\nb\n~~~\nc":               {"c"},
		"```\nb\n``` sh\nc\n```\nd":         {"d"},
		"```\nb\n       ```\nc\n```\nd":     {"d"},
		"- a\n\n  ```sh\n  b\n  ```\n- c\n": {"- a", "", "- c"},
		"> ```\n> b\n> ```\n> c\n":          {"> c"},
		"> ```\n> b\nc\n":                   {"c"},
		"```\n> ```\nb\n```\nc":             {"c"},
		"```a``` b\n``\nc":                  {"```a``` b", "``", "c"},
		"a\n```\nb":                         {"a"},
	} {
		if d := cmp.Diff(want, slices.Collect(prose(in))); d != "" {
			t.Errorf("%q (-want +got):\n%s", in, d)
		}
	}
}
