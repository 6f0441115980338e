package collect

import (
	"context"
	"crypto/x509"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// A Shared is what the accounts of one program have in common. Hand the same one to each [Config]. Its zero value is ready; it
// must not be copied. What it promises:
//
//   - Accounts with the same ID, which two profiles may well be, share the rate of each region; where their rates differ, the lowest
//     holds. For that each account learns its ID before its first request to a region. Where the ID cannot be had, the account keeps rates of its own.
//   - Connections are shared, where accounts trust the same certificates.
//   - Progress counts over all of them.
type Shared struct {
	progress struct{ calls, waiting, throttled, items atomic.Int64 }

	mu      sync.Mutex
	gates   map[place]*gate
	senders []trusting
}

// A place is what has a gate: a region of an account. Where the account's ID is not known, owner stands for it.
type place struct {
	id     string
	owner  *Account
	region string
}

// A Progress is how far the collections of a program are, from their first call on.
type Progress struct {
	Calls     int64 // as in [Stats]
	Throttled int64 // as in [Stats]
	Waiting   int64 // calls that wait now until the rate lets them start
	Items     int64 // read so far; it falls where a listing broke and starts again
}

// Progress costs next to nothing and may be asked for at any time.
func (s *Shared) Progress() Progress {
	p := &s.progress
	return Progress{p.calls.Load(), p.throttled.Load(), p.waiting.Load(), p.items.Load()}
}

// gate is the one of a place, no faster than perSecond.
func (s *Shared) gate(at place, perSecond float64) *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.gates[at]
	if !ok {
		if s.gates == nil {
			s.gates = map[place]*gate{}
		}
		g = newGate(perSecond)
		s.gates[at] = g
	}
	g.limit(perSecond)
	return g
}

// gate is the one place in front of a region that all calls pass, whichever call of Collect they belong to, and whichever Account
// of the same ID. It waits until the ID is known or cannot be; an Account that shares with nobody need not wait.
func (a *Account) gate(ctx context.Context, region string) *gate {
	at := place{owner: a, region: region}
	if a.conf.Shared != nil {
		if id, err := a.ID(ctx); err == nil {
			at = place{id: id, region: region}
		}
	}
	return a.shared.gate(at, a.conf.Rate)
}

// A trusting is a client and the certificates that it trusts, nil for the machine's.
type trusting struct {
	roots *x509.CertPool
	do    func(*http.Request) (*http.Response, error)
}

// Bounds of idle connections. A region has a host of its own.
const (
	idleConns        = 500 // in all, half of what many machines let a process have open
	idleConnsPerHost = 80  // more than sources, and the workers for user data
)

// sender is the SDK's HTTP client with its settings (proxies, AWS_CA_BUNDLE), but without redirects: EC2 sends none, each
// would be a request that the gate does not see, and a signed request is nobody else's business. Of the settings only the
// certificates can differ between the accounts of one program.
func (s *Shared) sender(client aws.HTTPClient) func(*http.Request) (*http.Response, error) {
	b, ok := client.(*awshttp.BuildableClient)
	if !ok {
		return client.Do
	}
	t := b.GetTransport()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = idleConns, idleConnsPerHost
	var roots *x509.CertPool
	if t.TLSClientConfig != nil {
		roots = t.TLSClientConfig.RootCAs
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.senders {
		if known.roots.Equal(roots) {
			return known.do
		}
	}
	own := &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.senders = append(s.senders, trusting{roots, own.Do})
	return own.Do
}
