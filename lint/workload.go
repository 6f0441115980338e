package lint

import (
	"iter"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A Workload is the running instances of a region that do one thing together, as far as their tags tell.
type Workload struct {
	Name string // what their tag says; of tags Name, what they have in common; of an application, both: shop/shop-db
	Tag  string // the key of the tag

	id        string // Role=db
	instances []*types.Instance
}

const groupTag = "aws:autoscaling:groupName"

// workloadTags are the tags that tell, in this order, in any case but for AWS's own. The tag Name comes behind them.
var workloadTags = []string{groupTag, "Role", "Service", "Application", "App"}

// applicationTags are those of workloadTags under which machines of different kinds stand, so that the tag Name divides them further.
var applicationTags = []string{"Service", "Application", "App"}

// ending is what the names of machines of one workload differ in: a number, a zone, or the letter of one.
var ending = regexp.MustCompile(`(?i)(?:(?:^|[-_. ])(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-(?:gov|iso[a-z]?|de))?-(?:central|east|west|(?:north|south)(?:east|west)?)-\d+[a-z]?|[-_. ]?\d+[a-z]?|[-_.][a-f])$`)

// workloads finds them by ID, each instance in one at most: that of the first of its tags which tells.
func (inv *Inventory) workloads() map[string]*Workload {
	return index(inv, "workloads", func() map[string]*Workload {
		found := map[string]*Workload{}
		k := instanceKind()
		for _, v := range inv.sorted(&k) {
			i := v.(*types.Instance)
			if i.State == nil || i.State.Name != types.InstanceStateNameRunning && i.State.Name != types.InstanceStateNamePending {
				continue
			}
			key, w := workloadOf(i)
			if w == nil {
				continue
			}
			if found[key] == nil {
				found[key] = w
			}
			found[key].instances = append(found[key].instances, i)
		}
		for key, w := range found {
			if w.Tag == "Name" && len(w.instances) == 1 { // a name of its own is no sign of others
				delete(found, key)
			}
		}
		tellApart(found)
		return found
	})
}

// tellApart gives workloads of one ID, which is masked or cut, another one: with the lowest ID of their instances, which is no secret.
func tellApart(found map[string]*Workload) {
	named := map[string]int{}
	for _, w := range found {
		named[w.id]++
	}
	for _, w := range found {
		if named[w.id] > 1 {
			w.id += " with " + str(w.instances[0].InstanceId)
		}
	}
}

// workloadOf is the workload that an instance's tags name, still without instances, and what is the same for all of its instances; nil for none.
func workloadOf(i *types.Instance) (key string, w *Workload) {
	name, _ := tagValue(i.Tags, "Name")
	stem := ending.ReplaceAllString(strings.TrimSpace(name), "")
	for n, want := range workloadTags {
		for _, t := range i.Tags {
			own, value := str(t.Key), strings.TrimSpace(str(t.Value))
			if value == "" || own != want && (n == 0 || !strings.EqualFold(own, want)) {
				continue
			}
			if stem != "" && stem != value && slices.Contains(applicationTags, want) {
				value += "/" + stem
			}
			return want + "=" + value, newWorkload(own, value)
		}
	}
	if stem != "" {
		return "Name=" + stem, newWorkload("Name", stem)
	}
	return "", nil
}

func newWorkload(tag, name string) *Workload {
	return &Workload{Name: name, Tag: tag, id: bounded(redact(tag+"="+name), maxName)}
}

// workloadKind is what the instances of a region make up. It stands in no answer, and so not among kinds.
var workloadKind = kind{
	name: "workload", doc: "the running instances of a region that do one thing together, as far as their tags tell",
	source: "DescribeInstances", typ: reflect.TypeFor[Workload](), idField: "Name",
	id:    func(v any) *string { return &v.(*Workload).id },
	field: func(v any) *string { return &v.(*Workload).Name },
	each: func(inv *Inventory) iter.Seq[any] {
		return func(yield func(any) bool) {
			found := inv.workloads()
			for _, key := range slices.Sorted(maps.Keys(found)) {
				if !yield(found[key]) {
					return
				}
			}
		}
	},
}

// isSet tells whether what is of a kind stands in no answer, but is made of the resources of others.
func (k *kind) isSet() bool { return k == &accountKind || k == &workloadKind }

// workloadInstances leads from a workload to its machines.
func workloadInstances() relation {
	r := relate("instances", "its running and pending instances", cel.ListType(typeOf[types.Instance]()), []string{"DescribeInstances"}, func(b *binding) func(*Workload) ref.Val {
		k, _ := kindNamed("instance")
		list, values := b.inv.sorted(k), b.values(k)
		of := map[any]ref.Val{}
		for i, v := range list {
			of[v] = values[i]
		}
		return func(w *Workload) ref.Val {
			out := make([]ref.Val, len(w.instances))
			for i, x := range w.instances {
				out[i] = of[x]
			}
			return celtypes.NewRefValList(b.adapter, out)
		}
	})
	r.most = listSize
	return r
}
