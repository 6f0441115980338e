package main

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts and tests run this test binary as patlint.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"patlint": func() { os.Exit(run()) }})
}

// TestScripts runs the command as its users do; -update rewrites what it prints.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			wd, err := os.Getwd()
			env.Setenv("REPO", wd+"/../..")
			// Nothing of the machine's own AWS configuration reaches a test.
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			env.Setenv("AWS_CONFIG_FILE", env.WorkDir+"/none")
			env.Setenv("AWS_SHARED_CREDENTIALS_FILE", env.WorkDir+"/none")
			env.Setenv("XDG_CACHE_HOME", env.WorkDir+"/cache")
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"copytree": copytree, "edit": edit, "exits": exits},
	})
}

// copytree copies a folder with all that is in it: copytree FROM TO
func copytree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copytree FROM TO")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

// exits runs patlint and wants an exit code: exits 3 patlint check …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("%s: exit code %s, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}

// edit changes the one place of a file that has a text: edit FILE OLD NEW.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if n := strings.Count(text, args[1]); n != 1 {
		ts.Fatalf("%s has %q %d times", args[0], args[1], n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o644))
}

// required finds a program that tests need. Where it is missing the test is skipped, or fails if PATLINT_REQUIRE names what it belongs to.
func required(t *testing.T, what, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	missing(t, what, "there is no "+program+"; install "+what+", or run .ci/run")
	return ""
}

// missing skips a test for want of something, or fails it if PATLINT_REQUIRE names what it belongs to.
func missing(t *testing.T, what, words string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PATLINT_REQUIRE"), ","), what) {
		t.Fatalf("PATLINT_REQUIRE names %s, but %s", what, words)
	}
	t.Skip(words)
}

// patlint runs the command and gives what it printed, and its exit code.
func patlint(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "patlint", args...)
	cmd.Env = append(os.Environ(), append([]string{
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
	}, env...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}
