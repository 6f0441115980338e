package lint

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/patterns"
)

// excerpts takes an excerpt for every rule and each resource on which it has a verdict, and holds verdict and message against those in the account.
func excerpts(t *testing.T, rules *Rules, inv *Inventory, most int) (taken, otherwise int) {
	t.Helper()
	for _, r := range rules.rules {
		one := rules.Only(func(p *patterns.Pattern) bool { return p == r.pattern })
		n := 0
		for _, v := range inv.sorted(r.kind) {
			id := str(r.kind.id(v))
			was, err := one.decisions(inv, r.kind, id, nil)
			if err != nil {
				t.Fatal(err)
			}
			if id == "" || was[0].verdict == outOfScope {
				continue
			}
			if n++; n > most {
				break
			}
			e, err := inv.Excerpt(r.kind.name, id, one)
			if err != nil {
				t.Errorf("%s about %s: %v", r.pattern.ID, id, err)
				continue
			}
			taken++
			c, err := newCut(inv, r.kind, id, one)
			if err != nil {
				t.Fatal(err)
			}
			a := newAnonymizer(inv.Account, c.literals, exampleTime.Sub(inv.Time))
			if _, _, err := c.excerpt(a); err != nil {
				t.Fatal(err)
			}
			ex, errs := readExample(&patterns.Block{Role: "pass", Lang: "yaml", File: "excerpt", Line: 1, Text: e.Text})
			if len(errs) > 0 {
				t.Errorf("%s about %s: %v", r.pattern.ID, id, errs)
				continue
			}
			now, err := one.decisions(ex.inv, r.kind, e.ID, nil)
			if err != nil {
				t.Errorf("%s about %s: %v\n%s", r.pattern.ID, id, err, e.Text)
				continue
			}
			if now[0].verdict != was[0].verdict {
				otherwise++
				if !slices.ContainsFunc(e.LeftOut, func(s string) bool { return strings.HasPrefix(s, "what decides") }) {
					t.Errorf("%s about %s: %v, and %v in the excerpt, which does not say so\n%s", r.pattern.ID, id, was[0], now[0], e.Text)
				} else if !strings.Contains(strings.Join(e.LeftOut, " "), "user data") {
					t.Errorf("%s about %s: %v\n%v\n%v\n%s", r.pattern.ID, id, e.LeftOut, was[0], now[0], e.Text)
				}
				continue
			}
			if was[0].verdict != fails || len(c.more) > 0 {
				continue // why something is unknown names the gap, which an example says in its own words
			}
			if want, got := undated(mapped(a, was[0].said)), undated(now[0].said); want != got {
				t.Errorf("%s about %s:\nwant %s\ngot  %s\n%s", r.pattern.ID, id, want, got, e.Text)
			}
		}
	}
	return taken, otherwise
}

// mapped replaces what has a stand-in.
func mapped(a *anonymizer, said string) string {
	var pairs []string
	for _, from := range slices.SortedFunc(maps.Keys(a.known), func(x, y string) int { return len(y) - len(x) }) {
		pairs = append(pairs, from, a.known[from])
	}
	return strings.NewReplacer(pairs...).Replace(said)
}

var dates = regexp.MustCompile(`\d{4}-\d\d-\d\d`)

// undated hides dates, which move.
func undated(s string) string { return dates.ReplaceAllString(s, "DATE") }

func TestExcerptDemo(t *testing.T) {
	snap := read(t, os.DirFS("../cmd/patlint/demo"))
	taken, otherwise := excerpts(t, builtin(t), snap.Inventories[0], 1000)
	t.Log(taken, otherwise)
}

func TestExcerptCorpus(t *testing.T) {
	dir := os.Getenv("PATLINT_CORPUS")
	if dir == "" {
		if slices.Contains(strings.Split(os.Getenv("PATLINT_REQUIRE"), ","), "corpus") {
			t.Fatal("PATLINT_REQUIRE names corpus, but PATLINT_CORPUS names no folder")
		}
		t.Skip("PATLINT_CORPUS does not name the folder of recorded answers")
	}
	rules, folders := builtin(t), map[string]bool{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".json") {
			folders[path.Dir(name)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	taken, otherwise := 0, 0
	for folder := range folders {
		sub, err := fs.Sub(os.DirFS(dir), folder)
		if err != nil {
			t.Fatal(err)
		}
		snap, err := ReadSnapshot(sub, time.Now())
		if err != nil {
			continue // no answers that rules read
		}
		for _, inv := range snap.Inventories {
			n, o := excerpts(t, rules, inv, 1)
			taken, otherwise = taken+n, otherwise+o
		}
	}
	t.Log(taken, otherwise)
}
