package bootscript

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Bounds. AWS allows 16 KB of user data before base64; what scripts unpack to is seldom more than ten times that.
const (
	maxInput = 1 << 20
	maxShell = 128 << 10 // one shell script
	maxDepth = 4         // MIME archives in MIME archives
	maxParts = 100
)

// Parse reads user data: base64 as EC2's API gives it, or the bytes as a person wrote them. It never fails; what could not be read is in
// Unread.
func Parse(data []byte) *Script { return newReader().parse(data) }

func (r *reader) parse(data []byte) *Script {
	if len(data) > 2*maxInput {
		r.script.Form = Other
		r.unread(1, "it is larger than 1 MiB")
		return r.script
	}
	text, why := unpack(decode(data))
	switch {
	case why != "":
		r.script.Form = Other
		r.unread(1, why)
	case len(text) == 0 || strings.TrimSpace(string(text)) == "":
		r.script.Form = None
	default:
		r.script.Form = r.part(clean(text), "", 1, 0, &r.pieces)
		r.run()
	}
	return r.script
}

// A document is a decoded text whose lines are quoted. A MIME archive is one, and so is each of its parts that is encoded.
type document struct {
	first int // the number of its first line
	lines []string
}

func newDocument(text string, first int) *document {
	return &document{first: first, lines: strings.Split(text, "\n")}
}

// text gives a line, with those that continue it after a backslash.
func (d *document) text(line int) string {
	i := line - d.first
	if i < 0 || i >= len(d.lines) {
		return ""
	}
	s := strings.TrimSpace(d.lines[i])
	for strings.HasSuffix(s, `\`) && len(s) < 4*maxText && i+1 < len(d.lines) {
		i++
		s = strings.TrimSpace(strings.TrimSuffix(s, `\`)) + " " + strings.TrimSpace(d.lines[i])
	}
	return s
}

// A piece is something that runs at boot, in the order of phase.
type piece struct {
	phase phase
	doc   *document
	run   func()
}

// The order in which cloud-init works: boothooks while it reads the parts, then the modules bootcmd, write_files, disk_setup and mounts (in that order
// in its default configuration), and last the scripts: those of the user data in their order, then runcmd, which is a script by that name.
type phase int

const (
	boothook phase = iota
	modules
	scripts
	runcmd
	leftover // what is written for later: scripts that run at every boot, mount units
)

// decode undoes base64 where there is any.
func decode(data []byte) []byte {
	compact := make([]byte, 0, len(data))
	for _, c := range bytes.TrimSpace(data) {
		switch {
		case c == '\n' || c == '\r':
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/', c == '=':
			compact = append(compact, c)
		default:
			return data
		}
	}
	out, err := base64.StdEncoding.DecodeString(string(compact))
	if err != nil || !looksLikeUserData(out) {
		return data
	}
	return out
}

func looksLikeUserData(b []byte) bool {
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return true
	}
	return utf8.Valid(b) && form(string(clean(b))) != "unknown"
}

// unpack undoes gzip where there is any, and says why it cannot.
func unpack(data []byte) ([]byte, string) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		if len(data) > maxInput {
			return nil, "it is larger than 1 MiB"
		}
		return data, ""
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, "its gzip is broken"
	}
	out, err := io.ReadAll(io.LimitReader(z, maxInput+1))
	switch {
	case len(out) > maxInput:
		return nil, "it is larger than 1 MiB when unpacked"
	case err != nil:
		return nil, "its gzip is broken"
	}
	return out, ""
}

// clean makes text of bytes: no byte order mark, line feeds only, and none of the characters that stand for what is unknown.
func clean(b []byte) string {
	s := strings.TrimPrefix(string(b), "\ufeff")
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	s = strings.ReplaceAll(s, "\x00", " ")
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.IndexFunc(s, isAtom) >= 0 {
		s = strings.Map(func(c rune) rune {
			if isAtom(c) {
				return utf8.RuneError
			}
			return c
		}, s)
	}
	return s
}

// The forms that are told by how a text begins, in lower case, without leading white space. The longest that fits counts.
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
	{"#upstart-job", "text/upstart-job"},
	{"<persist>", "windows"},
	{"<powershell", "windows"},
	{"<script>", "windows"},
	{"content-type:", "multipart"},
	{"mime-version:", "multipart"},
	{"{\"ignition\"", "ignition"},
}

var (
	windowsTag  = regexp.MustCompile(`(?im)^\s*<(?:powershell|script|persist|powershellarguments)>`)
	windowsTask = regexp.MustCompile(`(?m)^version:\s*["']?1\.[01]`)
	ignition    = regexp.MustCompile(`^\{\s*"ignition"`)
	toml        = regexp.MustCompile(`(?m)^\[settings[.\]]`)
)

// form tells the kind of a text; "unknown" where its beginning says nothing.
func form(text string) string {
	head := strings.TrimLeft(text, " \t\n")
	if ignition.MatchString(head) {
		return "ignition"
	}
	lower := strings.ToLower(head[:min(len(head), 64)])
	kind, length := "", 0
	for _, b := range beginnings {
		if strings.HasPrefix(lower, b.prefix) && len(b.prefix) > length {
			kind, length = b.kind, len(b.prefix)
		}
	}
	switch {
	case kind != "":
		return kind
	case windowsTag.MatchString(head), windowsTask.MatchString(head) && strings.Contains(head, "tasks:"):
		return "windows"
	case toml.MatchString(head):
		return "bottlerocket"
	}
	return "unknown"
}

// What is said of kinds that are recognised but not read.
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

// part reads a text of some kind and adds what it runs to pieces. The kind "" is found out. It gives the form.
func (r *reader) part(text, kind string, line, depth int, pieces *[]piece) string {
	doc := newDocument(text, line)
	if kind == "" {
		kind = form(text)
	}
	if kind != "multipart" && kind != "windows" {
		r.masker.learn(doc, func(line int, what string) { r.secret(line, what) })
	}
	return r.partOf(doc, text, kind, line, depth, pieces)
}

func (r *reader) partOf(doc *document, text, kind string, line, depth int, pieces *[]piece) string {
	add := func(p phase, run func()) { *pieces = append(*pieces, piece{p, doc, run}) }
	src := &source{first: line, doc: doc}
	switch kind {
	case "windows":
		return Windows
	case "multipart":
		r.archive(text, line, depth, pieces)
		return Multipart
	case "text/x-shellscript", "text/cloud-boothook", "text/x-shellscript-per-boot", "text/x-shellscript-per-instance", "text/x-shellscript-per-once":
		p := scripts
		if kind == "text/cloud-boothook" {
			p = boothook
		}
		switch name := interpreter(text); {
		case kind == "text/cloud-boothook", shells[name]:
			add(p, func() { r.shell(text, src) })
		case name == "":
			r.unread(line, "a script without #!, which cloud-init cannot start")
		default:
			add(p, func() { r.opaque(line, "a script for "+r.show(name)) })
		}
		return Shell
	case "text/cloud-config":
		r.configs = append(r.configs, config{doc: doc, text: text, line: line})
		return CloudConfig
	case "text/cloud-config-archive":
		r.cloudArchive(doc, text, line, depth, pieces)
		return Other
	}
	why, ok := notRead[kind]
	if !ok {
		why = "a part of a type that is not known"
	}
	add(boothook, func() { r.opaque(line, why) })
	return Other
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
	words := strings.Fields(head)
	for len(words) > 0 {
		name := path.Base(words[0])
		if name != "env" && !strings.HasPrefix(name, "-") && !strings.Contains(name, "=") {
			return name
		}
		words = words[1:]
	}
	return "nothing"
}

// archive reads a MIME archive. Line numbers of a part that is plain count in the archive; those of a part that is encoded begin at the
// part's first line and go on from there as if it had been decoded in place.
func (r *reader) archive(text string, line, depth int, pieces *[]piece) {
	if depth >= maxDepth {
		r.unread(line, "archives in archives, more than four deep")
		return
	}
	head := strings.TrimLeft(text, " \t\n")
	line += strings.Count(text[:len(text)-len(head)], "\n")
	m, err := mail.ReadMessage(strings.NewReader(head))
	if err != nil {
		r.unread(line, "the head of the archive is broken")
		return
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil && kind == "" {
		r.unread(line, "the archive has no type")
		return
	}
	rest, _ := io.ReadAll(m.Body)
	if !strings.HasPrefix(kind, "multipart/") {
		at := len(head) - len(rest)
		r.member(string(rest), textproto.MIMEHeader(m.Header), kind, line+strings.Count(head[:at], "\n"), depth, pieces)
		return
	}
	if params["boundary"] == "" {
		r.unread(line, "the archive has no boundary")
		return
	}
	// The reader of MIME gives no positions, but bodies as they stand, so that each is found again behind the last.
	mr, at := multipart.NewReader(bytes.NewReader(rest), params["boundary"]), len(head)-len(rest)
	for {
		p, err := mr.NextRawPart()
		if err == io.EOF {
			return
		}
		here := line + strings.Count(head[:at], "\n")
		if err != nil {
			r.unread(here, "the archive ends before its last part does")
			return
		}
		body, err := io.ReadAll(p)
		if i := strings.Index(head[at:], string(body)); i >= 0 && len(body) > 0 {
			here += strings.Count(head[at:at+i], "\n")
			at += i + len(body)
		}
		if r.members++; r.members > maxParts {
			r.unread(here, "more than 100 parts")
			return
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		r.member(string(body), p.Header, kind, here, depth, pieces)
		if err != nil {
			r.unread(here, "the archive ends before its last part does")
			return
		}
	}
}

// member reads one part of an archive.
func (r *reader) member(body string, header textproto.MIMEHeader, kind string, line, depth int, pieces *[]piece) {
	if strings.EqualFold(strings.TrimSpace(header.Get("Content-Transfer-Encoding")), "base64") {
		out, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
		if err != nil {
			r.unread(line, "a part whose base64 is broken")
			return
		}
		body = string(out)
	} else if strings.EqualFold(header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		r.unread(line, "a part in quoted-printable")
		return
	}
	out, why := unpack([]byte(body))
	if r.total += len(out); why == "" && r.total > 2*maxInput {
		why = "the parts are larger than 2 MiB together"
	}
	if why != "" {
		r.unread(line, why)
		return
	}
	text := clean(out)
	if header.Get("Merge-Type") != "" || header.Get("X-Merge-Type") != "" {
		r.merging = true
	}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		// The reader took the part's head off; the inner archive needs its boundary back.
		head := "Content-Type: " + strings.ReplaceAll(header.Get("Content-Type"), "\n", " ") + "\n\n"
		r.archive(head+text, line-2, depth+1, pieces)
		return
	case kind == "" || slices.Contains([]string{"text/plain", "text/x-not-multipart", "application/octet-stream", "application/gzip", "application/x-gzip", "application/x-gzip-compressed", "application/x-compressed"}, kind):
		if kind = form(text); kind == "multipart" {
			r.archive(text, line, depth+1, pieces)
			return
		}
	case kind == "text/x-shellscript" && form(text) == "windows":
		kind = "windows"
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	r.part(text, kind, line, depth, pieces)
}

// cloudArchive reads a #cloud-config-archive: a list of parts in YAML, each a text or a type and a content.
func (r *reader) cloudArchive(doc *document, text string, line, depth int, pieces *[]piece) {
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
		if kind == "" || kind == "text/plain" {
			kind = form(content.Value)
		}
		r.partOf(doc, content.Value, kind, line+contentLine(content)-1, depth+1, pieces)
	}
}
