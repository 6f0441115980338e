package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patlint/patlint/patterns"
)

// tagged is an account with a resource of several kinds and owners.
const taggedAccount = `
Account: "111122223333"
Volumes:
  - VolumeId: vol-0a
    Tags: [{Key: Name, Value: data}]
  - VolumeId: vol-0b
    Operator: {Managed: true, Principal: eks.amazonaws.com}
Instances:
  - InstanceId: i-0a
    State: {Name: running}
  - InstanceId: i-0gone
    State: {Name: shutting-down}
SecurityGroups:
  - GroupId: sg-0a
    GroupName: web
    OwnerId: "111122223333"
NetworkInterfaces:
  - NetworkInterfaceId: eni-0a
    RequesterManaged: true
Addresses:
  - AllocationId: eipalloc-0a
    ServiceManaged: alb
Subnets:
  - SubnetId: subnet-0a
    OwnerId: "444455556666"
PrefixLists:
  - PrefixListId: pl-0a
    PrefixListName: com.amazonaws.us-east-1.s3
    OwnerId: AWS
VpcEndpoints:
  - VpcEndpointId: vpce-0a
    State: Deleted
VpcPeeringConnections:
  - VpcPeeringConnectionId: pcx-0a
    Status: {Code: expired}
TransitGatewayAttachments:
  - TransitGatewayAttachmentId: tgw-attach-0a
    ResourceOwnerId: "444455556666"
KeyPairs:
  - KeyName: deploy
`

// taggableRule flags what has no tag Name.
func taggableRule(when string) *patterns.Pattern {
	return pattern("tag-it", "taggable", when, `hasTag(taggable, "Name")`, `${taggable} is a ${taggable.Kind} without a name`)
}

func TestTaggable(t *testing.T) {
	inv := account(t, taggedAccount)
	report := checked(t, compile(t, taggableRule("")), inv)
	var got []string
	for _, f := range report.Findings {
		got = append(got, f.Resource.Kind+" "+f.Resource.ID+": "+f.Message)
	}
	slices.Sort(got)
	want := []string{
		"address eipalloc-0a: eipalloc-0a is a address without a name", "instance i-0a: i-0a is a instance without a name", "instance i-0gone: i-0gone is a instance without a name",
		"keyPair deploy: deploy is a keyPair without a name", "networkInterface eni-0a: eni-0a is a networkInterface without a name", "securityGroup sg-0a: sg-0a is a securityGroup without a name",
		"volume vol-0b: vol-0b is a volume without a name", "vpcEndpoint vpce-0a: vpce-0a is a vpcEndpoint without a name", "vpcPeeringConnection pcx-0a: pcx-0a is a vpcPeeringConnection without a name",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if report.Summary.Pass != 1 || report.Summary.Unknown != 0 {
		t.Errorf("summary: %+v", report.Summary)
	}
}

// What a service manages and what has ended is known, so that a rule can leave it out.
func TestTaggableFields(t *testing.T) {
	inv := account(t, taggedAccount)
	for when, want := range map[string]string{
		"taggable.Managed":                     "eipalloc-0a eni-0a vol-0b",
		"taggable.Ended":                       "i-0gone pcx-0a vpce-0a",
		`taggable.OwnerId == "111122223333"`:   "sg-0a",
		`taggable.Name == "web"`:               "sg-0a",
		`taggable.Kind == "keyPair"`:           "deploy",
		`marked(taggable, ["deploy", "data"])`: "",
	} {
		var got []string
		for _, f := range checked(t, compile(t, taggableRule(when)), inv).Findings {
			got = append(got, f.Resource.ID)
		}
		slices.Sort(got)
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", when, s, want)
		}
	}
}

// A finding is the same as that of a rule about the kind.
func TestTaggableFinding(t *testing.T) {
	inv := account(t, taggedAccount)
	inv.Region = "eu-central-1"
	every := checked(t, compile(t, pattern("named", "taggable", `taggable.Kind == "securityGroup"`, `hasTag(taggable, "Name")`, "no name")), inv).Findings
	one := checked(t, compile(t, pattern("named", "securityGroup", "", `hasTag(securityGroup, "Name")`, "no name")), inv).Findings
	if len(every) != 1 || len(one) != 1 {
		t.Fatalf("%d and %d findings", len(every), len(one))
	}
	if every[0].Resource.ARN != "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-0a" {
		t.Errorf("the ARN is %q", every[0].Resource.ARN)
	}
	every[0].Evidence, one[0].Evidence = nil, nil
	if diff := cmp.Diff(one[0], every[0]); diff != "" {
		t.Error(diff)
	}
	muted := func(f *Finding, tag func(string) (string, bool)) *Mute {
		if v, ok := tag("quiet"); ok {
			return &Mute{Reason: v}
		}
		return nil
	}
	quiet := account(t, "Volumes: [{VolumeId: vol-0a, Tags: [{Key: quiet, Value: scratch}]}]")
	report, err := compile(t, taggableRule("")).Check(t.Context(), quiet, Options{Mute: muted})
	if err != nil || report.Summary.Muted != 1 || report.Findings[0].Mute.Reason != "scratch" {
		t.Errorf("%v, %+v", err, report.Findings)
	}
}

// A rule reads the kinds that its condition can be true for, and one that could not be read is unknown once.
func TestTaggableSources(t *testing.T) {
	params := []patterns.Param{{Name: "kinds", Type: "list", Default: []string{"volume", "instance"}}}
	for when, want := range map[string]string{
		`taggable.Kind in params.kinds && !taggable.Managed`:                                        "DescribeInstances DescribeVolumes",
		`!taggable.Managed && taggable.Kind == "volume" && now > timestamp("2020-01-01T00:00:00Z")`: "DescribeVolumes",
		`taggable.Kind == "vpc" || taggable.Kind == "subnet" && region.RegionName != ""`:            "DescribeSubnets DescribeVpcs",
		`tag(taggable, "Env") == "prod" && taggable.Kind.startsWith("vpn")`:                         "DescribeVpnConnections DescribeVpnGateways",
		`taggable.Kind == "region"`: "",
	} {
		p := taggableRule(when)
		p.Params = params
		if got := strings.Join(compile(t, p).Sources(), " "); got != want {
			t.Errorf("%s reads %q, want %q", when, got, want)
		}
	}
	all := compile(t, taggableRule(`!taggable.Managed`)).Sources()
	if !slices.Contains(all, "DescribeVpcs") || slices.Contains(all, "DescribeAvailabilityZones") || len(all) != len(resourceKinds(taggableName)) {
		t.Errorf("a rule about all kinds reads %s", all)
	}

	report := checked(t, compile(t, taggableRule(`taggable.Kind in ["snapshot", "volume", "vpc"]`)), account(t, "Volumes: [{VolumeId: vol-0a}]\nGaps: [DescribeSnapshots, DescribeVpcs, DescribeSubnets]"))
	if s := report.Summary; s.Fail != 1 || s.Unknown != 2 {
		t.Errorf("summary: %+v", s)
	}
	for _, g := range report.Gaps {
		if g.Kind != "snapshot" && g.Kind != "vpc" {
			t.Errorf("gap %+v", g)
		}
	}
}

// An example wants findings behind the IDs of whatever kind, and an excerpt is of the resource itself.
func TestTaggableExamples(t *testing.T) {
	p := taggableRule("!taggable.Managed")
	rules := compile(t, p)
	inv := account(t, taggedAccount)
	for kind, id := range map[string]string{"taggable": "i-0a", "volume": "vol-0a", "": "deploy"} {
		ex, err := inv.Excerpt(kind, id, rules)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]string{"i-0a": "fail", "vol-0a": "pass", "deploy": "fail"}[id]; ex.Verdict != want || ex.Kind == "taggable" {
			t.Errorf("%s: %s of kind %s, want %s\n%s", id, ex.Verdict, ex.Kind, want, ex.Text)
		}
	}
	if _, err := inv.Excerpt("taggable", "us-east-1", rules); err == nil {
		t.Error("a region has no tags")
	}
	if got := strings.Join(inv.Named("taggable", "data"), " "); got != "vol-0a" {
		t.Errorf("named data: %s", got)
	}
	if ids := inv.IDs("taggable"); !slices.Contains(ids, "i-0a") || !slices.Contains(ids, "deploy") {
		t.Errorf("IDs: %s", ids)
	}
	for text, want := range map[string]string{
		"Volumes:\n  - VolumeId: vol-0a   # want: without a name\nKeyPairs:\n  - KeyName: data     # want: a keyPair\n": "",
		"Volumes:\n  - VolumeId: vol-0a   # want: without a name\n    Size: 8           # want: nothing here\n":         "no resource has its Id on this line",
	} {
		b := &patterns.Block{Role: "fail", Lang: "yaml", File: "example.md", Line: 1, Text: text}
		tried := rules.try(t.Context(), rules.rules[0], b)
		if got := tried.errs.Err(); want == "" && got != nil || want != "" && (got == nil || !strings.Contains(got.Error(), want)) {
			t.Errorf("%s%v, want %q", text, got, want)
		}
	}
}
