package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/patterns/markdown"
	"github.com/yuin/goldmark/ast"
	"go.yaml.in/yaml/v4"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// A document is a text in Markdown that says how to use patlint or how to contribute to it.
type document struct {
	name string // of its file, from the repository's root
	text string
	root ast.Node
}

// documents are all of them. Of a form, the text is what a person reads of it.
func documents(t *testing.T) (out []document) {
	t.Helper()
	top := filepath.Join("..", "..")
	var names []string
	for _, glob := range []string{"CONTRIBUTING.md", "README.md", "SECURITY.md", ".github/*.md", ".github/ISSUE_TEMPLATE/*.yml", "cmd/patlint/pages/*.md"} {
		found, err := filepath.Glob(filepath.Join(top, filepath.FromSlash(glob)))
		if err != nil || len(found) == 0 {
			t.Fatalf("there is no %s", glob)
		}
		names = append(names, found...)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".yml") {
			data = []byte(formProse(t, name, data))
		}
		root, excess := markdown.Parse(markdown.NewParser(), data)
		if excess != nil {
			t.Fatalf("%s: %s", name, excess.Msg)
		}
		name, err = filepath.Rel(top, name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, document{filepath.ToSlash(name), string(data), root})
	}
	return out
}

// formProse is the texts of a YAML file, each a paragraph of its own.
func formProse(t *testing.T, name string, data []byte) string {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var texts []string
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind != yaml.MappingNode || i%2 == 1 {
				walk(c)
			}
		}
		if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, " ") {
			texts = append(texts, n.Value)
		}
	}
	walk(&root)
	return strings.Join(texts, "\n\n")
}

// code gives the blocks of shell commands of a document, its code in running text, and where its links lead.
func (d document) code() (blocks, spans, links []string) {
	source := []byte(d.text)
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			if string(n.Language(source)) == "sh" {
				blocks = append(blocks, string(n.Lines().Value(source)))
			}
		case *ast.CodeSpan:
			var b strings.Builder
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				b.Write(c.(*ast.Text).Value(source))
			}
			spans = append(spans, b.String())
		case *ast.Link:
			links = append(links, string(n.Destination))
		}
		return ast.WalkContinue, nil
	})
	return blocks, spans, links
}

// shellCalls gives the commands of a shell text, each as its words. What only a shell could know stands there as an empty string.
func shellCalls(text string) (out [][]string, err error) {
	f, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return nil, err
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		var words []string
		for _, w := range call.Args {
			word, _ := expand.Literal(nil, w)
			words = append(words, word)
		}
		out = append(out, words)
		return true
	})
	return out, nil
}

// patlintArgs are the arguments of patlint in a call, if the call is one of patlint.
func patlintArgs(call []string) ([]string, bool) {
	for _, start := range [][]string{{"patlint"}, {"go", "run", "./cmd/patlint"}} {
		if len(call) >= len(start) && slices.Equal(call[:len(start)], start) {
			return call[len(start):], true
		}
	}
	return nil, false
}

// commandAccepts tells whether patlint has the command and the flags of args. With whole, they must also be enough for it to begin.
func commandAccepts(args []string, whole bool) error {
	root := newRoot()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if len(rest) > 0 && cmd.HasAvailableSubCommands() && !strings.HasPrefix(rest[0], "-") {
		return cmd.ValidateArgs(rest)
	}
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return cmd.FlagErrorFunc()(cmd, err)
	}
	if !whole {
		return nil
	}
	return errors.Join(cmd.ValidateArgs(cmd.Flags().Args()), cmd.ValidateRequiredFlags())
}

// inRepository tells whether the repository has a file or a folder.
func inRepository(name string) error {
	_, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(name)))
	return err
}

// TestDocumentedCommands: the commands that our texts name are there and have these flags, and so have the folders that Go commands name.
func TestDocumentedCommands(t *testing.T) {
	loneFlag := regexp.MustCompile(`^--[a-z][a-z-]*\b`)
	flags := everyFlag()
	counts := map[string]int{}
	for _, d := range documents(t) {
		blocks, spans, _ := d.code()
		for _, b := range blocks {
			counts[d.name] += d.tryCommands(t, b, true)
		}
		for _, s := range spans {
			switch {
			case strings.HasPrefix(s, "patlint "), strings.HasPrefix(s, "go "):
				counts[d.name] += d.tryCommands(t, s, false)
			case loneFlag.MatchString(s) && !flags[loneFlag.FindString(s)]:
				t.Errorf("%s: no command of patlint has %s", d.name, s)
			}
		}
	}
	for name, least := range map[string]int{"CONTRIBUTING.md": 9, "README.md": 15, "cmd/patlint/pages/contribute.md": 12, "cmd/patlint/pages/start.md": 8, ".github/ISSUE_TEMPLATE/bug.yml": 2} {
		if counts[name] < least {
			t.Errorf("%s: %d commands were found, fewer than %d", name, counts[name], least)
		}
	}
}

// tryCommands holds the commands of a text of the document against patlint and the repository, and counts those of patlint.
func (d document) tryCommands(t *testing.T, text string, whole bool) (count int) {
	t.Helper()
	list, err := shellCalls(text)
	if err != nil {
		t.Errorf("%s: %v\n%s", d.name, err, text)
	}
	for _, call := range list {
		if err := goPaths(call); err != nil {
			t.Errorf("%s: %s: %v", d.name, strings.Join(call, " "), err)
		}
		args, ok := patlintArgs(call)
		if !ok {
			continue
		}
		count++
		if err := commandAccepts(args, whole); err != nil {
			t.Errorf("%s: %s: %v", d.name, strings.Join(call, " "), err)
		}
	}
	return count
}

// TestCommandsOfPages: what the pages of the catalog say of patlint can be typed.
func TestCommandsOfPages(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	inBlocks, inSpans := 0, 0
	for _, p := range cat.Patterns {
		root, _ := markdown.Parse(markdown.NewParser(), []byte(p.Body))
		d := document{name: p.File, text: p.Body, root: root}
		blocks, spans, _ := d.code()
		for _, b := range blocks {
			if strings.Contains(b, "patlint ") {
				inBlocks += d.tryCommands(t, b, true)
			}
		}
		for _, s := range spans {
			if strings.HasPrefix(s, "patlint ") {
				inSpans += d.tryCommands(t, s, false)
			}
		}
	}
	if inBlocks == 0 || inSpans == 0 {
		t.Errorf("%d commands were found in blocks and %d in sentences", inBlocks, inSpans)
	}
}

// everyFlag has the flags of all commands.
func everyFlag() map[string]bool {
	out := map[string]bool{}
	queue := newRoot().Commands()
	for len(queue) > 0 {
		cmd := queue[0]
		queue = append(queue[1:], cmd.Commands()...)
		for _, m := range flagName.FindAllString(cmd.Flags().FlagUsages(), -1) {
			out[m] = true
		}
	}
	return out
}

// goPaths tells whether the packages and files are there that a Go command names.
func goPaths(call []string) error {
	if call[0] != "go" {
		return nil
	}
	for _, w := range call[1:] {
		if path, ok := strings.CutPrefix(w, "./"); ok || strings.HasSuffix(w, ".go") {
			if err := inRepository(strings.TrimSuffix(path, "...")); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestCommandsCaught: a test that finds no mistake in the texts would find these.
func TestCommandsCaught(t *testing.T) {
	for _, c := range []struct {
		text, want string
		whole      bool
	}{
		{"patlint chekc --demo", "there is no command \"patlint chekc\"; did you mean check?", false},
		{"patlint site biuld", "there is no command \"patlint site biuld\"; did you mean build?", false},
		{"patlint check --regoin us-east-1", "unknown flag: --regoin; did you mean --region?", false},
		{"aws ec2 describe-volumes | patlint check --snapshots -", "unknown flag: --snapshots", false},
		{"patlint check --region us-east-1 --only stop-off-hours-instances", "unknown flag: --only", true},
		{"go run ./cmd/patlint check -q", "unknown shorthand flag: 'q' in -q", false},
		{"patlint snapshot --region us-east-1", "required flag(s) \"output\" not set", true},
		{"patlint explain", "explain takes one pattern", true},
		{"patlint explain", "", false},
		{"patlint snapshot --region us-east-1 -o \"$HOME/snapshots\"", "", true},
	} {
		list, err := shellCalls(c.text)
		if err != nil {
			t.Fatal(err)
		}
		args, ok := patlintArgs(list[len(list)-1])
		if !ok {
			t.Errorf("%s is no command of patlint", c.text)
		}
		switch err := commandAccepts(args, c.whole); {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.text, err)
		case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
	if err := goPaths([]string{"go", "test", "./pattern"}); err == nil {
		t.Error("a folder that is not there was found")
	}
}

// TestPromisedCalls: SECURITY.md promises the calls that a plan with everything has, and no others.
func TestPromisedCalls(t *testing.T) {
	_, promise, _ := strings.Cut(rootFile(t, "SECURITY.md"), "\n- It calls ")
	promise, _, ok := strings.Cut(promise, "\n- ")
	if !ok {
		t.Fatal("SECURITY.md does not begin its promises with the calls")
	}
	var promised []string
	for _, m := range regexp.MustCompile("`([a-z]+:)?([A-Z][A-Za-z]*\\*?)`").FindAllStringSubmatch(promise, -1) {
		promised = append(promised, cmp.Or(m[1], "ec2:")+m[2])
	}
	stdout, stderr, code := patlint(t, nil, "check", "--no-config", "--plan", "--metrics", "--org", "--role-name", "read", "--region", "us-east-1")
	calls := regexp.MustCompile(`(?m)^ *([a-z0-9]+:[A-Z]\w+)`).FindAllStringSubmatch(stdout, -1)
	if code != 0 || len(calls) < 15 {
		t.Fatalf("exit code %d, %d calls, %s", code, len(calls), stderr)
	}
	kept := map[string]bool{}
	for _, call := range calls {
		i := slices.IndexFunc(promised, func(p string) bool {
			start, glob := strings.CutSuffix(p, "*")
			return call[1] == p || glob && strings.HasPrefix(call[1], start)
		})
		if i < 0 {
			t.Errorf("SECURITY.md does not say that patlint calls %s", call[1])
			continue
		}
		kept[promised[i]] = true
	}
	for _, p := range promised {
		if !kept[p] && p != "ec2:List*" { // snapshot --all calls one
			t.Errorf("patlint does not call %s", p)
		}
	}
}

// TestDocumentedPaths: the files that our texts name are there, and so is what their links lead to within the project.
func TestDocumentedPaths(t *testing.T) {
	inside := regexp.MustCompile(`^(\.ci|\.github|cmd|lint|patterns|site)(/[\w.-]+)+/?$`)
	own, _ := contributed(t)
	for _, d := range documents(t) {
		_, spans, links := d.code()
		for _, s := range spans {
			if inside.MatchString(s) && s != own {
				if err := inRepository(s); err != nil {
					t.Errorf("%s: %v", d.name, err)
				}
			}
		}
		for _, link := range links {
			if err := linkLeads(t, d, link); err != nil {
				t.Errorf("%s: %s: %v", d.name, link, err)
			}
		}
	}
}

// TestLinksCaught: links that lead nowhere are found.
func TestLinksCaught(t *testing.T) {
	d := document{name: "CONTRIBUTING.md"}
	for link, good := range map[string]bool{
		"patterns/cost/retire-orphan-volumes.md": true, "lint/limit.yaml": false, "#review": true, "#reviews": false, "README.md#read-the-site": true, "README.md#read": false,
		"https://github.com/patlint/patlint/blob/main/SECURITY.md": true, "https://github.com/patlint/patlint/blob/main/SECURITY": false,
		"https://patlint.github.io/patlint/contribute/#send-it": true, "https://patlint.github.io/patlint/contribute/#send": false, "https://patlint.github.io/patlint/contributing/": false,
		"https://github.com/patlint/patlint/issues/new?template=bug.yml": true, "https://example.com/": true,
	} {
		if err := linkLeads(t, d, link); (err == nil) != good {
			t.Errorf("%s: %v", link, err)
		}
	}
}

// linkLeads follows a link of a document, as far as it stays in the project.
func linkLeads(t *testing.T, d document, link string) error {
	const repository = "https://github.com/patlint/patlint/"
	u, err := url.Parse(link)
	if err != nil {
		return err
	}
	rest, here := strings.CutPrefix(link, repository)
	switch {
	case strings.HasPrefix(link, patterns.SiteURL):
		page, _, _ := strings.Cut(strings.TrimPrefix(link, patterns.SiteURL), "#")
		return siteHas(strings.Trim(page, "/"), u.Fragment)
	case here && strings.HasPrefix(rest, "issues/new?"):
		return fillsForm(t, u.Query())
	case here && strings.HasPrefix(rest, "blob/main/"):
		return fileHas(strings.TrimPrefix(u.Path, "/patlint/patlint/blob/main/"), u.Fragment)
	case u.Scheme != "" || strings.HasPrefix(d.name, "cmd/patlint/pages/"): // the site's build looks after the links of its pages
		return nil
	case u.Path == "":
		return fileHas(d.name, u.Fragment)
	default:
		return fileHas(filepath.ToSlash(filepath.Join(filepath.Dir(d.name), u.Path)), u.Fragment)
	}
}

// siteHas tells whether the site has a page besides those of the catalog, and a heading in it.
func siteHas(page, heading string) error {
	all, err := texts(lint.Language{})
	if err != nil {
		return err
	}
	for _, text := range all {
		if text.Name == page {
			return hasHeading(text.Body, heading)
		}
	}
	return fmt.Errorf("the site has no page %s", page)
}

// fileHas tells whether there is a file, and a heading in it.
func fileHas(name, heading string) error {
	if err := inRepository(name); err != nil || heading == "" { // it may be a folder
		return err
	}
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	return hasHeading(string(data), heading)
}

// hasHeading tells whether a text has a heading, which is written as in the address of a link.
func hasHeading(text, heading string) error {
	if heading == "" {
		return nil
	}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		if strings.ReplaceAll(regexp.MustCompile(`[^\w -]`).ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-") == heading {
			return nil
		}
	}
	return fmt.Errorf("there is no heading %s", heading)
}

// fillsForm tells whether there is a form, and in it the fields that a link fills in.
func fillsForm(t *testing.T, query url.Values) error {
	t.Helper()
	name := query.Get("template")
	f, ok := issueForms(t)[name]
	if !ok {
		return fmt.Errorf("there is no form %q", name)
	}
	for key := range query {
		if key != "template" && key != "title" && !slices.ContainsFunc(f.Body, func(e formElement) bool { return e.ID == key }) {
			return fmt.Errorf("%s has no field %s", name, key)
		}
	}
	return nil
}
