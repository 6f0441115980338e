package lint

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
)

// textCall names what CEL's functions on texts make of one; "" for what has no words.
func (v view) textCall(name string, target ast.Expr, args []ast.Expr) string {
	switch {
	case name == "split" && len(args) == 1:
		return "the parts between " + v.sign(args[0], "spaces") + " of " + v.noun(target)
	case name == "replace" && len(args) == 2:
		return v.replaced(target, args)
	case name == "substring" && len(args) == 1:
		if mark, ok := v.place(args[0], target, true); ok {
			return "the part of " + v.noun(target) + " behind " + mark
		}
		of := v.noun(target)
		return of + " without the first " + v.beside(of).operand(args[0]) + " characters"
	case name == "substring" && args[0].Kind() == ast.LiteralKind && args[0].AsLiteral() == celtypes.Int(0):
		if mark, ok := v.place(args[1], target, false); ok {
			return "the part of " + v.noun(target) + " in front of " + mark
		}
		of := v.noun(target)
		return "the first " + v.beside(of).operand(args[1]) + " characters of " + of
	case places[name] != "" && len(args) == 1:
		return "the place of " + places[name] + v.sign(args[0], "space") + " in " + v.noun(target) + " (-1 without one)"
	}
	return ""
}

var places = map[string]string{"indexOf": "the first ", "lastIndexOf": "the last "}

// sign is a text that stands between others.
func (v view) sign(e ast.Expr, space string) string {
	switch s, ok := v.text(e); {
	case ok && s == " ":
		return space
	case ok:
		return quoted(s)
	}
	return v.noun(e)
}

// quoted is a code span in which blanks at the ends of a text can be seen.
func quoted(s string) string {
	if s != strings.TrimSpace(s) {
		s = strconv.Quote(s)
	}
	return code(s)
}

// place sees text.indexOf("=") and, behind that sign, text.indexOf("=") + 1, also by a name for either: "the first `=`".
func (v view) place(e, text ast.Expr, behind bool) (string, bool) {
	v, e = v.meant(e)
	step := celtypes.Int(0)
	if name, _, args := v.call(e); name == operators.Add && args[1].Kind() == ast.LiteralKind {
		step, _ = args[1].AsLiteral().(celtypes.Int)
		v, e = v.meant(args[0])
	}
	name, target, args := v.call(e)
	if places[name] == "" || target == nil || len(args) != 1 || v.cel(target) != v.cel(text) {
		return "", false
	}
	s, ok := v.text(args[0])
	if !ok || s == "" || int(step) != pick(behind, utf8.RuneCountInString(s), 0) {
		return "", false
	}
	return places[name] + v.sign(args[0], "space"), true
}

// meant is what a name was given to, and the view in which that was written; anything else is itself.
func (v view) meant(e ast.Expr) (view, ast.Expr) {
	if e.Kind() == ast.IdentKind {
		if s := v.find(e.AsIdent()); s != nil && s.init != nil {
			return v.within(s).meant(s.init)
		}
	}
	return v, e
}

// replaced names a text in which signs were replaced one after the other by the same.
func (v view) replaced(target ast.Expr, args []ast.Expr) string {
	with, ok := v.text(args[1])
	if !ok {
		return ""
	}
	signs := []string{v.sign(args[0], pick(with == "", "spaces", "space"))}
	for {
		name, inner, before := v.call(target)
		if name != "replace" || len(before) != 2 || v.cel(before[1]) != v.cel(args[1]) {
			break
		}
		target = inner
		signs = append([]string{v.sign(before[0], pick(with == "", "spaces", "space"))}, signs...)
	}
	if with == "" {
		return v.noun(target) + " without " + joined(signs, "and")
	}
	return v.noun(target) + " with " + v.sign(args[1], "a space") + " for each " + joined(signs, "and")
}

// listCall names what CEL's functions on lists make of one; "" for what has no words.
func (v view) listCall(name string, target ast.Expr, args []ast.Expr) string {
	switch {
	case name == "slice" && len(args) == 2:
		return v.sliced(target, args)
	case name == "sortBy" && len(args) == 2:
		if of, key, ok := v.sortKey(target, args); ok {
			return of + ", sorted by " + key
		}
	}
	return ""
}

// sliced sees list.slice(0, n) and list.slice(list.size() - n, list.size()).
func (v view) sliced(list ast.Expr, args []ast.Expr) string {
	if args[0].Kind() == ast.LiteralKind && args[0].AsLiteral() == celtypes.Int(0) {
		return "the first " + v.operand(args[1]) + " of " + v.noun(list)
	}
	size := v.cel(list) + ".size()"
	if name, _, parts := v.call(args[0]); name == operators.Subtract && v.cel(parts[0]) == size && v.cel(args[1]) == size {
		return "the last " + v.operand(parts[1]) + " of " + v.noun(list)
	}
	return ""
}

// sortKey is a list that is sorted, and what it is sorted by.
func (v view) sortKey(list ast.Expr, args []ast.Expr) (of, key string, ok bool) {
	if args[0].Kind() != ast.IdentKind {
		return "", "", false
	}
	s := &scope{name: args[0].AsIdent(), noun: v.elementNoun(list)}
	inner := v.add(s)
	inner.it, inner.byName = s, false
	key, ok = strings.CutPrefix(inner.noun(args[1]), "its ")
	return v.noun(list), key, ok
}

// firstOf names the first entry of a list that was made to be asked for it; "" for others.
func (v view) firstOf(list ast.Expr) string {
	name, target, args := v.call(list)
	if target == nil {
		return ""
	}
	switch end := "first"; {
	case name == "split" && len(args) == 1:
		return "the part of " + v.noun(target) + " in front of the first " + v.sign(args[0], "space")
	case name == "reverse" && len(args) == 0:
		end, list = "last", target
		if name, target, args = v.call(list); name != "sortBy" {
			return "the last of " + v.noun(list)
		}
		fallthrough
	case name == "sortBy" && len(args) == 2:
		of, key, ok := v.sortKey(target, args)
		if !ok {
			return ""
		}
		words := pick(end == "first", "smallest", "largest")
		if v.isType(args[1], cel.TimestampType) {
			words = pick(end == "first", "earliest", "latest")
		}
		return "the one with the " + words + " " + key + " among " + of
	}
	return ""
}

// units are how CEL takes a duration as a number.
var units = map[string]struct {
	size  time.Duration
	words string
}{
	"getHours": {time.Hour, "hours"}, "getMilliseconds": {time.Millisecond, "milliseconds"}, "getMinutes": {time.Minute, "minutes"}, "getSeconds": {time.Second, "seconds"},
}

// timeParts are how CEL takes a time apart.
var timeParts = map[string]string{
	"getDate": "the day of the month", "getDayOfWeek": "the day of the week, from 0 for Sunday,", "getFullYear": "the year", "getHours": "the hour", "getMinutes": "the minute",
}

// timeCall names a part of a time, or a duration as a number; "" for what has no words.
func (v view) timeCall(name string, target ast.Expr, args []ast.Expr) string {
	switch part, unit := timeParts[name], units[name]; {
	case part != "" && v.isType(target, cel.TimestampType):
		zone := "UTC"
		if len(args) == 1 {
			zone = v.noun(args[0])
		}
		return part + " of " + v.noun(target) + " in " + zone
	case unit.size > 0 && v.isType(target, cel.DurationType):
		if text := v.amount(unit.size, target); text != "" {
			return text
		}
		return v.operand(target) + " in whole " + unit.words
	}
	return ""
}

// amount is a constant duration as a number: 336 (14 days, `window`).
func (v view) amount(unit time.Duration, e ast.Expr) string {
	p, ok := v.param(e)
	d, isDuration := p.Default.(time.Duration)
	if name, _, args := v.call(e); name == "duration" && len(args) == 1 {
		s, isText := v.text(args[0])
		parsed, err := time.ParseDuration(s)
		p, ok = v.param(args[0])
		d, isDuration = parsed, isText && err == nil
	}
	switch number := grouped(float64(d / unit)); {
	case !isDuration:
		return ""
	case ok:
		return fmt.Sprintf("%s (%s, %s)", number, span(d), code(p.Name))
	default:
		return fmt.Sprintf("%s (%s)", number, span(d))
	}
}

// reason is the text that unknown gives, as Markdown.
func (v view) reason(e ast.Expr) string {
	if name, _, args := v.call(e); name == operators.Add {
		return v.reason(args[0]) + v.reason(args[1])
	}
	s, ok := v.text(e)
	if !ok {
		v.byName = true
		return "(" + v.noun(e) + ")"
	}
	text := plainText(s)
	if strings.HasPrefix(s, " ") {
		text = " " + text
	}
	if strings.HasSuffix(s, " ") && text != " " {
		text += " "
	}
	return text
}
