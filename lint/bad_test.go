package lint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

// page is the smallest page with a rule, a param and one example of each sort. Tests spoil one thing in it; the numbers of its lines stand in what they want.
var page = fences(`---
title: Keep it small
summary: A small page has one of each, so that a test can spoil it.
pillar: cost
severity: low
since: 0.1.0
params:
  max_size: {type: int, default: 10, doc: GiB that a volume may have.}
---
The state we want.

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

~~~yaml rule
resource: volume
when: volume.State == "in-use"
require: volume.Size < params.max_size
message: ${volume.Size} GiB
~~~

## Examples

Words.

~~~yaml fail
Volumes:
  - VolumeId: vol-1 # want: 20 GiB
    State: in-use
    Size: 20
~~~

~~~yaml pass
Volumes:
  - VolumeId: vol-1
    State: in-use
    Size: 5
~~~

~~~yaml pass
Volumes:
  - VolumeId: vol-1
    State: available
~~~

## Fix

~~~sh fix
aws ec2 delete-volume --volume-id ${volume.VolumeId}
~~~
`)

const pageFile = "patterns/storage/keep-it-small.md"

// fences writes backticks, which a string of Go's cannot hold together with line breaks.
func fences(s string) string { return strings.ReplaceAll(s, "~~~", "```") }

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

// compilePage compiles the rule of a page and gives what is wrong with it. Rules come only without errors.
func compilePage(t testing.TB, src string) patterns.Errors {
	t.Helper()
	rules, err := Compile(pageCatalog(t, src))
	if (err == nil) == (rules == nil) {
		t.Fatalf("Compile gives the rules %v and the error %v", rules, err)
	}
	errs, ok := err.(patterns.Errors)
	if err != nil && !ok {
		t.Fatalf("Compile gives a %T: %v", err, err)
	}
	return errs
}

// runPage runs the examples of a page whose rule compiles, and gives what is wrong with them.
func runPage(t testing.TB, src string) patterns.Errors {
	t.Helper()
	cat := pageCatalog(t, src)
	rules, err := Compile(cat)
	if err != nil {
		t.Fatalf("the rule is broken: %v", err)
	}
	res := rules.Examples(t.Context())
	if len(res) != 1 || res[0].Examples != len(cat.Patterns[0].Examples) {
		t.Fatalf("%d patterns were run, the first with %d examples", len(res), res[0].Examples)
	}
	return res[0].Errs
}

func pageCatalog(t testing.TB, src string) *patterns.Catalog {
	t.Helper()
	p, err := patterns.Parse(pageFile, []byte(src))
	if err != nil {
		t.Fatalf("the page itself is broken: %v", err)
	}
	return &patterns.Catalog{Patterns: []*patterns.Pattern{p}}
}

const (
	ruleRequire = "require: volume.Size < params.max_size"
	ruleMessage = "message: ${volume.Size} GiB"
	ruleWhen    = "when: volume.State == \"in-use\"\n"
	failExample = "~~~yaml fail\nVolumes:\n  - VolumeId: vol-1 # want: 20 GiB\n    State: in-use\n    Size: 20\n~~~\n"
	passExample = "~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n    State: in-use\n    Size: 5\n~~~\n"
	thirdSample = "~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n    State: available\n~~~\n"
	fixCommand  = "aws ec2 delete-volume --volume-id ${volume.VolumeId}"
)

// badRules are pages whose form is right and whose rule is not.
var badRules = []struct {
	name  string
	edits []string
	want  []string // without the file
}{
	{"unknown resource", []string{"resource: volume", "resource: volumes"}, []string{
		"37:11: unknown resource volumes; did you mean volume?",
	}},
	{"resource in upper case", []string{"resource: volume", "resource: Volume"}, []string{
		"37:11: unknown resource Volume; did you mean volume?",
	}},
	{"unknown resource far from any", []string{"resource: volume", "resource: loadBalancer"}, []string{
		"37:11: unknown resource loadBalancer; patlint list kinds shows what there is",
	}},
	{"relation that nothing collects", []string{ruleRequire, "require: volume.backupPlans() == []"}, []string{"39:28: there is no relation and no function backupPlans(); patlint list kinds shows what there is"}},
	{"metric that AWS does not have", []string{ruleRequire, "require: volume.metric(\"BurstBallance\", \"Minimum\", \"24h\") > 1.0"}, []string{"39:10: AWS/EBS has no metric BurstBallance; did you mean BurstBalance?"}},
	{"metric of another kind", []string{ruleRequire, "require: volume.metric(\"Temperature\", \"Minimum\", \"24h\") > 1.0"}, []string{"39:10: AWS/EBS has no metric Temperature; patlint list kinds shows what there is"}},
	{"statistic that CloudWatch does not have", []string{ruleRequire, "require: volume.metric(\"BurstBalance\", \"p99\", \"24h\") > 1.0"}, []string{"39:10: \"p99\" is no statistic; known are Average, Maximum, Minimum, SampleCount, Sum"}},
	{"window that is none", []string{ruleRequire, "require: volume.metric(\"BurstBalance\", \"Minimum\", \"14d\") > 1.0"}, []string{"39:10: \"14d\" is no window; write whole hours, as in \"24h\", or up to an hour in minutes, as in \"15m\""}},
	{"window beyond CloudWatch's memory", []string{ruleRequire, "require: volume.metric(\"BurstBalance\", \"Minimum\", \"20000h\") > 1.0"}, []string{"39:10: CloudWatch keeps hourly values for 10920 hours, fewer than 20000h"}},
	{"metric whose name is computed", []string{ruleRequire, "require: volume.metric(volume.VolumeType, \"Minimum\", \"24h\") > 1.0"}, []string{
		"39:10: metric, statistic and window are texts, written here or in a param: what is asked of CloudWatch is known before any call",
	}},
	{"number of AWS's that is not there", []string{ruleRequire, "require: double(volume.Size) < limit(\"gp3.size.maximum\")"}, []string{"39:10: limits.yaml has no gp3.size.maximum; did you mean gp3.size.max?"}},
	{"number of AWS's whose name is computed", []string{ruleRequire, "require: double(volume.Size) < limit(volume.VolumeType + \".size.max\")"}, []string{"39:10: limit takes a name in quotes, so that a wrong one is found when the catalog loads"}},
	{"misspelt field", []string{ruleRequire, "require: volume.VolumType != \"gp2\""}, []string{
		"39:16: there is no field VolumType; did you mean VolumeType?",
	}},
	{"misspelt field far from any", []string{ruleRequire, "require: volume.Colour != \"blue\""}, []string{"39:16: there is no field Colour; patlint list kinds volume shows what there is"}},
	{"misspelt field in a nested value", []string{ruleRequire, "require: volume.Attachments.all(a, a.DeleteOnTerminaton)"}, []string{
		"39:37: there is no field DeleteOnTerminaton; did you mean DeleteOnTermination?",
	}},
	{"misspelt field in a folded require", []string{ruleRequire, "require: >-\n  volume.Size < params.max_size &&\n  volume.Attachments.all(a,\n    a.Divice != \"/dev/sdf\")"}, []string{"42:6: there is no field Divice; did you mean Device?"}},
	{"type error in a folded require", []string{ruleRequire, "require: >-\n  volume.Size < params.max_size &&\n  volume.VolumeType == 5 &&\n  volume.Iops > 0"}, []string{
		"41:21: == does not take string and int; write a number without quotes, and a text in them",
	}},
	{"two type errors", []string{ruleRequire, "require: volume.Size < \"10\" || volume.Iops == \"x\""}, []string{
		"39:22: < does not take int and string; write a number without quotes, and a text in them",
		"39:44: == does not take int and string; write a number without quotes, and a text in them",
	}},
	{"type error in double quotes", []string{ruleRequire, "require: \"volume.VolumeType == \\\"gp2\\\" && volume.Size < \\\"10\\\"\""}, []string{
		"39:55: < does not take int and string; write a number without quotes, and a text in them",
	}},
	{"type error in a literal when", []string{ruleWhen, "when: |\n  volume.State == \"in-use\" &&\n\n  // the size\n  volume.Size == 1.5\n"}, []string{
		"42:15: == does not take int and double; write double(…) around the whole number",
	}},
	{"undeclared param", []string{"params.max_size", "params.min_size"}, []string{
		"39:30: there is no params.min_size; did you mean params.max_size?",
	}},
	{"undeclared variable", []string{ruleRequire, "require: vol.Size < 10"}, []string{
		"39:10: there is no vol; did you mean volume or volumes?",
	}},
	{"undeclared function", []string{ruleRequire, "require: volume.isFast()"}, []string{"39:23: there is no relation and no function isFast(); did you mean isRoot()?"}},
	{"misspelt function", []string{ruleRequire, "require: hasTags(volume, \"Owner\")"}, []string{
		"39:17: there is no relation and no function hasTags(); did you mean hasTag()?",
	}},
	{"relation of the wrong kind", []string{ruleRequire, "require: volume.typeInfo().EbsInfo.EbsOptimizedSupport == \"default\""}, []string{
		"39:25: typeInfo() belongs to instance, not to volume; patlint list kinds shows what leads there",
	}},
	{"relation as a field", []string{ruleRequire, "require: volume.snapshots.size() > 0"}, []string{
		"39:16: snapshots is a relation; write snapshots()",
	}},
	{"require that is a number", []string{ruleRequire, "require: volume.Size"}, []string{"39:10: this gives int; true or false is wanted, so write a comparison"}},
	{"require that is a list", []string{ruleRequire, "require: >-\n  volume.instances()"}, []string{
		"40:3: this gives a list of instance; true or false is wanted, so write a comparison",
	}},
	{"when that is a text", []string{ruleWhen, "when: volume.State\n"}, []string{"38:7: this gives string; true or false is wanted, so write a comparison"}},
	{"require that is no expression", []string{ruleRequire, "require: volume.Size is small"}, []string{"39:22: write == for is"}},
	{"unclosed bracket", []string{ruleRequire, "require: (volume.Size < 10"}, []string{"39:27: a closing ) is missing; write it here or further on the left"}},
	{"unclosed quote", []string{ruleRequire, "require: volume.VolumeType != \"gp2"}, []string{
		`39:31: "\"gp2" has no meaning here; write the quotes that end it`,
	}},
	{"single equals sign", []string{ruleRequire, "require: volume.Size = 10"}, []string{
		"39:22: = stands for nothing; write == to compare",
	}},
	{"and in words", []string{ruleRequire, "require: volume.Size < 10 and volume.Iops > 5"}, []string{"39:27: write && for and"}},
	{"rule too costly", []string{ruleRequire, "require: volume.snapshots().all(s, s.images().all(i, i.instances().all(j, j.ImageId != s.SnapshotId)))"}, []string{
		"39:10: too costly: this loops over resources inside loops over resources; use a relation that leads straight to them",
	}},
	{"enum as an identifier", []string{ruleRequire, "require: volume.VolumeType == gp3"}, []string{`39:31: there is no gp3; write "gp3" for a text, and the name of its kind for a resource`}},
	{"param of the wrong type", []string{ruleRequire, "require: volume.VolumeType in params.max_size"}, []string{
		"39:28: in does not take string and int; write a number without quotes, and a text in them",
	}},

	{"unclosed ${ in the message", []string{ruleMessage, "message: ${volume.Size GiB"}, []string{
		"40:10: this ${ is not closed; write $${ for the characters themselves",
	}},
	{"unclosed ${ on the second line", []string{ruleMessage, "message: >-\n  ${volume.Size} GiB,\n  ${volume.Iops"}, []string{
		"42:3: this ${ is not closed; write $${ for the characters themselves",
	}},
	{"empty ${} in the message", []string{ruleMessage, "message: ${} GiB"}, []string{
		"40:12: the expression ends too early; write what is missing here",
	}},
	{"misspelt field in the message", []string{ruleMessage, "message: >-\n  of ${volume.Size} GiB\n  and ${volume.Iop} IOPS"}, []string{"42:15: there is no field Iop; did you mean Iops?"}},
	{"bad expression in the fix", []string{fixCommand, "size=1\naws ec2 delete-volume --volume-id ${volume.VolumeID}"}, []string{"71:43: there is no field VolumeID; did you mean VolumeId?"}},
	{"bad expression in a fix in a list", []string{"~~~sh fix\n" + fixCommand + "\n~~~", "1. Words.\n\n   ~~~sh fix\n   aws ec2 \\\n     delete-volume --volume-id ${volume.Id}\n   ~~~"}, []string{"73:40: there is no field Id; patlint list kinds volume shows what there is"}},
	{"shell variable in the fix", []string{fixCommand, "aws ec2 delete-volume --volume-id ${VOLUME}"}, []string{`70:37: there is no VOLUME; write $${VOLUME} where the shell's is meant, or "VOLUME" for a text`}},
	{"rule and example", []string{ruleRequire, "require: volume.Sise < 10", "    Size: 5\n", "    Size: five\n"}, []string{
		"39:16: there is no field Sise; did you mean Size?",
		`58:11: Size is a whole number, not "five"; write it in digits alone`,
	}},
	{"user data by an optional field", []string{
		"resource: volume\n" + ruleWhen + ruleRequire + "\n" + ruleMessage,
		"resource: launchTemplate\nrequire: \"false\"\nmessage: ${launchTemplate.latestVersion().?LaunchTemplateData.?UserData.orValue('')}",
		fixCommand, "true",
	}, []string{"39:12: UserData is never printed; it may hold secrets"}},
	{"user data by an index", []string{
		"resource: volume\n" + ruleWhen + ruleRequire + "\n" + ruleMessage,
		"resource: launchTemplate\nrequire: \"false\"\nmessage: ${string(dyn(launchTemplate.latestVersion().LaunchTemplateData)['UserData'])}",
		fixCommand, "true",
	}, []string{"39:12: UserData is never printed; it may hold secrets"}},
	{"a secret's tag in a message", []string{ruleMessage, "message: ${tag(volume, 'db-password')}"}, []string{"40:12: a tag with the name of a secret is never printed"}},
	{"user data in a message", []string{
		"resource: volume\n" + ruleWhen + ruleRequire + "\n" + ruleMessage,
		"resource: launchTemplate\nrequire: launchTemplate.latestVersion().LaunchTemplateData.UserData == \"\"\nmessage: >-\n  the script\n  ${launchTemplate.latestVersion().LaunchTemplateData.UserData} runs",
		fixCommand, "true",
	}, []string{"41:5: UserData is never printed; it may hold secrets"}},
	{"many mistakes", []string{ruleWhen, "when: volume.Stat == 1\n", ruleRequire, "require: volume.Siz < 5", ruleMessage, "message: ${volume.Sise} GiB", fixCommand, "rm ${volume.Id}"}, []string{
		"38:13: there is no field Stat; did you mean State?",
		"39:16: there is no field Siz; did you mean Size?",
		"40:18: there is no field Sise; did you mean Size?",
		"70:12: there is no field Id; patlint list kinds volume shows what there is",
	}},
}

// badExamples are pages whose rule compiles and whose examples are wrong.
var badExamples = []struct {
	name  string
	edits []string
	want  []string // without the file
}{
	{"misspelt field", []string{passExample, "~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n    VolumeTyp: gp2\n~~~\n"}, []string{
		"57:5: Volumes has no field VolumeTyp; did you mean VolumeType?",
	}},
	{"misspelt field in a nested value", []string{passExample, "~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n    Attachments: [{InstanceID: i-1}]\n~~~\n"}, []string{
		"57:20: Attachments has no field InstanceID; did you mean InstanceId?",
	}},
	{"unknown field", []string{passExample, "~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n    Colour: blue\n~~~\n"}, []string{"57:5: Volumes has no field Colour; patlint list kinds volume shows what there is"}},
	{"number in quotes", []string{"    Size: 5\n", "    Size: \"5\"\n"}, []string{`58:11: Size is a whole number, not "5"; write 5`}},
	{"number with a unit", []string{"    Size: 5\n", "    Size: 5 GiB\n"}, []string{`58:11: Size is a whole number, not "5 GiB"; write 5`}},
	{"number with a fraction", []string{"    Size: 5\n", "    Size: 5.5\n"}, []string{`58:11: Size is a whole number, not "5.5"; write it in digits alone`}},
	{"number too large", []string{"    Size: 5\n", "    Size: 5000000000\n"}, []string{`58:11: Size is a whole number, not "5000000000"; write 5000000000`}},
	{"unquoted account ID", []string{passExample, "~~~yaml pass\nSnapshots:\n  - SnapshotId: snap-1\n    OwnerId: 111122223333\n  - SnapshotId: snap-2\n    OwnerId: 011122223333\n~~~\n"}, []string{
		`57:14: OwnerId is a text; write "111122223333" in quotes`,
		`59:14: OwnerId is a text; write "011122223333" in quotes`,
	}},
	{"yes for true", []string{"    Size: 5\n", "    Encrypted: yes\n"}, []string{`58:16: Encrypted is true or false without quotes, not "yes"`}},
	{"not a time", []string{"    Size: 5\n", "    CreateTime: yesterday\n"}, []string{"58:17: CreateTime is a time such as 2026-01-31T08:00:00Z"}},
	{"value for a list", []string{"    Size: 5\n", "    Tags: Owner\n"}, []string{"58:11: Tags is a list; write tags as [{Key: Name, Value: x}]"}},
	{"list for a value", []string{"    Size: 5\n", "    Size: [5]\n"}, []string{"58:11: Size is a single value; write it without brackets and hyphens"}},
	{"value for an object", []string{passExample, "~~~yaml pass\nInstances:\n  - InstanceId: i-1\n    State: running\n~~~\n"}, []string{"57:12: State has fields of its own; write {Name: running}"}},
	{"unknown key at the top", []string{passExample, "~~~yaml pass\nVolume:\n  - VolumeId: vol-1\n~~~\n"}, []string{
		"55:1: unknown key Volume in an example; did you mean Volumes?",
	}},
	{"CLI command at the top", []string{passExample, "~~~yaml pass\ndescribe-volumes:\n  - VolumeId: vol-1\n~~~\n"}, []string{
		"55:1: unknown key describe-volumes in an example; did you mean Volumes?",
	}},
	{"list at the top", []string{passExample, "~~~yaml pass\n- VolumeId: vol-1\n~~~\n"}, []string{
		"55:1: the list has lost its key; write Volumes: above it, as aws ec2 describe-volumes prints it without --query",
	}},
	{"unknown gap", []string{passExample, "~~~yaml pass\nGaps: [DescribeVpcAttributes]\n~~~\n"}, []string{"55:8: no rule reads DescribeVpcAttributes; did you mean DescribeVpcAttribute?"}},
	{"gap that is no list", []string{passExample, "~~~yaml pass\nGaps: DescribeVolumes\n~~~\n"}, []string{"55:7: Gaps is a list of API actions; write [DescribeSnapshots]"}},
	{"duplicate key", []string{"    Size: 5\n", "    Size: 5\n    Size: 6\n"}, []string{"59:5: the key Size stands here twice; take one of them away"}},
	{"duplicate key at the top", []string{passExample, "~~~yaml pass\nVolumes: []\nVolumes: []\n~~~\n"}, []string{"56:1: the key Volumes stands here twice; take one of them away"}},
	{"anchor", []string{"    Size: 5\n", "    Size: &s 5\n"}, []string{
		"58:11: & and * begin YAML anchors and aliases, which are not allowed; write the value out, or put the text into quotes",
	}},
	{"broken JSON", []string{passExample, "~~~json pass\n{\"Volumes\": [\n  {\"VolumeId\": \"vol-1\" \"Size\": 5}\n]}\n~~~\n"}, []string{"56:24: a comma or a closing } is missing here"}},
	{"empty example", []string{passExample, "~~~yaml pass\n~~~\n"}, []string{"54:1: the pass block is empty"}},
	{"no ID", []string{passExample, "~~~yaml pass\nVolumes:\n  - State: in-use\n    Size: 5\n~~~\n"}, []string{
		"55:1: a volume has no VolumeId, by which the linter names it; write one",
	}},

	{"want that does not match", []string{"# want: 20 GiB", "# want: 30 GiB"}, []string{`49:29: vol-1: wanted "30 GiB", but the message is "20 GiB"; write words of the message behind # want:`}},
	{"want on a line without an ID", []string{"vol-1 # want: 20 GiB", "vol-1", "Size: 20", "Size: 20 # want: 20 GiB"}, []string{
		"49:15: vol-1 is flagged, but its line does not say # want: 20 GiB",
		"51:22: no volume has its VolumeId on this line; write # want: behind the ID of what the rule flags",
	}},
	{"want on the ID of another resource", []string{failExample, "~~~yaml fail\nInstances:\n  - InstanceId: i-1 # want: 20 GiB\nVolumes:\n  - VolumeId: vol-1 # want: 20 GiB\n    State: in-use\n    Size: 20\n~~~\n"}, []string{"49:29: no volume has its VolumeId on this line; write # want: behind the ID of what the rule flags"}},
	{"want of a resource that passes", []string{"Size: 20", "Size: 2"}, []string{
		`49:15: vol-1 passes, though the example wants "20 GiB"; change the rule or the values, or take its # want: away`,
	}},
	{"want of a resource out of scope", []string{"    State: in-use\n    Size: 20", "    State: available\n    Size: 20"}, []string{
		`49:15: vol-1 is out of scope, though the example wants "20 GiB"; change the rule or the values, or take its # want: away`,
	}},
	{"want in a pass example", []string{"  - VolumeId: vol-1\n    State: in-use\n    Size: 5", "  - VolumeId: vol-1 # want: 5 GiB\n    State: in-use\n    Size: 5"}, []string{
		"56:29: a pass example wants nothing; this line belongs in a fail example",
	}},
	{"want of other words in an unknown example", []string{thirdSample, "~~~yaml unknown\nGaps: [DescribeSnapshots]\nVolumes:\n  - VolumeId: vol-1 # want: 5 GiB\n    State: in-use\n~~~\n", ruleRequire, "require: volume.snapshots().size() > 0", failExample, "~~~yaml fail\nVolumes:\n  - VolumeId: vol-1 # want: GiB\n    State: in-use\n~~~\n", passExample, "~~~yaml pass\nVolumes: []\n~~~\n"}, []string{
		`60:29: in an unknown example a line wants unknown, not "5 GiB"; write # want: unknown`,
	}},
	{"pass example that is flagged", []string{"    Size: 5\n", "    Size: 50\n"}, []string{"56:15: vol-1 is flagged: 50 GiB; change the rule or the values, or move it into a fail example"}},
	{"pass example that is unknown", []string{ruleRequire, "require: volume.Size < 10 || volume.snapshots().size() > 0", passExample, "~~~yaml pass\nGaps: [DescribeSnapshots]\nVolumes:\n  - VolumeId: vol-1\n    State: in-use\n    Size: 50\n~~~\n"}, []string{
		"57:15: vol-1 is unknown: ec2:DescribeSnapshots: denied in this example; write what is missing into the example, or move it into an unknown example",
	}},
	{"flagged without want", []string{failExample, "~~~yaml fail\nVolumes:\n  - VolumeId: vol-1 # want: 20 GiB\n    State: in-use\n    Size: 20\n  - VolumeId: vol-2\n    State: in-use\n    Size: 40\n~~~\n"}, []string{
		"52:15: vol-2 is flagged, but its line does not say # want: 40 GiB",
	}},
	{"fail example without want", []string{failExample, "~~~yaml fail\nVolumes:\n  - VolumeId: vol-1\n    State: in-use\n    Size: 2\n~~~\n"}, []string{
		"48:1: a fail example flags at least one resource; mark its line with # want: words of the message",
	}},
	{"unknown example that is decided", []string{thirdSample, "~~~yaml unknown\nVolumes:\n  - VolumeId: vol-1 # want: unknown\n    State: available\n~~~\n"}, []string{
		"63:15: vol-1 is out of scope, though the example wants it unknown; write under Gaps what could not be read, or move it into a pass example",
	}},
	{"unknown example that is flagged", []string{thirdSample, "~~~yaml unknown\nVolumes:\n  - VolumeId: vol-1 # want: unknown\n    State: in-use\n    Size: 50\n~~~\n"}, []string{"63:15: vol-1 is flagged: 50 GiB; change the rule or the values, or move it into a fail example"}},
	{"unknown example that wants nothing", []string{thirdSample, "~~~yaml unknown\nVolumes: []\n~~~\n"}, []string{
		"62:1: an unknown example leaves at least one resource undecided; mark its line with # want: unknown",
	}},
	{"want without words", []string{"# want: 20 GiB", "# want:"}, []string{"49:28: write behind # want: which words of the message this line wants, or unknown"}},
	{"the same ID twice", []string{passExample, "~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n  - VolumeId: vol-1\n~~~\n"}, []string{"57:15: the example has vol-1 twice, here and in line 56; write another ID"}},
	{"an empty item", []string{passExample, "~~~yaml pass\nVolumes:\n  - ~\n~~~\n"}, []string{"56:5: an item of Volumes is empty; write its fields, or take its hyphen away"}},
	{"rule that fails", []string{ruleRequire, "require: volume.Size / volume.Iops < 10"}, []string{
		"49:15: vol-1 is unknown: the rule failed: division by zero; let the rule ask first whether it can, with && in front",
		"56:15: vol-1 is unknown: the rule failed: division by zero; let the rule ask first whether it can, with && in front",
	}},
}

func TestBadRules(t *testing.T) {
	for _, tt := range badRules {
		t.Run(tt.name, func(t *testing.T) { diffErrors(t, tt.want, compilePage(t, spoil(t, tt.edits...))) })
	}
}

func TestBadExamples(t *testing.T) {
	for _, tt := range badExamples {
		t.Run(tt.name, func(t *testing.T) { diffErrors(t, tt.want, runPage(t, spoil(t, tt.edits...))) })
	}
}

// TestGoodPage is what the other tests spoil.
func TestGoodPage(t *testing.T) {
	diffErrors(t, nil, runPage(t, page))
}

// diffErrors compares errors with lines of line:column: message.
func diffErrors(t *testing.T, want []string, errs patterns.Errors) {
	t.Helper()
	var full, got []string
	for _, w := range want {
		full = append(full, pageFile+":"+w)
	}
	for _, e := range errs {
		got = append(got, e.Error())
	}
	if diff := cmp.Diff(full, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}
