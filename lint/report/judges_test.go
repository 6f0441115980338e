package report

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// reference asks the reference implementation of a format, a Python program that reads stdin, and gives its complaint or "". Python and its
// packages may be missing: then the test is skipped, or fails if PATLINT_REQUIRE names formats.
func reference(t *testing.T, program, in string) string {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "python3", "-c", "import lxml, prometheus_client").CombinedOutput(); err != nil {
		if slices.Contains(strings.Split(os.Getenv("PATLINT_REQUIRE"), ","), "formats") {
			t.Fatalf("PATLINT_REQUIRE names formats, but there is no python3 with lxml and prometheus_client: %v\n%s", err, out)
		}
		t.Skip("there is no python3 with lxml and prometheus_client; install them, or run .ci/run")
	}
	cmd := exec.CommandContext(t.Context(), "python3", "-c", program)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return err.Error() + "\n" + string(out)
	}
	return ""
}

// sameAsFile compares with a file of testdata; UPDATE=1 rewrites it.
func sameAsFile(t *testing.T, file, got string) {
	t.Helper()
	file = "testdata/" + file
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; UPDATE=1 rewrites it):\n%s", file, diff)
	}
}

// variants are reports that a format must write well: with everything, with nothing, without what may be missing.
func variants() map[string]*lint.Report {
	bare := lint.Merge(&lint.Report{
		Findings: []lint.Finding{{Pattern: "private-pattern", Title: "Private pattern", Severity: "medium", Pillar: "security", Verdict: "fail",
			Resource: lint.Resource{Kind: "keyPair", ID: "a/b ..\u202e%"}, Message: "{braces} ]]> \ufffe \uffff", Fingerprint: strings.Repeat("1a", 16)}},
		Patterns: []string{"guidance", "private-pattern"},
		Skipped:  []lint.Skip{{Account: "444455556666", Region: "eu-central-1", Reason: "not ours"}},
		Gaps: []lint.Missing{
			{Kind: "instance", Error: "odd", Patterns: []string{"only-in-a-gap"}},
			{Kind: "instance", Error: "odder", Patterns: []string{}}},
	})
	known := sample() // a finding that the baseline knew
	known.Findings[3].Mute = &lint.Mute{Reason: "known", Source: "baseline last week.json"}
	return map[string]*lint.Report{"sample": sample(), "empty": lint.Merge(), "bare": bare, "known": known}
}

// catalog is a catalog with one of the sample's patterns.
func catalog() *patterns.Catalog {
	return &patterns.Catalog{Patterns: []*patterns.Pattern{{
		ID: "snapshot-every-volume", Chapter: "backup", Builtin: true, Title: "Snapshot every volume", Summary: "A disk without a copy is lost once.",
		Pillar: "security", Severity: "critical", Sections: []patterns.Section{{Title: "In one minute", Body: "\nDisks die.\n"}},
	}}}
}

var machines = []string{"junit", "ocsf", "openmetrics", "sarif"}

// TestMachinesTellErrors: neither a full disk nor findings that cannot be read again end in a report that looks whole.
func TestMachinesTellErrors(t *testing.T) {
	for _, f := range Formats() {
		if !slices.Contains(machines, f.Name) {
			continue
		}
		if err := f.Write(full{}, sample(), Options{}); err == nil || !strings.Contains(err.Error(), os.ErrClosed.Error()) {
			t.Errorf("%s on a full disk: %v", f.Name, err)
		}
		l, r := stored(t, 1, 11_000)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(new(bytes.Buffer), r, Options{}); err == nil || !strings.Contains(err.Error(), "put aside") {
			t.Errorf("%s without the findings: %v", f.Name, err)
		}
	}
}

// stored is a report whose findings stand in a file.
func stored(t testing.TB, accounts, each int) (*lint.Ledger, *lint.Report) {
	t.Helper()
	l := &lint.Ledger{Dir: t.TempDir()}
	f := sample().Findings[0]
	for a := range accounts {
		f.Resource.Account = fmt.Sprintf("%012d", a)
		part := &lint.Report{Schema: lint.Schema, Patterns: []string{f.Pattern}, Scopes: []lint.Scope{{Account: f.Resource.Account, Region: f.Resource.Region}}}
		for range each {
			part.Findings = append(part.Findings, f)
		}
		if err := l.Add(part); err != nil {
			t.Fatal(err)
		}
	}
	r, err := l.Report()
	if err != nil {
		t.Fatal(err)
	}
	return l, r
}

// A meter counts bytes and keeps the size of the heap at its highest.
type meter struct{ written, last, peak uint64 }

func (m *meter) Write(p []byte) (int, error) {
	m.written += uint64(len(p))
	if m.written-m.last > 4<<20 {
		m.last = m.written
		m.look()
	}
	return len(p), nil
}

func (m *meter) look() {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m.peak = max(m.peak, s.HeapAlloc)
}

// BenchmarkMachines tells how much memory a format takes for how many findings: it must stay the same.
func BenchmarkMachines(b *testing.B) {
	for _, f := range Formats() {
		for _, accounts := range []int{2, 20} {
			if !slices.Contains(machines, f.Name) {
				continue
			}
			b.Run(fmt.Sprintf("%s/%d", f.Name, accounts*10_000), func(b *testing.B) {
				l, r := stored(b, accounts, 10_000)
				defer l.Close()
				runtime.GC()
				var m meter
				for b.Loop() {
					if err := f.Write(&m, r, Options{}); err != nil {
						b.Fatal(err)
					}
					m.look()
				}
				b.ReportMetric(float64(m.peak)/(1<<20), "heap-MiB")
				b.ReportMetric(float64(m.written)/float64(b.N)/(1<<20), "written-MiB")
			})
		}
	}
}
