package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/patlint/patlint/lint"
)

// JSON writes the report as one indented object, in the form that report.schema.json describes.
func JSON(w io.Writer, r *lint.Report, _ Options) error {
	frame := *r
	frame.Findings = []lint.Finding{}
	whole, err := encode(frame, "")
	if err != nil {
		return err
	}
	// No string of JSON holds a line break, so this is where the findings belong and nothing else is.
	head, tail, ok := bytes.Cut(whole, []byte("\n  \"findings\": []"))
	if !ok {
		return errors.New("a report without a place for findings")
	}
	out := bufio.NewWriter(w)
	out.Write(head)
	out.WriteString("\n  \"findings\": [")
	separator, end := "\n    ", "]"
	for f, err := range r.All() {
		if err != nil {
			return err
		}
		text, err := encode(f, "    ")
		if err != nil {
			return err
		}
		out.WriteString(separator)
		out.Write(text)
		separator, end = ",\n    ", "\n  ]"
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
