package site

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
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
	roots  map[string]bool   // folders and files, as they were named
	dirs   map[string]bool   // those whose events come, or have come
	events *fsnotify.Watcher // nil where there are none
}

func newWatcher(paths []string) *watcher {
	w := &watcher{roots: map[string]bool{}, dirs: map[string]bool{}}
	w.events, _ = fsnotify.NewWatcher()
	w.add(paths)
	return w
}

func (w *watcher) close() {
	if w.events != nil {
		w.events.Close()
		w.events = nil
	}
}

// add watches more.
func (w *watcher) add(paths []string) {
	for _, p := range paths {
		p = filepath.Clean(p)
		if w.roots[p] {
			continue
		}
		w.roots[p] = true
		dir := p
		if st, err := os.Stat(p); err != nil || !st.IsDir() {
			dir = filepath.Dir(p) // a file, which may not be there yet
			if w.events != nil && w.events.Add(dir) != nil {
				w.close()
			}
			continue
		}
		w.addTree(dir)
	}
}

// addTree watches a folder and those below it.
func (w *watcher) addTree(dir string) {
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || w.events == nil:
			return nil // it is gone again, which is an event of its own
		case !d.IsDir():
			return nil
		case name != dir && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		}
		w.dirs[name] = true
		return w.events.Add(name)
	})
	if err != nil {
		w.close() // the system watches no more folders
	}
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
	if w.roots[name] {
		if w.dirs[name] && (e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)) {
			w.close() // a folder that comes back under its name is another one
		}
		return true
	}
	if strings.HasPrefix(filepath.Base(name), ".") || !w.below(name) {
		return false
	}
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		w.addTree(name)
	}
	return strings.HasSuffix(name, ".md") || w.dirs[name]
}

// below tells whether a name lies in one of the folders, and not beside one of the files.
func (w *watcher) below(name string) bool {
	for root := range w.roots {
		if rel, err := filepath.Rel(root, name); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// poll is run without events.
func (w *watcher) poll(ctx context.Context, changed func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	var before map[string]stamp // so that the first look tells of what was missed
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if now := w.look(); !maps.Equal(before, now) {
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
	for root := range w.roots {
		_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || name != root && !strings.HasSuffix(name, ".md") {
				return nil // what is not there has no stamp
			}
			if st, err := os.Stat(name); err == nil {
				out[name] = stamp{st.Size(), st.ModTime()}
			}
			return nil
		})
	}
	return out
}
