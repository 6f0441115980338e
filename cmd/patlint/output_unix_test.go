//go:build unix

package main

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
)

// TestOutputPipe: what is no file is written to and not replaced, and a file keeps its permissions.
func TestOutputPipe(t *testing.T) {
	dir := t.TempDir()
	words := report.Format{Name: "words", Write: func(w io.Writer, _ *lint.Report, _ report.Options) error {
		_, err := io.WriteString(w, "report")
		return err
	}}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		data, _ := os.ReadFile(pipe)
		got <- string(data)
	}()
	if err := (output{format: words, file: pipe}).write(lint.Merge()); err != nil {
		t.Fatal(err)
	}
	if text := <-got; text != "report" {
		t.Errorf("through the pipe came %q", text)
	}
	if st, err := os.Lstat(pipe); err != nil || st.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe was replaced: %v %v", st, err)
	}

	private := filepath.Join(dir, "private")
	if err := os.WriteFile(private, []byte("old and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (output{format: words, file: private}).write(lint.Merge()); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(private)
	if err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(private); string(data) != "report" || st.Mode().Perm() != 0o600 {
		t.Errorf("the file holds %q with mode %v", data, st.Mode())
	}
}
