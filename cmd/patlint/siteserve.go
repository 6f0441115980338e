package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/spf13/cobra"
)

func newSiteServe() *cobra.Command {
	var flags siteFlags
	var addr string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the site while you write it",
		Long: `Serve shows the site on this machine and watches the folders of --patterns, what the configuration names, and the configuration itself. When a file is
saved, open pages load themselves again; mistakes stand over the last good page and are printed here, until they are mended. Only this machine can reach it.
Ctrl-C ends it.`,
		Example: "  patlint site serve --patterns mine\n  patlint site serve --patterns mine --addr 127.0.0.1:0",
		Args:    subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(); err != nil {
				return err
			}
			l, err := site.Listen(addr)
			if err != nil {
				return fmt.Errorf("--addr: %w", err)
			}
			note(cmd.ErrOrStderr(), fmt.Sprintf("http://%s/ shows the site; Ctrl-C ends it", l.Addr()))
			return flags.server(cmd.ErrOrStderr()).Serve(cmd.Context(), l)
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address on this machine; port 0 takes any that is free")
	return cmd
}

// server shows the site that the flags say, and prints mistakes to out.
func (f *siteFlags) server(out io.Writer) *site.Server {
	m := newSiteMaker(f, "serve", func(err error) { note(out, err.Error()) })
	return &site.Server{
		Load:   m.site,
		Watch:  m.live.watch,
		Report: func(err error) { reportMistakes(out, err) },
	}
}

// reportMistakes prints what is wrong with the site while it is shown; nil says that nothing is any more.
func reportMistakes(out io.Writer, err error) {
	var mistakes patterns.Errors
	var conf configError
	switch {
	case err == nil:
		note(out, "all mistakes are mended")
	case errors.As(err, &conf):
		printMistakes(out, conf.Errors)
	case errors.As(err, &mistakes):
		printMistakes(out, mistakes)
	default:
		note(out, err.Error())
	}
}

// A liveCatalog is a catalog that its authors write. The zero value but for its flags has read nothing yet; what it has read once it does not read
// again until it changes.
type liveCatalog struct {
	flags *catalogFlags

	loader   patterns.Loader
	rules    *lint.Rules                // nil until a catalog was without a mistake
	results  map[*patterns.Pattern]said // of the patterns of that catalog
	notes    map[string][]site.Note     // by ID
	readings map[string]site.Reading    // by ID
}

// said is what the linter says of a pattern.
type said struct {
	notes   []site.Note
	errs    patterns.Errors
	reading *site.Reading // nil without a rule
}

// load gives the catalog as it stands and its rules, and keeps what they say of the examples. Patterns with mistakes are not shown.
func (l *liveCatalog) load(ctx context.Context) (*patterns.Catalog, *lint.Rules, error) {
	l.flags.conf = nil // it may have changed too
	sources, err := l.flags.siteSources()
	if err != nil {
		return nil, nil, err
	}
	cat, err := l.loader.Load(sources...)
	if err != nil {
		return nil, nil, err
	}
	rules, err := l.compile(cat)
	if err != nil {
		return nil, nil, err
	}
	fresh := map[*patterns.Pattern]said{}
	for _, res := range rules.Only(func(p *patterns.Pattern) bool { _, known := l.results[p]; return !known }).Examples(ctx) {
		fresh[res.Pattern] = say(rules, res)
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	var errs patterns.Errors
	results, notes, readings := map[*patterns.Pattern]said{}, map[string][]site.Note{}, map[string]site.Reading{}
	for _, p := range cat.Patterns {
		s, known := l.results[p]
		if !known {
			s = fresh[p]
		}
		results[p] = s
		errs = append(errs, s.errs...)
		if len(s.notes) > 0 {
			notes[p.ID] = s.notes
		}
		if s.reading != nil {
			readings[p.ID] = *s.reading
		}
	}
	l.rules, l.results, l.notes, l.readings = rules, results, notes, readings
	return cat, rules, errs.Err()
}

func say(rules *lint.Rules, res lint.ExampleResult) said {
	s := said{errs: res.Errs}
	for _, n := range res.Notes {
		s.notes = append(s.notes, site.Note{Line: n.Line, Text: n.Text})
	}
	if r, ok := rules.Reading(res.Pattern.ID); ok {
		s.reading = &site.Reading{Subject: r.Subject, When: r.When, Require: r.Require}
	}
	return s
}

func (l *liveCatalog) compile(cat *patterns.Catalog) (*lint.Rules, error) {
	if l.rules == nil {
		return lint.Compile(cat)
	}
	return l.rules.Recompile(cat)
}

// watch is what the catalog is read from, as far as it can change.
func (l *liveCatalog) watch() []string {
	var out []string
	switch {
	case l.flags.noFile:
	case l.flags.file != "":
		out = append(out, l.flags.file)
	default:
		out = append(out, config.Name)
	}
	out = append(out, l.flags.dirs...)
	if l.flags.conf == nil {
		return out // it has a mistake
	}
	if l.flags.conf.Site.Logo != "" {
		out = append(out, logoFile(l.flags.conf))
	}
	sources, err := l.flags.conf.Sources()
	if err != nil {
		return out // likewise
	}
	for _, src := range sources {
		out = append(out, filepath.FromSlash(src.Name))
	}
	return out
}
