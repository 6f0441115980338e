package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

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

// all is the tally with what is muted.
func (t tally) all() string {
	switch {
	case t.muted == 0:
		return t.words()
	case t.fail+t.unknown == 0:
		return count(t.muted, "resource") + " muted"
	}
	return fmt.Sprintf("%s, %d muted", t.words(), t.muted)
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

// sums is the report in one sentence. where says what was checked; with [scopeCount] there is no word from an account in it.
func sums(r *lint.Report, where string) string {
	s := r.Summary
	muted := ""
	if s.Muted > 0 {
		muted = fmt.Sprintf(", %d muted", s.Muted)
	}
	return fmt.Sprintf("%s in %s: %s failed%s%s, %d passed, %d unknown.",
		count(s.Resources, "resource"), where, count(s.Fail, "check"), bySeverity(s), muted, s.Pass, s.Unknown)
}

// scopeCount says how many accounts and regions were checked.
func scopeCount(r *lint.Report) string {
	accounts, regions := map[string]bool{}, map[string]bool{}
	for _, s := range r.Scopes {
		accounts[s.Account], regions[s.Region] = true, true
	}
	return count(len(accounts), "account") + " and " + count(len(regions), "region")
}

// A spot is an account and a region.
type spot struct{ account, region string }

// readTimes is when each account and region was read, where that is known. Of several times the oldest counts.
func readTimes(r *lint.Report) map[spot]time.Time {
	out := map[spot]time.Time{}
	for _, s := range r.Scopes {
		at := spot{s.Account, s.Region}
		if old, ok := out[at]; !s.Read.IsZero() && (!ok || s.Read.Before(old)) {
			out[at] = s.Read
		}
	}
	return out
}

// readSpan is when the first and the last account and region were read; zero where none is known.
func readSpan(r *lint.Report) (oldest, newest time.Time) {
	for _, s := range r.Scopes {
		if s.Read.IsZero() {
			continue
		}
		if oldest.IsZero() || s.Read.Before(oldest) {
			oldest = s.Read
		}
		if s.Read.After(newest) {
			newest = s.Read
		}
	}
	return oldest, newest
}

// readAsOf is a sentence about data that are older than the report by longer than so, which those of a snapshot may be; "" for others. It says no
// age, because the text about a snapshot is the same every time. Data that are younger than the report have the sentence, too: a clock was wrong.
func readAsOf(r *lint.Report, longer time.Duration) string {
	oldest, newest := readSpan(r)
	made := cmp.Or(r.Started, r.Finished)
	switch first, last := minute(oldest), minute(newest); {
	case oldest.IsZero() || made.Sub(oldest).Abs() <= longer:
		return ""
	case first != last:
		return "Read between " + first + " and " + last + ": what has changed since is not in this report."
	default:
		return "Read on " + first + ": what has changed since is not in this report."
	}
}

// minute is a time for people.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// incomplete says that, and why, a report does not have all of it; "" where it has.
func incomplete(r *lint.Report) string {
	gaps := 0
	for _, g := range r.Gaps {
		if len(g.Patterns) > 0 { // others are missed by a message or an estimate alone
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

// muteConcerns are the mutes that want attention, in the order of the configuration. One that was not tried may be needed again tomorrow.
func muteConcerns(uses []lint.MuteUse) []lint.MuteUse {
	return slices.DeleteFunc(slices.Clone(uses), func(u lint.MuteUse) bool { return u.State == "used" || u.State == "untried" })
}

// muteConcern says what is the matter with a mute, and where it stands.
func muteConcern(u *lint.MuteUse) string {
	if u.State == "expired" && u.Findings > 0 {
		return fmt.Sprintf("%s of %s again", count(u.Findings, "finding"), u.Source)
	}
	return u.Source
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
