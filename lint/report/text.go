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

// colors are the terminal's own, by severity, so that they fit its background.
var colors = map[string]string{"critical": "1;31", "high": "31", "medium": "33", "low": "32", "info": "34", "unknown": "35", "bold": "1", "dim": "2"}

// Text writes the report for a person: findings by pattern, the worst first, then what could not be checked, then the sums.
func Text(w io.Writer, r *lint.Report, style Style) error {
	t := &text{Writer: bufio.NewWriter(w), style: style, scopes: len(r.Scopes)}
	for i := range r.Findings {
		f := &r.Findings[i]
		if i == 0 || r.Findings[i-1].Pattern != f.Pattern || r.Findings[i-1].Severity != f.Severity {
			t.heading(r.Findings[i:])
		}
		t.finding(f)
		if i+1 == len(r.Findings) || r.Findings[i+1].Pattern != f.Pattern {
			if f.URL != "" {
				t.line("  ", t.paint("dim", "why and how: "+f.URL))
			}
			t.line("")
		}
	}
	t.gaps(r.Gaps)
	t.summary(r)
	return t.Flush()
}

type text struct {
	*bufio.Writer
	style  Style
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
func (t *text) heading(rest []lint.Finding) {
	f, n := rest[0], 0
	for _, g := range rest {
		if g.Pattern != f.Pattern {
			break
		}
		n++
	}
	what := "1 resource"
	if n > 1 {
		what = fmt.Sprintf("%d resources", n)
	}
	t.line(t.paint(f.Severity, strings.ToUpper(f.Severity)), "  ", t.paint("bold", Clean(f.Title)), "  ", t.paint("dim", f.Pattern+", "+what))
}

func (t *text) finding(f *lint.Finding) {
	id := Clean(f.Resource.ID)
	parts := []string{"  ", t.paint("bold", id)}
	if f.Resource.Name != "" {
		parts = append(parts, "  ", Clean(f.Resource.Name))
	}
	if t.scopes > 1 {
		parts = append(parts, "  ", t.paint("dim", Clean(strings.TrimSpace(f.Resource.Account+" "+f.Resource.Region))))
	}
	if f.Verdict != "fail" {
		parts = append(parts, "  ", t.paint("unknown", strings.ToUpper(f.Verdict)))
	}
	t.line(parts...)
	t.wrap("    ", Clean(f.Message))
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
		v, err := json.Marshal(f.Value)
		if err != nil {
			v = []byte("?")
		}
		if n, ok := f.Value.(float64); ok {
			v = strconv.AppendFloat(nil, math.Round(n*100)/100, 'f', -1, 64)
		}
		if s, ok := f.Value.(string); ok {
			v = []byte(s)
			if s == "" {
				v = []byte(`""`)
			}
		}
		facts = append(facts, Clean(f.Expr)+" = "+Clean(string(v)))
	}
	return strings.Join(facts, ", ")
}

func (t *text) gaps(gaps []lint.Missing) {
	if len(gaps) == 0 {
		return
	}
	t.line(t.paint("unknown", "NOT CHECKED"))
	for _, g := range gaps {
		what := g.Action
		if what == "" {
			what = g.Kind
		}
		if where := strings.TrimSpace(g.Account + " " + g.Region); t.scopes > 1 && where != "" {
			what += " in " + where
		}
		t.wrap("  ", Clean(what)+": "+Clean(g.Error))
		if len(g.Patterns) > 0 {
			t.wrap("    needed by: ", Clean(strings.Join(g.Patterns, ", ")))
		} else {
			t.line("    missed by the words of a message alone; every check was decided without it")
		}
	}
	t.line("")
}

func (t *text) summary(r *lint.Report) {
	s := r.Summary
	calls, where := 0, []string{}
	for _, sc := range r.Scopes {
		calls += sc.Calls
		where = append(where, Clean(strings.TrimSpace(cmp.Or(sc.Account, "an unknown account")+" "+cmp.Or(sc.Region, "and region"))))
	}
	if len(where) > 4 {
		where = []string{fmt.Sprintf("%d accounts and regions", len(where))}
	}
	t.wrap("", fmt.Sprintf("%s in %s: %s failed%s, %d passed, %d unknown.",
		count(s.Resources, "resource"), strings.Join(where, ", "), count(s.Fail, "check"), bySeverity(s), s.Pass, s.Unknown))
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
