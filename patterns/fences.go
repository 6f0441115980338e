package patterns

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

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

var fenceLine = regexp.MustCompile("^[ \t>]*(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")

// fenceEnd tells whether a fenced block ends. One that does not has taken in what stands behind it, because its fence does not end or another one has lost
// its beginning; meant is where the line begins that was probably to end it and cannot, for a word behind it, and 0 where there is none.
func fenceEnd(n *ast.FencedCodeBlock, src []byte) (ends bool, meant int) {
	end := n.Pos()
	if n.Info != nil {
		end = n.Info.Segment.Stop
	}
	line, rest, _ := bytes.Cut(src[bytes.LastIndexByte(src[:end], '\n')+1:], []byte("\n"))
	own := ""
	if i := bytes.IndexAny(line, "`~"); i >= 0 {
		own = string(line[i : len(line)-len(bytes.TrimLeft(line[i:], string(line[i])))])
	}
	for i := range n.Lines().Len() {
		l := n.Lines().At(i)
		m := fenceOn(bytes.TrimRight(l.Value(src), "\n"))
		if m != nil && own != "" && len(m[1]) <= len(own) && (len(m[2]) > 0 || m[1][0] != own[0]) {
			if words := strings.Fields(string(m[2])); len(words) > 0 && !begins(words) {
				meant = l.Start
			}
			return false, meant
		}
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	last, _, _ := bytes.Cut(rest, []byte("\n"))
	m := fenceOn(last)
	return m != nil && own != "" && m[1][0] == own[0] && len(m[1]) >= len(own), 0
}

// fenceOn gives a line that is a fence, its marks and the words behind them; nil for any other line.
func fenceOn(line []byte) [][]byte {
	if !bytes.ContainsAny(line, "`~") { // as hardly a line of code does
		return nil
	}
	return fenceLine.FindSubmatch(line)
}

// begins tells whether the words of a fence are those of a block's beginning.
func begins(words []string) bool {
	_, ok := roles[words[len(words)-1]]
	return ok && len(words) == 2
}

// openHint says what to do about a block that does not end. meant is the line that was probably to end it, 0 for none.
func openHint(worded bool, meant int) string {
	const rest = "; until then neither rule nor examples are run"
	if !worded {
		return "this fence begins a block that does not end; write three backticks and a language, such as ```yaml, where the block above it begins" + rest
	}
	msg := "the block that begins here does not end; write ``` on a line of its own behind it"
	if meant > 0 {
		msg += fmt.Sprintf(" (line %d begins with ``` too, but has a word behind it)", meant)
	}
	return msg + rest
}

// fence takes in a fenced block.
func (p *Pattern) fence(n *ast.FencedCodeBlock, src []byte, starts []int) (errs Errors) {
	at := n.Pos()
	if n.Info != nil {
		at = n.Info.Segment.Start
	}
	line, col := place(src, starts, at)
	line += p.BodyLine - 1
	fail := func(format string, args ...any) {
		errs = append(errs, &Error{p.File, line, col, fmt.Sprintf(format, args...)})
	}
	var words []string
	if n.Info != nil {
		words = strings.Fields(string(n.Info.Value(src)))
	}
	section := ""
	if len(p.Sections) > 0 {
		section = p.Sections[len(p.Sections)-1].Title
	}
	switch len(words) {
	case 0:
		fail("a fenced block names its language: ```sh, ```yaml, ```json or ```text")
		return errs
	case 1:
		if role, ok := roles[words[0]]; ok {
			fail("the language stands in front of the role; write ```%s %s", role.langs[0], words[0])
		} else if section == "Examples" && slices.Contains(roles["pass"].langs, words[0]) {
			fail("a %s block in Examples has a role; write ```%s pass, fail or unknown", words[0], words[0])
			p.loose = true
		}
		return errs
	case 2:
	default:
		fail("unknown words behind %s %s; a fence has a language and at most one role", words[0], words[1])
		return errs
	}
	name := words[1]
	if _, ok := roles[name]; !ok {
		fail("unknown role %s of a fenced block%s", name, orKnown(name, sortedKeys(roles)))
		if name = Nearest(name, sortedKeys(roles)); name == "" {
			return errs
		}
	}
	// With a mistake in its fence a block is taken in all the same, so that it is not missed as well.
	switch role := roles[name]; {
	case len(errs) > 0:
	case !slices.Contains(role.langs, words[0]):
		fail("a %s block is written in %s; write ```%s %s", name, strings.Join(role.langs, " or "), role.langs[0], name)
	case section != role.section:
		fail("a %s block belongs in section %s; move it there", name, role.section)
	}
	b := &Block{Role: name, Lang: words[0], Text: string(n.Lines().Value(src)), File: p.File, Line: line + 1}
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
			fail("a pattern has one rule; write a second pattern for the second one")
			p.unsure = true
			return errs
		}
		return append(errs, p.readRule(b)...)
	case "fix":
		if p.Fix != nil {
			fail("a pattern has one fix block")
			return errs
		}
		p.Fix = b
	default:
		p.Examples = append(p.Examples, b)
	}
	return errs
}

// readRule reads the rule's block.
func (p *Pattern) readRule(b *Block) Errors {
	p.Rule = &Rule{}
	root, errs := b.YAML()
	if root != nil {
		r := &reader{block: b}
		p.Rule = r.rule(root)
		errs = append(errs, r.errs...)
	}
	p.unsure = p.unsure || len(errs) > 0
	return errs
}

// asks tells whether a text stands in the rule or in the fix.
func (p *Pattern) asks(text string) bool {
	found := p.Fix != nil && strings.Contains(p.Fix.Text, text)
	if r := p.Rule; r != nil {
		for _, t := range []Text{r.When, r.Require, r.Message, r.Waste} {
			found = found || strings.Contains(t.Value, text)
		}
	}
	return found
}

// namedParams tells whether all params have a name that a rule can write.
func namedParams(params []Param) bool {
	return !slices.ContainsFunc(params, func(p Param) bool { return !nameForm.MatchString(p.Name) && !isBlank(p.Name) })
}
