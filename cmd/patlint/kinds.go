package main

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newKinds() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "kinds [KIND]…",
		Short: "List what rules can be about, and what they can ask of it",
		Long: `Kinds lists the kinds of resources that a rule can be about, with their relations. With the name of a kind, or of a type that a relation
leads to, it lists its fields too. The functions, the metrics, and AWS's numbers and prices that rules can use are in the JSON and Markdown forms.`,
		Example: "  patlint list kinds\n  patlint list kinds volume\n  patlint list kinds -f markdown > kinds.md",
		RunE: func(cmd *cobra.Command, names []string) error {
			lang := lint.Describe()
			for _, name := range names {
				if all := kindNames(lang); !slices.Contains(all, name) {
					return unknownKind(name, all)
				}
			}
			chosen := func(k lint.KindDoc) bool { return len(names) == 0 || slices.Contains(names, k.Name) }
			switch format {
			case "text":
				if len(names) == 0 {
					return kindsTable(cmd.OutOrStdout(), lang.Kinds, 0)
				}
				for _, k := range slices.Concat(lang.Kinds, lang.Types) {
					if chosen(k) {
						if err := kindText(cmd.OutOrStdout(), k, 0); err != nil {
							return err
						}
					}
				}
				return nil
			case "json":
				lang.Kinds = slices.DeleteFunc(lang.Kinds, func(k lint.KindDoc) bool { return !chosen(k) })
				lang.Types = slices.DeleteFunc(lang.Types, func(k lint.KindDoc) bool { return !chosen(k) })
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetIndent("", "  ")
				enc.SetEscapeHTML(false)
				return enc.Encode(lang)
			case "markdown":
				if len(names) > 0 {
					return fmt.Errorf("the markdown form is the whole reference; it takes no names")
				}
				_, err := io.WriteString(cmd.OutOrStdout(), "# "+referenceTitle+"\n\n"+reference(lang))
				return err
			}
			return fmt.Errorf("--format takes json, markdown or text, not %q", format)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return kindNames(lint.Describe()), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "json, markdown or text")
	return cmd
}

// kindNames are the names of kinds and other types.
func kindNames(lang lint.Language) []string {
	var names []string
	for _, k := range slices.Concat(lang.Kinds, lang.Types) {
		names = append(names, k.Name)
	}
	return names
}

func unknownKind(name string, names []string) error {
	if near := patterns.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no kind %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("there is no kind %q; patlint list kinds shows what there is", name)
}

// A table aligns columns and leaves no space at the ends of lines.
type table struct {
	*tabwriter.Writer
	text *strings.Builder
}

func newTable() table {
	var b strings.Builder
	return table{tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0), &b}
}

func (t table) String() string {
	t.Flush()
	return regexp.MustCompile(`(?m) +$`).ReplaceAllString(t.text.String(), "")
}

// within is the table in lines that fit into a width, by breaking the last column; 0 breaks none.
func (t table) within(width int) string {
	var b strings.Builder
	for line := range strings.Lines(t.String()) {
		b.WriteString(strings.Join(hung(strings.TrimSuffix(line, "\n"), width-1), "\n") + "\n")
	}
	return b.String()
}

// kindsTable is an overview: a line for each kind, and its relations.
func kindsTable(w io.Writer, kinds []lint.KindDoc, width int) error {
	t := newTable()
	fmt.Fprintln(t, "KIND\tID\tRELATIONS")
	for _, k := range kinds {
		var names []string
		for _, r := range k.Relations {
			names = append(names, r.Name)
		}
		lines := wrapped(strings.Join(names, " "), 76)
		fmt.Fprintf(t, "%s\t%s\t%s\n", k.Name, k.ID, lines[0])
		for _, l := range lines[1:] {
			fmt.Fprintf(t, "\t\t%s\n", l)
		}
	}
	_, err := io.WriteString(w, t.within(width))
	return err
}

// wrapped breaks a text between words; there is at least one line.
func wrapped(text string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) > width:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}

// kindText is all of one kind, its tables within a width, if there is one.
func kindText(w io.Writer, k lint.KindDoc, width int) error {
	fmt.Fprintf(w, "%s: %s\n", k.Name, k.Doc)
	if len(k.Needs) > 0 {
		read := "read with " + strings.Join(k.Needs, ", ")
		if k.Key != "" {
			read += "; in examples under " + k.Key
		}
		fmt.Fprintf(w, "  %s\n", strings.Join(wrapped(read, 118), "\n  "))
	}
	members, fields := newTable(), newTable()
	for _, m := range slices.Concat(k.Relations, k.Functions) {
		fmt.Fprintf(members, "  %s\t%s\t%s\n", call(m), m.Result, m.Doc)
	}
	for _, f := range k.Fields {
		fmt.Fprintf(fields, "  %s\t%s\n", f.Path, holds(f))
	}
	_, err := io.WriteString(w, members.within(width)+fields.within(width))
	return err
}

// holds says what a field holds: its type, and the values that it is known to have.
func holds(f lint.FieldDoc) string {
	if len(f.Values) == 0 {
		return f.Type
	}
	return f.Type + ": " + strings.Join(f.Values, ", ")
}

func call(m lint.MemberDoc) string { return m.Name + "(" + strings.Join(m.Args, ", ") + ")" }

const referenceTitle = "What rules can name"

// reference is the whole language in Markdown, without a title: one page for printing and for other tools. The site has a page for each kind.
func reference(lang lint.Language) string {
	var b strings.Builder
	b.WriteString("Rules are written in CEL over EC2's own structs. This page lists the kinds of resources that a rule can be about, what leads on from them, " +
		"and the functions, metrics, numbers and prices that rules can use. It is generated from the tables that rules are compiled with.\n\n" +
		"A relation is a call without I/O: what it needs is read before, and only for the patterns that are chosen. Where it could not be read, the relation is unknown.\n")
	member := func(m lint.MemberDoc) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", call(m), m.Result, m.Doc)
	}
	number := func(l lint.LimitDoc) {
		fmt.Fprintf(&b, "| `%s` | %s | %s | [%s](%s) |\n", l.Name, strconv.FormatFloat(l.Value, 'f', -1, 64), l.Unit, l.Checked, l.Source)
	}
	kind := func(k lint.KindDoc) {
		fmt.Fprintf(&b, "\n### %s\n\n%s.\n", k.Name, strings.ToUpper(k.Doc[:1])+k.Doc[1:])
		if len(k.Needs) > 0 {
			fmt.Fprintf(&b, "\nRead with `%s`, named by `%s`", strings.Join(k.Needs, "`, `"), k.ID)
			if k.Key != "" {
				fmt.Fprintf(&b, ", in examples under `%s`", k.Key)
			}
			b.WriteString(".\n")
		}
		if len(k.Relations)+len(k.Functions) > 0 {
			b.WriteString("\n| leads to | gives | meaning |\n|---|---|---|\n")
			for _, m := range slices.Concat(k.Relations, k.Functions) {
				member(m)
			}
		}
		if len(k.Fields) > 0 {
			b.WriteString("\n```text\n")
			t := newTable()
			for _, f := range k.Fields {
				fmt.Fprintf(t, "%s\t%s\n", f.Path, f.Type)
			}
			b.WriteString(t.String() + "```\n")
		}
	}
	b.WriteString("\n## Kinds\n")
	for _, k := range lang.Kinds {
		kind(k)
	}
	b.WriteString("\n## Other types\n\nWhat relations lead to and no rule can be about.\n")
	for _, k := range lang.Types {
		kind(k)
	}
	b.WriteString("\n## Functions\n\nBesides these there are CEL's own: its operators, macros (`all`, `exists`, `exists_one`, `filter`, `map`, `has`), strings, lists, math, sets, `cel.bind` and optional values.\n\n" +
		"| function | gives | meaning |\n|---|---|---|\n")
	for _, m := range lang.Functions {
		member(m)
	}
	b.WriteString("\n## Metrics\n\nFor `metric` and `busiestHour`, where `patlint check` runs with `--metrics`.\n\n| kind | namespace | names |\n|---|---|---|\n")
	for _, m := range lang.Metrics {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.Kind, m.Namespace, strings.Join(m.Names, ", "))
	}
	b.WriteString("\n## AWS's numbers\n\nFor `limit(\"name\")`, and for what volumes and instances know of themselves. Each was read on the day that stands beside it.\n\n" +
		"| name | value | unit | read |\n|---|---|---|---|\n")
	for _, l := range lang.Limits {
		number(l)
	}
	b.WriteString("\n## AWS's prices\n\nFor `price(\"name\")` and `monthlyCost()`: US dollars in us-east-1, and factors by region. Each was read on the day that stands beside it.\n\n" +
		"| name | value | unit | read |\n|---|---|---|---|\n")
	for _, l := range lang.Prices {
		number(l)
	}
	return b.String()
}
