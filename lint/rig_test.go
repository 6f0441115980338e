package lint

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/patterns"
)

// account reads an account in small, written as in a pattern's examples: what it leaves out is empty, Gaps makes sources unknown.
func account(t testing.TB, yaml string) *Inventory {
	t.Helper()
	ex, errs := readExample(&patterns.Block{Role: "pass", Lang: "yaml", File: "account.yaml", Line: 1, Text: yaml})
	if len(errs) > 0 {
		t.Fatalf("the test's account: %v", errs)
	}
	return ex.regions[0]
}

// pattern is the least pattern that carries a rule.
func pattern(id, resource, when, require, message string) *patterns.Pattern {
	text := func(s string) patterns.Text { return patterns.Text{Value: s, File: id + ".md"} }
	return &patterns.Pattern{
		ID: id, Title: id, Severity: "high", Pillar: "reliability", File: id + ".md",
		Rule: &patterns.Rule{Resource: text(resource), When: text(when), Require: text(require), Message: text(message)},
	}
}

func compile(t testing.TB, ps ...*patterns.Pattern) *Rules {
	t.Helper()
	rules, err := Compile(&patterns.Catalog{Patterns: ps})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// checked is the verbose report of rules on an inventory.
func checked(t testing.TB, rules *Rules, inv *Inventory) *Report {
	t.Helper()
	report, err := rules.Check(t.Context(), inv, Options{Verbose: true})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// ask gives the verdict of one rule about the one resource of its kind in an account: pass, fail, "out of scope", or unknown with its reason.
func ask(t testing.TB, inv *Inventory, resource, when, require string) string {
	t.Helper()
	report := checked(t, compile(t, pattern("asked", resource, when, require, "flagged")), inv)
	s := report.Summary
	switch {
	case s.Evaluations == 0:
		return "out of scope"
	case s.Evaluations > 1:
		t.Fatalf("%d verdicts; the test's account has more than one %s", s.Evaluations, resource)
	case s.Pass == 1:
		return "pass"
	}
	if len(report.Findings) != 1 {
		t.Fatalf("one verdict, %d findings", len(report.Findings))
	}
	f := report.Findings[0]
	if f.Verdict == "fail" {
		return "fail"
	}
	return strings.TrimSpace("unknown " + f.Message)
}

func catalogOf(ps ...*patterns.Pattern) *patterns.Catalog { return &patterns.Catalog{Patterns: ps} }

// verdicts gives what one rule finds about each resource, by ID: fail, or unknown with its reason. What passes or is out of scope is not there.
func verdicts(t testing.TB, inv *Inventory, resource, when, require string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range checked(t, compile(t, pattern("asked", resource, when, require, "flagged")), inv).Findings {
		out[f.Resource.ID] = f.Verdict
		if f.Verdict == "unknown" {
			out[f.Resource.ID] += " " + f.Message
		}
	}
	return out
}

// inventory is an account of which only these answers were read.
func inventory(t testing.TB, answers map[string]any) *Inventory {
	t.Helper()
	inv := &Inventory{Account: exampleAccount, Region: exampleRegion, Time: exampleTime}
	for source, page := range answers {
		if err := inv.Add(source, page); err != nil {
			t.Fatal(err)
		}
	}
	return inv
}

// tags makes tags of pairs of key and value.
func tags(pairs ...string) (out []types.Tag) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
	}
	return out
}

// newItem is an empty answer of a source that is one object.
func newItem(s Source) any { return reflect.New(s.item).Interface() }
