package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint"
)

// metricQueries is the most that CloudWatch takes in one call (CloudWatch API Reference, "GetMetricData").
const metricQueries = 500

// perAttachment are the metrics of a volume that CloudWatch files under the volume and its instance (CloudWatch User Guide, the table
// of metrics and dimensions of AWS/EBS). Asked for by the volume alone they have no values. Keep sorted.
var perAttachment = []string{
	"VolumeAvgIOPS", "VolumeAvgReadLatency", "VolumeAvgThroughput", "VolumeAvgWriteLatency",
	"VolumeIOPSExceededCheck", "VolumeStalledIOCheck", "VolumeThroughputExceededCheck",
}

// measuredSources are the listings whose resources the queries measure.
func measuredSources(metrics []lint.MetricQuery) ([]string, error) {
	var sources []string
	for _, q := range metrics {
		if q.Source() == "" {
			return nil, fmt.Errorf("there are no metrics of kind %q to collect", q.Kind)
		}
		sources = append(sources, q.Source())
	}
	slices.Sort(sources)
	return slices.Compact(sources), nil
}

// A series is one question to CloudWatch.
type series struct {
	label string
	query cwtypes.MetricDataQuery
}

// readMetrics asks CloudWatch for each query of each resource that has it. Calls are by window, because a call has one start and end.
func readMetrics(ctx context.Context, r *run) ([]any, error) {
	sources, err := measuredSources(r.metrics)
	if err != nil {
		return nil, err
	}
	inv, err := r.inventory(sources...)
	if err != nil {
		return nil, err
	}
	more := dimensions{ // only if a query asks for them
		attached:  sync.OnceValue(func() map[string][]string { return attachedTo(r) }),
		endpoints: sync.OnceValue(func() map[string]types.VpcEndpoint { return endpointsOf(r) }),
	}
	windows := map[time.Duration][]series{}
	var order []time.Duration
	n := 0
	for _, q := range r.metrics {
		for _, id := range q.Of(inv) {
			filed := more.of(q, id)
			if filed == nil {
				continue
			}
			if windows[q.Window] == nil {
				order = append(order, q.Window)
			}
			windows[q.Window] = append(windows[q.Window], newSeries(fmt.Sprintf("m%d", n), q, id, filed))
			n++
		}
	}
	if limit := r.account.conf.Metrics; n > limit {
		return nil, fmt.Errorf("it takes %d metrics, which AWS charges for, and the bound is %d; --max-metrics raises it", n, limit)
	}
	client := r.account.newCloudWatch(r.region, r.count)
	page := []lint.MetricDataResult{}
	for _, window := range order {
		for asked := range slices.Chunk(windows[window], metricQueries) {
			results, err := askMetrics(ctx, r, client, window, asked)
			if err != nil {
				return nil, err
			}
			page = append(page, results...)
		}
	}
	return []any{page}, nil
}

func newSeries(id string, q lint.MetricQuery, resource string, dimensions []cwtypes.Dimension) series {
	namespace, _ := q.Namespace()
	label := q.Label(resource)
	return series{label, cwtypes.MetricDataQuery{
		Id: &id, Label: &label, ReturnData: aws.Bool(true),
		MetricStat: &cwtypes.MetricStat{
			Metric: &cwtypes.Metric{Namespace: &namespace, MetricName: aws.String(q.Name), Dimensions: dimensions},
			Period: aws.Int32(int32(q.Period() / time.Second)), Stat: aws.String(q.Statistic),
		},
	}}
}

// dimensions are what CloudWatch files some series under besides the resource's ID.
type dimensions struct {
	attached  func() map[string][]string          // the instances of each volume
	endpoints func() map[string]types.VpcEndpoint // by ID
}

// of is all that a series is filed under; nil where that is not known: a volume that is attached to several instances has no series of its own of what is
// filed by attachment.
func (d dimensions) of(q lint.MetricQuery, id string) []cwtypes.Dimension {
	_, name := q.Namespace()
	filed := []cwtypes.Dimension{{Name: &name, Value: &id}}
	_, attachment := slices.BinarySearch(perAttachment, q.Name)
	switch {
	case q.Kind == "volume" && attachment:
		instances := d.attached()[id]
		if len(instances) != 1 {
			return nil
		}
		return append(filed, cwtypes.Dimension{Name: aws.String("InstanceId"), Value: &instances[0]})
	case q.Kind == "vpcEndpoint":
		e := d.endpoints()[id]
		return append(filed,
			cwtypes.Dimension{Name: aws.String("Endpoint Type"), Value: aws.String(string(e.VpcEndpointType))},
			cwtypes.Dimension{Name: aws.String("Service Name"), Value: e.ServiceName},
			cwtypes.Dimension{Name: aws.String("VPC Id"), Value: e.VpcId})
	}
	return filed
}

func endpointsOf(r *run) map[string]types.VpcEndpoint {
	pages, _ := r.pages["DescribeVpcEndpoints"]()
	out := map[string]types.VpcEndpoint{}
	for _, page := range pages {
		for _, e := range page.([]types.VpcEndpoint) {
			out[aws.ToString(e.VpcEndpointId)] = e
		}
	}
	return out
}

// attachedTo lists the instances of each volume.
func attachedTo(r *run) map[string][]string {
	pages, _ := r.pages["DescribeVolumes"]()
	out := map[string][]string{}
	for _, page := range pages {
		for _, v := range page.([]types.Volume) {
			for _, a := range v.Attachments {
				if a.InstanceId != nil && v.VolumeId != nil {
					out[*v.VolumeId] = append(out[*v.VolumeId], *a.InstanceId)
				}
			}
		}
	}
	return out
}

// askMetrics puts at most metricQueries questions of one window. An answer must have each of them, complete.
func askMetrics(ctx context.Context, r *run, c *cloudwatch.Client, window time.Duration, asked []series) ([]lint.MetricDataResult, error) {
	period := lint.MetricQuery{Window: window}.Period()
	end := r.time.Truncate(period)
	in := cloudwatch.GetMetricDataInput{StartTime: aws.Time(end.Add(-window)), EndTime: &end, ScanBy: cwtypes.ScanByTimestampDescending}
	for _, s := range asked {
		in.MetricDataQueries = append(in.MetricDataQueries, s.query)
	}
	most := len(asked) * (int(window/period) + 1)
	values := 0
	pages, err := listAll(ctx, new(atomic.Int64), func(ctx context.Context, token *string, _ map[string]bool) (any, int, *string, error) {
		if token == nil {
			values = 0
		}
		in := in
		in.NextToken = token
		r.count.metrics.Add(int64(len(asked)))
		out, err := c.GetMetricData(ctx, &in)
		if err != nil {
			return nil, 0, nil, err
		}
		news := 0
		for _, m := range out.MetricDataResults {
			if len(m.Timestamps) != len(m.Values) {
				return nil, 0, nil, errUneven
			}
			news += len(m.Values)
		}
		if values += news; values > most {
			return nil, 0, nil, errTooMuch
		}
		return out.MetricDataResults, news, out.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	return merge(asked, pages)
}

var (
	errUneven  = errors.New("CloudWatch sent values without their times")
	errTooMuch = errors.New("CloudWatch sent more values than it was asked for")
)

// merge puts the parts of each series together. Its status is that of the last part: PartialData says that more was to come.
func merge(asked []series, pages []any) ([]lint.MetricDataResult, error) {
	results := make([]lint.MetricDataResult, len(asked))
	at := map[string]int{}
	for i, s := range asked {
		results[i] = lint.MetricDataResult{Id: s.query.Id, Label: &asked[i].label}
		at[*s.query.Id] = i
	}
	why := make([]string, len(asked)) // what CloudWatch says of it
	for _, page := range pages {
		for _, m := range page.([]cwtypes.MetricDataResult) {
			i, ok := at[aws.ToString(m.Id)]
			if !ok {
				continue
			}
			results[i].Timestamps = append(results[i].Timestamps, m.Timestamps...)
			results[i].Values = append(results[i].Values, m.Values...)
			results[i].StatusCode = aws.String(string(m.StatusCode))
			why[i] = ""
			for _, message := range m.Messages {
				why[i] = ": " + clean(aws.ToString(message.Value))
			}
		}
	}
	var failed int
	var first string
	for i := range results {
		status := aws.ToString(results[i].StatusCode)
		if status == string(cwtypes.StatusCodeComplete) {
			continue
		}
		if failed++; failed == 1 {
			first = status + why[i]
			if status == "" {
				first = "no answer"
			}
		}
	}
	if failed > 0 {
		return nil, fmt.Errorf("CloudWatch did not answer %s of %s metrics whole: %s", thousands(failed), thousands(len(asked)), first)
	}
	return results, nil
}
