package lint

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// origin finds account and region in the answers themselves; "" where they do not say or do not agree.
func (inv *Inventory) origin() (account, region string) {
	owners, lenders, zones := votes{}, votes{}, votes{}
	for _, page := range inv.pages("DescribeInstances") {
		for _, r := range page.([]types.Reservation) {
			owners.add(str(r.OwnerId))
			for _, i := range r.Instances {
				if i.Placement != nil {
					zones.add(str(i.Placement.AvailabilityZone))
				}
			}
		}
	}
	for g := range all[types.SecurityGroup](inv, "securityGroup") {
		owners.add(str(g.OwnerId))
	}
	for s := range all[types.Snapshot](inv, "snapshot") {
		if str(s.OwnerAlias) == "" {
			lenders.add(str(s.OwnerId))
		}
	}
	for i := range all[types.Image](inv, "image") {
		if str(i.ImageOwnerAlias) == "" {
			lenders.add(str(i.OwnerId))
		}
	}
	for n := range all[types.NetworkInterface](inv, "networkInterface") {
		owners.add(str(n.OwnerId))
		zones.add(str(n.AvailabilityZone))
	}
	for v := range all[types.Volume](inv, "volume") {
		zones.add(str(v.AvailabilityZone))
	}
	regions := votes{}
	for zone := range zones {
		if m := zoneForm.FindStringSubmatch(zone); m != nil {
			regions.add(m[1])
		}
	}
	if len(owners) == 0 {
		owners = lenders // a saved listing may hold what others lend
	}
	account = owners.unanimous()
	if !accountForm.MatchString(account) {
		account = ""
	}
	return account, regions.unanimous()
}

// DeriveOrigin fills in account and region where they are not known, if what was read agrees on them.
func (inv *Inventory) DeriveOrigin() {
	if inv.Account != "" && inv.Region != "" {
		return
	}
	account, region := inv.origin()
	inv.Account = cmp.Or(inv.Account, account)
	inv.Region = cmp.Or(inv.Region, region)
}

type votes map[string]bool

func (v votes) add(s string) {
	if s != "" {
		v[s] = true
	}
}

func (v votes) unanimous() string {
	if len(v) == 1 {
		for s := range v {
			return s
		}
	}
	return ""
}

// unite drops from earlier pages what a later page has again: a snapshot may hold one answer twice.
func (inv *Inventory) unite() {
	for i := range kinds {
		k := &kinds[i]
		pages := inv.answers[k.source]
		if k.source == "" || k.derived || len(pages) < 2 {
			continue
		}
		last := map[string]any{}
		for v := range k.each(inv) {
			last[str(k.id(v))] = v
		}
		for p, page := range pages {
			pages[p] = keep(reflect.ValueOf(page), k, last).Interface()
		}
	}
}

// keep copies the items of a page that are the last of their ID. Reservations keep their place and lose instances.
func keep(page reflect.Value, k *kind, last map[string]any) reflect.Value {
	out := reflect.MakeSlice(page.Type(), 0, page.Len())
	for i := range page.Len() {
		item := page.Index(i)
		if r, ok := item.Addr().Interface().(*types.Reservation); ok {
			kept := keep(reflect.ValueOf(r.Instances), k, last)
			copied := *r
			copied.Instances = kept.Interface().([]types.Instance)
			item = reflect.ValueOf(copied)
		} else if id := str(k.id(item.Addr().Interface())); id != "" && last[id] != item.Addr().Interface() {
			continue
		}
		out = reflect.Append(out, item)
	}
	return out
}

// Own leaves the snapshots and images of other accounts out of a page, in place, and says how many these are: a finding about them is nothing that the
// account can mend. Where the account is not known, they are those whose owner AWS names by an alias such as amazon. Collectors ask for the account's own
// and get no others, but an emulator may not understand the question (moto answers it with all 1,177 images of Amazon's), and a saved listing was asked by
// somebody else.
func Own(account string, page any) (kept any, foreign int) {
	not := func(owner, alias *string) bool {
		return account == "" && str(alias) != "" || account != "" && str(owner) != "" && *owner != account
	}
	switch items := page.(type) {
	case []types.Snapshot:
		mine := slices.DeleteFunc(items, func(s types.Snapshot) bool { return not(s.OwnerId, s.OwnerAlias) })
		return mine, len(items) - len(mine)
	case []types.Image:
		mine := slices.DeleteFunc(items, func(i types.Image) bool { return not(i.OwnerId, i.ImageOwnerAlias) })
		return mine, len(items) - len(mine)
	}
	return page, 0
}

// keepOwn does so with all pages, and says of each source what it left out.
func (inv *Inventory) keepOwn() (said []string) {
	for _, source := range slices.Sorted(maps.Keys(inv.answers)) {
		pages, left := inv.answers[source], 0
		for i := range pages {
			var foreign int
			pages[i], foreign = Own(inv.Account, pages[i])
			left += foreign
		}
		if left > 0 {
			said = append(said, fmt.Sprintf("%s: %d that other accounts own", path.Join(inv.Account, inv.Region, source), left))
		}
	}
	return said
}
