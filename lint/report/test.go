package report

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"

	"github.com/patlint/patlint/lint"
)

// TestSchema names the version of the JSON form of a [Test].
const TestSchema = "patlint/test/v1"

// TestSchemaText is the JSON Schema of what a [Test] writes as JSON.
//
//go:embed test.schema.json
var TestSchemaText string

// A Test is what became of patterns that were tested. Its JSON form is a contract.
type Test struct {
	Schema   string    `json:"schema"`
	Version  string    `json:"version"`
	Patterns []Tested  `json:"patterns"` // by ID
	Mistakes []Mistake `json:"mistakes"` // by file, line and column

	Builtin bool `json:"-"` // the patterns are those that patlint has
}

// A Tested is a pattern that was tested.
type Tested struct {
	ID       string `json:"id"`
	File     string `json:"file"`
	Chapter  string `json:"chapter"`
	Rule     bool   `json:"rule"`     // false where it is guidance only, or could not be read
	Examples int    `json:"examples"` // that it has, whether they could be run or not
	OK       bool   `json:"ok"`       // its file has no mistake
}

// A Mistake is one mistake in one file. Where an example and its rule do not agree about a resource, it says how and why, as [lint.Miss] does.
type Mistake struct {
	Step     string        `json:"step"` // that found it: read, rule, example, style or page
	File     string        `json:"file"`
	Line     int           `json:"line"`   // 0 where the whole file is meant
	Column   int           `json:"column"` // in characters, from 1; 0 likewise
	Message  string        `json:"message"`
	Pattern  string        `json:"pattern"` // the ID; "" for a file that is no pattern
	Resource string        `json:"resource"`
	Want     string        `json:"want"`
	Got      string        `json:"got"`
	Why      string        `json:"why"`
	Evidence lint.Evidence `json:"evidence"`

	Source string `json:"-"` // the line of the file, for people; "" where it says nothing
	Blank  bool   `json:"-"` // nothing is wrong; it is still to be written
}

// place is where editors jump to.
func (m *Mistake) place() string {
	if m.Line == 0 {
		return m.File + ":"
	}
	return fmt.Sprintf("%s:%d:%d:", m.File, m.Line, m.Column)
}

// A TestFormat writes a Test.
type TestFormat struct {
	Name  string
	Doc   string
	Write func(*Test, io.Writer, Options) error
}

// TestFormats is every format of a Test, sorted by name.
func TestFormats() []TestFormat {
	return []TestFormat{
		{"github", "annotations of a GitHub Actions run, one for each mistake at its line", (*Test).GitHub},
		{"json", "everything for programs; its schema is " + TestSchema, (*Test).JSON},
		{"text", "for people, by pattern", (*Test).Text},
	}
}

// Summary is the sums in a few words.
func (t *Test) Summary() string {
	blanks, examples, what := 0, 0, "pattern"
	for i := range t.Mistakes {
		if t.Mistakes[i].Blank {
			blanks++
		}
	}
	for _, p := range t.Patterns {
		examples += p.Examples
	}
	if t.Builtin {
		what = "built-in pattern"
	}
	switch n := len(t.Mistakes) - blanks; {
	case n > 0 && blanks > 0:
		return fmt.Sprintf("%s and %s in patterns", count(n, "mistake"), count(blanks, "blank"))
	case n > 0:
		return count(n, "mistake") + " in patterns"
	case blanks > 0:
		return count(blanks, "blank") + " in patterns"
	}
	return fmt.Sprintf("all is well: %s, %s", count(len(t.Patterns), what), count(examples, "example"))
}

// JSON writes the test as one indented object, in the form that test.schema.json describes.
func (t *Test) JSON(w io.Writer, _ Options) error {
	text, err := encode(t, "")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// GitHub writes workflow commands, which GitHub Actions shows at the lines of a pull request's files, and last the sums.
func (t *Test) GitHub(w io.Writer, _ Options) error {
	out := bufio.NewWriter(w)
	for i := range t.Mistakes {
		m := &t.Mistakes[i]
		title := "patlint"
		if m.Pattern != "" {
			title += ": " + m.Pattern
		}
		lines := []string{Clean(m.Message)}
		if m.Want != "" || m.Got != "" {
			lines = append(lines, "want  "+Clean(m.Want), "got   "+Clean(m.Got))
		}
		for i, reason := range m.because() {
			lines = append(lines, reasonMargin(i)+reason)
		}
		out.WriteString(annotation("error", m.File, m.Line, m.Column, title, lines...))
	}
	out.WriteString("patlint: " + t.Summary() + "\n")
	return out.Flush()
}

// because is why the rule said what it said, one reason each.
func (m *Mistake) because() (reasons []string) {
	if m.Why != "" {
		reasons = append(reasons, Clean(m.Why))
	}
	for _, f := range m.Evidence {
		reasons = append(reasons, Clean(f.Expr)+" = "+Clean(factValue(f.Value)))
	}
	return reasons
}

// reasonMargin stands in front of a reason.
func reasonMargin(i int) string {
	if i == 0 {
		return "because "
	}
	return "        "
}
