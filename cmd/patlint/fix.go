package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/lint/fix"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newFix() *cobra.Command {
	var f checkFlags
	var stale bool
	cmd := &cobra.Command{
		Use:   "fix [REPORT.json|-]",
		Short: "Write the commands that mend findings as a script to review",
		Long: `Fix reads a JSON report of patlint check, from a file or from stdin, or checks an account or a snapshot itself, and writes a shell script to stdout
with the commands that mend the failed findings. It runs none of them.

In the script a command runs only where it touches the finding's own resource, can be taken back, and interrupts nothing. What stops, deletes,
replaces, opens or costs is a comment with the reason above it, and so are commands that belong on the machine itself and those that patlint does not
know. Snapshots are made all the same, because they keep what a mistake would lose; AWS bills what they hold until they are deleted. A volume becomes
gp3 only with the speed that its price includes. Where the account was read more than 7 days ago, nothing is changed without --stale.

The script compares the account of its credentials with the one that was checked, says each finding as it comes to it, and ends at the first command
that fails; a number as its argument begins with that finding. A wait that gives up stops it only where a change needs what it waits for. Findings in
accounts that the credentials are not of do not run; they are named at the end, and the script's exit code is 1 then.

Read it before you run it. It wants bash and the AWS CLI, and some fixes the date of GNU. It ends with 1 where not all of it ran, or a wait gave up.

Exit codes: 0 the script is written, 2 usage, or no report, 3 interrupted.`,
		Example: `  patlint check --region us-east-1 -f json=report.json
  patlint fix report.json > fix.sh
  less fix.sh && bash fix.sh
  patlint check --region us-east-1 -f json | patlint fix -p 'keep-*' -
  patlint fix --demo`,
		Args: func(cmd *cobra.Command, args []string) error {
			given := func(names ...string) string {
				if i := slices.IndexFunc(names, cmd.Flags().Changed); i >= 0 {
					return names[i]
				}
				return ""
			}
			source := given(append([]string{"demo", "snapshot"}, liveFlags...)...)
			switch {
			case len(args) == 1 && args[0] != "":
				if name := cmp.Or(source, given("config", "metrics", "patterns", "protection", "sharing")); name != "" {
					return fmt.Errorf("--%s is for a check, and %s is the report of one; give one of the two", name, reportName(args[0]))
				}
				return nil
			case len(args) > 0 || source == "":
				return errors.New("fix takes one JSON report, or - for stdin, or --demo, --snapshot or --region; patlint check -f json=report.json writes a report")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var ledger lint.Ledger
			defer ledger.Close()
			rep, chosen, err := f.findings(cmd, args, &ledger)
			if cmd.Context().Err() != nil {
				return &codeError{exitGaps, "interrupted; no script was written (exit code 3)"}
			}
			if err != nil {
				return err
			}
			return fix.Script(cmd.OutOrStdout(), rep, fix.Options{
				Chosen: chosen, Now: time.Now(),
				Stale: stale || f.demo, // the example account stays as it is
			})
		},
	}
	f.accountFlags.add(cmd)
	f.catalogFlags.add(cmd)
	cmd.Flags().StringVar(&f.snapshot, "snapshot", "", "check a saved snapshot instead of reading a report: a folder, a .json or .json.gz file, or - for stdin")
	cmd.Flags().BoolVar(&f.demo, "demo", false, "check the bundled example account instead of reading a report")
	cmd.Flags().BoolVar(&stale, "stale", false, "change things although the account was read more than 7 days ago")
	return cmd
}

// readReport reads a JSON report from a file, or from stdin where the name is -, until the context ends.
func readReport(ctx context.Context, stdin io.Reader, name string) (*lint.Report, error) {
	if name == "-" {
		return lint.ReadReport(reportName(name), untilDone(ctx, stdin))
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return lint.ReadReport(name, file)
}

// findings reads the report, or makes one, and tells which findings are chosen; nil for all.
func (f *checkFlags) findings(cmd *cobra.Command, args []string, ledger *lint.Ledger) (*lint.Report, func(*lint.Finding) bool, error) {
	if len(args) == 1 {
		rep, err := readReport(cmd.Context(), cmd.InOrStdin(), args[0])
		if err != nil {
			return nil, nil, err
		}
		chosen, err := chosenOf(rep, f.choice)
		return rep, chosen, err
	}
	cat, rules, omitted, err := f.ready(cmd)
	if err != nil {
		return nil, nil, err
	}
	excused, err := f.excuses(cmd.Context(), cmd.InOrStdin(), cat, time.Now())
	if err != nil {
		return nil, nil, err
	}
	rep, left, err := f.report(cmd.Context(), cmd, rules, excused, ledger)
	if err != nil {
		return nil, nil, err
	}
	append(omitted, left...).note(cmd.ErrOrStderr())
	return rep, nil, nil // the rules were chosen before
}

// chosenOf tells which findings of a report a choice keeps. A glob that matches none of the patterns that were checked is a mistake.
func chosenOf(rep *lint.Report, choice config.Choice) (func(*lint.Finding) bool, error) {
	checked := &patterns.Catalog{}
	for _, id := range rep.Patterns {
		checked.Patterns = append(checked.Patterns, &patterns.Pattern{ID: id})
	}
	keep, err := choice.Of(checked)
	if err != nil {
		return nil, fmt.Errorf("--%w; the report has checked %s", err, plural(len(rep.Patterns), "pattern", "patterns"))
	}
	return func(x *lint.Finding) bool {
		return keep(&patterns.Pattern{ID: x.Pattern, Severity: x.Severity, Pillar: x.Pillar})
	}, nil
}
