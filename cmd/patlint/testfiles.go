package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// targets are what the arguments of test name: files, chapters and whole catalogs.
type targets struct {
	over    []patterns.Source // what of them stands over the rest of the catalog
	files   []string          // to be tested, by the names that errors give them
	folders []string          // catalogs, all of whose files are to be tested, likewise
	around  []string          // files that are read for what the tested ones refer to; their own mistakes are not told
}

// findTargets reads the arguments. Without any, everything is to be tested. own are folders that the catalog has anyhow.
func findTargets(args []string, own []patterns.Source) (*targets, error) {
	t := &targets{}
	for _, arg := range args {
		if err := t.add(filepath.Clean(arg), own); err != nil {
			return nil, err
		}
	}
	if len(args) == 0 {
		t.folders = []string{""}
	}
	for i := range t.over {
		t.addAround(&t.over[i], own)
	}
	return t, nil
}

// addAround adds the patterns that stand in one catalog with those that are named, and its glossary, unless that catalog is read anyhow.
func (t *targets) addAround(src *patterns.Source, own []patterns.Source) {
	known := func(o patterns.Source) bool { return o.Name == src.Name && o.Only == nil }
	if src.Only == nil || slices.ContainsFunc(own, known) || slices.ContainsFunc(t.over, known) {
		return
	}
	names, _ := fs.Glob(src.FS, "*/*.md") // what cannot be read is not there
	for _, name := range append(names, "glossary.md") {
		chapter, base := path.Split(name)
		page := patterns.IsID(strings.TrimSuffix(chapter, "/")) && patterns.IsID(strings.TrimSuffix(base, ".md"))
		if st, err := fs.Stat(src.FS, name); err != nil || !st.Mode().IsRegular() || chapter != "" && !page || slices.Contains(src.Only, name) {
			continue
		}
		src.Only = append(src.Only, name)
		t.around = append(t.around, path.Join(src.Name, name))
	}
}

// has tells whether a file is to be tested.
func (t *targets) has(file string) bool {
	return slices.Contains(t.files, file) || slices.ContainsFunc(t.folders, func(dir string) bool {
		return dir == "" || dir == "." && filepath.IsLocal(file) || strings.HasPrefix(file, strings.TrimSuffix(dir, "/")+"/")
	})
}

// all tells whether everything is to be tested, the built-in catalog included.
func (t *targets) all() bool { return slices.Contains(t.folders, "") }

// pagesOnly tells whether nothing but patterns is to be tested.
func (t *targets) pagesOnly() bool {
	return len(t.folders) == 0 && !slices.ContainsFunc(t.files, func(file string) bool {
		return !strings.HasSuffix(file, ".md") || besides(path.Base(file))
	})
}

func (t *targets) add(arg string, own []patterns.Source) error {
	st, err := os.Stat(arg)
	if link, lerr := os.Lstat(arg); err != nil && lerr == nil && link.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a link that leads nowhere", arg)
	}
	switch {
	case arg == "-":
		return errors.New("test reads no pattern from stdin, since chapter and ID are the names of folder and file; name the file: patlint test CHAPTER/ID.md")
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file or folder %s; test takes files, chapters and catalogs: patlint test patterns/storage/my-pattern.md", arg)
	case err != nil:
		return err
	case st.IsDir():
		return t.addFolder(arg, own)
	case st.Mode().IsRegular():
		return t.addFile(arg)
	default:
		return fmt.Errorf("%s is neither a file nor a folder", arg)
	}
}

func (t *targets) addFile(file string) error {
	dir, err := ownName(filepath.Dir(file))
	if err != nil {
		return err
	}
	base := filepath.Base(file)
	switch {
	case base == "glossary.md", base == "paths.yaml":
		t.addOnly(dir, base)
	case filepath.Ext(base) != ".md":
		return fmt.Errorf("%s is no pattern; a pattern is a file CHAPTER/ID.md", file)
	case isCatalog(dir) && base == "README.md":
		return fmt.Errorf("%s is not a part of the catalog; those of chapters are, and glossary.md and paths.yaml", file)
	case base == "README.md" && !holdsPages(dir):
		return fmt.Errorf("%s belongs to no chapter: there is no pattern beside it", file)
	case isCatalog(dir):
		t.addOnly(dir, base) // where no pattern stands; that is a mistake of the file
	default:
		return t.addChapter(dir, base)
	}
	return nil
}

func (t *targets) addFolder(dir string, own []patterns.Source) error {
	if isCatalog(dir) {
		src := patterns.Source{Name: filepath.ToSlash(dir), FS: os.DirFS(dir), Over: true}
		t.folders = append(t.folders, src.Name)
		if !slices.ContainsFunc(own, func(o patterns.Source) bool { return o.Name == src.Name }) {
			t.over = append(t.over, src)
		}
		return nil
	}
	if !holdsPages(dir) {
		hint := ""
		if inner := filepath.Join(dir, "patterns"); isCatalog(inner) {
			hint = "; did you mean " + inner + "?"
		}
		return fmt.Errorf("there are no patterns in %s: a catalog has them in DIR/CHAPTER/ID.md, and a chapter in CHAPTER/ID.md%s", dir, hint)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if dir, err = ownName(dir); err != nil {
		return err
	}
	for _, e := range entries {
		if name := e.Name(); filepath.Ext(name) == ".md" && !strings.HasPrefix(name, ".") && !e.IsDir() {
			if err := t.addChapter(dir, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// addChapter adds a file of a chapter's folder.
func (t *targets) addChapter(dir, base string) error {
	root, chapter := filepath.Dir(dir), filepath.Base(dir)
	if root == dir {
		return fmt.Errorf("%s stands in no folder; a pattern belongs in that of its chapter: CHAPTER/ID.md", filepath.Join(dir, base))
	}
	if st, err := os.Lstat(dir); err == nil && st.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a link, and a catalog does not follow links to folders; name the folder itself, or link its files", dir)
	}
	t.addOnly(root, chapter+"/"+base)
	return nil
}

// addOnly adds one file of the catalog in a folder.
func (t *targets) addOnly(root, name string) {
	src := patterns.Source{Name: filepath.ToSlash(root), FS: os.DirFS(root), Over: true}
	i := slices.IndexFunc(t.over, func(o patterns.Source) bool { return o.Name == src.Name && o.Only != nil })
	if i < 0 {
		i = len(t.over)
		t.over = append(t.over, src)
	}
	if !slices.Contains(t.over[i].Only, name) {
		t.over[i].Only = append(t.over[i].Only, name)
		t.files = append(t.files, path.Join(src.Name, name))
	}
}

// ownName is a folder by a name that ends in its own, so that a chapter is known from inside: . is ../storage.
func ownName(dir string) (string, error) {
	if base := filepath.Base(dir); base != "." && base != ".." {
		return dir, nil
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", err
	}
	return filepath.Join(dir, "..", filepath.Base(abs)), nil
}

// isCatalog tells whether a folder holds chapters, or what stands beside chapters. A folder with chapters of its own is none.
func isCatalog(dir string) bool {
	return holdsFolder(dir, func(inner string) bool { return holdsPages(inner) && !holdsFolder(inner, holdsPages) })
}

// holdsFolder tells whether a folder has one of a sort inside, or what stands beside chapters.
func holdsFolder(dir string, sort func(string) bool) bool {
	entries, _ := os.ReadDir(dir) // what cannot be read holds nothing
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		if e.Name() == "glossary.md" || e.Name() == "paths.yaml" {
			return true
		}
		inner := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") || e.Type().IsRegular() {
			return false
		}
		st, err := os.Stat(inner)
		return err == nil && st.IsDir() && sort(inner)
	})
}

// holdsPages tells whether a folder has files that may be patterns. A built site has Markdown too.
func holdsPages(dir string) bool {
	entries, _ := os.ReadDir(dir)
	pages := false
	for _, e := range entries {
		if e.Name() == ".patlint-site" {
			return false
		}
		name := e.Name()
		pages = pages || filepath.Ext(name) == ".md" && !strings.HasPrefix(name, ".") && !e.IsDir() && !besides(name)
	}
	return pages
}

// besides tells files that are no pattern by their names: glossary.md, and those in capitals such as README.md.
func besides(name string) bool {
	stem := strings.TrimSuffix(name, ".md")
	return stem == "glossary" || stem == strings.ToUpper(stem)
}
