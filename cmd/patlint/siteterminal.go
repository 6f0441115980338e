package main

import (
	"context"
	"io/fs"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
)

// siteTerminal is what a check of the example account prints at 80 columns, for the site's home page: the worst finding and the sums.
func siteTerminal(ctx context.Context, rules *lint.Rules) (string, error) {
	rules, _ = (&accountFlags{}).affordable(rules)
	account, err := fs.Sub(demo, "demo")
	if err != nil {
		return "", err
	}
	var ledger lint.Ledger
	defer ledger.Close()
	if _, err := lint.WalkSnapshot(account, time.Now(), func(inv *lint.Inventory) error {
		rep, err := rules.Check(ctx, inv, lint.Options{})
		if err != nil {
			return err
		}
		return ledger.Add(rep)
	}); err != nil {
		return "", err
	}
	rep, err := ledger.Report()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := report.Text(&out, rep, report.Options{Width: 80}); err != nil {
		return "", err
	}
	return "$ patlint check --demo\n" + excerpt(out.String()), nil
}

// excerpt is the first finding of a report and its last paragraph.
func excerpt(text string) string {
	first, rest, ok := strings.Cut(strings.TrimSpace(text), "\n\n")
	if !ok {
		return first
	}
	return first + "\n\n…\n\n" + rest[strings.LastIndex(rest, "\n\n")+2:]
}
