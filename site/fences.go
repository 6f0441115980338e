package site

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// codeView is a block of code with what stands around it.
type codeView struct {
	Role    string // "" for a block without a role
	Label   string // the word that says the role
	Hint    string // a few more words
	Lang    string
	Text    string
	Code    template.HTML // Text in colours
	Reports []report
	Params  []param
}

// report is a Note beside the line that it is about.
type report struct {
	Subject string
	Message string
}

// param is a param as its table shows it.
type param struct {
	Name, Type, Default, Doc string
}

// roles are the words that readers see for the second word of a fence.
var roles = map[string]struct{ label, hint string }{
	"fail":    {"Fail", "patlint reports the lines marked # want"},
	"fix":     {"Fix", "patlint fills in each ${…} and quotes it for the shell"},
	"pass":    {"Pass", "patlint reports nothing"},
	"rule":    {"Rule", "what patlint checks"},
	"unknown": {"Unknown", "patlint cannot decide about the lines marked # want"},
}

// block makes the HTML of a block of code.
func (b *builder) block(v codeView) (template.HTML, error) {
	var err error
	if v.Code, err = b.code.html(v.Lang, strings.TrimRight(v.Text, "\n")); err != nil {
		return "", err
	}
	return b.part("code", v)
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
		return "", fmt.Errorf("%s:%d: the site does not know the role %s of a block", f.pattern.File, line, v.Role)
	}
	v.Label, v.Hint = r.label, r.hint
	switch v.Role {
	case "rule":
		v.Params = params(f.pattern.Params)
	case "fail", "pass", "unknown":
		v.Reports = f.reports(strings.Split(strings.TrimRight(text, "\n"), "\n"), line)
	}
	return f.block(v)
}

// reports takes the notes of a block's lines.
func (f *patternFences) reports(lines []string, first int) (out []report) {
	rest := f.notes[:0]
	for _, n := range f.notes {
		if i := n.Line - first; i >= 0 && i < len(lines) {
			out = append(out, report{subject(lines[i]), n.Text})
		} else {
			rest = append(rest, n)
		}
	}
	f.notes = rest
	return out
}

// subject is what a line of an example says, without the marks around it: "- VolumeId: vol-1   # want: x" is "VolumeId: vol-1".
func subject(line string) string {
	line, _, _ = strings.Cut(line, "# want:")
	line = strings.TrimPrefix(strings.TrimSpace(line), "- ")
	return strings.ReplaceAll(strings.Trim(line, "{}, "), `"`, "")
}

func params(ps []patterns.Param) (out []param) {
	for _, p := range ps {
		out = append(out, param{p.Name, p.Type, p.DefaultText(), p.Doc})
	}
	return out
}
