package bootscript

import (
	"slices"
	"strings"
)

// formatter reads tools that make file systems, arrays and the like; false where the tool is none.
func (r *reader) formatter(name string, args []string, line int) (outcome, bool) {
	o, rest := parse(name, args)
	format := func(device string) { r.format(line, name, device, notSaid(), false) }
	last := ""
	if len(rest) > 0 {
		last = rest[len(rest)-1]
	}
	switch {
	case name == "mkfs" || strings.HasPrefix(name, "mkfs.") || name == "mke2fs":
		r.mkfs(name, args, line)
	case name == "mdadm":
		return r.mdadm(o, rest, line), true
	case name == "zpool":
		return r.zpool(o, rest, line), true
	case name == "parted":
		if s := strings.Join(rest[min(1, len(rest)):], " "); len(rest) == 1 && r.in != nil || containsAny(s, []string{"mklabel", "mktable", "mkpart", "rm "}) {
			format(rest[0])
		}
	case name == "vgchange" || name == "lvchange" || name == "vgimport" || name == "vgscan":
		r.make("lvm")
	case last == "":
		return outcome{}, false
	case name == "mkswap":
		r.label(o.get("L", "label"), rest[0])
		r.format(line, name, rest[0], Known("swap"), false)
	case name == "pvcreate":
		r.format(line, name, rest[0], notSaid(), !o.has("y", "yes", "f", "force", "ff"))
		r.use(rest[1:])
	case name == "vgcreate" && len(rest) > 1:
		if !slices.ContainsFunc(r.events, func(e event) bool { return e.kind == formats && e.id == r.ident(rest[1]) }) {
			r.format(line, name, rest[1], notSaid(), true)
		}
		r.make(rest[0] + "/")
	case name == "lvcreate":
		r.make(r.ident(rest[0] + "/" + o.get("n", "name")))
		r.make(strings.TrimPrefix(rest[0], "/dev/") + "/")
	case name == "cryptsetup" && len(rest) > 1 && rest[0] == "luksFormat":
		format(rest[1])
	case name == "cryptsetup" && len(rest) > 2 && (rest[0] == "luksOpen" || rest[0] == "open"):
		r.make(r.ident("/dev/mapper/" + rest[2]))
	case name == "sgdisk" && o.has("n", "new", "N", "o", "clear", "Z", "zap-all", "z", "zap", "g", "mbrtogpt"),
		(name == "fdisk" || name == "sfdisk" || name == "gdisk") && r.in != nil && !o.has("l", "list", "d", "dump"):
		format(last)
	case name == "wipefs" && o.has("a", "all") && !o.has("n", "no-act"):
		format(rest[0])
	case name == "dd":
		i := slices.IndexFunc(rest, func(a string) bool { return strings.HasPrefix(a, "of=/") })
		if i < 0 {
			break
		}
		if d := strings.TrimPrefix(rest[i], "of="); !strings.HasPrefix(d, "/dev/") {
			r.make(d)
		} else if !containsAny(d, []string{"/null", "/std", "/shm"}) {
			format(d)
		}
	case name == "fallocate" || name == "truncate":
		r.make(last)
	case name == "e2label" && len(rest) == 2:
		r.label(rest[1], rest[0])
	case (name == "xfs_admin" || name == "btrfs" || name == "swaplabel" || name == "tune2fs") && o.has("L"):
		r.label(o.get("L"), rest[0])
	default:
		return outcome{}, false
	}
	return outcome{}, true
}

// notSaid is the type of a file system for tools that make none.
func notSaid() Fact[string] { return Unknown[string]("the tool makes no file system") }

// label notes which device a label names from now on.
func (r *reader) label(label, device string) {
	if label != "" && device != "" && len(r.labels) < maxFound {
		r.labels[label] = r.ident(device)
	}
}

// make notes that a device or a file comes to exist.
func (r *reader) make(id string) {
	if id != "" {
		r.event(event{kind: makes, id: id})
	}
}

// use notes devices that a command uses besides its first.
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
	if fstype == "" {
		fstype = "ext2"
	}
	if name == "mkfs" { // takes -t, and gives the rest to the tool of that type
		for i, a := range args {
			t, short := strings.CutPrefix(a, "-t")
			t, long := strings.CutPrefix(t, "--type")
			if !short && !long {
				continue
			}
			rest := args[i+1:]
			if fstype = strings.TrimPrefix(t, "="); fstype == "" {
				fstype, rest = first(rest), rest[min(1, len(rest)):]
			}
			args = slices.Concat(args[:i], rest)
			break
		}
		name = "mkfs." + fstype
	}
	ext := strings.HasPrefix(fstype, "ext")
	if ext {
		name = "mkfs.ext4"
	} else if valued[name]+sameOptions[name] == "" {
		name = "mkfs"
	}
	o, rest := parse(name, args)
	if ext && o.has("t") {
		fstype = o.get("t")
	}
	// Of $OPTIONS /dev/xvdf the device is the one that looks like one.
	device := first(rest)
	if i := slices.IndexFunc(rest, func(s string) bool { return strings.HasPrefix(s, "/") }); i > 0 && !strings.HasPrefix(device, "/") {
		device = rest[i]
	}
	if device == "" || ext && o.has("n") || fstype == "xfs" && o.has("N") {
		return // only shows what it would do
	}
	r.label(o.get("L", "label"), device)
	refuses := (fstype == "xfs" || fstype == "btrfs" || fstype == "f2fs") && !o.has("f", "force")
	n := len(r.script.Formats)
	r.format(line, "mkfs", device, r.fact(fstype), refuses)
	if i := slices.IndexFunc(rest, func(s string) bool { return s != device && !known(s) }); i >= 0 && refuses && n < len(r.script.Formats) {
		// An option that is not known may be the one that forces it.
		r.script.Formats[n].Guarded = Unknown[bool](r.about(rest[i]).why)
	}
	if fstype == "btrfs" {
		r.use(rest[1:])
	}
}

// mdadm asks before it takes devices that hold something, and takes no answer for no; --run keeps it from asking.
func (r *reader) mdadm(o options, rest []string, line int) outcome {
	switch {
	case o.has("create", "C"):
		array := o.get("create", "C")
		if array == "" {
			array, rest = first(rest), rest[min(1, len(rest)):]
		}
		members := slices.DeleteFunc(rest, func(d string) bool { return d == array || d == "missing" })
		r.format(line, "mdadm", first(members), notSaid(), !o.has("run", "R", "force", "f") && r.in == nil)
		r.use(members[min(1, len(members)):])
		r.make(r.ident(array))
	case o.has("assemble", "A"):
		if array := first(rest); array != "" && !o.has("scan", "s") {
			r.make(r.ident(array))
		} else {
			r.make("md")
		}
	case o.has("detail", "D", "examine", "E", "query", "Q"):
		r.blur("mdadm", atom{probe: []string{stack}})
		return either(about(filled, stack), about(empty, stack))
	}
	return outcome{}
}

// zpool refuses to take devices that hold something without -f. A pool is known by its name.
func (r *reader) zpool(o options, rest []string, line int) outcome {
	switch first(rest) {
	case "create":
		layout := []string{"mirror", "raidz", "raidz1", "raidz2", "raidz3", "log", "cache", "spare"}
		devices := slices.DeleteFunc(slices.Clone(rest[min(2, len(rest)):]), func(d string) bool { return slices.Contains(layout, d) })
		r.makePool(rest)
		r.format(line, "zpool", first(devices), Known("zfs"), !o.has("f"))
		return outcome{}
	case "import":
		r.makePool(rest)
	case "get", "list", "status":
		r.blur("zpool", atom{probe: []string{stack}})
	default:
		return outcome{}
	}
	return either(about(filled, stack), about(empty, stack))
}

// makePool notes that a pool comes to exist, and with it the file systems in it.
func (r *reader) makePool(args []string) {
	if len(args) > 1 {
		r.make(args[1])
		r.make(args[1] + "/")
	}
}
