package lint

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/patlint/patlint/patterns"
)

// noun names a value.
func (v view) noun(e ast.Expr) string {
	if v.steps++; v.steps > maxSteps {
		return "…"
	}
	if p, ok := v.param(e); ok {
		return paramNoun(p)
	}
	if name, target, args := v.call(e); name != "" {
		return v.callNoun(e, name, target, args)
	}
	switch e.Kind() {
	case ast.LiteralKind:
		return literalNoun(e.AsLiteral())
	case ast.IdentKind:
		return v.identNoun(e)
	case ast.SelectKind:
		return v.fieldNoun(e)
	case ast.ListKind:
		var items []string
		for _, x := range e.AsList().Elements() {
			items = append(items, v.operand(x))
		}
		switch {
		case len(items) == 0:
			return "the empty list"
		case len(e.AsList().OptionalIndices()) == 0:
			_, constant := v.constants(e)
			return pick(constant, "", "the list of ") + joined(items, "and")
		}
	}
	return v.unread(e)
}

func (v view) identNoun(e ast.Expr) string {
	switch s := v.find(e.AsIdent()); {
	case s == nil && e.AsIdent() == "now":
		return "now"
	case s == nil && e.AsIdent() == "region":
		return "the region"
	case s == nil:
		return v.unread(e)
	case s.kept:
		return code(s.name)
	case s.init != nil:
		return v.within(s).noun(s.init)
	case s.among != "":
		return s.among
	case s == v.it && !v.byName:
		return "it"
	case s.subject:
		return "this " + s.noun
	default:
		return v.other(s)
	}
}

// other names what a loop stands at that is not the innermost one.
func (v view) other(s *scope) string {
	for x := v.names; x != nil; x = x.outer {
		if s != v.it && x != s && x != v.it && x.noun == s.noun && !x.subject {
			v.lost = true // two that would have one name
		}
	}
	if v.it != nil && v.it != s && v.it.noun == s.noun {
		return "that other " + s.noun
	}
	return "that " + s.noun
}

// fieldNoun names a field by its path from what has it.
func (v view) fieldNoun(e ast.Expr) string {
	path := ""
	for {
		sel := e.AsSelect()
		path = strings.TrimSuffix(sel.FieldName()+"."+path, ".")
		e = sel.Operand()
		if s := v.alias(e); s != nil {
			return v.within(s).ownedPath(s.init, path)
		}
		if e.Kind() != ast.SelectKind || v.macros[e.ID()] != nil {
			return v.ownedPath(e, path)
		}
	}
}

func (v view) ownedPath(of ast.Expr, path string) string {
	if of.Kind() == ast.SelectKind && v.macros[of.ID()] == nil { // a name for a path
		v.steps++
		return v.ownedPath(of.AsSelect().Operand(), of.AsSelect().FieldName()+"."+path)
	}
	if s := v.alias(of); s != nil {
		return v.within(s).ownedPath(s.init, path)
	}
	return owned(v.noun(of), code(path))
}

// alias is the name that an expression is, if it does not stay in the text.
func (v view) alias(e ast.Expr) *scope {
	if e.Kind() != ast.IdentKind {
		return nil
	}
	if s := v.find(e.AsIdent()); s != nil && s.init != nil && !s.kept {
		return s
	}
	return nil
}

// owned says whose a thing is: its `Size`, the region's `RegionName`, `Size` of the first of its volumes.
func owned(owner, thing string) string {
	switch {
	case owner == "it":
		return "its " + thing
	case strings.Contains(owner, " of ") || strings.Contains(owner, " among ") || strings.Contains(owner, " that ") || strings.Contains(owner, " whose ") || strings.Contains(owner, ","):
		return pick(strings.HasPrefix(thing, "`"), "", "the ") + thing + " of " + owner
	case strings.HasSuffix(owner, "s"):
		return owner + "' " + thing
	}
	return owner + "'s " + thing
}

// bound is the scope of cel.bind(name, init, body). The name stays in the text if what it stands for is long and is used more than once.
func (v view) bound(args []ast.Expr) (*scope, bool) {
	if args[0].Kind() != ast.IdentKind {
		return nil, false
	}
	s := &scope{name: args[0].AsIdent(), init: args[1]}
	if t := v.ast.GetType(args[1].ID()); t != nil && t.Kind() == celtypes.BoolKind && !v.apart(args[1], args[2], s.name) || v.isPath(args[1]) || v.atomic(args[1]) && v.uses(args[2], s.name) < 2 {
		return s, true
	}
	s.kept = true
	v.add(s).keep(s)
	return s, true
}

// apart tells whether a condition is explained once under its name because it is made of others and used more than once.
func (v view) apart(cond, body ast.Expr, name string) bool {
	op, _, _ := v.call(cond)
	return (op == operators.LogicalAnd || op == operators.LogicalOr) && v.uses(body, name) > 1
}

// keep notes what a name means that stays in the text.
func (v view) keep(s *scope) {
	apart := v
	apart.byName, apart.names, apart.depth = true, s.outer, len(numerals)-2
	meaning := "the " + s.noun + " in question"
	if s.init != nil {
		meaning = apart.noun(s.init)
	}
	if old, ok := v.meanings[s.name]; ok && old != meaning {
		v.lost = true
	}
	if _, ok := v.meanings[s.name]; !ok {
		v.order = append(v.order, s.name)
	}
	v.meanings[s.name] = meaning
}

// isPath tells whether an expression only leads from one thing to another.
func (v view) isPath(e ast.Expr) bool {
	if _, ok := v.macros[e.ID()]; ok {
		return false
	}
	switch e.Kind() {
	case ast.IdentKind, ast.LiteralKind:
		return true
	case ast.SelectKind:
		return v.isPath(e.AsSelect().Operand())
	case ast.CallKind:
		c := e.AsCall()
		return c.IsMemberFunction() && len(c.Args()) == 0 && v.isPath(c.Target()) || c.FunctionName() == operators.Index && v.isPath(c.Args()[0]) && v.isPath(c.Args()[1])
	}
	return false
}

// uses counts how often a name stands in an expression.
func (v view) uses(e ast.Expr, name string) int {
	n := 0
	ast.PreOrderVisit(e, ast.NewExprVisitor(func(x ast.Expr) {
		if m, ok := v.macros[x.ID()]; ok && x.Kind() == ast.UnspecifiedExprKind {
			n += v.uses(m, name)
		}
		if x.Kind() == ast.IdentKind && x.AsIdent() == name {
			n++
		}
	}))
	return n
}

// elementNoun is what a list holds.
func (v view) elementNoun(list ast.Expr) string {
	t := v.ast.GetType(list.ID())
	if t == nil || t.Kind() != celtypes.ListKind || len(t.Parameters()) != 1 {
		return "entry"
	}
	t = t.Parameters()[0]
	for i := range kinds {
		if celName(kinds[i].typ) == t.TypeName() {
			return kinds[i].noun()
		}
	}
	if noun, ok := entryNouns[t.TypeName()]; ok {
		return noun
	}
	switch t.Kind() {
	case celtypes.StructKind:
		return "entry"
	case celtypes.ListKind:
		return "list"
	}
	return "value"
}

// constants names a list that is the same for every resource: A, B or C.
func (v view) constants(list ast.Expr) (string, bool) {
	if p, ok := v.param(list); ok {
		if items := paramItems(p); len(items) > 0 {
			return alternatives(items) + " (" + code(p.Name) + ")", true
		}
		return "", false
	}
	if list.Kind() != ast.ListKind || len(list.AsList().Elements()) == 0 || len(list.AsList().OptionalIndices()) > 0 {
		return "", false
	}
	var items []string
	for _, x := range list.AsList().Elements() {
		if x.Kind() != ast.LiteralKind {
			return "", false
		}
		items = append(items, literalNoun(x.AsLiteral()))
	}
	return joined(items, "or"), true
}

// maxItems is how many entries of a param's list are named.
const maxItems = 4

func alternatives(items []string) string {
	if len(items) > maxItems+1 {
		return strings.Join(items[:maxItems], ", ") + " or one of " + strconv.Itoa(len(items)-maxItems) + " more"
	}
	return joined(items, "or")
}

func paramItems(p patterns.Param) (out []string) {
	switch list := p.Default.(type) {
	case []string:
		for _, s := range list {
			out = append(out, textNoun(s))
		}
	case []int64:
		for _, n := range list {
			out = append(out, strconv.FormatInt(n, 10))
		}
	}
	return out
}

// paramNoun is a param's value, with its name: 30 days (`max_age`).
func paramNoun(p patterns.Param) string { return settingNoun(p) + " (" + code(p.Name) + ")" }

func settingNoun(p patterns.Param) string {
	switch d := p.Default.(type) {
	case time.Duration:
		return span(d)
	case int64:
		return thousands(strconv.FormatInt(d, 10))
	case float64:
		return grouped(d)
	case bool:
		return strconv.FormatBool(d)
	case string:
		return textNoun(d)
	}
	items := paramItems(p)
	switch {
	case len(items) == 0:
		return "the empty list"
	case len(items) > maxItems+1:
		return strings.Join(items[:maxItems], ", ") + " and " + strconv.Itoa(len(items)-maxItems) + " more"
	}
	return joined(items, "and")
}

// setTo says what value a param has of which a rule asks something: (it is set to 12).
func setTo(p patterns.Param) string { return " (it is set to " + settingNoun(p) + ")" }

// listed names a list of which each entry, or their number, is looked at. A param without entries has its name in their place.
func (v view) listed(list ast.Expr) string {
	if p, ok := v.param(list); ok && len(paramItems(p)) == 0 {
		return "the values of " + code(p.Name) + setTo(p)
	}
	n := v.noun(list)
	items, written := strings.CutPrefix(n, "the list of ")
	switch several := strings.Contains(n, " together with "); {
	case several:
		return "(" + n + ")"
	case written:
		return "(" + items + ")"
	}
	return n
}

func literalNoun(v ref.Val) string {
	switch v := v.(type) {
	case celtypes.String:
		return textNoun(string(v))
	case celtypes.Int:
		return thousands(strconv.FormatInt(int64(v), 10))
	case celtypes.Null:
		return "null"
	case celtypes.Double:
		return grouped(float64(v))
	case celtypes.Bool:
		return strconv.FormatBool(bool(v))
	}
	return code(fmt.Sprint(v.Value()))
}

// plainWord is a text that needs no marks around it.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$`)

func textNoun(s string) string {
	switch {
	case s == "":
		return "the empty text"
	case plainWord.MatchString(s) && s != "none":
		return s
	}
	return quoted(s)
}

// code is a code span of Markdown, whatever the text is.
func code(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if !strings.Contains(s, "`") {
		return "`" + s + "`"
	}
	fence := "``"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + " " + s + " " + fence
}

// plainText is a text of Markdown that says just this.
func plainText(s string) string {
	return markdownMarks.ReplaceAllString(strings.Join(strings.Fields(s), " "), `\$0`)
}

var markdownMarks = regexp.MustCompile("[\\\\`*_\\[\\]<>&!|~]")

// grouped writes a number with commas between thousands.
func grouped(f float64) string { return thousands(num(f)) }

func thousands(s string) string {
	whole, rest, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}

// span writes a duration: 30 days, 36 hours, 1 hour and 30 minutes.
func span(d time.Duration) string {
	if d >= 72*time.Hour && d%(24*time.Hour) == 0 {
		return counted(int64(d/(24*time.Hour)), "day")
	}
	var parts []string
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		if n := d / u.size; n != 0 {
			parts = append(parts, counted(int64(n), u.name))
			d %= u.size
		}
	}
	switch {
	case d != 0:
		parts = append(parts, grouped(d.Seconds()*1000)+" milliseconds")
	case len(parts) == 0:
		return "0 seconds"
	}
	return joined(parts, "and")
}

func counted(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return grouped(float64(n)) + " " + unit + "s"
}

// isType tells whether an expression has a type.
func (v view) isType(e ast.Expr, t *cel.Type) bool {
	got := v.ast.GetType(e.ID())
	return got != nil && got.IsExactType(t)
}
