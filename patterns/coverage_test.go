package patterns

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// TestCoverage: each check of the other tools is covered by patterns that there are and that have a rule, or there is a reason why none does.
func TestCoverage(t *testing.T) {
	data, err := os.ReadFile("coverage.yaml")
	if err != nil {
		t.Fatal(err)
	}
	cat, err := Load(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	c := readCoverage("patterns/coverage.yaml", data, cat)
	for _, e := range c.errs {
		t.Error(e)
	}
	count := map[string]int{}
	for _, group := range c.checks {
		count[group]++
	}
	want := map[string]int{
		"checks cost": 28, "checks operations": 32, "checks performance": 14, "checks reliability": 24, "checks security": 128, // 226
		"metered cost": 8, "metered operations": 2, "metered performance": 4,
		"ideas": 57,
	}
	count["ideas"] = c.ideas
	if d := cmp.Diff(want, count); d != "" {
		t.Errorf("what the file accounts for (-want +got):\n%s", d)
	}
}

// coverage is a file of checks of other tools and of what covers them.
type coverage struct {
	*reader
	cat    *Catalog
	tools  map[string]bool
	checks map[string]string // their list and category, by slug
	ideas  int
}

func readCoverage(file string, data []byte, cat *Catalog) *coverage {
	block := &Block{Text: string(data), File: file, Line: 1}
	c := &coverage{reader: &reader{block: block}, cat: cat, tools: map[string]bool{}, checks: map[string]string{}}
	root, errs := block.YAML()
	if len(errs) > 0 {
		c.errs = errs
		return c
	}
	parts := map[string]func(key, value *yaml.Node){
		"tools": c.tool, "checks": c.categoryOf("checks"), "metered": c.categoryOf("metered"), "covered": c.covered, "ideas": c.idea,
	}
	entries := map[string]*yaml.Node{}
	c.mapping(root, "the file", func(key, value *yaml.Node) {
		read, known := parts[key.Value]
		if !known {
			c.errorf(key, "unknown key %s%s", key.Value, orKnown(key.Value, sortedKeys(parts)))
			return
		}
		c.sorted(value)
		c.mapping(value, key.Value, func(name, value *yaml.Node) {
			if key.Value == "covered" {
				entries[name.Value] = name
			}
			read(name, value)
		})
	})
	for _, slug := range slices.Sorted(maps.Keys(c.checks)) {
		if entries[slug] == nil {
			c.errorf(root, "nothing says what covers %s; write %[1]s under covered", slug)
		}
	}
	return c
}

// sorted wants the keys of a mapping in order.
func (c *coverage) sorted(n *yaml.Node) {
	for i := 2; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if n.Content[i-2].Value > n.Content[i].Value {
			c.errorf(n.Content[i], "%s stands behind %s; sort them", n.Content[i].Value, n.Content[i-2].Value)
		}
	}
}

func (c *coverage) tool(key, name *yaml.Node) { c.tools[key.Value] = c.str(name) != "" }

func (c *coverage) categoryOf(list string) func(key, checks *yaml.Node) {
	return func(key, checks *yaml.Node) {
		c.oneOf(key, Pillars)
		c.sorted(checks)
		c.mapping(checks, "a category", func(slug, tools *yaml.Node) {
			c.match(slug, idForm, "lower-case words with hyphens")
			if other, twice := c.checks[slug.Value]; twice {
				c.errorf(slug, "%s stands in %s already", slug.Value, other)
			}
			c.checks[slug.Value] = list + " " + key.Value
			if len(c.list(tools)) == 0 {
				c.errorf(tools, "no tool has %s; name those that do", slug.Value)
			}
			for _, tool := range tools.Content {
				if !c.tools[tool.Value] {
					c.errorf(tool, "there is no tool %s", tool.Value)
				}
			}
		})
	}
}

func (c *coverage) idea(slug, entry *yaml.Node) {
	c.match(slug, idForm, "lower-case words with hyphens")
	c.ideas++
	c.entry(slug, entry)
}

// covered reads the entry of a check.
func (c *coverage) covered(slug, entry *yaml.Node) {
	if c.checks[slug.Value] == "" {
		c.errorf(slug, "there is no check %s%s", slug.Value, orKnown(slug.Value, sortedKeys(c.checks)))
	}
	c.entry(slug, entry)
}

// entry says what covers a check or an idea.
func (c *coverage) entry(slug, entry *yaml.Node) {
	var pattern, none bool
	c.mapping(entry, "an entry", func(key, value *yaml.Node) {
		switch key.Value {
		case "pattern":
			pattern = true
			c.patterns(value)
		case "none":
			none = true
			c.reason(value)
		case "but":
			c.reason(value)
		default:
			c.errorf(key, "unknown key %s%s", key.Value, orKnown(key.Value, []string{"but", "none", "pattern"}))
		}
	})
	if pattern == none {
		c.errorf(slug, "%s is covered by a pattern, or none covers it for a reason; write pattern or none", slug.Value)
	}
}

// patterns reads one ID or a list of them.
func (c *coverage) patterns(n *yaml.Node) {
	ids := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		ids = n.Content
	}
	if len(ids) == 0 {
		c.errorf(n, "no pattern is named; write an ID, or none: and the reason")
	}
	for _, id := range ids {
		switch p := c.cat.Pattern(c.str(id)); {
		case p == nil || p.ID != id.Value:
			c.errorf(id, "there is no pattern %s", id.Value)
		case p.Rule == nil:
			c.errorf(id, "%s is guidance only and flags nothing", id.Value)
		}
	}
}

// reason wants a sentence that says something.
func (c *coverage) reason(n *yaml.Node) {
	if s := c.str(n); s != "" && (len(strings.Fields(s)) < 6 || !strings.HasSuffix(s, ".") || s[:1] != strings.ToUpper(s[:1])) {
		c.errorf(n, "%q is no reason; write a sentence", s)
	}
}

// TestReadCoverage spoils a small file of the same form.
func TestReadCoverage(t *testing.T) {
	const good = `tools:
  CC: Cloud Custodian
  PW: Prowler
checks:
  cost:
    drop-it: [CC]
  security:
    close-it: [CC, PW]
    leave-it: [PW]
metered:
  performance:
    measure-it: [PW]
covered:
  close-it: {pattern: [has-rule, has-too], but: It leaves out what nobody has seen.}
  drop-it: {pattern: has-rule}
  leave-it: {none: The EC2 API does not tell anybody.}
  measure-it: {pattern: has-rule}
ideas:
  think-of-it: {pattern: has-rule}
`
	cat := &Catalog{Patterns: []*Pattern{{ID: "guide"}, {ID: "has-rule", Rule: &Rule{}, Aliases: []string{"had-rule"}}, {ID: "has-too", Rule: &Rule{}}}}
	for _, tt := range []struct{ name, old, new, want string }{
		{"good", "", "", ""},
		{"no entry", "  drop-it: {pattern: has-rule}\n", "", "1:1: nothing says what covers drop-it; write drop-it under covered"},
		{"neither", "{pattern: has-rule}", "{but: It leaves out what nobody has seen.}", "15:3: drop-it is covered by a pattern, or none covers it for a reason; write pattern or none"},
		{"both", "{pattern: has-rule}", "{pattern: has-rule, none: The EC2 API does not tell anybody.}", "15:3: drop-it is covered by a pattern, or none covers it for a reason; write pattern or none"},
		{"no such pattern", "{pattern: has-rule}", "{pattern: has-it}", "15:22: there is no pattern has-it"},
		{"former ID", "{pattern: has-rule}", "{pattern: had-rule}", "15:22: there is no pattern had-rule"},
		{"guidance", "{pattern: has-rule}", "{pattern: guide}", "15:22: guide is guidance only and flags nothing"},
		{"no patterns", "{pattern: has-rule}", "{pattern: []}", "15:22: no pattern is named; write an ID, or none: and the reason"},
		{"no reason", "{none: The EC2 API does not tell anybody.}", "{none: ''}", "16:20: a text is wanted here"},
		{"short reason", "The EC2 API does not tell anybody.", "Not told.", `16:20: "Not told." is no reason; write a sentence`},
		{"short but", "It leaves out what nobody has seen.", "it leaves out what nobody has seen", `14:49: "it leaves out what nobody has seen" is no reason; write a sentence`},
		{"unknown slug", "drop-it: {", "drop-is: {", "15:3: there is no check drop-is; did you mean drop-it?"},
		{"double entry", "covered:\n", "covered:\n  drop-it: {pattern: has-rule}\n", "16:3: the key drop-it stands here twice; take one of them away"},
		{"double check", "    leave-it: [PW]\n", "    drop-it: [PW]\n    leave-it: [PW]\n", "9:5: drop-it stands in checks cost already"},
		{"metered and not", "measure-it: [PW]", "drop-it: [PW]", "12:5: drop-it stands in checks cost already"},
		{"empty idea", "think-of-it: {pattern: has-rule}", "think-of-it: {}", "19:3: think-of-it is covered by a pattern, or none covers it for a reason; write pattern or none"},
		{"unknown category", "cost:", "costs:", `5:3: "costs" is not one of cost, operations, performance, reliability, security; did you mean cost?`},
		{"unknown tool", "[CC]", "[XX]", "6:15: there is no tool XX"},
		{"no tool", "[CC]", "[]", "6:14: no tool has drop-it; name those that do"},
		{"unsorted", "  drop-it: {pattern: has-rule}\n  leave-it: {none: The EC2 API does not tell anybody.}", "  leave-it: {none: The EC2 API does not tell anybody.}\n  drop-it: {pattern: has-rule}", "16:3: drop-it stands behind leave-it; sort them"},
		{"unknown key", "covered:", "cover:", "13:1: unknown key cover; did you mean covered?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if strings.Count(good, tt.old) == 0 {
				t.Fatalf("the file has no %q", tt.old)
			}
			var got []string
			for _, e := range readCoverage("c.yaml", []byte(strings.Replace(good, tt.old, tt.new, 1)), cat).errs {
				got = append(got, strings.TrimPrefix(e.Error(), "c.yaml:"))
			}
			if tt.want == "" && got != nil || tt.want != "" && !slices.Contains(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
