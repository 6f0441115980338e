package lint

import (
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A Source is one question that is put to the EC2 API, and its answer in an [Inventory], a snapshot and an example.
type Source struct {
	Name    string // unique: the API action, or a name of our own where one action is asked in two ways
	Service string // the IAM prefix of the service: ec2, for metrics cloudwatch
	Action  string // the API action
	Also    string // another action that the answer may take, after the first; "" for most
	Args    string // what the AWS CLI's command takes to ask the same
	Key     string // the key of the list in the answer; "" where the answer is one object
	Each    string // the source that lists the resources which are asked about, each with a call of its own; the answer is an object for each. "" for most
	Extra   string // what it is read for only if somebody asks for that, because it costs: metrics (money), protection (two calls for each instance) or sharing (a call for each image and snapshot); "" for most
	item    reflect.Type
	shared  bool                // another source has the same key, and is the one that it stands for
	said    func(page any) bool // whether an object holds the value that it is asked for; nil for lists
}

// Permission is the IAM action that the question takes.
func (s Source) Permission() string { return s.Service + ":" + s.Action }

// isList tells whether pages of the answer are lists of items.
func (s Source) isList() bool { return s.Key != "" || s.Each != "" }

// CLI is the AWS CLI's command that gives the same answer.
func (s Source) CLI() string {
	cmd := "aws " + s.Service + " " + kebab(s.Action)
	if s.Args != "" {
		cmd += " " + s.Args
	}
	return cmd
}

// save is the command that puts the answer into a snapshot.
func (s Source) save() string {
	switch {
	case s.Name == metricData:
		return "patlint snapshot --metrics" // its queries are longer than a command line
	case s.Each != "":
		return s.CLI() + " > " + kebab(s.Name) + "-ID.json, once for each"
	}
	return s.CLI() + " > " + s.File()
}

// File is the answer's file name in a snapshot.
func (s Source) File() string { return kebab(s.Name) + ".json" }

// exampleKey is the answer's key at the top level of an example.
func (s Source) exampleKey() string {
	if s.Key == "" || s.shared {
		return s.Name
	}
	return s.Key
}

func list[T any](action, args, key string) Source {
	return Source{Name: action, Service: "ec2", Action: action, Args: args, Key: key, item: reflect.TypeFor[T]()}
}

// shared is a list whose key in the answer is that of another source's.
func shared[T any](action, args, key string) Source {
	s := list[T](action, args, key)
	s.shared = true
	return s
}

// object is a source that is one setting. AWS always sends the setting's value: an answer without it says nothing, and must not read as off.
func object[T any](action string, said func(*T) bool) Source {
	return Source{Name: action, Service: "ec2", Action: action, item: reflect.TypeFor[T](), said: func(page any) bool { return said(page.(*T)) }}
}

// oneByOne is a source whose command is asked about one resource after the other. The item has the resource's ID first, and then what was asked.
func oneByOne[T any](action, args, of string) Source {
	return Source{Name: action, Service: "ec2", Action: action, Args: args, Each: of, item: reflect.TypeFor[T]()}
}

// attribute is oneByOne for a command that is asked for one thing or another, under a name of our own.
func attribute[T any](name, action, args, of string) Source {
	s := oneByOne[T](action, args, of)
	s.Name = name
	return s
}

// extra marks a source that is read only if somebody asks for it.
func extra(name string, s Source) Source {
	s.Extra = name
	return s
}

const (
	// publicSnapshots is the list call that tells which own snapshots everybody may restore, without a call for each snapshot.
	publicSnapshots = "PublicSnapshots"
	// instanceUserData takes a call for each instance; package collect asks only where no launch template tells.
	instanceUserData = "DescribeInstanceAttribute"
	metricData       = "GetMetricData"
)

// sources is everything that an inventory can hold. Keep sorted by name. Package collect has the call for each of them.
var sources = []Source{
	list[types.AccountAttribute]("DescribeAccountAttributes", "", "AccountAttributes"),
	list[types.Address]("DescribeAddresses", "", "Addresses"),
	list[types.AvailabilityZone]("DescribeAvailabilityZones", "", "AvailabilityZones"),
	list[types.CapacityReservation]("DescribeCapacityReservations", "", "CapacityReservations"),
	oneByOne[ClientVPNAuthorization]("DescribeClientVpnAuthorizationRules", "--client-vpn-endpoint-id ID", "DescribeClientVpnEndpoints"),
	list[types.ClientVpnEndpoint]("DescribeClientVpnEndpoints", "", "ClientVpnEndpoints"),
	list[types.CustomerGateway]("DescribeCustomerGateways", "", "CustomerGateways"),
	list[types.DhcpOptions]("DescribeDhcpOptions", "", "DhcpOptions"),
	list[types.EgressOnlyInternetGateway]("DescribeEgressOnlyInternetGateways", "", "EgressOnlyInternetGateways"),
	list[types.DescribeFastSnapshotRestoreSuccessItem]("DescribeFastSnapshotRestores", "", "FastSnapshotRestores"),
	list[types.FleetData]("DescribeFleets", "", "Fleets"),
	list[types.FlowLog]("DescribeFlowLogs", "", "FlowLogs"),
	list[types.Host]("DescribeHosts", "", "Hosts"),
	extra("sharing", oneByOne[ImagePermissions]("DescribeImageAttribute", "--attribute launchPermission --image-id ID", "DescribeImages")),
	list[types.Image]("DescribeImages", "--owners self", "Images"),
	oneByOne[InstanceUserData](instanceUserData, "--attribute userData --instance-id ID", "DescribeInstances"),
	list[types.InstanceCreditSpecification]("DescribeInstanceCreditSpecifications", "", "InstanceCreditSpecifications"),
	list[types.InstanceImageMetadata]("DescribeInstanceImageMetadata", "", "InstanceImageMetadata"),
	list[types.InstanceStatus]("DescribeInstanceStatus", "--include-all-instances", "InstanceStatuses"),
	list[types.InstanceTypeInfo]("DescribeInstanceTypes", "--instance-types TYPE…", "InstanceTypes"),
	list[types.Reservation]("DescribeInstances", "", "Reservations"),
	list[types.InternetGateway]("DescribeInternetGateways", "", "InternetGateways"),
	list[types.KeyPairInfo]("DescribeKeyPairs", "", "KeyPairs"),
	list[types.LaunchTemplateVersion]("DescribeLaunchTemplateVersions", "--versions '$Default' '$Latest'", "LaunchTemplateVersions"),
	list[types.LaunchTemplate]("DescribeLaunchTemplates", "", "LaunchTemplates"),
	shared[types.LockedSnapshotsInfo]("DescribeLockedSnapshots", "", "Snapshots"),
	list[types.ManagedPrefixList]("DescribeManagedPrefixLists", "", "PrefixLists"),
	list[types.NatGateway]("DescribeNatGateways", "", "NatGateways"),
	list[types.NetworkAcl]("DescribeNetworkAcls", "", "NetworkAcls"),
	list[types.NetworkInterface]("DescribeNetworkInterfaces", "", "NetworkInterfaces"),
	list[types.PlacementGroup]("DescribePlacementGroups", "", "PlacementGroups"),
	list[types.ReservedInstances]("DescribeReservedInstances", "", "ReservedInstances"),
	list[types.RouteTable]("DescribeRouteTables", "", "RouteTables"),
	list[types.SecurityGroupRule]("DescribeSecurityGroupRules", "", "SecurityGroupRules"),
	list[types.SecurityGroup]("DescribeSecurityGroups", "", "SecurityGroups"),
	extra("sharing", oneByOne[SnapshotPermissions]("DescribeSnapshotAttribute", "--attribute createVolumePermission --snapshot-id ID", "DescribeSnapshots")),
	list[types.SnapshotTierStatus]("DescribeSnapshotTierStatus", "", "SnapshotTierStatuses"),
	list[types.Snapshot]("DescribeSnapshots", "--owner-ids self", "Snapshots"),
	list[types.SpotFleetRequestConfig]("DescribeSpotFleetRequests", "", "SpotFleetRequestConfigs"),
	list[types.SpotInstanceRequest]("DescribeSpotInstanceRequests", "", "SpotInstanceRequests"),
	list[types.Subnet]("DescribeSubnets", "", "Subnets"),
	list[types.TransitGatewayAttachment]("DescribeTransitGatewayAttachments", "", "TransitGatewayAttachments"),
	list[types.TransitGateway]("DescribeTransitGateways", "", "TransitGateways"),
	list[types.VolumeStatusItem]("DescribeVolumeStatus", "", "VolumeStatuses"),
	list[types.Volume]("DescribeVolumes", "", "Volumes"),
	list[types.VolumeModification]("DescribeVolumesModifications", "", "VolumesModifications"),
	list[types.VpcBlockPublicAccessExclusion]("DescribeVpcBlockPublicAccessExclusions", "", "VpcBlockPublicAccessExclusions"),
	object("DescribeVpcBlockPublicAccessOptions", func(a *VPCBlockPublicAccess) bool { return a.VpcBlockPublicAccessOptions != nil }),
	list[types.ServiceConfiguration]("DescribeVpcEndpointServiceConfigurations", "", "ServiceConfigurations"),
	oneByOne[EndpointServicePermissions]("DescribeVpcEndpointServicePermissions", "--service-id ID", "DescribeVpcEndpointServiceConfigurations"),
	list[types.VpcEndpoint]("DescribeVpcEndpoints", "", "VpcEndpoints"),
	list[types.VpcPeeringConnection]("DescribeVpcPeeringConnections", "", "VpcPeeringConnections"),
	list[types.Vpc]("DescribeVpcs", "", "Vpcs"),
	list[types.VpnConnection]("DescribeVpnConnections", "", "VpnConnections"),
	list[types.VpnGateway]("DescribeVpnGateways", "", "VpnGateways"),
	object("GetAllowedImagesSettings", func(a *AllowedImagesSettings) bool { return str(a.State) != "" }),
	object("GetEbsDefaultKmsKeyId", func(a *EBSDefaultKMSKeyID) bool { return a.KmsKeyId != nil }),
	object("GetEbsEncryptionByDefault", func(a *EBSEncryptionByDefault) bool { return a.EbsEncryptionByDefault != nil }),
	object("GetImageBlockPublicAccessState", func(a *ImageBlockPublicAccess) bool { return a.ImageBlockPublicAccessState != nil }),
	object("GetInstanceMetadataDefaults", func(*InstanceMetadataDefaults) bool { return true }), // nothing where nobody set a default
	oneByOne[PrefixListEntries]("GetManagedPrefixListEntries", "--prefix-list-id ID", "DescribeManagedPrefixLists"),
	{Name: metricData, Service: "cloudwatch", Action: metricData, Args: "--metric-data-queries QUERIES…", Key: "MetricDataResults", Extra: "metrics", item: reflect.TypeFor[MetricDataResult]()},
	object("GetSerialConsoleAccessStatus", func(a *SerialConsoleAccess) bool { return a.SerialConsoleAccessEnabled != nil }),
	object("GetSnapshotBlockPublicAccessState", func(a *SnapshotBlockPublicAccess) bool { return a.State != "" }),
	extra("protection", attribute[InstanceStopProtection]("InstanceStopProtection", "DescribeInstanceAttribute", "--attribute disableApiStop --instance-id ID", "DescribeInstances")),
	extra("protection", attribute[InstanceTerminationProtection]("InstanceTerminationProtection", "DescribeInstanceAttribute", "--attribute disableApiTermination --instance-id ID", "DescribeInstances")),
	shared[types.ImageRecycleBinInfo]("ListImagesInRecycleBin", "", "Images"),
	shared[types.SnapshotRecycleBinInfo]("ListSnapshotsInRecycleBin", "", "Snapshots"),
	shared[types.VolumeRecycleBinInfo]("ListVolumesInRecycleBin", "", "Volumes"),
	{Name: publicSnapshots, Service: "ec2", Action: "DescribeSnapshots", Also: "DescribeSnapshotAttribute", Args: "--owner-ids self --restorable-by-user-ids all", Key: "Snapshots", shared: true, item: reflect.TypeFor[types.Snapshot]()},
	attribute[VPCDNSHostnames]("VpcDnsHostnames", "DescribeVpcAttribute", "--attribute enableDnsHostnames --vpc-id ID", "DescribeVpcs"),
	attribute[VPCDNSSupport]("VpcDnsSupport", "DescribeVpcAttribute", "--attribute enableDnsSupport --vpc-id ID", "DescribeVpcs"),
}

// Sources lists everything that an inventory can hold, by name.
func Sources() []Source { return append([]Source(nil), sources...) }

func sourceNamed(name string) (Source, bool) {
	for _, s := range sources {
		if s.Name == name {
			return s, true
		}
	}
	return Source{}, false
}

// The answers of actions that report one setting of a region. Their fields are the API's; the setting's value stands first.
type (
	AllowedImagesSettings struct {
		State         *string // enabled, disabled or audit-mode
		ImageCriteria []types.ImageCriterion
		ManagedBy     types.ManagedBy
	}
	EBSDefaultKMSKeyID     struct{ KmsKeyId *string }
	ImageBlockPublicAccess struct {
		ImageBlockPublicAccessState *string
		ManagedBy                   types.ManagedBy
	}
	InstanceMetadataDefaults struct {
		AccountLevel *types.InstanceMetadataDefaultsResponse
	}
	EBSEncryptionByDefault struct {
		EbsEncryptionByDefault *bool
		SseType                types.SSEType
	}
	SerialConsoleAccess struct {
		SerialConsoleAccessEnabled *bool
		ManagedBy                  types.ManagedBy
	}
	SnapshotBlockPublicAccess struct {
		State     types.SnapshotBlockPublicAccessState
		ManagedBy types.ManagedBy
	}
	VPCBlockPublicAccess struct {
		VpcBlockPublicAccessOptions *types.VpcBlockPublicAccessOptions
	}
)

// The answers of actions that are asked about one resource after the other: its ID, and what it holds.
type (
	ClientVPNAuthorization struct {
		ClientVpnEndpointId *string
		AuthorizationRules  []types.AuthorizationRule
	}
	EndpointServicePermissions struct {
		ServiceId         *string
		AllowedPrincipals []types.AllowedPrincipal
	}
	ImagePermissions struct {
		ImageId           *string
		LaunchPermissions []types.LaunchPermission
	}
	// InstanceUserData is the answer of DescribeInstanceAttribute for the attribute userData. Its value is base64, in an example also plain
	// text; an instance without user data has none.
	InstanceUserData struct {
		InstanceId *string
		UserData   *types.AttributeValue
	}
	InstanceStopProtection struct {
		InstanceId     *string
		DisableApiStop *types.AttributeBooleanValue
	}
	InstanceTerminationProtection struct {
		InstanceId            *string
		DisableApiTermination *types.AttributeBooleanValue
	}
	PrefixListEntries struct {
		PrefixListId *string
		Entries      []types.PrefixListEntry
	}
	SnapshotPermissions struct {
		SnapshotId              *string
		CreateVolumePermissions []types.CreateVolumePermission
	}
	VPCDNSHostnames struct {
		VpcId              *string
		EnableDnsHostnames *types.AttributeBooleanValue
	}
	VPCDNSSupport struct {
		VpcId            *string
		EnableDnsSupport *types.AttributeBooleanValue
	}
)

// A Region is the subject of rules about an account's settings in one region.
type Region struct {
	RegionName string
	AccountId  string
}

// A kind is a sort of resource that a rule can be about.
type kind struct {
	name    string // the rule's variable: the resource's name at AWS in lower camel case
	doc     string // what it is, in a few words
	source  string // where its resources come from; "" for region, which needs no call
	typ     reflect.Type
	idField string // the field that AWS names it by
	arn     string // the resource part of its ARN in front of the ID; "" where it has none
	noOwner bool   // the ARN leaves the account out
	id      func(any) *string
	tags    func(any) []types.Tag // nil where it cannot have any
	field   func(any) *string     // the field that names a resource without a tag Name; nil where there is none
	each    func(*Inventory) iter.Seq[any]
}

// kinds is the closed set of resources that a rule can be about. Keep sorted by name. A new kind is one entry here, its source above and
// the call in package collect.
var kinds = []kind{
	kindOf("address", "a public IPv4 address that the account keeps, an Elastic IP", "DescribeAddresses", "AllocationId", "elastic-ip",
		func(x *types.Address) *string { return x.AllocationId }, func(x *types.Address) []types.Tag { return x.Tags }),
	kindOf("availabilityZone", "a part of the region with its own power and network, as the account sees it", "DescribeAvailabilityZones", "ZoneName", "",
		func(x *types.AvailabilityZone) *string { return x.ZoneName }, nil),
	kindOf("capacityReservation", "room for instances of one type in one zone, kept free and billed whether it is used or not", "DescribeCapacityReservations", "CapacityReservationId", "capacity-reservation",
		func(x *types.CapacityReservation) *string { return x.CapacityReservationId }, func(x *types.CapacityReservation) []types.Tag { return x.Tags }),
	kindOf("clientVpnEndpoint", "the door through which people's own computers come into a VPC", "DescribeClientVpnEndpoints", "ClientVpnEndpointId", "client-vpn-endpoint",
		func(x *types.ClientVpnEndpoint) *string { return x.ClientVpnEndpointId }, func(x *types.ClientVpnEndpoint) []types.Tag { return x.Tags }),
	kindOf("customerGateway", "the far end of a VPN connection, as AWS was told of it", "DescribeCustomerGateways", "CustomerGatewayId", "customer-gateway",
		func(x *types.CustomerGateway) *string { return x.CustomerGatewayId }, func(x *types.CustomerGateway) []types.Tag { return x.Tags }),
	kindOf("dedicatedHost", "a physical server that runs instances of this account only", "DescribeHosts", "HostId", "dedicated-host",
		func(x *types.Host) *string { return x.HostId }, func(x *types.Host) []types.Tag { return x.Tags }),
	kindOf("dhcpOptions", "what a VPC tells its machines about names and time: DNS servers, domain, NTP servers", "DescribeDhcpOptions", "DhcpOptionsId", "dhcp-options",
		func(x *types.DhcpOptions) *string { return x.DhcpOptionsId }, func(x *types.DhcpOptions) []types.Tag { return x.Tags }),
	kindOf("egressOnlyInternetGateway", "the way out of a VPC for IPv6, through which nobody can come in", "DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGatewayId", "egress-only-internet-gateway",
		func(x *types.EgressOnlyInternetGateway) *string { return x.EgressOnlyInternetGatewayId }, func(x *types.EgressOnlyInternetGateway) []types.Tag { return x.Tags }),
	kindOf("fleet", "an order for a number of instances of several types, kept up by EC2", "DescribeFleets", "FleetId", "fleet",
		func(x *types.FleetData) *string { return x.FleetId }, func(x *types.FleetData) []types.Tag { return x.Tags }),
	kindOf("flowLog", "a record of the connections of a network interface, a subnet or a VPC", "DescribeFlowLogs", "FlowLogId", "vpc-flow-log",
		func(x *types.FlowLog) *string { return x.FlowLogId }, func(x *types.FlowLog) []types.Tag { return x.Tags }),
	named(ownerless(kindOf("image", "an Amazon Machine Image that the account owns: what an instance is started from", "DescribeImages", "ImageId", "image",
		func(x *types.Image) *string { return x.ImageId }, func(x *types.Image) []types.Tag { return x.Tags })),
		func(x *types.Image) *string { return x.Name }),
	instanceKind(),
	kindOf("internetGateway", "the connection between a VPC and the internet", "DescribeInternetGateways", "InternetGatewayId", "internet-gateway",
		func(x *types.InternetGateway) *string { return x.InternetGatewayId }, func(x *types.InternetGateway) []types.Tag { return x.Tags }),
	kindOf("keyPair", "the public half of an SSH key that new instances can be given", "DescribeKeyPairs", "KeyName", "key-pair", // its ARN has the name, and recordings before 2020 have no ID
		func(x *types.KeyPairInfo) *string { return x.KeyName }, func(x *types.KeyPairInfo) []types.Tag { return x.Tags }),
	named(kindOf("launchTemplate", "a stored order for new instances; what it orders stands in its versions", "DescribeLaunchTemplates", "LaunchTemplateId", "launch-template",
		func(x *types.LaunchTemplate) *string { return x.LaunchTemplateId }, func(x *types.LaunchTemplate) []types.Tag { return x.Tags }),
		func(x *types.LaunchTemplate) *string { return x.LaunchTemplateName }),
	kindOf("natGateway", "the way out for machines without a public address", "DescribeNatGateways", "NatGatewayId", "natgateway",
		func(x *types.NatGateway) *string { return x.NatGatewayId }, func(x *types.NatGateway) []types.Tag { return x.Tags }),
	kindOf("networkAcl", "the list of what may pass the edge of a subnet, in both directions and without memory", "DescribeNetworkAcls", "NetworkAclId", "network-acl",
		func(x *types.NetworkAcl) *string { return x.NetworkAclId }, func(x *types.NetworkAcl) []types.Tag { return x.Tags }),
	kindOf("networkInterface", "a network card: of an instance, or of a service that works in the VPC", "DescribeNetworkInterfaces", "NetworkInterfaceId", "network-interface",
		func(x *types.NetworkInterface) *string { return x.NetworkInterfaceId }, func(x *types.NetworkInterface) []types.Tag { return x.TagSet }),
	kindOf("placementGroup", "a wish for where instances stand: close together, or far apart", "DescribePlacementGroups", "GroupName", "placement-group",
		func(x *types.PlacementGroup) *string { return x.GroupName }, func(x *types.PlacementGroup) []types.Tag { return x.Tags }),
	named(kindOf("prefixList", "a named list of address ranges that route tables and security groups can use", "DescribeManagedPrefixLists", "PrefixListId", "prefix-list",
		func(x *types.ManagedPrefixList) *string { return x.PrefixListId }, func(x *types.ManagedPrefixList) []types.Tag { return x.Tags }),
		func(x *types.ManagedPrefixList) *string { return x.PrefixListName }),
	regionKind(),
	kindOf("reservedInstances", "a discount that was bought for instances of one kind for one or three years", "DescribeReservedInstances", "ReservedInstancesId", "reserved-instances",
		func(x *types.ReservedInstances) *string { return x.ReservedInstancesId }, func(x *types.ReservedInstances) []types.Tag { return x.Tags }),
	kindOf("routeTable", "the list that says where traffic leaves a subnet for", "DescribeRouteTables", "RouteTableId", "route-table",
		func(x *types.RouteTable) *string { return x.RouteTableId }, func(x *types.RouteTable) []types.Tag { return x.Tags }),
	named(kindOf("securityGroup", "the list of what may reach the network interfaces that carry it, and what they may reach", "DescribeSecurityGroups", "GroupId", "security-group",
		func(x *types.SecurityGroup) *string { return x.GroupId }, func(x *types.SecurityGroup) []types.Tag { return x.Tags }),
		func(x *types.SecurityGroup) *string { return x.GroupName }),
	ownerless(kindOf("snapshot", "a copy of a volume that the account owns", "DescribeSnapshots", "SnapshotId", "snapshot",
		func(x *types.Snapshot) *string { return x.SnapshotId }, func(x *types.Snapshot) []types.Tag { return x.Tags })),
	kindOf("spotFleetRequest", "the older form of an order for a number of spot instances", "DescribeSpotFleetRequests", "SpotFleetRequestId", "spot-fleet-request",
		func(x *types.SpotFleetRequestConfig) *string { return x.SpotFleetRequestId }, func(x *types.SpotFleetRequestConfig) []types.Tag { return x.Tags }),
	kindOf("spotInstanceRequest", "an order for one instance at the spot price, which AWS may take back", "DescribeSpotInstanceRequests", "SpotInstanceRequestId", "spot-instances-request",
		func(x *types.SpotInstanceRequest) *string { return x.SpotInstanceRequestId }, func(x *types.SpotInstanceRequest) []types.Tag { return x.Tags }),
	kindOf("subnet", "a range of a VPC's addresses in one zone", "DescribeSubnets", "SubnetId", "subnet",
		func(x *types.Subnet) *string { return x.SubnetId }, func(x *types.Subnet) []types.Tag { return x.Tags }),
	kindOf("transitGateway", "a router between VPCs, VPN connections and other networks", "DescribeTransitGateways", "TransitGatewayId", "transit-gateway",
		func(x *types.TransitGateway) *string { return x.TransitGatewayId }, func(x *types.TransitGateway) []types.Tag { return x.Tags }),
	kindOf("transitGatewayAttachment", "the connection of one network to a transit gateway", "DescribeTransitGatewayAttachments", "TransitGatewayAttachmentId", "transit-gateway-attachment",
		func(x *types.TransitGatewayAttachment) *string { return x.TransitGatewayAttachmentId }, func(x *types.TransitGatewayAttachment) []types.Tag { return x.Tags }),
	kindOf("volume", "an EBS disk, attached or not", "DescribeVolumes", "VolumeId", "volume",
		func(x *types.Volume) *string { return x.VolumeId }, func(x *types.Volume) []types.Tag { return x.Tags }),
	kindOf("vpc", "a private network in one region", "DescribeVpcs", "VpcId", "vpc",
		func(x *types.Vpc) *string { return x.VpcId }, func(x *types.Vpc) []types.Tag { return x.Tags }),
	kindOf("vpcEndpoint", "a private way from a VPC to a service, without the internet", "DescribeVpcEndpoints", "VpcEndpointId", "vpc-endpoint",
		func(x *types.VpcEndpoint) *string { return x.VpcEndpointId }, func(x *types.VpcEndpoint) []types.Tag { return x.Tags }),
	kindOf("vpcEndpointService", "a service of the account's own that other VPCs can reach through private endpoints", "DescribeVpcEndpointServiceConfigurations", "ServiceId", "vpc-endpoint-service",
		func(x *types.ServiceConfiguration) *string { return x.ServiceId }, func(x *types.ServiceConfiguration) []types.Tag { return x.Tags }),
	kindOf("vpcPeeringConnection", "a direct connection between two VPCs", "DescribeVpcPeeringConnections", "VpcPeeringConnectionId", "vpc-peering-connection",
		func(x *types.VpcPeeringConnection) *string { return x.VpcPeeringConnectionId }, func(x *types.VpcPeeringConnection) []types.Tag { return x.Tags }),
	kindOf("vpnConnection", "two encrypted tunnels between AWS and a network elsewhere", "DescribeVpnConnections", "VpnConnectionId", "vpn-connection",
		func(x *types.VpnConnection) *string { return x.VpnConnectionId }, func(x *types.VpnConnection) []types.Tag { return x.Tags }),
	kindOf("vpnGateway", "AWS's end of VPN connections to one VPC", "DescribeVpnGateways", "VpnGatewayId", "vpn-gateway",
		func(x *types.VpnGateway) *string { return x.VpnGatewayId }, func(x *types.VpnGateway) []types.Tag { return x.Tags }),
}

// kindOf makes the entry of a resource that its source lists one by one.
func kindOf[T any](name, doc, source, idField, arn string, id func(*T) *string, tags func(*T) []types.Tag) kind {
	k := kind{
		name: name, doc: doc, source: source, typ: reflect.TypeFor[T](), idField: idField, arn: arn,
		id: func(v any) *string { return id(v.(*T)) },
		each: func(inv *Inventory) iter.Seq[any] {
			return func(yield func(any) bool) {
				for _, page := range inv.pages(source) {
					items := page.([]T)
					for i := range items {
						if !yield(&items[i]) {
							return
						}
					}
				}
			}
		},
	}
	if tags != nil {
		k.tags = func(v any) []types.Tag { return tags(v.(*T)) }
	}
	return k
}

// tag is the value of a resource's tag; "" where it has none.
func (k kind) tag(v any, key string) string {
	value, _ := k.lookUp(v, key)
	return value
}

// nameOf is the value of a resource's tag Name, or of the field that names it without one.
func (k kind) nameOf(v any) string {
	if name := k.tag(v, "Name"); name != "" || k.field == nil {
		return name
	}
	return str(k.field(v))
}

// lookUp is the value of a resource's tag, and whether it has one.
func (k kind) lookUp(v any, key string) (string, bool) {
	if k.tags == nil {
		return "", false
	}
	return tagValue(k.tags(v), key)
}

// named gives a kind the name that its resources have where they carry no tag Name.
func named[T any](k kind, field func(*T) *string) kind {
	k.field = func(v any) *string { return field(v.(*T)) }
	return k
}

func ownerless(k kind) kind {
	k.noOwner = true
	return k
}

// instanceKind reads the instances out of their reservations.
func instanceKind() kind {
	const source = "DescribeInstances"
	k := kindOf("instance", "a virtual machine, running or stopped", source, "InstanceId", "instance",
		func(i *types.Instance) *string { return i.InstanceId }, func(i *types.Instance) []types.Tag { return i.Tags })
	k.each = func(inv *Inventory) iter.Seq[any] {
		return func(yield func(any) bool) {
			for _, page := range inv.pages(source) {
				for _, r := range page.([]types.Reservation) {
					for i := range r.Instances {
						if !yield(&r.Instances[i]) {
							return
						}
					}
				}
			}
		}
	}
	return k
}

// regionKind has the inventory's own region as its one resource.
func regionKind() kind {
	return kind{
		name: "region", doc: "the account's settings in one region; every rule has it at hand", typ: reflect.TypeFor[Region](), idField: "Region",
		id: func(v any) *string { return &v.(*Region).RegionName },
		each: func(inv *Inventory) iter.Seq[any] {
			return func(yield func(any) bool) { yield(&Region{inv.Region, inv.Account}) }
		},
	}
}

// Kinds lists the names of what a rule can be about.
func Kinds() []string {
	var names []string
	for _, k := range subjects() {
		names = append(names, k.name)
	}
	return names
}

func kindNamed(name string) (*kind, bool) {
	for _, k := range subjects() {
		if k.name == name {
			return k, true
		}
	}
	return nil, false
}

// kindOfValue finds the kind of a resource by its Go type.
func kindOfValue(v any) (*kind, bool) {
	t := reflect.TypeOf(v)
	for _, k := range subjects() {
		if t == reflect.PointerTo(k.typ) {
			return k, true
		}
	}
	return nil, false
}
