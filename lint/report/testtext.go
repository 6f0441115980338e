package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	sourceWidth = 110       // characters of a line of a file, where no terminal is narrower
	maxDiff     = 1_000_000 // pairs of words: beyond, two texts stand below each other without marks
)

// Text writes the test for a person: patterns by ID, each with its mistakes, then the mistakes of other files. Each mistake begins a line, so that editors find it.
func (t *Test) Text(w io.Writer, o Options) error {
	out := &text{Writer: bufio.NewWriter(w), style: o}
	rest := map[string][]*Mistake{}
	var files []string // of the mistakes, in order
	for i := range t.Mistakes {
		m := &t.Mistakes[i]
		if !slices.Contains(files, m.File) {
			files = append(files, m.File)
		}
		rest[m.File] = append(rest[m.File], m)
	}
	for _, p := range t.Patterns {
		if ms := rest[p.File]; len(ms) > 0 {
			out.failed(p.ID, ms)
			delete(rest, p.File)
			continue
		}
		words := "guidance only"
		if p.Rule {
			words = count(p.Examples, "example")
		}
		out.line(out.paint("ok", "ok"), "    ", Clean(p.ID), "  ", out.paint("dim", words))
	}
	for _, file := range files {
		if len(rest[file]) > 0 {
			out.failed(file, rest[file])
		}
	}
	return out.Flush()
}

// maxBlanks are shown below other mistakes of their file where a terminal would move those out of sight.
const maxBlanks = 3

// failed writes the mistakes of one file: first what is wrong, then what is still to be written.
func (t *text) failed(name string, all []*Mistake) {
	var ms, blanks []*Mistake
	for _, m := range all {
		if m.Blank {
			blanks = append(blanks, m)
		} else {
			ms = append(ms, m)
		}
	}
	t.line(t.paint("FAIL", "FAIL"), "  ", t.paint("bold", Clean(name)))
	for i, m := range ms {
		t.mistake(m)
		if i+1 < len(ms) && ms[i+1].Line == m.Line && ms[i+1].Column == m.Column && m.Want == "" {
			continue // the next one shows the place
		}
		t.source(m)
		if m.Want != "" || m.Got != "" {
			want, got := []rune(Clean(m.Want)), []rune(Clean(m.Got))
			inWant, inGot := differ(want, got)
			t.marked("want", want, inWant)
			t.marked("got", got, inGot)
		}
		for i, reason := range m.because() {
			t.wrap("    "+reasonMargin(i), reason)
		}
		t.line()
	}
	rest := 0
	if t.style.Height > 0 && len(ms) > 0 && len(blanks) > maxBlanks+1 {
		rest = len(blanks) - maxBlanks
	}
	for _, m := range blanks[:len(blanks)-rest] {
		t.mistake(m)
	}
	if rest > 0 {
		t.line("    and ", strconv.Itoa(rest), " more blanks, which are listed when the mistakes are mended")
	}
	if len(blanks) > 0 {
		t.line()
	}
}

// mistake writes one in a line, which programs that read a terminal need whole.
func (t *text) mistake(m *Mistake) {
	t.line(t.paint("bold", Clean(m.place())), " ", Clean(m.Message))
}

// source writes the line of the file with a caret under the place that is meant.
func (t *text) source(m *Mistake) {
	if m.Source == "" || m.Column < 1 || m.Column > utf8.RuneCountInString(m.Source)+1 {
		return
	}
	number := fmt.Sprintf("    %d | ", m.Line)
	line, caret, _ := strings.Cut(Pointed(m.Source, m.Column, max(t.width(sourceWidth)-len(number), 20)), "\n")
	t.line(t.paint("dim", number), line)
	t.line(t.paint("dim", strings.Repeat(" ", len(number)-2)+"| "), strings.TrimSuffix(caret, "^"), t.paint("FAIL", "^"))
}

// Pointed is a line of a text, cut to a width, and a second line with a caret under a column of the first. Columns are characters, from 1; the one behind the
// last is the end of the line. A width of 0 cuts nothing.
func Pointed(line string, column, width int) string {
	all := []rune(strings.ReplaceAll(line, "\t", " "))
	at := min(max(column-1, 0), len(all))
	before, behind := []rune(Clean(string(all[:at]))), []rune(Clean(string(all[at:])))
	if width > 0 && len(before) > width*2/3 {
		before = append([]rune("…"), before[len(before)-width/2:]...)
	}
	if most := width - len(before); width > 0 && len(behind) > most {
		behind = append(behind[:most-1:most-1], '…')
	}
	room := 0
	for _, r := range before {
		room += cells(r)
	}
	return string(before) + string(behind) + "\n" + strings.Repeat(" ", room) + "^"
}

// cells are the columns of a terminal that a character takes.
func cells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana), r >= 0x3000 && r < 0x3040, r >= 0xff00 && r < 0xff61, r >= 0x1f300 && r < 0x1fb00:
		return 2
	}
	return 1
}

// width is that of the terminal, and at most so much.
func (t *text) width(most int) int {
	if t.style.Width == 0 {
		return most
	}
	return min(t.style.Width, most)
}

// marked writes a text behind a label, with colours or with carets under what differs.
func (t *text) marked(label string, words []rune, marks []bool) {
	margin := fmt.Sprintf("    %-6s", label)
	room := len(words)
	if t.style.Width > 0 {
		room = max(t.style.Width-len(margin), 20)
	}
	for first := true; first || len(words) > 0; first = false {
		n := cut(words, room)
		line, under := t.painted(label, words[:n], marks[:n])
		t.line(margin, line)
		if under != "" {
			t.line("          ", under)
		}
		for n < len(words) && words[n] == ' ' {
			n++
		}
		words, marks, margin = words[n:], marks[n:], "          "
	}
}

// cut is how many characters fit into a line, whole words if that can be.
func cut(words []rune, room int) int {
	if len(words) <= room {
		return len(words)
	}
	for n := room; n > 0; n-- {
		if words[n] == ' ' {
			return n
		}
	}
	return room
}

// painted gives a line with its marked parts in colour; without colours, the carets that stand below it, "" for none.
func (t *text) painted(color string, words []rune, marks []bool) (line, under string) {
	if !t.style.Color {
		var b strings.Builder
		for _, m := range marks {
			if m {
				b.WriteByte('^')
			} else {
				b.WriteByte(' ')
			}
		}
		return string(words), strings.TrimRight(b.String(), " ")
	}
	for len(words) > 0 {
		n := 1
		for n < len(words) && marks[n] == marks[0] {
			n++
		}
		if part := string(words[:n]); marks[0] {
			line += t.paint(color, part)
		} else {
			line += part
		}
		words, marks = words[n:], marks[n:]
	}
	return line, ""
}

// A word is where one stands in a text. Words are the same whatever marks stand around them.
type word struct {
	from, to int
	text     string
}

func wordsOf(s []rune) (out []word) {
	for i := 0; i < len(s); {
		if s[i] == ' ' {
			i++
			continue
		}
		from := i
		for i < len(s) && s[i] != ' ' {
			i++
		}
		out = append(out, word{from, i, strings.Trim(string(s[from:i]), `,;.:…"`)})
	}
	return out
}

// differ marks the words of want that got does not have in this order, and those that got has in their places. What got says before and behind them is
// free, since an example wants some words of a message. Texts that say different things altogether have no marks.
func differ(want, got []rune) (inWant, inGot []bool) {
	inWant, inGot = make([]bool, len(want)), make([]bool, len(got))
	a, b := wordsOf(want), wordsOf(got)
	if len(a) < 2 || len(b) < 2 || a[0].text != b[0].text || len(a)*len(b) > maxDiff {
		return inWant, inGot // other verdicts, or no message
	}
	a, b = a[1:], b[1:]
	keepA, keepB := common(a, b)
	if !slices.Contains(keepB, true) {
		return inWant, inGot
	}
	free, end := slices.Index(keepB, true)-slices.Index(keepA, true), len(b)-1-last(keepB)
	end -= len(a) - 1 - last(keepA)
	for i, w := range a {
		if !keepA[i] {
			mark(inWant, w)
		}
	}
	for i, w := range b {
		if i >= free && i < len(b)-end && !keepB[i] {
			mark(inGot, w)
		}
	}
	return inWant, inGot
}

// last is the place of the last that is true, of which there is one.
func last(keep []bool) int {
	i := len(keep) - 1
	for !keep[i] {
		i--
	}
	return i
}

func mark(marks []bool, w word) {
	for i := w.from; i < w.to; i++ {
		marks[i] = true
	}
}

// common tells which words belong to the longest sequence that both have.
func common(a, b []word) (inA, inB []bool) {
	inA, inB = make([]bool, len(a)), make([]bool, len(b))
	longest := make([][]int, len(a)+1) // from these words on
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].text == b[j].text {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].text == b[j].text:
			inA[i], inB[j] = true, true
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return inA, inB
}
