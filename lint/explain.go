package lint

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/patterns"
)

var (
	badOperator  = regexp.MustCompile(`^found no matching overload for '(?:_(\S+)_|@(in)|(!|-)_)' applied to '\((.*)\)'$`)
	badCall      = regexp.MustCompile(`^found no matching overload for '(\w+)' applied to '(\S+?)\.\((.*)\)'$`)
	undeclared   = regexp.MustCompile(`^undeclared reference to '(\w+)'(.*)$`)
	unrecognized = regexp.MustCompile(`^token recognition error at: '(.*)'$`)
	mismatched   = regexp.MustCompile(`(?s)^(?:mismatched|extraneous) input '(.*?)' expecting .*$`)
)

// explain puts CEL's message into the form of ours, and says what to do where we know.
func (c *compiler) explain(msg, src string, k *kind) string {
	msg = strings.TrimSuffix(strings.TrimPrefix(msg, "Syntax error: "), ".")
	if field, ok := strings.CutPrefix(msg, "undefined field '"); ok {
		return c.explainField(strings.TrimSuffix(field, "'"), k)
	}
	if m := badOperator.FindStringSubmatch(msg); m != nil {
		return fmt.Sprintf("%s does not take %s", m[1]+m[2]+m[3], strings.ReplaceAll(plainTypes(m[4]), ", ", " and "))
	}
	if m := badCall.FindStringSubmatch(msg); m != nil {
		return explainCall(m[1], m[2], m[3])
	}
	if m := undeclared.FindStringSubmatch(msg); m != nil && m[2] == "" {
		if m[1] == strings.ToUpper(m[1]) {
			return fmt.Sprintf("there is no %s; write $${%s} where the shell's is meant", m[1], m[1])
		}
		if called := regexp.MustCompile(`\b` + m[1] + `\s*\(`); called.MatchString(src) {
			return fmt.Sprintf("there is no relation and no function %s()%s", m[1], orList(m[1], callable()))
		}
		return fmt.Sprintf("there is no %s; a text stands in quotes, a resource has the name of its kind", m[1])
	}
	if m := unrecognized.FindStringSubmatch(msg); m != nil {
		if strings.HasPrefix(m[1], "=") {
			return "= stands for nothing; write == to compare"
		}
		return fmt.Sprintf("%q has no meaning here; do its quotes end?", m[1])
	}
	if m := mismatched.FindStringSubmatch(msg); m != nil {
		switch m[1] {
		case "<EOF>":
			return "the expression ends too early"
		case "and":
			return "write && for and"
		case "or":
			return "write || for or"
		}
		return fmt.Sprintf("%q is out of place", m[1])
	}
	if first, rest, ok := strings.Cut(msg, " "); ok && strings.ToUpper(first) != first {
		msg = strings.ToLower(first[:1]) + first[1:] + " " + rest
	}
	return msg
}

// explainField helps with a field that a type does not have.
func (c *compiler) explainField(field string, k *kind) string {
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
	msg := "there is no field " + field
	if near := patterns.Nearest(field, c.fieldNames(k)); near != "" {
		msg += "; did you mean " + near + "?"
	}
	return msg
}

// explainCall helps with a member function on the wrong type, or with the wrong arguments.
func explainCall(name, on, args string) string {
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
	case len(owners) == 0:
		return fmt.Sprintf("%s() does not take %s", name, strings.TrimSuffix(plainTypes(on)+", "+plainTypes(args), ", "))
	case slices.Contains(owners, plainTypes(on)):
		for _, r := range relations() {
			if r.name == name && r.on.TypeName() == on && len(r.args) > 0 {
				return fmt.Sprintf("%s() takes %d texts here", name, len(r.args))
			}
		}
		return fmt.Sprintf("%s() takes no arguments here", name)
	}
	return fmt.Sprintf("%s() belongs to %s, not to %s", name, strings.Join(owners, ", "), plainTypes(on))
}

// callable are the names of all relations and functions.
func callable() []string {
	var names []string
	for _, r := range relations() {
		names = append(names, r.name)
	}
	for _, f := range functions() {
		names = append(names, f.name)
	}
	return names
}

// plainTypes names types as rules do: types.Volume is volume, list(types.Volume) a list of volume, lint.BootMount BootMount.
func plainTypes(s string) string {
	for _, k := range kinds {
		if name := celName(k.typ); strings.Contains(s, name) {
			s = regexp.MustCompile(regexp.QuoteMeta(name)+`\b`).ReplaceAllString(s, k.name)
		}
	}
	s = strings.NewReplacer("google.protobuf.Timestamp", "timestamp", "google.protobuf.Duration", "duration", "types.", "", "lint.", "").Replace(s)
	return regexp.MustCompile(`list\(([^()]*)\)`).ReplaceAllString(s, "a list of $1")
}

// fieldNames lists the fields of a kind and of everything inside it.
func (c *compiler) fieldNames(k *kind) []string {
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
