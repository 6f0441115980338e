package lint

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A binding is the rule environment over one inventory.
type binding struct {
	inv     *Inventory
	adapter celtypes.Adapter
	prices  Prices
	set     *regionSet    // the regions of the account, this one among them
	met     func(ref.Val) // is told what relations give, where it is set
	receipt *receipt      // takes what resources cost, where it is set
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

// overload makes the CEL function of a relation. Without what calls it, it is only declared.
func (r relation) overload(call func(subject any, args []ref.Val) ref.Val) cel.FunctionOpt {
	types := append([]*cel.Type{r.on}, r.args...)
	switch {
	case call == nil:
		return cel.MemberOverload(r.id(), types, r.result)
	case len(r.args) == 0:
		return cel.MemberOverload(r.id(), types, r.result, cel.UnaryBinding(func(v ref.Val) ref.Val { return call(v.Value(), nil) }))
	}
	return cel.MemberOverload(r.id(), types, r.result, cel.FunctionBinding(func(args ...ref.Val) ref.Val { return call(args[0].Value(), args[1:]) }))
}

// over is what calls a relation in one region.
func (r relation) over(b *binding) func(subject any, args []ref.Val) ref.Val {
	var gaps *celtypes.Unknown
	for _, s := range r.needs {
		if _, ok := b.inv.Gap(s); ok {
			gaps = celtypes.MergeUnknowns(gaps, b.unknownSource(s))
		}
	}
	bound := sync.OnceValue(func() func(any, []ref.Val) ref.Val { return r.bind(b) })
	return func(subject any, args []ref.Val) ref.Val {
		if gaps != nil {
			return gaps
		}
		return b.told(bound()(subject, args))
	}
}

func (b *binding) told(v ref.Val) ref.Val {
	if b.met != nil {
		b.met(v)
	}
	return v
}

// relate makes a relation without arguments of a function of the subject.
func relate[S any](name, doc string, result *cel.Type, needs []string, prepare func(*binding) func(*S) ref.Val) relation {
	return relation{on: typeOf[S](), name: name, result: result, needs: needs, doc: doc, bind: func(b *binding) func(any, []ref.Val) ref.Val {
		get := prepare(b)
		return func(v any, _ []ref.Val) ref.Val {
			switch subject := v.(type) {
			case *S:
				return get(subject)
			case S: // what stands in a list of a resource's own
				return get(&subject)
			}
			return wrongType(v)
		}
	}}
}

// toMany follows the IDs that a resource holds.
func toMany[S any](name, doc, kind string, held func(*S) []string) relation {
	k, _ := kindNamed(kind)
	r := relate(name, doc, cel.ListType(cel.ObjectType(celName(k.typ))), []string{k.source}, func(b *binding) func(*S) ref.Val {
		follow := b.follow(k)
		return func(subject *S) ref.Val { return follow(held(subject)...) }
	})
	if r.most = listSize; kind == "vpc" {
		r.most = 1 // nothing is in two VPCs
	}
	return r
}

// follow finds resources of a kind by their IDs; one that was not listed makes the whole list unknown.
func (b *binding) follow(k *kind) func(ids ...string) ref.Val {
	found := b.byID(k)
	return func(ids ...string) ref.Val {
		out := make([]ref.Val, len(ids))
		for i, id := range ids {
			var ok bool
			if out[i], ok = found[id]; !ok {
				return dangling(id, k.source)
			}
		}
		return celtypes.NewRefValList(b.adapter, out)
	}
}

// fromMany finds the resources that hold the subject's ID, in the order of their own.
func fromMany[S, T any](name, doc, kind string, id func(*S) *string, held func(*T) []string) relation {
	k, _ := kindNamed(kind)
	return relate(name, doc, cel.ListType(typeOf[T]()), []string{k.source}, func(b *binding) func(*S) ref.Val {
		members := b.collect(b.inv.sorted(k), b.values(k), func(v any) []string { return held(v.(*T)) })
		return func(subject *S) ref.Val { return members(str(id(subject))) }
	})
}

// collect makes lists of values by the keys that each of their resources holds.
func (b *binding) collect(list []any, values []ref.Val, held func(any) []string) func(key string) ref.Val {
	members, last := map[string][]ref.Val{}, map[string]int{}
	for i, v := range list {
		for _, key := range held(v) {
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
	return func(key string) ref.Val {
		if list, ok := lists[key]; ok && key != "" {
			return list
		}
		return none
	}
}

// listed finds the items of an answer that are no resources of their own, but say something of the subject.
func listed[S, T any](name, doc, source string, id func(*S) *string, of func(*T) *string) relation {
	return relate(name, doc, cel.ListType(typeOf[T]()), []string{source}, func(b *binding) func(*S) ref.Val {
		items, values := b.items(source)
		members := b.collect(items, values, func(v any) []string { return ids(of(v.(*T))) })
		return func(subject *S) ref.Val { return members(str(id(subject))) }
	})
}

// regionList is a whole answer as a list, for rules about the region.
func regionList[T any](name, doc, source string) relation {
	return relate(name, doc, cel.ListType(typeOf[T]()), []string{source}, func(b *binding) func(*Region) ref.Val {
		_, values := b.items(source)
		list := celtypes.NewRefValList(b.adapter, values)
		return func(*Region) ref.Val { return list }
	})
}

// items are what an answer lists, in its order, and their CEL values.
func (b *binding) items(source string) (items []any, values []ref.Val) {
	for _, page := range b.inv.pages(source) {
		v := reflect.ValueOf(page)
		for i := range v.Len() {
			item := v.Index(i).Addr().Interface()
			items, values = append(items, item), append(values, b.adapter.NativeToValue(item))
		}
	}
	return items, values
}

// tagged finds resources of the region by a tag.
func tagged(name, doc, kind string) relation {
	k, _ := kindNamed(kind)
	return relation{on: typeOf[Region](), name: name, args: []*cel.Type{cel.StringType, cel.StringType}, result: cel.ListType(cel.ObjectType(celName(k.typ))), needs: []string{k.source}, doc: doc,
		bind: func(b *binding) func(any, []ref.Val) ref.Val {
			members := b.collect(b.inv.sorted(k), b.values(k), func(v any) []string {
				var keys []string
				for _, t := range k.tags(v) {
					keys = append(keys, str(t.Key)+"\x00"+str(t.Value))
				}
				return keys
			})
			return func(_ any, args []ref.Val) ref.Val {
				key, ok1 := args[0].(celtypes.String)
				val, ok2 := args[1].(celtypes.String)
				if !ok1 || !ok2 {
					return celtypes.MaybeNoSuchOverloadErr(args[0])
				}
				return members(string(key) + "\x00" + string(val))
			}
		}}
}

// toKind follows one ID to one resource.
func toKind[T, S any](name, doc, kind string, id func(*S) *string) relation {
	k, _ := kindNamed(kind)
	return relate(name, doc, typeOf[T](), []string{k.source}, func(b *binding) func(*S) ref.Val {
		found := b.byID(k)
		return func(subject *S) ref.Val {
			named := str(id(subject))
			if v, ok := found[named]; ok && named != "" {
				return v
			}
			return dangling(named, k.source)
		}
	})
}

// toOne follows one ID to one item of an answer that lists no resources of their own.
func toOne[S, T any](name, doc, source string, id func(*S) string, known func(*Inventory) map[string]*T) relation {
	return relate(name, doc, typeOf[T](), []string{source}, func(b *binding) func(*S) ref.Val {
		found := known(b.inv)
		return func(subject *S) ref.Val {
			named := id(subject)
			if r, ok := found[named]; ok && named != "" {
				return b.adapter.NativeToValue(r)
			}
			return dangling(named, source)
		}
	})
}

// listedByID is how toOne knows the items of an answer that are no resources of their own.
func listedByID[T any](source string, id func(*T) string) func(*Inventory) map[string]*T {
	return func(inv *Inventory) map[string]*T {
		return index(inv, "item by ID "+source, func() map[string]*T {
			out := map[string]*T{}
			for _, page := range inv.pages(source) {
				list := page.([]T)
				for i := range list {
					out[id(&list[i])] = &list[i]
				}
			}
			return out
		})
	}
}

// asked finds what the subject said when it was asked, as [Source.Each] tells. That is true whether or not the others could be asked, so a source with a
// gap still tells what it has.
func asked[S, T, I any](name, doc, source, what string, id func(*S) *string, said func(*T) (*string, []I)) relation {
	r := relate(name, doc, cel.ListType(typeOf[I]()), nil, func(b *binding) func(*S) ref.Val {
		lists := map[string]ref.Val{}
		for _, page := range b.inv.pages(source) {
			items := page.([]T)
			for i := range items {
				subject, list := said(&items[i])
				values := make([]ref.Val, len(list))
				for j := range list {
					values[j] = b.adapter.NativeToValue(&list[j])
				}
				lists[str(subject)] = celtypes.NewRefValList(b.adapter, values)
			}
		}
		return func(subject *S) ref.Val {
			if list, ok := lists[str(id(subject))]; ok {
				return list
			}
			if _, gap := b.inv.Gap(source); gap {
				return b.unknownSource(source)
			}
			return unknownReason(what + " of " + str(id(subject)) + " were not read")
		}
	})
	r.uses, r.most = []string{source}, listSize
	return r
}

// attributeOf is a yes or no that the subject said when it was asked. As with asked, a source with a gap still tells what it has.
func attributeOf[S, T any](name, doc, source, what string, id func(*S) *string, said func(*T) (*string, *types.AttributeBooleanValue)) relation {
	r := relate(name, doc, cel.BoolType, nil, func(b *binding) func(*S) ref.Val {
		known := map[string]bool{}
		for _, page := range b.inv.pages(source) {
			items := page.([]T)
			for i := range items {
				if subject, v := said(&items[i]); v != nil && v.Value != nil {
					known[str(subject)] = *v.Value
				}
			}
		}
		return func(subject *S) ref.Val {
			if yes, ok := known[str(id(subject))]; ok {
				return celtypes.Bool(yes)
			}
			if _, gap := b.inv.Gap(source); gap {
				return b.unknownSource(source)
			}
			return unknownReason(what + " of " + str(id(subject)) + " was not read")
		}
	})
	r.uses = []string{source}
	return r
}

// instanceTypes is what DescribeInstanceTypes listed, by type.
func instanceTypes(inv *Inventory) map[string]*types.InstanceTypeInfo {
	return listedByID("DescribeInstanceTypes", func(t *types.InstanceTypeInfo) string { return string(t.InstanceType) })(inv)
}

// imageMetadata is what DescribeInstanceImageMetadata says of the images of instances, by instance.
func imageMetadata(inv *Inventory) map[string]*types.ImageMetadata {
	return index(inv, "image metadata", func() map[string]*types.ImageMetadata {
		out := map[string]*types.ImageMetadata{}
		for _, page := range inv.pages("DescribeInstanceImageMetadata") {
			for _, i := range page.([]types.InstanceImageMetadata) {
				if i.ImageMetadata != nil {
					out[str(i.InstanceId)] = i.ImageMetadata
				}
			}
		}
		return out
	})
}

// imageIsPublic asks the image itself where the account owns it, else what EC2 says of the images of instances. Which of the two it needs depends on the
// version, so a gap in the other changes nothing.
func imageIsPublic() relation {
	const images, metadata = "DescribeImages", "DescribeInstanceImageMetadata"
	r := relate("imageIsPublic", "whether everybody may launch its image; unknown where the account does not own it and no instance was launched from it", cel.BoolType, nil, func(b *binding) func(*types.LaunchTemplateVersion) ref.Val {
		public := map[string]*bool{}
		for _, m := range imageMetadata(b.inv) {
			if !value(public[str(m.ImageId)]) {
				public[str(m.ImageId)] = m.IsPublic
			}
		}
		for i := range all[types.Image](b.inv, "image") {
			public[str(i.ImageId)] = i.Public
		}
		return func(v *types.LaunchTemplateVersion) ref.Val {
			id := str(imageOfVersion(v))
			if said := public[id]; said != nil && id != "" {
				return celtypes.Bool(*said)
			}
			for _, source := range []string{images, metadata} {
				if _, gap := b.inv.Gap(source); gap {
					return b.unknownSource(source)
				}
			}
			return dangling(id, metadata)
		}
	})
	r.uses, r.words = []string{images, metadata}, "has a public image"
	return r
}

// templateVersions is what DescribeLaunchTemplateVersions listed, by versionKey.
func templateVersions(inv *Inventory) map[string]*types.LaunchTemplateVersion {
	return listedByID("DescribeLaunchTemplateVersions", func(v *types.LaunchTemplateVersion) string {
		return versionKey(str(v.LaunchTemplateId), strconv.FormatInt(value(v.VersionNumber), 10))
	})(inv)
}

func versionKey(template, version string) string {
	if template == "" {
		return "" // launched from none
	}
	return template + " version " + version
}

// fact computes a bool from the subject and other answers.
func fact[S any](name, doc string, needs []string, prepare func(*Inventory) func(*S) ref.Val) relation {
	return relate(name, doc, cel.BoolType, needs, func(b *binding) func(*S) ref.Val { return prepare(b.inv) })
}

// setting reads one setting of the region.
func setting[A any](name, doc, source string, result *cel.Type, get func(*A) any) relation {
	return relate(name, doc, result, []string{source}, func(b *binding) func(*Region) ref.Val {
		answer := single[A](b.inv, source)
		if answer == nil {
			answer = new(A)
		}
		v := b.adapter.NativeToValue(get(answer))
		return func(*Region) ref.Val { return v }
	})
}

// usedByTemplates finds the launch templates whose default or latest version names the subject.
func usedByTemplates[S any](name, doc string, id func(*S) *string, held func(*types.LaunchTemplateVersion) []string) relation {
	k, _ := kindNamed("launchTemplate")
	return relate(name, doc, cel.ListType(typeOf[types.LaunchTemplate]()), []string{"DescribeLaunchTemplateVersions", k.source}, func(b *binding) func(*S) ref.Val {
		named := map[string][]string{} // by template
		for _, v := range templateVersions(b.inv) {
			named[str(v.LaunchTemplateId)] = append(named[str(v.LaunchTemplateId)], held(v)...)
		}
		members := b.collect(b.inv.sorted(k), b.values(k), func(t any) []string { return named[str(k.id(t))] })
		return func(subject *S) ref.Val { return members(str(id(subject))) }
	})
}

// isRoot tells whether a volume is the root volume of an instance.
func isRoot() relation {
	const source = "DescribeInstances"
	return inWords("is the root volume of its instance", fact("isRoot", "whether it is attached at the root device name of an instance", []string{source}, func(inv *Inventory) func(*types.Volume) ref.Val {
		known := byID[types.Instance](inv, "instance")
		return func(v *types.Volume) ref.Val {
			verdict := ref.Val(celtypes.False)
			for _, a := range v.Attachments {
				if a.InstanceId == nil || a.State == types.VolumeAttachmentStateDetached {
					continue
				}
				switch i, ok := known[*a.InstanceId]; {
				case !ok:
					verdict = dangling(*a.InstanceId, source)
				case a.Device != nil && *a.Device == str(i.RootDeviceName):
					return celtypes.True
				}
			}
			return verdict
		}
	}))
}

// routeTable finds the table that routes a subnet: the one that names it, else the main one of its VPC.
func routeTable() relation {
	const source = "DescribeRouteTables"
	return inWords("its route table", relate("routeTable", "the route table that it uses: the one associated with it, else the main one of its VPC", typeOf[types.RouteTable](), []string{source}, func(b *binding) func(*types.Subnet) ref.Val {
		n := b.inv.network()
		return func(s *types.Subnet) ref.Val {
			if t, ok := n.Table(str(s.SubnetId), str(s.VpcId)); ok {
				return b.adapter.NativeToValue(t)
			}
			return dangling("the main route table of "+str(s.VpcId), source)
		}
	}))
}

// cpuCredits reads the credit option of a burstable instance. Without IDs AWS lists only the instances whose option is unlimited, or was
// (API reference, DescribeInstanceCreditSpecifications).
func cpuCredits() relation {
	const source = "DescribeInstanceCreditSpecifications"
	return inWords("its CPU credit option", relate("cpuCredits", "standard or unlimited, the credit option of a burstable instance; standard also for what has no credits", cel.StringType, []string{source}, func(b *binding) func(*types.Instance) ref.Val {
		known := listedByID(source, func(c *types.InstanceCreditSpecification) string { return str(c.InstanceId) })(b.inv)
		return func(i *types.Instance) ref.Val {
			if c, ok := known[str(i.InstanceId)]; ok {
				return celtypes.String(str(c.CpuCredits))
			}
			return celtypes.String("standard")
		}
	}))
}

// instanceSum adds up a number of the volumes attached to an instance.
func instanceSum(name, doc string, result *cel.Type, get func(performance) float64) relation {
	const source = "DescribeVolumes"
	return relate(name, doc, result, []string{source}, func(b *binding) func(*types.Instance) ref.Val {
		known := byID[types.Volume](b.inv, "volume")
		return func(i *types.Instance) ref.Val {
			total := 0.0
			for _, id := range attachedVolumes(i, true) {
				v, ok := known[id]
				if !ok {
					return dangling(id, source)
				}
				p, ok := physics(v)
				if !ok {
					return unknownType(v)
				}
				total += get(p)
			}
			if result == cel.IntType {
				return celtypes.Int(total)
			}
			return celtypes.Double(total)
		}
	})
}

// EBSLimits is what an instance's link to its volumes carries. IOPS are for blocks of 16 KiB and throughput for blocks of 128 KiB. Where the
// maximum is above the baseline it lasts 30 minutes, at least once in 24 hours (Amazon EC2 User Guide, "EBS-optimized instance types").
type EBSLimits struct {
	BaselineIops       int64
	MaximumIops        int64
	BaselineThroughput float64 // MiB/s, the unit of volumes; AWS states MB/s
	MaximumThroughput  float64
	MaximumAttachments int64 // 0 where AWS does not say
	Bundled            bool  // from the table that patlint carries, because DescribeInstanceTypes did not say
	Stated             bool  // false where AWS states no limits, as for T2; all numbers but the attachments are 0 then
}

// ebsLimits reads an instance's limits from DescribeInstanceTypes, else from the table that patlint carries.
func ebsLimits() relation {
	const source = "DescribeInstanceTypes"
	r := relate("ebsLimits", "what its link to its volumes carries: BaselineIops, MaximumIops, BaselineThroughput and MaximumThroughput (MiB/s), MaximumAttachments", typeOf[EBSLimits](), nil, func(b *binding) func(*types.Instance) ref.Val {
		known := instanceTypes(b.inv)
		return func(i *types.Instance) ref.Val {
			name := string(i.InstanceType)
			c, stated := bundledCeiling(name)
			info, listed := known[name]
			if listed = listed && saysLimits(info); listed {
				c, stated = ceilingOf(info)
			} else if c == (ceiling{}) {
				return unknownReason("the limits of instance type " + name + " are neither in the answer of DescribeInstanceTypes nor in the table of this version of patlint")
			}
			return b.adapter.NativeToValue(&EBSLimits{
				BaselineIops: c.baselineIOPS, MaximumIops: c.maximumIOPS,
				BaselineThroughput: c.baselineThroughput / mbPerMiB, MaximumThroughput: c.maximumThroughput / mbPerMiB,
				MaximumAttachments: c.attachments, Bundled: !listed, Stated: stated,
			})
		}
	})
	r.uses, r.words = []string{source}, "its EBS link"
	return r
}

func wrongType(v any) ref.Val {
	return celtypes.NewErr("a relation cannot start from %T", v)
}

// Unknowns carry their cause as an attribute trail, so that CEL's logic hands it up to the verdict: the name of a source, where rules see several regions
// with that of the region behind a mark, or a reason in words behind another.
const (
	reasonMark = "?"
	regionMark = "@"
)

func (b *binding) unknownSource(source string) *celtypes.Unknown {
	if b.set != nil && len(b.set.regions) > 1 {
		source += regionMark + b.inv.Region
	}
	return newUnknown(source)
}

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
