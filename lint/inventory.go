package lint

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// An Inventory is what is known of one account in one region at one time: the answers of the EC2 API by [Source], and
// gaps where an answer could not be had. Fill it with Add and SetGap from one goroutine, then read it from any number; do not
// add to it once a rule has seen it.
//
// A source that was neither answered nor given a gap is a gap too, so that nothing that was not read can pass.
type Inventory struct {
	Account string // 12 digits; "" where it could not be learned
	Region  string
	Time    time.Time // what rules see as now
	Regions []string  // every region that is enabled for the account; nil where nobody asked

	answers map[string][]any // pages, each a []T of the source's item, or one *T
	gaps    map[string]Gap   // by source

	indexes sync.Map // name → func() T, built once
}

// A Gap is an answer that could not be had.
type Gap struct {
	Action string // the IAM action that it takes: ec2:DescribeVolumes
	Reason string // why, in words a reader can act on
}

// Add takes one page of a source's answer: a []T of its items (of [Source].Each: of its objects), or a *T where the answer is one object. A page without
// items counts as an answer: there are none. An object without the value that it is asked for is a gap. It keeps the slice.
func (inv *Inventory) Add(source string, page any) error {
	s, ok := sourceNamed(source)
	if !ok {
		return fmt.Errorf("there is no source %s; add it to the table in lint/kinds.go", source)
	}
	want := reflect.SliceOf(s.item)
	if !s.isList() {
		want = reflect.PointerTo(s.item)
	}
	if got := reflect.TypeOf(page); got != want {
		return fmt.Errorf("source %s holds %v, not %v", source, want, got)
	}
	if s.said != nil && !s.said(page) {
		inv.SetGap(source, "the answer lacks the setting's value")
		return nil
	}
	inv.add(source, page)
	return nil
}

func (inv *Inventory) add(source string, page any) {
	if inv.answers == nil {
		inv.answers = map[string][]any{}
	}
	inv.answers[source] = append(inv.answers[source], page)
}

// SetGap records that a source could not be read whole. What was added of it before is kept as subjects of rules, but no
// relation trusts it.
func (inv *Inventory) SetGap(source, reason string) {
	action := source
	if s, ok := sourceNamed(source); ok {
		action = s.Permission()
	}
	if inv.gaps == nil {
		inv.gaps = map[string]Gap{}
	}
	inv.gaps[source] = Gap{action, reason}
}

// Gap tells whether a source is missing, and why.
func (inv *Inventory) Gap(source string) (Gap, bool) {
	if g, ok := inv.gaps[source]; ok {
		return g, true
	}
	if _, ok := inv.answers[source]; ok || source == "" {
		return Gap{}, false
	}
	s, _ := sourceNamed(source)
	return Gap{s.Permission(), "not read"}, true
}

// Only gives what an inventory knows from some sources, as if the others had not been read. The answers are the same ones, not copies.
func (inv *Inventory) Only(sources []string) *Inventory {
	out := &Inventory{Account: inv.Account, Region: inv.Region, Time: inv.Time, Regions: inv.Regions}
	for _, s := range sources {
		for _, page := range inv.pages(s) {
			out.add(s, page)
		}
		if g, ok := inv.gaps[s]; ok {
			out.SetGap(s, g.Reason)
		}
	}
	return out
}

// Resources counts everything that was read, of the kinds that rules can be about.
func (inv *Inventory) Resources() int {
	n := 0
	for _, k := range kinds {
		if k.source != "" {
			for range k.each(inv) {
				n++
			}
		}
	}
	return n
}

// Instances gives every instance that was read, out of its reservation.
func (inv *Inventory) Instances() []*types.Instance {
	return slices.Collect(all[types.Instance](inv, "instance"))
}

func (inv *Inventory) pages(source string) []any { return inv.answers[source] }

// all walks the resources of one kind.
func all[T any](inv *Inventory, name string) iter.Seq[*T] {
	k, _ := kindNamed(name)
	return func(yield func(*T) bool) {
		for v := range k.each(inv) {
			if !yield(v.(*T)) {
				return
			}
		}
	}
}

// byID finds the resources of one kind by ID.
func byID[T any](inv *Inventory, name string) map[string]*T {
	return index(inv, "id "+name, func() map[string]*T {
		k, _ := kindNamed(name)
		out := map[string]*T{}
		for v := range all[T](inv, name) {
			out[str(k.id(v))] = v
		}
		return out
	})
}

// index keeps what is derived from the answers; it is built once, when a rule first asks.
func index[V any](inv *Inventory, name string, build func() V) V {
	f, ok := inv.indexes.Load(name)
	if !ok {
		f, _ = inv.indexes.LoadOrStore(name, sync.OnceValue(build))
	}
	return f.(func() V)()
}

// single is the answer of a source that is one object; nil where it has none.
func single[T any](inv *Inventory, source string) *T {
	if pages := inv.pages(source); len(pages) > 0 {
		return pages[len(pages)-1].(*T)
	}
	return nil
}

// sorted lists a kind's resources in the order of IDs, so that reports do not depend on the order of pages.
func (inv *Inventory) sorted(k *kind) []any {
	return index(inv, "sorted "+k.name, func() []any {
		out := slices.Collect(k.each(inv))
		slices.SortStableFunc(out, func(a, b any) int { return cmp.Compare(str(k.id(a)), str(k.id(b))) })
		return out
	})
}

// arn names a resource for the whole of AWS; "" where the account is unknown or the kind has no ARN.
func (inv *Inventory) arn(k *kind, id string) string {
	account := inv.Account
	if k.arn == "" || id == "" || inv.Region == "" || account == "" && !k.noOwner {
		return ""
	}
	if k.noOwner {
		account = ""
	}
	return fmt.Sprintf("arn:%s:ec2:%s:%s:%s/%s", Partition(inv.Region), inv.Region, account, k.arn, id)
}

// Partition is the part of AWS that a region belongs to, as ARNs name it: aws, aws-cn, aws-us-gov … (AWS General Reference, "Amazon Resource
// Names").
func Partition(region string) string {
	for _, p := range []struct{ prefix, name string }{
		{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"us-isob-", "aws-iso-b"}, {"us-isof-", "aws-iso-f"},
		{"us-iso-", "aws-iso"}, {"eu-isoe-", "aws-iso-e"}, {"eusc-", "aws-eusc"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.name
		}
	}
	return "aws"
}

func str[S ~string](p *S) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// kebab turns an API action into the AWS CLI's command: DescribeVolumes, describe-volumes.
func kebab(s string) string {
	var b strings.Builder
	for i, r := range s {
		if unicode.IsUpper(r) {
			if i > 0 {
				b.WriteByte('-')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
