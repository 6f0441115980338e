package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newDiff() *cobra.Command {
	var format, failOn, color string
	cmd := &cobra.Command{
		Use:   "diff OLD.json NEW.json",
		Short: "Show what appeared and what went between two JSON reports",
		Long: `Diff compares two JSON reports of patlint check: findings that are new, the worst first, then those that are fixed. One of the two may be - for stdin.

A finding is the same in both where pattern and resource are. What is muted in NEW is not new. What is gone counts as fixed only where NEW has checked
its pattern in its account and region without a gap; and where OLD has not, a new finding says that it may be older.

With -f json it is one object: schema (patlint/diff/v1), old and new (file, version, finished), by_severity (how many appeared), appeared (findings as in
a report, and checked_before), fixed (pattern, severity, resource, fingerprint), known (findings that both have), open (findings of OLD that NEW cannot
tell of) and unchecked (checks, of a pattern in an account and region, that OLD made in full and NEW did not).

Exit codes:
  0  nothing new at or above --fail-on
  1  something new
  2  usage, or no report
  3  nothing new, but something that OLD had or checked was not checked in NEW`,
		Example: `  patlint diff last-week.json today.json
  patlint check --region us-east-1 -f json | patlint diff last-week.json - --fail-on high`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 || args[0] == "-" && args[1] == "-" {
				return errors.New("diff takes two JSON reports, the old one first; one of them may be - for stdin")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			level, err := severityLevel("--fail-on", failOn)
			if err != nil {
				return err
			}
			look, err := style(cmd.OutOrStdout(), color)
			if err != nil {
				return err
			}
			if format != "json" && format != "text" {
				return fmt.Errorf("--format takes json or text, not %q", format)
			}
			d, err := compare(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			if format == "json" {
				err = d.JSON(cmd.OutOrStdout())
			} else {
				err = d.Text(cmd.OutOrStdout(), look)
			}
			if err != nil && !readerGone(err) { // the verdict does not depend on who reads to the end
				return err
			}
			return diffVerdict(d, failOn, level)
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&format, "format", "f", "text", "json or text")
	fl.StringVar(&failOn, "fail-on", "low", "lowest severity that makes the exit code 1: "+strings.Join(patterns.Severities, ", "))
	fl.StringVar(&color, "color", "auto", "auto, always or never; NO_COLOR is honoured")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(patterns.Severities, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func compare(cmd *cobra.Command, oldName, newName string) (*report.Diff, error) {
	old, err := readReport(cmd.Context(), cmd.InOrStdin(), oldName)
	if err != nil {
		return nil, err
	}
	later, err := readReport(cmd.Context(), cmd.InOrStdin(), newName)
	if err != nil {
		return nil, err
	}
	return report.Compare(reportName(oldName), old, reportName(newName), later)
}

// reportName is how a report is called in what is printed.
func reportName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}

// diffVerdict is the exit code and its reason.
func diffVerdict(d *report.Diff, failOn string, level int) error {
	appeared := 0
	for _, name := range patterns.Severities[:level+1] {
		appeared += d.BySeverity[name]
	}
	var lost []string
	if d.Open > 0 {
		lost = append(lost, plural(d.Open, "finding", "findings"))
	}
	if d.Unchecked > 0 {
		lost = append(lost, plural(d.Unchecked, "check", "checks"))
	}
	missing := ""
	if len(lost) > 0 {
		missing = fmt.Sprintf("; %s of %s not checked in %s", strings.Join(lost, " and "), d.Old.File, d.New.File)
	}
	switch {
	case appeared > 0:
		return &codeError{exitFindings, fmt.Sprintf("%s at or above %s%s (exit code 1)", plural(appeared, "new finding", "new findings"), failOn, missing)}
	case missing != "":
		return &codeError{exitGaps, fmt.Sprintf("nothing new at or above %s%s (exit code 3)", failOn, missing)}
	default:
		return &codeError{exitClean, fmt.Sprintf("nothing new at or above %s (exit code 0)", failOn)}
	}
}
