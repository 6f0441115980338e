package report

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// words writes a text for Markdown so that none of it means anything there or to GitHub, which looks for mentions, issues, commits and emoji codes
// in what Markdown has left, so that a backslash does not help against it. Plain words and numbers stay as they are, and everything else goes
// into code spans.
func words(s string) string {
	var out, odd []string
	flush := func() {
		if len(odd) == 0 {
			return
		}
		span := strings.Join(odd, " ")
		if end := strings.TrimRight(span, ",;:. "); end != "" { // the punctuation of the sentence stays outside
			out = append(out, code(end)+span[len(end):])
		} else {
			out = append(out, code(span))
		}
		odd = nil
	}
	for _, w := range strings.Fields(Clean(s)) {
		if !tame(w) {
			odd = append(odd, w)
			continue
		}
		flush()
		out = append(out, w)
	}
	flush()
	return strings.Join(out, " ")
}

// tame tells words and small numbers, with the punctuation of a sentence around them, from what Markdown or GitHub may take for something.
func tame(s string) bool {
	s = strings.TrimLeft(s, `("`)
	s = strings.TrimRight(s, `)",;.:?%`)
	if s == "" || isHex(s) {
		return false
	}
	runes := []rune(s)
	for i, r := range runes {
		inside := i > 0 && i < len(runes)-1
		switch {
		case unicode.IsLetter(r) || '0' <= r && r <= '9':
		case (r == '-' || r == '\'') && inside && unicode.IsLetter(runes[i-1]) && unicode.IsLetter(runes[i+1]): // not GH-1
		case r == '.' && inside && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]):
		default:
			return false
		}
	}
	return true
}

// isHex tells what may be the hash of a commit.
func isHex(s string) bool {
	return len(s) >= 7 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// code is a code span, good inside a table, too. One with a | is written in HTML: renderers do not agree on \| behind a backslash.
func code(s string) string {
	s = Clean(s)
	switch {
	case s == "":
		return ""
	case strings.Contains(s, "|"):
		return "<code>" + entities(s) + "</code>"
	}
	ticks := strings.Repeat("`", backticks(s)+1)
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' && strings.Trim(s, " ") != "" {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// entities writes every sign of ASCII as a character reference, so that neither Markdown nor HTML sees one.
func entities(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < unicode.MaxASCII && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fenced is a code block whose text cannot end it.
func fenced(language, s string) string {
	ticks := strings.Repeat("`", max(3, backticks(s)+1))
	return ticks + language + "\n" + cleanLines(s) + "\n" + ticks + "\n"
}

// backticks is the length of the longest run of backticks.
func backticks(s string) int {
	longest, run := 0, 0
	for _, c := range []byte(s) {
		if c != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// mdLink is a link to a page on the web; "" for what is none.
func mdLink(text, address string) string {
	if !webPage(address) {
		return ""
	}
	var b strings.Builder
	for _, c := range []byte(address) {
		if c < 0x80 && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || strings.IndexByte("-._~/:?#=%+", c) >= 0) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return "[" + text + "](" + b.String() + ")"
}

// webPage tells an address that a reader may follow.
func webPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
}
