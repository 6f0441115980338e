package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/patlint/patlint/lint"
)

// JSON writes the report as one indented object, in the form that report.schema.json describes.
func JSON(w io.Writer, r *lint.Report) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return err
	}
	_, err := w.Write(escapeRunes(b.Bytes()))
	return err
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
