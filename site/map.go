package site

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"

	"github.com/patlint/patlint/patterns"
)

// The map shows all patterns in columns by chapter. Every column has the same rows, so a line that goes past a column runs between two rows
// and never behind a box. What builds on what is always drawn; what to read next is a part of each box, shown while the box has the pointer
// or the focus, for all those lines at once would be a knot.

// atlas is a map in the making.
type atlas struct {
	columns [][]*stop
	edges   []*way
	title   float64 // width of a box
}

// stop is a row of a column: a box, or the name of a chapter above its boxes.
type stop struct {
	*node
	head        bool // it is the name of a chapter
	column, row int
	ways        []*way
	weight      float64
}

// way joins two boxes.
type way struct {
	from, to *stop
	kind     int // index in kinds
}

const (
	maxStops          = 300 // a map with more shows chapters
	maxRows           = 2000
	rowPitch, mapBox  = 36.0, 28.0
	mapGap, mapMargin = 54.0, 6.0
	maxTitle          = 300.0
)

const mapSummary = "What builds on what: all patterns and what joins them."

func (b *builder) addMap() error {
	if len(b.site.Catalog.Patterns) == 0 {
		return nil
	}
	pg := &page{dir: "map/", title: "Map – " + b.name(), bar: "Map", file: "map"}
	pg.html = func() ([]byte, error) { return b.mapPage(pg) }
	pg.markdown = func() ([]byte, error) { return b.mapMarkdown(pg) }
	b.add(pg)
	return nil
}

// mapRow is a row of the list below the map.
type mapRow struct {
	card
	Relations []relation // one for each of kinds
}

func (b *builder) mapPage(pg *page) ([]byte, error) {
	v := struct {
		head
		SVG        template.HTML
		Chapters   bool // the boxes are chapters
		Severities []string
		Rows       []mapRow
		More       int // patterns with relations that the rows leave out
	}{head: b.head(pg, mapSummary), Chapters: len(b.site.Catalog.Patterns) > maxStops, Severities: patterns.Severities}
	if v.Chapters {
		v.SVG = b.chapterAtlas(pg).svg()
	} else {
		v.SVG = b.patternAtlas(pg).svg()
	}
	for _, p := range b.site.Catalog.Patterns {
		switch row, joined := b.mapRow(pg, p); {
		case v.Chapters && !joined:
		case len(v.Rows) == maxRows:
			v.More++
		default:
			v.Rows = append(v.Rows, row)
		}
	}
	return b.execute("map", v)
}

// mapRow tells also whether the pattern names any other.
func (b *builder) mapRow(pg *page, p *patterns.Pattern) (row mapRow, joined bool) {
	row.card = card{p, pg.href(b.patterns[p.ID])}
	for _, k := range kinds {
		to := relation{Title: k.title}
		for _, r := range k.refs(p) {
			q := b.site.Catalog.Pattern(r.ID)
			switch {
			case q == nil:
			case len(to.Cards) == maxInverse:
				to.More++
			default:
				to.Cards = append(to.Cards, card{q, pg.href(b.patterns[q.ID])})
			}
		}
		joined = joined || len(to.Cards) > 0
		row.Relations = append(row.Relations, to)
	}
	return row, joined
}

// join adds a way, once for both directions of what has none.
func (a *atlas) join(from, to *stop, kind int) {
	for _, w := range from.ways {
		if w.kind == kind && (w.from == from && w.to == to || w.to == from && w.from == to && kinds[kind].class != "edge") {
			return
		}
	}
	w := &way{from, to, kind}
	a.edges = append(a.edges, w)
	from.ways, to.ways = append(from.ways, w), append(to.ways, w)
}

// patternAtlas has a box for each pattern.
func (b *builder) patternAtlas(pg *page) *atlas {
	a := &atlas{}
	stops := map[string]*stop{}
	groups := map[string][]*stop{}
	for _, p := range b.site.Catalog.Patterns {
		s := &stop{node: newNode(p.Title, pg.href(b.patterns[p.ID]), p.Severity, math.MaxFloat64)}
		stops[p.ID] = s
		groups[p.Chapter] = append(groups[p.Chapter], s)
		a.title = max(a.title, textWidth(p.Title, smallSize)+nodeHead+10)
	}
	for _, p := range b.site.Catalog.Patterns {
		for i, k := range kinds {
			for _, r := range k.refs(p) {
				if q := b.site.Catalog.Pattern(r.ID); q != nil && q != p {
					a.join(stops[p.ID], stops[q.ID], i)
				}
			}
		}
	}
	var chapters []chapterStops
	for _, c := range b.site.Catalog.Chapters {
		if len(groups[c.ID]) > 0 {
			head := newNode(c.Title, pg.href(b.chapters[c.ID]), "", math.MaxFloat64)
			chapters = append(chapters, chapterStops{head, groups[c.ID]})
		}
	}
	a.arrange(chapters, len(stops)+len(chapters))
	return a
}

// chapterAtlas has a box for each chapter, with the number of its patterns.
func (b *builder) chapterAtlas(pg *page) *atlas {
	a := &atlas{}
	stops, count := map[string]*stop{}, map[string]int{}
	for _, p := range b.site.Catalog.Patterns {
		count[p.Chapter]++
	}
	var all []*stop
	for _, c := range b.site.Catalog.Chapters {
		title := c.Title + " (" + strconv.Itoa(count[c.ID]) + ")"
		stops[c.ID] = &stop{node: newNode(title, pg.href(b.chapters[c.ID]), "", math.MaxFloat64)}
		all = append(all, stops[c.ID])
		a.title = max(a.title, textWidth(title, smallSize)+nodeHead+10)
	}
	for _, p := range b.site.Catalog.Patterns {
		for i, k := range kinds {
			for _, r := range k.refs(p) {
				if q := b.site.Catalog.Pattern(r.ID); q != nil && q.Chapter != p.Chapter {
					a.join(stops[p.Chapter], stops[q.Chapter], i)
				}
			}
		}
	}
	a.arrange([]chapterStops{{nil, all}}, len(all))
	return a
}

// chapterStops are the boxes of a chapter and the name above them.
type chapterStops struct {
	head  *node
	stops []*stop
}

// arrange puts chapters into columns: small ones below each other, large ones into several. Small ones come first, and each keeps together.
func (a *atlas) arrange(chapters []chapterStops, rows int) {
	height := max(12, int(math.Ceil(2.4*math.Sqrt(float64(rows)))))
	slices.SortStableFunc(chapters, func(a, b chapterStops) int { return len(a.stops) - len(b.stops) })
	for range sweeps {
		a.columns = nil
		for _, c := range chapters {
			a.chapter(c, height)
		}
		for _, c := range chapters {
			for _, s := range c.stops {
				s.weigh()
			}
			slices.SortStableFunc(c.stops, func(a, b *stop) int { return cmp.Compare(a.weight, b.weight) })
		}
	}
	a.title = min(a.title, maxTitle)
	for i, column := range a.columns {
		for _, s := range column {
			s.w, s.h = a.title, mapBox
			s.x, s.y = mapMargin+float64(i)*(a.title+mapGap), mapMargin+float64(s.row)*rowPitch
			s.lines = []string{shorten(s.title, a.title-nodeHead-8)}
		}
	}
}

// chapter adds the rows of a chapter, in the last column or in new ones.
func (a *atlas) chapter(c chapterStops, height int) {
	parts := (len(c.stops) + height - 2) / (height - 1)
	size := (len(c.stops) + parts - 1) / parts
	for i := range parts {
		part := c.stops[i*size : min((i+1)*size, len(c.stops))]
		last := len(a.columns) - 1
		if last < 0 || i > 0 || len(a.columns[last])+1+len(part) > height {
			a.columns = append(a.columns, nil)
			last++
		}
		if c.head != nil {
			head := *c.head
			if i > 0 {
				head.title += ", continued"
			}
			a.columns[last] = append(a.columns[last], &stop{node: &head, head: true})
		}
		a.columns[last] = append(a.columns[last], part...)
	}
	for i, column := range a.columns {
		for j, s := range column {
			s.column, s.row = i, j
		}
	}
}

// weigh is the row that a box is drawn to. What is always drawn counts more.
func (s *stop) weigh() {
	sum, n := float64(s.row), 1.0
	for _, w := range s.ways {
		other, pull := w.other(s), 1.0
		if kinds[w.kind].class != "edge next" {
			pull = 4
		}
		sum, n = sum+pull*float64(other.row), n+pull
	}
	s.weight = sum / n
}

// shorten shortens a text that is wider than the width.
func shorten(s string, width float64) string {
	if textWidth(s, smallSize) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && textWidth(string(r)+"…", smallSize) > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

func (a *atlas) svg() template.HTML {
	var c canvas
	rows := 0
	for _, column := range a.columns {
		rows = max(rows, len(column))
	}
	width := float64(len(a.columns))*(a.title+mapGap) - mapGap + 2*mapMargin
	for _, w := range a.edges {
		if w.from.column == w.to.column && w.from.column == len(a.columns)-1 {
			width = float64(len(a.columns))*(a.title+mapGap) + mapMargin // room for a line on the right of the last column
		}
	}
	height := float64(rows)*rowPitch + 2*mapMargin
	c.add(`<svg class="map" width="%v" height="%v" viewBox="0 0 %v %v">`+"\n", width, height, width, height)
	for _, w := range a.edges {
		if class := kinds[w.kind].class; class != "edge next" {
			c.add(`<g class="tied"><path class="%s" d="`, class)
			c.way(w)
			c.add(`"/>`)
			c.point(class, w.end(), w.to.middle(), w.dir())
			c.add("</g>\n")
		}
	}
	for _, column := range a.columns {
		for _, s := range column {
			c.stop(s)
		}
	}
	return c.close()
}

// stop draws a row: a box with all that it is joined to, or the name of a chapter.
func (c *canvas) stop(s *stop) {
	if s.head {
		c.add(`<a class="node" href="%s"><path class="hit" d="M%v %vh%vv24h-%vz"/><text class="b" x="%v" y="%v">%s</text></a>`+"\n",
			s.href, s.x, s.middle()-12, s.w, s.w, s.x+2, s.middle()+5, s.title)
		return
	}
	c.add("<g>")
	c.node(s.node, "")
	c.near(s)
	c.add("</g>\n")
}

// near draws what shows while a box has the pointer or the focus: its ways as the legend has them, one path for each kind, and frames around what they join it to.
func (c *canvas) near(s *stop) {
	if len(s.ways) == 0 {
		return
	}
	c.add(`<g class="near"><path class="rim" d="`)
	for _, w := range s.ways {
		c.frame(w.other(s).node)
	}
	c.add(`"/>`)
	for i, k := range kinds {
		ways := slices.DeleteFunc(slices.Clone(s.ways), func(w *way) bool { return w.kind != i })
		if len(ways) == 0 {
			continue
		}
		c.add(`<path class="%s" d="`, k.class)
		for _, w := range ways {
			c.way(w)
		}
		c.add(`"/>`)
		for _, w := range ways {
			c.point(k.class, w.end(), w.to.middle(), w.dir())
		}
	}
	c.add("</g>")
}

// frame writes the data of a path around a box, with round corners.
func (c *canvas) frame(n *node) {
	const gap, r = 2.5, 7.0
	w, h := n.w+2*(gap-r), n.h+2*(gap-r)
	c.add("M%v %vh%va7 7 0 0 1 7 7v%va7 7 0 0 1-7 7h%va7 7 0 0 1-7-7v%va7 7 0 0 1 7-7z", n.x-gap+r, n.y-gap, w, h, -w, -h)
}

// other is the box at the other end.
func (w *way) other(s *stop) *stop {
	if w.from == s {
		return w.to
	}
	return w.from
}

// end is where a way meets the box that it leads to.
func (w *way) end() float64 {
	if w.dir() > 0 {
		return w.to.x
	}
	return w.to.x + w.to.w
}

// dir is 1 where a way comes from the left.
func (w *way) dir() float64 {
	if w.from.column < w.to.column {
		return 1
	}
	return -1
}

// way writes the data of a path: a curve to the next column, or between two rows past the columns on its way.
func (c *canvas) way(w *way) {
	from, to := w.from, w.to
	if from.column > to.column {
		from, to = to, from
	}
	x0, y0, x1, y1 := from.x+from.w, from.middle(), to.x, to.middle()
	c.add("M%v %v", x0, y0)
	if from.column == to.column {
		out := x0 + min(16+math.Abs(y1-y0)/8, mapGap-10)
		c.add("C%v %v %v %v %v %v", out, y0, out, y1, x0, y1)
		return
	}
	at := x0 + mapGap
	if past := to.column - from.column - 1; past > 0 {
		lane := to.y - (rowPitch-mapBox)/2
		if y0 > y1 {
			lane = to.y + mapBox + (rowPitch-mapBox)/2
		}
		mid := (x0 + at) / 2
		c.add("C%v %v %v %v %v %vH%v", mid, y0, mid, lane, at, lane, x1-mapGap)
		x0, y0 = x1-mapGap, lane
	}
	mid := (x0 + x1) / 2
	c.add("C%v %v %v %v %v %v", mid, y0, mid, y1, x1, y1)
}
