package site

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
)

const block = `<span class="n">a</span>: <span class="s">b &amp; c</span>`

// kept opens a cache that has one block.
func kept(t *testing.T) (dir string, key cacheKey) {
	t.Helper()
	dir, key = filepath.Join(t.TempDir(), "cache"), keyOf("yaml", "a: b & c")
	c := openCache(dir)
	c.put(key, block)
	c.close(true)
	return dir, key
}

func TestCache(t *testing.T) {
	dir, key := kept(t)
	c := openCache(dir)
	if got, ok := c.get(key, "a: b & c"); !ok || got != block {
		t.Errorf("%t %q", ok, got)
	}
	if _, ok := c.get(key, "a: b & d"); ok {
		t.Error("a block of another text was believed")
	}
	c.close(true)
	for name, mode := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, cacheName): 0o600} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", name, st.Mode(), err)
		}
	}
	c = openCache(dir) // a build that uses nothing of it
	c.close(false)
	if c = openCache(dir); len(c.kept) != 1 {
		t.Error("a build that did not end took blocks out")
	}
	c.put(keyOf("json", "1"), `<span class="f">1</span>`)
	c.close(true)
	if c = openCache(dir); len(c.kept) != 1 || c.kept[key] != (extent{}) {
		t.Errorf("what nobody uses is still there: %v", c.kept)
	}
	c.close(false)
}

// Whatever the file holds, a page gets the right text.
func TestCacheBroken(t *testing.T) {
	dir, key := kept(t)
	file := filepath.Join(dir, cacheName)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := range len(good) {
		for _, data := range [][]byte{good[:at], append(bytes.Clone(good[:at]), append([]byte{good[at] ^ 0x15}, good[at+1:]...)...)} {
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			c := openCache(dir)
			if got, ok := c.get(key, "a: b & c"); ok && tags.ReplaceAllString(got, "") != "a: b &amp; c" {
				t.Errorf("byte %d: %q", at, got)
			}
			c.close(true)
		}
	}
	if err := os.WriteFile(file, []byte("<script>alert(1)</script>"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHighlighter()
	h.disk = openCache(dir)
	if got, err := h.html("yaml", "a: b & c"); err != nil || !strings.Contains(string(got), "b &amp; c") {
		t.Errorf("%q %v", got, err)
	}
	h.disk.close(true)
	c := openCache(dir)
	defer c.close(false)
	if len(c.kept) != 1 {
		t.Error("a foreign file was not replaced")
	}
}

func TestCacheBounded(t *testing.T) {
	c := openCache(t.TempDir())
	c.limit = 300
	for _, text := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		c.put(keyOf("json", text), strings.Repeat(text, 50))
	}
	c.close(true)
	st, err := os.Stat(filepath.Join(c.dir, cacheName))
	if err != nil || st.Size() > 300 {
		t.Errorf("%v, %v", st, err)
	}
	again := openCache(c.dir)
	defer again.close(false)
	if len(again.kept) == 0 || len(again.kept) == 8 {
		t.Errorf("%d blocks", len(again.kept))
	}
}

// A build without a place for its cache is a build all the same.
func TestNoCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "")
	if c := openCache(file); c != nil {
		t.Error("a file is no folder")
	}
	if err := Build(t.Context(), Site{Catalog: load(t, ruledFiles()), Cache: file}, t.TempDir()); err != nil {
		t.Error(err)
	}
}

// With a cache come the same bytes as without.
func TestBuildWithCache(t *testing.T) {
	s := Site{Catalog: load(t, ruledFiles())}
	want, err := renderAll(t, s)
	if err != nil {
		t.Fatal(err)
	}
	s.Cache = t.TempDir()
	for range 2 {
		got, err := renderAll(t, s)
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range want {
			if !bytes.Equal(got[name], data) {
				t.Errorf("%s is another page", name)
			}
		}
	}
}

// A block is believed exactly if it is the text in spans.
func FuzzColoured(f *testing.F) {
	for _, s := range [][2]string{{block, "a: b & c"}, {`<span class="x">a</span>`, "a"}, {"<b>", "<b>"}, {"&lt;", "<"}, {`<span class="k">`, ""}, {"</span>", ""}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, html, text string) {
		if !coloured(html, text) {
			return
		}
		if rest := tags.ReplaceAllString(html, ""); rest != escaper.Replace(text) || strings.Count(html, "<span") != strings.Count(html, "</span") {
			t.Errorf("%q was believed to be %q", html, text)
		}
	})
}

// fixedTokens is a lexer that finds the same in every text.
type fixedTokens struct {
	chroma.Lexer
	tokens []chroma.Token
}

func (l fixedTokens) Tokenise(*chroma.TokeniseOptions, string) (chroma.Iterator, error) {
	return chroma.Literator(l.tokens...), nil
}

// What colour makes of the same tokens is what caches hold: where this has to change, the constant colouring goes up too.
func TestColouring(t *testing.T) {
	lexer := fixedTokens{tokens: []chroma.Token{
		{Type: chroma.Comment, Value: "# a<b"}, {Type: chroma.Text, Value: "\n"}, {Type: chroma.NameTag, Value: "k"}, {Type: chroma.Text, Value: " "}, {Type: chroma.NameTag, Value: "l"},
		{Type: chroma.Punctuation, Value: ": "}, {Type: chroma.LiteralStringDouble, Value: `"v"`}, {Type: chroma.LiteralNumber, Value: "1"}, {Type: chroma.Keyword, Value: "if"},
	}}
	got, err := colour(lexer, "")
	want := `<span class="c"># a&lt;b</span>` + "\n" + `<span class="n">k l</span>: <span class="s">"v"</span><span class="f">1</span><span class="k">if</span>`
	if err != nil || got != want || colouring != "2" {
		t.Errorf("colouring %s gives\n%s\nerror %v", colouring, got, err)
	}
}
