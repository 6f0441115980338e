package site

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

// everything is a site that has all that a site can have.
func everything(t testing.TB) Site {
	t.Helper()
	files := ruledFiles()
	for name, file := range mapFS(map[string]string{
		"paths.yaml": `
- id: novice
  title: Novice
  kind: role
  summary: For novices.
  steps:
    - {pattern: measure-first, why: It comes first.}
    - {pattern: avoid-gp2, why: Then this.}
    - {pattern: keep-copies, why: "Last: \"that\" & more."}
- id: school
  title: School
  kind: environment
  summary: For schools.
  steps: [{pattern: leave-gp2-burst-behind, why: Only this.}]
`,
		"glossary.md": "# Words\n\nWhat *they* mean.\n\n## Burst\n\nShort.\n\n### Of gp2\n\nLonger.\n\n## Burst bucket\n\nx\n\n## Credit\n\nx\n",
	}) {
		files[name] = file
	}
	return Site{
		Catalog: load(t, files), Version: "1.2.3",
		Terminal: "$ patlint check --demo\nCRITICAL  A <title>\n  vol-1 CRITICAL  not a severity\n\n…\n\n1 check failed.\n",
		History: map[string]Change{
			"patterns/backup/keep-copies.md":    {Time: time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC)},
			"patterns/storage/measure-first.md": {Time: time.Date(2026, 11, 3, 1, 0, 0, 0, time.FixedZone("", 7200))},
		},
		Kinds: []Kind{
			{
				Name: "volume", Subject: true, Doc: "a disk", Command: "aws ec2 describe-volumes", Reads: []string{"ec2:DescribeVolumes"}, ID: "VolumeId", Key: "Volumes", Tags: true,
				Relations: []Member{{Call: "notes()", Result: "a list of Note", Doc: "its notes", Reads: []string{"ec2:DescribeNotes"}}, {Call: "self()", Result: "volume", Doc: "itself"}},
				Functions: []Member{{Call: "speed(int)", Result: "double", Doc: "how fast it is"}}, Metrics: []string{"BurstBalance"},
				Fields: []Field{{"Attachments[].Ebs.Status", "string"}, {"Attachments[].Device", "string"}, {"Size", "int"}},
			},
			{Name: "Note", Doc: "a line of text"},
		},
		Texts: []Text{
			{Name: "start", Foot: "Start", Title: "Check your account", Summary: "How.", Body: "How.\n\nWords in between.\n\n## Now\n\nSee [volume](reference/volume.md).\n"},
			{Name: "reference", Bar: "Rules", Title: "The rule language", Summary: "All.", Body: "All of it."},
			{Name: "reference/numbers", Title: "Numbers", Summary: "All.", Body: "Back to [the rules](../reference.md)."},
			{Name: "contribute", Foot: "Contribute", Title: "Write a pattern", Summary: "How.", Body: "How."},
		},
	}
}

func TestHomePage(t *testing.T) {
	home := parseHTML(t, render(t, everything(t))["index.html"])
	if d := cmp.Diff([]string{"Read", "Check your account", "Write a pattern", "4 patterns in 2 chapters", "Reading paths", "Changed lately"}, texts(all(home, "h2", ""))); d != "" {
		t.Errorf("headings: %s", d)
	}
	var doors []string
	for _, a := range all(all(home, "ul", "doors")[0], "a", "") {
		doors = append(doors, attr(a, "href"))
	}
	if d := cmp.Diff([]string{"patterns/index.html", "start/index.html", "contribute/index.html"}, doors); d != "" {
		t.Errorf("doors: %s", d)
	}
	if d := cmp.Diff([]string{"high 1", "low 3", "cost 3", "performance 1"}, texts(all(all(home, "dl", "chips")[0], "dd", ""))); d != "" {
		t.Errorf("counts: %s", d)
	}
	if d := cmp.Diff([]string{
		"Backup 2 patterns", "Storage 2 patterns Disks that keep their speed.", "Novice 3 patterns, about 1 minute", "School 1 pattern, about 1 minute",
		"Keep copies 2026-11-02 A summary of Keep copies.", "Measure first 2026-11-02 A summary of Measure first.",
	}, texts(all(all(home, "div", "lists")[0], "li", ""))); d != "" {
		t.Errorf("lists: %s", d)
	}
	terminal := all(home, "figure", "terminal")[0]
	if d := cmp.Diff([]string{"In a terminal", "$ patlint check --demo", "CRITICAL"}, texts(all(terminal, "b", ""))); d != "" {
		t.Errorf("what stands out in the terminal: %s", d)
	}
	if !strings.Contains(textOf(terminal), "A <title>") {
		t.Errorf("the terminal shows %q", textOf(terminal))
	}
}

// TestFacet: values lead to their pages where a part has made these.
func TestFacet(t *testing.T) {
	b, err := newBuilder(everything(t))
	if err != nil {
		t.Fatal(err)
	}
	b.add(&page{dir: "patterns/pillar/cost/"})
	if got := b.facet("pillar", "cost"); got != "patterns/pillar/cost/index.html" {
		t.Errorf("the patterns about cost are at %q", got)
	}
	if got := b.facet("pillar", "dance"); got != "" {
		t.Errorf("a pillar that is none is at %q", got)
	}
}

// TestBrandedHomePage: the home page of another catalog is about that one.
func TestBrandedHomePage(t *testing.T) {
	s := everything(t)
	s.Brand = Brand{Name: "Acme <rules>", Tagline: "What we do at Acme."}
	home := parseHTML(t, render(t, s)["index.html"])
	if got := textOf(all(home, "h1", "")[0]); got != "Acme <rules>" {
		t.Errorf("the title is %q", got)
	}
	if got := textOf(all(home, "p", "lede")[0]); got != "What we do at Acme." {
		t.Errorf("the sentence is %q", got)
	}
	if got := textOf(all(home, "figure", "terminal")[0]); !strings.Contains(got, "patlint check --patterns DIR") || strings.Contains(got, "demo") {
		t.Errorf("the terminal shows %q", got)
	}
	s.Texts, s.Brand.Tagline = s.Texts[:1], ""
	home = parseHTML(t, render(t, s)["index.html"])
	if d := cmp.Diff([]string{"Read", "Check your account"}, texts(all(all(home, "ul", "doors")[0], "h2", ""))); d != "" {
		t.Errorf("the doors: %s", d)
	}
	if got := textOf(all(home, "p", "lede")[0]); strings.Contains(got, "Acme") {
		t.Errorf("the sentence repeats the name: %q", got)
	}
}

// TestHomePageIsSmall: it does not grow with the patterns, however many there are.
func TestHomePageIsSmall(t *testing.T) {
	cat := synthetic(t, 150)
	for i := range 12 {
		p := &patterns.Path{ID: fmt.Sprintf("p%d", i), Title: fmt.Sprintf("Path %d", i), Kind: "role", Summary: "A path."}
		for j := range 10 {
			p.Steps = append(p.Steps, patterns.Step{Pattern: patterns.Ref{ID: cat.Patterns[i*10+j].ID}, Why: "So."})
		}
		cat.Paths = append(cat.Paths, p)
	}
	s := everything(t)
	s.Catalog, s.History = cat, map[string]Change{}
	for _, p := range cat.Patterns {
		s.History[p.File] = Change{Time: time.Unix(1, 0)}
	}
	data := render(t, s)["index.html"]
	if n := gzipped(t, data); n > 15<<10 {
		t.Errorf("the home page has %d bytes as gzip", n)
	}
	if n := len(all(parseHTML(t, data), "time", "")); n != maxChanged {
		t.Errorf("%d patterns were changed lately", n)
	}
}
