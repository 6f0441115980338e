package bootscript

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

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
	conds int               // length of conds where it begins
	from  int               // events before it
	waits []fact            // what ends it
	vars  map[string]string // what it assigns, and the value that stands for any round's
}

// shell reads a script.
func (r *reader) shell(text string, src *source) flow {
	old := r.src
	r.src = src
	r.calls++
	defer func() { r.calls--; r.src = old }()
	if r.spend(1+len(text)/8) || r.calls > maxCalls {
		return goesOn
	}
	if len(text) > maxOpeners && openers(text) > maxOpeners {
		r.unread(src.line(1), "a script with more than 10,000 brackets and operators")
		return goesOn
	}
	// Bash reads one statement at a time too, so that what stands before a mistake is run. The parser may tell of a mistake twice,
	// and must not be left at the first.
	end, wrong := goesOn, false
	for s, err := range syntax.NewParser(syntax.Variant(syntax.LangBash)).StmtsSeq(strings.NewReader(text)) {
		if wrong = wrong || err != nil; err != nil {
			var parse syntax.ParseError
			var lang syntax.LangError
			line := src.line(1)
			if errors.As(err, &parse) {
				line = r.line(parse.Pos)
			} else if errors.As(err, &lang) {
				line = r.line(lang.Pos)
			}
			r.unread(line, "from here on, as its syntax is wrong")
		}
		if end == goesOn && !wrong {
			_, end = r.stmt(s)
		}
	}
	return end
}

// openers counts what may nest in the parser.
func openers(text string) int {
	n := 0
	for i := range len(text) {
		if strings.IndexByte("({[`|&!~<$?=+*", text[i]) >= 0 || text[i] == '-' && i > 0 && text[i-1] == '-' {
			n++
		}
	}
	return n
}

// line gives the place of a position in the text that is read.
func (r *reader) line(pos syntax.Pos) int { return r.src.line(int(pos.Line())) }

// block reads statements one after the other.
func (r *reader) block(list []*syntax.Stmt) (o outcome, f flow) {
	for _, s := range list {
		if o, f = r.stmt(s); f != goesOn {
			break
		}
	}
	return o, f
}

// list reads statements, and forgets behind them what only held in between.
func (r *reader) list(list []*syntax.Stmt) (outcome, flow) {
	base := len(r.conds)
	o, f := r.block(list)
	r.forget(base)
	return o, f
}

// forget forgets what came to hold since there were so many conditions. A function that was left may have forgotten more.
func (r *reader) forget(base int) { r.conds = r.conds[:min(base, len(r.conds))] }

// since gives what came to hold since there were so many conditions.
func (r *reader) since(base int) []fact { return r.conds[min(base, len(r.conds)):] }

// under reads what runs only where facts hold.
func (r *reader) under(facts []fact, read func() (outcome, flow)) (outcome, flow, branch) {
	base, mark := len(r.conds), len(r.trail)
	r.conds = append(r.conds, facts...)
	o, f := read()
	r.forget(base)
	return o, f, branch{r.undo(mark), f}
}

// holds notes that facts hold from here on, because the script went elsewhere where they do not.
func (r *reader) holds(facts []fact, f flow) {
	for _, x := range facts {
		x.until = f
		r.conds = append(r.conds, x)
	}
}

// isolated reads statements in a shell of their own, whose output goes to out.
func (r *reader) isolated(out *stream, list ...*syntax.Stmt) outcome {
	oldOut, base, mark := r.out, len(r.conds), len(r.trail)
	r.out = out
	o, _ := r.block(list)
	r.out = oldOut
	r.forget(base)
	r.undo(mark)
	return o
}

// deeper reads what stands inside a compound command, unless that is too deep.
func (r *reader) deeper(at syntax.Pos, read func() (outcome, flow)) (outcome, flow) {
	if r.nesting >= maxNesting {
		r.unread(r.line(at), "commands that are nested too deep")
		return outcome{}, goesOn
	}
	r.nesting++
	defer func() { r.nesting-- }()
	return read()
}

// stmt reads a command with its redirections.
func (r *reader) stmt(s *syntax.Stmt) (o outcome, f flow) {
	if s == nil || r.spend(1) {
		return outcome{}, goesOn
	}
	oldIn, oldOut := r.in, r.out
	var writes []func()
	for _, d := range s.Redirs {
		line := r.line(d.Pos())
		if r.spend(4) {
			break
		}
		switch d.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			r.in = &stream{lines: r.heredoc(d)}
		case syntax.WordHdoc:
			r.in = &stream{}
			r.in.write(r.word(d.Word)+"\n", r.line(d.Word.Pos()))
		case syntax.RdrIn:
			r.in = r.read(r.word(d.Word))
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			if d.N == nil || d.N.Value == "1" {
				out, name := &stream{}, r.word(d.Word)
				r.out = out
				writes = append(writes, func() { r.writeFile(name, out, d.Op == syntax.AppOut || d.Op == syntax.AppAll, line) })
			}
		case syntax.DplOut:
			if d.N == nil || d.N.Value == "1" {
				r.out = &stream{}
			}
		}
	}
	if s.Cmd != nil {
		o, f = r.deeper(s.Pos(), func() (outcome, flow) { return r.command(s.Cmd) })
	}
	r.in, r.out = oldIn, oldOut
	for _, write := range writes {
		write()
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

// command reads a command of any kind.
func (r *reader) command(c syntax.Command) (outcome, flow) {
	switch c := c.(type) {
	case *syntax.CallExpr:
		return r.callExpr(c)
	case *syntax.DeclClause:
		r.declare(c)
	case *syntax.Block:
		return r.block(c.Stmts)
	case *syntax.Subshell:
		return r.isolated(r.out, c.Stmts...), goesOn
	case *syntax.TimeClause:
		return r.stmt(c.Stmt)
	case *syntax.FuncDecl:
		if c.Name != nil {
			r.funcs[c.Name.Value] = function{c.Body, r.src}
		}
	case *syntax.BinaryCmd:
		if c.Op == syntax.AndStmt || c.Op == syntax.OrStmt {
			return r.andOr(c)
		}
		pipe, oldIn := &stream{}, r.in
		r.isolated(pipe, c.X)
		r.in = pipe
		o := r.isolated(r.out, c.Y)
		r.in = oldIn
		return o, goesOn
	case *syntax.IfClause:
		return r.ifClause(c)
	case *syntax.WhileClause:
		r.whileClause(c)
	case *syntax.ForClause:
		return r.forClause(c)
	case *syntax.CaseClause:
		return r.caseClause(c)
	case *syntax.TestClause:
		return r.testExpr(c.X), goesOn
	}
	return outcome{}, goesOn
}

// andOr reads a && b and a || b.
func (r *reader) andOr(c *syntax.BinaryCmd) (outcome, flow) {
	a, f := r.stmt(c.X)
	if f != goesOn {
		return a, f
	}
	// In mkdir /data && DEVICE=…, what comes first is expected to work, and is no question.
	if c.Op == syntax.AndStmt && plain(c.X) {
		b, f := r.stmt(c.Y)
		return a.and(b), f
	}
	then, otherwise, both := a.yes, a.no, outcome.and
	if c.Op == syntax.OrStmt {
		then, otherwise, both = a.no, a.yes, outcome.or
	}
	b, f, br := r.under(then, func() (outcome, flow) { return r.stmt(c.Y) })
	r.join(br, branch{})
	if f != goesOn {
		r.holds(otherwise, f)
	}
	return both(a, b), goesOn
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

// ifClause reads both ways of a branch. What a way leaves does not hold behind it, and the test's other answer does.
func (r *reader) ifClause(c *syntax.IfClause) (outcome, flow) {
	if len(c.Cond) == 0 { // else
		return r.list(c.Then)
	}
	cond, f := r.list(c.Cond)
	if f != goesOn {
		return cond, f
	}
	_, thenFlow, then := r.under(cond.yes, func() (outcome, flow) { return r.list(c.Then) })
	other, elseFlow := branch{}, goesOn
	if c.Else != nil {
		_, elseFlow, other = r.under(cond.no, func() (outcome, flow) {
			return r.deeper(c.Else.Pos(), func() (outcome, flow) { return r.ifClause(c.Else) })
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

// caseClause reads all ways of a case. A pattern * stands for what no other pattern matched.
func (r *reader) caseClause(c *syntax.CaseClause) (outcome, flow) {
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
			o := r.compare(word, strings.Trim(pattern, "*"))
			yes, not = append(yes, o.yes...), append(not, o.no...)
		}
		_, _, br := r.under(yes, func() (outcome, flow) { return r.list(item.Stmts) })
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

// enter begins a loop: what its body assigns is not known from here on, as it may be any round.
func (r *reader) enter(lists ...[]*syntax.Stmt) *loop {
	l := &loop{conds: len(r.conds), from: len(r.events), vars: map[string]string{}}
	for _, s := range slices.Concat(lists...) {
		syntax.Walk(s, func(n syntax.Node) bool {
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
			return !r.spend(1)
		})
	}
	for _, name := range slices.Sorted(maps.Keys(l.vars)) {
		v := r.unknown(atom{why: name + " is assigned in a loop"})
		r.set(name, value(v))
		l.vars[name] = v
	}
	r.loops = append(r.loops, l)
	return l
}

// leave ends a loop, and notes what it waited for.
func (r *reader) leave(l *loop) {
	r.loops = r.loops[:len(r.loops)-1]
	r.forget(l.conds)
	for _, name := range slices.Sorted(maps.Keys(l.vars)) {
		if r.vars[name].text != l.vars[name] {
			r.set(name, value(l.vars[name]))
		}
	}
	for _, x := range l.waits {
		r.waited(x, l.from)
	}
	if r.out != nil && r.out.open {
		// Each round may have added to the line.
		r.out.lines[len(r.out.lines)-1].text = r.unknown(atom{why: "a loop writes it"})
	}
}

// whileClause reads a loop that waits for what ends it.
func (r *reader) whileClause(c *syntax.WhileClause) {
	l := r.enter(c.Cond, c.Do)
	cond, _ := r.list(c.Cond)
	if c.Until {
		cond = cond.not()
	}
	l.waits = append(l.waits, cond.maybeNo...)
	r.under(cond.yes, func() (outcome, flow) { return r.list(c.Do) })
	r.leave(l)
}

// forClause reads a loop once for each word, where these are known. A loop with a break is one that tries again; others do the same
// for several devices.
func (r *reader) forClause(c *syntax.ForClause) (outcome, flow) {
	iter, ok := c.Loop.(*syntax.WordIter)
	var items []string
	if ok {
		if items = r.fields(iter.Items); !iter.InPos.IsValid() {
			items = r.frame.args
		}
	}
	vague := func(s string) bool { return !known(s) || strings.ContainsAny(s, "*?[") }
	if len(items) > 0 && len(items) <= maxUnroll && !c.Select && !r.calling(c.Do, "break", "return") && !slices.ContainsFunc(items, vague) {
		for _, item := range items {
			r.set(iter.Name.Value, value(item))
			if _, f := r.list(c.Do); f == exits || r.spend(1) {
				return outcome{}, f
			}
		}
		return outcome{}, goesOn
	}
	l := r.enter(c.Do)
	if ok {
		a := atom{why: "it is one of several"}
		if len(items) > 0 && !known(items[0]) {
			a = r.about(items[0])
			a.device, a.test, a.status = "", nil, nil
		} else if len(items) == 1 {
			a.prefix, _, _ = strings.Cut(items[0], "*")
			a.lookup, a.scratch = strings.HasPrefix(items[0], "/dev/"), picksScratch(items)
		}
		r.set(iter.Name.Value, value(r.unknown(a)))
	}
	r.list(c.Do)
	// Without a pause it looks through several devices and waits for none.
	if !r.calling(c.Do, "sleep", "timeout", "wait") {
		l.waits = nil
	}
	r.leave(l)
	return outcome{}, goesOn
}

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

// declare reads export, local and the like.
func (r *reader) declare(c *syntax.DeclClause) {
	for _, a := range c.Args {
		if a.Name == nil {
			continue
		}
		if name := a.Name.Value; c.Variant.Value == "local" && r.frame.locals != nil {
			if _, ok := r.frame.locals[name]; !ok {
				r.frame.locals[name] = r.vars[name]
			}
			if a.Naked {
				r.set(name, variable{})
			}
		}
		if !a.Naked {
			r.assign(a)
		}
	}
}

// assign sets a variable, or an array.
func (r *reader) assign(a *syntax.Assign) {
	name := a.Name.Value
	old, v := r.vars[name], variable{set: true}
	unknown := r.derived("element of "+name, atom{why: "an element of " + name + " is not known"})
	switch {
	case a.Array != nil:
		v.list = []string{}
		if a.Append && old.set {
			v.list = slices.Clone(old.elements())
		}
		for _, e := range a.Array.Elems {
			if e.Index != nil || e.Value == nil {
				v.list = append(v.list, unknown)
			} else {
				v.list = append(v.list, r.fields([]*syntax.Word{e.Value})...)
			}
		}
	case a.Index != nil:
		v.text = unknown
	case a.Append:
		v.text = old.text + r.word(a.Value)
	default:
		v.text = r.word(a.Value)
	}
	r.masker.assigned(name, v.text)
	r.set(name, v)
}

// callExpr reads a simple command: words, with assignments before them or alone.
func (r *reader) callExpr(c *syntax.CallExpr) (outcome, flow) {
	r.commands++
	mark := len(r.trail)
	r.subst = outcome{}
	for _, a := range c.Assigns {
		r.assign(a)
	}
	if len(c.Args) == 0 {
		return r.subst, goesOn
	}
	args := r.fields(c.Args)
	if len(c.Assigns) > 0 {
		r.undo(mark)
	}
	line := r.line(c.Args[0].Pos())
	at := place{line, line, line}
	for _, w := range c.Args[1:] {
		if at.last == at.first {
			at.first, at.last = r.line(w.Pos()), r.line(w.End())
		}
	}
	return r.call(args, at)
}

// substitute gives the output of $(…).
func (r *reader) substitute(list []*syntax.Stmt) string {
	out := &stream{}
	r.subst = r.isolated(out, list...)
	if out.why != "" {
		return r.unknown(out.atom)
	}
	return strings.TrimRight(out.String(), "\n")
}

// heredoc gives the lines of a here-document, each with its place.
func (r *reader) heredoc(d *syntax.Redirect) []textLine {
	if d.Hdoc == nil {
		return nil
	}
	quoted := slices.ContainsFunc(d.Word.Parts, func(p syntax.WordPart) bool {
		l, ok := p.(*syntax.Lit)
		return !ok || strings.Contains(l.Value, `\`)
	})
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
	first, last := int(d.Hdoc.Pos().Line()), int(d.Hdoc.End().Line())
	s.write(text, first)
	for i := range s.lines {
		l := &s.lines[i]
		l.line = r.src.line(min(l.line, max(first, last)))
		if d.Op == syntax.DashHdoc {
			l.text = strings.TrimLeft(l.text, "\t")
		}
	}
	return s.lines
}
