// Package reach tells from the configuration of a VPC what traffic gets through: which ports a rule of a security group opens and to whom, which
// traffic passes a network ACL and which of its entries never decide, and whether a connection from the internet arrives at a network interface and its answers find the way back.
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
	"cmp"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"

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

	Missing []string // the actions of the API whose answers were not read, or not whole: DescribeRouteTables; what they decide is unknown then

	tables map[string]*types.RouteTable   // by subnet, and the main one by VPC
	edges  map[string][]*types.RouteTable // those that are associated with a gateway, by VPC
	public map[netip.Prefix][]netip.Prefix
	paths  sync.Map // what was found for a rule in a subnet: many interfaces ask the same
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
	Through []GroupRule // the rule, cut down to the protocols, ports and ranges of which something arrives; none where nothing does
	Unknown string      // why it is not known; "" where it is
	Unread  []string    // the actions whose answers would tell, where they were not read
	Why     string      // why nothing arrives, where that is known: "no public address"
	Address netip.Addr  // at which it arrives
}

// Prepare orders what the methods look up. Call it once, when the fields are filled.
func (n *Network) Prepare() {
	n.tables, n.edges = map[string]*types.RouteTable{}, map[string][]*types.RouteTable{}
	n.public = map[netip.Prefix][]netip.Prefix{}
	for _, all := range []netip.Prefix{anywhere4, anywhere6} {
		n.public[all] = publicParts([]netip.Prefix{all})
	}
	for _, t := range n.RouteTables {
		for _, a := range t.Associations {
			switch {
			case str(a.SubnetId) != "":
				n.tables[*a.SubnetId] = t
			case str(a.GatewayId) != "":
				n.edges[str(t.VpcId)] = append(n.edges[str(t.VpcId)], t)
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
	last := Verdict{Why: "no public address of the rule's family"}
	for _, a := range c.Addresses {
		v := n.toAddress(c, r, a.Is4())
		v.Address = a
		if len(v.Through) > 0 {
			return v
		}
		if v.Unknown != "" || last.Unknown == "" && v.Why != "" {
			last = v
		}
	}
	return last
}

// toAddress is the verdict for an address of one family; none where the rule has no range of it. It is the same for all interfaces of a subnet.
func (n *Network) toAddress(c Card, r *GroupRule, four bool) Verdict {
	type key struct {
		subnet, vpc string
		four        bool
		rule        GroupRule
	}
	k := key{c.SubnetId, c.VpcId, four, r.key()}
	if v, ok := n.paths.Load(k); ok {
		return v.(Verdict).of(r)
	}
	v := n.follow(c, r, four)
	n.paths.Store(k, v)
	return v.of(r)
}

// of gives a verdict to the rule that it is asked for: another one that opens the same has another ID.
func (v Verdict) of(r *GroupRule) Verdict {
	v.Through = slices.Clone(v.Through)
	for i := range v.Through {
		t := *r
		t.Protocol, t.FromPort, t.ToPort = v.Through[i].Protocol, v.Through[i].FromPort, v.Through[i].ToPort
		if v.Through[i].Cidr != "" {
			t.Cidr, t.PrefixListId = v.Through[i].Cidr, ""
		}
		v.Through[i] = t
	}
	return v
}

func (n *Network) follow(c Card, r *GroupRule, four bool) Verdict {
	ranges, why := n.Ranges(r)
	if why != "" {
		return Verdict{Unknown: why}
	}
	var from []netip.Prefix
	for _, p := range ranges {
		if parts, ok := n.public[p]; ok && p.Addr().Is4() == four {
			from = append(from, parts...)
		} else if p.Addr().Is4() == four {
			from = append(from, publicParts([]netip.Prefix{p})...)
		}
	}
	switch {
	case len(from) > 0:
		return n.path(c, r, from)
	case len(ranges) == 0 || slices.ContainsFunc(ranges, func(p netip.Prefix) bool { return p.Addr().Is4() == four }):
		return Verdict{Why: "no public range"}
	}
	return Verdict{}
}

// path follows answers and then the connection itself, for public ranges of one family.
func (n *Network) path(c Card, r *GroupRule, from []netip.Prefix) Verdict {
	switch blocked, why := n.blocked(c); {
	case why != "":
		return Verdict{Unknown: why}
	case blocked:
		return n.closed("VPC Block Public Access", "DescribeVpcBlockPublicAccessExclusions")
	}
	t, ok := n.Table(c.SubnetId, c.VpcId)
	if !ok {
		return n.unknown("the route table of "+orSome(c.SubnetId, "the subnet")+" is not listed", "DescribeRouteTables", "DescribeSubnets")
	}
	routed, why := n.toGateway(t, from)
	if why != "" {
		return n.unknown(why, "DescribeRouteTables")
	}
	if through := n.inspected(c, t, len(routed) > 0); through != "" {
		return n.unknown("its traffic passes "+through+", behind which a firewall may stand", "DescribeRouteTables")
	}
	if len(routed) == 0 {
		return n.closed("no route to an internet gateway", "DescribeRouteTables", "DescribeSubnets")
	}
	acl, ok := n.ACLs[c.SubnetId]
	if !ok {
		return n.unknown("the network ACL of "+orSome(c.SubnetId, "the subnet")+" is not listed", "DescribeNetworkAcls")
	}
	through, why := passing(acl, r, from, routed)
	if len(through) == 0 {
		return n.closed(why, "DescribeNetworkAcls")
	}
	if len(n.Missing) > 0 {
		return n.unknown("", n.Missing...)
	}
	return Verdict{Through: through}
}

// closed is a verdict that is known only if these answers were read whole.
func (n *Network) closed(why string, by ...string) Verdict {
	if v := n.unknown("", by...); v.Unknown != "" {
		return v
	}
	return Verdict{Why: why}
}

// unknown says which of these answers were not read, else why something is not known.
func (n *Network) unknown(why string, by ...string) Verdict {
	by = slices.DeleteFunc(slices.Clone(by), func(s string) bool { return !slices.Contains(n.Missing, s) })
	if len(by) > 0 {
		why = strings.Join(by, " and ") + " could not be read"
	}
	return Verdict{Unknown: why, Unread: by}
}

// passing cuts a rule down to what a network ACL lets in and whose answers it lets out. The ranges are those that the rule lets in, and of these what is routed.
func passing(acl *types.NetworkAcl, r *GroupRule, from, routed []netip.Prefix) (through []GroupRule, why string) {
	why = "network ACL " + str(acl.NetworkAclId)
	whole := true
	for _, p := range r.protocols() {
		low, high := r.portsOf(p)
		starts := bounds(slices.Concat(ordered(acl, false, p), questions(p)), p, low, high)
		var open []stretch
		for i, first := range starts {
			s := stretch{from: first, to: high}
			if i+1 < len(starts) {
				s.to = starts[i+1] - 1
			}
			s.ranges = cleared(acl, false, p, first, first, routed)
			if answers, last, wanted := answersTo(p, first); len(s.ranges) > 0 && wanted {
				if s.ranges = cleared(acl, true, p, answers, last, s.ranges); len(s.ranges) == 0 {
					why = "network ACL " + str(acl.NetworkAclId) + " lets no answer out"
				}
			}
			if s.ranges = narrowed(s.ranges, from); len(s.ranges) == 0 {
				whole = false
				continue
			}
			open = join(open, s)
		}
		for _, s := range open {
			whole = whole && s.ranges[0] == netip.Prefix{}
			for _, cidr := range s.ranges {
				through = append(through, r.part(p, s, cidr))
			}
		}
	}
	if whole {
		return []GroupRule{{Protocol: r.Protocol, FromPort: r.FromPort, ToPort: r.ToPort}}, ""
	}
	return through, why
}

// narrowed is what arrives of ranges: nothing, the ranges of which something arrives, or the zero range where so much arrives that it may be called all.
func narrowed(arrived, from []netip.Prefix) []netip.Prefix {
	if share(arrived) >= share(from)/4 && len(arrived) > 0 {
		return []netip.Prefix{{}}
	}
	return arrived
}

// share is how much of all addresses of their families ranges have, which do not overlap.
func share(ranges []netip.Prefix) float64 {
	sum := 0.0
	for _, p := range ranges {
		sum += math.Exp2(-float64(p.Bits()))
	}
	return sum
}

// questions are entries that stand for the types of ICMP which want an answer, so that each is asked on its own.
func questions(protocol string) (out []types.NetworkAclEntry) {
	if protocol != icmp && protocol != icmpv6 {
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
	case icmp:
		answer, ok := map[int64]int64{8: 0, 13: 14, 15: 16, 17: 18}[port]
		return answer, answer, ok
	case icmpv6:
		answer, ok := map[int64]int64{128: 129}[port]
		return answer, answer, ok
	}
	return -1, -1, true
}

// part is the rule for one protocol, for these of its ports or types, and for a range where that is not the rule's own.
func (r *GroupRule) part(protocol string, s stretch, cidr netip.Prefix) GroupRule {
	part := GroupRule{Protocol: protocol, FromPort: s.from, ToPort: s.to}
	if cidr.IsValid() {
		part.Cidr = cidr.String()
	}
	switch {
	case protocol == all:
		part.Protocol, part.FromPort, part.ToPort = others, -1, -1
	case protocol != icmp && protocol != icmpv6:
	case s.from == s.to:
		part.ToPort = -1 // any code
	default:
		part.FromPort, part.ToPort = -1, -1
	}
	return part
}

// A stretch is a range of ports, or of types of ICMP, and the ranges for which they are open.
type stretch struct {
	from, to int64
	ranges   []netip.Prefix
}

// join adds a stretch behind others, to the last one where it continues that.
func join(list []stretch, s stretch) []stretch {
	if n := len(list); n > 0 && list[n-1].to+1 == s.from && slices.Equal(list[n-1].ranges, s.ranges) {
		list[n-1].to = s.to
		return list
	}
	return append(list, s)
}

// portsOf are the ports of a rule for one of its protocols; of ICMP the types.
func (r *GroupRule) portsOf(protocol string) (low, high int64) {
	switch {
	case protocol != icmp && protocol != icmpv6:
		return r.FromPort, r.ToPort
	case r.Protocol == all || r.FromPort < 0:
		return 0, maxType
	}
	return r.FromPort, r.FromPort
}

// maxType is the highest type of ICMP.
const maxType = 255

// firstClientPort is where the ports begin from which clients connect (Amazon VPC User Guide, "Ephemeral ports").
const firstClientPort = 1024

// blocked tells whether VPC Block Public Access keeps connections out. An exclusion that lets traffic out only keeps them out as well. In a subnet that another
// account shares, the owner's setting counts, which EC2 states with the subnet.
func (n *Network) blocked(c Card) (blocked bool, unknown string) {
	var mode string
	foreign := false
	if n.Block != nil {
		mode = string(n.Block.InternetGatewayBlockMode)
	}
	if s, ok := n.Subnets[c.SubnetId]; ok {
		foreign = n.Block != nil && str(n.Block.AwsAccountId) != "" && str(s.OwnerId) != "" && *s.OwnerId != *n.Block.AwsAccountId
		switch states := s.BlockPublicAccessStates; {
		case states != nil && states.InternetGatewayBlockMode != "":
			mode = string(states.InternetGatewayBlockMode)
		case foreign:
			return false, "whether VPC Block Public Access is on in " + c.SubnetId + " of account " + *s.OwnerId + " is not said"
		}
	}
	if mode == "" || mode == string(types.InternetGatewayBlockModeOff) {
		return false, ""
	}
	return foreign || !slices.ContainsFunc(n.Exclusions, func(x types.VpcBlockPublicAccessExclusion) bool {
		arn := str(x.ResourceArn)
		names := strings.HasSuffix(arn, ":vpc/"+c.VpcId) || strings.HasSuffix(arn, ":subnet/"+c.SubnetId)
		return names && x.InternetGatewayExclusionMode == types.InternetGatewayExclusionModeAllowBidirectional && inForce(x.State)
	}), ""
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

// PublicSubnet tells whether a subnet has a route to an internet gateway for at least a quarter of all public addresses of a family: some write the default route
// in pieces, and routes for single networks lead elsewhere in front of it.
func (n *Network) PublicSubnet(subnet, vpc string) (public bool, unknown string) {
	t, ok := n.Table(subnet, vpc)
	if !ok {
		return false, n.unknown("the route table of "+orSome(subnet, "the subnet")+" is not listed", "DescribeRouteTables").Unknown
	}
	for _, all := range []netip.Prefix{anywhere4, anywhere6} {
		routed, why := n.toGateway(t, n.public[all])
		if share(routed) >= share(n.public[all])/4 {
			return true, ""
		}
		unknown = cmp.Or(unknown, why)
	}
	return false, n.unknown(unknown, "DescribeRouteTables").Unknown
}

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
	c.wear(n.Groups)
	c.add(cmp.Or(n.Association, &types.NetworkInterfaceAssociation{}).PublicIp)
	for _, a := range n.PrivateIpAddresses {
		c.add(cmp.Or(a.Association, &types.NetworkInterfaceAssociation{}).PublicIp)
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
		c.wear(n.Groups)
		c.add(cmp.Or(n.Association, &types.InstanceNetworkInterfaceAssociation{}).PublicIp)
		for _, a := range n.PrivateIpAddresses {
			c.add(cmp.Or(a.Association, &types.InstanceNetworkInterfaceAssociation{}).PublicIp)
		}
		for _, a := range n.Ipv6Addresses {
			c.add(a.Ipv6Address)
		}
		out = append(out, c)
	}
	if len(i.NetworkInterfaces) == 0 && (str(i.PublicIpAddress) != "" || str(i.Ipv6Address) != "") { // a short answer has them on the instance alone
		c := Card{InstanceId: str(i.InstanceId), SubnetId: str(i.SubnetId), VpcId: str(i.VpcId), Closed: Stopped(i)}
		c.wear(i.SecurityGroups)
		c.add(i.PublicIpAddress)
		c.add(i.Ipv6Address)
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

// wear notes security groups.
func (c *Card) wear(groups []types.GroupIdentifier) {
	for _, g := range groups {
		c.Groups = append(c.Groups, str(g.GroupId))
	}
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
