package collect

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint"
)

// A reader is how one source is read, as pages for [lint.Inventory.Add]: whole, or not at all. Only what is asked of one resource after the other may come
// with both pages and an error; the source is then a gap with items.
type reader struct {
	source string
	read   func(context.Context, *run) ([]any, error)
}

// readers has an entry for each of [lint.Sources]. Keep sorted by name.
//
// Each listing asks for the largest page that AWS gives: paged calls draw on a request bucket twice as large, and unpaged ones may time
// out. More than the largest is an error for most, so the number is that of the API's model or reference. For fleets, flow logs, images,
// instances, snapshots, spot requests, status and volumes it is that of the years when the reference still named one.
// DescribeSnapshotTierStatus never had one; 100 is modest.
func readers(c *ec2.Client) []reader {
	return []reader{
		{"DescribeAccountAttributes", unpaged(c.DescribeAccountAttributes, func(out *ec2.DescribeAccountAttributesOutput) []types.AccountAttribute { return out.AccountAttributes })},
		{"DescribeAddresses", unpaged(c.DescribeAddresses, func(out *ec2.DescribeAddressesOutput) []types.Address { return out.Addresses })},
		{"DescribeAvailabilityZones", unpaged(c.DescribeAvailabilityZones, func(out *ec2.DescribeAvailabilityZonesOutput) []types.AvailabilityZone { return out.AvailabilityZones })},
		{"DescribeCapacityReservations", paged(c.DescribeCapacityReservations,
			func(in *ec2.DescribeCapacityReservationsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeCapacityReservationsOutput) ([]types.CapacityReservation, *string) {
				return out.CapacityReservations, out.NextToken
			},
			func(v *types.CapacityReservation) *string { return v.CapacityReservationId })},
		{"DescribeClientVpnAuthorizationRules", readAuthorization(c.DescribeClientVpnAuthorizationRules)},
		{"DescribeClientVpnEndpoints", paged(c.DescribeClientVpnEndpoints,
			func(in *ec2.DescribeClientVpnEndpointsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeClientVpnEndpointsOutput) ([]types.ClientVpnEndpoint, *string) {
				return out.ClientVpnEndpoints, out.NextToken
			},
			func(v *types.ClientVpnEndpoint) *string { return v.ClientVpnEndpointId })},
		{"DescribeCustomerGateways", unpaged(c.DescribeCustomerGateways, func(out *ec2.DescribeCustomerGatewaysOutput) []types.CustomerGateway { return out.CustomerGateways })},
		{"DescribeDhcpOptions", paged(c.DescribeDhcpOptions,
			func(in *ec2.DescribeDhcpOptionsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeDhcpOptionsOutput) ([]types.DhcpOptions, *string) {
				return out.DhcpOptions, out.NextToken
			},
			func(v *types.DhcpOptions) *string { return v.DhcpOptionsId })},
		{"DescribeEgressOnlyInternetGateways", paged(c.DescribeEgressOnlyInternetGateways,
			func(in *ec2.DescribeEgressOnlyInternetGatewaysInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(255), token
			},
			func(out *ec2.DescribeEgressOnlyInternetGatewaysOutput) ([]types.EgressOnlyInternetGateway, *string) {
				return out.EgressOnlyInternetGateways, out.NextToken
			},
			func(v *types.EgressOnlyInternetGateway) *string { return v.EgressOnlyInternetGatewayId })},
		{"DescribeFastSnapshotRestores", paged(c.DescribeFastSnapshotRestores,
			func(in *ec2.DescribeFastSnapshotRestoresInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(200), token
			},
			func(out *ec2.DescribeFastSnapshotRestoresOutput) ([]types.DescribeFastSnapshotRestoreSuccessItem, *string) {
				return out.FastSnapshotRestores, out.NextToken
			},
			func(v *types.DescribeFastSnapshotRestoreSuccessItem) *string {
				return both(v.SnapshotId, v.AvailabilityZone)
			})},
		{"DescribeFleets", paged(c.DescribeFleets,
			func(in *ec2.DescribeFleetsInput, token *string) { in.MaxResults, in.NextToken = aws.Int32(1000), token },
			func(out *ec2.DescribeFleetsOutput) ([]types.FleetData, *string) { return out.Fleets, out.NextToken },
			func(v *types.FleetData) *string { return v.FleetId })},
		{"DescribeFlowLogs", paged(c.DescribeFlowLogs,
			func(in *ec2.DescribeFlowLogsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeFlowLogsOutput) ([]types.FlowLog, *string) { return out.FlowLogs, out.NextToken },
			func(v *types.FlowLog) *string { return v.FlowLogId })},
		{"DescribeHosts", paged(c.DescribeHosts,
			func(in *ec2.DescribeHostsInput, token *string) { in.MaxResults, in.NextToken = aws.Int32(500), token },
			func(out *ec2.DescribeHostsOutput) ([]types.Host, *string) { return out.Hosts, out.NextToken },
			func(v *types.Host) *string { return v.HostId })},
		{"DescribeImageAttribute", readImageSharing(c.DescribeImageAttribute)},
		{"DescribeImages", paged(c.DescribeImages,
			func(in *ec2.DescribeImagesInput, token *string) {
				in.Owners, in.MaxResults, in.NextToken = []string{"self"}, aws.Int32(1000), token
			},
			func(out *ec2.DescribeImagesOutput) ([]types.Image, *string) { return out.Images, out.NextToken },
			func(v *types.Image) *string { return v.ImageId })},
		{"DescribeInstanceAttribute", readUserData(c.DescribeInstanceAttribute)},
		{"DescribeInstanceCreditSpecifications", paged(c.DescribeInstanceCreditSpecifications,
			func(in *ec2.DescribeInstanceCreditSpecificationsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeInstanceCreditSpecificationsOutput) ([]types.InstanceCreditSpecification, *string) {
				return out.InstanceCreditSpecifications, out.NextToken
			},
			func(v *types.InstanceCreditSpecification) *string { return v.InstanceId })},
		{"DescribeInstanceImageMetadata", paged(c.DescribeInstanceImageMetadata,
			func(in *ec2.DescribeInstanceImageMetadataInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeInstanceImageMetadataOutput) ([]types.InstanceImageMetadata, *string) {
				return out.InstanceImageMetadata, out.NextToken
			},
			func(v *types.InstanceImageMetadata) *string { return v.InstanceId })},
		{"DescribeInstanceStatus", paged(c.DescribeInstanceStatus,
			func(in *ec2.DescribeInstanceStatusInput, token *string) {
				in.IncludeAllInstances, in.MaxResults, in.NextToken = aws.Bool(true), aws.Int32(1000), token
			},
			func(out *ec2.DescribeInstanceStatusOutput) ([]types.InstanceStatus, *string) {
				return out.InstanceStatuses, out.NextToken
			},
			func(v *types.InstanceStatus) *string { return v.InstanceId })},
		{"DescribeInstanceTypes", readInstanceTypes(c.DescribeInstanceTypes)},
		{"DescribeInstances", readInstances(c.DescribeInstances)},
		{"DescribeInternetGateways", paged(c.DescribeInternetGateways,
			func(in *ec2.DescribeInternetGatewaysInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeInternetGatewaysOutput) ([]types.InternetGateway, *string) {
				return out.InternetGateways, out.NextToken
			},
			func(v *types.InternetGateway) *string { return v.InternetGatewayId })},
		{"DescribeKeyPairs", unpaged(c.DescribeKeyPairs, func(out *ec2.DescribeKeyPairsOutput) []types.KeyPairInfo { return out.KeyPairs })},
		{"DescribeLaunchTemplateVersions", paged(c.DescribeLaunchTemplateVersions,
			func(in *ec2.DescribeLaunchTemplateVersionsInput, token *string) { // without a template's ID or name these are the two versions of all templates
				in.Versions, in.MaxResults, in.NextToken = []string{"$Default", "$Latest"}, aws.Int32(200), token
			},
			func(out *ec2.DescribeLaunchTemplateVersionsOutput) ([]types.LaunchTemplateVersion, *string) {
				return out.LaunchTemplateVersions, out.NextToken
			},
			versionID)},
		{"DescribeLaunchTemplates", paged(c.DescribeLaunchTemplates,
			func(in *ec2.DescribeLaunchTemplatesInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(200), token
			},
			func(out *ec2.DescribeLaunchTemplatesOutput) ([]types.LaunchTemplate, *string) {
				return out.LaunchTemplates, out.NextToken
			},
			func(v *types.LaunchTemplate) *string { return v.LaunchTemplateId })},
		{"DescribeLockedSnapshots", paged(c.DescribeLockedSnapshots,
			func(in *ec2.DescribeLockedSnapshotsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeLockedSnapshotsOutput) ([]types.LockedSnapshotsInfo, *string) {
				return out.Snapshots, out.NextToken
			},
			func(v *types.LockedSnapshotsInfo) *string { return v.SnapshotId })},
		{"DescribeManagedPrefixLists", paged(c.DescribeManagedPrefixLists,
			func(in *ec2.DescribeManagedPrefixListsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(100), token
			},
			func(out *ec2.DescribeManagedPrefixListsOutput) ([]types.ManagedPrefixList, *string) {
				return out.PrefixLists, out.NextToken
			},
			func(v *types.ManagedPrefixList) *string { return v.PrefixListId })},
		{"DescribeNatGateways", paged(c.DescribeNatGateways,
			func(in *ec2.DescribeNatGatewaysInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeNatGatewaysOutput) ([]types.NatGateway, *string) {
				return out.NatGateways, out.NextToken
			},
			func(v *types.NatGateway) *string { return v.NatGatewayId })},
		{"DescribeNetworkAcls", paged(c.DescribeNetworkAcls,
			func(in *ec2.DescribeNetworkAclsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeNetworkAclsOutput) ([]types.NetworkAcl, *string) {
				return out.NetworkAcls, out.NextToken
			},
			func(v *types.NetworkAcl) *string { return v.NetworkAclId })},
		{"DescribeNetworkInterfaces", paged(c.DescribeNetworkInterfaces, // never in parts: see division
			func(in *ec2.DescribeNetworkInterfacesInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeNetworkInterfacesOutput) ([]types.NetworkInterface, *string) {
				return out.NetworkInterfaces, out.NextToken
			},
			func(v *types.NetworkInterface) *string { return v.NetworkInterfaceId })},
		{"DescribePlacementGroups", unpaged(c.DescribePlacementGroups, func(out *ec2.DescribePlacementGroupsOutput) []types.PlacementGroup { return out.PlacementGroups })},
		{"DescribeReservedInstances", unpaged(c.DescribeReservedInstances, func(out *ec2.DescribeReservedInstancesOutput) []types.ReservedInstances { return out.ReservedInstances })},
		{"DescribeRouteTables", paged(c.DescribeRouteTables,
			func(in *ec2.DescribeRouteTablesInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(100), token
			},
			func(out *ec2.DescribeRouteTablesOutput) ([]types.RouteTable, *string) {
				return out.RouteTables, out.NextToken
			},
			func(v *types.RouteTable) *string { return v.RouteTableId })},
		{"DescribeSecurityGroupRules", paged(c.DescribeSecurityGroupRules,
			func(in *ec2.DescribeSecurityGroupRulesInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeSecurityGroupRulesOutput) ([]types.SecurityGroupRule, *string) {
				return out.SecurityGroupRules, out.NextToken
			},
			func(v *types.SecurityGroupRule) *string { return v.SecurityGroupRuleId })},
		{"DescribeSecurityGroups", paged(c.DescribeSecurityGroups,
			func(in *ec2.DescribeSecurityGroupsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeSecurityGroupsOutput) ([]types.SecurityGroup, *string) {
				return out.SecurityGroups, out.NextToken
			},
			func(v *types.SecurityGroup) *string { return v.GroupId })},
		{"DescribeSnapshotAttribute", readSnapshotSharing(c.DescribeSnapshotAttribute)},
		{"DescribeSnapshotTierStatus", paged(c.DescribeSnapshotTierStatus,
			func(in *ec2.DescribeSnapshotTierStatusInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(100), token
			},
			func(out *ec2.DescribeSnapshotTierStatusOutput) ([]types.SnapshotTierStatus, *string) {
				return out.SnapshotTierStatuses, out.NextToken
			},
			func(v *types.SnapshotTierStatus) *string { return v.SnapshotId })},
		{"DescribeSnapshots", listSnapshots(c.DescribeSnapshots, nil)},
		{"DescribeSpotFleetRequests", paged(c.DescribeSpotFleetRequests,
			func(in *ec2.DescribeSpotFleetRequestsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeSpotFleetRequestsOutput) ([]types.SpotFleetRequestConfig, *string) {
				return out.SpotFleetRequestConfigs, out.NextToken
			},
			func(v *types.SpotFleetRequestConfig) *string { return v.SpotFleetRequestId })},
		{"DescribeSpotInstanceRequests", paged(c.DescribeSpotInstanceRequests,
			func(in *ec2.DescribeSpotInstanceRequestsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeSpotInstanceRequestsOutput) ([]types.SpotInstanceRequest, *string) {
				return out.SpotInstanceRequests, out.NextToken
			},
			func(v *types.SpotInstanceRequest) *string { return v.SpotInstanceRequestId })},
		{"DescribeSubnets", paged(c.DescribeSubnets,
			func(in *ec2.DescribeSubnetsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeSubnetsOutput) ([]types.Subnet, *string) { return out.Subnets, out.NextToken },
			func(v *types.Subnet) *string { return v.SubnetId })},
		{"DescribeTransitGatewayAttachments", paged(c.DescribeTransitGatewayAttachments,
			func(in *ec2.DescribeTransitGatewayAttachmentsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeTransitGatewayAttachmentsOutput) ([]types.TransitGatewayAttachment, *string) {
				return out.TransitGatewayAttachments, out.NextToken
			},
			func(v *types.TransitGatewayAttachment) *string { return v.TransitGatewayAttachmentId })},
		{"DescribeTransitGateways", paged(c.DescribeTransitGateways,
			func(in *ec2.DescribeTransitGatewaysInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeTransitGatewaysOutput) ([]types.TransitGateway, *string) {
				return out.TransitGateways, out.NextToken
			},
			func(v *types.TransitGateway) *string { return v.TransitGatewayId })},
		{"DescribeVolumeStatus", paged(c.DescribeVolumeStatus,
			func(in *ec2.DescribeVolumeStatusInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeVolumeStatusOutput) ([]types.VolumeStatusItem, *string) {
				return out.VolumeStatuses, out.NextToken
			},
			func(v *types.VolumeStatusItem) *string { return v.VolumeId })},
		{"DescribeVolumes", divided("create-time", c.DescribeVolumes,
			func(in *ec2.DescribeVolumesInput, token *string, only []types.Filter) {
				in.Filters, in.MaxResults, in.NextToken = only, aws.Int32(500), token
			},
			func(out *ec2.DescribeVolumesOutput) ([]types.Volume, *string) { return out.Volumes, out.NextToken },
			func(v *types.Volume) (*string, *time.Time) { return v.VolumeId, v.CreateTime }).read},
		{"DescribeVolumesModifications", paged(c.DescribeVolumesModifications,
			func(in *ec2.DescribeVolumesModificationsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(500), token
			},
			func(out *ec2.DescribeVolumesModificationsOutput) ([]types.VolumeModification, *string) {
				return out.VolumesModifications, out.NextToken
			},
			func(v *types.VolumeModification) *string { return v.VolumeId })},
		{"DescribeVpcBlockPublicAccessExclusions", paged(c.DescribeVpcBlockPublicAccessExclusions,
			func(in *ec2.DescribeVpcBlockPublicAccessExclusionsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeVpcBlockPublicAccessExclusionsOutput) ([]types.VpcBlockPublicAccessExclusion, *string) {
				return out.VpcBlockPublicAccessExclusions, out.NextToken
			},
			func(v *types.VpcBlockPublicAccessExclusion) *string { return v.ExclusionId })},
		{"DescribeVpcBlockPublicAccessOptions", object(c.DescribeVpcBlockPublicAccessOptions, func(out *ec2.DescribeVpcBlockPublicAccessOptionsOutput) *lint.VPCBlockPublicAccess {
			return &lint.VPCBlockPublicAccess{VpcBlockPublicAccessOptions: out.VpcBlockPublicAccessOptions}
		})},
		{"DescribeVpcEndpointServiceConfigurations", paged(c.DescribeVpcEndpointServiceConfigurations,
			func(in *ec2.DescribeVpcEndpointServiceConfigurationsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeVpcEndpointServiceConfigurationsOutput) ([]types.ServiceConfiguration, *string) {
				return out.ServiceConfigurations, out.NextToken
			},
			func(v *types.ServiceConfiguration) *string { return v.ServiceId })},
		{"DescribeVpcEndpointServicePermissions", readPrincipals(c.DescribeVpcEndpointServicePermissions)},
		{"DescribeVpcEndpoints", paged(c.DescribeVpcEndpoints,
			func(in *ec2.DescribeVpcEndpointsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeVpcEndpointsOutput) ([]types.VpcEndpoint, *string) {
				return out.VpcEndpoints, out.NextToken
			},
			func(v *types.VpcEndpoint) *string { return v.VpcEndpointId })},
		{"DescribeVpcPeeringConnections", paged(c.DescribeVpcPeeringConnections,
			func(in *ec2.DescribeVpcPeeringConnectionsInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.DescribeVpcPeeringConnectionsOutput) ([]types.VpcPeeringConnection, *string) {
				return out.VpcPeeringConnections, out.NextToken
			},
			func(v *types.VpcPeeringConnection) *string { return v.VpcPeeringConnectionId })},
		{"DescribeVpcs", paged(c.DescribeVpcs,
			func(in *ec2.DescribeVpcsInput, token *string) { in.MaxResults, in.NextToken = aws.Int32(1000), token },
			func(out *ec2.DescribeVpcsOutput) ([]types.Vpc, *string) { return out.Vpcs, out.NextToken },
			func(v *types.Vpc) *string { return v.VpcId })},
		{"DescribeVpnConnections", unpaged(c.DescribeVpnConnections, func(out *ec2.DescribeVpnConnectionsOutput) []types.VpnConnection {
			return withoutKeys(out.VpnConnections)
		})},
		{"DescribeVpnGateways", unpaged(c.DescribeVpnGateways, func(out *ec2.DescribeVpnGatewaysOutput) []types.VpnGateway { return out.VpnGateways })},
		{"GetAllowedImagesSettings", object(c.GetAllowedImagesSettings, func(out *ec2.GetAllowedImagesSettingsOutput) *lint.AllowedImagesSettings {
			return &lint.AllowedImagesSettings{State: out.State, ImageCriteria: out.ImageCriteria, ManagedBy: out.ManagedBy}
		})},
		{"GetEbsDefaultKmsKeyId", object(c.GetEbsDefaultKmsKeyId, func(out *ec2.GetEbsDefaultKmsKeyIdOutput) *lint.EBSDefaultKMSKeyID {
			return &lint.EBSDefaultKMSKeyID{KmsKeyId: out.KmsKeyId}
		})},
		{"GetEbsEncryptionByDefault", object(c.GetEbsEncryptionByDefault, func(out *ec2.GetEbsEncryptionByDefaultOutput) *lint.EBSEncryptionByDefault {
			return &lint.EBSEncryptionByDefault{EbsEncryptionByDefault: out.EbsEncryptionByDefault, SseType: out.SseType}
		})},
		{"GetImageBlockPublicAccessState", object(c.GetImageBlockPublicAccessState, func(out *ec2.GetImageBlockPublicAccessStateOutput) *lint.ImageBlockPublicAccess {
			return &lint.ImageBlockPublicAccess{ImageBlockPublicAccessState: out.ImageBlockPublicAccessState, ManagedBy: out.ManagedBy}
		})},
		{"GetInstanceMetadataDefaults", object(c.GetInstanceMetadataDefaults, func(out *ec2.GetInstanceMetadataDefaultsOutput) *lint.InstanceMetadataDefaults {
			return &lint.InstanceMetadataDefaults{AccountLevel: out.AccountLevel}
		})},
		{"GetManagedPrefixListEntries", readEntries(c.GetManagedPrefixListEntries)},
		{"GetMetricData", readMetrics},
		{"GetSerialConsoleAccessStatus", object(c.GetSerialConsoleAccessStatus, func(out *ec2.GetSerialConsoleAccessStatusOutput) *lint.SerialConsoleAccess {
			return &lint.SerialConsoleAccess{SerialConsoleAccessEnabled: out.SerialConsoleAccessEnabled, ManagedBy: out.ManagedBy}
		})},
		{"GetSnapshotBlockPublicAccessState", object(c.GetSnapshotBlockPublicAccessState, func(out *ec2.GetSnapshotBlockPublicAccessStateOutput) *lint.SnapshotBlockPublicAccess {
			return &lint.SnapshotBlockPublicAccess{State: out.State, ManagedBy: out.ManagedBy}
		})},
		{"InstanceStopProtection", readProtection(c.DescribeInstanceAttribute, "the stop protection", types.InstanceAttributeNameDisableApiStop,
			func(id *string, out *ec2.DescribeInstanceAttributeOutput) *lint.InstanceStopProtection {
				return &lint.InstanceStopProtection{InstanceId: id, DisableApiStop: out.DisableApiStop}
			})},
		{"InstanceTerminationProtection", readProtection(c.DescribeInstanceAttribute, "the termination protection", types.InstanceAttributeNameDisableApiTermination,
			func(id *string, out *ec2.DescribeInstanceAttributeOutput) *lint.InstanceTerminationProtection {
				return &lint.InstanceTerminationProtection{InstanceId: id, DisableApiTermination: out.DisableApiTermination}
			})},
		{"ListImagesInRecycleBin", paged(c.ListImagesInRecycleBin,
			func(in *ec2.ListImagesInRecycleBinInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.ListImagesInRecycleBinOutput) ([]types.ImageRecycleBinInfo, *string) {
				return out.Images, out.NextToken
			},
			func(v *types.ImageRecycleBinInfo) *string { return v.ImageId })},
		{"ListSnapshotsInRecycleBin", paged(c.ListSnapshotsInRecycleBin,
			func(in *ec2.ListSnapshotsInRecycleBinInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(1000), token
			},
			func(out *ec2.ListSnapshotsInRecycleBinOutput) ([]types.SnapshotRecycleBinInfo, *string) {
				return out.Snapshots, out.NextToken
			},
			func(v *types.SnapshotRecycleBinInfo) *string { return v.SnapshotId })},
		{"ListVolumesInRecycleBin", paged(c.ListVolumesInRecycleBin,
			func(in *ec2.ListVolumesInRecycleBinInput, token *string) {
				in.MaxResults, in.NextToken = aws.Int32(500), token
			},
			func(out *ec2.ListVolumesInRecycleBinOutput) ([]types.VolumeRecycleBinInfo, *string) {
				return out.Volumes, out.NextToken
			},
			func(v *types.VolumeRecycleBinInfo) *string { return v.VolumeId })},
		{"PublicSnapshots", readPublicSnapshots(c.DescribeSnapshots, c.DescribeSnapshotAttribute)},
		{"VpcDnsHostnames", readDNS(c.DescribeVpcAttribute, "the setting for DNS host names", types.VpcAttributeNameEnableDnsHostnames,
			func(id *string, out *ec2.DescribeVpcAttributeOutput) *lint.VPCDNSHostnames {
				return &lint.VPCDNSHostnames{VpcId: id, EnableDnsHostnames: out.EnableDnsHostnames}
			})},
		{"VpcDnsSupport", readDNS(c.DescribeVpcAttribute, "the setting for DNS", types.VpcAttributeNameEnableDnsSupport,
			func(id *string, out *ec2.DescribeVpcAttributeOutput) *lint.VPCDNSSupport {
				return &lint.VPCDNSSupport{VpcId: id, EnableDnsSupport: out.EnableDnsSupport}
			})},
	}
}

// paged reads a listing by the page loop.
func paged[In, Out, T any](ask call[In, Out], fill func(in *In, token *string), page func(*Out) (items []T, token *string), id func(*T) *string) func(context.Context, *run) ([]any, error) {
	return byPages(newPager(ask, fill, page, freshBy(id)))
}

func byPages(ask pager) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) { return listAll(ctx, r.items(), ask) }
}

func newPager[In, Out, T any](ask call[In, Out], fill func(*In, *string), page func(*Out) ([]T, *string), fresh func([]T, map[string]bool) ([]T, int)) pager {
	return func(ctx context.Context, token *string, seen map[string]bool) (any, int, *string, error) {
		in := new(In)
		fill(in, token)
		out, err := ask(ctx, in)
		if err != nil {
			return nil, 0, nil, err
		}
		items, next := page(out)
		kept, news := fresh(items, seen)
		if kept == nil {
			kept = []T{} // none, and not unknown
		}
		return kept, news, next, nil
	}
}

// divided is paged for what may be very many, and has a time.
func divided[In, Out, T any](filter string, ask call[In, Out], fill func(in *In, token *string, only []types.Filter), page func(*Out) (items []T, token *string), object func(*T) (id *string, at *time.Time)) division {
	return inParts(filter, ask, fill, page, freshBy(func(v *T) *string { id, _ := object(v); return id }), func(page []T, yield func(id *string, at *time.Time) bool) {
		for i := range page {
			if !yield(object(&page[i])) {
				return
			}
		}
	})
}

func inParts[In, Out, T any](filter string, ask call[In, Out], fill func(*In, *string, []types.Filter), page func(*Out) ([]T, *string), fresh func([]T, map[string]bool) ([]T, int), objects func([]T, func(*string, *time.Time) bool)) division {
	return division{
		filter: filter,
		ask: func(only []types.Filter) pager {
			return newPager(ask, func(in *In, token *string) { fill(in, token, only) }, page, fresh)
		},
		objects: func(page any) iter.Seq2[*string, *time.Time] {
			return func(yield func(*string, *time.Time) bool) { objects(page.([]T), yield) }
		},
		fresh: func(page any, seen map[string]bool) (any, int) { return fresh(page.([]T), seen) },
	}
}

// unpaged reads a listing that comes in one answer.
func unpaged[In, Out, T any](ask call[In, Out], items func(*Out) []T) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		out, err := ask(ctx, new(In))
		if err != nil {
			return nil, err
		}
		page := items(out)
		r.items().Add(int64(len(page)))
		return []any{page}, nil
	}
}

// object reads a source that is one setting.
func object[In, Out, T any](ask call[In, Out], setting func(*Out) *T) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, _ *run) ([]any, error) {
		out, err := ask(ctx, new(In))
		if err != nil {
			return nil, err
		}
		return []any{setting(out)}, nil
	}
}

// both is the ID of what two texts name together.
func both(a, b *string) *string {
	if a == nil || b == nil {
		return nil
	}
	return aws.String(*a + "/" + *b)
}

func versionID(v *types.LaunchTemplateVersion) *string {
	if v.VersionNumber == nil {
		return nil
	}
	return both(v.LaunchTemplateId, aws.String(fmt.Sprint(*v.VersionNumber)))
}

// withoutKeys takes the secrets out of VPN connections as soon as they are read: no rule needs them, and no snapshot shall hold them.
func withoutKeys(connections []types.VpnConnection) []types.VpnConnection {
	for i := range connections {
		connections[i].CustomerGatewayConfiguration = nil // XML with the keys in it
		if o := connections[i].Options; o != nil {
			for j := range o.TunnelOptions {
				o.TunnelOptions[j].PreSharedKey = nil
			}
		}
	}
	return connections
}

func listSnapshots(ask call[ec2.DescribeSnapshotsInput, ec2.DescribeSnapshotsOutput], restorableBy []string) func(context.Context, *run) ([]any, error) {
	return divided("start-time", ask,
		func(in *ec2.DescribeSnapshotsInput, token *string, only []types.Filter) {
			in.OwnerIds, in.RestorableByUserIds, in.Filters, in.MaxResults, in.NextToken = []string{"self"}, restorableBy, only, aws.Int32(1000), token
		},
		func(out *ec2.DescribeSnapshotsOutput) ([]types.Snapshot, *string) {
			return out.Snapshots, out.NextToken
		},
		func(v *types.Snapshot) (*string, *time.Time) { return v.SnapshotId, v.StartTime }).read
}

// readInstances reads the reservations. The pages count instances, so a reservation can go on on the next page, and in another part: what is
// kept once is the instance.
func readInstances(ask call[ec2.DescribeInstancesInput, ec2.DescribeInstancesOutput]) func(context.Context, *run) ([]any, error) {
	return inParts("launch-time", ask,
		func(in *ec2.DescribeInstancesInput, token *string, only []types.Filter) {
			in.Filters, in.MaxResults, in.NextToken = only, aws.Int32(1000), token
		},
		func(out *ec2.DescribeInstancesOutput) ([]types.Reservation, *string) {
			return out.Reservations, out.NextToken
		},
		freshInstances,
		func(page []types.Reservation, yield func(*string, *time.Time) bool) {
			for _, r := range page {
				for _, i := range r.Instances {
					if !yield(i.InstanceId, i.LaunchTime) {
						return
					}
				}
			}
		}).read
}

func freshInstances(page []types.Reservation, seen map[string]bool) ([]types.Reservation, int) {
	instances := freshBy(func(v *types.Instance) *string { return v.InstanceId })
	kept, news := page[:0], 0
	for _, r := range page {
		var n int
		r.Instances, n = instances(r.Instances, seen)
		news += n
		if len(r.Instances) > 0 {
			kept = append(kept, r)
		}
	}
	return kept, news
}

// filterValues is the most values that AWS takes in one filter of one request.
const filterValues = 200

// readInstanceTypes asks for the types in use only: all of them are more than a thousand. It asks with a filter, because an ID
// that AWS does not know (a type that was retired) would fail the whole request.
func readInstanceTypes(ask call[ec2.DescribeInstanceTypesInput, ec2.DescribeInstanceTypesOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		inv, err := r.inventory("DescribeInstances")
		if err != nil {
			return nil, err
		}
		used := map[string]bool{}
		for _, i := range inv.Instances() {
			if i.InstanceType != "" {
				used[string(i.InstanceType)] = true
			}
		}
		pages := []any{[]types.InstanceTypeInfo{}} // where nothing is in use
		for names := range slices.Chunk(slices.Sorted(maps.Keys(used)), filterValues) {
			more, err := listAll(ctx, r.items(), newPager(ask,
				func(in *ec2.DescribeInstanceTypesInput, token *string) {
					in.Filters = []types.Filter{{Name: aws.String("instance-type"), Values: names}}
					in.MaxResults, in.NextToken = aws.Int32(100), token
				},
				func(out *ec2.DescribeInstanceTypesOutput) ([]types.InstanceTypeInfo, *string) {
					return out.InstanceTypes, out.NextToken
				},
				freshBy(func(v *types.InstanceTypeInfo) *string { return (*string)(&v.InstanceType) })))
			if err != nil {
				return nil, err
			}
			pages = append(pages, more...)
		}
		return pages, nil
	}
}
