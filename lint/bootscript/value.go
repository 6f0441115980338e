package bootscript

import (
	"maps"
	"slices"
	"strings"
)

// Text whose parts are not all known is a string in which a rune of a private range stands for each unknown part. Equal strings are
// equal values then, known or not, so that a loop that waits for $DEV is seen to wait for the device that mount "$DEV" uses.
const (
	firstAtom = 0xF0000
	lastAtom  = 0xFFFF0
	maxValue  = 4 << 10 // bytes of one value; a longer one is unknown
)

// An atom is one unknown part, and what is known of it all the same.
type atom struct {
	why     string   // in words that complete "unknown: …"
	prefix  string   // how it begins: /dev/nvme of the pattern /dev/nvme*n1
	device  string   // the identity of the device that it was computed from: $(readlink -f /dev/xvdf)
	probe   []string // the devices whose file system it tells: $(blkid …), $(file -s …)
	file    bool     // as file tells it, in words
	lookup  bool     // it tells which devices there are: $(lsblk …), $(ls /dev)
	scratch bool     // and only those of the instance store: $(nvme list | grep 'Instance Storage')
	types   bool     // and their file systems: $(lsblk -f)
	volumes []string // the volumes whose state it tells
	test    *outcome // what it means that it is not empty, or not 0: $(lsblk | grep -c xvdf)
	status  *outcome // it is an exit status: $?
}

// isAtom tells whether a rune stands for an unknown part.
func isAtom(c rune) bool { return c >= firstAtom && c <= lastAtom }

// known tells whether a value has no unknown part.
func known(s string) bool { return strings.IndexFunc(s, isAtom) < 0 }

// unknown makes a value of which only a is known.
func (r *reader) unknown(a atom) string {
	if firstAtom+len(r.atoms) > lastAtom {
		r.atoms[len(r.atoms)-1] = atom{why: "the script computes too much"}
		return string(rune(lastAtom))
	}
	a.why = cut(a.why, maxText) // a name in it may be long
	r.atoms = append(r.atoms, a)
	return string(rune(firstAtom + len(r.atoms) - 1))
}

// derived gives the same unknown value for the same computation each time.
func (r *reader) derived(key string, a atom) string {
	v, ok := r.memo[key]
	if !ok {
		v = r.unknown(a)
		r.memo[key] = v
	}
	return v
}

// first gives the first unknown part of a value; nil where all is known.
func (r *reader) first(s string) *atom {
	if i := strings.IndexFunc(s, isAtom); i >= 0 {
		return &r.atoms[[]rune(s[i:])[0]-firstAtom]
	}
	return nil
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
	if a := r.first(s); a != nil {
		return *a
	}
	return atom{}
}

// fact gives a value as it is told.
func (r *reader) fact(s string) Fact[string] {
	if a := r.first(s); a != nil {
		return Unknown[string](a.why)
	}
	return Known(r.show(s))
}

// A variable is a text or an array.
type variable struct {
	text string
	list []string
	set  bool
}

// value is a variable with a text.
func value(text string) variable { return variable{text: text, set: true} }

// elements gives the words of an array; a text is an array of one.
func (v variable) elements() []string {
	if v.list == nil && v.set {
		return []string{v.text}
	}
	return v.list
}

// equal tells whether two variables hold the same, known or not.
func (v variable) equal(w variable) bool {
	return v.text == w.text && v.set == w.set && slices.Equal(v.list, w.list)
}

// A change is how a variable was before, so that what a branch did can be undone and compared.
type change struct {
	name string
	old  variable
}

// set sets a variable.
func (r *reader) set(name string, v variable) {
	if len(v.text) > maxValue || len(v.list) > 4*maxUnroll {
		v = value(r.unknown(atom{why: name + " is too long"}))
	}
	// What a loop assigns is one unknown value for all its rounds, so that a test of one round speaks of the next.
	for _, l := range slices.Backward(r.loops) {
		if old, ok := l.vars[name]; ok {
			if a := r.only(old); a != nil && !known(v.text) {
				b := r.about(v.text)
				b.why = a.why
				*a = b
				v = value(old)
			}
			break
		}
	}
	if len(r.trail) < maxWork {
		r.trail = append(r.trail, change{name, r.vars[name]})
	}
	r.vars[name] = v
}

// undo takes variables back to where they were when the trail had this length, and gives what those that changed were until now.
func (r *reader) undo(mark int) map[string]variable {
	var now map[string]variable
	for _, c := range slices.Backward(r.trail[min(mark, len(r.trail)):]) {
		if now == nil {
			now = map[string]variable{}
		}
		if _, ok := now[c.name]; !ok {
			now[c.name] = r.vars[c.name]
		}
		r.vars[c.name] = c.old
	}
	r.trail = r.trail[:min(mark, len(r.trail))]
	return now
}

// A branch is what one way through the script does to variables, and whether that way goes on behind it.
type branch struct {
	vars map[string]variable
	flow flow
}

// get gives a variable at the end of a branch.
func (r *reader) get(b branch, name string) variable {
	if v, ok := b.vars[name]; ok {
		return v
	}
	return r.vars[name]
}

// join sets variables to what they are after one of several branches.
func (r *reader) join(branches ...branch) {
	live := slices.DeleteFunc(branches, func(b branch) bool { return b.flow != goesOn })
	names := map[string]bool{}
	for _, b := range live {
		for name := range b.vars {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		v := r.get(live[0], name)
		if slices.ContainsFunc(live, func(b branch) bool { return !r.get(b, name).equal(v) }) {
			lookup := slices.ContainsFunc(live, func(b branch) bool { return r.about(r.get(b, name).text).lookup })
			v = value(r.unknown(atom{why: name + " is assigned in more than one way", lookup: lookup}))
		}
		r.set(name, v)
	}
}
