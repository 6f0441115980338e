package patterns

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Pillars and Severities are the closed sets of two front-matter keys; severities stand from the worst down.
var (
	Pillars    = []string{"cost", "operations", "performance", "reliability", "security"}
	Severities = []string{"critical", "high", "medium", "low", "info"}
)

// paramTypes are the types of params, each with what its default has to be and the default's reader.
var paramTypes = map[string]struct {
	want string
	read func(*yaml.Node) (any, bool)
}{
	"bool":     {"true or false", func(n *yaml.Node) (any, bool) { return strings.EqualFold(n.Value, "true"), n.Tag == "!!bool" }},
	"double":   {"a number", doubleValue},
	"duration": {"a duration in h, m and s such as 720h", func(n *yaml.Node) (any, bool) { v, err := time.ParseDuration(n.Value); return v, err == nil }},
	"int":      {"a whole number", intValue},
	"list":     {"a list of texts or of whole numbers", listValue},
	"string":   {"a text; put it into quotes", func(n *yaml.Node) (any, bool) { return n.Value, n.Tag == "!!str" }},
}

// keys are the keys of the front matter, sorted, each with its reader, and what to write for those that are required. A new key is one line here and one
// field of Pattern.
var keys = map[string]struct {
	required string
	read     func(*reader, *Pattern, *yaml.Node)
}{
	"aliases":    {"", func(r *reader, p *Pattern, n *yaml.Node) { r.aliases(p, n) }},
	"checks":     {"", func(r *reader, p *Pattern, n *yaml.Node) { p.Checks = r.checks(n) }},
	"conflicts":  {"", func(r *reader, p *Pattern, n *yaml.Node) { p.Conflicts = r.refs(n) }},
	"params":     {"", func(r *reader, p *Pattern, n *yaml.Node) { p.Params = r.params(n) }},
	"pillar":     {"one of " + strings.Join(Pillars, ", "), func(r *reader, p *Pattern, n *yaml.Node) { p.Pillar = r.oneOf(n, Pillars) }},
	"references": {"", func(r *reader, p *Pattern, n *yaml.Node) { p.References = r.references(n) }},
	"related":    {"", func(r *reader, p *Pattern, n *yaml.Node) { p.Related = r.refs(n) }},
	"replaces":   {"", func(r *reader, p *Pattern, n *yaml.Node) { p.Replaces = r.ref(n) }},
	"requires":   {"", func(r *reader, p *Pattern, n *yaml.Node) { p.Requires = r.refs(n) }},
	"severity":   {"one of " + strings.Join(Severities, ", "), func(r *reader, p *Pattern, n *yaml.Node) { p.Severity = r.oneOf(n, Severities) }},
	"since":      {"the version that brings it, such as 0.1.0", func(r *reader, p *Pattern, n *yaml.Node) { p.Since = r.match(n, semver, "a version such as 0.1.0") }},
	"summary":    {"one sentence with the reason", func(r *reader, p *Pattern, n *yaml.Node) { p.Summary = r.sentence(n, 140) }},
	"title":      {"what to do, in a few words", func(r *reader, p *Pattern, n *yaml.Node) { p.Title = r.title(n) }},
}

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	semver   = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$`)
	emphasis = regexp.MustCompile(`\b_|_\b`)
)

// IsID tells whether a word has the form of a pattern's ID: lower-case words with hyphens, at most 60 characters.
func IsID(s string) bool { return idForm.MatchString(s) && len(s) <= 60 }

// reserved IDs are words that the command line or the site's addresses use, and names that no file can have on Windows.
var reserved = []string{
	"all", "assets", "aux", "chapters", "checks", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "contribute", "glossary", "index", "list",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "new", "none", "nul", "paths", "patterns", "prices", "prn", "readme", "reference", "search",
}

// reader collects the errors of one block of YAML.
type reader struct {
	block *Block
	errs  Errors
}

// errorf notes a mistake. What is still to be written has no form yet, and is no mistake of its own.
func (r *reader) errorf(n *yaml.Node, format string, args ...any) {
	if n.Kind == yaml.ScalarNode && isBlank(n.Value) {
		return
	}
	r.errs = append(r.errs, r.block.errorAt(n.Line, n.Column, fmt.Sprintf(format, args...)))
}

// mapping walks the pairs of a mapping.
func (r *reader) mapping(n *yaml.Node, what string, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.errorf(n, "%s is a mapping of keys and values; write key: value", what)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		each(n.Content[i], n.Content[i+1])
	}
}

func (r *reader) frontMatter(p *Pattern, root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		r.errorf(root, "the front matter is a mapping of keys and values: title: Attach before mount")
		return
	}
	seen := map[string]bool{}
	r.mapping(root, "the front matter", func(key, value *yaml.Node) {
		k, ok := keys[key.Value]
		if !ok {
			r.errorf(key, "unknown key %s%s", key.Value, orKnown(key.Value, sortedKeys(keys)))
			seen[Nearest(key.Value, sortedKeys(keys))] = true // misspelt, and not missing as well
			return
		}
		seen[key.Value] = true
		k.read(r, p, value)
	})
	for _, name := range sortedKeys(keys) {
		if keys[name].required != "" && !seen[name] {
			r.errorf(root, "the front matter has no %s; write %s: and %s", name, name, keys[name].required)
		}
	}
}

// rule reads a rule block.
func (r *reader) rule(root *yaml.Node) *Rule {
	rule := &Rule{}
	fields := map[string]*Text{"message": &rule.Message, "require": &rule.Require, "resource": &rule.Resource, "waste": &rule.Waste, "when": &rule.When}
	r.mapping(root, "a rule", func(key, value *yaml.Node) {
		field, ok := fields[key.Value]
		switch {
		case !ok:
			r.errorf(key, "unknown key %s in the rule%s", key.Value, orKnown(key.Value, sortedKeys(fields)))
		case value.Kind != yaml.ScalarNode || strings.TrimSpace(value.Value) == "":
			r.errorf(value, "a text is wanted for %s", key.Value)
		default:
			*field = r.block.text(value)
		}
	})
	if len(r.errs) > 0 { // a key that is unknown may be the one that is missing
		return rule
	}
	for _, k := range []struct{ name, what string }{
		{"resource", "the kind that it is about, such as volume"},
		{"require", "what has to be true of each resource"},
		{"message", "what is wrong where it is not"},
	} {
		if fields[k.name].Value == "" {
			r.errorf(root, "the rule has no %s; write %s: and %s", k.name, k.name, k.what)
		}
	}
	return rule
}

func (r *reader) str(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		r.errorf(n, "a text is wanted here")
		return ""
	}
	return n.Value
}

func (r *reader) match(n *yaml.Node, form *regexp.Regexp, want string) string {
	s := r.str(n)
	if s != "" && !form.MatchString(s) {
		r.errorf(n, "%q is not %s", s, want)
	}
	return s
}

func (r *reader) oneOf(n *yaml.Node, set []string) string {
	s := r.str(n)
	if s != "" && !slices.Contains(set, s) {
		msg := fmt.Sprintf("%q is not one of %s", s, strings.Join(set, ", "))
		if near := Nearest(s, set); near != "" {
			msg += "; did you mean " + near + "?"
		}
		r.errorf(n, "%s", msg)
	}
	return s
}

func (r *reader) plain(n *yaml.Node, limit int) string {
	s := r.str(n)
	if utf8.RuneCountInString(s) > limit {
		r.errorf(n, "%d characters are too many; write at most %d", utf8.RuneCountInString(s), limit)
	}
	if strings.ContainsAny(s, "*`<>[]\n") || strings.Contains(s, "_") && emphasis.MatchString(s) {
		r.errorf(n, "plain text is wanted here, without Markdown or line breaks; write it in words alone")
	}
	return s
}

func (r *reader) title(n *yaml.Node) string {
	s := r.plain(n, 60)
	if strings.HasSuffix(s, ".") {
		r.errorf(n, "a title has no full stop; take it away")
	}
	return s
}

func (r *reader) sentence(n *yaml.Node, limit int) string {
	s := r.plain(n, limit)
	if s != "" && !strings.HasSuffix(s, ".") {
		r.errorf(n, "a sentence ends with a full stop; write one")
	}
	return s
}

func (r *reader) list(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.errorf(n, "a list is wanted here: [one, two]")
		return nil
	}
	return n.Content
}

func (r *reader) aliases(p *Pattern, n *yaml.Node) {
	p.former = r.refs(n)
	for _, ref := range p.former {
		p.Aliases = append(p.Aliases, ref.ID)
	}
}

func (r *reader) refs(n *yaml.Node) []Ref {
	var out []Ref
	for _, item := range r.list(n) {
		if ref := r.ref(item); ref.ID != "" {
			out = append(out, ref)
		}
	}
	return out
}

func (r *reader) ref(n *yaml.Node) Ref {
	id := r.match(n, idForm, "an ID: lower-case words with hyphens")
	if !idForm.MatchString(id) {
		return Ref{}
	}
	return Ref{id, n.Line, n.Column}
}

func (r *reader) references(n *yaml.Node) []Reference {
	var out []Reference
	for _, item := range r.list(n) {
		var ref Reference
		before := len(r.errs)
		if item.Kind != yaml.MappingNode {
			r.errorf(item, `a reference has a title and a url; write {title: A title, url: "https://…"}`)
			continue
		}
		r.mapping(item, "a reference", func(key, value *yaml.Node) {
			switch key.Value {
			case "title":
				ref.Title = r.str(value)
			case "url":
				ref.URL = r.str(value)
				if u, err := url.Parse(ref.URL); ref.URL != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
					r.errorf(value, "an address that begins with https:// is wanted here")
				}
			default:
				r.errorf(key, "unknown key %s in a reference%s", key.Value, orKnown(key.Value, []string{"title", "url"}))
			}
		})
		if len(r.errs) == before && (ref.Title == "" || ref.URL == "") {
			r.errorf(item, "a reference has a title and a url")
		}
		out = append(out, ref)
	}
	return out
}

func (r *reader) params(n *yaml.Node) []Param {
	var out []Param
	r.mapping(n, "params", func(key, value *yaml.Node) {
		p := Param{Name: key.Value, Line: key.Line, Column: key.Column}
		if !nameForm.MatchString(p.Name) {
			r.errorf(key, "%q is not the name of a param: lower-case words with underscores", p.Name)
		}
		var def *yaml.Node
		before := len(r.errs)
		r.mapping(value, "a param", func(key, value *yaml.Node) {
			switch key.Value {
			case "type":
				p.Type = r.oneOf(value, sortedKeys(paramTypes))
			case "default":
				def = value
			case "doc":
				p.Doc = r.sentence(value, 200)
			default:
				r.errorf(key, "unknown key %s in a param%s", key.Value, orKnown(key.Value, []string{"default", "doc", "type"}))
			}
		})
		switch typ, known := paramTypes[p.Type]; {
		case len(r.errs) > before && (p.Type == "" || def == nil || !known): // said already
		case p.Type == "" || def == nil || p.Doc == "" && len(r.errs) == before:
			r.errorf(key, "a param has a type, a default and a doc")
		case !known: // a blank
		default:
			v, ok := typ.read(def)
			if !ok {
				r.errorf(def, "the default of %s is not %s", p.Name, typ.want)
				v = nil
			}
			p.Default = v
		}
		out = append(out, p)
	})
	return out
}

// Read reads a value that a site gives the param instead of its default; it has the default's type. The error says what is wanted.
func (p Param) Read(n *yaml.Node) (any, error) {
	v, ok := paramTypes[p.Type].read(n)
	if !ok {
		return nil, fmt.Errorf("%s is %s", p.Name, paramTypes[p.Type].want)
	}
	list, texts := v.([]string)
	switch _, numbers := p.Default.([]int64); {
	case p.Type != "list" || texts != numbers: // of the default's kind
		return v, nil
	case len(list) > 0:
		return nil, fmt.Errorf("%s is a list of whole numbers", p.Name)
	case numbers:
		return []int64{}, nil
	default:
		return nil, fmt.Errorf("%s is a list of texts; put each into quotes", p.Name)
	}
}

func intValue(n *yaml.Node) (any, bool) {
	v, err := strconv.ParseInt(n.Value, 10, 64)
	return v, err == nil && n.Tag == "!!int"
}

func doubleValue(n *yaml.Node) (any, bool) {
	v, err := strconv.ParseFloat(n.Value, 64)
	return v, err == nil && (n.Tag == "!!float" || n.Tag == "!!int")
}

// listValue reads a list of whole numbers or a list of strings.
func listValue(n *yaml.Node) (any, bool) {
	if n.Kind != yaml.SequenceNode {
		return nil, false
	}
	ints, strs := []int64{}, []string{}
	for _, item := range n.Content {
		if v, ok := intValue(item); ok {
			ints = append(ints, v.(int64))
		} else if item.Tag == "!!str" {
			strs = append(strs, item.Value)
		}
	}
	if len(ints) == len(n.Content) && len(ints) > 0 {
		return ints, true
	}
	return strs, len(strs) == len(n.Content)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
