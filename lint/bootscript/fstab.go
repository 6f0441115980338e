package bootscript

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

const fstab = "/etc/fstab"

// writeFile notes what a script writes to a file: lines of fstab are read at once, other files are kept, as the script may run them.
func (r *reader) writeFile(name string, s *stream, appends bool, line int) {
	if !known(name) || !strings.HasPrefix(name, "/") && strings.Contains(name, ":") || strings.HasPrefix(name, "/dev/") {
		return
	}
	name = path.Clean(name)
	if name == fstab || strings.HasPrefix(name, "/etc/fstab.d/") {
		if s.blurred {
			r.unread(line, "lines for /etc/fstab: "+s.why)
		}
		for _, l := range s.lines {
			r.fstabLine(l.text, l.line)
		}
		return
	}
	f := r.files[name]
	if f == nil || !appends {
		if len(r.files) >= 4*maxFound {
			return
		}
		f = &file{src: r.doc, at: len(r.events)}
		r.files[name] = f
	}
	if r.spend(len(s.lines)) || len(f.lines)+len(s.lines) > 20_000 {
		return
	}
	f.lines = append(slices.Clip(f.lines), s.lines...)
	if s.blurred && !f.blurred {
		f.blurred, f.atom = true, s.atom
	}
}

// copyFile reads cp, mv, install and ln -s.
func (r *reader) copyFile(name string, args []string, line int) {
	_, rest := parseOptions(args, "togmSZ", "target-directory", "suffix", "mode", "owner", "group")
	if len(rest) != 2 || !known(rest[0]) || !known(rest[1]) {
		return
	}
	from, to := path.Clean(rest[0]), path.Clean(rest[1])
	f := r.files[from]
	if strings.HasSuffix(rest[1], "/") {
		to = path.Join(to, path.Base(from))
	}
	switch {
	case f != nil:
		old := r.doc
		r.doc = f.src
		r.writeFile(to, &stream{lines: f.lines, atom: f.atom, blurred: f.blurred}, false, line)
		r.doc = old
		if g := r.files[to]; g != nil {
			f.ran = true // the copy stands for it
			g.ran = false
		}
	case to == fstab && !strings.HasPrefix(from, fstab):
		r.unread(line, "it replaces /etc/fstab by "+r.show(from))
	}
}

// fstabLine reads one line of fstab.
func (r *reader) fstabLine(text string, line int) {
	text = strings.TrimSpace(text)
	if text == "" || text[0] == '#' {
		return
	}
	f := strings.Fields(text)
	if len(f) == 1 && !known(text) {
		r.unread(line, "a line for /etc/fstab: "+r.about(text).why)
		return
	}
	if len(f) < 2 {
		return
	}
	r.entry(f, line, FromFstab)
}

// entry notes an entry of fstab, of which the later fields may be absent.
func (r *reader) entry(f []string, line int, from string) {
	fstype, opts := "auto", "defaults"
	if len(f) > 2 {
		fstype = f[2]
	}
	if len(f) > 3 {
		opts = f[3]
	}
	var options []string
	for o := range strings.SplitSeq(opts, ",") {
		if o != "" {
			options = append(options, o)
		}
	}
	device := strings.ReplaceAll(f[0], `\040`, " ")
	device = strings.ReplaceAll(device, `"`, "")
	point := strings.ReplaceAll(f[1], `\040`, " ")
	m := Mount{
		Line: line, From: from, Device: r.deviceFact(device), Naming: r.naming(device, fstype, options), Point: r.fact(point), FSType: r.fact(fstype),
		Options: r.optionList(options, known(opts)),
	}
	id := r.ident(device)
	waitsFor := slices.ContainsFunc(options, func(o string) bool {
		return (strings.HasPrefix(o, "x-systemd.requires=") || strings.HasPrefix(o, "x-systemd.after=")) && strings.HasSuffix(o, ".device")
	})
	r.addMount(m, event{kind: writesFstab, id: id, point: point, ready: r.ready(id) || waitsFor})
}

var (
	sedAppend = regexp.MustCompile(`^(?:\$|[0-9]+|/(?:[^/\\]|\\.)*/)?\s*[aic]\s*\\?\s*(.*)$`)
	sedDelete = regexp.MustCompile(`^(?:\$|[0-9,]+|/(?:[^/\\]|\\.)*/|\\(.).*)?\s*d$`)
)

// edit reads tools that edit files. Of those that edit fstab only what sed adds is read.
func (r *reader) edit(name string, args []string, line int, from string) outcome {
	in := slices.Contains(args, fstab)
	a := atom{why: from}
	if r.in != nil && r.in.blurred {
		a = r.in.atom
		a.why = from
	}
	if (name == "awk" || name == "gawk" || name == "sed") && !in && r.in != nil && len(args) > 0 {
		// A filter that looks for a device is a test of it, as grep is.
		if o := r.grep(strings.Trim(args[len(args)-1], "/p{}"), a); len(o.yes) > 0 && a.test == nil && len(a.probe) == 0 {
			a.test = &o
		}
	}
	r.blur(a)
	if name == "perl" && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		r.unknownTool(name, name, args, line)
	}
	if !in {
		return outcome{}
	}
	if name != "sed" {
		if !strings.HasSuffix(name, "awk") {
			r.unread(line, r.show(name)+" edits /etc/fstab")
		}
		return outcome{}
	}
	o, rest := parseOptions(args, "efl", "expression", "file")
	scripts := append(o["e"], o["expression"]...)
	if len(scripts) == 0 && len(rest) > 0 {
		scripts = rest[:1]
	}
	if !o.has("i", "in-place") && !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "-i") }) {
		return outcome{}
	}
	for _, script := range scripts {
		for cmd := range strings.SplitSeq(script, ";") {
			cmd = strings.TrimSpace(cmd)
			switch m := sedAppend.FindStringSubmatch(cmd); {
			case cmd == "", sedDelete.MatchString(cmd):
			case m != nil:
				for l := range strings.SplitSeq(escapes(m[1]), "\n") {
					r.fstabLine(strings.TrimSuffix(l, `\`), line)
				}
			default:
				r.unread(line, "sed edits /etc/fstab")
			}
		}
	}
	return outcome{}
}

// systemctl reads what starts mounts, devices, and services that the script wrote.
func (r *reader) systemctl(args []string) {
	o, rest := parseOptions(args, "tpHMns", "type", "property")
	if len(rest) < 2 || rest[0] != "start" && rest[0] != "restart" && !(rest[0] == "enable" && o.has("now")) {
		return
	}
	for _, unit := range rest[1:] {
		switch {
		case strings.HasSuffix(unit, ".device"):
			r.waited(fact{state: present, id: r.ident("/" + unitPath(strings.TrimSuffix(unit, ".device")))}, len(r.events))
		case strings.HasSuffix(unit, ".mount"):
			// systemd waits for the device of a mount unit.
			r.event(event{kind: mountsAll, point: "/" + unitPath(strings.TrimSuffix(unit, ".mount")), ready: true})
		case known(unit):
			f := r.files["/etc/systemd/system/"+strings.TrimSuffix(unit, ".service")+".service"]
			if f != nil && !f.ran {
				f.ran = true
				r.service(f)
			}
		}
	}
}

// unitPath turns the name of a unit back into the path that it stands for.
func unitPath(name string) string {
	name = strings.ReplaceAll(name, "-", "/")
	return strings.ReplaceAll(name, `\x2d`, "-")
}

// service reads the commands of a systemd service.
func (r *reader) service(f *file) {
	for _, l := range f.lines {
		key, value, ok := strings.Cut(strings.TrimSpace(l.text), "=")
		if !ok || !strings.HasPrefix(key, "ExecStart") {
			continue
		}
		value = strings.TrimLeft(strings.TrimSpace(value), "-@+!:")
		name, _, _ := strings.Cut(value, " ")
		// A daemon attaches nothing; a script may, and those that are known are read.
		if r.files[path.Clean(name)] == nil && !shells[path.Base(name)] && !strings.Contains(value, "mount") && !strings.HasPrefix(path.Base(name), "mk") {
			continue
		}
		old := r.doc
		r.doc = f.src
		r.shell(value, &source{first: l.line, doc: f.src})
		r.doc = old
	}
}

// runLeftovers reads what is written for a later time: scripts for every boot, and mount units.
func (r *reader) runLeftovers() {
	names := slices.Sorted(mapKeys(r.files))
	for _, name := range names {
		f := r.files[name]
		if f.ran || !strings.HasPrefix(name, "/var/lib/cloud/scripts/per-") && name != "/etc/rc.local" && name != "/etc/rc.d/rc.local" {
			continue
		}
		r.doc, r.vars, r.trail, r.funcs = f.src, map[string]variable{}, nil, map[string]function{}
		r.args, r.argsKnown, r.conds, r.loops = nil, true, nil, nil
		r.runFile(f, name, nil, firstLine(f.lines))
	}
	for _, name := range names {
		if f := r.files[name]; strings.HasSuffix(name, ".mount") && strings.Contains(name, "/systemd/") && !f.blurred {
			r.mountUnit(f)
		}
	}
}

func firstLine(lines []textLine) int {
	if len(lines) == 0 {
		return 1
	}
	return lines[0].line
}

// mountUnit reads a systemd mount unit. It needs the unit of its device, so that systemd waits for that.
func (r *reader) mountUnit(f *file) {
	r.doc = f.src
	values, line := map[string]string{}, 0
	for _, l := range f.lines {
		key, value, ok := strings.Cut(l.text, "=")
		if key = strings.TrimSpace(key); !ok || strings.HasPrefix(key, "#") {
			continue
		}
		if key == "What" {
			line = l.line
		}
		values[key] = strings.TrimSpace(value)
	}
	if line == 0 {
		return
	}
	var options []string
	for o := range strings.SplitSeq(values["Options"], ",") {
		if o != "" {
			options = append(options, o)
		}
	}
	what, where, fstype := values["What"], values["Where"], orDefault(values["Type"], "auto")
	m := Mount{
		Line: line, From: FromSystemd, Device: r.deviceFact(what), Naming: r.naming(what, fstype, options), Point: r.fact(where), FSType: r.fact(fstype),
		Options: r.optionList(append([]string{}, options...), known(values["Options"])),
	}
	r.addMount(m, event{kind: writesFstab, id: r.ident(what), point: where, ready: strings.HasPrefix(what, "/dev/") || strings.Contains(what, "=")})
	// It was written where the file was, which is what an attachment comes before or after.
	i := len(r.events) - 1
	e := r.events[i]
	r.events = slices.Insert(r.events[:i], min(f.at, i), e)
}
