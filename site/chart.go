package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
	"go.yaml.in/yaml/v4"
)

// A chart is a block in chart as its author wrote it. The manual is in the comment of package patterns.
type chart struct {
	kind   string // bar or line
	title  string
	x      string // what the rows are
	unit   string // of the values
	source string
	series []string // names, one for each value of a row; empty where there is one value
	rows   []chartRow
}

type chartRow struct {
	label  string
	x      float64 // of a line
	values []number
}

// number keeps the decimals that its author wrote.
type number struct {
	value float64
	text  string
}

const (
	maxSeries = 6
	maxPoints = 60
	maxNumber = 1e12
	maxDigits = 20
)

// chartReader collects mistakes on its way through a block.
type chartReader struct {
	chart
	errs patterns.Errors
}

func (r *chartReader) fail(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, &patterns.Error{Line: n.Line, Column: n.Column, Msg: fmt.Sprintf(format, args...)})
}

type chartKey struct {
	name     string
	required bool
	read     func(*chartReader, *yaml.Node)
}

// chartKeys are the keys of a chart. Keep sorted.
var chartKeys = []chartKey{
	{"data", true, (*chartReader).data},
	{"kind", true, func(r *chartReader, n *yaml.Node) {
		if r.kind = r.text(n, "kind"); r.kind != "bar" && r.kind != "line" {
			r.fail(n, "kind is bar or line")
		}
	}},
	{"series", false, func(r *chartReader, n *yaml.Node) {
		if n.Kind != yaml.SequenceNode || len(n.Content) < 2 || len(n.Content) > maxSeries {
			r.fail(n, "series is a list of 2 to %d names", maxSeries)
			return
		}
		for _, name := range n.Content {
			r.series = append(r.series, r.text(name, "a name in series"))
		}
	}},
	{"source", false, func(r *chartReader, n *yaml.Node) { r.source = r.long(n, "source", 240) }},
	{"title", true, func(r *chartReader, n *yaml.Node) { r.title = r.long(n, "title", 120) }},
	{"unit", true, func(r *chartReader, n *yaml.Node) { r.unit = r.text(n, "unit") }},
	{"x", true, func(r *chartReader, n *yaml.Node) { r.x = r.text(n, "x") }},
}

// readChart reads a block; line is that of its first line in the file.
func readChart(text string, line int) (chart, patterns.Errors) {
	block := patterns.Block{Role: "chart", Lang: "yaml", Text: text, Line: line}
	root, errs := block.YAML()
	if len(errs) > 0 {
		return chart{}, errs
	}
	r := &chartReader{}
	if root.Kind != yaml.MappingNode {
		r.fail(root, "a chart is a list of keys: kind, title, x, unit and data")
		return chart{}, r.errs
	}
	r.keys(root)
	if len(r.errs) == 0 {
		r.check(root)
	}
	return r.chart, r.errs
}

func (r *chartReader) keys(root *yaml.Node) {
	seen := map[string]bool{}
	for i := 0; i < len(root.Content); i += 2 {
		key := root.Content[i]
		at := slices.IndexFunc(chartKeys, func(k chartKey) bool { return k.name == key.Value })
		if at < 0 {
			r.fail(key, "unknown key %s of a chart; known are data, kind, series, source, title, unit and x", key.Value)
			continue
		}
		seen[key.Value] = true
		chartKeys[at].read(r, root.Content[i+1])
	}
	for _, k := range chartKeys {
		if k.required && !seen[k.name] {
			r.fail(root, "the key %s is missing", k.name)
		}
	}
}

// check holds the keys against each other.
func (r *chartReader) check(root *yaml.Node) {
	want := max(len(r.series), 1)
	if len(r.rows) == 0 || len(r.rows)*want > maxPoints {
		r.fail(root, "a chart has 1 to %d values", maxPoints)
		return
	}
	if r.kind == "line" && len(r.rows) < 2 {
		r.fail(root, "a line has at least two points")
	}
	data := value(root, "data")
	for i, row := range r.rows {
		key := data.Content[2*i]
		if got := len(row.values); got != want {
			r.fail(key, "%s has %d values; %d %s wanted, one for each name in series", row.label, got, want, plural(want, "is", "are"))
		}
		if r.kind != "line" {
			continue
		}
		digits, negative := strings.CutPrefix(row.label, "-")
		x, ok := plainNumber(digits)
		if negative {
			x = -x
		}
		switch {
		case !ok:
			r.fail(key, "%s is not a number; a line has a number in front of each colon, in digits and without commas", row.label)
			continue
		case i > 0 && x <= r.rows[i-1].x:
			r.fail(key, "%s stands too late; the numbers of a line rise", row.label)
		}
		r.rows[i].x, r.rows[i].label = x, grouped(row.label)
	}
}

// value finds the value of a key.
func value(root *yaml.Node, name string) *yaml.Node {
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value == name {
			return root.Content[i+1]
		}
	}
	return &yaml.Node{}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// data reads the rows: a label, and a number or a list of numbers.
func (r *chartReader) data(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "data has a line for each bar or point: 131 MB: 160")
		return
	}
	for i := 0; i < len(n.Content); i += 2 {
		row := chartRow{label: r.text(n.Content[i], "a label")}
		values := []*yaml.Node{n.Content[i+1]}
		if values[0].Kind == yaml.SequenceNode {
			values = values[0].Content
		}
		for _, v := range values {
			row.values = append(row.values, r.number(v))
		}
		r.rows = append(r.rows, row)
	}
}

func (r *chartReader) number(n *yaml.Node) number {
	v, ok := plainNumber(n.Value)
	switch {
	case len(n.Value) > maxDigits:
		r.fail(n, "a value has at most %d characters", maxDigits)
	case n.Kind != yaml.ScalarNode || !ok:
		r.fail(n, "a value is a number from 0 up, without commas: 3000 or 42.4")
	default:
		return number{v, grouped(n.Value)}
	}
	return number{}
}

// plainNumber reads a number that is written in digits alone, so that it can be shown as its author wrote it.
func plainNumber(s string) (float64, bool) {
	if len(s) > maxDigits || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && v <= maxNumber
}

// text reads what is drawn as a label.
func (r *chartReader) text(n *yaml.Node, what string) string { return r.long(n, what, maxLabel) }

func (r *chartReader) long(n *yaml.Node, what string, limit int) string {
	switch {
	case n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "":
		r.fail(n, "%s is a text", what)
	case utf8.RuneCountInString(n.Value) > limit:
		r.fail(n, "%s has more than %d characters", what, limit)
	}
	return strings.Join(strings.Fields(n.Value), " ")
}

// grouped writes 16000 as 16,000, as the texts do.
func grouped(s string) string {
	digits := strings.TrimPrefix(s, "-")
	whole, _, _ := strings.Cut(digits, ".")
	var b strings.Builder
	b.WriteString(s[:len(s)-len(digits)])
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	b.WriteString(digits[len(whole):])
	return b.String()
}

// drawChart makes the drawing of a block in chart.
func drawChart(text string, line int) (drawing, patterns.Errors) {
	c, errs := readChart(text, line)
	if len(errs) > 0 {
		return drawing{}, errs
	}
	d := drawing{Title: c.title, Source: c.source, Table: c.table()}
	if c.kind == "bar" {
		d.SVG = c.bars()
	} else {
		d.SVG, d.Scroll = c.lines(), true
	}
	return d, nil
}

// table has a row for each row of data.
func (c *chart) table() *numbers {
	t := &numbers{Head: []string{c.x}}
	for _, name := range c.series {
		t.Head = append(t.Head, name+", "+c.unit)
	}
	if len(c.series) == 0 {
		t.Head = append(t.Head, c.unit)
	}
	for _, row := range c.rows {
		cells := []string{row.label}
		for _, v := range row.values {
			cells = append(cells, v.text)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// desc says the numbers in one sentence for each row.
func (c *chart) desc() string {
	var b strings.Builder
	for _, row := range c.rows {
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(row.label + ": ")
		for i, v := range row.values {
			if i > 0 {
				b.WriteString(", ")
			}
			if len(c.series) > 0 {
				b.WriteString(c.series[i] + " ")
			}
			b.WriteString(v.text)
		}
	}
	return fmt.Sprintf("%s chart, %s by %s. %s.", map[string]string{"bar": "Bar", "line": "Line"}[c.kind], c.unit, c.x, b.String())
}

// most is the largest value.
func (c *chart) most() float64 {
	m := 0.0
	for _, row := range c.rows {
		for _, v := range row.values {
			m = max(m, v.value)
		}
	}
	return m
}
