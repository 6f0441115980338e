package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
)

// newTester tests what args name, without the configuration of this folder.
func newTester(t testing.TB, args ...string) *tester {
	t.Helper()
	var flags catalogFlags
	cmd := &cobra.Command{}
	flags.addDirs(cmd)
	if err := cmd.ParseFlags([]string{"--no-config"}); err != nil {
		t.Fatal(err)
	}
	return &tester{flags: &flags, args: args, noStyle: true}
}

// The lines by which an editor knows a run in the background; .vscode/tasks.json has them too.
var beginsRun, endsRun = regexp.MustCompile(`^patlint: testing`), regexp.MustCompile(`^patlint: (all is well|\d+ (mistakes?|blanks?)( and \d+ blanks?)? in patterns)`)

// TestWatch: each save is one run with a first and a last line, whatever the file has become, and the end of the context is no error.
func TestWatch(t *testing.T) {
	dir := ownPatterns(t, 2)
	file := filepath.Join(dir, "own", "own-1.md")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reader, out := io.Pipe()
	var stdout bytes.Buffer
	te := newTester(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- watchTests(ctx, te, []output{{format: "text", stdout: &stdout}}, out)
		out.Close()
	}()
	runs := make(chan string)
	go func() {
		begun := false
		for lines := bufio.NewScanner(reader); lines.Scan(); {
			switch line := lines.Text(); {
			case beginsRun.MatchString(line):
				begun = true
			case endsRun.MatchString(line) && begun:
				begun = false
				runs <- line
			}
		}
		close(runs)
	}()
	next := func(want string) {
		t.Helper()
		timeout := time.After(30 * time.Second)
		for {
			select {
			case line := <-runs:
				if regexp.MustCompile(want).MatchString(line) {
					return
				}
				t.Log("not yet: ", line) // a file was seen before it was whole
			case <-timeout:
				t.Fatal("there was no run that says " + want)
			}
		}
	}
	save := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	next(`^patlint: all is well: 2 patterns, 8 examples; \d`)
	save(strings.Replace(string(good), "\nresource: ", "\nresource: x", 1))
	next(`^patlint: 1 mistake in patterns; \d`)
	save("Words.")
	next(`^patlint: 1 mistake in patterns`)
	if err := os.RemoveAll(filepath.Join(dir, "own")); err != nil {
		t.Fatal(err)
	}
	next(`^patlint: 1 mistake in patterns or around them`)
	if err := os.MkdirAll(filepath.Join(dir, "own"), 0o755); err != nil {
		t.Fatal(err)
	}
	save(string(good))
	next(`^patlint: all is well: 1 pattern, 4 examples`)
	cancel()
	for range runs { // those under way
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if text := stdout.String(); !strings.HasPrefix(text, "ok    own-0  4 examples\nok    own-1  4 examples\n") || strings.Contains(text, "\x1b") {
		t.Errorf("stdout has:\n%s", text)
	}
}

// TestTesterAgain: what has not changed is neither compiled nor run a second time, though another rule is broken.
func TestTesterAgain(t *testing.T) {
	dir := ownPatterns(t, 2)
	te := newTester(t, dir)
	if _, err := te.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := te.rules.results
	file := filepath.Join(dir, "own", "own-1.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte("\nresource: "), []byte("\nresource: x"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	rep, err := te.run(t.Context())
	if err != nil || len(rep.Mistakes) != 1 || rep.Mistakes[0].Step != "rule" || !rep.Patterns[0].OK || rep.Patterns[1].OK {
		t.Fatalf("%+v %v", rep, err)
	}
	kept := 0
	for p, res := range te.rules.results {
		if p.ID == "own-0" && before[p].Pattern == p && res.Pattern == p {
			kept++
		}
	}
	if kept != 1 || len(te.rules.results) != 1 {
		t.Errorf("the results are %v, and were %v", te.rules.results, before)
	}
}

// TestMissed: what example and rule say goes to the mistake that it belongs to, and to no other of the same place.
func TestMissed(t *testing.T) {
	p := &patterns.Pattern{ID: "a", File: "x/a.md", Rule: &patterns.Rule{}}
	at := &patterns.Error{File: p.File, Line: 3, Column: 5, Msg: "vol-1 is not flagged"}
	miss := lint.Miss{At: at, Resource: "vol-1", Want: "fail: 8 GiB", Got: "pass", Evidence: lint.Evidence{{Expr: "volume.Size", Value: int64(4)}}}
	r := &testRun{targets: &targets{folders: []string{""}}, draft: &patterns.Draft{}, tested: []*patterns.Pattern{p}, ids: map[string]string{p.File: p.ID}}
	r.results(lint.ExampleResult{Errs: patterns.Errors{{File: p.File, Line: 3, Column: 5, Msg: "another"}, at}, Misses: []lint.Miss{miss}})
	want := []report.Mistake{
		{Step: "example", File: p.File, Line: 3, Column: 5, Message: "another", Pattern: "a"},
		{Step: "example", File: p.File, Line: 3, Column: 5, Message: at.Msg, Pattern: "a", Resource: "vol-1", Want: miss.Want, Got: miss.Got, Evidence: miss.Evidence},
	}
	if d := cmp.Diff(want, r.report(nil).Mistakes); d != "" {
		t.Error(d)
	}
}

// TestTestSchema holds what the command prints against the schema.
func TestTestSchema(t *testing.T) {
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(report.TestSchemaText))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("test", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("test")
	if err != nil {
		t.Fatal(err)
	}
	dir := ownPatterns(t, 1)
	if err := os.WriteFile(filepath.Join(dir, "own", "broken.md"), []byte("Words."), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := patlint(t, nil, "test", "--no-config", "-f", "json", dir)
	if code != exitFindings {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(stdout))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(doc); err != nil {
		t.Error(err)
	}
	var got report.Test
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got.Patterns) != 2 || len(got.Mistakes) == 0 || got.Version != version {
		t.Errorf("%+v %v", got, err)
	}
}

// BenchmarkTest measures a test of one file, start of the program aside.
func BenchmarkTest(b *testing.B) {
	for b.Loop() {
		if rep, err := newTester(b, "../../patterns/storage/leave-gp2-burst-behind.md").run(b.Context()); err != nil || len(rep.Patterns) != 1 {
			b.Fatal(rep, err)
		}
	}
}
