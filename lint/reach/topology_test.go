package reach

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A topology is a machine with a public address behind a rule for SSH, in a subnet with a route to an internet gateway and a network ACL that lets
// everything through. Each case below changes one thing or a few.
type topology struct {
	network Network
	table   *types.RouteTable
	acl     *types.NetworkAcl
	lists   map[string][]string // entries by prefix list
	nic     *types.NetworkInterface
	group   *types.SecurityGroup
	state   types.InstanceStateName
}

func p[T any](v T) *T { return &v }

func entry(number int32, egress bool, protocol string, action types.RuleAction, cidr string, ports ...int32) types.NetworkAclEntry {
	e := types.NetworkAclEntry{RuleNumber: p(number), Egress: p(egress), Protocol: p(protocol), RuleAction: action}
	if strings.Contains(cidr, ":") {
		e.Ipv6CidrBlock = p(cidr)
	} else {
		e.CidrBlock = p(cidr)
	}
	if len(ports) == 2 {
		e.PortRange = &types.PortRange{From: p(ports[0]), To: p(ports[1])}
	}
	return e
}

func route(to, gateway string) types.Route {
	r := types.Route{State: types.RouteStateActive}
	switch {
	case strings.HasPrefix(to, "pl-"):
		r.DestinationPrefixListId = p(to)
	case strings.Contains(to, ":"):
		r.DestinationIpv6CidrBlock = p(to)
	default:
		r.DestinationCidrBlock = p(to)
	}
	switch {
	case strings.HasPrefix(gateway, "nat-"):
		r.NatGatewayId = p(gateway)
	case strings.HasPrefix(gateway, "eigw-"):
		r.EgressOnlyInternetGatewayId = p(gateway)
	case strings.HasPrefix(gateway, "tgw-"):
		r.TransitGatewayId = p(gateway)
	case strings.HasPrefix(gateway, "eni-"):
		r.NetworkInterfaceId = p(gateway)
	default:
		r.GatewayId = p(gateway)
	}
	return r
}

func permission(protocol string, from, to int32, cidr string) types.IpPermission {
	perm := types.IpPermission{IpProtocol: p(protocol), FromPort: p(from), ToPort: p(to)}
	switch {
	case strings.HasPrefix(cidr, "sg-"):
		perm.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: p(cidr)}}
	case strings.HasPrefix(cidr, "pl-"):
		perm.PrefixListIds = []types.PrefixListId{{PrefixListId: p(cidr)}}
	case strings.Contains(cidr, ":"):
		perm.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: p(cidr)}}
	default:
		perm.IpRanges = []types.IpRange{{CidrIp: p(cidr)}}
	}
	return perm
}

func plain() *topology {
	subnet := &types.Subnet{SubnetId: p("subnet-1"), VpcId: p("vpc-1"), CidrBlock: p("10.0.1.0/24")}
	return &topology{
		network: Network{Subnets: map[string]*types.Subnet{"subnet-1": subnet}},
		table: &types.RouteTable{RouteTableId: p("rtb-1"), VpcId: p("vpc-1"), Associations: []types.RouteTableAssociation{{SubnetId: p("subnet-1")}},
			Routes: []types.Route{route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1")}},
		acl: &types.NetworkAcl{NetworkAclId: p("acl-1"), Entries: []types.NetworkAclEntry{
			entry(100, false, "-1", types.RuleActionAllow, "0.0.0.0/0"), entry(32767, false, "-1", types.RuleActionDeny, "0.0.0.0/0"),
			entry(100, true, "-1", types.RuleActionAllow, "0.0.0.0/0"), entry(32767, true, "-1", types.RuleActionDeny, "0.0.0.0/0")}},
		nic: &types.NetworkInterface{NetworkInterfaceId: p("eni-1"), SubnetId: p("subnet-1"), VpcId: p("vpc-1"), Groups: []types.GroupIdentifier{{GroupId: p("sg-1")}},
			Association: &types.NetworkInterfaceAssociation{PublicIp: p("203.0.113.5")}, Attachment: &types.NetworkInterfaceAttachment{InstanceId: p("i-1")}},
		group: &types.SecurityGroup{GroupId: p("sg-1"), IpPermissions: []types.IpPermission{permission("tcp", 22, 22, "0.0.0.0/0")}},
		state: types.InstanceStateNameRunning,
	}
}

// verdict is the best of all rules, in words.
func (x *topology) verdict() string {
	n := &x.network
	if x.table != nil {
		n.RouteTables = append(n.RouteTables, x.table)
	}
	if x.acl != nil {
		n.ACLs = map[string]*types.NetworkAcl{"subnet-1": x.acl}
	}
	if x.lists != nil {
		n.Entries = func(id string) (out []types.PrefixListEntry, ok bool) {
			for _, cidr := range x.lists[id] {
				out = append(out, types.PrefixListEntry{Cidr: p(cidr)})
			}
			_, ok = x.lists[id]
			return out, ok
		}
	}
	n.Prepare()
	card := OfInterface(x.nic)
	if stopped := Stopped(&types.Instance{State: &types.InstanceState{Name: x.state}}); stopped != "" {
		card.Closed = stopped
	}
	words := "closed: no rule"
	for _, r := range GroupRules(x.group, false, nil) {
		switch v := n.FromInternet(card, &r); {
		case len(v.Through) > 0:
			words := "open at " + v.Address.String()
			if len(v.Through) > 1 || v.Through[0] != r {
				for _, part := range v.Through {
					words += ", " + part.Traffic()
					if part.Cidr != r.Cidr {
						words += " from " + part.Cidr
					}
				}
			}
			return words
		case v.Unknown != "":
			words = "unknown: " + v.Unknown
		case !strings.HasPrefix(words, "unknown"):
			words = "closed: " + v.Why
		}
	}
	return words
}

func in(protocol, cidr string, ports ...int32) types.NetworkAclEntry {
	return entry(90, false, protocol, types.RuleActionAllow, cidr, ports...)
}

// only leaves these entries inwards and everything outwards.
func only(entries ...types.NetworkAclEntry) func(*topology) {
	return func(x *topology) {
		x.acl.Entries = append(entries, entry(100, true, "-1", types.RuleActionAllow, "0.0.0.0/0"))
	}
}

// kind makes an entry one for a type of ICMP.
func kind(e types.NetworkAclEntry, t int32) types.NetworkAclEntry {
	e.IcmpTypeCode = &types.IcmpTypeCode{Type: p(t), Code: p(int32(-1))}
	return e
}

func routes(rs ...types.Route) func(*topology) {
	return func(x *topology) { x.table.Routes = append([]types.Route{route("10.0.0.0/16", "local")}, rs...) }
}

func rules(ps ...types.IpPermission) func(*topology) {
	return func(x *topology) { x.group.IpPermissions = ps }
}

func both(changes ...func(*topology)) func(*topology) {
	return func(x *topology) {
		for _, c := range changes {
			c(x)
		}
	}
}

func six(x *topology) {
	x.nic.Association = nil
	x.nic.Ipv6Addresses = []types.NetworkInterfaceIpv6Address{{Ipv6Address: p("2001:db8::5")}}
	x.group.IpPermissions = []types.IpPermission{permission("tcp", 22, 22, "::/0")}
	x.table.Routes = append(x.table.Routes, route("::/0", "igw-1"))
	x.acl.Entries = append(x.acl.Entries, entry(101, false, "-1", types.RuleActionAllow, "::/0"), entry(101, true, "-1", types.RuleActionAllow, "::/0"))
}

func block(mode types.InternetGatewayBlockMode, exclusions ...types.VpcBlockPublicAccessExclusion) func(*topology) {
	return func(x *topology) {
		x.network.Block = &types.VpcBlockPublicAccessOptions{InternetGatewayBlockMode: mode}
		x.network.Exclusions = exclusions
	}
}

func exclusion(arn string, mode types.InternetGatewayExclusionMode, state types.VpcBlockPublicAccessExclusionState) types.VpcBlockPublicAccessExclusion {
	return types.VpcBlockPublicAccessExclusion{ResourceArn: p("arn:aws:ec2:us-east-1:111122223333:" + arn), InternetGatewayExclusionMode: mode, State: state}
}

// missing leaves an answer unread, or half read.
func missing(action string) func(*topology) {
	return func(x *topology) { x.network.Missing = []string{action} }
}

// owned makes the subnet another account's, with its setting.
func owned(account, mode string) func(*topology) {
	return func(x *topology) {
		x.network.Block.AwsAccountId = p("111122223333")
		s := x.network.Subnets["subnet-1"]
		s.OwnerId = &account
		if mode != "" {
			s.BlockPublicAccessStates = &types.BlockPublicAccessStates{InternetGatewayBlockMode: types.BlockPublicAccessMode(mode)}
		}
	}
}

// edge associates a route table with the gateway.
func edge(to, target string) func(*topology) {
	return func(x *topology) {
		x.network.RouteTables = append(x.network.RouteTables, &types.RouteTable{RouteTableId: p("rtb-edge"), VpcId: p("vpc-1"),
			Associations: []types.RouteTableAssociation{{GatewayId: p("igw-1")}}, Routes: []types.Route{route("10.0.0.0/16", "local"), route(to, target)}})
	}
}

const open4, open6, noRoute = "open at 203.0.113.5", "open at 2001:db8::5", "closed: no route to an internet gateway"

func TestTopologies(t *testing.T) {
	deny, allow := types.RuleActionDeny, types.RuleActionAllow
	tests := []struct {
		name   string
		change func(*topology)
		want   string
	}{
		{"a bastion", nil, open4},
		{"no public address", func(x *topology) { x.nic.Association = nil }, "closed: no public address"},
		{"an Elastic IP on a second private address", func(x *topology) {
			x.nic.Association = nil
			x.nic.PrivateIpAddresses = []types.NetworkInterfacePrivateIpAddress{{}, {Association: &types.NetworkInterfaceAssociation{PublicIp: p("203.0.113.6")}}}
		}, "open at 203.0.113.6"},
		{"an address of a carrier, which no internet gateway serves", func(x *topology) {
			x.nic.Association = &types.NetworkInterfaceAssociation{CarrierIp: p("203.0.113.7")}
		}, "closed: no public address"},
		{"stopped, with an Elastic IP", func(x *topology) { x.state = types.InstanceStateNameStopped }, "closed: instance stopped"},
		{"shutting down", func(x *topology) { x.state = types.InstanceStateNameShuttingDown }, "closed: instance shutting-down"},
		{"pending", func(x *topology) { x.state = types.InstanceStateNamePending }, open4},
		{"a NAT gateway's interface", func(x *topology) { x.nic.InterfaceType = "nat_gateway" }, "closed: a NAT gateway lets nobody in"},
		{"a load balancer's interface", func(x *topology) { x.nic.InterfaceType = "interface"; x.nic.RequesterManaged = p(true) }, open4},

		{"no rule", rules(), "closed: no rule"},
		{"a rule for another group", rules(permission("tcp", 22, 22, "sg-9")), "closed: no public range"},
		{"a rule for private addresses", rules(permission("tcp", 22, 22, "10.0.0.0/8")), "closed: no public range"},
		{"a rule for one public address", rules(permission("tcp", 22, 22, "8.8.8.8/32")), open4},
		{"a rule for IPv6 alone", rules(permission("tcp", 22, 22, "::/0")), "closed: no public address of the rule's family"},
		{"a rule for a list that was read", both(rules(permission("tcp", 22, 22, "pl-1")), func(x *topology) { x.lists = map[string][]string{"pl-1": {"10.0.0.0/8", "8.0.0.0/8"}} }), open4},
		{"a rule for a list of private ranges", both(rules(permission("tcp", 22, 22, "pl-1")), func(x *topology) { x.lists = map[string][]string{"pl-1": {"10.0.0.0/8"}} }), "closed: no public range"},
		{"a rule for a list that was not read", rules(permission("tcp", 22, 22, "pl-1")), "unknown: the entries of prefix list pl-1 were not read"},
		{"everything open", rules(permission("-1", -1, -1, "0.0.0.0/0")), open4},
		{"GRE", rules(permission("47", -1, -1, "0.0.0.0/0")), open4},

		{"no route", routes(), noRoute},
		{"a NAT gateway", routes(route("0.0.0.0/0", "nat-1")), noRoute},
		{"a transit gateway", routes(route("0.0.0.0/0", "tgw-1")), noRoute},
		{"a black hole", routes(types.Route{DestinationCidrBlock: p("0.0.0.0/0"), GatewayId: p("igw-9"), State: types.RouteStateBlackhole}), noRoute},
		{"the internet in two halves", routes(route("0.0.0.0/1", "igw-1"), route("128.0.0.0/1", "igw-1")), open4},
		{"one partner by the gateway, the rest by NAT", routes(route("8.8.4.0/24", "igw-1"), route("0.0.0.0/0", "nat-1")), open4 + ", TCP 22 from 8.8.4.0/24"},
		{"another partner than the rule's", both(routes(route("9.9.9.0/24", "igw-1"), route("0.0.0.0/0", "nat-1")), rules(permission("tcp", 22, 22, "8.8.8.8/32"))), noRoute},
		{"the default by the gateway, the rule's range by NAT", both(routes(route("8.0.0.0/8", "nat-1"), route("0.0.0.0/0", "igw-1")), rules(permission("tcp", 22, 22, "8.8.8.8/32"))), noRoute},
		{"a route for a list", both(routes(route("pl-1", "igw-1")), func(x *topology) { x.lists = map[string][]string{"pl-1": {"8.0.0.0/8"}} }), open4 + ", TCP 22 from 8.0.0.0/8"},
		{"a route for a list that was not read", routes(route("pl-1", "igw-1")), "unknown: the entries of prefix list pl-1, for which there is a route, were not read"},
		{"a virtual private gateway", routes(route("0.0.0.0/0", "vgw-1")), noRoute},
		{"a firewall's endpoint on the way out", routes(route("0.0.0.0/0", "vpce-1")), "unknown: its answers go to vpce-1, behind which a firewall may stand"},
		{"the main route table", func(x *topology) { x.table.Associations = []types.RouteTableAssociation{{Main: p(true)}} }, open4},
		{"the main route table of another VPC", func(x *topology) {
			x.table.Associations, x.table.VpcId = []types.RouteTableAssociation{{Main: p(true)}}, p("vpc-2")
		}, "unknown: the route table of subnet-1 is not listed"},
		{"an own private table beside a public main one", func(x *topology) {
			x.network.RouteTables = append(x.network.RouteTables, &types.RouteTable{VpcId: p("vpc-1"), Associations: []types.RouteTableAssociation{{Main: p(true)}}, Routes: []types.Route{route("0.0.0.0/0", "igw-1")}})
			x.table.Routes = nil
		}, noRoute},
		{"no route table was listed", func(x *topology) { x.table = nil }, "unknown: the route table of subnet-1 is not listed"},
		{"a firewall in front of the subnet", edge("10.0.1.0/24", "vpce-1"), "unknown: its traffic passes vpce-1, behind which a firewall may stand"},
		{"a firewall in front of another subnet", edge("10.0.2.0/24", "vpce-1"), open4},
		{"an appliance in front of the subnet", edge("10.0.1.0/25", "eni-9"), "unknown: its traffic passes eni-9, behind which a firewall may stand"},

		{"a firewall's interface both ways", both(routes(route("0.0.0.0/0", "eni-9")), edge("10.0.1.0/24", "eni-9")), "unknown: its traffic passes eni-9, behind which a firewall may stand"},
		{"a NAT instance", routes(route("0.0.0.0/0", "eni-9")), noRoute},
		{"private ranges by a transit gateway", routes(route("10.0.0.0/8", "tgw-1"), route("172.16.0.0/12", "tgw-1"), route("192.168.0.0/16", "tgw-1"), route("100.64.0.0/10", "tgw-1"), route("0.0.0.0/0", "igw-1")), open4},
		{"a list that was not read by a transit gateway, and one address", both(routes(route("pl-1", "tgw-1"), route("0.0.0.0/0", "igw-1")), rules(permission("tcp", 22, 22, "8.8.8.0/24"))),
			"unknown: the entries of prefix list pl-1, for which there is a route, were not read"},
		{"a list that was not read by a transit gateway, and everybody", routes(route("pl-1", "tgw-1"), route("0.0.0.0/0", "igw-1")), open4},
		{"a service's list by an endpoint, and one address", both(routes(route("pl-1", "vpce-1"), route("0.0.0.0/0", "igw-1")), rules(permission("tcp", 22, 22, "8.8.8.0/24"))), open4},
		{"half of the route tables", both(routes(), missing("DescribeRouteTables")), "unknown: DescribeRouteTables could not be read"},
		{"half of the network ACLs", both(only(in("-1", "10.0.0.0/8")), missing("DescribeNetworkAcls")), "unknown: DescribeNetworkAcls could not be read"},

		{"an ACL for one address", only(in("-1", "8.8.8.8/32")), open4 + ", TCP 22 from 8.8.8.8/32"},
		{"an ACL for two neighbours", only(in("-1", "8.8.8.0/26"), entry(91, false, "-1", allow, "9.9.9.0/26")), open4 + ", TCP 22 from 8.8.8.0/26, TCP 22 from 9.9.9.0/26"},
		{"an ACL that answers one address", func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "0.0.0.0/0"), entry(100, true, "-1", allow, "8.8.8.8/32")}
		}, open4 + ", TCP 22 from 8.8.8.8/32"},
		{"an ACL that refuses one code of ICMP", both(rules(permission("icmp", 8, -1, "0.0.0.0/0")), only(types.NetworkAclEntry{RuleNumber: p(int32(80)), Egress: p(false), Protocol: p("1"), RuleAction: deny,
			CidrBlock: p("0.0.0.0/0"), IcmpTypeCode: &types.IcmpTypeCode{Type: p(int32(8)), Code: p(int32(4))}}, in("-1", "0.0.0.0/0"))), open4},
		{"an ACL for HTTPS alone", only(in("6", "0.0.0.0/0", 443, 443)), "closed: network ACL acl-1"},
		{"an ACL that refuses SSH first", only(entry(80, false, "6", deny, "0.0.0.0/0", 22, 22), in("-1", "0.0.0.0/0")), "closed: network ACL acl-1"},
		{"an ACL that refuses SSH too late", only(in("-1", "0.0.0.0/0"), entry(99, false, "6", deny, "0.0.0.0/0", 22, 22)), open4},
		{"an ACL that refuses UDP 22", only(entry(80, false, "17", deny, "0.0.0.0/0", 22, 22), in("-1", "0.0.0.0/0")), open4},
		{"an ACL that refuses one neighbour", only(entry(80, false, "-1", deny, "8.0.0.0/8"), in("-1", "0.0.0.0/0")), open4},
		{"an ACL that refuses the only one", both(only(entry(80, false, "-1", deny, "8.0.0.0/8"), in("-1", "0.0.0.0/0")), rules(permission("tcp", 22, 22, "8.8.8.8/32"))), "closed: network ACL acl-1"},
		{"an ACL that refuses both halves", only(entry(80, false, "-1", deny, "0.0.0.0/1"), entry(81, false, "-1", deny, "128.0.0.0/1"), in("-1", "0.0.0.0/0")), "closed: network ACL acl-1"},
		{"an ACL for private addresses", only(in("-1", "10.0.0.0/8")), "closed: network ACL acl-1"},
		{"an ACL that knows no IPv6", both(six, only(in("-1", "0.0.0.0/0"))), "closed: network ACL acl-1"},
		{"entries out of order", only(entry(200, false, "-1", allow, "0.0.0.0/0"), entry(90, false, "-1", deny, "0.0.0.0/0")), "closed: network ACL acl-1"},
		{"an ACL that lets no answer out", func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "0.0.0.0/0"), entry(100, true, "6", allow, "0.0.0.0/0", 443, 443)}
		}, "closed: network ACL acl-1 lets no answer out"},
		{"an ACL that lets answers to some clients out", func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "0.0.0.0/0"), entry(100, true, "6", allow, "0.0.0.0/0", 32768, 60999)}
		}, open4},
		{"an ACL that lets answers of another protocol out", func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "0.0.0.0/0"), entry(100, true, "17", allow, "0.0.0.0/0", 1024, 65535)}
		}, "closed: network ACL acl-1 lets no answer out"},
		{"answers for other addresses than those that get in", func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "8.0.0.0/8"), entry(100, true, "-1", allow, "9.0.0.0/8")}
		}, "closed: network ACL acl-1 lets no answer out"},
		{"everything open behind an ACL for HTTPS", both(rules(permission("-1", -1, -1, "0.0.0.0/0")), only(in("6", "0.0.0.0/0", 443, 443))), open4 + ", TCP 443"},
		{"everything open behind an ACL for ping", both(rules(permission("-1", -1, -1, "0.0.0.0/0")), only(in("1", "0.0.0.0/0"))), open4 + ", all of ICMP"},
		{"everything open behind an ACL without SSH", both(rules(permission("-1", -1, -1, "0.0.0.0/0")), only(entry(80, false, "6", deny, "0.0.0.0/0", 22, 22), in("-1", "0.0.0.0/0"))),
			open4 + ", TCP 0 to 21, TCP 23 to 65535, every UDP port, all of ICMP, all of ICMPv6, other protocols"},
		{"all of ICMP behind an ACL for echo requests", both(rules(permission("icmp", -1, -1, "0.0.0.0/0")), only(kind(in("1", "0.0.0.0/0"), 8))), open4 + ", ICMP type 8"},
		{"timestamps, whose answers have another type", both(rules(permission("icmp", 13, -1, "0.0.0.0/0")), func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "0.0.0.0/0"), kind(entry(100, true, "1", allow, "0.0.0.0/0"), 14)}
		}), open4},
		{"pings whose answers do not get out", both(rules(permission("icmp", 8, -1, "0.0.0.0/0")), func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "0.0.0.0/0"), kind(entry(100, true, "1", allow, "0.0.0.0/0"), 8)}
		}), "closed: network ACL acl-1 lets no answer out"},
		{"a message that wants no answer", both(rules(permission("icmp", 3, 4, "0.0.0.0/0")), func(x *topology) {
			x.acl.Entries = []types.NetworkAclEntry{in("-1", "0.0.0.0/0")}
		}), open4},
		{"fragmentation needed behind an ACL for type 4", both(rules(permission("icmp", 3, 4, "0.0.0.0/0")), only(kind(in("1", "0.0.0.0/0"), 4))), "closed: network ACL acl-1"},
		{"a range of ports of which the ACL lets one in", both(rules(permission("tcp", 20, 30, "0.0.0.0/0")), only(in("6", "0.0.0.0/0", 25, 25))), open4 + ", TCP 25"},
		{"a range of ports in two parts", both(rules(permission("tcp", 20, 30, "0.0.0.0/0")), only(in("6", "0.0.0.0/0", 10, 25), in("6", "0.0.0.0/0", 26, 28))), open4 + ", TCP 20 to 28"},
		{"GRE behind an ACL for TCP", both(rules(permission("47", -1, -1, "0.0.0.0/0")), only(in("6", "0.0.0.0/0"))), "closed: network ACL acl-1"},
		{"no ACL was listed", func(x *topology) { x.acl = nil }, "unknown: the network ACL of subnet-1 is not listed"},

		{"IPv6", six, open6},
		{"IPv6 with a private address", both(six, func(x *topology) {
			x.nic.Ipv6Addresses = []types.NetworkInterfaceIpv6Address{{Ipv6Address: p("fd00::5")}}
		}), "closed: no public address"},
		{"IPv6 by an egress-only gateway", both(six, routes(route("::/0", "eigw-1"))), noRoute},
		{"IPv6 beside an IPv4 rule", both(six, rules(permission("tcp", 22, 22, "0.0.0.0/0"))), "closed: no public address of the rule's family"},
		{"both families, one of which is routed", both(six, routes(route("0.0.0.0/0", "nat-1"), route("::/0", "igw-1")), func(x *topology) {
			x.nic.Association = &types.NetworkInterfaceAssociation{PublicIp: p("203.0.113.5")}
			x.group.IpPermissions = append(x.group.IpPermissions, permission("tcp", 22, 22, "0.0.0.0/0"))
		}), open6},

		{"VPC Block Public Access", block(types.InternetGatewayBlockModeBlockBidirectional), "closed: VPC Block Public Access"},
		{"VPC Block Public Access inwards", block(types.InternetGatewayBlockModeBlockIngress), "closed: VPC Block Public Access"},
		{"VPC Block Public Access off", block(types.InternetGatewayBlockModeOff), open4},
		{"its exclusion of the VPC", block(types.InternetGatewayBlockModeBlockIngress, exclusion("vpc/vpc-1", "allow-bidirectional", "create-complete")), open4},
		{"its exclusion of the subnet", block(types.InternetGatewayBlockModeBlockIngress, exclusion("subnet/subnet-1", "allow-bidirectional", "create-complete")), open4},
		{"its exclusion of another VPC", block(types.InternetGatewayBlockModeBlockIngress, exclusion("vpc/vpc-11", "allow-bidirectional", "create-complete")), "closed: VPC Block Public Access"},
		{"its exclusion outwards", block(types.InternetGatewayBlockModeBlockBidirectional, exclusion("vpc/vpc-1", "allow-egress", "create-complete")), "closed: VPC Block Public Access"},
		{"its exclusion that is gone", block(types.InternetGatewayBlockModeBlockIngress, exclusion("vpc/vpc-1", "allow-bidirectional", "delete-complete")), "closed: VPC Block Public Access"},
		{"its exclusions were not read", both(block(types.InternetGatewayBlockModeBlockIngress), missing("DescribeVpcBlockPublicAccessExclusions")), "unknown: DescribeVpcBlockPublicAccessExclusions could not be read"},
		{"that of the owner of a shared subnet is off", both(block(types.InternetGatewayBlockModeBlockIngress), owned("444455556666", "off")), open4},
		{"that of the owner of a shared subnet is on", both(block(types.InternetGatewayBlockModeOff), owned("444455556666", "block-bidirectional")), "closed: VPC Block Public Access"},
		{"that of the owner of a shared subnet is not said", both(block(types.InternetGatewayBlockModeOff), owned("444455556666", "")),
			"unknown: whether VPC Block Public Access is on in subnet-1 of account 444455556666 is not said"},
		{"its setting was not read", func(x *topology) { x.network.Missing = []string{"DescribeVpcBlockPublicAccessOptions"} }, "unknown: DescribeVpcBlockPublicAccessOptions could not be read"},
		{"its setting was not read, and there is no route", both(routes(), func(x *topology) { x.network.Missing = []string{"DescribeVpcBlockPublicAccessOptions"} }), noRoute},
	}
	for _, tt := range tests {
		x := plain()
		if tt.change != nil {
			tt.change(x)
		}
		if got := x.verdict(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestPublicSubnet is which route tables make a subnet public.
func TestPublicSubnet(t *testing.T) {
	for _, tt := range []struct {
		name   string
		routes []types.Route
		want   bool
	}{
		{"a default route", []types.Route{route("0.0.0.0/0", "igw-1")}, true},
		{"one for IPv6", []types.Route{route("::/0", "igw-1")}, true},
		{"quarters", []types.Route{route("0.0.0.0/2", "igw-1"), route("64.0.0.0/2", "igw-1"), route("128.0.0.0/2", "igw-1"), route("192.0.0.0/2", "igw-1")}, true},
		{"private ranges elsewhere", []types.Route{route("10.0.0.0/8", "tgw-1"), route("172.16.0.0/12", "tgw-1"), route("192.168.0.0/16", "tgw-1"), route("100.64.0.0/10", "tgw-1"), route("0.0.0.0/0", "igw-1")}, true},
		{"a partner alone", []types.Route{route("8.8.8.0/24", "igw-1"), route("0.0.0.0/0", "nat-1")}, false},
		{"egress only", []types.Route{route("::/0", "eigw-1")}, false},
		{"nothing", nil, false},
	} {
		n := &Network{RouteTables: []*types.RouteTable{{VpcId: p("vpc-1"), Associations: []types.RouteTableAssociation{{Main: p(true)}}, Routes: tt.routes}}}
		n.Prepare()
		if got, why := n.PublicSubnet("subnet-1", "vpc-1"); got != tt.want || why != "" {
			t.Errorf("%s: %v %s", tt.name, got, why)
		}
	}
}
