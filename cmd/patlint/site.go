package main

import (
	"errors"
	"fmt"
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
			return errors.New("site takes a command: patlint site build -o public")
		},
	}
	cmd.AddCommand(newSiteBuild())
	return cmd
}

func newSiteBuild() *cobra.Command {
	var catalog catalogFlags
	var dir, base string
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the site into a folder",
		Long: `Build writes a page for each pattern and each chapter, the glossary, a reference of what rules can name, and a home page, into a folder. The pages work without JavaScript and without a
server; open index.html. The messages below the examples are what the linter reports for them. Severities and params are those of the pattern itself, whatever
.patlint.yaml tunes.`,
		Example: "  patlint site build -o public",
		Args:    subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cat, err := catalog.written()
			if err != nil {
				return err
			}
			rules, err := lint.Compile(cat)
			if err != nil {
				return err
			}
			notes, err := siteNotes(cmd, rules)
			if err != nil {
				return err
			}
			if err := site.Build(cmd.Context(), site.Site{Catalog: cat, BaseURL: base, Version: version, Notes: notes, Readings: siteReadings(rules, cat), Texts: texts()}, dir); err != nil {
				return err
			}
			note(cmd.ErrOrStderr(), fmt.Sprintf("%s in %s", plural(len(cat.Patterns), "pattern", "patterns"), filepath.Join(dir, "index.html")))
			return nil
		},
	}
	catalog.addDirs(cmd)
	cmd.Flags().StringVarP(&dir, "output", "o", "public", "the folder; it is made, or must be one that patlint made")
	cmd.Flags().StringVar(&base, "base-url", patterns.SiteURL, "where the site will stand, for canonical links; empty to leave them out")
	return cmd
}

// siteNotes runs the examples, for what the linter says of their lines. A site of patterns with mistakes is not built.
func siteNotes(cmd *cobra.Command, rules *lint.Rules) (map[string][]site.Note, error) {
	notes := map[string][]site.Note{}
	var errs patterns.Errors
	for _, res := range rules.Examples(cmd.Context()) {
		errs = append(errs, res.Errs...)
		for _, n := range res.Notes {
			notes[res.Pattern.ID] = append(notes[res.Pattern.ID], site.Note{Line: n.Line, Text: n.Text})
		}
	}
	return notes, errs.Err()
}

// siteReadings are the rules in words.
func siteReadings(rules *lint.Rules, cat *patterns.Catalog) map[string]site.Reading {
	readings := map[string]site.Reading{}
	for _, p := range cat.Patterns {
		if r, ok := rules.Reading(p.ID); ok {
			readings[p.ID] = site.Reading{Subject: r.Subject, When: r.When, Require: r.Require}
		}
	}
	return readings
}

// texts are the pages that the site has besides the catalog's own.
func texts() []site.Text {
	return []site.Text{{
		Name: "reference", Bar: "Rules", Title: "What rules can name", File: "the reference of the rule language",
		Summary: "The kinds of resources that a rule can be about, and all that it can ask of them.", Body: reference(lint.Describe()),
	}}
}
