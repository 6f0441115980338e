// Package reach tells from the configuration of a VPC what traffic gets through: which ports a rule of a security group opens and to whom, which
// traffic passes a network ACL, and whether a connection from the internet arrives at a network interface and its answers find the way back.
//
// A [Network] is the configuration of one region of an account. Fill its fields with what the EC2 API lists and call its methods, from any number
// of goroutines. What was not listed makes an answer unknown, with the reason, and never closed.
//
// A connection from the internet arrives where all of these hold:
//
//   - The interface has a public address: an IPv4 address associated by EC2, or an IPv6 address that the internet routes.
//   - A rule of a security group of the interface lets the traffic in from public addresses.
//   - The subnet's route table sends answers for at least a part of these addresses to an internet gateway, by the most specific route.
//   - The subnet's network ACL lets that part in, and lets answers out to at least one of the ports that clients use. The first entry that
//     matches decides, for each part of a range and each part of a range of ports on its own.
//   - VPC Block Public Access does not keep it out.
//   - The instance runs, if it is one.
//
// This is configuration and no packet was sent: whether a program listens, and whether the machine's own firewall lets the packet through, is not
// looked at. Nor are ways that do not end at a public address of the interface itself: load balancers in front of a private machine, Global Accelerator,
// peering, transit gateways and VPN connections. Where the traffic first passes an endpoint, behind which a firewall may stand, the answer is unknown.
//
// # What not to do
//
// Do not take a closed answer for a test of a firewall. Do not ask about traffic between two machines of the account: the package knows the way from the internet
// only. Do not leave a field of a Network empty because its answer could not be read: name the answer in Missing, or the network reads as if there were nothing.
// Codes of ICMP are not told apart.
package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A Network is what decides about traffic in one region. Maps that are nil are empty. A resource that is named and not listed makes the answer unknown.
type Network struct {
	Subnets     map[string]*types.Subnet                                // by ID
	RouteTables []*types.RouteTable                                     // all of the region
	ACLs        map[string]*types.NetworkAcl                            // by the ID of each subnet that they are associated with
	Entries     func(prefixList string) ([]types.PrefixListEntry, bool) // the entries of a prefix list; false where they were not read; nil for none

	Block      *types.VpcBlockPublicAccessOptions // nil where it is off
	Exclusions []types.VpcBlockPublicAccessExclusion

	Missing []string // the answers of the API that could not be read; with one, nothing is open, and what would be is unknown

	tables map[string]*types.RouteTable // by subnet, and the main one by VPC
	edges  map[string]*types.RouteTable // by the gateway that they are associated with
}

// A Card is a network interface as far as traffic is concerned: that of DescribeNetworkInterfaces or the shorter form within an instance.
type Card struct {
	NetworkInterfaceId string
	InstanceId         string
	SubnetId, VpcId    string
	Groups             []string     // IDs of security groups
	Addresses          []netip.Addr // public ones, IPv4 and IPv6
	Closed             string       // why nothing arrives whatever the network says: "stopped", "a NAT gateway lets nobody in"; "" for most
}

// A Verdict says whether a connection arrives.
type Verdict struct {
	Through []GroupRule // the rule, cut down to the protocols and ports of which something arrives; none where nothing does
	Unknown string      // why it is not known; "" where it is
	Why     string      // why nothing arrives, where that is known: "no public address"
	Address netip.Addr  // at which it arrives
}

// Prepare orders what the methods look up. Call it once, when the fields are filled.
func (n *Network) Prepare() {
	n.tables, n.edges = map[string]*types.RouteTable{}, map[string]*types.RouteTable{}
	for _, t := range n.RouteTables {
		for _, a := range t.Associations {
			switch {
			case str(a.SubnetId) != "":
				n.tables[*a.SubnetId] = t
			case str(a.GatewayId) != "":
				n.edges[*a.GatewayId] = t
			case a.Main != nil && *a.Main:
				n.tables[str(t.VpcId)] = t
			}
		}
	}
}

// FromInternet tells whether a connection that a rule lets in arrives at an interface from the internet. A rule that names a security group, or none but
// private ranges, lets nothing in from there.
func (n *Network) FromInternet(c Card, r *GroupRule) Verdict {
	if c.Closed != "" {
		return Verdict{Why: c.Closed}
	}
	if len(c.Addresses) == 0 {
		return Verdict{Why: "no public address"}
	}
	ranges, known := n.Ranges(r)
	if !known {
		return Verdict{Unknown: "the entries of prefix list " + r.PrefixListId + " were not read"}
	}
	if ranges = publicParts(ranges); len(ranges) == 0 {
		return Verdict{Why: "no public range"}
	}
	var last Verdict
	for _, a := range c.Addresses {
		from := slices.DeleteFunc(slices.Clone(ranges), func(p netip.Prefix) bool { return p.Addr().Is4() != a.Is4() })
		if len(from) == 0 {
			continue
		}
		v := n.path(c, r, from)
		v.Address = a
		if len(v.Through) > 0 {
			return v
		}
		if last.Unknown == "" {
			last = v
		}
	}
	if last.Unknown == "" && last.Why == "" {
		last.Why = "no public address of the rule's family"
	}
	return last
}

// path follows answers and then the connection itself, for ranges of one family.
func (n *Network) path(c Card, r *GroupRule, from []netip.Prefix) Verdict {
	if n.blocked(c) {
		return Verdict{Why: "VPC Block Public Access"}
	}
	t, ok := n.Table(c.SubnetId, c.VpcId)
	if !ok {
		return n.unknown("the route table of " + orSome(c.SubnetId, "the subnet") + " is not listed")
	}
	routed, gateways, why := n.toGateway(t, from)
	if why != "" {
		return n.unknown(why)
	}
	if len(routed) == 0 {
		return Verdict{Why: "no route to an internet gateway"}
	}
	if through := n.inspected(c, gateways); through != "" {
		return n.unknown("its traffic passes " + through + ", behind which a firewall may stand")
	}
	acl, ok := n.ACLs[c.SubnetId]
	if !ok {
		return n.unknown("the network ACL of " + orSome(c.SubnetId, "the subnet") + " is not listed")
	}
	through, why := passing(acl, r, routed)
	switch {
	case len(through) == 0:
		return Verdict{Why: why}
	case len(n.Missing) > 0:
		return n.unknown("")
	}
	return Verdict{Through: through}
}

// unknown is a verdict that something unread stands in the way of.
func (n *Network) unknown(why string) Verdict {
	if len(n.Missing) > 0 {
		why = strings.Join(n.Missing, " and ") + " could not be read"
	}
	return Verdict{Unknown: why}
}

// passing cuts a rule down to what a network ACL lets in from ranges and whose answers it lets out.
func passing(acl *types.NetworkAcl, r *GroupRule, routed []netip.Prefix) (through []GroupRule, why string) {
	whole := true
	why = "network ACL " + str(acl.NetworkAclId)
	for _, p := range r.protocols() {
		low, high := r.portsOf(p)
		starts := bounds(slices.Concat(ordered(acl, false, p), questions(p)), p, low, high)
		var open []stretch
		for i, from := range starts {
			to := high
			if i+1 < len(starts) {
				to = starts[i+1] - 1
			}
			in := Passes(acl, false, p, from, from, routed)
			answers, last, wanted := answersTo(p, from)
			switch {
			case len(in) == 0:
				whole = false
			case wanted && len(Passes(acl, true, p, answers, last, in)) == 0:
				whole, why = false, "network ACL "+str(acl.NetworkAclId)+" lets no answer out"
			default:
				open = join(open, stretch{from, to})
			}
		}
		for _, s := range open {
			through = append(through, r.part(p, s))
		}
	}
	if whole {
		return []GroupRule{*r}, ""
	}
	return through, why
}

// questions are entries that stand for the types of ICMP which want an answer, so that each is asked on its own.
func questions(protocol string) (out []types.NetworkAclEntry) {
	if protocol != ICMP && protocol != ICMPv6 {
		return nil
	}
	for t := range int64(maxType) {
		if _, _, wanted := answersTo(protocol, t); wanted {
			kind := int32(t)
			out = append(out, types.NetworkAclEntry{IcmpTypeCode: &types.IcmpTypeCode{Type: &kind}})
		}
	}
	return out
}

// answersTo are the ports of the answers to something that arrived at a port, of ICMP their type. Of ICMP only the types that ask a question want one (IANA,
// ICMP Parameters and ICMPv6 Parameters).
func answersTo(protocol string, port int64) (low, high int64, wanted bool) {
	switch protocol {
	case TCP, UDP:
		return firstClientPort, maxPort, true
	case ICMP:
		answer, ok := map[int64]int64{8: 0, 13: 14, 15: 16, 17: 18}[port]
		return answer, answer, ok
	case ICMPv6:
		answer, ok := map[int64]int64{128: 129}[port]
		return answer, answer, ok
	}
	return -1, -1, true
}

// part is the rule for one protocol, and for these of its ports or types alone.
func (r *GroupRule) part(protocol string, s stretch) GroupRule {
	part := *r
	part.Protocol, part.FromPort, part.ToPort = protocol, s.from, s.to
	switch {
	case protocol == All:
		part.Protocol, part.FromPort, part.ToPort = Others, -1, -1
	case protocol != ICMP && protocol != ICMPv6:
	case s.from == s.to:
		part.ToPort = -1 // any code
	default:
		part.FromPort, part.ToPort = -1, -1
	}
	return part
}

// A stretch is a range of ports, or of types of ICMP.
type stretch struct{ from, to int64 }

// join adds a stretch behind others, to the last one where it continues that.
func join(list []stretch, s stretch) []stretch {
	if n := len(list); n > 0 && list[n-1].to+1 == s.from {
		list[n-1].to = s.to
		return list
	}
	return append(list, s)
}

// portsOf are the ports of a rule for one of its protocols; of ICMP the types.
func (r *GroupRule) portsOf(protocol string) (low, high int64) {
	switch {
	case protocol != ICMP && protocol != ICMPv6:
		return r.FromPort, r.ToPort
	case r.Protocol == All || r.FromPort < 0:
		return 0, maxType
	}
	return r.FromPort, r.FromPort
}

// maxType is the highest type of ICMP.
const maxType = 255

// firstClientPort is where the ports begin from which clients connect (Amazon VPC User Guide, "Ephemeral ports").
const firstClientPort = 1024

// blocked tells whether VPC Block Public Access keeps connections out. An exclusion that lets traffic out only keeps them out as well.
func (n *Network) blocked(c Card) bool {
	if n.Block == nil || n.Block.InternetGatewayBlockMode == types.InternetGatewayBlockModeOff || n.Block.InternetGatewayBlockMode == "" {
		return false
	}
	return !slices.ContainsFunc(n.Exclusions, func(x types.VpcBlockPublicAccessExclusion) bool {
		arn := str(x.ResourceArn)
		names := strings.HasSuffix(arn, ":vpc/"+c.VpcId) || strings.HasSuffix(arn, ":subnet/"+c.SubnetId)
		return names && x.InternetGatewayExclusionMode == types.InternetGatewayExclusionModeAllowBidirectional && inForce(x.State)
	})
}

// inForce tells whether an exclusion has effect: it stays in force until its deletion is complete.
func inForce(s types.VpcBlockPublicAccessExclusionState) bool {
	switch s {
	case types.VpcBlockPublicAccessExclusionStateCreateInProgress, types.VpcBlockPublicAccessExclusionStateCreateFailed,
		types.VpcBlockPublicAccessExclusionStateDeleteComplete, types.VpcBlockPublicAccessExclusionStateDisableComplete:
		return false
	}
	return true
}

// PublicSubnet tells whether a subnet has a route to an internet gateway for the whole internet, of either family.
func (n *Network) PublicSubnet(subnet, vpc string) (public bool, unknown string) {
	t, ok := n.Table(subnet, vpc)
	if !ok {
		return false, "the route table of " + orSome(subnet, "the subnet") + " is not listed"
	}
	for _, all := range []netip.Prefix{anywhere4, anywhere6} {
		routed, _, why := n.toGateway(t, []netip.Prefix{all})
		for _, p := range routed {
			if p.Bits() <= nearlyAnywhere {
				return true, ""
			}
		}
		if why != "" {
			unknown = why
		}
	}
	return false, unknown
}

// nearlyAnywhere is the longest prefix that still counts as a default route: some write it as two halves or four quarters.
const nearlyAnywhere = 2

func orSome(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func str[S ~string](p *S) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// OfInterface makes a card of an interface.
func OfInterface(n *types.NetworkInterface) Card {
	c := Card{NetworkInterfaceId: str(n.NetworkInterfaceId), SubnetId: str(n.SubnetId), VpcId: str(n.VpcId)}
	if n.Attachment != nil {
		c.InstanceId = str(n.Attachment.InstanceId)
	}
	for _, g := range n.Groups {
		c.Groups = append(c.Groups, str(g.GroupId))
	}
	if n.Association != nil {
		c.add(n.Association.PublicIp)
	}
	for _, a := range n.PrivateIpAddresses {
		if a.Association != nil {
			c.add(a.Association.PublicIp)
		}
	}
	for _, a := range n.Ipv6Addresses {
		c.add(a.Ipv6Address)
	}
	if n.InterfaceType == types.NetworkInterfaceTypeNatGateway || n.InterfaceType == "nat_gateway" { // EC2 writes it otherwise than the SDK
		c.Closed = "a NAT gateway lets nobody in"
	}
	return c
}

// OfInstance makes the cards of an instance.
func OfInstance(i *types.Instance) []Card {
	var out []Card
	for _, n := range i.NetworkInterfaces {
		c := Card{NetworkInterfaceId: str(n.NetworkInterfaceId), InstanceId: str(i.InstanceId), SubnetId: orSome(str(n.SubnetId), str(i.SubnetId)), VpcId: orSome(str(n.VpcId), str(i.VpcId)), Closed: Stopped(i)}
		for _, g := range n.Groups {
			c.Groups = append(c.Groups, str(g.GroupId))
		}
		if n.Association != nil {
			c.add(n.Association.PublicIp)
		}
		for _, a := range n.PrivateIpAddresses {
			if a.Association != nil {
				c.add(a.Association.PublicIp)
			}
		}
		for _, a := range n.Ipv6Addresses {
			c.add(a.Ipv6Address)
		}
		out = append(out, c)
	}
	return out
}

// Stopped is why nothing arrives at an instance that does not run; "" where it does.
func Stopped(i *types.Instance) string {
	if i.State == nil {
		return ""
	}
	switch s := i.State.Name; s {
	case types.InstanceStateNameShuttingDown, types.InstanceStateNameStopped, types.InstanceStateNameStopping, types.InstanceStateNameTerminated:
		return fmt.Sprintf("instance %s", s)
	}
	return ""
}

// add takes a public IPv4 address, which EC2 lists as such, or an IPv6 address that the internet routes; each once.
func (c *Card) add(s *string) {
	a, err := netip.ParseAddr(str(s))
	if err != nil || slices.Contains(c.Addresses, a) {
		return
	}
	if !slices.ContainsFunc(unrouted, func(p netip.Prefix) bool { return p.Contains(a) }) {
		c.Addresses = append(c.Addresses, a)
	}
}

// With tells whether the interface carries a group.
func (c *Card) With(group string) bool { return slices.Contains(c.Groups, group) }
