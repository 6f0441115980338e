package lint

import (
	"bytes"
	"strings"
	"testing"
)

func diffFinding(pattern, account, id, verdict string) Finding {
	return Finding{Pattern: pattern, Severity: "low", Verdict: verdict, Fingerprint: pattern + account + id,
		Resource: Resource{Kind: "volume", ID: id, Account: account, Region: "us-east-1"}}
}

// TestComparison: what is absent is fixed only where it was looked for.
func TestComparison(t *testing.T) {
	known := func(f Finding) Finding {
		f.Mute = &Mute{Source: BaselineSource + "older.json"}
		return f
	}
	before := Merge(&Report{Findings: []Finding{
		known(diffFinding("keep-a", "1", "known before", "muted")),
		diffFinding("keep-a", "1", "still", "fail"), diffFinding("keep-a", "1", "gone", "fail"), diffFinding("keep-a", "1", "muted", "muted"),
		diffFinding("keep-b", "1", "not chosen", "fail"), diffFinding("keep-a", "2", "not read", "fail"), diffFinding("keep-a", "3", "no scope", "fail"),
		diffFinding("keep-c", "1", "undecided", "fail"), diffFinding("keep-c", "1", "was unknown", "unknown"), diffFinding("keep-a", "4", "no account", "fail"),
	}})
	after := Merge(&Report{
		Patterns: []string{"keep-a", "keep-c"},
		Scopes:   []Scope{{Account: "1", Region: "us-east-1"}, {Account: "2", Region: "us-east-1"}, {Account: "4", Region: "us-east-1"}},
		Gaps: []Missing{{Account: "2", Region: "us-east-1", Patterns: []string{"keep-a"}}, {Account: "1", Region: "us-east-1", Patterns: []string{"keep-c"}},
			{Account: "4", Patterns: []string{"keep-a"}}},
		Findings: []Finding{diffFinding("keep-a", "1", "known before", "fail"), diffFinding("keep-a", "1", "muted", "fail"), diffFinding("keep-a", "1", "still", "fail"), diffFinding("keep-a", "1", "new", "fail"), diffFinding("keep-c", "1", "undecided", "unknown")},
	})
	c, err := Earlier(before)
	if err != nil {
		t.Fatal(err)
	}
	still := ""
	for f := range after.All() {
		if c.Known(f) {
			still += f.Resource.ID + " "
		}
	}
	if still != "known before still undecided " {
		t.Errorf("known: %s", still)
	}
	fixed, open := c.Gone(after)
	ids := ""
	for _, f := range fixed {
		ids += f.Resource.ID + " "
	}
	if ids != "gone " || open != 5 {
		t.Errorf("fixed %q, open %d", ids, open)
	}
}

func TestReadReport(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "x.json is not a JSON report",
		"{":                                  "x.json is not a JSON report",
		"[]":                                 "x.json is not a JSON report",
		"{}":                                 `its schema is "missing"`,
		`{"schema": "other"}`:                `its schema is "other"`,
		`{"schema": "patlint/report/v1"} {}`: "more than one",
	} {
		if _, err := ReadReport("x.json", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	want := asJSON(t, Merge(scopeReport("1", 9)))
	got, err := ReadReport("x.json", bytes.NewReader([]byte(want)))
	if err != nil {
		t.Fatal(err)
	}
	if asJSON(t, got) != want {
		t.Errorf("read: %s", asJSON(t, got))
	}
}

func FuzzReadReport(f *testing.F) {
	f.Add(`{"schema": "patlint/report/v1", "findings": [{"evidence": {"a": [1, 2.5, "x"]}}], "patterns": ["a"]}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadReport("x", strings.NewReader(text))
		if err != nil {
			return
		}
		if c, err := Earlier(r); err != nil {
			t.Error(err)
		} else if fixed, open := c.Gone(r); len(fixed)+open > len(r.Findings) {
			t.Error("more is gone than was there")
		}
	})
}
