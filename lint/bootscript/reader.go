package bootscript

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Bounds of what is followed. They are far above what real scripts need and keep the worst below the time of a blink.
const (
	maxCommands = 5_000
	maxWork     = 50_000 // steps of any kind
	maxCalls    = 8      // functions and scripts that call each other
	maxNesting  = 60     // compound commands in compound commands
	maxOpeners  = 10_000 // brackets and operators in one script, which bound the depth of the parser
	maxFound    = 250    // mounts, formats and attachments each
)

// A reader follows a script as a person would who reads it with a finger on the line: in the order of execution, with every branch, and each
// loop once.
type reader struct {
	script *Script
	masker masker

	pieces  []piece
	configs []config
	merging bool    // parts of cloud-config say how to merge
	members int     // parts of archives
	total   int     // bytes of text in all parts
	texts   *[]Text // where set, parts go there and nothing is read

	src   *source // what is read at the moment
	atoms []atom
	memo  map[string]string // values of the same computation

	shellState
	files  map[string]*file
	substs map[string]*stream // what <(…) stands for
	labels map[string]string  // the device that has a label

	in, out *stream // of the command that is read; nil where a person would be
	calls   int     // functions and scripts that are being read
	nesting int     // compound commands that are being read

	commands int
	work     int
	full     bool // a bound was reached and said

	events     []event
	waitEvents int
}

// shellState is what each shell script has for itself; files and devices are everyone's.
type shellState struct {
	vars    map[string]variable
	trail   []change // of vars
	funcs   map[string]function
	sourced bool    // a file that was not read may have set variables
	last    outcome // of the last command: $?
	subst   outcome // of the last $(…), which is that of an assignment
	conds   []fact  // what is known to hold here because of tests
	loops   []*loop
	frame   *frame
}

// newShellState is the state in which a script begins.
func newShellState() shellState {
	return shellState{vars: map[string]variable{}, funcs: map[string]function{}, frame: &frame{}}
}

// newReader is a reader that has read nothing.
func newReader() *reader {
	return &reader{
		script: &Script{}, memo: map[string]string{}, files: map[string]*file{}, substs: map[string]*stream{}, labels: map[string]string{},
		shellState: newShellState(),
	}
}

// A document is a decoded text whose lines are quoted. A plain MIME archive has one for each part.
type document struct {
	first int // the number of its first line
	lines []string
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

// A source is a text and the place of its lines in the document.
type source struct {
	first int   // the number of the first line
	last  int   // that of its last, where it is not as many lines behind
	each  []int // or the number of each line
	doc   *document
}

// line gives the place of the text's nth line.
func (s *source) line(n int) int {
	if len(s.each) > 0 {
		return s.each[min(max(n, 1), len(s.each))-1]
	}
	n = s.first + max(n, 1) - 1
	if s.last > 0 {
		n = min(n, s.last)
	}
	return n
}

// A piece is something that runs at boot, in the order of phase.
type piece struct {
	phase phase
	src   *source
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
)

// run reads all pieces in the order in which they run, then what was written for later, and then answers what takes the whole:
// whether something provides and awaits a device.
func (r *reader) run() {
	r.configPieces()
	slices.SortStableFunc(r.pieces, func(a, b piece) int { return cmp.Compare(a.phase, b.phase) })
	for _, p := range r.pieces {
		r.src, r.shellState = p.src, newShellState()
		p.run()
	}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		f := r.files[name]
		everyBoot := strings.HasPrefix(name, "/var/lib/cloud/scripts/per-") || name == "/etc/rc.local" || name == "/etc/rc.d/rc.local"
		if everyBoot && !f.ran && len(f.lines) > 0 {
			r.src, r.shellState = &source{first: f.lines[0].line, doc: f.doc}, newShellState()
			r.runFile(f, name, nil, f.lines[0].line)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		if strings.HasSuffix(name, ".mount") && strings.Contains(name, "/systemd/") && r.files[name].why == "" {
			r.mountUnit(r.files[name])
		}
	}
	r.resolve()
	slices.SortStableFunc(r.script.Unread, func(a, b Unread) int { return cmp.Compare(a.Line, b.Line) })
	slices.SortStableFunc(r.script.Secrets, func(a, b Secret) int { return cmp.Compare(a.Line, b.Line) })
}

// unread notes once that something is not read.
func (r *reader) unread(line int, why string) {
	u := Unread{Line: line, Why: why}
	if len(r.script.Unread) < maxFound && !slices.Contains(r.script.Unread, u) {
		r.script.Unread = append(r.script.Unread, u)
	}
}

// opaque notes that something runs that is not read, and so may attach, wait and mount.
func (r *reader) opaque(line int, why string) {
	r.event(event{kind: opaque, why: why})
	r.unread(line, why)
}

// secret notes a line that seems to hold a secret.
func (r *reader) secret(line int, what string) {
	if len(r.script.Secrets) < maxFound {
		r.script.Secrets = append(r.script.Secrets, Secret{Line: line, What: what})
	}
}

// quote gives a line as it may be shown.
func (r *reader) quote(line int) string { return r.show(r.src.doc.text(line)) }

// show makes a text fit to be shown.
func (r *reader) show(s string) string { return cut(r.masker.mask(s), maxText) }

// spend tells whether the bounds on work are reached.
func (r *reader) spend(n int) bool {
	if r.work = min(r.work+n, maxWork+1); r.work <= maxWork && r.commands <= maxCommands {
		return false
	}
	if !r.full {
		r.full = true
		r.unread(1, "it does more than is followed here, 5,000 commands")
	}
	return true
}

// stop ends the reading: there is more than is listed.
func (r *reader) stop() {
	r.work = max(r.work, maxWork)
	r.spend(1)
}

// A stream is the output of commands, on its way to a file, a variable or another command.
type stream struct {
	lines []textLine
	open  bool // the last line has no end yet
	atom       // where it has a reason, there is more than lines say, of which it is known
}

// A textLine is a line of output, and where the script writes it.
type textLine struct {
	text string
	line int
}

// A file is one that the script writes.
type file struct {
	stream
	doc *document
	at  int // the event before which it was written
	ran bool
}

// String gives the text of a stream.
func (s *stream) String() string {
	var b strings.Builder
	for i, l := range s.lines {
		b.WriteString(l.text)
		if i < len(s.lines)-1 || !s.open {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// source tells where the lines of a stream stand.
func (s *stream) source(doc *document) *source {
	src := &source{first: 1, doc: doc}
	for _, l := range s.lines {
		src.each = append(src.each, l.line)
	}
	return src
}

// write adds text that begins at a line of the source. Lines in it are lines of the source.
func (s *stream) write(text string, line int) {
	for part := range strings.SplitAfterSeq(text, "\n") {
		t, ended := strings.CutSuffix(part, "\n")
		if n := len(s.lines); s.open && n > 0 {
			s.lines[n-1].text += t
		} else if part != "" {
			s.lines = append(s.lines, textLine{t, line})
		}
		if part != "" {
			s.open = !ended
		}
		line++
	}
}

// writeIn adds text whose lines all stand in one line of the source.
func (s *stream) writeIn(text string, line int) {
	for l := range strings.SplitAfterSeq(text, "\n") {
		s.write(l, line)
	}
}

// copy adds another stream.
func (s *stream) copy(from *stream) {
	s.lines = append(slices.Clip(s.lines), from.lines...)
	s.open = from.open
	if from.why != "" {
		s.blur(from.atom)
	}
}

// blur notes that there is output of which only a is known.
func (s *stream) blur(a atom) {
	if s.why == "" {
		s.atom = a
	}
}
