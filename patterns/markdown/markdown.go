// Package markdown reads Markdown with goldmark, within limits. An author may be hostile: the time that goldmark takes grows with the square of what it
// has open, and no page needs as much as the limits allow.
//
// # What not to do
//
// Do not call goldmark's own parser on a text that somebody else wrote: the limits hold only here. Do not render a tree that came with an Excess, it is empty.
package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

const (
	maxDepth    = 24     // of lists and quotes in each other
	maxBrackets = 2000   // of a paragraph
	maxMarks    = 2000   // of emphasis, in a paragraph
	maxColumns  = 100    // of a table
	maxCells    = 20_000 // of all tables of a text
)

// An Excess is the first limit that a text breaks.
type Excess struct {
	At  int    // the place in the text, in bytes
	Msg string // says what the author should do; lower case, no full stop
}

// Parse reads a text with a parser that NewParser has made. Where the text breaks a limit, the tree is empty.
func Parse(p parser.Parser, data []byte) (ast.Node, *Excess) {
	if at, broken := prescan(data); broken != "" {
		return ast.NewDocument(), &Excess{at, broken}
	}
	pc := parser.NewContext()
	doc := p.Parse(text.NewReader(data), parser.WithContext(pc))
	if l := limitsOf(pc); l.broken != nil {
		return ast.NewDocument(), l.broken
	}
	return doc, nil
}

// limits is what one text has used up.
type limits struct {
	brackets, marks int // of the block at hand
	broken          *Excess
}

var limitsKey = parser.NewContextKey()

func limitsOf(pc parser.Context) *limits {
	l, ok := pc.Get(limitsKey).(*limits)
	if !ok {
		l = &limits{}
		pc.Set(limitsKey, l)
	}
	return l
}

// stop remembers the first limit that a text breaks.
func (l *limits) stop(r text.Reader, format string, args ...any) {
	if l.broken == nil {
		_, at := r.Position()
		l.broken = &Excess{at.Start, fmt.Sprintf(format, args...)}
	}
}

// NewParser is goldmark's parser, which reads what is beyond the limits as plain text.
func NewParser() parser.Parser {
	blocks := parser.DefaultBlockParsers()
	for i, v := range blocks {
		switch v.Priority {
		case 300, 800: // lists and quotes; items come with their lists
			blocks[i].Value = shallow{v.Value.(parser.BlockParser)}
		}
	}
	inlines := parser.DefaultInlineParsers()
	for i, v := range inlines {
		switch v.Priority {
		case 200, 400: // links and raw HTML
			inlines[i].Value = &sparse{v.Value.(parser.InlineParser), bracket}
		case 500: // emphasis
			inlines[i].Value = Marks(v.Value.(parser.InlineParser))
		}
	}
	return parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...))
}

// shallow opens a block of its kind only where it is not too deep.
type shallow struct{ parser.BlockParser }

func (s shallow) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if k := n.Kind(); k == ast.KindList || k == ast.KindBlockquote {
			depth++
		}
	}
	if depth >= maxDepth {
		limitsOf(pc).stop(r, "lists and quotes stand in each other at most %d deep; begin a section of its own", maxDepth)
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, r, pc)
}

// Marks bounds a parser whose delimiters wait for their other half, as those of emphasis do.
func Marks(p parser.InlineParser) parser.InlineParser { return &sparse{p, mark} }

// sparse finds what it is for until it has seen too much of it in a block.
type sparse struct {
	parser.InlineParser
	seen func(*limits, text.Reader) bool // counts one more, and tells whether it may be
}

func bracket(l *limits, block text.Reader) bool {
	if l.brackets++; l.brackets > maxBrackets {
		l.stop(block, "more than %d brackets in one paragraph; divide it, or put code into a block of code", maxBrackets)
		return false
	}
	return true
}

func mark(l *limits, block text.Reader) bool {
	if l.marks++; l.marks > maxMarks {
		l.stop(block, "more than %d marks of emphasis in one paragraph; divide it, or put code into a block of code", maxMarks)
		return false
	}
	return true
}

func (s *sparse) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if !s.seen(limitsOf(pc), block) {
		return nil
	}
	return s.InlineParser.Parse(parent, block, pc)
}

func (s *sparse) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	l := limitsOf(pc)
	l.brackets, l.marks = 0, 0
	if c, ok := s.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// prescan finds, before goldmark reads a text, what would become huge or slow in it: every row of a table is filled up to the width of its head, every mark of
// a footnote is looked up in a list, and every address of a link shortens what is left of its paragraph. It gives the place, and "" where all is well.
func prescan(data []byte) (at int, broken string) {
	if i := bytes.Index(data, []byte("[^")); i >= 0 && bytes.Count(data[i:], []byte("[^")) > maxBrackets {
		return i, fmt.Sprintf("more than %d marks of footnotes on one page; divide it", maxBrackets)
	}
	addresses, cells, columns := 0, 0, 0 // columns is the width of the table at hand
	for at < len(data) {
		line, _, _ := bytes.Cut(data[at:], []byte("\n"))
		if bytes.HasPrefix(bytes.TrimLeft(line, " >"), []byte("[")) && bytes.Contains(line, []byte("]:")) {
			if addresses++; addresses > maxBrackets {
				return at, fmt.Sprintf("more than %d addresses of links on one page; divide it", maxBrackets)
			}
		}
		switch n := bytes.Count(line, []byte("|")); {
		case len(bytes.TrimLeft(line, " \t>")) == 0: // it ends a table
			columns = 0
		case n > 0 && delimiters(line):
			if columns = max(columns, n+1); n > maxColumns {
				return at, fmt.Sprintf("a table has at most %d columns; make rows of them", maxColumns)
			}
		}
		if cells += columns; cells > maxCells {
			return at, fmt.Sprintf("the tables of a page have at most %d cells; divide it", maxCells)
		}
		at += len(line) + 1
	}
	return 0, ""
}

// delimiters tells whether a line can be the one below a table's head, in a list or a quote too.
func delimiters(line []byte) bool {
	for _, c := range line {
		if !strings.ContainsRune("|:- \t>*+0123456789.)", rune(c)) {
			return false
		}
	}
	return true
}
