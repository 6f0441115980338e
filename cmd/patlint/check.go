package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

//go:embed all:demo
var demo embed.FS

type checkFlags struct {
	catalogFlags
	accountFlags
	snapshot string
	demo     bool
	formats  []string
	failOn   string
	color    string
	verbose  bool
	plan     bool
}

func newCheck() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check an account, a snapshot or the bundled example account",
		Long: `Check reads what the chosen patterns need from EC2, and reports which resources do not follow them.

It makes Describe, Get and List calls only, and only those that a chosen pattern needs. A call that is denied or fails makes the patterns that
need it unknown; the others go on. Nothing that was not read counts as a pass. Patterns that read CloudWatch metrics are chosen with --metrics.

The report goes to stdout, notes and the reason of the exit code to stderr.

Exit codes:
  0  nothing failed at or above --fail-on
  1  something did
  2  usage or configuration: a flag, a credential, a pattern file
  3  nothing failed, but something that a pattern needs could not be read or decided`,
		Example: `  patlint check --demo
  patlint check --region us-east-1 --region eu-central-1
  patlint check --plan --metrics
  patlint check --profile prod -p 'keep-*' -f json=report.json -f text
  patlint check --snapshot snapshots/
  aws ec2 describe-volumes | patlint check --snapshot -`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(cmd.Context(), cmd)
		},
	}
	f.accountFlags.add(cmd)
	f.catalogFlags.add(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.snapshot, "snapshot", "", "check a saved snapshot instead of an account: a folder, a .json or .json.gz file, or - for stdin; --region says where, if it does not")
	fl.BoolVar(&f.demo, "demo", false, "check the bundled example account; needs no AWS account")
	fl.StringArrayVarP(&f.formats, "format", "f", nil, "output format, or FORMAT=FILE to write it to a file; repeatable (default text):"+formatDocs())
	fl.StringVar(&f.failOn, "fail-on", "low", "lowest severity that makes the exit code 1: "+strings.Join(patterns.Severities, ", "))
	fl.StringVar(&f.color, "color", "auto", "auto, always or never; NO_COLOR is honoured")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "list each resource that could not be decided about, and what the AWS SDK has to say")
	fl.BoolVar(&f.plan, "plan", false, "print what would be asked of AWS, and for which patterns; makes no call")
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(patterns.Severities, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *checkFlags) run(ctx context.Context, cmd *cobra.Command) error {
	if err := f.oneSource(cmd); err != nil {
		return err
	}
	level := slices.Index(patterns.Severities, f.failOn)
	if level < 0 {
		return fmt.Errorf("--fail-on takes %s, not %q", strings.Join(patterns.Severities, ", "), f.failOn)
	}
	outputs, err := f.outputs(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	cat, all, err := f.rules()
	if err != nil {
		return err
	}
	rules, measured := f.affordable(all)
	if rules.Len() == 0 && len(measured) > 0 {
		return errors.New("the chosen patterns read CloudWatch metrics, which AWS charges for; add --metrics, and see --plan for the price")
	}
	if rules.Len() == 0 {
		return errors.New("the chosen patterns have no rule to check; patlint list shows which are guidance only")
	}
	if f.plan {
		defer f.unmeasured(cmd, measured)
		return plan(cmd.OutOrStdout(), cat, rules)
	}
	started := time.Now().UTC()
	var reports []*lint.Report
	add := func(r reading) error {
		evalCtx := ctx
		if ctx.Err() != nil {
			evalCtx = context.WithoutCancel(ctx) // interrupted while reading: say what is known
		}
		rep, err := rules.Check(evalCtx, r.inv, lint.Options{Verbose: f.verbose})
		if err != nil {
			return err
		}
		rep.Scopes[0].Calls = r.calls
		reports = append(reports, rep)
		return nil
	}
	if f.demo || f.snapshot != "" {
		err = f.readSnapshot(cmd, add)
	} else {
		err = f.read(ctx, rules.Sources(), rules.Metrics(), cmd.ErrOrStderr(), f.verbose, add)
	}
	if err != nil {
		return err
	}
	rep := lint.Merge(reports...)
	rep.Version, rep.Started, rep.Finished = version, started, time.Now().UTC()
	var errs []error
	for _, o := range outputs {
		errs = append(errs, o.write(rep))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	f.unmeasured(cmd, measured)
	return verdict(rep, f.failOn, level)
}

// unmeasured says which patterns were left out for want of --metrics.
func (f *checkFlags) unmeasured(cmd *cobra.Command, ids []string) {
	if len(ids) > 0 {
		note(cmd.ErrOrStderr(), fmt.Sprintf("%s CloudWatch metrics and %s not checked; --metrics adds %s: %s",
			plural(len(ids), "pattern reads", "patterns read"), was(ids), them(ids), strings.Join(ids, ", ")))
	}
}

func was(ids []string) string {
	if len(ids) == 1 {
		return "was"
	}
	return "were"
}

func them(ids []string) string {
	if len(ids) == 1 {
		return "it"
	}
	return "them"
}

// oneSource wants flags that agree on what is checked.
func (f *checkFlags) oneSource(cmd *cobra.Command) error {
	saved := cmd.Flags().Changed("snapshot")
	switch {
	case saved && f.demo:
		return errors.New("--demo and --snapshot are two things to check; give one")
	case saved && f.snapshot == "":
		return errors.New("--snapshot names nothing; is a variable empty?")
	case saved && len(f.regions) > 1:
		return errors.New("a snapshot has one region where it does not say; give --region once")
	}
	for _, name := range liveFlags {
		if cmd.Flags().Changed(name) && (f.demo || saved && name != "region") {
			return fmt.Errorf("--%s is for a live account; it does not go with --demo or --snapshot", name)
		}
	}
	return nil
}

// verdict is the exit code and its reason.
func verdict(r *lint.Report, failOn string, level int) error {
	failed := 0
	for i, name := range patterns.Severities {
		if i <= level {
			failed += r.Summary.BySeverity[name]
		}
	}
	missing, gaps := "", 0
	for _, g := range r.Gaps {
		if len(g.Patterns) > 0 { // others are missed by the words of a message alone
			gaps++
		}
	}
	if gaps > 0 {
		missing = fmt.Sprintf("; %s, %s unknown", plural(gaps, "thing could not be read", "things could not be read"), plural(r.Summary.Unknown, "check is", "checks are"))
	}
	switch {
	case failed > 0:
		return &codeError{exitFindings, fmt.Sprintf("%s at or above %s%s (exit code 1)", plural(failed, "check failed", "checks failed"), failOn, missing)}
	case gaps > 0:
		return &codeError{exitGaps, fmt.Sprintf("nothing failed at or above %s%s (exit code 3)", failOn, missing)}
	default:
		return &codeError{exitClean, fmt.Sprintf("nothing failed at or above %s (exit code 0)", failOn)}
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (f *checkFlags) readSnapshot(cmd *cobra.Command, add func(reading) error) error {
	snap, err := f.openSnapshot(cmd.InOrStdin())
	if err != nil {
		return err
	}
	if n := len(snap.Ignored); n > 0 {
		rest := ""
		if n > 3 && !f.verbose {
			rest = fmt.Sprintf(" and %d more (all with -v)", n-3)
			snap.Ignored = snap.Ignored[:3]
		}
		note(cmd.ErrOrStderr(), "not used: "+strings.Join(snap.Ignored, "; ")+rest)
	}
	for _, inv := range snap.Inventories {
		if inv.Region == "" && len(f.regions) > 0 {
			inv.Region = f.regions[0]
		}
		if !f.demo {
			words := append([]string{"snapshot of", inv.Time.Format("2006-01-02 15:04"), "UTC"}, strings.Fields(inv.Account+" "+inv.Region)...)
			note(cmd.ErrOrStderr(), strings.Join(words, " "))
		}
		if err := add(reading{inv: inv}); err != nil {
			return err
		}
	}
	return nil
}

func (f *checkFlags) openSnapshot(stdin io.Reader) (*lint.Snapshot, error) {
	now := time.Now()
	switch {
	case f.demo:
		sub, err := fs.Sub(demo, "demo")
		if err != nil {
			return nil, err
		}
		return lint.ReadSnapshot(sub, now)
	case f.snapshot == "-":
		return lint.ReadAnswers("stdin", stdin, now)
	}
	st, err := os.Stat(f.snapshot)
	if err != nil {
		return nil, fmt.Errorf("--snapshot: %w", err)
	}
	if st.IsDir() {
		snap, err := lint.ReadSnapshot(os.DirFS(f.snapshot), now)
		if err != nil {
			return nil, fmt.Errorf("--snapshot %s: %w", f.snapshot, err)
		}
		return snap, nil
	}
	file, err := os.Open(f.snapshot)
	if err != nil {
		return nil, fmt.Errorf("--snapshot: %w", err)
	}
	defer file.Close()
	return lint.ReadAnswers(f.snapshot, file, st.ModTime())
}
