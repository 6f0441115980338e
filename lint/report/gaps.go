package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
)

// A gapGroup is what one cause has kept from being read: a region that is not enabled refuses fifty calls with the same words, and a role that
// lacks a permission lacks it in every region. A person wants to read that once.
type gapGroup struct {
	Why      string   // of the first of them; the others may name another action, account or region in the same words
	Patterns []string // sorted; none where only a message or an estimate misses it
	what     []string // actions, or kinds where no call was at fault
	where    []string // accounts and regions
}

// What names the calls, or the kinds.
func (g gapGroup) What() string {
	if len(g.what) > 3 {
		return fmt.Sprintf("%s and %d more", g.what[0], len(g.what)-1)
	}
	return strings.Join(g.what, ", ")
}

// Where names the accounts and regions; "" where none is known.
func (g gapGroup) Where() string {
	if len(g.where) > 3 {
		return fmt.Sprintf("%s and %d more accounts and regions", g.where[0], len(g.where)-1)
	}
	return strings.Join(g.where, ", ")
}

// NeededBy names the patterns, or all of them; "" where there are none.
func (g gapGroup) NeededBy(all bool) string {
	if len(g.Patterns) > 10 && !all {
		return fmt.Sprintf("%s and %d more patterns", strings.Join(g.Patterns[:3], ", "), len(g.Patterns)-3)
	}
	return strings.Join(g.Patterns, ", ")
}

// groupGaps puts gaps together, in the order of the first of each group: first the calls that one account and region was refused with the same
// words and for the same kind of harm, then the accounts and regions for which that gives the same.
func groupGaps(gaps []lint.Missing) []gapGroup {
	type cause struct {
		account, region, why string
		needed               bool
	}
	places := map[cause]*gapGroup{}
	var order []cause
	for _, g := range gaps {
		c := cause{g.Account, g.Region, sameWords(g), len(g.Patterns) > 0}
		at := places[c]
		if at == nil {
			at = &gapGroup{Why: g.Error}
			if p := place(g.Account, g.Region); p != "" {
				at.where = []string{p}
			}
			places[c] = at
			order = append(order, c)
		}
		at.what = append(at.what, cmp.Or(g.Action, g.Kind, "everything"))
		at.Patterns = append(at.Patterns, g.Patterns...)
	}
	same := map[string]int{}
	var groups []gapGroup
	for _, c := range order {
		g := places[c]
		slices.Sort(g.Patterns)
		g.Patterns = slices.Compact(g.Patterns)
		key := strings.Join([]string{c.why, strings.Join(g.what, " "), strings.Join(g.Patterns, " ")}, "\x00\x00")
		i, ok := same[key]
		if !ok {
			same[key] = len(groups)
			groups = append(groups, *g)
			continue
		}
		groups[i].where = append(groups[i].where, g.where...)
	}
	return groups
}

// sameWords is a gap's error without the names that differ from call to call and from place to place.
func sameWords(g lint.Missing) string {
	why := g.Error
	for i, name := range []string{g.Action, g.Account, g.Region} {
		if name != "" {
			why = strings.ReplaceAll(why, name, "\x00"+string(rune('a'+i)))
		}
	}
	return why
}
