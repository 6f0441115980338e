package lint

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// maxList is how many items of a list an excerpt has, where the rules decide the same with so many.
const maxList = 12

// A shortener copies a value with fewer items in its long lists. The items are numbered in the order in which they are met, over all values.
type shortener struct {
	keep  func(item, at int) bool // by number, and by place in its list
	items int
	left  map[string]int // how many were not kept, by the name of the list's field
}

// shorten cuts the long lists in the items to what decides, or to their first items.
func (c *cut) shorten() error {
	whole := c.items
	take := func(keep func(item, at int) bool) *shortener {
		s := &shortener{keep: keep, left: map[string]int{}}
		c.items = slices.Clone(whole)
		for i := range c.items {
			c.items[i].v = s.value(whole[i].v, "")
		}
		return s
	}
	s := take(func(_, at int) bool { return at < maxList })
	if len(s.left) == 0 {
		c.items = whole // nothing is long
		return nil
	}
	if same, err := c.same(false); same || err != nil {
		c.short = s.left
		return err
	}
	keys := make([]string, s.items)
	for i := range keys {
		keys[i] = fmt.Sprintf("%s%06d", itemKey, i)
	}
	var failed error
	only := func(kept []string) *shortener {
		set := map[string]bool{}
		for _, k := range kept {
			set[k] = true
		}
		return take(func(item, _ int) bool { return set[keys[item]] })
	}
	needed := fewest(keys, func(kept []string) bool {
		only(kept)
		same, err := c.same(false)
		failed = cmp.Or(failed, err)
		return same
	})
	c.short = only(needed).left
	return failed
}

// value copies a value. What has no long list in it may be the value itself.
func (s *shortener) value(v reflect.Value, field string) reflect.Value {
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil() && v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem() != reflect.TypeFor[time.Time]():
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(s.value(v.Elem(), field))
		return out
	case v.Kind() == reflect.Slice:
		return s.list(v, field)
	case v.Type() == reflect.TypeFor[MetricDataResult]():
		return s.series(v)
	case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]():
		out := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(s.value(v.Field(i), v.Type().Field(i).Name))
			}
		}
		return out
	}
	return v
}

func (s *shortener) list(v reflect.Value, field string) reflect.Value {
	if v.IsNil() {
		return v
	}
	out := reflect.MakeSlice(v.Type(), 0, v.Len())
	for i := range v.Len() {
		if item := s.value(v.Index(i), field); v.Len() <= maxList || s.kept(i, field) {
			out = reflect.Append(out, item)
		}
	}
	return out
}

// series copies a metric's series, whose times and values belong together.
func (s *shortener) series(v reflect.Value) reflect.Value {
	old := v.Interface().(MetricDataResult)
	if len(old.Values) <= maxList || len(old.Values) != len(old.Timestamps) {
		return v
	}
	short := old
	short.Values, short.Timestamps = nil, nil
	for i := range old.Values {
		if s.kept(i, "Values") {
			short.Values, short.Timestamps = append(short.Values, old.Values[i]), append(short.Timestamps, old.Timestamps[i])
		}
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(reflect.ValueOf(short))
	return out
}

// kept numbers an item of a long list.
func (s *shortener) kept(at int, field string) bool {
	s.items++
	if s.keep(s.items-1, at) {
		return true
	}
	s.left[field]++
	return false
}

// shortened says which lists are not whole.
func (c *cut) shortened() []string {
	var out []string
	for _, field := range slices.Sorted(maps.Keys(c.short)) {
		out = append(out, fmt.Sprintf("%d items of %s", c.short[field], field))
	}
	return out
}
