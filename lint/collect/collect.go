// Package collect reads one AWS account in one region into a [lint.Inventory]. It is the only package with AWS clients, and it
// only reads.
//
//	account, err := collect.Open(ctx, collect.Config{Profile: "prod"})
//	if err != nil { … }                     // a *ConfigError: the configuration, before any call
//	inv, stats, err := account.Collect(ctx, account.Region(), []string{"DescribeVolumes"}, nil)
//
// # What it promises
//
// All or nothing. A source (see [lint.Sources]) is in the inventory with all its pages, or it is a gap with a reason that a
// person can act on; the other sources go on. An answer that is cut, garbled, empty or a captive portal's page, a listing whose
// page token repeats, expires or leads nowhere: each is tried again where that helps, and then is a gap. Never does one read
// as "there are none". What takes a call for each resource, such as user data, is the exception: what was read of it stays beside the gap
// that says how much is missing.
//
// Gentle. All requests to a region, of all calls of [Account.Collect] and including retries, start no faster than Config.Rate
// a second, with no burst; so do those of all accounts with the same ID and the same [Shared]. Where AWS refuses a request as one too many, the
// rate of the region falls by half, and rises again while all goes well, but never above Config.Rate; the SDK's adaptive retries
// slow down the call that was refused besides. Pages are of the
// largest size, each source is read once, and nothing is read that was not asked for, but what a source's questions come from: instance
// types, metrics and what takes a call for each resource are asked of what the listings found.
//
// Quick where that costs little. Long listings of instances, snapshots and volumes are read in several parts side by side, behind the same
// rate, where it has room for more calls; that takes some 13 calls more, and never more than 21 where it succeeds. What makes the parts the whole, and what happens where
// they are not, stands in divide.go.
//
// Discreet. The keys of VPN connections are dropped as soon as they are read. User data is kept, because rules read it.
//
// Interruptible. When the context ends, Collect returns at once with what was read whole; the rest are gaps, "interrupted".
// Each attempt of each call has its own time limit.
//
// # What not to do
//
// Do not open an Account for each region: the regions of one Account share credentials and connections, and Collect may be
// called for several of them at once. Do not open several Accounts without one [Shared]: each would have connections and rates of its
// own. Do not retry around Collect: a gap has been retried. Do not take a nil error for a whole
// inventory: ask [lint.Inventory.Gap]. Do not put a client into an interface (see api.go). Do not add the SDK's paginators.
package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/smithy-go"

	"github.com/patlint/patlint/lint"
)

// Stats is what a collection cost.
type Stats struct {
	Calls     int           // HTTP requests to EC2 and CloudWatch, retries included
	Throttled int           // how many of them AWS refused as too many
	Retries   int           // how many of them were not the first attempt of a call
	Metrics   int           // series that CloudWatch was asked for, which it charges for; again with each further page
	Duration  time.Duration // from start to end
}

func (c *counters) stats(took time.Duration) Stats {
	return Stats{Calls: int(c.calls.Load()), Throttled: int(c.throttled.Load()), Retries: int(c.retries.Load()), Metrics: int(c.metrics.Load()), Duration: took}
}

// A run is one call of Collect.
type run struct {
	account *Account
	region  string
	time    time.Time // of the inventory
	metrics []lint.MetricQuery
	count   *counters
	sources []string                         // to read, sorted
	pages   map[string]func() ([]any, error) // by source: each is read once, whoever asks first
}

// items counts what is read, for all to see.
func (r *run) items() *atomic.Int64 { return &r.account.shared.progress.items }

// inventory has whole sources, for the questions of another.
func (r *run) inventory(sources ...string) (*lint.Inventory, error) {
	inv := &lint.Inventory{}
	for _, source := range sources {
		pages, err := r.pages[source]()
		if err != nil {
			return nil, errNeeds(source)
		}
		for _, page := range pages {
			if err := inv.Add(source, page); err != nil {
				return nil, err
			}
		}
	}
	return inv, nil
}

// errNeeds is why a source that takes its questions from another is not read.
func errNeeds(source string) error {
	return fmt.Errorf("needs %s, which could not be read", source)
}

// Collect reads sources, named as in [lint.Sources], in one region, and metrics if GetMetricData is one of the sources. Whatever could
// not be read is a gap of the inventory. An error is a fault of the caller's: no region, or a source that does not exist.
//
// It learns the account's ID by [Account.ID], or from the owners of what it read where these are all the same.
func (a *Account) Collect(ctx context.Context, region string, sources []string, metrics []lint.MetricQuery) (*lint.Inventory, Stats, error) {
	start := time.Now()
	if region == "" {
		return nil, Stats{}, errors.New("no region; choose one with --region, AWS_REGION or the profile")
	}
	r, err := a.newRun(ctx, region, sources, metrics)
	if err != nil {
		return nil, Stats{}, err
	}
	refused := sync.OnceValue(func() string { return a.whyRefused(ctx, region, r.count) })

	answers := make([][]any, len(r.sources))
	reasons := make([]string, len(r.sources))
	var id string
	var wg sync.WaitGroup
	wg.Go(func() { id, _ = a.ID(ctx) })
	for i, source := range r.sources {
		wg.Go(func() {
			var err error
			if answers[i], err = r.pages[source](); err != nil {
				reasons[i] = reason(ctx, source, err, refused)
			}
		})
	}
	wg.Wait()

	inv := &lint.Inventory{Account: id, Region: region, Time: r.time}
	for i, source := range r.sources {
		foreign := 0
		for _, page := range answers[i] {
			page, n := lint.Own(id, page)
			foreign += n
			if err := inv.Add(source, page); err != nil {
				return nil, Stats{}, err
			}
		}
		if reasons[i] != "" {
			inv.SetGap(source, reasons[i])
		}
		if foreign > 0 {
			a.log("%s: left out %d items that belong to other accounts than %s", source, foreign, id)
		}
	}
	inv.DeriveOrigin()
	return inv, r.count.stats(time.Since(start)), nil
}

// newRun prepares the readers of sources and what they share. It reads nothing.
func (a *Account) newRun(ctx context.Context, region string, sources []string, metrics []lint.MetricQuery) (*run, error) {
	wanted, err := choose(sources, metrics)
	if err != nil {
		return nil, err
	}
	r := &run{account: a, region: region, time: time.Now().UTC(), metrics: metrics, count: &counters{}, pages: map[string]func() ([]any, error){}}
	for i, known := range readers(nil) {
		if !wanted[known.source] {
			continue
		}
		r.sources = append(r.sources, known.source)
		r.pages[known.source] = sync.OnceValues(func() ([]any, error) {
			return readers(a.newEC2(region, r.count))[i].read(ctx, r) // with a client of its own
		})
	}
	return r, nil
}

// choose adds to sources those that they take their questions from.
func choose(sources []string, metrics []lint.MetricQuery) (map[string]bool, error) {
	known := readers(nil)
	want := map[string]bool{}
	for _, name := range sources {
		if !slices.ContainsFunc(known, func(r reader) bool { return r.source == name }) {
			return nil, fmt.Errorf("there is no source %q to collect", name)
		}
		want[name] = true
	}
	for _, s := range lint.Sources() {
		if want[s.Name] && s.Each != "" {
			want[s.Each] = true
		}
	}
	if want["DescribeInstanceTypes"] {
		want["DescribeInstances"] = true
	}
	if want["DescribeInstanceAttribute"] {
		want["DescribeLaunchTemplateVersions"] = true
	}
	if want["GetMetricData"] {
		measured, err := measuredSources(metrics)
		if err != nil {
			return nil, err
		}
		for _, name := range measured {
			want[name] = true
		}
	}
	return want, nil
}

// reason is why a source is a gap.
func reason(ctx context.Context, source string, err error, refused func() string) string {
	if ctx.Err() != nil {
		return interrupted
	}
	text := words(permission(source), err)
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "AuthFailure" {
		text += "; " + refused()
		if ctx.Err() != nil {
			return interrupted
		}
	}
	return text
}

// permission is the IAM permission that a source needs.
func permission(source string) string {
	for _, s := range lint.Sources() {
		if s.Name == source {
			return s.Permission()
		}
	}
	return "ec2:" + source
}
