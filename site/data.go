package site

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/patlint/patlint/patterns"
)

// catalogData is the catalog as patterns.json has it; catalog.schema.json says what its fields mean.
type catalogData struct {
	Schema   string        `json:"schema"`
	Name     string        `json:"name"`
	Version  string        `json:"version"`
	URL      string        `json:"url"`
	Chapters []chapterData `json:"chapters"`
	Patterns []patternData `json:"patterns"`
}

type chapterData struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Summary  string   `json:"summary"`
	URL      string   `json:"url"`
	Markdown string   `json:"markdown"`
	Updated  string   `json:"updated,omitempty"`
	Patterns []string `json:"patterns"`
}

type patternData struct {
	ID         string              `json:"id"`
	Title      string              `json:"title"`
	Summary    string              `json:"summary"`
	Pillar     string              `json:"pillar"`
	Severity   string              `json:"severity"`
	Chapter    string              `json:"chapter"`
	Since      string              `json:"since"`
	Updated    string              `json:"updated,omitempty"`
	URL        string              `json:"url"`
	Markdown   string              `json:"markdown"`
	Builtin    bool                `json:"builtin"`
	Aliases    []string            `json:"aliases"`
	Replaces   string              `json:"replaces,omitempty"`
	Requires   []string            `json:"requires"`
	Related    []string            `json:"related"`
	Conflicts  []string            `json:"conflicts"`
	Checks     map[string][]string `json:"checks"`
	References []referenceData     `json:"references"`
	Params     []paramData         `json:"params"`
	Rule       *ruleData           `json:"rule"`
}

type referenceData struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

type paramData struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default any    `json:"default"`
	Doc     string `json:"doc"`
}

type ruleData struct {
	Resource string `json:"resource"`
	When     string `json:"when,omitempty"`
	Require  string `json:"require"`
	Message  string `json:"message"`
	Waste    string `json:"waste,omitempty"`
}

func (b *builder) jsonFile() ([]byte, error) {
	data := catalogData{
		Schema: "patlint/catalog/v1", Name: b.name(), Version: b.site.Version, URL: b.address(b.home),
		Chapters: []chapterData{}, Patterns: []patternData{},
	}
	for _, c := range b.site.Catalog.Chapters {
		pg := b.chapters[c.ID]
		cd := chapterData{ID: c.ID, Title: c.Title, Summary: b.plain(c.Summary), URL: b.address(pg), Markdown: b.twinAddress(pg), Updated: b.updated(pg), Patterns: []string{}}
		for _, p := range b.site.Catalog.Patterns {
			if p.Chapter == c.ID {
				cd.Patterns = append(cd.Patterns, p.ID)
			}
		}
		data.Chapters = append(data.Chapters, cd)
	}
	for _, p := range b.site.Catalog.Patterns {
		data.Patterns = append(data.Patterns, b.patternData(p))
	}
	return marshalJSON(data)
}

// updated is the time of a page's last change in the form of RFC 3339, or "".
func (b *builder) updated(pg *page) string {
	if t, ok := b.changed(pg); ok {
		return t.Format(time.RFC3339)
	}
	return ""
}

func (b *builder) patternData(p *patterns.Pattern) patternData {
	pg := b.patterns[p.ID]
	d := patternData{
		ID: p.ID, Title: p.Title, Summary: p.Summary, Pillar: p.Pillar, Severity: p.Severity, Chapter: p.Chapter, Since: p.Since,
		Updated: b.updated(pg), URL: b.address(pg), Markdown: b.twinAddress(pg), Builtin: p.Builtin,
		Aliases: append([]string{}, p.Aliases...), Replaces: p.Replaces.ID,
		Requires: ids(p.Requires), Related: ids(p.Related), Conflicts: ids(p.Conflicts),
		Checks: map[string][]string{}, References: []referenceData{}, Params: []paramData{},
	}
	for _, c := range p.Checks {
		d.Checks[c.Tool] = append(d.Checks[c.Tool], c.IDs...)
	}
	for _, r := range p.References {
		d.References = append(d.References, referenceData(r))
	}
	for _, param := range p.Params {
		d.Params = append(d.Params, paramData{param.Name, param.Type, paramDefault(param), param.Doc})
	}
	if r := p.Rule; r != nil {
		d.Rule = &ruleData{r.Resource.Value, r.When.Value, r.Require.Value, r.Message.Value, r.Waste.Value}
	}
	return d
}

// paramDefault is a default in JSON's own types where it has them.
func paramDefault(p patterns.Param) any {
	switch v := p.Default.(type) {
	case bool, int64, []int64, []string:
		return v
	case float64:
		if !math.IsInf(v, 0) && !math.IsNaN(v) { // JSON has neither
			return v
		}
	}
	return p.DefaultText()
}

func ids(refs []patterns.Ref) []string {
	out := []string{}
	for _, r := range refs {
		out = append(out, r.ID)
	}
	return out
}

// columns are the header of patterns.csv. Readers find columns by name: a new one goes to the end.
var columns = []string{"id", "title", "summary", "pillar", "severity", "chapter", "since", "updated", "resource", "aliases", "requires", "related", "conflicts",
	"checks", "url", "markdown"}

func (b *builder) csvFile() ([]byte, error) {
	var buf bytes.Buffer
	out := csv.NewWriter(&buf)
	out.Write(columns) // errors stay in the writer until Flush
	for _, p := range b.site.Catalog.Patterns {
		d := b.patternData(p)
		var checks []string
		for tool, names := range d.Checks {
			for _, name := range names {
				checks = append(checks, tool+":"+name)
			}
		}
		slices.Sort(checks)
		resource := ""
		if d.Rule != nil {
			resource = d.Rule.Resource
		}
		row := []string{d.ID, d.Title, d.Summary, d.Pillar, d.Severity, d.Chapter, d.Since, d.Updated, resource, strings.Join(d.Aliases, " "),
			strings.Join(d.Requires, " "), strings.Join(d.Related, " "), strings.Join(d.Conflicts, " "), strings.Join(checks, " "), d.URL, d.Markdown}
		for i, s := range row {
			row[i] = csvCell(s)
		}
		out.Write(row)
	}
	out.Flush()
	return buf.Bytes(), out.Error()
}

// formula are the signs that begin a formula, in the wide forms of East Asian keyboards, too.
const formula = "=+-@＝＋－＠"

// csvCell is a text on one line that no spreadsheet takes for a formula: a ' stands in front of the sign that would begin one. Where Excel's language
// separates cells with a semicolon it splits at one even inside of quotes, so what follows a semicolon counts as the beginning of a cell, too.
// (https://owasp.org/www-community/attacks/CSV_Injection)
func csvCell(s string) string {
	parts := strings.SplitAfter(oneLine(s), ";")
	for i, part := range parts {
		rest := strings.TrimLeftFunc(part, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' })
		if rest != "" && strings.ContainsRune(formula, []rune(rest)[0]) {
			parts[i] = part[:len(part)-len(rest)] + "'" + rest
		}
	}
	return strings.Join(parts, "")
}

// oneLine is a text without line breaks, tabs and other control characters.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// dataGroup is a part of the page on data.
type dataGroup struct {
	Title string
	Files []dataFile
}

type dataFile struct {
	Name  string
	Href  string
	About string
}

// dataGroups are the headings of the page on data, in order.
var dataGroups = []string{"The catalog", "Latest changes", "Schemas", "Lists of the pages"}

func (b *builder) addData() error {
	b.entries = b.feedEntries()
	b.data = b.add(&page{
		dir: "data/", title: "Data – " + b.name(), file: "the page on data", html: b.dataPage, markdown: b.dataMarkdown,
	}, "data.md")
	return nil
}

// twins says which pages there are as Markdown, in Markdown.
const twins = "Put `index.md` in the place of `index.html` in the address of a page. The search, the lists by a severity and the like, and addresses of pages that have moved have none."

const dataSummary = "What this site has for scripts, spreadsheets, feed readers and language models."

// forms tell what the schemas of patlint's own describe. Keep sorted.
var forms = map[string]string{
	"configuration": "The form of .patlint.yaml.",
	"pattern":       "The form of a pattern's front matter and, under $defs, of its rule.",
	"report":        "The form of what patlint check -f json writes.",
	"test":          "The form of what patlint test -f json writes.",
}

// dataFiles are the outputs that a reader may want, by group and name. A group without any is left out.
func (b *builder) dataFiles() []dataGroup {
	files := map[string][]dataFile{}
	add := func(group, name, about string) {
		files[group] = append(files[group], dataFile{name, b.data.root() + name, about})
	}
	for _, o := range outputTable {
		if o.group != "" && o.wanted(b) {
			add(o.group, o.name, o.about)
		}
	}
	for name := range b.site.Schemas {
		add("Schemas", schemaName(name), cmp.Or(forms[name], "JSON Schema of "+name+"."))
	}
	if len(b.sitemapFiles()) > 0 {
		add("Lists of the pages", "sitemap.xml", "The addresses of all pages, for search engines.")
	}
	var out []dataGroup
	for _, title := range dataGroups {
		if fs := files[title]; len(fs) > 0 {
			slices.SortFunc(fs, func(a, b dataFile) int { return cmp.Compare(a.Name, b.Name) })
			out = append(out, dataGroup{title, fs})
		}
	}
	return out
}

func (b *builder) dataPage() ([]byte, error) {
	data := struct {
		head
		Groups  []dataGroup
		Twins   template.HTML
		Example template.HTML
	}{head: b.head(b.data, dataSummary), Groups: b.dataFiles(), Twins: b.inline(b.data, twins)}
	if b.base != "" {
		var err error
		data.Example, err = b.block(codeView{Lang: "sh", Text: "curl -s " + shellWord(b.base+"patterns.json") + " |\n  jq -r '.patterns[] | select(.severity == \"critical\") | .title'"})
		if err != nil {
			return nil, err
		}
	}
	return b.execute("data", data)
}

// shellWord quotes an address for a shell where it needs that.
func shellWord(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func (b *builder) dataMarkdown() ([]byte, error) {
	var out markdownText
	out.head("Data", dataSummary)
	for _, g := range b.dataFiles() {
		out.printf("## %s\n\n", g.Title)
		for _, f := range g.Files {
			out.link(f.Name, f.Href, f.About)
		}
		out.printf("\n")
	}
	out.body("## Pages as Markdown\n\n" + twins)
	return out.bytes(), nil
}
