package patterns_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/fix"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

// TestCatalog is the gate of the built-in catalog, and what patlint test does: style, rule and examples, and page of each pattern. Each is a subtest, so that a
// contributor with Go runs go test ./patterns -run TestCatalog/my-pattern.
func TestCatalog(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := lint.Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	var errs patterns.Errors
	if err := site.Proof(t.Context(), site.Site{Catalog: cat}, func(*patterns.Pattern) bool { return true }); err != nil && !errors.As(err, &errs) {
		t.Fatal(err)
	}
	errs = append(errs, cat.Style(nil)...)
	errs = append(errs, cat.StyleTexts(nil)...)
	for _, res := range rules.Examples(t.Context()) {
		errs = append(errs, res.Errs...)
	}
	of := map[string]patterns.Errors{} // by file
	for _, e := range errs {
		of[e.File] = append(of[e.File], e)
	}
	for _, p := range cat.Patterns {
		of[p.File] = append(of[p.File], slices.Concat(lint.Advice(p), fix.Advice(p))...)
		t.Run(p.ID, func(t *testing.T) {
			for _, e := range of[p.File] {
				t.Error(e)
			}
		})
		delete(of, p.File)
	}
	for _, rest := range of { // in files that are no pattern's
		for _, e := range rest {
			t.Error(e)
		}
	}
}

// TestMarksToKeep: what one page takes for a mark that a snapshot is kept, no other page gives up for deletion.
func TestMarksToKeep(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	marks := func(id, name string) (out []string) {
		for _, param := range cat.Pattern(id).Params {
			if list, ok := param.Default.([]string); ok && param.Name == name {
				for _, mark := range list {
					out = append(out, strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(mark)))
				}
			}
		}
		if len(out) == 0 {
			t.Errorf("%s has no list %s", id, name)
		}
		return out
	}
	for _, asked := range []struct{ tags, words, id string }{
		{"keep_tags", "keep_words", "expire-old-snapshots"},
		{"keep_tags", "keep_words", "retire-orphan-snapshots"},
		{"keep_tags", "keep_words", "retire-unused-images"},
		{"keep_tags", "keep_words", "thin-snapshot-chains"},
		{"keys", "words", "archive-compliance-snapshots"},
		{"keys", "words", "lock-golden-snapshots"},
	} {
		for _, keeper := range []string{"expire-old-snapshots", "retire-orphan-snapshots", "retire-unused-images", "thin-snapshot-chains"} {
			for own, all := range map[string]string{asked.tags: "keep_tags", asked.words: "keep_words"} {
				for _, mark := range marks(asked.id, own) {
					if !slices.Contains(marks(keeper, all), mark) {
						t.Errorf("%s has %s among its %s, and %s does not have it among its %s", asked.id, mark, own, keeper, all)
					}
				}
			}
		}
	}
}
