package lint

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Chosen is what a cut holds with some of its fields: copies, by source, and the sources that are gaps.
type chosen struct {
	items map[string][]reflect.Value
	gaps  []string
}

// answers copies what was chosen, with the fields that rules name and those of kept; a nil kept is all of them.
func (c *cut) answers(kept map[string]bool) chosen {
	out := chosen{items: map[string][]reflect.Value{}}
	for i, item := range c.items {
		if i < c.sure || kept == nil || kept[fmt.Sprintf("%s%d", itemKey, i)] {
			p := pruner{c, kept, c.isSubject(i), item.joined, identity(item.v)}
			v, _ := p.value(item.v, true)
			out.items[item.source] = append(out.items[item.source], v)
		}
	}
	for _, name := range c.sources() {
		if s, _ := sourceNamed(name); c.gap(name) && (kept == nil || kept[gapKey+name] || c.isSetting(s)) {
			out.gaps = append(out.gaps, name)
		}
	}
	return out
}

// isSubject tells whether an item is what the excerpt is of; of a region, its settings are.
func (c *cut) isSubject(i int) bool {
	if c.kind.source != "" {
		return i == 0
	}
	s, _ := sourceNamed(c.items[i].source)
	return c.isSetting(s)
}

// gap tells whether a source is one in the account, or of what is asked of one resource after the other, whether a chosen one was not.
func (c *cut) gap(source string) bool {
	s, _ := sourceNamed(source)
	if _, gap := c.inv.Gap(source); gap || s.Each == "" {
		return gap
	}
	unasked := map[string]bool{}
	rest := c.inv.unasked(s)
	for i := range rest.Len() {
		unasked[identity(rest.Index(i))] = true
	}
	return slices.ContainsFunc(c.items, func(item cutItem) bool { return item.source == s.Each && unasked[identity(item.v)] })
}

// order gives the sources that have items, first the one with the subject.
func (ch chosen) order(first string) []Source {
	var out []Source
	for _, s := range sources {
		switch {
		case len(ch.items[s.Name]) == 0:
		case s.Name == first:
			out = slices.Insert(out, 0, s)
		default:
			out = append(out, s)
		}
	}
	return out
}

// inventory makes an account in small, as an example is one: what is not there is empty.
func (c *cut) inventory(ch chosen) *Inventory {
	small := &Inventory{Account: c.inv.Account, Region: c.inv.Region, Time: c.inv.Time}
	for _, name := range ch.gaps {
		g, _ := c.inv.Gap(name)
		small.SetGap(name, g.Reason)
	}
	for _, s := range sources {
		items := ch.items[s.Name]
		switch {
		case slices.Contains(ch.gaps, s.Name) && len(items) == 0:
		case s.Name == "DescribeInstances":
			var list []types.Instance
			for _, v := range items {
				list = append(list, v.Interface().(types.Instance))
			}
			small.add(s.Name, []types.Reservation{{Instances: list}})
		case !s.isList() && len(items) > 0:
			small.add(s.Name, items[0].Addr().Interface())
		case !s.isList():
			small.add(s.Name, reflect.New(s.item).Interface())
		default:
			small.add(s.Name, reflect.Append(reflect.MakeSlice(reflect.SliceOf(s.item), 0, len(items)), items...).Interface())
		}
	}
	for _, s := range sources {
		if s.Each != "" && !slices.Contains(ch.gaps, s.Name) {
			small.add(s.Name, small.unasked(s).Interface())
		}
	}
	return small
}

// A pruner copies an item with some of its fields.
type pruner struct {
	*cut
	kept    map[string]bool // as in answers
	subject bool
	joined  bool   // as in cutItem
	own     string // what the item is named by; inside of it, that joins nothing
}

// value copies a value, and tells whether a part of it must stay, even where nobody asks for the whole: a name of a chosen item, or a tag.
func (p pruner) value(v reflect.Value, top bool) (out reflect.Value, stays bool) {
	switch {
	case v.Kind() == reflect.Pointer:
		out = reflect.New(v.Type().Elem())
		inner, stays := p.value(v.Elem(), false)
		out.Elem().Set(inner)
		return out, stays
	case v.Kind() == reflect.Slice:
		return p.list(v)
	case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]():
		return p.fields(v, top)
	case v.Kind() == reflect.String:
		return v, p.names[v.String()] && v.String() != p.own
	}
	return v, false
}

// list copies a list. Of one that nobody asks for, the caller takes what stays.
func (p pruner) list(v reflect.Value) (out reflect.Value, stays bool) {
	out = reflect.MakeSlice(v.Type(), 0, v.Len())
	for i := range v.Len() {
		if t, ok := v.Index(i).Interface().(types.Tag); ok && !p.tag(t) {
			continue
		}
		item, some := p.value(v.Index(i), false)
		out, stays = reflect.Append(out, item), stays || some
	}
	return out, stays
}

// tag tells whether a tag stays: all of the subject, of others the name, and what rules compare with.
func (p pruner) tag(t types.Tag) bool {
	key := str(t.Key)
	return p.kept == nil || p.subject || key == "Name" || p.kept[tagKey+key] || p.literals[key] || str(t.Value) != "" && p.literals[str(t.Value)]
}

// fields copies a struct with what is wanted of it, and what stays anyway.
func (p pruner) fields(v reflect.Value, top bool) (out reflect.Value, stays bool) {
	out = reflect.New(v.Type()).Elem()
	if t, ok := v.Interface().(types.Tag); ok {
		out.Set(reflect.ValueOf(types.Tag{Key: t.Key, Value: t.Value}))
		return out, true
	}
	id, spare := identityField(v.Type()), -1
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		if !f.IsExported() || field.IsZero() || slices.Contains(neverCut, f.Name) || field.Kind() == reflect.Slice && field.Len() == 0 {
			continue
		}
		if kind := reflect.Indirect(field).Kind(); spare < 0 && kind != reflect.Struct && kind != reflect.Slice {
			spare = i
		}
		inner, some := p.value(field, false)
		wanted := top && i == id || p.wants(v.Type(), f.Name, field) || top && id < 0 && i == 0
		switch {
		case inner.Kind() == reflect.Slice && inner.Len() == 0 && field.Len() > 0: // no tag of it stays
		case inner.Kind() == reflect.Slice && some && !wanted:
			out.Field(i).Set(p.staying(field))
			stays = true
		case wanted || some:
			out.Field(i).Set(inner)
			stays = stays || some
		}
	}
	if out.IsZero() && spare >= 0 && (id >= 0 && !v.Field(id).IsZero() || !top) { // it is asked for, and nothing in it: something must show that it is there
		shown, _ := p.value(v.Field(spare), false)
		out.Field(spare).Set(shown)
	}
	return out, stays
}

// staying copies the items of a list that have a part which stays.
func (p pruner) staying(v reflect.Value) reflect.Value {
	out := reflect.MakeSlice(v.Type(), 0, v.Len())
	for i := range v.Len() {
		if t, ok := v.Index(i).Interface().(types.Tag); ok && !p.tag(t) {
			continue
		}
		if item, some := p.value(v.Index(i), false); some {
			out = reflect.Append(out, item)
		}
	}
	return out
}

// wants tells whether a field is asked for. A rule that is still to be written could ask for any of the subject's.
func (p pruner) wants(t reflect.Type, name string, v reflect.Value) bool {
	switch {
	case p.kept == nil:
		return true
	case p.joined:
		return slices.Contains(telling, name) || t == reflect.TypeFor[types.InstanceState]() && name == "Name"
	case p.reads[t.String()+"."+name] || p.reads["."+name] || p.reads[t.String()+everyField] || p.kept[fieldKey+t.String()+"."+name]:
		return true
	}
	empty := reflect.Indirect(v).Kind() == reflect.String && reflect.Indirect(v).Len() == 0
	return p.subject && !empty && !isNoise(t, name)
}

// leftOut says what an excerpt does not have, with the names that things have there.
func (c *cut) leftOut(a *anonymizer) []string {
	var out []string
	own := map[string]bool{} // instances with user data
	for _, page := range c.inv.pages(instanceUserData) {
		for _, answer := range page.([]InstanceUserData) {
			if data(answer.UserData) != "" {
				own[str(answer.InstanceId)] = true
			}
		}
	}
	for i := range all[types.Instance](c.inv, "instance") {
		if template, version, ok := TemplateTells(i); ok {
			v := templateVersions(c.inv)[versionKey(template, version)]
			own[str(i.InstanceId)] = own[str(i.InstanceId)] || v != nil && v.LaunchTemplateData != nil && str(v.LaunchTemplateData.UserData) != ""
		}
	}
	asked := len(c.rules.rules) == 0 || slices.Contains(c.sources(), instanceUserData)
	var joined []string
	for i, item := range c.items {
		id := a.text(identity(item.v), "Id")
		if _, ok := item.v.Interface().(types.Instance); ok && !item.joined && asked && own[identity(item.v)] {
			out = append(out, "user data of "+id+": where a rule reads it, write a short one under DescribeInstanceAttribute that shows the same")
		}
		var names []string
		for _, name := range hidden(item.v, nil) {
			if c.isSubject(i) || c.reads["."+name] || c.reads[item.v.Type().String()+"."+name] {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			out = append(out, strings.Join(names, ", ")+" of "+id)
		}
		if item.joined {
			joined = append(joined, id)
		}
	}
	if len(joined) > 0 {
		out = append(out, "most fields of "+strings.Join(joined, ", ")+": only what joins them, names and states are there")
	}
	out = append(out, c.shortened()...)
	for _, name := range slices.Sorted(maps.Keys(a.unknown)) {
		out = append(out, name+", whose value is none that an example can have")
	}
	for _, s := range sources {
		if n := c.more[s.Name]; n > 0 {
			out = append(out, fmt.Sprintf("%d more that %s lists and that belong to it", n, s.Name))
		}
	}
	return out
}

// hidden are the fields of a value that no excerpt has, and those that the subject's excerpt leaves out, each once.
func hidden(v reflect.Value, found []string) []string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return hidden(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			found = hidden(v.Index(i), found)
		}
	case reflect.Struct:
		for f, field := range v.Fields() {
			switch {
			case !f.IsExported() || field.IsZero() || slices.Contains(found, f.Name):
			case slices.Contains(neverCut, f.Name) || isNoise(v.Type(), f.Name):
				found = append(found, f.Name)
			default:
				found = hidden(field, found)
			}
		}
	}
	return found
}
