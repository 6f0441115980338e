package lint

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

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
			d.errorf(n, "%s is a list", what)
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, item := range n.Content {
			if item.Tag == "!!null" {
				d.errorf(item, "an item of %s is empty", what)
				continue
			}
			d.decode(item, v.Index(i), what)
		}
	case n.Kind != yaml.ScalarNode:
		d.errorf(n, "%s is a single value", what)
	default:
		d.decodeScalar(n, v, what)
	}
}

func (d *decoder) decodeStruct(n *yaml.Node, v reflect.Value, what string) {
	if n.Kind != yaml.MappingNode {
		d.errorf(n, "%s has fields of its own", what)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		f, ok := v.Type().FieldByName(key.Value)
		if !ok || !f.IsExported() || len(f.Index) != 1 {
			msg := fmt.Sprintf("%s has no field %s", what, key.Value)
			var names []string
			for f := range v.Type().Fields() {
				if f.IsExported() {
					names = append(names, f.Name)
				}
			}
			if near := patterns.Nearest(key.Value, names); near != "" {
				msg += "; did you mean " + near + "?"
			}
			d.errorf(key, "%s", msg)
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
		v.SetString(n.Value)
	case reflect.Bool:
		if n.Tag != "!!bool" {
			d.errorf(n, "%s is true or false, not %q", what, n.Value)
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int32, reflect.Int64, reflect.Int:
		i, err := strconv.ParseInt(n.Value, 10, v.Type().Bits())
		if n.Tag != "!!int" || err != nil {
			d.errorf(n, "%s is a whole number, not %q", what, n.Value)
			return
		}
		v.SetInt(i)
	case reflect.Float64, reflect.Float32:
		f, err := strconv.ParseFloat(n.Value, 64)
		if n.Tag != "!!float" && n.Tag != "!!int" || err != nil {
			d.errorf(n, "%s is a number, not %q", what, n.Value)
			return
		}
		v.SetFloat(f)
	default:
		d.errorf(n, "%s has a type that examples cannot hold", what)
	}
}

// parseTime takes the CLI's times, and a bare date for the ease of examples.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.Parse(time.DateOnly, s)
	}
	return t.UTC(), err
}
