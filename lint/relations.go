package lint

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint/reach"
)

// A relation leads from a resource to others, or to a fact that needs another answer of the API. It is a member function of rules.
type relation struct {
	on     *cel.Type
	name   string
	args   []*cel.Type // behind the resource; of most relations none
	result *cel.Type
	needs  []string // sources; a rule that calls the relation needs them
	uses   []string // sources that it reads where they are there, and deals with itself where they are not
	most   uint64   // how long its list may be, for the estimate of costs; 0 where a large region decides
	across bool     // it leads to other regions of the account
	doc    string
	words  string // how a reading says it, where doc is not it: "it" and "its" stand for the resource, {1} for the first argument
	bind   func(*binding) func(subject any, args []ref.Val) ref.Val
}

// id is the overload's, from which a rule's needs are read.
func (r relation) id() string { return r.on.TypeName() + "." + r.name }

// relationsByID finds the relation that a checked expression calls.
func relationsByID() map[string]relation {
	out := map[string]relation{}
	for _, r := range relations() {
		out[r.id()] = r
	}
	return out
}

// relations is the closed set. Keep sorted by kind and name.
//
// A relation that follows an ID which the API's other answer does not have is unknown: the listing was cut, the resource is gone
// since, or it belongs to somebody else, and none of these is an empty list. A relation that asks who points here
// (volume.snapshots) gives what there is.
var relations = sync.OnceValue(func() []relation {
	return []relation{
		accountRegions(),

		inWords("the instances that it is associated with", toMany("instances", "the instance that it is associated with", "instance", func(a *types.Address) []string { return ids(a.InstanceId) })),
		inWords("the network interfaces that it is associated with", toMany("interfaces", "the network interface that it is associated with", "networkInterface", func(a *types.Address) []string { return ids(a.NetworkInterfaceId) })),
		monthlyCost("its hours as a public address; nothing for an address of your own pool", addressCost),

		attachmentVolumes(),
		formatVolumes(),
		mountVolumes(),
		bootAttachments(),
		bootFormats(),
		bootMounts(),

		fromMany("instances", "the instances that run in it", "instance", func(c *types.CapacityReservation) *string { return c.CapacityReservationId }, func(i *types.Instance) []string { return ids(i.CapacityReservationId) }),

		inWords("its authorization rules", asked("authorizationRules", "what its clients may reach: the networks, and of each the group of people or all", "DescribeClientVpnAuthorizationRules", "the authorization rules", func(e *types.ClientVpnEndpoint) *string { return e.ClientVpnEndpointId }, func(a *ClientVPNAuthorization) (*string, []types.AuthorizationRule) {
			return a.ClientVpnEndpointId, a.AuthorizationRules
		})),
		toMany("securityGroups", "its security groups", "securityGroup", func(e *types.ClientVpnEndpoint) []string { return e.SecurityGroupIds }),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(e *types.ClientVpnEndpoint) []string { return ids(e.VpcId) })),

		fromMany("vpnConnections", "the VPN connections to it", "vpnConnection", func(g *types.CustomerGateway) *string { return g.CustomerGatewayId }, func(c *types.VpnConnection) []string { return ids(c.CustomerGatewayId) }),

		inWords("the VPCs that use it", fromMany("vpcs", "the VPCs that use them", "vpc", func(d *types.DhcpOptions) *string { return d.DhcpOptionsId }, func(v *types.Vpc) []string { return ids(v.DhcpOptionsId) })),

		fromMany("routeTables", "the route tables with a route to it", "routeTable", func(g *types.EgressOnlyInternetGateway) *string { return g.EgressOnlyInternetGatewayId }, routesTo(func(r types.Route) *string { return r.EgressOnlyInternetGatewayId })),
		inWords("the VPCs that it is attached to", toMany("vpcs", "the VPC that it is attached to", "vpc", func(g *types.EgressOnlyInternetGateway) []string { return attachedVPCs(g.Attachments) })),

		fleetTypes(),
		toMany("launchTemplates", "the launch templates that it launches from", "launchTemplate", func(f *types.FleetData) []string {
			var out []string
			for _, c := range f.LaunchTemplateConfigs {
				if s := c.LaunchTemplateSpecification; s != nil {
					out = append(out, ids(cmp.Or(s.LaunchTemplateId, s.LaunchTemplateName))...) // a name leads nowhere, and so is unknown
				}
			}
			return distinct(out)
		}),

		inWords("the network interfaces that it logs", toMany("interfaces", "the network interface that it logs, where it logs one", "networkInterface", loggedBy("eni-"))),
		inWords("the subnets that it logs", toMany("subnets", "the subnet that it logs, where it logs one", "subnet", loggedBy("subnet-"))),
		inWords("the VPCs that it logs", toMany("vpcs", "the VPC that it logs, where it logs one", "vpc", loggedBy("vpc-"))),

		ruleRanges(),
		wideRanges(),

		fromMany("instances", "the instances placed on it", "instance", func(h *types.Host) *string { return h.HostId }, func(i *types.Instance) []string { return ids(placement(i).HostId) }),

		imageCopies(),
		fromMany("instances", "the instances launched from it", "instance", func(i *types.Image) *string { return i.ImageId }, func(i *types.Instance) []string { return ids(i.ImageId) }),
		inWords("the launch templates whose default or latest version names it", usedByTemplates("launchTemplates", "the launch templates whose default or latest version names its ID; one that names a parameter of Systems Manager is not seen", func(i *types.Image) *string { return i.ImageId }, func(v *types.LaunchTemplateVersion) []string {
			return ids(imageOfVersion(v))
		})),
		inWords("its launch permissions", asked("sharedWith", "with whom it is shared: UserId, Group, OrganizationArn or OrganizationalUnitArn of each", "DescribeImageAttribute", "the launch permissions", func(i *types.Image) *string { return i.ImageId }, func(p *ImagePermissions) (*string, []types.LaunchPermission) {
			return p.ImageId, p.LaunchPermissions
		})),
		inWords("its snapshots", toMany("snapshots", "the snapshots of its block devices", "snapshot", imageSnapshots)),

		fromMany("addresses", "the Elastic IP addresses associated with it", "address", func(i *types.Instance) *string { return i.InstanceId }, func(a *types.Address) []string { return ids(a.InstanceId) }),
		bootScript(),
		inWords("its number of bought IOPS over all volumes", instanceSum("boughtIops", "IOPS that somebody asked and pays for, over all attached volumes", cel.IntType, func(p performance) float64 { return p.bought })),
		inWords("its bought throughput in MiB/s over all volumes", instanceSum("boughtThroughput", "MiB/s of gp3 that somebody asked and pays for, over all attached volumes", cel.DoubleType, func(p performance) float64 { return p.boughtThroughput })),
		inWords("its number of burst IOPS over all volumes", instanceSum("burstIops", "IOPS of all attached volumes while burst credits last", cel.IntType, func(p performance) float64 { return p.burstIOPS })),
		inWords("its burst throughput in MiB/s over all volumes", instanceSum("burstThroughput", "MiB/s of all attached volumes while burst credits last", cel.DoubleType, func(p performance) float64 { return p.burstThroughput })),
		inWords("its highest hourly {2} of {1} over the last {3}", metric[types.Instance]("busiestHour", "the highest hourly value of a CloudWatch metric within a window", "instance", true)),
		inWords("the capacity reservations that it runs in", toMany("capacityReservations", "the capacity reservation that it runs in", "capacityReservation", func(i *types.Instance) []string { return ids(i.CapacityReservationId) })),
		cpuCredits(),
		inWords("its data volumes", toMany("dataVolumes", "the volumes attached to it, without the one at its root device name", "volume", func(i *types.Instance) []string { return attachedVolumes(i, false) })),
		toMany("dedicatedHosts", "the Dedicated Host that it is placed on", "dedicatedHost", func(i *types.Instance) []string { return ids(placement(i).HostId) }),
		ebsLimits(),
		exposures("the ways by which a connection from the internet arrives at it, by configuration; an element is unknown where something was not read", "the ways from the internet to it", func(_ *Inventory, i *types.Instance) []reach.Card { return reach.OfInstance(i) }),
		inWords("its image", toKind[types.Image]("image", "the image it was launched from; unknown where the account does not own it", "image", func(i *types.Instance) *string { return i.ImageId })),
		inWords("its image metadata", toOne("imageMetadata", "what is known of the image it was launched from: Name, OwnerId, ImageOwnerAlias, DeprecationTime, ImageAllowed; also where the account does not own it", "DescribeInstanceImageMetadata", func(i *types.Instance) string { return str(i.InstanceId) }, imageMetadata)),
		toMany("interfaces", "its network interfaces", "networkInterface", func(i *types.Instance) []string {
			var out []string
			for _, n := range i.NetworkInterfaces {
				out = append(out, ids(n.NetworkInterfaceId)...)
			}
			return out
		}),
		inWords("the key pairs that it was launched with", fromMany("keyPairs", "the key pair that it was launched with, if it still exists", "keyPair", func(i *types.Instance) *string { return i.KeyName }, func(k *types.KeyPairInfo) []string { return ids(k.KeyName) })),
		inWords("its launch templates", fromMany("launchTemplates", "the launch template that its tags name, if it still exists", "launchTemplate", templateOf, func(t *types.LaunchTemplate) []string { return ids(t.LaunchTemplateId) })),
		inWords("its {2} of {1} over the last {3}", metric[types.Instance]("metric", "a statistic of a CloudWatch metric over a window", "instance", false)),
		inWords("the placement groups that it is in", fromMany("placementGroups", "the placement group that it is in", "placementGroup", func(i *types.Instance) *string { return placement(i).GroupName }, func(g *types.PlacementGroup) []string { return ids(g.GroupName) })),
		repeatedRules(),
		instanceSecrets(),
		toMany("securityGroups", "its security groups", "securityGroup", func(i *types.Instance) []string { return groupIDs(i.SecurityGroups) }),
		fromMany("spotInstanceRequests", "the Spot request that launched it", "spotInstanceRequest", func(i *types.Instance) *string { return i.SpotInstanceRequestId }, func(r *types.SpotInstanceRequest) []string { return ids(r.SpotInstanceRequestId) }),
		inWords("its status report", toOne("status", "its status checks and scheduled events", "DescribeInstanceStatus", func(i *types.Instance) string { return str(i.InstanceId) }, listedByID("DescribeInstanceStatus", func(s *types.InstanceStatus) string { return str(s.InstanceId) }))),
		inWords("is protected from being stopped", attributeOf("stopProtection", "whether the API refuses to stop it", "InstanceStopProtection", "the stop protection", func(i *types.Instance) *string { return i.InstanceId }, func(a *InstanceStopProtection) (*string, *types.AttributeBooleanValue) {
			return a.InstanceId, a.DisableApiStop
		})),
		inWords("its subnet", toKind[types.Subnet]("subnet", "the subnet of its primary network interface", "subnet", func(i *types.Instance) *string { return i.SubnetId })),
		inWords("its number of sustained IOPS over all volumes", instanceSum("sustainedIops", "IOPS of all attached volumes for as long as one likes", cel.IntType, func(p performance) float64 { return p.iops })),
		inWords("its sustained throughput in MiB/s over all volumes", instanceSum("sustainedThroughput", "MiB/s of all attached volumes for as long as one likes", cel.DoubleType, func(p performance) float64 { return p.throughput })),
		inWords("its template version", toOne("templateVersion", "the version of a launch template that its tags name; unknown where it is neither the default nor the latest", "DescribeLaunchTemplateVersions", func(i *types.Instance) string { return versionKey(str(templateOf(i)), templateVersion(i)) }, templateVersions)),
		inWords("is protected from being terminated", attributeOf("terminationProtection", "whether the API refuses to terminate it", "InstanceTerminationProtection", "the termination protection", func(i *types.Instance) *string { return i.InstanceId }, func(a *InstanceTerminationProtection) (*string, *types.AttributeBooleanValue) {
			return a.InstanceId, a.DisableApiTermination
		})),
		inWords("its type", toOne("typeInfo", "what AWS says of its instance type: EbsInfo, NetworkInfo and so on", "DescribeInstanceTypes", func(i *types.Instance) string { return string(i.InstanceType) }, instanceTypes)),
		inWords("its volumes", toMany("volumes", "the volumes attached to it", "volume", func(i *types.Instance) []string { return attachedVolumes(i, true) })),
		toKind[types.Vpc]("vpc", "its VPC", "vpc", func(i *types.Instance) *string { return i.VpcId }),

		fromMany("routeTables", "the route tables with a route to it", "routeTable", func(g *types.InternetGateway) *string { return g.InternetGatewayId }, routesTo(func(r types.Route) *string { return r.GatewayId })),
		inWords("the VPCs that it is attached to", toMany("vpcs", "the VPC that it is attached to", "vpc", func(g *types.InternetGateway) []string { return attachedVPCs(g.Attachments) })),

		fromMany("instances", "the instances that were launched with it", "instance", func(k *types.KeyPairInfo) *string { return k.KeyName }, func(i *types.Instance) []string { return ids(i.KeyName) }),
		inWords("the launch templates whose default or latest version names it", usedByTemplates("launchTemplates", "the launch templates whose default or latest version names it", func(k *types.KeyPairInfo) *string { return k.KeyName }, func(v *types.LaunchTemplateVersion) []string {
			if v.LaunchTemplateData == nil {
				return nil
			}
			return ids(v.LaunchTemplateData.KeyName)
		})),

		inWords("its default version", toOne("defaultVersion", "the version that a launch uses when it names none", "DescribeLaunchTemplateVersions", func(t *types.LaunchTemplate) string {
			return versionKey(str(t.LaunchTemplateId), strconv.FormatInt(value(t.DefaultVersionNumber), 10))
		}, templateVersions)),
		fromMany("instances", "the instances whose tags say that they were launched from it", "instance", func(t *types.LaunchTemplate) *string { return t.LaunchTemplateId }, func(i *types.Instance) []string { return ids(templateOf(i)) }),
		inWords("its latest version", toOne("latestVersion", "the newest version", "DescribeLaunchTemplateVersions", func(t *types.LaunchTemplate) string {
			return versionKey(str(t.LaunchTemplateId), strconv.FormatInt(value(t.LatestVersionNumber), 10))
		}, templateVersions)),

		inWords("its snapshot", toKind[types.Snapshot]("snapshot", "the snapshot that it names; unknown where the account does not own it", "snapshot", func(m *types.LaunchTemplateBlockDeviceMapping) *string {
			if m.Ebs == nil {
				return nil
			}
			return m.Ebs.SnapshotId
		})),

		bootScriptOfVersion(),
		inWords("its image", toKind[types.Image]("image", "the image that it launches; unknown where the account does not own it", "image", imageOfVersion)),
		imageIsPublic(),
		secretsOfVersion(),

		inWords("its entries", asked("entries", "its entries, each with a Cidr and perhaps a Description", "GetManagedPrefixListEntries", "the entries", func(l *types.ManagedPrefixList) *string { return l.PrefixListId }, func(e *PrefixListEntries) (*string, []types.PrefixListEntry) { return e.PrefixListId, e.Entries })),
		fromMany("routeTables", "the route tables with a route for it", "routeTable", func(l *types.ManagedPrefixList) *string { return l.PrefixListId }, routesTo(func(r types.Route) *string { return r.DestinationPrefixListId })),
		fromMany("securityGroups", "the security groups with a rule for it", "securityGroup", func(l *types.ManagedPrefixList) *string { return l.PrefixListId }, func(g *types.SecurityGroup) []string {
			var out []string
			for _, p := range append(g.IpPermissions[:len(g.IpPermissions):len(g.IpPermissions)], g.IpPermissionsEgress...) {
				for _, l := range p.PrefixListIds {
					out = append(out, ids(l.PrefixListId)...)
				}
			}
			return out
		}),

		toMany("addresses", "its Elastic IP addresses", "address", func(n *types.NatGateway) []string {
			var out []string
			for _, a := range n.NatGatewayAddresses {
				out = append(out, ids(a.AllocationId)...)
			}
			return out
		}),
		inWords("its highest hourly {2} of {1} over the last {3}", metric[types.NatGateway]("busiestHour", "the highest hourly value of a CloudWatch metric within a window", "natGateway", true)),
		inWords("its {2} of {1} over the last {3}", metric[types.NatGateway]("metric", "a statistic of a CloudWatch metric over a window", "natGateway", false)),
		monthlyCost("its hours, without what it carries and without its addresses", natGatewayCost),
		fromMany("routeTables", "the route tables with a route to it", "routeTable", func(n *types.NatGateway) *string { return n.NatGatewayId }, routesTo(func(r types.Route) *string { return r.NatGatewayId })),
		inWords("the subnets that it is in", toMany("subnets", "the subnet that it is in; a regional one has none", "subnet", func(n *types.NatGateway) []string { return ids(n.SubnetId) })),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(n *types.NatGateway) []string { return ids(n.VpcId) })),

		shadowed(),
		stoppedEndpoints(),
		toMany("subnets", "the subnets associated with it", "subnet", func(a *types.NetworkAcl) []string {
			var out []string
			for _, x := range a.Associations {
				out = append(out, ids(x.SubnetId)...)
			}
			return out
		}),
		unanswered(),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(a *types.NetworkAcl) []string { return ids(a.VpcId) })),

		fromMany("addresses", "the Elastic IP addresses associated with it", "address", func(n *types.NetworkInterface) *string { return n.NetworkInterfaceId }, func(a *types.Address) []string { return ids(a.NetworkInterfaceId) }),
		exposures("the ways by which a connection from the internet arrives at it, by configuration; an element is unknown where something was not read", "the ways from the internet to it", func(_ *Inventory, n *types.NetworkInterface) []reach.Card { return []reach.Card{reach.OfInterface(n)} }),
		inWords("its own flow logs", fromMany("flowLogs", "the flow logs of this interface alone", "flowLog", func(n *types.NetworkInterface) *string { return n.NetworkInterfaceId }, func(f *types.FlowLog) []string { return ids(f.ResourceId) })),
		inWords("the instances that it is attached to", toMany("instances", "the instance that it is attached to", "instance", func(n *types.NetworkInterface) []string {
			if n.Attachment == nil {
				return nil
			}
			return ids(n.Attachment.InstanceId)
		})),
		toMany("securityGroups", "its security groups", "securityGroup", func(n *types.NetworkInterface) []string { return groupIDs(n.Groups) }),
		inWords("its subnets", toMany("subnets", "its subnet", "subnet", func(n *types.NetworkInterface) []string { return ids(n.SubnetId) })),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(n *types.NetworkInterface) []string { return ids(n.VpcId) })),

		fromMany("instances", "the instances in it", "instance", func(g *types.PlacementGroup) *string { return g.GroupName }, func(i *types.Instance) []string { return ids(placement(i).GroupName) }),

		inWords("its account attributes", regionList[types.AccountAttribute]("accountAttributes", "supported-platforms, default-vpc, max-instances and the like", "DescribeAccountAttributes")),
		inWords("its Elastic IP addresses", ofRegion("addresses", "all its Elastic IP addresses", "address")),
		inWords("its criteria for allowed images", setting("allowedImageCriteria", "the criteria of which an image that the account does not own has to meet one: ImageProviders, ImageNames and so on", "GetAllowedImagesSettings", cel.ListType(typeOf[types.ImageCriterion]()), func(a *AllowedImagesSettings) any { return a.ImageCriteria })),
		inWords("its setting for allowed images", setting("allowedImages", "whether only images that meet criteria may be launched: enabled, disabled or audit-mode", "GetAllowedImagesSettings", cel.StringType, func(a *AllowedImagesSettings) any { return str(a.State) })),
		regionList[types.AvailabilityZone]("availabilityZones", "its zones", "DescribeAvailabilityZones"),
		inWords("its default key of EBS", setting("ebsDefaultKmsKeyId", "the key of volumes that are encrypted by default", "GetEbsDefaultKmsKeyId", cel.StringType, func(a *EBSDefaultKMSKeyID) any { return str(a.KmsKeyId) })),
		inWords("is set to encrypt new volumes by default", setting("ebsEncryptionByDefault", "whether new volumes are encrypted by default", "GetEbsEncryptionByDefault", cel.BoolType, func(a *EBSEncryptionByDefault) any { return value(a.EbsEncryptionByDefault) })),
		inWords("its block of public access for images", setting("imageBlockPublicAccess", "block-new-sharing or unblocked", "GetImageBlockPublicAccessState", cel.StringType, func(a *ImageBlockPublicAccess) any { return str(a.ImageBlockPublicAccessState) })),
		inWords("its images", ofRegion("images", "all images in it that the account owns", "image")),
		inWords("its defaults for instance metadata", setting("instanceMetadataDefaults", "the account's defaults for instance metadata", "GetInstanceMetadataDefaults", typeOf[types.InstanceMetadataDefaultsResponse](), func(a *InstanceMetadataDefaults) any {
			return cmp.Or(a.AccountLevel, &types.InstanceMetadataDefaultsResponse{})
		})),
		inWords("its instances", ofRegion("instances", "all its instances", "instance")),
		inWords("the instances with a tag whose key is {1} and whose value is {2}", tagged("instancesTagged", "the instances that have a tag with this key and value", "instance")),
		inWords("its key pairs", ofRegion("keyPairs", "all its key pairs", "keyPair")),
		inWords("its NAT gateways", ofRegion("natGateways", "all its NAT gateways", "natGateway")),
		otherRegions(),
		inWords("its placement groups", ofRegion("placementGroups", "all its placement groups", "placementGroup")),
		regionList[types.ImageRecycleBinInfo]("recycledImages", "the images in the Recycle Bin", "ListImagesInRecycleBin"),
		regionList[types.SnapshotRecycleBinInfo]("recycledSnapshots", "the snapshots in the Recycle Bin", "ListSnapshotsInRecycleBin"),
		regionList[types.VolumeRecycleBinInfo]("recycledVolumes", "the volumes in the Recycle Bin", "ListVolumesInRecycleBin"),
		inWords("its Reserved Instances", ofRegion("reservedInstances", "all Reserved Instances of the account in it, those that have ended included", "reservedInstances")),
		inWords("its security groups", ofRegion("securityGroups", "all its security groups", "securityGroup")),
		inWords("is open for the EC2 serial console", setting("serialConsoleAccess", "whether the EC2 serial console is open", "GetSerialConsoleAccessStatus", cel.BoolType, func(a *SerialConsoleAccess) any { return value(a.SerialConsoleAccessEnabled) })),
		inWords("its block of public access for snapshots", setting("snapshotBlockPublicAccess", "block-all-sharing, block-new-sharing or unblocked", "GetSnapshotBlockPublicAccessState", cel.StringType, func(a *SnapshotBlockPublicAccess) any { return string(a.State) })),
		inWords("its snapshots", ofRegion("snapshots", "all snapshots in it that the account owns", "snapshot")),
		inWords("its subnets", ofRegion("subnets", "all its subnets, those that other accounts share with it included", "subnet")),
		inWords("its volumes", ofRegion("volumes", "all its volumes", "volume")),
		inWords("the volumes with a tag whose key is {1} and whose value is {2}", tagged("volumesTagged", "the volumes that have a tag with this key and value", "volume")),
		inWords("its VPC Block Public Access", setting("vpcBlockPublicAccess", "the region's VPC Block Public Access", "DescribeVpcBlockPublicAccessOptions", typeOf[types.VpcBlockPublicAccessOptions](), func(a *VPCBlockPublicAccess) any {
			return cmp.Or(a.VpcBlockPublicAccessOptions, &types.VpcBlockPublicAccessOptions{})
		})),
		regionList[types.VpcBlockPublicAccessExclusion]("vpcBlockPublicAccessExclusions", "the VPCs and subnets that are excluded from it", "DescribeVpcBlockPublicAccessExclusions"),
		inWords("its VPCs", ofRegion("vpcs", "all its VPCs", "vpc")),

		inWords("its on-demand machines of the family", fromMany("instances", "the instances of its family that run on demand, of any size, platform, tenancy and zone", "instance", reservedFamily, onDemandFamily)),

		inWords("the subnets associated with it by name", toMany("subnets", "the subnets associated with it by name; those of a main route table that name none are not among them", "subnet", func(t *types.RouteTable) []string {
			var out []string
			for _, a := range t.Associations {
				out = append(out, ids(a.SubnetId)...)
			}
			return out
		})),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(t *types.RouteTable) []string { return ids(t.VpcId) })),

		inWords("the Client VPN endpoints that use it", fromMany("clientVpnEndpoints", "the Client VPN endpoints that use it, also those that are in no subnet yet", "clientVpnEndpoint", func(g *types.SecurityGroup) *string { return g.GroupId }, func(e *types.ClientVpnEndpoint) []string { return e.SecurityGroupIds })),
		inWords("its inbound rules", groupRules("inbound", "its inbound rules, one for each source of each permission", false)),
		fromMany("instances", "the instances that use it", "instance", func(g *types.SecurityGroup) *string { return g.GroupId }, func(i *types.Instance) []string { return groupIDs(i.SecurityGroups) }),
		fromMany("interfaces", "the network interfaces that use it", "networkInterface", func(g *types.SecurityGroup) *string { return g.GroupId }, func(n *types.NetworkInterface) []string { return groupIDs(n.Groups) }),
		inWords("the launch templates whose default or latest version names it", usedByTemplates("launchTemplates", "the launch templates whose default or latest version names its ID; one that gives its name is not seen", func(g *types.SecurityGroup) *string { return g.GroupId }, templateGroups)),
		openings(),
		inWords("its outbound rules", groupRules("outbound", "its outbound rules, one for each destination of each permission", true)),
		inWords("the security groups with a rule that names it", fromMany("referencedBy", "the security groups with a rule that names it, itself included", "securityGroup", func(g *types.SecurityGroup) *string { return g.GroupId }, func(g *types.SecurityGroup) []string {
			var out []string
			for _, p := range append(g.IpPermissions[:len(g.IpPermissions):len(g.IpPermissions)], g.IpPermissionsEgress...) {
				for _, u := range p.UserIdGroupPairs {
					out = append(out, ids(u.GroupId)...)
				}
			}
			return out
		})),
		fromMany("vpcEndpoints", "the VPC endpoints that use it", "vpcEndpoint", func(g *types.SecurityGroup) *string { return g.GroupId }, endpointGroups),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(g *types.SecurityGroup) []string { return ids(g.VpcId) })),

		inWords("its allowed principals", asked("allowedPrincipals", "who may make an endpoint to it, each by its ARN, or * for everybody", "DescribeVpcEndpointServicePermissions", "the allowed principals", func(c *types.ServiceConfiguration) *string { return c.ServiceId }, func(p *EndpointServicePermissions) (*string, []types.AllowedPrincipal) {
			return p.ServiceId, p.AllowedPrincipals
		})),

		snapshotCopies(),
		inWords("its fast snapshot restores", listed("fastRestores", "where fast snapshot restore is on, or was lately", "DescribeFastSnapshotRestores", func(s *types.Snapshot) *string { return s.SnapshotId }, func(r *types.DescribeFastSnapshotRestoreSuccessItem) *string { return r.SnapshotId })),
		inWords("the images that are made of it", fromMany("images", "the account's images that are made of it", "image", func(s *types.Snapshot) *string { return s.SnapshotId }, imageSnapshots)),
		inWords("is shared with every AWS account", fact("isPublic", "whether every AWS account may restore it", []string{publicSnapshots}, func(inv *Inventory) func(*types.Snapshot) ref.Val {
			public := map[string]bool{}
			for _, page := range inv.pages(publicSnapshots) {
				for _, s := range page.([]types.Snapshot) {
					public[str(s.SnapshotId)] = true
				}
			}
			return func(s *types.Snapshot) ref.Val { return celtypes.Bool(public[str(s.SnapshotId)]) }
		})),
		usedByTemplates("launchTemplates", "the launch templates whose default or latest version maps it", func(s *types.Snapshot) *string { return s.SnapshotId }, func(v *types.LaunchTemplateVersion) []string {
			var out []string
			if v.LaunchTemplateData != nil {
				for _, m := range v.LaunchTemplateData.BlockDeviceMappings {
					if m.Ebs != nil {
						out = append(out, ids(m.Ebs.SnapshotId)...)
					}
				}
			}
			return out
		}),
		inWords("its locks", listed("locks", "its lock, if it is locked or was", "DescribeLockedSnapshots", func(s *types.Snapshot) *string { return s.SnapshotId }, func(l *types.LockedSnapshotsInfo) *string { return l.SnapshotId })),
		monthlyCost("its size in its tier, which is the most that it can cost: a snapshot holds what changed since the one before it", snapshotCost),
		fromMany("restoredVolumes", "the volumes that were made of it", "volume", func(s *types.Snapshot) *string { return s.SnapshotId }, func(v *types.Volume) []string { return ids(v.SnapshotId) }),
		inWords("its permissions to make volumes", asked("sharedWith", "with whom it is shared: UserId or Group of each", "DescribeSnapshotAttribute", "the permissions to make volumes", func(s *types.Snapshot) *string { return s.SnapshotId }, func(p *SnapshotPermissions) (*string, []types.CreateVolumePermission) {
			return p.SnapshotId, p.CreateVolumePermissions
		})),
		listed("tierStatuses", "its moves to the archive tier and back", "DescribeSnapshotTierStatus", func(s *types.Snapshot) *string { return s.SnapshotId }, func(t *types.SnapshotTierStatus) *string { return t.SnapshotId }),
		inWords("its source volumes", fromMany("volumes", "the volume it was taken of, if it still exists", "volume", func(s *types.Snapshot) *string { return s.VolumeId }, func(v *types.Volume) []string { return ids(v.VolumeId) })),

		inWords("the instances that it launched", toMany("instances", "the instance that it launched", "instance", func(r *types.SpotInstanceRequest) []string { return ids(r.InstanceId) })),

		inWords("its own flow logs", fromMany("flowLogs", "the flow logs of this subnet alone", "flowLog", func(s *types.Subnet) *string { return s.SubnetId }, func(f *types.FlowLog) []string { return ids(f.ResourceId) })),
		fromMany("instances", "the instances in it", "instance", func(s *types.Subnet) *string { return s.SubnetId }, func(i *types.Instance) []string { return ids(i.SubnetId) }),
		fromMany("interfaces", "the network interfaces in it", "networkInterface", func(s *types.Subnet) *string { return s.SubnetId }, func(n *types.NetworkInterface) []string { return ids(n.SubnetId) }),
		isPublicSubnet(),
		fromMany("natGateways", "the NAT gateways in it", "natGateway", func(s *types.Subnet) *string { return s.SubnetId }, func(n *types.NatGateway) []string { return ids(n.SubnetId) }),
		fromMany("networkAcls", "the network ACL associated with it", "networkAcl", func(s *types.Subnet) *string { return s.SubnetId }, func(a *types.NetworkAcl) []string {
			var out []string
			for _, x := range a.Associations {
				out = append(out, ids(x.SubnetId)...)
			}
			return out
		}),
		routeTable(),
		inWords("the interface endpoints with an interface in it", fromMany("vpcEndpoints", "the interface endpoints with an interface in it", "vpcEndpoint", func(s *types.Subnet) *string { return s.SubnetId }, func(e *types.VpcEndpoint) []string { return e.SubnetIds })),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(s *types.Subnet) []string { return ids(s.VpcId) })),

		fromMany("attachments", "its attachments", "transitGatewayAttachment", func(g *types.TransitGateway) *string { return g.TransitGatewayId }, func(a *types.TransitGatewayAttachment) []string { return ids(a.TransitGatewayId) }),
		fromMany("routeTables", "the VPC route tables with a route to it", "routeTable", func(g *types.TransitGateway) *string { return g.TransitGatewayId }, routesTo(func(r types.Route) *string { return r.TransitGatewayId })),
		fromMany("vpnConnections", "the VPN connections that end at it", "vpnConnection", func(g *types.TransitGateway) *string { return g.TransitGatewayId }, func(c *types.VpnConnection) []string { return ids(c.TransitGatewayId) }),

		monthlyCost("its hours, without what it carries; nothing where another account owns what is attached, which pays", attachmentCost),
		inWords("its transit gateways", fromMany("transitGateways", "its transit gateway, if the account can see it", "transitGateway", func(a *types.TransitGatewayAttachment) *string { return a.TransitGatewayId }, func(g *types.TransitGateway) []string { return ids(g.TransitGatewayId) })),
		inWords("its VPCs", fromMany("vpcs", "the VPC that is attached, if it is the account's own", "vpc", func(a *types.TransitGatewayAttachment) *string { return a.ResourceId }, func(v *types.Vpc) []string { return ids(v.VpcId) })),

		inWords("its highest hourly {2} of {1} over the last {3}", metric[types.Volume]("busiestHour", "the highest hourly value of a CloudWatch metric within a window", "volume", true)),
		inWords("its instances", toMany("instances", "the instances that it is attached to", "instance", attachedTo)),
		isRoot(),
		inWords("its {2} of {1} over the last {3}", metric[types.Volume]("metric", "a statistic of a CloudWatch metric over a window", "volume", false)),
		inWords("its modifications", listed("modifications", "its last change of size, type or performance, for as long as AWS remembers it", "DescribeVolumesModifications", func(v *types.Volume) *string { return v.VolumeId }, func(m *types.VolumeModification) *string { return m.VolumeId })),
		monthlyCost("its size and what was bought of IOPS and throughput; requests to a magnetic volume cost extra", volumeCost),
		monthlyCostAs(),
		inWords("its snapshots", fromMany("snapshots", "the account's snapshots of it", "snapshot", func(v *types.Volume) *string { return v.VolumeId }, func(s *types.Snapshot) []string { return ids(s.VolumeId) })),
		inWords("its source snapshots", fromMany("sourceSnapshots", "the snapshot that it was made of, if the account owns it", "snapshot", func(v *types.Volume) *string { return v.SnapshotId }, func(s *types.Snapshot) []string { return ids(s.SnapshotId) })),
		inWords("its status report", toOne("status", "its status checks and events, and how far it is initialized", "DescribeVolumeStatus", func(v *types.Volume) string { return str(v.VolumeId) }, listedByID("DescribeVolumeStatus", func(s *types.VolumeStatusItem) string { return str(s.VolumeId) }))),

		toMany("dhcpOptions", "its DHCP options", "dhcpOptions", func(v *types.Vpc) []string { return ids(v.DhcpOptionsId) }),
		inWords("has public host names for its machines", attributeOf("dnsHostnames", "whether machines in it that have a public address get a public host name", "VpcDnsHostnames", "the setting for DNS host names", func(v *types.Vpc) *string { return v.VpcId }, func(a *VPCDNSHostnames) (*string, *types.AttributeBooleanValue) {
			return a.VpcId, a.EnableDnsHostnames
		})),
		inWords("has AWS's DNS server", attributeOf("dnsSupport", "whether AWS's DNS server answers in it", "VpcDnsSupport", "the setting for DNS", func(v *types.Vpc) *string { return v.VpcId }, func(a *VPCDNSSupport) (*string, *types.AttributeBooleanValue) {
			return a.VpcId, a.EnableDnsSupport
		})),
		inWords("its own flow logs", fromMany("flowLogs", "the flow logs of the whole VPC", "flowLog", func(v *types.Vpc) *string { return v.VpcId }, func(f *types.FlowLog) []string { return ids(f.ResourceId) })),
		fromMany("instances", "the instances in it", "instance", func(v *types.Vpc) *string { return v.VpcId }, func(i *types.Instance) []string { return ids(i.VpcId) }),
		fromMany("interfaces", "the network interfaces in it", "networkInterface", func(v *types.Vpc) *string { return v.VpcId }, func(n *types.NetworkInterface) []string { return ids(n.VpcId) }),
		fromMany("internetGateways", "the internet gateway attached to it", "internetGateway", func(v *types.Vpc) *string { return v.VpcId }, func(g *types.InternetGateway) []string { return attachedVPCs(g.Attachments) }),
		fromMany("natGateways", "the NAT gateways in it", "natGateway", func(v *types.Vpc) *string { return v.VpcId }, func(n *types.NatGateway) []string { return ids(n.VpcId) }),
		fromMany("networkAcls", "its network ACLs", "networkAcl", func(v *types.Vpc) *string { return v.VpcId }, func(a *types.NetworkAcl) []string { return ids(a.VpcId) }),
		inWords("its peering connections", fromMany("peeringConnections", "the peering connections on either side of which it is", "vpcPeeringConnection", func(v *types.Vpc) *string { return v.VpcId }, peers)),
		fromMany("routeTables", "its route tables", "routeTable", func(v *types.Vpc) *string { return v.VpcId }, func(t *types.RouteTable) []string { return ids(t.VpcId) }),
		fromMany("securityGroups", "its security groups", "securityGroup", func(v *types.Vpc) *string { return v.VpcId }, func(g *types.SecurityGroup) []string { return ids(g.VpcId) }),
		fromMany("subnets", "its subnets", "subnet", func(v *types.Vpc) *string { return v.VpcId }, func(s *types.Subnet) []string { return ids(s.VpcId) }),
		fromMany("transitGatewayAttachments", "its attachments to transit gateways", "transitGatewayAttachment", func(v *types.Vpc) *string { return v.VpcId }, func(a *types.TransitGatewayAttachment) []string { return ids(a.ResourceId) }),
		fromMany("vpcEndpoints", "its VPC endpoints", "vpcEndpoint", func(v *types.Vpc) *string { return v.VpcId }, func(e *types.VpcEndpoint) []string { return ids(e.VpcId) }),
		inWords("the virtual private gateways attached to it", fromMany("vpnGateways", "the virtual private gateway attached to it", "vpnGateway", func(v *types.Vpc) *string { return v.VpcId }, vpnVPCs)),

		inWords("its highest hourly {2} of {1} over the last {3}", metric[types.VpcEndpoint]("busiestHour", "the highest hourly value of a CloudWatch metric within a window; 0 where nothing passed", "vpcEndpoint", true)),
		toMany("interfaces", "its network interfaces", "networkInterface", func(e *types.VpcEndpoint) []string { return e.NetworkInterfaceIds }),
		inWords("its {2} of {1} over the last {3}", metric[types.VpcEndpoint]("metric", "a statistic of a CloudWatch metric over a window; 0 where nothing passed", "vpcEndpoint", false)),
		monthlyCost("its hours in each of its zones, without what it carries; nothing for a gateway endpoint", endpointCost),
		endpointPolicy(),
		inWords("its route tables", toMany("routeTables", "the route tables of a gateway endpoint", "routeTable", func(e *types.VpcEndpoint) []string { return e.RouteTableIds })),
		toMany("securityGroups", "its security groups", "securityGroup", endpointGroups),
		toMany("subnets", "its subnets", "subnet", func(e *types.VpcEndpoint) []string { return e.SubnetIds }),
		inWords("its VPCs", toMany("vpcs", "its VPC", "vpc", func(e *types.VpcEndpoint) []string { return ids(e.VpcId) })),

		fromMany("routeTables", "the route tables with a route to it", "routeTable", func(p *types.VpcPeeringConnection) *string { return p.VpcPeeringConnectionId }, routesTo(func(r types.Route) *string { return r.VpcPeeringConnectionId })),

		inWords("its customer gateways", fromMany("customerGateways", "the customer gateway at its other end", "customerGateway", func(c *types.VpnConnection) *string { return c.CustomerGatewayId }, func(g *types.CustomerGateway) []string { return ids(g.CustomerGatewayId) })),
		monthlyCost("its hours, without what it carries", vpnCost),
		inWords("the transit gateways that it ends at", fromMany("transitGateways", "the transit gateway that it ends at", "transitGateway", func(c *types.VpnConnection) *string { return c.TransitGatewayId }, func(g *types.TransitGateway) []string { return ids(g.TransitGatewayId) })),
		inWords("the virtual private gateways that it ends at", fromMany("vpnGateways", "the virtual private gateway that it ends at", "vpnGateway", func(c *types.VpnConnection) *string { return c.VpnGatewayId }, func(g *types.VpnGateway) []string { return ids(g.VpnGatewayId) })),

		inWords("the VPCs that it is attached to", toMany("vpcs", "the VPC that it is attached to", "vpc", vpnVPCs)),
		fromMany("vpnConnections", "its VPN connections", "vpnConnection", func(g *types.VpnGateway) *string { return g.VpnGatewayId }, func(c *types.VpnConnection) []string { return ids(c.VpnGatewayId) }),

		workloadInstances(),
	}
})

func ids(p *string) []string {
	if str(p) == "" {
		return nil
	}
	return []string{*p}
}

func groupIDs(groups []types.GroupIdentifier) []string {
	var out []string
	for _, g := range groups {
		out = append(out, ids(g.GroupId)...)
	}
	return out
}

func endpointGroups(e *types.VpcEndpoint) []string {
	var out []string
	for _, g := range e.Groups {
		out = append(out, ids(g.GroupId)...)
	}
	return out
}

// imageSnapshots are the snapshots that an image's block devices are made of.
func imageSnapshots(i *types.Image) []string {
	var out []string
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil {
			out = append(out, ids(m.Ebs.SnapshotId)...)
		}
	}
	return out
}

func attachedVolumes(i *types.Instance, root bool) []string {
	var out []string
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil && (root || str(m.DeviceName) != str(i.RootDeviceName)) {
			out = append(out, ids(m.Ebs.VolumeId)...)
		}
	}
	return out
}

// placement is where an instance runs; never nil.
func placement(i *types.Instance) *types.Placement {
	return cmp.Or(i.Placement, &types.Placement{})
}

// The tags that EC2 puts on what a launch template launched (Amazon EC2 User Guide, "Launch templates").
func templateOf(i *types.Instance) *string {
	if id, ok := tagValue(i.Tags, "aws:ec2launchtemplate:id"); ok {
		return &id
	}
	return nil
}

// reservedFamily is the instance family that was reserved.
func reservedFamily(r *types.ReservedInstances) *string {
	family, _, _ := strings.Cut(string(r.InstanceType), ".")
	return &family
}

// onDemandFamily is the family of an instance that a reservation can be for: not of Spot and of Capacity Blocks, which have prices of their own.
func onDemandFamily(i *types.Instance) []string {
	if i.InstanceLifecycle != "" || i.State == nil || i.State.Name != types.InstanceStateNameRunning {
		return nil
	}
	family, _, _ := strings.Cut(string(i.InstanceType), ".")
	return ids(&family)
}

func templateVersion(i *types.Instance) string {
	v, _ := tagValue(i.Tags, "aws:ec2launchtemplate:version")
	return v
}

func imageOfVersion(v *types.LaunchTemplateVersion) *string {
	if v.LaunchTemplateData == nil {
		return nil
	}
	return v.LaunchTemplateData.ImageId
}

func templateGroups(v *types.LaunchTemplateVersion) []string {
	if v.LaunchTemplateData == nil {
		return nil
	}
	out := slices.Clone(v.LaunchTemplateData.SecurityGroupIds)
	for _, n := range v.LaunchTemplateData.NetworkInterfaces {
		out = append(out, n.Groups...)
	}
	return out
}

func attachedVPCs(attachments []types.InternetGatewayAttachment) []string {
	var out []string
	for _, a := range attachments {
		out = append(out, ids(a.VpcId)...)
	}
	return out
}

func vpnVPCs(g *types.VpnGateway) []string {
	var out []string
	for _, a := range g.VpcAttachments {
		if a.State != types.AttachmentStatusDetached {
			out = append(out, ids(a.VpcId)...)
		}
	}
	return out
}

func peers(p *types.VpcPeeringConnection) []string {
	var out []string
	for _, side := range []*types.VpcPeeringConnectionVpcInfo{p.AccepterVpcInfo, p.RequesterVpcInfo} {
		if side != nil {
			out = append(out, ids(side.VpcId)...)
		}
	}
	return out
}

func routesTo(target func(types.Route) *string) func(*types.RouteTable) []string {
	return func(t *types.RouteTable) []string {
		var out []string
		for _, r := range t.Routes {
			out = append(out, ids(target(r))...)
		}
		return out
	}
}

func loggedBy(prefix string) func(*types.FlowLog) []string {
	return func(f *types.FlowLog) []string {
		if strings.HasPrefix(str(f.ResourceId), prefix) {
			return ids(f.ResourceId)
		}
		return nil
	}
}

// fleetTypes are what a fleet may choose among, whichever of its templates they stand with.
func fleetTypes() relation {
	r := relate("instanceTypes", "the instance types that its overrides name, each once", cel.ListType(cel.StringType), nil, func(b *binding) func(*types.FleetData) ref.Val {
		return func(f *types.FleetData) ref.Val {
			var out []string
			for _, c := range f.LaunchTemplateConfigs {
				for _, o := range c.Overrides {
					if o.InstanceType != "" {
						out = append(out, string(o.InstanceType))
					}
				}
			}
			return celtypes.NewStringList(b.adapter, distinct(out))
		}
	})
	r.most, r.words = listSize, "its instance types"
	return r
}

func distinct(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

func attachedTo(v *types.Volume) []string {
	var out []string
	for _, a := range v.Attachments {
		if a.State != types.VolumeAttachmentStateDetached {
			out = append(out, ids(a.InstanceId)...)
		}
	}
	return out
}
