package patterns

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

var (
	stuckHeading = regexp.MustCompile(`^(#{2,6})([A-Za-z].*?)\s*$`)
	fenceLine    = regexp.MustCompile("^[ \t>]*(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
)

// headingHint says why a line of a paragraph is no heading, if it was meant for one, and of what.
func headingHint(line string) (hint, title string) {
	line = strings.TrimSpace(line)
	if m := stuckHeading.FindStringSubmatch(line); m != nil {
		return fmt.Sprintf("a space is missing behind the %s of a heading; write %s %s", m[1], m[1], m[2]), m[2]
	}
	if name := strings.Trim(line, "*_:"); name != line && isSection(name) {
		return "section " + name + " begins with a heading; write ## " + name, name
	}
	return "", ""
}

func isSection(title string) bool {
	return slices.ContainsFunc(sections, func(s section) bool { return s.title == title })
}

// sectionNear is the section for which a heading was meant; "" for none.
func sectionNear(title string) string {
	var titles []string
	for _, s := range sections {
		titles = append(titles, s.title)
	}
	return Nearest(title, titles)
}

// missingSection says where the heading of a section belongs.
func missingSection(title string) string {
	i := slices.IndexFunc(sections, func(s section) bool { return s.title == title })
	for i--; i >= 0; i-- {
		if sections[i].required != "" {
			return fmt.Sprintf("section %s is missing; write ## %s behind section %s", title, title, sections[i].title)
		}
	}
	return fmt.Sprintf("section %s is missing; write ## %s in front of the others", title, title)
}

// openFence tells whether a fenced block has taken in what stands behind it, because its fence does not end or another one has lost its beginning.
func openFence(n *ast.FencedCodeBlock, src []byte) bool {
	end := n.Pos()
	if n.Info != nil {
		end = n.Info.Segment.Stop
	}
	line, rest, _ := bytes.Cut(src[bytes.LastIndexByte(src[:end], '\n')+1:], []byte("\n"))
	own := ""
	if i := bytes.IndexAny(line, "`~"); i >= 0 {
		own = string(line[i : len(line)-len(bytes.TrimLeft(line[i:], string(line[i])))])
	}
	for i := range n.Lines().Len() {
		l := n.Lines().At(i)
		m := fenceLine.FindSubmatch(bytes.TrimRight(l.Value(src), "\n"))
		if m != nil && own != "" && len(m[1]) <= len(own) && (len(m[2]) > 0 || m[1][0] != own[0]) {
			return true
		}
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	last, _, _ := bytes.Cut(rest, []byte("\n"))
	m := fenceLine.FindSubmatch(last)
	return m == nil || own == "" || m[1][0] != own[0] || len(m[1]) < len(own)
}

// openHint says what to do about it.
func openHint(info string) string {
	if info == "" {
		return "this fence begins a block that does not end; write three backticks and a language, such as ```yaml, where the block above it begins"
	}
	return "the block that begins here does not end; write ``` on a line of its own behind it"
}
