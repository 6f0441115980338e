package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sample is a report with everything in it that a format has to cope with, hostile text included.
func sample() *lint.Report {
	hostile := "db\x1b[31m\n\u202edata\xff\u009b2J\U000e0041"
	one := &lint.Report{
		Schema: lint.Schema, Version: "0.1.0",
		Started: time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC), Finished: time.Date(2026, 1, 31, 8, 0, 1, 500_000_000, time.UTC),
		Summary: lint.Summary{Resources: 3, Evaluations: 5, Pass: 1, Fail: 2, Unknown: 1, Muted: 1, BySeverity: map[string]int{"critical": 0, "high": 1, "medium": 0, "low": 1, "info": 0},
			MonthlyUSD: 1234.5, MonthlyUSDResources: 1, PricesDate: "2026-01-15", OwnPrices: []string{"ebs.gp2.gib_month", "region.eu-central-1"}},
		Scopes: []lint.Scope{{Account: "111122223333", Region: "us-east-1", Calls: 7, Resources: 3, Read: time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)}},
		Findings: []lint.Finding{{
			Pattern: "leave-gp2-burst-behind", Title: "Leave gp2 burst behind", Severity: "high", Pillar: "performance", Verdict: "fail",
			Resource: lint.Resource{Kind: "volume", ID: "vol-0data", ARN: "arn:aws:ec2:us-east-1:111122223333:volume/vol-0data", Name: hostile, Account: "111122223333", Region: "us-east-1"},
			Message:  "25 GiB of gp2 hold 100 IOPS " + hostile,
			Evidence: lint.Evidence{{Expr: "volume.Size", Value: int64(25)}, {Expr: "volume.burstMinutes()", Value: 31.03448275862069}, {Expr: "tag(volume, \"x\")", Value: ""},
				{Expr: "volume.snapshots()", Value: []any{"snap-1", hostile}}, {Expr: "volume.Encrypted", Value: false}},
			Fix:         "aws ec2 modify-volume \\\n  --volume-id vol-0data\n",
			URL:         "https://patlint.github.io/patlint/patterns/leave-gp2-burst-behind/",
			Fingerprint: strings.Repeat("0a", 16),
		}, {
			Pattern: "retire-orphan-volumes", Title: "Retire orphan volumes", Severity: "low", Pillar: "cost", Verdict: "fail",
			Resource: lint.Resource{Kind: "volume", ID: "vol-1", Account: "111122223333", Region: "us-east-1"},
			Message:  "<b>not</b> attached & old", Evidence: lint.Evidence{}, Fingerprint: strings.Repeat("0b", 16), MonthlyUSD: 1234.5,
		}, {
			Pattern: "retire-orphan-volumes", Title: "Retire orphan volumes", Severity: "low", Pillar: "cost", Verdict: "muted",
			Resource: lint.Resource{Kind: "volume", ID: "vol-2", Name: "=cmd()|'/c calc'!A1", Account: "111122223333", Region: "us-east-1"},
			Message:  "$(rm -rf /) `id` | @ops #1 [a](http://x) <script>alert(1)</script> ::error::x%0A", Evidence: lint.Evidence{}, Fingerprint: strings.Repeat("0c", 16), MonthlyUSD: 8,
			Mute: &lint.Mute{Reason: "kept for the audit <i>", Owner: "storage@example.com", Expires: "2026-12-31", Source: ".patlint.yaml:12"},
		}, {
			Pattern: "snapshot-every-volume", Title: "Snapshot every volume", Severity: "high", Pillar: "reliability", Verdict: "unknown",
			Resource: lint.Resource{Kind: "volume", ID: "vol-2", Account: "111122223333", Region: "us-east-1"},
			Message:  "ec2:DescribeSnapshots: UnauthorizedOperation: " + hostile, Evidence: lint.Evidence{}, Fingerprint: strings.Repeat("0d", 16),
		}},
		Patterns: []string{"leave-gp2-burst-behind", "retire-orphan-volumes", "snapshot-every-volume"},
		Skipped:  []lint.Skip{{Account: "444455556666", Reason: "the account is suspended"}},
		Mutes: []lint.MuteUse{
			{Mute: lint.Mute{Reason: "kept for the audit <i>", Owner: "storage@example.com", Expires: "2026-12-31", Source: ".patlint.yaml:12"}, State: "used", Findings: 1},
			{Mute: lint.Mute{Reason: "gone\x1b[2J", Source: ".patlint.yaml:17"}, State: "unused"},
			{Mute: lint.Mute{Reason: "until the move", Expires: "2025-12-31", Source: ".patlint.yaml:22"}, State: "expired", Findings: 1},
		},
		Baseline: &lint.Baseline{File: "last week.json", Known: 0, Open: 1, Fixed: []lint.Fixed{{Pattern: "retire-orphan-volumes", Severity: "low",
			Resource:    lint.Resource{Kind: "volume", ID: "vol-9", Name: hostile, Account: "111122223333", Region: "us-east-1"},
			Fingerprint: strings.Repeat("0e", 16), MonthlyUSD: 0.5}}},
		Gaps: []lint.Missing{{Account: "111122223333", Region: "us-east-1", Kind: "snapshot", Action: "ec2:DescribeSnapshots",
			Error: "UnauthorizedOperation: " + hostile, Patterns: []string{"snapshot-every-volume"}}},
	}
	r := lint.Merge(one)
	r.Mutes, r.Baseline = one.Mutes, one.Baseline
	return r
}

func render(t *testing.T, name string, r *lint.Report, s Options) string {
	t.Helper()
	i := slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no format %s", name)
	}
	var b bytes.Buffer
	if err := Formats()[i].Write(&b, r, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormatsSorted(t *testing.T) {
	if !slices.IsSortedFunc(Formats(), func(a, b Format) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the table of formats is not sorted by name")
	}
}

// TestNoControlCharacters holds every format, with and without colour: what an account says reaches no terminal.
func TestNoControlCharacters(t *testing.T) {
	for _, f := range Formats() {
		out := render(t, f.Name, sample(), Options{Width: 80})
		for i, r := range out {
			if r != '\n' && hidden(r) || r == '\ufffd' && f.Name == "text" {
				t.Errorf("%s: character %U at %d: …%q…", f.Name, r, i, out[max(0, i-20):min(len(out), i+20)])
				break
			}
		}
	}
}

func TestTextGolden(t *testing.T) {
	for _, tt := range []struct {
		file  string
		style Options
	}{{"plain.txt", Options{}}, {"color80.txt", Options{Color: true, Width: 80}}, {"verbose.txt", Options{Verbose: true}}} {
		sameAsFile(t, tt.file, render(t, "text", sample(), tt.style))
	}
}

// TestJSONSchema holds the JSON report against its schema, and the schema against reports that it must refuse.
func TestJSONSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("report.schema.json")
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
	out := render(t, "json", sample(), Options{})
	if err := valid(out); err != nil {
		t.Error(err)
	}
	if err := valid(render(t, "json", lint.Merge(), Options{})); err != nil {
		t.Errorf("an empty report: %v", err)
	}
	for _, source := range lint.Sources() { // whatever is read may be missing
		gap := lint.Merge(&lint.Report{Gaps: []lint.Missing{{Account: "111122223333", Region: "us-east-1", Action: source.Permission(), Error: "x", Patterns: []string{}}}})
		if err := valid(render(t, "json", gap, Options{})); err != nil {
			t.Errorf("a gap of %s: %v", source.Permission(), err)
		}
	}
	for old, bad := range map[string]string{
		`"verdict": "fail"`:   `"verdict": "failed"`,
		`"severity": "high"`:  `"severity": "urgent"`,
		`"resources": 3`:      `"resources": -1`,
		`"mute": null`:        `"muted": null`,
		`"expires": "2026-12`: `"expires": "26-12`,
		`"state": "unused"`:   `"state": "idle"`,
		`patlint/report/v1`:   `patlint/report/v2`,
		`"111122223333"`:      `"account"`,
		`"volume.Size": 25`:   `"volume.Size": {}`,
		`"snapshot-every-vol`: `"Snapshot-every-vol`,
	} {
		if !strings.Contains(out, old) {
			t.Errorf("the report has no %s", old)
		} else if valid(strings.Replace(out, old, bad, 1)) == nil {
			t.Errorf("the schema takes %s", bad)
		}
	}
}

// TestJSONRoundTrip: what was written can be read again as it was, raw text included.
func TestJSONRoundTrip(t *testing.T) {
	in := sample()
	var got lint.Report
	if err := json.Unmarshal([]byte(render(t, "json", in, Options{})), &got); err != nil {
		t.Fatal(err)
	}
	want := sample()
	if diff := cmp.Diff(utf8Clean(t, want), utf8Clean(t, &got)); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

// utf8Clean is a report as JSON sees it: broken UTF-8 is replaced.
func utf8Clean(t *testing.T, r *lint.Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), `\ufffd`, "\ufffd")
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain täxt ✓":       "plain täxt ✓",
		"a\x1b]0;x\x07b":     `a\x1b]0;x\x07b`,
		"line\nbreak\r":      `line\nbreak\x0d`,
		"\u202eabc\u200b":    `\u202eabc\u200b`,
		"\xff\xfe":           `\xff\xfe`,
		"c1 \u009b31m":       `c1 \x9b31m`,
		"\u2028 \u2029 \x7f": `\u2028 \u2029 \x7f`,
		"tag \U000e0041":     `tag \U000e0041`,
		"soft\u00adhyphen":   `soft\xadhyphen`,
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}
