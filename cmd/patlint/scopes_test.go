package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

// tours runs check on a cloud, for one pattern, and gives the report.
func (c *cloud) tours(t *testing.T, args ...string) (r *lint.Report, stderr string, code int) {
	t.Helper()
	out, stderr, code := patlint(t, c.env(), append([]string{"check", "-p", "retire-orphan-volumes", "--rate", "0", "-f", "json"}, args...)...)
	r = &lint.Report{}
	if code == exitUsage {
		return r, stderr, code
	}
	if err := json.Unmarshal([]byte(out), r); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr)
	}
	return r, stderr, code
}

// scopesOf lists what a report read: account, region and the number of findings.
func scopesOf(r *lint.Report) []string {
	var out []string
	for _, s := range r.Scopes {
		n := 0
		for _, f := range r.Findings {
			if f.Resource.Account == s.Account && f.Resource.Region == s.Region {
				n++
			}
		}
		out = append(out, fmt.Sprintf("%s %s %d", s.Account, s.Region, n))
	}
	return out
}

// TestOrganization: every active account in every enabled region, and what could not be reached is said and is no pass.
func TestOrganization(t *testing.T) {
	c := newCloud(t)
	c.regions = []string{"us-east-1 opt-in-not-required", "eu-west-1 opt-in-not-required", "af-south-1 opted-in", "ap-east-1 not-opted-in"}
	c.members = nil
	for i := range 23 { // more than a page
		c.members = append(c.members, fmt.Sprintf("4444000000%02d ACTIVE", i))
	}
	c.members = append(c.members, manager+" ACTIVE", "555500000001 SUSPENDED", "555500000002 PENDING_CLOSURE")
	c.fault = func(w http.ResponseWriter, account, region, action string) bool {
		switch {
		case account == "444400000003" && action == "DescribeRegions", account == "444400000004" && region == "eu-west-1" && action == "DescribeVolumes":
			deny(w, "UnauthorizedOperation", 403)
		case account == "444400000005" && region == "us-east-1" && action == "DescribeVolumes":
			deny(w, "RequestExpired", 400)
		default:
			return false
		}
		return true
	}
	r, stderr, code := c.tours(t, "--org", "--role-name", "audit", "--all-regions")
	if code != exitFindings || !strings.Contains(stderr, "things could not be read") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	var want []string
	for _, m := range slices.Sorted(slices.Values(c.members)) {
		id, state, _ := strings.Cut(m, " ")
		switch {
		case state != "ACTIVE":
		case id == "444400000003":
			want = append(want, id+"  0")
		default:
			for _, region := range []string{"af-south-1", "eu-west-1", "us-east-1"} {
				n := 1
				if id == "444400000004" && region == "eu-west-1" || id == "444400000005" && region == "us-east-1" {
					n = 0
				}
				want = append(want, fmt.Sprintf("%s %s %d", id, region, n))
			}
		}
	}
	if diff := cmp.Diff(want, scopesOf(r)); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
	var gaps []string
	for _, g := range r.Gaps {
		gaps = append(gaps, strings.Join([]string{g.Account, g.Region, g.Action, strings.Join(g.Patterns, " ")}, "|"))
	}
	if diff := cmp.Diff([]string{
		"444400000003||ec2:DescribeRegions|retire-orphan-volumes",
		"444400000004|eu-west-1|ec2:DescribeVolumes|retire-orphan-volumes",
		"444400000005|us-east-1|ec2:DescribeVolumes|retire-orphan-volumes",
	}, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if r.Summary.Fail != 24*3-5 || r.Summary.Unknown != 3 || r.Summary.Pass != 0 {
		t.Errorf("summary %+v", r.Summary)
	}
	if diff := cmp.Diff([]lint.Skip{
		{Account: "555500000001", Reason: "the account is suspended (name of 555500000001)"},
		{Account: "555500000002", Reason: "the account is pending closure (name of 555500000002)"},
	}, r.Skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if n := c.asked("AssumeRole")[manager+" us-east-1"]; n != 23 {
		t.Errorf("%d roles assumed; the managing account needs none", n)
	}
	if len(c.asked("DescribeVolumes")) != 24*3-3 {
		t.Errorf("asked in %v", c.asked("DescribeVolumes"))
	}
	for where := range c.asked("DescribeVolumes") {
		if strings.Contains(where, "ap-east-1") || strings.HasPrefix(where, "5555") {
			t.Errorf("asked in %s", where)
		}
	}
}

// TestRoles: accounts by roles, each once, and a role that cannot be assumed is a gap in each region that it was to read.
func TestRoles(t *testing.T) {
	c := newCloud(t)
	c.fault = func(w http.ResponseWriter, _, _, action string) bool { return false }
	arn := func(id, name string) string { return "arn:aws:iam::" + id + ":role/" + name }
	r, stderr, code := c.tours(t, "--role-arn", arn("444400000001", "audit"), "--role-arn", arn("444400000002", "team/audit"), "--role-arn", arn("444400000001", "other"),
		"--external-id", "x-1", "--role-session-name", "weekly", "--region", "us-east-1", "--region", "eu-west-1")
	if code != exitFindings {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if diff := cmp.Diff([]string{"444400000001 eu-west-1 1", "444400000001 us-east-1 1", "444400000002 eu-west-1 1", "444400000002 us-east-1 1"}, scopesOf(r)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(stderr, "role arn:aws:iam::444400000001:role/other leads to account 444400000001 again") {
		t.Errorf("stderr: %s", stderr)
	}

	// A role that cannot be assumed does not stand in the way of another one to the same account.
	typo := newCloud(t)
	typo.assume = func(arn string) bool { return !strings.HasSuffix(arn, "/typo") }
	r, stderr, code = typo.tours(t, "--role-arn", arn("444400000001", "typo"), "--role-arn", arn("444400000001", "audit"))
	if code != exitFindings || len(r.Gaps) > 0 || !strings.Contains(stderr, "role arn:aws:iam::444400000001:role/typo does not lead to account 444400000001") {
		t.Errorf("exit code %d, %+v: %s", code, r.Gaps, stderr)
	}

	// What the organization does not call inactive is tried, and nothing at all is no pass.
	empty := newCloud(t)
	empty.members = []string{"444400000001 SUSPENDED"}
	if _, stderr, code = empty.tours(t, "--org", "--role-name", "audit"); code != exitGaps || !strings.Contains(stderr, "no account was read (exit code 3)") {
		t.Errorf("exit code %d: %s", code, stderr)
	}

	refused := newCloud(t)
	refused.fault = func(w http.ResponseWriter, _, _, action string) bool {
		if action == "AssumeRole" {
			w.WriteHeader(403)
			fmt.Fprint(w, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444400000001:role/audit</Message></Error><RequestId>r</RequestId></ErrorResponse>`)
		}
		return action == "AssumeRole"
	}
	r, stderr, code = refused.tours(t, "--role-arn", arn("444400000001", "audit"), "--region", "us-east-1", "--region", "eu-west-1")
	if code != exitGaps || r.Summary.Unknown != 2 || len(r.Gaps) != 2 || r.Gaps[0].Action != "sts:AssumeRole" || r.Gaps[0].Region != "eu-west-1" {
		t.Errorf("exit code %d, %+v", code, r)
	}
	if !strings.Contains(r.Gaps[0].Error, "let the role trust this caller") || !strings.Contains(stderr, "(exit code 3)") {
		t.Errorf("%q, stderr %s", r.Gaps[0].Error, stderr)
	}

	for want, args := range map[string][]string{
		"is not the ARN of a role":        {"--role-arn", "arn:aws:iam::1:user/x"},
		"--org takes --role-name":         {"--org"},
		"--role-name is for --org":        {"--role-name", "audit"},
		"give --profile once":             {"--profile", "a", "--profile", "b", "--role-arn", arn("444400000001", "audit")},
		"two choices of regions":          {"--all-regions", "--region", "us-east-1"},
		"are for --role-arn and --org":    {"--external-id", "x"},
		"--parallel takes a number":       {"--parallel", "0"},
		"is for a live account":           {"--demo", "--org"},
		"is not the name of a region":     {"--region", "us-east-1,eu-west-1"},
		"organization cannot be listed: ": {"--org", "--role-name", "audit"},
	} {
		bad := newCloud(t)
		bad.members = nil
		if _, stderr, code := bad.tours(t, args...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}

// TestProfiles: several profiles, of which one is broken and two lead to the same account.
func TestProfiles(t *testing.T) {
	c := newCloud(t)
	config := filepath.Join(t.TempDir(), "config")
	err := os.WriteFile(config, []byte(`
[profile one]
region = us-east-1
aws_access_key_id = ASIA444400000001
aws_secret_access_key = s
[profile same]
region = us-east-1
aws_access_key_id = ASIA444400000001
aws_secret_access_key = s
[profile elsewhere]
region = eu-west-1
aws_access_key_id = ASIA444400000001
aws_secret_access_key = s
[profile two]
region = us-east-1
aws_access_key_id = ASIA444400000002
aws_secret_access_key = s
[profile nowhere]
aws_access_key_id = ASIA444400000003
aws_secret_access_key = s
`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (*lint.Report, string, int) {
		t.Helper()
		out, stderr, code := patlint(t, []string{"AWS_ENDPOINT_URL=" + c.url(), "AWS_CONFIG_FILE=" + config, "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_REGION="},
			append([]string{"check", "-p", "retire-orphan-volumes", "--rate", "0", "-f", "json"}, args...)...)
		var r lint.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil && code != exitUsage {
			t.Fatalf("%v: %s", err, stderr)
		}
		return &r, stderr, code
	}
	r, stderr, code := run("--profile", "one", "--profile", "same", "--profile", "elsewhere", "--profile", "two", "--profile", "missing", "--profile", "nowhere")
	if code != exitFindings {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if diff := cmp.Diff([]string{"  0", "  0", "444400000001 eu-west-1 1", "444400000001 us-east-1 1", "444400000002 us-east-1 1"}, scopesOf(r)); diff != "" {
		t.Error(diff)
	}
	if len(r.Gaps) != 2 || !strings.Contains(r.Gaps[0].Error+r.Gaps[1].Error, `profile missing: there is no AWS profile "missing"`) || !strings.Contains(r.Gaps[0].Error+r.Gaps[1].Error, "profile nowhere: no region") {
		t.Errorf("gaps %+v", r.Gaps)
	}
	if !strings.Contains(stderr, "profile same leads to account 444400000001 again, as profile one does; it is checked once") {
		t.Errorf("stderr: %s", stderr)
	}
	if _, stderr, code := run("--profile", "missing"); code != exitUsage || !strings.Contains(stderr, "there is no AWS profile") {
		t.Errorf("one profile that is missing: %d %s", code, stderr)
	}
}

// TestAcrossWithoutAnswers: a rule that compares regions and reads nothing of them is checked all the same.
func TestAcrossWithoutAnswers(t *testing.T) {
	c := newCloud(t)
	c.regions = append(c.regions, "eu-west-1 opt-in-not-required")
	catalog := catalogOf(t, map[string]string{"keep-frankfurt": "resource: account\nrequire: account.regions().exists(r, r.RegionName == \"eu-central-1\")\nmessage: no eu-central-1"})
	out, stderr, code := patlint(t, c.env(), "check", "--patterns", catalog, "--no-builtin", "--all-regions", "--rate", "0")
	if code != exitFindings || !strings.Contains(out, "no eu-central-1") {
		t.Errorf("exit code %d\n%s%s", code, out, stderr)
	}
}

// TestStrangersApart: folders that do not say of which account they are are not taken for regions of one, and those of one account are put together wherever
// they stand.
func TestStrangersApart(t *testing.T) {
	catalog := catalogOf(t, map[string]string{"keep-two-regions": "resource: account\nrequire: account.regions().exists(a, a.RegionName == \"us-east-1\" && account.regions().exists(b, b.RegionName == \"eu-west-1\" && b.vpcs() == a.vpcs()))\nmessage: one region"})
	const manifest = `{"schema": "patlint/snapshot/v1", "account": "%s", "region": "%s", "regions": ["eu-west-1", "us-east-1"], "time": "2026-01-01T00:00:00Z", "gaps": []}`
	for _, tt := range []struct {
		name    string
		folders map[string]string // their manifests
		want    lint.Summary
	}{
		{"strangers", map[string]string{"us-east-1": "", "eu-west-1": ""}, lint.Summary{}},
		{"strangers, and an account", map[string]string{"us-east-1": "", "eu-west-1": "", "444455556666/us-east-1": "", "444455556666/eu-west-1": ""}, lint.Summary{Pass: 1, Unknown: 2}},
		{"accounts of manifests", map[string]string{
			"1-prod": fmt.Sprintf(manifest, "111122223333", "us-east-1"), "2-other": fmt.Sprintf(manifest, "444455556666", "us-east-1"),
			"3-prod": fmt.Sprintf(manifest, "111122223333", "eu-west-1"), "4-other": fmt.Sprintf(manifest, "444455556666", "eu-west-1"),
		}, lint.Summary{Pass: 2}},
	} {
		dir := t.TempDir()
		for folder, manifest := range tt.folders {
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(dir, folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
				t.Fatal(err)
			}
			write("describe-vpcs.json", `{"Vpcs": []}`)
			if manifest != "" {
				write("patlint.json", manifest)
			}
		}
		out, stderr, code := patlint(t, nil, "check", "--patterns", catalog, "--no-builtin", "--snapshot", dir, "-f", "json")
		var r lint.Report
		if code != exitUsage {
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
		}
		if s := r.Summary; s.Pass != tt.want.Pass || s.Fail != 0 || s.Unknown != tt.want.Unknown || (code == exitUsage) != (tt.want.Pass == 0) {
			t.Errorf("%s: exit code %d, %+v\n%s", tt.name, code, s, stderr)
		}
		if _, _, mended := patlint(t, nil, "fix", "--patterns", catalog, "--no-builtin", "--snapshot", dir); (mended == exitUsage) != (code == exitUsage) {
			t.Errorf("%s: check ends with %d, fix with %d", tt.name, code, mended)
		}
		tried, _, _ := patlint(t, nil, "try", "--snapshot", dir, `account.regions().filter(r, sure(r.RegionName != "")).size()`)
		if joined := strings.Contains(tried, " 2\n"); joined != (tt.want.Pass > 0) {
			t.Errorf("%s: try says\n%s", tt.name, tried)
		}
	}
}
