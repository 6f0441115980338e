package bootscript

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/textproto"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Bounds. AWS allows 16 KB of user data before base64; it unpacks to four or five times that.
const (
	maxInput = 128 << 10 // bytes of text, of all parts together
	maxDepth = 4         // MIME archives in MIME archives
	maxParts = 100
)

// Parse reads user data: base64 as EC2's API gives it, or the bytes as a person wrote them. It never fails; what could not be read is in
// Unread.
func Parse(data []byte) *Script { return newReader().parse(data) }

// parse is Parse with a reader that tests can look into.
func (r *reader) parse(data []byte) *Script {
	r.script.Form = Other
	if len(data) > 2*maxInput {
		r.unread(1, errTooLarge.Error())
		return r.script
	}
	out, err := unpack(decode(data))
	text := clean(out)
	switch {
	case err != nil:
		r.unread(1, err.Error())
	case strings.TrimSpace(text) == "":
		r.script.Form = None
	default:
		r.script.Form = r.part(Text{Line: 1, Text: text}, form(text), 0)
		r.run()
	}
	return r.script
}

// decode undoes base64 where there is any.
func decode(data []byte) []byte {
	out, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data)))
	if err != nil {
		return data
	}
	// A word may be base64 by chance.
	if !isGzip(out) && (!utf8.Valid(out) || form(clean(out)) == "unknown") {
		return data
	}
	return out
}

// unbase64 decodes what is meant to be base64, and may stand in lines that are indented.
func unbase64(s string) ([]byte, error) {
	out, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		return nil, errors.New("its base64 is broken")
	}
	return out, nil
}

var errTooLarge = errors.New("it is larger than 128 KiB")

// isGzip tells whether bytes begin as gzip does.
func isGzip(data []byte) bool { return bytes.HasPrefix(data, []byte{0x1f, 0x8b}) }

// unpack undoes gzip where there is any.
func unpack(data []byte) ([]byte, error) {
	out, err := data, error(nil)
	if isGzip(data) {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(data)); err == nil {
			out, err = io.ReadAll(io.LimitReader(z, maxInput+1))
		}
	}
	switch {
	case len(out) > maxInput:
		return nil, errTooLarge
	case err != nil:
		return nil, errors.New("its gzip is broken")
	}
	return out, nil
}

var lineFeeds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ")

// clean makes text of bytes: no byte order mark, line feeds only, and none of the characters that stand for what is unknown.
func clean(b []byte) string {
	s := strings.TrimPrefix(string(b), "\ufeff")
	s = lineFeeds.Replace(s)
	return strings.Map(func(c rune) rune {
		if isAtom(c) {
			return utf8.RuneError
		}
		return c
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// The kinds that are told by how a text begins, in lower case, without leading white space. The longest that fits counts.
// The names are those of cloud-init's content types. Keep sorted.
var beginnings = []struct{ prefix, kind string }{
	{"#!", "text/x-shellscript"},
	{"## template: jinja", "text/jinja2"},
	{"#cloud-boothook", "text/cloud-boothook"},
	{"#cloud-config", "text/cloud-config"},
	{"#cloud-config-archive", "text/cloud-config-archive"},
	{"#cloud-config-jsonp", "text/cloud-config-jsonp"},
	{"#include", "text/x-include-url"},
	{"#include-once", "text/x-include-once-url"},
	{"#part-handler", "text/part-handler"},
	{"#ps1", "windows"}, // this and rem cmd are for cloudbase-init
	{"#upstart-job", "text/upstart-job"},
	{"content-type:", "multipart"},
	{"mime-version:", "multipart"},
	{"rem cmd", "windows"},
}

// The kinds that are told by a line further down, or by more than a word.
var patterns = []struct {
	re   *regexp.Regexp
	kind string
}{
	{regexp.MustCompile(`^\{\s*"ignition"`), "ignition"},
	{regexp.MustCompile(`(?m)^[\s{"']*apiVersion["']?\s*:\s*["']?node\.eks\.aws/`), nodeConfig},
	{regexp.MustCompile(`(?im)^\s*<(?:detach|persist|powershell|powershellarguments|runaslocalsystem|script)[\s>]`), "windows"},
	{regexp.MustCompile(`(?ms)^\s*version:\s*["']?1\.\d.*^\s*tasks:|^\s*tasks:.*^\s*version:\s*["']?1\.\d`), "windows"}, // EC2Launch v2
	{regexp.MustCompile(`(?m)^\[settings[.\]]`), "bottlerocket"},
}

// nodeConfig is the kind of what nodeadm reads on nodes of EKS.
const nodeConfig = "application/node.eks.aws"

// form tells the kind of a text; "unknown" where its beginning says nothing.
func form(text string) string {
	head := strings.TrimLeft(text, " \t\n")
	lower := strings.ToLower(head[:min(len(head), 64)])
	kind, length := "unknown", 0
	for _, b := range beginnings {
		if strings.HasPrefix(lower, b.prefix) && len(b.prefix) > length {
			kind, length = b.kind, len(b.prefix)
		}
	}
	for _, p := range patterns {
		if kind == "unknown" && p.re.MatchString(head) {
			kind = p.kind
		}
	}
	return kind
}

// What is said of kinds that are recognised but not read. Keep sorted.
var notRead = map[string]string{
	"bottlerocket":            "settings of Bottlerocket",
	"ignition":                "a configuration of Ignition",
	"text/cloud-config-jsonp": "a patch for cloud-config",
	"text/jinja2":             "a template that the machine fills in",
	"text/part-handler":       "a part handler, a program in Python",
	"text/upstart-job":        "a job for Upstart",
	"text/x-include-once-url": "it is fetched from a URL at boot",
	"text/x-include-url":      "it is fetched from a URL at boot",
	"unknown":                 "it has no beginning that cloud-init knows, such as #!",
}

// part reads a text of some kind, and adds what it runs to pieces. It gives the form.
func (r *reader) part(t Text, kind string, depth int) string {
	text, line := t.Text, t.Line
	if kind == "multipart" {
		head := strings.TrimLeft(text, " \t\n")
		r.message(head, line+strings.Count(text[:len(text)-len(head)], "\n"), depth)
		return Multipart
	}
	switch r.total += len(text); {
	case kind == "windows" && r.texts == nil:
		return Windows
	case r.total > maxInput:
		r.unread(line, "the parts are larger than 128 KiB together")
		return Other
	case r.texts != nil:
		*r.texts = append(*r.texts, t)
		return Other
	}
	doc := &document{first: line, lines: strings.Split(text, "\n")}
	r.masker.learn(doc, r.secret)
	return r.single(doc, text, kind, line, depth)
}

// single reads a part that is no MIME archive and stands in a document.
func (r *reader) single(doc *document, text, kind string, line, depth int) string {
	src := &source{first: line, doc: doc}
	add := func(p phase, run func()) { r.pieces = append(r.pieces, piece{p, src, run}) }
	switch kind {
	case "text/cloud-boothook":
		add(boothook, func() { r.shell(text, src) })
		return Shell
	case "text/x-shellscript", "text/x-shellscript-per-boot", "text/x-shellscript-per-instance", "text/x-shellscript-per-once":
		switch name := interpreter(text); {
		case shells[name]:
			add(scripts, func() { r.shell(text, src) })
		case name == "":
			r.unread(line, "a script without #!, which cloud-init cannot start")
		default:
			add(scripts, func() { r.opaque(line, "a script for "+r.show(name)) })
		}
		return Shell
	case "text/cloud-config":
		if root := r.yaml(text, line); root != nil && root.Kind == yaml.MappingNode {
			r.configs = append(r.configs, config{root, src})
		} else if root != nil {
			r.unread(line, "a cloud-config that is no mapping")
		}
		return CloudConfig
	case nodeConfig:
		r.nodeConfig(text, src)
		return Other
	case "text/cloud-config-archive":
		r.cloudArchive(doc, text, line, depth)
		return Other
	}
	why, ok := notRead[kind]
	if !ok {
		why = "a part of a type that is not known"
	}
	add(boothook, func() { r.opaque(line, why) })
	return Other
}

// nodeConfig reads a NodeConfig of EKS, which deals with disks only where it has a strategy for the instance store.
func (r *reader) nodeConfig(text string, src *source) {
	root := r.yaml(text, src.first)
	if root == nil {
		return
	}
	if root.Kind != yaml.MappingNode {
		r.unread(src.first, "a NodeConfig that is no mapping")
	}
	if n := field(field(field(field(root, "spec"), "instance"), "localStorage"), "strategy"); !null(n) {
		r.unread(src.line(n.Line), "localStorage, with which nodeadm formats and mounts the instance store")
	}
}

// shells are the interpreters whose scripts are read.
var shells = map[string]bool{"ash": true, "bash": true, "dash": true, "ksh": true, "sh": true}

// interpreter gives the name of the program in a script's first line: bash of #!/usr/bin/env bash.
func interpreter(text string) string {
	head, ok := strings.CutPrefix(strings.TrimLeft(text, " \t\n"), "#!")
	if !ok {
		return ""
	}
	head, _, _ = strings.Cut(head, "\n")
	for _, w := range strings.Fields(head) {
		if name := path.Base(w); name != "env" && !strings.HasPrefix(name, "-") && !strings.Contains(name, "=") {
			return name
		}
	}
	return "nothing"
}

// message reads a MIME message: a part with its head, or an archive of such.
func (r *reader) message(text string, line, depth int) {
	head, body, _ := strings.Cut("\n"+text, "\n\n") // the head may be empty
	at := line + strings.Count(head, "\n") + 1
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimPrefix(head, "\n") + "\n\n"))).ReadMIMEHeader()
	if err != nil {
		r.unread(line, "a MIME part whose head is broken")
		return
	}
	kind, params, _ := mime.ParseMediaType(header.Get("Content-Type"))
	boundary, inner := params["boundary"], strings.HasPrefix(kind, "multipart/")
	switch {
	case depth > maxDepth || inner && depth == maxDepth:
		r.unread(line, "archives in archives, more than four deep")
		return
	case !inner:
		r.member(body, header, kind, at, depth)
		return
	case boundary == "":
		r.unread(line, "the archive has no boundary")
		return
	}
	lines, begin := strings.Split(body, "\n"), -1
	for i, l := range lines {
		end, ok := strings.CutPrefix(strings.TrimRight(l, " \t"), "--"+boundary)
		if !ok || end != "" && end != "--" {
			continue
		}
		if begin >= 0 && !r.another(lines[begin:i], at+begin, depth) || end != "" {
			return
		}
		begin = i + 1
	}
	if begin < 0 {
		r.unread(line, "the archive has no parts")
	} else if r.another(lines[begin:], at+begin, depth) {
		r.unread(at+begin-1, "the archive ends before its last part does")
	}
}

// another reads one more part of an archive, unless there were too many.
func (r *reader) another(lines []string, line, depth int) bool {
	if r.members++; r.members > maxParts {
		r.unread(line, "more than 100 parts")
		return false
	}
	r.message(strings.Join(lines, "\n"), line, depth+1)
	return true
}

// vagueTypes are the types of parts for which cloud-init looks at how they begin. Keep sorted.
var vagueTypes = []string{"", "application/gzip", "application/octet-stream", "application/x-compressed", "application/x-gzip", "application/x-gzip-compressed", "text/plain", "text/x-not-multipart"}

// member reads a part of an archive that is none itself. Line numbers of one that is plain count in the archive; those of one that is
// encoded begin at its first line and go on from there as if it had been decoded in place.
func (r *reader) member(body string, header textproto.MIMEHeader, kind string, line, depth int) {
	out, err := []byte(body), error(nil)
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		out, err = unbase64(body)
	case "quoted-printable":
		if out, err = io.ReadAll(quotedprintable.NewReader(strings.NewReader(body))); err != nil {
			err = errors.New("its quoted-printable is broken")
		}
	}
	if err == nil {
		out, err = unpack(out)
	}
	if err != nil {
		r.unread(line, "a part: "+err.Error())
		return
	}
	text := clean(out)
	r.merging = r.merging || header.Get("Merge-Type") != "" || header.Get("X-Merge-Type") != ""
	if slices.Contains(vagueTypes, kind) || kind == "text/x-shellscript" && form(text) == "windows" {
		kind = form(text)
	}
	if strings.TrimSpace(text) != "" {
		r.part(Text{Line: line, Name: fileName(header), Text: text}, kind, depth+1)
	}
}

// cloudArchive reads a #cloud-config-archive: a list of parts in YAML, each a text or a type and a content.
func (r *reader) cloudArchive(doc *document, text string, line, depth int) {
	list := r.yaml(text, line)
	if list == nil || list.Kind != yaml.SequenceNode || depth >= maxDepth {
		r.unread(line, "an archive of cloud-config that is no list")
		return
	}
	for _, n := range list.Content {
		kind, content := "", n
		if n.Kind == yaml.MappingNode {
			kind, content = scalar(field(n, "type")), field(n, "content")
		}
		if content == nil || content.Kind != yaml.ScalarNode {
			continue
		}
		if r.members++; r.members > maxParts {
			r.unread(line+n.Line-1, "more than 100 parts")
			return
		}
		if slices.Contains(vagueTypes, kind) {
			kind = form(content.Value)
		}
		r.single(doc, content.Value, kind, line+contentLine(content)-1, depth+1)
	}
}
