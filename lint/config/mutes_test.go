package config

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// today is the time of the tests: the evening of the last day of January.
var today = time.Date(2027, 1, 31, 23, 59, 0, 0, time.UTC)

// finding is on a volume whose ID, name, account and region are those that the tests of mutes ask for.
func finding() *lint.Finding {
	return &lint.Finding{Pattern: "keep-it-small", Verdict: "fail", Resource: lint.Resource{
		Kind: "volume", ID: "vol-0a1", ARN: "arn:aws:ec2:us-east-1:111122223333:volume/vol-0a1", Name: "shop/db-data", Account: "111122223333", Region: "us-east-1",
	}}
}

func tags(m map[string]string) func(string) (string, bool) {
	return func(key string) (string, bool) {
		v, ok := m[key]
		return v, ok
	}
}

var untagged = tags(nil)

func TestMatch(t *testing.T) {
	has := tags(map[string]string{"Env": "dev", "Team": "search", "Empty": ""})
	for _, tt := range []struct {
		name, mute string
		want       bool
	}{
		{"by ID", "resource: vol-0a1", true},
		{"by ARN", "resource: arn:aws:ec2:us-east-1:111122223333:volume/vol-0a1", true},
		{"by a glob over ARNs", "resource: 'arn:*:us-*/vol-*'", true},
		{"by name", "resource: shop/db-data", true},
		{"by a part of the name", "resource: db-data", false},
		{"by a glob over names", "resource: '*-data'", true},
		{"in upper case", "resource: VOL-0A1", false},
		{"one of a list", "resource: [vol-1, vol-0a1]", true},
		{"none of a list", "resource: [vol-1, vol-2]", false},
		{"a list that excludes its name", "resource: ['vol-*', '!*db*']", false},
		{"a list that excludes another", "resource: ['vol-*', '!*web*']", true},
		{"all but another", "resource: ['!*web*']", true},
		{"all but this", "resource: '!vol-0a1'", false},
		{"pattern", "pattern: keep-it-small", true},
		{"pattern by its former ID", "pattern: small-disks", true},
		{"another pattern", "pattern: name-it", false},
		{"all patterns but this one", "pattern: ['*', '!keep-*']", false},
		{"all patterns", "pattern: '*'", true},
		{"account", "account: 111122223333", true},
		{"another account", "account: 012345678901", false},
		{"all regions but others", "{pattern: '*', region: ['!eu-*', '!ap-*']}", true},
		{"all regions but this", "{pattern: '*', region: '!us-east-1'}", false},
		{"name and tag", "{resource: '*data', tag: {Env: dev}}", true},
		{"name and another tag", "{resource: '*data', tag: {Env: prod}}", false},
		{"another name and the tag", "{resource: web, tag: {Env: dev}}", false},
		{"one value or the other", "tag: {Env: [test, dev]}", true},
		{"two tags", "tag: {Env: dev, Team: sea*}", true},
		{"two tags, of which one differs", "tag: {Env: dev, Team: ads}", false},
		{"not this value", "tag: {Env: '!dev'}", false},
		{"not another value", "tag: {Env: '!prod'}", true},
		{"has the tag", "tag: {Empty: '*'}", true},
		{"has not the tag", "tag: {Owner: '*'}", false},
		{"not a value of a tag that it has not", "tag: {Owner: '!ada'}", false},
		{"tags differ in case", "tag: {env: dev}", false},
		{"all at once", "{pattern: keep-*, resource: vol-*, account: 111122223333, region: us-*, tag: {Env: d?v}}", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mute := strings.TrimSuffix(strings.TrimPrefix(tt.mute, "{"), "}")
			if !strings.HasPrefix(tt.mute, "{") {
				mute = tt.mute
			}
			m := NewMutes(parse(t, "mute: [{reason: why, "+mute+"}]\n"), catalog(t), today)
			got := m.Match(finding(), has)
			if (got != nil) != tt.want {
				t.Fatalf("got %+v, want a mute: %t", got, tt.want)
			}
			if want := (lint.Mute{Reason: "why", Source: Name + ":1"}); got != nil && *got != want {
				t.Errorf("got %+v, want %+v", *got, want)
			}
		})
	}
}

// TestUnknownPlaces: an account that is not known is not another one than those that are excluded.
func TestUnknownPlaces(t *testing.T) {
	f := finding()
	f.Resource.Account, f.Resource.ARN, f.Resource.Region = "", "", ""
	for _, mute := range []string{"account: '!999999999999'", "account: '*'", "region: '!eu-*'"} {
		if got := NewMutes(parse(t, "mute: [{reason: why, "+mute+"}]\n"), catalog(t), today).Match(f, untagged); got != nil {
			t.Errorf("%s mutes a finding of which that is not known", mute)
		}
	}
}

// TestUses: the first of two mutes for one pattern wins, by name or by tag; what has expired only counts.
func TestUses(t *testing.T) {
	c := parse(t, `mute:
  - {pattern: keep-it-small, resource: vol-9, reason: by name, owner: ada}
  - {pattern: keep-it-small, tag: {Env: dev}, reason: by tag, expires: 2027-01-31}
  - {pattern: keep-it-small, resource: 'vol-*', reason: too late, expires: 2027-01-30}
  - {pattern: keep-it-small, resource: vol-7, reason: too late as well, expires: 2027-01-01}
  - {pattern: '*', region: eu-*, reason: never}
  - {pattern: '*', region: ap-*, reason: in a region that was not read}
  - {pattern: '*', account: '444455556666', reason: of an account with a gap}
  - {pattern: keep-it-small, resource: '0123456789abcdef0123456789abcdef', reason: 'by fingerprint, password=hunter2hunter2'}
`)
	r := &lint.Report{Patterns: []string{"keep-it-small"}, Scopes: []lint.Scope{{Account: "111122223333", Region: "eu-west-1"}, {Account: "444455556666", Region: "us-east-1"}},
		Gaps: []lint.Missing{{Account: "444455556666", Region: "us-east-1", Patterns: []string{"keep-it-small"}}}}
	m := NewMutes(c, catalog(t), today)
	for _, tt := range []struct{ id, env, want string }{
		{"vol-9", "dev", "by name"}, {"vol-9", "", "by name"}, {"vol-8", "dev", "by tag"}, {"vol-7", "", ""}, {"i-1", "", ""},
	} {
		f := finding()
		f.Resource.ID, f.Resource.Name, f.Resource.ARN = tt.id, "", ""
		got := m.Match(f, tags(map[string]string{"Env": tt.env}))
		if (got == nil) != (tt.want == "") || got != nil && got.Reason != tt.want {
			t.Errorf("%s %s: got %+v, want %s", tt.id, tt.env, got, tt.want)
		}
	}
	want := []lint.MuteUse{
		{Mute: lint.Mute{Reason: "by name", Owner: "ada", Source: Name + ":2"}, State: "used", Findings: 2},
		{Mute: lint.Mute{Reason: "by tag", Expires: "2027-01-31", Source: Name + ":3"}, State: "used", Findings: 1},
		{Mute: lint.Mute{Reason: "too late", Expires: "2027-01-30", Source: Name + ":4"}, State: "expired", Findings: 1},
		{Mute: lint.Mute{Reason: "too late as well", Expires: "2027-01-01", Source: Name + ":5"}, State: "expired"},
		{Mute: lint.Mute{Reason: "never", Source: Name + ":6"}, State: "unused"},
		{Mute: lint.Mute{Reason: "in a region that was not read", Source: Name + ":7"}, State: "untried"},
		{Mute: lint.Mute{Reason: "of an account with a gap", Source: Name + ":8"}, State: "untried"},
		{Mute: lint.Mute{Reason: "by fingerprint, password=[masked]", Source: Name + ":9"}, State: "used", Findings: 1},
	}
	f := finding()
	f.Resource.ID, f.Fingerprint = "vol-10", "0123456789abcdef0123456789abcdef"
	m.Match(f, untagged)
	if diff := cmp.Diff(want, m.Uses(r)); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	var none Mutes
	if none.Match(finding(), untagged) != nil || none.Uses(r) != nil || none.BrokenTags() != nil {
		t.Error("the zero value mutes")
	}
}

// TestLastDay is over when the day is over in UTC, wherever the clock hangs.
func TestLastDay(t *testing.T) {
	west := time.FixedZone("west", -8*3600)
	for now, want := range map[time.Time]bool{
		today: false, today.Add(time.Minute): true, today.Add(time.Minute).In(west): true, today.In(west): false, {}: false,
	} {
		if got := over("2027-01-31", now); got != want {
			t.Errorf("at %v over is %t", now, got)
		}
	}
	if over("", today) {
		t.Error("what has no end is over")
	}
}

// TestConcurrentMatch counts what several goroutines find, and lists the same broken tags whoever comes first.
func TestConcurrentMatch(t *testing.T) {
	m := NewMutes(parse(t, "mute-tag: true\nmute: [{resource: vol-1, reason: x}]\n"), catalog(t), today)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 100 {
				f := finding()
				f.Resource.ID, f.Resource.Name, f.Resource.ARN = fmt.Sprintf("vol-%d", (i+g*13)%100), "", ""
				m.Match(f, tags(map[string]string{tagKey: "all"}))
			}
		})
	}
	wg.Wait()
	if got := m.Uses(&lint.Report{})[0].Findings; got != 8 {
		t.Errorf("%d findings, want 8", got)
	}
	got := m.BrokenTags()
	if len(got) != maxBroken+1 || !slices.IsSorted(got[:maxBroken]) || got[maxBroken] != "there are more such tags" {
		t.Fatalf("got %q", got)
	}
	if want := "111122223333 us-east-1 vol-0 tag patlint:mute: it has no reason=; it mutes nothing"; got[0] != want {
		t.Errorf("got %s\nwant %s", got[0], want)
	}
}

func TestTags(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  *lint.Mute
		note  string // behind the resource
	}{
		{"keep-it-small reason=scratch disk", &lint.Mute{Reason: "scratch disk"}, ""},
		{"small-disks reason=x", &lint.Mute{Reason: "x"}, ""},
		{"all owner=ada until=2027-01-31 reason=moves in May; reason=x", &lint.Mute{Reason: "moves in May; reason=x", Owner: "ada", Expires: "2027-01-31"}, ""},
		{"  until=2028-01-01\tkeep-* !name-*  reason= two words ", &lint.Mute{Reason: "two words", Expires: "2028-01-01"}, ""},
		{"name-it reason=another", nil, ""},
		{"all !keep-it-small reason=another", nil, ""},
		{"keep-it-smal name-it reason=x", nil, "no pattern matches keep-it-smal"},
		{"keep-it-small nothing reason=x", &lint.Mute{Reason: "x"}, "no pattern matches nothing"},
		{"all until=2027-01-30 reason=x", nil, "it held until 2027-01-30"},
		{"name-it until=2027-01-30 reason=x", nil, ""},
		{"", nil, "it has no reason=; it mutes nothing"},
		{"true", nil, "it has no reason=; it mutes nothing"},
		{"keep-it-small reason=   ", nil, "it has no reason=; it mutes nothing"},
		{"keep-it-small Reason=x", nil, "it has Reason=, which nobody knows; there are owner, reason and until; it mutes nothing"},
		{"reason=x", nil, "it names no pattern; all stands for every one; it mutes nothing"},
		{"all until=tomorrow reason=x", nil, "until=tomorrow is not a day such as 2027-01-31; it mutes nothing"},
		{"all until= reason=x", nil, "nothing stands behind until=; it mutes nothing"},
		{"all until=2027-02-29 reason=x", nil, "until=2027-02-29 is not a day such as 2027-01-31; it mutes nothing"},
		{"all owner=a owner=b reason=x", nil, "owner= stands in it twice; it mutes nothing"},
		{"a[ reason=x", nil, `"a[" is not a glob: a [ has no ]; write [[] for the character itself; it mutes nothing`},
		{"all reason=" + strings.Repeat("x", 245), &lint.Mute{Reason: strings.Repeat("x", 245)}, ""},
		{"all reason=" + strings.Repeat("x", 246), nil, "it has 257 characters, more than 256; it mutes nothing"},
		{"all reason=\xff", &lint.Mute{Reason: "\ufffd"}, ""},
	} {
		t.Run(tt.value[:min(len(tt.value), 40)], func(t *testing.T) {
			m := NewMutes(parse(t, "mute-tag: true\n"), catalog(t), today)
			if tt.want != nil {
				tt.want.Source = "tag patlint:mute"
			}
			for range 2 { // said once
				if diff := cmp.Diff(tt.want, m.Match(finding(), tags(map[string]string{"patlint:mute": tt.value}))); diff != "" {
					t.Errorf("mute (-want +got):\n%s", diff)
				}
			}
			var notes []string
			if tt.note != "" {
				notes = []string{"111122223333 us-east-1 vol-0a1 tag patlint:mute: " + tt.note}
			}
			if diff := cmp.Diff(notes, m.BrokenTags()); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTagsAreOff: nobody mutes by a tag unless the file lets them.
func TestTagsAreOff(t *testing.T) {
	m := NewMutes(&Config{}, catalog(t), today)
	if got := m.Match(finding(), tags(map[string]string{tagKey: "all reason=x"})); got != nil || m.BrokenTags() != nil {
		t.Errorf("got %+v, notes %q", got, m.BrokenTags())
	}
}

// TestFileBeforeTag: the file is reviewed, so its reason is shown; what has expired in it stands behind the tag.
func TestFileBeforeTag(t *testing.T) {
	for expires, want := range map[string]string{"2027-01-31": Name + ":2", "2027-01-30": "tag patlint:mute"} {
		m := NewMutes(parse(t, "mute-tag: true\nmute: [{pattern: '*', reason: x, expires: "+expires+"}]\n"), catalog(t), today)
		got := m.Match(finding(), tags(map[string]string{tagKey: "all reason=y"}))
		if got == nil || got.Source != want {
			t.Errorf("until %s: got %+v, want one from %s", expires, got, want)
		}
	}
}

// FuzzTag: a tag is read or refused in words, and what it says stands in it.
func FuzzTag(f *testing.F) {
	for _, s := range []string{"all reason=x", "a-b [a-c]* !d owner=ada until=2027-01-31 reason=why not", "all\u00a0reason=x", "reason=", "=", "a=b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got, err := parseTag(value)
		if err != nil {
			if err.Error() == "" || got.Source == "" {
				t.Errorf("%q: error %q", value, err)
			}
			return
		}
		if strings.TrimSpace(got.Reason) == "" || len(got.patterns) == 0 {
			t.Errorf("%q mutes without reason or pattern: %+v", value, got)
		}
		if !strings.HasSuffix(strings.TrimSpace(value), "reason="+got.Reason) && !strings.Contains(value, got.Reason) {
			t.Errorf("%q: the reason is %q", value, got.Reason)
		}
		for _, s := range []string{got.Owner, got.Expires} {
			if !strings.Contains(value, s) {
				t.Errorf("%q does not say %q", value, s)
			}
		}
	})
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		glob, s string
		want    bool
	}{
		{"abc", "abc", true}, {"abc", "abcd", false}, {"abc", "ab", false},
		{"*", "", true}, {"*", "a/b:c", true}, {"?", "", false}, {"?", "ä", true}, {"??", "ä", false},
		{"a*c", "abbc", true}, {"a*c", "acb", false}, {"*a*b*c", "xaxbxbxc", true}, {"*a*b*c", "xcxbxa", false},
		{"vol-*", "arn:x/vol-1", false}, {"*/vol-*", "arn:x/vol-1", true},
		{"[a-c]x", "bx", true}, {"[a-c]x", "dx", false}, {"[!a-c]x", "dx", true}, {"[^a-c]x", "bx", false}, {"[!a]", "", false},
		{"[]]", "]", true}, {"[!]]", "]", false}, {"[a-]", "-", true}, {"[-a]", "-", true}, {"[*]", "*", true}, {"[*]", "x", false}, {"[[]", "[", true},
		{"a]", "a]", true}, {`\*`, `\x`, true}, {"[ä-ü]", "ö", true}, {"*.*", "\xff.\xff", true},
	} {
		g, err := parseGlob(tt.glob)
		if err != nil {
			t.Errorf("%s: %v", tt.glob, err)
		} else if got := g.match(tt.s); got != tt.want {
			t.Errorf("%s matches %q: %t", tt.glob, tt.s, got)
		}
	}
	for glob, want := range map[string]string{
		"": "nothing stands in it", "!": "nothing stands in it", "[": "a [ has no ]; write [[] for the character itself",
		"a[]": "a [ has no ]; write [[] for the character itself", "[z-a]": "a range in [] goes upwards, as in [a-z]",
	} {
		if _, err := parseGlob(glob); err == nil || err.Error() != want {
			t.Errorf("%q: got error %v, want %s", glob, err, want)
		}
	}
}

// TestGlobTakesLong: a glob of stars does not make the matcher try everything.
func TestGlobTakesLong(t *testing.T) {
	g, err := parseGlob(strings.Repeat("*a", 2000) + "*b")
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	if g.match(strings.Repeat("a", 10_000)) {
		t.Error("it matches")
	}
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

// naive is the definition of a match: each part is tried in each way.
func naive(parts []part, s []rune) bool {
	switch {
	case len(parts) == 0:
		return len(s) == 0
	case parts[0].many:
		return naive(parts[1:], s) || len(s) > 0 && naive(parts, s[1:])
	default:
		return len(s) > 0 && parts[0].takes(s[0]) && naive(parts[1:], s[1:])
	}
}

// FuzzGlob holds the matcher against its definition.
func FuzzGlob(f *testing.F) {
	for _, s := range []string{"a*b", "*a*", "?[a-c]*", "!x", "[!-]]", "**", "[]-a]"} {
		f.Add(s, "aXb")
	}
	f.Fuzz(func(t *testing.T, glob, s string) {
		g, err := parseGlob(glob)
		if err != nil || len(g.parts) > 12 || len(s) > 16 {
			return
		}
		if got, want := g.match(s), naive(g.parts, []rune(s)); got != want {
			t.Errorf("%q matches %q: %t, want %t", glob, s, got, want)
		}
		if !g.not && g.plain() && g.match(s) != (string([]rune(glob)) == string([]rune(s))) {
			t.Errorf("%q has no wildcard, and matches %q: %t", glob, s, g.match(s))
		}
	})
}

// TestInCheck hands the mutes to the engine: by the ID that the report shows, and by a tag that the resource carries.
func TestInCheck(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	c := parse(t, `mute-tag: true
tune: {retire-orphan-volumes: {severity: info, params: {max_age: 48h}}}
mute: [{resource: vol-1, reason: by its ID}]
`)
	if cat, err = c.Apply(cat); err != nil {
		t.Fatal(err)
	}
	rules, err := lint.Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	rules = rules.Only(func(p *patterns.Pattern) bool { return p.ID == "retire-orphan-volumes" })
	snap, err := lint.ReadAnswers("volumes", strings.NewReader(`{"Volumes": [
  {"VolumeId": "vol-1", "State": "available", "CreateTime": "2027-01-20T00:00:00Z"},
  {"VolumeId": "vol-2", "State": "available", "CreateTime": "2027-01-20T00:00:00Z", "Tags": [{"Key": "patlint:mute", "Value": "retire-* reason=by its tag"}]},
  {"VolumeId": "vol-3", "State": "available", "CreateTime": "2027-01-20T00:00:00Z", "Tags": [{"Key": "patlint:mute", "Value": "retire-*"}]}
]}`), today)
	if err != nil {
		t.Fatal(err)
	}
	m := NewMutes(c, cat, today)
	rep, err := rules.Check(t.Context(), snap.Inventories[0], lint.Options{Mute: m.Match})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range rep.Findings {
		line := f.Resource.ID + " " + f.Severity + " " + f.Verdict
		if f.Mute != nil {
			line += " " + f.Mute.Reason
		}
		got = append(got, line)
	}
	want := []string{"vol-1 info muted by its ID", "vol-2 info muted by its tag", "vol-3 info fail"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"vol-3 tag patlint:mute: it has no reason=; it mutes nothing"}, m.BrokenTags()); diff != "" {
		t.Errorf("broken tags (-want +got):\n%s", diff)
	}
}

// TestGrace: what a new release brings is muted until the file names that release.
func TestGrace(t *testing.T) {
	cat := catalog(t)
	for _, tt := range []struct {
		since, after string
		muted        bool
	}{
		{"0.2.0", "0.1.0", true}, {"0.10.0", "0.9.0", true}, {"1.0.0", "0.99.99", true}, {"0.1.1", "0.1.0", true},
		{"0.1.0", "0.1.0", false}, {"0.9.0", "0.10.0", false}, {"0.1.0", "1.0.0", false},
	} {
		f := finding()
		cat.Pattern(f.Pattern).Since, cat.Pattern(f.Pattern).Builtin = tt.since, true
		got := NewMutes(parse(t, "# grace\ngrace-after: "+tt.after+"\n"), cat, today).Match(f, untagged)
		if (got != nil) != tt.muted {
			t.Errorf("new in %s, grace after %s: %+v", tt.since, tt.after, got)
		}
		if want := Name + ":2"; got != nil && (got.Source != want || !strings.Contains(got.Reason, "new in "+tt.since)) {
			t.Errorf("%+v, want the source %s", got, want)
		}
	}
	own := cat.Pattern(finding().Pattern)
	own.Builtin, own.Since = false, "9.0.0"
	if NewMutes(parse(t, "grace-after: 0.1.0\n"), cat, today).Match(finding(), untagged) != nil {
		t.Error("a pattern of one's own, which has versions of its own, is in grace")
	}
	if NewMutes(parse(t, ""), cat, today).Match(finding(), untagged) != nil {
		t.Error("muted without a word of it")
	}
}
