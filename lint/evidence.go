package lint

import (
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"
	"cel.dev/cel-go/parser"
)

const (
	maxFacts    = 12 // of a finding
	maxScope    = 6  // of a finding: with as many, nothing is added of why it is in scope
	maxFactText = 160
	maxElements = 10 // of a list
)

// evidence is what a finding shows: what made require false, and behind it what made when true.
func (b *boundRules) evidence(r *rule, act *activation) Evidence {
	return b.decided(r, act, r.require, r.when)
}

// decided evaluates conditions once more, this time keeping what every part of them gave, and picks the parts that
// decided: of what is false, the operands that are false, and so on down to fields, relations and functions.
func (b *boundRules) decided(r *rule, act *activation, conditions ...*cel.Ast) Evidence {
	e := Evidence{}
	for i, expr := range conditions {
		limit := maxFacts
		if i > 0 {
			limit = maxScope
		}
		prog, err := act.planned(r, expr, cel.OptTrackState)
		if prog == nil || err != nil {
			continue
		}
		_, details, err := prog.Eval(act)
		if err != nil || details == nil {
			continue
		}
		w := newWitness(expr, details, &e, limit)
		w.condition(w.ast.Expr())
	}
	return e
}

// A witness walks a checked tree whose parts have values.
type witness struct {
	ast   *ast.AST
	state interpreter.EvalState
	facts *Evidence
	seen  map[string]bool
	limit int
	bound map[string]ast.Expr // what cel.bind gave a name to
	from  map[string]ast.Expr // the same, and the lists that loop variables come from
}

// newWitness is a witness of one evaluation. It adds to facts, of which it repeats none.
func newWitness(checked *cel.Ast, details *cel.EvalDetails, facts *Evidence, limit int) *witness {
	w := &witness{ast: checked.NativeRep(), state: details.State(), facts: facts, seen: map[string]bool{}, bound: map[string]ast.Expr{}, from: map[string]ast.Expr{}, limit: limit}
	for _, f := range *facts {
		w.seen[f.Expr] = true
	}
	return w
}

func (w *witness) value(e ast.Expr) (ref.Val, bool) {
	v, ok := w.state.Value(e.ID())
	return v, ok && v != nil
}

// condition follows what made a bool true or false.
func (w *witness) condition(e ast.Expr) {
	switch e.Kind() {
	case ast.CallKind:
		args := e.AsCall().Args()
		switch e.AsCall().FunctionName() {
		case operators.LogicalAnd, operators.LogicalOr:
			whole, _ := w.value(e)
			for _, a := range args {
				if v, ok := w.value(a); ok && v == whole {
					w.condition(a)
				}
			}
		case operators.LogicalNot, operators.NotStrictlyFalse:
			w.condition(args[0])
		case operators.Conditional:
			w.condition(args[0])
			if v, _ := w.value(args[0]); v == celtypes.True {
				w.condition(args[1])
			} else {
				w.condition(args[2])
			}
		default:
			w.operand(e)
		}
	default:
		w.operand(e)
	}
}

// operand notes the values of what a comparison compares.
func (w *witness) operand(e ast.Expr) {
	switch e.Kind() {
	case ast.SelectKind:
		w.note(e)
	case ast.IdentKind:
		name := e.AsIdent()
		if init, ok := w.bound[name]; ok {
			if v, ok := w.value(e); ok && v.Type() == celtypes.BoolType {
				delete(w.bound, name) // inside, the name is that of something else
				w.condition(init)     // a name for a condition says less than the condition
				w.bound[name] = init
				return
			}
		}
		w.note(e)
	case ast.CallKind:
		w.call(e.AsCall(), e)
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			w.operand(x)
		}
	case ast.ComprehensionKind:
		w.loop(e)
	}
}

// call notes what our own functions and relations gave, and what they were given. Operators and CEL's functions are seen through to their
// arguments.
func (w *witness) call(c ast.CallExpr, e ast.Expr) {
	if slices.ContainsFunc(w.ast.GetOverloadIDs(e.ID()), ours) {
		w.note(e)
		for _, a := range c.Args() {
			if a.Kind() == ast.SelectKind && w.ast.ReferenceMap()[a.ID()] == nil { // a field, not a param or an enum
				w.note(a)
			}
		}
		return
	}
	if c.IsMemberFunction() {
		w.operand(c.Target())
	}
	for _, a := range c.Args() {
		w.condition(a)
	}
}

// ours tells an overload of our tables from CEL's.
func ours(id string) bool { return ourOverloads()[id] }

var ourOverloads = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, f := range functions() {
		m[f.id] = true
	}
	for _, r := range relations() {
		m[r.id()] = true
	}
	return m
})

// loop notes what was looped over and, where one element decided (an exists that is true, an all that is false), that element:
// the loop stopped there, so the values of its body are that element's. Where none did, the params that all of them were held
// against are noted.
func (w *witness) loop(e ast.Expr) {
	c := e.AsComprehension()
	if c.IterRange().Kind() == ast.ListKind && len(c.IterRange().AsList().Elements()) == 0 { // cel.bind
		w.bound[c.AccuVar()], w.from[c.AccuVar()] = c.AccuInit(), c.AccuInit()
		w.condition(c.Result())
		return
	}
	w.from[c.IterVar()], w.from[c.IterVar2()] = c.IterRange(), c.IterRange()
	result, ok := w.value(e)
	step := c.LoopStep()
	if ok && step.Kind() == ast.CallKind && len(step.AsCall().Args()) == 2 {
		fn, pred := step.AsCall().FunctionName(), step.AsCall().Args()[1]
		if fn == operators.LogicalOr && result == celtypes.True || fn == operators.LogicalAnd && result == celtypes.False {
			if !w.element(c.IterVar(), pred) {
				w.operand(c.IterRange())
			}
			w.condition(pred)
			return
		}
	}
	w.operand(c.IterRange())
	ast.PreOrderVisit(step, ast.NewExprVisitor(func(x ast.Expr) {
		name, isName := w.ast.ReferenceMap()[x.ID()]
		if isName && strings.HasPrefix(name.Name, "params.") {
			w.note(x)
		}
	}))
}

// element notes which element a loop variable was. CEL keeps its value only where the body uses it whole.
func (w *witness) element(name string, pred ast.Expr) (done bool) {
	ast.PreOrderVisit(pred, ast.NewExprVisitor(func(x ast.Expr) {
		if !done && x.Kind() == ast.IdentKind && x.AsIdent() == name {
			if v, ok := w.value(x); ok {
				done = true
				w.add(name, v, w.secret(x))
			}
		}
	}))
	return done
}

func (w *witness) note(e ast.Expr) {
	v, ok := w.value(e)
	if !ok {
		return
	}
	text, err := parser.Unparse(e, w.ast.SourceInfo())
	if err != nil {
		return
	}
	text = strings.Join(strings.Fields(text), " ")
	if len([]rune(text)) > maxFactText {
		text = string([]rune(text)[:maxFactText-1]) + "…"
	}
	w.add(text, v, w.secret(e))
}

// secret tells whether a text that a part of a rule gave may be a secret: what it is made of, through all names for it, has the name of one.
func (w *witness) secret(e ast.Expr) bool {
	found := false
	ast.PreOrderVisit(e, ast.NewExprVisitor(func(x ast.Expr) {
		switch x.Kind() {
		case ast.IdentKind:
			if from, ok := w.from[x.AsIdent()]; ok && !found {
				delete(w.from, x.AsIdent())
				found = w.secret(from)
				w.from[x.AsIdent()] = from
			}
		case ast.LiteralKind, ast.SelectKind:
			found = found || namesSecret(x) || w.secretTag(e, x)
		case ast.CallKind:
			found = found || readsTagValue(w.ast, x)
		}
	}))
	return found
}

// secretTag tells whether a field is the value of a tag whose key is the name of a secret, or is not known. The key is known where the
// rule looked at it beside the value.
func (w *witness) secretTag(whole, e ast.Expr) bool {
	if !readsTagValue(w.ast, e) {
		return false
	}
	of := e.AsSelect().Operand()
	secret := true
	if whole.ID() == e.ID() && of.Kind() == ast.IdentKind {
		ast.PreOrderVisit(w.ast.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
			if x.Kind() == ast.SelectKind && x.AsSelect().FieldName() == "Key" && x.AsSelect().Operand().Kind() == ast.IdentKind && x.AsSelect().Operand().AsIdent() == of.AsIdent() {
				if key, ok := w.value(x); ok {
					s, _ := key.(celtypes.String)
					secret = secretName.MatchString(string(s))
				}
			}
		}))
	}
	return secret
}

func (w *witness) add(text string, v ref.Val, secret bool) {
	if len(*w.facts) >= w.limit || w.seen[text] {
		return
	}
	if val, ok := factValue(v, secret); ok {
		w.seen[text] = true
		*w.facts = append(*w.facts, Fact{text, val})
	}
}

// factValue is a value in the form of JSON; a struct that is no resource says nothing. Of a secret, only what is true or false is told, and what is unknown.
func factValue(v ref.Val, secret bool) (any, bool) {
	if secret {
		switch v.(type) {
		case celtypes.Int, celtypes.Uint, celtypes.Double, celtypes.String, celtypes.Bytes, celtypes.Timestamp, celtypes.Duration:
			return masked, true
		}
	}
	switch v := v.(type) {
	case celtypes.Bool:
		return bool(v), true
	case celtypes.Int:
		return int64(v), true
	case celtypes.Double:
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return printed(v), true // JSON has no such number
		}
		return float64(v), true
	case celtypes.String:
		return bounded(redact(string(v)), maxName), true
	case celtypes.Timestamp:
		return v.Time.UTC().Format(time.RFC3339), true
	case celtypes.Duration:
		return days(v.Duration), true
	case traits.Lister:
		out := []any{}
		for it := v.Iterator(); it.HasNext() == celtypes.True; {
			x, ok := factValue(it.Next(), secret)
			if !ok {
				n, _ := v.Size().(celtypes.Int)
				return countOf(int64(n)), true
			}
			if len(out) == maxElements {
				return append(out, "…"), true
			}
			out = append(out, x)
		}
		return out, true
	}
	if celtypes.IsUnknownOrError(v) {
		return "unknown", celtypes.IsUnknown(v)
	}
	if id, ok := resourceID(v.Value()); ok {
		return id, true
	}
	return nil, false
}

func countOf(n int64) string {
	if n == 1 {
		return "1 item"
	}
	return printed(celtypes.Int(n)) + " items"
}
