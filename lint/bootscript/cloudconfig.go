package bootscript

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A config is one part of cloud-config. cloud-init merges them before its modules run.
type config struct {
	root *yaml.Node
	src  *source
}

// line gives the place of a node.
func (c config) line(n *yaml.Node) int { return c.src.line(n.Line) }

// yaml reads a text as YAML; nil where it is none.
func (r *reader) yaml(text string, line int) *yaml.Node {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		// The message quotes the text, so only the line is taken from it.
		if m := errorLine.FindStringSubmatch(err.Error()); m != nil {
			k, _ := strconv.Atoi(m[1])
			line += min(max(k-1, 0), strings.Count(text, "\n"))
		}
		r.unread(line, "its YAML is wrong")
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

// null tells whether there is no value.
func null(n *yaml.Node) bool {
	n = follow(n)
	return n == nil || n.Tag == "!!null"
}

// scalar gives a value that is one; null and the absent are "".
func scalar(n *yaml.Node) string {
	if n = follow(n); null(n) || n.Kind != yaml.ScalarNode {
		return ""
	}
	return clean([]byte(n.Value)) // an escape may make any character
}

// truth reads a boolean as PyYAML does, for which yes is one.
func truth(n *yaml.Node) bool {
	return slices.Contains([]string{"true", "yes", "on", "1"}, strings.ToLower(scalar(n)))
}

// items gives the elements of a list.
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

// write adds the text of a scalar. Only a literal block keeps its lines; those of others all stand in the first.
func (c config) write(s *stream, n *yaml.Node, text string) {
	line := c.src.line(contentLine(n))
	if n.Style&yaml.LiteralStyle != 0 {
		s.write(text, line)
	} else {
		s.writeIn(text, line)
	}
}

// configPieces adds what cloud-config makes run. Where several parts have a key, the last part's counts, as cloud-init merges
// them so unless they say otherwise.
func (r *reader) configPieces() {
	for _, c := range r.configs {
		r.merging = r.merging || field(c.root, "merge_how") != nil || field(c.root, "merge_type") != nil
		if n := field(c.root, "coreos"); n != nil {
			r.unread(c.line(n), "settings of CoreOS")
		}
	}
	each := func(key string, p phase, read func(config, *yaml.Node)) {
		for i, c := range r.configs {
			n := field(c.root, key)
			later := slices.ContainsFunc(r.configs[i+1:], func(d config) bool { return field(d.root, key) != nil })
			if n != nil && (!later || r.merging) {
				r.pieces = append(r.pieces, piece{p, c.src, func() { read(c, n) }})
			}
		}
	}
	each("bootcmd", modules, r.runCommands)
	each("write_files", modules, func(c config, n *yaml.Node) { r.writeFiles(c, n, false) })
	each("disk_setup", modules, r.diskSetup)
	each("fs_setup", modules, r.fsSetup)
	each("swap", modules, r.swap)
	each("mounts", modules, r.mountList)
	each("write_files", scripts, func(c config, n *yaml.Node) { r.writeFiles(c, n, true) })
	each("runcmd", runcmd, r.runCommands)
}

// runCommands reads bootcmd and runcmd. cloud-init makes one shell script of all items: a text stands in it as it is, and a list of
// words with quotes around each.
func (r *reader) runCommands(c config, list *yaml.Node) {
	all := items(list)
	if list.Kind == yaml.ScalarNode {
		all = []*yaml.Node{list}
	}
	s, size := &stream{}, 0
	for _, n := range all {
		if n = follow(n); n.Kind == yaml.ScalarNode {
			c.write(s, n, scalar(n))
			size += len(n.Value)
		}
		for i, w := range items(n) {
			if w = follow(w); i > 0 {
				s.write(" \\\n", c.line(n)) // so that each word keeps its line
			}
			c.write(s, w, "'"+strings.ReplaceAll(scalar(w), "'", `'\''`)+"'")
			size += len(w.Value)
		}
		s.write("\n", c.line(n))
		if r.spend(1+len(items(n))) || size > maxInput {
			r.unread(c.line(n), "commands that are too many or too long")
			return
		}
	}
	r.shell(s.String(), s.source(c.src.doc))
}

// writeFiles reads write_files, of which cloud-init writes those that are deferred only before it runs scripts.
func (r *reader) writeFiles(c config, list *yaml.Node, deferred bool) {
	for _, n := range items(list) {
		name, content := scalar(field(n, "path")), field(n, "content")
		if name == "" || truth(field(n, "defer")) != deferred || r.spend(1) {
			continue
		}
		n, s := follow(n), &stream{}
		encoding := strings.ToLower(scalar(field(n, "encoding")))
		switch {
		case content == nil:
		case encoding == "" || encoding == "text/plain":
			c.write(s, content, scalar(content))
		default:
			// The lines of the file are not those of the document.
			out, err := []byte(scalar(content)), error(nil)
			if strings.Contains(encoding, "b64") || strings.Contains(encoding, "base64") {
				out, err = unbase64(scalar(content))
			}
			if err == nil && strings.HasPrefix(encoding, "gz") {
				out, err = unpack(out)
			}
			if r.total += len(out); err == nil && r.total > 2*maxInput {
				err = errTooLarge
			}
			if err != nil {
				r.unread(c.line(n), "a file: "+err.Error())
				continue
			}
			s.writeIn(clean(out), c.src.line(contentLine(content)))
		}
		if field(n, "source") != nil {
			s.blur(atom{why: "it is fetched from a URL at boot"})
		}
		r.writeFile(name, s, truth(field(n, "append")), c.line(n))
	}
}

var shortName = regexp.MustCompile(`^(?:x?[shv]d[a-z][0-9]*|sr[0-9]+)$`)

// configDevice gives a device's name as cloud-init makes it of a short one, or of an alias.
func (r *reader) configDevice(name string) string {
	for _, c := range r.configs {
		if v := scalar(field(field(c.root, "device_aliases"), name)); v != "" {
			name = v
			break
		}
	}
	base, part, _ := strings.Cut(name, ".")
	switch {
	case name == "ephemeral":
		return "ephemeral0"
	case shortName.MatchString(base):
		return "/dev/" + base + part
	}
	return name
}

// mountList reads mounts. What cloud-init adds where an entry is short depends on its version and the image, but defaults and
// nofail are always part of it, so these are what is said.
func (r *reader) mountList(c config, list *yaml.Node) {
	defaults := []string{"", "", "auto", "defaults,nofail", "0", "2"}
	for _, d := range r.configs {
		for i, n := range items(field(d.root, "mount_default_fields")) {
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
		f, fields := slices.Clone(defaults), items(n)
		for j, n := range fields[:min(len(fields), len(f))] {
			if !null(n) {
				f[j] = scalar(n)
			}
		}
		// An entry without a mount point takes back those before it for the same device.
		gone := slices.ContainsFunc(entries[i+1:], func(later *yaml.Node) bool {
			l := items(later)
			return len(l) > 0 && scalar(l[0]) == f[0] && (len(l) == 1 || null(l[1]))
		})
		if gone || f[0] == "" || f[1] == "" {
			continue
		}
		f[0], f[3] = r.configDevice(f[0]), orDefault(f[3], "defaults")
		r.entry(f, c.line(follow(n)), FromCloudConfig)
	}
	r.event(event{kind: mountsAll})
}

// swap reads swap, for which cloud-init makes a file and a line of fstab.
func (r *reader) swap(c config, n *yaml.Node) {
	size := scalar(field(n, "size"))
	if size == "" || size == "0" {
		return
	}
	name := orDefault(scalar(field(n, "filename")), "/swap.img")
	r.make(name)
	r.entry([]string{name, "none", "swap", "sw", "0", "0"}, c.line(n), FromCloudConfig)
}

// fsSetup reads fs_setup. With partition auto or any, cloud-init leaves a file system alone that it finds; with a number it looks for one of
// the same type and label; with none it looks for nothing.
func (r *reader) fsSetup(c config, list *yaml.Node) {
	for _, n := range items(list) {
		device := r.configDevice(scalar(field(n, "device")))
		if device == "" {
			continue
		}
		partition := strings.ToLower(orDefault(scalar(field(n, "partition")), "any"))
		if p := field(n, "partition"); p != nil && null(p) {
			partition = "none"
		}
		guarded := partition != "none" && !truth(field(n, "overwrite")) && scalar(field(n, "replace_fs")) == ""
		if _, err := strconv.Atoi(partition); err == nil && strings.HasPrefix(device, "/dev/") {
			if strings.HasPrefix(device, "/dev/nvme") {
				device += "p"
			}
			device += partition
		}
		r.label(scalar(field(n, "label")), device)
		fstype := notSaid()
		if v := scalar(field(n, "filesystem")); v != "" {
			fstype = Known(v)
		}
		r.format(c.line(follow(n)), CloudConfig, device, fstype, guarded)
	}
}

// diskSetup reads disk_setup, by device. Without overwrite a disk in use is left alone; the layout remove takes no heed.
func (r *reader) diskSetup(c config, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], follow(n.Content[i+1])
		layout := field(v, "layout")
		if removes := scalar(layout) == "remove"; layout != nil && (layout.Kind != yaml.ScalarNode || truth(layout) || removes) {
			r.format(c.line(key), CloudConfig, r.configDevice(scalar(key)), notSaid(), !truth(field(v, "overwrite")) && !removes)
		}
	}
}
