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

// An extra is what is read only with the flag of its name, because it costs something.
type extra struct {
	name      string // of the flag and of the key of the configuration, and as [lint.Source] has it
	one, many string // what a pattern does that needs it, and what several do
	cost      string
	flag      func(*accountFlags) *bool
	key       func(*config.Config) bool
}

// extras is every one, sorted by name.
var extras = []extra{
	{"metrics", "reads CloudWatch metrics", "read CloudWatch metrics", "which AWS charges for",
		func(f *accountFlags) *bool { return &f.metrics }, func(c *config.Config) bool { return c.Metrics }},
	{"sharing", "asks with whom images or snapshots are shared", "ask with whom images or snapshots are shared", "which takes a call for each",
		func(f *accountFlags) *bool { return &f.sharing }, func(c *config.Config) bool { return c.Sharing }},
}

// adoptExtras takes from the configuration what no flag says.
func (f *accountFlags) adoptExtras(conf *config.Config, changed func(flag string) bool) {
	for _, x := range extras {
		if !changed(x.name) {
			*x.flag(f) = x.key(conf)
		}
	}
}

// reads tells whether the flags leave a source to be read.
func (f *accountFlags) reads(s lint.Source) bool {
	return !slices.ContainsFunc(extras, func(x extra) bool { return x.name == s.Extra && !*x.flag(f) })
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
		if *x.flag(f) || len(ids) == 0 {
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
		what, flags = append(what, x.many+", "+x.cost), append(flags, "--"+x.name)
	}
	return errors.New("the chosen patterns " + strings.Join(what, ", or ") + "; add " + strings.Join(flags, " and "))
}

// note says which patterns were left out.
func (o omissions) note(w io.Writer) {
	for _, x := range o {
		what, were := "1 pattern "+x.one, "was not checked; --"+x.name+" adds it"
		if len(x.ids) > 1 {
			what, were = fmt.Sprintf("%d patterns %s", len(x.ids), x.many), "were not checked; --"+x.name+" adds them"
		}
		note(w, what+" and "+were+": "+strings.Join(x.ids, ", "))
	}
}
