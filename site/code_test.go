package site

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/google/go-cmp/cmp"
)

func TestHighlight(t *testing.T) {
	for _, c := range []struct{ name, lang, text, want string }{
		{"flow mapping", "yaml", `- {VolumeId: vol-1, Size: 8, Ebs: {On: true, L: [b c, -1]}}`,
			`- {<n>VolumeId</>: <s>vol-1</>, <n>Size</>: <f>8</>, <n>Ebs</>: {<n>On</>: <k>true</>, <n>L</>: [<s>b c</>, <f>-1</>]}}`},
		{"folded text", "yaml", "when: >-\n  a == \"b\" # no comment\n\n  c\nlast: no-one\n",
			"<n>when</>: &gt;-\n<s>  a == \"b\" # no comment\n\n  c</>\n<n>last</>: <s>no-one</>\n"},
		{"comment", "yaml", "url: https://e.org/a#b   # want: x: y", "<n>url</>: <s>https://e.org/a#b   </><c># want: x: y</>"},
		{"quoted", "yaml", "\"a b\": 'it''s'\nn: \"::/0\"", "<n>\"a b\"</>: <s>'it''s'</>\n<n>n</>: <s>\"::/0\"</>"},
		{"time and CIDR", "yaml", "Now: 2026-01-02T03:04:05Z\nCidr: 10.0.0.0/8", "<n>Now</>: <s>2026-01-02T03:04:05Z</>\n<n>Cidr</>: <s>10.0.0.0/8</>"},
		{"message", "yaml", "message: ${volume.Size} GiB of gp2", "<n>message</>: <s>${volume.Size} GiB of gp2</>"},
		{"json", "json", `{"a": [1, true, "x"]}`, `{<n>"a"</>: [<f>1</>, <k>true</>, <s>"x"</>]}`},
		{"sh", "sh", "echo 'a' # b", "<k>echo </><s>'a' </><c># b</>"},
		{"escaped", "sql", "select '<b>&';", "<k>select </><s>'&lt;b&gt;&amp;'</>;"},
		{"unknown language", "text", "a <b> \"c\"", "a &lt;b&gt; \"c\""},
	} {
		got, err := newHighlighter().html(c.lang, c.text)
		short := regexp.MustCompile(`<span class="(\w)">`).ReplaceAllString(strings.ReplaceAll(string(got), "</span>", "</>"), "<$1>")
		if d := cmp.Diff(c.want, short); d != "" || err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, d)
		}
	}
}

// The grammars are copies. A new release of chroma must not leave them behind unnoticed.
func TestGrammarsAreChromas(t *testing.T) {
	const sample = "{\"a\": [1, true, \"x\"]} # c\nfor f in $(ls *.txt); do echo \"${f%.txt}\" 'y' 2>&1 && exit 1; done\n" +
		"resource \"aws_ebs_volume\" \"x\" {\n  size = 8 // c\n}\n/* c */ SELECT count(*) FROM t WHERE a = 'b' -- c\n"
	for _, name := range []string{"bash", "hcl", "json", "sql"} {
		ours, err := newHighlighter().lexers[name]()
		if err != nil {
			t.Fatal(err)
		}
		got, err1 := chroma.Tokenise(ours, nil, sample)
		want, err2 := chroma.Tokenise(lexers.Get(name), nil, sample)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("lexers/%s.xml is not chroma's; copy it again (-chroma +ours):\n%s", name, d)
		}
	}
}

func TestGrammarOfEachLanguage(t *testing.T) {
	used := map[string]bool{}
	for word, name := range languages {
		used[name+".xml"] = true
		if _, err := newHighlighter().html(word, "a: 1\n"); err != nil {
			t.Errorf("%s: %v", word, err)
		}
	}
	files, err := filepath.Glob("lexers/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !used[filepath.Base(f)] {
			t.Errorf("no language uses %s", f)
		}
	}
	if _, err := os.Stat("lexers/LICENSE"); err != nil {
		t.Error("the licence of the grammars is missing")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	h := newHighlighter()
	h.limit = 100
	for _, text := range []string{"[1]", strings.Repeat("1", 100), "[2]"} {
		for range 2 {
			if _, err := h.html("json", text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(h.done) != 1 || h.done[keyOf("json", "[1]")] == "" {
		t.Errorf("memory holds %d blocks: %v", len(h.done), h.done)
	}
}

var tags = regexp.MustCompile(`<span class="[a-z]">|</span>`)

// Colours change nothing of the text.
func FuzzHighlight(f *testing.F) {
	for _, s := range []string{"a: {b: c, d: [1]}\n", "w: |\n  x\n\n  y\nz: 'it''s'\n", "{\"a\": 1}", "echo \"$(x)\" <<EOF\na\nEOF\n", "a \"b\" {\n c = 1\n}", "select 'a';", "<script>&amp;", "- - : -\n? x", "a: >-\n", "\t- x", "a:\n  - {"} {
		for lang := range languages {
			f.Add(lang, s)
		}
	}
	h := newHighlighter()
	f.Fuzz(func(t *testing.T, lang, text string) {
		if !utf8.ValidString(text) || strings.Contains(text, "\r") {
			return // package patterns refuses the one and replaces the other
		}
		out, err := h.html(lang, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := html.UnescapeString(tags.ReplaceAllString(string(out), "")); got != text {
			t.Errorf("%s: %q became %q", lang, text, got)
		}
	})
}
