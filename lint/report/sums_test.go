package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/lint"
)

// aged is the sample as a snapshot of six days ago, with a second region that was read when it says, and a third that was not.
func aged(second time.Time) *lint.Report {
	r := sample()
	r.Scopes[0].Read = r.Started.AddDate(0, 0, -6)
	r.Scopes = append(r.Scopes, lint.Scope{Account: "111122223333", Region: "us-west-2", Read: second}, lint.Scope{Account: "111122223333", Region: "us-west-1"})
	return r
}

func TestReadAsOf(t *testing.T) {
	made := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name              string
		started, finished time.Time
		reads             []time.Time
		want              string
	}{
		{"nothing", made, made, nil, ""},
		{"not known", made, made, []time.Time{{}}, ""},
		{"now", made, made.Add(5 * time.Hour), []time.Time{made, made.Add(4 * time.Hour)}, ""},
		{"just now", made, made, []time.Time{made.Add(-time.Hour)}, ""},
		{"old", made, made, []time.Time{{}, made.Add(-61 * time.Minute)}, "Read on 2026-01-31 06:59 UTC: what has changed since is not in this report."},
		{"no start", time.Time{}, made, []time.Time{made.AddDate(0, 0, -6)}, "Read on 2026-01-25 08:00 UTC: what has changed since is not in this report."},
		{"another zone", made, made, []time.Time{time.Date(2026, 1, 25, 9, 0, 0, 0, time.FixedZone("", 3600))}, "Read on 2026-01-25 08:00 UTC: what has changed since is not in this report."},
		{"several", made, made, []time.Time{made, made.AddDate(0, 0, -6), made.AddDate(0, 0, -9)}, "Read between 2026-01-22 08:00 UTC and 2026-01-31 08:00 UTC: what has changed since is not in this report."},
		{"later", made, made, []time.Time{made.AddDate(0, 0, 1)}, "Read on 2026-02-01 08:00 UTC: what has changed since is not in this report."},
	} {
		r := &lint.Report{Started: tt.started, Finished: tt.finished}
		for _, read := range tt.reads {
			r.Scopes = append(r.Scopes, lint.Scope{Read: read})
		}
		if got := readAsOf(r, time.Hour); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestReadTimes: of an account and region that stands twice, the older time counts.
func TestReadTimes(t *testing.T) {
	made := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	scopes := []lint.Scope{{Region: "a", Read: made}, {Region: "a"}, {Region: "a", Read: made.Add(-time.Hour)}, {Region: "b"}}
	for range 2 {
		if got := readTimes(&lint.Report{Scopes: scopes}); len(got) != 1 || !got[spot{"", "a"}].Equal(made.Add(-time.Hour)) {
			t.Errorf("%v", got)
		}
		slices.Reverse(scopes)
	}
}

// TestReadInFormats: every format says how old its data are.
func TestReadInFormats(t *testing.T) {
	r := aged(time.Date(2026, 1, 26, 9, 0, 0, 0, time.UTC))
	const sentence = "Read between 2026-01-25 08:00 UTC and 2026-01-26 09:00 UTC: what has changed since is not in this report."
	for name, wants := range map[string][]string{
		"text":        {".\n" + sentence + "\n"},
		"markdown":    {"\n\n" + sentence + "\n\n"},
		"github":      {" shows them). " + sentence + "\n"},
		"html":        {"<div><dt>Read</dt><dd>2026-01-25 08:00 UTC to 2026-01-26 09:00 UTC</dd></div>", `<p class="note">` + sentence + "</p>"},
		"json":        {`"read": "2026-01-25T08:00:00Z"`},
		"csv":         {",2026-01-25T08:00:00Z,\n"},
		"sarif":       {`"oldestRead": "2026-01-25T08:00:00.000Z"`, `"newestRead": "2026-01-26T09:00:00.000Z"`},
		"ocsf":        {`{"time":1769328000000,`, `"last_seen_time":1769328000000,`},
		"openmetrics": {"\npatlint_data_timestamp_seconds{account=\"111122223333\",region=\"us-east-1\"} 1769328000\npatlint_data_timestamp_seconds{account=\"111122223333\",region=\"us-west-2\"} 1769418000\n#"},
		"junit":       {`timestamp="2026-01-25T08:00:00"`},
	} {
		out := render(t, name, r, Options{})
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	for _, f := range Formats() {
		if out := render(t, f.Name, sample(), Options{}); strings.Contains(out, "what has changed since") {
			t.Errorf("%s says of data of the same hour that they are old", f.Name)
		}
	}
	hours := sample()
	hours.Scopes[0].Read = hours.Started.Add(-5 * time.Hour)
	if out := render(t, "html", hours, Options{}); !strings.Contains(out, "<dd>2026-01-31 03:00 UTC</dd>") || strings.Contains(out, "what has changed since") {
		t.Error("html: data of the same day want a time and no note")
	}
}

// TestReadRows: a time of reading stands where something was read, and nowhere else.
func TestReadRows(t *testing.T) {
	for _, row := range readCSV(t, aged(time.Time{})) {
		want := ""
		if slices.Contains([]string{"fail", "unknown", "muted", "gap", "fixed"}, row["verdict"]) {
			want = "2026-01-25T08:00:00Z"
		}
		if row["read"] != want {
			t.Errorf("csv: %s has %q, want %q", row["verdict"], row["read"], want)
		}
	}
	for _, e := range readEvents(t, render(t, "ocsf", aged(time.Time{}), Options{})) {
		want := 1769328000000.0
		if e["metadata"].(map[string]any)["event_code"] == "left-out" {
			want = 1769846401500 // the end of the run
		}
		if e["time"] != want {
			t.Errorf("ocsf: %v has %f, want %f", e["message"], e["time"], want)
		}
	}
}

// TestFixedPlace: where there are several accounts and regions, what was fixed says where.
func TestFixedPlace(t *testing.T) {
	several := sample()
	several.Scopes = append(several.Scopes, lint.Scope{Account: "444455556666", Region: "us-east-1"})
	const name = `db\x1b[31m\n\u202edata\xff\x9b2J\U000e0041`
	for format, want := range map[string][2]string{
		"text":     {"  fixed: retire-orphan-volumes  vol-9 " + name + "\n", "  fixed: retire-orphan-volumes  vol-9 " + name + "  111122223333 us-east-1\n"},
		"markdown": {"- `vol-9` `" + name + "`: `retire-orphan-volumes`\n", "- `vol-9` `" + name + "` in `111122223333 us-east-1`: `retire-orphan-volumes`\n"},
	} {
		for i, r := range []*lint.Report{sample(), several} {
			if out := render(t, format, r, Options{}); !strings.Contains(out, want[i]) {
				t.Errorf("%s does not say %q:\n%s", format, want[i], out)
			}
		}
	}
}

// TestHeadings: a heading counts failed resources, and says of others that they are not decided or muted.
func TestHeadings(t *testing.T) {
	all := sample()
	all.Findings[3].Pattern = "only-muted"
	for _, tt := range []struct {
		report  *lint.Report
		verbose bool
		want    []string
	}{
		{sample(), true, []string{"leave-gp2-burst-behind, 1 resource", "snapshot-every-volume, 1 resource not decided", "retire-orphan-volumes, 1 resource, 1 muted"}},
		{sample(), false, []string{"leave-gp2-burst-behind, 1 resource", "snapshot-every-volume, 1 resource not decided", "retire-orphan-volumes, 1 resource"}},
		{all, true, []string{"leave-gp2-burst-behind, 1 resource", "snapshot-every-volume, 1 resource not decided", "retire-orphan-volumes, 1 resource", "only-muted, 1 resource muted"}},
	} {
		var got []string
		for line := range strings.Lines(render(t, "text", tt.report, Options{Verbose: tt.verbose})) {
			if i := strings.LastIndex(line, "  "); strings.HasPrefix(line, "HIGH") || strings.HasPrefix(line, "LOW") {
				got = append(got, strings.TrimSpace(line[i:]))
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
