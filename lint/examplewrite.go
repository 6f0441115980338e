package lint

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// exampleWidth is how long a line of an example gets before it is broken, in characters.
const exampleWidth = 110

// An exampleWriter writes an example as a person would: blocks, and short things on one line.
type exampleWriter struct {
	strings.Builder
	line int // how many are written
}

func (w *exampleWriter) row(depth int, text string) {
	w.WriteString(strings.Repeat("  ", depth))
	w.WriteString(text)
	w.WriteByte('\n')
	w.line++
}

func (w *exampleWriter) pair(depth int, key, value string) { w.row(depth, key+": "+value) }

// answer writes what a source has. Each item begins a line of its own with its ID. The subject has a line for each field.
func (w *exampleWriter) answer(s Source, items []reflect.Value, subject bool) {
	key := s.exampleKey()
	if s.Name == "DescribeInstances" {
		key = "Instances"
	}
	if !s.isList() {
		w.field(0, key, items[0])
		return
	}
	w.row(0, key+":")
	for i, item := range items {
		if subject && i == 0 {
			w.item(1, item)
		} else {
			w.either(1, item)
		}
	}
}

// either writes an item of a list on one line where it fits, else as a block.
func (w *exampleWriter) either(depth int, v reflect.Value) {
	v = reflect.Indirect(v)
	if text := flow(v); 2*depth+2+len(text) <= exampleWidth || v.Kind() != reflect.Struct {
		w.row(depth, "- "+text)
		return
	}
	w.item(depth, v)
}

// item writes a struct as an item of a list.
func (w *exampleWriter) item(depth int, v reflect.Value) {
	names, values := present(v)
	if len(names) == 0 {
		w.row(depth, "- {}")
		return
	}
	var first exampleWriter
	first.field(depth+1, names[0], values[0])
	text := strings.Repeat("  ", depth) + "- " + strings.TrimLeft(first.String(), " ")
	w.WriteString(text)
	w.line += first.line
	for i := 1; i < len(names); i++ {
		w.field(depth+1, names[i], values[i])
	}
}

// field writes a field on one line where it fits, else as a block.
func (w *exampleWriter) field(depth int, key string, v reflect.Value) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	text := flow(v)
	isBlock := v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() || v.Kind() == reflect.Slice && v.Len() > 0
	if !isBlock || 2*depth+len(key)+2+len(text) <= exampleWidth {
		w.pair(depth, key, text)
		return
	}
	w.row(depth, key+":")
	if v.Kind() == reflect.Struct {
		names, values := present(v)
		for i := range names {
			w.field(depth+1, names[i], values[i])
		}
		return
	}
	if k := reflect.Indirect(v.Index(0)).Kind(); k != reflect.Struct || v.Index(0).Type() == reflect.TypeFor[time.Time]() {
		w.words(depth+1, v)
		return
	}
	for i := range v.Len() {
		w.either(depth+1, v.Index(i))
	}
}

// words writes a list of things without fields on a few long lines.
func (w *exampleWriter) words(depth int, v reflect.Value) {
	text := "["
	for i := range v.Len() {
		next := flow(v.Index(i)) + ","
		if i == v.Len()-1 {
			next = strings.TrimSuffix(next, ",") + "]"
		}
		if 2*depth+len(text)+1+len(next) > exampleWidth && text != "[" {
			w.row(depth, text)
			text = " "
		}
		if text != "[" && text != " " {
			text += " "
		}
		text += next
	}
	w.row(depth, text)
}

// present gives the fields of a struct that are set, in the order in which they are written.
func present(v reflect.Value) (names []string, values []reflect.Value) {
	for _, i := range fieldOrder(v.Type()) {
		if f := v.Field(i); !f.IsZero() {
			names, values = append(names, v.Type().Field(i).Name), append(values, f)
		}
	}
	return names, values
}

// fieldOrder gives the exported fields of a struct: first its ID, then the others as the AWS CLI prints them.
func fieldOrder(t reflect.Type) []int {
	first := identityField(t)
	var out []int
	if first >= 0 {
		out = append(out, first)
	}
	for i := range t.NumField() {
		if t.Field(i).IsExported() && i != first {
			out = append(out, i)
		}
	}
	return out
}

// identityField is the field that tells structs of a type apart, and that stands first: that of its kind, else the one that an answer's items are called
// after (VolumeStatusItem, VolumeId), else the first that names a resource, a device or a tag; -1 for none.
func identityField(t reflect.Type) int {
	called, first := -1, -1
	isItem := slices.ContainsFunc(sources, func(s Source) bool { return s.item == t })
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type.Kind() != reflect.String && f.Type != reflect.TypeFor[*string]() {
			continue
		}
		for _, k := range kinds {
			if k.typ == t && k.idField == f.Name {
				return i
			}
			if first < 0 && k.idField == f.Name {
				first = i
			}
		}
		base, isID := strings.CutSuffix(f.Name, "Id")
		switch {
		case isItem && isID && base != "" && strings.HasPrefix(t.Name(), base) || f.Name == "Label":
			called = i
		case first < 0 && slices.Contains([]string{"DeviceName", "ExclusionId", "InstanceType", "Key"}, f.Name):
			first = i
		}
	}
	if called >= 0 {
		return called
	}
	return first
}

// flow writes a value on one line.
func flow(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		return flow(v.Elem())
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = flow(v.Index(i))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return yamlTime(t)
		}
		names, values := present(v)
		for i := range names {
			names[i] += ": " + flow(values[i])
		}
		return "{" + strings.Join(names, ", ") + "}"
	case reflect.String:
		return yamlText(v.String())
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	b, _ := json.Marshal(v.Interface()) // whole numbers and bools
	return string(b)
}

func yamlTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// bareText needs no quotes anywhere in YAML: it begins with a letter or a slash, or it is an address; it is no other word of YAML's.
var (
	bareText = regexp.MustCompile(`^(?:[A-Za-z/][0-9A-Za-z_./-]*|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?:/[0-9]+)?)$`)
	yamlWord = regexp.MustCompile(`(?i)^(?:true|false|null|yes|no|on|off|y|n)$`)
)

func yamlText(s string) string {
	if bareText.MatchString(s) && !yamlWord.MatchString(s) {
		return s
	}
	var e encoder
	e.string(s) // JSON's strings are YAML's
	return e.String()
}
