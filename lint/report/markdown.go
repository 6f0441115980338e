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

// A comment on GitHub takes 65,536 characters. So each part of the text has a mark, in bytes, up to which it may fill it; behind the mark it only counts.
// What cannot be checked and what is muted have room left however many findings there are.
const (
	markFindings = 40_000
	markFixes    = 45_000
	markCounted  = 48_000
	markGaps     = 53_000
	markMuted    = 56_000
	markRest     = 60_000

	markdownRows    = 50 // resources of a pattern
	markdownMessage = 400
)

// Markdown writes the report for a comment, a job's summary or a wiki, in GitHub Flavored Markdown of at most 62,000 bytes. What it leaves out it
// counts.
func Markdown(w io.Writer, r *lint.Report, _ Options) error {
	sizes, err := tallies(r, func(*lint.Finding) {})
	if err != nil {
		return err
	}
	m := &markdown{w: bufio.NewWriter(w), several: len(r.Scopes) > 1}
	m.head(r)
	for f, err := range r.All() {
		switch {
		case err != nil:
			return err
		case f.Verdict == "muted":
			m.mute(f)
			continue
		case m.section == nil || m.section.heading != headingOf(f):
			m.end()
			m.begin(f, sizes[headingOf(f)])
		}
		m.finding(f)
	}
	m.end()
	if n := m.counted - m.listed; n > 0 {
		m.put("- and " + count(n, "pattern") + " more\n")
	}
	m.gaps(r.Gaps)
	m.mutedDetails()
	m.rest(r)
	if m.cut {
		m.put("\nFor its size, this text leaves out a part of what it counts. `patlint check -f json` has all.\n")
	}
	return m.w.Flush()
}

type markdown struct {
	w       *bufio.Writer
	size    int // bytes written
	several bool
	cut     bool // something is counted that is not listed
	section *section
	full    bool // findings have reached their mark: what comes is counted
	counted int  // patterns that are
	listed  int  // of these

	muted     int
	mutedRows []string // the first of them
}

// A section is the findings of one pattern.
type section struct {
	heading
	total, rows int
	closed      bool   // no row comes behind one that was left out
	fix         string // of the first that has one
}

func (m *markdown) put(s string) {
	m.w.WriteString(s)
	m.size += len(s)
}

// fits writes a text if it stays below a mark, and tells whether it did.
func (m *markdown) fits(mark int, s string) bool {
	if m.size+len(s) > mark {
		m.cut = true
		return false
	}
	m.put(s)
	return true
}

func (m *markdown) head(r *lint.Report) {
	m.put("## patlint report\n\n" + sums(r, scopeCount(r)) + "\n")
	if money := savings(r.Summary); money != "" {
		m.put("\n" + money + "\n")
	}
	if old := readAsOf(r, time.Hour); old != "" {
		m.put("\n" + old + "\n")
	}
	if why := incomplete(r); why != "" {
		m.put("\n**" + why + "**\n")
	}
	m.put("\n| Severity | Failed |\n|---|--:|\n")
	for _, name := range patterns.Severities {
		m.put(fmt.Sprintf("| %s | %d |\n", name, r.Summary.BySeverity[name]))
	}
}

// begin opens the section of a pattern, or counts it where there is no room.
func (m *markdown) begin(f *lint.Finding, t *tally) {
	m.section = &section{heading: headingOf(f), total: t.fail + t.unknown}
	label := strings.ToUpper(f.Severity) + ": " + words(clip(f.Title, markdownMessage))
	about := code(f.Pattern) + ", " + t.words()
	page := mdLink("why and how", f.URL)
	if page != "" {
		page = ", " + page
	}
	columns := "| Resource | Name | Message |\n|---|---|---|\n"
	if m.several {
		columns = "| Resource | Name | Account and region | Message |\n|---|---|---|---|\n"
	}
	if !m.full && m.fits(markFindings, "\n### "+label+"\n\n"+about+page+"\n\n"+columns) {
		return
	}
	if !m.full {
		m.full = true
		m.put("\n### Counted only\n\n")
	}
	if m.listed == m.counted && m.listed < markdownRows && m.fits(markCounted, "- "+label+" ("+about+")\n") {
		m.listed++
	}
	m.counted++
}

// finding adds a row to the section.
func (m *markdown) finding(f *lint.Finding) {
	s := m.section
	if s.fix == "" && f.Verdict == "fail" {
		s.fix = strings.TrimSpace(f.Fix)
	}
	if m.full || s.closed || s.rows == markdownRows {
		m.cut = true
		return
	}
	message := priced(words(clip(f.Message, markdownMessage)), f.MonthlyUSD, f.MonthlyUSDAtMost)
	if f.Verdict == "unknown" {
		message = "**not decided:** " + message
	}
	if s.closed = !m.fits(markFindings, m.row(&f.Resource, message)); !s.closed {
		s.rows++
	}
}

// row is a line of a table: the resource, and more cells that are Markdown already.
func (m *markdown) row(r *lint.Resource, cells ...string) string {
	line := "| " + code(r.ID) + " | " + code(clip(r.Name, markdownMessage)) + " | "
	if m.several {
		line += code(place(r.Account, r.Region)) + " | "
	}
	return line + strings.Join(cells, " | ") + " |\n"
}

// end closes the section with how many resources it does not list, and with a fix.
func (m *markdown) end() {
	s := m.section
	if s == nil || m.full {
		return
	}
	if n := s.total - s.rows; n > 0 {
		m.put("\nand " + count(n, "resource") + " more\n")
	}
	if s.fix == "" {
		return
	}
	if !m.fits(markFixes, "\n<details><summary>Fix of the first</summary>\n\n"+fenced("sh", s.fix)+"\n</details>\n") {
		m.put("\nThe fix is too long for this text.\n")
	}
}

// mute takes a muted finding for later.
func (m *markdown) mute(f *lint.Finding) {
	m.muted++
	if m.muted > markdownRows {
		m.cut = true
		return
	}
	why := ""
	if f.Mute != nil {
		why = words(clip(muteWords(f.Mute), markdownMessage))
	}
	m.mutedRows = append(m.mutedRows, m.row(&f.Resource, code(f.Pattern), priced(words(clip(f.Message, markdownMessage)), f.MonthlyUSD, f.MonthlyUSDAtMost), why))
}

func (m *markdown) mutedDetails() {
	if m.muted == 0 {
		return
	}
	m.put(fmt.Sprintf("\n<details><summary>%d muted</summary>\n\n", m.muted))
	if m.several {
		m.put("| Resource | Name | Account and region | Pattern | Message | Why |\n|---|---|---|---|---|---|\n")
	} else {
		m.put("| Resource | Name | Pattern | Message | Why |\n|---|---|---|---|---|\n")
	}
	rest := m.muted
	for _, row := range m.mutedRows {
		if !m.fits(markMuted, row) {
			break
		}
		rest--
	}
	if rest > 0 {
		m.put(fmt.Sprintf("\nand %d more\n", rest))
	}
	m.put("\n</details>\n")
}

// list writes a heading and the items that fit, and counts the others.
func (m *markdown) list(mark int, title string, n int, item func(i int) string) {
	if n == 0 {
		return
	}
	m.put("\n### " + title + "\n\n")
	listed := 0
	for listed < min(n, markdownRows) && m.fits(mark, "- "+item(listed)+"\n") {
		listed++
	}
	if listed < n {
		m.cut = true
		m.put(fmt.Sprintf("- and %d more\n", n-listed))
	}
}

func (m *markdown) gaps(gaps []lint.Missing) {
	groups := groupGaps(gaps)
	m.list(markGaps, "Not checked", len(groups), func(i int) string {
		g := groups[i]
		item := code(g.What())
		if where := g.Where(); m.several && where != "" {
			item += " in " + code(where)
		}
		item += ": " + words(clip(g.Why, markdownMessage))
		if len(g.Patterns) == 0 {
			return item + "; missed by a message or an estimate alone, every check was decided without it"
		}
		return item + "; needed by " + code(clip(g.NeededBy(false), markdownMessage))
	})
}

func (m *markdown) rest(r *lint.Report) {
	m.list(markRest, "Left out", len(r.Skipped), func(i int) string {
		return code(place(r.Skipped[i].Account, r.Skipped[i].Region)) + ": " + words(clip(r.Skipped[i].Reason, markdownMessage))
	})
	concerns := muteConcerns(r.Mutes)
	m.list(markRest, "Mutes to look at", len(concerns), func(i int) string {
		u := &concerns[i]
		return u.State + ": " + words(clip(muteConcern(u)+": "+u.Reason, markdownMessage))
	})
	if b := r.Baseline; b != nil {
		m.put("\n### Since " + code(clip(b.File, 100)) + "\n\n" + baselineWords(b) + "\n")
		m.list(markRest, "Fixed", len(b.Fixed), func(i int) string {
			f := &b.Fixed[i]
			item := strings.TrimSpace(code(f.Resource.ID) + " " + code(clip(f.Resource.Name, markdownMessage)))
			if m.several {
				item += " in " + code(place(f.Resource.Account, f.Resource.Region))
			}
			return item + ": " + code(f.Pattern)
		})
	}
}
