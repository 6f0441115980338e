package site

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	settle   = 5 * time.Millisecond   // editors change a file in several steps
	interval = 500 * time.Millisecond // of looks, where the system does not tell
)

// A watcher tells when files change. It asks the system for events of folders, since editors replace files rather than write into them; where the
// system cannot give them, it looks at all files again and again.
type watcher struct {
	names  []string          // of folders and files, as they were given
	roots  map[string]bool   // where these stand, and links to them; true for a folder
	dirs   map[string]bool   // folders whose events come
	around map[string]bool   // folders in which the other roots stand
	moved  bool              // one of dirs is gone: its events may come under a name that is not its own any more
	events *fsnotify.Watcher // nil where there are none
}

// Watch calls changed at once, and again each time that something in a catalog has changed, until ctx ends. names lists the folders and files that the catalog comes
// from; it is asked before and after each call, and what it named once is watched from then on. A file that is not there yet is told of when it comes.
func Watch(ctx context.Context, names func() []string, changed func()) {
	w := newWatcher(nil)
	defer w.close()
	update := func() {
		w.follow(names()) // before, so that no change is missed
		changed()
		w.follow(names())
	}
	update()
	w.run(ctx, update)
}

func newWatcher(names []string) *watcher {
	w := &watcher{}
	w.events, _ = fsnotify.NewWatcher()
	w.follow(names)
	return w
}

func (w *watcher) close() {
	if w.events != nil {
		w.events.Close()
		w.events = nil
	}
}

// follow watches these and all that it was told before, as they stand now: some may have come or moved.
func (w *watcher) follow(names []string) {
	for _, name := range names {
		if name = filepath.Clean(name); !slices.Contains(w.names, name) {
			w.names = append(w.names, name)
		}
	}
	if w.moved && w.events != nil {
		defer w.events.Close() // when the new one sees what changes
		w.events, _ = fsnotify.NewWatcher()
	}
	w.moved, w.roots, w.dirs, w.around = false, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, name := range w.names {
		at := canonical(name)
		real, folder := locate(at)
		w.roots[real] = folder
		if folder {
			w.followTree(real)
		} else {
			w.followDir(filepath.Dir(real))
			w.around[filepath.Dir(real)] = true
		}
		if at != real { // a link, which may come to lead elsewhere
			w.roots[at] = false
			w.followDir(filepath.Dir(at))
		}
	}
}

// canonical is the one name by which events tell of a file or folder, or of the link to it. What is not there has one too.
func canonical(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return abs
	}
	return filepath.Join(dir, filepath.Base(abs))
}

// locate follows the link that a name may be.
func locate(name string) (real string, folder bool) {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return name, false
	}
	st, err := os.Stat(real)
	return real, err == nil && st.IsDir()
}

func (w *watcher) followTree(root string) {
	walk(root, func(name string, d fs.DirEntry) {
		if d.IsDir() {
			w.dirs[name] = true
			w.followDir(name)
		}
	})
}

func (w *watcher) followDir(name string) {
	if w.events == nil {
		return
	}
	if err := w.events.Add(name); err != nil && !(w.dirs[name] && errors.Is(err, fs.ErrNotExist)) {
		w.close() // there is nothing to watch, or the system watches no more folders
	}
}

// walk visits a folder and what is below it, but for names that begin with a dot and for folders that a build has made.
func walk(root string, visit func(name string, d fs.DirEntry)) {
	_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // it is gone again, which is a change of its own
		}
		hidden := name != root && strings.HasPrefix(d.Name(), ".")
		if d.IsDir() {
			if _, err := os.Lstat(filepath.Join(name, marker)); hidden || err == nil {
				return fs.SkipDir
			}
		}
		if !hidden {
			visit(name, d)
		}
		return nil
	})
}

// run calls changed after changes, until ctx ends.
func (w *watcher) run(ctx context.Context, changed func()) {
	var settled <-chan time.Time
	for w.events != nil {
		select {
		case <-ctx.Done():
			return
		case e := <-w.events.Events:
			if w.matters(e) {
				settled = time.After(settle)
			}
		case <-w.events.Errors: // too many events at a time, or none any more
			w.close()
		case <-settled:
			settled = nil
			changed()
		}
	}
	w.poll(ctx, changed)
}

// matters tells whether an event is about a file of the catalog, and follows new folders.
func (w *watcher) matters(e fsnotify.Event) bool {
	name := filepath.Clean(e.Name)
	if e.Op == fsnotify.Chmod {
		return false
	}
	gone := (w.dirs[name] || w.around[name]) && (e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename))
	if gone && !w.dirs[name] {
		w.close() // nothing tells when the file comes back
		return true
	}
	if folder, root := w.roots[name]; root {
		if folder && gone {
			w.close() // nothing tells when it comes back
		}
		return true
	}
	if strings.HasPrefix(filepath.Base(name), ".") || !w.below(name) {
		return false
	}
	if gone {
		w.moved = true
		return true
	}
	if st, err := os.Lstat(name); err == nil && st.IsDir() {
		w.followTree(name)
	}
	return counts(name) || w.dirs[name]
}

// counts tells whether a catalog may read a file of this name.
func counts(name string) bool {
	return strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".yaml")
}

// below tells whether a name lies in one of the folders, and not beside one of the files.
func (w *watcher) below(name string) bool {
	for root, folder := range w.roots {
		if rel, err := filepath.Rel(root, name); folder && err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// poll is run without events.
func (w *watcher) poll(ctx context.Context, changed func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	var before map[string]stamp // nil before the first look, which tells of what was missed
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if now := w.look(); before == nil || !maps.Equal(before, now) {
				before = now
				changed()
			}
		}
	}
}

// stamp is what changes with a file.
type stamp struct {
	size int64
	time time.Time
}

func (w *watcher) look() map[string]stamp {
	out := map[string]stamp{}
	add := func(name string) {
		if st, err := os.Stat(name); err == nil { // what is not there has no stamp
			out[name] = stamp{st.Size(), st.ModTime()}
		}
	}
	for _, name := range w.names {
		real, folder := locate(name)
		if !folder {
			add(real)
			continue
		}
		walk(real, func(name string, d fs.DirEntry) {
			if !d.IsDir() && counts(name) {
				add(name)
			}
		})
	}
	return out
}
