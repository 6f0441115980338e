package site

import (
	"fmt"
	"html/template"
	"math"
	"slices"

	"github.com/patlint/patlint/patterns"
)

// Measures of the graph of neighbours, in three columns.
const (
	nearWidth, nearGap, nearSpace = 180.0, 56.0, 8.0
	maxBefore, maxAfter           = 4, 8 // boxes in the first and the last column
)

// near is a column of boxes under captions.
type near struct {
	x, y     float64
	nodes    []*node
	classes  []string // of the lines to the nodes
	captions []caption
}

type caption struct {
	text string
	y    float64
}

func (n *near) caption(text string) {
	if n.y > 0 {
		n.y += nearSpace
	}
	n.captions = append(n.captions, caption{text, n.y + 12})
	n.y += 20
}

func (n *near) add(to *node, class string) {
	to.x, to.y = n.x, n.y
	n.y += to.h + nearSpace
	n.nodes, n.classes = append(n.nodes, to), append(n.classes, class)
}

// center moves a column into the middle of the height.
func (n *near) center(height float64) {
	by := math.Round((height - n.y) / 2)
	for _, to := range n.nodes {
		to.y += by
	}
	for i := range n.captions {
		n.captions[i].y += by
	}
}

// neighbours draws what a pattern is joined to: on the left what builds on it, on the right what it builds on, what pulls the other way and
// what to read next. It gives "" where there is nothing.
func (b *builder) neighbours(p *patterns.Pattern, named inverse) (template.HTML, error) {
	pg := b.patterns[p.ID]
	if pg == nil {
		return "", fmt.Errorf("neighbours of %s: there is no such page", p.ID)
	}
	var before, after near
	if len(named.requires) > 0 {
		before.caption("Needed by")
		before.patterns(b, pg, named.requires, "edge", maxBefore)
		after.x = nearWidth + nearGap
	}
	this := newNode(p.Title, "#main", p.Severity, nearWidth)
	this.x = after.x
	after.x += nearWidth + nearGap
	room := maxAfter
	for _, k := range kinds {
		var to []*patterns.Pattern
		for _, r := range k.refs(p) {
			if q := b.site.Catalog.Pattern(r.ID); q != nil && !(k.class == "edge next" && slices.Contains(named.requires, q)) { // who builds on it stands there already
				to = append(to, q)
			}
		}
		if len(to) == 0 {
			continue
		}
		after.caption(k.title)
		room -= after.patterns(b, pg, to, k.class, room)
	}
	if len(before.nodes)+len(after.nodes) == 0 {
		return "", nil
	}
	return b.part("graph", struct {
		Title string
		SVG   template.HTML
	}{"The neighbours of " + p.Title, nearSVG(&before, this, &after)})
}

// patterns adds boxes, at most as many as there is room for, and says how many are left out.
func (n *near) patterns(b *builder, from *page, ps []*patterns.Pattern, class string, room int) int {
	shown := min(len(ps), room)
	for _, p := range ps[:shown] {
		n.add(newNode(p.Title, from.href(b.patterns[p.ID]), p.Severity, nearWidth), class)
	}
	if more := len(ps) - shown; more > 0 {
		n.captions = append(n.captions, caption{fmt.Sprintf("and %d more", more), n.y + 10})
		n.y += 18
	}
	return shown
}

func nearSVG(before *near, this *node, after *near) template.HTML {
	var c canvas
	height := max(before.y, after.y, this.h)
	this.y = math.Round((height - this.h) / 2)
	before.center(height)
	after.center(height)
	if all := slices.Concat(before.nodes, after.nodes); len(all) == 1 { // side by side, so that the line is straight
		this.y = all[0].middle() - this.h/2
	}
	width := this.x + this.w
	if len(after.nodes) > 0 {
		width = after.x + nearWidth
	}
	c.add(`<svg width="%v" height="%v" viewBox="-4 -4 %v %v">`+"\n", width+8, height+8, width+8, height+8)
	for i, n := range before.nodes {
		c.tie(n, this, before.classes[i])
	}
	for i, n := range after.nodes {
		c.tie(this, n, after.classes[i])
	}
	for _, side := range []*near{before, after} {
		for _, t := range side.captions {
			c.add(`<text class="q b" x="%v" y="%v">%s</text>`+"\n", side.x+2, t.y, t.text)
		}
		for _, n := range side.nodes {
			c.node(n, "")
			c.add("\n")
		}
	}
	c.node(this, "here")
	return c.close()
}

// tie draws a line between boxes in neighbouring columns, from left to right.
func (c *canvas) tie(from, to *node, class string) {
	x0, y0, x1, y1 := from.x+from.w, from.middle(), to.x, to.middle()
	if dy := y1 - y0; dy < 7 && dy > -7 {
		y0 = y1
	}
	end := x1
	switch class {
	case "edge":
		end -= 7
	case "edge not":
		end -= 16
	}
	mid := (x0 + x1) / 2
	c.add(`<path class="%s" d="M%v %vC%v %v %v %v %v %v"/>`, class, x0, y0, mid, y0, mid, y1, end, y1)
	c.point(class, x1, y1, 1)
	c.add("\n")
}

// point draws what a line of a class has at its end: the point of an arrow, a cross or nothing.
func (c *canvas) point(class string, x, y, dir float64) {
	switch class {
	case "edge":
		c.head(x, y, dir)
	case "edge not":
		c.add(`<path class="cross" d="M%v %vl9 9m0-9l-9 9"/>`, x-dir*11-4.5, y-4.5)
	}
}
