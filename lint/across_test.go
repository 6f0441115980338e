package lint

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
)

// regionsOf reads an example with several regions.
func regionsOf(t testing.TB, yaml string) []*Inventory {
	t.Helper()
	regions, err := ReadExample(&patterns.Block{Role: "pass", Lang: "yaml", File: "account.yaml", Line: 1, Text: yaml})
	if err != nil {
		t.Fatal(err)
	}
	return regions
}

// compared is the verbose report of one rule on an account.
func compared(t testing.TB, regions []*Inventory, resource, when, require string) *Report {
	t.Helper()
	r, err := compile(t, pattern("asked", resource, when, require, "flagged")).CheckAccount(t.Context(), regions, Options{Verbose: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// found is what a report says, by region and ID.
func found(r *Report) map[string]string {
	out := map[string]string{}
	for _, f := range r.Findings {
		out[strings.TrimSpace(f.Resource.Region+" "+f.Resource.ID)] = strings.TrimSpace(f.Verdict + " " + strings.TrimPrefix(f.Message, "flagged"))
	}
	return out
}

const twoRegions = `
Regions:
  us-east-1:
    Snapshots:
      - {SnapshotId: snap-1, VolumeId: vol-1, Description: nightly}
      - {SnapshotId: snap-2, VolumeId: vol-1}
      - {SnapshotId: snap-3, VolumeId: vol-ffffffff, Description: "[Copied snap-2 from us-east-1] in the region itself"}
    KeyPairs: [{KeyName: ops}]
    Instances: [{InstanceId: i-1, KeyName: ops}]
  eu-west-1:
    Snapshots:
      - {SnapshotId: snap-4, VolumeId: vol-ffffffff, Description: "[Copied snap-1 from us-east-1] nightly"}
      - {SnapshotId: snap-5, VolumeId: vol-ffffffff, Tags: [{Key: source, Value: "snap-11/snap-111"}]}
    KeyPairs: [{KeyName: ops}]
`

// TestCopies finds copies by what AWS and people write, in other regions only.
func TestCopies(t *testing.T) {
	got := found(compared(t, regionsOf(t, twoRegions), "snapshot", `snapshot.VolumeId == "vol-1"`, `snapshot.copies().exists(c, c.SnapshotId != "")`))
	if want := map[string]string{"us-east-1 snap-2": "fail"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for description, copied := range map[string]bool{
		"[Copied snap-1 from us-east-1]": true,
		"Copied for DestinationAmi ami-2 from SourceAmi ami-1 for SourceSnapshot snap-1. Task created on 1,700,000,000,000.": true,
		"off-site copy of snap-1":  true,
		"off-site copy of snap-12": false,
		"snap-1x":                  false,
		"":                         false,
	} {
		regions := regionsOf(t, "Regions:\n  us-east-1: {Snapshots: [{SnapshotId: snap-1}]}\n  eu-west-1: {Snapshots: [{SnapshotId: snap-2, Description: '"+description+"'}]}")
		if r := compared(t, regions, "snapshot", `snapshot.SnapshotId == "snap-1"`, `snapshot.copies().exists(c, c.SnapshotId == "snap-2")`); (r.Summary.Pass == 1) != copied {
			t.Errorf("%q: %+v", description, r.Summary)
		}
	}
	regions := regionsOf(t, "Regions:\n  us-east-1: {Images: [{ImageId: ami-1}, {ImageId: ami-2}]}\n  eu-west-1: {Images: [{ImageId: ami-3, SourceImageId: ami-1}, {ImageId: ami-4, Description: \"[Copied ami-1 from us-east-1] web\"}]}")
	if r := compared(t, regions, "image", `region.RegionName == "us-east-1"`, `image.copies().map(c, c.ImageId) == ["ami-3", "ami-4"]`); r.Summary.Pass != 1 || r.Summary.Fail != 1 {
		t.Errorf("images: %+v", r.Summary)
	}
}

// TestAcrossUnknown asks of regions that were not read, in each way in which they can be missing.
func TestAcrossUnknown(t *testing.T) {
	const copies, snapshot = `snapshot.copies().exists(c, c.SnapshotId != "")`, "{SnapshotId: snap-1}"
	copied := "eu-west-1: {Snapshots: [{SnapshotId: snap-2, Description: snap-1}]}"
	for _, tt := range []struct {
		name, regions, require string
		known                  bool // whether all regions are
		want                   string
		gap                    Missing
	}{
		{"a copy is enough", "eu-west-2: not read, " + copied, copies, true, "", Missing{}},
		{"one was not read", "eu-west-2: not read, eu-west-1: {}", copies, true, "unknown eu-west-2 was not read", Missing{Kind: "snapshot", Error: "eu-west-2 was not read"}},
		{"two were not read", "eu-west-2: not read, eu-west-1: not read", copies, true, "unknown eu-west-1 was not read; eu-west-2 was not read", Missing{Kind: "snapshot", Error: "eu-west-1 was not read"}},
		{"one was denied", "eu-west-1: {Gaps: [DescribeSnapshots]}", copies, true, "unknown ec2:DescribeSnapshots: eu-west-1: denied in this example", Missing{Kind: "snapshot", Action: "ec2:DescribeSnapshots", Error: "eu-west-1: denied in this example"}},
		{"not all are covered", "eu-west-1: {}", copies, false, "unknown only eu-west-1 and us-east-1 are checked", Missing{Kind: "snapshot", Error: "only eu-west-1 and us-east-1 are checked"}},
		{"a copy is enough there, too", copied, copies, false, "", Missing{}},
		{"there is none", "eu-west-1: {}", copies, true, "fail", Missing{}},
		{"that none exists", "eu-west-2: not read, eu-west-1: {}", "!" + copies, true, "unknown eu-west-2 was not read", Missing{Kind: "snapshot", Error: "eu-west-2 was not read"}},
		{"that all are so", "eu-west-2: not read, eu-west-1: {}", `snapshot.copies().all(c, c.State == "completed")`, true, "unknown eu-west-2 was not read", Missing{Kind: "snapshot", Error: "eu-west-2 was not read"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			regions := regionsOf(t, "Regions: {us-east-1: {Snapshots: ["+snapshot+"]}, "+tt.regions+"}")
			if !tt.known {
				for _, inv := range regions {
					inv.Regions = nil
				}
			}
			r := compared(t, regions, "snapshot", `region.RegionName == "us-east-1"`, tt.require)
			if got := found(r)["us-east-1 snap-1"]; got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if tt.gap.Error == "" {
				return
			}
			tt.gap.Account, tt.gap.Region, tt.gap.Patterns = exampleAccount, "us-east-1", []string{"asked"} // where the verdict is in doubt
			if !slices.ContainsFunc(r.Gaps, func(g Missing) bool { return reflect.DeepEqual(g, tt.gap) }) {
				t.Errorf("gaps %+v, want %+v", r.Gaps, tt.gap)
			}
		})
	}
}

// TestAccount asks of an account, its regions and what is in them.
func TestAccount(t *testing.T) {
	regions := regionsOf(t, twoRegions)
	for require, want := range map[string]string{
		`account.regions().map(r, r.RegionName) == ["eu-west-1", "us-east-1"]`:                                            "",
		"account.regions().exists(r, r.instances().exists(i, i.keyPairs().size() == 1))":                                  "",
		"account.regions().all(r, r.instances().size() == 1)":                                                             "fail",
		`account.AccountId == "111122223333" && region.AccountId == account.AccountId && region.RegionName == ""`:         "",
		"account.regions().all(r, r.snapshots().all(s, s.volumes().size() == 0))":                                         "",
		`account.regions().exists(r, r.snapshots().exists(s, s.copies().exists(c, c.SnapshotId == "snap-4")))`:            "",
		`account.regions().exists(r, r.volumesTagged("a", "b").size() > 0)`:                                               "fail",
		"account.regions().filter(r, r.vpcs() == []).size() == 2 && account.regions().all(r, r.addresses().size() == 0)":  "",
		"account.regions().exists(r, r.ebsEncryptionByDefault())":                                                         "fail",
		"account.regions().map(r, r.images().size() + r.natGateways().size() + r.securityGroups().size()).all(n, n == 0)": "",
	} {
		r := compared(t, regions, "account", "", require)
		if got := found(r)["111122223333"]; got != want || r.Summary.Evaluations != 1 {
			t.Errorf("%s: %q, want %q (%+v)", require, got, want, r.Summary)
		}
	}
	r := compared(t, regions, "account", "", "false")
	f := r.Findings[0]
	if f.Resource != (Resource{Kind: "account", ID: exampleAccount, Account: exampleAccount}) {
		t.Errorf("%+v", f.Resource)
	}
	if len(r.Scopes) != 0 || r.Summary.Resources != 0 || !slices.Equal(r.Patterns, []string{"asked"}) {
		t.Errorf("%+v", r)
	}
	r = compared(t, regionsOf(t, "Regions: {us-east-1: {Volumes: [{VolumeId: vol-1}]}, eu-west-1: {Gaps: [DescribeVolumes]}}"), "account", "", "account.regions().all(r, r.volumes().size() < 5)")
	want := Missing{Account: exampleAccount, Kind: "volume", Action: "ec2:DescribeVolumes", Error: "eu-west-1: denied in this example", Patterns: []string{"asked"}}
	if len(r.Gaps) != 1 || !reflect.DeepEqual(r.Gaps[0], want) || r.Summary.Unknown != 1 {
		t.Errorf("gaps %+v of %+v", r.Gaps, r.Summary)
	}
}

// TestHomes lets resources of one name in two regions lead on within their own.
func TestHomes(t *testing.T) {
	r := compared(t, regionsOf(t, twoRegions), "account", "", `account.regions().all(r, r.RegionName == "us-east-1" || r.instances() == []) && account.regions().exists(r, r.RegionName == "us-east-1" && r.instances().all(i, i.keyPairs()[0].instances().size() == 1))`)
	if r.Summary.Pass != 1 {
		t.Errorf("%+v %v", r.Summary, found(r))
	}
	got := found(compared(t, regionsOf(t, twoRegions), "keyPair", "", `keyPair.instances().size() == 1 && region.snapshots().exists(s, s.copies().exists(c, c.SnapshotId != "") || true)`))
	if want := map[string]string{"eu-west-1 ops": "fail"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestOthers asks from a region for the others.
func TestOthers(t *testing.T) {
	got := found(compared(t, regionsOf(t, twoRegions+"  ap-south-1: not read\n"), "region", "", `region.others().exists(r, r.instances().exists(i, i.InstanceId == "i-1"))`))
	if want := map[string]string{"us-east-1 us-east-1": "unknown ap-south-1 was not read"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	got = found(compared(t, regionsOf(t, twoRegions), "snapshot", "", `region.others().all(r, r.RegionName == "us-east-1" && r.snapshots().exists(s, s.SnapshotId == "snap-1"))`))
	if want := map[string]string{"us-east-1 snap-1": "fail", "us-east-1 snap-2": "fail", "us-east-1 snap-3": "fail"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestAcrossAlone runs rules that compare regions on one: what they miss is unknown, and a whole account of one region is not.
func TestAcrossAlone(t *testing.T) {
	inv := account(t, "Snapshots: [{SnapshotId: snap-1}]")
	if got := ask(t, inv, "snapshot", "", `snapshot.copies().exists(c, c.SnapshotId != "")`); got != "fail" {
		t.Errorf("the only region: %q", got)
	}
	inv.Regions = nil
	if got := ask(t, inv, "snapshot", "", `snapshot.copies().exists(c, c.SnapshotId != "")`); got != "unknown only us-east-1 is checked" {
		t.Errorf("one region of some: %q", got)
	}
	inv.Region = ""
	if got := ask(t, inv, "account", "", "account.regions().exists(r, r.vpcs().size() > 0)"); got != "unknown only a region without a name is checked" {
		t.Errorf("a region that does not say which: %q", got)
	}
	if _, err := compile(t).CheckAccount(t.Context(), nil, Options{}); err == nil {
		t.Error("no region, and no error")
	}
}

// TestAcrossRules tells rules that compare regions from others, and what they may not ask.
func TestAcrossRules(t *testing.T) {
	rules := compile(t,
		pattern("one", "volume", "", "region.snapshots().size() > 0", "m"),
		pattern("copies", "snapshot", "", `snapshot.copies().exists(c, c.SnapshotId != "")`, "m"),
		pattern("words", "snapshot", "", "false", "${snapshot.copies().filter(c, sure(c.State == 'completed')).size()}"),
		pattern("whole", "account", "", "true", "m"))
	ids := func(rs *Rules) string { return strings.Join(rs.patterns(), " ") }
	if across, regional := ids(rules.Across()), ids(rules.Regional()); across != "copies whole words" || regional != "one" {
		t.Errorf("across %s, regional %s", across, regional)
	}
	if got := strings.Join(rules.Needing("regions"), " "); got != "copies words whole" {
		t.Errorf("needing several regions: %s", got)
	}
	_, err := Compile(catalogOf(pattern("parts", "instance", "instance.bootScript().mounts().size() > 0", `instance.image().copies().exists(c, c.ImageId != "")`, "m")))
	if err == nil || !strings.Contains(err.Error(), "follows relations of resources, and mounts() is one of BootScript") {
		t.Errorf("error %v", err)
	}
}

// TestAcrossLists refuses what would take a region that was not read for an empty one, or for a match.
func TestAcrossLists(t *testing.T) {
	for _, require := range []string{
		"snapshot.copies().size() > 0", "snapshot.copies() == []", "size(snapshot.copies()) == 1", "snapshot.copies().exists(c, true)", "snapshot.copies().all(c, snapshot.Encrypted)",
		"snapshot.copies()[0].Encrypted", "cel.bind(list, snapshot.copies(), list.exists(c, c.Encrypted))", "snapshot.copies().filter(c, true).size() > 0",
	} {
		_, err := Compile(catalogOf(pattern("p", "snapshot", "", require, "m")))
		if err == nil || !strings.Contains(err.Error(), "copies() has an unknown for what was not read of other regions") {
			t.Errorf("%s: error %v", require, err)
		}
	}
	const certain = "copies() has an unknown for what was not read of other regions; cut it down first to what is certain, with filter and sure() of the element"
	for _, words := range []string{"${snapshot.copies().size()}", "${snapshot.copies()[0].SnapshotId}", "${snapshot.copies()}", "${snapshot.copies().filter(c, true).map(c, c.State)}"} {
		message := pattern("p", "snapshot", "", "false", words)
		fix := pattern("p", "snapshot", "", "false", "m")
		fix.Fix = &patterns.Block{File: "p.md", Line: 1, Text: "echo " + words}
		for part, p := range map[string]*patterns.Pattern{"message": message, "fix": fix} {
			if _, err := Compile(catalogOf(p)); err == nil || !strings.Contains(err.Error(), certain) {
				t.Errorf("%s %s: error %v", part, words, err)
			}
		}
	}
	compile(t, pattern("p", "snapshot", "", "false", "${snapshot.copies().filter(c, sure(c.State == 'completed')).size()} ${snapshot.copies().exists(c, c.Encrypted)}"))
	compile(t, pattern("p", "snapshot", "snapshot.copies().filter(c, c.Encrypted).size() > 0", "snapshot.copies().map(c, c.State).exists(s, s == 'completed')", "m"))
}

// TestOnly keeps of an inventory what is needed until all regions are in.
func TestOnly(t *testing.T) {
	inv := account(t, "Snapshots: [{SnapshotId: snap-1}]\nVolumes: [{VolumeId: vol-1}]\nGaps: [DescribeVpcs]")
	part := inv.Only([]string{"DescribeSnapshots", "DescribeVpcs"})
	if len(part.answers) != 1 || part.Account != inv.Account || part.Region != inv.Region || !part.Time.Equal(inv.Time) || !slices.Equal(part.Regions, inv.Regions) {
		t.Errorf("%+v", part)
	}
	if g, ok := part.Gap("DescribeVpcs"); !ok || g.Reason != "denied in this example" {
		t.Errorf("gap %v", g)
	}
	if g, ok := part.Gap("DescribeVolumes"); !ok || g.Reason != "not read" {
		t.Errorf("gap %v", g)
	}
}

// TestAcrossSecrets masks in the message of an account what a region's tags hold.
func TestAcrossSecrets(t *testing.T) {
	regions := regionsOf(t, `Regions: {us-east-1: {Volumes: [{VolumeId: vol-1, Tags: [{Key: password, Value: hunter2}, {Key: Name, Value: db hunter2}]}]}, eu-west-1: {}}`)
	rules := compile(t, pattern("p", "account", "", "false", `${account.regions().map(r, r.volumes().map(v, v.Tags.filter(t, t.Key != "").map(t, t.Key + " " + t.Value).join(" ")).join(" ")).join(" ")}`))
	r, err := rules.CheckAccount(t.Context(), regions, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Findings[0].Message; strings.Contains(m, "hunter2") || !strings.Contains(m, "db") {
		t.Errorf("message %q", m)
	}
}

// TestRegionsExample finds what is wrong with an example of several regions.
func TestRegionsExample(t *testing.T) {
	for text, want := range map[string]string{
		"Regions: {us-east-1: {Volums: []}}":                              "did you mean Volumes?",
		"Regions: {us-east: {}}":                                          "us-east is not the name of a region",
		"Regions: {us-east-1: maybe}":                                     "write the answers of us-east-1, {} where it is empty, or not read",
		"Regions: {us-east-1: not read}":                                  "no region was read",
		"Regions: [us-east-1]":                                            "Regions has the name of each region",
		"Regions: {us-east-1: {}}\nVolumes: []":                           "Volumes stands in a region",
		"Regions: {us-east-1: {Now: 2026-01-01T00:00:00Z}}":               "Now is the same for all regions",
		"Regions: {us-east-1: {Region: us-east-1}}":                       "Region is the same for all regions",
		"Regions: {us-east-1: {Volumes: [{VolumeId: a}, {VolumeId: a}]}}": "has a twice",
		"Regions: {us-east-1: {KeyPairs: [{KeyName: a}]}, eu-west-1: {KeyPairs: [{KeyName: a}]}}\nNow: 2026-02-01T00:00:00Z\nAccount: '444455556666'": "",
	} {
		regions, err := ReadExample(&patterns.Block{File: "x.md", Line: 1, Text: text})
		switch {
		case want == "" && (err != nil || len(regions) != 2 || regions[1].Account != "444455556666" || regions[1].Time.Month() != 2):
			t.Errorf("%s: %v, %v", text, regions, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

// TestAccountGone tells whether a finding about a whole account is fixed: it is where all of its regions were looked at.
func TestAccountGone(t *testing.T) {
	about := Resource{Kind: "account", ID: exampleAccount, Account: exampleAccount}
	old := &Report{Patterns: []string{"p"}, Findings: []Finding{{Pattern: "p", Verdict: "fail", Resource: about, Fingerprint: "1"}}}
	for _, tt := range []struct {
		name  string
		later Report
		fixed int
	}{
		{"both regions", Report{Patterns: []string{"p"}, Scopes: []Scope{{Account: exampleAccount, Region: "a"}, {Account: exampleAccount, Region: "b"}}}, 1},
		{"other patterns", Report{Patterns: []string{"q"}, Scopes: []Scope{{Account: exampleAccount, Region: "a"}}}, 0},
		{"another account", Report{Patterns: []string{"p"}, Scopes: []Scope{{Account: "2", Region: "a"}}}, 0},
		{"a gap of the account", Report{Patterns: []string{"p"}, Scopes: []Scope{{Account: exampleAccount, Region: "a"}}, Gaps: []Missing{{Account: exampleAccount, Patterns: []string{"p"}}}}, 0},
		{"a region lost", Report{Patterns: []string{"p"}, Scopes: []Scope{{Account: exampleAccount, Region: "a"}, {Account: exampleAccount, Region: "b"}}, Gaps: []Missing{{Account: exampleAccount, Region: "b", Patterns: []string{"p"}}}}, 0},
		{"a gap of another pattern", Report{Patterns: []string{"p", "q"}, Scopes: []Scope{{Account: exampleAccount, Region: "a"}}, Gaps: []Missing{{Account: exampleAccount, Patterns: []string{"q"}}}}, 1},
	} {
		c, err := Earlier(old)
		if err != nil {
			t.Fatal(err)
		}
		if fixed, open := c.Gone(&tt.later); len(fixed) != tt.fixed || open != 1-tt.fixed {
			t.Errorf("%s: %d fixed, %d open", tt.name, len(fixed), open)
		}
	}
}
