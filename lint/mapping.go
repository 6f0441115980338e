package lint

import (
	"fmt"
	"strconv"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/lint/bootscript"
)

// mappingFunctions are for the block device mappings of launch templates, whose volumes are still to be made.
func mappingFunctions() []function {
	return []function{
		{"mapping_refusals", "refusals", true, []*cel.Type{typeOf[types.LaunchTemplateBlockDeviceMapping]()}, cel.ListType(cel.StringType), func(args []ref.Val) ref.Val {
			m, ok := native[types.LaunchTemplateBlockDeviceMapping](args[0])
			if !ok {
				return celtypes.MaybeNoSuchOverloadErr(args[0])
			}
			return celtypes.NewRefValList(celtypes.DefaultTypeAdapter, refusals(m))
		}, "what AWS refuses or ignores of it, in words; an unknown where a size or type that the template does not state decides", "the reasons for which AWS refuses or ignores a part of it"},
	}
}

// refusals holds a mapping against the limits of its volume type (EBS User Guide, volume types; API reference, EbsBlockDevice): a text for
// each limit that it breaks, and an unknown for each that the mapping alone cannot decide.
func refusals(m *types.LaunchTemplateBlockDeviceMapping) (out []ref.Val) {
	e := m.Ebs
	if e == nil {
		return nil
	}
	refuse := func(format string, args ...any) { out = append(out, celtypes.String(fmt.Sprintf(format, args...))) }
	kind, size, iops := string(e.VolumeType), float64(value(e.VolumeSize)), float64(value(e.Iops))
	if str(m.VirtualName) != "" {
		refuse("an entry is a volume or %s, not both", *m.VirtualName)
	}
	l := limits()
	least, known := l[kind+".size.min"]
	switch {
	case kind == "" && (e.Iops != nil || e.Throughput != nil):
		return append(out, unknownReason("the template states IOPS or throughput and no type, which is then the image's, or gp2"))
	case kind == "":
		return out
	case !known:
		return append(out, unknownReason(fmt.Sprintf("volume type %q is not known to this version of patlint", kind)))
	}
	most := l[kind+".size.max"]
	if e.VolumeSize != nil && (size < least || size > most) {
		refuse("%s has %s to %s GiB, not %s", kind, num(least), num(most), num(size))
	}
	perGiB, byNumber := l[kind+".iops.per_gib"], kind == "gp3" || kind == "io1" || kind == "io2"
	included := l["gp3.iops.included"] // gp3 has them at any size
	if kind != "gp3" {
		included = perGiB * least
	}
	from := l[kind+".iops.min"]
	if kind == "gp3" {
		from = included
	}
	switch {
	case !byNumber && e.Iops != nil:
		refuse("%s takes no number of IOPS", kind)
	case (kind == "io1" || kind == "io2") && e.Iops == nil:
		refuse("%s wants a number of IOPS", kind)
	case byNumber && e.Iops != nil && (iops < from || iops > l[kind+".iops.max"]):
		refuse("%s has %s to %s IOPS, not %s", kind, num(from), num(l[kind+".iops.max"]), num(iops))
	case byNumber && iops > included && e.VolumeSize == nil:
		out = append(out, unknownReason("the template states IOPS and no size, which is then that of a snapshot or an image"))
	case byNumber && iops > max(included, perGiB*size):
		refuse("%s GiB of %s allow %s to %s IOPS, not %s", num(size), kind, num(from), num(max(included, perGiB*size)), num(iops))
	}
	if e.Throughput != nil {
		rate, allowed := float64(*e.Throughput), min(l["gp3.throughput.max"], l["gp3.throughput.per_iops"]*max(included, iops))
		switch {
		case kind != "gp3":
			refuse("%s takes no number of MiB/s", kind)
		case rate < l["gp3.throughput.included"] || rate > allowed:
			refuse("%s IOPS of gp3 allow %s to %s MiB/s, not %s", num(max(included, iops)), num(l["gp3.throughput.included"]), num(allowed), num(rate))
		}
	}
	if (kind == "st1" || kind == "sc1") && bootscript.Disk(str(m.DeviceName)) == bootscript.Disk("/dev/sda") {
		refuse("%s is not for a root device", kind)
	}
	return out
}

func num(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
