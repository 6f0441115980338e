package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/patlint/patlint/patterns"
)

// Schema names the version of the JSON report.
const Schema = "patlint/report/v1"

// A Report is the outcome of checking one account and region, or of several merged. Its JSON form is a contract.
type Report struct {
	Schema   string    `json:"schema"`
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Summary  Summary   `json:"summary"`
	Scopes   []Scope   `json:"scopes"`
	Findings []Finding `json:"findings"`
	Gaps     []Missing `json:"gaps"`
}

// A Summary counts. An evaluation is one rule on one resource in its scope; a rule whose resources could not be read at all counts
// as one unknown evaluation.
type Summary struct {
	Resources   int            `json:"resources"`
	Evaluations int            `json:"evaluations"`
	Pass        int            `json:"pass"`
	Fail        int            `json:"fail"`
	Unknown     int            `json:"unknown"`
	Muted       int            `json:"muted"`
	BySeverity  map[string]int `json:"by_severity"` // failed evaluations; every severity is present
}

// A Scope is one account in one region.
type Scope struct {
	Account   string `json:"account"`
	Region    string `json:"region"`
	Calls     int    `json:"calls"` // HTTP requests to the APIs of EC2 and CloudWatch
	Resources int    `json:"resources"`
}

// A Finding is one resource that a rule flags or, in a verbose report, cannot decide about. All its strings that come from
// an account are raw: an output format escapes them for where they land.
type Finding struct {
	Pattern     string    `json:"pattern"`
	Title       string    `json:"title"`
	Severity    string    `json:"severity"`
	Pillar      string    `json:"pillar"`
	Verdict     string    `json:"verdict"` // fail or unknown
	Resource    Resource  `json:"resource"`
	Message     string    `json:"message"`
	Evidence    Evidence  `json:"evidence"`
	Fix         string    `json:"fix"`         // shell commands; "" where the pattern has none
	URL         string    `json:"url"`         // the pattern's page; "" for a private pattern
	Fingerprint string    `json:"fingerprint"` // the same for pattern and resource in every run
	Mute        *struct{} `json:"mute"`
}

// A Resource is what a finding is about.
type Resource struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	ARN     string `json:"arn"`  // "" where the account is not known
	Name    string `json:"name"` // the tag Name, else the name that the kind has of itself, such as GroupName
	Account string `json:"account"`
	Region  string `json:"region"`
}

// Missing is something that could not be read or decided, and the patterns that are unknown, or in doubt, for it. These are none
// where only the words of a message miss it: every verdict was reached without it.
type Missing struct {
	Account  string   `json:"account"`
	Region   string   `json:"region"`
	Kind     string   `json:"kind"`   // what could not be read or decided about; "" where it is no kind of resource
	Action   string   `json:"action"` // ec2:DescribeSnapshots, cloudwatch:GetMetricData; "" where no call was at fault
	Error    string   `json:"error"`
	Patterns []string `json:"patterns"`
}

// Evidence is the values that decided a verdict, the most telling first. In JSON it is an object.
type Evidence []Fact

// A Fact is the value of a part of a rule.
type Fact struct {
	Expr  string
	Value any // bool, int64, float64, string or a []any of these
}

// MarshalJSON writes an object with its keys in order.
func (e Evidence) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range e {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(f.Expr)
		if err != nil {
			return nil, err
		}
		val, err := json.Marshal(f.Value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(val)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON wrote; numbers become float64.
func (e *Evidence) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return err
	}
	*e = Evidence{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return err
		}
		name, _ := key.(string)
		*e = append(*e, Fact{name, v})
	}
	_, err := d.Token()
	return err
}

// Merge puts the reports of several scopes into one, in the order that a report promises: findings by severity, pattern, account,
// region and resource; gaps by account, region, action and error; scopes by account and region.
func Merge(reports ...*Report) *Report {
	out := &Report{Schema: Schema, Summary: newSummary(), Scopes: []Scope{}, Findings: []Finding{}, Gaps: []Missing{}}
	for i, r := range reports {
		if i == 0 || r.Started.Before(out.Started) {
			out.Started = r.Started
		}
		if r.Finished.After(out.Finished) {
			out.Finished = r.Finished
		}
		out.Version = r.Version
		s := &out.Summary
		s.Resources += r.Summary.Resources
		s.Evaluations += r.Summary.Evaluations
		s.Pass += r.Summary.Pass
		s.Fail += r.Summary.Fail
		s.Unknown += r.Summary.Unknown
		s.Muted += r.Summary.Muted
		for k, n := range r.Summary.BySeverity {
			s.BySeverity[k] += n
		}
		out.Scopes = append(out.Scopes, r.Scopes...)
		out.Findings = append(out.Findings, r.Findings...)
		out.Gaps = append(out.Gaps, r.Gaps...)
	}
	slices.SortStableFunc(out.Scopes, func(a, b Scope) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	slices.SortStableFunc(out.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(patterns.Severities, a.Severity), slices.Index(patterns.Severities, b.Severity)),
			cmp.Compare(a.Pattern, b.Pattern),
			cmp.Compare(a.Resource.Account, b.Resource.Account),
			cmp.Compare(a.Resource.Region, b.Resource.Region),
			cmp.Compare(a.Resource.ID, b.Resource.ID))
	})
	slices.SortStableFunc(out.Gaps, func(a, b Missing) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.Action, b.Action), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Error, b.Error))
	})
	return out
}

func newSummary() Summary {
	s := Summary{BySeverity: map[string]int{}}
	for _, name := range patterns.Severities {
		s.BySeverity[name] = 0
	}
	return s
}
