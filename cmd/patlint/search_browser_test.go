package main

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/patlint/patlint/patterns"
)

const (
	firstHit = `document.querySelector('.hits a')?.href ?? ''`
	cards    = `[...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).length + ''`
	rows     = `[...document.querySelectorAll('tbody tr')].filter(r => r.checkVisibility()).length + ''`
	address  = `location.pathname + location.search`
)

// TestSearchInBrowser searches the real site as its readers do.
func TestSearchInBrowser(t *testing.T) {
	ctx := openBrowser(t)
	site := serveSite(t, buildSite(t, "--base-url", "https://example.org/"))

	t.Run("typo", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.open("")
		pressSlash(b)
		b.press(strings.Split("encyrption", "")...)
		b.becomes(firstHit, site+"patterns/encrypt-by-default/index.html")
		if marks := eval[int](b, `document.querySelectorAll('.hits mark').length`); marks == 0 {
			t.Error("no word that was found stands out")
		}
	})
	t.Run("keyboard", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.open("glossary/")
		eval[chromedp.Void](b, `document.querySelector('main a').focus()`)
		pressSlash(b)
		b.press("s", "n", "a", "p")
		const active = `document.querySelector('#' + document.querySelector('#query').getAttribute('aria-activedescendant'))`
		b.becomes(`document.querySelectorAll('.hits a').length > 2 ? 'many' : ''`, "many")
		first := eval[string](b, active+`.href`)
		b.press(kb.ArrowDown)
		second := eval[string](b, active+`.href`)
		b.press(kb.ArrowDown, kb.ArrowUp)
		if first == second || eval[string](b, active+`.href`) != second || eval[string](b, active+`.ariaSelected`) != "true" {
			t.Errorf("the arrows lead from %s to %s", first, second)
		}
		b.press(kb.Escape)
		b.becomes(`String(document.querySelector('dialog').open) + document.querySelector('main').contains(document.activeElement)`, "falsetrue")
		b.run(chromedp.KeyEvent("k", chromedp.KeyModifiers(2))) // Ctrl; all is as it was left
		b.becomes(active+`.href`, second)
		b.press(kb.Enter)
		b.becomes(`location.href`, strings.TrimSuffix(second, "index.html")) // the server leaves the name out
		eval[chromedp.Void](b, `history.back()`)
		b.becomes(`location.pathname`, "/glossary/")
		eval[chromedp.Void](b, `document.dispatchEvent(new KeyboardEvent('keydown', {key: 'K', ctrlKey: true}))`) // with Caps Lock
		b.becomes(`document.querySelector('#query').value`, "snap")
	})
	t.Run("ranks", func(t *testing.T) { // words of the text, too; the word itself before words like it; patterns before lists
		b := openTab(t, ctx, site)
		const top = `[...document.querySelectorAll('.hits a')].slice(0, 5).map(a => a.pathname.split('/').at(-2)).join(' ')`
		for query, want := range map[string]string{
			"slow": "fund-fast-restores", "snapshto": "snapshot-every-volume", "volumme encrypshion": "encrypt-by-default", "password": "keep-secrets-out-of-user-data", "lost data": "snapshot-every-volume",
		} {
			b.open("search/?q=" + url.QueryEscape(query))
			b.becomes(`document.querySelector('.hits a') ? 'found' : ''`, "found")
			if got := strings.Fields(eval[string](b, top)); !slices.Contains(got, want) {
				t.Errorf("%q finds %v before %s", query, got, want)
			}
		}
	})
	t.Run("names", func(t *testing.T) { // IDs, old ones and those of other tools, in any spelling
		b := openTab(t, ctx, site)
		for query, want := range map[string]string{
			"EC2.7": "encrypt-by-default", "ec2_ebs_default_encryption": "encrypt-by-default", "ec2-imdsv2-check": "require-imdsv2", "Move GP2 to gp3": "move-gp2-to-gp3", "movegp2togp3": "move-gp2-to-gp3",
		} {
			b.open("search/?q=" + url.QueryEscape(query))
			b.becomes(firstHit, site+"patterns/"+want+"/index.html")
		}
	})
	t.Run("nothing", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.open("search/?q=" + url.QueryEscape("<b>qqqqqq"))
		b.becomes(`document.querySelector('.said').textContent`, "Nothing found for “<b>qqqqqq”.")
		if to := eval[string](b, `document.querySelector('.offer a').href`); to != site+"patterns/index.html" {
			t.Errorf("it leads to %s", to)
		}
		b.open("search/?q=encrptoin")
		b.becomes(`document.querySelector('.offer button')?.textContent ?? ''`, "Search for encrypt")
		b.run(chromedp.Click(chromedp.CSS(".offer button")))
		b.becomes(`document.querySelector('.hits a').pathname.split('/').at(-2).startsWith('encrypt-') + ''`, "true")
		b.becomes(`location.search`, "?q=encrypt")
	})
	t.Run("quiet key", func(t *testing.T) { // WCAG 2.1.4
		b := openTab(t, ctx, site)
		b.open("patterns/")
		const open = `String(document.querySelector('dialog')?.open ?? false)`
		eval[chromedp.Void](b, `document.querySelector('#facets input').focus()`)
		pressSlash(b) // a box takes no characters
		b.becomes(open, "true")
		pressSlash(b)
		b.becomes(`document.querySelector('#query').value`, "/") // a field does
		b.run(chromedp.Click(chromedp.CSS("dialog [type=checkbox]")))
		for range 2 { // on this page, and on the next
			b.open("patterns/")
			pressSlash(b)
			b.becomes(open, "false")
			b.becomes(`String(document.querySelector('#find kbd').checkVisibility())`, "false")
		}
		b.run(chromedp.Click(chromedp.CSS("#find")))
		b.becomes(open, "true")
	})
	t.Run("sheet", func(t *testing.T) { testSearchSheet(t, ctx, site) })
	t.Run("missing", func(t *testing.T) { testMissing(t, ctx, site) })
	t.Run("scriptless", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.scripts(false)
		b.open("")
		b.run(chromedp.Click(chromedp.CSS("a.find")), chromedp.WaitReady(chromedp.CSS("#all")))
		if n := eval[int](b, `[...document.querySelectorAll('#all li a')].filter(a => a.checkVisibility()).length`); n < 120 {
			t.Errorf("the list from A to Z has %d entries", n)
		}
	})
	t.Run("file", func(t *testing.T) { // a site is complete on a disk, its search too
		dir := buildSite(t)
		b := openTab(t, ctx, "file://"+filepath.ToSlash(dir)+"/")
		b.open("chapters/storage/index.html")
		pressSlash(b)
		b.press("g", "p", "2")
		b.becomes(`document.querySelector('.hits a')?.pathname.startsWith(location.pathname.split('/chapters/')[0]) + ''`, "true")
		b.open("patterns/index.html?severity=critical")
		b.becomes(cards, critical(t))
	})
}

// pressSlash presses the key as a keyboard does, as one event: the page may keep the character from the field that it opens.
func pressSlash(b *tab) {
	b.t.Helper()
	send(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Code: "Slash", Text: "/"})
	send(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: "/", Code: "Slash"})
}

// testSearchSheet opens the dialog with its style sheet, which comes with it, and where that cannot be had: then it is plain, but it is there.
func testSearchSheet(t *testing.T, ctx context.Context, site string) {
	b := openTab(t, ctx, site)
	const look = `(() => { const s = getComputedStyle(document.querySelector('dialog')); return s.opacity + ' ' + s.borderTopLeftRadius })()`
	b.open("")
	pressSlash(b)
	b.becomes(look, "1 8px")
	b.open("start/")
	eval[chromedp.Void](b, `document.querySelector('#find').dataset.sheet = 'missing.css'`)
	pressSlash(b)
	b.becomes(look, "1 0px")
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.noise) != 1 || !strings.Contains(b.noise[0], "404") {
		t.Errorf("a sheet that is missing gives %q", b.noise)
	}
	b.noise = nil
}

// testMissing follows addresses that lead nowhere.
func testMissing(t *testing.T, ctx context.Context, site string) {
	b := openTab(t, ctx, site)
	for page, want := range map[string]string{
		"patterns/move-gp2-to-gp33/": "patterns/move-gp2-to-gp3/index.html",
		"a/b/EC2.7":                  "patterns/encrypt-by-default/index.html",
		"glossry/index.html":         "glossary/index.html",
	} {
		b.open(page)
		b.becomes(firstHit, site+want)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range b.noise { // the browser says of each that it is not there
		if !strings.Contains(n, "404") {
			t.Error(n)
		}
	}
	b.noise = nil
}

// TestCatalogInBrowser filters the catalog of the real site.
func TestCatalogInBrowser(t *testing.T) {
	ctx := openBrowser(t)
	site := serveSite(t, buildSite(t))
	box := func(name, value string) chromedp.Action[chromedp.Void] {
		return chromedp.Click(chromedp.CSS(fmt.Sprintf("[name=%s][value=%s]", name, value)))
	}
	const count = `document.querySelector('#count').textContent.split(' of ')[0]`
	beside := func(name, value string) string {
		return fmt.Sprintf(`document.querySelector('[name=%s][value=%s]').closest('li').lastElementChild.textContent`, name, value)
	}

	t.Run("filter", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.open("patterns/")
		high, medium, cost := eval[string](b, beside("severity", "high")), eval[string](b, beside("severity", "medium")), eval[string](b, beside("pillar", "cost"))
		b.run(box("severity", "high"))
		b.becomes(address, "/patterns/?severity=high")
		b.becomes(cards, high)
		b.becomes(count, high)
		b.becomes(beside("severity", "medium"), medium) // a facet's own choice does not change its counts
		if now := eval[string](b, beside("pillar", "cost")); now == cost {
			t.Errorf("beside cost stands %s, with and without a filter", now)
		}
		b.run(box("severity", "medium"), box("pillar", "security"))
		b.becomes(address, "/patterns/?severity=high,medium&pillar=security")
		both := eval[string](b, cards)
		eval[chromedp.Void](b, `history.go(-2)`)
		b.becomes(address, "/patterns/?severity=high")
		b.becomes(cards, high)
		eval[chromedp.Void](b, `history.go(2)`)
		b.becomes(cards, both)
		b.open("patterns/?severity=high,medium,nonsense&pillar=security&view=nonsense") // a link that somebody shared
		b.becomes(cards, both)
		b.run(chromedp.Click(chromedp.CSS("#clear")))
		b.becomes(address, "/patterns/")
		b.becomes(`document.querySelector('#count').textContent`, eval[string](b, cards)+" patterns")
	})
	t.Run("empty", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.open("patterns/?severity=critical&pillar=cost")
		b.becomes(cards, "0")
		b.becomes(`document.querySelector('#empty button').textContent`, "Remove critical")
		b.run(chromedp.Click(chromedp.CSS("#empty button")))
		b.becomes(address, "/patterns/?pillar=cost")
		b.becomes(`String(document.querySelector('#empty').checkVisibility())`, "false")
	})
	t.Run("table", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.open("patterns/?severity=critical,high")
		n := eval[string](b, cards)
		b.run(chromedp.Click(chromedp.CSS("#views [value=table]")))
		b.becomes(rows, n)
		b.becomes(cards, "0")
		const order = `[...document.querySelectorAll('tbody tr')].filter(r => r.checkVisibility()).map(r => r.cells[%d].textContent)`
		const sorted = `document.querySelector('[aria-sort=ascending], [aria-sort=descending]')?.ariaSort + ' ' + document.querySelector('[aria-sort=ascending], [aria-sort=descending]')?.textContent`
		b.becomes(sorted, "ascending Severity")
		if got := eval[[]string](b, fmt.Sprintf(order, 1)); got[0] != "critical" || got[len(got)-1] != "high" {
			t.Errorf("the severities are %q", got)
		}
		b.run(chromedp.Click(chromedp.CSS("th [value=severity]")))
		b.becomes(sorted, "descending Severity")
		if got := eval[[]string](b, fmt.Sprintf(order, 1)); got[0] != "high" || got[len(got)-1] != "critical" {
			t.Errorf("downwards the severities are %q", got)
		}
		b.run(chromedp.Click(chromedp.CSS("th [value=title]")))
		b.becomes(address, "/patterns/?severity=critical,high&view=table&sort=title")
		if got := eval[bool](b, fmt.Sprintf(order, 0)+`.every((title, i, all) => !i || all[i - 1].localeCompare(title) <= 0)`); !got {
			t.Error("the titles are not in order")
		}
		b.open("patterns/?severity=critical,high&view=table&sort=title")
		b.becomes(rows, n)
		b.becomes(sorted, "ascending Pattern")
	})
	t.Run("scriptless", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.scripts(false)
		b.open("patterns/")
		b.run(chromedp.Click(chromedp.CSS(`a[href$="severity/critical/index.html"]`)), chromedp.WaitReady(chromedp.CSS(".crumb li:nth-child(3)")))
		b.becomes(address, "/patterns/severity/critical/")
		b.becomes(cards, critical(t))
	})
	t.Run("narrow", func(t *testing.T) {
		b := openTab(t, ctx, site)
		b.run(chromedp.EmulateViewport(320, 700))
		b.open("patterns/?severity=high,critical")
		b.becomes(`document.querySelector('summary').textContent`, "Filter (2)")
		b.becomes(`String(document.querySelector('#facets label').checkVisibility({contentVisibilityAuto: true}))`, "false")
		b.run(chromedp.Click(chromedp.CSS("summary")), box("severity", "critical"))
		b.becomes(`document.querySelector('summary').textContent`, "Filter (1)")
	})
}

// critical is how many patterns are.
func critical(t *testing.T) string {
	t.Helper()
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range cat.Patterns {
		if p.Severity == "critical" {
			n++
		}
	}
	return strconv.Itoa(n)
}
