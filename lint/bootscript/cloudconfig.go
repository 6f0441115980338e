package bootscript

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A config is one part of cloud-config. cloud-init merges them before its modules run.
type config struct {
	doc  *document
	text string
	line int
}

// yaml reads a text as YAML; nil where it is none.
func (r *reader) yaml(text string, line int) *yaml.Node {
	if len(text) > maxShell {
		r.unread(line, "YAML larger than 128 KiB")
		return nil
	}
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		at := line
		// The message quotes the text, so only the line is taken from it.
		if m := errorLine.FindStringSubmatch(err.Error()); m != nil {
			if k, err := strconv.Atoi(m[1]); err == nil {
				at += min(max(k-1, 0), strings.Count(text, "\n"))
			}
		}
		r.unread(at, "its YAML is wrong")
		return nil
	}
	if n.Kind != yaml.DocumentNode || len(n.Content) == 0 {
		return nil
	}
	return n.Content[0]
}

var errorLine = regexp.MustCompile(`line (\d+)`)

// follow takes an alias to what it stands for.
func follow(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < 10; i++ {
		n = n.Alias
	}
	return n
}

// field gives the value of a key.
func field(n *yaml.Node, key string) *yaml.Node {
	if n = follow(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return follow(n.Content[i+1])
		}
	}
	return nil
}

// scalar gives a value that is one; null and the absent are "".
func scalar(n *yaml.Node) string {
	if n = follow(n); n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// truth reads a boolean as PyYAML does, for which yes is one.
func truth(n *yaml.Node) bool {
	return n != nil && slices.Contains([]string{"true", "yes", "on", "1"}, strings.ToLower(scalar(n)))
}

func items(n *yaml.Node) []*yaml.Node {
	if n = follow(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// contentLine gives the line in which the text of a scalar begins: behind the | of a block.
func contentLine(n *yaml.Node) int {
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Line + 1
	}
	return n.Line
}

// A tree is one part of cloud-config, parsed.
type tree struct {
	config
	root *yaml.Node
}

// lineOf gives the line of a node in the document.
func (t tree) lineOf(n *yaml.Node) int { return t.line + max(n.Line, 1) - 1 }

// configPieces adds what cloud-config makes run. Where several parts have a key, the last part's counts, as cloud-init merges
// them so unless they say otherwise.
func (r *reader) configPieces() {
	var trees []tree
	for _, c := range r.configs {
		root := r.yaml(c.text, c.line)
		if root == nil {
			continue
		}
		if root.Kind != yaml.MappingNode {
			r.unread(c.line, "a cloud-config that is no mapping")
			continue
		}
		if field(root, "merge_how") != nil || field(root, "merge_type") != nil {
			r.merging = true
		}
		if n := field(root, "coreos"); n != nil {
			r.unread(c.line+n.Line-1, "settings of CoreOS")
		}
		trees = append(trees, tree{c, root})
	}
	each := func(key string, p phase, read func(tree, *yaml.Node)) {
		for i, t := range trees {
			n := field(t.root, key)
			later := slices.ContainsFunc(trees[i+1:], func(u tree) bool { return field(u.root, key) != nil })
			if n == nil || later && !r.merging {
				continue
			}
			r.pieces = append(r.pieces, piece{p, t.doc, func() { read(t, n) }})
		}
	}
	writes := func(deferred bool) func(tree, *yaml.Node) {
		return func(t tree, n *yaml.Node) { r.writeFiles(t, n, deferred) }
	}
	each("bootcmd", modules, r.runCommands)
	each("write_files", modules, writes(false))
	each("disk_setup", modules, r.diskSetup)
	each("fs_setup", modules, r.fsSetup)
	each("swap", modules, r.swap)
	each("mounts", modules, func(t tree, n *yaml.Node) { r.mountList(t, n, trees) })
	each("write_files", scripts, writes(true))
	each("runcmd", runcmd, r.runCommands)
}

// runCommands reads bootcmd and runcmd: each item is a line of shell, or a command and its arguments. All are one script.
func (r *reader) runCommands(t tree, list *yaml.Node) {
	if list.Kind == yaml.ScalarNode && list.Value != "" {
		list = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{list}}
	}
	for _, n := range items(list) {
		if r.spend(1) {
			return
		}
		n = follow(n)
		line := t.lineOf(n)
		if n.Kind == yaml.ScalarNode {
			if r.shell(n.Value, r.scalarSource(t, n)) == exits {
				return
			}
			continue
		}
		var args []string
		at := place{line, line, line}
		for _, a := range items(n) {
			args = append(args, scalar(a))
			if s := r.scalarSource(t, follow(a)); len(args) == 1 || s.last > s.first {
				at.first, at.last = s.first, s.last
			}
		}
		if len(args) == 0 {
			continue
		}
		r.commands++
		r.cur = &source{first: line, doc: t.doc}
		if _, f := r.call(args, at); f == exits {
			return
		}
	}
}

// scalarSource tells where the lines of a scalar stand. Only a literal block keeps its lines.
func (r *reader) scalarSource(t tree, n *yaml.Node) *source {
	first := t.line + contentLine(n) - 1
	s := &source{first: first, last: first, doc: t.doc}
	if n.Style&yaml.LiteralStyle != 0 {
		s.last += strings.Count(n.Value, "\n")
	}
	return s
}

func (r *reader) writeFiles(t tree, list *yaml.Node, deferred bool) {
	for _, n := range items(list) {
		content := field(n, "content")
		name := scalar(field(n, "path"))
		if name == "" || truth(field(n, "defer")) != deferred {
			continue
		}
		s, first, text := &stream{}, 0, ""
		if content != nil {
			first, text = t.line+contentLine(content)-1, scalar(content)
		}
		encoding := strings.ToLower(scalar(field(n, "encoding")))
		if strings.Contains(encoding, "b64") || strings.Contains(encoding, "base64") {
			out, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
			if err != nil {
				r.unread(t.lineOf(n), "a file whose base64 is broken")
				continue
			}
			text = string(out)
		}
		if strings.HasPrefix(encoding, "gz") {
			out, why := unpack([]byte(text))
			if r.total += len(out); why != "" || r.total > 2*maxInput {
				r.unread(t.lineOf(n), "a file: "+orDefault(why, "it is too large"))
				continue
			}
			text = string(out)
		}
		if encoding != "" || content != nil && content.Style&yaml.LiteralStyle == 0 {
			// The lines of the file are not those of the document.
			for l := range strings.SplitAfterSeq(clean([]byte(text)), "\n") {
				s.write(l, first)
			}
		} else {
			s.write(text, first)
		}
		if field(n, "source") != nil {
			s.blur(atom{why: "it is fetched from a URL at boot"})
		}
		r.writeFile(name, s, truth(field(n, "append")), t.lineOf(n))
	}
}

var shortName = regexp.MustCompile(`^(?:x?[shv]d[a-z][0-9]*|sr[0-9]+)$`)

// configDevice gives a device's name as cloud-init makes it of a short one.
func configDevice(name string) string {
	if name == "ephemeral" {
		return "ephemeral0"
	}
	if base, part, ok := strings.Cut(name, "."); ok && shortName.MatchString(base) {
		return "/dev/" + base + part
	}
	if shortName.MatchString(name) {
		return "/dev/" + name
	}
	return name
}

// mountList reads mounts. What cloud-init adds where an entry is short depends on its version and the image, but defaults and
// nofail are always part of it, so these are what is said.
func (r *reader) mountList(t tree, list *yaml.Node, trees []tree) {
	defaults := []string{"", "", "auto", "defaults,nofail", "0", "2"}
	for _, t := range trees {
		for i, n := range items(field(t.root, "mount_default_fields")) {
			if v := scalar(n); i < len(defaults) && v != "" && v != "None" {
				defaults[i] = v
			}
		}
	}
	entries := items(list)
	if len(entries) > maxFound {
		entries = entries[:maxFound]
		r.stop()
	}
	for i, n := range entries {
		if follow(n).Kind != yaml.SequenceNode {
			continue
		}
		f := slices.Clone(defaults)
		for j, c := range items(n) {
			if v := scalar(c); j < len(f) && follow(c).Tag != "!!null" {
				f[j] = v
			}
		}
		gone := f[1] == ""
		// An entry without a mount point takes back those before it for the same device.
		for _, m := range entries[i+1:] {
			c := items(m)
			gone = gone || len(c) > 0 && scalar(c[0]) == f[0] && (len(c) == 1 || follow(c[1]).Tag == "!!null")
		}
		if gone || f[0] == "" {
			continue
		}
		if f[3] == "" {
			f[3] = "defaults"
		}
		f[0] = r.alias(configDevice(f[0]), trees)
		r.entry(f, t.lineOf(follow(n)), FromCloudConfig)
	}
	r.event(event{kind: mountsAll})
}

// alias follows device_aliases.
func (r *reader) alias(name string, trees []tree) string {
	for _, t := range trees {
		if v := scalar(field(field(t.root, "device_aliases"), name)); v != "" {
			return configDevice(v)
		}
	}
	return name
}

// swap reads swap, for which cloud-init makes a file and a line of fstab.
func (r *reader) swap(t tree, n *yaml.Node) {
	size := scalar(field(n, "size"))
	if size == "" || size == "0" {
		return
	}
	name := orDefault(scalar(field(n, "filename")), "/swap.img")
	r.make(name)
	r.entry([]string{name, "none", "swap", "sw", "0", "0"}, t.lineOf(n), FromCloudConfig)
}

// fsSetup reads fs_setup. With partition auto or any, cloud-init leaves a file system alone that it finds; with a number it looks for one of
// the same type and label; with none it looks for nothing.
func (r *reader) fsSetup(t tree, list *yaml.Node) {
	for _, n := range items(list) {
		device := scalar(field(n, "device"))
		if device == "" {
			continue
		}
		partition := strings.ToLower(orDefault(scalar(field(n, "partition")), "any"))
		if p := field(n, "partition"); p != nil && p.Tag == "!!null" {
			partition = "none"
		}
		guarded := partition != "none" && !truth(field(n, "overwrite")) && scalar(field(n, "replace_fs")) == ""
		device = r.alias(configDevice(device), []tree{t})
		if _, err := strconv.Atoi(partition); err == nil && strings.HasPrefix(device, "/dev/") {
			if strings.HasPrefix(device, "/dev/nvme") {
				device += "p"
			}
			device += partition
		}
		r.label(scalar(field(n, "label")), device)
		fstype := scalar(field(n, "filesystem"))
		r.configFormat(t.lineOf(n), device, fstype, guarded)
	}
}

// diskSetup reads disk_setup, by device. Without overwrite a disk in use is left alone; the layout remove takes no heed.
func (r *reader) diskSetup(t tree, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], follow(n.Content[i+1])
		layout := field(v, "layout")
		if layout == nil || layout.Kind == yaml.ScalarNode && !truth(layout) && layout.Value != "remove" {
			continue
		}
		device := r.alias(configDevice(key.Value), []tree{t})
		r.configFormat(t.lineOf(key), device, "", !truth(field(v, "overwrite")) && layout.Value != "remove")
	}
}

func (r *reader) configFormat(line int, device, fstype string, guarded bool) {
	fact := notSaid()
	if fstype != "" {
		fact = Known(fstype)
	}
	r.format(line, CloudConfig, device, fact, guarded)
}
