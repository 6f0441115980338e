package lint

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
	"github.com/patlint/patlint/patterns"
)

var (
	badOperator  = regexp.MustCompile(`^found no matching overload for '(?:_(\S+?)_?|@(in)|(!|-)_)' applied to '\((.*)\)'$`)
	badMember    = regexp.MustCompile(`^found no matching overload for '(\w+)' applied to '(\S+?)\.\((.*)\)'$`)
	badCall      = regexp.MustCompile(`^found no matching overload for '(\w+)' applied to '\((.*)\)'$`)
	badField     = regexp.MustCompile(`^type '(.*)' does not support field selection$`)
	undeclared   = regexp.MustCompile(`^undeclared reference to '([\w.]+)'(?: \(did you mean (.*)\?\))?$`)
	unrecognized = regexp.MustCompile(`^token recognition error at: '(.*)'$`)
	mismatched   = regexp.MustCompile(`(?s)^(?:mismatched|extraneous) input '(.*?)' expecting .*$`)
	missingToken = regexp.MustCompile(`^missing '(.)' at .*$`)
	pathBefore   = regexp.MustCompile(`[A-Za-z_][\w.\[\]]*$`)
	badEscape    = regexp.MustCompile(`\\[^abfnrtvxuUX0-7\\?"'\x60]`)
	wordAt       = regexp.MustCompile(`^\.?(\w*)`)
)

// instead says what to write for words and signs of other languages. The key is in lower case.
var instead = map[string]string{
	"<":   "!= for <>", // of <>, where the parser stumbles over the second half
	"and": "&& for and", "between": "a >= b && a <= c for between", "contains": ".contains(…)", "equals": "== for equals", "is": "== for is",
	"like": ".matches(…), .startsWith(…) or .contains(…) for like", "not": "! for not", "or": "|| for or",
}

// signs says the same of what is no part of the language at all.
var signs = map[rune]string{
	'&': "&& for and", '|': "|| for or", '–': "- for minus", '−': "- for minus", '≠': "!=", '≤': "<=", '≥': ">=",
	'“': `straight quotes, "`, '”': `straight quotes, "`, '„': `straight quotes, "`, '«': `straight quotes, "`, '»': `straight quotes, "`,
	'‘': "straight quotes, '", '’': "straight quotes, '", '\u00a0': "a plain space for the one that does not break",
	'=': "== to compare", '$': "the expression without $ and braces",
}

// functionsElsewhere are the names that other languages have for functions of CEL's.
var functionsElsewhere = map[string]string{
	"count": "size", "date": "timestamp", "days": "duration", "hours": "duration", "len": "size", "length": "size", "lower": "lowerAscii", "regex": "matches", "toLower": "lowerAscii",
	"toUpper": "upperAscii", "upper": "upperAscii",
}

// functionsOfCEL are those of its functions that rules need most.
var functionsOfCEL = []string{
	"all", "contains", "double", "duration", "endsWith", "exists", "exists_one", "filter", "getHours", "has", "int", "join", "lowerAscii", "map", "matches", "replace", "size",
	"split", "startsWith", "string", "timestamp", "upperAscii",
}

// explain puts CEL's message about a place of an expression into the form of ours, and says what to do.
func (c *compiler) explain(env *cel.Env, msg, src string, at int, r *rule) string {
	msg = strings.TrimSuffix(strings.TrimPrefix(msg, "Syntax error: "), ".")
	before, behind := string([]rune(src)[:at]), string([]rune(src)[at:])
	if field, ok := strings.CutPrefix(msg, "undefined field '"); ok {
		return explainField(strings.TrimSuffix(field, "'"), before, fieldOwner(env, src, at), r.kind)
	}
	if m := badOperator.FindStringSubmatch(msg); m != nil {
		if hint := explainStruct(m[4], before, behind); hint != "" {
			return fmt.Sprintf("%s does not take %s; %s", m[1]+m[2]+m[3], strings.ReplaceAll(plainTypes(m[4]), ", ", " and "), hint)
		}
		return explainOperator(m[1]+m[2]+m[3], m[4])
	}
	if m := badMember.FindStringSubmatch(msg); m != nil {
		return explainMember(m[1], m[2], m[3])
	}
	if m := badCall.FindStringSubmatch(msg); m != nil {
		return fmt.Sprintf("%s() does not take %s%s", m[1], plainTypes(m[2]), takes(m[1]))
	}
	if m := badField.FindStringSubmatch(msg); m != nil {
		return explainSelection(m[1], wordAt.FindStringSubmatch(behind)[1])
	}
	if m := undeclared.FindStringSubmatch(msg); m != nil {
		return explainName(m[1], strings.NewReplacer("'", "").Replace(m[2]), behind, r)
	}
	return explainSyntax(msg, before, behind)
}

// explainSyntax helps with what is no expression.
func explainSyntax(msg, before, behind string) string {
	if m := unrecognized.FindStringSubmatch(msg); m != nil {
		first := []rune(m[1])[0]
		if strings.HasPrefix(behind, "=~") {
			return "=~ stands for nothing; write .matches(…)"
		}
		if escape := badEscape.FindString(m[1]); escape != "" && (first == '"' || first == '\'') {
			return fmt.Sprintf(`%s is no escape; write \%s, or r in front of the quotes, as in r"…"`, escape, escape)
		}
		if write, ok := signs[first]; ok {
			return fmt.Sprintf("%c stands for nothing; write %s", first, write)
		}
		return fmt.Sprintf("%q has no meaning here; write the quotes that end it", m[1])
	}
	if m := mismatched.FindStringSubmatch(msg); m != nil {
		word, last := m[1], ""
		if words := strings.Fields(before); len(words) > 0 {
			last = words[len(words)-1]
		}
		switch {
		case word == "<EOF>":
			return "the expression ends too early; write what is missing here"
		case instead[strings.ToLower(word)] != "":
			return "write " + instead[strings.ToLower(word)]
		case word == ">" && strings.HasSuffix(before, "<"):
			return "write != for <>"
		case strings.EqualFold(last, "not"):
			return "write ! for not"
		case before != "" && unicode.IsDigit(rune(before[len(before)-1])):
			return fmt.Sprintf(`%q is out of place; write the number alone, and a time as duration("24h")`, word)
		}
		return fmt.Sprintf("%q is out of place; write an operator such as && or == in front of it, or take it away", word)
	}
	if m := missingToken.FindStringSubmatch(msg); m != nil {
		return fmt.Sprintf("a closing %s is missing; write it here or further on the left", m[1])
	}
	if first, rest, ok := strings.Cut(msg, " "); ok && strings.ToUpper(first) != first {
		msg = strings.ToLower(first[:1]) + first[1:] + " " + rest
	}
	return msg
}

// explainName helps with a name that stands for nothing. CEL may have a guess.
func explainName(name, guess, behind string, r *rule) string {
	params := make([]string, 0, len(r.pattern.Params))
	for _, p := range r.pattern.Params {
		params = append(params, p.Name)
	}
	if rest, ok := strings.CutPrefix(string(wordsOfPath.FindString(behind)), "params."); ok && (name == "params" || strings.HasPrefix(name, "params.")) {
		msg := "there is no param " + rest
		if near := patterns.Nearest(rest, params); near != "" {
			return msg + "; did you mean params." + near + "?"
		}
		return fmt.Sprintf("%s; write it into the front matter, as in params: {%s: {type: int, default: 5, doc: A sentence.}}", msg, rest)
	}
	switch lower := strings.ToLower(name); {
	case strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(behind, name)), "("):
		if lower == "not" {
			return "write ! for not"
		}
		return fmt.Sprintf("there is no relation and no function %s()%s", name, orCallable(name))
	case lower == "true" || lower == "false":
		return "write " + lower
	case lower == "null" || lower == "none" || lower == "nil":
		return `write has(…) to ask whether a field is there, or compare with ""`
	case name == strings.ToUpper(name):
		return fmt.Sprintf("there is no %s; write $${%s} where the shell's is meant, or %q for a text", name, name, name)
	case slices.Contains(params, name):
		return fmt.Sprintf("there is no %s; did you mean params.%s?", name, name)
	case guess != "":
		return fmt.Sprintf("there is no %s; did you mean %s?", name, guess)
	}
	if near := patterns.Nearest(name, fieldsOf(r.kind.typ)); near != "" && strings.EqualFold(near, name) {
		return fmt.Sprintf("there is no %s; did you mean %s.%s?", name, r.kind.name, near)
	}
	return fmt.Sprintf("there is no %s; write %q for a text, and the name of its kind for a resource", name, name)
}

var wordsOfPath = regexp.MustCompile(`^[\w.]*`)

// fieldOwner is the struct whose field is asked for at a place of an expression, through the loops around it; nil where it cannot be told.
func fieldOwner(env *cel.Env, src string, at int) reflect.Type {
	parsed, issues := env.Parse(src)
	if issues.Err() != nil {
		return nil
	}
	info := parsed.NativeRep().SourceInfo()
	typeOf := func(env *cel.Env, e ast.Expr) *cel.Type {
		text, err := parser.Unparse(e, info)
		if err != nil {
			return cel.DynType
		}
		checked, issues := env.Compile(text)
		if issues.Err() != nil {
			return cel.DynType
		}
		return checked.OutputType()
	}
	var found reflect.Type
	var look func(env *cel.Env, e ast.Expr)
	look = func(env *cel.Env, e ast.Expr) {
		switch e.Kind() {
		case ast.SelectKind:
			if place := info.GetStartLocation(e.ID()); runeOffset(src, place.Line(), place.Column()) == at {
				found = structs()[typeOf(env, e.AsSelect().Operand()).TypeName()]
			}
			look(env, e.AsSelect().Operand())
		case ast.CallKind:
			if e.AsCall().IsMemberFunction() {
				look(env, e.AsCall().Target())
			}
			for _, arg := range e.AsCall().Args() {
				look(env, arg)
			}
		case ast.ListKind:
			for _, item := range e.AsList().Elements() {
				look(env, item)
			}
		case ast.ComprehensionKind:
			loop := e.AsComprehension()
			look(env, loop.IterRange())
			item := cel.DynType
			if t := typeOf(env, loop.IterRange()); t.Kind() == celtypes.ListKind && len(t.Parameters()) == 1 {
				item = t.Parameters()[0]
			}
			if inner, err := env.Extend(cel.Variable(loop.IterVar(), item)); err == nil {
				look(inner, loop.LoopStep())
			}
		}
	}
	look(env, parsed.NativeRep().Expr())
	return found
}

// explainStruct helps with a group of fields that is used like a value, as State of an instance; "" where none is.
func explainStruct(args, before, behind string) string {
	for i, arg := range strings.Split(args, ", ") {
		t, ok := structs()[arg]
		if names := []string(nil); ok {
			if names = fieldsOf(t); len(names) == 0 {
				continue
			}
			name := names[0]
			if slices.Contains(names, "Name") {
				name = "Name"
			}
			path := pathBefore.FindString(strings.TrimRight(before, " "))
			if i > 0 {
				path = wordsOfPath.FindString(strings.TrimLeft(behind, "=!<> "))
			}
			if path = path[strings.LastIndexByte(path, '.')+1:]; path == "" {
				path = plainTypes(arg)
			}
			return fmt.Sprintf("%s has fields of its own, so write %s.%s", path, path, name)
		}
	}
	return ""
}

// explainField helps with a field that a type does not have. Before it stands what leads to the type, of which the owner is known where a loop leads to it.
func explainField(field, before string, owner reflect.Type, k *kind) string {
	for _, r := range relations() {
		if r.name == field {
			return fmt.Sprintf("%s is a relation; write %s()", field, field)
		}
	}
	for _, f := range functions() {
		if f.name == field && f.member {
			return fmt.Sprintf("%s is a function; write %s()", field, field)
		}
	}
	msg, names, path := "there is no field "+field, fieldNames(k), pathBefore.FindString(before)
	if t, ok := typeOfPath(path, k); ok {
		owner = t
	}
	if owner != nil {
		names = fieldsOf(owner)
	}
	if hint := explainNameField(field, path, names); hint != "" {
		return msg + hint
	}
	if near := patterns.Nearest(field, names); near != "" {
		return msg + "; did you mean " + near + "?"
	}
	for _, s := range subjects() {
		if s.typ == owner {
			k = s
		}
	}
	for _, f := range describe(KindDoc{}, k.typ).Fields {
		if owner != nil && owner != k.typ {
			break
		}
		if strings.HasSuffix(f.Path, "."+field) {
			return fmt.Sprintf("%s here; did you mean %s.%s?", msg, k.name, strings.ReplaceAll(f.Path, "[]", "[0]"))
		}
	}
	return fmt.Sprintf("%s; patlint list kinds %s shows what there is", msg, k.name)
}

// explainNameField helps who asks for the Name of what has none: AWS writes it as a tag, and some kinds have names of their own.
func explainNameField(field, path string, names []string) string {
	if !strings.EqualFold(field, "name") || slices.Contains(names, "Name") || !slices.Contains(names, "Tags") || path == "" {
		return ""
	}
	i := slices.IndexFunc(names, func(n string) bool {
		return strings.HasSuffix(n, "Name") && n != "KeyName" && !strings.Contains(n, "Dns")
	})
	if i < 0 {
		return fmt.Sprintf("; write tag(%s, \"Name\")", path)
	}
	return fmt.Sprintf("; did you mean %s, or tag(%s, \"Name\")?", names[i], path)
}

// typeOfPath is the struct to which a path of fields leads from a rule's resource: volume.Attachments[0].
func typeOfPath(path string, k *kind) (reflect.Type, bool) {
	parts := strings.Split(path, ".")
	if parts[0] != k.name {
		return nil, false
	}
	t := k.typ
	for _, part := range parts[1:] {
		name, _, _ := strings.Cut(part, "[")
		f, ok := t.FieldByName(name)
		if !ok {
			return nil, false
		}
		t = f.Type
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return nil, false
		}
	}
	return t, true
}

// explainSelection helps with a field of what has none.
func explainSelection(typ, field string) string {
	switch {
	case strings.HasPrefix(typ, "list(") && functionsElsewhere[field] == "size":
		return "write .size() for the length of a list"
	case typ == "list(types.Tag)":
		return fmt.Sprintf("tags are a list; write tag(…, %q)", field)
	case strings.HasPrefix(typ, "list("):
		return fmt.Sprintf("this is %s, which has no field %s; write .exists(x, x.%s == …), .all(…) or [0]", plainTypes(typ), field, field)
	}
	return fmt.Sprintf("this is %s, which has no field %s; take the field away", plainTypes(typ), field)
}

// explainOperator helps with an operator between values that it does not take.
func explainOperator(op, args string) string {
	if op == "[_]" {
		if strings.HasPrefix(args, "list(types.Tag)") {
			return `a list is asked by number; write tag(…, "Name") for a tag`
		}
		return fmt.Sprintf("[] does not take %s; a list is asked by number, so write [0]", plainTypes(args))
	}
	msg := fmt.Sprintf("%s does not take %s", op, strings.ReplaceAll(plainTypes(args), ", ", " and "))
	has := func(types ...string) bool {
		got := strings.Split(args, ", ")
		return len(got) == len(types) && (slices.Equal(got, types) || got[0] == types[1] && got[1] == types[0])
	}
	switch {
	case has("int", "double"):
		return msg + "; write double(…) around the whole number"
	case has("int", "string"), has("double", "string"):
		return msg + "; write a number without quotes, and a text in them"
	case strings.Contains(args, "duration"):
		return msg + `; write a time as duration("24h")`
	case strings.Contains(args, "timestamp"):
		return msg + `; write a day as timestamp("2026-01-31T00:00:00Z")`
	case strings.Contains(args, "null"):
		return msg + `; write has(…) to ask whether a field is there, or compare with ""`
	case op == "in" && has("string", "string"):
		return msg + "; write .contains(…) to look for a part of a text"
	}
	return msg + "; write values of one type on both sides"
}

// explainMember helps with a member function on the wrong type, or with the wrong arguments.
func explainMember(name, on, args string) string {
	var owners []string
	for _, r := range relations() {
		if r.name == name {
			owners = append(owners, plainTypes(r.on.TypeName()))
		}
	}
	for _, f := range functions() {
		if f.name == name && f.member {
			owners = append(owners, plainTypes(f.args[0].TypeName()))
		}
	}
	slices.Sort(owners)
	owners = slices.Compact(owners)
	switch {
	case len(owners) == 0 && on == "list(types.Tag)":
		return fmt.Sprintf("tags are a list, which has no %s(); write hasTag(…, \"Name\") or tag(…, \"Name\")", name)
	case len(owners) == 0 && strings.HasPrefix(on, "list(") && (name == "contains" || name == "startsWith" || name == "endsWith" || name == "matches"):
		return fmt.Sprintf("%s() is for texts, and this is %s; write … in list, or .exists(x, …)", name, plainTypes(on))
	case len(owners) == 0:
		return fmt.Sprintf("%s() does not take %s%s", name, strings.TrimSuffix(plainTypes(on)+", "+plainTypes(args), ", "), takes(name))
	case slices.Contains(owners, plainTypes(on)):
		for _, r := range relations() {
			if r.name == name && r.on.TypeName() == on && len(r.args) > 0 {
				if slices.ContainsFunc(r.args, func(a *cel.Type) bool { return a != cel.StringType }) {
					return fmt.Sprintf("%s() takes %d arguments here: %s", name, len(r.args), strings.Join(typeNames(r.args), ", "))
				}
				return fmt.Sprintf("%s() takes %d texts here; write them in quotes", name, len(r.args))
			}
		}
		return fmt.Sprintf("%s() takes no arguments here; write %s()", name, name)
	}
	return fmt.Sprintf("%s() belongs to %s, not to %s; patlint list kinds shows what leads there", name, strings.Join(owners, ", "), plainTypes(on))
}

// takes says what one of our functions is given.
func takes(name string) string {
	for _, f := range plainFunctions() {
		if f.Name == name {
			return fmt.Sprintf("; write %s(%s)", name, strings.Join(f.Args, ", "))
		}
	}
	return "; patlint list kinds shows what each function takes"
}

// orCallable completes an error about a function that is not there.
func orCallable(name string) string {
	names := slices.Clone(functionsOfCEL)
	for _, r := range relations() {
		names = append(names, r.name)
	}
	for _, f := range functions() {
		names = append(names, f.name)
	}
	if other := functionsElsewhere[name]; other != "" {
		return "; did you mean " + other + "()?"
	}
	if near := patterns.Nearest(name, names); near != "" {
		return "; did you mean " + near + "()?"
	}
	return "; patlint list kinds shows what there is"
}

// plainTypes names types as rules do: types.Volume is volume, list(types.Volume) a list of volume, lint.BootMount BootMount.
func plainTypes(s string) string {
	for _, k := range subjects() {
		if name := celName(k.typ); strings.Contains(s, name) {
			s = regexp.MustCompile(regexp.QuoteMeta(name)+`\b`).ReplaceAllString(s, k.name)
		}
	}
	s = strings.NewReplacer("google.protobuf.Timestamp", "timestamp", "google.protobuf.Duration", "duration", "types.", "", "lint.", "").Replace(s)
	return regexp.MustCompile(`list\(([^()]*)\)`).ReplaceAllString(s, "a list of $1")
}

// fieldsOf lists the fields of a struct.
func fieldsOf(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if f.IsExported() {
			names = append(names, f.Name)
		}
	}
	return names
}

// fieldNames lists the fields of a kind and of everything inside it.
func fieldNames(k *kind) []string {
	var names []string
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] || t == reflect.TypeFor[time.Time]() {
			return
		}
		seen[t] = true
		for f := range t.Fields() {
			if f.IsExported() {
				names = append(names, f.Name)
				walk(f.Type)
			}
		}
	}
	walk(k.typ)
	return names
}

// orList completes an error about an unknown name.
func orList(name string, known []string) string {
	if near := patterns.Nearest(name, known); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; patlint list kinds shows what there is"
}
