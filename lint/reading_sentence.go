package lint

import (
	"fmt"
	"slices"
	"strings"
)

// sentence writes a clause as one that can stand alone. The depth says how its lists are numbered.
func (r *reader) sentence(c *clause, depth int) string {
	if depth > len(numerals) {
		r.lost = true
		return ""
	}
	switch c.op {
	case alwaysOp:
		return "this always holds"
	case neverOp:
		return "nothing meets this: every one in scope is reported"
	case noAnswer:
		return "the result is unknown (" + c.text + ")"
	case oneOf:
		return "among " + c.text + " is one " + r.relative(c.parts[0], depth)
	case noneOf:
		return "among " + c.text + " is none " + r.relative(c.parts[0], depth)
	case eachOf:
		return r.each(c, depth)
	case cases:
		return r.choices(c, depth)
	case allOf, anyOf:
		return r.list(c, depth)
	}
	if strings.HasPrefix(c.text, "its `") {
		return strings.TrimPrefix(c.text, "its ")
	}
	return c.text
}

func (r *reader) each(c *clause, depth int) string {
	text := "for each of " + c.text
	if len(c.parts) > 1 {
		text += " " + r.relative(c.parts[1], depth)
	} else if rest, ok := strings.CutPrefix(c.parts[0].text, "it "); ok && c.parts[0].op == plain && !strings.Contains(c.text, " whose ") {
		return "each of " + c.text + " " + rest
	}
	return text + ", " + r.sentence(c.parts[0], depth)
}

// list writes what && or || connect: in one line where no reader can group it wrongly, else as a numbered list.
func (r *reader) list(c *clause, depth int) string {
	word := pick(c.op == allOf, "and", "or")
	parts := slices.Clone(c.parts)
	if i := slices.IndexFunc(parts, isUnknown); i >= 0 {
		unknown := r.sentence(parts[i], depth)
		rest := group(c.op, slices.Delete(parts, i, i+1))
		if !slices.ContainsFunc(rest.parts, isUnknown) {
			return r.undecided(c.op, rest, unknown, depth)
		}
		parts = slices.Clone(c.parts)
	}
	if simple(parts...) && len(parts) < 4 {
		if t := r.sentences(parts, depth); len(t) == 2 || !strings.Contains(strings.Join(t, ""), ", ") {
			return joined(t, word)
		}
	}
	if last := parts[len(parts)-1]; len(parts) == 2 && simple(parts[0]) && isPair(last) {
		return joined(append(r.sentences(parts[:len(parts)-1], depth), r.pair(last, depth)), word)
	}
	return r.numbered(r.intro(c), r.items(parts, depth), word, depth)
}

func (r *reader) intro(c *clause) string {
	return pick(c.op == allOf, "all of these hold", "one of these holds")
}

// undecided writes an && or an || of which one part is unknown.
func (r *reader) undecided(op op, rest *clause, unknown string, depth int) string {
	switch {
	case op == anyOf && (rest.op == anyOf || rest.op == allOf) && !isPair(rest):
		return r.numbered(r.intro(rest)+", or else "+unknown, r.items(rest.parts, depth), pick(rest.op == allOf, "and", "or"), depth)
	case op == anyOf && rest.op == cases:
		return r.numbered("this holds, or else "+unknown, r.items([]*clause{rest}, depth), "", depth)
	case op == anyOf:
		return r.nested(rest, depth) + ", or else " + unknown
	case rest.op == plain:
		return r.sentence(rest, depth) + ", in which case " + unknown
	}
	return "this does not hold, but " + unknown + " if " + r.nested(rest, depth)
}

// choices writes a chain of c ? a : b.
func (r *reader) choices(c *clause, depth int) string {
	if last := c.parts[2]; last.op != cases && simple(c.parts[0]) && (simple(c.parts[1]) || isUnknown(c.parts[1])) && (simple(last) || isUnknown(last)) {
		t := r.sentences(c.parts, depth)
		return fmt.Sprintf("if %s, %s, and if not, %s", t[0], t[1], t[2])
	}
	var items []string
	for ; c.op == cases; c = c.parts[2] {
		items = append(items, "if "+r.nested(c.parts[0], depth+1)+", then "+r.nested(c.parts[1], depth+1))
	}
	items = append(items, "in all other cases "+r.nested(c, depth+1))
	return r.numbered("the first case that fits decides", items, "", depth)
}

func (r *reader) sentences(parts []*clause, depth int) []string {
	out := make([]string, len(parts))
	for i, c := range parts {
		out[i] = r.sentence(c, depth)
	}
	return out
}

func (r *reader) items(parts []*clause, depth int) []string {
	out := make([]string, len(parts))
	for i, c := range parts {
		out[i] = r.nested(c, depth+1)
	}
	return out
}

func (r *reader) nested(c *clause, depth int) string {
	if isPair(c) {
		return r.pair(c, depth)
	}
	return r.sentence(c, depth)
}

func (r *reader) pair(c *clause, depth int) string {
	return pick(c.op == allOf, "both ", "either ") + joined(r.sentences(c.parts, depth), pick(c.op == allOf, "and", "or"))
}

// isPair tells whether "both … and …" or "either … or …" can hold a clause.
func isPair(c *clause) bool {
	return (c.op == allOf || c.op == anyOf) && len(c.parts) == 2 && simple(c.parts...) && !slices.ContainsFunc(c.parts, isUnknown)
}

// simple tells whether clauses can stand in one line with "and" or "or" between them: none has one of its own, and what is said of one of a list
// comes last, because "its" means that one from there on.
func simple(parts ...*clause) bool {
	for i, c := range parts {
		switch {
		case c.op == plain:
		case (c.op == oneOf || c.op == noneOf) && c.parts[0].op == plain && i == len(parts)-1:
		default:
			return false
		}
	}
	return true
}

// numerals number the entries of lists in lists, each depth in its own way, so that it is plain where an inner list ends.
var numerals = [][]string{
	{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"},
	{"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"},
	{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
	{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"},
}

func (r *reader) numbered(intro string, items []string, word string, depth int) string {
	if depth >= len(numerals) || len(items) > len(numerals[depth]) {
		r.lost = true
		return ""
	}
	var b strings.Builder
	b.WriteString(intro + ": ")
	for i, item := range items {
		if i > 0 {
			b.WriteString("; ")
			if i == len(items)-1 && word != "" {
				b.WriteString(word + " ")
			}
		}
		b.WriteString("(" + numerals[depth][i] + ") " + item)
	}
	return b.String()
}

// relative writes a clause behind "one": whose … and that ….
func (r *reader) relative(c *clause, depth int) string {
	switch {
	case c.op == plain:
		return relativeOf(c.text)
	case (c.op == allOf || c.op == anyOf) && !slices.ContainsFunc(c.parts, isUnknown) && r.chained(c):
		t := make([]string, len(c.parts))
		for i, p := range c.parts {
			if t[i] = r.relative(p, depth); isPair(p) {
				t[i] = "for which " + r.pair(p, depth)
			}
		}
		return joined(t, pick(c.op == allOf, "and", "or"))
	case c.op == oneOf || c.op == noneOf:
		return relativeOf(r.sentence(c, depth))
	}
	return "for which " + r.sentence(c, depth)
}

// chained tells whether the parts of a clause can follow each other as relative clauses; the last one may be longer.
func (r *reader) chained(c *clause) bool {
	last := c.parts[len(c.parts)-1]
	open := isPair(last) || (last.op == oneOf || last.op == noneOf) && c.op == allOf
	return simple(c.parts[:len(c.parts)-1]...) && (simple(last) || open && len(c.parts) < 5)
}

func relativeOf(text string) string {
	for _, r := range []struct{ old, new string }{{"its ", "whose "}, {"it ", "that "}, {"among its ", "among whose "}} {
		if rest, ok := strings.CutPrefix(text, r.old); ok {
			return r.new + rest
		}
	}
	return "for which " + text
}

// joined writes a list: A, B or C. Where an entry has commas, or words that lists are made with, so has the last one a comma in front.
func joined(items []string, word string) string {
	if len(items) == 1 {
		return items[0]
	}
	comma := ""
	for _, s := range items {
		if strings.Contains(s, ", ") || strings.Contains(s, " and ") || strings.Contains(s, " or ") {
			comma = ","
		}
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + comma + " " + word + " " + items[last]
}

// explained adds what the names mean that a sentence uses.
func (r *reader) explained(text string) string {
	var out []string
	for _, name := range slices.Backward(r.order) { // a meaning may use names that were given before
		if strings.Contains(text+strings.Join(out, ""), code(name)) {
			out = append([]string{code(name) + " means " + r.meanings[name]}, out...)
		}
	}
	if len(out) > 0 {
		text += "; here, " + joined(out, "and")
	}
	return text
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}
