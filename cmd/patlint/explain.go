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
		Use:     "explain PATTERN|CHECK",
		Short:   "Show a pattern in the terminal",
		Long:    "Explain shows a pattern. It also takes the ID of a check of another tool, where one pattern is the same check; patlint list --checks shows them.",
		Example: "  patlint explain leave-gp2-burst-behind | less -R\n  patlint explain EC2.8",
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
			p, said, err := findOrCheck(cat, args[0])
			if err != nil {
				return err
			}
			if said != "" {
				note(cmd.ErrOrStderr(), said)
			}
			look, err := style(cmd.OutOrStdout(), color)
			if err != nil {
				return err
			}
			rules, err := catalog.compile(cat)
			if err != nil {
				return err
			}
			return explain(cmd.OutOrStdout(), p, rules.Only(func(q *patterns.Pattern) bool { return q == p }), look)
		},
	}
	catalog.addDirs(cmd)
	cmd.Flags().StringVar(&color, "color", "auto", "auto, always or never; NO_COLOR is honoured")
	return cmd
}

// explain prints the page as it was written: Markdown is made to be read as it is. Headings stand out in colour. Above the rule stands what it
// says in words.
func explain(w io.Writer, p *patterns.Pattern, rule *lint.Rules, look report.Options) error {
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
		reading, _ := rule.Reading(p.ID)
		fmt.Fprintf(&b, "checks    %s\n", reading.Subject)
	}
	for i, s := range rule.Sources() {
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
		if strings.Join(strings.Fields(l), " ") == "```yaml rule" {
			writeReading(&b, rule, p.ID)
		}
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

// readingWidth is that of the pages' own text, more or less.
const readingWidth = 78

// writeReading prints a rule in words, as a list of Markdown for each half of it.
func writeReading(b *strings.Builder, rule *lint.Rules, id string) {
	r, ok := rule.Reading(id)
	if !ok {
		return
	}
	list := func(head string, items []string) {
		b.WriteString(head + "\n\n")
		for _, item := range items {
			lines := wrapped(report.Clean(item), readingWidth-2)
			b.WriteString("- " + strings.Join(lines, "\n  ") + "\n")
		}
		b.WriteByte('\n')
	}
	if len(r.When) == 0 {
		list("In words: "+r.Subject+" passes if", r.Require)
	} else {
		list("In words: "+r.Subject+" is looked at if", r.When)
		list("and passes if", r.Require)
	}
	if r.Waste != "" {
		list("What a finding costs a month is estimated in US dollars, by AWS's public prices:", []string{r.Waste})
	}
}

// action is the IAM permission behind a source, and how it is used where that is not plain.
func action(source string) string {
	for _, s := range lint.Sources() {
		switch {
		case s.Name != source:
		case s.Also != "":
			return s.Permission() + " (" + s.Args + "), and " + s.Service + ":" + s.Also + " to confirm it"
		case s.Each != "":
			return s.Permission() + " (" + s.Args + ")"
		default:
			return s.Permission()
		}
	}
	return source
}
