package lint

import (
	"reflect"
	"slices"
)

// maxJoined is how many resources of one source an excerpt has that name the subject.
const maxJoined = 3

// join takes the resources in that the subject names, and the newest of those that name it, out of the sources that no rule reads: from those that the rules
// read it has what decides. What a machine is joined to is found from either end.
func (c *cut) join() {
	if c.kind.source == "" {
		return
	}
	named, read := namedBy(c.items[:1]), c.sources()
	for _, s := range sources {
		if !listsResources(s) || s.Name == "DescribeAvailabilityZones" || slices.Contains(read, s.Name) {
			continue
		}
		var to, from []cutItem
		seen := map[string]bool{c.id: s.Name == c.kind.source}
		for _, v := range c.inv.structs(s) {
			id := identity(v)
			switch {
			case seen[id]:
				continue
			case named[id]:
				to = append(to, cutItem{source: s.Name, v: v, joined: true})
			case c.refers(v):
				from = append(from, cutItem{source: s.Name, v: v, joined: true})
			}
			seen[id] = true
		}
		newestFirst(to)
		newestFirst(from)
		most := max(0, min(len(to), maxExcerpt/2, maxExcerpt-len(c.items)))
		some := max(0, min(len(from), maxJoined-most, maxExcerpt-len(c.items)-most))
		c.add(to[:most])
		c.add(from[:some])
		if left := len(to) + len(from) - most - some; left > 0 {
			c.more[s.Name] += left
		}
	}
}

// refers tells whether a resource names the subject: by an ID, or, where a kind has names only, in a field for these.
func (c *cut) refers(v reflect.Value) (found bool) {
	isID := isResourceID(c.id)
	texts(v, "", func(field, s string) { found = found || s == c.id && (isID || field == c.kind.idField) })
	return found
}

// isResourceID tells whether a text is the ID of one of AWS's resources.
func isResourceID(s string) bool {
	m := idForm.FindStringSubmatch(s)
	return m != nil && slices.Contains(idPrefixes, m[1])
}

func newestFirst(items []cutItem) {
	slices.SortStableFunc(items, func(a, b cutItem) int { return newest(b.v).Compare(newest(a.v)) })
}
