package site

import (
	"github.com/patlint/patlint/patterns"
)

// A node is a box that leads to a page.
type node struct {
	title, href, severity string
	lines                 []string // of the title
	x, y, w, h            float64
}

const nodeHead = 28.0 // what the mark of the severity takes, and the edge on the left

// newNode makes a box for a title that is wrapped into the width.
func newNode(title, href, severity string, width float64) *node {
	n := &node{title: title, href: href, severity: severity, w: width, lines: wrap(title, fontSize, width-nodeHead-6)}
	n.h = float64(len(n.lines)*17 + 12)
	return n
}

func (n *node) middle() float64 { return n.y + n.h/2 }

// node draws a box. What a screen reader says of it is the text; lines that were broken are one name.
func (c *canvas) node(n *node, class string) {
	label := n.title
	if n.severity != "" {
		label += ", " + n.severity
	}
	c.add(`<a class="node %s" href="%s" aria-label="%s">`, class, n.href, label)
	c.round(spot{x: n.x, y: n.y, w: n.w, h: n.h}, "box", 6)
	c.mark(n.x+14, n.middle(), n.severity)
	for i, l := range n.lines {
		if i > 0 {
			l = " " + l // drawn as nothing; without it, what is read would not be what is seen
		}
		c.add(`<text x="%v" y="%v">%s</text>`, n.x+nodeHead-2, n.middle()+4.5+17*(float64(i)-float64(len(n.lines)-1)/2), l)
	}
	c.add("</a>")
}

// kinds of relations between patterns, in the order in which pages tell them, with the class of their lines.
var kinds = []struct {
	title, class string
	refs         func(*patterns.Pattern) []patterns.Ref
}{
	{"Builds on", "edge", func(p *patterns.Pattern) []patterns.Ref { return p.Requires }},
	{"Pulls the other way", "edge not", func(p *patterns.Pattern) []patterns.Ref { return p.Conflicts }},
	{"Read next", "edge next", func(p *patterns.Pattern) []patterns.Ref { return p.Related }},
}
