package site

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// published is a site with all that a site can have.
func published(t testing.TB) Site {
	t.Helper()
	cat := load(t, ruledFiles())
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	s := Site{
		Catalog: cat, BaseURL: "https://example.org/docs", Version: "1.2.3",
		Schemas: map[string][]byte{"report": []byte("{}\n")}, History: map[string]Change{"patterns/storage/README.md": {at, "Write it"}},
		Texts: []Text{{Name: "reference", Bar: "Rules", Title: "What rules can name", Summary: "All.", Body: "All of it.\n\n## Kinds\n"}},
	}
	for i, p := range cat.Patterns {
		s.History[p.File] = Change{at.AddDate(0, 0, i), fmt.Sprintf("Change %d & <more>", i)}
	}
	p := cat.Pattern("leave-gp2-burst-behind")
	s.Notes = map[string][]Note{p.ID: {
		{Line: p.Examples[0].Line + 1, Text: "25 GiB of gp2"},
		{Line: p.Examples[0].Line + 3, Text: "30 GiB\n<b>of</b> gp2"},
	}}
	return s
}

func TestOutputsGolden(t *testing.T) {
	s := published(t)
	files := render(t, s)
	for name, file := range map[string]string{
		"_headers": "headers.txt", "data/index.md": "data.md", "feed.json": "feed.json", "feed.xml": "feed.xml", "index.md": "home.md", "llms.txt": "llms.txt",
		"patterns.csv": "patterns.csv", "patterns.json": "patterns.json", "sitemap.xml": "sitemap.xml", "robots.txt": "robots.txt",
		"chapters/storage/index.md": "chapter.md", "patterns/leave-gp2-burst-behind/index.md": "pattern.md", "reference/index.md": "text.md",
	} {
		golden(t, file, files[name])
	}
	if d := cmp.Diff(files, render(t, s)); d != "" {
		t.Errorf("two builds differ:\n%s", d)
	}
	if string(files["schemas/report.schema.json"]) != "{}\n" {
		t.Error("a schema does not come out as it went in")
	}
}

func TestOutputTable(t *testing.T) {
	if !slices.IsSortedFunc(outputTable, func(a, b output) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the table of outputs is not sorted")
	}
	for _, o := range outputTable {
		if o.group != "" && (!slices.Contains(dataGroups, o.group) || o.about == "") {
			t.Errorf("%s: the page on data has no heading %q, or no words", o.name, o.group)
		}
	}
}

// TestWithoutAddress: what must name pages in full is left out, and so is every link to it.
func TestWithoutAddress(t *testing.T) {
	full := published(t)
	for name, change := range map[string]func(*Site){
		"no base URL": func(s *Site) { s.BaseURL = "" },
		"no history":  func(s *Site) { s.History = nil },
		"preview":     func(s *Site) { s.Preview = true },
	} {
		s := full
		change(&s)
		files := render(t, s)
		home := string(files["index.html"])
		feeds, sitemap := name == "preview", name == "no history"
		if got := files["feed.xml"] != nil && files["feed.json"] != nil; got != feeds {
			t.Errorf("%s: feeds %t", name, got)
		}
		if got := strings.Contains(home, "feed.xml"); got != feeds {
			t.Errorf("%s: the home page leads to a feed: %t", name, got)
		}
		if got := files["sitemap.xml"] != nil; got != sitemap || strings.Contains(string(files["robots.txt"]), "Sitemap:") != sitemap {
			t.Errorf("%s: site map %t, robots.txt:\n%s", name, got, files["robots.txt"])
		}
		if robots := string(files["robots.txt"]); strings.Contains(robots, "Disallow") { // who may not read a page does not read its noindex
			t.Errorf("%s: robots.txt:\n%s", name, robots)
		}
		if got := strings.Contains(home, `property="og:url"`); got != (s.BaseURL != "") {
			t.Errorf("%s: Open Graph %t", name, got)
		}
		if got := strings.Contains(home, `<meta name="robots" content="noindex">`); got != s.Preview {
			t.Errorf("%s: noindex %t", name, got)
		}
		if got := strings.Contains(string(files["_headers"]), "X-Robots-Tag: noindex"); got != s.Preview {
			t.Errorf("%s: X-Robots-Tag %t", name, got)
		}
	}
}

func TestPolicyInOnePlace(t *testing.T) {
	files := render(t, published(t))
	var meta string
	for _, m := range all(parseHTML(t, files["index.html"]), "meta", "") {
		if attr(m, "http-equiv") == "Content-Security-Policy" {
			meta = attr(m, "content")
		}
	}
	if want := "  Content-Security-Policy: " + meta + "; frame-ancestors 'none'\n"; meta == "" || !strings.Contains(string(files["_headers"]), want) {
		t.Errorf("the header is not the policy of the pages and frame-ancestors:\n%s", files["_headers"])
	}
}

func TestCatalogSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(catalogSchema))
	if err != nil {
		t.Fatal(err)
	}
	closeObjects(doc)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("catalog.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(data string) error {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(doc)
	}
	builtin, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	good := ""
	for _, s := range []Site{{Catalog: builtin}, {Catalog: &patterns.Catalog{}}, published(t)} {
		b, err := newBuilder(s)
		if err != nil {
			t.Fatal(err)
		}
		data, err := b.jsonFile()
		if err != nil {
			t.Fatal(err)
		}
		good = string(data)
		if err := valid(good); err != nil {
			t.Error(err)
		}
	}
	for old, bad := range map[string]string{
		`"severity": "high"`:                  `"severity": "urgent"`,
		`"pillar": "cost"`:                    `"pillar": "money"`,
		`"schema": "patlint/catalog/v1"`:      `"schema": "patlint/catalog/v2"`,
		`"type": "duration"`:                  `"type": "time"`,
		`"id": "measure-first"`:               `"id": "Measure First"`,
		`"rule": null`:                        `"rule": {}`,
		`"builtin": true`:                     `"builtin": true, "more": 1`,
		`"updated": "2026-03-01T11:00:00Z"`:   `"updated": "yesterday"`,
		`"message": "${volume.Size} GiB of`:   `"msg": "${volume.Size} GiB of`,
		`"default": 1000`:                     `"default": null`,
		`"title": "EBS User Guide: volumes",`: ``,
	} {
		if changed := strings.ReplaceAll(good, old, bad); changed == good {
			t.Errorf("the file has no %s", old)
		} else if valid(changed) == nil {
			t.Errorf("the schema takes %s", bad)
		}
	}
	sets := struct {
		Defs struct {
			Pattern struct {
				Properties map[string]struct{ Enum []string }
			}
		} `json:"$defs"`
	}{}
	if err := json.Unmarshal(catalogSchema, &sets); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{"pillar": patterns.Pillars, "severity": patterns.Severities} {
		if d := cmp.Diff(want, sets.Defs.Pattern.Properties[name].Enum); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// closeObjects makes a schema refuse what it does not name. The published one leaves room for what a later patlint adds.
func closeObjects(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, ok := s["properties"].(map[string]any); ok && s["type"] == "object" {
			s["additionalProperties"] = false
		}
		for _, inner := range s {
			closeObjects(inner)
		}
	case []any:
		for _, inner := range s {
			closeObjects(inner)
		}
	}
}

func TestSchemaAddress(t *testing.T) {
	s := Site{Catalog: load(t, ruledFiles()), BaseURL: "https://example.org/a&b", Schemas: map[string][]byte{"x": []byte(`{"$id": "` + patterns.SiteURL + `schemas/x.schema.json"}`)}}
	files := render(t, s)
	for _, name := range []string{"catalog", "x"} {
		var doc struct {
			ID string `json:"$id"`
		}
		file := "schemas/" + name + ".schema.json"
		if err := json.Unmarshal(files[file], &doc); err != nil || doc.ID != "https://example.org/a&b/"+file {
			t.Errorf("%s: $id %s, error %v", file, doc.ID, err)
		}
	}
}

func TestBadSchemas(t *testing.T) {
	cat := load(t, ruledFiles())
	for name, want := range map[string]string{
		"catalog": "there are two pages schemas/catalog.schema.json", "../../x": "schemas/../../x.schema.json is not the name of a page", "broken": "the schema broken is not JSON",
	} {
		if _, err := renderAll(t, Site{Catalog: cat, Schemas: map[string][]byte{name: []byte("{")}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func TestSplitSitemap(t *testing.T) {
	var entries []sitemapEntry
	for i := range 7 {
		entries = append(entries, sitemapEntry{Loc: fmt.Sprintf("https://example.org/%d?a&b", i), LastMod: "2026-01-01T00:00:00Z"})
	}
	type sitemap struct {
		XMLName xml.Name
		URLs    []string `xml:"url>loc"`
		Parts   []string `xml:"sitemap>loc"`
	}
	var names, urls []string
	for _, f := range splitSitemap("https://example.org/", entries, 3) {
		data, err := f.render()
		if err != nil {
			t.Fatal(err)
		}
		var m sitemap
		if err := xml.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		names, urls = append(names, f.name), append(urls, m.URLs...)
		if m.XMLName.Space != "http://www.sitemaps.org/schemas/sitemap/0.9" {
			t.Errorf("%s has the name space %q", f.name, m.XMLName.Space)
		}
		if f.name == "sitemap.xml" && strings.Join(m.Parts, " ") != "https://example.org/sitemap-1.xml https://example.org/sitemap-2.xml https://example.org/sitemap-3.xml" {
			t.Errorf("the list of parts is %q", m.Parts)
		}
	}
	if d := cmp.Diff([]string{"sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"}, names); d != "" {
		t.Error(d)
	}
	if len(urls) != 7 || urls[6] != "https://example.org/6?a&b" {
		t.Errorf("the addresses are %q", urls)
	}
}

// hostileCatalog has a pattern whose every text is a trap.
func hostileCatalog(evil string) *patterns.Catalog {
	p := &patterns.Pattern{
		ID: "x", Chapter: "c", File: "/home/jo/c/x.md", Title: evil, Summary: evil, Pillar: evil, Severity: evil, Since: evil,
		Params: []patterns.Param{{Name: evil, Type: evil, Default: evil, Doc: evil}}, Checks: []patterns.Check{{Tool: evil, IDs: []string{evil}}},
		References: []patterns.Reference{{Title: evil, URL: "https://example.org/?" + evil}}, BodyLine: 1, Body: "Text.",
		Rule: &patterns.Rule{Resource: patterns.Text{Value: evil}, Require: patterns.Text{Value: evil}},
	}
	p.Related = []patterns.Ref{{ID: "x"}}
	return &patterns.Catalog{Patterns: []*patterns.Pattern{p}, Chapters: []*patterns.Chapter{{ID: "c", File: "/home/jo/c/README.md", Title: "C", Body: "Text."}}}
}

// Whatever a title holds, the outputs are well formed and give it back as text.
func TestHostileOutputs(t *testing.T) {
	for _, evil := range []string{
		`]]></title><script>alert(1)</script>`, `=cmd("calc")`, "a\nb\r\n# c\t[x](javascript:y)", `"quoted" 'too' \ & &lt; **b** _i_ <!-- `, "</script><!--\u2028${x}{{.}}", "x;=1+1", "1. one", "# head #",
		"\x00\x1b[31m\u202e日本語",
	} {
		t.Run(evil, func(t *testing.T) {
			files, err := renderAll(t, Site{
				Catalog: hostileCatalog(evil), BaseURL: "https://example.org/", Cards: true, Brand: Brand{Name: "Us", Tagline: evil},
				History: map[string]Change{"/home/jo/c/x.md": {time.Unix(1_760_000_000, 0), evil}},
			})
			if err != nil {
				t.Fatal(err)
			}
			for name, data := range files {
				if bytes.Contains(data, []byte("/home/jo")) {
					t.Errorf("%s tells where the catalog lies", name)
				}
				checkHostile(t, name, data, evil)
			}
			if files["cards/patterns/x.png"] == nil {
				t.Error("there is no card")
			}
		})
	}
}

func checkHostile(t *testing.T, name string, data []byte, evil string) {
	t.Helper()
	switch {
	case strings.HasSuffix(name, ".html"):
		doc := parseHTML(t, data)
		checkTree(t, name, doc)
		for _, n := range all(doc, "script", "") {
			if attr(n, "type") == "application/ld+json" && !strings.Contains(fmt.Sprint(decode(t, name, []byte(n.FirstChild.Data))), evil) {
				t.Errorf("%s: the title is not in the linked data: %s", name, n.FirstChild.Data)
			}
		}
	case strings.HasSuffix(name, ".json"):
		if v := decode(t, name, data); !strings.HasPrefix(name, "schemas/") && !strings.Contains(fmt.Sprint(v), evil) {
			t.Errorf("%s does not hold the title", name)
		}
	case strings.HasSuffix(name, ".xml"):
		d := xml.NewDecoder(bytes.NewReader(data))
		for tok, err := d.Token(); tok != nil; tok, err = d.Token() {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	case strings.HasSuffix(name, ".csv"):
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%s has %d rows: %v", name, len(rows), err)
		}
		for _, c := range rows[1] {
			if strings.ContainsAny(c, "\n\r\t\x00\x1b") || c != "" && strings.ContainsRune(formula, []rune(c)[0]) || strings.Contains(c, ";=") {
				t.Errorf("%s has the cell %q", name, c)
			}
		}
	case strings.HasSuffix(name, ".md"), name == "llms.txt":
		if name == "patterns/x/index.md" {
			doc, src := parseMarkdown(data)
			if got := words(doc.FirstChild(), src); got != oneLine(evil) {
				t.Errorf("%s: the title reads %q", name, got)
			}
		}
		for _, dest := range destinations(data) {
			if strings.HasPrefix(dest, "javascript:") {
				t.Errorf("%s leads to %s", name, dest)
			}
		}
	}
}

func decode(t *testing.T, name string, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return v
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "=1": "'=1", "-x": "'-x", "a-b": "a-b", " @x": "'@x", "\t=1": "'=1", "a;=1": "a;'=1", `a; "=1"`: `a; "'=1"`, "＝1": "'＝1", "a\r\nb": "a b", "a;b": "a;b",
	} {
		if got := csvCell(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"https://e.org/a/": "https://e.org/a/", "https://e.org/$(x)'&/": `'https://e.org/$(x)'\''&/'`} {
		if got := shellWord(in); got != want {
			t.Errorf("%s became %s", in, got)
		}
	}
}

// TestDataPage: the page on data leads to every output that people may want, under one heading each.
func TestDataPage(t *testing.T) {
	files := render(t, published(t))
	doc := parseHTML(t, files["data/index.html"])
	linked := map[string]bool{}
	for _, a := range all(doc, "a", "") {
		linked[strings.TrimPrefix(attr(a, "href"), "../")] = true
	}
	for _, name := range []string{"feed.json", "feed.xml", "llms.txt", "patterns.csv", "patterns.json", "schemas/catalog.schema.json", "schemas/report.schema.json", "sitemap.xml"} {
		if !linked[name] {
			t.Errorf("the page does not lead to %s; it leads to %q", name, slices.Sorted(maps.Keys(linked)))
		}
	}
	if d := cmp.Diff([]string{"The catalog", "Latest changes", "Schemas", "Lists of the pages", "Pages as Markdown"}, texts(all(doc, "h2", ""))); d != "" {
		t.Error(d)
	}
}
