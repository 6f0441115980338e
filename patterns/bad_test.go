package patterns

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// page is the smallest page with a rule. Tests spoil one thing in it; the numbers of its lines stand in what they want.
var page = "---\n" + front + "---\n" + fences(body)

const front = `title: Keep it small
summary: A small page has one of each, so that a test can spoil it.
pillar: cost
severity: low
since: 0.1.0
`

const body = `The state we want.

## In one minute

Words.

## Problem

Words.

## Forces

Words.

## Solution

Words.

## Consequences

Words.

## Rule

Words.

` + ruleBlock + `
## Examples

Words.

` + failBlock + `
` + passBlock + `
## Fix

` + fixBlock

const ruleBlock = `~~~yaml rule
resource: volume
require: volume.Size < 10
message: ${volume.Size} GiB
~~~
`

const failBlock = `~~~yaml fail
Volumes:
  - VolumeId: vol-1 # want: 20 GiB
    Size: 20
~~~
`

const passBlock = `~~~yaml pass
Volumes:
  - VolumeId: vol-1
    Size: 5
~~~
`

const fixBlock = `~~~sh fix
aws ec2 delete-volume --volume-id ${volume.VolumeId}
~~~
`

// fences writes backticks, which a string of Go's cannot hold together with line breaks.
func fences(s string) string { return strings.ReplaceAll(s, "~~~", "```") }

const pageFile = "patterns/storage/keep-it-small.md"

// spoil replaces each odd string by the even one behind it; each stands once in the page.
func spoil(t testing.TB, edits ...string) string {
	t.Helper()
	out := page
	for i := 0; i+1 < len(edits); i += 2 {
		old := fences(edits[i])
		if strings.Count(out, old) != 1 {
			t.Fatalf("%q stands %d times in the page", old, strings.Count(out, old))
		}
		out = strings.Replace(out, old, fences(edits[i+1]), 1)
	}
	return out
}

const inOrder = "Context, In one minute, Problem, Forces, Solution, Evidence, Field story, Consequences, Rule, Examples, Fix"

// badPages are mistakes that one file alone shows. Their texts are what a contributor reads, so the whole text is held.
var badPages = []struct {
	name  string
	edits []string
	want  []string // without the file
}{
	{"no front matter", []string{"---\ntitle", "title"}, []string{
		"1:1: the file has no front matter; it begins with a line of three hyphens and ends at the next such line",
	}},
	{"unclosed front matter", []string{"0.1.0\n---\n", "0.1.0\n"}, []string{
		"1:1: the front matter that begins here does not end; write a line of three hyphens behind its last key",
	}},
	{"empty front matter", []string{front, ""}, []string{"1:1: the front matter block is empty"}},
	{"comments alone in the front matter", []string{front, "# later\n"}, []string{"1:1: the front matter block is empty"}},
	{"front matter is a list", []string{front, "- title\n"}, []string{
		"2:1: the front matter is a mapping of keys and values: title: Attach before mount",
	}},
	{"unknown key", []string{"pillar: cost", "pillar: cost\npilar: cost"}, []string{
		"5:1: unknown key pilar; did you mean pillar?",
	}},
	{"missing keys", []string{"pillar: cost\n", "", "since: 0.1.0\n", ""}, []string{
		"2:1: the front matter has no pillar; write pillar: and one of cost, operations, performance, reliability, security",
		"2:1: the front matter has no since; write since: and the version that brings it, such as 0.1.0",
	}},
	{"bad severity", []string{"severity: low", "severity: urgent"}, []string{"5:11: \"urgent\" is not one of critical, high, medium, low, info"}},
	{"bad pillar", []string{"pillar: cost", "pillar: Cost"}, []string{
		`4:9: "Cost" is not one of cost, operations, performance, reliability, security; did you mean cost?`,
	}},
	{"bad version", []string{"since: 0.1.0", "since: 0.1"}, []string{"6:8: \"0.1\" is not a version such as 0.1.0"}},
	{"summary too long", []string{"so that a test can spoil it.", strings.Repeat("word ", 30) + "end."}, []string{
		"3:10: 184 characters are too many; write at most 140",
	}},
	{"Markdown in the summary", []string{"A small page has", "A `small` page has"}, []string{
		"3:10: plain text is wanted here, without Markdown or line breaks; write it in words alone",
	}},
	{"summary without a full stop", []string{"spoil it.", "spoil it"}, []string{"3:10: a sentence ends with a full stop; write one"}},
	{"summary on two lines", []string{"summary: A small page has one of each, so", "summary: |\n  A small page.\n  It has one of each, so"}, []string{
		"3:10: plain text is wanted here, without Markdown or line breaks; write it in words alone",
		"3:10: a sentence ends with a full stop; write one",
	}},
	{"title with a full stop", []string{"title: Keep it small", "title: Keep it small."}, []string{"2:8: a title has no full stop; take it away"}},
	{"title too long", []string{"title: Keep it small", "title: Keep it so small that the title of the page is the longest thing on it"}, []string{
		"2:8: 70 characters are too many; write at most 60",
	}},
	{"title is a list", []string{"title: Keep it small", "title: [Keep it small]"}, []string{"2:8: a text is wanted here"}},
	{"empty title", []string{"title: Keep it small", "title:"}, []string{"2:7: a text is wanted here"}},
	{"bad alias", []string{"since: 0.1.0", "since: 0.1.0\naliases: [keep-small, Keep_Small]"}, []string{
		"7:23: \"Keep_Small\" is not an ID: lower-case words with hyphens",
	}},
	{"aliases that are no texts", []string{"since: 0.1.0", "since: 0.1.0\naliases: [[a], {b: c}]"}, []string{
		"7:11: a text is wanted here",
		"7:16: a text is wanted here",
	}},
	{"aliases that are no list", []string{"since: 0.1.0", "since: 0.1.0\naliases: keep-small"}, []string{"7:10: a list is wanted here: [one, two]"}},
	{"colon in a title", []string{"title: Keep it small", "title: Keep it: small"}, []string{
		"2:15: a colon cannot stand here; put a text that has a colon and a space in it into quotes",
	}},
	{"unclosed quote", []string{"title: Keep it small", `title: "Keep it small`}, []string{"2:8: the quotes that begin here do not end; write the second one"}},
	{"unclosed list", []string{"since: 0.1.0", "since: 0.1.0\naliases: [keep-small"}, []string{
		"7:21: a comma or a closing ] is missing here",
	}},
	{"tab for indentation", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n\tsize: {}"}, []string{
		"8:1: this line is indented with a tab; write spaces",
	}},
	{"bold title", []string{"title: Keep it small", "title: *Keep* it small"}, []string{
		"2:8: & and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes",
	}},
	{"asterisk alone", []string{"title: Keep it small", "title: * it small"}, []string{
		"2:9: & and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes",
	}},
	{"backtick in front", []string{"title: Keep it small", "title: `Keep` it small"}, []string{
		"2:8: no value begins with this character; put the text into quotes",
	}},
	{"duplicate key", []string{"pillar: cost", "pillar: cost\npillar: security"}, []string{"5:1: the key pillar stands here twice; take one of them away"}},
	{"anchor", []string{"pillar: cost", "pillar: &p cost", "severity: low", "severity: *p"}, []string{
		"4:9: & and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes",
		"5:11: & and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes",
	}},
	{"tag", []string{"since: 0.1.0", "since: !!str 0.1.0"}, []string{
		"6:8: a value that begins with ! is a YAML tag, which is not allowed; put the whole value into single quotes",
	}},
	{"key that is a list", []string{"pillar: cost", "? [pillar]\n: cost"}, []string{"4:3: a key is a single word"}},
	{"nested too deeply", []string{"pillar: cost", "pillar: " + strings.Repeat("[", 70) + strings.Repeat("]", 70)}, []string{"4:73: nested too deeply"}},
	{"unknown tool", []string{"since: 0.1.0", "since: 0.1.0\nchecks: {prowler: [a_b], lynis: [b]}"}, []string{
		"7:26: unknown tool lynis; known are checkov, cis, cloudsploit, config, custodian, prowler, security-hub, trivy, trusted-advisor",
	}},
	{"tool without a list", []string{"since: 0.1.0", "since: 0.1.0\nchecks: {prowler: a}"}, []string{"7:19: a list is wanted here: [one, two]"}},
	{"checks in another form", []string{"since: 0.1.0", `since: 0.1.0
checks:
  checkov: [CKV_AWS_79, CKV_79]
  cis: [5.0.0/5.7, "5.7"]
  cloudsploit: [openSSH, open-ssh]
  config: [restricted-ssh, INCOMING_SSH_DISABLED]
  custodian: [what they like]
  prowler: [ec2_ami_public, ec2-ami-public]
  security-hub: [EC2.13, ec2-13]
  trivy: [AWS-0107, AVD-AWS-0107]
  trusted-advisor: [Amazon EBS Snapshots, H7IgTzjTYb]`}, []string{
		`8:25: "CKV_79" has not the form of a check of Checkov; write it as in CKV_AWS_79`,
		`9:20: "5.7" has not the form of a check of CIS AWS Foundations Benchmark; write it as in 5.0.0/5.7`,
		`10:26: "open-ssh" has not the form of a check of CloudSploit; write it as in ec2MetadataOptions`,
		`11:28: "INCOMING_SSH_DISABLED" has not the form of a check of AWS Config; write it as in ec2-imdsv2-check`,
		`13:29: "ec2-ami-public" has not the form of a check of Prowler; write it as in ec2_instance_imdsv2_enabled`,
		`14:26: "ec2-13" has not the form of a check of AWS Security Hub; write it as in EC2.8`,
		`15:21: "AVD-AWS-0107" has not the form of a check of Trivy; write it as in AWS-0028`,
		`16:43: "H7IgTzjTYb" has not the form of a check of AWS Trusted Advisor; write it as in Amazon EBS Snapshots`,
	}},
	{"check that stands there twice", []string{"since: 0.1.0", "since: 0.1.0\nchecks: {trivy: [AWS-0107, AWS-0029, AWS-0107]}"}, []string{
		"7:38: AWS-0107 stands here twice; take one of them away",
	}},
	{"param without a doc", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  size: {type: int, default: 5}"}, []string{
		"8:3: a param has a type, a default and a doc",
	}},
	{"param of an unknown type", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  size: {type: number, default: 5, doc: A number.}"}, []string{
		"8:16: \"number\" is not one of bool, double, duration, int, list, string",
	}},
	{"param with a bad name", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  maxSize: {type: int, default: 5, doc: A number.}"}, []string{
		"8:3: \"maxSize\" is not the name of a param: lower-case words with underscores",
	}},
	{"param with an unknown key", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  size: {type: int, value: 5, doc: A number.}"}, []string{
		"8:21: unknown key value in a param; known are default, doc, type",
	}},
	{"param that is a value", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  size: 5"}, []string{"8:9: a param is a mapping of keys and values; write key: value"}},
	{"wrong defaults", []string{"since: 0.1.0", `since: 0.1.0
params:
  a: {type: int, default: five, doc: A number.}
  b: {type: int, default: "5", doc: A number.}
  c: {type: int, default: 5.5, doc: A number.}
  d: {type: double, default: .nan, doc: A number.}
  e: {type: duration, default: 5, doc: A time.}
  f: {type: duration, default: 30d, doc: A time.}
  g: {type: bool, default: yes, doc: A switch.}
  h: {type: string, default: 5, doc: A word.}
  i: {type: list, default: five, doc: Words.}
  j: {type: list, default: [1, two], doc: Words.}
  k: {type: list, default: [true], doc: Words.}
  l: {type: string, default: , doc: A word.}`}, []string{
		"8:27: the default of a is not a whole number",
		"9:27: the default of b is not a whole number",
		"10:27: the default of c is not a whole number",
		"11:30: the default of d is not a number",
		"12:32: the default of e is not a duration in h, m and s such as 720h",
		"13:32: the default of f is not a duration in h, m and s such as 720h",
		"14:28: the default of g is not true or false",
		"15:30: the default of h is not a text; put it into quotes",
		"16:28: the default of i is not a list of texts or of whole numbers",
		"17:28: the default of j is not a list of texts or of whole numbers",
		"18:28: the default of k is not a list of texts or of whole numbers",
		"19:30: the default of l is not a text; put it into quotes",
	}},
	{"http reference", []string{"since: 0.1.0", "since: 0.1.0\nreferences:\n  - {title: A page, url: http://example.com/}"}, []string{
		"8:26: an address that begins with https:// is wanted here",
	}},
	{"references with holes", []string{"since: 0.1.0", `since: 0.1.0
references:
  - {title: A page}
  - {title: "", url: "https://example.com/"}
  - {title: A page, url: "https://example.com/", date: 2026}
  - https://example.com/`}, []string{
		"8:5: a reference has a title and a url",
		"9:13: a text is wanted here",
		"10:50: unknown key date in a reference; known are title, url",
		`11:5: a reference has a title and a url; write {title: A title, url: "https://…"}`,
	}},

	{"nothing behind the front matter", []string{page[strings.Index(page, "The state"):], ""}, []string{"7:1: nothing stands behind the front matter"}},
	{"no opening paragraph", []string{"The state we want.\n\n", ""}, []string{"8:1: the page begins with a paragraph that says the state we want"}},
	{"level-1 heading", []string{"The state we want.", "The state we want.\n\n# Keep it small"}, []string{
		"10:1: no level-1 heading in a pattern; the title stands in the front matter",
	}},
	{"raw HTML", []string{"## Problem\n\nWords.", "## Problem\n\n<div>Words.</div>\n\nA line<br>break.\n\n<!-- a note -->"}, []string{
		"16:1: raw HTML is not shown on the site; write Markdown",
		"18:7: raw HTML is not shown on the site; write Markdown or put it into backticks",
	}},
	{"HTML behind a comment", []string{"## Problem\n\nWords.", "## Problem\n\nWords.\n\n<!-- a note --> <b>Words.</b>"}, []string{
		"18:1: a comment ends with --> and nothing stands behind it on the line",
	}},
	{"unclosed comment", []string{"## Fix\n", "## Fix\n\n<!-- a note\n"}, []string{
		"58:1: a comment ends with --> and nothing stands behind it on the line",
	}},
	{"line of hyphens below a text", []string{"## Problem\n\nWords.", "## Problem\n\nWords.\n---\nWords."}, []string{
		"16:1: the line of hyphens or equal signs below this text makes it a heading; put an empty line between them, or write ##",
	}},
	{"sections in the wrong order", []string{"## Problem\n\nWords.\n\n## Forces", "## Forces\n\nWords.\n\n## Problem"}, []string{
		"18:1: section Problem stands too late; the order is " + inOrder,
	}},
	{"section twice", []string{"## Consequences", "## Solution"}, []string{
		"26:1: section Solution stands here twice; put both under one heading",
		"60:1: section Consequences is missing; write ## Consequences behind section Solution",
	}},
	{"missing sections", []string{"## Forces\n\nWords.\n\n", "", "## Fix\n\n" + fixBlock, ""}, []string{
		"50:1: section Forces is missing; write ## Forces behind section Problem",
		"50:1: section Fix is missing; write ## Fix behind section Examples",
	}},
	{"unknown section", []string{"## Forces", "## Force"}, []string{
		`18:1: unknown section "Force"; did you mean ## Forces?`,
	}},
	{"empty section", []string{"## Forces\n\nWords.", "## Forces"}, []string{"18:1: section Forces is empty; write what belongs in it"}},
	{"empty heading", []string{"## Forces", "##"}, []string{
		"18:1: unknown section \"\"; the sections are " + inOrder,
		"60:1: section Forces is missing; write ## Forces behind section Problem",
	}},

	{"fence without a language", []string{"## Solution\n\nWords.", "## Solution\n\n~~~\nls\n~~~"}, []string{
		"24:1: a fenced block names its language: ```sh, ```yaml, ```json or ```text",
	}},
	{"empty fence without a language", []string{"## Solution\n\nWords.", "## Solution\n\n~~~\n~~~"}, []string{
		"24:1: a fenced block names its language: ```sh, ```yaml, ```json or ```text",
	}},
	{"fence without a language in a list", []string{"## Solution\n\nWords.", "## Solution\n\n1. Words.\n\n   ~~~\n   ls\n   ~~~"}, []string{
		"26:4: a fenced block names its language: ```sh, ```yaml, ```json or ```text",
	}},
	{"unknown word on a fence", []string{"~~~yaml pass", "~~~yaml good"}, []string{
		"50:4: unknown role good of a fenced block; known are fail, fix, pass, rule, unknown",
		"60:1: a pattern with a rule has at least one pass example; write a ```yaml pass block in section Examples",
	}},
	{"three words on a fence", []string{"~~~yaml pass", "~~~yaml pass example"}, []string{
		"50:4: unknown words behind yaml pass; a fence has a language and at most one role",
		"60:1: a pattern with a rule has at least one pass example; write a ```yaml pass block in section Examples",
	}},
	{"rule in JSON", []string{"~~~yaml rule", "~~~json rule"}, []string{"34:4: a rule block is written in yaml; write ```yaml rule"}},
	{"fail block in the wrong section", []string{"## Examples\n\nWords.\n\n~~~yaml fail", "~~~yaml fail", "~~~yaml pass", "## Examples\n\nWords.\n\n~~~yaml pass"}, []string{
		"40:4: a fail block belongs in section Examples; move it there",
	}},
	{"two rules", []string{ruleBlock, ruleBlock + "\n" + ruleBlock}, []string{
		"40:4: a pattern has one rule; write a second pattern for the second one",
	}},
	{"two fixes", []string{fixBlock, fixBlock + "\n" + fixBlock}, []string{"62:4: a pattern has one fix block"}},
	{"no pass example", []string{passBlock, ""}, []string{"55:1: a pattern with a rule has at least one pass example; write a ```yaml pass block in section Examples"}},
	{"no examples", []string{passBlock, "", failBlock, ""}, []string{
		"50:1: a pattern with a rule has at least one pass example; write a ```yaml pass block in section Examples",
		"50:1: a pattern with a rule has at least one fail example; write a ```yaml fail block in section Examples",
	}},
	{"examples without a rule", []string{ruleBlock, ""}, []string{
		"39:1: an example without a rule proves nothing; write a ```yaml rule block in section Rule",
		"45:1: an example without a rule proves nothing; write a ```yaml rule block in section Rule",
	}},
	{"empty rule", []string{ruleBlock, "~~~yaml rule\n~~~\n"}, []string{"34:1: the rule block is empty"}},
	{"rule without require and message", []string{"\nrequire: volume.Size < 10\nmessage: ${volume.Size} GiB", ""}, []string{
		"35:1: the rule has no require; write require: and what has to be true of each resource",
		"35:1: the rule has no message; write message: and what is wrong where it is not",
	}},
	{"misspelt key in the rule", []string{"require: volume.Size", "requires: volume.Size"}, []string{
		"36:1: unknown key requires in the rule; did you mean require?",
	}},
	{"rule with an empty require", []string{"require: volume.Size < 10", "require:"}, []string{"36:9: a text is wanted for require"}},
	{"rule with a list", []string{"resource: volume\n", "resource: [volume, snapshot]\n"}, []string{"35:11: a text is wanted for resource"}},
	{"rule that is a text", []string{ruleBlock, "~~~yaml rule\nvolume.Size < 10\n~~~\n"}, []string{"35:1: a rule is a mapping of keys and values; write key: value"}},
	{"duplicate key in the rule", []string{"require: volume.Size < 10", "require: volume.Size < 10\nrequire: volume.Size > 2"}, []string{
		"37:1: the key require stands here twice; take one of them away",
	}},
	{"second document in the rule", []string{"message: ${volume.Size} GiB", "message: ${volume.Size} GiB\n---\nresource: volume"}, []string{
		"38:1: a second YAML document begins here; take the line of hyphens away",
	}},
	{"broken YAML in a rule in a list", []string{
		ruleBlock,
		"- Words.\n\n  ~~~yaml rule\n  resource: volume\n  require: \"a\" + b\n  message: ${volume.Size} GiB\n  ~~~\n"}, []string{
		`38:16: the value that begins with " ends in front of this; put the whole value into single quotes`,
	}},

	{"not UTF-8", []string{"Keep it small", "Keep it sm\xe4ll"}, []string{"2:18: this is not UTF-8 text"}},
	{"NUL", []string{"## Forces\n\nWords.", "## Forces\n\nWo\x00rds."}, []string{
		"20:3: the control character U+0000 is not allowed; the file is plain text",
	}},
	{"carriage return alone", []string{"## Forces\n\nWords.", "## Forces\n\nWords.\rWords."}, []string{
		"20:7: the control character U+000D is not allowed; the file is plain text",
	}},
	{"line separator", []string{"message: ${volume.Size} GiB", "message: ${volume.Size}\u2028GiB"}, []string{
		"37:24: the control character U+2028 is not allowed; the file is plain text",
	}},
	{"50,000 quotes", []string{"## Forces\n\nWords.", "## Forces\n\n" + strings.Repeat(">", 50_000)}, []string{
		"20:25: lists and quotes stand in each other at most 24 deep; begin a section of its own",
	}},
	{"50,000 marks of emphasis", []string{"## Forces\n\nWords.", "## Forces\n\n" + strings.Repeat("*a_ ", 25_000)}, []string{
		"20:4001: more than 2000 marks of emphasis in one paragraph; divide it, or put code into a block of code",
	}},
	{"many mistakes", []string{"title: Keep it small", "title: Keep it small.", "severity: low", "severity: bad", "## Forces", "## Force", "require: volume", "must: volume", "~~~sh fix", "~~~bash fix"}, []string{
		"2:8: a title has no full stop; take it away",
		"5:11: \"bad\" is not one of critical, high, medium, low, info",
		"18:1: unknown section \"Force\"; did you mean ## Forces?",
		"36:1: unknown key must in the rule; known are message, require, resource, waste, when",
		"58:4: a fix block is written in sh; write ```sh fix",
	}},
}

// diffErrors compares an error with lines of line:column: message, all of one file.
func diffErrors(t *testing.T, file string, want []string, err error) {
	t.Helper()
	var full []string
	for _, w := range want {
		full = append(full, file+":"+w)
	}
	if diff := cmp.Diff(full, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestBadPages(t *testing.T) {
	for _, tt := range badPages {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Parse(pageFile, []byte(spoil(t, tt.edits...)))
			if err == nil || p != nil {
				t.Fatalf("got %v, error %v; want no pattern and an error", p, err)
			}
			diffErrors(t, pageFile, tt.want, err)
		})
	}
}

// TestBadCatalogs has the mistakes that show between files, or before a file is read.
func TestBadCatalogs(t *testing.T) {
	with := func(old, new string) string { return spoil(t, old, new) }
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"pattern at the top level", map[string]string{"keep-it-small.md": page}, []string{
			"mine/keep-it-small.md:1:1: a pattern belongs in a chapter's folder; move it to <chapter>/<id>.md",
		}},
		{"pattern two folders down", map[string]string{"storage/ebs/keep-it-small.md": page}, []string{
			"mine/storage/ebs/keep-it-small.md:1:1: a pattern belongs in a chapter's folder; move it to <chapter>/<id>.md",
		}},
		{"bad name of a folder", map[string]string{"My Patterns/keep-it-small.md": page}, []string{
			"mine/My Patterns/keep-it-small.md:1:1: the folder name My Patterns is not a chapter's: lower-case words with hyphens; name it my-patterns",
		}},
		{"bad file names", map[string]string{"storage/Keep_Small.md": page, "storage/" + strings.Repeat("long-", 12) + "name.md": page}, []string{
			"mine/storage/Keep_Small.md:1:1: the file name Keep_Small.md is not an ID: lower-case words with hyphens, at most 60 characters; name it keep-small.md",
			"mine/storage/long-long-long-long-long-long-long-long-long-long-long-long-name.md:1:1: the file name long-long-long-long-long-long-long-long-long-long-long-long-name.md is not an ID: lower-case words with hyphens, at most 60 characters",
		}},
		{"reserved name", map[string]string{"storage/index.md": page}, []string{"mine/storage/index.md:1:1: the ID index is reserved; write another name for the file"}},
		{"one ID in two chapters", map[string]string{"cost/keep-it-small.md": page, "storage/keep-it-small.md": page}, []string{
			"mine/storage/keep-it-small.md:1:1: the ID keep-it-small is taken by mine/cost/keep-it-small.md; an ID is unique over all chapters and catalogs, so write another one",
		}},
		{"alias of another pattern", map[string]string{"cost/a.md": page, "cost/b.md": with("since: 0.1.0", "since: 0.1.0\naliases: [c, a]")}, []string{
			"mine/cost/b.md:7:14: the ID a is taken by mine/cost/a.md; an ID is unique over all chapters and catalogs, so write another one",
		}},
		{"alias of its own", map[string]string{"cost/a.md": with("since: 0.1.0", "since: 0.1.0\naliases: [a, b, b]")}, []string{
			"mine/cost/a.md:7:11: this pattern has the ID a already",
			"mine/cost/a.md:7:17: this pattern has the ID b already",
		}},
		{"references that lead nowhere", map[string]string{"cost/a.md": with("since: 0.1.0", "since: 0.1.0\nrequires: [b]\nrelated:\n  - c\nconflicts: [\"d\"]")}, []string{
			"mine/cost/a.md:7:12: there is no pattern b; patlint list shows all",
			"mine/cost/a.md:9:5: there is no pattern c; patlint list shows all",
			"mine/cost/a.md:10:13: there is no pattern d; patlint list shows all",
		}},
		{"references to itself", map[string]string{"cost/a.md": with("since: 0.1.0", "since: 0.1.0\naliases: [b]\nrelated: [a, b]")}, []string{
			"mine/cost/a.md:8:11: a pattern does not refer to itself",
			"mine/cost/a.md:8:14: a pattern does not refer to itself",
		}},
		{"10 MB", map[string]string{"cost/a.md": strings.Repeat("x", 10<<20)}, []string{
			"mine/cost/a.md:1:1: the file has 10485760 bytes; a pattern has at most 1048576",
		}},
		{"binary junk", map[string]string{"cost/a.md": "\x7fELF\x02\x01\x01\x00\x00", "cost/b.md": "\xff\xfe-\x00-\x00-\x00", "cost/c.md": ""}, []string{
			"mine/cost/a.md:1:1: the control character U+007F is not allowed; the file is plain text",
			"mine/cost/b.md:1:1: this is not UTF-8 text",
			"mine/cost/c.md:1:1: the file has no front matter; it begins with a line of three hyphens and ends at the next such line",
		}},
		{"chapters without an introduction", map[string]string{
			"a/README.md": "Words.", "b/README.md": "\n# Title\n\n- a list\n", "c/README.md": "## Title\n\nWords.\n",
			"d/README.md": "", "e/README.md": "Title\n=====\n\nWords.\n", "f/README.md": "# Title\n\nWor\xffds.",
		}, []string{
			"mine/a/README.md:1:1: a chapter's README.md begins with its title as a level-1 heading: # Title",
			"mine/b/README.md:2:1: a chapter's README.md has a paragraph below its title that sums it up",
			"mine/c/README.md:1:1: a chapter's README.md begins with its title as a level-1 heading: # Title",
			"mine/d/README.md:1:1: a chapter's README.md begins with its title as a level-1 heading: # Title",
			"mine/e/README.md:1:1: a chapter's README.md begins with its title as a level-1 heading: # Title",
			"mine/f/README.md:3:4: this is not UTF-8 text",
		}},
		{"a glossary out of order", map[string]string{"a/x.md": page, "glossary.md": "# Words\n\nThe words.\n\n## Volume\n\nx\n\n## burst\n\nx\n\n## Burst\n\nx\n"}, []string{
			"mine/glossary.md:9:1: the term burst belongs before Volume: terms are in alphabetical order",
			"mine/glossary.md:13:1: the term Burst stands in line 9 already",
		}},
		{"a glossary without a title", map[string]string{"a/x.md": page, "glossary.md": "The words.\n"}, []string{"mine/glossary.md:1:1: a glossary begins with its title as a level-1 heading: # Title"}},
		{"texts that nobody can read", map[string]string{
			"a/README.md": "# Title\n\n" + strings.Repeat(">", 50_000), "a/x.md": page, "glossary.md": "# Words\n\n" + strings.Repeat("*a_ ", 25_000),
		}, []string{
			"mine/a/README.md:3:25: lists and quotes stand in each other at most 24 deep; begin a section of its own",
			"mine/glossary.md:3:4001: more than 2000 marks of emphasis in one paragraph; divide it, or put code into a block of code",
		}},
		// Everything at once, in the order of files and lines: nobody mends one mistake to be shown the next.
		{"all errors of all files", map[string]string{
			"top.md":         page,
			"cost/a.md":      page,
			"cost/b.md":      spoil(t, "pillar: cost", "pillar: money", "since: 0.1.0", "since: 0.1.0\nrelated: [a, z]"),
			"cost/README.md": "no heading",
			"storage/a.md":   with("## Forces", "## Force"),
		}, []string{
			"mine/cost/README.md:1:1: a chapter's README.md begins with its title as a level-1 heading: # Title",
			`mine/cost/b.md:4:9: "money" is not one of cost, operations, performance, reliability, security`,
			"mine/cost/b.md:7:14: there is no pattern z; patlint list shows all",
			"mine/storage/a.md:1:1: the ID a is taken by mine/cost/a.md; an ID is unique over all chapters and catalogs, so write another one",
			`mine/storage/a.md:18:1: unknown section "Force"; did you mean ## Forces?`,
			"mine/top.md:1:1: a pattern belongs in a chapter's folder; move it to <chapter>/<id>.md",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cat, err := Load(source("mine", tt.files))
			if err == nil || cat != nil {
				t.Fatalf("got %v, error %v; want no catalog and an error", cat, err)
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if _, ok := err.(Errors); !ok {
				t.Errorf("the error is a %T, not Errors", err)
			}
		})
	}
}

// source makes a catalog's folder.
func source(name string, files map[string]string) Source {
	fsys := fstest.MapFS{}
	for file, text := range files {
		fsys[file] = &fstest.MapFile{Data: []byte(text)}
	}
	return Source{Name: name, FS: fsys}
}
