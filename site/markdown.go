package site

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/patterns/markdown"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// ownIDs are the fragments that scripts use, and templates of pages with an author's text; an author's heading gets another. Keep sorted.
var ownIDs = []string{
	"all", "ask", "chosen", "clear", "count", "elsewhere", "empty", "facets", "find", "hits", "list", "main", "mistakes", "patterns", "query", "references", "related-patterns",
	"rest", "results", "theme", "views",
}

// What a table of contents shows, how many mistakes of one text are reported, and how many headings it has. A reader has no use for more.
const (
	maxContents = 60
	maxMistakes = 100
	maxHeads    = 2000 // of one text
)

// source is a text in Markdown and where it came from.
type source struct {
	page    *page
	file    string
	chapter string // the folder, from which relative links start
	body    string
	line    int // of the file, on which body begins; 0 where nobody knows

	// under is what the site adds at the end of a heading's section, by the heading's ID; under "" before the first heading.
	under map[string]template.HTML

	// passages keeps the text's passages from the making of its HTML for that of its Markdown; nil where nobody needs them twice.
	passages *atomic.Pointer[[]passage]

	markdown bool // it stays Markdown, and its links lead to such

	// fence makes the HTML of a code block; line is that of its first line in the file.
	fence func(info []string, text string, line int) (template.HTML, error)

	quiet bool // no word becomes a link to the glossary

	sections bool // it is a pattern: its level-2 headings are the sections that all patterns have
}

// document is a text as HTML.
type document struct {
	html     template.HTML
	headings []heading // for a table of contents
}

// A heading without an ID stands for those that a table of contents leaves out.
type heading struct {
	Level int
	ID    string
	Title string

	node *ast.Heading
}

func newMarkdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(markdown.NewParser()),
		goldmark.WithExtensions(
			// The default writes style attributes, which the policy blocks.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			strikethrough{},
			extension.Footnote,
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodes{}, 100))),
	)
}

// strikethrough is goldmark's, within limits.
type strikethrough struct{}

func (strikethrough) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(parser.WithInlineParsers(util.Prioritized(markdown.Marks(extension.NewStrikethroughParser()), 500)))
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500)))
}

// parse reads a text. Where that breaks a limit, the tree is empty; convert reports it, and for all others there is nothing in it.
func (b *builder) parse(data []byte) (ast.Node, *markdown.Excess) {
	return markdown.Parse(b.markdown.Parser(), data)
}

// conversion is the work on one text.
type conversion struct {
	*builder
	src  source
	data []byte
	errs patterns.Errors

	// The tree must not change under the walk.
	gone     []ast.Node
	swaps    []swap
	passages []passage
}

// swap puts one node into the place of another. A box takes over what was below the other.
type swap struct{ old, new ast.Node }

// convert makes HTML of a text and finds its mistakes.
func (b *builder) convert(src source) (document, error) {
	c := &conversion{builder: b, src: src, data: []byte(src.body)}
	doc, excess := b.parse(c.data)
	if excess != nil {
		c.failAt(excess.At, "%s", excess.Msg)
		return document{}, c.errs
	}
	hs := headings(doc, c.data, src.sections)
	c.number(hs)
	if err := ast.Walk(doc, c.visit); err != nil {
		return document{}, err
	}
	if len(c.errs) > 0 {
		return document{}, c.errs
	}
	if src.passages != nil {
		found := slices.Clip(c.passages) // and not a part of c, which would keep the whole tree
		src.passages.Store(&found)
	}
	c.change()
	src.append(doc, hs)
	if !src.quiet {
		b.terms.link(src.page, doc, c.data)
	}
	if src.sections {
		arrangePattern(doc, c.data)
	}
	var buf bytes.Buffer
	if err := b.markdown.Renderer().Render(&buf, c.data, doc); err != nil {
		return document{}, err
	}
	return document{template.HTML(buf.String()), contents(hs)}, nil
}

// change does to the tree what the walk has found.
func (c *conversion) change() {
	for _, n := range c.gone {
		parent := n.Parent()
		parent.RemoveChild(parent, n)
		if parent.Kind() == ast.KindParagraph && !parent.HasChildren() {
			parent.Parent().RemoveChild(parent.Parent(), parent)
		}
	}
	for _, s := range c.swaps {
		if _, ok := s.new.(*box); ok {
			for n := s.old.FirstChild(); n != nil; n = s.old.FirstChild() {
				s.new.AppendChild(s.new, n)
			}
		}
		s.old.Parent().ReplaceChild(s.old.Parent(), s.old, s.new)
	}
}

// inline makes HTML of a sentence in Markdown that no author wrote as such. What is no sentence in good order stays as it is.
func (b *builder) inline(pg *page, markdown string) template.HTML {
	none := func([]string, string, int) (template.HTML, error) { return "", errors.New("no sentence") }
	doc, err := b.convert(source{page: pg, body: strings.Join(strings.Fields(markdown), " "), fence: none, quiet: true})
	out, begins := strings.CutPrefix(string(doc.html), "<p>")
	out, ends := strings.CutSuffix(out, "</p>\n")
	if err != nil || !begins || !ends || strings.Contains(out, "<p>") {
		return template.HTML(template.HTMLEscapeString(markdown))
	}
	return template.HTML(out)
}

func (c *conversion) fail(n ast.Node, format string, args ...any) { c.failAt(n.Pos(), format, args...) }

func (c *conversion) failAt(at int, format string, args ...any) {
	if len(c.errs) == maxMistakes {
		return
	}
	e := &patterns.Error{File: c.src.file, Msg: fmt.Sprintf(format, args...)}
	if at >= 0 && at <= len(c.data) && c.src.line > 0 {
		e.Line = c.src.line + bytes.Count(c.data[:at], []byte("\n"))
		e.Column = 1 + utf8.RuneCount(c.data[bytes.LastIndexByte(c.data[:at], '\n')+1:at])
	}
	c.errs = append(c.errs, e)
}

// number gives the headings their fragments.
func (c *conversion) number(hs []heading) {
	level := 1
	if len(hs) > maxHeads {
		c.fail(hs[maxHeads].node, "more than %d headings on one page; divide it", maxHeads)
		return
	}
	for _, h := range hs {
		switch {
		case strings.TrimSpace(h.Title) == "":
			c.fail(h.node, "a heading has words")
		case h.Level == 1:
			c.fail(h.node, "a page has one level-1 heading, its title; begin with level 2")
		case h.Level > level+1:
			c.fail(h.node, "a level-%d heading below level %d; do not skip a level", h.Level, level)
		}
		level = h.Level
		h.node.SetAttributeString("id", []byte(h.ID))
	}
}

// visit checks a node and makes of it what the site shows.
func (c *conversion) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if c.src.passages != nil {
		c.passages = appendPassages(c.passages, n, c.data)
	}
	switch n := n.(type) {
	case *ast.Link:
		href, err := c.resolve(c.src, string(n.Destination))
		if err != nil {
			c.fail(n, "%v", err)
		}
		n.Destination = []byte(href)
	case *ast.AutoLink:
		if n.AutoLinkType == ast.AutoLinkURL {
			if _, err := c.resolve(c.src, string(n.URL(c.data))); err != nil {
				c.fail(n, "%v", err)
			}
		}
	case *ast.Image:
		c.fail(n, "pages have no images; say it in words or in a block of text")
		c.gone = append(c.gone, n)
	case *ast.HTMLBlock:
		if !bytes.HasPrefix(bytes.TrimSpace(n.Lines().Value(c.data)), []byte("<!--")) {
			c.fail(n, "raw HTML is not shown; write Markdown")
		}
		c.gone = append(c.gone, n)
	case *ast.RawHTML:
		if !bytes.HasPrefix(n.Segments.Value(c.data), []byte("<!--")) {
			c.fail(n, "raw HTML is not shown; write Markdown or put it into backticks")
		}
		c.gone = append(c.gone, n)
	case *extast.TableCell:
		if n.Alignment == extast.AlignRight || n.Alignment == extast.AlignCenter {
			n.SetAttributeString("class", []byte(n.Alignment.String()))
		}
	case *ast.Blockquote:
		c.callout(n)
	case *ast.FencedCodeBlock:
		var info []string
		if n.Info != nil {
			info = strings.Fields(string(n.Info.Value(c.data)))
		}
		return ast.WalkSkipChildren, c.code(n, info)
	case *ast.CodeBlock:
		return ast.WalkSkipChildren, c.code(n, nil)
	}
	return ast.WalkContinue, nil
}

// code makes the HTML of a block of code.
func (c *conversion) code(n ast.Node, info []string) error {
	line := 0
	if n.Lines().Len() > 0 && len(info) > 0 {
		line = c.src.line + bytes.Count(c.data[:n.Lines().At(0).Start], []byte("\n"))
	}
	code := string(n.Lines().Value(c.data))
	h, err := c.src.fence(info, code, line)
	if es, ok := placed(err, c.src, func(at int) int { return margin(n.Lines(), c.data, at-line) }); ok {
		c.errs = append(c.errs, es...)
		return nil
	}
	if err != nil {
		return err
	}
	r := &ready{html: h, narrow: isNarrow(code)}
	if len(info) > 1 {
		r.role = info[1]
	}
	c.swaps = append(c.swaps, swap{n, r})
	return nil
}

// append puts what the site adds to a text into its tree.
func (src source) append(doc ast.Node, hs []heading) {
	for i := range hs {
		end := hs[i].node.NextSibling()
		for ; end != nil; end = end.NextSibling() {
			if h, ok := end.(*ast.Heading); ok && h.Level <= hs[i].Level {
				break
			}
		}
		if html := src.under[hs[i].ID]; html != "" && hs[i].node.Parent() == doc {
			doc.InsertBefore(doc, end, &ready{html: html})
		}
	}
	if html := src.under[""]; html != "" && len(hs) > 0 && hs[0].node.Parent() == doc {
		doc.InsertBefore(doc, hs[0].node, &ready{html: html})
	}
}

// margin is how many characters stand in front of a line of a block, which may be in a list.
func margin(lines *text.Segments, data []byte, i int) int {
	if i < 0 || i >= lines.Len() {
		return 0
	}
	l := lines.At(i)
	return utf8.RuneCount(data[bytes.LastIndexByte(data[:l.Start], '\n')+1:l.Start]) - l.Padding
}

// headings are those of a text that is no pattern.
func (b *builder) headings(body string) []heading {
	data := []byte(body)
	doc, _ := b.parse(data)
	return headings(doc, data, false)
}

// fragments are the fragments of a text that a link may name.
func (b *builder) fragments(body string, sections bool) map[string]bool {
	data := []byte(body)
	doc, _ := b.parse(data)
	out := map[string]bool{}
	for _, h := range headings(doc, data, sections) {
		out[h.ID] = true
	}
	return out
}

// plain is a text without its Markdown.
func (b *builder) plain(markdown string) string {
	data := []byte(markdown)
	doc, _ := b.parse(data)
	return strings.TrimSpace(words(doc, data))
}

// headings gives every heading the fragment that GitHub gives it. In a pattern the sections come first: #fix is the section, whatever heading stands before it.
func headings(doc ast.Node, data []byte, sections bool) []heading {
	var out []heading
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		out = append(out, heading{Level: h.Level, Title: words(h, data), node: h})
		return ast.WalkSkipChildren, nil
	})
	taken := map[string]int{} // and the number to try next
	for _, id := range ownIDs {
		taken[id] = 1
	}
	for i := range out {
		if sections && section(out[i].node, data) != "" {
			out[i].ID = unique(slug(out[i].Title), taken)
		}
	}
	for i := range out {
		if out[i].ID == "" {
			out[i].ID = unique(slug(out[i].Title), taken)
		}
	}
	return out
}

// unique puts a number behind a fragment that is taken, and takes it.
func unique(base string, taken map[string]int) string {
	id := base
	for taken[id] > 0 {
		id = base + "-" + strconv.Itoa(taken[base])
		taken[base]++
	}
	taken[id] = 1
	return id
}

// contents picks what a table of contents shows: two levels, one where that is too long, and no more than anybody reads.
func contents(hs []heading) []heading {
	var out []heading
	for deepest := 3; deepest > 1; deepest-- {
		out = out[:0]
		for _, h := range hs {
			if h.Level <= deepest {
				out = append(out, h)
			}
		}
		if len(out) <= maxContents {
			return out
		}
	}
	rest := len(out) - maxContents
	return append(out[:maxContents], heading{Level: 2, Title: fmt.Sprintf("and %d more", rest)})
}

// slug is GitHub's: letters and digits in lower case, hyphens for spaces, all else left out.
func slug(title string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(title))
	if s == "" {
		return "section"
	}
	return s
}

// words is the text of a node and all below it.
func words(n ast.Node, data []byte) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Value(data))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(data))
		}
		return ast.WalkContinue, nil
	})
	return string(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences([]byte(b.String())))))
}

// ready is a block whose HTML was made before the tree is rendered.
type ready struct {
	ast.BaseBlock
	html   template.HTML
	role   string // of a block of code that has one
	narrow bool   // it leaves room for another beside it
}

var kindReady = ast.NewNodeKind("Ready")

func (*ready) Kind() ast.NodeKind { return kindReady }

func (r *ready) Dump(source []byte, level int) { ast.DumpHelper(r, source, level, nil, nil) }

// maxWhole is how many characters of code stay together on the narrowest screen.
const maxWhole = 24

// codeSpan is code inside of a sentence. A short name does not break.
func codeSpan(code string) string {
	open := "<code>"
	if utf8.RuneCountInString(code) <= maxWhole && !strings.Contains(code, " ") {
		open = `<code class="whole">`
	}
	return open + escaper.Replace(code) + "</code>"
}

// nodes renders what the site shows otherwise than goldmark does.
type nodes struct{}

func (nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindReady, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(string(n.(*ready).html))
		}
		return ast.WalkContinue, nil
	})
	reg.Register(kindBox, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(n.(*box).open)
		} else {
			w.WriteString(n.(*box).end)
		}
		return ast.WalkContinue, nil
	})
	reg.Register(kindTermLink, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(`<a class="term" href="` + template.HTMLEscapeString(n.(*termLink).href) + `">`)
		} else {
			w.WriteString("</a>")
		}
		return ast.WalkContinue, nil
	})
	reg.Register(ast.KindHeading, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		level := n.(*ast.Heading).Level
		if entering {
			fmt.Fprintf(w, "<h%d", level)
			html.RenderAttributes(w, n, html.HeadingAttributeFilter)
			w.WriteString(">")
			return ast.WalkContinue, nil
		}
		id, _ := n.AttributeString("id")
		fmt.Fprintf(w, ` <a class="anchor" href="#%s" aria-label="Link to: %s">#</a></h%d>`+"\n",
			template.HTMLEscapeString(string(id.([]byte))), template.HTMLEscapeString(words(n, source)), level)
		return ast.WalkContinue, nil
	})
	reg.Register(ast.KindCodeSpan, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		var code strings.Builder
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			code.Write(c.(*ast.Text).Value(source))
		}
		w.WriteString(codeSpan(strings.ReplaceAll(code.String(), "\n", " ")))
		return ast.WalkSkipChildren, nil
	})
	// A wide table scrolls in a box of its own, which the keyboard can reach.
	reg.Register(extast.KindTable, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(`<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>` + "\n")
		} else {
			w.WriteString("</table></div>\n")
		}
		return ast.WalkContinue, nil
	})
}
