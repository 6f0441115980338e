package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sampleTest has a mistake of each sort.
func sampleTest() *Test {
	const file = "house/operations/name-every-volume.md"
	return &Test{
		Schema: TestSchema, Version: "1.2.3",
		Patterns: []Tested{
			{"ask-twice", "house/operations/ask-twice.md", "operations", false, 0, true},
			{"keep-it-small", "house/operations/keep-it-small.md", "operations", true, 1, true},
			{"name-every-volume", file, "operations", true, 3, false},
		},
		Mistakes: []Mistake{
			{Step: "read", File: "house/glossary.md", Line: 3, Column: 1, Message: "the term a belongs before b: terms are in alphabetical order", Source: "## a"},
			{Step: "page", File: file, Message: "its title is that of house/operations/ask-twice.md; every page has its own", Pattern: "name-every-volume"},
			{Step: "style", File: file, Line: 3, Column: 1, Message: "one", Pattern: "name-every-volume", Source: "summary: Give every volume a name, so that somebody can say what it is for, and give every machine one as well, for the same reason."},
			{Step: "style", File: file, Line: 3, Column: 1, Message: "two", Pattern: "name-every-volume", Source: "summary: Give every volume a name, so that somebody can say what it is for, and give every machine one as well, for the same reason."},
			{Step: "example", File: file, Line: 53, Column: 15, Message: "vol-0a is not flagged, though the example wants \"40 GiB without a name\" of it", Pattern: "name-every-volume", Resource: "vol-0a",
				Want: "fail: 40 GiB without a name", Got: "out of scope", Evidence: lint.Evidence{{Expr: "volume.State", Value: "available"}, {Expr: "volume.Size", Value: int64(40)}, {Expr: "volume.Tags", Value: []any{}},
					{Expr: `volume.instances().exists(i, i.State.Name == "running" && i.InstanceType == "m5.large")`, Value: false}},
				Source: "  - VolumeId: vol-0a   # want: 40 GiB without a name"},
			{Step: "example", File: file, Line: 54, Column: 34, Message: "vol-0b: the message has other words", Pattern: "name-every-volume", Resource: "vol-0b",
				Want:   "fail: 40 GiB of gp3 without a name, in use since 2026-01-02 and paid for by nobody",
				Got:    "fail: 25 GiB of gp3 without a name, in use since 2026-01-02 and paid for by somebody; give it a tag Name",
				Source: "\t- VolumeId: vol-0b     # want: 40 GiB of gp3 without a name, in use since 2026-01-02 and paid for by nobody"},
			{Step: "example", File: file, Line: 70, Column: 15, Message: "vol-0c is unknown", Pattern: "name-every-volume", Resource: "vol-0c", Want: "pass", Got: "unknown", Why: "DescribeSnapshots: denied in this example"},
		},
	}
}

func testText(t *testing.T, test *Test, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := test.Text(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTestText compares what a person sees with what was seen to be readable; UPDATE=1 writes it anew.
func TestTestText(t *testing.T) {
	for name, o := range map[string]Options{"piped": {}, "80": {Width: 80}, "color": {Width: 80, Color: true}} {
		got := testText(t, sampleTest(), o)
		file := filepath.Join("testdata", "test-"+name+".golden")
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		for line := range strings.Lines(regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(got, "")) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); o.Width > 0 && n > o.Width && !strings.HasPrefix(line, "house/") { // a mistake is one line, for programs that read it
				t.Errorf("%s: a line of %d characters: %s", name, n, line)
			}
		}
	}
}

// TestTestBlanks: blanks stand behind the other mistakes of their file, without their lines, and on a terminal they do not drive those away.
func TestTestBlanks(t *testing.T) {
	test := &Test{Mistakes: []Mistake{}, Patterns: []Tested{{ID: "a", File: "x/a.md"}}}
	for i := range 9 {
		test.Mistakes = append(test.Mistakes, Mistake{File: "x/a.md", Line: i + 1, Column: 1, Message: "a blank is left", Source: "FILL-IN", Blank: i != 5})
	}
	test.Mistakes[5].Message = "wrong"
	const head, one = "FAIL  a\nx/a.md:6:1: wrong\n    6 | FILL-IN\n      | ^\n\n", "x/a.md:1:1: a blank is left\nx/a.md:2:1: a blank is left\nx/a.md:3:1: a blank is left\n"
	if got, want := testText(t, test, Options{Width: 80, Height: 24}), head+one+"    and 5 more blanks, which are listed when the mistakes are mended\n\n"; got != want {
		t.Errorf("on a terminal:\n%s", got)
	}
	if got := testText(t, test, Options{Width: 80}); !strings.HasPrefix(got, head+one) || strings.Count(got, "a blank is left") != 8 {
		t.Errorf("piped:\n%s", got)
	}
	if got := test.Summary(); got != "1 mistake and 8 blanks in patterns" {
		t.Error(got)
	}
	test.Mistakes[5].Blank = true
	if got := testText(t, test, Options{Width: 80, Height: 24}); strings.Contains(got, "more blanks") || test.Summary() != "9 blanks in patterns" {
		t.Errorf("%s, and\n%s", test.Summary(), got)
	}
	if got := (&Test{Builtin: true, Patterns: test.Patterns}).Summary(); got != "all is well: 1 built-in pattern, 0 examples" {
		t.Error(got)
	}
}

// TestPointed: the caret stands under what is meant, however wide the characters before it are.
func TestPointed(t *testing.T) {
	for _, tt := range []struct {
		line          string
		column, width int
		want          string
	}{
		{"a: b", 4, 0, "a: b\n   ^"},
		{"a: b", 5, 80, "a: b\n    ^"},
		{"\ta", 2, 80, " a\n ^"},
		{"名前: b", 5, 80, "名前: b\n      ^"},
		{"e\u0301: b", 5, 80, "e\u0301: b\n   ^"},
		{"", 9, 80, "\n^"},
		{strings.Repeat("a", 40) + "b" + strings.Repeat("c", 40), 41, 20, "…aaaaaaaaaabccccccc…\n           ^"},
	} {
		if got := Pointed(tt.line, tt.column, tt.width); got != tt.want {
			t.Errorf("%q:\n%s\nwant\n%s", tt.line, got, tt.want)
		}
	}
}

// TestTestJSON holds the outputs against the schema, and the empty one too.
func TestTestJSON(t *testing.T) {
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(TestSchemaText))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("test", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("test")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []*Test{sampleTest(), {Schema: TestSchema, Patterns: []Tested{}, Mistakes: []Mistake{}}} {
		var b bytes.Buffer
		if err := test.JSON(&b, Options{}); err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(doc); err != nil {
			t.Error(err)
		}
		doc.(map[string]any)["more"] = true
		if compiled.Validate(doc) == nil {
			t.Error("the schema takes any key")
		}
	}
}

// TestTestGitHub: each mistake is one command at its place.
func TestTestGitHub(t *testing.T) {
	var b bytes.Buffer
	if err := sampleTest().GitHub(&b, Options{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != len(sampleTest().Mistakes)+1 || lines[len(lines)-1] != "patlint: 7 mistakes in patterns" {
		t.Fatalf("it says:\n%s", b.String())
	}
	for i, want := range map[int]string{
		0: "::error file=house/glossary.md,line=3,col=1,title=patlint::the term a belongs before b: terms are in alphabetical order",
		1: "::error file=house/operations/name-every-volume.md,title=patlint%3A name-every-volume::its title is that of house/operations/ask-twice.md; every page has its own",
		4: "::error file=house/operations/name-every-volume.md,line=53,col=15,title=patlint%3A name-every-volume::vol-0a is not flagged, though the example wants \"40 GiB without a name\" of it" +
			"%0Awant  fail: 40 GiB without a name%0Agot   out of scope%0Abecause volume.State = available%0A        volume.Size = 40%0A        volume.Tags = []%0A        volume.instances().exists(i, i.State.Name == \"running\" && i.InstanceType == \"m5.large\") = false",
	} {
		if lines[i] != want {
			t.Errorf("got  %s\nwant %s", lines[i], want)
		}
	}
}

// TestTestHostile: a file may be anybody's, and so may its name.
func TestTestHostile(t *testing.T) {
	evil := "a\x1b[2J\r\n::error::x\u202e%0A,b:c"
	test := &Test{Mistakes: []Mistake{{Step: evil, File: evil, Line: 2, Column: 3, Message: evil, Pattern: evil, Resource: evil, Want: "fail: " + evil, Got: "fail: " + evil, Why: evil,
		Evidence: lint.Evidence{{Expr: evil, Value: evil}}, Source: evil}}, Patterns: []Tested{{ID: evil, File: "x"}}}
	for _, f := range TestFormats() {
		var b bytes.Buffer
		if err := f.Write(test, &b, Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\r\u202e") || strings.Contains(b.String(), "\n::error::") {
			t.Errorf("%s: %q", f.Name, b.String())
		}
		if f.Name == "json" && !json.Valid(b.Bytes()) {
			t.Error("this is no JSON")
		}
	}
}

// TestDiffer: what is marked is what a person would point at.
func TestDiffer(t *testing.T) {
	for _, tt := range []struct{ want, got, inWant, inGot string }{
		{"fail: 40 GiB without a name", "fail: 40 GiB without name", "                     ^", ""},
		{"fail: 40 GiB", "fail: 8 GiB of gp2", "      ^^", "      ^"},
		{"fail: holds 100 IOPS", "fail: gp2 holds 90 IOPS; the burst is gone", "            ^^^", "                ^^"},
		{"fail: a b", "fail: x y z b", "      ^", "          ^"},
		{"fail: b a", "fail: b x y z", "        ^", "        ^"},
		{"fail: …holds 100 IOPS…", "fail: gp2 holds 100 IOPS", "", ""},
		{"fail: 40 GiB", "out of scope", "", ""},
		{"fail: one thing", "fail: quite another", "", ""},
		{"pass", "fail: 40 GiB", "", ""},
		{"", "", "", ""},
		{"fail: é b c", "fail: é x c", "        ^", "        ^"},
		{"fail: " + strings.Repeat("a ", 2000), "fail: " + strings.Repeat("a ", 2000) + "b", "", ""},
	} {
		inWant, inGot := differ([]rune(tt.want), []rune(tt.got))
		_, a := (&text{}).painted("", []rune(tt.want), inWant)
		_, b := (&text{}).painted("", []rune(tt.got), inGot)
		if a != tt.inWant || b != tt.inGot {
			t.Errorf("%.40q and %.40q:\n%q\n%q", tt.want, tt.got, a, b)
		}
	}
}

// FuzzTestText: whatever texts a Test holds, nothing is lost of what example and rule say.
func FuzzTestText(f *testing.F) {
	f.Add("fail: 40 GiB without a name", "fail: 8 GiB", "  - VolumeId: vol-0a", 5, 80)
	f.Add("a  b", " ", "\t\tx", 1, 1)
	f.Fuzz(func(t *testing.T, want, got, source string, column, width int) {
		test := &Test{Mistakes: []Mistake{{File: "x", Line: 1, Column: column, Message: "m", Want: want, Got: got, Source: source}}}
		for _, color := range []bool{false, true} {
			out := testText(t, test, Options{Width: width % 200, Color: color})
			squeeze := func(s string) string {
				return strings.Map(func(r rune) rune {
					if r == ' ' || r == '\n' || r == '^' {
						return -1
					}
					return r
				}, regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(s, ""))
			}
			if (want != "" || got != "") && !strings.Contains(squeeze(out), squeeze("want"+Clean(want)+"got"+Clean(got))) {
				t.Errorf("%q and %q are not in %q", want, got, out)
			}
		}
	})
}
