package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
)

// plan prints what check would ask AWS for, and for which patterns. It makes no call.
func plan(to io.Writer, cat *patterns.Catalog, rules *lint.Rules, account *accountFlags) error {
	out := bufio.NewWriter(to)
	w := io.Writer(out)
	asking := map[string][]string{} // patterns by source
	for _, p := range cat.Patterns {
		for _, s := range rules.Only(func(q *patterns.Pattern) bool { return q == p }).Sources() {
			asking[s] = append(asking[s], p.ID)
		}
	}
	for _, way := range []struct {
		taken        bool
		action, what string
	}{
		{account.org, "organizations:ListAccounts", "once, for the accounts of the organization"},
		{account.org, "sts:AssumeRole", "for each of them, into role " + account.roleName},
		{len(account.assumed) > 0, "sts:AssumeRole", "into " + plural(len(account.assumed), "role", "roles")},
		{account.allRegions, "ec2:DescribeRegions", "once in each account, for the regions that are enabled"},
		{true, "sts:GetCallerIdentity", "once for each account; it takes no permission"},
	} {
		if way.taken {
			fmt.Fprintf(w, "%s, %s\n", way.action, report.Clean(way.what))
		}
	}
	fmt.Fprintf(w, "%s to read, in each region, for %s:\n", plural(len(asking), "answer", "answers"), plural(rules.Len(), "pattern", "patterns"))
	for _, s := range lint.Sources() {
		ids := asking[s.Name]
		if len(ids) == 0 {
			continue
		}
		fmt.Fprintf(w, "  %s\n", action(s.Name))
		for _, l := range wrapped(strings.Join(ids, " "), 90) {
			fmt.Fprintf(w, "      %s\n", l)
		}
	}
	for _, x := range extras {
		if x.bound.plan != "" && len(rules.Needing(x.name)) > 0 {
			fmt.Fprintf(w, x.bound.plan+"\n", *x.bound.flag(account))
		}
	}
	if text := metricsCost(rules.Metrics()); text != "" {
		fmt.Fprintln(w, text)
	}
	return out.Flush()
}

// metricsCost says what metrics cost, which the number of resources decides; "" where none is read.
func metricsCost(queries []lint.MetricQuery) string {
	each := map[string]int{}
	for _, q := range queries {
		each[q.Kind]++
	}
	var parts []string
	for _, k := range []struct{ kind, words string }{{"instance", "running instance"}, {"natGateway", "NAT gateway"}, {"volume", "volume in use"}, {"vpcEndpoint", "available VPC endpoint"}} {
		if n := each[k.kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s for each %s", plural(n, "metric", "metrics"), k.words))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("CloudWatch is asked for %s. AWS charges for GetMetricData: %s.", strings.Join(parts, " and "), metricsPrice())
}

// metricsPrice is AWS's price in words, from the table of its numbers.
func metricsPrice() string {
	price, ok := lint.Limit("metrics.price")
	if !ok {
		return "see its price list"
	}
	return fmt.Sprintf("%g %s when last looked up on %s", price.Value, price.Unit, price.Checked)
}
