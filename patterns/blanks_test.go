package patterns

import (
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestBlanks: the word counts wherever it stands, and only the word.
func TestBlanks(t *testing.T) {
	for src, want := range map[string][]string{
		"":                                     nil,
		"FILL-IN":                              {"1:1: a blank is left"},
		"FILL-IN \n":                           {"1:1: a blank is left"},
		"a\nb é: FILL-IN the size\n":           {"2:6: a blank is left: the size"},
		"b: FILL-IN: the size\r\n":             {"1:4: a blank is left: the size"},
		`{a: "FILL-IN x", b: 'FILL-IN y'}`:     {"1:6: a blank is left: x", "1:22: a blank is left: y"},
		`{a: "FILL-IN", b: "FILL-IN"}`:         {"1:6: a blank is left", "1:20: a blank is left"},
		"`FILL-IN the owner's name` FILL-IN z": {"1:2: a blank is left: the owner's name", "1:28: a blank is left: z"},
		"FILL-IN one FILL-IN two":              {"1:1: a blank is left: one FILL-IN two"},
		"(FILL-IN x)":                          {"1:2: a blank is left: x)"},
		"FILL-INS FILL-IN-x PREFILL-IN a-FILL-IN FILL_IN fill-in Fill-In": nil,
		"FILL-IN\nFILL-IN b\n": {"1:1: a blank is left", "2:1: a blank is left: b"},
	} {
		var got []string
		for _, e := range blanks("x", src) {
			got = append(got, strings.TrimPrefix(e.Error(), "x:"))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", src, d)
		}
		if isBlank(src) != (len(want) > 0) {
			t.Errorf("%q: isBlank says %t", src, isBlank(src))
		}
	}
}

// TestParseBlanks: a page with a blank in a value has no other mistake, and Ready keeps what can run.
func TestParseBlanks(t *testing.T) {
	const params = "since: 0.1.0\nparams: {most: {type: int, default: 10, doc: The most.}}\n"
	for _, tt := range []struct {
		name                string
		edits               []string
		blanks              int
		rule, fix, examples int // of what is ready
	}{
		{"title", []string{"title: Keep it small", "title: FILL-IN what to do, in sentence case and without a full stop at the end of it"}, 1, 1, 1, 2},
		{"summary", []string{front[strings.Index(front, "summary"):strings.Index(front, "pillar")], "summary: FILL-IN why\n"}, 1, 1, 1, 2},
		{"closed sets", []string{"pillar: cost", "pillar: FILL-IN", "severity: low", "severity: FILL-IN", "since: 0.1.0", "since: FILL-IN"}, 3, 1, 1, 2},
		{"lists", []string{"since: 0.1.0", "since: 0.1.0\nrelated: [FILL-IN]\nrequires: FILL-IN IDs\nchecks: {FILL-IN tool: [a]}\nreferences:\n  - {title: \"FILL-IN\", url: \"FILL-IN an address\"}"}, 5, 1, 1, 2},
		{"a comment behind a value", []string{"pillar: cost", "pillar: cost # FILL-IN or leave it"}, 1, 1, 1, 2},
		{"prose", []string{"The state we want.", "FILL-IN the state we want"}, 1, 1, 1, 2},
		{"code", []string{"The state we want.", "A page.\n\n```sh\nFILL-IN a command\n```"}, 1, 1, 1, 2},
		{"require", []string{"volume.Size < 10", "FILL-IN true or false"}, 1, 0, 0, 0},
		{"message", []string{"${volume.Size} GiB", "${volume.Size} FILL-IN"}, 1, 0, 0, 0},
		{"waste", []string{"message: ${volume.Size} GiB", "message: ${volume.Size} GiB\nwaste: FILL-IN"}, 1, 0, 0, 0},
		{"when", []string{"resource: volume", "resource: volume\nwhen: FILL-IN"}, 1, 0, 0, 0},
		{"resource", []string{"resource: volume", "resource: FILL-IN"}, 1, 0, 0, 0},
		{"a comment in the rule", []string{"resource: volume", "# FILL-IN delete this line\nresource: volume"}, 1, 1, 1, 2},
		{"fail", []string{"# want: 20 GiB", "# want: FILL-IN words"}, 1, 1, 1, 1},
		{"pass", []string{"    Size: 5", "    Size: FILL-IN"}, 1, 1, 1, 1},
		{"fix", []string{"aws ec2 delete-volume", "FILL-IN"}, 1, 1, 0, 2},
		{"a param's doc", []string{"since: 0.1.0\n", strings.Replace(params, "The most.", "FILL-IN", 1)}, 1, 1, 1, 2},
		{"a param's default", []string{"since: 0.1.0\n", strings.Replace(params, "10", "FILL-IN", 1)}, 1, 0, 0, 0},
		{"a param's text", []string{"since: 0.1.0\n", strings.NewReplacer("int", "string", "10", "'FILL-IN'").Replace(params)}, 1, 0, 0, 0},
		{"a param's list", []string{"since: 0.1.0\n", strings.NewReplacer("int", "list", "10", "[FILL-IN]").Replace(params)}, 1, 0, 0, 0},
		{"a param's type", []string{"since: 0.1.0\n", strings.Replace(params, "int", "FILL-IN", 1)}, 1, 0, 0, 0},
		{"a param's name", []string{"since: 0.1.0\n", strings.Replace(params, "most:", "FILL-IN name:", 1)}, 1, 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Parse(pageFile, []byte(spoil(t, tt.edits...)))
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Blanks) != tt.blanks {
				t.Errorf("%d blanks, want %d:\n%v", len(p.Blanks), tt.blanks, p.Blanks)
			}
			ready := p.Ready()
			got := [3]int{0, 0, len(ready.Examples)}
			if ready.Rule != nil {
				got[0] = 1
			}
			if ready.Fix != nil {
				got[1] = 1
			}
			if want := [3]int{tt.rule, tt.fix, tt.examples}; got != want {
				t.Errorf("ready are rule, fix, examples %v, want %v", got, want)
			}
			if p.Rule == nil || p.Fix == nil || len(p.Examples) != 2 {
				t.Error("Ready has changed the pattern")
			}
		})
	}
	p, err := Parse(pageFile, []byte(page))
	if err != nil || p.Ready() != p {
		t.Errorf("a page without blanks: %v", err)
	}
}

// TestLoadRefusesBlanks: nothing unfinished becomes a part of a catalog, in whichever file it stands.
func TestLoadRefusesBlanks(t *testing.T) {
	fsys := func() fstest.MapFS {
		return fstest.MapFS{"a/keep-it-small.md": {Data: []byte(page)}, "a/README.md": {Data: []byte("# A\n\nWords.\n")}}
	}
	const step = "- {id: p, title: P, kind: role, summary: S., steps: [{pattern: keep-it-small, why: W.}]}\n"
	for name, text := range map[string]string{
		"a/keep-it-small.md": strings.Replace(page, "Words.", "FILL-IN words", 1),
		"a/README.md":        "# A\n\nFILL-IN words\n",
		"glossary.md":        "# A\n\nFILL-IN words\n",
		"paths.yaml":         strings.Replace(step, "S.", "FILL-IN words", 1),
	} {
		files := fsys()
		files[name] = &fstest.MapFile{Data: []byte(text)}
		_, err := Load(Source{Name: "p", FS: files})
		if err == nil || !regexp.MustCompile(`^p/`+regexp.QuoteMeta(name)+`:\d+:\d+: a blank is left: words[^\n]*$`).MatchString(err.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(Source{Name: "p", FS: fsys()}); err != nil {
		t.Error(err)
	}
}

// TestOutline: the manual has the sections of the table, with the same words.
func TestOutline(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "patterns.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	manual := f.Doc.Text()
	for _, s := range Outline() {
		name := s.Title
		if s.Optional {
			name = "[" + name + "]"
		}
		if s.Doc == "" || !regexp.MustCompile(`(?m)^\t`+regexp.QuoteMeta(name)+` +`+regexp.QuoteMeta(s.Doc)+`$`).MatchString(manual) {
			t.Errorf("the manual does not say of %s: %s", name, s.Doc)
		}
	}
}

// FuzzBlanks: each blank stands where the word does, says something on one line, and none is where there is no word.
func FuzzBlanks(f *testing.F) {
	f.Add("a: FILL-IN the owner's name\n`FILL-IN` \"FILL-IN: b\"\r\nFILL-INS\n")
	f.Add("é FILL-IN\u2028\xff\n'FILL-IN")
	f.Fuzz(func(t *testing.T, src string) {
		lines := strings.Split(src, "\n")
		found := blanks("x", src)
		for _, b := range found {
			if line := []rune(lines[b.Line-1]); b.Column > len(line) || !strings.HasPrefix(string(line[b.Column-1:]), Blank) {
				t.Errorf("%v stands elsewhere", b)
			}
			if !strings.HasPrefix(b.Msg, "a blank is left") || strings.Contains(b.Msg, "\n") {
				t.Errorf("%q", b.Msg)
			}
		}
		if isBlank(src) != (len(found) > 0) || len(found) > strings.Count(src, Blank) {
			t.Errorf("%d blanks in %q", len(found), src)
		}
	})
}
