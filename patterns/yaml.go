package patterns

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// A Block is a fenced block with a role.
type Block struct {
	Role string // rule, pass, fail, unknown or fix
	Lang string // the highlighter's word: yaml, json or sh
	Text string
	File string
	Line int // the line of File on which Text begins

	margins []int // for each line of Text, how many characters stand in front of it in the file
}

// errorAt makes an error at a place of the file.
func (b *Block) errorAt(line, col int, msg string) *Error {
	return &Error{b.File, line, col, msg}
}

// margin is that of a line of the file.
func (b *Block) margin(line int) int {
	if i := line - b.Line; i >= 0 && i < len(b.margins) {
		return b.margins[i]
	}
	return 0
}

// YAML reads the block as one YAML or JSON document. Lines and columns of the nodes are those of the file. Anchors,
// aliases, tags, duplicate keys and a second document are errors; the node is nil where the block is empty or broken.
func (b *Block) YAML() (*yaml.Node, Errors) {
	var doc yaml.Node
	empty := Errors{b.errorAt(max(b.Line-1, 1), 1, "the "+b.Role+" block is empty")} // at the fence: the line behind it may not exist
	if strings.TrimSpace(b.Text) == "" {
		return nil, empty
	}
	if err := yaml.Load([]byte(b.Text), &doc); err != nil {
		if strings.Contains(err.Error(), "no documents in stream") { // comments alone
			return nil, empty
		}
		return nil, Errors{b.loadError(err)}
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, empty
	}
	var errs Errors
	b.settle(doc.Content[0], &errs, 0)
	if len(errs) > 0 {
		return nil, errs
	}
	return doc.Content[0], nil
}

const noTags = "a value that begins with ! is a YAML tag, which is not allowed; put the whole value into single quotes"

const noAnchors = "& and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes"

// A hint is our text for one of the parser's.
type hint struct {
	message string
	begin   bool // the mistake is where the construct begins; the parser noticed it behind its end
	say     string
}

// yamlHints say what to do about the mistakes that people make most, which the parser describes in its own terms.
var yamlHints = []hint{
	{"mapping values are not allowed in this context", false, "a colon cannot stand here; put a text that has a colon and a space in it into quotes"},
	{"found character that cannot start any token", false, "no value begins with this character; put the text into quotes"},
	{"found a tab character", false, "this line is indented with a tab; write spaces"},
	{"did not find expected '-' indicator", false, "this line is indented less than the one above it, and does not begin with a hyphen; indent it as deep as the key above it"},
	{"that is not allowed in a YAML tag", true, noTags},
	{"did not find expected ',' or ']'", false, "a comma or a closing ] is missing here"},
	{"did not find expected ',' or '}'", false, "a comma or a closing } is missing here"},
	{"did not find expected key", false, "a key is wanted here; indent this line as deep as the key above it, or put the whole text in front of it into quotes"},
	{"could not find expected ':'", true, "a key begins here, and no colon with a space behind it stands on its line; write key: value"},
	{"did not find expected <document start>", false, "a second document begins here, and one block is one document; put the keys of both into one"},
	{"expected single document, found multiple", false, "a second YAML document begins here; take the line of hyphens away"},
	{"found unexpected end of stream", true, "the quotes that begin here do not end; write the second one"},
	{"found unknown escape character", false, "a backslash in double quotes begins an escape, which this is not; put the whole value into single quotes"},
	{"unknown anchor", false, noAnchors},
	{"did not find expected alphabetic or numeric character", false, noAnchors},
}

// loadError puts an error of the YAML parser into our form.
func (b *Block) loadError(err error) *Error {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		return b.errorAt(b.Line, 1, "bad YAML: "+strings.TrimPrefix(err.Error(), "yaml: "))
	}
	line, col := b.Line, 1
	lines := strings.Split(strings.TrimRight(b.Text, "\n"), "\n")
	at := func(m yaml.Mark) {
		switch {
		case m.Line > len(lines): // the end of the block
			line = b.Line + len(lines) - 1
			col = b.margin(line) + utf8.RuneCountInString(lines[len(lines)-1]) + 1
		case m.Line > 0:
			line = b.Line + m.Line - 1
			col = b.margin(line) + max(m.Column, 1)
		}
	}
	at(le.Mark)
	i := slices.IndexFunc(yamlHints, func(h hint) bool { return strings.Contains(le.Message, h.message) })
	if i < 0 {
		return b.errorAt(line, col, strings.TrimSpace("bad YAML: "+strings.TrimPrefix(le.Message, "yaml: ")+" "+le.ContextMsg))
	}
	msg := yamlHints[i].say
	if better := b.lineHint(line, col, yamlHints[i].message, le.ContextMark.Line == le.Mark.Line); better != "" {
		msg = better
	}
	switch {
	case yamlHints[i].begin:
		at(le.ContextMark)
	case msg == noTags: // where it begins, on this line
		col = b.margin(line) + utf8.RuneCountInString(taggedValue.FindString(lines[line-b.Line]))
	case strings.Contains(msg, "closing") && le.ContextMark.Line > 0 && b.Line+le.ContextMark.Line-1 < line:
		msg += fmt.Sprintf("; it would close what begins on line %d", b.Line+le.ContextMark.Line-1)
	case le.Mark.Line == 0: // the parser gives no place for a second document
		for i, l := range lines {
			if i > 0 && strings.HasPrefix(l, "---") {
				line, col = b.Line+i, 1+b.margin(b.Line+i)
			}
		}
	}
	return b.errorAt(line, col, msg)
}

var (
	pastedWant  = regexp.MustCompile(`(?:^|\W)want$`)
	aloneInLine = regexp.MustCompile(`^\s+[\w-]+$`)
	taggedValue = regexp.MustCompile(`^\s*(?:- )?[\w-]+:\s*!`)
	endedValue  = regexp.MustCompile(`^\s*(?:- )?[\w-]+:\s*(["'{\[])`)
)

// lineHint looks at the line on which the parser stumbled for what people mean; "" where that does not tell. oneLine says that what it was reading
// began there too.
func (b *Block) lineHint(line, col int, message string, oneLine bool) string {
	lines := strings.Split(b.Text, "\n")
	if i := line - b.Line; i < 0 || i >= len(lines) {
		return ""
	}
	text := []rune(lines[line-b.Line])
	at := min(max(col-1-b.margin(line), 0), len(text))
	before, rest := string(text[:at]), string(text[at:])
	value := endedValue.FindStringSubmatch(before)
	switch {
	case strings.HasPrefix(rest, "\t") || strings.HasPrefix(strings.TrimLeft(before, " "), "\t"):
		return "this line is indented with a tab; write spaces"
	case taggedValue.MatchString(before):
		return noTags
	case strings.HasPrefix(rest, ":") && pastedWant.MatchString(before):
		return "a comment begins with a space and #; write # want: and words of the message"
	case strings.HasPrefix(rest, ":") && aloneInLine.MatchString(before) && strings.HasPrefix(message, "mapping values"):
		return "this line is indented deeper than the key above it, and so a part of its value; indent both alike"
	case strings.HasPrefix(rest, ": ") && strings.Contains(message, "expected ','") && oneLine:
		return "a colon cannot stand here; put a text that has a colon and a space in it into quotes"
	case value != nil && message == "did not find expected key":
		return fmt.Sprintf("the value that begins with %s ends in front of this; put the whole value into single quotes", value[1])
	}
	return ""
}

// maxDepth bounds the nesting of a block; EC2's deepest answer has a fifth of it.
const maxDepth = 64

// settle moves a tree's positions into the file and finds what we do not allow in any YAML.
func (b *Block) settle(n *yaml.Node, errs *Errors, depth int) {
	n.Line += b.Line - 1
	n.Column += b.margin(n.Line)
	fail := func(at *yaml.Node, msg string) { *errs = append(*errs, b.errorAt(at.Line, at.Column, msg)) }
	switch {
	case n.Style&yaml.TaggedStyle != 0: // of !a && b, where the && is taken for an anchor, too
		fail(n, noTags)
		return
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		fail(n, noAnchors)
		return
	case depth > maxDepth:
		fail(n, "nested too deeply")
		return
	}
	seen := map[string]bool{}
	for i, c := range n.Content {
		b.settle(c, errs, depth+1)
		if n.Kind != yaml.MappingNode || i%2 == 1 {
			continue
		}
		switch {
		case c.Kind != yaml.ScalarNode:
			fail(c, "a key is a single word")
		case seen[c.Value]:
			fail(c, "the key "+c.Value+" stands here twice; take one of them away")
		}
		seen[c.Value] = true
	}
}

// A Text is a string of a pattern file that remembers where its characters stand, through YAML's quoting and folding,
// so that an error inside it names the author's line and column.
type Text struct {
	Value string
	File  string

	block     *Block
	line, col int // where it begins in the file: at a quoted text's quote, at a block scalar's | or >
	style     yaml.Style
}

// Source is the block's text as it stands, for what is not YAML.
func (b *Block) Source() Text {
	return Text{Value: b.Text, File: b.File, block: b, line: b.Line, col: 1 + b.margin(b.Line)}
}

// String is the value.
func (t Text) String() string { return t.Value }

// text makes a Text of a scalar whose position is already the file's.
func (b *Block) text(n *yaml.Node) Text {
	return Text{Value: n.Value, File: b.File, block: b, line: n.Line, col: n.Column, style: n.Style}
}

// Pos gives line and column in the file of the character with the given offset, counted in characters. It walks value and source
// side by side: what is not white space stands in both in the same order, and folding leaves less white space than
// the source has, never more.
func (t Text) Pos(offset int) (line, col int) {
	src := t.chars()
	if len(src) == 0 {
		return t.line, t.col
	}
	i, last := 0, len(src)-1
	for at, r := range []rune(t.Value) {
		for !space(r) && src[i].r != r && i < last {
			i++
		}
		if at == offset {
			break
		}
		if i < last && (!space(r) || space(src[i].r)) {
			i++
		}
	}
	return src[i].line, src[i].col
}

// Error makes an error at the character with the given offset.
func (t Text) Error(offset int, msg string) *Error {
	line, col := t.Pos(offset)
	return &Error{t.File, line, col, msg}
}

func space(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }

// A char is a character of the source, escapes resolved, and its place in the file.
type char struct {
	r         rune
	line, col int
}

// chars lists what the value was made of, from its beginning on. What follows it in the source stands at the end, so that the
// end of the value has a place too.
func (t Text) chars() []char {
	if t.block == nil {
		return nil
	}
	src := t.block.chars(t.line, t.col)
	switch {
	case len(src) == 0:
		return nil
	case t.style&yaml.DoubleQuotedStyle != 0:
		return unescape(src[1:])
	case t.style&yaml.SingleQuotedStyle != 0:
		for i := 1; i+1 < len(src); i++ {
			if src[i].r == '\'' && src[i+1].r == '\'' { // stands for one
				src = append(src[:i+1], src[i+2:]...)
			}
		}
		return src[1:]
	case t.style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		for i, c := range src {
			if c.r == '\n' { // the end of the header
				return src[i+1:]
			}
		}
	}
	return src
}

// chars lists the characters of the block from a place of the file on, with a line feed behind the last.
func (b *Block) chars(line, col int) []char {
	var out []char
	for i, l := range strings.Split(b.Text, "\n") {
		at := b.Line + i
		c := b.margin(at)
		for _, r := range l + "\n" {
			if c++; at > line || at == line && c >= col {
				out = append(out, char{r, at, max(c, 1)})
			}
		}
	}
	return out
}

// escapes are those of YAML's double quotes that stand for another character than themselves.
var escapes = map[rune]rune{
	'0': 0, 'a': '\a', 'b': '\b', 't': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r', 'e': 0x1b,
	'N': 0x85, '_': 0xa0, 'L': 0x2028, 'P': 0x2029,
}

// unescape resolves the escapes of a text in double quotes; each character stands at its backslash.
func unescape(src []char) []char {
	var out []char
	for i := 0; i < len(src); i++ {
		c := src[i]
		if c.r == '"' {
			return append(out, c)
		}
		if c.r != '\\' || i+1 == len(src) {
			out = append(out, c)
			continue
		}
		i++
		e := src[i].r
		digits := map[rune]int{'x': 2, 'u': 4, 'U': 8}[e]
		c.r = e // a line break too, which stands for nothing; as white space it does no harm
		if r, ok := escapes[e]; ok {
			c.r = r
		}
		if digits > 0 {
			c.r = 0
			for ; digits > 0 && i+1 < len(src); digits-- {
				i++
				c.r = c.r<<4 | hexDigit(src[i].r)
			}
		}
		out = append(out, c)
	}
	return out
}

func hexDigit(r rune) rune {
	switch {
	case r >= 'a':
		return r - 'a' + 10
	case r >= 'A':
		return r - 'A' + 10
	default:
		return r - '0'
	}
}
