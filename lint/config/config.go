// Package config reads .patlint.yaml: where a site keeps what it would otherwise write behind every command, and the findings that it lives with,
// each with a reason.
//
// # The manual of the file
//
// The file is YAML. Every key may be left out; an unknown key, a value of the wrong form, a pattern or param that does not exist are
// errors with file, line and column, and nothing is read in part. "patlint config check" says what a file means, "patlint config schema" prints
// a JSON Schema for editors. Put a text that has * or ! in front into quotes: YAML has a use of its own for them.
//
//	version: 1                      # of this format
//	regions: [us-east-1, eu-central-1]
//	profiles: [prod]
//	roles:
//	  - arn: arn:aws:iam::111122223333:role/audit/patlint
//	    external-id: shop-7
//	    session-name: patlint
//	patterns: [ops/patterns]
//	select: ['keep-*', '!keep-data-*']
//	severity: ['!info']
//	pillar: [reliability, security]
//	fail-on: high
//	grace-after: 0.1.0
//	rate: 5
//	metrics: true
//	protection: true
//	sharing: true
//	mute-tag: true
//	tune:
//	  leave-gp2-burst-behind:
//	    severity: medium
//	    params: {min_burst: 12h}
//	  prices:
//	    params: {ebs.gp3.gib_month: 0.072, region.eu-central-1: 1.12}
//	mute:
//	  - pattern: [leave-gp2-burst-behind, 'measure-*']
//	    resource: ['*-scratch', '!db-*']
//	    region: '!eu-*'
//	    tag: {Team: [search, ads]}
//	    reason: Scratch disks are empty again every night.
//	    owner: storage@example.com
//	    expires: 2027-01-31
//	site:
//	  title: Shop patterns
//	  tagline: What the shop's administrators agreed on.
//	  base-url: https://docs.example.com/patterns/
//	  logo: ops/logo.svg
//	  accent: '#8a1538'
//	  accent-dark: '#f2a0b5'
//	  source: https://git.example.com/ops/blob/main/patterns/
//	  edit: https://git.example.com/ops/edit/main/patterns/
//	  report: https://git.example.com/ops/issues/new
//	  builtin: false
//
// What of an account is read:
//
//	regions    names of regions, or the word all
//	profiles   profiles of the AWS configuration; with roles, the one whose credentials assume them
//	roles      roles to assume: arn, and where the role asks for it external-id and session-name
//	rate       at most so many calls a second in one region; 0 for no limit
//	metrics    true reads CloudWatch metrics too, which AWS charges for
//	protection true asks whether instances are protected too, which takes two calls for each
//	sharing    true asks with whom images and snapshots are shared too, which takes a call for each
//
// What is checked:
//
//	patterns   folders of patterns of your own (DIR/<chapter>/<id>.md), relative to the file
//	select     globs over pattern IDs; those with ! in front exclude
//	severity   critical, high, medium, low, info; those with ! in front exclude
//	pillar     cost, operations, performance, reliability, security; those with ! in front exclude
//	tune       other severities and params, by pattern; prices is no pattern: its params are what you pay
//	fail-on    the lowest severity that makes the exit code 1
//
// And grace-after is a version of patlint: the findings of built-in patterns that came later are reported as muted, so that a new release breaks no
// pipeline, until the file names a later one.
//
// A flag wins over the key of its name. --pattern, --severity and --pillar make one choice together: where one of them is given, select, severity and
// pillar of the file are not used. A pattern must be chosen by each of the three lists that are there.
//
// # Prices
//
// Where a rule says what a finding costs, it reckons with AWS's public prices in us-east-1 times a factor by region; "patlint list prices" shows them all. The
// params of the entry prices, below tune, stand in their place: a price has the name that it has there, in US dollars, and the factor still applies to it.
// region.eu-central-1 is a factor for that region, region.eu-central-1.ebs one for volumes and snapshots alone, region.eu-central-1.network one for
// NAT gateways, endpoints and transit gateways. A region that the list does not have gets its estimates that way.
//
// # Mutes
//
// A mute takes findings out of the count and leaves them in the report, with its reason. It needs a reason and at least one of pattern, resource,
// tag, account and region, which must all match; where nothing shall be asked of the pattern, write pattern: '*'. The first mute that matches, in the
// order of the file, is the one that the report shows. A mute that muted nothing is reported as unused,
// if something that it covers was checked.
//
//	pattern    its ID; a former ID counts
//	resource   its ID, its ARN or its name, as the report shows them, or the fingerprint of the finding
//	tag        keys, each with what its value has to match; '*' is any value. A resource without the key does not match, whatever stands there
//	account    the 12 digits of its account
//	region     its region
//	reason     why; required
//	owner      who answers for it
//	expires    the last day on which it holds, in UTC: 2027-01-31. Then the findings are back, and the report says that the mute has expired
//
// Each of the first five takes a glob or a list of them: one of the list has to match, and none of those with ! in front. A list of nothing but
// those with ! means all but these. For "this or that", write two mutes. An account or region that is not known matches nothing.
//
// In a glob * stands for any characters, / and : included, ? for one, and [a-c] or [!a-c] for one of a set or none of it. Everything else stands for
// itself; a special character does so as a set, [*]. A glob is held against the whole text, upper and lower case differ.
//
// # The tag patlint:mute
//
// Where mute-tag is true, whoever may tag a resource may mute its findings with a tag patlint:mute on it. That is off by default, because a tag is not
// reviewed. The value of the tag is made of words with blanks between them, at most 256 characters:
//
//	leave-gp2-burst-behind keep-* owner=ada until=2027-01-31 reason=moves to gp3 in January
//
// A word is a pattern's ID, a glob over IDs, one of them with ! in front, or all, for every pattern. until and owner may be left out. reason takes everything
// behind it. A tag without reason or with another mistake does not mute, and [Mutes.BrokenTags] says so.
//
// # The site
//
// What site says is for patlint site, and no other command looks at it. The severities and params of a site are those of the patterns themselves.
//
//	title        its name, in the place of patlint's; at most 60 characters
//	tagline      one sentence for the home page, at most 200 characters
//	base-url     where it will stand, for canonical links; --base-url wins over it. A site with any of these keys, or with patterns of its own, has none otherwise
//	logo         an SVG or PNG file of at most 64 KB, relative to this one, beside the title and as the icon. An SVG draws and does nothing else:
//	             no script, no event attribute, no animation, no reference to another file
//	accent       the colour of links, '#8a1538', in quotes. It must have a contrast of 4.5:1 to the page, its panels and its notes
//	accent-dark  the same in the dark theme; without one, the nearest shade of accent that can be read there, and the other way round
//	source       where the files of your own patterns can be read: an address that ends before <chapter>/<id>.md
//	edit         where they can be changed, likewise
//	report       where a mistake in them is reported
//	builtin      false leaves patlint's own patterns out of the site, as --no-builtin does; what replaces one of them answers to its IDs all the same
//
// # What not to do
//
// Do not mute what should be tuned: a mute is for a resource, tune is for a site. Do not mute everything of an account that nobody may change: leave
// it out of the regions and roles. Do not turn mute-tag on where those who tag resources are those who are checked. Do not check
// findings with a [Mutes] whose catalog is another one than theirs, and do not use one for two reports: it counts.
package config

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// Name is the file that is read where nobody names another one.
const Name = ".patlint.yaml"

// Schema is the JSON Schema of the file, for editors.
//
//go:embed patlint.schema.json
var Schema string

// A Config is what a file says. The zero value is that of an empty file.
type Config struct {
	File string // as given to Parse

	Regions    []string
	AllRegions bool // Regions is empty then
	Profiles   []string
	Roles      []Role
	FailOn     string   // one of patterns.Severities, or ""
	Rate       *float64 // calls a second, 0 for no limit; nil where the file does not say
	Metrics    bool
	Protection bool
	Sharing    bool
	MuteTag    bool
	Choice     Choice // select, severity and pillar
	Mutes      []Mute
	Prices     lint.Prices // in the place of AWS's public ones
	Site       Site

	grace   word // the version after which patterns are in grace; "" for none
	folders []word
	choice  []glob // select, with places
	tune    []tuning

	sitePlaces map[string]word // where the values of Site stand, by key
}

// A Role is one to assume.
type Role struct {
	ARN         string
	ExternalID  string
	SessionName string
}

// A Mute is an entry of the key mute. A nil condition holds for every finding.
type Mute struct {
	lint.Mute
	Pattern  Globs
	Resource Globs
	Account  Globs
	Region   Globs
	Tags     []TagGlobs // all of them must match
}

// TagGlobs are what the value of a tag must match.
type TagGlobs struct {
	Key    string
	Values Globs
}

// A word is a text of the file.
type word struct {
	text      string
	line, col int
}

// maxFile bounds a file.
const maxFile = 1 << 20

// Parse reads a file. The error is of type [patterns.Errors] and holds every mistake that the file alone shows; [Config.Apply] finds those that
// a catalog shows.
func Parse(file string, data []byte) (*Config, error) {
	if len(data) > maxFile {
		return nil, patterns.Errors{{File: file, Line: 1, Column: 1, Msg: fmt.Sprintf("the file has %d bytes; a configuration has at most %d", len(data), maxFile)}}
	}
	text, mistake := patterns.PlainText(file, data)
	if mistake != nil {
		return nil, patterns.Errors{mistake}
	}
	c := &Config{File: file}
	if empty(text) {
		return c, nil
	}
	block := patterns.Block{Role: "configuration", Lang: "yaml", Text: text, File: file, Line: 1}
	root, errs := block.YAML()
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if root.Tag == "!!null" {
		return c, nil
	}
	r := &reader{file: file}
	fields(r, root, "the configuration", keys, c)
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// empty is true where there are comments at most.
func empty(text string) bool {
	return !slices.ContainsFunc(strings.Split(text, "\n"), func(l string) bool {
		l = strings.TrimSpace(l)
		return l != "" && !strings.HasPrefix(l, "#")
	})
}
