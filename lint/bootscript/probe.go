package bootscript

import (
	"slices"
	"strings"
)

// partitions is the kernel's list of devices.
const partitions = "/proc/partitions"

// probes are the tools that tell of devices, by what they tell of those that they are given.
var probes = []probe{
	{tools: []string{"basename", "lshw", "lsscsi", "readlink", "realpath"}, lookup: true},
	{tools: []string{"blkid", "dumpe2fs", "e2fsck", "fsck", "fsck.ext4", "ntfsfix", "tune2fs", "xfs_db", "xfs_info", "xfs_repair"}, output: true, there: true, content: true},
	{tools: []string{"df", "findmnt"}},
	{tools: []string{"ebsnvme-id", "find", "findfs", "ls", "nvme", "stat"}, lookup: true, there: true},
	{tools: []string{"fdisk", "lsblk"}, lookup: true, output: true, there: true},
	{tools: []string{"file", "wipefs"}, output: true},
	{tools: []string{"lvdisplay", "lvs", "pvck", "pvdisplay", "pvs", "pvscan", "vgdisplay", "vgs"}, lookup: true, content: true, stack: true},
	{tools: []string{"parted", "sfdisk", "sgdisk"}, lookup: true, output: true, there: true, content: true},
	{tools: []string{"xfs_admin"}, output: true, content: true},
}

// A probe is what some tools tell.
type probe struct {
	tools   []string
	lookup  bool // the output tells which devices there are
	output  bool // the output tells what file system a device holds
	there   bool // it fails where the device is not there
	content bool // it fails where the device holds no file system
	stack   bool // what it tells holds for arrays, groups and pools too
}

// probe reads tools that tell what is on a device, or which devices there are; false where this use of the tool does not.
func (r *reader) probe(name string, args []string) (outcome, bool) {
	if name == "cryptsetup" && (first(args) == "isLuks" || first(args) == "luksDump") {
		name, args = "blkid", args[1:]
	}
	i := slices.IndexFunc(probes, func(p probe) bool { return slices.Contains(p.tools, name) })
	if i < 0 {
		return outcome{}, false
	}
	p := probes[i]
	o, rest := parse(name, args)
	a := atom{lookup: p.lookup}
	a.scratch = p.lookup && (picksScratch(args) || len(rest) == 1 && r.about(rest[0]).scratch)
	var ids []string
	for _, w := range rest {
		if strings.HasPrefix(w, "/dev/") || !known(w) {
			ids = append(ids, r.ident(w))
		}
	}
	switch name {
	case "blkid", "findfs":
		label, uuid := o.get("L", "label"), o.get("U", "uuid")
		if label != "" {
			rest = []string{"LABEL=" + label}
		} else if uuid != "" {
			rest = []string{"UUID=" + uuid}
		}
		ids = nil
		for _, w := range rest {
			ids = append(ids, r.ident(w))
		}
		switch {
		case label != "": // no file system has the label
			r.blur(name, atom{device: ids[0], lookup: true})
			return either(about(present, ids...), about(empty, ids...)), true
		case uuid != "":
			r.blur(name, atom{device: ids[0], lookup: true})
			return either(about(present, ids...), nil), true
		}
		a.lookup = p.lookup || len(ids) == 0
	case "file":
		if a.file = true; len(ids) == 0 {
			return outcome{}, false
		}
	case "fdisk", "parted", "sfdisk", "sgdisk":
		if !slices.Contains(rest, "print") && !o.has("p", "print", "l", "list", "d", "dump", "i") {
			return outcome{}, false
		}
	case "find", "ls", "stat":
		all := slices.ContainsFunc(rest, func(w string) bool { w = strings.TrimSuffix(w, "/"); return w == "/dev" || w == "/sys/block" })
		a.lookup = len(ids) > 0 || all
	case "lsblk":
		a.types = containsAny(strings.ToUpper(strings.Join(args, " ")), []string{"FSTYPE", "-F", "--FS"})
	case "tune2fs":
		if o.has("L") {
			return outcome{}, false
		}
	case "wipefs":
		if o.has("a", "all") && !o.has("n", "no-act") {
			return outcome{}, false
		}
	case "xfs_admin":
		if !o.has("l", "u") {
			return outcome{}, false
		}
	}
	if p.output {
		a.probe = ids
	}
	if len(ids) > 0 && (p.output || p.lookup && len(ids) == 1 && !strings.ContainsAny(ids[0], "*?[") && name != "nvme" && name != "ebsnvme-id") {
		a.device = ids[0]
	}
	if p.stack {
		ids = append(ids, stack)
		a.device, a.probe = "", []string{stack}
	}
	var out outcome
	if p.content {
		out = either(about(filled, ids...), about(empty, ids...))
	}
	if p.there {
		out.yes, out.maybeYes = append(out.yes, about(present, ids...)...), append(out.maybeYes, about(present, ids...)...)
	}
	r.blur(name, a)
	return out, true
}
