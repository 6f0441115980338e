package lint

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/patterns"
)

// BenchmarkExposures asks what the internet reaches in a region of 10,000 public machines in 60 subnets with 5,000 groups, of which every fiftieth is open.
func BenchmarkExposures(b *testing.B) {
	p := func(s string) *string { return &s }
	yes, low, high := true, int32(22), int32(22)
	inv := func() *Inventory {
		inv := &Inventory{Account: "111122223333", Region: "us-east-1", Time: exampleTime}
		var subnets []types.Subnet
		acl := types.NetworkAcl{NetworkAclId: p("acl-1"), VpcId: p("vpc-1")}
		for i, e := range []bool{false, true} {
			number := int32(100 + i)
			acl.Entries = append(acl.Entries, types.NetworkAclEntry{Egress: &e, RuleNumber: &number, Protocol: p("-1"), RuleAction: types.RuleActionAllow, CidrBlock: p("0.0.0.0/0")})
		}
		for i := range 20 { // what was blocked over the years
			out, number := false, int32(1+i)
			acl.Entries = append(acl.Entries, types.NetworkAclEntry{Egress: &out, RuleNumber: &number, Protocol: p("-1"), RuleAction: types.RuleActionDeny, CidrBlock: p(fmt.Sprintf("8.8.%d.8/32", i))})
		}
		for i := range 60 {
			id := p(fmt.Sprintf("subnet-%d", i))
			subnets = append(subnets, types.Subnet{SubnetId: id, VpcId: p("vpc-1")})
			acl.Associations = append(acl.Associations, types.NetworkAclAssociation{SubnetId: id})
		}
		var groups []types.SecurityGroup
		for i := range 5000 {
			cidr := "10.0.0.0/8"
			if i%50 == 0 {
				cidr = "0.0.0.0/0"
			}
			groups = append(groups, types.SecurityGroup{GroupId: p(fmt.Sprintf("sg-%d", i)), IpPermissions: []types.IpPermission{{IpProtocol: p("tcp"), FromPort: &low, ToPort: &high, IpRanges: []types.IpRange{{CidrIp: &cidr}}}}})
		}
		var machines []types.Instance
		var nics []types.NetworkInterface
		for i := range 10000 {
			id, nic, subnet, ip := p(fmt.Sprintf("i-%d", i)), p(fmt.Sprintf("eni-%d", i)), p(fmt.Sprintf("subnet-%d", i%60)), p(fmt.Sprintf("54.%d.%d.%d", i/62500, i/250%250, i%250))
			group := []types.GroupIdentifier{{GroupId: p(fmt.Sprintf("sg-%d", i%5000))}}
			machines = append(machines, types.Instance{InstanceId: id, SubnetId: subnet, VpcId: p("vpc-1"), State: &types.InstanceState{Name: types.InstanceStateNameRunning}, SecurityGroups: group,
				NetworkInterfaces: []types.InstanceNetworkInterface{{NetworkInterfaceId: nic, SubnetId: subnet, VpcId: p("vpc-1"), Groups: group, Association: &types.InstanceNetworkInterfaceAssociation{PublicIp: ip}}}})
			nics = append(nics, types.NetworkInterface{NetworkInterfaceId: nic, SubnetId: subnet, VpcId: p("vpc-1"), Groups: group, Association: &types.NetworkInterfaceAssociation{PublicIp: ip}, Attachment: &types.NetworkInterfaceAttachment{InstanceId: id}})
		}
		for source, page := range map[string]any{
			"DescribeInstances": []types.Reservation{{Instances: machines}}, "DescribeNetworkInterfaces": nics, "DescribeSecurityGroups": groups, "DescribeSubnets": subnets, "DescribeNetworkAcls": []types.NetworkAcl{acl},
			"DescribeRouteTables":                 []types.RouteTable{{RouteTableId: p("rtb-1"), VpcId: p("vpc-1"), Associations: []types.RouteTableAssociation{{Main: &yes}}, Routes: []types.Route{{DestinationCidrBlock: p("0.0.0.0/0"), GatewayId: p("igw-1")}}}},
			"DescribeVpcBlockPublicAccessOptions": &VPCBlockPublicAccess{VpcBlockPublicAccessOptions: &types.VpcBlockPublicAccessOptions{InternetGatewayBlockMode: "off"}}, "DescribeVpcBlockPublicAccessExclusions": []types.VpcBlockPublicAccessExclusion{},
			"DescribeSecurityGroupRules": []types.SecurityGroupRule{}, "GetManagedPrefixListEntries": []PrefixListEntries{},
		} {
			if err := inv.Add(source, page); err != nil {
				b.Fatal(err)
			}
		}
		return inv
	}
	for _, id := range []string{"close-admin-ports", "know-what-the-internet-reaches"} {
		rules := builtin(b).Only(func(p *patterns.Pattern) bool { return p.ID == id })
		b.Run(id, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				fresh := inv() // what is derived from an inventory is kept with it
				b.StartTimer()
				r, err := rules.Check(b.Context(), fresh, Options{})
				if err != nil || len(r.Findings) < 100 {
					b.Fatalf("%d findings, %v", len(r.Findings), err)
				}
			}
		})
	}
}
