package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func newSite() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "site",
		Short: "Render the catalog as a static site",
		Args:  subcommand,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("site takes a command: patlint site build -o public, or patlint site serve")
		},
	}
	cmd.AddCommand(newSiteBuild(), newSiteServe())
	return cmd
}

// siteFlags say what a site is made of.
type siteFlags struct {
	catalog catalogFlags
	look    siteLook
	cache   string
	noCache bool
	preview bool
}

func (f *siteFlags) add(cmd *cobra.Command) {
	f.catalog.addDirs(cmd)
	f.look.add(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.cache, "cache", "", "a folder that keeps coloured code from one build to the next (default: one in the user's folder of caches)")
	fl.BoolVar(&f.noCache, "no-cache", false, "keep nothing, and colour all code anew")
	fl.BoolVar(&f.preview, "preview", false, "ask search engines to keep out, as of a draft")
	_ = cmd.MarkFlagDirname("cache")
}

func (f *siteFlags) check() error {
	if f.noCache && f.catalog.given("cache") {
		return errors.New("give --cache or --no-cache, not both")
	}
	return nil
}

// A siteMaker makes a site again and again while its authors write it. What does not depend on what they write it makes once.
type siteMaker struct {
	flags *siteFlags
	place string // what the cache is kept for
	warn  func(error)

	live  liveCatalog
	fixed *site.Site // what stays as it is
}

func newSiteMaker(flags *siteFlags, place string, warn func(error)) *siteMaker {
	return &siteMaker{flags: flags, place: place, warn: warn, live: liveCatalog{flags: &flags.catalog}}
}

// site is the site of the catalog as it stands, with what the linter says of it.
func (m *siteMaker) site(ctx context.Context) (site.Site, error) {
	cat, rules, err := m.live.load(ctx)
	if err != nil {
		return site.Site{}, err
	}
	if m.fixed == nil {
		if m.fixed, err = m.fix(ctx, cat, rules); err != nil {
			return site.Site{}, err
		}
	}
	s := *m.fixed
	s.Catalog, s.Preview, s.Notes, s.Readings, s.Extras = cat, m.flags.preview, m.live.notes, m.live.readings, siteExtras(rules)
	err = m.flags.look.dress(&m.flags.catalog, &s)
	s.Texts = fitting(s.Texts, s.Brand.Name != "", len(cat.Paths) > 0)
	return s, err
}

// fix makes what the first catalog decides for all that follow: it costs more than a page may.
func (m *siteMaker) fix(ctx context.Context, cat *patterns.Catalog, rules *lint.Rules) (*site.Site, error) {
	s := &site.Site{Version: version, Cache: m.flags.cache}
	if s.Cache == "" && !m.flags.noCache {
		s.Cache = cacheFolder(m.place)
	}
	var g errgroup.Group
	g.Go(func() (err error) {
		s.Terminal, err = siteTerminal(ctx, rules)
		return err
	})
	g.Go(func() (err error) {
		if s.History, err = m.flags.look.history(ctx, &m.flags.catalog, cat); err != nil {
			m.warn(err)
		}
		return nil
	})
	g.Go(func() (err error) {
		lang := lint.Describe()
		s.Kinds = kindPages(lang)
		s.Texts, err = texts(lang)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return s, ctx.Err()
}

// siteExtras says which patterns check leaves out without a flag, and without which.
func siteExtras(rules *lint.Rules) map[string]string {
	out := map[string]string{}
	for _, x := range extras {
		for _, id := range rules.Needing(x.name) {
			out[id] = x.how[len("--"):]
		}
	}
	return out
}

// cacheFolder is the place's own in the user's folder of caches; "" where there is none.
func cacheFolder(place string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	if place, err = filepath.Abs(place); err != nil {
		return ""
	}
	return filepath.Join(dir, "patlint", fmt.Sprintf("site-%x", sha256.Sum256([]byte(place)))[:17])
}

// easeCollector lets garbage lie for the short time that a build takes, as long as there is little of it: 1,000 pages take 0.9 of the time. Whoever sets
// GOGC or GOMEMLIMIT has the last word.
func easeCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(340 << 20)
	}
}

func newSiteBuild() *cobra.Command {
	var flags siteFlags
	var dir string
	var cards, precompress bool
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the site into a folder",
		Long: `Build writes a page for each pattern, chapter and reading path, the glossary, a reference of what rules can name, and a home page, into a folder. The pages work without JavaScript and without a
server; open index.html. Beside each page stands the same as Markdown, but for the search, the lists by severity
and the like, and pages that have moved. The whole catalog is there as JSON and CSV; the page data/index.html lists what there is
for programs. The messages below the lines of the examples are what the linter reports for them. Severities and params are those of the pattern itself, whatever
.patlint.yaml tunes. Its key site gives the site a name, a logo, colours and an address of its own: "go doc github.com/patlint/patlint/lint/config".

When a pattern was last changed is asked of git, where its folder belongs to a repository; for the built-in patterns, where this folder does and they are the same there.
Code that was coloured once is kept for the next build, in a folder of caches that may be removed at any time.`,
		Example: "  patlint site build -o public\n  patlint site build --patterns ops/patterns --no-builtin --base-url https://docs.example.com/patterns/",
		Args:    subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(); err != nil {
				return err
			}
			easeCollector()
			m := newSiteMaker(&flags, dir, func(err error) { note(cmd.ErrOrStderr(), err.Error()) })
			s, err := m.site(cmd.Context())
			if err != nil {
				return err
			}
			s.Cards, s.Precompress = cards, precompress
			if err := site.Build(cmd.Context(), s, dir); err != nil {
				return err
			}
			note(cmd.ErrOrStderr(), fmt.Sprintf("%s in %s", plural(len(s.Catalog.Patterns), "pattern", "patterns"), filepath.Join(dir, "index.html")))
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVarP(&dir, "output", "o", "public", "the folder; it is made, or must be one that patlint made")
	cmd.Flags().BoolVar(&cards, "cards", false, "draw a picture for each pattern, which other sites show beside a link to it; takes longer")
	cmd.Flags().BoolVar(&precompress, "precompress", false, "write a .gz beside each text, for servers that send such files")
	return cmd
}
