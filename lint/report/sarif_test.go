package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestSARIFGolden(t *testing.T) {
	sameAsFile(t, "sample.sarif", render(t, "sarif", sample(), Options{Catalog: catalog()}))
}

// TestSARIFSchema holds SARIF against the schema of OASIS, and the schema against a file that it must refuse.
func TestSARIFSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile("testdata/sarif/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(s string) error {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(doc)
	}
	for name, r := range variants() {
		for _, o := range []Options{{}, {Catalog: catalog()}} {
			if err := valid(render(t, "sarif", r, o)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	out := render(t, "sarif", sample(), Options{})
	for old, bad := range map[string]string{
		`"level": "error"`:                `"level": "high"`,
		`"kind": "open"`:                  `"kind": "unknown"`,
		`"kind": "external"`:              `"kind": "muted"`,
		`"baselineState": "new"`:          `"baselineState": "fixed"`,
		`"startLine": 1`:                  `"startLine": 0`,
		`"version": "2.1.0"`:              `"version": "2.2.0"`,
		`"executionSuccessful": false`:    `"successful": false`,
		`"uri": "aws/111122223333`:        `"uri": "aws/%`,
		`"ruleId":`:                       `"rule":`,
		`"startTimeUtc": "2026-01-31T08:`: `"startTimeUtc": "2026-01-31 08:`,
	} {
		if !strings.Contains(out, old) {
			t.Errorf("the file has no %s", old)
		} else if valid(strings.Replace(out, old, bad, 1)) == nil {
			t.Errorf("the schema takes %s", bad)
		}
	}
}

// TestSARIFRules holds what no schema can: rules by their index, levels that fit kinds, and a state for all results or none.
func TestSARIFRules(t *testing.T) {
	for name, r := range variants() {
		var log sarifLog
		if err := json.Unmarshal([]byte(render(t, "sarif", r, Options{})), &log); err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		for _, res := range run.Results {
			if id := run.Tool.Driver.Rules[res.RuleIndex].ID; id != res.RuleID {
				t.Errorf("%s: result of %s has the index of %s", name, res.RuleID, id)
			}
			if (res.Kind == "fail") == (res.Level == "none") {
				t.Errorf("%s: %s of kind %s has level %s", name, res.RuleID, res.Kind, res.Level)
			}
			if (res.BaselineState != "") != (r.Baseline != nil) {
				t.Errorf("%s: baselineState %q", name, res.BaselineState)
			}
		}
		failed := false
		for _, n := range run.Invocations[0].Execution {
			failed = failed || n.Level == "error"
		}
		if run.Invocations[0].Successful == failed {
			t.Errorf("%s: successful is %t although an error is %t", name, run.Invocations[0].Successful, failed)
		}
		known := map[string]bool{}
		for _, d := range run.Tool.Driver.Notifications {
			known[d.ID] = true
		}
		for _, n := range append(run.Invocations[0].Execution, run.Invocations[0].Configuration...) {
			if !known[n.Descriptor["id"]] {
				t.Errorf("%s: a notification %v that the driver does not know", name, n.Descriptor)
			}
		}
	}
}

// TestSARIFStates: what is fixed has no result, by which GitHub closes its alert.
func TestSARIFStates(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal([]byte(render(t, "sarif", variants()["known"], Options{})), &log); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, res := range log.Runs[0].Results {
		states := []string{res.Locations[0].Physical.Artifact.URI, res.Kind, res.Level, res.BaselineState}
		for _, s := range res.Suppressions {
			states = append(states, s.Justification)
		}
		got = append(got, strings.Join(states, " "))
	}
	want := []string{
		"aws/111122223333/us-east-1/volume/vol-0data fail error new",
		"aws/111122223333/us-east-1/volume/vol-2 open none new",
		"aws/111122223333/us-east-1/volume/vol-1 fail note new",
		"aws/111122223333/us-east-1/volume/vol-2 fail note unchanged known",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSARIFHostile: a message makes no link and no placeholder, and an ID leads nowhere else.
func TestSARIFHostile(t *testing.T) {
	out := render(t, "sarif", sample(), Options{}) + render(t, "sarif", variants()["bare"], Options{})
	for _, want := range []string{`@ops #1 [a] (http://x)`, `{{braces}}`, `"uri": "aws/unknown-account/unknown-region/keyPair/a%2Fb%20..%E2%80%AE%25"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s", want)
		}
	}
}
