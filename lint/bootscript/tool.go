package bootscript

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// say writes to where the output goes.
func (r *reader) say(text string, line int) {
	if r.out != nil && len(r.out.lines) < 5000 && !r.spend(1+len(text)/256) {
		r.out.write(text, line)
	}
}

// blur notes output of a tool of which only a is known.
func (r *reader) blur(tool string, a atom) {
	if r.out == nil {
		return // what only a person sees
	}
	if a.why == "" {
		a.why = "it is the output of " + r.show(tool)
	}
	r.out.blur(a)
}

// input gives what is known of the input of a filter, whose output it is still about.
func (r *reader) input() atom {
	a := atom{}
	if r.in != nil {
		a = r.in.atom
	}
	a.why = ""
	return a
}

// filtered gives what is known of the output of a filter with some arguments.
func (r *reader) filtered(args []string) atom {
	a := r.input()
	a.scratch = a.scratch || a.lookup && picksScratch(args)
	return a
}

// pass writes a stream to where the output goes.
func (r *reader) pass(s *stream) {
	if r.out != nil && !r.spend(len(s.lines)) {
		r.out.copy(s)
	}
}

// tool reads a program. name is without its directory.
func (r *reader) tool(name, full string, args []string, at place) outcome {
	switch name {
	case ":", "cd", "chmod", "chown", "false", "local", "logger", "mkdir", "rm", "rmdir", "sleep", "sync", "touch", "trap", "true", "umask", "wait":
	case "echo":
		r.echo(args, at)
	case "printf":
		r.printf(args, at.line)
	case "cat":
		r.cat(args)
	case "seq":
		r.seq(args, at.line)
	case "tee":
		if o, paths := parse(name, args); r.in != nil {
			for _, p := range paths {
				r.writeFile(p, r.in, o.has("a", "append"), at.line)
			}
			r.pass(r.in)
		}
	case "cp", "install", "ln", "mv", "rsync", "scp":
		if _, rest := parse(name, args); len(rest) == 2 {
			r.copyFile(rest[0], rest[1], at.line)
		}
	default:
		o := r.program(name, full, args, at)
		r.blur(name, atom{}) // where no more is known of its output
		return o
	}
	return outcome{}
}

// program reads a tool whose output is not known as a whole.
func (r *reader) program(name, full string, args []string, at place) outcome {
	line := at.line
	switch name {
	case "ash", "bash", "dash", "ksh", "runuser", "sh", "su", "zsh":
		r.runShell(name, args, at)
	case "goofys", "mount", "mount-s3", "mount.cifs", "mount.efs", "mount.lustre", "mount.nfs", "mount.nfs4", "s3fs":
		return r.mount(name, args, line)
	case "egrep", "fgrep", "grep", "zgrep":
		return r.grepCommand(name, args)
	case "aws":
		r.aws(args, line)
	case "ec2-attach-volume", "ec2attvol":
		o, rest := parse(name, args)
		r.attach(first(rest), o.get("device", "d"), line)
	case "udevadm":
		r.udevadm(args)
	case "systemctl":
		r.systemctl(args)
	case "awk", "ed", "ex", "gawk", "perl", "sed", "vi", "vim":
		r.edit(name, args, line)
	case "xargs":
		a := r.input()
		a.why = "it is read from the input of xargs"
		o, v := options{}, r.unknown(a)
		rest := leading(name, args, o)
		if !o.has("I", "i") {
			rest = append(slices.Clone(rest), "{}") // the input stands last
		}
		for i, w := range rest {
			rest[i] = strings.ReplaceAll(w, "{}", v)
		}
		if len(rest) > 1 {
			r.call(rest, at)
		}
	case "curl", "wget":
		o, _ := parse(name, args)
		to := o.get("o", "output")
		if name == "wget" {
			to = o.get("O", "output-document")
		}
		r.fetched(to, line)
		if strings.Contains(strings.Join(args, " "), "block-device-mapping") {
			r.blur(name, atom{why: "it is read from the metadata service"})
		}
	default:
		if o, ok := r.probe(name, args); ok {
			return o
		}
		if o, ok := r.formatter(name, args, line); ok {
			return o
		}
		r.unknownTool(name, full, args, line)
		a := r.filtered(args)
		if name == "wc" {
			a.status = nil
		}
		r.blur(name, a)
	}
	return outcome{}
}

// Programs that are not read and may do anything, those of which it is known that they do not, and what to look for.
var (
	interpreters = regexp.MustCompile(`^(?:python[\d.]*|ruby|node|php|perl|Rscript|lua|expect|pwsh)$`)
	configurers  = regexp.MustCompile(`^(?:ansible[\w-]*|chef[\w-]*|cinc[\w-]*|puppet|salt-call|salt-minion|cfn-init|terraform|knife|nix|nixos-rebuild|amazon-ebs-autoscale|rexray)$`)
	attachers    = regexp.MustCompile(`(?i)ebs|attach|volum`)
	reaches      = regexp.MustCompile(`(?i)boto|attach|subprocess|os\.system|mount|/dev/|fstab|exec`)
	ordinaryDirs = regexp.MustCompile(`^(?:/usr)?/s?bin/|^/usr/|^/etc/init\.d/|^/snap/bin/|^/etc/eks/bootstrap\.sh$|^(?:\./|/tmp/)?aws/install$|^\./(?:configure|install)$|/bin/(?:pip[\d.]*|npm|systemctl|aws)$`)
	knownTools   = regexp.MustCompile(`^(?:cfn-signal|cfn-hup|cfn-get-metadata|amazon-cloudwatch-agent-ctl|ebsnvme-id|amazon-efs-utils|pip[\d.]*|lsvol|volname|xe-linux-.*)$`)
	installs     = regexp.MustCompile(`^(?:install|update|upgrade|clean|remove|-y|makecache|enable|repo.*)$`)
)

// unknownTool notes commands that may do anything.
func (r *reader) unknownTool(name, full string, args []string, line int) {
	switch {
	case !known(full):
		if r.only(full) != nil {
			r.opaque(line, "it runs a command whose name is not known")
		}
	case interpreters.MatchString(name):
		program, what := "", ""
		switch a := first(args); a {
		case "-c", "-e":
			program = strings.Join(args, " ")
		case "", "-":
			if r.in != nil {
				program = r.in.String()
				if r.in.why != "" && !r.in.lookup {
					program += "exec" // what is not known may reach anything
				}
			}
		case "-m", "-V", "--version":
		default:
			program, what = "exec", ", "+r.show(path.Base(a))
		}
		if reaches.MatchString(program) {
			r.opaque(line, "it runs a program in "+r.show(name)+what)
		}
	case configurers.MatchString(name):
		if !installs.MatchString(first(args)) {
			r.opaque(line, "it runs "+r.show(name))
		}
	case name == "docker" || name == "podman":
		if s := strings.Join(args, " "); strings.Contains(s, "--privileged") || strings.Contains(s, "/dev:") {
			r.opaque(line, "it runs a container that may do what the host may")
		}
	case knownTools.MatchString(name):
	case name == "setup-local-disks", full == "/etc/eks/bootstrap.sh" && slices.Contains(args, "--local-disks"):
		// The scripts of EKS's images touch no other disks. With the mode mount they make no array.
		r.unread(line, "it formats and mounts the instance store with "+name)
		if !slices.Contains(args, "mount") {
			r.make("md")
		}
	case strings.Contains(full, "/") && !ordinaryDirs.MatchString(full), attachers.MatchString(name):
		r.opaque(line, "it runs "+r.show(full)+", which the user data did not write")
	}
}

// echo writes words. Its text may span lines, of which each stands in its own; those that it makes with escapes all stand in one.
func (r *reader) echo(args []string, at place) {
	newline, esc := "\n", false
	for len(args) > 0 && len(args[0]) > 1 && strings.Trim(args[0], "-neE") == "" && args[0][0] == '-' {
		if strings.Contains(args[0], "n") {
			newline = ""
		}
		esc = strings.Contains(args[0], "e")
		args = args[1:]
	}
	line := at.first
	for part := range strings.SplitAfterSeq(strings.Join(args, " "), "\n") {
		if esc {
			part = escapes(part)
		}
		r.sayIn(part, min(line, at.last))
		line++
	}
	r.say(newline, at.last)
}

// sayIn writes lines that all stand in one line of the script.
func (r *reader) sayIn(text string, line int) {
	for l := range strings.SplitAfterSeq(text, "\n") {
		r.say(l, line)
	}
}

var printfVerb = regexp.MustCompile(`%[-0-9.]*[sdb%]`)

// printf writes its format as often as there are arguments for it.
func (r *reader) printf(args []string, line int) {
	if len(args) > 1 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 || args[0] == "-v" {
		return
	}
	format, args := args[0], args[1:]
	for round := 0; round == 0 || len(args) > 0 && round < 100; round++ {
		used := false
		r.sayIn(printfVerb.ReplaceAllStringFunc(escapes(format), func(v string) string {
			if v == "%%" {
				return "%"
			}
			used = true
			a := first(args)
			args = args[min(1, len(args)):]
			return a
		}), line)
		if !used {
			break
		}
	}
}

// seq writes few numbers.
func (r *reader) seq(args []string, line int) {
	if len(args) == 1 {
		args = []string{"1", args[0]}
	}
	if len(args) == 2 {
		lo, err1 := strconv.Atoi(args[0])
		hi, err2 := strconv.Atoi(args[1])
		if err1 == nil && err2 == nil && hi-lo < maxUnroll {
			for i := lo; i <= hi; i++ {
				r.say(strconv.Itoa(i)+"\n", line)
			}
			return
		}
	}
	r.blur("seq", atom{})
}

// cat writes files or its input.
func (r *reader) cat(args []string) {
	_, paths := parse("cat", args)
	if len(paths) == 0 {
		paths = []string{"-"}
	}
	for _, p := range paths {
		if p != "-" {
			r.pass(r.read(p))
		} else if r.in != nil {
			r.pass(r.in)
		}
	}
}

// grepCommand reads grep as a test of what its input is about, or of a list of devices.
func (r *reader) grepCommand(name string, args []string) outcome {
	o, rest := parse(name, args)
	pattern := o.get("e", "regexp")
	if !o.has("e", "regexp") && len(rest) > 0 {
		pattern, rest = rest[0], rest[1:]
	}
	a := r.filtered([]string{pattern})
	if len(rest) > 0 {
		a = atom{lookup: rest[0] == partitions}
	}
	out := r.grep(pattern, a)
	if o.has("v", "invert-match") {
		out = out.not()
		a.scratch = r.input().scratch
	}
	if len(out.yes)+len(out.no) > 0 {
		a.test = &out
	}
	if a.types && len(a.probe) == 0 && len(out.yes) == 1 && out.yes[0].state == present {
		a.probe, a.test = []string{out.yes[0].id}, nil // the line of one device
	}
	a.status = nil
	if o.has("q", "quiet", "silent") {
		r.out = nil
	}
	r.blur(name, a)
	return out
}

// aws reads the AWS CLI: what attaches, waits and tells of volumes, and what may do anything.
func (r *reader) aws(args []string, line int) {
	o, rest := parse("aws", args)
	a := atom{}
	switch strings.Join(rest[:min(2, len(rest))], " ") {
	case "ec2 attach-volume":
		r.attach(o.get("volume-id"), o.get("device"), line)
	case "ec2 create-volume":
		a.why = "the volume is made by the script"
	case "ec2 describe-volumes":
		a.volumes = volumesOf(args)
	case "ec2 wait":
		if len(rest) > 2 && rest[2] == "volume-in-use" {
			for _, v := range volumesOf(args) {
				r.waited(fact{state: attached, id: v}, len(r.events))
			}
		}
	case "lambda invoke", "ssm send-command", "ssm start-automation-execution", "stepfunctions start-execution":
		r.opaque(line, "it runs something elsewhere with aws "+rest[0]+" "+rest[1])
	case "s3 cp", "s3 mv":
		if len(rest) == 4 {
			r.fetched(rest[3], line)
		}
	}
	r.blur("aws", a)
}

// anyVolume stands for the volume of a command that does not name it.
const anyVolume = "any"

// volumesOf gives the volumes that a command names: --volume-ids a b, --filters Name=volume-id,Values=a.
func volumesOf(args []string) []string {
	var out []string
	listing := false
	for _, a := range args {
		name, v, ok := strings.Cut(a, "=")
		switch {
		case name == "--volume-ids" || name == "--volume-id":
			listing = !ok
			if ok {
				out = append(out, v)
			}
		case strings.HasPrefix(a, "-"):
			listing = false
		case listing:
			out = append(out, a)
		case strings.Contains(a, "volume-id,Values="):
			_, v, _ = strings.Cut(a, "Values=")
			out = append(out, v)
		}
	}
	if out == nil {
		return []string{anyVolume}
	}
	return out
}

// udevadm reads waits for a device: settle --exit-if-exists, and wait.
func (r *reader) udevadm(args []string) {
	o, rest := parse("udevadm", args)
	var devices []string
	switch {
	case first(rest) == "settle" && o.has("E", "exit-if-exists"):
		devices = []string{o.get("E", "exit-if-exists")}
	case first(rest) == "wait":
		devices = rest[1:]
	}
	for _, d := range devices {
		r.waited(fact{state: present, id: r.ident(d)}, len(r.events))
	}
}

// attach notes a command that attaches a volume.
func (r *reader) attach(volume, device string, line int) {
	if len(r.script.Attachments) >= maxFound {
		r.stop()
		return
	}
	r.event(event{kind: attaches, id: r.ident(device), volume: volume, index: len(r.script.Attachments)})
	a := Attachment{Line: line, Text: r.quote(line), Device: r.deviceFact(device), Awaited: Known(false)}
	if volume != "" {
		a.Volume = r.fact(volume)
	}
	r.script.Attachments = append(r.script.Attachments, a)
}

// mount reads mount and the commands that do the same for one type of file system.
func (r *reader) mount(name string, args []string, line int) outcome {
	o, rest := parse("mount", args)
	fstype := o.get("t", "types")
	if t, ok := strings.CutPrefix(name, "mount."); ok {
		fstype = t
	} else if name != "mount" {
		fstype = name
		if len(rest) > 0 {
			rest[0] = name + "#" + rest[0]
		}
	}
	opts := strings.Join(slices.Concat(o["o"], o["options"]), ",")
	for _, flag := range []struct{ letter, option string }{{"B", "bind"}, {"R", "rbind"}, {"M", "move"}} {
		if o.has(flag.letter, flag.option) {
			opts += "," + flag.option
		}
	}
	device, point := o.get("source"), o.get("target")
	if l := o.get("L", "label"); l != "" {
		device = "LABEL=" + l
	} else if u := o.get("U", "uuid"); u != "" {
		device = "UUID=" + u
	}
	if n := len(rest); n > 2 {
		rest = rest[n-2:] // what stands before may be options in a variable
	}
	switch {
	case o.has("make-private", "make-rprivate", "make-shared", "make-rshared", "make-slave", "make-rslave") && len(rest) < 2, strings.Contains(opts, "remount"):
		return outcome{}
	case len(rest) == 2:
		device, point = rest[0], rest[1]
	case len(rest) == 0 && device != "" && point != "":
	case len(rest) == 1 && device != "":
		point = rest[0]
	case o.has("a", "all"):
		r.event(event{kind: mountsAll})
		return outcome{}
	case len(rest) == 1:
		id := r.ident(rest[0])
		r.event(event{kind: mountsAll, point: rest[0], id: id, ready: r.ready(id)})
		return either(about(mounted, id), nil)
	default:
		return outcome{}
	}
	id := r.ident(device)
	m := r.newMount(line, FromCommand, device, point, fstype, opts)
	if fstype == "" {
		m.FSType = Unknown[string]("the command does not say")
	}
	r.addMount(m, event{kind: mounts, id: id, point: point, ready: r.ready(id)})
	// Who mounts first and formats where that fails asks whether there is a file system.
	return either(about(mounted, id), about(empty, id))
}

// newMount is a mount with all that its words tell.
func (r *reader) newMount(line int, from, device, point, fstype, opts string) Mount {
	list := strings.FieldsFunc(opts, func(c rune) bool { return c == ',' })
	m := Mount{Line: line, From: from, Device: r.deviceFact(device), Naming: r.naming(device, fstype, list), Point: r.fact(point), FSType: r.fact(fstype)}
	if a := r.first(opts); a != nil {
		m.Options = Unknown[[]string](a.why)
		return m
	}
	for i, o := range list {
		list[i] = r.show(o)
	}
	m.Options = Known(list)
	return m
}

// addMount lists a mount, and notes when it happens.
func (r *reader) addMount(m Mount, e event) {
	if len(r.script.Mounts) >= maxFound {
		r.stop()
		return
	}
	m.Text = r.quote(m.Line)
	m.Provided, m.Awaited = Known(false), Known(false)
	e.index = len(r.script.Mounts)
	r.script.Mounts = append(r.script.Mounts, m)
	r.event(e)
}
