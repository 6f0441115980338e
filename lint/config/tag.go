package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/patlint/patlint/lint"
)

const (
	tagKey    = "patlint:mute"
	maxTag    = 256 // characters of a tag's value, AWS's own limit
	maxBroken = 20  // tags that BrokenTags lists; where everything is broken, these say it
)

// A tagMute is what a tag says.
type tagMute struct {
	lint.Mute
	patterns Globs
}

// fromTag gives the mute of a finding whose resource has the tag. A tag that somebody meant for this finding, and that does not mute it, is noted.
func (m *Mutes) fromTag(f *lint.Finding, tag func(string) (string, bool)) *lint.Mute {
	value, ok := tag(tagKey)
	if !ok {
		return nil
	}
	t, err := parseTag(strings.ToValidUTF8(value, "\ufffd"))
	if err != nil {
		m.note(f, err.Error()+"; it mutes nothing")
		return nil
	}
	for _, g := range t.patterns {
		if !m.some(g) {
			m.note(f, fmt.Sprintf("no pattern matches %s", g.text))
		}
	}
	switch {
	case !t.patterns.Match(m.patternNames(f.Pattern)...):
		return nil
	case over(t.Expires, m.now):
		m.note(f, "it held until "+t.Expires)
		return nil
	}
	return &t.Mute
}

// some is true where a glob matches a pattern of the catalog.
func (m *Mutes) some(g glob) bool {
	if g.plain() && m.names[g.text] != nil {
		return true
	}
	for _, names := range m.names {
		if slices.ContainsFunc(names, g.match) {
			return true
		}
	}
	return false
}

// parseTag reads the value of a tag. The package comment says what it may have.
func parseTag(value string) (tagMute, error) {
	t := tagMute{Mute: lint.Mute{Source: "tag " + tagKey}}
	if n := utf8.RuneCountInString(value); n > maxTag {
		return t, fmt.Errorf("it has %d characters, more than %d", n, maxTag)
	}
	for rest := strings.TrimSpace(value); rest != ""; {
		if reason, ok := strings.CutPrefix(rest, "reason="); ok {
			t.Reason = strings.TrimSpace(reason)
			break
		}
		end := strings.IndexFunc(rest, blank)
		if end < 0 {
			end = len(rest)
		}
		if err := t.word(rest[:end]); err != nil {
			return t, err
		}
		rest = strings.TrimSpace(rest[end:])
	}
	switch {
	case t.Reason == "":
		return t, errors.New("it has no reason=")
	case t.patterns == nil:
		return t, errors.New("it names no pattern; all stands for every one")
	}
	return t, nil
}

func blank(r rune) bool { return strings.TrimSpace(string(r)) == "" }

// word takes in a word in front of the reason.
func (t *tagMute) word(w string) error {
	name, value, ok := strings.Cut(w, "=")
	switch {
	case !ok && w == "all":
		w = "*"
		fallthrough
	case !ok:
		g, err := parseGlob(w)
		if err != nil {
			return fmt.Errorf("%q is not a glob: %w", w, err)
		}
		t.patterns = append(t.patterns, g)
		return nil
	case value == "":
		return fmt.Errorf("nothing stands behind %s=", name)
	case name == "owner" && t.Owner == "":
		t.Owner = value
		return nil
	case name == "until" && t.Expires == "":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return fmt.Errorf("until=%s is not a day such as 2027-01-31", value)
		}
		t.Expires = value
		return nil
	case name == "owner" || name == "until":
		return fmt.Errorf("%s= stands in it twice", name)
	default:
		return fmt.Errorf("it has %s=, which nobody knows; there are owner, reason and until", name)
	}
}

// note keeps the first few, in their order, of what is to be said about tags: the same ones, whoever comes first.
func (m *Mutes) note(f *lint.Finding, msg string) {
	words := append(known(f.Resource.Account, f.Resource.Region, f.Resource.ID), "tag "+tagKey+":", msg)
	line := strings.Join(words, " ")
	m.mu.Lock()
	defer m.mu.Unlock()
	at, found := slices.BinarySearch(m.broken, line)
	if found {
		return
	}
	m.broken = slices.Insert(m.broken, at, line)
	if len(m.broken) > maxBroken {
		m.broken, m.more = m.broken[:maxBroken], true
	}
}

// BrokenTags says of the tags patlint:mute that do not mute what they were meant for what is wrong with each, a line for each, in order and without
// repeats. Where there are very many, the last line says that there are more. The lines have text from the account in them; escape it.
func (m *Mutes) BrokenTags() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := slices.Clone(m.broken)
	if m.more {
		out = append(out, "there are more such tags")
	}
	return out
}
