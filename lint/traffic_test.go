package lint

import (
	"strings"
	"testing"
)

// machine is an account with a bastion: a group open for SSH, an interface with a public address, and a subnet with a way to the internet.
const machine = `
Instances:
  - InstanceId: i-1
    State: {Name: running}
    SubnetId: subnet-1
    VpcId: vpc-1
    Tags: [{Key: Name, Value: jump}]
    NetworkInterfaces: [{NetworkInterfaceId: eni-1, SubnetId: subnet-1, VpcId: vpc-1, Association: {PublicIp: 203.0.113.5}, Groups: [{GroupId: sg-1}]}]
NetworkInterfaces:
  - {NetworkInterfaceId: eni-1, SubnetId: subnet-1, VpcId: vpc-1, Association: {PublicIp: 203.0.113.5}, Groups: [{GroupId: sg-1}], Attachment: {InstanceId: i-1}}
SecurityGroups:
  - {GroupId: sg-1, IpPermissions: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 0.0.0.0/0}], PrefixListIds: [{PrefixListId: pl-1}]}]}
SecurityGroupRules:
  - {SecurityGroupRuleId: sgr-1, GroupId: sg-1, IsEgress: false, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIpv4: 0.0.0.0/0}
Subnets: [{SubnetId: subnet-1, VpcId: vpc-1, CidrBlock: 10.0.1.0/24}]
RouteTables: [{RouteTableId: rtb-1, VpcId: vpc-1, Associations: [{SubnetId: subnet-1}], Routes: [{DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1, State: active}]}]
NetworkAcls: [{NetworkAclId: acl-1, Associations: [{SubnetId: subnet-1}], Entries: [{RuleNumber: 100, Egress: false, Protocol: "-1", RuleAction: allow, CidrBlock: 0.0.0.0/0}, {RuleNumber: 100, Egress: true, Protocol: "-1", RuleAction: allow, CidrBlock: 0.0.0.0/0}]}]
`

// TestExposures is what a rule sees of the ways to a machine, in each of the states that the API can leave it in.
func TestExposures(t *testing.T) {
	const list = "GetManagedPrefixListEntries: [{PrefixListId: pl-1, Entries: [{Cidr: 10.0.0.0/8}]}]\n"
	one := `instance.exposures().map(e, e.PublicAddress + " " + string(e.Rule.FromPort) + " " + e.Rule.SecurityGroupRuleId + " " + e.NetworkInterfaceId + " " + e.InstanceId) == ["203.0.113.5 22 sgr-1 eni-1 i-1"]`
	tests := []struct{ name, old, new, require, want string }{
		{"a bastion", "", "", one, "pass"},
		{"its interface", "", "", `networkInterface.exposures().size() == 1 && networkInterface.publicAddresses() == ["203.0.113.5"] && networkInterface.usedBy() == "i-1"`, "pass"},
		{"addresses", "", "", `instance.publicAddresses() == ["203.0.113.5"]`, "pass"},
		{"stopped", "running", "stopped", "instance.exposures().size() == 0", "pass"},
		{"no public address", "Association: {PublicIp: 203.0.113.5}, ", "", "instance.exposures().size() == 0 && instance.publicAddresses() == []", "pass"},
		{"a group that is not listed", "Groups: [{GroupId: sg-1}]", "Groups: [{GroupId: sg-9}]", "instance.exposures().all(e, e.Rule.FromPort == 443)", "unknown sg-9 is named, but DescribeSecurityGroups did not list it"},
		{"a route table that is not listed", "Associations: [{SubnetId: subnet-1}], Routes", "Associations: [{SubnetId: subnet-2}], Routes", "instance.exposures().all(e, e.Rule.FromPort == 443)", "unknown the route table of subnet-1 is not listed"},
		{"no groups were read", "", "Gaps: [DescribeSecurityGroups]", "instance.exposures().all(e, e.Rule.FromPort == 22)", "unknown ec2:DescribeSecurityGroups: denied in this example"},
		{"no ACLs were read", "", "Gaps: [DescribeNetworkAcls]", "instance.exposures().all(e, e.Rule.FromPort == 443)", "unknown ec2:DescribeNetworkAcls: denied in this example"},
		{"no block was read", "", "Gaps: [DescribeVpcBlockPublicAccessOptions]", "instance.exposures().all(e, e.Rule.FromPort == 443)", "unknown ec2:DescribeVpcBlockPublicAccessOptions: denied in this example"},
		{"nothing was read, and there is no address", "Association: {PublicIp: 203.0.113.5}, ", "", "instance.exposures().all(e, e.Rule.FromPort == 443)", "pass"},
		{"the rules were not listed on their own", "SecurityGroupRuleId: sgr-1, GroupId: sg-1", "SecurityGroupRuleId: sgr-1, GroupId: sg-9", `instance.exposures().exists(e, e.Rule.SecurityGroupRuleId == "")`, "pass"},
		{"ports of ICMP", "", "", `securityGroup.inbound().all(r, r.opens("icmp", 8))`, "unknown the rule failed: only tcp and udp have ports, not icmp"},
		{"a table that cannot be read", "", "", `securityGroup.inbound().all(r, r.opened(["SSH"]).size() == 0)`, `unknown the rule failed: "SSH" is no entry of a table of ports; write 22, 3306 MySQL, udp/161 SNMP or 27017-27019 MongoDB`},
		{"both forms of a table", "", "", `securityGroup.inbound().all(r, r.opened([22, 23]) == ["TCP 22"] && r.opened(["20-25 mail and SSH"]) == ["TCP 20 to 25 (mail and SSH)"])`, "pass"},
		{"ranges of a list", "", "", `securityGroup.inbound()[1].ranges() == ["10.0.0.0/8"] && securityGroup.inbound()[1].wideRanges(16, 32) == [] && securityGroup.inbound()[0].wideRanges(16, 32) == ["0.0.0.0/0"]`, "pass"},
		{"ranges of a list that was not asked", "PrefixListId: pl-1, Entries", "PrefixListId: pl-2, Entries", `securityGroup.inbound()[1].ranges() == []`, "unknown the entries of prefix list pl-1 were not read"},
		{"words", "", "", `securityGroup.inbound()[0].traffic() == "TCP 22" && securityGroup.inbound()[0].origin() == "0.0.0.0/0 (sgr-1)" && securityGroup.inbound()[0].portCount("tcp") == 1 && securityGroup.outbound() == []`, "pass"},
		{"what an ACL lets through", "", "", `networkAcl.letsIn("tcp", 22) == ["0.0.0.0/0"] && networkAcl.letsOut("udp", 53) == ["0.0.0.0/0"]`, "pass"},
		{"a subnet", "", "", "subnet.isPublic()", "pass"},
		{"a subnet without a table", "Associations: [{SubnetId: subnet-1}], Routes", "Associations: [{SubnetId: subnet-2}], Routes", "subnet.isPublic()", "unknown the route table of subnet-1 is not listed"},
	}
	for _, tt := range tests {
		kind, _, _ := strings.Cut(tt.require, ".")
		yaml := strings.ReplaceAll(machine, tt.old, tt.new)
		lists := list
		if tt.old == "" {
			yaml = machine + tt.new + "\n"
		} else {
			lists = strings.ReplaceAll(list, tt.old, tt.new)
		}
		if got := ask(t, account(t, yaml+lists), kind, "", tt.require); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestOpenings is the message about open groups.
func TestOpenings(t *testing.T) {
	nic := func(id, more string) string {
		return "  - {NetworkInterfaceId: " + id + ", SubnetId: subnet-1, VpcId: vpc-1, Groups: [{GroupId: sg-1}]" + more + "}\n"
	}
	public := func(n string) string { return ", Association: {PublicIp: 203.0.113." + n + "}" }
	tests := []struct{ name, nics, more, want string }{
		{"one machine", nic("eni-1", public("5")+", Attachment: {InstanceId: i-1}"), "", "exposed now: the internet reaches i-1 (jump) at 203.0.113.5"},
		{"several", nic("eni-1", public("5")) + nic("eni-2", public("6")) + nic("eni-3", public("7")) + nic("eni-4", public("8")) + nic("eni-5", ""), "",
			"exposed now: the internet reaches eni-1 at 203.0.113.5, eni-2 at 203.0.113.6, eni-3 at 203.0.113.7 and 1 more"},
		{"a load balancer", nic("eni-1", public("5")+", RequesterManaged: true, Description: ELB app/web/0123"), "", "exposed now: the internet reaches ELB app/web/0123 at 203.0.113.5"},
		{"a private machine", nic("eni-1", ""), "", "not exposed today: the internet does not reach its one network interface: no public address"},
		{"private machines", nic("eni-1", "") + nic("eni-2", public("5")+", InterfaceType: natGateway"), "", "not exposed today: the internet reaches none of its 2 network interfaces: a NAT gateway lets nobody in (1), no public address (1)"},
		{"nobody", "", "", "in use nowhere: no network interface has the group"},
		{"an ACL for one office", nic("eni-1", public("5")), "NetworkAcls: [{NetworkAclId: acl-1, Associations: [{SubnetId: subnet-1}], Entries: [{RuleNumber: 100, Egress: false, Protocol: \"-1\", RuleAction: allow, CidrBlock: 8.8.8.8/32}, {RuleNumber: 100, Egress: true, Protocol: \"-1\", RuleAction: allow, CidrBlock: 0.0.0.0/0}]}]",
			"not exposed today: the internet does not reach its one network interface: only 8.8.8.8/32 gets through"},
		{"an interface that nobody has", nic("eni-1", public("5")+", Status: available"), "", "exposed now: the internet reaches eni-1 (attached to nothing) at 203.0.113.5"},
		{"unread routes", nic("eni-1", public("5")), "Gaps: [DescribeRouteTables]", "whether the internet reaches it is not known of eni-1: DescribeRouteTables could not be read"},
		{"unread interfaces", "", "Gaps: [DescribeNetworkInterfaces]", "who is exposed is not known, because DescribeNetworkInterfaces could not be read"},
	}
	_, rest, _ := strings.Cut(machine, "SecurityGroups:")
	rest, acls, _ := strings.Cut(rest, "NetworkAcls:")
	for _, tt := range tests {
		if !strings.Contains(tt.more, "NetworkAcls:") {
			tt.more = "NetworkAcls:" + acls + tt.more
		}
		yaml := "Instances: [{InstanceId: i-1, State: {Name: running}, Tags: [{Key: Name, Value: jump}]}]\nNetworkInterfaces:\n" + tt.nics + "SecurityGroups:" + rest + tt.more
		if tt.nics == "" {
			yaml = "SecurityGroups:" + rest + tt.more
		}
		rules := compile(t, pattern("asked", "securityGroup", "", "false", "${securityGroup.openings(securityGroup.inbound().filter(r, r.Cidr != ''), ['22 SSH'])}"))
		report := checked(t, rules, account(t, yaml))
		if len(report.Findings) != 1 {
			t.Fatalf("%s: %d findings", tt.name, len(report.Findings))
		}
		if got, want := report.Findings[0].Message, "TCP 22 (SSH) open to 0.0.0.0/0 (sgr-1); "+tt.want; got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, want)
		}
	}
}
