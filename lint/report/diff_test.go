package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
)

// laterSample is what may become of the sample: one finding is new and hostile, one is muted, one is fixed, one cannot be told.
func laterSample() *lint.Report {
	r := sample()
	r.Baseline = nil
	hostile := r.Findings[0]
	hostile.Pattern, hostile.Severity, hostile.Fingerprint, hostile.Resource.ID = "retire-orphan-volumes", "critical", "new", "vol-\x1b[2J\nnew"
	muted := r.Findings[0]
	muted.Verdict, muted.Fingerprint, muted.Mute = "muted", "new but muted", &lint.Mute{Reason: "known"}
	unread := hostile
	unread.Pattern, unread.Severity, unread.Fingerprint, unread.URL = "snapshot-every-volume", "low", "may be older", ""
	var kept []lint.Finding
	for _, f := range r.Findings {
		if f.Fingerprint != strings.Repeat("0b", 16) {
			kept = append(kept, f)
		}
	}
	return lint.Merge(&lint.Report{Version: "0.2.0", Patterns: r.Patterns, Scopes: r.Scopes, Findings: append(kept, hostile, muted, unread), Started: r.Started, Finished: r.Finished,
		Gaps: []lint.Missing{{Account: "111122223333", Region: "us-east-1", Error: "x", Patterns: []string{"leave-gp2-burst-behind"}}}})
}

func TestDiffGolden(t *testing.T) {
	d, err := Compare("last\x1b[31mweek.json", sample(), "today.json", laterSample())
	if err != nil {
		t.Fatal(err)
	}
	var plain, color, doc bytes.Buffer
	for _, err := range []error{d.Text(&plain, Options{}), d.Text(&color, Options{Color: true, Width: 80}), d.JSON(&doc)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for file, got := range map[string]string{"diff.txt": plain.String(), "diff80.txt": color.String(), "diff.json": doc.String()} {
		if file != "diff80.txt" {
			for i, r := range got {
				if r != '\n' && hidden(r) {
					t.Errorf("%s: character %U at %d", file, r, i)
				}
			}
		}
		sameAsFile(t, file, got)
	}
	var again Diff
	if err := json.Unmarshal(doc.Bytes(), &again); err != nil || len(again.Appeared) != 2 || !again.Appeared[0].CheckedBefore || again.Appeared[1].CheckedBefore {
		t.Errorf("%v: %+v", err, again)
	}
}

// TestCompare: what a comparison says of each way in which two reports can differ.
func TestCompare(t *testing.T) {
	one := func(patterns []string, regions []string, gap string, ids ...string) *lint.Report {
		r := &lint.Report{Patterns: patterns}
		for _, region := range regions {
			r.Scopes = append(r.Scopes, lint.Scope{Account: "1", Region: region})
		}
		for _, id := range ids {
			r.Findings = append(r.Findings, lint.Finding{Pattern: "keep-a", Severity: "low", Verdict: "fail", Fingerprint: id, Resource: lint.Resource{ID: id, Account: "1", Region: "us-east-1"}})
		}
		if gap != "" {
			r.Gaps = []lint.Missing{{Account: "1", Region: gap, Patterns: []string{"keep-a"}}, {Account: "1", Patterns: []string{}}}
		}
		return lint.Merge(r)
	}
	a, ab, here, both := []string{"keep-a"}, []string{"keep-a", "keep-b"}, []string{"us-east-1"}, []string{"eu-west-1", "us-east-1"}
	for name, test := range map[string]struct {
		old, later                            *lint.Report
		appeared, fixed, known, open, missing int
	}{
		"same":               {one(a, here, "", "x"), one(a, here, "", "x"), 0, 0, 1, 0, 0},
		"new and fixed":      {one(a, here, "", "x"), one(a, here, "", "y"), 1, 1, 0, 0, 0},
		"pattern left out":   {one(ab, here, "", "x"), one([]string{"keep-b"}, here, ""), 0, 0, 0, 1, 1},
		"pattern added":      {one(a, here, "", "x"), one(ab, here, "", "x"), 0, 0, 1, 0, 0},
		"region left out":    {one(ab, both, ""), one(ab, here, ""), 0, 0, 0, 0, 2},
		"gap":                {one(a, here, "", "x"), one(a, here, "us-east-1"), 0, 0, 0, 1, 1},
		"gap in both":        {one(a, here, "us-east-1"), one(a, here, "us-east-1"), 0, 0, 0, 0, 0},
		"gap elsewhere":      {one(a, both, ""), one(a, both, "eu-west-1", "x"), 1, 0, 0, 0, 1},
		"gap in the old one": {one(a, here, "us-east-1"), one(a, here, "", "x"), 1, 0, 0, 0, 0},
	} {
		d, err := Compare("old", test.old, "new", test.later)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Appeared) != test.appeared || len(d.Fixed) != test.fixed || d.Known != test.known || d.Open != test.open || d.Unchecked != test.missing {
			t.Errorf("%s: %+v", name, d)
		}
		if len(d.Appeared) > 0 && d.Appeared[0].CheckedBefore == (name == "gap in the old one") {
			t.Errorf("%s: checked before: %v", name, d.Appeared[0].CheckedBefore)
		}
	}
}
