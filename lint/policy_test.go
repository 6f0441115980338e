package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// TestPolicy reads policies as people write them.
func TestPolicy(t *testing.T) {
	const open = `"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"`
	all := PolicyStatement{Effect: "Allow", Principals: []string{"*"}, Actions: []string{"*"}, Resources: []string{"*"}}
	with := func(change func(*PolicyStatement)) []PolicyStatement {
		s := all
		change(&s)
		return []PolicyStatement{s}
	}
	conditions := func(effect, condition string) string {
		return `{"Statement": [{` + strings.Replace(open, "Allow", effect, 1) + `, "Condition": ` + condition + `}]}`
	}
	limited := func(effect string, accounts []string, keys ...string) []PolicyStatement {
		return with(func(s *PolicyStatement) { s.Effect, s.Conditions, s.Accounts = effect, keys, accounts })
	}
	for _, tt := range []struct {
		policy string
		want   []PolicyStatement
		err    string
	}{
		{defaultPolicy, []PolicyStatement{all}, ""},
		{`{"Version": "2008-10-17", "Statement": {` + open + `}}`, []PolicyStatement{all}, ""},
		{`{"Statement": [{"Sid": "a", "Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:role/x"]}, "NotAction": "s3:Get*", "NotResource": ["a", "b"]}]}`,
			[]PolicyStatement{{Sid: "a", Effect: "Deny", NotPrincipals: []string{"arn:aws:iam::111122223333:role/x"}, NotActions: []string{"s3:Get*"}, NotResources: []string{"a", "b"}}}, ""},
		{`{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com", "AWS": ["444455556666", "arn:aws:iam::111122223333:root", "arn:aws-cn:sts::777788889999:assumed-role/x/y"]}, "Action": "*", "Resource": "*"}]}`,
			with(func(s *PolicyStatement) {
				s.Principals = []string{"444455556666", "arn:aws:iam::111122223333:root", "arn:aws-cn:sts::777788889999:assumed-role/x/y", "ec2.amazonaws.com"}
				s.Accounts = []string{"111122223333", "444455556666", "777788889999"}
			}), ""},
		{`{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["*"], "Resource": ["*"]}]}`, []PolicyStatement{all}, ""},
		{`{"Statement": []}`, nil, ""},

		{conditions("Allow", `{"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:ResourceOrgID": ["o-1"]}}`), limited("Allow", nil, "aws:PrincipalOrgID", "aws:ResourceOrgID"), ""},
		{conditions("Allow", `{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}}`), limited("Allow", nil, "aws:PrincipalOrgPaths"), ""},
		{conditions("Allow", `{"StringEquals": {"AWS:PrincipalAccount": ["111122223333"]}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}}`),
			limited("Allow", []string{"111122223333", "444455556666"}, "AWS:PrincipalAccount", "aws:PrincipalArn"), ""},
		{conditions("Allow", `{"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": 10}}`), limited("Allow", nil, "aws:SecureTransport", "s3:max-keys"), ""},
		{conditions("Allow", `{"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-1"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"Null": {"aws:PrincipalOrgID": "false"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalAccount": "*"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalOrgID": "o-*"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalOrgID": "**"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalOrgID": ["o-exampleorgid", "o-??????????"]}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalOrgID": "o-exampleorgid"}}`), limited("Allow", nil, "aws:PrincipalOrgID"), ""},
		{conditions("Allow", `{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalAccount": "????????????"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"s3:ResourceAccount": "1*"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::*:role/web"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalArn": "*:role/web"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalArn": "arn:*:iam::111122223333:*"}}`), limited("Allow", []string{"111122223333"}, "aws:PrincipalArn"), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalTag/team": "???"}}`), limited("Allow", nil), ""},
		{conditions("Allow", `{"StringLike": {"aws:PrincipalTag/team": "web-*"}}`), limited("Allow", nil, "aws:PrincipalTag/team"), ""},
		{conditions("Allow", `{"Bool": {"aws:PrincipalIsAWSService": "false"}}`), limited("Allow", nil), ""},
		{conditions("Deny", `{"StringNotLike": {"aws:PrincipalOrgID": "o-*"}}`), limited("Deny", nil), ""},
		{conditions("Deny", `{"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}`), limited("Deny", nil), ""},
		{conditions("Allow", `{"StringEquals": {"aws:PrincipalOrgID": []}}`), limited("Allow", nil), ""},
		{conditions("Deny", `{"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}`), limited("Deny", nil, "aws:PrincipalOrgID"), ""},
		{conditions("Deny", `{"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}`), limited("Deny", nil, "aws:PrincipalOrgID"), ""},
		{conditions("Deny", `{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}`), limited("Deny", nil), ""},
		{conditions("Deny", `{"StringNotEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}`),
			limited("Deny", []string{"111122223333"}, "aws:PrincipalAccount", "aws:PrincipalIsAWSService"), ""},
		{conditions("Deny", `{"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}, "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}`), limited("Deny", nil), ""},
		{conditions("Deny", `{"Bool": {"aws:SecureTransport": ["true", "false"]}}`), limited("Deny", nil), ""},

		{"", nil, "it is no JSON object"},
		{"[]", nil, "it is no JSON object"},
		{`{"Statement": [{` + open, nil, "it is no JSON object"},
		{`{}`, nil, "statement 1 has an element of another form than IAM's"},
		{`{"Statement": "all"}`, nil, "statement 1 has an element of another form than IAM's"},
		{`{"Statement": [{` + open + `}, {"Effect": "Allow", "Principal": "*", "Action": 1, "Resource": "*"}]}`, nil, "statement 2 has an element of another form than IAM's"},
		{`{"Statement": [{"Effect": "allow", "Principal": "*", "Action": "*", "Resource": "*"}]}`, nil, "statement 1 has an effect other than Allow and Deny"},
		{`{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`, nil, "statement 1 wants either Principal or NotPrincipal"},
		{`{"Statement": [{"Effect": "Allow", "Principal": "111122223333", "Action": "*", "Resource": "*"}]}`, nil, "statement 1 has an element of another form than IAM's"},
		{`{"Statement": [{"Effect": "Allow", "Principal": {}, "Action": "*", "Resource": "*"}]}`, nil, "statement 1 has an element of another form than IAM's"},
		{`{"Statement": [{"Effect": "Allow", "Principal": "*", "Resource": "*"}]}`, nil, "statement 1 wants either Action or NotAction"},
		{`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": null, "Resource": "*"}]}`, nil, "statement 1 has an element of another form than IAM's"},
		{`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": [], "Resource": "*"}]}`, nil, "statement 1 has an element of another form than IAM's"},
		{`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}`, nil, "statement 1 wants either Resource or NotResource"},
		{conditions("Allow", `{"StringEquals": {"a": {"b": "c"}}}`), nil, "statement 1 has an element of another form than IAM's"},
		{strings.Repeat(" ", maxPolicy) + defaultPolicy, nil, "it is larger than 64 KiB"},
	} {
		got, err := parsePolicy(tt.policy)
		if fmt.Sprint(err) != tt.err && (err != nil || tt.err != "") {
			t.Errorf("%.200s: %v, want %s", tt.policy, err, tt.err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.policy, diff)
		}
	}
}

// TestEndpointPolicy is which endpoints have a policy, and what a rule sees of it.
func TestEndpointPolicy(t *testing.T) {
	const none, open = `vpcEndpoint.policy() == []`, `vpcEndpoint.policy().exists(s, s.Effect == "Allow" && "*" in s.Principals && s.Conditions == [] && s.Sid == "")`
	for fields, want := range map[string][2]string{
		"VpcEndpointType: Gateway":                        {open, "pass"},
		"VpcEndpointType: Interface":                      {open, "pass"},
		"VpcEndpointType: interface, PolicyDocument: ' '": {open, "pass"},
		"VpcEndpointType: GatewayLoadBalancer":            {none, "pass"},
		"VpcEndpointType: Resource":                       {none, "pass"},
		"VpcEndpointType: ServiceNetwork":                 {none, "pass"},
		"ServiceName: x":                                  {none, "unknown the policy of vpce-1 was not read: neither a policy nor the endpoint's type is given"},
		"VpcEndpointType: Gateway, PolicyDocument: '{'":   {none, "unknown the policy of vpce-1 was not read: it is no JSON object"},
		`VpcEndpointType: Gateway, PolicyDocument: '{"Statement": {"Sid": "x", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}'`: {`vpcEndpoint.policy().all(s, s.Sid == "x" && s.Effect == "Deny" && s.Accounts == [])`, "pass"},
	} {
		if got := ask(t, account(t, "VpcEndpoints: [{VpcEndpointId: vpce-1, "+fields+"}]"), "vpcEndpoint", "", want[0]); got != want[1] {
			t.Errorf("%s: %q, want %q", fields, got, want[1])
		}
	}
}

// FuzzPolicy: a policy is read or refused, what is read has what each statement must have, and a refusal quotes nothing.
func FuzzPolicy(f *testing.F) {
	f.Add(defaultPolicy)
	f.Add(`{"Statement": {"Effect": "Deny", "NotPrincipal": {"AWS": ["111122223333"]}, "NotAction": ["a"], "NotResource": "b", "Condition": {"ForAnyValue:StringNotLikeIfExists": {"k": [1, true, "x"]}}}}`)
	f.Add(`{"Statement": [null, {}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		statements, err := statementsOf(&types.VpcEndpoint{PolicyDocument: &text, VpcEndpointType: types.VpcEndpointTypeGateway})
		if err != nil && (statements != nil || len(err.Error()) > 80) {
			t.Fatalf("%v, %v", statements, err)
		}
		for _, s := range statements {
			if len(s.Principals)+len(s.NotPrincipals) == 0 || len(s.Actions)+len(s.NotActions) == 0 || len(s.Resources)+len(s.NotResources) == 0 || s.Effect != "Allow" && s.Effect != "Deny" {
				t.Fatalf("%+v of %q", s, text)
			}
		}
	})
}
