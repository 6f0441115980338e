package site

import (
	"fmt"
	stdhtml "html"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"golang.org/x/net/html"
)

const ruledPage = "patterns/leave-gp2-burst-behind/index.html"

// rendered is the page of ruled, with what a site says of it.
func rendered(t testing.TB, s Site) (page string, doc *html.Node) {
	t.Helper()
	if s.Catalog == nil {
		s.Catalog = load(t, ruledFiles())
	}
	data := render(t, s)[ruledPage]
	return string(data), parseHTML(t, data)
}

func TestReading(t *testing.T) {
	_, doc := rendered(t, Site{Readings: map[string]Reading{"leave-gp2-burst-behind": {
		Subject: "every volume", When: []string{"its type is `gp2`"}, Require: []string{"it has *size*", "1 < 2 & <b>bold</b>", "## no heading"},
		Waste: "It costs, by [the prices](reference/prices.md), `Size`.",
	}}, Texts: []Text{{Name: "reference/prices", Title: "Prices", Summary: "All.", Body: "All of them."}}})
	got := texts(all(all(doc, "div", "reading")[0], "p", ""))
	if d := cmp.Diff([]string{"Looks at every volume.", "In scope when:", "Passes when all of this is so:", "It costs, by the prices, Size."}, got); d != "" {
		t.Error(d)
	}
	got = texts(all(all(doc, "div", "reading")[0], "li", ""))
	if d := cmp.Diff([]string{"its type is gp2", "it has size", "1 < 2 & <b>bold</b>", "## no heading"}, got); d != "" {
		t.Error(d)
	}
	if links := all(all(doc, "div", "reading")[0], "a", ""); len(links) != 1 || attr(links[0], "href") != "../../reference/prices/index.html" {
		t.Errorf("the prices are linked %d times", len(links))
	}
	if fold := all(doc, "details", "fold"); len(fold) != 1 || len(all(fold[0], "figure", "rule")) != 1 {
		t.Error("the rule in YAML is not in a fold below its reading")
	}
	_, doc = rendered(t, Site{})
	if len(all(doc, "details", "fold")) != 0 || len(all(doc, "figure", "rule")) != 1 {
		t.Error("a rule without a reading is not open")
	}
}

func TestInverseRelations(t *testing.T) {
	cat := load(t, mapFS(map[string]string{
		"a/base.md": guidance("Base", "related: [next]\n", "x"),
		"a/next.md": guidance("Next", "related: [base]\n", "x"), // base lists it already
		"a/over.md": guidance("Over", "requires: [base]\nrelated: [base]\n", "x"),
		"a/from.md": guidance("From", "related: [base]\n", "x"),
		"a/anti.md": guidance("Anti", "conflicts: [base]\n", "x"),
	}))
	var got []string
	for n := range parseHTML(t, render(t, Site{Catalog: cat})["patterns/base/index.html"]).Descendants() {
		if n.Data == "h3" {
			got = append(got, textOf(n)+":")
		} else if n.Data == "ul" && attr(n, "class") == "related" {
			got = append(got, texts(all(n, "a", ""))...)
		}
	}
	if d := cmp.Diff("Read next: Next Pulls the other way: Anti Needed by: Over Linked from: From", strings.Join(got, " ")); d != "" {
		t.Error(d)
	}
}

// A pattern that all others need does not list them all.
func TestManyRelations(t *testing.T) {
	files := map[string]string{"a/base.md": guidance("Base", "", "x")}
	for i := range 40 {
		files[fmt.Sprintf("a/p%02d.md", i)] = guidance(fmt.Sprint("P", i), "requires: [base]\n", "x")
	}
	doc := parseHTML(t, render(t, Site{Catalog: load(t, mapFS(files))})["patterns/base/index.html"])
	if items := texts(all(all(doc, "ul", "related")[0], "li", "")); len(items) != maxInverse+1 || items[maxInverse] != "and 16 more" {
		t.Errorf("%d entries, the last is %q", len(items), items[len(items)-1])
	}
}

func TestChecksLead(t *testing.T) {
	_, doc := rendered(t, Site{})
	if d := cmp.Diff([]string{"ToolIts name there", "Prowlerec2_ebs_type", "AWS Security HubEC2.1EC2.2"}, texts(all(all(doc, "table", "tools")[0], "tr", ""))); d != "" {
		t.Error(d)
	}
}

func TestDoors(t *testing.T) {
	private, err := patterns.Load(patterns.Source{Name: "/home/jo/secret", FS: ruledFiles()})
	if err != nil {
		t.Fatal(err)
	}
	const file = "storage/leave-gp2-burst-behind.md"
	for _, c := range []struct {
		name string
		site Site
		want []string
	}{
		{"built in", Site{Brand: Brand{Source: "https://example.org/"}}, []string{
			"https://github.com/patlint/patlint/blob/main/patterns/" + file, "https://github.com/patlint/patlint/edit/main/patterns/" + file,
			"https://github.com/patlint/patlint/issues/new?pattern=leave-gp2-burst-behind&template=false-positive.yml&title=leave-gp2-burst-behind%3A+", "index.md",
		}},
		{"private", Site{Catalog: private}, []string{"index.md"}},
		{"private with a home", Site{Catalog: private, Brand: Brand{Source: "https://git.example.org/src/", Edit: "https://git.example.org/edit", Report: "mailto:disks@example.org"}}, []string{
			"https://git.example.org/src/" + file, "https://git.example.org/edit/" + file, "mailto:disks@example.org", "index.md",
		}},
	} {
		var got []string
		_, doc := rendered(t, c.site)
		for _, a := range all(all(doc, "div", "about")[0], "a", "") {
			got = append(got, attr(a, "href"))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestLastChange(t *testing.T) {
	at := time.Date(2026, 11, 2, 23, 30, 0, 0, time.FixedZone("", -2*60*60))
	page, doc := rendered(t, Site{History: map[string]Change{"patterns/storage/leave-gp2-burst-behind.md": {at, "patterns: say <more>"}}})
	if got := textOf(all(all(doc, "div", "about")[0], "p", "")[0]); got != "Added in 0.1.0. Last changed on 3 November 2026: “patterns: say <more>”" {
		t.Errorf("the page says %q", got)
	}
	if !strings.Contains(page, `<time datetime="2026-11-03T01:30:00Z">`) {
		t.Error("the time is not given in UTC")
	}
}

// The page of a kind of resource is linked where the site has one.
func TestLooksAt(t *testing.T) {
	_, doc := rendered(t, Site{Kinds: []Kind{{Name: "volume", Subject: true, Doc: "a disk"}}})
	var got []string
	for _, a := range all(all(doc, "dl", "facts")[0], "a", "") {
		got = append(got, attr(a, "href"))
	}
	if d := cmp.Diff([]string{"../../chapters/storage/index.html", "../../reference/volume/index.html"}, got); d != "" {
		t.Error(d)
	}
}

func TestExamples(t *testing.T) {
	block := func(role, text string) string { return "```yaml " + role + "\n" + text + "\n```\n\n" }
	wide := "Long: " + strings.Repeat("x", narrowCode)
	for _, c := range []struct{ name, text, want string }{
		{"pair", "One.\n\n" + block("fail", "a: 1   # want: "+wide) + "Two.\n\nThree.\n\n" + block("pass", "b: 1"), "pair(example(One. fail) example(Two. Three. pass))"},
		{"wide", "One.\n\n" + block("fail", wide) + block("pass", "b: 1"), "example(One. fail) example(pass)"},
		{"wide pass", block("fail", "a: 1") + block("pass", wide), "example(fail) example(pass)"},
		{"another between", block("fail", "a: 1") + "- x\n\n" + block("pass", "b: 1"), "example(fail) example(pass)"},
		{"three", block("fail", "a: 1") + block("fail", "a: 1") + block("pass", "a: 1") + block("pass", "a: 1"), "example(fail) pair(example(fail) example(pass)) example(pass)"},
		{"heading", "One.\n\n### More\n\n" + block("unknown", "a: 1"), "example(unknown)"},
	} {
		body := "## Examples\n\n" + c.text + "## Fix\n\nx\n"
		p := &patterns.Pattern{ID: "x", Chapter: "c", File: "x.md", Title: "X", Body: body, BodyLine: 1}
		b, err := newBuilder(Site{Catalog: &patterns.Catalog{Patterns: []*patterns.Pattern{p}, Chapters: []*patterns.Chapter{{ID: "c", Title: "C"}}}})
		if err != nil {
			t.Fatal(err)
		}
		data, err := b.patternPage(p, inverse{})
		if err != nil {
			t.Fatal(err)
		}
		var boxes func(n *html.Node) []string
		boxes = func(n *html.Node) (out []string) {
			for k := range n.ChildNodes() {
				switch class := attr(k, "class"); {
				case class == "pair" || class == "example":
					out = append(out, class+"("+strings.Join(boxes(k), " ")+")")
				case class == "words":
					out = append(out, boxes(k)...)
				case k.Data == "p" && class == "" && (attr(n, "class") == "example" || attr(n, "class") == "words"):
					out = append(out, textOf(k))
				case k.Data == "figure":
					out = append(out, strings.TrimPrefix(class, "code "))
				}
			}
			return out
		}
		if got := strings.Join(boxes(all(parseHTML(t, data), "div", "prose")[0]), " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMark(t *testing.T) {
	b, err := newBuilder(Site{Catalog: &patterns.Catalog{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		notes      map[int][]string
		want       string
	}{
		{"two messages", "a: 1   # want: <x>\nb: 2\n", map[int][]string{0: {"<b>", "y"}},
			`<span class="flag"><span class="n">a</span>: <span class="f">1</span><span hidden>   # want: &lt;x&gt;</span>` + "\n" +
				`<span class="says"><span class="unseen">patlint reports: </span>&lt;b&gt;` + "\n</span>" +
				`<span class="says"><span class="unseen">patlint reports: </span>y` + "\n</span></span>" + `<span class="n">b</span>: <span class="f">2</span>`},
		{"span over lines", "a: >-\n  b\n  c # want: x\n  d", map[int][]string{2: {"x"}},
			`<span class="n">a</span>: &gt;-` + "\n" + `<span class="s">  b</span>` + "\n" +
				`<span class="flag"><span class="s">  c</span><span hidden> # want: x</span>` + "\n" +
				`<span class="says"><span class="unseen">patlint reports: </span>x` + "\n</span></span>" + `<span class="s">  d</span>`},
	} {
		got, err := b.block(codeView{Role: "fail", Lang: "yaml", Text: c.text, notes: c.notes})
		if err != nil {
			t.Fatal(err)
		}
		_, code, _ := strings.Cut(string(got), "<code>")
		code, _, _ = strings.Cut(code, "\n</code>")
		if d := cmp.Diff(c.want, code); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestCutWant(t *testing.T) {
	for in, want := range map[string][2]string{
		"a: 1   # want: x": {"a: 1", "   # want: x"}, "# want: x": {"", "# want: x"}, "a: b# want: x": {"a: b# want: x", ""}, "a": {"a", ""},
		"a: '# want: x' # want: y": {"a: '# want: x'", " # want: y"},
	} {
		if code, hidden := cutWant(in); code != want[0] || hidden != want[1] {
			t.Errorf("%q became %q and %q", in, code, hidden)
		}
	}
}

// Divided into lines, coloured code is still the same text, and each line stands by itself.
func FuzzSplitLines(f *testing.F) {
	for _, s := range []string{"a: >-\n  b\n\n  c\n", "\n\n", "a: 'x\n  y'\nb: <z>&", "{\"a\":\n1}", "# c\n# d"} {
		f.Add("yaml", s)
		f.Add("json", s)
	}
	h := newHighlighter()
	f.Fuzz(func(t *testing.T, lang, text string) {
		if !utf8.ValidString(text) || strings.Contains(text, "\r") {
			return
		}
		code, err := h.html(lang, text)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(text, "\n")
		for i, line := range splitLines(string(code)) {
			if i >= len(want) || stdhtml.UnescapeString(tags.ReplaceAllString(line, "")) != want[i] {
				t.Fatalf("line %d of %q became %q", i, text, line)
			}
			if strings.Count(line, "<span") != strings.Count(line, "</span>") || strings.HasPrefix(line, "</span>") {
				t.Errorf("line %d of %q does not stand by itself: %q", i, text, line)
			}
		}
	})
}

func TestCallouts(t *testing.T) {
	for in, want := range map[string]string{
		"> [!NOTE]\n> It *costs*.\n>\n> - x": `<div class="note" role="note">` + "\n<p><b>Note</b></p>\n<p>It <em>costs</em>.</p>\n<ul>\n<li>x</li>\n</ul>\n</div>\n",
		"> [!warning]\n>\n> Hot.":            `<div class="note warning" role="note">` + "\n<p><b>Warning</b></p>\n<p>Hot.</p>\n</div>\n",
		"> [!TIP]":                           `<div class="note tip" role="note">` + "\n<p><b>Tip</b></p>\n</div>\n",
		"> It says [!NOTE] here.":            "<blockquote>\n<p>It says [!NOTE] here.</p>\n</blockquote>\n",
		"> [!NOTE] on one line":              "<blockquote>\n<p>[!NOTE] on one line</p>\n</blockquote>\n",
	} {
		if got := converted(t, in); got != want {
			t.Errorf("%q became\n%s, want\n%s", in, got, want)
		}
	}
}

// converted is a text as a page of a site with a small glossary shows it.
func converted(t testing.TB, body string) string {
	t.Helper()
	doc, err := convertWith(t, "## Burst\n\n## Burst balance\n\n## EBS-optimized\n\n## Instance store\n\n## IOPS\n\n## MB/s and MiB/s\n\n## fstab\n\n### No term\n", body)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc.html)
}

func convertWith(t testing.TB, glossary, body string) (document, error) {
	t.Helper()
	b, err := newBuilder(Site{Catalog: &patterns.Catalog{Glossary: &patterns.Glossary{Title: "Words", Body: glossary}}})
	if err != nil {
		t.Fatal(err)
	}
	pg := &page{dir: "x/", ids: sync.OnceValue(func() map[string]bool { return b.fragments(body, true) })}
	return b.convert(source{page: pg, file: "x.md", chapter: "c", body: body, line: 1, fence: b.plainFence, sections: true})
}

func TestTerms(t *testing.T) {
	long := strings.NewReplacer(`<a class="term" href="../glossary/index.html#`, "[", `<a href="../glossary/index.html#`, "[", `">`, "~", "</a>", "]", "<p>", "", "</p>", "")
	for in, want := range map[string]string{
		"A burst, and a burst.":                       "A [burst~burst], and a burst.",
		"Bursts end.":                                 "[burst~Bursts] end.",
		"The Burst balance and its burst.":            "The [burst-balance~Burst balance] and its [burst~burst].",
		"An instance\nstore.":                         "An [instance-store~instance\nstore].",
		"On burst\nand more.":                         "On [burst~burst]\nand more.",
		"Many IOPS.":                                  "Many [iops~IOPS].",
		"Many iops.":                                  "Many iops.",
		"1 MiB/s.":                                    "1 [mbs-and-mibs~MiB/s].",
		"EBS-optimized":                               "[ebs-optimized~EBS-optimized]",
		"EBS-optimizeds EBS_optimized":                "[ebs-optimized~EBS-optimizeds] EBS_optimized",
		"burstable unburst burst-free anti-burst":     "burstable unburst burst-free anti-burst",
		"/etc/fstab a.fstab fstab.d fstab/x fstab.":   "/etc/fstab a.fstab fstab.d fstab/x [fstab~fstab].",
		"&burst; #burst \\burst":                      "&amp;burst; #burst \\burst",
		"`burst` *burst* **burst** [burst](#a)\n## A": "<code class=\"whole~burst</code> <em>burst</em> <strong>burst</strong> <a href=\"#a~burst]\n",
		"## burst":                                    "",
		"burst IOPS fstab\n\nfstab":                   "[burst~burst] [iops~IOPS] fstab\n[fstab~fstab]",
		"no term":                                     "no term",
		"See [it](../glossary.md#burst) and burst.":   `See [burst~it] and burst.`,
		"écburst burst":                               "écburst [burst~burst]",
	} {
		got := long.Replace(converted(t, in))
		if before, _, ok := strings.Cut(got, "<h2"); ok {
			got = before
		}
		if strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"|burst|IOPS|\n|-|-|\n|burst|a burst|\n":                               "<td>burst</td>\n<td>a [burst~burst]</td>",
		"## In one minute\n\nburst\n\n## Rule\n\nburst\n\n## Problem\n\nburst": "\n[burst~burst]\n",
		"- burst\n":                 "<li>[burst~burst]</li>",
		"> burst\n":                 "<blockquote>\n[burst~burst]",
		"x[^1]\n\n[^1]: A burst.\n": "A [burst~burst].",
	} {
		if got := long.Replace(converted(t, in)); !strings.Contains(got, want) || strings.Count(got, "[") != 1 {
			t.Errorf("%q became %q, want %q in it", in, got, want)
		}
	}
}

// The glossary does not lead to itself, and all other pages do.
func TestTermsOnPages(t *testing.T) {
	files := ruledFiles()
	files["glossary.md"] = &fstest.MapFile{Data: []byte("# Words\n\nAll credit.\n\n## Credit\n\nWhat credits are.\n")}
	out := render(t, Site{Catalog: load(t, files), Texts: []Text{{Name: "a/b", Title: "B", Summary: "S.", Body: "A credit."}}})
	for name, want := range map[string]int{"glossary/index.html": 0, ruledPage: 1, "a/b/index.html": 1} {
		if got := len(all(parseHTML(t, out[name]), "a", "term")); got != want {
			t.Errorf("%s has %d links to the glossary, want %d", name, got, want)
		}
	}
}

// Whatever the size of a text, its page is made in time that grows with it, and its contents stay short.
func TestHugePages(t *testing.T) {
	start := time.Now()
	for name, body := range map[string]string{
		"headings": strings.Repeat("## Same\n\n", maxHeads),
		"levels":   strings.Repeat("## A\n\n### B\n\n", 50),
		"table":    "|a|b|\n|-|-|\n" + strings.Repeat("|x|burst|\n", 2000),
		"line":     strings.Repeat("burst word ", 10000),
		"entries":  strings.Repeat("- a `b` [c](https://example.org/)\n", 10000),
	} {
		doc, err := convertWith(t, "## Burst\n", body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(doc.headings) > maxContents+1 {
			t.Errorf("%s: %d lines of contents", name, len(doc.headings))
		}
		if name == "headings" && doc.headings[maxContents].Title != "and 1940 more" {
			t.Errorf("the contents end with %q", doc.headings[maxContents].Title)
		}
		if name == "levels" && len(doc.headings) != 50 {
			t.Errorf("%d lines of contents, want one for each heading of level 2", len(doc.headings))
		}
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("five pages took %v", d)
	}
}

func TestMistakesAreBounded(t *testing.T) {
	_, err := convertWith(t, "", strings.Repeat("[x](gone.md)\n\n", 1000))
	if got := strings.Count(err.Error(), "\n") + 1; got != maxMistakes {
		t.Errorf("%d mistakes are reported", got)
	}
}

func BenchmarkConvert(b *testing.B) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"plain", "terms"} {
		b.Run(name, func(b *testing.B) {
			s, err := newBuilder(Site{Catalog: cat})
			if err != nil {
				b.Fatal(err)
			}
			if name == "plain" {
				s.terms = nil
			}
			for b.Loop() {
				s.code = newHighlighter() // a build colours each block once
				for _, p := range cat.Patterns {
					if _, err := s.convert(source{page: s.patterns[p.ID], file: p.File, chapter: p.Chapter, body: p.Body, line: p.BodyLine, fence: s.plainFence}); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// No message may leave its place in the page.
func TestNotesOfAllKindsOfText(t *testing.T) {
	b, err := newBuilder(Site{Catalog: &patterns.Catalog{}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.block(codeView{Role: "unknown", Lang: "json", Text: "{}", notes: map[int][]string{0: {"a\nb</span></code><script>alert(1)</script>"}}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(got), "<script") || !strings.Contains(string(got), `<span class="says">cannot decide: a`) {
		t.Errorf("got %s", got)
	}
}
