package patterns

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns/markdown"
	"github.com/yuin/goldmark/ast"
)

// A section is a heading that a page may have.
type section struct {
	title    string
	required string // "always", "rule": where the pattern has a rule, or "" for optional
	doc      string // what belongs there, as in the manual
}

// sections are the headings of a page in their order.
var sections = []section{
	{"Context", "", "where the pattern applies, if the problem does not say it"},
	{"In one minute", "always", "for decision makers: what goes wrong, what it costs, what it takes"},
	{"Problem", "always", "the situation and the pain, told so that a reader says: me too"},
	{"Forces", "always", "what pulls in different directions"},
	{"Solution", "always", "what to do, step by step, with commands"},
	{"Evidence", "", "measurements, with their source"},
	{"Field story", "", "what happened to somebody, and what it taught"},
	{"Consequences", "always", "what it costs, what gets worse, when not to use it"},
	{"Rule", "always", "what the linter looks at and what it cannot see, then the rule"},
	{"Examples", "rule", "accounts that pass and accounts that fail"},
	{"Fix", "rule", "the commands for the finding at hand"},
}

// A SectionDoc is a section that a page may have, for whoever writes one.
type SectionDoc struct {
	Title    string
	Doc      string // what belongs there
	Optional bool   // may be left out of any page
	WithRule bool   // may be left out where there is no rule
}

// Outline lists the sections of a page in their order.
func Outline() []SectionDoc {
	var out []SectionDoc
	for _, s := range sections {
		out = append(out, SectionDoc{Title: s.title, Doc: s.doc, Optional: s.required == "", WithRule: s.required == "rule"})
	}
	return out
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
// of type [Errors] and holds every mistake; the pattern is nil then. Blanks are none: the pattern has them in its field of that name, and no form is
// asked of a value with one.
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
	if len(data) > maxFile {
		fail(1, 1, tooLong, len(data), maxFile)
		return p, errs
	}
	src, err := PlainText(file, data)
	if err != nil {
		return p, append(errs, err)
	}
	switch {
	case !IsID(p.ID):
		fail(1, 1, "the file name %s is not an ID: lower-case words with hyphens, at most 60 characters%s", base, orNamed(base, ".md"))
	case slices.Contains(reserved, p.ID):
		fail(1, 1, "the ID %s is reserved; write another name for the file", p.ID)
	}
	p.Blanks = blanks(file, src)
	front, body, ok := cutFrontMatter(src)
	if !ok {
		fail(1, 1, "%s", noFrontMatter(src))
		return p, errs
	}
	block := &Block{Role: "front matter", Text: front, File: file, Line: 2}
	p.Body, p.BodyLine, p.matter = body, strings.Count(front, "\n")+3, block

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

// orNamed completes an error about a name of a file or a folder by one that it could have.
func orNamed(name, ext string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	for len(words) > 1 && (words[len(words)-1] == "md" || words[len(words)-1] == "txt") {
		words = words[:len(words)-1]
	}
	if id := strings.Join(words, "-"); idForm.MatchString(id) && len(id) <= 60 {
		return "; name it " + id + ext
	}
	return ""
}

// noFrontMatter says what keeps the front matter from being found.
func noFrontMatter(src string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(src), "\n")
	switch {
	case strings.HasPrefix(src, "---\n"):
		return "the front matter that begins here does not end; write a line of three hyphens behind its last key"
	case strings.TrimSpace(first) == "---":
		return "the front matter begins with a line of three hyphens that has nothing else in it and nothing above it; take what is there away"
	}
	return "the file has no front matter; it begins with a line of three hyphens and ends at the next such line"
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

// PlainText is the text of a file without byte order mark and carriage returns, as [Block] wants it. Characters that an editor does not show
// are errors: YAML takes some for the end of a line, so that positions behind them would be wrong.
func PlainText(file string, data []byte) (string, *Error) {
	src := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	for at, r := range src {
		if r >= ' ' && r < 0x7f || !hidden(r) {
			continue
		}
		line, col := place([]byte(src), lineStarts([]byte(src)), at)
		if r == utf8.RuneError { // a character that somebody's conversion has lost is no better
			return "", &Error{file, line, col, "this is not UTF-8 text"}
		}
		return "", &Error{file, line, col, fmt.Sprintf("the control character %U is not allowed; the file is plain text", r)}
	}
	return src, nil
}

// hidden is true for what does not belong in a text file, broken UTF-8 included.
func hidden(r rune) bool {
	switch {
	case r < ' ':
		return r != '\n' && r != '\t'
	case r < 0x7f:
		return false
	default:
		return r < 0xa0 || r == '\u2028' || r == '\u2029' || r >= utf8.RuneError && r <= '\uffff'
	}
}

// parseBody walks the page's Markdown for sections and blocks.
func (p *Pattern) parseBody() (errs Errors) {
	src := []byte(p.Body)
	starts := lineStarts(src)
	fail := func(at int, format string, args ...any) {
		line, col := place(src, starts, at)
		errs = append(errs, &Error{p.File, p.BodyLine + line - 1, col, fmt.Sprintf(format, args...)})
	}
	doc, excess := markdown.Parse(markdown.NewParser(), src)
	if excess != nil {
		fail(excess.At, "%s", excess.Msg)
		return errs
	}
	if first := doc.FirstChild(); first == nil {
		errs = append(errs, &Error{p.File, max(p.BodyLine-1, 1), 1, "nothing stands behind the front matter"})
		return errs
	} else if first.Kind() != ast.KindParagraph {
		fail(max(first.Pos(), 0), "the page begins with a paragraph that says the state we want")
	}
	var ends []int // where each section's body begins
	begin := func(title string, at int) {
		line, _ := place(src, starts, at)
		p.Sections = append(p.Sections, Section{Title: title, Line: p.BodyLine + line - 1})
		ends = append(ends, at)
	}
	open := false
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			pos := min(n.Pos(), len(src)-1) // inside a list that is indented by tabs, goldmark counts some of them twice
			at := starts[lineOf(starts, pos)]
			switch {
			case src[pos] != '#' && n.Parent().Kind() == ast.KindDocument:
				fail(at, "the line of hyphens or equal signs below this text makes it a heading; put an empty line between them, or write ##")
			case n.Level != 2 && n.Parent().Kind() == ast.KindDocument && isSection(string(n.Lines().Value(src))):
				fail(at, "section %s has a level-2 heading; write ## %s", n.Lines().Value(src), n.Lines().Value(src))
				begin(string(n.Lines().Value(src)), at) // and is not missing as well
			case n.Level == 1:
				fail(at, "no level-1 heading in a pattern; the title stands in the front matter")
			case n.Level == 2 && n.Parent().Kind() == ast.KindDocument:
				begin(string(n.Lines().Value(src)), at)
			}
		case *ast.HTMLBlock:
			html := string(n.Lines().Value(src))
			if n.HasClosure() {
				html += string(n.ClosureLine.Value(src))
			}
			html = strings.TrimSpace(html)
			switch comment, ok := strings.CutPrefix(html, "<!--"); {
			case !ok:
				fail(n.Pos(), "raw HTML is not shown on the site; write Markdown")
			case strings.Index(comment, "-->") != len(comment)-len("-->"):
				fail(n.Pos(), "a comment ends with --> and nothing stands behind it on the line")
			}
		case *ast.RawHTML:
			fail(n.Segments.At(0).Start, "raw HTML is not shown on the site; write Markdown or put it into backticks")
		case *ast.Paragraph:
			for i := range n.Lines().Len() {
				l := n.Lines().At(i)
				if hint, title := headingHint(string(l.Value(src))); hint != "" && n.Parent().Kind() == ast.KindDocument {
					fail(l.Start, "%s", hint)
					if isSection(title) {
						begin(title, starts[lineOf(starts, l.Start)])
					}
				}
			}
		case *ast.FencedCodeBlock:
			if openFence(n, src) { // what follows is misread
				info := ""
				if n.Info != nil {
					info = string(n.Info.Value(src))
				}
				errs = nil
				fail(starts[lineOf(starts, min(n.Pos(), len(src)-1))], "%s", openHint(info))
				open = true
				return ast.WalkStop, nil
			}
			errs = append(errs, p.fence(n, src, starts)...)
		}
		return ast.WalkContinue, nil
	})
	if open {
		return errs
	}
	for i := range p.Sections {
		end := len(src)
		if i+1 < len(ends) {
			end = ends[i+1]
		}
		_, rest, _ := strings.Cut(p.Body[ends[i]:end], "\n") // not a copy
		p.Sections[i].Body = strings.Trim(rest, "\n")
	}
	errs = append(errs, p.checkSections()...)
	return errs
}

// fence takes in a fenced block.
func (p *Pattern) fence(n *ast.FencedCodeBlock, src []byte, starts []int) (errs Errors) {
	at := n.Pos()
	if n.Info != nil {
		at = n.Info.Segment.Start
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
		if role, ok := roles[words[0]]; ok {
			return fail("the language stands in front of the role; write ```%s %s", role.langs[0], words[0])
		}
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
		return fail("unknown role %s of a fenced block%s", words[1], orKnown(words[1], sortedKeys(roles)))
	case !slices.Contains(role.langs, words[0]): // taken in all the same, so that it is not missed as well
		errs = fail("a %s block is written in %s; write ```%s %s", words[1], strings.Join(role.langs, " or "), role.langs[0], words[1])
	case section != role.section:
		errs = fail("a %s block belongs in section %s; move it there", words[1], role.section)
	}
	b := &Block{Role: words[1], Lang: words[0], Text: string(n.Lines().Value(src)), File: p.File, Line: line + 1}
	for i := range n.Lines().Len() { // one follows the other
		l := n.Lines().At(i)
		if margin := utf8.RuneCount(src[starts[b.Line-p.BodyLine+i]:l.Start]) - l.Padding; margin != 0 {
			b.margins = append(b.margins, make([]int, i+1-len(b.margins))...)
			b.margins[i] = margin
		}
	}
	switch b.Role {
	case "rule":
		if p.Rule != nil {
			return append(errs, fail("a pattern has one rule; write a second pattern for the second one")...)
		}
		p.Rule = &Rule{}
		root, es := b.YAML()
		errs = append(errs, es...)
		if root != nil {
			r := &reader{block: b}
			p.Rule = r.rule(root)
			errs = append(errs, r.errs...)
		}
	case "fix":
		if p.Fix != nil {
			return append(errs, fail("a pattern has one fix block")...)
		}
		p.Fix = b
	default:
		p.Examples = append(p.Examples, b)
	}
	return errs
}

// checkSections holds the headings against the table and the examples against the rule.
func (p *Pattern) checkSections() (errs Errors) {
	fail := func(line int, format string, args ...any) {
		errs = append(errs, &Error{p.File, line, 1, fmt.Sprintf(format, args...)})
	}
	seen, last := map[string]bool{}, -1
	for _, s := range p.Sections {
		i := slices.IndexFunc(sections, func(known section) bool { return known.title == s.Title })
		switch {
		case i < 0:
			meant := sectionNear(s.Title)
			if seen[meant] = meant != "" || seen[meant]; meant != "" { // misspelt, and not missing as well
				fail(s.Line, "unknown section %q; did you mean ## %s?", s.Title, meant)
			} else {
				fail(s.Line, "unknown section %q; the sections are %s", s.Title, sectionNames())
			}
		case seen[s.Title]:
			fail(s.Line, "section %s stands here twice; put both under one heading", s.Title)
		case i < last:
			fail(s.Line, "section %s stands too late; the order is %s", s.Title, sectionNames())
		case strings.TrimSpace(s.Body) == "":
			fail(s.Line, "section %s is empty; write what belongs in it", s.Title)
		}
		seen[s.Title], last = true, max(last, i)
	}
	end := p.BodyLine + strings.Count(strings.TrimRight(p.Body, "\n"), "\n") // where what is missing would be written
	for _, s := range sections {
		if !seen[s.title] && (s.required == "always" || s.required == "rule" && p.Rule != nil) {
			fail(end, "%s", missingSection(s.title))
		}
	}
	has := map[string]bool{}
	for _, b := range p.Examples {
		has[b.Role] = true
		if p.Rule == nil {
			fail(b.Line-1, "an example without a rule proves nothing; write a ```yaml rule block in section Rule")
		}
	}
	if p.Rule != nil {
		for _, role := range []string{"pass", "fail"} {
			if !has[role] {
				fail(end, "a pattern with a rule has at least one %s example; write a ```yaml %s block in section Examples", role, role)
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
	p, err := parseIntroduction(file, "a chapter's README.md", data)
	if err != nil {
		return err
	}
	c.File, c.Title, c.Summary, c.Body, c.Line = file, p.title, p.summary, p.body, p.line
	return nil
}

// An introduction is a page without front matter.
type introduction struct {
	title, summary, body string
	line                 int // of the file, on which body begins
	terms                []heading
}

type heading struct {
	text string
	line int
}

func parseIntroduction(file, what string, data []byte) (introduction, *Error) {
	plain, err := PlainText(file, data)
	if err != nil {
		return introduction{}, err
	}
	src := []byte(plain)
	doc, excess := markdown.Parse(markdown.NewParser(), src)
	if excess != nil {
		line, col := place(src, lineStarts(src), excess.At)
		return introduction{}, &Error{file, line, col, excess.Msg}
	}
	h, ok := doc.FirstChild().(*ast.Heading)
	if !ok || h.Level != 1 || src[h.Pos()] != '#' || h.Lines().Len() == 0 {
		return introduction{}, &Error{file, 1, 1, what + " begins with its title as a level-1 heading: # Title"}
	}
	starts := lineStarts(src)
	para, ok := h.NextSibling().(*ast.Paragraph)
	if !ok {
		line, _ := place(src, starts, h.Pos())
		return introduction{}, &Error{file, line, 1, what + " has a paragraph below its title that sums it up"}
	}
	out := introduction{title: string(h.Lines().Value(src)), summary: strings.Join(strings.Fields(string(para.Lines().Value(src))), " ")}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if term, ok := n.(*ast.Heading); ok && term.Level == 2 {
			line, _ := place(src, starts, term.Pos())
			out.terms = append(out.terms, heading{string(term.Lines().Value(src)), line})
		}
	}
	out.line, _ = place(src, starts, para.Pos())
	_, body, _ := strings.Cut(plain[h.Pos():], "\n")
	out.body = strings.TrimSpace(body)
	return out, nil
}

// readGlossary reads glossary.md, whose terms stand in alphabetical order and each once.
func readGlossary(file string, data []byte) (*Glossary, Errors) {
	p, mistake := parseIntroduction(file, "a glossary", data)
	if mistake != nil {
		return nil, Errors{mistake}
	}
	var errs Errors
	for i, t := range p.terms {
		if i == 0 {
			continue
		}
		before := p.terms[i-1]
		switch c := strings.Compare(strings.ToLower(before.text), strings.ToLower(t.text)); {
		case c == 0:
			errs = append(errs, &Error{file, t.line, 1, fmt.Sprintf("the term %s stands in line %d already", t.text, before.line)})
		case c > 0:
			errs = append(errs, &Error{file, t.line, 1, fmt.Sprintf("the term %s belongs before %s: terms are in alphabetical order", t.text, before.text)})
		}
	}
	return &Glossary{file, p.title, p.summary, p.body, p.line, p.terms, p.body}, errs
}

// before is the glossary with those terms of another behind its own that it lacks. Either may be nil.
func (g *Glossary) before(other *Glossary) *Glossary {
	if g == nil || other == nil {
		return cmp.Or(g, other)
	}
	out := *g
	lines := strings.Split(other.Body, "\n")
	for i, t := range other.terms {
		if slices.ContainsFunc(g.terms, func(own heading) bool { return strings.EqualFold(own.text, t.text) }) {
			continue
		}
		end := len(lines)
		if i+1 < len(other.terms) {
			end = other.terms[i+1].line - other.Line
		}
		out.Body += "\n\n" + strings.TrimSpace(strings.Join(lines[t.line-other.Line:end], "\n"))
		out.terms = append(out.terms, t)
	}
	return &out
}

// lineStarts are the offsets at which lines begin.
func lineStarts(src []byte) []int {
	starts := make([]int, 1, bytes.Count(src, []byte("\n"))+1)
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
