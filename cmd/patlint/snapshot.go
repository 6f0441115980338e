package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

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
			rules, omitted := account.affordable(rules)
			if err := omitted.err(); err != nil && rules.Len() == 0 && !all {
				return err
			}
			sources := rules.Sources()
			if all {
				sources = nil
				for _, s := range lint.Sources() {
					if account.reads(s) {
						sources = append(sources, s.Name)
					}
				}
			}
			keep := keeper{dir: dir, out: cmd.OutOrStdout(), stderr: cmd.ErrOrStderr(), seen: map[string]bool{}}
			err = account.read(cmd.Context(), sources, nil, rules.Metrics(), cmd.ErrOrStderr(), verbose, sink{
				scope: func(r reading) error {
					if cmd.Context().Err() != nil {
						keep.lose(r.inv.Account, r.inv.Region, "", "interrupted; what was saved before is kept")
						return nil
					}
					for _, s := range sources {
						if g, ok := r.inv.Gap(s); ok {
							keep.lose(r.inv.Account, r.inv.Region, g.Action, g.Reason)
						}
					}
					return keep.save(r.inv)
				},
				unreachable: func(account, region, action, reason string) error {
					keep.lose(account, region, action, reason)
					if cmd.Context().Err() != nil || keep.before(account, region) {
						return nil // what was saved before is better than nothing, and says how old it is
					}
					inv := &lint.Inventory{Account: account, Region: region, Time: time.Now()}
					for _, s := range lint.Sources() {
						inv.SetGap(s.Name, strings.TrimPrefix(action+": "+reason, ": "))
					}
					return keep.save(inv)
				},
				skipped: func(s lint.Skip) { note(cmd.ErrOrStderr(), "left out: "+s.Account+": "+s.Reason) },
			})
			if err != nil {
				return err
			}
			missing := keep.missing
			if missing > 0 {
				return &codeError{exitGaps, plural(missing, "thing could", "things could") + " not be read (exit code 3)"}
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

// A keeper saves what a tour brings home.
type keeper struct {
	dir         string
	out, stderr io.Writer
	missing     int
	seen        map[string]bool // accounts and regions that were saved
}

// save writes one account and region. A second one that has no other name than the first is not written over it.
func (k *keeper) save(inv *lint.Inventory) error {
	where := strings.Join(strings.Fields(inv.Account+" "+inv.Region), " ")
	if k.seen[where] {
		k.lose(inv.Account, inv.Region, "", "another account of which the ID is not known was saved there already")
		return nil
	}
	k.seen[where] = true
	target, err := lint.WriteSnapshot(k.dir, inv, version)
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	fmt.Fprintln(k.out, target)
	if inv.Account != "" && inv.Region != "" { // the place of an account that could not be reached, once it is reached
		gap := filepath.Join(k.dir, inv.Account, "unknown")
		if saved(gap) == 0 {
			_ = os.RemoveAll(gap)
		}
	}
	return nil
}

// before tells whether answers of an account, or of a region of it, were saved by an earlier run.
func (k *keeper) before(account, region string) bool {
	folder := filepath.Join(k.dir, cmp.Or(account, "unknown"))
	if region != "" {
		return saved(filepath.Join(folder, region)) > 0
	}
	regions, _ := os.ReadDir(folder)
	return slices.ContainsFunc(regions, func(r os.DirEntry) bool { return saved(filepath.Join(folder, r.Name())) > 0 })
}

// saved counts the answers in a folder.
func saved(folder string) int {
	files, _ := os.ReadDir(folder)
	return len(slices.DeleteFunc(files, func(f os.DirEntry) bool { return f.Name() == "patlint.json" }))
}

// lose says what is not in the snapshot.
func (k *keeper) lose(account, region, action, reason string) {
	k.missing++
	note(k.stderr, fmt.Sprintf("not read: %s: %s", strings.Join(strings.Fields(account+" "+region+" "+action), " "), reason))
}
