package site

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
)

// TestHostileSizes: whatever an author writes, wherever, is refused at its line or makes a page that a browser can show, and takes memory that a small
// machine has. Time is not measured: what takes long on the way to one page has allocated much, or is bounded by a test of package markdown.
func TestHostileSizes(t *testing.T) {
	const most, page = 300 << 20, 1 << 20 // bytes
	texts := []struct{ name, text string }{
		{"emphasis", strings.Repeat("*a_ ", 25_000)},
		{"nested emphasis", strings.Repeat("*a ", 20_000) + strings.Repeat("b* ", 20_000)},
		{"struck out", strings.Repeat("~a ", 25_000)},
		{"brackets", strings.Repeat("[a ", 30_000)},
		{"closed brackets", strings.Repeat("[", 20_000) + strings.Repeat("](b)", 20_000)},
		{"images", strings.Repeat("![a](b) ", 10_000)},
		{"quotes", strings.Repeat(">", 50_000) + " x"},
		{"lists", strings.Repeat("- ", 50_000) + "x"},
		{"quotes and lists", strings.Repeat("> - ", 20_000) + "x"},
		{"same headings", "## Fine\n\n" + strings.Repeat("### Same\n\n", 1999)},
		{"headings", "## Fine\n\n" + numbered(10_000, "### Heading %05d\n\n")},
		{"as many terms as may be", numbered(maxHeads, "## Heading %05d\n\nWords.\n\n")},
		{"terms", numbered(10_000, "## Heading %05d\n\n")},
		{"empty headings", strings.Repeat("###\n\n", 10_000)},
		{"table", "|a|b|\n|-|-|\n" + strings.Repeat("|words|more words|\n", 2000)},
		{"wide table", strings.Repeat("|a", 100) + "|\n" + strings.Repeat("|-", 100) + "|\n" + strings.Repeat("|b|\n", 20_000)},
		{"wider table", strings.Repeat("|a", 5000) + "|\n" + strings.Repeat("|-", 5000) + "|\n" + strings.Repeat("|b|\n", 5000)},
		{"long values", "```chart\nkind: line\ntitle: T\nx: x\nunit: u\ndata:\n  1: " + strings.Repeat("1", 500_000) + "\n  2: 1\n```\n"},
		{"long labels", "```chart\nkind: bar\ntitle: T\nx: x\nunit: u\ndata:\n  " + strings.Repeat("1", 500_000) + ": 1\n```\n"},
		{"long line", strings.Repeat("word ", 20_000)},
		{"long word", strings.Repeat("a", 100_000)},
		{"backticks", runs(400)},
		{"footnotes", numbered(10_000, "x[^%[1]d]\n\n[^%[1]d]: y\n\n")},
		{"comments", strings.Repeat("<!-- a -->\n\n", 10_000)},
	}
	for _, text := range texts {
		for kind, files := range map[string]map[string]string{
			"pattern":  {"c/x.md": guidance("X", "", text.text)},
			"chapter":  {"c/README.md": "# C\n\nWords.\n\n" + text.text + "\n", "c/x.md": guidance("X", "", "Do.")},
			"glossary": {"glossary.md": "# Words\n\nWords.\n\n" + text.text + "\n", "c/x.md": guidance("X", "", "Do.")},
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			cat, err := patterns.Load(patterns.Source{Name: "patterns", Builtin: true, FS: mapFS(files)})
			var out map[string][]byte
			if err == nil {
				out, err = renderAll(t, Site{Catalog: cat})
			}
			runtime.ReadMemStats(&after)
			name := text.name + " as " + kind
			if n := after.TotalAlloc - before.TotalAlloc; n > most && !raced {
				t.Errorf("%s takes %d MB", name, n>>20)
			}
			var errs patterns.Errors
			if err != nil && (!errors.As(err, &errs) || errs[0].Line == 0) {
				t.Errorf("%s: the error has no line: %v", name, err)
			}
			for file, data := range out {
				if strings.HasSuffix(file, ".html") && len(data) > page {
					t.Errorf("%s: %s has %d KB", name, file, len(data)>>10)
				}
			}
		}
	}
}

// numbered repeats a format with a number from 0 up.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// runs are n runs of backticks, each of another length, so that none closes another.
func runs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("`", i+1) + " a ")
	}
	return b.String()
}
