package patterns_test

import (
	"errors"
	"testing"

	"github.com/patlint/patlint/lint"
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
