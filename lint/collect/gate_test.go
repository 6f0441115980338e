package collect

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// rated is the gate's rate now.
func (g *gate) rated() float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rise(time.Now())
	return g.rate
}

func refuse(g *gate) { g.refused(time.Now(), time.Now()) }

// The promise, while the rate falls and rises: no window of a second has more starts than the configured rate, rounded up.
func TestGateWindows(t *testing.T) {
	for _, perSecond := range []float64{20, 7, 2.5, 1, 0.3} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(perSecond)
			var times []time.Time
			g.admitted = func(at time.Time) { times = append(times, at) }
			random := rand.New(rand.NewPCG(1, uint64(perSecond*10)))
			end := time.Now().Add(2 * time.Minute)
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					for time.Now().Before(end) {
						if err := g.wait(t.Context()); err != nil {
							t.Error(err)
						}
						started := time.Now()
						time.Sleep(40 * time.Millisecond)
						if random.IntN(50) == 0 {
							g.refused(started, time.Now())
						}
						if r := g.rated(); r > perSecond || r < min(perSecond, slowest) {
							t.Errorf("the rate is %v of %v", r, perSecond)
						}
					}
				})
			}
			wg.Wait()
			if n := most(times); float64(n) > math.Ceil(perSecond) {
				t.Errorf("rate %v: %d starts within a second", perSecond, n)
			}
			if n := len(times); float64(n) < 120*perSecond/3 {
				t.Errorf("rate %v: only %d starts in two minutes", perSecond, n)
			}
		})
	}
}

// A refusal halves the rate, a burst of them once, and it rises by a tenth a second until it is back.
func TestGateAdapts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(10)
		is := func(want float64) {
			t.Helper()
			if got := g.rated(); math.Abs(got-want) > 1e-9 {
				t.Errorf("the rate is %v, not %v", got, want)
			}
		}
		before := time.Now()
		refuse(g)
		is(5)
		for range 20 { // they were in flight
			g.refused(before, time.Now())
		}
		time.Sleep(900 * time.Millisecond)
		refuse(g) // the bucket is still empty
		is(5)
		time.Sleep(900 * time.Millisecond)
		is(5) // no whole second without a refusal yet
		time.Sleep(100 * time.Millisecond)
		is(6)
		g.refused(before, time.Now()) // late news
		is(6)
		refuse(g)
		is(3)
		for _, want := range []float64{4, 5, 6, 7, 8, 9, 10, 10, 10} {
			time.Sleep(time.Second)
			is(want)
		}
		refuse(g)
		is(5)
		time.Sleep(time.Hour) // idle seconds count
		is(10)
		for range 20 {
			refuse(g)
			time.Sleep(calm - 1)
			refuse(g) // keeps it from rising
			time.Sleep(time.Nanosecond)
		}
		is(slowest)
	})
}

func TestGateFloor(t *testing.T) {
	for _, test := range []struct{ rate, floor float64 }{{10, 0.5}, {0.6, 0.5}, {0.5, 0.5}, {0.2, 0.2}} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(test.rate)
			for range 20 {
				refuse(g)
				time.Sleep(calm - 1)
				refuse(g) // keeps it from rising
				time.Sleep(time.Nanosecond)
			}
			if got := g.rated(); got != test.floor {
				t.Errorf("rate %v fell to %v, not %v", test.rate, got, test.floor)
			}
		})
	}
}

// Without a limit nothing waits, until a refusal sets one: half of what was started in the last second.
func TestGateUnlimited(t *testing.T) {
	for _, unlimited := range []float64{-1, 0, math.Inf(1)} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(unlimited)
			start := time.Now()
			for range 60 { // these are forgotten
				if err := g.wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if took := time.Since(start); took != 0 {
				t.Errorf("took %v without a limit", took)
			}
			time.Sleep(time.Second)
			for range 40 {
				if err := g.wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			refuse(g)
			if got := g.rated(); got != 20 {
				t.Errorf("the limit is %v, not half of 40", got)
			}
			var times []time.Time
			g.admitted = func(at time.Time) { times = append(times, at) }
			for range 20 {
				if err := g.wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if n := most(times); n > 20 {
				t.Errorf("%d starts within a second", n)
			}
			time.Sleep(time.Minute)
			if got := g.rated(); got < 200 || math.IsInf(got, 1) {
				t.Errorf("the rate is %v a minute later: steps of 4 a second have no end", got)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		g := newGate(-1)
		refuse(g)
		if got := g.rated(); got != slowest {
			t.Errorf("the limit is %v where nothing was started", got)
		}
	})
}

// Another account's lower rate holds at once, and a higher one never.
func TestGateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(-1)
		for _, test := range []struct{ limit, want float64 }{{-1, math.Inf(1)}, {20, 20}, {30, 20}, {4, 4}, {0, 4}} {
			if g.limit(test.limit); g.rated() != test.want {
				t.Errorf("the rate is %v after %v", g.rated(), test.limit)
			}
		}
		refuse(g)
		time.Sleep(time.Minute)
		if g.rated() != 4 {
			t.Errorf("the rate rose to %v", g.rated())
		}
	})
}

// Whether more calls at a time would help: not where they come as fast as the rate lets them.
func TestGateSpare(t *testing.T) {
	for _, test := range []struct {
		rate    float64
		callers int
		took    time.Duration
		want    bool
	}{
		{-1, 1, time.Millisecond, true},
		{10, 1, 40 * time.Millisecond, false},
		{10, 1, 500 * time.Millisecond, true},
		{10, 10, 500 * time.Millisecond, false},
		{1, 1, 500 * time.Millisecond, false},
		{1, 1, 5 * time.Second, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(test.rate)
			var wg sync.WaitGroup
			for range test.callers {
				wg.Go(func() {
					for range 6 {
						if err := g.wait(t.Context()); err != nil {
							t.Error(err)
						}
						time.Sleep(test.took)
					}
				})
			}
			wg.Wait()
			if got := g.spare(); got != test.want {
				t.Errorf("%+v: spare is %v", test, got)
			}
		})
	}
}
