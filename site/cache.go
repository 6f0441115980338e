package site

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

// A cache keeps coloured blocks from one build to the next. On disk it is one file:
//
//	the version that made it
//	the blocks, one behind the other
//	for each block its key, offset and length
//	the number of blocks
//
// Nothing in the file is believed: a block that is not the very text that it is for, with nothing but our spans around its parts, is coloured
// anew. So a broken file, or one that somebody else has written, costs time and cannot put anything into a page. A cache that cannot be read or
// written is no error; the build colours all blocks itself.
type cache struct {
	dir   string
	limit int64 // of the file, in bytes

	mu    sync.Mutex
	old   *os.File // of the last build; nil where there is none
	kept  map[cacheKey]extent
	used  map[cacheKey]bool // those of kept that this build has asked for
	fresh *os.File          // of this build
	added map[cacheKey]extent
	size  int64 // of fresh
}

type cacheKey [16]byte

type extent struct{ at, n uint32 }

const (
	cacheName  = "patlint-blocks"
	cacheLimit = 256 << 20
	entrySize  = int64(len(cacheKey{})) + 8

	// colouring goes up with every change of colour; class speaks for itself.
	colouring = "2"
)

// cacheVersion stands at the head of the file. Other grammars or another lexer may colour the same text otherwise.
var cacheVersion = sync.OnceValue(func() cacheKey {
	h := sha256.New()
	io.WriteString(h, colouring)
	for _, t := range slices.Sorted(maps.Keys(chroma.StandardTypes)) {
		fmt.Fprintln(h, t, class(t))
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if strings.Contains(dep.Path, "chroma") || strings.Contains(dep.Path, "regexp2") {
				io.WriteString(h, dep.Path+dep.Version)
			}
		}
	}
	files, _ := grammars.ReadDir("lexers")
	for _, f := range files {
		data, _ := grammars.ReadFile("lexers/" + f.Name())
		h.Write(data)
	}
	return cacheKey(h.Sum(nil))
})

func keyOf(grammar, text string) cacheKey {
	sum := sha256.Sum256([]byte(grammar + "\x00" + text))
	return cacheKey(sum[:])
}

// openCache opens the cache of a folder; nil where there can be none. Only its owner may look into what it makes.
func openCache(dir string) *cache {
	if dir == "" || os.MkdirAll(dir, 0o700) != nil {
		return nil
	}
	name := filepath.Join(dir, cacheName+".new")
	os.Remove(name) // of a build that died
	fresh, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil
	}
	c := &cache{dir: dir, limit: cacheLimit, fresh: fresh, used: map[cacheKey]bool{}, added: map[cacheKey]extent{}}
	version := cacheVersion()
	if _, err := fresh.Write(version[:]); err != nil {
		c.drop()
		return nil
	}
	c.size = int64(len(version))
	if c.old, err = os.Open(filepath.Join(dir, cacheName)); err != nil {
		c.old = nil
		return c
	}
	c.kept = readIndex(c.old)
	return c
}

// readIndex finds out which blocks a file has, and where: none, where it is of another version or broken.
func readIndex(f *os.File) map[cacheKey]extent {
	var head cacheKey
	var tail [4]byte
	st, err := f.Stat()
	if err != nil || st.Size() < int64(len(head)+len(tail)) || st.Size() > cacheLimit {
		return nil
	}
	if _, err := f.ReadAt(head[:], 0); err != nil || head != cacheVersion() {
		return nil
	}
	if _, err := f.ReadAt(tail[:], st.Size()-int64(len(tail))); err != nil {
		return nil
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	end := st.Size() - int64(len(tail)) - n*entrySize // of the blocks
	if end < int64(len(head)) {
		return nil
	}
	index := make([]byte, n*entrySize)
	if _, err := f.ReadAt(index, end); err != nil {
		return nil
	}
	out := make(map[cacheKey]extent, n)
	for e := range slices.Chunk(index, int(entrySize)) {
		s := extent{binary.LittleEndian.Uint32(e[16:]), binary.LittleEndian.Uint32(e[20:])}
		if int64(s.at)+int64(s.n) > end {
			return nil
		}
		out[cacheKey(e)] = s
	}
	return out
}

// get gives the block of a text in colours, where the cache has it.
func (c *cache) get(key cacheKey, text string) (string, bool) {
	if c == nil {
		return "", false
	}
	c.mu.Lock()
	file := c.fresh
	s, ok := c.added[key]
	if !ok {
		file = c.old
		if s, ok = c.kept[key]; ok {
			c.used[key] = true
		}
	}
	c.mu.Unlock()
	if !ok {
		return "", false
	}
	block := make([]byte, s.n)
	if _, err := file.ReadAt(block, int64(s.at)); err != nil || !coloured(string(block), text) {
		return "", false
	}
	return string(block), true
}

// put keeps a block, as long as there is room.
func (c *cache) put(key cacheKey, block string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	at, n := c.size, int64(len(block))
	if _, taken := c.added[key]; taken || at+n+int64(len(c.added)+1)*entrySize+4 > c.limit {
		c.mu.Unlock()
		return
	}
	c.size += n
	c.added[key] = extent{} // its place is taken, and nothing stands there yet
	c.mu.Unlock()
	if _, err := c.fresh.WriteAt([]byte(block), at); err != nil {
		return // what is read there later is not the text
	}
	c.mu.Lock()
	c.added[key] = extent{uint32(at), uint32(n)}
	c.mu.Unlock()
}

// close puts the file of this build in the place of the last one's, with the blocks that this build has used: if it was whole, nobody uses the others
// any more. If not, they stay.
func (c *cache) close(whole bool) {
	if c == nil {
		return
	}
	if !whole {
		for key := range c.kept {
			c.used[key] = true
		}
	}
	if len(c.added) > 0 || len(c.used) < len(c.kept) {
		if c.finish() == nil && c.fresh.Close() == nil {
			c.closeOld() // Windows does not replace a file that is open
			if os.Rename(c.fresh.Name(), filepath.Join(c.dir, cacheName)) == nil {
				return
			}
		}
	}
	c.drop()
}

// drop leaves the last build's file as it is.
func (c *cache) drop() {
	c.closeOld()
	c.fresh.Close()
	os.Remove(c.fresh.Name())
}

func (c *cache) closeOld() {
	if c.old != nil {
		c.old.Close()
		c.old = nil
	}
}

// finish appends the blocks that this build took from the last one's file, and the index.
func (c *cache) finish() error {
	if _, err := c.fresh.Seek(c.size, io.SeekStart); err != nil {
		return err
	}
	w := bufio.NewWriterSize(c.fresh, 1<<16)
	for key := range c.used {
		s := c.kept[key]
		if _, again := c.added[key]; again || c.size+int64(s.n)+int64(len(c.added)+1)*entrySize+4 > c.limit {
			continue
		}
		block := make([]byte, s.n)
		if _, err := c.old.ReadAt(block, int64(s.at)); err != nil {
			return err
		}
		w.Write(block)
		c.added[key] = extent{uint32(c.size), s.n}
		c.size += int64(s.n)
	}
	for key, s := range c.added {
		w.Write(key[:])
		w.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, s.at), s.n))
	}
	w.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(c.added))))
	return w.Flush() // it keeps the first error of all
}

// coloured tells whether block is the text as colour writes it, in whatever colours.
func coloured(block, text string) bool {
	inside := false
	for block != "" {
		n := strings.IndexAny(block, "<&>")
		if n < 0 {
			n = len(block)
		}
		if n > 0 {
			if !strings.HasPrefix(text, block[:n]) {
				return false
			}
			block, text = block[n:], text[n:]
			continue
		}
		if rest, ok := strings.CutPrefix(block, spanEnd); ok && inside {
			block, inside = rest, false
			continue
		}
		if rest, ok := strings.CutPrefix(block, spanStart); ok && !inside && len(rest) > 2 && strings.Contains(classes, rest[:1]) && rest[1:3] == `">` {
			block, inside = rest[3:], true
			continue
		}
		if text == "" || !strings.ContainsAny(text[:1], "<&>") {
			return false
		}
		rest, ok := strings.CutPrefix(block, escaper.Replace(text[:1]))
		if !ok {
			return false
		}
		block, text = rest, text[1:]
	}
	return text == "" && !inside
}
