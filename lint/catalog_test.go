package lint

import (
	"testing"

	"github.com/patlint/patlint/patterns"
)

// TestCatalog is the gate of the catalog: each pattern's examples against its rule, one subtest for each pattern, so that a contributor
// runs his own with go test ./lint -run TestCatalog/my-pattern.
func TestCatalog(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range rules.Examples(t.Context()) {
		t.Run(res.Pattern.ID, func(t *testing.T) {
			for _, e := range res.Errs {
				t.Error(e)
			}
		})
	}
}
