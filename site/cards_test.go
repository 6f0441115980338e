package site

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// TestOutlines holds the outlines against the fonts that they were made from; -update makes them.
func TestOutlines(t *testing.T) {
	var raw []byte
	for _, ttf := range [][]byte{goregular.TTF, gobold.TTF} {
		raw = appendOutlines(t, raw, ttf)
	}
	const file = "fonts/outlines.gz"
	if *update {
		var buf bytes.Buffer
		z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		z.Write(raw)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		fonts = buf.Bytes()
	}
	z, err := gzip.NewReader(bytes.NewReader(fonts))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if _, err := got.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), raw) {
		t.Errorf("%s is not what the fonts hold; run go test -run TestOutlines -update", file)
	}
	if _, err := os.Stat("fonts/LICENSE"); err != nil {
		t.Error("the licence of the fonts is missing")
	}
}

func appendOutlines(t *testing.T, out []byte, ttf []byte) []byte {
	t.Helper()
	font, err := sfnt.Parse(ttf)
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	n := 0
	var glyphs []byte
	for c := rune(' '); c < 0xfffd; c++ {
		i, err := font.GlyphIndex(&buf, c)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			continue
		}
		n++
		glyphs = appendGlyph(t, glyphs, font, &buf, i, c)
	}
	return append(binary.AppendVarint(out, int64(n)), glyphs...)
}

func appendGlyph(t *testing.T, out []byte, font *sfnt.Font, buf *sfnt.Buffer, i sfnt.GlyphIndex, c rune) []byte {
	t.Helper()
	advance, err := font.GlyphAdvance(buf, i, fixed.I(em), 0)
	if err != nil {
		t.Fatal(err)
	}
	segments, err := font.LoadGlyph(buf, i, fixed.I(em), nil)
	if err != nil {
		t.Fatal(err)
	}
	add := func(v int) { out = binary.AppendVarint(out, int64(v)) }
	add(int(c))
	add(advance.Round())
	add(len(segments))
	x, y := 0, 0
	for _, s := range segments {
		points := 1
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			add('m')
		case sfnt.SegmentOpLineTo:
			add('l')
		case sfnt.SegmentOpQuadTo:
			add('q')
			points = 2
		default:
			t.Fatalf("%q has a cubic curve", c)
		}
		for _, p := range s.Args[:points] {
			px, py := p.X.Round(), p.Y.Round()
			add(px - x)
			add(py - y)
			x, y = px, py
		}
	}
	return out
}

func draw(t testing.TB, c cover, name string) []byte {
	t.Helper()
	regular, bold, err := readFonts()
	if err != nil {
		t.Fatal(err)
	}
	data, err := newPainter(regular, bold).draw(c, name, ownAccent)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestCards draws what a catalog may hold, and what it may not.
func TestCards(t *testing.T) {
	long := strings.Repeat("Long words stand here ", 40)
	for name, c := range map[string]cover{
		"usual":     {"Storage", "Leave gp2 burst behind", "Give a volume a rate it can hold all day.", "high", "leave-gp2-burst-behind"},
		"long":      {long, long, long, "critical", "x"},
		"one word":  {"", strings.Repeat("x", 500), strings.Repeat("y", 500), "low", "x"},
		"empty":     {},
		"no letter": {"日本", "日本語のタイトル", "日本語", "info", "japanese-title"},
		"hostile":   {"<b>", "a\x00b\n\u202e\u0301 😀 →", "=1", "urgent", "x"},
	} {
		data := draw(t, c, cmp.Or(c.kicker, "patlint"))
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if img.Bounds() != image.Rect(0, 0, 1200, 630) || len(data) > 60<<10 {
			t.Errorf("%s: %v, %d bytes", name, img.Bounds(), len(data))
		}
		for x := range coverMargin - 8 {
			for y := 20; y < coverHeight; y++ {
				for _, x := range []int{x, coverWidth - 1 - x} {
					if r, g, b, _ := img.At(x, y).RGBA(); r&g&b != 0xffff {
						t.Fatalf("%s: there is ink in the margin at %d, %d", name, x, y)
					}
				}
			}
		}
		if !bytes.Equal(data, draw(t, c, cmp.Or(c.kicker, "patlint"))) {
			t.Errorf("%s: two pictures differ", name)
		}
	}
}

// A painter that has drawn another picture draws the same.
func TestPainterForgets(t *testing.T) {
	regular, bold, err := readFonts()
	if err != nil {
		t.Fatal(err)
	}
	p := newPainter(regular, bold)
	c := cover{"Storage", "Leave gp2 burst behind", "Give a volume a rate.", "high", "x"}
	for _, c := range []cover{{title: strings.Repeat("W ", 99), severity: "critical"}, c} {
		if _, err := p.draw(c, "patlint", rgb{0xff}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := p.draw(c, "patlint", ownAccent)
	if err != nil || !bytes.Equal(got, draw(t, c, "patlint")) {
		t.Errorf("the picture shows traces of another: %v", err)
	}
}

func TestPrintable(t *testing.T) {
	regular, bold, err := readFonts()
	if err != nil {
		t.Fatal(err)
	}
	p := newPainter(regular, bold)
	for in, want := range map[string]string{
		"Größe: 100 % – “ok” Привет": "Größe: 100 % – “ok” Привет", "a 😀 b": "a b", "日本": "instead", "a\nb": "a b", "": "",
	} {
		if got := p.printable(in, "instead"); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// The colours of the pictures are the site's.
func TestCardColours(t *testing.T) {
	sheet := Sheet()
	check := func(token string, colour rgb) {
		if !strings.Contains(sheet, "--"+token+":light-dark("+colour.String()+",") {
			t.Errorf("style.css has another --%s than %s", token, colour)
		}
	}
	for token, colour := range map[string]rgb{"accent": ownAccent, "ink": lightInk, "ink-2": lightInk2, "line": lightLine} {
		check(token, colour)
	}
	for severity, token := range map[string]string{"critical": "crit", "high": "high", "medium": "med", "low": "low", "info": "info"} {
		check(token, lightSeverity[severity].ink)
		check(token+"-bg", lightSeverity[severity].ground)
	}
	if len(palette(ownAccent, rgb{}, rgb{})) != int(badgeRamp)+steps {
		t.Error("the palette does not hold all ramps")
	}
}

// A picture has the accent that the pages have in the light theme, whichever of the two a brand gives.
func TestCardAccent(t *testing.T) {
	rose := rgb{0xf2, 0xa0, 0xb5}
	for _, c := range []struct {
		brand Brand
		want  rgb
	}{{Brand{}, ownAccent}, {Brand{Accent: "#8a1538"}, rgb{0x8a, 0x15, 0x38}}, {Brand{Dark: rose.String()}, light.shade(rose)}} {
		files := render(t, Site{Catalog: load(t, ruledFiles()), BaseURL: "https://example.org/", Brand: c.brand, Cards: true})
		img, err := png.Decode(bytes.NewReader(files["cards/home.png"]))
		if err != nil {
			t.Fatal(err)
		}
		if got := img.At(0, 0); got != (color.RGBA{c.want[0], c.want[1], c.want[2], 0xff}) {
			t.Errorf("%+v: the accent is %v, want %s", c.brand, got, c.want)
		}
	}
}

func TestReadFontsIsStrict(t *testing.T) {
	whole := fonts
	defer func() { fonts = whole }()
	for _, n := range []int{0, 5, len(whole) / 2, len(whole) - 9} {
		if fonts = whole[:n]; n > 0 {
			fonts = bytes.Clone(fonts)
		}
		if _, _, err := readFonts(); err == nil {
			t.Errorf("%d bytes are taken for whole fonts", n)
		}
	}
}

func BenchmarkCard(b *testing.B) {
	regular, bold, err := readFonts()
	if err != nil {
		b.Fatal(err)
	}
	p := newPainter(regular, bold)
	c := cover{"Storage", "Keep stateful machines in the volume zone", "Start a machine that needs a certain volume in the zone of that volume, because it cannot be attached from another.", "high", "x"}
	for b.Loop() {
		if _, err := p.draw(c, "patlint", ownAccent); err != nil {
			b.Fatal(err)
		}
	}
}
