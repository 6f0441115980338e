package lint

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint/reach"
)

// usedBy says whose an interface is.
func usedBy(n *types.NetworkInterface) string {
	if n.Attachment != nil && str(n.Attachment.InstanceId) != "" {
		return *n.Attachment.InstanceId
	}
	if d := str(n.Description); d != "" && (value(n.RequesterManaged) || n.InterfaceType != types.NetworkInterfaceTypeInterface && n.InterfaceType != "") {
		return d
	}
	if n.Status == types.NetworkInterfaceStatusAvailable {
		return str(n.NetworkInterfaceId) + " (attached to nothing)"
	}
	return str(n.NetworkInterfaceId)
}

// openings writes what rules of a group open, and who is exposed by it.
func openings() relation {
	rules := cel.ListType(typeOf[reach.GroupRule]())
	uses := append([]string{"DescribeInstances", "DescribeNetworkInterfaces", prefixListEntries}, pathSources...)
	slices.Sort(uses)
	return relation{on: typeOf[types.SecurityGroup](), name: "openings", args: []*cel.Type{rules, cel.ListType(cel.DynType)}, result: cel.StringType, uses: uses,
		doc:   "for a message: what these of its rules open to whom, by the entries of a table of ports or, where that is empty, by all that they let through; and who is exposed by them, or why nobody is",
		words: "what it opens",
		bind: func(b *binding) func(any, []ref.Val) ref.Val {
			return func(v any, args []ref.Val) ref.Val {
				g, ok := v.(*types.SecurityGroup)
				list, okList := args[0].(traits.Lister)
				if !ok || !okList {
					return wrongType(v)
				}
				var rules []*reach.GroupRule
				return each(list, func(e ref.Val) bool {
					r, ok := native[reach.GroupRule](e)
					rules = append(rules, r)
					return ok
				}, func() ref.Val {
					return withTable(args[1], func(table []reach.Port) ref.Val {
						return celtypes.String(opened(rules, table) + "; " + b.exposed(str(g.GroupId), rules, table))
					})
				})
			}
		}}
}

// opened names what is open and to whom; rules that open the same stand together.
func opened(rules []*reach.GroupRule, table []reach.Port) string {
	var order []string
	to := map[string][]string{}
	for _, r := range rules {
		what := r.Traffic()
		if ports := r.Opened(table); len(ports) > 0 {
			what = reach.Sentence(ports)
		}
		if _, seen := to[what]; !seen {
			order = append(order, what)
		}
		to[what] = append(to[what], r.Origin())
	}
	for i, what := range order {
		order[i] = what + " open to " + strings.Join(to[what], ", ")
	}
	return strings.Join(order, "; ")
}

// mostNames is how many of the exposed a message names.
const mostNames = 3

// exposed says whom the internet reaches through rules of a group, by the ports of a table if there is one, else why it reaches nobody.
func (b *binding) exposed(group string, rules []*reach.GroupRule, table []reach.Port) string {
	inv := b.inv
	if _, gap := inv.Gap("DescribeNetworkInterfaces"); gap {
		return "who is exposed is not known, because DescribeNetworkInterfaces could not be read"
	}
	instances := byID[types.Instance](inv, "instance")
	n := inv.network()
	var open, unknown []string
	closed, cards := map[string]int{}, 0
	for _, nic := range inv.carriers()[group] {
		cards++
		c := reach.OfInterface(nic)
		i := instances[c.InstanceId]
		if i != nil {
			c.Closed = cmp.Or(c.Closed, reach.Stopped(i))
		}
		b.passed(c, nic, i)
		best := reach.Verdict{}
		for _, r := range rules {
			v := n.FromInternet(c, r)
			if len(v.Through) > 0 {
				v = openedBy(v, r, table)
			}
			if len(v.Through) > 0 || best.Unknown == "" && len(best.Through) == 0 {
				best = v
			}
		}
		who := usedBy(nic)
		if i != nil {
			if name, ok := tagValue(i.Tags, "Name"); ok && name != "" {
				who += " (" + name + ")"
			}
		}
		switch {
		case len(best.Through) > 0:
			open = append(open, who+" at "+best.Address.String())
		case best.Unknown != "":
			unknown = append(unknown, who+": "+best.Unknown)
		default:
			closed[best.Why]++
		}
	}
	switch {
	case cards == 0:
		return "in use nowhere: no network interface has the group"
	case len(open) > 0:
		return "exposed now: the internet reaches " + some(open)
	case len(unknown) > 0:
		return "whether the internet reaches it is not known of " + some(unknown)
	}
	var why []string
	for _, w := range slices.Sorted(maps.Keys(closed)) {
		why = append(why, fmt.Sprintf("%s (%d)", w, closed[w]))
	}
	if cards == 1 {
		return "not exposed today: the internet does not reach its one network interface: " + strings.Join(slices.Collect(maps.Keys(closed)), "")
	}
	return fmt.Sprintf("not exposed today: the internet reaches none of its %d network interfaces: %s", cards, strings.Join(why, ", "))
}

// openedBy leaves of a verdict what counts for a rule that is open to many: parts that open something of a table, if there is one, and are as wide as the rule is.
func openedBy(v reach.Verdict, r *reach.GroupRule, table []reach.Port) reach.Verdict {
	var few []string
	v.Through = slices.DeleteFunc(v.Through, func(part reach.GroupRule) bool {
		if len(table) > 0 && len(part.Opened(table)) == 0 {
			return true
		}
		if part.Cidr != r.Cidr {
			few = append(few, part.Cidr)
		}
		return part.Cidr != r.Cidr
	})
	switch {
	case len(v.Through) > 0:
		return v
	case len(few) > 0:
		return reach.Verdict{Why: "only " + some(few) + " gets through"}
	}
	return reach.Verdict{Why: "a network ACL lets in other ports"}
}

// passed notes what decides about the ways to an interface, for whoever asks what a rule has met.
func (b *binding) passed(c reach.Card, nic *types.NetworkInterface, i *types.Instance) {
	if b.met == nil {
		return
	}
	note := func(x any) { b.met(b.adapter.NativeToValue(x)) }
	if nic != nil {
		note(nic)
	}
	if i != nil {
		note(i)
	}
	n := b.inv.network()
	if s, ok := n.Subnets[c.SubnetId]; ok {
		note(s)
	}
	if a, ok := n.ACLs[c.SubnetId]; ok {
		note(a)
	}
	b.noteTable(c.SubnetId, c.VpcId)
}

// noteTable notes the route table of a subnet.
func (b *binding) noteTable(subnet, vpc string) {
	if b.met == nil {
		return
	}
	if t, ok := b.inv.network().Table(subnet, vpc); ok {
		b.met(b.adapter.NativeToValue(t))
	}
}

// carriers are the interfaces that carry each group.
func (inv *Inventory) carriers() map[string][]*types.NetworkInterface {
	return index(inv, "carriers", func() map[string][]*types.NetworkInterface {
		out := map[string][]*types.NetworkInterface{}
		k, _ := kindNamed("networkInterface")
		for _, v := range inv.sorted(k) {
			n := v.(*types.NetworkInterface)
			for _, g := range n.Groups {
				out[str(g.GroupId)] = append(out[str(g.GroupId)], n)
			}
		}
		return out
	})
}

// some names the first of a list.
func some(names []string) string {
	if len(names) <= mostNames {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNames], ", "), len(names)-mostNames)
}
