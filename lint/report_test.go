package lint

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

func builtin(t testing.TB) *Rules {
	t.Helper()
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, cat.Patterns...)
}

// listing is a rule whose findings print what a relation leads to.
func listing() *patterns.Pattern {
	return pattern("listing", "securityGroup", "", "securityGroup.instances().size() > 30", "${securityGroup.GroupId}: ${securityGroup.instances()}, ${securityGroup.interfaces()}")
}

func asJSON(t testing.TB, r *Report) string {
	t.Helper()
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestEqualBytes: a report depends on the account alone, not on the order of pages or of what is in them, and not on luck.
func TestEqualBytes(t *testing.T) {
	rules := builtin(t)
	want := asJSON(t, checked(t, rules, region(t, 2000, nil)))
	wantList := asJSON(t, checked(t, compile(t, listing()), region(t, 2000, nil)))
	if n := strings.Count(want, `"verdict": "fail"`); n < 10 {
		t.Fatalf("%d findings show little", n)
	}
	for seed := range uint64(5) {
		if diff := cmp.Diff(want, asJSON(t, checked(t, rules, region(t, 2000, rand.New(rand.NewPCG(seed, 1)))))); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		if diff := cmp.Diff(wantList, asJSON(t, checked(t, compile(t, listing()), region(t, 2000, rand.New(rand.NewPCG(seed, 1)))))); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

// TestManyAtOnce checks several inventories at once, and each of them several times, with one set of rules. It is for the race detector.
func TestManyAtOnce(t *testing.T) {
	rules := builtin(t)
	var wg sync.WaitGroup
	for i := range 3 {
		inv := region(t, 300+100*i, nil)
		reports := make([]*Report, 6)
		for j := range reports {
			wg.Go(func() {
				r, err := rules.Check(t.Context(), inv, Options{Verbose: true})
				if err != nil {
					t.Error(err)
				}
				reports[j] = r
			})
		}
		wg.Wait()
		for _, r := range reports[1:] {
			if diff := cmp.Diff(asJSON(t, reports[0]), asJSON(t, r)); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// TestFingerprint: it is made of the pattern and the resource alone, and is the same in every version.
func TestFingerprint(t *testing.T) {
	finding := func(inv *Inventory, p *patterns.Pattern) string {
		r := checked(t, compile(t, p), inv)
		if len(r.Findings) != 1 {
			t.Fatalf("%d findings", len(r.Findings))
		}
		return r.Findings[0].Fingerprint
	}
	const yaml = "Volumes: [{VolumeId: vol-1}]\n"
	p := pattern("a", "volume", "", "false", "m")
	want := finding(account(t, yaml), p)
	if want != "2efde90c1295399998fc085a6eb2f37d" {
		t.Errorf("fingerprints have changed to %s: baselines and mutes of every user are void", want)
	}
	p.Severity, p.Title, p.Rule.Message.Value, p.Rule.Require.Value = "low", "new", "new ${volume.Size}", "volume.Size > 9"
	if got := finding(account(t, yaml+"Now: 2026-09-09"), p); got != want {
		t.Errorf("%s after changes of the pattern's words", got)
	}
	for what, got := range map[string]string{
		"resource": finding(account(t, "Volumes: [{VolumeId: vol-2}]"), p),
		"account":  finding(account(t, yaml+`Account: "444455556666"`), p),
		"region":   finding(account(t, yaml+"Region: eu-west-1"), p),
		"pattern":  finding(account(t, yaml), pattern("b", "volume", "", "false", "m")),
	} {
		if got == want {
			t.Errorf("another %s has the same fingerprint", what)
		}
	}
}

// TestARN is the form of AWS's names in each partition.
func TestARN(t *testing.T) {
	const yaml = `
Addresses: [{AllocationId: id-1}]
Images: [{ImageId: id-1}]
Instances: [{InstanceId: id-1}]
LaunchTemplates: [{LaunchTemplateId: id-1}]
NetworkInterfaces: [{NetworkInterfaceId: id-1}]
SecurityGroups: [{GroupId: id-1}]
Snapshots: [{SnapshotId: id-1}]
Volumes: [{VolumeId: id-1}]
`
	for kind, want := range map[string]string{
		"address":          "arn:aws:ec2:us-east-1:111122223333:elastic-ip/id-1",
		"image":            "arn:aws:ec2:us-east-1::image/id-1",
		"instance":         "arn:aws:ec2:us-east-1:111122223333:instance/id-1",
		"launchTemplate":   "arn:aws:ec2:us-east-1:111122223333:launch-template/id-1",
		"networkInterface": "arn:aws:ec2:us-east-1:111122223333:network-interface/id-1",
		"region":           "",
		"securityGroup":    "arn:aws:ec2:us-east-1:111122223333:security-group/id-1",
		"snapshot":         "arn:aws:ec2:us-east-1::snapshot/id-1",
		"volume":           "arn:aws:ec2:us-east-1:111122223333:volume/id-1",
	} {
		p := pattern("p", kind, "", "false", "m")
		got := checked(t, compile(t, p), account(t, yaml)).Findings[0].Resource
		if got.ARN != want || got.Kind != kind || got.Account != exampleAccount || got.Region != exampleRegion {
			t.Errorf("%s: %+v, want the ARN %s", kind, got, want)
		}
		unknown := checked(t, compile(t, p), account(t, yaml+`Account: ""`)).Findings[0].Resource
		if owned := strings.Contains(want, exampleAccount); owned && unknown.ARN != "" || !owned && unknown.ARN != want {
			t.Errorf("%s of an unknown account: %q", kind, unknown.ARN)
		}
	}
	for region, partition := range map[string]string{
		"eu-central-1": "aws", "us-west-2": "aws", "il-central-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-iso-east-1": "aws-iso",
		"us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f", "eusc-de-east-1": "aws-eusc",
	} {
		inv := account(t, yaml+"Region: "+region)
		if got, want := checked(t, compile(t, pattern("p", "volume", "", "false", "m")), inv).Findings[0].Resource.ARN, "arn:"+partition+":ec2:"+region+":111122223333:volume/id-1"; got != want {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
	}
}

// TestMerge is the order that a report promises, and what happens to numbers and times.
func TestMerge(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	report := func(account, region string, started, finished time.Time, findings ...Finding) *Report {
		r := Merge()
		r.Started, r.Finished = started, finished
		r.Scopes = []Scope{{Account: account, Region: region, Calls: 2, Resources: 3}}
		r.Summary.Resources, r.Summary.Evaluations, r.Summary.Pass, r.Summary.Fail, r.Summary.Unknown, r.Summary.Muted = 3, 9, 4, 3, 2, 1
		r.Summary.BySeverity["high"] = 3
		r.Findings = findings
		r.Gaps = []Missing{{account, region, "volume", "ec2:B", "x", nil}, {account, region, "snapshot", "ec2:A", "y", nil}, {account, region, "snapshot", "ec2:A", "x", nil}}
		return r
	}
	finding := func(severity, pattern, account, region, id string) Finding {
		return Finding{Severity: severity, Pattern: pattern, Resource: Resource{Account: account, Region: region, ID: id}}
	}
	got := Merge(
		report("2", "b", day(3), day(5), finding("low", "a", "2", "b", "z"), finding("critical", "z", "2", "b", "z")),
		report("1", "b", day(2), day(4), finding("high", "b", "1", "b", "y"), finding("high", "b", "1", "b", "x"), finding("high", "a", "1", "b", "z")),
		report("1", "a", day(4), day(4), finding("high", "b", "1", "a", "z"), finding("medium", "a", "1", "a", "z")),
	)
	var lines []string
	for _, f := range got.Findings {
		lines = append(lines, fmt.Sprint(f.Severity, " ", f.Pattern, " ", f.Resource.Account, f.Resource.Region, f.Resource.ID))
	}
	for _, s := range got.Scopes {
		lines = append(lines, s.Account+s.Region)
	}
	for _, g := range got.Gaps {
		lines = append(lines, g.Account+g.Region+" "+g.Action+" "+g.Error)
	}
	want := []string{
		"critical z 2bz", "high a 1bz", "high b 1az", "high b 1bx", "high b 1by", "medium a 1az", "low a 2bz",
		"1a", "1b", "2b",
		"1a ec2:A x", "1a ec2:A y", "1a ec2:B x", "1b ec2:A x", "1b ec2:A y", "1b ec2:B x", "2b ec2:A x", "2b ec2:A y", "2b ec2:B x",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	s := Summary{Resources: 9, Evaluations: 27, Pass: 12, Fail: 9, Unknown: 6, Muted: 3, BySeverity: map[string]int{"critical": 0, "high": 9, "medium": 0, "low": 0}}
	for _, name := range patterns.Severities {
		s.BySeverity[name] += 0
	}
	if diff := cmp.Diff(s, got.Summary); diff != "" {
		t.Error(diff)
	}
	if !got.Started.Equal(day(2)) || !got.Finished.Equal(day(5)) || got.Schema != Schema {
		t.Errorf("from %s to %s, schema %s", got.Started, got.Finished, got.Schema)
	}
	if empty := asJSON(t, Merge()); strings.Contains(empty, "null") { // consumers loop over lists
		t.Errorf("a report of nothing has null in it: %s", empty)
	}
	if empty := asJSON(t, checked(t, compile(t), &Inventory{})); strings.Contains(empty, "null") {
		t.Errorf("a report of no rule has null in it: %s", empty)
	}
}
