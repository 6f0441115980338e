package site

import (
	"html/template"
	"path"
	"sync"
)

// A Text is a page in Markdown that is neither a pattern nor a chapter.
type Text struct {
	Name    string // its address, and under NAME.md what files of the catalog link to: reference/numbers
	Bar     string // its word in the bar; "" keeps it out
	Foot    string // its word in the footer, likewise
	Title   string
	Summary string // Markdown on one line
	Body    string // from level 2 on
	File    string // that errors name
	Line    int    // of File, on which Body begins; 0 where nobody knows
}

func (b *builder) addTexts() error {
	for _, t := range b.site.Texts {
		b.addText(t)
	}
	return nil
}

func (b *builder) addText(t Text) *page {
	pg := &page{dir: t.Name + "/", title: t.Title + " – " + b.name(), bar: t.Bar, foot: t.Foot, file: t.File}
	pg.ids = sync.OnceValue(func() map[string]bool { return b.fragments(t.Body, false) })
	pg.html = func() ([]byte, error) { return b.textPage(pg, t) }
	pg.markdown = func() ([]byte, error) { return b.textMarkdown(pg, t) }
	b.texts[t.Name] = b.add(pg, t.Name+".md")
	return pg
}

// textView is what the templates of texts show.
type textView struct {
	head
	Above    *link // the page whose address this one's begins with; nil for the home page
	Heading  string
	Body     template.HTML
	Headings []heading
}

func (b *builder) textPage(pg *page, t Text) ([]byte, error) {
	contents, err := b.foldedContents(t.Body)
	if err != nil {
		return nil, err
	}
	body, err := b.convert(source{page: pg, file: t.File, chapter: textFolder(t), body: t.Body, line: t.Line, fence: b.plainFence, under: contents})
	if err != nil {
		return nil, err
	}
	v := textView{head: b.head(pg, b.plain(t.Summary)), Heading: t.Title, Body: body.html, Headings: body.headings}
	if above := b.texts[textFolder(t)]; above != nil {
		v.Above = &link{Label: above.bar, Href: pg.href(above)}
	}
	return b.execute("text", v)
}

// foldedContents is what the site adds to a text with headings: on a narrow screen, their list stands behind the opening words.
func (b *builder) foldedContents(body string) (map[string]template.HTML, error) {
	hs := contents(b.headings(body))
	if len(hs) == 0 {
		return nil, nil
	}
	list, err := b.part("contents", textView{Headings: hs})
	return map[string]template.HTML{"": list}, err
}

// textFolder is where relative links of a text start.
func textFolder(t Text) string { return path.Dir(t.Name) }
