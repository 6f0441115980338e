package bootscript

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

const fstab = "/etc/fstab"

// read gives the content of a file.
func (r *reader) read(name string) *stream {
	if s, ok := r.substs[name]; ok {
		return s
	}
	if f := r.files[path.Clean(name)]; f != nil {
		return &f.stream
	}
	return &stream{atom: atom{why: "it is read from a file", lookup: name == partitions}}
}

// writeFile notes what a script writes to a file: lines of fstab are read at once, other files are kept, as the script may run them.
func (r *reader) writeFile(name string, s *stream, appends bool, line int) {
	if !strings.HasPrefix(name, "/") && strings.Contains(name, ":") || strings.HasPrefix(name, "/dev/") {
		return
	}
	name = path.Clean(name)
	if name == fstab || strings.HasPrefix(name, "/etc/fstab.d/") {
		if s.why != "" {
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
		f = &file{doc: r.src.doc, at: len(r.events)}
		r.files[name] = f
	}
	if !r.spend(len(s.lines)) && len(f.lines)+len(s.lines) <= 20_000 {
		f.copy(s)
	}
}

// copyFile reads cp, mv, install and ln -s.
func (r *reader) copyFile(from, to string, line int) {
	f := r.files[path.Clean(from)]
	if strings.HasSuffix(to, "/") || to == path.Dir(fstab) {
		to = path.Join(to, path.Base(from))
	}
	switch {
	case f != nil:
		old := r.src
		r.src = &source{first: line, doc: f.doc}
		r.writeFile(to, &f.stream, false, line)
		r.src = old
		f.ran = true // the copy stands for it
	case path.Clean(to) == fstab && !strings.HasPrefix(from, fstab):
		r.unread(line, "it replaces /etc/fstab by "+orDefault(r.about(from).why, r.show(from)))
	}
}

// fetched notes that a file from elsewhere takes the place of one that counts.
func (r *reader) fetched(to string, line int) {
	if path.Clean(to) == fstab || r.files[path.Clean(to)] != nil {
		r.writeFile(to, &stream{atom: atom{why: "it is fetched from elsewhere"}}, false, line)
	}
}

// fstabLine reads one line of fstab.
func (r *reader) fstabLine(text string, line int) {
	f := strings.Fields(text)
	switch {
	case len(f) == 0 || f[0][0] == '#':
	case len(f) > 1:
		r.entry(f, line, FromFstab)
	case !known(text):
		r.unread(line, "a line for /etc/fstab: "+r.about(text).why)
	}
}

// entry notes an entry of fstab, of which the later fields may be absent.
func (r *reader) entry(f []string, line int, from string) {
	f = append(slices.Clone(f), []string{"", "", "auto", "defaults"}[min(len(f), 4):]...)
	device := strings.NewReplacer(`\040`, " ", `"`, "").Replace(f[0])
	point := strings.ReplaceAll(f[1], `\040`, " ")
	m := r.newMount(line, from, device, point, f[2], f[3])
	options, _ := m.Options.Get()
	waitsFor := slices.ContainsFunc(options, func(o string) bool {
		return (strings.HasPrefix(o, "x-systemd.requires=") || strings.HasPrefix(o, "x-systemd.after=")) && strings.HasSuffix(o, ".device")
	})
	id := r.ident(device)
	r.addMount(m, event{kind: writesFstab, id: id, point: point, ready: r.ready(id) || waitsFor})
}

var (
	sedAppend = regexp.MustCompile(`^(?:\$|[0-9]+|/(?:[^/\\]|\\.)*/)?\s*[aic]\s*\\?\s*(.*)$`)
	sedPrefix = regexp.MustCompile(`^s[/|,#]\^[/|,#]([^/|,#&\\]*)[/|,#]$`)
	sedDelete = regexp.MustCompile(`^(?:\$|[0-9,]+|/(?:[^/\\]|\\.)*/|\\(.).*)?\s*d$`)
)

// edit reads tools that edit files or filter. Of those that edit fstab only what sed adds is read.
func (r *reader) edit(name string, args []string, line int) {
	edits := slices.Contains(args, fstab)
	a := r.filtered(args)
	if (strings.HasSuffix(name, "awk") || name == "sed") && !edits && r.in != nil && len(args) > 0 {
		if m := sedPrefix.FindStringSubmatch(args[len(args)-1]); m != nil {
			a.prefix = m[1] + a.prefix
		}
		// A filter that looks for a device is a test of it, as grep is.
		if o := r.grep(strings.Trim(args[len(args)-1], "/p{}"), a); len(o.yes) > 0 && a.test == nil && len(a.probe) == 0 {
			a.test = &o
		}
	}
	r.blur(name, a)
	switch {
	case name == "perl" && !strings.HasPrefix(first(args), "-"):
		r.unknownTool(name, name, args, line)
	case !edits || strings.HasSuffix(name, "awk"):
	case name == "sed":
		r.sedFstab(args, line)
	default:
		r.unread(line, name+" edits /etc/fstab")
	}
}

// sedFstab reads sed -i on fstab: the lines that it adds.
func (r *reader) sedFstab(args []string, line int) {
	o, rest := parse("sed", args)
	if !o.has("i", "in-place") {
		return
	}
	scripts := slices.Concat(o["e"], o["expression"])
	if len(scripts) == 0 {
		scripts = rest[:min(1, len(rest))]
	}
	for cmd := range strings.SplitSeq(strings.Join(scripts, ";"), ";") {
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

// systemctl reads what starts mounts, devices, and services that the script wrote.
func (r *reader) systemctl(args []string) {
	o, rest := parse("systemctl", args)
	if verb := first(rest); verb != "start" && verb != "restart" && !(verb == "enable" && o.has("now")) {
		return
	}
	for _, unit := range rest[1:] {
		name, kind := strings.TrimSuffix(unit, path.Ext(unit)), path.Ext(unit)
		where := "/" + strings.ReplaceAll(strings.ReplaceAll(name, "-", "/"), `\x2d`, "-") // as systemd-escape has it
		switch kind {
		case ".device":
			r.waited(fact{state: present, id: r.ident(where)}, len(r.events))
		case ".mount":
			// systemd waits for the device of a mount unit.
			r.event(event{kind: mountsAll, point: where, ready: true})
		default:
			if f := r.files["/etc/systemd/system/"+strings.TrimSuffix(unit, ".service")+".service"]; f != nil && !f.ran {
				f.ran = true
				r.service(f)
			}
		}
	}
}

// service reads the commands of a systemd service. A daemon attaches nothing; a script may, and those that are known are read.
func (r *reader) service(f *file) {
	for _, l := range f.lines {
		key, command, _ := strings.Cut(strings.TrimSpace(l.text), "=")
		command = strings.TrimLeft(strings.TrimSpace(command), "-@+!:")
		name, _, _ := strings.Cut(command, " ")
		base := path.Base(name)
		if strings.HasPrefix(key, "ExecStart") && (r.files[path.Clean(name)] != nil || shells[base] || strings.Contains(command, "mount") || strings.HasPrefix(base, "mk")) {
			r.shell(command, &source{first: l.line, doc: f.doc})
		}
	}
}

// mountUnit reads a systemd mount unit. It needs the unit of its device, so that systemd waits for that.
func (r *reader) mountUnit(f *file) {
	values, line := map[string]string{}, 0
	for _, l := range f.lines {
		key, v, _ := strings.Cut(l.text, "=")
		key = strings.TrimSpace(key)
		values[key] = strings.TrimSpace(v)
		if key == "What" {
			line = l.line
		}
	}
	if line == 0 {
		return
	}
	r.src = &source{first: line, doc: f.doc}
	what, where := values["What"], values["Where"]
	m := r.newMount(line, FromSystemd, what, where, orDefault(values["Type"], "auto"), values["Options"])
	r.addMount(m, event{kind: writesFstab, id: r.ident(what), point: where, ready: strings.HasPrefix(what, "/dev/") || strings.Contains(what, "=")})
	// It was written where the file was, which is what an attachment comes before or after.
	i := len(r.events) - 1
	e := r.events[i]
	r.events = slices.Insert(r.events[:i], min(f.at, i), e)
}
