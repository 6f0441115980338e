package site

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/vector"
)

// cover is what the picture of a page shows.
type cover struct {
	kicker   string // a word above the title
	title    string
	summary  string
	severity string // "" where the page has none
	plain    string // stands for the title where the font lacks a letter of it
}

// coverName is the name of a page's picture.
func coverName(pg *page) string {
	return "cards/" + cmp.Or(strings.TrimSuffix(pg.dir, "/"), "home") + ".png"
}

// coverFiles are the pictures, for a site that wants them.
func (b *builder) coverFiles() []file {
	if !b.site.Cards {
		return nil
	}
	load := sync.OnceValues(func() (*sync.Pool, error) {
		regular, bold, err := readFonts()
		return &sync.Pool{New: func() any { return newPainter(regular, bold) }}, err
	})
	accent, _, ok := b.site.Brand.accents()
	if !ok {
		accent = ownAccent
	}
	var out []file
	for _, pg := range b.pages {
		if pg.cover != nil {
			out = append(out, file{coverName(pg), func() ([]byte, error) {
				painters, err := load()
				if err != nil {
					return nil, err
				}
				p := painters.Get().(*painter)
				defer painters.Put(p)
				return p.draw(*pg.cover, b.name(), accent)
			}})
		}
	}
	return out
}

// The light colours of style.css.
var (
	lightInk  = rgb{0x17, 0x1a, 0x21}
	lightInk2 = rgb{0x4a, 0x51, 0x60}
	lightLine = rgb{0xd5, 0xd9, 0xe0}
)

var lightSeverity = map[string]struct{ ink, ground rgb }{
	"critical": {rgb{0x9b, 0x1c, 0x1c}, rgb{0xfd, 0xec, 0xec}},
	"high":     {rgb{0x8f, 0x3c, 0x00}, rgb{0xfd, 0xf0, 0xe4}},
	"info":     {rgb{0x2b, 0x4f, 0x86}, rgb{0xe9, 0xf0, 0xfa}},
	"low":      {rgb{0x1f, 0x5c, 0x3a}, rgb{0xe6, 0xf4, 0xec}},
	"medium":   {rgb{0x6b, 0x52, 0x00}, rgb{0xfb, 0xf4, 0xd9}},
}

// Sizes of the picture, in pixels.
const (
	coverWidth, coverHeight = 1200, 630
	coverMargin             = 72
	coverText               = coverWidth - 2*coverMargin
)

// steps are the shades between two colours, for smooth edges.
const steps = 16

// ramp is the first of the shades in the palette that lead from what is there to an ink.
type ramp uint8

const (
	inkRamp = ramp(steps * iota) // on white, as the next four
	ink2Ramp
	lineRamp
	accentRamp
	edgeRamp  // the edge of the severity's box
	boxRamp   // the box, on its edge
	badgeRamp // its word and shape, on the box
)

// painter draws pictures, one at a time.
type painter struct {
	regular, bold *outlines
	rast          *vector.Rasterizer
	mask          *image.Alpha
	img           *image.Paletted
	encoder       png.Encoder
}

func newPainter(regular, bold *outlines) *painter {
	frame := image.Rect(0, 0, coverWidth, coverHeight)
	return &painter{
		regular: regular, bold: bold, rast: vector.NewRasterizer(0, 0), mask: image.NewAlpha(frame), img: image.NewPaletted(frame, nil),
		encoder: png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: &pngBuffer{}},
	}
}

// pngBuffer keeps the encoder's tables for the next picture.
type pngBuffer struct{ b *png.EncoderBuffer }

func (p *pngBuffer) Get() *png.EncoderBuffer  { return p.b }
func (p *pngBuffer) Put(b *png.EncoderBuffer) { p.b = b }

// draw makes a picture: the site's name and the kicker on one line, title and summary as large as they fit, and the severity.
func (p *painter) draw(c cover, name string, accent rgb) ([]byte, error) {
	severity, known := lightSeverity[c.severity]
	if !known {
		severity = lightSeverity["info"]
	}
	p.img.Palette = palette(accent, severity.ink, severity.ground)
	clear(p.img.Pix)
	p.rect(0, 0, coverWidth, 12, accentRamp)

	if name != c.title { // as on the home page of a brand
		p.rect(coverMargin, 128, coverText, 2, lineRamp)
		f := face{p.bold, 32}
		p.line(f, f.cut(p.printable(name, ""), coverText*2/5), coverMargin, 96, inkRamp)
	}
	kicker := face{p.regular, 32}
	word := kicker.cut(p.printable(c.kicker, ""), coverText/2)
	p.line(kicker, word, coverWidth-coverMargin-kicker.width(word), 96, ink2Ramp)

	y := p.block(p.printable(c.title, c.plain), p.bold, []float32{76, 66, 56, 48}, 150, 345, inkRamp)
	p.block(p.printable(c.summary, ""), p.regular, []float32{36, 32, 28}, y+18, 490, ink2Ramp)
	if known {
		p.badge(c.severity, 510)
	}
	var out bytes.Buffer
	err := p.encoder.Encode(&out, p.img)
	return out.Bytes(), err
}

// palette has white first, and the ramps in the order of their constants.
func palette(accent, ink, ground rgb) color.Palette {
	white := rgb{0xff, 0xff, 0xff}
	var out color.Palette
	for _, r := range [][2]rgb{{white, lightInk}, {white, lightInk2}, {white, lightLine}, {white, accent}, {white, ink}, {ink, ground}, {ground, ink}} {
		from, to := r[0], r[1]
		for i := range steps {
			mix := func(a, b uint8) uint8 { return uint8((int(a)*(steps-1-i) + int(b)*i) / (steps - 1)) }
			out = append(out, color.RGBA{mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2]), 0xff})
		}
	}
	return out
}

// printable is a text of what the fonts can show. Signs that they lack are left out; a text with a letter that they lack would be another one, so
// instead stands.
func (p *painter) printable(s, instead string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if p.bold.glyphs[r] != nil && p.regular.glyphs[r] != nil {
			b.WriteRune(r)
		} else if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return instead
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// block writes a text between two heights, in the largest of the sizes that lets it fit, and gives the height below it. What does not fit even in
// the smallest is cut off.
func (p *painter) block(s string, font *outlines, sizes []float32, top, bottom float32, ink ramp) float32 {
	if rs := []rune(s); len(rs) > mostText {
		s = string(rs[:mostText])
	}
	var lines []string
	f := face{font: font}
	most := 0
	for _, f.size = range sizes {
		most = int((bottom - top) / f.leading())
		if lines = f.wrap(s, coverText); len(lines) <= most {
			break
		}
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = f.cut(lines[most-1]+" …", coverText)
	}
	for _, line := range lines {
		p.line(f, line, coverMargin, top+f.size, ink)
		top += f.leading()
	}
	return top
}

// mostText is the most characters of a text that a picture looks at.
const mostText = 400

// face is a font in a size, in pixels.
type face struct {
	font *outlines
	size float32
}

func (f face) leading() float32 { return f.size * 5 / 4 }

func (f face) width(s string) float32 {
	sum := 0
	for _, r := range s {
		if g := f.font.glyphs[r]; g != nil {
			sum += g.advance
		}
	}
	return float32(sum) * f.size / em
}

// cut shortens a text to what has room.
func (f face) cut(s string, room float32) string {
	if f.width(s) <= room {
		return s
	}
	rs := []rune(s)
	for len(rs) > 0 && f.width(string(rs)+"…") > room {
		rs = rs[:len(rs)-1]
	}
	return strings.TrimRight(string(rs), " ,;:…") + "…"
}

// wrap breaks a text into lines, between words or, where one is too long for a line, inside it.
func (f face) wrap(s string, room float32) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if joined := strings.TrimSpace(line + " " + word); f.width(joined) <= room {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = ""
		for _, r := range word {
			if line != "" && f.width(line+string(r)) > room {
				lines = append(lines, line)
				line = ""
			}
			line += string(r)
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// line writes a text that fits, from x on, on the line y.
func (p *painter) line(f face, s string, x, y float32, ink ramp) {
	scale := f.size / em
	for _, r := range s {
		g := f.font.glyphs[r]
		if g == nil {
			continue
		}
		at := g.bounds(scale, x, y)
		if !at.Empty() && at.In(p.img.Rect) {
			p.fill(at, ink, func(z *vector.Rasterizer) { g.path(z, scale, x-float32(at.Min.X), y-float32(at.Min.Y)) })
		}
		x += float32(g.advance) * scale
	}
}

// ink colours what a mask covers. Where it covers nothing the picture stays as it is.
func (p *painter) ink(at image.Point, mask *image.Alpha, ink ramp) {
	for i, alpha := range mask.Pix {
		if shade := alpha / steps; shade > 0 {
			p.img.SetColorIndex(at.X+i%mask.Stride, at.Y+i/mask.Stride, uint8(ink)+shade)
		}
	}
}

func (p *painter) rect(x, y, w, h int, ink ramp) {
	for dy := range h {
		for dx := range w {
			p.img.SetColorIndex(x+dx, y+dy, uint8(ink)+steps-1)
		}
	}
}

// badge writes the severity as the site does: a word and a shape in a box with round ends.
func (p *painter) badge(word string, top int) {
	const height, shape, pad = 54, 22, 26
	f := face{p.bold, 30}
	text := coverMargin + pad + shape + 14
	box := image.Rect(coverMargin, top, text+int(f.width(word))+pad, top+height)
	p.fill(box, edgeRamp, roundBox(box.Dx(), box.Dy()))
	inner := box.Inset(2)
	p.fill(inner, boxRamp, roundBox(inner.Dx(), inner.Dy()))
	corner := image.Pt(coverMargin+pad, top+(height-shape)/2)
	p.fill(image.Rectangle{corner, corner.Add(image.Pt(shape, shape))}, badgeRamp, severityShape(word, shape))
	p.line(f, word, float32(text), float32(top)+37, badgeRamp)
}

// fill colours the inside of a path that lies in a box.
func (p *painter) fill(box image.Rectangle, ink ramp, path func(*vector.Rasterizer)) {
	w, h := box.Dx(), box.Dy()
	p.rast.Reset(w, h)
	path(p.rast)
	mask := &image.Alpha{Pix: p.mask.Pix[:w*h], Stride: w, Rect: image.Rect(0, 0, w, h)}
	clear(mask.Pix)
	p.rast.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	p.ink(box.Min, mask, ink)
}

// roundBox is a box whose ends are half circles.
func roundBox(width, height int) func(*vector.Rasterizer) {
	const k = 0.5523 // makes a quarter of a circle of a curve
	w, h := float32(width), float32(height)
	r := h / 2
	return func(z *vector.Rasterizer) {
		z.MoveTo(r, 0)
		z.LineTo(w-r, 0)
		z.CubeTo(w-r+k*r, 0, w, r-k*r, w, r)
		z.CubeTo(w, r+k*r, w-r+k*r, h, w-r, h)
		z.LineTo(r, h)
		z.CubeTo(r-k*r, h, 0, r+k*r, 0, r)
		z.CubeTo(0, r-k*r, r-k*r, 0, r, 0)
		z.ClosePath()
	}
}

// severityShape is the shape that stands beside the word, as in style.css.
func severityShape(severity string, side int) func(*vector.Rasterizer) {
	s := float32(side)
	points := [][2]float32{{0, 0}, {s, 0}, {s, s}, {0, s}}
	switch severity {
	case "critical":
		points = [][2]float32{{s / 2, 0}, {s, s}, {0, s}}
	case "high":
		points = [][2]float32{{s / 2, 0}, {s, s / 2}, {s / 2, s}, {0, s / 2}}
	case "low":
		return roundBox(side, side)
	case "info":
		points = [][2]float32{{0, s / 3}, {s, s / 3}, {s, s * 2 / 3}, {0, s * 2 / 3}}
	}
	return func(z *vector.Rasterizer) {
		z.MoveTo(points[0][0], points[0][1])
		for _, p := range points[1:] {
			z.LineTo(p[0], p[1])
		}
		z.ClosePath()
	}
}
