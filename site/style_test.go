package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
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

// sheets are the style sheets of the site, by name.
func sheets(t *testing.T) map[string]string {
	t.Helper()
	assets, err := makeAssets()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, a := range assets {
		if strings.HasSuffix(name, ".css") {
			out[name] = string(a.data)
		}
	}
	return out
}

// classesIn are the classes that a style sheet speaks of.
func classesIn(sheet string) map[string]bool {
	out := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-z][\w-]*)`).FindAllStringSubmatch(sheet, -1) {
		out[m[1]] = true
	}
	return out
}

// The style sheets ask nobody for anything, and every class that a page uses is known to one that the page loads.
func TestStyle(t *testing.T) {
	all := sheets(t)
	for name, sheet := range all {
		for _, bad := range []string{"url(", "@import", "http:", "https:", "javascript:"} {
			if strings.Contains(sheet, bad) {
				t.Errorf("%s holds %s", name, bad)
			}
		}
	}
	style, both := classesIn(all["style.css"]), classesIn(all["style.css"]+all["search.css"])
	// These say what something is, and look like what surrounds them.
	for _, plain := range []string{"fix", "footnote-ref", "footnote-backref", "l1", "p1", "p2", "p3", "s2", "s5"} {
		style[plain], both[plain] = true, true
	}
	searches := 0
	for name, page := range render(t, everything(t)) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		classes := style
		if bytes.Contains(page, []byte(`assets/search.`)) && regexp.MustCompile(`<link rel="stylesheet" href="[^"]*assets/search\.\w+\.css">`).Match(page) {
			searches++
			classes = both
		}
		for n := range parseHTML(t, page).Descendants() {
			for _, c := range strings.Fields(attr(n, "class")) {
				if !classes[c] {
					t.Errorf("%s: its style sheets do not know the class %s", name, c)
				}
			}
		}
	}
	if searches != 2 {
		t.Errorf("%d pages load the sheet of the search; the search's page and the one for what is missing need it", searches)
	}
}

// Every class of the style sheets stands in a template, in a script or in the code: what no page can use is no longer carried along.
func TestNoIdleClasses(t *testing.T) {
	used := map[string]bool{
		"center": true, "right": true, "footnotes": true, // goldmark's
	}
	for _, c := range classes {
		used[string(c)] = true
	}
	for _, s := range patterns.Severities {
		used[s], used["m-"+s] = true, true
	}
	for n := range 6 {
		for _, series := range "slp" {
			used[fmt.Sprintf("%c%d", series, n+1)] = true
		}
	}
	literal := regexp.MustCompile("\"[^\"\n]*\"|`[^`]*`")
	for _, glob := range []string{"*.go", "templates/*.html", "assets/*.js", "assets/app/*.js", "assets/search/search.js"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", glob, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range literal.FindAllString(string(data), -1) {
				for _, word := range regexp.MustCompile(`[a-z][\w-]*`).FindAllString(l, -1) {
					used[word] = true
				}
			}
		}
	}
	for name, sheet := range sheets(t) {
		for c := range classesIn(sheet) {
			if !used[c] {
				t.Errorf("%s knows the class %s, which nothing on the site has", name, c)
			}
		}
	}
}

func TestTight(t *testing.T) {
	got := string(tight([]byte("/* a\nb */\na,\n  b {\n  color: red; /* c */\n}\n@media (x)\n  {a{}}\n")))
	if want := "a,b {color: red;}@media (x)\n{a{}}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for name, sheet := range sheets(t) {
		if strings.Count(sheet, "{") != strings.Count(sheet, "}") || strings.Contains(sheet, "/*") {
			t.Errorf("%s is not whole, or holds comments", name)
		}
	}
}
