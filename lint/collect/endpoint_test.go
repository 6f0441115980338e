package collect

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/patlint/patlint/lint"
)

const testAccount = "111122223333"

// TestMain takes the machine's own AWS settings away: no test may depend on them, or reach AWS.
func TestMain(m *testing.M) {
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "AWS_") {
			os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		os.Setenv(name, value)
	}
	os.Exit(m.Run())
}

// A fault answers instead of the endpoint. n counts the requests for the same source before this one; false leaves it to the endpoint.
type fault func(w http.ResponseWriter, r *http.Request, n int) bool

// An endpoint is EC2, STS and CloudWatch in this process. It answers every source with two pages, where it has pages, or as pages and
// faults say, and each metric with the values 1 and 2.
type endpoint struct {
	url    string
	pages  map[string][]string // by source: what stands in the answer in front of the token
	faults map[string]fault    // by source

	mu    sync.Mutex
	asked []request
	count map[string]int
}

type request struct {
	source, region, key string // key: the access key that signed it
	form                url.Values
	metrics             cbor.Map // of GetMetricData
}

// offline is an endpoint without a network, for bubbles, where time is not real.
func offline(testing.TB) *endpoint {
	return &endpoint{url: "http://ec2.test", pages: goodPages(), faults: map[string]fault{}, count: map[string]int{}}
}

// patiently runs a test in a bubble where AWS throttles, because the gate then takes its time.
func patiently(t *testing.T, throttles bool, test func(t *testing.T, newEndpoint func(testing.TB) *endpoint)) {
	if throttles {
		synctest.Test(t, func(t *testing.T) { test(t, offline) })
	} else {
		test(t, newEndpoint)
	}
}

func newEndpoint(t testing.TB) *endpoint {
	e := offline(t)
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func set(name string, items ...string) string {
	return "<" + name + "><item>" + strings.Join(items, "</item><item>") + "</item></" + name + ">"
}

func goodPages() map[string][]string {
	two := func(list, item string) []string { // %d is the number of the item
		return []string{set(list, fmt.Sprintf(item, 1), fmt.Sprintf(item, 2)), set(list, fmt.Sprintf(item, 3))}
	}
	one := func(list, item string) []string {
		return []string{set(list, fmt.Sprintf(item, 1), fmt.Sprintf(item, 2), fmt.Sprintf(item, 3))}
	}
	owner := "<ownerId>" + testAccount + "</ownerId>"
	reservation := func(id string, instances ...int) string {
		s := "<reservationId>" + id + "</reservationId>" + owner + "<instancesSet>"
		for _, n := range instances {
			s += fmt.Sprintf("<item><instanceId>i-%d</instanceId><instanceType>m5.%dxlarge</instanceType><instanceState><name>running</name></instanceState></item>", n, n)
		}
		return s + "</instancesSet>"
	}
	return map[string][]string{
		"DescribeAccountAttributes":            one("accountAttributeSet", "<attributeName>x-%d</attributeName>"),
		"DescribeAddresses":                    {set("addressesSet", "<allocationId>eipalloc-1</allocationId>", "<publicIp>192.0.2.1</publicIp>", "<publicIp>192.0.2.2</publicIp>")},
		"DescribeAvailabilityZones":            one("availabilityZoneInfo", "<zoneName>x-%d</zoneName>"),
		"DescribeCapacityReservations":         two("capacityReservationSet", "<capacityReservationId>x-%d</capacityReservationId>"),
		"DescribeClientVpnAuthorizationRules":  two("authorizationRule", "<destinationCidr>10.%d.0.0/16</destinationCidr><accessAll>true</accessAll>"),
		"DescribeClientVpnEndpoints":           two("clientVpnEndpoint", "<clientVpnEndpointId>x-%d</clientVpnEndpointId>"),
		"DescribeCustomerGateways":             one("customerGatewaySet", "<customerGatewayId>x-%d</customerGatewayId>"),
		"DescribeDhcpOptions":                  two("dhcpOptionsSet", "<dhcpOptionsId>x-%d</dhcpOptionsId>"),
		"DescribeEgressOnlyInternetGateways":   two("egressOnlyInternetGatewaySet", "<egressOnlyInternetGatewayId>x-%d</egressOnlyInternetGatewayId>"),
		"DescribeFastSnapshotRestores":         two("fastSnapshotRestoreSet", "<snapshotId>snap-1</snapshotId><availabilityZone>us-east-1%d</availabilityZone>"),
		"DescribeFleets":                       two("fleetSet", "<fleetId>x-%d</fleetId>"),
		"DescribeFlowLogs":                     two("flowLogSet", "<flowLogId>x-%d</flowLogId>"),
		"DescribeHosts":                        two("hostSet", "<hostId>x-%d</hostId>"),
		"DescribeImageAttribute":               {set("launchPermission", "<userId>111122223333</userId>", "<group>all</group>")},
		"DescribeImages":                       two("imagesSet", "<imageId>ami-%d</imageId><imageOwnerId>"+testAccount+"</imageOwnerId>"),
		"DescribeInstanceAttribute":            {"<userData><value>IyEvYmluL3NoCg==</value></userData>"},
		"DescribeInstanceCreditSpecifications": two("instanceCreditSpecificationSet", "<instanceId>x-%d</instanceId>"),
		"DescribeInstanceImageMetadata":        two("instanceImageMetadataSet", "<instanceId>i-%d</instanceId><imageMetadata><name>golden</name></imageMetadata>"),
		"DescribeInstanceStatus":               two("instanceStatusSet", "<instanceId>x-%d</instanceId>"),
		"DescribeInstanceTypes":                two("instanceTypeSet", "<instanceType>m5.%dxlarge</instanceType>"),
		// r-1 goes on on the second page.
		"DescribeInstances":                        {set("reservationSet", reservation("r-1", 1, 2)), set("reservationSet", reservation("r-1", 3), reservation("r-2", 4))},
		"DescribeInternetGateways":                 two("internetGatewaySet", "<internetGatewayId>x-%d</internetGatewayId>"),
		"DescribeKeyPairs":                         one("keySet", "<keyName>x-%d</keyName>"),
		"DescribeLaunchTemplateVersions":           two("launchTemplateVersionSet", "<launchTemplateId>lt-1</launchTemplateId><versionNumber>%d</versionNumber><launchTemplateData><userData>IyEvYmluL3NoCg==</userData></launchTemplateData>"),
		"DescribeLaunchTemplates":                  two("launchTemplates", "<launchTemplateId>lt-%d</launchTemplateId>"),
		"DescribeLockedSnapshots":                  two("snapshotSet", "<snapshotId>x-%d</snapshotId>"),
		"DescribeManagedPrefixLists":               two("prefixListSet", "<prefixListId>x-%d</prefixListId>"),
		"DescribeNatGateways":                      two("natGatewaySet", "<natGatewayId>x-%d</natGatewayId>"),
		"DescribeNetworkAcls":                      two("networkAclSet", "<networkAclId>x-%d</networkAclId>"),
		"DescribeNetworkInterfaces":                two("networkInterfaceSet", "<networkInterfaceId>eni-%d</networkInterfaceId>"+owner),
		"DescribePlacementGroups":                  one("placementGroupSet", "<groupName>x-%d</groupName>"),
		"DescribeRegions":                          {set("regionInfo", "<regionName>af-south-1</regionName><optInStatus>not-opted-in</optInStatus>")},
		"DescribeReservedInstances":                one("reservedInstancesSet", "<reservedInstancesId>x-%d</reservedInstancesId>"),
		"DescribeRouteTables":                      two("routeTableSet", "<routeTableId>x-%d</routeTableId>"),
		"DescribeSecurityGroupRules":               two("securityGroupRuleSet", "<securityGroupRuleId>sgr-%d</securityGroupRuleId><groupOwnerId>"+testAccount+"</groupOwnerId>"),
		"DescribeSecurityGroups":                   two("securityGroupInfo", "<groupId>sg-%d</groupId>"+owner),
		"DescribeSnapshotAttribute":                {set("createVolumePermission", "<group>all</group>")},
		"DescribeSnapshotTierStatus":               two("snapshotTierStatusSet", "<snapshotId>x-%d</snapshotId>"),
		"DescribeSnapshots":                        two("snapshotSet", "<snapshotId>snap-%d</snapshotId>"+owner),
		"DescribeSpotFleetRequests":                two("spotFleetRequestConfigSet", "<spotFleetRequestId>x-%d</spotFleetRequestId>"),
		"DescribeSpotInstanceRequests":             two("spotInstanceRequestSet", "<spotInstanceRequestId>x-%d</spotInstanceRequestId>"),
		"DescribeSubnets":                          two("subnetSet", "<subnetId>x-%d</subnetId>"),
		"DescribeTransitGatewayAttachments":        two("transitGatewayAttachments", "<transitGatewayAttachmentId>x-%d</transitGatewayAttachmentId>"),
		"DescribeTransitGateways":                  two("transitGatewaySet", "<transitGatewayId>x-%d</transitGatewayId>"),
		"DescribeVolumeStatus":                     two("volumeStatusSet", "<volumeId>x-%d</volumeId>"),
		"DescribeVolumes":                          two("volumeSet", "<volumeId>vol-%d</volumeId><size>8</size><status>in-use</status><createTime>2025-01-02T03:04:05.000Z</createTime><volumeType>gp2</volumeType>"),
		"DescribeVolumesModifications":             two("volumeModificationSet", "<volumeId>x-%d</volumeId>"),
		"DescribeVpcBlockPublicAccessExclusions":   two("vpcBlockPublicAccessExclusionSet", "<exclusionId>x-%d</exclusionId>"),
		"DescribeVpcBlockPublicAccessOptions":      {"<vpcBlockPublicAccessOptions><internetGatewayBlockMode>off</internetGatewayBlockMode></vpcBlockPublicAccessOptions>"},
		"DescribeVpcEndpointServiceConfigurations": two("serviceConfigurationSet", "<serviceId>x-%d</serviceId>"),
		"DescribeVpcEndpointServicePermissions":    two("allowedPrincipals", "<principal>arn:aws:iam::11112222333%d:root</principal>"),
		"DescribeVpcEndpoints":                     two("vpcEndpointSet", "<vpcEndpointId>x-%d</vpcEndpointId>"),
		"DescribeVpcPeeringConnections":            two("vpcPeeringConnectionSet", "<vpcPeeringConnectionId>x-%d</vpcPeeringConnectionId>"),
		"DescribeVpcs":                             two("vpcSet", "<vpcId>x-%d</vpcId>"),
		"DescribeVpnConnections":                   one("vpnConnectionSet", "<vpnConnectionId>x-%d</vpnConnectionId>"),
		"DescribeVpnGateways":                      one("vpnGatewaySet", "<vpnGatewayId>x-%d</vpnGatewayId>"),
		"GetAllowedImagesSettings":                 {"<state>disabled</state>"},
		"GetCallerIdentity":                        {"<GetCallerIdentityResult><Account>" + testAccount + "</Account></GetCallerIdentityResult>"},
		"GetEbsDefaultKmsKeyId":                    {"<kmsKeyId>alias/aws/ebs</kmsKeyId>"},
		"GetEbsEncryptionByDefault":                {"<ebsEncryptionByDefault>true</ebsEncryptionByDefault><sseType>sse-ebs</sseType>"},
		"GetImageBlockPublicAccessState":           {"<imageBlockPublicAccessState>block-new-sharing</imageBlockPublicAccessState>"},
		"GetInstanceMetadataDefaults":              {"<accountLevel><httpTokens>required</httpTokens></accountLevel>"},
		"GetManagedPrefixListEntries":              two("entrySet", "<cidr>192.0.2.%d/32</cidr>"),
		"GetSerialConsoleAccessStatus":             {"<serialConsoleAccessEnabled>false</serialConsoleAccessEnabled>"},
		"GetSnapshotBlockPublicAccessState":        {"<state>block-all-sharing</state>"},
		"InstanceStopProtection":                   {"<disableApiStop><value>false</value></disableApiStop>"},
		"InstanceTerminationProtection":            {"<disableApiTermination><value>true</value></disableApiTermination>"},
		"ListImagesInRecycleBin":                   two("imageSet", "<imageId>x-%d</imageId>"),
		"ListSnapshotsInRecycleBin":                two("snapshotSet", "<snapshotId>x-%d</snapshotId>"),
		"ListVolumesInRecycleBin":                  two("volumeSet", "<volumeId>x-%d</volumeId>"),
		"PublicSnapshots":                          {set("snapshotSet", "<snapshotId>snap-1</snapshotId>"+owner)},
		"VpcDnsHostnames":                          {"<enableDnsHostnames><value>false</value></enableDnsHostnames>"},
		"VpcDnsSupport":                            {"<enableDnsSupport><value>true</value></enableDnsSupport>"},
	}
}

// attributeSources are the sources that have names of our own, by the attribute that they ask for.
var attributeSources = map[string]string{
	"disableApiStop": "InstanceStopProtection", "disableApiTermination": "InstanceTerminationProtection", "enableDnsHostnames": "VpcDnsHostnames", "enableDnsSupport": "VpcDnsSupport",
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	source := r.Form.Get("Action")
	var metrics cbor.Map
	if source == "" {
		source, metrics = parseCBOR(r)
	}
	if r.Form.Get("RestorableBy.1") == "all" {
		source = "PublicSnapshots"
	}
	if named, ok := attributeSources[r.Form.Get("Attribute")]; ok {
		source = named
	}
	// Credential=AKID/20250102/us-east-1/ec2/aws4_request
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope := append(strings.Split(credential, "/"), "", "", "")
	e.mu.Lock()
	n := e.count[source]
	e.count[source]++
	e.asked = append(e.asked, request{source, scope[2], scope[0], r.Form, metrics})
	f := e.faults[source]
	e.mu.Unlock()
	if f != nil && f(w, r, n) {
		return
	}
	if metrics != nil {
		answerMetrics(w, metrics, "", nil)
		return
	}
	e.page(w, r, source)
}

// page answers with the page that the token names.
func (e *endpoint) page(w http.ResponseWriter, r *http.Request, source string) {
	n, _ := strconv.Atoi(strings.TrimPrefix(r.Form.Get("NextToken"), "page-"))
	pages, ok := e.pages[source]
	if !ok || n >= len(pages) {
		fail(w, 400, "InvalidAction", "no such page in this test")
		return
	}
	token := ""
	if n+1 < len(pages) {
		token = fmt.Sprintf("page-%d", n+1)
	}
	w.Write([]byte(document(r.Form.Get("Action"), pages[n], token)))
}

func document(action, content, token string) string {
	if token != "" {
		content += "<nextToken>" + token + "</nextToken>"
	}
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n<" + action + `Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">` +
		"<requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>" + content + "</" + action + "Response>"
}

func fail(w http.ResponseWriter, status int, code, message string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>", code, message)
}

// failing answers every request with an error.
func failing(status int, code, message string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		fail(w, status, code, message)
		return true
	}
}

// onPage limits a fault to the later pages or to the first one.
func onPage(later bool, f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, n int) bool {
		return (r.Form.Get("NextToken") != "") == later && f(w, r, n)
	}
}

// first limits a fault to the first n requests.
func first(times int, f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, n int) bool { return n < times && f(w, r, n) }
}

func (e *endpoint) requests(source string) (out []request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.asked {
		if r.source == source || source == "" {
			out = append(out, r)
		}
	}
	return out
}

// open opens an account at the endpoint, without a rate, and with retries that do not wait.
func (e *endpoint) open(t testing.TB, change ...func(*Config)) *Account {
	t.Helper()
	c := Config{EndpointURL: e.url, Rate: -1, Log: func(s string) { t.Log("log: " + s) }}
	for _, f := range change {
		f(&c)
	}
	a, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	a.backoff = func(int, error) (time.Duration, error) { return 0, nil }
	a.newRetryer = func(f func(*retry.StandardOptions)) aws.Retryer { return retry.NewStandard(f) }
	if e.url == offline(t).url {
		a.send = e.direct
	}
	return a
}

// direct is a sender without a network, for tests in which time is not real.
func (e *endpoint) direct(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, req)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func collect(t testing.TB, a *Account, sources ...string) (*lint.Inventory, Stats) {
	t.Helper()
	inv, stats, err := a.Collect(context.Background(), "us-east-1", sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	return inv, stats
}

func allSources() []string {
	var names []string
	for _, s := range lint.Sources() {
		names = append(names, s.Name)
	}
	return names
}

// whole fails where one of the sources is a gap or lacks items.
func whole(t testing.TB, inv *lint.Inventory, sources ...string) {
	t.Helper()
	for _, s := range sources {
		if gap, ok := inv.Gap(s); ok {
			t.Errorf("%s is a gap: %s", s, gap.Reason)
		}
	}
}

// gap wants a gap whose reason has all the words.
func gap(t testing.TB, inv *lint.Inventory, source string, words ...string) string {
	t.Helper()
	g, ok := inv.Gap(source)
	if !ok {
		t.Errorf("%s is not a gap", source)
	}
	if g.Action != permission(source) {
		t.Errorf("%s: the gap's action is %q", source, g.Action)
	}
	for _, w := range words {
		if !strings.Contains(g.Reason, w) {
			t.Errorf("%s: %q does not say %q", source, g.Reason, w)
		}
	}
	return g.Reason
}

// actions is what was asked, each once.
func (e *endpoint) actions() []string {
	names := map[string]bool{}
	for _, r := range e.requests("") {
		names[r.source] = true
	}
	return slices.Sorted(maps.Keys(names))
}
