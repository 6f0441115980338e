package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newList() *cobra.Command {
	var catalog catalogFlags
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the patterns as a table or as JSON",
		Args:  subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cat, err := catalog.load()
			if err != nil {
				return err
			}
			keep, err := catalog.chosen(cat)
			if err != nil {
				return err
			}
			var chosen []*patterns.Pattern
			for _, p := range cat.Patterns {
				if keep(p) {
					chosen = append(chosen, p)
				}
			}
			switch format {
			case "text":
				return listTable(cmd.OutOrStdout(), cat, chosen)
			case "json":
				return listJSON(cmd.OutOrStdout(), chosen)
			}
			return fmt.Errorf("--format takes json or text, not %q", format)
		},
	}
	catalog.add(cmd)
	cmd.Flags().StringVarP(&format, "format", "f", "text", "json or text")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.AddCommand(newKinds())
	return cmd
}

// listTable prints the patterns by chapter.
func listTable(w io.Writer, cat *patterns.Catalog, chosen []*patterns.Pattern) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, ch := range cat.Chapters {
		first := true
		for _, p := range chosen {
			if p.Chapter != ch.ID {
				continue
			}
			if first {
				fmt.Fprintln(t, strings.ToUpper(report.Clean(ch.Title)))
				first = false
			}
			fmt.Fprintf(t, "  %s\t%s\t%s\n", p.ID, severity(p), report.Clean(p.Summary))
		}
	}
	return t.Flush()
}

// severity is a pattern's severity, or that it has no rule.
func severity(p *patterns.Pattern) string {
	if p.Rule == nil {
		return "guidance"
	}
	return p.Severity
}

func listJSON(w io.Writer, chosen []*patterns.Pattern) error {
	type row struct {
		ID       string `json:"id"`
		Chapter  string `json:"chapter"`
		Title    string `json:"title"`
		Summary  string `json:"summary"`
		Pillar   string `json:"pillar"`
		Severity string `json:"severity"`
		Since    string `json:"since"`
		Resource string `json:"resource"` // "" for guidance only
		URL      string `json:"url"`
	}
	rows := []row{}
	for _, p := range chosen {
		r := row{p.ID, p.Chapter, p.Title, p.Summary, p.Pillar, p.Severity, p.Since, "", p.URL()}
		if p.Rule != nil {
			r.Resource = p.Rule.Resource.Value
		}
		rows = append(rows, r)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(rows)
}
