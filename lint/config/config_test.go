package config

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

const muted = "mute:\n  - pattern: '*'\n    reason: x\n"

// goodFiles are taken, by the parser and by the schema.
var goodFiles = map[string]string{
	"empty":               "",
	"comments":            "# later\n\n  # more\n",
	"a document of none":  "---\n# later\n",
	"version":             "version: 1\n",
	"regions":             "regions: [us-east-1, us-gov-west-1]\n",
	"all regions":         "regions: all\n",
	"profiles":            "profiles: [prod, 'dev account']\n",
	"roles":               "roles: [{arn: 'arn:aws:iam::111122223333:role/a'}, {arn: 'arn:aws-us-gov:iam::111122223333:role/path/to/a+b', external-id: a:b/7, session-name: x@y}]\n",
	"no roles":            "roles: []\n",
	"patterns":            "patterns: [mine, ../ours, /etc/patlint]\n",
	"select":              "select: ['a-*', b, '!a-b', '!*', '[a-c]*']\n",
	"severities":          "severity: [critical, high, medium, low, info, '!critical', '!high', '!medium', '!low', '!info']\n",
	"pillars":             "pillar: [cost, operations, performance, reliability, security, '!cost', '!operations', '!performance', '!reliability', '!security']\n",
	"fail-on":             "fail-on: critical\n",
	"grace-after":         "grace-after: 0.1.0\n",
	"rate":                "rate: 2.5\n",
	"site":                "site: {title: Ünsere Muster, tagline: What we agreed on., base-url: 'http://docs.local:8080/a/', logo: a/b.PNG, accent: '#05B', accent-dark: '#8ab8ff', builtin: true}\n",
	"addresses":           "site: {source: 'https://example.org', edit: 'https://example.org/?path=/a/', report: 'https://example.org/new#a', base-url: 'https://example.org'}\n",
	"no rate":             "rate: 0\n",
	"metrics":             "metrics: true\n",
	"mute-tag":            "mute-tag: false\n",
	"tune":                "tune: {a: {severity: low}, b: {params: {x: 5, y: [a], z: {}}}, c: {severity: info, params: {}}}\n",
	"tune nothing":        "tune: {}\n",
	"prices":              "tune: {prices: {params: {ebs.gp3.gib_month: 0.072, address.ipv4.hour: 0, region.eu-central-1: 1.12, region.xx-new-1.ebs: 2}}, a: {severity: low}}\n",
	"no mutes":            "mute: []\n",
	"mute":                muted,
	"mute by resource":    "mute: [{resource: [vol-1, 'arn:aws:ec2:*:volume/vol-2', '!*prod*', '[a-z]?', '!!x'], reason: x, owner: ada, expires: 2027-01-31}]\n",
	"mute by tag":         "mute: [{tag: {Env: [dev, test], Team: '!search', X: '*'}, reason: x, expires: '2028-02-29'}]\n",
	"mute by account":     "mute: [{account: 111122223333, reason: x}, {account: [012345678901, '!111122223333', '1111*'], reason: y}]\n",
	"mute by region":      "mute: [{region: [us-east-1, '!eu-*'], reason: x}]\n",
	"mute on many lines":  "mute:\n  - pattern: [a-b, 'c-*']\n    reason: >\n      One\n      two\n",
	"JSON":                `{"version": 1, "regions": ["us-east-1"], "mute": [{"pattern": "*", "reason": "x"}]}`,
	"lines from Windows":  "version: 1\r\nregions: all\r\n",
	"a mark in the front": "\ufeffversion: 1\n",
}

// badFiles are refused with these very words. The schema refuses them too, but for those that it cannot know.
var badFiles = []struct {
	name, file string
	want       []string
	beyond     bool // the schema's reach
}{
	{"unknown key", "region: [us-east-1]\n", []string{"1:1: the configuration has no key region; did you mean regions?"}, false},
	{"key with an underscore", "fail_on: high\n", []string{"1:1: the configuration has no key fail_on; did you mean fail-on?"}, false},
	{"key that is like none", "org: true\n", []string{"1:1: the configuration has no key org; it has fail-on, grace-after, metrics, mute, mute-tag, patterns, pillar, profiles, protection, rate, regions, roles, select, severity, sharing, site, tune, version"}, false},
	{"a list", "- version\n", []string{"1:1: the configuration is a mapping of keys and values"}, false},
	{"a word", "all\n", []string{"1:1: the configuration is a mapping of keys and values"}, false},
	{"key twice", "metrics: true\nmetrics: false\n", []string{"2:1: the key metrics stands here twice; take one of them away"}, true},
	{"anchor", "regions: &r [us-east-1]\n", []string{"1:10: & and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes"}, true},
	{"glob without quotes", "select: [*]\n", []string{"1:11: & and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes"}, true},
	{"! without quotes", "select: [!a]\n", []string{"1:10: a value that begins with ! is a YAML tag, which is not allowed; put the whole value into single quotes"}, true},
	{"tab", "tune:\n\ta: {}\n", []string{"2:1: this line is indented with a tab; write spaces"}, true},
	{"two documents", "version: 1\n---\nversion: 1\n", []string{"2:1: a second YAML document begins here; take the line of hyphens away"}, true},
	{"control character", "fail-on: hi\x00gh\n", []string{"1:12: the control character U+0000 is not allowed; the file is plain text"}, true},
	{"not UTF-8", "# caf\xe9\nversion: 1\n", []string{"1:6: this is not UTF-8 text"}, true},
	{"too long", strings.Repeat("#", maxFile+1), []string{"1:1: the file has 1048577 bytes; a configuration has at most 1048576"}, true},
	{"version 2", "version: 2\n", []string{"1:10: this patlint reads version 1 of the format and not 2; a newer patlint may read it"}, false},
	{"version of the program", "version: 0.1.0\n", []string{"1:10: the version of the format is a whole number: 1"}, false},
	{"version in quotes", "version: '1'\n", []string{"1:10: the version of the format is a whole number: 1"}, false},
	{"regions without a value", "regions:\n", []string{"1:9: a list of regions is wanted here, [us-east-1, eu-central-1], or the word all"}, false},
	{"one region", "regions: us-east-1\n", []string{"1:10: a list of regions is wanted here, [us-east-1, eu-central-1], or the word all"}, false},
	{"all in a list", "regions: [all]\n", []string{"1:11: all stands without a list: regions: all"}, false},
	{"no region", "regions: [us_east_1, US-EAST-1]\n", []string{"1:11: \"us_east_1\" is not the name of a region, such as us-east-1", "1:22: \"US-EAST-1\" is not the name of a region, such as us-east-1"}, false},
	{"region twice", "regions: [us-east-1, us-east-1]\n", []string{"1:22: us-east-1 stands in this list twice"}, false},
	{"empty list", "regions: []\nprofiles: []\n", []string{"1:10: the list is empty; leave the key out", "2:11: the list is empty; leave the key out"}, false},
	{"profile that is a number", "profiles: [5]\n", []string{"1:12: a text is wanted here; put it into quotes"}, false},
	{"profile of nothing", "profiles: ['', ~]\n", []string{"1:12: a text is wanted here", "1:16: a text is wanted here"}, false},
	{"profiles that are a text", "profiles: prod\n", []string{"1:11: a list is wanted here: [one, two]"}, false},
	{"roles that are a mapping", "roles: {arn: x}\n", []string{"1:8: a list is wanted here: [one, two]"}, false},
	{"role that is a text", "roles: ['arn:aws:iam::111122223333:role/a']\n", []string{"1:9: a role is a mapping of keys and values"}, false},
	{"role without an arn", "roles:\n  - external-id: abc\n", []string{"2:5: a role has an arn"}, false},
	{"role that is a user", "roles: [{arn: 'arn:aws:iam::111122223333:user/a'}]\n", []string{"1:15: \"arn:aws:iam::111122223333:user/a\" is not the ARN of a role: arn:aws:iam::111122223333:role/NAME"}, false},
	{"role of a short account", "roles: [{arn: 'arn:aws:iam::1111:role/a'}]\n", []string{"1:15: \"arn:aws:iam::1111:role/a\" is not the ARN of a role: arn:aws:iam::111122223333:role/NAME"}, false},
	{"role twice", "roles: [{arn: 'arn:aws:iam::111122223333:role/a'}, {arn: 'arn:aws:iam::111122223333:role/a', session-name: xy}]\n", []string{"1:52: the role arn:aws:iam::111122223333:role/a stands here twice"}, true},
	{"role with an unknown key", "roles: [{arn: 'arn:aws:iam::111122223333:role/a', external_id: abc}]\n", []string{"1:51: a role has no key external_id; did you mean external-id?"}, false},
	{"bad session name", "roles: [{arn: 'arn:aws:iam::111122223333:role/a', session-name: a b, external-id: '*'}]\n", []string{
		"1:65: \"a b\" is not the name of a session: 2 to 64 letters, digits and +=,.@_-", "1:83: \"*\" is not an external ID: at least 2 letters, digits and +=,.@:/_-"}, false},
	{"bad glob in select", "select: ['a-[', '[b-a]*', '!']\n", []string{
		"1:10: \"a-[\" is not a glob: a [ has no ]; write [[] for the character itself", "1:17: \"[b-a]*\" is not a glob: a range in [] goes upwards, as in [a-z]",
		"1:27: \"!\" is not a glob: nothing stands in it"}, false},
	{"mistyped severity", "severity: ['!hihg']\nfail-on: warning\n", []string{
		"1:12: \"hihg\" is not one of critical, high, medium, low, info; did you mean high?", "2:10: \"warning\" is not one of critical, high, medium, low, info"}, false},
	{"severity that is a text", "severity: high\n", []string{"1:11: a list is wanted here: [one, two]"}, false},
	{"mistyped pillar", "pillar: [costs]\n", []string{"1:10: \"costs\" is not one of cost, operations, performance, reliability, security; did you mean cost?"}, false},
	{"bad rates", "rate: fast\n", []string{"1:7: a number of calls a second is wanted here, or 0 for no limit"}, false},
	{"negative rate", "rate: -1\n", []string{"1:7: a number of calls a second is wanted here, or 0 for no limit"}, false},
	{"rate in quotes", "rate: '5'\n", []string{"1:7: a number of calls a second is wanted here, or 0 for no limit"}, false},
	{"yes", "metrics: yes\nmute-tag: 'true'\n", []string{"1:10: true or false is wanted here", "2:11: true or false is wanted here"}, false},
	{"site that is a text", "site: x\n", []string{"1:7: the site is a mapping of keys and values"}, false},
	{"site with a mistyped key", "site:\n  acent: '#05b'\n", []string{"2:3: the site has no key acent; did you mean accent?"}, false},
	{"site with texts that are none", "site: {title: '', tagline: [a], logo: 5}\n", []string{"1:15: a text is wanted here", "1:28: a text is wanted here", "1:39: a text is wanted here; put it into quotes"}, false},
	{"site with a title of two lines", "site: {title: \"a\\nb\"}\n", []string{"1:15: \"a\\nb\" is not a text on one line"}, false},
	{"site with a long title", "site: {title: " + strings.Repeat("é", 61) + "}\n", []string{"1:15: 61 characters are too long; at most 60"}, false},
	{"site with colours that are none", "site:\n  accent: blue\n  accent-dark: '#1234'\n", []string{"2:11: \"blue\" is not a colour such as '#0b57b7' or '#05b'", "3:16: \"#1234\" is not a colour such as '#0b57b7' or '#05b'"}, false},
	{"site with a colour that is a comment", "site:\n  accent: #05b\n", []string{"2:10: a colour stands here, in quotes: '#0b57b7'"}, false},
	{"site with addresses that are none", "site: {source: 'http://a.b/', edit: 'javascript:x', report: 'https://', base-url: 'ftp://a.b/'}\n", []string{
		"1:16: \"http://a.b/\" is not an address that begins with https://", "1:37: \"javascript:x\" is not an address that begins with https://",
		"1:61: \"https://\" is not an address that begins with https://", "1:83: \"ftp://a.b/\" is not the address where the site will stand, such as https://example.org/docs/"}, false},
	{"site with a query in its address", "site: {base-url: 'https://a.b/?x'}\n", []string{"1:18: \"https://a.b/?x\" is not the address where the site will stand, such as https://example.org/docs/"}, false},
	{"site with a user in its address", "site: {base-url: 'https://a:b@c.d/'}\n", []string{"1:18: \"https://a:b@c.d/\" is not the address where the site will stand, such as https://example.org/docs/"}, false},
	{"site with a quote in its address", "site: {base-url: 'https://a.b/\"c'}\n", []string{"1:18: \"https://a.b/\\\"c\" is not the address where the site will stand, such as https://example.org/docs/"}, false},
	{"site with a backslash in its address", "site: {base-url: 'https://a.b\\c'}\n", []string{"1:18: \"https://a.b\\\\c\" is not the address where the site will stand, such as https://example.org/docs/"}, false},
	{"site with a password", "site: {report: 'https://a:b@c.d/'}\n", []string{"1:16: \"https://a:b@c.d/\" is not an address that begins with https://"}, false},
	{"site with an address that is broken", "site: {report: 'https://a.b/%zz'}\n", []string{"1:16: \"https://a.b/%zz\" is not an address that begins with https://"}, true},
	{"site with a logo of another kind", "site: {logo: a.jpg}\n", []string{"1:14: \"a.jpg\" is not the name of an SVG or PNG file: logo.svg"}, false},
	{"site without builtin", "site: {builtin: no}\n", []string{"1:17: true or false is wanted here"}, false},
	{"tune that is a list", "tune: [a]\n", []string{"1:7: tune is a mapping of pattern IDs and what is tuned of them"}, false},
	{"tune of nothing", "tune: {a: {}}\n", []string{"1:11: nothing is tuned here; give severity or params"}, false},
	{"tune off", "tune: {a: off}\n", []string{"1:11: what is tuned of a pattern is a mapping of keys and values"}, false},
	{"param beside params", "tune: {a: {min_burst: 5}}\n", []string{"1:12: what is tuned of a pattern has no key min_burst; it has params, severity"}, false},
	{"params that are a list", "tune: {a: {params: [x]}}\n", []string{"1:20: params is a mapping of names and values"}, false},
	{"prices with a severity", "tune: {prices: {severity: low}}\n", []string{"1:17: what is tuned of the prices has no key severity; it has params"}, false},
	{"no prices", "tune: {prices: {}}\n", []string{"1:16: nothing is tuned here; give params, such as ebs.gp3.gib_month: 0.07"}, false},
	{"price that does not exist", "tune: {prices: {params: {ebs.gp3.gib_moth: 1}}}\n", []string{"1:26: there is no price ebs.gp3.gib_moth; did you mean ebs.gp3.gib_month?"}, true},
	{"price that is a text", "tune: {prices: {params: {ebs.gp3.gib_month: '1'}}}\n", []string{"1:45: ebs.gp3.gib_month is a number"}, false},
	{"price below zero", "tune: {prices: {params: {ebs.gp3.gib_month: -1}}}\n", []string{"1:26: ebs.gp3.gib_month is a number of US dollars, or of a region a factor above 0"}, false},
	{"region that is none", "tune: {prices: {params: {region.frankfurt: 1}}}\n", []string{"1:26: region.frankfurt is no factor; write region.eu-central-1, or region.eu-central-1.ebs and region.eu-central-1.network"}, true},
	{"mute that is a mapping", "mute: {pattern: '*', reason: x}\n", []string{"1:7: a list is wanted here: [one, two]"}, false},
	{"mute that is a text", "mute: [vol-1]\n", []string{"1:8: a mute is a mapping of keys and values"}, false},
	{"mute without a reason", "mute:\n  - pattern: a\n", []string{"2:5: a mute has a reason; say why nobody shall mend this"}, false},
	{"mute with a blank reason", "mute:\n  - pattern: a\n    reason: ' '\n", []string{"3:13: a text is wanted here"}, false},
	{"mute of everything", "mute:\n  - reason: x\n", []string{"2:5: this would mute everything; give pattern, resource, tag, account or region, or say it: pattern: '*'"}, false},
	{"mute with a mistyped key", "mute:\n  - patern: a\n    reason: x\n", []string{"2:5: a mute has no key patern; did you mean pattern?"}, false},
	{"mute with an empty list", "mute: [{resource: [], reason: x}]\n", []string{"1:19: the list is empty; leave the key out"}, false},
	{"mute until soon", "mute: [{resource: a, reason: x, expires: soon}, {resource: a, reason: x, expires: 2027-1-31}]\n", []string{
		"1:42: a day is wanted here, such as 2027-01-31", "1:83: a day is wanted here, such as 2027-01-31"}, false},
	{"mute until a day that is none", "mute: [{resource: a, reason: x, expires: 2027-02-29}]\n", []string{"1:42: a day is wanted here, such as 2027-01-31"}, true},
	{"mute until an hour", "mute: [{resource: a, reason: x, expires: 2027-01-31T10:00:00Z}]\n", []string{"1:42: a day is wanted here, such as 2027-01-31"}, false},
	{"mute of a short account", "mute: [{account: 1111, reason: x}]\n", []string{"1:18: \"1111\" is not the ID of an account: 12 digits"}, true},
	{"mute of an account's name", "mute: [{account: prod, reason: x}]\n", []string{"1:18: \"prod\" is not the ID of an account: 12 digits"}, false},
	{"mute of a bad region", "mute: [{region: US, reason: x}]\n", []string{"1:17: \"US\" is not the name of a region, such as us-east-1"}, false},
	{"mute of a number", "mute: [{resource: 5, reason: x}]\n", []string{"1:19: a text is wanted here; put it into quotes"}, false},
	{"mute of a mapping", "mute: [{resource: {id: a}, reason: x}]\n", []string{"1:19: a text is wanted here"}, false},
	{"mute by a tag without a value", "mute: [{tag: Env, reason: x}]\n", []string{"1:14: tag is a mapping of keys and values: {Team: search}"}, false},
	{"mute by a tag that is true", "mute: [{tag: {Prod: true}, reason: x}]\n", []string{"1:21: a text is wanted here; put it into quotes"}, false},
	{"mute by no tag", "mute: [{tag: {}, reason: x}]\n", []string{"1:14: the mapping is empty; leave the key out"}, false},
	{"many mistakes", "version: 2\nregion: all\nmute:\n  - {reason: x}\n  - {pattern: a}\n", []string{
		"1:10: this patlint reads version 1 of the format and not 2; a newer patlint may read it", "2:1: the configuration has no key region; did you mean regions?",
		"4:5: this would mute everything; give pattern, resource, tag, account or region, or say it: pattern: '*'", "5:5: a mute has a reason; say why nobody shall mend this"}, false},
}

func TestGoodFiles(t *testing.T) {
	for name, file := range goodFiles {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(Name, []byte(file)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	for _, tt := range badFiles {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse(Name, []byte(tt.file))
			if err == nil || c != nil {
				t.Fatalf("got %v, error %v; want no configuration and an error", c, err)
			}
			wantErrors(t, tt.want, err)
		})
	}
}

func wantErrors(t *testing.T, want []string, err error) {
	t.Helper()
	if _, ok := err.(patterns.Errors); !ok {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	var full []string
	for _, w := range want {
		full = append(full, Name+":"+w)
	}
	if diff := gocmp.Diff(full, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// TestSchema holds the schema and the parser together.
func TestSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("patlint.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("patlint.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range goodFiles {
		if err := schema.Validate(plain(t, file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, tt := range badFiles {
		if tt.beyond {
			continue
		}
		if err := schema.Validate(plain(t, tt.file)); err == nil {
			t.Errorf("%s: the schema takes it", tt.name)
		}
	}
	// Each key has a description at the cursor, and there is none that the parser does not know.
	root := doc.(map[string]any)
	defs := root["$defs"].(map[string]any)
	for what, tt := range map[string]struct {
		schema any
		keys   []string
	}{
		"the file": {root, fieldNames(keys)},
		"a role":   {defs["role"], fieldNames(roleKeys)},
		"a tuning": {defs["tuning"], fieldNames(tuneKeys)},
		"prices":   {defs["prices"], fieldNames(priceKeys)},
		"a mute":   {defs["mute"], fieldNames(muteKeys)},
		"the site": {defs["site"], fieldNames(siteKeys)},
	} {
		var got []string
		for key, s := range tt.schema.(map[string]any)["properties"].(map[string]any) {
			got = append(got, key)
			if d, _ := s.(map[string]any)["description"].(string); !strings.HasSuffix(d, ".") && !strings.Contains(d, ":") {
				t.Errorf("%s: the description of %s is %q", what, key, d)
			}
		}
		slices.Sort(got)
		if diff := gocmp.Diff(tt.keys, got); diff != "" {
			t.Errorf("keys of %s (-parser +schema):\n%s", what, diff)
		}
	}
}

// fieldNames are the keys of a table, which must be in order: they are looked up by halves.
func fieldNames[T any](table []field[T]) []string {
	var names []string
	for _, f := range table {
		names = append(names, f.name)
	}
	return names
}

func TestTablesAreSorted(t *testing.T) {
	for _, names := range [][]string{fieldNames(keys), fieldNames(roleKeys), fieldNames(tuneKeys), fieldNames(priceKeys), fieldNames(muteKeys), fieldNames(siteKeys)} {
		if !slices.IsSorted(names) {
			t.Errorf("not sorted: %v", names)
		}
	}
}

// plain is what an editor's YAML reader hands to its schema.
func plain(t *testing.T, file string) any {
	t.Helper()
	var doc yaml.Node
	if empty(file) {
		return nil
	}
	if err := yaml.Load([]byte(file), &doc); err != nil {
		t.Fatal(err)
	}
	var convert func(n *yaml.Node) any
	convert = func(n *yaml.Node) any {
		switch n.Kind {
		case yaml.MappingNode:
			m := map[string]any{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				m[n.Content[i].Value] = convert(n.Content[i+1])
			}
			return m
		case yaml.SequenceNode:
			l := []any{}
			for _, c := range n.Content {
				l = append(l, convert(c))
			}
			return l
		}
		switch n.Tag {
		case "!!bool":
			return n.Value == "true"
		case "!!float", "!!int":
			return json.Number(cmp.Or(strings.TrimLeft(n.Value, "0"), "0"))
		case "!!null":
			return nil
		}
		return n.Value
	}
	return convert(doc.Content[0])
}

// TestManual parses the example of the package comment, which has every key, and holds every field of it.
func TestManual(t *testing.T) {
	src, err := os.ReadFile("config.go")
	if err != nil {
		t.Fatal(err)
	}
	_, manual, _ := strings.Cut(string(src), "of its own for them.\n//\n")
	manual, _, _ = strings.Cut(manual, "\n//\n// What of an account is read")
	manual = strings.ReplaceAll(manual, "//\t", "")
	for _, k := range fieldNames(keys) {
		if !strings.Contains("\n"+manual, "\n"+k+":") {
			t.Errorf("the example has no %s", k)
		}
	}
	got, err := Parse(Name, []byte(manual))
	if err != nil {
		t.Fatal(err)
	}
	rate := 5.0
	want := &Config{
		File: Name, Regions: []string{"us-east-1", "eu-central-1"}, Profiles: []string{"prod"},
		Roles:  []Role{{"arn:aws:iam::111122223333:role/audit/patlint", "shop-7", "patlint"}},
		FailOn: "high", Rate: &rate, Metrics: true, Protection: true, Sharing: true, MuteTag: true,
		Choice: Choice{[]string{"keep-*", "!keep-data-*"}, []string{"!info"}, []string{"reliability", "security"}},
		Mutes: []Mute{{
			Mute:    lint.Mute{Reason: "Scratch disks are empty again every night.", Owner: "storage@example.com", Expires: "2027-01-31", Source: Name + ":26"},
			Pattern: globs(t, "leave-gp2-burst-behind", "measure-*"), Resource: globs(t, "*-scratch", "!db-*"), Region: globs(t, "!eu-*"),
			Tags: []TagGlobs{{"Team", globs(t, "search", "ads")}},
		}},
		Prices: lint.Prices{"ebs.gp3.gib_month": 0.072, "region.eu-central-1": 1.12},
		Site: Site{
			Title: "Shop patterns", Tagline: "What the shop's administrators agreed on.", BaseURL: "https://docs.example.com/patterns/", Logo: "ops/logo.svg",
			Accent: "#8a1538", AccentDark: "#f2a0b5", NoBuiltin: true,
			Source: "https://git.example.com/ops/blob/main/patterns/", Edit: "https://git.example.com/ops/edit/main/patterns/", Report: "https://git.example.com/ops/issues/new",
		},
	}
	asText := gocmp.Transformer("text", func(gs Globs) string { return gs.String() })
	if diff := gocmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{}), asText); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	builtin, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := got.Apply(builtin); err != nil {
		t.Errorf("the example does not fit the catalog: %v", err)
	}
}

// TestSiteMistake: what the site finds out later is told at the value's place.
func TestSiteMistake(t *testing.T) {
	c := parse(t, "site:\n  logo: a.svg\n  accent:   '#fff'\n")
	if got := c.SiteMistake("accent", "it is white").Error(); got != Name+":3:13: it is white" {
		t.Error(got)
	}
}

func globs(t testing.TB, texts ...string) (gs Globs) {
	t.Helper()
	for _, s := range texts {
		g, err := parseGlob(s)
		if err != nil {
			t.Fatal(err)
		}
		gs = append(gs, g)
	}
	return gs
}

// catalog has two patterns, of which the first had another ID before and has a param of each type.
func catalog(t testing.TB) *patterns.Catalog {
	t.Helper()
	page := "---\ntitle: A page\nsummary: A page.\npillar: cost\nseverity: low\nsince: 0.1.0\n---\nWords.\n\n## In one minute\n\nx\n\n## Problem\n\nx\n\n" +
		"## Forces\n\nx\n\n## Solution\n\nx\n\n## Consequences\n\nx\n\n## Rule\n\nx\n"
	with := strings.Replace(page, "since: 0.1.0", `since: 0.1.0
aliases: [small-disks]
checks: {config: [small-check], security-hub: [EC2.3]}
params:
  max_size: {type: int, default: 10, doc: A number.}
  factor: {type: double, default: 2, doc: A number.}
  age: {type: duration, default: 36h, doc: A time.}
  strict: {type: bool, default: true, doc: A switch.}
  role: {type: string, default: "", doc: A word.}
  words: {type: list, default: [db, web], doc: Some words.}
  ports: {type: list, default: [22, 443], doc: Some ports.}`, 1)
	fsys := fstest.MapFS{"storage/keep-it-small.md": {Data: []byte(with)}, "storage/name-it.md": {Data: []byte(strings.Replace(page, "low", "high", 1))}}
	cat, err := patterns.Load(patterns.Source{Name: "patterns", FS: fsys})
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

func parse(t testing.TB, file string) *Config {
	t.Helper()
	c, err := Parse(Name, []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPrices(t *testing.T) {
	c := parse(t, "tune:\n  prices:\n    params: {ebs.gp3.gib_month: 0.072, region.eu-central-1: 1}\n  name-it: {severity: info}\n")
	if diff := gocmp.Diff(lint.Prices{"ebs.gp3.gib_month": 0.072, "region.eu-central-1": 1}, c.Prices); diff != "" {
		t.Errorf("prices (-want +got):\n%s", diff)
	}
	if cat, err := c.Apply(catalog(t)); err != nil || cat.Pattern("name-it").Severity != "info" {
		t.Errorf("what else is tuned: %v", err)
	}
}

func TestTune(t *testing.T) {
	cat := catalog(t)
	tuned, err := parse(t, `
tune:
  small-disks:
    severity: critical
    params: {max_size: 5, factor: 3, age: 1h30m, strict: false, role: db, words: [], ports: [22]}
  name-it: {severity: info}
`).Apply(cat)
	if err != nil {
		t.Fatal(err)
	}
	p := tuned.Pattern("keep-it-small")
	var got []any
	for _, param := range p.Params {
		got = append(got, param.Default)
	}
	want := []any{int64(5), 3.0, 90 * time.Minute, false, "db", []string{}, []int64{22}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("params (-want +got):\n%s", diff)
	}
	if p.Severity != "critical" || tuned.Pattern("name-it").Severity != "info" || len(tuned.Patterns) != 2 {
		t.Errorf("severities %s and %s of %d patterns", p.Severity, tuned.Pattern("name-it").Severity, len(tuned.Patterns))
	}
	if old := cat.Pattern("keep-it-small"); old.Severity != "low" || old.Params[0].Default != int64(10) {
		t.Errorf("the first catalog changed: %+v", old)
	}
	if same, err := new(Config).Apply(cat); err != nil || same != cat {
		t.Errorf("an empty file gives another catalog: %v", err)
	}
}

func TestBadApply(t *testing.T) {
	for _, tt := range []struct {
		file string
		want []string
	}{
		{"tune: {keep-it-smal: {severity: low}, zzzzzzzz: {severity: low}}\n", []string{
			"1:8: there is no pattern keep-it-smal; did you mean keep-it-small?", "1:39: there is no pattern zzzzzzzz; patlint list shows all"}},
		{"tune: {EC2.3: {severity: low}}\nselect: [small-check]\n", []string{
			"1:8: there is no pattern EC2.3; EC2.3 of AWS Security Hub is keep-it-small here", "2:10: no pattern matches; small-check of AWS Config is keep-it-small here"}},
		{"tune: {keep-it-small: {severity: low}, small-disks: {severity: high}}\n", []string{"1:40: keep-it-small is tuned on line 1 already"}},
		{"tune: {keep-it-small: {params: {max-size: 5}}}\n", []string{"1:33: keep-it-small has no param max-size; did you mean max_size?"}},
		{"tune: {keep-it-small: {params: {q: 5}}}\n", []string{"1:33: keep-it-small has no param q; it has max_size, factor, age, strict, role, words, ports"}},
		{"tune: {name-it: {params: {q: 5}}}\n", []string{"1:27: name-it has no param q; there is nothing to tune but its severity"}},
		{"tune: {keep-it-small: {params: {max_size: '5', factor: x, age: 30d, strict: yes, role: 5, words: [1], ports: [http]}}}\n", []string{
			"1:43: max_size is a whole number", "1:56: factor is a number", "1:64: age is a duration in h, m and s such as 720h", "1:77: strict is true or false",
			"1:88: role is a text; put it into quotes", "1:98: words is a list of texts; put each into quotes", "1:110: ports is a list of whole numbers"}},
		{"mute:\n  - pattern: [keep-it-smal, '!name-*', 'x-*']\n    reason: x\n", []string{"2:15: no pattern matches; did you mean keep-it-small?", "2:40: no pattern matches"}},
		{"mute: [{pattern: [EC2.3, Leave gp2], reason: x}]\nselect: ['!ec2.3', Name_It]\n", []string{
			"1:19: no pattern matches; EC2.3 of AWS Security Hub is keep-it-small here", "1:26: no pattern matches; an ID is lower-case words with hyphens",
			"2:10: no pattern matches; EC2.3 of AWS Security Hub is keep-it-small here", "2:20: no pattern matches; did you mean name-it?"}},
		{"select: ['!nameit', small-disks]\n", []string{"1:10: no pattern matches; did you mean name-it?"}},
	} {
		cat, err := parse(t, tt.file).Apply(catalog(t))
		if err == nil || cat != nil {
			t.Errorf("%s: got %v, error %v", tt.file, cat, err)
			continue
		}
		wantErrors(t, tt.want, err)
	}
}

func TestSources(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, Name)
	c, err := Parse(file, []byte("patterns: [mine/, "+filepath.ToSlash(dir)+"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Name != filepath.ToSlash(dir)+"/mine" || got[1].Name != filepath.ToSlash(dir) || got[0].Builtin {
		t.Errorf("sources %+v", got)
	}
	c, err = Parse(file, []byte("patterns: [mine, theirs]\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Sources()
	var e *patterns.Error
	if !errors.As(err, &e) || e.Line != 1 || e.Column != 18 || !strings.HasPrefix(e.Msg, "there is no folder ") {
		t.Errorf("got error %v", err)
	}
}

func TestChoice(t *testing.T) {
	cat := catalog(t) // keep-it-small is low, name-it is high; both cost
	for _, tt := range []struct {
		choice Choice
		want   string
	}{
		{Choice{}, "keep-it-small name-it"},
		{Choice{Patterns: []string{"keep-*"}}, "keep-it-small"},
		{Choice{Patterns: []string{"!keep-*"}}, "name-it"},
		{Choice{Patterns: []string{"small-disks"}}, "keep-it-small"},
		{Choice{Patterns: []string{"*", "!small-*"}}, "name-it"},
		{Choice{Severities: []string{"low", "info"}}, "keep-it-small"},
		{Choice{Severities: []string{"!low"}}, "name-it"},
		{Choice{Pillars: []string{"cost"}, Severities: []string{"high"}}, "name-it"},
		{Choice{Pillars: []string{"!cost"}}, ""},
		{Choice{Patterns: []string{"nameit"}}, `error: pattern "nameit": no pattern matches; did you mean name-it?`},
		{Choice{Patterns: []string{"["}}, `error: pattern "[": not a glob: a [ has no ]; write [[] for the character itself`},
		{Choice{Severities: []string{"!hgih"}}, `error: severity "!hgih": not one of critical, high, medium, low, info; did you mean high?`},
		{Choice{Pillars: []string{"safety"}}, `error: pillar "safety": not one of cost, operations, performance, reliability, security`},
	} {
		keep, err := tt.choice.Of(cat)
		var got []string
		if err != nil {
			got = []string{"error: " + err.Error()}
		} else {
			for _, p := range cat.Patterns {
				if keep(p) {
					got = append(got, p.ID)
				}
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%+v: got %s\nwant %s", tt.choice, strings.Join(got, " "), tt.want)
		}
	}
}

// FuzzParse: whatever a file holds, it is taken or refused with errors that an editor can jump to.
func FuzzParse(f *testing.F) {
	for _, file := range goodFiles {
		f.Add([]byte(file))
	}
	for _, tt := range badFiles {
		if len(tt.file) < 1000 {
			f.Add([]byte(tt.file))
		}
	}
	cat := catalog(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(Name, data)
		if err == nil {
			_, err = c.Apply(cat)
			NewMutes(c, cat, time.Now()).Match(&lint.Finding{Pattern: "name-it"}, func(string) (string, bool) { return "x", true })
		}
		if err == nil {
			return
		}
		var errs patterns.Errors
		if !errors.As(err, &errs) || len(errs) == 0 {
			t.Fatalf("the error is a %T: %v", err, err)
		}
		lines := strings.Split(strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff"), "\n")
		for _, e := range errs {
			if e.File != Name || e.Msg == "" || e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > len([]rune(lines[e.Line-1]))+1 {
				t.Errorf("the error has a wrong place: %v", e)
			}
		}
	})
}
