package report

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// OpenMetrics writes sums as gauges, for the textfile collector of node_exporter and for whatever else reads OpenMetrics or the older text
// format of Prometheus: the text is valid in both. There are as many series as combinations of account, region and pattern with findings, not
// as findings. An alert can rest on patlint_checks, patlint_failed_checks and patlint_unread, which say 0 where there is nothing. Findings that are
// not decided are in these sums only: a report lists them or not, as it was asked to.
func OpenMetrics(w io.Writer, r *lint.Report, _ Options) error {
	// These are forty lines because github.com/prometheus/common/expfmt brings four modules, among them one that links package testing.
	costs := gauge{"patlint_findings_monthly_usd", "What failed findings cost a month in US dollars, an estimate, by place and pattern. A resource with several stands under each of them.", map[string]float64{}}
	findings := gauge{"patlint_findings", "Failed and muted findings by place and pattern.", map[string]float64{}}
	for f, err := range r.All() {
		if err != nil {
			return err
		}
		if f.Verdict == "unknown" {
			continue
		}
		findings.add(1, "account", f.Resource.Account, "region", f.Resource.Region, "pattern", f.Pattern,
			"severity", f.Severity, "pillar", f.Pillar, "verdict", f.Verdict)
		if f.Verdict == "fail" && f.MonthlyUSD > 0 {
			costs.amount(f.MonthlyUSD, "account", f.Resource.Account, "region", f.Resource.Region, "pattern", f.Pattern)
		}
	}
	out := bufio.NewWriter(w)
	for _, g := range append([]gauge{findings, costs}, gauges(r)...) {
		g.write(out)
	}
	out.WriteString("# EOF\n")
	return out.Flush()
}

// gauges is everything but the findings.
func gauges(r *lint.Report) []gauge {
	checks := gauge{"patlint_checks", "Evaluations of a pattern on a resource by verdict.", map[string]float64{}}
	checks.add(r.Summary.Pass, "verdict", "pass")
	checks.add(r.Summary.Fail, "verdict", "fail")
	checks.add(r.Summary.Muted, "verdict", "muted")
	checks.add(r.Summary.Unknown, "verdict", "unknown")

	saving := gauge{"patlint_monthly_usd", "What all failed findings cost a month in US dollars, an estimate with each resource once.", map[string]float64{}}
	saving.amount(r.Summary.MonthlyUSD)
	failed := gauge{"patlint_failed_checks", "Failed evaluations by severity.", map[string]float64{}}
	for _, s := range patterns.Severities {
		failed.add(r.Summary.BySeverity[s], "severity", s)
	}
	unreads := gauge{"patlint_unread", "Things that could not be read or decided, by what misses them: checks that are unknown or in doubt, or messages and estimates alone.", map[string]float64{}}
	unreads.add(0, "needed", "checks")
	unreads.add(0, "needed", "messages")
	gaps := gauge{"patlint_gaps", "Things that could not be read or decided, by place.", map[string]float64{}}
	for _, g := range r.Gaps {
		gaps.add(1, "account", g.Account, "region", g.Region, "action", unread(g))
		if len(g.Patterns) > 0 {
			unreads.add(1, "needed", "checks")
		} else {
			unreads.add(1, "needed", "messages")
		}
	}
	data := gauge{"patlint_data_timestamp_seconds", "When the account and region were read, which for a snapshot is when it was saved.", map[string]float64{}}
	for at, read := range readTimes(r) {
		data.oldest(read, "account", at.account, "region", at.region)
	}
	resources := gauge{"patlint_resources", "Resources that were read.", map[string]float64{}}
	calls := gauge{"patlint_calls", "Requests to the APIs of AWS.", map[string]float64{}}
	for _, s := range r.Scopes {
		resources.add(s.Resources, "account", s.Account, "region", s.Region)
		calls.add(s.Calls, "account", s.Account, "region", s.Region)
	}
	mutes := gauge{"patlint_mutes", "Mutes of the configuration by what became of them.", map[string]float64{}}
	for _, state := range []string{"expired", "untried", "unused", "used"} {
		mutes.add(0, "state", state)
	}
	for _, u := range r.Mutes {
		mutes.add(1, "state", u.State)
	}
	baseline := gauge{"patlint_baseline", "Findings of the baseline by what became of them.", map[string]float64{}}
	if b := r.Baseline; b != nil {
		baseline.add(b.Known, "state", "known")
		baseline.add(b.Open, "state", "open")
		baseline.add(len(b.Fixed), "state", "fixed")
	}
	accounts := gauge{"patlint_skipped_accounts", "Accounts that were left out on purpose.", map[string]float64{}}
	regions := gauge{"patlint_skipped_regions", "Regions of accounts that were left out on purpose.", map[string]float64{}}
	accounts.add(0)
	regions.add(0)
	for _, s := range r.Skipped {
		if s.Region == "" {
			accounts.add(1)
		} else {
			regions.add(1)
		}
	}
	run := gauge{"patlint_last_run_timestamp_seconds", "When the run ended.", map[string]float64{}}
	duration := gauge{"patlint_run_duration_seconds", "How long the run took.", map[string]float64{}}
	if !r.Started.IsZero() && !r.Finished.IsZero() {
		run.series[""] = float64(r.Finished.UnixMilli()) / 1000
		duration.series[""] = r.Finished.Sub(r.Started).Round(time.Millisecond).Seconds()
	}
	info := gauge{"patlint_info", "The version of patlint; the value is always 1.", map[string]float64{}}
	info.add(1, "version", r.Version)
	return []gauge{checks, saving, failed, unreads, gaps, data, resources, calls, mutes, baseline, accounts, regions, run, duration, info}
}

// A gauge is a metric family: a value for each set of labels.
type gauge struct {
	name, help string
	series     map[string]float64 // by labels as they are written; "" for none
}

// add adds to the series with these labels.
func (g gauge) add(n int, labels ...string) { g.series[gaugeLabels(labels)] += float64(n) }

// amount is add for a number of dollars, which has cents and nothing smaller.
func (g gauge) amount(v float64, labels ...string) {
	key := gaugeLabels(labels)
	g.series[key] = math.Round((g.series[key]+v)*100) / 100
}

// oldest keeps, of several times for the same labels, the first.
func (g gauge) oldest(t time.Time, labels ...string) {
	key, seconds := gaugeLabels(labels), float64(t.UnixMilli())/1000
	if old, ok := g.series[key]; !ok || seconds < old {
		g.series[key] = seconds
	}
}

// gaugeLabels writes labels that are given as name, value, name, value.
func gaugeLabels(labels []string) string {
	var b strings.Builder
	for i := 0; i < len(labels); i += 2 {
		fmt.Fprintf(&b, `,%s="%s"`, labels[i], gaugeEscapes.Replace(Clean(labels[i+1])))
	}
	if b.Len() == 0 {
		return ""
	}
	return "{" + b.String()[1:] + "}"
}

var gaugeEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// write writes nothing where there are no series.
func (g gauge) write(out *bufio.Writer) {
	if len(g.series) == 0 {
		return
	}
	fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", g.name, g.help, g.name)
	for _, labels := range slices.Sorted(maps.Keys(g.series)) {
		out.WriteString(g.name + labels + " " + strconv.FormatFloat(g.series[labels], 'f', -1, 64) + "\n")
	}
}
