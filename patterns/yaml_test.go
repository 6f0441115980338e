package patterns

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// ruleForms write the same rule in every way that YAML and Markdown have. The words of require are the
// same in each.
var ruleForms = []struct {
	name, block string
	lines       bool // the value has line breaks
}{
	{"plain", "~~~yaml rule\nresource: volume\nrequire: a.b == 'é' && c.all(x, x > 1)\nmessage: m\n~~~\n", false},
	{"plain, folded", "~~~yaml rule\nresource: volume\nrequire:   a.b == 'é' &&\n    c.all(x,\n  x > 1)\nmessage: m\n~~~\n", false},
	{"plain, on the next line", "~~~yaml rule\nresource: volume\nrequire:\n  # a comment\n  a.b == 'é' &&\n  c.all(x, x > 1)   # another\nmessage: m\n~~~\n", false},
	{"double quotes", "~~~yaml rule\nresource: volume\nrequire: \"a.b == 'é' && c.all(x, x > 1)\"\nmessage: m\n~~~\n", false},
	{"double quotes with escapes", "~~~yaml rule\nresource: volume\nrequire: \"\\x61.b == '\\u00e9' \\x26& c.all(x,\\x20\\U00000078 > 1)\"\nmessage: m\n~~~\n", false},
	{"double quotes, folded", "~~~yaml rule\nresource: volume\nrequire: \"a.b ==\n    'é' \\\n\n    && c.al\\\n    l(x,   \n    x > 1)\"\nmessage: m\n~~~\n", true},
	{"single quotes", "~~~yaml rule\nresource: volume\nrequire: 'a.b == ''é'' && c.all(x, x > 1)'\nmessage: m\n~~~\n", false},
	{"single quotes, folded", "~~~yaml rule\nresource: volume\nrequire: 'a.b == ''é''\n  && c.all(x,\n\n  x > 1)'\nmessage: m\n~~~\n", true},
	{"folded", "~~~yaml rule\nresource: volume\nrequire: >-\n  a.b == 'é' &&\n  c.all(x,\n  x > 1)\nmessage: m\n~~~\n", false},
	{"folded with a comment", "~~~yaml rule\nresource: volume\nrequire: >-   # 'a' \"b\"\n      a.b == 'é' && c.all(x,\n      x > 1)\nmessage: m\n~~~\n", false},
	{"literal", "~~~yaml rule\nresource: volume\nrequire: |-\n  a.b == 'é' &&\n    c.all(x,\n  x > 1)\nmessage: m\n~~~\n", true},
	{"literal with an indentation", "~~~yaml rule\nresource: volume\nrequire: |2-\n   a.b == 'é' &&\n\n  c.all(x, x > 1)\nmessage: m\n~~~\n", true},
	{"literal at the end of the file", "~~~yaml rule\nresource: volume\nmessage: m\nrequire: |\n  a.b == 'é' &&\n  c.all(x, x > 1)\n~~~", true},
	{"flow", "~~~yaml rule\n{resource: volume, message: m, require: \"a.b == 'é' && c.all(x, x > 1)\"}\n~~~\n", false},
	{"in a list", "- Words.\n\n  ~~~yaml rule\n  resource: volume\n  require: >-\n    a.b == 'é' &&\n    c.all(x,\n    x > 1)\n  message: m\n  ~~~\n", false},
	{"in a list, behind an empty line", "10. Words.\n\n    ~~~yaml rule\n\n    resource: volume\n    require: |-\n      a.b == 'é' &&\n\n      c.all(x,\n      x > 1)\n    message: m\n    ~~~\n", true},
	{"in a quotation", "> Words.\n>\n> ~~~yaml rule\n>resource: volume\n> require: a.b == 'é' &&\n>   c.all(x,\n>    x > 1)\n> message: m\n> ~~~\n", false},
	{"indented fence", "   ~~~yaml rule\n   resource: volume\n   require: \"a.b == 'é' &&\n c.all(x, x > 1)\"\n   message: m\n   ~~~\n", false},
}

func TestTextPos(t *testing.T) {
	for _, tt := range ruleForms {
		t.Run(tt.name, func(t *testing.T) {
			src := strings.ReplaceAll(page[:strings.Index(page, "```yaml rule")]+fences(tt.block), "\t", " ")
			p, _ := parse(pageFile, []byte(src))
			if p.Rule == nil || p.Rule.Require.Value == "" {
				t.Fatalf("the page has no rule:\n%s", src)
			}
			text := p.Rule.Require
			if got, want := strings.Fields(text.Value), strings.Fields("a.b == 'é' && c.all(x, x > 1)"); !cmp.Equal(got, want) || strings.Contains(text.Value, "\n") != tt.lines {
				t.Fatalf("the value is %q", text.Value)
			}
			checkPositions(t, src, text)
			// The end of the value is where CEL reports what is missing: behind its last character.
			end := len([]rune(strings.TrimRight(text.Value, "\n")))
			line, col := text.Pos(end - 1)
			if l, c := text.Pos(end); l != line || c != col+1 {
				t.Errorf("the end is at %d:%d, its last character at %d:%d", l, c, line, col)
			}
			e := text.Error(0, "m")
			if line, col := text.Pos(0); *e != (Error{pageFile, line, col, "m"}) {
				t.Errorf("the error is %v", e)
			}
		})
	}
}

// checkPositions holds that the source has each character of a text at its place, or an escape of it; white space may be
// other white space. Places come in the order of the characters.
func checkPositions(t *testing.T, src string, text Text) {
	t.Helper()
	var lines [][]rune
	for _, l := range strings.Split(src, "\n") {
		lines = append(lines, []rune(l+"\n"))
	}
	lastLine, lastCol := 0, 0
	for i, r := range []rune(text.Value) {
		line, col := text.Pos(i)
		if line < 1 || line > len(lines) || col < 1 || col > len(lines[line-1]) {
			t.Fatalf("character %d (%q) of %q is at %d:%d, outside of the file", i, r, text.Value, line, col)
		}
		if line < lastLine || line == lastLine && col < lastCol {
			t.Fatalf("character %d (%q) of %q is at %d:%d, in front of the one before at %d:%d", i, r, text.Value, line, col, lastLine, lastCol)
		}
		lastLine, lastCol = line, col
		got := lines[line-1][col-1]
		escape := got == '\\' && text.style&yaml.DoubleQuotedStyle != 0
		if got != r && !escape && !(space(r) && space(got)) {
			t.Fatalf("character %d of %q is %q, but at %d:%d stands %q", i, text.Value, r, line, col, got)
		}
	}
}

// TestTextPosExact has places counted by hand, for what the property cannot tell apart: which of two equal characters it is.
func TestTextPosExact(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string
		find       string // in the value, whose place is wanted
		line, col  int
	}{
		{"plain", "k: aa aa ab", "ab", 1, 10},
		{"folded plain", "k: aa\n  aa\n  ab", "ab", 3, 3},
		{"escaped n in front of n", `k: "\nnn\nmn"`, "mn", 1, 11},
		{"n behind an escaped n", `k: "\nnn"`, "nn", 1, 7},
		{"escaped backslash", `k: "a\\nb"`, "nb", 1, 8},
		{"escaped quote", `k: "a\"b\"c"`, `"c`, 1, 9},
		{"doubled quote", `k: 'a''''b'`, `'b`, 1, 8},
		{"folded block", "k: >\n  aa\n\n  aa\n    aa\n  ab\n", "ab", 6, 3},
		{"literal block with more indentation", "k: |\n  aa\n    aa\n\n  ab\n", "ab", 5, 3},
		{"quote inside a plain text", `k: a"a 'a "b`, `"b`, 1, 11},
		{"bar inside a plain text", "k: a | a\n  > b", "b", 2, 5},
		{"hash inside a literal", "k: |\n  a # a\n  # b\n", "# b", 3, 3},
	} {
		b := &Block{Text: tt.yaml, File: "f", Line: 1}
		root, errs := b.YAML()
		if len(errs) > 0 {
			t.Errorf("%s: %v", tt.name, errs)
			continue
		}
		text := b.text(root.Content[1])
		at := strings.Index(text.Value, tt.find)
		if at < 0 {
			t.Errorf("%s: the value is %q", tt.name, text.Value)
			continue
		}
		if line, col := text.Pos(len([]rune(text.Value[:at]))); line != tt.line || col != tt.col {
			t.Errorf("%s: %q of %q is at %d:%d, want %d:%d", tt.name, tt.find, text.Value, line, col, tt.line, tt.col)
		}
	}
}

// TestSource is text that is not YAML: every character stands where it is, in a list too.
func TestSource(t *testing.T) {
	for name, block := range map[string]string{
		"plain":     "~~~sh fix\n\"a\" | 'b'\n\n  > c\\\n\td é\n~~~\n",
		"in a list": "1. Words.\n\n   ~~~sh fix\n   \"a\" | 'b'\n\n     > c\\\n   \td é\n   ~~~\n",
	} {
		src := spoil(t, fixBlock, block)
		p, err := Parse(pageFile, []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := p.Fix.Text, "\"a\" | 'b'\n\n  > c\\\n\td é\n"; got != want {
			t.Errorf("%s: the text is %q, want %q", name, got, want)
		}
		text := p.Fix.Source()
		lines := strings.Split(src, "\n")
		for i, r := range []rune(text.Value) {
			line, col := text.Pos(i)
			if got := []rune(lines[line-1] + "\n")[col-1]; got != r {
				t.Errorf("%s: character %d is %q, but at %d:%d stands %q", name, i, r, line, col, got)
			}
		}
	}
}

// TestTextWithoutPlace is what an absent when is.
func TestTextWithoutPlace(t *testing.T) {
	if line, col := (Text{Value: "true"}).Pos(2); line != 0 || col != 0 {
		t.Errorf("a text without a block has the place %d:%d", line, col)
	}
}

// TestBlockYAML holds that every scalar of an example stands where its node says.
func TestBlockYAML(t *testing.T) {
	for name, tt := range map[string]struct{ indent, block string }{
		"block style": {"", "~~~yaml pass\n# words\nVolumes:\n- VolumeId: vol-1 # é\n  Tags: [{Key: Näme, Value: 'two words'}]\n\nNow: \"2026-01-31\"\n~~~\n"},
		"in a list":   {"   ", "1. Words.\n\n~~~yaml pass\nVolumes:\n  - VolumeId: vol-1\n\n    Size: 5\n~~~\n"},
		"json":        {"", "~~~json pass\n{\n    \"Volumes\": [\n        {\"VolumeId\": \"vol-1\", \"Size\": 5}\n    ]\n}\n~~~\n"},
	} {
		t.Run(name, func(t *testing.T) {
			block := tt.block
			if tt.indent != "" {
				first, rest, _ := strings.Cut(block, "\n")
				block = first + strings.ReplaceAll("\n"+strings.TrimSuffix(rest, "\n"), "\n", "\n"+tt.indent) + "\n"
			}
			src := spoil(t, passBlock, block)
			p, err := Parse(pageFile, []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			root, errs := p.Examples[1].YAML()
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			lines := strings.Split(src, "\n")
			scalars := 0
			var walk func(*yaml.Node)
			walk = func(n *yaml.Node) {
				if n.Kind == yaml.ScalarNode {
					scalars++
					rest := string([]rune(lines[n.Line-1])[n.Column-1:])
					if !strings.HasPrefix(strings.TrimLeft(rest, `"'`), n.Value) {
						t.Errorf("%q is said to stand at %d:%d, in front of %q", n.Value, n.Line, n.Column, rest)
					}
				}
				for _, c := range n.Content {
					walk(c)
				}
			}
			walk(root)
			if scalars < 5 {
				t.Errorf("the block has %d scalars:\n%s", scalars, p.Examples[1].Text)
			}
		})
	}
}

// TestBlockYAMLErrors has what the parser of YAML finds, in our words and at our places. The table of bad pages has the common mistakes.
func TestBlockYAMLErrors(t *testing.T) {
	for _, tt := range []struct{ yaml, want string }{
		{"", "6:1: the pass block is empty"},
		{" \n\n", "6:1: the pass block is empty"},
		{"# nothing\n", "6:1: the pass block is empty"},
		{"a: [1,\n  2\nb: 3\n", "9:2: a comma or a closing ] is missing here; it would close what begins on line 7"},
		{"a: {b: 1\n", "7:9: a comma or a closing } is missing here"},
		{"a: 'b\n\nc\n", "7:4: the quotes that begin here do not end; write the second one"},
		{"a: \"\\q\"\n", "7:5: a backslash in double quotes begins an escape, which this is not; put the whole value into single quotes"},
		{"a: 1\nb\nc: 2\n", "8:1: a key begins here, and no colon with a space behind it stands on its line; write key: value"},
		{"a: 1\nb", "8:1: a key begins here, and no colon with a space behind it stands on its line; write key: value"},
		{"- a\nb: 1\n", "8:1: this line is indented less than the one above it, and does not begin with a hyphen; indent it as deep as the key above it"},
		{"a: 1\n---\nb: 2\n", "8:1: a second YAML document begins here; take the line of hyphens away"},
		{"a: *b\n", "7:4: " + noAnchors},
		{"a: {<<: &x {b: 1}}\n", "7:9: " + noAnchors},
		{"a: 1\nb: {c: 1, c: 2, a: 1}\na: 3\n", "8:11: the key c stands here twice; take one of them away\n9:1: the key a stands here twice; take one of them away"},
		{"a: b\nb: a\nc: {Key: Value, Value: Key}\n", ""}, // a value may be the name of a key
		{"{\"a\": 1}\n{\"b\": 2}\n", "8:1: a second document begins here, and one block is one document; put the keys of both into one"},
		{"a: !b.c && d\n", "7:4: " + noTags},
		{"a: !b.c &x.y(1) d\n", "7:4: " + noTags},
		{"a: !b.c && !d\n", "7:4: " + noTags},
		{"a: !x 1\n", "7:4: a value that begins with ! is a YAML tag, which is not allowed; put the whole value into single quotes"},
	} {
		b := &Block{Role: "pass", Text: tt.yaml, File: "f", Line: 7}
		root, errs := b.YAML()
		if (root != nil) != (tt.want == "") {
			t.Errorf("%q: the node is %v", tt.yaml, root)
		}
		if diff := cmp.Diff(tt.want, strings.ReplaceAll(errs.Error(), "f:", "")); diff != "" {
			t.Errorf("%q: errors (-want +got):\n%s", tt.yaml, diff)
		}
	}
}
