package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// facets are the ways to part the catalog, in the order of the page. A pattern has one value of each, or none.
var facets = []struct {
	name  string // in addresses and scripts
	title string
	table bool // it is a column of the table
	of    func(*builder, *patterns.Pattern) trait
}{
	{"severity", "Severity", true, func(_ *builder, p *patterns.Pattern) trait {
		return trait{name: p.Severity, label: p.Severity, rank: rank(p.Severity)}
	}},
	{"pillar", "Pillar", true, func(_ *builder, p *patterns.Pattern) trait { return trait{name: p.Pillar, label: p.Pillar} }},
	{"chapter", "Chapter", true, func(b *builder, p *patterns.Pattern) trait {
		c := b.site.Catalog.Chapter(p.Chapter)
		if c == nil {
			return trait{} // addPatterns reports it
		}
		return trait{name: c.ID, label: c.Title}
	}},
	{"resource", "Looks at", true, func(_ *builder, p *patterns.Pattern) trait { return resource(p) }},
	{"rule", "Rule", false, func(_ *builder, p *patterns.Pattern) trait {
		if p.Rule == nil {
			return trait{name: "guidance", label: "guidance only", rank: 1}
		}
		return trait{name: "checked", label: "checked"}
	}},
	{"metrics", "CloudWatch metrics", false, func(b *builder, p *patterns.Pattern) trait {
		switch {
		case p.Rule == nil:
			return trait{}
		case b.site.Extras[p.ID] == "metrics":
			return trait{name: "needed", label: "needed"}
		}
		return trait{name: "none", label: "not needed", rank: 1}
	}},
}

// trait is what a pattern has of a facet. The zero value is none.
type trait struct {
	name  string // in addresses and scripts, unique in its facet
	label string
	rank  int // among its facet's values, before the label
}

// resource is the kind that a pattern looks at.
func resource(p *patterns.Pattern) trait {
	if p.Rule == nil {
		return trait{}
	}
	label := spaced(p.Rule.Resource.Value)
	return trait{name: slug(label), label: label}
}

// group is a value of a facet with the patterns that have it.
type group struct {
	trait
	facet    string
	title    string // of the facet
	patterns []*patterns.Pattern
}

// dir is where the page of the group stands, two folders below patterns/: a pattern's page is one below, so the two cannot clash.
func (g group) dir() string { return "patterns/" + g.facet + "/" + g.name + "/" }

// parted parts the catalog by the facet with the index i.
func (b *builder) parted(i int) []group {
	f := facets[i]
	var out []group
	at := map[string]int{}
	for _, p := range b.site.Catalog.Patterns {
		v := f.of(b, p)
		if v.name == "" {
			continue
		}
		if _, known := at[v.name]; !known {
			at[v.name] = len(out)
			out = append(out, group{trait: v, facet: f.name, title: f.title})
		}
		g := &out[at[v.name]]
		g.patterns = append(g.patterns, p)
	}
	slices.SortFunc(out, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.label, b.label), strings.Compare(a.name, b.name))
	})
	return out
}

// facetView is a facet as a page shows it.
type facetView struct {
	Name, Title string
	Table       bool
	Options     []option
}

// option is a value that a reader can choose.
type option struct {
	Value, Label string
	Href         string // of the page with its patterns
	Count        int
	Here         bool // it is the page that it stands on
}

// facetViews are the facets that tell patterns apart: those with two values or more.
func (b *builder) facetViews(from *page) []facetView {
	var out []facetView
	for i, f := range facets {
		groups := b.groups[i]
		if len(groups) < 2 {
			continue
		}
		v := facetView{Name: f.name, Title: f.title, Table: f.table}
		for _, g := range groups {
			to := b.lists[g.dir()]
			if f.name == "chapter" {
				to = b.chapters[g.name]
			}
			v.Options = append(v.Options, option{Value: g.name, Label: g.label, Href: from.href(to), Count: len(g.patterns), Here: from == to})
		}
		out = append(out, v)
	}
	return out
}

// marks are the values of a pattern, for the script: severity=high pillar=cost. None holds a space.
func (b *builder) marks(p *patterns.Pattern) string {
	var out []string
	for _, f := range facets {
		if v := f.of(b, p); v.name != "" {
			out = append(out, f.name+"="+v.name)
		}
	}
	return strings.Join(out, " ")
}
