package lint

import (
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A Source is one question that is put to the EC2 API, and its answer in an [Inventory], a snapshot and an example.
type Source struct {
	Name   string // unique: the API action, or a name of our own where one action is asked in two ways
	Action string // the API action; with "ec2:" in front, the IAM permission
	Also   string // another action that the answer may take, after the first; "" for most
	Args   string // what the AWS CLI's command takes to ask the same
	Key    string // the key of the list in the answer; "" where the answer is one object
	item   reflect.Type
	said   func(page any) bool // whether an object holds the value that it is asked for; nil for lists
}

// CLI is the AWS CLI's command that gives the same answer.
func (s Source) CLI() string {
	cmd := "aws ec2 " + kebab(s.Action)
	if s.Args != "" {
		cmd += " " + s.Args
	}
	return cmd
}

// File is the answer's file name in a snapshot.
func (s Source) File() string { return kebab(s.Name) + ".json" }

// exampleKey is the answer's key at the top level of an example.
func (s Source) exampleKey() string {
	switch {
	case s.Key == "":
		return s.Name
	case s.Name == publicSnapshots:
		return s.Name
	default:
		return s.Key
	}
}

func list[T any](action, args, key string) Source {
	return Source{Name: action, Action: action, Args: args, Key: key, item: reflect.TypeFor[T]()}
}

// object is a source that is one setting. AWS always sends the setting's value: an answer without it says nothing, and must not read as off.
func object[T any](action string, said func(*T) bool) Source {
	return Source{Name: action, Action: action, item: reflect.TypeFor[T](), said: func(page any) bool { return said(page.(*T)) }}
}

// publicSnapshots is the list call that tells which own snapshots everybody may restore, without a call for each snapshot.
const publicSnapshots = "PublicSnapshots"

// sources is everything that an inventory can hold. Keep sorted by name. Package collect has the call for each of them.
var sources = []Source{
	list[types.Address]("DescribeAddresses", "", "Addresses"),
	list[types.Image]("DescribeImages", "--owners self", "Images"),
	list[types.InstanceTypeInfo]("DescribeInstanceTypes", "--instance-types TYPE…", "InstanceTypes"),
	list[types.Reservation]("DescribeInstances", "", "Reservations"),
	list[types.LaunchTemplateVersion]("DescribeLaunchTemplateVersions", "--versions '$Default' '$Latest'", "LaunchTemplateVersions"),
	list[types.LaunchTemplate]("DescribeLaunchTemplates", "", "LaunchTemplates"),
	list[types.NetworkInterface]("DescribeNetworkInterfaces", "", "NetworkInterfaces"),
	list[types.SecurityGroup]("DescribeSecurityGroups", "", "SecurityGroups"),
	list[types.Snapshot]("DescribeSnapshots", "--owner-ids self", "Snapshots"),
	list[types.Volume]("DescribeVolumes", "", "Volumes"),
	object("GetEbsDefaultKmsKeyId", func(a *EBSDefaultKMSKeyID) bool { return a.KmsKeyId != nil }),
	object("GetEbsEncryptionByDefault", func(a *EBSEncryptionByDefault) bool { return a.EbsEncryptionByDefault != nil }),
	object("GetImageBlockPublicAccessState", func(a *ImageBlockPublicAccess) bool { return a.ImageBlockPublicAccessState != nil }),
	object("GetInstanceMetadataDefaults", func(*InstanceMetadataDefaults) bool { return true }), // nothing where nobody set a default
	object("GetSerialConsoleAccessStatus", func(a *SerialConsoleAccess) bool { return a.SerialConsoleAccessEnabled != nil }),
	object("GetSnapshotBlockPublicAccessState", func(a *SnapshotBlockPublicAccess) bool { return a.State != "" }),
	{Name: publicSnapshots, Action: "DescribeSnapshots", Also: "DescribeSnapshotAttribute", Args: "--owner-ids self --restorable-by-user-ids all", Key: "Snapshots", item: reflect.TypeFor[types.Snapshot]()},
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
)

// A Region is the subject of rules about an account's settings in one region.
type Region struct {
	RegionName string
	AccountId  string
}

// A kind is a sort of resource that a rule can be about.
type kind struct {
	name    string // the rule's variable: the resource's name at AWS in lower camel case
	source  string // where its resources come from; "" for region, which needs no call
	typ     reflect.Type
	idField string // the field that AWS names it by
	arn     string // the resource part of its ARN in front of the ID; "" where it has none
	noOwner bool   // the ARN leaves the account out
	id      func(any) *string
	tags    func(any) []types.Tag
	field   func(any) *string // the field that names a resource without a tag Name; nil where there is none
	each    func(*Inventory) iter.Seq[any]
}

// kinds is the closed set of what a rule can be about. Keep sorted by name. A new kind is one entry here, its source above and
// the call in package collect.
var kinds = []kind{
	kindOf("address", "DescribeAddresses", "AllocationId", "elastic-ip",
		func(a *types.Address) *string { return a.AllocationId }, func(a *types.Address) []types.Tag { return a.Tags }),
	named(ownerless(kindOf("image", "DescribeImages", "ImageId", "image",
		func(i *types.Image) *string { return i.ImageId }, func(i *types.Image) []types.Tag { return i.Tags })),
		func(i *types.Image) *string { return i.Name }),
	instanceKind(),
	named(kindOf("launchTemplate", "DescribeLaunchTemplates", "LaunchTemplateId", "launch-template",
		func(t *types.LaunchTemplate) *string { return t.LaunchTemplateId }, func(t *types.LaunchTemplate) []types.Tag { return t.Tags }),
		func(t *types.LaunchTemplate) *string { return t.LaunchTemplateName }),
	kindOf("networkInterface", "DescribeNetworkInterfaces", "NetworkInterfaceId", "network-interface",
		func(n *types.NetworkInterface) *string { return n.NetworkInterfaceId }, func(n *types.NetworkInterface) []types.Tag { return n.TagSet }),
	regionKind(),
	named(kindOf("securityGroup", "DescribeSecurityGroups", "GroupId", "security-group",
		func(g *types.SecurityGroup) *string { return g.GroupId }, func(g *types.SecurityGroup) []types.Tag { return g.Tags }),
		func(g *types.SecurityGroup) *string { return g.GroupName }),
	ownerless(kindOf("snapshot", "DescribeSnapshots", "SnapshotId", "snapshot",
		func(s *types.Snapshot) *string { return s.SnapshotId }, func(s *types.Snapshot) []types.Tag { return s.Tags })),
	kindOf("volume", "DescribeVolumes", "VolumeId", "volume",
		func(v *types.Volume) *string { return v.VolumeId }, func(v *types.Volume) []types.Tag { return v.Tags }),
}

// kindOf makes the entry of a resource that its source lists one by one.
func kindOf[T any](name, source, idField, arn string, id func(*T) *string, tags func(*T) []types.Tag) kind {
	return kind{
		name: name, source: source, typ: reflect.TypeFor[T](), idField: idField, arn: arn,
		id:   func(v any) *string { return id(v.(*T)) },
		tags: func(v any) []types.Tag { return tags(v.(*T)) },
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
	k := kindOf("instance", source, "InstanceId", "instance",
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
		name: "region", typ: reflect.TypeFor[Region](), idField: "Region",
		id:   func(v any) *string { return &v.(*Region).RegionName },
		tags: func(any) []types.Tag { return nil },
		each: func(inv *Inventory) iter.Seq[any] {
			return func(yield func(any) bool) { yield(&Region{inv.Region, inv.Account}) }
		},
	}
}

// Kinds lists the names of what a rule can be about.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

func kindNamed(name string) (*kind, bool) {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i], true
		}
	}
	return nil, false
}

// kindOfValue finds the kind of a resource by its Go type.
func kindOfValue(v any) (*kind, bool) {
	t := reflect.TypeOf(v)
	for i := range kinds {
		if t == reflect.PointerTo(kinds[i].typ) {
			return &kinds[i], true
		}
	}
	return nil, false
}
