// Package report writes a [lint.Report] in the formats that patlint offers, one function for each format.
//
// A new format is one file with a function and one line in the table of [Formats].
//
// # What not to do
//
// Do not print a string of a report without escaping it for where it lands: names, tags and messages come from an account, and an account may be
// hostile. [Clean] escapes for a terminal.
package report

import (
	"io"

	"github.com/patlint/patlint/lint"
)

// A Style is how a format for people looks. Other formats pay no heed to it.
type Style struct {
	Color bool
	Width int // of the terminal in characters; 0 where lines must not be broken
}

// A Format writes a report.
type Format struct {
	Name  string
	Doc   string
	Write func(io.Writer, *lint.Report, Style) error
}

// Formats is every format, sorted by name.
func Formats() []Format {
	return []Format{
		{"json", "the whole report for programs; its schema is patlint/report/v1", func(w io.Writer, r *lint.Report, _ Style) error { return JSON(w, r) }},
		{"text", "for people, grouped by pattern", Text},
	}
}
