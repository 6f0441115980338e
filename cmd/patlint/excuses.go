package main

import (
	"fmt"
	"os"
	"time"

	"github.com/patlint/patlint/lint"
)

// excuses decide which findings do not count: the mutes of the configuration, those of tags, and a baseline.
type excuses struct {
	file     string // of the baseline
	earlier  *lint.Comparison
	baseline *lint.Mute
}

// excuses reads the baseline, before anything is asked of AWS.
func (f *checkFlags) excuses(now time.Time) (*excuses, error) {
	e := &excuses{}
	if f.baseline == "" {
		return e, nil
	}
	file, err := os.Open(f.baseline)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	defer file.Close()
	r, err := lint.ReadReport(f.baseline, file)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	if e.earlier, err = lint.Earlier(r); err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	e.file = f.baseline
	e.baseline = &lint.Mute{Reason: "known since " + r.Finished.Format(time.DateOnly), Source: "baseline " + f.baseline}
	return e, nil
}

// mute is why a finding does not count; nil where it does.
func (e *excuses) mute(f *lint.Finding, tag func(string) (string, bool)) *lint.Mute {
	known := e.earlier != nil && e.earlier.Known(f)
	if known {
		return e.baseline
	}
	return nil
}

// conclude puts into the report what became of the excuses.
func (e *excuses) conclude(r *lint.Report) {
	if e.earlier == nil {
		return
	}
	fixed, open := e.earlier.Gone(r)
	r.Baseline = &lint.Baseline{File: e.file, Known: e.earlier.Len() - len(fixed) - open, Fixed: fixed, Open: open}
}
