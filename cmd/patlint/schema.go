package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

// schemas are the JSON Schemas of what people write and of what patlint writes, sorted. The site serves each as schemas/FILE.schema.json.
var schemas = []struct{ name, file, about, text string }{
	{"config", "configuration", "the configuration file", config.Schema},
	{"pattern", "pattern", "a pattern's front matter; its rule is $defs/rule", patterns.Schema},
	{"report", "report", "the report that check -f json writes", report.Schema},
	{"test", "test", "what test -f json writes", report.TestSchemaText},
	{"try", "try", "what try -f json writes, an object for each expression", trySchema},
}

func newSchema() *cobra.Command {
	var names, lines []string
	for _, s := range schemas {
		names = append(names, s.name)
		lines = append(lines, fmt.Sprintf("  %-8s %s", s.name, s.about))
	}
	return &cobra.Command{
		Use:       "schema NAME",
		Short:     "Print a JSON Schema, for editors and scripts",
		Long:      "Schema prints the JSON Schema (draft 2020-12) of one of:\n\n" + strings.Join(lines, "\n"),
		Example:   "  patlint schema pattern > pattern.schema.json",
		ValidArgs: names,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("schema takes one of %s", strings.Join(names, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, s := range schemas {
				if s.name == args[0] {
					_, err := io.WriteString(cmd.OutOrStdout(), s.text)
					return err
				}
			}
			return fmt.Errorf("there is no schema %q%s", args[0], didYouMean(args[0], names, "")+"; there are "+strings.Join(names, ", "))
		},
	}
}

// siteSchemas are the schemas of a site, by the names of their files.
func siteSchemas() map[string][]byte {
	out := map[string][]byte{}
	for _, s := range schemas {
		out[s.file] = []byte(s.text)
	}
	return out
}
