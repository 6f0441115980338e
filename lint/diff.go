package lint

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
)

// BaselineSource begins the Source of a mute by a baseline; the file's name follows.
const BaselineSource = "baseline "

// A Comparison sets an earlier report beside later findings. Feed it every finding of the later report with Known, then ask Gone.
type Comparison struct {
	old  []Fixed
	byID map[string]int // fingerprint → index of old
	seen []atomic.Bool
}

// Earlier starts a comparison with a report. A finding that a baseline muted there is known; one that the configuration or a tag muted is not, so
// that it counts when the mute ends.
func Earlier(r *Report) (*Comparison, error) {
	c := &Comparison{byID: map[string]int{}}
	for f, err := range r.All() {
		if err != nil {
			return nil, err
		}
		if f.Verdict != "fail" && !(f.Mute != nil && strings.HasPrefix(f.Mute.Source, BaselineSource)) {
			continue
		}
		if _, twice := c.byID[f.Fingerprint]; twice {
			continue
		}
		c.byID[f.Fingerprint] = len(c.old)
		c.old = append(c.old, Fixed{f.Pattern, f.Severity, f.Resource, f.Fingerprint, f.MonthlyUSD, f.MonthlyUSDAtMost})
	}
	c.seen = make([]atomic.Bool, len(c.old))
	return c, nil
}

// Known notes a later finding and tells whether the earlier report had it. A finding whose verdict is unknown is noted as not decided. It
// may be called from several goroutines at once.
func (c *Comparison) Known(f *Finding) bool {
	i, ok := c.byID[f.Fingerprint]
	if ok && f.Verdict != "unknown" {
		c.seen[i].Store(true)
	}
	return ok
}

// Len is the number of earlier findings.
func (c *Comparison) Len() int { return len(c.old) }

// Gone tells what became of the earlier findings that were not noted: fixed, if the later report decided their pattern in their account and
// region; else open.
func (c *Comparison) Gone(later *Report) (fixed []Fixed, open int) {
	decided := later.decidedAbout()
	fixed = []Fixed{}
	for i, o := range c.old {
		switch {
		case c.seen[i].Load():
		case decided(&o.Resource, o.Pattern):
			fixed = append(fixed, o)
		default:
			open++
		}
	}
	return fixed, open
}

// ReadReport reads a JSON report. name stands in errors.
func ReadReport(name string, from io.Reader) (*Report, error) {
	d := json.NewDecoder(from)
	r := newReport()
	r.Schema = ""
	if err := d.Decode(r); err != nil {
		return nil, fmt.Errorf("%s is not a JSON report of patlint: %w", name, err)
	}
	if r.Schema != Schema {
		return nil, fmt.Errorf("%s is not a report of the form %s: its schema is %q; patlint check -f json writes one", name, Schema, cmp.Or(r.Schema, "missing"))
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s holds more than one JSON report", name)
	}
	slices.Sort(r.Patterns)
	r.sort()
	return r, nil
}
