package lint

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"github.com/patlint/patlint/patterns"
)

// A Miss is a resource of an example on which the example and the rule do not agree. Wanted and got are said in the same words, so that they can be compared:
// "out of scope", "pass", "unknown", or "fail: " and the message. What stays unflagged may pass or be out of scope; "no finding" is wanted of it then.
type Miss struct {
	At       *patterns.Error // also among the errors of the result
	Resource string          // its ID
	Want     string          // what the example says; of a message, the words that it must have
	Got      string          // what the rule says
	Why      string          // why it is unknown; "" for other verdicts
	Evidence Evidence        // what decided, for all verdicts but unknown: of "out of scope" what made when false, of "pass" what made require true
}

const (
	gotOutside  = "out of scope"
	gotPass     = "pass"
	wantNothing = "no finding"
	wantUnknown = "unknown"
)

// phrases are the verdicts of what is not flagged, in a sentence.
var phrases = map[string]string{gotOutside: "is out of scope", gotPass: "passes"}

// A trial is an example that is held against a rule.
type trial struct {
	rule  *rule
	block *patterns.Block
	ex    *example

	notes  []Note
	misses []Miss
	errs   patterns.Errors
}

// try runs an example.
func (rs *Rules) try(ctx context.Context, r *rule, b *patterns.Block) *trial {
	t := &trial{rule: r, block: b}
	if t.ex, t.errs = readExample(b); len(t.errs) > 0 {
		return t
	}
	bound, err := rs.bind(t.ex.regions...)
	if err != nil {
		t.fail(place{b.Line, 1}, "%v", err)
		return t
	}
	left := maps.Clone(t.ex.wants)
	for _, in := range r.places(bound) {
		if !t.judgeIn(ctx, in, left) {
			return t
		}
	}
	for _, line := range slices.Sorted(maps.Keys(left)) {
		t.fail(left[line].place, "no %s has its %s on this line; write # want: behind the ID of what the rule flags", cmp.Or(r.kind.shown(), "resource"), r.kind.idField)
	}
	if len(t.errs) == 0 && len(t.notes) == 0 {
		switch b.Role {
		case "fail":
			t.fail(place{b.Line, 1}, "a fail example flags at least one resource; mark its line with # want: words of the message")
		case "unknown":
			t.fail(place{b.Line, 1}, "an unknown example leaves at least one resource undecided; mark its line with # want: unknown")
		}
	}
	slices.SortFunc(t.notes, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
	return t
}

// judgeIn holds the resources of one region against what the example wants, and takes the lines away that it has come to. It is false where the rule
// cannot be run.
func (t *trial) judgeIn(ctx context.Context, b *boundRules, left map[int]want) bool {
	r := t.rule
	tally := b.run(ctx, r, Options{Verbose: true})
	for c := range tally.causes {
		if strings.HasPrefix(c.err, notPlanned) {
			t.errs = append(t.errs, r.pattern.Rule.Require.Error(0, c.err))
			return false
		}
	}
	if id, v := b.charge(ctx, r, &tally, &bill{}); v != nil {
		t.errs = append(t.errs, r.pattern.Rule.Waste.Error(0, redact(fmt.Sprintf("waste of %s: %v; let it ask first whether it can", id, v))))
		return false
	}
	found := map[string]*Finding{}
	for _, f := range tally.findings {
		found[f.Resource.Kind+" "+f.Resource.ID] = &f
	}
	for i, v := range b.inv.sorted(r.kind) {
		k, own := r.kind.stands(v)
		id := str(k.id(own))
		at, ok := t.ex.placeOf(b.inv.Region, k, own)
		if !ok {
			at = place{t.block.Line, 1}
			if k.source != "" {
				t.fail(at, "a %s has no %s, by which the linter names it; write one", k.name, k.idField)
				continue
			}
		}
		delete(left, at.line)
		t.judge(b, i, id, at, found[k.name+" "+id])
	}
	return true
}

func (t *trial) fail(at place, format string, args ...any) *patterns.Error {
	e := &patterns.Error{File: t.block.File, Line: at.line, Column: at.col, Msg: fmt.Sprintf(format, args...)}
	t.errs = append(t.errs, e)
	return e
}

// judge holds what the example wants of one resource against what the rule found, which is nil where it passes or is out of scope.
func (t *trial) judge(b *boundRules, i int, id string, at place, f *Finding) {
	want, wanted := t.ex.wants[at.line]
	role, verdict, message := t.block.Role, "", ""
	if f != nil {
		verdict, message = f.Verdict, f.Message
	}
	missed := func(wants, got string, at place, format string, args ...any) {
		m := Miss{At: t.fail(at, format, args...), Resource: id, Want: wants, Got: got}
		switch verdict {
		case "unknown":
			m.Why = message
		case "fail":
			m.Evidence = f.Evidence
		default:
			_, m.Evidence = t.unflagged(b, i)
		}
		t.misses = append(t.misses, m)
	}
	switch {
	case role == "pass" && wanted:
		t.fail(want.place, "a pass example wants nothing; this line belongs in a fail example")
	case role == "unknown" && wanted && want.text != wantUnknown:
		t.fail(want.place, "in an unknown example a line wants unknown, not %q; write # want: unknown", want.text)
	case verdict == "unknown" && (role != "unknown" || !wanted):
		missed(want.words(), wantUnknown, at, "%s is unknown: %s; %s", id, message, undecidedHint(message))
	case verdict == "" && wanted && role == "unknown":
		got, _ := t.unflagged(b, i)
		missed(wantUnknown, got, at, "%s %s, though the example wants it unknown; write under Gaps what could not be read, or move it into a pass example", id, phrases[got])
	case verdict == "" && wanted:
		got, _ := t.unflagged(b, i)
		missed(want.words(), got, at, "%s %s, though the example wants %q; change the rule or the values, or take its # want: away", id, phrases[got], want.text)
	case verdict == "fail" && role != "fail":
		missed(wantNothing, "fail: "+message, at, "%s is flagged: %s; change the rule or the values, or move it into a fail example", id, message)
	case verdict == "fail" && !wanted:
		missed(wantNothing, "fail: "+message, at, "%s is flagged, but its line does not say # want: %s", id, message)
	case verdict == "fail" && strings.Contains(message, strings.Trim(want.text, `"'`)) && !strings.Contains(message, want.text):
		missed(want.words(), "fail: "+message, want.place, "%s: the message has no quotes around %s; write the words alone behind # want:", id, strings.Trim(want.text, `"'`))
	case verdict == "fail" && !strings.Contains(message, want.text):
		missed(want.words(), "fail: "+message, want.place, "%s: wanted %q, but the message is %q; write words of the message behind # want:", id, want.text, message)
	case verdict != "":
		t.notes = append(t.notes, Note{at.line, id, message})
	}
}

// undecidedHint says what to do about a resource that is unknown where the example does not want it so.
func undecidedHint(why string) string {
	if strings.HasPrefix(why, ruleFailed) {
		return "let the rule ask first whether it can, with && in front"
	}
	return "write what is missing into the example, or move it into an unknown example"
}

// unflagged tells whether the rule passes a resource or leaves it out of scope, and what decided that.
func (t *trial) unflagged(b *boundRules, i int) (string, Evidence) {
	r := t.rule
	act := &activation{name: r.kind.name, rules: b, params: r.params, subject: b.values(r.kind)[i]}
	if when, err := b.program(r, r.when, cel.OptOptimize); err == nil && eval(when, act) == celtypes.False {
		return gotOutside, b.decided(r, act, r.when)
	}
	return gotPass, b.decided(r, act, r.require)
}
