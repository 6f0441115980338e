package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark"
)

//go:embed templates/*.html assets
var embedded embed.FS

// page is a place of the site.
type page struct {
	dir   string                 // from the site's root, "" or with a slash at its end: patterns/attach-before-mount/
	title string                 // of the browser's tab, unique
	ids   func() map[string]bool // the fragments that a link may name

	successor bool // it has taken the place of another page
}

// root leads from the page to the home page's folder.
func (p *page) root() string { return strings.Repeat("../", strings.Count(p.dir, "/")) }

// path is the page's folder as a part of an address.
func (p *page) path() string {
	parts := strings.Split(p.dir, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// href leads from the page to another.
func (p *page) href(to *page) string { return p.root() + to.path() + "index.html" }

// builder holds what the pages of one build share. After newBuilder it only changes inside its locks.
type builder struct {
	site      Site
	base      string
	templates map[string]*template.Template // by page kind
	markdown  goldmark.Markdown
	code      *highlighter
	assets    map[string]asset // by plain name: style.css

	home     *page
	texts    []*textPage
	patterns map[string]*page // by ID
	chapters map[string]*page // by ID
	sources  map[string]*page // by file name from the catalog's root: storage/x.md, storage/README.md, storage
}

// A textPage is a page that is neither a pattern nor a chapter.
type textPage struct {
	*page
	label, heading, summary string // label is for the bar
	source                  source
}

type asset struct {
	name string // assets/style.0123456789.css
	data []byte
}

// file is one file to make. An error of type patterns.Errors is its authors', any other stops the build.
type file struct {
	name   string
	render func() ([]byte, error)
}

func newBuilder(s Site) (*builder, error) {
	if s.Catalog == nil {
		return nil, fmt.Errorf("a site needs a catalog")
	}
	base, err := baseURL(s.BaseURL)
	if err != nil {
		return nil, err
	}
	b := &builder{
		site: s, base: base, markdown: newMarkdown(), code: newHighlighter(),
		home:     &page{title: "patlint: infrastructure patterns that check themselves", ids: func() map[string]bool { return nil }},
		patterns: map[string]*page{}, chapters: map[string]*page{}, sources: map[string]*page{},
	}
	if b.templates, err = parseTemplates(); err != nil {
		return nil, err
	}
	if b.assets, err = hashAssets(); err != nil {
		return nil, err
	}
	b.sources["."], b.sources["README.md"] = b.home, b.home
	var errs patterns.Errors
	titles := map[string]string{}
	add := func(pg *page, file string) {
		if first, taken := titles[pg.title]; taken {
			errs = append(errs, &patterns.Error{File: file, Msg: "its title is that of " + first + "; every page has its own"})
		}
		titles[pg.title] = file
	}
	for _, c := range s.Catalog.Chapters {
		pg := &page{
			dir: "chapters/" + c.ID + "/", title: c.Title + ": a chapter of patlint",
			ids: sync.OnceValue(func() map[string]bool { return b.fragments(c.Body) }),
		}
		b.chapters[c.ID], b.sources[c.ID], b.sources[c.ID+"/README.md"] = pg, pg, pg
		add(pg, chapterFile(c))
	}
	for _, p := range s.Catalog.Patterns {
		if b.chapters[p.Chapter] == nil {
			return nil, fmt.Errorf("%s: the catalog has no chapter %s", p.File, p.Chapter)
		}
		pg := &page{
			dir: "patterns/" + p.ID + "/", title: p.Title + " – patlint",
			ids: sync.OnceValue(func() map[string]bool { return b.fragments(p.Body) }),
		}
		b.patterns[p.ID], b.sources[p.Chapter+"/"+p.ID+".md"] = pg, pg
		if old := p.Replaced; old != nil {
			pg.successor = true
			b.sources[old.Chapter+"/"+old.ID+".md"] = pg
		}
		add(pg, p.File)
	}
	text := func(dir, label, heading, summary, file, body string, line int) *textPage {
		pg := &page{dir: dir, title: heading + " – patlint", ids: sync.OnceValue(func() map[string]bool { return b.fragments(body) })}
		add(pg, file)
		t := &textPage{pg, label, heading, summary, source{page: pg, file: file, body: body, line: line, fence: b.plainFence}}
		b.texts = append(b.texts, t)
		return t
	}
	if g := s.Catalog.Glossary; g != nil {
		b.sources["glossary.md"] = text("glossary/", "Glossary", g.Title, g.Summary, g.File, g.Body, g.Line).page
	}
	if s.Reference != "" {
		text("reference/", "Rules", "What rules can name", "The kinds of resources that a rule can be about, and all that it can ask of them.", "reference", s.Reference, 0)
	}
	for id := range s.Notes {
		if b.patterns[id] == nil {
			return nil, fmt.Errorf("notes for %s: there is no such pattern", id)
		}
	}
	return b, errs.Err()
}

// chapterFile is the file that errors name for a chapter.
func chapterFile(c *patterns.Chapter) string { return cmp.Or(c.File, "chapter "+c.ID) }

// files lists what the site consists of.
func (b *builder) files() []file {
	fs := []file{{"index.html", b.homePage}}
	for _, c := range b.site.Catalog.Chapters {
		fs = append(fs, file{b.chapters[c.ID].dir + "index.html", func() ([]byte, error) { return b.chapterPage(c) }})
	}
	for _, p := range b.site.Catalog.Patterns {
		fs = append(fs, file{b.patterns[p.ID].dir + "index.html", func() ([]byte, error) { return b.patternPage(p) }})
		for _, old := range p.Aliases {
			fs = append(fs, file{"patterns/" + old + "/index.html", func() ([]byte, error) { return b.movedPage(old, p) }})
		}
	}
	for _, t := range b.texts {
		fs = append(fs, file{t.dir + "index.html", func() ([]byte, error) { return b.textPage(t) }})
	}
	for _, a := range b.assets {
		fs = append(fs, file{a.name, func() ([]byte, error) { return a.data, nil }})
	}
	slices.SortFunc(fs, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	return fs
}

// execute fills the template of a kind of page.
func (b *builder) execute(kind string, data any) ([]byte, error) {
	var buf bytes.Buffer
	if err := b.templates[kind].ExecuteTemplate(&buf, "page", data); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// parseTemplates gives each kind of page a set of its own: layout, parts, and the kind's "main".
func parseTemplates() (map[string]*template.Template, error) {
	shared, err := template.ParseFS(embedded, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, err
	}
	sets := map[string]*template.Template{"parts": shared}
	for _, kind := range []string{"chapter", "home", "moved", "pattern", "text"} {
		set, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if sets[kind], err = set.ParseFS(embedded, "templates/"+kind+".html"); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

// Sheet is the style sheet of every page, for what is to look like the site without being part of it: tokens, layout and components.
func Sheet() string {
	sheet, err := embedded.ReadFile("assets/style.css")
	if err != nil {
		return "" // it is embedded
	}
	return string(sheet)
}

// hashAssets puts a hash of the content into the names, so that a browser may keep a file for ever.
func hashAssets() (map[string]asset, error) {
	entries, err := embedded.ReadDir("assets")
	if err != nil {
		return nil, err
	}
	out := map[string]asset{}
	for _, e := range entries {
		data, err := embedded.ReadFile("assets/" + e.Name())
		if err != nil {
			return nil, err
		}
		sum, ext := sha256.Sum256(data), path.Ext(e.Name())
		name := "assets/" + strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:5]) + ext
		out[e.Name()] = asset{name, data}
	}
	return out, nil
}
