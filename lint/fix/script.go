package fix

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"mvdan.cc/sh/v3/syntax"
)

const (
	maxFix     = 16 << 10 // bytes of a fix that is judged; a longer one is all comment
	maxComment = 1000     // characters of a text in a comment
	maxTitle   = 200      // characters of a finding's own line
	fixBatch   = 10_000   // findings in memory, or those of one account and region where these are more
)

// Options say what a script is about. The zero value is for all of a report, written when it was made.
type Options struct {
	Chosen func(*lint.Finding) bool // which failed findings; nil is for all
	Now    time.Time                // when the script is written; zero is for when the report was
	Stale  bool                     // change things although the account was read long ago
}

// Script writes a shell script that mends what a report found, and runs nothing.
//
// A report may be forged, and a script runs with the rights of the person who trusts it. So only commands run that the table of operations
// knows, in a form that patlint can read, on the account that was checked; what interrupts, deletes, opens or costs is a comment, with its
// reason, and so is what comes after it in the same finding. Snapshots are made, although they are billed, because they keep what a mistake would lose.
// What the account was like more than a week ago changes nothing, unless Options.Stale says so.
func Script(w io.Writer, r *lint.Report, o Options) error {
	p, err := planFix(r, o)
	if err != nil {
		return err
	}
	count := &fixScript{Writer: bufio.NewWriter(io.Discard)} // the header tells of what stands below it
	if err := count.findings(r, p); err != nil {
		return err
	}
	s := &fixScript{Writer: bufio.NewWriter(w), idle: count.tally.change+count.tally.look == 0}
	s.header(r, p, count.tally)
	if err := s.findings(r, p); err != nil {
		return err
	}
	s.footer(count.tally)
	return s.Flush()
}

// A fixPlan is what one walk over a report tells.
type fixPlan struct {
	chosen        func(*lint.Finding) bool
	age           fixAge
	groups        []fixGroup
	failed, muted int
	others        int // failed, and not chosen
}

// A fixGroup is the findings of one account and region.
type fixGroup struct {
	account, region string
	n               int
}

func planFix(r *lint.Report, o Options) (*fixPlan, error) {
	p := &fixPlan{chosen: o.Chosen, age: ageOf(r, o)}
	if p.chosen == nil {
		p.chosen = func(*lint.Finding) bool { return true }
	}
	sizes := map[fixGroup]int{}
	for f, err := range r.All() {
		switch {
		case err != nil:
			return nil, err
		case f.Verdict == "muted":
			p.muted++
		case f.Verdict != "fail": // the summary counts them; a report has them only on request
		case !p.chosen(f):
			p.others++
		default:
			p.failed++
			sizes[groupOf(f)]++
		}
	}
	for g, n := range sizes {
		g.n = n
		p.groups = append(p.groups, g)
	}
	slices.SortFunc(p.groups, func(a, b fixGroup) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.region, b.region))
	})
	return p, nil
}

func groupOf(f *lint.Finding) fixGroup {
	return fixGroup{account: f.Resource.Account, region: f.Resource.Region}
}

// batches walks the groups with their findings: as many at a time as fit into memory.
func (p *fixPlan) batches(r *lint.Report, each func(fixGroup, []*lint.Finding)) error {
	for rest := p.groups; len(rest) > 0; {
		n, size := 1, rest[0].n
		for n < len(rest) && size+rest[n].n <= fixBatch {
			size += rest[n].n
			n++
		}
		found := map[fixGroup][]*lint.Finding{}
		for _, g := range rest[:n] {
			found[fixGroup{account: g.account, region: g.region}] = make([]*lint.Finding, 0, g.n)
		}
		for f, err := range r.All() {
			if err != nil {
				return err
			}
			if list, wanted := found[groupOf(f)]; wanted && f.Verdict == "fail" && p.chosen(f) {
				found[groupOf(f)] = append(list, f)
			}
		}
		for _, g := range rest[:n] {
			each(g, found[fixGroup{account: g.account, region: g.region}])
		}
		rest = rest[n:]
	}
	return nil
}

// A fixTally counts findings by what runs of them.
type fixTally struct{ change, look, silent, held, bills int }

type fixScript struct {
	*bufio.Writer
	tally fixTally
	n     int  // the number of the last finding
	idle  bool // nothing in it runs
}

func (s *fixScript) line(parts ...string) {
	for _, p := range parts {
		s.WriteString(p)
	}
	s.WriteByte('\n')
}

// comment writes a text as one line that the shell does not read.
func (s *fixScript) comment(text string) {
	s.line("# ", clip(report.Clean(text), maxComment))
}

// shellQuote is a text as one word.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func (s *fixScript) findings(r *lint.Report, p *fixPlan) error {
	var last *fixGroup
	return p.batches(r, func(g fixGroup, found []*lint.Finding) {
		if last == nil || last.account != g.account {
			s.account(g.account)
		}
		last = &g
		s.line()
		s.comment("=== " + cmp.Or(g.region, "region not known"))
		taken := map[string]int{}
		for _, f := range found {
			s.finding(f, taken, p.age.held)
		}
	})
}

func (s *fixScript) account(id string) {
	s.line()
	s.comment("===== account " + cmp.Or(id, "not known: nothing tells whether the credentials are of the account that was checked"))
	switch {
	case s.idle:
	case id == "":
		s.line("patlint_whose=''")
	default:
		s.line("patlint_account ", shellQuote(clip(report.Clean(id), maxTitle)))
	}
}

// finding writes one finding. taken holds what earlier ones change that can change once only, stale why nothing is changed.
func (s *fixScript) finding(f *lint.Finding, taken map[string]int, stale string) {
	s.n++
	title := strings.TrimSpace(f.Pattern + ": " + strings.TrimSpace(f.Resource.ID+" "+f.Resource.Name))
	s.line()
	s.line(fmt.Sprintf("# --- %d  %s  ", s.n, clip(report.Clean(strings.ToUpper(f.Severity)), maxTitle)), clip(report.Clean(title), maxComment))
	for _, text := range []string{f.Message, f.URL} {
		if text != "" {
			s.comment(text)
		}
	}
	j := newJudge(f, taken, stale)
	blocks := j.blocks()
	live := slices.ContainsFunc(blocks, func(b block) bool { return b.runs })
	if live {
		s.line(fmt.Sprintf("if patlint_finding %d ", s.n), shellQuote(clip(report.Clean(title), maxTitle)), "; then")
	}
	for i, b := range blocks {
		s.block(b, slices.ContainsFunc(blocks[i+1:], func(b block) bool { return b.changes }))
	}
	if live {
		s.line("fi")
	}
	if len(blocks) == 0 {
		s.line("# It has no commands; the page says what to do.")
	}
	for _, key := range j.takes {
		taken[key] = s.n
	}
	switch {
	case j.changes:
		s.tally.change++
	case live:
		s.tally.look++
	default:
		s.tally.silent++
	}
	if slices.ContainsFunc(blocks, func(b block) bool { return b.why != "" }) {
		s.tally.held++
	}
	if j.bills {
		s.tally.bills++
	}
}

// A block is lines of a fix that belong together: commands that run, commands that do not, or a comment.
type block struct {
	lines   []string
	runs    bool
	waits   bool   // it runs, and is a wait that stands alone
	changes bool   // it runs, and changes something
	why     string // why commands do not run
}

// block writes one. Where a change comes after a wait, it needs what the wait waits for.
func (s *fixScript) block(b block, needed bool) {
	if b.why != "" {
		s.comment("does not run: " + b.why)
	}
	if b.waits {
		s.line("{")
	}
	for _, l := range b.lines {
		if b.why != "" {
			l = "#> " + clip(report.Clean(strings.ReplaceAll(l, "\t", "    ")), maxFix)
		}
		s.line(l)
	}
	switch {
	case b.waits && needed:
		s.line(`} || patlint_wait "$?" needed`)
	case b.waits:
		s.line(`} || patlint_wait "$?" later`)
	}
}

const afterHeld = "comes after a command that does not run"

// blocks parts the fix.
func (j *judge) blocks() []block {
	if strings.TrimSpace(j.text) == "" {
		return nil
	}
	lines := strings.Split(j.text, "\n")
	whole := func(why string) []block { return []block{{lines: lines, why: why}} }
	if len(j.text) > maxFix {
		return whole(fmt.Sprintf("is longer than the %d bytes that patlint judges", maxFix))
	}
	for _, l := range lines {
		if l = strings.ReplaceAll(l, "\t", " "); report.Clean(l) != l || strings.ContainsRune(l, utf8.RuneError) {
			return whole("has characters that a reader cannot see")
		}
		if strings.Contains(l, "#") && strings.HasSuffix(l, `\`) { // shells and the parser do not agree where such a comment ends
			return whole("has a # in a line that ends with a backslash")
		}
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(j.text), "")
	if err != nil {
		return whole("is no shell that patlint can read")
	}
	owner := map[int]int{} // line → the first line of its statements
	together := map[int][]*syntax.Stmt{}
	for _, stmt := range file.Stmts {
		first := int(stmt.Pos().Line())
		if o, shared := owner[first]; shared {
			first = o
		}
		last := int(stmt.End().Line())
		if strings.HasSuffix(lines[last-1], `\`) {
			return whole("does not end with its line")
		}
		for n := first; n <= last; n++ {
			owner[n] = first
		}
		together[first] = append(together[first], stmt)
	}
	var out []block
	stopped := false
	for n := 1; n <= len(lines); n++ {
		first, command := owner[n]
		text := strings.TrimLeft(lines[n-1], " \t")
		switch {
		case command && n > first:
			b := &out[len(out)-1]
			b.lines = append(b.lines, lines[n-1])
		case command:
			b := block{lines: []string{lines[n-1]}}
			if stopped {
				b.why = afterHeld
			} else {
				changed := j.changes
				j.changes = false
				r := j.statements(together[n])
				b.runs, b.changes, b.waits, b.why = r.why == "", j.changes, r.why == "" && isWait(together[n]), r.why
				stopped = r.why != "" && !r.look
				j.changes = j.changes || changed
			}
			out = append(out, b)
		case text == "" || text[0] == '#':
			out = append(out, block{lines: []string{lines[n-1]}})
		default:
			return whole("has text that belongs to no command")
		}
	}
	if !j.calls {
		for i := range out {
			if out[i].runs {
				out[i].runs, out[i].why = false, "is of no use alone"
			}
		}
	}
	return joined(out)
}

// isWait tells whether statements are nothing but one wait of the AWS CLI.
func isWait(list []*syntax.Stmt) bool {
	c, ok := list[0].Cmd.(*syntax.CallExpr)
	return ok && len(list) == 1 && len(c.Args) > 2 && c.Args[0].Lit() == "aws" && c.Args[1].Lit() == "ec2" && c.Args[2].Lit() == "wait"
}

// joined puts neighbours together that come after a command that does not run.
func joined(blocks []block) (out []block) {
	for _, b := range blocks {
		if n := len(out); n > 0 && b.why == afterHeld && out[n-1].why == afterHeld {
			out[n-1].lines = append(out[n-1].lines, b.lines...)
			continue
		}
		out = append(out, b)
	}
	return out
}

// clip shortens a text, and says so.
func clip(s string, most int) string {
	n := utf8.RuneCountInString(s)
	if n <= most {
		return s
	}
	return fmt.Sprintf("%s… (and %d characters more)", string([]rune(s)[:most]), n-most)
}
