package site

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// box is an element around blocks of a text.
type box struct {
	ast.BaseBlock
	open, end string // HTML of our own
}

var kindBox = ast.NewNodeKind("Box")

func (*box) Kind() ast.NodeKind { return kindBox }

func (b *box) Dump(source []byte, level int) { ast.DumpHelper(b, source, level, nil, nil) }

func newBox(class string) *box {
	return &box{open: `<div class="` + class + `">` + "\n", end: "</div>\n"}
}

// enclose puts neighbours into a box that takes their place.
func enclose(b *box, nodes ...ast.Node) *box {
	parent := nodes[0].Parent()
	parent.InsertBefore(parent, nodes[0], b)
	for _, n := range nodes {
		b.AppendChild(b, n)
	}
	return b
}

// callouts are the words in brackets with which a quote becomes a note, as GitHub knows them, with the class and the word that readers see. Keep them sorted.
var callouts = []struct{ mark, class, word string }{
	{"CAUTION", "note caution", "Caution"},
	{"IMPORTANT", "note", "Important"},
	{"NOTE", "note", "Note"},
	{"TIP", "note tip", "Tip"},
	{"WARNING", "note warning", "Warning"},
}

// callout makes a note of a quote whose first line is [!NOTE] or the like.
func (c *conversion) callout(q *ast.Blockquote) {
	p, ok := q.FirstChild().(*ast.Paragraph)
	if !ok {
		return
	}
	first := p.Lines().At(0)
	line := strings.TrimSpace(string(first.Value(c.data)))
	if !strings.HasPrefix(line, "[!") || strings.IndexByte(line, ']') != len(line)-1 {
		return
	}
	mark := line[2 : len(line)-1]
	i := slices.IndexFunc(callouts, func(k struct{ mark, class, word string }) bool { return k.mark == strings.ToUpper(mark) })
	if i < 0 {
		var marks []string
		for _, k := range callouts {
			marks = append(marks, "[!"+k.mark+"]")
		}
		c.fail(q, "a note begins with %s, not with [!%s]", strings.Join(marks, ", "), mark)
		return
	}
	for n := p.FirstChild(); n != nil && n.Pos() < first.Stop; n = n.NextSibling() {
		c.gone = append(c.gone, n)
	}
	k := callouts[i]
	b := newBox(k.class)
	b.open = `<div class="` + k.class + `" role="note">` + "\n<p><b>" + k.word + "</b></p>\n"
	c.swaps = append(c.swaps, swap{q, b})
}

// minute is the section for decision makers.
const minute = "In one minute"

// arrangePattern sets the section for decision makers apart, and gives each example the words before it. A fail and the pass
// after it stand side by side where both are narrow.
func arrangePattern(doc ast.Node, data []byte) {
	var sections [][]ast.Node // each with its heading
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if section(n, data) != "" {
			sections = append(sections, nil)
		}
		if i := len(sections) - 1; i >= 0 {
			sections[i] = append(sections[i], n)
		}
	}
	for _, nodes := range sections {
		switch section(nodes[0], data) {
		case minute:
			enclose(newBox("minute"), nodes...)
		case "Examples":
			arrangeExamples(nodes[1:])
		}
	}
}

// section is the title of a level-2 heading of a page, and "" for all other nodes.
func section(n ast.Node, data []byte) string {
	if h, ok := n.(*ast.Heading); ok && h.Level == 2 && h.Parent().Kind() == ast.KindDocument {
		return words(h, data)
	}
	return ""
}

// arrangeExamples takes the nodes below the heading.
func arrangeExamples(nodes []ast.Node) {
	var words []ast.Node
	var last *box // a narrow fail example, with nothing behind it
	for _, n := range nodes {
		r, ok := n.(*ready)
		switch {
		case n.Kind() == ast.KindParagraph:
			words = append(words, n)
			continue
		case !ok || r.role == "":
			words, last = nil, nil
			continue
		}
		one := enclose(newBox("example"), append(words, n)...)
		words = nil
		if last != nil && r.role == "pass" && r.narrow {
			enclose(newBox("pair"), last, one)
			setWordsApart(last)
			setWordsApart(one)
		}
		last = nil
		if r.role == "fail" && r.narrow {
			last = one
		}
	}
}

// setWordsApart puts all but the code of an example into a box, so that the code of two stands at one height.
func setWordsApart(example *box) {
	var words []ast.Node
	for n := example.FirstChild(); n != example.LastChild(); n = n.NextSibling() {
		words = append(words, n)
	}
	if len(words) > 0 {
		enclose(newBox("words"), words...)
	}
}
