package site

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

// tree is a folder's files by name.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		name, _ := filepath.Rel(dir, file)
		out[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func build(t testing.TB, dir string, files map[string]string) error {
	t.Helper()
	return Build(t.Context(), Site{Catalog: load(t, mapFS(files))}, dir)
}

func put(t testing.TB, file, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBuildTwice(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "new", "a"), t.TempDir()
	site := Site{Catalog: load(t, ruledFiles()), BaseURL: "https://example.org/"}
	for _, dir := range []string{a, a, b} {
		if err := Build(t.Context(), site, dir); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(tree(t, a), tree(t, b)); d != "" {
		t.Errorf("two builds differ:\n%s", d)
	}
}

func TestBuildRemovesItsOwnStalePages(t *testing.T) {
	dir := t.TempDir()
	one, two := guidance("One", "", "Do."), guidance("Two", "aliases: [deux]\n", "Do.")
	if err := build(t, dir, map[string]string{"a/one.md": one, "b/two.md": two}); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "CNAME"), "example.org")
	put(t, filepath.Join(dir, "patterns/deux/mine.txt"), "mine")
	if err := build(t, dir, map[string]string{"a/one.md": one}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range tree(t, dir) {
		if ext := path.Ext(name); ext != ".css" && ext != ".js" && ext != ".svg" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	want := []string{
		".patlint-site", "404.html", "CNAME", "_headers", "chapters/a/index.html", "chapters/a/index.md", "data/index.html", "data/index.md", "index.html", "index.md", "llms.txt", "map/index.html", "map/index.md",
		"patterns.csv", "patterns.json", "patterns/deux/mine.txt", "patterns/index.html", "patterns/index.md", "patterns/one/index.html", "patterns/one/index.md", "robots.txt",
		"schemas/catalog.schema.json", "search/index.html",
	}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	for _, gone := range []string{"patterns/two", "chapters/b"} {
		if _, err := os.Stat(filepath.Join(dir, gone)); err == nil {
			t.Errorf("the empty folder %s stays", gone)
		}
	}
}

// A site may be built inside of its own catalog, again and again.
func TestBuildInsideCatalog(t *testing.T) {
	catalog := t.TempDir()
	put(t, filepath.Join(catalog, "a/one.md"), guidance("One", "", "Do."))
	out := filepath.Join(catalog, "public")
	for range 2 {
		cat, err := patterns.Load(patterns.Source{Name: "own", FS: os.DirFS(catalog)})
		if err != nil {
			t.Fatal(err)
		}
		if err := Build(t.Context(), Site{Catalog: cat}, out); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBuildRefusesOtherFolders(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "thesis.txt"), "years of work")
	before := tree(t, dir)
	err := build(t, dir, map[string]string{"a/one.md": guidance("One", "", "Do.")})
	if err == nil || !strings.Contains(err.Error(), "holds files and was not made by patlint") {
		t.Errorf("got %v", err)
	}
	if d := cmp.Diff(before, tree(t, dir)); d != "" {
		t.Error(d)
	}
	if err := build(t, filepath.Join(dir, "thesis.txt"), map[string]string{"a/one.md": guidance("One", "", "Do.")}); err == nil {
		t.Error("built into a file")
	}
}

func TestFailedBuildLeavesTheFolderAsItWas(t *testing.T) {
	dir := t.TempDir()
	if err := build(t, dir, map[string]string{"a/one.md": guidance("One", "", "Do.")}); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	err := build(t, dir, map[string]string{"a/two.md": guidance("Two", "", "Do."), "a/zwei.md": guidance("Zwei", "", "[x](gone.md)")})
	if err == nil {
		t.Fatal("a dead link was not found")
	}
	if d := cmp.Diff(before, tree(t, dir)); d != "" {
		t.Errorf("after an error: %s", d)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Build(ctx, Site{Catalog: load(t, ruledFiles())}, dir); err == nil {
		t.Error("a cancelled build succeeded")
	}
	if d := cmp.Diff(before, tree(t, dir)); d != "" {
		t.Errorf("after cancellation: %s", d)
	}
}

// Neither a link inside the folder nor a line in the marker leads a build out of it.
func TestBuildStaysInItsFolder(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	put(t, filepath.Join(outside, "one", "index.html"), "not yours")
	put(t, filepath.Join(dir, marker), "../"+filepath.Base(outside)+"/one/index.html\n"+filepath.Join(outside, "one/index.html")+"\npatterns/one/index.html\n")
	if err := os.Symlink(outside, filepath.Join(dir, "patterns")); err != nil {
		if os.Getenv("PATLINT_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip("no symbolic links here:", err)
	}
	if err := build(t, dir, map[string]string{"a/two.md": guidance("Two", "", "Do.")}); err == nil {
		t.Error("the build followed a link out of its folder")
	}
	if d := cmp.Diff(map[string]string{"one/index.html": "not yours"}, tree(t, outside)); d != "" {
		t.Error(d)
	}
}

// A build that died between two files left both lists in the marker.
func TestBuildAfterCrash(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, marker), markerHead+"index.html\npatterns/gone/index.html\npatterns/never/index.html\n")
	put(t, filepath.Join(dir, "patterns/gone/index.html"), "old")
	put(t, filepath.Join(dir, stage, "patterns/half/index.html"), "half")
	if err := build(t, dir, map[string]string{"a/one.md": guidance("One", "", "Do.")}); err != nil {
		t.Fatal(err)
	}
	for name := range tree(t, dir) {
		if strings.Contains(name, "gone") || strings.Contains(name, stage) {
			t.Errorf("%s stays", name)
		}
	}
}

// A first build that was killed leaves nothing but its stage, and the next one is a first build.
func TestBuildAfterDeadFirst(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, stage, "patterns/half/index.html"), "half")
	files := map[string]string{"a/one.md": guidance("One", "", "Do.")}
	if err := build(t, dir, files); err != nil {
		t.Fatal(err)
	}
	whole := t.TempDir()
	if err := build(t, whole, files); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(tree(t, whole), tree(t, dir)); d != "" {
		t.Error(d)
	}
	put(t, filepath.Join(dir, stage, "x"), "half")
	if err := os.Remove(filepath.Join(dir, marker)); err != nil {
		t.Fatal(err)
	}
	if err := build(t, dir, files); err == nil {
		t.Error("files of others were taken for a build's")
	}
}
