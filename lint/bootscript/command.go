package bootscript

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// options are those of a command: by letter, or by name.
type options map[string][]string

func (o options) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := o[n]; return ok })
}

func (o options) get(names ...string) string {
	for _, n := range names {
		if v := o[n]; len(v) > 0 {
			return v[len(v)-1]
		}
	}
	return ""
}

// parseOptions tells options and operands apart. Letters in valued have a value, and so have the long options that are given.
func parseOptions(args []string, valued string, long ...string) (options, []string) {
	o := options{}
	var rest []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		value := func() string {
			if i+1 < len(args) {
				i++
				return args[i]
			}
			return ""
		}
		switch {
		case a == "--":
			return o, append(rest, args[i+1:]...)
		case strings.HasPrefix(a, "--"):
			name, v, ok := strings.Cut(a[2:], "=")
			if !ok && slices.Contains(long, name) {
				v = value()
			}
			o[name] = append(o[name], v)
		case len(a) > 1 && a[0] == '-':
			for j, c := range a[1:] {
				name := string(c)
				if strings.ContainsRune(valued, c) {
					v := a[1+j+len(name):]
					if v == "" {
						v = value()
					}
					o[name] = append(o[name], v)
					break
				}
				o[name] = append(o[name], "")
			}
		default:
			rest = append(rest, a)
		}
	}
	return o, rest
}

// A place is where a command stands, and the lines of its word that has several, such as the script of bash -c, or else of its last.
type place struct{ line, first, last int }

// call reads one command.
func (r *reader) call(args []string, at place) (outcome, flow) {
	line := at.line
	if r.spend(3) || r.commands > maxCommands {
		return outcome{}, goesOn
	}
	if len(args) > 1 && args[0] == "exec" {
		o, _ := r.call(args[1:], at)
		return o, exits
	}
	args = withoutPrefixes(args)
	if len(args) == 0 && r.in != nil {
		args = []string{"bash"} // sudo -s <<EOF
	}
	if len(args) == 0 {
		return outcome{}, goesOn
	}
	name, rest := args[0], args[1:]
	if fn, ok := r.funcs[name]; ok {
		return r.callFunction(fn, rest)
	}
	switch name {
	case "exit":
		r.leaves(r.outer)
		return outcome{}, exits
	case "return":
		r.leaves(r.outer)
		return outcome{}, returns
	case "break":
		r.leaves(len(r.loops) - 1)
		return outcome{}, breaks
	case "continue":
		return outcome{}, breaks
	case "test":
		return r.test(rest), goesOn
	case "[":
		if n := len(rest); n > 0 && rest[n-1] == "]" {
			rest = rest[:n-1]
		}
		return r.test(rest), goesOn
	case "eval":
		return outcome{}, r.nested(strings.Join(rest, " "), "eval", at)
	case ".", "source":
		return outcome{}, r.source(rest, line)
	case "set":
		if i := slices.Index(rest, "--"); i >= 0 {
			r.args = rest[i+1:]
		}
		return outcome{}, goesOn
	case "shift":
		if len(r.args) > 0 {
			r.args = r.args[1:]
		}
		return outcome{}, goesOn
	case "unset":
		for _, n := range rest {
			r.set(n, variable{})
		}
		return outcome{}, goesOn
	case "read":
		for _, n := range rest {
			if !strings.HasPrefix(n, "-") {
				a := atom{why: "it is read from the input of the script"}
				if r.in != nil && r.in.blurred {
					a = r.in.atom
				}
				r.set(n, variable{text: r.unknown(a), set: true})
			}
		}
		return outcome{}, goesOn
	case "exec": // only moves the output
		return outcome{}, goesOn
	}
	if f, ok := r.files[path.Clean(name)]; ok && strings.Contains(name, "/") {
		return outcome{}, r.runFile(f, name, rest, line)
	}
	if strings.HasPrefix(name, "./") {
		if p, ok := r.fileByEnd(name[1:]); ok {
			return outcome{}, r.runFile(r.files[p], name, rest, line)
		}
	}
	o := r.tool(path.Base(name), name, rest, at)
	return o, goesOn
}

// leaves notes under which tests the loops from one on are left.
func (r *reader) leaves(from int) {
	if from < 0 || from >= len(r.loops) {
		return
	}
	l := r.loops[len(r.loops)-1]
	l.waits = append(l.waits, r.conds[min(l.conds, len(r.conds)):]...)
}

// withoutPrefixes takes off what runs another command: sudo, timeout and the like.
func withoutPrefixes(args []string) []string {
	for len(args) > 0 {
		valued, operands := "", 0
		switch path.Base(args[0]) {
		case "builtin", "command", "nohup", "setsid", "time", "busybox":
			if path.Base(args[0]) == "command" && len(args) > 1 && (args[1] == "-v" || args[1] == "-V") {
				return args
			}
		case "sudo", "doas":
			valued = "ugphCRTD"
		case "env":
			valued = "uC"
		case "nice", "ionice", "chrt":
			valued = "ncp"
		case "stdbuf":
			valued = "ioe"
		case "timeout":
			valued, operands = "sk", 1
		case "runuser":
			if !slices.Contains(args, "--") {
				return args
			}
			valued = "ugGw"
		case "flock":
			valued, operands = "wE", 1
		case "cloud-init-per":
			operands = 2
		case "systemd-run", "systemd-inhibit":
			valued = "pMEHGut"
		default:
			return args
		}
		args = args[1:]
		for len(args) > 0 && (strings.HasPrefix(args[0], "-") || valued == "uC" && strings.Contains(args[0], "=")) {
			a := args[0]
			args = args[1:]
			if a == "--" {
				break
			}
			if len(a) == 2 && strings.Contains(valued, a[1:]) && len(args) > 0 {
				args = args[1:]
			}
		}
		// sudo takes assignments too.
		for valued == "ugphCRTD" && len(args) > 0 && strings.Contains(args[0], "=") && !strings.Contains(args[0], "/") {
			args = args[1:]
		}
		args = args[min(operands, len(args)):]
	}
	return args
}

// nested reads a script that is a word of a command.
func (r *reader) nested(text, by string, at place) flow {
	if !known(text) && r.about(text).why != "" && r.only(strings.TrimSpace(text)) != nil {
		r.opaque(at.line, by+" runs a text that is not known")
		return goesOn
	}
	f := r.shell(text, &source{first: at.first, last: at.last, doc: r.doc})
	if by == "eval" {
		return f
	}
	return goesOn
}

// harmlessSources are files that scripts source for settings.
var harmlessSources = regexp.MustCompile(`^/etc/|^/usr/(?:share|lib)/|/activate$|/\.(?:bashrc|profile|bash_profile|cargo/env|nvm/nvm\.sh)$|/nvm\.sh$`)

func (r *reader) source(args []string, line int) flow {
	if len(args) == 0 {
		return goesOn
	}
	name := args[0]
	if f, ok := r.files[path.Clean(name)]; ok {
		return r.runFile(f, name, args[1:], line)
	}
	if s, ok := r.substs[name]; ok {
		if s.blurred {
			r.opaque(line, "it sources the output of a command")
			return goesOn
		}
		return r.nested(s.String(), "source", place{line, line, line})
	}
	r.sourced = "a file that is sourced"
	if !harmlessSources.MatchString(name) {
		r.opaque(line, "it sources "+r.show(name)+", which the user data did not write")
	}
	return goesOn
}

// runFile reads a script that this script wrote.
func (r *reader) runFile(f *file, name string, args []string, line int) flow {
	f.ran = true
	texts, src := make([]string, len(f.lines)), &source{first: line, doc: f.src}
	for i, l := range f.lines {
		texts[i] = l.text
		src.each = append(src.each, l.line)
	}
	text := strings.Join(texts, "\n")
	if f.blurred {
		r.opaque(line, "it runs "+r.show(name)+", which is not known as a whole")
		return goesOn
	}
	if p := interpreter(text); p != "" && !shells[p] {
		r.opaque(line, "it runs "+r.show(name)+", a script for "+r.show(p))
		return goesOn
	}
	oldArgs, oldOuter := r.args, r.outer
	r.args, r.outer = args, len(r.loops)
	r.shell(text, src)
	r.args, r.outer = oldArgs, oldOuter
	return goesOn
}

func (r *reader) fileByEnd(end string) (string, bool) {
	if r.spend(len(r.files)) {
		return "", false
	}
	for _, p := range slices.Sorted(mapKeys(r.files)) {
		if strings.HasSuffix(p, end) {
			return p, true
		}
	}
	return "", false
}

// say writes to where the output goes.
func (r *reader) say(text string, line int) {
	if r.out != nil && len(r.out.lines) < 5000 && !r.spend(1+len(text)/256) {
		r.out.write(text, line)
	}
}

// blur notes output of which only a is known.
func (r *reader) blur(a atom) {
	if r.out != nil {
		r.out.blur(a)
	}
}

// tool reads a program. name is without its directory.
func (r *reader) tool(name, full string, args []string, at place) outcome {
	line, from := at.line, "it is the output of "+r.show(name)
	switch name {
	case ":", "cd", "chmod", "chown", "false", "local", "mkdir", "rm", "rmdir", "sleep", "sync", "touch", "true", "trap", "umask", "wait", "logger":
		return outcome{}
	case "echo":
		r.echo(args, at)
		return outcome{}
	case "printf":
		r.printf(args, line)
		return outcome{}
	case "cat":
		r.cat(args, from)
		return outcome{}
	case "seq":
		if len(args) > 0 && len(args) <= 2 {
			lo, hi := 1, 0
			var err1, err2 error
			hi, err1 = strconv.Atoi(args[len(args)-1])
			if len(args) == 2 {
				lo, err2 = strconv.Atoi(args[0])
			}
			if err1 == nil && err2 == nil && hi-lo < maxUnroll {
				for i := lo; i <= hi; i++ {
					r.say(strconv.Itoa(i)+"\n", line)
				}
				return outcome{}
			}
		}
		r.blur(atom{why: from})
		return outcome{}
	case "tee":
		o, paths := parseOptions(args, "")
		if r.in != nil {
			for _, p := range paths {
				r.writeFile(p, r.in, o.has("a", "append"), line)
			}
			if r.out != nil && !r.spend(len(r.in.lines)) {
				r.out.lines = append(r.out.lines, r.in.lines...)
				if r.in.blurred {
					r.out.blur(r.in.atom)
				}
			}
		}
		return outcome{}
	case "cp", "mv", "install", "ln":
		r.copyFile(name, args, line)
		return outcome{}
	case "sh", "bash", "dash", "ash", "ksh", "zsh", "su", "runuser":
		return r.runShell(name, args, at)
	case "mount", "mount.nfs", "mount.nfs4", "mount.efs", "mount.cifs", "mount.lustre", "mount-s3", "s3fs", "goofys":
		r.blur(atom{why: from})
		return r.mount(name, args, line)
	case "grep", "egrep", "fgrep", "zgrep":
		return r.grepCommand(args, from)
	case "aws":
		r.blurAWS(args, from)
		return r.aws(args, line)
	case "ec2-attach-volume", "ec2attvol":
		r.blur(atom{why: from})
		o, rest := parseOptions(args, "idOWKCU", "instance", "device", "region")
		r.attach(first(rest), orDefault(o.get("device"), o.get("d")), line)
		return outcome{}
	case "udevadm":
		r.blur(atom{why: from})
		o, rest := parseOptions(args, "tE", "timeout", "exit-if-exists")
		switch {
		case first(rest) == "settle" && o.has("exit-if-exists"):
			r.waited(fact{state: present, id: r.ident(o.get("exit-if-exists"))}, len(r.events))
		case first(rest) == "settle" && o.has("E"):
			r.waited(fact{state: present, id: r.ident(o.get("E"))}, len(r.events))
		case first(rest) == "wait":
			for _, d := range rest[1:] {
				r.waited(fact{state: present, id: r.ident(d)}, len(r.events))
			}
		}
		return outcome{}
	case "systemctl":
		r.blur(atom{why: from})
		r.systemctl(args)
		return outcome{}
	case "sed", "perl", "awk", "gawk", "ed", "ex", "vi", "vim", "augtool", "crudini":
		return r.edit(name, args, line, from)
	case "xargs":
		r.blur(atom{why: from})
		_, rest := parseOptions(args, "IiLnPdEs")
		if len(rest) > 1 && !r.spend(1) {
			a := atom{why: "it is read from the input of xargs"}
			if r.in != nil && r.in.why != "" {
				a = r.in.atom
			}
			for i, w := range rest {
				rest[i] = strings.ReplaceAll(w, "{}", r.unknown(a))
			}
			r.call(rest, at)
		}
		return outcome{}
	}
	if o, ok := r.probe(name, args); ok {
		return o
	}
	if o, ok := r.formatter(name, args, line); ok {
		r.blur(atom{why: from})
		return o
	}
	r.unknownTool(name, full, args, line)
	a := atom{why: from}
	if r.in != nil && r.in.blurred {
		// A filter: what it prints is still about the same device.
		a = r.in.atom
		a.why = from
		if name == "wc" {
			a.status = nil
		}
	}
	r.blur(a)
	return outcome{}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// interpreters run programs that are not read. Configuration tools may do anything, too.
var (
	interpreters = regexp.MustCompile(`^(?:python[\d.]*|ruby|node|php|perl|Rscript|lua|expect|pwsh)$`)
	configurers  = regexp.MustCompile(`^(?:ansible[\w-]*|chef[\w-]*|cinc[\w-]*|puppet|salt-call|salt-minion|cfn-init|terraform|knife|nix|nixos-rebuild|amazon-ebs-autoscale|rexray)$`)
	attachers    = regexp.MustCompile(`(?i)ebs|attach|volum`)
	reaches      = regexp.MustCompile(`(?i)boto|attach|subprocess|os\.system|mount|/dev/|fstab|exec`)
	ordinaryDirs = regexp.MustCompile(`^(?:/usr)?/s?bin/|^/usr/|^/etc/init\.d/|^/snap/bin/|^/etc/eks/bootstrap\.sh$|^(?:\./|/tmp/)?aws/install$|^/tmp/aws/install$|^\./(?:configure|install)$|/bin/(?:pip[\d.]*|npm|systemctl|aws)$`)
	knownTools   = regexp.MustCompile(`^(?:cfn-signal|cfn-hup|cfn-get-metadata|amazon-cloudwatch-agent-ctl|ebsnvme-id|amazon-efs-utils|pip[\d.]*|lsvol|volname|xe-linux-.*)$`)
	installs     = regexp.MustCompile(`^(?:install|update|upgrade|clean|remove|-y|makecache|enable|repo.*)$`)
)

// unknownTool notes commands that may do anything.
func (r *reader) unknownTool(name, full string, args []string, line int) {
	show := r.show(name)
	switch {
	case !known(full):
		if r.only(full) != nil {
			r.opaque(line, "it runs a command whose name is not known")
		}
	case interpreters.MatchString(name):
		switch a := first(args); {
		case a == "-c" || a == "-e":
			if reaches.MatchString(strings.Join(args, " ")) {
				r.opaque(line, "it runs a program in "+show)
			}
		case a == "-m", a == "-V", a == "--version", a == "-", a == "" && r.in == nil:
			if a == "-" && (r.in == nil || r.in.blurred || reaches.MatchString(r.in.String())) {
				r.opaque(line, "it runs a program in "+show)
			}
		case a == "":
			if r.in.blurred && !r.in.lookup || reaches.MatchString(r.in.String()) {
				r.opaque(line, "it runs a program in "+show)
			}
		default:
			r.opaque(line, "it runs a program in "+show+", "+r.show(path.Base(a)))
		}
	case configurers.MatchString(name):
		if !installs.MatchString(first(args)) {
			r.opaque(line, "it runs "+show)
		}
	case name == "docker" || name == "podman":
		if s := strings.Join(args, " "); strings.Contains(s, "--privileged") || strings.Contains(s, "/dev:") {
			r.opaque(line, "it runs a container that may do what the host may")
		}
	case knownTools.MatchString(name):
	case strings.Contains(full, "/") && !ordinaryDirs.MatchString(full), attachers.MatchString(name):
		r.opaque(line, "it runs "+r.show(full)+", which the user data did not write")
	}
}

// echo writes words. Its text may span lines, so the place is that of the last word's beginning.
func (r *reader) echo(args []string, at place) {
	if r.out == nil {
		return // what only a person sees
	}
	newline, esc := "\n", false
	for len(args) > 0 && len(args[0]) > 1 && strings.Trim(args[0], "-neE") == "" && args[0][0] == '-' {
		if strings.Contains(args[0], "n") {
			newline = ""
		}
		esc = strings.Contains(args[0], "e")
		args = args[1:]
	}
	r.sayOf(strings.Join(args, " "), esc, newline, at)
}

// sayOf writes a text; the lines that it makes with escapes all stand in one line of the script.
func (r *reader) sayOf(text string, esc bool, end string, at place) {
	line := at.first
	for part := range strings.SplitAfterSeq(text, "\n") {
		if esc {
			part = escapes(part)
		}
		for sub := range strings.SplitAfterSeq(part, "\n") {
			r.say(sub, min(line, at.last))
		}
		line++
	}
	r.say(end, at.last)
}

var printfVerb = regexp.MustCompile(`%[-0-9.]*[sdb%]`)

func (r *reader) printf(args []string, line int) {
	if len(args) > 1 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 || args[0] == "-v" || r.out == nil {
		return
	}
	format, args := args[0], args[1:]
	for round := 0; round == 0 || len(args) > 0 && round < 100; round++ {
		used := false
		text := printfVerb.ReplaceAllStringFunc(escapes(format), func(v string) string {
			if v == "%%" {
				return "%"
			}
			used = true
			if len(args) == 0 {
				return ""
			}
			a := args[0]
			args = args[1:]
			return a
		})
		for sub := range strings.SplitAfterSeq(text, "\n") {
			r.say(sub, line)
		}
		if !used {
			break
		}
	}
}

func (r *reader) cat(args []string, from string) {
	_, paths := parseOptions(args, "")
	if len(paths) == 0 {
		paths = []string{"-"}
	}
	for _, p := range paths {
		s := r.in
		if p != "-" {
			s = r.read(p)
		}
		if s == nil {
			r.blur(atom{why: from, lookup: p == "/proc/partitions"})
			continue
		}
		if r.out != nil && !r.spend(len(s.lines)) {
			r.out.lines = append(r.out.lines, s.lines...)
			if s.blurred {
				r.out.blur(s.atom)
			}
		}
	}
}

// read gives the content of a file.
func (r *reader) read(name string) *stream {
	if s, ok := r.substs[name]; ok {
		return s
	}
	if f, ok := r.files[path.Clean(name)]; ok {
		return &stream{lines: f.lines, atom: f.atom, blurred: f.blurred}
	}
	a := atom{why: "it is read from a file", lookup: name == "/proc/partitions"}
	return &stream{atom: a, blurred: true}
}

func (r *reader) runShell(name string, args []string, at place) outcome {
	line := at.line
	o, rest := parseOptions(args, "co", "rcfile", "init-file")
	if name == "su" || name == "runuser" {
		o, rest = parseOptions(args, "csgG", "command", "shell")
		rest = nil
	}
	switch c := orDefault(o.get("c"), o.get("command")); {
	case o.has("c", "command"):
		oldArgs := r.args
		if len(rest) > 0 {
			r.args = rest[1:]
		}
		mark := len(r.trail)
		r.nested(c, name, at)
		r.undo(mark)
		r.args = oldArgs
	case len(rest) > 0 && !o.has("s"):
		if f, ok := r.files[path.Clean(rest[0])]; ok {
			r.runFile(f, rest[0], rest[1:], line)
		} else if p, ok := r.fileByEnd("/" + strings.TrimPrefix(rest[0], "./")); ok && !strings.HasPrefix(rest[0], "/") {
			r.runFile(r.files[p], rest[0], rest[1:], line)
		} else if _, ok := r.substs[rest[0]]; ok {
			r.opaque(line, "it runs a script from the Internet or another command")
		} else {
			r.opaque(line, "it runs "+r.show(rest[0])+", which the user data did not write")
		}
	case r.in != nil && r.in.blurred:
		r.opaque(line, "it runs a script from the Internet or another command")
	case r.in != nil:
		src := &source{first: line, doc: r.doc}
		for _, l := range r.in.lines {
			src.each = append(src.each, l.line)
		}
		r.shell(r.in.String(), src)
	}
	r.blur(atom{why: "it is the output of " + name})
	return outcome{}
}

func (r *reader) grepCommand(args []string, from string) outcome {
	o, rest := parseOptions(args, "eABCm", "regexp", "context")
	pattern := orDefault(o.get("e"), o.get("regexp"))
	if !o.has("e", "regexp") {
		if pattern = first(rest); len(rest) > 0 {
			rest = rest[1:]
		}
	}
	a := atom{}
	switch {
	case len(rest) > 0:
		a.lookup = rest[0] == "/proc/partitions"
	case r.in != nil:
		a = r.in.atom
	}
	out := r.grep(pattern, a)
	if o.has("v", "invert-match") {
		out = out.not()
	}
	if len(out.yes)+len(out.no) > 0 {
		a.test = &out
	}
	if a.types && len(a.probe) == 0 && len(out.yes) == 1 && out.yes[0].state == present {
		a.probe, a.test = []string{out.yes[0].id}, nil // the line of one device
	}
	a.why = from
	a.status = nil
	r.blur(a)
	return out
}

// blurAWS notes that output tells the state of volumes.
func (r *reader) blurAWS(args []string, from string) {
	a := atom{why: from}
	if i := slices.Index(args, "describe-volumes"); i >= 0 {
		a.aws = true
		a.volumes = volumesOf(args)
	}
	if slices.Contains(args, "create-volume") {
		a.why = "the volume is made by the script"
	}
	r.blur(a)
}

func volumesOf(args []string) []string {
	var out []string
	for i, a := range args {
		v, ok := "", false
		for _, name := range []string{"--volume-ids", "--volume-id"} {
			if a == name {
				for _, w := range args[i+1:] {
					if strings.HasPrefix(w, "-") {
						break
					}
					out = append(out, w)
				}
			} else if v, ok = strings.CutPrefix(a, name+"="); ok {
				out = append(out, v)
			}
		}
		if strings.Contains(a, "volume-id,Values=") {
			out = append(out, a[strings.Index(a, "Values=")+len("Values="):])
		}
	}
	return out
}

func (r *reader) aws(args []string, line int) outcome {
	o, rest := parseOptions(args, "", "region", "profile", "output", "query", "endpoint-url", "volume-id", "volume-ids", "instance-id", "device", "filters", "filter", "color", "cli-read-timeout", "cli-connect-timeout", "ca-bundle", "volume-type", "size", "availability-zone", "tag-specifications", "snapshot-id")
	if len(rest) < 2 {
		return outcome{}
	}
	switch rest[0] + " " + rest[1] {
	case "ec2 attach-volume":
		r.attach(o.get("volume-id"), o.get("device"), line)
	case "ec2 wait":
		if len(rest) > 2 && rest[2] == "volume-in-use" {
			for _, v := range orAny(volumesOf(args)) {
				r.waited(fact{state: attached, id: v}, len(r.events))
			}
		}
	case "lambda invoke", "ssm send-command", "ssm start-automation-execution", "stepfunctions start-execution":
		r.opaque(line, "it runs something elsewhere with aws "+rest[0]+" "+rest[1])
	case "ec2 describe-volumes":
		// Only a filter on the state makes success of the command say something, through what reads its output.
	}
	return outcome{}
}

func (r *reader) attach(volume, device string, line int) {
	if len(r.script.Attachments) >= maxFound {
		r.stop()
		return
	}
	r.event(event{kind: attaches, id: r.ident(device), volume: volume, index: len(r.script.Attachments)})
	v := Unknown[string]("the script does not say")
	if volume != "" {
		v = r.fact(volume)
	}
	r.script.Attachments = append(r.script.Attachments, Attachment{Line: line, Text: r.quote(line), Volume: v, Device: r.deviceFact(device), Awaited: Known(false)})
}

// quote gives a line as it may be shown.
func (r *reader) quote(line int) string { return cut(r.masker.mask(r.doc.text(line)), maxText) }

// mount reads mount and the commands that do the same for one type of file system.
func (r *reader) mount(name string, args []string, line int) outcome {
	o, rest := parseOptions(args, "toLUOpT", "types", "options", "source", "target", "label", "uuid")
	fstype := orDefault(o.get("t"), o.get("types"))
	var opts []string
	known := true
	for _, v := range append(o["o"], o["options"]...) {
		known = known && isKnown(v)
		for w := range strings.SplitSeq(v, ",") {
			if w != "" {
				opts = append(opts, w)
			}
		}
	}
	if t, ok := strings.CutPrefix(name, "mount."); ok {
		fstype = t
	} else if name != "mount" {
		fstype = name
		if len(rest) > 0 {
			rest[0] = name + "#" + rest[0]
		}
	}
	for flag, option := range map[string]string{"bind": "bind", "B": "bind", "rbind": "rbind", "R": "rbind", "move": "move", "M": "move"} {
		if o.has(flag) {
			opts = append(opts, option)
		}
	}
	device, point := o.get("source"), o.get("target")
	switch l, u := orDefault(o.get("L"), o.get("label")), orDefault(o.get("U"), o.get("uuid")); {
	case l != "":
		device = "LABEL=" + l
	case u != "":
		device = "UUID=" + u
	}
	if n := len(rest); n > 2 {
		rest = rest[n-2:] // what stands before may be options in a variable
	}
	switch {
	case o.has("make-private", "make-rprivate", "make-shared", "make-rshared", "make-slave", "make-rslave") && len(rest) < 2:
		return outcome{}
	case slices.ContainsFunc(opts, func(w string) bool { return strings.HasPrefix(w, "remount") }):
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
	m := Mount{Line: line, From: FromCommand, Device: r.deviceFact(device), Naming: r.naming(device, fstype, opts), Point: r.fact(point), Options: r.optionList(opts, known)}
	if m.FSType = r.fact(fstype); fstype == "" {
		m.FSType = Unknown[string]("the command does not say")
	}
	r.addMount(m, event{kind: mounts, id: id, point: point, ready: r.ready(id)})
	// Who mounts first and formats where that fails asks whether there is a file system.
	return outcome{about(mounted, id), about(empty, id), about(mounted, id), about(empty, id)}
}

func isKnown(s string) bool { return known(s) }

// optionList makes the fact of options.
func (r *reader) optionList(opts []string, known bool) Fact[[]string] {
	if !known {
		return Unknown[[]string](r.about(strings.Join(opts, ",")).why)
	}
	out := []string{}
	for _, o := range opts {
		out = append(out, r.show(o))
	}
	return Known(out)
}

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
