package main

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// pageKinds are one page of each kind that the site has, from its root.
var pageKinds = []string{
	"",
	"chapters/storage/",
	"checks/",
	"contribute/",
	"data/",
	"glossary/",
	"map/",
	"paths/",
	"paths/first-year/",
	"patterns/",
	"patterns/leave-gp2-burst-behind/",
	"patterns/measure-sustained-not-burst/",
	"patterns/pillar/security/",
	"reference/",
	"reference/volume/",
	"search/",
	"start/",
}

// buildSite builds the real site into a folder of the test's.
func buildSite(t testing.TB, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "patlint", append([]string{"site", "build", "--no-config", "-o", dir}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the site: %v\n%s", err, out)
	}
	return dir
}

// serveSite serves a built site as a host does that takes it seriously: with a policy of its own besides the pages', 404.html for what is not there,
// and what --precompress has made.
func serveSite(t testing.TB, dir string) string {
	t.Helper()
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		if r.URL.Path == "/favicon.ico" {
			w.WriteHeader(http.StatusNoContent) // a browser asks for it by itself
			return
		}
		if missing, err := os.ReadFile(dir + "/404.html"); err == nil {
			if _, err := os.Stat(dir + r.URL.Path); err != nil {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.WriteHeader(http.StatusNotFound)
				_, _ = w.Write(missing)
				return
			}
		}
		name := r.URL.Path
		if strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if packed, err := os.ReadFile(dir + name + ".gz"); err == nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed)
			return
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// openBrowser starts Chromium for the time of a test.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		path = required(t, "browser", "chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.WindowSize(1280, 900))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has no sandbox for root
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// A tab shows pages of one site, and notes what they complain of and ask for.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string // of the site, with a slash at its end

	mu       sync.Mutex
	noise    []string // errors, violations of the policy, dialogues
	requests []string
}

// openTab opens a tab of its own at 1280 pixels, without a page. When the test ends, no page in it may have complained, or have asked another origin.
func openTab(t *testing.T, ctx context.Context, site string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	b := &tab{t: t, ctx: ctx, url: site}
	t.Cleanup(func() {
		cancel()
		b.quiet()
	})
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	send(b, network.Enable, network.EnableParams{})
	b.run(chromedp.EmulateViewport(1280, 900))
	return b
}

// quiet holds what was noted against what pages may do.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.noise) > 0 {
		b.t.Errorf("the pages complain: %q", b.noise)
	}
	for _, url := range b.requests {
		if !strings.HasPrefix(url, b.url) && url != "about:blank" {
			b.t.Errorf("a request leaves the origin: %s", url)
		}
	}
	if len(b.requests) == 0 {
		b.t.Error("no request was seen, not even a page's own")
	}
}

func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		b.noise = append(b.noise, fmt.Sprintf("console.%s", e.Type))
	case *runtime.EventExceptionThrown:
		b.noise = append(b.noise, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		b.noise = append(b.noise, e.Entry.Text+" "+e.Entry.URL)
	case *cdpage.EventJavascriptDialogOpening:
		b.noise = append(b.noise, "a dialogue: "+e.Message)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// open goes to a page of the site.
func (b *tab) open(page string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.url + page))
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// press presses keys one after the other: "\t", "\r", or letters.
func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.run(chromedp.KeyEvent(k))
	}
}

// prefers sets what the reader's system prefers: prefers-color-scheme, dark.
func (b *tab) prefers(feature, value string) {
	b.t.Helper()
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
}

// scripts turns scripts on or off for the pages that follow.
func (b *tab) scripts(on bool) {
	b.t.Helper()
	send(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// send sends a command of the protocol.
func send[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	out, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// eval asks the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// becomes waits until the page says so.
func (b *tab) becomes(expression, want string) {
	b.t.Helper()
	var got string
	for range 100 {
		if got = eval[string](b, expression); got == want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Errorf("%s is %q, want %q", expression, got, want)
}
