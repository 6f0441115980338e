package report

import (
	"bufio"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// JUnit writes one test suite for each pattern, in the XML of Ant's JUnit task, which every CI reads.
//
// A failed resource is a failure, a muted one is skipped, and what was fixed since a baseline passes. A verdict that is unknown is an error, and so
// is a thing that could not be read for which the report lists no such verdict of that pattern in that account and region. A pattern with none of
// these has one test that passes. What belongs to no pattern stands in a suite named patlint: accounts that were left out are skipped, and mutes to
// look at are its output. The time of all suites is that of the oldest data, or else the start of the run.
func JUnit(w io.Writer, r *lint.Report, o Options) error {
	// The structs are our own because those of github.com/jstemmer/go-junit-report want a whole suite in memory and know no required attribute.
	suites, err := junitSuites(r, o.Catalog)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	out.WriteString(xml.Header)
	j := &junit{enc: xml.NewEncoder(out), suites: suites, time: time.Unix(0, 0)} // the schema wants a time
	if oldest, _ := readSpan(r); !oldest.IsZero() {
		j.time = oldest
	} else if !r.Started.IsZero() {
		j.time = r.Started
	}
	j.enc.Indent("", "  ")
	j.start("testsuites")
	var last *lint.Finding
	for f, err := range r.All() {
		if err != nil {
			return err
		}
		if last == nil || headingOf(last) != headingOf(f) {
			j.end()
			j.begin()
		}
		j.finding(f)
		last = f
	}
	for j.next < len(j.suites) {
		j.end()
		j.begin()
	}
	j.end()
	j.run(r)
	j.token(xml.EndElement{Name: xml.Name{Local: "testsuites"}})
	if j.err != nil {
		return j.err
	}
	if err := j.enc.Close(); err != nil {
		return err
	}
	out.WriteByte('\n')
	return out.Flush()
}

// A junitSuite is a suite before it is written: its sums, and what does not come from findings.
type junitSuite struct {
	about
	tests, failures, errors, skipped int
	gaps                             []lint.Missing
	fixed                            []lint.Fixed
}

// junitSuites gives the suites in the order of findings, then those without any by ID.
func junitSuites(r *lint.Report, cat *patterns.Catalog) ([]*junitSuite, error) {
	var suites []*junitSuite
	first := map[string]*junitSuite{} // by pattern; it has several suites where its severity differs from account to account
	open := func(id, severity string) {
		s := &junitSuite{about: about{id: id, severity: severity}}
		suites = append(suites, s)
		if first[id] == nil {
			first[id] = s
		}
	}
	var last *lint.Finding
	undecided := map[[3]string]bool{}
	known, err := abouts(r, cat, func(f *lint.Finding) {
		if f.Verdict == "unknown" {
			undecided[[3]string{f.Resource.Account, f.Resource.Region, f.Pattern}] = true
		}
		if last == nil || headingOf(last) != headingOf(f) {
			open(f.Pattern, f.Severity)
		}
		suites[len(suites)-1].add(f.Verdict)
		last = f
	})
	if err != nil {
		return nil, err
	}
	byID := map[string]about{}
	for _, a := range known {
		byID[a.id] = a
		if first[a.id] == nil {
			open(a.id, a.severity)
		}
	}
	for _, s := range suites {
		severity := s.severity
		s.about = byID[s.id]
		s.severity = severity
	}
	for _, g := range r.Gaps {
		for _, id := range g.Patterns {
			if !undecided[[3]string{g.Account, g.Region, id}] { // else the verdicts say it
				first[id].gaps = append(first[id].gaps, g)
				first[id].add("unknown")
			}
		}
	}
	if r.Baseline != nil {
		for _, f := range r.Baseline.Fixed {
			first[f.Pattern].fixed = append(first[f.Pattern].fixed, f)
			first[f.Pattern].tests++
		}
	}
	for _, s := range suites {
		s.tests = max(s.tests, 1) // one that passes
	}
	return suites, nil
}

func (s *junitSuite) add(verdict string) {
	s.tests++
	switch verdict {
	case "fail":
		s.failures++
	case "muted":
		s.skipped++
	case "unknown":
		s.errors++
	}
}

type junitCase struct {
	XMLName   xml.Name     `xml:"testcase"`
	Classname string       `xml:"classname,attr"`
	Name      string       `xml:"name,attr"`
	Time      string       `xml:"time,attr"`
	Skipped   *junitResult `xml:"skipped"`
	Error     *junitResult `xml:"error"`
	Failure   *junitResult `xml:"failure"`
}

type junitResult struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Body    string `xml:",cdata"`
}

// A junit writes. It keeps the first error and does nothing after it.
type junit struct {
	enc    *xml.Encoder
	err    error
	time   time.Time
	suites []*junitSuite
	next   int         // of suites
	open   *junitSuite // nil between suites
}

func (j *junit) token(t xml.Token) {
	if j.err == nil {
		j.err = j.enc.EncodeToken(t)
	}
}

// start opens an element with attributes, given as name, value, name, value.
func (j *junit) start(name string, attrs ...string) {
	e := xml.StartElement{Name: xml.Name{Local: name}}
	for i := 0; i < len(attrs); i += 2 {
		e.Attr = append(e.Attr, xml.Attr{Name: xml.Name{Local: attrs[i]}, Value: xmlText(attrs[i+1])})
	}
	j.token(e)
}

func (j *junit) element(name, text string, attrs ...string) {
	j.start(name, attrs...)
	if text != "" {
		j.token(xml.CharData(text))
	}
	j.token(xml.EndElement{Name: xml.Name{Local: name}})
}

// begin opens the next suite.
func (j *junit) begin() {
	j.open = j.suites[j.next]
	j.next++
	j.head(j.open, "title", j.open.title, "severity", j.open.severity, "pillar", j.open.pillar, "url", j.open.url)
}

// head opens a suite. Its ID is its place.
func (j *junit) head(s *junitSuite, properties ...string) {
	j.start("testsuite", "name", s.id, "package", "patlint", "id", strconv.Itoa(max(j.next-1, 0)),
		"timestamp", j.time.UTC().Format("2006-01-02T15:04:05"), "hostname", "localhost", "time", "0",
		"tests", strconv.Itoa(s.tests), "failures", strconv.Itoa(s.failures), "errors", strconv.Itoa(s.errors), "skipped", strconv.Itoa(s.skipped))
	j.start("properties")
	for i := 0; i < len(properties); i += 2 {
		if properties[i+1] != "" {
			j.element("property", "", "name", properties[i], "value", properties[i+1])
		}
	}
	j.token(xml.EndElement{Name: xml.Name{Local: "properties"}})
}

// end writes what the open suite has besides its findings, and closes it.
func (j *junit) end() {
	s := j.open
	if s == nil {
		return
	}
	for _, g := range s.gaps {
		j.test(s.id, junitCase{Name: slashed(g.Account, g.Region, unread(g)), Error: &junitResult{Type: "not read", Message: unread(g) + ": " + g.Error}})
	}
	for _, f := range s.fixed {
		j.test(s.id, junitCase{Name: slashed(f.Resource.Account, f.Resource.Region, f.Resource.ID)})
	}
	if s.tests == 1 && s.failures+s.errors+s.skipped+len(s.fixed) == 0 {
		j.test(s.id, junitCase{Name: "all resources"})
	}
	j.tail("")
	j.open = nil
}

func (j *junit) tail(output string) {
	j.element("system-out", output)
	j.element("system-err", "")
	j.token(xml.EndElement{Name: xml.Name{Local: "testsuite"}})
}

func (j *junit) test(id string, c junitCase) {
	c.Classname, c.Name, c.Time = "patlint."+xmlText(id), xmlText(c.Name), "0"
	for _, r := range []*junitResult{c.Skipped, c.Error, c.Failure} {
		if r != nil {
			r.Type, r.Message = xmlText(r.Type), xmlText(r.Message)
		}
	}
	if j.err == nil {
		j.err = j.enc.Encode(c)
	}
}

func (j *junit) finding(f *lint.Finding) {
	c := junitCase{Name: slashed(f.Resource.Account, f.Resource.Region, f.Resource.ID)}
	switch f.Verdict {
	case "muted":
		c.Skipped = &junitResult{Message: "muted", Body: junitBody(f)}
		if f.Mute != nil {
			c.Skipped.Message = muteWords(f.Mute)
		}
	case "unknown":
		c.Error = &junitResult{Type: "unknown", Message: f.Message, Body: junitBody(f)}
	default:
		c.Failure = &junitResult{Type: f.Severity, Message: f.Message, Body: junitBody(f)}
	}
	j.test(f.Pattern, c)
}

// junitBody is what a person needs to understand a finding, in lines.
func junitBody(f *lint.Finding) string {
	lines := []string{strings.TrimSpace(f.Resource.Kind + " " + f.Resource.ID + " " + f.Resource.Name), f.Message}
	if f.MonthlyUSD > 0 {
		lines = append(lines, estimate(f.MonthlyUSD, f.MonthlyUSDAtMost))
	}
	if len(f.Evidence) > 0 {
		lines = append(lines, "seen: "+evidence(f.Evidence))
	}
	for i, l := range strings.Split(strings.TrimSpace(f.Fix), "\n") {
		switch {
		case l == "":
		case i == 0:
			lines = append(lines, "fix:  "+l)
		default:
			lines = append(lines, "      "+l)
		}
	}
	if f.URL != "" {
		lines = append(lines, "why and how: "+f.URL)
	}
	for i := range lines {
		lines[i] = xmlText(lines[i])
	}
	return strings.Join(lines, "\n")
}

// run writes the suite of what belongs to no pattern, if there is anything.
func (j *junit) run(r *lint.Report) {
	var cases []junitCase
	for _, skip := range r.Skipped {
		cases = append(cases, junitCase{Name: slashed(skip.Account, skip.Region), Skipped: &junitResult{Message: skip.Reason}})
	}
	for _, g := range r.Gaps {
		if len(g.Patterns) == 0 {
			words := unread(g) + ": " + g.Error + " (missed by a message or an estimate alone; every check was decided without it)"
			cases = append(cases, junitCase{Name: slashed(g.Account, g.Region, unread(g)), Skipped: &junitResult{Message: words}})
		}
	}
	var words strings.Builder
	for _, u := range muteConcerns(r.Mutes) {
		words.WriteString(xmlText(u.State+" mute: "+muteWords(&u.Mute)) + "\n")
	}
	if len(cases) == 0 && words.Len() == 0 {
		return
	}
	s := &junitSuite{about: about{id: "patlint"}, tests: len(cases), skipped: len(cases)}
	j.next++
	j.head(s)
	for _, c := range cases {
		j.test(s.id, c)
	}
	j.tail(words.String())
}

// slashed names a thing in an account and region: 111122223333/us-east-1/vol-1.
func slashed(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/")
}

// xmlText shows what XML must not hold: besides control characters, two code points.
func xmlText(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(Clean(s), "\ufffe", `\ufffe`), "\uffff", `\uffff`)
}
