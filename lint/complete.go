package lint

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/decls"
	celtypes "cel.dev/cel-go/common/types"
	"github.com/patlint/patlint/patterns"
)

var (
	identifier = regexp.MustCompile(`[A-Za-z_]\w*`)
	lastWord   = regexp.MustCompile(`[A-Za-z_]\w*$`)
	plainName  = regexp.MustCompile(`^[A-Za-z]\w*$`)
	comparison = regexp.MustCompile(`(?:==|!=)\s*$|\bin\s*\[[^\[\]]*$`)
)

// maxReceiver bounds the text in front of a dot that is read for its type, in bytes.
const maxReceiver = 2000

// A Completer knows what can stand at a place of an expression. It is read-only.
type Completer struct {
	env    *cel.Env // with every kind as a variable
	params []string
}

// Completer completes expressions that may use these params.
func (rs *Rules) Completer(params []patterns.Param) (*Completer, error) {
	c := &Completer{}
	var vars []cel.EnvOption
	for _, k := range subjects() {
		if k.name != "region" {
			vars = append(vars, cel.Variable(k.name, cel.ObjectType(celName(k.typ))))
		}
	}
	for _, p := range params {
		vars = append(vars, cel.Variable("params."+p.Name, paramType(p)))
		c.params = append(c.params, p.Name)
	}
	var err error
	c.env, err = rs.env.Extend(vars...)
	return c, err
}

// Complete gives what may stand at the end of a text that begins an expression, sorted, and where the word begins that they would complete, in bytes. A name
// that takes arguments ends with its parenthesis.
func (c *Completer) Complete(text string) (from int, names []string) {
	if len(text) > maxReceiver {
		return len(text), nil
	}
	open := scan(text)
	if open.quote != 0 {
		from = open.quoteAt + 1
		names = c.quoted(text[:open.quoteAt], open)
		return from, starting(names, text[from:])
	}
	from = len(text) - len(lastWord.FindString(text))
	word := text[from:]
	before := strings.TrimRight(text[:from], " \t")
	optional := strings.HasSuffix(before, ".?")
	if head, ok := strings.CutSuffix(strings.TrimSuffix(before, "?"), "."); ok {
		if recv := receiver(strings.TrimRight(head, " \t")); recv != "" {
			return from, starting(c.members(recv, c.scope(text, open), optional), word)
		}
		return from, nil
	}
	if word == "" && before == text && before != "" && strings.ContainsRune(`)]}"'`, rune(before[len(before)-1])) {
		return from, nil // an operand has ended
	}
	return from, starting(c.globals(text, open), word)
}

// starting sorts names and keeps those that begin with a word; where none does, those that do in another case. Of a name that can be called with
// arguments and without, the shorter form is kept.
func starting(names []string, word string) []string {
	slices.Sort(names)
	names = slices.Compact(names)
	var out, near []string
	for _, n := range names {
		switch {
		case strings.HasSuffix(n, "(") && slices.Contains(names, n+")"):
		case strings.HasPrefix(n, word):
			out = append(out, n)
		case len(n) >= len(word) && strings.EqualFold(n[:len(word)], word):
			near = append(near, n)
		}
	}
	if out == nil {
		return near
	}
	return out
}

// A scanned is what is open at the end of a text.
type scanned struct {
	quote   byte // of a text that has not ended, else 0
	quoteAt int
	parens  []int // where parentheses and brackets were opened
}

func scan(text string) (s scanned) {
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case s.quote != 0:
			if b == '\\' {
				i++
			} else if b == s.quote {
				s.quote = 0
			}
		case b == '"' || b == '\'':
			s.quote, s.quoteAt = b, i
		case b == '(' || b == '[' || b == '{':
			s.parens = append(s.parens, i)
		case (b == ')' || b == ']' || b == '}') && len(s.parens) > 0:
			s.parens = s.parens[:len(s.parens)-1]
		}
	}
	return s
}

// receiver is the last operand of a text: names, dots, calls and indexes.
func receiver(text string) string {
	i := len(text)
	for i > 0 {
		switch b := text[i-1]; {
		case b == ')' || b == ']' || b == '}':
			at := opening(text[:i])
			if at < 0 {
				return ""
			}
			i = at
		case b == '?' && strings.HasSuffix(text[:i], ".?"):
			i--
		case b == '.' || b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z':
			i--
		default:
			return text[i:]
		}
	}
	return text
}

// opening finds the parenthesis that the last one of a text closes; -1 where there is none.
func opening(text string) int {
	var open []int
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			for quote := text[i]; ; {
				if i++; i >= len(text) {
					return -1
				}
				if text[i] == quote {
					break
				}
				if text[i] == '\\' {
					i++
				}
			}
		case '(', '[', '{':
			open = append(open, i)
		case ')', ']', '}':
			if len(open) == 0 {
				return -1
			}
			if i == len(text)-1 {
				return open[len(open)-1]
			}
			open = open[:len(open)-1]
		}
	}
	return -1
}

// A local is a name that a macro around the place gives to something.
type local struct {
	name string
	typ  *cel.Type
}

var (
	loopHead = regexp.MustCompile(`\.(?:all|exists|exists_one|existsOne|filter|map|sortBy|transformList|transformMap|transformMapEntry)$`)
	loopVar  = regexp.MustCompile(`^\s*([A-Za-z_]\w*)\s*,(?:\s*([A-Za-z_]\w*)\s*,)?`)
	bindHead = regexp.MustCompile(`(?:^|\W)cel\.bind$`)
)

// scope finds the names that the macros around the end of a text have made, from the outermost inwards.
func (c *Completer) scope(text string, open scanned) (locals []local) {
	for _, at := range open.parens {
		head, rest := text[:at], text[at+1:]
		m := loopVar.FindStringSubmatch(rest)
		if m == nil {
			continue
		}
		switch {
		case loopHead.MatchString(head):
			over := receiver(head[:loopHead.FindStringIndex(head)[0]])
			locals = append(locals, loopLocals(c.typeOf(over, locals), m[1], m[2])...)
		case bindHead.MatchString(head):
			if init, ok := firstArgument(rest[strings.IndexByte(rest, ',')+1:]); ok {
				if t := c.typeOf(init, locals); t != nil {
					locals = append(locals, local{m[1], t})
				}
			}
		}
	}
	return locals
}

// loopLocals are the names in a loop over a list or a map: its elements, or with a second name indexes and elements, keys and values.
func loopLocals(over *cel.Type, first, second string) []local {
	switch {
	case over == nil || over.Kind() != celtypes.ListKind && over.Kind() != celtypes.MapKind:
		return nil
	case over.Kind() == celtypes.MapKind && second != "":
		return []local{{first, over.Parameters()[0]}, {second, over.Parameters()[1]}}
	case second != "":
		return []local{{first, cel.IntType}, {second, over.Parameters()[0]}}
	}
	return []local{{first, over.Parameters()[0]}}
}

// firstArgument cuts a text at its first comma outside of parentheses and quotes.
func firstArgument(text string) (string, bool) {
	for i := range len(text) {
		if text[i] == ',' {
			if s := scan(text[:i]); s.quote == 0 && len(s.parens) == 0 {
				return text[:i], true
			}
		}
	}
	return "", false
}

// typeOf is the checked type of a complete expression; nil where it is none.
func (c *Completer) typeOf(text string, locals []local) *cel.Type {
	env := c.env
	if len(locals) > 0 {
		types := map[string]*cel.Type{} // the innermost of a name
		for _, l := range locals {
			types[l.name] = l.typ
		}
		var vars []cel.EnvOption
		for name, t := range types {
			vars = append(vars, cel.Variable(name, t))
		}
		var err error
		if env, err = c.env.Extend(vars...); err != nil {
			return nil
		}
	}
	checked, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil
	}
	return checked.OutputType()
}

// members are what may stand behind the dot of a receiver: fields, relations, functions and macros; behind .? fields alone.
func (c *Completer) members(recv string, locals []local, optional bool) (names []string) {
	if recv == "params" {
		return slices.Clone(c.params)
	}
	for name := range c.env.Functions() { // math.greatest
		if rest, ok := strings.CutPrefix(name, recv+"."); ok && plainName.MatchString(rest) {
			names = append(names, rest+"(")
		}
	}
	names = append(names, macros[recv]...)
	t := c.typeOf(recv, locals)
	if t == nil {
		return names
	}
	of := t
	if t.TypeName() == "optional_type" && len(t.Parameters()) == 1 {
		of = t.Parameters()[0]
	}
	if of.Kind() == celtypes.StructKind {
		fields, _ := c.env.CELTypeProvider().FindStructFieldNames(of.TypeName())
		names = append(names, slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == "ResultMetadata" })...)
	}
	if optional {
		return names
	}
	for _, m := range c.env.Macros() {
		over := t.Kind() == celtypes.ListKind || t.Kind() == celtypes.MapKind
		if loop := loopHead.MatchString("." + m.Function()); m.IsReceiverStyle() && (loop && over || strings.HasPrefix(m.Function(), "opt") && of != t) {
			names = append(names, m.Function()+"(")
		}
	}
	for name, f := range c.env.Functions() {
		for _, o := range f.OverloadDecls() {
			if plainName.MatchString(name) && o.IsMemberFunction() && accepts(o.ArgTypes()[0], t) {
				names = append(names, called(name, len(o.ArgTypes()) == 1))
			}
		}
	}
	return names
}

// macros are what CEL takes apart before it looks for functions, by what stands in front of them.
var macros = map[string][]string{"cel": {"bind("}, "math": {"greatest(", "least("}}

// accepts tells whether a function for a type is one for values of another, where both are lists or neither is.
func accepts(want, have *cel.Type) bool {
	if want.Kind() == celtypes.ListKind && have.Kind() == celtypes.ListKind {
		return want.Parameters()[0].Kind() == celtypes.TypeParamKind || accepts(want.Parameters()[0], have.Parameters()[0])
	}
	return want.Kind() == have.Kind() && want.TypeName() == have.TypeName()
}

func called(name string, complete bool) string {
	if complete {
		return name + "()"
	}
	return name + "("
}

// globals are what may stand where an operand begins.
func (c *Completer) globals(text string, open scanned) []string {
	names := append(Kinds(), "cel.bind(", "false", "has(", "now", "true")
	for _, l := range c.scope(text, open) {
		names = append(names, l.name)
	}
	if len(c.params) > 0 {
		names = append(names, "params.")
	}
	for name, f := range c.env.Functions() {
		if name != "in" && plainName.MatchString(name) && slices.ContainsFunc(f.OverloadDecls(), func(o *decls.OverloadDecl) bool { return !o.IsMemberFunction() }) {
			names = append(names, name+"(")
		}
	}
	return names
}

// quoted are the texts that may stand in quotes: the values of an enum that is compared, and the names that a function wants.
func (c *Completer) quoted(before string, open scanned) []string {
	before = strings.TrimRight(before, " \t")
	for name, rows := range map[string]func() []LimitDoc{"limit(": limitRows, priceID + "(": priceRows} {
		if strings.HasSuffix(before, name) {
			return rowNames(rows())
		}
	}
	if n := len(open.parens); n > 0 {
		head, args := before[:open.parens[n-1]], before[open.parens[n-1]+1:]
		if strings.HasSuffix(head, ".metric") || strings.HasSuffix(head, ".busiestHour") {
			return c.metricWords(receiver(head[:strings.LastIndexByte(head, '.')]), strings.Count(args, ","), c.scope(before, open))
		}
	}
	at := comparison.FindStringIndex(before)
	if at == nil {
		return nil
	}
	field := receiver(strings.TrimRight(before[:at[0]], " \t"))
	dot := strings.LastIndexByte(field, '.')
	if dot < 0 {
		return nil
	}
	t := c.typeOf(field[:dot], c.scope(before, open))
	if t == nil || t.Kind() != celtypes.StructKind {
		return nil
	}
	return fieldValues(t.TypeName(), field[dot+1:])
}

// rowNames are the names that limit and price take: factors by region are none.
func rowNames(rows []LimitDoc) []string {
	var names []string
	for _, l := range rows {
		if !strings.HasPrefix(l.Name, factorMark) {
			names = append(names, l.Name)
		}
	}
	return names
}

// metricWords are the names of a kind's metrics for the first argument, and statistics for the second.
func (c *Completer) metricWords(recv string, commas int, locals []local) []string {
	t := c.typeOf(recv, locals)
	for _, k := range metricKinds {
		if named, _ := kindNamed(k.kind); t != nil && commas == 0 && celName(named.typ) == t.TypeName() {
			return slices.Clone(k.names)
		}
	}
	if commas == 1 {
		return slices.Clone(statistics)
	}
	return nil
}

// fieldValues are the values that the SDK knows of a field; none where it is no enum.
func fieldValues(typ, field string) []string {
	t, ok := structs()[typ]
	if !ok {
		return nil
	}
	f, ok := t.FieldByName(field)
	if !ok {
		return nil
	}
	ft := f.Type
	for ft.Kind() == reflect.Pointer || ft.Kind() == reflect.Slice {
		ft = ft.Elem()
	}
	return enumValues(ft)
}
