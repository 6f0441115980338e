package site

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The time that goldmark takes grows with the square of what it has open: lists in lists, and brackets that wait for their other half.
// No page needs as many as this.
const (
	maxDepth    = 24
	maxBrackets = 2000
	maxColumns  = 100
)

// limits is what one text has used up.
type limits struct {
	brackets int    // of the block at hand
	broken   string // what the author should do, "" while all is well
	at       int    // the place in the text
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
	if l.broken == "" {
		_, at := r.Position()
		l.broken, l.at = fmt.Sprintf(format, args...), at.Start
	}
}

// boundedParser is goldmark's parser, which reads what is beyond the limits as plain text.
func boundedParser() parser.Parser {
	blocks := parser.DefaultBlockParsers()
	for i, v := range blocks {
		switch v.Priority {
		case 300, 800: // lists and quotes; items come with their lists
			blocks[i].Value = shallow{v.Value.(parser.BlockParser)}
		}
	}
	inlines := parser.DefaultInlineParsers()
	for i, v := range inlines {
		if v.Priority == 200 || v.Priority == 400 { // links and raw HTML
			inlines[i].Value = &sparse{v.Value.(parser.InlineParser)}
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

// sparse finds links in a block until it has seen too many brackets.
type sparse struct{ parser.InlineParser }

func (s *sparse) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	l := limitsOf(pc)
	if l.brackets++; l.brackets > maxBrackets {
		l.stop(block, "more than %d brackets in one paragraph; divide it, or put code into a block of code", maxBrackets)
		return nil
	}
	return s.InlineParser.Parse(parent, block, pc)
}

func (s *sparse) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	limitsOf(pc).brackets = 0
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
	addresses := 0
	for at < len(data) {
		line, _, _ := bytes.Cut(data[at:], []byte("\n"))
		if bytes.HasPrefix(bytes.TrimLeft(line, " >"), []byte("[")) && bytes.Contains(line, []byte("]:")) {
			if addresses++; addresses > maxBrackets {
				return at, fmt.Sprintf("more than %d addresses of links on one page; divide it", maxBrackets)
			}
		}
		if bytes.Count(line, []byte("|")) > maxColumns && delimiters(line) {
			return at, fmt.Sprintf("a table has at most %d columns; make rows of them", maxColumns)
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
