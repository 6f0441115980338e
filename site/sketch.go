package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/patlint/patlint/patterns"
)

// A sketch is a block in sketch as a tree of boxes in groups, and the arrows between boxes. The manual of the notation is in the comment of
// package patterns.
type sketch struct {
	title  string
	root   *item // the group that is the whole
	arrows []*arrow
}

// An item is a box or a group.
type item struct {
	name, text string
	parent     *item
	group      bool
	items      []*item
	spot       spot
}

// An arrow leads from one box to another.
type arrow struct {
	from, to *item
	kind     string // a key of arrowWords
	label    string
	route    route
}

// arrowWords say what the kinds of arrows mean.
var arrowWords = map[string]string{"->": "leads to", "~>": "leads, later, to", "-x": "does not reach"}

const (
	maxItems  = 200
	maxArrows = 200
	maxNested = 3
)

// lexeme is a word of a sketch: a name, a "text", a (label), an arrow, a bracket, a comma or the end of a line.
type lexeme struct {
	kind      string // name, text, label, or the mark itself; "\n" also for a comma
	text      string
	line, col int
}

// sketchError is a mistake at a lexeme.
func (t lexeme) error(format string, args ...any) *patterns.Error {
	return &patterns.Error{Line: t.line, Column: t.col, Msg: fmt.Sprintf(format, args...)}
}

// sketchTokens splits a line into tokens.
func sketchTokens(s []rune, line int) (out []lexeme, err *patterns.Error) {
	for at := 0; at < len(s); {
		t := lexeme{line: line, col: at + 1}
		two := string(s[at:min(at+2, len(s))])
		switch r := s[at]; {
		case unicode.IsSpace(r):
			at++
			continue
		case arrowWords[two] != "":
			t.kind = two
			at += 2
		case r == '[' || r == ']':
			t.kind = string(r)
			at++
		case r == ',':
			t.kind = "\n"
			at++
		case r == '"' || r == '(':
			last := map[rune]rune{'"': '"', '(': ')'}[r]
			n := slices.Index(s[at+1:], last)
			if n < 0 {
				return nil, t.error("the %c that begins here does not end on its line", r)
			}
			t.kind = map[rune]string{'"': "text", '(': "label"}[r]
			t.text = strings.Join(strings.Fields(string(s[at+1:at+1+n])), " ")
			at += n + 2
		case nameRune(r):
			start := at
			for at < len(s) && (nameRune(s[at]) || s[at] == '-' && !(at+1 < len(s) && s[at+1] == '>')) {
				at++
			}
			t.kind, t.text = "name", string(s[start:at])
		default:
			return nil, t.error("%q is no part of a sketch; put text into quotes", r)
		}
		if n := len([]rune(t.text)); n > maxLabel {
			return nil, t.error("a text of %d characters; at most %d fit into a sketch", n, maxLabel)
		}
		out = append(out, t)
	}
	return append(out, lexeme{kind: "\n", line: line, col: len(s) + 1}), nil
}

func nameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_.:/@*+%", r)
}

// sketchReader reads tokens into a sketch.
type sketchReader struct {
	sketch
	tokens []lexeme
	count  int
}

// readSketch reads a block; line is that of its first line in the file. It stops at the first mistake.
func readSketch(text string, line int) (*sketch, *patterns.Error) {
	r := &sketchReader{sketch: sketch{root: &item{group: true}}}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	first := lexeme{line: line, col: 1}
	title, ok := strings.CutPrefix(lines[0], "title:")
	switch r.title = strings.TrimSpace(title); {
	case !ok || r.title == "":
		return nil, first.error("a sketch begins with its title: What it shows")
	case len([]rune(r.title)) > 120:
		return nil, first.error("title has more than 120 characters")
	}
	for i, l := range lines[1:] {
		ts, err := sketchTokens([]rune(l), line+1+i)
		if err != nil {
			return nil, err
		}
		r.tokens = append(r.tokens, ts...)
	}
	if err := r.rows(r.root, 0); err != nil {
		return nil, err
	}
	if len(r.tokens) > 0 {
		return nil, r.tokens[0].error("this ] closes nothing")
	}
	if r.count == 0 {
		return nil, first.error("the sketch has no boxes")
	}
	return &r.sketch, nil
}

// next takes a lexeme if it is of the kind.
func (r *sketchReader) next(kind string) (lexeme, bool) {
	if len(r.tokens) == 0 || r.tokens[0].kind != kind {
		return lexeme{}, false
	}
	t := r.tokens[0]
	r.tokens = r.tokens[1:]
	return t, true
}

// rows reads what stands in a group, up to its bracket or the end.
func (r *sketchReader) rows(in *item, depth int) *patterns.Error {
	for len(r.tokens) > 0 && r.tokens[0].kind != "]" {
		if _, ok := r.next("\n"); ok {
			continue
		}
		if _, _, err := r.chain(in, depth); err != nil {
			return err
		}
		if len(r.tokens) > 0 && r.tokens[0].kind != "\n" && r.tokens[0].kind != "]" {
			return r.tokens[0].error("an arrow, a comma or the end of the line is wanted here")
		}
	}
	return nil
}

// chain reads items with arrows between them, and gives the first and the last box: an arrow joins the boxes that stand next to it,
// whatever brackets are between.
func (r *sketchReader) chain(in *item, depth int) (first, last *item, err *patterns.Error) {
	first, last, err = r.item(in, depth)
	for err == nil {
		a, ok := r.arrow()
		if !ok {
			return first, last, nil
		}
		var from, to *item
		from = last
		if to, last, err = r.item(in, depth); err == nil {
			err = r.join(a, from, to)
		}
	}
	return nil, nil, err
}

// arrow takes an arrow, with its label as text.
func (r *sketchReader) arrow() (lexeme, bool) {
	for kind := range arrowWords {
		if a, ok := r.next(kind); ok {
			label, _ := r.next("label")
			a.text = label.text
			return a, true
		}
	}
	return lexeme{}, false
}

func (r *sketchReader) join(a lexeme, from, to *item) *patterns.Error {
	if from == to {
		return a.error("the arrow leads from %s to itself", from.title())
	}
	if slices.ContainsFunc(r.arrows, func(b *arrow) bool { return b.from == from && b.to == to && b.kind == a.kind }) {
		return a.error("there is such an arrow from %s to %s already", from.title(), to.title())
	}
	if len(r.arrows) == maxArrows {
		return a.error("a sketch has at most %d arrows", maxArrows)
	}
	r.arrows = append(r.arrows, &arrow{from: from, to: to, kind: a.kind, label: a.text})
	return nil
}

// item reads a box or a group, and gives the first and the last box of it.
func (r *sketchReader) item(in *item, depth int) (first, last *item, err *patterns.Error) {
	name, ok := r.next("name")
	if !ok {
		if name, ok = r.next("text"); !ok {
			return nil, nil, r.wanted("a name")
		}
	}
	text, _ := r.next("text")
	open, group := r.next("[")
	it, err := r.find(in, name, text.text, group)
	if err != nil || !group {
		return it, it, err
	}
	if depth == maxNested {
		return nil, nil, open.error("groups are nested at most %d deep", maxNested)
	}
	return r.inside(it, open, depth+1)
}

// inside reads a group behind its bracket.
func (r *sketchReader) inside(it *item, open lexeme, depth int) (first, last *item, err *patterns.Error) {
	for {
		if _, ok := r.next("\n"); ok {
			continue
		}
		if _, ok := r.next("]"); ok {
			break
		}
		if len(r.tokens) == 0 {
			return nil, nil, open.error("the [ that begins here is not closed")
		}
		a, b, err := r.chain(it, depth)
		if err != nil {
			return nil, nil, err
		}
		if first == nil {
			first = a
		}
		last = b
		if len(r.tokens) > 0 && r.tokens[0].kind != "\n" && r.tokens[0].kind != "]" {
			return nil, nil, r.wanted("an arrow, a comma or a ]")
		}
	}
	if first == nil {
		return nil, nil, open.error("the group %s is empty", it.title())
	}
	return first, last, nil
}

func (r *sketchReader) wanted(what string) *patterns.Error {
	return r.tokens[0].error("%s is wanted here", what)
}

// find gives the item that a name stands for: the one of that name in the group where it is written or in a group inside that, or a new one.
func (r *sketchReader) find(in *item, name lexeme, text string, group bool) (*item, *patterns.Error) {
	found := in.named(name.text, text, group)
	switch {
	case name.text == "":
		return nil, name.error("a name has at least one character")
	case len(found) > 1 && found[0].parent == found[1].parent:
		return nil, name.error("there are %d boxes %s; write its text behind it: %s %q", len(found), name.text, name.text, cmp.Or(found[0].text, found[1].text))
	case len(found) > 1:
		return nil, name.error("there are %d boxes %s; write it into its group: %s [ %s ]", len(found), name.text, found[0].parent.name, name.text)
	case len(found) == 1:
		return found[0], nil
	case r.count == maxItems:
		return nil, name.error("a sketch has at most %d boxes and groups", maxItems)
	}
	r.count++
	it := &item{name: name.text, text: text, parent: in, group: group}
	in.items = append(in.items, it)
	return it, nil
}

// named gives the items of a name in the group; those of the group itself hide those further in. A name without its text is enough.
func (it *item) named(name, text string, group bool) (out []*item) {
	for _, c := range it.items {
		if c.group == group && c.name == name && (c.text == text || text == "") {
			out = append(out, c)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, c := range it.items {
		out = append(out, c.named(name, text, group)...)
	}
	return out
}

// title is how words name the item: volume:gp3 "data" is volume gp3 (data).
func (it *item) title() string {
	s := strings.ReplaceAll(it.name, ":", " ")
	if it.text != "" {
		s += " (" + it.text + ")"
	}
	return s
}

// words are sentences that say what the sketch shows.
func (s *sketch) words() (out []string) {
	var walk func(*item)
	walk = func(it *item) {
		if it != s.root {
			var names []string
			for _, c := range it.items {
				names = append(names, c.title())
			}
			out = append(out, it.title()+" holds "+list(names)+".")
		}
		for _, c := range it.items {
			if c.group {
				walk(c)
			}
		}
	}
	walk(s.root)
	for _, a := range s.arrows {
		line := a.from.full(a) + " " + arrowWords[a.kind] + " " + a.to.full(a)
		if a.label != "" {
			line += ": " + a.label
		}
		out = append(out, line+".")
	}
	for _, it := range s.root.items {
		if !it.group && !slices.ContainsFunc(s.arrows, func(a *arrow) bool { return a.from == it || a.to == it }) {
			out = append(out, it.title()+" stands alone.")
		}
	}
	return out
}

// full names an end of an arrow, with its group where the arrow leads out of it or into it.
func (it *item) full(a *arrow) string {
	if it.parent.name == "" || a.from.parent == a.to.parent {
		return it.title()
	}
	return it.title() + " in " + it.parent.title()
}

func list(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// drawSketch makes the drawing of a block in sketch.
func drawSketch(text string, line int) (drawing, patterns.Errors) {
	s, err := readSketch(text, line)
	if err != nil {
		return drawing{}, patterns.Errors{err}
	}
	words := s.words()
	s.place()
	return drawing{Title: s.title, SVG: s.svg(words), Scroll: true, Words: words}, nil
}
