package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestSiteInBrowser opens the real site as its readers do.
func TestSiteInBrowser(t *testing.T) {
	ctx := openBrowser(t)
	site := serveSite(t, buildSite(t))
	const pattern = "patterns/leave-gp2-burst-behind/"

	t.Run("quiet", func(t *testing.T) { // openTab looks for complaints and for requests to others
		b := openTab(t, ctx, site)
		for _, page := range pageKinds {
			b.open(page)
			b.run(chromedp.WaitReady(chromedp.CSS("footer")))
		}
	})
	t.Run("watched", func(t *testing.T) { // and would find them
		b := openTab(t, ctx, site)
		b.open("")
		eval[chromedp.Void](b, `(() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s);
			const i = new Image(); i.src = 'https://patlint.invalid/x'; document.body.append(i);
			const d = document.createElement('p'); d.setAttribute('style', 'color:red'); document.body.append(d) })()`)
		b.becomes(`String(window.ran)`, "undefined")
		b.mu.Lock()
		defer b.mu.Unlock()
		if n := strings.Count(strings.Join(b.noise, "\n"), "Content Security Policy"); n < 3 {
			t.Errorf("%d violations were seen: %q", n, b.noise)
		}
		if !slices.Contains(b.requests, "https://patlint.invalid/x") {
			t.Errorf("the request to another was not seen: %q", b.requests)
		}
		b.noise, b.requests = nil, b.requests[:1] // they were meant
	})
	t.Run("theme", func(t *testing.T) {
		b := openTab(t, ctx, site)
		const paper = `getComputedStyle(document.body).backgroundColor`
		const light, dark = "rgb(255, 255, 255)", "rgb(18, 21, 27)"
		b.prefers("prefers-color-scheme", "dark")
		b.open("")
		b.becomes(paper, dark)
		for _, want := range []string{light, dark, dark} { // light, dark, and the system's again
			b.run(chromedp.Click(chromedp.CSS("#theme")))
			b.becomes(paper, want)
		}
		b.run(chromedp.Click(chromedp.CSS("#theme")))
		b.open(pattern) // another page keeps it
		b.becomes(paper, light)
		b.becomes(`document.querySelector('#theme').textContent`, "Theme: light")
	})
	t.Run("copy", func(t *testing.T) {
		b := openTab(t, ctx, site)
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			permission := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID}
			if _, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, permission); err != nil {
				t.Fatal(err)
			}
		}
		b.open(pattern)
		send(b, cdpage.BringToFront, cdp.Empty{})
		eval[chromedp.Void](b, `document.querySelector('.code.fix button').focus()`)
		b.press("\r")
		b.becomes(`navigator.clipboard.readText().then(t => t.split(' ').slice(0, 3).join(' '))`, "aws ec2 modify-volume")
	})
	t.Run("skip", func(t *testing.T) {
		b := openTab(t, ctx, site)
		for _, page := range pageKinds {
			b.open(page)
			b.press("\t")
			b.becomes(`document.activeElement.className + (document.activeElement.getBoundingClientRect().left >= 0)`, "skiptrue")
			b.press("\r", "\t")
			b.becomes(`document.querySelector('main').contains(document.activeElement) + ''`, "true")
		}
	})
	t.Run("focus", func(t *testing.T) { // every stop of the keyboard can be seen, and shows that it is one
		b := openTab(t, ctx, site)
		b.prefers("prefers-reduced-motion", "reduce") // or what is on its way would count as out of sight
		for _, page := range pageKinds {
			b.open(page)
			for range 60 {
				b.press("\t")
				got := eval[string](b, `(() => { const e = document.activeElement; if (e === document.body) return 'end';
					const r = e.getBoundingClientRect(), s = getComputedStyle(e);
					const bar = getComputedStyle(document.querySelector('.bar')).position === 'sticky' && !e.closest('.bar, .skip') ? document.querySelector('.bar').getBoundingClientRect().bottom : 0;
					if (r.bottom < bar + 1 || r.top > innerHeight - 1) return 'out of sight: ' + e.outerHTML.slice(0, 120);
					return s.outlineStyle === 'none' ? 'no outline: ' + e.outerHTML.slice(0, 120) : '' })()`)
				if got == "end" {
					break
				}
				if got != "" {
					t.Errorf("%s: %s", page, got)
				}
			}
		}
	})
	t.Run("scriptless", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.scripts(false)
		for _, page := range pageKinds {
			b.open(page)
			if shown := eval[int](b, `[...document.querySelectorAll('.scripted')].filter(e => getComputedStyle(e).visibility !== 'hidden' && e.checkVisibility()).length`); shown > 0 {
				t.Errorf("%s: %d things are shown that do nothing without scripts", page, shown)
			}
			if words := eval[int](b, `document.querySelector('main').innerText.split(/\s+/).length`); words < 30 {
				t.Errorf("%s: %d words are left without scripts", page, words)
			}
		}
	})
	t.Run("narrow", func(t *testing.T) {
		b := openTab(t, ctx, site)
		for _, width := range []int64{320, 640} { // 640 pixels are 1280 at a zoom of 200 percent
			b.run(chromedp.EmulateViewport(width, 450))
			for _, page := range pageKinds {
				b.open(page)
				eval[chromedp.Void](b, `document.querySelectorAll('details').forEach(d => d.open = true)`)
				if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > width {
					t.Errorf("%s: at %d pixels the page is %d wide", page, width, wide)
				}
			}
		}
	})
	t.Run("spacing", func(t *testing.T) { // WCAG 1.4.12: with wider spacing nothing is cut off or pushed out
		b := openTab(t, ctx, site)
		b.run(chromedp.EmulateViewport(320, 900))
		for _, page := range pageKinds {
			b.open(page)
			eval[chromedp.Void](b, `(() => { const s = new CSSStyleSheet(); s.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}'); document.adoptedStyleSheets = [s] })()`)
			if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > 320 {
				t.Errorf("%s: with wider spacing the page is %d wide", page, wide)
			}
		}
	})
	t.Run("targets", func(t *testing.T) { // WCAG 2.5.8 for what stands alone; links in a sentence are exempt
		b := openTab(t, ctx, site)
		for _, page := range pageKinds {
			b.open(page)
			small := eval[string](b, `[...document.querySelectorAll('button, summary, input, .bar a, .toc a, .card a, main svg a')].filter(e => e.checkVisibility({visibilityProperty: true}) && !e.matches('label input')).filter(e => {
				const r = e.getBoundingClientRect(); return r.width < 24 && r.height > 0 || r.height > 0 && r.height < 23.5 && !e.matches('.card a') }).map(e => e.outerHTML.slice(0, 90)).join('\n')`)
			if small != "" {
				t.Errorf("%s: too small to hit:\n%s", page, small)
			}
		}
	})
	t.Run("print", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.prefers("prefers-color-scheme", "dark")
		for _, page := range pageKinds {
			b.open(page)
			out := send(b, cdpage.PrintToPDF, cdpage.PrintToPDFParams{})
			pdf, err := base64.StdEncoding.DecodeString(string(out.Data))
			if err != nil {
				pdf = []byte(out.Data)
			}
			if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 5000 {
				t.Errorf("%s: the print has %d bytes and begins with %.8q", page, len(pdf), pdf)
			}
		}
	})
	t.Run("axe", func(t *testing.T) { axe(t, ctx, site) })
}

// axe looks for what keeps readers out, with the rules of axe-core.
func axe(t *testing.T, ctx context.Context, site string) {
	source := os.Getenv("PATLINT_AXE")
	if source == "" {
		missing(t, "browser", "PATLINT_AXE names no axe.min.js; npm install axe-core, or run .ci/run")
	}
	script, err := os.ReadFile(source)
	if err != nil {
		t.Fatalf("PATLINT_AXE: %v", err)
	}
	b := openTab(t, ctx, site)
	for _, page := range pageKinds {
		for _, scheme := range []string{"light", "dark"} {
			b.prefers("prefers-color-scheme", scheme)
			for _, width := range []int64{320, 1280} {
				b.run(chromedp.EmulateViewport(width, 900))
				b.open(page)
				eval[chromedp.Void](b, string(script))
				eval[chromedp.Void](b, `document.querySelectorAll('details').forEach(d => d.open = true)`)
				got := eval[struct {
					Passes     int
					Violations []string
				}](b, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
					.then(r => ({passes: r.passes.length, violations: r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3).join(' '))}))`)
				if len(got.Violations) > 0 || got.Passes < 10 {
					t.Errorf("%s, %s, %d pixels: %d rules pass, violated are %q", page, scheme, width, got.Passes, got.Violations)
				}
			}
		}
	}
}
