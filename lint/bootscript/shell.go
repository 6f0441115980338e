package bootscript

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Bounds of what is followed. They are far above what real scripts need and keep the worst below the time of a blink.
const (
	maxCommands = 10_000
	maxWork     = 200_000 // steps of any kind
	maxCalls    = 8       // functions and scripts that call each other
	maxNesting  = 60      // compound commands in compound commands
	maxOpeners  = 20_000  // brackets and operators in one script, which bound the depth of the parser
	maxFound    = 250     // mounts, formats and attachments each
)

// A reader follows a script as a person would who reads it with a finger on the line: in the order of execution, with every branch, and each
// loop once.
type reader struct {
	script *Script
	masker masker

	pieces  []piece
	configs []config
	merging bool // parts of cloud-config say how to merge
	members int  // of archives
	total   int  // bytes in them

	doc   *document
	cur   *source
	atoms []atom
	memo  map[string]string

	vars      map[string]variable
	trail     []change
	args      []string
	argsKnown bool
	sourced   string // a file that was sourced and not read, and may have set variables
	funcs     map[string]function
	files     map[string]*file
	substs    map[string]*stream
	labels    map[string]string // the device that has a label

	in, out *stream
	last    outcome
	conds   []fact // what is known to hold here because of tests
	loops   []*loop
	outer   int                   // the first loop of the function that is read
	locals  []map[string]variable // what local variables were outside, for each function that is read
	calls   int
	nesting int

	commands int
	work     int
	full     bool // a bound was reached and said

	events     []event
	waitEvents int
}

func newReader() *reader {
	return &reader{
		script: &Script{}, memo: map[string]string{}, vars: map[string]variable{}, funcs: map[string]function{},
		files: map[string]*file{}, substs: map[string]*stream{}, labels: map[string]string{}, argsKnown: true,
	}
}

// A source is a text and the place of its lines in the document.
type source struct {
	first int   // the number of the first line
	last  int   // that of its last, where it is not as many lines behind
	each  []int // or the number of each line
	doc   *document
}

func (s *source) line(n int) int {
	if len(s.each) > 0 {
		return s.each[min(max(n, 1), len(s.each))-1]
	}
	n = s.first + max(n, 1) - 1
	if s.last > 0 {
		n = min(n, s.last)
	}
	return n
}

type function struct {
	body *syntax.Stmt
	src  *source
}

// A file is one that the script writes.
type file struct {
	lines []textLine
	src   *document
	atom
	blurred bool // parts of it are not known
	at      int  // the event before which it was written
	ran     bool
}

type textLine struct {
	text string
	line int
}

// A stream is the output of commands, on its way to a file, a variable or another command.
type stream struct {
	lines []textLine
	open  bool // the last line has no end yet
	atom
	blurred bool // there is more than lines say, as atom tells
}

// A flow tells where the script goes on after a statement.
type flow int

const (
	goesOn  flow = iota
	breaks       // break, continue
	returns      // return
	exits        // exit, exec
)

// A loop is one that is being read.
type loop struct {
	conds int // length of conds where it begins
	from  int // events before it
	waits []fact
	vars  map[string]string
}

func (r *reader) unread(line int, why string) {
	u := Unread{Line: line, Why: why}
	if len(r.script.Unread) < maxFound && !slices.Contains(r.script.Unread, u) {
		r.script.Unread = append(r.script.Unread, u)
	}
}

func (r *reader) secret(line int, what string) {
	if len(r.script.Secrets) < maxFound {
		r.script.Secrets = append(r.script.Secrets, Secret{Line: line, What: what})
	}
}

// spend tells whether the bounds on work are reached.
func (r *reader) spend(n int) bool {
	if r.work = min(r.work+n, maxWork+1); r.work <= maxWork && r.commands <= maxCommands {
		return false
	}
	if !r.full {
		r.full = true
		r.unread(1, "it does more than is followed here, 10,000 commands")
	}
	return true
}

// stop ends the reading: there is more than is listed.
func (r *reader) stop() {
	r.work = max(r.work, maxWork)
	r.spend(1)
}

// run reads all pieces in the order in which they run, and then answers what takes the whole: whether something provides and awaits a device.
func (r *reader) run() {
	r.configPieces()
	slices.SortStableFunc(r.pieces, func(a, b piece) int { return cmp.Compare(a.phase, b.phase) })
	for _, p := range r.pieces {
		// Each script has variables, functions and a directory of its own; files and devices are everyone's.
		r.doc, r.vars, r.trail, r.funcs = p.doc, map[string]variable{}, nil, map[string]function{}
		r.args, r.sourced, r.conds, r.loops, r.last = nil, "", nil, nil, outcome{}
		p.run()
	}
	r.runLeftovers()
	r.resolve()
	order := func(a, b int) int { return cmp.Compare(a, b) }
	slices.SortStableFunc(r.script.Unread, func(a, b Unread) int { return order(a.Line, b.Line) })
	slices.SortStableFunc(r.script.Secrets, func(a, b Secret) int { return order(a.Line, b.Line) })
}

// openers counts what may nest.
func openers(text string) int {
	n := 0
	for i := range len(text) {
		if strings.IndexByte("({[`|&!~<$?=+*", text[i]) >= 0 || text[i] == '-' && i > 0 && text[i-1] == '-' {
			n++
		}
	}
	return n
}

// shell reads a script.
func (r *reader) shell(text string, src *source) flow {
	if len(text) > maxShell {
		r.unread(src.line(1), "a script larger than 128 KiB")
		return goesOn
	}
	if r.spend(1+len(text)/64) || r.calls >= maxCalls {
		return goesOn
	}
	if len(text) > maxOpeners && openers(text) > maxOpeners {
		r.unread(src.line(1), "a script with more than 20,000 brackets and operators")
		return goesOn
	}
	old := r.doc
	r.calls++
	defer func() { r.calls--; r.doc = old }()
	r.doc = src.doc
	// Bash reads one statement at a time too, so that what stands before a mistake is run.
	end := goesOn
	for s, err := range syntax.NewParser(syntax.Variant(syntax.LangBash)).StmtsSeq(strings.NewReader(text)) {
		if err != nil {
			line := 1
			if pe, ok := err.(syntax.ParseError); ok {
				line = int(pe.Pos.Line())
			} else if le, ok := err.(syntax.LangError); ok {
				line = int(le.Pos.Line())
			}
			r.unread(src.line(line), "from here on, as its syntax is wrong")
			break
		}
		if end == goesOn {
			_, end = r.stmt(s, src)
		}
	}
	return end
}

// list reads statements one after the other, and forgets behind them what only held in between.
func (r *reader) list(list []*syntax.Stmt, src *source) (outcome, flow) {
	base := len(r.conds)
	o, f := r.block(list, src)
	r.conds = r.conds[:min(base, len(r.conds))]
	return o, f
}

func (r *reader) block(list []*syntax.Stmt, src *source) (o outcome, f flow) {
	for _, s := range list {
		if o, f = r.stmt(s, src); f != goesOn {
			return o, f
		}
	}
	return o, goesOn
}

// under reads what runs only where facts hold.
func (r *reader) under(facts []fact, read func() (outcome, flow)) (outcome, flow, branch) {
	base, mark := len(r.conds), len(r.trail)
	r.conds = append(r.conds, facts...)
	o, f := read()
	r.conds = r.conds[:min(base, len(r.conds))]
	return o, f, branch{r.undo(mark), f}
}

// holds notes that facts hold from here on, because the script went elsewhere where they do not.
func (r *reader) holds(facts []fact, f flow) {
	for _, x := range facts {
		x.until = f
		r.conds = append(r.conds, x)
	}
}

// isolated reads statements in a shell of their own.
func (r *reader) isolated(list []*syntax.Stmt, src *source, out *stream) outcome {
	if src == nil {
		src = r.cur
	}
	oldOut, base, mark := r.out, len(r.conds), len(r.trail)
	r.out = out
	o, _ := r.block(list, src)
	r.out = oldOut
	r.conds = r.conds[:min(base, len(r.conds))]
	r.undo(mark)
	return o
}

func (r *reader) stmt(s *syntax.Stmt, src *source) (o outcome, f flow) {
	if s == nil || r.spend(1) {
		return
	}
	if r.nesting++; r.nesting > maxNesting {
		r.unread(src.line(int(s.Pos().Line())), "commands that are nested too deep")
		r.nesting--
		return
	}
	oldSrc := r.cur
	r.cur = src
	defer func() { r.nesting--; r.cur = oldSrc }()

	oldIn, oldOut := r.in, r.out
	var paths []redirected
	for _, d := range s.Redirs {
		switch d.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			r.in = &stream{lines: r.heredoc(d, src)}
		case syntax.WordHdoc:
			r.in = &stream{}
			r.in.write(r.word(d.Word)+"\n", src.line(int(d.Word.Pos().Line())))
		case syntax.RdrIn:
			r.in = r.read(r.word(d.Word))
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			if d.N != nil && d.N.Value != "1" {
				continue
			}
			r.out = &stream{}
			paths = append(paths, redirected{r.word(d.Word), r.out, d.Op == syntax.AppOut || d.Op == syntax.AppAll, src.line(int(d.Pos().Line()))})
		case syntax.DplOut:
			if d.N == nil || d.N.Value == "1" {
				r.out = &stream{}
			}
		}
	}
	if s.Cmd != nil {
		o, f = r.command(s.Cmd, src)
	}
	r.in, r.out = oldIn, oldOut
	for _, p := range paths {
		r.writeFile(p.path, p.out, p.appends, p.line)
	}
	if s.Negated {
		o = o.not()
	}
	if s.Background {
		f = goesOn
	}
	r.last = o
	return o, f
}

type redirected struct {
	path    string
	out     *stream
	appends bool
	line    int
}

func (r *reader) command(c syntax.Command, src *source) (outcome, flow) {
	switch c := c.(type) {
	case *syntax.CallExpr:
		return r.callExpr(c, src)
	case *syntax.DeclClause:
		r.declare(c)
	case *syntax.Block:
		return r.block(c.Stmts, src)
	case *syntax.Subshell:
		o := r.isolated(c.Stmts, src, r.out)
		return o, goesOn
	case *syntax.TimeClause:
		return r.stmt(c.Stmt, src)
	case *syntax.CoprocClause:
		return r.stmt(c.Stmt, src)
	case *syntax.FuncDecl:
		if c.Name != nil {
			r.funcs[c.Name.Value] = function{c.Body, src}
		}
	case *syntax.BinaryCmd:
		return r.binary(c, src)
	case *syntax.IfClause:
		return r.ifClause(c, src)
	case *syntax.WhileClause:
		return r.whileClause(c, src)
	case *syntax.ForClause:
		return r.forClause(c, src)
	case *syntax.CaseClause:
		return r.caseClause(c, src)
	case *syntax.TestClause:
		return r.testExpr(c.X), goesOn
	}
	return outcome{}, goesOn
}

func (r *reader) binary(c *syntax.BinaryCmd, src *source) (outcome, flow) {
	switch c.Op {
	case syntax.AndStmt, syntax.OrStmt:
		a, f := r.stmt(c.X, src)
		if f != goesOn {
			return a, f
		}
		then, otherwise := a.yes, a.no
		if c.Op == syntax.OrStmt {
			then, otherwise = a.no, a.yes
		}
		// In mkdir /data && DEVICE=…, what comes first is expected to work, and is no question.
		if c.Op == syntax.AndStmt && plain(c.X) {
			b, f := r.stmt(c.Y, src)
			return a.and(b), f
		}
		b, f, br := r.under(then, func() (outcome, flow) { return r.stmt(c.Y, src) })
		r.join(br, branch{})
		if f != goesOn {
			r.holds(otherwise, f)
			f = goesOn
		}
		if c.Op == syntax.AndStmt {
			return a.and(b), f
		}
		return a.or(b), f
	}
	pipe, oldIn := &stream{}, r.in
	r.isolated([]*syntax.Stmt{c.X}, src, pipe)
	r.in = pipe
	o := r.isolated([]*syntax.Stmt{c.Y}, src, r.out)
	r.in = oldIn
	return o, goesOn
}

// plain tells whether a statement is one that no one writes to ask something.
func plain(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return true
		}
		switch path.Base(c.Args[0].Lit()) {
		case "apt", "apt-get", "cd", "chmod", "chown", "dnf", "echo", "export", "mkdir", "sleep", "sudo", "sync", "touch", "true", "yum":
			return !s.Negated
		}
	case *syntax.DeclClause:
		return true
	case *syntax.BinaryCmd:
		return c.Op == syntax.AndStmt && plain(c.X) && plain(c.Y)
	}
	return false
}

func (r *reader) ifClause(c *syntax.IfClause, src *source) (outcome, flow) {
	if len(c.Cond) == 0 { // else
		return r.list(c.Then, src)
	}
	cond, f := r.list(c.Cond, src)
	if f != goesOn {
		return cond, f
	}
	_, thenFlow, then := r.under(cond.yes, func() (outcome, flow) { return r.list(c.Then, src) })
	other, elseFlow := branch{}, goesOn
	if c.Else != nil {
		_, elseFlow, other = r.under(cond.no, func() (outcome, flow) {
			if r.nesting++; r.nesting > maxNesting {
				r.nesting--
				return outcome{}, goesOn
			}
			defer func() { r.nesting-- }()
			return r.ifClause(c.Else, src)
		})
	}
	if thenFlow != goesOn && elseFlow != goesOn {
		return outcome{}, min(thenFlow, elseFlow)
	}
	r.join(then, other)
	switch {
	case thenFlow != goesOn:
		r.holds(cond.no, thenFlow)
	case elseFlow != goesOn:
		r.holds(cond.yes, elseFlow)
	}
	return outcome{}, goesOn
}

// enter begins a loop: what its body assigns is not known from here on, as it may be any round.
func (r *reader) enter(nodes ...syntax.Node) *loop {
	l := &loop{conds: len(r.conds), from: len(r.events), vars: map[string]string{}}
	for _, n := range nodes {
		syntax.Walk(n, func(n syntax.Node) bool {
			if r.spend(1) {
				return false
			}
			switch n := n.(type) {
			case *syntax.Assign:
				if n.Name != nil && !n.Naked {
					l.vars[n.Name.Value] = ""
				}
			case *syntax.CallExpr:
				if len(n.Args) > 1 && n.Args[0].Lit() == "read" {
					for _, w := range n.Args[1:] {
						if syntax.ValidName(w.Lit()) {
							l.vars[w.Lit()] = ""
						}
					}
				}
			}
			return true
		})
	}
	var names []string
	for name := range l.vars {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		v := r.unknown(atom{why: name + " is assigned in a loop"})
		r.set(name, variable{text: v, set: true})
		l.vars[name] = v
	}
	r.loops = append(r.loops, l)
	return l
}

// leave ends a loop, and notes what it waited for.
func (r *reader) leave(l *loop) {
	r.loops = r.loops[:len(r.loops)-1]
	r.conds = r.conds[:min(l.conds, len(r.conds))]
	for _, name := range slices.Sorted(mapKeys(l.vars)) {
		if v := r.vars[name]; v.text != l.vars[name] {
			r.set(name, variable{text: l.vars[name], set: true})
		}
	}
	for _, x := range l.waits {
		r.waited(x, l.from)
	}
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (r *reader) whileClause(c *syntax.WhileClause, src *source) (outcome, flow) {
	l := r.enter(nodesOf(c.Cond, c.Do)...)
	cond, _ := r.list(c.Cond, src)
	goes, ends := cond.yes, cond.maybeNo
	if c.Until {
		goes, ends = cond.no, cond.maybeYes
	}
	l.waits = append(l.waits, ends...)
	r.under(goes, func() (outcome, flow) { o, _ := r.list(c.Do, src); return o, goesOn })
	r.leave(l)
	return outcome{}, goesOn
}

func nodesOf(lists ...[]*syntax.Stmt) []syntax.Node {
	var out []syntax.Node
	for _, l := range lists {
		for _, s := range l {
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) forClause(c *syntax.ForClause, src *source) (outcome, flow) {
	iter, ok := c.Loop.(*syntax.WordIter)
	var items []string
	if ok {
		if items = r.fields(iter.Items); !iter.InPos.IsValid() {
			items = r.args
		}
	}
	// A loop with a break is one that tries again; others do the same for several devices.
	if ok && len(items) > 0 && len(items) <= maxUnroll && !c.Select && !r.calling(c.Do, "break", "return") && !slices.ContainsFunc(items, vague) {
		for _, item := range items {
			r.set(iter.Name.Value, variable{text: item, set: true})
			if _, f := r.list(c.Do, src); f == exits || r.spend(1) {
				return outcome{}, f
			}
		}
		return outcome{}, goesOn
	}
	l := r.enter(nodesOf(c.Do)...)
	if ok {
		a := atom{why: "it is one of several"}
		if len(items) > 0 {
			if o := r.about(items[0]); o.why != "" {
				a = o
				a.device, a.test, a.status = "", nil, nil
			}
		}
		r.set(iter.Name.Value, variable{text: r.unknown(a), set: true})
	}
	r.list(c.Do, src)
	// Without a pause it looks through several devices and waits for none.
	if !r.calling(c.Do, "sleep", "timeout", "wait") {
		l.waits = nil
	}
	r.leave(l)
	return outcome{}, goesOn
}

// vague tells whether a word of a loop is not one word that is known.
func vague(s string) bool { return !known(s) || strings.ContainsAny(s, "*?[") }

// calling tells whether one of some commands stands somewhere in a list.
func (r *reader) calling(list []*syntax.Stmt, names ...string) bool {
	found := false
	for _, s := range list {
		syntax.Walk(s, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
				found = found || slices.Contains(names, c.Args[0].Lit())
			}
			return !found && !r.spend(1)
		})
	}
	return found
}

func (r *reader) caseClause(c *syntax.CaseClause, src *source) (outcome, flow) {
	word := r.word(c.Word)
	branches := []branch{{}}
	var not []fact
	for _, item := range c.Items {
		var yes []fact
		for _, p := range item.Patterns {
			pattern := r.word(p)
			if pattern == "*" {
				yes = append(yes, not...)
				branches[0].flow = exits // there is no other way
				continue
			}
			o := r.compare(word, strings.Trim(pattern, "*"), false)
			yes, not = append(yes, o.yes...), append(not, o.no...)
		}
		_, _, br := r.under(yes, func() (outcome, flow) { return r.list(item.Stmts, src) })
		branches = append(branches, br)
	}
	f := exits
	for _, b := range branches {
		f = min(f, b.flow)
	}
	if f == goesOn {
		r.join(branches...)
	}
	return outcome{}, f
}

func (r *reader) declare(c *syntax.DeclClause) {
	for _, a := range c.Args {
		if a.Name == nil {
			continue
		}
		if c.Variant.Value == "local" && len(r.locals) > 0 {
			r.locals[len(r.locals)-1][a.Name.Value] = r.vars[a.Name.Value]
			if a.Naked {
				r.set(a.Name.Value, variable{})
			}
		}
		if !a.Naked {
			r.assign(a)
		}
	}
}

func (r *reader) assign(a *syntax.Assign) {
	name := a.Name.Value
	v := variable{set: true}
	switch {
	case a.Array != nil:
		v.list = []string{}
		if a.Append {
			old := r.vars[name]
			if v.list = slices.Clone(old.list); v.list == nil && old.set {
				v.list = []string{old.text}
			}
		}
		var words []*syntax.Word
		for _, e := range a.Array.Elems {
			if e.Index != nil || e.Value == nil {
				v.list = append(v.list, r.unknown(atom{why: "an element of " + name + " is not known"}))
				continue
			}
			words = append(words, e.Value)
		}
		v.list = append(v.list, r.fields(words)...)
	case a.Index != nil:
		v.text = r.unknown(atom{why: "an element of " + name + " is not known"})
	case a.Append:
		v.text = r.vars[name].text + r.word(a.Value)
	default:
		v.text = r.word(a.Value)
	}
	r.set(name, v)
}

func (r *reader) callExpr(c *syntax.CallExpr, src *source) (outcome, flow) {
	r.commands++
	if len(c.Args) == 0 {
		r.last = outcome{}
		for _, a := range c.Assigns {
			r.assign(a)
		}
		return r.last, goesOn
	}
	mark := len(r.trail)
	for _, a := range c.Assigns {
		r.assign(a)
	}
	line := src.line(int(c.Args[0].Pos().Line()))
	args := r.fields(c.Args)
	if len(c.Assigns) > 0 {
		r.undo(mark)
	}
	at := place{line, line, line}
	for _, w := range c.Args[1:] {
		if at.last == at.first {
			at.first, at.last = src.line(int(w.Pos().Line())), src.line(int(w.End().Line()))
		}
	}
	return r.call(args, at)
}

// callFunction reads a function as if its body stood here.
func (r *reader) callFunction(fn function, args []string) (outcome, flow) {
	if r.calls >= maxCalls {
		r.unread(r.cur.line(1), "functions that call each other too deep")
		return outcome{}, goesOn
	}
	oldArgs, oldKnown, oldOuter, oldDoc, base := r.args, r.argsKnown, r.outer, r.doc, len(r.conds)
	r.args, r.argsKnown, r.outer, r.doc = args, true, len(r.loops), fn.src.doc
	r.locals = append(r.locals, map[string]variable{})
	r.calls++
	o, f := r.stmt(fn.body, fn.src)
	r.calls--
	locals := r.locals[len(r.locals)-1]
	r.locals = r.locals[:len(r.locals)-1]
	r.args, r.argsKnown, r.outer, r.doc = oldArgs, oldKnown, oldOuter, oldDoc
	for _, name := range slices.Sorted(mapKeys(locals)) {
		r.set(name, locals[name])
	}
	// What holds because the function would have returned does not hold for its caller.
	kept := r.conds[:min(base, len(r.conds))]
	for _, x := range r.conds[len(kept):] {
		if x.until == exits {
			kept = append(kept, x)
		}
	}
	r.conds = kept
	if f == returns {
		f = goesOn
	}
	return o, f
}

// substitute gives the output of $(…).
func (r *reader) substitute(list []*syntax.Stmt) string {
	out := &stream{}
	o := r.isolated(list, nil, out)
	r.last = o
	if out.blurred {
		a := out.atom
		if a.why == "" {
			a.why = "it is the output of a command"
		}
		return r.unknown(a)
	}
	return strings.TrimRight(out.String(), "\n")
}

func (s *stream) String() string {
	var b strings.Builder
	for i, l := range s.lines {
		b.WriteString(l.text)
		if i < len(s.lines)-1 || !s.open {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// write adds text that begins at a line of the source. Lines in it are lines of the source.
func (s *stream) write(text string, line int) {
	for i, part := range strings.SplitAfter(text, "\n") {
		if part == "" {
			continue
		}
		t, ended := strings.CutSuffix(part, "\n")
		if n := len(s.lines); s.open && n > 0 {
			s.lines[n-1].text += t
		} else {
			s.lines = append(s.lines, textLine{t, line + i})
		}
		s.open = !ended
	}
}

// blur notes that output is not known, and what is known of it.
func (s *stream) blur(a atom) {
	if !s.blurred {
		s.atom = a
	}
	s.blurred = true
}

// heredoc gives the lines of a here-document, each with its place.
func (r *reader) heredoc(d *syntax.Redirect, src *source) []textLine {
	if d.Hdoc == nil {
		return nil
	}
	quoted := false
	for _, p := range d.Word.Parts {
		l, ok := p.(*syntax.Lit)
		quoted = quoted || !ok || strings.Contains(l.Value, `\`)
	}
	var text string
	if quoted {
		for _, p := range d.Hdoc.Parts {
			if l, ok := p.(*syntax.Lit); ok {
				r.spend(len(l.Value) / 64)
				text += l.Value
			}
		}
	} else {
		b := &splitter{whole: true}
		r.parts(d.Hdoc.Parts, true, b)
		text = strings.Join(b.done(), " ")
	}
	s := &stream{}
	s.write(text, int(d.Hdoc.Pos().Line()))
	for i := range s.lines {
		l := &s.lines[i]
		l.line = src.line(min(l.line, max(int(d.Hdoc.End().Line()), int(d.Hdoc.Pos().Line()))))
		if d.Op == syntax.DashHdoc {
			l.text = strings.TrimLeft(l.text, "\t")
		}
	}
	return s.lines
}
