package lint

import (
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
	"github.com/patlint/patlint/patterns"
)

// A Reading is a rule in plain words, as Markdown without blocks. Each entry of a list is one condition; all of them must hold. It says
// what the rule's expressions do. A part for which there are no words stands as it is written, in CEL.
type Reading struct {
	Subject string   `json:"subject"`         // what the rule looks at: "every volume"
	When    []string `json:"when"`            // what puts one into scope; empty where nothing keeps one out
	Require []string `json:"require"`         // what one in scope must meet
	Waste   string   `json:"waste,omitempty"` // what a finding costs a month: "its cost in US dollars a month"; "" where the rule says nothing of money
}

// Reading puts the rule of a pattern into words; false where there is no such rule. Params have the values that the rules were compiled with.
func (rs *Rules) Reading(id string) (Reading, bool) {
	i := slices.IndexFunc(rs.rules, func(r *rule) bool { return r.pattern.ID == id })
	if i < 0 {
		return Reading{}, false
	}
	out, _ := rs.rules[i].reading()
	return out, true
}

// reading also gives the parts that stay in CEL.
func (r *rule) reading() (out Reading, raw []string) {
	out = Reading{Subject: "every " + r.kind.noun(), When: []string{}}
	if r.when != nil {
		when, left := r.conditions(r.when)
		out.When, raw = when, append(raw, left...)
	}
	require, left := r.conditions(r.require)
	out.Require = require
	raw, left = append(raw, left...), nil
	if r.waste != nil {
		out.Waste, left = r.value(r.waste)
	}
	return out, append(raw, left...)
}

// conditions splits an expression at its outermost && and puts each part into words.
func (r *rule) conditions(expr *cel.Ast) (out, raw []string) {
	rd, root := newReader(expr, r.kind, r.pattern.Params)
	parts := []*clause{root}
	if root.op == allOf && !slices.ContainsFunc(root.parts, isUnknown) {
		parts = root.parts
	}
	for _, c := range parts {
		out = append(out, rd.explained(rd.sentence(c, 0)))
	}
	if rd.lost || rd.steps > maxSteps {
		all := view{reader: rd}.cel(rd.ast.Expr())
		return []string{code(all)}, []string{all}
	}
	return out, rd.raw
}

// value puts an expression into words that is no condition.
func (r *rule) value(expr *cel.Ast) (out string, raw []string) {
	v := newView(expr, r.kind, r.pattern.Params)
	words := v.noun(v.ast.Expr())
	if v.lost || v.steps > maxSteps {
		all := v.cel(v.ast.Expr())
		return code(all), []string{all}
	}
	return v.explained(words), v.raw
}

// newReader reads an expression about a kind, up to the words of its smallest conditions.
func newReader(expr *cel.Ast, k *kind, params []patterns.Param) (*reader, *clause) {
	v := newView(expr, k, params)
	return v.reader, v.clause(v.ast.Expr(), false)
}

// newView is where the reading of an expression about a kind begins.
func newView(expr *cel.Ast, k *kind, params []patterns.Param) view {
	rd := &reader{ast: expr.NativeRep(), params: params, macros: expr.NativeRep().SourceInfo().MacroCalls(), meanings: map[string]string{}}
	subject := &scope{name: k.name, noun: k.noun(), subject: true}
	return view{reader: rd, names: subject, it: subject, depth: len(numerals) - 1}
}

// maxSteps bounds how much of an expression is read: names that cel.bind gives stand for what they were given to, each time.
const maxSteps = 5000

// A reader puts one expression into words.
type reader struct {
	ast      *ast.AST
	macros   map[int64]ast.Expr // macros as they were written, by the ID of what they became
	params   []patterns.Param
	meanings map[string]string // of the names that stay in the text
	order    []string          // these names, in the order in which they were given
	raw      []string          // what stays in CEL
	steps    int
	lost     bool // the words would be ambiguous
}

// A scope is a name that the rule gives to something. Scopes are linked from the innermost outwards.
type scope struct {
	outer   *scope
	name    string
	noun    string // what a resource or an entry of a list is: "instance"
	subject bool
	among   string   // the constants that it goes through: "22 or 3389 (`ports`)"
	init    ast.Expr // what cel.bind gave the name to
	kept    bool     // the name stays in the text, which says elsewhere what it means
}

// A view is a place in an expression: the names that are known there, and which of them is "it". It is a value; each loop has its own.
type view struct {
	*reader
	names *scope
	it    *scope

	byName bool // whether "it" would be taken for something else, so that it needs its name
	depth  int  // how lists of conditions are numbered that stand in a value
}

func (v view) find(name string) *scope {
	for s := v.names; s != nil; s = s.outer {
		if s.name == name {
			return s
		}
	}
	return nil
}

// add gives a view one more name.
func (v view) add(s *scope) view {
	s.outer = v.names
	v.names = s
	return v
}

// within is the view in which what a name was given to was written. What is "it" stays.
func (v view) within(s *scope) view {
	v.names = s.outer
	return v
}

// call takes a call apart, a macro as it was written. The target is nil where nothing stands in front of a dot; the name is "" for what is
// no call.
func (v view) call(e ast.Expr) (name string, target ast.Expr, args []ast.Expr) {
	if m, ok := v.macros[e.ID()]; ok {
		e = m
	}
	if e.Kind() != ast.CallKind {
		return "", nil, nil
	}
	c := e.AsCall()
	if !c.IsMemberFunction() {
		return c.FunctionName(), nil, c.Args()
	}
	target = c.Target()
	if of := target; of.Kind() == ast.IdentKind && (of.AsIdent() == "math" || of.AsIdent() == "sets") && v.find(of.AsIdent()) == nil {
		return of.AsIdent() + "." + c.FunctionName(), nil, c.Args() // CEL's own, inside of a macro
	}
	return c.FunctionName(), target, c.Args()
}

// param finds the param that an expression is.
func (v view) param(e ast.Expr) (patterns.Param, bool) {
	name := ""
	switch e.Kind() {
	case ast.IdentKind:
		name = e.AsIdent()
	case ast.SelectKind:
		if of := e.AsSelect().Operand(); of.Kind() == ast.IdentKind && v.find(of.AsIdent()) == nil {
			name = of.AsIdent() + "." + e.AsSelect().FieldName()
		}
	}
	if i := slices.IndexFunc(v.params, func(p patterns.Param) bool { return "params."+p.Name == name }); i >= 0 {
		return v.params[i], true
	}
	return patterns.Param{}, false
}

// cel is a part of the rule as it is written, on one line.
func (v view) cel(e ast.Expr) string {
	text, err := parser.Unparse(e, v.ast.SourceInfo())
	if err != nil {
		return "…"
	}
	return strings.Join(strings.Fields(text), " ")
}

// unread keeps a part in CEL.
func (v view) unread(e ast.Expr) string {
	text := v.cel(e)
	v.raw = append(v.raw, text)
	for s := v.names; s != nil; s = s.outer {
		if !s.subject && v.find(s.name) == s && v.uses(e, s.name) > 0 {
			v.keep(s)
		}
	}
	return code(text)
}

// An op says how a clause is made of its parts.
type op int

const (
	plain    op = iota // a sentence
	allOf              // all parts hold
	anyOf              // at least one holds
	cases              // the first part decides between the second and the third
	oneOf              // one of a list is such that the part holds
	eachOf             // of each of a list the part holds; where there is a second part, only of those of which that one holds
	noAnswer           // unknown; the text is the reason
	noneOf             // none of a list is such that the part holds
	alwaysOp           // true
	neverOp            // false
)

// A clause is a condition on its way to a sentence. Negations are pushed down to where the words can take them.
type clause struct {
	op    op
	text  string // the sentence, the reason or the list
	parts []*clause
	not   func() *clause // of a sentence that denies something: what it denies
}

func isUnknown(c *clause) bool { return c.op == noAnswer }

// clause reads a condition, or its negation.
func (v view) clause(e ast.Expr, neg bool) *clause {
	if v.steps++; v.steps > maxSteps {
		return &clause{text: "…"}
	}
	name, target, args := v.call(e)
	switch {
	case name == operators.LogicalNot:
		return v.clause(args[0], !neg)
	case name == operators.LogicalAnd:
		return v.both(args, neg, allOf, anyOf)
	case name == operators.LogicalOr:
		return v.both(args, neg, anyOf, allOf)
	case name == operators.Conditional:
		return v.choice(args, neg)
	case name == "unknown" && len(args) == 1:
		return &clause{op: noAnswer, text: v.reason(args[0])}
	case name == "bind" && len(args) == 3:
		if s, ok := v.bound(args); ok {
			return v.add(s).clause(args[2], neg)
		}
	case name == "exists" && len(args) == 3:
		if text, ok := v.repeated(target, args, neg); ok {
			return &clause{text: text}
		}
	case (name == "exists" || name == "all") && len(args) == 2 && v.macros[e.ID()] != nil:
		if c := v.loop(name, target, args, neg); c != nil {
			return c
		}
	}
	if c := v.constant(e, neg); c != nil {
		return c
	}
	out := &clause{text: v.statement(e, neg)}
	if _, ordered := orders[name]; !ordered && neg != (name == operators.NotEquals) {
		out.not = func() *clause { return v.clause(e, !neg) }
	}
	return out
}

// constant reads true, false and names of conditions.
func (v view) constant(e ast.Expr, neg bool) *clause {
	switch e.Kind() {
	case ast.LiteralKind:
		if b, ok := e.AsLiteral().(celtypes.Bool); ok {
			if bool(b) != neg {
				return &clause{op: alwaysOp}
			}
			return &clause{op: neverOp}
		}
	case ast.IdentKind:
		if s := v.find(e.AsIdent()); s != nil && s.init != nil && !s.kept {
			return v.within(s).clause(s.init, neg)
		}
	}
	return nil
}

// both reads an && or an ||; what stands in it without parentheses becomes one list. Parts that decide nothing are left out.
func (v view) both(args []ast.Expr, neg bool, op, other op) *clause {
	if neg {
		op = other
	}
	idle, final := alwaysOp, neverOp
	if op == anyOf {
		idle, final = neverOp, alwaysOp
	}
	out := &clause{op: op}
	for _, a := range args {
		switch c := v.clause(a, neg); {
		case c.op == idle:
		case c.op == final:
			return c
		case c.op == op && !slices.ContainsFunc(c.parts, isUnknown):
			out.parts = append(out.parts, c.parts...)
		default:
			out.parts = append(out.parts, c)
		}
	}
	switch len(out.parts) {
	case 0:
		return &clause{op: idle}
	case 1:
		return out.parts[0]
	}
	return out
}

// choice reads c ? a : b. Where a or b is a constant, && and || say the same.
func (v view) choice(args []ast.Expr, neg bool) *clause {
	yes, no := v.clause(args[1], neg), v.clause(args[2], neg)
	pair := func(op op, notFirst bool, second *clause) *clause {
		first := v.clause(args[0], notFirst)
		if second.op == op && !slices.ContainsFunc(second.parts, isUnknown) {
			return &clause{op: op, parts: append([]*clause{first}, second.parts...)}
		}
		return &clause{op: op, parts: []*clause{first, second}}
	}
	switch {
	case yes.op == alwaysOp && no.op == neverOp:
		return v.clause(args[0], false)
	case yes.op == neverOp && no.op == alwaysOp:
		return v.clause(args[0], true)
	case yes.op == alwaysOp && no.op == alwaysOp, yes.op == neverOp && no.op == neverOp:
		return yes
	case yes.op == alwaysOp:
		return pair(anyOf, false, no)
	case yes.op == neverOp:
		return pair(allOf, true, no)
	case no.op == neverOp:
		return pair(allOf, false, yes)
	case no.op == alwaysOp:
		return pair(anyOf, true, yes)
	}
	return &clause{op: cases, parts: []*clause{v.clause(args[0], false), yes, no}}
}

// loop reads exists and all. It gives nil for what has no words.
func (v view) loop(name string, list ast.Expr, args []ast.Expr, neg bool) *clause {
	if args[0].Kind() != ast.IdentKind {
		return nil
	}
	each := name == "all"
	s := &scope{name: args[0].AsIdent(), noun: v.elementNoun(list)}
	if among, ok := v.constants(list); ok && !each && v.asksFor(args[1], s.name, neg) {
		s.among = among
		return v.add(s).clause(args[1], neg) // "it has the tag Keep or Retain"
	}
	inner := v.add(s)
	inner.it, inner.byName = s, false
	body, text := inner.clause(args[1], each && neg), v.listed(list)
	switch every := each && !neg; {
	case body.op == alwaysOp && every, body.op == neverOp && !each && neg:
		return &clause{op: alwaysOp}
	case body.op == neverOp && !every:
		return &clause{op: neverOp}
	case body.op == alwaysOp || body.op == neverOp:
		return &clause{text: v.emptiness(list, every || neg && !each)}
	case !every && !(neg && !each):
		return &clause{op: oneOf, text: text, parts: []*clause{body}}
	case !every:
		return &clause{op: noneOf, text: text, parts: []*clause{body}}
	case body.not != nil:
		return &clause{op: noneOf, text: text, parts: []*clause{body.not()}}
	default:
		return &clause{op: eachOf, text: text, parts: inScope(body)}
	}
}

// asksFor tells whether a condition is a question about a name that can as well be asked about "one or another", and denied about both.
func (v view) asksFor(cond ast.Expr, name string, neg bool) bool {
	fn, target, args := v.call(cond)
	if fn == operators.Equals || fn == operators.In || fn == operators.NotEquals && !neg {
		if of := v.bare(args[0]); v.words(of) != "" && v.uses(args[1], name) == 0 {
			return v.asksFor(of, name, neg) // "its tag Keep or Retain is …"
		}
	}
	if fn != operators.Equals && v.words(cond) == "" && stringTests[fn] == "" {
		return false
	}
	direct := slices.ContainsFunc(args, func(a ast.Expr) bool { return a.Kind() == ast.IdentKind && a.AsIdent() == name })
	return direct && v.uses(cond, name) == 1 && (target == nil || v.uses(target, name) == 0)
}

// bare is a text without what makes it easier to compare.
func (v view) bare(e ast.Expr) ast.Expr {
	name, target, args := v.call(e)
	if (name == "trim" || name == "lowerAscii") && target != nil && len(args) == 0 {
		return v.bare(target)
	}
	return e
}

// inScope splits what holds of each of a list in two: "not A, or B" is B of those of which A holds.
func inScope(body *clause) []*clause {
	if body.op != anyOf {
		return []*clause{body}
	}
	var of, rest []*clause
	for i, c := range body.parts {
		if c.not != nil && (len(rest) > 0 || i < len(body.parts)-1) {
			of = append(of, c.not())
		} else {
			rest = append(rest, c)
		}
	}
	if len(of) == 0 || len(rest) == 0 || slices.ContainsFunc(rest, isUnknown) {
		return []*clause{body}
	}
	return []*clause{group(anyOf, rest), group(allOf, of)}
}

func group(op op, parts []*clause) *clause {
	if len(parts) == 1 {
		return parts[0]
	}
	return &clause{op: op, parts: parts}
}
