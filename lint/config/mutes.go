package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/bootscript"
	"github.com/patlint/patlint/patterns"
)

// Mutes decides which findings of one report are muted, and counts. Its Match is what [lint.Options] wants.
type Mutes struct {
	entries []*entry
	byTag   bool
	names   map[string][]string   // a pattern's ID and its former ones, by ID
	grace   map[string]*lint.Mute // of patterns that came after the version that the file names
	now     time.Time

	mu     sync.Mutex
	broken []string // sorted
	more   bool     // than broken has
}

// An entry is a mute and what became of it.
type entry struct {
	Mute
	expired  bool
	findings atomic.Int64
}

// NewMutes makes the mutes of a file ready for a report on a catalog.
func NewMutes(c *Config, cat *patterns.Catalog, now time.Time) *Mutes {
	m := &Mutes{byTag: c.MuteTag, names: map[string][]string{}, grace: map[string]*lint.Mute{}, now: now}
	for _, mute := range c.Mutes {
		m.entries = append(m.entries, &entry{Mute: mute, expired: over(mute.Expires, now)})
	}
	for _, p := range cat.Patterns {
		m.names[p.ID] = names(p)
		if c.grace.text != "" && p.Builtin && later(p.Since, c.grace.text) {
			m.grace[p.ID] = &lint.Mute{Reason: "the pattern is new in " + p.Since + ", and grace-after is " + c.grace.text, Source: fmt.Sprintf("%s:%d", c.File, c.grace.line)}
		}
	}
	return m
}

// over is true where the last day has passed in UTC; "" has no end.
func over(last string, now time.Time) bool {
	day, err := time.Parse(time.DateOnly, last)
	return err == nil && !now.Before(day.AddDate(0, 0, 1))
}

// later tells whether a version, as patterns state it, comes after another.
func later(version, than string) bool {
	parts := func(v string) []int {
		var out []int
		for _, s := range strings.Split(v, ".") {
			n, _ := strconv.Atoi(s) // its form was checked
			out = append(out, n)
		}
		return out
	}
	return slices.Compare(parts(version), parts(than)) > 0
}

// Match gives the mute of a finding, or nil. tag looks up a tag of the finding's resource. It may be called from several goroutines at once.
func (m *Mutes) Match(f *lint.Finding, tag func(key string) (value string, ok bool)) *lint.Mute {
	if e := m.find(f, tag, false); e != nil {
		e.findings.Add(1)
		return &e.Mute.Mute
	}
	if mute := m.grace[f.Pattern]; mute != nil {
		return mute
	}
	if m.byTag {
		if mute := m.fromTag(f, tag); mute != nil {
			return mute
		}
	}
	if e := m.find(f, tag, true); e != nil {
		e.findings.Add(1) // that it would mute
	}
	return nil
}

// find gives the first mute of the file that matches, among those that have expired or among the others.
func (m *Mutes) find(f *lint.Finding, tag func(string) (string, bool), expired bool) *entry {
	i := slices.IndexFunc(m.entries, func(e *entry) bool { return e.expired == expired && m.matches(&e.Mute, f, tag) })
	if i < 0 {
		return nil
	}
	return m.entries[i]
}

func (m *Mutes) matches(mute *Mute, f *lint.Finding, tag func(string) (string, bool)) bool {
	r := f.Resource
	for _, c := range []struct {
		globs Globs
		names []string
	}{
		{mute.Pattern, m.patternNames(f.Pattern)},
		{mute.Account, known(r.Account)},
		{mute.Region, known(r.Region)},
		{mute.Resource, known(r.ID, r.ARN, r.Name, f.Fingerprint)},
	} {
		if c.globs != nil && !c.globs.Match(c.names...) {
			return false
		}
	}
	for _, t := range mute.Tags {
		if v, ok := tag(t.Key); !ok || !t.Values.Match(v) {
			return false
		}
	}
	return true
}

// patternNames are the IDs under which a pattern may be named.
func (m *Mutes) patternNames(id string) []string {
	if names, ok := m.names[id]; ok {
		return names
	}
	return []string{id}
}

// known leaves out what is not known.
func known(names ...string) []string {
	return slices.DeleteFunc(names, func(s string) bool { return s == "" })
}

// Uses says of each mute of the file, in its order, what became of it in a report. One that muted nothing is unused only where one of its
// patterns was checked, without a gap, in an account and region that it covers; else it was not tried, and may be needed again tomorrow.
func (m *Mutes) Uses(r *lint.Report) []lint.MuteUse {
	decided := r.Decided()
	var out []lint.MuteUse
	for _, e := range m.entries {
		use := lint.MuteUse{Mute: e.Mute.Mute, State: "unused", Findings: int(e.findings.Load())}
		use.Reason, use.Owner = bootscript.Mask(use.Reason), bootscript.Mask(use.Owner)
		switch {
		case e.expired:
			use.State = "expired"
		case use.Findings > 0:
			use.State = "used"
		case !m.tried(&e.Mute, r, decided):
			use.State = "untried"
		}
		out = append(out, use)
	}
	return out
}

// tried tells whether a report decided about anything that a mute covers.
func (m *Mutes) tried(mute *Mute, r *lint.Report, decided func(account, region, pattern string) bool) bool {
	for _, s := range r.Scopes {
		if mute.Account != nil && !mute.Account.Match(known(s.Account)...) || mute.Region != nil && !mute.Region.Match(known(s.Region)...) {
			continue
		}
		for _, p := range r.Patterns {
			if (mute.Pattern == nil || mute.Pattern.Match(m.patternNames(p)...)) && decided(s.Account, s.Region, p) {
				return true
			}
		}
	}
	return false
}
