package lint

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// gapsOf puts a report's gaps and unknown verdicts into lines.
func gapsOf(r *Report) string {
	var b strings.Builder
	for _, g := range r.Gaps {
		fmt.Fprintf(&b, "%s | %s | %s | %s\n", g.Kind, g.Action, g.Error, strings.Join(g.Patterns, " "))
	}
	fmt.Fprintf(&b, "%d evaluations: %d pass, %d fail, %d unknown", r.Summary.Evaluations, r.Summary.Pass, r.Summary.Fail, r.Summary.Unknown)
	return b.String()
}

// TestGaps is how a report says what could not be checked, and what it counts.
func TestGaps(t *testing.T) {
	for _, tt := range []struct {
		name, account, when, require, message, want string
	}{
		{
			"nothing is missing", "Volumes: [{VolumeId: vol-1}]", "", "volume.snapshots() == []", "m",
			"1 evaluations: 1 pass, 0 fail, 0 unknown",
		},
		{
			"the resources themselves", "Gaps: [DescribeVolumes]", "", "volume.Size > 0", "m",
			"volume | ec2:DescribeVolumes | denied in this example | asked\n1 evaluations: 0 pass, 0 fail, 1 unknown",
		},
		{
			"a part of the resources", "Volumes: [{VolumeId: vol-1, Size: 1}, {VolumeId: vol-2}]\nGaps: [DescribeVolumes]", "", "volume.Size > 0", "m",
			"volume | ec2:DescribeVolumes | denied in this example | asked\n3 evaluations: 1 pass, 1 fail, 1 unknown",
		},
		{
			"a relation, which matters for one", "Volumes: [{VolumeId: vol-1}, {VolumeId: vol-2, Encrypted: true}]\nGaps: [DescribeSnapshots]", "", "volume.Encrypted || volume.snapshots() == []", "m",
			"snapshot | ec2:DescribeSnapshots | denied in this example | asked\n2 evaluations: 1 pass, 0 fail, 1 unknown",
		},
		{
			"a relation of the scope", "Volumes: [{VolumeId: vol-1}]\nGaps: [DescribeInstances]", "!volume.isRoot()", "volume.Encrypted", "m",
			"instance | ec2:DescribeInstances | denied in this example | asked\n1 evaluations: 0 pass, 0 fail, 1 unknown",
		},
		{
			"a relation without resources to ask it of", "Gaps: [DescribeSnapshots]", "", "volume.snapshots() == []", "m",
			"snapshot | ec2:DescribeSnapshots | denied in this example | asked\n0 evaluations: 0 pass, 0 fail, 0 unknown",
		},
		{
			"what only the message prints", "Volumes: [{VolumeId: vol-1}]\nGaps: [DescribeSnapshots]", "", "volume.Size > 0", "snapshots: ${volume.snapshots().size()}",
			"snapshot | ec2:DescribeSnapshots | denied in this example | \n1 evaluations: 0 pass, 1 fail, 0 unknown",
		},
		{
			"what only the message of a passing rule would print", "Volumes: [{VolumeId: vol-1}]\nGaps: [DescribeSnapshots]", "", "volume.Size == 0", "snapshots: ${volume.snapshots().size()}",
			"1 evaluations: 1 pass, 0 fail, 0 unknown",
		},
		{
			"what no rule asks for", "Volumes: [{VolumeId: vol-1}]\nGaps: [DescribeImages]", "", "volume.Size == 0", "m",
			"1 evaluations: 1 pass, 0 fail, 0 unknown",
		},
		{
			"two at once", "Volumes: [{VolumeId: vol-1}]\nGaps: [DescribeSnapshots, DescribeInstances]", "", "volume.isRoot() || volume.snapshots() == []", "m",
			"instance | ec2:DescribeInstances | denied in this example | asked\nsnapshot | ec2:DescribeSnapshots | denied in this example | asked\n1 evaluations: 0 pass, 0 fail, 1 unknown",
		},
		{
			"an ID that leads nowhere", "Volumes: [{VolumeId: vol-1, Attachments: [{InstanceId: i-9}]}, {VolumeId: vol-2, Attachments: [{InstanceId: i-9}]}]", "", "volume.instances() == []", "m",
			"volume |  | i-9 is named, but DescribeInstances did not list it | asked\n2 evaluations: 0 pass, 0 fail, 2 unknown",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report := checked(t, compile(t, pattern("asked", "volume", tt.when, tt.require, tt.message)), account(t, tt.account+"\nRegion: us-east-1"))
			if got := gapsOf(report); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			for _, g := range report.Gaps {
				if g.Account != exampleAccount || g.Region != exampleRegion {
					t.Errorf("the gap is of %s %s", g.Account, g.Region)
				}
			}
			for _, f := range report.Findings {
				if f.Verdict == "fail" && strings.HasPrefix(f.Message, "snapshots: ") && f.Message != "snapshots: unknown" {
					t.Errorf("the message knows more than was read: %s", f.Message)
				}
			}
		})
	}
}

// TestGapsTogether: one cause is one gap, with every pattern that it concerns.
func TestGapsTogether(t *testing.T) {
	rules := compile(t,
		pattern("c", "volume", "", "volume.snapshots() == []", "m"),
		pattern("a", "snapshot", "", "snapshot.isPublic()", "m"),
		pattern("b", "volume", "", "volume.snapshots().size() == 0", "m"),
		pattern("d", "volume", "", `unknown("nobody can tell")`, "m"),
		pattern("e", "volume", "", `unknown("nobody can tell") || volume.isRoot()`, "m"))
	inv := account(t, "Volumes: [{VolumeId: vol-1}, {VolumeId: vol-2}]\nGaps: [DescribeSnapshots]")
	want := `volume |  | nobody can tell | d e
snapshot | ec2:DescribeSnapshots | denied in this example | a b c
9 evaluations: 0 pass, 0 fail, 9 unknown`
	if diff := cmp.Diff(want, gapsOf(checked(t, rules, inv))); diff != "" {
		t.Error(diff)
	}
	quiet, err := rules.Check(t.Context(), inv, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(quiet.Findings) != 0 || quiet.Summary.Unknown != 9 || len(quiet.Gaps) != 2 {
		t.Errorf("without Verbose unknown verdicts are counted and not listed: %+v", quiet)
	}
}

// TestNotRead: a source that nobody answered is a gap, whoever filled the inventory.
func TestNotRead(t *testing.T) {
	report := checked(t, compile(t, pattern("asked", "volume", "", "volume.snapshots() == []", "m")), &Inventory{Region: "us-east-1"})
	want := "snapshot | ec2:DescribeSnapshots | not read | asked\nvolume | ec2:DescribeVolumes | not read | asked\n1 evaluations: 0 pass, 0 fail, 1 unknown"
	if got := gapsOf(report); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	inv := &Inventory{}
	if err := inv.Add("DescribeVolumes", []types.Snapshot{}); err == nil || !strings.Contains(err.Error(), "holds []types.Volume, not []types.Snapshot") {
		t.Errorf("a page of something else: %v", err)
	}
	if err := inv.Add("DescribeEverything", []types.Volume{}); err == nil || !strings.Contains(err.Error(), "there is no source DescribeEverything") {
		t.Errorf("a page of no source: %v", err)
	}
	if _, gap := inv.Gap("DescribeVolumes"); !gap {
		t.Error("a page that was refused counts as an answer")
	}
}

// TestInterrupted: what was not looked at is unknown, not passed.
func TestInterrupted(t *testing.T) {
	rules := compile(t, pattern("a", "volume", "", "volume.Size > 0", "m"), pattern("b", "snapshot", "", "snapshot.VolumeSize > 0", "m"))
	inv := account(t, "Volumes: [{VolumeId: vol-1, Size: 1}, {VolumeId: vol-2, Size: 1}]")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report, err := rules.Check(ctx, inv, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "volume |  | interrupted before every resource was looked at | a\n1 evaluations: 0 pass, 0 fail, 1 unknown"
	if got := gapsOf(report); got != want { // there is no snapshot that b did not look at
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestManyCauses: where everything is broken, a report has examples and a number, and not a gap for each resource.
func TestManyCauses(t *testing.T) {
	volumes := make([]types.Volume, 1000)
	for i := range volumes {
		id := fmt.Sprintf("vol-%04d", i)
		volumes[i] = types.Volume{VolumeId: &id, Attachments: []types.VolumeAttachment{{InstanceId: new("i-" + id)}}}
	}
	inv := inventory(t, map[string]any{"DescribeVolumes": volumes, "DescribeInstances": []types.Reservation{}})
	rules := compile(t, pattern("follow", "volume", "", "volume.instances().size() == 1", "flagged"))
	report, err := rules.Check(t.Context(), inv, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(report.Gaps); n != maxCauses+1 || report.Summary.Unknown != 1000 {
		t.Fatalf("%d gaps, %d unknown", n, report.Summary.Unknown)
	}
	found := false
	for _, g := range report.Gaps {
		found = found || g.Error == "and 980 more of this kind"
	}
	if !found {
		t.Errorf("no gap counts the rest: %+v", report.Gaps)
	}
}
