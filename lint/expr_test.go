package lint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

const exprAccount = `
Volumes:
  - {VolumeId: vol-1, Size: 8, VolumeType: gp2, CreateTime: "2026-01-01T00:00:00Z", Tags: [{Key: Name, Value: data}, {Key: db_password, Value: hunter22}, {Key: note, Value: "password=hunter22"}], Attachments: [{Device: /dev/sda, InstanceId: i-1}]}
  - {VolumeId: vol-2, Size: 500, VolumeType: gp3}
Instances:
  - {InstanceId: i-1, InstanceType: t3.small, ImageId: ami-1, State: {Name: running, Code: 16}, RootDeviceName: /dev/sda, BlockDeviceMappings: [{DeviceName: /dev/sda, Ebs: {VolumeId: vol-1}}]}
LaunchTemplates: [{LaunchTemplateId: lt-1, LatestVersionNumber: 1, DefaultVersionNumber: 1}]
LaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 1, LaunchTemplateData: {ImageId: ami-1, UserData: "#!/bin/sh\nexport X=hunter22\n"}}]
Gaps: [DescribeSnapshots]
`

// tried evaluates an expression in an account, and gives its values by ID.
func tried(t *testing.T, inv *Inventory, kind, text string, params ...patterns.Param) (*Expr, map[string]Value) {
	t.Helper()
	e, err := compile(t).Expr(kind, text, params)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	values, err := e.Values(t.Context(), []*Inventory{inv}, "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Value{}
	for v := range values {
		out[v.Resource.ID] = v
	}
	return e, out
}

// TestExpr is what one expression gives for one resource: its kind and type are learned from the text, and its value is shown in words and as JSON.
func TestExpr(t *testing.T) {
	inv := account(t, exprAccount)
	minSize := patterns.Param{Name: "min_size", Type: "int", Default: int64(100)}
	for _, tt := range []struct {
		text, id    string
		kind, typ   string
		words, json string
	}{
		{"volume.Size > 100", "vol-2", "volume", "bool", "true", "true"},
		{"volume.Size * 2", "vol-1", "volume", "int", "16", "16"},
		{"volume.Size > params.min_size", "vol-1", "volume", "bool", "false", "false"},
		{"volume.VolumeType", "vol-1", "volume", "string", "gp2", `"gp2"`},
		{"volume.Iops", "vol-2", "volume", "int", "0", "0"},
		{"volume.burstMinutes()", "vol-2", "volume", "double", "0", "0"},
		{"now - volume.CreateTime", "vol-1", "volume", "duration", "30d12h", `"30d12h"`},
		{"volume.CreateTime", "vol-1", "volume", "timestamp", "2026-01-01", `"2026-01-01T00:00:00Z"`},
		{"volume.instances()", "vol-1", "volume", "a list of instance", "i-1", `["i-1"]`},
		{"volume.instances()", "vol-2", "volume", "a list of instance", "", "[]"},
		{"instance.State", "i-1", "instance", "InstanceState", `{"Code":16,"Name":"running"}`, `{"Code":16,"Name":"running"}`},
		{"volume.Attachments", "vol-1", "volume", "a list of VolumeAttachment", `[{"Device":"/dev/sda","InstanceId":"i-1"}]`, `[{"Device":"/dev/sda","InstanceId":"i-1"}]`},
		{`{"a": volume.Size}`, "vol-1", "volume", "map(string, int)", `{"a":8}`, `{"a":8}`},
		{"optional.none()", "us-east-1", "region", "optional_type(dyn)", "null", "null"},
		{"optional.of(3u)", "us-east-1", "region", "optional_type(uint)", "3", "3"},
		{"1.0 / 0.0", "us-east-1", "region", "double", "+Inf", `"+Inf"`},
		{"region.RegionName", "us-east-1", "region", "string", "us-east-1", `"us-east-1"`},
		{`type(1)`, "us-east-1", "region", "type(int)", "int", `"int"`},
		{`b"abc"`, "us-east-1", "region", "bytes", "abc", `"abc"`},
		{`b"\xff\xfe"`, "us-east-1", "region", "bytes", "//4=", `"//4="`},
		{"[[1], [2, 3]]", "us-east-1", "region", "list(a list of int)", "[[1],[2,3]]", "[[1],[2,3]]"},
		{`["", "a"]`, "us-east-1", "region", "a list of string", `["","a"]`, `["","a"]`},
		{`limit("gp2.iops.max")`, "us-east-1", "region", "double", "16000", "16000"},
		{`instance.volumes().map(volume, volume.Size)`, "i-1", "instance", "a list of int", "8", "[8]"}, // a loop's own name is no resource

		// What a message may not print is masked.
		{`tag(volume, "db_password")`, "vol-1", "volume", "string", masked, `"[masked]"`},
		{`volume.Tags.map(t, tag(volume, t.Key))`, "vol-1", "volume", "a list of string", `["[masked]","[masked]","[masked]"]`, `["[masked]","[masked]","[masked]"]`},
		{`tag(volume, "note")`, "vol-1", "volume", "string", masked, `"[masked]"`},
		{`tag(volume, "Name")`, "vol-1", "volume", "string", "data", `"data"`},
		{"volume.Tags", "vol-1", "volume", "a list of Tag", `[{"Key":"Name","Value":"data"},{"Key":"db_password","Value":"[masked]"},{"Key":"note","Value":"[masked]"}]`,
			`[{"Key":"Name","Value":"data"},{"Key":"db_password","Value":"[masked]"},{"Key":"note","Value":"[masked]"}]`},
		{"dyn(volume).Tags[1].Value", "vol-1", "volume", "dyn", masked, `"[masked]"`},
		{"volume.Tags.map(t, dyn(t).Value)", "vol-1", "volume", "a list of dyn", `["[masked]","[masked]","[masked]"]`, `["[masked]","[masked]","[masked]"]`},
		{"volume.Tags[1].?Value", "vol-1", "volume", "optional_type(string)", masked, `"[masked]"`},
		{`volume.Tags[?1].?Value.orValue("")`, "vol-1", "volume", "string", masked, `"[masked]"`},
		{`volume.Tags[?1].Value.orValue("")`, "vol-1", "volume", "string", masked, `"[masked]"`},
		{"cel.bind(x, dyn(volume.Tags), x[1].Value)", "vol-1", "volume", "dyn", masked, `"[masked]"`},
		{"cel.bind(x, dyn(volume.Tags), x[1])", "vol-1", "volume", "dyn", `{"Key":"db_password","Value":"[masked]"}`, `{"Key":"db_password","Value":"[masked]"}`},
		{`{tag(volume, "db_password"): volume.Size}`, "vol-1", "volume", "map(string, int)", `{"[masked]":"[masked]"}`, `{"[masked]":"[masked]"}`},
		{`tag(volume, "db_password").size()`, "vol-1", "volume", "int", masked, `"[masked]"`},
		{`int(tag(volume, "db_password").replace("hunter", ""))`, "vol-1", "volume", "int", masked, `"[masked]"`},
		{`duration(tag(volume, "db_password").replace("hunter", "") + "s")`, "vol-1", "volume", "duration", masked, `"[masked]"`},
		{`[tag(volume, "db_password") == "hunter22"]`, "vol-1", "volume", "a list of bool", "[true]", "[true]"},
		{`{1: "a", "1": "b", 2: "c"}`, "us-east-1", "region", "map(dyn, string)", `{"1":"a","1 (2)":"b","2":"c"}`, `{"1":"a","1 (2)":"b","2":"c"}`},
		{"volume.Tags.map(t, t.Value)", "vol-1", "volume", "a list of string", `["[masked]","[masked]","[masked]"]`, `["[masked]","[masked]","[masked]"]`},
		{"launchTemplate.latestVersion().LaunchTemplateData.UserData", "lt-1", "launchTemplate", "string", masked, `"[masked]"`},
		{"launchTemplate.latestVersion().LaunchTemplateData", "lt-1", "launchTemplate", "ResponseLaunchTemplateData", `{"ImageId":"ami-1","UserData":"[masked]"}`, `{"ImageId":"ami-1","UserData":"[masked]"}`},
	} {
		e, values := tried(t, inv, "", tt.text, minSize)
		v, ok := values[tt.id]
		if !ok {
			t.Errorf("%s: no value for %s", tt.text, tt.id)
			continue
		}
		got, err := json.Marshal(v.JSON)
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind != tt.kind || e.Type != tt.typ || v.Outcome != "value" || v.Words != tt.words || string(got) != tt.json || v.Why != "" {
			t.Errorf("%s: %s %s, %s %q %s %q; want %s %s, value %q %s", tt.text, e.Kind, e.Type, v.Outcome, v.Words, got, v.Why, tt.kind, tt.typ, tt.words, tt.json)
		}
		if strings.Contains(fmt.Sprint(v), "hunter22") {
			t.Errorf("%s tells a secret: %v", tt.text, v)
		}
	}
}

// TestExprLong: what a long list or map leaves out is counted, and what is shown does not change from one time to the next.
func TestExprLong(t *testing.T) {
	var list, pairs []string
	for i := range maxJSON + 3 {
		list, pairs = append(list, fmt.Sprint(i)), append(pairs, fmt.Sprintf("%d: %d", i, i))
	}
	inv := account(t, exprAccount)
	_, values := tried(t, inv, "", "["+strings.Join(list, ", ")+"]")
	v := values["us-east-1"]
	if shown, ok := v.JSON.([]any); !ok || len(shown) != maxJSON || v.NotShown != 3 || shown[maxJSON-1] != int64(maxJSON-1) {
		t.Errorf("%d left out of %v", v.NotShown, v.JSON)
	}
	_, values = tried(t, inv, "", "{"+strings.Join(pairs, ", ")+"}")
	if shown, ok := values["us-east-1"].JSON.(map[string]any); !ok || len(shown) != maxJSON+1 || shown["…"] != "3 items more" || shown["0"] == nil {
		t.Errorf("%v", values["us-east-1"].JSON)
	}
}

// TestExprNoValue: what is unknown or an error says why.
func TestExprNoValue(t *testing.T) {
	inv := account(t, exprAccount)
	for _, tt := range []struct{ text, outcome, why string }{
		{"volume.snapshots().size() > 0", "unknown", "ec2:DescribeSnapshots: denied in this example"},
		{"volume.instances().map(i, i.image().Name)[0] == 'x'", "unknown", "ami-1 is named, but DescribeImages did not list it"},
		{`unknown("nobody knows")`, "unknown", "nobody knows"},
		{"volume.Size / 0 > 1", "error", "division by zero"},
		{"volume.Attachments[7].Device", "error", "index out of bounds: 7"},
		{`int("password=hunter22")`, "error", "type conversion error"},
		{`timestamp(tag(volume, "db_password"))`, "error", "may be a secret and is left out"},
		{`{"a": 1}[tag(volume, "db_password")]`, "error", "no such key; the value may be a secret and is left out"},
		{`unknown(tag(volume, "db_password"))`, "unknown", masked},
		{`tag(volume, "db_password") == "" || unknown("nobody knows")`, "unknown", "nobody knows"},
		{`volume.Tags[7].Value`, "error", "index out of bounds; the value may be"},
	} {
		text := tt.text
		if !strings.Contains(text, "volume") {
			text += " == volume.Size"
		}
		_, values := tried(t, inv, "volume", text)
		v := values["vol-1"]
		if v.Outcome != tt.outcome || v.Words != tt.outcome || !strings.Contains(v.Why, tt.why) || v.JSON != nil || strings.Contains(v.Why, "hunter22") {
			t.Errorf("%s: %+v; want %s, %s", tt.text, v, tt.outcome, tt.why)
		}
	}
}

// TestExprCost: what an evaluation costs is counted, it ends at the limit, and the estimate is that by which rules are refused.
func TestExprCost(t *testing.T) {
	var b strings.Builder
	b.WriteString("Instances:\n")
	for i := range 1200 {
		fmt.Fprintf(&b, "  - {InstanceId: i-%04d, Tags: [{Key: Role, Value: db}]}\n", i)
	}
	inv := account(t, b.String())
	const loop = `region.instancesTagged("Role", "db").all(i, region.instancesTagged("Role", "db").all(j, i.InstanceId != j.InstanceId || i.InstanceId == j.InstanceId))`
	e, values := tried(t, inv, "", loop)
	if v := values["us-east-1"]; v.Outcome != "error" || v.Why != "the rule looks at too many other resources for this one, and was stopped" || v.Cost <= CostLimit {
		t.Errorf("%+v", v)
	}
	if e.Estimate <= CostLimit || e.Estimate > EstimateLimit {
		t.Errorf("estimated %d", e.Estimate)
	}
	e, values = tried(t, inv, "", `region.RegionName == "us-east-1"`)
	if v := values["us-east-1"]; v.Cost == 0 || v.Cost > 10 || e.Estimate < v.Cost || e.Estimate > 20 {
		t.Errorf("cost %d, estimated %d", v.Cost, e.Estimate)
	}
	_, err := compile(t).Expr("", strings.Replace(loop, "i.InstanceId != j.InstanceId", `region.instancesTagged("Role", "db").exists(k, k.InstanceId != i.InstanceId)`, 1), nil)
	if err == nil || !strings.Contains(err.Error(), "too costly: this loops over resources inside loops over resources") {
		t.Errorf("a loop in a loop in a loop: %v", err)
	}
}

// TestExprReads: an expression needs what its resource and its relations need.
func TestExprReads(t *testing.T) {
	inv := account(t, exprAccount)
	for text, want := range map[string][]string{
		"volume.Size > 1":               {"DescribeVolumes"},
		"now":                           nil,
		"volume.snapshots().size() > 0": {"DescribeSnapshots", "DescribeVolumes"},
		"instance.ebsLimits().Stated":   {"DescribeInstanceTypes", "DescribeInstances"},
	} {
		if e, _ := tried(t, inv, "", text); !slices.Equal(e.Reads, want) {
			t.Errorf("%s reads %v, want %v", text, e.Reads, want)
		}
	}
}

// TestExprEvidence: the parts that decided, and not the whole for itself.
func TestExprEvidence(t *testing.T) {
	inv := account(t, exprAccount)
	_, values := tried(t, inv, "", `volume.Size > 100 && volume.VolumeType == "gp2"`)
	if diff := cmp.Diff(Evidence{{"volume.Size", int64(8)}}, values["vol-1"].Evidence); diff != "" {
		t.Error(diff)
	}
	_, values = tried(t, inv, "", "volume.Size")
	if diff := cmp.Diff(Evidence{}, values["vol-1"].Evidence); diff != "" {
		t.Error(diff)
	}
}

// TestExprMistakes: the same mistakes as in rules have the same words, and their places are those in the text.
func TestExprMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"volume.Sise > 100", "expression:1:7: there is no field Sise; did you mean Size?"},
		{"volume.Size\n  = 4", "expression:2:3: = stands for nothing; write == to compare"},
		{"volume.snapshots", "expression:1:7: snapshots is a relation; write snapshots()"},
		{`double(volume.Size) > limit("gp3.iops.inclded")`, "expression:1:1: limits.yaml has no gp3.iops.inclded; did you mean gp3.iops.included?"},
		{`volume.metric("VolumeReadOp", "Sum", "24h") > 1.0`, "expression:1:1: AWS/EBS has no metric VolumeReadOp; did you mean VolumeReadOps?"},
		{"volume.Size >", "expression:1:14: the expression ends too early"},
		{"volume.instances().exists(i, i.Sate == 1)", "expression:1:31: there is no field Sate; did you mean State?"},
	} {
		_, err := compile(t).Expr("", tt.text, nil)
		var errs, ruled patterns.Errors
		if !errors.As(err, &errs) || !strings.HasPrefix(errs[0].Error(), tt.want) {
			t.Errorf("%s: %v\nwant %s", tt.text, err, tt.want)
			continue
		}
		_, err = Compile(catalogOf(pattern("p", "volume", "", tt.text, "m")))
		if !errors.As(err, &ruled) || len(ruled) != len(errs) || ruled[0].Msg != errs[0].Msg {
			t.Errorf("%s: %v\nin a rule: %v", tt.text, errs, ruled)
		}
	}
	for _, tt := range []struct{ kind, text, want string }{
		{"", "${volume.Size} > 3", "expression:1:1: an expression is written without ${ }, which are for messages and fixes; write volume.Size"},
		{"", "\"é ${ volume.Size } GiB\"", "expression:1:4: an expression is written without ${ }, which are for messages and fixes; write volume.Size"},
		{"", "volume.Size > ${", "expression:1:15: an expression is written without ${ }, which are for messages and fixes"},
		{"", "volume.Size > image.Size", "expression:1:1: this names image and volume, and an expression is about one of them; a relation leads from it to the others"},
		{"volume", "", "expression:1:1: the expression ends too early"},
		{"volumes", "now", "unknown resource volumes; did you mean volume?"},
	} {
		if _, err := compile(t).Expr(tt.kind, tt.text, nil); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v\nwant %s", tt.text, err, tt.want)
		}
	}
}

// TestExprNotes: a text that looks like a glob is compared as it stands, and the note says what was meant.
func TestExprNotes(t *testing.T) {
	for text, want := range map[string]string{
		`securityGroup.GroupName == "launch-wizard-*"`:            `* in "launch-wizard-*" stands for itself; for any text write securityGroup.GroupName.startsWith("launch-wizard-")`,
		`"*-web" != securityGroup.GroupName`:                      `* in "*-web" stands for itself; for any text write !securityGroup.GroupName.endsWith("-web")`,
		`securityGroup.GroupName == "*web*"`:                      `* in "*web*" stands for itself; for any text write securityGroup.GroupName.contains("web")`,
		`tag(securityGroup, "Name") == "a.*c"`:                    `* in "a.*c" stands for itself; for any text write tag(securityGroup, "Name").matches("^a\\..*c$")`,
		`securityGroup.IpPermissions.all(p, p.IpProtocol == "*")`: "", // AWS has such values
		`securityGroup.GroupName.matches("a*")`:                   "",
		`securityGroup.GroupName < "a*"`:                          "",
		`securityGroup.GroupName == "a"`:                          "",
	} {
		e, err := compile(t).Expr("", text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(e.Notes, "\n"); got != want {
			t.Errorf("%s: %s\nwant %s", text, got, want)
		}
		if _, call, ok := strings.Cut(want, "; for any text write "); ok {
			if e, err := compile(t).Expr("", call, nil); err != nil || len(e.Notes) > 0 {
				t.Errorf("%s: %v", call, err)
			}
		}
	}
}

// TestNamed: a resource is found by its tag Name, or by the field that names it.
func TestNamed(t *testing.T) {
	inv := account(t, "SecurityGroups: [{GroupId: sg-1, GroupName: web}, {GroupId: sg-2, GroupName: db, Tags: [{Key: Name, Value: web}]}, {GroupId: sg-3}]\nVolumes: [{VolumeId: vol-1, Tags: [{Key: Name, Value: web}]}]")
	for _, tt := range []struct {
		kind, name string
		want       []string
	}{{"securityGroup", "web", []string{"sg-1", "sg-2"}}, {"volume", "web", []string{"vol-1"}}, {"", "web", []string{"sg-1", "sg-2", "vol-1"}}, {"securityGroup", "db", nil}, {"securityGroup", "", nil}} {
		if got := inv.Named(tt.kind, tt.name); !slices.Equal(got, tt.want) {
			t.Errorf("%s %q: %v, want %v", tt.kind, tt.name, got, tt.want)
		}
	}
	if a, b := inv.KindOf("sg-1"), inv.KindOf("web"); a != "securityGroup" || b != "" {
		t.Errorf("%q, %q", a, b)
	}
}

// TestExprOne: an ID chooses one resource, and the end of the context ends the evaluation.
func TestExprOne(t *testing.T) {
	inv := account(t, exprAccount)
	e, err := compile(t).Expr("", "volume.Size", nil)
	if err != nil {
		t.Fatal(err)
	}
	count := func(ctx context.Context, id string) (n int) {
		values, err := e.Values(ctx, []*Inventory{inv}, id)
		if err != nil {
			t.Fatal(err)
		}
		for range values {
			n++
		}
		return n
	}
	over, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-over.Done()
	if all, one, none, late := count(t.Context(), ""), count(t.Context(), "vol-2"), count(t.Context(), "vol-9"), count(over, ""); all != 2 || one != 1 || none != 0 || late != 0 {
		t.Errorf("%d, %d, %d, %d values", all, one, none, late)
	}
	if got := inv.IDs("volume"); !slices.Equal(got, []string{"vol-1", "vol-2"}) {
		t.Errorf("IDs %v", got)
	}
	if got := inv.IDs(""); len(got) != 5 || !slices.Contains(got, "us-east-1") || !slices.Contains(got, "lt-1") {
		t.Errorf("all IDs %v", got)
	}
}

// TestParts: each part of a rule by itself.
func TestParts(t *testing.T) {
	inv := account(t, exprAccount)
	rules := compile(t, pattern("p", "volume", `volume.VolumeType == "gp2"`, "volume.Size >= 25", `${volume.Size} GiB of ${tag(volume, "note")}, ${volume.snapshots().size()} snapshots`))
	var got []string
	for _, e := range rules.Parts("p") {
		values, err := e.Values(t.Context(), []*Inventory{inv}, "vol-1")
		if err != nil {
			t.Fatal(err)
		}
		for v := range values {
			got = append(got, fmt.Sprintf("%s %s %s %v %v", e.Part, e.Type, v.Words, v.Cost > 0, e.Reads))
		}
	}
	want := []string{
		"when bool true true [DescribeVolumes]", "require bool false true [DescribeVolumes]",
		"message string 8 GiB of [masked] unknown snapshots true [DescribeSnapshots DescribeVolumes]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(rules.Parts("q")); n != 0 {
		t.Errorf("%d parts of a pattern that is not there", n)
	}
	if n := len(compile(t, pattern("p", "volume", "", "true", "m")).Parts("p")); n != 2 {
		t.Errorf("%d parts of a rule without when", n)
	}
}

// TestReadExample gives the account of an example, or its mistakes.
func TestReadExample(t *testing.T) {
	regions, err := ReadExample(&patterns.Block{File: "x.md", Line: 1, Text: "Volumes: [{VolumeId: vol-1}]\n"})
	if err != nil || len(regions) != 1 || len(regions[0].IDs("volume")) != 1 {
		t.Errorf("%v, %v", regions, err)
	}
	if _, err := ReadExample(&patterns.Block{File: "x.md", Line: 1, Text: "Volums: []\n"}); err == nil || !strings.Contains(err.Error(), "did you mean Volumes?") {
		t.Errorf("error %v", err)
	}
}
