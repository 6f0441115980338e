package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"golang.org/x/net/html"
)

// parsed is an HTML report as a browser sees it.
func parsed(t *testing.T, r *lint.Report) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(render(t, "html", r, Options{Sheet: "body{margin:0}"})))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// skeleton is the elements of a page with those attributes that no text of an account may stand in.
func skeleton(doc *html.Node) string {
	var b strings.Builder
	for d := range doc.Descendants() {
		switch d.Type {
		case html.CommentNode:
			b.WriteString("comment ")
		case html.ElementNode:
			b.WriteString(d.Data)
			for _, a := range d.Attr {
				switch {
				case a.Key == "value" || a.Key == "aria-label" || a.Key == "content" || strings.HasPrefix(a.Key, "data-"):
					b.WriteString("[" + a.Key + "]")
				default:
					fmt.Fprintf(&b, "[%s=%s]", a.Key, a.Val)
				}
			}
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// TestHTMLHostile: whatever a text is, the page has the same elements, attributes and links.
func TestHTMLHostile(t *testing.T) {
	want := skeleton(parsed(t, hostile("x")))
	for _, attack := range attacks {
		if strings.TrimSpace(attack) == "" {
			continue // no name and no fix have no element
		}
		if got := skeleton(parsed(t, hostile(attack))); got != want {
			t.Errorf("%.40q makes\n%s\nnot\n%s", attack, got, want)
		}
	}
}

// TestHTMLLinks: a finding's link is followed only where it leads to the web.
func TestHTMLLinks(t *testing.T) {
	for address, want := range map[string]int{"https://x.example/a?b=c": 1, "javascript:alert(1)": 0, "http://x.example": 0, "file:///etc/passwd": 0, "//x.example": 0} {
		r := sample()
		for i := range r.Findings {
			r.Findings[i].URL = address
		}
		got := 0
		for _, a := range below(parsed(t, r), "a") {
			if href := attribute(a, "href"); !strings.HasPrefix(href, "#") {
				got++
				if href != address {
					t.Errorf("a link to %s, not to %s", href, address)
				}
			}
		}
		if got != want*3 { // three patterns
			t.Errorf("%s: %d links", address, got)
		}
	}
}

// TestHTMLPolicy: the page has one style and one script, whose hashes the policy names, and nothing that a policy without them would stop.
func TestHTMLPolicy(t *testing.T) {
	for name, r := range map[string]*lint.Report{"empty": lint.Merge(), "sample": sample(), "large": many(2, 400)} {
		doc := parsed(t, r)
		styles, scripts := below(doc, "style"), below(doc, "script")
		if len(styles) != 1 || len(scripts) != 1 {
			t.Fatalf("%s: %d styles and %d scripts", name, len(styles), len(scripts))
		}
		want := "default-src 'none'; style-src " + hash(textOf(styles[0])) + "; script-src " + hash(textOf(scripts[0])) + "; img-src data:; base-uri 'none'; form-action 'none'"
		if got := attribute(below(doc, "meta")[1], "content"); got != want {
			t.Errorf("%s: the policy is %s, not %s", name, got, want)
		}
		for d := range doc.Descendants() {
			for _, a := range d.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "src" {
					t.Errorf("%s: <%s %s=%q>", name, d.Data, a.Key, a.Val)
				}
			}
		}
	}
	if err := HTML(&strings.Builder{}, sample(), Options{Sheet: "a{}</STYLE><script>x</script>"}); err == nil {
		t.Error("a style sheet may end its element")
	}
}

// TestHTMLIncomplete: what could not be checked stands in front of the findings, and nothing sounds like a pass.
func TestHTMLIncomplete(t *testing.T) {
	out := render(t, "html", sample(), Options{})
	note, gaps, findings := strings.Index(out, "This report is not complete"), strings.Index(out, `id="not-checked"`), strings.Index(out, `id="findings"`)
	if note < 0 || note > gaps || gaps > findings {
		t.Errorf("the note stands at %d, the gaps at %d, the findings at %d", note, gaps, findings)
	}
	for want, s := range map[string]lint.Summary{
		"2 of 5 checks failed": {Fail: 2, Evaluations: 5, Unknown: 1},
		"Nothing failed":       {Evaluations: 5, Pass: 5},
		"Nothing failed, and 2 of 5 checks could not be decided": {Evaluations: 5, Pass: 3, Unknown: 2},
		"Nothing was checked": {},
	} {
		if got := headline(s); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
}

// TestHTMLMany: beyond what a browser likes the page counts, and says so.
func TestHTMLMany(t *testing.T) {
	r := many(12, 1500)
	for i := range r.Findings {
		if i%1500 >= 1400 {
			r.Findings[i].Verdict = "muted"
		}
	}
	for i := range htmlOthers + 5 {
		r.Gaps = append(r.Gaps, lint.Missing{Error: fmt.Sprint("denied ", i)})
	}
	doc := parsed(t, r)
	articles := 0
	for d := range doc.Descendants() {
		if d.Type == html.ElementNode && d.Data == "article" {
			articles++
		}
	}
	if want := 10*htmlPattern + 2*htmlFew + htmlOthers; articles != want {
		t.Errorf("%d findings are listed, want %d", articles, want)
	}
	counts := map[string]int{}
	for _, p := range below(doc, "p") {
		if attribute(p, "class") == "unlisted" {
			words, _, _ := strings.Cut(textOf(p), " more:")
			counts[words]++
		}
	}
	if counts["400"] != 10 || counts["1350"] != 2 || counts["700"] != 1 || counts["5"] != 1 || len(counts) != 4 {
		t.Errorf("the page counts %v", counts)
	}
}

func TestCleanLines(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a\nb": "a\nb", "a\r\nb": `a\x0d` + "\nb", "\x1b[2J\n\u202e": `\x1b[2J` + "\n" + `\u202e`, "\n\n": "\n\n",
	} {
		if got := cleanLines(in); got != want {
			t.Errorf("cleanLines(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzHTML: a text is shown as it is and is no element, wherever it stands.
func FuzzHTML(f *testing.F) {
	for _, a := range attacks {
		if len(a) < 1000 {
			f.Add(a)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := sample()
		r.Findings = r.Findings[:1]
		r.Findings[0].Message = s
		r.Findings[0].Evidence = lint.Evidence{{Expr: "x" + s, Value: "x" + s}}
		r.Findings[0].Fix = "x" + s + "x"
		r.Findings[0].Resource.Region = s
		article := below(parsed(t, r), "article")[0]
		if got, want := skeleton(article), "h4 code span p[class=where] p table[class=seen] thead tr th[scope=col] th[scope=col] tbody tr th[scope=row] code td code "+
			"figure[class=code] figcaption b button[type=button][class=copy] pre[tabindex=0][role=group][aria-label] code "; got != want {
			t.Errorf("%q makes %s", s, got)
		}
		codes := below(article, "code")
		if got := attribute(article, "data-region"); got != Clean(s) {
			t.Errorf("attribute %q of %q", got, s)
		}
		if got := textOf(below(article, "p")[1]); got != Clean(s) {
			t.Errorf("message %q of %q", got, s)
		}
		for i, want := range map[int]string{1: Clean("x" + s), 2: Clean("x" + s), 3: cleanLines("x"+s+"x") + "\n"} {
			if got := textOf(codes[i]); got != want {
				t.Errorf("code %d: %q of %q", i, got, s)
			}
		}
	})
}
