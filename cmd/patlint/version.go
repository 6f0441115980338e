package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and what it was built from",
		Args:  subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, changed := "", ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" && len(s.Value) >= 12 {
						from = ", commit " + s.Value[:12]
					}
					if s.Key == "vcs.modified" && s.Value == "true" {
						changed = " and changes"
					}
				}
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "patlint %s (%s, %s/%s%s%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, from, changed)
			return err
		},
	}
}
