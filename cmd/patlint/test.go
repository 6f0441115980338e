package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// testFlags say what is tested, and how it is told.
type testFlags struct {
	catalog catalogFlags
	noStyle bool
	watch   bool
	formats []string
	color   string
}

func newTest() *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test [FILE|DIR]…",
		Short: "Test patterns: form, rule, examples, style and page",
		Long: `Test reads pattern files, compiles their rules, runs their examples, holds their pages
against the house style, and makes these pages, which finds links that lead nowhere. One
run shows the mistakes of all steps that can be taken: only a block that does not end, or
a front matter that is not there, hides the rest of its file, and a rule that does not
compile has no examples. A mistake begins with file:line:column. Where example and rule
do not agree about a resource, what was wanted and what the rule says stand below each
other, and the values that decided. Blanks come last.

FILE is a pattern, a chapter's README.md, glossary.md or paths.yaml; DIR is a chapter or a
whole catalog (DIR/<chapter>/<id>.md). They stand in for what has the same ID in the
built-in catalog and in --patterns, so that references lead there, and to the patterns
beside a FILE. Without an argument it tests your own catalog besides the built-in one. If
there is none, but a folder patterns as in patlint's repository, it tests that. Examples
are about the params that the pattern itself has, whatever .patlint.yaml tunes.

With --watch it tests again when a file is saved, until Ctrl-C ends it. Each run begins
with a line "patlint: testing" and ends with its sums and the time, both on stderr; on a
terminal, what stood there before is above the screen.

Exit codes:
  0  all is well, or Ctrl-C has ended --watch
  1  a pattern has a mistake
  2  usage or configuration`,
		Example: `  patlint test patterns/storage/leave-gp2-burst-behind.md
  patlint test --watch house/cost/name-every-volume.md
  patlint test --no-builtin house -f text -f json=test.json
  patlint test --patterns house -f github`,
		ValidArgsFunction: completePages,
		RunE:              func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.catalog.addDirs(cmd)
	fl := cmd.Flags()
	fl.BoolVar(&f.noStyle, "no-style", false, "leave the house style out, as of a catalog with a style of its own")
	fl.BoolVarP(&f.watch, "watch", "w", false, "test again when a file is saved; Ctrl-C ends it")
	fl.StringArrayVarP(&f.formats, "format", "f", nil, "output format, or FORMAT=FILE to write it to a file; repeatable (default text):"+testFormatDocs())
	fl.StringVar(&f.color, "color", "auto", "auto, always or never; NO_COLOR is honoured")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(testFormats(), cobra.ShellCompDirectiveDefault))
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// completePages completes the names of files that test takes.
func completePages(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"md", "yaml"}, cobra.ShellCompDirectiveFilterFileExt
}

func (f *testFlags) run(cmd *cobra.Command, args []string) error {
	look, err := style(cmd.OutOrStdout(), f.color)
	if err != nil {
		return err
	}
	outputs, err := outputs(cmd.OutOrStdout(), f.formats, testFormats(), look)
	if err != nil {
		return err
	}
	t := &tester{flags: &f.catalog, args: args, noStyle: f.noStyle}
	if f.watch {
		return watchTests(cmd.Context(), t, outputs, cmd.ErrOrStderr())
	}
	rep, err := t.run(cmd.Context())
	if err != nil {
		return err
	}
	if err := writeTest(outputs, rep); err != nil {
		return err
	}
	code := exitClean
	if len(rep.Mistakes) > 0 {
		code = exitFindings
	}
	return &codeError{code, fmt.Sprintf("%s (exit code %d)", rep.Summary(), code)}
}

// writeTest writes a test in the formats of testFormats.
func writeTest(outputs []output, rep *report.Test) error {
	return writeAll(outputs, func(w io.Writer, format string, look report.Options) error {
		for _, f := range report.TestFormats() {
			if f.Name == format {
				return f.Write(rep, w, look)
			}
		}
		return fmt.Errorf("there is no format %s", format)
	})
}

// watchTests tests at once and after each change, until ctx ends. Editors find the runs by their first and last lines on out, whose beginnings are a contract.
func watchTests(ctx context.Context, t *tester, outputs []output, out io.Writer) error {
	what, _, err := t.sources()
	if err != nil {
		return err // a mistake of usage, which no change of a file mends
	}
	if own, err := t.flags.own(); err != nil {
		return err
	} else if what.all() && len(own) == 0 {
		return errors.New("--watch needs something that can change; name a file or a folder: patlint test --watch house/cost/my-pattern.md")
	}
	for _, o := range outputs {
		if reads(t.watched(), o.file) {
			return fmt.Errorf("-f %s=%s writes into what --watch watches, and would start the next run; write it elsewhere", o.format, o.file)
		}
	}
	site.Watch(ctx, t.watched, func() {
		started := time.Now()
		for _, o := range outputs {
			clearScreen(o)
		}
		note(out, "testing "+cmp.Or(strings.Join(t.args, " "), "the catalog"))
		rep, err := t.run(ctx)
		if err == nil {
			err = writeTest(outputs, rep)
		}
		took := time.Since(started).Round(time.Millisecond)
		switch {
		case ctx.Err() != nil: // the run is not complete
		case err != nil: // in the configuration, or in what is named: a folder is empty now
			reportMistakes(out, err)
			note(out, fmt.Sprintf("%s in patterns or around them; %s", plural(countMistakes(err), "mistake", "mistakes"), took))
		default:
			note(out, fmt.Sprintf("%s; %s", rep.Summary(), took))
		}
	})
	return nil
}

// reads tells whether a file is one that a catalog of these files and folders may read.
func reads(watched []string, file string) bool {
	if ext := filepath.Ext(file); ext != ".md" && ext != ".yaml" {
		return false
	}
	return slices.ContainsFunc(watched, func(name string) bool {
		from, err := filepath.Abs(name)
		to, ferr := filepath.Abs(file)
		rel, rerr := filepath.Rel(from, to)
		return errors.Join(err, ferr, rerr) == nil && filepath.IsLocal(rel)
	})
}

// countMistakes is how many lines reportMistakes prints.
func countMistakes(err error) int {
	var errs patterns.Errors
	var conf configError
	switch {
	case errors.As(err, &conf):
		return len(conf.Errors)
	case errors.As(err, &errs):
		return len(errs)
	}
	return 1
}

// clearScreen moves what stands on a terminal out of sight, so that it can be scrolled back to.
func clearScreen(o output) {
	f, ok := o.stdout.(*os.File)
	if !ok || o.file != "" || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return
	}
	if _, height, err := term.GetSize(int(f.Fd())); err == nil {
		fmt.Fprint(f, strings.Repeat("\n", height), "\x1b[H\x1b[J")
	}
}

func testFormats() []string {
	var names []string
	for _, f := range report.TestFormats() {
		names = append(names, f.Name)
	}
	return names
}

// testFormatDocs is the list of formats for --help.
func testFormatDocs() string {
	var b strings.Builder
	for _, f := range report.TestFormats() {
		fmt.Fprintf(&b, "\n%-6s %s", f.Name, f.Doc)
	}
	return b.String()
}
