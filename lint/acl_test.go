package lint

import (
	"strings"
	"testing"
)

// bucket is an account with a gateway endpoint for S3 behind a network ACL that lets everything through.
const bucket = `
NetworkAcls: [{NetworkAclId: acl-1, VpcId: vpc-1, Associations: [{SubnetId: subnet-1}, {SubnetId: subnet-2}], Entries: [{RuleNumber: 100, Egress: true, Protocol: "6", PortRange: {From: 443, To: 443}, RuleAction: allow, CidrBlock: 0.0.0.0/0}, {RuleNumber: 100, Egress: false, Protocol: "6", PortRange: {From: 1024, To: 65535}, RuleAction: allow, CidrBlock: 0.0.0.0/0}]}]
Subnets: [{SubnetId: subnet-1, VpcId: vpc-1}, {SubnetId: subnet-2, VpcId: vpc-1}]
RouteTables: [{RouteTableId: rtb-1, VpcId: vpc-1, Associations: [{Main: true}], Routes: [{DestinationPrefixListId: pl-1, GatewayId: vpce-1}, {DestinationPrefixListId: pl-2, GatewayId: vpce-2}, {DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1}]}]
VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Gateway, ServiceName: s3}, {VpcEndpointId: vpce-2, VpcEndpointType: GatewayLoadBalancer}]
GetManagedPrefixListEntries: [{PrefixListId: pl-1, Entries: [{Cidr: 52.216.0.0/15}, {Cidr: 3.5.0.0/19}]}]
`

// TestStoppedEndpoints: each range has to get out and each answer in; what is not known is unknown, unless something is stopped for certain.
func TestStoppedEndpoints(t *testing.T) {
	const none = "networkAcl.stoppedEndpoints([443], [49152, 60999]) == []"
	says := func(what string) string {
		return "networkAcl.stoppedEndpoints([443], [49152, 60999]) == ['vpce-1 (s3): " + what + "']"
	}
	const out, ranges = "PortRange: {From: 443, To: 443}, RuleAction: allow, CidrBlock: 0.0.0.0/0", "Entries: [{Cidr: 52.216.0.0/15}, {Cidr: 3.5.0.0/19}]"
	for _, tt := range []struct{ name, old, new, require, want string }{
		{"open", "", "", none, "pass"},
		{"one range does not get out", out, "PortRange: {From: 443, To: 443}, RuleAction: allow, CidrBlock: 52.0.0.0/8", says("TCP 443 not out to 1 of 2 ranges such as 3.5.0.0/19"), "pass"},
		{"no answers at high ports", "{From: 1024, To: 65535}", "{From: 1024, To: 50000}", says("answers to TCP 60999 not in from 2 of 2 ranges such as 52.216.0.0/15"), "pass"},
		{"a list of IPv6 where nobody has it", ranges, "Entries: [{Cidr: '2600::/40'}]", none, "pass"},
		{"a list of IPv6 where one subnet has it", "{SubnetId: subnet-2, VpcId: vpc-1}", "{SubnetId: subnet-2, VpcId: vpc-1, Ipv6CidrBlockAssociationSet: [{Ipv6CidrBlock: '2001:db8::/64'}]}", none, "pass"},
		{"no endpoint", "VpcEndpointType: Gateway,", "VpcEndpointType: Interface,", none, "pass"},
		{"unread entries", "PrefixListId: pl-1, Entries", "PrefixListId: pl-9, Entries", none, "unknown the entries of prefix list pl-1 were not read"},
		{"denied entries", "{Cidr: 3.5.0.0/19}]}]", "{Cidr: 3.5.0.0/19}]}]\nGaps: [GetManagedPrefixListEntries]", none, "pass"},
		{"denied entries of this list", "GetManagedPrefixListEntries: [{PrefixListId: pl-1, " + ranges + "}]", "Gaps: [GetManagedPrefixListEntries]", none, "unknown ec2:GetManagedPrefixListEntries: denied in this example"},
		{"a table that is not listed", "VpcId: vpc-1, Associations: [{Main: true}]", "VpcId: vpc-2, Associations: [{Main: true}]", none, "unknown the route table of subnet-1 is not listed"},
	} {
		text := strings.Replace(bucket, tt.old, tt.new, 1)
		if got := ask(t, account(t, text), "networkAcl", "", tt.require); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestStoppedForCertain: a subnet that is not listed hides nothing of what another one shows.
func TestStoppedForCertain(t *testing.T) {
	text := strings.Replace(bucket, "Subnets: [{SubnetId: subnet-1, VpcId: vpc-1}, ", "Subnets: [", 1)
	if got, want := ask(t, account(t, text), "networkAcl", "", "networkAcl.stoppedEndpoints([443], [49152]) == []"), "unknown the route table of subnet-1 is not listed"; got != want {
		t.Errorf("open as far as is known: %q, want %q", got, want)
	}
	text = strings.Replace(text, "{From: 443, To: 443}", "{From: 80, To: 80}", 1)
	if got := ask(t, account(t, text), "networkAcl", "", "networkAcl.stoppedEndpoints([443], [49152]).size() == 1"); got != "pass" {
		t.Errorf("stopped for certain: %q", got)
	}
}

// TestShadowedEntries is what a rule sees of them.
func TestShadowedEntries(t *testing.T) {
	const acl = "NetworkAcls: [{NetworkAclId: acl-1, Entries: [{RuleNumber: 100, Egress: false, Protocol: '-1', RuleAction: allow, CidrBlock: 0.0.0.0/0}, {RuleNumber: 200, Egress: false, Protocol: '6', PortRange: {From: 22, To: 22}, RuleAction: deny, CidrBlock: 203.0.113.0/24}]}]"
	const expr = `networkAcl.shadowed().map(s, [s.RuleAction, s.Traffic, string(s.RuleNumber), s.ByAction, s.ByTraffic, string(s.ByNumber)]) == [["deny", "TCP 22 in from 203.0.113.0/24", "200", "allow", "all traffic in from 0.0.0.0/0", "100"]]`
	if got := ask(t, account(t, acl), "networkAcl", "", expr); got != "pass" {
		t.Errorf("%q", got)
	}
	if got := ask(t, account(t, strings.Replace(acl, "RuleNumber: 200", "RuleNumber: 50", 1)), "networkAcl", "", "networkAcl.shadowed() == []"); got != "pass" {
		t.Errorf("in front: %q", got)
	}
}

// TestRepeatedRules: what two groups of one interface say alike, with the ID of a rule left out, which no two have in common.
func TestRepeatedRules(t *testing.T) {
	const groups = `
SecurityGroups:
  - {GroupId: sg-1, IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 10.0.0.0/8}], PrefixListIds: [{PrefixListId: pl-1}], UserIdGroupPairs: [{GroupId: sg-3}]}]}
  - {GroupId: sg-2, IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, IpRanges: [{CidrIp: 10.0.0.0/8}, {CidrIp: 10.0.0.0/16}]}]}
  - {GroupId: sg-3, IpPermissions: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, PrefixListIds: [{PrefixListId: pl-1}], UserIdGroupPairs: [{GroupId: sg-3}]}], IpPermissionsEgress: [{IpProtocol: "-1", IpRanges: [{CidrIp: 0.0.0.0/0}]}]}
SecurityGroupRules:
  - {SecurityGroupRuleId: sgr-1, GroupId: sg-1, IsEgress: false, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv4: 10.0.0.0/8}
  - {SecurityGroupRuleId: sgr-2, GroupId: sg-2, IsEgress: false, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv4: 10.0.0.0/8}
`
	for worn, want := range map[string]string{
		"SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-2}]":                                                               `["TCP 443 from 10.0.0.0/8 (sg-1, sg-2)"]`,
		"SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-2}, {GroupId: sg-3}]":                                              `["TCP 443 from 10.0.0.0/8 (sg-1, sg-2)", "TCP 443 from group sg-3 (sg-1, sg-3)", "TCP 443 from prefix list pl-1 (sg-1, sg-3)"]`,
		"SecurityGroups: [{GroupId: sg-1}], NetworkInterfaces: [{Groups: [{GroupId: sg-1}]}, {Groups: [{GroupId: sg-2}]}]": `[]`,
		"NetworkInterfaces: [{Groups: [{GroupId: sg-1}, {GroupId: sg-2}]}, {Groups: [{GroupId: sg-2}, {GroupId: sg-1}]}]":  `["TCP 443 from 10.0.0.0/8 (sg-1, sg-2)"]`,
		"SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-1}]":                                                               `[]`,
	} {
		inv := account(t, "Instances: [{InstanceId: i-1, "+worn+"}]"+groups)
		if got := ask(t, inv, "instance", "", "instance.repeatedRules() == "+want); got != "pass" {
			t.Errorf("%s: %q", worn, got)
		}
	}
}
