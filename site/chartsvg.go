package site

import (
	"cmp"
	"html/template"
	"math"
	"strconv"
)

const (
	fontSize  = 13.0
	smallSize = 12.0
	phone     = 256.0 // what is left for a figure on a screen of 320
)

// bars draws bars that lie, each under its label and with its value at its end. Lengths are shares of the width, so that text keeps its
// size on every screen.
func (c *chart) bars() template.HTML {
	widest := 0.0
	for _, row := range c.rows {
		for _, v := range row.values {
			widest = max(widest, textWidth(v.text+" "+c.unit, fontSize))
		}
	}
	full := max(100*(1-(widest+10)/phone), 25) // the share of the longest bar; its value must fit behind it
	scale := full / cmp.Or(c.most(), 1)

	var svg canvas
	y := 0.0
	for i, row := range c.rows {
		if i > 0 {
			y += 12
		}
		for _, l := range wrap(row.label, fontSize, phone) {
			y += 17
			svg.add(`<text class="b" x="0" y="%v">%s</text>`+"\n", y-4, l)
		}
		for j, v := range row.values {
			if len(c.series) > 0 {
				for _, l := range wrap(c.series[j], smallSize, phone) {
					y += 16
					svg.add(`<text class="q" x="0" y="%v">%s</text>`+"\n", y-4, l)
				}
			}
			share := v.value * scale
			svg.add(`<rect class="s%d" x="0" y="%v" width="%v%%" height="14"/>`, j+1, y+1, max(share, 0.3))
			svg.add(`<text x="%v%%" dx="7" y="%v">%s %s</text>`+"\n", share, y+12.5, v.text, c.unit)
			y += 18
		}
	}
	var out canvas
	out.add(`<svg role="img" aria-label="%s" width="100%%" height="%v">`, c.title, y)
	out.add("<desc>%s</desc>\n", c.desc())
	out.WriteString(svg.String())
	return out.close()
}

// Measures of a chart with lines.
const (
	plotWidth, plotHeight = 440.0, 220.0
	plotHead, plotBottom  = 34.0, 44.0
	keySample, keyLine    = 42.0, 20.0 // what stands in front of a name, and the height of a line of names
)

// dots are the shapes of points, one for each series.
var dots = [maxSeries]string{
	"M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", "M-3.2-3.2h6.4v6.4h-6.4z", "M0-4.5 4.5 0 0 4.5-4.5 0z", "M0-4.5 4.5 3.5H-4.5z", "M0 4.5 4.5-3.5H-4.5z", "M-4.5-1.5h9v3h-9z",
}

// plane turns values into places of the drawing.
type plane struct {
	left, top      float64
	x0, x1, y1     float64 // the ends of the axes; y begins at 0
	xTicks, yTicks []float64
}

func (p *plane) x(v float64) float64 { return p.left + (v-p.x0)/(p.x1-p.x0)*plotWidth }
func (p *plane) y(v float64) float64 { return p.top + plotHeight*(1-v/p.y1) }

// newPlane chooses axes with round numbers. That of x begins at 0 unless the data are far from it.
func (c *chart) newPlane() *plane {
	first, last := c.rows[0].x, c.rows[len(c.rows)-1].x
	if first > 0 && first < last/3 {
		first = 0
	}
	p := &plane{xTicks: ticks(first, last), yTicks: ticks(0, cmp.Or(c.most(), 1))}
	p.x0, p.x1, p.y1 = min(first, p.xTicks[0]), max(last, p.xTicks[len(p.xTicks)-1]), p.yTicks[len(p.yTicks)-1]
	for _, t := range p.yTicks {
		p.left = max(p.left, textWidth(tickText(t), smallSize)+10)
	}
	p.left = max(p.left, (textWidth(c.x, smallSize)-plotWidth)/2)
	return p
}

// ticks are about five round numbers around a range: steps of 1, 2 or 5 and zeros.
func ticks(from, to float64) []float64 {
	step := math.Pow(10, math.Floor(math.Log10((to-from)/4)))
	for _, m := range []float64{2, 2.5, 2} { // 2, 5 and 10
		if (to-from)/step > 6 {
			step *= m
		}
	}
	var out []float64
	for i := math.Floor(from/step + 1e-9); ; i++ {
		out = append(out, i*step)
		if i*step >= to-step*1e-9 || len(out) > 20 {
			return out
		}
	}
}

// tickText writes a round number without what adding up steps has left in its last digits.
func tickText(v float64) string {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 10, 64), 64)
	return grouped(strconv.FormatFloat(v, 'f', -1, 64))
}

// lines draws a line for each series. The names stand above, where a narrow screen shows them without scrolling.
func (c *chart) lines() template.HTML {
	p := c.newPlane()
	right := max(8, textWidth(tickText(p.x1), smallSize)/2+4, (textWidth(c.x, smallSize)-plotWidth)/2, textWidth(c.unit, smallSize)-p.left-plotWidth)
	var key canvas
	p.top = plotHead + key.names(c.series)
	var svg canvas
	svg.open(math.Ceil(p.left+plotWidth+right), p.top+plotHeight+plotBottom, c.title, c.desc())
	svg.WriteString(key.String())
	svg.axes(p, c.x, c.unit)
	for i := max(len(c.series), 1) - 1; i >= 0; i-- { // the first on top
		svg.line(p, c.rows, i)
	}
	return svg.close()
}

func (svg *canvas) axes(p *plane, x, unit string) {
	svg.add(`<text class="q" x="0" y="%v">%s</text>`+"\n", p.top-plotHead+12, unit)
	for _, t := range p.yTicks {
		class := "grid"
		if t == 0 {
			class = "axis"
		}
		svg.add(`<path class="%s" d="M%v %vh%v"/>`, class, p.left, p.y(t), plotWidth)
		svg.add(`<text class="q e" x="%v" y="%v">%s</text>`+"\n", p.left-8, p.y(t)+4, tickText(t))
	}
	room := math.Inf(-1) // up to here the line of numbers is taken
	for _, t := range p.xTicks {
		half := textWidth(tickText(t), smallSize) / 2
		if p.x(t)-half < room {
			continue
		}
		room = p.x(t) + half + 6
		svg.add(`<path class="axis" d="M%v %vv5"/>`, p.x(t), p.y(0))
		svg.add(`<text class="q m" x="%v" y="%v">%s</text>`+"\n", p.x(t), p.y(0)+18, tickText(t))
	}
	svg.add(`<text class="q m" x="%v" y="%v">%s</text>`+"\n", p.left+plotWidth/2, p.y(0)+37, x)
}

func (svg *canvas) line(p *plane, rows []chartRow, i int) {
	svg.add(`<path class="l%d" d="`, i+1)
	for j, row := range rows {
		svg.add("%s%v %v", map[bool]string{true: "M", false: "L"}[j == 0], p.x(row.x), p.y(row.values[i].value))
	}
	svg.add(`"/>` + "\n")
	for _, row := range rows {
		svg.add(`<path class="p%d" transform="translate(%v %v)" d="%s"/>`, i+1, p.x(row.x), p.y(row.values[i].value), dots[i])
	}
	svg.add("\n")
}

// names draws the key of a chart and gives its height: each name behind a sample of its line, in lines that are as wide as a phone.
func (svg *canvas) names(series []string) float64 {
	x, y := 0.0, 0.0
	for i, name := range series {
		lines := wrap(name, fontSize, phone-keySample)
		width := 0.0
		for _, l := range lines {
			width = max(width, textWidth(l, fontSize))
		}
		if x > 0 && (x+keySample+width > phone || len(lines) > 1) {
			x, y = 0, y+keyLine
		}
		svg.add(`<path class="l%d" d="M%v %vh36"/><path class="p%d" transform="translate(%v %v)" d="%s"/>`, i+1, x, y+9, i+1, x+18, y+9, dots[i])
		for j, l := range lines {
			svg.add(`<text x="%v" y="%v">%s</text>`+"\n", x+keySample, y+13.5+float64(j)*17, l)
		}
		x += keySample + width + 14
		if more := len(lines) - 1; more > 0 {
			x, y = phone, y+float64(more)*17
		}
	}
	if len(series) == 0 {
		return 0
	}
	return y + keyLine + 8
}
