package lint

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/ext"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/patterns"
)

// Rules are the compiled rules of a catalog. They are read-only and can check any number of inventories at the same time.
type Rules struct {
	env   *cel.Env
	rules []*rule // by pattern ID
}

// A rule is a pattern's rule, type-checked.
type rule struct {
	pattern *patterns.Pattern
	kind    *kind
	when    *cel.Ast // nil where every resource is in scope
	require *cel.Ast
	message template
	fix     template
	needs   []string // the sources that its verdict needs, sorted: the subject's, and those of relations in when and require
	extras  []string // the sources that only its message and its fix need, sorted
	params  map[string]ref.Val

	limited bool // loops in such a way that its cost is counted while it runs
}

const (
	// costLimit bounds one evaluation: the unit is about one operation of CEL. A rule may loop over all resources of a
	// large region once (100,000 with ten operations each).
	costLimit = 2_000_000
	// maxEstimate bounds what a rule may cost by its shape, if each relation led to relationSize resources and each list of a
	// resource had listSize entries. A loop in a loop over relations fits, a third one does not.
	maxEstimate  = 100_000_000
	textFactor   = 100 // messages and fixes run for findings only
	relationSize = 1000
	listSize     = 100
	// Counting costs a quarter of the time. A condition that keeps to costLimit with lists this many times as long, which are those of a
	// large region, is not counted: it has no loop in a loop.
	largeFactor = 10
)

// Compile type-checks the rules, messages and fixes of a catalog. The error is of type [patterns.Errors] and holds every
// mistake in every file; there are no rules then.
func Compile(cat *patterns.Catalog) (*Rules, error) {
	env, err := newEnv()
	if err != nil {
		return nil, fmt.Errorf("rule environment: %w", err)
	}
	rs := &Rules{env: env}
	var errs patterns.Errors
	c := &compiler{base: env, envs: map[string]*cel.Env{}, needs: map[string][]string{}}
	for _, r := range relations() {
		c.needs[r.id()] = r.needs
	}
	for _, p := range cat.Patterns {
		if p.Rule == nil {
			continue
		}
		c.errs = nil
		r := c.compile(p)
		errs = append(errs, c.errs...)
		rs.rules = append(rs.rules, r)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return rs, nil
}

// Sources are the names of everything that the rules read, sorted.
func (rs *Rules) Sources() []string {
	var out []string
	for _, r := range rs.rules {
		out = append(append(out, r.needs...), r.extras...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Only gives the rules of the patterns for which keep is true.
func (rs *Rules) Only(keep func(*patterns.Pattern) bool) *Rules {
	out := &Rules{env: rs.env}
	for _, r := range rs.rules {
		if keep(r.pattern) {
			out.rules = append(out.rules, r)
		}
	}
	return out
}

// Len is the number of rules.
func (rs *Rules) Len() int { return len(rs.rules) }

// newEnv is the language that all rules share: CEL's standard functions, its extensions that have no side effects, the SDK's structs
// and our tables of functions and relations.
func newEnv() (*cel.Env, error) {
	opts := []cel.EnvOption{
		ext.NativeTypes(nativeTypes()...),
		cel.OptionalTypes(), ext.Strings(), ext.Lists(), ext.Math(), ext.Sets(), ext.Bindings(), ext.TwoVarComprehensions(),
		cel.EnableMacroCallTracking(),
		cel.Variable("now", cel.TimestampType),
		cel.Variable("region", typeOf[Region]()),
	}
	for _, f := range functions() {
		overload := cel.Overload
		if f.member {
			overload = cel.MemberOverload
		}
		opts = append(opts, cel.Function(f.name, overload(f.id, f.args, f.result, cel.FunctionBinding(func(args ...ref.Val) ref.Val { return f.call(args) }))))
	}
	return cel.NewEnv(append(opts, relationOptions(nil)...)...)
}

// relationOptions declares the relations, and binds them where there is an inventory.
func relationOptions(b *binding) []cel.EnvOption {
	var opts []cel.EnvOption
	for _, r := range relations() {
		opts = append(opts, cel.Function(r.name, r.overload(b)))
	}
	return opts
}

func nativeTypes() []any {
	var out []any
	for _, k := range kinds {
		out = append(out, k.typ)
	}
	return append(out, reflect.TypeFor[types.InstanceTypeInfo](), reflect.TypeFor[types.LaunchTemplateVersion](), reflect.TypeFor[types.InstanceMetadataDefaultsResponse]())
}

// A compiler checks one pattern after the other.
type compiler struct {
	base  *cel.Env
	envs  map[string]*cel.Env // by kind
	needs map[string][]string // by overload
	errs  patterns.Errors
}

func (c *compiler) compile(p *patterns.Pattern) *rule {
	r := &rule{pattern: p, params: map[string]ref.Val{}}
	k, ok := kindNamed(strings.TrimSpace(p.Rule.Resource.Value))
	if !ok {
		c.errs = append(c.errs, p.Rule.Resource.Error(0, fmt.Sprintf("unknown resource %s; known are %s", p.Rule.Resource, strings.Join(Kinds(), ", "))))
		return r
	}
	r.kind = k
	env, err := c.env(k, p.Params)
	if err != nil {
		c.errs = append(c.errs, p.Rule.Resource.Error(0, err.Error()))
		return r
	}
	for _, param := range p.Params {
		r.params["params."+param.Name] = paramValue(param)
	}
	if k.source != "" {
		r.needs = append(r.needs, k.source)
	}
	if p.Rule.When.Value != "" {
		r.when = c.expr(env, r, p.Rule.When, 0, p.Rule.When.Value, true)
	}
	r.require = c.expr(env, r, p.Rule.Require, 0, p.Rule.Require.Value, true)
	r.message = c.template(env, r, p.Rule.Message)
	if p.Fix != nil {
		r.fix = c.template(env, r, p.Fix.Source())
	}
	slices.Sort(r.needs)
	r.needs = slices.Compact(r.needs)
	slices.Sort(r.extras)
	r.extras = slices.DeleteFunc(slices.Compact(r.extras), func(s string) bool { return slices.Contains(r.needs, s) })
	return r
}

// env adds the subject and the params to the language.
func (c *compiler) env(k *kind, params []patterns.Param) (*cel.Env, error) {
	env := c.envs[k.name]
	if env == nil {
		env = c.base
		if k.name != "region" {
			var err error
			if env, err = c.base.Extend(cel.Variable(k.name, cel.ObjectType(celName(k.typ)))); err != nil {
				return nil, err
			}
		}
		c.envs[k.name] = env
	}
	if len(params) == 0 {
		return env, nil
	}
	var vars []cel.EnvOption
	for _, p := range params {
		vars = append(vars, cel.Variable("params."+p.Name, paramType(p)))
	}
	return env.Extend(vars...)
}

// expr checks one expression that begins at an offset of a text.
func (c *compiler) expr(env *cel.Env, r *rule, text patterns.Text, offset int, src string, condition bool) *cel.Ast {
	checked, issues := env.Compile(src)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			at := offset + runeOffset(src, e.Location.Line(), e.Location.Column())
			c.errs = append(c.errs, text.Error(at, c.explain(e.Message, r.kind)))
		}
		return nil
	}
	if t := checked.OutputType(); condition && t.Kind() != celtypes.BoolKind && t.Kind() != celtypes.DynKind {
		c.errs = append(c.errs, text.Error(offset, fmt.Sprintf("this gives %s; true or false is wanted", typeName(t))))
		return nil
	}
	if t := checked.OutputType(); !condition && !hasWords(t) {
		c.errs = append(c.errs, text.Error(offset, fmt.Sprintf("this gives %s, which has no form in words; choose one of its fields", typeName(t))))
		return nil
	}
	estimate, err := env.EstimateCost(checked, estimator{c.needs, 1})
	limit := uint64(maxEstimate)
	if !condition {
		limit *= textFactor
	}
	if err != nil || estimate.Max > limit {
		c.errs = append(c.errs, text.Error(offset, "too costly: this loops over resources inside loops over resources; use a relation that leads straight to them"))
		return nil
	}
	if condition && !r.limited {
		large, err := env.EstimateCost(checked, estimator{c.needs, largeFactor})
		r.limited = err != nil || large.Max > costLimit
	}
	root := checked.NativeRep()
	ast.PreOrderVisit(root.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.CallKind:
			for _, id := range root.GetOverloadIDs(e.ID()) {
				if condition {
					r.needs = append(r.needs, c.needs[id]...)
				} else {
					r.extras = append(r.extras, c.needs[id]...)
				}
			}
		case ast.SelectKind:
			if !condition && e.AsSelect().FieldName() == "UserData" {
				c.errs = append(c.errs, text.Error(offset, "user data is never printed; it may hold secrets"))
			}
		}
	}))
	return checked
}

// explain puts CEL's message into the form of ours, and helps with misspelt fields.
func (c *compiler) explain(msg string, k *kind) string {
	msg = strings.TrimSuffix(strings.TrimPrefix(msg, "Syntax error: "), ".")
	if field, ok := strings.CutPrefix(msg, "undefined field '"); ok {
		field = strings.TrimSuffix(field, "'")
		msg = "there is no field " + field
		if near := Nearest(field, c.fieldNames(k)); near != "" {
			msg += "; did you mean " + near + "?"
		}
		return msg
	}
	if first, rest, ok := strings.Cut(msg, " "); ok && strings.ToUpper(first) != first {
		msg = strings.ToLower(first[:1]) + first[1:] + " " + rest
	}
	return msg
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

// Nearest is the name with the fewest changes, if these are few.
func Nearest(name string, names []string) string {
	best, least := "", len(name)/3+1
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d <= least && (best == "" || d < least) {
			best, least = n, d
		}
	}
	return best
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// estimator gives the sizes that the cost limit is reckoned with.
type estimator struct {
	relations map[string][]string
	factor    uint64
}

func (e estimator) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	size := uint64(listSize)
	if x := node.Expr(); x != nil && x.Kind() == ast.CallKind && x.AsCall().IsMemberFunction() && len(x.AsCall().Args()) == 0 {
		size = relationSize
	}
	return &cost.SizeEstimate{Min: 0, Max: size * e.factor}
}

func (e estimator) EstimateCallCost(function, overloadID string, target *cost.AstNode, args []cost.AstNode) *cost.CallEstimate {
	if _, ok := e.relations[overloadID]; ok {
		size := cost.SizeEstimate{Min: 0, Max: relationSize * e.factor}
		return &cost.CallEstimate{CostEstimate: cost.CostEstimate{Min: 1, Max: 1}, ResultSize: &size}
	}
	return nil
}

func paramType(p patterns.Param) *cel.Type {
	switch p.Type {
	case "bool":
		return cel.BoolType
	case "double":
		return cel.DoubleType
	case "duration":
		return cel.DurationType
	case "int":
		return cel.IntType
	case "list":
		if _, ok := p.Default.([]int64); ok {
			return cel.ListType(cel.IntType)
		}
		return cel.ListType(cel.StringType)
	default:
		return cel.StringType
	}
}

func paramValue(p patterns.Param) ref.Val {
	v := celtypes.DefaultTypeAdapter.NativeToValue(p.Default)
	list, ok := v.(traits.Lister)
	if !ok {
		return v
	}
	var items []ref.Val // a list of Go strings would make a value of its own of each of them, each time that a rule reads it
	for it := list.Iterator(); it.HasNext() == celtypes.True; {
		items = append(items, it.Next())
	}
	return celtypes.NewRefValList(celtypes.DefaultTypeAdapter, items)
}

func typeName(t *cel.Type) string { return strings.TrimPrefix(t.String(), "types.") }

// runeOffset turns CEL's line (from 1) and column (from 0) into an offset in characters.
func runeOffset(src string, line, col int) int {
	offset := 0
	for i, l := range strings.Split(src, "\n") {
		if i == line-1 {
			return offset + min(max(col, 0), len([]rune(l)))
		}
		offset += len([]rune(l)) + 1
	}
	return min(offset, math.MaxInt32)
}
