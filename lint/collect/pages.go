package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// maxIdlePages is how many pages in a row may bring nothing new. AWS does send empty pages with a token behind them, a few of
// them in filtered listings.
const maxIdlePages = 100

// listAll is the page loop. It asks for page after page until one comes without a token, and gives all of them or an error,
// never a part. Where the listing breaks half-way in a manner that a new one may mend (a token that expired, came twice or
// names something that is gone) it starts again, once.
//
// fresh leaves out of a page what seen holds, and adds the rest to seen.
func listAll[T any](ctx context.Context, ask func(ctx context.Context, token *string) ([]T, *string, error), fresh func(page []T, seen map[string]bool) (kept []T, news int)) ([][]T, error) {
	pages, err := listOnce(ctx, ask, fresh)
	var broken *brokenError
	if errors.As(err, &broken) && ctx.Err() == nil {
		pages, err = listOnce(ctx, ask, fresh)
		if errors.As(err, &broken) {
			broken.again = true
		}
	}
	if err != nil {
		return nil, err
	}
	return pages, nil
}

func listOnce[T any](ctx context.Context, ask func(ctx context.Context, token *string) ([]T, *string, error), fresh func([]T, map[string]bool) ([]T, int)) ([][]T, error) {
	var (
		pages  [][]T
		token  *string
		idle   int
		seen   = map[string]bool{}
		tokens = map[string]bool{}
	)
	for {
		items, next, err := ask(ctx, token)
		if err != nil {
			if token != nil && tokenRefused(err) {
				return nil, &brokenError{err: err}
			}
			return nil, err
		}
		items, news := fresh(items, seen)
		if len(items) > 0 {
			pages = append(pages, items)
		}
		if next == nil || *next == "" {
			return pages, nil
		}
		if tokens[*next] {
			return nil, &brokenError{err: errTokenTwice}
		}
		if idle++; news > 0 {
			idle = 0
		}
		if idle > maxIdlePages {
			return nil, errIdle
		}
		tokens[*next] = true
		token = next
	}
}

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
