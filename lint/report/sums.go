package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
)

// A tally counts the findings of one pattern by their verdicts.
type tally struct{ fail, unknown, muted int }

func (t *tally) add(verdict string) {
	switch verdict {
	case "muted":
		t.muted++
	case "unknown":
		t.unknown++
	default:
		t.fail++
	}
}

// words is the tally without what is muted: 3 resources, 1 not decided.
func (t tally) words() string {
	switch {
	case t.unknown == 0:
		return count(t.fail, "resource")
	case t.fail == 0:
		return count(t.unknown, "resource") + " not decided"
	}
	return fmt.Sprintf("%s, %d not decided", count(t.fail, "resource"), t.unknown)
}

// tallies counts what each pattern has, and shows each finding to a function besides. There are few patterns, however many findings there are.
func tallies(r *lint.Report, also func(*lint.Finding)) (map[heading]*tally, error) {
	out := map[heading]*tally{}
	for f, err := range r.All() {
		if err != nil {
			return nil, err
		}
		h := headingOf(f)
		if out[h] == nil {
			out[h] = new(tally)
		}
		out[h].add(f.Verdict)
		also(f)
	}
	return out, nil
}

// sums is the report in one sentence, without a word from an account.
func sums(r *lint.Report) string {
	s := r.Summary
	muted := ""
	if s.Muted > 0 {
		muted = fmt.Sprintf(", %d muted", s.Muted)
	}
	return fmt.Sprintf("%s in %s: %s failed%s%s, %d passed, %d unknown.",
		count(s.Resources, "resource"), scopeCount(r), count(s.Fail, "check"), bySeverity(s), muted, s.Pass, s.Unknown)
}

// scopeCount says how many accounts and regions were checked.
func scopeCount(r *lint.Report) string {
	accounts, regions := map[string]bool{}, map[string]bool{}
	for _, s := range r.Scopes {
		accounts[s.Account], regions[s.Region] = true, true
	}
	return count(len(accounts), "account") + " and " + count(len(regions), "region")
}

// incomplete says that, and why, a report does not have all of it; "" where it has.
func incomplete(r *lint.Report) string {
	gaps := 0
	for _, g := range r.Gaps {
		if len(g.Patterns) > 0 { // others are missed by the words of a message alone
			gaps++
		}
	}
	if gaps == 0 && r.Summary.Unknown == 0 {
		return ""
	}
	return "This report is not complete: " + count(gaps, "thing") + " could not be read or decided, and " + count(r.Summary.Unknown, "verdict") + " could not be reached."
}

// place is an account and a region, of which either may be unknown.
func place(account, region string) string { return strings.TrimSpace(account + " " + region) }

// muteConcerns are the mutes that want attention, in the order of the configuration.
func muteConcerns(uses []lint.MuteUse) []lint.MuteUse {
	return slices.DeleteFunc(slices.Clone(uses), func(u lint.MuteUse) bool { return u.State == "used" })
}

// baselineWords are the sums of a comparison.
func baselineWords(b *lint.Baseline) string {
	words := fmt.Sprintf("%d known and still there, %d fixed", b.Known, len(b.Fixed))
	if b.Open > 0 {
		words += fmt.Sprintf(", %d not checked this time", b.Open)
	}
	return words
}

// clip cuts a text that is longer than so many characters, and shows that it did.
func clip(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:i] + "…"
		}
		most--
	}
	return s
}
