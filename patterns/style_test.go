package patterns

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const styleGlossary = "# Words\n\nWhat they mean.\n\n## Availability Zone\n\nA part of a region.\n\n## Multi-Attach\n\nA setting.\n\n## Provisioned IOPS\n\nA rate.\n\n## SLA\n\nA promise.\n"

// styleOf gives what Style finds on a page, without the file's name.
func styleOf(t testing.TB, src string) []string {
	t.Helper()
	cat, err := styled(src)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range cat.Style(nil) {
		if e.File != pageFile {
			t.Errorf("the error names the file %s", e.File)
		}
		out = append(out, fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg))
	}
	return out
}

// pageWith is the smallest page with these edits, and with a sentence in front of its second example.
func pageWith(t testing.TB, edits ...string) string {
	t.Helper()
	return strings.Replace(spoil(t, edits...), "```\n\n```yaml pass", "```\n\nMore words.\n\n```yaml pass", 1)
}

// wordy is a text of n words, with nothing to find in it.
func wordy(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }

// What the pages below replace in the smallest page.
const (
	oldProblem  = "## Problem\n\nWords."
	oldMinute   = "## In one minute\n\nWords."
	oldSolution = "## Solution\n\nWords."
	oldMessage  = "message: ${volume.Size} GiB"
	oldTitle    = "title: Keep it small"
	oldSummary  = "summary: A small page has one of each, so that a test can spoil it."
)

// badStyle are pages that break one rule of the style. Their texts are what a contributor reads, so the whole text is held.
var badStyle = []struct {
	check string
	edits []string
	want  []string
}{
	{"amounts", []string{oldProblem, "## Problem\n\nIt *holds* 3,000 IOPS."}, []string{
		"16:12: the number 3,000 IOPS has no source; add its page to references in the front matter, or a link in this section",
	}},
	{"amounts", []string{oldProblem, "## Problem\n\n| holds |\n|---|\n| 99.5 percent |\n\nTwo 7 MiB/s."}, []string{
		"18:3: the number 99.5 percent has no source; add its page to references in the front matter, or a link in this section",
	}},
	{"amounts", []string{oldProblem, "## Problem\n\nFor 5 percent, or $0.10."}, []string{
		"16:5: the number 5 percent has no source; add its page to references in the front matter, or a link in this section",
		"16:19: a price holds in a region; say in this paragraph which, or whose example it is",
	}},
	{"examples", []string{passBlock, passBlock + "\n" + passBlock}, []string{
		"58:1: nothing says what this example shows; write a sentence above it: which states these are, and which of them a careless rule would take for the others",
	}},
	{"examples", []string{"## Examples\n\nWords.", "## Examples\n\n### Wrong"}, []string{
		"44:1: nothing says what this example shows; write a sentence above it: which states these are, and which of them a careless rule would take for the others",
	}},
	{"evidence", []string{"## Consequences", "## Evidence\n\nIt was measured, and it is slow. See [this catalog](other.md).\n\n## Consequences"}, []string{
		"26:1: section Evidence has no source; link to it, or say who measured and in which year",
	}},
	{"fillers", []string{oldProblem, "## Problem\n\nIt is `x` and Simply\nworks, in\norder to be robust."}, []string{
		`16:15: "Simply" is filler; leave it out; what is simple depends on who does it`,
		`17:8: "in order to" is filler; say to`,
		`18:13: "robust" is filler; say what it does, in numbers`,
	}},
	{"fillers", []string{oldSummary, `summary: "Leverage the small page\, of course, because it is there."`, "\\,", ","}, []string{
		`3:11: "Leverage" is filler; say use`,
		`3:36: "of course" is filler; leave it out`,
	}},
	{"fillers", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  size: {type: int, default: 3, doc: Basically how much.}"}, []string{
		`8:38: "Basically" is filler; leave it out`,
	}},
	{"fillers", []string{oldProblem, "## Problem\n\n1. Words:\n\n   - _It's just a_ disk[^n].\n\n[^n]: Note that it is."}, []string{
		`18:7: "It's just a" is filler; leave just out`,
		`20:7: "Note that" is filler; leave it out, and say the thing itself`,
	}},
	{"fillers", []string{oldSummary, "summary: Keep it small, because it is best practice here.", oldProblem, "## Problem\n\nIt is a best practice! They said (loudly!) *so!*"}, []string{
		`3:39: "best practice" is filler; say who does it, and what happens otherwise`,
		`16:9: "best practice" is filler; say who does it, and what happens otherwise`,
		"16:22: a sentence ends without an exclamation mark; say what happens, and it is heard",
		"16:41: a sentence ends without an exclamation mark; say what happens, and it is heard",
		"16:47: a sentence ends without an exclamation mark; say what happens, and it is heard",
	}},
	{"headings", []string{oldProblem, "## Problem\n\n### Where it hurts:\n\nWords.\n\n### Where It Hurts\n\nWords."}, []string{
		"16:19: a heading has no : at its end",
		"20:11: It has a capital; titles and headings are in sentence case, and a name in them stands in the text of the page too",
	}},
	{"headings", []string{oldProblem, "## Problem\n\n#### Deep\n\nWords.\n\n### First\n\nWords.\n\n### First\n\nWords."}, []string{
		"16:1: a level-4 heading below level 2; do not skip a level",
		"24:5: the heading First stands in this section already",
	}},
	{"fillers", []string{oldProblem, "## Problem\n\n> [!NOTE]\n> It is Simply so."}, []string{
		`17:9: "Simply" is filler; leave it out; what is simple depends on who does it`,
	}},
	{"headings", []string{"The state we want.", "The state we want.\n\n### Early"}, []string{
		"10:1: a level-3 heading below level 1; do not skip a level",
	}},
	{"leaks", []string{oldProblem, "## Problem\n\nThe machine [i-0f3a9b1c2d4e5f607](https://example.com/314159265358) of\n\n```sh\nFILL-IN 314159265358 84.17.60.7\n```", "since: 0.1.0", "since: 0.1.0 # 84.17.60.7"}, []string{
		"6:16: 84.17.60.7 may be somebody's address; write 203.0.113.10",
		"16:14: i-0f3a9b1c2d4e5f607 looks like a real ID; write a short one, such as i-0a",
		"16:55: 314159265358 looks like the number of a real account; write 111122223333",
	}},
	{"length", []string{oldProblem, "## Problem\n\nShort. X " + wordy(40) + "."}, []string{
		"16:8: 41 words without a stop; make two sentences of them, at most 40 are easy to read",
	}},
	{"length", []string{oldProblem, "## Problem\n\n- " + strings.Repeat(wordy(30)+";\n  ", 5) + "word."}, []string{
		"16:3: this paragraph has 151 words; divide it, at most 150 are easy to read",
	}},
	{"shell", []string{oldProblem, "## Problem\n\n1. Look.\n\n   ```sh\n   aws ec2 describe-vpcs --region ${region.RegionName} --vpc-ids \"${VPC:-vpc-0a}\"\n   date ${now - duration(\"1h\")}\n   ```"}, []string{
		"19:35: ${region.RegionName} is a value of the finding, which only the block sh fix has; write that of an example, such as us-east-1",
		`20:9: ${now - duration("1h")} is a value of the finding, which only the block sh fix has; write that of an example, such as us-east-1`,
	}},
	{"links", []string{oldProblem, "## Problem\n\nRead [here](https://example.com/), [_more_](other.md) and\n[the page](https://example.com/?FBCLID=1)."}, []string{
		"16:7: the text of a link says where it leads; name the page",
		"16:38: the text of a link says where it leads; name the page",
		"17:2: the address follows its reader with FBCLID; leave the parameter out",
	}},
	{"links", []string{"since: 0.1.0", `since: 0.1.0
references:
  - {title: One, url: "https://docs.aws.amazon.com/ebs/latest/a.html?icmpid=docs_ebs"}
  - {title: Two, url: "https://docs.aws.amazon.com/de_de/ebs/latest/b.html"}
  - {title: Three, url: "https://example.com/a"}
  - title: Four
    url: https://example.com/a/
  - {title: Five, url: "https://www.google.com/search?q=ebs"}
  - {title: Six, url: "https://us-east-1.console.aws.amazon.com/ec2/home"}
  - {title: Seven, url: "https://aws.amazon.com/ebs/?utm_source=mail"}`}, []string{
		"8:23: the address follows its reader with icmpid; leave the parameter out",
		"9:23: the address has a language in it; leave out de_de/ so that readers get their own",
		"12:10: this address stands in the references already",
		"13:24: the address is a search, which finds something else tomorrow; link to what it found",
		"14:23: the address needs a login; link to the documentation",
		"15:25: the address follows its reader with utm_source; leave the parameter out",
	}},
	{"messages", []string{oldMessage, "message: The volume has ${volume.Size} GiB."}, []string{
		"37:10: a message begins with a lower-case letter, a value or an ID; it stands behind the resource's name",
		"37:43: a message has no full stop at its end",
	}},
	{"messages", []string{oldMessage, "message: >-\n  ${volume.Tags.size() > 0 ? \"a}\" : '{'} is\n  what you should look at"}, []string{
		"39:8: a message says what is, without you; what to do is the business of Fix",
	}},
	{"messages", []string{oldMessage, "message: holds ${volume.Size}, $${volume.Size} and ${volume.Iops}"}, []string{
		"37:16: the number ${volume.Size} has no unit; write GiB behind it",
	}},
	{"messages", []string{oldMessage, "message: " + strings.Repeat("word ", 33)}, []string{
		"37:10: the message has 164 characters beside its values; at most 160 fit into a list of findings",
	}},
	{"minute", []string{oldMinute, "## In one minute\n\nThe `volume` has a VolumeType and\nan SLO, see <https://example.com>."}, []string{
		"12:6: In one minute has no code, commands or addresses; say what they do",
		"12:20: VolumeType is no everyday word; say what it is or does, or add it to the glossary",
		"13:4: the glossary does not have SLO; write it out, or add it there",
		"13:13: In one minute has no code, commands or addresses; say what they do",
	}},
	{"minute", []string{oldMinute, "## In one minute\n\n### More\n\n- a\n- b\n- c\n- d\n\n~~~sh\nls\n~~~\n"}, []string{
		"12:5: In one minute has no headings; it is one text",
		"14:1: a list in the section In one minute has at most 3 points; this one has 4",
		"19:1: In one minute has no code and no tables; say it in a sentence",
	}},
	{"minute", []string{oldMinute, "## In one minute\n\n" + strings.Repeat("X "+wordy(9)+". ", 12) + "Word."}, []string{
		"10:1: In one minute has 121 words; at most 120 can be read in one",
	}},
	{"prices", []string{"since: 0.1.0", "since: 0.1.0\nreferences: [{title: One, url: \"https://example.com/\"}]", oldProblem, "## Problem\n\nIt costs 12 dollars an hour, or\n14.50 USD."}, []string{
		"17:10: a price holds in a region; say in this paragraph which, or whose example it is",
	}},
	{"prices", []string{"since: 0.1.0", "since: 0.1.0\nreferences: [{title: One, url: \"https://example.com/\"}]", oldMinute, "## In one minute\n\nOne that nobody uses costs about 3.65 USD per month."}, []string{
		"13:34: a price holds in a region; say in this paragraph which, or whose example it is",
	}},
	{"messages", []string{oldMessage, "message: ${volume.Size} GiB at $0.08/GiB"}, []string{
		"37:32: a price in a message holds in one region and gets old; say what it costs in waste, which the report prints behind the message",
	}},
	{"numbers", []string{"require: volume.Size < 10", "require: volume.Size < 10 && 0.005 < 1.0 || volume.Iops > 16000 && volume.Size != 1024 && tag(volume, \"a 3000\") != 'x\\'200' && x300 < 100"}, []string{
		"36:30: the number 0.005 has no source and cannot be tuned; write limit(…) or price(…) for one of AWS's, which stand in lint/limits.yaml and lint/prices.yaml, and a param for your own",
		"36:59: the number 16000 has no source and cannot be tuned; write limit(…) or price(…) for one of AWS's, which stand in lint/limits.yaml and lint/prices.yaml, and a param for your own",
	}},
	{"numbers", []string{oldMessage, oldMessage + "\nwaste: 0.08 * double(volume.Size)"}, []string{
		"38:8: the number 0.08 has no source and cannot be tuned; write limit(…) or price(…) for one of AWS's, which stand in lint/limits.yaml and lint/prices.yaml, and a param for your own",
	}},
	{"spelling", []string{oldProblem, "## Problem\n\nThe availability zone of a multi-attach volume, and its Filesystem:\nGp2 on ebs-like Cloudwatch. A % of filesystems, Mib/s."}, []string{
		"16:5: availability zone is spelt Availability Zone here",
		"16:28: multi-attach is spelt Multi-Attach here",
		"16:57: Filesystem is spelt file system here",
		"17:1: Gp2 is spelt gp2 here",
		"17:17: Cloudwatch is spelt CloudWatch here",
		"17:31: % is spelt percent here",
		"17:36: filesystems is spelt file system here",
		"17:49: Mib/s is spelt MiB/s here",
	}},
	{"spelling", []string{oldProblem, "## Problem\n\nIts Launch Template, the Internet and Linux' IO; nitro's NVME."}, []string{
		"16:5: Launch Template is spelt launch template here",
		"16:26: Internet is spelt internet here",
		"16:46: IO is spelt I/O here",
		"16:50: nitro is spelt Nitro here",
		"16:58: NVME is spelt NVMe here",
	}},
	{"summary", []string{oldSummary, "summary: Keep it very small. It helps everybody here."}, []string{
		"3:30: a summary is one sentence; say the reason with because or so that",
	}},
	{"summary", []string{oldSummary, "summary: Keep small."}, []string{"3:10: a summary of 2 words gives no reason; say why, in 6 words or more"}},
	{"summary", []string{oldSummary, "summary: Keep it small, it small, keep it so."}, []string{"3:10: the summary says what the title says; add the reason"}},
	{"title", []string{oldTitle, "title: The small page"}, []string{
		"2:8: the title begins with The; it says what to do and begins with the verb: Attach before mount",
	}},
	{"title", []string{oldTitle, "title: Keeping It small"}, []string{
		"2:8: the title begins with Keeping; it says what to do: Attach before mount, not Attaching before mounting",
		"2:16: It has a capital; titles and headings are in sentence case, and a name in them stands in the text of the page too",
	}},
	{"title", []string{oldTitle, "title: 2 small volumes are enough"}, []string{
		"2:8: the title begins with 2; it says what to do and begins with the verb: Attach before mount",
	}},
	{"title", []string{oldTitle, "title: Volumes should be smaller"}, []string{
		"2:16: the title says what is; it says what to do and begins with the verb: Attach before mount",
	}},
	{"title", []string{oldTitle, "title: 'turn down the noise'"}, []string{
		"2:9: a title begins with a capital letter",
		"2:9: title and ID keep-it-small have no word in common; write a title that says what the ID says",
	}},
}

func TestStyle(t *testing.T) {
	hit := map[string]bool{}
	for _, tt := range badStyle {
		name := tt.check + "/" + tt.want[0]
		t.Run(name, func(t *testing.T) {
			src := pageWith(t, tt.edits...)
			if diff := cmp.Diff(tt.want, styleOf(t, src)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, styleOf(t, "\ufeff"+strings.ReplaceAll(src, "\n", "\r\n"))); diff != "" {
				t.Errorf("with a byte order mark and carriage returns, -want +got:\n%s", diff)
			}
			cat, err := styled(src)
			if err != nil {
				t.Fatal(err)
			}
			sh := newSheet(cat.Patterns[0], newProseParser())
			sh.lexicon = cat.Glossary.lexicon()
			for _, c := range styleChecks() {
				hit[c.Name] = hit[c.Name] || c.Name == tt.check && len(sh.run(c)) > 0
			}
		})
	}
	for _, c := range HouseStyle() {
		if !hit[c.Name] {
			t.Errorf("no page breaks the rule %s", c.Name)
		}
	}
}

// TestStyleSilent holds what looks like a mistake and is none.
func TestStyleSilent(t *testing.T) {
	for name, edits := range map[string][]string{
		"as it is":                          nil,
		"somebody else's words":             {oldProblem, "## Problem\n\n> Simply leverage the Filesystem, 3,000 IOPS.\n\nThe form said \"simply robust\" and “ensure that” it “is seamless”."},
		"code":                              {oldProblem, "## Problem\n\nRun `simply Gp2` and `ebs`:\n\n~~~sh\n# in order to utilize the FileSystem\n~~~\n\n    please, Gp2\n"},
		"values of a shell":                 {oldProblem, "## Problem\n\n~~~sh\necho \"${HOME}\" \"${EDITOR:-vi}\" ${volume/-/} ${a[1]} ${#a} '${Package}' $(date)\n~~~\n\n```text\n${region.RegionName}\n```\n\n```sh\n```"},
		"addresses":                         {oldProblem, "## Problem\n\nSee [the page of gp2](https://example.com/simply/Filesystem) and <https://example.com/cloudwatch>."},
		"paths and files":                   {oldProblem, "## Problem\n\nThe disk /dev/IO, \\nitro, the file cloudwatch.json, ~/linux and me@ebs are no names."},
		"just before":                       {oldProblem, "## Problem\n\nIt just waits, just before noon. It cannot simply go, and not easily either. At the very end it is really there."},
		"a term at the beginning":           {oldProblem, "## Problem\n\nLaunch templates. User data: Internet. File systems? Metadata. (Security groups.)\n\n| Internet | User data |\n|---|---|\n| File system | % |"},
		"part of a longer name":             {oldProblem, "## Problem\n\nAmazon Elastic File System, the Instance Metadata Service, the Internet Society and the Identity Center."},
		"plural and possession":             {oldProblem, "## Problem\n\nTwo Availability Zones, Nitro's UUIDs, CloudWatch's IDs and the provisioned IOPS or Provisioned IOPS."},
		"numbers with a reference":          {"since: 0.1.0", "since: 0.1.0\nreferences: [{title: One, url: \"https://example.com/\"}]", oldProblem, "## Problem\n\nIt holds 3,000 IOPS."},
		"numbers with a link":               {oldProblem, "## Problem\n\nIt holds 3,000 IOPS.\n\nThat is what [its page](https://example.com/) says."},
		"numbers of the story":              {"## Consequences", "## Field story\n\nIt did 300 IOPS for 12 dollars.\n\n## Consequences"},
		"sizes and times":                   {oldProblem, "## Problem\n\nThe disk of 40 GiB was full after 3 hours."},
		"evidence with a year":              {"## Consequences", "## Evidence\n\nWe measured it in 2024: 300 IOPS.\n\n## Consequences"},
		"evidence with a link":              {"## Consequences", "## Evidence\n\n[Unit 42](https://example.com/) counted.\n\n## Consequences"},
		"a price with its region":           {"since: 0.1.0", "since: 0.1.0\nreferences: [{title: One, url: \"https://example.com/\"}]", oldProblem, "## Problem\n\nIt costs 12 dollars. In us-east-1 they were 14 dollars."},
		"a price in words":                  {"since: 0.1.0", "since: 0.1.0\nreferences: [{title: One, url: \"https://example.com/\"}]", oldMinute, "## In one minute\n\nIt costs two dollars, and 30 dollars for a fleet. Its AWS API keeps the SLA."},
		"a sentence behind a quotation":     {oldProblem, "## Problem\n\nHe said \"the disk is gone.\" Security groups were open. “Why?” User data said it."},
		"single quotes":                     {oldProblem, "## Problem\n\nThe form said 'simply robust', ‘it’s of course robust’ and ('leverage it'). Linux' disks and the users' UUIDs are no quotations."},
		"a bare address":                    {oldProblem, "## Problem\n\nSee https://example.com/behavior/Filesystem, http://localhost:8080/ and https://example.org/cloudwatch"},
		"titles and buttons":                {oldProblem, "## Problem\n\nThe page [Best practices for Security groups](https://example.com/) says *Launch template*, **Security groups** and press _User data_."},
		"a name begins the message":         {oldMessage, "message: Spot has ${volume.Size} GiB"},
		"a name of the page's own":          {oldMessage, "message: Jenkins has ${volume.Size} GiB", oldProblem, "## Problem\n\nIt was a Jenkins."},
		"money that is no price":            {oldProblem, "## Problem\n\nThe outage cost 30,000 dollars, and the next one $1.5 million. 200 EUR were left."},
		"prices of other regions":           {"since: 0.1.0", "since: 0.1.0\nreferences: [{title: One, url: \"https://example.com/\"}]", oldProblem, "## Problem\n\nIn São Paulo it costs $0.19 a month, in Frankfurt 12 cents an hour."},
		"fillers with a meaning":            {oldProblem, "## Problem\n\nTo please the auditor she took the obvious way, far from obvious, more easily than the other, took note that it is just a second late, on a more powerful machine."},
		"names that everybody knows":        {oldMinute, "## In one minute\n\nThe CEO's iPhone, a WordPress of 2 TB, and 3 kWh."},
		"capitals in headings":              {oldProblem, "## Problem\n\n### What I measured\n\n### Plan B\n\n### On Friday night in March\n\nWords."},
		"an object that looks like a verb":  {oldTitle, "title: Measure small needs before"},
		"a verb on ing":                     {oldTitle, "title: String small things together"},
		"abbreviations":                     {oldSummary, "summary: Keep approx. 5 of the U.S. disks, incl. Windows, as Mr. Kramer cf. Fig. Two has it."},
		"an exclamation of others":          {oldProblem, "## Problem\n\nThe form said \"simply wait!\" and `x!` and a!=b."},
		"names in headings":                 {oldProblem, "## Problem\n\nWe met Jenkins there.\n\n### What Jenkins does with EBS\n\n- Xen: See below\n\n### NVMe on Nitro: What it is?"},
		"headings again in another":         {oldProblem, "## Problem\n\n### How\n\nWords.", oldSolution, "## Solution\n\n### How\n\nWords."},
		"an abbreviation":                   {oldSummary, "summary: Keep what AWS sells, e.g. EBS volumes vs. Outposts, as it came."},
		"a title that names something":      {oldTitle, "title: Keep Jenkins small on EC2", oldProblem, "## Problem\n\nIt was a Jenkins server."},
		"a title in quotes":                 {oldTitle, "title: '\"Small\" is what to keep'"},
		"a title in another form":           {oldTitle, "title: Bring smaller pages"},
		"a short list":                      {oldMinute, "## In one minute\n\n- One.\n- Two.\n- Three."},
		"semicolons":                        {oldProblem, "## Problem\n\n" + wordy(39) + "; " + wordy(39) + ": " + wordy(39) + "."},
		"a small beginning":                 {oldProblem, "## Problem\n\n" + wordy(30) + ". gp2 " + wordy(30) + ". `x` " + wordy(30) + "."},
		"a table is no sentence":            {oldProblem, "## Problem\n\n| " + wordy(50) + " | " + wordy(50) + " |\n|---|---|\n| " + wordy(160) + " | x |"},
		"examples list":                     {"## Examples\n\nWords.", "## Examples\n\nThere is " + wordy(60) + "."},
		"a message with values":             {oldMessage, "message: >-\n  ${volume.Size < 5 ? \"small. Please}\" : \"You should\"}: AWS sells ${volume.Size} GiB with ${volume.Iops} requests a second ..."},
		"a message that begins with a name": {oldMessage, "message: Nitro has ${volume.Size} GiB"},
		"addresses that stay":               {oldProblem, "## Problem\n\n[Metadata](http://169.254.169.254/latest), [a port](http://localhost:80/), [code](https://example.com/?ref=main&track=1), [EC2](https://aws.amazon.com/ec2/), [mail](mailto:a@example.com)."},
		"two parts of one page":             {"since: 0.1.0", "since: 0.1.0\nreferences:\n  - {title: One, url: \"https://example.com/a#x\"}\n  - {title: Two, url: \"https://example.com/a#y\"}"},
		"blanks":                            {oldTitle, "title: FILL-IN the Verb", oldSummary, "summary: FILL-IN simply.", oldProblem, "## Problem\n\nFILL-IN simply robust, 3,000 IOPS.", "## Consequences", "## Evidence\n\nFILL-IN who measured.\n\n## Consequences"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := styleOf(t, pageWith(t, edits...)); len(got) > 0 {
				t.Errorf("Style finds:\n%s", strings.Join(got, "\n"))
			}
		})
	}
}

// TestStyleCatalog: the built-in pages are the standard. Style leaves out what keep does not choose, and takes a pattern that nobody has parsed.
func TestStyleCatalog(t *testing.T) {
	cat, err := Load(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if errs := cat.Style(nil); len(errs) > 0 {
		t.Errorf("the built-in catalog does not keep to the style:\n%v", errs)
	}
	bad := &Pattern{ID: "a-b", File: "a/a-b.md", Title: "The bad", Summary: "Simply robust."}
	cat.Patterns = append(cat.Patterns, bad)
	if errs := cat.Style(func(p *Pattern) bool { return p != bad }); len(errs) > 0 {
		t.Errorf("a page that was not chosen is reported: %v", errs)
	}
	want := []string{
		"a/a-b.md:1:1: \"Simply\" is filler; leave it out; what is simple depends on who does it",
		"a/a-b.md:1:1: \"robust\" is filler; say what it does, in numbers",
		"a/a-b.md:1:1: a summary of 2 words gives no reason; say why, in 6 words or more",
		"a/a-b.md:1:1: the title begins with The; it says what to do and begins with the verb: Attach before mount",
		"a/a-b.md:1:1: title and ID a-b have no word in common; write a title that says what the ID says",
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), cat.Style(func(p *Pattern) bool { return p == bad }).Error()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestStyleDraft: what is missing or could not be read is the business of Parse, and the style of what remains is that of the author.
func TestStyleDraft(t *testing.T) {
	for name, edits := range map[string][]string{
		"no title":         {oldTitle + "\n", "", oldProblem, "## Problem\n\nIt holds simply 40 GiB."},
		"no front matter":  {oldTitle, "title: \"Keep", oldProblem, "## Problem\n\nIt holds simply 3,000 IOPS."},
		"wrong references": {"since: 0.1.0", "since: 0.1.0\nreferences: [https://example.com/]", oldProblem, "## Problem\n\nIt holds simply 3,000 IOPS."},
		"wrong role":       {"~~~yaml fail", "~~~yaml fails", oldProblem, "## Problem\n\nIt holds simply 40 GiB."},
		"no rule":          {"resource: volume\n", "", oldProblem, "## Problem\n\nIt holds simply 40 GiB."},
		"no sections":      {"## Forces", "## Force", oldProblem, "## Problem\n\nIt holds simply 40 GiB."},
	} {
		draft, err := new(Loader).Draft(source("patterns", map[string]string{"storage/keep-it-small.md": pageWith(t, edits...)}))
		if err != nil || len(draft.Errs) == 0 {
			t.Fatalf("%s: %v, %v", name, draft, err)
		}
		errs := draft.Catalog.Style(nil)
		if len(errs) > 1 || len(errs) == 1 && !strings.HasPrefix(errs[0].Msg, `"simply" is filler`) {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

// TestStyleTexts: chapters and the glossary are held against what holds for all texts, and of a glossary that stands before another one only its own part is.
func TestStyleTexts(t *testing.T) {
	mine := source("mine", map[string]string{
		"c/README.md": "# Chapter\n\nWords.\n\nIt is simply [here](https://example.com/).\n", "c/x.md": page,
		"glossary.md": "# Words\n\nThe words.\n\n## Burst\n\nA Filesystem on i-0f3a9b1c2d4e5f607.\n",
	})
	builtin := source("patterns", map[string]string{"c/y.md": page, "glossary.md": "# Words\n\nThe words.\n\n## Zone\n\nSimply robust.\n"})
	builtin.Builtin = true
	cat, err := Load(builtin, mine)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`mine/c/README.md:5:7: "simply" is filler; leave it out; what is simple depends on who does it`,
		"mine/c/README.md:5:15: the text of a link says where it leads; name the page",
		"mine/glossary.md:7:3: Filesystem is spelt file system here",
		"mine/glossary.md:7:17: i-0f3a9b1c2d4e5f607 looks like a real ID; write a short one, such as i-0a",
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), cat.StyleTexts(nil).Error()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if errs := cat.StyleTexts(func(file string) bool { return file == "mine/glossary.md" }); len(errs) != 2 {
		t.Errorf("of one file: %v", errs)
	}
	var names []string
	for _, r := range HouseStyle() {
		if slices.Contains(textChecks, r.Name) {
			names = append(names, r.Name)
		}
	}
	if diff := cmp.Diff(names, textChecks); diff != "" {
		t.Errorf("the names of checks differ:\n%s", diff)
	}
}

// TestStyleMany: a page with the same mistake a thousand times does not bury the others, and does not take long.
func TestStyleMany(t *testing.T) {
	got := styleOf(t, pageWith(t, oldProblem, "## Problem\n\n"+strings.Repeat("simply “ ", 50_000)+"Gp2\n\n"+strings.Repeat(".", 400_000)))
	more := slices.ContainsFunc(got, func(e string) bool {
		return strings.HasSuffix(e, ": more of this kind follow; mend those before first")
	})
	if len(got) != maxFound+4 || !more || !strings.HasSuffix(got[len(got)-1], "Gp2 is spelt gp2 here") {
		t.Errorf("%d mistakes are reported; the last of them: %q", len(got), got[max(0, len(got)-4):])
	}
}

// TestStyleTables: the lists are in order, and none holds what cannot be found.
func TestStyleTables(t *testing.T) {
	sorted := func(what string, list []string) {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s are not sorted, or something stands there twice", what)
		}
	}
	var checks, firsts, rights, fields []string
	for _, r := range HouseStyle() {
		checks = append(checks, r.Name)
		if !strings.HasSuffix(r.Asks, ".") || !strings.HasSuffix(r.Why, ".") || strings.Contains(r.Name, " ") {
			t.Errorf("the rule %s is not a word with sentences: %q, %q", r.Name, r.Asks, r.Why)
		}
	}
	l := (*Glossary)(nil).lexicon()
	for i, f := range fillers {
		firsts = append(firsts, f.words)
		for w := range strings.SplitSeq(f.words, "|") {
			if entry, n := l.fillers.find(w, wordsOf(w)); n == 0 || entry != i {
				t.Errorf("%q is not found", w)
			}
		}
	}
	for _, s := range spellings {
		rights = append(rights, strings.ToLower(s.right))
		for w := range strings.SplitSeq(s.wrong, "|") {
			if w == "" {
				continue
			}
			if entry, n := l.spellings.find(w, wordsOf(w)); n == 0 || l.right[entry] != s.right || spelt(w, s.right, false) {
				t.Errorf("%q is not found", w)
			}
		}
	}
	for _, u := range units {
		fields = append(fields, u.field)
	}
	for what, list := range map[string][]string{
		"checks": checks, "fillers": firsts, "spellings": rights, "units": fields, "names": properNames, "beginnings": notVerbs, "statements": statesNotAsks,
		"texts of links": bareTexts, "trackers": trackers, "searches": searches, "abbreviations": everybodyKnows,
		"capitals": shouted, "places": places, "money": moneyUnits, "rates": rateUnits, "IDs": exampleIDs, "prefixes": shortPrefixes, "units of systemd": unitTypes, "domains": domains, "hosts": knownHosts,
	} {
		sorted(what, list)
	}
}

// FuzzStyle: whatever a page holds, Style gives mistakes that lie in the file.
func FuzzStyle(f *testing.F) {
	for _, tt := range badStyle {
		f.Add(pageWith(f, tt.edits...))
	}
	f.Add(pageWith(f, oldMessage, "message: '${\"\\'"))
	f.Add(pageWith(f, oldProblem, "## Problem\n\n\t- \t[](http://x) ![](y) “\" [^1] ~~a~~ \\*b &amp; <http://z>\n\n[^1]: x\n\n| a |\n|-|\n| b `|` |"))
	f.Fuzz(func(t *testing.T, src string) {
		cat, err := styled(src)
		if err != nil {
			return // FuzzParse looks at these
		}
		if errs := cat.Style(nil); len(errs) > 0 {
			checkErrors(t, strings.TrimPrefix(strings.ReplaceAll(src, "\r\n", "\n"), "\ufeff"), errs)
		}
	})
}

// styled is a catalog of one page.
func styled(src string) (*Catalog, error) {
	p, err := Parse(pageFile, []byte(src))
	g, errs := readGlossary("patterns/glossary.md", []byte(styleGlossary))
	return &Catalog{Patterns: []*Pattern{p}, Glossary: g}, errors.Join(err, errs.Err())
}

func BenchmarkStyle(b *testing.B) {
	cat, err := Load(Builtin())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if errs := cat.Style(nil); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}

// TestStyleTwice: a page that the catalog has twice has each mistake once.
func TestStyleTwice(t *testing.T) {
	cat, err := Load(source("mine", map[string]string{"storage/keep-it-small.md": page}))
	if err != nil {
		t.Fatal(err)
	}
	once := cat.Style(nil)
	cat.Patterns = append(cat.Patterns, cat.Patterns[0])
	if diff := cmp.Diff(once, cat.Style(nil)); diff != "" || len(once) == 0 {
		t.Errorf("mistakes (-of one +of two):\n%s", diff)
	}
}
