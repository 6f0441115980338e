package lint

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/parser"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/lint/reach"
	"github.com/patlint/patlint/patterns"
)

// Rules are the compiled rules of a catalog. They are read-only and can check any number of inventories at the same time.
type Rules struct {
	env    *cel.Env
	rules  []*rule // by pattern ID
	prices Prices
}

// A rule is a pattern's rule, type-checked.
type rule struct {
	pattern *patterns.Pattern
	kind    *kind
	when    *cel.Ast // nil where every resource is in scope
	require *cel.Ast
	message template
	waste   *cel.Ast // nil where it says nothing of money
	fix     template
	about   []string // the sources that its subjects come from
	needs   []string // the sources that its verdict needs, sorted: those of about, and of relations in when and require
	extras  []string // the sources that only its message, its waste and its fix need, sorted
	uses    []string // the sources that it reads where they are there, and can do without
	metrics []MetricQuery
	follows map[string]bool // the relations that it calls, by overload
	params  map[string]ref.Val

	private   bool // its conditions handle what may be a secret, so that errors are told without their values
	ownReason bool // likewise, and they compute why something is unknown

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
	return (&Rules{env: env}).Recompile(cat)
}

// Recompile compiles another version of the catalog, as Compile does. The rule of a pattern that both have, the very same one, is taken over.
func (rs *Rules) Recompile(cat *patterns.Catalog) (*Rules, error) {
	known := map[*patterns.Pattern]*rule{}
	for _, r := range rs.rules {
		known[r.pattern] = r
	}
	var withRule []*patterns.Pattern
	for _, p := range cat.Patterns {
		if p.Rule != nil {
			withRule = append(withRule, p)
		}
	}
	quick, err := newQuickParser(rs.env)
	if err != nil {
		return nil, fmt.Errorf("parser of the rules: %w", err)
	}
	related := relationsByID()
	out := &Rules{env: rs.env, rules: make([]*rule, len(withRule)), prices: rs.prices}
	found := make([]patterns.Errors, len(withRule))
	spread(len(withRule), func() func(int) {
		c := newCompiler(rs.env, related)
		c.quick = quick
		return func(i int) {
			if out.rules[i] = known[withRule[i]]; out.rules[i] != nil {
				return
			}
			c.errs = nil
			out.rules[i] = c.compile(withRule[i])
			if len(c.errs) > 0 { // its examples will not run; say now what is wrong with them
				for _, b := range withRule[i].Examples {
					_, errs := readExample(b)
					c.errs = append(c.errs, errs...)
				}
			}
			found[i] = c.errs
		}
	})
	if err := slices.Concat(found...).Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// Sources are the names of everything that the rules read, sorted.
func (rs *Rules) Sources() []string {
	var out []string
	for _, r := range rs.rules {
		out = slices.Concat(out, r.needs, r.extras, r.uses)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Only gives the rules of the patterns for which keep is true.
func (rs *Rules) Only(keep func(*patterns.Pattern) bool) *Rules {
	return rs.where(func(r *rule) bool { return keep(r.pattern) })
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
		var binding []cel.OverloadOpt
		if f.call != nil {
			binding = append(binding, cel.FunctionBinding(func(args ...ref.Val) ref.Val { return f.call(args) }))
		}
		if f.id == sureID {
			binding = append(binding, cel.OverloadIsNonStrict())
		}
		opts = append(opts, cel.Function(f.name, overload(f.id, f.args, f.result, binding...)))
	}
	for _, r := range relations() {
		opts = append(opts, cel.Function(r.name, r.overload(nil)))
	}
	return cel.NewEnv(opts...)
}

// bound gives the relations that the rules call the regions of an account; binding all of them would take longer than an example takes to check.
func (rs *Rules) bound(s *regionSet) []cel.EnvOption {
	opts := []cel.EnvOption{priceFunction(s)}
	for _, r := range relations() {
		if slices.ContainsFunc(rs.rules, func(x *rule) bool { return x.follows[r.id()] }) {
			opts = append(opts, cel.Function(r.name, r.overload(r.calls(s))))
		}
	}
	return opts
}

func nativeTypes() []any {
	var out []any
	for _, k := range subjects() {
		out = append(out, k.typ)
	}
	for _, s := range sources {
		if s.isList() {
			out = append(out, s.item)
		}
		if s.Each != "" && s.item.Field(1).Type.Kind() == reflect.Slice {
			out = append(out, s.item.Field(1).Type.Elem())
		}
	}
	return append(out, reflect.TypeFor[BootAttachment](), reflect.TypeFor[BootFormat](), reflect.TypeFor[BootMount](), reflect.TypeFor[BootScript](), reflect.TypeFor[EBSLimits](), reflect.TypeFor[Exposure](), reflect.TypeFor[reach.GroupRule](), reflect.TypeFor[reach.Shadow](), reflect.TypeFor[PolicyStatement](), reflect.TypeFor[Secret](),
		reflect.TypeFor[types.ImageCriterion](), reflect.TypeFor[types.ImageMetadata](), reflect.TypeFor[types.InstanceMetadataDefaultsResponse](), reflect.TypeFor[types.LaunchTemplateBlockDeviceMapping](), reflect.TypeFor[types.VpcBlockPublicAccessOptions]())
}

// A compiler checks one pattern after the other.
type compiler struct {
	base  *cel.Env
	envs  map[string]*cel.Env // by kind
	quick *parser.Parser      // of the built-in catalog; nil for none
	errs  patterns.Errors

	checked   map[string]*cel.Ast // by kind and text: what many messages and fixes have in common, such as a region's name
	relations map[string]relation // by overload
	trial     bool                // what it checks belongs to no pattern: it may give any type, and secrets are masked where it is printed
}

func newCompiler(env *cel.Env, related map[string]relation) *compiler {
	return &compiler{base: env, envs: map[string]*cel.Env{}, checked: map[string]*cel.Ast{}, relations: related}
}

func (c *compiler) compile(p *patterns.Pattern) *rule {
	r := &rule{pattern: p, params: map[string]ref.Val{}, follows: map[string]bool{}}
	k, ok := kindNamed(strings.TrimSpace(p.Rule.Resource.Value))
	if !ok {
		c.errs = append(c.errs, p.Rule.Resource.Error(0, fmt.Sprintf("unknown resource %s%s", p.Rule.Resource, orList(p.Rule.Resource.Value, Kinds()))))
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
	if p.Rule.When.Value != "" {
		r.when = c.expr(env, r, p.Rule.When, 0, p.Rule.When.Value, true)
	}
	r.about = r.subjectSources(env)
	r.needs = append(r.needs, r.about...)
	r.require = c.expr(env, r, p.Rule.Require, 0, p.Rule.Require.Value, true)
	r.message = c.template(env, r, p.Rule.Message)
	if p.Rule.Waste.Value != "" {
		r.waste = c.money(env, r, p.Rule.Waste)
	}
	if p.Fix != nil {
		r.fix = c.template(env, r, p.Fix.Source())
	}
	if err := r.withinRegions(); err != nil {
		c.errs = append(c.errs, p.Rule.Require.Error(0, err.Error()))
	}
	r.hide(r.when, r.require)
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
	key := r.kind.name + "\x00" + src
	checked := c.checked[key]
	if checked == nil {
		var issues *cel.Issues
		if checked, issues = c.typeCheck(env, r, src); issues.Err() != nil {
			for _, e := range issues.Errors() {
				at := runeOffset(src, e.Location.Line(), e.Location.Column())
				c.errs = append(c.errs, text.Error(offset+at, c.explain(env, e.Message, src, at, r)))
				if strings.HasPrefix(e.Message, "Syntax error") {
					break // what the parser says of the rest comes from this one
				}
			}
			return nil
		}
		if !strings.Contains(src, "params") { // it means the same in every pattern about this kind
			c.checked[key] = checked
		}
	}
	if t := checked.OutputType(); condition && !c.trial && t.Kind() != celtypes.BoolKind && t.Kind() != celtypes.DynKind {
		c.errs = append(c.errs, text.Error(offset, fmt.Sprintf("this gives %s; true or false is wanted, so write a comparison", typeName(t))))
		return nil
	}
	if t := checked.OutputType(); !condition && !hasWords(t) {
		c.errs = append(c.errs, text.Error(offset, fmt.Sprintf("this gives %s, which has no form in words; choose one of its fields", typeName(t))))
		return nil
	}
	c.enums(checked, text, offset, src)
	c.literals(checked, text, offset, src)
	root, loops := checked.NativeRep(), false
	ast.PreOrderVisit(root.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind:
			loops = true
		case ast.CallKind:
			for _, id := range root.GetOverloadIDs(e.ID()) {
				called, ok := c.relations[id]
				if !ok {
					continue
				}
				r.follows[id] = true
				r.uses = append(r.uses, called.uses...)
				if condition {
					r.needs = append(r.needs, called.needs...)
				} else {
					r.extras = append(r.extras, called.needs...)
				}
				if !slices.Contains(called.needs, metricData) {
					continue
				}
				q, err := c.metricQuery(r, e.AsCall(), id)
				if err != nil {
					c.errs = append(c.errs, text.Error(offset, err.Error()))
					continue
				}
				r.metrics = append(r.metrics, q)
			}
		}
		if condition && !c.trial && e.Kind() == ast.CallKind && e.AsCall().FunctionName() == "sure" {
			c.errs = append(c.errs, text.Error(offset, "sure() is for messages and fixes; in a rule, what is unknown would count as known"))
		}
		if why := cmp.Or(noLimit(e), noPrice(e)); why != "" {
			c.errs = append(c.errs, text.Error(offset, why))
		}
		switch {
		case condition:
		case secretField(e) != "":
			c.errs = append(c.errs, text.Error(offset, secretField(e)+" is never printed; it may hold secrets"))
		case namesSecretTag(e):
			c.errs = append(c.errs, text.Error(offset, "a tag with the name of a secret is never printed"))
		case readsTagValue(root, e) && !besideKey(root, e):
			c.errs = append(c.errs, text.Error(offset, "the value of a tag may be a secret, and is printed where its key is asked for; write tag(…, \"Key\")"))
		case asksAnyTag(e, r.params):
			c.errs = append(c.errs, text.Error(offset, "the key of a tag that is printed is a text or a param, and not the name of a secret"))
		}
	}))
	if name := c.uncertain(checked); !c.trial && name != "" {
		how := pick(condition, "ask it with exists, all or filter, and each time of the element", "cut it down first to what is certain, with filter and sure() of the element")
		c.errs = append(c.errs, text.Error(offset, name+"() has an unknown for what was not read of other regions; "+how))
	}
	if loops && c.costly(env, r, checked, condition) {
		c.errs = append(c.errs, text.Error(offset, "too costly: this loops over resources inside loops over resources; use a relation that leads straight to them"))
		return nil
	}
	return checked
}

// money checks what a rule says of money.
func (c *compiler) money(env *cel.Env, r *rule, text patterns.Text) *cel.Ast {
	checked := c.expr(env, r, text, 0, text.Value, false)
	if checked == nil {
		return nil
	}
	if t := checked.OutputType(); t.Kind() != celtypes.DoubleKind && t.Kind() != celtypes.DynKind {
		c.errs = append(c.errs, text.Error(0, fmt.Sprintf("this gives %s; waste is a number of US dollars a month, so write a double, such as volume.monthlyCost()", typeName(t))))
		return nil
	}
	return checked
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

func typeName(t *cel.Type) string { return plainTypes(t.String()) }

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
