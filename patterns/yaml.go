package patterns

import (
	"errors"
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

	indent int // what stands in front of the text's lines in the file
}

// errorAt makes an error at a place of the file.
func (b *Block) errorAt(line, col int, msg string) *Error {
	return &Error{b.File, line, col, msg}
}

// YAML reads the block as one YAML or JSON document. Lines and columns of the nodes are those of the file. Anchors,
// aliases, duplicate keys and a second document are errors; the node is nil where the block is empty or broken.
func (b *Block) YAML() (*yaml.Node, Errors) {
	var doc yaml.Node
	if strings.TrimSpace(b.Text) == "" {
		return nil, Errors{b.errorAt(b.Line, 1, "the "+b.Role+" block is empty")}
	}
	if err := yaml.Load([]byte(b.Text), &doc); err != nil {
		line, col, msg := b.Line, 1, err.Error()
		var le *yaml.LoadError
		if errors.As(err, &le) {
			msg = strings.TrimPrefix(le.Message, "yaml: ")
			if le.ContextMsg != "" {
				msg += " " + le.ContextMsg
			}
			if le.Mark.Line > 0 {
				line, col = b.Line+le.Mark.Line-1, b.indent+max(le.Mark.Column, 1)
			}
		}
		return nil, Errors{b.errorAt(line, col, "bad YAML: "+msg)}
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, Errors{b.errorAt(b.Line, 1, "the "+b.Role+" block is empty")}
	}
	var errs Errors
	b.settle(doc.Content[0], &errs, 0)
	if len(errs) > 0 {
		return nil, errs
	}
	return doc.Content[0], nil
}

// maxDepth bounds the nesting of a block; EC2's deepest answer has a fifth of it.
const maxDepth = 64

// settle moves a tree's positions into the file and finds what we do not allow in any YAML.
func (b *Block) settle(n *yaml.Node, errs *Errors, depth int) {
	n.Line += b.Line - 1
	n.Column += b.indent
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		*errs = append(*errs, b.errorAt(n.Line, n.Column, "YAML anchors and aliases are not allowed; write the value out"))
		return
	case depth > maxDepth:
		*errs = append(*errs, b.errorAt(n.Line, n.Column, "nested too deeply"))
		return
	}
	seen := map[string]bool{}
	for i, c := range n.Content {
		b.settle(c, errs, depth+1)
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if seen[c.Value] {
				*errs = append(*errs, b.errorAt(c.Line, c.Column, "the key "+c.Value+" stands here twice"))
			}
			seen[c.Value] = true
		}
	}
}

// A Text is a string of a pattern file that remembers where its characters stand, through YAML's quoting and folding,
// so that an error inside it names the author's line and column.
type Text struct {
	Value string
	File  string

	line, col int    // where the YAML node begins
	source    string // the file from that place on
	verbatim  bool   // source is the value itself, not YAML
}

// Source is the block's text as it stands, for what is not YAML.
func (b *Block) Source() Text {
	return Text{Value: b.Text, File: b.File, line: b.Line, col: 1 + b.indent, source: b.Text, verbatim: true}
}

// String is the value.
func (t Text) String() string { return t.Value }

// text makes a Text of a scalar whose position is already the file's.
func (b *Block) text(n *yaml.Node) Text {
	lines := strings.Split(b.Text, "\n")
	source := ""
	if at := n.Line - b.Line; at >= 0 && at < len(lines) {
		source = strings.Join(lines[at:], "\n")
		for skip := n.Column - 1 - b.indent; skip > 0 && source != ""; skip-- {
			_, size := utf8.DecodeRuneInString(source)
			source = source[size:]
		}
	}
	return Text{Value: n.Value, File: b.File, line: n.Line, col: n.Column, source: source}
}

// Pos gives line and column in the file of the character with the given offset, counted in characters. It walks value and
// source side by side: white space may differ between them (folding), and quotes and escapes stand in the source alone.
func (t Text) Pos(offset int) (line, col int) {
	line, col = t.line, t.col
	src := []rune(t.source)
	i := 0
	step := func() {
		if src[i] == '\n' {
			line, col = line+1, 1
		} else {
			col++
		}
		i++
	}
	space := func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }
	if t.verbatim {
		for i < len(src) && i < offset {
			step()
		}
		return line, col
	}
	if i < len(src) && (src[i] == '|' || src[i] == '>') { // the header of a block scalar
		for i < len(src) && src[i] != '\n' {
			step()
		}
	} else if i < len(src) && (src[i] == '"' || src[i] == '\'') {
		step()
	}
	at := 0
	for _, r := range t.Value {
		if space(r) {
			if at == offset {
				return line, col
			}
			if i < len(src) && space(src[i]) && (at == 0 || !space([]rune(t.Value)[at-1])) {
				for i < len(src) && space(src[i]) {
					step()
				}
			}
			at++
			continue
		}
		for i < len(src) && src[i] != r {
			step()
		}
		if at == offset || i >= len(src) {
			return line, col
		}
		step()
		at++
	}
	return line, col
}

// Error makes an error at the character with the given offset.
func (t Text) Error(offset int, msg string) *Error {
	line, col := t.Pos(offset)
	return &Error{t.File, line, col, msg}
}
