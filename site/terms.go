package site

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// maxTerms is how many words of a paragraph become links. A text in which every other word is underlined is hard to read; a word
// that comes too late in one paragraph has its link in the next.
const maxTerms = 2

// terms are the words of the glossary, ready to be found in a text.
type terms struct {
	page  *page             // the glossary
	first map[string][]term // by their first word in lower case; longer ones come before shorter ones

	begins [1 << 10]bool // the two letters with which such words begin, so that most words of a text need no look at the map
}

// term is one of them. Several may lead to one fragment.
type term struct {
	words    string
	exact    bool // in capitals: IOPS is a term, and iops is something else
	fragment string
}

// findTerms reads the terms from the headings of the glossary. "MB/s and MiB/s" are two.
func (b *builder) findTerms() *terms {
	g, pg := b.site.Catalog.Glossary, b.texts["glossary"]
	if g == nil || pg == nil {
		return nil
	}
	t := &terms{page: pg, first: map[string][]term{}}
	for _, h := range b.headings(g.Body) {
		if h.Level != 2 {
			continue
		}
		for _, words := range strings.Split(h.Title, " and ") {
			words = strings.TrimSpace(words)
			if end := wordEnd([]byte(words), 0); end > 0 {
				key := strings.ToLower(words[:end])
				t.begins[twoLetters([]byte(key))], t.begins[twoLetters([]byte(key+"s"))] = true, true
				t.first[key] = append(t.first[key], term{words, strings.ToLower(words) != words && strings.ToUpper(words) == words, h.ID})
			}
		}
	}
	for _, list := range t.first {
		slices.SortStableFunc(list, func(a, b term) int { return cmp.Compare(len(b.words), len(a.words)) })
	}
	return t
}

// twoLetters is a number for the first two letters of a word, the same in upper and lower case. Several pairs may share one.
func twoLetters(word []byte) int {
	n := int(word[0]&31) << 5
	if len(word) > 1 {
		n |= int(word[1] & 31)
	}
	return n
}

// link makes links to the glossary of the first use of each term in a text. Headings, code, links, emphasis, and what names the rows and columns of a
// table stay as they are. So do two sections: the one for decision makers is written in everyday words and read in one go, and that of the rule speaks of rules,
// verdicts and tags in every sentence.
func (t *terms) link(pg *page, doc ast.Node, data []byte) {
	if t == nil || pg == t.page {
		return
	}
	l := &linker{terms: t, data: data, href: pg.href(t.page) + "#", seen: map[string]bool{}}
	skip := false
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if title := section(n, data); title != "" {
			skip = title == minute || title == "Rule"
		}
		if !skip {
			l.block(n)
		}
	}
}

// termLink is a link to the glossary.
type termLink struct {
	ast.BaseInline
	href string
}

var kindTermLink = ast.NewNodeKind("TermLink")

func (*termLink) Kind() ast.NodeKind { return kindTermLink }

func (t *termLink) Dump(source []byte, level int) { ast.DumpHelper(t, source, level, nil, nil) }

// linker does the work for one text.
type linker struct {
	*terms
	data []byte
	href string
	seen map[string]bool // by fragment

	run    []*ast.Text // neighbours
	starts []int       // of each in buf
	buf    []byte      // their text
	key    []byte      // a word in lower case
	left   int         // how many links the block may still get
}

// block works on a block and all below it. It does not go deeper than the parser does.
func (l *linker) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock, *extast.TableCell:
		l.left = maxTerms
		l.inlines(n)
		return
	case *ast.Heading, *extast.TableHeader, *ready:
		return
	case *extast.TableRow:
		for cell := n.FirstChild(); cell != nil; cell = cell.NextSibling() {
			if cell.PreviousSibling() != nil {
				l.block(cell)
			}
		}
		return
	}
	for c := n.FirstChild(); c != nil && c.Type() == ast.TypeBlock; c = c.NextSibling() {
		l.block(c)
	}
}

// inlines works on the text right below a block.
func (l *linker) inlines(block ast.Node) {
	for n := block.FirstChild(); n != nil && l.left > 0; {
		l.run, l.starts, l.buf = l.run[:0], l.starts[:0], l.buf[:0]
		for ; n != nil; n = n.NextSibling() {
			t, ok := n.(*ast.Text)
			if !ok {
				break
			}
			l.run, l.starts = append(l.run, t), append(l.starts, len(l.buf))
			l.buf = append(l.buf, t.Segment.Value(l.data)...)
			if t.SoftLineBreak() || t.HardLineBreak() {
				l.buf = append(l.buf, ' ')
			}
		}
		if len(l.run) > 0 {
			l.find(block)
			continue
		}
		if a, ok := n.(*ast.Link); ok { // of the author's own
			if fragment, ok := strings.CutPrefix(string(a.Destination), l.href); ok {
				l.seen[fragment] = true
			}
		}
		n = n.NextSibling()
	}
}

// find makes links in a run of text.
func (l *linker) find(block ast.Node) {
	l.each(func(t term, from, to int) bool {
		if !l.seen[t.fragment] {
			l.seen[t.fragment] = true
			l.left--
			l.wrap(block, from, to, l.href+t.fragment)
		}
		return l.left > 0
	})
}

// count tells how often each term stands in the prose of a text, by fragment. Headings do not count.
func (t *terms) count(markdown string) map[string]int {
	l := &linker{terms: t}
	for line := range prose(markdown) {
		switch {
		case line == "" || line[0] == '#':
			l.buf = append(l.buf, '\n') // no term goes on behind it
		default:
			l.buf = append(append(l.buf, line...), ' ')
		}
	}
	out := map[string]int{}
	l.each(func(t term, _, _ int) bool {
		out[t.fragment]++
		return true
	})
	return out
}

// each finds the terms in buf, in their order, until do has enough. Where a longer term begins with a shorter one, the text means the longer.
func (l *linker) each(do func(t term, from, to int) bool) {
	for i := 0; i < len(l.buf); {
		end := wordEnd(l.buf, i)
		if end == i {
			_, size := utf8.DecodeRune(l.buf[i:])
			i += size
			continue
		}
		if t, stop := l.match(i, end); stop > 0 {
			if end = stop; !do(t, i, stop) {
				return
			}
		}
		i = end
	}
}

// match is the longest term that begins with the word buf[i:end], and where it ends; 0 where there is none.
func (l *linker) match(i, end int) (term, int) {
	if !l.begins[twoLetters(l.buf[i:end])] || end-i > 64 || i > 0 && strings.IndexByte(`-/._&#\@$%+=`, l.buf[i-1]) >= 0 {
		return term{}, 0
	}
	l.key = l.key[:0]
	for _, c := range l.buf[i:end] {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		l.key = append(l.key, c)
	}
	t, stop := longest(l.first[string(l.key)], l.buf, i)
	if n := len(l.key) - 1; stop == 0 && l.key[n] == 's' {
		t, stop = longest(l.first[string(l.key[:n])], l.buf, i)
	}
	return t, stop
}

// longest is the first of the terms that stands at a place of a text as a whole word, as it is or with an s.
func longest(list []term, buf []byte, i int) (term, int) {
	for _, t := range list {
		stop := i + len(t.words)
		if stop > len(buf) || t.exact && string(buf[i:stop]) != t.words || !bytes.EqualFold(buf[i:stop], []byte(t.words)) {
			continue
		}
		if stop < len(buf) && buf[stop] == 's' {
			stop++
		}
		if wordEnd(buf, stop) > stop {
			continue
		}
		if rest := buf[stop:]; len(rest) > 1 && strings.IndexByte("-/._", rest[0]) >= 0 && wordEnd(rest, 1) > 1 || len(rest) > 0 && strings.IndexByte("=@_%", rest[0]) >= 0 {
			continue // part of a path, a name or a compound
		}
		return t, stop
	}
	return term{}, 0
}

// wordEnd is the end of the letters and digits that begin at i.
func wordEnd(buf []byte, i int) int {
	for i < len(buf) {
		c := buf[i]
		if c < utf8.RuneSelf {
			if c|0x20 < 'a' || c|0x20 > 'z' {
				if c < '0' || c > '9' {
					return i
				}
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(buf[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return i
		}
		i += size
	}
	return i
}

// wrap puts a part of the run into a link.
func (l *linker) wrap(block ast.Node, from, to int, href string) {
	first, behind := l.cut(block, from), l.cut(block, to)
	a := &termLink{href: href}
	block.InsertBefore(block, first, a)
	for n := ast.Node(first); n != nil && n != ast.Node(behind); {
		next := n.NextSibling()
		a.AppendChild(a, n)
		n = next
	}
}

// cut is the node of the run that begins at a place; it divides one where none does. At the end of the run it is the node behind it.
func (l *linker) cut(block ast.Node, at int) ast.Node {
	i, begins := slices.BinarySearch(l.starts, at)
	if begins {
		return l.run[i]
	}
	t, off := l.run[i-1], at-l.starts[i-1]
	if at == len(l.buf) && !t.SoftLineBreak() && !t.HardLineBreak() {
		return t.NextSibling()
	}
	rest := ast.NewTextSegment(t.Segment.WithStart(t.Segment.Start + off))
	rest.SetSoftLineBreak(t.SoftLineBreak())
	rest.SetHardLineBreak(t.HardLineBreak())
	t.Segment = t.Segment.WithStop(t.Segment.Start + off)
	t.SetSoftLineBreak(false)
	t.SetHardLineBreak(false)
	block.InsertAfter(block, t, rest)
	l.run, l.starts = slices.Insert(l.run, i, rest), slices.Insert(l.starts, i, at)
	return rest
}
