// Package report writes a [lint.Report] in the formats that patlint offers, one function for each format.
//
// A new format is one file with a function and one line in the table of [Formats].
//
// A format walks the findings with [lint.Report.All], as often as it likes, and keeps none of them: a report over thousands of accounts does
// not fit into memory. It says what is muted and what is unknown, each in its place.
//
// # What not to do
//
// Do not print a string of a report without escaping it for where it lands: names, tags and messages come from an account, and an account may be
// hostile. [Clean] escapes for a terminal. Do not read lint.Report.Findings, which is empty where the findings stand in a file.
package report

import (
	"io"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// Options say how a report looks. Each format takes from them what it can use; the zero value is good for all.
type Options struct {
	Color   bool
	Width   int  // of the terminal in characters; 0 where lines must not be broken
	Height  int  // of the terminal in lines; 0 where all that is said can be read
	Verbose bool // list what is muted, too, where a format for people only counts it

	Catalog *patterns.Catalog // where formats that describe patterns find them; nil for what findings say of them
	Sheet   string            // the site's style sheet, for HTML
}

// A Format writes a report.
type Format struct {
	Name  string
	Doc   string
	Write func(io.Writer, *lint.Report, Options) error
}

// Formats is every format, sorted by name.
func Formats() []Format {
	return []Format{
		{"csv", "one row for each finding and gap, for spreadsheets", CSV},
		{"github", "annotations of a GitHub Actions run, one for each pattern", GitHub},
		{"html", "one file for a browser and for print, with filters", HTML},
		{"json", "the whole report for programs; its schema is patlint/report/v1", JSON},
		{"junit", "test suites for CI servers: a suite for each pattern, a failure for each resource", JUnit},
		{"markdown", "for a pull request, a job summary or a wiki; at most 62,000 bytes", Markdown},
		{"ocsf", "for security lakes: Compliance Findings of OCSF 1.8.0, a JSON array with an event on each line", OCSF},
		{"openmetrics", "sums as gauges, for Prometheus and its textfile collector", OpenMetrics},
		{"sarif", "for code scanning and viewers: SARIF 2.1.0; GitHub shows muted findings as alerts, too", SARIF},
		{"text", "for people, grouped by pattern", Text},
	}
}
