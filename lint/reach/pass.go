package reach

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// cleared gives the parts of ranges that a network ACL lets through in one direction, for at least one of the ports from low to high. Entries are asked in
// the order of their numbers, and the first one that matches decides; what none matches is refused (Amazon VPC User Guide, "Network ACL rules").
// The parts do not contain each other.
func cleared(acl *types.NetworkAcl, egress bool, protocol string, low, high int64, ranges []netip.Prefix) []netip.Prefix {
	entries := ordered(acl, egress, protocol)
	var out []netip.Prefix
	for _, port := range bounds(entries, protocol, low, high) {
		out = append(out, passes(entries, protocol, port, ranges)...)
	}
	return maximal(out)
}

// passes asks for one port.
func passes(entries []types.NetworkAclEntry, protocol string, port int64, rest []netip.Prefix) (out []netip.Prefix) {
	for _, e := range entries {
		if from, to := span(e, protocol); port < from || port > to || deniesCode(e, protocol) {
			continue
		}
		block, ok := parse(orSome(str(e.CidrBlock), str(e.Ipv6CidrBlock)))
		if !ok {
			continue
		}
		if e.RuleAction == types.RuleActionAllow {
			for _, p := range rest {
				if both, ok := intersect(p, block); ok {
					out = append(out, both)
				}
			}
		}
		if rest = without(rest, block); len(rest) == 0 {
			break
		}
	}
	return out
}

// Doors gives the ranges from which a network ACL lets a port in, or to which it lets it out: that of each entry that allows, as far as entries in front of
// it leave something of it. Where they leave several pieces, some of them public, it is the entry's own range.
func Doors(acl *types.NetworkAcl, egress bool, protocol string, port int64) (out []netip.Prefix) {
	entries := ordered(acl, egress, protocol)
	rest := []netip.Prefix{anywhere4, anywhere6}
	for _, e := range entries {
		from, to := span(e, protocol)
		block, ok := parse(orSome(str(e.CidrBlock), str(e.Ipv6CidrBlock)))
		if !ok || port < from || port > to {
			continue
		}
		var left []netip.Prefix
		for _, p := range rest {
			if both, ok := intersect(p, block); ok {
				left = append(left, both)
			}
		}
		switch {
		case e.RuleAction != types.RuleActionAllow || len(left) == 0:
		case len(left) == 1 || len(publicParts(left)) == 0:
			out = append(out, left...)
		default:
			out = append(out, block)
		}
		rest = without(rest, block)
	}
	return maximal(out)
}

// Unanswered gives the entries that allow TCP, alone or with everything else, and whose answers have no way back: what comes in by one must get out to each of
// the client ports, and what goes out by one must get in at each of the own ports, for some of the addresses that the entry is for. In a public subnet,
// some of its public addresses. A range for answers is none of them: one that begins at the first client port or later and reaches the first own port.
func Unanswered(acl *types.NetworkAcl, public bool, client, own []int64) (out []types.NetworkAclEntry) {
	for _, e := range acl.Entries {
		block, ok := parse(orSome(str(e.CidrBlock), str(e.Ipv6CidrBlock)))
		if !ok || e.RuleAction != types.RuleActionAllow || !concerns(e, TCP) || answersOnly(e, client, own) {
			continue
		}
		from, to := span(e, TCP)
		reached := cleared(acl, value(e.Egress), TCP, max(from, 0), to, []netip.Prefix{block})
		if strangers := publicParts(reached); public && len(strangers) > 0 {
			reached = strangers
		}
		ports := client
		if value(e.Egress) {
			ports = own
		}
		unanswered := func(port int64) bool { return len(cleared(acl, !value(e.Egress), TCP, port, port, reached)) == 0 }
		if len(reached) > 0 && slices.ContainsFunc(ports, unanswered) {
			out = append(out, e)
		}
	}
	return out
}

// answersOnly tells a range for answers from one for services.
func answersOnly(e types.NetworkAclEntry, client, own []int64) bool {
	from, to := span(e, TCP)
	return Protocol(str(e.Protocol)) == TCP && len(client) > 0 && len(own) > 0 && from >= client[0] && to >= own[0]
}

// ordered are the entries of one direction that are about a protocol, or all of them for "", in the order in which they are asked.
func ordered(acl *types.NetworkAcl, egress bool, protocol string) (out []types.NetworkAclEntry) {
	for _, e := range acl.Entries {
		if value(e.Egress) == egress && (protocol == "" || concerns(e, protocol)) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b types.NetworkAclEntry) int { return cmp.Compare(value(a.RuleNumber), value(b.RuleNumber)) })
	return out
}

// concerns tells whether an entry is about a protocol. About those without a name only the entries for all protocols are known to be.
func concerns(e types.NetworkAclEntry, protocol string) bool {
	p := Protocol(str(e.Protocol))
	return p == all || p == protocol
}

// deniesCode tells of an entry that it refuses one code of a type of ICMP only, and so not the type.
func deniesCode(e types.NetworkAclEntry, protocol string) bool {
	return (protocol == icmp || protocol == icmpv6) && e.RuleAction == types.RuleActionDeny && e.IcmpTypeCode != nil && e.IcmpTypeCode.Code != nil && *e.IcmpTypeCode.Code >= 0
}

// span is the ports of an entry. An entry for ICMP has a type and a code instead.
func span(e types.NetworkAclEntry, protocol string) (from, to int64) {
	switch {
	case protocol == icmp || protocol == icmpv6:
		if e.IcmpTypeCode != nil && value(e.IcmpTypeCode.Type) >= 0 {
			t := int64(value(e.IcmpTypeCode.Type))
			return t, t
		}
	case e.PortRange != nil && Protocol(str(e.Protocol)) != all:
		return int64(value(e.PortRange.From)), int64(value(e.PortRange.To))
	}
	return -1, maxPort
}

// bounds are the ports at which entries begin or end, so that one port of each stretch is asked that all entries treat alike.
func bounds(entries []types.NetworkAclEntry, protocol string, low, high int64) []int64 {
	out := []int64{low}
	for _, e := range entries {
		from, to := span(e, protocol)
		for _, p := range []int64{from, to + 1} {
			if low < p && p <= high {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maximal leaves out what lies in another range.
func maximal(ranges []netip.Prefix) []netip.Prefix {
	slices.SortFunc(ranges, func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	var out []netip.Prefix
	for _, p := range ranges {
		if len(out) == 0 || !contains(out[len(out)-1], p) {
			out = append(out, p)
		}
	}
	return out
}

// Table is the route table of a subnet: the one associated with it, else the main one of its VPC.
func (n *Network) Table(subnet, vpc string) (*types.RouteTable, bool) {
	if t, ok := n.tables[subnet]; ok && subnet != "" {
		return t, true
	}
	if s, ok := n.Subnets[subnet]; ok {
		vpc = orSome(str(s.VpcId), vpc)
	}
	t, ok := n.tables[vpc]
	return t, ok && vpc != ""
}

// A way is a route as far as it matters here.
type way struct {
	to       netip.Prefix
	gateway  string // the internet gateway that it leads to; "" for another target
	endpoint string // the endpoint; "" for none
}

// toGateway gives the parts of ranges that a table sends to internet gateways, by the most specific route. A route that is a black hole sends nothing anywhere.
// Unknown is why it cannot be said: a route for a prefix list whose entries were not read, or one to an endpoint.
func (n *Network) toGateway(t *types.RouteTable, ranges []netip.Prefix) (routed []netip.Prefix, unknown string) {
	ways, unread, elsewhere := n.ways(t)
	rest := ranges
	for _, w := range ways {
		for _, p := range rest {
			both, ok := intersect(p, w.to)
			switch {
			case ok && w.endpoint != "":
				unknown = "its answers go to " + w.endpoint + ", behind which a firewall may stand"
			case ok && w.gateway != "":
				routed = append(routed, both)
			}
		}
		rest = without(rest, w.to)
	}
	switch {
	case len(routed) == 0:
		return nil, cmp.Or(unknown, unread)
	case elsewhere != "" && !slices.ContainsFunc(ranges, func(p netip.Prefix) bool { return p.Bits() <= swallowed }):
		return nil, elsewhere // its ranges may be those of the list
	}
	return maximal(routed), ""
}

// swallowed is the longest prefix of a range that is too wide to lie in a prefix list whole.
const swallowed = 8

// ways are the routes of a table, the most specific first. Unread is a route to an internet gateway for a prefix list whose entries were not read, elsewhere one to
// another target; "" for none. The routes that gateway endpoints have for the prefix list of a service do not count.
func (n *Network) ways(t *types.RouteTable) (ways []way, unread, elsewhere string) {
	for _, r := range t.Routes {
		list := str(r.DestinationPrefixListId)
		w := way{gateway: str(r.GatewayId)}
		if strings.HasPrefix(w.gateway, "vpce-") && list == "" {
			w.endpoint = w.gateway
		}
		if !isGateway(w.gateway) || r.State == types.RouteStateBlackhole {
			w.gateway = ""
		}
		if list == "" {
			if to, ok := parse(orSome(str(r.DestinationCidrBlock), str(r.DestinationIpv6CidrBlock))); ok {
				w.to = to
				ways = append(ways, w)
			}
			continue
		}
		entries, known := []types.PrefixListEntry(nil), false
		if n.Entries != nil {
			entries, known = n.Entries(list)
		}
		why := "the entries of prefix list " + list + ", for which there is a route, were not read"
		switch {
		case !known && w.gateway != "":
			unread = why
		case !known && !strings.HasPrefix(str(r.GatewayId), "vpce-"):
			elsewhere = why
		}
		for _, e := range entries {
			if to, ok := parse(str(e.Cidr)); ok {
				ways = append(ways, way{to, w.gateway, w.endpoint})
			}
		}
	}
	slices.SortStableFunc(ways, func(a, b way) int { return cmp.Compare(b.to.Bits(), a.to.Bits()) })
	return ways, unread, elsewhere
}

// isGateway tells an internet gateway from the other targets that EC2 lists as a gateway: local, vgw-…, vpce-….
func isGateway(id string) bool { return strings.HasPrefix(id, "igw-") }

// inspected is the endpoint or interface that the internet gateway sends the traffic for a subnet to before it arrives, by the route table that is associated with
// the gateway; "" for none (Amazon VPC User Guide, "Gateway route tables"). Where nothing is routed to a gateway, answers have to go to an interface too.
func (n *Network) inspected(c Card, t *types.RouteTable, routed bool) string {
	back := slices.ContainsFunc(t.Routes, func(r types.Route) bool { return str(r.NetworkInterfaceId) != "" || str(r.InstanceId) != "" })
	if !routed && !back {
		return ""
	}
	for _, edge := range n.edges[orSome(c.VpcId, str(t.VpcId))] {
		for _, r := range edge.Routes {
			target := orSome(str(r.NetworkInterfaceId), str(r.GatewayId))
			to, parsed := parse(orSome(str(r.DestinationCidrBlock), str(r.DestinationIpv6CidrBlock)))
			if !parsed || target == "" || target == "local" || isGateway(target) {
				continue
			}
			if s, listed := n.Subnets[c.SubnetId]; !listed || overlaps(s, to) {
				return target
			}
		}
	}
	return ""
}

// overlaps tells whether a route concerns a subnet.
func overlaps(s *types.Subnet, to netip.Prefix) bool {
	blocks := []string{str(s.CidrBlock)}
	for _, a := range s.Ipv6CidrBlockAssociationSet {
		blocks = append(blocks, str(a.Ipv6CidrBlock))
	}
	return slices.ContainsFunc(blocks, func(b string) bool {
		p, ok := parse(b)
		_, both := intersect(p, to)
		return ok && both
	})
}
