package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// DiffSchema names the version of the JSON form of a [Diff].
const DiffSchema = "patlint/diff/v1"

// A Diff is what became of an account between two reports. Its JSON form is a contract.
type Diff struct {
	Schema     string         `json:"schema"`
	Old        DiffSide       `json:"old"`
	New        DiffSide       `json:"new"`
	BySeverity map[string]int `json:"by_severity"` // what appeared; every severity is present
	Appeared   []Appeared     `json:"appeared"`    // failed findings that the old report does not have, in the order of findings
	Fixed      []lint.Fixed   `json:"fixed"`       // findings of the old report that were checked again and are gone, in the order of findings
	Known      int            `json:"known"`       // failed findings that both have
	Open       int            `json:"open"`        // findings of the old report of which the new one cannot tell

	Unchecked int `json:"unchecked"` // checks, of a pattern in an account and region, that the old report made in full and the new one did not
}

// A DiffSide is one of the two reports.
type DiffSide struct {
	File     string    `json:"file"`
	Version  string    `json:"version"`
	Finished time.Time `json:"finished"`
}

// An Appeared is a finding that the old report does not have.
type Appeared struct {
	lint.Finding
	CheckedBefore bool `json:"checked_before"` // the old report looked for it, so that it is new; false where it may have been there
}

// Compare sets a report beside an earlier one. The names are those of their files.
func Compare(oldName string, old *lint.Report, newName string, later *lint.Report) (*Diff, error) {
	d := &Diff{Schema: DiffSchema, Old: DiffSide{oldName, old.Version, old.Finished}, New: DiffSide{newName, later.Version, later.Finished},
		BySeverity: map[string]int{}, Appeared: []Appeared{}}
	for _, s := range patterns.Severities {
		d.BySeverity[s] = 0
	}
	looked, err := lookedFor(old, later)
	if err != nil {
		return nil, err
	}
	c, err := lint.Earlier(old)
	if err != nil {
		return nil, err
	}
	for f, err := range later.All() {
		switch {
		case err != nil:
			return nil, err
		case c.Known(f):
			if f.Verdict == "fail" {
				d.Known++
			}
		case f.Verdict == "fail":
			d.Appeared = append(d.Appeared, Appeared{*f, looked[f.Fingerprint]})
			d.BySeverity[f.Severity]++
		}
	}
	d.Fixed, d.Open = c.Gone(later)
	d.Unchecked = unchecked(old, later)
	return d, nil
}

// lookedFor are the findings, by fingerprint, that a later report has and an earlier one would have had. It is the comparison the other
// way round.
func lookedFor(old, later *lint.Report) (map[string]bool, error) {
	c, err := lint.Earlier(later)
	if err != nil {
		return nil, err
	}
	for f, err := range old.All() {
		if err != nil {
			return nil, err
		}
		c.Known(f)
	}
	absent, _ := c.Gone(old)
	out := map[string]bool{}
	for _, f := range absent {
		out[f.Fingerprint] = true
	}
	return out, nil
}

// unchecked counts the patterns, in accounts and regions, that the earlier report decided and the later one did not.
func unchecked(old, later *lint.Report) (n int) {
	was, is := old.Decided(), later.Decided()
	seen := map[spot]bool{}
	for _, s := range old.Scopes {
		at := spot{s.Account, s.Region}
		if seen[at] { // of two accounts without a name
			continue
		}
		seen[at] = true
		for _, p := range old.Patterns {
			if was(s.Account, s.Region, p) && !is(s.Account, s.Region, p) {
				n++
			}
		}
	}
	return n
}

// JSON writes the comparison as one indented object.
func (d *Diff) JSON(w io.Writer) error {
	text, err := encode(d, "")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// Text writes the comparison for a person: what is new, the worst first, what is fixed, and the sums.
func (d *Diff) Text(w io.Writer, o Options) error {
	t := &text{Writer: bufio.NewWriter(w), style: o}
	if len(d.Appeared) > 0 {
		t.line(t.paint("bold", "NEW"))
	}
	for i := range d.Appeared {
		f := &d.Appeared[i]
		t.line("  ", t.paint(f.Severity, strings.ToUpper(Clean(f.Severity))), "  ", t.paint("bold", Clean(f.Pattern)), "  ", resourceLine(f.Resource))
		t.wrap("    ", priced(Clean(f.Message), f.MonthlyUSD, f.MonthlyUSDAtMost))
		if !f.CheckedBefore {
			t.wrap("    ", "was not checked in "+Clean(d.Old.File)+", so it may be older")
		}
		if f.URL != "" {
			t.line("    ", t.paint("dim", Clean(f.URL)))
		}
	}
	if len(d.Appeared) > 0 {
		t.line()
	}
	if len(d.Fixed) > 0 {
		t.line(t.paint("bold", "FIXED"))
		for _, f := range d.Fixed {
			t.line("  ", Clean(f.Severity), "  ", Clean(f.Pattern), "  ", priced(resourceLine(f.Resource), f.MonthlyUSD, f.MonthlyUSDAtMost))
		}
		t.line()
	}
	t.wrap("", d.Summary())
	return t.Flush()
}

// resourceLine is a resource in one line.
func resourceLine(r lint.Resource) string {
	line := Clean(r.ID)
	for _, s := range []string{r.Name, r.Account, r.Region} {
		if s != "" {
			line += " " + Clean(s)
		}
	}
	return line
}

// Summary is the sums in a sentence.
func (d *Diff) Summary() string {
	words := fmt.Sprintf("From %s to %s: %d new%s, %d fixed, %d still there", Clean(d.Old.File), Clean(d.New.File), len(d.Appeared),
		bySeverity(lint.Summary{BySeverity: d.BySeverity}), len(d.Fixed), d.Known)
	if d.Open > 0 {
		words += fmt.Sprintf(", %d not checked this time", d.Open)
	}
	words += "."
	if d.Unchecked > 0 {
		words += fmt.Sprintf(" Made in %[2]s and not, or not in full, in %[3]s: %[1]s.", count(d.Unchecked, "check"), Clean(d.Old.File), Clean(d.New.File))
	}
	return words
}
