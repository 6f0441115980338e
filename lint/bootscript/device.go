package bootscript

import (
	"regexp"
	"slices"
	"strings"
)

var (
	partition  = regexp.MustCompile(`^((?:xv|v|h|s)d[a-z]+|nvme\d+n\d+|mmcblk\d+|md\d+)(?:p?\d+)$`)
	idPart     = regexp.MustCompile(`-part\d+$`)
	configName = regexp.MustCompile(`^(?:ebs\d+|ami|root)$`)
	nvmeName   = regexp.MustCompile(`^nvme\d*`)
	ebsByID    = regexp.MustCompile(`Amazon_Elastic_Block_Store_?(vol-?[0-9a-f]+)`)
	remote     = regexp.MustCompile(`^(?:[\w.\[\]:-]+:/|//|[\w.-]+@[\w.-]+:|fs-[0-9a-f]+|s3://|s3fs#)`)
	tail       = regexp.MustCompile(`([\x{F0000}-\x{FFFF0}])(?:p?\d|-part\d)$`)
)

// ident gives a device's identity: one text for all names of a device that are known to be the same, without its partition. /dev/sdf,
// xvdf and /dev/xvdf1 are one; so are a device and the UUID that blkid read from it.
func (r *reader) ident(name string) string {
	name = strings.TrimRight(strings.Trim(name, `"'`), "/")
	if as := r.atomsIn(name); len(as) > 0 {
		name = tail.ReplaceAllString(name, "$1")
		if len(as) == 1 && as[0].device != "" {
			rest := strings.Map(func(c rune) rune {
				if isAtom(c) {
					return -1
				}
				return c
			}, name)
			switch rest {
			case "", "/dev/", "UUID=", "PARTUUID=", "LABEL=", "/dev/disk/by-uuid/", "/dev/disk/by-id/":
				return as[0].device
			}
		}
		return strings.TrimPrefix(name, "/dev/")
	}
	if label, ok := strings.CutPrefix(name, "/dev/disk/by-label/"); ok {
		name = "LABEL=" + label
	}
	if label, ok := strings.CutPrefix(name, "LABEL="); ok {
		if d, ok := r.labels[strings.Trim(label, `"'`)]; ok {
			return d
		}
		return "LABEL=" + strings.Trim(label, `"'`)
	}
	name = strings.TrimPrefix(name, "/dev/")
	if vg, ok := strings.CutPrefix(name, "mapper/"); ok && strings.Count(vg, "-") == 1 {
		return strings.Replace(vg, "-", "/", 1)
	}
	if m := partition.FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	if len(name) > 2 && strings.HasPrefix(name, "sd") {
		name = "xv" + name[1:]
	}
	if strings.HasPrefix(name, "disk/by-") {
		name = idPart.ReplaceAllString(name, "")
	}
	return name
}

// vagueID tells whether an identity may be another name of a device that is known by its own.
func vagueID(id string) bool {
	return !known(id) || strings.ContainsAny(id, "*?[=") || strings.HasPrefix(id, "disk/by-") || nvmeName.MatchString(id) || strings.HasPrefix(id, "ephemeral") || strings.HasPrefix(id, "ebs")
}

// mapperID tells whether an identity is that of something made of devices: an array, a logical volume, a pool.
func mapperID(id string) bool {
	return strings.HasPrefix(id, "md") || strings.HasPrefix(id, "mapper/") || strings.HasPrefix(id, "dm-") ||
		known(id) && strings.Contains(id, "/") && !strings.HasPrefix(id, "/") && !strings.HasPrefix(id, "disk/") && !strings.Contains(id, ":")
}

// networkTypes and virtualTypes are the types of file systems that need no disk. Keep sorted.
var (
	networkTypes = []string{"afs", "ceph", "cifs", "davfs", "efs", "fuse.goofys", "fuse.mount-s3", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "mount-s3", "nfs", "nfs4", "s3fs", "smb3", "smbfs"}
	virtualTypes = []string{"aufs", "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "none", "nsfs", "overlay", "overlayfs", "proc", "pstore", "ramfs", "securityfs", "sysfs", "tmpfs", "tracefs"}
)

// naming tells how a device is named. A name of which only the end is unknown is enough.
func (r *reader) naming(device, fstype string, options []string) Fact[string] {
	has := func(names ...string) bool {
		return slices.ContainsFunc(options, func(o string) bool { return slices.Contains(names, o) })
	}
	begins := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(device, p) })
	}
	disk := strings.TrimPrefix(device, "/dev/")
	switch {
	case slices.Contains(virtualTypes, fstype), has("bind", "rbind", "move"):
		return Known(Virtual)
	case slices.Contains(networkTypes, fstype), strings.HasPrefix(fstype, "fuse.s3"), remote.MatchString(device):
		return Known(ByNetwork)
	case begins("LABEL=", "PARTLABEL=", "/dev/disk/by-label/", "/dev/disk/by-partlabel/"):
		return Known(ByLabel)
	case begins("UUID=", "PARTUUID=", "/dev/disk/by-uuid/", "/dev/disk/by-partuuid/"):
		return Known(ByUUID)
	case strings.Contains(device, "Instance_Storage"):
		return Known(InstanceStore)
	case begins("ID=", "/dev/disk/by-id/", "/dev/disk/by-path/"):
		return Known(ByID)
	case begins("/dev/nvme"):
		return Known(ByNVMe)
	case begins("/dev/mapper/", "/dev/md", "/dev/dm-"), fstype == "zfs":
		return Known(ByMapper)
	case begins("/dev/loop"), has("loop"):
		return Known(ByFile)
	case begins("/dev/sd", "/dev/xvd", "/dev/hd", "/dev/vd"):
		return Known(ByDevice)
	case begins("ephemeral"):
		return Known(InstanceStore)
	case !begins("/dev/") && begins("/"):
		return Known(ByFile)
	}
	if !known(device) {
		// The device that the value was computed from says nothing of how the value names it.
		return Unknown[string](r.about(device).why)
	}
	if begins("/dev/") && strings.Count(disk, "/") == 1 && !begins("/dev/disk/") {
		return Known(ByMapper) // /dev/group/volume
	}
	if configName.MatchString(device) {
		return Known(ByDevice) // cloud-init's names for the block device mapping
	}
	return Unknown[string]("a name that only this image gives")
}

// deviceFact is the fact of a device's name, which a pattern does not tell.
func (r *reader) deviceFact(device string) Fact[string] {
	if known(device) && strings.HasPrefix(device, "/dev/") && strings.ContainsAny(device, "*?[") {
		return Unknown[string]("it is a pattern")
	}
	if device == "" {
		return Unknown[string]("the script does not say")
	}
	return r.fact(device)
}

// An event is what happens to devices, in the order of execution.
type event struct {
	kind    eventKind
	id      string // the device
	volume  string
	point   string
	why     string // of an opaque command: what it is
	from    int    // of a wait: the first event of its loop
	mounted bool   // of a wait: it tries to mount
	ready   bool   // a test found the device, or it needs none
	index   int    // in Mounts, Formats or Attachments
}

type eventKind uint8

const (
	attaches eventKind = iota
	formats
	makes // an array, a logical volume, a file
	mounts
	mountsAll // mount -a, or mount with one argument
	opaque    // a command that may do anything
	uses      // another use of a device
	waits
	writesFstab // or mounts of cloud-config
)

func (r *reader) event(e event) {
	if e.kind == waits {
		if r.waitEvents++; r.waitEvents > maxFound {
			return // as many as no one writes
		}
	}
	if len(r.events) < 8*maxFound {
		r.events = append(r.events, e)
	} else {
		r.stop()
	}
}

// opaque notes that something runs that is not read.
func (r *reader) opaque(line int, why string) {
	r.event(event{kind: opaque, why: why})
	r.unread(line, why)
}

// waited notes the end of a loop that waits for something.
func (r *reader) waited(x fact, from int) {
	e := event{kind: waits, id: x.id, from: from}
	switch x.state {
	case present, filled:
	case mounted:
		e.mounted = true
	case attached:
		e.id, e.volume = "", x.id
		if e.volume == "" {
			e.volume = "any"
		}
	case nonempty:
		a := r.only(x.id)
		if a == nil || !a.lookup && !a.aws {
			return
		}
		if e.id = r.ident(x.id); a.aws {
			e.id, e.volume = "", orAny(a.volumes)[0]
			if e.volume == "" {
				e.volume = "any"
			}
		}
	default:
		return
	}
	r.event(e)
}

// ready tells whether a test found that the device is there.
func (r *reader) ready(id string) bool {
	return slices.ContainsFunc(r.conds, func(x fact) bool {
		switch x.state {
		case present, filled, mounted:
			return x.id == id
		case nonempty:
			a := r.only(x.id)
			return a != nil && a.lookup && r.ident(x.id) == id
		}
		return false
	})
}

// guarded tells whether a test found no file system on the device.
func (r *reader) guarded(id, tool string) Fact[bool] {
	unsure := ""
	for _, x := range r.conds {
		switch {
		case x.state != empty:
		case x.id == id, x.id == stack && (mapperID(id) || tool != "mkfs" && tool != "mkswap"):
			return Known(true)
		case x.id != stack && (!known(x.id) || !known(id) || strings.Contains(x.id, "=")):
			unsure = "a test stands before it, but of a device that may be another"
		}
	}
	if unsure != "" {
		return Unknown[bool](unsure)
	}
	return Known(false)
}

// resolve answers what takes the whole script.
func (r *reader) resolve() {
	for i, e := range r.events {
		switch e.kind {
		case mounts:
			m := &r.script.Mounts[e.index]
			m.Provided = r.provided(e.id, i)
			m.Awaited = r.awaited(e, i)
		case writesFstab:
			m := &r.script.Mounts[e.index]
			at := r.firstMount(e, i)
			m.Provided = r.provided(e.id, at)
			if at < len(r.events) {
				u := r.events[at]
				e.ready = e.ready || u.ready && (u.id == e.id || u.point != "" && u.point == e.point)
			}
			m.Awaited = r.awaited(e, at)
		case attaches:
			a := &r.script.Attachments[e.index]
			a.Awaited = r.attachAwaited(e, i)
		}
	}
}

// firstMount gives the event that first mounts what a line of fstab says: mount -a, a mount of its point or of its device, or the end.
func (r *reader) firstMount(e event, i int) int {
	for j := i + 1; j < len(r.events); j++ {
		switch u := r.events[j]; {
		case u.kind == mountsAll && (u.point == "" || u.point == e.point || r.ident(u.point) == e.id),
			u.kind == mounts && u.id == e.id && u.point == e.point:
			return j
		}
	}
	return len(r.events)
}

func (r *reader) provided(id string, at int) Fact[bool] {
	maybe := ""
	for _, e := range r.events[:at] {
		switch e.kind {
		case attaches:
			if e.id == id || volumeOf(id) != "" && volumeOf(id) == plainVolume(e.volume) {
				return Known(true)
			}
			if !mapperID(id) && !strings.HasPrefix(id, "/") && (vagueID(id) || vagueID(e.id)) {
				maybe = "the script attaches a volume that may be it"
			}
		case makes:
			switch {
			case e.id == id, e.id == "md" && strings.HasPrefix(id, "md"), e.id == "lvm" && mapperID(id) && !strings.HasPrefix(id, "md"),
				strings.HasSuffix(e.id, "/") && strings.HasPrefix(id, e.id):
				return Known(true)
			case !known(e.id) && mapperID(id) || !known(id) && !strings.HasPrefix(id, "UUID=") && !strings.HasPrefix(e.id, "/"):
				maybe = "the script makes a device that may be it"
			}
		case opaque:
			if maybe == "" {
				maybe = "it may be done by what is not read: " + e.why
			}
		}
	}
	if maybe != "" {
		return Unknown[bool](maybe)
	}
	return Known(false)
}

// volumeOf gives the volume in a name by ID, without its hyphen.
func volumeOf(id string) string {
	if m := ebsByID.FindStringSubmatch(id); m != nil {
		return plainVolume(m[1])
	}
	return ""
}

func plainVolume(v string) string { return strings.Replace(v, "-", "", 1) }

func (r *reader) awaited(e event, at int) Fact[bool] {
	if e.ready {
		return Known(true)
	}
	maybe := ""
	for i, w := range r.events {
		switch {
		case w.kind == waits && w.mounted:
			if w.id == e.id && w.from <= at {
				return Known(true)
			}
		case i >= at:
		case w.kind == makes && (w.id == e.id || strings.HasSuffix(w.id, "/") && strings.HasPrefix(e.id, w.id)):
			return Known(true) // what makes it returns when it is there
		case w.kind == waits:
			switch yes, why := r.waitsFor(w, e.id); {
			case yes:
				return Known(true)
			case why != "":
				maybe = why
			}
		case w.kind == opaque && maybe == "":
			maybe = "it may be done by what is not read: " + w.why
		}
	}
	if maybe != "" {
		return Unknown[bool](maybe)
	}
	return Known(false)
}

// waitsFor tells whether a wait is for a device, or why that is not known.
func (r *reader) waitsFor(w event, id string) (bool, string) {
	if w.volume != "" {
		if strings.HasPrefix(id, "/") {
			return false, ""
		}
		others := false
		for _, a := range r.events {
			if a.kind == attaches && a.volume == w.volume && w.volume != "any" {
				if a.id == id || vagueID(a.id) || vagueID(id) {
					return true, ""
				}
				others = true
			}
		}
		if v := volumeOf(id); v != "" && known(w.volume) && w.volume != "any" {
			return v == plainVolume(w.volume), ""
		}
		return !others, ""
	}
	switch {
	case w.id == id:
		return true, ""
	case !mapperID(id) && !mapperID(w.id) && !strings.HasPrefix(id, "/") && (vagueID(id) || vagueID(w.id)):
		return false, "the script waits for a device that may be it"
	}
	return false, ""
}

func (r *reader) attachAwaited(e event, at int) Fact[bool] {
	maybe, attachments := "", 0
	for _, x := range r.events {
		if x.kind == attaches {
			attachments++
		}
	}
	for i := at + 1; i < len(r.events); i++ {
		switch w := r.events[i]; w.kind {
		case waits:
			if w.volume != "" && (w.volume == "any" || w.volume == e.volume || attachments == 1) || w.id == e.id && w.volume == "" || w.volume == "" && attachments == 1 && vagueID(w.id) {
				return Known(true)
			}
			if w.volume == "" && (vagueID(w.id) || vagueID(e.id)) {
				maybe = "the script waits for a device that may be it"
			}
		case opaque:
			if maybe == "" {
				maybe = "it may be done by what is not read: " + w.why
			}
		case mounts, formats, uses:
			if w.id == e.id {
				if w.ready {
					return Known(true)
				}
				if r.triesMount(w, i) {
					return Known(true)
				}
				if maybe != "" {
					return Unknown[bool](maybe)
				}
				return Known(false)
			}
		}
	}
	if maybe != "" {
		return Unknown[bool](maybe)
	}
	return Known(false)
}

// triesMount tells whether a mount stands in a loop that goes on until it works.
func (r *reader) triesMount(m event, at int) bool {
	return slices.ContainsFunc(r.events[at:], func(w event) bool { return w.kind == waits && w.mounted && w.id == m.id && w.from <= at })
}
