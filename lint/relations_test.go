package lint

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/patlint/patlint/patterns"
)

// relationTests has an entry for each relation. The accounts have one resource of the relation's kind.
var relationTests = map[string]struct {
	data, holds   string // an account in which the relation leads somewhere, and what is true there
	empty, nowise string // one in which it leads nowhere, and what is true there
	lost          string // one in which it names something that was not listed; "" for relations that ask who points here
	missing       string // what is not listed there
}{
	"Address.instances": {
		"Addresses: [{AllocationId: eip-1, InstanceId: i-1}]\nInstances: [{InstanceId: i-1}, {InstanceId: i-2}]", `address.instances().map(i, i.InstanceId) == ["i-1"]`,
		"Addresses: [{AllocationId: eip-1}]\nInstances: [{InstanceId: i-1}]", "address.instances() == []",
		"Addresses: [{AllocationId: eip-1, InstanceId: i-9}]", "i-9",
	},
	"Address.interfaces": {
		"Addresses: [{AllocationId: eip-1, NetworkInterfaceId: eni-1}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1}]", `address.interfaces()[0].NetworkInterfaceId == "eni-1"`,
		"Addresses: [{AllocationId: eip-1}]", "address.interfaces() == []",
		"Addresses: [{AllocationId: eip-1, NetworkInterfaceId: eni-9}]", "eni-9",
	},
	"CapacityReservation.instances": {
		"CapacityReservations: [{CapacityReservationId: s-1}]\nInstances: [{InstanceId: x-1, CapacityReservationId: s-1}, {InstanceId: x-2}]", `capacityReservation.instances().map(x, x.InstanceId) == ["x-1"]`,
		"CapacityReservations: [{CapacityReservationId: s-1}]", "capacityReservation.instances() == []",
		"", "",
	},
	"ClientVpnEndpoint.securityGroups": {
		"ClientVpnEndpoints: [{ClientVpnEndpointId: s-1, SecurityGroupIds: [x-1]}]\nSecurityGroups: [{GroupId: x-1}, {GroupId: x-2}]", `clientVpnEndpoint.securityGroups().map(x, x.GroupId) == ["x-1"]`,
		"ClientVpnEndpoints: [{ClientVpnEndpointId: s-1}]", "clientVpnEndpoint.securityGroups() == []",
		"ClientVpnEndpoints: [{ClientVpnEndpointId: s-1, SecurityGroupIds: [x-9]}]", "x-9",
	},
	"ClientVpnEndpoint.vpcs": {
		"ClientVpnEndpoints: [{ClientVpnEndpointId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `clientVpnEndpoint.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"ClientVpnEndpoints: [{ClientVpnEndpointId: s-1}]", "clientVpnEndpoint.vpcs() == []",
		"ClientVpnEndpoints: [{ClientVpnEndpointId: s-1, VpcId: x-9}]", "x-9",
	},
	"CustomerGateway.vpnConnections": {
		"CustomerGateways: [{CustomerGatewayId: s-1}]\nVpnConnections: [{VpnConnectionId: x-1, CustomerGatewayId: s-1}, {VpnConnectionId: x-2}]", `customerGateway.vpnConnections().map(x, x.VpnConnectionId) == ["x-1"]`,
		"CustomerGateways: [{CustomerGatewayId: s-1}]", "customerGateway.vpnConnections() == []",
		"", "",
	},
	"DhcpOptions.vpcs": {
		"DhcpOptions: [{DhcpOptionsId: s-1}]\nVpcs: [{VpcId: x-1, DhcpOptionsId: s-1}, {VpcId: x-2}]", `dhcpOptions.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"DhcpOptions: [{DhcpOptionsId: s-1}]", "dhcpOptions.vpcs() == []",
		"", "",
	},
	"EgressOnlyInternetGateway.routeTables": {
		"EgressOnlyInternetGateways: [{EgressOnlyInternetGatewayId: s-1}]\nRouteTables: [{RouteTableId: x-1, Routes: [{EgressOnlyInternetGatewayId: other}, {EgressOnlyInternetGatewayId: s-1}]}, {RouteTableId: x-2}]", `egressOnlyInternetGateway.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"EgressOnlyInternetGateways: [{EgressOnlyInternetGatewayId: s-1}]", "egressOnlyInternetGateway.routeTables() == []",
		"", "",
	},
	"EgressOnlyInternetGateway.vpcs": {
		"EgressOnlyInternetGateways: [{EgressOnlyInternetGatewayId: s-1, Attachments: [{VpcId: x-1}]}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `egressOnlyInternetGateway.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"EgressOnlyInternetGateways: [{EgressOnlyInternetGatewayId: s-1}]", "egressOnlyInternetGateway.vpcs() == []",
		"EgressOnlyInternetGateways: [{EgressOnlyInternetGatewayId: s-1, Attachments: [{VpcId: x-9}]}]", "x-9",
	},
	"FleetData.instanceTypes": {
		"Fleets: [{FleetId: s-1, LaunchTemplateConfigs: [{Overrides: [{InstanceType: t3.small}, {InstanceType: m7i.large}]}, {Overrides: [{InstanceType: t3.small}, {AvailabilityZone: us-east-1a}]}]}]", `fleet.instanceTypes() == ["m7i.large", "t3.small"]`,
		"Fleets: [{FleetId: s-1, LaunchTemplateConfigs: [{}]}]", "fleet.instanceTypes() == []",
		"", "",
	},
	"FleetData.launchTemplates": {
		"Fleets: [{FleetId: s-1, LaunchTemplateConfigs: [{LaunchTemplateSpecification: {LaunchTemplateId: x-1}}]}]\nLaunchTemplates: [{LaunchTemplateId: x-1}, {LaunchTemplateId: x-2}]", `fleet.launchTemplates().map(x, x.LaunchTemplateId) == ["x-1"]`,
		"Fleets: [{FleetId: s-1}]", "fleet.launchTemplates() == []",
		"Fleets: [{FleetId: s-1, LaunchTemplateConfigs: [{LaunchTemplateSpecification: {LaunchTemplateId: x-9}}]}]", "x-9",
	},
	"FlowLog.interfaces": {
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: eni-1}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1}, {NetworkInterfaceId: eni-2}]", `flowLog.interfaces().map(x, x.NetworkInterfaceId) == ["eni-1"]`,
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: tgw-1}]", "flowLog.interfaces() == []",
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: eni-9}]", "eni-9",
	},
	"FlowLog.subnets": {
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: subnet-1}]\nSubnets: [{SubnetId: subnet-1}, {SubnetId: subnet-2}]", `flowLog.subnets().map(x, x.SubnetId) == ["subnet-1"]`,
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: tgw-1}]", "flowLog.subnets() == []",
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: subnet-9}]", "subnet-9",
	},
	"FlowLog.vpcs": {
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: vpc-1}]\nVpcs: [{VpcId: vpc-1}, {VpcId: vpc-2}]", `flowLog.vpcs().map(x, x.VpcId) == ["vpc-1"]`,
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: tgw-1}]", "flowLog.vpcs() == []",
		"FlowLogs: [{FlowLogId: fl-1, ResourceId: vpc-9}]", "vpc-9",
	},
	"Host.instances": {
		"Hosts: [{HostId: s-1}]\nInstances: [{InstanceId: x-1, Placement: {HostId: s-1}}, {InstanceId: x-2}]", `dedicatedHost.instances().map(x, x.InstanceId) == ["x-1"]`,
		"Hosts: [{HostId: s-1}]", "dedicatedHost.instances() == []",
		"", "",
	},
	"Image.instances": {
		"Images: [{ImageId: ami-1}]\nInstances: [{InstanceId: i-1, ImageId: ami-1}, {InstanceId: i-2, ImageId: ami-2}]", `image.instances().map(i, i.InstanceId) == ["i-1"]`,
		"Images: [{ImageId: ami-1}]\nInstances: [{InstanceId: i-1}]", "image.instances() == []", "", "",
	},
	"Image.launchTemplates": {
		"Images: [{ImageId: s-1}]\nLaunchTemplates: [{LaunchTemplateId: lt-1}, {LaunchTemplateId: lt-2}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, LaunchTemplateData: {ImageId: s-1}}, {LaunchTemplateId: lt-2, VersionNumber: 1}]", `image.launchTemplates().map(t, t.LaunchTemplateId) == ["lt-1"]`,
		"Images: [{ImageId: s-1}]", "image.launchTemplates() == []",
		"", "",
	},
	"Image.snapshots": {
		"Images: [{ImageId: ami-1, BlockDeviceMappings: [{Ebs: {SnapshotId: snap-1}}, {VirtualName: ephemeral0}]}]\nSnapshots: [{SnapshotId: snap-1}]", `image.snapshots().map(s, s.SnapshotId) == ["snap-1"]`,
		"Images: [{ImageId: ami-1, BlockDeviceMappings: [{Ebs: {VolumeSize: 8}}]}]", "image.snapshots() == []",
		"Images: [{ImageId: ami-1, BlockDeviceMappings: [{Ebs: {SnapshotId: snap-9}}]}]", "snap-9",
	},
	"Instance.addresses": {
		"Instances: [{InstanceId: i-1}]\nAddresses: [{AllocationId: eip-1, InstanceId: i-1}, {AllocationId: eip-2}]", `instance.addresses().map(a, a.AllocationId) == ["eip-1"]`,
		"Instances: [{InstanceId: i-1}]", "instance.addresses() == []", "", "",
	},
	"Instance.boughtIops": {
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 25}, {VolumeId: vol-2, VolumeType: gp3, Size: 100, Iops: 4000, Throughput: 250}]", "instance.boughtIops() == 4000",
		"Instances: [{InstanceId: i-1}]", "instance.boughtIops() == 0",
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.boughtThroughput": {
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 25}, {VolumeId: vol-2, VolumeType: gp3, Size: 100, Iops: 4000, Throughput: 250}]", "instance.boughtThroughput() == 250.0",
		"Instances: [{InstanceId: i-1}]", "instance.boughtThroughput() == 0.0",
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.burstIops": {
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 25}, {VolumeId: vol-2, VolumeType: gp3, Size: 100, Iops: 4000, Throughput: 250}]", "instance.burstIops() == 7000",
		"Instances: [{InstanceId: i-1}]", "instance.burstIops() == 0",
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.burstThroughput": {
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 25}, {VolumeId: vol-2, VolumeType: gp3, Size: 100, Iops: 4000, Throughput: 250}]", "instance.burstThroughput() == 378.0",
		"Instances: [{InstanceId: i-1}]", "instance.burstThroughput() == 0.0",
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.busiestHour": {
		"Instances: [{InstanceId: i-1}]\nMetricDataResults: [{Label: i-1 CPUUtilization Average 24h, Values: [10, 30]}]", `instance.busiestHour("CPUUtilization", "Average", "24h") == 30.0`,
		"", "",
		"", "",
	},
	"Instance.capacityReservations": {
		"Instances: [{InstanceId: s-1, CapacityReservationId: x-1}]\nCapacityReservations: [{CapacityReservationId: x-1}, {CapacityReservationId: x-2}]", `instance.capacityReservations().map(x, x.CapacityReservationId) == ["x-1"]`,
		"Instances: [{InstanceId: s-1}]", "instance.capacityReservations() == []",
		"Instances: [{InstanceId: s-1, CapacityReservationId: x-9}]", "x-9",
	},
	"Instance.cpuCredits": {
		"Instances: [{InstanceId: i-1}]\nInstanceCreditSpecifications: [{InstanceId: i-2, CpuCredits: standard}, {InstanceId: i-1, CpuCredits: unlimited}]", `instance.cpuCredits() == "unlimited"`,
		"Instances: [{InstanceId: i-1}]", `instance.cpuCredits() == "standard"`,
		"", "",
	},
	"Instance.dataVolumes": {
		"Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1}, {VolumeId: vol-2}]", `instance.dataVolumes().map(v, v.VolumeId) == ["vol-2"]`,
		"Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}]}]", "instance.dataVolumes() == []", // the root need not be known
		"Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda, BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.dedicatedHosts": {
		"Instances: [{InstanceId: s-1, Placement: {HostId: x-1}}]\nHosts: [{HostId: x-1}, {HostId: x-2}]", `instance.dedicatedHosts().map(x, x.HostId) == ["x-1"]`,
		"Instances: [{InstanceId: s-1}]", "instance.dedicatedHosts() == []",
		"Instances: [{InstanceId: s-1, Placement: {HostId: x-9}}]", "x-9",
	},
	"Instance.image": {
		"Instances: [{InstanceId: i-1, ImageId: ami-1}]\nImages: [{ImageId: ami-1, Name: golden}]", `instance.image().Name == "golden"`,
		"", "",
		"Instances: [{InstanceId: i-1, ImageId: ami-9}]", "ami-9",
	},
	"Instance.imageMetadata": {
		"Instances: [{InstanceId: i-1}]\nInstanceImageMetadata: [{InstanceId: i-2, ImageMetadata: {Name: other}}, {InstanceId: i-1, ImageMetadata: {Name: golden}}]", `instance.imageMetadata().Name == "golden"`,
		"", "",
		"Instances: [{InstanceId: i-1}]\nInstanceImageMetadata: [{InstanceId: i-1}]", "i-1",
	},
	"Instance.interfaces": {
		"Instances: [{InstanceId: i-1, NetworkInterfaces: [{NetworkInterfaceId: eni-1}]}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1}]", `instance.interfaces()[0].NetworkInterfaceId == "eni-1"`,
		"Instances: [{InstanceId: i-1}]", "instance.interfaces() == []",
		"Instances: [{InstanceId: i-1, NetworkInterfaces: [{NetworkInterfaceId: eni-9}]}]", "eni-9",
	},
	"Instance.keyPairs": {
		"Instances: [{InstanceId: i-1, KeyName: ops}]\nKeyPairs: [{KeyName: ops}, {KeyName: dev}]", `instance.keyPairs().map(k, k.KeyName) == ["ops"]`,
		"Instances: [{InstanceId: i-1}]\nKeyPairs: [{KeyName: ops}]", "instance.keyPairs() == []",
		"", "",
	},
	"Instance.launchTemplates": {
		"Instances: [{InstanceId: i-1, Tags: [{Key: \"aws:ec2launchtemplate:id\", Value: lt-1}, {Key: \"aws:ec2launchtemplate:version\", Value: \"3\"}]}]\nLaunchTemplates: [{LaunchTemplateId: lt-1}, {LaunchTemplateId: lt-2}]", `instance.launchTemplates().map(t, t.LaunchTemplateId) == ["lt-1"]`,
		"Instances: [{InstanceId: i-1}]", "instance.launchTemplates() == []",
		"", "",
	},
	"Instance.metric": {
		"Instances: [{InstanceId: i-1}]\nMetricDataResults: [{Label: i-1 CPUUtilization Average 24h, Values: [10, 30]}]", `instance.metric("CPUUtilization", "Average", "24h") == 20.0`,
		"", "",
		"", "",
	},
	"Instance.placementGroups": {
		"Instances: [{InstanceId: i-1, Placement: {GroupName: spread}}]\nPlacementGroups: [{GroupName: spread}, {GroupName: other}]", `instance.placementGroups().map(g, g.GroupName) == ["spread"]`,
		"Instances: [{InstanceId: i-1}]\nPlacementGroups: [{GroupName: other}]", "instance.placementGroups() == []",
		"", "",
	},
	"Instance.repeatedRules": {
		"Instances: [{InstanceId: i-1, SecurityGroups: [{GroupId: x-1}, {GroupId: x-2}]}]\nSecurityGroups: [{GroupId: x-1, IpPermissions: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 10.0.0.0/8}]}]}, {GroupId: x-2, IpPermissions: [{IpProtocol: '6', FromPort: 22, ToPort: 22, IpRanges: [{CidrIp: 10.0.0.0/8}, {CidrIp: 10.0.0.0/9}]}]}]", `instance.repeatedRules() == ["TCP 22 from 10.0.0.0/8 (x-1, x-2)"]`,
		"Instances: [{InstanceId: i-1}]", "instance.repeatedRules() == []",
		"Instances: [{InstanceId: i-1, NetworkInterfaces: [{Groups: [{GroupId: x-9}]}]}]", "x-9",
	},
	"Instance.securityGroups": {
		"Instances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-2}]}]\nSecurityGroups: [{GroupId: sg-2}, {GroupId: sg-1}]", `instance.securityGroups().map(g, g.GroupId) == ["sg-1", "sg-2"]`,
		"Instances: [{InstanceId: i-1}]", "instance.securityGroups() == []",
		"Instances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-9}]}]\nSecurityGroups: [{GroupId: sg-1}]", "sg-9",
	},
	"Instance.spotInstanceRequests": {
		"Instances: [{InstanceId: i-1, SpotInstanceRequestId: sir-1}]\nSpotInstanceRequests: [{SpotInstanceRequestId: sir-1}, {SpotInstanceRequestId: sir-2}]", `instance.spotInstanceRequests().map(r, r.SpotInstanceRequestId) == ["sir-1"]`,
		"Instances: [{InstanceId: i-1}]", "instance.spotInstanceRequests() == []",
		"", "",
	},
	"Instance.status": {
		"Instances: [{InstanceId: i-1}]\nInstanceStatuses: [{InstanceId: i-2}, {InstanceId: i-1, SystemStatus: {Status: impaired}}]", `instance.status().SystemStatus.Status == "impaired"`,
		"", "",
		"Instances: [{InstanceId: i-1}]\nInstanceStatuses: [{InstanceId: i-2}]", "i-1",
	},
	"Instance.subnet": {
		"Instances: [{InstanceId: i-1, SubnetId: subnet-1}]\nSubnets: [{SubnetId: subnet-1, CidrBlock: 10.0.0.0/24}]", `instance.subnet().CidrBlock == "10.0.0.0/24"`,
		"", "",
		"Instances: [{InstanceId: i-1, SubnetId: subnet-9}]", "subnet-9",
	},
	"Instance.sustainedIops": {
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 25}, {VolumeId: vol-2, VolumeType: gp3, Size: 100, Iops: 4000, Throughput: 250}]", "instance.sustainedIops() == 4100",
		"Instances: [{InstanceId: i-1}]", "instance.sustainedIops() == 0",
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.sustainedThroughput": {
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 25}, {VolumeId: vol-2, VolumeType: gp3, Size: 100, Iops: 4000, Throughput: 250}]", "instance.sustainedThroughput() == 275.0",
		"Instances: [{InstanceId: i-1}]", "instance.sustainedThroughput() == 0.0",
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.templateVersion": {
		"Instances: [{InstanceId: i-1, Tags: [{Key: \"aws:ec2launchtemplate:id\", Value: lt-1}, {Key: \"aws:ec2launchtemplate:version\", Value: \"3\"}]}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, VersionDescription: new}]", `instance.templateVersion().VersionDescription == "new"`,
		"", "",
		"Instances: [{InstanceId: i-1, Tags: [{Key: \"aws:ec2launchtemplate:id\", Value: lt-1}, {Key: \"aws:ec2launchtemplate:version\", Value: \"3\"}]}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 4}]", "lt-1 version 3",
	},
	"Instance.typeInfo": {
		"Instances: [{InstanceId: i-1, InstanceType: m5.large}]\nInstanceTypes: [{InstanceType: m5.xlarge}, {InstanceType: m5.large, InstanceStorageSupported: true}]", "instance.typeInfo().InstanceStorageSupported",
		"", "",
		"Instances: [{InstanceId: i-1, InstanceType: m9.large}]", "m9.large",
	},
	"Instance.volumes": {
		"Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1}, {VolumeId: vol-2}]", `instance.volumes().map(v, v.VolumeId) == ["vol-1", "vol-2"]`,
		"Instances: [{InstanceId: i-1, State: {Name: terminated}}]\nVolumes: [{VolumeId: vol-1}]", "instance.volumes() == []",
		"Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.vpc": {
		"Instances: [{InstanceId: i-1, VpcId: vpc-1}]\nVpcs: [{VpcId: vpc-1, IsDefault: true}]", "instance.vpc().IsDefault",
		"", "",
		"Instances: [{InstanceId: i-1, VpcId: vpc-9}]", "vpc-9",
	},
	"InternetGateway.routeTables": {
		"InternetGateways: [{InternetGatewayId: s-1}]\nRouteTables: [{RouteTableId: x-1, Routes: [{GatewayId: other}, {GatewayId: s-1}]}, {RouteTableId: x-2}]", `internetGateway.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"InternetGateways: [{InternetGatewayId: s-1}]", "internetGateway.routeTables() == []",
		"", "",
	},
	"InternetGateway.vpcs": {
		"InternetGateways: [{InternetGatewayId: s-1, Attachments: [{VpcId: x-1}]}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `internetGateway.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"InternetGateways: [{InternetGatewayId: s-1}]", "internetGateway.vpcs() == []",
		"InternetGateways: [{InternetGatewayId: s-1, Attachments: [{VpcId: x-9}]}]", "x-9",
	},
	"KeyPairInfo.instances": {
		"KeyPairs: [{KeyName: ops}]\nInstances: [{InstanceId: i-1, KeyName: ops}, {InstanceId: i-2}]", `keyPair.instances().map(i, i.InstanceId) == ["i-1"]`,
		"KeyPairs: [{KeyName: ops}]", "keyPair.instances() == []",
		"", "",
	},
	"KeyPairInfo.launchTemplates": {
		"KeyPairs: [{KeyName: ops}]\nLaunchTemplates: [{LaunchTemplateId: lt-1}, {LaunchTemplateId: lt-2}, {LaunchTemplateId: lt-3}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, LaunchTemplateData: {KeyName: ops}}, {LaunchTemplateId: lt-2, VersionNumber: 1, LaunchTemplateData: {KeyName: dev}}, {LaunchTemplateId: lt-3, VersionNumber: 1}]", `keyPair.launchTemplates().map(t, t.LaunchTemplateId) == ["lt-1"]`,
		"KeyPairs: [{KeyName: ops}]", "keyPair.launchTemplates() == []",
		"", "",
	},
	"LaunchTemplate.defaultVersion": {
		"LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 2, LatestVersionNumber: 3}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, VersionDescription: new}, {LaunchTemplateId: lt-1, VersionNumber: 2, VersionDescription: old}]", `launchTemplate.defaultVersion().VersionDescription == "old"`,
		"", "",
		"LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 2}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-2, VersionNumber: 2}]", "lt-1 version 2",
	},
	"LaunchTemplate.instances": {
		"LaunchTemplates: [{LaunchTemplateId: lt-1}]\nInstances: [{InstanceId: i-1, Tags: [{Key: \"aws:ec2launchtemplate:id\", Value: lt-1}, {Key: \"aws:ec2launchtemplate:version\", Value: \"3\"}]}, {InstanceId: i-2}]", `launchTemplate.instances().map(i, i.InstanceId) == ["i-1"]`,
		"LaunchTemplates: [{LaunchTemplateId: lt-1}]", "launchTemplate.instances() == []",
		"", "",
	},
	"LaunchTemplate.latestVersion": {
		"LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 2, LatestVersionNumber: 3}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, VersionDescription: new}]", `launchTemplate.latestVersion().VersionDescription == "new"`,
		"", "",
		"LaunchTemplates: [{LaunchTemplateId: lt-1, LatestVersionNumber: 3}]", "lt-1 version 3",
	},
	"ManagedPrefixList.routeTables": {
		"PrefixLists: [{PrefixListId: s-1}]\nRouteTables: [{RouteTableId: x-1, Routes: [{DestinationPrefixListId: other}, {DestinationPrefixListId: s-1}]}, {RouteTableId: x-2}]", `prefixList.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"PrefixLists: [{PrefixListId: s-1}]", "prefixList.routeTables() == []",
		"", "",
	},
	"ManagedPrefixList.securityGroups": {
		"PrefixLists: [{PrefixListId: s-1}]\nSecurityGroups: [{GroupId: x-1, IpPermissions: [{IpProtocol: tcp}], IpPermissionsEgress: [{PrefixListIds: [{PrefixListId: s-1}]}]}, {GroupId: x-2}]", `prefixList.securityGroups().map(x, x.GroupId) == ["x-1"]`,
		"PrefixLists: [{PrefixListId: s-1}]", "prefixList.securityGroups() == []",
		"", "",
	},
	"NatGateway.addresses": {
		"NatGateways: [{NatGatewayId: s-1, NatGatewayAddresses: [{AllocationId: x-1}]}]\nAddresses: [{AllocationId: x-1}, {AllocationId: x-2}]", `natGateway.addresses().map(x, x.AllocationId) == ["x-1"]`,
		"NatGateways: [{NatGatewayId: s-1}]", "natGateway.addresses() == []",
		"NatGateways: [{NatGatewayId: s-1, NatGatewayAddresses: [{AllocationId: x-9}]}]", "x-9",
	},
	"NatGateway.busiestHour": {
		"NatGateways: [{NatGatewayId: nat-1}]\nMetricDataResults: [{Label: nat-1 BytesOutToDestination Sum 24h, Values: [10, 30]}]", `natGateway.busiestHour("BytesOutToDestination", "Sum", "24h") == 30.0`,
		"", "",
		"", "",
	},
	"NatGateway.metric": {
		"NatGateways: [{NatGatewayId: nat-1}]\nMetricDataResults: [{Label: nat-1 BytesOutToDestination Sum 24h, Values: [10, 30]}]", `natGateway.metric("BytesOutToDestination", "Sum", "24h") == 40.0`,
		"", "",
		"", "",
	},
	"NatGateway.routeTables": {
		"NatGateways: [{NatGatewayId: s-1}]\nRouteTables: [{RouteTableId: x-1, Routes: [{NatGatewayId: other}, {NatGatewayId: s-1}]}, {RouteTableId: x-2}]", `natGateway.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"NatGateways: [{NatGatewayId: s-1}]", "natGateway.routeTables() == []",
		"", "",
	},
	"NatGateway.subnets": {
		"NatGateways: [{NatGatewayId: s-1, SubnetId: x-1}]\nSubnets: [{SubnetId: x-1}, {SubnetId: x-2}]", `natGateway.subnets().map(x, x.SubnetId) == ["x-1"]`,
		"NatGateways: [{NatGatewayId: s-1}]", "natGateway.subnets() == []",
		"NatGateways: [{NatGatewayId: s-1, SubnetId: x-9}]", "x-9",
	},
	"NatGateway.vpcs": {
		"NatGateways: [{NatGatewayId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `natGateway.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"NatGateways: [{NatGatewayId: s-1}]", "natGateway.vpcs() == []",
		"NatGateways: [{NatGatewayId: s-1, VpcId: x-9}]", "x-9",
	},
	"NetworkAcl.stoppedEndpoints": {
		"NetworkAcls: [{NetworkAclId: acl-1, VpcId: vpc-1, Associations: [{SubnetId: subnet-1}]}]\nSubnets: [{SubnetId: subnet-1, VpcId: vpc-1}]\nVpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Gateway, ServiceName: s3}]\nGetManagedPrefixListEntries: [{PrefixListId: pl-1, Entries: [{Cidr: 52.216.0.0/15}]}]\n" +
			"RouteTables: [{RouteTableId: rtb-1, VpcId: vpc-1, Associations: [{SubnetId: subnet-1}], Routes: [{DestinationPrefixListId: pl-1, GatewayId: vpce-1}]}]",
		`networkAcl.stoppedEndpoints([443], [49152]) == ["vpce-1 (s3): TCP 443 not out to 1 of 1 ranges such as 52.216.0.0/15, answers to TCP 49152 not in from 1 of 1 ranges such as 52.216.0.0/15"]`,
		"NetworkAcls: [{NetworkAclId: acl-1}]", "networkAcl.stoppedEndpoints([443], [49152]) == []",
		"", "",
	},
	"NetworkAcl.subnets": {
		"NetworkAcls: [{NetworkAclId: s-1, Associations: [{SubnetId: x-1}]}]\nSubnets: [{SubnetId: x-1}, {SubnetId: x-2}]", `networkAcl.subnets().map(x, x.SubnetId) == ["x-1"]`,
		"NetworkAcls: [{NetworkAclId: s-1}]", "networkAcl.subnets() == []",
		"NetworkAcls: [{NetworkAclId: s-1, Associations: [{SubnetId: x-9}]}]", "x-9",
	},
	"NetworkAcl.vpcs": {
		"NetworkAcls: [{NetworkAclId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `networkAcl.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"NetworkAcls: [{NetworkAclId: s-1}]", "networkAcl.vpcs() == []",
		"NetworkAcls: [{NetworkAclId: s-1, VpcId: x-9}]", "x-9",
	},
	"NetworkInterface.addresses": {
		"NetworkInterfaces: [{NetworkInterfaceId: s-1}]\nAddresses: [{AllocationId: x-1, NetworkInterfaceId: s-1}, {AllocationId: x-2}]", `networkInterface.addresses().map(x, x.AllocationId) == ["x-1"]`,
		"NetworkInterfaces: [{NetworkInterfaceId: s-1}]", "networkInterface.addresses() == []",
		"", "",
	},
	"NetworkInterface.flowLogs": {
		"NetworkInterfaces: [{NetworkInterfaceId: s-1}]\nFlowLogs: [{FlowLogId: x-1, ResourceId: s-1}, {FlowLogId: x-2}]", `networkInterface.flowLogs().map(x, x.FlowLogId) == ["x-1"]`,
		"NetworkInterfaces: [{NetworkInterfaceId: s-1}]", "networkInterface.flowLogs() == []",
		"", "",
	},
	"NetworkInterface.instances": {
		"NetworkInterfaces: [{NetworkInterfaceId: eni-1, Attachment: {InstanceId: i-1}}]\nInstances: [{InstanceId: i-1}]", `networkInterface.instances()[0].InstanceId == "i-1"`,
		"NetworkInterfaces: [{NetworkInterfaceId: eni-1, Attachment: {InstanceOwnerId: amazon-elb}}]", "networkInterface.instances() == []",
		"NetworkInterfaces: [{NetworkInterfaceId: eni-1, Attachment: {InstanceId: i-9}}]", "i-9",
	},
	"NetworkInterface.securityGroups": {
		"NetworkInterfaces: [{NetworkInterfaceId: eni-1, Groups: [{GroupId: sg-1}]}]\nSecurityGroups: [{GroupId: sg-1}]", `networkInterface.securityGroups()[0].GroupId == "sg-1"`,
		"NetworkInterfaces: [{NetworkInterfaceId: eni-1}]", "networkInterface.securityGroups() == []",
		"NetworkInterfaces: [{NetworkInterfaceId: eni-1, Groups: [{GroupId: sg-9}]}]", "sg-9",
	},
	"NetworkInterface.subnets": {
		"NetworkInterfaces: [{NetworkInterfaceId: s-1, SubnetId: x-1}]\nSubnets: [{SubnetId: x-1}, {SubnetId: x-2}]", `networkInterface.subnets().map(x, x.SubnetId) == ["x-1"]`,
		"NetworkInterfaces: [{NetworkInterfaceId: s-1}]", "networkInterface.subnets() == []",
		"NetworkInterfaces: [{NetworkInterfaceId: s-1, SubnetId: x-9}]", "x-9",
	},
	"NetworkInterface.vpcs": {
		"NetworkInterfaces: [{NetworkInterfaceId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `networkInterface.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"NetworkInterfaces: [{NetworkInterfaceId: s-1}]", "networkInterface.vpcs() == []",
		"NetworkInterfaces: [{NetworkInterfaceId: s-1, VpcId: x-9}]", "x-9",
	},
	"PlacementGroup.instances": {
		"PlacementGroups: [{GroupName: spread}]\nInstances: [{InstanceId: i-1, Placement: {GroupName: spread}}, {InstanceId: i-2}]", `placementGroup.instances().map(i, i.InstanceId) == ["i-1"]`,
		"PlacementGroups: [{GroupName: spread}]", "placementGroup.instances() == []",
		"", "",
	},
	"Region.accountAttributes": {
		"AccountAttributes: [{AttributeName: x}]", `region.accountAttributes()[0].AttributeName == "x"`,
		"", "region.accountAttributes() == []",
		"", "",
	},
	"Region.allowedImageCriteria": {
		"GetAllowedImagesSettings: {State: enabled, ImageCriteria: [{ImageProviders: [amazon], ImageNames: [golden-*]}]}", `region.allowedImageCriteria().map(c, c.ImageProviders[0] + " " + c.ImageNames[0]) == ["amazon golden-*"]`,
		"GetAllowedImagesSettings: {State: enabled}", "region.allowedImageCriteria() == []",
		"", "",
	},
	"Region.allowedImages": {
		"GetAllowedImagesSettings: {State: audit-mode}", `region.allowedImages() == "audit-mode"`,
		"", `region.allowedImages() == ""`,
		"", "",
	},
	"Region.availabilityZones": {
		"AvailabilityZones: [{ZoneName: x}]", `region.availabilityZones()[0].ZoneName == "x"`,
		"", "region.availabilityZones() == []",
		"", "",
	},
	"Region.ebsDefaultKmsKeyId":       {"GetEbsDefaultKmsKeyId: {KmsKeyId: alias/aws/ebs}", `region.ebsDefaultKmsKeyId() == "alias/aws/ebs"`, "", `region.ebsDefaultKmsKeyId() == ""`, "", ""},
	"Region.ebsEncryptionByDefault":   {"GetEbsEncryptionByDefault: {EbsEncryptionByDefault: true}", "region.ebsEncryptionByDefault()", "", "!region.ebsEncryptionByDefault()", "", ""},
	"Region.imageBlockPublicAccess":   {"GetImageBlockPublicAccessState: {ImageBlockPublicAccessState: unblocked}", `region.imageBlockPublicAccess() == "unblocked"`, "", `region.imageBlockPublicAccess() == ""`, "", ""},
	"Region.instanceMetadataDefaults": {"GetInstanceMetadataDefaults: {AccountLevel: {HttpTokens: required}}", `region.instanceMetadataDefaults().HttpTokens == "required"`, "", `region.instanceMetadataDefaults().HttpTokens == ""`, "", ""},
	"Region.instancesTagged": {
		"Instances: [{InstanceId: x-1, Tags: [{Key: Role, Value: db}]}, {InstanceId: x-2, Tags: [{Key: Role, Value: web}]}, {InstanceId: x-3}]", `region.instancesTagged("Role", "db").map(x, x.InstanceId) == ["x-1"]`,
		"Instances: [{InstanceId: x-1}]", `region.instancesTagged("Role", "db") == []`,
		"", "",
	},
	"Region.recycledImages": {
		"ListImagesInRecycleBin: [{ImageId: x}]", `region.recycledImages()[0].ImageId == "x"`,
		"", "region.recycledImages() == []",
		"", "",
	},
	"Region.recycledSnapshots": {
		"ListSnapshotsInRecycleBin: [{SnapshotId: x}]", `region.recycledSnapshots()[0].SnapshotId == "x"`,
		"", "region.recycledSnapshots() == []",
		"", "",
	},
	"Region.recycledVolumes": {
		"ListVolumesInRecycleBin: [{VolumeId: x}]", `region.recycledVolumes()[0].VolumeId == "x"`,
		"", "region.recycledVolumes() == []",
		"", "",
	},
	"Region.serialConsoleAccess":       {"GetSerialConsoleAccessStatus: {SerialConsoleAccessEnabled: true}", "region.serialConsoleAccess()", "", "!region.serialConsoleAccess()", "", ""},
	"Region.snapshotBlockPublicAccess": {"GetSnapshotBlockPublicAccessState: {State: block-all-sharing}", `region.snapshotBlockPublicAccess() == "block-all-sharing"`, "", `region.snapshotBlockPublicAccess() == ""`, "", ""},
	"Region.volumesTagged": {
		"Volumes: [{VolumeId: x-1, Tags: [{Key: Role, Value: db}]}, {VolumeId: x-2, Tags: [{Key: Role, Value: web}]}, {VolumeId: x-3}]", `region.volumesTagged("Role", "db").map(x, x.VolumeId) == ["x-1"]`,
		"Volumes: [{VolumeId: x-1}]", `region.volumesTagged("Role", "db") == []`,
		"", "",
	},
	"Region.vpcBlockPublicAccess": {
		"DescribeVpcBlockPublicAccessOptions: {VpcBlockPublicAccessOptions: {InternetGatewayBlockMode: block-bidirectional}}", `region.vpcBlockPublicAccess().InternetGatewayBlockMode == "block-bidirectional"`,
		"", `region.vpcBlockPublicAccess().InternetGatewayBlockMode == ""`,
		"", "",
	},
	"Region.vpcBlockPublicAccessExclusions": {
		"VpcBlockPublicAccessExclusions: [{ExclusionId: x}]", `region.vpcBlockPublicAccessExclusions()[0].ExclusionId == "x"`,
		"", "region.vpcBlockPublicAccessExclusions() == []",
		"", "",
	},
	"ReservedInstances.instances": {
		`ReservedInstances: [{ReservedInstancesId: s-1, InstanceType: m5.large}]
Instances:
  - {InstanceId: x-1, InstanceType: m5.24xlarge, State: {Name: running}}
  - {InstanceId: x-2, InstanceType: m5.large, State: {Name: running}, InstanceLifecycle: spot}
  - {InstanceId: x-3, InstanceType: m5.large, State: {Name: stopped}}
  - {InstanceId: x-4, InstanceType: m5d.large, State: {Name: running}}
  - {InstanceId: x-5, InstanceType: m5.large}`, `reservedInstances.instances().map(x, x.InstanceId) == ["x-1"]`,
		"ReservedInstances: [{ReservedInstancesId: s-1, InstanceType: m5.large}]", "reservedInstances.instances() == []",
		"", "",
	},
	"RouteTable.subnets": {
		"RouteTables: [{RouteTableId: s-1, Associations: [{Main: true}, {SubnetId: x-1}]}]\nSubnets: [{SubnetId: x-1}, {SubnetId: x-2}]", `routeTable.subnets().map(x, x.SubnetId) == ["x-1"]`,
		"RouteTables: [{RouteTableId: s-1}]", "routeTable.subnets() == []",
		"RouteTables: [{RouteTableId: s-1, Associations: [{Main: true}, {SubnetId: x-9}]}]", "x-9",
	},
	"RouteTable.vpcs": {
		"RouteTables: [{RouteTableId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `routeTable.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"RouteTables: [{RouteTableId: s-1}]", "routeTable.vpcs() == []",
		"RouteTables: [{RouteTableId: s-1, VpcId: x-9}]", "x-9",
	},
	"SecurityGroup.clientVpnEndpoints": {
		"SecurityGroups: [{GroupId: s-1}]\nClientVpnEndpoints: [{ClientVpnEndpointId: x-1, SecurityGroupIds: [s-1]}, {ClientVpnEndpointId: x-2}]", `securityGroup.clientVpnEndpoints().map(x, x.ClientVpnEndpointId) == ["x-1"]`,
		"SecurityGroups: [{GroupId: s-1}]", "securityGroup.clientVpnEndpoints() == []",
		"", "",
	},
	"SecurityGroup.instances": {
		"SecurityGroups: [{GroupId: sg-1}]\nInstances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-1}]}, {InstanceId: i-2}]", `securityGroup.instances().map(i, i.InstanceId) == ["i-1"]`, // each once
		"SecurityGroups: [{GroupId: sg-1}]\nInstances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-2}]}]", "securityGroup.instances() == []", "", "",
	},
	"SecurityGroup.interfaces": {
		"SecurityGroups: [{GroupId: sg-1}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1, Groups: [{GroupId: sg-1}]}]", `securityGroup.interfaces()[0].NetworkInterfaceId == "eni-1"`,
		"SecurityGroups: [{GroupId: sg-1}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1}]", "securityGroup.interfaces() == []", "", "",
	},
	"SecurityGroup.launchTemplates": {
		"SecurityGroups: [{GroupId: s-1}]\nLaunchTemplates: [{LaunchTemplateId: lt-1}, {LaunchTemplateId: lt-2}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, LaunchTemplateData: {NetworkInterfaces: [{Groups: [s-1]}]}}, {LaunchTemplateId: lt-2, VersionNumber: 1}]", `securityGroup.launchTemplates().map(t, t.LaunchTemplateId) == ["lt-1"]`,
		"SecurityGroups: [{GroupId: s-1}]", "securityGroup.launchTemplates() == []",
		"", "",
	},
	"SecurityGroup.referencedBy": {
		"SecurityGroups: [{GroupId: sg-1, IpPermissions: [{UserIdGroupPairs: [{GroupId: sg-1}]}]}]", `securityGroup.referencedBy().map(g, g.GroupId) == ["sg-1"]`,
		"SecurityGroups: [{GroupId: sg-1}]", "securityGroup.referencedBy() == []",
		"", "",
	},
	"SecurityGroup.vpcEndpoints": {
		"SecurityGroups: [{GroupId: s-1}]\nVpcEndpoints: [{VpcEndpointId: x-1, Groups: [{GroupId: s-1}]}, {VpcEndpointId: x-2}]", `securityGroup.vpcEndpoints().map(x, x.VpcEndpointId) == ["x-1"]`,
		"SecurityGroups: [{GroupId: s-1}]", "securityGroup.vpcEndpoints() == []",
		"", "",
	},
	"SecurityGroup.vpcs": {
		"SecurityGroups: [{GroupId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `securityGroup.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"SecurityGroups: [{GroupId: s-1}]", "securityGroup.vpcs() == []",
		"SecurityGroups: [{GroupId: s-1, VpcId: x-9}]", "x-9",
	},
	"Snapshot.fastRestores": {
		"Snapshots: [{SnapshotId: snap-1}]\nFastSnapshotRestores: [{SnapshotId: snap-2}, {SnapshotId: snap-1, State: enabled}]", `snapshot.fastRestores().map(x, x.State) == ["enabled"]`,
		"Snapshots: [{SnapshotId: snap-1}]", "snapshot.fastRestores() == []",
		"", "",
	},
	"Snapshot.images": {
		"Snapshots: [{SnapshotId: snap-1}]\nImages: [{ImageId: ami-1, BlockDeviceMappings: [{Ebs: {SnapshotId: snap-1}}]}, {ImageId: ami-2}]", `snapshot.images().map(i, i.ImageId) == ["ami-1"]`,
		"Snapshots: [{SnapshotId: snap-1}]", "snapshot.images() == []", "", "",
	},
	"Snapshot.isPublic": {
		"Snapshots: [{SnapshotId: snap-1}]\nPublicSnapshots: [{SnapshotId: snap-1}]", "snapshot.isPublic()",
		"Snapshots: [{SnapshotId: snap-1}]\nPublicSnapshots: [{SnapshotId: snap-2}]", "!snapshot.isPublic()", "", "",
	},
	"Snapshot.launchTemplates": {
		"Snapshots: [{SnapshotId: s-1}]\nLaunchTemplates: [{LaunchTemplateId: lt-1}, {LaunchTemplateId: lt-2}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, LaunchTemplateData: {BlockDeviceMappings: [{VirtualName: ephemeral0}, {Ebs: {SnapshotId: s-1}}]}}, {LaunchTemplateId: lt-2, VersionNumber: 1}]", `snapshot.launchTemplates().map(t, t.LaunchTemplateId) == ["lt-1"]`,
		"Snapshots: [{SnapshotId: s-1}]", "snapshot.launchTemplates() == []",
		"", "",
	},
	"Snapshot.locks": {
		"Snapshots: [{SnapshotId: snap-1}]\nDescribeLockedSnapshots: [{SnapshotId: snap-2}, {SnapshotId: snap-1, LockState: governance}]", `snapshot.locks().map(x, x.LockState) == ["governance"]`,
		"Snapshots: [{SnapshotId: snap-1}]", "snapshot.locks() == []",
		"", "",
	},
	"Snapshot.restoredVolumes": {
		"Snapshots: [{SnapshotId: s-1}]\nVolumes: [{VolumeId: x-1, SnapshotId: s-1}, {VolumeId: x-2}]", `snapshot.restoredVolumes().map(x, x.VolumeId) == ["x-1"]`,
		"Snapshots: [{SnapshotId: s-1}]", "snapshot.restoredVolumes() == []",
		"", "",
	},
	"Snapshot.tierStatuses": {
		"Snapshots: [{SnapshotId: snap-1}]\nSnapshotTierStatuses: [{SnapshotId: snap-2}, {SnapshotId: snap-1, StorageTier: archive}]", `snapshot.tierStatuses().map(x, x.StorageTier) == ["archive"]`,
		"Snapshots: [{SnapshotId: snap-1}]", "snapshot.tierStatuses() == []",
		"", "",
	},
	"Snapshot.volumes": {
		"Snapshots: [{SnapshotId: snap-1, VolumeId: vol-1}]\nVolumes: [{VolumeId: vol-1}]", `snapshot.volumes()[0].VolumeId == "vol-1"`,
		"Snapshots: [{SnapshotId: snap-1, VolumeId: vol-ffffffff}]\nVolumes: [{VolumeId: vol-1}]", "snapshot.volumes() == []", "", "",
	},
	"SpotInstanceRequest.instances": {
		"SpotInstanceRequests: [{SpotInstanceRequestId: s-1, InstanceId: x-1}]\nInstances: [{InstanceId: x-1}, {InstanceId: x-2}]", `spotInstanceRequest.instances().map(x, x.InstanceId) == ["x-1"]`,
		"SpotInstanceRequests: [{SpotInstanceRequestId: s-1}]", "spotInstanceRequest.instances() == []",
		"SpotInstanceRequests: [{SpotInstanceRequestId: s-1, InstanceId: x-9}]", "x-9",
	},
	"Subnet.flowLogs": {
		"Subnets: [{SubnetId: s-1}]\nFlowLogs: [{FlowLogId: x-1, ResourceId: s-1}, {FlowLogId: x-2}]", `subnet.flowLogs().map(x, x.FlowLogId) == ["x-1"]`,
		"Subnets: [{SubnetId: s-1}]", "subnet.flowLogs() == []",
		"", "",
	},
	"Subnet.instances": {
		"Subnets: [{SubnetId: s-1}]\nInstances: [{InstanceId: x-1, SubnetId: s-1}, {InstanceId: x-2}]", `subnet.instances().map(x, x.InstanceId) == ["x-1"]`,
		"Subnets: [{SubnetId: s-1}]", "subnet.instances() == []",
		"", "",
	},
	"Subnet.interfaces": {
		"Subnets: [{SubnetId: s-1}]\nNetworkInterfaces: [{NetworkInterfaceId: x-1, SubnetId: s-1}, {NetworkInterfaceId: x-2}]", `subnet.interfaces().map(x, x.NetworkInterfaceId) == ["x-1"]`,
		"Subnets: [{SubnetId: s-1}]", "subnet.interfaces() == []",
		"", "",
	},
	"Subnet.natGateways": {
		"Subnets: [{SubnetId: s-1}]\nNatGateways: [{NatGatewayId: x-1, SubnetId: s-1}, {NatGatewayId: x-2}]", `subnet.natGateways().map(x, x.NatGatewayId) == ["x-1"]`,
		"Subnets: [{SubnetId: s-1}]", "subnet.natGateways() == []",
		"", "",
	},
	"Subnet.networkAcls": {
		"Subnets: [{SubnetId: s-1}]\nNetworkAcls: [{NetworkAclId: x-1, Associations: [{SubnetId: s-1}]}, {NetworkAclId: x-2}]", `subnet.networkAcls().map(x, x.NetworkAclId) == ["x-1"]`,
		"Subnets: [{SubnetId: s-1}]", "subnet.networkAcls() == []",
		"", "",
	},
	"Subnet.isPublic": {
		"Subnets: [{SubnetId: s-1, VpcId: v-1}]\nRouteTables: [{RouteTableId: rtb-1, VpcId: v-1, Associations: [{Main: true}], Routes: [{DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1}]}]", "subnet.isPublic()",
		"Subnets: [{SubnetId: s-1, VpcId: v-1}]\nRouteTables: [{RouteTableId: rtb-1, VpcId: v-1, Associations: [{Main: true}], Routes: [{DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1}, {DestinationCidrBlock: 8.8.8.8/32, GatewayId: igw-1}]}]", "!subnet.isPublic()",
		"", "",
	},
	"Subnet.routeTable": {
		"Subnets: [{SubnetId: s-1, VpcId: v-1}]\nRouteTables: [{RouteTableId: rtb-1, VpcId: v-1, Associations: [{Main: true}]}, {RouteTableId: rtb-2, VpcId: v-1, Associations: [{SubnetId: s-2}]}, {RouteTableId: rtb-3, VpcId: v-2, Associations: [{Main: true}]}]", `subnet.routeTable().RouteTableId == "rtb-1"`,
		"Subnets: [{SubnetId: s-1, VpcId: v-1}]\nRouteTables: [{RouteTableId: rtb-1, VpcId: v-1, Associations: [{Main: true}]}, {RouteTableId: rtb-2, VpcId: v-1, Associations: [{SubnetId: s-1}]}]", `subnet.routeTable().RouteTableId == "rtb-2"`,
		"Subnets: [{SubnetId: s-1, VpcId: v-1}]", "the main route table of v-1",
	},
	"Subnet.vpcEndpoints": {
		"Subnets: [{SubnetId: s-1}]\nVpcEndpoints: [{VpcEndpointId: x-1, SubnetIds: [s-1]}, {VpcEndpointId: x-2}]", `subnet.vpcEndpoints().map(x, x.VpcEndpointId) == ["x-1"]`,
		"Subnets: [{SubnetId: s-1}]", "subnet.vpcEndpoints() == []",
		"", "",
	},
	"Subnet.vpcs": {
		"Subnets: [{SubnetId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `subnet.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"Subnets: [{SubnetId: s-1}]", "subnet.vpcs() == []",
		"Subnets: [{SubnetId: s-1, VpcId: x-9}]", "x-9",
	},
	"TransitGateway.attachments": {
		"TransitGateways: [{TransitGatewayId: s-1}]\nTransitGatewayAttachments: [{TransitGatewayAttachmentId: x-1, TransitGatewayId: s-1}, {TransitGatewayAttachmentId: x-2}]", `transitGateway.attachments().map(x, x.TransitGatewayAttachmentId) == ["x-1"]`,
		"TransitGateways: [{TransitGatewayId: s-1}]", "transitGateway.attachments() == []",
		"", "",
	},
	"TransitGateway.routeTables": {
		"TransitGateways: [{TransitGatewayId: s-1}]\nRouteTables: [{RouteTableId: x-1, Routes: [{TransitGatewayId: other}, {TransitGatewayId: s-1}]}, {RouteTableId: x-2}]", `transitGateway.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"TransitGateways: [{TransitGatewayId: s-1}]", "transitGateway.routeTables() == []",
		"", "",
	},
	"TransitGateway.vpnConnections": {
		"TransitGateways: [{TransitGatewayId: s-1}]\nVpnConnections: [{VpnConnectionId: x-1, TransitGatewayId: s-1}, {VpnConnectionId: x-2}]", `transitGateway.vpnConnections().map(x, x.VpnConnectionId) == ["x-1"]`,
		"TransitGateways: [{TransitGatewayId: s-1}]", "transitGateway.vpnConnections() == []",
		"", "",
	},
	"TransitGatewayAttachment.transitGateways": {
		"TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, TransitGatewayId: tgw-1}]\nTransitGateways: [{TransitGatewayId: tgw-1}, {TransitGatewayId: tgw-2}]", `transitGatewayAttachment.transitGateways().map(g, g.TransitGatewayId) == ["tgw-1"]`,
		"TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, TransitGatewayId: tgw-1}]", "transitGatewayAttachment.transitGateways() == []",
		"", "",
	},
	"TransitGatewayAttachment.vpcs": {
		"TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceId: vpc-1}]\nVpcs: [{VpcId: vpc-1}, {VpcId: vpc-2}]", `transitGatewayAttachment.vpcs().map(v, v.VpcId) == ["vpc-1"]`,
		"TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceId: vpn-1}]", "transitGatewayAttachment.vpcs() == []",
		"", "",
	},
	"Volume.busiestHour": {
		"Volumes: [{VolumeId: vol-1}]\nMetricDataResults: [{Label: vol-1 BurstBalance Average 24h, Values: [10, 30]}]", `volume.busiestHour("BurstBalance", "Average", "24h") == 30.0`,
		"", "",
		"", "",
	},
	"Volume.instances": {
		"Volumes: [{VolumeId: vol-1, Attachments: [{InstanceId: i-1}, {InstanceId: i-2, State: attached}]}]\nInstances: [{InstanceId: i-1}, {InstanceId: i-2}]", `volume.instances().map(i, i.InstanceId) == ["i-1", "i-2"]`,
		"Volumes: [{VolumeId: vol-1, Attachments: [{InstanceId: i-1, State: detached}]}]", "volume.instances() == []",
		"Volumes: [{VolumeId: vol-1, Attachments: [{InstanceId: i-9}]}]", "i-9",
	},
	"Volume.isRoot": {
		"Volumes: [{VolumeId: vol-1, Attachments: [{InstanceId: i-1, Device: /dev/xvda}]}]\nInstances: [{InstanceId: i-1, RootDeviceName: /dev/xvda}]", "volume.isRoot()",
		"Volumes: [{VolumeId: vol-1}]", "!volume.isRoot()",
		"Volumes: [{VolumeId: vol-1, Attachments: [{InstanceId: i-9, Device: /dev/xvda}]}]", "i-9",
	},
	"Volume.metric": {
		"Volumes: [{VolumeId: vol-1}]\nMetricDataResults: [{Label: vol-1 BurstBalance Average 24h, Values: [10, 30]}]", `volume.metric("BurstBalance", "Average", "24h") == 20.0`,
		"", "",
		"", "",
	},
	"Volume.modifications": {
		"Volumes: [{VolumeId: vol-1}]\nVolumesModifications: [{VolumeId: vol-2}, {VolumeId: vol-1, ModificationState: optimizing}]", `volume.modifications().map(m, m.ModificationState) == ["optimizing"]`,
		"Volumes: [{VolumeId: vol-1}]", "volume.modifications() == []",
		"", "",
	},
	"Volume.snapshots": {
		"Volumes: [{VolumeId: vol-1}]\nSnapshots: [{SnapshotId: snap-1, VolumeId: vol-1}, {SnapshotId: snap-2, VolumeId: vol-2}, {SnapshotId: snap-3, VolumeId: vol-1}]", `volume.snapshots().map(s, s.SnapshotId) == ["snap-1", "snap-3"]`,
		"Volumes: [{VolumeId: vol-1}]\nSnapshots: [{SnapshotId: snap-1}]", "volume.snapshots() == []", "", "",
	},
	"Volume.sourceSnapshots": {
		"Volumes: [{VolumeId: vol-1, SnapshotId: snap-1}]\nSnapshots: [{SnapshotId: snap-1}, {SnapshotId: snap-2}]", `volume.sourceSnapshots().map(s, s.SnapshotId) == ["snap-1"]`,
		"Volumes: [{VolumeId: vol-1, SnapshotId: \"\"}]\nSnapshots: [{SnapshotId: snap-1}]", "volume.sourceSnapshots() == []",
		"", "",
	},
	"Volume.status": {
		"Volumes: [{VolumeId: vol-1}]\nVolumeStatuses: [{VolumeId: vol-2}, {VolumeId: vol-1, VolumeStatus: {Status: impaired}}]", `volume.status().VolumeStatus.Status == "impaired"`,
		"", "",
		"Volumes: [{VolumeId: vol-1}]", "vol-1",
	},
	"Vpc.dhcpOptions": {
		"Vpcs: [{VpcId: s-1, DhcpOptionsId: x-1}]\nDhcpOptions: [{DhcpOptionsId: x-1}, {DhcpOptionsId: x-2}]", `vpc.dhcpOptions().map(x, x.DhcpOptionsId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.dhcpOptions() == []",
		"Vpcs: [{VpcId: s-1, DhcpOptionsId: x-9}]", "x-9",
	},
	"Vpc.flowLogs": {
		"Vpcs: [{VpcId: s-1}]\nFlowLogs: [{FlowLogId: x-1, ResourceId: s-1}, {FlowLogId: x-2}]", `vpc.flowLogs().map(x, x.FlowLogId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.flowLogs() == []",
		"", "",
	},
	"Vpc.instances": {
		"Vpcs: [{VpcId: s-1}]\nInstances: [{InstanceId: x-1, VpcId: s-1}, {InstanceId: x-2}]", `vpc.instances().map(x, x.InstanceId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.instances() == []",
		"", "",
	},
	"Vpc.interfaces": {
		"Vpcs: [{VpcId: s-1}]\nNetworkInterfaces: [{NetworkInterfaceId: x-1, VpcId: s-1}, {NetworkInterfaceId: x-2}]", `vpc.interfaces().map(x, x.NetworkInterfaceId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.interfaces() == []",
		"", "",
	},
	"Vpc.internetGateways": {
		"Vpcs: [{VpcId: s-1}]\nInternetGateways: [{InternetGatewayId: x-1, Attachments: [{VpcId: s-1}]}, {InternetGatewayId: x-2}]", `vpc.internetGateways().map(x, x.InternetGatewayId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.internetGateways() == []",
		"", "",
	},
	"Vpc.natGateways": {
		"Vpcs: [{VpcId: s-1}]\nNatGateways: [{NatGatewayId: x-1, VpcId: s-1}, {NatGatewayId: x-2}]", `vpc.natGateways().map(x, x.NatGatewayId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.natGateways() == []",
		"", "",
	},
	"Vpc.networkAcls": {
		"Vpcs: [{VpcId: s-1}]\nNetworkAcls: [{NetworkAclId: x-1, VpcId: s-1}, {NetworkAclId: x-2}]", `vpc.networkAcls().map(x, x.NetworkAclId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.networkAcls() == []",
		"", "",
	},
	"Vpc.peeringConnections": {
		"Vpcs: [{VpcId: s-1}]\nVpcPeeringConnections: [{VpcPeeringConnectionId: x-1, AccepterVpcInfo: {VpcId: s-1}}, {VpcPeeringConnectionId: x-2}]", `vpc.peeringConnections().map(x, x.VpcPeeringConnectionId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.peeringConnections() == []",
		"", "",
	},
	"Vpc.routeTables": {
		"Vpcs: [{VpcId: s-1}]\nRouteTables: [{RouteTableId: x-1, VpcId: s-1}, {RouteTableId: x-2}]", `vpc.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.routeTables() == []",
		"", "",
	},
	"Vpc.securityGroups": {
		"Vpcs: [{VpcId: s-1}]\nSecurityGroups: [{GroupId: x-1, VpcId: s-1}, {GroupId: x-2}]", `vpc.securityGroups().map(x, x.GroupId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.securityGroups() == []",
		"", "",
	},
	"Vpc.subnets": {
		"Vpcs: [{VpcId: s-1}]\nSubnets: [{SubnetId: x-1, VpcId: s-1}, {SubnetId: x-2}]", `vpc.subnets().map(x, x.SubnetId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.subnets() == []",
		"", "",
	},
	"Vpc.transitGatewayAttachments": {
		"Vpcs: [{VpcId: s-1}]\nTransitGatewayAttachments: [{TransitGatewayAttachmentId: x-1, ResourceId: s-1}, {TransitGatewayAttachmentId: x-2}]", `vpc.transitGatewayAttachments().map(x, x.TransitGatewayAttachmentId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.transitGatewayAttachments() == []",
		"", "",
	},
	"Vpc.vpcEndpoints": {
		"Vpcs: [{VpcId: s-1}]\nVpcEndpoints: [{VpcEndpointId: x-1, VpcId: s-1}, {VpcEndpointId: x-2}]", `vpc.vpcEndpoints().map(x, x.VpcEndpointId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.vpcEndpoints() == []",
		"", "",
	},
	"Vpc.vpnGateways": {
		"Vpcs: [{VpcId: s-1}]\nVpnGateways: [{VpnGatewayId: x-1, VpcAttachments: [{VpcId: s-1, State: attached}]}, {VpnGatewayId: x-2}]", `vpc.vpnGateways().map(x, x.VpnGatewayId) == ["x-1"]`,
		"Vpcs: [{VpcId: s-1}]", "vpc.vpnGateways() == []",
		"", "",
	},
	"VpcEndpoint.busiestHour": {
		"VpcEndpoints: [{VpcEndpointId: vpce-1}]\nMetricDataResults: [{Label: vpce-1 BytesProcessed Sum 24h, Values: [10, 30]}]", `vpcEndpoint.busiestHour("BytesProcessed", "Sum", "24h") == 30.0`,
		"", "",
		"", "",
	},
	"VpcEndpoint.interfaces": {
		"VpcEndpoints: [{VpcEndpointId: s-1, NetworkInterfaceIds: [x-1]}]\nNetworkInterfaces: [{NetworkInterfaceId: x-1}, {NetworkInterfaceId: x-2}]", `vpcEndpoint.interfaces().map(x, x.NetworkInterfaceId) == ["x-1"]`,
		"VpcEndpoints: [{VpcEndpointId: s-1}]", "vpcEndpoint.interfaces() == []",
		"VpcEndpoints: [{VpcEndpointId: s-1, NetworkInterfaceIds: [x-9]}]", "x-9",
	},
	"VpcEndpoint.metric": {
		"VpcEndpoints: [{VpcEndpointId: vpce-1}]\nMetricDataResults: [{Label: vpce-1 BytesProcessed Sum 24h, Values: [10, 30]}]", `vpcEndpoint.metric("BytesProcessed", "Sum", "24h") == 40.0`,
		"", "",
		"", "",
	},
	"VpcEndpoint.routeTables": {
		"VpcEndpoints: [{VpcEndpointId: s-1, RouteTableIds: [x-1]}]\nRouteTables: [{RouteTableId: x-1}, {RouteTableId: x-2}]", `vpcEndpoint.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"VpcEndpoints: [{VpcEndpointId: s-1}]", "vpcEndpoint.routeTables() == []",
		"VpcEndpoints: [{VpcEndpointId: s-1, RouteTableIds: [x-9]}]", "x-9",
	},
	"VpcEndpoint.securityGroups": {
		"VpcEndpoints: [{VpcEndpointId: s-1, Groups: [{GroupId: x-1}]}]\nSecurityGroups: [{GroupId: x-1}, {GroupId: x-2}]", `vpcEndpoint.securityGroups().map(x, x.GroupId) == ["x-1"]`,
		"VpcEndpoints: [{VpcEndpointId: s-1}]", "vpcEndpoint.securityGroups() == []",
		"VpcEndpoints: [{VpcEndpointId: s-1, Groups: [{GroupId: x-9}]}]", "x-9",
	},
	"VpcEndpoint.subnets": {
		"VpcEndpoints: [{VpcEndpointId: s-1, SubnetIds: [x-1]}]\nSubnets: [{SubnetId: x-1}, {SubnetId: x-2}]", `vpcEndpoint.subnets().map(x, x.SubnetId) == ["x-1"]`,
		"VpcEndpoints: [{VpcEndpointId: s-1}]", "vpcEndpoint.subnets() == []",
		"VpcEndpoints: [{VpcEndpointId: s-1, SubnetIds: [x-9]}]", "x-9",
	},
	"VpcEndpoint.vpcs": {
		"VpcEndpoints: [{VpcEndpointId: s-1, VpcId: x-1}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `vpcEndpoint.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"VpcEndpoints: [{VpcEndpointId: s-1}]", "vpcEndpoint.vpcs() == []",
		"VpcEndpoints: [{VpcEndpointId: s-1, VpcId: x-9}]", "x-9",
	},
	"VpcPeeringConnection.routeTables": {
		"VpcPeeringConnections: [{VpcPeeringConnectionId: s-1}]\nRouteTables: [{RouteTableId: x-1, Routes: [{VpcPeeringConnectionId: other}, {VpcPeeringConnectionId: s-1}]}, {RouteTableId: x-2}]", `vpcPeeringConnection.routeTables().map(x, x.RouteTableId) == ["x-1"]`,
		"VpcPeeringConnections: [{VpcPeeringConnectionId: s-1}]", "vpcPeeringConnection.routeTables() == []",
		"", "",
	},
	"Region.addresses": {
		"Addresses: [{AllocationId: eipalloc-1}]", `region.addresses().map(x, x.AllocationId) == ["eipalloc-1"]`,
		"", "region.addresses() == []",
		"", "",
	},
	"Region.images": {
		"Images: [{ImageId: ami-1}]", `region.images().map(x, x.ImageId) == ["ami-1"]`,
		"", "region.images() == []",
		"", "",
	},
	"Region.instances": {
		"Instances: [{InstanceId: i-1}]", `region.instances().map(x, x.InstanceId) == ["i-1"]`,
		"", "region.instances() == []",
		"", "",
	},
	"Region.keyPairs": {
		"KeyPairs: [{KeyName: x-1}]", `region.keyPairs().map(x, x.KeyName) == ["x-1"]`,
		"", "region.keyPairs() == []",
		"", "",
	},
	"Region.reservedInstances": {
		"ReservedInstances: [{ReservedInstancesId: ri-1, State: active}]", `region.reservedInstances().map(x, x.ReservedInstancesId) == ["ri-1"]`,
		"", "region.reservedInstances() == []",
		"", "",
	},
	"Region.natGateways": {
		"NatGateways: [{NatGatewayId: nat-1}]", `region.natGateways().map(x, x.NatGatewayId) == ["nat-1"]`,
		"", "region.natGateways() == []",
		"", "",
	},
	"Region.placementGroups": {
		"PlacementGroups: [{GroupName: x-1}]", `region.placementGroups().map(x, x.GroupName) == ["x-1"]`,
		"", "region.placementGroups() == []",
		"", "",
	},
	"Region.securityGroups": {
		"SecurityGroups: [{GroupId: sg-1}]", `region.securityGroups().map(x, x.GroupId) == ["sg-1"]`,
		"", "region.securityGroups() == []",
		"", "",
	},
	"Region.snapshots": {
		"Snapshots: [{SnapshotId: snap-1}]", `region.snapshots().map(x, x.SnapshotId) == ["snap-1"]`,
		"", "region.snapshots() == []",
		"", "",
	},
	"Region.subnets": {
		"Subnets: [{SubnetId: x-1}]", `region.subnets().map(x, x.SubnetId) == ["x-1"]`,
		"", "region.subnets() == []",
		"", "",
	},
	"Region.volumes": {
		"Volumes: [{VolumeId: vol-1}]", `region.volumes().map(x, x.VolumeId) == ["vol-1"]`,
		"", "region.volumes() == []",
		"", "",
	},
	"Region.vpcs": {
		"Vpcs: [{VpcId: vpc-1}]", `region.vpcs().map(x, x.VpcId) == ["vpc-1"]`,
		"", "region.vpcs() == []",
		"", "",
	},
	"VpnConnection.customerGateways": {
		"VpnConnections: [{VpnConnectionId: vpn-1, CustomerGatewayId: x-1}]\nCustomerGateways: [{CustomerGatewayId: x-1}, {CustomerGatewayId: x-2}]", `vpnConnection.customerGateways().map(x, x.CustomerGatewayId) == ["x-1"]`,
		"VpnConnections: [{VpnConnectionId: vpn-1}]", "vpnConnection.customerGateways() == []",
		"", "",
	},
	"VpnConnection.transitGateways": {
		"VpnConnections: [{VpnConnectionId: vpn-1, TransitGatewayId: x-1}]\nTransitGateways: [{TransitGatewayId: x-1}, {TransitGatewayId: x-2}]", `vpnConnection.transitGateways().map(x, x.TransitGatewayId) == ["x-1"]`,
		"VpnConnections: [{VpnConnectionId: vpn-1}]", "vpnConnection.transitGateways() == []",
		"", "",
	},
	"VpnConnection.vpnGateways": {
		"VpnConnections: [{VpnConnectionId: vpn-1, VpnGatewayId: x-1}]\nVpnGateways: [{VpnGatewayId: x-1}, {VpnGatewayId: x-2}]", `vpnConnection.vpnGateways().map(x, x.VpnGatewayId) == ["x-1"]`,
		"VpnConnections: [{VpnConnectionId: vpn-1}]", "vpnConnection.vpnGateways() == []",
		"", "",
	},
	"VpnGateway.vpcs": {
		"VpnGateways: [{VpnGatewayId: s-1, VpcAttachments: [{VpcId: x-1}]}]\nVpcs: [{VpcId: x-1}, {VpcId: x-2}]", `vpnGateway.vpcs().map(x, x.VpcId) == ["x-1"]`,
		"VpnGateways: [{VpnGatewayId: s-1}]", "vpnGateway.vpcs() == []",
		"VpnGateways: [{VpnGatewayId: s-1, VpcAttachments: [{VpcId: x-9}]}]", "x-9",
	},
	"VpnGateway.vpnConnections": {
		"VpnGateways: [{VpnGatewayId: s-1}]\nVpnConnections: [{VpnConnectionId: x-1, VpnGatewayId: s-1}, {VpnConnectionId: x-2}]", `vpnGateway.vpnConnections().map(x, x.VpnConnectionId) == ["x-1"]`,
		"VpnGateways: [{VpnGatewayId: s-1}]", "vpnGateway.vpnConnections() == []",
		"", "",
	},
	"Workload.instances": {
		"Instances: [{InstanceId: x-1, State: {Name: running}, Tags: [{Key: Role, Value: db}]}, {InstanceId: x-2, State: {Name: stopped}, Tags: [{Key: Role, Value: db}]}]", `workload.instances().map(x, x.InstanceId) == ["x-1"]`,
		"", "", // there is no workload without one
		"", "",
	},
}

// subject is the kind that a relation starts from.
func subject(t *testing.T, r relation) *kind {
	t.Helper()
	for i := range kinds {
		if celName(kinds[i].typ) == r.on.TypeName() {
			return &kinds[i]
		}
	}
	t.Fatalf("%s starts from no kind of resource", r.id())
	return nil
}

// TestRelations asks each relation in each of the states that the API can leave it in.
func TestRelations(t *testing.T) {
	for _, r := range relations() {
		id := r.id()[strings.IndexByte(r.id(), '.')+1:]
		if len(r.needs) == 0 || !slices.ContainsFunc(kinds, func(k kind) bool { return celName(k.typ) == r.on.TypeName() }) {
			continue // boot_test.go, TestAsked, TestEBSLimits, TestMappingSnapshot and TestVersionImage
		}
		tt, ok := relationTests[id]
		if !ok {
			t.Errorf("relation %s has no tests", id)
			continue
		}
		t.Run(id, func(t *testing.T) {
			k := subject(t, r).name
			check := func(state, account_, expr, want string) {
				t.Helper()
				if got := ask(t, account(t, account_), k, "", expr); got != want {
					t.Errorf("%s: %s: %q, want %q", state, expr, got, want)
				}
			}
			yaml := func(s string) string { return s + "\nRegion: us-east-1" } // never empty
			check("with data", yaml(tt.data), tt.holds, "pass")
			check("with data", yaml(tt.data), "!("+tt.holds+")", "fail")
			if tt.nowise != "" {
				check("empty", yaml(tt.empty), tt.nowise, "pass")
			}
			for _, need := range r.needs {
				if own, _ := kindNamed(k); own.source == need {
					continue // then there is no subject either
				}
				s, _ := sourceNamed(need)
				check("with a gap", yaml(tt.data)+"\nGaps: ["+need+"]", tt.holds, "unknown "+s.Permission()+": denied in this example")
			}
			if tt.lost != "" {
				check("not listed", yaml(tt.lost), tt.holds, fmt.Sprintf("unknown %s is named, but %s did not list it", tt.missing, r.needs[0]))
			}
		})
	}
}

// TestAsked asks what takes a call for each resource, in each of the states that the API can leave it in.
func TestAsked(t *testing.T) {
	for _, tt := range []struct{ kind, resources, source, answer, expr, what string }{
		{"clientVpnEndpoint", "ClientVpnEndpoints: [{ClientVpnEndpointId: x-1}]", "DescribeClientVpnAuthorizationRules", "{ClientVpnEndpointId: x-1, AuthorizationRules: [{DestinationCidr: 10.0.0.0/16}]}", `clientVpnEndpoint.authorizationRules().map(r, r.DestinationCidr) == ["10.0.0.0/16"]`, "the authorization rules"},
		{"image", "Images: [{ImageId: x-1}]", "DescribeImageAttribute", "{ImageId: x-1, LaunchPermissions: [{UserId: '111122223333'}, {Group: all}]}", `image.sharedWith().map(p, p.UserId + p.Group) == ["111122223333", "all"]`, "the launch permissions"},
		{"prefixList", "PrefixLists: [{PrefixListId: x-1}]", "GetManagedPrefixListEntries", "{PrefixListId: x-1, Entries: [{Cidr: 192.0.2.0/24}, {Cidr: 0.0.0.0/0}]}", `prefixList.entries().map(e, e.Cidr) == ["192.0.2.0/24", "0.0.0.0/0"]`, "the entries"},
		{"snapshot", "Snapshots: [{SnapshotId: x-1}]", "DescribeSnapshotAttribute", "{SnapshotId: x-1, CreateVolumePermissions: [{UserId: '111122223333'}]}", `snapshot.sharedWith().map(p, p.UserId) == ["111122223333"]`, "the permissions to make volumes"},
		{"vpcEndpointService", "ServiceConfigurations: [{ServiceId: x-1}]", "DescribeVpcEndpointServicePermissions", "{ServiceId: x-1, AllowedPrincipals: [{Principal: '*'}]}", `vpcEndpointService.allowedPrincipals().map(p, p.Principal) == ["*"]`, "the allowed principals"},
	} {
		own := "\n" + tt.source + ": [" + tt.answer + "]"
		other := strings.ReplaceAll(own, "x-1", "x-2")
		s, _ := sourceNamed(tt.source)
		for state, want := range map[string]string{
			own:                                   "pass",
			other:                                 "fail", // an example that leaves it out has nothing there
			own + "\nGaps: [" + tt.source + "]":   "pass", // the others failed
			other + "\nGaps: [" + tt.source + "]": "unknown " + s.Permission() + ": denied in this example",
		} {
			if got := ask(t, account(t, tt.resources+state), tt.kind, "", tt.expr); got != want {
				t.Errorf("%s%s: %q, want %q", tt.resources, state, got, want)
			}
		}
		inv := account(t, tt.resources)
		inv.answers[tt.source] = []any{reflect.MakeSlice(reflect.SliceOf(s.item), 0, 0).Interface()}
		if got, want := ask(t, inv, tt.kind, "", tt.expr), "unknown "+tt.what+" of x-1 were not read"; got != want {
			t.Errorf("%s not asked: %q, want %q", tt.source, got, want)
		}
	}
}

// TestIsRoot is what makes a volume a root volume: the device name of the attachment, of an instance that is known.
func TestIsRoot(t *testing.T) {
	const instances = "Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda}, {InstanceId: i-2, RootDeviceName: /dev/sda1}, {InstanceId: i-3, State: {Name: terminated}}]"
	for attachments, want := range map[string]string{
		"":                                                       "fail",
		"{InstanceId: i-1, Device: /dev/xvda}":                   "pass",
		"{InstanceId: i-1, Device: /dev/sda1}":                   "fail",
		"{InstanceId: i-1}":                                      "fail",
		"{InstanceId: i-3, Device: /dev/xvda}":                   "fail", // it no longer says what its root was
		"{InstanceOwningService: ecs, Device: x}":                "fail", // a managed volume has no instance
		"{InstanceId: i-9, Device: /dev/xvda}":                   "unknown i-9 is named, but DescribeInstances did not list it",
		"{InstanceId: i-1, Device: /dev/xvda, State: detached}":  "fail",
		"{InstanceId: i-9, Device: /dev/xvda, State: detached}":  "fail",
		"{InstanceId: i-1, Device: /dev/xvda, State: detaching}": "pass",
		"{InstanceId: i-2, Device: /dev/xvda}, {InstanceId: i-1, Device: /dev/xvda}": "pass", // Multi-Attach
		"{InstanceId: i-9, Device: /dev/xvda}, {InstanceId: i-1, Device: /dev/xvda}": "pass", // known enough
		"{InstanceId: i-1, Device: /dev/sdf}, {InstanceId: i-9, Device: /dev/xvda}":  "unknown i-9 is named, but DescribeInstances did not list it",
	} {
		inv := account(t, instances+"\nVolumes: [{VolumeId: vol-1, Attachments: ["+attachments+"]}]")
		if got := ask(t, inv, "volume", "", "volume.isRoot()"); got != want {
			t.Errorf("%s: %q, want %q", attachments, got, want)
		}
	}
}

// TestRelationsOfOthers: a relation of another kind of resource does not compile.
func TestRelationsOfOthers(t *testing.T) {
	has := map[string]bool{}
	var ofKinds []relation // and not of what other relations give
	for _, r := range relations() {
		if slices.ContainsFunc(kinds, func(k kind) bool { return celName(k.typ) == r.on.TypeName() }) && len(r.args) == 0 {
			ofKinds = append(ofKinds, r)
			has[subject(t, r).name+"."+r.name] = true
		}
	}
	var wrong []*patterns.Pattern
	for _, r := range ofKinds {
		for _, k := range kinds {
			if name := k.name + "." + r.name; !has[name] && !slices.ContainsFunc(functions(), func(f function) bool { return f.name == r.name && f.args[0].TypeName() == celName(k.typ) }) {
				has[name] = true
				wrong = append(wrong, pattern(name, k.name, "", name+"() == "+name+"()", "flagged"))
			}
		}
	}
	_, err := Compile(catalogOf(wrong...))
	if err == nil {
		t.Fatal("all of them compile")
	}
	for _, p := range wrong {
		if want := p.File + ": " + p.ID[strings.IndexByte(p.ID, '.')+1:] + "() belongs to "; !strings.Contains(err.Error(), want) {
			t.Errorf("%s compiles", p.ID)
		}
	}
}

// TestVersionImage: a version of a launch template leads to its image, where that is the account's own.
func TestVersionImage(t *testing.T) {
	const expr = `launchTemplate.defaultVersion().image().Name == "golden"`
	for image, want := range map[string]string{"ami-1": "pass", "ami-2": "fail", "ami-9": "unknown ami-9 is named, but DescribeImages did not list it"} {
		inv := account(t, "LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 1}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 1, LaunchTemplateData: {ImageId: "+image+
			"}}]\nImages: [{ImageId: ami-1, Name: golden}, {ImageId: ami-2}]")
		if got := ask(t, inv, "launchTemplate", "", expr); got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
	}
}

// TestVersionImageIsPublic: the account's own image tells it, else any instance that was launched from the image.
func TestVersionImageIsPublic(t *testing.T) {
	for _, tt := range []struct{ image, gaps, want string }{
		{"ami-open", "", "pass"},
		{"ami-own", "", "fail"},
		{"ami-cut", "", "unknown ami-cut is named, but DescribeInstanceImageMetadata did not list it"},
		{"ami-amazon", "", "pass"},
		{"ami-lent", "", "fail"},
		{"ami-9", "", "unknown ami-9 is named, but DescribeInstanceImageMetadata did not list it"},
		{"ami-own", "Gaps: [DescribeInstanceImageMetadata]", "fail"},
		{"ami-9", "Gaps: [DescribeInstanceImageMetadata]", "unknown ec2:DescribeInstanceImageMetadata: denied in this example"},
		{"ami-amazon", "Gaps: [DescribeImages]", "pass"},
		{"ami-9", "Gaps: [DescribeImages]", "unknown ec2:DescribeImages: denied in this example"},
		{"", "", "unknown an empty ID is named, but DescribeInstanceImageMetadata did not list it"},
	} {
		text := "LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 1}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 1, LaunchTemplateData: {ImageId: '" + tt.image + "'}}]\n" + tt.gaps
		if !strings.Contains(tt.gaps, "DescribeImages") {
			text += "\nImages: [{ImageId: ami-open, Public: true}, {ImageId: ami-own, Public: false}, {ImageId: ami-cut}]"
		}
		if !strings.Contains(tt.gaps, "Metadata") {
			text += "\nInstanceImageMetadata: [{InstanceId: i-1, ImageMetadata: {ImageId: ami-amazon, IsPublic: true}}, {InstanceId: i-2, ImageMetadata: {ImageId: ami-amazon}}, {InstanceId: i-3, ImageMetadata: {ImageId: ami-lent, IsPublic: false}}, {InstanceId: i-4, ImageMetadata: {IsPublic: true}}]"
		}
		if got := ask(t, account(t, text), "launchTemplate", "", "launchTemplate.defaultVersion().imageIsPublic()"); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.image, tt.gaps, got, tt.want)
		}
	}
}

// TestMappingSnapshot: a mapping of a launch template leads to the snapshot that it names, where that is the account's own, whatever the other mappings name.
func TestMappingSnapshot(t *testing.T) {
	const expr = `launchTemplate.defaultVersion().LaunchTemplateData.BlockDeviceMappings[0].snapshot().Encrypted`
	for mapping, want := range map[string]string{
		"Ebs: {SnapshotId: snap-1}": "pass",
		"Ebs: {SnapshotId: snap-2}": "fail",
		"Ebs: {SnapshotId: snap-9}": "unknown snap-9 is named, but DescribeSnapshots did not list it",
		"Ebs: {VolumeSize: 8}":      "unknown an empty ID is named, but DescribeSnapshots did not list it",
		"VirtualName: ephemeral0":   "unknown an empty ID is named, but DescribeSnapshots did not list it",
	} {
		inv := account(t, "LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 1}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 1, LaunchTemplateData: {BlockDeviceMappings: [{"+mapping+
			"}, {Ebs: {SnapshotId: snap-8}}]}}]\nSnapshots: [{SnapshotId: snap-1, Encrypted: true}, {SnapshotId: snap-2}]")
		if got := ask(t, inv, "launchTemplate", "", expr); got != want {
			t.Errorf("%s: %q, want %q", mapping, got, want)
		}
	}
}

// TestNamedOnly: what a resource names by other means than the ID that a relation follows is unknown, and not nothing.
func TestNamedOnly(t *testing.T) {
	for _, tt := range []struct{ account, resource, expr, want string }{
		{"Fleets: [{FleetId: f-1, LaunchTemplateConfigs: [{LaunchTemplateSpecification: {LaunchTemplateName: web}}]}]\nLaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]",
			"fleet", "fleet.launchTemplates().all(x, false)", "unknown web is named, but DescribeLaunchTemplates did not list it"},
		{"Instances: [{InstanceId: i-1}]", "instance", "instance.templateVersion().DefaultVersion", "unknown an empty ID is named, but DescribeLaunchTemplateVersions did not list it"},
	} {
		if got := ask(t, account(t, tt.account), tt.resource, "", tt.expr); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.expr, got, tt.want)
		}
	}
}

// TestAttributes asks for the yes or no that takes a call for each resource, in each of the states that the API can leave it in.
func TestAttributes(t *testing.T) {
	for _, tt := range []struct{ kind, resources, source, answer, expr, what string }{
		{"instance", "Instances: [{InstanceId: x-1}]", "InstanceStopProtection", "{InstanceId: x-1, DisableApiStop: {Value: true}}", "instance.stopProtection()", "the stop protection"},
		{"instance", "Instances: [{InstanceId: x-1}]", "InstanceTerminationProtection", "{InstanceId: x-1, DisableApiTermination: {Value: true}}", "instance.terminationProtection()", "the termination protection"},
		{"vpc", "Vpcs: [{VpcId: x-1}]", "VpcDnsHostnames", "{VpcId: x-1, EnableDnsHostnames: {Value: true}}", "vpc.dnsHostnames()", "the setting for DNS host names"},
		{"vpc", "Vpcs: [{VpcId: x-1}]", "VpcDnsSupport", "{VpcId: x-1, EnableDnsSupport: {Value: true}}", "vpc.dnsSupport()", "the setting for DNS"},
	} {
		own := "\n" + tt.source + ": [" + tt.answer + "]"
		off, other := strings.ReplaceAll(own, "true", "false"), strings.ReplaceAll(own, "x-1", "x-2")
		s, _ := sourceNamed(tt.source)
		for state, want := range map[string]string{
			own:                                   "pass",
			off:                                   "fail",
			"":                                    "unknown " + tt.what + " of x-1 was not read",
			other:                                 "unknown " + tt.what + " of x-1 was not read",
			own + "\nGaps: [" + tt.source + "]":   "pass", // the others failed
			other + "\nGaps: [" + tt.source + "]": "unknown " + s.Permission() + ": denied in this example",
		} {
			if got := ask(t, account(t, tt.resources+state), tt.kind, "", tt.expr); got != want {
				t.Errorf("%s%s: %q, want %q", tt.resources, state, got, want)
			}
		}
	}
}

// A file of one of several attributes that one command asks for is told by its name or by what it holds.
func TestAttributeFiles(t *testing.T) {
	for file, text := range map[string]string{
		"describe-vpc-attribute-vpc-1.json": `{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}`,
		"vpc-dns-support.json":              `{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}`,
		"dns.json":                          `{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}`,
	} {
		snap, err := ReadSnapshot(fstest.MapFS{file: {Data: []byte(text)}, "describe-vpcs.json": {Data: []byte(`{"Vpcs": [{"VpcId": "vpc-1"}]}`)}}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, snap.Inventories[0], "vpc", "", "vpc.dnsSupport()"); got != "pass" {
			t.Errorf("%s: %s", file, got)
		}
		if got := ask(t, snap.Inventories[0], "vpc", "", "vpc.dnsHostnames()"); !strings.HasPrefix(got, "unknown ec2:DescribeVpcAttribute: not in the snapshot") {
			t.Errorf("%s: %s", file, got)
		}
	}
}
