package bootscript

import (
	"slices"
	"strings"
)

// The letters that have a value, by tool.
var mkfsLetters = map[string]string{
	"btrfs": "AbdlLmnOrUs",
	"ext":   "bCdeEgGiIJlLmMNoOrtTUz",
	"swap":  "LUpv",
	"vfat":  "aACDFfghinmrRsS",
	"xfs":   "bcdilLmnprs",
}

// formatter reads tools that make file systems, arrays and the like.
func (r *reader) formatter(name string, args []string, line int) (outcome, bool) {
	none := outcome{}
	switch {
	case name == "mkfs" || strings.HasPrefix(name, "mkfs.") || name == "mke2fs" || name == "mkdosfs":
		r.mkfs(name, args, line)
	case name == "mkswap":
		o, rest := parseOptions(args, mkfsLetters["swap"], "label", "uuid")
		if d := first(rest); d != "" {
			r.label(orDefault(o.get("L"), o.get("label")), d)
			r.format(line, "mkswap", d, Known("swap"), false)
		}
	case name == "mdadm":
		return r.mdadm(args, line), true
	case name == "pvcreate":
		o, rest := parseOptions(args, "uMZA", "config", "dataalignment", "metadatasize", "uuid", "restorefile")
		if len(rest) > 0 {
			r.format(line, name, rest[0], notSaid(), !o.has("y", "yes", "f", "force", "ff"))
			r.use(rest[1:])
		}
	case name == "vgcreate":
		_, rest := parseOptions(args, "sclpA", "physicalextentsize", "maxlogicalvolumes")
		if len(rest) > 1 {
			if i := slices.IndexFunc(r.events, func(e event) bool { return e.kind == formats && e.id == r.ident(rest[1]) }); i < 0 {
				r.format(line, name, rest[1], notSaid(), true)
			}
			r.make(rest[0] + "/")
		}
	case name == "lvcreate":
		o, rest := parseOptions(args, "nLliIstTVcCmp", "name", "size", "extents", "stripes", "stripesize", "type", "thinpool", "virtualsize")
		if vg := first(rest); vg != "" {
			r.make(r.ident(vg + "/" + orDefault(o.get("n"), o.get("name"))))
			r.make(strings.TrimPrefix(vg, "/dev/") + "/")
		}
	case name == "vgchange" || name == "lvchange" || name == "vgimport" || name == "vgscan":
		r.make("lvm")
	case name == "zpool":
		return r.zpool(args, line), true
	case name == "cryptsetup":
		_, rest := parseOptions(args, "cshdlt", "key-file", "type", "cipher", "hash", "key-size", "header")
		switch {
		case len(rest) > 1 && rest[0] == "luksFormat":
			r.format(line, name, rest[1], notSaid(), false)
		case len(rest) > 2 && (rest[0] == "luksOpen" || rest[0] == "open"):
			r.make(r.ident("/dev/mapper/" + rest[2]))
		}
	case name == "parted":
		r.parted(args, line)
	case name == "sgdisk":
		o, rest := parseOptions(args, "nNtcduaAgGhilRv", "new", "typecode", "change-name", "delete")
		if o.has("n", "new", "N", "o", "clear", "Z", "zap-all", "z", "zap", "g", "mbrtogpt") && len(rest) > 0 {
			r.format(line, name, rest[len(rest)-1], notSaid(), false)
		}
	case name == "fdisk" || name == "sfdisk" || name == "gdisk" || name == "cfdisk":
		o, rest := parseOptions(args, "buXYNoC", "label", "wipe")
		if len(rest) > 0 && r.in != nil && !o.has("l", "list", "d", "dump") {
			r.format(line, name, rest[len(rest)-1], notSaid(), false)
		}
	case name == "wipefs":
		o, rest := parseOptions(args, "toO", "types")
		if o.has("a", "all") && !o.has("n", "no-act") && len(rest) > 0 {
			r.format(line, name, rest[0], notSaid(), false)
		}
	case name == "dd":
		for _, a := range args {
			d, ok := strings.CutPrefix(a, "of=")
			switch {
			case !ok:
			case strings.HasPrefix(d, "/dev/") && !strings.HasPrefix(d, "/dev/null") && !strings.HasPrefix(d, "/dev/std") && !strings.HasPrefix(d, "/dev/shm"):
				r.format(line, name, d, notSaid(), false)
			case strings.HasPrefix(d, "/"):
				r.make(d)
			}
		}
	case name == "fallocate" || name == "truncate":
		_, rest := parseOptions(args, "lsor", "length", "size")
		if len(rest) > 0 {
			r.make(rest[len(rest)-1])
		}
	case name == "e2label" || name == "xfs_admin" || name == "btrfs" || name == "swaplabel":
		o, rest := parseOptions(args, "LU")
		switch {
		case name == "e2label" && len(rest) == 2:
			r.label(rest[1], rest[0])
		case o.has("L") && len(rest) > 0:
			r.label(o.get("L"), rest[0])
		default:
			return none, false
		}
	default:
		return none, false
	}
	return none, true
}

func notSaid() Fact[string] { return Unknown[string]("the tool makes no file system") }

// label notes which device a label names from now on.
func (r *reader) label(label, device string) {
	if label != "" && device != "" && len(r.labels) < maxFound {
		r.labels[label] = r.ident(device)
	}
}

func (r *reader) make(id string) {
	if id != "" {
		r.event(event{kind: makes, id: id})
	}
}

func (r *reader) use(devices []string) {
	for _, d := range devices {
		if id := r.ident(d); strings.HasPrefix(d, "/dev/") || !known(d) {
			r.event(event{kind: uses, id: id, ready: r.ready(id)})
		}
	}
}

// format notes a command that formats. refuses tells that the tool itself does not overwrite a file system.
func (r *reader) format(line int, tool, device string, fstype Fact[string], refuses bool) {
	if len(r.script.Formats) >= maxFound {
		r.stop()
		return
	}
	id := r.ident(device)
	f := Format{Line: line, Text: r.quote(line), Tool: tool, Device: r.deviceFact(device), Naming: r.naming(device, "", nil), FSType: fstype}
	if f.Guarded = r.guarded(id, tool); refuses {
		f.Guarded = Known(true)
	}
	r.event(event{kind: formats, id: id, index: len(r.script.Formats), ready: r.ready(id)})
	if strings.HasPrefix(device, "/") && !strings.HasPrefix(device, "/dev/") {
		r.make(device)
	}
	r.script.Formats = append(r.script.Formats, f)
}

// mkfs reads mkfs, mkfs.xfs and mke2fs. Those of XFS, Btrfs and F2FS refuse to overwrite without -f. mke2fs looks for a file
// system only where a terminal is there to ask, which there is not at boot.
func (r *reader) mkfs(name string, args []string, line int) {
	_, fstype, _ := strings.Cut(name, ".")
	if name == "mke2fs" {
		fstype = "ext2"
	}
	if name == "mkfs" {
		// mkfs takes -t first; the rest is for the tool of that type.
		fstype = "ext2"
		for i, a := range args {
			switch {
			case (a == "-t" || a == "--type") && i+1 < len(args):
				fstype = args[i+1]
				args = append(slices.Clone(args[:i]), args[i+2:]...)
			case strings.HasPrefix(a, "--type="):
				fstype = strings.TrimPrefix(a, "--type=")
				args = append(slices.Clone(args[:i]), args[i+1:]...)
			case strings.HasPrefix(a, "-t") && len(a) > 2:
				fstype = a[2:]
				args = append(slices.Clone(args[:i]), args[i+1:]...)
			default:
				continue
			}
			break
		}
	}
	kind := fstype
	if strings.HasPrefix(fstype, "ext") {
		kind = "ext"
	} else if fstype == "fat" || fstype == "msdos" {
		kind = "vfat"
	}
	o, rest := parseOptions(args, orDefault(mkfsLetters[kind], "L"), "label", "metadata", "data")
	if kind == "ext" && o.has("t") {
		fstype = o.get("t")
	}
	if kind == "ext" && o.has("n") || kind == "xfs" && o.has("N") {
		return // only shows what it would do
	}
	// Of $OPTIONS /dev/xvdf the device is the one that looks like one.
	device := first(rest)
	if i := slices.IndexFunc(rest, func(s string) bool { return strings.HasPrefix(s, "/") }); i >= 0 && !strings.HasPrefix(device, "/") {
		device = rest[i]
	}
	if device == "" {
		return
	}
	r.label(orDefault(o.get("L"), o.get("label")), device)
	if kind == "vfat" {
		r.label(o.get("n"), device)
	}
	refuses := (kind == "xfs" || kind == "btrfs" || kind == "f2fs") && !o.has("f", "force")
	n := len(r.script.Formats)
	r.format(line, "mkfs", device, r.fact(fstype), refuses)
	if i := slices.IndexFunc(rest, func(s string) bool { return s != device && !known(s) }); i >= 0 && refuses && n < len(r.script.Formats) {
		// An option that is not known may be the one that forces it.
		r.script.Formats[n].Guarded = Unknown[bool](r.about(rest[i]).why)
	}
	if kind == "btrfs" {
		r.use(rest[1:])
	}
}

// mdadm asks before it takes devices that hold something, and takes no answer for no; --run keeps it from asking.
func (r *reader) mdadm(args []string, line int) outcome {
	o, rest := parseOptions(args, "lnxcNepmbB", "level", "raid-devices", "chunk", "name", "metadata", "homehost", "layout", "bitmap", "spare-devices", "size", "assume-clean=")
	switch {
	case o.has("create", "C") || first(args) == "-C":
		array := first(rest)
		if v := orDefault(o.get("create"), o.get("C")); v != "" {
			array = v
		} else if len(rest) > 0 {
			rest = rest[1:]
		}
		var members []string
		for _, d := range rest {
			if d != array && d != "missing" {
				members = append(members, d)
			}
		}
		device := first(members)
		answers := r.in != nil
		r.format(line, "mdadm", device, notSaid(), !o.has("run", "R", "force", "f") && !answers)
		if len(members) > 1 {
			r.use(members[1:])
		}
		r.make(r.ident(array))
		return outcome{}
	case o.has("assemble", "A"):
		if array := first(rest); array != "" && !o.has("scan", "s") {
			r.make(r.ident(array))
		} else {
			r.make("md")
		}
	case o.has("detail", "D", "examine", "E", "query", "Q"):
		out := either(about(filled, stack), about(empty, stack))
		r.blur(atom{why: "it is the output of mdadm", probe: []string{stack}})
		return out
	}
	return outcome{}
}

func (r *reader) zpool(args []string, line int) outcome {
	o, rest := parseOptions(args, "oOmRtd")
	if len(rest) < 1 {
		return outcome{}
	}
	switch rest[0] {
	case "create":
		device := ""
		for _, d := range rest[min(2, len(rest)):] {
			if !slices.Contains([]string{"mirror", "raidz", "raidz1", "raidz2", "raidz3", "log", "cache", "spare"}, d) {
				device = d
				break
			}
		}
		if len(rest) > 1 {
			r.make(rest[1])
			r.make(rest[1] + "/")
			r.format(line, "zpool", device, Known("zfs"), !o.has("f"))
		}
	case "import":
		if len(rest) > 1 {
			r.make(rest[1])
			r.make(rest[1] + "/")
		}
		return either(about(filled, stack), about(empty, stack))
	case "list", "status", "get":
		r.blur(atom{why: "it is the output of zpool", probe: []string{stack}})
		return either(about(filled, stack), about(empty, stack))
	}
	return outcome{}
}

func (r *reader) parted(args []string, line int) {
	_, rest := parseOptions(args, "a", "align")
	if len(rest) < 2 {
		if len(rest) == 1 && r.in != nil {
			r.format(line, "parted", rest[0], notSaid(), false)
		}
		return
	}
	if s := strings.Join(rest[1:], " "); containsAny(s, []string{"mklabel", "mktable", "mkpart", "rm "}) {
		r.format(line, "parted", rest[0], notSaid(), false)
	}
}

// probe reads tools that tell what is on a device, or which devices there are.
func (r *reader) probe(name string, args []string) (outcome, bool) {
	a := atom{why: "it is the output of " + name}
	var ids []string
	for _, w := range args {
		if strings.HasPrefix(w, "/dev/") || !known(w) {
			ids = append(ids, r.ident(w))
		}
	}
	there := about(present, ids...)
	switch name {
	case "blkid":
		o, rest := parseOptions(args, "scotULnuSOw", "match-tag", "cache-file", "output", "match-token", "uuid", "label")
		switch l, u := orDefault(o.get("L"), o.get("label")), orDefault(o.get("U"), o.get("uuid")); {
		case l != "":
			a.device, a.lookup = r.ident("LABEL="+l), true
			r.blur(a)
			return either(about(present, a.device), about(empty, a.device)), true
		case u != "":
			a.device, a.lookup = "UUID="+u, true
			r.blur(a)
			return either(about(present, a.device), nil), true
		}
		ids = nil
		for _, w := range rest {
			ids = append(ids, r.ident(w))
		}
		a.probe, a.device, a.lookup = ids, first(ids), len(ids) == 0
		r.blur(a)
		return either(append(about(filled, ids...), about(present, ids...)...), about(empty, ids...)), true
	case "lsblk":
		a.probe, a.device, a.lookup = ids, first(ids), true
		a.types = containsAny(strings.ToUpper(strings.Join(args, " ")), []string{"FSTYPE", "-F", "--FS"})
		r.blur(a)
		return either(there, nil), true
	case "file":
		a.probe, a.file, a.device = ids, true, first(ids)
		if len(ids) == 0 {
			return outcome{}, false
		}
		r.blur(a)
		return outcome{}, true
	case "wipefs":
		if o, _ := parseOptions(args, "toO", "types"); o.has("a", "all") && !o.has("n", "no-act") {
			return outcome{}, false
		}
		a.probe, a.device = ids, first(ids)
		r.blur(a)
		return outcome{}, true
	case "dumpe2fs", "tune2fs", "xfs_info", "xfs_db", "fsck", "e2fsck", "xfs_repair", "ntfsfix", "fsck.ext4":
		if o, rest := parseOptions(args, "LU"); name == "tune2fs" && o.has("L") && len(rest) > 0 {
			r.label(o.get("L"), rest[0])
			return outcome{}, true
		}
		a.probe, a.device = ids, first(ids)
		r.blur(a)
		return either(append(about(filled, ids...), there...), about(empty, ids...)), true
	case "xfs_admin":
		if !slices.Contains(args, "-l") && !slices.Contains(args, "-u") {
			return outcome{}, false
		}
		a.probe, a.device = ids, first(ids)
		r.blur(a)
		return either(about(filled, ids...), about(empty, ids...)), true
	case "pvs", "pvdisplay", "vgs", "vgdisplay", "lvs", "lvdisplay", "pvck", "pvscan":
		a.probe, a.lookup = []string{stack}, true
		r.blur(a)
		return either(about(filled, append(ids, stack)...), about(empty, append(ids, stack)...)), true
	case "cryptsetup":
		if first(args) != "isLuks" && first(args) != "luksDump" {
			return outcome{}, false
		}
		r.blur(a)
		return either(append(about(filled, ids...), there...), about(empty, ids...)), true
	case "parted", "sgdisk", "sfdisk", "fdisk":
		o, rest := parseOptions(args, "")
		if !slices.Contains(rest, "print") && !o.has("p", "print", "l", "list", "d", "dump", "i") {
			return outcome{}, false
		}
		a.lookup, a.device, a.probe = true, first(ids), ids
		r.blur(a)
		if name == "fdisk" {
			return either(there, nil), true
		}
		return either(append(about(filled, ids...), there...), about(empty, ids...)), true
	case "ls", "stat", "find", "nvme", "ebsnvme-id", "findfs", "realpath", "readlink", "basename", "lshw", "lsscsi", "udevinfo", "findmnt", "df":
		if name == "findfs" && len(args) == 1 {
			ids = []string{r.ident(args[0])}
			there = about(present, ids...)
		}
		if name == "findmnt" || name == "df" {
			r.blur(a)
			return outcome{}, true
		}
		if (name == "ls" || name == "stat" || name == "find") && len(ids) == 0 && !slices.Contains(args, "/dev") && !slices.Contains(args, "/sys/block") && !slices.Contains(args, "/sys/block/") {
			r.blur(a)
			return outcome{}, true
		}
		if len(ids) == 1 && !strings.ContainsAny(ids[0], "*?[") && name != "nvme" && name != "ebsnvme-id" {
			a.device = ids[0]
		}
		a.lookup = true
		r.blur(a)
		if name == "basename" || name == "realpath" || name == "readlink" {
			there = nil
		}
		return either(there, nil), true
	case "curl", "wget":
		if s := strings.Join(args, " "); strings.Contains(s, "block-device-mapping") {
			a.why = "it is read from the metadata service"
		}
		r.blur(a)
		return outcome{}, true
	}
	return outcome{}, false
}
