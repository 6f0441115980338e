package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newExplain() *cobra.Command {
	var catalog catalogFlags
	var color string
	cmd := &cobra.Command{
		Use:     "explain PATTERN",
		Short:   "Show a pattern in the terminal",
		Example: "  patlint explain leave-gp2-burst-behind | less -R",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("explain takes one pattern; patlint list shows all")
			}
			return nil
		},
		ValidArgsFunction: completeIDs,
		RunE: func(cmd *cobra.Command, args []string) error {
			cat, err := catalog.load()
			if err != nil {
				return err
			}
			p, err := find(cat, args[0])
			if err != nil {
				return err
			}
			look, err := style(cmd.OutOrStdout(), color)
			if err != nil {
				return err
			}
			rules, err := catalog.compile(cat)
			if err != nil {
				return err
			}
			return explain(cmd.OutOrStdout(), p, rules.Only(func(q *patterns.Pattern) bool { return q == p }).Sources(), look)
		},
	}
	catalog.addDirs(cmd)
	cmd.Flags().StringVar(&color, "color", "auto", "auto, always or never; NO_COLOR is honoured")
	return cmd
}

// explain prints the page as it was written: Markdown is made to be read as it is. Headings stand out in colour.
func explain(w io.Writer, p *patterns.Pattern, sources []string, look report.Options) error {
	bold := func(s string) string {
		if !look.Color {
			return s
		}
		return "\x1b[1m" + s + "\x1b[0m"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", bold(report.Clean(p.Title)), report.Clean(p.Summary))
	fmt.Fprintf(&b, "pattern   %s (chapter %s, since %s)\nseverity  %s\npillar    %s\n", p.ID, p.Chapter, p.Since, severity(p), p.Pillar)
	if p.Rule != nil {
		fmt.Fprintf(&b, "checks    every %s\n", p.Rule.Resource.Value)
	}
	for i, s := range sources {
		label := "          "
		if i == 0 {
			label = "reads     "
		}
		fmt.Fprintf(&b, "%s%s\n", label, action(s))
	}
	for i, param := range p.Params {
		label := "          "
		if i == 0 {
			label = "params    "
		}
		fmt.Fprintf(&b, "%s%s: %s Default: %s.\n", label, param.Name, report.Clean(param.Doc), report.Clean(param.DefaultText()))
	}
	if u := p.URL(); u != "" {
		fmt.Fprintf(&b, "page      %s\n", u)
	}
	b.WriteByte('\n')
	for _, l := range strings.Split(strings.TrimSpace(p.Body), "\n") {
		l = report.Clean(l)
		if strings.HasPrefix(l, "#") {
			l = bold(l)
		}
		b.WriteString(l + "\n")
	}
	if len(p.References) > 0 {
		b.WriteString("\n" + bold("## References") + "\n\n")
		for _, r := range p.References {
			fmt.Fprintf(&b, "- %s\n  %s\n", report.Clean(r.Title), report.Clean(r.URL))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// action is the IAM permission behind a source, and how it is used where that is not plain.
func action(source string) string {
	for _, s := range lint.Sources() {
		switch {
		case s.Name != source:
		case s.Also != "":
			return s.Permission() + " (" + s.Args + "), and " + s.Service + ":" + s.Also + " to confirm it"
		case s.Each:
			return s.Permission() + " (" + s.Args + ")"
		default:
			return s.Permission()
		}
	}
	return source
}
