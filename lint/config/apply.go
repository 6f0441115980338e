package config

import (
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
	var errs patterns.Errors
	for _, w := range c.folders {
		dir := w.text
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(c.File), dir)
		}
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			errs = append(errs, c.mistake(w, "there is no folder "+dir+"; it is looked for from where this file is"))
			continue
		}
		out = append(out, patterns.Source{Name: filepath.ToSlash(dir), FS: os.DirFS(dir)})
	}
	return out, errs.Err()
}

// Apply gives the catalog with the severities and params of the key tune: copies of its patterns, so that whatever is told or checked of them has the
// site's values. It also holds the IDs and globs of the file against the catalog. The error is of type [patterns.Errors].
func (c *Config) Apply(cat *patterns.Catalog) (*patterns.Catalog, error) {
	var errs patterns.Errors
	globs := slices.Clone(c.choice)
	for _, m := range c.Mutes {
		globs = append(globs, m.Pattern...)
	}
	for _, g := range globs {
		if msg := unmatched(cat, g); msg != "" {
			errs = append(errs, c.mistake(word{line: g.line, col: g.col}, msg))
		}
	}
	var tuned []*patterns.Pattern
	for i, t := range c.tune {
		p := cat.Pattern(t.text)
		if p == nil {
			errs = append(errs, c.mistake(t.word, fmt.Sprintf("there is no pattern %s%s", t.text, meant(t.text, ids(cat), "; patlint list shows all"))))
			continue
		}
		for _, before := range c.tune[:i] {
			if cat.Pattern(before.text) == p {
				errs = append(errs, c.mistake(t.word, fmt.Sprintf("%s is tuned on line %d already", p.ID, before.line)))
			}
		}
		q, es := c.tuned(p, t)
		errs = append(errs, es...)
		tuned = append(tuned, q)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if len(tuned) == 0 {
		return cat, nil
	}
	return cat.With(tuned...)
}

// tuned is a copy of a pattern with the values of the file.
func (c *Config) tuned(p *patterns.Pattern, t tuning) (*patterns.Pattern, patterns.Errors) {
	var errs patterns.Errors
	q := *p
	q.Params = slices.Clone(p.Params)
	if t.severity != "" {
		q.Severity = t.severity
	}
	for _, s := range t.params {
		i := slices.IndexFunc(q.Params, func(p patterns.Param) bool { return p.Name == s.text })
		if i < 0 {
			errs = append(errs, c.mistake(s.word, fmt.Sprintf("%s has no param %s%s", p.ID, s.text, otherParams(p, s.text))))
			continue
		}
		v, err := q.Params[i].Read(s.value)
		if err != nil {
			errs = append(errs, c.mistake(word{line: s.value.Line, col: s.value.Column}, err.Error()))
		}
		q.Params[i].Default = v
	}
	return &q, errs
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

func (c *Config) mistake(at word, msg string) *patterns.Error {
	return &patterns.Error{File: c.File, Line: at.line, Column: at.col, Msg: msg}
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
	return "no pattern matches" + meant(g.text, ids(cat), "")
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
