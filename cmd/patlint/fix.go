package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newFix() *cobra.Command {
	var f checkFlags
	var severity string
	cmd := &cobra.Command{
		Use:   "fix [REPORT.json|-]",
		Short: "Write the commands that mend findings as a script to review",
		Long: `Fix reads a JSON report of patlint check, from a file or from stdin, or checks a snapshot, and writes a shell script to stdout with the commands
that mend the failed findings. It runs none of them.

In the script a command runs only where it touches the one resource, can be taken back, and interrupts nothing. What stops, deletes, opens or costs
is a comment with the reason above it, and so are commands that belong on the machine itself and those that patlint does not know. The script
compares the account of its credentials with the one that was checked, says each finding as it comes to it, and ends at the first command that fails; a
number as its argument begins with that finding.

Read it before you run it. It wants bash and the AWS CLI, and some fixes the date of GNU.

Exit codes: 0 the script is written, 2 usage, or no report.`,
		Example: `  patlint check --region us-east-1 -f json=report.json
  patlint fix report.json > fix.sh
  less fix.sh && bash fix.sh
  patlint check --demo -f json | patlint fix -p 'keep-*' -`,
		Args: func(_ *cobra.Command, args []string) error {
			if saved := f.demo || f.snapshot != ""; len(args) > 1 || saved == (len(args) == 1) {
				return errors.New("fix takes one JSON report, or - for stdin, or --demo or --snapshot; patlint check -f json=report.json writes a report")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			level, err := severityLevel("--severity", severity)
			if err != nil {
				return err
			}
			rep, chosen, err := f.findings(cmd, args)
			if err != nil {
				return err
			}
			return report.Fix(cmd.OutOrStdout(), rep, func(x *lint.Finding) bool {
				return slices.Index(patterns.Severities, x.Severity) <= level && chosen(x.Pattern)
			})
		},
	}
	f.catalogFlags.add(cmd)
	cmd.Flags().StringVar(&f.snapshot, "snapshot", "", "check a saved snapshot instead of reading a report: a folder, a .json or .json.gz file, or - for stdin")
	cmd.Flags().BoolVar(&f.demo, "demo", false, "check the bundled example account instead of reading a report")
	cmd.Flags().StringVar(&severity, "severity", "info", "only findings of this severity and above: "+strings.Join(patterns.Severities, ", "))
	_ = cmd.RegisterFlagCompletionFunc("severity", cobra.FixedCompletions(patterns.Severities, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// readReport reads a JSON report from a file, or from stdin where the name is -.
func readReport(stdin io.Reader, name string) (*lint.Report, error) {
	if name == "-" {
		return lint.ReadReport(reportName(name), stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return lint.ReadReport(name, file)
}

// findings reads the report, or makes one of a snapshot, and tells which patterns are chosen.
func (f *checkFlags) findings(cmd *cobra.Command, args []string) (*lint.Report, func(pattern string) bool, error) {
	if len(args) == 1 {
		rep, err := readReport(cmd.InOrStdin(), args[0])
		if err != nil {
			return nil, nil, err
		}
		chosen, err := chosenOf(rep, f.only)
		return rep, chosen, err
	}
	if err := f.oneSource(cmd); err != nil {
		return nil, nil, err
	}
	_, all, err := f.rules()
	if err != nil {
		return nil, nil, err
	}
	rules, _ := f.affordable(all)
	var reports []*lint.Report
	err = f.readSnapshot(cmd, func(r reading) error {
		rep, err := rules.Check(cmd.Context(), r.inv, lint.Options{})
		reports = append(reports, rep)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	rep := lint.Merge(reports...)
	rep.Version = version
	return rep, func(string) bool { return true }, nil // the rules were chosen before
}

// chosenOf tells which patterns of a report the globs choose. A glob that matches none of those that were checked is a mistake.
func chosenOf(rep *lint.Report, globs []string) (func(pattern string) bool, error) {
	var in, out []string
	for _, g := range globs {
		glob, exclude := strings.CutPrefix(g, "!")
		if _, err := path.Match(glob, ""); err != nil {
			return nil, fmt.Errorf("--pattern %q: not a glob", g)
		}
		if !slices.ContainsFunc(rep.Patterns, func(id string) bool { return matchesAny([]string{glob}, id) }) {
			return nil, fmt.Errorf("--pattern %q: the report has checked no pattern that matches", g)
		}
		if exclude {
			out = append(out, glob)
		} else {
			in = append(in, glob)
		}
	}
	return func(id string) bool { return (len(in) == 0 || matchesAny(in, id)) && !matchesAny(out, id) }, nil
}

func matchesAny(globs []string, id string) bool {
	return slices.ContainsFunc(globs, func(g string) bool { m, _ := path.Match(g, id); return m })
}

// severityLevel is the place of a severity among all, the worst first.
func severityLevel(flag, name string) (int, error) {
	level := slices.Index(patterns.Severities, name)
	if level < 0 {
		return 0, fmt.Errorf("%s takes %s, not %q", flag, strings.Join(patterns.Severities, ", "), name)
	}
	return level, nil
}
