package lint

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/patterns"
	"go.yaml.in/yaml/v4"
)

// A decoder fills the SDK's structs from YAML that a person wrote: strictly, so that a misspelt field or a number in quotes is
// found, and with the place of every mistake.
type decoder struct {
	file string
	errs patterns.Errors
}

func (d *decoder) errorf(n *yaml.Node, format string, args ...any) {
	d.errs = append(d.errs, &patterns.Error{File: d.file, Line: n.Line, Column: n.Column, Msg: fmt.Sprintf(format, args...)})
}

// decode sets v, which what names in errors.
func (d *decoder) decode(n *yaml.Node, v reflect.Value, what string) {
	if n.Tag == "!!null" {
		return // absent, as in the CLI's JSON
	}
	switch {
	case v.Kind() == reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		d.decode(n, p.Elem(), what)
		v.Set(p)
	case v.Type() == reflect.TypeFor[time.Time]():
		t, err := parseTime(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			d.errorf(n, "%s is a time such as 2026-01-31T08:00:00Z", what)
			return
		}
		v.Set(reflect.ValueOf(t))
	case v.Kind() == reflect.Struct:
		d.decodeStruct(n, v, what)
	case v.Kind() == reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			d.errorf(n, "%s is a list; %s", what, listHint(v.Type().Elem()))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, item := range n.Content {
			if item.Tag == "!!null" {
				d.errorf(item, "an item of %s is empty; write its fields, or take its hyphen away", what)
				continue
			}
			d.decode(item, v.Index(i), what)
		}
	case n.Kind != yaml.ScalarNode:
		d.errorf(n, "%s is a single value; write it without brackets and hyphens", what)
	default:
		d.decodeScalar(n, v, what)
	}
}

func (d *decoder) decodeStruct(n *yaml.Node, v reflect.Value, what string) {
	if n.Kind != yaml.MappingNode {
		d.errorf(n, "%s has fields of its own; write %s", what, fieldHint(v.Type(), n.Value))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		f, ok := v.Type().FieldByName(key.Value)
		if !ok || !f.IsExported() || len(f.Index) != 1 {
			d.errorf(key, "%s has no field %s%s", what, key.Value, d.fieldMeant(key.Value, v.Type()))
			continue
		}
		d.decode(n.Content[i+1], v.FieldByIndex(f.Index), f.Name)
	}
}

func (d *decoder) decodeScalar(n *yaml.Node, v reflect.Value, what string) {
	switch v.Kind() {
	case reflect.String:
		if n.Tag != "!!str" && n.Tag != "!!timestamp" {
			d.errorf(n, "%s is a text; write %q in quotes", what, n.Value)
			return
		}
		if why := neverIs(v.Type(), what, n.Value); why != "" {
			d.errorf(n, "%s", why)
		}
		v.SetString(n.Value)
	case reflect.Bool:
		if n.Tag != "!!bool" {
			d.errorf(n, "%s is true or false without quotes, not %q", what, n.Value)
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int32, reflect.Int64, reflect.Int:
		i, err := strconv.ParseInt(n.Value, 10, v.Type().Bits())
		if n.Tag != "!!int" || err != nil {
			d.errorf(n, "%s is a whole number, not %q%s", what, n.Value, numberHint(n.Value))
			return
		}
		v.SetInt(i)
	case reflect.Float64, reflect.Float32:
		f, err := strconv.ParseFloat(n.Value, 64)
		if n.Tag != "!!float" && n.Tag != "!!int" || err != nil {
			d.errorf(n, "%s is a number, not %q%s", what, n.Value, numberHint(n.Value))
			return
		}
		v.SetFloat(f)
	default:
		d.errorf(n, "%s has a type that examples cannot hold", what)
	}
}

// fieldMeant completes an error about a field that a struct does not have.
func (d *decoder) fieldMeant(name string, t reflect.Type) string {
	names := fieldsOf(t)
	if key, rest, ok := strings.Cut(name, ":"); ok && slices.Contains(names, key) {
		return fmt.Sprintf("; write a space behind the colon, %s: %s", key, rest)
	}
	if near := patterns.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	if len(names) <= 8 {
		return "; it has " + strings.Join(names, ", ") + ", so write one of these"
	}
	for _, k := range kinds {
		if k.typ == t {
			return "; patlint list kinds " + k.name + " shows what there is"
		}
	}
	return "; patlint list kinds shows what there is"
}

// listHint says how a list is written.
func listHint(item reflect.Type) string {
	switch {
	case item == reflect.TypeFor[types.Tag]():
		return "write tags as [{Key: Name, Value: x}]"
	case item.Kind() == reflect.Struct:
		return "write a hyphen in front of each item"
	}
	return "write it in brackets, [a, b]"
}

// fieldHint writes a value into the field of a struct where it most likely belongs.
func fieldHint(t reflect.Type, value string) string {
	names := fieldsOf(t)
	for _, name := range []string{"Name", "Code", "Value"} {
		if slices.Contains(names, name) {
			return fmt.Sprintf("{%s: %s}", name, cmp.Or(value, "…"))
		}
	}
	if len(names) == 0 {
		return "{}"
	}
	return fmt.Sprintf("{%s: …}", names[0])
}

var numberInside = regexp.MustCompile(`^\D*(\d+)\D*$`)

// numberHint is the number that a text holds.
func numberHint(text string) string {
	if m := numberInside.FindStringSubmatch(text); m != nil {
		return "; write " + m[1]
	}
	return "; write it in digits alone"
}

// parseTime takes the CLI's times, and a bare date for the ease of examples.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.Parse(time.DateOnly, s)
	}
	return t.UTC(), err
}
