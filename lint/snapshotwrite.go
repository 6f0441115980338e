package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"time"
)

// WriteSnapshot saves an inventory as dir/<account>/<region>/<cli-command>.json, in the shape in which the AWS CLI prints it, with
// patlint.json for the time and the gaps, and returns the folder. An earlier snapshot of the same account and region is replaced as a whole,
// once the new one is complete; a folder that patlint did not write is refused. Files are for their owner's eyes only: they hold
// whatever the account holds, user data included.
func WriteSnapshot(dir string, inv *Inventory, version string) (string, error) {
	account, region := cmp.Or(inv.Account, "unknown"), cmp.Or(inv.Region, "unknown")
	for _, name := range []string{account, region} {
		if name == "." || name != filepath.Base(name) || !filepath.IsLocal(name) {
			return "", fmt.Errorf("%q is no name for a folder of a snapshot", name)
		}
	}
	target := filepath.Join(dir, account, region)
	if _, err := os.Stat(target); err == nil {
		if _, err := os.Stat(filepath.Join(target, manifestName)); err != nil {
			return "", fmt.Errorf("%s exists and was not written by patlint; choose another folder with -o", target)
		}
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(target), ".patlint-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	m := manifest{manifestSchema, version, inv.Account, inv.Region, inv.Regions, inv.Time.UTC(), []manifestGap{}}
	for _, s := range sources {
		if g, ok := inv.gaps[s.Name]; ok {
			m.Gaps = append(m.Gaps, manifestGap{s.Name, g.Reason})
		}
		pages, ok := inv.answers[s.Name]
		if !ok {
			continue
		}
		if err := os.WriteFile(filepath.Join(tmp, s.File()), encodeAnswer(s, pages), 0o600); err != nil {
			return "", err
		}
	}
	data, err := json.MarshalIndent(m, "", "    ")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(tmp, manifestName), append(data, '\n'), 0o600); err != nil {
		return "", err
	}
	if err := os.RemoveAll(target); err != nil {
		return "", err
	}
	return target, os.Rename(tmp, target)
}

// encodeAnswer prints an answer as the AWS CLI does: four spaces, absent fields left out, times with their offset.
func encodeAnswer(s Source, pages []any) []byte {
	var e encoder
	switch {
	case !s.isList():
		e.value(reflect.ValueOf(pages[len(pages)-1]).Elem(), 0)
	case s.Each != "": // one object after the other, as if each command's output had been appended
		for _, page := range pages {
			for i, v := 0, reflect.ValueOf(page); i < v.Len(); i++ {
				if e.Len() > 0 {
					e.WriteByte('\n')
				}
				e.value(v.Index(i), 0)
			}
		}
	default:
		e.WriteString("{\n    ")
		e.string(s.Key)
		e.WriteString(": ")
		var items []reflect.Value
		for _, page := range pages {
			v := reflect.ValueOf(page)
			for i := range v.Len() {
				items = append(items, v.Index(i))
			}
		}
		e.items(items, 1)
		e.WriteString("\n}")
	}
	e.WriteByte('\n')
	return e.Bytes()
}

// An encoder writes the SDK's structs as the AWS CLI's JSON.
type encoder struct{ bytes.Buffer }

func (e *encoder) indent(depth int) {
	e.WriteByte('\n')
	for range depth {
		e.WriteString("    ")
	}
}

func (e *encoder) string(s string) {
	enc := json.NewEncoder(&e.Buffer)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string into a buffer cannot fail
	e.Truncate(e.Len() - 1)
}

func (e *encoder) items(items []reflect.Value, depth int) {
	if len(items) == 0 {
		e.WriteString("[]")
		return
	}
	e.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			e.WriteByte(',')
		}
		e.indent(depth + 1)
		e.value(item, depth+1)
	}
	e.indent(depth)
	e.WriteByte(']')
}

func (e *encoder) value(v reflect.Value, depth int) {
	switch {
	case v.Kind() == reflect.Pointer:
		e.value(v.Elem(), depth)
	case v.Type() == reflect.TypeFor[time.Time]():
		layout, t := "2006-01-02T15:04:05-07:00", v.Interface().(time.Time).UTC()
		if t.Nanosecond() >= 1000 {
			layout = "2006-01-02T15:04:05.000000-07:00" // Python prints microseconds whole or not at all
		}
		e.string(t.Format(layout))
	case v.Kind() == reflect.Slice:
		items := make([]reflect.Value, v.Len())
		for i := range items {
			items[i] = v.Index(i)
		}
		e.items(items, depth)
	case v.Kind() == reflect.Struct:
		e.object(v, depth)
	case v.Kind() == reflect.String:
		e.string(v.String())
	default:
		b, _ := json.Marshal(v.Interface()) // numbers and bools
		e.Write(b)
	}
}

func (e *encoder) object(v reflect.Value, depth int) {
	n := 0
	for f, field := range v.Fields() {
		if !f.IsExported() || field.IsZero() {
			continue
		}
		if n > 0 {
			e.WriteByte(',')
		} else {
			e.WriteByte('{')
		}
		n++
		e.indent(depth + 1)
		e.string(f.Name)
		e.WriteString(": ")
		e.value(field, depth+1)
	}
	if n == 0 {
		e.WriteString("{}")
		return
	}
	e.indent(depth)
	e.WriteByte('}')
}
