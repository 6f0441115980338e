package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

// comparing are patterns that compare regions, and one that does not.
var comparing = map[string]string{
	"copy-to-another-region": "resource: snapshot\nwhen: tag(snapshot, \"Role\") == \"db\"\nrequire: snapshot.copies().exists(c, c.State == \"completed\")\nmessage: no copy of ${snapshot.SnapshotId} outside of ${region.RegionName}",
	"keep-two-networks":      "resource: account\nrequire: account.regions().exists(a, a.vpcs().exists(v, tag(v, \"Role\") == \"net\") && account.regions().exists(b, b.RegionName != a.RegionName && b.vpcs().exists(v, tag(v, \"Role\") == \"net\")))\nmessage: networks in ${account.regions().filter(r, sure(r.vpcs().exists(v, tag(v, \"Role\") == \"net\"))).map(r, r.RegionName).join(\", \")} alone",
	"mark-every-network":     "resource: vpc\nrequire: hasTag(vpc, \"Role\")\nmessage: no role",
}

// comparingCatalog writes them to a folder.
func comparingCatalog(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "backup"), 0o700); err != nil {
		t.Fatal(err)
	}
	for id, rule := range comparing {
		page := "---\ntitle: " + id + "\nsummary: Compare.\npillar: reliability\nseverity: medium\nsince: 0.1.0\n---\nA page.\n"
		for _, section := range []string{"In one minute", "Problem", "Forces", "Solution", "Consequences", "Rule"} {
			page += "\n## " + section + "\n\nx\n"
		}
		page += "\n```yaml rule\n" + rule + "\n```\n\n## Examples\n\nx\n\n```yaml fail\nVpcs: [] # want: x\n```\n\nx\n\n```yaml pass\nVpcs: []\n```\n\n## Fix\n\nx\n"
		if err := os.WriteFile(filepath.Join(dir, "backup", id+".md"), []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// threeRegions starts moto behind a proxy that knows of three regions, and refuses to list the snapshots of the one in refused.
func threeRegions(t *testing.T) (moto, endpoint string, refused *string) {
	t.Helper()
	moto, refused = startMoto(t), new(string)
	target, err := url.Parse(moto)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		asked, _ := url.ParseQuery(string(body))
		action := asked.Get("Action")
		_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		switch region := strings.Split(credential, "/")[2]; {
		case action == "DescribeRegions":
			answer(w, action, "<regionInfo><item><regionName>us-east-1</regionName><optInStatus>opt-in-not-required</optInStatus></item><item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item><item><regionName>ap-southeast-2</regionName><optInStatus>opt-in-not-required</optInStatus></item></regionInfo>")
		case action == "DescribeSnapshots" && region == *refused:
			deny(w, "UnauthorizedOperation", 403)
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return moto, server.URL, refused
}

// in is moto in a region.
func in(t *testing.T, moto, region string) *seed {
	return &seed{t, t.Context(), ec2.New(ec2.Options{Region: region, BaseEndpoint: &moto, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})}
}

// TestMotoRegions: a copy in another region, a missing one, networks in one region alone; then a region of which the snapshots may not be read, and a
// check that does not cover all regions.
func TestMotoRegions(t *testing.T) {
	moto, endpoint, refused := threeRegions(t)
	home, away := in(t, moto, "us-east-1"), in(t, moto, "eu-west-1")
	var snapshots []string
	for range 2 {
		out, err := home.CreateSnapshot(home.ctx, &ec2.CreateSnapshotInput{VolumeId: aws.String(home.volume(types.VolumeTypeGp3, 8)), TagSpecifications: tags(types.ResourceTypeSnapshot, "Role", "db")})
		home.check(err)
		snapshots = append(snapshots, *out.SnapshotId)
	}
	_, err := away.CopySnapshot(away.ctx, &ec2.CopySnapshotInput{SourceRegion: aws.String("us-east-1"), SourceSnapshotId: &snapshots[0], Description: aws.String("[Copied " + snapshots[0] + " from us-east-1]")})
	away.check(err)
	_, err = home.CreateVpc(home.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16"), TagSpecifications: tags(types.ResourceTypeVpc, "Role", "net")})
	home.check(err)

	catalog := comparingCatalog(t)
	check := func(args ...string) (findings, gaps []string, stderr string) {
		t.Helper()
		out, stderr, _ := patlint(t, nil, append([]string{"check", "--patterns", catalog, "--no-builtin", "--endpoint-url", endpoint, "--rate", "100", "-f", "json"}, args...)...)
		var r lint.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v\n%s", err, stderr)
		}
		for _, f := range r.Findings {
			if f.Pattern != "mark-every-network" {
				findings = append(findings, strings.Join([]string{f.Pattern, f.Resource.Region, f.Message}, "|"))
			}
		}
		for _, g := range r.Gaps {
			gaps = append(gaps, strings.Join([]string{g.Region, g.Action, strings.Join(g.Patterns, " ")}, "|"))
			if !slices.Contains([]string{"", "ec2:DescribeSnapshots"}, g.Action) || strings.Contains(g.Error, "checked") {
				gaps[len(gaps)-1] += "|" + g.Error
			}
		}
		return findings, gaps, stderr
	}
	missing := "copy-to-another-region|us-east-1|no copy of " + snapshots[1] + " outside of us-east-1"
	networks := "keep-two-networks||networks in us-east-1 alone"
	for _, tt := range []struct {
		name           string
		refused        string
		args           []string
		findings, gaps []string
	}{
		{"all regions", "", []string{"--all-regions"}, []string{missing, networks}, nil},
		{"a region refuses", "ap-southeast-2", []string{"--all-regions"}, []string{networks}, []string{"ap-southeast-2|ec2:DescribeSnapshots|copy-to-another-region", "us-east-1|ec2:DescribeSnapshots|copy-to-another-region"}},
		{"some regions", "", []string{"--region", "us-east-1", "--region", "eu-west-1"}, nil, []string{
			"||keep-two-networks|only eu-west-1 and us-east-1 are checked", "us-east-1||copy-to-another-region|only eu-west-1 and us-east-1 are checked"}},
	} {
		*refused = tt.refused
		findings, gaps, stderr := check(tt.args...)
		if diff := cmp.Diff(tt.findings, findings); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s%s", tt.name, diff, stderr)
		}
		if diff := cmp.Diff(tt.gaps, gaps); diff != "" {
			t.Errorf("%s: gaps (-want +got):\n%s%s", tt.name, diff, stderr)
		}
	}
	*refused = ""
	findings, _, stderr := check("--region", "us-east-1")
	if len(findings) > 0 || !strings.Contains(stderr, "2 patterns compare regions and were not checked; --all-regions adds them: copy-to-another-region, keep-two-networks") {
		t.Errorf("one region: %s\n%s", findings, stderr)
	}

	dir := filepath.Join(t.TempDir(), "saved")
	if _, stderr, code := patlint(t, nil, "snapshot", "--patterns", catalog, "--no-builtin", "--all-regions", "--endpoint-url", endpoint, "--rate", "100", "-o", dir); code != exitClean {
		t.Fatalf("snapshot: %d\n%s", code, stderr)
	}
	saved := func(dir string) []string {
		t.Helper()
		out, stderr, _ := patlint(t, nil, "check", "--patterns", catalog, "--no-builtin", "--snapshot", dir, "-f", "json")
		var r lint.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v\n%s", err, stderr)
		}
		var got []string
		for _, f := range r.Findings {
			if f.Pattern != "mark-every-network" {
				got = append(got, strings.Join([]string{f.Pattern, f.Resource.Region, f.Message}, "|"))
			}
		}
		return got
	}
	if diff := cmp.Diff([]string{missing, networks}, saved(dir)); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
	if err := os.RemoveAll(filepath.Join(dir, "123456789012", "ap-southeast-2")); err != nil {
		t.Fatal(err)
	}
	if got := saved(dir); len(got) > 0 {
		t.Errorf("a region is gone from the snapshot, and it finds %s", got)
	}
}

// TestMotoRegionsOfCatalog: the catalog's own patterns that compare regions. The till's volume is copied from the start, the ledger's only later, and with
// that copy there is something in a second region to start again from.
func TestMotoRegionsOfCatalog(t *testing.T) {
	moto, endpoint, refused := threeRegions(t)
	home, away := in(t, moto, "us-east-1"), in(t, moto, "eu-west-1")
	machine := home.instance(types.HttpTokensStateRequired, home.group("shop", "10.0.0.0/16", 443), "Environment", "Production")
	kept := func(role, device string) (volume, snapshot string) {
		volume = home.volume(types.VolumeTypeGp3, 8, "Role", role, "Critical", "yes")
		home.attach(volume, machine, device)
		return volume, home.snapshot(volume)
	}
	ledger, ledgerCopy := kept("ledger", "/dev/sdf")
	till, tillCopy := kept("till", "/dev/sdg")
	copied := func(to *seed, snapshot string) {
		t.Helper()
		_, err := to.CopySnapshot(to.ctx, &ec2.CopySnapshotInput{SourceRegion: aws.String("us-east-1"), SourceSnapshotId: &snapshot, Description: aws.String("[Copied " + snapshot + " from us-east-1]")})
		to.check(err)
	}
	check := func() (findings []string, s lint.Summary) {
		t.Helper()
		out, stderr, _ := patlint(t, nil, "check", "-p", "copy-critical-snapshots-off-region", "-p", "use-more-than-one-region", "--endpoint-url", endpoint, "--rate", "100", "--all-regions", "-f", "json")
		var r lint.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v\n%s", err, stderr)
		}
		for _, f := range r.Findings {
			findings = append(findings, f.Pattern+" "+f.Resource.Region+" "+f.Resource.ID)
		}
		return findings, r.Summary
	}
	const alone, uncopied = "use-more-than-one-region us-east-1 us-east-1", "copy-critical-snapshots-off-region us-east-1 "
	expect := func(when string, pass, unknown int, want ...string) {
		t.Helper()
		got, s := check()
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" || s.Pass != pass || s.Unknown != unknown {
			t.Errorf("%s: %d passed, %d unknown; findings (-want +got):\n%s", when, s.Pass, s.Unknown, diff)
		}
	}
	expect("no copies", 0, 0, uncopied+ledger, uncopied+till, alone)
	copied(away, tillCopy)
	expect("one copy", 2, 0, uncopied+ledger)
	*refused = "ap-southeast-2"
	expect("one copy, and a region that does not tell", 2, 1)
	*refused = ""
	copied(away, ledgerCopy)
	expect("two copies", 3, 0)
}

// TestSavedAccounts: where one account of a snapshot has several regions, the regions of the others are compared, too, as far as they are there; where none
// has, the patterns are left out, and the check says so.
func TestSavedAccounts(t *testing.T) {
	catalog, dir := comparingCatalog(t), t.TempDir()
	save := func(folder, answer string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, folder, "describe-snapshots.json"), []byte(answer), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	snapshot := func(id, description string) string {
		return `{"Snapshots": [{"SnapshotId": "` + id + `", "State": "completed", "Description": "` + description + `", "Tags": [{"Key": "Role", "Value": "db"}]}]}`
	}
	check := func() (r lint.Report, stderr string) {
		t.Helper()
		out, stderr, _ := patlint(t, nil, "check", "--patterns", catalog, "--no-builtin", "--snapshot", dir, "-p", "copy-to-another-region", "-v", "-f", "json")
		if out != "" {
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatal(err)
			}
		}
		return r, stderr
	}
	save("111111111111/us-east-1", snapshot("snap-1", ""))
	save("333333333333/us-east-1", snapshot("snap-3", ""))
	if r, stderr := check(); len(r.Patterns) != 0 || !strings.Contains(stderr, "the chosen patterns compare regions, which takes several of them; add a snapshot of several regions (exit code 2)") {
		t.Errorf("single regions: %v\n%s", r.Patterns, stderr)
	}
	save("222222222222/eu-west-1", snapshot("snap-2", "from snap-22"))
	save("222222222222/us-east-1", snapshot("snap-22", ""))
	r, stderr := check()
	got := map[string]string{}
	for _, f := range r.Findings {
		got[f.Resource.ID] = f.Message
	}
	if diff := cmp.Diff(map[string]string{"snap-1": "only us-east-1 is checked", "snap-2": "only eu-west-1 and us-east-1 are checked", "snap-3": "only us-east-1 is checked"}, got); diff != "" {
		t.Errorf("-want +got:\n%s%s", diff, stderr)
	}
	if len(r.Scopes) != 4 || r.Summary.Pass != 1 || r.Summary.Unknown != 3 || r.Summary.Resources != 4 {
		t.Errorf("%+v", r.Summary)
	}
}
