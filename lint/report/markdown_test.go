package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markup "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// rendered is Markdown as GitHub's parser sees it, raw HTML included.
func rendered(t *testing.T, source string) *html.Node {
	t.Helper()
	var b strings.Builder
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(markup.WithUnsafe())).Convert([]byte(source), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// textOf is all text below a node.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// below lists the elements below a node that have a name.
func below(n *html.Node, name string) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			out = append(out, d)
		}
	}
	return out
}

// outside is the text that is not in code, where GitHub looks for mentions, issues, commits and emoji codes.
func outside(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Data == "code" || c.Data == "pre" || c.Data == "a":
			b.WriteString("\x00")
		default:
			b.WriteString("\x01" + outside(c) + "\x01")
		}
	}
	return b.String()
}

// alive finds what GitHub would make something of.
func alive(doc *html.Node) string {
	for _, c := range outside(doc) {
		if strings.ContainsRune("@#$&<>[]{}|\\`*_~/=!", c) {
			return string(c)
		}
	}
	for _, word := range strings.Fields(outside(doc)) {
		if word = strings.Trim(word, "\x00\x01.,;:()"); isHex(word) || strings.HasPrefix(word, "www.") || strings.HasPrefix(word, "GH-") || strings.Count(word, ":") > 0 {
			return word
		}
	}
	return ""
}

// shape is the elements of a document and where its links lead.
func shape(doc *html.Node) string {
	var b strings.Builder
	for d := range doc.Descendants() {
		if d.Type == html.ElementNode && d.Data != "code" {
			b.WriteString(d.Data + " ")
			for _, a := range d.Attr {
				b.WriteString(a.Key + "=" + a.Val + " ")
			}
		}
		if d.Type == html.CommentNode {
			b.WriteString("comment ")
		}
	}
	return b.String()
}

func TestMarkdownSample(t *testing.T) {
	doc := rendered(t, render(t, "markdown", sample(), Options{}))
	ours := []string{"html", "head", "body", "h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary", "pre", "ul", "li", "a"}
	for d := range doc.Descendants() {
		if d.Type == html.ElementNode && !slices.Contains(ours, d.Data) {
			t.Errorf("an element %s", d.Data)
		}
		if d.Type == html.ElementNode && d.Data == "a" && !strings.HasPrefix(d.Attr[0].Val, "https://patlint.github.io/patlint/patterns/") {
			t.Errorf("a link to %s", d.Attr[0].Val)
		}
	}
	if found := alive(doc); found != "" {
		t.Errorf("GitHub may take %q for something", found)
	}
	if got := len(below(doc, "h3")); got != 8 {
		t.Errorf("%d headings", got)
	}
	for _, want := range []string{"$(rm -rf /) `id` | @ops #1 [a](http://x) <script>alert(1)</script> ::error::x%0A", "=cmd()|'/c calc'!A1"} {
		if !slices.ContainsFunc(below(doc, "code"), func(n *html.Node) bool { return textOf(n) == want }) {
			t.Errorf("%q is not shown as it is", want)
		}
	}
}

// TestMarkdownHostile: whatever a text is, the page has the same elements and links, code spans aside.
func TestMarkdownHostile(t *testing.T) {
	want := shape(rendered(t, render(t, "markdown", hostile("x"), Options{})))
	for _, attack := range attacks {
		if len(attack) > 1000 || strings.TrimSpace(attack) == "" {
			continue // what is cut is in TestMarkdownSize; a fix of blanks is none
		}
		doc := rendered(t, render(t, "markdown", hostile(attack), Options{}))
		if got := shape(doc); got != want {
			t.Errorf("%q makes\n%s\nnot\n%s", attack, got, want)
		}
		if found := alive(doc); found != "" {
			t.Errorf("%q: GitHub may take %q for something", attack, found)
		}
	}
}

// TestMarkdownSize: a report of any size fits into a comment, says what it leaves out, and still says what could not be checked.
func TestMarkdownSize(t *testing.T) {
	long := hostile(strings.Repeat("`|<", 2000))
	for i := range 200 {
		long.Findings = append(long.Findings, long.Findings[i%3])
		long.Gaps = append(long.Gaps, long.Gaps[0])
		long.Skipped = append(long.Skipped, long.Skipped[0])
		long.Mutes = append(long.Mutes, long.Mutes[0])
		long.Baseline.Fixed = append(long.Baseline.Fixed, long.Baseline.Fixed[0])
	}
	wide := many(500, 60)
	wide.Gaps = []lint.Missing{{Action: "ec2:DescribeVolumes", Error: "denied", Patterns: []string{"pattern-000"}}}
	for name, r := range map[string]*lint.Report{"long": long, "wide": wide, "deep": many(1, 3000)} {
		out := render(t, "markdown", r, Options{})
		if len(out) > 62_000 {
			t.Errorf("%s: %d bytes", name, len(out))
		}
		if !strings.Contains(out, "`patlint check -f json` has all") {
			t.Errorf("%s: the report does not say that it leaves something out", name)
		}
	}
	out := render(t, "markdown", wide, Options{})
	for _, want := range []string{"\nand 10 resources more\n", "### Counted only", " patterns more\n", "### Not checked\n\n- `ec2:DescribeVolumes`: denied; needed by `pattern-000`\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("wide: no %q", want)
		}
	}
	if out := render(t, "markdown", many(1, 50), Options{}); strings.Contains(out, "json") || strings.Count(out, "| `vol-") != 50 {
		t.Error("a report that fits is not whole")
	}
	if out := render(t, "markdown", lint.Merge(), Options{}); strings.Contains(out, "###") {
		t.Errorf("an empty report has parts:\n%s", out)
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"25 GiB of gp2 hold 100 IOPS; the rest (31.5 minutes) is well-known.": "25 GiB of gp2 hold 100 IOPS; the rest (31.5 minutes) is well-known.",
		"ask @ops about #1":     "ask `@ops` about `#1`",
		"see http://x a@b c":    "see `http://x a@b` c",
		"GH-1 us-east-1":        "`GH-1 us-east-1`",
		"commit deadbeef or":    "commit `deadbeef` or",
		"1234567 is big":        "`1234567` is big",
		":smile: a:b: no":       "`:smile: a:b`: no",
		"in us-east-1: x; y/z.": "in `us-east-1`: x; `y/z`.",
		": ;: .":                "`: ;: .`",
		"<b>not</b> attached":   "`<b>not</b>` attached",
		"a | b":                 "a <code>&#124;</code> b",
		"`id` $x$":              "`` `id` $x$ ``",
		"line\nbreak\u202e it":  "`line\\nbreak\\u202e` it",
		"":                      "",
	} {
		if got := words(in); got != want {
			t.Errorf("words(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{
		"vol-1": "`vol-1`", "": "", "`": "`` ` ``", "a``b": "```a``b```", "`a": "`` `a ``", " a ": "`  a  `", " ": "` `", `a\`: "`a\\`",
		`a\|b`: "<code>a&#92;&#124;b</code>", "|": "<code>&#124;</code>",
	} {
		if got := code(in); got != want {
			t.Errorf("code(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFenced(t *testing.T) {
	for in, want := range map[string]string{
		"ls\n  -l":     "```sh\nls\n  -l\n```\n",
		"```\nx":       "````sh\n```\nx\n````\n",
		"a\x1b\r\n`b`": "```sh\na\\x1b\\x0d\n`b`\n```\n",
	} {
		if got := fenced("sh", in); got != want {
			t.Errorf("fenced(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLink(t *testing.T) {
	for in, want := range map[string]string{
		"https://x.example/a/": "[t](https://x.example/a/)", "https://x.example/a)b c<d>": "[t](https://x.example/a%29b%20c%3Cd%3E)",
		"http://x.example": "", "javascript:alert(1)": "", "": "", "https://": "", "https://a:b@x.example/": "",
	} {
		if got := mdLink("t", in); got != want {
			t.Errorf("mdLink(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzMarkdown: as words, as code and fenced, a text is shown as it is and is nothing to Markdown or to GitHub.
func FuzzMarkdown(f *testing.F) {
	for _, a := range attacks {
		if len(a) < 1000 {
			f.Add(a)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc := rendered(t, "| a | b |\n|---|---|\n| "+words(s)+" | "+code(s)+" |\n\n- x: "+words(s)+"\n\n"+fenced("sh", s))
		cells := below(doc, "td")
		if len(cells) != 2 || len(below(doc, "li")) != 1 || len(below(doc, "pre")) != 1 {
			t.Fatalf("%q changes the page: %s", s, shape(doc))
		}
		for d := range doc.Descendants() {
			if d.Type == html.CommentNode || d.Type == html.ElementNode && !slices.Contains(strings.Fields("html head body table thead tbody tr th td ul li pre code"), d.Data) {
				t.Errorf("%q makes an element %s", s, d.Data)
			}
		}
		if found := alive(doc); found != "" {
			t.Errorf("%q: GitHub may take %q for something", s, found)
		}
		flat := strings.Join(strings.Fields(Clean(s)), " ")
		if got := textOf(cells[0]); got != flat {
			t.Errorf("words(%q) shows %q", s, got)
		}
		if got := textOf(cells[1]); got != Clean(s) {
			t.Errorf("code(%q) shows %q", s, got)
		}
		if got := textOf(below(doc, "pre")[0]); got != cleanLines(s)+"\n" {
			t.Errorf("fenced(%q) shows %q", s, got)
		}
	})
}
