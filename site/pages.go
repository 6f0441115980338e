package site

import (
	"cmp"
	"html/template"
	"slices"

	"github.com/patlint/patlint/patterns"
)

// head is what the layout needs of every page.
type head struct {
	bar func() (template.HTML, error)

	Title       string
	Description string
	Canonical   string // "" where the site's address is not known
	Home        string // address of the home page, and so on
	CSS         string
	Icon        string
	PNG         bool      // Icon is one, and no SVG
	Logo        *logoView // nil for none
	Theme       string    // of the scripts
	App         string
	Search      search
	IsHome      bool
	Name        string // of the site
	Own         bool   // it is patlint's own, which speaks of the tool
	Version     string
	Policy      string
	Foot        []link
	Data        string // address of the page on data, and so on; "" for what there is not
	Markdown    string
	Atom        string
	JSONFeed    string
	NoIndex     bool
	Social      *social // nil where the site's address is not known
	Linked      any     // the page as JSON-LD; nil for most
	Licence     string  // of the pages' text; "" where nobody says
}

// search is what the search button has to know.
type search struct {
	Script, Index, Sheet string // addresses
	Root                 string // what leads to the home page's folder
	Page                 string // address of the search's own page
}

// link is an entry of the bar or the footer.
type link struct {
	Label, Href string
	Here        bool // it is the page that it stands on
}

func (b *builder) head(pg *page, description string) head {
	asset := func(name string) string { return pg.root() + b.assets[name].name }
	h := head{
		Title: pg.title, Description: description, Home: pg.href(b.home), IsHome: pg == b.home, bar: func() (template.HTML, error) { return b.barOf(pg) }, Name: b.name(), Version: b.site.Version,
		CSS: asset("style.css"), Icon: asset(b.icon.Asset), PNG: b.icon.Asset == "logo.png", Logo: b.logo(pg), Own: b.own(), Licence: b.licence, Theme: asset("theme.js"), App: asset("app.js"),
		Search: search{asset("search.js"), asset("search-index.js"), asset("search.css"), pg.root(), pg.href(b.search)},
	}
	if b.base != "" && pg.as == "" {
		h.Canonical = b.base + pg.path()
	}
	for _, to := range b.foot {
		h.Foot = append(h.Foot, link{to.foot, pg.href(to), to == pg})
	}
	b.meta(&h, pg)
	return h
}

// Bar is the links to the pages that stand in the bar.
func (h head) Bar() (template.HTML, error) { return h.bar() }

// barOf makes the links of the bar once for all pages of one depth that do not stand in it themselves.
func (b *builder) barOf(pg *page) (template.HTML, error) {
	key := [2]string{pg.root(), pg.bar}
	if known, ok := b.bars.Load(key); ok {
		return known.(template.HTML), nil
	}
	var links []link
	for _, to := range b.bar {
		links = append(links, link{to.bar, pg.href(to), to == pg})
	}
	made, err := b.part("bar", links)
	if err == nil {
		b.bars.Store(key, made)
	}
	return made, err
}

// card is a pattern in a list.
type card struct {
	*patterns.Pattern
	Href string
}

// cards gives the patterns of a chapter, the worst first.
func (b *builder) cards(from *page, chapter string) []card {
	var out []*patterns.Pattern
	for _, p := range b.site.Catalog.Patterns {
		if p.Chapter == chapter {
			out = append(out, p)
		}
	}
	return b.worstFirst(from, out)
}

// worstFirst makes cards of patterns.
func (b *builder) worstFirst(from *page, ps []*patterns.Pattern) []card {
	var out []card
	for _, p := range ps {
		out = append(out, card{p, from.href(b.patterns[p.ID])})
	}
	slices.SortStableFunc(out, func(a, b card) int {
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), cmp.Compare(a.Title, b.Title))
	})
	return out
}

func rank(severity string) int { return slices.Index(patterns.Severities, severity) }
