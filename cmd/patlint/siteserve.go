package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/patlint/patlint/lint"
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
	rules    liveRules
	said     map[*patterns.Pattern]said // of the patterns of the last catalog without a mistake in a rule
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
	mistakes, err := l.rules.update(ctx, cat)
	if err = cmp.Or(err, mistakes.Err()); err != nil {
		return nil, nil, err
	}
	var errs patterns.Errors
	all, notes, readings := map[*patterns.Pattern]said{}, map[string][]site.Note{}, map[string]site.Reading{}
	for _, p := range cat.Patterns {
		s, known := l.said[p]
		if !known {
			s = l.rules.say(p)
		}
		all[p] = s
		errs = append(errs, s.errs...)
		if len(s.notes) > 0 {
			notes[p.ID] = s.notes
		}
		if s.reading != nil {
			readings[p.ID] = *s.reading
		}
	}
	l.said, l.notes, l.readings = all, notes, readings
	return cat, l.rules.rules, errs.Err()
}

// watch is what the catalog is read from and the site's logo, as far as they can change.
func (l *liveCatalog) watch() []string {
	out := l.flags.watched()
	if conf := l.flags.conf; conf != nil && conf.Site.Logo != "" {
		out = append(out, logoFile(conf))
	}
	return out
}

// liveRules are the rules of a catalog that its authors write, and what became of their examples. The zero value has none yet.
type liveRules struct {
	rules   *lint.Rules // nil before the first update
	results map[*patterns.Pattern]lint.ExampleResult
}

// update compiles the rules that have changed, and runs their examples. Rules with mistakes are left out; their mistakes are what it gives.
func (l *liveRules) update(ctx context.Context, cat *patterns.Catalog) (mistakes patterns.Errors, err error) {
	rules, err := l.compile(cat)
	if errors.As(err, &mistakes) {
		wrong := func(p *patterns.Pattern) bool {
			return slices.ContainsFunc(mistakes, func(e *patterns.Error) bool { return e.File == p.File })
		}
		rules, err = l.compile(&patterns.Catalog{Patterns: slices.DeleteFunc(slices.Clone(cat.Patterns), wrong)})
	}
	if err != nil {
		return nil, err
	}
	results := map[*patterns.Pattern]lint.ExampleResult{}
	for _, p := range cat.Patterns {
		if res, known := l.results[p]; known {
			results[p] = res
		}
	}
	for _, res := range rules.Only(func(p *patterns.Pattern) bool { _, known := results[p]; return !known }).Examples(ctx) {
		results[res.Pattern] = res
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.rules, l.results = rules, results
	return mistakes, nil
}

func (l *liveRules) compile(cat *patterns.Catalog) (*lint.Rules, error) {
	if l.rules == nil {
		return lint.Compile(cat)
	}
	return l.rules.Recompile(cat)
}

// say puts the results of a pattern's examples into the site's words.
func (l *liveRules) say(p *patterns.Pattern) said {
	res := l.results[p]
	s := said{errs: res.Errs}
	for _, n := range res.Notes {
		s.notes = append(s.notes, site.Note{Line: n.Line, Text: n.Text})
	}
	if r, ok := l.rules.Reading(p.ID); ok {
		s.reading = &site.Reading{Subject: r.Subject, When: r.When, Require: r.Require}
		if r.Waste != "" {
			s.reading.Waste = "What a finding costs a month is estimated in US dollars, by [AWS’s public prices](reference/prices.md): " + r.Waste + "."
		}
	}
	return s
}
