package report

import (
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
)

func TestDollars(t *testing.T) {
	for usd, want := range map[float64]string{
		0.01: "0.01 USD", 8: "8.00 USD", 36.5: "36.50 USD", 999.99: "999.99 USD", 1000: "1,000 USD", 1234.5: "1,235 USD", 123456: "123,456 USD", 1234567.89: "1,234,568 USD",
	} {
		if got := dollars(usd); got != want {
			t.Errorf("%v is %s, want %s", usd, got, want)
		}
	}
}

// TestSavings: what a report that was read says of the day of its prices is a day, or is not said.
func TestSavings(t *testing.T) {
	for day, want := range map[string]string{"2026-01-15": "public prices of 2026-01-15 (", "": "public prices (", "<b>\x1b[2J": "public prices ("} {
		if got := savings(lint.Summary{MonthlyUSD: 1, MonthlyUSDResources: 1, PricesDate: day}); !strings.Contains(got, want) {
			t.Errorf("%q gives %q, want %q", day, got, want)
		}
	}
	if got := savings(lint.Summary{PricesDate: "2026-01-15"}); got != "" {
		t.Errorf("without an estimate: %q", got)
	}
	for want, s := range map[string]lint.Summary{
		"At most 50.00 USD a month could be saved on 40 resources, by AWS's public prices (prices.yaml; patlint list prices shows them). Snapshots are reckoned at their full size, and those of one volume as one.": {MonthlyUSD: 50, MonthlyUSDResources: 40, MonthlyUSDAtMost: true},
		"1 finding that should have an estimate has none; what was not checked says why.":   {MonthlyUSDMissing: 1},
		"2 findings that should have an estimate have none; what was not checked says why.": {MonthlyUSDMissing: 2},
	} {
		if got := savings(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBoundsInFormats: every format that says in words what a finding costs says of an upper bound that it is one.
func TestBoundsInFormats(t *testing.T) {
	for format, want := range map[string]string{
		"github": "(at most 1,235 USD", "html": "<b>at most 1,235 USD", "json": `"monthly_usd_at_most": true`, "junit": "\nat most 1,235 USD", "markdown": "(at most 1,235 USD",
		"ocsf": `"monthly_usd_at_most":true`, "sarif": `"monthlyUsdAtMost": true`, "text": "    at most 1,235 USD",
	} {
		r := sample()
		for i := range r.Findings {
			r.Findings[i].MonthlyUSDAtMost = r.Findings[i].MonthlyUSD > 0
		}
		if out := render(t, format, r, Options{}); !strings.Contains(out, want) || strings.Contains(out, "(about") {
			t.Errorf("%s does not say %q", format, want)
		}
	}
}

// TestMoneyInFormats: every format says what a finding costs, and those that have sums say what all of them cost.
func TestMoneyInFormats(t *testing.T) {
	const sentence = "About 1,235 USD a month could be saved on 1 resource, by AWS's public prices of 2026-01-15 and 2 of the site's own (prices.yaml; patlint list prices shows them)."
	wants := map[string][]string{
		"csv":         {",read,monthly_usd\n", ",1234.50\n", ",8.00\n", ",0.50\n"},
		"github":      {"old (about 1,235 USD a month)%0A", "unknown. " + sentence + "\n"},
		"html":        {"<p><b>about 1,235 USD a month</b></p>", "<p><b>about 8.00 USD a month</b></p>", strings.ReplaceAll(sentence, "'", "&#39;")},
		"json":        {`"monthly_usd": 1234.5`, `"monthly_usd": 8`, `"monthly_usd": 0.5`, `"monthly_usd_resources": 1`, `"prices_date": "2026-01-15"`, `"own_prices": [`},
		"junit":       {"old\nabout 1,235 USD a month]]>"},
		"markdown":    {"old (about 1,235 USD a month) |", "\n\n" + sentence + "\n\n"},
		"ocsf":        {`"monthly_usd":1234.5`, `"monthly_usd":8`},
		"openmetrics": {"\npatlint_monthly_usd 1234.5\n", `patlint_findings_monthly_usd{account="111122223333",region="us-east-1",pattern="retire-orphan-volumes"} 1234.5` + "\n"},
		"sarif":       {"old (about 1,235 USD a month)\"", `"monthlyUsd": 1234.5`, `"pricesDate": "2026-01-15"`},
		"text":        {"old\n    about 1,235 USD a month\n", "\n" + sentence + "\n"},
	}
	for _, f := range Formats() {
		out := render(t, f.Name, sample(), Options{})
		for _, want := range wants[f.Name] {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q", f.Name, want)
			}
		}
		if len(wants[f.Name]) == 0 {
			t.Errorf("nothing is wanted of %s", f.Name)
		}
		none := sample()
		none.Summary.MonthlyUSD, none.Baseline = 0, nil
		for i := range none.Findings {
			none.Findings[i].MonthlyUSD = 0
		}
		if out := render(t, f.Name, none, Options{Verbose: true}); strings.Contains(out, "USD") {
			t.Errorf("%s names dollars where there is no estimate", f.Name)
		}
	}
}

// TestDiffCosts: a comparison says what each finding costs and adds nothing up, since what one finding says of other resources is not in a report.
func TestDiffCosts(t *testing.T) {
	finding := func(print string, usd float64, most bool) lint.Finding {
		return lint.Finding{Pattern: "keep-a", Severity: "low", Verdict: "fail", Fingerprint: print, MonthlyUSD: usd, MonthlyUSDAtMost: most, Resource: lint.Resource{Kind: "volume", ID: "vol-" + print, Account: "1", Region: "us-east-1"}}
	}
	report := func(findings ...lint.Finding) *lint.Report {
		return &lint.Report{Patterns: []string{"keep-a"}, Scopes: []lint.Scope{{Account: "1", Region: "us-east-1"}}, Findings: findings}
	}
	d, err := Compare("old.json", report(finding("1", 10, true), finding("2", 1, false)), "new.json", report(finding("3", 2.5, false), finding("4", 3, true)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := d.Text(&out, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"vol-1 1 us-east-1 (at most 10.00 USD a month)", "vol-2 1 us-east-1 (about 1.00 USD a month)", "(about 2.50 USD a month)", "(at most 3.00 USD a month)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q does not say %q", out.String(), want)
		}
	}
	if strings.Contains(d.Summary(), "USD") {
		t.Errorf("%q adds up", d.Summary())
	}
}
