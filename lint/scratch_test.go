package lint

import (
	"os"
	"path/filepath"
	"testing"
	"fmt"

	"github.com/patlint/patlint/patterns"
)

func TestScratch(t *testing.T) {
	files, _ := filepath.Glob("../patterns/*/*.md")
	cat := &patterns.Catalog{}
	for _, f := range files {
		if filepath.Base(f) == "README.md" { continue }
		data, _ := os.ReadFile(f)
		p, err := patterns.Parse(f, data)
		if err != nil { t.Error(err); continue }
		cat.Patterns = append(cat.Patterns, p)
	}
	rules, err := Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range rules.Examples(t.Context()) {
		fmt.Println(res.Pattern.ID, res.Examples, len(res.Notes))
			for _, e := range res.Errs {
				t.Error(e)
			}
			for _, n := range res.Notes { fmt.Println("   ", n) }
	}
}
