package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/patlint/patlint/patterns"
)

// Schema names the version of the JSON report.
const Schema = "patlint/report/v1"

// A Report is the outcome of checking one account and region, or of several merged. Its JSON form is a contract.
//
// The findings of a report that a [Ledger] made may stand in a file: walk them with [Report.All], which knows both.
type Report struct {
	Schema   string    `json:"schema"`
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Summary  Summary   `json:"summary"`
	Patterns []string  `json:"patterns"` // IDs of the patterns that were checked, sorted
	Scopes   []Scope   `json:"scopes"`
	Findings []Finding `json:"findings"`
	Gaps     []Missing `json:"gaps"`
	Skipped  []Skip    `json:"skipped,omitempty"`  // what was left out on purpose
	Mutes    []MuteUse `json:"mutes,omitempty"`    // the mutes of the configuration, in its order
	Baseline *Baseline `json:"baseline,omitempty"` // nil without one

	stored *store // findings beyond what fits into memory; nil where Findings has all
}

// All walks the findings in the order that a report promises. An error, which ends the walk, is one of reading what a [Ledger] put aside.
func (r *Report) All() iter.Seq2[*Finding, error] {
	if r.stored != nil {
		return r.stored.all()
	}
	return func(yield func(*Finding, error) bool) {
		for i := range r.Findings {
			if !yield(&r.Findings[i], nil) {
				return
			}
		}
	}
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

	// What the failed findings cost a month, as far as there is an estimate: of each resource the most that a finding says, and of the snapshots of a volume
	// the largest. All but the last are absent where there is none.
	MonthlyUSD          float64  `json:"monthly_usd,omitempty"`
	MonthlyUSDResources int      `json:"monthly_usd_resources,omitempty"`
	PricesDate          string   `json:"prices_date,omitempty"`         // of AWS's public prices that it is reckoned by: 2026-11-23
	OwnPrices           []string `json:"own_prices,omitempty"`          // the names of those that are the site's own, sorted
	MonthlyUSDAtMost    bool     `json:"monthly_usd_at_most,omitempty"` // an upper bound is in it
	MonthlyUSDMissing   int      `json:"monthly_usd_missing,omitempty"` // failed findings whose pattern gives an estimate, and that have none; the gaps say why
}

// A Scope is one account in one region.
type Scope struct {
	Account   string `json:"account"`
	Region    string `json:"region"`
	Calls     int    `json:"calls"` // HTTP requests to the APIs of EC2 and CloudWatch
	Resources int    `json:"resources"`

	Read time.Time `json:"read,omitzero"` // when the account was as the report says: a snapshot may be old; zero where nothing was read
}

// Decided tells of a pattern in an account and region whether the report checked it there without a gap, so that what it does not find there is
// not there.
func (r *Report) Decided() func(account, region, pattern string) bool {
	scopes, doubt := map[[2]string]bool{}, map[[3]string]bool{}
	for _, s := range r.Scopes {
		scopes[[2]string{s.Account, s.Region}] = true
	}
	for _, g := range r.Gaps {
		for _, p := range g.Patterns {
			doubt[[3]string{g.Account, g.Region, p}] = true
		}
	}
	return func(account, region, pattern string) bool {
		_, checked := slices.BinarySearch(r.Patterns, pattern)
		return checked && scopes[[2]string{account, region}] && !doubt[[3]string{account, region, pattern}] && !doubt[[3]string{account, "", pattern}]
	}
}

// decidedAbout is Decided for what a finding is about. One about a whole account has no region, and was decided if that was so in all of its regions.
func (r *Report) decidedAbout() func(about *Resource, pattern string) bool {
	decided := r.Decided()
	return func(about *Resource, pattern string) bool {
		if about.Kind != "account" {
			return decided(about.Account, about.Region, pattern)
		}
		of := slices.DeleteFunc(slices.Clone(r.Scopes), func(s Scope) bool { return s.Account != about.Account })
		return len(of) > 0 && !slices.ContainsFunc(of, func(s Scope) bool { return !decided(s.Account, s.Region, pattern) })
	}
}

// A Skip is an account, or a region of one, that was left out on purpose: a suspended account, for example.
type Skip struct {
	Account string `json:"account"`
	Region  string `json:"region"` // "" for the whole account
	Reason  string `json:"reason"`
}

// A Mute says why a finding does not count.
type Mute struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`   // who answers for it; "" where nobody is named
	Expires string `json:"expires"` // the last day on which it holds, 2027-01-31; "" for no end
	Source  string `json:"source"`  // where it stands: .patlint.yaml:12, tag patlint:mute, or baseline report.json
}

// A MuteUse is a mute of the configuration and what became of it.
type MuteUse struct {
	Mute
	State    string `json:"state"`    // used, unused, untried where nothing that it covers was checked, or expired
	Findings int    `json:"findings"` // that it mutes; of an expired one, that it would mute
}

// A Baseline is an earlier report whose findings do not count any more. Those that are still there are muted.
type Baseline struct {
	File  string  `json:"file"`
	Known int     `json:"known"` // findings that are still there
	Fixed []Fixed `json:"fixed"` // findings that are gone, in the order of findings
	Open  int     `json:"open"`  // findings of which this report cannot tell, because they were not checked or could not be
}

// A Fixed is a finding of an earlier report that was checked again and is gone.
type Fixed struct {
	Pattern     string   `json:"pattern"`
	Severity    string   `json:"severity"`
	Resource    Resource `json:"resource"`
	Fingerprint string   `json:"fingerprint"`
	MonthlyUSD  float64  `json:"monthly_usd,omitempty"` // what it cost, as the earlier report said

	MonthlyUSDAtMost bool `json:"monthly_usd_at_most,omitempty"` // as there
}

// A Finding is one resource that a rule flags or, in a verbose report, cannot decide about. All its strings that come from
// an account are raw, but valid UTF-8: an output format escapes them for where they land.
type Finding struct {
	Pattern     string   `json:"pattern"`
	Title       string   `json:"title"`
	Severity    string   `json:"severity"`
	Pillar      string   `json:"pillar"`
	Verdict     string   `json:"verdict"` // fail, muted or unknown
	Resource    Resource `json:"resource"`
	Message     string   `json:"message"`
	Evidence    Evidence `json:"evidence"`
	Fix         string   `json:"fix"`         // shell commands; "" where the pattern has none
	URL         string   `json:"url"`         // the pattern's page; "" for a private pattern
	Fingerprint string   `json:"fingerprint"` // the same for pattern and resource in every run
	Mute        *Mute    `json:"mute"`        // why it is muted; nil for other verdicts

	MonthlyUSD       float64 `json:"monthly_usd,omitempty"`         // what it costs a month, an estimate by public prices; 0 where there is none
	MonthlyUSDAtMost bool    `json:"monthly_usd_at_most,omitempty"` // it is no more than that, and may be much less
}

// A Resource is what a finding is about.
type Resource struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	ARN     string `json:"arn"`  // "" where the account is not known
	Name    string `json:"name"` // the tag Name, else the name that the kind has of itself, such as GroupName
	Account string `json:"account"`
	Region  string `json:"region"` // "" where it is not known, and of what is about the whole account
}

// Missing is something that could not be read or decided, and the patterns that are unknown, or in doubt, for it. These are none
// where only a message or an estimate misses it: every verdict was reached without it.
type Missing struct {
	Account  string   `json:"account"`
	Region   string   `json:"region"` // where the patterns are in doubt; "" for the whole account
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

// UnmarshalJSON reads what MarshalJSON wrote; whole numbers become int64, others float64.
func (e *Evidence) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
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
		*e = append(*e, Fact{name, numbers(v)})
	}
	_, err := d.Token()
	return err
}

// numbers makes numbers of what JSON writes as numbers.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return v
}

// Merge puts the reports of several scopes into one, in the order that a report promises: findings by severity, pattern, account,
// region and resource; gaps by account, region, action and error; scopes by account and region. Reports of very many scopes go into a
// [Ledger] instead.
func Merge(reports ...*Report) *Report {
	out := newReport()
	for _, r := range reports {
		out.add(r)
		out.Findings = append(out.Findings, r.Findings...)
	}
	out.sort()
	return out
}

func newReport() *Report {
	return &Report{Schema: Schema, Summary: newSummary(), Patterns: []string{}, Scopes: []Scope{}, Findings: []Finding{}, Gaps: []Missing{}}
}

// add adds everything but the findings.
func (r *Report) add(o *Report) {
	if r.Started.IsZero() || !o.Started.IsZero() && o.Started.Before(r.Started) {
		r.Started = o.Started
	}
	if o.Finished.After(r.Finished) {
		r.Finished = o.Finished
	}
	r.Version = cmp.Or(o.Version, r.Version)
	s := &r.Summary
	s.Resources += o.Summary.Resources
	s.Evaluations += o.Summary.Evaluations
	s.Pass += o.Summary.Pass
	s.Fail += o.Summary.Fail
	s.Unknown += o.Summary.Unknown
	s.Muted += o.Summary.Muted
	s.MonthlyUSD = cents(s.MonthlyUSD + o.Summary.MonthlyUSD)
	s.MonthlyUSDResources += o.Summary.MonthlyUSDResources
	s.MonthlyUSDAtMost = s.MonthlyUSDAtMost || o.Summary.MonthlyUSDAtMost
	s.MonthlyUSDMissing += o.Summary.MonthlyUSDMissing
	if day := o.Summary.PricesDate; s.PricesDate == "" || day != "" && day < s.PricesDate {
		s.PricesDate = day
	}
	s.OwnPrices = distinct(slices.Concat(s.OwnPrices, o.Summary.OwnPrices))
	for k, n := range o.Summary.BySeverity {
		s.BySeverity[k] += n
	}
	if !slices.Equal(r.Patterns, o.Patterns) {
		r.Patterns = append(r.Patterns, o.Patterns...)
		slices.Sort(r.Patterns)
		r.Patterns = slices.Compact(r.Patterns)
	}
	r.Scopes = append(r.Scopes, o.Scopes...)
	r.Gaps = append(r.Gaps, o.Gaps...)
	r.Skipped = append(r.Skipped, o.Skipped...)
}

// sort brings everything into the order that a report promises.
func (r *Report) sort() {
	slices.SortStableFunc(r.Scopes, func(a, b Scope) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return compareFindings(&a, &b) })
	slices.SortStableFunc(r.Gaps, func(a, b Missing) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.Action, b.Action), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Error, b.Error))
	})
	slices.SortStableFunc(r.Skipped, func(a, b Skip) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
}

func compareFindings(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(slices.Index(patterns.Severities, a.Severity), slices.Index(patterns.Severities, b.Severity)),
		cmp.Compare(a.Pattern, b.Pattern),
		cmp.Compare(a.Resource.Account, b.Resource.Account),
		cmp.Compare(a.Resource.Region, b.Resource.Region),
		cmp.Compare(a.Resource.ID, b.Resource.ID))
}

func newSummary() Summary {
	s := Summary{BySeverity: map[string]int{}}
	for _, name := range patterns.Severities {
		s.BySeverity[name] = 0
	}
	return s
}
