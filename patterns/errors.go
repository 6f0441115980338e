package patterns

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in one file, at the place where its author can mend it.
type Error struct {
	File   string // as given to Load or Parse, with the source's name in front
	Line   int    // from 1; 0 where the whole file is meant
	Column int    // from 1, in characters
	Msg    string // lower case, no full stop
}

// Error gives file:line:column: message, the form that editors make clickable.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// Errors is every mistake that was found, in the order of files and lines.
type Errors []*Error

// Error gives one line for each mistake.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single *Error.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// Err gives the errors in order and without repeats, or nil where there are none.
func (es Errors) Err() error {
	if len(es) == 0 {
		return nil
	}
	return es.ordered()
}

// ordered sorts the errors and leaves repeats out. What it was called on is used up.
func (es Errors) ordered() Errors {
	slices.SortStableFunc(es, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.CompactFunc(es, func(a, b *Error) bool { return *a == *b })
}

const blankLeft = "a blank is left"

// Blank tells whether it is one that the author has still to fill in; see [Blank].
func (e *Error) Blank() bool { return strings.HasPrefix(e.Msg, blankLeft) }
