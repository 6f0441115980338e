package lint

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// region makes up a region with about so many resources in the proportions of a grown account: of 100 there are 20 instances,
// 30 volumes, 28 snapshots, 20 interfaces, a security group and an image. One in fifty is amiss. Equal seeds give equal regions,
// whatever the order of their pages is.
func region(t testing.TB, n int, shuffle *rand.Rand) *Inventory {
	const (
		account = exampleAccount
		zone    = exampleRegion + "a"
	)
	day := func(age int) *time.Time { return new(exampleTime.Add(-time.Duration(age) * 24 * time.Hour)) }
	id := func(prefix string, i int) *string { return new(fmt.Sprintf("%s-%017x", prefix, i)) }
	var (
		groups     []types.SecurityGroup
		images     []types.Image
		instances  []types.Reservation
		interfaces []types.NetworkInterface
		snapshots  []types.Snapshot
		volumes    []types.Volume
	)
	scale := max(n/100, 1)
	for i := range scale {
		open := "10.0.0.0/8"
		if i%50 == 7 {
			open = "0.0.0.0/0"
		}
		groups = append(groups, types.SecurityGroup{
			GroupId: id("sg", i), GroupName: new(fmt.Sprint("group-", i)), OwnerId: new(account), Tags: tags("Name", "group"),
			IpPermissions: []types.IpPermission{
				{IpProtocol: new("tcp"), FromPort: new(int32(443)), ToPort: new(int32(443)), IpRanges: []types.IpRange{{CidrIp: new("0.0.0.0/0")}}},
				{IpProtocol: new("tcp"), FromPort: new(int32(22)), ToPort: new(int32(22)), IpRanges: []types.IpRange{{CidrIp: &open}}},
			},
		})
		images = append(images, types.Image{
			ImageId: id("ami", i), Name: new(fmt.Sprint("image-", i)), OwnerId: new(account),
			BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: new("/dev/xvda"), Ebs: &types.EbsBlockDevice{SnapshotId: id("snap", i)}}},
		})
	}
	for i := range 20 * scale {
		name, tokens := fmt.Sprint("web-", i), types.HttpTokensStateRequired
		data := i%2 == 0
		if i%50 == 7 {
			tokens = types.HttpTokensStateOptional
		}
		if i%10 == 0 {
			name = fmt.Sprint("db-", i)
		}
		instance := types.Instance{
			InstanceId: id("i", i), ImageId: id("ami", i%scale), InstanceType: types.InstanceTypeM5Large, LaunchTime: day(i % 900),
			State: &types.InstanceState{Name: types.InstanceStateNameRunning}, Tags: tags("Name", name, "team", "a", "env", "prod"),
			RootDeviceName: new("/dev/xvda"), RootDeviceType: types.DeviceTypeEbs, Placement: &types.Placement{AvailabilityZone: new(zone)},
			MetadataOptions:   &types.InstanceMetadataOptionsResponse{HttpTokens: tokens, HttpEndpoint: types.InstanceMetadataEndpointStateEnabled},
			SecurityGroups:    []types.GroupIdentifier{{GroupId: id("sg", i%scale)}},
			NetworkInterfaces: []types.InstanceNetworkInterface{{NetworkInterfaceId: id("eni", i)}},
		}
		interfaces = append(interfaces, types.NetworkInterface{
			NetworkInterfaceId: id("eni", i), Groups: instance.SecurityGroups, AvailabilityZone: new(zone),
			Attachment: &types.NetworkInterfaceAttachment{InstanceId: instance.InstanceId},
		})
		attach := func(device string, size int32, gone bool) {
			v := types.Volume{
				VolumeId: id("vol", len(volumes)), VolumeType: types.VolumeTypeGp3, Size: &size, Iops: new(int32(3000)), Throughput: new(int32(125)),
				State: types.VolumeStateInUse, CreateTime: day(i % 900), AvailabilityZone: new(zone), Encrypted: new(true),
				Attachments: []types.VolumeAttachment{{InstanceId: instance.InstanceId, Device: &device, State: types.VolumeAttachmentStateAttached}},
				Tags:        tags("Name", name),
			}
			instance.BlockDeviceMappings = append(instance.BlockDeviceMappings, types.InstanceBlockDeviceMapping{
				DeviceName: &device, Ebs: &types.EbsInstanceBlockDevice{VolumeId: v.VolumeId, DeleteOnTermination: &gone},
			})
			if i%50 != 7 && len(snapshots) < 28*scale {
				snapshots = append(snapshots, types.Snapshot{
					SnapshotId: id("snap", len(snapshots)), VolumeId: v.VolumeId, VolumeSize: &size, OwnerId: new(account),
					State: types.SnapshotStateCompleted, StartTime: day(i % 5), Tags: tags("Name", name),
				})
			}
			volumes = append(volumes, v)
		}
		attach("/dev/xvda", 16, true)
		if data {
			attach("/dev/sdf", 500, false)
		}
		instances = append(instances, types.Reservation{OwnerId: new(account), Instances: []types.Instance{instance}})
	}
	inv := &Inventory{Account: account, Region: exampleRegion, Time: exampleTime}
	add(t, inv, "DescribeSecurityGroups", groups, shuffle)
	add(t, inv, "DescribeImages", images, shuffle)
	add(t, inv, "DescribeInstances", instances, shuffle)
	add(t, inv, "DescribeNetworkInterfaces", interfaces, shuffle)
	add(t, inv, "DescribeSnapshots", snapshots, shuffle)
	add(t, inv, "DescribeVolumes", volumes, shuffle)
	add(t, inv, "DescribeAddresses", []types.Address{}, shuffle)
	add(t, inv, "DescribeLaunchTemplates", []types.LaunchTemplate{}, shuffle)
	add(t, inv, "DescribeLaunchTemplateVersions", []types.LaunchTemplateVersion{}, shuffle)
	add(t, inv, publicSnapshots, []types.Snapshot{}, shuffle)
	add(t, inv, "DescribeInstanceTypes", []types.InstanceTypeInfo{{
		InstanceType: types.InstanceTypeM5Large, InstanceStorageSupported: new(false),
		EbsInfo: &types.EbsInfo{EbsOptimizedInfo: &types.EbsOptimizedInfo{
			BaselineIops: new(int32(3600)), MaximumIops: new(int32(18750)), BaselineThroughputInMBps: new(81.25), MaximumThroughputInMBps: new(593.75),
		}},
	}}, shuffle)
	var asked []InstanceUserData
	for i := range all[types.Instance](inv, "instance") {
		asked = append(asked, InstanceUserData{i.InstanceId, &types.AttributeValue{Value: new(bootScripts[len(asked)%len(bootScripts)])}})
	}
	add(t, inv, instanceUserData, asked, shuffle)
	var healthy []types.VolumeStatusItem
	for v := range all[types.Volume](inv, "volume") {
		healthy = append(healthy, types.VolumeStatusItem{VolumeId: v.VolumeId, VolumeStatus: &types.VolumeStatusInfo{Status: types.VolumeStatusInfoStatusOk}})
	}
	add(t, inv, "DescribeVolumeStatus", healthy, shuffle)
	for _, s := range sources {
		if _, have := inv.answers[s.Name]; !have {
			page := newItem(s)
			if s.isList() {
				page = reflect.MakeSlice(reflect.SliceOf(s.item), 0, 0).Interface()
			}
			if err := inv.Add(s.Name, page); err != nil {
				t.Fatal(err)
			}
		}
	}
	return inv
}

// bootScripts are what the machines of a region start with.
var bootScripts = []string{
	"", "#!/bin/bash\nyum -y update\nsystemctl enable --now httpd\n",
	"#!/bin/bash\nuntil [ -b /dev/xvdf ]; do sleep 1; done\nblkid /dev/xvdf || mkfs.ext4 /dev/xvdf\nmkdir -p /data\necho \"UUID=$(blkid -s UUID -o value /dev/xvdf) /data ext4 defaults,nofail 0 2\" >> /etc/fstab\nmount -a\n",
	"#cloud-config\nmounts:\n  - [LABEL=data, /data, xfs, 'defaults,nofail', '0', '2']\n",
}

// add adds a listing in pages of 1,000, or shuffled in pages of any size.
func add[T any](t testing.TB, inv *Inventory, source string, items []T, shuffle *rand.Rand) {
	if shuffle != nil {
		shuffle.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	}
	for rest := items; ; {
		n := min(len(rest), 1000)
		if shuffle != nil && n > 0 {
			n = 1 + shuffle.IntN(n)
		}
		if err := inv.Add(source, slices.Clip(rest[:n])); err != nil {
			t.Fatal(err)
		}
		if rest = rest[n:]; len(rest) == 0 {
			return
		}
	}
}
