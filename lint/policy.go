package lint

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A PolicyStatement is one statement of a policy in IAM's language. Lists are as written; what the policy writes as one text is a list of one.
type PolicyStatement struct {
	Sid           string
	Effect        string   // Allow or Deny
	Principals    []string // "*", accounts, ARNs, services
	NotPrincipals []string
	Actions       []string
	NotActions    []string
	Resources     []string
	NotResources  []string
	// Conditions are the keys of the conditions that limit who and what gets through, such as aws:PrincipalOrgID: of an Allow those that ask for a value, of a
	// Deny those that spare one. A condition that holds where the key is missing (IfExists, ForAllValues, Null) limits no Allow. One that holds for everybody, as
	// for organizations like o-*, limits nothing; nor does a Deny that also asks for something, as for an address: it denies too little.
	Conditions []string
	// Accounts are those that are named by Principals, and by conditions of Conditions on aws:PrincipalAccount and aws:PrincipalArn. Sorted.
	Accounts []string
}

// maxPolicy is more than AWS takes: an endpoint's policy has at most 20,480 characters.
const maxPolicy = 64 << 10

// endpointPolicy reads the policy of a VPC endpoint.
func endpointPolicy() relation {
	r := relate("policy", "the statements of its endpoint policy; without a policy the default that allows everything, and none for a type that has no policies", cel.ListType(typeOf[PolicyStatement]()), nil, func(b *binding) func(*types.VpcEndpoint) ref.Val {
		return func(e *types.VpcEndpoint) ref.Val {
			statements, err := statementsOf(e)
			if err != nil {
				return unknownReason("the policy of " + str(e.VpcEndpointId) + " was not read: " + err.Error())
			}
			out := make([]ref.Val, len(statements))
			for i := range statements {
				out[i] = b.adapter.NativeToValue(&statements[i])
			}
			return celtypes.NewRefValList(b.adapter, out)
		}
	})
	r.words, r.most = "its policy statements", listSize
	return r
}

// defaultPolicy is what an endpoint has where nobody wrote a policy (AWS PrivateLink Guide, "Default endpoint policy").
const defaultPolicy = `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}`

// statementsOf gives an endpoint's statements. Interface and gateway endpoints have policies (API reference, CreateVpcEndpoint), others do not.
func statementsOf(e *types.VpcEndpoint) ([]PolicyStatement, error) {
	text := str(e.PolicyDocument)
	switch kind := strings.ToLower(string(e.VpcEndpointType)); {
	case strings.TrimSpace(text) != "":
		return parsePolicy(text)
	case kind == "":
		return nil, fmt.Errorf("neither a policy nor the endpoint's type is given")
	case kind == "gateway" || kind == "interface":
		return parsePolicy(defaultPolicy)
	}
	return nil, nil
}

// textList is an element that is a text or a list of texts.
type textList []string

func (t *textList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil && one != "" {
		*t = textList{one}
		return nil
	}
	var many []string
	if json.Unmarshal(data, &many) != nil || len(many) == 0 || slices.Contains(many, "") {
		return fmt.Errorf("an element is neither a text nor a list of texts")
	}
	*t = many
	return nil
}

// principals is "*", or names by their kind: AWS, Service, Federated, CanonicalUser.
type principals []string

func (p *principals) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		if one != "*" {
			return fmt.Errorf("a principal is neither * nor a list by kind")
		}
		*p = principals{one}
		return nil
	}
	var byKind map[string]textList
	if json.Unmarshal(data, &byKind) != nil || len(byKind) == 0 {
		return fmt.Errorf("a principal is neither * nor a list by kind")
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		*p = append(*p, byKind[kind]...)
	}
	return nil
}

// scalars are the values of a condition: texts, numbers or booleans, one or a list.
type scalars []string

func (s *scalars) UnmarshalJSON(data []byte) error {
	var many []any
	if json.Unmarshal(data, &many) != nil {
		many = make([]any, 1)
		if err := json.Unmarshal(data, &many[0]); err != nil {
			return err
		}
	}
	for _, v := range many {
		switch v.(type) {
		case string, float64, bool:
			*s = append(*s, fmt.Sprint(v))
		default:
			return fmt.Errorf("a condition's value is no text, number or boolean")
		}
	}
	return nil
}

// statement is a PolicyStatement as JSON has it.
type statement struct {
	Sid                     string
	Effect                  string
	Principal, NotPrincipal principals
	Action, NotAction       textList
	Resource, NotResource   textList
	Condition               map[string]map[string]scalars // by operator and key
}

// parsePolicy reads a policy. What it does not understand is an error, since half a policy says something else than the whole.
func parsePolicy(text string) ([]PolicyStatement, error) {
	if len(text) > maxPolicy {
		return nil, fmt.Errorf("it is larger than 64 KiB")
	}
	var policy struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return nil, fmt.Errorf("it is no JSON object")
	}
	var list []json.RawMessage
	if json.Unmarshal(policy.Statement, &list) != nil {
		list = []json.RawMessage{policy.Statement}
	}
	var out []PolicyStatement
	for i, raw := range list {
		var s statement
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, fmt.Errorf("statement %d has an element of another form than IAM's", i+1)
		}
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("statement %d %w", i+1, err)
		}
		out = append(out, s.read())
	}
	return out, nil
}

// check holds a statement against what each must have.
func (s *statement) check() error {
	switch {
	case s.Effect != "Allow" && s.Effect != "Deny":
		return fmt.Errorf("has an effect other than Allow and Deny")
	case (len(s.Principal) > 0) == (len(s.NotPrincipal) > 0):
		return fmt.Errorf("wants either Principal or NotPrincipal")
	case (len(s.Action) > 0) == (len(s.NotAction) > 0):
		return fmt.Errorf("wants either Action or NotAction")
	case (len(s.Resource) > 0) == (len(s.NotResource) > 0):
		return fmt.Errorf("wants either Resource or NotResource")
	}
	return nil
}

func (s *statement) read() PolicyStatement {
	out := PolicyStatement{Sid: s.Sid, Effect: s.Effect, Principals: s.Principal, NotPrincipals: s.NotPrincipal, Actions: s.Action, NotActions: s.NotAction, Resources: s.Resource, NotResources: s.NotResource}
	keys, named := s.limiting()
	out.Conditions = distinct(keys)
	for _, name := range append(named, s.Principal...) {
		if m := accountIn.FindStringSubmatch(name); m != nil {
			out.Accounts = append(out.Accounts, m[1])
		}
	}
	out.Accounts = distinct(out.Accounts)
	return out
}

// limiting gives the keys of the conditions that limit, and the principals that they name.
func (s *statement) limiting() (keys, named []string) {
	for operator, conditions := range s.Condition {
		for key, values := range conditions {
			switch {
			case s.limits(operator, key, values):
				keys = append(keys, key)
				if lower := strings.ToLower(key); lower == "aws:principalaccount" || lower == "aws:principalarn" {
					named = append(named, values...)
				}
			case s.Effect == "Deny":
				return nil, nil
			}
		}
	}
	return keys, named
}

// accountIn finds the account in a principal: its number, or an ARN.
var accountIn = regexp.MustCompile(`^(?:arn:[^:]*:[^:]*:[^:]*:)?(\d{12})(?::|$)`)

// limits tells whether a condition keeps something from getting through (IAM User Guide, "Condition operators").
func (s *statement) limits(operator, key string, values []string) bool {
	operator = strings.ToLower(operator)
	set, bare, ok := strings.Cut(operator, ":")
	if !ok {
		set, bare = "", operator
	}
	base, ifExists := strings.CutSuffix(bare, "ifexists")
	negated := strings.Contains(base, "not")
	forAll := func(v string) bool { return !tellsApart(base, key, v) }
	switch {
	case base == "null" || len(values) == 0:
		return false
	case base == "bool":
		asked := map[string]string{"Allow": "true", "Deny": "false"}[s.Effect]
		only := !slices.ContainsFunc(values, func(v string) bool { return !strings.EqualFold(v, asked) })
		return only && (s.Effect == "Deny" && set != "foranyvalue" || s.Effect == "Allow" && !ifExists && set != "forallvalues")
	case slices.ContainsFunc(values, forAll):
		return false
	case s.Effect == "Deny":
		return negated && set != "foranyvalue"
	}
	return !negated && !ifExists && set != "forallvalues"
}

// Parts of a value that say whose it is, by the condition's key in lower case. An organization is told by its ID, also at the beginning of a path; an
// account by its number, which is the fifth part of an ARN.
var (
	organizationKey = regexp.MustCompile(`^aws:(?:principal|resource|source)org(?:id|paths)$`)
	accountKey      = regexp.MustCompile(`^(?:aws:(?:principal|resource|source)|s3:resource)account$`)
)

// tellsApart tells whether a condition's value does not hold for everybody. What says whose something is must be written out: a wildcard or a variable there
// also fits strangers, and so does every ID of an organization begin with "o-".
func tellsApart(operator, key, value string) bool {
	key = strings.ToLower(key)
	part := value
	switch {
	case organizationKey.MatchString(key):
		part, _, _ = strings.Cut(strings.TrimPrefix(value, "o-"), "/")
	case accountKey.MatchString(key):
	case key == "aws:principalarn":
		fields := strings.SplitN(value, ":", 6)
		if len(fields) < 6 {
			return false
		}
		part = fields[4]
	default:
		return strings.Trim(value, "*?") != ""
	}
	wild := strings.HasSuffix(operator, "like") || strings.HasPrefix(operator, "arn")
	return part != "" && part != "*" && !strings.Contains(part, "${") && !(wild && strings.ContainsAny(part, "*?"))
}
