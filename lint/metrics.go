package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A MetricQuery is one series that rules ask of CloudWatch for each resource of a kind: each volume that is in use, each instance that runs, each NAT gateway
// and each VPC endpoint with interfaces that is available.
type MetricQuery struct {
	Kind      string        // instance, natGateway, volume or vpcEndpoint
	Name      string        // the metric's name at AWS
	Statistic string        // Average, Maximum, Minimum, SampleCount or Sum
	Window    time.Duration // how far back, from the time of the inventory
}

// A MetricDataResult is one series, in the shape in which the AWS CLI's get-metric-data prints it. Its Label is [MetricQuery.Label]. Values are of
// the query's period, in any order.
type MetricDataResult struct {
	Id         *string
	Label      *string
	Timestamps []time.Time
	Values     []float64
	StatusCode *string
}

// A metricKind is a kind that has metrics.
type metricKind struct {
	kind, namespace, dimension string
	names                      []string
	has                        func(inv *Inventory, v any) bool // whether a resource has series now
	quiet                      bool                             // it has values only for the minutes with traffic, so that none are as good as zeros
}

// metricKinds are all of them, with the namespace and the dimension that CloudWatch files them under (Amazon EC2 User Guide, "CloudWatch metrics for your
// instances"; Amazon EBS User Guide, "CloudWatch metrics for Amazon EBS"; Amazon VPC User Guide, "Monitor NAT gateways with Amazon CloudWatch"; AWS
// PrivateLink Guide, "CloudWatch metrics for AWS PrivateLink"). Some have more dimensions; package collect knows which. Keep sorted.
var metricKinds = []metricKind{
	{"instance", "AWS/EC2", "InstanceId", []string{
		"CPUCreditBalance", "CPUCreditUsage", "CPUSurplusCreditBalance", "CPUSurplusCreditsCharged", "CPUUtilization",
		"DiskReadBytes", "DiskReadOps", "DiskWriteBytes", "DiskWriteOps",
		"EBSByteBalance%", "EBSIOBalance%", "EBSReadBytes", "EBSReadOps", "EBSWriteBytes", "EBSWriteOps",
		"InstanceEBSIOPSExceededCheck", "InstanceEBSThroughputExceededCheck",
		"GPUPowerUtilization", "MetadataNoToken", "MetadataNoTokenRejected", "NetworkIn", "NetworkOut", "NetworkPacketsIn", "NetworkPacketsOut",
		"StatusCheckFailed", "StatusCheckFailed_Application", "StatusCheckFailed_AttachedEBS", "StatusCheckFailed_Instance", "StatusCheckFailed_System",
	}, hasState(func(i *types.Instance) bool { return i.State != nil && i.State.Name == types.InstanceStateNameRunning }), false},
	{"natGateway", "AWS/NATGateway", "NatGatewayId", []string{
		"ActiveConnectionCount", "BytesInFromDestination", "BytesInFromSource", "BytesOutToDestination", "BytesOutToSource", "ConnectionAttemptCount", "ConnectionEstablishedCount",
		"ErrorPortAllocation", "IdleTimeoutCount", "PacketsDropCount", "PacketsInFromDestination", "PacketsInFromSource", "PacketsOutToDestination", "PacketsOutToSource",
		"PeakBytesPerSecond", "PeakPacketsPerSecond",
	}, hasState(func(n *types.NatGateway) bool { return n.State == types.NatGatewayStateAvailable }), false},
	{"volume", "AWS/EBS", "VolumeId", []string{
		"BurstBalance", "VolumeAvgIOPS", "VolumeAvgReadLatency", "VolumeAvgThroughput", "VolumeAvgWriteLatency", "VolumeConsumedReadWriteOps", "VolumeIOPSExceededCheck", "VolumeIdleTime", "VolumeQueueLength",
		"VolumeReadBytes", "VolumeReadOps", "VolumeStalledIOCheck", "VolumeThroughputExceededCheck", "VolumeThroughputPercentage",
		"VolumeTotalReadTime", "VolumeTotalWriteTime", "VolumeWriteBytes", "VolumeWriteOps",
	}, hasState(func(v *types.Volume) bool { return v.State == types.VolumeStateInUse }), false},
	{"vpcEndpoint", "AWS/PrivateLinkEndpoints", "VPC Endpoint Id", []string{
		"ActiveConnections", "BytesProcessed", "NewConnections", "PacketsDropped", "RstPacketsReceived",
	}, endpointHas, true},
}

func hasState[T any](has func(*T) bool) func(*Inventory, any) bool {
	return func(_ *Inventory, v any) bool { return has(v.(*T)) }
}

// endpointHas tells whether an endpoint has metrics: gateway endpoints have none, and one to a service in another region has none either.
func endpointHas(inv *Inventory, v any) bool {
	e := v.(*types.VpcEndpoint)
	return strings.EqualFold(string(e.State), string(types.StateAvailable)) &&
		(e.VpcEndpointType == types.VpcEndpointTypeInterface || e.VpcEndpointType == types.VpcEndpointTypeGatewayLoadBalancer) &&
		(str(e.ServiceRegion) == "" || str(e.ServiceRegion) == inv.Region)
}

func metricKindNamed(name string) (metricKind, bool) {
	i := slices.IndexFunc(metricKinds, func(k metricKind) bool { return k.kind == name })
	if i < 0 {
		return metricKind{}, false
	}
	return metricKinds[i], true
}

var statistics = []string{"Average", "Maximum", "Minimum", "SampleCount", "Sum"}

// maxWindow is how long CloudWatch keeps values of an hour (CloudWatch User Guide, "Metrics retention": 455 days).
const maxWindow = 455 * 24 * time.Hour

// Label names the series of one resource in an answer: "vol-0123 BurstBalance Minimum 24h".
func (q MetricQuery) Label(id string) string {
	return strings.Join([]string{id, q.Name, q.Statistic, q.window()}, " ")
}

// Period is the length of one value: an hour, or the window where that is shorter.
func (q MetricQuery) Period() time.Duration { return min(q.Window, time.Hour) }

// Namespace is where CloudWatch files the metric, and the dimension that holds the resource's ID.
func (q MetricQuery) Namespace() (namespace, dimension string) {
	k, _ := metricKindNamed(q.Kind)
	return k.namespace, k.dimension
}

// Source is the listing whose resources it measures; "" for a kind that has no metrics.
func (q MetricQuery) Source() string {
	if _, ok := metricKindNamed(q.Kind); !ok {
		return ""
	}
	k, _ := kindNamed(q.Kind)
	return k.source
}

// Of lists the resources of an inventory that have such a series, by ID.
func (q MetricQuery) Of(inv *Inventory) []string {
	m, ok := metricKindNamed(q.Kind)
	if !ok {
		return nil
	}
	var out []string
	k, _ := kindNamed(q.Kind)
	for _, v := range inv.sorted(k) {
		if m.has(inv, v) {
			out = append(out, str(k.id(v)))
		}
	}
	return out
}

func (q MetricQuery) window() string {
	if q.Window%time.Hour == 0 {
		return fmt.Sprintf("%dh", q.Window/time.Hour)
	}
	return fmt.Sprintf("%dm", q.Window/time.Minute)
}

// newMetricQuery checks what a rule asks.
func newMetricQuery(kind, name, statistic, window string) (MetricQuery, error) {
	if k, _ := metricKindNamed(kind); !slices.Contains(k.names, name) {
		return MetricQuery{}, fmt.Errorf("%s has no metric %s%s", k.namespace, name, orList(name, k.names))
	}
	if !slices.Contains(statistics, statistic) {
		return MetricQuery{}, fmt.Errorf("%q is no statistic; known are %s", statistic, strings.Join(statistics, ", "))
	}
	d, err := time.ParseDuration(window)
	switch {
	case err != nil || d < time.Minute || d%time.Minute != 0 || d > time.Hour && d%time.Hour != 0:
		return MetricQuery{}, fmt.Errorf("%q is no window; write whole hours, as in \"24h\", or up to an hour in minutes, as in \"15m\"", window)
	case d > maxWindow:
		return MetricQuery{}, fmt.Errorf("CloudWatch keeps hourly values for %d hours, fewer than %s", maxWindow/time.Hour, window)
	}
	return MetricQuery{kind, name, statistic, d}, nil
}

// metric reads a metric of the subject. The names of metric, statistic and window are constants of the rule: they are known before any call.
func metric[S any](name, doc, kind string, busiest bool) relation {
	k, _ := kindNamed(kind)
	m, _ := metricKindNamed(kind)
	return relation{on: typeOf[S](), name: name, args: []*cel.Type{cel.StringType, cel.StringType, cel.StringType}, result: cel.DoubleType, needs: []string{metricData, k.source}, doc: doc,
		bind: func(b *binding) func(any, []ref.Val) ref.Val {
			series := listedByID(metricData, func(m *MetricDataResult) string { return str(m.Label) })(b.inv)
			return func(v any, args []ref.Val) ref.Val {
				words := make([]string, len(args))
				for i, a := range args {
					s, ok := a.(celtypes.String)
					if !ok {
						return celtypes.MaybeNoSuchOverloadErr(a)
					}
					words[i] = string(s)
				}
				q, err := newMetricQuery(kind, words[0], words[1], words[2])
				if err != nil {
					return celtypes.WrapErr(err)
				}
				id := str(k.id(v))
				got, ok := series[q.Label(id)]
				switch {
				case !ok:
					return unknownReason(fmt.Sprintf("%s of %s was not asked for", q.Name, id))
				case len(got.Values) == 0 && m.quiet && q.Statistic != "Average" && q.Statistic != "Minimum":
					return celtypes.Double(0)
				case len(got.Values) == 0:
					return unknownReason(fmt.Sprintf("CloudWatch has no %s of %s in the last %s", q.Name, id, q.window()))
				case busiest:
					return celtypes.Double(slices.Max(got.Values))
				}
				return celtypes.Double(q.over(got.Values))
			}
		}}
}

// over makes one value of those of each period.
func (q MetricQuery) over(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	switch q.Statistic {
	case "Average":
		return sum / float64(len(values))
	case "Maximum":
		return slices.Max(values)
	case "Minimum":
		return slices.Min(values)
	default:
		return sum
	}
}

// metricQuery reads the query of a call in a rule. Its arguments must be constants, or params of type string.
func (c *compiler) metricQuery(r *rule, call ast.CallExpr, overload string) (MetricQuery, error) {
	kind := ""
	for _, k := range metricKinds {
		if named, _ := kindNamed(k.kind); strings.HasPrefix(overload, celName(named.typ)+".") {
			kind = k.kind
		}
	}
	words := make([]string, len(call.Args()))
	for i, a := range call.Args() {
		var v ref.Val
		switch a.Kind() {
		case ast.LiteralKind:
			v = a.AsLiteral()
		case ast.IdentKind:
			v = r.params[a.AsIdent()]
		case ast.SelectKind: // params.window
			v = r.params["params."+a.AsSelect().FieldName()]
		}
		s, ok := v.(celtypes.String)
		if !ok {
			return MetricQuery{}, fmt.Errorf("metric, statistic and window are texts, written here or in a param: what is asked of CloudWatch is known before any call")
		}
		words[i] = string(s)
	}
	return newMetricQuery(kind, words[0], words[1], words[2])
}

// Metrics are the queries that the rules need, sorted and each once.
func (rs *Rules) Metrics() []MetricQuery {
	found := map[MetricQuery]bool{}
	for _, r := range rs.rules {
		for _, q := range r.metrics {
			found[q] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b MetricQuery) int {
		return strings.Compare(a.Kind+" "+a.Label(""), b.Kind+" "+b.Label(""))
	})
}

// Needing are the IDs of the patterns whose rules read a source of that [Source.Extra], in the order of the catalog. Of regions, which is the Extra of no
// source, they are those whose rules compare the regions of an account.
func (rs *Rules) Needing(extra string) []string {
	var out []string
	for _, r := range rs.rules {
		if extra == across && r.compares() || slices.ContainsFunc(slices.Concat(r.needs, r.extras, r.uses), func(name string) bool { s, _ := sourceNamed(name); return s.Extra == extra }) {
			out = append(out, r.pattern.ID)
		}
	}
	return out
}
