package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// addPaths adds a page for each reading path and one that lists them, where the catalog has any.
func (b *builder) addPaths() error {
	paths := b.site.Catalog.Paths
	if len(paths) == 0 {
		return nil
	}
	index := &page{dir: pathsDir, title: "Reading paths – " + b.name(), bar: "Paths", file: "the reading paths"}
	index.html = func() ([]byte, error) { return b.pathsPage(index) }
	index.markdown = func() ([]byte, error) { return b.pathsMarkdown(index) }
	b.add(index, "paths.md")
	for i, p := range paths {
		pg := b.add(&page{dir: pathDir(p), title: p.Title + ": a reading path of " + b.name(), file: p.File})
		pg.html = func() ([]byte, error) { return b.pathPage(pg, i) }
		pg.markdown = func() ([]byte, error) { return b.pathMarkdown(pg, p) }
		b.paths[p.ID] = pg
		for _, s := range p.Steps {
			to := b.site.Catalog.Pattern(s.Pattern.ID)
			if to == nil { // of a catalog that nobody loaded
				return patterns.Errors{{File: p.File, Line: s.Pattern.Line, Column: s.Pattern.Column, Msg: "there is no pattern " + s.Pattern.ID}}
			}
			if key := (reading{to.ID, b.enough(p, to)}); b.words[key] == 0 {
				b.words[key] = countWords(textAt(to, key.fragment))
			}
		}
	}
	return nil
}

// reading is what readers of a path read of a pattern: its page or, with a fragment, one section.
type reading struct{ id, fragment string }

// enough is the fragment of the section that a path asks its readers to read of a pattern; "" for the whole page.
func (b *builder) enough(path *patterns.Path, p *patterns.Pattern) string {
	if path.Minute && b.patterns[p.ID].has(slug(minute)) {
		return "#" + slug(minute)
	}
	return ""
}

// textAt is what a fragment of a pattern's page leads to; "" leads to all of it.
func textAt(p *patterns.Pattern, fragment string) string {
	for _, s := range p.Sections {
		if "#"+slug(s.Title) == fragment {
			return s.Body
		}
	}
	return p.Body
}

// wordsOf is how many words a path asks its readers to read of a pattern.
func (b *builder) wordsOf(path *patterns.Path, p *patterns.Pattern) int {
	return b.words[reading{p.ID, b.enough(path, p)}]
}

const pathsDir = "paths/"

func pathDir(p *patterns.Path) string { return pathsDir + p.ID + "/" }

// pathHref leads from a page to that of a path.
func pathHref(from *page, p *patterns.Path) string { return from.href(&page{dir: pathDir(p)}) }

// pathView is a path in a list.
type pathView struct {
	*patterns.Path
	Href string
	Time string // that it takes to read: about 35 minutes
}

func (b *builder) pathView(from *page, p *patterns.Path) pathView {
	words := 0
	for _, s := range p.Steps {
		words += b.wordsOf(p, b.site.Catalog.Pattern(s.Pattern.ID))
	}
	return pathView{p, pathHref(from, p), readingTime(words)}
}

// pathKind is the paths of one kind.
type pathKind struct {
	ID, Title string
	Paths     []pathView
}

// pathKinds are the paths by kind; a kind without paths is left out.
func (b *builder) pathKinds(from *page) (out []pathKind) {
	titles := map[string]string{"environment": "By environment", "role": "By role"}
	for _, kind := range patterns.PathKinds {
		k := pathKind{ID: kind, Title: titles[kind]}
		for _, p := range b.site.Catalog.Paths {
			if p.Kind == kind {
				k.Paths = append(k.Paths, b.pathView(from, p))
			}
		}
		if len(k.Paths) > 0 {
			out = append(out, k)
		}
	}
	return out
}

const pathsSummary = "Ways through the patterns for the people who read them, each in an order in which one step builds on the one before."

func (b *builder) pathsPage(pg *page) ([]byte, error) {
	return b.execute("paths", struct {
		head
		Kinds []pathKind
		Steps string // that a path has
	}{b.head(pg, pathsSummary), b.pathKinds(pg), between(b.site.Catalog.Paths)})
}

// between says how many steps paths have: 6 to 10 patterns.
func between(paths []*patterns.Path) string {
	least, most := len(paths[0].Steps), len(paths[0].Steps)
	for _, p := range paths {
		least, most = min(least, len(p.Steps)), max(most, len(p.Steps))
	}
	steps := strconv.Itoa(most) + " " + plural(most, "pattern", "patterns")
	if least < most {
		steps = strconv.Itoa(least) + " to " + steps
	}
	return steps
}

// stepView is a step on the page of its path.
type stepView struct {
	card
	Why  string
	Time string
}

func (b *builder) pathPage(pg *page, i int) ([]byte, error) {
	paths := b.site.Catalog.Paths
	p := paths[i]
	data := struct {
		head
		Path  pathView
		Index string // address of the page of all paths
		Steps []stepView
		Kinds []pathKind // all paths
		Turn  turn
	}{head: b.head(pg, p.Summary), Path: b.pathView(pg, p), Index: pg.href(&page{dir: pathsDir}), Kinds: b.pathKinds(pg), Turn: turn{Label: "More reading paths"}}
	for _, s := range p.Steps {
		to := b.site.Catalog.Pattern(s.Pattern.ID)
		data.Steps = append(data.Steps, stepView{card{to, pg.href(b.patterns[to.ID]) + b.enough(p, to)}, s.Why, readingTime(b.wordsOf(p, to))})
	}
	if i > 0 {
		data.Turn.Prev = &link{Label: paths[i-1].Title, Href: pathHref(pg, paths[i-1])}
	}
	if i+1 < len(paths) {
		data.Turn.Next = &link{Label: paths[i+1].Title, Href: pathHref(pg, paths[i+1])}
	}
	return b.execute("path", data)
}

// turn leads from one page of a row to its neighbours; nil where there is none.
type turn struct {
	Label      string // says what row it is
	Prev, Next *link
}

// pathPlace is a pattern's place on a reading path.
type pathPlace struct {
	Title, Href string // of the path
	Step, Steps int
	Prev, Next  *link // the steps around it; nil at the ends
}

// pathsOf gives the places of a pattern on reading paths, for its page, in the order of the paths.
func (b *builder) pathsOf(id string) (out []pathPlace) {
	cat := b.site.Catalog
	from, p := b.patterns[id], cat.Pattern(id)
	step := func(path *patterns.Path, i int) *link {
		to := cat.Pattern(path.Steps[i].Pattern.ID)
		return &link{Label: to.Title, Href: from.href(b.patterns[to.ID]) + b.enough(path, to)}
	}
	for _, path := range cat.Paths {
		i := slices.IndexFunc(path.Steps, func(s patterns.Step) bool { return cat.Pattern(s.Pattern.ID) == p })
		if i < 0 {
			continue
		}
		at := pathPlace{Title: path.Title, Href: pathHref(from, path), Step: i + 1, Steps: len(path.Steps)}
		if i > 0 {
			at.Prev = step(path, i-1)
		}
		if i+1 < len(path.Steps) {
			at.Next = step(path, i+1)
		}
		out = append(out, at)
	}
	return out
}

// countWords counts the words of a text. Blocks of code are left out: people look them up and do not read them.
func countWords(markdown string) (words int) {
	for line := range prose(markdown) {
		words += len(strings.Fields(line))
	}
	return words
}

// readingTime is how long words take to read, at 200 in a minute. From ten minutes on it counts in fives: nobody reads more evenly.
func readingTime(words int) string {
	minutes := max((words+100)/200, 1)
	switch {
	case minutes == 1:
		return "about 1 minute"
	case minutes >= 10:
		minutes = (minutes + 2) / 5 * 5
	}
	return fmt.Sprintf("about %d minutes", minutes)
}
