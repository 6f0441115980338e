package lint

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/patterns"
	"go.yaml.in/yaml/v4"
)

// exampleTime is now in an example that does not say.
var exampleTime = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

const (
	exampleAccount = "111122223333" // AWS's own account of examples
	exampleRegion  = "us-east-1"
	wantUnknown    = "unknown"
)

// A Note is what the linter says about a line of an example.
type Note struct {
	Line     int // of the pattern's file
	Resource string
	Text     string
}

// A Miss is a resource of an example on which the example and the rule do not agree. Wanted and got are said in the same words, so that they can be compared:
// "out of scope", "pass", "unknown", or "fail: " and the message.
type Miss struct {
	At       *patterns.Error // also among the errors of the result
	Role     string          // of the example: fail, pass or unknown
	Resource string          // its ID
	Want     string          // what the example says; of a message, the words that it must have
	Got      string          // what the rule says
	Why      string          // why it is unknown; "" for other verdicts
	Evidence Evidence        // what decided, for all verdicts but unknown
}

// An ExampleResult is the outcome of the examples of one pattern.
type ExampleResult struct {
	Pattern  *patterns.Pattern
	Examples int
	Notes    []Note // the flagged lines, for the pattern's page
	Misses   []Miss
	Errs     patterns.Errors
}

// Examples runs every example of every pattern that has a rule, in the order of pattern IDs. An example is an account in small: what
// it leaves out is empty, and only Gaps makes something unknown.
//
// In a pass example nothing may be flagged or unknown. In a fail example the rule must flag exactly the resources whose ID stands on a
// line that ends with "# want: words", with these words in the message; every other resource must pass. In an unknown
// example it must not decide about the lines that say "# want: unknown", and flag nothing.
func (rs *Rules) Examples(ctx context.Context) []ExampleResult {
	out := make([]ExampleResult, len(rs.rules))
	spread(len(rs.rules), func() func(int) {
		return func(i int) {
			r := rs.rules[i]
			one := &Rules{env: rs.env, rules: []*rule{r}}
			out[i] = ExampleResult{Pattern: r.pattern, Examples: len(r.pattern.Examples)}
			for _, b := range r.pattern.Examples {
				notes, errs := one.example(ctx, r, b)
				out[i].Notes = append(out[i].Notes, notes...)
				out[i].Errs = append(out[i].Errs, errs...)
			}
		}
	})
	return out
}

func (rs *Rules) example(ctx context.Context, r *rule, b *patterns.Block) ([]Note, patterns.Errors) {
	ex, errs := readExample(b)
	if len(errs) > 0 {
		return nil, errs
	}
	fail := func(at place, format string, args ...any) {
		errs = append(errs, &patterns.Error{File: b.File, Line: at.line, Column: at.col, Msg: fmt.Sprintf(format, args...)})
	}
	report, err := rs.Check(ctx, ex.inv, Options{Verbose: true})
	if err != nil {
		fail(place{b.Line, 1}, "%v", err)
		return nil, errs
	}
	found := map[string]Finding{}
	for _, f := range report.Findings {
		found[f.Resource.ID] = f
	}
	ids := ex.ids[r.kind.idField]
	wants := ex.wants
	var notes []Note
	for _, v := range ex.inv.sorted(r.kind) {
		id := str(r.kind.id(v))
		at, ok := ids[id]
		if !ok {
			at = place{b.Line, 1}
			if r.kind.name != "region" {
				fail(at, "a %s has no %s; the linter names resources by it", r.kind.name, r.kind.idField)
				continue
			}
		}
		want, wanted := wants[at.line]
		delete(wants, at.line)
		f, flagged := found[id]
		switch {
		case b.Role == "pass" && wanted:
			fail(want.place, "a pass example wants nothing; this line belongs in a fail example")
		case flagged && f.Verdict == "unknown" && (b.Role != "unknown" || !wanted):
			fail(at, "%s is unknown: %s", id, f.Message)
		case !flagged && wanted && b.Role == "unknown":
			fail(at, "%s is decided, though the example wants it unknown", id)
		case !flagged && wanted:
			fail(at, "%s is not flagged, though the example wants %q", id, want.text)
		case flagged && f.Verdict == "fail" && b.Role != "fail":
			fail(at, "%s is flagged: %s", id, f.Message)
		case flagged && !wanted:
			fail(at, "%s is flagged, but its line does not say # want: %s", id, f.Message)
		case wanted && b.Role == "unknown" && want.text != wantUnknown:
			fail(want.place, "in an unknown example a line wants unknown, not %q", want.text)
		case flagged && b.Role == "fail" && !strings.Contains(f.Message, want.text):
			fail(want.place, "%s: wanted %q, but the message is %q", id, want.text, f.Message)
		case flagged:
			notes = append(notes, Note{at.line, id, f.Message})
		}
	}
	for _, line := range slices.Sorted(maps.Keys(wants)) {
		fail(wants[line].place, "no %s has its %s on this line", r.kind.name, r.kind.idField)
	}
	if len(errs) == 0 && len(notes) == 0 {
		switch b.Role {
		case "fail":
			fail(place{b.Line, 1}, "a fail example flags at least one resource; mark its line with # want: words of the message")
		case "unknown":
			fail(place{b.Line, 1}, "an unknown example leaves at least one resource undecided; mark its line with # want: unknown")
		}
	}
	slices.SortFunc(notes, func(a, b Note) int { return cmp.Compare(a.Line, b.Line) })
	return notes, errs
}

type place struct{ line, col int }

// An example is an account in small, with the places of what stands in it.
type example struct {
	inv   *Inventory
	ids   map[string]map[string]place // by ID field and ID
	wants map[int]want                // by line
}

type want struct {
	place
	text string
}

var wantComment = regexp.MustCompile(`(?:^|\s)#\s*want:\s*(.*?)\s*$`)

// readExample reads a block. What it leaves out is an empty answer.
func readExample(b *patterns.Block) (*example, patterns.Errors) {
	root, errs := b.YAML()
	if len(errs) > 0 {
		return nil, errs
	}
	ex := &example{
		inv:   &Inventory{Account: exampleAccount, Region: exampleRegion, Time: exampleTime},
		ids:   map[string]map[string]place{},
		wants: map[int]want{},
	}
	for i, line := range strings.Split(b.Text, "\n") {
		if m := wantComment.FindStringSubmatchIndex(line); m != nil {
			at := place{b.Line + i, len([]rune(line[:m[2]])) + 1}
			if m[2] == m[3] {
				errs = append(errs, &patterns.Error{File: b.File, Line: at.line, Column: at.col, Msg: "say which words of the message this line wants, or unknown"})
			}
			ex.wants[at.line] = want{at, line[m[2]:m[3]]}
		}
	}
	d := &decoder{file: b.File}
	if root.Kind != yaml.MappingNode {
		d.errorf(root, "an example has the keys of the AWS CLI's output at its top: Volumes, Instances and so on")
		return nil, d.errs
	}
	answered := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		ex.read(d, root.Content[i], root.Content[i+1], answered)
	}
	for _, s := range sources {
		if _, gap := ex.inv.gaps[s.Name]; !gap && !answered[s.Name] {
			empty := reflect.MakeSlice(reflect.SliceOf(s.item), 0, 0)
			if !s.isList() {
				empty = reflect.New(s.item)
			}
			ex.inv.add(s.Name, empty.Interface()) // a setting that an example leaves out is off, and no gap
		}
	}
	ex.silent()
	ex.find(d, root)
	if errs = append(errs, d.errs...); len(errs) > 0 {
		return nil, errs
	}
	return ex, nil
}

// read takes one top-level key in.
func (ex *example) read(d *decoder, key, value *yaml.Node, answered map[string]bool) {
	switch key.Value {
	case "Now":
		d.decode(value, reflect.ValueOf(&ex.inv.Time).Elem(), "Now")
		return
	case "Account":
		d.decode(value, reflect.ValueOf(&ex.inv.Account).Elem(), "Account")
		return
	case "Region":
		d.decode(value, reflect.ValueOf(&ex.inv.Region).Elem(), "Region")
		return
	case "Gaps":
		if value.Kind != yaml.SequenceNode {
			d.errorf(value, "Gaps is a list of API actions")
			return
		}
		for _, n := range value.Content {
			known := false
			for _, s := range sources {
				if s.Action == n.Value || s.Name == n.Value {
					ex.inv.SetGap(s.Name, "denied in this example")
					known = true
				}
			}
			if !known {
				d.errorf(n, "no rule reads %s", n.Value)
			}
		}
		return
	case "Instances": // shorthand for one reservation
		var list []types.Instance
		d.decode(value, reflect.ValueOf(&list).Elem(), "Instances")
		ex.add(d, key, "DescribeInstances", []types.Reservation{{Instances: list}}, answered)
		return
	}
	for _, s := range sources {
		if s.exampleKey() != key.Value {
			continue
		}
		v := reflect.New(reflect.SliceOf(s.item)).Elem()
		if !s.isList() {
			v = reflect.New(s.item)
			d.decode(value, v.Elem(), key.Value)
		} else {
			d.decode(value, v, key.Value)
		}
		ex.add(d, key, s.Name, v.Interface(), answered)
		return
	}
	known := []string{"Account", "Gaps", "Instances", "Now", "Region"}
	for _, s := range sources {
		known = append(known, s.exampleKey())
	}
	d.errorf(key, "unknown key %s in an example%s", key.Value, orList(key.Value, known))
}

// silent says of each instance whose user data an example leaves out that it has none. [Inventory.Gap] of it stays a gap.
func (ex *example) silent() {
	if _, gap := ex.inv.Gap(instanceUserData); gap {
		return
	}
	said := map[string]bool{}
	for _, page := range ex.inv.pages(instanceUserData) {
		for _, a := range page.([]InstanceUserData) {
			said[str(a.InstanceId)] = true
		}
	}
	var rest []InstanceUserData
	for i := range all[types.Instance](ex.inv, "instance") {
		if !said[str(i.InstanceId)] {
			rest = append(rest, InstanceUserData{InstanceId: i.InstanceId})
		}
	}
	ex.inv.add(instanceUserData, rest)
}

func (ex *example) add(d *decoder, key *yaml.Node, source string, page any, answered map[string]bool) {
	answered[source] = true
	if err := ex.inv.Add(source, page); err != nil {
		d.errorf(key, "%v", err)
	}
}

// find notes where the resources of a kind have their IDs: in the items of the lists at the top, not in what refers to them.
func (ex *example) find(d *decoder, root *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		switch key.Value {
		case "Region":
			ex.mark(d, "Region", value)
		case "Reservations":
			for _, r := range value.Content {
				for j := 0; j+1 < len(r.Content); j += 2 {
					if r.Content[j].Value == "Instances" {
						ex.findIn(d, "DescribeInstances", r.Content[j+1])
					}
				}
			}
		case "Instances":
			ex.findIn(d, "DescribeInstances", value)
		default:
			for _, s := range sources {
				if s.exampleKey() == key.Value {
					ex.findIn(d, s.Name, value)
				}
			}
		}
	}
}

func (ex *example) findIn(d *decoder, source string, items *yaml.Node) {
	for _, k := range kinds {
		if k.source != source {
			continue
		}
		for _, item := range items.Content {
			for i := 0; i+1 < len(item.Content); i += 2 {
				if item.Content[i].Value == k.idField {
					ex.mark(d, k.idField, item.Content[i+1])
				}
			}
		}
	}
}

func (ex *example) mark(d *decoder, field string, n *yaml.Node) {
	if first, ok := ex.ids[field][n.Value]; ok {
		d.errorf(n, "the example has %s twice, here and in line %d", n.Value, first.line)
	}
	if ex.ids[field] == nil {
		ex.ids[field] = map[string]place{}
	}
	ex.ids[field][n.Value] = place{n.Line, n.Column}
}
