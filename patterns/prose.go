package patterns

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns/markdown"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
	"go.yaml.in/yaml/v4"
)

// codeMark stands in a passage where the page has code or a bare address.
const codeMark = "\ufffc"

// A sheet is a page as Style looks at it. Positions of its parts are offsets in the body.
type sheet struct {
	*Pattern
	starts  []int // of the body's lines
	title   passage
	front   []passage // title, summary and the docs of params
	prose   []passage // of the body
	parts   []part
	links   []link
	names   map[string]bool // words that the page writes with a capital in the middle of a sentence
	lexicon *lexicon
	root    *yaml.Node // of the front matter; nil where the pattern was not parsed
}

// A passage is prose in one piece: a paragraph, a heading, a cell of a table, or a text of the front matter.
type passage struct {
	section string       // "" in front of the first, "footnote" for those
	kind    ast.NodeKind // paragraph, text block (of a list), heading, table cell
	level   int          // of a heading
	begin   int          // in the body, of the block
	text    string       // on one line, without marks of Markdown
	words   []word       // those of the author; not what stands in quotes
	place   func(offset int) (line, col int)
}

// A word is letters and digits in one piece, with what joins them: EBS-optimized, MiB/s, m7i.large. So is a percent sign, or one of money.
type word struct {
	text  string
	start int  // in the passage's text
	first bool // of a sentence
}

func (w word) end() int { return w.start + len(w.text) }

// A part is what a section holds beside prose: a list, a table, a block of code.
type part struct {
	section string
	kind    ast.NodeKind
	at      int
	items   int    // of a list
	fence   string // words behind the fence of a block of code
	code    string // of such a block, with what stands in front of its lines
	codeAt  int
}

// A link leads from the body to somewhere.
type link struct {
	section, text, url string
	at                 int
}

// newProseParser reads what the site reads, so that a cell is not taken for a sentence.
func newProseParser() parser.Parser {
	p := markdown.NewParser()
	p.AddOptions(
		parser.WithBlockParsers(util.Prioritized(extension.NewFootnoteBlockParser(), 999)),
		parser.WithInlineParsers(
			util.Prioritized(extension.NewFootnoteParser(), 101),
			util.Prioritized(markdown.Marks(extension.NewStrikethroughParser()), 500)),
		parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(
			util.Prioritized(extension.NewTableASTTransformer(), 0),
			util.Prioritized(extension.NewFootnoteASTTransformer(), 999)),
	)
	return p
}

// newSheet divides a pattern into what the checks look at.
func newSheet(p *Pattern, with parser.Parser) *sheet {
	sh := &sheet{Pattern: p, starts: lineStarts([]byte(p.Body)), names: map[string]bool{}}
	sh.readFront()
	doc, _ := markdown.Parse(with, []byte(p.Body)) // what is beyond the limits is reported by Parse or by the site, and the tree is empty then
	section := ""
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if h, ok := n.(*ast.Heading); ok && h.Level == 2 && n.Parent() == doc {
			section = string(h.Lines().Value([]byte(p.Body)))
		} else if n.Kind() == extast.KindFootnoteList {
			section = "footnote"
		}
		return sh.visit(n, section), nil
	})
	for _, ps := range sh.prose {
		for _, w := range ps.words {
			if !w.first && ps.kind != ast.KindHeading && capital(w.text) {
				sh.names[w.text] = true
			}
		}
	}
	return sh
}

// visit takes in a block.
func (sh *sheet) visit(n ast.Node, section string) ast.WalkStatus {
	switch n := n.(type) {
	case *ast.Heading:
		sh.add(n, section, n.Level)
	case *ast.Paragraph, *ast.TextBlock, *extast.TableCell:
		sh.add(n, section, 0)
	case *ast.Blockquote: // somebody else's words, unless it is a note
		if at := firstText(n); at < 0 || !strings.HasPrefix(sh.Body[at:], "[!") {
			return ast.WalkSkipChildren
		}
	case *ast.List:
		sh.parts = append(sh.parts, part{section: section, kind: n.Kind(), at: n.Pos(), items: n.ChildCount()})
	case *ast.FencedCodeBlock:
		sh.parts = append(sh.parts, sh.block(n, section))
	case *ast.CodeBlock, *extast.Table:
		sh.parts = append(sh.parts, part{section: section, kind: n.Kind(), at: n.Pos()})
	}
	return ast.WalkContinue
}

func (sh *sheet) block(n *ast.FencedCodeBlock, section string) part {
	pt := part{section: section, kind: n.Kind(), at: n.Pos()}
	if n.Info != nil {
		pt.fence = strings.TrimSpace(sh.Body[n.Info.Segment.Start:n.Info.Segment.Stop])
	}
	if count := n.Lines().Len(); count > 0 {
		pt.codeAt = n.Lines().At(0).Start
		pt.code = sh.Body[pt.codeAt:n.Lines().At(count-1).Stop]
	}
	return pt
}

// readFront finds the texts of the front matter and their places.
func (sh *sheet) readFront() {
	if sh.matter != nil {
		sh.root, _ = sh.matter.YAML()
	}
	sh.title = sh.frontText(sh.Title, "title")
	sh.front = append(sh.front, sh.title, sh.frontText(sh.Summary, "summary"))
	for _, param := range sh.Params {
		sh.front = append(sh.front, sh.frontText(param.Doc, "params", param.Name, "doc"))
	}
}

// frontText is a text of the front matter that stands behind these keys.
func (sh *sheet) frontText(s string, keys ...string) passage {
	t := Text{Value: s, File: sh.File, line: 1, col: 1}
	if n := value(sh.root, keys...); n != nil {
		t = sh.matter.text(n)
	}
	ps := passage{section: keys[0], kind: ast.KindParagraph, text: s, words: wordsOf(s)}
	ps.place = func(offset int) (line, col int) {
		return t.Pos(utf8.RuneCountInString(t.Value[:min(offset, len(t.Value))]))
	}
	return ps
}

// value is what stands behind keys of mappings in each other; nil where one is missing.
func value(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		i := 0
		for i < len(n.Content) && n.Content[i].Value != key {
			i += 2
		}
		if i+1 >= len(n.Content) {
			return nil
		}
		n = n.Content[i+1]
	}
	return n
}

// place gives line and column in the file of an offset in the body.
func (sh *sheet) place(at int) (line, col int) {
	line, col = place([]byte(sh.Body), sh.starts, max(min(at, len(sh.Body)), 0))
	return sh.BodyLine + line - 1, col
}

// add takes in a block of prose.
func (sh *sheet) add(n ast.Node, section string, level int) {
	in := inlines{sheet: sh, section: section}
	in.children(n)
	text := in.text.String()
	if strings.TrimSpace(text) == "" {
		return
	}
	spans := in.spans
	sh.prose = append(sh.prose, passage{section, n.Kind(), level, n.Pos(), text, in.own(wordsOf(text)), func(offset int) (line, col int) {
		i, found := slices.BinarySearchFunc(spans, offset, func(s span, at int) int { return cmp.Compare(s.text, at) })
		if !found {
			i--
		}
		return sh.place(spans[max(i, 0)].source + offset - spans[max(i, 0)].text)
	}})
}

// A span is where a piece of a passage's text begins, there and in the body.
type span struct{ text, source int }

// inlines joins the text of a block.
type inlines struct {
	*sheet
	section string
	text    strings.Builder
	spans   []span
	foreign [][2]int     // the texts of links to other sites, which are the titles of their pages
	opens   map[int]bool // where something emphasized begins: a button's name begins as a sentence does
}

// own are the words that are the author's.
func (in *inlines) own(words []word) []word {
	for i, w := range words {
		words[i].first = w.first || in.opens[w.start]
	}
	return slices.DeleteFunc(words, func(w word) bool {
		return slices.ContainsFunc(in.foreign, func(s [2]int) bool { return s[0] <= w.start && w.start < s[1] })
	})
}

func (in *inlines) write(s string, source int) {
	in.spans = append(in.spans, span{in.text.Len(), source})
	in.text.WriteString(s)
}

func (in *inlines) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			in.write(in.Body[c.Segment.Start:c.Segment.Stop], c.Segment.Start)
			if c.SoftLineBreak() || c.HardLineBreak() {
				in.write(" ", c.Segment.Stop)
			}
		case *ast.CodeSpan:
			in.write(codeMark, firstText(c))
		case *ast.AutoLink:
			url := string(c.URL([]byte(in.Body)))
			in.links = append(in.links, link{in.section, url, url, in.here(n)})
			in.write(codeMark, in.here(n))
		case *ast.Link:
			from := in.text.Len()
			at := firstText(c)
			in.children(c)
			if at < 0 {
				at = in.here(n)
			}
			to := string(c.Destination)
			in.links = append(in.links, link{in.section, in.text.String()[from:], to, at})
			if strings.HasPrefix(to, "http") {
				in.foreign = append(in.foreign, [2]int{from, in.text.Len()})
			}
		case *ast.Emphasis:
			if in.opens == nil {
				in.opens = map[int]bool{}
			}
			in.opens[in.text.Len()] = true
			in.children(c)
		default:
			in.children(c)
		}
	}
}

// here is the place in the body at which the text so far ends.
func (in *inlines) here(block ast.Node) int {
	if len(in.spans) == 0 {
		return block.Pos()
	}
	last := in.spans[len(in.spans)-1]
	return last.source + in.text.Len() - last.text
}

// firstText is where the first text below a node stands in the source, or -1.
func firstText(n ast.Node) int {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			return t.Segment.Start
		}
		if at := firstText(c); at >= 0 {
			return at
		}
	}
	return -1
}

// wordsOf divides a text into words. What stands in quotes is somebody else's and left out; so are paths and addresses.
func wordsOf(text string) []word {
	var out []word
	first := true
	last := map[rune]int{}
	for opening, closing := range quotes {
		last[opening] = lastQuote(text, closing)
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case quotes[r] != "" && i < last[r] && (r != '\'' || i == 0 || strings.ContainsRune(" (", rune(text[i-1]))):
			size = quoted(text[i:], quotes[r])
			first = strings.ContainsRune(".!?", rune(text[i+size-len(quotes[r])-1])) // it was a sentence
		case unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("%$€£", r):
			end := wordEnd(text, i)
			if strings.HasPrefix(text[end:], "://") { // an address
				n := strings.IndexFunc(text[end:], unicode.IsSpace)
				if n < 0 {
					return out
				}
				i, first = end+n, false
				continue
			}
			if i == 0 || !strings.ContainsRune("/\\_@~.!", rune(text[i-1])) {
				out = append(out, word{text[i:end], i, first})
			}
			i, first = end, false
			continue
		case strings.ContainsRune(".!?:", r):
			first = true
		case !unicode.IsSpace(r) && r != ')' && r != '(' && r != '*':
			first = first && r != '\ufffc'
		}
		i += size
	}
	return out
}

// quotes are the marks in which something stands that somebody else has said.
var quotes = map[rune]string{'"': "\"", '\'': "'", '‘': "’", '“': "”"}

// closes tells whether a mark at an offset ends a quotation: an apostrophe between letters does not.
func closes(text string, at int, mark string) bool {
	next, _ := utf8.DecodeRuneInString(text[at+len(mark):])
	return mark != "'" && mark != "’" || !unicode.IsLetter(next) && !unicode.IsDigit(next)
}

// lastQuote is where the last mark stands that ends a quotation, or -1.
func lastQuote(text, mark string) int {
	at := strings.LastIndex(text, mark)
	for at >= 0 && !closes(text, at, mark) {
		at = strings.LastIndex(text[:at], mark)
	}
	return at
}

// quoted is the length of what stands in quotes, from the opening one to the closing one, which is there.
func quoted(text, mark string) int {
	_, size := utf8.DecodeRuneInString(text)
	for at := range indexes(text[size:], mark) {
		if closes(text, size+at, mark) {
			return size + at + len(mark)
		}
	}
	return len(text)
}

// wordEnd is where the word ends that begins at an offset.
func wordEnd(text string, at int) int {
	if sign, size := utf8.DecodeRuneInString(text[at:]); strings.ContainsRune("%$€£", sign) {
		return at + size
	}
	for i := at; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			next, _ := utf8.DecodeRuneInString(text[i+size:])
			joins := strings.ContainsRune("-/'’_.,", r) && (unicode.IsLetter(next) || unicode.IsDigit(next))
			if r == ',' {
				joins = joins && unicode.IsDigit(next) && text[i-1] >= '0' && text[i-1] <= '9'
			}
			if !joins {
				return i
			}
		}
		i += size
	}
	return len(text)
}

// sentences gives the offsets at which the sentences of a text begin, and its length behind them.
func sentences(text string) []int {
	begins := []int{0}
	for i := strings.IndexAny(text, ".!?"); i >= 0; {
		rest := strings.TrimLeft(text[i+1:], ".!?\"”)")
		if strings.HasPrefix(rest, " ") && !abbreviated(text[:i+1]) {
			next := strings.TrimLeft(rest, " \"“(*")
			first, _, _ := strings.Cut(next, " ")
			if r, _ := utf8.DecodeRuneInString(first); first != "" && (!unicode.IsLower(r) || distinct(first)) { // gp2 too begins a sentence
				begins = append(begins, len(text)-len(next))
			}
		}
		n := strings.IndexAny(rest, ".!?")
		if n < 0 {
			break
		}
		i = len(text) - len(rest) + n
	}
	return append(begins, len(text))
}

// abbreviated tells whether a text ends in a full stop that does not end a sentence.
func abbreviated(text string) bool {
	for _, a := range []string{"e.g.", "i.e.", " vs.", "etc.", " No.", " St.", " Dr.", " Mr.", " Mrs.", " Ms.", " Fig.", " U.S.", " approx.", " cf.", " incl.", " max.", " min."} {
		if strings.HasSuffix(text, a) {
			return true
		}
	}
	return false
}

// clauses gives what stands between two stops, which colons and semicolons are too, each with its offset.
func clauses(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		begins := sentences(text)
		for i, begin := range begins[:len(begins)-1] {
			for at := begin; at < begins[i+1]; {
				end := begins[i+1]
				if n := strings.IndexAny(text[at:end], ":;"); n >= 0 {
					end = at + n + 1
				}
				clause := strings.TrimLeft(text[at:end], " ")
				if !yield(end-len(clause), clause) {
					return
				}
				at = end
			}
		}
	}
}

// indexes gives the offsets at which a text contains another.
func indexes(text, of string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at := 0; ; at += len(of) {
			i := strings.Index(text[at:], of)
			if i < 0 || !yield(at+i) {
				return
			}
			at += i
		}
	}
}
