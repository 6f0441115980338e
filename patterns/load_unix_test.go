//go:build unix

package patterns

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// What is no file of the catalog's own is told, and neither waited for nor left out in silence.
func TestLoadOddFiles(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	for _, d := range []string{filepath.Join(dir, "a"), filepath.Join(elsewhere, "b"), filepath.Join(elsewhere, "empty")} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{filepath.Join(dir, "a", "one.md"), filepath.Join(elsewhere, "b", "two.md")} {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for to, from := range map[string]string{
		filepath.Join(elsewhere, "b", "two.md"): "a/two.md", filepath.Join(elsewhere, "empty"): "pictures", "/dev/null": "null", "nowhere": "gone", // all well
		filepath.Join(elsewhere, "b"): "linked", "/dev/zero": "a/zero.md",
	} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a/pipe.md", "paths.yaml"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Load(Source{Name: "own", FS: os.DirFS(dir)})
	if err == nil {
		t.Fatal("no mistake was found")
	}
	const odd = ":1:1: this is a folder, a pipe or a device; a file is wanted"
	want := []string{
		"own/a/pipe.md" + odd, "own/a/zero.md" + odd,
		"own/linked:1:1: this folder is a link, and links to folders are not followed; move the folder here, or link its files", "own/paths.yaml" + odd,
	}
	if d := cmp.Diff(want, strings.Split(err.Error(), "\n")); d != "" {
		t.Error(d)
	}
}

// A file that is longer than it says is not read to its end.
func TestReadFileBounded(t *testing.T) {
	fsys := liar{fstest.MapFS{"x": {Data: make([]byte, 2*maxFile)}}}
	if _, err := readFile(fsys, "x"); err == nil || !strings.Contains(err.Error(), "the file has 1048577 bytes") {
		t.Errorf("error %v", err)
	}
}

// A liar's files have no bytes, as those of /proc.
type liar struct{ fstest.MapFS }

func (l liar) Stat(name string) (fs.FileInfo, error) {
	st, err := l.MapFS.Stat(name)
	return empty{st}, err
}

type empty struct{ fs.FileInfo }

func (empty) Size() int64 { return 0 }
