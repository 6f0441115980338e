package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/patlint/patlint/patterns"
)

// A template is text with ${…} in it. $${ stands for ${.
type template struct {
	parts []part
}

// A part is literal text, or an expression.
type part struct {
	text string
	ast  *cel.Ast
	tags bool // it reads values of tags other than by key
}

// template parses and checks a template.
func (c *compiler) template(env *cel.Env, r *rule, text patterns.Text) (t template) {
	src := []rune(strings.TrimRight(text.Value, "\n"))
	var lit strings.Builder
	for i := 0; i < len(src); i++ {
		rest := string(src[i:min(i+3, len(src))])
		switch {
		case rest == "$${":
			lit.WriteString("${")
			i += 2
		case strings.HasPrefix(rest, "${"):
			end := exprEnd(src, i+2)
			if end < 0 {
				c.errs = append(c.errs, text.Error(i, "this ${ is not closed; write $${ for the characters themselves"))
				return t
			}
			if lit.Len() > 0 {
				t.parts = append(t.parts, part{text: lit.String()})
				lit.Reset()
			}
			checked := c.expr(env, r, text, i+2, string(src[i+2:end]), false)
			t.parts = append(t.parts, part{ast: checked, tags: readsTags(checked)})
			i = end
		default:
			lit.WriteRune(src[i])
		}
	}
	if lit.Len() > 0 {
		t.parts = append(t.parts, part{text: lit.String()})
	}
	return t
}

// exprEnd finds the brace that closes an expression, past strings and inner braces; -1 where there is none.
func exprEnd(src []rune, from int) int {
	depth := 0
	var quote rune
	for i := from; i < len(src); i++ {
		switch r := src[i]; {
		case quote != 0:
			if r == '\\' {
				i++
			} else if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '{':
			depth++
		case r == '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// hasWords tells whether values of a type can be printed: single values, resources (by ID) and lists of these. Others would
// show Go's addresses.
func hasWords(t *cel.Type) bool {
	switch t.Kind() {
	case celtypes.ListKind:
		return hasWords(t.Parameters()[0])
	case celtypes.StructKind:
		return slices.ContainsFunc(subjects(), func(k *kind) bool { return celName(k.typ) == t.TypeName() })
	case celtypes.BoolKind, celtypes.DoubleKind, celtypes.DurationKind, celtypes.DynKind, celtypes.IntKind, celtypes.StringKind, celtypes.TimestampKind, celtypes.UintKind:
		return true
	}
	return false
}

// printed is a value as messages show it: whole numbers plainly, others without idle zeros, times as dates, durations as 30d4h,
// resources by ID, lists with commas.
func printed(v ref.Val) string {
	switch v := v.(type) {
	case celtypes.Double:
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	case celtypes.Timestamp:
		return v.Time.UTC().Format(time.DateOnly)
	case celtypes.Duration:
		return days(v.Duration)
	case celtypes.String:
		return string(v)
	case traits.Lister:
		return strings.Join(words(v), ", ")
	}
	if celtypes.IsUnknownOrError(v) {
		return "unknown"
	}
	if id, ok := resourceID(v.Value()); ok {
		return id
	}
	switch v.(type) {
	case celtypes.Bool, celtypes.Int, celtypes.Uint:
		return fmt.Sprint(v.Value())
	}
	return v.Type().TypeName() // something without a form in words, behind dyn
}

// words prints the elements of a list.
func words(list traits.Lister) []string {
	var out []string
	for it := list.Iterator(); it.HasNext() == celtypes.True; {
		out = append(out, printed(it.Next()))
	}
	return out
}

// days prints a duration with its two largest units.
func days(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	var parts []string
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if n := d / u.size; n > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d%s", n, u.name))
			d %= u.size
		} else if len(parts) > 0 {
			break
		}
	}
	if len(parts) == 0 {
		return "0s"
	}
	return sign + strings.Join(parts, "")
}

func resourceID(v any) (string, bool) {
	k, ok := kindOfValue(v)
	if !ok {
		return "", false
	}
	return str(k.id(v)), true
}

// shellQuoted is a value as one word of a POSIX shell, a list as several. What looks like a secret is masked, and the command does not run then.
func shellQuoted(v ref.Val) string {
	if list, ok := v.(traits.Lister); ok {
		var out []string
		for _, w := range words(list) {
			out = append(out, quote(redact(w)))
		}
		return strings.Join(out, " ")
	}
	return quote(redact(printed(v)))
}

// quote never gives a second line, whatever stands in an account: pages put commands into comments, and there quotes mean nothing.
func quote(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, s)
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
