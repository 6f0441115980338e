package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
)

// A gapGroup is what one cause has kept from being read in one account and region: a region that is not enabled refuses fifty calls
// with the same words, and a person wants to read them once.
type gapGroup struct {
	account, region, why string
	what                 []string // actions, or kinds where no call was at fault
	patterns             []string // sorted; none where only the words of a message miss it
}

// groupGaps puts gaps with the same cause together, in the order of the first of each, whose words stand for all: where a policy is to
// blame, they differ in the name of the action alone.
func groupGaps(gaps []lint.Missing) []gapGroup {
	type cause struct {
		account, region, why string
		needed               bool
	}
	index := map[cause]int{}
	var groups []gapGroup
	for _, g := range gaps {
		c := cause{g.Account, g.Region, g.Error, len(g.Patterns) > 0}
		if g.Action != "" {
			c.why = strings.ReplaceAll(g.Error, g.Action, "\x00")
		}
		i, ok := index[c]
		if !ok {
			i = len(groups)
			index[c] = i
			groups = append(groups, gapGroup{account: g.Account, region: g.Region, why: g.Error})
		}
		groups[i].what = append(groups[i].what, cmp.Or(g.Action, g.Kind, "everything"))
		groups[i].patterns = append(groups[i].patterns, g.Patterns...)
	}
	for i := range groups {
		g := &groups[i]
		slices.Sort(g.patterns)
		g.patterns = slices.Compact(g.patterns)
	}
	return groups
}
