package report

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

func TestJUnitGolden(t *testing.T) {
	sameAsFile(t, "sample.junit.xml", render(t, "junit", sample(), Options{}))
}

// readJUnit reads strictly what readers of JUnit read.
func readJUnit(t *testing.T, text string) (suites struct {
	Suites []struct {
		Name     string      `xml:"name,attr"`
		ID       int         `xml:"id,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
		Out      string      `xml:"system-out"`
	} `xml:"testsuite"`
}) {
	t.Helper()
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		t.Fatal(err)
	}
	return suites
}

// TestJUnitCounts: the sums of a suite are those of its cases, and suites are numbered.
func TestJUnitCounts(t *testing.T) {
	for name, r := range variants() {
		for i, s := range readJUnit(t, render(t, "junit", r, Options{})).Suites {
			tests, failures, errors, skipped := 0, 0, 0, 0
			for _, c := range s.Cases {
				tests++
				switch {
				case c.Failure != nil:
					failures++
				case c.Error != nil:
					errors++
				case c.Skipped != nil:
					skipped++
				}
				if c.Classname != "patlint."+s.Name {
					t.Errorf("%s: %s has a case of %s", name, s.Name, c.Classname)
				}
			}
			want := fmt.Sprint(i, tests, failures, errors, skipped)
			if got := fmt.Sprint(s.ID, s.Tests, s.Failures, s.Errors, s.Skipped); got != want {
				t.Errorf("%s: %s says %s and has %s", name, s.Name, got, want)
			}
		}
	}
}

func TestJUnitPlaces(t *testing.T) {
	var got []string
	for _, r := range []string{"sample", "bare"} {
		for _, s := range readJUnit(t, render(t, "junit", variants()[r], Options{})).Suites {
			for _, c := range s.Cases {
				what := "passes"
				switch {
				case c.Failure != nil:
					what = "fails as " + c.Failure.Type + ": " + c.Failure.Message
				case c.Error != nil:
					what = "errs as " + c.Error.Type
				case c.Skipped != nil:
					what = "is skipped: " + c.Skipped.Message
				}
				got = append(got, s.Name+" "+c.Name+" "+what)
			}
			got = append(got, strings.Split(strings.TrimSpace(s.Out), "\n")...)
		}
	}
	got = slices.DeleteFunc(got, func(s string) bool { return s == "" })
	const name = `db\x1b[31m\n\u202edata\xff\x9b2J\U000e0041`
	want := []string{
		"leave-gp2-burst-behind 111122223333/us-east-1/vol-0data fails as high: 25 GiB of gp2 hold 100 IOPS " + name,
		"snapshot-every-volume 111122223333/us-east-1/vol-2 errs as unknown",
		"retire-orphan-volumes 111122223333/us-east-1/vol-1 fails as low: <b>not</b> attached & old",
		"retire-orphan-volumes 111122223333/us-east-1/vol-2 is skipped: kept for the audit <i>; storage@example.com; until 2026-12-31 (.patlint.yaml:12)",
		"retire-orphan-volumes 111122223333/us-east-1/vol-9 passes",
		"patlint 444455556666 is skipped: the account is suspended",
		`unused mute: gone\x1b[2J (.patlint.yaml:17)`,
		"expired mute: until the move; until 2025-12-31 (.patlint.yaml:22)",
		`private-pattern a/b ..\u202e% fails as medium: {braces} ]]> \ufffe \uffff`,
		"guidance all resources passes",
		"only-in-a-gap instance errs as not read",
		"patlint 444455556666/eu-central-1 is skipped: not ours",
		"patlint instance is skipped: instance: odder (missed by a message or an estimate alone; every check was decided without it)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestJUnitGaps: a cause is counted once, by the verdicts that it kept from being reached or, where the report lists none of these, by itself.
func TestJUnitGaps(t *testing.T) {
	r := sample()
	at := r.Gaps[0]
	r.Gaps = append(r.Gaps, lint.Missing{Account: at.Account, Region: "eu-west-1", Action: at.Action, Error: "denied", Patterns: append(at.Patterns, "retire-orphan-volumes")})
	errors := func(r *lint.Report) (names []string) {
		for _, s := range readJUnit(t, render(t, "junit", r, Options{})).Suites {
			for _, c := range s.Cases {
				if c.Error != nil {
					names = append(names, s.Name+" "+c.Name)
				}
			}
		}
		return names
	}
	elsewhere := []string{"snapshot-every-volume 111122223333/eu-west-1/ec2:DescribeSnapshots", "retire-orphan-volumes 111122223333/eu-west-1/ec2:DescribeSnapshots"}
	if diff := cmp.Diff(append([]string{"snapshot-every-volume 111122223333/us-east-1/vol-2"}, elsewhere...), errors(r)); diff != "" {
		t.Errorf("with unknown findings (-want +got):\n%s", diff)
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f lint.Finding) bool { return f.Verdict == "unknown" })
	got := errors(r)
	slices.Sort(got)
	want := append([]string{"snapshot-every-volume 111122223333/us-east-1/ec2:DescribeSnapshots"}, elsewhere...)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("without (-want +got):\n%s", diff)
	}
}

// TestJUnitSchema asks libxml2 with the schema of Ant's tasks.
func TestJUnitSchema(t *testing.T) {
	const program = `
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse("testdata/junit/JUnit.xsd"))
schema.assertValid(etree.fromstring(sys.stdin.buffer.read()))
`
	for name, r := range variants() {
		out := render(t, "junit", r, Options{})
		if words := reference(t, program, out); words != "" {
			t.Errorf("%s: %s", name, words)
		}
	}
	out := render(t, "junit", sample(), Options{})
	for old, bad := range map[string]string{
		` tests="1"`:                `tests="one"`,
		`T08:00:00"`:                `T08:00:00Z"`,
		`<system-err></system-err>`: ``,
		`type="high" `:              ``,
	} {
		if !strings.Contains(out, old) {
			t.Errorf("the file has no %s", old)
		} else if reference(t, program, strings.Replace(out, old, bad, 1)) == "" {
			t.Errorf("the schema takes %q in place of %q", bad, old)
		}
	}
}
