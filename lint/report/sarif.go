package report

import (
	"cmp"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// SARIF writes one run of SARIF 2.1.0. A resource is no file, but viewers and GitHub's code scanning want one: each has the relative URI
// aws/ACCOUNT/REGION/KIND/ID, which stays the same from run to run, beside its logical location.
//
// Muted findings have a suppression, and where there is a baseline each result is unchanged or new. Unknown verdicts are open. What could not be
// read is a notification of the invocation, which then was not successful: SARIF says that a reader takes the results of any other for complete.
//
// GitHub's code scanning reads neither suppressions nor baselines, and shows muted findings and unknown verdicts as alerts like all others. It closes
// an alert when its result is missing. So what was fixed since a baseline has no result, not even one that is absent.
func SARIF(w io.Writer, r *lint.Report, o Options) error {
	// The structs are our own because github.com/owenrumney/go-sarif wants all results in memory and writes nine empty lists for each.
	known, err := abouts(r, o.Catalog, nil)
	if err != nil {
		return err
	}
	return fill(w, sarifFrame(r, known), "results", "      ", func(yield func(any, error) bool) {
		index := map[string]int{}
		for i, a := range known {
			index[a.id] = i
		}
		for f, err := range r.All() {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(sarifFinding(r, f, index[f.Pattern]), nil) {
				return
			}
		}
	})
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
}

type sarifDriver struct {
	Name           string            `json:"name"`
	Version        string            `json:"version,omitempty"`
	InformationURI string            `json:"informationUri"`
	Rules          []sarifRule       `json:"rules"`
	Notifications  []sarifDescriptor `json:"notifications"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifRule struct {
	ID               string         `json:"id"`
	Name             string         `json:"name"`
	ShortDescription sarifText      `json:"shortDescription"`
	FullDescription  sarifText      `json:"fullDescription"`
	Help             sarifText      `json:"help"`
	HelpURI          string         `json:"helpUri,omitempty"`
	Default          map[string]any `json:"defaultConfiguration"`
	Properties       map[string]any `json:"properties"`
}

type sarifDescriptor struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Start         string              `json:"startTimeUtc,omitempty"`
	End           string              `json:"endTimeUtc,omitempty"`
	Configuration []sarifNotification `json:"toolConfigurationNotifications,omitempty"`
	Execution     []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	Properties    map[string]any      `json:"properties,omitempty"` // oldestRead and newestRead; none where nothing was read. monthlyUsd where there is an estimate
}

type sarifNotification struct {
	Descriptor map[string]string `json:"descriptor"`
	Level      string            `json:"level"`
	Message    sarifText         `json:"message"`
	Properties map[string]any    `json:"properties,omitempty"`
}

type sarifResult struct {
	RuleID        string             `json:"ruleId"`
	RuleIndex     int                `json:"ruleIndex"`
	Kind          string             `json:"kind"`
	Level         string             `json:"level"`
	Message       sarifText          `json:"message"`
	Locations     []sarifLocation    `json:"locations"`
	Fingerprints  map[string]string  `json:"partialFingerprints"`
	BaselineState string             `json:"baselineState,omitempty"`
	Suppressions  []sarifSuppression `json:"suppressions,omitempty"`
	Properties    sarifProperties    `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region sarifRegion `json:"region"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type sarifLogical struct {
	Name      string `json:"name"`
	Qualified string `json:"fullyQualifiedName"`
	Kind      string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string            `json:"kind"`
	Status        string            `json:"status"`
	Justification string            `json:"justification"`
	Properties    map[string]string `json:"properties"`
}

type sarifProperties struct {
	Account  string        `json:"account"`
	Region   string        `json:"region"`
	Severity string        `json:"severity"`
	Evidence lint.Evidence `json:"evidence,omitempty"`
	Fix      string        `json:"fix,omitempty"`

	MonthlyUSD       float64 `json:"monthlyUsd,omitempty"`
	MonthlyUSDAtMost bool    `json:"monthlyUsdAtMost,omitempty"`
}

// sarifFrame is everything but the results.
func sarifFrame(r *lint.Report, known []about) sarifLog {
	run := sarifRun{Results: []sarifResult{}, Invocations: []sarifInvocation{sarifInvoked(r)}}
	run.Tool.Driver = sarifDriver{Name: "patlint", Version: r.Version, InformationURI: patterns.SiteURL, Rules: []sarifRule{}, Notifications: []sarifDescriptor{
		{"baseline", sarifText{Text: "How the report compares with an earlier one."}},
		{"expired-mute", sarifText{Text: "A mute has reached its last day."}},
		{"left-out", sarifText{Text: "An account or a region was left out on purpose."}},
		{"not-read", sarifText{Text: "Something could not be read or decided."}},
		{"unused-mute", sarifText{Text: "A mute matches no finding."}},
	}}
	for _, a := range known {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(a))
	}
	return sarifLog{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run}}
}

func sarifRuleOf(a about) sarifRule {
	short, full := Clean(a.title), Clean(cmp.Or(a.summary, a.title))
	text, markdown := []string{full}, []string{full}
	if a.minute != "" {
		text, markdown = append(text, a.minute), append(markdown, "## In one minute", a.minute)
	}
	if a.url != "" {
		text, markdown = append(text, "Why and how: "+a.url), append(markdown, "[Why and how]("+a.url+")")
	}
	tags := slices.DeleteFunc([]string{a.chapter, a.pillar}, func(s string) bool { return s == "" })
	slices.Sort(tags)
	properties := map[string]any{
		"precision":        "high", // a rule reads what AWS says, and guesses nothing
		"problem.severity": map[string]string{"error": "error", "warning": "warning", "note": "recommendation"}[sarifLevel(a.severity)],
		"tags":             append([]string{}, slices.Compact(tags)...),
	}
	// GitHub takes a rule with a score for one of security. It calls more than 9 critical, 7 high, 4 medium, and less low.
	scores := map[string]string{"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "info": "0.1"}
	if score, ok := scores[a.severity]; ok && a.pillar == "security" {
		properties["security-severity"] = score
	}
	return sarifRule{
		ID: a.id, Name: short, HelpURI: a.url,
		ShortDescription: sarifText{Text: short}, FullDescription: sarifText{Text: full},
		Help:       sarifText{strings.Join(text, "\n\n"), strings.Join(markdown, "\n\n")},
		Default:    map[string]any{"level": sarifLevel(a.severity)},
		Properties: properties,
	}
}

func sarifLevel(severity string) string {
	switch severity {
	case "critical", "high":
		return "error"
	case "low", "info":
		return "note"
	}
	return "warning"
}

// sarifInvoked tells how the run went.
func sarifInvoked(r *lint.Report) sarifInvocation {
	v := sarifInvocation{Successful: true, Start: sarifTime(r.Started), End: sarifTime(r.Finished)}
	if oldest, newest := readSpan(r); !oldest.IsZero() {
		v.Properties = map[string]any{"oldestRead": sarifTime(oldest), "newestRead": sarifTime(newest)}
	}
	if s := r.Summary; s.MonthlyUSD > 0 {
		if v.Properties == nil {
			v.Properties = map[string]any{}
		}
		v.Properties["monthlyUsd"], v.Properties["pricesDate"] = s.MonthlyUSD, s.PricesDate
	}
	for _, g := range r.Gaps {
		level := "warning"
		if len(g.Patterns) > 0 {
			level, v.Successful = "error", false
		}
		v.Execution = append(v.Execution, sarifNotice("not-read", level, unread(g)+": "+g.Error,
			map[string]any{"account": g.Account, "region": g.Region, "kind": g.Kind, "action": g.Action, "patterns": g.Patterns}))
	}
	for _, s := range r.Skipped {
		v.Configuration = append(v.Configuration, sarifNotice("left-out", "note", place(s.Account, s.Region)+": "+s.Reason, nil))
	}
	for _, u := range muteConcerns(r.Mutes) {
		switch u.State {
		case "expired":
			v.Configuration = append(v.Configuration, sarifNotice("expired-mute", "warning", muteWords(&u.Mute), nil))
		case "unused":
			v.Configuration = append(v.Configuration, sarifNotice("unused-mute", "note", muteWords(&u.Mute), nil))
		}
	}
	if b := r.Baseline; b != nil {
		v.Configuration = append(v.Configuration, sarifNotice("baseline", "note", b.File+": "+baselineWords(b), nil))
	}
	return v
}

func sarifNotice(id, level, words string, properties map[string]any) sarifNotification {
	return sarifNotification{map[string]string{"id": id}, level, sarifMessage(words), properties}
}

func sarifTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// sarifMessage is a plain text. Braces are doubled, as SARIF wants it, and what would be a link is none.
func sarifMessage(s string) sarifText {
	return sarifText{Text: sarifEscapes.Replace(Clean(s))}
}

var sarifEscapes = strings.NewReplacer("{", "{{", "}", "}}", "](", "] (")

func sarifFinding(r *lint.Report, f *lint.Finding, index int) sarifResult {
	out := sarifResult{
		RuleID: f.Pattern, RuleIndex: index, Kind: "fail", Level: sarifLevel(f.Severity),
		Message: sarifMessage(priced(f.Message, f.MonthlyUSD, f.MonthlyUSDAtMost)), Locations: sarifPlace(f.Resource), Fingerprints: sarifPrints(f.Fingerprint),
		Properties: sarifProperties{f.Resource.Account, f.Resource.Region, f.Severity, f.Evidence, f.Fix, f.MonthlyUSD, f.MonthlyUSDAtMost},
	}
	if f.Verdict == "unknown" {
		out.Kind, out.Level = "open", "none" // whatever is not of kind fail has no level
	}
	if r.Baseline != nil {
		out.BaselineState = "new"
	}
	if m := f.Mute; m != nil {
		out.Suppressions = []sarifSuppression{{"external", "accepted", Clean(m.Reason),
			map[string]string{"owner": m.Owner, "expires": m.Expires, "source": m.Source}}}
		if r.Baseline != nil && strings.HasPrefix(m.Source, "baseline ") {
			out.BaselineState = "unchanged"
		}
	}
	return out
}

// sarifPrints names a fingerprint as ours, and as the only one that GitHub's code scanning reads.
func sarifPrints(print string) map[string]string {
	return map[string]string{"patlint/v1": print, "primaryLocationLineHash": print}
}

func sarifPlace(res lint.Resource) []sarifLocation {
	var at sarifLocation
	nowhere := "unknown-region"
	if res.Kind == "account" {
		nowhere = "all-regions"
	}
	parts := []string{"aws", cmp.Or(res.Account, "unknown-account"), cmp.Or(res.Region, nowhere), res.Kind, res.ID}
	for i, p := range parts {
		if strings.Trim(p, ".") == "" { // dots alone would lead out of the folder
			p += "_"
		}
		parts[i] = url.PathEscape(p)
	}
	at.Physical.Artifact.URI = strings.Join(parts, "/")
	at.Physical.Region = sarifRegion{1, 1, 1, 1}
	at.Logical = []sarifLogical{{Clean(cmp.Or(res.Name, res.ID)), Clean(cmp.Or(res.ARN, res.ID)), "resource"}}
	return []sarifLocation{at}
}
