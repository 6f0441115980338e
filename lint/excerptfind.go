package lint

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// nameFields are the fields of a resource, besides the tag Name, by which a person calls it. Keep sorted.
var nameFields = []string{"GroupName", "LaunchTemplateName", "Name", "PrefixListName", "PrivateIpAddress", "PublicIp", "PublicIpAddress"}

// find finds a resource that the inventory has, by its ID or else by a name that only one has. kindName may be empty.
func (inv *Inventory) find(kindName, id string) (*kind, string, error) {
	switch k, ok := kindNamed(kindName); {
	case !ok && kindName != "":
		return nil, "", fmt.Errorf("there is no resource kind %s%s", kindName, orList(kindName, Kinds()))
	case ok && k.isSet():
		return nil, "", fmt.Errorf("patlint makes a resource of kind %s of others, and it stands in no answer of AWS; name one of these", kindName)
	}
	var found, others []*kind
	type called struct {
		*kind
		id string
	}
	var byName []called
	for i := range kinds {
		k := &kinds[i]
		asked := slices.Contains(resourceKinds(kindName), k)
		for _, v := range inv.sorted(k) {
			switch own := str(k.id(v)); {
			case own == id && asked:
				found = append(found, k)
			case own == id:
				others = append(others, k)
			case asked && slices.Contains(k.names(v), id):
				byName = append(byName, called{k, own})
			}
		}
	}
	found, others, byName = slices.Compact(found), slices.Compact(others), slices.Compact(byName)
	switch {
	case id == "":
	case len(found) == 1:
		return found[0], id, nil
	case len(found) > 1:
		return nil, "", fmt.Errorf("%s is the name of a %s and of a %s; say which of them with the kind", id, found[0].name, found[1].name)
	case len(byName) == 1:
		return byName[0].kind, byName[0].id, nil
	case len(byName) > 1:
		return nil, "", fmt.Errorf("%s is the name of %s %s and of %s %s; say which of them with its ID", id, byName[0].name, byName[0].id, byName[1].name, byName[1].id)
	case len(others) > 0:
		k, _ := kindNamed(kindName)
		return nil, "", fmt.Errorf("%s is the ID of a resource of kind %s, and not of kind %s%s", id, others[0].name, kindName, inv.namesOf(others[0], id, k))
	}
	if id == "" {
		id = "a resource without an ID"
	}
	return nil, "", &NotRead{ID: id, Account: inv.Account, Region: inv.Region}
}

// NotRead is the error for a resource that an inventory does not have.
type NotRead struct{ ID, Account, Region string }

func (e *NotRead) Error() string {
	of := ""
	if scope := strings.TrimSpace(e.Account + " " + e.Region); scope != "" {
		of = " of " + scope
	}
	return e.ID + " is not among what was read" + of + "; look at its ID, its region, and whether its kind was read at all"
}

// names are what a person calls a resource.
func (k *kind) names(v any) []string {
	var out []string
	if k.tags != nil {
		if name, ok := tagValue(k.tags(v), "Name"); ok {
			out = append(out, name)
		}
	}
	s := reflect.Indirect(reflect.ValueOf(v))
	for _, name := range nameFields {
		f := s.FieldByName(name)
		if f.IsValid() && f.Kind() == reflect.Pointer {
			f = f.Elem()
		}
		if f.IsValid() && f.Kind() == reflect.String {
			out = append(out, f.String())
		}
	}
	return out
}

// namesOf says which resources of the kind that was asked for a resource of another kind names.
func (inv *Inventory) namesOf(other *kind, id string, asked *kind) string {
	named := map[string]bool{}
	for _, v := range inv.sorted(other) {
		if str(other.id(v)) == id {
			texts(reflect.ValueOf(v), "", func(_, s string) { named[s] = true })
		}
	}
	var ids []string
	for _, v := range inv.sorted(asked) {
		if own := str(asked.id(v)); own != "" && named[own] {
			ids = append(ids, own)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return "; of that kind, it names " + strings.Join(slices.Compact(ids), ", ")
}
