package site

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"golang.org/x/net/html"
)

func TestNeighbours(t *testing.T) {
	files := ruledFiles()
	for i := range 9 {
		name := fmt.Sprintf("backup/use-%d.md", i)
		files[name] = mapFS(map[string]string{name: guidance(fmt.Sprintf("Use & copy %d", i), "requires: [measure-first]\n", "Do.")})[name]
	}
	cat := load(t, files)
	b, err := newBuilder(Site{Catalog: cat})
	if err != nil {
		t.Fatal(err)
	}
	for id, name := range map[string]string{"leave-gp2-burst-behind": "neighbours.svg", "measure-first": "neighbours-before.svg"} {
		got, err := b.neighbours(cat.Pattern(id), b.inverses()[id])
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, []byte(got))
		checkSVG(t, name, string(got))
	}
	first, err := b.neighbours(cat.Pattern("measure-first"), b.inverses()["measure-first"])
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(first), "<a "); n != maxBefore+1 || !strings.Contains(string(first), ">and 6 more<") {
		t.Errorf("the pattern that many build on shows %d boxes:\n%s", n, first)
	}
	if got, err := b.neighbours(cat.Pattern("keep-copies"), inverse{}); err != nil || got != "" {
		t.Errorf("a pattern without neighbours has %q, %v", got, err)
	}
	if _, err := b.neighbours(&patterns.Pattern{ID: "gone"}, inverse{}); err == nil {
		t.Error("a pattern without a page has neighbours")
	}
}

// TestNeededBy: a pattern that builds on this one stands there alone, in the drawing and in the list, even where it is to be read next.
func TestNeededBy(t *testing.T) {
	files := ruledFiles()
	for name, f := range mapFS(map[string]string{
		"backup/base.md": guidance("Base", "related: [top, side]\n", "Do."), "backup/top.md": guidance("Top", "requires: [base]\n", "Do."), "backup/side.md": guidance("Side", "", "Do."),
	}) {
		files[name] = f
	}
	doc := parseHTML(t, render(t, Site{Catalog: load(t, files)})["patterns/base/index.html"])
	if d := cmp.Diff([]string{"SideA summary of Side.", "TopA summary of Top."}, texts(all(doc, "ul", "related"))); d != "" {
		t.Errorf("the lists: %s", d)
	}
	if d := cmp.Diff([]string{"Top", "Side", "Base"}, texts(all(all(doc, "div", "graph")[0], "a", ""))); d != "" {
		t.Errorf("the drawing: %s", d)
	}
}

func TestMap(t *testing.T) {
	files := render(t, Site{Catalog: load(t, ruledFiles())})
	doc := parseHTML(t, files["map/index.html"])
	svg := all(doc, "svg", "map")[0]
	var names []string
	for _, a := range all(svg, "a", "node") {
		names = append(names, textOf(a))
		if !strings.HasPrefix(attr(a, "href"), "../") {
			t.Errorf("%s leads to %s", textOf(a), attr(a, "href"))
		}
	}
	slices.Sort(names)
	if want := []string{"Backup", "Keep copies", "Leave gp2 burst behind", "Measure first", "Spend nothing", "Storage"}; !slices.Equal(names, want) {
		t.Errorf("the map shows %q, want %q", names, want)
	}
	count := func(root *html.Node) [4]int {
		return [4]int{len(all(root, "path", "edge")), len(all(root, "path", "tip")), len(all(root, "path", "cross")), len(all(root, "path", "next"))}
	}
	var tied [4]int
	for _, g := range all(svg, "g", "tied") {
		for i, n := range count(g) {
			tied[i] += n
		}
	}
	if want := [4]int{2, 1, 1, 0}; tied != want {
		t.Errorf("lines, arrows, crosses and dotted lines: %v, want %v", tied, want)
	}
	near := all(svg, "g", "near")
	if len(near) != 4 {
		t.Fatalf("%d boxes light up others, want all 4 that are joined", len(near))
	}
	at := slices.IndexFunc(near, func(g *html.Node) bool { return textOf(g.Parent) == "Leave gp2 burst behind" })
	if want := [4]int{3, 1, 1, 1}; at < 0 || count(near[at]) != want {
		t.Errorf("a box with one line of each kind does not show each as the legend does: %v", near)
	}
	rows := texts(all(all(doc, "table", "relations")[0], "tr", ""))
	if want := "Leave gp2 burst behindMeasure firstSpend nothingKeep copies"; !slices.Contains(rows, want) {
		t.Errorf("the list %q lacks %q", rows, want)
	}
	_, drawn, _ := strings.Cut(string(files["map/index.html"]), `<svg class="map"`)
	drawn, _, _ = strings.Cut(drawn, "</svg>")
	checkSVG(t, "the map", drawn)
}

// A map of many patterns keeps its budget, and no two boxes meet. One of very many shows chapters.
func TestLargeMap(t *testing.T) {
	for _, c := range []struct{ patterns, chapters, boxes int }{{150, 9, 159}, {301, 9, 9}, {299, 2, 301}} {
		files := map[string]string{}
		for i := range c.patterns {
			var refs []string
			for j := 1; j < 4; j++ {
				refs = append(refs, fmt.Sprintf("p%d", (i*7+j*31)%c.patterns))
			}
			front := "related: [" + strings.Join(slices.DeleteFunc(slices.Compact(refs), func(r string) bool { return r == fmt.Sprintf("p%d", i) }), ", ") + "]\n"
			if i%5 == 1 {
				front += fmt.Sprintf("requires: [p%d]\n", i-1)
			}
			files[fmt.Sprintf("c%d/p%d.md", i%c.chapters, i)] = guidance(fmt.Sprintf("Do the thing that has the number %d", i), front, "Do.")
		}
		cat, err := patterns.Load(patterns.Source{Name: "patterns", FS: mapFS(files)})
		if err != nil {
			t.Fatal(err)
		}
		b, err := newBuilder(Site{Catalog: cat})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(b.pages, func(pg *page) bool { return pg.dir == "map/" })
		page, err := b.pages[at].html()
		if err != nil {
			t.Fatal(err)
		}
		if n := gzipped(t, page); n > 60<<10 && c.patterns == 150 {
			t.Errorf("the map of %d patterns has %d bytes as gzip", c.patterns, n)
		}
		boxes := regexp.MustCompile(`<a class="node `).FindAll(page, -1)
		heads := regexp.MustCompile(`<a class="node" `).FindAll(page, -1)
		if n := len(boxes) + len(heads); n < c.boxes || n > c.boxes+12 { // a chapter in several columns has several heads
			t.Errorf("the map of %d patterns has %d boxes and %d heads, want %d", c.patterns, len(boxes), len(heads), c.boxes)
		}
		seen := map[string]bool{}
		for _, m := range regexp.MustCompile(`class="box" (x="[\d.]+" y="[\d.]+")`).FindAllStringSubmatch(string(page), -1) {
			if seen[m[1]] {
				t.Errorf("two boxes stand at %s", m[1])
			}
			seen[m[1]] = true
		}
	}
}

// The list below a map of very many patterns has those that name others, and not without end.
func TestLongList(t *testing.T) {
	cat := &patterns.Catalog{Chapters: []*patterns.Chapter{{ID: "c", Title: "C"}}}
	for i := range maxRows + 40 {
		p := &patterns.Pattern{ID: fmt.Sprintf("p%04d", i), Title: fmt.Sprintf("Do %d", i), Chapter: "c"}
		for j := range min(i, maxInverse+5) {
			p.Related = append(p.Related, patterns.Ref{ID: fmt.Sprintf("p%04d", j)})
		}
		if i > 30 {
			p.Related = p.Related[:1]
		}
		cat.Patterns = append(cat.Patterns, p)
	}
	b, err := newBuilder(Site{Catalog: cat})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(b.pages, func(pg *page) bool { return pg.dir == "map/" })
	data, err := b.pages[at].html()
	if err != nil {
		t.Fatal(err)
	}
	doc := parseHTML(t, data)
	rows := all(all(doc, "table", "relations")[0], "tr", "")[1:]
	if len(rows) != maxRows || len(all(rows[0], "td", "")) != 3 || !strings.HasPrefix(textOf(rows[0]), "Do 1") {
		t.Errorf("%d rows, the first is %q", len(rows), textOf(rows[0]))
	}
	if got := textOf(rows[29]); !strings.HasSuffix(got, " and 5 more") {
		t.Errorf("a long row is %q", got)
	}
	if !strings.Contains(string(data), "<p>39 more patterns have relations") {
		t.Error("the page does not say what it leaves out")
	}
}

func TestCut(t *testing.T) {
	if got := shorten("short", 100); got != "short" {
		t.Error(got)
	}
	if got := shorten("a title that is too long for its box", 100); textWidth(got, smallSize) > 100 || !strings.HasSuffix(got, "…") {
		t.Error(got)
	}
}
