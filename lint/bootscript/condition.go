package bootscript

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A state is what a test may find.
type state uint8

const (
	present  state = iota // the device is there
	empty                 // the device holds no file system
	filled                // the device holds one
	mounted               // the device could be mounted
	attached              // the volume is attached
	nonempty              // a value that was looked up is there
)

// stack is the device of facts about arrays, volume groups and pools, which hold for the devices that they would be made of.
const stack = "\x01stack"

// A fact is that something is so. What it is about is the identity of a device, a volume, or a value.
type fact struct {
	state state
	id    string
	until flow // where a fact ends that holds because the script went elsewhere otherwise
}

// An outcome is what is known where a command succeeds and where it fails; maybe is what may be the reason, where there are several.
type outcome struct{ yes, no, maybeYes, maybeNo []fact }

// either is an outcome with one reason for each way.
func either(yes, no []fact) outcome { return outcome{yes, no, yes, no} }

// not is the outcome of ! before a command.
func (o outcome) not() outcome { return outcome{o.no, o.yes, o.maybeNo, o.maybeYes} }

// and is the outcome of two commands of which both must succeed: where they fail, only what both tell is certain.
func (o outcome) and(p outcome) outcome {
	return outcome{union(o.yes, p.yes), common(o.no, p.no), union(o.maybeYes, p.maybeYes), union(o.maybeNo, p.maybeNo)}
}

// or is the outcome of two commands of which one must succeed.
func (o outcome) or(p outcome) outcome { return o.not().and(p.not()).not() }

// union gives the facts of two lists, of which the second is left out where there are more than anyone writes.
func union(a, b []fact) []fact {
	if len(a)+len(b) > 50 {
		return a
	}
	return append(slices.Clone(a), b...)
}

// common gives the facts that are in both lists.
func common(a, b []fact) []fact {
	var out []fact
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// about gives the same fact of several devices.
func about(s state, ids ...string) []fact {
	var out []fact
	for _, id := range ids {
		out = append(out, fact{state: s, id: id})
	}
	return out
}

// test reads what follows test or stands in [ ].
func (r *reader) test(args []string) outcome {
	t := &testParser{r: r, args: args}
	return t.or(0)
}

// testExpr reads what stands in [[ ]], which differs from [ ] in nothing that counts here.
func (r *reader) testExpr(x syntax.TestExpr) outcome { return r.test(r.testWords(nil, x)) }

// testWords writes what stands in [[ ]] as if it stood in [ ].
func (r *reader) testWords(words []string, x syntax.TestExpr) []string {
	if len(words) > maxWords || r.spend(1) {
		return words
	}
	switch x := x.(type) {
	case *syntax.ParenTest:
		return append(r.testWords(append(words, "("), x.X), ")")
	case *syntax.UnaryTest:
		return r.testWords(append(words, x.Op.String()), x.X)
	case *syntax.BinaryTest:
		op := x.Op.String()
		switch x.Op {
		case syntax.AndTest:
			op = "-a"
		case syntax.OrTest:
			op = "-o"
		}
		return r.testWords(append(r.testWords(words, x.X), op), x.Y)
	case *syntax.Word:
		return append(words, r.word(x))
	}
	return words
}

// A testParser reads the words of a test from the left: or binds less than and, and that less than not.
type testParser struct {
	r    *reader
	args []string
}

// next takes the next word.
func (t *testParser) next() string {
	a := first(t.args)
	t.args = t.args[min(1, len(t.args)):]
	return a
}

// at takes the next word if it is the one asked for.
func (t *testParser) at(s string) bool {
	found := len(t.args) > 0 && t.args[0] == s
	if found {
		t.next()
	}
	return found
}

// or reads tests with -o between them.
func (t *testParser) or(depth int) outcome {
	o := t.and(depth)
	for t.at("-o") {
		o = o.or(t.and(depth))
	}
	return o
}

// and reads tests with -a between them.
func (t *testParser) and(depth int) outcome {
	o := t.one(depth)
	for t.at("-a") {
		o = o.and(t.one(depth))
	}
	return o
}

// one reads a test of one word or two, a negation, or what stands in brackets.
func (t *testParser) one(depth int) outcome {
	if depth > 20 {
		return outcome{}
	}
	if t.at("!") {
		return t.one(depth + 1).not()
	}
	if t.at("(") {
		o := t.or(depth + 1)
		t.at(")")
		return o
	}
	a := t.next()
	compares := len(t.args) > 1 && isOperator(t.args[0])
	switch {
	case compares:
		return t.r.binaryTest(t.next(), a, strings.Trim(t.next(), "*"))
	case len(a) == 2 && a[0] == '-' && len(t.args) > 0:
		return t.r.unary(a, t.next())
	}
	return t.r.unary("-n", a)
}

// isOperator tells whether a word stands between two that it compares.
func isOperator(s string) bool {
	switch s {
	case "=", "==", "!=", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "=~", "<", ">":
		return true
	}
	return false
}

// unary reads a test of one value.
func (r *reader) unary(op, x string) outcome {
	switch op {
	case "-b", "-e", "-L", "-h", "-r", "-w", "-a":
		if strings.HasPrefix(x, "/") && !strings.HasPrefix(x, "/dev/") && !strings.HasPrefix(x, sysBlock) {
			return outcome{}
		}
		return either(about(present, r.ident(x)), nil)
	case "-n":
		return r.unary("-z", x).not()
	case "-z":
		a := r.only(x)
		switch {
		case a == nil:
			return outcome{}
		case a.test != nil:
			return a.test.not()
		case len(a.probe) > 0 && a.file:
			return outcome{} // file always says something
		case len(a.probe) > 0:
			return either(about(empty, a.probe...), about(filled, a.probe...))
		case len(a.volumes) > 0:
			return either(nil, about(attached, a.volumes...))
		}
		// In a loop the value may turn out to be that of a lookup.
		return either(nil, about(nonempty, x))
	}
	return outcome{}
}

// binaryTest reads a test of two values. A number is an exit status, or a number of lines or devices.
func (r *reader) binaryTest(op, x, y string) outcome {
	switch op {
	case "=", "==", "=~":
		return r.compare(x, y)
	case "!=":
		return r.compare(x, y).not()
	}
	a, n := r.only(x), y
	if a == nil {
		return outcome{}
	}
	var o outcome
	switch {
	case a.status != nil:
		o = a.status.not() // not 0 is failure
		if op == "-eq" && n != "0" {
			return o // blkid's 2, or any other number
		}
	case a.test != nil:
		o = *a.test
	case a.lookup && (op == "-lt" || op == "-le" || op == "-ne"):
		return either(nil, about(present, x)) // a number of devices, whichever they are
	case a.lookup:
		return either(about(present, x), nil)
	default:
		return outcome{}
	}
	switch {
	case n == "0" && (op == "-eq" || op == "-le"), n == "1" && op == "-lt":
		return o.not()
	case n == "0" && (op == "-ne" || op == "-gt"), n == "1" && op == "-ge", n == "1" && op == "-eq":
		return o
	}
	return outcome{}
}

var (
	fileSystem = regexp.MustCompile(`(?i)ext[234]|xfs|btrfs|filesystem|file system|ext\b|type=|uuid|fstype|lvm|f2fs|zfs`)
	fileData   = regexp.MustCompile(`:\s*data\$?$`)
)

// says tells what it means that a text stands in what a tool says of the content of devices.
func (a *atom) says(text string) outcome {
	holds, none := about(filled, a.probe...), about(empty, a.probe...)
	switch {
	case !a.file:
		// A device that does not hold the file system that is wanted is taken for empty: a second run leaves it alone.
		return either(holds, none)
	case fileData.MatchString(text):
		return either(none, holds)
	case fileSystem.MatchString(text):
		return either(holds, none)
	}
	return outcome{}
}

// compare tells what it means that a value is equal to a text, or holds it.
func (r *reader) compare(x, y string) outcome {
	if known(x) {
		x, y = y, x
	}
	a := r.first(x)
	if a == nil {
		return outcome{}
	}
	// The text may name the device: "/dev/xvdf: data", where the device is a variable too.
	switch {
	case a.status != nil:
		if _, err := strconv.Atoi(y); y == "0" {
			return *a.status
		} else if err == nil {
			return a.status.not()
		}
	case y == "attached" || y == "in-use":
		if a.volumes == nil {
			return either(about(attached, anyVolume), nil) // in a loop the value may turn out to be that of a lookup
		}
		return either(about(attached, a.volumes...), nil)
	case len(a.probe) > 0 && y == "data":
		return a.says(": data")
	case len(a.probe) > 0 && (y == "" || y == "null"):
		return either(about(empty, a.probe...), about(filled, a.probe...))
	case len(a.probe) > 0:
		return a.says(y)
	case a.test != nil && (y == "" || y == "0"):
		return a.test.not()
	case y == "":
		return r.unary("-z", x)
	case len(a.volumes) > 0:
		return either(about(attached, a.volumes...), nil)
	}
	return outcome{}
}

var deviceName = regexp.MustCompile(`^(?:/dev/)?((?:s|xv|h|v)d[a-z]+[0-9]*|nvme[0-9]+(?:n[0-9]+(?:p[0-9]+)?)?|md[0-9]+)$`)

// grep tells what it means that a pattern is found in the output of a command that tells of devices.
func (r *reader) grep(pattern string, from atom) outcome {
	p := strings.Trim(strings.NewReplacer(`\b`, "", `\<`, "", `\>`, "").Replace(pattern), `^$/ :"'`)
	switch {
	case from.lookup && deviceName.MatchString(p):
		return either(about(present, r.ident(p)), nil)
	case len(from.probe) > 0:
		return from.says(pattern)
	case len(from.volumes) > 0:
		return either(about(attached, from.volumes...), nil)
	case from.lookup && !known(pattern):
		return either(about(present, r.ident(pattern)), nil)
	case from.lookup && strings.HasPrefix(p, "vol"):
		return either(about(attached, p), nil)
	}
	return outcome{}
}
