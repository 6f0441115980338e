package site

import (
	"time"
)

// policy is the Content Security Policy of every page. Connections to the own host are for tools that look at a site from inside of a page, and for serve.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"

// social is what other sites show of a page that somebody links to.
type social struct {
	Type        string // of the Open Graph protocol
	Title       string
	Description string
	URL         string
	Site        string
	Image       string // address of a picture of 1200 by 630; "" for none
}

// meta fills in what the head of a page says to programs.
func (b *builder) meta(h *head, pg *page) {
	h.Policy = policy
	h.Data = pg.href(b.data)
	h.NoIndex = b.site.Preview || pg.unlisted
	if pg.markdown != nil {
		h.Markdown = "index.md"
	}
	if len(b.entries) > 0 {
		h.Atom, h.JSONFeed = pg.root()+"feed.xml", pg.root()+"feed.json"
	}
	if b.base == "" || pg.unlisted {
		return
	}
	h.Social = &social{Type: "website", Title: b.heading(pg), Description: h.Description, URL: h.Canonical, Site: b.name(), Image: b.image(pg)}
	if pg.pattern != nil {
		h.Social.Type = "article"
		h.Linked = b.linked(pg, h)
	}
}

// image is the address of the picture that stands for a page.
func (b *builder) image(pg *page) string {
	switch {
	case !b.site.Cards:
		return ""
	case pg.cover == nil:
		pg = b.home
	}
	return b.base + coverName(pg)
}

// A ldArticle and a ldCrumbs are a page of a pattern in the words of schema.org.
type ldArticle struct {
	Type        string   `json:"@type"`
	Headline    string   `json:"headline"`
	Description string   `json:"description"`
	URL         string   `json:"url"`
	Section     string   `json:"articleSection"`
	Language    string   `json:"inLanguage"`
	Modified    string   `json:"dateModified,omitempty"`
	Image       string   `json:"image,omitempty"`
	PartOf      ldThing  `json:"isPartOf"`
	Keywords    []string `json:"keywords"`
}

type ldThing struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

type ldCrumbs struct {
	Type  string    `json:"@type"`
	Items []ldCrumb `json:"itemListElement"`
}

type ldCrumb struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	Item     string `json:"item"`
}

// linked is the page of a pattern as JSON-LD.
func (b *builder) linked(pg *page, h *head) any {
	p, chapter := pg.pattern, b.site.Catalog.Chapter(pg.pattern.Chapter)
	article := ldArticle{
		Type: "TechArticle", Headline: p.Title, Description: p.Summary, URL: h.Canonical, Section: chapter.Title, Language: "en",
		Image: h.Social.Image, PartOf: ldThing{"WebSite", b.name(), b.base}, Keywords: []string{p.Pillar, p.Severity},
	}
	if c, ok := b.changed(pg); ok {
		article.Modified = c.Format(time.RFC3339)
	}
	crumbs := ldCrumbs{Type: "BreadcrumbList"}
	for i, c := range []ldCrumb{{Name: b.name(), Item: b.base}, {Name: chapter.Title, Item: b.base + b.chapters[chapter.ID].path()}, {Name: p.Title, Item: h.Canonical}} {
		c.Type, c.Position = "ListItem", i+1
		crumbs.Items = append(crumbs.Items, c)
	}
	return struct {
		Context string `json:"@context"`
		Graph   []any  `json:"@graph"`
	}{"https://schema.org", []any{article, crumbs}}
}
