package site

import (
	"html/template"
	"math"
	"slices"
	"strings"
)

// shapes are the outlines of boxes whose name begins with one of these words; all others have round corners. Keep sorted.
var shapes = []struct {
	word string
	path func(c *canvas, s spot)
}{
	{"disk", (*canvas).drum},
	{"image", (*canvas).sheet},
	{"internet", (*canvas).pill},
	{"people", (*canvas).pill},
	{"root", (*canvas).drum},
	{"snapshot", (*canvas).sheet},
	{"template", (*canvas).sheet},
	{"volume", (*canvas).drum},
}

// drum stands for what holds data.
func (c *canvas) drum(s spot) {
	c.add(`<path class="box" d="M%v %va%v 5 0 0 1 %v 0v%va%v 5 0 0 1 %v 0z"/>`, s.x, s.y+5, s.w/2, s.w, s.h-10, s.w/2, -s.w)
	c.add(`<path class="rim" d="M%v %va%v 5 0 0 0 %v 0"/>`, s.x, s.y+5, s.w/2, s.w)
}

// sheet stands for a copy at rest.
func (c *canvas) sheet(s spot) {
	c.add(`<path class="box" d="M%v %vh%vl10 10v%vh%vz"/>`, s.x, s.y, s.w-10, s.h-10, -s.w)
	c.add(`<path class="rim" d="M%v %vv10h10"/>`, s.x+s.w-10, s.y)
}

// pill stands for what is outside.
func (c *canvas) pill(s spot) { c.round(s, "box", s.h/2) }

func (c *canvas) round(s spot, class string, r float64) {
	c.add(`<rect class="%s" x="%v" y="%v" width="%v" height="%v" rx="%v"/>`, class, s.x, s.y, s.w, s.h, r)
}

// shape is the entry of shapes for a box, or -1.
func (it *item) shape() int {
	word, _, _ := strings.Cut(it.name, ":")
	for i, s := range shapes {
		if s.word == word {
			return i
		}
	}
	return -1
}

const boxText = 150.0 // where the text of a box is wrapped

// lines are those of a box: its name and below it its text.
func (it *item) lines() (name, text []string) {
	return wrap(strings.ReplaceAll(it.name, ":", " "), fontSize, boxText), wrap(it.text, smallSize, boxText)
}

// measure gives a box its size.
func (it *item) measure() {
	name, text := it.lines()
	w := 40.0
	for _, l := range name {
		w = max(w, textWidth(l, fontSize*1.05))
	}
	for _, l := range text {
		w = max(w, textWidth(l, smallSize))
	}
	it.spot.w, it.spot.h = math.Ceil(w/2)*2+28, float64(len(name)*17+len(text)*16+18)
	if it.drum() {
		it.spot.h += 8
	}
	it.spot.h = max(it.spot.h, it.spot.least)
}

func (it *item) drum() bool {
	i := it.shape()
	return i >= 0 && slices.Contains([]string{"disk", "root", "volume"}, shapes[i].word)
}

// svg draws a sketch that has its places: groups, then arrows, then boxes.
func (s *sketch) svg(words []string) template.HTML {
	var c canvas
	c.open(s.root.spot.w, s.root.spot.h, s.title, strings.Join(words, " "))
	c.groups(s.root)
	for _, a := range s.arrows {
		c.arrow(a)
	}
	c.boxes(s.root)
	for _, a := range s.arrows {
		if a.label != "" {
			c.add(`<text class="q halo" x="%v" y="%v">%s</text>`+"\n", a.route.labelX, a.route.spans[a.route.labelIn].y-6, a.label)
		}
	}
	return c.close()
}

func (c *canvas) groups(in *item) {
	for _, it := range in.items {
		if it.group {
			c.round(it.spot, "group", 8)
			c.add(`<text class="q b" x="%v" y="%v">%s</text>`+"\n", it.spot.x+groupPad, it.spot.y+20, it.title())
			c.groups(it)
		}
	}
}

func (c *canvas) boxes(in *item) {
	for _, it := range in.items {
		if it.group {
			c.boxes(it)
			continue
		}
		if i := it.shape(); i >= 0 {
			shapes[i].path(c, it.spot)
		} else {
			c.round(it.spot, "box", 6)
		}
		name, text := it.lines()
		y := it.spot.y + (it.spot.h-float64(17*len(name)+16*len(text)))/2
		if it.drum() {
			y += 2
		}
		for _, l := range name {
			y += 17
			c.add(`<text class="m b" x="%v" y="%v">%s</text>`, it.spot.x+it.spot.w/2, y-4, l)
		}
		for _, l := range text {
			y += 16
			c.add(`<text class="q m" x="%v" y="%v">%s</text>`, it.spot.x+it.spot.w/2, y-4, l)
		}
		c.add("\n")
	}
}

// arrow draws the level stretches of an arrow, with curves between them.
func (c *canvas) arrow(a *arrow) {
	spans := slices.Clone(a.route.spans)
	first, last := &spans[0], &spans[len(spans)-1]
	x, y, dir := last.x1, last.y, 1.0
	end := 7.0 // the line ends inside the point
	if a.kind == "-x" {
		end = 16
	}
	if a.route.back {
		x, y, dir = first.x0, first.y, -1
		first.x0 += end
		first.x1 = max(first.x1, first.x0)
	} else {
		last.x1 -= end
		last.x0 = min(last.x0, last.x1)
	}
	c.add(`<path class="%s" d="`, map[string]string{"->": "edge", "~>": "edge later", "-x": "edge not"}[a.kind])
	c.trace(spans)
	c.add(`"/>`)
	if a.kind == "-x" {
		c.add(`<path class="cross" d="M%v %vl9 9m0-9l-9 9"/>`, x-dir*11-4.5, y-4.5)
	} else {
		c.head(x, y, dir)
	}
	c.add("\n")
}

// trace writes the data of a path along spans.
func (c *canvas) trace(spans []span) {
	c.add("M%v %v", spans[0].x0, spans[0].y)
	at := spans[0]
	for i, s := range spans {
		if i > 0 && s.y != at.y {
			c.add("H%v", at.x1)
			mid := (at.x1 + s.x0) / 2
			c.add("C%v %v %v %v %v %v", mid, at.y, mid, s.y, s.x0, s.y)
		}
		at = s
	}
	c.add("H%v", at.x1)
}
