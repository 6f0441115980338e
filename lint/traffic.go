package lint

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint/reach"
)

// An Exposure is a way by which a connection from the internet arrives at a network interface, as far as the configuration tells: see package reach.
type Exposure struct {
	NetworkInterfaceId string
	InstanceId         string // "" where the interface is no instance's
	PublicAddress      string
	Rule               reach.GroupRule // the rule that lets it in, cut down to the protocols and ports of which something arrives
}

const prefixListEntries = "GetManagedPrefixListEntries"

// pathSources are the answers that say whether a connection arrives at an interface.
var pathSources = []string{"DescribeNetworkAcls", "DescribeRouteTables", "DescribeSubnets", "DescribeVpcBlockPublicAccessExclusions", "DescribeVpcBlockPublicAccessOptions"}

// network is the region's configuration as package reach wants it.
func (inv *Inventory) network() *reach.Network {
	return index(inv, "network", func() *reach.Network {
		n := &reach.Network{Subnets: byID[types.Subnet](inv, "subnet"), ACLs: map[string]*types.NetworkAcl{}, Entries: inv.entries()}
		tables, _ := kindNamed("routeTable")
		for _, t := range inv.sorted(tables) {
			n.RouteTables = append(n.RouteTables, t.(*types.RouteTable))
		}
		acls, _ := kindNamed("networkAcl")
		for _, v := range inv.sorted(acls) {
			a := v.(*types.NetworkAcl)
			for _, x := range a.Associations {
				n.ACLs[str(x.SubnetId)] = a
			}
		}
		if b := single[VPCBlockPublicAccess](inv, "DescribeVpcBlockPublicAccessOptions"); b != nil {
			n.Block = b.VpcBlockPublicAccessOptions
		}
		for _, page := range inv.pages("DescribeVpcBlockPublicAccessExclusions") {
			n.Exclusions = append(n.Exclusions, page.([]types.VpcBlockPublicAccessExclusion)...)
		}
		for _, s := range pathSources {
			if _, gap := inv.Gap(s); gap {
				n.Missing = append(n.Missing, s)
			}
		}
		n.Prepare()
		return n
	})
}

// entries finds the entries of prefix lists.
func (inv *Inventory) entries() func(string) ([]types.PrefixListEntry, bool) {
	known := listedByID(prefixListEntries, func(l *PrefixListEntries) string { return str(l.PrefixListId) })(inv)
	return func(id string) ([]types.PrefixListEntry, bool) {
		l, ok := known[id]
		if !ok {
			return nil, false
		}
		return l.Entries, true
	}
}

// rulesOf gives a group's rules, each group's once.
func (inv *Inventory) rulesOf(g *types.SecurityGroup, egress bool) []*reach.GroupRule {
	type key struct {
		group  *types.SecurityGroup
		egress bool
	}
	memo := index(inv, "group rules", func() *sync.Map { return &sync.Map{} })
	if rules, ok := memo.Load(key{g, egress}); ok {
		return rules.([]*reach.GroupRule)
	}
	rules := reach.GroupRules(g, egress, inv.listedRules()[str(g.GroupId)])
	out := make([]*reach.GroupRule, len(rules))
	for i := range rules {
		out[i] = &rules[i]
	}
	memo.Store(key{g, egress}, out)
	return out
}

// listedRules are the rules as the API lists them on their own, by group.
func (inv *Inventory) listedRules() map[string][]*types.SecurityGroupRule {
	return index(inv, "listed group rules", func() map[string][]*types.SecurityGroupRule {
		out := map[string][]*types.SecurityGroupRule{}
		for _, page := range inv.pages("DescribeSecurityGroupRules") {
			list := page.([]types.SecurityGroupRule)
			for i := range list {
				out[str(list[i].GroupId)] = append(out[str(list[i].GroupId)], &list[i])
			}
		}
		return out
	})
}

// listedOf notes a group's rules as the API lists them, for whoever asks what a rule has met.
func (b *binding) listedOf(g *types.SecurityGroup) {
	if b.met == nil {
		return
	}
	for _, r := range b.inv.listedRules()[str(g.GroupId)] {
		b.met(b.adapter.NativeToValue(r))
	}
}

// groupRules are the relations inbound and outbound.
func groupRules(name, doc string, egress bool) relation {
	r := relate(name, doc, cel.ListType(typeOf[reach.GroupRule]()), nil, func(b *binding) func(*types.SecurityGroup) ref.Val {
		return func(g *types.SecurityGroup) ref.Val {
			rules := b.inv.rulesOf(g, egress)
			b.listedOf(g)
			out := make([]ref.Val, len(rules))
			for i := range rules {
				out[i] = b.adapter.NativeToValue(rules[i])
			}
			return celtypes.NewRefValList(b.adapter, out)
		}
	})
	r.uses, r.most = []string{"DescribeSecurityGroupRules"}, listSize
	return r
}

// ruleRanges is what a rule's source is made of.
func ruleRanges() relation {
	r := relate("ranges", "the ranges that it is for: its own, or the entries of its prefix list; none for a security group", cel.ListType(cel.StringType), nil, func(b *binding) func(*reach.GroupRule) ref.Val {
		n := b.inv.network()
		return func(r *reach.GroupRule) ref.Val {
			ranges, why := n.Ranges(r)
			return b.texts(r, ranges, why, func(netip.Prefix) bool { return true })
		}
	})
	r.uses, r.most, r.words = []string{prefixListEntries}, listSize, "its address ranges"
	return r
}

// wideRanges are those that are public and wide.
func wideRanges() relation {
	return relation{on: typeOf[reach.GroupRule](), name: "wideRanges", args: []*cel.Type{cel.IntType, cel.IntType}, result: cel.ListType(cel.StringType), uses: []string{prefixListEntries}, most: listSize,
		doc:   "those of its ranges that reach public addresses and are wider than a prefix of the first number for IPv4, of the second for IPv6",
		words: "its public ranges that are wider than a /{1} of IPv4 or a /{2} of IPv6",
		bind: func(b *binding) func(any, []ref.Val) ref.Val {
			n := b.inv.network()
			return func(v any, args []ref.Val) ref.Val {
				r, ok := v.(*reach.GroupRule)
				v4, ok4 := args[0].(celtypes.Int)
				v6, ok6 := args[1].(celtypes.Int)
				if !ok || !ok4 || !ok6 {
					return wrongType(v)
				}
				ranges, why := n.Ranges(r)
				return b.texts(r, ranges, why, func(p netip.Prefix) bool {
					least := int(v4)
					if p.Addr().Is6() {
						least = int(v6)
					}
					return reach.Public(p) && p.Bits() < least
				})
			}
		}}
}

// texts is a list of ranges for rules.
func (b *binding) texts(r *reach.GroupRule, ranges []netip.Prefix, unknown string, keep func(netip.Prefix) bool) ref.Val {
	if unknown != "" {
		if _, gap := b.inv.Gap(prefixListEntries); gap && r.PrefixListId != "" {
			return b.unknownSource(prefixListEntries)
		}
		return unknownReason(unknown)
	}
	out := []string{}
	for _, p := range ranges {
		if keep(p) {
			out = append(out, p.String())
		}
	}
	return b.adapter.NativeToValue(out)
}

// exposures is what the internet reaches of something that has network interfaces.
func exposures[S any](doc, words string, cards func(*Inventory, *S) []reach.Card) relation {
	r := relate("exposures", doc, cel.ListType(typeOf[Exposure]()), nil, func(b *binding) func(*S) ref.Val {
		groups := byID[types.SecurityGroup](b.inv, "securityGroup")
		return func(s *S) ref.Val {
			var out []ref.Val
			for _, c := range cards(b.inv, s) {
				out = append(out, b.exposuresOf(c, groups)...)
			}
			return celtypes.NewRefValList(b.adapter, out)
		}
	})
	r.uses, r.most, r.words = append([]string{"DescribeSecurityGroups", "DescribeSecurityGroupRules", prefixListEntries}, pathSources...), listSize, words
	slices.Sort(r.uses)
	return r
}

// exposuresOf asks for each inbound rule of each group of an interface. What is not known is an unknown element.
func (b *binding) exposuresOf(c reach.Card, groups map[string]*types.SecurityGroup) (out []ref.Val) {
	if c.Closed != "" || len(c.Addresses) == 0 {
		return nil
	}
	n := b.inv.network()
	b.passed(c, nil, nil)
	const source = "DescribeSecurityGroups"
	_, gap := b.inv.Gap(source)
	if gap {
		out = append(out, b.unknownSource(source))
	}
	for _, id := range c.Groups {
		g, ok := groups[id]
		if !ok {
			if !gap {
				out = append(out, dangling(id, source))
			}
			continue
		}
		b.listedOf(g)
		if b.met != nil {
			b.met(b.adapter.NativeToValue(g))
		}
		for _, r := range b.inv.rulesOf(g, false) {
			v := n.FromInternet(c, r)
			for _, part := range v.Through {
				out = append(out, b.adapter.NativeToValue(&Exposure{c.NetworkInterfaceId, c.InstanceId, v.Address.String(), part}))
			}
			if v.Unknown != "" {
				out = append(out, b.unknownPath(v))
			}
		}
	}
	return out
}

// unknownPath is a verdict of package reach that could not be given.
func (b *binding) unknownPath(v reach.Verdict) ref.Val {
	if len(v.Unread) == 0 {
		return unknownReason(v.Unknown)
	}
	var u *celtypes.Unknown
	for _, s := range v.Unread {
		u = celtypes.MergeUnknowns(u, b.unknownSource(s))
	}
	return u
}

func isPublicSubnet() relation {
	r := relate("isPublic", "whether it has a route to an internet gateway for the whole internet, by IPv4 or IPv6", cel.BoolType, []string{"DescribeRouteTables"}, func(b *binding) func(*types.Subnet) ref.Val {
		n := b.inv.network()
		return func(s *types.Subnet) ref.Val {
			b.noteTable(str(s.SubnetId), str(s.VpcId))
			public, why := n.PublicSubnet(str(s.SubnetId), str(s.VpcId))
			if !public && why != "" {
				return b.unknownRoutes(why)
			}
			return celtypes.Bool(public)
		}
	})
	r.uses, r.words = []string{prefixListEntries}, "is routed to the internet"
	return r
}

// unanswered is what a network ACL lets through in one direction only.
func unanswered() relation {
	ports := cel.ListType(cel.IntType)
	return relation{on: typeOf[types.NetworkAcl](), name: "unanswered", args: []*cel.Type{ports, ports}, result: cel.ListType(cel.StringType), uses: append([]string{prefixListEntries}, "DescribeRouteTables", "DescribeSubnets"), most: listSize,
		doc:   "its entries for TCP, in words, whose answers do not get out to each client port of the first list, or in to each own port of the second",
		words: "its entries whose answers have no way back to the client ports {1} or the own ports {2}",
		bind: func(b *binding) func(any, []ref.Val) ref.Val {
			n := b.inv.network()
			return func(v any, args []ref.Val) ref.Val {
				a, ok := v.(*types.NetworkAcl)
				client, ok1 := wholes(args[0])
				own, ok2 := wholes(args[1])
				if !ok || !ok1 || !ok2 {
					return wrongType(v)
				}
				private, strict := reach.Unanswered(a, false, client, own), reach.Unanswered(a, true, client, own)
				for _, x := range a.Associations {
					b.noteTable(str(x.SubnetId), str(a.VpcId))
				}
				public, why := publicSubnets(n, a)
				switch {
				case public:
					return entriesInWords(strict)
				case why != "" && len(strict) > len(private):
					return b.unknownRoutes(why)
				}
				return entriesInWords(private)
			}
		}}
}

// publicSubnets tells whether a network ACL stands in front of a public subnet, or why that is not known.
func publicSubnets(n *reach.Network, a *types.NetworkAcl) (public bool, unknown string) {
	for _, x := range a.Associations {
		is, why := n.PublicSubnet(str(x.SubnetId), str(a.VpcId))
		public, unknown = public || is, cmp.Or(unknown, why)
	}
	return public, unknown
}

// unknownRoutes is what cannot be said without the route tables.
func (b *binding) unknownRoutes(why string) ref.Val {
	if _, gap := b.inv.Gap("DescribeRouteTables"); gap {
		return b.unknownSource("DescribeRouteTables")
	}
	return unknownReason(why)
}

func wholes(v ref.Val) (out []int64, ok bool) {
	list, ok := v.(traits.Lister)
	if !ok {
		return nil, false
	}
	each(list, func(e ref.Val) bool {
		n, is := e.(celtypes.Int)
		out, ok = append(out, int64(n)), ok && is
		return is
	}, func() ref.Val { return nil })
	return out, ok
}

// entriesInWords names entries: "TCP 443 in from 0.0.0.0/0 (entry 100)".
func entriesInWords(entries []types.NetworkAclEntry) ref.Val {
	out := []string{}
	for _, e := range entries {
		what, way := "all traffic", "in from"
		if p := e.PortRange; p != nil && reach.Protocol(str(e.Protocol)) == reach.TCP {
			what = reach.Port{Protocol: reach.TCP, From: int64(value(p.From)), To: int64(value(p.To))}.String()
		} else if reach.Protocol(str(e.Protocol)) == reach.TCP {
			what = "every TCP port"
		}
		if value(e.Egress) {
			way = "out to"
		}
		out = append(out, fmt.Sprintf("%s %s %s (entry %d)", what, way, cmp.Or(str(e.CidrBlock), str(e.Ipv6CidrBlock)), value(e.RuleNumber)))
	}
	return celtypes.DefaultTypeAdapter.NativeToValue(out)
}

// trafficFunctions are the members of group rules, and what of network ACLs and interfaces needs nothing else.
func trafficFunctions() []function {
	rule, table := typeOf[reach.GroupRule](), cel.ListType(cel.DynType)
	texts := cel.ListType(cel.StringType)
	of := func(id, name string, args []*cel.Type, result *cel.Type, words, doc string, call func(*reach.GroupRule, []ref.Val) ref.Val) function {
		return function{id, name, true, append([]*cel.Type{rule}, args...), result, func(args []ref.Val) ref.Val {
			r, ok := native[reach.GroupRule](args[0])
			if !ok {
				return celtypes.MaybeNoSuchOverloadErr(args[0])
			}
			return call(r, args[1:])
		}, doc, words}
	}
	return []function{
		of("group_rule_address", "address", nil, cel.StringType, "its one public address", "the one address that it is for, where that is no private one; \"\" for ranges and other sources", func(r *reach.GroupRule, _ []ref.Val) ref.Val { return celtypes.String(r.Address()) }),
		of("group_rule_opened", "opened", []*cel.Type{table}, texts, "the entries of {1} that it opens", `the entries of a table of ports of which it lets a port through, in words; the table has TCP ports as numbers, or texts: "3306 MySQL", "udp/161 SNMP", "27017-27019 MongoDB"`,
			func(r *reach.GroupRule, args []ref.Val) ref.Val {
				return withTable(args[0], func(ports []reach.Port) ref.Val {
					out := []string{}
					for _, p := range r.Opened(ports) {
						out = append(out, p.String())
					}
					return celtypes.DefaultTypeAdapter.NativeToValue(out)
				})
			}),
		of("group_rule_opens", "opens", []*cel.Type{cel.StringType, cel.IntType}, cel.BoolType, "is open for {1} port {2}", "whether it lets this port of tcp or udp through, also as a part of a range or of all protocols",
			func(r *reach.GroupRule, args []ref.Val) ref.Val {
				return withProtocol(args[0], func(protocol string) ref.Val { return celtypes.Bool(r.Opens(protocol, int64(args[1].(celtypes.Int)))) })
			}),
		of("group_rule_origin", "origin", nil, cel.StringType, "its source", "whom it is for, in words, with its ID: 0.0.0.0/0 (sgr-…), prefix list pl-…, group sg-…", func(r *reach.GroupRule, _ []ref.Val) ref.Val { return celtypes.String(r.Origin()) }),
		of("group_rule_port_count", "portCount", []*cel.Type{cel.StringType}, cel.IntType, "its number of {1} ports", "how many ports of tcp or udp it lets through, 0 to 65536",
			func(r *reach.GroupRule, args []ref.Val) ref.Val {
				return withProtocol(args[0], func(protocol string) ref.Val { return celtypes.Int(r.PortCount(protocol)) })
			}),
		of("group_rule_traffic", "traffic", nil, cel.StringType, "its traffic", "what it lets through, in words: TCP 22, TCP 3000 to 6000, all traffic, protocol 47", func(r *reach.GroupRule, _ []ref.Val) ref.Val { return celtypes.String(r.Traffic()) }),
		of("group_rule_within", "within", []*cel.Type{table}, cel.BoolType, "is open for nothing but {1}", "whether each port that it lets through is in a table; false for all protocols and for those without ports",
			func(r *reach.GroupRule, args []ref.Val) ref.Val {
				return withTable(args[0], func(ports []reach.Port) ref.Val { return celtypes.Bool(r.Within(ports)) })
			}),
		publicAddresses("instance_public_addresses", func(i *types.Instance) []reach.Card { return reach.OfInstance(i) }),
		letsThrough("network_acl_lets_in", "letsIn", "the ranges from which it lets a port of tcp or udp in; the first entry that matches decides", "the ranges from which it lets {1} port {2} in", false),
		letsThrough("network_acl_lets_out", "letsOut", "the ranges to which it lets a port of tcp or udp out; the first entry that matches decides", "the ranges to which it lets {1} port {2} out", true),
		publicAddresses("network_interface_public_addresses", func(n *types.NetworkInterface) []reach.Card { return []reach.Card{reach.OfInterface(n)} }),
		{"network_interface_used_by", "usedBy", true, []*cel.Type{typeOf[types.NetworkInterface]()}, cel.StringType, func(args []ref.Val) ref.Val {
			n, ok := native[types.NetworkInterface](args[0])
			if !ok {
				return celtypes.MaybeNoSuchOverloadErr(args[0])
			}
			return celtypes.String(usedBy(n))
		}, "whose it is, in words: an instance's ID, a service's description", "its user"},
	}
}

func publicAddresses[T any](id string, cards func(*T) []reach.Card) function {
	return function{id, "publicAddresses", true, []*cel.Type{typeOf[T]()}, cel.ListType(cel.StringType), func(args []ref.Val) ref.Val {
		v, ok := native[T](args[0])
		if !ok {
			return celtypes.MaybeNoSuchOverloadErr(args[0])
		}
		out := []string{}
		for _, c := range cards(v) {
			for _, a := range c.Addresses {
				out = append(out, a.String())
			}
		}
		return celtypes.DefaultTypeAdapter.NativeToValue(out)
	}, "its public addresses: IPv4 addresses that EC2 associates with it, and IPv6 addresses that the internet routes", "its public addresses"}
}

func letsThrough(id, name, doc, words string, egress bool) function {
	return function{id, name, true, []*cel.Type{typeOf[types.NetworkAcl](), cel.StringType, cel.IntType}, cel.ListType(cel.StringType), func(args []ref.Val) ref.Val {
		a, ok := native[types.NetworkAcl](args[0])
		if !ok {
			return celtypes.MaybeNoSuchOverloadErr(args[0])
		}
		return withProtocol(args[1], func(protocol string) ref.Val {
			out := []string{}
			for _, p := range reach.Doors(a, egress, protocol, int64(args[2].(celtypes.Int))) {
				out = append(out, p.String())
			}
			return celtypes.DefaultTypeAdapter.NativeToValue(out)
		})
	}, doc, words}
}

// withProtocol reads a protocol that has ports.
func withProtocol(v ref.Val, use func(string) ref.Val) ref.Val {
	switch p := reach.Protocol(string(v.(celtypes.String))); p {
	case reach.TCP, reach.UDP:
		return use(p)
	}
	return celtypes.NewErr("only tcp and udp have ports, not %s", v.Value())
}

// withTable reads a table of ports.
func withTable(v ref.Val, use func([]reach.Port) ref.Val) ref.Val {
	var ports []reach.Port
	var wrong error
	return each(v, func(e ref.Val) bool {
		switch e := e.(type) {
		case celtypes.Int:
			p, err := reach.ParsePort(fmt.Sprint(int64(e)))
			ports, wrong = append(ports, p), cmp.Or(wrong, err)
		case celtypes.String:
			p, err := reach.ParsePort(string(e))
			ports, wrong = append(ports, p), cmp.Or(wrong, err)
		default:
			return false
		}
		return true
	}, func() ref.Val {
		if wrong != nil {
			return celtypes.WrapErr(wrong)
		}
		return use(ports)
	})
}
