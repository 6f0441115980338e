package site

import (
	"strings"
	"testing"
)

// A link names the file that stands there: a pattern of the author's own comes before a page that the site makes, and that page keeps its address.
func TestOwnFilesFirst(t *testing.T) {
	s := everything(t)
	own := ruledFiles()
	for name, file := range mapFS(map[string]string{
		"reference/volume.md":  guidance("Volume", "", "Do.\n\n### Part"),
		"reference/numbers.md": guidance("Count", "", "Do."),
		"catalog/linked.md":    guidance("Linked", "", "See [it](../reference/volume.md#part), [them](../reference/numbers.md) and [all](README.md)."),
		"catalog/README.md":    "# Cat\n\nAll.\n",
	}) {
		own[name] = file
	}
	s.Catalog = load(t, own)
	files := render(t, s)
	var links []string
	for _, a := range all(all(parseHTML(t, files["patterns/linked/index.html"]), "div", "prose")[0], "a", "") {
		if h := attr(a, "href"); textOf(a) == "it" || textOf(a) == "them" || textOf(a) == "all" {
			links = append(links, h)
		}
	}
	if got, want := strings.Join(links, " "), "../../patterns/volume/index.html#part ../../patterns/numbers/index.html ../../chapters/catalog/index.html"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !strings.Contains(string(files[ruledPage]), `href="../../reference/volume/index.html"`) {
		t.Error("a pattern does not lead to the kind that it looks at")
	}
}
