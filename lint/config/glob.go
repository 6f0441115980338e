package config

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// Globs are those of one condition: one of them has to match, and none of those with ! in front. A list of nothing but those with ! takes
// everything else.
type Globs []glob

// Match holds the globs against what a thing is called. What has no name matches nothing.
func (gs Globs) Match(names ...string) bool {
	matches := func(g glob) bool { return slices.ContainsFunc(names, g.match) }
	wanted := len(names) > 0
	for _, g := range gs {
		if g.not && matches(g) {
			return false
		}
		wanted = wanted && g.not
	}
	return wanted || slices.ContainsFunc(gs, func(g glob) bool { return !g.not && matches(g) })
}

// String is the globs as they were written.
func (gs Globs) String() string {
	var all []string
	for _, g := range gs {
		all = append(all, g.String())
	}
	return strings.Join(all, ", ")
}

// A glob is a compiled one.
type glob struct {
	not   bool
	text  string // without !
	parts []part
	at    word // in its file
}

// A part stands for a character, or for any number of them.
type part struct {
	many   bool
	except bool   // those that are not in ranges
	ranges []rune // in pairs, from and to
}

func (p part) takes(r rune) bool {
	for i := 0; i < len(p.ranges); i += 2 {
		if p.ranges[i] <= r && r <= p.ranges[i+1] {
			return !p.except
		}
	}
	return p.except
}

func (g glob) String() string {
	if g.not {
		return "!" + g.text
	}
	return g.text
}

// plain is true where the glob stands for nothing but itself.
func (g glob) plain() bool { return !strings.ContainsAny(g.text, "*?[") }

// parseGlob compiles a glob. The package comment says what it may have.
func parseGlob(s string) (glob, error) {
	var g glob
	g.text, g.not = strings.CutPrefix(s, "!")
	if g.text == "" {
		return g, errors.New("nothing stands in it")
	}
	rest := []rune(g.text)
	for len(rest) > 0 {
		r := rest[0]
		rest = rest[1:]
		switch r {
		case '*':
			g.parts = append(g.parts, part{many: true})
		case '?':
			g.parts = append(g.parts, part{except: true})
		case '[':
			p, n, err := parseSet(rest)
			if err != nil {
				return g, err
			}
			g.parts = append(g.parts, p)
			rest = rest[n:]
		default:
			g.parts = append(g.parts, part{ranges: []rune{r, r}})
		}
	}
	return g, nil
}

// parseSet compiles what stands behind a [ and says how many characters that are. A ] in front is one of the set.
func parseSet(s []rune) (p part, n int, err error) {
	if n < len(s) && (s[n] == '!' || s[n] == '^') {
		p.except = true
		n++
	}
	for first := n; n < len(s) && (s[n] != ']' || n == first); n++ {
		from, to := s[n], s[n]
		if n+2 < len(s) && s[n+1] == '-' && s[n+2] != ']' {
			to = s[n+2]
			n += 2
		}
		if from > to {
			return p, n, errors.New("a range in [] goes upwards, as in [a-z]")
		}
		p.ranges = append(p.ranges, from, to)
	}
	if n == len(s) {
		return p, n, errors.New("a [ has no ]; write [[] for the character itself")
	}
	return p, n + 1, nil
}

// match holds the glob, without its !, against a whole text. Where a * was, it takes one character more each time that the rest does not fit; an
// earlier * need not be looked at again.
func (g glob) match(s string) bool {
	at, i := 0, 0 // in parts and in s
	star, from := -1, 0
	for i < len(s) {
		if at < len(g.parts) && g.parts[at].many {
			star, from = at, i
			at++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if at < len(g.parts) && g.parts[at].takes(r) {
			at++
			i += size
			continue
		}
		if star < 0 {
			return false
		}
		_, size = utf8.DecodeRuneInString(s[from:])
		from += size
		at, i = star+1, from
	}
	for at < len(g.parts) && g.parts[at].many {
		at++
	}
	return at == len(g.parts)
}
