package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/patlint/patlint/lint"
	"github.com/spf13/cobra"
)

type policyFlags struct {
	catalogFlags
	extras     accountFlags
	org        bool
	roleName   string
	member     bool
	allRegions bool
	format     string
}

func newPolicy() *cobra.Command {
	var f policyFlags
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Print the least IAM policy that check needs",
		Long: `Policy prints an IAM policy with the actions that patlint check takes for the chosen patterns, and no others. Choose the patterns as you do for check.

The resource of its actions is *, because the Describe, Get and List actions of EC2, and GetMetricData, cannot be limited to single resources.
ec2:DescribeRegions is always among them: it tells bad credentials from a region that is not enabled, which answer alike. sts:GetCallerIdentity
needs no permission.

With --org and --role-name it is the policy for the account that patlint starts in: there it lists the accounts and takes the role. With --member it is
the policy for the role in each account, which does neither; the role's trust policy has to name the one who takes it.

The role's ARN is of the partition of AWS_REGION or AWS_DEFAULT_REGION, else of aws; the templates take it from where they are deployed.

Exit codes: 0 the policy is printed, 2 usage, or a policy that is longer than IAM takes.`,
		Example: `  patlint policy > policy.json
  patlint policy -p 'keep-*' --format terraform > patlint.tf
  patlint policy --metrics --org --role-name patlint-read --format cloudformation
  patlint policy --metrics --member --format cloudformation`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, rules, err := f.rules()
			if err != nil {
				return err
			}
			f.extras.adoptExtras(f.conf, f.given)
			f.extras.allRegions = true // what compares regions takes no other permissions
			rules, omitted := f.extras.affordable(rules)
			if rules.Len() == 0 {
				return cmp.Or(omitted.err(), errors.New("the chosen patterns have no rule to check; patlint list shows which are guidance only"))
			}
			i := slices.IndexFunc(policyFormats, func(x policyFormat) bool { return x.name == f.format })
			if i < 0 {
				return fmt.Errorf("--format takes %s, not %q", strings.Join(policyFormatNames(), ", "), f.format)
			}
			p, err := f.policy(rules.Sources(), cmp.Or(policyFormats[i].partition, ownPartition()))
			if err != nil {
				return err
			}
			return policyFormats[i].write(cmd.OutOrStdout(), p)
		},
	}
	f.catalogFlags.add(cmd)
	fl := cmd.Flags()
	f.extras.addExtras(cmd)
	fl.BoolVar(&f.org, "org", false, "for the account that lists those of an organization and takes the role in each; wants --role-name")
	fl.StringVar(&f.roleName, "role-name", "", "the role that is taken in other accounts")
	fl.BoolVar(&f.member, "member", false, "for that role in each account, which lists no accounts and takes no role")
	fl.BoolVar(&f.allRegions, "all-regions", false, "for all regions; their list needs ec2:DescribeRegions, which is always in the policy")
	fl.StringVarP(&f.format, "format", "f", "json", strings.Join(policyFormatNames(), ", "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(policyFormatNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// An iamPolicy is a policy document, in the order in which people read it.
type iamPolicy struct {
	Version   string
	Statement []iamStatement
}

type iamStatement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource iamResource
}

// An iamResource is what a statement is about. CloudFormation knows its own partition, and puts it in.
type iamResource string

const cloudFormationPartition = "${AWS::Partition}"

func (r iamResource) MarshalJSON() ([]byte, error) {
	if strings.Contains(string(r), cloudFormationPartition) {
		return json.Marshal(map[string]string{"Fn::Sub": string(r)})
	}
	return json.Marshal(string(r))
}

// ownPartition is that of the region that the environment names.
func ownPartition() string {
	return lint.Partition(cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1"))
}

// roleNameForm keeps to what IAM allows in names of roles, which also stand in templates.
var roleNameForm = regexp.MustCompile(`^[A-Za-z0-9+=,.@_/-]+$`)

// policy has one statement for each service.
func (f *policyFlags) policy(sources []string, partition string) (iamPolicy, error) {
	actions := []string{"ec2:DescribeRegions"}
	for _, s := range lint.Sources() {
		if !slices.Contains(sources, s.Name) {
			continue
		}
		actions = append(actions, s.Permission())
		if s.Also != "" {
			actions = append(actions, s.Service+":"+s.Also)
		}
	}
	role := strings.TrimPrefix(f.roleName, "/")
	switch {
	case f.roleName != "" && !roleNameForm.MatchString(role):
		return iamPolicy{}, fmt.Errorf("--role-name %q is not the name of a role", f.roleName)
	case f.member:
	case f.org && role == "":
		return iamPolicy{}, errors.New("--org wants --role-name, the role that is taken in each account")
	case f.org:
		actions = append(actions, "organizations:ListAccounts")
	}
	if role != "" && !f.member {
		actions = append(actions, "sts:AssumeRole")
	}
	slices.Sort(actions)
	p := iamPolicy{Version: "2012-10-17"}
	for _, a := range slices.Compact(actions) {
		service, _, _ := strings.Cut(a, ":")
		sid := "Patlint" + strings.ToUpper(service[:1]) + service[1:]
		if n := len(p.Statement); n == 0 || p.Statement[n-1].Sid != sid {
			p.Statement = append(p.Statement, iamStatement{Sid: sid, Effect: "Allow", Resource: "*"})
		}
		last := &p.Statement[len(p.Statement)-1]
		last.Action = append(last.Action, a)
		if a == "sts:AssumeRole" {
			last.Resource = iamResource("arn:" + partition + ":iam::*:role/" + role)
		}
	}
	return p, p.fits()
}

// fits wants a policy that IAM takes: white space does not count.
func (p iamPolicy) fits() error {
	text, err := indented(p)
	if err != nil {
		return err
	}
	size := 0
	for _, r := range string(text) {
		if !unicode.IsSpace(r) {
			size++
		}
	}
	if most, ok := lint.Limit("iam.policy.max"); ok && float64(size) > most.Value {
		return fmt.Errorf("the policy has %d characters, and IAM takes %g; choose fewer patterns with -p and make several policies", size, most.Value)
	}
	return nil
}

// A policyFormat is a form in which the policy can be made at AWS.
type policyFormat struct {
	name      string
	partition string // how it names the partition that it is deployed in; "" where it has no word for it
	write     func(io.Writer, iamPolicy) error
}

const terraformPartition = "${data.aws_partition.current.partition}"

// policyFormats is every one, sorted by name.
var policyFormats = []policyFormat{
	{"cloudformation", cloudFormationPartition, policyCloudFormation},
	{"json", "", policyJSON},
	{"terraform", terraformPartition, policyTerraform},
}

func policyFormatNames() []string {
	var names []string
	for _, f := range policyFormats {
		names = append(names, f.name)
	}
	return names
}

const policyDescription = "What patlint check reads and nothing else"

func policyJSON(w io.Writer, p iamPolicy) error { return writeIndented(w, p) }

func policyCloudFormation(w io.Writer, p iamPolicy) error {
	type properties struct {
		Description    string
		PolicyDocument iamPolicy
	}
	type resource struct {
		Type       string
		Properties properties
	}
	type output struct {
		Value map[string]string
	}
	return writeIndented(w, struct {
		AWSTemplateFormatVersion string
		Description              string
		Resources                map[string]resource
		Outputs                  map[string]output
	}{
		"2010-09-09", policyDescription,
		map[string]resource{"PatlintRead": {"AWS::IAM::ManagedPolicy", properties{policyDescription, p}}},
		map[string]output{"PolicyArn": {map[string]string{"Ref": "PatlintRead"}}},
	})
}

func policyTerraform(w io.Writer, p iamPolicy) error {
	var b strings.Builder
	if slices.ContainsFunc(p.Statement, func(s iamStatement) bool { return strings.Contains(string(s.Resource), terraformPartition) }) {
		b.WriteString("data \"aws_partition\" \"current\" {}\n\n")
	}
	b.WriteString("data \"aws_iam_policy_document\" \"patlint\" {\n")
	for i, s := range p.Statement {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "  statement {\n    sid       = %q\n    effect    = %q\n    resources = [%q]\n\n    actions = [\n", s.Sid, s.Effect, s.Resource)
		for _, a := range s.Action {
			fmt.Fprintf(&b, "      %q,\n", a)
		}
		b.WriteString("    ]\n  }\n")
	}
	fmt.Fprintf(&b, "}\n\nresource \"aws_iam_policy\" \"patlint\" {\n  name        = \"patlint-read\"\n  description = %q\n  policy      = data.aws_iam_policy_document.patlint.json\n}\n", policyDescription)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeIndented(w io.Writer, v any) error {
	text, err := indented(v)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// indented is JSON for people, with a line break at its end.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
