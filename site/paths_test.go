package site

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

func TestPathPages(t *testing.T) {
	files := render(t, everything(t))
	index := parseHTML(t, files["paths/index.html"])
	if d := cmp.Diff([]string{"Novice For novices. 3 patterns about 1 minute", "School For schools. 1 pattern about 1 minute"}, texts(all(index, "li", "card"))); d != "" {
		t.Errorf("the paths: %s", d)
	}
	if d := cmp.Diff([]string{"By role", "By environment"}, texts(all(index, "h2", ""))); d != "" {
		t.Errorf("their kinds: %s", d)
	}
	novice := parseHTML(t, files["paths/novice/index.html"])
	if d := cmp.Diff([]string{
		"Measure first It comes first. low cost about 1 minute", "Leave gp2 burst behind Then this. high performance about 1 minute", "Keep copies Last: \"that\" & more. low cost about 1 minute",
	}, texts(all(all(novice, "ol", "steps")[0], "li", ""))); d != "" {
		t.Errorf("the steps: %s", d)
	}
	turn := all(all(novice, "nav", "turn")[0], "a", "")
	if len(turn) != 1 || attr(turn[0], "rel") != "next" || attr(turn[0], "href") != "../../paths/school/index.html" {
		t.Errorf("the next path is %q", texts(turn))
	}
	if plain := render(t, Site{Catalog: load(t, ruledFiles())}); plain["paths/index.html"] != nil || strings.Contains(string(plain["index.html"]), "Reading paths") {
		t.Error("a catalog without paths has a page of them")
	}
}

// TestMinutePath: where a section is enough, the steps lead to it, and the time is that of the section.
func TestMinutePath(t *testing.T) {
	s := everything(t)
	s.Catalog.Paths[0].Minute = true
	b, err := newBuilder(s)
	if err != nil {
		t.Fatal(err)
	}
	long := s.Catalog.Pattern("leave-gp2-burst-behind")
	path := s.Catalog.Paths[0]
	if got, all := b.wordsOf(path, long), b.wordsOf(s.Catalog.Paths[1], long); got != 8 || all <= got {
		t.Errorf("the section has %d words, the page %d", got, all)
	}
	files := render(t, s)
	var to []string
	for _, a := range all(all(parseHTML(t, files["paths/novice/index.html"]), "ol", "steps")[0], "a", "") {
		to = append(to, strings.TrimPrefix(attr(a, "href"), "../../patterns/"))
	}
	if d := cmp.Diff([]string{"measure-first/index.html#in-one-minute", "leave-gp2-burst-behind/index.html#in-one-minute", "keep-copies/index.html#in-one-minute"}, to); d != "" {
		t.Errorf("the steps: %s", d)
	}
	if want := "2. [Leave gp2 burst behind](../../patterns/leave-gp2-burst-behind/index.md#in-one-minute): Then this."; !strings.Contains(string(files["paths/novice/index.md"]), want) {
		t.Errorf("the Markdown lacks %q:\n%s", want, files["paths/novice/index.md"])
	}
}

// TestPathsOf: a pattern's page can say which steps stand around it, under whatever ID the paths name it.
func TestPathsOf(t *testing.T) {
	b, err := newBuilder(everything(t))
	if err != nil {
		t.Fatal(err)
	}
	page := func(id string) string { return "../../patterns/" + id + "/index.html" }
	want := []pathPlace{
		{"Novice", "../../paths/novice/index.html", 2, 3, &link{Label: "Measure first", Href: page("measure-first")}, &link{Label: "Keep copies", Href: page("keep-copies")}},
		{"School", "../../paths/school/index.html", 1, 1, nil, nil},
	}
	got := b.pathsOf("leave-gp2-burst-behind")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("places (-want +got):\n%s", d)
	}
	html, err := b.part("paths", got)
	if err != nil {
		t.Fatal(err)
	}
	doc := parseHTML(t, []byte(html))
	if d := cmp.Diff([]string{
		"Step 2 of 3 of the reading path Novice Before it: Measure first Then: Keep copies", "Step 1 of 1 of the reading path School",
	}, texts(all(doc, "li", ""))); d != "" {
		t.Errorf("what a page says: %s", d)
	}
	if html, err := b.part("paths", b.pathsOf("spend-nothing")); err != nil || strings.TrimSpace(string(html)) != "" {
		t.Errorf("a pattern on no path says %q, error %v", html, err)
	}
}

// TestPathToNowhere: a catalog that nobody loaded may hold any path.
func TestPathToNowhere(t *testing.T) {
	s := everything(t)
	s.Catalog.Paths[0].Steps[1].Pattern = patterns.Ref{ID: "gone", Line: 8, Column: 3}
	_, err := renderAll(t, s)
	if want := "patterns/paths.yaml:8:3: there is no pattern gone"; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

func TestReadingTime(t *testing.T) {
	for words, want := range map[int]string{
		0: "about 1 minute", 299: "about 1 minute", 300: "about 2 minutes", 1850: "about 9 minutes", 1900: "about 10 minutes", 2500: "about 15 minutes", 7000: "about 35 minutes",
	} {
		if got := readingTime(words); got != want {
			t.Errorf("%d words take %s, want %s", words, got, want)
		}
	}
	if got := countWords("one two\n\n```sh\nthree\n```\n  ~~~\nfour\n~~~\nfive\n"); got != 3 {
		t.Errorf("%d words", got)
	}
}
