package fix

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"mvdan.cc/sh/v3/syntax"
)

// Advice finds commands in a pattern's fix that a person would stumble over: an operation of the AWS CLI that is misspelt, and one that does not say in which
// region. What the table of operations does not know is no mistake; it stands as a comment in a script.
func Advice(p *patterns.Pattern) (errs patterns.Errors) {
	if p.Rule == nil || p.Fix == nil {
		return nil
	}
	text, source := lint.FixText(p.Fix), p.Fix.Source()
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil // lint.Advice says so
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) < 3 || c.Args[0].Lit() != "aws" {
			return true
		}
		fail := func(w *syntax.Word, format string, args ...any) {
			errs = append(errs, source.Error(utf8.RuneCountInString(text[:w.Pos().Offset()]), fmt.Sprintf(format, args...)))
		}
		service, name := c.Args[1].Lit(), c.Args[2].Lit()
		if service == "" || name == "" || strings.HasPrefix(service, "-") || strings.HasPrefix(name, "-") {
			return true
		}
		if near := misspelt(service, name); near != "" {
			fail(c.Args[2], "aws %s has no %s; did you mean %s?", service, name, near)
		}
		if (service == "ec2" || service == "ebs") && !slices.ContainsFunc(c.Args, isRegion) {
			fail(c.Args[0], "the command does not say in which region; write --region ${region.RegionName}")
		}
		return true
	})
	return errs
}

func isRegion(w *syntax.Word) bool {
	if len(w.Parts) == 0 {
		return false
	}
	lit, ok := w.Parts[0].(*syntax.Lit)
	return ok && (lit.Value == "--region" || strings.HasPrefix(lit.Value, "--region="))
}

// misspelt is the operation that was meant by one that is not known, where they differ by a slip of the pen; else "".
func misspelt(service, name string) string {
	if _, known := operationNamed(service, name); known {
		return ""
	}
	var names []string
	for _, op := range operations {
		if op.service == service {
			names = append(names, op.name)
		}
	}
	for _, s := range lint.Sources() {
		if words := strings.Fields(s.CLI()); words[1] == service {
			names = append(names, words[2])
		}
	}
	if slices.Contains(names, name) {
		return ""
	}
	return patterns.Misspelt(name, names)
}
