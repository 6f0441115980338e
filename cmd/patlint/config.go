package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newConfig() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check the configuration file",
		Args:  subcommand,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("config takes a command: patlint config check, or patlint config schema")
		},
	}
	cmd.AddCommand(newConfigCheck(), newConfigSchema())
	return cmd
}

func newConfigCheck() *cobra.Command {
	var expired bool
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Say what a configuration means, and what is wrong with it",
		Long: `Check reads .patlint.yaml in this folder, or FILE, together with the catalog and the patterns of your own that it names, and says what it means. It makes
no call. The manual of the file is "go doc github.com/patlint/patlint/lint/config".

Exit codes: 0 all is well, 1 a mute has expired (with --expired), 2 the file has a mistake.`,
		Example: "  patlint config check\n  patlint config check --expired",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var catalog catalogFlags
			var err error
			file := config.Name
			if len(args) > 0 {
				file = args[0]
			}
			if catalog.conf, err = readConfig(file); err != nil {
				return err
			}
			before, err := catalog.written()
			if err != nil {
				return err
			}
			cat, err := catalog.load()
			if err != nil {
				return err
			}
			if _, err := catalog.compile(cat); err != nil {
				return err
			}
			if _, err := brand(catalog.conf); err != nil {
				return err
			}
			mutes := newMuteList(catalog.conf, cat, time.Now())
			if expired {
				return mutes.printExpired(cmd.OutOrStdout())
			}
			keep, err := catalog.chosen(cat)
			if err != nil {
				return err
			}
			s := settings{newTable()}
			s.account(catalog.conf)
			s.catalog(catalog.conf, before, cat, keep)
			s.add("mutes", mutes.summary())
			s.site(catalog.conf, cat)
			_, err = io.WriteString(cmd.OutOrStdout(), s.String()+mutes.String())
			return err
		},
	}
	cmd.Flags().BoolVar(&expired, "expired", false, "list the mutes that have expired and nothing else; exit code 1 if there are any")
	return cmd
}

func newConfigSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of the configuration file, as patlint schema config does",
		Example: "  patlint config schema > .patlint.schema.json",
		Args:    subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), config.Schema)
			return err
		},
	}
}

// settings is a table of what a configuration says. What it does not say has no line.
type settings struct{ table }

func (s settings) add(name, text string) {
	if text != "" {
		fmt.Fprintf(s, "%s\t%s\n", name, report.Clean(text))
	}
}

// account says which accounts are read, and how.
func (s settings) account(c *config.Config) {
	if c.AllRegions {
		s.add("regions", "all")
	}
	s.add("regions", strings.Join(c.Regions, ", "))
	s.add("profiles", strings.Join(c.Profiles, ", "))
	for _, r := range c.Roles {
		s.add("role", r.ARN)
	}
	switch {
	case c.Rate != nil && *c.Rate == 0:
		s.add("rate", "no limit")
	case c.Rate != nil:
		s.add("rate", fmt.Sprintf("%g calls a second in one region", *c.Rate))
	}
	for _, x := range extras {
		if x.key != nil && x.key(c) {
			s.add(x.name, "patterns that "+x.many+" are chosen too")
		}
	}
	s.add("fail-on", c.FailOn)
}

// catalog says what is checked: before is the catalog as it was written.
func (s settings) catalog(c *config.Config, before, cat *patterns.Catalog, keep func(*patterns.Pattern) bool) {
	own, chosen := 0, 0
	for _, p := range cat.Patterns {
		if !p.Builtin {
			own++
		}
		if keep(p) {
			chosen++
		}
	}
	s.add("patterns", fmt.Sprintf("%d, %d of your own, %d chosen", len(cat.Patterns), own, chosen))
	for i, p := range cat.Patterns {
		s.add("tuned", tuned(before.Patterns[i], p))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Prices)) {
		s.add("price", fmt.Sprintf("%s %g", name, c.Prices[name]))
	}
	if c.MuteTag {
		s.add("mute-tag", "resources may carry mutes of their own in the tag patlint:mute")
	}
}

// site says what the site is called and where it stands.
func (s settings) site(c *config.Config, cat *patterns.Catalog) {
	if c.Site == (config.Site{}) {
		return
	}
	text := cmp.Or(c.Site.Title, "patlint")
	if at := siteURL(c, cat); at != "" {
		text += " at " + at
	}
	if c.Site.NoBuiltin {
		text += ", without the built-in patterns"
	}
	s.add("site", text)
}

// tuned says what of a pattern is another than its author wrote; "" for nothing.
func tuned(before, after *patterns.Pattern) string {
	var all []string
	if before.Severity != after.Severity {
		all = append(all, fmt.Sprintf("severity %s → %s", before.Severity, after.Severity))
	}
	for i, p := range after.Params {
		if old, now := before.Params[i].DefaultText(), p.DefaultText(); old != now {
			all = append(all, fmt.Sprintf("%s %s → %s", p.Name, old, now))
		}
	}
	if all == nil {
		return ""
	}
	return after.ID + ": " + strings.Join(all, "; ")
}

// soon is how long before its end a mute is worth a look.
const soon = 30 * 24 * time.Hour

// A muteList is the mutes of a configuration in a table, and how many of them are over.
type muteList struct {
	all, expired   table
	n, ended, ends int
}

func newMuteList(c *config.Config, cat *patterns.Catalog, now time.Time) *muteList {
	l := &muteList{all: newTable(), expired: newTable(), n: len(c.Mutes)}
	limit := now.UTC().Add(soon).Format(time.DateOnly)
	for i, use := range config.NewMutes(c, cat, now).Uses(&lint.Report{}) {
		line := fmt.Sprintf("  %s\t%s\t%s\t%s\n", report.Clean(use.Source), until(use), covered(c.Mutes[i].Pattern, cat), report.Clean(use.Reason))
		fmt.Fprint(l.all, line)
		switch {
		case use.State == "expired":
			l.ended++
			fmt.Fprint(l.expired, line)
		case use.Expires != "" && use.Expires <= limit:
			l.ends++
		}
	}
	return l
}

func until(use lint.MuteUse) string {
	switch {
	case use.State == "expired":
		return "expired " + use.Expires
	case use.Expires != "":
		return "until " + use.Expires
	default:
		return "without end"
	}
}

// covered is how many patterns a mute is about.
func covered(globs config.Globs, cat *patterns.Catalog) string {
	if globs == nil {
		return "all patterns"
	}
	n := 0
	for _, p := range cat.Patterns {
		if globs.Match(append([]string{p.ID}, p.Aliases...)...) {
			n++
		}
	}
	return fmt.Sprintf("%s (%s)", report.Clean(globs.String()), plural(n, "pattern", "patterns"))
}

func (l *muteList) summary() string {
	text := fmt.Sprint(l.n)
	if l.ended > 0 {
		text += fmt.Sprintf(", %d expired", l.ended)
	}
	if l.ends > 0 {
		text += fmt.Sprintf(", %d to expire within 30 days", l.ends)
	}
	return text
}

func (l *muteList) String() string { return l.all.String() }

func (l *muteList) printExpired(w io.Writer) error {
	if l.ended == 0 {
		return nil
	}
	if _, err := io.WriteString(w, l.expired.String()); err != nil {
		return err
	}
	return &codeError{exitFindings, plural(l.ended, "mute has expired", "mutes have expired") + " (exit code 1)"}
}
