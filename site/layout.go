package site

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// A sketch is laid out from left to right. In each group the items stand in columns, so that arrows lead to a later column; an arrow over
// several columns has a place of its own in each, and one that leaves or enters a group goes through all columns on its way. So no arrow
// runs behind a box. The columns are put into the order with the fewest crossings that a few sweeps find, and moved so that most arrows are
// straight.

// spot is the place of an item.
type spot struct {
	column     int
	x, y, w, h float64            // of its upper left corner: inside its group first, then in the drawing
	least      float64            // height of a box that arrows need
	ports      map[*arrow]float64 // of a group: at which height arrows cross its edge
}

// route is the way of an arrow, from its left end to its right end.
type route struct {
	back    bool       // its point is at the left end
	late    bool       // its label stands at the right end
	shifts  [2]float64 // of its ends from the middle of their boxes
	spans   []span
	labelX  float64 // where the label begins
	labelIn int     // index in spans of the one that carries it
}

// span is a level stretch of an arrow.
type span struct {
	in        *item // the group that x and y count from
	x0, x1, y float64
	label     bool
}

// cell is a place in a column: that of an item, or that of an arrow on its way.
type cell struct {
	it    *item // nil for an arrow
	pos   int
	y     float64 // of the middle
	links [2][]tie
}

// tie joins a cell to one in the column before, 0, or behind, 1.
type tie struct {
	to         *cell
	here, away float64 // heights of its ends, from the middles of the cells
}

const (
	itemGap   = 16.0
	columnGap = 40.0
	portGap   = 20.0
	laneSize  = 12.0
	groupPad  = 14.0
	groupHead = 30.0
	sweeps    = 8
)

func (c *cell) size() float64 {
	if c.it == nil {
		return laneSize
	}
	return c.it.spot.h
}

func (a *arrow) left() *item {
	if a.route.back {
		return a.to
	}
	return a.from
}

func (a *arrow) right() *item {
	if a.route.back {
		return a.from
	}
	return a.to
}

// under is the item of the group that holds it, or nil.
func (it *item) under(group *item) *item {
	for it != nil && it.parent != group {
		it = it.parent
	}
	return it
}

// place gives every item and every arrow its place.
func (s *sketch) place() {
	s.rank(s.root)
	s.prepare()
	s.size(s.root)
	s.settle(s.root, 0, 0)
	for _, a := range s.arrows {
		a.settle()
	}
}

// rank chooses the columns of a group's items.
func (s *sketch) rank(g *item) {
	next := map[*item][]*item{}
	for _, a := range s.arrows {
		from, to := a.from.under(g), a.to.under(g)
		if from == nil || to == nil || from == to {
			continue
		}
		if a.route.back = reaches(next, to, from, map[*item]bool{}); a.route.back {
			from, to = to, from
		}
		next[from] = append(next[from], to)
	}
	entered := map[*item]bool{}
	for moved := true; moved; { // at most as often as there are items: no way leads in a circle
		moved = false
		for _, it := range g.items {
			for _, to := range next[it] {
				entered[to] = true
				if to.spot.column <= it.spot.column {
					to.spot.column, moved = it.spot.column+1, true
				}
			}
		}
	}
	for _, it := range g.items {
		if nearest := next[it]; !entered[it] && len(nearest) > 0 { // it begins something: close to what it leads to
			it.spot.column = slices.MinFunc(nearest, func(a, b *item) int { return a.spot.column - b.spot.column }).spot.column - 1
		}
		s.rank(it)
	}
}

func reaches(next map[*item][]*item, from, to *item, seen map[*item]bool) bool {
	if from == to {
		return true
	}
	seen[from] = true
	return slices.ContainsFunc(next[from], func(n *item) bool { return !seen[n] && reaches(next, n, to, seen) })
}

// prepare finds the free end for each label, and parts the ends of arrows that would be taken for one: those of another kind or direction,
// and those with a label.
func (s *sketch) prepare() {
	starts := map[*item]int{}
	for _, a := range s.arrows {
		starts[a.left()]++
	}
	ports := map[end][]string{}
	for i, a := range s.arrows {
		a.route.late = starts[a.left()] > 1
		for side := range 2 {
			if e := a.end(side); !slices.Contains(ports[e], a.port(i, side)) {
				ports[e] = append(ports[e], a.port(i, side))
			}
		}
	}
	for i, a := range s.arrows {
		for side := range 2 {
			e := a.end(side)
			a.route.shifts[side] = portGap * (float64(slices.Index(ports[e], a.port(i, side))) - float64(len(ports[e])-1)/2)
			e.it.spot.least = max(e.it.spot.least, portGap*float64(len(ports[e]))+8)
		}
	}
}

// end is the side of a box: 0 where arrows begin on their way from left to right, 1 where they end.
type end struct {
	it   *item
	side int
}

func (a *arrow) end(side int) end {
	if side == 0 {
		return end{a.left(), 0}
	}
	return end{a.right(), 1}
}

// port names the place at which arrow i meets a side of its box. Arrows with the same one meet there.
func (a *arrow) port(i, side int) string {
	if a.label != "" && a.route.late == (side == 1) {
		return strconv.Itoa(i)
	}
	return fmt.Sprint(a.kind, a.route.back)
}

// size lays out the inside of a group and measures it.
func (s *sketch) size(g *item) {
	columns := 0
	for _, it := range g.items {
		if it.group {
			s.size(it)
		} else {
			it.measure()
		}
		columns = max(columns, it.spot.column+1)
	}
	t := &table{group: g, columns: make([][]*cell, columns), cells: map[*item]*cell{}, chains: map[*arrow][]*cell{}}
	for _, it := range g.items {
		c := &cell{it: it, pos: len(t.columns[it.spot.column])}
		t.cells[it] = c
		t.columns[it.spot.column] = append(t.columns[it.spot.column], c)
	}
	for _, a := range s.arrows {
		t.thread(a)
	}
	t.order()
	t.align()
	t.finish(s)
}

// table is the inside of a group as columns of cells.
type table struct {
	group   *item
	columns [][]*cell
	cells   map[*item]*cell
	chains  map[*arrow][]*cell // from column to column, with the items at its ends
}

// ends are the columns in which an arrow begins and ends: outside of the table where it leads out of the group.
func (t *table) ends(a *arrow) (left, right *item, from, to int) {
	left, right = a.left().under(t.group), a.right().under(t.group)
	from, to = -1, len(t.columns)
	if left != nil {
		from = left.spot.column
	}
	if right != nil {
		to = right.spot.column
	}
	return left, right, from, to
}

// thread gives an arrow its cells.
func (t *table) thread(a *arrow) {
	left, right, from, to := t.ends(a)
	if left == right { // both outside, or both in one group
		return
	}
	var chain []*cell
	if left != nil {
		chain = append(chain, t.cells[left])
	}
	for i := from + 1; i < to; i++ {
		c := &cell{pos: len(t.columns[i])}
		t.columns[i] = append(t.columns[i], c)
		chain = append(chain, c)
	}
	if right != nil {
		chain = append(chain, t.cells[right])
	}
	for i := 1; i < len(chain); i++ {
		l, r := chain[i-1], chain[i]
		lp, rp := l.port(a), r.port(a)
		l.links[1] = append(l.links[1], tie{r, lp, rp})
		r.links[0] = append(r.links[0], tie{l, rp, lp})
	}
	t.chains[a] = chain
}

// port is the height at which an arrow meets the cell, from its middle.
func (c *cell) port(a *arrow) float64 {
	switch {
	case c.it == nil:
		return 0
	case c.it.group:
		return c.it.spot.ports[a] - c.it.spot.h/2
	default:
		if c.it == a.left() {
			return a.route.shifts[0]
		}
		return a.route.shifts[1]
	}
}

// order sorts the columns, back and forth, by the places of their neighbours, and keeps the best that was seen.
func (t *table) order() {
	best, least := t.clone(), t.crossings()
	for i := range sweeps {
		side := i % 2
		for j := range t.columns {
			if side == 1 {
				j = len(t.columns) - 1 - j
			}
			t.sort(t.columns[j], side)
		}
		if n := t.crossings(); n < least {
			best, least = t.clone(), n
		}
	}
	t.columns = best
	for _, column := range t.columns {
		for i, c := range column {
			c.pos = i
		}
	}
}

func (t *table) clone() (out [][]*cell) {
	for _, c := range t.columns {
		out = append(out, slices.Clone(c))
	}
	return out
}

func (t *table) sort(column []*cell, side int) {
	weight := map[*cell]float64{}
	for _, c := range column {
		weight[c] = float64(c.pos)
		if n := len(c.links[side]); n > 0 {
			sum := 0.0
			for _, l := range c.links[side] {
				sum += l.at()
			}
			weight[c] = sum / float64(n)
		}
	}
	slices.SortStableFunc(column, func(a, b *cell) int { return cmp.Compare(weight[a], weight[b]) })
	for i, c := range column {
		c.pos = i
	}
}

// at is the far end's place in its column, with the height in its cell as the fraction.
func (l tie) at() float64 { return float64(l.to.pos) + l.away/(l.to.size()+1) }

func (t *table) crossings() (n int) {
	for _, column := range t.columns {
		type edge struct{ a, b float64 }
		var edges []edge
		for _, c := range column {
			for _, l := range c.links[1] {
				edges = append(edges, edge{float64(c.pos) + l.here/(c.size()+1), l.at()})
			}
		}
		for i, e := range edges {
			for _, f := range edges[:i] {
				if (e.a-f.a)*(e.b-f.b) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// align moves the cells of each column up and down until arrows are as straight as they get.
func (t *table) align() {
	for _, column := range t.columns {
		for i, y := range spread(make([]float64, len(column)), sizes(column), itemGap) {
			column[i].y = y
		}
	}
	for i := range sweeps + 1 { // the last one from the left
		side := i % 2
		for j := range t.columns {
			if side == 1 {
				j = len(t.columns) - 1 - j
			}
			column := t.columns[j]
			var wants []float64
			for _, c := range column {
				wants = append(wants, c.want(side))
			}
			for k, y := range spread(wants, sizes(column), itemGap) {
				column[k].y = math.Round(y)
			}
		}
	}
}

func sizes(column []*cell) (out []float64) {
	for _, c := range column {
		out = append(out, c.size())
	}
	return out
}

// want is the height at which the links of a side would be straight, on average.
func (c *cell) want(side int) float64 {
	if len(c.links[side]) == 0 {
		return c.y
	}
	sum := 0.0
	for _, l := range c.links[side] {
		sum += l.to.y + l.away - l.here
	}
	return sum / float64(len(c.links[side]))
}

// spread gives each of a row of things a place: as close as possible to the wanted one, in order, and without touching. Those that
// would touch are moved together, by the mean of what they want.
func spread(wants, sizes []float64, gap float64) []float64 {
	type block struct {
		sum   float64 // of the wants, each less its offset
		n     int
		start int
	}
	offset := make([]float64, len(wants))
	for i := 1; i < len(wants); i++ {
		offset[i] = offset[i-1] + (sizes[i-1]+sizes[i])/2 + gap
	}
	mean := func(b block) float64 { return b.sum / float64(b.n) }
	var blocks []block
	for i, w := range wants {
		b := block{w - offset[i], 1, i}
		for len(blocks) > 0 && mean(blocks[len(blocks)-1]) > mean(b) {
			last := blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			b = block{b.sum + last.sum, b.n + last.n, last.start}
		}
		blocks = append(blocks, b)
	}
	out := make([]float64, len(wants))
	for _, b := range blocks {
		for i := b.start; i < b.start+b.n; i++ {
			out[i] = mean(b) + offset[i]
		}
	}
	return out
}

// finish turns columns into coordinates.
func (t *table) finish(s *sketch) {
	g := t.group
	widths, gaps := make([]float64, len(t.columns)), make([]float64, len(t.columns))
	top, bottom := math.Inf(1), math.Inf(-1)
	for i, column := range t.columns {
		gaps[i] = columnGap
		for _, c := range column {
			top, bottom = min(top, c.y-c.size()/2), max(bottom, c.y+c.size()/2)
			if c.it != nil {
				widths[i] = max(widths[i], c.it.spot.w)
			}
		}
	}
	for _, a := range s.arrows {
		if gap, _ := t.labelGap(a); gap >= 0 {
			gaps[gap] = max(gaps[gap], textWidth(a.label, smallSize)+56)
		}
	}
	pad, head := groupPad, groupHead
	if g.parent == nil {
		pad, head = 1, 1
	}
	starts := make([]float64, len(t.columns))
	x := pad
	for i := range t.columns {
		starts[i] = x
		for _, c := range t.columns[i] {
			if c.y += head - top; c.it != nil {
				c.it.spot.x, c.it.spot.y = math.Round(x+(widths[i]-c.it.spot.w)/2), c.y-c.it.spot.h/2
			}
		}
		x += widths[i] + gaps[i]
	}
	x += pad - gaps[len(gaps)-1]
	g.spot.w, g.spot.h = x, bottom-top+head+pad
	if g.parent != nil {
		g.spot.w = max(g.spot.w, textWidth(g.title(), fontSize)+2*pad)
	}
	g.spot.ports = map[*arrow]float64{}
	for _, a := range s.arrows {
		t.spans(a, starts, widths)
	}
}

// labelGap is the gap behind a column that holds the label of an arrow, or -1; late where the label stands at its right end.
func (t *table) labelGap(a *arrow) (gap int, late bool) {
	left, right, from, to := t.ends(a)
	switch {
	case a.label == "" || left == nil || right == nil || left == right:
		return -1, false
	case a.route.late:
		return to - 1, true
	default:
		return from, false
	}
}

// spans writes down the level stretches of an arrow in this group.
func (t *table) spans(a *arrow, starts, widths []float64) {
	left, right, from, _ := t.ends(a)
	gap, late := t.labelGap(a)
	room := textWidth(a.label, smallSize) + 20
	column := max(from, 0)
	for i, c := range t.chains[a] {
		sp := span{in: t.group, x0: starts[column], x1: starts[column] + widths[column], y: c.y + c.port(a)}
		if c.it != nil && c.it == left {
			sp.x0 = c.it.spot.x + c.it.spot.w
			if gap >= 0 && !late {
				sp.label, a.route.labelX = true, sp.x1+10
				sp.x1 += room
			}
		} else if c.it != nil && c.it == right {
			sp.x1 = c.it.spot.x
			if gap >= 0 && late {
				sp.x0 -= room
				sp.label, a.route.labelX = true, sp.x0+6
			}
		}
		a.route.spans = append(a.route.spans, sp)
		if right == nil && i == len(t.chains[a])-1 || left == nil && i == 0 {
			t.group.spot.ports[a] = sp.y
		}
		column++
	}
}

// settle turns places inside groups into places of the drawing.
func (s *sketch) settle(it *item, x, y float64) {
	it.spot.x += x
	it.spot.y += y
	for _, c := range it.items {
		s.settle(c, it.spot.x, it.spot.y)
	}
}

// settle puts the stretches of an arrow into order, and takes out jogs that are too small to be meant.
func (a *arrow) settle() {
	spans := a.route.spans
	for i := range spans {
		sp := &spans[i]
		sp.x0 += sp.in.spot.x
		sp.x1 += sp.in.spot.x
		sp.y += sp.in.spot.y
		if sp.label {
			a.route.labelX += sp.in.spot.x
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.x0, b.x0) })
	if last := len(spans) - 1; last > 0 {
		for i := 2; i < last; i++ { // its lane leaves it this much room
			if math.Abs(spans[i].y-spans[i-1].y) < 7 {
				spans[i].y = spans[i-1].y
			}
		}
		if math.Abs(spans[0].y-spans[1].y) < 7 {
			spans[0].y = spans[1].y
		}
		if math.Abs(spans[last].y-spans[last-1].y) < 7 {
			spans[last].y = spans[last-1].y
		}
	}
	a.route.labelIn = slices.IndexFunc(spans, func(sp span) bool { return sp.label })
}
