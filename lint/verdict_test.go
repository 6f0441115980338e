package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// TestVerdicts is the whole table of what when and require make of a resource.
func TestVerdicts(t *testing.T) {
	inv := account(t, "Volumes: [{VolumeId: vol-1, Size: 8}]")
	const (
		yes, no, failed = "volume.Size == 8", "volume.Size == 9", "[1][3] == 1"
		out, broken     = "out of scope", "unknown the rule failed: index out of bounds: 3"
	)
	for _, row := range []struct {
		when                                       string
		holds, breaks, undecided, requirementFails string
	}{
		{yes, "pass", "fail", "unknown require", broken},
		{no, out, out, out, out},
		{`unknown("when")`, "pass", "unknown when", "unknown when", "unknown when"}, // it holds whether in scope or not
		{failed, broken, broken, broken, broken},
		{"", "pass", "fail", "unknown require", broken},
	} {
		for require, want := range map[string]string{yes: row.holds, no: row.breaks, `unknown("require")`: row.undecided, failed: row.requirementFails} {
			if got := ask(t, inv, "volume", row.when, require); got != want {
				t.Errorf("when %s, require %s: %q, want %q", row.when, require, got, want)
			}
		}
	}
}

// TestUnknownLogic is how far something unknown reaches: exactly as far as it matters.
func TestUnknownLogic(t *testing.T) {
	inv := account(t, "Volumes: [{VolumeId: vol-1, Size: 8, Tags: [{Key: a}, {Key: b}]}]\nGaps: [DescribeSnapshots]")
	const gap = "volume.snapshots()"
	for want, exprs := range map[string][]string{
		"pass": {
			"volume.Size == 8 || " + gap + " == []",
			gap + " == [] || volume.Size == 8",
			"!(volume.Size == 9 && " + gap + " == [])",
			"volume.Size == 8 ? true : " + gap + " == []",
			"volume.Size == 9 ? " + gap + " == [] : true",
			"volume.Tags.exists(x, x.Key == 'a' || " + gap + " == [])",
			"volume.Tags.exists(x, x.Key == 'b' || " + gap + " == [])", // whatever stands in front of it
			"volume.Tags.filter(x, x.Key == 'c' && " + gap + " == []).size() == 0",
			"cel.bind(s, " + gap + ", volume.Size == 8 || s == [])",
			"cel.bind(s, " + gap + ", true)",
			"[].all(x, " + gap + " == [])",
			"volume.Tags.map(x, x.Key == 'a', x.Key == 'b' ? " + gap + ".size() : 0) == [0]",
		},
		"fail": {
			"volume.Size == 9 && " + gap + " == []",
			gap + " == [] && volume.Size == 9",
			"volume.Tags.all(x, x.Key != 'a' && " + gap + " == [])",
			"volume.Tags.all(x, x.Key != 'b' && " + gap + " == [])",
			"volume.Size == 8 ? false : " + gap + " == []",
		},
		"unknown ec2:DescribeSnapshots: denied in this example": {
			gap + " == []",
			gap + " == " + gap,
			"volume.Size == 8 && " + gap + " == []",
			"volume.Size == 9 || " + gap + " == []",
			"!(" + gap + " == [])",
			gap + ".exists(s, true)",
			gap + ".exists(s, false)",
			gap + ".all(s, true)",
			gap + ".all(s, false)",
			gap + ".all(i, s, true)",
			gap + ".exists_one(s, true)",
			gap + ".size() >= 0",
			"size(" + gap + ") >= 0",
			gap + ".map(s, s.VolumeSize) == []",
			gap + ".filter(s, true) == []",
			"sum(" + gap + ".map(s, s.VolumeSize)) >= 0",
			"8 in " + gap + ".map(s, s.VolumeSize)",
			gap + "[0].VolumeSize == 8",
			"has(" + gap + "[0].VolumeSize)",
			gap + "[?0].hasValue()",
			gap + " == [] ? true : true",
			"(" + gap + " == [] ? 1 : 1) == 1",
			"[" + gap + "].size() == 1",
			"{'s': " + gap + "}.size() == 1",
			"volume.Tags.exists(x, x.Key == 'c' || " + gap + " == [])",
			"volume.Tags.all(x, x.Key != 'c' && " + gap + " == [])",
			"volume.Tags.exists_one(x, x.Key == 'a' || " + gap + " == [])",
			"volume.Tags.map(x, " + gap + ".size()).size() == 2",
			"cel.bind(s, " + gap + ", s == [])",
			"cel.bind(s, " + gap + ".size(), cel.bind(n, s + 1, n > 0))",
			"string(" + gap + ".size()) != ''",
		},
	} {
		for _, expr := range exprs {
			if got := ask(t, inv, "volume", "", expr); got != want {
				t.Errorf("require %s: %q, want %q", expr, got, want)
			}
			// As a scope it decides the same: what is unknown is neither in scope nor out of it.
			scope := map[string]string{"pass": "fail", "fail": "out of scope"}[want]
			if scope == "" {
				scope = want
			}
			if got := ask(t, inv, "volume", expr, "volume.Size == 9"); got != scope {
				t.Errorf("when %s: %q, want %q", expr, got, scope)
			}
		}
	}
}

// TestRuleFailsOnOne: a rule that fails on a resource says so about this resource; the others, and other rules, go on.
func TestRuleFailsOnOne(t *testing.T) {
	inv := account(t, `
Volumes:
  - {VolumeId: vol-1, Attachments: [{Device: /dev/sdf}]}
  - {VolumeId: vol-2}
  - {VolumeId: vol-3, Attachments: [{Device: /dev/sdg}]}
`)
	report := checked(t, compile(t,
		pattern("careless", "volume", "", `volume.Attachments[0].Device == "/dev/sdf"`, "it is at ${volume.Attachments[0].Device}"),
		pattern("other", "volume", "", "volume.VolumeId != ''", "flagged")), inv)
	if s := report.Summary; s.Evaluations != 6 || s.Pass != 4 || s.Fail != 1 || s.Unknown != 1 || s.BySeverity["high"] != 1 {
		t.Errorf("summary %+v", s)
	}
	var got []string
	for _, f := range report.Findings {
		got = append(got, fmt.Sprint(f.Pattern, " ", f.Resource.ID, " ", f.Verdict, ": ", f.Message))
	}
	want := "careless vol-2 unknown: the rule failed: index out of bounds: 0\ncareless vol-3 fail: it is at /dev/sdg"
	if strings.Join(got, "\n") != want {
		t.Errorf("findings:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
	}
	if len(report.Gaps) != 1 || report.Gaps[0].Error != "vol-2: the rule failed: index out of bounds: 0" || report.Gaps[0].Kind != "volume" || report.Gaps[0].Action != "" {
		t.Errorf("gaps %+v", report.Gaps)
	}
}

// TestCostLimit: a rule may loop over what one resource leads to, and is stopped where that is too much.
func TestCostLimit(t *testing.T) {
	snapshots := func(n int) *Inventory {
		list := make([]types.Snapshot, n)
		for i := range list {
			list[i] = types.Snapshot{SnapshotId: new(fmt.Sprint("snap-", i)), VolumeId: new("vol-1"), VolumeSize: new(int32(i))}
		}
		return inventory(t, map[string]any{"DescribeSnapshots": list, "DescribeVolumes": []types.Volume{{VolumeId: new("vol-1")}}})
	}
	const pairs = "volume.snapshots().all(a, volume.snapshots().all(b, a.VolumeSize >= 0 && b.VolumeSize >= 0))"
	if got := ask(t, snapshots(100), "volume", "", pairs); got != "pass" {
		t.Errorf("10,000 pairs: %s", got)
	}
	if got := ask(t, snapshots(2000), "volume", "", pairs); got != "unknown the rule looks at too many other resources for this one, and was stopped" {
		t.Errorf("4,000,000 pairs: %s", got)
	}
	if got := ask(t, snapshots(100_000), "volume", "", "volume.snapshots().all(s, s.VolumeSize >= 0)"); got != "pass" {
		t.Errorf("100,000 snapshots once: %s", got)
	}
	triples := pattern("triples", "volume", "", "volume.snapshots().all(a, volume.snapshots().all(b, volume.snapshots().all(c, a != b && b != c)))", "flagged")
	if _, err := Compile(catalogOf(triples)); err == nil || !strings.Contains(err.Error(), "too costly") {
		t.Errorf("a loop in a loop in a loop: %v", err)
	}
}
