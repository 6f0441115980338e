package lint

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
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

var (
	literalField = regexp.MustCompile(`(\$\(\s*|\$|\{+\s*|<)?\b([a-z]\w*)\.([A-Z]\w*(?:\.\w+)*|\w+\(\)|\w+)`)
	placeholder  = regexp.MustCompile(`<[A-Za-z][\w-]*>`)
)

// unfilled finds what was meant to be an expression in a message or a command and is not one: $volume.Size, {volume.Size}, <volume-id>. It would be printed
// as it stands. In a command a name without a sign in front of it is a file's. It tells whether there is one.
func (c *compiler) unfilled(r *rule, text patterns.Text, command bool) (found bool) {
	plain := around(text.Value, false)
	for _, m := range literalField.FindAllStringSubmatchIndex(plain, -1) {
		name, field := plain[m[4]:m[5]], plain[m[6]:m[7]]
		known := name == "params" || (name == r.kind.name || name == "region") && (field[0] >= 'A' && field[0] <= 'Z' || strings.HasSuffix(field, "()"))
		if known && (m[2] >= 0 || !command) {
			found = true
			c.errs = append(c.errs, text.Error(utf8.RuneCountInString(plain[:m[0]]), fmt.Sprintf("this is printed as it stands; write ${%s.%s}", name, field)))
		}
	}
	if !command {
		return found
	}
	for _, m := range placeholder.FindAllStringIndex(plain, -1) {
		found = true
		c.errs = append(c.errs, text.Error(utf8.RuneCountInString(plain[:m[0]]), fmt.Sprintf("the shell takes %s for a file; write ${%s.%s}, or NAME for what a person fills in", plain[m[0]:m[1]], r.kind.name, r.kind.idField)))
	}
	return found
}

// environment are variables that a fix need not set. Those that begin with AWS_ are others.
var environment = []string{"EDITOR", "HOME", "HOSTNAME", "LANG", "PATH", "PWD", "RANDOM", "SHELL", "TMPDIR", "USER"}

// shell reads a fix as the shell will: it ends its quotes, sets the variables that it uses, and does not quote what is quoted already.
func (c *compiler) shell(r *rule, text patterns.Text) {
	plain := around(text.Value, true)
	fail := func(at uint, format string, args ...any) {
		before := plain[:min(int(at), len(plain))]
		c.errs = append(c.errs, text.Error(utf8.RuneCountInString(before), fmt.Sprintf(format, args...)))
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(plain), "")
	if err != nil {
		var mistake syntax.ParseError
		if errors.As(err, &mistake) {
			fail(mistake.Pos.Offset(), "the shell does not read this: %s; write it so that bash does", mistake.Text)
		}
		return
	}
	set := assigned(file)
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			name := n.Param.Value
			if n.Exp == nil && syntax.ValidName(name) && !slices.Contains(set, name) && !slices.Contains(environment, name) && !strings.HasPrefix(name, "AWS_") {
				fail(n.Pos().Offset(), "nothing in the fix sets $%s; write ${%s.%s} for what the finding is about, or %s=… above", name, r.kind.name, r.kind.idField, name)
			}
		case *syntax.DblQuoted:
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

// assigned are the variables that a script sets.
func assigned(file *syntax.File) []string {
	var names []string
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				names = append(names, n.Name.Value)
			}
		case *syntax.WordIter:
			names = append(names, n.Name.Value)
		case *syntax.CallExpr:
			if len(n.Args) > 0 && n.Args[0].Lit() == "read" {
				for _, w := range n.Args[1:] {
					names = append(names, w.Lit())
				}
			}
		}
		return true
	})
	return names
}
