package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/spf13/cobra"
)

func newPrices() *cobra.Command {
	var catalog catalogFlags
	var region, format string
	cmd := &cobra.Command{
		Use:   "prices",
		Short: "List the prices that findings are reckoned by",
		Long: `Prices lists AWS's public prices by which patlint estimates what a finding costs a month: in US dollars, on demand, in us-east-1, with the factors by
which other regions differ. With --region it lists them as they are there. A price of .patlint.yaml, params of the entry prices below tune, stands in the place of AWS's.`,
		Example: "  patlint list prices\n  patlint list prices --region eu-central-1 -f json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("prices takes no %q; --region chooses one", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := catalog.configure(); err != nil {
				return err
			}
			rows := catalog.conf.Prices.In(region)
			if len(rows) == 0 {
				hint := "; give it a factor in .patlint.yaml, region." + region
				if lint.CheckPrice("region."+region, 1) != nil { // else it may be a region of next year, and not a slip
					hint = cmp.Or(didYouMean(region, pricedRegions(), ""), "; a region is named as us-east-1")
				}
				return fmt.Errorf("--region: nothing is known of the prices in %q%s", region, hint)
			}
			switch format {
			case "text":
				return priceTable(cmd.OutOrStdout(), rows, region)
			case "json":
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetIndent("", "  ")
				enc.SetEscapeHTML(false)
				return enc.Encode(rows)
			}
			return fmt.Errorf("--format takes json or text, not %q", format)
		},
	}
	catalog.addFile(cmd)
	cmd.Flags().StringVar(&region, "region", "", "the prices in this region, without the factors")
	cmd.Flags().StringVarP(&format, "format", "f", "text", "json or text")
	_ = cmd.RegisterFlagCompletionFunc("region", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return pricedRegions(), cobra.ShellCompDirectiveNoFileComp
	})
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// pricedRegions are the regions that have factors.
func pricedRegions() []string {
	found := map[string]bool{}
	for _, r := range lint.Prices(nil).In("") {
		if name, ok := strings.CutPrefix(r.Name, "region."); ok {
			name, _, _ = strings.Cut(name, ".")
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func priceTable(w io.Writer, rows []lint.LimitDoc, region string) error {
	t := newTable()
	fmt.Fprintln(t, "PRICE\tVALUE\tREAD\tUNIT")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Name, strconv.FormatFloat(r.Value, 'g', 4, 64), cmp.Or(r.Checked, "your own"), r.Unit)
	}
	where := "us-east-1; prices of other regions are these times the factors"
	if region != "" {
		where = region
	}
	_, err := io.WriteString(w, t.String()+"\nAWS's public prices of "+lint.PricesDate()+" in "+where+". patlint list prices -f json has their sources.\n")
	return err
}
