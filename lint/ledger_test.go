package lint

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// scopeReport is a report of one scope with n findings and a gap.
func scopeReport(account string, n int) *Report {
	r := newReport()
	r.Patterns = []string{"keep-a", "keep-b"}
	r.Scopes = []Scope{{Account: account, Region: "us-east-1", Resources: n}}
	r.Gaps = []Missing{{Account: account, Region: "us-east-1", Action: "ec2:X", Patterns: []string{"keep-b"}}}
	for i := range n {
		f := Finding{Pattern: "keep-a", Severity: "high", Verdict: "fail", Message: "<&>\u2028 \ufffd", Fix: "x\n",
			Resource: Resource{Kind: "volume", ID: fmt.Sprintf("vol-%04d", rand.N(100000)), Account: account, Region: "us-east-1"},
			Evidence: Evidence{{"volume.Size", int64(25)}, {"volume.burstMinutes()", 31.03448275862069}, {"n", 3.0}, {"l", []any{int64(1), "a", 1.5}}, {"b", false}, {"s", ""}}}
		switch i % 3 {
		case 1:
			f.Pattern, f.Severity, f.Verdict = "keep-b", "low", "muted"
			f.Mute = &Mute{Reason: "r", Owner: "o", Expires: "2027-01-01", Source: ".patlint.yaml:3"}
		case 2:
			f.Evidence = Evidence{}
		}
		r.Findings = append(r.Findings, f)
		r.Summary.Fail++
		r.Summary.BySeverity[f.Severity]++
	}
	return r
}

// TestLedger: findings that were put aside come out as those that stayed in memory, in the same order.
func TestLedger(t *testing.T) {
	var reports []*Report
	for i := range 40 {
		reports = append(reports, scopeReport(fmt.Sprintf("%012d", rand.N(1_000_000)), 1+i))
	}
	reports = append(reports, scopeReport("", 30), scopeReport("", 30)) // two accounts that could not be named
	want := Merge(reports...)
	dir := t.TempDir()
	for _, limit := range []int{1, 100, 1_000_000} {
		l := Ledger{Dir: dir, limit: limit}
		for _, r := range reports {
			if err := l.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		got, err := l.Report()
		if err != nil {
			t.Fatal(err)
		}
		if put := got.stored != nil; put != (limit < 1000) {
			t.Errorf("limit %d: put aside: %v", limit, put)
		}
		var list []Finding
		for range 2 { // a report can be walked again
			list = nil
			for f, err := range got.All() {
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, *f)
			}
		}
		if a, b := asJSON(t, &Report{Findings: want.Findings}), asJSON(t, &Report{Findings: list}); a != b {
			t.Errorf("limit %d: %s", limit, cmp.Diff(a, b))
		}
		got.Findings, got.stored = want.Findings, nil
		if diff := cmp.Diff(asJSON(t, want), asJSON(t, got)); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}

// TestLedgerShares: equal texts of gaps are there once.
func TestLedgerShares(t *testing.T) {
	var l Ledger
	for range 3 {
		text := strings.Clone("UnauthorizedOperation")
		if err := l.Add(&Report{Gaps: []Missing{{Error: text, Patterns: []string{strings.Clone("keep-a")}}}}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := l.Report()
	if err != nil || len(r.Gaps) != 3 {
		t.Fatal(r, err)
	}
	for _, g := range r.Gaps[1:] {
		if unsafe.StringData(g.Error) != unsafe.StringData(r.Gaps[0].Error) || &g.Patterns[0] != &r.Gaps[0].Patterns[0] {
			t.Errorf("%+v has a text of its own", g)
		}
	}
}

// TestLedgerStops: a walk may end early, and an error of the file ends it.
func TestLedgerStops(t *testing.T) {
	l := Ledger{Dir: t.TempDir(), limit: 1}
	if err := l.Add(scopeReport("1", 30)); err != nil {
		t.Fatal(err)
	}
	r, err := l.Report()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range r.All() {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d findings", n)
	}
	l.store.file.Close()
	errs := 0
	for f, err := range r.All() {
		if err == nil {
			t.Errorf("read %v from a closed file", f)
		}
		errs++
	}
	if errs != 1 {
		t.Errorf("a closed file gave %d errors, want 1", errs)
	}
	if (&Ledger{Dir: "/nowhere/at/all", limit: 1}).Add(scopeReport("1", 30)) == nil {
		t.Error("no error without a folder")
	}
	var empty Ledger
	if r, err := empty.Report(); err != nil || r.Schema != Schema || empty.Close() != nil {
		t.Errorf("%+v, %v", r, err)
	}
}
