package site

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/patlint/patlint/patterns"
	"golang.org/x/sync/errgroup"
)

// Proof finds the mistakes for which [Build] would refuse the pages of some patterns: links that lead nowhere, drawings that cannot be
// drawn, headings that skip a level. The error is of type [patterns.Errors] where it is the authors'. keep tells which patterns are meant; with nil, all
// pages of the site are.
func Proof(ctx context.Context, s Site, keep func(*patterns.Pattern) bool) error {
	b, err := newBuilder(s)
	var mistakes patterns.Errors
	if err != nil && (b == nil || !errors.As(err, &mistakes)) { // titles that stand twice keep no page from being made
		return err
	}
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, pg := range b.pages {
		if keep != nil && (pg.pattern == nil || pg.as != "" || !keep(pg.pattern)) {
			continue
		}
		g.Go(func() error {
			if gctx.Err() != nil {
				return nil // the caller gave up, or another page cannot be made; that error is the one to report
			}
			_, err := pg.html()
			var es patterns.Errors
			if errors.As(err, &es) {
				mu.Lock()
				defer mu.Unlock()
				mistakes = append(mistakes, es...)
				return nil
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return mistakes.Err()
}
