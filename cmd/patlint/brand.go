package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/spf13/cobra"
)

// siteLook is what flags say of a site's look and address. They win over the key site of the configuration.
type siteLook struct {
	base      string
	noHistory bool
}

func (l *siteLook) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.base, "base-url", "", "where the site will stand, for canonical links; empty to leave them out (default: patlint's own address for patlint's own site, else none)")
	cmd.Flags().BoolVar(&l.noHistory, "no-history", false, "leave out when patterns were last changed, which git is asked for otherwise")
}

// siteSources are the folders of a site's catalog, which the configuration may want without the built-in patterns.
func (f *catalogFlags) siteSources() ([]patterns.Source, error) {
	if err := f.configure(); err != nil {
		return nil, err
	}
	if !f.given("no-builtin") {
		f.noBuiltin = f.conf.Site.NoBuiltin
	}
	return f.sources()
}

// dress gives a site what configuration and flags say of its look. The site has its catalog already.
func (l *siteLook) dress(f *catalogFlags, s *site.Site) (err error) {
	if s.Brand, err = brand(f.conf); err != nil {
		return err
	}
	s.BaseURL = siteURL(f.conf, s.Catalog)
	if f.given("base-url") {
		s.BaseURL = l.base
	}
	s.Schemas = siteSchemas()
	return nil
}

// history asks git for the last change of each file of a catalog. An error says why there is none for some.
func (l *siteLook) history(ctx context.Context, f *catalogFlags, cat *patterns.Catalog) (map[string]site.Change, error) {
	if l.noHistory {
		return nil, nil
	}
	own, err := f.own()
	if err != nil {
		return nil, err
	}
	changes, err := history(ctx, cat, own)
	if err != nil {
		err = fmt.Errorf("%w; the pages say nothing of their last change", err)
	}
	return changes, err
}

// siteURL is the address that the configuration gives a site. Without one, patlint's own site has patlint's address, and a site with a name or patterns of
// its own has none: a canonical link tells search engines that the true page stands elsewhere.
func siteURL(c *config.Config, cat *patterns.Catalog) string {
	own := slices.ContainsFunc(cat.Patterns, func(p *patterns.Pattern) bool { return !p.Builtin })
	switch {
	case c.Site.BaseURL != "":
		return c.Site.BaseURL
	case own, c.Site != (config.Site{}):
		return ""
	}
	return patterns.SiteURL
}

// brandKeys are the keys of the configuration that hold a field of a brand.
var brandKeys = map[string]string{"Accent": "accent", "Dark": "accent-dark", "Edit": "edit", "Logo": "logo", "Report": "report", "Source": "source"}

// brand is the look that a configuration gives the site.
func brand(c *config.Config) (site.Brand, error) {
	b := site.Brand{
		Name: c.Site.Title, Tagline: c.Site.Tagline, Accent: c.Site.Accent, Dark: c.Site.AccentDark,
		Source: c.Site.Source, Edit: c.Site.Edit, Report: c.Site.Report,
	}
	var errs patterns.Errors
	if c.Site.Logo != "" {
		var err error
		if b.Logo, err = readLogo(c); err != nil {
			errs = append(errs, c.SiteMistake("logo", err.Error()))
		}
	}
	for _, e := range b.Check() {
		errs = append(errs, c.SiteMistake(brandKeys[e.Field], e.Msg))
	}
	return b, misconfigured(errs.Err())
}

// logoFile is where the logo that the configuration names is looked for.
func logoFile(c *config.Config) string {
	if filepath.IsAbs(c.Site.Logo) {
		return c.Site.Logo
	}
	return filepath.Join(filepath.Dir(c.File), c.Site.Logo)
}

// readLogo reads the file that the configuration names. What does not look like a logo is not opened.
func readLogo(c *config.Config) ([]byte, error) {
	name := logoFile(c)
	st, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no file %s; it is looked for from where this file is", name)
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular() || st.Size() == 0 || st.Size() > 1<<20:
		return nil, fmt.Errorf("%s is not a file of at most 64 KB", name)
	}
	return os.ReadFile(name)
}
