package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/collect"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

// An extra is what is read only if somebody asks for it, because it costs something, and regions: that several are there to compare.
type extra struct {
	name      string // as [lint.Rules.Needing] has it
	how       string // what brings it: a flag
	one, many string // what a pattern does that needs it, and what several do
	cost      string
	flag      func(*accountFlags) *bool // nil where other flags decide
	key       func(*config.Config) bool // of the configuration; nil likewise
	bound     bound
}

// A bound is how much of an extra is read of one region, by the flag max- and its name.
type bound struct {
	of    string // what is counted
	usage string
	plan  string                   // says it in a plan; %[1]d is the number. "" where the plan counts otherwise
	most  int                      // where no flag says
	flag  func(*accountFlags) *int // nil for no bound
}

// extras is every one, sorted by name.
var extras = []extra{
	{"metrics", "--metrics", "reads CloudWatch metrics", "read CloudWatch metrics", "which AWS charges for",
		func(f *accountFlags) *bool { return &f.metrics }, func(c *config.Config) bool { return c.Metrics },
		bound{"metrics", "ask CloudWatch for at most so many metrics of a region; beyond that none is read, and the report says so", "",
			collect.DefaultMetrics, func(f *accountFlags) *int { return &f.maxMetrics }}},
	{"protection", "--protection", "asks whether instances are protected", "ask whether instances are protected", "which takes two calls for each",
		func(f *accountFlags) *bool { return &f.protection }, func(c *config.Config) bool { return c.Protection },
		bound{"instances", "ask at most so many instances of a region, in the order of their IDs; the others are unknown",
			"Each instance takes up to two calls of its own: at most %[1]d instances of a region; --max-protection says how many.",
			collect.DefaultProtection, func(f *accountFlags) *int { return &f.maxProtection }}},
	{"regions", "--all-regions", "compares regions", "compare regions", "which takes several of them", nil, nil, bound{}},
	{"sharing", "--sharing", "asks with whom images or snapshots are shared", "ask with whom images or snapshots are shared", "which takes a call for each",
		func(f *accountFlags) *bool { return &f.sharing }, func(c *config.Config) bool { return c.Sharing },
		bound{"images", "ask at most so many images of a region, and as many snapshots, the newest first; the others are unknown",
			"Each image and each snapshot takes a call of its own: at most %[1]d images and %[1]d snapshots of a region, the newest first; --max-sharing says how many.",
			collect.DefaultSharing, func(f *accountFlags) *int { return &f.maxSharing }}},
}

// on tells whether the flags choose it.
func (x extra) on(f *accountFlags) bool {
	if x.flag != nil {
		return *x.flag(f)
	}
	return f.severalRegions()
}

// severalRegions tells whether the regions of an account can be compared. Of a snapshot nobody knows before it is read.
func (f *accountFlags) severalRegions() bool {
	regions := slices.Sorted(slices.Values(f.regions))
	return f.saved || f.allRegions || len(slices.Compact(regions)) > 1
}

// addExtras gives a command the flags that choose them.
func (f *accountFlags) addExtras(cmd *cobra.Command) {
	for _, x := range extras {
		if x.flag != nil {
			cmd.Flags().BoolVar(x.flag(f), x.name, false, "choose the patterns that "+x.many+" too, "+x.cost)
		}
	}
}

// addBounds gives a command the flags that bound them.
func (f *accountFlags) addBounds(cmd *cobra.Command) {
	for _, x := range extras {
		if x.bound.flag != nil {
			cmd.Flags().IntVar(x.bound.flag(f), "max-"+x.name, x.bound.most, x.bound.usage)
		}
	}
}

// checkBounds wants bounds that leave something to be read.
func (f *accountFlags) checkBounds() error {
	for _, x := range extras {
		if x.bound.flag != nil && *x.bound.flag(f) < 1 {
			return fmt.Errorf("--max-%s takes a number of %s; without --%[1]s none is asked", x.name, x.bound.of)
		}
	}
	return nil
}

// adoptExtras takes from the configuration what no flag says.
func (f *accountFlags) adoptExtras(conf *config.Config, changed func(flag string) bool) {
	for _, x := range extras {
		if x.flag != nil && !changed(x.name) {
			*x.flag(f) = x.key(conf)
		}
	}
}

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
