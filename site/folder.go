package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
)

// marker is the file that says a folder was made by Build, and lists what Build put there. Only files on the list are
// ever removed.
const marker = ".patlint-site"

const markerHead = "# Written by patlint. The next build of the site replaces or removes the files that are named here.\n"

// stage is where files wait until all of them are there. In a folder that a build made before they lie side by side under numbers: most of their folders
// are there already. In a new one they have their names, and whole folders move into place.
const stage = ".patlint-new"

// folder is the place of a build. All access goes through os.Root: a link inside the folder cannot lead a build out of it.
type folder struct {
	root *os.Root
	old  []string // what the last build put there, sorted
	new  bool     // there was no last build, and nothing else

	mu     sync.Mutex
	made   map[string]bool   // folders of the stage, in a new folder
	names  []string          // what this build puts there
	staged map[string]string // those of names that are not there yet, and where they wait
}

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root, made: map[string]bool{}, staged: map[string]string{}}
	if err := f.readMarker(); err != nil {
		root.Close()
		return nil, err
	}
	if err := root.RemoveAll(stage); err != nil {
		root.Close()
		return nil, err
	}
	if err := root.Mkdir(stage, 0o755); err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

func (f *folder) readMarker() error {
	data, err := f.root.ReadFile(marker)
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := fs.ReadDir(f.root.FS(), ".")
		foreign := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != stage }) // a first build that died leaves its stage
		if err == nil && foreign {
			err = fmt.Errorf("%s holds files and was not made by patlint (it has no %s); choose an empty folder", f.root.Name(), marker)
		}
		f.new = err == nil
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
	slices.Sort(f.old)
	return nil
}

// write puts a file on the stage, unless the last build has made the very same one: to read a file is quicker than to make it.
func (f *folder) write(name string, data []byte) error {
	if f.new {
		return f.writeNew(name, data)
	}
	same := f.has(name, data)
	f.mu.Lock()
	f.names = append(f.names, name)
	at := fmt.Sprintf("%s/%d", stage, len(f.names))
	if !same {
		f.staged[name] = at
	}
	f.mu.Unlock()
	if same {
		return nil
	}
	return f.root.WriteFile(at, data, 0o644)
}

// writeNew puts a file on the stage under its own name.
func (f *folder) writeNew(name string, data []byte) error {
	dir := path.Dir(name)
	f.mu.Lock()
	f.names = append(f.names, name)
	made := f.made[dir]
	f.mu.Unlock()
	if !made {
		if err := f.root.MkdirAll(path.Join(stage, dir), 0o755); err != nil {
			return err
		}
		f.mu.Lock()
		f.made[dir] = true
		f.mu.Unlock()
	}
	return f.root.WriteFile(path.Join(stage, name), data, 0o644)
}

// has tells whether a file of the last build is there with this content. A link is not one.
func (f *folder) has(name string, data []byte) bool {
	if _, old := slices.BinarySearch(f.old, name); !old {
		return false
	}
	st, err := f.root.Lstat(name)
	if err != nil || !st.Mode().IsRegular() || st.Size() != int64(len(data)) {
		return false
	}
	got, err := f.root.ReadFile(name)
	return err == nil && bytes.Equal(got, data)
}

// install moves the stage into place and removes what the last build left. The marker names old and new files until all
// is done, so that the build after a crash still knows every file.
func (f *folder) install() error {
	slices.Sort(f.names)
	if len(f.staged) == 0 && slices.Equal(f.names, f.old) {
		return nil
	}
	if err := f.writeMarker(append(f.names, f.old...)); err != nil {
		return err
	}
	if f.new {
		return f.installNew()
	}
	made := "" // the last folder
	for _, name := range f.names {
		at, ok := f.staged[name]
		if !ok {
			continue
		}
		if dir := path.Dir(name); dir != made {
			if err := f.root.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			made = dir
		}
		if err := f.root.Rename(at, name); err != nil {
			return err
		}
	}
	for _, name := range f.old {
		if _, kept := slices.BinarySearch(f.names, name); !kept {
			if err := f.remove(name); err != nil {
				return err
			}
		}
	}
	return f.writeMarker(f.names)
}

// installNew moves what lies on top of the stage, with all that is below it.
func (f *folder) installNew() error {
	last := ""
	for _, name := range f.names {
		if top, _, _ := strings.Cut(name, "/"); top != last {
			if err := f.root.Rename(path.Join(stage, top), top); err != nil {
				return err
			}
			last = top
		}
	}
	return nil
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
	at := path.Join(stage, marker)
	if err := f.root.WriteFile(at, []byte(markerHead+strings.Join(names, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	return f.root.Rename(at, marker)
}

// close removes what is left of the stage. A failure leaves it to the next build.
func (f *folder) close() {
	f.root.RemoveAll(stage)
	f.root.Close()
}
