package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/patterns"
	"go.yaml.in/yaml/v4"
)

// A field is a key of a mapping and its reader.
type field[T any] struct {
	name string
	read func(*reader, *T, *yaml.Node)
}

// keys are the keys of the file, sorted. A new one is a line here and in patlint.schema.json, and a field of Config.
var keys = []field[Config]{
	{"fail-on", func(r *reader, c *Config, n *yaml.Node) { c.FailOn = r.oneOf(n, patterns.Severities) }},
	{"grace-after", func(r *reader, c *Config, n *yaml.Node) {
		c.grace = word{r.match(n, release, "a version such as 0.1.0"), n.Line, n.Column}
	}},
	{"metrics", func(r *reader, c *Config, n *yaml.Node) { c.Metrics = r.yes(n) }},
	{"mute", func(r *reader, c *Config, n *yaml.Node) { c.Mutes = r.mutes(n) }},
	{"mute-tag", func(r *reader, c *Config, n *yaml.Node) { c.MuteTag = r.yes(n) }},
	{"patterns", func(r *reader, c *Config, n *yaml.Node) { c.folders = r.words(n, r.str) }},
	{"pillar", func(r *reader, c *Config, n *yaml.Node) {
		c.Choice.Pillars = texts(r.words(n, r.member(patterns.Pillars)))
	}},
	{"profiles", func(r *reader, c *Config, n *yaml.Node) { c.Profiles = texts(r.words(n, r.str)) }},
	{"protection", func(r *reader, c *Config, n *yaml.Node) { c.Protection = r.yes(n) }},
	{"rate", func(r *reader, c *Config, n *yaml.Node) { c.Rate = r.rate(n) }},
	{"regions", func(r *reader, c *Config, n *yaml.Node) { r.regions(c, n) }},
	{"roles", func(r *reader, c *Config, n *yaml.Node) { c.Roles = r.roles(n) }},
	{"select", func(r *reader, c *Config, n *yaml.Node) { r.choose(c, n) }},
	{"severity", func(r *reader, c *Config, n *yaml.Node) {
		c.Choice.Severities = texts(r.words(n, r.member(patterns.Severities)))
	}},
	{"sharing", func(r *reader, c *Config, n *yaml.Node) { c.Sharing = r.yes(n) }},
	{"site", func(r *reader, c *Config, n *yaml.Node) { r.site(c, n) }},
	{"tune", func(r *reader, c *Config, n *yaml.Node) { r.tunings(c, n) }},
	{"version", func(r *reader, _ *Config, n *yaml.Node) { r.version(n) }},
}

// roleKeys are the keys of a role, sorted.
var roleKeys = []field[Role]{
	{"arn", func(r *reader, o *Role, n *yaml.Node) {
		o.ARN = r.match(n, roleARN, "the ARN of a role: arn:aws:iam::111122223333:role/NAME")
	}},
	{"external-id", func(r *reader, o *Role, n *yaml.Node) {
		o.ExternalID = r.match(n, externalID, "an external ID: at least 2 letters, digits and +=,.@:/_-")
	}},
	{"session-name", func(r *reader, o *Role, n *yaml.Node) {
		o.SessionName = r.match(n, sessionName, "the name of a session: 2 to 64 letters, digits and +=,.@_-")
	}},
}

// tuneKeys are the keys of a pattern below tune, sorted.
var tuneKeys = []field[tuning]{
	{"params", func(r *reader, t *tuning, n *yaml.Node) { t.params = r.params(n) }},
	{"severity", func(r *reader, t *tuning, n *yaml.Node) { t.severity = r.oneOf(n, patterns.Severities) }},
}

// muteKeys are the keys of a mute, sorted.
var muteKeys = []field[Mute]{
	{"account", func(r *reader, m *Mute, n *yaml.Node) {
		m.Account = r.globs(n, accountID, "the ID of an account: 12 digits")
	}},
	{"expires", func(r *reader, m *Mute, n *yaml.Node) { m.Expires = r.day(n) }},
	{"owner", func(r *reader, m *Mute, n *yaml.Node) { m.Owner = r.str(n) }},
	{"pattern", func(r *reader, m *Mute, n *yaml.Node) {
		m.Pattern = r.globs(n, nil, "") // the catalog judges them
	}},
	{"reason", func(r *reader, m *Mute, n *yaml.Node) { m.Reason = strings.TrimSpace(r.str(n)) }},
	{"region", func(r *reader, m *Mute, n *yaml.Node) {
		m.Region = r.globs(n, regionName, "the name of a region, such as us-east-1")
	}},
	{"resource", func(r *reader, m *Mute, n *yaml.Node) { m.Resource = r.globs(n, nil, "") }},
	{"tag", func(r *reader, m *Mute, n *yaml.Node) { m.Tags = r.tags(n) }},
}

var (
	accountID   = regexp.MustCompile(`^[0-9]{12}$`)
	externalID  = regexp.MustCompile(`^[A-Za-z0-9+=,.@:/_-]{2,}$`)
	patternID   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	release     = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$`)
	regionName  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	roleARN     = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@/_-]*[A-Za-z0-9+=,.@_-]$`)
	sessionName = regexp.MustCompile(`^[A-Za-z0-9+=,.@_-]{2,64}$`)
)

// A tuning is what a file says about one pattern, before a catalog is known.
type tuning struct {
	word     // the pattern's ID
	severity string
	params   []setting
}

// A setting is a param and its value.
type setting struct {
	word
	value *yaml.Node
}

// reader collects the mistakes of a file.
type reader struct {
	file string
	errs patterns.Errors
}

func (r *reader) errorf(n *yaml.Node, format string, args ...any) {
	r.fail(word{line: n.Line, col: n.Column}, format, args...)
}

func (r *reader) fail(at word, format string, args ...any) {
	r.errs = append(r.errs, &patterns.Error{File: r.file, Line: at.line, Column: at.col, Msg: fmt.Sprintf(format, args...)})
}

// fields reads a mapping by its table.
func fields[T any](r *reader, n *yaml.Node, what string, table []field[T], into *T) {
	var names []string
	for _, f := range table {
		names = append(names, f.name)
	}
	r.pairs(n, what+" is a mapping of keys and values", func(key, value *yaml.Node) {
		if i, ok := slices.BinarySearch(names, key.Value); ok {
			table[i].read(r, into, value)
			return
		}
		r.errorf(key, "%s has no key %s%s", what, key.Value, meant(key.Value, names, "; it has "+strings.Join(names, ", ")))
	})
}

// meant ends an error about an unknown name: with the one that may be meant, or with what else helps.
func meant(name string, names []string, otherwise string) string {
	if near := patterns.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return otherwise
}

func (r *reader) str(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!str" && n.Tag != "!!null":
		r.errorf(n, "a text is wanted here; put it into quotes")
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "":
		r.errorf(n, "a text is wanted here")
	default:
		return n.Value
	}
	return ""
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
		r.errorf(n, "%s", notOneOf(s, set))
	}
	return s
}

func notOneOf(s string, set []string) string {
	return fmt.Sprintf("%q is not one of %s%s", s, strings.Join(set, ", "), meant(s, set, ""))
}

// member reads a word of a set, which may have ! in front.
func (r *reader) member(set []string) func(*yaml.Node) string {
	return func(n *yaml.Node) string {
		s := r.str(n)
		if bare := strings.TrimPrefix(s, "!"); s != "" && !slices.Contains(set, bare) {
			r.errorf(n, "%s", notOneOf(bare, set))
		}
		return s
	}
}

func (r *reader) yes(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		r.errorf(n, "true or false is wanted here")
	}
	return strings.EqualFold(n.Value, "true")
}

func (r *reader) version(n *yaml.Node) {
	switch v, err := strconv.Atoi(n.Value); {
	case n.Tag != "!!int" || err != nil:
		r.errorf(n, "the version of the format is a whole number: 1")
	case v != 1:
		r.errorf(n, "this patlint reads version 1 of the format and not %d; a newer patlint may read it", v)
	}
}

func (r *reader) rate(n *yaml.Node) *float64 {
	v, err := strconv.ParseFloat(n.Value, 64)
	if err != nil || v < 0 || n.Tag != "!!int" && n.Tag != "!!float" {
		r.errorf(n, "a number of calls a second is wanted here, or 0 for no limit")
	}
	return &v
}

func (r *reader) list(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.errorf(n, "a list is wanted here: [one, two]")
		return nil
	}
	return n.Content
}

// words reads a list of texts that are all different; there is at least one.
func (r *reader) words(n *yaml.Node, read func(*yaml.Node) string) []word {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.errorf(n, "the list is empty; leave the key out")
	}
	var out []word
	for _, item := range r.list(n) {
		s := read(item)
		if s == "" {
			continue
		}
		if i := slices.IndexFunc(out, func(w word) bool { return w.text == s }); i >= 0 {
			r.errorf(item, "%s stands in this list twice", s)
		}
		out = append(out, word{s, item.Line, item.Column})
	}
	return out
}

func texts(words []word) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.text)
	}
	return out
}

func (r *reader) regions(c *Config, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Value == "all" {
		c.AllRegions = true
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.errorf(n, "a list of regions is wanted here, [us-east-1, eu-central-1], or the word all")
		return
	}
	c.Regions = texts(r.words(n, func(n *yaml.Node) string {
		if n.Value == "all" {
			r.errorf(n, "all stands without a list: regions: all")
			return ""
		}
		return r.match(n, regionName, "the name of a region, such as us-east-1")
	}))
}

func (r *reader) roles(n *yaml.Node) []Role {
	var out []Role
	for _, item := range r.list(n) {
		var role Role
		before := len(r.errs)
		fields(r, item, "a role", roleKeys, &role)
		switch {
		case len(r.errs) > before:
		case role.ARN == "":
			r.errorf(item, "a role has an arn")
		case slices.ContainsFunc(out, func(o Role) bool { return o.ARN == role.ARN }):
			r.errorf(item, "the role %s stands here twice", role.ARN)
		}
		out = append(out, role)
	}
	return out
}

func (r *reader) choose(c *Config, n *yaml.Node) {
	for _, w := range r.words(n, r.str) {
		c.choice = append(c.choice, r.glob(w, nil, ""))
		c.Choice.Patterns = append(c.Choice.Patterns, w.text)
	}
}

func (r *reader) tunings(c *Config, n *yaml.Node) {
	r.pairs(n, "tune is a mapping of pattern IDs and what is tuned of them", func(key, value *yaml.Node) {
		if key.Value == pricesEntry {
			c.Prices = r.prices(value)
			return
		}
		t := tuning{word: word{key.Value, key.Line, key.Column}}
		before := len(r.errs)
		fields(r, value, "what is tuned of a pattern", tuneKeys, &t)
		if len(r.errs) == before && t.severity == "" && len(t.params) == 0 {
			r.errorf(value, "nothing is tuned here; give severity or params")
		}
		c.tune = append(c.tune, t)
	})
}

func (r *reader) params(n *yaml.Node) []setting {
	var out []setting
	r.pairs(n, "params is a mapping of names and values", func(key, value *yaml.Node) {
		out = append(out, setting{word{key.Value, key.Line, key.Column}, value})
	})
	return out
}

func (r *reader) pairs(n *yaml.Node, what string, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.errorf(n, "%s", what)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		each(n.Content[i], n.Content[i+1])
	}
}

func (r *reader) mutes(n *yaml.Node) []Mute {
	var out []Mute
	for _, item := range r.list(n) {
		var m Mute
		m.Source = fmt.Sprintf("%s:%d", r.file, item.Line)
		before := len(r.errs)
		fields(r, item, "a mute", muteKeys, &m)
		if len(r.errs) == before { // a key that is unknown may be the one that is missing
			if m.Reason == "" {
				r.errorf(item, "a mute has a reason; say why nobody shall mend this")
			}
			if m.Pattern == nil && m.Resource == nil && m.Account == nil && m.Region == nil && m.Tags == nil {
				r.errorf(item, "this would mute everything; give pattern, resource, tag, account or region, or say it: pattern: '*'")
			}
		}
		out = append(out, m)
	}
	return out
}

// day reads a date. YAML has times of its own, which are written alike.
func (r *reader) day(n *yaml.Node) string {
	if _, err := time.Parse(time.DateOnly, n.Value); err != nil || n.Kind != yaml.ScalarNode {
		r.errorf(n, "a day is wanted here, such as 2027-01-31")
		return ""
	}
	return n.Value
}

func (r *reader) tags(n *yaml.Node) []TagGlobs {
	var out []TagGlobs
	r.pairs(n, "tag is a mapping of keys and values: {Team: search}", func(key, value *yaml.Node) {
		out = append(out, TagGlobs{key.Value, r.globs(value, nil, "")})
	})
	if n.Kind == yaml.MappingNode && len(out) == 0 {
		r.errorf(n, "the mapping is empty; leave the key out")
	}
	return out
}

// globs reads a glob or a list of them. What has no wildcard must be of the form, unless that is nil.
func (r *reader) globs(n *yaml.Node, form *regexp.Regexp, want string) Globs {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	if len(items) == 0 {
		r.errorf(n, "the list is empty; leave the key out")
	}
	var out Globs
	for _, item := range items {
		s := item.Value
		if number := item.Tag == "!!int" || item.Tag == "!!float"; !number || form != accountID { // an account's ID reads as a number
			s = r.str(item)
		}
		if s != "" {
			out = append(out, r.glob(word{s, item.Line, item.Column}, form, want))
		}
	}
	return out
}

func (r *reader) glob(w word, form *regexp.Regexp, want string) glob {
	g, err := parseGlob(w.text)
	switch {
	case err != nil:
		r.fail(w, "%q is not a glob: %v", w.text, err)
	case form != nil && g.plain() && !form.MatchString(g.text):
		r.fail(w, "%q is not %s", g.text, want)
	}
	g.at = w
	return g
}
