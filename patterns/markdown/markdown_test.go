package markdown

import (
	"strings"
	"testing"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// A text that breaks a limit has no tree and a place; what stays within the limits is read whole.
func TestLimits(t *testing.T) {
	p := NewParser()
	p.AddOptions(parser.WithInlineParsers(util.Prioritized(Marks(extension.NewStrikethroughParser()), 500)))
	wide := strings.Repeat("|a", 99) + "|\n" + strings.Repeat("|-", 99) + "|\n"
	for _, tt := range []struct{ name, text, want string }{
		{"quotes", "Fine.\n\n" + strings.Repeat("> ", maxDepth+1) + "x", "lists and quotes stand in each other at most 24 deep; begin a section of its own"},
		{"lists", strings.Repeat("- ", maxDepth+1) + "x", "lists and quotes stand in each other at most 24 deep; begin a section of its own"},
		{"brackets", strings.Repeat("[a ", maxBrackets+1), "more than 2000 brackets in one paragraph; divide it, or put code into a block of code"},
		{"tags", strings.Repeat("<a ", maxBrackets+1), "more than 2000 brackets in one paragraph; divide it, or put code into a block of code"},
		{"emphasis", strings.Repeat("*a_ ", maxMarks), "more than 2000 marks of emphasis in one paragraph; divide it, or put code into a block of code"},
		{"struck out", strings.Repeat("~a *b ", maxMarks), "more than 2000 marks of emphasis in one paragraph; divide it, or put code into a block of code"},
		{"footnotes", strings.Repeat("[^1]", maxBrackets+1), "more than 2000 marks of footnotes on one page; divide it"},
		{"addresses", strings.Repeat("[a]: #b\n", maxBrackets+1), "more than 2000 addresses of links on one page; divide it"},
		{"columns", strings.Repeat("|a", 101) + "|\n" + strings.Repeat("|-", 101) + "|\n", "a table has at most 100 columns; make rows of them"},
		{"cells", wide + strings.Repeat("|1|\n", 300), "the tables of a page have at most 20000 cells; divide it"},
		{"many tables", strings.Repeat(wide+strings.Repeat("x\n", 50)+"\n", 5), "the tables of a page have at most 20000 cells; divide it"},

		{"deep enough", strings.Repeat("> ", maxDepth) + "x", ""},
		{"enough emphasis", strings.Repeat("*a* ", maxMarks/2), ""},
		{"enough of it, again and again", strings.Repeat(strings.Repeat("*a* ", maxMarks/2)+"\n\n", 3), ""},
		{"enough cells", wide + strings.Repeat("x\n", 150) + "\n" + strings.Repeat("words\n", 30_000), ""},
	} {
		doc, excess := Parse(p, []byte(tt.text))
		switch {
		case tt.want == "":
			if excess != nil || !doc.HasChildren() {
				t.Errorf("%s: %v", tt.name, excess)
			}
		case excess == nil || excess.Msg != tt.want || excess.At < 0 || excess.At > len(tt.text):
			t.Errorf("%s: got %v, want %s", tt.name, excess, tt.want)
		case doc.HasChildren():
			t.Errorf("%s: the tree is not empty", tt.name)
		}
	}
}

// Whatever a text holds, there is a tree or a place in the text.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a *b* [c](d)", "> - > x", "|a|\n|-|\n|b|", "[^1]\n\n[^1]: x", "[a]: b\n", strings.Repeat(">", 60), strings.Repeat("*a_ ", 1100)} {
		f.Add(s)
	}
	p := NewParser()
	f.Fuzz(func(t *testing.T, s string) {
		doc, excess := Parse(p, []byte(s))
		if excess != nil && (doc.HasChildren() || excess.Msg == "" || excess.At < 0 || excess.At > len(s)) {
			t.Errorf("got %v", *excess)
		}
	})
}
