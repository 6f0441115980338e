package site

import (
	"cmp"
	"html/template"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
)

// narrowCode is the width in characters at which two blocks of code stand side by side on a wide screen without scrolling.
const narrowCode = 44

// codeView is a block of code with what stands around it.
type codeView struct {
	Role    string // "" for a block without a role
	Label   string // the word that says the role, else the language
	Hint    string // a few more words
	Lang    string
	Text    string
	Code    template.HTML // Text in colours
	Params  []param
	Reading *readingView // the rule in words

	notes map[int][]string // what the linter says, by line of Text from 0
}

// readingView is a Reading as HTML.
type readingView struct {
	Subject       template.HTML
	When, Require []template.HTML
	Waste         template.HTML
}

// param is a param as its table shows it.
type param struct {
	Name, Type, Default, Doc string
}

// roles are the words that readers see for the second word of a fence.
var roles = map[string]struct{ label, hint string }{
	"fail":    {"Fail", "patlint reports the marked lines"},
	"fix":     {"Fix", "patlint fills in each ${…} and quotes it for the shell"},
	"pass":    {"Pass", "patlint reports nothing"},
	"rule":    {"Rule", "what patlint checks"},
	"unknown": {"Unknown", "patlint cannot decide about the marked lines"},
}

// languageNames are the words that readers see for the first word of a fence, where they are not that word itself.
var languageNames = map[string]string{
	"": "Text", "bash": "Shell", "hcl": "Terraform", "json": "JSON", "sh": "Shell", "shell": "Shell", "sql": "SQL", "terraform": "Terraform", "text": "Text", "tf": "Terraform",
	"yaml": "YAML", "yml": "YAML",
}

func languageName(lang string) string {
	if name, ok := languageNames[lang]; ok {
		return name
	}
	if r := []rune(lang); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return lang
}

// block makes the HTML of a block of code.
func (b *builder) block(v codeView) (template.HTML, error) {
	v.Label = cmp.Or(v.Label, languageName(v.Lang))
	v.Text = strings.TrimRight(v.Text, "\n")
	lines, wants := strings.Split(v.Text, "\n"), map[int]string{}
	for i := range v.notes {
		lines[i], wants[i] = cutWant(lines[i])
	}
	code, err := b.code.html(v.Lang, strings.Join(lines, "\n"))
	if err != nil {
		return "", err
	}
	if v.Code = code; len(v.notes) > 0 {
		v.Code = mark(code, wants, v.notes, v.Role)
	}
	return b.part("code", v)
}

// cutWant divides a line of an example before the comment in which its author says what the linter has to report.
func cutWant(line string) (code, want string) {
	i := strings.LastIndex(line, "# want:")
	if i < 0 || i > 0 && line[i-1] != ' ' && line[i-1] != '\t' {
		return line, ""
	}
	code = strings.TrimRight(line[:i], " \t")
	return code, line[len(code):]
}

// isNarrow tells whether a block of code leaves room for another beside it.
func isNarrow(text string) bool {
	for line := range strings.Lines(text) {
		code, _ := cutWant(line)
		if utf8.RuneCountInString(strings.TrimRight(code, "\n")) > narrowCode {
			return false
		}
	}
	return true
}

// mark marks the lines of a block that have notes, and shows the notes below them. The author's comment stays in the line, unseen, so that what is
// copied is still an example.
func mark(code template.HTML, wants map[int]string, notes map[int][]string, role string) template.HTML {
	says := `<span class="says"><span class="unseen">patlint reports: </span>`
	if role == "unknown" {
		says = `<span class="says">cannot decide: `
	}
	var b strings.Builder
	for i, line := range splitLines(string(code)) {
		texts := notes[i]
		if len(texts) == 0 {
			b.WriteString(line + "\n")
			continue
		}
		b.WriteString(`<span class="flag">` + line)
		if wants[i] != "" {
			b.WriteString("<span hidden>" + escaper.Replace(wants[i]) + "</span>")
		}
		b.WriteString("\n")
		for _, t := range texts {
			b.WriteString(says + escaper.Replace(t) + "\n</span>")
		}
		b.WriteString("</span>")
	}
	return template.HTML(strings.TrimSuffix(b.String(), "\n")) // the template ends the last line
}

// splitLines divides coloured code into lines that stand by themselves: what is open at the end of a line is closed, and opened again in the next. The spans
// of highlighter.html do not stand in each other, and nothing but they begins with <.
func splitLines(code string) []string {
	lines := strings.Split(code, "\n")
	open := ""
	for i, line := range lines {
		lines[i] = open + line
		if at := strings.LastIndexByte(line, '<'); at >= 0 {
			open = ""
			if tag, _, _ := strings.Cut(line[at:], ">"); tag != "</span" {
				open = tag + ">"
			}
		}
		if open != "" {
			lines[i] += "</span>"
		}
	}
	return lines
}

// plainFence is the fence of a page whose blocks have no roles.
func (b *builder) plainFence(info []string, text string, line int) (template.HTML, error) {
	v := codeView{Text: text}
	if len(info) > 0 {
		v.Lang = info[0]
	}
	if drawings[v.Lang] != nil {
		return b.drawn(v.Lang, text, line)
	}
	return b.block(v)
}

// patternFences is the fence of a pattern's page.
type patternFences struct {
	*builder
	pattern *patterns.Pattern
	notes   []Note // those that no block has shown yet
}

func (f *patternFences) html(info []string, text string, line int) (template.HTML, error) {
	if len(info) < 2 {
		return f.plainFence(info, text, line)
	}
	v := codeView{Role: info[1], Lang: info[0], Text: text}
	r, ok := roles[v.Role]
	if !ok {
		return "", patterns.Errors{{File: f.pattern.File, Line: line - 1, Column: 1, Msg: "the site does not know the role " + v.Role + " of a block"}}
	}
	v.Label, v.Hint = r.label, r.hint
	switch v.Role {
	case "rule":
		v.Params = params(f.pattern.Params)
		v.Reading = f.reading()
	case "fail", "pass", "unknown":
		v.notes = f.take(line, strings.Count(strings.TrimRight(text, "\n"), "\n")+1)
	}
	return f.block(v)
}

// take gives the notes of a block, by its lines.
func (f *patternFences) take(first, lines int) map[int][]string {
	var out map[int][]string
	rest := f.notes[:0]
	for _, n := range f.notes {
		if i := n.Line - first; i >= 0 && i < lines {
			if out == nil {
				out = map[int][]string{}
			}
			out[i] = append(out[i], n.Text)
		} else {
			rest = append(rest, n)
		}
	}
	f.notes = rest
	return out
}

// reading is the rule in words, nil where nobody has put it into words.
func (f *patternFences) reading() *readingView {
	r, ok := f.site.Readings[f.pattern.ID]
	if !ok {
		return nil
	}
	pg := f.patterns[f.pattern.ID]
	v := &readingView{Subject: f.inline(pg, r.Subject)}
	for _, s := range r.When {
		v.When = append(v.When, f.inline(pg, s))
	}
	for _, s := range r.Require {
		v.Require = append(v.Require, f.inline(pg, s))
	}
	if r.Waste != "" {
		v.Waste = f.inline(pg, r.Waste)
	}
	return v
}

func params(ps []patterns.Param) (out []param) {
	for _, p := range ps {
		out = append(out, param{p.Name, p.Type, p.DefaultText(), p.Doc})
	}
	return out
}
