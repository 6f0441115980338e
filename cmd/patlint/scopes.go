package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/collect"
	"golang.org/x/sync/errgroup"
)

// A reading is what was read of one account and region.
type reading struct {
	inv   *lint.Inventory
	stats collect.Stats
}

// A sink takes what a tour brings home. Its functions are called one at a time.
type sink struct {
	scope       func(reading) error
	account     func(regions []*lint.Inventory) error              // what is compared of an account's regions, once all are in; nil where nothing is
	unreachable func(account, region, action, reason string) error // an account, or a region of one, that could not be read at all
	skipped     func(lint.Skip)
}

// errInterrupted stands for what the user broke off.
var errInterrupted = errors.New("interrupted")

// A tour reads many accounts and regions. An account and region that two ways lead to is read once.
type tour struct {
	*accountFlags
	conf    collect.Config
	sources []string
	queries []lint.MetricQuery

	compared []string // sources of which the sink gets all regions of an account together

	stderr io.Writer
	show   *progress

	mu   sync.Mutex // in front of the sink
	sink sink
	read map[[2]string]bool // accounts and regions that the sink has had
}

// A visit is one account to read.
type visit struct {
	id      string // "" until it is known
	way     string // how it is reached: profile prod, role arn:…; "" where there is one way only
	action  string // that reaching it takes; "" for none
	open    func(context.Context) (*collect.Account, error)
	regions []string // nil for all that are enabled
	others  []visit  // other ways to the same account, tried where this one fails
}

// plan lists the visits. It opens the accounts of profiles, and asks for the members of the organization.
func (t *tour) plan(ctx context.Context) ([]visit, error) {
	profiles := t.profiles
	if len(profiles) == 0 {
		profiles = []string{""}
	}
	accounts := make([]*collect.Account, len(profiles))
	errs := make([]error, len(profiles))
	var g errgroup.Group
	g.SetLimit(t.parallel)
	for i, name := range profiles {
		g.Go(func() error {
			conf := t.conf
			conf.Profile = name
			accounts[i], errs[i] = collect.Open(ctx, conf)
			if errs[i] == nil {
				_, _ = accounts[i].ID(ctx) // run says it where it cannot be had
			}
			return nil
		})
	}
	_ = g.Wait()
	if len(profiles) == 1 && errs[0] != nil {
		return nil, errs[0]
	}
	if t.assumes() {
		return t.roleVisits(ctx, accounts[0])
	}
	var visits []visit
	for i, account := range accounts {
		way := ""
		if len(profiles) > 1 {
			way = "profile " + profiles[i]
		}
		if errs[i] != nil {
			err := errs[i]
			visits = append(visits, visit{way: way, open: func(context.Context) (*collect.Account, error) { return nil, err }})
			continue
		}
		regions, err := t.regionsOf(account)
		if err != nil {
			if way == "" {
				return nil, err
			}
			visits = append(visits, visit{way: way, open: func(context.Context) (*collect.Account, error) { return nil, err }})
			continue
		}
		id, _ := account.ID(ctx)
		visits = append(visits, visit{id: id, way: way, regions: regions, open: func(context.Context) (*collect.Account, error) { return account, nil }})
	}
	return t.once(visits), nil
}

// regionsOf are the regions to read in an account; nil for all.
func (t *tour) regionsOf(account *collect.Account) ([]string, error) {
	regions := slices.Clone(t.regions)
	switch {
	case t.allRegions:
		return nil, nil
	case len(regions) == 0 && account.Region() != "":
		regions = []string{account.Region()}
	case len(regions) == 0:
		return nil, errors.New("no region: give --region us-east-1 or --all-regions, set AWS_REGION or set region in the profile")
	}
	slices.Sort(regions)
	return slices.Compact(regions), nil
}

// roleVisits are the accounts that base reaches by roles.
func (t *tour) roleVisits(ctx context.Context, base *collect.Account) ([]visit, error) {
	regions, err := t.regionsOf(base)
	if err != nil {
		return nil, err
	}
	var visits []visit
	assume := func(r collect.Role) {
		visits = append(visits, visit{id: r.Account(), way: "role " + r.ARN, action: "sts:AssumeRole", regions: regions,
			open: func(ctx context.Context) (*collect.Account, error) { return base.Assume(ctx, r) }})
	}
	for _, r := range t.assumed {
		assume(r)
	}
	if !t.org {
		return t.once(visits), nil
	}
	members, err := base.Members(ctx)
	if err != nil {
		return nil, fmt.Errorf("the accounts of the organization cannot be listed: %w", err)
	}
	own, _ := base.ID(ctx)
	for _, m := range members {
		switch {
		case m.Inactive():
			t.sink.skipped(lint.Skip{Account: m.ID, Reason: strings.TrimSpace(fmt.Sprintf("the account is %s %s", strings.ToLower(strings.ReplaceAll(m.State, "_", " ")), parenthesis(m.Name)))})
		case m.ID == own: // the role of an organization stands in its members, not in the account that manages it
			visits = append(visits, visit{id: own, way: "its own credentials", regions: regions, open: func(context.Context) (*collect.Account, error) { return base, nil }})
		default:
			arn := "arn:" + lint.Partition(cmp.Or(base.Region(), "us-east-1")) + ":iam::" + m.ID + ":role/" + strings.TrimPrefix(t.roleName, "/")
			assume(collect.Role{ARN: arn, ExternalID: t.externalID, SessionName: t.session})
		}
	}
	return t.once(visits), nil
}

func parenthesis(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// once drops what an earlier visit reads already, and keeps the way as another one to it.
func (t *tour) once(visits []visit) []visit {
	seen := map[[2]string]int{} // the first visit of an account and region
	var out []visit
	for _, v := range visits {
		if v.id == "" {
			out = append(out, v)
			continue
		}
		all := v.regions
		if all == nil {
			all = []string{"*"}
		}
		var fresh []string
		first := -1
		for _, region := range all {
			if i, ok := seen[[2]string{v.id, region}]; ok {
				first = i
				continue
			}
			seen[[2]string{v.id, region}] = len(out)
			fresh = append(fresh, region)
		}
		if first >= 0 {
			t.note(fmt.Sprintf("%s leads to account %s again, as %s does; it is checked once, with the rights of the first way that opens", v.way, v.id, out[first].way))
			out[first].others = append(out[first].others, v)
		}
		if len(fresh) == 0 {
			continue
		}
		if v.regions != nil {
			v.regions = fresh
		}
		out = append(out, v)
	}
	return out
}

// run makes the visits.
func (t *tour) run(ctx context.Context, visits []visit) error {
	t.show = newProgress(t.stderr, t.counts)
	defer t.show.stop()
	if text := t.describe(len(visits)); text != "" && !t.show.live() {
		note(t.stderr, "reading "+text)
	}
	for _, v := range visits {
		t.show.expect(max(len(v.regions), 1))
	}
	scopes := make(chan struct{}, t.parallel) // bounds the inventories in memory
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var g errgroup.Group
	g.SetLimit(t.parallel)
	for _, v := range visits {
		g.Go(func() error {
			err := t.visit(ctx, v, scopes)
			if err != nil {
				stop(err) // the sink is broken: the others need not go on
			}
			return err
		})
	}
	return g.Wait()
}

// visit reads the regions of one account.
func (t *tour) visit(ctx context.Context, v visit, scopes chan struct{}) error {
	account, err := v.open(ctx)
	for _, other := range v.others {
		if err == nil || ctx.Err() != nil {
			break
		}
		t.note(fmt.Sprintf("%s does not lead to account %s: %v; trying %s", v.way, v.id, err, other.way))
		account, err = other.open(ctx)
	}
	if ctx.Err() != nil {
		err = errInterrupted
	}
	if err != nil {
		return t.lost(v, v.action, err)
	}
	id, err := account.ID(ctx)
	if err != nil {
		t.note(strings.TrimPrefix(v.way+": ", ": ") + err.Error() + "; going on without it")
	}
	v.id = cmp.Or(id, v.id)
	regions := v.regions
	var all []string // where that is known
	if regions == nil {
		enabled, _, err := account.Regions(ctx)
		if ctx.Err() != nil {
			err = errInterrupted
		}
		if err != nil {
			return t.lost(v, "ec2:DescribeRegions", err)
		}
		regions, all = enabled, enabled
		t.show.expect(len(regions) - 1)
	}
	var g errgroup.Group
	var read []*lint.Inventory // under the lock in front of the sink
	for _, region := range regions {
		scopes <- struct{}{}
		g.Go(func() error {
			defer func() { <-scopes }()
			return t.collect(ctx, account, region, all, &read)
		})
	}
	if err := g.Wait(); err != nil || len(read) == 0 {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sink.account(read)
}

// lost reports an account that could not be reached.
func (t *tour) lost(v visit, action string, err error) error {
	reason := err.Error()
	switch {
	case errors.Is(err, errInterrupted):
		action = ""
	case v.way != "" && v.action == "" && action == "":
		reason = v.way + ": " + reason
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.show.done(max(len(v.regions), 1))
	if v.regions == nil || action == "ec2:DescribeRegions" {
		return t.sink.unreachable(v.id, "", action, reason)
	}
	for _, region := range v.regions {
		if err := t.sink.unreachable(v.id, region, action, reason); err != nil {
			return err
		}
	}
	return nil
}

// collect reads a region, and adds what is compared of it to read. all are the regions of the account, where that is known.
func (t *tour) collect(ctx context.Context, account *collect.Account, region string, all []string, read *[]*lint.Inventory) error {
	inv, stats, err := account.Collect(ctx, region, t.sources, t.queries)
	if err != nil {
		return err
	}
	inv.Regions = all
	where := strings.TrimSpace(inv.Account + " " + region)
	if stats.Throttled > 0 {
		t.note(fmt.Sprintf("%s: AWS refused %s as too many, and they were tried again; --rate lowers the rate", where, plural(stats.Throttled, "call", "calls")))
	}
	if n := stats.Retries - stats.Throttled; n > 0 {
		t.note(fmt.Sprintf("%s: %s tried again after a failure", where, plural(n, "call was", "calls were")))
	}
	if stats.Metrics > 0 {
		t.note(fmt.Sprintf("%s: asked CloudWatch for %s; AWS charges %s", where, plural(stats.Metrics, "metric", "metrics"), metricsPrice()))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.show.done(1)
	at := [2]string{inv.Account, region}
	if t.read[at] && inv.Account != "" { // two ways, of which nobody knew where they lead
		t.note(where + " was read twice; it is checked once")
		return nil
	}
	if t.read == nil {
		t.read = map[[2]string]bool{}
	}
	t.read[at] = true
	if t.sink.account != nil {
		*read = append(*read, inv.Only(t.compared))
	}
	return t.sink.scope(reading{inv, stats})
}

// counts is what the calls in flight are about, for the line of progress.
func (t *tour) counts() string {
	p := t.conf.Shared.Progress()
	line := fmt.Sprintf("; calls: %s, resources: %s", thousands(p.Calls), thousands(p.Items))
	if p.Throttled > 0 {
		line += fmt.Sprintf(", refused as too many: %s", thousands(p.Throttled))
	}
	if p.Waiting > 0 {
		line += ", waiting for the rate"
	}
	return line
}

func (t *tour) note(text string) {
	t.show.clear()
	note(t.stderr, text)
}
