package site

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark/ast"
)

// A record is what the search knows of a page, or of a place on one. The script assets/search/search.js reads it.
type record struct {
	URL      string   `json:"url"` // from the site's root
	Title    string   `json:"title"`
	Kind     string   `json:"kind"` // pattern, chapter, term, page, path, kind, type or list
	ID       string   `json:"id,omitempty"`
	Severity string   `json:"severity,omitempty"`
	Summary  string   `json:"summary,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Headings []string `json:"headings,omitempty"`
	Names    []string `json:"names,omitempty"`  // former IDs, and the IDs of other tools
	Minute   string   `json:"minute,omitempty"` // what a pattern says in one minute, for its symptoms; nobody is shown it
}

// What a record may hold of a text, so that no author can blow up the index.
const (
	maxSummary  = 200 // bytes
	maxMinute   = 800 // bytes
	maxHeadings = 40
	maxNames    = 120
)

// addSearch adds the index and the page of the search. Pages that come later are not found.
func (b *builder) addSearch() error {
	records := b.records()
	index, err := searchIndex(records)
	if err != nil {
		return err
	}
	b.assets["search-index.js"] = newAsset("search-index.js", index)
	b.search = &page{dir: "search/", title: "Search – " + b.name(), file: "the search", unlisted: true}
	b.search.html = func() ([]byte, error) { return b.searchPage(records) }
	b.add(b.search)
	return nil
}

// searchIndex is a script, since a page that is read from a disk can load nothing else. JSON leaves nothing in a string that a script could stumble over.
func searchIndex(records []record) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("patlintIndex=[\n")
	for i, r := range records {
		data, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteString(",\n")
		}
		out.Write(data)
	}
	out.WriteString("\n];\n")
	return out.Bytes(), nil
}

// records lists all that can be found, by title.
func (b *builder) records() []record {
	known := map[*page]record{}
	cat := b.site.Catalog
	for _, p := range cat.Patterns {
		known[b.patterns[p.ID]] = patternRecord(b, p)
	}
	for _, c := range cat.Chapters {
		known[b.chapters[c.ID]] = record{Title: c.Title, Kind: "chapter", ID: c.ID, Summary: b.plain(c.Summary), Headings: b.subheads(c.Body, 2)}
	}
	if g := cat.Glossary; g != nil {
		known[b.texts["glossary"]] = record{Title: g.Title, Kind: "page", Summary: b.plain(g.Summary)} // its terms are records of their own
	}
	for _, t := range b.site.Texts {
		known[b.texts[t.Name]] = record{Title: t.Title, Kind: "page", Summary: b.plain(t.Summary), Headings: b.subheads(t.Body, 2)}
	}
	for _, k := range b.site.Kinds {
		r := record{Title: k.Name, Kind: "kind", Summary: sentence(k.Doc)}
		if !k.Subject {
			r.Kind = "type"
		}
		known[b.kinds[k.Name]] = r
	}
	for _, groups := range b.groups {
		for _, g := range groups {
			if pg := b.lists[g.dir()]; pg != nil {
				known[pg] = record{Title: g.title + ": " + g.label, Kind: "list"}
			}
		}
	}
	paths := map[string]record{}
	for _, p := range cat.Paths {
		paths[pathDir(p)] = record{Title: p.Title, Kind: "path", Summary: p.Summary}
	}
	var out []record
	for _, pg := range b.pages {
		if pg.unlisted {
			continue
		}
		r, ok := known[pg]
		if !ok {
			r, ok = paths[pg.dir]
		}
		if !ok {
			r = record{Title: b.heading(pg), Kind: "page"}
		}
		r.URL = pg.path() + "index.html"
		out = append(out, r.bounded())
	}
	out = append(out, b.termRecords()...)
	slices.SortFunc(out, func(a, b record) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), strings.Compare(a.URL, b.URL))
	})
	return out
}

func patternRecord(b *builder, p *patterns.Pattern) record {
	r := record{Title: p.Title, Kind: "pattern", ID: p.ID, Severity: p.Severity, Summary: p.Summary, Tags: []string{p.Pillar}, Names: slices.Clone(p.Aliases)}
	if c := b.site.Catalog.Chapter(p.Chapter); c != nil {
		r.Tags = append(r.Tags, c.Title)
	}
	if kind := resource(p); kind.label != "" {
		r.Tags = append(r.Tags, kind.label)
	}
	for _, s := range p.Sections {
		r.Headings = append(r.Headings, b.subheads(s.Body, 3)...)
		if s.Title == minute {
			r.Minute = b.blocks(s.Body)
		}
	}
	for _, c := range p.Checks {
		r.Names = append(r.Names, c.IDs...)
	}
	return r
}

// bounded cuts what is too long for an index.
func (r record) bounded() record {
	r.Summary, r.Minute = clip(r.Summary, maxSummary), clip(r.Minute, maxMinute)
	r.Headings = r.Headings[:min(len(r.Headings), maxHeadings)]
	r.Names = r.Names[:min(len(r.Names), maxNames)]
	return r
}

// termRecords are the words of the glossary, each with what is said of it first.
func (b *builder) termRecords() []record {
	g := b.site.Catalog.Glossary
	if g == nil {
		return nil
	}
	data := []byte(g.Body)
	doc, _ := b.parse(data)
	var out []record
	for _, h := range headings(doc, data, false) {
		if h.Level != 2 {
			continue
		}
		r := record{Title: h.Title, Kind: "term", URL: b.texts["glossary"].path() + "index.html#" + h.ID}
		if next, ok := h.node.NextSibling().(*ast.Paragraph); ok {
			r.Summary = words(next, data)
		}
		out = append(out, r.bounded())
	}
	return out
}

// blocks is a text without its Markdown, with a space between its blocks.
func (b *builder) blocks(markdown string) string {
	var out []string
	for part := range strings.SplitSeq(markdown, "\n\n") {
		if s := b.plain(part); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// subheads are the headings of a text from a level on. It reads lines and not Markdown, because every build needs them of every page.
func (b *builder) subheads(body string, level int) (out []string) {
	for line := range prose(body) {
		title := strings.TrimLeft(line, "#")
		if n := len(line) - len(title); n >= level && n <= 6 && strings.HasPrefix(title, " ") && len(out) < maxHeadings {
			out = append(out, clip(b.plain(title), maxSummary))
		}
	}
	return out
}

// clip cuts a text after a word, to at most n bytes and the sign that says so.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	s = s[:n]
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:.") + "…"
}

// letter is a part of the list from A to Z.
type letter struct {
	Name, ID string
	Entries  []listed
}

// listed is a record in that list.
type listed struct {
	record
	Href string
}

// Name is the title, in which the name of a kind may break.
func (l listed) Name() template.HTML {
	if l.Kind == "kind" || l.Kind == "type" {
		return breakable(l.Title)
	}
	return template.HTML(template.HTMLEscapeString(l.Title))
}

// alphabet parts the records, which are sorted by title. What begins with no letter stands in front.
func alphabet(from *page, records []record) []letter {
	out := []letter{{Name: "#", ID: "other"}}
	at := map[string]int{"#": 0}
	for _, r := range records {
		first, _ := utf8.DecodeRuneInString(r.Title)
		name := "#"
		if unicode.IsLetter(first) {
			name = string(unicode.ToUpper(first))
		}
		i, known := at[name]
		if !known {
			i = len(out)
			at[name], out = i, append(out, letter{Name: name, ID: "letter-" + strings.ToLower(name)})
		}
		out[i].Entries = append(out[i].Entries, listed{r, from.root() + r.URL})
	}
	if len(out[0].Entries) == 0 {
		return out[1:]
	}
	return out
}

func (b *builder) searchPage(records []record) ([]byte, error) {
	return b.execute("search", struct {
		head
		Count   int
		Letters []letter
	}{b.head(b.search, fmt.Sprintf("Search the patterns, chapters and words of %s, or read the list of all from A to Z.", b.name())), len(records), alphabet(b.search, records)})
}
