package site

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark"
)

// page is a place of the site.
type page struct {
	dir   string // from the site's root, "" or with a slash at its end: patterns/attach-before-mount/
	title string // of the browser's tab, unique
	bar   string // its word in the bar; "" for a page that is not there
	foot  string // its word in the footer, likewise
	file  string // that errors name
	as    string // the name of its file, where that is not index.html: no page leads to it
	top   string // what leads from it to the site's root, where it is shown at addresses of any depth: /docs/

	ids  func() map[string]bool // the fragments that a link may name; nil for none
	sure func(string) bool      // tells some of them without the work that ids takes; nil for none
	html func() ([]byte, error) // an error of type patterns.Errors is its authors', any other stops the build

	markdown func() ([]byte, error) // its index.md; nil where it has none
	pattern  *patterns.Pattern      // that it is about; nil for most
	cover    *cover                 // the picture that stands for it elsewhere; nil for that of the home page

	passages atomic.Pointer[[]passage] // of a pattern's text, once its HTML is made

	successor bool // it has taken the place of another page
	unlisted  bool // neither the site map nor a search leads to it
}

// name is that of the page's file.
func (p *page) name() string { return p.dir + cmp.Or(p.as, "index.html") }

// root leads from the page to the home page's folder.
func (p *page) root() string { return cmp.Or(p.top, strings.Repeat("../", strings.Count(p.dir, "/"))) }

// path is the page's folder as a part of an address.
func (p *page) path() string {
	parts := strings.Split(p.dir, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// heading is the page's title without the name of the site.
func (b *builder) heading(pg *page) string { return strings.TrimSuffix(pg.title, " – "+b.name()) }

// href leads from the page to another.
func (p *page) href(to *page) string { return p.root() + to.path() + "index.html" }

// has tells whether a link may name the fragment.
func (p *page) has(fragment string) bool {
	return p.sure != nil && p.sure(fragment) || p.ids != nil && p.ids()[fragment]
}

// builder holds what the pages of one build share. After newBuilder it only changes inside its locks.
type builder struct {
	site      Site
	base      string
	templates map[string]*template.Template // by page kind
	markdown  goldmark.Markdown
	code      *highlighter
	assets    map[string]asset // by plain name: style.css
	icon      icon
	licence   string // of what the pages say

	pages    []*page  // all of them, in the order of the bar
	bar      []*page  // those that stand there
	foot     []*page  // those that stand in the footer
	bars     sync.Map // its links as template.HTML, by root and by the bar's word of the page that they are on
	home     *page
	catalog  *page
	checks   *page // nil where no pattern names a check of another tool
	data     *page
	entries  []entry // of the feeds; none where there are no feeds
	missing  *page
	search   *page
	patterns map[string]*page // by ID
	chapters map[string]*page // by ID
	kinds    map[string]*page // by name
	texts    map[string]*page // by name; the glossary is one
	groups   [][]group        // of patterns, by index of the facet
	lists    map[string]*page // of the patterns with a value of a facet, by folder: patterns/severity/high/
	paths    map[string]*page // of reading paths, by ID
	words    map[reading]int  // how many there are to read, of patterns on reading paths
	terms    *terms           // nil where there is no glossary
	sources  map[string]*page // what files of the catalog link to, by file name from its root: storage/x.md, storage/README.md, storage
}

// parts add the pages of the site, each its own, in the order of the bar. A part sees what those before it have added.
var parts = []func(*builder) error{
	(*builder).addHome,
	(*builder).addCatalog,
	(*builder).addChapters,
	(*builder).addPatterns,
	(*builder).addMap,
	(*builder).addPaths,
	(*builder).addChecks,
	(*builder).addGlossary,
	(*builder).addKinds,
	(*builder).addTexts,
	(*builder).addData,
	(*builder).addMissing,
	(*builder).addSearch, // the last: it finds what the others have added
}

func newBuilder(s Site) (*builder, error) {
	if s.Catalog == nil {
		return nil, fmt.Errorf("a site needs a catalog")
	}
	base, err := patterns.BaseURL(s.BaseURL)
	if s.BaseURL != "" && err != nil {
		return nil, err
	}
	b := &builder{
		site: s, base: base, markdown: newMarkdown(), code: newHighlighter(),
		patterns: map[string]*page{}, chapters: map[string]*page{}, kinds: map[string]*page{}, texts: map[string]*page{}, lists: map[string]*page{}, sources: map[string]*page{},
		paths: map[string]*page{}, words: map[reading]int{},
	}
	if b.templates, err = parseTemplates(); err != nil {
		return nil, err
	}
	if b.assets, err = makeAssets(); err != nil {
		return nil, err
	}
	if err = b.dress(); err != nil {
		return nil, err
	}
	for _, add := range parts {
		if err := add(b); err != nil {
			return nil, err
		}
	}
	b.terms = b.findTerms()
	for id := range s.Notes {
		if b.patterns[id] == nil {
			return nil, fmt.Errorf("notes for %s: there is no such pattern", id)
		}
	}
	return b, b.checkTitles()
}

// add adds a page, under the names by which files of the catalog may link to it. A name that is taken stays with the page that has it: chapters and patterns
// come before what is generated.
func (b *builder) add(pg *page, sources ...string) *page {
	b.pages = append(b.pages, pg)
	if pg.bar != "" {
		b.bar = append(b.bar, pg)
	}
	if pg.foot != "" {
		b.foot = append(b.foot, pg)
	}
	for _, name := range sources {
		if b.sources[name] == nil {
			b.sources[name] = pg
		}
	}
	return pg
}

// checkTitles finds pages that a reader could not tell apart in the tabs of a browser.
func (b *builder) checkTitles() error {
	var errs patterns.Errors
	first := map[string]string{}
	for _, pg := range b.pages {
		if other, taken := first[pg.title]; taken {
			errs = append(errs, &patterns.Error{File: pg.file, Msg: "its title is that of " + other + "; every page has its own"})
		}
		first[pg.title] = pg.file
	}
	return errs.Err()
}

// chapterFile is the file that errors name for a chapter.
func chapterFile(c *patterns.Chapter) string { return cmp.Or(c.File, "chapter "+c.ID) }

// file is one file to make.
type file struct {
	name   string
	render func() ([]byte, error)
}

// files lists what the site consists of, Markdown behind all else, since it uses what the making of HTML has found. Two of one name are an error, and so is a name that leads out of the folder.
func (b *builder) files() ([]file, error) {
	var out []file
	for _, pg := range b.pages {
		out = append(out, file{pg.name(), pg.html})
	}
	for _, a := range b.assets {
		out = append(out, file{a.name, func() ([]byte, error) { return a.data, nil }})
	}
	out = append(out, b.outputs()...)
	slices.SortFunc(out, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	for i, f := range out {
		if !fs.ValidPath(f.name) {
			return nil, fmt.Errorf("%s is not the name of a page", f.name)
		}
		if i > 0 && out[i-1].name == f.name {
			return nil, fmt.Errorf("there are two pages %s", f.name)
		}
	}
	first, last := make([]file, 0, len(out)), []file(nil)
	for _, f := range out {
		if path.Ext(f.name) == ".md" {
			last = append(last, f)
		} else {
			first = append(first, f)
		}
	}
	return append(first, last...), nil
}

// execute fills the template of a kind of page.
func (b *builder) execute(kind string, data any) ([]byte, error) {
	t := b.templates[kind]
	if t == nil {
		return nil, errors.New("there is no template " + kind)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "page", data); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// part fills a template that pages share.
func (b *builder) part(name string, data any) (template.HTML, error) {
	var out strings.Builder
	err := b.templates["parts"].ExecuteTemplate(&out, name, data)
	return template.HTML(out.String()), err
}

// parseTemplates gives each kind of page a set of its own: layout, parts, and the kind's "main". A file of templates is a kind of page,
// and one whose name begins with parts has what pages share.
func parseTemplates() (map[string]*template.Template, error) {
	shared, err := template.ParseFS(embedded, "templates/layout.html", "templates/parts*.html")
	if err != nil {
		return nil, err
	}
	sets := map[string]*template.Template{"parts": shared}
	files, err := fs.Glob(embedded, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		kind := strings.TrimSuffix(path.Base(name), ".html")
		if kind == "layout" || strings.HasPrefix(kind, "parts") {
			continue
		}
		set, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if sets[kind], err = set.ParseFS(embedded, name); err != nil {
			return nil, err
		}
	}
	return sets, nil
}
