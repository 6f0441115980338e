package bootscript

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Text whose parts are not all known is a string in which a rune of a private range stands for each unknown part. Equal strings are
// equal values then, known or not, so that a loop that waits for $DEV is seen to wait for the device that mount "$DEV" uses.
const (
	firstAtom = 0xF0000
	lastAtom  = 0xFFFF0
	maxValue  = 4 << 10 // bytes of one value; a longer one is unknown
	maxUnroll = 64      // words of a loop or a brace expansion
)

// An atom is one unknown part, and what is known of it all the same.
type atom struct {
	why     string   // in words that complete "unknown: …"
	device  string   // the identity of the device that it was computed from: $(readlink -f /dev/xvdf)
	probe   []string // the devices whose file system it tells: $(blkid …), $(file -s …)
	file    bool     // as file tells it, in words
	lookup  bool     // it tells which devices there are: $(lsblk …), $(ls /dev)
	types   bool     // and their file systems: $(lsblk -f)
	volumes []string // the volumes whose state it tells; aws says that there is an answer
	aws     bool     //
	test    *outcome // what it means that it is not empty, or not 0: $(lsblk | grep -c xvdf)
	status  *outcome // it is an exit status: $?
}

func isAtom(c rune) bool { return c >= firstAtom && c <= lastAtom }

func known(s string) bool { return strings.IndexFunc(s, isAtom) < 0 }

// unknown makes a value of which only a is known.
func (r *reader) unknown(a atom) string {
	if firstAtom+len(r.atoms) > lastAtom {
		r.atoms[len(r.atoms)-1] = atom{why: "the script computes too much"}
		return string(rune(lastAtom))
	}
	r.atoms = append(r.atoms, a)
	return string(rune(firstAtom + len(r.atoms) - 1))
}

// derived gives the same unknown value for the same computation each time.
func (r *reader) derived(key string, a atom) string {
	if v, ok := r.memo[key]; ok {
		return v
	}
	v := r.unknown(a)
	r.memo[key] = v
	return v
}

// atomsIn gives the unknown parts of a value.
func (r *reader) atomsIn(s string) []*atom {
	var out []*atom
	for _, c := range s {
		if isAtom(c) {
			out = append(out, &r.atoms[c-firstAtom])
		}
	}
	return out
}

// only gives the unknown part of a value that is nothing else.
func (r *reader) only(s string) *atom {
	if c := []rune(s); len(c) == 1 && isAtom(c[0]) {
		return &r.atoms[c[0]-firstAtom]
	}
	return nil
}

// about gives what is known of the first unknown part of a value.
func (r *reader) about(s string) atom {
	if as := r.atomsIn(s); len(as) > 0 {
		return *as[0]
	}
	return atom{}
}

func (r *reader) fact(s string) Fact[string] {
	if as := r.atomsIn(s); len(as) > 0 {
		return Unknown[string](as[0].why)
	}
	return Known(r.show(s))
}

// show makes a value fit to be shown.
func (r *reader) show(s string) string {
	return cut(r.masker.mask(s), maxText)
}

// A variable is a text or an array.
type variable struct {
	text string
	list []string
	set  bool
}

// A change is how a variable was before, so that what a branch did can be undone and compared.
type change struct {
	name string
	old  variable
}

func (r *reader) set(name string, v variable) {
	if len(v.text) > maxValue || len(v.list) > 4*maxUnroll {
		v = variable{text: r.unknown(atom{why: name + " is too long"}), set: true}
	}
	// What a loop assigns is one unknown value for all its rounds, so that a test of one round speaks of the next.
	for i := len(r.loops) - 1; i >= 0; i-- {
		if old, ok := r.loops[i].vars[name]; ok {
			if a := r.only(old); a != nil && !known(v.text) {
				b := r.about(v.text)
				b.why = a.why
				*a = b
				v = variable{text: old, set: true}
			}
			break
		}
	}
	if len(r.trail) < maxWork {
		r.trail = append(r.trail, change{name, r.vars[name]})
	}
	r.vars[name] = v
}

// undo takes variables back to where they were when the trail had this length, and gives what they were until now.
func (r *reader) undo(mark int) map[string]variable {
	var now map[string]variable
	for i := len(r.trail) - 1; i >= mark; i-- {
		c := r.trail[i]
		if now == nil {
			now = map[string]variable{}
		}
		if _, ok := now[c.name]; !ok {
			now[c.name] = r.vars[c.name]
		}
		r.vars[c.name] = c.old
	}
	// What was undone is first put back in reverse, so the last one wins.
	r.trail = r.trail[:min(mark, len(r.trail))]
	return now
}

// A branch is what one way through the script does to variables, and whether that way goes on behind it.
type branch struct {
	vars map[string]variable
	flow flow
}

// join sets variables to what they are after one of several branches.
func (r *reader) join(branches ...branch) {
	var names []string
	live := branches[:0:0]
	for _, b := range branches {
		if b.flow == goesOn {
			live = append(live, b)
		}
	}
	for _, b := range live {
		for name := range b.vars {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		value := func(b branch) variable {
			if v, ok := b.vars[name]; ok {
				return v
			}
			return r.vars[name]
		}
		v, same := value(live[0]), true
		for _, b := range live[1:] {
			w := value(b)
			same = same && v.text == w.text && v.set == w.set && slices.Equal(v.list, w.list)
		}
		if !same {
			a := atom{why: name + " is assigned in more than one way"}
			for _, b := range live {
				if o := r.about(value(b).text); o.lookup {
					a.lookup = true
				}
			}
			v = variable{text: r.unknown(a), set: true}
		}
		r.set(name, v)
	}
}

// fields expands words as the shell does: variables, braces, and words that variables hold.
func (r *reader) fields(words []*syntax.Word) []string {
	var out []string
	for _, w := range words {
		if len(out) > 1000 {
			break
		}
		if len(w.Parts) == 1 {
			if l, ok := w.Parts[0].(*syntax.Lit); ok && !strings.ContainsAny(l.Value, `\{`) {
				out = append(out, l.Value)
				continue
			}
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

func (b *splitter) add(s string) {
	if b.cur.Len()+len(s) <= 4*maxValue {
		b.cur.WriteString(s)
	}
	b.has = true
}

func (b *splitter) end() {
	if b.has {
		b.out = append(b.out, b.cur.String())
		b.cur.Reset()
		b.has = false
	}
}

// split adds what an unquoted variable holds.
func (b *splitter) split(s string) {
	if b.whole || !strings.ContainsAny(s, " \t\n") {
		if s != "" || b.whole {
			b.add(s)
		}
		return
	}
	words := strings.Fields(s)
	if strings.ContainsRune(" \t\n", rune(s[0])) {
		b.end()
	}
	for i, w := range words {
		if i > 0 {
			b.end()
		}
		b.add(w)
	}
	if strings.ContainsRune(" \t\n", rune(s[len(s)-1])) {
		b.end()
	}
}

func (b *splitter) done() []string {
	b.end()
	return b.out
}

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
			if p.Dollar {
				b.add(escapes(p.Value))
			} else {
				r.spend(len(p.Value) / 64)
				b.add(p.Value)
			}
		case *syntax.DblQuoted:
			b.add("")
			r.parts(p.Parts, true, b)
		case *syntax.ParamExp:
			r.param(p, quoted, b)
		case *syntax.CmdSubst:
			r.emitTo(b, r.substitute(p.Stmts), quoted)
		case *syntax.ArithmExp:
			b.add(r.unknown(atom{why: "it is computed"}))
		case *syntax.ProcSubst:
			out := &stream{}
			r.isolated(p.Stmts, nil, out)
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

func (r *reader) emitTo(b *splitter, s string, quoted bool) {
	if quoted {
		b.add(s)
	} else {
		b.split(s)
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
	v, list := r.lookup(name)
	if index, ok := p.Index.(*syntax.Word); ok && index != nil {
		switch i := r.word(index); {
		case p.Length:
		case (i == "@" || i == "*") && v.set:
			if list = v.list; list == nil {
				list = []string{v.text}
			}
		default:
			n, err := strconv.Atoi(i)
			if err == nil && n >= 0 && n < len(v.list) {
				v.text = v.list[n]
			} else if !(err == nil && n == 0 && v.list == nil) {
				v.text = r.derived(fmt.Sprintf("[%s %s %s]", name, i, v.text), atom{why: "an element of " + name + " is not known"})
			}
		}
	} else if p.Index != nil {
		v.text = r.unknown(atom{why: "an element of " + name + " is not known"})
	}
	if p.Length {
		b.add(r.derived("#"+v.text+name, atom{why: "it is a length"}))
		return
	}
	if list != nil && p.Exp == nil && p.Repl == nil && p.Slice == nil {
		for i, s := range list {
			if i > 0 {
				b.end()
			}
			r.emitTo(b, s, quoted)
		}
		return
	}
	r.emitTo(b, r.expansion(p, name, v), quoted)
}

// lookup gives a variable or a parameter; for all parameters a list.
func (r *reader) lookup(name string) (variable, []string) {
	switch name {
	case "@", "*":
		if !r.argsKnown {
			return variable{text: r.derived("$@", atom{why: "the script's arguments are not known"}), set: true}, nil
		}
		if r.args == nil {
			return variable{}, []string{}
		}
		return variable{text: strings.Join(r.args, " "), set: true}, r.args
	case "?":
		o := r.last
		return variable{text: r.unknown(atom{why: "it is an exit status", status: &o}), set: true}, nil
	case "#", "$", "!", "-", "_", "0", "RANDOM", "SECONDS", "LINENO", "HOSTNAME", "UID", "EUID", "PPID":
		return variable{text: r.derived("$"+name, atom{why: "$" + name + " is not known before the script runs"}), set: true}, nil
	}
	if n, err := strconv.Atoi(name); err == nil {
		switch {
		case !r.argsKnown:
			return variable{text: r.derived("$"+name, atom{why: "the script's arguments are not known"}), set: true}, nil
		case n >= 1 && n <= len(r.args):
			return variable{text: r.args[n-1], set: true}, nil
		}
		return variable{}, nil
	}
	v := r.vars[name]
	return v, nil
}

// expansion applies what stands behind the name: a default, a prefix to take off, a replacement.
func (r *reader) expansion(p *syntax.ParamExp, name string, v variable) string {
	unset := func() string {
		if n := name[0]; n >= '0' && n <= '9' {
			return "" // a parameter that the caller did not give
		}
		return r.derived("unset "+name, atom{why: "the script does not set " + name})
	}
	if p.Exp == nil && p.Repl == nil && p.Slice == nil {
		if !v.set && v.list == nil {
			return unset()
		}
		if v.list != nil && p.Index == nil && len(v.list) > 0 {
			return v.list[0]
		}
		return v.text
	}
	if p.Exp != nil {
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
			null := p.Exp.Op == syntax.DefaultUnsetOrNull || p.Exp.Op == syntax.AssignUnsetOrNull
			def := r.word(p.Exp.Word)
			switch {
			case !v.set && r.sourced != "":
				return r.derived("unset "+name, atom{why: name + " may be set by " + r.sourced})
			case !v.set, null && v.text == "":
				if p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull {
					r.set(name, variable{text: def, set: true})
				}
				return def
			}
			return v.text
		case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
			alt := r.word(p.Exp.Word)
			switch {
			case !v.set && r.sourced == "":
				return ""
			case v.set && known(v.text) && v.text != "":
				return alt
			}
			return r.derived("+"+name+v.text+alt, atom{why: "it depends on whether " + name + " is set"})
		case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
			if !v.set {
				return unset()
			}
			return v.text
		}
	}
	text := v.text
	if !v.set {
		text = unset()
	}
	var op, arg, with string
	switch {
	case p.Repl != nil:
		op, arg, with = "/", r.word(p.Repl.Orig), r.word(p.Repl.With)
		if p.Repl.All {
			op = "//"
		}
	case p.Slice != nil:
		op = "slice"
	default:
		op, arg = p.Exp.Op.String(), r.word(p.Exp.Word)
	}
	if known(text) && known(arg) && known(with) {
		literal := !strings.ContainsAny(arg, "*?[")
		switch {
		case literal && op == "/":
			return strings.Replace(text, arg, with, 1)
		case literal && op == "//" && arg != "" && len(text)*(len(with)+1) < maxValue:
			return strings.ReplaceAll(text, arg, with)
		case literal && (op == "#" || op == "##"):
			return strings.TrimPrefix(text, arg)
		case literal && (op == "%" || op == "%%"):
			return strings.TrimSuffix(text, arg)
		case op == "##" && arg == "*/":
			return path.Base("/" + text)
		case op == "%" && arg == "/*":
			return text[:max(strings.LastIndexByte(text, '/'), 0)]
		}
	}
	a := r.about(text)
	if a.why == "" {
		a.why = "it is computed from " + name
	}
	a.probe, a.test, a.status = nil, nil, nil
	return r.derived(op+"\n"+arg+"\n"+with+"\n"+text, a)
}

// braces expands /dev/xvd{b,c} and {1..3}, and leaves a word with too many results as it stands.
func braces(w *syntax.Word) [][]syntax.WordPart {
	if len(w.Parts) == 0 || !hasBrace(w) {
		return [][]syntax.WordPart{w.Parts}
	}
	c := *w
	c.Parts = slices.Clone(w.Parts)
	syntax.SplitBraces(&c)
	if out := bracesIn(c.Parts); len(out) > 0 && len(out) <= maxUnroll {
		return out
	}
	return [][]syntax.WordPart{w.Parts}
}

func hasBrace(w *syntax.Word) bool {
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok && strings.Contains(l.Value, "{") {
			return true
		}
	}
	return false
}

func bracesIn(parts []syntax.WordPart) [][]syntax.WordPart {
	out := [][]syntax.WordPart{nil}
	for _, p := range parts {
		choices := [][]syntax.WordPart{{p}}
		if e, ok := p.(*syntax.BraceExp); ok {
			choices = nil
			if e.Sequence {
				for _, s := range sequence(e.Elems) {
					choices = append(choices, []syntax.WordPart{&syntax.Lit{Value: s}})
				}
			} else {
				for _, w := range e.Elems {
					choices = append(choices, bracesIn(w.Parts)...)
				}
			}
		}
		if len(out)*len(choices) > maxUnroll {
			return nil
		}
		var next [][]syntax.WordPart
		for _, o := range out {
			for _, c := range choices {
				next = append(next, append(slices.Clone(o), c...))
			}
		}
		out = next
	}
	return out
}

// sequence gives the words of {1..5} or {b..f}.
func sequence(elems []*syntax.Word) []string {
	if len(elems) != 2 {
		return nil
	}
	a, b := elems[0].Lit(), elems[1].Lit()
	format := func(n int) string { return strconv.Itoa(n) }
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil {
		if len(a) != 1 || len(b) != 1 {
			return nil
		}
		from, to = int(a[0]), int(b[0])
		format = func(n int) string { return string(rune(n)) }
	}
	var out []string
	for n := from; n <= to && len(out) <= maxUnroll; n++ {
		out = append(out, format(n))
	}
	return out
}
