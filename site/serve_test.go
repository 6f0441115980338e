package site

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patlint/patlint/patterns"
)

// served is a running server over a folder of patterns.
type served struct {
	dir, base string
}

// state is what the stream of events says.
type state struct {
	Version  string
	Mistakes []string
}

func serve(t *testing.T, files map[string]string) *served {
	t.Helper()
	dir := t.TempDir()
	return serveFrom(t, dir, dir, files)
}

// serveFrom serves a folder under a name that may be another than its own, such as that of a link.
func serveFrom(t *testing.T, dir, name string, files map[string]string) *served {
	t.Helper()
	for file, data := range files {
		put(t, filepath.Join(dir, file), data)
	}
	var loader patterns.Loader
	server := &Server{
		Load: func(context.Context) (Site, error) {
			cat, err := loader.Load(patterns.Source{Name: "patterns", FS: os.DirFS(name)})
			return Site{Catalog: cat}, err
		},
		Watch: func() []string { return []string{name} },
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return &served{dir, "http://" + l.Addr().String()}
}

func (s *served) put(t *testing.T, name, data string) { put(t, filepath.Join(s.dir, name), data) }

func (s *served) get(t *testing.T, name string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(s.base + name)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(data)
}

// events follows the stream; the function gives the next state for which ok is true.
func (s *served) events(t *testing.T) func(ok func(state) bool) state {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/.patlint/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	return func(ok func(state) bool) state {
		t.Helper()
		for lines.Scan() {
			var st state
			if data, found := strings.CutPrefix(lines.Text(), "data: "); !found {
				continue
			} else if err := json.Unmarshal([]byte(data), &st); err != nil {
				t.Fatal(err)
			}
			if ok(st) {
				return st
			}
		}
		t.Fatal("the stream ended before what it should tell: ", lines.Err())
		return state{}
	}
}

func loaded(s state) bool { return s.Version != "none" }

// other waits for another version without a mistake.
func other(than state) func(state) bool {
	return func(s state) bool { return s.Version != than.Version && len(s.Mistakes) == 0 }
}

func TestServe(t *testing.T) {
	s := serve(t, map[string]string{"a/one.md": guidance("One", "", "Do."), "a/two.md": guidance("Two", "", "See [one](one.md#solution).")})
	next := s.events(t)
	st := next(loaded)

	s.put(t, "a/one.md", guidance("One", "", "Do it now."))
	st = next(other(st))
	if _, page := s.get(t, "/patterns/one/"); !strings.Contains(page, "Do it now.") || !strings.Contains(page, `data-version="`+st.Version+`"`) {
		t.Error("the page is not the new one")
	}

	s.put(t, "a/new.tmp", guidance("One", "", "Replaced.")) // as editors save
	if err := os.Rename(filepath.Join(s.dir, "a/new.tmp"), filepath.Join(s.dir, "a/one.md")); err != nil {
		t.Fatal(err)
	}
	st = next(other(st))
	if _, page := s.get(t, "/patterns/one/index.html"); !strings.Contains(page, "Replaced.") {
		t.Error("a file that was replaced does not show")
	}

	s.put(t, "new/three.md", guidance("Three", "", "Do."))
	for st = next(other(st)); ; st = next(other(st)) {
		if resp, _ := s.get(t, "/patterns/three/"); resp.StatusCode == http.StatusOK {
			break
		}
	}
	if err := os.Rename(filepath.Join(s.dir, "new/three.md"), filepath.Join(s.dir, "new/four.md")); err != nil {
		t.Fatal(err)
	}
	for st = next(other(st)); ; st = next(other(st)) {
		if resp, _ := s.get(t, "/patterns/four/"); resp.StatusCode == http.StatusOK {
			break
		}
	}
	if resp, _ := s.get(t, "/patterns/three/"); resp.StatusCode != http.StatusNotFound {
		t.Error("a file that was renamed still shows under its old name:", resp.Status)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, "new")); err != nil {
		t.Fatal(err)
	}
	for st = next(other(st)); ; st = next(other(st)) {
		if resp, _ := s.get(t, "/patterns/four/"); resp.StatusCode == http.StatusNotFound {
			break
		}
	}
}

// shows waits until a page has a text.
func (s *served) shows(t *testing.T, page, want string) {
	t.Helper()
	for range 250 {
		if _, got := s.get(t, page); strings.Contains(got, want) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%s never shows %q", page, want)
}

// A chapter that has been renamed is watched under its new name, and so are folders below a folder that has.
func TestServeRenamedFolder(t *testing.T) {
	s := serve(t, map[string]string{"a/one.md": guidance("One", "", "Do."), "b/two.md": guidance("Two", "", "Do.")})
	s.events(t)(loaded)
	rename := func(from, to string) {
		t.Helper()
		if err := os.Rename(filepath.Join(s.dir, from), filepath.Join(s.dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	rename("a", "renamed")
	s.shows(t, "/chapters/renamed/", "One")
	s.put(t, "renamed/one.md", guidance("One", "", "After the renaming."))
	s.shows(t, "/patterns/one/", "After the renaming.")
	rename("renamed", "a") // and back
	s.shows(t, "/chapters/a/", "One")
	s.put(t, "a/one.md", guidance("One", "", "Back again."))
	s.shows(t, "/patterns/one/", "Back again.")
}

// A catalog may be named by a link, and the link may come to lead elsewhere.
func TestServeLinkedFolder(t *testing.T) {
	top := t.TempDir()
	dir, link := filepath.Join(top, "real"), filepath.Join(top, "link")
	if err := os.Symlink(dir, link); err != nil {
		if os.Getenv("PATLINT_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip("no symbolic links here:", err)
	}
	s := serveFrom(t, dir, link, map[string]string{"a/one.md": guidance("One", "", "Do.")})
	s.events(t)(loaded)
	s.put(t, "a/one.md", guidance("One", "", "Through the link."))
	s.shows(t, "/patterns/one/", "Through the link.")
	put(t, filepath.Join(top, "other/a/one.md"), guidance("One", "", "Elsewhere."))
	if err := os.Symlink(filepath.Join(top, "other"), link+".new"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(link+".new", link); err != nil {
		t.Fatal(err)
	}
	s.shows(t, "/patterns/one/", "Elsewhere.")
	put(t, filepath.Join(top, "other/a/one.md"), guidance("One", "", "Changed elsewhere."))
	s.shows(t, "/patterns/one/", "Changed elsewhere.")
}

// A folder that comes after the start is watched with all below it.
func TestServeLateFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "late")
	s := serveFrom(t, dir, dir, nil)
	s.events(t)(func(s state) bool { return len(s.Mistakes) > 0 })
	made := filepath.Join(filepath.Dir(dir), "made")
	put(t, filepath.Join(made, "a/one.md"), guidance("One", "", "Do."))
	if err := os.Rename(made, dir); err != nil {
		t.Fatal(err)
	}
	s.shows(t, "/patterns/one/", "Do.")
	s.put(t, "a/one.md", guidance("One", "", "Do it now."))
	s.shows(t, "/patterns/one/", "Do it now.")
}

// Reading paths are no Markdown, and count too; what a build writes into the catalog does not.
func TestServePaths(t *testing.T) {
	s := serve(t, map[string]string{"a/one.md": guidance("One", "", "Do."), "paths.yaml": "- 1\n"})
	next := s.events(t)
	bad := next(func(s state) bool { return len(s.Mistakes) > 0 })
	if err := os.Remove(filepath.Join(s.dir, "paths.yaml")); err != nil {
		t.Fatal(err)
	}
	next(other(bad))
}

// Mistakes stand over the last good page, as text, and go when they are mended.
func TestServeMistakes(t *testing.T) {
	s := serve(t, map[string]string{"a/one.md": guidance("One", "", "Do."), "a/two.md": guidance("Two", "", "Do.")})
	next := s.events(t)
	st := next(loaded)
	broken := func(s state) bool { return len(s.Mistakes) > 0 }

	s.put(t, "a/one.md", "---\n\"<b>\": x\n---\n")
	bad := next(broken)
	if bad.Version != st.Version || !strings.HasPrefix(bad.Mistakes[0], "patterns/a/one.md:") {
		t.Errorf("%q", bad)
	}
	if _, page := s.get(t, "/patterns/one/"); !strings.Contains(page, "Do.") {
		t.Error("the last good page is gone")
	}
	s.put(t, "a/one.md", guidance("One", "", "Mended."))
	st = next(other(st))

	time.Sleep(2 * pause) // all pages are good
	s.put(t, "a/two.md", guidance("Two", "", "See [one](one.md#gone)."))
	bad = next(broken) // which only the page shows
	if bad.Version == st.Version || !strings.HasPrefix(bad.Mistakes[0], "patterns/a/two.md:24:5: the link") {
		t.Errorf("%q", bad)
	}
	if _, page := s.get(t, "/patterns/two/"); !strings.Contains(page, "Do.") {
		t.Error("the last good page is gone")
	}
	s.put(t, "a/two.md", guidance("Two", "", "Do again."))
	next(other(bad))
	if _, page := s.get(t, "/patterns/two/"); !strings.Contains(page, "Do again.") {
		t.Error("the mended page does not show")
	}
}

// A catalog that is broken from the start has a page too.
func TestServeFromMistakes(t *testing.T) {
	s := serve(t, map[string]string{"a/one.md": "---\n\"<script>\": x\n---\n"})
	next := s.events(t)
	next(func(s state) bool { return len(s.Mistakes) > 0 })
	resp, page := s.get(t, "/")
	if resp.StatusCode != http.StatusServiceUnavailable || strings.Contains(page, "unknown key <script>") || !strings.Contains(page, "unknown key &lt;script&gt;") {
		t.Errorf("%s\n%s", resp.Status, page)
	}
	s.put(t, "a/one.md", guidance("One", "", "Do."))
	next(loaded)
}

func TestServeAnswers(t *testing.T) {
	s := serve(t, map[string]string{"a/one.md": guidance("One", "", "Do.")})
	s.events(t)(loaded)
	for _, c := range []struct {
		method, host, path string
		status             int
		contentType        string
	}{
		{"GET", "", "/", 200, "text/html; charset=utf-8"},
		{"HEAD", "", "/patterns/one/", 200, "text/html; charset=utf-8"},
		{"GET", "", "/patterns/one", 302, ""},
		{"GET", "", "/patterns/one?q=a%26b&c", 302, ""},
		{"GET", "", "/chapters/", 404, ""},
		{"GET", "", "/../site.go", 404, ""},
		{"GET", "", "/.patlint/live.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "", "/.patlint/style.css", 200, "text/css; charset=utf-8"},
		{"GET", "", "/.patlint/", 404, ""},
		{"GET", "", "/.patlint/../theme.js", 404, ""},
		{"POST", "", "/", 405, ""},
		{"DELETE", "", "/.patlint/events", 405, ""},
		{"GET", "localhost:1", "/", 200, ""},
		{"GET", "[::1]:1", "/", 200, ""},
		{"GET", "evil.example", "/", 421, ""},
		{"GET", "127.0.0.1.evil.example:80", "/.patlint/events", 421, ""},
		{"GET", "localhost.evil.example", "/", 421, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, s.base+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status || c.contentType != "" && resp.Header.Get("Content-Type") != c.contentType {
			t.Errorf("%+v: %s %s", c, resp.Status, resp.Header.Get("Content-Type"))
		}
		if at := resp.Header.Get("Location"); c.status == 302 && at != strings.Replace(c.path, "one", "one/", 1) {
			t.Errorf("%+v: it leads to %s", c, at)
		}
		if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%+v: %v", c, resp.Header)
		}
		if policy := resp.Header.Get("Content-Security-Policy"); c.status == 200 && strings.HasPrefix(c.contentType, "text/html") &&
			(!strings.HasPrefix(policy, "default-src 'none'") || !strings.Contains(policy, "connect-src 'self'") || bytes.Contains(body, []byte("http-equiv"))) {
			t.Errorf("%+v: policy %q", c, policy)
		}
	}
}

func TestListen(t *testing.T) {
	if _, err := Listen("localhost"); err == nil || err.Error() != "address localhost: missing port in address; an address such as 127.0.0.1:8080 is wanted" {
		t.Errorf("error %v", err)
	}
	for _, addr := range []string{":8080", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.org:0", "127.0.0.1"} {
		if l, err := Listen(addr); err == nil {
			l.Close()
			t.Errorf("%s was taken", addr)
		}
	}
}

// Pages come whole while others are put in their place, and nothing runs on after the end.
func TestServeWhileSwapping(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("swap", func(t *testing.T) {
		s := serve(t, map[string]string{"a/one.md": guidance("One", "", "Do.")})
		s.events(t)(loaded)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 50 {
					resp, err := http.Get(s.base + "/patterns/one/")
					if err != nil {
						t.Error(err)
						return
					}
					page, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					if err != nil || !bytes.HasSuffix(page, []byte("</html>\n")) || resp.StatusCode != http.StatusOK {
						t.Errorf("%s %v", resp.Status, err)
					}
				}
			})
		}
		for i := range 20 {
			s.put(t, "a/one.md", guidance("One", "", strings.Repeat("Do. ", i+1)))
			time.Sleep(5 * time.Millisecond)
		}
		wg.Wait()
	})
	http.DefaultClient.CloseIdleConnections()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// Where the system tells nothing, the watcher looks for itself, through links too.
func TestPoll(t *testing.T) {
	top := t.TempDir()
	dir, link := filepath.Join(top, "real"), filepath.Join(top, "link")
	put(t, filepath.Join(dir, "a/one.md"), "1")
	put(t, filepath.Join(dir, "public", marker), "")
	if err := os.Symlink(dir, link); err != nil {
		link = dir
	}
	for _, c := range []struct {
		root, file string
		changes    int
	}{{dir, "a/one.md", 2}, {link, "a/one.md", 2}, {link, "paths.yaml", 2}, {link, "public/a/one.md", 1}} {
		w := newWatcher([]string{c.root})
		w.close()
		ctx, cancel := context.WithTimeout(t.Context(), 3*interval)
		n := 0
		w.run(ctx, func() {
			if n++; n == 1 { // the first look
				put(t, filepath.Join(dir, c.file), "12")
				return
			}
			cancel()
		})
		cancel()
		if n != c.changes {
			t.Errorf("%+v: %d changes were seen", c, n)
		}
	}
}

// TestWatchFolderGone: a file that is watched is told of when its folder goes, and when both are there again.
func TestWatchFolderGone(t *testing.T) {
	top := t.TempDir()
	dir, aside := filepath.Join(top, "cost"), filepath.Join(top, "aside")
	put(t, filepath.Join(dir, "one.md"), "1")
	w := newWatcher([]string{filepath.Join(dir, "one.md")})
	defer w.close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*interval)
	defer cancel()
	if err := os.Rename(dir, aside); err != nil {
		t.Fatal(err)
	}
	n := 0
	w.run(ctx, func() {
		switch n++; n {
		case 1:
			if err := os.Rename(aside, dir); err != nil {
				t.Error(err)
			}
		case 2:
			cancel()
		}
	})
	if n < 2 {
		t.Errorf("%d changes were seen", n)
	}
}
