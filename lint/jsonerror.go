package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// jsonError says what is wrong with a file of JSON, and where. Offsets in the error count from an offset of the file.
func jsonError(name string, data []byte, at int, err error) error {
	msg := err.Error()
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = int(max(syntax.Offset-1, 0)) // the decoder counts from the file's beginning, whichever object it is in
		msg = "bad JSON: " + syntax.Error()
	case errors.As(err, &wrong):
		at = valueStart(data, at+int(max(wrong.Offset-1, 0)))
		msg = fmt.Sprintf("%s is %s here; AWS sends %s", cmp.Or(wrong.Field, "the answer"), plainValue(wrong.Value), plainType(wrong.Type))
	case errors.Is(err, io.ErrUnexpectedEOF):
		at = len(data)
		msg = "the JSON ends in the middle; was it saved whole?"
	}
	before := data[:min(at, len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	col := len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
	return fmt.Errorf("%s:%d:%d: %s", name, line, col, msg)
}

// fieldError is the jsonError of a document's field, which was to be read as this type. Without a key it is the document itself.
func fieldError(name string, data []byte, at int, doc []byte, key string, t reflect.Type, err error) error {
	start, raw := 0, doc
	if key != "" {
		start, raw = fieldOf(doc, key)
	}
	if !errors.As(err, new(*json.UnmarshalTypeError)) { // then a time did not read itself, and that error has no place
		if off, ok := badTime(json.NewDecoder(bytes.NewReader(raw)), t); ok {
			start, err = start+off, errors.New("a time in the form of 2026-01-31T08:00:00Z is wanted here")
		}
	}
	return jsonError(name, data, at+start, err)
}

// fieldOf finds a key's value in an object, and where it begins. Of equal keys the last one counts, as in reading.
func fieldOf(doc []byte, key string) (start int, raw []byte) {
	d := json.NewDecoder(bytes.NewReader(doc))
	if _, err := d.Token(); err != nil {
		return 0, nil
	}
	for d.More() {
		k, err := d.Token()
		var v json.RawMessage
		if err != nil || d.Decode(&v) != nil {
			break
		}
		if k == key {
			start, raw = int(d.InputOffset())-len(v), v
		}
	}
	return start, raw
}

// badTime finds the first value that a type wants to be a time and that is none.
func badTime(d *json.Decoder, t reflect.Type) (at int, found bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	isTime := t == reflect.TypeFor[time.Time]()
	if isTime || t.Kind() != reflect.Struct && t.Kind() != reflect.Slice {
		var raw json.RawMessage
		if d.Decode(&raw) != nil || !isTime {
			return 0, false
		}
		return int(d.InputOffset()) - len(raw), json.Unmarshal(raw, new(time.Time)) != nil
	}
	if open, err := d.Token(); err != nil || open == nil { // null
		return 0, false
	}
	for d.More() {
		item := reflect.TypeFor[string]() // steps over any value
		if t.Kind() == reflect.Slice {
			item = t.Elem()
		} else {
			key, _ := d.Token()
			name, _ := key.(string)
			if f, ok := t.FieldByNameFunc(func(s string) bool { return strings.EqualFold(s, name) }); ok {
				item = f.Type
			}
		}
		if at, found := badTime(d, item); found {
			return at, true
		}
	}
	_, _ = d.Token() // the closing bracket
	return 0, false
}

// valueStart goes from the last character of a string, a number or a word to its first: encoding/json tells where the value ends.
// Of a list or an object it tells the beginning.
func valueStart(data []byte, at int) int {
	switch {
	case at >= len(data) || data[at] == '[' || data[at] == '{':
		return at
	case data[at] == '"':
		for at--; at > 0; at-- {
			if data[at] == '"' && (len(data[:at])-len(bytes.TrimRight(data[:at], `\`)))%2 == 0 {
				return at
			}
		}
		return at
	}
	for at > 0 && !bytes.ContainsRune([]byte(" \t\r\n:,["), rune(data[at-1])) {
		at--
	}
	return at
}

// plainValue puts encoding/json's name of what it found into words.
func plainValue(s string) string {
	switch s {
	case "array":
		return "a list"
	case "bool":
		return "true or false"
	case "object":
		return "an object"
	case "number", "string":
		return "a " + s
	}
	return strings.TrimPrefix(s, "number ")
}

func plainType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	case reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return "a whole number"
	}
}
