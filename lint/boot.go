package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/lint/bootscript"
)

// How rules see a boot script. What is certain is a field; what the script may leave open is a function, which is unknown
// where package bootscript does not know. The lists hold an unknown element for each part that could not be read.
type (
	// A BootScript is the user data of an instance or of a version of a launch template.
	BootScript struct {
		Form string // none, shell, cloud-config, multipart, windows or other: see package bootscript
		From string // "user data", or the launch template's version

		script   *bootscript.Script
		instance *types.Instance // nil for a launch template's
	}
	// A BootMount is a line that mounts something, or makes it ready to be mounted at every boot.
	BootMount struct {
		Line      int    // of the script, from 1
		Text      string // that line, secrets masked
		From      string // cloud-config, mount, fstab or systemd
		EveryBoot bool   // and not only the first

		script *BootScript
		mount  *bootscript.Mount
	}
	// A BootFormat is a line that makes a file system, an array, a physical volume, a swap area or a partition table.
	BootFormat struct {
		Line int
		Text string
		Tool string // mkfs, mkswap, mdadm …

		script *BootScript
		format *bootscript.Format
	}
	// A BootAttachment is a line that attaches an EBS volume to the machine.
	BootAttachment struct {
		Line int
		Text string

		script     *BootScript
		attachment *bootscript.Attachment
	}
)

// bootScript reads an instance's user data. Where [TemplateTells], the template's answers as well.
func bootScript() relation {
	return inWords("its boot script", fromUserData("bootScript", "what its user data does with disks when it starts", typeOf[BootScript](), (*binding).script))
}

// fromUserData is a relation that reads an instance's user data, which is unknown where neither the instance nor its template tells.
func fromUserData(name, doc string, result *cel.Type, read func(b *binding, from, userData string, i *types.Instance) ref.Val) relation {
	r := relate(name, doc, result, nil, func(b *binding) func(*types.Instance) ref.Val {
		own := listedByID(instanceUserData, func(a *InstanceUserData) string { return str(a.InstanceId) })(b.inv)
		versions := templateVersions(b.inv)
		return func(i *types.Instance) ref.Val {
			if a, ok := own[str(i.InstanceId)]; ok {
				return read(b, "user data", data(a.UserData), i)
			}
			if template, version, ok := TemplateTells(i); ok {
				if v, ok := versions[versionKey(template, version)]; ok && v.LaunchTemplateData != nil {
					return read(b, "version "+version+" of "+template, str(v.LaunchTemplateData.UserData), i)
				}
			}
			if _, gap := b.inv.Gap(instanceUserData); gap {
				return b.unknownSource(instanceUserData)
			}
			return unknownReason("the user data of " + str(i.InstanceId) + " was not read")
		}
	})
	r.uses = []string{instanceUserData, "DescribeLaunchTemplateVersions"}
	return r
}

// TemplateTells gives the version of a launch template that an instance's user data can be taken to be of, by the ID of the template and the number that its
// tags name: the instance belongs to an Auto Scaling group or a fleet, and these take all user data from there. Somebody who launches from a template by
// hand may replace it; that such a machine was attached to a group later, or got other user data while it was stopped, is not seen.
func TemplateTells(i *types.Instance) (template, version string, ok bool) {
	_, group := tagValue(i.Tags, "aws:autoscaling:groupName")
	_, fleet := tagValue(i.Tags, "aws:ec2:fleet-id")
	id := templateOf(i)
	return str(id), templateVersion(i), (group || fleet) && id != nil
}

func bootScriptOfVersion() relation {
	return inWords("its boot script", relate("bootScript", "what its user data does with disks when an instance starts", typeOf[BootScript](), nil, func(b *binding) func(*types.LaunchTemplateVersion) ref.Val {
		return func(v *types.LaunchTemplateVersion) ref.Val {
			if v.LaunchTemplateData == nil {
				return unknownReason("the data of " + str(v.LaunchTemplateId) + " was not read")
			}
			return b.script("version "+strconv.FormatInt(value(v.VersionNumber), 10), str(v.LaunchTemplateData.UserData), nil)
		}
	}))
}

func data(v *types.AttributeValue) string {
	if v == nil {
		return ""
	}
	return str(v.Value)
}

// script parses user data, each text once: the machines of a group share it.
func (b *binding) script(from, userData string, i *types.Instance) ref.Val {
	memo := index(b.inv, "boot scripts", func() *sync.Map { return &sync.Map{} })
	parse, ok := memo.Load(userData)
	if !ok {
		parse, _ = memo.LoadOrStore(userData, sync.OnceValue(func() *bootscript.Script { return bootscript.Parse([]byte(userData)) }))
	}
	s := parse.(func() *bootscript.Script)()
	return b.adapter.NativeToValue(&BootScript{Form: s.Form, From: from, script: s, instance: i})
}

// bootFunctions are the members of the types above.
func bootFunctions() []function {
	device := "as written, with variables followed: /dev/sdf, UUID=…"
	naming := "how it names the device: device, file, id, instance-store, label, mapper, network, nvme, uuid or virtual"
	return []function{
		known("boot_attachment_awaited", "awaited", cel.BoolType, "is awaited by the script", "whether the script waits until it is attached", func(a *BootAttachment) bootscript.Fact[bool] { return a.attachment.Awaited }),
		known("boot_attachment_device", "device", cel.StringType, "its device name", "the device name that it asks for", func(a *BootAttachment) bootscript.Fact[string] { return a.attachment.Device }),
		known("boot_attachment_volume", "volume", cel.StringType, "its volume ID", "the volume's ID", func(a *BootAttachment) bootscript.Fact[string] { return a.attachment.Volume }),
		known("boot_format_device", "device", cel.StringType, "its device", device, func(f *BootFormat) bootscript.Fact[string] { return f.format.Device }),
		known("boot_format_fs_type", "fsType", cel.StringType, "its file system", "ext4, xfs …", func(f *BootFormat) bootscript.Fact[string] { return f.format.FSType }),
		known("boot_format_guarded", "guarded", cel.BoolType, "is run only where a test found no file system", "whether it runs only where a test found no file system", func(f *BootFormat) bootscript.Fact[bool] { return f.format.Guarded }),
		known("boot_format_naming", "naming", cel.StringType, "its kind of device name", naming, func(f *BootFormat) bootscript.Fact[string] { return f.format.Naming }),
		known("boot_mount_awaited", "awaited", cel.BoolType, "is done only once its device is there", "whether the script waits until the device is there, or mounts only if it is", func(m *BootMount) bootscript.Fact[bool] { return m.mount.Awaited }),
		known("boot_mount_device", "device", cel.StringType, "its device", device, func(m *BootMount) bootscript.Fact[string] { return m.mount.Device }),
		known("boot_mount_fs_type", "fsType", cel.StringType, "its file system", "ext4, xfs, auto …; unknown where a mount command does not say", func(m *BootMount) bootscript.Fact[string] { return m.mount.FSType }),
		known("boot_mount_naming", "naming", cel.StringType, "its kind of device name", naming, func(m *BootMount) bootscript.Fact[string] { return m.mount.Naming }),
		known("boot_mount_options", "options", cel.ListType(cel.StringType), "its options", "each mount option: defaults, nofail …", func(m *BootMount) bootscript.Fact[[]string] { return m.mount.Options }),
		known("boot_mount_point", "point", cel.StringType, "its mount point", "the directory", func(m *BootMount) bootscript.Fact[string] { return m.mount.Point }),
		known("boot_mount_provided", "provided", cel.BoolType, "has a device that the script itself attaches or assembles before", "whether the script itself makes the device exist before: it attaches a volume, or assembles an array", func(m *BootMount) bootscript.Fact[bool] { return m.mount.Provided }),
		{"boot_secret_lines", "secretLines", true, []*cel.Type{typeOf[BootScript]()}, cel.ListType(cel.IntType), func(args []ref.Val) ref.Val {
			s, ok := native[BootScript](args[0])
			if !ok {
				return celtypes.MaybeNoSuchOverloadErr(args[0])
			}
			var lines []ref.Val
			for _, x := range s.script.Secrets {
				lines = append(lines, celtypes.Int(x.Line))
			}
			return celtypes.NewRefValList(celtypes.DefaultTypeAdapter, lines)
		}, "the lines that hold a secret, and those that only may, such as any value of a password; secrets() has no mere suspicion. Their text is never given", "its lines that seem to hold a secret"},
		{"instance_maps_device", "mapsDevice", true, []*cel.Type{typeOf[types.Instance](), cel.StringType}, cel.BoolType, mapsDevice,
			"whether a volume is attached at a device name; knows that /dev/sdf and /dev/xvdf1 are one. Unknown for NVMe names, which say nothing of the mapping", "has something attached at {1}"},
		{"same_device", "sameDevice", false, []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType, sameDevice,
			"whether two device names mean the same device: /dev/sdf, xvdf and /dev/xvdf1 do. Unknown for an NVMe name beside another one", "is a name of the same device as {1}"},
	}
}

// lines lists something of a script, and an unknown for each part that could not be read.
func lines[T, V any](name, doc string, get func(*bootscript.Script) []T, wrap func(*BootScript, *T) *V) relation {
	r := relate(name, doc, cel.ListType(typeOf[V]()), nil, func(b *binding) func(*BootScript) ref.Val {
		return func(s *BootScript) ref.Val {
			var out []ref.Val
			for i, list := 0, get(s.script); i < len(list); i++ {
				out = append(out, b.adapter.NativeToValue(wrap(s, &list[i])))
			}
			for _, u := range s.script.Unread {
				out = append(out, unknownReason(fmt.Sprintf("line %d of the %s was not read: %s", u.Line, s.From, u.Why)))
			}
			return celtypes.NewRefValList(b.adapter, out)
		}
	})
	r.most = listSize
	return r
}

// bootVolumes finds the EBS volumes that a line of a script means on the machine that it belongs to: none where it means something else or
// where nothing is there, and unknown where its name does not tell.
func bootVolumes[S any](doc string, find func(*finder, *S) ref.Val) relation {
	k, _ := kindNamed("volume")
	r := relate("volumes", doc, cel.ListType(typeOf[types.Volume]()), []string{k.source}, func(b *binding) func(*S) ref.Val {
		f := &finder{list: b.follow(k), types: instanceTypes(b.inv)}
		return func(line *S) ref.Val { return find(f, line) }
	})
	r.uses, r.most = []string{"DescribeInstanceTypes"}, 1
	return r
}

func attachmentVolumes() relation {
	return inWords("its volumes", bootVolumes("the volume that it names", func(f *finder, a *BootAttachment) ref.Val {
		id, known := a.attachment.Volume.Get()
		if !known {
			return unknownReason(a.attachment.Volume.Why())
		}
		return f.list(id)
	}))
}

func formatVolumes() relation {
	return inWords("its volumes", bootVolumes("the volume that it formats; none for what is no volume, or where none is attached", func(f *finder, x *BootFormat) ref.Val {
		return f.named(x.script, x.format.Naming, x.format.Device)
	}))
}

func mountVolumes() relation {
	return inWords("its volumes", bootVolumes("the volume that it mounts; none for what is no volume, or where none is attached", func(f *finder, m *BootMount) ref.Val {
		return f.named(m.script, m.mount.Naming, m.mount.Device)
	}))
}

// A finder turns the names of devices into volumes.
type finder struct {
	list  func(ids ...string) ref.Val // the volumes with these IDs
	types map[string]*types.InstanceTypeInfo
}

// volumeLink is the name that udev gives to an EBS volume on Nitro instances (Amazon EBS User Guide, "Map volumes to NVMe device names").
var volumeLink = regexp.MustCompile(`Amazon_Elastic_Block_Store_vol-?([0-9a-z]+)`)

func (f *finder) named(s *BootScript, naming, device bootscript.Fact[string]) ref.Val {
	how, known := naming.Get()
	if !known {
		return unknownReason(naming.Why())
	}
	switch how {
	case bootscript.ByFile, bootscript.ByNetwork, bootscript.InstanceStore, bootscript.Virtual:
		return f.list()
	case bootscript.ByLabel, bootscript.ByMapper, bootscript.ByUUID:
		return unknownReason("a name by " + how + " does not tell which volume it is")
	}
	name, known := device.Get()
	i := s.instance
	switch {
	case !known:
		return unknownReason(device.Why())
	case i == nil:
		return unknownReason("which volume a template's device will be is known once it launches")
	case how == bootscript.ByID:
		m := volumeLink.FindStringSubmatch(name)
		if m == nil {
			return unknownReason("the name " + name + " does not tell which volume it is")
		}
		id := "vol-" + m[1]
		attaches := func(a bootscript.Attachment) bool { v, _ := a.Volume.Get(); return v == id }
		if !slices.Contains(attachedVolumes(i, true), id) && !slices.ContainsFunc(s.script.Attachments, attaches) {
			return f.list()
		}
		return f.list(id)
	case how == bootscript.ByNVMe:
		return f.discovered(i, name)
	}
	unsaid := ""                             // why it is not known what the script attaches there
	for _, a := range s.script.Attachments { // what it is known to attach comes before what is there today
		if at, known := a.Device.Get(); !known || bootscript.Disk(at) != bootscript.Disk(name) {
			continue
		}
		if id, known := a.Volume.Get(); known {
			return f.list(id)
		}
		unsaid = a.Volume.Why()
	}
	if m := mappedAt(i, name); m != nil && m.Ebs != nil {
		return f.list(ids(m.Ebs.VolumeId)...)
	}
	if unsaid != "" {
		return unknownReason(unsaid)
	}
	info, listed := f.types[string(i.InstanceType)]
	if !listed || value(info.InstanceStorageSupported) && (info.InstanceStorageInfo == nil || info.InstanceStorageInfo.NvmeSupport != types.EphemeralNvmeSupportRequired) {
		return unknownReason("no volume is attached at " + name + ", which may be a local disk of this instance type")
	}
	return f.list()
}

// discovered is what an NVMe name can only mean: the names follow the order in which disks were found, so one data volume and no local disk
// leave no choice.
func (f *finder) discovered(i *types.Instance, name string) ref.Val {
	data := attachedVolumes(i, false)
	info, listed := f.types[string(i.InstanceType)]
	first := strings.HasPrefix(name, "/dev/nvme0n1")
	switch {
	case !listed || value(info.InstanceStorageSupported) || first && len(data) > 0 || len(data) > 1:
		return unknownNVMe(name)
	case first:
		return f.list(attachedVolumes(i, true)...)
	default:
		return f.list(data...)
	}
}

// The lists of a boot script.
func bootAttachments() relation {
	return inWords("its attachments", lines("attachments", "the lines that attach an EBS volume", func(s *bootscript.Script) []bootscript.Attachment { return s.Attachments },
		func(s *BootScript, a *bootscript.Attachment) *BootAttachment {
			return &BootAttachment{a.Line, a.Text, s, a}
		}))
}

func bootFormats() relation {
	return inWords("its formattings", lines("formats", "the lines that make file systems, arrays and partition tables", func(s *bootscript.Script) []bootscript.Format { return s.Formats },
		func(s *BootScript, f *bootscript.Format) *BootFormat {
			return &BootFormat{f.Line, f.Text, f.Tool, s, f}
		}))
}

func bootMounts() relation {
	return inWords("its mounts", lines("mounts", "the lines that mount something, or write it to fstab", func(s *bootscript.Script) []bootscript.Mount { return s.Mounts },
		func(s *BootScript, m *bootscript.Mount) *BootMount {
			return &BootMount{m.Line, m.Text, m.From, m.EveryBoot(), s, m}
		}))
}

// known reads a fact, which is unknown where the script does not tell.
func known[S, T any](id, name string, result *cel.Type, words, doc string, get func(*S) bootscript.Fact[T]) function {
	return function{id, name, true, []*cel.Type{typeOf[S]()}, result, func(args []ref.Val) ref.Val {
		s, ok := native[S](args[0])
		if !ok {
			return celtypes.MaybeNoSuchOverloadErr(args[0])
		}
		f := get(s)
		v, ok := f.Get()
		if !ok {
			return unknownReason(f.Why())
		}
		return celtypes.DefaultTypeAdapter.NativeToValue(v)
	}, doc, words}
}

func mapsDevice(args []ref.Val) ref.Val {
	i, ok := native[types.Instance](args[0])
	if !ok {
		return celtypes.MaybeNoSuchOverloadErr(args[0])
	}
	device := string(args[1].(celtypes.String))
	if isNVMe(device) {
		return unknownNVMe(device)
	}
	return celtypes.Bool(mappedAt(i, device) != nil)
}

// mappedAt finds what an instance has at a device name; nil for nothing.
func mappedAt(i *types.Instance, name string) *types.InstanceBlockDeviceMapping {
	for n, m := range i.BlockDeviceMappings {
		if bootscript.Disk(str(m.DeviceName)) == bootscript.Disk(name) {
			return &i.BlockDeviceMappings[n]
		}
	}
	return nil
}

func sameDevice(args []ref.Val) ref.Val {
	a, b := string(args[0].(celtypes.String)), string(args[1].(celtypes.String))
	switch {
	case isNVMe(a) && !isNVMe(b):
		return unknownNVMe(a)
	case isNVMe(b) && !isNVMe(a):
		return unknownNVMe(b)
	}
	return celtypes.Bool(bootscript.Disk(a) == bootscript.Disk(b))
}

func isNVMe(name string) bool { return strings.HasPrefix(strings.TrimPrefix(name, "/dev/"), "nvme") }

func unknownNVMe(name string) ref.Val {
	return unknownReason("the name " + name + " follows the order of discovery; it does not tell which disk it is")
}
