package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/collect"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// accountFlags say which live account and regions to read, and how gently.
type accountFlags struct {
	profile  string
	regions  []string
	endpoint string
	rate     float64
	timeout  time.Duration
	metrics  bool
	most     int // metrics
	userData int
}

func (f *accountFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.profile, "profile", "", "profile of the AWS configuration (default: AWS_PROFILE, else the default one)")
	fl.StringArrayVarP(&f.regions, "region", "r", nil, "region to read; repeatable (default: AWS_REGION, else the profile's)")
	fl.StringVar(&f.endpoint, "endpoint-url", "", "send the calls there instead of to AWS, for an emulator (default: AWS_ENDPOINT_URL_EC2)")
	fl.Float64Var(&f.rate, "rate", collect.DefaultRate, "at most so many calls a second in one region, retries included; 0 for no limit")
	fl.DurationVar(&f.timeout, "timeout", collect.DefaultTimeout, "time limit of one attempt of one call")
	fl.IntVar(&f.userData, "user-data-calls", collect.DefaultUserDataCalls, "at most so many instances of a region are asked for their user data, one call each; 0 for none")
	fl.IntVar(&f.most, "max-metrics", collect.DefaultMetrics, "ask CloudWatch for at most so many metrics of a region; beyond that none is read, and the report says so")
	fl.BoolVar(&f.metrics, "metrics", false, "choose the patterns that read CloudWatch too; AWS charges for its metrics, see --plan")
}

// regionName is the form of a part of a host name, which a region becomes.
var regionName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// liveFlags are the names of the flags that make sense only with a live account.
var liveFlags = []string{"profile", "region", "endpoint-url", "rate", "timeout", "max-metrics", "user-data-calls"}

// A reading is what was read of one region.
type reading struct {
	inv   *lint.Inventory
	calls int
}

// maxRegions bounds the regions that are read at the same time, and with them the memory.
const maxRegions = 8

// affordable are the rules that the flag --metrics leaves, and the IDs of the patterns that it leaves out.
func (f *accountFlags) affordable(rules *lint.Rules) (*lint.Rules, []string) {
	measured := rules.Measured()
	if f.metrics || len(measured) == 0 {
		return rules, nil
	}
	return rules.Only(func(p *patterns.Pattern) bool { return !slices.Contains(measured, p.ID) }), measured
}

// read collects the sources and metrics of all regions and hands each one over as it comes in, one at a time. What cannot be read is a gap in
// its inventory; an error is one of configuration.
func (f *accountFlags) read(ctx context.Context, sources []string, metrics []lint.MetricQuery, stderr io.Writer, verbose bool, each func(reading) error) error {
	if f.rate < 0 || math.IsNaN(f.rate) {
		return fmt.Errorf("--rate takes a number of calls a second, or 0 for no limit")
	}
	if f.timeout <= 0 {
		return fmt.Errorf("--timeout takes a duration such as 20s")
	}
	if f.most < 1 {
		return fmt.Errorf("--max-metrics takes a number of metrics; without --metrics none is read")
	}
	if f.userData < 0 {
		return fmt.Errorf("--user-data-calls takes a number of calls, or 0 for none")
	}
	conf := collect.Config{Profile: f.profile, EndpointURL: f.endpoint, Rate: f.rate, Timeout: f.timeout, Metrics: f.most, UserDataCalls: f.userData}
	if f.rate == 0 {
		conf.Rate = math.Inf(1)
	}
	if f.userData == 0 {
		conf.UserDataCalls = -1
	}
	var logging, handing sync.Mutex
	if verbose {
		conf.Log = func(s string) {
			logging.Lock()
			defer logging.Unlock()
			note(stderr, s)
		}
	}
	for _, r := range f.regions {
		if !regionName.MatchString(r) {
			return fmt.Errorf("--region %q is not the name of a region, such as us-east-1; for several, give --region several times", r)
		}
	}
	if len(f.regions) > 0 {
		conf.Region = f.regions[0]
	}
	account, err := collect.Open(ctx, conf)
	if err != nil {
		return err
	}
	regions := slices.Clone(f.regions)
	if len(regions) == 0 && account.Region() != "" {
		regions = []string{account.Region()}
	}
	if len(regions) == 0 {
		return fmt.Errorf("no region: give --region us-east-1, set AWS_REGION or set region in the profile")
	}
	slices.Sort(regions)
	regions = slices.Compact(regions)
	show := newProgress(stderr)
	show.say("reading " + strings.Join(regions, ", ") + " …")
	defer show.say("")
	if _, err := account.ID(ctx); err != nil {
		show.say("")
		note(stderr, err.Error()+"; going on without it")
	}
	g := errgroup.Group{}
	g.SetLimit(maxRegions)
	for _, region := range regions {
		g.Go(func() error {
			inv, stats, err := account.Collect(ctx, region, sources, metrics)
			if err != nil {
				return err
			}
			handing.Lock()
			defer handing.Unlock()
			if stats.Throttled > 0 {
				show.say("")
				note(stderr, fmt.Sprintf("%s: AWS refused %s as too many, and they were tried again; --rate lowers the rate", region, plural(stats.Throttled, "call", "calls")))
			}
			if stats.Metrics > 0 {
				show.say("")
				note(stderr, fmt.Sprintf("%s: asked CloudWatch for %s; AWS charges %s", region, plural(stats.Metrics, "metric", "metrics"), metricsPrice()))
			}
			show.say(fmt.Sprintf("%s: %d calls, %d resources", region, stats.Calls, inv.Resources()))
			return each(reading{inv, stats.Calls})
		})
	}
	return g.Wait()
}
