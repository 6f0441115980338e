package site

import (
	"cmp"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// headline is the title of the home page of patlint's own site.
const headline = "Infrastructure patterns, and the checks for them"

func (b *builder) addHome() error {
	title := "patlint: infrastructure patterns, and the checks for them"
	if !b.own() {
		title = b.name() + ": infrastructure patterns"
	}
	b.home = b.add(&page{
		title: title, file: "the home page", html: b.homePage, markdown: b.homeMarkdown,
		cover: &cover{title: cmp.Or(b.site.Brand.Name, headline), summary: b.summary(), plain: "home"},
	}, ".", "README.md")
	return nil
}

// homeView is what the template of the home page shows.
type homeView struct {
	head
	Heading  string
	Lede     string
	Terminal template.HTML
	Doors    []door
	Patterns int
	Facets   []facet
	Changed  []changed
	Paths    []pathKind
	AllPaths string // address of the page of all paths
	Chapters []chapterCards
}

// door is a way into the site.
type door struct {
	Href  string
	Title string
	Text  string
}

// facet is a field of patterns that has few values.
type facet struct {
	Title  string
	Values []facetValue
}

// facetValue is a value, and how many patterns have it.
type facetValue struct {
	Name  string
	Class string // of its look
	Count int
	Href  string // "" where it has no page
}

// changed is a pattern that was changed lately.
type changed struct {
	card
	Day string
}

// chapterCards is a chapter in a list.
type chapterCards struct {
	*patterns.Chapter
	Href  string
	Lede  string
	Count int
}

func (b *builder) homePage() ([]byte, error) {
	v := homeView{
		head:    b.head(b.home, b.summary()),
		Heading: cmp.Or(b.site.Brand.Name, headline), Lede: b.summary(),
		Patterns: len(b.site.Catalog.Patterns), Doors: b.doors(), Facets: b.facets(), Changed: b.changedLately(), Paths: b.pathKinds(b.home),
	}
	if len(v.Paths) > 0 {
		v.AllPaths = b.home.href(&page{dir: pathsDir})
	}
	var err error
	if v.Terminal, err = b.terminal(); err != nil {
		return nil, err
	}
	for _, c := range b.site.Catalog.Chapters {
		v.Chapters = append(v.Chapters, chapterCards{c, b.home.href(b.chapters[c.ID]), b.plain(c.Summary), len(b.cards(b.home, c.ID))})
	}
	return b.execute("home", v)
}

// doors are the things that people come for: three on patlint's own site. A site has them where it has their pages.
func (b *builder) doors() []door {
	read := door{b.home.href(b.catalog), "Read", "What goes wrong, what it costs, how to mend it, and who should not bother."}
	doors := []door{
		read,
		{b.doorTo("start"), "Check your account", "One program, read-only permissions. It changes nothing and sends nothing to anybody but AWS."},
		{b.doorTo("contribute"), "Write a pattern", "One Markdown file is the page, the rule and its tests."},
	}
	return slices.DeleteFunc(doors, func(d door) bool { return d.Href == "" })
}

func (b *builder) doorTo(text string) string {
	if to := b.texts[text]; to != nil {
		return b.home.href(to)
	}
	return ""
}

// facets counts severities and pillars; a value that no pattern has is left out.
func (b *builder) facets() []facet {
	severity := facet{Title: "Severity"}
	for _, name := range patterns.Severities {
		severity.add(b, "severity", name, "sev "+name, func(p *patterns.Pattern) bool { return p.Severity == name })
	}
	pillar := facet{Title: "Pillar"}
	for _, name := range patterns.Pillars {
		pillar.add(b, "pillar", name, "tag", func(p *patterns.Pattern) bool { return p.Pillar == name })
	}
	return []facet{severity, pillar}
}

func (f *facet) add(b *builder, field, name, class string, has func(*patterns.Pattern) bool) {
	n := 0
	for _, p := range b.site.Catalog.Patterns {
		if has(p) {
			n++
		}
	}
	if n > 0 {
		f.Values = append(f.Values, facetValue{name, class, n, b.facet(field, name)})
	}
}

// facet is the address, from the home page, of the page with the patterns that have a value; "" where there is none.
func (b *builder) facet(field, value string) string {
	if to := b.lists[group{facet: field, trait: trait{name: value}}.dir()]; to != nil {
		return b.home.href(to)
	}
	return ""
}

const maxChanged = 5

// changedLately are the patterns that were changed last, the newest first; none where nobody knows.
func (b *builder) changedLately() (out []changed) {
	history := b.site.History
	all := slices.DeleteFunc(slices.Clone(b.site.Catalog.Patterns), func(p *patterns.Pattern) bool { return history[p.File].Time.IsZero() })
	slices.SortStableFunc(all, func(x, y *patterns.Pattern) int { return history[y.File].Time.Compare(history[x.File].Time) })
	for _, p := range all[:min(len(all), maxChanged)] {
		out = append(out, changed{card{p, b.home.href(b.patterns[p.ID])}, history[p.File].Time.UTC().Format("2006-01-02")})
	}
	return out
}

// terminal is what a check prints or, where nobody said, how to make one.
func (b *builder) terminal() (template.HTML, error) {
	if b.site.Terminal == "" || !b.own() {
		command := "go install github.com/patlint/patlint/cmd/patlint@latest\npatlint check --region us-east-1   # reads, and changes nothing\n"
		if !b.own() {
			command = "patlint check --patterns DIR --region us-east-1   # DIR holds this catalog\n"
		}
		return b.block(codeView{Role: "terminal", Label: "Check an account", Lang: "sh", Text: command})
	}
	return b.part("terminal", painted(b.site.Terminal))
}

var (
	promptLine   = regexp.MustCompile(`(?m)^\$ .*$`)
	severityWord = regexp.MustCompile(`(?m)^(` + strings.ToUpper(strings.Join(patterns.Severities, "|")) + `)  `)
)

// painted is what a terminal shows: the command and the severities stand out.
func painted(text string) template.HTML {
	text = template.HTMLEscapeString(strings.TrimRight(text, "\n"))
	text = promptLine.ReplaceAllString(text, "<b>$0</b>")
	text = severityWord.ReplaceAllStringFunc(text, func(s string) string {
		word := strings.TrimSpace(s)
		return `<b class="` + strings.ToLower(word) + `">` + word + "</b>  "
	})
	return template.HTML(text)
}
