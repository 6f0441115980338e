package report

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/patlint/patlint/lint"
)

// missing skips a test for want of something, or fails it if PATLINT_REQUIRE names browser.
func missing(t *testing.T, words string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PATLINT_REQUIRE"), ","), "browser") {
		t.Fatalf("PATLINT_REQUIRE names browser, but %s", words)
	}
	t.Skip(words)
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
		missing(t, "there is no chromium, google-chrome or chromium-browser; install one, or run .ci/run")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.WindowSize(1280, 900))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has no sandbox for root
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
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

// A tab shows one report, and notes what it complains of and asks for.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	noise    []string // errors, violations of the policy, dialogues
	requests []string
}

func openTab(t *testing.T, ctx context.Context, r *lint.Report, fragment string) *tab {
	t.Helper()
	sheet, err := os.ReadFile(filepath.Join("..", "..", "site", "assets", "style.css"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(render(t, "html", r, Options{Sheet: string(sheet)})), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, url: "file://" + filepath.ToSlash(file)}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	b.run(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(b.url+fragment))
	return b
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
		b.noise = append(b.noise, e.Entry.Text)
	case *cdpage.EventJavascriptDialogOpening:
		b.noise = append(b.noise, "a dialogue: "+e.Message)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// call sends a command of the protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		b.t.Fatal(err)
	}
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

const (
	countShown = `document.getElementById('shown').textContent`
	seenIDs    = `[...document.querySelectorAll('.finding')].filter(f => f.checkVisibility()).map(f => f.querySelector('code').textContent).join(' ')`
	openAll    = `document.querySelectorAll('details').forEach(d => d.open = true)`
)

// TestBrowser opens reports in Chromium as a reader does, from a file.
func TestBrowser(t *testing.T) {
	ctx := openBrowser(t)
	t.Run("quiet", func(t *testing.T) {
		for name, r := range map[string]*lint.Report{"empty": lint.Merge(), "sample": sample(), "large": many(3, 200)} {
			b := openTab(t, ctx, r, "")
			b.run(chromedp.Sleep(100 * time.Millisecond))
			b.mu.Lock()
			if len(b.noise) > 0 {
				t.Errorf("%s: the page complains: %q", name, b.noise)
			}
			for _, url := range b.requests {
				if url != b.url && !strings.HasPrefix(url, "data:") {
					t.Errorf("%s: a request to %s", name, url)
				}
			}
			if len(b.requests) == 0 {
				t.Errorf("%s: no request was seen, not even the page's own", name)
			}
			b.mu.Unlock()
		}
	})
	t.Run("policy", func(t *testing.T) { // and that this test would see a violation
		b := openTab(t, ctx, sample(), "")
		eval[chromedp.Void](b, `(() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s);
			const i = new Image(); i.src = 'https://patlint.invalid/x'; document.body.append(i);
			const d = document.createElement('p'); d.setAttribute('style', 'color:red'); document.body.append(d) })()`)
		b.becomes(`String(window.ran)`, "undefined")
		b.run(chromedp.Sleep(100 * time.Millisecond))
		b.mu.Lock()
		defer b.mu.Unlock()
		if n := strings.Count(strings.Join(b.noise, "\n"), "Content Security Policy"); n < 3 {
			t.Errorf("%d violations were seen: %q", n, b.noise)
		}
	})
	t.Run("filter", func(t *testing.T) {
		b := openTab(t, ctx, sample(), "")
		b.becomes(countShown, "4 findings, 1 not decided, 1 muted")
		b.run(chromedp.SendKeys(chromedp.CSS("#f-q"), "RETIRE vol-1"))
		b.becomes(countShown, "1 of 4 listed findings")
		b.becomes(seenIDs, "vol-1")
		b.becomes(`location.hash`, "#q=RETIRE+vol-1")
		b.becomes(`[...document.querySelectorAll('.group')].filter(g => !g.hidden).length + ''`, "1")
		b.run(chromedp.SendKeys(chromedp.CSS("#f-q"), " no such"))
		b.becomes(countShown, "0 of 4 listed findings")
		b.becomes(`document.getElementById('none').checkVisibility() + ''`, "true")
		b.run(chromedp.Focus(chromedp.CSS("#filters button")), chromedp.KeyEvent("\r"))
		b.becomes(countShown, "4 findings, 1 not decided, 1 muted")
		b.becomes(seenIDs, "vol-0data vol-2") // as before: what is high is open, the rest is closed
	})
	t.Run("fragment", func(t *testing.T) {
		b := openTab(t, ctx, sample(), "#severity=low&verdict=muted&nonsense=x")
		b.becomes(countShown, "1 of 4 listed findings")
		b.becomes(seenIDs, "vol-2")
		b.becomes(`document.getElementById('f-verdict').value`, "muted")
		eval[chromedp.Void](b, `location.hash = '#verdict=unknown&severity=urgent'`)
		b.becomes(seenIDs, "vol-2")
		b.becomes(`document.getElementById('f-severity').value + document.getElementById('f-verdict').value`, "unknown")
		eval[chromedp.Void](b, `location.hash = '#not-checked'`)
		b.becomes(countShown, "1 of 4 listed findings")
	})
	t.Run("keyboard", func(t *testing.T) {
		b := openTab(t, ctx, sample(), "")
		b.run(chromedp.Focus(chromedp.CSS("#f-q")))
		seen := ""
		for range 12 { // through the filters to the first group and its button
			b.run(chromedp.KeyEvent("\t"))
			seen += eval[string](b, `document.activeElement.tagName + (document.activeElement.matches(':focus-visible') ? ' ' : '! ')`)
		}
		if want := "SELECT SELECT SELECT BUTTON SUMMARY A BUTTON PRE SUMMARY SUMMARY SUMMARY "; !strings.HasPrefix(seen, want) {
			t.Errorf("the tab key leads to %s, want %s", seen, want)
		}
		b.run(chromedp.Focus(chromedp.CSS("summary")))
		for _, key := range []struct{ key, open string }{{"\r", "false"}, {" ", "true"}} {
			b.run(chromedp.KeyEvent(key.key))
			b.becomes(`document.querySelector('details').open + ' ' + document.activeElement.tagName`, key.open+" SUMMARY")
		}
	})
	t.Run("skip", func(t *testing.T) {
		b := openTab(t, ctx, sample(), "")
		b.run(chromedp.KeyEvent("\t"))
		b.becomes(`document.activeElement.className + (document.activeElement.getBoundingClientRect().left >= 0)`, "skiptrue")
		b.run(chromedp.KeyEvent("\r"), chromedp.KeyEvent("\t"))
		b.becomes(`document.activeElement.hash`, "#not-checked") // the first in what follows the bar
	})
	t.Run("escape", func(t *testing.T) {
		b := openTab(t, ctx, sample(), "")
		b.run(chromedp.SendKeys(chromedp.CSS("#f-q"), "vol-1"))
		b.becomes(countShown, "1 of 4 listed findings")
		// A key that a script presses has no effect of the browser's own, which is how the browsers are that do not clear the field.
		eval[chromedp.Void](b, `document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true, cancelable: true}))`)
		b.becomes(countShown, "4 findings, 1 not decided, 1 muted")
		b.becomes(`document.activeElement.id + document.activeElement.value + location.hash`, "f-q")
	})
	t.Run("targets", func(t *testing.T) { // nothing covers the heading that a link of the bar leads to
		b := openTab(t, ctx, sample(), "")
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
		for _, width := range []int64{320, 490, 720, 1280} {
			b.run(chromedp.EmulateViewport(width, 500))
			for _, id := range []string{"totals", "not-checked", "findings", "muted", "baseline"} {
				b.run(chromedp.Focus(chromedp.CSS(`nav a[href="#`+id+`"]`)), chromedp.KeyEvent("\r"))
				b.becomes(`(() => { const r = document.getElementById('`+id+`').getBoundingClientRect();
					return location.hash + ' ' + document.elementFromPoint(r.left + 4, r.top + 4)?.id })()`, "#"+id+" "+id)
			}
		}
	})
	t.Run("copy", func(t *testing.T) {
		b := openTab(t, ctx, sample(), "")
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			permission := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted}
			if _, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, permission); err != nil {
				t.Fatal(err)
			}
		}
		call(b, cdpage.BringToFront, cdp.Empty{})
		b.run(chromedp.Click(chromedp.CSS(".copy")))
		b.becomes(`document.querySelector('.copy').textContent + document.getElementById('said').textContent`, "CopiedCopied")
		b.becomes(`navigator.clipboard.readText()`, "aws ec2 modify-volume \\\n  --volume-id vol-0data\n")
	})
	t.Run("narrow", func(t *testing.T) {
		for name, r := range map[string]*lint.Report{"sample": sample(), "hostile": hostile(strings.Repeat("x", 300)), "large": many(1, 400)} {
			b := openTab(t, ctx, r, "")
			b.run(chromedp.EmulateViewport(320, 900))
			eval[chromedp.Void](b, openAll)
			if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 320 {
				t.Errorf("%s: at 320 pixels the page is %d wide", name, wide)
			}
		}
	})
	t.Run("print", func(t *testing.T) {
		b := openTab(t, ctx, sample(), "")
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		b.becomes(seenIDs, "vol-0data vol-2 vol-1 vol-2") // closed groups, too
		b.becomes(`[...document.querySelectorAll('search, .bar, .copy')].filter(e => e.checkVisibility()).length + ''`, "0")
		b.becomes(`dispatchEvent(new Event('beforeprint')), document.querySelectorAll('details:not([open])').length + ''`, "0")
		b.becomes(`dispatchEvent(new Event('afterprint')), document.querySelectorAll('details:not([open])').length + ''`, "2")
	})
	t.Run("hostile", func(t *testing.T) {
		const elements = `['*', 'script', 'style', 'b', 'a', 'a:not([href^="#"])', 'img, iframe, object, embed, svg a, base, form', '[onmouseover], [onerror], [onload]'].map(s => document.querySelectorAll(s).length).join(' ')`
		want := eval[string](openTab(t, ctx, hostile("x"), ""), elements)
		for _, attack := range attacks {
			if !strings.ContainsAny(attack, `<"{:`) || len(attack) > 1000 {
				continue
			}
			b := openTab(t, ctx, hostile(attack), "")
			if got := eval[string](b, elements); got != want {
				t.Errorf("%q makes %s elements, not %s", attack, got, want)
			}
			b.mu.Lock()
			if len(b.noise) > 0 {
				t.Errorf("%q: %q", attack, b.noise)
			}
			b.mu.Unlock()
		}
	})
	t.Run("axe", func(t *testing.T) { axe(t, ctx) })
}

// axe looks for what keeps readers out, with the rules of axe-core.
func axe(t *testing.T, ctx context.Context) {
	file := os.Getenv("PATLINT_AXE")
	if file == "" {
		missing(t, "PATLINT_AXE names no axe.min.js; npm install axe-core, or run .ci/run")
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("PATLINT_AXE: %v", err)
	}
	for name, r := range map[string]*lint.Report{"empty": lint.Merge(), "sample": sample()} {
		b := openTab(t, ctx, r, "")
		eval[chromedp.Void](b, string(source))
		eval[chromedp.Void](b, openAll)
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{320, 1280} {
				call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
				b.run(chromedp.EmulateViewport(width, 900))
				got := eval[struct {
					Passes     int
					Violations []string
				}](b, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
					.then(r => ({passes: r.passes.length, violations: r.violations.map(v => v.id + ': ' + v.nodes[0].html)}))`)
				if len(got.Violations) > 0 || got.Passes < 10 {
					t.Errorf("%s, %s, %d pixels: %d rules pass, violated are %q", name, scheme, width, got.Passes, got.Violations)
				}
			}
		}
	}
}
