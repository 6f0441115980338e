package lint

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// maxExcerpt is how many resources an excerpt has, where the rules decide the same with so many.
const maxExcerpt = 20

// A cut chooses what an excerpt holds of an account: first the resources, then their fields. What a rule reads is known from its checked syntax tree and from
// the relations that it followed. What our own functions read is not: there, a field stays if the rules decide otherwise without it.
type cut struct {
	inv   *Inventory
	kind  *kind
	id    string
	rules *Rules // those about the kind; with none, nothing is read
	was   []decision

	items    []cutItem       // the subject first; a region is none
	sure     int             // so many of them stay
	more     map[string]int  // how many more there are that belong to it and are not among them, by source
	short    map[string]int  // how many items are not in lists, by the name of the field
	names    map[string]bool // what the items are named by
	reads    map[string]bool // the fields that rules name: types.Volume.Size, or .Size where the type is not known
	calls    map[string]bool // the functions that rules call
	literals map[string]bool // the texts that rules compare with
	kept     map[string]bool // what else must stay: fields, tags and gaps, by the keys below
}

type cutItem struct {
	source string
	v      reflect.Value // the struct in the account; never written to
	joined bool          // no rule asks for it: it is there to show what the subject is joined to
}

// Keys of what may be left out.
const (
	fieldKey = "field "
	gapKey   = "gap "
	itemKey  = "item "
	tagKey   = "tag "
)

// neverCut are the fields that no excerpt has. A policy and a description of a tunnel are long, and nobody's business. Keep sorted.
var neverCut = []string{
	"ClientToken", "Context", "CustomerGatewayConfiguration", "KeyFingerprint", "PolicyDocument", "PreSharedKey", "PreSharedKeyArn", "PublicKey", "UserData",
}

// telling are the fields that an excerpt has of what a resource is joined to. Keep sorted.
var telling = []string{"GroupName", "InstanceType", "Size", "State", "Status", "VolumeType"}

// everyField stands for all fields of a struct that a rule hands to one of our functions.
const everyField = ".*"

// noise is what an excerpt leaves out too, and names: what another field says better. Keep sorted.
var noise = []string{"Instance.AmiLaunchIndex", "InstanceState.Code", "SecurityGroup.SecurityGroupArn", "Subnet.SubnetArn"}

// isNoise tells whether a field of a struct is.
func isNoise(t reflect.Type, field string) bool { return slices.Contains(noise, t.Name()+"."+field) }

func newCut(inv *Inventory, k *kind, id string, rules *Rules) (*cut, error) {
	c := &cut{inv: inv, kind: k, id: id, rules: &Rules{}, more: map[string]int{}, reads: map[string]bool{}, calls: map[string]bool{}, literals: map[string]bool{}, kept: map[string]bool{}}
	if rules != nil {
		c.rules.env = rules.env
		for _, r := range rules.rules {
			if slices.Contains(resourceKinds(r.kind.name), k) && !r.compares() { // what decides of the others is in other regions
				c.rules.rules = append(c.rules.rules, r)
			}
		}
	}
	if k.source != "" {
		for _, v := range inv.sorted(k) {
			if str(k.id(v)) == id {
				c.items = []cutItem{{source: k.source, v: reflect.ValueOf(v).Elem()}}
				break
			}
		}
	}
	for _, r := range c.rules.rules {
		c.read(r)
	}
	met, err := c.decide()
	if err != nil {
		return nil, err
	}
	c.settings()
	c.add(met)
	if err := c.shorten(); err != nil {
		return nil, err
	}
	if err := c.bound(); err != nil {
		return nil, err
	}
	if err := c.shrink(); err != nil {
		return nil, err
	}
	c.join()
	c.named(c.items)
	c.sure = len(c.items)
	return c, nil
}

// read finds the fields that a rule names and the texts that it compares with.
func (c *cut) read(r *rule) {
	exprs := []*cel.Ast{r.when, r.require, r.waste}
	for _, p := range r.message.parts {
		exprs = append(exprs, p.ast)
	}
	for _, v := range r.params {
		c.literal(v)
	}
	for _, e := range exprs {
		if e == nil {
			continue
		}
		tree := e.NativeRep()
		ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
			switch e.Kind() {
			case ast.LiteralKind:
				c.literal(e.AsLiteral())
			case ast.SelectKind:
				of := tree.GetType(e.AsSelect().Operand().ID())
				c.reads[structName(of)+"."+e.AsSelect().FieldName()] = true
			case ast.CallKind:
				c.readCall(tree, e)
			}
		}))
	}
}

// readCall notes the field of an optional selection, and the parts of resources that our functions look into. What they read of a whole resource is found by trial.
func (c *cut) readCall(tree *ast.AST, e ast.Expr) {
	call := e.AsCall()
	c.calls[call.FunctionName()] = true
	args := call.Args()
	if call.FunctionName() == operators.OptSelect && args[1].Kind() == ast.LiteralKind {
		c.reads[fmt.Sprintf(".%v", args[1].AsLiteral().Value())] = true
	}
	if !slices.ContainsFunc(tree.GetOverloadIDs(e.ID()), ours) {
		return
	}
	if call.IsMemberFunction() {
		args = append([]ast.Expr{call.Target()}, args...)
	}
	for _, arg := range args {
		name := structName(tree.GetType(arg.ID()))
		if name != "" && !slices.ContainsFunc(kinds, func(k kind) bool { return celName(k.typ) == name }) {
			c.reads[name+everyField] = true
		}
	}
}

// structName is the name of a struct's type; "" where a rule does not tell which it is.
func structName(t *cel.Type) string {
	if t != nil && t.Kind() == celtypes.StructKind {
		return t.TypeName()
	}
	return ""
}

func (c *cut) literal(v ref.Val) {
	switch v := v.(type) {
	case celtypes.String:
		c.literals[string(v)] = true
	case traits.Lister:
		for it := v.Iterator(); it.HasNext() == celtypes.True; {
			c.literal(it.Next())
		}
	}
}

// sources are those that the rules read; of a region, also those of its settings, which are all that it says of itself.
func (c *cut) sources() []string {
	out := c.rules.Sources()
	for _, s := range sources {
		if c.isSetting(s) && !slices.Contains(out, s.Name) {
			out = append(out, s.Name)
		}
	}
	return out
}

func (c *cut) isSetting(s Source) bool { return c.kind.source == "" && !s.isList() }

// decide lets the rules decide in the account, and gives the resources that they met on the way.
func (c *cut) decide() ([]cutItem, error) {
	var met []cutItem
	seen := map[any]bool{}
	for _, item := range c.items {
		seen[item.v.Addr().Interface()] = true
	}
	var err error
	c.was, err = c.rules.decisions(c.inv, c.kind, c.id, func(v ref.Val) {
		eachStruct(v, func(x any) {
			if s, ok := sourceOf(x); ok && !seen[x] {
				seen[x] = true
				met = append(met, cutItem{source: s.Name, v: reflect.ValueOf(x).Elem()})
			}
		})
	})
	return met, err
}

// eachStruct gives the pointers in a value of CEL's.
func eachStruct(v ref.Val, each func(any)) {
	if list, ok := v.(traits.Lister); ok {
		for it := list.Iterator(); it.HasNext() == celtypes.True; {
			eachStruct(it.Next(), each)
		}
		return
	}
	if x := v.Value(); x != nil && reflect.TypeOf(x).Kind() == reflect.Pointer {
		each(x)
	}
}

// sourceOf finds the source that lists things of a type.
func sourceOf(x any) (Source, bool) {
	if k, ok := kindOfValue(x); ok {
		return sourceNamed(k.source)
	}
	for _, s := range sources {
		if s.Key != "" && reflect.TypeOf(x) == reflect.PointerTo(s.item) {
			return s, true
		}
	}
	return Source{}, false
}

// A decision is what a rule says of a resource.
type decision struct {
	pattern string
	verdict verdict
	said    string // the message and the waste, or why it is unknown
}

func (v verdict) String() string {
	return [...]string{outOfScope: "out of scope", passes: "pass", fails: "fail", undecided: wantUnknown}[v]
}

// decisions are those of the rules, which are all about the kind or about all that take tags, on one resource. met is told what relations give.
func (rs *Rules) decisions(inv *Inventory, k *kind, id string, met func(ref.Val)) ([]decision, error) {
	if len(rs.rules) == 0 {
		return nil, nil
	}
	bound, err := rs.bind(inv)
	if err != nil {
		return nil, err
	}
	b := bound[0]
	b.met = met
	if inv.subject(k, k, id) < 0 {
		return nil, fmt.Errorf("%s is not in the inventory", id)
	}
	var out []decision
	for _, r := range rs.rules {
		when, err := b.program(r, r.when, cel.OptOptimize)
		require, err2 := b.program(r, r.require, cel.OptOptimize)
		if err := cmp.Or(err, err2); err != nil {
			return nil, fmt.Errorf("%s: the rule cannot be planned: %w", r.pattern.ID, err)
		}
		d := decision{pattern: r.pattern.ID}
		at := inv.subject(r.kind, k, id)
		if at < 0 { // another account owns it
			out = append(out, d)
			continue
		}
		act := &activation{name: r.kind.name, rules: b, params: r.params, subject: b.values(r.kind)[at]}
		var unknown ref.Val
		switch d.verdict, unknown = decide(act, when, require); d.verdict {
		case fails:
			d.said = b.render(r, r.message, act, printed)
			if r.waste != nil {
				d.said += "\x00" + printed(act.estimate(r))
			}
		case undecided:
			d.said = b.why(r, inv.sorted(r.kind)[at], unknown, &tally{})
		}
		out = append(out, d)
	}
	return out, nil
}

// add takes items in, each resource once: a list that was read twice is no reason to write it twice.
func (c *cut) add(items []cutItem) {
	have := map[string]bool{}
	for _, item := range c.items {
		have[item.source+identity(item.v)] = true
	}
	for _, item := range items {
		key := item.source + identity(item.v)
		if s, _ := sourceNamed(item.source); listsResources(s) && have[key] {
			continue
		}
		have[key] = true
		c.items = append(c.items, item)
	}
}

// settings takes the region's settings in that the rules read.
func (c *cut) settings() {
	for _, name := range c.sources() {
		s, _ := sourceNamed(name)
		if pages := c.inv.pages(name); !s.isList() && len(pages) > 0 {
			c.add([]cutItem{{source: name, v: reflect.ValueOf(pages[len(pages)-1]).Elem()}})
		}
	}
}

// neighbours are the items that others name by ID, out of the sources that the rules read.
func (c *cut) neighbours(of []cutItem) []cutItem {
	named, have := namedBy(of), map[any]bool{}
	for _, item := range c.items {
		have[item.v.Addr().Interface()] = true
	}
	var out []cutItem
	for _, s := range sources {
		if !s.isList() || s.Name == instanceUserData || !slices.Contains(c.sources(), s.Name) {
			continue
		}
		for _, v := range c.inv.structs(s) {
			if named[identity(v)] && !have[v.Addr().Interface()] {
				out = append(out, cutItem{source: s.Name, v: v})
			}
		}
	}
	return out
}

// namedBy are the texts in items.
func namedBy(items []cutItem) map[string]bool {
	named := map[string]bool{}
	for _, item := range items {
		texts(item.v, "", func(_, s string) { named[s] = s != "" })
	}
	return named
}

func listsResources(s Source) bool {
	return slices.ContainsFunc(kinds, func(k kind) bool { return k.source == s.Name })
}

// structs lists what a source has; of DescribeInstances, the instances.
func (inv *Inventory) structs(s Source) []reflect.Value {
	var out []reflect.Value
	if s.Name == "DescribeInstances" {
		for i := range all[types.Instance](inv, "instance") {
			out = append(out, reflect.ValueOf(i).Elem())
		}
		return out
	}
	for _, page := range inv.pages(s.Name) {
		v := reflect.ValueOf(page)
		for i := range v.Len() {
			out = append(out, v.Index(i))
		}
	}
	return out
}

// identity is what an item is named by; "" for nothing. A series is named by its resource.
func identity(v reflect.Value) string {
	i := identityField(v.Type())
	if i < 0 {
		return ""
	}
	f := reflect.Indirect(v.Field(i))
	if !f.IsValid() {
		return ""
	}
	if v.Type() == reflect.TypeFor[MetricDataResult]() {
		id, _, _ := strings.Cut(f.String(), " ")
		return id
	}
	return f.String()
}

// bound keeps at most maxExcerpt items, the newest of each source, if the rules decide the same with these. The subject stays in any case.
func (c *cut) bound() error {
	first := 1
	if c.kind.source == "" {
		first = 0
	}
	all := c.items
	if len(all) <= maxExcerpt {
		return nil
	}
	rest := slices.Clone(all[first:])
	newestFirst(rest)
	take := func(keep func(i int, item cutItem, of map[string]int) bool) {
		of := map[string]int{}
		c.items, c.more = slices.Clone(all[:first]), map[string]int{}
		for i, item := range rest {
			if of[item.source]++; keep(i, item, of) {
				c.items = append(c.items, item)
			} else {
				c.more[item.source]++
			}
		}
	}
	for _, exact := range []bool{true, false} {
		for n := 10; n > 0; n-- {
			take(func(_ int, item cutItem, of map[string]int) bool { return of[item.source] <= n })
			if len(c.items) > maxExcerpt {
				continue
			}
			if same, err := c.same(exact); same || err != nil {
				return err
			}
		}
	}
	keys := make([]string, len(rest))
	for i := range rest {
		keys[i] = fmt.Sprintf("%s%d", itemKey, i)
	}
	var failed error
	only := func(kept []string) {
		set := map[string]bool{}
		for _, k := range kept {
			set[k] = true
		}
		take(func(i int, _ cutItem, _ map[string]int) bool { return set[keys[i]] })
	}
	needed := fewest(keys, func(kept []string) bool {
		only(kept)
		same, err := c.same(false)
		failed = cmp.Or(failed, err)
		return same
	})
	if len(needed) > 3*maxExcerpt { // nobody reads so many; what decides is said to be left out
		needed = needed[:maxExcerpt]
	}
	only(needed)
	return failed
}

// same tells whether the rules decide about the whole chosen items as about the account; exactly: with the same words.
func (c *cut) same(exactly bool) (bool, error) {
	chosen := c.items
	c.add(c.neighbours(c.items))
	now, err := c.rules.decisions(c.inventory(c.answers(nil)), c.kind, c.id, nil)
	c.items = chosen
	return slices.EqualFunc(now, c.was, func(a, b decision) bool { return a.verdict == b.verdict && (a.said == b.said || !exactly) }), err
}

// newest is the time at which something began.
func newest(v reflect.Value) time.Time {
	for _, name := range []string{"CreateTime", "StartTime", "LaunchTime", "AttachTime"} {
		if f := v.FieldByName(name); f.IsValid() && f.Type() == reflect.TypeFor[*time.Time]() && !f.IsNil() {
			return *f.Interface().(*time.Time)
		}
	}
	return time.Time{}
}

// The rules are asked so often for one excerpt at most, and less where a trial copies much. What was not tried stays.
const (
	maxTrials   = 300
	leastTrials = 40
	maxCopies   = 100_000
)

// fewest gives a few of some keys that do, where all of them do.
func fewest(keys []string, do func(kept []string) bool) []string {
	trials, most := 0, min(maxTrials, max(leastTrials, maxCopies/max(1, len(keys))))
	return minimal(keys, nil, func(kept []string) bool {
		trials++
		return trials <= most && do(kept)
	})
}

// minimal is fewest for keys that do together with those of base.
func minimal(keys, base []string, do func(kept []string) bool) []string {
	if len(keys) == 0 || do(base) {
		return nil
	}
	if len(keys) == 1 {
		return keys
	}
	left, right := keys[:len(keys)/2], keys[len(keys)/2:]
	left = minimal(left, slices.Concat(base, right), do)
	return slices.Concat(left, minimal(right, slices.Concat(base, left), do))
}

// shrink finds what must stay besides what the rules name, so that they decide as they do with all of it.
func (c *cut) shrink() error {
	c.sure = len(c.items)
	c.add(c.neighbours(c.items))
	var keys []string
	for i := c.sure; i < len(c.items); i++ {
		keys = append(keys, fmt.Sprintf("%s%d", itemKey, i))
	}
	for _, name := range c.sources() {
		if c.gap(name) {
			keys = append(keys, gapKey+name)
		}
	}
	found := map[string]bool{}
	for _, item := range c.items {
		candidates(item.v, found)
	}
	keys = slices.AppendSeq(keys, maps.Keys(found))
	slices.Sort(keys)
	chosen := func(kept map[string]bool) []cutItem {
		var items []cutItem
		for i, item := range c.items {
			if i < c.sure || kept[fmt.Sprintf("%s%d", itemKey, i)] {
				items = append(items, item)
			}
		}
		return items
	}
	var failed error
	decisions := func(kept []string) []decision {
		set := map[string]bool{}
		for _, k := range kept {
			set[k] = true
		}
		c.named(chosen(set)) // a field that stays for the name of an item goes with it
		now, err := c.rules.decisions(c.inventory(c.answers(set)), c.kind, c.id, nil)
		failed = cmp.Or(failed, err)
		return now
	}
	want := decisions(keys)
	for _, k := range fewest(keys, func(kept []string) bool { return slices.Equal(decisions(kept), want) }) {
		c.kept[k] = true
	}
	c.items = chosen(c.kept)
	c.sure = len(c.items)
	c.named(c.items)
	return failed
}

// named notes what items are named by. A field that holds such a name stays.
func (c *cut) named(items []cutItem) {
	c.names = map[string]bool{}
	for _, item := range items {
		if name := identity(item.v); name != "" {
			c.names[name] = true
		}
	}
}

// candidates are the keys of everything that is set in a value.
func candidates(v reflect.Value, found map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			candidates(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			candidates(v.Index(i), found)
		}
	case reflect.Struct:
		if t, ok := v.Interface().(types.Tag); ok {
			found[tagKey+str(t.Key)] = true
			return
		}
		for f, field := range v.Fields() {
			if f.IsExported() && !field.IsZero() {
				found[fieldKey+v.Type().String()+"."+f.Name] = true
				candidates(field, found)
			}
		}
	}
}
