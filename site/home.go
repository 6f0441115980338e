package site

import (
	"cmp"
	"html/template"

	"github.com/patlint/patlint/patterns"
)

func (b *builder) addHome() error {
	title := "patlint: infrastructure patterns that check themselves"
	if !b.own() {
		title = b.name()
	}
	b.home = b.add(&page{
		title: title, file: "the home page", html: b.homePage, markdown: b.homeMarkdown,
		cover: &cover{title: cmp.Or(b.site.Brand.Name, "Infrastructure patterns that check themselves"), summary: b.summary(), plain: "home"},
	}, ".", "README.md")
	return nil
}

// chapterCards is a chapter in a list.
type chapterCards struct {
	*patterns.Chapter
	Href  string
	Lede  string
	Cards []card
}

func (b *builder) homePage() ([]byte, error) {
	data := struct {
		head
		Patterns int
		Tagline  string
		Terminal template.HTML
		Chapters []chapterCards
	}{head: b.head(b.home, b.summary()), Tagline: b.site.Brand.Tagline, Patterns: len(b.site.Catalog.Patterns)}
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
