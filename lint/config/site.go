package config

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
	"go.yaml.in/yaml/v4"
)

// A Site is what the file says of the site that the catalog is rendered to. What it does not say is empty.
type Site struct {
	Title      string
	Tagline    string
	BaseURL    string
	Logo       string // a file, relative to the configuration
	Accent     string // #rgb or #rrggbb
	AccentDark string
	Source     string // addresses, https
	Edit       string
	Report     string
	NoBuiltin  bool
}

// SiteMistake is an error at the value of a key below site, for what shows only when the site is made: a logo that is none, a colour that
// cannot be read.
func (c *Config) SiteMistake(key, msg string) *patterns.Error {
	at := c.sitePlaces[key]
	return &patterns.Error{File: c.File, Line: at.line, Column: at.col, Msg: msg}
}

// siteKeys are the keys below site, sorted.
var siteKeys = []field[Site]{
	{"accent", func(r *reader, s *Site, n *yaml.Node) { s.Accent = r.colour(n) }},
	{"accent-dark", func(r *reader, s *Site, n *yaml.Node) { s.AccentDark = r.colour(n) }},
	{"base-url", func(r *reader, s *Site, n *yaml.Node) {
		s.BaseURL = r.str(n)
		if _, err := patterns.BaseURL(s.BaseURL); s.BaseURL != "" && err != nil {
			r.errorf(n, "%q is not the address where the site will stand, such as https://example.org/docs/", s.BaseURL)
		}
	}},
	{"builtin", func(r *reader, s *Site, n *yaml.Node) { s.NoBuiltin = !r.yes(n) }},
	{"edit", func(r *reader, s *Site, n *yaml.Node) { s.Edit = r.https(n) }},
	{"logo", func(r *reader, s *Site, n *yaml.Node) {
		s.Logo = r.match(n, logoFile, "the name of an SVG or PNG file: logo.svg")
	}},
	{"report", func(r *reader, s *Site, n *yaml.Node) { s.Report = r.https(n) }},
	{"source", func(r *reader, s *Site, n *yaml.Node) { s.Source = r.https(n) }},
	{"tagline", func(r *reader, s *Site, n *yaml.Node) { s.Tagline = r.line(n, 200) }},
	{"title", func(r *reader, s *Site, n *yaml.Node) { s.Title = r.line(n, 60) }},
}

var (
	hexColour = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)
	https     = regexp.MustCompile(`^https://[^\s/?#]+([/?#]\S*)?$`)
	logoFile  = regexp.MustCompile(`\.([Ss][Vv][Gg]|[Pp][Nn][Gg])$`)
	oneLine   = regexp.MustCompile(`^[^\x00-\x1f\x7f-\x9f]*$`)
)

// site reads the mapping, and remembers where its values stand.
func (r *reader) site(c *Config, n *yaml.Node) {
	fields(r, n, "the site", siteKeys, &c.Site)
	c.sitePlaces = map[string]word{}
	if n.Kind == yaml.MappingNode {
		r.pairs(n, "", func(key, value *yaml.Node) { c.sitePlaces[key.Value] = word{value.Value, value.Line, value.Column} })
	}
}

// line reads a text that stands on one line of a page.
func (r *reader) line(n *yaml.Node, limit int) string {
	s := r.match(n, oneLine, "a text on one line")
	if length := utf8.RuneCountInString(s); length > limit {
		r.errorf(n, "%d characters are too long; at most %d", length, limit)
	}
	return strings.TrimSpace(s)
}

func (r *reader) colour(n *yaml.Node) string {
	if n.Tag == "!!null" { // accent: #0b57b7 is a comment
		r.errorf(n, "a colour stands here, in quotes: '#0b57b7'")
		return ""
	}
	return r.match(n, hexColour, "a colour such as '#0b57b7' or '#05b'")
}

func (r *reader) https(n *yaml.Node) string {
	const want = "an address that begins with https://"
	s := r.match(n, https, want)
	if u, err := url.Parse(s); https.MatchString(s) && (err != nil || u.User != nil) {
		r.errorf(n, "%q is not %s", s, want)
	}
	return s
}
