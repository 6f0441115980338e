package site

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
	"golang.org/x/net/html"
)

// Every mistake of an author is an error at the author's line. The text of section Solution begins on line 24.
func TestMistakes(t *testing.T) {
	const (
		file  = "patterns/storage/b.md:24:"
		title = "Mistaken"
	)
	for _, c := range []struct{ name, front, text, want string }{
		{"dead link", "", "See [x](gone.md).", file + `5: the link "gone.md" leads nowhere`},
		{"other chapter", "", "See [x](keep.md).", file + `5: the link "keep.md" leads nowhere; did you mean ../backup/keep.md`},
		{"former ID", "", "See [x](../backup/hold.md).", file + `5: the link "../backup/hold.md" leads nowhere; did you mean ../backup/keep.md`},
		{"out of the catalog", "", "See [x](../../README.md).", file + `5: the link "../../README.md" leads nowhere`},
		{"dead fragment", "", "See [x](#gone).", file + `5: the link "#gone" leads nowhere; that page has no heading #gone`},
		{"dead fragment elsewhere", "", "See [x](../backup/keep.md#gone).", file + `5: the link "../backup/keep.md#gone" leads nowhere; that page has no heading #gone`},
		{"the template's fragment", "", "See [x](#related-patterns).", file + `5: the link "#related-patterns" leads nowhere; that page has no heading #related-patterns`},
		{"http", "", "See [x](http://example.org/).", file + `5: the link "http://example.org/": an address begins with https:// or mailto:, or names a file of the catalog`},
		{"http in brackets", "", "See <http://example.org/>.", file + `5: the link "http://example.org/": an address begins with`},
		{"script link", "", "See [x](javascript:alert%281%29).", file + `5: the link "javascript:alert%281%29": an address begins with`},
		{"data link", "", "See [x](data:text/html;base64,AAAA).", file + `5: the link "data:text/html;base64,AAAA": an address begins with`},
		{"other host", "", "See [x](//example.org/a.md).", file + `5: the link "//example.org/a.md": an address begins with`},
		{"from the root", "", "See [x](/backup/keep.md).", file + `5: the link "/backup/keep.md": name the file relative to this one`},
		{"query", "", "See [x](../backup/keep.md?plain=1).", file + `5: the link "../backup/keep.md?plain=1": name the file relative to this one`},
		{"no address", "", "See [x]().", file + `5: the link has no address`},
		{"no address at all", "", "See [x](<% %>).", file + `5: the link "% %" is not an address`},
		{"image", "", "See ![x](y.png).", file + `5: pages have no images`},
		{"skipped level", "", "#### Deep", file + `1: a level-4 heading below level 2; do not skip a level`},
		{"unknown note", "", "> [!FOO]\n> x", file + `1: a note begins with [!CAUTION], [!IMPORTANT], [!NOTE], [!TIP], [!WARNING], not with [!FOO]`},
		{"500 quotes", "", strings.Repeat("> ", 500) + "x", file + `49: lists and quotes stand in each other at most 24 deep`},
		{"500 lists", "", strings.Repeat("- ", 500) + "x", file + `47: lists and quotes stand in each other at most 24 deep`},
		{"brackets", "", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), file + `2001: more than 2000 brackets in one paragraph`},
		{"tags", "", strings.Repeat("<a ", 5000), file + `6001: more than 2000 brackets in one paragraph`},
		{"footnotes", "", strings.Repeat("[^1]", 3000), file + `1: more than 2000 marks of footnotes on one page`},
		{"addresses", "", strings.Repeat("[a]: #rule\n", 3000), `patterns/storage/b.md:2024:1: more than 2000 addresses of links on one page`},
		{"wide table", "", strings.Repeat("|a", 101) + "|\n" + strings.Repeat("|-", 101) + "|\n", `patterns/storage/b.md:25:1: a table has at most 100 columns`},
		{"a heading without words", "", "### `` ` ``\n\n###", `patterns/storage/b.md:26:1: a heading has words`},
		{"second line", "", "Fine.\n\nSee [x](gone.md).", `patterns/storage/b.md:26:5: the link "gone.md" leads nowhere`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cat, err := patterns.Load(patterns.Source{Name: "patterns", Builtin: true, FS: mapFS(map[string]string{
				"storage/b.md":   guidance(title, c.front, c.text),
				"backup/keep.md": guidance("Keep", "aliases: [hold]\n", "Copy."),
			})})
			if err == nil {
				_, err = renderAll(t, Site{Catalog: cat})
			}
			var errs patterns.Errors
			if !errors.As(err, &errs) || len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestMistakesInChapter(t *testing.T) {
	for text, want := range map[string]string{
		"See [x](gone.md).":           `patterns/storage/README.md:3:5: the link "gone.md" leads nowhere`,
		"See <b>bold.":                `patterns/storage/README.md:3:5: raw HTML is not shown; write Markdown or put it into backticks`,
		"Fine.\n\n<script>x</script>": `patterns/storage/README.md:5:1: raw HTML is not shown; write Markdown`,
		"Fine.\n\n# Second title":     `patterns/storage/README.md:5:1: a page has one level-1 heading, its title; begin with level 2`,
		"Fine.\n\n### Deep":           `patterns/storage/README.md:5:1: a level-3 heading below level 1; do not skip a level`,
	} {
		cat := load(t, mapFS(map[string]string{"storage/README.md": "# Storage\n\n" + text + "\n", "storage/b.md": guidance("B", "", "Do.")}))
		if _, err := renderAll(t, Site{Catalog: cat}); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// All mistakes of all files come at once, in the order of the files.
func TestMistakesTogether(t *testing.T) {
	cat := load(t, mapFS(map[string]string{
		"a/one.md": guidance("One", "", "[x](gone.md) [y](#lost)"),
		"a/two.md": guidance("Two", "", "[x](gone.md)"),
	}))
	_, err := renderAll(t, Site{Catalog: cat})
	var lines []string
	for line := range strings.Lines(err.Error()) {
		file, _, _ := strings.Cut(line, ": ")
		lines = append(lines, file)
	}
	if got, want := strings.Join(lines, " "), "patterns/a/one.md:24:1 patterns/a/one.md:24:14 patterns/a/two.md:24:1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBadSite(t *testing.T) {
	cat := load(t, ruledFiles())
	two := load(t, mapFS(map[string]string{"a/one.md": guidance("Same", "", "Do."), "a/two.md": guidance("Same", "", "Do.")}))
	chapters := load(t, mapFS(map[string]string{
		"a/README.md": "# Same\n\nA.\n", "a/one.md": guidance("One", "", "Do."), "b/README.md": "# Same\n\nB.\n", "b/two.md": guidance("Two", "", "Do."),
	}))
	for _, c := range []struct {
		name string
		site Site
		want string
	}{
		{"no catalog", Site{}, "a site needs a catalog"},
		{"relative base URL", Site{Catalog: cat, BaseURL: "docs/"}, `base URL "docs/"`},
		{"script as base URL", Site{Catalog: cat, BaseURL: "javascript:alert(1)"}, "base URL"},
		{"notes for nobody", Site{Catalog: cat, Notes: map[string][]Note{"gone": {{1, "x"}}}}, "notes for gone: there is no such pattern"},
		{"note outside examples", Site{Catalog: cat, Notes: map[string][]Note{"measure-first": {{3, "x"}}}}, "notes for measure-first: no example holds line 3 of patterns/storage/measure-first.md"},
		{"same title", Site{Catalog: two}, "patterns/a/two.md: its title is that of patterns/a/one.md"},
		{"same title of chapters", Site{Catalog: chapters}, "patterns/b/README.md: its title is that of patterns/a/README.md"},
		{"same ID", Site{Catalog: &patterns.Catalog{
			Chapters: []*patterns.Chapter{{ID: "a"}}, Patterns: []*patterns.Pattern{{ID: "x", Chapter: "a"}, {ID: "y", Chapter: "a", Title: "Y", Aliases: []string{"x"}}},
		}}, "there are two pages patterns/x/index.html"},
		{"no chapter", Site{Catalog: &patterns.Catalog{Patterns: cat.Patterns}}, "the catalog has no chapter"},
		{"ID that climbs", Site{Catalog: &patterns.Catalog{
			Chapters: []*patterns.Chapter{{ID: "a"}}, Patterns: []*patterns.Pattern{{ID: "../../x", Chapter: "a"}},
		}}, "patterns/../../x/index.html is not the name of a page"},
	} {
		if _, err := renderAll(t, c.site); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestRenderStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	site := Site{Catalog: load(t, ruledFiles())}
	if err := Render(ctx, site, func(string, []byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancellation: %v", err)
	}
	full := errors.New("disk full")
	if err := Render(t.Context(), site, func(string, []byte) error { return full }); !errors.Is(err, full) {
		t.Errorf("when write fails: %v", err)
	}
}

// A catalog that was not read by package patterns may hold anything. It ends as text, or not at all.
func TestHostileText(t *testing.T) {
	const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{.}}`
	p := &patterns.Pattern{
		ID: "x", Chapter: "c", File: "patterns/c/x.md", Builtin: true, Title: evil, Summary: evil, Pillar: evil, Severity: `high" onclick="alert(1)`, Since: evil,
		Aliases: []string{"y"}, Params: []patterns.Param{{Name: evil, Type: evil, Default: evil, Doc: evil}},
		Checks:     []patterns.Check{{Tool: evil, IDs: []string{evil}}},
		References: []patterns.Reference{{Title: evil, URL: "https://example.org/\"><script>alert(1)</script>"}},
		Rule:       &patterns.Rule{Resource: patterns.Text{Value: evil}},
		BodyLine:   1,
		Body: "`" + evil + "` [x](https://example.org/\"onclick=alert(1) 't\" onclick=\"alert(1)') <!-- " + evil + " -->\n\n<!-- hidden -->\n\n## `" + evil + "`\n\n" +
			"```yaml rule\na: " + evil + "\n```\n\n```\"><script>\n" + evil + "\n```\n\n    " + evil + "\n\n```json fail\n{\"a\": \"" + evil + "\"}\n```\n",
	}
	p.Related = []patterns.Ref{{ID: "x"}}
	cat := &patterns.Catalog{Patterns: []*patterns.Pattern{p}, Chapters: []*patterns.Chapter{{ID: "c", Title: evil, Summary: "Sum `" + evil + "`", Body: "Sum."}}}
	files, err := renderAll(t, Site{
		Catalog: cat, Version: evil, Notes: map[string][]Note{"x": {{Line: strings.Count(p.Body, "\n") - 1, Text: evil}}},
		Readings: map[string]Reading{"x": {Subject: evil, When: []string{evil, "[x](javascript:alert(1))", "[x](data:text/html,x)", "## a"}, Require: []string{"`" + evil + "`"}}},
		History:  map[string]Change{p.File: {Subject: evil}}, Brand: Brand{Report: "https://example.org/\"><script>alert(1)</script>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		doc := parseHTML(t, data)
		checkTree(t, name, doc)
		checkHarmless(t, name, doc)
	}
	page := parseHTML(t, files["patterns/x/index.html"])
	if got := textOf(all(page, "h1", "")[0]); got != evil {
		t.Errorf("the title is shown as %q", got)
	}
	if got := texts(all(page, "span", "says")); len(got) != 1 || !strings.HasSuffix(got[0], evil) {
		t.Errorf("the report is shown as %q", got)
	}
	if bytes.Contains(files["patterns/x/index.html"], []byte("hidden")) {
		t.Error("the page shows a comment")
	}
}

// checkHarmless finds what runs or leads to what runs.
func checkHarmless(t testing.TB, name string, doc *html.Node) {
	t.Helper()
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			scheme, _, ok := strings.Cut(strings.ToLower(a.Val), ":")
			if a.Key == "href" && ok && !strings.ContainsAny(scheme, "/#") && scheme != "https" && scheme != "mailto" {
				t.Errorf("%s: a link leads to %s", name, a.Val)
			}
		}
	}
}

// Whatever an author writes, the page stays free of what its policy blocks.
func FuzzConvert(f *testing.F) {
	for _, s := range []string{
		ruled[strings.Index(ruled, "\n---\n")+5:], "<b onclick=x>", "[x](javascript:x)", "<!-- a --><script>", "## a {onclick=x}\n", "[^1]\n\n[^1]: x\n", "|a|\n|:-:|\n|b|", "<javascript:alert(1)>",
		"[a]: javascript:x\n\n[a]", "![x](y)", "## \n\n##\n", "```yaml rule\n```", "    code", "- ```sh\n  x\n", "# é\n## Ünï `x`\n[l](#ünï-x)", "[x](https://e.org \"<\")",
		"> [!NOTE]\n> x", "> [!note]", "> [!TIP] x", "> [!X]\n", "> [!NOTE]\n>\n> - x", "A burst\nbalance, `burst` *burst* bursts &burst; [^burst]", "|burst|burst|\n|-|-|\n|burst|burst|", strings.Repeat("> - ", 20) + "burst",
	} {
		f.Add(s)
	}
	b, err := newBuilder(Site{Catalog: &patterns.Catalog{Glossary: &patterns.Glossary{Title: "Words", Body: "## Burst\n\n## Burst balance\n\n## IOPS\n\n## É\n"}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		pg := &page{dir: "patterns/x/", ids: func() map[string]bool { return b.fragments(body, true) }}
		doc, err := b.convert(source{page: pg, file: "x.md", chapter: "c", body: body, line: 1, fence: b.plainFence, sections: true})
		var errs patterns.Errors
		if err != nil && !errors.As(err, &errs) {
			t.Fatal(err)
		}
		for _, e := range errs {
			if e.Line > strings.Count(body, "\n")+1 || e.Line > 0 && e.Column < 1 {
				t.Errorf("an error stands at %d:%d of %d lines", e.Line, e.Column, strings.Count(body, "\n")+1)
			}
		}
		if err != nil {
			return
		}
		tree := parseHTML(t, []byte("<!DOCTYPE html><body>"+string(doc.html)))
		checkHarmless(t, "page", tree)
		ids := map[string]bool{}
		for n := range tree.Descendants() {
			switch n.Data {
			case "script", "img", "style", "iframe", "svg", "form", "object", "embed", "base":
				if n.Type == html.ElementNode {
					t.Errorf("there is a %s element", n.Data)
				}
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s has the attribute %s", n.Data, a.Key)
				}
				if a.Key == "id" && ids[a.Val] {
					t.Errorf("the id %s stands there twice", a.Val)
				} else if a.Key == "id" {
					ids[a.Val] = true
				}
			}
		}
		for _, h := range doc.headings {
			if h.ID != "" && !ids[h.ID] {
				t.Errorf("the heading %q has no id", h.Title)
			}
		}
	})
}
