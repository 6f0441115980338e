package patterns

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Tool is another linter, service or benchmark whose checks a pattern may name under the key checks.
type Tool struct {
	Key  string // as front matter writes it
	Name string // as its makers write it

	form *regexp.Regexp // of the IDs of its checks; nil where they have none
	like string         // an ID of that form
	page string         // the address of a check's page, with %s for what the groups of form match; "" where there is none that stays
}

// tools are sorted by key.
var tools = []Tool{
	{Key: "checkov", Name: "Checkov", form: regexp.MustCompile(`^CKV2?_AWS_[1-9][0-9]*$`), like: "CKV_AWS_79"},
	{Key: "cis", Name: "CIS AWS Foundations Benchmark", form: regexp.MustCompile(`^[1-9][0-9]*\.[0-9]+\.[0-9]+/[1-9][0-9]*(\.[1-9][0-9]*)+$`), like: "5.0.0/5.7"},
	{Key: "cloudsploit", Name: "CloudSploit", form: regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`), like: "ec2MetadataOptions"},
	{
		Key: "config", Name: "AWS Config", form: regexp.MustCompile(`^([a-z0-9]+(?:-[a-z0-9]+)+)$`), like: "ec2-imdsv2-check",
		page: "https://docs.aws.amazon.com/config/latest/developerguide/%s.html",
	},
	{Key: "custodian", Name: "Cloud Custodian"},
	{
		Key: "prowler", Name: "Prowler", form: regexp.MustCompile(`^([a-z][a-z0-9]*(?:_[a-z0-9]+)+)$`), like: "ec2_instance_imdsv2_enabled",
		page: "https://hub.prowler.com/check/%s",
	},
	{
		Key: "security-hub", Name: "AWS Security Hub", form: regexp.MustCompile(`^([A-Z][A-Za-z0-9]*)\.([1-9][0-9]*)$`), like: "EC2.8",
		page: "https://docs.aws.amazon.com/securityhub/latest/userguide/%[1]s-controls.html#%[1]s-%[2]s",
	},
	{Key: "trivy", Name: "Trivy", form: regexp.MustCompile(`^AWS-[0-9]{4}$`), like: "AWS-0028"},
	{Key: "trusted-advisor", Name: "AWS Trusted Advisor", form: regexp.MustCompile(`^\S+( \S+)+$`), like: "Amazon EBS Snapshots"},
}

// Tools are those whose checks a pattern may name, sorted by key.
func Tools() []Tool { return slices.Clone(tools) }

// ToolOf is the tool with a key. One that is not known has the key for a name.
func ToolOf(key string) Tool {
	for _, t := range tools {
		if t.Key == key {
			return t
		}
	}
	return Tool{Key: key, Name: key}
}

// toolKeys are the keys of checks.
func toolKeys() (keys []string) {
	for _, t := range tools {
		keys = append(keys, t.Key)
	}
	return keys
}

// URL is the address of the page that the tool's makers have about a check; "" where they have none that stays where it is.
func (t Tool) URL(id string) string {
	if t.page == "" || !t.form.MatchString(id) {
		return ""
	}
	var parts []any
	for _, part := range t.form.FindStringSubmatch(id)[1:] {
		parts = append(parts, strings.ToLower(part))
	}
	return fmt.Sprintf(t.page, parts...)
}

// checks reads the checks of other tools.
func (r *reader) checks(n *yaml.Node) []Check {
	var out []Check
	r.mapping(n, "checks", func(key, value *yaml.Node) {
		if !slices.Contains(toolKeys(), key.Value) {
			r.errorf(key, "unknown tool %s%s", key.Value, orKnown(key.Value, toolKeys()))
			return
		}
		c := Check{Tool: key.Value}
		for _, item := range r.list(value) {
			c.IDs = append(c.IDs, r.checkID(ToolOf(key.Value), item, c.IDs))
		}
		if len(c.IDs) > 0 {
			out = append(out, c)
		}
	})
	return out
}

// checkID reads the ID of a tool's check, which stands behind others.
func (r *reader) checkID(t Tool, n *yaml.Node, before []string) string {
	id := r.str(n)
	switch {
	case id == "":
	case t.form != nil && !t.form.MatchString(id):
		r.errorf(n, "%q has not the form of a check of %s; write it as in %s", id, t.Name, t.like)
	case slices.Contains(before, id):
		r.errorf(n, "%s stands here twice; take one of them away", id)
	}
	return id
}

// A ToolCheck is a check of another tool, and the patterns that say that they are the same check.
type ToolCheck struct {
	Tool     Tool
	ID       string
	Patterns []*Pattern
}

// ToolChecks turns the checks that patterns name around. They are sorted by the tool's key and by ID, with numbers by their value; the patterns of each stand
// in the order in which they were given.
func ToolChecks(ps []*Pattern) []ToolCheck {
	type key struct{ tool, id string }
	at := map[key]int{}
	var out []ToolCheck
	for _, p := range ps {
		for _, c := range p.Checks {
			for _, id := range c.IDs {
				k := key{c.Tool, id}
				i, known := at[k]
				if !known {
					i = len(out)
					at[k] = i
					out = append(out, ToolCheck{Tool: ToolOf(c.Tool), ID: id})
				}
				out[i].Patterns = append(out[i].Patterns, p)
			}
		}
	}
	slices.SortFunc(out, func(a, b ToolCheck) int {
		return cmp.Or(cmp.Compare(a.Tool.Key, b.Tool.Key), compareNumbered(a.ID, b.ID))
	})
	return out
}

// Is tells whether the check has an ID, in any case of letters. A hyphen may stand for the dash that some names have and few keyboards.
func (c ToolCheck) Is(id string) bool {
	hyphens := func(s string) string { return strings.ReplaceAll(s, "–", "-") }
	return strings.EqualFold(hyphens(c.ID), hyphens(id))
}

// FindCheck looks for the checks of other tools that have an ID, as [ToolCheck.Is] compares them.
func (c *Catalog) FindCheck(id string) (found []ToolCheck) {
	for _, check := range ToolChecks(c.Patterns) {
		if check.Is(id) {
			found = append(found, check)
		}
	}
	return found
}

// compareNumbered compares texts, and the numbers in them by their value: EC2.9 stands before EC2.13.
func compareNumbered(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		m, restX := leading(x)
		n, restY := leading(y)
		if m != "" && n != "" {
			short, long := strings.TrimLeft(m, "0"), strings.TrimLeft(n, "0")
			if by := cmp.Or(cmp.Compare(len(short), len(long)), cmp.Compare(short, long)); by != 0 {
				return by
			}
			x, y = restX, restY
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// leading parts the digits at a text's beginning from what follows.
func leading(s string) (digits, rest string) {
	rest = strings.TrimLeft(s, "0123456789")
	return s[:len(s)-len(rest)], rest
}

// Elsewhere tells where to look instead of the ID of another tool's check: "EC2.13 of AWS Security Hub is close-admin-ports here". It is "" where no pattern
// is that check.
func (c *Catalog) Elsewhere(id string) string {
	var said []string
	for _, check := range c.FindCheck(id) {
		var ids []string
		for _, p := range check.Patterns {
			ids = append(ids, p.ID)
		}
		last := len(ids) - 1
		list := ids[last]
		if last > 0 {
			list = strings.Join(ids[:last], ", ") + " and " + list
		}
		said = append(said, fmt.Sprintf("%s of %s is %s here", check.ID, check.Tool.Name, list))
	}
	return strings.Join(said, ", ")
}
