package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/patterns"
)

// excuses decide which findings do not count: the mutes of the configuration, those of tags, and a baseline.
type excuses struct {
	mutes    *config.Mutes // nil with --no-mutes
	file     string        // of the baseline
	earlier  *lint.Comparison
	baseline *lint.Mute
}

// excuses reads the baseline, before anything is asked of AWS.
func (f *checkFlags) excuses(ctx context.Context, stdin io.Reader, cat *patterns.Catalog, now time.Time) (*excuses, error) {
	e := &excuses{}
	if !f.noMutes {
		e.mutes = config.NewMutes(f.conf, cat, now)
	}
	if f.baseline == "" {
		return e, nil
	}
	r, err := readReport(ctx, stdin, f.baseline)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	if e.earlier, err = lint.Earlier(r); err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	e.file = f.baseline
	e.baseline = &lint.Mute{Reason: "known since " + r.Finished.Format(time.DateOnly), Source: lint.BaselineSource + f.baseline}
	return e, nil
}

// mute is why a finding does not count; nil where it does.
func (e *excuses) mute(f *lint.Finding, tag func(string) (string, bool)) *lint.Mute {
	known := e.earlier != nil && e.earlier.Known(f)
	if e.mutes != nil {
		if m := e.mutes.Match(f, tag); m != nil {
			return m
		}
	}
	if known {
		return e.baseline
	}
	return nil
}

// conclude puts into the report what became of the excuses, and says what is wrong with those of tags.
func (e *excuses) conclude(r *lint.Report) (notes []string) {
	if e.earlier != nil {
		fixed, open := e.earlier.Gone(r)
		r.Baseline = &lint.Baseline{File: e.file, Known: e.earlier.Len() - len(fixed) - open, Fixed: fixed, Open: open}
	}
	if e.mutes == nil {
		return nil
	}
	r.Mutes = e.mutes.Uses(r)
	return e.mutes.BrokenTags()
}
