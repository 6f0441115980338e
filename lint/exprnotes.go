package lint

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
	"github.com/patlint/patlint/patterns"
)

// interpolation is what messages have around an expression; its first group is the expression.
var interpolation = regexp.MustCompile(`\$\{\s*([^{}]*)\}?`)

// templated is the mistake of an expression that is written as messages have it, also within quotes; nil where it is not.
func templated(src patterns.Text, text string) *patterns.Error {
	at := interpolation.FindStringSubmatchIndex(text)
	if at == nil {
		return nil
	}
	write := ""
	if inner := strings.TrimSpace(text[at[2]:at[3]]); inner != "" {
		write = "; write " + bounded(inner, maxName)
	}
	return src.Error(len([]rune(text[:at[0]])), "an expression is written without ${ }, which are for messages and fixes"+write)
}

// globs notes where a text is compared as a whole that looks like a glob.
func globs(root *ast.AST) (notes []string) {
	ast.PreOrderVisit(root.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() != ast.CallKind || len(x.AsCall().Args()) != 2 {
			return
		}
		not := ""
		switch x.AsCall().FunctionName() {
		case operators.NotEquals:
			not = "!"
		case operators.Equals:
		default:
			return
		}
		args := x.AsCall().Args()
		for i, a := range args {
			if a.Kind() != ast.LiteralKind {
				continue
			}
			glob, ok := a.AsLiteral().(celtypes.String)
			if !ok || !strings.Contains(string(glob), "*") || strings.Trim(string(glob), "*") == "" { // * alone is a value of AWS's
				continue
			}
			of, err := parser.Unparse(args[1-i], root.SourceInfo())
			if err != nil {
				continue
			}
			notes = append(notes, fmt.Sprintf("* in %s stands for itself; for any text write %s%s.%s", strconv.Quote(string(glob)), not, of, globbed(string(glob))))
		}
	}))
	return notes
}

// globbed is the call that does what a glob was meant to do.
func globbed(glob string) string {
	middle := strings.Trim(glob, "*")
	first, last := strings.HasPrefix(glob, "*"), strings.HasSuffix(glob, "*")
	switch {
	case strings.Contains(middle, "*"):
		return "matches(" + strconv.Quote("^"+strings.ReplaceAll(regexp.QuoteMeta(glob), `\*`, ".*")+"$") + ")"
	case first && last:
		return "contains(" + strconv.Quote(middle) + ")"
	case first:
		return "endsWith(" + strconv.Quote(middle) + ")"
	}
	return "startsWith(" + strconv.Quote(middle) + ")"
}
