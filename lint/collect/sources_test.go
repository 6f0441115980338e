package collect

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patlint/patlint/lint"
)

func TestReadersCoverSources(t *testing.T) {
	var have []string
	for _, r := range readers(nil) {
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
	inv, stats, err := a.Collect(t.Context(), "us-east-1", allSources(), []lint.MetricQuery{cpu, burst})
	if err != nil {
		t.Fatal(err)
	}
	whole(t, inv, allSources()...)
	if inv.Account != testAccount || inv.Region != "us-east-1" || inv.Time.Before(before.Add(-time.Second)) || inv.Time.Location() != time.UTC {
		t.Errorf("inventory of %q in %q at %v", inv.Account, inv.Region, inv.Time)
	}
	// instances 4; 3 of each other kind but account, region, taggable and workload, which are nothing that is listed
	if got, want := inv.Resources(), 4+3*(len(lint.Kinds())-5); got != want {
		t.Errorf("%d resources, not %d", got, want)
	}
	if n := len(e.requests("")) - len(e.requests("GetCallerIdentity")); stats.Calls != n || stats.Throttled != 0 || stats.Metrics != 4+3 || stats.Duration <= 0 {
		t.Errorf("stats are %+v, the endpoint saw %d requests", stats, n)
	}

	want := map[string]string{
		"DescribeAccountAttributes":                "",
		"DescribeAddresses":                        "",
		"DescribeAvailabilityZones":                "",
		"DescribeCapacityReservations":             "MaxResults=1000",
		"DescribeClientVpnAuthorizationRules":      "MaxResults=1000",
		"DescribeClientVpnEndpoints":               "MaxResults=1000",
		"DescribeCustomerGateways":                 "",
		"DescribeDhcpOptions":                      "MaxResults=1000",
		"DescribeEgressOnlyInternetGateways":       "MaxResults=255",
		"DescribeFastSnapshotRestores":             "MaxResults=200",
		"DescribeFleets":                           "MaxResults=1000",
		"DescribeFlowLogs":                         "MaxResults=1000",
		"DescribeHosts":                            "MaxResults=500",
		"DescribeImageAttribute":                   "Attribute=launchPermission",
		"DescribeImages":                           "MaxResults=1000&Owner.1=self",
		"DescribeInstanceAttribute":                "Attribute=userData",
		"DescribeInstanceCreditSpecifications":     "MaxResults=1000",
		"DescribeInstanceImageMetadata":            "MaxResults=1000",
		"DescribeInstanceStatus":                   "IncludeAllInstances=true&MaxResults=1000",
		"DescribeInstanceTypes":                    "Filter.1.Name=instance-type&Filter.1.Value.1=m5.1xlarge&Filter.1.Value.2=m5.2xlarge&Filter.1.Value.3=m5.3xlarge&Filter.1.Value.4=m5.4xlarge&MaxResults=100",
		"DescribeInstances":                        "MaxResults=1000",
		"DescribeInternetGateways":                 "MaxResults=1000",
		"DescribeKeyPairs":                         "",
		"DescribeLaunchTemplateVersions":           "LaunchTemplateVersion.1=$Default&LaunchTemplateVersion.2=$Latest&MaxResults=200",
		"DescribeLaunchTemplates":                  "MaxResults=200",
		"DescribeLockedSnapshots":                  "MaxResults=1000",
		"DescribeManagedPrefixLists":               "MaxResults=100",
		"DescribeNatGateways":                      "MaxResults=1000",
		"DescribeNetworkAcls":                      "MaxResults=1000",
		"DescribeNetworkInterfaces":                "MaxResults=1000",
		"DescribePlacementGroups":                  "",
		"DescribeReservedInstances":                "",
		"DescribeRouteTables":                      "MaxResults=100",
		"DescribeSecurityGroupRules":               "MaxResults=1000",
		"DescribeSecurityGroups":                   "MaxResults=1000",
		"DescribeSnapshotAttribute":                "Attribute=createVolumePermission",
		"DescribeSnapshotTierStatus":               "MaxResults=100",
		"DescribeSnapshots":                        "MaxResults=1000&Owner.1=self",
		"DescribeSpotFleetRequests":                "MaxResults=1000",
		"DescribeSpotInstanceRequests":             "MaxResults=1000",
		"DescribeSubnets":                          "MaxResults=1000",
		"DescribeTransitGatewayAttachments":        "MaxResults=1000",
		"DescribeTransitGateways":                  "MaxResults=1000",
		"DescribeVolumeStatus":                     "MaxResults=1000",
		"DescribeVolumes":                          "MaxResults=500",
		"DescribeVolumesModifications":             "MaxResults=500",
		"DescribeVpcBlockPublicAccessExclusions":   "MaxResults=1000",
		"DescribeVpcBlockPublicAccessOptions":      "",
		"DescribeVpcEndpointServiceConfigurations": "MaxResults=1000",
		"DescribeVpcEndpointServicePermissions":    "MaxResults=1000",
		"DescribeVpcEndpoints":                     "MaxResults=1000",
		"DescribeVpcPeeringConnections":            "MaxResults=1000",
		"DescribeVpcs":                             "MaxResults=1000",
		"DescribeVpnConnections":                   "",
		"DescribeVpnGateways":                      "",
		"GetAllowedImagesSettings":                 "",
		"GetEbsDefaultKmsKeyId":                    "",
		"GetEbsEncryptionByDefault":                "",
		"GetImageBlockPublicAccessState":           "",
		"GetInstanceMetadataDefaults":              "",
		"GetManagedPrefixListEntries":              "MaxResults=100",
		"GetMetricData":                            "",
		"GetSerialConsoleAccessStatus":             "",
		"GetSnapshotBlockPublicAccessState":        "",
		"InstanceStopProtection":                   "Attribute=disableApiStop",
		"InstanceTerminationProtection":            "Attribute=disableApiTermination",
		"ListImagesInRecycleBin":                   "MaxResults=1000",
		"ListSnapshotsInRecycleBin":                "MaxResults=1000",
		"ListVolumesInRecycleBin":                  "MaxResults=500",
		"PublicSnapshots":                          "MaxResults=1000&Owner.1=self&RestorableBy.1=all",
		"VpcDnsHostnames":                          "Attribute=enableDnsHostnames",
		"VpcDnsSupport":                            "Attribute=enableDnsSupport",
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), allSources()); diff != "" {
		t.Fatalf("a source without expected parameters: %s", diff)
	}
	for source, parameters := range want {
		requests, n := e.requests(source), len(e.pages[source])
		if s := known(t, source); s.Each == "DescribeInstances" {
			n *= 4
		} else if s.Each != "" {
			n *= 3
			if source == "DescribeSnapshotAttribute" {
				n++ // to confirm the one of PublicSnapshots
			}
		} else if source == "GetMetricData" {
			n = 1
		}
		if len(requests) != n {
			t.Errorf("%s took %d requests, not %d", source, len(requests), n)
		}
		for i, r := range requests {
			if token := r.form.Get("NextToken"); (token != "") != (i > 0) && known(t, source).Each == "" {
				t.Errorf("%s: request %d has token %q", source, i, token)
			}
			for _, name := range []string{"Action", "ClientVpnEndpointId", "ImageId", "InstanceId", "NextToken", "PrefixListId", "ServiceId", "SnapshotId", "Version", "VpcId"} {
				r.form.Del(name)
			}
			got, _ := url.QueryUnescape(r.form.Encode())
			if got != parameters {
				t.Errorf("%s is asked with %s, not %s", source, got, parameters)
			}
		}
	}
}

// confirms tells whether an action was asked only to confirm PublicSnapshots, in the tests that do not ask for sharing.
func confirms(action string) bool { return action == "DescribeSnapshotAttribute" }

func known(t *testing.T, source string) lint.Source {
	t.Helper()
	i := slices.IndexFunc(lint.Sources(), func(s lint.Source) bool { return s.Name == source })
	if i < 0 {
		t.Fatalf("there is no source %s", source)
	}
	return lint.Sources()[i]
}

// Each reader reads its own list, all of it: every good answer has three items but for instances and what is asked of them.
func TestReaders(t *testing.T) {
	for _, s := range lint.Sources() {
		pages, err := read(t, newEndpoint(t), s.Name, burst)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		want := map[string]int{"DescribeInstances": 3, "DescribeInstanceAttribute": 4, "InstanceStopProtection": 4, "InstanceTerminationProtection": 4, "PublicSnapshots": 1}[s.Name] // r-1 twice
		if want == 0 {
			want = 3
		}
		n := 0
		for _, page := range pages {
			if v := reflect.ValueOf(page); v.Kind() == reflect.Slice {
				n += v.Len()
			}
		}
		if (s.Key != "" || s.Each != "") && n != want {
			t.Errorf("%s: %d items, not %d", s.Name, n, want)
		}
	}
}

// The keys of VPN connections are dropped as they are read.
func TestVPNKeys(t *testing.T) {
	e := newEndpoint(t)
	const tunnels = "<options><tunnelOptionSet><item><preSharedKey>hush</preSharedKey><outsideIpAddress>192.0.2.1</outsideIpAddress></item><item><preSharedKey>hush</preSharedKey></item></tunnelOptionSet></options>"
	e.pages["DescribeVpnConnections"] = []string{set("vpnConnectionSet", "<vpnConnectionId>vpn-1</vpnConnectionId><customerGatewayConfiguration>&lt;pre_shared_key&gt;hush</customerGatewayConfiguration>"+tunnels, "<vpnConnectionId>vpn-2</vpnConnectionId>")}
	pages, err := read(t, e, "DescribeVpnConnections")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(pages)
	if err != nil || strings.Contains(string(text), "hush") || !strings.Contains(string(text), "vpn-2") || !strings.Contains(string(text), "192.0.2.1") {
		t.Errorf("read %s, %v", text, err)
	}
}

func TestCollectsOnlyWhatIsAsked(t *testing.T) {
	for _, test := range []struct{ sources, want []string }{
		{nil, nil},
		{[]string{"DescribeVolumes", "DescribeVolumes"}, []string{"DescribeVolumes"}},
		{[]string{"DescribeInstanceTypes"}, []string{"DescribeInstanceTypes", "DescribeInstances"}},
		{[]string{"DescribeInstanceAttribute"}, []string{"DescribeInstanceAttribute", "DescribeInstances", "DescribeLaunchTemplateVersions"}},
		{[]string{"GetManagedPrefixListEntries"}, []string{"DescribeManagedPrefixLists", "GetManagedPrefixListEntries"}},
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
			if _, missing := inv.Gap(s); missing == slices.Contains(slices.DeleteFunc(slices.Clone(test.want), confirms), s) {
				t.Errorf("%v: gap of %s is %v", test.sources, s, missing)
			}
		}
	}
}

func TestCollectRefusesNonsense(t *testing.T) {
	a := newEndpoint(t).open(t)
	if _, _, err := a.Collect(t.Context(), "", nil, nil); err == nil || !strings.Contains(err.Error(), "no region") {
		t.Errorf("no region: %v", err)
	}
	if _, _, err := a.Collect(t.Context(), "us-east-1", []string{"DescribeVolume"}, nil); err == nil || !strings.Contains(err.Error(), `no source "DescribeVolume"`) {
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
		if s.Key != "" || s.Each != "" || s.Name == "GetInstanceMetadataDefaults" {
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
