package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/spf13/cobra"
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
	base    string
	cache   string
	noCache bool
}

func (f *siteFlags) add(cmd *cobra.Command) {
	f.catalog.addDirs(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.cache, "cache", "", "a folder that keeps coloured code from one build to the next (default: one in the user's folder of caches)")
	fl.BoolVar(&f.noCache, "no-cache", false, "keep nothing, and colour all code anew")
	cmd.MarkFlagsMutuallyExclusive("cache", "no-cache")
	_ = cmd.MarkFlagDirname("cache")
}

// site is the site of a catalog, with what the linter says of its examples. It keeps its cache under the name of the place that it is made for.
func (f *siteFlags) site(cat *patterns.Catalog, notes map[string][]site.Note, place string) site.Site {
	s := site.Site{Catalog: cat, BaseURL: f.base, Version: version, Notes: notes, Texts: texts(), Cache: f.cache}
	if f.cache == "" && !f.noCache {
		s.Cache = cacheFolder(place)
	}
	return s
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

func newSiteBuild() *cobra.Command {
	var flags siteFlags
	var dir string
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the site into a folder",
		Long: `Build writes a page for each pattern and each chapter, the glossary, a reference of what rules can name, and a home page, into a folder. The pages work without JavaScript and without a
server; open index.html. The messages below the examples are what the linter reports for them. Severities and params are those of the pattern itself, whatever
.patlint.yaml tunes.

Code that was coloured once is kept for the next build, in a folder of caches that may be removed at any time.`,
		Example: "  patlint site build -o public",
		Args:    subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			live := liveCatalog{flags: &flags.catalog}
			cat, notes, err := live.load(cmd.Context())
			if err != nil {
				return err
			}
			if err := site.Build(cmd.Context(), flags.site(cat, notes, dir), dir); err != nil {
				return err
			}
			note(cmd.ErrOrStderr(), fmt.Sprintf("%s in %s", plural(len(cat.Patterns), "pattern", "patterns"), filepath.Join(dir, "index.html")))
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVarP(&dir, "output", "o", "public", "the folder; it is made, or must be one that patlint made")
	cmd.Flags().StringVar(&flags.base, "base-url", patterns.SiteURL, "where the site will stand, for canonical links; empty to leave them out")
	return cmd
}

// texts are the pages that the site has besides the catalog's own.
func texts() []site.Text {
	return []site.Text{{
		Name: "reference", Bar: "Rules", Title: "What rules can name", File: "the reference of the rule language",
		Summary: "The kinds of resources that a rule can be about, and all that it can ask of them.", Body: reference(lint.Describe()),
	}}
}
