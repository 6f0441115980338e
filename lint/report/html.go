package report

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

//go:embed assets
var assets embed.FS

// A browser opens some ten thousand findings with ease and a hundred thousand not at all. So a pattern lists a thousand, and once the file has
// ten thousand, the patterns that come list fifty each. What is not listed is counted, and the file says where it is.
const (
	htmlPattern = 1000
	htmlTotal   = 10_000
	htmlFew     = 50
	htmlBig     = 300 // findings from which on a browser need not lay out what it does not show
	htmlPlaces  = 4   // that stand at the top; more have a list
	htmlOthers  = 500 // gaps, muted findings, accounts left out and so on
)

// HTML writes one file that needs no other: the report for people who have a browser and no terminal, and for print. It looks like the site where
// Options.Sheet has the site's style sheet. Filters are live where scripts may run. A Content Security Policy admits the style and the script of
// the file by their hashes and nothing else, so that nothing from an account can run and nothing can be sent.
func HTML(w io.Writer, r *lint.Report, o Options) error {
	p, err := newPage(w, o.Sheet)
	if err != nil {
		return err
	}
	facets := newFacets()
	sizes, err := tallies(r, facets.add)
	if err != nil {
		return err
	}
	p.summary(r, facets.findings > htmlBig)
	p.gaps(r.Gaps)
	p.part("findings", map[string]any{"Total": facets.findings, "Filters": facets.filters(), "Count": findingCount(r, sizes)})
	if err := p.findings(r, sizes); err != nil {
		return err
	}
	p.part("endfindings", nil)
	p.mutedFindings()
	p.lists(r)
	p.part("end", r)
	p.raw("<script>" + p.script + "</script>\n</body>\n</html>\n")
	return cmp.Or(p.err, p.w.Flush())
}

// A page is a file that is being written, a part at a time.
type page struct {
	w             *bufio.Writer
	t             *template.Template
	err           error // the first
	style, script string

	listed   int // findings
	muted    []*lint.Finding
	mutedAll int
}

func newPage(w io.Writer, sheet string) (*page, error) {
	style, err := assets.ReadFile("assets/report.css")
	if err != nil {
		return nil, err
	}
	script, err := assets.ReadFile("assets/report.js")
	if err != nil {
		return nil, err
	}
	if strings.Contains(strings.ToLower(sheet), "</style") {
		return nil, errors.New("the style sheet for the HTML report has </style in it, which would end it")
	}
	t, err := template.New("").Funcs(template.FuncMap{
		"clean": Clean, "count": count, "fix": fixText,
		"estimate": estimate, "muteWords": muteWords, "place": place, "value": factValue,
	}).ParseFS(assets, "assets/report.html")
	if err != nil {
		return nil, err
	}
	return &page{w: bufio.NewWriter(w), t: t, style: sheet + string(style), script: string(script)}, nil
}

// part executes a template.
func (p *page) part(name string, data any) {
	if p.err == nil {
		p.err = p.t.ExecuteTemplate(p.w, name, data)
	}
}

// raw writes what is HTML already.
func (p *page) raw(s string) {
	p.w.WriteString(s)
}

// policy admits the style and the script of the file and nothing else.
func (p *page) policy() string {
	return fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none'; form-action 'none'", hash(p.style), hash(p.script))
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (p *page) summary(r *lint.Report, big bool) {
	data := map[string]any{
		"Policy": p.policy(), "Report": r, "Heading": headline(r.Summary), "Sums": sums(r, scopeCount(r)), "Savings": savings(r.Summary), "Incomplete": incomplete(r),
		"Scopes": scopeCount(r), "Totals": totals(r.Summary), "Nav": nav(r), "Big": big,
	}
	if !r.Started.IsZero() {
		data["When"] = minute(r.Started)
	}
	if oldest, newest := readSpan(r); !oldest.IsZero() {
		data["Read"], data["Old"] = minute(oldest), readAsOf(r, 24*time.Hour)
		if last := minute(newest); last != data["Read"] {
			data["ReadLast"] = last
		}
	}
	calls, places := 0, []string{}
	for _, s := range r.Scopes {
		calls += s.Calls
		places = append(places, cmp.Or(place(s.Account, s.Region), "not known"))
	}
	if data["Calls"] = calls; len(places) <= htmlPlaces {
		data["Places"] = places
	}
	p.part("top", data)
	p.raw("<style>" + p.style + "</style>\n")
	p.part("summary", data)
}

// headline says the most important thing. Nothing checked is not the same as nothing wrong.
func headline(s lint.Summary) string {
	switch {
	case s.Fail > 0:
		return fmt.Sprintf("%d of %s failed", s.Fail, count(s.Evaluations, "check"))
	case s.Evaluations == 0:
		return "Nothing was checked"
	case s.Unknown > 0:
		return fmt.Sprintf("Nothing failed, and %d of %s could not be decided", s.Unknown, count(s.Evaluations, "check"))
	}
	return "Nothing failed"
}

// An entry leads to a part of the page.
type entry struct{ ID, Title string }

// nav lists the parts that the page has.
func nav(r *lint.Report) []entry {
	out := []entry{{"totals", "Totals"}}
	add := func(has bool, id, title string) {
		if has {
			out = append(out, entry{id, title})
		}
	}
	add(len(r.Gaps) > 0, "not-checked", "Not checked")
	add(true, "findings", "Findings")
	add(r.Summary.Muted > 0, "muted", "Muted")
	add(r.Baseline != nil, "baseline", "Since")
	return out
}

// A total is a line of the table of totals.
type total struct {
	Severity, Name string
	N              int
	Share          string // of all checks: 12%
}

func totals(s lint.Summary) []total {
	var out []total
	for _, name := range patterns.Severities {
		out = append(out, total{name, "failed", s.BySeverity[name], ""})
	}
	out = append(out, total{"", "unknown", s.Unknown, ""}, total{"", "muted", s.Muted, ""}, total{"", "passed", s.Pass, ""})
	for i := range out {
		share := float64(out[i].N) / float64(max(1, s.Evaluations)) * 100
		out[i].Share = fmt.Sprintf("%.0f%%", share)
		if share > 0 && share < 1 {
			out[i].Share = fmt.Sprintf("%.1f%%", max(share, 0.1))
		}
	}
	return out
}

func (p *page) gaps(gaps []lint.Missing) {
	if len(gaps) == 0 {
		return
	}
	p.part("gaps", nil)
	groups := groupGaps(gaps)
	for _, g := range groups[:min(len(groups), htmlOthers)] {
		p.part("gap", g)
	}
	p.part("endlist", max(0, len(groups)-htmlOthers))
}

// findingCount says how many findings there are, and of which verdicts.
func findingCount(r *lint.Report, sizes map[heading]*tally) string {
	var sum tally
	for _, t := range sizes {
		sum.fail, sum.unknown, sum.muted = sum.fail+t.fail, sum.unknown+t.unknown, sum.muted+t.muted
	}
	words := count(sum.fail+sum.unknown+sum.muted, "finding")
	if sum.unknown > 0 {
		words += fmt.Sprintf(", %d not decided", sum.unknown)
	}
	if sum.muted > 0 {
		words += fmt.Sprintf(", %d muted", sum.muted)
	}
	switch {
	case len(sizes) > 0:
		return words
	case r.Summary.Evaluations == 0:
		return "Nothing was checked, so there is nothing to find."
	}
	return "There are none."
}

// A group is what stands over the findings of one pattern.
type group struct {
	*lint.Finding
	Open  bool
	Words string
	URL   string
}

// findings writes the findings by pattern, and keeps the first of those that are muted.
func (p *page) findings(r *lint.Report, sizes map[heading]*tally) error {
	var last heading
	listed, inGroup := 0, false
	end := func() {
		if t := sizes[last]; inGroup {
			p.part("endgroup", t.fail+t.unknown-listed)
		}
	}
	for f, err := range r.All() {
		h := headingOf(f)
		switch {
		case err != nil:
			return err
		case f.Verdict == "muted":
			p.mute(f)
			continue
		case !inGroup || last != h:
			end()
			g := group{f, f.Severity == "critical" || f.Severity == "high", sizes[h].words(), ""}
			if webPage(f.URL) {
				g.URL = f.URL
			}
			p.part("group", g)
			last, listed, inGroup = h, 0, true
		}
		if listed < htmlFew || p.listed < htmlTotal && listed < htmlPattern {
			p.part("finding", f)
			listed++
			p.listed++
		}
		if p.err != nil {
			return p.err
		}
	}
	end()
	return p.err
}

func (p *page) mute(f *lint.Finding) {
	if p.mutedAll++; p.mutedAll <= htmlOthers {
		p.muted = append(p.muted, f)
	}
}

func (p *page) mutedFindings() {
	if p.mutedAll == 0 {
		return
	}
	p.part("muted", p.mutedAll)
	for _, f := range p.muted {
		p.part("finding", f)
	}
	p.part("endmuted", p.mutedAll-len(p.muted))
}

// An item is a line of one of the short lists at the end.
type item struct{ Mark, Code, Text string }

// lists writes what is neither a finding nor a gap.
func (p *page) lists(r *lint.Report) {
	var items []item
	if len(r.Scopes) > htmlPlaces {
		for _, s := range r.Scopes[:min(len(r.Scopes), htmlOthers)] {
			items = append(items, item{"", cmp.Or(place(s.Account, s.Region), "not known"), count(s.Resources, "resource")})
		}
		p.list("scopes", "Accounts and regions", "", items, len(r.Scopes))
	}
	if b := r.Baseline; b != nil {
		items := make([]item, 0, min(len(b.Fixed), htmlOthers))
		for _, f := range b.Fixed[:cap(items)] {
			items = append(items, item{"fixed", f.Resource.ID, strings.TrimSpace(f.Resource.Name + " " + place(f.Resource.Account, f.Resource.Region) + ": " + f.Pattern)})
		}
		p.list("baseline", "Since "+b.File, baselineWords(b), items, len(b.Fixed))
	}
	items = make([]item, 0, min(len(r.Skipped), htmlOthers))
	for _, s := range r.Skipped[:cap(items)] {
		items = append(items, item{"", place(s.Account, s.Region), s.Reason})
	}
	p.list("left-out", "Left out", "", items, len(r.Skipped))
	concerns := muteConcerns(r.Mutes)
	items = make([]item, 0, min(len(concerns), htmlOthers))
	for _, u := range concerns[:cap(items)] {
		items = append(items, item{u.State, "", muteConcern(&u) + ": " + u.Reason})
	}
	p.list("mutes", "Mutes to look at", "", items, len(concerns))
}

func (p *page) list(id, title, words string, items []item, all int) {
	if words == "" && all == 0 {
		return
	}
	p.part("list", map[string]any{"ID": id, "Title": title, "Words": words, "Items": items, "More": all - len(items)})
}

// fixText is the commands of a finding as they are shown and copied, with nothing in them that is not seen.
func fixText(f *lint.Finding) string { return cleanLines(strings.TrimSpace(f.Fix)) }

// Facets are what a reader can filter by: the values that the findings have.
type facets struct {
	findings int
	values   map[string]map[string]bool // by the name of the filter
}

func newFacets() *facets {
	return &facets{values: map[string]map[string]bool{"severity": {}, "pillar": {}, "account": {}, "region": {}, "verdict": {}}}
}

func (c *facets) add(f *lint.Finding) {
	c.findings++
	c.values["severity"][f.Severity] = true
	c.values["pillar"][f.Pillar] = true
	c.values["account"][f.Resource.Account] = true
	c.values["region"][f.Resource.Region] = true
	c.values["verdict"][f.Verdict] = true
}

// A filter is a choice among values.
type filter struct {
	Name, Label string
	Values      []string
}

// filters leaves out those that have no choice.
func (c *facets) filters() []filter {
	var out []filter
	for _, name := range []string{"severity", "pillar", "account", "region", "verdict"} {
		values := slices.Sorted(maps.Keys(c.values[name]))
		if values = slices.DeleteFunc(values, func(s string) bool { return s == "" }); len(values) < 2 {
			continue
		}
		if name == "severity" {
			slices.SortFunc(values, func(a, b string) int {
				return cmp.Compare(slices.Index(patterns.Severities, a), slices.Index(patterns.Severities, b))
			})
		}
		out = append(out, filter{name, strings.ToUpper(name[:1]) + name[1:], values})
	}
	return out
}
