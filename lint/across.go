package lint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// across is what [Rules.Needing] calls several regions, which rules that compare them need. It is the Extra of no source.
const across = "regions"

// An Account is the subject of rules about all regions of an account together.
type Account struct{ AccountId string }

// accountKind has the account as its one resource; rules about it see all of its regions.
var accountKind = kind{
	name: "account", doc: "the account with all regions that the check covers", typ: reflect.TypeFor[Account](), idField: "AccountId",
	id: func(v any) *string { return &v.(*Account).AccountId },
	each: func(inv *Inventory) iter.Seq[any] {
		return func(yield func(any) bool) { yield(&Account{inv.Account}) }
	},
}

// A regionSet is the regions of one account that rules see together. A relation reads the region in which its subject was found.
type regionSet struct {
	regions []*binding // by name
	whole   *binding   // of what belongs to no region: the account itself
	owners  func() map[any]*binding
}

// newSet binds the regions of one account.
func newSet(adapter celtypes.Adapter, prices Prices, regions []*Inventory) *regionSet {
	s := &regionSet{}
	whole := &Inventory{}
	for _, inv := range slices.SortedStableFunc(slices.Values(regions), func(a, b *Inventory) int { return cmp.Compare(a.Region, b.Region) }) {
		s.regions = append(s.regions, &binding{inv: inv, adapter: adapter, prices: prices, set: s})
		whole.Account = cmp.Or(whole.Account, inv.Account)
		whole.Regions = append(whole.Regions, inv.Regions...)
		if inv.Time.After(whole.Time) {
			whole.Time = inv.Time
		}
	}
	whole.Regions = distinct(whole.Regions)
	s.whole = &binding{inv: whole, adapter: adapter, prices: prices, set: s}
	s.owners = sync.OnceValue(s.findOwners)
	return s
}

// findOwners notes in which region each resource was read. Names alone do not tell: key pairs of two regions may have one.
func (s *regionSet) findOwners() map[any]*binding {
	out := map[any]*binding{}
	for _, b := range s.regions {
		for _, k := range subjects() {
			if k.source != "" {
				for _, v := range b.inv.sorted(k) {
					out[v] = b
				}
			}
		}
	}
	return out
}

// home is the region in which something was found; nil where nobody knows.
func (s *regionSet) home(v any) *binding {
	r, ok := v.(*Region)
	if !ok {
		return s.owners()[v]
	}
	return s.region(r.RegionName)
}

func (s *regionSet) region(name string) *binding {
	for _, b := range s.regions {
		if b.inv.Region == name {
			return b
		}
	}
	return nil
}

// unread are an unknown for each region of the account that is not in the set, or one for all where nobody knows which there are. A list that leads across
// regions ends with them.
func (s *regionSet) unread() (out []ref.Val) {
	if len(s.whole.inv.Regions) == 0 {
		var names []string
		for _, b := range s.regions {
			names = append(names, cmp.Or(b.inv.Region, "a region without a name"))
		}
		verb := pick(len(names) == 1, "is", "are")
		return []ref.Val{unknownReason("only " + joined(names, "and") + " " + verb + " checked")}
	}
	for _, name := range s.whole.inv.Regions {
		if s.region(name) == nil {
			out = append(out, unknownReason(name+" was not read"))
		}
	}
	return out
}

// maskTags masks in a text what tags hold that have the name of a secret.
func (s *regionSet) maskTags(text string) string {
	for _, b := range s.regions {
		text = b.inv.secretTags().Replace(text)
	}
	return text
}

// regionValue is the rules' variable region.
func (b *binding) regionValue() ref.Val {
	k, _ := kindNamed("region")
	return b.values(k)[0]
}

// calls is what calls a relation: in the account, in the one region, or in that of its subject.
func (r relation) calls(s *regionSet) func(subject any, args []ref.Val) ref.Val {
	switch {
	case r.on.IsExactType(typeOf[Account]()):
		return r.over(s.whole)
	case len(s.regions) == 1:
		return r.over(s.regions[0])
	}
	in := map[*binding]func(any, []ref.Val) ref.Val{}
	for _, b := range s.regions {
		in[b] = r.over(b)
	}
	return func(v any, args []ref.Val) ref.Val {
		if call, ok := in[s.home(v)]; ok {
			return call(v, args)
		}
		return wrongType(v)
	}
}

// compares tells whether a rule has to see all regions of its account.
func (r *rule) compares() bool {
	if r.kind == &accountKind {
		return true
	}
	for _, rel := range relations() {
		if rel.across && r.follows[rel.id()] {
			return true
		}
	}
	return false
}

// withinRegions finds what a rule that compares regions may not do: of a part of a resource nobody knows in which region it was read.
func (r *rule) withinRegions() error {
	if !r.compares() {
		return nil
	}
	if r.waste != nil {
		return errors.New("a rule that compares regions says nothing of money, since prices are those of one region; leave waste out")
	}
	for _, rel := range relations() {
		onKind := slices.ContainsFunc(subjects(), func(k *kind) bool { return celName(k.typ) == rel.on.TypeName() })
		if r.follows[rel.id()] && !onKind {
			_, of, _ := strings.Cut(rel.on.TypeName(), ".")
			return fmt.Errorf("a rule that compares regions follows relations of resources, and %s() is one of %s; ask for it in a rule of its own", rel.name, of)
		}
	}
	return nil
}

// uncertain finds a list that leads across regions and is not asked element by element: its unknown elements would count, or go unseen.
func (c *compiler) uncertain(checked *cel.Ast) string {
	tree, asked, found := checked.NativeRep(), map[int64]bool{}, ""
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind: // it stands before what it goes through
			loop := e.AsComprehension()
			decides := loop.LoopStep()
			if decides.Kind() == ast.CallKind && decides.AsCall().FunctionName() == operators.Conditional { // filter
				decides = decides.AsCall().Args()[0]
			}
			freeNames(decides, map[string]int{}, func(name string) {
				asked[loop.IterRange().ID()] = asked[loop.IterRange().ID()] || name == loop.IterVar()
			})
		case ast.CallKind:
			for _, id := range tree.GetOverloadIDs(e.ID()) {
				if r, ok := c.relations[id]; ok && r.across && !asked[e.ID()] {
					found = r.name
				}
			}
		}
	}))
	return found
}

// Across are the rules that compare the regions of an account; they are for [Rules.CheckAccount].
func (rs *Rules) Across() *Rules { return rs.where((*rule).compares) }

// Regional are the rules that see one region at a time.
func (rs *Rules) Regional() *Rules { return rs.where(func(r *rule) bool { return !r.compares() }) }

func (rs *Rules) where(keep func(*rule) bool) *Rules {
	out := &Rules{env: rs.env, prices: rs.prices}
	for _, r := range rs.rules {
		if keep(r) {
			out.rules = append(out.rules, r)
		}
	}
	return out
}

// CheckAccount runs rules on all regions of one account together. What they ask of a region that is not among them is unknown, unless [Inventory.Regions]
// says that there is none. [Inventory.Only] keeps of a region what is needed until all are in.
//
// The report has no scopes and counts no resources: those are in the reports of [Rules.Check] on each region. Findings have the region of their resource,
// and none where they are about the account.
func (rs *Rules) CheckAccount(ctx context.Context, regions []*Inventory, opts Options) (*Report, error) {
	if len(regions) == 0 {
		return nil, errors.New("an account without a region that was read; give one inventory or more")
	}
	bound, err := rs.bind(regions...)
	if err != nil {
		return nil, err
	}
	return rs.run(ctx, bound, opts), nil
}
