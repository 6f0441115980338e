package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/patterns"
)

// An extra is what is read only if somebody asks for it, because it costs something.
type extra struct {
	name      string // as [lint.Source] and [lint.Rules.Needing] have it
	how       string // what brings it: a flag
	one, many string // what a pattern does that needs it, and what several do
	cost      string
	on        func(*accountFlags) bool
	adopt     func(*accountFlags, *config.Config) // takes it from the configuration where no flag says; nil where something else does
}

// extras is every one, sorted by name.
var extras = []extra{
	{"metrics", "--metrics", "reads CloudWatch metrics", "read CloudWatch metrics", "which AWS charges for",
		func(f *accountFlags) bool { return f.metrics }, func(f *accountFlags, c *config.Config) { f.metrics = c.Metrics }},
	{"regions", "--all-regions", "compares regions", "compare regions", "which takes several of them", (*accountFlags).severalRegions, nil},
	{"sharing", "--sharing", "asks with whom images or snapshots are shared", "ask with whom images or snapshots are shared", "which takes a call for each",
		func(f *accountFlags) bool { return f.sharing }, func(f *accountFlags, c *config.Config) { f.sharing = c.Sharing }},
}

// severalRegions tells whether the regions of an account can be compared. Of a snapshot nobody knows before it is read.
func (f *accountFlags) severalRegions() bool {
	regions := slices.Sorted(slices.Values(f.regions))
	return f.saved || f.allRegions || len(slices.Compact(regions)) > 1
}

// adoptExtras takes from the configuration what no flag says.
func (f *accountFlags) adoptExtras(conf *config.Config, changed func(flag string) bool) {
	for _, x := range extras {
		if x.adopt != nil && !changed(x.flag()) {
			x.adopt(f, conf)
		}
	}
}

// flag is the name of the flag that brings it.
func (x extra) flag() string { return strings.TrimPrefix(x.how, "--") }

// reads tells whether the flags leave a source to be read.
func (f *accountFlags) reads(s lint.Source) bool {
	return !slices.ContainsFunc(extras, func(x extra) bool { return x.name == s.Extra && !x.on(f) })
}

// An omission is the patterns that are left out for want of an extra, by their IDs.
type omission struct {
	extra
	ids []string
}

type omissions []omission

// affordable are the rules that the flags leave, and what they leave out.
func (f *accountFlags) affordable(rules *lint.Rules) (*lint.Rules, omissions) {
	var out omissions
	for _, x := range extras {
		ids := rules.Needing(x.name)
		if x.on(f) || len(ids) == 0 {
			continue
		}
		rules = rules.Only(func(p *patterns.Pattern) bool { return !slices.Contains(ids, p.ID) })
		out = append(out, omission{x, ids})
	}
	return rules, out
}

// err says how to get what was left out, where nothing else was chosen; nil where nothing was.
func (o omissions) err() error {
	if len(o) == 0 {
		return nil
	}
	var what, flags []string
	for _, x := range o {
		what, flags = append(what, x.many+", "+x.cost), append(flags, x.how)
	}
	return errors.New("the chosen patterns " + strings.Join(what, ", or ") + "; add " + strings.Join(flags, " and "))
}

// note says which patterns were left out.
func (o omissions) note(w io.Writer) {
	for _, x := range o {
		what, were := "1 pattern "+x.one, "was not checked; "+x.how+" adds it"
		if len(x.ids) > 1 {
			what, were = fmt.Sprintf("%d patterns %s", len(x.ids), x.many), "were not checked; "+x.how+" adds them"
		}
		note(w, what+" and "+were+": "+strings.Join(x.ids, ", "))
	}
}
