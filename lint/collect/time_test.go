package collect

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/patlint/patlint/lint"
)

// The tests in this file run in a bubble where time passes only while everybody waits, so they are exact and quick.

// manyPages makes a listing of n volumes, one a page.
func manyPages(n int) (pages []string) {
	for i := range n {
		pages = append(pages, set("volumeSet", fmt.Sprintf("<volumeId>vol-%d</volumeId>", i)))
	}
	return pages
}

// most is how many of the times at most are in one window of a second that includes its start and excludes its end.
func most(times []time.Time) int {
	slices.SortFunc(times, time.Time.Compare)
	n := 0
	for i, start := range times {
		end := i
		for end < len(times) && times[end].Before(start.Add(time.Second)) {
			end++
		}
		n = max(n, end-i)
	}
	return n
}

// The promise: never more than Config.Rate requests in a second, whatever the number of sources, calls of Collect and retries.
func TestRate(t *testing.T) {
	for _, test := range []struct {
		rate float64
		most int // in a second
	}{{20, 20}, {7, 7}, {3, 3}, {1, 1}, {0, DefaultRate}, {0.5, 1}} {
		synctest.Test(t, func(t *testing.T) {
			e := offline(t)
			e.pages["DescribeVolumes"] = manyPages(25)
			e.faults["DescribeSnapshots"] = first(4, failing(500, "InternalError", "An internal error has occurred"))
			a := e.open(t, func(c *Config) { c.Rate = test.rate })
			var mu sync.Mutex
			var starts []time.Time
			a.send = func(req *http.Request) (*http.Response, error) {
				if req.FormValue("Action") != "GetCallerIdentity" {
					mu.Lock()
					starts = append(starts, time.Now())
					mu.Unlock()
				}
				return e.direct(req)
			}
			var wg sync.WaitGroup
			var calls int
			for _, sources := range [][]string{{"DescribeVolumes", "DescribeSnapshots", "DescribeAddresses"}, {"DescribeInstances", "DescribeImages"}} {
				wg.Go(func() {
					inv, stats := collect(t, a, sources...)
					whole(t, inv, sources...)
					mu.Lock()
					calls += stats.Calls
					mu.Unlock()
				})
			}
			wg.Wait()
			if want := 25 + 2 + 4 + 1 + 2 + 2; len(starts) != want || calls != want {
				t.Errorf("rate %v: %d requests and %d counted, not %d", test.rate, len(starts), calls, want)
			}
			if n := most(starts); n > test.most {
				t.Errorf("rate %v: %d requests within a second, more than %d", test.rate, n, test.most)
			}
			// Gentle is not slow: the whole takes no more than a tenth longer than the rate allows.
			seconds := starts[len(starts)-1].Sub(starts[0]).Seconds()
			perSecond := test.rate
			if perSecond == 0 {
				perSecond = DefaultRate
			}
			if least := float64(len(starts)-1) / perSecond; seconds < least || seconds > least*1.1 {
				t.Errorf("rate %v: took %v s, at least %v s are due", test.rate, seconds, least)
			}
		})
	}
}

func TestRateIsPerRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := offline(t)
		a := e.open(t, func(c *Config) { c.Rate = 1 })
		start := time.Now()
		var wg sync.WaitGroup
		for _, region := range []string{"us-east-1", "eu-west-1", "eu-north-1"} {
			wg.Go(func() {
				if _, _, err := a.Collect(t.Context(), region, []string{"DescribeVolumes"}, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start).Round(10 * time.Millisecond); took != 1050*time.Millisecond { // two pages, in three regions at once
			t.Errorf("took %v", took)
		}
	})
}

// Real time, and a machine that wakes sleepers late: the gate's own times keep the promise all the same.
func TestGateUnderLoad(t *testing.T) {
	const perSecond = 100
	g := newGate(perSecond)
	var times []time.Time
	g.admitted = func(at time.Time) { times = append(times, at) } // in turn
	var stop atomic.Bool
	for range 2 { // keep the processors busy
		go func() {
			for spins := 0; !stop.Load(); spins++ {
			}
		}()
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 6 {
				if err := g.wait(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	stop.Store(true)
	if len(times) != 20*6 {
		t.Fatalf("%d times", len(times))
	}
	if n := most(times); n > perSecond {
		t.Errorf("%d requests within a second", n)
	}
}

func TestGateEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0.001)
		if err := g.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		var wg sync.WaitGroup
		for range 3 { // one waits for the bucket, the others for their turn
			wg.Go(func() {
				if err := g.wait(ctx); err != context.DeadlineExceeded {
					t.Errorf("error is %v", err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// The default limits: a server that never answers costs five times twenty seconds and the pauses; others go on meanwhile.
func TestHangWithDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := offline(t)
		e.faults["DescribeVolumes"] = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
			<-r.Context().Done()
			return true
		}
		a := e.open(t)
		a.backoff, a.newRetryer = backoff, adaptive
		inv, stats := collect(t, a, "DescribeVolumes", "DescribeSnapshots")
		gap(t, inv, "DescribeVolumes", "no whole answer within 20s (5 attempts)")
		whole(t, inv, "DescribeSnapshots")
		if stats.Duration < 100*time.Second || stats.Duration > 110*time.Second {
			t.Errorf("took %v", stats.Duration)
		}
	})
}

// The time limit is each attempt's: waiting for the rate does not count, and a slow answer is whole when it comes in time.
func TestLimitIsAnAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := offline(t)
		slow := func(http.ResponseWriter, *http.Request, int) bool {
			time.Sleep(900 * time.Millisecond)
			return false
		}
		e.faults["DescribeVolumes"], e.faults["DescribeSnapshots"] = slow, slow
		a := e.open(t, func(c *Config) { c.Timeout, c.Rate = time.Second, 0.1 })
		inv, stats := collect(t, a, "DescribeVolumes", "DescribeSnapshots")
		whole(t, inv, "DescribeVolumes", "DescribeSnapshots")
		if stats.Calls != 4 || stats.Duration < 30*time.Second {
			t.Errorf("%+v", stats)
		}
	})
}

// Ctrl-C: what was read whole stays, the rest are gaps, at once; whether a request, the rate or a pause is waited for.
func TestInterrupted(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		<-r.Context().Done()
		return true
	}
	for name, test := range map[string]struct {
		rate  float64
		fault fault
	}{
		"in a request":     {-1, onPage(true, hang)},
		"in a body":        {-1, nil},
		"waiting to retry": {-1, failing(503, "Unavailable", "")},
		"waiting for rate": {0.01, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := offline(t)
			if test.fault != nil {
				e.faults["DescribeVolumes"] = test.fault
			}
			a := e.open(t, func(c *Config) { c.Rate = test.rate })
			a.newRetryer, a.backoff = adaptive, func(int, error) (time.Duration, error) { return time.Hour, nil }
			a.send = func(req *http.Request) (*http.Response, error) {
				resp, err := e.direct(req)
				if name == "in a body" && req.FormValue("Action") == "DescribeVolumes" {
					resp.Body = io.NopCloser(until{req.Context()})
				}
				return resp, err
			}
			if test.rate > 0 { // DescribeAddresses takes the token
				collect(t, a, "DescribeAddresses")
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan *lint.Inventory)
			go func() {
				inv, _, _ := a.Collect(ctx, "us-east-1", []string{"DescribeVolumes", "DescribeAddresses"}, nil)
				done <- inv
			}()
			synctest.Wait()
			start := time.Now()
			cancel()
			inv := <-done
			if took := time.Since(start); took != 0 {
				t.Errorf("%s: took %v to end", name, took)
			}
			if reason := gap(t, inv, "DescribeVolumes"); reason != "interrupted" {
				t.Errorf("%s: reason is %q", name, reason)
			}
			if test.rate < 0 {
				whole(t, inv, "DescribeAddresses")
			}
			if n := inv.Resources(); test.rate < 0 && n != 3 {
				t.Errorf("%s: %d resources, not the addresses", name, n)
			}
		})
	}
}

// until reads nothing until its context ends.
type until struct{ ctx context.Context }

func (u until) Read([]byte) (int, error) {
	<-u.ctx.Done()
	return 0, u.ctx.Err()
}

// Before the start: no request at all.
func TestInterruptedBefore(t *testing.T) {
	e := newEndpoint(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	inv, stats, err := e.open(t).Collect(ctx, "us-east-1", allSources(), []lint.MetricQuery{cpu})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range allSources() {
		if reason := gap(t, inv, s); reason != "interrupted" {
			t.Errorf("%s: reason is %q", s, reason)
		}
	}
	if n := len(e.requests("")); n != 0 || stats.Calls != 0 {
		t.Errorf("%d requests", n)
	}
}

// The retries that users get are adaptive: after a throttled attempt a source sends less, and the other sources do not, because
// each has a retryer of its own. (In real time: the SDK spins for the last nanosecond of a wait, which never passes in a bubble.)
func TestAdaptive(t *testing.T) {
	e := newEndpoint(t)
	e.faults["DescribeVolumes"] = first(1, failing(503, "RequestLimitExceeded", "Request limit exceeded."))
	a := e.open(t)
	var mu sync.Mutex
	retryers := map[aws.Retryer]bool{}
	a.newRetryer = func(f func(*retry.StandardOptions)) aws.Retryer {
		r := adaptive(f)
		if _, ok := r.(*retry.AdaptiveMode); !ok || r.MaxAttempts() != 5 && r.MaxAttempts() != 2 {
			t.Errorf("%T with %d attempts", r, r.MaxAttempts())
		}
		mu.Lock()
		defer mu.Unlock()
		retryers[r] = true
		return r
	}
	inv, stats := collect(t, a, "DescribeVolumes", "DescribeSnapshots")
	whole(t, inv, "DescribeVolumes", "DescribeSnapshots")
	if stats.Throttled != 1 || stats.Duration < time.Second/2 {
		t.Errorf("%+v: not slower after throttling", stats)
	}
	if len(retryers) != 3 {
		t.Errorf("%d retryers for two sources and the account's ID", len(retryers))
	}
}

func TestBackoff(t *testing.T) {
	for attempt := 1; attempt <= 70; attempt++ {
		for err, unit := range map[error]time.Duration{
			io.EOF:                                 250 * time.Millisecond,
			&throttled{}:                           time.Second,
			&aws.RequestCanceledError{Err: io.EOF}: 250 * time.Millisecond,
		} {
			d, _ := backoff(attempt, err)
			most := min(unit<<min(attempt, 10), 20*time.Second)
			if d < most/2 || d > most {
				t.Errorf("%v after attempt %d and %T, not between %v and %v", d, attempt, err, most/2, most)
			}
		}
	}
}

type throttled struct{}

func (*throttled) Error() string     { return "slow down" }
func (*throttled) ErrorCode() string { return "RequestLimitExceeded" }
