package config

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// Sources are the folders of patterns that the file names. A folder that is not there is an error, of type [patterns.Errors].
func (c *Config) Sources() ([]patterns.Source, error) {
	var out []patterns.Source
	r := &reader{file: c.File}
	for _, w := range c.folders {
		dir := w.text
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(c.File), dir)
		}
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			r.fail(w, "there is no folder %s; it is looked for from where this file is", dir)
			continue
		}
		out = append(out, patterns.Source{Name: filepath.ToSlash(dir), FS: os.DirFS(dir)})
	}
	return out, r.errs.Err()
}

// Apply gives the catalog with the severities and params of the key tune: copies of its patterns, so that whatever is told or checked of them has the
// site's values. It also holds the IDs and globs of the file against the catalog. The error is of type [patterns.Errors].
func (c *Config) Apply(cat *patterns.Catalog) (*patterns.Catalog, error) {
	r := &reader{file: c.File}
	globs := slices.Clone(c.choice)
	for _, m := range c.Mutes {
		globs = append(globs, m.Pattern...)
	}
	for _, g := range globs {
		if msg := unmatched(cat, g); msg != "" {
			r.fail(g.at, "%s", msg)
		}
	}
	var tuned []*patterns.Pattern
	for i, t := range c.tune {
		p := cat.Pattern(t.text)
		if p == nil {
			r.fail(t.word, "there is no pattern %s%s", t.text, meantPattern(cat, t.text, "; patlint list shows all"))
			continue
		}
		for _, before := range c.tune[:i] {
			if cat.Pattern(before.text) == p {
				r.fail(t.word, "%s is tuned on line %d already", p.ID, before.line)
			}
		}
		tuned = append(tuned, r.tuned(p, t))
	}
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	if len(tuned) == 0 {
		return cat, nil
	}
	return cat.With(tuned...)
}

// tuned is a copy of a pattern with the values of the file.
func (r *reader) tuned(p *patterns.Pattern, t tuning) *patterns.Pattern {
	q := *p
	q.Severity = cmp.Or(t.severity, p.Severity)
	q.Params = slices.Clone(p.Params)
	for _, s := range t.params {
		i := slices.IndexFunc(q.Params, func(p patterns.Param) bool { return p.Name == s.text })
		if i < 0 {
			r.fail(s.word, "%s has no param %s%s", p.ID, s.text, otherParams(p, s.text))
			continue
		}
		v, err := q.Params[i].Read(s.value)
		if err != nil {
			r.errorf(s.value, "%v", err)
		}
		q.Params[i].Default = v
	}
	return &q
}

func otherParams(p *patterns.Pattern, name string) string {
	var names []string
	for _, param := range p.Params {
		names = append(names, param.Name)
	}
	if names == nil {
		return "; there is nothing to tune but its severity"
	}
	return meant(name, names, "; it has "+strings.Join(names, ", "))
}

// A Choice says which patterns of a catalog are meant, by ID, severity and pillar. Of each list that is not empty, a pattern must match one entry and none
// of those with ! in front; Patterns are globs.
type Choice struct {
	Patterns   []string
	Severities []string
	Pillars    []string
}

// Of tells which patterns of a catalog are meant. An entry that matches no pattern, severity or pillar is an error, which says of which list.
func (c Choice) Of(cat *patterns.Catalog) (func(*patterns.Pattern) bool, error) {
	byID, err := chosen("pattern", c.Patterns, func(g glob) string { return unmatched(cat, g) })
	if err != nil {
		return nil, err
	}
	member := func(set []string) func(glob) string {
		return func(g glob) string {
			if slices.Contains(set, g.text) {
				return ""
			}
			return "not one of " + strings.Join(set, ", ") + meant(g.text, set, "")
		}
	}
	bySeverity, err := chosen("severity", c.Severities, member(patterns.Severities))
	if err != nil {
		return nil, err
	}
	byPillar, err := chosen("pillar", c.Pillars, member(patterns.Pillars))
	if err != nil {
		return nil, err
	}
	return func(p *patterns.Pattern) bool {
		return byID.Match(names(p)...) && bySeverity.Match(p.Severity) && byPillar.Match(p.Pillar)
	}, nil
}

// chosen compiles one list of a choice; check says what is wrong with an entry.
func chosen(list string, entries []string, check func(glob) string) (Globs, error) {
	var out Globs
	for _, s := range entries {
		g, err := parseGlob(s)
		if err == nil {
			if msg := check(g); msg != "" {
				err = errors.New(msg)
			}
		} else {
			err = fmt.Errorf("not a glob: %w", err)
		}
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", list, s, err)
		}
		out = append(out, g)
	}
	return out, nil
}

// unmatched says that a glob matches no pattern; "" where it does.
func unmatched(cat *patterns.Catalog, g glob) string {
	if slices.ContainsFunc(cat.Patterns, func(p *patterns.Pattern) bool { return Globs{{parts: g.parts}}.Match(names(p)...) }) {
		return ""
	}
	otherwise := ""
	if g.plain() && !patternID.MatchString(g.text) {
		otherwise = "; an ID is lower-case words with hyphens"
	}
	return "no pattern matches" + meantPattern(cat, g.text, otherwise)
}

// meantPattern completes an error about a word that is no pattern: the patterns that are the check of another tool which it names, or the one whose ID is near.
func meantPattern(cat *patterns.Catalog, text, otherwise string) string {
	if said := cat.Elsewhere(text); said != "" {
		return "; " + said
	}
	return meant(text, ids(cat), otherwise)
}

// names are the pattern's ID and its former ones.
func names(p *patterns.Pattern) []string { return append([]string{p.ID}, p.Aliases...) }

func ids(cat *patterns.Catalog) []string {
	var out []string
	for _, p := range cat.Patterns {
		out = append(out, p.ID)
	}
	return out
}
