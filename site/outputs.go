package site

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/patterns"
)

// output is a file that a site has besides its pages and their assets.
type output struct {
	name   string
	group  string // the heading under which the page on data has it; "" where it does not
	about  string // what it is
	wanted func(*builder) bool
	render func(*builder) ([]byte, error)
}

// outputTable has every output of one file, by name.
var outputTable = []output{
	{"_headers", "", "", always, (*builder).headersFile},
	{"feed.json", "Latest changes", "The latest changes as JSON Feed 1.1.", (*builder).hasFeeds, (*builder).jsonFeedFile},
	{"feed.xml", "Latest changes", "The latest changes as an Atom feed.", (*builder).hasFeeds, (*builder).atomFile},
	{"llms.txt", "Lists of the pages", "The contents of this site for language models: its pages as Markdown, one line each.", always, (*builder).llmsFile},
	{"patterns.csv", "The catalog", "The catalog as a table, a row for each pattern. Safe to open in a spreadsheet: no cell is read as a formula.", always, (*builder).csvFile},
	{"patterns.json", "The catalog", "The catalog in full: patterns with their rules, params and relations. Its form is in schemas/catalog.schema.json.", always, (*builder).jsonFile},
	{"robots.txt", "", "", always, (*builder).robotsFile},
	{"schemas/catalog.schema.json", "Schemas", "The form of patterns.json.", always, (*builder).catalogSchemaFile},
}

// families are outputs of several files.
var families = []func(*builder) []file{
	(*builder).coverFiles,
	(*builder).markdownFiles,
	(*builder).schemaFiles,
	(*builder).sitemapFiles,
}

func always(*builder) bool { return true }

// outputs lists the files that are neither pages nor assets.
func (b *builder) outputs() []file {
	var out []file
	for _, o := range outputTable {
		if o.wanted(b) {
			out = append(out, file{o.name, func() ([]byte, error) { return o.render(b) }})
		}
	}
	for _, family := range families {
		out = append(out, family(b)...)
	}
	return out
}

// address is where a page stands: in full where the site's address is known, else from the root of the site.
func (b *builder) address(pg *page) string {
	if b.base == "" {
		return pg.path() + "index.html"
	}
	return b.base + pg.path()
}

// twinAddress is the address of a page's Markdown, or of the page where it has none.
func (b *builder) twinAddress(pg *page) string {
	if pg.markdown == nil {
		return b.address(pg)
	}
	return b.base + pg.path() + "index.md"
}

// changed tells when the file of a page was changed last.
func (b *builder) changed(pg *page) (time.Time, bool) {
	c, ok := b.site.History[pg.file]
	return c.Time.UTC().Truncate(time.Second), ok && !c.Time.IsZero()
}

// listed are the pages that readers are led to.
func (b *builder) listed() []*page {
	return slices.DeleteFunc(slices.Clone(b.pages), func(pg *page) bool { return pg.unlisted })
}

//go:embed catalog.schema.json
var catalogSchema []byte

func (b *builder) catalogSchemaFile() ([]byte, error) { return b.schema(catalogSchema) }

// schema gives a schema the address that it has on this site, in the place of the one on patlint's own.
func (b *builder) schema(data []byte) ([]byte, error) {
	if b.base == "" {
		return data, nil
	}
	base, err := json.Marshal(b.base)
	return bytes.Replace(data, []byte(`"$id": "`+patterns.SiteURL), append([]byte(`"$id": `), base[:len(base)-1]...), 1), err
}

// schemaFiles are the schemas that the site was given.
func (b *builder) schemaFiles() []file {
	var out []file
	for name, data := range b.site.Schemas {
		out = append(out, file{schemaName(name), func() ([]byte, error) {
			if !json.Valid(data) {
				return nil, fmt.Errorf("the schema %s is not JSON", name)
			}
			return b.schema(data)
		}})
	}
	return out
}

func schemaName(name string) string { return "schemas/" + name + ".schema.json" }

// markdownFiles are the pages as Markdown.
func (b *builder) markdownFiles() []file {
	var out []file
	for _, pg := range b.pages {
		if pg.markdown != nil {
			out = append(out, file{pg.dir + "index.md", pg.markdown})
		}
	}
	return out
}

// sitemapLimit is the most addresses that a site map may have.
const sitemapLimit = 50_000

type sitemapEntry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// sitemapFiles are the site map or, where it would be too long, its parts and a list of them. A preview has none, and neither has a site whose
// address nobody knows.
func (b *builder) sitemapFiles() []file {
	if b.base == "" || b.site.Preview {
		return nil
	}
	return splitSitemap(b.base, b.sitemapEntries(), sitemapLimit)
}

func (b *builder) sitemapEntries() []sitemapEntry {
	var out []sitemapEntry
	for _, pg := range b.listed() {
		e := sitemapEntry{Loc: b.address(pg)}
		if t, ok := b.changed(pg); ok {
			e.LastMod = t.Format(time.RFC3339)
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b sitemapEntry) int { return cmp.Compare(a.Loc, b.Loc) })
	return out
}

func splitSitemap(base string, entries []sitemapEntry, limit int) []file {
	if len(entries) <= limit {
		return []file{{"sitemap.xml", func() ([]byte, error) { return sitemapXML(entries) }}}
	}
	var out []file
	var list []sitemapEntry
	for part := range slices.Chunk(entries, limit) {
		name := fmt.Sprintf("sitemap-%d.xml", len(out)+1)
		out = append(out, file{name, func() ([]byte, error) { return sitemapXML(part) }})
		list = append(list, sitemapEntry{Loc: base + name})
	}
	return append(out, file{"sitemap.xml", func() ([]byte, error) {
		return xmlFile(struct {
			XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
			Parts   []sitemapEntry `xml:"sitemap"`
		}{Parts: list})
	}})
}

func sitemapXML(entries []sitemapEntry) ([]byte, error) {
	return xmlFile(struct {
		XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []sitemapEntry `xml:"url"`
	}{URLs: entries})
}

func xmlFile(v any) ([]byte, error) {
	data, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(xml.Header), data, []byte("\n")), nil
}

// marshalJSON writes one value and a line break.
func marshalJSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetIndent("", " ")
	err := e.Encode(v)
	return buf.Bytes(), err
}

func (b *builder) robotsFile() ([]byte, error) {
	if b.base == "" || b.site.Preview { // a preview's pages say noindex, and only who may fetch them reads that
		return []byte("User-agent: *\nAllow: /\n"), nil
	}
	return []byte("User-agent: *\nAllow: /\n\nSitemap: " + b.base + "sitemap.xml\n"), nil
}

// headersFile says what a server should send along, in the form that Netlify and Cloudflare Pages read. Hosts join the values of a header that
// two rules set, so each stands in one.
func (b *builder) headersFile() ([]byte, error) {
	var out strings.Builder
	out.WriteString("/*\n" +
		"  Content-Security-Policy: " + policy + "; frame-ancestors 'none'\n" +
		"  Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\n" +
		"  Referrer-Policy: no-referrer\n" +
		"  X-Content-Type-Options: nosniff\n")
	if b.site.Preview {
		out.WriteString("  X-Robots-Tag: noindex\n")
	}
	out.WriteString("/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n" +
		"/*.md\n  Content-Type: text/markdown; charset=utf-8\n" +
		"/feed.json\n  Content-Type: application/feed+json; charset=utf-8\n" +
		"/feed.xml\n  Content-Type: application/atom+xml; charset=utf-8\n")
	return []byte(out.String()), nil
}

// llmsFile is the list of contents that https://llmstxt.org describes.
func (b *builder) llmsFile() ([]byte, error) {
	var out markdownText
	out.head(b.name(), b.summary())
	for _, c := range b.site.Catalog.Chapters {
		out.printf("## %s\n\n", markdownEscape(c.Title))
		out.link(c.Title+": introduction", b.twinAddress(b.chapters[c.ID]), b.plain(c.Summary))
		for _, card := range b.cards(b.home, c.ID) {
			out.link(card.Title, b.twinAddress(b.patterns[card.ID]), card.Summary)
		}
		out.printf("\n")
	}
	out.printf("## Optional\n\n")
	for _, pg := range b.listed() {
		if pg.markdown != nil && pg.pattern == nil && !b.isChapter(pg) {
			out.link(b.heading(pg), b.twinAddress(pg), "")
		}
	}
	return out.bytes(), nil
}

func (b *builder) isChapter(pg *page) bool {
	for _, c := range b.chapters {
		if c == pg {
			return true
		}
	}
	return false
}
