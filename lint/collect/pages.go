package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/aws/smithy-go"
)

// maxIdlePages is how many pages in a row may bring nothing new. AWS does send empty pages with a token behind them, a few of
// them in filtered listings.
const maxIdlePages = 100

// A listing is a question that is answered in pages.
type listing[T any] struct {
	ask func(ctx context.Context, token *string) ([]T, *string, error)

	// fresh leaves out of a page what seen holds, and adds the rest to seen. news is how much that is.
	fresh func(page []T, seen map[string]bool) (kept []T, news int)

	items *atomic.Int64 // counts the news; nil where nobody wants to know
}

// all asks for page after page until one comes without a token, and gives all of them or an error, never a part.
func (l listing[T]) all(ctx context.Context) ([][]T, error) {
	return twice(ctx, func(ctx context.Context) ([][]T, error) {
		p := l.begin()
		if err := p.read(ctx, func() bool { return false }); err != nil {
			return nil, err
		}
		return p.pages, nil
	})
}

// twice reads a listing again, once, where it broke half-way in a manner that a new one may mend: a token that expired, came twice or
// names something that is gone.
func twice[T any](ctx context.Context, read func(context.Context) ([][]T, error)) ([][]T, error) {
	pages, err := read(ctx)
	var broken *brokenError
	if errors.As(err, &broken) && ctx.Err() == nil {
		pages, err = read(ctx)
		if errors.As(err, &broken) {
			broken.again = true
		}
	}
	if err != nil {
		return nil, err
	}
	return pages, nil
}

// A pass goes once through a listing, and can pause between two pages.
type pass[T any] struct {
	listing[T]
	pages  [][]T
	asked  int  // pages, the empty ones too
	whole  bool // the last page has come
	token  *string
	idle   int
	news   int
	seen   map[string]bool
	tokens map[string]bool
}

func (l listing[T]) begin() *pass[T] {
	return &pass[T]{listing: l, seen: map[string]bool{}, tokens: map[string]bool{}}
}

// read goes on until the listing is whole, or until pause says so after a page. A pass that met an error is of no use any more.
func (p *pass[T]) read(ctx context.Context, pause func() bool) error {
	for !p.whole {
		if err := p.next(ctx); err != nil {
			p.drop()
			return err
		}
		if pause() {
			return nil
		}
	}
	return nil
}

func (p *pass[T]) next(ctx context.Context) error {
	items, next, err := p.ask(ctx, p.token)
	if err != nil {
		if p.token != nil && tokenRefused(err) {
			return &brokenError{err: err}
		}
		return err
	}
	p.asked++
	items, news := p.fresh(items, p.seen)
	p.count(news)
	if len(items) > 0 {
		p.pages = append(p.pages, items)
	}
	if next == nil || *next == "" {
		p.whole = true
		return nil
	}
	if p.tokens[*next] {
		return &brokenError{err: errTokenTwice}
	}
	if p.idle++; news > 0 {
		p.idle = 0
	}
	if p.idle > maxIdlePages {
		return errIdle
	}
	p.tokens[*next] = true
	p.token = next
	return nil
}

func (p *pass[T]) count(news int) {
	p.news += news
	if p.items != nil {
		p.items.Add(int64(news))
	}
}

// drop takes back what was counted, for what is not used.
func (p *pass[T]) drop() { p.count(-p.news) }

var (
	errTokenTwice = errors.New("the same page token came twice")
	errIdle       = fmt.Errorf("more than %d pages in a row brought nothing new", maxIdlePages)
)

// A brokenError is a listing that broke after its first page and may succeed when it starts again.
type brokenError struct {
	err   error
	again bool // it was started again, and broke again
}

func (e *brokenError) Error() string { return e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// tokenRefused tells whether a request with a page token failed because of the token: it is no longer valid, or what it
// points at went away between two pages.
func tokenRefused(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch code := api.ErrorCode(); {
	case code == "InvalidNextToken", code == "InvalidPaginationToken":
		return true
	case code == "InvalidParameterValue", code == "InvalidParameter":
		return strings.Contains(strings.ToLower(api.ErrorMessage()), "token")
	default:
		return strings.HasPrefix(code, "Invalid") && strings.HasSuffix(code, ".NotFound")
	}
}

// freshBy is the fresh of items with an ID. An item without one is kept and is not news.
func freshBy[T any](id func(*T) *string) func([]T, map[string]bool) ([]T, int) {
	return func(page []T, seen map[string]bool) ([]T, int) {
		kept, news := page[:0], 0
		for i := range page {
			p := id(&page[i])
			switch {
			case p == nil || *p == "":
			case seen[*p]:
				continue
			default:
				seen[*p] = true
				news++
			}
			kept = append(kept, page[i])
		}
		return kept, news
	}
}
