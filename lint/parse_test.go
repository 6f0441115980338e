package lint

import (
	"fmt"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/debug"
	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

// TestQuickParser holds what the quick parser makes of the built-in catalog against what the one does that reads everything else: the trees,
// the numbers of their nodes and their places in the text, and the macros as they were written.
func TestQuickParser(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	quick, err := newQuickParser(rules.env)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, r := range rules.rules {
		for _, src := range r.expressions() {
			want, issues := rules.env.Parse(src)
			if issues.Err() != nil {
				t.Fatalf("%s: %v", r.pattern.File, issues.Err())
			}
			got := quickParse(quick, src)
			switch {
			case got == nil:
				t.Errorf("%s: the quick parser does not read %s", r.pattern.File, src)
			case written(got) != written(want):
				t.Errorf("%s: the quick parser misreads %s\n%s", r.pattern.File, src, cmp.Diff(written(want), written(got)))
			case got.Source().Content() != src:
				t.Errorf("%s: the source of %s is %s", r.pattern.File, src, got.Source().Content())
			}
			compared++
		}
	}
	if compared < 2*len(rules.rules) {
		t.Errorf("%d expressions of %d rules were compared", compared, len(rules.rules))
	}
}

// written is a tree with the number of each node, the macros in it, and where the nodes begin in the text. Where they end, nobody asks; the
// parsers count the bytes of a text in quotes there, or the characters.
func written(tree *cel.Ast) string {
	root, info := tree.NativeRep(), tree.NativeRep().SourceInfo()
	macros, places := map[int64]string{}, map[int64]int32{}
	for id, call := range info.MacroCalls() {
		macros[id] = debug.ToDebugStringWithIDs(call)
	}
	for id, at := range info.OffsetRanges() {
		places[id] = at.Start
	}
	return fmt.Sprintf("%s\nmacros %v\nplaces %v", debug.ToDebugStringWithIDs(root.Expr()), macros, places)
}

// expressions are the texts of everything in a rule that was parsed.
func (r *rule) expressions() (out []string) {
	trees := []*cel.Ast{r.when, r.require}
	for _, p := range append(r.message.parts, r.fix.parts...) {
		trees = append(trees, p.ast)
	}
	for _, tree := range trees {
		if tree != nil {
			out = append(out, tree.Source().Content())
		}
	}
	return out
}

// TestQuickParserRefuses is what has a mistake: the other parser has the words for it.
func TestQuickParserRefuses(t *testing.T) {
	env, err := newEnv()
	if err != nil {
		t.Fatal(err)
	}
	quick, err := newQuickParser(env)
	if err != nil {
		t.Fatal(err)
	}
	for _, src := range []string{"", "volume.", "a b", `"open`, "f(", "[1,", "x ? y", "region.all(1, true)", "1 +* 2"} {
		if quickParse(quick, src) != nil {
			t.Errorf("%q: no mistake was found", src)
		}
	}
}
