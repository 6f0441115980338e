package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const beginnerFile = "patterns/operations/name-every-volume.md"

// beginnerMistakes are made one at a time to the small page of the guide for contributors. Of each the whole lines are held that patlint test prints: they are
// all that somebody has who writes a first pattern.
var beginnerMistakes = []struct {
	name  string
	file  string   // where the page is saved; "" for its own place
	edits []string // each odd one is replaced by the even one behind it
	want  []string // without the file
}{
	{"misspelt key of the front matter", "", []string{"summary:", "sumary:"}, []string{"3:1: unknown key sumary; did you mean summary?"}},
	{"severity with a capital", "", []string{"severity: low", "severity: Low"}, []string{`5:11: "Low" is not one of critical, high, medium, low, info; did you mean low?`}},
	{"long summary", "", []string{"Give every volume", "Give " + strings.Repeat("very ", 40) + "every volume"}, []string{"3:10: 266 characters are too many; write at most 140"}},
	{"colon in the title", "", []string{"title: Name every volume", "title: Name: every volume"}, []string{"2:12: a colon cannot stand here; put a text that has a colon and a space in it into quotes"}},
	{"address without TLS", "", []string{"https://docs", "http://docs"}, []string{"8:63: an address that begins with https:// is wanted here"}},
	{"misspelt pattern", "", []string{"since: 0.1.0", "since: 0.1.0\nrelated: [leave-gp2-burst-behnd]"}, []string{"7:11: there is no pattern leave-gp2-burst-behnd; did you mean leave-gp2-burst-behind?"}},
	{"spaces behind the three hyphens", "", []string{"---\ntitle", "--- \ntitle"}, []string{"1:1: the front matter begins with a line of three hyphens that has nothing else in it and nothing above it; take what is there away"}},
	{"front matter that does not end", "", []string{"---\nEvery", "Every"}, []string{"1:1: the front matter that begins here does not end; write a line of three hyphens behind its last key"}},
	{"resource in the plural", "", []string{"resource: volume", "resource: volumes"}, []string{"39:11: unknown resource volumes; did you mean volume?"}},
	{"misspelt field", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.Sise > 5"}, []string{"40:16: there is no field Sise; did you mean Size?"}},
	{"field in lower case", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.size > 5"}, []string{"40:16: there is no field size; did you mean Size?"}},
	{"misspelt field of a field", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.Attachments[0].InstanceID != ""`}, []string{"40:31: there is no field InstanceID; did you mean InstanceId?"}},
	{"misspelt relation", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.snapshts().size() > 0"}, []string{"40:25: there is no relation and no function snapshts(); did you mean snapshots()?"}},
	{"relation without brackets", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.snapshots.size() > 0"}, []string{"40:16: snapshots is a relation; write snapshots()"}},
	{"misspelt function", "", []string{`require: tag(volume, "Name") != ""`, `require: tags(volume, "Name") != ""`}, []string{"40:14: there is no relation and no function tags(); did you mean tag()?"}},
	{"text without quotes", "", []string{`require: tag(volume, "Name") != ""`, `require: tag(volume, Name) != ""`}, []string{`40:22: there is no Name; write "Name" for a text, and the name of its kind for a resource`}},
	{"tag as a field", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.Tags.Name != ""`}, []string{`40:21: tags are a list; write tag(…, "Name")`}},
	{"misspelt param", "", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  min_size: {type: int, default: 5, doc: A size.}", `require: tag(volume, "Name") != ""`, "require: volume.Size > params.min_sise"}, []string{"42:30: there is no params.min_sise; did you mean params.min_size?"}},
	{"param that is not declared", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.Size > params.min_size"}, []string{"40:24: there is no param min_size; write it into the front matter, as in params: {min_size: {type: int, default: 5, doc: A sentence.}}"}},
	{"state that is none", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.State == "in_use"`}, []string{`40:26: volume.State is never "in_use"; did you mean "in-use"?`}},
	{"state of something else in an example", "", []string{"    Size: 8", "    State: attached"}, []string{`53:12: State is never "attached"; it is one of creating, available, in-use, deleting, deleted, error`}},
	{"state that is none in an example", "", []string{"    Size: 8", "    State: in_use"}, []string{`53:12: State is never "in_use"; did you mean "in-use"?`}},
	{"volume type in capitals", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.VolumeType != "GP2"`}, []string{`40:31: volume.VolumeType is never "GP2"; did you mean "gp2"?`}},
	{"volume type without quotes", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.VolumeType == gp2"}, []string{`40:31: there is no gp2; write "gp2" for a text, and the name of its kind for a resource`}},
	{"single equals sign", "", []string{`require: tag(volume, "Name") != ""`, `require: tag(volume, "Name") = ""`}, []string{"40:30: = stands for nothing; write == to compare"}},
	{"and", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.Size > 5 and volume.Size < 10"}, []string{"40:26: write && for and"}},
	{"not", "", []string{`require: tag(volume, "Name") != ""`, "require: not volume.Encrypted"}, []string{"40:14: write ! for not"}},
	{"single bar", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.Size > 5 | volume.Encrypted"}, []string{"40:26: | stands for nothing; write || for or"}},
	{"None for what is not there", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.KmsKeyId != None"}, []string{`40:29: write has(…) to ask whether a field is there, or compare with ""`}},
	{"a time without a function", "", []string{`require: tag(volume, "Name") != ""`, "require: now - volume.CreateTime < 5d"}, []string{`40:37: "d" is out of place; write the number alone, and a time as duration("24h")`}},
	{"duration in days", "", []string{`require: tag(volume, "Name") != ""`, `require: now - volume.CreateTime < duration("5d")`}, []string{`40:45: "5d" is no duration; write hours, minutes and seconds, as in duration("720h") for thirty days`}},
	{"whole number and fraction", "", []string{`require: tag(volume, "Name") != ""`, "require: volume.Size > 5.5"}, []string{"40:22: > does not take int and double; write double(…) around the whole number"}},
	{"tags as a text", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.Tags.contains("Name")`}, []string{`40:30: tags are a list, which has no contains(); write hasTag(…, "Name") or tag(…, "Name")`}},
	{"rule that begins with a quote", "", []string{`require: tag(volume, "Name") != ""`, `require: "gp2" != volume.VolumeType`}, []string{`40:16: the value that begins with " ends in front of this; put the whole value into single quotes`}},
	{"rule that begins with an exclamation mark", "", []string{`require: tag(volume, "Name") != ""`, `require: !hasTag(volume, "Name")`}, []string{"40:10: a value that begins with ! is a YAML tag, which is not allowed; put the whole value into single quotes"}},
	{"quotes that do not end", "", []string{`require: tag(volume, "Name") != ""`, `require: tag(volume, "Name) != ""`}, []string{`40:33: "\"" has no meaning here; write the quotes that end it`}},
	{"quotes of a word processor", "", []string{`require: tag(volume, "Name") != ""`, "require: tag(volume, “Name”) != “”"}, []string{`40:22: “ stands for nothing; write straight quotes, "`}},
	{"broken regular expression", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.VolumeType.matches("gp[")`}, []string{`40:36: "gp[" is no regular expression, for its "[": missing closing ]; write \\ in front of a sign that means itself`}},
	{"tab in an example", "", []string{"    Size: 8", "\tSize: 8"}, []string{"53:1: this line is indented with a tab; write spaces"}},
	{"tab in the front matter", "", []string{"  - {title", "\t- {title"}, []string{"8:1: this line is indented with a tab; write spaces"}},
	{"rule block that does not end", "", []string{"GiB without a name\n```", "GiB without a name"}, []string{"38:1: the block that begins here does not end; write ``` on a line of its own behind it; until then neither rule nor examples are run"}},
	{"fix block that does not end", "", []string{"Value=NAME\n```", "Value=NAME"}, []string{"68:1: the block that begins here does not end; write ``` on a line of its own behind it; until then neither rule nor examples are run"}},
	{"two backticks", "", []string{"```yaml rule", "``yaml rule"}, []string{"42:1: this fence begins a block that does not end; write three backticks and a language, such as ```yaml, where the block above it begins; until then neither rule nor examples are run"}},
	{"fix in bash", "", []string{"```sh fix", "```bash fix"}, []string{"68:4: a fix block is written in sh; write ```sh fix"}},
	{"misspelt role", "", []string{"```yaml fail", "```yaml fial"}, []string{"48:4: unknown role fial of a fenced block; did you mean fail?"}},
	{"example without a role", "", []string{"```yaml pass", "```yaml"}, []string{"59:4: a yaml block in Examples has a role; write ```yaml pass, fail or unknown"}},
	{"fix of an operation that is misspelt", "", []string{"ec2 create-tags", "ec2 create-tag"}, []string{"69:9: aws ec2 has no create-tag; did you mean create-tags?"}},
	{"fix without a region", "", []string{"--region ${region.RegionName} ", ""}, []string{"69:1: the command does not say in which region; write --region ${region.RegionName}"}},
	{"rule without a word", "", []string{"The rule looks at the tag Name of every volume. It cannot tell whether the name is true.\n\n", ""}, []string{"34:1: section Rule has no words; write what the linter looks at, and what it cannot see"}},
	{"param that nothing asks for", "", []string{"since: 0.1.0", "since: 0.1.0\nparams:\n  min_size: {type: int, default: 5, doc: A size.}"}, []string{"8:3: nothing asks for params.min_size; take it away, or write it into the rule"}},
	{"exclamation mark and two conditions", "", []string{`require: tag(volume, "Name") != ""`, `require: !volume.Encrypted && tag(volume, "Name") != ""`}, []string{"40:10: a value that begins with ! is a YAML tag, which is not allowed; put the whole value into single quotes"}},
	{"field in lower case inside of a loop", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.instances().exists(i, i.state == 1)`}, []string{`40:40: there is no field state; did you mean State?`}},
	{"misspelt field in a loop inside of a loop", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.instances().exists(i, i.Tags.exists(x, x.Kay == i.ImageId))`}, []string{`40:57: there is no field Kay; did you mean Key?`}},
	{"state of an instance as a text", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.instances().exists(i, i.State == "running")`}, []string{`40:47: == does not take InstanceState and string; State has fields of its own, so write State.Name`}},
	{"name as a field", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.Name != ""`}, []string{`40:16: there is no field Name; write tag(volume, "Name")`}},
	{"name as a field of what has a name", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.instances().all(i, i.securityGroups().all(g, g.Name != ""))`}, []string{`40:63: there is no field Name; did you mean GroupName, or tag(g, "Name")?`}},
	{"match of another language", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.VolumeType =~ "gp"`}, []string{`40:28: =~ stands for nothing; write .matches(…)`}},
	{"backslash in a text", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.VolumeType.matches("gp\d")`}, []string{`40:36: \d is no escape; write \\d, or r in front of the quotes, as in r"…"`}},
	{"star in a text", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.VolumeType != "gp*"`}, []string{`40:31: volume.VolumeType is never "gp*", since * stands for itself; write .startsWith(…) or .matches(…)`}},
	{"one address without its key", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```json fail\n{\"PublicIp\": \"203.0.113.10\", \"AllocationId\": \"eipalloc-0a\", \"Domain\": \"vpc\", \"Tags\": []}\n```\n"}, []string{`49:1: these are fields of one item of Addresses; write {"Addresses": [ in front of it and ]} behind it`}},
	{"one volume without its key", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```yaml fail\nVolumeId: vol-0a # want: 40\nSize: 40\n```\n"}, []string{"49:1: these are fields of one item of Volumes; write Volumes: above them, a hyphen in front of the first, and indent all"}},
	{"two documents in one block", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```json fail\n{\"Volumes\": []}\n{\"Snapshots\": []}\n```\n"}, []string{"50:1: a second document begins here, and one block is one document; put the keys of both into one"}},
	{"sections in the wrong order", "", []string{"## Solution", "## Consequences", "## Consequences\n\nNames", "## Solution\n\nNames"}, []string{"30:1: section Solution stands too late; the order is Context, In one minute, Problem, Forces, Solution, Evidence, Field story, Consequences, Rule, Examples, Fix"}},
	{"heading without a space", "", []string{"## Rule", "##Rule"}, []string{"34:1: a space is missing behind the ## of a heading; write ## Rule"}},
	{"heading of the wrong level", "", []string{"## Rule", "### Rule"}, []string{"34:1: section Rule has a level-2 heading; write ## Rule"}},
	{"heading in title case", "", []string{"## In one minute", "## In One Minute"}, []string{`12:1: unknown section "In One Minute"; did you mean ## In one minute?`}},
	{"want without words", "", []string{"# want: 40 GiB without a name", "# want:"}, []string{"50:31: write behind # want: which words of the message this line wants, or unknown"}},
	{"want without a colon", "", []string{"# want: 40", "# want 40"}, []string{"50:24: this comment is not read; write # want: and words of the message"}},
	{"want with a capital", "", []string{"# want: 40", "# Want: 40"}, []string{"50:24: this comment is not read; write # want: and words of the message"}},
	{"want without #", "", []string{"# want: 40", "want: 40"}, []string{"50:28: a comment begins with a space and #; write # want: and words of the message"}},
	{"want of other words", "", []string{"# want: 40 GiB without a name", "# want: 40 GB"}, []string{`50:32: vol-0a: wanted "40 GB", but the message is "40 GiB without a name"; write words of the message behind # want:`}},
	{"want on the wrong line", "", []string{"vol-0a   # want: 40 GiB without a name", "vol-0a", "    Size: 40", "    Size: 40 # want: 40 GiB without a name"}, []string{
		"50:15: vol-0a is flagged, but its line does not say # want: 40 GiB without a name",
		"51:22: no volume has its VolumeId on this line; write # want: behind the ID of what the rule flags",
	}},
	{"want in quotes", "", []string{"# want: 40 GiB without a name", `# want: "40 GiB without a name"`}, []string{"50:32: vol-0a: the message has no quotes around 40 GiB without a name; write the words alone behind # want:"}},
	{"flagged in a pass example", "", []string{"    Tags: [{Key: Name, Value: shop-db-data}]", "    Tags: [{Key: name, Value: shop-db-data}]"}, []string{"61:15: vol-0c is flagged: 40 GiB without a name; change the rule or the values, or move it into a fail example"}},
	{"rule the wrong way round", "", []string{`require: tag(volume, "Name") != ""`, `require: tag(volume, "Name") == ""`}, []string{
		`50:15: vol-0a passes, though the example wants "40 GiB without a name"; change the rule or the values, or take its # want: away`,
		`52:15: vol-0b passes, though the example wants "8 GiB without a name"; change the rule or the values, or take its # want: away`,
		"61:15: vol-0c is flagged: 40 GiB without a name; change the rule or the values, or move it into a fail example",
	}},
	{"list at the top", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```yaml fail\n- VolumeId: vol-0a # want: 40\n  Size: 40\n```\n"}, []string{"49:1: the list has lost its key; write Volumes: above it, as aws ec2 describe-volumes prints it without --query"}},
	{"output of --query", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```json fail\n[\n  [\n    \"vol-0a\",\n    40\n  ]\n]\n```\n"}, []string{"49:1: an example has the keys of the AWS CLI's output at its top; write what aws ec2 describe-… prints without --query"}},
	{"JSON without a comma", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```json fail\n{\"Volumes\": [\n {\"VolumeId\": \"vol-0a\"\n \"Size\": 40}\n]}\n```\n"}, []string{"51:2: a comma or a closing } is missing here; it would close what begins on line 50"}},
	{"token of the next page", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\nNextToken: abc\n```\n"}, []string{"52:1: NextToken says nothing about the account; take it away"}},
	{"key in lower case", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```yaml fail\nvolumes:\n  - VolumeId: vol-0a # want: 40\n```\n"}, []string{"49:1: unknown key volumes in an example; did you mean Volumes?"}},
	{"list without a hyphen", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```yaml fail\nVolumes:\n  VolumeId: vol-0a # want: 40\n  Size: 40\n```\n"}, []string{"50:3: Volumes is a list; write a hyphen in front of each item"}},
	{"misspelt field in an example", "", []string{"    Size: 8", "    Sise: 8"}, []string{"53:5: Volumes has no field Sise; did you mean Size?"}},
	{"state without its name", "", []string{"```yaml fail\nVolumes:\n  - VolumeId: vol-0a   # want: 40 GiB without a name\n    Size: 40\n  - VolumeId: vol-0b   # want: 8 GiB without a name\n    Size: 8\n    Tags: [{Key: Name, Value: \"\"}]\n```\n\n", "```yaml fail\nInstances:\n  - InstanceId: i-0a\n    State: running\n```\n"}, []string{"51:12: State has fields of its own; write {Name: running}"}},
	{"tags as a map", "", []string{`    Tags: [{Key: Name, Value: ""}]`, `    Tags: {Name: ""}`}, []string{"54:11: Tags is a list; write tags as [{Key: Name, Value: x}]"}},
	{"tag without key and value", "", []string{`    Tags: [{Key: Name, Value: ""}]`, "    Tags: [{Name: x}]"}, []string{"54:13: Tags has no field Name; it has Key, Value, so write one of these"}},
	{"colon without a space", "", []string{`    Tags: [{Key: Name, Value: ""}]`, "    Tags: [{Key:Name, Value: x}]"}, []string{"54:13: Tags has no field Key:Name; write a space behind the colon, Key: Name"}},
	{"number in quotes", "", []string{"    Size: 8", `    Size: "8"`}, []string{`53:11: Size is a whole number, not "8"; write 8`}},
	{"number with a unit", "", []string{"    Size: 8", "    Size: 8 GiB"}, []string{`53:11: Size is a whole number, not "8 GiB"; write 8`}},
	{"line indented less", "", []string{"    Size: 8", "   Size: 8"}, []string{"53:4: this line is indented less than the one above it, and does not begin with a hyphen; indent it as deep as the key above it"}},
	{"line indented more", "", []string{"    Size: 8", "      Size: 8"}, []string{"53:7: a key is wanted here; indent this line as deep as the key above it, or put the whole text in front of it into quotes"}},
	{"ID twice", "", []string{"vol-0b", "vol-0a"}, []string{"52:15: the example has vol-0a twice, here and in line 50; write another ID"}},
	{"no ID", "", []string{"  - VolumeId: vol-0c\n    Size: 40", "  - Size: 40"}, []string{"60:1: a volume has no VolumeId, by which the linter names it; write one"}},
	{"misspelt gap", "", []string{"```yaml pass\n", "```yaml pass\nGaps: [DescribeSnapshot]\n"}, []string{"60:8: no rule reads DescribeSnapshot; did you mean DescribeSnapshots?"}},
	{"message with a bare dollar sign", "", []string{"message: ${volume.Size} GiB without a name", "message: $volume.Size GiB without a name"}, []string{"41:10: this is printed as it stands; write ${volume.Size}"}},
	{"message with bare braces", "", []string{"message: ${volume.Size} GiB without a name", "message: {volume.Size} GiB without a name"}, []string{"41:24: the value that begins with { ends in front of this; put the whole value into single quotes"}},
	{"message with an open brace", "", []string{"message: ${volume.Size} GiB without a name", "message: ${volume.Size GiB without a name"}, []string{"41:10: this ${ is not closed; write $${ for the characters themselves"}},
	{"message with a list", "", []string{"message: ${volume.Size} GiB without a name", "message: ${volume.Tags} GiB without a name"}, []string{"41:12: this gives a list of Tag, which has no form in words; choose one of its fields"}},
	{"no message", "", []string{"message: ${volume.Size} GiB without a name\n", ""}, []string{"39:1: the rule has no message; write message: and what is wrong where it is not"}},
	{"misspelt key of the rule", "", []string{"require:", "requires:"}, []string{"40:1: unknown key requires in the rule; did you mean require?"}},
	{"indented key of the rule", "", []string{`require: tag(volume, "Name") != ""`, `  require: tag(volume, "Name") != ""`}, []string{"40:10: this line is indented deeper than the key above it, and so a part of its value; indent both alike"}},
	{"fix with a variable that nothing sets", "", []string{"${volume.VolumeId}", `"$VOLUME_ID"`}, []string{"69:64: nothing in the fix sets $VOLUME_ID; write ${volume.VolumeId} for what the finding is about, or VOLUME_ID=… above"}},
	{"fix with a bare dollar sign", "", []string{"${volume.VolumeId}", "$volume.VolumeId"}, []string{"69:63: this is printed as it stands; write ${volume.VolumeId}"}},
	{"fix with a placeholder", "", []string{"${volume.VolumeId}", "<volume-id>"}, []string{"69:63: the shell takes <volume-id> for a file; write ${volume.VolumeId}, or NAME for what a person fills in"}},
	{"fix with quotes around a value", "", []string{"${volume.VolumeId}", `"${volume.VolumeId}"`}, []string{"69:63: a value is quoted for the shell already; write it without quotes around it"}},
	{"placeholder in the text", "", []string{"Names take time", "Use <id> and names take time"}, []string{"22:7: raw HTML is not shown on the site; write Markdown or put it into backticks"}},
	{"no pass example", "", []string{"```yaml pass\nVolumes:\n  - VolumeId: vol-0c\n    Size: 40\n    Tags: [{Key: Name, Value: shop-db-data}]\n```\n\n", ""}, []string{"63:1: a pattern with a rule has at least one pass example; write a ```yaml pass block in section Examples"}},
	{"index of an empty list", "", []string{`require: tag(volume, "Name") != ""`, `require: volume.Attachments[0].Device != ""`}, []string{
		"50:15: vol-0a is unknown: the rule failed: index out of bounds: 0; let the rule ask first whether it can, with && in front",
		"52:15: vol-0b is unknown: the rule failed: index out of bounds: 0; let the rule ask first whether it can, with && in front",
		"61:15: vol-0c is unknown: the rule failed: index out of bounds: 0; let the rule ask first whether it can, with && in front",
	}},
	{"colon in a reference", "", []string{`"Amazon EC2 User Guide: Tag your resources"`, "Amazon EC2 User Guide: Tag your resources"}, []string{"8:34: a colon cannot stand here; put a text that has a colon and a space in it into quotes"}},
	{"file name: caps", "patterns/operations/Name-Every-Volume.md", nil, []string{"1:1: the file name Name-Every-Volume.md is not an ID: lower-case words with hyphens, at most 60 characters; name it name-every-volume.md"}},
	{"file name: underscore", "patterns/operations/name_every_volume.md", nil, []string{"1:1: the file name name_every_volume.md is not an ID: lower-case words with hyphens, at most 60 characters; name it name-every-volume.md"}},
	{"file name: spaces", "patterns/operations/name every volume.md", nil, []string{"1:1: the file name name every volume.md is not an ID: lower-case words with hyphens, at most 60 characters; name it name-every-volume.md"}},
	{"file name: taken", "patterns/operations/leave-gp2-burst-behind.md", nil, []string{"1:1: the ID leave-gp2-burst-behind is taken by patterns/storage/leave-gp2-burst-behind.md; write another name, or replaces: leave-gp2-burst-behind in the front matter to take its place"}},
	{"file name: reserved", "patterns/operations/new.md", nil, []string{"1:1: the ID new is reserved; write another name for the file"}},
}

// advice are the forms in which a message says what to do.
var advice = regexp.MustCompile(`did you mean .+\?|\bwrite \S|\bis one of\b|\bis not one of\b|\bat most \d|\bmove it\b|\bname it\b|\bput .+ into\b|\btake .+ away\b|\bchange the rule\b|` +
	`\bpatlint list\b|\bindent\b|does not say # want: |\bthe order is\b|is wanted here$|is missing here\b|let the rule ask first|choose one of`)

// TestBeginner runs patlint test on the page with each mistake. Mistakes come out in the order of lines, so that the first to be shown is among those held here.
func TestBeginner(t *testing.T) {
	page := guidePage(t)
	for _, tt := range beginnerMistakes {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text, file := page, tt.file
			for i := 0; i+1 < len(tt.edits); i += 2 {
				if !strings.Contains(text, tt.edits[i]) {
					t.Fatalf("the page has no %q", tt.edits[i])
				}
				text = strings.Replace(text, tt.edits[i], tt.edits[i+1], 1)
			}
			if file == "" {
				file = beginnerFile
			}
			got, code := mistakesIn(t, file, text)
			if code != exitFindings {
				t.Errorf("exit code %d, want %d", code, exitFindings)
			}
			for _, w := range tt.want {
				if !slices.Contains(got, w) {
					t.Errorf("not said: %s\nsaid:\n%s", w, strings.Join(got, "\n"))
				}
			}
			if len(got) == 0 || !slices.Contains(tt.want, got[0]) {
				t.Errorf("said first:\n%s", strings.Join(got, "\n"))
			}
			for _, g := range got {
				if !advice.MatchString(g) {
					t.Errorf("this does not say what to do: %s", g)
				}
			}
		})
	}
}

// TestGuidePage: the page of the guide is a pattern, as it says, and the check for advice tells messages apart.
func TestGuidePage(t *testing.T) {
	if got, code := mistakesIn(t, beginnerFile, guidePage(t)); code != 0 || len(got) > 0 {
		t.Errorf("exit code %d, %q", code, got)
	}
	for _, dull := range []string{"40:16: there is no field Sise", "53:4: bad YAML: did not find expected '-' indicator", "50:15: vol-0a is flagged", "40:22: \"is\" is out of place"} {
		if advice.MatchString(dull) {
			t.Errorf("taken for advice: %s", dull)
		}
	}
}

// guidePage is the page that the guide shows.
func guidePage(t *testing.T) string {
	t.Helper()
	guide, err := os.ReadFile("pages/contribute.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(guide), "````markdown\n")
	page, _, ok := strings.Cut(rest, "````\n")
	if !ok {
		t.Fatal("the guide shows no page")
	}
	return page
}

// mistakesIn saves a page and gives the lines of patlint test that name its file, without the name, and the exit code.
func mistakesIn(t *testing.T, file, page string) (lines []string, code int) {
	t.Helper()
	dir := filepath.ToSlash(t.TempDir())
	file = dir + "/" + file
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := patlint(t, nil, "test", file)
	for line := range strings.Lines(stdout + stderr) {
		if mistake, ok := strings.CutPrefix(line, file+":"); ok {
			lines = append(lines, strings.TrimSuffix(mistake, "\n"))
		}
	}
	return lines, code
}
