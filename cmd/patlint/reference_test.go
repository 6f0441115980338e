package main

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// ourPage is one of our pages as its file has it.
func ourPage(t *testing.T, name string) string {
	t.Helper()
	data, err := pages.ReadFile("pages/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// contributed is the example of the page about contributing, by the name of its file.
func contributed(t *testing.T) (file, text string) {
	t.Helper()
	m := regexp.MustCompile("(?s)\n`(patterns/[^`]+\\.md)`, it works:\n\n````markdown\n(.*?)````\n").FindStringSubmatch(ourPage(t, "contribute.md"))
	if m == nil {
		t.Fatal("the page about contributing has no example")
	}
	return m[1], m[2]
}

// TestContributeExample: the pattern on the page about contributing passes the test that the page names.
func TestContributeExample(t *testing.T) {
	name, text := contributed(t)
	file := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := patlint(t, nil, "test", file)
	if code != 0 || stdout != "ok    name-every-volume  2 examples\n" {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
}

// TestLanguageExamples: the rules on the page about the rule language compile.
func TestLanguageExamples(t *testing.T) {
	_, frame := contributed(t)
	old := regexp.MustCompile("(?s)```yaml rule\n.*?```").FindString(frame)
	front := strings.Index(frame, "references:")
	rules := regexp.MustCompile("(?s)```yaml rule\n.*?```").FindAllString(ourPage(t, "language.md"), -1)
	if len(rules) != 3 {
		t.Errorf("the page has %d rules", len(rules))
	}
	for _, rule := range rules {
		text := frame[:front] + "params: {max_age: {type: duration, default: 24h, doc: The oldest snapshot that counts.}}\n" + strings.Replace(frame[front:], old, rule, 1)
		if !strings.Contains(rule, "resource: volume") {
			text = strings.Replace(text, "${volume.VolumeId}", "${instance.InstanceId}", 1)
		}
		p, err := patterns.Parse("patterns/operations/x.md", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lint.Compile(&patterns.Catalog{Patterns: []*patterns.Pattern{p}}); err != nil {
			t.Errorf("%v\n%s", err, rule)
		}
	}
	if params := "params: {max_age: {type: duration, default: 24h, doc: The oldest snapshot that counts.}}"; !strings.Contains(ourPage(t, "language.md"), params) {
		t.Errorf("the page does not say %s", params)
	}
}

// TestFitting: a site without reading paths is led to none, and one with a name of its own does not ask for changes to patlint.
func TestFitting(t *testing.T) {
	all, err := texts(lint.Language{})
	if err != nil {
		t.Fatal(err)
	}
	const door = "](paths.md)"
	if got := fitting(all, false, true); len(got) != len(all) || !strings.Contains(got[0].Body, door) {
		t.Errorf("of %d pages %d are left", len(all), len(got))
	}
	got := fitting(all, true, false)
	if len(got) != len(all)-1 || strings.Contains(got[0].Body, door) || !strings.Contains(all[0].Body, door) {
		t.Errorf("of %d pages %d are left", len(all), len(got))
	}
}

// TestSiteTerminal: the home page shows what the program prints.
func TestSiteTerminal(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := lint.Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := siteTerminal(t.Context(), rules)
	if err != nil {
		t.Fatal(err)
	}
	command, shown, _ := strings.Cut(shown, "\n")
	if command != "$ patlint check --demo" || len(strings.Split(shown, "\n")) > 25 {
		t.Errorf("%s shows\n%s", command, shown)
	}
	fold := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	printed, _, _ := patlint(t, nil, "check", "--demo")
	parts := strings.Split(shown, "…")
	if len(parts) != 2 || !strings.HasPrefix(fold(printed), fold(parts[0])) || !strings.HasSuffix(fold(printed), fold(parts[1])) {
		t.Errorf("the home page shows\n%s\nand patlint prints\n%s", shown, printed)
	}
	if got := excerpt("one\ntwo\n"); got != "one\ntwo" {
		t.Errorf("of a single paragraph %q is shown", got)
	}
}

// TestReferencePages: there is a page for each kind and type, and all of them are small. The glossary grows with the catalog; package site bounds it.
func TestReferencePages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if _, stderr, code := patlint(t, nil, "site", "build", "-o", dir); code != 0 {
		t.Fatal(stderr)
	}
	lang := lint.Describe()
	for _, k := range slices.Concat(lang.Kinds, lang.Types) {
		if _, err := os.Stat(filepath.Join(dir, "reference", k.Name, "index.html")); err != nil {
			t.Error(err)
		}
	}
	for _, folder := range []string{"contribute", "paths", "reference", "start"} {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(name string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(name) != ".html" {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			var buf bytes.Buffer
			w := gzip.NewWriter(&buf)
			w.Write(data)
			w.Close()
			if len(data) > 60<<10 || buf.Len() > 15<<10 {
				t.Errorf("%s has %d bytes, %d as gzip; its budget is 60 KB and 15 KB", name, len(data), buf.Len())
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
