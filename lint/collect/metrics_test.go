package collect

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/google/go-cmp/cmp"

	"github.com/patlint/patlint/lint"
)

// parseCBOR reads a request to CloudWatch, and puts its page token where faults look for one.
func parseCBOR(r *http.Request) (operation string, in cbor.Map) {
	body, _ := io.ReadAll(r.Body)
	v, err := cbor.Decode(body)
	in, ok := v.(cbor.Map)
	if err != nil || !ok || r.Header.Get("Smithy-Protocol") != "rpc-v2-cbor" {
		return "not CBOR", nil
	}
	if token, ok := in["NextToken"].(cbor.String); ok {
		r.Form.Set("NextToken", string(token))
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	_, operation, _ = strings.Cut(r.URL.Path, "/operation/")
	return operation, in
}

// answerMetrics answers each query with two values, or as change says of the n-th.
func answerMetrics(w http.ResponseWriter, in cbor.Map, token string, change func(n int, result cbor.Map) cbor.Map) {
	results := cbor.List{}
	for n, q := range in["MetricDataQueries"].(cbor.List) {
		end := in["EndTime"].(*cbor.Tag).Value
		result := cbor.Map{
			"Id": q.(cbor.Map)["Id"], "Label": cbor.String("as CloudWatch likes"), "StatusCode": cbor.String("Complete"),
			"Timestamps": cbor.List{&cbor.Tag{ID: 1, Value: end}, &cbor.Tag{ID: 1, Value: end}}, "Values": cbor.List{cbor.Float64(1), cbor.Float64(2)},
		}
		if change != nil {
			result = change(n, result)
		}
		if result != nil {
			results = append(results, result)
		}
	}
	out := cbor.Map{"MetricDataResults": results}
	if token != "" {
		out["NextToken"] = cbor.String(token)
	}
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Write(cbor.Encode(out))
}

// metricsAs answers with changed results.
func metricsAs(change func(n int, result cbor.Map) cbor.Map) fault {
	return func(w http.ResponseWriter, r *http.Request, _ int) bool {
		_, in := parseCBOR(r)
		answerMetrics(w, in, "", change)
		return true
	}
}

func failMetrics(status int, shape, query, message string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		if query != "" {
			w.Header().Set("X-Amzn-Query-Error", query)
		}
		w.WriteHeader(status)
		w.Write(cbor.Encode(cbor.Map{"__type": cbor.String(shape), "message": cbor.String(message)}))
		return true
	}
}

var (
	cpu    = lint.MetricQuery{Kind: "instance", Name: "CPUUtilization", Statistic: "Average", Window: 24 * time.Hour}
	burst  = lint.MetricQuery{Kind: "volume", Name: "BurstBalance", Statistic: "Minimum", Window: 24 * time.Hour}
	recent = lint.MetricQuery{Kind: "volume", Name: "VolumeQueueLength", Statistic: "Maximum", Window: 15 * time.Minute}
	stuck  = lint.MetricQuery{Kind: "volume", Name: "VolumeStalledIOCheck", Statistic: "Maximum", Window: 24 * time.Hour}
)

// read gives what one reader reads, with those that it needs.
func read(t *testing.T, e *endpoint, source string, metrics ...lint.MetricQuery) ([]any, error) {
	t.Helper()
	a := e.open(t)
	r, err := a.newRun(t.Context(), "us-east-1", []string{source}, metrics)
	if err != nil {
		t.Fatal(err)
	}
	return r.pages[source]()
}

func TestMetrics(t *testing.T) {
	e := newEndpoint(t)
	inv, stats, err := e.open(t).Collect(t.Context(), "us-east-1", []string{"GetMetricData"}, []lint.MetricQuery{cpu, burst, recent})
	if err != nil {
		t.Fatal(err)
	}
	whole(t, inv, "GetMetricData", "DescribeInstances", "DescribeVolumes")
	requests := e.requests("GetMetricData")
	if len(requests) != 2 || stats.Metrics != 4+3+3 || stats.Calls != 2+2+2 {
		t.Fatalf("%d requests, %+v", len(requests), stats)
	}
	for i, want := range []struct{ window, period time.Duration }{{24 * time.Hour, time.Hour}, {15 * time.Minute, 15 * time.Minute}} {
		start, err1 := cbor.AsTime(requests[i].metrics["StartTime"])
		end, err2 := cbor.AsTime(requests[i].metrics["EndTime"])
		if err1 != nil || err2 != nil || end.Sub(start) != want.window || !end.Equal(inv.Time.Truncate(want.period)) || requests[i].metrics["ScanBy"] != cbor.String("TimestampDescending") {
			t.Errorf("request %d is from %v to %v, %v", i, start, end, requests[i].metrics["ScanBy"])
		}
	}
	var asked []string
	for _, r := range requests {
		for _, q := range r.metrics["MetricDataQueries"].(cbor.List) {
			asked = append(asked, fmt.Sprint(q))
		}
	}
	want := cbor.Map{
		"Id": cbor.String("m4"), "Label": cbor.String("vol-1 BurstBalance Minimum 24h"), "ReturnData": cbor.Bool(true),
		"MetricStat": cbor.Map{
			"Metric": cbor.Map{
				"Namespace": cbor.String("AWS/EBS"), "MetricName": cbor.String("BurstBalance"),
				"Dimensions": cbor.List{cbor.Map{"Name": cbor.String("VolumeId"), "Value": cbor.String("vol-1")}},
			},
			"Period": cbor.Uint(3600), "Stat": cbor.String("Minimum"),
		},
	}
	if len(asked) != 10 || asked[4] != fmt.Sprint(want) {
		t.Errorf("asked %v, not %v", asked, want)
	}

	pages, err := read(t, e, "GetMetricData", burst)
	if err != nil {
		t.Fatal(err)
	}
	results := pages[0].([]lint.MetricDataResult)
	if m := results[2]; len(results) != 3 || *m.Id != "m2" || *m.Label != burst.Label("vol-3") || *m.StatusCode != "Complete" ||
		!slices.Equal(m.Values, []float64{1, 2}) || len(m.Timestamps) != 2 || m.Timestamps[0].IsZero() {
		t.Errorf("results %+v", results)
	}
}

// What CloudWatch files by attachment is asked by attachment, and not at all of a volume with several.
func TestMetricsPerAttachment(t *testing.T) {
	e := newEndpoint(t)
	volume := func(id string, instances ...string) string {
		var attachments []string
		for _, i := range instances {
			attachments = append(attachments, "<instanceId>"+i+"</instanceId>")
		}
		return "<volumeId>" + id + "</volumeId><status>in-use</status>" + set("attachmentSet", attachments...)
	}
	e.pages["DescribeVolumes"] = []string{set("volumeSet", volume("vol-1", "i-1"), volume("vol-2", "i-1", "i-2"), "<volumeId>vol-3</volumeId><status>in-use</status>")}
	pages, err := read(t, e, "GetMetricData", stuck, burst)
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, m := range pages[0].([]lint.MetricDataResult) {
		labels = append(labels, *m.Label)
	}
	if diff := cmp.Diff([]string{stuck.Label("vol-1"), burst.Label("vol-1"), burst.Label("vol-2"), burst.Label("vol-3")}, labels); diff != "" {
		t.Error(diff)
	}
	first := e.requests("GetMetricData")[0].metrics["MetricDataQueries"].(cbor.List)[0]
	if got := fmt.Sprint(first); !strings.Contains(got, "VolumeId") || !strings.Contains(got, "InstanceId") || !strings.Contains(got, "i-1") {
		t.Errorf("asked %s", got)
	}
}

// 500 a call; and no call where there is nothing to measure.
func TestMetricsPerCall(t *testing.T) {
	for _, n := range []int{0, 1, 500, 501, 1200} {
		e := newEndpoint(t)
		var items []string
		for i := range n {
			items = append(items, fmt.Sprintf("<volumeId>vol-%04d</volumeId><status>in-use</status>", i))
		}
		e.pages["DescribeVolumes"] = []string{set("volumeSet", append(items, "<volumeId>vol-spare</volumeId><status>available</status>")...)}
		pages, err := read(t, e, "GetMetricData", burst)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, m := range pages[0].([]lint.MetricDataResult) {
			ids[*m.Id] = true
		}
		if got := len(e.requests("GetMetricData")); got != (n+499)/500 || len(ids) != n {
			t.Errorf("%d volumes: %d requests, %d series", n, got, len(ids))
		}
	}
	e := newEndpoint(t)
	inv, stats := collect(t, e.open(t), "GetMetricData")
	whole(t, inv, "GetMetricData")
	if stats.Calls != 0 {
		t.Errorf("no queries, and %d calls", stats.Calls)
	}
	if _, _, err := e.open(t).Collect(t.Context(), "us-east-1", []string{"GetMetricData"}, []lint.MetricQuery{{Kind: "image"}}); err == nil {
		t.Error("images have no metrics")
	}
}

// The parts of a series that come on several pages are put together, and PartialData is complete once the rest has come.
func TestMetricsPages(t *testing.T) {
	e := newEndpoint(t)
	e.faults["GetMetricData"] = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		_, in := parseCBOR(r)
		token := r.Form.Get("NextToken")
		answerMetrics(w, in, map[string]string{"": "a", "a": "b", "b": ""}[token], func(n int, m cbor.Map) cbor.Map {
			switch {
			case token == "" && n == 0:
				m["StatusCode"] = cbor.String("PartialData")
			case token == "a" && n > 0, token == "b" && n == 0:
				return nil
			}
			return m
		})
		return true
	}
	pages, err := read(t, e, "GetMetricData", burst)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range pages[0].([]lint.MetricDataResult) {
		if *m.Id != fmt.Sprintf("m%d", i) || len(m.Values) != 4 || len(m.Timestamps) != 4 || *m.StatusCode != "Complete" {
			t.Errorf("series %+v", m)
		}
	}
}

// Whatever happens to metrics, they are whole or a gap, and the volumes are there all the same.
func TestMetricsFaults(t *testing.T) {
	status := func(s, message string) fault {
		return metricsAs(func(n int, m cbor.Map) cbor.Map {
			if n == 1 {
				m["StatusCode"] = cbor.String(s)
				if message != "" {
					m["Messages"] = cbor.List{cbor.Map{"Code": cbor.String("x"), "Value": cbor.String(message)}}
				}
			}
			return m
		})
	}
	for _, test := range []struct {
		name  string
		fault fault
		tries int
		want  []string
	}{
		{"partial", status("PartialData", ""), 1, []string{"CloudWatch did not answer 1 of 3 metrics whole: PartialData"}},
		{"internal error in a result", status("InternalError", "Try later."), 1, []string{"1 of 3 metrics whole: InternalError: Try later"}},
		{"forbidden", status("Forbidden", ""), 1, []string{"Forbidden"}},
		{"missing", metricsAs(func(n int, m cbor.Map) cbor.Map {
			if n > 0 {
				return nil
			}
			return m
		}), 1, []string{"CloudWatch did not answer 2 of 3 metrics whole: no answer"}},
		{"uneven", metricsAs(func(_ int, m cbor.Map) cbor.Map { delete(m, "Timestamps"); return m }), 1, []string{"values without their times"}},
		{"flood", func(w http.ResponseWriter, r *http.Request, n int) bool {
			_, in := parseCBOR(r)
			answerMetrics(w, in, fmt.Sprint("token", n), nil)
			return true
		}, 13, []string{"more values than it was asked for"}}, // 3 series of at most 25 values, 6 a page
		{"throttled", failMetrics(400, "com.amazonaws.cloudwatch#ThrottlingException", "Throttling;Sender", "Rate exceeded"), 5, []string{"Throttling: Rate exceeded (5 attempts)", "lower rate"}},
		{"throttled without the old code", failMetrics(400, "com.amazonaws.cloudwatch#ThrottlingException", "", "Rate exceeded"), 5, []string{"ThrottlingException: Rate exceeded (5 attempts)", "lower rate"}},
		{"denied", failMetrics(403, "AccessDeniedException", "", "User: arn:aws:iam::111122223333:user/me is not authorized to perform: cloudwatch:GetMetricData"), 1, []string{"AccessDeniedException: User: arn", "; allow cloudwatch:GetMetricData"}},
		{"html200", raw(200, "<!DOCTYPE html>\n<html><body>Please log in</body></html>"), 5, []string{"answered 200 but not with CloudWatch's CBOR (no map; a proxy or captive portal?) (5 attempts)"}},
		{"text200", raw(200, "Please log in"), 5, []string{"answered 200 but not with CloudWatch's CBOR"}},
		{"empty200", raw(200, ""), 5, []string{"answered 200 but not with CloudWatch's CBOR (an empty body"}},
		{"other200", raw(200, string(cbor.Encode(cbor.Map{"Metrics": cbor.List{}}))), 1, []string{"CloudWatch did not answer 3 of 3 metrics whole: no answer"}},
		{"cut", raw(200, string(cbor.Encode(cbor.Map{"MetricDataResults": cbor.List{cbor.Map{"Id": cbor.String("m0")}}}))[:25]), 5, []string{"the answer is not the CBOR that CloudWatch sends", "(5 attempts)"}},
		{"html502", raw(502, html502), 5, []string{"HTTP 502 Bad Gateway without an error of CloudWatch's (5 attempts)"}},
		{"an emulator without CloudWatch", raw(404, "<html>Not found</html>"), 1, []string{"HTTP 404 Not Found without an error of CloudWatch's"}},
		{"reset", wire(true, ""), 5, []string{"no answer from 127.0.0.1", "(5 attempts)"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			throttles := strings.HasPrefix(test.name, "thrott")
			patiently(t, throttles, func(t *testing.T, newEndpoint func(testing.TB) *endpoint) {
				e := newEndpoint(t)
				e.faults["GetMetricData"] = test.fault
				inv, stats, err := e.open(t).Collect(t.Context(), "us-east-1", []string{"GetMetricData", "DescribeVolumes"}, []lint.MetricQuery{burst})
				if err != nil {
					t.Fatal(err)
				}
				if reason := gap(t, inv, "GetMetricData", test.want...); strings.ContainsAny(reason, "<\n") {
					t.Errorf("not a reason for a person: %q", reason)
				}
				whole(t, inv, "DescribeVolumes")
				if n := len(e.requests("GetMetricData")); n != test.tries {
					t.Errorf("%d requests, not %d", n, test.tries)
				}
				if throttles != (stats.Throttled == 5) {
					t.Errorf("%d throttled", stats.Throttled)
				}
				if test.tries != 5 {
					return
				}
				// Once: retried, and nothing is missing.
				e = newEndpoint(t)
				e.faults["GetMetricData"] = first(1, test.fault)
				if pages, err := read(t, e, "GetMetricData", burst); err != nil || len(pages[0].([]lint.MetricDataResult)) != 3 {
					t.Errorf("failed once: %v, %v", pages, err)
				}
			})
		})
	}
}

func TestMetricsNeedVolumes(t *testing.T) {
	e := newEndpoint(t)
	e.faults["DescribeVolumes"] = failing(403, "UnauthorizedOperation", "no")
	inv, stats, err := e.open(t).Collect(t.Context(), "us-east-1", []string{"GetMetricData"}, []lint.MetricQuery{cpu, burst})
	if err != nil {
		t.Fatal(err)
	}
	gap(t, inv, "GetMetricData", "needs DescribeVolumes, which could not be read")
	if stats.Metrics != 0 || len(e.requests("GetMetricData")) != 0 {
		t.Errorf("%+v", stats)
	}
}

// The environment's endpoint for CloudWatch wins over Config.EndpointURL, as with STS.
func TestMetricsEndpoint(t *testing.T) {
	e, other := newEndpoint(t), newEndpoint(t)
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH", other.url)
	if _, err := read(t, e, "GetMetricData", burst); err != nil {
		t.Fatal(err)
	}
	if len(e.requests("GetMetricData")) != 0 || len(other.requests("GetMetricData")) != 1 || other.requests("")[0].region != "us-east-1" {
		t.Errorf("%d and %d requests", len(e.requests("GetMetricData")), len(other.requests("GetMetricData")))
	}
}

// More metrics than the bound cost nothing: none is asked for, and the gap says how many they would be.
func TestMetricsBound(t *testing.T) {
	for _, tt := range []struct {
		bound int
		gap   bool
	}{{0, false}, {6, false}, {5, true}} {
		e := newEndpoint(t)
		a := e.open(t, func(c *Config) { c.Metrics = tt.bound })
		inv, stats, err := a.Collect(t.Context(), "us-east-1", []string{"GetMetricData"}, []lint.MetricQuery{
			{Kind: "volume", Name: "BurstBalance", Statistic: "Minimum", Window: time.Hour}, {Kind: "volume", Name: "VolumeReadOps", Statistic: "Sum", Window: time.Hour},
		})
		if err != nil {
			t.Fatal(err)
		}
		if !tt.gap {
			whole(t, inv, "GetMetricData")
			continue
		}
		gap(t, inv, "GetMetricData", "it takes 6 metrics", "the bound is 5", "--max-metrics")
		if n := len(e.requests("GetMetricData")); n != 0 || stats.Metrics != 0 {
			t.Errorf("%d calls for %d metrics beyond the bound", n, stats.Metrics)
		}
	}
}

// CloudWatch files the series of an endpoint under four dimensions, and finds it by all of them only.
func TestEndpointMetrics(t *testing.T) {
	e := newEndpoint(t)
	e.pages["DescribeVpcEndpoints"] = []string{set("vpcEndpointSet",
		"<vpcEndpointId>vpce-1</vpcEndpointId><vpcId>vpc-1</vpcId><state>available</state><vpcEndpointType>Interface</vpcEndpointType><serviceName>com.amazonaws.us-east-1.ssm</serviceName>",
		"<vpcEndpointId>vpce-2</vpcEndpointId><vpcId>vpc-1</vpcId><state>available</state><vpcEndpointType>Gateway</vpcEndpointType><serviceName>com.amazonaws.us-east-1.s3</serviceName>")}
	e.pages["DescribeNatGateways"] = []string{set("natGatewaySet", "<natGatewayId>nat-1</natGatewayId><state>available</state>", "<natGatewayId>nat-2</natGatewayId><state>deleted</state>")}
	passed := lint.MetricQuery{Kind: "vpcEndpoint", Name: "BytesProcessed", Statistic: "Sum", Window: 24 * time.Hour}
	sent := lint.MetricQuery{Kind: "natGateway", Name: "BytesOutToDestination", Statistic: "Sum", Window: 24 * time.Hour}
	if _, err := read(t, e, "GetMetricData", passed, sent); err != nil {
		t.Fatal(err)
	}
	asked := e.requests("GetMetricData")[0].metrics["MetricDataQueries"].(cbor.List)
	if len(asked) != 2 {
		t.Fatalf("asked for %d series", len(asked))
	}
	for i, words := range [][]string{
		{"AWS/PrivateLinkEndpoints", "VPC Endpoint Id", "vpce-1", "Endpoint Type", "Interface", "Service Name", "com.amazonaws.us-east-1.ssm", "VPC Id", "vpc-1"},
		{"AWS/NATGateway", "NatGatewayId", "nat-1"},
	} {
		for _, w := range words {
			if got := fmt.Sprint(asked[i]); !strings.Contains(got, w) {
				t.Errorf("asked %s, without %s", got, w)
			}
		}
	}
}
