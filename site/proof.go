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
	gather := newGathering(ctx, runtime.GOMAXPROCS(0))
	gather.mistakes = mistakes
	for _, pg := range b.pages {
		if keep != nil && (pg.pattern == nil || pg.as != "" || !keep(pg.pattern)) {
			continue
		}
		gather.do(func() error {
			_, err := pg.html()
			return err
		})
	}
	mistakes, err = gather.wait()
	if err != nil {
		return err
	}
	return mistakes.Err()
}

// A gathering makes pages, some at the same time, and collects the mistakes that authors made in them. Another error ends it.
type gathering struct {
	ctx, group context.Context
	tasks      *errgroup.Group
	mu         sync.Mutex
	mistakes   patterns.Errors
}

func newGathering(ctx context.Context, atOnce int) *gathering {
	g := &gathering{ctx: ctx}
	g.tasks, g.group = errgroup.WithContext(ctx)
	g.tasks.SetLimit(atOnce)
	return g
}

func (g *gathering) do(task func() error) {
	g.tasks.Go(func() error {
		if g.group.Err() != nil {
			return nil // the caller gave up, or another page cannot be made; that error is the one to report
		}
		err := task()
		var es patterns.Errors
		if errors.As(err, &es) {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.mistakes = append(g.mistakes, es...)
			return nil
		}
		return err
	})
}

func (g *gathering) wait() (patterns.Errors, error) {
	if err := g.tasks.Wait(); err != nil {
		return nil, err
	}
	return g.mistakes, g.ctx.Err()
}
