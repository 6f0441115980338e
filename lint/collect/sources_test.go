package collect

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patlint/patlint/lint"
)

func TestReadersCoverSources(t *testing.T) {
	var have []string
	for _, r := range readers {
		have = append(have, r.source)
	}
	if diff := cmp.Diff(allSources(), have); diff != "" {
		t.Errorf("the table in sources.go differs from lint.Sources (-want +got):\n%s", diff)
	}
	if !slices.IsSorted(have) {
		t.Error("the table in sources.go is not sorted")
	}
}

// Everything, whole: each page, no item twice, types that the inventory takes, parameters that AWS wants.
func TestCollectAll(t *testing.T) {
	e := newEndpoint(t)
	a := e.open(t)
	before := time.Now()
	inv, stats := collect(t, a, allSources()...)
	whole(t, inv, allSources()...)
	if inv.Account != testAccount || inv.Region != "us-east-1" || inv.Time.Before(before.Add(-time.Second)) || inv.Time.Location() != time.UTC {
		t.Errorf("inventory of %q in %q at %v", inv.Account, inv.Region, inv.Time)
	}
	// addresses 3, instances 4; images, launch templates, interfaces, groups, snapshots, volumes 3 each
	if got := inv.Resources(); got != 3+4+6*3 {
		t.Errorf("%d resources", got)
	}
	if n := len(e.requests("")) - len(e.requests("GetCallerIdentity")); stats.Calls != n || stats.Throttled != 0 || stats.Duration <= 0 {
		t.Errorf("stats are %+v, the endpoint saw %d requests", stats, n)
	}

	want := map[string]string{
		"DescribeAddresses":                 "",
		"DescribeImages":                    "MaxResults=1000&Owner.1=self",
		"DescribeInstanceTypes":             "Filter.1.Name=instance-type&Filter.1.Value.1=m5.1xlarge&Filter.1.Value.2=m5.2xlarge&Filter.1.Value.3=m5.3xlarge&Filter.1.Value.4=m5.4xlarge&MaxResults=100",
		"DescribeInstances":                 "MaxResults=1000",
		"DescribeLaunchTemplateVersions":    "LaunchTemplateVersion.1=$Default&LaunchTemplateVersion.2=$Latest&MaxResults=200",
		"DescribeLaunchTemplates":           "MaxResults=200",
		"DescribeNetworkInterfaces":         "MaxResults=1000",
		"DescribeSecurityGroups":            "MaxResults=1000",
		"DescribeSnapshots":                 "MaxResults=1000&Owner.1=self",
		"DescribeVolumes":                   "MaxResults=500",
		"GetEbsDefaultKmsKeyId":             "",
		"GetEbsEncryptionByDefault":         "",
		"GetImageBlockPublicAccessState":    "",
		"GetInstanceMetadataDefaults":       "",
		"GetSerialConsoleAccessStatus":      "",
		"GetSnapshotBlockPublicAccessState": "",
		"PublicSnapshots":                   "MaxResults=1000&Owner.1=self&RestorableBy.1=all",
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), allSources()); diff != "" {
		t.Fatalf("a source without expected parameters: %s", diff)
	}
	for source, parameters := range want {
		requests := e.requests(source)
		if len(requests) != len(e.pages[source]) {
			t.Errorf("%s took %d requests for %d pages", source, len(requests), len(e.pages[source]))
		}
		for i, r := range requests {
			if token := r.form.Get("NextToken"); (token != "") != (i > 0) {
				t.Errorf("%s: request %d has token %q", source, i, token)
			}
			r.form.Del("Action")
			r.form.Del("Version")
			r.form.Del("NextToken")
			got, _ := url.QueryUnescape(r.form.Encode())
			if got != parameters {
				t.Errorf("%s is asked with %s, not %s", source, got, parameters)
			}
		}
	}
}

func TestCollectsOnlyWhatIsAsked(t *testing.T) {
	for _, test := range []struct{ sources, want []string }{
		{nil, nil},
		{[]string{"DescribeVolumes", "DescribeVolumes"}, []string{"DescribeVolumes"}},
		{[]string{"DescribeInstanceTypes"}, []string{"DescribeInstanceTypes", "DescribeInstances"}},
		{[]string{"PublicSnapshots", "GetEbsEncryptionByDefault"}, []string{"DescribeSnapshotAttribute", "GetEbsEncryptionByDefault", "PublicSnapshots"}},
	} {
		e := newEndpoint(t)
		inv, _ := collect(t, e.open(t), test.sources...)
		whole(t, inv, test.sources...)
		got := slices.DeleteFunc(e.actions(), func(s string) bool { return s == "GetCallerIdentity" })
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: asked %v", test.sources, got)
		}
		for _, s := range allSources() {
			if _, missing := inv.Gap(s); missing == slices.Contains(test.want, s) {
				t.Errorf("%v: gap of %s is %v", test.sources, s, missing)
			}
		}
	}
}

func TestCollectRefusesNonsense(t *testing.T) {
	a := newEndpoint(t).open(t)
	if _, _, err := a.Collect(t.Context(), "", nil); err == nil || !strings.Contains(err.Error(), "no region") {
		t.Errorf("no region: %v", err)
	}
	if _, _, err := a.Collect(t.Context(), "us-east-1", []string{"DescribeVolume"}); err == nil || !strings.Contains(err.Error(), `no source "DescribeVolume"`) {
		t.Errorf("unknown source: %v", err)
	}
}

// No more than 200 values a filter, no type twice, and no call at all where there is no instance.
func TestInstanceTypesInUse(t *testing.T) {
	for _, n := range []int{0, 1, 200, 201, 450} {
		e := newEndpoint(t)
		var items strings.Builder
		for i := range n {
			for copy := range 2 {
				fmt.Fprintf(&items, "<item><instanceId>i-%d-%d</instanceId><instanceType>t%03d.nano</instanceType></item>", i, copy, i)
			}
		}
		e.pages["DescribeInstances"] = []string{set("reservationSet", "<instancesSet>"+items.String()+"</instancesSet>")}
		e.faults["DescribeInstanceTypes"] = func(w http.ResponseWriter, r *http.Request, _ int) bool {
			var types strings.Builder
			for i := 1; r.Form.Get(fmt.Sprintf("Filter.1.Value.%d", i)) != ""; i++ {
				fmt.Fprintf(&types, "<item><instanceType>%s</instanceType></item>", r.Form.Get(fmt.Sprintf("Filter.1.Value.%d", i)))
			}
			w.Write([]byte(document("DescribeInstanceTypes", "<instanceTypeSet>"+types.String()+"</instanceTypeSet>", "")))
			return true
		}
		inv, _ := collect(t, e.open(t), "DescribeInstanceTypes")
		whole(t, inv, "DescribeInstanceTypes", "DescribeInstances")
		requests := e.requests("DescribeInstanceTypes")
		if want := (n + 199) / 200; len(requests) != want {
			t.Errorf("%d types took %d requests, not %d", n, len(requests), want)
		}
		asked := map[string]bool{}
		for _, r := range requests {
			for key, values := range r.form {
				if strings.HasPrefix(key, "Filter.1.Value.") {
					if asked[values[0]] {
						t.Errorf("%s is asked twice", values[0])
					}
					asked[values[0]] = true
				}
			}
		}
		if len(asked) != n {
			t.Errorf("%d types of %d were asked for", len(asked), n)
		}
	}
}

func TestInstanceTypesNeedInstances(t *testing.T) {
	e := newEndpoint(t)
	e.faults["DescribeInstances"] = failing(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
	inv, _ := collect(t, e.open(t), "DescribeInstanceTypes", "DescribeVolumes")
	gap(t, inv, "DescribeInstances", "UnauthorizedOperation")
	gap(t, inv, "DescribeInstanceTypes", "needs DescribeInstances")
	whole(t, inv, "DescribeVolumes")
	if n := len(e.requests("DescribeInstances")); n != 1 {
		t.Errorf("DescribeInstances was asked %d times", n)
	}
	if n := len(e.requests("DescribeInstanceTypes")); n != 0 {
		t.Errorf("DescribeInstanceTypes was asked %d times", n)
	}
}

// A reservation that goes on on the next page keeps the instances of both.
func TestReservationOverTwoPages(t *testing.T) {
	e := newEndpoint(t)
	inv, _ := collect(t, e.open(t), "DescribeInstances")
	var ids []string
	for _, i := range inv.Instances() {
		ids = append(ids, *i.InstanceId)
	}
	if got := strings.Join(ids, " "); got != "i-1 i-2 i-3 i-4" {
		t.Errorf("instances are %s", got)
	}
}

// An answer that does not say a setting's value must not read as "off".
func TestSettingWithoutValue(t *testing.T) {
	for _, s := range lint.Sources() {
		if s.Key != "" || s.Name == "GetInstanceMetadataDefaults" {
			continue
		}
		e := newEndpoint(t)
		e.pages[s.Name] = []string{"<managedBy>account</managedBy>"}
		inv, _ := collect(t, e.open(t), s.Name)
		gap(t, inv, s.Name, "lacks the setting's value")
	}
	e := newEndpoint(t)
	e.pages["GetInstanceMetadataDefaults"] = []string{"<accountLevel/>"}
	inv, _ := collect(t, e.open(t), "GetInstanceMetadataDefaults")
	whole(t, inv, "GetInstanceMetadataDefaults")
}

// moto sends Amazon's snapshots when it is asked for the account's.
func TestForeignSnapshotsAndImages(t *testing.T) {
	foreign := "<ownerId>591542846629</ownerId>"
	e := newEndpoint(t)
	for _, s := range []string{"DescribeSnapshots", "PublicSnapshots"} {
		e.pages[s] = []string{set("snapshotSet", "<snapshotId>snap-9</snapshotId>"+foreign, "<snapshotId>snap-1</snapshotId><ownerId>"+testAccount+"</ownerId>", "<snapshotId>snap-2</snapshotId>")}
	}
	e.pages["DescribeImages"] = []string{set("imagesSet", "<imageId>ami-9</imageId><imageOwnerId>591542846629</imageOwnerId>")}
	var logged []string
	a := e.open(t, func(c *Config) { c.Log = func(s string) { logged = append(logged, s) } })
	inv, _ := collect(t, a, "DescribeSnapshots", "PublicSnapshots", "DescribeImages")
	whole(t, inv, "DescribeSnapshots", "PublicSnapshots", "DescribeImages")
	if got := inv.Resources(); got != 2 {
		t.Errorf("%d resources, not the account's own snapshot and the one without an owner", got)
	}
	if len(logged) != 3 || !strings.Contains(logged[0], "left out 1 items") {
		t.Errorf("logged %q", logged)
	}

	// Without an account ID nothing is left out, and two owners are no account.
	e.faults["GetCallerIdentity"] = failing(403, "AccessDenied", "no")
	inv, _ = collect(t, e.open(t), "DescribeSnapshots")
	if inv.Account != "" || inv.Resources() != 3 {
		t.Errorf("account %q, %d resources", inv.Account, inv.Resources())
	}
}

func TestAccountFromOwners(t *testing.T) {
	for _, source := range []string{"DescribeInstances", "DescribeSnapshots", "DescribeImages", "DescribeSecurityGroups", "DescribeNetworkInterfaces"} {
		e := newEndpoint(t)
		e.faults["GetCallerIdentity"] = failing(403, "AccessDenied", "no")
		if inv, _ := collect(t, e.open(t), source); inv.Account != testAccount {
			t.Errorf("%s: account %q", source, inv.Account)
		}
	}
}
