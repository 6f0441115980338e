package site

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// TestCatalog: the catalog has all patterns, the worst first, and each facet that tells some apart, with counts.
func TestCatalog(t *testing.T) {
	files := render(t, Site{Catalog: load(t, ruledFiles())})
	doc := parseHTML(t, files["patterns/index.html"])
	want := map[string]string{
		"Severity": "high 1, low 3", "Pillar": "cost 3, performance 1", "Chapter": "Backup 2, Storage 2", "Rule": "checked 1, guidance only 3",
	}
	got := map[string]string{}
	for _, f := range all(doc, "fieldset", "") {
		var options []string
		for _, li := range all(f, "li", "") {
			label, link := all(li, "label", "")[0], all(li, "a", "")[0]
			if len(all(label, "input", "")) != 1 || textOf(label) != textOf(link) {
				t.Errorf("the box %q has another label than the link %q", textOf(label), textOf(link))
			}
			options = append(options, textOf(link)+" "+textOf(all(li, "span", "")[0]))
		}
		got[textOf(all(f, "legend", "")[0])] = strings.Join(options, ", ")
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("facets (-want +got):\n%s", d)
	}
	var cards []string
	for _, c := range all(doc, "li", "card") {
		cards = append(cards, textOf(all(c, "p", "id")[0])+": "+attr(c, "data-marks"))
	}
	wantCards := []string{
		"leave-gp2-burst-behind: severity=high pillar=performance chapter=storage resource=volume rule=checked metrics=none",
		"keep-copies: severity=low pillar=cost chapter=backup rule=guidance",
		"measure-first: severity=low pillar=cost chapter=storage rule=guidance",
		"spend-nothing: severity=low pillar=cost chapter=backup rule=guidance",
	}
	if d := cmp.Diff(wantCards, cards); d != "" {
		t.Errorf("cards (-want +got):\n%s", d)
	}
}

// TestLists: each label of the catalog leads to a page with those patterns, and only those.
func TestLists(t *testing.T) {
	second := strings.NewReplacer("Leave gp2 burst behind", "Watch it", "volume.", "launchTemplate.", "resource: volume", "resource: launchTemplate", "[avoid-gp2]", "[]").Replace(ruled)
	fsys := ruledFiles()
	fsys["storage/watch-it.md"] = mapFS(map[string]string{"x": second})["x"]
	files := render(t, Site{Catalog: load(t, fsys), Extras: map[string]string{"watch-it": "metrics", "leave-gp2-burst-behind": "sharing"}})
	for dir, want := range map[string]string{
		"severity/high": "leave-gp2-burst-behind watch-it", "severity/low": "keep-copies measure-first spend-nothing", "pillar/cost": "keep-copies measure-first spend-nothing",
		"resource/launch-template": "watch-it", "resource/volume": "leave-gp2-burst-behind", "rule/checked": "leave-gp2-burst-behind watch-it",
		"metrics/needed": "watch-it", "metrics/none": "leave-gp2-burst-behind",
	} {
		data := files["patterns/"+dir+"/index.html"]
		if data == nil {
			t.Errorf("there is no list %s", dir)
			continue
		}
		doc := parseHTML(t, data)
		if got := strings.Join(texts(all(doc, "p", "id")), " "); got != want {
			t.Errorf("%s lists %s, want %s", dir, got, want)
		}
		if here := currentOf(all(doc, "details", "facets")[0]); len(here) != 1 {
			t.Errorf("%s says of %q that it is the page", dir, texts(here))
		}
		facet, value, _ := strings.Cut(dir, "/")
		if !strings.Contains(string(data), `href="../../../patterns/index.html?`+facet+"="+value+`"`) {
			t.Errorf("%s does not lead to the same filter of the catalog", dir)
		}
	}
	if files["patterns/severity/medium/index.html"] != nil {
		t.Error("there is a list without patterns")
	}
}

func currentOf(n *html.Node) (out []*html.Node) {
	for _, a := range all(n, "a", "") {
		if attr(a, "aria-current") != "" {
			out = append(out, a)
		}
	}
	return out
}

// TestOneOfAKind: facets that tell nothing apart are left out, down to the last one.
func TestOneOfAKind(t *testing.T) {
	files := render(t, Site{Catalog: load(t, mapFS(map[string]string{"a/one.md": guidance("One", "", "Do."), "a/two.md": guidance("Two", "", "Do.")}))})
	doc := parseHTML(t, files["patterns/index.html"])
	if n := len(all(doc, "fieldset", "")) + len(all(doc, "details", "")); n > 0 {
		t.Errorf("there are %d facets", n)
	}
	if got := textOf(find(doc, "count")[0]); got != "2 patterns" {
		t.Errorf("it counts %q", got)
	}
	for name := range files {
		if strings.HasPrefix(name, "patterns/severity/") {
			t.Errorf("%s lists what the catalog lists", name)
		}
	}
}

// TestFacetNamesAsIDs: patterns may be called as facets are.
func TestFacetNamesAsIDs(t *testing.T) {
	fsys := ruledFiles()
	for _, f := range facets {
		fsys["storage/"+f.name+".md"] = mapFS(map[string]string{"x": guidance("The "+f.name, "", "Do.")})["x"]
	}
	render(t, Site{Catalog: load(t, fsys)})
}

// TestLargeCatalog: a large catalog keeps its budget, and its cards are drawn when they come into sight.
func TestLargeCatalog(t *testing.T) {
	cat := synthetic(t, 360)
	data := render(t, Site{Catalog: cat})["patterns/index.html"]
	if got := gzipped(t, data); got > 6*12<<10 {
		t.Errorf("360 cards have %d bytes as gzip", got)
	}
	if lists := all(parseHTML(t, data), "ul", "many"); len(lists) != 1 {
		t.Errorf("%d lists are marked as long", len(lists))
	}
	small := render(t, Site{Catalog: load(t, ruledFiles())})["patterns/index.html"]
	if lists := all(parseHTML(t, small), "ul", "many"); len(lists) != 0 {
		t.Error("a list of four is marked as long")
	}
}

// TestFacetValues: a value is part of an address, of a token and of a file name.
func TestFacetValues(t *testing.T) {
	b, err := newBuilder(Site{Catalog: synthetic(t, 40), Extras: map[string]string{"p1": "metrics"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, groups := range b.groups {
		n := 0
		for _, g := range groups {
			n += len(g.patterns)
			if strings.ContainsAny(g.name, " ,=/.") || g.name == "" || g.label == "" {
				t.Errorf("%s has the value %q, %q", facets[i].name, g.name, g.label)
			}
		}
		if n != 40 {
			t.Errorf("%s parts 40 patterns into %d: %s", facets[i].name, n, fmt.Sprint(groups))
		}
	}
}
