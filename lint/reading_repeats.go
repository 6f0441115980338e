package lint

import (
	"fmt"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
)

// In a sorted list equal values stand beside each other, so rules ask how often one occurs by looking further on. Such a question is known
// by its text.

// repeated sees sorted.exists(i, t, i + n < sorted.size() && sorted[i + n] == t): some value occurs more than n times.
func (v view) repeated(list ast.Expr, args []ast.Expr, neg bool) (string, bool) {
	among, ok := v.sorted(list)
	if !ok || len(args) != 3 {
		return "", false
	}
	n, text, ok := v.step(args[2], operators.Less)
	if !ok {
		return "", false
	}
	i, t, s := v.cel(args[0]), v.cel(args[1]), v.cel(list)
	if v.cel(args[2]) != fmt.Sprintf("%s + %s < %s.size() && %s[%s + %s] == %s", i, text, s, s, i, text, t) {
		return "", false
	}
	return pick(neg, "no value", "some value") + " occurs more than " + n + " times among " + among, true
}

// repeating sees sorted.transformList(i, t, i + n <= sorted.size() && sorted[i + n - 1] == t, t): the values that occur at least n times.
func (v view) repeating(list ast.Expr, args []ast.Expr) (string, bool) {
	among, ok := v.sorted(list)
	if !ok || len(args) != 4 {
		return "", false
	}
	n, text, ok := v.step(args[2], operators.LessEquals)
	if !ok {
		return "", false
	}
	i, t, s := v.cel(args[0]), v.cel(args[1]), v.cel(list)
	if v.cel(args[2]) != fmt.Sprintf("%s + %s <= %s.size() && %s[%s + %s - 1] == %s", i, text, s, s, i, text, t) || v.cel(args[3]) != t {
		return "", false
	}
	return "the values that occur at least " + n + " times among " + among, true
}

// sideBySide sees list.transformList(i, x, other[i] == value, x): what a list has where another one, entry by entry, has a value.
func (v view) sideBySide(list ast.Expr, args []ast.Expr) (string, bool) {
	if list == nil || len(args) != 4 || v.cel(args[3]) != v.cel(args[1]) {
		return "", false
	}
	equals, _, sides := v.call(args[2])
	if equals != operators.Equals {
		return "", false
	}
	index, _, of := v.call(sides[0])
	i, x := v.cel(args[0]), v.cel(args[1])
	if index != operators.Index || v.cel(of[1]) != i || v.uses(of[0], i)+v.uses(of[0], x)+v.uses(sides[1], i)+v.uses(sides[1], x) > 0 {
		return "", false
	}
	return "those of " + v.listed(list) + " at whose place " + v.noun(of[0]) + " has " + v.noun(sides[1]), true
}

// sorted is what a name for a sorted list is made of.
func (v view) sorted(list ast.Expr) (string, bool) {
	s := v.alias(list)
	if list.Kind() == ast.IdentKind && s == nil {
		if s = v.find(list.AsIdent()); s == nil || s.init == nil {
			return "", false
		}
	}
	if s == nil {
		return "", false
	}
	name, of, args := v.within(s).call(s.init)
	if name != "sort" || of == nil || len(args) > 0 {
		return "", false
	}
	return v.within(s).noun(of), true
}

// step is the n of i + n < size && …, in words and as it is written. It must be a whole number above 0.
func (v view) step(cond ast.Expr, compare string) (noun, text string, ok bool) {
	and, _, both := v.call(cond)
	if and != operators.LogicalAnd || len(both) != 2 {
		return "", "", false
	}
	op, _, sides := v.call(both[0])
	if op != compare {
		return "", "", false
	}
	add, _, sum := v.call(sides[0])
	if add != operators.Add || !v.positive(sum[1]) {
		return "", "", false
	}
	return v.noun(sum[1]), v.cel(sum[1]), true
}

// positive tells whether an expression is a constant above 0.
func (v view) positive(e ast.Expr) bool {
	if p, ok := v.param(e); ok {
		n, ok := p.Default.(int64)
		return ok && n > 0
	}
	if e.Kind() == ast.LiteralKind {
		n, ok := e.AsLiteral().(celtypes.Int)
		return ok && n > 0
	}
	name, target, args := v.call(e)
	if target != nil || len(args) != 1 || name != "int" {
		return false
	}
	if name, _, args = v.call(args[0]); name != "limit" {
		return false
	}
	s, ok := v.text(args[0])
	return ok && limits()[s] >= 1
}
