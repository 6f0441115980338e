package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"golang.org/x/term"
)

// A promptCommand is a line of the prompt that is no expression.
type promptCommand struct {
	name, args, doc string
	run             func(ctx context.Context, t *trial, arg string) error
	words           func(t *trial) []string // what Tab offers behind the name; nil for expressions
}

var errQuit = errors.New("quit")

// promptCommands is every one. Keep sorted by name.
func promptCommands() []promptCommand {
	none := func(*trial) []string { return []string{} }
	return []promptCommand{
		{":fields", "[KIND]", "what an expression can ask of a kind, or of another type", fieldsCommand, func(*trial) []string { return kindNames(lint.Describe()) }},
		{":help", "", "this list", helpCommand, none},
		{":id", "[ID]", "evaluate for one resource, and show what decided; without ID, for all", idCommand, (*trial).ids},
		{":kind", "[KIND]", "evaluate what names no resource, such as now, for those of a kind; without KIND, for the region", kindCommand, func(*trial) []string { return lint.Kinds() }},
		{":quit", "", "end; exit and Ctrl-D do, too", func(context.Context, *trial, string) error { return errQuit }, none},
		{":type", "EXPR", "type, reads and cost by shape of an expression, without its values", typeCommand, nil},
	}
}

func fieldsCommand(_ context.Context, t *trial, arg string) error {
	name := cmp.Or(arg, t.kind)
	if name == "" {
		return kindsTable(t.out, lint.Describe().Kinds, t.width)
	}
	lang := lint.Describe()
	for _, k := range slices.Concat(lang.Kinds, lang.Types) {
		if k.Name == name {
			return kindText(t.out, k, t.width)
		}
	}
	return unknownKind(name, kindNames(lang))
}

func helpCommand(_ context.Context, t *trial, _ string) error {
	table := newTable()
	fmt.Fprintf(table, "EXPR\tevaluate an expression, such as volume.Size > 100\n")
	for _, c := range promptCommands() {
		fmt.Fprintf(table, "%s\t%s\n", strings.TrimSpace(c.name+" "+c.args), c.doc)
	}
	last := "Tab completes names, and what may stand in quotes. The arrow keys bring earlier lines back."
	if t.width > 0 {
		last = strings.Join(wrapped(last, t.width-1), "\n")
	}
	_, err := io.WriteString(t.out, table.within(t.width)+last+"\n")
	return err
}

func idCommand(_ context.Context, t *trial, arg string) error {
	id, err := t.find(t.kind, arg)
	if err == nil {
		t.id = id
	}
	return err
}

func kindCommand(_ context.Context, t *trial, arg string) error {
	if arg != "" && !slices.Contains(lint.Kinds(), arg) {
		return unknownKind(arg, lint.Kinds())
	}
	t.kind = arg
	return nil
}

func typeCommand(_ context.Context, t *trial, arg string) error {
	e, err := t.rules.Expr(t.kind, arg, t.own)
	if err != nil {
		return t.failed(arg, err)
	}
	var b strings.Builder
	labelled(&b, "type", e.Type, t.width)
	writeReads(&b, []*lint.Expr{e}, t.width)
	labelled(&b, "cost", estimateOf(e), t.width)
	_, err = io.WriteString(t.out, b.String())
	return err
}

// inventories are those of all places.
func (t *trial) inventories() (out []*lint.Inventory) {
	for _, p := range t.places {
		out = append(out, p.regions...)
	}
	return out
}

// ids are the IDs of what can be evaluated for: of one kind where it is known, else of all.
func (t *trial) ids() (ids []string) {
	for _, inv := range t.inventories() {
		ids = append(ids, inv.IDs(t.kind)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// find gives the ID of the one resource that an ID or a name means; kind may be empty, and so may be what is looked for.
func (t *trial) find(kind, id string) (string, error) {
	var ids, named []string
	for _, inv := range t.inventories() {
		ids = append(ids, inv.IDs(kind)...)
		named = append(named, inv.Named(kind, id)...)
	}
	slices.Sort(named)
	named = slices.Compact(named)
	switch {
	case id == "" || slices.Contains(ids, id), kind == "" && len(named) > 0: // an expression has a kind, and finds whom it means by the name
		return id, nil
	case len(named) == 1:
		note(t.stderr, id+" is the name of "+named[0])
		return named[0], nil
	case len(named) > 1:
		return "", fmt.Errorf("%d resources have the name %s; give the ID of one, such as %s", len(named), id, named[0])
	case kind == "":
		return "", fmt.Errorf("nothing that was read has the ID %s%s", id, didYouMean(id, ids, ""))
	}
	for _, inv := range t.inventories() {
		if g, ok := inv.Unread(kind); ok {
			return "", fmt.Errorf("whether %s is there is not known: %s: %s", id, g.Action, g.Reason)
		}
	}
	for _, inv := range t.inventories() {
		if other := inv.KindOf(id); other != "" {
			return "", fmt.Errorf("there is no %s %s here; that ID is of the kind %s", kind, id, other)
		}
	}
	return "", fmt.Errorf("there is no %s %s here%s", kind, id, didYouMean(id, ids, ""))
}

// line does what one line of the prompt says. What is wrong with it is printed, and good is false then.
func (t *trial) line(ctx context.Context, line string) (good bool, err error) {
	line, left := meant(line)
	if len(left) > 0 {
		note(t.stderr, "left out: "+strings.Join(left, ", ")+"; everything here is evaluated in what patlint try was started with")
	}
	switch {
	case line == "" || isComment(line):
		return true, nil
	case strings.HasPrefix(line, ":"):
		name, arg, _ := strings.Cut(line, " ")
		if t.json && !slices.Contains([]string{":id", ":kind", ":quit"}, name) {
			err = errors.New("with -f json a line is an expression, :id, :kind or :quit")
			break
		}
		err = fmt.Errorf("there is no command %s; :help lists them", name)
		for _, c := range promptCommands() {
			if c.name == name {
				err = c.run(ctx, t, strings.TrimSpace(arg))
			}
		}
	default:
		err = t.failed(line, t.try(ctx, line))
	}
	var said *codeError
	switch {
	case errors.Is(err, errQuit) || readerGone(err):
		return true, err
	case errors.As(err, &said): // the mistakes stand above
		return false, nil
	case err != nil:
		note(t.stderr, err.Error())
	}
	return err == nil, nil
}

// lines reads one expression a line. Each is repeated above what it gives.
func (t *trial) lines(ctx context.Context, from io.Reader) error {
	in := bufio.NewScanner(untilDone(ctx, from))
	in.Buffer(nil, 1<<20)
	bad := 0
	for in.Scan() {
		if !t.json && strings.TrimSpace(in.Text()) != "" && !isComment(in.Text()) {
			fmt.Fprintf(t.out, "> %s\n", report.Clean(in.Text()))
		}
		good, err := t.line(ctx, in.Text())
		if errors.Is(err, errQuit) {
			break
		}
		if err != nil {
			return err
		}
		if !good {
			bad++
		}
	}
	switch err := in.Err(); {
	case err != nil && !errors.Is(err, errInterrupted):
		return fmt.Errorf("read expressions from stdin: %w", err)
	case err != nil:
		return &codeError{exitUsage, "interrupted (exit code 2)"}
	case bad > 0:
		return &codeError{exitUsage, plural(bad, "line has", "lines have") + " mistakes (exit code 2)"}
	}
	return nil
}

// A prompt reads lines from a terminal until its user ends it.
type prompt struct {
	*trial
	term   *term.Terminal
	screen io.Writer // what it writes to
	keys   *keyboard
	raw    func() (restore func(), err error)                          // how the terminal is made to hand over each key, while a line is read
	size   func() (width, height int)                                  // of the terminal, now
	during func(context.Context) (context.Context, context.CancelFunc) // what a line is evaluated in: Ctrl-C ends it

	completer *lint.Completer // nil before the first Tab
}

// promptOn runs a prompt on a terminal. Ctrl-C ends a line and not the prompt, which would lose the account that it has read.
func (t *trial) promptOn(ctx context.Context, in, out *os.File, keep bool) error {
	ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM)
	defer stop()
	p := newPrompt(ctx, t, struct {
		io.Reader
		io.Writer
	}{in, out})
	p.raw = func() (func(), error) {
		state, err := term.MakeRaw(int(in.Fd()))
		if err != nil {
			return nil, err
		}
		return func() { _ = term.Restore(int(in.Fd()), state) }, nil
	}
	p.size = func() (int, int) {
		width, height, err := term.GetSize(int(out.Fd()))
		if err != nil {
			return 80, 24
		}
		return width, height
	}
	h := &lineHistory{}
	if keep {
		h = newLineHistory(historyFile())
	}
	h.skip = p.keys.cancelled
	p.term.History = h
	return p.run(ctx)
}

func newPrompt(ctx context.Context, t *trial, on io.ReadWriter) *prompt {
	p := &prompt{trial: t, screen: on, keys: &keyboard{from: untilDone(ctx, on)}}
	p.raw = func() (func(), error) { return func() {}, nil }
	p.size = func() (int, int) { return 80, 24 }
	p.during = func(ctx context.Context) (context.Context, context.CancelFunc) {
		return signal.NotifyContext(ctx, os.Interrupt)
	}
	p.term = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{p.keys, on}, "")
	p.term.AutoCompleteCallback = p.key
	t.out, t.stderr = p.term, p.term
	return p
}

func (p *prompt) run(ctx context.Context) error {
	width, _ := p.size()
	hello := report.Clean(p.where()) + ". Tab completes, :help lists the commands, Ctrl-D ends."
	fmt.Fprintln(p.out, strings.Join(wrapped(hello, width-1), "\n"))
	for ctx.Err() == nil {
		line, err := p.read()
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, errInterrupted):
			_, err := io.WriteString(p.screen, "\r\n") // the line editor would write its prompt again
			return err
		case err != nil && !errors.Is(err, term.ErrPasteIndicator):
			return fmt.Errorf("read from the terminal: %w", err)
		case p.keys.cancelled():
			continue
		}
		evaluation, end := p.during(ctx)
		_, err = p.line(evaluation, line)
		end()
		if errors.Is(err, errQuit) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// read reads one line. Only then is the terminal raw, so that Ctrl-C ends an evaluation.
func (p *prompt) read() (string, error) {
	restore, err := p.raw()
	if err != nil {
		return "", err
	}
	defer restore()
	width, height := p.size()
	p.width = width
	_ = p.term.SetSize(width, height)
	p.term.SetPrompt(cmp.Or(p.kind, "patlint") + "> ")
	p.keys.line()
	return p.term.ReadLine()
}

// where says in what expressions are evaluated.
func (p *prompt) where() string {
	if len(p.places) == 1 {
		n := 0
		for _, inv := range p.inventories() {
			n += inv.Resources()
		}
		return plural(n, "resource", "resources") + " in " + p.places[0].name
	}
	return plural(len(p.places), "account", "accounts")
}

// key is asked about each key that edits nothing: Tab, and Ctrl-C.
func (p *prompt) key(line string, pos int, key rune) (string, int, bool) {
	switch key {
	case interruptKey:
		p.keys.cancel(line == "")
		return line, len(line), true
	case '\t':
		if p.completer == nil {
			c, err := p.rules.Completer(p.own)
			if err != nil {
				return line, pos, true
			}
			p.completer = c
		}
		line, pos, names := completeLine(p.trial, p.completer, line, pos)
		if len(names) > 0 {
			fmt.Fprint(p.term, columns(names, p.width))
		}
		return line, pos, true
	}
	return "", 0, false
}

// completeLine completes the word at a place of a line as far as it is certain. Where it adds nothing, it gives the names that are possible.
func completeLine(t *trial, c *lint.Completer, line string, pos int) (string, int, []string) {
	before, after := line[:pos], line[pos:]
	from, names := candidates(t, c, before)
	if len(names) == 0 {
		return line, pos, nil
	}
	common := names[0]
	for _, n := range names[1:] {
		for !strings.HasPrefix(n, common) {
			common = common[:len(common)-1]
		}
	}
	common = strings.ToValidUTF8(common, "")
	if len(common) <= len(before)-from && len(names) > 1 {
		return line, pos, names
	}
	if rest, ok := strings.CutPrefix(after, "("); ok && strings.HasSuffix(common, "(") {
		after = "(" + rest // it is called already
		common = strings.TrimSuffix(common, "(")
	}
	return before[:from] + common + after, from + len(common), nil
}

// candidates are the words that may stand at the end of a line: names of commands, what these take, or parts of an expression.
func candidates(t *trial, c *lint.Completer, before string) (int, []string) {
	if !strings.HasPrefix(before, ":") {
		return c.Complete(before)
	}
	name, arg, spaced := strings.Cut(before, " ")
	var words []string
	from := 0
	for _, cmd := range promptCommands() {
		switch {
		case !spaced:
			words = append(words, cmd.name)
		case cmd.name == name && cmd.words == nil:
			at, names := c.Complete(arg)
			return len(before) - len(arg) + at, names
		case cmd.name == name:
			words, from = cmd.words(t), len(before)-len(arg)
		}
	}
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, before[from:]) || report.Clean(w) != w })
	slices.Sort(words)
	return from, words
}

// maxCandidates is how many names Tab lists.
const maxCandidates = 120

// columns sets names side by side, as wide as the terminal is.
func columns(names []string, width int) string {
	more := len(names) - maxCandidates
	if more > 0 {
		names = names[:maxCandidates]
	}
	widest := 0
	for _, n := range names {
		widest = max(widest, len([]rune(report.Clean(n)))+2)
	}
	across := max(1, (max(width, 20)-1)/widest)
	down := (len(names) + across - 1) / across
	var b strings.Builder
	for row := range down {
		var line strings.Builder
		for i := row; i < len(names); i += down {
			name := report.Clean(names[i])
			line.WriteString(name + strings.Repeat(" ", widest-len([]rune(name))))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	if more > 0 {
		fmt.Fprintf(&b, "and %d more\n", more)
	}
	return b.String()
}
