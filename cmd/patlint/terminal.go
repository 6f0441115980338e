package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"golang.org/x/term"
)

// The voice of the terminal:
//
//   - stdout is what was asked for and nothing else: the report, the table, the page. It can be piped.
//   - stderr is what a person may want to know besides: progress, and that on a terminal only; notes; and last the reason of
//     the exit code.
//   - Notes begin with "patlint: ", in lower case and without a full stop. Text that is not ours is cleaned before it is printed.

// note prints a note to stderr, a line for each line.
func note(w io.Writer, msg string) {
	for _, l := range strings.Split(strings.TrimRight(msg, "\n"), "\n") {
		fmt.Fprintln(w, "patlint: "+report.Clean(l))
	}
}

// printMistakes prints the mistakes of pattern files, a line for each, in the form that editors make clickable.
func printMistakes(w io.Writer, errs patterns.Errors) {
	for _, e := range errs {
		fmt.Fprintln(w, report.Clean(e.Error()))
	}
}

// style says how to write for people to w. color is always, never or auto.
func style(w io.Writer, color string) (report.Options, error) {
	f, ok := w.(*os.File)
	terminal := ok && term.IsTerminal(int(f.Fd()))
	var s report.Options
	if terminal {
		s.Width, s.Height, _ = term.GetSize(int(f.Fd()))
	}
	switch color {
	case "always":
		s.Color = true
	case "never":
	case "auto":
		s.Color = terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	default:
		return s, fmt.Errorf("--color takes auto, always or never, not %q", color)
	}
	return s, nil
}
