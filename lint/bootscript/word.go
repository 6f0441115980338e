package bootscript

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

const (
	maxUnroll = 64   // words of a loop or a brace expansion
	maxWords  = 1000 // of one command
)

// fields expands words as the shell does: variables, braces, and words that variables hold.
func (r *reader) fields(words []*syntax.Word) []string {
	var out []string
	for _, w := range words {
		if len(out) > maxWords {
			break
		}
		if l := w.Lit(); l != "" && !strings.ContainsAny(l, `\{`) {
			out = append(out, l) // saves most words the rest
			continue
		}
		for _, parts := range braces(w) {
			b := &splitter{}
			r.parts(parts, false, b)
			out = append(out, b.done()...)
		}
	}
	return out
}

// word expands one word that is not split.
func (r *reader) word(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	b := &splitter{whole: true}
	r.parts(w.Parts, false, b)
	return strings.Join(b.done(), " ")
}

// A splitter gathers the words that one word expands to.
type splitter struct {
	whole bool // nothing is split
	out   []string
	cur   strings.Builder
	has   bool
}

// add adds to the word that is being gathered.
func (b *splitter) add(s string) {
	if b.cur.Len()+len(s) <= 4*maxValue {
		b.cur.WriteString(s)
	}
	b.has = true
}

// end ends a word.
func (b *splitter) end() {
	if b.has {
		b.out = append(b.out, b.cur.String())
		b.cur.Reset()
		b.has = false
	}
}

// value adds what a variable holds, of which each word is one where nothing quotes it.
func (b *splitter) value(s string, quoted bool) {
	const space = " \t\n"
	switch {
	case quoted || b.whole:
		b.add(s)
		return
	case s == "":
		return
	}
	if strings.IndexByte(space, s[0]) >= 0 {
		b.end()
	}
	for i, w := range strings.Fields(s) {
		if i > 0 {
			b.end()
		}
		b.add(w)
	}
	if strings.IndexByte(space, s[len(s)-1]) >= 0 {
		b.end()
	}
}

// done gives the words.
func (b *splitter) done() []string {
	b.end()
	return b.out
}

// parts expands the parts of a word.
func (r *reader) parts(parts []syntax.WordPart, quoted bool, b *splitter) {
	for _, p := range parts {
		if r.spend(1) {
			return
		}
		switch p := p.(type) {
		case *syntax.Lit:
			r.spend(len(p.Value) / 64)
			b.add(unescape(p.Value, quoted))
		case *syntax.SglQuoted:
			r.spend(len(p.Value) / 64)
			if p.Dollar {
				b.add(escapes(p.Value))
			} else {
				b.add(p.Value)
			}
		case *syntax.DblQuoted:
			b.add("")
			r.parts(p.Parts, true, b)
		case *syntax.ParamExp:
			r.param(p, quoted, b)
		case *syntax.CmdSubst:
			b.value(r.substitute(p.Stmts), quoted)
		case *syntax.ArithmExp:
			b.add(r.unknown(atom{why: "it is computed"}))
		case *syntax.ProcSubst:
			out := &stream{}
			r.isolated(out, p.Stmts...)
			v := r.unknown(atom{why: "it is the output of a command"})
			r.substs[v] = out
			b.add(v)
		case *syntax.ExtGlob:
			b.add("*")
		case *syntax.BraceExp:
			b.add("{}")
		}
	}
}

// unescape takes backslashes out of a literal.
func unescape(s string, quoted bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!quoted || strings.IndexByte("$`\"\\\n", s[i+1]) >= 0) {
			if i++; s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var escapeReplacer = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`, `\r`, "", `\c`, "", `\"`, `"`, `\'`, "'", `\040`, " ")

// escapes reads what echo -e, printf and $'…' write with backslashes.
func escapes(s string) string { return escapeReplacer.Replace(s) }

// param expands a variable.
func (r *reader) param(p *syntax.ParamExp, quoted bool, b *splitter) {
	if p.Param == nil || p.Excl || p.Width || p.Names != 0 {
		b.add(r.unknown(atom{why: "a variable is named by another"}))
		return
	}
	name := p.Param.Value
	v := r.lookup(name)
	plain := p.Exp == nil && p.Repl == nil && p.Slice == nil
	all := name == "@" || name == "*"
	switch index, ok := p.Index.(*syntax.Word); {
	case p.Length:
		b.add(r.derived("#"+v.text+name, atom{why: "it is a length"}))
		return
	case ok && index != nil:
		i := r.word(index)
		all = i == "@" || i == "*"
		if n, err := strconv.Atoi(i); all {
			v.list = v.elements()
		} else if list := v.elements(); err == nil && n >= 0 && n < len(list) {
			v = value(list[n])
		} else {
			v = value(r.derived("element "+i+" of "+name+v.text, atom{why: "an element of " + name + " is not known"}))
		}
	case p.Index != nil:
		v = value(r.unknown(atom{why: "an element of " + name + " is not known"}))
	}
	if all && plain && v.list != nil {
		for i, s := range v.list {
			if i > 0 {
				b.end()
			}
			b.value(s, quoted)
		}
		return
	}
	if len(v.list) > 0 {
		v.text = v.list[0]
	}
	b.value(r.expansion(p, name, v), quoted)
}

// lookup gives a variable or a parameter.
func (r *reader) lookup(name string) variable {
	args := r.frame.args
	switch name {
	case "@", "*":
		return variable{text: strings.Join(args, " "), list: append([]string{}, args...), set: len(args) > 0}
	case "?":
		o := r.last
		return value(r.unknown(atom{why: "it is an exit status", status: &o}))
	case "#", "$", "!", "-", "_", "0", "RANDOM", "SECONDS", "LINENO", "HOSTNAME", "UID", "EUID", "PPID":
		return value(r.derived("$"+name, atom{why: "$" + name + " is not known before the script runs"}))
	}
	if n, err := strconv.Atoi(name); err == nil {
		if n >= 1 && n <= len(args) {
			return value(args[n-1])
		}
		return variable{}
	}
	return r.vars[name]
}

// unset is the value of a variable that the script does not set.
func (r *reader) unset(name string) string {
	if name[0] >= '0' && name[0] <= '9' || name == "@" || name == "*" {
		return "" // a parameter that the caller did not give
	}
	return r.derived("unset "+name, atom{why: "the script does not set " + name})
}

// expansion applies what stands behind the name: a default, a prefix to take off, a replacement.
func (r *reader) expansion(p *syntax.ParamExp, name string, v variable) string {
	text := v.text
	if !v.set {
		text = r.unset(name)
	}
	var op, arg, with string
	switch {
	case p.Exp != nil:
		op, arg = p.Exp.Op.String(), r.word(p.Exp.Word)
	case p.Repl != nil:
		op, arg, with = "/", r.word(p.Repl.Orig), r.word(p.Repl.With)
		if p.Repl.All {
			op = "//"
		}
	case p.Slice != nil:
		op = "slice"
	default:
		return text
	}
	switch op {
	case "-", ":-", "=", ":=":
		switch {
		case !v.set && r.sourced:
			return r.derived("unset "+name, atom{why: name + " may be set by a file that is sourced"})
		case v.set && !(op[0] == ':' && v.text == ""):
			return v.text
		case strings.HasSuffix(op, "="):
			r.set(name, value(arg))
		}
		return arg
	case "+", ":+":
		switch {
		case !v.set && !r.sourced:
			return ""
		case v.set && known(v.text) && v.text != "":
			return arg
		}
		return r.derived("+"+name+v.text+arg, atom{why: "it depends on whether " + name + " is set"})
	case "?", ":?":
		return text
	}
	if s, ok := replaced(text, op, arg, with); ok {
		return s
	}
	a := r.about(text)
	if a.why == "" {
		a.why = "it is computed from " + name
	}
	a.prefix, a.probe, a.test, a.status = "", nil, nil, nil
	return r.derived(op+"\n"+arg+"\n"+with+"\n"+text, a)
}

// replaced applies ${name/arg/with}, ${name#arg} and their kin where all is known and arg is no pattern, or one of the usual two.
func replaced(text, op, arg, with string) (string, bool) {
	switch {
	case !known(text + arg + with):
		return "", false
	case op == "##" && arg == "*/":
		return path.Base("/" + text), true
	case op == "%" && arg == "/*":
		return text[:max(strings.LastIndexByte(text, '/'), 0)], true
	case strings.ContainsAny(arg, "*?["):
		return "", false
	case op == "/":
		return strings.Replace(text, arg, with, 1), true
	case op == "//" && arg != "" && len(text)*(len(with)+1) < maxValue:
		return strings.ReplaceAll(text, arg, with), true
	case op == "#", op == "##":
		return strings.TrimPrefix(text, arg), true
	case op == "%", op == "%%":
		return strings.TrimSuffix(text, arg), true
	}
	return "", false
}

// braces expands /dev/xvd{b,c} and {1..3}, and leaves a word with too many results as it stands.
func braces(w *syntax.Word) [][]syntax.WordPart {
	hasBrace := slices.ContainsFunc(w.Parts, func(p syntax.WordPart) bool {
		l, ok := p.(*syntax.Lit)
		return ok && strings.Contains(l.Value, "{")
	})
	if hasBrace {
		c := *w
		c.Parts = slices.Clone(w.Parts)
		syntax.SplitBraces(&c)
		if out := bracesIn(c.Parts); len(out) > 0 {
			return out
		}
	}
	return [][]syntax.WordPart{w.Parts}
}

// bracesIn expands the braces among parts; to nothing where there are too many results.
func bracesIn(parts []syntax.WordPart) [][]syntax.WordPart {
	out := [][]syntax.WordPart{nil}
	for _, p := range parts {
		choices := [][]syntax.WordPart{{p}}
		if e, ok := p.(*syntax.BraceExp); ok && e.Sequence {
			choices = sequence(e.Elems)
		} else if ok {
			choices = nil
			for _, w := range e.Elems {
				choices = append(choices, bracesIn(w.Parts)...)
			}
		}
		if len(out)*len(choices) > maxUnroll {
			return nil
		}
		var next [][]syntax.WordPart
		for _, o := range out {
			for _, c := range choices {
				next = append(next, slices.Concat(o, c))
			}
		}
		out = next
	}
	return out
}

// sequence gives the words of {1..5} or {b..f}.
func sequence(elems []*syntax.Word) [][]syntax.WordPart {
	if len(elems) != 2 {
		return nil
	}
	a, b := elems[0].Lit(), elems[1].Lit()
	format := strconv.Itoa
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil {
		if len(a) != 1 || len(b) != 1 {
			return nil
		}
		from, to = int(a[0]), int(b[0])
		format = func(n int) string { return string(rune(n)) }
	}
	var out [][]syntax.WordPart
	for n := from; n <= to && len(out) <= maxUnroll; n++ {
		out = append(out, []syntax.WordPart{&syntax.Lit{Value: format(n)}})
	}
	return out
}
