package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// OCSF writes Compliance Findings (class 2003) of the Open Cybersecurity Schema Framework 1.8.0 with its profile cloud, as one JSON array with
// each event on a line of its own: readers of files take the array, as other scanners write it, and readers of lines take the lines without
// their comma.
//
// A failed resource is a new finding that fails, a muted one is suppressed with the mute's reason as comment, and a verdict that is unknown is
// a warning, which OCSF has for what did not yield a result. What could not be read is a warning with the patterns that miss it as checks. What
// was fixed since a baseline closes as resolved, and what was left out on purpose is suppressed with a status of its own. The counts of a report
// are no events. The time of an event is when its account and region were read, which for a snapshot is when it was saved, or else the end
// of the run.
func OCSF(w io.Writer, r *lint.Report, o Options) error {
	// The structs are our own because github.com/valllabh/ocsf-schema-golang ends at an OCSF of 2024 and brings all classes as protobuf.
	x := &ocsf{out: bufio.NewWriter(w), report: r, catalog: o.Catalog, end: "[", uids: map[string]int{}, reads: readTimes(r)}
	for f, err := range r.All() {
		if err != nil {
			return err
		}
		if err := x.finding(f); err != nil {
			return err
		}
	}
	for _, g := range r.Gaps {
		if err := x.gap(g); err != nil {
			return err
		}
	}
	for _, s := range r.Skipped {
		if err := x.skip(s); err != nil {
			return err
		}
	}
	if r.Baseline != nil {
		for _, f := range r.Baseline.Fixed {
			if err := x.fixed(f); err != nil {
				return err
			}
		}
	}
	if x.end == "[" {
		x.out.WriteString("[")
	}
	x.out.WriteString("\n]\n")
	return x.out.Flush()
}

type ocsfEvent struct {
	Time         int64            `json:"time"` // in milliseconds; 0 where nothing says when
	ClassUID     int              `json:"class_uid"`
	ClassName    string           `json:"class_name"`
	CategoryUID  int              `json:"category_uid"`
	CategoryName string           `json:"category_name"`
	ActivityID   int              `json:"activity_id"`
	ActivityName string           `json:"activity_name"`
	TypeUID      int              `json:"type_uid"`
	TypeName     string           `json:"type_name"`
	SeverityID   int              `json:"severity_id"`
	Severity     string           `json:"severity"`
	StatusID     int              `json:"status_id"`
	Status       string           `json:"status"`
	Message      string           `json:"message"`
	Comment      string           `json:"comment,omitempty"`
	Info         ocsfInfo         `json:"finding_info"`
	Compliance   ocsfCompliance   `json:"compliance"`
	Resources    []ocsfResource   `json:"resources,omitempty"`
	Cloud        ocsfCloud        `json:"cloud"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	Metadata     ocsfMetadata     `json:"metadata"`
	Unmapped     map[string]any   `json:"unmapped,omitempty"`
}

type ocsfInfo struct {
	UID      string        `json:"uid"`
	Title    string        `json:"title"`
	Desc     string        `json:"desc,omitempty"`
	Types    []string      `json:"types,omitempty"`
	SrcURL   string        `json:"src_url,omitempty"`
	LastSeen int64         `json:"last_seen_time,omitempty"`
	Analytic *ocsfAnalytic `json:"analytic,omitempty"`
}

type ocsfAnalytic struct {
	UID    string `json:"uid"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type ocsfCompliance struct {
	StatusID int         `json:"status_id"`
	Status   string      `json:"status"`
	Details  []string    `json:"status_details,omitempty"`
	Control  string      `json:"control,omitempty"`
	Desc     string      `json:"desc,omitempty"`
	Category string      `json:"category,omitempty"`
	Checks   []ocsfCheck `json:"checks,omitempty"`
}

type ocsfCheck struct {
	UID      string `json:"uid"`
	Name     string `json:"name"`
	StatusID int    `json:"status_id"`
	Status   string `json:"status"`
}

type ocsfResource struct {
	UID       string `json:"uid"`
	Name      string `json:"name,omitempty"`
	Type      string `json:"type"`
	Region    string `json:"region,omitempty"`
	Partition string `json:"cloud_partition,omitempty"`
}

type ocsfCloud struct {
	Provider string       `json:"provider"`
	Account  *ocsfAccount `json:"account,omitempty"`
	Region   string       `json:"region,omitempty"`
}

type ocsfAccount struct {
	UID    string `json:"uid"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type ocsfRemediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}

type ocsfMetadata struct {
	Version   string      `json:"version"`
	EventCode string      `json:"event_code"`
	Profiles  []string    `json:"profiles"`
	Product   ocsfProduct `json:"product"`
}

type ocsfProduct struct {
	UID     string `json:"uid"`
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version,omitempty"`
	URL     string `json:"url_string"`
}

// An ocsf writes events.
type ocsf struct {
	out     *bufio.Writer
	report  *lint.Report
	catalog *patterns.Catalog
	end     string         // what stands before the next event
	uids    map[string]int // how often a gap's UID was given
	reads   map[spot]time.Time
}

// Statuses of a finding and of its check, as the schema numbers and names them.
const (
	ocsfNew, ocsfSuppressed, ocsfResolved      = 1, 3, 4
	ocsfPass, ocsfWarning, ocsfFail, ocsfOther = 1, 2, 3, 99
	ocsfCreate, ocsfUpdate, ocsfClose          = 1, 2, 3
)

// event is what every event has. status is that of the finding, result that of the check.
func (x *ocsf) event(activity, status, result int, severity, code, account, region string) ocsfEvent {
	e := ocsfEvent{
		ClassUID: 2003, ClassName: "Compliance Finding", CategoryUID: 2, CategoryName: "Findings",
		ActivityID: activity, ActivityName: [...]string{ocsfCreate: "Create", ocsfUpdate: "Update", ocsfClose: "Close"}[activity],
		StatusID: status, Status: [...]string{ocsfNew: "New", ocsfSuppressed: "Suppressed", ocsfResolved: "Resolved"}[status],
		Cloud: ocsfCloud{Provider: "AWS", Region: region},
		Metadata: ocsfMetadata{"1.8.0", code, []string{"cloud"},
			ocsfProduct{"patlint", "patlint", "patlint", x.report.Version, patterns.SiteURL}},
	}
	e.TypeUID, e.TypeName = 200300+activity, "Compliance Finding: "+e.ActivityName
	if read, ok := x.reads[spot{account, region}]; ok {
		e.Time = read.UnixMilli()
	} else if !x.report.Finished.IsZero() {
		e.Time = x.report.Finished.UnixMilli()
	}
	e.SeverityID, e.Severity = ocsfSeverity(severity)
	e.Compliance.StatusID = result
	e.Compliance.Status = map[int]string{ocsfPass: "Pass", ocsfWarning: "Warning", ocsfFail: "Fail", ocsfOther: "Left out"}[result]
	if account != "" {
		e.Cloud.Account = &ocsfAccount{account, "AWS Account", 10}
	}
	return e
}

func ocsfSeverity(name string) (int, string) {
	switch name {
	case "critical":
		return 5, "Critical"
	case "high":
		return 4, "High"
	case "medium":
		return 3, "Medium"
	case "low":
		return 2, "Low"
	case "info":
		return 1, "Informational"
	}
	return 0, "Unknown"
}

func (x *ocsf) write(e ocsfEvent) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return err
	}
	x.out.WriteString(x.end + "\n")
	x.out.Write(escapeRunes(bytes.TrimRight(b.Bytes(), "\n")))
	x.end = ","
	return nil
}

// about fills in what a pattern has to say.
func (x *ocsf) about(e *ocsfEvent, a about) {
	a = a.with(x.catalog)
	e.Info.Title, e.Info.Desc, e.Info.SrcURL = a.title, a.summary, a.url
	e.Info.Analytic = &ocsfAnalytic{a.id, a.title, "Rule", 1}
	if a.pillar != "" {
		e.Info.Types = []string{a.pillar}
	}
	e.Compliance.Control, e.Compliance.Desc, e.Compliance.Category = a.id, a.summary, a.pillar
}

func (x *ocsf) finding(f *lint.Finding) error {
	activity, status, result := ocsfCreate, ocsfNew, ocsfFail
	if f.Verdict == "unknown" {
		result = ocsfWarning
	}
	if f.Mute != nil {
		status = ocsfSuppressed
		if x.report.Baseline != nil && strings.HasPrefix(f.Mute.Source, "baseline ") {
			activity = ocsfUpdate
		}
	}
	e := x.event(activity, status, result, f.Severity, f.Pattern, f.Resource.Account, f.Resource.Region)
	x.about(&e, about{id: f.Pattern, title: f.Title, severity: f.Severity, pillar: f.Pillar, url: f.URL})
	e.Message, e.Info.UID, e.Info.LastSeen = f.Message, f.Fingerprint, e.Time
	e.Resources = ocsfResources(f.Resource)
	e.Remediation = &ocsfRemediation{Desc: strings.TrimSpace(e.Info.Title + "\n\n" + f.Fix)}
	if f.URL != "" {
		e.Remediation.References = []string{f.URL}
	}
	e.Unmapped = map[string]any{}
	if len(f.Evidence) > 0 {
		e.Unmapped["evidence"] = f.Evidence
	}
	if f.MonthlyUSD > 0 {
		e.Unmapped["monthly_usd"] = f.MonthlyUSD
	}
	if f.MonthlyUSDAtMost {
		e.Unmapped["monthly_usd_at_most"] = true
	}
	if m := f.Mute; m != nil {
		e.Comment = m.Reason
		e.Unmapped["mute"] = m
	}
	return x.write(e)
}

func (x *ocsf) gap(g lint.Missing) error {
	e := x.event(ocsfCreate, ocsfNew, ocsfWarning, "", "not-read", g.Account, g.Region)
	e.Message = unread(g) + ": " + g.Error
	e.Info = ocsfInfo{UID: x.uid("not-read", g.Account, g.Region, unread(g)), Title: "Not read: " + unread(g), LastSeen: e.Time}
	e.Compliance.Details = []string{g.Error}
	for _, id := range g.Patterns {
		e.Compliance.Checks = append(e.Compliance.Checks, ocsfCheck{id, about{id: id, title: id}.with(x.catalog).title, ocsfWarning, "Warning"})
	}
	e.Unmapped = map[string]any{"action": g.Action, "kind": g.Kind}
	return x.write(e)
}

func (x *ocsf) skip(s lint.Skip) error {
	e := x.event(ocsfCreate, ocsfSuppressed, ocsfOther, "info", "left-out", s.Account, s.Region)
	e.Message, e.Comment = strings.TrimSpace(s.Account+" "+s.Region)+" was left out: "+s.Reason, s.Reason
	e.Info = ocsfInfo{UID: x.uid("left-out", s.Account, s.Region), Title: "Left out on purpose", LastSeen: e.Time}
	return x.write(e)
}

func (x *ocsf) fixed(f lint.Fixed) error {
	e := x.event(ocsfClose, ocsfResolved, ocsfPass, f.Severity, f.Pattern, f.Resource.Account, f.Resource.Region)
	x.about(&e, about{id: f.Pattern, title: f.Pattern})
	e.Message, e.Info.UID = "fixed since "+x.report.Baseline.File, f.Fingerprint
	e.Resources = ocsfResources(f.Resource)
	return x.write(e)
}

// uid names what has no fingerprint, the same in every run. Two of one name are told apart by number.
func (x *ocsf) uid(parts ...string) string {
	uid := slashed(parts...)
	x.uids[uid]++
	if n := x.uids[uid]; n > 1 {
		return fmt.Sprintf("%s#%d", uid, n)
	}
	return uid
}

func ocsfResources(res lint.Resource) []ocsfResource {
	out := ocsfResource{UID: cmp.Or(res.ARN, res.ID), Name: res.Name, Type: res.Kind, Region: res.Region}
	if arn := strings.Split(res.ARN, ":"); len(arn) > 1 {
		out.Partition = arn[1]
	}
	return []ocsfResource{out}
}
