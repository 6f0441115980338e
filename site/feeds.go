package site

import (
	"cmp"
	"encoding/xml"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/patterns"
)

// feedLimit is the most entries of a feed.
const feedLimit = 50

// entry is the last change of a pattern, as the feeds show it.
type entry struct {
	id      string
	url     string
	title   string
	summary string
	content string
	tags    []string
	updated time.Time
}

// feedEntries are the latest changes, the newest first. There are none where the address of the site or the history is not known: feeds name
// their pages in full and say when they changed.
func (b *builder) feedEntries() []entry {
	if b.base == "" {
		return nil
	}
	var out []entry
	for _, p := range b.site.Catalog.Patterns {
		pg := b.patterns[p.ID]
		t, ok := b.changed(pg)
		if !ok {
			continue
		}
		e := entry{b.tag(p), b.address(pg), p.Title, p.Summary, p.Summary, []string{p.Chapter, p.Pillar, p.Severity}, t}
		if s := b.site.History[pg.file].Subject; s != "" {
			e.content += "\n\nLast change: " + s
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b entry) int {
		return cmp.Or(b.updated.Compare(a.updated), cmp.Compare(a.id, b.id))
	})
	return out[:min(len(out), feedLimit)]
}

// tag names a pattern for ever, so that a feed reader knows it again (RFC 4151). A pattern of patlint's has one name wherever it is published. For
// others only the address of the site can vouch: a change from http to https keeps the name, a move to another host or folder does not, and readers
// then see the entries once more. What does not depend on the address, such as the site's name, is not unique.
func (b *builder) tag(p *patterns.Pattern) string {
	at := b.base
	if p.Builtin {
		at = patterns.SiteURL
	}
	return tagURI(at) + "patterns/" + url.PathEscape(p.ID)
}

func tagURI(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // as it was checked, it is a URL
	}
	host := strings.ToLower(u.Hostname()) // an authority has no port
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = strings.ReplaceAll(ip.WithZone("").StringExpanded(), ":", "-") // and is a name, which has no colons
	}
	return "tag:" + host + ",2026:" + strings.TrimPrefix(u.EscapedPath(), "/")
}

func (b *builder) hasFeeds() bool { return len(b.entries) > 0 }

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle"`
	Updated   string      `xml:"updated"`
	Author    atomPerson  `xml:"author"`
	Generator string      `xml:"generator"`
	Links     []atomLink  `xml:"link"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

type atomEntry struct {
	ID         string     `xml:"id"`
	Title      string     `xml:"title"`
	Updated    string     `xml:"updated"`
	Link       atomLink   `xml:"link"`
	Categories []atomTerm `xml:"category"`
	Summary    string     `xml:"summary"`
	Content    string     `xml:"content"`
}

func (b *builder) atomFile() ([]byte, error) {
	feed := atomFeed{
		Lang: "en", ID: tagURI(b.base) + "feed", Title: b.name(), Subtitle: b.summary(), Updated: b.entries[0].updated.Format(time.RFC3339),
		Author: atomPerson{b.name()}, Generator: "patlint",
		Links: []atomLink{{"self", "application/atom+xml", b.base + "feed.xml"}, {"alternate", "text/html", b.base}},
	}
	for _, e := range b.entries {
		a := atomEntry{
			ID: e.id, Title: e.title, Updated: e.updated.Format(time.RFC3339), Link: atomLink{"alternate", "text/html", e.url},
			Summary: e.summary, Content: e.content,
		}
		for _, t := range e.tags {
			a.Categories = append(a.Categories, atomTerm{t})
		}
		feed.Entries = append(feed.Entries, a)
	}
	return xmlFile(feed)
}

type jsonFeed struct {
	Version     string         `json:"version"`
	Title       string         `json:"title"`
	HomePage    string         `json:"home_page_url"`
	FeedURL     string         `json:"feed_url"`
	Description string         `json:"description"`
	Language    string         `json:"language"`
	Authors     []jsonPerson   `json:"authors"`
	Items       []jsonFeedItem `json:"items"`
}

type jsonPerson struct {
	Name string `json:"name"`
}

type jsonFeedItem struct {
	ID       string   `json:"id"`
	URL      string   `json:"url"`
	Title    string   `json:"title"`
	Summary  string   `json:"summary"`
	Content  string   `json:"content_text"`
	Modified string   `json:"date_modified"`
	Tags     []string `json:"tags"`
}

func (b *builder) jsonFeedFile() ([]byte, error) {
	feed := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: b.name(), HomePage: b.base, FeedURL: b.base + "feed.json", Description: b.summary(), Language: "en",
		Authors: []jsonPerson{{b.name()}},
	}
	for _, e := range b.entries {
		feed.Items = append(feed.Items, jsonFeedItem{e.id, e.url, e.title, e.summary, e.content, e.updated.Format(time.RFC3339), e.tags})
	}
	return marshalJSON(feed)
}
