package site

import (
	"cmp"
	"html/template"
	"sync"

	"github.com/patlint/patlint/patterns"
)

func (b *builder) addChapters() error {
	for _, c := range b.site.Catalog.Chapters {
		b.chapters[c.ID] = b.add(&page{
			dir: "chapters/" + c.ID + "/", title: c.Title + ": a chapter of " + b.name(), file: chapterFile(c),
			ids:  sync.OnceValue(func() map[string]bool { return b.fragments(c.Body) }),
			html: func() ([]byte, error) { return b.chapterPage(c) },
		}, c.ID, c.ID+"/README.md")
	}
	return nil
}

func (b *builder) chapterPage(c *patterns.Chapter) ([]byte, error) {
	pg := b.chapters[c.ID]
	body, err := b.convert(source{page: pg, file: chapterFile(c), chapter: c.ID, body: c.Body, line: c.Line, fence: b.plainFence})
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
