package patterns

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// sections are the headings of a page in their order.
var sections = []struct {
	title    string
	required string // "always", "rule": where the pattern has a rule, or "" for optional
}{
	{"Context", ""},
	{"In one minute", "always"},
	{"Problem", "always"},
	{"Forces", "always"},
	{"Solution", "always"},
	{"Evidence", ""},
	{"Field story", ""},
	{"Consequences", "always"},
	{"Rule", "always"},
	{"Examples", "rule"},
	{"Fix", "rule"},
}

// roles are the second words of a fence, each with the languages that it takes and the section that it stands in.
var roles = map[string]struct {
	langs   []string
	section string
}{
	"fail":    {[]string{"yaml", "json"}, "Examples"},
	"fix":     {[]string{"sh"}, "Fix"},
	"pass":    {[]string{"yaml", "json"}, "Examples"},
	"rule":    {[]string{"yaml"}, "Rule"},
	"unknown": {[]string{"yaml", "json"}, "Examples"},
}

// Parse reads one pattern. The file's name gives ID and chapter: patterns/storage/leave-gp2-burst-behind.md. The error is
// of type [Errors] and holds every mistake; the pattern is nil then.
//
// References to other patterns are checked by [Load], which knows them; rule and examples by package lint.
func Parse(file string, data []byte) (*Pattern, error) {
	p, errs := parse(file, data)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// parse reads what can be read, so that Load can check references between files that have mistakes.
func parse(file string, data []byte) (*Pattern, Errors) {
	dir, base := path.Split(file)
	p := &Pattern{ID: strings.TrimSuffix(base, ".md"), Chapter: path.Base(dir), File: file}
	var errs Errors
	fail := func(line, col int, format string, args ...any) {
		errs = append(errs, &Error{file, line, col, fmt.Sprintf(format, args...)})
	}
	switch {
	case len(data) > maxFile:
		fail(1, 1, "the file has %d bytes; a pattern has at most %d", len(data), maxFile)
		return p, errs
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		line, col := badText(data)
		fail(line, col, "this is not UTF-8 text")
		return p, errs
	}
	switch {
	case !idForm.MatchString(p.ID) || len(p.ID) > 60:
		fail(1, 1, "the file name %s is not an ID: lower-case words with hyphens, at most 60 characters", base)
	case slices.Contains(reserved, p.ID):
		fail(1, 1, "the ID %s is reserved", p.ID)
	}
	src := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	front, body, ok := cutFrontMatter(src)
	if !ok {
		fail(1, 1, "the file has no front matter; it begins with a line of three hyphens and ends at the next such line")
		return p, errs
	}
	block := &Block{Role: "front matter", Text: front, File: file, Line: 2}
	p.Body, p.BodyLine = body, strings.Count(front, "\n")+3

	root, es := block.YAML()
	errs = append(errs, es...)
	if root != nil {
		r := &reader{block: block}
		r.frontMatter(p, root)
		errs = append(errs, r.errs...)
	}
	errs = append(errs, p.parseBody()...)
	return p, errs
}

// cutFrontMatter splits a file; the front matter ends with a newline.
func cutFrontMatter(src string) (front, body string, ok bool) {
	rest, ok := strings.CutPrefix(src, "---\n")
	if !ok {
		return "", "", false
	}
	if body, ok := strings.CutPrefix(rest, "---\n"); ok {
		return "", body, true
	}
	front, body, ok = strings.Cut(rest, "\n---\n")
	return front + "\n", body, ok
}

// badText finds the first byte that is not text.
func badText(data []byte) (line, col int) {
	line, col = 1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == 0 || r == utf8.RuneError && size == 1 {
			return line, col
		}
		if col++; r == '\n' {
			line, col = line+1, 1
		}
		data = data[size:]
	}
	return line, col
}

// parseBody walks the page's Markdown for sections and blocks.
func (p *Pattern) parseBody() (errs Errors) {
	src := []byte(p.Body)
	starts := lineStarts(src)
	fail := func(at int, format string, args ...any) {
		line, col := place(src, starts, at)
		errs = append(errs, &Error{p.File, p.BodyLine + line - 1, col, fmt.Sprintf(format, args...)})
	}
	doc := goldmark.DefaultParser().Parse(text.NewReader(src))
	if first := doc.FirstChild(); first == nil || first.Kind() != ast.KindParagraph {
		fail(0, "the page begins with a paragraph that says the state we want")
	}
	var ends []int // where each section's body begins
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			at := len(src)
			if n.Lines().Len() > 0 {
				at = n.Lines().At(0).Start
			}
			at = starts[lineOf(starts, at)]
			switch {
			case n.Level == 1:
				fail(at, "no level-1 heading in a pattern; the title stands in the front matter")
			case n.Level == 2 && n.Parent().Kind() == ast.KindDocument:
				line, _ := place(src, starts, at)
				p.Sections = append(p.Sections, Section{Title: string(n.Lines().Value(src)), Line: p.BodyLine + line - 1})
				ends = append(ends, at)
			}
		case *ast.HTMLBlock:
			if n.Lines().Len() > 0 && !bytes.HasPrefix(bytes.TrimSpace(n.Lines().Value(src)), []byte("<!--")) {
				fail(n.Lines().At(0).Start, "raw HTML is not shown on the site; write Markdown")
			}
		case *ast.RawHTML:
			fail(n.Segments.At(0).Start, "raw HTML is not shown on the site; write Markdown or put it into backticks")
		case *ast.FencedCodeBlock:
			errs = append(errs, p.fence(n, src, starts)...)
		}
		return ast.WalkContinue, nil
	})
	for i := range p.Sections {
		end := len(src)
		if i+1 < len(ends) {
			end = ends[i+1]
		}
		_, rest, _ := strings.Cut(string(src[ends[i]:end]), "\n")
		p.Sections[i].Body = strings.Trim(rest, "\n")
	}
	errs = append(errs, p.checkSections()...)
	return errs
}

// fence takes in a fenced block.
func (p *Pattern) fence(n *ast.FencedCodeBlock, src []byte, starts []int) (errs Errors) {
	at := len(src)
	switch {
	case n.Info != nil:
		at = n.Info.Segment.Start
	case n.Lines().Len() > 0:
		at = max(n.Lines().At(0).Start-1, 0)
	}
	line, col := place(src, starts, at)
	line += p.BodyLine - 1
	fail := func(format string, args ...any) Errors {
		return Errors{{p.File, line, col, fmt.Sprintf(format, args...)}}
	}
	var words []string
	if n.Info != nil {
		words = strings.Fields(string(n.Info.Value(src)))
	}
	switch len(words) {
	case 0:
		return fail("a fenced block names its language: ```sh, ```yaml, ```json or ```text")
	case 1:
		return nil
	case 2:
	default:
		return fail("unknown words behind %s %s; a fence has a language and at most one role", words[0], words[1])
	}
	role, ok := roles[words[1]]
	section := ""
	if len(p.Sections) > 0 {
		section = p.Sections[len(p.Sections)-1].Title
	}
	switch {
	case !ok:
		return fail("unknown role %s of a fenced block; known are %s", words[1], strings.Join(sortedKeys(roles), ", "))
	case !slices.Contains(role.langs, words[0]):
		return fail("a %s block is written in %s", words[1], strings.Join(role.langs, " or "))
	case section != role.section:
		return fail("a %s block stands in section %s", words[1], role.section)
	}
	b := &Block{Role: words[1], Lang: words[0], Text: string(n.Lines().Value(src)), File: p.File, Line: line + 1}
	if n.Lines().Len() > 0 {
		first := n.Lines().At(0)
		b.indent = first.Start - starts[lineOf(starts, first.Start)] - first.Padding
	}
	switch b.Role {
	case "rule":
		if p.Rule != nil {
			return fail("a pattern has one rule; write a second pattern for the second one")
		}
		p.Rule = &Rule{}
		root, errs := b.YAML()
		if root == nil {
			return errs
		}
		r := &reader{block: b}
		p.Rule = r.rule(root)
		return r.errs
	case "fix":
		if p.Fix != nil {
			return fail("a pattern has one fix block")
		}
		p.Fix = b
	default:
		p.Examples = append(p.Examples, b)
	}
	return nil
}

// checkSections holds the headings against the table and the examples against the rule.
func (p *Pattern) checkSections() (errs Errors) {
	fail := func(line int, format string, args ...any) {
		errs = append(errs, &Error{p.File, line, 1, fmt.Sprintf(format, args...)})
	}
	seen, last := map[string]bool{}, -1
	for _, s := range p.Sections {
		i := -1
		for j := range sections {
			if sections[j].title == s.Title {
				i = j
			}
		}
		switch {
		case i < 0:
			fail(s.Line, "unknown section %q; the sections are %s", s.Title, sectionNames())
		case seen[s.Title]:
			fail(s.Line, "section %s stands here twice", s.Title)
		case i < last:
			fail(s.Line, "section %s stands too late; the order is %s", s.Title, sectionNames())
		case strings.TrimSpace(s.Body) == "":
			fail(s.Line, "section %s is empty", s.Title)
		}
		seen[s.Title], last = true, max(last, i)
	}
	end := p.BodyLine + strings.Count(p.Body, "\n")
	for _, s := range sections {
		if !seen[s.title] && (s.required == "always" || s.required == "rule" && p.Rule != nil) {
			fail(end, "section %s is missing", s.title)
		}
	}
	has := map[string]bool{}
	for _, b := range p.Examples {
		has[b.Role] = true
		if p.Rule == nil {
			fail(b.Line-1, "an example without a rule proves nothing; a ```yaml rule block is missing")
		}
	}
	if p.Rule != nil {
		for _, role := range []string{"pass", "fail"} {
			if !has[role] {
				fail(end, "a pattern with a rule has at least one %s example", role)
			}
		}
	}
	return errs
}

func sectionNames() string {
	var names []string
	for _, s := range sections {
		names = append(names, s.title)
	}
	return strings.Join(names, ", ")
}

// parseChapter reads a chapter's README.md: a level-1 heading, a paragraph that sums it up, and the rest.
func parseChapter(c *Chapter, file string, data []byte) *Error {
	if !utf8.Valid(data) {
		line, col := badText(data)
		return &Error{file, line, col, "this is not UTF-8 text"}
	}
	src := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	doc := goldmark.DefaultParser().Parse(text.NewReader(src))
	h, ok := doc.FirstChild().(*ast.Heading)
	if !ok || h.Level != 1 {
		return &Error{file, 1, 1, "a chapter's README.md begins with its title as a level-1 heading"}
	}
	para, ok := h.NextSibling().(*ast.Paragraph)
	if !ok {
		return &Error{file, 1, 1, "a chapter's README.md has a paragraph below its title that sums the chapter up"}
	}
	c.File, c.Title = file, string(h.Lines().Value(src))
	c.Summary = strings.Join(strings.Fields(string(para.Lines().Value(src))), " ")
	_, body, _ := strings.Cut(string(src), "\n")
	c.Body = strings.TrimSpace(body)
	return nil
}

// lineStarts are the offsets at which lines begin.
func lineStarts(src []byte) []int {
	starts := []int{0}
	for i, b := range src {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// lineOf is the index of the line that holds an offset.
func lineOf(starts []int, at int) int {
	i, found := slices.BinarySearch(starts, at)
	if !found {
		i--
	}
	return i
}

// place gives line and column, from 1, of an offset.
func place(src []byte, starts []int, at int) (line, col int) {
	i := lineOf(starts, at)
	return i + 1, utf8.RuneCount(src[starts[i]:at]) + 1
}
