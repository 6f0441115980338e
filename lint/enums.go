package lint

import (
	"errors"
	"fmt"
	"reflect"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
	"github.com/patlint/patlint/patterns"
)

// An enumSet says how far the SDK's list of an enum's values is to be trusted.
type enumSet int

const (
	unproved enumSet = iota // AWS sends other values too: "windows" for "Windows", "Default" for "default"
	growing                 // AWS adds values between two versions of the SDK; those that are there are written so
	closed                  // two sides of a switch, or the steps of a life: AWS has not added to them in years
)

// enumSets are the enums in which a wrong value is found, by the name of their type. Recorded answers keep to all of them, which TestCorpus holds; that
// is not so of all enums, and one that is not here is unproved. Keep sorted.
var enumSets = map[string]enumSet{
	"ArchitectureValues":                          growing,
	"BlockPublicAccessMode":                       growing,
	"DeviceType":                                  closed,
	"FastSnapshotRestoreStateCode":                growing,
	"HttpTokensState":                             closed,
	"ImageState":                                  growing,
	"InstanceMetadataEndpointState":               closed,
	"InstanceMetadataProtocolState":               closed,
	"InstanceMetadataTagsState":                   closed,
	"InstanceStateName":                           closed,
	"InstanceType":                                growing,
	"LaunchTemplateHttpTokensState":               closed,
	"LaunchTemplateInstanceMetadataEndpointState": closed,
	"LockState":                                   growing,
	"MonitoringState":                             closed,
	"NatGatewayState":                             growing,
	"NetworkInterfaceStatus":                      growing,
	"PlacementGroupStrategy":                      growing,
	"RouteState":                                  growing,
	"RuleAction":                                  closed,
	"ServiceManaged":                              growing,
	"SnapshotBlockPublicAccessState":              growing,
	"SnapshotState":                               growing,
	"StorageTier":                                 growing,
	"SubnetState":                                 growing,
	"SummaryStatus":                               growing,
	"Tenancy":                                     growing,
	"VirtualizationType":                          closed,
	"VolumeAttachmentState":                       growing,
	"VolumeModificationState":                     closed,
	"VolumeState":                                 closed,
	"VolumeStatusInfoStatus":                      growing,
	"VolumeType":                                  growing,
	"VpcState":                                    growing,
}

// isEnumType tells whether a type is an enum of the SDK's.
func isEnumType(t reflect.Type) bool {
	if t.Kind() != reflect.String {
		return false
	}
	_, ok := t.MethodByName("Values")
	return ok
}

// enumValues are the values of an enum of the SDK's; nil for all other types.
func enumValues(t reflect.Type) []string {
	if !isEnumType(t) {
		return nil
	}
	method := reflect.New(t).Elem().MethodByName("Values")
	list := method.Call(nil)[0]
	out := make([]string, list.Len())
	for i := range out {
		out[i] = list.Index(i).String()
	}
	return out
}

// neverIs says of a value that an enum never has it, and which one may be meant; "" where it may have it. An absent field reads as "".
func neverIs(t reflect.Type, what, value string) string {
	if value == "" || !isEnumType(t) {
		return ""
	}
	values := enumValues(t)
	if slices.Contains(values, value) {
		return ""
	}
	if strings.Contains(value, "*") {
		return fmt.Sprintf("%s is never %q, since * stands for itself; write .startsWith(…) or .matches(…)", what, value)
	}
	set := enumSets[t.Name()]
	for _, v := range values {
		switch {
		case set != unproved && letters(v) == letters(value),
			set == growing && v == squeezed(value) && len(v)+1 == len(value):
			return fmt.Sprintf("%s is never %q; did you mean %q?", what, value, v)
		}
	}
	if set == growing {
		near := patterns.Misspelt(value, values)
		if near == "" || len(value) < 6 || near[0] != value[0] || strings.ContainsAny(value, "0123456789") { // AWS counts on, and says in- for not
			return ""
		}
		return fmt.Sprintf("%s is never %q; did you mean %q?", what, value, near)
	}
	if set != closed {
		return ""
	}
	if near := patterns.Nearest(value, values); near != "" {
		return fmt.Sprintf("%s is never %q; did you mean %q?", what, value, near)
	}
	return fmt.Sprintf("%s is never %q; it is one of %s", what, value, strings.Join(values, ", "))
}

// squeezed is a value with each character once that stands there twice in a row: gp33 is gp3. AWS counts on with another one.
func squeezed(s string) string {
	return string(slices.Compact([]rune(s)))
}

// letters is a value without what is easily mistaken in it: In_Use is in-use.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// enums finds the texts in an expression to which a field is compared that it never has.
func (c *compiler) enums(checked *cel.Ast, text patterns.Text, offset int, src string) {
	root := checked.NativeRep()
	wrong := func(field, literal ast.Expr) {
		t, ok := enumField(root, field)
		if !ok || literal.Kind() != ast.LiteralKind {
			return
		}
		value, _ := literal.AsLiteral().(celtypes.String)
		name, err := parser.Unparse(field, root.SourceInfo())
		if err != nil {
			return
		}
		if why := neverIs(t, name, string(value)); why != "" {
			at := root.SourceInfo().GetStartLocation(literal.ID())
			c.errs = append(c.errs, text.Error(offset+runeOffset(src, at.Line(), at.Column()), why))
		}
	}
	ast.PreOrderVisit(root.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 {
			return
		}
		left, right := e.AsCall().Args()[0], e.AsCall().Args()[1]
		switch e.AsCall().FunctionName() {
		case operators.Equals, operators.NotEquals:
			wrong(left, right)
			wrong(right, left)
		case operators.In:
			wrong(right, left)
			if right.Kind() == ast.ListKind {
				for _, x := range right.AsList().Elements() {
					wrong(left, x)
				}
			}
		}
	}))
}

// enumField is the type of a field that is an enum, or a list of one.
func enumField(root *ast.AST, e ast.Expr) (reflect.Type, bool) {
	if e.Kind() != ast.SelectKind || e.AsSelect().IsTestOnly() {
		return nil, false
	}
	of, ok := structs()[root.GetType(e.AsSelect().Operand().ID()).TypeName()]
	if !ok {
		return nil, false
	}
	f, ok := of.FieldByName(e.AsSelect().FieldName())
	if !ok {
		return nil, false
	}
	t := f.Type
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t, true
}

// structs are the types of all that rules can name, and of their fields, by CEL's names for them.
var structs = sync.OnceValue(func() map[string]reflect.Type {
	out := map[string]reflect.Type{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if _, seen := out[celName(t)]; seen || t.Kind() != reflect.Struct {
			return
		}
		out[celName(t)] = t
		for f := range t.Fields() {
			if f.IsExported() {
				walk(f.Type)
			}
		}
	}
	for _, t := range nativeTypes() {
		walk(t.(reflect.Type))
	}
	walk(reflect.TypeFor[Region]())
	return out
})

// literals finds texts that CEL would refuse when the rule runs: durations, times and regular expressions that are none.
func (c *compiler) literals(checked *cel.Ast, text patterns.Text, offset int, src string) {
	root := checked.NativeRep()
	ast.PreOrderVisit(root.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || len(e.AsCall().Args()) == 0 {
			return
		}
		args := e.AsCall().Args()
		literal := args[len(args)-1]
		if literal.Kind() != ast.LiteralKind {
			return
		}
		value, ok := literal.AsLiteral().(celtypes.String)
		if !ok {
			return
		}
		if why := refused(e.AsCall().FunctionName(), string(value)); why != "" {
			at := root.SourceInfo().GetStartLocation(literal.ID())
			c.errs = append(c.errs, text.Error(offset+runeOffset(src, at.Line(), at.Column()), why))
		}
	}))
}

// refused says why one of CEL's functions does not take a text.
func refused(function, value string) string {
	switch function {
	case overloads.TypeConvertDuration:
		if _, err := time.ParseDuration(value); err != nil {
			return fmt.Sprintf(`%q is no duration; write hours, minutes and seconds, as in duration("720h") for thirty days`, value)
		}
	case overloads.TypeConvertTimestamp:
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return fmt.Sprintf(`%q is no time; write timestamp("2026-01-31T08:00:00Z")`, value)
		}
	case overloads.Matches:
		var mistake *syntax.Error
		if _, err := syntax.Parse(value, syntax.Perl); errors.As(err, &mistake) {
			return fmt.Sprintf(`%q is no regular expression, for its %q: %s; write \\ in front of a sign that means itself`, value, mistake.Expr, mistake.Code)
		}
	}
	return ""
}
