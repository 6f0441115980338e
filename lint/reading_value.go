package lint

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
)

// callNoun names what a call gives.
func (v view) callNoun(e ast.Expr, name string, target ast.Expr, args []ast.Expr) string {
	if t := v.ast.GetType(e.ID()); t != nil && t.Kind() == celtypes.BoolKind {
		return "whether " + v.sentence(v.clause(e, false), len(numerals)-1)
	}
	if words := v.words(e); words != "" {
		return v.wordsNoun(words, name, target, args)
	}
	if word := arithmetic[name]; word != "" && len(args) == 2 {
		return v.calculation(e, name, word, args)
	}
	switch name {
	case operators.Conditional:
		return "(" + v.noun(args[1]) + " if " + v.sentence(v.clause(args[0], false), len(numerals)-1) + ", else " + v.noun(args[2]) + ")"
	case operators.Negate:
		return "minus " + v.operand(args[0])
	case operators.Index:
		return v.indexNoun(e, args)
	case "bind":
		if len(args) == 3 {
			if s, ok := v.bound(args); ok {
				return v.add(s).noun(args[2])
			}
		}
	case "double", "int", "string", "timestamp", "duration", "limit", priceID:
		if text := v.converted(name, target, args); text != "" {
			return text
		}
	case "transformList":
		if text, ok := v.repeating(target, args); ok {
			return text
		}
	case "filter", "map":
		if text := v.listNoun(name, target, args); text != "" {
			return text
		}
	case "greatest", "least":
		if len(args) > 0 && target != nil && target.Kind() == ast.IdentKind && target.AsIdent() == "math" {
			return v.extreme(name, args)
		}
	case "getHours", "getMinutes", "getSeconds":
		if text := v.amount(name, target); text != "" {
			return text
		}
	case "orValue":
		if text := v.lookup(target, args); text != "" {
			return text
		}
	case "size":
		if target == nil {
			target = args[0]
		}
		of := v.noun(target)
		if strings.HasPrefix(of, "`") {
			of = "entries in " + of
		}
		return pick(v.isType(target, cel.StringType), "the length of ", "the number of ") + of
	case "distinct", "sort", "lowerAscii":
		if target != nil && len(args) == 0 {
			return methods[name].before + v.noun(target) + methods[name].behind
		}
	}
	return v.unread(e)
}

// methods are what CEL's functions on lists and texts make of them.
var methods = map[string]struct{ before, behind string }{
	"distinct":   {"the different values among ", ""},
	"lowerAscii": {"", " in small letters"},
	"sort":       {"", ", sorted"},
}

var arithmetic = map[string]string{
	operators.Add: "plus", operators.Divide: "divided by", operators.Modulo: "modulo", operators.Multiply: "times", operators.Subtract: "minus",
}

// itsOrIt are the words by which the tables name the resource that a relation or a function starts from.
var itsOrIt = regexp.MustCompile(`\bits?\b`)

// wordsNoun names what a relation or a function of the tables leads to.
func (v view) wordsNoun(words, name string, target ast.Expr, args []ast.Expr) string {
	if target == nil {
		target, args = args[0], args[1:]
	} else if name == "metric" || name == "busiestHour" {
		words = v.series(words, args)
	}
	owner := v.noun(target)
	v = v.beside(owner)
	if rest, ok := strings.CutPrefix(words, "its "); ok {
		return v.fill(owned(owner, rest), args, false)
	}
	return v.fill(itsOrIt.ReplaceAllString(words, strings.ReplaceAll(owner, "$", "$$")), args, false)
}

// series fills in a metric of CloudWatch's: its name, the statistic and the window are texts.
func (v view) series(words string, args []ast.Expr) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = v.noun(a)
		if s, ok := v.text(a); ok {
			switch i {
			case 0:
				texts[i] = code(s)
			case 1:
				texts[i] = statisticWords[s]
			}
		}
		if i == 2 {
			texts[i] = v.window(a)
		}
		words = strings.ReplaceAll(words, fmt.Sprintf("{%d}", i+1), texts[i])
	}
	return words
}

// text is the value of a constant text.
func (v view) text(e ast.Expr) (string, bool) {
	if p, ok := v.param(e); ok {
		s, ok := p.Default.(string)
		return s, ok
	}
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(celtypes.String)
	return string(s), ok
}

// window is a duration that is written as a text.
func (v view) window(e ast.Expr) string {
	s, ok := v.text(e)
	d, err := time.ParseDuration(s)
	if !ok || err != nil {
		return v.noun(e)
	}
	if p, ok := v.param(e); ok {
		return span(d) + " (" + code(p.Name) + ")"
	}
	return span(d)
}

// operand is a value in a calculation, in parentheses where it is one itself.
func (v view) operand(e ast.Expr) string {
	n := v.noun(e)
	if v.atomic(e) {
		return n
	}
	return "(" + n + ")"
}

func (v view) atomic(e ast.Expr) bool {
	if s := v.alias(e); s != nil {
		return v.within(s).atomic(s.init)
	}
	name, _, args := v.call(e)
	switch name {
	case "", "limit", priceID, "size", operators.Conditional:
		return true
	case "double", "int", "string":
		return len(args) == 1 && v.atomic(args[0])
	}
	return v.words(e) != "" && name != "sum"
}

func (v view) calculation(e ast.Expr, name, word string, args []ast.Expr) string {
	a, b := v.operand(args[0]), v.operand(args[1])
	if first, _, _ := v.call(args[0]); first == name && (name == operators.Add || name == operators.Multiply || name == operators.Divide) {
		a = v.noun(args[0])
	}
	switch t := v.ast.GetType(e.ID()); {
	case name == operators.Add && t != nil && t.Kind() == celtypes.StringKind:
		return a + " followed by " + b
	case name == operators.Add && t != nil && t.Kind() == celtypes.ListKind:
		return a + " together with " + b
	case name == operators.Subtract && v.isType(args[0], cel.TimestampType) && v.isType(args[1], cel.TimestampType):
		return "the time from " + b + " to " + a
	}
	return a + " " + word + " " + b
}

func (v view) indexNoun(e ast.Expr, args []ast.Expr) string {
	i, ok := celtypes.Int(0), false
	if args[1].Kind() == ast.LiteralKind {
		i, ok = args[1].AsLiteral().(celtypes.Int)
	}
	if t := v.ast.GetType(args[0].ID()); !ok || i != 0 || t == nil || t.Kind() != celtypes.ListKind {
		return v.unread(e)
	}
	if name, target, by := v.call(args[0]); name == "split" && target != nil && len(by) == 1 {
		return "the part of " + v.noun(target) + " in front of the first " + v.codeNoun(by[0])
	}
	return "the first of " + v.noun(args[0])
}

// codeNoun is a text that is a sign rather than a word.
func (v view) codeNoun(e ast.Expr) string {
	if s, ok := v.text(e); ok {
		return code(s)
	}
	return v.noun(e)
}

// converted names a value behind a conversion, which changes nothing that words tell.
func (v view) converted(name string, target ast.Expr, args []ast.Expr) string {
	if target != nil || len(args) != 1 {
		return ""
	}
	of := v.ast.GetType(args[0].ID())
	switch s, isText := v.text(args[0]); {
	case name == priceID && isText:
		return "the price " + code(s)
	case name == "limit" && isText:
		return grouped(limits()[s]) + " (" + code(s) + ")"
	case name == "duration" && isText:
		return v.window(args[0])
	case name == "timestamp" && v.isPath(args[0]), name == "string":
		return v.noun(args[0])
	case name == "double" && (v.isType(args[0], cel.IntType) || v.isType(args[0], cel.DoubleType)):
		return v.noun(args[0])
	case name != "int" || of == nil:
		return ""
	case of.Kind() == celtypes.IntKind:
		return v.noun(args[0])
	case of.Kind() == celtypes.TimestampKind:
		return v.noun(args[0]) + " in whole seconds"
	}
	if fn, _, limit := v.call(args[0]); fn == "limit" && len(limit) == 1 {
		if s, ok := v.text(limit[0]); ok && limits()[s] == float64(int64(limits()[s])) {
			return v.noun(args[0])
		}
	}
	return ""
}

// amount is a param of type duration as a number.
func (v view) amount(name string, target ast.Expr) string {
	if target == nil {
		return ""
	}
	p, ok := v.param(target)
	d, isDuration := p.Default.(time.Duration)
	if !ok || !isDuration {
		return ""
	}
	unit := map[string]time.Duration{"getHours": time.Hour, "getMinutes": time.Minute, "getSeconds": time.Second}[name]
	return fmt.Sprintf("%s (%s, %s)", grouped(float64(d/unit)), span(d), code(p.Name))
}

// extreme names the largest or the smallest of some values, or of a list.
func (v view) extreme(name string, args []ast.Expr) string {
	if len(args) == 1 {
		return pick(name == "greatest", "the largest of ", "the smallest of ") + v.noun(args[0])
	}
	items := make([]string, len(args))
	for i, a := range args {
		items[i] = v.operand(a)
	}
	word := pick(name == "greatest", "the larger of ", "the smaller of ")
	if len(items) > 2 {
		word = pick(name == "greatest", "the largest of ", "the smallest of ")
	}
	return word + joined(items, "and")
}

// lookup names {"key": value}[?x].orValue(other).
func (v view) lookup(target ast.Expr, args []ast.Expr) string {
	if target == nil || len(args) != 1 {
		return ""
	}
	name, _, of := v.call(target)
	if name != operators.OptIndex || of[0].Kind() != ast.MapKind {
		return ""
	}
	var items []string
	for _, entry := range of[0].AsMap().Entries() {
		items = append(items, v.noun(entry.AsMapEntry().Value())+" for "+v.noun(entry.AsMapEntry().Key()))
	}
	return "what belongs to " + v.noun(of[1]) + " (" + strings.Join(append(items, v.noun(args[0])+" for any other"), ", ") + ")"
}

// listNoun names what filter and map make of a list.
func (v view) listNoun(name string, list ast.Expr, args []ast.Expr) string {
	if list == nil || len(args) != 2 || args[0].Kind() != ast.IdentKind {
		return ""
	}
	s := &scope{name: args[0].AsIdent(), noun: v.elementNoun(list)}
	inner := v.add(s)
	inner.it, inner.byName = s, false
	if name == "filter" {
		c := inner.clause(args[1], false)
		if c.op == alwaysOp || c.op == neverOp || isUnknown(c) {
			return ""
		}
		return "those of " + v.noun(list) + " " + v.plural(c)
	}
	of, value := v.noun(list), inner.noun(args[1])
	if args[1].Kind() == ast.ListKind {
		value = "its combination of " + inner.combined(args[1].AsList().Elements())
	}
	if rest, ok := strings.CutPrefix(value, "its "); ok && !itsOrIt.MatchString(rest) {
		return "the " + rest + " of each of " + of
	}
	if value == "it" {
		return of
	}
	return "what each of " + of + " gives for " + value
}

// plural writes a clause behind "those".
func (v view) plural(c *clause) string {
	text := v.relative(c, len(numerals)-1)
	if c.op == plain && strings.HasPrefix(c.text, "it ") {
		text = pluralVerbs.Replace(text)
	}
	return text
}

var pluralVerbs = strings.NewReplacer("that is ", "that are ", "that has ", "that have ", "that was ", "that were ", "that does ", "that do ")

// combined names values that are compared as one.
func (v view) combined(values []ast.Expr) string {
	items := make([]string, len(values))
	for i, x := range values {
		items[i] = strings.TrimPrefix(v.noun(x), "its ")
	}
	return joined(items, "and")
}
