package site

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/patlint/patlint/patterns"
)

// A drawing is an SVG with what says the same in words, for those who cannot see it and for those who want the numbers.
type drawing struct {
	Title  string
	SVG    template.HTML
	Scroll bool // it has a width of its own; else it takes that of the page
	Table  *numbers
	Words  []string // sentences
	Source string
}

// numbers are the data of a chart as a table.
type numbers struct {
	Head []string
	Rows [][]string
}

// drawings are the languages of blocks that are drawn. Lines in errors are the file's, columns those of the block.
var drawings = map[string]func(text string, line int) (drawing, patterns.Errors){
	"chart":  drawChart,
	"sketch": drawSketch,
}

// drawn makes the figure of a block in a language of drawings.
func (b *builder) drawn(lang, text string, line int) (template.HTML, error) {
	d, errs := drawings[lang](text, line)
	if err := errs.Err(); err != nil {
		return "", err
	}
	return b.part("drawing", d)
}

// maxLabel bounds what stands beside a bar or in a box, in characters.
const maxLabel = 60

// canvas writes SVG. Coordinates are rounded, so that no file depends on the processor's last bit.
type canvas struct{ strings.Builder }

// add writes a piece of SVG. Text among the arguments is escaped, numbers are shortened.
func (c *canvas) add(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = template.HTMLEscapeString(a)
		case float64:
			args[i] = short(a)
		}
	}
	fmt.Fprintf(c, format, args...)
}

// open begins a picture that a screen reader takes as one thing.
func (c *canvas) open(width, height float64, title, desc string) {
	c.add(`<svg role="img" aria-label="%s" width="%v" height="%v" viewBox="0 0 %v %v">`, title, width, height, width, height)
	c.add("<desc>%s</desc>\n", desc)
}

func (c *canvas) close() template.HTML {
	c.WriteString("</svg>")
	return template.HTML(c.String())
}

// short writes a coordinate with one decimal at most.
func short(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) // + 0 makes 0 of -0
}

// textWidth estimates how wide a text gets, in the units of its size. Fonts differ, so it is on the wide side.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljt.,:;|!'()[]fr I/-", r):
			w += 0.36
		case strings.ContainsRune("mwMW@%—", r):
			w += 0.92
		case r >= 0x2e80: // East Asian characters fill a square
			w += 1.05
		case unicode.IsUpper(r):
			w += 0.7
		default:
			w += 0.6
		}
	}
	return w * size
}

// wrap breaks a text between words into lines that are at most width wide, or one word.
func wrap(s string, size, width float64) (lines []string) {
	for _, word := range strings.Fields(s) {
		if last := len(lines) - 1; last >= 0 && textWidth(lines[last]+" "+word, size) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// head draws the point of an arrow that ends at x, y and comes from the left, or from the right where dir is -1.
func (c *canvas) head(x, y, dir float64) {
	c.add(`<path class="tip" d="M%v %vl%v -4.5v9z"/>`, x, y, -8*dir)
}

// marks are the shapes of severities, drawn around 0, 0. They are those of the style sheet.
var marks = map[string]string{
	"critical": "M0-5 5 5H-5z",
	"high":     "M0-5.5 5.5 0 0 5.5-5.5 0z",
	"info":     "M-5-2H5V2H-5z",
	"low":      "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
	"medium":   "M-4.5-4.5h9v9h-9z",
}

// mark draws the shape of a severity.
func (c *canvas) mark(x, y float64, severity string) {
	if d := marks[severity]; d != "" {
		c.add(`<path class="m-%s" transform="translate(%v %v)" d="%s"/>`, severity, x, y, d)
	}
}

// placed gives the errors of a block their file, and columns that count what stands in front of the block's lines.
func placed(err error, src source, margin func(line int) int) (patterns.Errors, bool) {
	var errs patterns.Errors
	if !errors.As(err, &errs) {
		return nil, false
	}
	for _, e := range errs {
		if e.File = src.file; src.line == 0 {
			e.Line, e.Column = 0, 0
		} else {
			e.Column += margin(e.Line)
		}
	}
	return errs, true
}
