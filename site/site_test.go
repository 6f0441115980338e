package site

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

// guidance is a pattern without a rule; the argument stands in its section Solution.
func guidance(title, front, solution string) string {
	return fmt.Sprintf(`---
title: %s
summary: A summary of %s.
pillar: cost
severity: low
since: 0.1.0
%s---
The state we want.

## In one minute

Short.

## Problem

Long.

## Forces

Pulling.

## Solution

%s

## Consequences

None.

## Rule

A linter cannot see it.
`, title, title, front, solution)
}

// ruled is a pattern with all that a pattern can have.
const ruled = `---
title: Leave gp2 burst behind
summary: Give a volume a rate it can hold all day.
pillar: performance
severity: high
since: 0.1.0
aliases: [avoid-gp2]
requires: [measure-first]
related: [keep-copies]
conflicts: [spend-nothing]
params:
  min_size: {type: int, default: 1000, doc: The least size in GiB.}
  max_age: {type: duration, default: 720h, doc: The oldest snapshot.}
  roles: {type: list, default: [db, mail], doc: Words that mark a load.}
checks:
  prowler: [ec2_ebs_type]
  security-hub: [EC2.1, EC2.2]
references:
  - {title: "EBS User Guide: volumes", url: "https://docs.aws.amazon.com/ebs/"}
---
A volume has a *baseline* at least as high as its load.

## In one minute

Quick for half an hour, see [the rule](#rule).

## Problem

It ran out of ~~luck~~ credit.[^1]

[^1]: Credits refill slowly.

## Forces

- Small is cheap: [first measure](measure-first.md#solution).
- Copies: [keep them](../backup/keep-copies.md), [more](../backup/README.md).

## Solution

### Step one: ` + "`gp3`" + `

| type | IOPS |
| --- | ---: |
| gp2 | 100 |

` + "```sh\naws ec2 modify-volume --volume-id \"$id\" # now\n```" + `

## Consequences

> It costs.

## Rule

It reads configuration.

` + "```yaml rule\nresource: volume\nwhen: volume.VolumeType == \"gp2\"\nrequire: volume.Size >= params.min_size\nmessage: ${volume.Size} GiB of gp2\n```" + `

## Examples

A small one.

` + "```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 25 GiB of gp2\n    Size: 25\n  - {VolumeId: vol-0b, Size: 30}   # want: 30 GiB\n```" + `

A large one.

` + "```json pass\n{\"Volumes\": [{\"VolumeId\": \"vol-0c\", \"Size\": 2000}]}\n```" + `

Nobody knows.

` + "```yaml unknown\nGaps: [DescribeVolumes]\n```" + `

## Fix

` + "```sh fix\naws ec2 modify-volume --volume-id ${volume.VolumeId} --volume-type gp3\n```\n"

// ruledFiles is a catalog around ruled.
func ruledFiles() fstest.MapFS {
	return mapFS(map[string]string{
		"storage/README.md":                 "# Storage\n\nDisks that `keep` their [speed](leave-gp2-burst-behind.md).\n\n## Order\n\nSee [backup](../backup/README.md).\n",
		"storage/leave-gp2-burst-behind.md": ruled,
		"storage/measure-first.md":          guidance("Measure first", "", "Measure."),
		"backup/keep-copies.md":             guidance("Keep copies", "", "Copy."),
		"backup/spend-nothing.md":           guidance("Spend nothing", "", "Stop."),
	})
}

func mapFS(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return fsys
}

func load(t testing.TB, fsys fstest.MapFS) *patterns.Catalog {
	t.Helper()
	cat, err := patterns.Load(patterns.Source{Name: "patterns", FS: fsys, Builtin: true})
	if err != nil {
		t.Fatalf("the test's catalog does not load:\n%v", err)
	}
	return cat
}

// render gives all files of a site, after the checks that every site must pass.
func render(t testing.TB, s Site) map[string][]byte {
	t.Helper()
	files, err := renderAll(t, s)
	if err != nil {
		t.Fatal(err)
	}
	checkSite(t, files)
	return files
}

func renderAll(t testing.TB, s Site) (map[string][]byte, error) {
	t.Helper()
	var mu sync.Mutex
	files := map[string][]byte{}
	err := Render(t.Context(), s, func(name string, data []byte) error {
		mu.Lock()
		defer mu.Unlock()
		files[name] = data
		return nil
	})
	return files, err
}

func parseHTML(t testing.TB, data []byte) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// all gives the elements with a tag and, where class is not "", a class.
func all(root *html.Node, tag, class string) (out []*html.Node) {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag && (class == "" || strings.Contains(" "+attr(n, "class")+" ", " "+class+" ")) {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf is the text below a node with its white space folded.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func texts(ns []*html.Node) (out []string) {
	for _, n := range ns {
		out = append(out, textOf(n))
	}
	return out
}

func TestPatternPage(t *testing.T) {
	cat := load(t, ruledFiles())
	example := cat.Pattern("leave-gp2-burst-behind").Examples[0]
	files := render(t, Site{
		Catalog: cat, BaseURL: "https://example.org/docs", Version: "1.2.3",
		Notes: map[string][]Note{"leave-gp2-burst-behind": {
			{Line: example.Line + 1, Text: "25 GiB of gp2"},
			{Line: example.Line + 3, Text: "30 GiB <b>of</b> gp2"},
		}},
	})
	data := files["patterns/leave-gp2-burst-behind/index.html"]
	golden(t, "pattern.html", data)

	doc := parseHTML(t, data)
	t.Run("reports", func(t *testing.T) {
		fail := all(doc, "figure", "fail")[0]
		want := []string{
			"- VolumeId: vol-0a # want: 25 GiB of gp2 patlint reports: 25 GiB of gp2",
			"- {VolumeId: vol-0b, Size: 30} # want: 30 GiB patlint reports: 30 GiB <b>of</b> gp2",
		}
		if d := cmp.Diff(want, texts(all(fail, "span", "flag"))); d != "" {
			t.Error(d)
		}
		if !strings.Contains(string(data), "<span hidden>   # want: 25 GiB of gp2</span>") {
			t.Error("the author's comment is not set apart")
		}
	})
	t.Run("labels", func(t *testing.T) {
		for class, want := range map[string]string{"fail": "Fail", "pass": "Pass", "unknown": "Unknown", "rule": "Rule", "fix": "Fix"} {
			if got := textOf(all(all(doc, "figure", class)[0], "b", "")[0]); got != want {
				t.Errorf("the %s block is labelled %q", class, got)
			}
		}
	})
	t.Run("params", func(t *testing.T) {
		rows := texts(all(all(doc, "table", "params")[0], "tr", ""))
		want := []string{
			"ParamTypeDefaultMeaning", "min_sizeint1000The least size in GiB.", "max_ageduration720hThe oldest snapshot.", "roleslistdb, mailWords that mark a load.",
		}
		if d := cmp.Diff(want, rows); d != "" {
			t.Error(d)
		}
	})
	t.Run("contents", func(t *testing.T) {
		want := []string{
			"#in-one-minute", "#problem", "#forces", "#solution", "#step-one-gp3", "#consequences", "#rule", "#examples", "#fix",
			"#related-patterns", "#elsewhere", "#references",
		}
		for _, nav := range append(all(doc, "nav", "toc"), all(doc, "details", "toc")...) {
			var got []string
			for _, a := range all(nav, "a", "") {
				got = append(got, attr(a, "href"))
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s: %s", nav.Data, d)
			}
		}
	})
	t.Run("links", func(t *testing.T) {
		text := string(data)
		for _, want := range []string{
			`href="../../patterns/measure-first/index.html#solution"`, `href="../../patterns/keep-copies/index.html"`, `href="../../chapters/backup/index.html"`,
			`href="#rule"`, `<link rel="canonical" href="https://example.org/docs/patterns/leave-gp2-burst-behind/">`,
			`href="https://github.com/patlint/patlint/blob/main/patterns/storage/leave-gp2-burst-behind.md"`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the page has no %s", want)
			}
		}
	})
	t.Run("table", func(t *testing.T) {
		cells := all(doc, "td", "right")
		if len(cells) != 1 || textOf(cells[0]) != "100" {
			t.Errorf("the right-aligned cells are %q", texts(cells))
		}
		for _, table := range all(doc, "table", "") {
			if box := table.Parent; attr(box, "class") != "scroll" || attr(box, "tabindex") != "0" {
				t.Error("a table stands outside a box that the keyboard can scroll")
			}
		}
	})
}

func TestGuidancePage(t *testing.T) {
	files := render(t, Site{Catalog: load(t, ruledFiles())})
	note := all(parseHTML(t, files["patterns/measure-first/index.html"]), "p", "note")
	if len(note) != 1 || !strings.HasPrefix(textOf(note[0]), "Guidance only.") {
		t.Errorf("the notices are %q", texts(note))
	}
	if note := all(parseHTML(t, files["patterns/leave-gp2-burst-behind/index.html"]), "p", "note"); len(note) > 0 {
		t.Errorf("a pattern with a rule says %q", texts(note))
	}
}

func TestChapterAndHomePage(t *testing.T) {
	files := render(t, Site{Catalog: load(t, ruledFiles())})
	storage := parseHTML(t, files["chapters/storage/index.html"])
	if d := cmp.Diff([]string{"Order #", "2 patterns"}, texts(all(storage, "h2", ""))); d != "" {
		t.Error(d)
	}
	wantCards := []string{
		"Leave gp2 burst behind leave-gp2-burst-behind Give a volume a rate it can hold all day. high performance",
		"Measure first measure-first A summary of Measure first. low cost guidance only",
	}
	if d := cmp.Diff(wantCards, texts(all(storage, "li", "card"))); d != "" {
		t.Error(d)
	}
	for _, m := range all(storage, "meta", "") {
		if attr(m, "name") == "description" && attr(m, "content") != "Disks that keep their speed." {
			t.Errorf("the description is %q", attr(m, "content"))
		}
	}
	var ways []string
	for _, a := range all(all(storage, "nav", "turn")[0], "a", "") {
		ways = append(ways, attr(a, "rel")+" "+attr(a, "href"))
	}
	if d := cmp.Diff([]string{"prev ../../chapters/backup/index.html"}, ways); d != "" {
		t.Errorf("more chapters: %s", d)
	}
	if home := parseHTML(t, files["index.html"]); !strings.Contains(textOf(home), "patlint check --region us-east-1") {
		t.Error("the home page does not say how to check an account")
	}
}

func TestAlias(t *testing.T) {
	for _, base := range []string{"", "https://example.org/"} {
		files := render(t, Site{Catalog: load(t, ruledFiles()), BaseURL: base})
		text := string(files["patterns/avoid-gp2/index.html"])
		canonical := "../../patterns/leave-gp2-burst-behind/index.html"
		if base != "" {
			canonical = "https://example.org/patterns/leave-gp2-burst-behind/"
		}
		for _, want := range []string{
			`<meta http-equiv="refresh" content="0; url=../../patterns/leave-gp2-burst-behind/index.html">`,
			`<link rel="canonical" href="` + canonical + `">`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("with base URL %q the page has no %s:\n%s", base, want, text)
			}
		}
	}
}

// TestReplaced: links that were written for a page lead to the one that has taken its place, which may lack the heading.
func TestReplaced(t *testing.T) {
	builtin := patterns.Source{Name: "patterns", Builtin: true, FS: mapFS(map[string]string{
		"a/one.md": guidance("One", "", "Do."),
		"a/two.md": guidance("Two", "related: [one]\n", "See [x](one.md), [y](one.md#lost) and [z](one.md#solution)."),
	})}
	mine := patterns.Source{Name: "mine", FS: mapFS(map[string]string{"b/ours.md": guidance("Ours", "replaces: one\n", "Do.")})}
	cat, err := patterns.Load(builtin, mine)
	if err != nil {
		t.Fatal(err)
	}
	out := render(t, Site{Catalog: cat})
	var links []string
	for _, a := range all(parseHTML(t, out["patterns/two/index.html"]), "a", "") {
		if text := textOf(a); text == "x" || text == "y" || text == "z" {
			links = append(links, attr(a, "href"))
		}
	}
	if got, want := strings.Join(links, " "), "../../patterns/ours/index.html ../../patterns/ours/index.html ../../patterns/ours/index.html#solution"; got != want {
		t.Errorf("links %s, want %s", got, want)
	}
	if !strings.Contains(string(out["patterns/one/index.html"]), "../../patterns/ours/index.html") {
		t.Error("the address of the replaced page does not lead on")
	}
}

func TestPrivateCatalogHasNoSourceLink(t *testing.T) {
	cat, err := patterns.Load(patterns.Source{Name: "/home/jo/secret", FS: ruledFiles()})
	if err != nil {
		t.Fatal(err)
	}
	history := map[string]Change{}
	for _, p := range cat.Patterns {
		history[p.File] = Change{Time: time.Unix(1_760_000_000, 0), Subject: "Add it"}
	}
	for name, data := range render(t, Site{Catalog: cat, BaseURL: "https://example.org/", History: history, Cards: true}) {
		if bytes.Contains(data, []byte("blob/main")) || bytes.Contains(data, []byte("/home/jo")) {
			t.Errorf("%s tells where the catalog lies", name)
		}
	}
}

func TestDefaultText(t *testing.T) {
	p := patterns.Pattern{}
	for _, c := range []struct{ front, want string }{
		{"{type: duration, default: 90m, doc: A.}", "1h30m"}, {"{type: duration, default: 5m, doc: A.}", "5m"}, {"{type: duration, default: 0s, doc: A.}", "0s"},
		{"{type: duration, default: 1h5s, doc: A.}", "1h0m5s"}, {"{type: list, default: [22, 3389], doc: A.}", "22, 3389"}, {"{type: bool, default: true, doc: A.}", "true"},
		{"{type: double, default: 2.5, doc: A.}", "2.5"}, {"{type: list, default: [], doc: A.}", "none"},
	} {
		cat := load(t, mapFS(map[string]string{"a/b.md": guidance("B", "params:\n  x: "+c.front+"\n", "Do.")}))
		p = *cat.Pattern("b")
		if got := p.Params[0].DefaultText(); got != c.want {
			t.Errorf("%s: the default is shown as %q, want %q", c.front, got, c.want)
		}
	}
}

var assetHash = regexp.MustCompile(`(assets/[\w-]+)\.[0-9a-f]{10}\.`)

// golden compares with a file of testdata; the hashes in asset names are left out, or each change of style would touch it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = assetHash.ReplaceAll(got, []byte("$1.HASH."))
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs; look at the change and run go test -update (-want +got):\n%s", file, d)
	}
}

// TestTextPages: the glossary and the reference are pages that every other leads to, and that links may name.
func TestTextPages(t *testing.T) {
	cat := load(t, mapFS(map[string]string{
		"c/x.md":      guidance("Keep it", "", "See [burst](../glossary.md#burst)."),
		"glossary.md": "# Words\n\nWhat *they* mean.\n\n## Burst\n\nSee [Keep it](c/x.md).\n",
	}))
	files := render(t, Site{Catalog: cat, Texts: []Text{{Name: "reference", Bar: "Rules", Title: "What rules can name", Summary: "All.", Body: "All of it.\n\n## Kinds\n\n### volume\n\n```text\nSize  int\n```\n"}}})
	checkSite(t, files)
	for name, want := range map[string]string{"glossary/index.html": "Words", "reference/index.html": "What rules can name"} {
		doc := parseHTML(t, files[name])
		if got := texts(all(doc, "h1", "")); len(got) != 1 || got[0] != want {
			t.Errorf("%s has the titles %q", name, got)
		}
		for at, data := range files {
			if strings.HasSuffix(at, ".html") && !strings.Contains(string(data), name) && at != name {
				t.Errorf("%s does not lead to %s", at, name)
			}
		}
	}
	if page := string(files["patterns/x/index.html"]); !strings.Contains(page, `href="../../glossary/index.html#burst"`) {
		t.Error("a link to the glossary is not rewritten")
	}
	if page := string(files["glossary/index.html"]); !strings.Contains(page, `href="../patterns/x/index.html"`) || !strings.Contains(page, `content="What they mean."`) {
		t.Error("the glossary does not link to the pattern, or has no description")
	}
	if plain := render(t, Site{Catalog: load(t, mapFS(map[string]string{"c/x.md": guidance("Keep it", "", "x")}))}); plain["glossary/index.html"] != nil || plain["reference/index.html"] != nil {
		t.Error("pages without content are made")
	}
}
