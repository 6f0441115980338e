package bootscript

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestScripts reads each script of testdata and holds what Parse tells against what a person wrote down who read the script: one line for each
// mount, format, attachment, secret and unread part, in the order of Parse, with ? for what cannot be known. Each file says above its script what it is
// like.
func TestScripts(t *testing.T) {
	names, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 60 {
		t.Errorf("%d scripts, want at least 60", len(names))
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) != 2 || a.Files[0].Name != "script" || a.Files[1].Name != "want" || len(a.Comment) == 0 {
				t.Fatal("a file has a comment and the sections script and want")
			}
			script := Parse(a.Files[0].Data)
			if diff := cmp.Diff(strings.TrimSpace(string(a.Files[1].Data)), strings.TrimSpace(summary(script))); diff != "" {
				t.Errorf("-want +got:\n%s\n%s", diff, details(script))
			}
			for _, text := range texts(script) {
				if strings.Contains(text, "hunter2") {
					t.Errorf("a secret is in %q", text)
				}
			}
		})
	}
}

// summary writes a script as the files of testdata do.
func summary(s *Script) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("form %s", s.Form)
	for _, m := range s.Mounts {
		options := "?"
		if o, ok := m.Options.Get(); ok {
			if options = strings.Join(o, ","); options == "" {
				options = "-"
			}
		}
		line("mount %d %s %s %s %s %s %s provided=%s awaited=%s", m.Line, m.From, text(m.Device), text(m.Naming), text(m.Point), text(m.FSType), options, answer(m.Provided), answer(m.Awaited))
	}
	for _, f := range s.Formats {
		line("format %d %s %s %s %s guarded=%s", f.Line, f.Tool, text(f.Device), text(f.Naming), text(f.FSType), answer(f.Guarded))
	}
	for _, a := range s.Attachments {
		line("attach %d %s %s awaited=%s", a.Line, text(a.Volume), text(a.Device), answer(a.Awaited))
	}
	for _, x := range s.Secrets {
		line("secret %d", x.Line)
	}
	for _, u := range s.Unread {
		line("unread %d", u.Line)
	}
	return b.String()
}

func text(f Fact[string]) string {
	if v, ok := f.Get(); ok {
		return v
	}
	return "?"
}

func answer(f Fact[bool]) string {
	v, ok := f.Get()
	switch {
	case !ok:
		return "?"
	case v:
		return "yes"
	}
	return "no"
}

// details says why what is unknown is so, for who looks into a failure.
func details(s *Script) string {
	var b strings.Builder
	for _, u := range s.Unread {
		fmt.Fprintf(&b, "%d: not read: %s\n", u.Line, u.Why)
	}
	for _, m := range s.Mounts {
		fmt.Fprintf(&b, "%d: %s; device %s; provided %s; awaited %s\n", m.Line, m.Text, m.Device.Why(), m.Provided.Why(), m.Awaited.Why())
	}
	for _, f := range s.Formats {
		fmt.Fprintf(&b, "%d: %s; guarded %s\n", f.Line, f.Text, f.Guarded.Why())
	}
	return b.String()
}

// texts gives every text in a script.
func texts(s *Script) []string {
	var out []string
	fact := func(fs ...Fact[string]) {
		for _, f := range fs {
			out = append(out, f.value, f.why)
		}
	}
	for _, m := range s.Mounts {
		out = append(append(out, m.Text, m.Options.why, m.Provided.why, m.Awaited.why), m.Options.value...)
		fact(m.Device, m.Naming, m.Point, m.FSType)
	}
	for _, f := range s.Formats {
		out = append(out, f.Text, f.Guarded.why)
		fact(f.Device, f.Naming, f.FSType)
	}
	for _, a := range s.Attachments {
		out = append(out, a.Text, a.Awaited.why)
		fact(a.Volume, a.Device)
	}
	for _, x := range s.Secrets {
		out = append(out, x.What)
	}
	for _, u := range s.Unread {
		out = append(out, u.Why)
	}
	return out
}
