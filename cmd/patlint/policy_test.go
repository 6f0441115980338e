package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

func policyOf(t *testing.T, args ...string) iamPolicy {
	t.Helper()
	return policyIn(t, []string{"AWS_REGION=", "AWS_DEFAULT_REGION="}, args...)
}

func policyIn(t *testing.T, env []string, args ...string) iamPolicy {
	t.Helper()
	out, stderr, code := patlint(t, env, append([]string{"policy"}, args...)...)
	if code != exitClean || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var p iamPolicy
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

// actions of a policy, which are sorted, by statement.
func actions(t *testing.T, p iamPolicy) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, s := range p.Statement {
		if s.Effect != "Allow" || !slices.IsSorted(s.Action) || !regexp.MustCompile(`^[A-Za-z0-9]+$`).MatchString(s.Sid) || out[s.Sid] != nil {
			t.Errorf("statement %+v", s)
		}
		out[s.Sid] = s.Action
	}
	if p.Version != "2012-10-17" {
		t.Errorf("version %q", p.Version)
	}
	return out
}

// TestPolicy: exactly what the chosen patterns read.
func TestPolicy(t *testing.T) {
	for _, test := range []struct {
		args []string
		want map[string][]string
	}{
		{[]string{"-p", "encrypt-by-default"}, map[string][]string{"PatlintEc2": {"ec2:DescribeRegions", "ec2:GetEbsEncryptionByDefault"}}},
		{[]string{"-p", "keep-snapshots-private"}, map[string][]string{"PatlintEc2": {"ec2:DescribeRegions", "ec2:DescribeSnapshotAttribute", "ec2:DescribeSnapshots", "ec2:GetSnapshotBlockPublicAccessState"}}},
		{[]string{"-p", "relieve-hot-instances", "--metrics"}, map[string][]string{"PatlintCloudwatch": {"cloudwatch:GetMetricData"}, "PatlintEc2": {"ec2:DescribeInstanceCreditSpecifications", "ec2:DescribeInstances", "ec2:DescribeRegions"}}},
		{[]string{"-p", "enable-detailed-monitoring", "--all-regions", "--org", "--role-name", "ops/patlint-read"}, map[string][]string{"PatlintEc2": {"ec2:DescribeInstances", "ec2:DescribeRegions"},
			"PatlintOrganizations": {"organizations:ListAccounts"}, "PatlintSts": {"sts:AssumeRole"}}},
	} {
		p := policyOf(t, test.args...)
		if d := cmp.Diff(test.want, actions(t, p)); d != "" {
			t.Errorf("%v (-want +got):\n%s", test.args, d)
		}
		for _, s := range p.Statement {
			want := iamResource("*")
			if s.Sid == "PatlintSts" {
				want = "arn:aws:iam::*:role/ops/patlint-read"
			}
			if s.Resource != want {
				t.Errorf("%v: %s is about %s", test.args, s.Sid, s.Resource)
			}
		}
	}
}

// TestPolicyReads: the policy of all patterns has nothing in it that changes something, and all that a plan asks for.
func TestPolicyReads(t *testing.T) {
	all := actions(t, policyOf(t, "--metrics"))
	if _, ok := all["PatlintCloudwatch"]; !ok || len(all) != 2 || len(all["PatlintEc2"]) < 15 {
		t.Errorf("%v", all)
	}
	plan, _, _ := patlint(t, nil, "check", "--plan", "--metrics")
	for sid, list := range all {
		for _, a := range list {
			if !regexp.MustCompile(`^(cloudwatch|ec2):(Describe|Get|List)[A-Za-z0-9]+$`).MatchString(a) {
				t.Errorf("%s: %s", sid, a)
			}
		}
	}
	for _, a := range regexp.MustCompile(`(?m)^  (\w+:\w+)|and (\w+:\w+) to confirm`).FindAllStringSubmatch(plan, -1) {
		if action := a[1] + a[2]; !slices.Contains(slices.Concat(all["PatlintEc2"], all["PatlintCloudwatch"]), action) {
			t.Errorf("the plan has %s, and the policy does not", action)
		}
	}
}

// TestPolicyEnds: the account that patlint starts in takes the role of its own partition; the role itself takes none.
func TestPolicyEnds(t *testing.T) {
	args := []string{"-p", "encrypt-by-default", "--org", "--role-name", "/ops/patlint-read"}
	for _, test := range []struct {
		env  []string
		want iamResource
	}{
		{[]string{"AWS_REGION=", "AWS_DEFAULT_REGION="}, "arn:aws:iam::*:role/ops/patlint-read"},
		{[]string{"AWS_REGION=cn-north-1", "AWS_DEFAULT_REGION=us-east-1"}, "arn:aws-cn:iam::*:role/ops/patlint-read"},
		{[]string{"AWS_REGION=", "AWS_DEFAULT_REGION=us-gov-west-1"}, "arn:aws-us-gov:iam::*:role/ops/patlint-read"},
	} {
		p := policyIn(t, test.env, args...)
		if last := p.Statement[len(p.Statement)-1]; last.Sid != "PatlintSts" || last.Resource != test.want {
			t.Errorf("%v: %+v", test.env, last)
		}
	}
	want := policyOf(t, "-p", "encrypt-by-default")
	if diff := cmp.Diff(want, policyOf(t, append(args, "--member")...)); diff != "" || len(want.Statement) != 1 {
		t.Errorf("the role of a member (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, policyOf(t, "-p", "encrypt-by-default", "--member")); diff != "" {
		t.Errorf("--member alone (-want +got):\n%s", diff)
	}
}

// TestPolicyForms: the forms hold the same policy, each with its own word for the partition.
func TestPolicyForms(t *testing.T) {
	args := []string{"-p", "keep-*", "--org", "--role-name", "patlint-read"}
	want := policyOf(t, args...)
	out, _, _ := patlint(t, nil, append([]string{"policy", "-f", "cloudformation"}, args...)...)
	var template struct {
		AWSTemplateFormatVersion string
		Description              string
		Resources                map[string]struct {
			Type       string
			Properties struct {
				Description    string
				PolicyDocument json.RawMessage
			}
		}
		Outputs map[string]struct{ Value map[string]string }
	}
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&template); err != nil {
		t.Fatal(err)
	}
	r := template.Resources["PatlintRead"]
	text := regexp.MustCompile(`\{\s*"Fn::Sub": "arn:\$\{AWS::Partition}(:[^"]*)"\s*}`).ReplaceAllString(string(r.Properties.PolicyDocument), `"arn:aws$1"`)
	var got iamPolicy
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if diff := cmp.Diff(want, got); diff != "" || strings.Contains(out, "arn:aws:") || r.Type != "AWS::IAM::ManagedPolicy" || template.Outputs["PolicyArn"].Value["Ref"] != "PatlintRead" {
		t.Errorf("%s\n%s", out, diff)
	}
	out, _, _ = patlint(t, nil, append([]string{"policy", "-f", "terraform"}, args...)...)
	var b strings.Builder
	b.WriteString("data \"aws_partition\" \"current\" {}\n\ndata \"aws_iam_policy_document\" \"patlint\" {\n")
	for i, s := range want.Statement {
		if i > 0 {
			b.WriteString("\n")
		}
		resource := strings.Replace(string(s.Resource), "arn:aws:", "arn:${data.aws_partition.current.partition}:", 1)
		fmt.Fprintf(&b, "  statement {\n    sid       = \"%s\"\n    effect    = \"Allow\"\n    resources = [\"%s\"]\n\n    actions = [\n      \"%s\",\n    ]\n  }\n", s.Sid, resource, strings.Join(s.Action, "\",\n      \""))
	}
	b.WriteString(`}

resource "aws_iam_policy" "patlint" {
  name        = "patlint-read"
  description = "What patlint check reads and nothing else"
  policy      = data.aws_iam_policy_document.patlint.json
}
`)
	if diff := cmp.Diff(b.String(), out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if out, _, _ = patlint(t, nil, "policy", "-f", "terraform", "-p", "encrypt-by-default"); strings.Contains(out, "aws_partition") {
		t.Errorf("a partition that nothing needs:\n%s", out)
	}
}

// TestPolicySize: a policy that IAM would refuse is no answer.
func TestPolicySize(t *testing.T) {
	if _, ok := lint.Limit("iam.policy.max"); !ok {
		t.Fatal("limits.yaml has no iam.policy.max")
	}
	p := iamPolicy{Statement: []iamStatement{{Action: slices.Repeat([]string{"ec2:DescribeInstances"}, 200)}}}
	if err := p.fits(); err != nil {
		t.Error(err)
	}
	p.Statement[0].Action = slices.Repeat(p.Statement[0].Action, 2)
	if err := p.fits(); err == nil || !strings.Contains(err.Error(), "IAM takes 6144") {
		t.Error(err)
	}
}
