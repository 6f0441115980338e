package fix

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
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
	text    string        // the fix
	about   lint.Resource // what the finding is about
	stale   string        // why nothing is changed; "" where the account was read lately
	set     map[string]bool
	taken   map[string]int // what an earlier finding changes, and its number
	takes   []string       // what these statements change
	calls   bool           // these statements call a program
	changes bool           // these statements change something
	bills   bool           // these statements make snapshots
}

func newJudge(f *lint.Finding, taken map[string]int, stale string) *judge {
	return &judge{text: strings.TrimRight(f.Fix, "\n"), about: f.Resource, stale: stale, set: map[string]bool{}, taken: taken}
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
	case *syntax.Subshell:
		return worse(j.list(c.Stmts), otherForm)
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
	before := j.changes
	j.changes = false
	r := j.list(c.Do)
	if j.changes {
		r = worse(r, refuse("changes something again and again"))
	}
	j.changes = j.changes || before
	return r
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

// dateForm and dateText leave out what could become the name of a file that a command reads.
var (
	dateForm = whole(`\+[%A-Za-z0-9:-]*`)
	dateText = whole(`[A-Za-z0-9 :+-]*`)
)

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
			if a.variable || a.text != "-u" && a.text != "-d" && !dateForm.MatchString(a.text) && (i == 0 || args[i-1].text != "-d" || !dateText.MatchString(a.text)) {
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
	case !known:
		return refuse("patlint does not know what aws %s %s does", service, name)
	case op.options == nil:
		return op.refusal("")
	case name == "wait":
		if len(rest) == 0 || rest[0].variable || strings.HasPrefix(rest[0].text, "-") {
			return otherForm
		}
		if !slices.Contains(waits, rest[0].text) {
			return refuse("patlint does not know what aws ec2 wait %s waits for", rest[0].text)
		}
		rest = rest[1:]
	}
	r := j.options(op, rest)
	if op.asks || r.why != "" {
		return r
	}
	j.changes = true
	j.bills = j.bills || op.bills
	return refusal{why: j.stale}
}

// refusal is the operation's own, or tells of an option.
func (op operation) refusal(option string) refusal {
	if op.why != "" {
		return refusal{op.why, op.asks}
	}
	return refuse("patlint does not know what aws %s %s does with %s", op.service, op.name, option)
}

// A setting is an option with all its values in one command.
type setting struct {
	name   string
	values []arg
}

// settings are the options of a command. The CLI takes an option twice, and then the last counts; here all count.
func settings(args []arg) (out []setting, ok bool) {
	last := -1
	for _, a := range args {
		if a.variable || !strings.HasPrefix(a.text, "-") {
			if last < 0 {
				return nil, false
			}
			out[last].values = append(out[last].values, a)
			continue
		}
		name, value, valued := strings.Cut(a.text, "=")
		if last = slices.IndexFunc(out, func(s setting) bool { return s.name == name }); last < 0 {
			last = len(out)
			out = append(out, setting{name: name})
		}
		if valued {
			out[last].values = append(out[last].values, arg{text: value})
		}
	}
	return out, true
}

func (j *judge) options(op operation, args []arg) refusal {
	given, ok := settings(args)
	if !ok {
		return otherForm
	}
	named := func(name string) *setting {
		if i := slices.IndexFunc(given, func(s setting) bool { return s.name == name }); i >= 0 {
			return &given[i]
		}
		return &setting{}
	}
	for _, s := range given {
		if r := j.setting(op, s); r.why != "" {
			return r
		}
	}
	for _, o := range op.options {
		switch missing := len(named(o.name).values) == 0; {
		case missing && o.kind != "":
			return refuse("is not about one resource")
		case missing && o.must:
			return op.refusal(o.name)
		}
	}
	if len(named("--region").values) == 0 {
		return refuse("does not say in which region")
	}
	if op.once == "" {
		return refusal{}
	}
	return j.once(op, named(op.once).values[0].text)
}

// once refuses the second change of a resource.
func (j *judge) once(op operation, id string) refusal {
	key := op.name + " " + id
	if n, twice := j.taken[key]; twice {
		return refuse("finding %d changes %s already, and AWS takes the next change only when that one is done", n, id)
	}
	if slices.Contains(j.takes, key) {
		return refuse("changes %s a second time, and AWS takes the next change only when the first is done", id)
	}
	j.takes = append(j.takes, key)
	return refusal{}
}

// regionName is the form of a region's name, which becomes part of an address.
var regionName = whole(`[a-z0-9-]+`)

func (j *judge) setting(op operation, s setting) refusal {
	if s.name == "--region" {
		for _, v := range s.values {
			if v.variable || v.text != j.about.Region || !regionName.MatchString(v.text) {
				return refuse("is not for the region of the finding")
			}
		}
		return refusal{}
	}
	if i := slices.IndexFunc(op.options, func(o option) bool { return o.name == s.name }); i >= 0 {
		return j.values(op, op.options[i], s.values)
	}
	switch {
	case !slices.Contains(commonOptions, s.name):
		return op.refusal(s.name)
	case slices.ContainsFunc(s.values, func(a arg) bool { return a.variable }):
		return otherForm
	}
	return refusal{}
}

func (j *judge) values(op operation, o option, values []arg) refusal {
	if o.kind != "" && len(values) != 1 {
		return refuse("is not about one resource")
	}
	own := o.kind != "" && o.kind == j.about.Kind
	for _, v := range values {
		switch {
		case v.variable && (own || !o.late):
			return refuse("gives %s a value that is known only when it runs", o.name)
		case v.variable:
		case !o.takes(v.text):
			return op.refusal(o.name)
		case own && o.resource(v.text) != j.about.ID:
			return refuse("is about another %s than the finding", o.kind)
		}
	}
	return refusal{}
}
