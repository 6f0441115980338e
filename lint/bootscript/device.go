package bootscript

import (
	"regexp"
	"slices"
	"strings"
)

var (
	partition  = regexp.MustCompile(`^(?:((?:xv|v|h|s)d[a-z]+)\d+|((?:nvme\d+n|mmcblk|md)\d+)p\d+)$`)
	idPart     = regexp.MustCompile(`-part\d+$`)
	configName = regexp.MustCompile(`^(?:ebs\d+|ami|root)$`)
	nvmeName   = regexp.MustCompile(`^nvme\d*`)
	ebsByID    = regexp.MustCompile(`Amazon_Elastic_Block_Store_?(vol-?[0-9a-f]+)`)
	remote     = regexp.MustCompile(`^(?:[\w.\[\]:-]+:/|//|[\w.-]+@[\w.-]+:|fs-[0-9a-f]+|s3://|s3fs#)`)
	tail       = regexp.MustCompile(`([\x{F0000}-\x{FFFF0}])(?:p?\d|-part\d)$`)

	// The model of instance store volumes, as lsblk and nvme print it and udev writes it in names, and what may ask for others.
	instanceModel = regexp.MustCompile(`Instance[ _]Storage`)
	otherModels   = regexp.MustCompile(`Elastic[ _]Block|![=~ ]*["'/]|(?:^|\s)(?:!|-not)\s|\|\s*not\b|/\s*d\b|\bnext\b`)
)

// picksScratch tells whether the words of a command ask for devices of the instance store, and for no others.
func picksScratch(words []string) bool {
	s := strings.Join(words, " ")
	return instanceModel.MatchString(s) && !otherModels.MatchString(s)
}

// Disk is the disk that a device name means, without its folder and partition. Linux on Xen shows /dev/sdf of a block device mapping as /dev/xvdf, and on
// Nitro an image's udev rules may make a link with the mapping's name (Amazon EC2 User Guide, "Device names"): these are one, and so is /dev/xvdf1.
func Disk(name string) string {
	name = strings.TrimPrefix(name, "/dev/")
	if m := partition.FindStringSubmatch(name); m != nil {
		name = m[1] + m[2]
	}
	if len(name) > 2 && strings.HasPrefix(name, "sd") {
		name = "xv" + name[1:]
	}
	return name
}

// sysBlock is where the kernel lists devices besides /dev.
const sysBlock = "/sys/block/"

// ident gives a device's identity: one text for all names of a device that are known to be the same, without its partition. /dev/sdf,
// xvdf and /dev/xvdf1 are one; so are a device and the UUID that blkid read from it.
func (r *reader) ident(name string) string {
	name = strings.TrimRight(strings.Trim(name, `"'`), "/")
	name = strings.TrimPrefix(name, sysBlock)
	if !known(name) {
		name = tail.ReplaceAllString(name, "$1")
		i := strings.IndexFunc(name, isAtom)
		if a := r.only(name[i:]); a != nil && a.device != "" {
			switch name[:i] {
			case "", "/dev/", "UUID=", "PARTUUID=", "LABEL=", "/dev/disk/by-uuid/", "/dev/disk/by-id/":
				return a.device
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
	if strings.HasPrefix(name, "disk/by-") {
		return idPart.ReplaceAllString(name, "")
	}
	return Disk(name)
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
	disk, scratch := tail.ReplaceAllString(device, "$1"), false
	if a := r.only(strings.TrimPrefix(disk, "/dev/")); a != nil {
		scratch = a.scratch
	}
	if a := r.only(disk); a != nil {
		device = a.prefix + device
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(options, func(o string) bool { return slices.Contains(names, o) })
	}
	begins := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(device, p) })
	}
	switch {
	case slices.Contains(virtualTypes, fstype), has("bind", "rbind", "move"):
		return Known(Virtual)
	case slices.Contains(networkTypes, fstype), strings.HasPrefix(fstype, "fuse.s3"), remote.MatchString(device):
		return Known(ByNetwork)
	case begins("LABEL=", "PARTLABEL=", "/dev/disk/by-label/", "/dev/disk/by-partlabel/"):
		return Known(ByLabel)
	case begins("UUID=", "PARTUUID=", "/dev/disk/by-uuid/", "/dev/disk/by-partuuid/"):
		return Known(ByUUID)
	case scratch, instanceModel.MatchString(device):
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
	if begins("/dev/") && strings.Count(device, "/") == 3 && !begins("/dev/disk/") {
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
