package lint

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/parser"
	"github.com/patlint/patlint/patterns"
)

// exprFile is the name of the file in the errors of an [Expr] that stands in none.
const exprFile = "expression"

// CostLimit bounds what one evaluation may cost, and EstimateLimit what a rule may cost by its shape, with relations that lead to 1000 resources.
const (
	CostLimit     = costLimit
	EstimateLimit = maxEstimate
)

// An Expr is one expression of the rule language, to be tried out. It is checked as that of a rule is, with the same words for the same mistakes, but may
// give a value of any type. It is read-only.
type Expr struct {
	Part     string   // when, require, message or waste, where it is a part of a rule; else ""
	Text     string   // as it was written
	Kind     string   // what it is about; region where it names no resource
	Type     string   // of its value, as rules name types
	Reads    []string // the sources that it reads, sorted; see [Source]
	Estimate uint64   // what it may cost by its shape, to be held against EstimateLimit
	Across   bool     // it compares the regions of an account
	Notes    []string // what is no mistake, and was hardly meant

	env    *cel.Env
	prices Prices
	rule   *rule // it is none of a pattern
	parts  []part
	words  bool // it is a message

	asksTags bool // it asks for a tag that may hold a secret
}

// A Value is what an expression gives for one resource. What a message would not print is masked in it.
type Value struct {
	Resource Resource
	Outcome  string   // value, unknown or error
	Words    string   // as a message prints it; what has no form in words is printed as JSON
	JSON     any      // as encoding/json takes it; nil where there is no value
	Why      string   // why it is unknown, or what the error is
	NotShown int      // elements of a long list that JSON leaves out
	Cost     uint64   // counted, to be held against CostLimit
	Evidence Evidence // the parts that decided; empty for messages
}

// Expr type-checks an expression. It is about the resource that it names; kind is that of an expression which names none, and empty for the region. The
// errors are of type [patterns.Errors], with their places in the text.
func (rs *Rules) Expr(kind, text string, params []patterns.Param) (*Expr, error) {
	src := (&patterns.Block{File: exprFile, Line: 1, Text: text}).Source()
	if err := templated(src, text); err != nil {
		return nil, patterns.Errors{err}
	}
	if named := rs.kindsIn(text, kind); len(named) > 1 {
		return nil, patterns.Errors{src.Error(0, fmt.Sprintf("this names %s, and an expression is about one of them; a relation leads from it to the others", strings.Join(named, " and ")))}
	} else if len(named) == 1 {
		kind = named[0]
	}
	kind = cmp.Or(kind, "region")
	k, ok := kindNamed(kind)
	if !ok {
		return nil, fmt.Errorf("unknown resource %s%s", kind, orList(kind, Kinds()))
	}
	c := newCompiler(rs.env, relationsByID())
	c.trial = true
	env, err := c.env(k, params)
	if err != nil {
		return nil, err
	}
	r := newRule(k, params)
	checked := c.expr(env, r, src, 0, text, true)
	if err := c.errs.Err(); err != nil {
		return nil, err
	}
	r.hide(checked)
	e := &Expr{Text: text, Kind: k.name, Type: typeName(checked.OutputType()), env: rs.env, prices: rs.prices, rule: r, parts: []part{{ast: checked}}}
	e.measure(env)
	return e, nil
}

// newRule is the rule that an expression of no pattern is evaluated in.
func newRule(k *kind, params []patterns.Param) *rule {
	r := &rule{pattern: &patterns.Pattern{}, kind: k, params: map[string]ref.Val{}, follows: map[string]bool{}}
	for _, p := range params {
		r.params["params."+p.Name] = paramValue(p)
	}
	r.about = k.sources()
	r.needs = slices.Clone(r.about)
	return r
}

// Parts are the conditions, the message and the waste of a pattern's rule, each to be tried out by itself; none where it has no rule.
func (rs *Rules) Parts(id string) []*Expr {
	i := slices.IndexFunc(rs.rules, func(r *rule) bool { return r.pattern.ID == id })
	if i < 0 {
		return nil
	}
	r := rs.rules[i]
	var out []*Expr
	for _, p := range []struct {
		name  string
		text  patterns.Text
		parts []part
	}{{"when", r.pattern.Rule.When, []part{{ast: r.when}}}, {"require", r.pattern.Rule.Require, []part{{ast: r.require}}}, {"message", r.pattern.Rule.Message, r.message.parts}, {"waste", r.pattern.Rule.Waste, []part{{ast: r.waste}}}} {
		if p.text.Value == "" {
			continue
		}
		e := &Expr{Part: p.name, Text: strings.TrimSpace(p.text.Value), Kind: r.kind.name, Type: "bool", env: rs.env, prices: rs.prices, rule: r, parts: p.parts}
		if p.name == "message" {
			e.Type, e.words = "string", true
		}
		if p.name == "waste" {
			e.Type = "double"
		}
		e.measure(rs.env)
		out = append(out, e)
	}
	return out
}

// measure learns from the checked tree what the expression reads, what it may cost, and what was hardly meant.
func (e *Expr) measure(env *cel.Env) {
	known := relationsByID()
	e.Across = e.rule.compares()
	e.Reads = append(e.Reads, e.rule.about...)
	for _, p := range e.parts {
		if p.ast == nil {
			continue
		}
		root := p.ast.NativeRep()
		e.Notes = append(e.Notes, globs(root)...)
		ast.PreOrderVisit(root.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
			e.asksTags = e.asksTags || asksAnyTag(x, e.rule.params)
			for _, id := range root.GetOverloadIDs(x.ID()) {
				e.Reads = slices.Concat(e.Reads, known[id].needs, known[id].uses)
			}
		}))
		if estimate, err := env.EstimateCost(p.ast, estimator{known, 1}); err == nil {
			e.Estimate += estimate.Max
		}
	}
	slices.Sort(e.Reads)
	e.Reads = slices.Compact(e.Reads)
}

// Values evaluates the expression in regions of one account for every resource of its kind, in the order of regions and IDs, or for those with this ID. It
// ends early when the context does.
func (e *Expr) Values(ctx context.Context, regions []*Inventory, id string) (iter.Seq[Value], error) {
	if len(regions) == 0 {
		return func(func(Value) bool) {}, nil
	}
	bound, err := (&Rules{env: e.env, rules: []*rule{e.rule}, prices: e.prices}).bind(regions...)
	if err != nil {
		return nil, err
	}
	progs := make([]cel.Program, len(e.parts))
	for i, p := range e.parts {
		if p.ast == nil {
			continue
		}
		if progs[i], err = bound[0].env.Program(p.ast, cel.EvalOptions(cel.OptTrackState), cel.CostLimit(costLimit)); err != nil {
			return nil, fmt.Errorf("plan %s: %w", e.Text, err)
		}
	}
	return func(yield func(Value) bool) {
		for _, b := range e.rule.places(bound) {
			if !e.valuesIn(ctx, b, progs, id, yield) {
				return
			}
		}
	}, nil
}

// valuesIn evaluates the expression in one region. It is false where no more is wanted.
func (e *Expr) valuesIn(ctx context.Context, b *boundRules, progs []cel.Program, id string, yield func(Value) bool) bool {
	act := &activation{name: e.Kind, rules: b, params: e.rule.params}
	subjects := b.values(e.rule.kind)
	for i, v := range b.inv.sorted(e.rule.kind) {
		if ctx.Err() != nil {
			return false
		}
		if id != "" && str(e.rule.kind.id(v)) != id {
			continue
		}
		act.subject = subjects[i]
		out := Value{Resource: b.about(e.rule, v).Resource, Outcome: "value", Evidence: Evidence{}}
		if e.words {
			e.message(&out, progs, act)
		} else {
			e.value(&out, progs[0], act)
		}
		if !yield(out) {
			return false
		}
	}
	return true
}

// value evaluates the one part of an expression that is no message.
func (e *Expr) value(out *Value, prog cel.Program, act *activation) {
	v, details, err := prog.Eval(act)
	if err != nil {
		v = celtypes.WrapErr(err)
	}
	out.Cost = costOf(details)
	if celtypes.IsUnknownOrError(v) {
		out.Outcome, out.Words = "unknown", "unknown"
		if !celtypes.IsUnknown(v) {
			out.Outcome, out.Words = "error", "error"
		}
		why := act.rules.why(e.rule, act.subject.Value(), v, &tally{})
		out.Why = bounded(strings.TrimPrefix(why, ruleFailed+": "), maxMessage)
		return
	}
	w := newWitness(e.parts[0].ast, details, &out.Evidence, maxFacts)
	if text, err := parser.Unparse(w.ast.Expr(), w.ast.SourceInfo()); err == nil {
		w.seen[text] = true // the whole is no evidence for itself
	}
	w.condition(w.ast.Expr())
	secret := w.secret(w.ast.Expr()) || e.asksTags
	out.JSON = jsonOf(v, secret)
	out.Words = wordsOf(v, out.JSON, secret)
	if list, ok := out.JSON.([]any); ok && len(list) > maxJSON {
		n, _ := v.(traits.Lister).Size().(celtypes.Int)
		out.JSON, out.NotShown = list[:maxJSON], int(n)-maxJSON
	}
}

// message renders a message as a finding has it.
func (e *Expr) message(out *Value, progs []cel.Program, act *activation) {
	var b strings.Builder
	for i, p := range e.parts {
		if p.ast == nil {
			b.WriteString(p.text)
			continue
		}
		v, details, err := progs[i].Eval(act)
		if err != nil {
			v = celtypes.WrapErr(err)
		}
		text := printed(v)
		if p.tags {
			text = act.rules.set.maskTags(text)
		}
		b.WriteString(text)
		out.Cost += costOf(details)
	}
	out.Words = bounded(redact(b.String()), maxMessage)
	out.JSON = out.Words
}

func costOf(details *cel.EvalDetails) uint64 {
	if details == nil || details.ActualCost() == nil {
		return 0
	}
	return *details.ActualCost()
}

// wordsOf is a value as a message prints it. Where there are no words for it, or it may be a secret, it is what JSON shows.
func wordsOf(v ref.Val, shown any, secret bool) string {
	if !secret && wordy(v) {
		return bounded(redact(printed(v)), maxMessage)
	}
	if s, ok := shown.(string); ok {
		return s
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(shown); err != nil {
		return v.Type().TypeName()
	}
	return bounded(strings.TrimSuffix(b.String(), "\n"), maxMessage)
}

// kindsIn lists the kinds whose variables an expression names, without the region, which every expression has. Of an expression that
// cannot be read it is the first one that stands there, and of one with an unknown name, if there is no other, the kind that was
// meant: its error can say so then.
func (rs *Rules) kindsIn(text, otherwise string) []string {
	parsed, issues := rs.env.Parse(text)
	if issues.Err() != nil {
		for _, word := range identifier.FindAllString(text, -1) {
			if _, ok := kindNamed(word); ok && word != "region" {
				return []string{word}
			}
		}
		return nil
	}
	found, near := map[string]bool{}, ""
	freeNames(parsed.NativeRep().Expr(), map[string]int{}, func(name string) {
		switch _, ok := kindNamed(name); {
		case name == "region" || name == "now" || name == "params":
		case ok:
			found[name] = true
		default:
			near = patterns.Nearest(name, Kinds())
		}
	})
	if len(found) == 0 && near != "" && otherwise == "" {
		return []string{near}
	}
	return slices.Sorted(func(yield func(string) bool) {
		for name := range found {
			if !yield(name) {
				return
			}
		}
	})
}

// freeNames walks an expression and gives the names that no loop in it has made.
func freeNames(e ast.Expr, bound map[string]int, each func(string)) {
	switch e.Kind() {
	case ast.IdentKind:
		if bound[e.AsIdent()] == 0 {
			each(e.AsIdent())
		}
	case ast.SelectKind:
		freeNames(e.AsSelect().Operand(), bound, each)
	case ast.CallKind:
		if e.AsCall().IsMemberFunction() {
			freeNames(e.AsCall().Target(), bound, each)
		}
		for _, a := range e.AsCall().Args() {
			freeNames(a, bound, each)
		}
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			freeNames(x, bound, each)
		}
	case ast.MapKind:
		for _, x := range e.AsMap().Entries() {
			freeNames(x.AsMapEntry().Key(), bound, each)
			freeNames(x.AsMapEntry().Value(), bound, each)
		}
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		freeNames(c.IterRange(), bound, each)
		freeNames(c.AccuInit(), bound, each)
		names := []string{c.IterVar(), c.IterVar2(), c.AccuVar()}
		for _, n := range names {
			bound[n]++
		}
		freeNames(c.LoopCondition(), bound, each)
		freeNames(c.LoopStep(), bound, each)
		freeNames(c.Result(), bound, each)
		for _, n := range names {
			bound[n]--
		}
	}
}

// IDs lists the IDs of an inventory's resources of one kind, or of all where it is empty, in order.
func (inv *Inventory) IDs(kind string) []string {
	var out []string
	for _, k := range resourceKinds(kind) {
		for _, v := range inv.sorted(k) {
			out = append(out, str(k.id(v)))
		}
	}
	return out
}

// KindOf is the kind of the resource that has an ID; empty where none has it.
func (inv *Inventory) KindOf(id string) string {
	for i := range kinds {
		for v := range kinds[i].each(inv) {
			if str(kinds[i].id(v)) == id {
				return kinds[i].name
			}
		}
	}
	return ""
}

// Unread is why the resources of a kind could not be read, if they could not.
func (inv *Inventory) Unread(kind string) (Gap, bool) {
	for _, k := range resourceKinds(kind) {
		if g, ok := inv.Gap(k.source); ok {
			return g, true
		}
	}
	return Gap{}, false
}

// Named lists the IDs of an inventory's resources of one kind that have a name, or of all kinds where it is empty, in order.
func (inv *Inventory) Named(kind, name string) []string {
	var out []string
	for _, k := range resourceKinds(kind) {
		for _, v := range inv.sorted(k) {
			if name != "" && k.nameOf(v) == name {
				out = append(out, str(k.id(v)))
			}
		}
	}
	return out
}

// ReadExample reads the account of an example, region by region. What it leaves out is an empty answer, and only Gaps makes something unknown.
func ReadExample(b *patterns.Block) ([]*Inventory, error) {
	ex, errs := readExample(b)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return ex.regions, nil
}
