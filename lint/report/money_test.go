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
}

// TestMoneyInFormats: every format says what a finding costs, and those that have sums say what all of them cost.
func TestMoneyInFormats(t *testing.T) {
	const sentence = "About 1,235 USD a month could be saved on 1 resource, by AWS's public prices of 2026-01-15 and 2 of the site's own (prices.yaml; patlint list prices shows them)."
	wants := map[string][]string{
		"csv":         {",read,monthly_usd\n", ",1234.50\n", ",8.00\n", ",0.50\n"},
		"github":      {"old (about 1,235 USD a month)%0A", "unknown. " + sentence + "\n"},
		"html":        {"<p><b>about 1,235 USD a month</b></p>", "<p><b>about 8.00 USD a month</b></p>", strings.ReplaceAll(sentence, "'", "&#39;")},
		"json":        {`"monthly_usd": 1234.5`, `"monthly_usd": 8`, `"monthly_usd": 0.5`, `"monthly_usd_resources": 1`, `"prices_date": "2026-01-15"`, `"own_prices": 2`},
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

// TestDiffCosts: of a resource with several findings the largest counts, whatever it is called by now.
func TestDiffCosts(t *testing.T) {
	finding := func(pattern, id, name, print string, usd float64) lint.Finding {
		return lint.Finding{Pattern: pattern, Severity: "low", Verdict: "fail", Fingerprint: print, MonthlyUSD: usd, Resource: lint.Resource{Kind: "volume", ID: id, Name: name, Account: "1", Region: "us-east-1"}}
	}
	report := func(findings ...lint.Finding) *lint.Report {
		return &lint.Report{Patterns: []string{"keep-a", "keep-b"}, Scopes: []lint.Scope{{Account: "1", Region: "us-east-1"}}, Findings: findings}
	}
	old := report(finding("keep-a", "vol-1", "", "1a", 10), finding("keep-b", "vol-1", "", "1b", 4), finding("keep-a", "vol-2", "", "2a", 1), finding("keep-a", "vol-9", "", "9a", 0))
	later := report(finding("keep-a", "vol-2", "new", "2a", 1), finding("keep-a", "vol-3", "", "3a", 2.5), finding("keep-b", "vol-3", "data", "3b", 3))
	d, err := Compare("old.json", old, "new.json", later)
	if err != nil {
		t.Fatal(err)
	}
	if d.AppearedUSD != 3 || d.FixedUSD != 10 {
		t.Errorf("what is new costs %v, what is fixed %v; want 3 and 10", d.AppearedUSD, d.FixedUSD)
	}
	if want := "3 fixed, 1 still there. What is new costs about 3.00 USD a month. What is fixed saves about 10.00 USD a month."; !strings.Contains(d.Summary(), want) {
		t.Errorf("%q does not say %q", d.Summary(), want)
	}
}
