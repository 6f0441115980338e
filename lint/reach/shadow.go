package reach

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A Shadow is an entry of a network ACL that never decides, and the one in front of it that has decided about all of its traffic by then.
type Shadow struct {
	RuleNumber int64
	Egress     bool
	RuleAction string // allow or deny
	Traffic    string // what it is for, in words: "TCP 22 in from 0.0.0.0/0"
	ByNumber   int64
	ByAction   string
	ByTraffic  string
}

// lastNumber is the highest that an entry of one's own can have; those above are AWS's, and refuse what nothing else has decided (Amazon VPC User Guide,
// "Network ACL rules").
const lastNumber = 32766

// Shadowed gives the entries that one in front of them covers wholly, in the order in which they would be asked, the inbound ones first. An entry that
// several together cover is none of them.
func Shadowed(acl *types.NetworkAcl) []Shadow {
	var out []Shadow
	for _, egress := range []bool{false, true} {
		entries := ordered(acl, egress, "")
		for i, e := range entries {
			by := slices.IndexFunc(entries[:i], func(front types.NetworkAclEntry) bool { return covers(front, e) })
			if by >= 0 && value(e.RuleNumber) <= lastNumber {
				front := entries[by]
				out = append(out, Shadow{int64(value(e.RuleNumber)), egress, string(e.RuleAction), entryTraffic(e),
					int64(value(front.RuleNumber)), string(front.RuleAction), entryTraffic(front)})
			}
		}
	}
	return out
}

// covers tells whether all traffic that one entry is for is traffic that another is for.
func covers(outer, inner types.NetworkAclEntry) bool {
	wide, ok1 := parse(orSome(str(outer.CidrBlock), str(outer.Ipv6CidrBlock)))
	narrow, ok2 := parse(orSome(str(inner.CidrBlock), str(inner.Ipv6CidrBlock)))
	if !ok1 || !ok2 || !contains(wide, narrow) {
		return false
	}
	of, protocol := Protocol(str(outer.Protocol)), Protocol(str(inner.Protocol))
	switch {
	case of == all:
		return true
	case of != protocol:
		return false
	case of == icmp || of == icmpv6:
		kind, code := typeCode(outer)
		k, c := typeCode(inner)
		return kind < 0 || kind == k && (code < 0 || code == c)
	}
	from, to := span(outer, of)
	low, high := span(inner, protocol)
	return from <= low && high <= to
}

// typeCode is what an entry for ICMP is for; -1 stands for all of them.
func typeCode(e types.NetworkAclEntry) (kind, code int64) {
	if e.IcmpTypeCode == nil {
		return -1, -1
	}
	return orAny(e.IcmpTypeCode.Type), orAny(e.IcmpTypeCode.Code)
}

// entryTraffic is what an entry is for, in words.
func entryTraffic(e types.NetworkAclEntry) string {
	r := GroupRule{Protocol: Protocol(str(e.Protocol))}
	switch r.Protocol {
	case icmp, icmpv6:
		r.FromPort, r.ToPort = typeCode(e)
	default:
		r.FromPort, r.ToPort = span(e, r.Protocol)
	}
	way := " in from "
	if value(e.Egress) {
		way = " out to "
	}
	return r.Traffic() + way + orSome(str(e.CidrBlock), str(e.Ipv6CidrBlock))
}

// A Service is what a gateway endpoint leads to, for the subnets behind a network ACL: the ranges of its prefix list of which these subnets have addresses
// of the family.
type Service struct {
	VpcEndpointId string
	PrefixListId  string
	Ranges        []netip.Prefix
}

// Services gives those that the route tables of an ACL's subnets have routes to, as far as endpoint says that a target is a gateway endpoint. Unknown is why
// they are not all known.
func (n *Network) Services(acl *types.NetworkAcl, endpoint func(id string) bool) (out []Service, unknown string) {
	for _, a := range acl.Associations {
		s, listed := n.Subnets[str(a.SubnetId)]
		t, ok := n.Table(str(a.SubnetId), str(acl.VpcId))
		if !listed || !ok {
			unknown = cmp.Or(unknown, "the route table of "+str(a.SubnetId)+" is not listed")
			continue
		}
		for _, r := range t.Routes {
			list, id := str(r.DestinationPrefixListId), str(r.GatewayId)
			if list == "" || !endpoint(id) {
				continue
			}
			ranges, why := n.Ranges(&GroupRule{PrefixListId: list})
			if why != "" {
				unknown = cmp.Or(unknown, why)
				continue
			}
			out = addService(out, Service{id, list, ofFamily(s, ranges)})
		}
	}
	return out, unknown
}

// addService keeps one entry for an endpoint and a list: all subnets that want ranges of a list want the same, because a list is of one family.
func addService(services []Service, s Service) []Service {
	known := slices.ContainsFunc(services, func(o Service) bool { return o.VpcEndpointId == s.VpcEndpointId && o.PrefixListId == s.PrefixListId })
	if known || len(s.Ranges) == 0 {
		return services
	}
	return append(services, s)
}

// ofFamily leaves out ranges of a family that no machine of a subnet has an address of.
func ofFamily(s *types.Subnet, ranges []netip.Prefix) []netip.Prefix {
	return slices.DeleteFunc(ranges, func(p netip.Prefix) bool {
		if p.Addr().Is4() {
			return value(s.Ipv6Native)
		}
		return len(s.Ipv6CidrBlockAssociationSet) == 0
	})
}

// Refused gives those of ranges to which a network ACL does not let a port of TCP out, or from which it does not let it in, as a whole.
func Refused(acl *types.NetworkAcl, egress bool, port int64, ranges []netip.Prefix) (out []netip.Prefix) {
	passed := cleared(acl, egress, TCP, port, port, ranges)
	for _, r := range ranges {
		rest := []netip.Prefix{r}
		for _, p := range passed {
			rest = without(rest, p)
		}
		if len(rest) > 0 {
			out = append(out, r)
		}
	}
	return out
}
