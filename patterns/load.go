package patterns

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// A Loader loads a catalog again and again while its authors write it. A file that has not changed is not read a second time, and its Pattern is
// the same one, unless it takes the place of another. The zero value has read nothing yet. It is for one goroutine at a time.
type Loader struct {
	known map[entryKey]*entry // of the last Load
}

// An entryKey tells files apart: one may be read as a part of its catalog, and again where it stands over that.
type entryKey struct {
	file string
	over bool
}

// An entry is a file, and for a pattern's what became of it.
type entry struct {
	file    string
	info    fs.FileInfo
	data    []byte // nil once the pattern is parsed
	sum     [sha256.Size]byte
	err     error // of reading
	builtin bool
	aside   bool
	over    bool

	pattern *Pattern // nil until it is parsed
	errs    Errors
}

// A Draft is a catalog as it stands while its authors write it.
type Draft struct {
	Catalog *Catalog        // of a file with mistakes it has what could be read
	Errs    Errors          // every mistake, in the order of files and lines
	Broken  map[string]bool // the files of patterns with a mistake in their form: only their IDs are sure
	Unread  map[string]bool // those of them whose text or blocks could not be read to the end
}

// Load is as the function Load.
func (l *Loader) Load(sources ...Source) (*Catalog, error) {
	d, err := l.Draft(sources...)
	if err != nil {
		return nil, err
	}
	if err := d.Errs.Err(); err != nil {
		return nil, err
	}
	return d.Catalog, nil
}

// Draft reads the sources as Load does, and gives a catalog whatever mistakes there are: for those who look for the next ones.
func (l *Loader) Draft(sources ...Source) (*Draft, error) {
	var cat Catalog
	var errs Errors
	var pages []*entry
	var own, builtin *Glossary
	chapters := map[string]*Chapter{}
	known := map[entryKey]*entry{}
	for _, src := range sources {
		names, links, err := src.files()
		if err != nil {
			return nil, fmt.Errorf("read catalog %s: %w", src.Name, err)
		}
		for _, name := range links {
			errs = append(errs, &Error{path.Join(src.Name, name), 1, 1, "this folder is a link, and links to folders are not followed; move the folder here, or link its files"})
		}
		if len(names)+len(links) == 0 {
			return nil, fmt.Errorf("read catalog %s: no pattern files; patterns stand in <chapter>/<id>.md", src.Name)
		}
		if !src.Aside && (src.Only == nil || slices.Contains(src.Only, pathsFile)) {
			errs = append(errs, cat.addPaths(src)...)
		}
		for _, name := range names {
			file := path.Join(src.Name, name)
			dir, base := path.Split(name)
			dir = strings.TrimSuffix(dir, "/")
			glossary := &own
			if src.Builtin {
				glossary = &builtin
			}
			switch {
			case src.Aside && (dir == "" || base == "README.md"), dir == "" && (base == "README.md" || base == pathsFile):
				continue
			case dir == "" && base == "glossary.md" && *glossary != nil && !src.Over:
				continue
			case dir == "" && base == "glossary.md":
			case dir == "" || strings.Contains(dir, "/"):
				errs = append(errs, &Error{file, 1, 1, "a pattern belongs in a chapter's folder; move it to <chapter>/<id>.md"})
				continue
			case !idForm.MatchString(dir):
				errs = append(errs, &Error{file, 1, 1, fmt.Sprintf("the folder name %s is not a chapter's: lower-case words with hyphens%s", dir, orNamed(dir, ""))})
				continue
			}
			key := entryKey{file, src.Over}
			e := readEntry(src, name, l.known[key])
			known[key] = e
			if e.err != nil {
				errs = append(errs, &Error{file, 1, 1, e.err.Error()})
				continue
			}
			if dir == "" {
				g, err := readGlossary(file, e.data)
				errs = append(errs, err...)
				errs = append(errs, blanks(file, string(e.data))...)
				*glossary = g
				continue
			}
			if chapters[dir] == nil && !src.Aside {
				chapters[dir] = newChapter(dir)
			}
			if base == "README.md" {
				if err := parseChapter(chapters[dir], file, e.data); err != nil {
					errs = append(errs, err)
				}
				errs = append(errs, blanks(file, string(e.data))...)
				continue
			}
			pages = append(pages, e)
		}
	}
	parseAll(pages)
	l.known = known
	broken, unread := map[string]bool{}, map[string]bool{}
	for _, pg := range standIn(pages) {
		into := &cat.Patterns
		if pg.aside {
			into = &cat.aside
		}
		*into = append(*into, pg.pattern)
		if len(pg.errs) > 0 {
			broken[pg.file] = true
			unread[pg.file] = pg.pattern.unread
			pg.pattern.Title = cmp.Or(pg.pattern.Title, pg.pattern.ID) // so that others can name it
		}
		errs = append(errs, pg.errs...)
		errs = append(errs, pg.pattern.Blanks...)
	}
	cat.Glossary = own.before(builtin)
	for _, c := range chapters {
		cat.Chapters = append(cat.Chapters, c)
	}
	slices.SortFunc(cat.Chapters, func(a, b *Chapter) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(cat.Patterns, func(a, b *Pattern) int { return cmp.Compare(a.ID, b.ID) })
	errs = append(errs, cat.replace()...)
	errs = append(errs, cat.check()...)
	errors.As(errs.Err(), &errs) // in order
	return &Draft{&cat, errs, broken, unread}, nil
}

// files lists what the source has, and the links to folders that hold some.
func (src Source) files() (names, links []string, err error) {
	if src.Only != nil {
		return src.Only, nil, nil
	}
	return markdownFiles(src.FS)
}

// standIn leaves out the patterns in whose places others stand: those of the same ID and chapter. In another chapter the ID is taken.
func standIn(pages []*entry) []*entry {
	type place struct{ chapter, id string }
	over := map[place]bool{}
	for _, pg := range pages {
		if pg.over {
			over[place{pg.pattern.Chapter, pg.pattern.ID}] = true
		}
	}
	return slices.DeleteFunc(pages, func(pg *entry) bool { return !pg.over && over[place{pg.pattern.Chapter, pg.pattern.ID}] })
}

// readEntry reads a file of a source, unless it is the one that was read before.
func readEntry(src Source, name string, before *entry) *entry {
	e := &entry{file: path.Join(src.Name, name), builtin: src.Builtin, aside: src.Aside, over: src.Over}
	if e.info, e.err = fs.Stat(src.FS, name); e.err != nil {
		return e
	}
	if before != nil && (before.err != nil || before.builtin != e.builtin || before.aside != e.aside) {
		before = nil
	}
	if before != nil && os.SameFile(before.info, e.info) && before.info.Size() == e.info.Size() && before.info.ModTime().Equal(e.info.ModTime()) {
		return before
	}
	if e.data, e.err = readFile(src.FS, name); e.err != nil {
		return e
	}
	if e.sum = sha256.Sum256(e.data); before != nil && before.sum == e.sum {
		e.pattern, e.errs = before.pattern, before.errs
	}
	return e
}

// parseAll parses those pages that are not parsed yet on all processors: it is half of what a start of the command does.
func parseAll(pages []*entry) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(pages)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(pages)); i = next.Add(1) - 1 {
				pg := pages[i]
				if pg.pattern == nil {
					pg.pattern, pg.errs = parse(pg.file, pg.data)
					pg.pattern.Builtin = pg.builtin
				}
				pg.data = nil
			}
		})
	}
	wg.Wait()
}

// readFile reads a file that is one, and no more than a pattern has: the folder may be anybody's.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	st, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, errors.New("this is a folder, a pipe or a device; a file is wanted")
	}
	if st.Size() > maxFile {
		return nil, fmt.Errorf(tooLong, st.Size(), maxFile)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var buf bytes.Buffer
	buf.Grow(int(st.Size()) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(f, maxFile+1))
	if n > maxFile { // more than it said
		return nil, fmt.Errorf(tooLong, n, maxFile)
	}
	return buf.Bytes(), err
}
