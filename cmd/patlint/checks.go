package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

// everyTool is the word for all checks, unless others stand beside it.
const everyTool = "all"

// checksOf gives the checks of other tools that the chosen patterns name. With words, it gives those that a word means: the key or the name of a tool, or the
// ID of a check. A word that means nothing in the whole catalog is a mistake.
func checksOf(cat *patterns.Catalog, chosen []*patterns.Pattern, words []string) ([]patterns.ToolCheck, error) {
	words = slices.DeleteFunc(words, func(word string) bool { return word == everyTool })
	for _, word := range words {
		if !slices.ContainsFunc(patterns.Tools(), func(t patterns.Tool) bool { return isTool(t, word) }) && cat.FindCheck(word) == nil {
			return nil, fmt.Errorf("--checks: no pattern names a tool or a check %q%s; patlint list --checks shows all", word, didYouMean(word, withDigits(checkNames(cat), word), ""))
		}
	}
	return slices.DeleteFunc(patterns.ToolChecks(chosen), func(c patterns.ToolCheck) bool {
		return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return isTool(c.Tool, word) || c.Is(word) })
	}), nil
}

// withDigits keeps the names that have the digits of a word, for another number is another check and no slip.
func withDigits(names []string, word string) []string {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	return slices.DeleteFunc(names, func(name string) bool { return digits(name) != digits(word) })
}

// isTool tells whether a word means a tool.
func isTool(t patterns.Tool, word string) bool {
	return strings.EqualFold(t.Key, word) || strings.EqualFold(t.Name, word)
}

// checkNames are the words that list --checks takes.
func checkNames(cat *patterns.Catalog) []string {
	var names []string
	for _, t := range patterns.Tools() {
		names = append(names, t.Key)
	}
	for _, c := range patterns.ToolChecks(cat.Patterns) {
		names = append(names, c.ID)
	}
	return names
}

// completeChecks completes them.
func completeChecks(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return checkNames(cat), cobra.ShellCompDirectiveNoFileComp
}

// listChecks is list with --checks.
func listChecks(cmd *cobra.Command, format string, cat *patterns.Catalog, chosen []*patterns.Pattern, words []string) error {
	checks, err := checksOf(cat, chosen, words)
	if err != nil {
		return err
	}
	if len(checks) == 0 {
		note(cmd.ErrOrStderr(), "none of the patterns is such a check of another tool")
	}
	if format == "json" {
		return checksJSON(cmd.OutOrStdout(), checks)
	}
	return checksTable(cmd.OutOrStdout(), checks)
}

// checksTable prints checks by tool.
func checksTable(w io.Writer, checks []patterns.ToolCheck) error {
	for len(checks) > 0 {
		n := slices.IndexFunc(checks, func(c patterns.ToolCheck) bool { return c.Tool.Key != checks[0].Tool.Key })
		if n < 0 {
			n = len(checks)
		}
		fmt.Fprintln(w, strings.ToUpper(report.Clean(checks[0].Tool.Name)))
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, c := range checks[:n] {
			fmt.Fprintf(t, "  %s\t%s\n", report.Clean(c.ID), strings.Join(idsOf(c.Patterns), ", "))
		}
		if err := t.Flush(); err != nil {
			return err
		}
		checks = checks[n:]
	}
	return nil
}

func checksJSON(w io.Writer, checks []patterns.ToolCheck) error {
	type row struct {
		Tool     string   `json:"tool"` // as front matter writes it
		Name     string   `json:"name"`
		Check    string   `json:"check"`
		URL      string   `json:"url"` // "" where the tool has no page about it
		Patterns []string `json:"patterns"`
	}
	rows := []row{}
	for _, c := range checks {
		rows = append(rows, row{c.Tool.Key, c.Tool.Name, c.ID, c.Tool.URL(c.ID), idsOf(c.Patterns)})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(rows)
}

func idsOf(ps []*patterns.Pattern) []string {
	var ids []string
	for _, p := range ps {
		ids = append(ids, p.ID)
	}
	return ids
}

// findOrCheck looks a pattern up as find does, or by the ID of a check of another tool, if one pattern is that check; said tells then which one.
func findOrCheck(cat *patterns.Catalog, id string) (p *patterns.Pattern, said string, err error) {
	if p, err = find(cat, id); err == nil {
		return p, "", nil
	}
	var found []*patterns.Pattern
	for _, c := range cat.FindCheck(id) {
		found = append(found, c.Patterns...)
	}
	if len(found) == 0 || slices.ContainsFunc(found, func(q *patterns.Pattern) bool { return q != found[0] }) {
		return nil, "", err
	}
	return found[0], cat.Elsewhere(id), nil
}
