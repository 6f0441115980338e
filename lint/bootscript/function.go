package bootscript

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A frame is a function or a script that is being read.
type frame struct {
	args   []string
	loops  int                 // of those outside
	conds  int                 // of those outside
	locals map[string]variable // what local variables were outside; nil in a script

	// What holds in each way through it that ends in success, and in failure.
	succeeds, fails [][]fact
}

// A function is one that the script defines.
type function struct {
	body *syntax.Stmt
	src  *source
}

// callFunction reads a function as if its body stood here.
func (r *reader) callFunction(fn function, args []string) (outcome, flow) {
	if r.calls >= maxCalls {
		r.unread(r.src.line(1), "functions that call each other too deep")
		return outcome{}, goesOn
	}
	oldFrame, oldSrc := r.frame, r.src
	fr := &frame{args: args, loops: len(r.loops), conds: len(r.conds), locals: map[string]variable{}}
	r.frame, r.src = fr, fn.src
	r.calls++
	o, f := r.stmt(fn.body)
	r.calls--
	if f == goesOn {
		r.ends(o)
	}
	r.frame, r.src = oldFrame, oldSrc
	for _, name := range slices.Sorted(maps.Keys(fr.locals)) {
		r.set(name, fr.locals[name])
	}
	// What holds because the function would have returned does not hold for its caller.
	kept := r.conds[:min(fr.conds, len(r.conds))]
	for _, x := range r.since(fr.conds) {
		if x.until == exits {
			kept = append(kept, x)
		}
	}
	r.conds = kept
	if f == exits {
		return outcome{}, exits
	}
	return either(inAll(fr.succeeds), inAll(fr.fails)), goesOn
}

// ends notes a way through a function, which succeeds or fails as a command does.
func (r *reader) ends(o outcome) {
	here := r.since(r.frame.conds)
	r.spend(len(here) / 4)
	r.frame.succeeds = append(r.frame.succeeds, union(here, o.yes))
	r.frame.fails = append(r.frame.fails, union(here, o.no))
}

// returned notes return. Without a known number it is as the last command was.
func (r *reader) returned(status string) {
	mark := len(r.frame.succeeds)
	switch a := r.only(status); {
	case status == "":
		r.ends(r.last)
	case a != nil && a.status != nil:
		r.ends(*a.status)
	default:
		r.ends(outcome{})
	}
	if status == "0" {
		r.frame.fails = r.frame.fails[:len(r.frame.fails)-1]
	} else if status != "" && known(status) {
		r.frame.succeeds = r.frame.succeeds[:mark]
	}
}

// inAll gives what holds in each way, however it came to.
func inAll(ways [][]fact) []fact {
	var out []fact
	for i, way := range ways {
		for j := range way {
			way[j].until = goesOn
		}
		if out = common(out, way); i == 0 {
			out = way
		}
	}
	return out
}

// nested reads a script that is a word of a command.
func (r *reader) nested(text, by string, at place) flow {
	if r.only(strings.TrimSpace(text)) != nil {
		r.opaque(at.line, by+" runs a text that is not known")
		return goesOn
	}
	return r.shell(text, &source{first: at.first, last: at.last, doc: r.src.doc})
}

// harmlessSources are files that scripts source for settings.
var harmlessSources = regexp.MustCompile(`^/etc/|^/usr/(?:share|lib)/|/activate$|/\.(?:bashrc|profile|bash_profile|cargo/env|nvm/nvm\.sh)$|/nvm\.sh$`)

// source reads a script that runs in the same shell.
func (r *reader) source(args []string, line int) flow {
	name := first(args)
	if name == "" {
		return goesOn
	}
	if f := r.written(name); f != nil {
		r.runFile(f, name, args[1:], line)
		return goesOn
	}
	r.sourced = true
	if !harmlessSources.MatchString(name) {
		r.opaque(line, "it sources "+r.show(name)+", which the user data did not write")
	}
	return goesOn
}

// written gives a file that this script wrote. Of a relative name the end counts, as the script may have changed its directory.
func (r *reader) written(name string) *file {
	f := r.files[path.Clean(name)]
	if f != nil || strings.HasPrefix(name, "/") || !known(name) || r.spend(len(r.files)) {
		return f
	}
	for _, p := range slices.Sorted(maps.Keys(r.files)) {
		if strings.HasSuffix(p, "/"+strings.TrimPrefix(name, "./")) {
			return r.files[p]
		}
	}
	return nil
}

// runFile reads a script that this script wrote.
func (r *reader) runFile(f *file, name string, args []string, line int) {
	f.ran = true
	text := f.String()
	if f.why != "" {
		r.opaque(line, "it runs "+r.show(name)+", which is not known as a whole")
		return
	}
	if p := interpreter(text); p != "" && !shells[p] {
		r.opaque(line, "it runs "+r.show(name)+", a script for "+r.show(p))
		return
	}
	old := r.frame
	r.frame = &frame{args: args, loops: len(r.loops), conds: len(r.conds)}
	src := f.source(f.doc)
	src.first = line
	r.shell(text, src)
	r.frame = old
}

// runShell reads bash with a script as a word, a file or its input.
func (r *reader) runShell(name string, args []string, at place) {
	o, rest := parse(name, args)
	if name == "su" || name == "runuser" {
		rest = nil // the user
	}
	old := r.frame
	switch script := first(rest); {
	case o.has("c", "command"):
		mark := len(r.trail)
		if len(rest) > 0 {
			r.frame = &frame{args: rest[1:], loops: len(r.loops), conds: len(r.conds)}
		}
		r.nested(o.get("c", "command"), name, at)
		r.undo(mark)
	case script != "" && !o.has("s"):
		if f := r.written(script); f != nil {
			r.runFile(f, script, rest[1:], at.line)
		} else if r.substs[script] != nil {
			r.opaque(at.line, "it runs a script from the Internet or another command")
		} else {
			r.opaque(at.line, "it runs "+r.show(script)+", which the user data did not write")
		}
	case r.in != nil && r.in.why != "":
		r.opaque(at.line, "it runs a script from the Internet or another command")
	case r.in != nil:
		r.shell(r.in.String(), r.in.source(r.src.doc))
	}
	r.frame = old
}
