package patterns

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// schemas compiles the schema of the front matter and that of the rule.
func schemas(t *testing.T) (doc map[string]any, front, rule *jsonschema.Schema) {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("pattern.schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	if front, err = c.Compile("pattern.schema.json"); err != nil {
		t.Fatal(err)
	}
	if rule, err = c.Compile("pattern.schema.json#/$defs/rule"); err != nil {
		t.Fatal(err)
	}
	return parsed.(map[string]any), front, rule
}

// asJSON is what an editor's YAML reader hands to a schema.
func asJSON(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = asJSON(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		l := []any{}
		for _, c := range n.Content {
			l = append(l, asJSON(c))
		}
		return l
	}
	switch n.Tag {
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!float", "!!int":
		return json.Number(n.Value)
	case "!!null":
		return nil
	}
	return n.Value
}

// frontOf gives the front matter of a page, and whether the parser takes it.
func frontOf(src string) (root *yaml.Node, ok bool) {
	text, _, found := cutFrontMatter(src)
	if !found {
		return nil, false
	}
	block := &Block{Role: "front matter", Text: text, File: pageFile, Line: 2}
	root, errs := block.YAML()
	if root == nil || len(errs) > 0 {
		return nil, false
	}
	r := &reader{block: block}
	r.frontMatter(&Pattern{}, root)
	return root, len(r.errs) == 0
}

var ruleFence = regexp.MustCompile("(?s)```yaml rule\n(.*?)\n```")

// ruleOf is the same for its rule.
func ruleOf(src string) (root *yaml.Node, ok bool) {
	m := ruleFence.FindStringSubmatch(src)
	if m == nil {
		return nil, false
	}
	block := &Block{Role: "rule", Lang: "yaml", Text: m[1], File: pageFile, Line: 1}
	root, errs := block.YAML()
	if root == nil || len(errs) > 0 {
		return nil, false
	}
	r := &reader{block: block}
	r.rule(root)
	return root, len(r.errs) == 0
}

// TestSchemaTakesCatalog: every pattern that patlint carries is one by the schema too.
func TestSchemaTakesCatalog(t *testing.T) {
	_, front, rule := schemas(t)
	names, err := fs.Glob(files, "*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	fronts, rules := 0, 0
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if root, ok := frontOf(string(data)); ok {
			fronts++
			if err := front.Validate(asJSON(root)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if root, ok := ruleOf(string(data)); ok {
			rules++
			if err := rule.Validate(asJSON(root)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	cat, err := Load(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	ruled := 0
	for _, p := range cat.Patterns {
		if p.Rule != nil {
			ruled++
		}
	}
	if fronts != len(cat.Patterns) || rules != ruled {
		t.Errorf("%d front matters and %d rules were held against the schema, the catalog has %d and %d", fronts, rules, len(cat.Patterns), ruled)
	}
}

// TestSchemaAgrees: what the parser refuses the schema refuses, and what one takes the other takes.
func TestSchemaAgrees(t *testing.T) {
	_, front, rule := schemas(t)
	compared := 0
	check := func(t *testing.T, s *jsonschema.Schema, root *yaml.Node, ok bool) {
		t.Helper()
		if root == nil {
			return
		}
		compared++
		if err := s.Validate(asJSON(root)); (err == nil) != ok {
			t.Errorf("the parser takes it: %t; the schema says %v", ok, err)
		}
	}
	for _, tt := range badPages {
		t.Run(tt.name, func(t *testing.T) {
			src := spoil(t, tt.edits...)
			root, ok := frontOf(src)
			check(t, front, root, ok)
			root, ok = ruleOf(src)
			check(t, rule, root, ok)
		})
	}
	for i, more := range []struct {
		text string
		ok   bool
	}{
		{"aliases: [a-b, c1]\n", true}, {"aliases: a\n", false}, {"aliases: [A]\n", false}, {"related: []\n", true}, {"replaces: x\n", true}, {"replaces: [x]\n", false},
		{"checks: {prowler: [a_b, a_c], trivy: []}\n", true}, {"checks: {prowlr: [a_b]}\n", false}, {"checks: {prowler: a_b}\n", false}, {"checks: {prowler: ['']}\n", false},
		{"checks: {cis: [5.0.0/5.7], custodian: [any name], trusted-advisor: [Amazon EBS Snapshots]}\n", true}, {"checks: {cis: [5.7]}\n", false}, {"checks: {config: [Restricted_SSH]}\n", false},
		{"checks: {checkov: [CKV2_AWS_11], cloudsploit: [openSSH], config: [restricted-ssh], security-hub: [EC2.13], trivy: [AWS-0107]}\n", true},
		{"checks: {trivy: [AWS-0107, AWS-0107]}\n", false}, {"checks: {custodian: [a, a]}\n", false},
		{"references: [{title: A, url: 'https://example.org'}]\n", true}, {"references: [{title: A, url: 'http://example.org'}]\n", false},
		{"references: [{title: A}]\n", false}, {"references: [{title: A, url: 'https://example.org', by: B}]\n", false}, {"references: [{title: A, url: 'https://'}]\n", false},
		{"params: {a_b: {type: bool, default: true, doc: A.}}\n", true}, {"params: {a_b: {type: bool, default: 'true', doc: A.}}\n", false},
		{"params: {A: {type: bool, default: true, doc: A.}}\n", false}, {"params: {a: {type: bool, default: true}}\n", false}, {"params: {a: {type: bool, default: true, doc: A}}\n", false},
		{"params: {a: {type: int, default: 5, doc: A.}}\n", true}, {"params: {a: {type: int, default: 5.5, doc: A.}}\n", false}, {"params: {a: {type: double, default: 5.5, doc: A.}}\n", true},
		{"params: {a: {type: duration, default: 1h30m, doc: A.}}\n", true}, {"params: {a: {type: duration, default: 30d, doc: A.}}\n", false},
		{"params: {a: {type: list, default: [1, 2], doc: A.}}\n", true}, {"params: {a: {type: list, default: [a, 2], doc: A.}}\n", false}, {"params: {a: {type: list, default: [], doc: A.}}\n", true},
		{"params: {a: {type: string, default: '', doc: A.}}\n", true}, {"params: {a: {type: string, default: 5, doc: A.}}\n", false}, {"params: {a: {type: text, default: '', doc: A.}}\n", false},
		{"params: {a: {type: int, default: 5, doc: A., min: 1}}\n", false},
	} {
		t.Run(fmt.Sprint("more ", i), func(t *testing.T) {
			root, ok := frontOf("---\n" + smallest(t) + more.text + "---\n")
			if ok != more.ok {
				t.Fatalf("the parser takes %q: %t", more.text, ok)
			}
			check(t, front, root, ok)
		})
	}
	if compared < 80 {
		t.Errorf("only %d texts were compared", compared)
	}
}

// smallest is the front matter of the smallest page.
func smallest(t *testing.T) string {
	t.Helper()
	if _, ok := frontOf(page); !ok {
		t.Fatal("the page has a mistake")
	}
	return front
}

// TestSchemaKeys: the schema has the keys that the parser knows and none besides; each has a description for the cursor.
func TestSchemaKeys(t *testing.T) {
	doc, _, _ := schemas(t)
	defs := doc["$defs"].(map[string]any)
	known := func(front, rule string) []string {
		t.Helper()
		src := strings.Replace(page, "since: 0.1.0\n", "since: 0.1.0\n"+front, 1)
		src = strings.Replace(src, "resource: volume\n", "resource: volume\n"+rule, 1)
		_, errs := parse(pageFile, []byte(src))
		for _, e := range errs {
			if _, list, ok := strings.Cut(e.Msg, "; known are "); ok {
				return strings.Split(list, ", ")
			}
		}
		t.Fatalf("nothing is said of the unknown key in %s%s: %v", front, rule, errs)
		return nil
	}
	checks := doc["properties"].(map[string]any)["checks"].(map[string]any)
	for what, tt := range map[string]struct {
		schema any
		keys   []string
	}{
		"the front matter": {doc, known("zz: 1\n", "")},
		"checks":           {checks, known("checks: {zz: [a]}\n", "")},
		"a reference":      {defs["reference"], known("references: [{zz: 1}]\n", "")},
		"a param":          {defs["param"], known("params: {a: {zz: 1}}\n", "")},
		"the rule":         {defs["rule"], known("", "zz: 1\n")},
	} {
		var got []string
		for key, s := range tt.schema.(map[string]any)["properties"].(map[string]any) {
			got = append(got, key)
			if d, _ := s.(map[string]any)["description"].(string); d == "" {
				t.Errorf("%s: %s has no description", what, key)
			}
		}
		slices.Sort(got)
		if d := cmp.Diff(tt.keys, got); d != "" {
			t.Errorf("keys of %s (-parser +schema):\n%s", what, d)
		}
	}
	enum := func(s any) (out []string) {
		for _, v := range s.(map[string]any)["enum"].([]any) {
			out = append(out, v.(string))
		}
		return out
	}
	props := doc["properties"].(map[string]any)
	if d := cmp.Diff(Severities, enum(props["severity"])); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(Pillars, enum(props["pillar"])); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(sortedKeys(paramTypes), enum(defs["param"].(map[string]any)["properties"].(map[string]any)["type"])); d != "" {
		t.Error(d)
	}
}
