package lint

import (
	"testing"

	"github.com/patlint/patlint/patterns"
)

func TestRecompile(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	changed := *rules.rules[0].pattern
	next, err := cat.With(&changed)
	if err != nil {
		t.Fatal(err)
	}
	again, err := rules.Recompile(next)
	if err != nil {
		t.Fatal(err)
	}
	if again.Len() != rules.Len() || again.rules[0] == rules.rules[0] || again.rules[0].pattern != &changed || again.rules[1] != rules.rules[1] {
		t.Error("the rules of patterns that are the same are taken over, and no others")
	}
	broken := changed
	broken.Rule = &patterns.Rule{Resource: patterns.Text{Value: "nothing"}}
	if next, err = cat.With(&broken); err != nil {
		t.Fatal(err)
	}
	if _, err := rules.Recompile(next); err == nil {
		t.Error("a mistake in a changed rule was not found")
	}
}
