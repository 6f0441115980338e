package lint

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
)

// An order is what a comparison says, by what it compares.
type order struct {
	negated, flipped string
	number           string // also of durations
	ago              string // of the age of a time
	time             string
	text             string
}

var orders = map[string]order{
	operators.Greater:       {operators.LessEquals, operators.Less, "is above", "more than", "is later than", "sorts behind"},
	operators.GreaterEquals: {operators.Less, operators.LessEquals, "is at least", "at least", "is not earlier than", "does not sort before"},
	operators.Less:          {operators.GreaterEquals, operators.Greater, "is below", "less than", "is earlier than", "sorts before"},
	operators.LessEquals:    {operators.Greater, operators.GreaterEquals, "is at most", "at most", "is not later than", "does not sort behind"},
}

// statement says a condition that is no && and no ||, or denies it.
func (v view) statement(e ast.Expr, neg bool) string {
	if p, ok := v.param(e); ok {
		return fmt.Sprintf("%s is %t (it is set to %v)", code(p.Name), !neg, p.Default)
	}
	name, target, args := v.call(e)
	switch {
	case name == operators.Equals || name == operators.NotEquals:
		return v.equal(args[0], args[1], neg == (name == operators.Equals))
	case orders[name].negated != "":
		return v.ordered(name, args[0], args[1], neg)
	case name == operators.In:
		return v.in(args[0], args[1], neg)
	case name == "sets.contains":
		subject := v.noun(args[0])
		return said(subject, "contains", neg) + " each of " + v.beside(subject).noun(args[1])
	case name == "has" && target == nil && len(args) == 1 && args[0].Kind() == ast.SelectKind:
		return v.fieldNoun(args[0]) + pick(neg, " is not set", " is set")
	case v.words(e) != "":
		return v.predicate(e, name, target, args, neg)
	case stringTests[name] != "" && target != nil && len(args) == 1:
		subject := v.noun(target)
		return said(subject, stringTests[name], neg) + " " + v.beside(subject).noun(args[0])
	case name == "matches" && len(args) > 0:
		of := append([]ast.Expr{target}, args...)
		if target == nil {
			of = args
		}
		return v.matches(of[0], of[1], neg)
	case e.Kind() == ast.SelectKind && name == "":
		return v.flag(e, neg)
	case e.Kind() == ast.IdentKind:
		return v.noun(e) + pick(neg, " is false", " is true")
	}
	return v.unread(e) + pick(neg, " does not hold", " holds")
}

// stringTests are CEL's questions about texts.
var stringTests = map[string]string{"contains": "contains", "endsWith": "ends with", "startsWith": "starts with"}

func (v view) matches(text, pattern ast.Expr, neg bool) string {
	form := v.noun(pattern)
	if pattern.Kind() == ast.LiteralKind {
		if s, ok := pattern.AsLiteral().(celtypes.String); ok {
			form = code(string(s))
		}
	}
	return v.noun(text) + pick(neg, " does not match ", " matches ") + form
}

// flag says that a field is true.
func (v view) flag(e ast.Expr, neg bool) string {
	for _, w := range flagWords {
		sel, path := e, strings.Split(w.path, ".")
		for i := len(path) - 1; i >= 0 && sel.Kind() == ast.SelectKind && sel.AsSelect().FieldName() == path[i]; i-- {
			sel = sel.AsSelect().Operand()
			if t := v.ast.GetType(sel.ID()); i == 0 && t != nil && (w.on == "" || t.TypeName() == w.on) {
				return said(v.noun(sel), w.words, neg)
			}
		}
	}
	return v.fieldNoun(e) + pick(neg, " is false", " is true")
}

// state is the resource whose state a field is, if the state can be said of it: "it is running".
func (v view) state(e ast.Expr) (ast.Expr, bool) {
	if e.Kind() != ast.SelectKind || e.AsSelect().FieldName() != "Name" || v.macros[e.ID()] != nil {
		return nil, false
	}
	of := e.AsSelect().Operand()
	if of.Kind() != ast.SelectKind || of.AsSelect().FieldName() != "State" || !v.isType(of.AsSelect().Operand(), cel.ObjectType("types.Instance")) {
		return nil, false
	}
	return of.AsSelect().Operand(), true
}

// equal says that two values are the same, or that they are not.
func (v view) equal(a, b ast.Expr, neg bool) string {
	if a.Kind() == ast.LiteralKind && b.Kind() != ast.LiteralKind {
		a, b = b, a
	}
	if text, ok := v.sizeIs(operators.Equals, a, b, neg); ok {
		return text
	}
	if list, ok := v.sameOfAll(a, b); ok {
		return list.say(neg)
	}
	is := pick(neg, " is not ", " is ")
	if of, ok := v.state(a); ok && isText(b) {
		return v.noun(of) + is + v.noun(b)
	}
	if b.Kind() == ast.LiteralKind && b.AsLiteral() == celtypes.String("") {
		return v.asked(a, b) + is + "empty" + v.setting(a, b)
	}
	if text, ok := v.sizeCompared(pick(neg, operators.NotEquals, operators.Equals), a, b); ok {
		return text
	}
	if _, param := v.param(b); param || v.isConstant(b) {
		return v.asked(a, b) + is + v.noun(b) + v.setting(a, b)
	}
	if trimmed, _, of := v.call(b); trimmed == "trim" && len(of) == 0 && v.cel(v.bare(b)) == v.cel(a) {
		return v.noun(a) + pick(neg, " begins or ends with blanks", " neither begins nor ends with blanks")
	}
	if v.second(a, b) {
		a, b = b, a
	}
	subject := v.noun(a)
	if v.isType(a, cel.IntType) || v.isType(a, cel.DoubleType) {
		return subject + is + "equal to " + v.beside(subject).noun(b)
	}
	return subject + pick(neg, " differs from ", " is the same as ") + v.beside(subject).noun(b)
}

// second tells whether of two values only the second one is of what is "it", and so should be said first.
func (v view) second(a, b ast.Expr) bool {
	return !itsOrIt.MatchString(v.noun(a)) && itsOrIt.MatchString(v.noun(b))
}

func isText(e ast.Expr) bool {
	if e.Kind() != ast.LiteralKind {
		return false
	}
	s, ok := e.AsLiteral().(celtypes.String)
	return ok && s != ""
}

// ordered says that a value is smaller or greater than another.
func (v view) ordered(name string, a, b ast.Expr, neg bool) string {
	if neg {
		name = orders[name].negated
	}
	fn, _, args := v.call(a)
	age := fn == operators.Subtract && args[0].Kind() == ast.IdentKind && args[0].AsIdent() == "now" && v.find("now") == nil
	if a.Kind() == ast.LiteralKind && b.Kind() != ast.LiteralKind || !age && v.second(a, b) {
		a, b, name = b, a, orders[name].flipped
	}
	if text, ok := v.sizeIs(name, a, b, false); ok {
		return text
	}
	if text, ok := v.sizeCompared(name, a, b); ok {
		return text
	}
	o := orders[name]
	if age {
		return v.noun(args[1]) + " is " + o.ago + " " + v.noun(b) + " ago"
	}
	words := o.number
	switch {
	case v.isType(a, cel.TimestampType):
		words = o.time
	case v.isType(a, cel.StringType):
		words = o.text
	}
	subject := v.asked(a, b)
	return subject + " " + words + " " + v.beside(subject).noun(b) + v.setting(a, b)
}

// asked names what is compared. Of a param that is compared with a constant, the name is what matters; setting gives its value.
func (v view) asked(e, with ast.Expr) string {
	if p, ok := v.param(e); ok && v.isConstant(with) {
		return code(p.Name)
	}
	return v.noun(e)
}

// isConstant tells whether an expression is written out in the rule.
func (v view) isConstant(e ast.Expr) bool {
	if name, _, args := v.call(e); name == "duration" && len(args) == 1 {
		e = args[0]
	}
	return e.Kind() == ast.LiteralKind
}

func (v view) setting(e, with ast.Expr) string {
	if p, ok := v.param(e); ok && v.isConstant(with) {
		return setTo(p)
	}
	return ""
}

// sizeIs says that a list is empty or is not, where a comparison of its size says just this.
func (v view) sizeIs(op string, a, b ast.Expr, neg bool) (string, bool) {
	name, target, args := v.call(a)
	if name != "size" || b.Kind() != ast.LiteralKind {
		return "", false
	}
	if target == nil {
		target = args[0]
	}
	n, ok := b.AsLiteral().(celtypes.Int)
	empty := ok && (op == operators.Equals && n == 0 || op == operators.LessEquals && n == 0 || op == operators.Less && n == 1)
	if !empty && !(ok && (op == operators.Greater && n == 0 || op == operators.GreaterEquals && n == 1)) {
		return "", false
	}
	if t := v.ast.GetType(target.ID()); t == nil || t.Kind() != celtypes.ListKind {
		return v.noun(target) + pick(empty != neg, " is empty", " is not empty"), t != nil && t.Kind() == celtypes.StringKind
	}
	return v.emptiness(target, empty != neg), true
}

// quantities say how many of a list there are, by what compares their number.
var quantities = map[string]string{
	operators.Equals: "exactly", operators.Greater: "more than", operators.GreaterEquals: "at least", operators.Less: "fewer than", operators.LessEquals: "at most",
}

// sizeCompared compares the number of those of a list of which something is said, and of the different values in one. The number comes first: its
// end would be hard to find behind a long list.
func (v view) sizeCompared(op string, a, b ast.Expr) (string, bool) {
	name, target, _ := v.call(a)
	if name != "size" || target == nil || quantities[op] == "" || !v.isNumber(b) {
		return "", false
	}
	for _, w := range []struct{ call, prefix, words string }{{"distinct", "the different values among ", " different values among "}, {"filter", "those of ", " of "}} {
		if made, _, _ := v.call(target); made != w.call {
			continue
		}
		list := v.noun(target)
		if rest, ok := strings.CutPrefix(list, w.prefix); ok {
			return "there are " + quantities[op] + " " + v.noun(b) + w.words + rest, true
		}
	}
	return "", false
}

// isNumber tells whether an expression is a number that is short to say: a constant, a param or a limit.
func (v view) isNumber(e ast.Expr) bool {
	name, _, args := v.call(e)
	if name == "int" || name == "double" {
		return v.isNumber(args[0])
	}
	_, isParam := v.param(e)
	return name == "limit" || isParam || v.isConstant(e)
}

// emptiness says that there is nothing in a list, or that there is something.
func (v view) emptiness(list ast.Expr, empty bool) string {
	if p, ok := v.param(list); ok {
		return code(p.Name) + pick(empty, " is empty", " is not empty") + setTo(p)
	}
	n := v.noun(list)
	plural := !strings.ContainsAny(n, ",;(") && !strings.HasPrefix(n, "those ")
	if i := strings.LastIndex(n, "'s "); i >= 0 && plural && !strings.Contains(n, " of ") {
		return n[:i] + " has " + pick(empty, "no ", "") + n[i+3:]
	}
	if rest, ok := strings.CutPrefix(n, "its "); ok && plural {
		return "it has " + pick(empty, "no ", "") + rest
	}
	if rest, ok := strings.CutPrefix(n, "the "); ok && plural && v.words(list) != "" {
		return "there are " + pick(empty, "no ", "") + rest
	}
	return n + pick(empty, " is empty", " is not empty")
}

// A sameness is the question whether a list gives one and the same value for all its entries.
type sameness struct{ list, value string }

// sameOfAll sees list.map(x, value).distinct().size() == 1.
func (v view) sameOfAll(a, b ast.Expr) (sameness, bool) {
	name, mapped, _ := v.call(a)
	if name != "size" || mapped == nil || b.Kind() != ast.LiteralKind || b.AsLiteral() != celtypes.Int(1) {
		return sameness{}, false
	}
	if name, mapped, _ = v.call(mapped); name != "distinct" || mapped == nil {
		return sameness{}, false
	}
	name, list, args := v.call(mapped)
	if name != "map" || len(args) != 2 || args[0].Kind() != ast.IdentKind {
		return sameness{}, false
	}
	s := &scope{name: args[0].AsIdent(), noun: v.elementNoun(list)}
	inner := v.add(s)
	inner.it, inner.byName = s, false
	return sameness{v.noun(list), inner.noun(args[1])}, true
}

func (s sameness) say(neg bool) string {
	if neg {
		return s.list + " do not all agree, or there are none, on " + s.value
	}
	return s.list + " all agree, and there is at least one, on " + s.value
}

// in says that a value is in a list, or that it is not.
func (v view) in(x, list ast.Expr, neg bool) string {
	subject := v.noun(x)
	among, constant := v.constants(list)
	if of, ok := v.state(x); ok && constant {
		subject = v.noun(of)
	}
	if x.Kind() != ast.LiteralKind {
		if text := v.beside(subject).writtenOut(list, neg); text != "" {
			return subject + text
		}
		if p, ok := v.param(list); ok && constant {
			denied := pick(len(paramItems(p)) == 1, " is not ", " is none of ") + paramNoun(p)
			return subject + pick(neg, denied, " is "+among)
		}
	}
	if n := v.noun(list); strings.HasPrefix(n, "the empty list") {
		return subject + pick(neg, " is not in ", " is in ") + n
	}
	return subject + pick(neg, " is not one of ", " is one of ") + v.beside(subject).noun(list)
}

// writtenOut says that a value is one of a list that is written out in the rule, or that it is not; "" for other lists.
func (v view) writtenOut(list ast.Expr, neg bool) string {
	if list.Kind() != ast.ListKind || len(list.AsList().OptionalIndices()) > 0 {
		return ""
	}
	entries := list.AsList().Elements()
	items := make([]string, len(entries))
	for i, x := range entries {
		items[i] = v.noun(x)
		if s, ok := v.text(x); ok && s == "" && (!neg || len(entries) < 3) {
			items[i] = "empty"
		}
	}
	switch {
	case len(items) == 0:
		return ""
	case !neg:
		return " is " + joined(items, "or")
	case len(items) == 1:
		return " is not " + items[0]
	case len(items) == 2:
		return " is neither " + items[0] + " nor " + items[1]
	}
	return " is none of " + joined(items, "and")
}

// predicate says a function or a relation that gives true or false.
func (v view) predicate(e ast.Expr, name string, target ast.Expr, args []ast.Expr, neg bool) string {
	if target == nil {
		target, args = args[0], args[1:]
	}
	subject := v.noun(target)
	return said(subject, v.beside(subject).fill(v.words(e), args, true), neg)
}

// beside is the view of what else is said of a subject: where that is not "it", nor anything of its, "it" would be taken for the subject.
func (v view) beside(subject string) view {
	v.byName = v.byName || !itsOrIt.MatchString(subject)
	return v
}

// fill puts arguments into words. In a condition, a list is one of alternatives.
func (v view) fill(words string, args []ast.Expr, condition bool) string {
	for i, a := range args {
		mark := fmt.Sprintf("{%d}", i+1)
		if !strings.Contains(words, mark) {
			continue
		}
		text, ok := "", false
		if condition {
			text, ok = v.constants(a)
		}
		if !ok {
			text = v.noun(a)
		}
		if strings.Contains(words, "tag "+mark) && !ok {
			if text = v.operand(a); text == "that value" {
				words, text = strings.Replace(words, mark, "of that name", 1), ""
			}
		}
		if _, isParam := v.param(a); !isParam && !condition && len(args) > 1 && strings.Contains(text, " and ") && !strings.HasPrefix(text, "(") {
			text = "(" + text + ")"
		}
		words = strings.Replace(words, mark, text, 1)
	}
	return words
}

// said joins a subject and what is said of it, or denied.
func said(subject, words string, neg bool) string {
	if !neg {
		return subject + " " + words
	}
	verb, rest, _ := strings.Cut(words, " ")
	for _, w := range verbs {
		if w.verb == verb {
			return strings.TrimSuffix(subject+" "+w.denied+" "+rest, " ")
		}
	}
	return "it is not so that " + subject + " " + words
}

// verbs begin what the tables of relations and functions say of a resource.
var verbs = []struct{ verb, denied string }{
	{"contains", "does not contain"}, {"ends", "does not end"}, {"has", "does not have"}, {"is", "is not"}, {"starts", "does not start"}, {"was", "was not"},
}
