package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/patlint/patlint/lint"
)

// careless answers what moto lacks, for the region of the request: the settings of a careless account in us-east-1, and those of a careful one elsewhere.
func careless(t *testing.T, moto string) string {
	t.Helper()
	f := newFront(t, moto)
	f.say("DescribeVpcBlockPublicAccessExclusions", "<vpcBlockPublicAccessExclusionSet/>")
	pick := func(action, before, good, bad, after string) {
		f.answers[action] = func(region string) string {
			if region == "us-east-1" {
				return before + bad + after
			}
			return before + good + after
		}
	}
	pick("DescribeVpcBlockPublicAccessOptions", "<vpcBlockPublicAccessOptions><internetGatewayBlockMode>", "block-bidirectional", "off",
		"</internetGatewayBlockMode></vpcBlockPublicAccessOptions>")
	pick("GetEbsEncryptionByDefault", "<ebsEncryptionByDefault>", "true", "false", "</ebsEncryptionByDefault>")
	pick("GetImageBlockPublicAccessState", "<imageBlockPublicAccessState>", "block-new-sharing", "unblocked", "</imageBlockPublicAccessState>")
	pick("GetInstanceMetadataDefaults", "<accountLevel>", "<httpTokens>required</httpTokens>", "", "</accountLevel>")
	pick("GetSerialConsoleAccessStatus", "<serialConsoleAccessEnabled>", "false", "true", "</serialConsoleAccessEnabled>")
	pick("GetSnapshotBlockPublicAccessState", "<state>", "block-all-sharing", "unblocked", "</state>")
	return f.url
}

// rule is a permission for one source: a range, a group or a prefix list.
func rule(protocol string, from, to int32, source string) types.IpPermission {
	p := types.IpPermission{IpProtocol: &protocol, FromPort: &from, ToPort: &to}
	described := aws.String("for a test of rules")
	switch {
	case strings.HasPrefix(source, "sg-"):
		p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: &source, Description: described}}
	case strings.HasPrefix(source, "pl-"):
		p.PrefixListIds = []types.PrefixListId{{PrefixListId: &source, Description: described}}
	case strings.Contains(source, ":"):
		p.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: &source, Description: described}}
	default:
		p.IpRanges = []types.IpRange{{CidrIp: &source, Description: described}}
	}
	return p
}

// A home is a VPC with a public and a private subnet, as careful as can be.
type home struct {
	*seed
	block                string // the first two numbers of its addresses
	vpc, public, private string
	main                 string // route tables
	internet, inner      string // those of the two subnets
	gateway              string
	groups               int
}

// home builds one. Its default group is empty, its main route table leads nowhere, it has a flow log, and gateway endpoints with narrow policies.
func (s *seed) home(block string) *home {
	s.t.Helper()
	v, err := s.CreateVpc(s.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String(block + ".0.0/16")})
	s.check(err)
	x := &home{seed: s, vpc: *v.Vpc.VpcId, block: block}
	x.public, x.private = x.subnet("0"), x.subnet("1")
	tables, err := s.DescribeRouteTables(s.ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{x.vpc}}}})
	s.check(err)
	x.main = *tables.RouteTables[0].RouteTableId
	g, err := s.CreateInternetGateway(s.ctx, &ec2.CreateInternetGatewayInput{})
	s.check(err)
	x.gateway = *g.InternetGateway.InternetGatewayId
	_, err = s.AttachInternetGateway(s.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: &x.gateway, VpcId: &x.vpc})
	s.check(err)
	x.internet = x.table(x.public)
	x.inner = x.table(x.private)
	x.route(x.internet, "0.0.0.0/0", func(in *ec2.CreateRouteInput) { in.GatewayId = &x.gateway })
	return x
}

// table makes a route table for subnets.
func (x *home) table(subnets ...string) string {
	x.t.Helper()
	out, err := x.CreateRouteTable(x.ctx, &ec2.CreateRouteTableInput{VpcId: &x.vpc})
	x.check(err)
	for _, s := range subnets {
		_, err := x.AssociateRouteTable(x.ctx, &ec2.AssociateRouteTableInput{RouteTableId: out.RouteTable.RouteTableId, SubnetId: &s})
		x.check(err)
	}
	return *out.RouteTable.RouteTableId
}

func (x *home) route(table, to string, target func(*ec2.CreateRouteInput)) {
	x.t.Helper()
	in := &ec2.CreateRouteInput{RouteTableId: &table, DestinationCidrBlock: &to}
	target(in)
	_, err := x.CreateRoute(x.ctx, in)
	x.check(err)
}

// flowLog records the VPC's traffic, and gives the VPC's ID. The emulator asks for a bucket that exists.
func (x *home) flowLog() string {
	x.t.Helper()
	req, err := http.NewRequestWithContext(x.ctx, http.MethodPut, *x.Options().BaseEndpoint+"/flows", nil)
	x.check(err)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	x.check(err)
	resp.Body.Close()
	_, err = x.CreateFlowLogs(x.ctx, &ec2.CreateFlowLogsInput{ResourceIds: []string{x.vpc}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeAll,
		LogDestinationType: types.LogDestinationTypeS3, LogDestination: aws.String("arn:aws:s3:::flows")})
	x.check(err)
	return x.vpc
}

// subnet makes another one.
func (x *home) subnet(third string) string {
	x.t.Helper()
	return x.in("us-east-1a", third)
}

// in makes a subnet in a zone.
func (x *home) in(zone, third string) string {
	x.t.Helper()
	out, err := x.CreateSubnet(x.ctx, &ec2.CreateSubnetInput{VpcId: &x.vpc, CidrBlock: aws.String(x.block + "." + third + ".0/24"), AvailabilityZone: &zone})
	x.check(err)
	return *out.Subnet.SubnetId
}

// acl makes a network ACL for subnets; without any, it is the VPC's own.
func (x *home) acl(subnets ...string) string {
	x.t.Helper()
	all, err := x.DescribeNetworkAcls(x.ctx, &ec2.DescribeNetworkAclsInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{x.vpc}}}})
	x.check(err)
	if len(subnets) == 0 {
		i := slices.IndexFunc(all.NetworkAcls, func(a types.NetworkAcl) bool { return *a.IsDefault })
		return *all.NetworkAcls[i].NetworkAclId
	}
	out, err := x.CreateNetworkAcl(x.ctx, &ec2.CreateNetworkAclInput{VpcId: &x.vpc})
	x.check(err)
	for _, a := range all.NetworkAcls {
		for _, of := range a.Associations {
			if slices.Contains(subnets, *of.SubnetId) {
				_, err := x.ReplaceNetworkAclAssociation(x.ctx, &ec2.ReplaceNetworkAclAssociationInput{AssociationId: of.NetworkAclAssociationId, NetworkAclId: out.NetworkAcl.NetworkAclId})
				x.check(err)
			}
		}
	}
	return *out.NetworkAcl.NetworkAclId
}

func (x *home) entry(acl string, out bool, number int32, action types.RuleAction, from, to int32) {
	x.t.Helper()
	_, err := x.CreateNetworkAclEntry(x.ctx, &ec2.CreateNetworkAclEntryInput{NetworkAclId: &acl, Egress: &out, RuleNumber: &number, Protocol: aws.String("6"), RuleAction: action,
		CidrBlock: aws.String("0.0.0.0/0"), PortRange: &types.PortRange{From: &from, To: &to}})
	x.check(err)
}

// nic is the first interface of a machine.
func (x *home) nic(instance string) string {
	x.t.Helper()
	out, err := x.DescribeInstances(x.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{instance}})
	x.check(err)
	return *out.Reservations[0].Instances[0].NetworkInterfaces[0].NetworkInterfaceId
}

// open makes a group with these rules inwards, and none outwards.
func (x *home) open(permissions ...types.IpPermission) string {
	x.t.Helper()
	x.groups++
	return x.named(fmt.Sprintf("group-%02d", x.groups), permissions...)
}

func (x *home) named(name string, permissions ...types.IpPermission) string {
	x.t.Helper()
	out, err := x.CreateSecurityGroup(x.ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name, VpcId: &x.vpc})
	x.check(err)
	if len(permissions) > 0 {
		_, err = x.AuthorizeSecurityGroupIngress(x.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: out.GroupId, IpPermissions: permissions})
		x.check(err)
	}
	x.seal(*out.GroupId)
	return *out.GroupId
}

// seal takes the rule away that a new group has outwards.
func (x *home) seal(group string) {
	x.t.Helper()
	_, err := x.RevokeSecurityGroupEgress(x.ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: &group, IpPermissions: []types.IpPermission{
		{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}})
	x.check(err)
}

// defaultGroup is the group that the VPC was made with.
func (x *home) defaultGroup() string {
	x.t.Helper()
	out, err := x.DescribeSecurityGroups(x.ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{
		{Name: aws.String("vpc-id"), Values: []string{x.vpc}}, {Name: aws.String("group-name"), Values: []string{"default"}}}})
	x.check(err)
	return *out.SecurityGroups[0].GroupId
}

// emptied clears a default group.
func (x *home) emptied(group string) string {
	x.t.Helper()
	out, err := x.DescribeSecurityGroups(x.ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{group}})
	x.check(err)
	if g := out.SecurityGroups[0]; len(g.IpPermissions) > 0 {
		_, err = x.RevokeSecurityGroupIngress(x.ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: &group, IpPermissions: g.IpPermissions})
		x.check(err)
	}
	x.seal(group)
	return group
}

// launch starts a machine.
func (x *home) launch(subnet, group string, change func(*ec2.RunInstancesInput)) string {
	x.t.Helper()
	in := &ec2.RunInstancesInput{
		ImageId: aws.String("ami-1e749f67"), InstanceType: types.InstanceTypeM6iLarge, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		MetadataOptions:     &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(1), HttpEndpoint: types.InstanceMetadataEndpointStateEnabled},
		NetworkInterfaces:   []types.InstanceNetworkInterfaceSpecification{{DeviceIndex: aws.Int32(0), SubnetId: &subnet, Groups: []string{group}, AssociatePublicIpAddress: aws.Bool(false)}},
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: aws.String("/dev/sda1"), Ebs: &types.EbsBlockDevice{VolumeSize: aws.Int32(8), VolumeType: types.VolumeTypeGp3, Encrypted: aws.Bool(true)}}},
		TagSpecifications:   tags(types.ResourceTypeInstance, "NoRole", "it needs none"),
	}
	if change != nil {
		change(in)
	}
	out, err := x.RunInstances(x.ctx, in)
	x.check(err)
	return *out.Instances[0].InstanceId
}

// template makes a launch template.
func (x *home) template(name string, data types.RequestLaunchTemplateData) string {
	x.t.Helper()
	out, err := x.CreateLaunchTemplate(x.ctx, &ec2.CreateLaunchTemplateInput{LaunchTemplateName: &name, LaunchTemplateData: &data})
	x.check(err)
	return *out.LaunchTemplate.LaunchTemplateId
}

func encoded(script string) *string {
	return aws.String(base64.StdEncoding.EncodeToString([]byte(script)))
}

// exposedPatterns are the patterns of the chapters network, access and account that moto has the data for. DescribeClientVpnEndpoints,
// DescribeInstanceImageMetadata and GetAllowedImagesSettings it lacks, the ranges of peered VPCs, and the names of instances' key pairs.
var exposedPatterns = []string{
	"accept-transit-attachments-by-hand", "allow-only-listed-public-ports", "attach-instance-profiles", "attach-internet-gateways-on-purpose", "block-public-images",
	"block-public-snapshots", "block-vpc-public-access", "close-admin-ports", "close-nacl-admin-ports", "close-service-ports", "disable-serial-console", "empty-default-groups",
	"enable-flow-logs", "encrypt-by-default", "encrypt-snapshots", "encrypt-template-volumes", "encrypt-volumes", "guard-endpoints-with-groups",
	"keep-images-private", "keep-instances-private", "keep-main-route-table-private", "keep-nacl-return-path-open", "keep-secrets-out-of-templates", "keep-secrets-out-of-user-data",
	"keep-snapshots-private", "keep-source-dest-check-on", "keep-templates-private", "know-what-the-internet-reaches", "limit-egress", "limit-metadata-hops",
	"name-who-may-use-endpoint-services", "narrow-endpoint-policies", "narrow-port-ranges", "narrow-prefix-lists",
	"narrow-private-sources", "narrow-public-sources", "narrow-self-references", "never-open-everything", "open-only-useful-icmp", "peer-with-known-accounts", "require-imdsv2",
	"require-imdsv2-by-default", "require-imdsv2-in-templates", "leave-the-default-vpc", "retire-launch-wizard-groups", "review-single-address-rules", "route-through-nat-gateways",
	"separate-public-and-private-subnets", "stop-auto-public-addresses", "use-one-network-interface", "write-nacls-on-purpose",
}

// TestMotoExposures runs the unmodified command against an account with forty exposures, each beside its clean twin.
func TestMotoExposures(t *testing.T) {
	target := careless(t, startMoto(t))
	s := newSeed(t, target)
	var sown sowing
	fault, twin := sown.fault, sown.twin
	x := s.home("10.20")

	// Groups. What is open to everybody is more than one pattern's business.
	fault(x.open(rule("tcp", 22, 22, "0.0.0.0/0")), "close-admin-ports")
	web := twin(x.open(rule("tcp", 443, 443, "0.0.0.0/0"), rule("tcp", 80, 80, "::/0")))
	fault(x.open(rule("tcp", 3389, 3389, "::/0")), "close-admin-ports")
	twin(x.open(rule("tcp", 3389, 3389, "fd00::/64")))
	fault(x.open(rule("tcp", 5980, 5990, "0.0.0.0/1"), rule("tcp", 5980, 5990, "128.0.0.0/1")), "close-admin-ports")
	twin(x.open(rule("tcp", 5980, 5990, web)))
	fault(x.open(rule("tcp", 3306, 3306, "0.0.0.0/0")), "close-service-ports")
	twin(x.open(rule("tcp", 3306, 3306, web)))
	fault(x.open(rule("udp", 161, 161, "0.0.0.0/0")), "close-service-ports")
	twin(x.open(rule("udp", 161, 161, "10.20.1.0/28")))
	fault(x.open(rule("tcp", 8443, 8443, "0.0.0.0/0")), "allow-only-listed-public-ports")
	twin(x.open(rule("tcp", 8443, 8443, "8.8.8.0/28")))
	fault(x.open(rule("-1", -1, -1, "0.0.0.0/0")), "never-open-everything", "close-admin-ports")
	twin(x.open(rule("47", -1, -1, "8.8.8.8/32")))
	fault(x.open(rule("tcp", 20000, 30000, "10.20.1.0/28")), "narrow-port-ranges")
	twin(x.open(rule("tcp", 20000, 20001, "10.20.1.0/28")))
	fault(x.open(rule("tcp", 9443, 9443, "8.0.0.0/18")), "narrow-public-sources")
	twin(x.open(rule("tcp", 9443, 9443, "8.8.8.0/26")))
	fault(x.open(rule("tcp", 5432, 5432, "10.0.0.0/8")), "narrow-private-sources")
	twin(x.open(rule("tcp", 5432, 5432, "10.20.1.0/27")))
	nameless := rule("tcp", 9022, 9022, "8.8.4.4/32")
	nameless.IpRanges[0].Description = nil
	fault(x.open(nameless), "review-single-address-rules")
	twin(x.open(rule("tcp", 9022, 9022, "8.8.4.4/32")))
	fault(x.open(rule("icmp", -1, -1, "0.0.0.0/0")), "open-only-useful-icmp")
	twin(x.open(rule("icmp", 3, 4, "0.0.0.0/0")))
	self := x.open()
	_, err := s.AuthorizeSecurityGroupIngress(s.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &self, IpPermissions: []types.IpPermission{rule("-1", -1, -1, self)}})
	s.check(err)
	fault(self, "narrow-self-references")
	other := x.open()
	_, err = s.AuthorizeSecurityGroupIngress(s.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &other, IpPermissions: []types.IpPermission{rule("tcp", 7946, 7946, other)}})
	s.check(err)
	twin(other)
	fault(x.named("launch-wizard-7"), "retire-launch-wizard-groups")
	twin(x.named("web-servers"))
	out, err := s.CreateSecurityGroup(s.ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("talker"), Description: aws.String("talker"), VpcId: &x.vpc})
	s.check(err)
	fault(*out.GroupId, "limit-egress") // as soon as a machine below has it
	twin(x.open())

	// The VPC itself. A second one is beside it, in which everything is as it should be, and moto's default VPC.
	y := s.home("10.30")
	fault(x.defaultGroup(), "empty-default-groups")
	twin(y.emptied(y.defaultGroup()))
	vpcs, err := s.DescribeVpcs(s.ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{{Name: aws.String("is-default"), Values: []string{"true"}}}})
	s.check(err)
	given := &home{seed: s, vpc: *vpcs.Vpcs[0].VpcId}
	given.emptied(given.defaultGroup())
	fault(given.vpc, "leave-the-default-vpc")
	fault(x.vpc, "enable-flow-logs")
	twin(y.flowLog())
	_, err = s.ModifySubnetAttribute(s.ctx, &ec2.ModifySubnetAttributeInput{SubnetId: &x.public, MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
	s.check(err)
	fault(x.public, "stop-auto-public-addresses")
	twin(y.public)
	twin(y.private)
	fault(x.main, "keep-main-route-table-private")
	x.route(x.main, "0.0.0.0/0", func(in *ec2.CreateRouteInput) { in.GatewayId = &x.gateway })
	twin(y.main)
	written := twin(y.acl(y.public, y.private))
	y.entry(written, false, 100, types.RuleActionAllow, 443, 443)
	y.entry(written, true, 100, types.RuleActionAllow, 1024, 65535)
	fault(x.acl(), "write-nacls-on-purpose")
	doors := fault(x.acl(x.subnet("2")), "close-nacl-admin-ports")
	x.entry(doors, false, 100, types.RuleActionAllow, 22, 22)
	x.entry(doors, true, 100, types.RuleActionAllow, 1024, 65535)
	transit := func(accept types.AutoAcceptSharedAttachmentsValue) string {
		out, err := s.CreateTransitGateway(s.ctx, &ec2.CreateTransitGatewayInput{Options: &types.TransitGatewayRequestOptions{AutoAcceptSharedAttachments: accept}})
		s.check(err)
		return *out.TransitGateway.TransitGatewayId
	}
	fault(transit(types.AutoAcceptSharedAttachmentsValueEnable), "accept-transit-attachments-by-hand")
	twin(transit(types.AutoAcceptSharedAttachmentsValueDisable))
	z := s.home("10.40")
	_, err = s.DeleteRoute(s.ctx, &ec2.DeleteRouteInput{RouteTableId: &z.internet, DestinationCidrBlock: aws.String("0.0.0.0/0")})
	s.check(err)
	z.emptied(z.defaultGroup())
	fault(z.gateway, "attach-internet-gateways-on-purpose")
	twin(y.gateway)
	endpoint := func(policy *string) string {
		out, err := s.CreateVpcEndpoint(s.ctx, &ec2.CreateVpcEndpointInput{VpcId: &x.vpc, ServiceName: aws.String("com.amazonaws.us-east-1.s3"), RouteTableIds: []string{x.internet}, PolicyDocument: policy})
		s.check(err)
		return *out.VpcEndpoint.VpcEndpointId
	}
	fault(endpoint(aws.String(`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}`)), "narrow-endpoint-policies")
	twin(endpoint(aws.String(`{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-data/*"}]}`)))
	list := func(cidr string) string {
		out, err := s.CreateManagedPrefixList(s.ctx, &ec2.CreateManagedPrefixListInput{PrefixListName: aws.String("partners"), AddressFamily: aws.String("IPv4"), MaxEntries: aws.Int32(5),
			Entries: []types.AddPrefixListEntry{{Cidr: &cidr}}})
		s.check(err)
		x.open(rule("tcp", 443, 443, *out.PrefixList.PrefixListId))
		return *out.PrefixList.PrefixListId
	}
	fault(list("8.0.0.0/7"), "narrow-prefix-lists")
	twin(list("8.8.8.0/26"))

	// Machines. A careful one has an encrypted disk, no public address, no key and no role, and says so.
	private := x.open(rule("tcp", 443, 443, web))
	careful := twin(x.launch(x.private, twin(private), nil))
	twin(x.root(careful))
	twin(x.nic(careful))
	loose := fault(x.launch(x.private, private, func(in *ec2.RunInstancesInput) {
		in.MetadataOptions.HttpTokens, in.MetadataOptions.HttpPutResponseHopLimit = types.HttpTokensStateOptional, aws.Int32(2)
	}), "require-imdsv2", "limit-metadata-hops")
	twin(x.root(loose))
	fault(x.launch(x.private, private, func(in *ec2.RunInstancesInput) { in.TagSpecifications = nil }), "attach-instance-profiles")
	shout := x.open(rule("tcp", 22, 22, "0.0.0.0/0"))
	fault(shout, "close-admin-ports")
	public := fault(x.launch(x.public, shout, func(in *ec2.RunInstancesInput) { in.NetworkInterfaces[0].AssociatePublicIpAddress = aws.Bool(true) }), "know-what-the-internet-reaches")
	fault(x.nic(public), "keep-instances-private")
	plain := x.launch(x.private, private, func(in *ec2.RunInstancesInput) { in.BlockDeviceMappings = nil })
	fault(x.root(plain), "encrypt-volumes")
	fault(s.snapshot(x.root(plain)), "encrypt-snapshots")
	twin(s.snapshot(x.root(careful)))
	fault(x.launch(x.private, private, func(in *ec2.RunInstancesInput) {
		in.UserData = encoded("#!/bin/sh\nexport AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
	}), "keep-secrets-out-of-user-data")
	twin(x.launch(x.private, private, func(in *ec2.RunInstancesInput) {
		in.UserData = encoded("#!/bin/sh\nexport DB_PASSWORD=$(aws ssm get-parameter --with-decryption --name /shop/db --query Parameter.Value --output text)\n")
	}))
	router := x.launch(x.private, private, nil)
	_, err = s.ModifyNetworkInterfaceAttribute(s.ctx, &ec2.ModifyNetworkInterfaceAttributeInput{NetworkInterfaceId: aws.String(x.nic(router)), SourceDestCheck: &types.AttributeBooleanValue{Value: aws.Bool(false)}})
	s.check(err)
	fault(x.nic(router), "keep-source-dest-check-on")
	talker := x.launch(x.private, *out.GroupId, nil)
	twin(talker)

	// Templates.
	order := func(name string, change func(*types.RequestLaunchTemplateData)) string {
		data := types.RequestLaunchTemplateData{InstanceType: types.InstanceTypeM6iLarge,
			MetadataOptions:   &types.LaunchTemplateInstanceMetadataOptionsRequest{HttpTokens: types.LaunchTemplateHttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(1)},
			NetworkInterfaces: []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{DeviceIndex: aws.Int32(0), AssociatePublicIpAddress: aws.Bool(false), Groups: []string{private}}}}
		if change != nil {
			change(&data)
		}
		return x.template(name, data)
	}
	twin(order("careful", nil))
	twin(order("quiet", func(d *types.RequestLaunchTemplateData) {
		d.UserData = encoded("#!/bin/sh\\nsystemctl enable --now shop\\n")
	}))
	fault(order("old", func(d *types.RequestLaunchTemplateData) {
		d.MetadataOptions.HttpTokens = types.LaunchTemplateHttpTokensStateOptional
	}), "require-imdsv2-in-templates")
	fault(order("open", func(d *types.RequestLaunchTemplateData) {
		d.NetworkInterfaces[0].AssociatePublicIpAddress = aws.Bool(true)
	}), "keep-templates-private")
	fault(order("telling", func(d *types.RequestLaunchTemplateData) {
		d.UserData = encoded("#!/bin/sh\nmysql -u shop -pTr0ub4dor_and_3 < /srv/schema.sql\n")
	}), "keep-secrets-out-of-templates")

	// The settings of the region. Its twin is another one.
	regional := []string{"block-public-images", "block-public-snapshots", "block-vpc-public-access", "disable-serial-console", "encrypt-by-default", "require-imdsv2-by-default"}
	fault("us-east-1", regional...)

	sown.reap(t, 40, len(regional)) // the twins of the settings are in the other region
	check := func(region string, patterns []string) *lint.Report {
		args := []string{"check", "--region", region, "--endpoint-url", target, "-f", "json", "--rate", "100", "--exit-zero"}
		for _, p := range patterns {
			args = append(args, "-p", p)
		}
		stdout, stderr, code := patlint(t, nil, args...)
		if code != exitClean {
			t.Fatalf("%s: exit code %d\n%s", region, code, stderr)
		}
		var r lint.Report
		if err := json.Unmarshal([]byte(stdout), &r); err != nil {
			t.Fatal(err)
		}
		return &r
	}
	r := check("us-east-1", exposedPatterns)
	if diff := cmp.Diff(sown.want, found(r)); diff != "" {
		t.Errorf("findings (-seeded +reported):\n%s", diff)
	}
	for message, pattern := range map[string]string{"exposed now: the internet reaches " + public: "close-admin-ports", "in use nowhere": "close-service-ports"} {
		if !slices.ContainsFunc(r.Findings, func(f lint.Finding) bool { return f.Pattern == pattern && strings.Contains(f.Message, message) }) {
			t.Errorf("%s does not say %q", pattern, message)
		}
	}
	if other := check("eu-west-1", regional); len(other.Findings) > 0 || other.Summary.Pass != len(regional) {
		t.Errorf("the careful region: %+v, %v", other.Summary, found(other))
	}
}
