package site

import (
	"cmp"
	"html/template"
	"slices"
	"sync"

	"github.com/patlint/patlint/patterns"
)

func (b *builder) addChapters() error {
	for _, c := range b.site.Catalog.Chapters {
		b.chapters[c.ID] = b.add(&page{
			dir: "chapters/" + c.ID + "/", title: c.Title + ": a chapter of " + b.name(), file: chapterFile(c),
			ids:      sync.OnceValue(func() map[string]bool { return b.fragments(c.Body, false) }),
			html:     func() ([]byte, error) { return b.chapterPage(c) },
			markdown: func() ([]byte, error) { return b.chapterMarkdown(c) },
			cover:    &cover{kicker: "Chapter", title: c.Title, summary: b.plain(c.Summary), plain: c.ID},
		}, c.ID, c.ID+"/README.md")
	}
	return nil
}

func (b *builder) chapterPage(c *patterns.Chapter) ([]byte, error) {
	pg := b.chapters[c.ID]
	contents, err := b.foldedContents(c.Body)
	if err != nil {
		return nil, err
	}
	body, err := b.convert(source{page: pg, file: chapterFile(c), chapter: c.ID, body: c.Body, line: c.Line, fence: b.plainFence, under: contents})
	if err != nil {
		return nil, err
	}
	data := struct {
		head
		Chapter  *patterns.Chapter
		Body     template.HTML
		Headings []heading
		Cards    []card
		Turn     turn
	}{b.head(pg, cmp.Or(b.plain(c.Summary), "Patterns of the chapter "+c.Title+".")), c, body.html, body.headings, b.cards(pg, c.ID), b.chapterTurn(pg, c)}
	return b.execute("chapter", data)
}

// chapterTurn leads to the chapters before and behind one.
func (b *builder) chapterTurn(from *page, c *patterns.Chapter) turn {
	all := b.site.Catalog.Chapters
	to := func(i int) *link {
		if i < 0 || i >= len(all) {
			return nil
		}
		return &link{Label: all[i].Title, Href: from.href(b.chapters[all[i].ID])}
	}
	i := slices.Index(all, c)
	return turn{"More chapters", to(i - 1), to(i + 1)}
}
