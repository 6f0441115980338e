package site

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every pair of colours that meets on a page can be told apart: 4.5:1 for text, 3:1 for edges (WCAG 2.2 AA).
func TestContrast(t *testing.T) {
	data, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	themes := map[string]map[string]string{"light": {}, "dark": {}}
	for _, m := range regexp.MustCompile(`--([\w-]+):light-dark\((#[0-9a-f]{3,6}),(#[0-9a-f]{3,6})\)`).FindAllStringSubmatch(string(data), -1) {
		themes["light"][m[1]], themes["dark"][m[1]] = m[2], m[3]
	}
	for theme, c := range themes {
		pairs := 0
		want := func(least float64, fronts, backs string) {
			for _, f := range strings.Fields(fronts) {
				for _, b := range strings.Fields(backs) {
					pairs++
					if got := ratio(t, c[f], c[b]); got < least {
						t.Errorf("%s: %s on %s has %.2f:1, at least %.1f:1 is needed", theme, f, b, got, least)
					}
				}
			}
		}
		want(4.5, "ink ink-2 ink-3 accent", "bg bg-2")
		want(4.5, "ink-2", "bg-3")
		want(4.5, "code-ink k s c n f", "bg-2")
		for _, s := range []string{"crit", "high", "med", "low", "info"} {
			want(4.5, s, s+"-bg bg")
		}
		want(4.5, "ink", "info-bg")
		want(3, "line-2", "bg bg-2")
		if pairs != 28 {
			t.Errorf("%s: %d pairs were compared", theme, pairs)
		}
	}
}

// ratio is the contrast of two colours of the sheet.
func ratio(t *testing.T, a, b string) float64 {
	t.Helper()
	x, ok1 := parseColour(a)
	y, ok2 := parseColour(b)
	if !ok1 || !ok2 {
		t.Fatalf("the colours %q and %q are missing or not hexadecimal", a, b)
	}
	return contrast(x, y)
}

// The style sheet asks nobody for anything, and every class that a page uses is known to it.
func TestStyle(t *testing.T) {
	assets, err := makeAssets()
	if err != nil {
		t.Fatal(err)
	}
	data := assets["style.css"].data
	for _, bad := range []string{"url(", "@import", "http:", "https:", "javascript:"} {
		if strings.Contains(string(data), bad) {
			t.Errorf("the style sheet holds %s", bad)
		}
	}
	classes := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-z][\w-]*)`).FindAllStringSubmatch(string(data), -1) {
		classes[m[1]] = true
	}
	// These say what something is, and look like what surrounds them.
	for _, plain := range []string{"fix", "l2", "footnote-ref", "footnote-backref"} {
		classes[plain] = true
	}
	for name, page := range render(t, everything(t)) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for n := range parseHTML(t, page).Descendants() {
			for _, c := range strings.Fields(attr(n, "class")) {
				if !classes[c] {
					t.Errorf("%s: the style sheet does not know the class %s", name, c)
				}
			}
		}
	}
}

func TestTight(t *testing.T) {
	got := string(tight([]byte("/* a\nb */\na,\n  b {\n  color: red; /* c */\n}\n@media (x)\n  {a{}}\n")))
	if want := "a,b {color: red;}@media (x)\n{a{}}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	assets, err := makeAssets()
	if err != nil {
		t.Fatal(err)
	}
	if data := string(assets["style.css"].data); strings.Count(data, "{") != strings.Count(data, "}") || strings.Contains(data, "/*") {
		t.Error("the style sheet is not whole, or holds comments")
	}
}
