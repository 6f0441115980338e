package collect

import (
	"context"
	"math"
	"sync"
	"time"
)

const (
	// slack makes the gate a little slower than promised. With it N+1 requests are never within one second when they start,
	// whatever the rounding, and hardly ever when they arrive, with a network that delays some of them by up to 1/20 s.
	slack = 0.95

	// slowest is the rate below which refusals do not bring a gate: a call every two seconds. AWS refills its smallest bucket by one a second.
	slowest = 0.5

	// calm is how long a gate must see no refusal before its rate rises by a step, and how long after it was lowered it is
	// not lowered again.
	calm = time.Second

	// step is the part of the rate that it rises by.
	step = 0.1
)

// A gate lets requests through no faster than a rate, one by one, without a burst. Each account and region has one, and all
// requests to it pass there.
//
// # The promise
//
// Between two starts there is at least the time that the rate leaves, counted from the start itself: a request that wakes up late
// moves all that come after it, so that late ones and punctual ones never pile up. (Times that are handed out ahead do.) The rate never
// exceeds the configured one. So no window of one second ever has more starts than the configured rate, rounded up, while it falls and
// rises too.
//
// # How it adapts
//
// A refusal, which is AWS's answer that a request was one too many, halves the rate at once, but not below [slowest], or below the
// configured rate where that is lower still. Refusals of requests that started before the last halving, or less than [calm] after
// it, do not count again: they are the same news, from requests that were in flight or met a bucket that is still empty.
//
// After each second without any refusal the rate rises by a tenth of the configured rate, until it is back there. Time counts and not
// calls, because AWS's buckets fill by time.
//
// Without a configured rate the first refusal sets one: half of what was started in the last second, at least [slowest]. From
// there it rises without an end, in steps of a tenth of the rate that was refused last, and each further refusal halves it.
type gate struct {
	turn     chan struct{}   // holds one value while somebody waits for the next start
	admitted func(time.Time) // for tests

	mu      sync.Mutex
	most    float64     // the configured rate, +Inf for none
	rate    float64     // now
	step    float64     // by which it rises
	last    time.Time   // the last start
	gap     float64     // seconds between two starts, smoothed; see spare
	lowered time.Time   // when the rate was last halved
	quiet   time.Time   // from when on there was no refusal that a step has not yet been taken for
	starts  []time.Time // within the second up to the last start, while there is no rate
}

// newGate has no configured rate where perSecond is not positive or infinite.
func newGate(perSecond float64) *gate {
	if !(perSecond > 0) {
		perSecond = math.Inf(1)
	}
	return &gate{turn: make(chan struct{}, 1), most: perSecond, rate: perSecond}
}

// wait returns when the request may start, and counts it as started then.
func (g *gate) wait(ctx context.Context) error {
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		due := g.start(time.Now())
		if due <= 0 {
			return nil
		}
		timer := time.NewTimer(min(due, time.Hour))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// start starts a request, or tells how long it must wait.
func (g *gate) start(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rise(now)
	interval := 1 / (g.rate * slack)
	if !g.last.IsZero() {
		// Compared as seconds: a rate may be so low that its interval is no Duration.
		if due := interval - now.Sub(g.last).Seconds(); due > 0 {
			return time.Duration(min(due, math.MaxInt32)*float64(time.Second)) + 1
		}
		g.gap += (min(now.Sub(g.last).Seconds(), 8*interval) - g.gap) / 4
	}
	g.last = now
	if math.IsInf(g.rate, 1) {
		old := 0
		for old < len(g.starts) && now.Sub(g.starts[old]) >= time.Second {
			old++
		}
		g.starts = append(g.starts[old:], now)
	}
	if g.admitted != nil {
		g.admitted(now)
	}
	return 0
}

// rise takes the steps that are due.
func (g *gate) rise(now time.Time) {
	if g.rate >= g.most || math.IsInf(g.rate, 1) {
		return
	}
	steps := now.Sub(g.quiet) / calm
	if steps <= 0 {
		return
	}
	g.rate = min(g.rate+float64(steps)*g.step, g.most)
	g.quiet = g.quiet.Add(steps * calm)
}

// refused tells the gate that AWS refused a request as one too many, and when that had started.
func (g *gate) refused(started, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rise(now)
	g.quiet = now
	if !g.lowered.IsZero() && started.Before(g.lowered.Add(calm)) {
		return
	}
	g.lowered = now
	before := g.rate
	if math.IsInf(before, 1) {
		before, g.starts = float64(len(g.starts)), nil
	}
	g.rate = max(before/2, min(slowest, g.most))
	if g.step = step * g.most; math.IsInf(g.most, 1) {
		g.step = step * max(before, slowest)
	}
}

// limit lowers the configured rate, where it is higher.
func (g *gate) limit(perSecond float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if perSecond > 0 && perSecond < g.most {
		g.most, g.rate, g.step = perSecond, min(g.rate, perSecond), step*perSecond
	}
}

// spare tells whether the requests of late used less than half of the rate: more of them at a time would bring more of them done.
func (g *gate) spare() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return math.IsInf(g.rate, 1) || g.gap*g.rate*slack > 2
}
