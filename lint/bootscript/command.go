package bootscript

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// options are those of a command: by letter, or by name.
type options map[string][]string

// has tells whether one of some options is given.
func (o options) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := o[n]; return ok })
}

// get gives the value of the first option that is given, and of that the last.
func (o options) get(names ...string) string {
	for _, n := range names {
		if v := o[n]; len(v) > 0 {
			return v[len(v)-1]
		}
	}
	return ""
}

// valued are the options that have a value, by tool: letters and long names. Prefixes such as sudo are among them. Keep sorted.
var valued = map[string]string{
	"aws":               "region profile output query endpoint-url volume-id volume-ids instance-id device filters filter color cli-read-timeout cli-connect-timeout ca-bundle volume-type size availability-zone tag-specifications snapshot-id",
	"bash":              "c o rcfile init-file",
	"blkid":             "s c o t U L n u S O w match-tag cache-file output match-token uuid label",
	"btrfs":             "L U",
	"chrt":              "n c p",
	"cp":                "t o g m S Z target-directory suffix mode owner group",
	"cryptsetup":        "c s h d l t key-file type cipher hash key-size header",
	"curl":              "A C E F H K T X d e m o u w x cacert connect-timeout data header max-time output request retry retry-delay user",
	"ec2-attach-volume": "i d O W K C U instance device region",
	"env":               "u C",
	"fdisk":             "b u X Y N o C label wipe",
	"flock":             "w E",
	"grep":              "e A B C m regexp context",
	"ionice":            "n c p",
	"lvcreate":          "n L l i I s t T V c C m p name size extents stripes stripesize type thinpool virtualsize",
	"mdadm":             "l n x c N e p m b B level raid-devices chunk name metadata homehost layout bitmap spare-devices size",
	"mkfs":              "L label",
	"mkfs.btrfs":        "A b d l L m n O r U s label metadata data",
	"mkfs.ext4":         "b C d e E g G i I J l L m M N o O r t T U z",
	"mkfs.vfat":         "a A C D F f g h i n m r R s S",
	"mkfs.xfs":          "b c d i l L m n p r s",
	"mkswap":            "L U p v label uuid",
	"mount":             "t o L U O p T types options source target label uuid",
	"nice":              "n c p",
	"parted":            "a align",
	"pvcreate":          "u M Z A config dataalignment metadatasize uuid restorefile",
	"runuser":           "c s u g G w command shell",
	"sed":               "e f l expression file",
	"sgdisk":            "n N t c d u a A g G h i l R v new typecode change-name delete",
	"stdbuf":            "i o e",
	"su":                "c s g G command shell",
	"sudo":              "u g p h C R T D",
	"systemctl":         "t p H M n s type property",
	"systemd-inhibit":   "p M E H G u t",
	"systemd-run":       "p M E H G u t",
	"timeout":           "s k",
	"truncate":          "l s o r length size",
	"udevadm":           "t E timeout exit-if-exists",
	"vgcreate":          "s c l p A physicalextentsize maxlogicalvolumes",
	"wget":              "O o P T U header output-document output-file timeout tries user-agent",
	"wipefs":            "t o O types",
	"xargs":             "I i L n P d E s",
	"xfs_admin":         "L U",
	"zpool":             "o O m R t d",
}

// sameOptions are tools whose options are those of another. Keep sorted.
var sameOptions = map[string]string{
	"ash": "bash", "dash": "bash", "doas": "sudo", "e2label": "xfs_admin", "ec2attvol": "ec2-attach-volume", "egrep": "grep", "fallocate": "truncate",
	"fgrep": "grep", "gdisk": "fdisk", "install": "cp", "ksh": "bash", "mkfs.fat": "mkfs.vfat", "mkfs.msdos": "mkfs.vfat", "mv": "cp", "sfdisk": "fdisk", "sh": "bash", "swaplabel": "xfs_admin", "tune2fs": "xfs_admin",
	"zgrep": "grep", "zsh": "bash",
}

// parse tells options and operands of a tool apart. Options may stand behind operands, as in GNU's tools.
func parse(tool string, args []string) (options, []string) {
	o := options{}
	var operands []string
	for len(args) > 0 {
		if args = leading(tool, args, o); len(args) > 0 {
			operands = append(operands, args[0])
			args = args[1:]
		}
	}
	return o, operands
}

// leading takes off the options that stand before the first operand.
func leading(tool string, args []string, o options) []string {
	if same, ok := sameOptions[tool]; ok {
		tool = same
	}
	takes := strings.Fields(valued[tool])
	value := func() string {
		v := first(args)
		args = args[min(1, len(args)):]
		return v
	}
	for len(args) > 0 {
		a := args[0]
		if len(a) < 2 || a[0] != '-' || a == "--" {
			break
		}
		args = args[1:]
		if long, ok := strings.CutPrefix(a, "--"); ok {
			name, v, ok := strings.Cut(long, "=")
			if !ok && slices.Contains(takes, name) {
				v = value()
			}
			o[name] = append(o[name], v)
			continue
		}
		for i, c := range a[1:] {
			v, letter := "", string(c)
			if slices.Contains(takes, letter) {
				if v = a[1+i+len(letter):]; v == "" {
					v = value()
				}
				o[letter] = append(o[letter], v)
				break
			}
			o[letter] = append(o[letter], v)
		}
	}
	if first(args) == "--" {
		args = args[1:]
	}
	return args
}

// first gives the first of a list; "" where there is none.
func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// orDefault gives a text, or another where it is empty.
func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// A place is where a command stands, and the lines of its word that has several, such as the script of bash -c, or else of its last.
type place struct{ line, first, last int }

// call reads one command: what the shell does itself, functions, scripts that were written, and tools.
func (r *reader) call(args []string, at place) (outcome, flow) {
	if r.spend(3) {
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
		r.leaves(r.frame.loops)
		return outcome{}, exits
	case "return":
		r.leaves(r.frame.loops)
		r.returned(first(rest))
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
		return outcome{}, r.nested(strings.Join(rest, " "), name, at)
	case ".", "source":
		return outcome{}, r.source(rest, at.line)
	case "set":
		if i := slices.Index(rest, "--"); i >= 0 {
			r.frame.args = rest[i+1:]
		}
		return outcome{}, goesOn
	case "shift":
		r.frame.args = r.frame.args[min(1, len(r.frame.args)):]
		return outcome{}, goesOn
	case "unset":
		for _, n := range rest {
			r.set(n, variable{})
		}
		return outcome{}, goesOn
	case "read":
		a := atom{why: "it is read from the input of the script"}
		if r.in != nil && r.in.why != "" {
			a = r.in.atom
		}
		for _, n := range rest {
			if syntax.ValidName(n) {
				r.set(n, value(r.unknown(a)))
			}
		}
		return outcome{}, goesOn
	case "exec": // only moves the output
		return outcome{}, goesOn
	}
	if f := r.written(name); f != nil && strings.Contains(name, "/") {
		r.runFile(f, name, rest, at.line)
		return outcome{}, goesOn
	}
	return r.tool(path.Base(name), name, rest, at), goesOn
}

// leaves notes under which tests the loops from one on are left.
func (r *reader) leaves(from int) {
	if from >= 0 && from < len(r.loops) {
		l := r.loops[len(r.loops)-1]
		l.waits = append(l.waits, r.since(l.conds)...)
	}
}

// prefixes are commands that run another, and the number of operands that stand before it. Keep sorted.
var prefixes = map[string]int{
	"builtin": 0, "busybox": 0, "chrt": 0, "cloud-init-per": 2, "command": 0, "doas": 0, "env": 0, "flock": 1, "ionice": 0, "nice": 0, "nohup": 0,
	"runuser": 0, "setsid": 0, "stdbuf": 0, "sudo": 0, "systemd-inhibit": 0, "systemd-run": 0, "time": 0, "timeout": 1,
}

// withoutPrefixes takes off what runs another command: sudo, timeout and the like.
func withoutPrefixes(args []string) []string {
	for len(args) > 0 {
		name := path.Base(args[0])
		operands, ok := prefixes[name]
		if !ok || name == "runuser" && !slices.Contains(args, "--") {
			break
		}
		o := options{}
		rest := leading(name, args[1:], o)
		if name == "command" && o.has("v", "V") {
			break
		}
		for len(rest) > 0 && (name == "env" || name == "sudo") {
			if n, _, ok := strings.Cut(rest[0], "="); !ok || !syntax.ValidName(n) {
				break
			}
			rest = rest[1:]
		}
		args = rest[min(operands, len(rest)):]
	}
	return args
}
