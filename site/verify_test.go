package site

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"golang.org/x/net/html"
)

func TestVerify(t *testing.T) {
	for body, want := range map[string]string{
		`<a href="../b/index.html">x</a>`:                            "",
		`<a href="../b/index.html#place">x</a>`:                      "",
		`<a href="#here:1">x</a><p id="here:1">`:                     "",
		`<a href="#caf%c3%a9">x</a><p id="café">`:                    "",
		`<a href="?a=b:c#">x</a>`:                                    "",
		`<a href="https://example.org/a?b=c&amp;d">x</a>`:            "",
		`<a href="mailto:a@example.org">x</a>`:                       "",
		`<link rel="canonical" href="https://example.org/">`:         "",
		`<script type="application/ld+json">"<a href="x">"</script>`: "",
		`<a href="../c/index.html">x</a>`:                            "the link ../c/index.html leads nowhere",
		`<a href="../b/">x</a>`:                                      "the link ../b/ leads nowhere",
		`<a href="../b/index.html#gone">x</a>`:                       "the link ../b/index.html#gone names no place of b/index.html",
		`<a href="#gone">x</a>`:                                      "the link #gone names no place of this page",
		`<p id="x"><p id="x">`:                                       `the id "x" stands here twice, or is empty`,
		`<p id="">`:                                                  `the id "" stands here twice, or is empty`,
		`<img src="https://example.org/x.png">`:                      "the img element leads out of the site, to https://example.org/x.png",
		`<link rel="stylesheet" href="//example.org/x.css">`:         "the link element leads out of the site, to //example.org/x.css",
		`<form action="https://example.org/">`:                       "the form element leads out of the site, to https://example.org/",
		`<a href="javascript:alert(1)">x</a>`:                        "the a element leads out of the site, to javascript:alert(1)",
		`<a href="/b/index.html">x</a>`:                              "the a element leads out of the site, to /b/index.html",
		"<a\nclass=\"y\"\nhref=\"gone.html\">x</a>":                  "the link gone.html leads nowhere",
	} {
		v := newVerifier([]file{{name: "a/index.html"}, {name: "b/index.html"}})
		v.page("a/index.html", []byte(body))
		v.page("b/index.html", []byte(`<p id="place">`))
		got := ""
		if err := v.finish().Err(); err != nil {
			got = strings.TrimPrefix(err.Error(), "a/index.html: ")
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
}

// What an author may have done by a heading is an error in the author's file.
func TestTwiceByAuthor(t *testing.T) {
	v := newVerifier([]file{{name: "a/index.html"}, {name: "b/index.html"}})
	v.from = map[string]string{"a/index.html": "patterns/c/a.md", "b/index.html": "the map"}
	v.page("a/index.html", []byte(`<p id="x"><p id="x">`))
	v.page("b/index.html", []byte(`<p id="x"><p id="x">`))
	want := "b/index.html: the id \"x\" stands here twice, or is empty\n" +
		"patterns/c/a.md: the id \"x\" stands twice on the page a/index.html, or is empty; give a heading of that name another one"
	if err := v.finish().Err(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// A reference that package patterns would have refused does not become a page.
func TestBuildVerifies(t *testing.T) {
	cat := load(t, ruledFiles())
	cat.Patterns[0].References = []patterns.Reference{{Title: "x", URL: "javascript:alert(1)"}}
	if _, err := renderAll(t, Site{Catalog: cat}); err == nil || !strings.Contains(err.Error(), "index.html: the link #ZgotmplZ") {
		t.Error(err)
	}
}

// What the scan finds in our pages is what a parser of HTML finds.
func TestScan(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	files, err := renderAll(t, Site{Catalog: cat, BaseURL: patterns.SiteURL})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		var got, want []string
		eachTag(files[name], func(tag string, attributes []byte) {
			for key, value := range pairs(attributes) {
				if k := string(key); k == "id" || k == "href" || k == "src" || k == "action" {
					got = append(got, tag+" "+k+" "+html.UnescapeString(string(value)))
				}
			}
		})
		for n := range parseHTML(t, files[name]).Descendants() {
			for _, a := range n.Attr {
				if a.Key == "id" || a.Key == "href" || a.Key == "src" || a.Key == "action" {
					want = append(want, n.Data+" "+a.Key+" "+a.Val)
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: -parser +scan\n%s", name, d)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte(`<p id="a"><a href="#b">x</a><script>`))
	f.Add([]byte(`<a href="%zz://:">`))
	f.Fuzz(func(t *testing.T, page []byte) {
		v := newVerifier([]file{{name: "a.html"}})
		v.page("a.html", page)
		if n := len(v.finish()); n > len(page) {
			t.Errorf("%d mistakes in %d bytes", n, len(page))
		}
	})
}
