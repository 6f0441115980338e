package site

import (
	"bytes"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// ownIDs are the fragments that the templates use; an author's heading gets another.
var ownIDs = []string{"elsewhere", "main", "patterns", "references", "related-patterns"}

// source is a text in Markdown and where it came from.
type source struct {
	page    *page
	file    string
	chapter string // the folder, from which relative links start
	body    string
	line    int // of the file, on which body begins; 0 where nobody knows

	// under is what the site adds at the end of a heading's section, by the heading's ID; under "" before the first heading.
	under map[string]template.HTML

	markdown bool // it stays Markdown, and its links lead to such

	// fence makes the HTML of a code block; line is that of its first line in the file.
	fence func(info []string, text string, line int) (template.HTML, error)
}

// document is a text as HTML.
type document struct {
	html     template.HTML
	headings []heading
}

type heading struct {
	Level int
	ID    string
	Title string

	node *ast.Heading
}

func newMarkdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			// The default writes style attributes, which the policy blocks.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.Strikethrough,
			extension.Footnote,
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodes{}, 100))),
	)
}

// convert makes HTML of a text and finds its mistakes.
func (b *builder) convert(src source) (document, error) {
	data := []byte(src.body)
	doc := b.markdown.Parser().Parse(text.NewReader(data))
	var errs patterns.Errors
	fail := func(n ast.Node, format string, args ...any) {
		e := &patterns.Error{File: src.file, Msg: fmt.Sprintf(format, args...)}
		if at := n.Pos(); at >= 0 && at <= len(data) && src.line > 0 {
			e.Line = src.line + bytes.Count(data[:at], []byte("\n"))
			e.Column = 1 + len([]rune(string(data[bytes.LastIndexByte(data[:at], '\n')+1:at])))
		}
		errs = append(errs, e)
	}
	hs := headings(doc, data)
	level := 1
	for _, h := range hs {
		switch {
		case h.Level == 1:
			fail(h.node, "a page has one level-1 heading, its title; begin with level 2")
		case h.Level > level+1:
			fail(h.node, "a level-%d heading below level %d; do not skip a level", h.Level, level)
		}
		level = h.Level
		h.node.SetAttributeString("id", []byte(h.ID))
	}
	var gone []ast.Node // the tree must not change under the walk
	blocks := map[ast.Node]*ready{}
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			href, err := b.resolve(src, string(n.Destination))
			if err != nil {
				fail(n, "%v", err)
			}
			n.Destination = []byte(href)
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkURL {
				if _, err := b.resolve(src, string(n.URL(data))); err != nil {
					fail(n, "%v", err)
				}
			}
		case *ast.Image:
			fail(n, "pages have no images; say it in words or in a block of text")
			gone = append(gone, n)
		case *ast.HTMLBlock:
			if !bytes.HasPrefix(bytes.TrimSpace(n.Lines().Value(data)), []byte("<!--")) {
				fail(n, "raw HTML is not shown; write Markdown")
			}
			gone = append(gone, n)
		case *ast.RawHTML:
			if !bytes.HasPrefix(n.Segments.Value(data), []byte("<!--")) {
				fail(n, "raw HTML is not shown; write Markdown or put it into backticks")
			}
			gone = append(gone, n)
		case *extast.TableCell:
			if n.Alignment == extast.AlignRight || n.Alignment == extast.AlignCenter {
				n.SetAttributeString("class", []byte(n.Alignment.String()))
			}
		case *ast.FencedCodeBlock:
			var info []string
			if n.Info != nil {
				info = strings.Fields(string(n.Info.Value(data)))
			}
			line := 0
			if n.Lines().Len() > 0 {
				line = src.line + bytes.Count(data[:n.Lines().At(0).Start], []byte("\n"))
			}
			h, err := src.fence(info, string(n.Lines().Value(data)), line)
			if es, ok := placed(err, src, func(at int) int { return margin(n.Lines(), data, at-line) }); ok {
				errs = append(errs, es...)
				return ast.WalkContinue, nil
			}
			if err != nil {
				return ast.WalkStop, err
			}
			blocks[n] = &ready{html: h}
		case *ast.CodeBlock:
			h, err := src.fence(nil, string(n.Lines().Value(data)), 0)
			if err != nil {
				return ast.WalkStop, err
			}
			blocks[n] = &ready{html: h}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return document{}, err
	}
	if len(errs) > 0 {
		return document{}, errs
	}
	for _, n := range gone {
		n.Parent().RemoveChild(n.Parent(), n)
	}
	for n, r := range blocks {
		n.Parent().ReplaceChild(n.Parent(), n, r)
	}
	src.append(doc, hs)
	var buf bytes.Buffer
	if err := b.markdown.Renderer().Render(&buf, data, doc); err != nil {
		return document{}, err
	}
	return document{template.HTML(buf.String()), hs}, nil
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

// fragments are the fragments of a text that a link may name.
func (b *builder) fragments(body string) map[string]bool {
	data := []byte(body)
	out := map[string]bool{}
	for _, h := range headings(b.markdown.Parser().Parse(text.NewReader(data)), data) {
		out[h.ID] = true
	}
	return out
}

// plain is a text without its Markdown.
func (b *builder) plain(markdown string) string {
	data := []byte(markdown)
	return strings.TrimSpace(words(b.markdown.Parser().Parse(text.NewReader(data)), data))
}

// headings gives every heading the fragment that GitHub gives it.
func headings(doc ast.Node, data []byte) []heading {
	var out []heading
	taken := map[string]bool{}
	for _, id := range ownIDs {
		taken[id] = true
	}
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		title := words(h, data)
		base := slug(title)
		id := base
		for i := 1; taken[id]; i++ {
			id = base + "-" + strconv.Itoa(i)
		}
		taken[id] = true
		out = append(out, heading{h.Level, id, title, h})
		return ast.WalkSkipChildren, nil
	})
	return out
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
	html template.HTML
}

var kindReady = ast.NewNodeKind("Ready")

func (*ready) Kind() ast.NodeKind { return kindReady }

func (r *ready) Dump(source []byte, level int) { ast.DumpHelper(r, source, level, nil, nil) }

// nodes renders what the site shows otherwise than goldmark does.
type nodes struct{}

func (nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindReady, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(string(n.(*ready).html))
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
