package site

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"golang.org/x/net/html"
)

const goodSVG = `<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 64 32" xml:space="preserve">
<title>Shop</title><style>.a{fill:url(#g)} <![CDATA[ .b > .c {fill:red} ]]></style>
<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>
<path class="a" d="M0 0h64v32z"/><use xlink:href="#g"/><g filter="url( '#f' )"/>
</svg>`

// goodPNG is one pixel.
func goodPNG(t testing.TB) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestContrastRatio(t *testing.T) {
	// The examples that WCAG's own pages and every checker agree on.
	for pair, want := range map[[2]string]string{{"#000", "#fff"}: "21.00", {"#777777", "#ffffff"}: "4.48", {"#767676", "#fff"}: "4.54", {"#f00", "#fff"}: "4.00", {"#FFF", "#ffffff"}: "1.00"} {
		a, ok1 := parseColour(pair[0])
		b, ok2 := parseColour(pair[1])
		if got := fmt.Sprintf("%.2f", contrast(a, b)); !ok1 || !ok2 || got != want {
			t.Errorf("%v: %s, want %s", pair, got, want)
		}
	}
	for _, bad := range []string{"", "#", "fff", "#ff", "#ffff", "#fffff", "#fffffff", "#ggg", "#+1+1+1", "red", "#ffé", "abc", "javascript:", "#+12345"} {
		if c, ok := parseColour(bad); ok {
			t.Errorf("%q is taken as %s", bad, c)
		}
	}
}

// TestGrounds: what a brand's colours are held against is what the pages have.
func TestGrounds(t *testing.T) {
	sheet, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"bg", "bg-2", "info-bg"} {
		m := regexp.MustCompile(`--` + name + `:light-dark\((#\w+),(#\w+)\)`).FindSubmatch(sheet)
		if m == nil {
			t.Fatalf("the style sheet has no %s", name)
		}
		for j, th := range []theme{light, dark} {
			c, _ := parseColour(string(m[j+1]))
			if c.String() != th.grounds[i] {
				t.Errorf("%s is %s in the %s theme, and colours are held against %s", name, c, th.name, th.grounds[i])
			}
		}
	}
	for _, th := range []theme{light, dark} {
		own := map[string]string{"light": ownAccent.String(), "dark": "#8ab8ff"}[th.name]
		if !strings.Contains(string(sheet), own) || th.readable(own) != nil {
			t.Errorf("patlint's own accent %s cannot be used in the %s theme", own, th.name)
		}
	}
}

func TestShade(t *testing.T) {
	for _, tt := range []struct {
		theme  theme
		colour string
	}{{light, "#f90"}, {light, "#ffffff"}, {light, "#8ab8ff"}, {dark, "#000"}, {dark, "#0b57b7"}} {
		c, _ := parseColour(tt.colour)
		got := tt.theme.shade(c)
		if tt.theme.contrast(got) < least {
			t.Errorf("%s in %s: the shade %s cannot be read either", tt.colour, tt.theme.name, got)
		}
		if tt.theme.readable(got.String()) != nil || tt.theme.shade(got) != got {
			t.Errorf("the shade %s is refused in turn", got)
		}
		err := tt.theme.readable(tt.colour)
		if err == nil || !strings.HasSuffix(err.Error(), "is "+got.String()) {
			t.Errorf("%s in %s: %v", tt.colour, tt.theme.name, err)
		}
	}
	orange, _ := parseColour("#ff9900")
	if err := light.readable("#ff9900"); err.Error() != "#ff9900 has a contrast of 1.86:1 in the light theme, and text needs 4.5:1; the nearest shade that has it is "+light.shade(orange).String() {
		t.Error(err)
	}
}

func TestLogos(t *testing.T) {
	for name, tt := range map[string]struct {
		data string
		want icon
	}{
		"SVG":                {goodSVG, icon{"logo.svg", 1000, 500}},
		"SVG with a prefix":  {`<svg xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg" viewBox="0,0,1,1"><s:g/></svg>`, icon{"logo.svg", 1000, 1000}},
		"PNG":                {string(goodPNG(t)), icon{"logo.png", 1, 1}},
		"patlint's own icon": {string(readAsset(t, "assets/icon.svg")), icon{"logo.svg", 1000, 1000}},
	} {
		got, err := readLogo([]byte(tt.data))
		if err != nil || got != tt.want {
			t.Errorf("%s: got %+v, error %v", name, got, err)
		}
	}
	svg := func(inside string) string {
		return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 1 1">` + inside + `</svg>`
	}
	for _, tt := range []struct{ data, want string }{
		{"", "neither an SVG nor a PNG"},
		{"GIF89a", "neither an SVG nor a PNG"},
		{strings.Repeat(" ", maxLogo+1), "has 65537 bytes; at most 65536"},
		{"\x89PNG\r\n\x1a\nxxxx", "the PNG is broken"},
		{"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x00\x00\x00\x00\x01", "0 by 1 pixels"},
		{"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01\x00\x00\x00\x00\x00\x01", "65536 by 1 pixels"},
		{"<svg", "cannot be read"},
		{"<svg/>", "an element svg that is not SVG's"},
		{`<svg xmlns="http://www.w3.org/2000/svg"/>`, "no viewBox"},
		{`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 1"/>`, "a viewBox of the size 0 by 1"},
		{`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 NaN 1"/>`, "a viewBox of the size NaN by 1"},
		{`<g xmlns="http://www.w3.org/2000/svg"><svg viewBox="0 0 1 1"/></g>`, "begins with g"},
		{`<!DOCTYPE svg [<!ENTITY x "y">]>` + svg(""), "DOCTYPE"},
		{`<?xml-stylesheet href="x.css"?>` + svg(""), "instruction <?xml-stylesheet"},
		{`<?xml version="1.0" encoding="UTF-7"?>` + svg(""), "cannot be read"},
		{svg("<script>alert(1)</script>"), "an element script"},
		{svg(`<script xmlns="http://www.w3.org/1999/xhtml"/>`), "an element script that is not SVG's"},
		{svg(`<s:script xmlns:s="http://www.w3.org/2000/svg"/>`), "an element script"},
		{svg("<foreignObject/>"), "an element foreignObject"},
		{svg(`<a xlink:href="#x"/>`), "an element a;"},
		{svg(`<image href="#x"/>`), "an element image"},
		{svg(`<set attributeName="href" to="javascript:x"/>`), "an element set"},
		{svg(`<g onload="x()"/>`), "an event attribute onload"},
		{svg(`<g ONLOAD="x()"/>`), "an event attribute ONLOAD"},
		{svg(`<use href="https://example.org/x.svg#a"/>`), "outside of itself in href of use"},
		{svg(`<use xlink:href="x.svg#a"/>`), "outside of itself in href of use"},
		{svg(`<use href="&#x20;javascript:x"/>`), "outside of itself"},
		{svg(`<g xml:base="https://example.org/"/>`), "an attribute xml:base"},
		{svg(`<g xlink:actuate="onLoad"/>`), "an attribute xlink:actuate"},
		{svg(`<g i:x="1" xmlns:i="http://www.inkscape.org/"/>`), "an attribute x that is not SVG's"},
		{svg(`<g fill="url(https://example.org/#a)"/>`), "holds //"},
		{svg(`<g fill="url(x.svg#a)"/>`), "refers with url()"},
		{svg(`<g fill="url(#a) url(b)"/>`), "refers with url()"},
		{svg(`<g style="fill:u\72l(x)"/>`), `holds \`},
		{svg(`<style>@import "x.css"</style>`), "holds @"},
		{svg(`<style>g{fill:ur<!-- -->l(x)}</style>`), "refers with url()"},
		{svg(`<style>g{fill:ur<![CDATA[l(x)]]>}</style>`), "refers with url()"},
		{svg(`<style>g{fill:&#117;rl(x)}</style>`), "refers with url()"},
		{svg(`<style>g{background:image-set("x" 1x)}</style>`), "holds image-set("},
	} {
		if _, err := readLogo([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.200s: error %v, want one about %s", tt.data, err, tt.want)
		}
	}
}

func readAsset(t testing.TB, name string) []byte {
	t.Helper()
	data, err := embedded.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzLogo: what is taken holds nothing that runs, whoever reads it.
func FuzzLogo(f *testing.F) {
	f.Add([]byte(goodSVG))
	f.Add(goodPNG(f))
	f.Add([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g onload="x"/><script/></svg>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readLogo(data)
		if err != nil {
			return
		}
		if got.Width < 1 || got.Height < 1 || got.Width > 4096 || got.Height > 4096 {
			t.Errorf("size %d by %d", got.Width, got.Height)
		}
		if got.Asset != "logo.svg" {
			return
		}
		doc, err := html.Parse(bytes.NewReader(data)) // more lenient than any reader of XML
		if err != nil {
			return
		}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "script" || n.Data == "iframe" || n.Data == "img" {
				t.Errorf("the logo has an element %s", n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("the logo has the attribute %s", a.Key)
				}
			}
		}
	})
}

func TestBrand(t *testing.T) {
	cat, err := patterns.Load(patterns.Source{Name: "/home/jo/secret", FS: ruledFiles()})
	if err != nil {
		t.Fatal(err)
	}
	brand := Brand{Name: "Shop <patterns>", Tagline: "What we agreed on.", Logo: []byte(goodSVG), Accent: "#8a1538", Source: "https://git.example.com/ops/"}
	files := render(t, Site{Catalog: cat, Version: "1.2.3", Brand: brand})
	checkSite(t, files)
	for name, data := range files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		doc := parseHTML(t, data)
		if title := textOf(all(doc, "title", "")[0]); !strings.Contains(title, brand.Name) || strings.Contains(title, "patlint") {
			t.Errorf("%s has the title %q", name, title)
		}
		bar := all(doc, "a", "brand")[0]
		if img := all(bar, "img", ""); textOf(bar) != brand.Name || len(img) != 1 || attr(img[0], "alt") != "" || attr(img[0], "width") != "1000" || attr(img[0], "height") != "500" {
			t.Errorf("%s: the bar shows %q and the logos %v", name, textOf(bar), img)
		}
		if footer := textOf(all(doc, "footer", "")[0]); !strings.Contains(footer, brand.Name+", made with patlint 1.2.3") || strings.Contains(footer, "Apache") {
			t.Errorf("%s: the footer says %q", name, footer)
		}
	}
	home := string(files["index.html"])
	for _, want := range []string{"What we agreed on.", `type="image/svg+xml"`} {
		if !strings.Contains(home, want) {
			t.Errorf("the home page has no %s", want)
		}
	}
	if strings.Contains(home, "AWS account") || strings.Contains(home, "go install") {
		t.Error("the home page speaks of the tool")
	}
	if page := string(files["patterns/measure-first/index.html"]); !strings.Contains(page, `href="https://git.example.com/ops/storage/measure-first.md"`) || strings.Contains(page, "/home/jo") {
		t.Error("the page does not lead to its source")
	}
	for name, data := range files {
		switch {
		case strings.HasPrefix(name, "assets/style."):
			if want := ":root{--accent:light-dark(#8a1538," + dark.shade(rgb{0x8a, 0x15, 0x38}).String() + ")}\n"; !strings.HasSuffix(string(data), want) {
				t.Errorf("the style sheet does not end with %s", want)
			}
		case strings.HasPrefix(name, "assets/logo."):
			if string(data) != goodSVG {
				t.Error("the logo is not the one that was given")
			}
		case strings.HasPrefix(name, "assets/icon."):
			t.Error("the icon is still there")
		}
	}
	// Without a logo the icon has the accent; the bytes of patlint's own site do not depend on any of this.
	for name, data := range render(t, Site{Catalog: cat, Brand: Brand{Name: "Shop", Dark: "#f2a0b5"}}) {
		if strings.HasPrefix(name, "assets/icon.") && !strings.Contains(string(data), `fill="`+light.shade(rgb{0xf2, 0xa0, 0xb5}).String()+`"`) {
			t.Errorf("the icon is %s", data)
		}
	}
}

func TestBadBrand(t *testing.T) {
	brand := Brand{Logo: []byte("<svg><script/></svg>"), Accent: "#fff", Dark: "blue", Source: "http://example.org/", Edit: "mailto:jo@example.org", Report: "javascript:alert(1)"}
	var fields []string
	for _, e := range brand.Check() {
		fields = append(fields, e.Field)
	}
	if d := cmp.Diff([]string{"Logo", "Accent", "Dark", "Source", "Edit", "Report"}, fields); d != "" {
		t.Error(d)
	}
	err := Render(t.Context(), Site{Catalog: load(t, ruledFiles()), Brand: brand}, func(string, []byte) error { return nil })
	if err == nil || !strings.HasPrefix(err.Error(), "brand: Logo: the SVG has") {
		t.Errorf("error %v", err)
	}
	for _, report := range []string{"https://", "https://jo:pw@example.org/", "mailto:", "//example.org/", "data:,x", "https://example.org/%zz"} {
		if errs := (Brand{Report: report}).Check(); len(errs) != 1 {
			t.Errorf("%s: %v", report, errs)
		}
	}
	for _, report := range []string{"https://example.org/new?template=a#b", "mailto:jo@example.org"} {
		if errs := (Brand{Report: report}).Check(); errs != nil {
			t.Errorf("%s: %v", report, errs)
		}
	}
	if errs := (Brand{}).Check(); errs != nil {
		t.Errorf("no brand at all has the mistakes %v", errs)
	}
}

// TestLeftOut: a link to a built-in pattern says why it leads nowhere.
func TestLeftOut(t *testing.T) {
	builtin := patterns.Source{Name: "patterns", Builtin: true, Aside: true, FS: mapFS(map[string]string{"a/one.md": guidance("One", "", "Do.")})}
	cat, err := patterns.Load(builtin, patterns.Source{Name: "mine", FS: mapFS(map[string]string{"b/two.md": guidance("Two", "", "See [x](../a/one.md).")})})
	if err != nil {
		t.Fatal(err)
	}
	err = Render(t.Context(), Site{Catalog: cat}, func(string, []byte) error { return nil })
	if err == nil || !strings.Contains(err.Error(), `the link "../a/one.md" leads nowhere; that pattern is built in, and the site leaves those out`) {
		t.Errorf("error %v", err)
	}
}
