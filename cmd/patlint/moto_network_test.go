package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/patlint/patlint/lint"
)

// settings stands in front of the emulator and answers what moto lacks, for the region of the request: the settings of a careless account in us-east-1, and
// those of a careful one elsewhere.
func settings(t *testing.T, moto string) string {
	t.Helper()
	target, err := url.Parse(moto)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	pick := func(careful bool, good, bad string) string {
		if careful {
			return good
		}
		return bad
	}
	answers := map[string]func(careful bool) string{
		"DescribeVpcBlockPublicAccessExclusions": func(bool) string { return "<vpcBlockPublicAccessExclusionSet/>" },
		"DescribeVpcBlockPublicAccessOptions": func(careful bool) string {
			return "<vpcBlockPublicAccessOptions><internetGatewayBlockMode>" + pick(careful, "block-bidirectional", "off") + "</internetGatewayBlockMode></vpcBlockPublicAccessOptions>"
		},
		"GetEbsEncryptionByDefault": func(careful bool) string {
			return "<ebsEncryptionByDefault>" + pick(careful, "true", "false") + "</ebsEncryptionByDefault>"
		},
		"GetImageBlockPublicAccessState": func(careful bool) string {
			return "<imageBlockPublicAccessState>" + pick(careful, "block-new-sharing", "unblocked") + "</imageBlockPublicAccessState>"
		},
		"GetInstanceMetadataDefaults": func(careful bool) string {
			return "<accountLevel>" + pick(careful, "<httpTokens>required</httpTokens>", "") + "</accountLevel>"
		},
		"GetSerialConsoleAccessStatus": func(careful bool) string {
			return "<serialConsoleAccessEnabled>" + pick(careful, "false", "true") + "</serialConsoleAccessEnabled>"
		},
		"GetSnapshotBlockPublicAccessState": func(careful bool) string {
			return "<state>" + pick(careful, "block-all-sharing", "unblocked") + "</state>"
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, _ := url.ParseQuery(string(body))
		action := form.Get("Action")
		if answer, ok := answers[action]; ok {
			careful := !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/")
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprintf(w, `<%[1]sResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>%[2]s</%[1]sResponse>`, action, answer(careful))
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
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

// A site is a VPC with a public and a private subnet, as careful as can be.
type site struct {
	*seed
	vpc, public, private string
	main, internet       string // route tables
	gateway              string
	groups               int
}

// make builds it. Its default group is empty, its main route table leads nowhere, it has a flow log, and gateway endpoints with narrow policies.
func (s *seed) site(name, block string) *site {
	s.t.Helper()
	v, err := s.CreateVpc(s.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String(block + ".0.0/16")})
	s.check(err)
	x := &site{seed: s, vpc: *v.Vpc.VpcId}
	subnet := func(third string) string {
		out, err := s.CreateSubnet(s.ctx, &ec2.CreateSubnetInput{VpcId: &x.vpc, CidrBlock: aws.String(block + "." + third + ".0/24"), AvailabilityZone: aws.String("us-east-1a")})
		s.check(err)
		return *out.Subnet.SubnetId
	}
	x.public, x.private = subnet("0"), subnet("1")
	tables, err := s.DescribeRouteTables(s.ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{x.vpc}}}})
	s.check(err)
	x.main = *tables.RouteTables[0].RouteTableId
	g, err := s.CreateInternetGateway(s.ctx, &ec2.CreateInternetGatewayInput{})
	s.check(err)
	x.gateway = *g.InternetGateway.InternetGatewayId
	_, err = s.AttachInternetGateway(s.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: &x.gateway, VpcId: &x.vpc})
	s.check(err)
	x.internet = x.table(x.public)
	x.route(x.internet, "0.0.0.0/0", func(in *ec2.CreateRouteInput) { in.GatewayId = &x.gateway })
	return x
}

// table makes a route table for subnets.
func (x *site) table(subnets ...string) string {
	x.t.Helper()
	out, err := x.CreateRouteTable(x.ctx, &ec2.CreateRouteTableInput{VpcId: &x.vpc})
	x.check(err)
	for _, s := range subnets {
		_, err := x.AssociateRouteTable(x.ctx, &ec2.AssociateRouteTableInput{RouteTableId: out.RouteTable.RouteTableId, SubnetId: &s})
		x.check(err)
	}
	return *out.RouteTable.RouteTableId
}

func (x *site) route(table, to string, target func(*ec2.CreateRouteInput)) {
	x.t.Helper()
	in := &ec2.CreateRouteInput{RouteTableId: &table, DestinationCidrBlock: &to}
	target(in)
	_, err := x.CreateRoute(x.ctx, in)
	x.check(err)
}

// open makes a group with these rules inwards, and none outwards.
func (x *site) open(permissions ...types.IpPermission) string {
	x.t.Helper()
	x.groups++
	return x.named(fmt.Sprintf("group-%02d", x.groups), permissions...)
}

func (x *site) named(name string, permissions ...types.IpPermission) string {
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
func (x *site) seal(group string) {
	x.t.Helper()
	_, err := x.RevokeSecurityGroupEgress(x.ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: &group, IpPermissions: []types.IpPermission{
		{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}})
	x.check(err)
}

// defaultGroup is the group that the VPC was made with.
func (x *site) defaultGroup() string {
	x.t.Helper()
	out, err := x.DescribeSecurityGroups(x.ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{
		{Name: aws.String("vpc-id"), Values: []string{x.vpc}}, {Name: aws.String("group-name"), Values: []string{"default"}}}})
	x.check(err)
	return *out.SecurityGroups[0].GroupId
}

// emptied clears a default group.
func (x *site) emptied(group string) string {
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
func (x *site) launch(subnet, group string, public bool, change func(*ec2.RunInstancesInput)) string {
	x.t.Helper()
	in := &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12c6146b"), InstanceType: types.InstanceTypeM6iLarge, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		MetadataOptions:   &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(1), HttpEndpoint: types.InstanceMetadataEndpointStateEnabled},
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{DeviceIndex: aws.Int32(0), SubnetId: &subnet, Groups: []string{group}, AssociatePublicIpAddress: &public}},
		TagSpecifications: tags(types.ResourceTypeInstance, "NoRole", "it needs none"),
	}
	if change != nil {
		change(in)
	}
	out, err := x.RunInstances(x.ctx, in)
	x.check(err)
	return *out.Instances[0].InstanceId
}

// template makes a launch template.
func (x *site) template(name string, data types.RequestLaunchTemplateData) string {
	x.t.Helper()
	out, err := x.CreateLaunchTemplate(x.ctx, &ec2.CreateLaunchTemplateInput{LaunchTemplateName: &name, LaunchTemplateData: &data})
	x.check(err)
	return *out.LaunchTemplate.LaunchTemplateId
}

func encoded(script string) *string {
	return aws.String(base64.StdEncoding.EncodeToString([]byte(script)))
}
