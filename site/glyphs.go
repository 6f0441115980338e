package site

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"math"

	"golang.org/x/image/vector"
)

// fonts are the outlines of Go Regular and Go Bold, compressed. A test writes the file, from the fonts themselves: to read those takes code and tables
// of 600 KB, which nothing else in the program needs. Their licence is fonts/LICENSE.
//
//go:embed fonts/outlines.gz
var fonts []byte

// em is the height of the square on which the outlines are drawn.
const em = 1024

// outlines are the letters and signs of a font.
type outlines struct {
	glyphs map[rune]*glyph
}

// glyph is the outline of a letter or a sign. Its y grows downwards from the line that letters stand on.
type glyph struct {
	advance                int // from it to the next
	segments               []segment
	left, top, right, down int // the box around it
}

// segment is a step of an outline: to a point, or on a curve that a second point draws towards itself.
type segment struct {
	op   byte // m for a new outline that begins at a point, l for a straight line, q for a curve
	x, y int
	u, v int // the end of a curve; x and y are the point beside it
}

// readFonts reads the outlines: for each font the number of its glyphs, and for each of these, all as variable-length integers, its character, its
// advance, the number of its segments, and the segments with the way from the point before.
func readFonts() (regular, bold *outlines, err error) {
	z, err := gzip.NewReader(bytes.NewReader(fonts))
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(z) // all of it, so that its checksum is looked at
	if err != nil {
		return nil, nil, err
	}
	r := outlineReader{r: bytes.NewReader(data)}
	regular, bold = r.font(), r.font()
	if r.err != nil {
		return nil, nil, fmt.Errorf("outlines of the fonts: %w", r.err)
	}
	return regular, bold, nil
}

// outlineReader keeps the first error.
type outlineReader struct {
	r   *bytes.Reader
	err error
}

func (r *outlineReader) int() int {
	v, err := binary.ReadVarint(r.r)
	if err != nil && r.err == nil {
		r.err = err
		if err == io.EOF {
			r.err = io.ErrUnexpectedEOF
		}
	}
	return int(v)
}

func (r *outlineReader) font() *outlines {
	out := &outlines{glyphs: map[rune]*glyph{}}
	for n := r.int(); n > 0 && r.err == nil; n-- {
		c := rune(r.int())
		g := &glyph{advance: r.int()}
		x, y := 0, 0
		for n := r.int(); n > 0 && r.err == nil; n-- {
			s := segment{op: byte(r.int())}
			x, y = x+r.int(), y+r.int()
			s.x, s.y = x, y
			g.extend(x, y)
			if s.op == 'q' {
				x, y = x+r.int(), y+r.int()
				s.u, s.v = x, y
				g.extend(x, y)
			}
			g.segments = append(g.segments, s)
		}
		out.glyphs[c] = g
	}
	return out
}

// extend makes the box around a glyph hold a point. The first one of each glyph is near enough to 0, 0.
func (g *glyph) extend(x, y int) {
	g.left, g.right = min(g.left, x), max(g.right, x)
	g.top, g.down = min(g.top, y), max(g.down, y)
}

// bounds is the box of pixels that holds the glyph at a place; it is empty for a space.
func (g *glyph) bounds(scale, x, y float32) image.Rectangle {
	low := func(v int, at float32) int { return int(math.Floor(float64(float32(v)*scale + at))) }
	high := func(v int, at float32) int { return int(math.Ceil(float64(float32(v)*scale + at))) }
	if len(g.segments) == 0 {
		return image.Rectangle{}
	}
	return image.Rect(low(g.left, x), low(g.top, y), high(g.right, x), high(g.down, y))
}

// path draws the outline at a place.
func (g *glyph) path(z *vector.Rasterizer, scale, x, y float32) {
	px := func(v int) float32 { return float32(v)*scale + x }
	py := func(v int) float32 { return float32(v)*scale + y }
	for i, s := range g.segments {
		switch s.op {
		case 'm':
			if i > 0 {
				z.ClosePath()
			}
			z.MoveTo(px(s.x), py(s.y))
		case 'l':
			z.LineTo(px(s.x), py(s.y))
		case 'q':
			z.QuadTo(px(s.x), py(s.y), px(s.u), py(s.v))
		}
	}
	z.ClosePath()
}
