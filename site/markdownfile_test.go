package site

import (
	"cmp"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

func parseMarkdown(data []byte) (ast.Node, []byte) {
	return newMarkdown().Parser().Parse(text.NewReader(data)), data
}

// plainly is a site's builder, and a source in a chapter of it.
func plainly(t testing.TB) (*builder, source) {
	t.Helper()
	b, err := newBuilder(Site{Catalog: load(t, ruledFiles())})
	if err != nil {
		t.Fatal(err)
	}
	p := b.site.Catalog.Pattern("measure-first")
	return b, source{page: b.patterns[p.ID], file: p.File, chapter: p.Chapter, line: 1}
}

func TestRewrite(t *testing.T) {
	b, src := plainly(t)
	const to = "../../patterns/keep-copies/index.md"
	for in, want := range map[string]string{
		"[a](../backup/keep-copies.md)":                                "[a](" + to + ")",
		"[`a](b.md)` **c**](<../backup/keep-copies.md#problem> \"t\")": "[`a](b.md)` **c**](<" + to + "#problem> \"t\")",
		"[a][k], [k]\n\n[k]: ../backup/keep-copies.md 't'":             "[a][k], [k]\n\n[k]: " + to + " 't'",
		"> - [a\n>   b](\n>   ../backup/keep-copies.md)":               "> - [a\n>   b](\n>   " + to + ")",
		"[a](README.md) [b](https://e.org) [c](#problem)":              "[a](../../chapters/storage/index.md) [b](https://e.org) [c](#problem)",
		"`[a](README.md)`\n\n```md\n[a](README.md)\n```":               "`[a](README.md)`\n\n```md\n[a](README.md)\n```",
		"[a](../backup/avoid.md)":                                      "[a](../backup/avoid.md)", // convert says that it leads nowhere
		"a <!-- b --> c\n\n<!--\nd\n-->\n\ne":                          "a  c\n\n\ne",
		"| a |\n|---|\n| [b](README.md) |":                             "| a |\n|---|\n| [b](../../chapters/storage/index.md) |",
	} {
		src.body = in
		if d := gocmp.Diff(want, b.rewrite(src, nil)); d != "" {
			t.Errorf("%q: %s", in, d)
		}
	}
}

// Links lead to the same pages as those of the HTML do, and nothing else of a text changes.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{
		"[a](README.md)", "[a](<README.md>)", "[a]: README.md\n\n[a] [b][a]", "\t[a](README.md)", "- \t[a](README.md)", "> [a]:\n> README.md\n\n[a]", "[a](README.md#order \"[b](README.md)\")",
		"[a]: README.md\n[a]: keep.md\n\n[a]", "|a|\n|-|\n|[b](README.md)|", "[^1]\n\n[^1]: [a](README.md)", "- a\n\n\t[b](README.md)", "1.\t[a](\tREADME.md\t)",
	} {
		f.Add(s)
	}
	b, src := plainly(f)
	f.Fuzz(func(t *testing.T, body string) {
		src := src
		src.body = body
		_, err := b.convert(source{page: src.page, file: src.file, chapter: src.chapter, body: body, line: 1, fence: b.plainFence})
		var errs patterns.Errors
		if errors.As(err, &errs) || strings.Contains(body, "<!") {
			return // a page with mistakes is not built, and without a comment its neighbours may mean something else
		}
		src.markdown = true
		var want []string
		for _, dest := range destinations([]byte(body)) {
			href, err := b.resolve(src, dest)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, cmp.Or(href, dest))
		}
		if d := gocmp.Diff(want, destinations([]byte(b.rewrite(src, nil)))); d != "" {
			t.Errorf("%q: %s", body, d)
		}
	})
}

func TestMarkdownEscape(t *testing.T) {
	for in, want := range map[string]string{
		"Leave gp2 burst behind": "Leave gp2 burst behind", "min_size, 0.1.0 & more": "min_size, 0.1.0 & more", "_a_": `\_a\_`, "a*b": `a\*b`, "1. a": `1\. a`, "# a": `\# a`, "C#": `C\#`,
		"[a](b)": `\[a\](b)`, "&lt;": "&amp;lt;", "- a": `\- a`, "a - b": "a - b", "a\nb": "a b", "<b>": `\<b>`,
	} {
		if got := markdownEscape(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// A plain text that was escaped reads as it was, wherever it stands on a page.
func FuzzMarkdownEscape(f *testing.F) {
	for _, s := range []string{"a", "1) x", "---", "===", "~~a~~", "```", "&amp;", "\\", "a  ", "https://e.org/_x_", "<https://e.org>", "![a](b)", "[^1]", "| a |", "#", "a #", "+", "12345. a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := oneLine(strings.ToValidUTF8(s, "?"))
		if want == "" {
			return
		}
		var out markdownText
		out.head(want, want)
		out.link(want, "x.md", want)
		doc, data := parseMarkdown(out.bytes())
		if doc.ChildCount() != 3 || doc.FirstChild().Kind() != ast.KindHeading || doc.FirstChild().NextSibling().Kind() != ast.KindBlockquote || doc.LastChild().Kind() != ast.KindList {
			t.Fatalf("%q changes the page:\n%s", want, data)
		}
		for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
			if n.Kind() == ast.KindList {
				break
			}
			if got := words(n, data); got != want {
				t.Errorf("%q reads %q:\n%s", want, got, data)
			}
		}
		if got := words(doc.LastChild(), data); got != want+": "+want {
			t.Errorf("%q reads %q:\n%s", want, got, data)
		}
		if got := destinations(data); len(got) != 1 || got[0] != "x.md" {
			t.Errorf("%q: the links are %q", want, got)
		}
	})
}

func TestDestination(t *testing.T) {
	for in, want := range map[string]string{"../x/index.md#a": "../x/index.md#a", "https://e.org/a_(b)": "https://e.org/a_%28b%29", "https://e.org/\" x>\n": "https://e.org/%22%20x%3E%0A"} {
		if got := destination(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// The Markdown of a text says its summary once, wherever that stands.
func TestTextSummaryOnce(t *testing.T) {
	fsys := ruledFiles()
	fsys["glossary.md"] = &fstest.MapFile{Data: []byte("# Words\n\nThe *words*\nof all.\n\n## Volume\n\nA disk.\n")}
	files := render(t, Site{Catalog: load(t, fsys), Texts: []Text{{Name: "apart", Title: "Apart", Summary: "What it is.", Body: "Other words.\n"}}})
	if got := string(files["glossary/index.md"]); !strings.HasPrefix(got, "# Words\n\nThe *words*\nof all.\n\n## Volume\n") {
		t.Error(got)
	}
	if got := string(files["apart/index.md"]); got != "# Apart\n\n> What it is.\n\nOther words.\n" {
		t.Error(got)
	}
}
