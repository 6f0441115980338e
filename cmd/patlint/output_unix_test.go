//go:build unix

package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/patlint/patlint/lint"
)

// TestOutputPipe: what is no file is written to and not replaced, and a file keeps its permissions.
func TestOutputPipe(t *testing.T) {
	dir := t.TempDir()
	words := func(w io.Writer) error {
		_, err := io.WriteString(w, "report")
		return err
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		data, _ := os.ReadFile(pipe)
		got <- string(data)
	}()
	if err := (output{file: pipe}).write(words); err != nil {
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
	if err := (output{file: private}).write(words); err != nil {
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

// TestClosedPipe: a reader who goes away, as head does, ends neither the other reports nor the exit code.
func TestClosedPipe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	cmd := exec.CommandContext(t.Context(), "patlint", "check", "--demo", "-f", "text", "-f", "json="+file)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = writer, &stderr
	err = cmd.Run()
	writer.Close()
	if code := cmd.ProcessState.ExitCode(); code != exitFindings || strings.Contains(stderr.String(), "pipe") {
		t.Errorf("exit code %d, %v: %s", code, err, &stderr)
	}
	wholeReport(t, file)
}

// wholeReport fails where a file is not a JSON report from end to end.
func wholeReport(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := lint.ReadReport(file, bytes.NewReader(data)); err != nil || len(r.Findings) == 0 {
		t.Errorf("%v, %d bytes", err, len(data))
	}
}

// TestNoSpace: where a report cannot be written, the message says so, the exit code is that of a fault and not of findings, and nothing half is left.
func TestNoSpace(t *testing.T) {
	bash := required(t, "bash", "bash")
	for _, tt := range []struct{ name, command, words string }{
		{"full disk", "patlint check --demo -f json > /dev/full", "write report to stdout: write /dev/stdout: no space left on device"},
		{"full device", "patlint check --demo -f json=/dev/full", "write report /dev/full: write /dev/full: no space left on device"},
		{"disk fills up", "ulimit -f 4; patlint check --demo -f json=report.json", "file too large"},
		{"disk fills up under an old report", "echo old > report.json; ulimit -f 4; patlint check --demo -f json=report.json", "file too large"},
		{"read-only", "patlint check --demo -f json=/proc/report.json", "/proc"},
		{"a folder", "mkdir report.json; patlint check --demo -f json=report.json", "report.json is a folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), bash, "-c", tt.command)
			cmd.Dir = dir
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			_ = cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != exitUsage || !strings.Contains(stderr.String(), tt.words) || !strings.Contains(stderr.String(), "(exit code 2)") {
				t.Errorf("exit code %d: %s", code, &stderr)
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if data, _ := os.ReadFile(filepath.Join(dir, e.Name())); !e.IsDir() && (e.Name() != "report.json" || string(data) != "old\n") {
					t.Errorf("%s is left with %d bytes", e.Name(), len(data))
				}
			}
		})
	}
}

// TestKilled: whenever the program is killed, the report is whole or not there, or the one from before, and no other file is left.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	whole, killed := 0, 0
	for i := range 40 {
		cmd := exec.CommandContext(t.Context(), "patlint", "check", "--demo", "-f", "json="+file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(400 * time.Millisecond))
		cmd.Process.Kill()
		cmd.Wait()
		if !cmd.ProcessState.Exited() {
			killed++
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != "report.json" {
				if runtime.GOOS == "linux" { // others have no files without a name
					t.Errorf("%s is left", e.Name())
				}
				continue
			}
			whole++
			wholeReport(t, file)
			if i%2 == 0 {
				os.Remove(file)
			}
		}
	}
	t.Logf("killed %d of 40 times; a report was there %d times", killed, whole)
}

// TestCopyTo: where nothing can take a file's place, a whole draft is written over it.
func TestCopyTo(t *testing.T) {
	for name, draftIn := range map[string]func(string, os.FileMode) (*draft, error){"named": namedDraft, "as the system has them": newDraft} {
		dir, target := t.TempDir(), filepath.Join(t.TempDir(), "report")
		if err := os.WriteFile(target, []byte("old and longer than the new one"), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := draftIn(dir, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if st, err := d.Stat(); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, st.Mode(), err)
		}
		if _, err := d.WriteString("new"); err != nil {
			t.Fatal(err)
		}
		if err := d.copyTo(target); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		d.drop()
		if data, _ := os.ReadFile(target); string(data) != "new" {
			t.Errorf("%s: %q", name, data)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %s is left", name, left[0].Name())
		}
	}
}

// TestDiffClosedPipe: the verdict of diff does not depend on who reads it to the end.
func TestDiffClosedPipe(t *testing.T) {
	dir := t.TempDir()
	before, after := filepath.Join(dir, "before.json"), filepath.Join(dir, "after.json")
	patlint(t, nil, "check", "--no-config", "--demo", "-p", "encrypt-by-default", "-f", "json="+before)
	patlint(t, nil, "check", "--no-config", "--demo", "-f", "json="+after)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	cmd := exec.CommandContext(t.Context(), "patlint", "diff", before, after)
	cmd.Stdout = writer
	_ = cmd.Run()
	writer.Close()
	if code := cmd.ProcessState.ExitCode(); code != exitFindings {
		t.Errorf("exit code %d", code)
	}
}
