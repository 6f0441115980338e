package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// An about is what formats for programs say of a pattern. Without a catalog it is what findings say, and the ID alone where there are none.
type about struct {
	id, title, severity, pillar, url string
	summary, minute, chapter         string // from a catalog; "" without one
}

// abouts describes every pattern that the report names, by ID. It calls each, if there is one, with each finding on its way.
func abouts(r *lint.Report, cat *patterns.Catalog, each func(*lint.Finding)) ([]about, error) {
	known := map[string]about{}
	add := func(a about) {
		if _, ok := known[a.id]; !ok {
			known[a.id] = a
		}
	}
	for f, err := range r.All() {
		if err != nil {
			return nil, err
		}
		add(about{id: f.Pattern, title: f.Title, severity: f.Severity, pillar: f.Pillar, url: f.URL})
		if each != nil {
			each(f)
		}
	}
	if r.Baseline != nil {
		for _, f := range r.Baseline.Fixed {
			add(about{id: f.Pattern, title: f.Pattern, severity: f.Severity})
		}
	}
	for _, g := range r.Gaps {
		for _, id := range g.Patterns {
			add(about{id: id, title: id})
		}
	}
	for _, id := range r.Patterns {
		add(about{id: id, title: id})
	}
	var out []about
	for _, id := range slices.Sorted(maps.Keys(known)) {
		out = append(out, known[id].with(cat))
	}
	return out, nil
}

// with adds what a catalog says. The severity stays that of the findings, where there are any.
func (a about) with(cat *patterns.Catalog) about {
	if cat == nil {
		return a
	}
	p := cat.Pattern(a.id)
	if p == nil {
		return a
	}
	a.title, a.pillar, a.url, a.summary, a.chapter = p.Title, p.Pillar, p.URL(), p.Summary, p.Chapter
	a.severity = cmp.Or(a.severity, p.Severity)
	if i := slices.IndexFunc(p.Sections, func(s patterns.Section) bool { return s.Title == "In one minute" }); i >= 0 {
		a.minute = strings.TrimSpace(p.Sections[i].Body)
	}
	return a
}

// unread is what could not be read.
func unread(g lint.Missing) string {
	if g.Action != "" {
		return g.Action
	}
	return g.Kind
}
