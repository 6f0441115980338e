// Package site makes a folder of HTML out of a catalog: a home page, a page for each chapter and a page for each
// pattern. [Build] writes a folder, [Render] hands the files to a function, and a [Server] shows the site to its authors while they write it.
//
// # What comes out
//
//	index.html                       the home page
//	404.html                         what a server shows for an address that leads nowhere
//	chapters/<chapter>/index.html    a chapter's introduction and its patterns
//	patterns/index.html              the catalog: all patterns, with filters
//	patterns/<id>/index.html         a pattern
//	patterns/<old-id>/index.html     an alias: sends its reader on to the pattern
//	patterns/<facet>/<value>/        the patterns with a value of a facet: severity/high
//	paths/index.html                 the reading paths, where the catalog has any
//	paths/<id>/index.html            a reading path
//	map/index.html                   all patterns and what joins them
//	checks/index.html                from the checks of other tools to patterns, where a pattern names any
//	search/index.html                the search, and a list of all from A to Z
//	glossary/index.html              the glossary, where the catalog has one
//	reference/<kind>/index.html      what rules can ask of a kind of resource: one of Site.Kinds
//	<name>/index.html                a page of Site.Texts
//	data/index.html                  what the site has for programs; the files that follow are listed there
//	.../index.md                     each of these pages as Markdown, but for the search, the lists by a facet's value, aliases and 404.html
//	patterns.json, patterns.csv      the catalog as data
//	schemas/<name>.schema.json       JSON Schemas of the catalog as data and of Site.Schemas
//	feed.xml, feed.json              the latest changes, where history and address are known
//	sitemap.xml, robots.txt          for search engines
//	llms.txt                         for language models
//	cards/.../<id>.png               with Site.Cards, pictures for links from elsewhere
//	_headers                         the headers of HTTP, for hosts that read such a file
//	assets/<name>.<hash>.<ext>       style sheet, scripts, icon or logo, and the index of the search, named by their content
//
// Links between pages are relative and name index.html, so the folder works on a server, in any subfolder of one, and
// from a disk. Pages are complete without scripts, ask nobody but their own server for anything, and carry a Content Security
// Policy that says so. Only 404.html, which a server shows at any depth, names the others from the root of the base URL.
// The same input gives the same bytes.
//
// # What a page may hold
//
// Text is Markdown: CommonMark with tables, strikethrough and footnotes. A page links to another as GitHub wants it,
// "other-pattern.md", "../chapter/pattern.md#rule" or "../chapter/README.md", and the site rewrites the link. A link
// or a fragment that leads nowhere is an error of the build, at the author's line; so are raw HTML, images, links
// that are not https or mailto, and a heading that skips a level. Comments are left out. Blocks in yaml, json, sh, bash, sql
// and hcl are coloured, those in chart and sketch are drawn, all others are shown as they are. A quote that begins with [!NOTE], [!TIP], [!IMPORTANT], [!WARNING] or
// [!CAUTION] is a note, as on GitHub. The first use of each term of the glossary is a link to it, but not in headings, code, links, emphasis, and the
// sections In one minute and Rule.
//
// Finished pages are checked once more: every link and every fragment leads somewhere, no id stands twice, and nothing is loaded from another host.
//
// What the linter says about an example comes in as [Note]: this package knows neither the linter nor AWS.
//
// # What not to do
//
// Do not edit files in a built folder, the next build replaces them; files of your own beside them (CNAME, .nojekyll)
// stay. Do not build into one folder from two processes at the same time. Do not put a style attribute, a script or an
// address of another host into a template: the policy blocks them, and a test finds them.
package site

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/patlint/patlint/patterns"
)

// Site is what a build starts from. All but the catalog may be left out.
type Site struct {
	Catalog *patterns.Catalog
	BaseURL string // where the site will stand, for what names its pages from elsewhere: https://example.org/docs/
	Version string // of patlint, for the footer
	Brand   Brand

	Notes    map[string][]Note  // by ID of the pattern: what the linter reports for its examples
	Readings map[string]Reading // by ID of the pattern: its rule in words
	Extras   map[string]string  // by ID of the pattern: the flag without which check leaves it out, such as metrics
	History  map[string]Change  // by file, as errors name it: the last change
	Kinds    []Kind             // what rules can be about, and what leads on from it
	Texts    []Text             // further pages, in the order of the bar
	Schemas  map[string][]byte  // JSON Schemas, by what they describe: report; an $id on patlint's own site becomes one on this
	Terminal string             // what a check prints, for the home page

	Cards       bool // draw a picture for each pattern and each chapter, which other sites show beside a link
	Precompress bool // write a .gz beside each text, for servers that look for one
	Preview     bool // ask search engines to keep out

	Cache string // a folder that keeps coloured code from one build to the next; "" for none
}

// A Brand is the look of a site that is not patlint's own. [Brand.Check] finds what is wrong with one.
type Brand struct {
	Name    string // of the site; "patlint" where it is empty
	Tagline string // one sentence, for the home page
	Logo    []byte // SVG or PNG of at most 64 KB; it stands beside the name, and is the icon
	Accent  string // colour of links in the light theme, #0b57b7; its contrast to page, panels and notes is at least 4.5:1
	Dark    string // the same for the dark theme; of the two, one that is left out is made from the other

	Source string // where the catalog's files can be read: an https address that ends before <chapter>/<id>.md
	Edit   string // where they can be changed, likewise
	Report string // where a mistake is reported: an https address, or mailto:
}

// A Reading is a rule in words, in Markdown without blocks. Each entry of a list is one condition; all of them must hold.
type Reading struct {
	Subject string   // what it looks at: "every volume"
	When    []string // what puts one into scope
	Require []string // what one in scope must meet
	Waste   string   // a sentence: what a finding costs; "" where the rule says nothing of money
}

// A Change is the last change of a file.
type Change struct {
	Time    time.Time
	Subject string // of the commit
}

// Note is the message that the linter reports for a line of an example.
type Note struct {
	Line int // of the pattern's file, inside one of its examples
	Text string
}

// Build writes the site into a folder. It makes the folder where there is none, and refuses one that holds files but was
// not made by Build. Pages of an earlier build that are no longer part of the site are removed. Each file is replaced in
// one step, and only after all pages were made without an error: a build that fails leaves the folder as it was.
//
// Mistakes of authors come back as [patterns.Errors], all of them at once. So do links of a page that lead nowhere and ids that stand twice,
// with the name of the page as the file.
func Build(ctx context.Context, s Site, dir string) error {
	out, err := openFolder(dir)
	if err != nil {
		return fmt.Errorf("build site: %w", err)
	}
	defer out.close()
	write := out.write
	if s.Precompress {
		write = precompress(write)
	}
	if err := Render(ctx, s, write); err != nil {
		return fmt.Errorf("build site: %w", err)
	}
	if err := out.install(); err != nil {
		return fmt.Errorf("build site: %w", err)
	}
	return nil
}

// Render makes every file of the site and hands it to write, with its slash-separated name. It calls write from several
// goroutines at once, in no order. What was written before an error is not a site.
func Render(ctx context.Context, s Site, write func(name string, data []byte) error) error {
	b, err := newBuilder(s)
	if err != nil {
		return err
	}
	b.code.disk = openCache(s.Cache)
	err = b.render(ctx, runtime.GOMAXPROCS(0), write)
	b.code.disk.close(err == nil)
	return err
}

// render makes every file, some at the same time, and checks what it made.
func (b *builder) render(ctx context.Context, atOnce int, write func(name string, data []byte) error) error {
	files, err := b.files()
	if err != nil {
		return err
	}
	links := newVerifier(files)
	links.top, links.from = b.missing.top, map[string]string{}
	for _, pg := range b.pages {
		links.from[pg.name()] = pg.file
	}
	gather := newGathering(ctx, atOnce)
	for _, f := range files {
		gather.do(func() error {
			data, err := f.render()
			var es patterns.Errors
			switch {
			case errors.As(err, &es):
				return err
			case err != nil:
				return fmt.Errorf("%s: %w", f.name, err)
			}
			if strings.HasSuffix(f.name, ".html") {
				links.page(f.name, data)
			}
			return write(f.name, data)
		})
	}
	mistakes, err := gather.wait()
	if err != nil {
		return err
	}
	if len(mistakes) == 0 { // a page that was not made has no places to lead to
		mistakes = links.finish()
	}
	return mistakes.Err()
}

// name is that of the site.
func (b *builder) name() string { return cmp.Or(b.site.Brand.Name, "patlint") }

// summary says in a sentence what the site is.
func (b *builder) summary() string {
	if b.own() {
		return "Patterns for EC2 and EBS: a page to read for each, and for most a rule that checks your account and the tests of that rule."
	}
	return cmp.Or(b.site.Brand.Tagline, "Patterns for EC2 and EBS, and the rules that check them.")
}
