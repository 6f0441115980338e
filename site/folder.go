package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// marker is the file that says a folder was made by Build, and lists what Build put there. Only files on the list are
// ever removed.
const marker = ".patlint-site"

const markerHead = "# Written by patlint. The next build of the site replaces or removes the files that are named here.\n"

// stage is where files wait until all of them are there.
const stage = ".patlint-new"

// folder is the place of a build. All access goes through os.Root: a link inside the folder cannot lead a build out of it.
type folder struct {
	root *os.Root
	old  []string // what the last build put there
}

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root}
	if err := f.readMarker(); err != nil {
		root.Close()
		return nil, err
	}
	if err := root.RemoveAll(stage); err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

func (f *folder) readMarker() error {
	data, err := f.root.ReadFile(marker)
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := fs.ReadDir(f.root.FS(), ".")
		if err == nil && len(entries) > 0 {
			err = fmt.Errorf("%s holds files and was not made by patlint (it has no %s); choose an empty folder", f.root.Name(), marker)
		}
		return err
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		name := strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(name, "#") && name != marker && fs.ValidPath(name) && name != "." {
			f.old = append(f.old, name)
		}
	}
	return nil
}

// write puts a file on the stage.
func (f *folder) write(name string, data []byte) error {
	name = path.Join(stage, name)
	if err := f.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	return f.root.WriteFile(name, data, 0o644)
}

// install moves the stage into place and removes what the last build left. The marker names old and new files until all
// is done, so that the build after a crash still knows every file.
func (f *folder) install() error {
	var names []string
	err := fs.WalkDir(f.root.FS(), stage, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(name, stage+"/"))
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(names)
	if err := f.writeMarker(append(names, f.old...)); err != nil {
		return err
	}
	for _, name := range names {
		if err := f.root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := f.root.Rename(path.Join(stage, name), name); err != nil {
			return err
		}
	}
	for _, name := range f.old {
		if _, kept := slices.BinarySearch(names, name); !kept {
			if err := f.remove(name); err != nil {
				return err
			}
		}
	}
	return f.writeMarker(names)
}

// remove deletes a file and the folders that it leaves empty.
func (f *folder) remove(name string) error {
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if f.root.Remove(dir) != nil {
			break // something else lives there
		}
	}
	return nil
}

func (f *folder) writeMarker(names []string) error {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	if err := f.write(marker, []byte(markerHead+strings.Join(names, "\n")+"\n")); err != nil {
		return err
	}
	return f.root.Rename(path.Join(stage, marker), marker)
}

// close removes what is left of the stage. A failure leaves it to the next build.
func (f *folder) close() {
	f.root.RemoveAll(stage)
	f.root.Close()
}
