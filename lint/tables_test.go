package lint

import (
	"slices"
	"strings"
	"testing"
)

// TestTables holds the tables of kinds, sources and relations against their own promises.
func TestTables(t *testing.T) {
	var ids []string
	used := map[string]bool{}
	for _, r := range relations() {
		_, id, _ := strings.Cut(r.id(), ".")
		ids = append(ids, id)
		if r.doc == "" {
			t.Errorf("%s has no words", id)
		}
		for _, need := range slices.Concat(r.needs, r.uses) {
			if _, ok := sourceNamed(need); !ok {
				t.Errorf("%s needs %s, which is no source", id, need)
			}
			used[need] = true
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("relations are not sorted by type and name, or not unique: %s", ids)
	}
	for name := range relationTests {
		if !slices.Contains(ids, name) {
			t.Errorf("there are tests of %s, which is no relation", name)
		}
	}
	for _, k := range kinds {
		used[k.source] = true
		if _, ok := sourceNamed(k.source); !ok && k.name != "account" && k.name != "region" {
			t.Errorf("kind %s comes from %s, which is no source", k.name, k.source)
		}
	}
	var names []string
	for _, s := range Sources() {
		names = append(names, s.Name)
		if !used[s.Name] {
			t.Errorf("no kind and no relation reads %s", s.Name)
		}
	}
	for what, list := range map[string][]string{"sources": names, "kinds": Kinds()} {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s are not sorted, or not unique: %s", what, list)
		}
	}
	var fns []string
	for _, f := range functions() {
		fns = append(fns, f.id)
	}
	slices.Sort(fns)
	if len(slices.Compact(fns)) != len(functions()) {
		t.Error("two functions have one overload ID")
	}
}
