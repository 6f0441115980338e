package main

import (
	"fmt"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/spf13/cobra"
)

func newSnapshot() *cobra.Command {
	var catalog catalogFlags
	var account accountFlags
	var dir string
	var all, verbose bool
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Save what check would read, for checking later or elsewhere",
		Long: `Snapshot reads what check would read and saves it as DIR/<account>/<region>/<command>.json, in the shape in which the AWS CLI prints it.
patlint check --snapshot DIR checks it without an account.

The files hold what the account holds: names, addresses, and user data, which may have secrets in it. They are readable by you
alone. Exit codes: 0 all was read, 2 usage or configuration, 3 something could not be read; patlint.json says what.`,
		Example: "  patlint snapshot --region us-east-1 -o snapshots",
		Args:    subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, rules, err := catalog.rules()
			if err != nil {
				return err
			}
			account.adopt(catalog.conf, cmd.Flags().Changed)
			rules, _ = account.affordable(rules)
			sources := rules.Sources()
			if all {
				sources = nil
				for _, s := range lint.Sources() {
					if s.Service != "cloudwatch" || account.metrics {
						sources = append(sources, s.Name)
					}
				}
			}
			missing := 0
			err = account.read(cmd.Context(), sources, rules.Metrics(), cmd.ErrOrStderr(), verbose, sink{
				scope: func(r reading) error {
					target, err := lint.WriteSnapshot(dir, r.inv, version)
					if err != nil {
						return fmt.Errorf("save snapshot: %w", err)
					}
					fmt.Fprintln(cmd.OutOrStdout(), target)
					for _, s := range sources {
						if g, ok := r.inv.Gap(s); ok {
							missing++
							note(cmd.ErrOrStderr(), fmt.Sprintf("not read in %s: %s: %s", r.inv.Region, g.Action, g.Reason))
						}
					}
					return nil
				},
				unreachable: func(account, region, action, reason string) error {
					missing++
					note(cmd.ErrOrStderr(), fmt.Sprintf("not read: %s: %s", strings.Join(strings.Fields(account+" "+region+" "+action), " "), reason))
					return nil
				},
				skipped: func(s lint.Skip) { note(cmd.ErrOrStderr(), "left out: "+s.Account+": "+s.Reason) },
			})
			if err != nil {
				return err
			}
			if missing > 0 {
				return &codeError{exitGaps, plural(missing, "answer could", "answers could") + " not be read (exit code 3)"}
			}
			return nil
		},
	}
	account.add(cmd)
	catalog.add(cmd)
	cmd.Flags().StringVarP(&dir, "output", "o", "", "the folder to save into")
	cmd.Flags().BoolVar(&all, "all", false, "save everything that patlint can read, not only what the chosen patterns need")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print what the AWS SDK has to say")
	_ = cmd.MarkFlagRequired("output")
	return cmd
}
