package site

import (
	"fmt"

	"github.com/patlint/patlint/patterns"
)

// many is a number of patterns above which a page draws only those cards that are in sight, and the script shows them bit by bit.
const many = 300

// addCatalog adds the list of all patterns, and one for each value of a facet. The list of a chapter is the chapter's own page.
func (b *builder) addCatalog() error {
	catalog := &page{dir: "patterns/", title: "Catalog – " + b.name(), bar: "Catalog", file: "the catalog"}
	catalog.html = func() ([]byte, error) { return b.catalogPage(catalog) }
	catalog.markdown = func() ([]byte, error) { return b.catalogMarkdown(catalog) }
	b.catalog = b.add(catalog)
	for i, f := range facets {
		groups := b.parted(i)
		b.groups = append(b.groups, groups)
		if f.name == "chapter" || len(groups) < 2 {
			continue
		}
		for _, g := range groups {
			pg := &page{dir: g.dir(), title: fmt.Sprintf("Patterns by %s: %s – %s", f.name, g.label, b.name()), file: fmt.Sprintf("the list %s: %s", f.name, g.label)}
			pg.html = func() ([]byte, error) { return b.listPage(pg, g) }
			b.lists[pg.dir] = b.add(pg)
		}
	}
	return nil
}

// listCard is a card with what the script asks of it.
type listCard struct {
	card
	Marks string
}

// catalogView is what the templates of the catalog and of its lists show.
type catalogView struct {
	head
	Heading string
	Catalog string // address of the catalog, for a list, which is
	Facet   string // that of this facet
	Value   string // with this value
	Facets  []facetView
	Checks  string // address of the checks of other tools; "" where there are none
	Cards   []listCard
	Many    bool
}

func (b *builder) catalogPage(pg *page) ([]byte, error) {
	v := catalogView{
		head: b.head(pg, "All patterns, by severity, pillar, chapter and what they look at."), Heading: "Catalog", Facets: b.facetViews(pg),
	}
	v.setCards(b, pg, b.site.Catalog.Patterns)
	return b.execute("catalog", v)
}

func (b *builder) catalogMarkdown(pg *page) ([]byte, error) {
	var out markdownText
	out.head("Catalog", "All patterns, the worst first.")
	b.writeCards(&out, pg, b.worstFirst(pg, b.site.Catalog.Patterns))
	return out.bytes(), nil
}

func (b *builder) listPage(pg *page, g group) ([]byte, error) {
	v := catalogView{
		head: b.head(pg, fmt.Sprintf("All patterns with %s: %s.", g.facet, g.label)), Heading: g.title + ": " + g.label,
		Catalog: pg.href(b.catalog), Facet: g.facet, Value: g.name, Facets: b.facetViews(pg),
	}
	v.setCards(b, pg, g.patterns)
	return b.execute("list", v)
}

// setCards gives the page its cards, and the way to the checks of other tools.
func (v *catalogView) setCards(b *builder, from *page, ps []*patterns.Pattern) {
	for _, c := range b.worstFirst(from, ps) {
		v.Cards = append(v.Cards, listCard{c, b.marks(c.Pattern)})
	}
	v.Many = len(v.Cards) > many
	if b.checks != nil {
		v.Checks = from.href(b.checks)
	}
}
