package lint

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/patlint/patlint/patterns"
)

// TestMisses: where example and rule do not agree, both are said in the same words, with the values that decided.
func TestMisses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		edits []string
		want  []Miss
	}{
		{"all agree", nil, nil},
		{"passes", []string{"Size: 20", "Size: 2"}, []Miss{
			{Resource: "vol-1", Want: "fail: 20 GiB", Got: "pass", Evidence: Evidence{{"volume.Size", int64(2)}, {"params.max_size", int64(10)}}},
		}},
		{"out of scope", []string{"    State: in-use\n    Size: 20", "    State: available\n    Size: 20"}, []Miss{
			{Resource: "vol-1", Want: "fail: 20 GiB", Got: "out of scope", Evidence: Evidence{{"volume.State", "available"}}},
		}},
		{"other words", []string{"# want: 20 GiB", "# want: 30 GiB"}, []Miss{
			{Resource: "vol-1", Want: "fail: 30 GiB", Got: "fail: 20 GiB", Evidence: Evidence{{"volume.Size", int64(20)}, {"params.max_size", int64(10)}, {"volume.State", "in-use"}}},
		}},
		{"flagged in a pass example", []string{"    Size: 5\n", "    Size: 50\n"}, []Miss{
			{Resource: "vol-1", Want: "no finding", Got: "fail: 50 GiB", Evidence: Evidence{{"volume.Size", int64(50)}, {"params.max_size", int64(10)}, {"volume.State", "in-use"}}},
		}},
		{"flagged without a want", []string{failExample, "~~~yaml fail\nVolumes:\n  - VolumeId: vol-1 # want: 20 GiB\n    State: in-use\n    Size: 20\n  - VolumeId: vol-2\n    State: in-use\n    Size: 40\n~~~\n"}, []Miss{
			{Resource: "vol-2", Want: "no finding", Got: "fail: 40 GiB", Evidence: Evidence{{"volume.Size", int64(40)}, {"params.max_size", int64(10)}, {"volume.State", "in-use"}}},
		}},
		{"unknown in a pass example", []string{ruleRequire, "require: volume.Size < 10 || volume.snapshots().size() > 0", passExample, "~~~yaml pass\nGaps: [DescribeSnapshots]\nVolumes:\n  - VolumeId: vol-1\n    State: in-use\n    Size: 50\n~~~\n"}, []Miss{
			{Resource: "vol-1", Want: "no finding", Got: "unknown", Why: "ec2:DescribeSnapshots: denied in this example"},
		}},
		{"decided in an unknown example", []string{thirdSample, "~~~yaml unknown\nVolumes:\n  - VolumeId: vol-1 # want: unknown\n    State: available\n~~~\n"}, []Miss{
			{Resource: "vol-1", Want: "unknown", Got: "out of scope", Evidence: Evidence{{"volume.State", "available"}}},
		}},
		{"a loop that finds nothing", []string{ruleRequire, "require: volume.Tags.exists(x, x.Key == 'Owner') || volume.Size < 50"}, []Miss{
			{Resource: "vol-1", Want: "fail: 20 GiB", Got: "pass", Evidence: Evidence{{"volume.Size", int64(20)}}},
		}},
		// What is wrong with the example alone is an error and no miss.
		{"want on a line without an ID", []string{"    Size: 5\n", "    Size: 5 # want: 5 GiB\n"}, nil},
		{"want in a pass example", []string{"  - VolumeId: vol-1\n    State: in-use\n    Size: 5", "  - VolumeId: vol-1 # want: 5 GiB\n    State: in-use\n    Size: 5"}, nil},
		{"the same ID twice", []string{passExample, "~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n  - VolumeId: vol-1\n~~~\n"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules, err := Compile(pageCatalog(t, spoil(t, tt.edits...)))
			if err != nil {
				t.Fatal(err)
			}
			res := rules.Examples(t.Context())[0]
			if diff := cmp.Diff(tt.want, res.Misses, cmpopts.IgnoreFields(Miss{}, "At")); diff != "" {
				t.Errorf("misses (-want +got):\n%s", diff)
			}
			for _, m := range res.Misses {
				if !slices.Contains(res.Errs, m.At) {
					t.Errorf("the error of %s is not among the errors", m.Resource)
				}
			}
		})
	}
}

// TestUnplannable: a rule that cannot run decides nothing, and its examples do not pass for that.
func TestUnplannable(t *testing.T) {
	errs := runPage(t, spoil(t, ruleRequire, "require: volume.Size < 10 / (2 - 2)", failExample, "~~~yaml fail\nVolumes:\n  - VolumeId: vol-1 # want: GiB\n    State: in-use\n~~~\n"))
	if len(errs) == 0 || !strings.Contains(errs[0].Msg, "division by zero") {
		t.Errorf("errors %v", errs)
	}
}

// TestEnums: a value that a field never has is found where nothing else can be meant, and AWS may add to what grows.
func TestEnums(t *testing.T) {
	for expr, want := range map[string]string{
		`volume.State == "in_use"`:                                         `volume.State is never "in_use"; did you mean "in-use"?`,
		`"In-Use" != volume.State`:                                         `volume.State is never "In-Use"; did you mean "in-use"?`,
		`volume.State in ["in-use", "attached"]`:                           `volume.State is never "attached"; it is one of creating, available, in-use, deleting, deleted, error`,
		`volume.instances().exists(i, i.State.Name == "runing")`:           `i.State.Name is never "runing"; did you mean "running"?`,
		`volume.instances().all(i, i.InstanceType != "M5.Large")`:          `i.InstanceType is never "M5.Large"; did you mean "m5.large"?`,
		`volume.instances().all(i, i.InstanceType != "m99.large")`:         "",
		`volume.VolumeType == "gp9"`:                                       "",
		`volume.VolumeType == "gp33"`:                                      `volume.VolumeType is never "gp33"; did you mean "gp3"?`,
		`volume.VolumeType == "gp*"`:                                       `volume.VolumeType is never "gp*", since * stands for itself; write .startsWith(…) or .matches(…)`,
		`volume.Attachments.exists(a, a.State == "atached")`:               `a.State is never "atached"; did you mean "attached"?`,
		`volume.Attachments.exists(a, a.State == "waiting")`:               "",
		`volume.instances().all(i, i.Platform != "WINDOWS")`:               "",
		`address.ServiceManaged == "ALB"`:                                  `address.ServiceManaged is never "ALB"; did you mean "alb"?`,
		`address.ServiceManaged == "rosa"`:                                 "",
		`volume.State == ""`:                                               "",
		`volume.State == "in-use" || tag(volume, "State") == "in_use"`:     "",
		`volume.instances().all(i, i.Platform != "windows")`:               "",
		`volume.Attachments.exists(a, a.State == "busy" && has(a.Device))`: "",
	} {
		kind := "volume"
		if strings.HasPrefix(expr, "address.") {
			kind = "address"
		}
		_, err := Compile(catalogOf(pattern("p", kind, "", expr, "m")))
		got := ""
		if errs, ok := err.(patterns.Errors); ok {
			got = errs[0].Msg
		}
		if got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}

// TestEnumSets: each name in the table is that of an enum to which rules lead.
func TestEnumSets(t *testing.T) {
	known, all := map[string]bool{}, slices.Collect(maps.Values(structs()))
	for _, s := range sources {
		all = append(all, s.item)
	}
	for _, s := range all {
		for f := range s.Fields() {
			typ := f.Type
			for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
				typ = typ.Elem()
			}
			if f.IsExported() && len(enumValues(typ)) > 0 {
				known[typ.Name()] = true
			}
		}
	}
	for name := range enumSets {
		if !known[name] {
			t.Errorf("no field is a %s", name)
		}
	}
}

// TestAdvice has templates around the one mistake that each of them has, or none.
func TestAdvice(t *testing.T) {
	const good = "true"
	for _, tt := range []struct {
		message, fix, want string // want is without the file
	}{
		{"$volume.Size GiB", good, "1:1: this is printed as it stands; write ${volume.Size}"},
		{"of {{ volume.sustainedIops() }} IOPS", good, "1:4: this is printed as it stands; write ${volume.sustainedIops()}"},
		{"é ${volume.Size}, volume.Iops", good, "1:19: this is printed as it stands; write ${volume.Iops}"},
		{"more than params.max", good, "1:11: this is printed as it stands; write ${params.max}"},
		{"the volume. It costs $5, $${volume.Size} and ${tag(volume, 'volume.Size')}", good, ""},
		{"${volume.Size} GiB, and volume.Attachments is empty", good, ""},
		{"m", "id=$(aws x --id ${volume.VolumeId}) && for i in 1 2; do read -r line; echo \"$id $i $line $HOME $${EDITOR:-vi}\" '$Default' volume.txt; done", ""},
		{"m", "mapfile -t ids < x; printf -v name %s y; (( n = 3 )); echo \"$ids $name $n $UID $SECONDS $LOGNAME $SUDO_USER $TERM $IFS $KUBECONFIG\"", ""},
		{"m", "let m=2; echo $m; for ((i=0; i<3; i++)); do echo $i; done", ""},
		{"m", ". /etc/os-release; echo $VERSION_ID", ""},
		{"m", "eval \"$(ssh-agent)\"; kill $AGENT", ""},
		{"m", "aws x --id $ID", "1:12: nothing in the fix sets $ID; write ${volume.VolumeId} for what the finding is about, or ID=… above"},
		{"m", "aws x --id $volume.VolumeId", "1:12: this is printed as it stands; write ${volume.VolumeId}"},
		{"m", "aws x --id <volume-id> --dry-run", "1:12: the shell takes <volume-id> for a file; write ${volume.VolumeId}, or NAME for what a person fills in"},
		{"m", "aws x --id <volume-id>", "1:12: the shell takes <volume-id> for a file; write ${volume.VolumeId}, or NAME for what a person fills in"},
		{"m", "# about <volume-id>\necho '<volume-id>' \"<volume-id>\"\ncat <<E\n<volume-id>\nE", ""},
		{"m", "x \"$(aws x <id>)\"", "1:12: the shell takes <id> for a file; write ${volume.VolumeId}, or NAME for what a person fills in"},
		{"m", "aws x --id '${volume.VolumeId}'", "1:12: a value is quoted for the shell already; write it without quotes around it"},
		{"m", "aws x --id 'a ${volume.VolumeId}", "1:12: the shell does not read this: reached EOF without closing quote `'`; write it so that bash does"},
	} {
		p := pattern("p", "volume", "", "true", tt.message)
		p.Fix = &patterns.Block{Role: "fix", Lang: "sh", File: "p.md", Line: 1, Text: tt.fix}
		p.Rule.Message = (&patterns.Block{File: "p.md", Line: 1, Text: tt.message}).Source()
		got := strings.ReplaceAll(Advice(p).Error(), "p.md:", "")
		if got != tt.want {
			t.Errorf("message %q, fix %q:\n got %s\nwant %s", tt.message, tt.fix, got, tt.want)
		}
	}
}

// TestAdviceParams: a param that changes nothing is told at its name; it keeps no rule from being compiled.
func TestAdviceParams(t *testing.T) {
	cat := pageCatalog(t, spoil(t, ruleRequire, "require: volume.Size < 10"))
	if _, err := Compile(cat); err != nil {
		t.Error(err)
	}
	const want = pageFile + ":8:3: nothing asks for params.max_size; take it away, or write it into the rule"
	if got := Advice(cat.Patterns[0]).Error(); got != want {
		t.Errorf("got %s", got)
	}
	for _, edits := range [][]string{nil, {ruleRequire, "require: volume.Size < 10", ruleMessage, ruleMessage + " over ${params.max_size}"}, {ruleRequire, "require: volume.Size < 10", fixCommand, fixCommand + " # ${params.max_size}"}} {
		if errs := Advice(pageCatalog(t, spoil(t, edits...)).Patterns[0]); len(errs) > 0 {
			t.Errorf("%q: %v", edits, errs)
		}
	}
}

// FuzzTemplate: whatever stands in a message or a fix, its mistakes have places in it.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"$volume.Size", "${volume.Size} '$x' \"${volume.VolumeId}\"", "$${", "${", "{{volume.Size", "<id> $ID é", "x=$(cat <<'E'\n$y\nE\n)"} {
		f.Add(s)
	}
	rules := compile(f)
	f.Fuzz(func(t *testing.T, s string) {
		p := pattern("p", "volume", "", "true", "m")
		p.Fix = &patterns.Block{Role: "fix", Lang: "sh", File: "p.md", Line: 1, Text: s}
		p.Rule.Message = p.Fix.Source()
		_, err := rules.Recompile(catalogOf(p))
		if errs, ok := err.(patterns.Errors); err != nil && !ok {
			t.Fatal(err)
		} else {
			for _, e := range slices.Concat(errs, Advice(p)) {
				if lines := strings.Split(s, "\n"); e.Line < 1 || e.Line > len(lines)+1 || e.Column < 1 {
					t.Errorf("%q: %v", s, e)
				}
			}
		}
	})
}
