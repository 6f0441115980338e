package lint

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMetrics is what rules make of CloudWatch's series.
func TestMetrics(t *testing.T) {
	series := func(label, values string) string {
		return "Volumes: [{VolumeId: vol-1}]\nMetricDataResults: [{Label: " + label + ", Values: [" + values + "]}]"
	}
	for _, tt := range []struct{ name, account, expr, want string }{
		{"average", series("vol-1 BurstBalance Average 24h", "10, 20, 90"), `volume.metric("BurstBalance", "Average", "24h") == 40.0`, "pass"},
		{"minimum", series("vol-1 BurstBalance Minimum 24h", "10, 20, 90"), `volume.metric("BurstBalance", "Minimum", "24h") == 10.0`, "pass"},
		{"maximum", series("vol-1 BurstBalance Maximum 24h", "10, 20, 90"), `volume.metric("BurstBalance", "Maximum", "24h") == 90.0`, "pass"},
		{"sum", series("vol-1 VolumeReadOps Sum 336h", "3600, 7200"), `volume.metric("VolumeReadOps", "Sum", "336h") == 10800.0`, "pass"},
		{"samples", series("vol-1 VolumeReadOps SampleCount 30m", "6"), `volume.metric("VolumeReadOps", "SampleCount", "30m") == 6.0`, "pass"},
		{"busiest hour", series("vol-1 VolumeReadOps Sum 336h", "3600, 7200, 0"), `volume.busiestHour("VolumeReadOps", "Sum", "336h") / 3600.0 == 2.0`, "pass"},
		{"no values", series("vol-1 BurstBalance Minimum 24h", ""), `volume.metric("BurstBalance", "Minimum", "24h") > 20.0`, "unknown CloudWatch has no BurstBalance of vol-1 in the last 24h"},
		{"another volume", series("vol-2 BurstBalance Minimum 24h", "1"), `volume.metric("BurstBalance", "Minimum", "24h") > 20.0`, "unknown BurstBalance of vol-1 was not asked for"},
		{"another window", series("vol-1 BurstBalance Minimum 48h", "1"), `volume.metric("BurstBalance", "Minimum", "24h") > 20.0`, "unknown BurstBalance of vol-1 was not asked for"},
		{"denied", "Volumes: [{VolumeId: vol-1}]\nGaps: [GetMetricData]", `volume.metric("BurstBalance", "Minimum", "24h") > 20.0`, "unknown cloudwatch:GetMetricData: denied in this example"},
		{"denied and without effect", "Volumes: [{VolumeId: vol-1}]\nGaps: [GetMetricData]", `volume.Size == 0 || volume.metric("BurstBalance", "Minimum", "24h") > 20.0`, "pass"},
	} {
		if got := ask(t, account(t, tt.account), "volume", "", tt.expr); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestMetricQueries: what CloudWatch will be asked is known from the rules alone, and of whom from the listings.
func TestMetricQueries(t *testing.T) {
	rules := compile(t,
		pattern("a", "volume", "", `volume.metric("VolumeReadOps", "Sum", "336h") > 0.0 || volume.metric("VolumeWriteOps", "Sum", "336h") > 0.0`, "${volume.metric(\"VolumeQueueLength\", \"Average\", \"1h\")}"),
		pattern("b", "volume", "", `volume.busiestHour("VolumeReadOps", "Sum", "336h") > 0.0`, "flagged"),
		pattern("c", "instance", "", `instance.metric("EBSIOBalance%", "Minimum", "15m") > 0.0`, "flagged"),
		pattern("d", "volume", "", `volume.Size > 0`, "flagged"),
	)
	var got []string
	for _, q := range rules.Metrics() {
		namespace, dimension := q.Namespace()
		got = append(got, strings.Join([]string{namespace, dimension, q.Label("ID"), q.Period().String()}, "|"))
	}
	want := []string{
		"AWS/EC2|InstanceId|ID EBSIOBalance% Minimum 15m|15m0s",
		"AWS/EBS|VolumeId|ID VolumeQueueLength Average 1h|1h0m0s",
		"AWS/EBS|VolumeId|ID VolumeReadOps Sum 336h|1h0m0s",
		"AWS/EBS|VolumeId|ID VolumeWriteOps Sum 336h|1h0m0s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("queries\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := rules.Needing("metrics"); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("measured patterns %q", got)
	}
	for _, s := range []string{"DescribeInstances", "DescribeVolumes", "GetMetricData"} {
		if !slices.Contains(rules.Sources(), s) {
			t.Errorf("the rules do not ask for %s", s)
		}
	}
	inv := account(t, `
Volumes: [{VolumeId: vol-2, State: in-use}, {VolumeId: vol-1, State: in-use}, {VolumeId: vol-3, State: available}]
Instances: [{InstanceId: i-1, State: {Name: running}}, {InstanceId: i-2, State: {Name: stopped}}, {InstanceId: i-3}]
NatGateways: [{NatGatewayId: nat-1, State: available}, {NatGatewayId: nat-2, State: deleted}]
VpcEndpoints:
  - {VpcEndpointId: vpce-1, State: available, VpcEndpointType: Interface, ServiceRegion: us-east-1}
  - {VpcEndpointId: vpce-2, State: Available, VpcEndpointType: GatewayLoadBalancer}
  - {VpcEndpointId: vpce-3, State: available, VpcEndpointType: Gateway}
  - {VpcEndpointId: vpce-4, State: available, VpcEndpointType: Interface, ServiceRegion: eu-west-1}
  - {VpcEndpointId: vpce-5, State: deleting, VpcEndpointType: Interface}
Region: us-east-1`)
	for kind, want := range map[string]string{"instance": "i-1", "natGateway": "nat-1", "snapshot": "", "volume": "vol-1 vol-2", "vpcEndpoint": "vpce-1 vpce-2"} {
		if got := strings.Join((MetricQuery{Kind: kind, Window: time.Hour}).Of(inv), " "); got != want {
			t.Errorf("%s: %q are asked about, want %q", kind, got, want)
		}
	}
}

// Of an endpoint CloudWatch has values for the minutes with traffic only: none in a whole answer are zeros, but no average and no minimum. A NAT gateway that
// has none is one of which nothing is known.
func TestQuietMetrics(t *testing.T) {
	for _, tt := range []struct{ account, kind, expr, want string }{
		{"VpcEndpoints: [{VpcEndpointId: x-1}]", "vpcEndpoint", `vpcEndpoint.metric("BytesProcessed", "Sum", "24h") == 0.0`, "pass"},
		{"VpcEndpoints: [{VpcEndpointId: x-1}]", "vpcEndpoint", `vpcEndpoint.busiestHour("BytesProcessed", "Sum", "24h") == 0.0`, "pass"},
		{"VpcEndpoints: [{VpcEndpointId: x-1}]", "vpcEndpoint", `vpcEndpoint.metric("BytesProcessed", "Average", "24h") == 0.0`, "unknown CloudWatch has no BytesProcessed of x-1 in the last 24h"},
		{"VpcEndpoints: [{VpcEndpointId: x-2}]", "vpcEndpoint", `vpcEndpoint.metric("BytesProcessed", "Sum", "24h") == 0.0`, "unknown BytesProcessed of x-2 was not asked for"},
		{"NatGateways: [{NatGatewayId: x-1}]", "natGateway", `natGateway.metric("BytesOutToDestination", "Sum", "24h") == 0.0`, "unknown CloudWatch has no BytesOutToDestination of x-1 in the last 24h"},
	} {
		results := "\nMetricDataResults: [{Label: x-1 BytesProcessed Sum 24h, Values: []}, {Label: x-1 BytesProcessed Average 24h, Values: []}, {Label: x-1 BytesOutToDestination Sum 24h, Values: []}]"
		if got := ask(t, account(t, tt.account+results), tt.kind, "", tt.expr); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.expr, got, tt.want)
		}
	}
}
