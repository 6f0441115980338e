package fix

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A refusal says why a part of a fix does not run. Its zero value says that it does.
type refusal struct {
	why  string
	look bool // nothing depends on it
}

func refuse(format string, args ...any) refusal { return refusal{why: fmt.Sprintf(format, args...)} }

// otherForm is the refusal of all that is not on the short list of what a judge reads.
var otherForm = refusal{why: "is written in a form of shell that patlint does not judge"}

// A judge decides what of one fix runs. A report may be forged, so that it knows what is harmless and refuses the rest.
type judge struct {
	text    string // the fix
	region  string // of the finding
	set     map[string]bool
	taken   map[string]int // what an earlier finding changes, and its number
	takes   []string       // what these statements change
	calls   bool           // these statements call a program
	changes bool           // these statements change something
}

// statements judges what stands on lines together. What they set and take counts only if they run.
func (j *judge) statements(list []*syntax.Stmt) refusal {
	before := *j
	j.set = maps.Clone(j.set)
	j.takes = slices.Clone(j.takes)
	r := j.list(list)
	if r.why != "" {
		*j = before
	}
	return r
}

// list refuses for the reason that weighs most: the first that is more than a look.
func (j *judge) list(list []*syntax.Stmt) (worst refusal) {
	for _, s := range list {
		worst = worse(worst, j.statement(s))
	}
	return worst
}

func worse(a, b refusal) refusal {
	if a.why == "" || a.look && b.why != "" && !b.look {
		return b
	}
	return a
}

func (j *judge) statement(s *syntax.Stmt) refusal {
	switch {
	case len(s.Redirs) > 0:
		return refuse("reads or writes a file here")
	case s.Background, s.Coprocess, s.Disown:
		return refuse("runs in the background")
	case s.Negated:
		return otherForm
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return j.call(c)
	case *syntax.BinaryCmd:
		return j.list([]*syntax.Stmt{c.X, c.Y})
	case *syntax.IfClause:
		var r refusal
		for ; c != nil; c = c.Else {
			r = worse(r, worse(j.list(c.Cond), j.list(c.Then)))
		}
		return r
	case *syntax.ForClause:
		return j.loop(c)
	case *syntax.FuncDecl:
		return refuse("defines a function")
	}
	return otherForm
}

func (j *judge) loop(c *syntax.ForClause) refusal {
	words, ok := c.Loop.(*syntax.WordIter)
	if !ok || c.Select || c.Braces || !words.InPos.IsValid() {
		return otherForm
	}
	for _, w := range words.Items {
		if a, r := j.word(w); r.why != "" || a.variable {
			return worse(r, otherForm)
		}
	}
	if r := j.name(words.Name); r.why != "" {
		return r
	}
	return j.list(c.Do)
}

// variableName leaves out all that a shell or a program obeys, such as PATH, LD_PRELOAD and https_proxy, and the script's own.
var variableName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func (j *judge) name(n *syntax.Lit) refusal {
	if !variableName.MatchString(n.Value) {
		return refuse("sets the variable %s, which programs may obey", n.Value)
	}
	j.set[n.Value] = true
	return refusal{}
}

func (j *judge) call(c *syntax.CallExpr) refusal {
	if len(c.Args) == 0 {
		return j.assign(c.Assigns)
	}
	if len(c.Assigns) > 0 {
		return refuse("sets the variable %s for a command", c.Assigns[0].Name.Value)
	}
	j.calls = true
	words := make([]arg, len(c.Args))
	var first refusal
	for i, w := range c.Args {
		var r refusal
		words[i], r = j.word(w)
		if _, quoted := w.Parts[0].(*syntax.DblQuoted); words[i].variable && !quoted {
			r = worse(r, otherForm) // it would be split, and bring options in
		}
		first = worse(first, r)
	}
	switch name := words[0].text; {
	case name == "" || words[0].variable:
		return worse(first, otherForm)
	case name == "aws":
		return worse(first, j.aws(words[1:]))
	default:
		p, known := programNamed(name)
		switch {
		case !known:
			return refuse("patlint does not know what %s changes", name)
		case p.why != "":
			return worse(refusal{p.why, p.look}, first)
		case !harmless(name, words[1:]):
			return worse(first, otherForm)
		}
		return first
	}
}

func (j *judge) assign(list []*syntax.Assign) refusal {
	for _, a := range list {
		if a.Append || a.Naked || a.Index != nil || a.Array != nil {
			return otherForm
		}
		if a.Value != nil {
			if _, r := j.word(a.Value); r.why != "" {
				return r
			}
		}
		if r := j.name(a.Name); r.why != "" {
			return r
		}
	}
	return refusal{}
}

// harmless tells whether one of the programs that run has arguments with which it does no more than its name says: date can set the clock,
// and test can run what stands in an index.
func harmless(name string, args []arg) bool {
	switch name {
	case "[", "test":
		if name == "[" {
			if len(args) == 0 || args[len(args)-1].text != "]" {
				return false
			}
			args = args[:len(args)-1]
		}
		return len(args) == 3 && !args[1].variable && (args[1].text == "=" || args[1].text == "!=")
	case "date":
		for i, a := range args {
			if a.variable || a.text != "-u" && a.text != "-d" && !strings.HasPrefix(a.text, "+") && (i == 0 || args[i-1].text != "-d") {
				return false
			}
		}
		return true
	case "echo":
		return !slices.ContainsFunc(args, func(a arg) bool { return a.variable || strings.HasPrefix(a.text, "-") })
	}
	return len(args) == 0
}

// An arg is a word of a command: its text, or that it is known only when the script runs.
type arg struct {
	text     string
	variable bool
}

// plainWord are the characters that mean themselves outside of quotes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,={}\[\]!-]*$`)

// word reads a word that is plain text, or nothing but one variable or one command's output. What is put together of parts could become
// anything.
func (j *judge) word(w *syntax.Word) (arg, refusal) {
	if part := alone(w); part != nil {
		return arg{variable: true}, j.expansion(part)
	}
	var b strings.Builder
	for _, p := range w.Parts {
		s, ok := literal(p)
		if !ok {
			return arg{}, otherForm
		}
		b.WriteString(s)
	}
	text := b.String()
	if strings.Contains(text, "://") {
		return arg{text: text}, refuse("names a file or an address that the command would read")
	}
	return arg{text: text}, refusal{}
}

// alone is the one part of a word that the shell replaces, in quotes or not; nil for other words.
func alone(w *syntax.Word) syntax.WordPart {
	if len(w.Parts) != 1 {
		return nil
	}
	part := w.Parts[0]
	if q, ok := part.(*syntax.DblQuoted); ok && !q.Dollar && len(q.Parts) == 1 {
		part = q.Parts[0]
	}
	switch part.(type) {
	case *syntax.ParamExp, *syntax.CmdSubst:
		return part
	}
	return nil
}

func literal(p syntax.WordPart) (string, bool) {
	switch p := p.(type) {
	case *syntax.Lit:
		brace := strings.IndexByte(p.Value, '{')
		switch {
		case p.Value == `\'`: // what stands between two quoted texts
			return "'", true
		case brace >= 0 && (strings.Contains(p.Value[brace:], ",") || strings.Contains(p.Value[brace:], "..")):
			return "", false // several words in one
		}
		return p.Value, plainWord.MatchString(p.Value)
	case *syntax.SglQuoted:
		return p.Value, !p.Dollar
	case *syntax.DblQuoted:
		text := ""
		for _, inner := range p.Parts {
			lit, ok := inner.(*syntax.Lit)
			if !ok || strings.Contains(lit.Value, `\`) {
				return "", false
			}
			text += lit.Value
		}
		return text, !p.Dollar
	}
	return "", false
}

// expansion judges a variable, which must be one of the fix's own, or the output of one command.
func (j *judge) expansion(p syntax.WordPart) refusal {
	src := j.text[p.Pos().Offset():p.End().Offset()]
	switch p := p.(type) {
	case *syntax.ParamExp:
		switch {
		case p.Param == nil || src != "$"+p.Param.Value && src != "${"+p.Param.Value+"}":
			return otherForm
		case !j.set[p.Param.Value]:
			return refuse("uses the variable %s, which nothing that runs here sets", p.Param.Value)
		}
		return refusal{}
	case *syntax.CmdSubst:
		if !strings.HasPrefix(src, "$(") || len(p.Stmts) != 1 {
			return worse(j.list(p.Stmts), otherForm)
		}
		c, ok := p.Stmts[0].Cmd.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			return worse(j.list(p.Stmts), otherForm)
		}
		if name := c.Args[0].Lit(); name != "aws" && name != "date" {
			return worse(j.list(p.Stmts), otherForm)
		}
		return j.list(p.Stmts)
	}
	return otherForm
}

// aws judges a call of the AWS CLI.
func (j *judge) aws(args []arg) refusal {
	if len(args) < 2 || args[0].variable || args[1].variable || strings.HasPrefix(args[0].text, "-") || strings.HasPrefix(args[1].text, "-") {
		return otherForm
	}
	service, name, rest := args[0].text, args[1].text, args[2:]
	op, known := operationNamed(service, name)
	switch {
	case isQuestion(service, name):
		op = operation{service: service, name: name, options: questionOptions}
		if name == "wait" {
			if len(rest) == 0 || rest[0].variable || strings.HasPrefix(rest[0].text, "-") {
				return otherForm
			}
			rest = rest[1:] // what it waits for
		}
	case !known:
		return refuse("patlint does not know what aws %s %s changes", service, name)
	case op.options == nil:
		return refuse("%s", op.why)
	default:
		j.changes = true
	}
	return j.options(op, rest)
}

// regionName is the form of a region's name, which becomes part of an address.
var regionName = regexp.MustCompile(`^[a-z0-9-]+$`)

func (j *judge) options(op operation, rest []arg) refusal {
	option, placed := "", false
	for _, a := range rest {
		value, valued := a.text, true
		if !a.variable && strings.HasPrefix(a.text, "-") {
			option, value, valued = strings.Cut(a.text, "=")
		}
		switch {
		case option == "--region":
			if valued && (a.variable || value != j.region || !regionName.MatchString(value)) {
				return refuse("is not for the region of the finding")
			}
			placed = placed || valued
		case valued && slices.Contains(commonOptions, option):
			if a.variable {
				return otherForm
			}
		case slices.Contains(commonOptions, option):
		case !valued && !slices.ContainsFunc(op.options, func(o string) bool { n, _, _ := strings.Cut(o, "="); return n == option }),
			valued && !takes(op.options, option, value):
			if op.why != "" {
				return refuse("%s", op.why)
			}
			return refuse("patlint does not know what aws %s %s does with %s", op.service, op.name, option)
		case a.variable && !slices.ContainsFunc(variableOptions, func(end string) bool { return strings.HasSuffix(option, end) }):
			return refuse("gives %s a value that is known only when it runs", option)
		}
		if valued && option != "" && option == op.once {
			key := op.name + " " + value
			if a.variable {
				return otherForm
			}
			if n, twice := j.taken[key]; twice {
				return refuse("finding %d changes %s already, and AWS takes the next change only when that one is done", n, value)
			}
			j.takes = append(j.takes, key)
		}
	}
	if !placed {
		return refuse("does not say in which region")
	}
	return refusal{}
}
