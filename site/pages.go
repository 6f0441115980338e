package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// head is what the layout needs of every page.
type head struct {
	Title       string
	Description string
	Canonical   string // "" where the site's address is not known
	Home        string // address of the home page, and so on
	CSS         string
	Icon        string
	Texts       []link // the pages that are neither patterns nor chapters
	IsHome      bool
	Version     string
}

// link is an entry of the bar.
type link struct{ Label, Href string }

func (b *builder) head(pg *page, description string) head {
	h := head{
		Title: pg.title, Description: description, Home: pg.href(b.home), IsHome: pg == b.home, Version: b.site.Version,
		CSS: pg.root() + b.assets["style.css"].name, Icon: pg.root() + b.assets["icon.svg"].name,
	}
	for _, t := range b.texts {
		h.Texts = append(h.Texts, link{t.label, pg.href(t.page)})
	}
	if b.base != "" {
		h.Canonical = b.base + pg.path()
	}
	return h
}

// card is a pattern in a list.
type card struct {
	*patterns.Pattern
	Href string
}

// cards gives the patterns of a chapter, the worst first.
func (b *builder) cards(from *page, chapter string) []card {
	var out []card
	for _, p := range b.site.Catalog.Patterns {
		if p.Chapter == chapter {
			out = append(out, card{p, from.href(b.patterns[p.ID])})
		}
	}
	slices.SortStableFunc(out, func(a, b card) int {
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), cmp.Compare(a.Title, b.Title))
	})
	return out
}

func rank(severity string) int { return slices.Index(patterns.Severities, severity) }

// chapterCards is a chapter in a list.
type chapterCards struct {
	*patterns.Chapter
	Href  string
	Lede  string
	Cards []card
}

func (b *builder) homePage() ([]byte, error) {
	const summary = "Patterns for EC2 and EBS: each one a page to read, a rule that is checked against a live AWS account, and the tests of that rule."
	data := struct {
		head
		Patterns int
		Terminal template.HTML
		Chapters []chapterCards
	}{head: b.head(b.home, summary), Patterns: len(b.site.Catalog.Patterns)}
	var err error
	data.Terminal, err = b.block(codeView{Role: "terminal", Label: "In a terminal", Lang: "sh", Text: "" +
		"go install github.com/patlint/patlint/cmd/patlint@latest\n" +
		"patlint check --region us-east-1   # reads, and changes nothing\n"})
	if err != nil {
		return nil, err
	}
	for _, c := range b.site.Catalog.Chapters {
		data.Chapters = append(data.Chapters, chapterCards{c, b.home.href(b.chapters[c.ID]), b.plain(c.Summary), b.cards(b.home, c.ID)})
	}
	return b.execute("home", data)
}

func (b *builder) chapterPage(c *patterns.Chapter) ([]byte, error) {
	pg := b.chapters[c.ID]
	body, err := b.convert(source{page: pg, file: chapterFile(c), chapter: c.ID, body: c.Body, fence: b.plainFence})
	if err != nil {
		return nil, err
	}
	data := struct {
		head
		Chapter *patterns.Chapter
		Body    template.HTML
		Cards   []card
	}{b.head(pg, cmp.Or(b.plain(c.Summary), "Patterns of the chapter "+c.Title+".")), c, body.html, b.cards(pg, c.ID)}
	return b.execute("chapter", data)
}

func (b *builder) textPage(t *textPage) ([]byte, error) {
	body, err := b.convert(t.source)
	if err != nil {
		return nil, err
	}
	return b.execute("text", struct {
		head
		Heading  string
		Body     template.HTML
		Headings []heading
	}{b.head(t.page, b.plain(t.summary)), t.heading, body.html, body.headings})
}

// movedPage stands where a pattern was before it got another ID.
func (b *builder) movedPage(old string, p *patterns.Pattern) ([]byte, error) {
	to := b.patterns[p.ID]
	pg := &page{dir: "patterns/" + old + "/", title: "Moved: " + old + " – patlint"}
	data := struct {
		head
		Pattern *patterns.Pattern
		Target  string
	}{b.head(pg, p.Summary), p, pg.href(to)}
	data.Canonical = cmp.Or(b.head(to, "").Canonical, data.Target)
	return b.execute("moved", data)
}

// patternView is what the template of a pattern's page shows.
type patternView struct {
	head
	Pattern     *patterns.Pattern
	Chapter     *patterns.Chapter
	ChapterHref string
	Resource    string // the kind that the rule looks at, in words
	Body        template.HTML
	Headings    []heading
	Relations   []relation
	Checks      []patterns.Check
	Source      string // address of the file, "" for a private catalog
}

// relation is a list of links to other patterns.
type relation struct {
	Title string
	Cards []card
}

func (b *builder) patternPage(p *patterns.Pattern) ([]byte, error) {
	pg := b.patterns[p.ID]
	fences := &patternFences{builder: b, pattern: p, notes: slices.Clone(b.site.Notes[p.ID])}
	body, err := b.convert(source{page: pg, file: p.File, chapter: p.Chapter, body: p.Body, line: p.BodyLine, fence: fences.html})
	if err != nil {
		return nil, err
	}
	if len(fences.notes) > 0 {
		return nil, fmt.Errorf("notes for %s: no example holds line %d of %s", p.ID, fences.notes[0].Line, p.File)
	}
	v := patternView{
		head: b.head(pg, p.Summary), Pattern: p, Chapter: b.site.Catalog.Chapter(p.Chapter), ChapterHref: pg.href(b.chapters[p.Chapter]),
		Body: body.html, Headings: body.headings,
	}
	if p.Rule != nil {
		v.Resource = spaced(p.Rule.Resource.Value)
	}
	for _, r := range []struct {
		title string
		refs  []patterns.Ref
	}{{"Builds on", p.Requires}, {"Read next", p.Related}, {"Pulls the other way", p.Conflicts}} {
		rel := relation{Title: r.title}
		for _, ref := range r.refs {
			to := b.site.Catalog.Pattern(ref.ID)
			if to == nil {
				return nil, patterns.Errors{{File: p.File, Line: ref.Line, Column: ref.Column, Msg: "there is no pattern " + ref.ID}}
			}
			rel.Cards = append(rel.Cards, card{to, pg.href(b.patterns[to.ID])})
		}
		if len(rel.Cards) > 0 {
			v.Relations = append(v.Relations, rel)
		}
	}
	for _, c := range p.Checks {
		v.Checks = append(v.Checks, patterns.Check{Tool: cmp.Or(tools[c.Tool], c.Tool), IDs: c.IDs})
	}
	if p.Builtin {
		v.Source = "https://github.com/patlint/patlint/blob/main/" + p.File
	}
	return b.execute("pattern", v)
}

// tools are the names of the tools in checks, as their makers write them.
var tools = map[string]string{
	"checkov": "Checkov", "cloudsploit": "CloudSploit", "config": "AWS Config", "custodian": "Cloud Custodian", "prowler": "Prowler",
	"security-hub": "AWS Security Hub", "trivy": "Trivy", "trusted-advisor": "AWS Trusted Advisor",
}

// spaced writes launchTemplate as launch template.
func spaced(kind string) string {
	var b strings.Builder
	for _, r := range kind {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
