package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A wide is a home in two zones.
type wide struct {
	*home
	publicB, privateB, innerB string
}

func (h *household) wide(block string) *wide {
	h.t.Helper()
	x := &wide{home: h.home(block)}
	x.publicB, x.privateB = x.in("us-east-1b", "2"), x.in("us-east-1b", "3")
	_, err := h.AssociateRouteTable(h.ctx, &ec2.AssociateRouteTableInput{RouteTableId: &x.internet, SubnetId: &x.publicB})
	h.check(err)
	x.innerB = x.table(x.privateB)
	return x
}

// nat makes a NAT gateway that is this old, with the address that it needs, and leads tables there.
func (h *household) nat(subnet string, age time.Duration, tables ...string) string {
	h.t.Helper()
	address, err := h.AllocateAddress(h.ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc})
	h.check(err)
	h.twin(*address.AllocationId)
	out, err := h.CreateNatGateway(h.ctx, &ec2.CreateNatGatewayInput{SubnetId: &subnet, AllocationId: address.AllocationId})
	h.check(err)
	id := out.NatGateway.NatGatewayId
	h.set("DescribeNatGateways", *id, element("createTime", ago(age)))
	for _, table := range tables {
		h.tidy.route(table, "0.0.0.0/0", func(in *ec2.CreateRouteInput) { in.NatGatewayId = id })
	}
	return *id
}

// endpoint makes an interface endpoint that is this old.
func (h *household) endpoint(vpc, service string, age time.Duration, subnets ...string) string {
	h.t.Helper()
	out, err := h.CreateVpcEndpoint(h.ctx, &ec2.CreateVpcEndpointInput{VpcId: &vpc, VpcEndpointType: types.VpcEndpointTypeInterface,
		ServiceName: aws.String("com.amazonaws.us-east-1." + service), SubnetIds: subnets, PrivateDnsEnabled: aws.Bool(service != "s3")})
	h.check(err)
	h.set("DescribeVpcEndpoints", *out.VpcEndpoint.VpcEndpointId, element("creationTimestamp", ago(age)))
	return *out.VpcEndpoint.VpcEndpointId
}

// gatewayEndpoint leads tables to S3.
func (h *household) gatewayEndpoint(vpc string, tables ...string) {
	h.t.Helper()
	_, err := h.CreateVpcEndpoint(h.ctx, &ec2.CreateVpcEndpointInput{VpcId: &vpc, VpcEndpointType: types.VpcEndpointTypeGateway, ServiceName: aws.String("com.amazonaws.us-east-1.s3"), RouteTableIds: tables})
	h.check(err)
}

// peering joins two VPCs, of which the other may ask for the first one's names.
func (h *household) peering(one, other string) string {
	h.t.Helper()
	out, err := h.CreateVpcPeeringConnection(h.ctx, &ec2.CreateVpcPeeringConnectionInput{VpcId: &one, PeerVpcId: &other})
	h.check(err)
	_, err = h.AcceptVpcPeeringConnection(h.ctx, &ec2.AcceptVpcPeeringConnectionInput{VpcPeeringConnectionId: out.VpcPeeringConnection.VpcPeeringConnectionId})
	h.check(err)
	_, err = h.ModifyVpcPeeringConnectionOptions(h.ctx, &ec2.ModifyVpcPeeringConnectionOptionsInput{VpcPeeringConnectionId: out.VpcPeeringConnection.VpcPeeringConnectionId,
		RequesterPeeringConnectionOptions: &types.PeeringConnectionOptionsRequest{AllowDnsResolutionFromRemoteVpc: aws.Bool(true)}})
	h.check(err)
	return *out.VpcPeeringConnection.VpcPeeringConnectionId
}

// logged records the traffic of a VPC, and gives the flow log.
func (h *household) logged(x *home) string {
	h.t.Helper()
	out, err := h.DescribeFlowLogs(h.ctx, &ec2.DescribeFlowLogsInput{Filter: []types.Filter{{Name: aws.String("resource-id"), Values: []string{x.flowLog()}}}})
	h.check(err)
	return *out.FlowLogs[0].FlowLogId
}

// networks sows four networks of which one is tidy, an empty one, and what leads out of them.
func (h *household) networks() {
	x := h.wide("10.20")
	h.tidy, h.away, h.group = x.home, x.privateB, h.twin(x.open(rule("tcp", 443, 443, "10.20.0.0/16")))
	for _, id := range []string{x.vpc, x.public, x.publicB, x.private, x.privateB, x.main, x.internet, x.inner, x.innerB, x.gateway, x.acl()} {
		h.twin(id)
	}
	h.mark(x.vpc, "MaxInstances", "200")
	h.named(x.home, h.group)
	h.twin(x.launch(x.private, h.group, nil))
	h.twin(x.launch(x.privateB, h.group, nil))
	h.twin(h.nat(x.public, 60*day, x.inner))
	h.twin(h.nat(x.publicB, 60*day, x.innerB))
	h.gatewayEndpoint(x.vpc, x.inner, x.innerB)
	h.twin(h.endpoint(x.vpc, "s3", 60*day, x.private, x.privateB))
	h.twin(h.endpoint(x.vpc, "ssm", 60*day, x.private, x.privateB))
	h.twin(h.logged(x.home))

	y := h.home("10.30")
	h.narrow(y)
	h.groups(y)
	z := h.wide("10.40")
	h.oneGateway(z)
	w := h.wide("10.50")
	h.crossed(w)

	way := func(from *home, over, to string) {
		from.route(from.inner, to, func(in *ec2.CreateRouteInput) { in.VpcPeeringConnectionId = &over })
	}
	halfway := h.fault(h.peering(x.vpc, y.vpc), "keep-peering-routes-present")
	way(x.home, halfway, "10.30.0.0/16")
	both := h.twin(h.peering(x.vpc, z.vpc))
	way(x.home, both, "10.40.0.0/16")
	way(z.home, both, "10.20.0.0/16")

	v, err := h.CreateVpc(h.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.60.0.0/16")})
	h.check(err)
	h.fault(*v.Vpc.VpcId, "retire-empty-vpcs")
	g, err := h.CreateInternetGateway(h.ctx, &ec2.CreateInternetGatewayInput{})
	h.check(err)
	h.fault(*g.InternetGateway.InternetGatewayId, "retire-unused-internet-gateways")
	a, err := h.AllocateAddress(h.ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc})
	h.check(err)
	h.fault(*a.AllocationId, "release-unused-addresses")
	h.transit(x, w)
	h.vpn(x.vpc)
	h.serve()
	h.loose(y)
}

// narrow is a network in one zone.
func (h *household) narrow(y *home) {
	h.mark(h.fault(y.vpc, "spread-subnets-across-zones", "cap-instance-count", "keep-groups-few"), "MaxInstances", "1", "InstanceTypes", "m6i.large")
	h.fault(h.endpoint(y.vpc, "s3", 60*day, y.public), "use-gateway-endpoints-for-s3")
	idle := h.fault(h.endpoint(y.vpc, "ssm", 60*day, y.public), "retire-idle-endpoints")
	h.metrics[idle] = 0
	log := h.fault(h.logged(y), "keep-flow-logs-delivering")
	h.set("DescribeFlowLogs", log, "<deliverLogsStatus>FAILED</deliverLogsStatus><deliverLogsErrorMessage>Access error</deliverLogsErrorMessage>")
	h.set("DescribeSubnets", h.fault(y.private, "keep-subnet-addresses-free"), "<availableIpAddressCount>9</availableIpAddressCount>")
	h.fault(y.subnet("7"), "retire-empty-subnets")
	h.fault(y.table(), "retire-unused-route-tables")
	acl, err := h.CreateNetworkAcl(h.ctx, &ec2.CreateNetworkAclInput{VpcId: &y.vpc})
	h.check(err)
	h.fault(*acl.NetworkAcl.NetworkAclId, "retire-unused-nacls")

	group := h.twin(y.open(rule("tcp", 443, 443, "10.30.0.0/16")))
	listed := func(third string, from int32) string {
		subnet := h.twin(y.subnet(third))
		h.twin(y.launch(subnet, group, nil))
		acl := y.acl(subnet)
		y.entry(acl, false, 100, types.RuleActionAllow, 1, 1023)
		y.entry(acl, false, 110, types.RuleActionDeny, from, from)
		return acl
	}
	h.fault(listed("2", 22), "keep-nacl-entries-effective")
	h.twin(listed("3", 3389))

	router := h.twin(y.launch(y.private, group, nil))
	y.route(h.fault(y.inner, "drop-blackhole-routes"), "10.99.0.0/16", func(in *ec2.CreateRouteInput) { in.InstanceId = &router })
	h.set("DescribeRouteTables", router, "<state>blackhole</state>")
	h.fault(y.launch(y.private, group, func(in *ec2.RunInstancesInput) { in.InstanceType = types.InstanceTypeM5Large }), "run-preferred-instance-types")
}

// groups sows security groups into a network.
func (h *household) groups(y *home) {
	h.fault(y.open(), "retire-unused-security-groups")
	worn := func(groups ...string) string {
		return y.launch(y.private, groups[0], func(in *ec2.RunInstancesInput) { in.NetworkInterfaces[0].Groups = groups })
	}
	silent := rule("tcp", 8443, 8443, "10.30.0.0/16")
	silent.IpRanges[0].Description = nil
	h.twin(worn(h.fault(y.open(silent), "describe-groups-and-rules")))
	long := rule("tcp", 9000, 9000, "10.30.0.0/32")
	for i := range 50 {
		long.IpRanges = append(long.IpRanges, rule("tcp", 9000, 9000, fmt.Sprintf("10.30.0.%d/32", 2*i+1)).IpRanges...)
	}
	h.twin(worn(h.fault(y.open(long), "keep-rules-few")))
	admin, web := rule("tcp", 22, 22, "10.30.0.0/24"), rule("tcp", 443, 443, "10.30.0.0/24")
	h.fault(worn(h.twin(y.open(admin)), h.twin(y.open(admin, web))), "merge-duplicate-groups")
	h.twin(worn(h.twin(y.open(admin)), h.twin(y.open(web))))
	var five []string
	for port := range int32(5) {
		five = append(five, h.twin(y.open(rule("tcp", 7000+port, 7000+port, "10.30.0.0/24"))))
	}
	h.twin(worn(five...)) // it is the network that is flagged
}

// named starts a machine with a public name.
func (h *household) named(x *home, group string) {
	id := h.twin(x.launch(x.public, group, func(in *ec2.RunInstancesInput) { in.NetworkInterfaces[0].AssociatePublicIpAddress = aws.Bool(true) }))
	h.set("DescribeNetworkInterfaces", h.twin(x.nic(id)),
		"<association><publicIp>203.0.113.9</publicIp><publicDnsName>ec2-203-0-113-9.compute-1.amazonaws.com</publicDnsName></association>")
}

// oneGateway is a network in two zones that goes out, and asks, by one.
func (h *household) oneGateway(z *wide) {
	group := h.twin(z.open(rule("tcp", 443, 443, "10.40.0.0/16")))
	h.twin(z.launch(z.private, group, nil))
	h.twin(z.launch(z.privateB, group, nil))
	h.twin(z.launch(z.publicB, group, nil))
	h.named(z.home, group)
	h.fault(z.vpc, "spread-nat-gateways-across-zones", "resolve-names-across-peering")
	idle := h.fault(h.nat(z.public, 60*day, z.inner, z.innerB), "retire-idle-nat-gateways")
	h.metrics[idle] = 0
	h.fault(h.endpoint(z.vpc, "ssm", 60*day, z.private), "spread-endpoints-across-zones")
}

// crossed is a network whose zones depend on each other.
func (h *household) crossed(w *wide) {
	group := h.twin(w.open(rule("tcp", 443, 443, "10.50.0.0/16")))
	h.twin(w.launch(w.private, group, nil))
	h.twin(w.launch(h.fault(w.privateB, "keep-nat-in-the-same-zone"), group, nil))
	h.twin(h.nat(w.public, day, w.inner, w.innerB))
	h.metrics[h.fault(h.nat(w.publicB, 60*day), "retire-unused-nat-gateways", "retire-idle-nat-gateways")] = 0

	out, err := h.CreateVpcEndpoint(h.ctx, &ec2.CreateVpcEndpointInput{VpcId: &w.vpc, VpcEndpointType: types.VpcEndpointTypeGatewayLoadBalancer,
		ServiceName: aws.String("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"), SubnetIds: []string{w.public}})
	h.check(err)
	here, there := h.twin(w.in("us-east-1a", "4")), h.fault(w.in("us-east-1b", "5"), "keep-firewall-endpoints-in-the-same-zone")
	w.route(w.table(here, there), "0.0.0.0/0", func(in *ec2.CreateRouteInput) { in.GatewayId = out.VpcEndpoint.VpcEndpointId })
	h.twin(w.launch(here, group, nil))
	h.twin(w.launch(there, group, nil))

	shut, ajar := w.subnet("6"), w.subnet("7")
	h.twin(w.launch(shut, group, nil))
	h.twin(w.launch(ajar, group, nil))
	h.gatewayEndpoint(w.vpc, h.twin(w.table(shut, ajar)))
	w.entry(h.fault(w.acl(shut), "let-s3-through-nacls"), true, 100, types.RuleActionAllow, 1024, 65535)
	open := h.twin(w.acl(ajar))
	w.entry(open, true, 100, types.RuleActionAllow, 443, 443)
	w.entry(open, false, 100, types.RuleActionAllow, 1024, 65535)
}

// transit sows a transit gateway that joins nothing beside one that joins two networks.
func (h *household) transit(of ...*wide) {
	gateway := func() string {
		out, err := h.CreateTransitGateway(h.ctx, &ec2.CreateTransitGatewayInput{})
		h.check(err)
		h.set("DescribeTransitGateways", *out.TransitGateway.TransitGatewayId, element("creationTime", ago(30*day)))
		return *out.TransitGateway.TransitGatewayId
	}
	h.fault(gateway(), "retire-unused-transit-gateways")
	hub := h.twin(gateway())
	for _, x := range of {
		_, err := h.CreateTransitGatewayVpcAttachment(h.ctx, &ec2.CreateTransitGatewayVpcAttachmentInput{TransitGatewayId: &hub, VpcId: &x.vpc, SubnetIds: []string{x.private, x.privateB}})
		h.check(err)
	}
}

// vpn sows VPN gateways and connections. Of tunnels moto says nothing.
func (h *household) vpn(vpc string) {
	customer, err := h.CreateCustomerGateway(h.ctx, &ec2.CreateCustomerGatewayInput{Type: types.GatewayTypeIpsec1, BgpAsn: aws.Int32(65000), IpAddress: aws.String("198.51.100.7")})
	h.check(err)
	gateway := func() *string {
		out, err := h.CreateVpnGateway(h.ctx, &ec2.CreateVpnGatewayInput{Type: types.GatewayTypeIpsec1})
		h.check(err)
		return out.VpnGateway.VpnGatewayId
	}
	connection := func(gateway *string, logged, second string) string {
		out, err := h.CreateVpnConnection(h.ctx, &ec2.CreateVpnConnectionInput{CustomerGatewayId: customer.CustomerGateway.CustomerGatewayId, VpnGatewayId: gateway, Type: aws.String("ipsec.1")})
		h.check(err)
		option, tunnel := "", ""
		for _, t := range [][2]string{{"203.0.113.20", "UP"}, {"203.0.113.21", second}} {
			outside := element("outsideIpAddress", t[0])
			option += element("item", outside+element("logOptions", element("cloudWatchLogOptions", element("logEnabled", logged))))
			tunnel += element("item", outside+element("status", t[1])+element("lastStatusChange", ago(2*day)))
		}
		id := *out.VpnConnection.VpnConnectionId
		h.set("DescribeVpnConnections", id, element("options", element("tunnelOptionSet", option))+element("vgwTelemetry", tunnel))
		return id
	}
	used := gateway()
	_, err = h.AttachVpnGateway(h.ctx, &ec2.AttachVpnGatewayInput{VpnGatewayId: used, VpcId: &vpc})
	h.check(err)
	h.twin(*used)
	h.twin(connection(used, "true", "UP"))
	h.fault(connection(used, "false", "UP"), "log-vpn-tunnels")
	h.fault(connection(used, "true", "DOWN"), "keep-both-vpn-tunnels-up")
	h.fault(*gateway(), "retire-unused-vpn-gateways")
}

// serve says of the network interfaces that moto made for gateways and endpoints that they are in use, and whose, as AWS does.
func (h *household) serve() {
	endpoints, err := h.DescribeVpcEndpoints(h.ctx, &ec2.DescribeVpcEndpointsInput{})
	h.check(err)
	var theirs []string
	for _, e := range endpoints.VpcEndpoints {
		theirs = append(theirs, e.NetworkInterfaceIds...)
	}
	out, err := h.DescribeNetworkInterfaces(h.ctx, &ec2.DescribeNetworkInterfacesInput{})
	h.check(err)
	for _, n := range out.NetworkInterfaces {
		if n.Status != types.NetworkInterfaceStatusAvailable {
			continue
		}
		kind := "nat_gateway"
		if slices.Contains(theirs, *n.NetworkInterfaceId) {
			kind = "vpc_endpoint"
		}
		h.set("DescribeNetworkInterfaces", h.twin(*n.NetworkInterfaceId), element("interfaceType", kind)+"<requesterManaged>true</requesterManaged><status>in-use</status>")
	}
}

// loose leaves a network interface behind.
func (h *household) loose(y *home) {
	out, err := h.CreateNetworkInterface(h.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: &y.public})
	h.check(err)
	h.fault(*out.NetworkInterface.NetworkInterfaceId, "retire-unused-network-interfaces")
}
