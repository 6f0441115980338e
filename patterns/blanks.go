package patterns

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Blank is the word that marks what an author has still to write. What belongs there stands behind it, up to the end of the line or the next quote.
const Blank = "FILL-IN"

// blank finds the word, which is no part of a longer one, and behind it the hint. An apostrophe between letters ends no hint.
var blank = regexp.MustCompile("(?m)(?:^|[^\\w-])(" + Blank + ")(?:$|[\"'`]|[^\\w\\n\"'`-]((?:\\pL'\\pL|[^\"'`\\n])*))")

// isBlank tells whether a text has a blank in it.
func isBlank(s string) bool { return strings.Contains(s, Blank) && blank.MatchString(s) }

// blanks lists the blanks of a file, each as the mistake that it is in a catalog.
func blanks(file, src string) (errs Errors) {
	if !strings.Contains(src, Blank) {
		return nil
	}
	text := []byte(src)
	starts := lineStarts(text)
	for _, m := range blank.FindAllSubmatchIndex(text, -1) {
		msg := blankLeft
		if m[4] >= 0 {
			if hint := strings.Trim(src[m[4]:m[5]], " \t\r:"); hint != "" {
				msg += ": " + hint
			}
		}
		line, col := place(text, starts, m[2])
		errs = append(errs, &Error{file, line, col, msg})
	}
	return errs
}

// Ready is the pattern without what cannot run yet, for testing a page that is not finished: the rule goes, with its examples and its fix, where there is a blank
// in one of its texts or in a param, or a mistake that keeps it from being read, and an example or a fix goes that has a blank itself. A blank in a comment of
// the rule does not count, and neither does a mistake elsewhere in the file. A pattern that can run as it is is its own.
func (p *Pattern) Ready() *Pattern {
	out := *p
	if out.Fix != nil && isBlank(out.Fix.Text) {
		out.Fix = nil
	}
	out.Examples = nil
	for _, b := range p.Examples {
		if !isBlank(b.Text) {
			out.Examples = append(out.Examples, b)
		}
	}
	if p.unread || p.unsure || p.Rule != nil && (p.Rule.blank() || blankParams(p.Params)) {
		out.Rule, out.Examples, out.Fix = nil, nil, nil
	}
	if out.Rule == p.Rule && out.Fix == p.Fix && len(out.Examples) == len(p.Examples) {
		return p
	}
	return &out
}

func (r *Rule) blank() bool {
	return slices.ContainsFunc([]Text{r.Resource, r.When, r.Require, r.Message, r.Waste}, func(t Text) bool { return isBlank(t.Value) })
}

// blankParams tells whether there is a param without a value.
func blankParams(params []Param) bool {
	for _, p := range params {
		if isBlank(p.Name) || isBlank(p.Type) || p.Default == nil || isBlank(fmt.Sprint(p.Default)) {
			return true
		}
	}
	return false
}
