package lint

import (
	"context"
	"fmt"
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
)

// A Note is what the linter says about a line of an example.
type Note struct {
	Line     int // of the pattern's file
	Resource string
	Text     string
}

// An ExampleResult is the outcome of the examples of one pattern.
type ExampleResult struct {
	Pattern  *patterns.Pattern
	Examples int
	Notes    []Note // the flagged lines, for the pattern's page
	Misses   []Miss // those of the errors that are about a verdict, in the order of the errors
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
				t := one.try(ctx, r, b)
				out[i].Notes = append(out[i].Notes, t.notes...)
				out[i].Misses = append(out[i].Misses, t.misses...)
				out[i].Errs = append(out[i].Errs, t.errs...)
			}
		}
	})
	return out
}

type place struct{ line, col int }

// An example is an account in small, with the places of what stands in it.
type example struct {
	regions []*Inventory
	ids     map[exampleID]place
	wants   map[int]want // by line
}

// An exampleID is what the resource is named by whose ID stands at a place.
type exampleID struct{ region, field, id string }

// A want is what the comment on a line wants; the zero value is a line that says nothing.
type want struct {
	place
	text string
}

func (w want) words() string {
	if w.text == "" {
		return wantNothing
	}
	return "fail: " + w.text
}

var (
	wantComment = regexp.MustCompile(`(?:^|\s)#\s*want:\s*(.*?)\s*$`)
	almostWant  = regexp.MustCompile(`(?i)(?:^|\s)#\s*(?:wants?|wanted|expect|expected)\s*[:=]|Id"?:.*\s#\s*wants?\s`)
)

// readExample reads a block. What it leaves out is an empty answer.
func readExample(b *patterns.Block) (*example, patterns.Errors) {
	root, errs := b.YAML()
	if len(errs) > 0 {
		return nil, errs
	}
	ex := &example{ids: map[exampleID]place{}, wants: map[int]want{}}
	for i, line := range strings.Split(b.Text, "\n") {
		if m := wantComment.FindStringSubmatchIndex(line); m != nil {
			at := place{b.Line + i, len([]rune(line[:m[2]])) + 1}
			if m[2] == m[3] {
				errs = append(errs, &patterns.Error{File: b.File, Line: at.line, Column: at.col, Msg: "write behind # want: which words of the message this line wants, or unknown"})
			}
			ex.wants[at.line] = want{at, line[m[2]:m[3]]}
		} else if m := almostWant.FindStringIndex(line); m != nil {
			col := len([]rune(line[:m[0]+strings.LastIndexByte(line[m[0]:m[1]], '#')])) + 1
			errs = append(errs, &patterns.Error{File: b.File, Line: b.Line + i, Column: col, Msg: "this comment is not read; write # want: and words of the message"})
		}
	}
	d := &decoder{file: b.File}
	if root.Kind != yaml.MappingNode {
		d.errorf(root, "%s", noKeys(root))
		return nil, d.errs
	}
	if key := itemOf(root); key != "" {
		how := "write " + key + ": above them, a hyphen in front of the first, and indent all"
		if root.Style&yaml.FlowStyle != 0 {
			how = fmt.Sprintf(`write {"%s": [ in front of it and ]} behind it`, key)
		}
		d.errorf(root, "these are fields of one item of %s; %s", key, how)
		return nil, d.errs
	}
	inv := &Inventory{Account: exampleAccount, Region: exampleRegion, Time: exampleTime}
	if regions := valueOf(root, "Regions"); regions != nil {
		ex.several(d, inv, root, regions)
	} else {
		ex.region(d, inv, root)
		inv.Regions = []string{inv.Region}
	}
	if errs = append(errs, d.errs...); len(errs) > 0 {
		return nil, errs
	}
	return ex, nil
}

// region reads the answers of one region. A setting that it leaves out is off, and no gap.
func (ex *example) region(d *decoder, inv *Inventory, root *yaml.Node) {
	answered := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		inv.readKey(d, root.Content[i], root.Content[i+1], answered)
	}
	for _, s := range sources {
		if _, gap := inv.gaps[s.Name]; !gap && !answered[s.Name] {
			empty := reflect.MakeSlice(reflect.SliceOf(s.item), 0, 0)
			if !s.isList() {
				empty = reflect.New(s.item)
			}
			inv.add(s.Name, empty.Interface())
		}
	}
	inv.silent()
	ex.regions = append(ex.regions, inv)
	ex.find(d, inv.Region, root)
}

// several reads the regions of an account, each with its answers. Of one that is a text nothing was read.
func (ex *example) several(d *decoder, account *Inventory, root, regions *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch key := root.Content[i]; key.Value {
		case "Account", "Now":
			account.readKey(d, key, root.Content[i+1], nil)
		case "Regions":
		default:
			d.errorf(key, "%s stands in a region; move it below the name of one under Regions", key.Value)
		}
	}
	if v := valueOf(root, "Account"); v != nil {
		ex.mark(d, exampleID{"", "AccountId", v.Value}, v)
	}
	if regions.Kind != yaml.MappingNode || len(regions.Content) == 0 {
		d.errorf(regions, "Regions has the name of each region and its answers; write {us-east-1: {Volumes: …}, eu-west-1: {…}}")
		return
	}
	var names []string
	for i := 0; i+1 < len(regions.Content); i += 2 {
		name, answers := regions.Content[i], regions.Content[i+1]
		names = append(names, name.Value)
		switch {
		case !regionForm.MatchString(name.Value):
			d.errorf(name, "%s is not the name of a region, such as us-east-1", name.Value)
		case answers.Kind == yaml.MappingNode:
			ex.mark(d, exampleID{name.Value, "Region", name.Value}, name)
			for j := 0; j < len(answers.Content); j += 2 {
				if key := answers.Content[j]; slices.Contains([]string{"Account", "Now", "Region", "Regions"}, key.Value) {
					d.errorf(key, "%s is the same for all regions; move it to the top, or take it away", key.Value)
				}
			}
			ex.region(d, &Inventory{Account: account.Account, Region: name.Value, Time: account.Time}, answers)
		case answers.Value != "not read":
			d.errorf(answers, "write the answers of %s, {} where it is empty, or not read", name.Value)
		}
	}
	for _, inv := range ex.regions {
		inv.Regions = names
	}
	if len(ex.regions) == 0 {
		d.errorf(regions, "no region was read; write the answers of one")
	}
}

// valueOf finds the value of a key; nil where it is not there.
func valueOf(root *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			return root.Content[i+1]
		}
	}
	return nil
}

// readKey takes one top-level key in.
func (inv *Inventory) readKey(d *decoder, key, value *yaml.Node, answered map[string]bool) {
	switch key.Value {
	case "Now":
		d.decode(value, reflect.ValueOf(&inv.Time).Elem(), "Now")
		return
	case "Account":
		d.decode(value, reflect.ValueOf(&inv.Account).Elem(), "Account")
		return
	case "Region":
		d.decode(value, reflect.ValueOf(&inv.Region).Elem(), "Region")
		return
	case "Gaps":
		if value.Kind != yaml.SequenceNode {
			d.errorf(value, "Gaps is a list of API actions; write [DescribeSnapshots]")
			return
		}
		for _, n := range value.Content {
			known := false
			for _, s := range sources {
				if s.Action == n.Value || s.Name == n.Value {
					inv.SetGap(s.Name, "denied in this example")
					known = true
				}
			}
			if !known {
				var actions []string
				for _, s := range sources {
					actions = append(actions, s.Action, s.Name)
				}
				d.errorf(n, "no rule reads %s%s", n.Value, orList(n.Value, actions))
			}
		}
		return
	case "Instances": // shorthand for one reservation
		var list []types.Instance
		d.decode(value, reflect.ValueOf(&list).Elem(), "Instances")
		inv.addExample(d, key, "DescribeInstances", []types.Reservation{{Instances: list}}, answered)
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
		inv.addExample(d, key, s.Name, v.Interface(), answered)
		return
	}
	known := []string{"Account", "Gaps", "Instances", "Now", "Region", "Regions"}
	for _, s := range sources {
		known = append(known, s.exampleKey())
	}
	if key.Value == "NextToken" || key.Value == "ResponseMetadata" {
		d.errorf(key, "%s says nothing about the account; take it away", key.Value)
		return
	}
	for _, s := range sources {
		if kebab(s.Action) == key.Value {
			d.errorf(key, "unknown key %s in an example; did you mean %s?", key.Value, s.exampleKey())
			return
		}
	}
	d.errorf(key, "unknown key %s in an example%s", key.Value, orList(key.Value, known))
}

// itemOf is the key of the list that a single resource was taken from, where an example has its fields at the top; else "".
func itemOf(root *yaml.Node) string {
	best, most := "", 1 // field or more
	for _, s := range sources {
		fields, item := 0, s.item
		if item == reflect.TypeFor[types.Reservation]() {
			item = reflect.TypeFor[types.Instance]()
		}
		for i := 0; i < len(root.Content); i += 2 {
			name := root.Content[i].Value
			if isExampleKey(name) && name != "Tags" {
				return ""
			}
			if f, ok := item.FieldByName(name); ok && f.IsExported() {
				fields++
			}
		}
		for _, k := range kinds { // the ID tells more than other fields, which many kinds have
			if k.source == s.Name && slices.ContainsFunc(root.Content, func(n *yaml.Node) bool { return n.Value == k.idField }) {
				fields++
			}
		}
		if s.isList() && fields > most {
			best, most = s.exampleKey(), fields
			if item == reflect.TypeFor[types.Instance]() {
				best = "Instances"
			}
		}
	}
	return best
}

// isExampleKey tells whether a key may stand at the top of an example.
func isExampleKey(name string) bool {
	return slices.Contains([]string{"Account", "Gaps", "Instances", "Now", "Region", "Regions", "Reservations"}, name) ||
		slices.ContainsFunc(sources, func(s Source) bool { return s.exampleKey() == name })
}

// noKeys says what to do about an example that is no object: a part of the CLI's output, or a table.
func noKeys(root *yaml.Node) string {
	if root.Kind != yaml.SequenceNode {
		return "an example has the keys of the AWS CLI's output at its top; write what aws ec2 describe-… prints with --output json or yaml"
	}
	for _, item := range root.Content {
		for i := 0; i+1 < len(item.Content) && item.Kind == yaml.MappingNode; i += 2 {
			for _, k := range kinds {
				if s, ok := sourceNamed(k.source); ok && k.idField == item.Content[i].Value {
					return fmt.Sprintf("the list has lost its key; write %s: above it, as %s prints it without --query", s.exampleKey(), s.CLI())
				}
			}
		}
	}
	return "an example has the keys of the AWS CLI's output at its top; write what aws ec2 describe-… prints without --query"
}

// silent says of each resource that an example does not ask that it holds nothing. [Inventory.Gap] of a source stays a gap.
func (inv *Inventory) silent() {
	for _, s := range sources {
		if _, gap := inv.Gap(s.Name); s.Each != "" && !gap {
			inv.add(s.Name, inv.unasked(s).Interface())
		}
	}
}

// unasked has an answer with nothing in it for each resource that a source was not asked about.
func (inv *Inventory) unasked(s Source) reflect.Value {
	asked := map[string]bool{}
	for _, v := range inv.structs(s) {
		asked[str(v.Field(0).Interface().(*string))] = true
	}
	rest := reflect.MakeSlice(reflect.SliceOf(s.item), 0, 0)
	for i := range kinds {
		if kinds[i].source != s.Each {
			continue
		}
		for v := range kinds[i].each(inv) {
			if id := kinds[i].id(v); !asked[str(id)] {
				item := reflect.New(s.item).Elem()
				item.Field(0).Set(reflect.ValueOf(id))
				rest = reflect.Append(rest, item)
			}
		}
	}
	return rest
}

func (inv *Inventory) addExample(d *decoder, key *yaml.Node, source string, page any, answered map[string]bool) {
	answered[source] = true
	if err := inv.Add(source, page); err != nil {
		d.errorf(key, "%v", err)
	}
}

// find notes where the resources of a kind have their IDs: in the items of the lists at the top, not in what refers to them.
func (ex *example) find(d *decoder, region string, root *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		switch key.Value {
		case "Region":
			ex.mark(d, exampleID{region, "Region", value.Value}, value)
		case "Account":
			ex.mark(d, exampleID{"", "AccountId", value.Value}, value)
		case "Reservations":
			for _, r := range value.Content {
				for j := 0; j+1 < len(r.Content); j += 2 {
					if r.Content[j].Value == "Instances" {
						ex.findIn(d, region, "DescribeInstances", r.Content[j+1])
					}
				}
			}
		case "Instances":
			ex.findIn(d, region, "DescribeInstances", value)
		default:
			for _, s := range sources {
				if s.exampleKey() == key.Value {
					ex.findIn(d, region, s.Name, value)
				}
			}
		}
	}
}

func (ex *example) findIn(d *decoder, region, source string, items *yaml.Node) {
	for _, k := range kinds {
		if k.source != source {
			continue
		}
		for _, item := range items.Content {
			for i := 0; i+1 < len(item.Content); i += 2 {
				if item.Content[i].Value == k.idField {
					ex.mark(d, exampleID{region, k.idField, item.Content[i+1].Value}, item.Content[i+1])
				}
			}
		}
	}
}

func (ex *example) mark(d *decoder, id exampleID, n *yaml.Node) {
	if first, ok := ex.ids[id]; ok {
		d.errorf(n, "the example has %s twice, here and in line %d; write another ID", n.Value, first.line)
	}
	ex.ids[id] = place{n.Line, n.Column}
}

// placeOf is where a resource has its ID. A workload has none in an answer: it stands where the first of its instances does.
func (ex *example) placeOf(region string, k *kind, v any) (place, bool) {
	id := exampleID{region, k.idField, str(k.id(v))}
	if w, ok := v.(*Workload); ok {
		id = exampleID{region, "InstanceId", str(w.instances[0].InstanceId)}
	}
	at, ok := ex.ids[id]
	return at, ok
}
