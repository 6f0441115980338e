package patterns

import (
	"os"
	"path/filepath"
	"testing"
)

// A Loader gives what Load gives, and the same Pattern for a file that has not changed.
func TestLoader(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "storage"), 0o755); err != nil {
		t.Fatal(err)
	}
	data, err := files.ReadFile("storage/leave-gp2-burst-behind.md")
	if err != nil {
		t.Fatal(err)
	}
	body := string(data)
	write := func(id, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "storage", id+".md"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("one", body)
	write("two", body)
	var l Loader
	load := func() *Catalog {
		t.Helper()
		cat, err := l.Load(Builtin(), Source{Name: "own", FS: os.DirFS(dir)})
		if err != nil {
			t.Fatal(err)
		}
		return cat
	}
	first := load()
	write("one", body+"\nOne more sentence.\n")
	second := load()
	switch {
	case first.Pattern("two") != second.Pattern("two"):
		t.Error("a file that has not changed was read again")
	case first.Patterns[0] != second.Patterns[0]:
		t.Error("a built-in pattern was read again")
	case first.Pattern("one") == second.Pattern("one"):
		t.Error("a file that has changed was not read again")
	}
	write("two", "no pattern")
	if _, err := l.Load(Source{Name: "own", FS: os.DirFS(dir)}); err == nil {
		t.Error("a broken file was not found")
	}
	if err := os.Remove(filepath.Join(dir, "storage/two.md")); err != nil {
		t.Fatal(err)
	}
	if third := load(); third.Pattern("two") != nil || third.Pattern("one") != second.Pattern("one") {
		t.Error("after the removal of a file")
	}
}
