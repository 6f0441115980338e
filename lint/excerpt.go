package lint

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// An Excerpt is one resource and what it is joined to, cut out of an account, in the form of an example. Nothing in it tells whose account it was.
//
// What stays: numbers, and what is on or off; the values that the API's enums have; regions, zones, instance types and device names; AWS's
// own tag keys and the few that everybody uses (Name, Environment, Team …); texts with which the rules compare; 0.0.0.0/0 and ::/0.
//
// What is replaced, by the same for the same: account numbers, by those of AWS's examples; IDs, by short ones with the same prefix; names, descriptions,
// messages, other tag keys and the values of tags, by name-1 and so on; addresses, by ranges for documentation or, private ones, by others of the same
// private range, where what contained what still does; ARNs and host names, part by part. Of a name in which a rule could find one of its words, the word
// stays. All times move by as much as brings the inventory's to the one that examples have, so that ages stay as they are, and are cut to seconds; only where
// a rule asks for a date, they stay, under Now. A public network with more than 256 addresses has no range for documentation: it gets one that contains such
// a range, or follows it.
//
// What is never there: user data, keys, policies, and the configurations of VPN connections. LeftOut says where there were any.
//
// It says still what a machine is: sizes, ports, how old things are, and how they hang together. Who must not tell these must not publish it.
type Excerpt struct {
	Kind    string   // of the resource
	ID      string   // that stands for its own
	Text    string   // YAML, as in the block of an example
	Line    int      // of Text, from 1, on which the ID stands: a want comment belongs behind it
	LeftOut []string // what is not in it and a rule could ask, for the person who reads it
}

// Excerpt cuts a resource out of an inventory. kind may be empty where the ID alone tells it. With rules about this kind, it keeps what these read of the
// resource and of others, and they decide about it as they did in the account; where they do not, LeftOut says so. Without, it keeps what the resource
// says of itself, and a few words on those that it names.
//
// The values of the rules' params are texts that stay: give it rules with the defaults of their patterns, and not with those of somebody's configuration.
func (inv *Inventory) Excerpt(kind, id string, rules *Rules) (*Excerpt, error) {
	k, err := inv.kindOf(kind, id)
	if err != nil {
		return nil, err
	}
	c, err := newCut(inv, k, id, rules)
	if err != nil {
		return nil, err
	}
	out, told, err := c.excerpt(newAnonymizer(inv.Account, c.literals, exampleTime.Sub(inv.Time)))
	if err != nil {
		return nil, err
	}
	if told != "" { // perhaps a rule asks for a day, or an hour
		unmoved, otherwise, err := c.excerpt(newAnonymizer(inv.Account, c.literals, 0))
		if err == nil && otherwise == "" {
			out, told = unmoved, ""
		}
	}
	if told != "" {
		out.LeftOut = append(out.LeftOut, told)
	}
	return out, nil
}

// kindOf finds the kind of a resource that the inventory has.
func (inv *Inventory) kindOf(name, id string) (*kind, error) {
	if _, ok := kindNamed(name); !ok && name != "" {
		return nil, fmt.Errorf("there is no resource kind %s%s", name, orList(name, Kinds()))
	}
	var found []*kind
	for i := range kinds {
		k := &kinds[i]
		if name != "" && k.name != name {
			continue
		}
		if slices.ContainsFunc(inv.sorted(k), func(v any) bool { return str(k.id(v)) == id }) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 1 && id != "":
		return found[0], nil
	case len(found) > 1:
		return nil, fmt.Errorf("%s is the name of a %s and of a %s; say which of them with the kind", id, found[0].name, found[1].name)
	}
	return nil, fmt.Errorf("%s is not among what was read of %s %s; look at its ID, its region, and whether its kind was read at all", orResource(id), inv.Account, inv.Region)
}

// orResource is an ID, or words where there is none.
func orResource(id string) string {
	if id == "" {
		return "a resource without an ID"
	}
	return id
}

// excerpt writes what was chosen. told says of the rules that decide otherwise about it than they did in the account.
func (c *cut) excerpt(a *anonymizer) (e *Excerpt, told string, err error) {
	chosen := c.answers(c.kept)
	order := chosen.order(c.kind.source)
	var all []reflect.Value
	for _, s := range order {
		all = append(all, chosen.items[s.Name]...)
	}
	a.networks = newNetworkMap(networksOf(all))
	for _, v := range all {
		a.value(v, "")
	}
	w := &exampleWriter{}
	region := c.inv.Region
	if !ownRegion.MatchString(region) {
		region = exampleRegion
	}
	e = &Excerpt{Kind: c.kind.name, ID: region}
	if region != exampleRegion || c.kind.name == "region" {
		w.pair(0, "Region", region)
		e.Line = w.line
	}
	if a.shift == 0 && !c.inv.Time.Equal(exampleTime) {
		w.pair(0, "Now", yamlTime(c.inv.Time))
	}
	if len(chosen.gaps) > 0 {
		w.pair(0, "Gaps", "["+strings.Join(chosen.gaps, ", ")+"]")
	}
	for _, s := range order {
		if s.Name == c.kind.source {
			e.ID, e.Line = str(c.kind.id(chosen.items[s.Name][0].Addr().Interface())), w.line+2
		}
		w.answer(s, chosen.items[s.Name], s.Name == c.kind.source)
	}
	e.Text = w.String()
	e.LeftOut = c.leftOut(a)
	told, err = c.compare(e)
	return e, told, err
}

// compare reads an excerpt as an example is read, and lets the rules decide.
func (c *cut) compare(e *Excerpt) (told string, err error) {
	ex, errs := readExample(&patterns.Block{Role: "pass", Lang: "yaml", File: "excerpt", Line: 1, Text: e.Text})
	if len(errs) > 0 {
		return "", fmt.Errorf("the excerpt cannot be read as an example: %w", errs.Err())
	}
	now, err := c.rules.decisions(ex.inv, c.kind, e.ID, nil)
	if err != nil {
		return "", err
	}
	for i, d := range now {
		if was := c.was[i]; d.verdict != was.verdict {
			return fmt.Sprintf("what decides for %s: it says %s in the account, and %s here", d.pattern, was.verdict, d.verdict), nil
		}
	}
	return "", nil
}
