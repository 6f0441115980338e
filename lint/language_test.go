package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
)

// TestDescribe holds the reference for rule writers against the tables: nothing is missing, and nothing in it fails to compile.
func TestDescribe(t *testing.T) {
	lang := Describe()
	if len(lang.Kinds) != len(subjects()) || len(lang.Limits) != len(limits()) || len(lang.Metrics) != len(metricKinds) {
		t.Errorf("%d kinds of %d, %d limits of %d, %d kinds with metrics of %d", len(lang.Kinds), len(subjects()), len(lang.Limits), len(limits()), len(lang.Metrics), len(metricKinds))
	}
	if price, ok := Limit("metrics.price"); !ok || price.Value != 0.01 || price.Unit == "" || price.Checked == "" {
		t.Errorf("the price of metrics is %+v", price)
	}
	if l, ok := Limit("metrics.colour"); ok {
		t.Errorf("there is a limit %+v", l)
	}
	if len(typeDocs) != len(lang.Types) {
		t.Errorf("%d types have words, and there are %d", len(typeDocs), len(lang.Types))
	}
	values := map[string][]string{}
	for _, k := range lang.Kinds {
		for _, f := range k.Fields {
			if values[k.Name+"."+f.Path] = f.Values; len(f.Values) > 0 && !strings.HasSuffix(f.Type, "string") {
				t.Errorf("%s.%s is %s and has values", k.Name, f.Path, f.Type)
			}
		}
	}
	if got := values["volume.State"]; !slices.Contains(got, "in-use") || len(got) > maxValues {
		t.Errorf("the values of volume.State are %q", got)
	}
	for _, path := range []string{"instance.InstanceType", "volume.Size", "volume.VolumeId"} { // of these there are too many
		if got := values[path]; got != nil {
			t.Errorf("the values of %s are %q", path, got)
		}
	}
	members := map[string]int{}
	for _, k := range slices.Concat(lang.Kinds, lang.Types) {
		if k.Doc == "" || strings.HasSuffix(k.Doc, ".") || strings.ContainsAny(k.Doc, "`*_<") {
			t.Errorf("%s is %q; a few plain words say what it is", k.Name, k.Doc)
		}
		for _, m := range slices.Concat(k.Relations, k.Functions) {
			if m.Doc == "" || m.Result == "" {
				t.Errorf("%s.%s has no words or no result", k.Name, m.Name)
			}
			members[m.Name]++
		}
	}
	for _, m := range lang.Functions {
		members[m.Name]++
	}
	want := map[string]int{}
	for _, r := range relations() {
		want[r.name]++
	}
	for _, f := range functions() {
		if f.member || want[f.name] == 0 || !slices.ContainsFunc(lang.Functions, func(m MemberDoc) bool { return m.Name == f.name }) {
			want[f.name]++
		}
	}
	for name, n := range want {
		if members[name] != n && !slices.ContainsFunc(lang.Functions, func(m MemberDoc) bool { return m.Name == name }) {
			t.Errorf("%s stands %d times in the reference, want %d", name, members[name], n)
		}
	}
	var all []*patterns.Pattern
	for _, k := range lang.Kinds {
		for _, f := range k.Fields {
			for _, secret := range secretFields {
				if strings.HasSuffix("."+f.Path, "."+secret) {
					t.Errorf("%s has %s, which no rule may print", k.Name, f.Path)
				}
			}
			if strings.Contains(f.Path, "[]") {
				continue // needs a loop
			}
			value := map[string]string{"bool": "true", "int": "1", "double": "1.0", "string": `""`, "timestamp": "now"}[f.Type]
			expr := k.Name + "." + f.Path + " == " + value
			if strings.HasPrefix(f.Type, "list of ") {
				expr = "size(" + k.Name + "." + f.Path + ") > 0"
			}
			all = append(all, pattern(expr, k.Name, "", expr, "flagged"))
		}
	}
	if len(all) < 500 {
		t.Errorf("%d fields", len(all))
	}
	if _, err := Compile(catalogOf(all...)); err != nil {
		t.Error(err)
	}
}
