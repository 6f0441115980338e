package lint

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A Taggable is a resource of any kind that takes tags, as the subject of rules about tags and names. A finding about it is one about the resource itself.
// What another account owns is none.
type Taggable struct {
	Kind    string // of the resource: volume, instance …
	Id      string
	Name    string // the tag Name, else the name of its own that it has, else ""
	Tags    []types.Tag
	OwnerId string // of an attachment to a transit gateway, that of what is attached; "" where AWS does not say
	Managed bool   // AWS or a service manages it, and says so
	Ended   bool   // it is deleted, terminated, expired and the like, or on the way there, and AWS still lists it

	kind     *kind
	resource any
}

const taggableName = "taggable"

// taggableKind is no kind of resources, and so not among kinds: it goes through all of them that take tags.
var taggableKind = kind{
	name: taggableName, doc: "everything that takes tags, of whatever kind; findings are about the volume, instance and so on that it is", typ: reflect.TypeFor[Taggable](), idField: "Id",
	id:   func(v any) *string { return &v.(*Taggable).Id },
	tags: func(v any) []types.Tag { return v.(*Taggable).Tags },
	each: taggables,
}

// subjects is the closed set of what a rule can be about, sorted by name: the kinds of resources, and what is made of these.
var subjects = sync.OnceValue(func() []*kind {
	out := []*kind{&accountKind, &taggableKind, &workloadKind}
	for i := range kinds {
		out = append(out, &kinds[i])
	}
	slices.SortFunc(out, func(a, b *kind) int { return strings.Compare(a.name, b.name) })
	return out
})

// resourceKinds are the kinds of the resources that a name stands for: every kind without a name, and those that take tags for taggable.
func resourceKinds(name string) []*kind {
	var out []*kind
	for _, k := range []*kind{&accountKind, &workloadKind} {
		if name == k.name {
			return []*kind{k}
		}
	}
	for i := range kinds {
		if k := &kinds[i]; name == "" || name == k.name || name == taggableName && k.tags != nil {
			out = append(out, k)
		}
	}
	return out
}

// stands is the resource that a subject stands for, with its kind: for most, itself.
func (k *kind) stands(v any) (*kind, any) {
	if t, ok := v.(*Taggable); ok {
		return t.kind, t.resource
	}
	return k, v
}

// subject is the place among the sorted subjects of a rule's kind of the one that stands for a resource; negative where none does.
func (inv *Inventory) subject(k, of *kind, id string) int {
	return slices.IndexFunc(inv.sorted(k), func(v any) bool {
		kind, resource := k.stands(v)
		return kind == of && str(kind.id(resource)) == id
	})
}

// shown is the kind's name in a report, where no resource is named; "" where it stands for resources of other kinds.
func (k *kind) shown() string {
	if k.name == taggableName {
		return ""
	}
	return k.name
}

// sources are those that a kind's subjects come from.
func (k *kind) sources() []string {
	var out []string
	for _, k := range resourceKinds(k.name) {
		if k.source != "" {
			out = append(out, k.source)
		}
	}
	return out
}

func taggables(inv *Inventory) iter.Seq[any] {
	return func(yield func(any) bool) {
		for _, k := range resourceKinds(taggableName) {
			for v := range k.each(inv) {
				if t := newTaggable(k, v); !inv.foreign(t.OwnerId) && !yield(t) {
					return
				}
			}
		}
	}
}

func newTaggable(k *kind, v any) *Taggable {
	s := reflect.ValueOf(v).Elem()
	return &Taggable{
		Kind: k.name, Id: str(k.id(v)), Name: k.nameOf(v), Tags: k.tags(v), OwnerId: cmp.Or(textField(s, "OwnerId"), textField(s, "ResourceOwnerId")),
		Managed: managed(s), Ended: ended(s),
		kind: k, resource: v,
	}
}

// foreign tells whether an owner is somebody else. Lists of address ranges that AWS keeps are owned by "AWS".
func (inv *Inventory) foreign(owner string) bool {
	return owner != "" && owner != inv.Account && (inv.Account != "" || !accountForm.MatchString(owner))
}

// managed tells whether a resource says that it is a service's.
func managed(s reflect.Value) bool {
	if f := s.FieldByName("Operator"); f.IsValid() {
		if by, ok := f.Interface().(*types.OperatorResponse); ok && by != nil && value(by.Managed) {
			return true
		}
	}
	if f := s.FieldByName("RequesterManaged"); f.IsValid() {
		if by, ok := f.Interface().(*bool); ok && value(by) {
			return true
		}
	}
	return textField(s, "ServiceManaged") != ""
}

// stateFields are where resources say how they are, and endStates what they say at their end, in small letters. Keep sorted.
var (
	stateFields = []string{"FleetState", "ServiceState", "SpotFleetRequestState", "State", "Status"}
	endStates   = []string{
		"cancelled", "cancelled_running", "cancelled_terminating", "cancelling", "closed", "delete-complete", "delete-in-progress", "deleted", "deleted_running", "deleted_terminating", "deleting",
		"deregistered", "expired", "failed", "failing", "payment-failed", "queued-deleted", "rejected", "rejecting", "released", "released-permanent-failure", "retired", "shutting-down", "terminated",
	}
)

// ended tells whether a resource is gone, or on its way.
func ended(s reflect.Value) bool {
	return slices.ContainsFunc(stateFields, func(name string) bool {
		return slices.Contains(endStates, strings.ToLower(textField(s, name)))
	})
}

// textField is a field of a struct that holds a text, or a state with its Code or Name; "" where it has none.
func textField(s reflect.Value, name string) string {
	f := reflect.Indirect(s.FieldByName(name))
	switch {
	case !f.IsValid():
		return ""
	case f.Kind() == reflect.String:
		return f.String()
	case f.Kind() == reflect.Struct && f.FieldByName("Name").IsValid():
		return textField(f, "Name")
	case f.Kind() == reflect.Struct:
		return textField(f, "Code")
	}
	return ""
}

// subjectSources are the sources that a rule's subjects come from. Of a rule about everything that takes tags, only the kinds count for which when may be
// true: it is asked of each kind, with nothing known but the kind.
func (r *rule) subjectSources(env *cel.Env) []string {
	if r.kind.name != taggableName || r.when == nil {
		return r.kind.sources()
	}
	program, err := env.Program(r.when, cel.EvalOptions(cel.OptPartialEval))
	if err != nil {
		return r.kind.sources()
	}
	open := []*cel.AttributePatternType{cel.AttributePattern("now"), cel.AttributePattern("region")}
	for f := range r.kind.typ.Fields() {
		if f.Name != "Kind" {
			open = append(open, cel.AttributePattern(r.kind.name).QualString(f.Name))
		}
	}
	var out []string
	for _, k := range resourceKinds(r.kind.name) {
		act := &activation{name: r.kind.name, subject: env.CELTypeAdapter().NativeToValue(&Taggable{Kind: k.name}), params: r.params}
		vars, err := cel.PartialVars(act, open...)
		if err != nil {
			return r.kind.sources()
		}
		if v, _, _ := program.Eval(vars); v != celtypes.False {
			out = append(out, k.source)
		}
	}
	return out
}
