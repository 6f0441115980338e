package lint

import (
	"fmt"
	"strings"
	"testing"

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
	"Image.instances": {
		"Images: [{ImageId: ami-1}]\nInstances: [{InstanceId: i-1, ImageId: ami-1}, {InstanceId: i-2, ImageId: ami-2}]", `image.instances().map(i, i.InstanceId) == ["i-1"]`,
		"Images: [{ImageId: ami-1}]\nInstances: [{InstanceId: i-1}]", "image.instances() == []", "", "",
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
	"Instance.dataVolumes": {
		"Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-2}}]}]\nVolumes: [{VolumeId: vol-1}, {VolumeId: vol-2}]", `instance.dataVolumes().map(v, v.VolumeId) == ["vol-2"]`,
		"Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-1}}]}]", "instance.dataVolumes() == []", // the root need not be known
		"Instances: [{InstanceId: i-1, RootDeviceName: /dev/xvda, BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {VolumeId: vol-9}}]}]", "vol-9",
	},
	"Instance.image": {
		"Instances: [{InstanceId: i-1, ImageId: ami-1}]\nImages: [{ImageId: ami-1, Name: golden}]", `instance.image().Name == "golden"`,
		"", "",
		"Instances: [{InstanceId: i-1, ImageId: ami-9}]", "ami-9",
	},
	"Instance.interfaces": {
		"Instances: [{InstanceId: i-1, NetworkInterfaces: [{NetworkInterfaceId: eni-1}]}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1}]", `instance.interfaces()[0].NetworkInterfaceId == "eni-1"`,
		"Instances: [{InstanceId: i-1}]", "instance.interfaces() == []",
		"Instances: [{InstanceId: i-1, NetworkInterfaces: [{NetworkInterfaceId: eni-9}]}]", "eni-9",
	},
	"Instance.securityGroups": {
		"Instances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-2}]}]\nSecurityGroups: [{GroupId: sg-2}, {GroupId: sg-1}]", `instance.securityGroups().map(g, g.GroupId) == ["sg-1", "sg-2"]`,
		"Instances: [{InstanceId: i-1}]", "instance.securityGroups() == []",
		"Instances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-9}]}]\nSecurityGroups: [{GroupId: sg-1}]", "sg-9",
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
	"LaunchTemplate.defaultVersion": {
		"LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 2, LatestVersionNumber: 3}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, VersionDescription: new}, {LaunchTemplateId: lt-1, VersionNumber: 2, VersionDescription: old}]", `launchTemplate.defaultVersion().VersionDescription == "old"`,
		"", "",
		"LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 2}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-2, VersionNumber: 2}]", "lt-1 version 2",
	},
	"LaunchTemplate.latestVersion": {
		"LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 2, LatestVersionNumber: 3}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, VersionDescription: new}]", `launchTemplate.latestVersion().VersionDescription == "new"`,
		"", "",
		"LaunchTemplates: [{LaunchTemplateId: lt-1, LatestVersionNumber: 3}]", "lt-1 version 3",
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
	"Region.ebsDefaultKmsKeyId":        {"GetEbsDefaultKmsKeyId: {KmsKeyId: alias/aws/ebs}", `region.ebsDefaultKmsKeyId() == "alias/aws/ebs"`, "", `region.ebsDefaultKmsKeyId() == ""`, "", ""},
	"Region.ebsEncryptionByDefault":    {"GetEbsEncryptionByDefault: {EbsEncryptionByDefault: true}", "region.ebsEncryptionByDefault()", "", "!region.ebsEncryptionByDefault()", "", ""},
	"Region.imageBlockPublicAccess":    {"GetImageBlockPublicAccessState: {ImageBlockPublicAccessState: unblocked}", `region.imageBlockPublicAccess() == "unblocked"`, "", `region.imageBlockPublicAccess() == ""`, "", ""},
	"Region.instanceMetadataDefaults":  {"GetInstanceMetadataDefaults: {AccountLevel: {HttpTokens: required}}", `region.instanceMetadataDefaults().HttpTokens == "required"`, "", `region.instanceMetadataDefaults().HttpTokens == ""`, "", ""},
	"Region.serialConsoleAccess":       {"GetSerialConsoleAccessStatus: {SerialConsoleAccessEnabled: true}", "region.serialConsoleAccess()", "", "!region.serialConsoleAccess()", "", ""},
	"Region.snapshotBlockPublicAccess": {"GetSnapshotBlockPublicAccessState: {State: block-all-sharing}", `region.snapshotBlockPublicAccess() == "block-all-sharing"`, "", `region.snapshotBlockPublicAccess() == ""`, "", ""},
	"SecurityGroup.instances": {
		"SecurityGroups: [{GroupId: sg-1}]\nInstances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-1}, {GroupId: sg-1}]}, {InstanceId: i-2}]", `securityGroup.instances().map(i, i.InstanceId) == ["i-1"]`, // each once
		"SecurityGroups: [{GroupId: sg-1}]\nInstances: [{InstanceId: i-1, SecurityGroups: [{GroupId: sg-2}]}]", "securityGroup.instances() == []", "", "",
	},
	"SecurityGroup.interfaces": {
		"SecurityGroups: [{GroupId: sg-1}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1, Groups: [{GroupId: sg-1}]}]", `securityGroup.interfaces()[0].NetworkInterfaceId == "eni-1"`,
		"SecurityGroups: [{GroupId: sg-1}]\nNetworkInterfaces: [{NetworkInterfaceId: eni-1}]", "securityGroup.interfaces() == []", "", "",
	},
	"Snapshot.images": {
		"Snapshots: [{SnapshotId: snap-1}]\nImages: [{ImageId: ami-1, BlockDeviceMappings: [{Ebs: {SnapshotId: snap-1}}]}, {ImageId: ami-2}]", `snapshot.images().map(i, i.ImageId) == ["ami-1"]`,
		"Snapshots: [{SnapshotId: snap-1}]", "snapshot.images() == []", "", "",
	},
	"Snapshot.isPublic": {
		"Snapshots: [{SnapshotId: snap-1}]\nPublicSnapshots: [{SnapshotId: snap-1}]", "snapshot.isPublic()",
		"Snapshots: [{SnapshotId: snap-1}]\nPublicSnapshots: [{SnapshotId: snap-2}]", "!snapshot.isPublic()", "", "",
	},
	"Snapshot.volumes": {
		"Snapshots: [{SnapshotId: snap-1, VolumeId: vol-1}]\nVolumes: [{VolumeId: vol-1}]", `snapshot.volumes()[0].VolumeId == "vol-1"`,
		"Snapshots: [{SnapshotId: snap-1, VolumeId: vol-ffffffff}]\nVolumes: [{VolumeId: vol-1}]", "snapshot.volumes() == []", "", "",
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
	"Volume.snapshots": {
		"Volumes: [{VolumeId: vol-1}]\nSnapshots: [{SnapshotId: snap-1, VolumeId: vol-1}, {SnapshotId: snap-2, VolumeId: vol-2}, {SnapshotId: snap-3, VolumeId: vol-1}]", `volume.snapshots().map(s, s.SnapshotId) == ["snap-1", "snap-3"]`,
		"Volumes: [{VolumeId: vol-1}]\nSnapshots: [{SnapshotId: snap-1}]", "volume.snapshots() == []", "", "",
	},
}

// subject is the kind that a relation starts from.
func subject(t *testing.T, r relation) *kind {
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
				s, _ := sourceNamed(need)
				check("with a gap", yaml(tt.data)+"\nGaps: ["+need+"]", tt.holds, "unknown ec2:"+s.Action+": denied in this example")
			}
			if tt.lost != "" {
				check("not listed", yaml(tt.lost), tt.holds, fmt.Sprintf("unknown %s is named, but %s did not list it", tt.missing, r.needs[0]))
			}
		})
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
	for _, r := range relations() {
		has[subject(t, r).name+"."+r.name] = true
	}
	var wrong []*patterns.Pattern
	for _, r := range relations() {
		for _, k := range kinds {
			if name := k.name + "." + r.name; !has[name] {
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
