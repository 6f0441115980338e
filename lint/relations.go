package lint

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A relation leads from a resource to others, or to a fact that needs another answer of the API. It is a member function of rules.
type relation struct {
	on     *cel.Type
	name   string
	result *cel.Type
	needs  []string // sources; a rule that calls the relation needs them
	doc    string
	bind   func(*binding) func(subject any) ref.Val
}

// id is the overload's, from which a rule's needs are read.
func (r relation) id() string { return r.on.TypeName() + "." + r.name }

// relations is the closed set. Keep sorted by type and name.
//
// A relation that follows an ID which the API's other answer does not have is unknown: the listing was cut, the resource is gone
// since, or it belongs to somebody else, and none of these is an empty list. A relation that asks who points here
// (volume.snapshots) gives what there is.
var relations = sync.OnceValue(func() []relation {
	const (
		addresses, images, instances, interfaces, groups, snapshots, volumes = "DescribeAddresses", "DescribeImages", "DescribeInstances", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSnapshots", "DescribeVolumes"
		instanceTypes, versions                                              = "DescribeInstanceTypes", "DescribeLaunchTemplateVersions"
	)
	return []relation{
		toMany("instances", "the instance that it is associated with", instances, "instance", func(a *types.Address) []string { return ids(a.InstanceId) }),
		toMany("interfaces", "the network interface that it is associated with", interfaces, "networkInterface", func(a *types.Address) []string { return ids(a.NetworkInterfaceId) }),

		fromMany("instances", "the instances launched from it", instances, "instance", func(i *types.Image) *string { return i.ImageId }, func(i *types.Instance) []string { return ids(i.ImageId) }),
		toMany("snapshots", "the snapshots of its block devices", snapshots, "snapshot", imageSnapshots),

		fromMany("addresses", "the Elastic IP addresses associated with it", addresses, "address", func(i *types.Instance) *string { return i.InstanceId }, func(a *types.Address) []string { return ids(a.InstanceId) }),
		toMany("dataVolumes", "the volumes attached to it, without the one at its root device name", volumes, "volume", func(i *types.Instance) []string { return attachedVolumes(i, false) }),
		toOne("image", "the image it was launched from; unknown where the account does not own it", images, func(i *types.Instance) string { return str(i.ImageId) }, func(inv *Inventory) map[string]*types.Image { return byID[types.Image](inv, "image") }),
		toMany("interfaces", "its network interfaces", interfaces, "networkInterface", func(i *types.Instance) []string {
			var out []string
			for _, n := range i.NetworkInterfaces {
				out = append(out, ids(n.NetworkInterfaceId)...)
			}
			return out
		}),
		toMany("securityGroups", "its security groups", groups, "securityGroup", func(i *types.Instance) []string { return groupIDs(i.SecurityGroups) }),
		toOne("typeInfo", "what AWS says of its instance type: EbsInfo, NetworkInfo and so on", instanceTypes, func(i *types.Instance) string { return string(i.InstanceType) }, func(inv *Inventory) map[string]*types.InstanceTypeInfo {
			return index(inv, "instance types", func() map[string]*types.InstanceTypeInfo {
				out := map[string]*types.InstanceTypeInfo{}
				for _, page := range inv.pages(instanceTypes) {
					for i, t := range page.([]types.InstanceTypeInfo) {
						out[string(t.InstanceType)] = &page.([]types.InstanceTypeInfo)[i]
					}
				}
				return out
			})
		}),
		toMany("volumes", "the volumes attached to it", volumes, "volume", func(i *types.Instance) []string { return attachedVolumes(i, true) }),

		version("defaultVersion", "the version that a launch uses when it names none", func(t *types.LaunchTemplate) int64 { return value(t.DefaultVersionNumber) }),
		version("latestVersion", "the newest version", func(t *types.LaunchTemplate) int64 { return value(t.LatestVersionNumber) }),

		toMany("instances", "the instance that it is attached to", instances, "instance", func(n *types.NetworkInterface) []string {
			if n.Attachment == nil {
				return nil
			}
			return ids(n.Attachment.InstanceId)
		}),
		toMany("securityGroups", "its security groups", groups, "securityGroup", func(n *types.NetworkInterface) []string { return groupIDs(n.Groups) }),

		setting("ebsDefaultKmsKeyId", "the key of volumes that are encrypted by default", "GetEbsDefaultKmsKeyId", cel.StringType, func(a *EBSDefaultKMSKeyID) any { return str(a.KmsKeyId) }),
		setting("ebsEncryptionByDefault", "whether new volumes are encrypted by default", "GetEbsEncryptionByDefault", cel.BoolType, func(a *EBSEncryptionByDefault) any { return value(a.EbsEncryptionByDefault) }),
		setting("imageBlockPublicAccess", "block-new-sharing or unblocked", "GetImageBlockPublicAccessState", cel.StringType, func(a *ImageBlockPublicAccess) any { return str(a.ImageBlockPublicAccessState) }),
		setting("instanceMetadataDefaults", "the account's defaults for instance metadata", "GetInstanceMetadataDefaults", typeOf[types.InstanceMetadataDefaultsResponse](), func(a *InstanceMetadataDefaults) any {
			if a.AccountLevel == nil {
				return &types.InstanceMetadataDefaultsResponse{}
			}
			return a.AccountLevel
		}),
		setting("serialConsoleAccess", "whether the EC2 serial console is open", "GetSerialConsoleAccessStatus", cel.BoolType, func(a *SerialConsoleAccess) any { return value(a.SerialConsoleAccessEnabled) }),
		setting("snapshotBlockPublicAccess", "block-all-sharing, block-new-sharing or unblocked", "GetSnapshotBlockPublicAccessState", cel.StringType, func(a *SnapshotBlockPublicAccess) any { return string(a.State) }),

		fromMany("instances", "the instances that use it", instances, "instance", func(g *types.SecurityGroup) *string { return g.GroupId }, func(i *types.Instance) []string { return groupIDs(i.SecurityGroups) }),
		fromMany("interfaces", "the network interfaces that use it", interfaces, "networkInterface", func(g *types.SecurityGroup) *string { return g.GroupId }, func(n *types.NetworkInterface) []string { return groupIDs(n.Groups) }),

		fromMany("images", "the account's images that are made of it", images, "image", func(s *types.Snapshot) *string { return s.SnapshotId }, imageSnapshots),
		fact("isPublic", "whether every AWS account may restore it", []string{publicSnapshots}, func(inv *Inventory) func(*types.Snapshot) ref.Val {
			public := map[string]bool{}
			for _, page := range inv.pages(publicSnapshots) {
				for _, s := range page.([]types.Snapshot) {
					public[str(s.SnapshotId)] = true
				}
			}
			return func(s *types.Snapshot) ref.Val { return celtypes.Bool(public[str(s.SnapshotId)]) }
		}),
		fromMany("volumes", "the volume it was taken of, if it still exists", volumes, "volume", func(s *types.Snapshot) *string { return s.VolumeId }, func(v *types.Volume) []string { return ids(v.VolumeId) }),

		toMany("instances", "the instances that it is attached to", instances, "instance", attachedTo),
		fact("isRoot", "whether it is attached at the root device name of an instance", []string{instances}, func(inv *Inventory) func(*types.Volume) ref.Val {
			known := byID[types.Instance](inv, "instance")
			return func(v *types.Volume) ref.Val {
				verdict := ref.Val(celtypes.False)
				for _, a := range v.Attachments {
					if a.InstanceId == nil || a.State == types.VolumeAttachmentStateDetached {
						continue
					}
					switch i, ok := known[*a.InstanceId]; {
					case !ok:
						verdict = dangling(*a.InstanceId, instances)
					case a.Device != nil && *a.Device == str(i.RootDeviceName):
						return celtypes.True
					}
				}
				return verdict
			}
		}),
		fromMany("snapshots", "the account's snapshots of it", snapshots, "snapshot", func(v *types.Volume) *string { return v.VolumeId }, func(s *types.Snapshot) []string { return ids(s.VolumeId) }),
	}
})

// A binding is the rule environment over one inventory.
type binding struct {
	inv     *Inventory
	adapter celtypes.Adapter
}

// values are the CEL values of a kind's resources, in the order of their IDs. All rules and relations share them.
func (b *binding) values(k *kind) []ref.Val {
	list := b.inv.sorted(k)
	return index(b.inv, "values "+k.name, func() []ref.Val {
		out := make([]ref.Val, len(list))
		for i, v := range list {
			out[i] = b.adapter.NativeToValue(v)
		}
		return out
	})
}

// byID finds the values of a kind by ID.
func (b *binding) byID(k *kind) map[string]ref.Val {
	list, values := b.inv.sorted(k), b.values(k)
	return index(b.inv, "value by ID "+k.name, func() map[string]ref.Val {
		out := make(map[string]ref.Val, len(list))
		for i, v := range list {
			out[str(k.id(v))] = values[i]
		}
		return out
	})
}

// overload makes the CEL function of a relation. Without an inventory it only declares it.
func (r relation) overload(b *binding) cel.FunctionOpt {
	if b == nil {
		return cel.MemberOverload(r.id(), []*cel.Type{r.on}, r.result)
	}
	var gaps *celtypes.Unknown
	for _, s := range r.needs {
		if _, ok := b.inv.Gap(s); ok {
			gaps = celtypes.MergeUnknowns(gaps, unknownSource(s))
		}
	}
	bound := sync.OnceValue(func() func(any) ref.Val { return r.bind(b) })
	return cel.MemberOverload(r.id(), []*cel.Type{r.on}, r.result, cel.UnaryBinding(func(v ref.Val) ref.Val {
		if gaps != nil {
			return gaps
		}
		return bound()(v.Value())
	}))
}

// toMany follows the IDs that a resource holds.
func toMany[S any](name, doc, source, kind string, held func(*S) []string) relation {
	k, _ := kindNamed(kind)
	return relation{typeOf[S](), name, cel.ListType(cel.ObjectType(celName(k.typ))), []string{source}, doc, func(b *binding) func(any) ref.Val {
		found := b.byID(k)
		return func(v any) ref.Val {
			subject, ok := v.(*S)
			if !ok {
				return wrongType(v)
			}
			held := held(subject)
			out := make([]ref.Val, len(held))
			for i, id := range held {
				if out[i], ok = found[id]; !ok {
					return dangling(id, source)
				}
			}
			return celtypes.NewRefValList(b.adapter, out)
		}
	}}
}

// fromMany finds the resources that hold the subject's ID, in the order of their own.
func fromMany[S, T any](name, doc, source, kind string, id func(*S) *string, held func(*T) []string) relation {
	return relation{typeOf[S](), name, cel.ListType(typeOf[T]()), []string{source}, doc, func(b *binding) func(any) ref.Val {
		k, _ := kindNamed(kind)
		members, last := map[string][]ref.Val{}, map[string]int{}
		values := b.values(k)
		for i, v := range b.inv.sorted(k) {
			for _, key := range held(v.(*T)) {
				if n, seen := last[key]; !seen || n != i { // one that names a key twice counts once
					members[key], last[key] = append(members[key], values[i]), i
				}
			}
		}
		lists := make(map[string]ref.Val, len(members))
		for key, vals := range members {
			lists[key] = celtypes.NewRefValList(b.adapter, vals)
		}
		none := celtypes.NewRefValList(b.adapter, nil)
		return func(v any) ref.Val {
			subject, ok := v.(*S)
			if !ok {
				return wrongType(v)
			}
			if list, ok := lists[str(id(subject))]; ok {
				return list
			}
			return none
		}
	}}
}

// toOne follows one ID to one thing.
func toOne[S, T any](name, doc, source string, id func(*S) string, known func(*Inventory) map[string]*T) relation {
	return relation{typeOf[S](), name, typeOf[T](), []string{source}, doc, func(b *binding) func(any) ref.Val {
		found := known(b.inv)
		return func(v any) ref.Val {
			subject, ok := v.(*S)
			if !ok {
				return wrongType(v)
			}
			if r, ok := found[id(subject)]; ok {
				return b.adapter.NativeToValue(r)
			}
			return dangling(id(subject), source)
		}
	}}
}

// fact computes a value from the subject and other answers.
func fact[S any](name, doc string, needs []string, prepare func(*Inventory) func(*S) ref.Val) relation {
	return relation{typeOf[S](), name, cel.BoolType, needs, doc, func(b *binding) func(any) ref.Val {
		get := prepare(b.inv)
		return func(v any) ref.Val {
			if subject, ok := v.(*S); ok {
				return get(subject)
			}
			return wrongType(v)
		}
	}}
}

// setting reads one setting of the region.
func setting[A any](name, doc, source string, result *cel.Type, get func(*A) any) relation {
	return relation{typeOf[Region](), name, result, []string{source}, doc, func(b *binding) func(any) ref.Val {
		answer := single[A](b.inv, source)
		if answer == nil {
			answer = new(A)
		}
		v := b.adapter.NativeToValue(get(answer))
		return func(any) ref.Val { return v }
	}}
}

// version finds one version of a launch template.
func version(name, doc string, number func(*types.LaunchTemplate) int64) relation {
	const source = "DescribeLaunchTemplateVersions"
	key := func(id string, n int64) string { return fmt.Sprintf("%s version %d", id, n) }
	return toOne(name, doc, source, func(t *types.LaunchTemplate) string { return key(str(t.LaunchTemplateId), number(t)) },
		func(inv *Inventory) map[string]*types.LaunchTemplateVersion {
			return index(inv, "template versions", func() map[string]*types.LaunchTemplateVersion {
				out := map[string]*types.LaunchTemplateVersion{}
				for _, page := range inv.pages(source) {
					list := page.([]types.LaunchTemplateVersion)
					for i := range list {
						out[key(str(list[i].LaunchTemplateId), value(list[i].VersionNumber))] = &list[i]
					}
				}
				return out
			})
		})
}

func wrongType(v any) ref.Val {
	return celtypes.NewErr("a relation cannot start from %T", v)
}

// Unknowns carry their cause as an attribute trail, so that CEL's logic hands it up to the verdict: the name of a source, or
// a reason in words behind this mark.
const reasonMark = "?"

func unknownSource(source string) *celtypes.Unknown { return newUnknown(source) }

func unknownReason(reason string) *celtypes.Unknown { return newUnknown(reasonMark + reason) }

func newUnknown(cause string) *celtypes.Unknown {
	h := fnv.New64a()
	h.Write([]byte(cause))
	return celtypes.NewUnknown(int64(h.Sum64()>>1), celtypes.NewAttributeTrail(cause))
}

// dangling is a relation that leads to something that was not listed.
func dangling(id, source string) ref.Val {
	if id == "" {
		id = "an empty ID"
	}
	return unknownReason(fmt.Sprintf("%s is named, but %s did not list it", id, source))
}

// causes takes an unknown apart.
func causes(u *celtypes.Unknown) []string {
	var out []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			if c := t.Variable(); c != "" && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	slices.Sort(out)
	return out
}

func typeOf[T any]() *cel.Type { return cel.ObjectType(celName(reflect.TypeFor[T]())) }

// celName is how ext.NativeTypes names a struct.
func celName(t reflect.Type) string { return t.String() }

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

func attachedTo(v *types.Volume) []string {
	var out []string
	for _, a := range v.Attachments {
		if a.State != types.VolumeAttachmentStateDetached {
			out = append(out, ids(a.InstanceId)...)
		}
	}
	return out
}
