package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"
	"golang.org/x/term"
)

type tryFlags struct {
	catalogFlags
	kind      string
	demo      bool
	snapshot  string
	example   string
	pattern   string
	params    []string
	id        string
	limit     int
	format    string
	noHistory bool
}

// defaultLimit is how many resources are listed; a screen has about as many lines.
const defaultLimit = 20

func newTry() *cobra.Command {
	var f tryFlags
	cmd := &cobra.Command{
		Use:   "try [EXPR]",
		Short: "Try an expression of the rule language out",
		Long: `Try evaluates an expression of the rule language for each resource of its kind: in the bundled example account, in a snapshot, or in the examples
of a pattern file. It shows the values, their type, what the expression reads, and what it costs. The kind is that of the variable which the
expression names: volume.Size > 100 is about volumes. The manual of the language is read with: patlint help rules

With --pattern and no expression it shows what each part of that pattern's rule gives. Without both it is a prompt, on which Tab completes and
:help lists the commands; what is piped in is read as one expression a line, and a line that begins with # is a comment. The expression - is the
prompt too, for --pattern's params. The prompt keeps its lines in your cache folder, where only you can read them; --no-history keeps none.

What a message may not print is masked: user data, and the values of tags that are named like secrets.

Exit codes: 0 the expression was evaluated, whatever it gave; 2 usage, or a mistake in the expression.`,
		Example: `  patlint try 'volume.Size > 100'
  patlint try 'volume.instances().exists(i, i.State.Name == "stopped")' --snapshot snapshots
  patlint try 'params.min_burst > duration("6h")' --pattern leave-gp2-burst-behind --param min_burst=12h
  patlint try --pattern leave-gp2-burst-behind --id vol-0b8b793f779138245
  patlint try 'volume.Tags' --example patterns/storage/leave-gp2-burst-behind.md:146
  patlint try`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errors.New("try takes one expression; put it into single quotes, so that the shell leaves it whole")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.addDirs(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.kind, "resource", "", "the kind of resource that the expression is about, where it names none; patlint list kinds shows all")
	fl.BoolVar(&f.demo, "demo", false, "evaluate it in the bundled example account; the default")
	fl.StringVar(&f.snapshot, "snapshot", "", "evaluate it in a saved snapshot: a folder, a .json or .json.gz file, or - for stdin")
	fl.StringVar(&f.example, "example", "", "evaluate it in an example of a pattern: FILE:LINE for the one at that line, FILE for all of them")
	fl.StringVarP(&f.pattern, "pattern", "p", "", "the pattern whose params the expression may use; without an expression, the pattern whose rule is tried")
	fl.StringArrayVar(&f.params, "param", nil, "NAME=VALUE: another value for a param of --pattern, or prices.NAME=VALUE for a price; repeatable")
	fl.StringVar(&f.id, "id", "", "the one resource to evaluate it for, by ID or name, with what decided")
	fl.IntVar(&f.limit, "limit", defaultLimit, "list at most so many resources, and 0 for all; in JSON all, unless you say")
	fl.StringVarP(&f.format, "format", "f", "text", "json or text")
	fl.BoolVar(&f.noHistory, "no-history", false, "do not read or keep the lines of the prompt")
	_ = cmd.RegisterFlagCompletionFunc("resource", completeKinds)
	_ = cmd.RegisterFlagCompletionFunc("param", f.completeParams)
	_ = cmd.RegisterFlagCompletionFunc("id", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("limit", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("pattern", completeIDs)
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// completeParams completes the names of the params of --pattern.
func (f *tryFlags) completeParams(*cobra.Command, []string, string) (names []string, _ cobra.ShellCompDirective) {
	if cat, err := f.written(); err == nil && f.pattern != "" {
		if p, err := find(cat, f.pattern); err == nil {
			for _, param := range p.Params {
				names = append(names, param.Name+"=\t"+param.Doc)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func (f *tryFlags) run(cmd *cobra.Command, args []string) error {
	expr := strings.Join(args, "")
	if err := f.check(expr, len(args) > 0); err != nil {
		return err
	}
	t, err := f.trial(cmd)
	if err != nil {
		return err
	}
	switch {
	case len(args) == 0 && f.pattern != "":
		return t.parts(cmd.Context(), f.pattern)
	case len(args) > 0 && expr != "-":
		return t.failed(expr, t.try(cmd.Context(), expr))
	}
	in, ok := cmd.InOrStdin().(*os.File)
	if out, isFile := cmd.OutOrStdout().(*os.File); ok && isFile && f.format == "text" && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd())) {
		return t.promptOn(cmd.Context(), in, out, !f.noHistory)
	}
	return t.lines(cmd.Context(), cmd.InOrStdin())
}

// check finds flags that contradict each other.
func (f *tryFlags) check(expr string, given bool) error {
	from := 0
	for _, on := range []bool{f.demo, f.given("snapshot"), f.given("example")} {
		if on {
			from++
		}
	}
	switch {
	case from > 1:
		return errors.New("--demo, --snapshot and --example are three places to evaluate in; give one")
	case f.given("snapshot") && f.snapshot == "":
		return errors.New("--snapshot names nothing; is a variable empty?")
	case f.given("example") && f.example == "":
		return errors.New("--example names nothing; write the path of a pattern file, or FILE:LINE")
	case given && strings.TrimSpace(expr) == "":
		return errors.New("the expression is empty; is a variable empty?")
	case f.snapshot == "-" && (expr == "-" || !given && f.pattern == ""):
		return errors.New("stdin is the snapshot; give the expression as an argument")
	case f.pattern == "" && slices.ContainsFunc(f.params, func(set string) bool { return !strings.HasPrefix(set, priceParam) }):
		return errors.New("--param is for --pattern, whose params it sets")
	case f.pattern == "" && (f.given("patterns") || f.given("no-builtin") || f.given("config")):
		return errors.New("--patterns, --no-builtin and --config choose where --pattern is found; name one with --pattern")
	case f.limit < 0:
		return errors.New("--limit takes a number of resources, or 0 for all")
	case f.format != "json" && f.format != "text":
		return fmt.Errorf("--format takes json or text, not %q", f.format)
	case f.kind != "" && !slices.Contains(lint.Kinds(), f.kind):
		return fmt.Errorf("--resource: there is no kind %q%s; patlint list kinds shows what there is", f.kind, didYouMean(f.kind, lint.Kinds(), ""))
	}
	return nil
}

// trial reads what expressions are evaluated in, and the pattern whose params they may use.
func (f *tryFlags) trial(cmd *cobra.Command) (*trial, error) {
	look, err := style(cmd.OutOrStdout(), "never")
	if err != nil {
		return nil, err
	}
	t := &trial{kind: f.kind, id: f.id, limit: f.limit, json: f.format == "json", width: look.Width, out: cmd.OutOrStdout(), stderr: cmd.ErrOrStderr()}
	if t.json && !f.given("limit") {
		t.limit = 0
	}
	var file *patterns.Pattern
	if f.example != "" {
		if file, t.places, err = examplePlaces(f.example); err != nil {
			return nil, err
		}
		t.own = known(file.Params)
	} else if t.places, err = f.accountPlaces(cmd); err != nil {
		return nil, err
	}
	cat := &patterns.Catalog{}
	if f.pattern != "" {
		p, err := f.chosenPattern(file)
		if err != nil {
			return nil, err
		}
		ready := p.Ready()
		if cat.Patterns, t.own = []*patterns.Pattern{ready}, known(p.Params); ready.Rule == nil {
			t.blanks = p.Blanks
		}
	}
	rules, err := lint.Compile(cat)
	if err != nil {
		return nil, err
	}
	own, err := f.prices()
	t.rules = rules.Priced(own)
	return t, err
}

// known are the params that have a value; those of a file that is not finished may have none yet.
func known(params []patterns.Param) []patterns.Param {
	return slices.DeleteFunc(slices.Clone(params), func(p patterns.Param) bool { return p.Default == nil })
}

// chosenPattern is the pattern that --pattern names, with the values that --param gives. The pattern of the file that --example names comes first. On an
// account, params have the values that the configuration gives them.
func (f *tryFlags) chosenPattern(file *patterns.Pattern) (*patterns.Pattern, error) {
	p := file
	if file == nil || file.ID != f.pattern {
		read := f.load
		if file != nil {
			read = f.written
		}
		cat, err := read()
		if err != nil {
			return nil, err
		}
		if p, err = find(cat, f.pattern); err != nil {
			return nil, err
		}
	}
	q := *p
	q.Params = slices.Clone(p.Params)
	for _, set := range f.params {
		if strings.HasPrefix(set, priceParam) {
			continue
		}
		if err := setParam(&q, set); err != nil {
			return nil, err
		}
	}
	return &q, nil
}

// priceParam is what --param has in front of the name of a price.
const priceParam = "prices."

// prices are those that --param gives; on an account, those of the configuration are there, too.
func (f *tryFlags) prices() (lint.Prices, error) {
	own := lint.Prices{}
	if f.conf != nil && f.example == "" {
		maps.Copy(own, f.conf.Prices)
	}
	for _, set := range f.params {
		rest, ok := strings.CutPrefix(set, priceParam)
		if !ok {
			continue
		}
		name, text, _ := strings.Cut(rest, "=")
		usd, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("--param %s: a price is a number; write prices.NAME=0.07", set)
		}
		if err := lint.CheckPrice(name, usd); err != nil {
			return nil, fmt.Errorf("--param %s: %w", set, err)
		}
		own[name] = usd
	}
	return own, nil
}

// setParam gives a param of a pattern another value: NAME=VALUE.
func setParam(p *patterns.Pattern, set string) error {
	name, text, ok := strings.Cut(set, "=")
	if !ok {
		return fmt.Errorf("--param %q has no value; write NAME=VALUE", set)
	}
	var names []string
	for _, param := range p.Params {
		names = append(names, param.Name)
	}
	i := slices.Index(names, name)
	switch {
	case len(names) == 0:
		return fmt.Errorf("--param %s: %s has no params", name, p.ID)
	case i < 0:
		return fmt.Errorf("--param %s: %s has no such param%s; it has %s", name, p.ID, didYouMean(name, names, ""), strings.Join(names, ", "))
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	if typ := p.Params[i].Type; typ != "string" && typ != "duration" {
		if typ == "list" && !strings.HasPrefix(strings.TrimSpace(text), "[") {
			text = "[" + text + "]"
		}
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err == nil && len(doc.Content) > 0 {
			node = doc.Content[0]
		}
	}
	v, err := p.Params[i].Read(node)
	if err != nil {
		return fmt.Errorf("--param %s=%s: %w", name, text, err)
	}
	p.Params[i].Default = v
	return nil
}

// A place is an account that expressions are evaluated in: one region of it, or several together.
type place struct {
	name    string // for people
	regions []*lint.Inventory
	saved   bool // of the account there may be more, in another place
}

// joined puts the places that are regions of one account together, for what compares them.
func joined(places []place) (out []place) {
	for _, p := range places {
		last := len(out) - 1
		if last < 0 || !p.saved || !oneAccount(out[last].regions[0], p.regions[0]) {
			out = append(out, p)
			continue
		}
		name := p.name
		if region := p.regions[0].Region; region != "" {
			name = region
		}
		out[last] = place{out[last].name + ", " + name, append(slices.Clone(out[last].regions), p.regions...), true}
	}
	return out
}

// accountPlaces reads the example account, or a snapshot.
func (f *tryFlags) accountPlaces(cmd *cobra.Command) (places []place, err error) {
	from := checkFlags{snapshot: f.snapshot, demo: f.snapshot == ""}
	err = from.readSnapshot(cmd.Context(), cmd, func(r reading) error {
		name := strings.TrimSpace(r.inv.Account + " " + r.inv.Region)
		places = append(places, place{cmp.Or(name, "an account that does not say which"), []*lint.Inventory{r.inv}, true})
		return nil
	})
	return places, err
}

// examplePlaces reads the examples of a pattern file, or the one in which a line stands.
func examplePlaces(arg string) (*patterns.Pattern, []place, error) {
	file, line := arg, 0
	if i := strings.LastIndexByte(arg, ':'); i > 0 {
		if n, err := strconv.Atoi(arg[i+1:]); err == nil {
			file, line = arg[:i], n
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, fmt.Errorf("--example: %w", err)
	}
	p, err := patterns.Parse(filepath.ToSlash(filepath.Clean(file)), data)
	if err != nil {
		return nil, nil, err
	}
	var places []place
	var starts []string
	for _, b := range p.Examples {
		starts = append(starts, strconv.Itoa(b.Line))
		if last := b.Line + strings.Count(strings.TrimSuffix(b.Text, "\n"), "\n") + 1; line != 0 && (line < b.Line-1 || line > last) { // its fences count
			continue
		}
		regions, err := lint.ReadExample(b)
		if err != nil {
			return nil, nil, err
		}
		places = append(places, place{fmt.Sprintf("%s:%d %s", b.File, b.Line, b.Role), regions, false})
	}
	switch {
	case len(starts) == 0:
		return nil, nil, fmt.Errorf("--example: %s has no examples", file)
	case len(places) == 0:
		return nil, nil, fmt.Errorf("--example: line %d of %s is in no example; its examples begin at line %s", line, file, strings.Join(starts, ", "))
	}
	return p, places, nil
}

// A trial is where expressions are evaluated, and how the values are shown.
type trial struct {
	rules  *lint.Rules
	own    []patterns.Param // what params.NAME means
	blanks patterns.Errors  // why the pattern's rule cannot be tried yet
	places []place
	kind   string // "" is that of the expression
	id     string // "" is every resource
	limit  int    // 0 is none
	json   bool
	width  int // of the terminal; 0 cuts nothing
	out    io.Writer
	stderr io.Writer
}

// try evaluates an expression and prints what it gives.
func (t *trial) try(ctx context.Context, text string) error {
	e, err := t.rules.Expr(t.kind, text, t.own)
	if err != nil {
		return err
	}
	return t.show(ctx, []*lint.Expr{e})
}

// parts shows what the parts of a pattern's rule give.
func (t *trial) parts(ctx context.Context, id string) error {
	exprs := t.rules.Parts(id)
	if err := t.blanks.Err(); err != nil {
		return err
	}
	if len(exprs) == 0 {
		return fmt.Errorf("%s has no rule; it is guidance only", id)
	}
	return t.show(ctx, exprs)
}

func (t *trial) show(ctx context.Context, exprs []*lint.Expr) error {
	o, err := t.evaluate(ctx, exprs)
	if err != nil {
		return err
	}
	if t.json {
		return o.writeJSON(t.out)
	}
	for _, p := range o.places {
		for _, g := range p.gaps {
			note(t.stderr, "not read: "+p.name+" "+g.Action+": "+g.Reason)
		}
	}
	_, err = io.WriteString(t.out, o.text(t.width))
	return err
}

// failed prints the mistakes of an expression under their places in it, and gives the error that ends the command.
func (t *trial) failed(text string, err error) error {
	var errs patterns.Errors
	if !errors.As(err, &errs) {
		return err
	}
	for _, e := range errs {
		fmt.Fprint(t.stderr, pointed(text, e, t.width))
	}
	if strings.Contains(text, "params.") && t.own == nil {
		note(t.stderr, "params are those of a pattern; name it with --pattern")
	}
	return &codeError{exitUsage, plural(len(errs), "mistake", "mistakes") + " in the expression (exit code 2)"}
}

// pointed is a mistake under the line of the text in which it is, within a width; 0 is any.
func pointed(text string, e *patterns.Error, width int) string {
	lines := strings.Split(text, "\n")
	place := report.Pointed(lines[min(max(e.Line, 1), len(lines))-1], e.Column, max(width-1, 0))
	_, caret, _ := strings.Cut(place, "\n")
	msg := report.Clean(e.Msg)
	if width > 0 && len([]rune(caret+" "+msg)) >= width {
		return place + "\n" + strings.Join(wrapped(msg, width-1), "\n") + "\n"
	}
	return place + " " + msg + "\n"
}
