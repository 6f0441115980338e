package site

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// twin leads from the Markdown of the page to that of another, or to the other page where that has none.
func (p *page) twin(to *page) string {
	if to.markdown == nil {
		return p.href(to)
	}
	return p.root() + to.path() + "index.md"
}

func (b *builder) patternMarkdown(p *patterns.Pattern) ([]byte, error) {
	pg, chapter := b.patterns[p.ID], b.site.Catalog.Chapter(p.Chapter)
	var out markdownText
	out.head(p.Title, p.Summary)
	out.printf("- ID: `%s`\n- Severity: %s\n- Pillar: %s\n", p.ID, markdownEscape(p.Severity), markdownEscape(p.Pillar))
	out.printf("- Chapter: [%s](%s)\n", markdownEscape(chapter.Title), pg.twin(b.chapters[p.Chapter]))
	if p.Rule != nil {
		out.printf("- Looks at: %s\n", markdownEscape(spaced(p.Rule.Resource.Value)))
	} else {
		out.printf("- Looks at: nothing, this is guidance only\n")
	}
	out.printf("- Since: %s\n", markdownEscape(p.Since))
	if c, ok := b.changed(pg); ok {
		out.printf("- Last changed: %s\n", c.Format("2006-01-02"))
	}
	out.printf("- Page: [index.html](index.html)\n\n")
	out.body(b.rewrite(source{page: pg, file: p.File, chapter: p.Chapter, body: p.Body, line: p.BodyLine, passages: &pg.passages}, b.site.Notes[p.ID]))
	b.writeRelations(&out, pg, p)
	if len(p.Checks) > 0 {
		out.printf("## The same check elsewhere\n\n")
		for _, c := range p.Checks {
			out.printf("- %s: %s\n", markdownEscape(patterns.ToolOf(c.Tool).Name), markdownEscape(strings.Join(c.IDs, ", ")))
		}
		out.printf("\n")
	}
	if len(p.References) > 0 {
		out.printf("## References\n\n")
		for _, r := range p.References {
			out.link(r.Title, r.URL, "")
		}
	}
	return out.bytes(), nil
}

func (b *builder) writeRelations(out *markdownText, pg *page, p *patterns.Pattern) {
	relations := []struct {
		title string
		refs  []patterns.Ref
	}{{"Builds on", p.Requires}, {"Read next", p.Related}, {"Pulls the other way", p.Conflicts}}
	if len(p.Requires)+len(p.Related)+len(p.Conflicts) > 0 {
		out.printf("## Related patterns\n\n")
	}
	for _, rel := range relations {
		if len(rel.refs) == 0 {
			continue
		}
		out.printf("### %s\n\n", rel.title)
		for _, ref := range rel.refs {
			if to := b.site.Catalog.Pattern(ref.ID); to != nil {
				out.link(to.Title, pg.twin(b.patterns[to.ID]), to.Summary)
			}
		}
		out.printf("\n")
	}
}

func (b *builder) chapterMarkdown(c *patterns.Chapter) ([]byte, error) {
	pg := b.chapters[c.ID]
	var out markdownText
	out.head(c.Title, "")
	out.body(b.rewrite(source{page: pg, file: chapterFile(c), chapter: c.ID, body: c.Body}, nil))
	if cards := b.cards(pg, c.ID); len(cards) > 0 {
		out.printf("## Patterns\n\n")
		b.writeCards(&out, pg, cards)
	}
	return out.bytes(), nil
}

func (b *builder) textMarkdown(pg *page, t Text) ([]byte, error) {
	summary := b.plain(t.Summary)
	if first, _, _ := strings.Cut(strings.TrimSpace(t.Body), "\n\n"); oneLine(first) == oneLine(t.Summary) {
		summary = "" // the text begins with it
	}
	var out markdownText
	out.head(t.Title, summary)
	out.body(b.rewrite(source{page: pg, file: t.File, chapter: textFolder(t), body: t.Body}, nil))
	return out.bytes(), nil
}

func (b *builder) homeMarkdown() ([]byte, error) {
	var out markdownText
	out.head(b.name(), b.summary())
	for _, c := range b.site.Catalog.Chapters {
		out.printf("## [%s](%s)\n\n", markdownEscape(c.Title), b.home.twin(b.chapters[c.ID]))
		if s := b.plain(c.Summary); s != "" {
			out.printf("%s\n\n", markdownEscape(s))
		}
		b.writeCards(&out, b.home, b.cards(b.home, c.ID))
	}
	out.printf("## Further pages\n\n")
	for _, to := range b.listed() {
		if to.markdown != nil && to != b.home && to.pattern == nil && !b.isChapter(to) {
			out.link(b.heading(to), b.home.twin(to), "")
		}
	}
	return out.bytes(), nil
}

// writeCards lists patterns.
func (b *builder) writeCards(out *markdownText, from *page, cards []card) {
	for _, c := range cards {
		out.link(c.Title, from.twin(b.patterns[c.ID]), c.Summary+" ("+c.Severity+", "+c.Pillar+")")
	}
	out.printf("\n")
}

// markdownText is a file in Markdown as it grows.
type markdownText struct{ buf bytes.Buffer }

func (m *markdownText) printf(format string, args ...any) { fmt.Fprintf(&m.buf, format, args...) }

// head begins a page.
func (m *markdownText) head(title, summary string) {
	m.printf("# %s\n\n", markdownEscape(title))
	if summary != "" {
		m.printf("> %s\n\n", markdownEscape(summary))
	}
}

// body adds what is Markdown already.
func (m *markdownText) body(s string) {
	if s = strings.TrimSpace(s); s != "" {
		m.printf("%s\n\n", s)
	}
}

// link adds an entry of a list.
func (m *markdownText) link(title, href, about string) {
	m.printf("- [%s](%s)", markdownEscape(title), destination(href))
	if about != "" {
		m.printf(": %s", markdownEscape(about))
	}
	m.printf("\n")
}

// destination is an address without the signs that would end it.
func destination(href string) string {
	var b strings.Builder
	for _, c := range []byte(href) {
		if c <= ' ' || c == 0x7f || strings.IndexByte(`()<>\"`, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// bytes is the file, with one line break at its end.
func (m *markdownText) bytes() []byte { return append(bytes.TrimSpace(m.buf.Bytes()), '\n') }

// markdownEscape writes a plain text on one line so that Markdown takes none of it for its own. Signs inside of words, as in min_size, stay as they are.
func markdownEscape(s string) string {
	rs := []rune(oneLine(s))
	var b strings.Builder
	for i, r := range rs {
		switch {
		case r == '&' && i+1 < len(rs) && (rs[i+1] == '#' || unicode.IsLetter(rs[i+1])):
			b.WriteString("&amp;")
			continue
		case meansMarkdown(rs, i):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func meansMarkdown(rs []rune, i int) bool {
	word := func(i int) bool { return i >= 0 && i < len(rs) && (unicode.IsLetter(rs[i]) || unicode.IsDigit(rs[i])) }
	switch rs[i] {
	case '\\', '`', '*', '[', ']', '<', '~':
		return true
	case '_':
		return !word(i-1) || !word(i+1)
	case '#', '+', '-', '=', '>', '|':
		return i == 0 || rs[i] == '#' && i == len(rs)-1
	case '.', ')': // of a numbered list, which has at most nine digits
		return i > 0 && i < 10 && (i+1 == len(rs) || rs[i+1] == ' ') && strings.Trim(string(rs[:i]), "0123456789") == ""
	}
	return false
}

// edit puts a text in the place of a part of another.
type edit struct {
	start, stop int
	text        string
}

// rewrite is a text of the catalog as the site shows it in Markdown: links lead to the Markdown of other pages, comments are gone, and in examples
// the linter's messages stand in the place of what the tests want. Mistakes are left to convert, which finds them all.
func (b *builder) rewrite(src source, notes []Note) string {
	src.markdown = true
	data := []byte(src.body)
	edits := noteEdits(data, src.line, notes)
	for _, s := range b.passagesOf(src, data) {
		if s.link {
			href, err := b.resolve(src, string(data[s.start:s.stop]))
			if err != nil || href == "" {
				continue
			}
			s.text = href
		}
		edits = append(edits, s.edit)
	}
	return apply(data, edits)
}

// A passage is a place of a text that its Markdown shows otherwise: a link's destination, or what is cut.
type passage struct {
	edit
	link bool
}

// passagesOf finds the passages of a text. Where its page was made before, they are known, once.
func (b *builder) passagesOf(src source, data []byte) (out []passage) {
	if src.passages != nil {
		if known := src.passages.Swap(nil); known != nil {
			return *known
		}
	}
	doc, _ := b.parse(data)
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			out = appendPassages(out, n, data)
		}
		return ast.WalkContinue, nil
	})
	return out
}

func appendPassages(out []passage, n ast.Node, data []byte) []passage {
	switch n := n.(type) {
	case *ast.Link:
		if at, ok := place(data, n.Destination); ok {
			out = append(out, passage{edit{start: at, stop: at + len(n.Destination)}, true})
		}
	case *ast.HTMLBlock:
		for i := range n.Lines().Len() {
			out = append(out, cut(n.Lines().At(i)))
		}
		if n.HasClosure() {
			out = append(out, cut(n.ClosureLine))
		}
	case *ast.RawHTML:
		for i := range n.Segments.Len() {
			out = append(out, cut(n.Segments.At(i)))
		}
	}
	return out
}

func cut(s text.Segment) passage { return passage{edit: edit{start: s.Start, stop: s.Stop}} }

// place tells where a part of data stands in it. The parser hands out the destination of a link as such a part, so that no second parser of links
// is needed here; where it made a copy, ok is false.
func place(data, part []byte) (at int, ok bool) {
	at = cap(data) - cap(part)
	ok = len(part) > 0 && at >= 0 && at+len(part) <= len(data) && &data[at] == &part[0]
	return at, ok
}

// noteEdits put messages of the linter at the ends of their lines. Such a line may hold the words that the test of the example wants.
func noteEdits(data []byte, first int, notes []Note) []edit {
	var out []edit
	for _, n := range notes {
		start := 0
		for range n.Line - first {
			i := bytes.IndexByte(data[start:], '\n')
			if i < 0 {
				return out
			}
			start += i + 1
		}
		line, _, _ := bytes.Cut(data[start:], []byte("\n"))
		stop := start + len(line)
		if i := bytes.Index(line, []byte("# want:")); i >= 0 {
			line = line[:i]
		}
		line = bytes.TrimRight(line, " ")
		out = append(out, edit{start + len(line), stop, "   # patlint: " + oneLine(n.Text)})
	}
	return out
}

// apply makes the edits. Of two at one place the first counts: several links may share a definition.
func apply(data []byte, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var out strings.Builder
	at := 0
	for _, e := range edits {
		if e.start < at {
			continue
		}
		out.Write(data[at:e.start])
		out.WriteString(e.text)
		at = e.stop
	}
	out.Write(data[at:])
	return out.String()
}
