package site

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
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
	terms := slices.DeleteFunc(b.headings(g.Body), func(h heading) bool { return h.Level != 2 })
	under := map[string]template.HTML{}
	var err error
	if under[""], err = b.part("letters", letters(terms)); err != nil {
		return nil, err
	}
	used := b.usesOf(pg)
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
	return b.execute("glossary", textView{head: b.head(pg, b.plain(g.Summary)), Heading: g.Title, Body: body.html, Headings: contents(terms)})
}

// letters leads to the first term of each letter, up to as many as a table of contents shows.
func letters(terms []heading) (out []link) {
	for _, t := range terms {
		first, _ := utf8.DecodeRuneInString(t.Title)
		label := string(unicode.ToUpper(first))
		if len(out) < maxContents && (len(out) == 0 || out[len(out)-1].Label != label) {
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

// usesOf finds where terms are used, by their fragments. A term that most patterns use has no entry: a list of them tells nobody anything.
func (b *builder) usesOf(from *page) map[string]uses {
	type use struct {
		*patterns.Pattern
		n int
	}
	found := map[string][]use{}
	for _, p := range b.site.Catalog.Patterns {
		for id, n := range b.terms.count(p.Body) {
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
