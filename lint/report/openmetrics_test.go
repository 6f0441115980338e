package report

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

func TestOpenMetricsGolden(t *testing.T) {
	sameAsFile(t, "sample.prom", render(t, "openmetrics", sample(), Options{}))
}

// TestOpenMetricsForm reads what is valid in both formats: families in one piece with help and type in front, series once, no time, an end.
func TestOpenMetricsForm(t *testing.T) {
	series := regexp.MustCompile(`^([a-z_]+)(\{[a-z]+="(?:[^"\\]|\\[\\"])*"(?:,[a-z]+="(?:[^"\\]|\\[\\"])*")*\})? (\S+)$`)
	for name, r := range variants() {
		text, ended := strings.CutSuffix(render(t, "openmetrics", r, Options{}), "# EOF\n")
		if !ended {
			t.Errorf("%s has no end", name)
		}
		family, seen := "", map[string]bool{}
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if help, ok := strings.CutPrefix(line, "# HELP "); ok {
				family, _, _ = strings.Cut(help, " ")
				if seen[family] {
					t.Errorf("%s: %s stands twice", name, family)
				}
				seen[family] = true
				continue
			}
			if line == "# TYPE "+family+" gauge" {
				continue
			}
			m := series.FindStringSubmatch(line)
			if m == nil || m[1] != family || seen[m[1]+m[2]+" "] {
				t.Errorf("%s, family %s: %q", name, family, line)
				continue
			}
			seen[m[1]+m[2]+" "] = true
			if v, err := strconv.ParseFloat(m[3], 64); err != nil || math.IsNaN(v) {
				t.Errorf("%s: the value of %q", name, line)
			}
		}
	}
}

// TestOpenMetricsBound: findings of one place and pattern are one series.
func TestOpenMetricsBound(t *testing.T) {
	r := sample()
	for range 100 {
		r.Findings = append(r.Findings, r.Findings[0])
	}
	out := render(t, "openmetrics", r, Options{})
	if n := strings.Count(out, "\npatlint_findings{"); n != 3 {
		t.Errorf("%d series of findings, want 3", n)
	}
	if !strings.Contains(out, `pattern="leave-gp2-burst-behind",severity="high",pillar="performance",verdict="fail"} 101`) {
		t.Errorf("the sum is missing:\n%s", out)
	}
}

// TestOpenMetricsAlerts: what an alert can rest on is there when all is well, and is the same whether unknown verdicts are listed or not.
func TestOpenMetricsAlerts(t *testing.T) {
	clean := "\n" + render(t, "openmetrics", lint.Merge(), Options{})
	for _, s := range patterns.Severities {
		if want := `patlint_failed_checks{severity="` + s + `"} 0`; !strings.Contains(clean, "\n"+want+"\n") {
			t.Errorf("a clean run has no %s", want)
		}
	}
	for _, want := range []string{`patlint_checks{verdict="unknown"} 0`, `patlint_unread{needed="checks"} 0`, `patlint_unread{needed="messages"} 0`} {
		if !strings.Contains(clean, "\n"+want+"\n") {
			t.Errorf("a clean run has no %s", want)
		}
	}
	r := sample()
	r.Gaps = append(r.Gaps, lint.Missing{Kind: "instance", Error: "odd"}, lint.Missing{Kind: "volume", Error: "odd"})
	verbose := render(t, "openmetrics", r, Options{})
	for _, want := range []string{`patlint_failed_checks{severity="high"} 1`, `patlint_failed_checks{severity="medium"} 0`, `patlint_unread{needed="checks"} 1`, `patlint_unread{needed="messages"} 2`} {
		if !strings.Contains(verbose, "\n"+want+"\n") {
			t.Errorf("no %s", want)
		}
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f lint.Finding) bool { return f.Verdict == "unknown" })
	if diff := cmp.Diff(verbose, render(t, "openmetrics", r, Options{})); diff != "" {
		t.Errorf("(-verbose +not):\n%s", diff)
	}
}

// TestOpenMetricsParsers asks the reference parsers of both formats, which must read the same values.
func TestOpenMetricsParsers(t *testing.T) {
	const program = `
import sys
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics
text = sys.stdin.buffer.read().decode()
def samples(families):
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}
new = samples(openmetrics.text_string_to_metric_families(text))
old = samples(parser.text_string_to_metric_families(text))
assert new == old and len(new) > 9, (new, old)
assert any(name == "patlint_info" for name, _ in new), new
`
	for name, r := range variants() {
		if words := reference(t, program, render(t, "openmetrics", r, Options{})); words != "" {
			t.Errorf("%s: %s", name, words)
		}
	}
	hostile := lint.Merge(&lint.Report{Version: "a\\b\"c\nd\xff{}"})
	const label = `
import sys
from prometheus_client.openmetrics import parser
text = sys.stdin.buffer.read().decode()
info = [s for f in parser.text_string_to_metric_families(text) for s in f.samples if s.name == "patlint_info"]
assert info[0].labels["version"] == "a\\b\"c\\nd\\xff{}", info
`
	out := render(t, "openmetrics", hostile, Options{})
	if words := reference(t, label, out); words != "" {
		t.Error(words)
	}
	if reference(t, program, strings.TrimSuffix(out, "# EOF\n")) == "" {
		t.Error("the parser takes a text without an end")
	}
}
