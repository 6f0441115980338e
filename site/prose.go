package site

import (
	"iter"
	"strings"
)

// prose gives the lines of a text without the space around them, and without blocks of code between fences. It reads lines and not Markdown, because every
// build needs them of every page: lists it knows by the space in front of their lines, and quotes by their sign.
func prose(markdown string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var open fence // of the block at hand
		for line := range strings.Lines(markdown) {
			f, rest := cutFence(line)
			switch {
			case open.mark != "" && (f.quoted || !open.quoted): // inside, for a quote ends with its signs
				if open.closedBy(f) && strings.TrimSpace(rest) == "" {
					open = fence{}
				}
			case f.mark != "" && (f.mark[0] == '~' || !strings.Contains(rest, "`")):
				open = f
			default:
				open = fence{}
				if !yield(strings.TrimSpace(line)) {
					return
				}
			}
		}
	}
}

// fence is what a line begins with.
type fence struct {
	indent int
	quoted bool
	mark   string // three or more of one sign, "" where the line has none
}

// cutFence cuts a line behind its fence.
func cutFence(line string) (f fence, rest string) {
	rest = strings.TrimLeft(line, " \t>")
	f.indent = len(line) - len(rest)
	f.quoted = strings.Contains(line[:f.indent], ">")
	for _, sign := range []string{"`", "~"} {
		if n := len(rest) - len(strings.TrimLeft(rest, sign)); n >= 3 {
			f.mark, rest = rest[:n], rest[n:]
			break
		}
	}
	return f, rest
}

// closedBy tells whether another fence ends the block that this one begins: it is as long or longer, and not three columns further in.
func (f fence) closedBy(end fence) bool {
	return strings.HasPrefix(end.mark, f.mark) && end.quoted == f.quoted && end.indent <= f.indent+3
}
