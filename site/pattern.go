package site

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patlint/patlint/patterns"
)

func (b *builder) addPatterns() error {
	named := b.inverses()
	for _, p := range b.site.Catalog.Patterns {
		if b.chapters[p.Chapter] == nil {
			return fmt.Errorf("%s: the catalog has no chapter %s", p.File, p.Chapter)
		}
		pg := b.add(&page{
			dir: "patterns/" + p.ID + "/", title: p.Title + " – " + b.name(), file: p.File,
			ids: sync.OnceValue(func() map[string]bool { return b.fragments(p.Body, true) }),
			sure: func(fragment string) bool {
				return slices.ContainsFunc(p.Sections, func(s patterns.Section) bool { return slug(s.Title) == fragment })
			},
			html: func() ([]byte, error) { return b.patternPage(p, named[p.ID]) },

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

// maxInverse is how many of the patterns that name this one its page lists; a pattern that all others need would have no other page.
const maxInverse = 24

// patternView is what the template of a pattern's page shows.
type patternView struct {
	head
	Pattern      *patterns.Pattern
	Chapter      *patterns.Chapter
	ChapterHref  string
	Resource     string // the kind that the rule looks at, in words
	ResourceHref string // "" where the site has no page about it
	Extra        string // the flag that check needs for it, if any
	Body         template.HTML
	Headings     []heading
	Contents     template.HTML // the list of them, which stands on the page twice
	Places       []pathPlace
	Graph        template.HTML // of the pattern and its neighbours
	Relations    []relation
	Checks       []check
	Changed      *lastChange // nil where nobody knows
	Doors        []link      // ways out of the page, for those who work on it
}

// relation is a list of links to other patterns.
type relation struct {
	Title string
	Cards []card
	More  int // how many it leaves out
}

// check is a check of another tool, with addresses where there are any.
type check struct {
	Tool string
	IDs  []link
}

// lastChange is a Change as the page tells it.
type lastChange struct {
	UTC     time.Time
	Subject string
}

func (b *builder) patternPage(p *patterns.Pattern, named inverse) ([]byte, error) {
	pg := b.patterns[p.ID]
	fences := &patternFences{builder: b, pattern: p, notes: slices.Clone(b.site.Notes[p.ID])}
	body, err := b.convert(source{page: pg, file: p.File, chapter: p.Chapter, body: p.Body, line: p.BodyLine, passages: &pg.passages, fence: fences.html, sections: true})
	if err != nil {
		return nil, err
	}
	if len(fences.notes) > 0 {
		return nil, fmt.Errorf("notes for %s: no example holds line %d of %s", p.ID, fences.notes[0].Line, p.File)
	}
	v := patternView{
		head: b.head(pg, p.Summary), Pattern: p, Chapter: b.site.Catalog.Chapter(p.Chapter), ChapterHref: pg.href(b.chapters[p.Chapter]),
		Body: body.html, Headings: body.headings, Checks: checks(p), Doors: b.doorsOf(p),
		Extra: b.site.Extras[p.ID], Places: b.pathsOf(p.ID),
	}
	if p.Rule != nil {
		v.Resource = spaced(p.Rule.Resource.Value)
		if to := b.kinds[strings.TrimSpace(p.Rule.Resource.Value)]; to != nil {
			v.ResourceHref = pg.href(to)
		}
	}
	if c, ok := b.site.History[p.File]; ok {
		v.Changed = &lastChange{c.Time.UTC(), c.Subject}
	}
	if v.Relations, err = b.relations(p, named); err != nil {
		return nil, err
	}
	if v.Graph, err = b.neighbours(p, named); err != nil {
		return nil, err
	}
	if v.Contents, err = b.part("toc", v); err != nil {
		return nil, err
	}
	return b.execute("pattern", v)
}

// inverse are the patterns that name a pattern, by the key of front matter with which they do.
type inverse struct{ requires, related, conflicts []*patterns.Pattern }

// inverses is, by ID, who names a pattern.
func (b *builder) inverses() map[string]inverse {
	out := map[string]inverse{}
	for _, p := range b.site.Catalog.Patterns {
		for i, refs := range [][]patterns.Ref{p.Requires, p.Related, p.Conflicts} {
			for _, ref := range refs {
				to := b.site.Catalog.Pattern(ref.ID)
				if to == nil {
					continue // the page of p says so
				}
				v := out[to.ID]
				switch i {
				case 0:
					v.requires = append(v.requires, p)
				case 1:
					v.related = append(v.related, p)
				case 2:
					v.conflicts = append(v.conflicts, p)
				}
				out[to.ID] = v
			}
		}
	}
	return out
}

// relations lists what a pattern names and then what names it. No pattern stands there twice but for those that it names itself; one that builds on it stands
// under that, and not under what to read next.
func (b *builder) relations(p *patterns.Pattern, named inverse) ([]relation, error) {
	pg := b.patterns[p.ID]
	listed := map[string]bool{p.ID: true}
	var out []relation
	for i, refs := range [][]patterns.Ref{p.Requires, p.Related, p.Conflicts} {
		rel := relation{Title: []string{"Builds on", "Read next", "Pulls the other way"}[i]}
		for _, ref := range refs {
			to := b.site.Catalog.Pattern(ref.ID)
			if to == nil {
				return nil, patterns.Errors{{File: p.File, Line: ref.Line, Column: ref.Column, Msg: "there is no pattern " + ref.ID}}
			}
			if i == 1 && slices.Contains(named.requires, to) {
				continue
			}
			listed[to.ID] = true
			rel.Cards = append(rel.Cards, card{to, pg.href(b.patterns[to.ID])})
		}
		out = append(out, rel)
	}
	add := func(rel *relation, ps []*patterns.Pattern) {
		for _, from := range ps {
			switch {
			case listed[from.ID]:
				continue
			case len(rel.Cards) >= maxInverse:
				rel.More++
			default:
				rel.Cards = append(rel.Cards, card{from, pg.href(b.patterns[from.ID])})
			}
			listed[from.ID] = true
		}
	}
	add(&out[2], named.conflicts)
	needed, linked := relation{Title: "Needed by"}, relation{Title: "Linked from"}
	add(&needed, named.requires)
	add(&linked, named.related)
	out = append(out, needed, linked)
	return slices.DeleteFunc(out, func(r relation) bool { return len(r.Cards) == 0 }), nil
}

// checks gives the IDs of other tools an address where the tool has a public page for each that stays where it is.
func checks(p *patterns.Pattern) (out []check) {
	for _, c := range p.Checks {
		view := check{Tool: cmp.Or(tools[c.Tool], c.Tool)}
		for _, id := range c.IDs {
			view.IDs = append(view.IDs, link{Label: id, Href: checkHref(c.Tool, id)})
		}
		out = append(out, view)
	}
	return out
}

var (
	configRule  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	hubControls = regexp.MustCompile(`^EC2\.([0-9]+)$`)
)

func checkHref(tool, id string) string {
	switch {
	case tool == "config" && configRule.MatchString(id):
		return "https://docs.aws.amazon.com/config/latest/developerguide/" + id + ".html"
	case tool == "security-hub" && hubControls.MatchString(id):
		return "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-" + hubControls.FindStringSubmatch(id)[1]
	}
	return ""
}

// doorsOf lead to the file of a pattern, and to its Markdown.
func (b *builder) doorsOf(p *patterns.Pattern) []link {
	const repository = "https://github.com/patlint/patlint"
	edit, report := "", b.site.Brand.Report
	if folder := b.site.Brand.Edit; folder != "" {
		edit = strings.TrimSuffix(folder, "/") + "/" + p.Chapter + "/" + p.ID + ".md"
	}
	if p.Builtin {
		edit = repository + "/edit/main/" + p.File
		report = repository + "/issues/new?" + url.Values{"template": {"false-positive.yml"}, "title": {p.ID + ": "}, "pattern": {p.ID}}.Encode()
	}
	doors := []link{
		{Label: "Source", Href: b.sourceOf(p)}, {Label: "Edit this page", Href: edit}, {Label: "Report a problem", Href: report},
		{Label: "Markdown", Href: "index.md"},
	}
	return slices.DeleteFunc(doors, func(l link) bool { return l.Href == "" })
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
