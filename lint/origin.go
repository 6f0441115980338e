package lint

import (
	"cmp"
	"reflect"

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
		lenders.add(str(s.OwnerId))
	}
	for i := range all[types.Image](inv, "image") {
		lenders.add(str(i.OwnerId))
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
		if k.source == "" || len(pages) < 2 {
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
