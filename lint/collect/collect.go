// Package collect reads one AWS account in one region into a [lint.Inventory]. It is the only package with AWS clients, and it
// only reads.
//
//	account, err := collect.Open(ctx, collect.Config{Profile: "prod"})
//	if err != nil { … }                     // a *ConfigError: the configuration, before any call
//	inv, stats, err := account.Collect(ctx, account.Region(), []string{"DescribeVolumes"})
//
// # What it promises
//
// All or nothing. A source (see [lint.Sources]) is in the inventory with all its pages, or it is a gap with a reason that a
// person can act on; the other sources go on. An answer that is cut, garbled, empty or a captive portal's page, a listing whose
// page token repeats, expires or leads nowhere: each is tried again where that helps, and then is a gap. Never does one read
// as "there are none".
//
// Gentle. All requests to a region, of all calls of [Account.Collect] and including retries, start no faster than Config.Rate
// a second, with no burst. Behind that the SDK's adaptive retries slow down whatever AWS throttles. Pages are of the
// largest size, each source is read once, and nothing is read that was not asked for (DescribeInstanceTypes asks for
// DescribeInstances, because it reads the types in use).
//
// Interruptible. When the context ends, Collect returns at once with what was read whole; the rest are gaps, "interrupted".
// Each attempt of each call has its own time limit.
//
// # What not to do
//
// Do not open an Account for each region: the regions of one Account share credentials and connections, and Collect may be
// called for several of them at once. Do not retry around Collect: a gap has been retried. Do not take a nil error for a whole
// inventory: ask [lint.Inventory.Gap]. Do not put *ec2.Client into an interface (see api.go). Do not add the SDK's paginators.
package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/patlint/patlint/lint"
)

// Stats is what a collection cost.
type Stats struct {
	Calls     int           // HTTP requests to EC2, retries included
	Throttled int           // how many of them AWS refused as too many
	Duration  time.Duration // from start to end
}

// A run is one call of Collect.
type run struct {
	account   func() string                         // the account's ID; "" where it cannot be learned
	instances func() ([][]types.Reservation, error) // read once, for two sources
}

// Collect reads sources, named as in [lint.Sources], in one region. Whatever could not be read is a gap of the inventory. An
// error is a fault of the caller's: no region, or a source that does not exist.
//
// It learns the account's ID by [Account.ID], or from the owners of what it read where these are all the same.
func (a *Account) Collect(ctx context.Context, region string, sources []string) (*lint.Inventory, Stats, error) {
	start := time.Now()
	if region == "" {
		return nil, Stats{}, errors.New("no region; choose one with --region, AWS_REGION or the profile")
	}
	wanted, err := choose(sources)
	if err != nil {
		return nil, Stats{}, err
	}
	count := &counters{}
	accountID := func() string {
		id, _ := a.ID(ctx)
		return id
	}
	r := &run{account: accountID, instances: sync.OnceValues(func() ([][]types.Reservation, error) {
		return listInstances(ctx, a.newAPI(region, count))
	})}
	refused := sync.OnceValue(func() string { return a.whyRefused(ctx, region, count) })

	answers := make([][]any, len(wanted))
	reasons := make([]string, len(wanted))
	var id string
	var wg sync.WaitGroup
	wg.Go(func() { id = accountID() })
	for i, reader := range wanted {
		wg.Go(func() {
			pages, err := reader.read(ctx, r, a.newAPI(region, count))
			if err != nil {
				reasons[i] = reason(ctx, reader.source, err, refused)
				return
			}
			answers[i] = pages
		})
	}
	wg.Wait()

	inv := &lint.Inventory{Account: id, Region: region, Time: start.UTC()}
	for i, reader := range wanted {
		if reasons[i] != "" {
			inv.SetGap(reader.source, reasons[i])
			continue
		}
		foreign := 0
		for _, page := range answers[i] {
			page, n := own(id, page)
			foreign += n
			if err := inv.Add(reader.source, page); err != nil {
				return nil, Stats{}, err
			}
		}
		if foreign > 0 {
			a.log("%s: left out %d items that belong to other accounts than %s", reader.source, foreign, id)
		}
	}
	inv.DeriveOrigin()
	return inv, Stats{int(count.calls.Load()), int(count.throttled.Load()), time.Since(start)}, nil
}

// choose finds the readers of sources, in the table's order, with the one that another needs.
func choose(sources []string) ([]reader, error) {
	want := map[string]bool{}
	for _, name := range sources {
		if !slices.ContainsFunc(readers, func(r reader) bool { return r.source == name }) {
			return nil, fmt.Errorf("there is no source %q to collect", name)
		}
		want[name] = true
	}
	if want["DescribeInstanceTypes"] {
		want["DescribeInstances"] = true
	}
	return slices.DeleteFunc(slices.Clone(readers), func(r reader) bool { return !want[r.source] }), nil
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
			return "ec2:" + s.Action
		}
	}
	return "ec2:" + source
}

// own leaves out what belongs to another account, where that is known. AWS sends no such snapshots and images, because they are
// asked for by owner; but an emulator may not understand the question (moto answers it with all 1,177 of Amazon's), and
// a finding about somebody else's snapshot is nothing that anybody can mend.
func own(account string, page any) (kept any, foreign int) {
	not := func(owner *string) bool { return account != "" && owner != nil && *owner != "" && *owner != account }
	switch items := page.(type) {
	case []types.Snapshot:
		mine := slices.DeleteFunc(items, func(s types.Snapshot) bool { return not(s.OwnerId) })
		return mine, len(items) - len(mine)
	case []types.Image:
		mine := slices.DeleteFunc(items, func(i types.Image) bool { return not(i.OwnerId) })
		return mine, len(items) - len(mine)
	}
	return page, 0
}
