package lint

import (
	"fmt"
	"regexp"
	"slices"
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
		return "whether " + v.sentence(v.clause(e, false), v.depth)
	}
	if words := v.words(e); words != "" {
		return v.wordsNoun(words, name, target, args)
	}
	if word := arithmetic[name]; word != "" && len(args) == 2 {
		return v.calculation(e, name, word, args)
	}
	switch name {
	case operators.Conditional:
		return v.choiceNoun(e)
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
		if text, ok := v.sideBySide(target, args); ok {
			return text
		}
	case "filter", "map":
		if text := v.listNoun(name, target, args); text != "" {
			return text
		}
	case "math.greatest", "math.least":
		if len(args) > 0 {
			return v.extreme(strings.TrimPrefix(name, "math."), args)
		}
	case "math.bitShiftLeft":
		if args[0].Kind() == ast.LiteralKind && args[0].AsLiteral() == celtypes.Int(1) {
			return "2 to the power of " + v.operand(args[1])
		}
	case "unknown":
		return "an unknown value (" + v.reason(args[0]) + ")"
	case "orValue":
		if text := v.lookup(target, args); text != "" {
			return text
		}
	case "size":
		if target == nil {
			target = args[0]
		}
		of := v.listed(target)
		if strings.HasPrefix(of, "`") {
			of = "entries in " + of
		}
		return pick(v.isType(target, cel.StringType), "the length of ", "the number of ") + of
	}
	if target != nil {
		for _, read := range []func(string, ast.Expr, []ast.Expr) string{v.method, v.textCall, v.listCall, v.timeCall} {
			if text := read(name, target, args); text != "" {
				return text
			}
		}
	}
	return v.unread(e)
}

// methods are what CEL's functions on lists and texts make of them. What trim takes away, nobody sees.
var methods = map[string]struct{ before, behind string }{
	"distinct":   {"the different values among ", ""},
	"flatten":    {"", " in one list"},
	"lowerAscii": {"", " in small letters"},
	"sort":       {"", ", sorted"},
	"trim":       {"", ""},
}

func (v view) method(name string, target ast.Expr, args []ast.Expr) string {
	m, ok := methods[name]
	if !ok || len(args) > 0 {
		return ""
	}
	return m.before + v.noun(target) + m.behind
}

var arithmetic = map[string]string{
	operators.Add: "plus", operators.Divide: "divided by", operators.Modulo: "modulo", operators.Multiply: "times", operators.Subtract: "minus",
}

// itsOrIt are the words by which the tables name the resource that a relation or a function starts from.
var itsOrIt = regexp.MustCompile(`\bits?\b`)

var ofIt = regexp.MustCompile(` of it\b`)

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
	name, target, args := v.call(e)
	switch name {
	case "", "limit", priceID, "size", operators.Conditional:
		return true
	case "double", "int", "string", "timestamp":
		return len(args) == 1 && v.atomic(args[0])
	case "getHours", "getMilliseconds", "getMinutes", "getSeconds":
		return target != nil && v.amount(units[name].size, target) != ""
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
	if t := v.ast.GetType(args[0].ID()); !ok || i < 0 || int(i) >= len(ordinals) || t == nil || t.Kind() != celtypes.ListKind {
		return v.unread(e)
	}
	if i == 0 {
		if text := v.firstOf(args[0]); text != "" {
			return text
		}
	}
	return "the " + ordinals[i] + " of " + v.noun(args[0])
}

var ordinals = []string{"first", "second", "third", "fourth"}

// choiceNoun names c ? a : b. Where each of some conditions compares one and the same thing with a constant, it is a table.
func (v view) choiceNoun(e ast.Expr) string {
	var conditions, values []ast.Expr
	for name, _, args := v.call(e); name == operators.Conditional; name, _, args = v.call(e) {
		conditions, values, e = append(conditions, args[0]), append(values, args[1]), args[2]
	}
	key, isTable := v.tableKey(conditions)
	items := make([]string, len(values))
	for i, value := range values {
		items[i] = v.noun(value)
		if isTable {
			_, _, sides := v.call(conditions[i])
			items[i] += " for " + v.noun(sides[1])
		} else {
			items[i] += " if " + v.sentence(v.clause(conditions[i], false), v.depth)
		}
	}
	if isTable {
		return v.belongs(key, items, e)
	}
	return "(" + strings.Join(append(items, v.noun(e)), ", else ") + ")"
}

// tableKey is what two conditions and more compare with constants: the x of x == "a" and x == "b".
func (v view) tableKey(conditions []ast.Expr) (key ast.Expr, ok bool) {
	for _, c := range conditions {
		name, _, sides := v.call(c)
		if name != operators.Equals || sides[1].Kind() != ast.LiteralKind || key != nil && v.cel(key) != v.cel(sides[0]) {
			return nil, false
		}
		key = sides[0]
	}
	return key, len(conditions) > 1
}

// belongs names what a table gives for a key.
func (v view) belongs(key ast.Expr, items []string, other ast.Expr) string {
	return "what belongs to " + v.noun(key) + " (" + strings.Join(append(items, v.noun(other)+" for any other"), ", ") + ")"
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
	case name == "double" && (v.isType(args[0], cel.IntType) || v.isType(args[0], cel.DoubleType) || v.isType(args[0], cel.DynType)):
		return v.noun(args[0])
	case name != "int" || of == nil:
		return ""
	case of.Kind() == celtypes.StringKind:
		return v.noun(args[0]) + " as a number"
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
	return v.belongs(of[1], items, args[0])
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
		of := v.listed(list)
		if strings.Contains(of, "those of ") && !strings.HasPrefix(of, "(") {
			of = "(" + of + ")"
		}
		return "those of " + of + " " + v.plural(c)
	}
	of, value := v.listed(list), inner.noun(args[1])
	if args[1].Kind() == ast.ListKind {
		value = "its combination of " + inner.combined(args[1].AsList().Elements())
	}
	for _, first := range []string{"", "the first of "} {
		if rest, ok := strings.CutPrefix(value, first+"its "); ok && !itsOrIt.MatchString(rest) {
			return first + "the " + rest + " of each of " + of
		}
	}
	if value == "it" {
		return of
	}
	if at := ofIt.FindStringIndex(value); at != nil && strings.HasPrefix(value, "the ") && len(itsOrIt.FindAllString(value, -1)) == 1 {
		return value[:at[0]] + " of each of " + of + value[at[1]:]
	}
	return "what each of " + of + " gives for " + value
}

// plural writes a clause behind "those".
func (v view) plural(c *clause) string {
	if (c.op == allOf || c.op == anyOf) && !slices.ContainsFunc(c.parts, isUnknown) && v.chained(c) {
		many := &clause{op: c.op}
		for _, p := range c.parts {
			many.parts = append(many.parts, p.ofMany())
		}
		return v.relative(many, v.depth)
	}
	return v.relative(c.ofMany(), v.depth)
}

// ofMany has the verb for many in what a sentence says of "it".
func (c *clause) ofMany() *clause {
	rest, ok := strings.CutPrefix(c.text, "it ")
	verb, rest, _ := strings.Cut(rest, " ")
	if many := pluralVerbs[verb]; ok && c.op == plain && many != "" {
		return &clause{text: strings.TrimSuffix("it "+many+" "+rest, " ")}
	}
	return c
}

var pluralVerbs = map[string]string{
	"contains": "contain", "does": "do", "ends": "end", "has": "have", "is": "are", "matches": "match", "starts": "start", "was": "were",
}

// combined names values that are compared as one.
func (v view) combined(values []ast.Expr) string {
	items := make([]string, len(values))
	for i, x := range values {
		items[i] = strings.TrimPrefix(v.noun(x), "its ")
	}
	return joined(items, "and")
}
