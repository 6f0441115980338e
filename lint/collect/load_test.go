package collect

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// A region answers 40 ms after it was asked, and refuses more than some requests within a second.
type region struct {
	most int

	mu       sync.Mutex
	arrived  []time.Time
	refusals int
}

func (r *region) faults(e *endpoint) {
	for source := range e.pages {
		if source != "GetCallerIdentity" {
			e.faults[source] = r.answer
		}
	}
}

func (r *region) answer(w http.ResponseWriter, _ *http.Request, _ int) bool {
	now := time.Now()
	r.mu.Lock()
	r.arrived = append(r.arrived, now)
	recent := 0
	for i := len(r.arrived) - 1; i >= 0 && now.Sub(r.arrived[i]) < time.Second; i-- {
		recent++
	}
	refuse := recent > r.most
	if refuse {
		r.refusals++
	}
	r.mu.Unlock()
	time.Sleep(40 * time.Millisecond)
	if refuse {
		fail(w, 503, "RequestLimitExceeded", "Request limit exceeded.")
	}
	return refuse
}

// What arrives at a region that refuses more than 20 calls a second, over a network and with the retries that users get. Under the
// rate of 15 none is refused; without a rate one is found, and the inventory is whole.
func TestRegionUnderLoad(t *testing.T) {
	for _, rate := range []float64{15, -1} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t)
			e.pages["DescribeVolumes"] = manyPages(20)
			r := &region{most: 20}
			r.faults(e)
			a := e.open(t, func(c *Config) { c.Rate = rate })
			a.backoff, a.newRetryer = backoff, adaptive
			sources := []string{"DescribeAddresses", "DescribeImages", "DescribeInstances", "DescribeKeyPairs", "DescribeNatGateways",
				"DescribeNetworkInterfaces", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSnapshots", "DescribeSubnets", "DescribeVolumes", "DescribeVpcs"}
			var starts []time.Time
			a.gate(t.Context(), "us-east-1").admitted = func(at time.Time) { starts = append(starts, at) }
			inv, stats := collect(t, a, sources...)
			whole(t, inv, sources...)
			if n := inv.Resources(); n != 20+4+10*3 {
				t.Errorf("%d resources", n)
			}
			calls := 20 + 9*2 + 2
			if stats.Throttled != r.refusals || stats.Calls != len(r.arrived) || stats.Retries != stats.Calls-calls {
				t.Errorf("%+v for %d calls, of which %d arrived and %d were refused", stats, calls, len(r.arrived), r.refusals)
			}
			if n, m := most(starts), most(r.arrived); rate > 0 && (n > 15 || m > 15+1 || r.refusals > 0) { // one may arrive late on a busy machine
				t.Errorf("%d requests started within a second, %d arrived within one, %d were refused", n, m, r.refusals)
			}
			if rate < 0 && (r.refusals == 0 || r.refusals > stats.Calls/2) {
				t.Errorf("%d of %d requests were refused", r.refusals, stats.Calls)
			}
			t.Logf("%+v, at most %d within a second", stats, most(r.arrived))
		})
	}
}
