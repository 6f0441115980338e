package report

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"unicode/utf16"

	"github.com/patlint/patlint/lint"
)

// Schema is the JSON Schema of what [JSON] writes.
//
//go:embed report.schema.json
var Schema string

// JSON writes the report as one indented object, in the form that report.schema.json describes.
func JSON(w io.Writer, r *lint.Report, _ Options) error {
	frame := *r
	frame.Findings = []lint.Finding{}
	return fill(w, frame, "findings", "  ", func(yield func(any, error) bool) {
		for f, err := range r.All() {
			if !yield(f, err) {
				return
			}
		}
	})
}

// fill writes frame as indented JSON, with items in its list under key, which is empty there: the items need not fit into memory. margin is
// what stands in front of the key.
func fill(w io.Writer, frame any, key, margin string, items iter.Seq2[any, error]) error {
	whole, err := encode(frame, "")
	if err != nil {
		return err
	}
	// No string of JSON holds a line break, so this is where the items belong and nothing else is.
	place := "\n" + margin + `"` + key + `": [`
	head, tail, ok := bytes.Cut(whole, []byte(place+"]"))
	if !ok {
		return fmt.Errorf("a report without a place for %s", key)
	}
	out := bufio.NewWriter(w)
	out.Write(head)
	out.WriteString(place)
	separator, end := "\n"+margin+"  ", "]"
	for item, err := range items {
		if err != nil {
			return err
		}
		text, err := encode(item, margin+"  ")
		if err != nil {
			return err
		}
		out.WriteString(separator)
		out.Write(text)
		separator, end = ",\n"+margin+"  ", "\n"+margin+"]"
	}
	out.WriteString(end)
	out.Write(tail)
	out.WriteByte('\n')
	return out.Flush()
}

// encode writes a value with a margin in front of all lines but the first.
func encode(v any, margin string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(margin, "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escapeRunes(bytes.TrimRight(b.Bytes(), "\n")), nil
}

// escapeRunes writes what a terminal may obey or a reader cannot see as JSON escapes. In a JSON text such characters
// stand inside strings only.
func escapeRunes(data []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(data) {
		if r != '\n' && hidden(r) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&out, `\u%04x`, unit)
			}
			continue
		}
		out.WriteRune(r)
	}
	return out.Bytes()
}
