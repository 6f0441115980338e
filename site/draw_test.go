package site

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
	"golang.org/x/net/html"
)

const barChart = `kind: bar
title: The longer it writes, the slower it gets
x: bytes written
unit: MB/s
data:
  131 MB: 160
  1.3 GB: 84.7
  "11.4 GB <b>": 42.4
source: three runs & more
`

const pairChart = `kind: bar
title: Two rates
x: type
unit: IOPS
series: [all day, at best]
data:
  t3.small: [1000, 11800]
  m7i.large: [3600, 40000]
`

const lineChart = `kind: line
title: What it holds
x: size in GiB
unit: IOPS
series: [may burst to, holds all day]
data:
  1: [3000, 100]
  500: [3000, 1500]
  1000: [3000, 3000]
`

const zones = `title: A volume does not leave its zone
zone-a [ instance -> volume:gp3 "data" ] ~>(by night) snapshot -> zone-b [ volume ]
zone-a [ volume:gp3 ] -x zone-b [ volume ]
"<b> & others" -> snapshot
`

func TestDrawings(t *testing.T) {
	for name, d := range map[string]struct{ lang, text string }{
		"bars.svg": {"chart", barChart}, "pairs.svg": {"chart", pairChart}, "lines.svg": {"chart", lineChart}, "sketch.svg": {"sketch", zones},
	} {
		t.Run(name, func(t *testing.T) {
			got, errs := drawings[d.lang](d.text, 1)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			golden(t, name, []byte(got.SVG))
			checkSVG(t, name, string(got.SVG))
		})
	}
}

// checkSVG finds what no drawing may hold.
func checkSVG(t testing.TB, name, svg string) {
	t.Helper()
	if bad := regexp.MustCompile(`NaN|Inf|%!|<b>|="[^"]*[<>]|style=|<script|\d\.\d{2}`).FindString(svg); bad != "" {
		t.Errorf("%s holds %q", name, bad)
	}
}

func TestChartMistakes(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"kind: bar", "kind: pie", "10:7: kind is bar or line"},
		{"kind: bar", "kind: bar\ncolour: red", "11:1: unknown key colour of a chart; known are data, kind, series, source, title, unit and x"},
		{"unit: MB/s\n", "", "10:1: the key unit is missing"},
		{"84.7", ".inf", "16:11: a value is a number from 0 up, without commas: 3000 or 42.4"},
		{"84.7", "-1", "16:11: a value is a number from 0 up, without commas: 3000 or 42.4"},
		{"84.7", "1e9", "16:11: a value is a number from 0 up"},
		{"84.7", "9999999999999", "16:11: a value is a number from 0 up"},
		{"84.7", strings.Repeat("1", 500_000), "16:11: a value has at most 20 characters"},
		{"84.7", "many", "16:11: a value is a number from 0 up"},
		{"84.7", "[1, 2]", "16:3: 1.3 GB has 2 values; 1 is wanted, one for each name in series"},
		{"84.7", "{a: 1}", "16:11: a value is a number from 0 up"},
		{"1.3 GB", strings.Repeat("x", 61), "16:3: a label has more than 60 characters"},
		{"unit: MB/s", "unit: MB/s\nseries: [one]", "14:9: series is a list of 2 to 6 names"},
		{"unit: MB/s", "unit: MB/s\nseries: [a, b, c, d, e, f, g]", "14:9: series is a list of 2 to 6 names"},
		{"unit: MB/s", "unit: MB/s\nseries: [one, two]", "16:3: 131 MB has 1 values; 2 are wanted, one for each name in series"},
		{"unit: MB/s", "unit: [MB/s]", "13:7: unit is a text"},
		{"unit: MB/s", "unit: &a MB/s", "13:7: & and * begin YAML anchors and aliases"},
		{"kind: bar", "kind: line", "15:3: 131 MB is not a number; a line has a number in front of each colon, in digits and without commas"},
		{"title: The", "title: " + strings.Repeat("x", 120) + " The", "11:8: title has more than 120 characters"},
		{"data:", "data:" + strings.Repeat("\n  x: 1", 2), "16:3: the key x stands here twice"},
		{barChart, "", "9:1: the chart block is empty"},
		{barChart, "- a", "10:1: a chart is a list of keys: kind, title, x, unit and data"},
		{barChart, "kind: bar\ntitle: T\nx: x\nunit: u\ndata: 3", "14:7: data has a line for each bar or point: 131 MB: 160"},
		{barChart, "kind: bar\ntitle: T\nx: x\nunit: u\ndata: {}", "10:1: a chart has 1 to 60 values"},
		{barChart, "kind: line\ntitle: T\nx: x\nunit: u\ndata: {1: 2}", "10:1: a line has at least two points"},
		{barChart, "kind: line\ntitle: T\nx: x\nunit: u\ndata: {2: 2, 1: 2}", "14:14: 1 stands too late; the numbers of a line rise"},
		{barChart, "kind: line\ntitle: T\nx: x\nunit: u\ndata: {.nan: 2, 1: 2}", "14:8: .nan is not a number"},
		{barChart, "kind: line\ntitle: T\nx: x\nunit: u\ndata: {1: 2, 2e3: 2}", "14:14: 2e3 is not a number"},
		{barChart, "kind: line\ntitle: T\nx: x\nunit: u\ndata: {0x1: 2, 2: 2}", "14:8: 0x1 is not a number"},
	} {
		text := strings.Replace(barChart, c.old, c.new, 1)
		_, errs := drawChart(text, 10)
		if len(errs) == 0 {
			t.Errorf("%q in place of %q was taken", c.new, c.old)
			continue
		}
		if got := strings.TrimPrefix(errs[0].Error(), ":"); !strings.HasPrefix(got, c.want) {
			t.Errorf("%q: got %s, want %s", c.new, got, c.want)
		}
	}
	many := "kind: bar\ntitle: T\nx: x\nunit: u\ndata:\n"
	for i := range 61 {
		many += fmt.Sprintf("  b%d: %d\n", i, i)
	}
	if _, errs := drawChart(many, 1); len(errs) != 1 || errs[0].Msg != "a chart has 1 to 60 values" {
		t.Errorf("61 bars: %v", errs)
	}
}

func TestSketchMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "10:1: a sketch begins with its title: What it shows"},
		{"a -> b", "10:1: a sketch begins with its title: What it shows"},
		{"title:", "10:1: a sketch begins with its title: What it shows"},
		{"title: " + strings.Repeat("x", 121) + "\na", "10:1: title has more than 120 characters"},
		{"title: T", "10:1: the sketch has no boxes"},
		{"title: T\na ->", "11:5: a name is wanted here"},
		{"title: T\na -> -> b", "11:6: a name is wanted here"},
		{"title: T\na b", "11:3: an arrow, a comma or the end of the line is wanted here"},
		{"title: T\na ; b", `11:3: ';' is no part of a sketch; put text into quotes`},
		{"title: T\na - b", `11:3: '-' is no part of a sketch; put text into quotes`},
		{"title: T\na \"b", `11:3: the " that begins here does not end on its line`},
		{"title: T\na ->(b\nc", `11:5: the ( that begins here does not end on its line`},
		{"title: T\ng [ a", "11:3: the [ that begins here is not closed"},
		{"title: T\ng [ a b ]", "11:7: an arrow, a comma or a ] is wanted here"},
		{"title: T\ng [ ]", "11:3: the group g is empty"},
		{"title: T\na ]", "11:3: this ] closes nothing"},
		{"title: T\n\n  a -> a", "12:5: the arrow leads from a to itself"},
		{"title: T\na -> b\na -> b", "12:3: there is such an arrow from a to b already"},
		{"title: T\n\"\"", "11:1: a name has at least one character"},
		{"title: T\ng [ a ], h [ a ], a", "11:19: there are 2 boxes a; write it into its group: g [ a ]"},
		{"title: T\na \"x\", a \"y\", a", "11:15: there are 2 boxes a; write its text behind it: a \"x\""},
		{"title: T\na [ b [ c [ d [ e ] ] ] ]", "11:15: groups are nested at most 3 deep"},
		{"title: T\n" + strings.Repeat("é", 61), "11:1: a text of 61 characters; at most 60 fit into a sketch"},
	} {
		if _, errs := drawSketch(c.text, 10); len(errs) != 1 || errs[0].Error() != ":"+c.want {
			t.Errorf("%q: got %v, want %s", c.text, errs, c.want)
		}
	}
	boxes, arrows := "title: T\n", "title: T\n"
	for i := range 201 {
		boxes += fmt.Sprintf("b%d,", i)
		arrows += fmt.Sprintf("a%d -> b%d\n", i/30, i%30)
	}
	if _, errs := drawSketch(boxes, 1); len(errs) != 1 || errs[0].Msg != "a sketch has at most 200 boxes and groups" {
		t.Errorf("201 boxes: %v", errs)
	}
	if _, errs := drawSketch(arrows, 1); len(errs) != 1 || errs[0].Msg != "a sketch has at most 200 arrows" {
		t.Errorf("201 arrows: %v", errs)
	}
}

// A mistake in a drawing names the author's line and column, in a list too, and all mistakes come at once.
func TestDrawingMistakesInPages(t *testing.T) {
	pattern := guidance("B", "", "1. First.\n\n   ```sketch\n   title: T\n   a b\n   ```\n\n```chart\nkind: pie\n```\n\n[x](gone.md)")
	cat := load(t, mapFS(map[string]string{"a/b.md": pattern, "a/README.md": "# A\n\nText.\n\n```sketch\ntitle: T\na ->\n```\n"}))
	_, err := renderAll(t, Site{Catalog: cat})
	if err == nil {
		t.Fatal("the mistakes were taken")
	}
	for _, want := range []string{
		"patterns/a/README.md:7:5: a name is wanted here", "patterns/a/b.md:28:6: an arrow, a comma", "patterns/a/b.md:32:7: kind is bar or line",
		"patterns/a/b.md:35:1: the link",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the errors lack %s:\n%v", want, err)
		}
	}
}

func TestDrawingsInPages(t *testing.T) {
	text := "```chart\n" + barChart + "```\n\n```sketch\n" + zones + "```\n"
	cat := load(t, mapFS(map[string]string{"a/b.md": guidance("B", "", text), "a/README.md": "# A\n\nText.\n\n" + text}))
	files := render(t, Site{Catalog: cat, Texts: []Text{{Name: "more", Title: "More", Summary: "More.", Body: text, File: "more.md"}}})
	for _, name := range []string{"patterns/b/index.html", "chapters/a/index.html", "more/index.html"} {
		doc := parseHTML(t, files[name])
		figures := all(doc, "figure", "draw")
		if len(figures) != 2 {
			t.Errorf("%s has %d drawings", name, len(figures))
			continue
		}
		if got, want := textOf(all(figures[0], "details", "")[0]), "The numbers bytes writtenMB/s 131 MB160 1.3 GB84.7 11.4 GB <b>42.4"; got != want {
			t.Errorf("the numbers are %q, want %q", got, want)
		}
		want := []string{
			"zone-a holds instance and volume gp3 (data).", "zone-b holds volume.", "instance leads to volume gp3 (data).",
			"volume gp3 (data) in zone-a leads, later, to snapshot: by night.", "snapshot leads to volume in zone-b.",
			"volume gp3 (data) in zone-a does not reach volume in zone-b.", "<b> & others leads to snapshot.",
		}
		if got := texts(all(figures[1], "li", "")); !slices.Equal(got, want) {
			t.Errorf("the words are %q, want %q", got, want)
		}
		for _, svg := range all(doc, "svg", "") {
			if attr(svg, "role") != "img" || attr(svg, "aria-label") == "" || len(all(svg, "desc", "")) != 1 {
				t.Errorf("%s: a drawing has no name or no description", name)
			}
		}
		if box := all(figures[1], "div", "scroll"); len(box) != 1 || attr(box[0], "tabindex") != "0" {
			t.Errorf("%s: the keyboard cannot scroll a sketch", name)
		}
	}
}

// TestFlatLines: values that are all zero have an axis, and the names of lines that end at one place stand beside each other.
func TestFlatLines(t *testing.T) {
	text := "kind: line\ntitle: T\nx: x\nunit: u\nseries: [a, b, c, d, e, f]\ndata:\n  -1: [0, 0, 0, 0, 0, 0]\n  1000.5: [0, 0, 0, 0, 0, 0]\n"
	d, errs := drawChart(text, 1)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	svg := string(d.SVG)
	for _, want := range []string{">0</text>", ">1</text>", ">1,200</text>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the axes lack %s:\n%s", want, svg)
		}
	}
	if got := d.Table.Rows[1][0]; got != "1,000.5" {
		t.Errorf("the label is %s", got)
	}
	names := regexp.MustCompile(`<text x="([\d.]+)" y="([\d.]+)">[a-f]<`).FindAllStringSubmatch(svg, -1)
	places := map[string]bool{}
	for _, m := range names {
		x, errX := strconv.ParseFloat(m[1], 64)
		y, errY := strconv.ParseFloat(m[2], 64)
		if errX != nil || errY != nil || x > phone || y < 10 {
			t.Errorf("a name stands at %s, %s", m[1], m[2])
		}
		places[m[1]+" "+m[2]] = true
	}
	if len(names) != 6 || len(places) != 6 {
		t.Errorf("%d names stand at %d places", len(names), len(places))
	}
}

func TestGrouped(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "-999": "-999", "-1000": "-1,000", "1234567.8901": "1,234,567.8901", ".5": ".5", "5.": "5."} {
		if got := grouped(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		want     string
	}{
		{0, 3000, "0 500 1,000 1,500 2,000 2,500 3,000"}, {0, 1.6, "0 0.5 1 1.5 2"}, {0, 10, "0 2 4 6 8 10"}, {0, 7, "0 2 4 6 8"}, {0, 1, "0 0.2 0.4 0.6 0.8 1"},
		{2008, 2026, "2,005 2,010 2,015 2,020 2,025 2,030"}, {0, 43333, "0 10,000 20,000 30,000 40,000 50,000"}, {-5, 5, "-6 -4 -2 0 2 4 6"},
	} {
		var got []string
		for _, v := range ticks(c.from, c.to) {
			got = append(got, tickText(v))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v to %v: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct{ wants, want []float64 }{
		{[]float64{0, 100}, []float64{0, 100}}, {[]float64{50, 50}, []float64{44, 56}}, {[]float64{10, 0, 5}, []float64{-7, 5, 17}}, {nil, []float64{}},
	} {
		if got := spread(c.wants, make([]float64, len(c.wants)), 12); !slices.Equal(got, c.want) {
			t.Errorf("%v: got %v, want %v", c.wants, got, c.want)
		}
	}
}

// The catalog's own sketches: no box over another, no arrow over a box that it does not belong to, no label over a box, no wider than a page.
func TestSketchesOfCatalog(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	charts, sketches := 0, 0
	bodies := map[string]string{}
	for _, p := range cat.Patterns {
		bodies[p.ID] = p.Body
	}
	for _, c := range cat.Chapters {
		bodies[c.ID] = c.Body
	}
	for name, body := range bodies {
		charts += strings.Count(body, "```chart\n")
		for i, block := range strings.Split(body, "```sketch\n")[1:] {
			text, _, _ := strings.Cut(block, "```")
			s, err := readSketch(text, 1)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			sketches++
			s.place()
			checkSketch(t, fmt.Sprintf("%s, sketch %d", name, i+1), s)
			if w := s.root.spot.w; w > 680 {
				t.Errorf("%s: the sketch is %v wide, a page shows 680", name, w)
			}
		}
	}
	if charts < 8 || sketches < 15 {
		t.Errorf("the catalog has %d charts and %d sketches", charts, sketches)
	}
}

// boxesOf are the boxes of a sketch, or its groups.
func boxesOf(it *item, groups bool) (out []*item) {
	for _, c := range it.items {
		if c.group == groups {
			out = append(out, c)
		}
		out = append(out, boxesOf(c, groups)...)
	}
	return out
}

func meets(a, b spot) bool {
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h
}

func checkSketch(t testing.TB, name string, s *sketch) {
	t.Helper()
	boxes := boxesOf(s.root, false)
	for i, a := range boxes {
		for _, b := range boxes[:i] {
			if meets(a.spot, b.spot) {
				t.Errorf("%s: %s lies over %s", name, a.title(), b.title())
			}
		}
		if r := s.root.spot; a.spot.x < 0 || a.spot.y < 0 || a.spot.x+a.spot.w > r.w || a.spot.y+a.spot.h > r.h {
			t.Errorf("%s: %s sticks out", name, a.title())
		}
		if p := a.parent; p != s.root && (a.spot.x < p.spot.x || a.spot.x+a.spot.w > p.spot.x+p.spot.w || a.spot.y < p.spot.y || a.spot.y+a.spot.h > p.spot.y+p.spot.h) {
			t.Errorf("%s: %s sticks out of %s", name, a.title(), p.title())
		}
	}
	for _, a := range s.arrows {
		spans := a.route.spans
		if first, last := spans[0], spans[len(spans)-1]; math.Abs(first.x0-a.left().spot.x-a.left().spot.w) > 0.1 || math.Abs(last.x1-a.right().spot.x) > 0.1 {
			t.Errorf("%s: the arrow from %s to %s hangs in the air", name, a.from.title(), a.to.title())
		}
		for _, b := range boxes {
			if b == a.from || b == a.to {
				continue
			}
			for i, sp := range spans {
				if meets(b.spot, spot{x: sp.x0, y: sp.y - 1, w: sp.x1 - sp.x0, h: 2}) {
					t.Errorf("%s: the arrow from %s to %s runs over %s", name, a.from.title(), a.to.title(), b.title())
				}
				if sp.label && meets(b.spot, spot{x: a.route.labelX, y: sp.y - 16, w: textWidth(a.label, smallSize), h: 12}) {
					t.Errorf("%s: the label %s lies over %s", name, a.label, b.title())
				}
				if i > 0 && sp.x0 < spans[i-1].x1 {
					t.Errorf("%s: the arrow from %s to %s turns back", name, a.from.title(), a.to.title())
				}
			}
		}
	}
}

// The largest sketches are laid out in no time: a chain with arrows from its first box to all, a net, and groups in groups.
func TestLargeSketches(t *testing.T) {
	chain, net, groups := "title: T\n", "title: T\n", "title: T\n"
	for i := range 100 {
		chain += fmt.Sprintf("b%d -> b%d\nb0 ~> b%d\n", i, i+1, i+2)
		net += fmt.Sprintf("a%d -> b%d -> c%d\n", i%10, i/10, (i+i/10)%10)
	}
	for i := range 24 {
		groups += fmt.Sprintf("g%d [ h [ i [ a -> b ] -> c ] ]\ng%d [ a -> g%d [ b ] ]\n", i, i, i)
	}
	for name, text := range map[string]string{"chain": chain, "net": net, "groups": groups} {
		start := time.Now()
		s, err := readSketch(text, 1)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s.place()
		checkSketch(t, name, s)
		t.Logf("%s: %v, %v x %v", name, time.Since(start), s.root.spot.w, s.root.spot.h)
	}
}

func FuzzChart(f *testing.F) {
	for _, s := range []string{barChart, pairChart, lineChart, "kind: line\ntitle: T\nx: x\nunit: u\ndata: {0: 0, 1: 0}", "kind: bar\ntitle: T\nx: x\nunit: u\ndata: {a: 0.000000000001}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || len(text) > 1<<16 {
			return
		}
		d, errs := drawChart(text, 1)
		if len(errs) > 0 {
			return
		}
		checkSVG(t, "the chart", markless(t, string(d.SVG)))
		again, _ := drawChart(text, 1)
		if again.SVG != d.SVG {
			t.Error("the same chart gives two drawings")
		}
	})
}

func FuzzSketch(f *testing.F) {
	for _, s := range []string{zones, "title: T\na -> b -> a\nb -x a", "title: T\ng [ a, b [ c ] ] -> d ~>(x) g [ a ]", "title: T\na -> b, a -> c, b -> d, c -> d, a ->(far) d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || len(text) > 1<<12 {
			return
		}
		s, err := readSketch(text, 1)
		if err != nil {
			if err.Line < 1 || err.Line > strings.Count(text, "\n")+1 || err.Column < 1 {
				t.Errorf("an error at %d:%d", err.Line, err.Column)
			}
			return
		}
		s.place()
		checkSketch(t, "the sketch", s)
		d, _ := drawSketch(text, 1)
		checkSVG(t, "the sketch", markless(t, string(d.SVG)))
		again, _ := drawSketch(text, 1)
		if again.SVG != d.SVG {
			t.Error("the same sketch gives two drawings")
		}
	})
}

// markless is an SVG without its texts, which may say anything.
func markless(t testing.TB, svg string) string {
	t.Helper()
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(svg))
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		if tok.Type != html.StartTagToken && tok.Type != html.SelfClosingTagToken {
			continue
		}
		b.WriteString("<" + tok.Data)
		for _, a := range tok.Attr {
			if a.Key != "aria-label" {
				b.WriteString(" " + a.Key + `="` + a.Val + `"`)
			}
		}
		b.WriteString(">")
	}
	return b.String()
}
