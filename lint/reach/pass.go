package reach

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Passes gives the parts of ranges that a network ACL lets through in one direction, for at least one of the ports from low to high. Entries are asked in
// the order of their numbers, and the first one that matches decides; what none matches is refused (Amazon VPC User Guide, "Network ACL rules").
// The parts do not contain each other.
func Passes(acl *types.NetworkAcl, egress bool, protocol string, low, high int64, ranges []netip.Prefix) []netip.Prefix {
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
		if from, to := span(e, protocol); port < from || port > to {
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
		from, _ := span(e, TCP)
		reached := Passes(acl, value(e.Egress), TCP, max(from, 0), max(from, 0), []netip.Prefix{block})
		if strangers := publicParts(reached); public && len(strangers) > 0 {
			reached = strangers
		}
		ports := client
		if value(e.Egress) {
			ports = own
		}
		unanswered := func(port int64) bool { return len(Passes(acl, !value(e.Egress), TCP, port, port, reached)) == 0 }
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

// ordered are the entries of one direction that are about a protocol, in the order in which they are asked.
func ordered(acl *types.NetworkAcl, egress bool, protocol string) (out []types.NetworkAclEntry) {
	for _, e := range acl.Entries {
		if value(e.Egress) == egress && concerns(e, protocol) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b types.NetworkAclEntry) int { return cmp.Compare(value(a.RuleNumber), value(b.RuleNumber)) })
	return out
}

// concerns tells whether an entry is about a protocol. About those without a name only the entries for all protocols are known to be.
func concerns(e types.NetworkAclEntry, protocol string) bool {
	p := Protocol(str(e.Protocol))
	return p == All || p == protocol
}

// span is the ports of an entry. An entry for ICMP has a type and a code instead.
func span(e types.NetworkAclEntry, protocol string) (from, to int64) {
	switch {
	case protocol == ICMP || protocol == ICMPv6:
		if e.IcmpTypeCode != nil && value(e.IcmpTypeCode.Type) >= 0 {
			t := int64(value(e.IcmpTypeCode.Type))
			return t, t
		}
	case e.PortRange != nil && Protocol(str(e.Protocol)) != All:
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

// toGateway gives the parts of ranges that a table sends to internet gateways, by the most specific route, and these gateways. A route that is a black hole
// sends nothing anywhere. Unknown is why nothing could be decided: a route for a prefix list whose entries were not read, or one to an endpoint.
func (n *Network) toGateway(t *types.RouteTable, ranges []netip.Prefix) (routed []netip.Prefix, gateways []string, unknown string) {
	type route struct {
		to       netip.Prefix
		gateway  string // "" for another target
		endpoint string // "" for none
	}
	var routes []route
	for _, r := range t.Routes {
		gateway, endpoint := str(r.GatewayId), ""
		if strings.HasPrefix(gateway, "vpce-") && str(r.DestinationPrefixListId) == "" { // those for a service's prefix list lead to the service
			endpoint = gateway
		}
		if !isGateway(gateway) || r.State == types.RouteStateBlackhole {
			gateway = ""
		}
		if list := str(r.DestinationPrefixListId); list != "" {
			entries, known := []types.PrefixListEntry(nil), false
			if n.Entries != nil {
				entries, known = n.Entries(list)
			}
			if !known && gateway != "" {
				unknown = "the entries of prefix list " + list + ", for which there is a route, were not read"
			}
			for _, e := range entries {
				if p, ok := parse(str(e.Cidr)); ok {
					routes = append(routes, route{p, gateway, endpoint})
				}
			}
			continue
		}
		if p, ok := parse(orSome(str(r.DestinationCidrBlock), str(r.DestinationIpv6CidrBlock))); ok {
			routes = append(routes, route{p, gateway, endpoint})
		}
	}
	slices.SortStableFunc(routes, func(a, b route) int { return cmp.Compare(b.to.Bits(), a.to.Bits()) })
	rest := ranges
	for _, r := range routes {
		for _, p := range rest {
			both, ok := intersect(p, r.to)
			switch {
			case ok && r.endpoint != "":
				unknown = "its answers go to " + r.endpoint + ", behind which a firewall may stand"
			case ok && r.gateway != "":
				routed, gateways = append(routed, both), append(gateways, r.gateway)
			}
		}
		rest = without(rest, r.to)
	}
	if len(routed) > 0 {
		unknown = ""
	}
	return maximal(routed), gateways, unknown
}

// isGateway tells an internet gateway from the other targets that EC2 lists as a gateway: local, vgw-…, vpce-….
func isGateway(id string) bool { return strings.HasPrefix(id, "igw-") }

// inspected is the endpoint or interface that a gateway sends the traffic for a subnet to before it arrives, by the route table that is associated with
// the gateway; "" for none (Amazon VPC User Guide, "Gateway route tables").
func (n *Network) inspected(c Card, gateways []string) string {
	for _, g := range gateways {
		t, ok := n.edges[g]
		if !ok {
			continue
		}
		for _, r := range t.Routes {
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
