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
	var look siteLook
	var dir string
	var s site.Site
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the site into a folder",
		Long: `Build writes a page for each pattern, chapter and reading path, the glossary, a reference of what rules can name, and a home page, into a folder. The pages work without JavaScript and without a
server; open index.html. Beside each page stands the same as Markdown, and the whole catalog is there as JSON and CSV; the page data/index.html lists what there is
for programs. The messages below the examples are what the linter reports for them. Severities and params are those of the pattern itself, whatever
.patlint.yaml tunes. Its key site gives the site a name, a logo, colours and an address of its own: "go doc github.com/patlint/patlint/lint/config".

When a pattern was last changed is asked of git, where its folder belongs to a repository; for the built-in patterns, where this folder does and they are the same there.`,
		Example: "  patlint site build -o public\n  patlint site build --patterns ops/patterns --no-builtin --base-url https://docs.example.com/patterns/",
		Args:    subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cat, err := catalog.ofSite()
			if err != nil {
				return err
			}
			s.Catalog, s.Version = cat, version
			if err := look.dress(cmd, &catalog, &s); err != nil {
				return err
			}
			rules, err := lint.Compile(cat)
			if err != nil {
				return err
			}
			if s.Notes, err = siteNotes(cmd, rules); err != nil {
				return err
			}
			lang := lint.Describe()
			if s.Texts, err = texts(lang); err != nil {
				return err
			}
			if s.Terminal, err = siteTerminal(cmd.Context(), rules); err != nil {
				return err
			}
			s.Kinds, s.Readings = kindPages(lang), siteReadings(rules, cat)
			if err := site.Build(cmd.Context(), s, dir); err != nil {
				return err
			}
			note(cmd.ErrOrStderr(), fmt.Sprintf("%s in %s", plural(len(cat.Patterns), "pattern", "patterns"), filepath.Join(dir, "index.html")))
			return nil
		},
	}
	catalog.addDirs(cmd)
	cmd.Flags().StringVarP(&dir, "output", "o", "public", "the folder; it is made, or must be one that patlint made")
	cmd.Flags().BoolVar(&s.Cards, "cards", false, "draw a picture for each pattern, which other sites show beside a link to it; takes longer")
	cmd.Flags().BoolVar(&s.Precompress, "precompress", false, "write a .gz beside each text, for servers that send such files")
	cmd.Flags().BoolVar(&s.Preview, "preview", false, "ask search engines to keep out, as of a draft")
	look.add(cmd)
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
