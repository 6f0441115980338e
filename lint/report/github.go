package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
)

// GitHub shows ten errors, ten warnings and ten notices of a step, and cuts a message at 4096 characters. So each pattern has one annotation
// for all of its resources, and what could not be checked leaves room for the warnings of patterns.
const (
	annotatedResources = 10
	annotatedGaps      = 4
	annotationLine     = 240  // characters of a line from an account
	annotationFix      = 1000 // characters
)

// levels are the kinds of annotation, by severity.
var levels = map[string]string{"critical": "error", "high": "error", "medium": "warning", "low": "notice", "info": "notice"}

// GitHub writes workflow commands, which GitHub Actions shows as annotations of a run: one for each pattern, the worst first. What could not be
// checked stands behind the errors and in front of everything else, so that it is among what GitHub shows. The last line is the sums, with
// when the accounts were read if that is long ago.
func GitHub(w io.Writer, r *lint.Report, _ Options) error {
	g := &github{Writer: bufio.NewWriter(w), report: r}
	var group *annotated
	for f, err := range r.All() {
		if err != nil {
			return err
		}
		if group == nil || group.heading != headingOf(f) {
			g.end(group)
			group = &annotated{heading: headingOf(f), title: f.Title, url: f.URL}
		}
		group.add(f)
	}
	g.end(group)
	g.doubts()
	g.rest()
	g.WriteString("patlint: " + sums(r, scopeCount(r)))
	for _, words := range []string{savings(r.Summary), readAsOf(r, time.Hour)} {
		if words != "" {
			g.WriteString(" " + words)
		}
	}
	g.WriteByte('\n')
	return g.Flush()
}

type github struct {
	*bufio.Writer
	report  *lint.Report
	doubted bool // what could not be checked has been said
	muted   int
}

// annotated is what the annotations of one pattern hold: of many resources the first.
type annotated struct {
	heading
	title, url, fix string
	tally
	failed, unknown []string
}

func (a *annotated) add(f *lint.Finding) {
	a.tally.add(f.Verdict)
	switch {
	case f.Verdict == "fail" && len(a.failed) < annotatedResources:
		a.failed = append(a.failed, annotationResource(f))
		a.fix = cmp.Or(a.fix, strings.TrimSpace(f.Fix))
	case f.Verdict == "unknown" && len(a.unknown) < annotatedResources:
		a.unknown = append(a.unknown, annotationResource(f))
	}
}

// annotationResource is a finding in one line.
func annotationResource(f *lint.Finding) string {
	id := f.Resource.ID
	if f.Resource.Name != "" {
		id += " (" + clip(f.Resource.Name, 60) + ")"
	}
	cost := priced("", f.MonthlyUSD, f.MonthlyUSDAtMost)
	return clip(Clean(id+" "+place(f.Resource.Account, f.Resource.Region)+": "+f.Message), annotationLine-len(cost)) + cost
}

// end writes the annotations of a pattern.
func (g *github) end(a *annotated) {
	if a == nil {
		return
	}
	level := cmp.Or(levels[a.severity], "error")
	if level != "error" {
		g.doubts()
	}
	g.muted += a.muted
	if n := a.tally.fail; n > 0 {
		lines := more(a.failed, n, "resource")
		if a.fix != "" {
			lines = append(lines, "", "fix of the first:", clip(cleanLines(a.fix), annotationFix))
		}
		g.annotate(level, strings.ToUpper(a.severity)+": "+a.title, a.link(lines)...)
	}
	if n := a.tally.unknown; n > 0 {
		g.annotate("warning", "NOT DECIDED: "+a.title, a.link(more(a.unknown, n, "resource"))...)
	}
}

// link adds where to read on.
func (a *annotated) link(lines []string) []string {
	if a.url == "" {
		return append(lines, "", "pattern: "+Clean(a.pattern))
	}
	return append(lines, "", "why and how: "+clip(Clean(a.url), annotationLine))
}

// doubts says, once, what could not be checked, and which mutes have expired.
func (g *github) doubts() {
	if g.doubted {
		return
	}
	g.doubted = true
	gaps := groupGaps(g.report.Gaps)
	for _, gap := range gaps[:min(len(gaps), annotatedGaps)] {
		lines := []string{clip(Clean(strings.TrimPrefix(gap.Where()+": "+gap.Why, ": ")), 4*annotationLine)}
		if len(gap.Patterns) > 0 {
			lines = append(lines, "needed by: "+clip(Clean(gap.NeededBy(false)), 4*annotationLine))
		} else {
			lines = append(lines, "missed by a message or an estimate alone; every check was decided without it")
		}
		g.annotate("warning", "NOT CHECKED: "+gap.What(), lines...)
	}
	if n := len(gaps) - annotatedGaps; n > 0 {
		g.annotate("warning", "NOT CHECKED: "+count(n, "thing")+" more", "-f json lists all of what could not be read or decided.")
	}
	g.mutes("warning", "expired", "Mutes that have expired")
}

// rest says what is neither a finding nor a gap.
func (g *github) rest() {
	r := g.report
	g.mutes("notice", "unused", "Mutes that mute nothing")
	if g.muted > 0 {
		g.annotate("notice", "Muted", count(g.muted, "finding")+" muted; -f json lists them with their reasons.")
	}
	if n := len(r.Skipped); n > 0 {
		var lines []string
		for _, s := range r.Skipped[:min(n, annotatedResources)] {
			lines = append(lines, clip(Clean(place(s.Account, s.Region)+": "+s.Reason), annotationLine))
		}
		g.annotate("notice", "Left out", more(lines, n, "place")...)
	}
	if b := r.Baseline; b != nil {
		g.annotate("notice", "Since "+clip(b.File, 60), baselineWords(b))
	}
}

// mutes is one annotation for all mutes in a state.
func (g *github) mutes(level, state, title string) {
	uses := slices.DeleteFunc(slices.Clone(g.report.Mutes), func(u lint.MuteUse) bool { return u.State != state })
	if len(uses) == 0 {
		return
	}
	var lines []string
	for _, u := range uses[:min(len(uses), annotatedResources)] {
		lines = append(lines, clip(Clean(muteConcern(&u)+": "+u.Reason), annotationLine))
	}
	g.annotate(level, title, more(lines, len(uses), "mute")...)
}

// more adds how many of n are not among the lines.
func more(lines []string, n int, what string) []string {
	if n > len(lines) {
		lines = append(lines, "and "+count(n-len(lines), what)+" more")
	}
	return lines
}

// annotate writes one workflow command, which is one line whatever its texts hold.
func (g *github) annotate(level, title string, lines ...string) {
	g.WriteString(annotation(level, "", 0, 0, title, lines...))
}

// annotation is a workflow command, with its place in a file unless that is "".
func annotation(level, file string, line, column int, title string, lines ...string) string {
	at := ""
	if file != "" {
		at = "file=" + commandProperty(Clean(file)) + ","
		if line > 0 {
			at += fmt.Sprintf("line=%d,col=%d,", line, column)
		}
	}
	return fmt.Sprintf("::%s %stitle=%s::%s\n", level, at, commandProperty(clip(Clean(title), annotationLine)), commandData(strings.Join(lines, "\n")))
}

// commandData escapes the message of a workflow command.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// commandProperty escapes the value of a property, which a colon or a comma would end.
func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
