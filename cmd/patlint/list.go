package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newList() *cobra.Command {
	var catalog catalogFlags
	var format, kind string
	var tools []string
	cmd := &cobra.Command{
		Use:   "list [--checks [TOOL|CHECK]…]",
		Short: "List the patterns as a table or as JSON",
		Long: `List prints a line for each pattern: its ID, its severity, or that it is guidance without a rule, and its summary. With --resource it lists those
whose rule is about a kind of resource, such as the ones that patlint new --like may begin with.

With --checks it goes the other way: it lists the checks of other tools, such as Prowler or AWS Security Hub, each with the patterns that are the same check.
Behind it may stand tools, or IDs of checks as the tools write them.`,
		Example: "  patlint list --resource volume\n  patlint list --severity critical,high -f json\n  patlint list --checks security-hub\n  patlint list --checks EC2.13 openSSH",
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("checks") {
				return nil
			}
			return subcommand(cmd, args)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if cmd.Flags().Changed("checks") {
				return completeChecks(cmd, args, typed)
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, words []string) error {
			if kind != "" && !slices.Contains(lint.Kinds(), kind) {
				return fmt.Errorf("--resource: there is no kind %q%s; patlint list kinds shows what there is", kind, didYouMean(kind, lint.Kinds(), ""))
			}
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
				if keep(p) && (kind == "" || kind == kindOf(p)) {
					chosen = append(chosen, p)
				}
			}
			if len(chosen) == 0 && kind != "" {
				note(cmd.ErrOrStderr(), "no pattern here is about the kind "+kind)
			}
			if format != "text" && format != "json" {
				return fmt.Errorf("--format takes json or text, not %q", format)
			}
			switch {
			case cmd.Flags().Changed("checks"):
				return listChecks(cmd, format, cat, chosen, slices.Concat(tools, words))
			case format == "json":
				return listJSON(cmd.OutOrStdout(), chosen)
			}
			return listTable(cmd.OutOrStdout(), cat, chosen)
		},
	}
	catalog.add(cmd)
	cmd.Flags().StringVar(&kind, "resource", "", "only patterns whose rule is about this kind of resource; patlint list kinds shows all")
	cmd.Flags().StringArrayVar(&tools, "checks", nil, "list the checks of `TOOL`, or that one check, and the patterns that are the same")
	cmd.Flags().Lookup("checks").NoOptDefVal = everyTool
	cmd.Flags().StringVarP(&format, "format", "f", "text", "json or text")
	_ = cmd.RegisterFlagCompletionFunc("checks", completeChecks)
	_ = cmd.RegisterFlagCompletionFunc("resource", completeKinds)
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.AddCommand(newKinds(), newPrices())
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

// kindOf is the kind that a pattern's rule is about; "" for guidance only.
func kindOf(p *patterns.Pattern) string {
	if p.Rule == nil {
		return ""
	}
	return p.Rule.Resource.Value
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
		rows = append(rows, row{p.ID, p.Chapter, p.Title, p.Summary, p.Pillar, p.Severity, p.Since, kindOf(p), p.URL()})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(rows)
}
