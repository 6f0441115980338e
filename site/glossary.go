package site

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark/text"
)

func (b *builder) addGlossary() error {
	g := b.site.Catalog.Glossary
	if g == nil {
		return nil
	}
	pg := b.addText(Text{Name: "glossary", Bar: "Glossary", Title: g.Title, Summary: g.Summary, Body: g.Body, File: g.File, Line: g.Line})
	pg.html = func() ([]byte, error) { return b.glossaryPage(pg, g) }
	return nil
}

func (b *builder) glossaryPage(pg *page, g *patterns.Glossary) ([]byte, error) {
	data := []byte(g.Body)
	terms := slices.DeleteFunc(headings(b.markdown.Parser().Parse(text.NewReader(data)), data), func(h heading) bool { return h.Level != 2 })
	under := map[string]template.HTML{}
	var err error
	if under[""], err = b.part("letters", letters(terms)); err != nil {
		return nil, err
	}
	used := b.usesOf(pg, terms)
	for _, t := range terms {
		u, ok := used[t.ID]
		if !ok {
			continue
		}
		u.Search = pg.href(b.search) + "?q=" + url.QueryEscape(t.Title)
		if under[t.ID], err = b.part("uses", u); err != nil {
			return nil, err
		}
	}
	body, err := b.convert(source{page: pg, file: g.File, chapter: ".", body: g.Body, line: g.Line, fence: b.plainFence, under: under})
	if err != nil {
		return nil, err
	}
	return b.execute("glossary", textView{head: b.head(pg, b.plain(g.Summary)), Heading: g.Title, Body: body.html, Headings: terms})
}

// letters leads to the first term of each letter.
func letters(terms []heading) (out []link) {
	for _, t := range terms {
		if label := strings.ToUpper(string([]rune(t.Title)[:1])); len(out) == 0 || out[len(out)-1].Label != label {
			out = append(out, link{Label: label, Href: "#" + t.ID})
		}
	}
	return out
}

// uses is where a term is used: the patterns that use it most, and how many there are besides.
type uses struct {
	Patterns []link
	More     int
	Search   string // address that finds them
}

const maxUses = 5

// usesOf finds where terms are used, by their IDs. A term that most patterns use has no entry: a list of them tells nobody anything.
func (b *builder) usesOf(from *page, terms []heading) map[string]uses {
	type use struct {
		*patterns.Pattern
		n int
	}
	index := indexTerms(terms)
	found := map[string][]use{}
	for _, p := range b.site.Catalog.Patterns {
		for id, n := range index.count(tokens(p.Body)) {
			found[id] = append(found[id], use{p, n})
		}
	}
	out := map[string]uses{}
	for id, us := range found {
		if len(us) > maxUses && len(us) > len(b.site.Catalog.Patterns)/2 {
			continue
		}
		slices.SortFunc(us, func(a, b use) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.ID, b.ID)) })
		u := uses{More: max(len(us)-maxUses, 0)}
		for _, x := range us[:len(us)-u.More] {
			u.Patterns = append(u.Patterns, link{Label: x.Title, Href: from.href(b.patterns[x.ID])})
		}
		out[id] = u
	}
	return out
}

// termIndex has terms, as tokens, by their first token.
type termIndex map[string][]indexed

type indexed struct {
	id     string
	tokens []string
}

func indexTerms(hs []heading) termIndex {
	index := termIndex{}
	for _, h := range hs {
		if ts := tokens(h.Title); len(ts) > 0 {
			index[ts[0]] = append(index[ts[0]], indexed{h.ID, ts})
		}
	}
	return index
}

// count tells how often each term stands in a text. Where a longer term begins with a shorter one, the text means the longer.
func (x termIndex) count(text []string) map[string]int {
	out := map[string]int{}
	for i, t := range text {
		var best indexed
		for _, term := range x[t] {
			if len(term.tokens) > len(best.tokens) && len(text)-i >= len(term.tokens) && slices.Equal(text[i:i+len(term.tokens)], term.tokens) {
				best = term
			}
		}
		if best.id != "" {
			out[best.id]++
		}
	}
	return out
}

// tokens are the words of the prose of a text, in lower case and in the singular. Headings and blocks of code are left out.
func tokens(markdown string) (out []string) {
	code := false
	for line := range strings.Lines(markdown) {
		t := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(t, "```") || strings.HasPrefix(t, "~~~"):
			code = !code
		case !code && !strings.HasPrefix(t, "#"):
			for w := range strings.FieldsFuncSeq(t, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				w = strings.ToLower(w)
				if len(w) > 3 {
					w = strings.TrimSuffix(w, "s")
				}
				out = append(out, w)
			}
		}
	}
	return out
}
