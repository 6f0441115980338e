package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// blankPages are pages as new writes them: for every kind, for guidance only, and like every built-in pattern. They go by the names of their files.
func blankPages(t *testing.T) map[string]*blankPage {
	t.Helper()
	out := map[string]*blankPage{"tests/new-guidance.md": {title: "New guidance"}}
	kinds := map[string]*lint.KindDoc{}
	for _, k := range lint.Describe().Kinds {
		kinds[k.Name] = &k
		out["tests/new-"+strings.ToLower(k.Name)+".md"] = &blankPage{title: "New words", kind: &k}
	}
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range cat.Patterns {
		page := &blankPage{title: "New like " + p.ID[:min(len(p.ID), 40)], like: p}
		if p.Rule != nil {
			page.kind = kinds[strings.TrimSpace(p.Rule.Resource.Value)]
		}
		out["tests/new-"+p.ID[:min(len(p.ID), 55)]+".md"] = page
	}
	return out
}

// fill fills the blanks in as quickly as somebody can who has nothing to say.
func fill(page *blankPage, text string) string {
	var out []string
	for l := range strings.Lines(text) {
		before, _, found := strings.Cut(l, patterns.Blank)
		switch key := strings.TrimSpace(before); {
		case !found:
			out = append(out, l)
		case key == "summary:":
			out = append(out, before+"Say it, because somebody will ask.\n")
		case strings.Contains(l, "url:"):
			out = append(out, "  - {title: A source, url: \"https://example.org/\"}\n")
		case strings.HasSuffix(key, "# want:"):
			out = append(out, before+"its ID is\n")
		case key == "#", key == "when:": // a comment of its own
		case strings.HasSuffix(key, "#"):
			out = append(out, strings.TrimRight(strings.TrimSuffix(key, "#"), " ")+"\n")
		case key == "require:":
			out = append(out, fmt.Sprintf("%s%s != %q\n", before, idOf(page.kind), placeholderID(page.kind, "fail")))
		case key == "message:":
			out = append(out, before+"its ID is ${"+idOf(page.kind)+"}\n")
		case strings.Contains(l, "the command that mends"):
			out = append(out, "echo ${"+idOf(page.kind)+"}\n")
		default:
			out = append(out, before+"Words that say it.\n")
		}
	}
	return strings.Join(out, "")
}

// TestNewPages: an untouched page has no mistake but its blanks, a rule that is taken over runs at once, and with the blanks filled in all is well.
func TestNewPages(t *testing.T) {
	pages := blankPages(t)
	filled := fstest.MapFS{"tests/README.md": {Data: []byte(fill(nil, chapterPage("tests")))}}
	var unfinished []*patterns.Pattern
	for name, page := range pages {
		text := page.page()
		p, err := patterns.Parse("patterns/"+name, []byte(text))
		if err != nil {
			t.Fatalf("an untouched page has mistakes:\n%v", err)
		}
		if ready := p.Ready(); len(p.Blanks) < 10 || (p.Rule != nil) != (page.kind != nil) || (ready.Rule != nil) != (page.like != nil && page.like.Rule != nil) {
			t.Errorf("%s has %d blanks, a rule: %t, a rule to run: %t", name, len(p.Blanks), p.Rule != nil, ready.Rule != nil)
		}
		for _, b := range p.Blanks {
			if !strings.HasPrefix(b.Msg, "a blank is left: ") || len(b.Msg) > 160 {
				t.Errorf("this does not say what belongs there: %v", b)
			}
		}
		unfinished = append(unfinished, p.Ready())
		filled[name] = &fstest.MapFile{Data: []byte(fill(page, text))}
	}
	for name, file := range filled {
		checkFront(t, name, string(file.Data))
	}
	cat, err := patterns.Load(patterns.Builtin(), patterns.Source{Name: "filled", FS: filled})
	if err != nil {
		t.Fatal(err)
	}
	builtin, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	begun, err := builtin.With(unfinished...)
	if err != nil {
		t.Fatal(err)
	}
	for what, cat := range map[string]*patterns.Catalog{"filled": cat, "begun": begun} {
		rules, err := lint.Compile(cat)
		if err != nil {
			t.Fatal(err)
		}
		ran := 0
		for _, res := range rules.Only(func(p *patterns.Pattern) bool { return p.Chapter == "tests" }).Examples(t.Context()) {
			ran += res.Examples
			if len(res.Errs) > 0 {
				t.Errorf("%s: %v", what, res.Errs)
			}
		}
		if ran < len(pages) {
			t.Errorf("%s: %d examples of %d pages ran", what, ran, len(pages))
		}
	}
}

// checkFront holds the front matter of a page against the schema that editors have.
func checkFront(t *testing.T, name, page string) {
	t.Helper()
	front, _, ok := strings.Cut(strings.TrimPrefix(page, "---\n"), "\n---\n")
	if !ok {
		return // an introduction has none
	}
	root, errs := (&patterns.Block{Role: "front matter", Text: front, File: name, Line: 2}).YAML()
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var value any
	if err := root.Decode(&value); err != nil {
		t.Fatal(err)
	}
	if err := patternSchema(t).Validate(value); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func patternSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(patterns.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("pattern.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("pattern.schema.json")
}

// begunPage has a rule and an example that are ready, beside prose, an example and a fix that are not.
const begunPage = `---
title: Name every volume
summary: FILL-IN one sentence with the reason
pillar: operations
severity: low # FILL-IN keep it or choose
since: 0.1.0
---
FILL-IN

## In one minute

FILL-IN for decision makers

## Problem

Forty volumes called nothing.

## Forces

- Names take time.

## Solution

1. Set the tag.

## Consequences

- Names get old.

## Rule

The tag Name.

~~~yaml rule
resource: volume
require: tag(volume, "Name") != "" || volume.Size < 1
message: ${volume.Size} GiB without a name
# FILL-IN delete this line
~~~

## Examples

One without.

~~~yaml fail
Volumes:
  - VolumeId: vol-0a   # want: 40 GiB without a tag
    Size: 40
~~~

And one with.

~~~yaml pass
Volumes:
  - VolumeId: vol-0b   # FILL-IN the tag
~~~

## Fix

~~~sh fix
FILL-IN the command
~~~
`

// TestNewAndTest: patlint test lists the blanks of a page and nothing else, and runs the rule and the examples as soon as these have none
// themselves, whatever prose is missing.
func TestNewAndTest(t *testing.T) {
	name := filepath.Join(t.TempDir(), "names", "name-every-volume.md")
	dir := filepath.Dir(filepath.Dir(name))
	if out, stderr, code := patlint(t, nil, "new", "--patterns", dir, "names/name-every-volume", "--resource", "volume"); code != exitClean || out != "" {
		t.Fatalf("exit code %d: %s%s", code, out, stderr)
	}
	untouched, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	begun := strings.ReplaceAll(begunPage, "~", "`")
	for what, tt := range map[string]struct {
		page   string
		blanks int
		others []string
	}{
		"untouched": {string(untouched), 27, nil},
		"begun":     {begun, 7, []string{`:47:\d+: vol-0a: wanted "40 GiB without a tag", but the message is "40 GiB without a name"`}},
		"misspelt":  {strings.Replace(begun, "volume.Size < 1", "volume.Sise < 1", 1), 7, []string{`:36:\d+: .*Sise`}},
	} {
		if err := os.WriteFile(name, []byte(tt.page), 0o666); err != nil {
			t.Fatal(err)
		}
		out, stderr, code := patlint(t, nil, "test", name)
		if out2, stderr2, code2 := patlint(t, nil, "test", "--patterns", dir, name); out2 != out || stderr2 != stderr || code2 != code {
			t.Errorf("%s: in a catalog of your own: exit code %d: %s%s", what, code2, out2, stderr2)
		}
		mistakes := regexp.MustCompile(`(?m)md:\d+:\d+: .*$`).FindAllString(out+stderr, -1)
		rest := slices.DeleteFunc(slices.Clone(mistakes), func(l string) bool { return strings.Contains(l, ": a blank is left") })
		if code != exitFindings || len(mistakes)-len(rest) != tt.blanks || len(rest) != len(tt.others) {
			t.Errorf("%s: exit code %d, %d blanks: %s%s", what, code, len(mistakes)-len(rest), out, stderr)
		}
		for _, want := range tt.others {
			if !slices.ContainsFunc(rest, func(l string) bool { return regexp.MustCompile(want).MatchString(l) }) {
				t.Errorf("%s: nothing says %s:\n%s%s", what, want, out, stderr)
			}
		}
	}
}

// TestNewPageLimits: what stands in the comments of a rule is bounded, and begins with what rules need most.
func TestNewPageLimits(t *testing.T) {
	for _, k := range lint.Describe().Kinds {
		words := ruleWords(&k)
		if n := strings.Count(words, "\n"); n > maxFields+maxMembers+3 {
			t.Errorf("%s has %d lines of comments", k.Name, n)
		}
		for l := range strings.Lines(words) {
			if !strings.HasPrefix(l, "# ") || len(l) > 300 {
				t.Errorf("%s: %q", k.Name, l)
			}
		}
		if all := len(fieldsOf(&k)) <= maxFields && len(k.Relations)+len(k.Functions) <= maxMembers; all == strings.Contains(words, "among others") {
			t.Errorf("%s: among others, though all is there: %t", k.Name, all)
		}
	}
	all := fieldsOf(kindDoc(t, "instance"))
	at := func(field string) int {
		return slices.IndexFunc(all, func(f [2]string) bool { return f[0] == "instance."+field })
	}
	for _, pair := range [][2]string{{"State.Name", "InstanceType"}, {"InstanceType", "MetadataOptions"}, {"MetadataOptions", "SubnetId"}} {
		if a, b := at(pair[0]), at(pair[1]); a < 0 || b < a {
			t.Errorf("%s stands at %d, %s at %d", pair[0], a, pair[1], b)
		}
	}
	if i := at("MetadataOptions"); i > maxFields || !strings.Contains(all[i][1], "HttpTokens") {
		t.Errorf("MetadataOptions stands at %d: %s", i, all[i][1])
	}
	want := [2]string{"securityGroup.IpPermissions", "a list; each has FromPort, IpProtocol, IpRanges, Ipv6Ranges, PrefixListIds, ToPort, UserIdGroupPairs"}
	if got := fieldsOf(kindDoc(t, "securityGroup")); !slices.Contains(got, want) {
		t.Errorf("%q", got)
	}
}

func kindDoc(t *testing.T, name string) *lint.KindDoc {
	t.Helper()
	all := lint.Describe().Kinds
	i := slices.IndexFunc(all, func(k lint.KindDoc) bool { return k.Name == name })
	if i < 0 {
		t.Fatalf("there is no kind %s", name)
	}
	return &all[i]
}

// TestNewExcerpt: an example from an account stands first, once, in its role, and is marked as one to read.
func TestNewExcerpt(t *testing.T) {
	ex := &lint.Excerpt{Kind: "volume", ID: "vol-1", Text: "Volumes:\n  - Size: 8\n    VolumeId: vol-1\n    State: available\n", Line: 3}
	ex.LeftOut = []string{"user data"}
	var said []string
	(&blankPage{excerpt: ex}).warn(func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
	if len(said) != 2 || said[0] != "left out: user data" {
		t.Errorf("%q", said)
	}
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for _, like := range []string{"", "act-on-impaired-volumes"} {
		for _, as := range []string{"fail", "pass"} {
			page := &blankPage{title: "New words", kind: kindDoc(t, "volume"), excerpt: ex, as: as, like: cat.Pattern(like)}
			text := page.page()
			p, err := patterns.Parse("patterns/tests/x.md", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			first, roles := p.Examples[0], map[string]int{}
			for _, b := range p.Examples {
				roles[b.Role]++
			}
			if first.Role != as || roles[as] != 1 || roles["fail"]+roles["pass"] < 2 {
				t.Errorf("like %q as %s: the first is %s, of %v", like, as, first.Role, roles)
			}
			want := ex.Text
			if as == "fail" {
				want = strings.Replace(want, "VolumeId: vol-1\n", "VolumeId: vol-1   # want: FILL-IN words of the message\n", 1)
			}
			if first.Text != want {
				t.Errorf("like %q as %s:\n%s", like, as, first.Text)
			}
			if !strings.Contains(text, "comes from a real account") {
				t.Errorf("like %q as %s: nothing says that it comes from an account", like, as)
			}
		}
	}
}

// TestPlaceholders: an ID has the prefix that AWS gives it, so that nothing takes it for another kind's.
func TestPlaceholders(t *testing.T) {
	named := 0
	for _, k := range lint.Describe().Kinds {
		got := placeholderID(&k, "pass")
		if !strings.HasSuffix(k.ID, "Id") {
			named++
			continue
		}
		if regexp.MustCompile(`^([a-z]+-)+0b$|^00000000-0000-4000-8000-00000000000b$|^444455556666$`).FindString(got) == "" || strings.HasPrefix(got, "name-") {
			t.Errorf("%s has %s", k.Name, got)
		}
	}
	if len(idPrefixes)+named+2 != len(lint.Describe().Kinds) { // and accounts and reserved instances
		t.Errorf("%d prefixes and %d kinds with names, of %d kinds", len(idPrefixes), named, len(lint.Describe().Kinds))
	}
}

// TestNewPillar: a page begins with the pillar that fits its chapter.
func TestNewPillar(t *testing.T) {
	s, err := newShelf(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for chapter, want := range map[string]string{"access": "security", "backup": "reliability", "boot": "reliability", "cost": "cost", "network": "security", "operations": "operations", "resilience": "reliability", "storage": "performance", "batch": "reliability"} {
		if got := s.pillar(chapter); got != want {
			t.Errorf("%s is about %s, want %s", chapter, got, want)
		}
	}
	page := (&blankPage{title: "New words", pillar: "cost"}).page()
	if !strings.Contains(page, "\npillar: cost # FILL-IN") {
		t.Error(page)
	}
	lang := lint.Describe()
	for kind, want := range map[string]string{"address": "such as address.monthlyCost(), or", "instance": "such as price(NAME), or"} {
		k := lang.Kinds[slices.IndexFunc(lang.Kinds, func(k lint.KindDoc) bool { return k.Name == kind })]
		page := blankPage{title: "New words", pillar: "cost", kind: &k}
		if !strings.Contains(page.page(), "\nwaste: FILL-IN what it costs in US dollars a month, "+want) {
			t.Errorf("a page about the costs of the kind %s does not ask for them", kind)
		}
		if page.pillar = "security"; strings.Contains(page.page(), "waste") {
			t.Errorf("a page about the security of the kind %s asks for costs", kind)
		}
	}
}

// TestYAMLText: a text reads back as it was.
func TestYAMLText(t *testing.T) {
	for _, s := range []string{"Name every volume", "null", "True", "a: b", "it's", `say "x"`, "- a", "a #b", "[a] b", "é a", "7 a", "a\tb", "a, b", "100 %"} {
		b := patterns.Block{Role: "front matter", Text: "{a: " + yamlText(s) + "}\n", Line: 1}
		n, errs := b.YAML()
		if len(errs) > 0 || len(n.Content) != 2 || n.Content[1].Value != s || n.Content[1].Tag != "!!str" {
			t.Errorf("%s: %v", yamlText(s), errs)
		}
	}
}

// TestFenced: a fence is longer than what stands in it.
func TestFenced(t *testing.T) {
	for text, want := range map[string]string{"a": "```yaml pass\na\n```\n", "```\n````\n": "`````yaml pass\n```\n````\n`````\n"} {
		if got := fenced("yaml pass", text); got != want {
			t.Errorf("%q", got)
		}
	}
}

// TestNewParams: params of every type read back as they were.
func TestNewParams(t *testing.T) {
	const front = "---\ntitle: A b\nsummary: A b.\npillar: cost\nseverity: low\nsince: 0.1.0\n"
	const list = "params:\n" +
		"  a: {type: bool, default: true, doc: A b.}\n" +
		"  b: {type: double, default: 0.25, doc: \"A, b.\"}\n" +
		"  c: {type: duration, default: 720h, doc: A b.}\n" +
		"  d: {type: int, default: 7, doc: A b.}\n" +
		"  e: {type: list, default: [22, 3389], doc: A b.}\n" +
		"  f: {type: list, default: [\"db\", \"a, b\"], doc: A b.}\n" +
		"  g: {type: list, default: [], doc: A b.}\n" +
		"  h: {type: string, default: \"say \\\"x\\\"\", doc: A b.}\n"
	page := front + list + "---\nA.\n"
	for _, s := range patterns.Outline() {
		if !s.Optional && !s.WithRule {
			page += "\n## " + s.Title + "\n\nWords.\n"
		}
	}
	p, err := patterns.Parse("tests/x.md", []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	if got := params(p.Params); got != list {
		t.Errorf("%s", got)
	}
}

// TestNewWrites: a file comes whole, and none is written over, whatever kind of file it is.
func TestNewWrites(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "x.md")
	if err := writeNew(name, "one"); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.md")
	if err := os.Symlink(filepath.Join(dir, "nothing"), link); err != nil {
		t.Logf("no links here: %v", err)
	} else if err := writeNew(link, "two"); err == nil {
		t.Error("a link is written through")
	}
	err := writeNew(name, "two")
	if data, _ := os.ReadFile(name); err == nil || string(data) != "one" || !regexp.MustCompile(`x\.md is there already, and is not overwritten$`).MatchString(err.Error()) {
		t.Errorf("%q, %v", data, err)
	}
}
