package lint

import (
	"os"
	"regexp"
	"testing"
)

// TestManual holds the package comment against the tables: a relation or function that it does not name would stay unknown to rule writers.
func TestManual(t *testing.T) {
	doc, err := os.ReadFile("lint.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, k := range subjects() {
		names[k.name] = true
	}
	for _, r := range relations() {
		names[r.name] = true
	}
	for _, f := range functions() {
		names[f.name] = true
	}
	for name := range names {
		if !regexp.MustCompile(`\b` + name + `\b`).Match(doc) {
			t.Errorf("the package comment does not name %s", name)
		}
	}
}
