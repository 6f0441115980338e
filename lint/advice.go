package lint

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
	"mvdan.cc/sh/v3/syntax"
)

// exprMark stands for each character of an expression in the text around it. No template has it: it is for private use.
const exprMark = '\ue000'

// around is a template without its expressions: what is left stands where it stood. shell keeps what $${ stands for, as ${.
func around(text string, shell bool) string {
	src := []rune(text)
	for i := 0; i+1 < len(src); i++ {
		escaped := strings.HasPrefix(string(src[i:min(i+3, len(src))]), "$${")
		if escaped && shell {
			src[i] = ' '
			i++
			continue
		}
		if !escaped && string(src[i:i+2]) != "${" {
			continue
		}
		end := exprEnd(src, i+2)
		if escaped {
			end = exprEnd(src, i+3)
		}
		if end < 0 {
			end = len(src) - 1
		}
		for ; i <= end; i++ {
			src[i] = exprMark
		}
		i--
	}
	return string(src)
}

// FixText is a fix as the shell reads it: where it has an expression, as many characters stand that no fix has.
func FixText(b *patterns.Block) string { return around(b.Text, true) }

// Advice finds what compiles and was hardly meant: names that are printed as they stand, shell that does something else than it looks like, params that
// nothing asks for, rules that no word explains. It is for those who write a pattern, who can mend it; whoever checks an account is not kept from that. A pattern without a rule has none.
func Advice(p *patterns.Pattern) patterns.Errors {
	if p.Rule == nil {
		return nil
	}
	k, ok := kindNamed(strings.TrimSpace(p.Rule.Resource.Value))
	if !ok {
		return nil // a mistake of the rule
	}
	a := &adviser{pattern: p, kind: k}
	a.words()
	a.params()
	a.unfilled(p.Rule.Message, false)
	if p.Fix != nil && !a.unfilled(p.Fix.Source(), true) {
		a.shell(p.Fix.Source())
	}
	errs, _ := a.errs.Err().(patterns.Errors) // in order, and each once
	return errs
}

// An adviser looks at one pattern.
type adviser struct {
	pattern *patterns.Pattern
	kind    *kind
	errs    patterns.Errors
}

var fenced = regexp.MustCompile("(?sm)^(?:`{3}|~{3}).*?^(?:`{3}|~{3})[ \t]*$")

// words wants that the page says what the rule does.
func (a *adviser) words() {
	for _, s := range a.pattern.Sections {
		if s.Title == "Rule" && strings.TrimSpace(fenced.ReplaceAllString(s.Body, "")) == "" {
			msg := "section Rule has no words; write what the linter looks at, and what it cannot see"
			a.errs = append(a.errs, &patterns.Error{File: a.pattern.File, Line: s.Line, Column: 1, Msg: msg})
		}
	}
}

// params finds those that are there to be tuned, and change nothing.
func (a *adviser) params() {
	r := a.pattern.Rule
	texts := r.When.Value + "\n" + r.Require.Value + "\n" + r.Message.Value + "\n" + r.Waste.Value
	if a.pattern.Fix != nil {
		texts += "\n" + a.pattern.Fix.Text
	}
	asked := map[string]bool{}
	for _, m := range paramAsked.FindAllStringSubmatch(texts, -1) {
		asked[m[1]] = true
	}
	for name := range asked {
		if !slices.ContainsFunc(a.pattern.Params, func(p patterns.Param) bool { return p.Name == name }) {
			return // a mistake of the rule, and perhaps the one that is meant
		}
	}
	for _, p := range a.pattern.Params {
		if !asked[p.Name] {
			msg := fmt.Sprintf("nothing asks for params.%s; take it away, or write it into the rule", p.Name)
			a.errs = append(a.errs, &patterns.Error{File: a.pattern.File, Line: p.Line, Column: max(p.Column, 1), Msg: msg})
		}
	}
}

var paramAsked = regexp.MustCompile(`\bparams\.(\w+)`)

var (
	literalField = regexp.MustCompile(`(\$\(\s*|\$|\{+\s*|<)?\b([a-z]\w*)\.([A-Z]\w*(?:\.\w+)*|\w+\(\)|\w+)`)
	placeholder  = regexp.MustCompile(`<[A-Za-z][\w-]*>`)
)

// unfilled finds what was meant to be an expression in a message or a command and is not one: $volume.Size, {volume.Size}, <volume-id>. In a command a name
// without a sign in front of it is a file's; in a message it is a value's where there is one to print. It tells whether there is one.
func (a *adviser) unfilled(text patterns.Text, command bool) (found bool) {
	plain := around(text.Value, false)
	for _, m := range literalField.FindAllStringSubmatchIndex(plain, -1) {
		name, field := plain[m[4]:m[5]], plain[m[6]:m[7]]
		known := name == "params" || (name == a.kind.name || name == "region") && (field[0] >= 'A' && field[0] <= 'Z' || strings.HasSuffix(field, "()"))
		if known && (m[2] >= 0 || !command && a.prints(name, field)) {
			found = true
			a.errs = append(a.errs, text.Error(utf8.RuneCountInString(plain[:m[0]]), fmt.Sprintf("this is printed as it stands; write ${%s.%s}", name, field)))
		}
	}
	return found
}

// prints tells whether a message would print what a path leads to. A list or a group of fields can only be spoken about.
func (a *adviser) prints(name, field string) bool {
	if name != a.kind.name || strings.HasSuffix(field, "()") {
		return true
	}
	t := a.kind.typ
	for part := range strings.SplitSeq(field, ".") {
		f, ok := t.FieldByName(part)
		if t.Kind() != reflect.Struct || !ok {
			return false
		}
		if t = f.Type; t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	return t.Kind() != reflect.Slice && (t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]())
}

// environment are variables that a fix need not set, and environments how the names of others begin. Keep sorted.
var (
	environment = []string{"COLUMNS", "EDITOR", "EUID", "HOME", "HOSTNAME", "HOSTTYPE", "IFS", "KUBECONFIG", "LANG", "LINENO", "LINES", "LOGNAME", "MACHTYPE", "OLDPWD", "OSTYPE", "PAGER",
		"PATH", "PIPESTATUS", "PPID", "PWD", "RANDOM", "REPLY", "SECONDS", "SHELL", "SUDO_USER", "TERM", "TMPDIR", "TZ", "UID", "USER", "VISUAL"}
	environments = []string{"AWS_", "BASH", "EPOCH", "LC_", "SSH_", "XDG_"}
)

// set tells whether the shell or its user sets a variable.
func set(name string) bool {
	return slices.Contains(environment, name) || slices.ContainsFunc(environments, func(s string) bool { return strings.HasPrefix(name, s) })
}

// shell reads a fix as the shell will: it ends its quotes, sets the variables that it uses, and does not quote what is quoted already.
func (a *adviser) shell(text patterns.Text) {
	plain := around(text.Value, true)
	fail := func(at uint, format string, args ...any) {
		before := plain[:min(int(at), len(plain))]
		a.errs = append(a.errs, text.Error(utf8.RuneCountInString(before), fmt.Sprintf(format, args...)))
	}
	// The shell takes <name> for two files; as a word it can be found where it is none of quotes, comments and texts.
	words := placeholder.ReplaceAllStringFunc(plain, func(s string) string { return strings.Repeat("x", len(s)) })
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(words), "")
	if err != nil {
		var mistake syntax.ParseError
		if errors.As(err, &mistake) {
			fail(mistake.Pos.Offset(), "the shell does not read this: %s; write it so that bash does", mistake.Text)
		}
		return
	}
	names, all := assigned(file)
	texts := map[syntax.Node]bool{} // where < means itself
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Redirect:
			if n.Hdoc != nil {
				for _, part := range n.Hdoc.Parts {
					texts[part] = true
				}
			}
		case *syntax.Lit:
			from := min(int(n.Pos().Offset()), len(plain))
			for _, m := range placeholder.FindAllStringIndex(plain[from:min(int(n.End().Offset()), len(plain))], -1) {
				if !texts[n] {
					fail(uint(from+m[0]), "the shell takes %s for a file; write ${%s.%s}, or NAME for what a person fills in", plain[from+m[0]:from+m[1]], a.kind.name, a.kind.idField)
				}
			}
		case *syntax.ParamExp:
			name := n.Param.Value
			if n.Exp == nil && syntax.ValidName(name) && !all && !slices.Contains(names, name) && !set(name) {
				fail(n.Pos().Offset(), "nothing in the fix sets $%s; write ${%s.%s} for what the finding is about, or %s=… above", name, a.kind.name, a.kind.idField, name)
			}
		case *syntax.DblQuoted:
			for _, part := range n.Parts {
				texts[part] = true
			}
			if alone(n.Parts) {
				fail(n.Pos().Offset(), "a value is quoted for the shell already; write it without quotes around it")
			}
		case *syntax.SglQuoted:
			if strings.Trim(n.Value, string(exprMark)) == "" && n.Value != "" {
				fail(n.Pos().Offset(), "a value is quoted for the shell already; write it without quotes around it")
			}
		}
		return true
	})
}

// alone tells whether the parts of a text in quotes are one expression and nothing else.
func alone(parts []syntax.WordPart) bool {
	if len(parts) != 1 {
		return false
	}
	lit, ok := parts[0].(*syntax.Lit)
	return ok && lit.Value != "" && strings.Trim(lit.Value, string(exprMark)) == ""
}

// assigned are the variables that a script sets; all where it may set any, from another file or a text.
func assigned(file *syntax.File) (names []string, all bool) {
	number := func(x syntax.ArithmExpr) {
		if w, ok := x.(*syntax.Word); ok {
			names = append(names, w.Lit())
		}
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				names = append(names, n.Name.Value)
			}
		case *syntax.WordIter:
			names = append(names, n.Name.Value)
		case *syntax.BinaryArithm:
			number(n.X) // a name that is only compared is 0 where nothing sets it
		case *syntax.UnaryArithm:
			number(n.X)
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			switch n.Args[0].Lit() {
			case ".", "eval", "source":
				all = true
			case "getopts", "mapfile", "printf", "read", "readarray":
				for _, w := range n.Args[1:] {
					names = append(names, w.Lit())
				}
			}
		}
		return true
	})
	return names, all
}
