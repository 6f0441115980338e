package main

import (
	"cmp"
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
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

//go:embed all:demo
var demo embed.FS

type checkFlags struct {
	catalogFlags
	accountFlags
	snapshot string
	maxAge   time.Duration
	demo     bool
	formats  []string
	failOn   string
	exitZero bool
	baseline string
	noMutes  bool
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
need it unknown; the others go on, and so do the other accounts and regions when one of them cannot be reached. Nothing that was not read counts
as a pass. Patterns that read CloudWatch metrics are chosen with --metrics, those that ask each image and snapshot with whom it is shared with
--sharing, those that ask each instance whether it is protected with --protection, and those that compare the regions of an account where it has
several to check, as with --all-regions.

The report goes to stdout, progress, notes and the reason of the exit code to stderr. Ctrl-C ends the reading and reports what is known so far;
a second one ends at once.

Exit codes:
  0  nothing failed at or above --fail-on, or --exit-zero was given
  1  something did
  2  usage or configuration: a flag, a credential, a pattern file
  3  nothing failed, but something that a pattern needs could not be read or decided`,
		Example: `  patlint check --demo
  patlint check --region us-east-1 --region eu-central-1
  patlint check --plan --metrics
  patlint check --all-regions --org --role-name OrganizationAccountAccessRole
  patlint check --profile prod -p 'keep-*' -f json=report.json -f text
  patlint check --baseline last-week.json --fail-on high
  patlint check --snapshot snapshots/
  aws ec2 describe-volumes | patlint check --snapshot -`,
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(cmd.Context(), cmd)
		},
	}
	f.accountFlags.add(cmd)
	f.catalogFlags.add(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.snapshot, "snapshot", "", "check a saved snapshot instead of an account: a folder, a .json or .json.gz file, or - for stdin; --region says where, if it does not")
	fl.DurationVar(&f.maxAge, "max-age", 0, "refuse a snapshot that is older, such as 24h; 0 takes any")
	fl.BoolVar(&f.demo, "demo", false, "check the bundled example account; needs no AWS account")
	fl.StringArrayVarP(&f.formats, "format", "f", nil, "output format, or FORMAT=FILE to write it to a file; repeatable (default text):"+formatDocs())
	fl.StringVar(&f.failOn, "fail-on", "low", "lowest severity that makes the exit code 1: "+strings.Join(patterns.Severities, ", "))
	fl.BoolVar(&f.exitZero, "exit-zero", false, "end with exit code 0 whatever was found or could not be read; mistakes of usage still end with 2")
	fl.StringVar(&f.baseline, "baseline", "", "an earlier JSON report; its findings do not count any more, and the report says which of them are fixed")
	fl.BoolVar(&f.noMutes, "no-mutes", false, "ignore the mutes of the configuration and of tags, for an audit")
	fl.StringVar(&f.color, "color", "auto", "auto, always or never; NO_COLOR is honoured")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "list each resource that could not be decided about or is muted, and what the AWS SDK has to say")
	fl.BoolVar(&f.plan, "plan", false, "print what would be asked of AWS, and for which patterns; makes no call")
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(patterns.Severities, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatList(), cobra.ShellCompDirectiveDefault))
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *checkFlags) run(ctx context.Context, cmd *cobra.Command) error {
	cat, rules, omitted, err := f.ready(cmd)
	if err != nil {
		return err
	}
	if f.conf.FailOn != "" && !cmd.Flags().Changed("fail-on") {
		f.failOn = f.conf.FailOn
	}
	level, err := severityLevel("--fail-on", f.failOn)
	if err != nil {
		return err
	}
	outputs, err := f.outputs(cmd.OutOrStdout(), cat)
	if err != nil {
		return err
	}
	if f.plan {
		if err := f.accountFlags.check(); err != nil {
			return err
		}
		defer omitted.note(cmd.ErrOrStderr())
		return plan(cmd.OutOrStdout(), cat, rules, &f.accountFlags)
	}
	excused, err := f.excuses(ctx, cmd.InOrStdin(), cat, time.Now())
	if err != nil {
		return err
	}
	var ledger lint.Ledger
	defer ledger.Close()
	rep, left, err := f.report(ctx, cmd, rules, excused, &ledger)
	if err != nil {
		return err
	}
	omitted = append(omitted, left...)
	for _, text := range excused.conclude(rep) {
		note(cmd.ErrOrStderr(), text)
	}
	err = writeAll(outputs, func(w io.Writer, format string, look report.Options) error { return writeReport(w, rep, format, look) })
	if err != nil {
		return err
	}
	omitted.note(cmd.ErrOrStderr())
	return f.verdict(rep, level)
}

// ready compiles the rules that flags and configuration choose, and settles what these say of the account.
func (f *checkFlags) ready(cmd *cobra.Command) (cat *patterns.Catalog, rules *lint.Rules, omitted omissions, err error) {
	cat, all, err := f.rules()
	if err != nil {
		return nil, nil, nil, err
	}
	changed := cmd.Flags().Changed
	if f.saved = f.demo || changed("snapshot"); f.saved {
		f.adoptExtras(f.conf, changed)
	} else {
		f.adopt(f.conf, changed)
	}
	if err := f.oneSource(cmd); err != nil {
		return nil, nil, nil, err
	}
	if rules, omitted = f.affordable(all); rules.Len() == 0 {
		err = cmp.Or(omitted.err(), errors.New("the chosen patterns have no rule to check; patlint list shows which are guidance only"))
	}
	return cat, rules, omitted, err
}

// report checks whatever there is to check. Each account and region is forgotten once it is in the ledger, but for what is compared between the regions of
// one account. It also gives the patterns that turned out to have nothing to compare; where these are all, that is an error.
func (f *checkFlags) report(ctx context.Context, cmd *cobra.Command, rules *lint.Rules, excused *excuses, ledger *lint.Ledger) (*lint.Report, omissions, error) {
	started := time.Now().UTC()
	var skipped []lint.Skip
	regional, across := rules.Regional(), rules.Across()
	opts := lint.Options{Verbose: f.verbose, Mute: excused.mute}
	known := func() context.Context { // interrupted while reading: say what is known
		if ctx.Err() != nil {
			return context.WithoutCancel(ctx)
		}
		return ctx
	}
	compare := func(regions []*lint.Inventory) (*lint.Report, error) {
		return across.CheckAccount(known(), regions, opts)
	}
	to := sink{
		scope: func(r reading) error {
			rep, err := regional.Check(known(), r.inv, opts)
			if err != nil {
				return err
			}
			rep.Scopes[0].Calls = r.stats.Calls
			return ledger.Add(rep)
		},
		unreachable: func(account, region, action, reason string) error {
			return ledger.Add(rules.Unreachable(account, region, action, reason))
		},
		skipped: func(s lint.Skip) { skipped = append(skipped, s) },
	}
	if across.Len() > 0 {
		to.account = func(regions []*lint.Inventory) error {
			rep, err := compare(regions)
			if err != nil {
				return err
			}
			return ledger.Add(rep)
		}
	}
	left, err := f.readAll(ctx, cmd, rules, newComparison(across, compare, ledger.Add), to)
	if err != nil {
		return nil, nil, err
	}
	rep, err := ledger.Report()
	if err != nil {
		return nil, nil, err
	}
	if len(rep.Patterns) == 0 && len(left) > 0 {
		return nil, nil, left.err()
	}
	rep.Version, rep.Started, rep.Finished, rep.Skipped = version, started, time.Now().UTC(), skipped
	return rep, left, nil
}

// readAll hands over what was saved, or what an account holds.
func (f *checkFlags) readAll(ctx context.Context, cmd *cobra.Command, rules *lint.Rules, saved *comparison, to sink) (left omissions, err error) {
	if !f.saved {
		return nil, f.read(ctx, rules.Sources(), saved.sources, rules.Metrics(), cmd.ErrOrStderr(), f.verbose, to)
	}
	err = f.readSnapshot(ctx, cmd, func(r reading) error {
		if err := to.scope(r); err != nil {
			return err
		}
		return saved.take(r.inv)
	})
	switch {
	case errors.Is(err, errInterrupted):
		return nil, to.unreachable("", "", "", "interrupted before the whole snapshot was read")
	case err != nil:
		return nil, err
	}
	return saved.end()
}

// oneSource wants flags that agree on what is checked.
func (f *checkFlags) oneSource(cmd *cobra.Command) error {
	saved := cmd.Flags().Changed("snapshot")
	switch {
	case saved && f.demo:
		return errors.New("--demo and --snapshot are two things to check; give one")
	case saved && f.snapshot == "":
		return errors.New("--snapshot names nothing; is a variable empty?")
	case saved && cmd.Flags().Changed("region") && len(f.regions) > 1:
		return errors.New("a snapshot has one region where it does not say; give --region once")
	case f.snapshot == "-" && f.baseline == "-":
		return errors.New("--snapshot and --baseline cannot both be stdin")
	case f.maxAge < 0:
		return errors.New("--max-age takes a duration such as 24h")
	case saved && cmd.Flags().Changed("region") && !regionName.MatchString(f.regions[0]):
		return fmt.Errorf("--region %q is not the name of a region, such as us-east-1", f.regions[0])
	case f.maxAge != 0 && !saved:
		return errors.New("--max-age is for --snapshot")
	}
	for _, name := range liveFlags {
		if cmd.Flags().Changed(name) && (f.demo || saved && name != "region") {
			return fmt.Errorf("--%s is for a live account; it does not go with --demo or --snapshot", name)
		}
	}
	return nil
}

// verdict is the exit code and its reason.
func (f *checkFlags) verdict(r *lint.Report, level int) error {
	failed := 0
	for i, name := range patterns.Severities {
		if i <= level {
			failed += r.Summary.BySeverity[name]
		}
	}
	gaps := 0
	for _, g := range r.Gaps {
		if len(g.Patterns) > 0 { // others are missed by a message or an estimate alone
			gaps++
		}
	}
	err := &codeError{exitClean, "nothing failed at or above " + f.failOn}
	if failed > 0 {
		err = &codeError{exitFindings, fmt.Sprintf("%s at or above %s", plural(failed, "check failed", "checks failed"), f.failOn)}
	}
	if b := r.Baseline; b != nil {
		err.msg += fmt.Sprintf("; since %s %d new, %d fixed", b.File, r.Summary.Fail, len(b.Fixed))
	}
	if len(r.Scopes) == 0 {
		err.code = exitGaps
		err.msg += "; no account was read"
	}
	if gaps > 0 {
		if failed == 0 {
			err.code = exitGaps
		}
		err.msg += fmt.Sprintf("; %s, %s unknown", plural(gaps, "thing could not be read", "things could not be read"), plural(r.Summary.Unknown, "check is", "checks are"))
	}
	why := ""
	if f.exitZero && err.code != exitClean {
		err.code, why = exitClean, ", because of --exit-zero"
	}
	err.msg += fmt.Sprintf(" (exit code %d%s)", err.code, why)
	return err
}

// severityLevel is the place of a severity among all, the worst first.
func severityLevel(flag, name string) (int, error) {
	level := slices.Index(patterns.Severities, name)
	if level < 0 {
		return 0, fmt.Errorf("%s takes %s, not %q", flag, strings.Join(patterns.Severities, ", "), name)
	}
	return level, nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// readSnapshot hands over what was saved.
func (f *checkFlags) readSnapshot(ctx context.Context, cmd *cobra.Command, each func(reading) error) error {
	now := time.Now()
	var old error
	ignored, err := f.walkSnapshot(ctx, cmd.InOrStdin(), now, func(inv *lint.Inventory) error {
		if ctx.Err() != nil {
			return errInterrupted
		}
		if inv.Region == "" && cmd.Flags().Changed("region") {
			inv.Region = f.regions[0]
		}
		if !f.demo {
			words := append([]string{"snapshot of", inv.Time.Format("2006-01-02 15:04"), "UTC"}, strings.Fields(inv.Account+" "+inv.Region)...)
			note(cmd.ErrOrStderr(), strings.Join(words, " "))
		}
		if age := now.Sub(inv.Time); f.maxAge > 0 && age > f.maxAge && old == nil {
			old = fmt.Errorf("the snapshot of %s is %v old, and --max-age is %v; save a new one", strings.TrimSpace(inv.Account+" "+inv.Region), age.Round(time.Minute), f.maxAge)
		}
		return each(reading{inv: inv})
	})
	if err := cmp.Or(err, old); err != nil {
		return err
	}
	noteIgnored(cmd, ignored, f.verbose)
	return nil
}

// noteIgnored names the saved files that are not used: a few, or all with -v, which not every command has.
func noteIgnored(cmd *cobra.Command, ignored []string, verbose bool) {
	n := len(ignored)
	if n == 0 {
		return
	}
	rest := ""
	if n > 3 && !verbose {
		rest = fmt.Sprintf(" and %d more", n-3)
		if cmd.Flags().Lookup("verbose") != nil {
			rest += " (all with -v)"
		}
		ignored = ignored[:3]
	}
	note(cmd.ErrOrStderr(), "not used: "+strings.Join(ignored, "; ")+rest)
}

// untilDone is a reader that ends with an error when the context does, even while nothing comes.
func untilDone(ctx context.Context, from io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		type answer struct {
			n   int
			err error
		}
		got, buf := make(chan answer, 1), make([]byte, len(p)) // the read may outlive its caller
		go func() {
			n, err := from.Read(buf)
			got <- answer{n, err}
		}()
		select {
		case a := <-got:
			return copy(p, buf[:a.n]), a.err
		case <-ctx.Done():
			return 0, errInterrupted
		}
	})
}

// A readerFunc is an [io.Reader].
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func (f *checkFlags) walkSnapshot(ctx context.Context, raw io.Reader, now time.Time, each func(*lint.Inventory) error) (ignored []string, err error) {
	if !f.demo {
		return walkSaved(ctx, "--snapshot", f.snapshot, raw, now, each)
	}
	sub, err := fs.Sub(demo, "demo")
	if err != nil {
		return nil, err
	}
	return lint.WalkSnapshot(sub, now, each)
}

// walkSaved visits the accounts and regions that were saved in a folder or a file, or come from raw where the name is -. flag is the one that names it.
func walkSaved(ctx context.Context, flag, name string, raw io.Reader, now time.Time, each func(*lint.Inventory) error) (ignored []string, err error) {
	answers := func(name string, from io.Reader, at time.Time) ([]string, error) {
		snap, err := lint.ReadAnswers(name, from, at)
		if err != nil {
			return nil, err
		}
		return snap.Ignored, each(snap.Inventories[0])
	}
	if name == "-" {
		at := now
		if f, ok := raw.(*os.File); ok {
			if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
				at = st.ModTime() // as of a file that is named
			}
		}
		return answers("stdin", untilDone(ctx, raw), at)
	}
	st, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	if st.IsDir() {
		ignored, err := lint.WalkSnapshot(os.DirFS(name), now, each)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", flag, name, err)
		}
		return ignored, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	defer file.Close()
	return answers(name, file, st.ModTime())
}
