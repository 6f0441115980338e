package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"

	"github.com/patlint/patlint/patterns"
)

func (b *builder) addPatterns() error {
	for _, p := range b.site.Catalog.Patterns {
		if b.chapters[p.Chapter] == nil {
			return fmt.Errorf("%s: the catalog has no chapter %s", p.File, p.Chapter)
		}
		pg := b.add(&page{
			dir: "patterns/" + p.ID + "/", title: p.Title + " – " + b.name(), file: p.File,
			ids:  sync.OnceValue(func() map[string]bool { return b.fragments(p.Body) }),
			html: func() ([]byte, error) { return b.patternPage(p) },

			pattern:  p,
			markdown: func() ([]byte, error) { return b.patternMarkdown(p) },
			cover:    &cover{kicker: b.site.Catalog.Chapter(p.Chapter).Title, title: p.Title, summary: p.Summary, severity: p.Severity, plain: p.ID},
		}, p.Chapter+"/"+p.ID+".md")
		b.patterns[p.ID] = pg
		if old := p.Replaced; old != nil {
			pg.successor = true
			b.sources[old.Chapter+"/"+old.ID+".md"] = pg
		}
		for _, old := range p.Aliases {
			moved := &page{dir: "patterns/" + old + "/", title: "Moved: " + old + " – " + b.name(), file: p.File, unlisted: true}
			moved.html = func() ([]byte, error) { return b.movedPage(moved, p) }
			b.add(moved)
		}
	}
	return nil
}

// movedPage stands where a pattern was before it got another ID.
func (b *builder) movedPage(pg *page, p *patterns.Pattern) ([]byte, error) {
	to := b.patterns[p.ID]
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
