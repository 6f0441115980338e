package collect

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Accounts of one ID share a region's rate, the lowest where they differ; others do not, nor do those whose ID cannot be had.
func TestSharedRate(t *testing.T) {
	const other = "444455556666"
	denied := failing(403, "AccessDenied", "no")
	for _, test := range []struct {
		name   string
		shared bool
		id     fault // what STS says to the second account
		rates  [2]float64
		most   int // starts in a second, of both
		took   time.Duration
	}{
		{"one account", true, nil, [2]float64{2, 2}, 2, 7 * 526315790 * time.Nanosecond},
		{"one account at two rates", true, nil, [2]float64{2, 1}, 1, 7 * 1052631579 * time.Nanosecond},
		{"two accounts", true, raw(200, document("GetCallerIdentity", "<GetCallerIdentityResult><Account>"+other+"</Account></GetCallerIdentityResult>", "")), [2]float64{2, 2}, 4, 3 * 526315790 * time.Nanosecond},
		{"unknown", true, denied, [2]float64{2, 2}, 4, 3 * 526315790 * time.Nanosecond},
		{"not shared", false, nil, [2]float64{2, 2}, 4, 3 * 526315790 * time.Nanosecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := offline(t)
			var shared *Shared
			if test.shared {
				shared = new(Shared)
			}
			var mu sync.Mutex
			var starts []time.Time
			begin := time.Now()
			var accounts []*Account
			for i, rate := range test.rates {
				a := e.open(t, func(c *Config) { c.Rate, c.Shared = rate, shared })
				a.send = func(req *http.Request) (*http.Response, error) {
					if req.FormValue("Action") != "GetCallerIdentity" {
						mu.Lock()
						starts = append(starts, time.Now())
						mu.Unlock()
					} else if i == 1 && test.id != nil {
						w := httptest.NewRecorder()
						test.id(w, req, 0)
						return w.Result(), nil
					}
					return e.direct(req)
				}
				accounts = append(accounts, a)
			}
			if test.rates[0] != test.rates[1] { // so that both rates are known before the first call
				for _, a := range accounts {
					a.gate(t.Context(), "us-east-1")
				}
			}
			var wg sync.WaitGroup
			for _, a := range accounts {
				wg.Go(func() {
					inv, _ := collect(t, a, "DescribeVolumes", "DescribeSnapshots")
					whole(t, inv, "DescribeVolumes", "DescribeSnapshots")
				})
			}
			wg.Wait()
			took := time.Since(begin)
			if n := most(starts); len(starts) != 8 || n > test.most {
				t.Errorf("%s: %d starts, %d of them within a second, more than %d", test.name, len(starts), n, test.most)
			}
			if took < test.took || took > test.took+time.Millisecond {
				t.Errorf("%s: took %v, not %v", test.name, took, test.took)
			}
		})
	}
}

// The accounts of one program have one set of connections, but for those that trust other certificates.
func TestSharedConnections(t *testing.T) {
	e := newEndpoint(t)
	var mu sync.Mutex
	clients := map[string]bool{} // by address
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		clients[r.RemoteAddr] = true
		mu.Unlock()
		e.ServeHTTP(w, r)
	}))
	defer server.Close()
	e.url = server.URL
	var shared Shared
	share := func(c *Config) { c.Shared = &shared }
	for range 5 {
		inv, _ := collect(t, e.open(t, share), "DescribeVolumes")
		whole(t, inv, "DescribeVolumes")
	}
	if len(clients) != 1 {
		t.Errorf("%d connections of five accounts, one after the other", len(clients))
	}
	tls := httptest.NewUnstartedServer(nil)
	tls.StartTLS()
	defer tls.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: tls.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", bundle)
	for range 2 {
		e.open(t, share)
	}
	if len(shared.senders) != 2 {
		t.Errorf("%d clients for two sets of certificates", len(shared.senders))
	}
}

// Progress tells where all accounts are, at any time.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := offline(t)
		e.pages["DescribeVolumes"] = manyPages(4)
		e.faults["DescribeVolumes"] = func(w http.ResponseWriter, _ *http.Request, n int) bool {
			switch n {
			case 1: // the listing starts again
				fail(w, 400, "InvalidNextToken", "The specified NextToken is not valid.")
			case 3:
				fail(w, 503, "RequestLimitExceeded", "Request limit exceeded.")
			}
			return n == 1 || n == 3
		}
		var shared Shared
		is := func(want Progress) {
			t.Helper()
			synctest.Wait()
			if got := shared.Progress(); got != want {
				t.Errorf("%+v, not %+v", got, want)
			}
		}
		is(Progress{})
		a := e.open(t, func(c *Config) { c.Rate, c.Shared = 1, &shared })
		done := make(chan Stats)
		go func() {
			inv, stats := collect(t, a, "DescribeVolumes")
			whole(t, inv, "DescribeVolumes")
			done <- stats
		}()
		second := func() { time.Sleep(1053 * time.Millisecond) }
		is(Progress{Calls: 1, Waiting: 1, Items: 1})
		second()
		is(Progress{Calls: 2, Waiting: 1, Items: 0})
		second()
		is(Progress{Calls: 3, Waiting: 1, Items: 1})
		second()
		is(Progress{Calls: 4, Throttled: 1, Waiting: 1, Items: 1})
		stats := <-done
		is(Progress{Calls: 7, Throttled: 1, Items: 4})
		if stats.Calls != 7 || stats.Throttled != 1 || stats.Retries != 1 {
			t.Errorf("%+v", stats)
		}
		inv, stats := collect(t, a, "DescribeAddresses", "DescribeInstances") // 3, and 4 on two pages
		is(Progress{Calls: 10, Throttled: 1, Items: 4 + 3 + 4})
		if inv.Resources() != 7 || stats.Calls != 3 || stats.Retries != 0 {
			t.Errorf("%d resources, %+v", inv.Resources(), stats)
		}
	})
}
