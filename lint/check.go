package lint

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Options say how much a check reports.
type Options struct {
	Verbose bool // list every resource with an unknown verdict among the findings

	// Mute tells of a finding why it does not count; nil, as its answer too, mutes nothing. tag looks up a tag of the resource. It is
	// called from several goroutines at once.
	Mute func(f *Finding, tag func(key string) (value string, ok bool)) *Mute
}

// Check runs the rules on one inventory and reports on its one scope. Rules that were not reached when the context ended
// are unknown, and so is what rules ask of other regions: see [Rules.CheckAccount]. The report has no version and no times; its caller knows them.
func (rs *Rules) Check(ctx context.Context, inv *Inventory, opts Options) (*Report, error) {
	bound, err := rs.bind(inv)
	if err != nil {
		return nil, err
	}
	r := rs.run(ctx, bound, opts)
	r.Summary.Resources = inv.Resources()
	r.Scopes = []Scope{{Account: inv.Account, Region: inv.Region, Resources: r.Summary.Resources, Read: inv.Time.UTC()}}
	return r, nil
}

// run runs the rules on all regions of one account.
func (rs *Rules) run(ctx context.Context, bound []*boundRules, opts Options) *Report {
	type job struct {
		*rule
		in *boundRules
	}
	var jobs []job
	for _, r := range rs.rules {
		for _, b := range r.places(bound) {
			jobs = append(jobs, job{r, b})
		}
	}
	results := make([]tally, len(jobs))
	spread(len(jobs), func() func(int) {
		return func(i int) {
			results[i] = jobs[i].in.run(ctx, jobs[i].rule, opts)
			results[i].close(jobs[i].kind.shown())
		}
	})

	type gap struct {
		region string
		cause
	}
	out := newReport()
	out.Patterns = rs.patterns()
	var costs bill
	gaps := map[gap][]string{}
	for i, t := range results {
		jobs[i].in.charge(ctx, jobs[i].rule, &t, &costs)
		p, region := jobs[i].pattern, jobs[i].in.inv.Region
		s := &out.Summary
		s.Pass += t.pass
		s.Fail += t.fail
		s.Unknown += t.unknown
		s.Muted += t.muted
		s.Evaluations += t.pass + t.fail + t.unknown + t.muted
		s.BySeverity[p.Severity] += t.fail
		out.Findings = append(out.Findings, t.findings...)
		for c := range t.causes {
			gaps[gap{region, c}] = append(gaps[gap{region, c}], p.ID)
		}
		for c := range t.missed {
			if gaps[gap{region, c}] == nil {
				gaps[gap{region, c}] = []string{} // reported, for no pattern
			}
		}
	}
	costs.total(&out.Summary, rs.prices)
	for g, ids := range gaps {
		slices.Sort(ids)
		out.Gaps = append(out.Gaps, Missing{bound[0].whole.inv.Account, g.region, g.kind, g.action, g.err, slices.Compact(ids)})
	}
	out.sort()
	return out
}

// Unreachable is the report on an account, or a region of one, that could not be read at all: each rule is unknown once. action is the IAM
// action that failed, "" for none.
func (rs *Rules) Unreachable(account, region, action, reason string) *Report {
	r := newReport()
	r.Patterns = rs.patterns()
	r.Summary.Unknown, r.Summary.Evaluations = len(rs.rules), len(rs.rules)
	r.Scopes = []Scope{{Account: account, Region: region}}
	r.Gaps = []Missing{{account, region, "", action, reason, rs.patterns()}}
	return r
}

// patterns are the IDs of the rules' patterns, sorted.
func (rs *Rules) patterns() []string {
	ids := make([]string, len(rs.rules))
	for i, r := range rs.rules {
		ids[i] = r.pattern.ID
	}
	slices.Sort(ids)
	return ids
}

// A cause is why something is unknown.
type cause struct{ kind, action, err string }

// A tally is what one rule found.
type tally struct {
	pass, fail, unknown, muted int

	findings []Finding
	flagged  []flagged
	causes   map[cause]bool
	more     int            // causes beyond maxCauses
	missed   map[cause]bool // why a message says unknown, or an estimate is missing; no verdict depends on it
}

// maxCauses bounds the causes that one rule lists: where everything is broken, twenty examples say it.
const maxCauses = 20

func (t *tally) because(c cause) {
	switch {
	case t.causes == nil:
		t.causes = map[cause]bool{}
	case len(t.causes) >= maxCauses && !t.causes[c]:
		t.more++
		return
	}
	t.causes[c] = true
}

// miss notes causes that no verdict depends on.
func (t *tally) miss(causes ...cause) {
	for _, c := range causes {
		if t.missed == nil {
			t.missed = map[cause]bool{}
		}
		t.missed[c] = true
	}
}

// close says how many causes are not listed.
func (t *tally) close(kind string) {
	if t.more > 0 {
		t.causes[cause{kind: kind, err: fmt.Sprintf("and %d more of this kind", t.more)}] = true
	}
}

// A boundRules is the rule environment over one inventory.
type boundRules struct {
	env *cel.Env
	*binding
	region, now ref.Val
	whole       *boundRules // the same over the whole account
}

// bind gives rules the regions of one account, by name.
func (rs *Rules) bind(regions ...*Inventory) ([]*boundRules, error) {
	s := newSet(rs.env.CELTypeAdapter(), rs.prices, regions)
	env, err := rs.env.Extend(rs.bound(s)...)
	if err != nil {
		return nil, fmt.Errorf("bind rules to an inventory: %w", err)
	}
	whole := &boundRules{env: env, binding: s.whole, region: s.whole.regionValue(), now: celtypes.Timestamp{Time: s.whole.inv.Time.UTC()}}
	whole.whole = whole
	out := make([]*boundRules, len(s.regions))
	for i, b := range s.regions {
		out[i] = &boundRules{env: env, binding: b, region: b.regionValue(), now: celtypes.Timestamp{Time: b.inv.Time.UTC()}, whole: whole}
	}
	return out, nil
}

// places are where a rule is run: in each region, or once for the account.
func (r *rule) places(bound []*boundRules) []*boundRules {
	if r.kind == &accountKind {
		return []*boundRules{bound[0].whole}
	}
	return bound
}

// An activation gives a rule its variables. One is used for all resources, so that a passing resource costs no memory.
type activation struct {
	name    string
	subject ref.Val
	rules   *boundRules
	params  map[string]ref.Val
	plans   map[*cel.Ast]cel.Program // what findings need, once the first of them is there
}

func (a *activation) ResolveName(name string) (any, bool) {
	switch name {
	case a.name:
		return a.subject, true
	case "region":
		return a.rules.region, true
	case "now":
		return a.rules.now, true
	}
	v, ok := a.params[name]
	return v, ok
}

func (a *activation) Parent() cel.Activation { return nil }

// program plans an expression; a nil expression is true.
func (b *boundRules) program(r *rule, expr *cel.Ast, mode cel.EvalOption) (cel.Program, error) {
	if expr == nil {
		return nil, nil
	}
	opts := []cel.ProgramOption{cel.EvalOptions(mode)}
	if r.limited || expr != r.when && expr != r.require {
		opts = append(opts, cel.CostLimit(costLimit))
	}
	return b.env.Program(expr, opts...)
}

// planned is program for what findings need, which is one mode for each expression: a rule with many of them plans its message once.
func (a *activation) planned(r *rule, expr *cel.Ast, mode cel.EvalOption) (cel.Program, error) {
	if p, ok := a.plans[expr]; ok || expr == nil {
		return p, nil
	}
	p, err := a.rules.program(r, expr, mode)
	if err != nil {
		return nil, err
	}
	if a.plans == nil {
		a.plans = map[*cel.Ast]cel.Program{}
	}
	a.plans[expr] = p
	return p, nil
}

func (b *boundRules) run(ctx context.Context, r *rule, opts Options) (t tally) {
	when, err := b.program(r, r.when, cel.OptOptimize)
	require, err2 := b.program(r, r.require, cel.OptOptimize)
	if err != nil || err2 != nil {
		t.unknown++
		t.because(cause{kind: r.kind.shown(), err: fmt.Sprintf("%s: %v", notPlanned, cmp.Or(err, err2))})
		return t
	}
	for _, s := range r.needs {
		missing := b.missing(s)
		for _, c := range missing {
			t.because(c)
		}
		if slices.Contains(r.about, s) && len(missing) > 0 {
			t.unknown++
		}
	}
	act := &activation{name: r.kind.name, rules: b, params: r.params}
	subjects := b.values(r.kind)
	for i, v := range b.inv.sorted(r.kind) {
		if i%256 == 0 && ctx.Err() != nil {
			t.unknown++
			t.because(cause{kind: r.kind.shown(), err: "interrupted before every resource was looked at"})
			return t
		}
		act.subject = subjects[i]
		switch verdict, unknown := decide(act, when, require); {
		case verdict == outOfScope:
		case verdict == passes:
			t.pass++
		case verdict == fails:
			f := b.finding(r, act, v)
			if opts.Mute != nil {
				k, own := r.kind.stands(v)
				f.Mute = opts.Mute(&f, func(key string) (string, bool) { return k.lookUp(own, key) })
			}
			if f.Mute != nil {
				f.Verdict = "muted"
				m := *f.Mute // a tag may be its source, and hold anything
				m.Reason, m.Owner = bounded(redact(m.Reason), maxMessage), bounded(redact(m.Owner), maxName)
				f.Mute = &m
				t.muted++
			} else {
				t.fail++
			}
			if r.waste != nil {
				t.flagged = append(t.flagged, flagged{len(t.findings), act.subject, v})
			}
			t.findings = append(t.findings, f)
		default:
			t.unknown++
			why := b.why(r, v, unknown, &t)
			if opts.Verbose {
				f := b.about(r, v)
				f.Verdict, f.Message, f.Evidence = "unknown", why, Evidence{}
				t.findings = append(t.findings, f)
			}
		}
	}
	for _, s := range r.extras {
		for _, c := range b.missing(s) {
			if t.fail+t.muted == 0 { // else a message says unknown somewhere
				continue
			}
			t.miss(c)
		}
	}
	return t
}

// missing is why a source cannot be told from: the region's gap, or for the whole account those of its regions.
func (b *boundRules) missing(source string) (out []cause) {
	from := []*binding{b.binding}
	if b == b.whole {
		from = b.set.regions
	}
	for _, x := range from {
		if _, ok := x.inv.Gap(source); ok {
			out = append(out, b.sourceCause(source, x))
		}
	}
	return out
}

type verdict int

const (
	outOfScope verdict = iota
	passes
	fails
	undecided
)

// decide evaluates a rule on a resource. An unknown scope does not matter where the requirement holds anyway.
func decide(act *activation, when, require cel.Program) (verdict, ref.Val) {
	scope := eval(when, act)
	if scope == celtypes.False {
		return outOfScope, nil
	}
	if scope != celtypes.True && !celtypes.IsUnknown(scope) {
		return undecided, scope
	}
	switch holds := eval(require, act); {
	case holds == celtypes.True:
		return passes, nil
	case scope != celtypes.True:
		return undecided, scope
	case holds == celtypes.False:
		return fails, nil
	default:
		return undecided, holds
	}
}

// eval gives a bool, an unknown or an error as a value.
func eval(p cel.Program, act *activation) ref.Val {
	if p == nil {
		return celtypes.True
	}
	v, _, err := p.Eval(act)
	switch {
	case err != nil:
		return celtypes.WrapErr(err)
	case v == nil:
		return celtypes.NewErr("no value")
	}
	if _, ok := v.(celtypes.Bool); !ok && !celtypes.IsUnknownOrError(v) {
		return celtypes.NewErr("%v is neither true nor false", v.Type())
	}
	return v
}

// What the reasons begin with that are the rule's fault.
const (
	notPlanned = "the rule cannot be planned"
	ruleFailed = "the rule failed"
)

// why names the causes of an undecided verdict and notes them.
func (b *boundRules) why(r *rule, subject any, v ref.Val, t *tally) string {
	k, own := r.kind.stands(subject)
	id := str(k.id(own))
	u, ok := v.(*celtypes.Unknown)
	if !ok {
		msg := fmt.Sprintf("%s: %v", ruleFailed, v)
		if strings.Contains(msg, "cost limit exceeded") {
			msg = "the rule looks at too many other resources for this one, and was stopped"
		} else if r.private {
			msg = ruleFailed + ": " + withoutValue(msg)
		}
		t.because(cause{kind: k.name, err: id + ": " + redact(msg)})
		return redact(msg)
	}
	var words []string
	for _, c := range causes(u) {
		if reason, ok := strings.CutPrefix(c, reasonMark); ok {
			if r.ownReason {
				reason = masked
			}
			words = append(words, redact(reason))
			t.because(cause{kind: k.name, err: redact(reason)})
			continue
		}
		source, region, other := strings.Cut(c, regionMark)
		from := b.binding
		if other {
			from = b.set.region(region)
		}
		if _, ok := from.inv.Gap(source); ok {
			cause := b.sourceCause(source, from)
			words = append(words, cause.action+": "+cause.err)
			t.because(cause)
		}
	}
	if len(words) == 0 { // CEL gave an unknown of its own
		t.because(cause{kind: k.name, err: "the rule does not decide"})
	}
	return strings.Join(words, "; ")
}

// sourceCause is the gap of a region. Where it is not the one that the verdict is about, the reason says which.
func (b *boundRules) sourceCause(source string, from *binding) cause {
	g, _ := from.inv.Gap(source)
	c := cause{action: g.Action, err: g.Reason}
	if from != b.binding {
		c.err = from.inv.Region + ": " + g.Reason
	}
	s, _ := sourceNamed(source)
	for _, k := range kinds {
		if k.source == source || k.typ == s.item {
			c.kind = k.name
		}
	}
	if !s.isList() {
		c.kind = "region" // one of its settings
	}
	return c
}

// about is the finding's part that does not depend on the verdict.
func (b *boundRules) about(r *rule, v any) Finding {
	k, own := r.kind.stands(v)
	p, id, name := r.pattern, str(k.id(own)), k.nameOf(own)
	sum := sha256.Sum256([]byte(strings.Join([]string{p.ID, b.inv.Account, b.inv.Region, k.name, id}, "\x00")))
	return Finding{
		Pattern: p.ID, Title: p.Title, Severity: p.Severity, Pillar: p.Pillar, URL: p.URL(),
		Resource:    Resource{k.name, id, b.inv.arn(k, id), bounded(redact(name), maxName), b.inv.Account, b.inv.Region},
		Fingerprint: hex.EncodeToString(sum[:16]),
	}
}

// Bounds of what a finding says, in characters. AWS's names have at most 256; only a file that AWS did not write has longer ones. A message is a
// line for a person, and a script of 50 KB on one line is none.
const (
	maxName    = 256
	maxMessage = 2000
)

// bounded makes valid UTF-8 of a text, and cuts it with an ellipsis.
func bounded(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) <= limit {
		return s
	}
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

func (b *boundRules) finding(r *rule, act *activation, v any) Finding {
	f := b.about(r, v)
	f.Verdict = "fail"
	f.Message = bounded(redact(b.render(r, r.message, act, printed)), maxMessage)
	f.Fix = strings.ToValidUTF8(b.render(r, r.fix, act, shellQuoted), "\ufffd")
	f.Evidence = b.evidence(r, act)
	return f
}

// render fills a template in. What cannot be known is printed as unknown; it has no part in the verdict.
func (b *boundRules) render(r *rule, t template, act *activation, show func(ref.Val) string) string {
	var out strings.Builder
	for _, p := range t.parts {
		if p.ast == nil {
			out.WriteString(p.text)
			continue
		}
		v := ref.Val(celtypes.NewErr("not planned"))
		if prog, err := act.planned(r, p.ast, cel.OptOptimize); err == nil {
			if got, _, err := prog.Eval(act); err == nil {
				v = got
			}
		}
		text := show(v)
		if p.tags {
			text = b.set.maskTags(text)
		}
		out.WriteString(text)
	}
	return out.String()
}
