package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/patlint/patlint/lint/report"
	"mvdan.cc/sh/v3/syntax"
)

// interruptKey is what the line editor gets for Ctrl-C, which it would take for the end of the input: a control character that it does not know.
const interruptKey = 0x1c // Ctrl-\, the terminal's other key for an end

// knownKeys puts what terminals send for Home, End, and Ctrl with an arrow into the forms that the line editor knows.
var knownKeys = strings.NewReplacer("\x1b[1~", "\x01", "\x1b[7~", "\x01", "\x1b[4~", "\x05", "\x1b[8~", "\x05", "\x1b[1;5C", "\x1b[1;3C", "\x1b[1;5D", "\x1b[1;3D")

// A keyboard hands keys to the line editor, one read up to each Ctrl-C. That ends the line, or on an empty one the input.
type keyboard struct {
	from  io.Reader
	buf   []byte
	ended bool // this line was given up
}

// line begins a new line.
func (k *keyboard) line() { k.ended = false }

// cancelled tells whether the line that was read last was given up.
func (k *keyboard) cancelled() bool { return k.ended }

// cancel ends the line, or the input.
func (k *keyboard) cancel(empty bool) {
	if empty {
		k.buf = append([]byte{4}, k.buf...) // Ctrl-D
		return
	}
	k.ended = true
	k.buf = append([]byte{'\r'}, k.buf...)
}

func (k *keyboard) Read(p []byte) (int, error) {
	if len(k.buf) == 0 {
		buf := make([]byte, len(p))
		n, err := k.from.Read(buf)
		if n == 0 {
			return 0, err
		}
		k.buf = []byte(knownKeys.Replace(string(buf[:n])))
	}
	n := 0
	for n < len(p) && n < len(k.buf) {
		p[n] = k.buf[n]
		if p[n] == 3 {
			p[n] = interruptKey
		}
		n++
		if p[n-1] == interruptKey {
			break
		}
	}
	k.buf = k.buf[n:]
	return n, nil
}

// maxHistory is how many lines are kept.
const maxHistory = 500

// A lineHistory is the lines of earlier prompts, the newest last. It implements [term.History].
type lineHistory struct {
	file    string // "" keeps nothing
	entries []string
	skip    func() bool // whether the line is not to be kept; nil keeps all
}

// historyFile is in the user's folder of caches; "" where there is none.
func historyFile() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "patlint", "try-history")
}

// newLineHistory reads a file. What cannot be read or kept is missed by nobody: it is left out without a word.
func newLineHistory(file string) *lineHistory {
	h := &lineHistory{file: file}
	data, err := os.ReadFile(file)
	if err != nil {
		return h
	}
	for line := range strings.Lines(strings.ToValidUTF8(string(data), "\ufffd")) {
		if line = strings.TrimRight(line, "\n"); line != "" {
			h.entries = append(h.entries, report.Clean(line))
		}
	}
	if len(h.entries) > maxHistory {
		h.entries = h.entries[len(h.entries)-maxHistory:]
		_ = replaceFile(file, 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(h.entries, "\n")+"\n")
			return err
		})
	}
	return h
}

// Add keeps a line, once of each that follow each other.
func (h *lineHistory) Add(line string) {
	if strings.TrimSpace(line) == "" || h.skip != nil && h.skip() || len(h.entries) > 0 && h.entries[len(h.entries)-1] == line {
		return
	}
	h.entries = append(h.entries, line)
	if len(h.entries) > maxHistory {
		h.entries = h.entries[1:]
	}
	if h.file == "" {
		return
	}
	_ = os.MkdirAll(filepath.Dir(h.file), 0o700)
	f, err := os.OpenFile(h.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_ = f.Chmod(0o600)
	_, _ = io.WriteString(f, line+"\n")
}

// Len is how many lines there are.
func (h *lineHistory) Len() int { return len(h.entries) }

// At is a line, the newest at 0.
func (h *lineHistory) At(i int) string { return h.entries[len(h.entries)-1-i] }

func isComment(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "#") }

// meant is a line of the prompt in its own words, and without what was copied along with it: the command in front of the expression, its flags, which are
// left out, and the quotes that are there for the shell.
func meant(line string) (expr string, left []string) {
	line = strings.TrimSpace(line)
	switch line {
	case "?", "help", ":?":
		return ":help", nil
	case "exit", "quit", ":exit", ":q":
		return ":quit", nil
	}
	rest, command := strings.CutPrefix(strings.TrimPrefix(strings.TrimPrefix(line, "$ "), "patlint ")+" ", "try ")
	if !command {
		if words, quoted := shellWords(line); quoted && strings.ContainsAny(words[0], ".(=<>") { // a text alone is tried by nobody
			return words[0], nil
		}
		return line, nil
	}
	rest = strings.TrimSpace(rest)
	words, _ := shellWords(rest)
	cmd := newTry()
	if cmd.ParseFlags(words) != nil || len(cmd.Flags().Args()) != 1 {
		return rest, nil // written without the quotes that a shell needs
	}
	expr = cmd.Flags().Arg(0)
	for _, w := range words {
		if name, _, _ := strings.Cut(w, "="); strings.HasPrefix(w, "-") && w != expr {
			left = append(left, name)
		}
	}
	return expr, left
}

// shellWords are the words of a shell's command, and whether they are a single one in quotes; none where the line is more than that.
func shellWords(line string) (words []string, quoted bool) {
	file, err := syntax.NewParser().Parse(strings.NewReader(line), "")
	if err != nil || len(file.Stmts) != 1 || len(file.Stmts[0].Redirs) > 0 || file.Stmts[0].Negated || file.Stmts[0].Background {
		return nil, false
	}
	call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Assigns) > 0 {
		return nil, false
	}
	for _, w := range call.Args {
		var text strings.Builder
		for _, part := range w.Parts {
			switch part := part.(type) {
			case *syntax.Lit:
				text.WriteString(part.Value)
			case *syntax.SglQuoted:
				text.WriteString(part.Value)
				quoted = len(w.Parts) == 1
			case *syntax.DblQuoted:
				if len(part.Parts) != 1 {
					return nil, false
				}
				lit, ok := part.Parts[0].(*syntax.Lit)
				if !ok {
					return nil, false
				}
				text.WriteString(unescaped.Replace(lit.Value))
				quoted = len(w.Parts) == 1
			default:
				return nil, false
			}
		}
		words = append(words, text.String())
	}
	return words, quoted && len(words) == 1
}

// unescaped takes off what a shell takes off within double quotes.
var unescaped = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\$`, `$`, "\\`", "`")
