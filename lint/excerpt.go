package lint

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

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
// stays; what begins with the whole of another name still does; and a name or a description that AWS itself wrote (launch-wizard-1, Interface for NAT
// Gateway nat-0a) keeps its words. All times move by as much as brings the inventory's to the one that examples have, so that ages stay as they are, cut to
// minutes, or to seconds where the rules tell the difference; only where a rule asks for a date, they stay, under Now. A public network with more than 256
// addresses has no range for documentation: it gets one that contains such a range, or follows it. Measurements have four digits, where the rules do not tell
// the difference.
//
// What is never there: user data, keys, policies, and the configurations of VPN connections. LeftOut says where there were any. The region is there only where
// the rules ask for it; zones tell it too.
//
// It says still what a machine is: sizes, ports, how old things are, and how they hang together. Who must not tell these must not publish it.
type Excerpt struct {
	Kind     string   // of the resource
	ID       string   // that stands for its own
	Text     string   // YAML, as in the block of an example
	Line     int      // of Text, from 1, on which the ID stands: a want comment belongs behind it
	Verdict  string   // what the rule says of the resource in the account, if there is exactly one: pass, fail, unknown or out of scope
	LeftOut  []string // what is not in it and a rule could ask, for the person who reads it
	Replaced []string // the fields whose words were replaced, by name, sorted: a rule that looks for words does not find them
}

// Excerpt cuts a resource out of an inventory. kind may be empty where the ID alone tells it; instead of the ID, a name or an address will do that only one
// resource has; an error that is NotRead says that none has. The excerpt keeps what the resource says of itself, of long lists the first items, and a few
// words on those that it names and some of those that name it. With rules about this kind, it also keeps what these read of others, and they decide about
// it as they did in the account; where they do not, LeftOut says so.
//
// The values of the rules' params are texts that stay: give it rules with the defaults of their patterns, and not with those of somebody's configuration.
func (inv *Inventory) Excerpt(kind, id string, rules *Rules) (*Excerpt, error) {
	k, id, err := inv.find(kind, id)
	if err != nil {
		return nil, err
	}
	c, err := newCut(inv, k, id, rules)
	if err != nil {
		return nil, err
	}
	clocks := []clock{
		{from: inv.Time, to: exampleTime, grain: time.Minute},
		{from: inv.Time, to: exampleTime, grain: time.Second},
		{from: inv.Time, to: inv.Time, grain: time.Second}, // perhaps a rule asks for a day, or an hour
	}
	var first *Excerpt
	withRegions := []bool{c.asks("RegionName")}
	if !withRegions[0] && inv.Region != exampleRegion {
		withRegions = append(withRegions, true)
	}
	for _, withRegion := range withRegions {
		for _, clock := range clocks {
			e, told, err := c.excerpt(newAnonymizer(inv.Account, c.literals, clock), withRegion)
			switch {
			case told == "" && (err == nil || first == nil):
				return e, err
			case first == nil:
				first = e
				first.LeftOut = append(first.LeftOut, told)
			}
		}
	}
	return first, nil
}

// excerpt writes what was chosen. told says of the rules that decide otherwise about it than they did in the account.
func (c *cut) excerpt(a *anonymizer, withRegion bool) (e *Excerpt, told string, err error) {
	chosen := c.answers(c.kept)
	order := chosen.order(c.kind.source)
	var all []reflect.Value
	for _, s := range order {
		all = append(all, chosen.items[s.Name]...)
	}
	a.networks, a.stems = newNetworkMap(networksOf(all)), stemsOf(all)
	for _, v := range all {
		a.value(v, "")
	}
	w := &exampleWriter{}
	region := c.inv.Region
	if !ownRegion.MatchString(region) {
		region = exampleRegion
	}
	e = &Excerpt{Kind: c.kind.name, ID: region}
	if region != exampleRegion && withRegion || c.kind.name == "region" {
		w.pair(0, "Region", region)
		e.Line = w.line
	}
	if c.inv.Account == "" && c.asks("AccountId") {
		w.pair(0, "Account", `""`) // not known, and so of no resource
	}
	if a.clock.to.Equal(a.clock.from) && !c.inv.Time.Equal(exampleTime) {
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
	e.LeftOut, e.Replaced = c.leftOut(a), slices.Sorted(maps.Keys(a.replaced))
	if len(c.was) == 1 {
		e.Verdict = c.was[0].verdict.String()
	}
	told, err = c.compare(e)
	return e, told, err
}

// compare reads an excerpt as an example is read, and lets the rules decide.
func (c *cut) compare(e *Excerpt) (told string, err error) {
	ex, errs := readExample(&patterns.Block{Role: "pass", Lang: "yaml", File: "excerpt", Line: 1, Text: e.Text})
	if len(errs) > 0 {
		return "", fmt.Errorf("the excerpt cannot be read as an example: %w", errs.Err())
	}
	now, err := c.rules.decisions(ex.regions[0], c.kind, e.ID, nil)
	if err != nil {
		return "", err
	}
	for i, d := range now {
		if was := c.was[i]; d.verdict != was.verdict {
			return fmt.Sprintf("what decides for %s: it says %s in the account, and %s here", d.pattern, was.verdict, d.verdict) + c.notPublicHere(e), nil
		}
	}
	return "", nil
}

// asks tells whether a rule names a field of the region.
func (c *cut) asks(field string) bool {
	region, _ := kindNamed("region")
	return c.reads[celName(region.typ)+"."+field] || c.reads["."+field]
}

// notPublicHere says why a rule about public addresses may decide otherwise; "" where that is no reason.
func (c *cut) notPublicHere(e *Excerpt) string {
	for _, p := range documentation {
		start, _, _ := strings.Cut(strings.TrimRight(p.Addr().String(), "0"), "::")
		if c.calls["isPublicCidr"] && strings.Contains(e.Text, start) {
			return "; the public addresses of the account are ranges for documentation here, and isPublicCidr says no to these: write 0.0.0.0/0, or a network that contains such a range, such as 203.0.112.0/23"
		}
	}
	return ""
}
