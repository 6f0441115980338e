package report

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

// attacks are texts that somebody might give to a resource, each aimed at one format at least.
var attacks = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", `"=1`, `'" =1`, "＝1", "＋1", "－1", "＠1", "a;=1", "a; \"@x", "a,=1", "\"\n=1",
	"::error::x", "\n::set-output name=a::b", "%0A::stop-commands::t", "##[error]x", "a\r\n##[add-mask]b", "::warning title=a,file=b::c",
	"@ops", "#1", "GH-1", "owner/repo#1", "deadbeef", "0123456789abcdef", ":smile:", ": smile:", "http://x.example", "www.x.example", "a@x.example",
	"[a](http://x)", "![a](http://x)", "[a]: http://x", "<b>x</b>", "<!-- x", "<script>alert(1)</script>", "&lt;b&gt;", "&#60;", "`", "``", "` ` `", "a`|`b",
	`\`, `\|`, `\\|`, "|", "a | b | c", "|---|---|", "$x$", "$`x`$", "**x**", "_x_", "~~x~~", "[^1]", "- x", "1. x", "> x", "# x", "---", "```\nx\n```", "~~~", "</details>",
	"</code><img src=x onerror=alert(1)>", `" onmouseover="alert(1)`, "javascript:alert(1)", "</script><script>alert(1)</script>", "</style><style>*{}", "{{.}}", "<?php ?>", "]]>",
	"db\x1b[31m\n\u202edata\xff\u009b2J\U000e0041", "a\u00a0b", "\u2028", "\x00", " ", "", "  a  ", "täxt ✓ 👍", strings.Repeat("`|<", 2000), strings.Repeat("word ", 2000),
}

// hostile is a report in which everything that may come from an account, a configuration or a private catalog is one text.
func hostile(s string) *lint.Report {
	resource := lint.Resource{Kind: s, ID: s, ARN: s, Name: s, Account: s, Region: s}
	finding := func(verdict string) lint.Finding {
		return lint.Finding{Pattern: s, Title: s, Severity: "high", Pillar: "cost", Verdict: verdict, Resource: resource, Message: s,
			Evidence: lint.Evidence{{Expr: s, Value: s}, {Expr: s, Value: []any{s}}}, Fix: s, URL: s, Fingerprint: s}
	}
	muted := finding("muted")
	muted.Mute = &lint.Mute{Reason: s, Owner: s, Expires: s, Source: s}
	r := lint.Merge(&lint.Report{
		Version: s, Summary: lint.Summary{Fail: 1, Unknown: 1, Muted: 1, Evaluations: 3, BySeverity: map[string]int{"high": 1}},
		Scopes:   []lint.Scope{{Account: s, Region: s}, {Account: "111122223333", Region: s}},
		Findings: []lint.Finding{finding("fail"), finding("unknown"), muted}, Patterns: []string{s},
		Skipped: []lint.Skip{{Account: s, Region: s, Reason: s}},
		Gaps:    []lint.Missing{{Account: s, Region: s, Kind: s, Action: s, Error: s, Patterns: []string{s}}, {Kind: s, Error: s}},
	})
	r.Mutes = []lint.MuteUse{{Mute: *muted.Mute, State: "unused"}, {Mute: *muted.Mute, State: "expired", Findings: 1}}
	r.Baseline = &lint.Baseline{File: s, Fixed: []lint.Fixed{{Pattern: s, Severity: "low", Resource: resource, Fingerprint: s}}}
	return r
}

// many is a report with so many findings of each of so many patterns.
func many(groups, each int) *lint.Report {
	r := &lint.Report{Summary: lint.Summary{Fail: groups * each, Evaluations: groups * each, BySeverity: map[string]int{"medium": groups * each}}}
	for g := range groups {
		for i := range each {
			r.Findings = append(r.Findings, lint.Finding{Pattern: fmt.Sprintf("pattern-%03d", g), Title: "Do what is right", Severity: "medium", Pillar: "cost", Verdict: "fail",
				Resource: lint.Resource{Kind: "volume", ID: fmt.Sprintf("vol-%03d-%05d", g, i), Account: "111122223333", Region: "us-east-1"},
				Message:  "it is wrong", Fix: "aws ec2 help", URL: "https://patlint.github.io/patlint/"})
		}
	}
	return lint.Merge(r)
}

// forPeople are the formats that this file holds.
var forPeople = []string{"csv", "github", "html", "markdown"}

// TestGolden holds the formats against files; UPDATE=1 rewrites them.
func TestGolden(t *testing.T) {
	for name, file := range map[string]string{"csv": "sample.csv", "github": "sample.github.txt", "html": "sample.html", "markdown": "sample.md"} {
		got := render(t, name, sample(), Options{Sheet: "body{margin:0}"})
		sameAsFile(t, file, got)
	}
}

// TestHostileControlCharacters: whatever field a text stands in, it brings no control character into a report.
func TestHostileControlCharacters(t *testing.T) {
	for _, name := range forPeople {
		for _, attack := range attacks {
			out := render(t, name, hostile(attack), Options{})
			if i := strings.IndexFunc(out, func(r rune) bool { return r != '\n' && hidden(r) }); i >= 0 {
				t.Errorf("%s: %q brings %q", name, attack, out[max(0, i-40):min(len(out), i+20)])
			}
		}
	}
}

// TestStoredFindings: a report whose findings stand in a file looks the same, and an error of reading them is not lost.
func TestStoredFindings(t *testing.T) {
	in := many(3, 4000)
	var l lint.Ledger
	if err := l.Add(in); err != nil {
		t.Fatal(err)
	}
	stored, err := l.Report()
	if err != nil {
		t.Fatal(err)
	}
	if len(stored.Findings) > 0 {
		t.Fatal("the findings stand in memory; the ledger takes more than this test knows")
	}
	for _, name := range forPeople {
		if diff := cmp.Diff(render(t, name, in, Options{}), render(t, name, stored, Options{})); diff != "" {
			t.Errorf("%s: (-memory +file)\n%s", name, diff[:min(len(diff), 1000)])
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range forPeople {
		i := slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == name })
		if err := Formats()[i].Write(&strings.Builder{}, stored, Options{}); err == nil {
			t.Errorf("%s: no error, although the findings cannot be read", name)
		}
	}
}

// full is a writer on a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteError(t *testing.T) {
	for _, name := range forPeople {
		i := slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == name })
		for _, r := range []*lint.Report{lint.Merge(), sample(), many(3, 1000)} {
			if err := Formats()[i].Write(full{}, r, Options{}); err == nil {
				t.Errorf("%s: no error, although nothing could be written", name)
			}
		}
	}
}
