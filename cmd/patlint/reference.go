package main

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

//go:embed pages/*.md
var pages embed.FS

// texts are the pages that the site has besides the catalog's own.
func texts(lang lint.Language) ([]site.Text, error) {
	var out []site.Text
	for _, t := range []struct {
		name, bar, foot, file string
		more                  string // Markdown behind the file's
	}{
		{"start", "", "Get started", "start.md", ""},
		{"reference", "Rules", "", "language.md", vocabulary(lang)},
		{"contribute", "", "Contribute", "contribute.md", houseStyle()},
	} {
		text, err := readText(t.file)
		if err != nil {
			return nil, err
		}
		text.Name, text.Bar, text.Foot, text.Body = t.name, t.bar, t.foot, text.Body+t.more
		out = append(out, text)
	}
	for _, m := range manuals() {
		out = append(out, manualMarkdown(m))
	}
	return append(out, site.Text{
		Name: "reference/numbers", Title: "AWS’s numbers", File: "AWS's numbers", Summary: "The numbers that rules work with, each with its source and the day on which it was read.",
		Body: numbers(lang.Limits, aboutLimits),
	}, site.Text{
		Name: "reference/prices", Title: "AWS’s public prices", File: "AWS's public prices", Summary: "The prices that findings are reckoned by, each with its source and the day on which it was read.",
		Body: numbers(lang.Prices, aboutPrices),
	}), nil
}

// fitting are the texts as they fit a site: one with a name of its own does not ask for changes to patlint, and one without reading paths leads to none.
func fitting(texts []site.Text, named, paths bool) (out []site.Text) {
	for _, t := range texts {
		if t.Name == "contribute" && named {
			continue
		}
		if !paths {
			t.Body = strings.ReplaceAll(t.Body, "[reading path](paths.md)", "reading path")
		}
		out = append(out, t)
	}
	return out
}

// readText reads one of our pages: a title, a paragraph that sums it up, and the rest.
func readText(name string) (site.Text, error) {
	data, err := pages.ReadFile("pages/" + name)
	if err != nil {
		return site.Text{}, err
	}
	title, body, _ := strings.Cut(string(data), "\n\n")
	summary, _, _ := strings.Cut(body, "\n\n")
	return site.Text{
		Title: strings.TrimPrefix(title, "# "), Summary: strings.Join(strings.Fields(summary), " "), Body: body,
		File: "cmd/patlint/pages/" + name, Line: 3,
	}, nil
}

// vocabulary lists what rules can name, in Markdown: kinds with links to their pages, and functions.
func vocabulary(lang lint.Language) string {
	var b strings.Builder
	list := func(kinds []lint.KindDoc) {
		b.WriteString("| name | what it is |\n|---|---|\n")
		for _, k := range kinds {
			fmt.Fprintf(&b, "| [%s](reference/%s.md) | %s |\n", k.Name, k.Name, k.Doc)
		}
	}
	b.WriteString("\n## All of the language\n\nThis page is the beginning. [The manual](manual/rules.md) has the rest, and `patlint help rules` prints it.\n")
	b.WriteString("\n## Kinds\n\nWhat a rule can be about. Each page has the fields, the relations and the permissions.\n\n")
	list(lang.Kinds)
	b.WriteString("\n## Other types\n\nWhat relations lead to, and no rule can be about.\n\n")
	list(lang.Types)
	b.WriteString("\n## Functions\n\nThose that belong to no kind. CEL's own are there, too: operators, `all`, `exists`, `exists_one`, `filter`, `map`, `has`, strings, lists, math, sets, `cel.bind` and optional values.\n\n" +
		"| function | gives | meaning |\n|---|---|---|\n")
	for _, m := range lang.Functions {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", call(m), m.Result, m.Doc)
	}
	return b.String()
}

// houseStyle leads to the manuals and lists what the house style asks of a page, in Markdown.
func houseStyle() string {
	var b strings.Builder
	b.WriteString("\n## The manuals\n\n")
	for _, m := range manuals() {
		fmt.Fprintf(&b, "- [%s](manual/%s.md). %s. `patlint help %[2]s` prints it in a terminal.\n", m.title, m.name, m.summary)
	}
	b.WriteString("\n## The house style\n\nWhat `patlint test` asks of the prose. `--no-style` leaves it out, for a catalog of your own.\n\n| name | what it asks | why |\n|---|---|---|\n")
	for _, r := range patterns.HouseStyle() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.Name, r.Asks, r.Why)
	}
	return b.String()
}

const (
	aboutLimits = "A rule says `limit(\"name\")`, and what volumes and instances know of themselves is computed from them. Each was read on the day that stands beside it, and its source is a link.\n"
	aboutPrices = "A rule says `price(\"name\")` or `monthlyCost()` where it says what a finding costs. The prices are those of us-east-1 on demand, without discounts, free tiers and taxes. " +
		"In another region a price that begins with `ebs` is multiplied by the factor of volumes and snapshots, and one that begins with `network` by that of NAT gateways, endpoints and transit gateways; the others are the same everywhere. " +
		"For a region without factors nothing is estimated. A site puts its own in their place: params of the entry `prices`, below `tune` in `.patlint.yaml`. `patlint list prices --region NAME` shows what they are in a region.\n"
)

// numbers lists limits or prices in Markdown, under the first word of their names.
func numbers(rows []lint.LimitDoc, about string) string {
	var b strings.Builder
	b.WriteString(about)
	last := ""
	for _, l := range rows {
		if group, _, _ := strings.Cut(l.Name, "."); group != last {
			last = group
			fmt.Fprintf(&b, "\n## %s\n\n| name | value | unit | read |\n|---|---:|---|---|\n", group)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | [%s](%s) |\n", l.Name, strconv.FormatFloat(l.Value, 'f', -1, 64), l.Unit, l.Checked, l.Source)
	}
	return b.String()
}

// kindPages are the pages about kinds and about the other types.
func kindPages(lang lint.Language) []site.Kind {
	commands := map[string]string{}
	for _, s := range slices.Backward(lint.Sources()) {
		commands[s.Permission()] = s.CLI() // the first of a permission stands
	}
	var out []site.Kind
	for i, k := range slices.Concat(lang.Kinds, lang.Types) {
		page := site.Kind{
			Name: k.Name, Subject: i < len(lang.Kinds), Doc: k.Doc, Reads: k.Needs, ID: k.ID, Key: k.Key, Tags: k.Tags,
			Relations: members(k.Relations), Functions: members(k.Functions),
		}
		if len(k.Needs) > 0 {
			page.Command = commands[k.Needs[0]]
		}
		for _, f := range k.Fields {
			page.Fields = append(page.Fields, site.Field{Path: f.Path, Type: f.Type})
		}
		for _, m := range lang.Metrics {
			if m.Kind == k.Name {
				page.Metrics = m.Names
			}
		}
		out = append(out, page)
	}
	return out
}

func members(docs []lint.MemberDoc) (out []site.Member) {
	for _, m := range docs {
		out = append(out, site.Member{Call: call(m), Result: strings.ReplaceAll(m.Result, "lint.", ""), Doc: m.Doc, Reads: m.Needs})
	}
	return out
}
