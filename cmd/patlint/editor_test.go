package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// repoFile reads a file by its name in the repository.
func repoFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// editorFile reads one of the editor's JSON files, in which lines may be comments.
func editorFile(t *testing.T, name string, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(repoFile(t, name), "")))
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if d.More() {
		t.Errorf("%s: something stands behind the end", name)
	}
}

// TestEditorFiles: git takes them in, and each is what its editor reads.
func TestEditorFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", ".vscode", "*"))
	if err != nil || len(files) != 4 {
		t.Errorf("%q, %v", files, err)
	}
	for line := range strings.Lines(repoFile(t, ".gitignore")) {
		pattern := strings.Trim(strings.TrimSpace(line), "/")
		for _, name := range append(files, ".vscode", ".editorconfig") {
			if hidden, err := path.Match(pattern, filepath.Base(name)); hidden || err != nil {
				t.Errorf(".gitignore has %s, which is %s", pattern, name)
			}
		}
	}
	var extensions struct{ Recommendations []string }
	editorFile(t, ".vscode/extensions.json", &extensions)
	for _, id := range extensions.Recommendations {
		if !regexp.MustCompile(`^[a-z-]+\.[a-z-]+$`).MatchString(id) {
			t.Errorf("%q is not the ID of an extension", id)
		}
	}
	var settings struct {
		EOL     string              `json:"files.eol"`
		Schemas map[string][]string `json:"yaml.schemas"`
	}
	editorFile(t, ".vscode/settings.json", &settings)
	if settings.EOL != "\n" || len(settings.Schemas) == 0 {
		t.Errorf("%+v", settings)
	}
	schemas := regexp.MustCompile(`\$schema=([\w./]+)`).FindAllStringSubmatch(repoFile(t, ".vscode/settings.json"), -1)
	for name := range settings.Schemas {
		schemas = append(schemas, []string{"", name})
	}
	for _, m := range schemas {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(repoFile(t, path.Clean(m[1]))))
		if err != nil {
			t.Fatalf("%s: %v", m[1], err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("x.json", doc); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Compile("x.json"); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
}

// TestEditorTask: the tasks run a command that there is, with the released program or the source, and find the mistakes in what that prints, and its end.
func TestEditorTask(t *testing.T) {
	var tasks struct {
		Tasks []struct {
			Command        string
			Args           []string
			IsBackground   bool
			ProblemMatcher struct {
				Pattern struct {
					Regexp                      string
					File, Line, Column, Message int
				}
				Background struct{ BeginsPattern, EndsPattern string }
			}
		}
	}
	editorFile(t, ".vscode/tasks.json", &tasks)
	if len(tasks.Tasks) != 2 || !tasks.Tasks[0].IsBackground || !tasks.Tasks[1].IsBackground {
		t.Fatalf("%+v", tasks)
	}
	task, source := tasks.Tasks[0], tasks.Tasks[1]
	if cmd, _, err := newRoot().Find(task.Args); err != nil || cmd.Name() != "test" || task.Command != "patlint" {
		t.Errorf("the task runs %s %q", task.Command, task.Args)
	}
	if source.Command != "go" || strings.Join(source.Args, " ") != "run ./cmd/patlint "+strings.Join(task.Args, " ") || source.ProblemMatcher != task.ProblemMatcher {
		t.Errorf("the task from the source is another: %+v", source)
	}
	name := filepath.Join(t.TempDir(), "names", "name-every-volume.md")
	if err := os.Mkdir(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(begunPage, "~", "`")), 0o666); err != nil {
		t.Fatal(err)
	}
	out, stderr, _ := patlint(t, nil, "test", name)
	lines := strings.Split(out+stderr, "\n")
	m := task.ProblemMatcher
	mistake, found := regexp.MustCompile(m.Pattern.Regexp), 0
	for _, l := range lines {
		if s := mistake.FindStringSubmatch(l); s != nil && s[m.Pattern.File] == filepath.ToSlash(name) && s[m.Pattern.Line] == "8" &&
			s[m.Pattern.Column] == "1" && s[m.Pattern.Message] == "a blank is left" {
			found++
		}
	}
	if found != 1 || !slices.ContainsFunc(lines, regexp.MustCompile(m.Background.EndsPattern).MatchString) {
		t.Errorf("the mistake is found %d times, or the end is not:\n%s%s", found, out, stderr)
	}
	for line, pattern := range map[string]string{"patlint: testing 3 files": m.Background.BeginsPattern, "patlint: all is well": m.Background.EndsPattern, "patlint: 1 mistake in patterns (exit code 1)": m.Background.EndsPattern,
		"patlint: 3 mistakes and 1 blank in patterns; 20ms": m.Background.EndsPattern, "patlint: 19 blanks in patterns; 20ms": m.Background.EndsPattern} {
		if !regexp.MustCompile(pattern).MatchString(line) {
			t.Errorf("%s does not match %q", pattern, line)
		}
	}
}

var (
	placeholder = regexp.MustCompile(`\$\{\d+:((?:[^\\{}$]|\\[$}\\]|\\\$\{)*)\}`)
	choice      = regexp.MustCompile(`\$\{\d+\|([^,|}]*)[^|}]*\|\}`)
	escaped     = regexp.MustCompile(`\\([$}\\])`)
)

// expandSnippet is the text of a snippet whose placeholders nobody has touched.
func expandSnippet(lines []string) string {
	text := strings.TrimSuffix(strings.Join(lines, "\n"), "$0")
	text = choice.ReplaceAllString(text, "$1")
	text = placeholder.ReplaceAllString(text, "$1")
	return escaped.ReplaceAllString(text, "$1")
}

// TestEditorSnippets: there is one for each role and drawing, and together they make a page on which all is well.
func TestEditorSnippets(t *testing.T) {
	var snippets map[string]struct {
		Scope       string
		Prefix      []string
		Description string
		Body        []string
	}
	editorFile(t, ".vscode/patlint.code-snippets", &snippets)
	blocks := map[string]string{}
	for name, s := range snippets {
		if s.Scope != "markdown" || len(s.Prefix) != 1 || s.Description == "" {
			t.Errorf("%s: %+v", name, s)
			continue
		}
		text := expandSnippet(s.Body)
		info := strings.TrimPrefix(s.Body[0], "```")
		word := info[strings.LastIndex(info, " ")+1:]
		if s.Prefix[0] != "patlint-"+word {
			t.Errorf("%s begins with %s and writes %s", name, s.Prefix[0], info)
		}
		if tabs := regexp.MustCompile(`\$\{?\d`).FindString(text); tabs != "" {
			t.Errorf("%s: a placeholder is left:\n%s", name, text)
		}
		blocks[word] = text
	}
	page := "---\ntitle: Every snippet\nsummary: A page of snippets alone, so that each is tried.\npillar: cost\nseverity: low\nsince: 0.1.0\n---\nA page.\n"
	for _, s := range patterns.Outline() {
		words := map[string][]string{"Problem": {"chart", "sketch"}, "Rule": {"rule"}, "Examples": {"fail", "pass", "unknown"}, "Fix": {"fix"}}[s.Title]
		if s.Optional {
			continue
		}
		page += "\n## " + s.Title + "\n\nWords.\n"
		for _, w := range words {
			page += "\n" + blocks[w]
			delete(blocks, w)
		}
	}
	if len(blocks) > 0 {
		t.Errorf("these have no place on a page: %q", blocks)
	}
	cat, err := patterns.Load(patterns.Source{Name: "snippets", FS: fstest.MapFS{"tests/every-snippet.md": {Data: []byte(page)}}})
	if err != nil {
		t.Fatalf("%v\n%s", err, page)
	}
	rules, err := lint.Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range rules.Examples(t.Context()) {
		if res.Examples != 3 || len(res.Errs) > 0 {
			t.Errorf("%d examples: %v", res.Examples, res.Errs)
		}
	}
	if err := site.Proof(t.Context(), site.Site{Catalog: cat}, nil); err != nil {
		t.Error(err)
	}
}

// TestEditorConfig: the files are as .editorconfig says.
func TestEditorConfig(t *testing.T) {
	section, rules := "", map[string]map[string]string{}
	for line := range strings.Lines(repoFile(t, ".editorconfig")) {
		line = strings.TrimSpace(line)
		key, value, pair := strings.Cut(line, " = ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = strings.Trim(line, "[]")
			rules[section] = map[string]string{}
		case section == "" && line == "root = true":
		case pair && rules[section] != nil:
			rules[section][key] = value
		default:
			t.Errorf("%q is neither a section nor a pair", line)
		}
	}
	if rules["*"]["indent_size"] != "2" || rules["*.go"]["indent_style"] != "tab" {
		t.Errorf("%v", rules)
	}
	checked := 0
	for _, pattern := range []string{"*.md", ".editorconfig", ".vscode/*", "cmd/patlint/*.go", "lint/*.yaml", "patterns/*.md", "patterns/*.yaml", "patterns/*.json", "patterns/*/*.md", "patterns/*.go"} {
		names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			checked++
			text := string(data)
			if !strings.HasSuffix(text, "\n") || strings.Contains(text, "\r") {
				t.Errorf("%s: its lines do not end in line feeds", name)
			}
			if indent := regexp.MustCompile(`(?m)^ *\t`); filepath.Ext(name) != ".go" && indent.MatchString(text) {
				t.Errorf("%s is indented with tabs", name)
			}
			if trailing := regexp.MustCompile(`(?m)[ \t]+$`); filepath.Ext(name) != ".md" && trailing.MatchString(text) {
				t.Errorf("%s has white space at the end of a line", name)
			}
		}
	}
	if checked < 100 {
		t.Errorf("%d files", checked)
	}
}
