package fix

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// FuzzFix: whatever a report says, the script is a script, and calls nothing but what is harmless.
func FuzzFix(f *testing.F) {
	for _, x := range hostileReport().Findings {
		f.Add(x.Fix, x.Resource.ID, x.Resource.Name, x.Message, x.Resource.Account)
	}
	f.Fuzz(func(t *testing.T, fix, id, name, message, account string) {
		r := fixReport(fix, "aws ec2 describe-volumes"+hereRegion)
		x := &r.Findings[0]
		x.Resource.ID, x.Resource.Name, x.Message, x.Resource.Account, x.URL = id, name, message, account, message
		out := scriptOf(t, r)
		file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(out), "")
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for call := range callsOf(file) {
			if why := foreign(call); why != "" {
				t.Fatalf("%s\n%s", why, out)
			}
		}
	})
}

// callsOf walks the calls of a script that do not stand in its own functions.
func callsOf(file *syntax.File) iter.Seq[*syntax.CallExpr] {
	return func(yield func(*syntax.CallExpr) bool) {
		syntax.Walk(file, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FuncDecl:
				return !strings.HasPrefix(n.Name.Value, "patlint_") || !yield(nil)
			case *syntax.CallExpr:
				return yield(n)
			}
			return true
		})
	}
}

// foreign says what is wrong with a call, by its own and simpler means.
func foreign(c *syntax.CallExpr) string {
	if c == nil || len(c.Args) == 0 {
		return ""
	}
	var words []string
	for _, w := range c.Args {
		words = append(words, w.Lit())
	}
	switch name := words[0]; {
	case name == "set", name == "trap", name == "exit", strings.HasPrefix(name, "patlint_"), name == "echo", name == "[", name == "test", name == "true", name == "date":
		return ""
	case name != "aws" || len(words) < 3:
		return fmt.Sprintf("it calls %q", words)
	}
	if o, ok := operationNamed(words[1], words[2]); !ok || o.options == nil {
		return fmt.Sprintf("it calls %q", words)
	}
	return ""
}
