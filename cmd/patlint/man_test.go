package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// manPages writes the pages and reads them, by file name.
func manPages(t *testing.T) (dir string, pages map[string]string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "man")
	if out, stderr, code := patlint(t, nil, "man", "-o", dir); code != exitClean || out+stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	pages = map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		pages[f.Name()] = string(b)
	}
	return dir, pages
}

// TestMan: each command that --help shows has a page with all its flags, and the formatter obeys nothing but what was meant.
func TestMan(t *testing.T) {
	_, pages := manPages(t)
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		page := pages[manName(c)+".1"]
		delete(pages, manName(c)+".1")
		for _, section := range []string{"NAME\n" + roff(manName(c)) + ` \- `, "SYNOPSIS\n", "DESCRIPTION\n", "OPTIONS\n"} {
			if !strings.Contains(page, ".SH "+section) {
				t.Errorf("%s has no %q", c.CommandPath(), section)
			}
		}
		c.InitDefaultHelpFlag()
		for _, flag := range regexp.MustCompile(`(?m)^ +(-\w, )?--([a-z-]+)`).FindAllStringSubmatch(c.Flags().FlagUsages(), -1) {
			if n := len(regexp.MustCompile(`(?m)^\.TP\n\.B (\\-\w, )?`+regexp.QuoteMeta(roff("--"+flag[2]))+`( \w+(\[=\w+\])?)?$`).FindAllString(page, -1)); n != 1 {
				t.Errorf("%s has --%s %d times", c.CommandPath(), flag[2], n)
			}
		}
		for l := range strings.Lines(c.Flags().FlagUsages()) {
			text := strings.TrimSpace(regexp.MustCompile(`^ +(-\w, )?--\S+( \w+(\[=\w+\])?)?   `).ReplaceAllString(l, ""))
			if !strings.Contains(page, "\n"+roff(text)+"\n") {
				t.Errorf("%s does not keep the line %q", c.CommandPath(), text)
			}
		}
		obeyed(t, c.CommandPath(), page)
		for _, sub := range manCommands(c) {
			walk(sub)
		}
	}
	walk(newRoot())
	for _, m := range manuals() {
		page := pages["patlint-"+m.name+".5"]
		delete(pages, "patlint-"+m.name+".5")
		obeyed(t, m.name, page)
		for _, block := range manualBlocks(m.text()) {
			want := "\n" + roff(block.text) + "\n"
			if block.kind == "heading" {
				want = "\n.SH " + roff(strings.ToUpper(block.text)) + "\n"
			}
			if !strings.Contains(page, want) {
				t.Errorf("patlint-%s.5 has no %q", m.name, want)
			}
		}
	}
	if len(pages) > 0 {
		t.Errorf("%d pages more", len(pages))
	}
}

// obeyed finds what the formatter would obey and nobody meant, and what is not escaped.
func obeyed(t *testing.T, name, page string) {
	t.Helper()
	for _, l := range strings.Split(page, "\n") {
		if strings.HasPrefix(l, "'") || strings.HasPrefix(l, ".") && !slices.Contains([]string{".B ", ".BR", ".PP", ".RE", ".RS", ".SH", ".TH", ".TP", ".br", ".fi", ".nf"}, l[:min(len(l), 3)]) {
			t.Errorf("%s: %q", name, l)
		}
		if strings.ContainsFunc(l, func(r rune) bool { return r > 0x7e }) || regexp.MustCompile(`(^|[^\\])-`).MatchString(l) && !strings.HasPrefix(l, ".TH ") {
			t.Errorf("%s is not escaped: %q", name, l)
		}
	}
}

func TestRoff(t *testing.T) {
	for in, want := range map[string]string{
		".so /etc/passwd": `\&.so /etc/passwd`, "a\n.so x": "a\n" + `\&.so x`, "'x": `\&'x`, "it's -a": `it's \-a`, `\fB`: `\efB`, "…": `\[u2026]`, "": "",
	} {
		if got := roff(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestManLint asks somebody else's formatter.
func TestManLint(t *testing.T) {
	program := required(t, "mandoc", "mandoc")
	dir, pages := manPages(t)
	for name := range pages {
		if out, err := exec.CommandContext(t.Context(), program, "-T", "lint", "-W", "warning", filepath.Join(dir, name)).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%v: %s", err, out)
		}
	}
}
