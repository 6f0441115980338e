package site

import (
	"html/template"
	"path"
	"sync"
)

// A Text is a page in Markdown that is neither a pattern nor a chapter.
type Text struct {
	Name    string // its address, and under NAME.md what files of the catalog link to: reference/volume
	Bar     string // its word in the bar; "" keeps it out
	Title   string
	Summary string // Markdown on one line
	Body    string // from level 2 on
	File    string // that errors name
	Line    int    // of File, on which Body begins; 0 where nobody knows
}

func (b *builder) addTexts() error {
	if g := b.site.Catalog.Glossary; g != nil {
		b.addText(Text{Name: "glossary", Bar: "Glossary", Title: g.Title, Summary: g.Summary, Body: g.Body, File: g.File, Line: g.Line})
	}
	for _, t := range b.site.Texts {
		b.addText(t)
	}
	return nil
}

func (b *builder) addText(t Text) {
	pg := &page{dir: t.Name + "/", title: t.Title + " – " + b.name(), bar: t.Bar, file: t.File}
	pg.ids = sync.OnceValue(func() map[string]bool { return b.fragments(t.Body) })
	pg.html = func() ([]byte, error) { return b.textPage(pg, t) }
	pg.markdown = func() ([]byte, error) { return b.textMarkdown(pg, t) }
	b.add(pg, t.Name+".md")
}

func (b *builder) textPage(pg *page, t Text) ([]byte, error) {
	body, err := b.convert(source{page: pg, file: t.File, chapter: textFolder(t), body: t.Body, line: t.Line, fence: b.plainFence})
	if err != nil {
		return nil, err
	}
	return b.execute("text", struct {
		head
		Heading  string
		Body     template.HTML
		Headings []heading
	}{b.head(pg, b.plain(t.Summary)), t.Title, body.html, body.headings})
}

// textFolder is where relative links of a text start.
func textFolder(t Text) string { return path.Dir(t.Name) }
