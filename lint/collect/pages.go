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

// A pager asks for the page that token names, and gives it as a slice without what seen holds; the rest it adds to seen. news is how much
// that is. (Only this depends on the type of the items, because what does is in the program once for each type.)
type pager func(ctx context.Context, token *string, seen map[string]bool) (page any, news int, next *string, err error)

// listAll is the page loop. It asks for page after page until one comes without a token, and gives all of them or an error, never a
// part. items counts what is news.
func listAll(ctx context.Context, items *atomic.Int64, ask pager) ([]any, error) {
	var w *walk
	err := twice(ctx, func(ctx context.Context) error {
		w = newWalk(items, ask)
		return w.read(ctx, func() bool { return false })
	})
	if err != nil {
		return nil, err
	}
	return w.pages, nil
}

// twice reads a listing again, once, where it broke half-way in a manner that a new one may mend: a token that expired, came twice or
// names something that is gone.
func twice(ctx context.Context, read func(context.Context) error) error {
	err := read(ctx)
	var broken *brokenError
	if errors.As(err, &broken) && ctx.Err() == nil {
		err = read(ctx)
		if errors.As(err, &broken) {
			broken.again = true
		}
	}
	return err
}

// A walk goes once through the pages of a listing, and can pause between two.
type walk struct {
	ask    pager
	items  *atomic.Int64
	pages  []any
	whole  bool // the last page has come
	token  *string
	idle   int // pages in a row without news
	news   int
	seen   map[string]bool
	tokens map[string]bool
}

func newWalk(items *atomic.Int64, ask pager) *walk {
	return &walk{ask: ask, items: items, seen: map[string]bool{}, tokens: map[string]bool{}}
}

// read goes on until the listing is whole, or until pause says so after a page. A walk that met an error is of no use any more.
func (w *walk) read(ctx context.Context, pause func() bool) error {
	for !w.whole {
		if err := w.step(ctx); err != nil {
			w.drop()
			return err
		}
		if pause() {
			return nil
		}
	}
	return nil
}

func (w *walk) step(ctx context.Context) error {
	page, news, next, err := w.ask(ctx, w.token, w.seen)
	if err != nil {
		if w.token != nil && tokenRefused(err) {
			return &brokenError{err: err}
		}
		return err
	}
	w.pages = append(w.pages, page)
	w.count(news)
	if next == nil || *next == "" {
		w.whole = true
		return nil
	}
	if w.tokens[*next] {
		return &brokenError{err: errTokenTwice}
	}
	if w.idle++; news > 0 {
		w.idle = 0
	}
	if w.idle > maxIdlePages {
		return errIdle
	}
	w.tokens[*next] = true
	w.token = next
	return nil
}

func (w *walk) count(news int) {
	w.news += news
	w.items.Add(int64(news))
}

// drop takes back what was counted, for what is not used.
func (w *walk) drop() { w.count(-w.news) }

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
