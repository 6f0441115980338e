package lint

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const evidenceAccount = `
Volumes:
  - VolumeId: vol-1
    Size: 8
    Iops: 100
    VolumeType: gp2
    CreateTime: "2026-01-01T00:00:00Z"
    Tags: [{Key: env, Value: dev}, {Key: team, Value: a}]
    Attachments: [{Device: /dev/sda, InstanceId: i-1}, {Device: /dev/sdb, InstanceId: i-2}]
Instances:
  - {InstanceId: i-1, RootDeviceName: /dev/sda, State: {Name: running}}
  - {InstanceId: i-2, RootDeviceName: /dev/sda, State: {Name: stopped}}
Snapshots: [{SnapshotId: snap-1, VolumeId: vol-1, State: pending}, {SnapshotId: snap-2, VolumeId: vol-1, State: error}]
`

// TestEvidence is what a finding shows of a rule that failed: the parts that decided, and none of the others.
func TestEvidence(t *testing.T) {
	inv := account(t, evidenceAccount)
	for _, tt := range []struct {
		when, require string
		want          Evidence
	}{
		// Of an and that is false only the false parts count, of an or all of them.
		{"", "volume.Size >= 25 && volume.Iops >= 3000", Evidence{{"volume.Size", int64(8)}}},
		{"", "volume.Size >= 8 && volume.Iops >= 3000", Evidence{{"volume.Iops", int64(100)}}},
		{"", "volume.Size >= 25 || volume.Iops >= 3000", Evidence{{"volume.Size", int64(8)}, {"volume.Iops", int64(100)}}},
		{"", "!(volume.Size < 25 || volume.Iops >= 3000)", Evidence{{"volume.Size", int64(8)}}},
		{"", "!(volume.Size < 25 && volume.Iops == 100)", Evidence{{"volume.Size", int64(8)}, {"volume.Iops", int64(100)}}},
		{"", "volume.Size >= 8 && (volume.Iops >= 3000 || volume.VolumeType != 'gp2')", Evidence{{"volume.Iops", int64(100)}, {"volume.VolumeType", "gp2"}}},

		// Of a choice the question and the branch that was taken.
		{"", "volume.VolumeType == 'gp2' ? volume.Size >= 25 : volume.Iops >= 3000", Evidence{{"volume.VolumeType", "gp2"}, {"volume.Size", int64(8)}}},
		{"", "volume.VolumeType != 'gp2' ? volume.Size >= 25 : volume.Iops >= 3000", Evidence{{"volume.VolumeType", "gp2"}, {"volume.Iops", int64(100)}}},

		// Of a loop the element that decided, or what was looped over.
		{"", "!volume.instances().exists(i, i.State.Name == 'stopped')", Evidence{{"volume.instances()", []any{"i-1", "i-2"}}, {"i.State.Name", "stopped"}}},
		{"", "volume.instances().all(i, i.State.Name == 'running')", Evidence{{"volume.instances()", []any{"i-1", "i-2"}}, {"i.State.Name", "stopped"}}},
		{"", "volume.instances().all(i, marked(i, ['db']))", Evidence{{"i", "i-1"}, {`marked(i, ["db"])`, false}}},
		{"", "volume.snapshots().exists(s, s.State == 'completed')", Evidence{{"volume.snapshots()", []any{"snap-1", "snap-2"}}}},
		{"", "!volume.instances().all(i, i.State.Name != 'terminated')", Evidence{{"volume.instances()", []any{"i-1", "i-2"}}}},
		{"", "volume.snapshots().filter(s, s.State == 'completed').size() > 0", Evidence{{"volume.snapshots()", []any{"snap-1", "snap-2"}}}},
		{"", "volume.Tags.exists(x, x.Key == 'backup')", Evidence{{"volume.Tags", "2 items"}}},
		{
			"", "volume.instances().all(i, i.State.Name == 'running' || volume.Attachments.exists(a, a.InstanceId == i.InstanceId && a.Device == '/dev/sdf'))",
			Evidence{{"volume.instances()", []any{"i-1", "i-2"}}, {"i.State.Name", "stopped"}, {"volume.Attachments", "2 items"}},
		},

		// Names are seen through where they stand for a condition.
		{"", "cel.bind(n, volume.Size * 3, n >= 100)", Evidence{{"n", int64(24)}}},
		{"", "cel.bind(small, volume.Size < 25, !small)", Evidence{{"volume.Size", int64(8)}}},
		{"", "cel.bind(b, volume.Encrypted, cel.bind(b, b, b))", Evidence{{"b", false}}}, // and not for ever

		// Values have the form of JSON.
		{"", "now - volume.CreateTime < duration('24h')", Evidence{{"now", "2026-01-31T12:00:00Z"}, {"volume.CreateTime", "2026-01-01T00:00:00Z"}}},
		{"", "has(volume.Throughput)", Evidence{{"has(volume.Throughput)", false}}},
		{"", "round(volume.burstMinutes(), 1) > 60.0", Evidence{{"round(volume.burstMinutes(), 1)", 31.0}}},
		{"", "round(double(volume.Size) / 0.0, 1) < 0.0", Evidence{{"round(double(volume.Size) / 0.0, 1)", "+Inf"}}},
		{"", "volume.Attachments[1].Device == '/dev/sda'", Evidence{{"volume.Attachments[1].Device", "/dev/sdb"}}},
		{"", "false", Evidence{}},

		// The scope comes behind the requirement, and says nothing twice.
		{"volume.VolumeType == 'gp2' && volume.Size < 100", "volume.Size >= 25", Evidence{{"volume.Size", int64(8)}, {"volume.VolumeType", "gp2"}}},
		{"volume.Size > 100 || volume.isRoot()", "volume.Iops >= 3000", Evidence{{"volume.Iops", int64(100)}, {"volume.isRoot()", true}}},
	} {
		r := checked(t, compile(t, pattern("p", "volume", tt.when, tt.require, "m")), inv)
		if len(r.Findings) != 1 {
			t.Errorf("%s: no finding", tt.require)
			continue
		}
		if diff := cmp.Diff(tt.want, r.Findings[0].Evidence); diff != "" {
			t.Errorf("when %q require %s: %s", tt.when, tt.require, diff)
		}
	}
}

// TestEvidenceSize: a finding stays a screen long, whatever the rule and the account are.
func TestEvidenceSize(t *testing.T) {
	var conditions, tagsYAML []string
	for i := range 40 {
		conditions = append(conditions, fmt.Sprintf("volume.Size > %d + volume.Attachments[%d].Device.size()", i, i))
		tagsYAML = append(tagsYAML, fmt.Sprintf("{Device: d%d, InstanceId: i-%d}", i, i))
	}
	inv := account(t, "Volumes: [{VolumeId: vol-1, Attachments: ["+strings.Join(tagsYAML, ", ")+"]}]\nInstances: ["+
		strings.ReplaceAll(strings.Join(tagsYAML, ", "), "Device", "ImageId")+"]")
	long := strings.Join(conditions, " || ") + " || volume.instances().size() < 3"
	for _, require := range []string{long, "volume.instances().size() < 3", "hasTag(volume, '" + strings.Repeat("k", 400) + "')"} {
		e := checked(t, compile(t, pattern("p", "volume", "", require, "m")), inv).Findings[0].Evidence
		if len(e) == 0 || len(e) > maxFacts {
			t.Errorf("%d facts of %.40s…", len(e), require)
		}
		for _, f := range e {
			if n := len([]rune(f.Expr)); n > maxFactText {
				t.Errorf("a fact's name has %d characters", n)
			}
			if list, ok := f.Value.([]any); ok && (len(list) != maxElements+1 || list[maxElements] != "…") {
				t.Errorf("a list of 40 is shown as %v", list)
			}
		}
	}
}

// TestEvidenceJSON: an object with its keys in order, that reads back as it was.
func TestEvidenceJSON(t *testing.T) {
	e := Evidence{{"z", "a \"quoted\" <text>"}, {"a", 1.5}, {"m", []any{"x", true}}, {"b", false}}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"z":"a \"quoted\" \u003ctext\u003e","a":1.5,"m":["x",true],"b":false}`; string(data) != want {
		t.Errorf("got %s, want %s", data, want)
	}
	var back Evidence
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, back); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{`[1]`, `{"a":}`, `"text"`, `7`} {
		if err := json.Unmarshal([]byte(bad), &back); err == nil {
			t.Errorf("%s reads as %v", bad, back)
		}
	}
}
