package reach

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The protocols that have names in rules. Others go by their IANA number, as text: 47 is GRE, 50 is ESP.
const (
	TCP = "tcp"
	UDP = "udp"

	all    = "all"
	icmp   = "icmp"
	icmpv6 = "icmpv6"
	others = "others" // of a rule for all, those without a name
)

// protocols are the numbers and other spellings of EC2 for them (API reference, IpPermission and NetworkAclEntry; IANA, Protocol Numbers).
var protocols = map[string]string{"-1": all, "1": icmp, "6": TCP, "17": UDP, "58": icmpv6}

// Protocol gives the name that this package uses for a protocol as EC2 writes it: a name in any case, a number, or -1 for all.
func Protocol(s string) string {
	s = strings.ToLower(s)
	if name, ok := protocols[s]; ok {
		return name
	}
	return s
}

const maxPort = 65535

// A GroupRule is one rule of a security group: one permission for one source, or one destination. Its fields have the names of SecurityGroupRule
// in the EC2 API, and as values what the rule means.
type GroupRule struct {
	SecurityGroupRuleId    string // sgr-…; "" where the rules were not listed on their own
	GroupId                string // the group that it belongs to
	IsEgress               bool   // it lets out, and the source is a destination
	Protocol               string // all, icmp, icmpv6, tcp, udp, or another one's number
	FromPort, ToPort       int64  // of tcp, udp and all 0 to 65535, of icmp and icmpv6 the type and the code with -1 for any, of other protocols -1
	Cidr                   string // the range that it is for, IPv4 or IPv6; "" for another source
	PrefixListId           string
	ReferencedGroupId      string
	ReferencedGroupOwner   string // the account of that group; "" too where a group in another VPC was deleted
	ReferencedVpcId        string // the VPC of that group, where EC2 tells it: of groups in other VPCs
	VpcPeeringConnectionId string // the peering connection behind which that group is
	PeeringStatus          string // of that connection: active, deleted …
	Description            string
}

// GroupRules takes a group's permissions apart, the inbound ones or the outbound ones, in their order. The rules that the API lists on their own
// are for the IDs; without them the rest is the same.
func GroupRules(g *types.SecurityGroup, egress bool, listed []*types.SecurityGroupRule) []GroupRule {
	ids := map[GroupRule]string{}
	for _, l := range listed {
		if value(l.IsEgress) == egress {
			ids[keyOf(l)] = str(l.SecurityGroupRuleId)
		}
	}
	permissions := g.IpPermissions
	if egress {
		permissions = g.IpPermissionsEgress
	}
	var out []GroupRule
	for i := range permissions {
		p := &permissions[i]
		base := GroupRule{IsEgress: egress, Protocol: Protocol(str(p.IpProtocol))}
		base.FromPort, base.ToPort = ports(base.Protocol, p.FromPort, p.ToPort)
		add := func(r GroupRule, description *string) {
			r.SecurityGroupRuleId = ids[r.key()]
			r.GroupId, r.Description = str(g.GroupId), str(description)
			out = append(out, r)
		}
		for _, x := range p.IpRanges {
			r := base
			r.Cidr = str(x.CidrIp)
			add(r, x.Description)
		}
		for _, x := range p.Ipv6Ranges {
			r := base
			r.Cidr = str(x.CidrIpv6)
			add(r, x.Description)
		}
		for _, x := range p.PrefixListIds {
			r := base
			r.PrefixListId = str(x.PrefixListId)
			add(r, x.Description)
		}
		for _, x := range p.UserIdGroupPairs {
			r := base
			r.ReferencedGroupId, r.ReferencedGroupOwner, r.ReferencedVpcId = str(x.GroupId), str(x.UserId), str(x.VpcId)
			r.VpcPeeringConnectionId, r.PeeringStatus = str(x.VpcPeeringConnectionId), str(x.PeeringStatus)
			add(r, x.Description)
		}
	}
	return out
}

// keyOf is what tells a listed rule from the others of its group.
func keyOf(l *types.SecurityGroupRule) GroupRule {
	r := GroupRule{Protocol: Protocol(str(l.IpProtocol)), Cidr: orSome(str(l.CidrIpv4), str(l.CidrIpv6)), PrefixListId: str(l.PrefixListId)}
	r.FromPort, r.ToPort = ports(r.Protocol, l.FromPort, l.ToPort)
	if l.ReferencedGroupInfo != nil {
		r.ReferencedGroupId = str(l.ReferencedGroupInfo.GroupId)
	}
	return r
}

func (r GroupRule) key() GroupRule {
	return GroupRule{Protocol: r.Protocol, FromPort: r.FromPort, ToPort: r.ToPort, Cidr: r.Cidr, PrefixListId: r.PrefixListId, ReferencedGroupId: r.ReferencedGroupId}
}

// ports is what a rule's pair of ports means. EC2 ignores them for protocol -1 (API reference, IpPermission).
func ports(protocol string, from, to *int32) (int64, int64) {
	switch protocol {
	case TCP, UDP:
		if from != nil && to != nil && *from >= 0 {
			return int64(*from), int64(*to)
		}
		return 0, maxPort
	case all:
		return 0, maxPort
	case icmp, icmpv6:
		return orAny(from), orAny(to)
	}
	return -1, -1
}

func orAny(p *int32) int64 {
	if p == nil {
		return -1
	}
	return int64(*p)
}

// Opens tells whether the rule lets a port of tcp or udp through.
func (r *GroupRule) Opens(protocol string, port int64) bool {
	return r.overlaps(Port{Protocol: protocol, From: port, To: port})
}

// Permits tells the same of a permission as the API lists it, whatever its sources are.
func Permits(p *types.IpPermission, protocol string, port int64) bool {
	r := GroupRule{Protocol: Protocol(str(p.IpProtocol))}
	r.FromPort, r.ToPort = ports(r.Protocol, p.FromPort, p.ToPort)
	return r.Opens(protocol, port)
}

// PortCount is how many ports of tcp or udp the rule lets through: 0 to 65,536.
func (r *GroupRule) PortCount(protocol string) int64 {
	if r.Protocol != all && r.Protocol != protocol {
		return 0
	}
	return max(0, r.ToPort-r.FromPort+1)
}

func (r *GroupRule) overlaps(p Port) bool {
	return (r.Protocol == all || r.Protocol == p.Protocol) && r.FromPort <= p.To && p.From <= r.ToPort
}

// protocols are those that the rule lets through, as network ACLs tell them apart; All stands for what has no name.
func (r *GroupRule) protocols() []string {
	if r.Protocol == all {
		return []string{TCP, UDP, icmp, icmpv6, all}
	}
	return []string{r.Protocol}
}

// Opened gives the entries of a table of which the rule lets at least one port through, in the table's order.
func (r *GroupRule) Opened(table []Port) []Port {
	return slices.DeleteFunc(slices.Clone(table), func(p Port) bool { return !r.overlaps(p) })
}

// Within tells whether each port that the rule lets through is in a table. It is false for all protocols and for those without ports.
func (r *GroupRule) Within(table []Port) bool {
	if r.Protocol != TCP && r.Protocol != UDP {
		return false
	}
	table = r.Opened(table)
	slices.SortFunc(table, func(a, b Port) int { return cmp.Compare(a.From, b.From) })
	next := r.FromPort
	for _, p := range table {
		if p.From > next {
			break
		}
		next = max(next, p.To+1)
	}
	return next > r.ToPort
}

// Traffic says what the rule lets through: "TCP 22", "TCP 3000 to 6000", "every UDP port", "ICMP type 3 code 4", "protocol 47", "all traffic".
func (r *GroupRule) Traffic() string {
	switch r.Protocol {
	case all:
		return "all traffic"
	case others:
		return "other protocols"
	case TCP, UDP:
		if r.PortCount(r.Protocol) > maxPort-1 { // port 0 is no port that anybody listens on
			return "every " + strings.ToUpper(r.Protocol) + " port"
		}
		return Port{Protocol: r.Protocol, From: r.FromPort, To: r.ToPort}.String()
	case icmp, icmpv6:
		name := map[string]string{icmp: "ICMP", icmpv6: "ICMPv6"}[r.Protocol]
		if r.FromPort < 0 {
			return "all of " + name
		}
		if r.ToPort < 0 {
			return fmt.Sprintf("%s type %d", name, r.FromPort)
		}
		return fmt.Sprintf("%s type %d code %d", name, r.FromPort, r.ToPort)
	}
	return "protocol " + r.Protocol
}

// Origin says whom the rule is for, with its ID where that is known: "0.0.0.0/0 (sgr-…)", "prefix list pl-… (sgr-…)", "group sg-…".
func (r *GroupRule) Origin() string {
	from := r.Cidr
	switch {
	case r.PrefixListId != "":
		from = "prefix list " + r.PrefixListId
	case r.ReferencedGroupId != "":
		from = "group " + r.ReferencedGroupId
	}
	if r.SecurityGroupRuleId != "" {
		from += " (" + r.SecurityGroupRuleId + ")"
	}
	return from
}

// Address is the one address that the rule is for, where that is not private: one that belongs to somebody on the internet. It is "" for ranges and other
// sources. Addresses that are kept for documentation count, so that examples can have them.
func (r *GroupRule) Address() string {
	p, ok := parse(r.Cidr)
	if !ok || !p.IsSingleIP() {
		return ""
	}
	if !Public(p) && !slices.ContainsFunc(documentation, func(d netip.Prefix) bool { return contains(d, p) }) {
		return ""
	}
	return p.Addr().String()
}

// Ranges are the ranges that a rule is for: its own, or those of its prefix list; none for a security group. Unknown is why they cannot be said: the entries of
// the list were not read, or a range cannot be.
func (n *Network) Ranges(r *GroupRule) (ranges []netip.Prefix, unknown string) {
	texts := []string{r.Cidr}
	switch {
	case r.PrefixListId != "":
		entries, known := []types.PrefixListEntry(nil), false
		if n.Entries != nil {
			entries, known = n.Entries(r.PrefixListId)
		}
		if !known {
			return nil, "the entries of prefix list " + r.PrefixListId + " were not read"
		}
		texts = nil
		for _, e := range entries {
			texts = append(texts, str(e.Cidr))
		}
	case r.Cidr == "":
		return nil, ""
	}
	for _, s := range texts {
		p, ok := parse(s)
		if !ok {
			return nil, "the range " + s + " of a rule cannot be read"
		}
		ranges = append(ranges, p)
	}
	return ranges, ""
}

// A Port is an entry of a table of ports: one port or a range of them, of tcp or udp, with the name of what listens there.
type Port struct {
	Protocol string
	From, To int64
	Name     string // "" where the table has none
}

// ParsePort reads an entry: "22", "3306 MySQL", "udp/161 SNMP", "27017-27019 MongoDB". Without a protocol it is tcp.
func ParsePort(s string) (Port, error) {
	spec, name, _ := strings.Cut(strings.TrimSpace(s), " ")
	p := Port{Protocol: TCP, Name: strings.TrimSpace(name)}
	if protocol, rest, ok := strings.Cut(spec, "/"); ok {
		p.Protocol, spec = Protocol(protocol), rest
	}
	low, high, ranged := strings.Cut(spec, "-")
	if !ranged {
		high = low
	}
	from, err1 := strconv.ParseUint(low, 10, 16)
	to, err2 := strconv.ParseUint(high, 10, 16)
	if err1 != nil || err2 != nil || from > to || p.Protocol != TCP && p.Protocol != UDP {
		return Port{}, fmt.Errorf("%q is no entry of a table of ports; write 22, 3306 MySQL, udp/161 SNMP or 27017-27019 MongoDB", s)
	}
	p.From, p.To = int64(from), int64(to)
	return p, nil
}

// String is the entry in words: "TCP 3306 (MySQL)".
func (p Port) String() string { return strings.ToUpper(p.Protocol) + " " + p.short() }

// short leaves the protocol out.
func (p Port) short() string {
	s := strconv.FormatInt(p.From, 10)
	if p.To != p.From {
		s += " to " + strconv.FormatInt(p.To, 10)
	}
	if p.Name != "" {
		s += " (" + p.Name + ")"
	}
	return s
}

// mostPorts is how many entries of a table a sentence names.
const mostPorts = 6

// Sentence joins entries of a table: "TCP 22 (SSH), 3389 (RDP), UDP 161 (SNMP) and 3 more".
func Sentence(table []Port) string {
	var b strings.Builder
	for i, p := range table {
		if i == mostPorts && len(table) > mostPorts+1 {
			fmt.Fprintf(&b, " and %d more", len(table)-i)
			break
		}
		switch {
		case i == 0:
			b.WriteString(p.String())
		case table[i-1].Protocol == p.Protocol:
			b.WriteString(", " + p.short())
		default:
			b.WriteString(", " + p.String())
		}
	}
	return b.String()
}

func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
