package patterns

import (
	"fmt"
	"maps"
	"slices"
)

// replace puts patterns that say so into the places of built-in ones.
func (c *Catalog) replace() (errs Errors) {
	heirs := map[*Pattern]*Pattern{}
	for _, p := range c.Patterns {
		if p.Replaced != nil {
			heirs[p.Replaced] = p
		}
	}
	for i, p := range c.Patterns {
		id := p.Replaces.ID
		if id == "" || p.Replaced != nil {
			continue
		}
		fail := func(msg string) {
			errs = append(errs, &Error{p.File, p.Replaces.Line, p.Replaces.Column, msg})
		}
		old := builtin(slices.Concat(c.Patterns, c.aside), id)
		if old == nil {
			old = builtin(slices.Collect(maps.Keys(heirs)), id)
		}
		switch {
		case p.Builtin:
			fail("a built-in pattern replaces none; the former ID of a pattern stands under aliases")
		case old == nil:
			fail(c.notBuiltin(id))
		case heirs[old] != nil:
			fail(fmt.Sprintf("the pattern %s is replaced by %s already", id, heirs[old].File))
		default:
			c.Patterns[i] = p.inPlaceOf(old)
			heirs[old] = p
		}
	}
	c.Patterns = slices.DeleteFunc(c.Patterns, func(p *Pattern) bool { return heirs[p] != nil })
	return errs
}

// builtin finds a built-in pattern by its ID or by one of its former IDs; nil where there is none.
func builtin(ps []*Pattern, id string) *Pattern {
	for _, p := range ps {
		if p.Builtin && (p.ID == id || slices.Contains(p.Aliases, id)) {
			return p
		}
	}
	return nil
}

// notBuiltin says that there is no built-in pattern to replace, and which one may be meant.
func (c *Catalog) notBuiltin(id string) string {
	var ids []string
	for _, p := range slices.Concat(c.Patterns, c.aside) {
		if p.Builtin {
			ids = append(ids, p.ID)
		}
	}
	msg := fmt.Sprintf("there is no built-in pattern %s to replace", id)
	if near := Nearest(id, ids); near != "" {
		msg += "; did you mean " + near + "?"
	}
	return msg
}

// inPlaceOf is a copy of the pattern that stands in the place of another one and answers to all its IDs.
func (p *Pattern) inPlaceOf(old *Pattern) *Pattern {
	heir := *p
	heir.Replaced = old
	heir.Aliases = slices.Clone(p.Aliases)
	for _, id := range append([]string{old.ID}, old.Aliases...) {
		if id != p.ID && !slices.Contains(heir.Aliases, id) {
			heir.Aliases = append(heir.Aliases, id)
		}
	}
	return &heir
}
