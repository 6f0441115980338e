package lint

import (
	"cmp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// readsTagValue finds where a tree reads the value of a tag other than by its key: as a field, an optional field or an index. What has no type may be a tag,
// and a name that is computed may be that of the field.
func readsTagValue(tree *ast.AST, e ast.Expr) bool {
	var of ast.Expr
	field := "Value"
	switch e.Kind() {
	case ast.SelectKind:
		if e.AsSelect().IsTestOnly() || tree.ReferenceMap()[e.ID()] != nil { // has(); a param or an enum
			return false
		}
		of, field = e.AsSelect().Operand(), e.AsSelect().FieldName()
	case ast.CallKind:
		args := e.AsCall().Args()
		if !slices.Contains([]string{operators.Index, operators.OptIndex, operators.OptSelect}, e.AsCall().FunctionName()) || len(args) != 2 {
			return false
		}
		of = args[0]
		if args[1].Kind() == ast.LiteralKind {
			s, _ := args[1].AsLiteral().(celtypes.String)
			field = string(s)
		} else if k := tree.GetType(args[1].ID()).Kind(); k != celtypes.StringKind && k != celtypes.DynKind {
			return false
		}
	default:
		return false
	}
	t := tree.GetType(of.ID())
	if t.TypeName() == "optional_type" && len(t.Parameters()) == 1 {
		t = t.Parameters()[0]
	}
	return field == "Value" && (t.Kind() == celtypes.DynKind || t.TypeName() == "types.Tag")
}

// besideKey tells whether a tag's value is read as a field where the tree looks at the key of the same tag, too.
func besideKey(tree *ast.AST, e ast.Expr) (found bool) {
	if e.Kind() != ast.SelectKind || e.AsSelect().Operand().Kind() != ast.IdentKind || tree.GetType(e.AsSelect().Operand().ID()).Kind() == celtypes.DynKind {
		return false
	}
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() == ast.SelectKind && x.AsSelect().FieldName() == "Key" && x.AsSelect().Operand().Kind() == ast.IdentKind {
			found = found || x.AsSelect().Operand().AsIdent() == e.AsSelect().Operand().AsIdent()
		}
	}))
	return found
}

// readsTags tells whether a tree reads values of tags other than by key.
func readsTags(checked *cel.Ast) (found bool) {
	if checked == nil {
		return false
	}
	tree := checked.NativeRep()
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) { found = found || readsTagValue(tree, e) }))
	return found
}

// secretTags masks the values of the tags of an account that have the name of a secret.
func (inv *Inventory) secretTags() *strings.Replacer {
	return index(inv, "secret tags", func() *strings.Replacer {
		var values []string
		for i := range kinds {
			if kinds[i].tags == nil {
				continue
			}
			for v := range kinds[i].each(inv) {
				for _, t := range kinds[i].tags(v) {
					if value := str(t.Value); value != "" && secretName.MatchString(str(t.Key)) {
						values = append(values, value)
					}
				}
			}
		}
		slices.SortFunc(values, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) // the longest first
		var pairs []string
		for _, v := range slices.Compact(values) {
			pairs = append(pairs, v, masked)
		}
		return strings.NewReplacer(pairs...)
	})
}

// asksAnyTag tells whether a tree asks for a tag whose key is not known before it runs, or is that of a secret.
func asksAnyTag(e ast.Expr, params map[string]ref.Val) bool {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != "tag" || len(e.AsCall().Args()) != 2 {
		return false
	}
	var key ref.Val
	switch k := e.AsCall().Args()[1]; k.Kind() {
	case ast.LiteralKind:
		key = k.AsLiteral()
	case ast.IdentKind:
		key = params[k.AsIdent()]
	case ast.SelectKind: // params.key
		if k.AsSelect().Operand().Kind() == ast.IdentKind && k.AsSelect().Operand().AsIdent() == "params" {
			key = params["params."+k.AsSelect().FieldName()]
		}
	}
	s, ok := key.(celtypes.String)
	return !ok || secretName.MatchString(string(s))
}

// hide learns from a rule's conditions whether they handle what may be a secret.
func (r *rule) hide(conditions ...*cel.Ast) {
	reason := false
	for _, c := range conditions {
		if c == nil {
			continue
		}
		tree := c.NativeRep()
		ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
			r.private = r.private || namesSecret(e) || readsTagValue(tree, e) || asksAnyTag(e, r.params)
			reason = reason || e.Kind() == ast.CallKind && e.AsCall().FunctionName() == "unknown" && e.AsCall().Args()[0].Kind() != ast.LiteralKind
		}))
	}
	r.ownReason = r.private && reason
}

// namesSecret finds a field or a text that has the name of a secret.
func namesSecret(e ast.Expr) bool {
	switch e.Kind() {
	case ast.LiteralKind:
		s, ok := e.AsLiteral().(celtypes.String)
		return ok && secretName.MatchString(string(s))
	case ast.SelectKind:
		return secretName.MatchString(e.AsSelect().FieldName())
	}
	return false
}

// plainErrors are what CEL says of an error before it says of which value.
var plainErrors = []string{"division by zero", "index out of bounds", "integer overflow", "invalid duration", "invalid timestamp", "modulus by zero", "no such key", "no such overload", "type conversion error"}

// withoutValue is an error's text without the value that it is about.
func withoutValue(msg string) string {
	for _, p := range plainErrors {
		if strings.Contains(msg, p) {
			return p + "; the value may be a secret and is left out"
		}
	}
	return "a value does not fit; it may be a secret and is left out"
}
