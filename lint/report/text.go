package report

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// colors are the terminal's own, by severity and by what became of a test, so that they fit its background.
var colors = map[string]string{
	"critical": "1;31", "high": "31", "medium": "33", "low": "32", "info": "34", "unknown": "35", "bold": "1", "dim": "2",
	"ok": "32", "FAIL": "1;31", "want": "1;4;32", "got": "1;4;31",
}

// Text writes the report for a person: findings by pattern, the worst first, then what could not be checked, then the sums. What is muted is
// counted, and listed where Verbose says so.
func Text(w io.Writer, r *lint.Report, o Options) error {
	t := &text{Writer: bufio.NewWriter(w), style: o, scopes: len(r.Scopes)}
	shown := func(f *lint.Finding) bool { return o.Verbose || f.Verdict != "muted" }
	sizes, err := tallies(r, func(*lint.Finding) {})
	if err != nil {
		return err
	}
	var last *lint.Finding
	for f, err := range r.All() {
		switch {
		case err != nil:
			return err
		case !shown(f):
			continue
		case last == nil || headingOf(last) != headingOf(f):
			t.end(last)
			t.heading(f, sizes[headingOf(f)])
		}
		t.finding(f)
		last = f
	}
	t.end(last)
	t.gaps(r.Gaps)
	t.skipped(r.Skipped)
	t.baseline(r.Baseline)
	t.mutes(r.Mutes)
	t.summary(r)
	return t.Flush()
}

// A heading stands over the findings of one pattern.
type heading struct{ severity, pattern string }

func headingOf(f *lint.Finding) heading { return heading{f.Severity, f.Pattern} }

// end closes the findings of a pattern.
func (t *text) end(f *lint.Finding) {
	if f == nil {
		return
	}
	if f.URL != "" {
		t.line("  ", t.paint("dim", "why and how: "+Clean(f.URL)))
	}
	t.line("")
}

type text struct {
	*bufio.Writer
	style  Options
	scopes int
}

func (t *text) paint(color, s string) string {
	if !t.style.Color {
		return s
	}
	return "\x1b[" + colors[color] + "m" + s + "\x1b[0m"
}

func (t *text) line(parts ...string) {
	for _, p := range parts {
		t.WriteString(p)
	}
	t.WriteByte('\n')
}

// wrap writes words behind a margin; further lines are set in by as much as first is wide.
func (t *text) wrap(first, s string) {
	margin := strings.Repeat(" ", utf8.RuneCountInString(first))
	if t.style.Width == 0 {
		t.line(first, s)
		return
	}
	width, line := max(min(t.style.Width, 110)-len(margin), 30), ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			t.line(first, line)
			first, line = margin, word
		default:
			line += " " + word
		}
	}
	t.line(first, line)
}

// heading opens the findings of one pattern.
func (t *text) heading(f *lint.Finding, size *tally) {
	words := size.words()
	if t.style.Verbose {
		words = size.all()
	}
	t.line(t.paint(f.Severity, strings.ToUpper(f.Severity)), "  ", t.paint("bold", Clean(f.Title)), "  ", t.paint("dim", f.Pattern+", "+words))
}

func (t *text) finding(f *lint.Finding) {
	id := Clean(f.Resource.ID)
	parts := []string{"  ", t.paint("bold", id)}
	if f.Resource.Name != "" {
		parts = append(parts, "  ", Clean(f.Resource.Name))
	}
	if t.scopes > 1 {
		parts = append(parts, "  ", t.paint("dim", Clean(place(f.Resource.Account, f.Resource.Region))))
	}
	if f.Verdict != "fail" {
		parts = append(parts, "  ", t.paint("unknown", strings.ToUpper(f.Verdict)))
	}
	t.line(parts...)
	if f.Mute != nil {
		t.wrap("    muted: ", Clean(muteWords(f.Mute)))
	}
	t.wrap("    ", Clean(f.Message))
	if f.MonthlyUSD > 0 {
		t.line("    ", estimate(f.MonthlyUSD, f.MonthlyUSDAtMost))
	}
	if len(f.Evidence) > 0 {
		t.wrap("    seen: ", evidence(f.Evidence))
	}
	for i, l := range strings.Split(strings.TrimSpace(f.Fix), "\n") {
		switch {
		case l == "":
		case i == 0:
			t.line("    fix:  ", t.paint("bold", Clean(l)))
		default:
			t.line("          ", t.paint("bold", Clean(l)))
		}
	}
}

// evidence is one line: expression = value, with commas.
func evidence(e lint.Evidence) string {
	var facts []string
	for _, f := range e {
		facts = append(facts, Clean(f.Expr)+" = "+Clean(factValue(f.Value)))
	}
	return strings.Join(facts, ", ")
}

// factValue is a value for people: a number has two places behind the point.
func factValue(value any) string {
	switch v := value.(type) {
	case float64:
		return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
	case string:
		return cmp.Or(v, `""`)
	}
	v, err := json.Marshal(value)
	if err != nil {
		return "?"
	}
	return string(v)
}

func (t *text) gaps(gaps []lint.Missing) {
	if len(gaps) == 0 {
		return
	}
	t.line(t.paint("unknown", "NOT CHECKED"))
	for _, g := range groupGaps(gaps) {
		what := g.What()
		if where := g.Where(); t.scopes > 1 && where != "" {
			what += " in " + where
		}
		t.wrap("  ", Clean(what)+": "+Clean(g.Why))
		if needed := g.NeededBy(t.style.Verbose); needed != "" {
			t.wrap("    needed by: ", Clean(needed))
		} else {
			t.line("    missed by a message or an estimate alone; every check was decided without it")
		}
	}
	t.line("")
}

// muteWords is a mute in one line: the reason, who and until when, and where it stands.
func muteWords(m *lint.Mute) string {
	words := m.Reason
	if m.Owner != "" {
		words += "; " + m.Owner
	}
	if m.Expires != "" {
		words += "; until " + m.Expires
	}
	return words + " (" + m.Source + ")"
}

func (t *text) skipped(skips []lint.Skip) {
	if len(skips) == 0 {
		return
	}
	t.line(t.paint("bold", "LEFT OUT"))
	for _, s := range skips {
		t.wrap("  ", Clean(place(s.Account, s.Region)+": "+s.Reason))
	}
	t.line("")
}

func (t *text) baseline(b *lint.Baseline) {
	if b == nil {
		return
	}
	t.line(t.paint("bold", "SINCE "+Clean(b.File)))
	t.line("  ", baselineWords(b))
	for _, f := range b.Fixed {
		words := strings.TrimSpace(f.Pattern + "  " + f.Resource.ID + " " + f.Resource.Name)
		if t.scopes > 1 {
			words += "  " + place(f.Resource.Account, f.Resource.Region)
		}
		t.wrap("  fixed: ", Clean(words))
	}
	t.line("")
}

// mutes tells of the mutes that want attention.
func (t *text) mutes(uses []lint.MuteUse) {
	concerns := muteConcerns(uses)
	if len(concerns) == 0 {
		return
	}
	t.line(t.paint("bold", "MUTES TO LOOK AT"))
	for _, u := range concerns {
		words := u.State
		if u.State == "expired" && u.Findings > 0 {
			words += ", " + count(u.Findings, "finding") + " again"
		}
		t.wrap("  ", Clean(words+": "+muteWords(&u.Mute)))
	}
	t.line("")
}

func (t *text) summary(r *lint.Report) {
	calls, names := 0, []string{}
	for _, s := range r.Scopes {
		calls += s.Calls
		names = append(names, Clean(place(cmp.Or(s.Account, "an unknown account"), cmp.Or(s.Region, "and region"))))
	}
	where := strings.Join(names, ", ")
	if len(names) == 0 || len(names) > 4 {
		where = scopeCount(r)
	}
	t.wrap("", sums(r, where))
	if money := savings(r.Summary); money != "" {
		t.wrap("", money)
	}
	if old := readAsOf(r, time.Hour); old != "" {
		t.wrap("", old)
	}
	if calls > 0 { // a snapshot needs none, and its report is the same every time
		t.line(fmt.Sprintf("%s to AWS in %s.", count(calls, "call"), r.Finished.Sub(r.Started).Round(10*time.Millisecond)))
	}
}

func bySeverity(s lint.Summary) string {
	var parts []string
	for _, name := range patterns.Severities {
		if n := s.BySeverity[name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, name))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
