package bootscript

import (
	"slices"
	"strings"
)

// An event is what happens to devices, in the order of execution.
type event struct {
	kind    eventKind
	id      string // the device
	volume  string // of an attachment, or of a wait for one
	point   string // of a mount
	why     string // of an opaque command: what it is
	from    int    // of a wait: the first event of its loop
	mounted bool   // of a wait: it tries to mount
	ready   bool   // a test found the device, or it needs none
	index   int    // in Mounts, Formats or Attachments
}

type eventKind uint8

const (
	attaches eventKind = iota
	formats
	makes // an array, a logical volume, a file
	mounts
	mountsAll // mount -a, or mount with one argument
	opaque    // a command that may do anything
	uses      // another use of a device
	waits
	writesFstab // or mounts of cloud-config
)

// event notes what happens, unless there is more than anyone writes.
func (r *reader) event(e event) {
	if e.kind == waits {
		if r.waitEvents++; r.waitEvents > maxFound {
			return
		}
	}
	if len(r.events) < 8*maxFound {
		r.events = append(r.events, e)
	} else {
		r.stop()
	}
}

// waited notes the end of a loop that waits for something.
func (r *reader) waited(x fact, from int) {
	e := event{kind: waits, id: x.id, from: from}
	switch x.state {
	case present, filled:
	case mounted:
		e.mounted = true
	case attached:
		e.id, e.volume = "", x.id
	case nonempty:
		a := r.only(x.id)
		switch {
		case a == nil || !a.lookup && a.volumes == nil:
			return
		case a.volumes != nil:
			e.id, e.volume = "", a.volumes[0]
		default:
			e.id = r.ident(x.id)
		}
	default:
		return
	}
	r.event(e)
}

// ready tells whether a test found that the device is there.
func (r *reader) ready(id string) bool {
	return slices.ContainsFunc(r.conds, func(x fact) bool {
		switch x.state {
		case present, filled, mounted:
			return x.id == id
		case nonempty:
			a := r.only(x.id)
			return a != nil && a.lookup && r.ident(x.id) == id
		}
		return false
	})
}

// guarded tells whether a test found no file system on the device.
func (r *reader) guarded(id, tool string) Fact[bool] {
	unsure := ""
	for _, x := range r.conds {
		switch {
		case x.state != empty:
		case x.id == id, x.id == stack && (mapperID(id) || tool != "mkfs" && tool != "mkswap"):
			return Known(true)
		case x.id != stack && (!known(x.id) || !known(id) || strings.Contains(x.id, "=")):
			unsure = "a test stands before it, but of a device that may be another"
		}
	}
	return no(unsure)
}

// no is the answer where nothing was found; maybe is what may be it all the same.
func no(maybe string) Fact[bool] {
	if maybe != "" {
		return Unknown[bool](maybe)
	}
	return Known(false)
}

// What is said where an event may be what was looked for.
const (
	maybeAttached = "the script attaches a volume that may be it"
	maybeMade     = "the script makes a device that may be it"
	maybeWaited   = "the script waits for a device that may be it"
	maybeUnread   = "it may be done by what is not read: "
)

// resolve answers what takes the whole script.
func (r *reader) resolve() {
	for i, e := range r.events {
		switch e.kind {
		case mounts:
			m := &r.script.Mounts[e.index]
			m.Provided, m.Awaited = r.provided(e.id, i), r.awaited(e, i)
		case writesFstab:
			at := r.firstMount(e, i)
			if at < len(r.events) {
				u := r.events[at]
				e.ready = e.ready || u.ready && (u.id == e.id || u.point != "" && u.point == e.point)
			}
			m := &r.script.Mounts[e.index]
			m.Provided, m.Awaited = r.provided(e.id, at), r.awaited(e, at)
		case attaches:
			r.script.Attachments[e.index].Awaited = r.attachAwaited(e, i)
		}
	}
}

// firstMount gives the event that first mounts what a line of fstab says: mount -a, a mount of its point or of its device, or the end.
func (r *reader) firstMount(e event, i int) int {
	for j := i + 1; j < len(r.events); j++ {
		switch u := r.events[j]; {
		case u.kind == mountsAll && (u.point == "" || u.point == e.point || r.ident(u.point) == e.id),
			u.kind == mounts && u.id == e.id && u.point == e.point:
			return j
		}
	}
	return len(r.events)
}

// unsure tells whether two identities may be of the same device: one of them is another name of a disk.
func unsure(a, b string) bool {
	return !mapperID(a) && !mapperID(b) && !strings.HasPrefix(a, "/") && (vagueID(a) || vagueID(b))
}

// made tells whether what makes an array, a volume, a pool or a file makes the one of an identity.
func made(e event, id string) bool {
	return e.id == id || strings.HasSuffix(e.id, "/") && strings.HasPrefix(id, e.id) || e.id == "md" && strings.HasPrefix(id, "md") ||
		e.id == "lvm" && mapperID(id) && !strings.HasPrefix(id, "md")
}

// gives tells whether an attachment makes a device: by the name that it asks for, or by one that holds the volume's ID.
func (e event) gives(id string) bool {
	v := volumeOf(id)
	return e.kind == attaches && (e.id == id || v != "" && v == plainVolume(e.volume))
}

// provided tells whether the script makes a device exist before an event.
func (r *reader) provided(id string, at int) Fact[bool] {
	maybe := ""
	for _, e := range r.events[:at] {
		switch {
		case e.gives(id), e.kind == makes && made(e, id):
			return Known(true)
		case e.kind == attaches && unsure(id, e.id):
			maybe = maybeAttached
		case e.kind == makes && (!known(e.id) && mapperID(id) || !known(id) && !strings.HasPrefix(id, "UUID=") && !strings.HasPrefix(e.id, "/")):
			maybe = maybeMade
		case e.kind == opaque && maybe == "":
			maybe = maybeUnread + e.why
		}
	}
	return no(maybe)
}

// volumeOf gives the volume in a name by ID, without its hyphen.
func volumeOf(id string) string {
	if m := ebsByID.FindStringSubmatch(id); m != nil {
		return plainVolume(m[1])
	}
	return ""
}

// plainVolume takes the hyphen out of a volume's ID, as names of devices have it.
func plainVolume(v string) string { return strings.Replace(v, "-", "", 1) }

// awaited tells whether the script waits for the device of an event before another, or in a loop that tries to mount.
func (r *reader) awaited(e event, at int) Fact[bool] {
	if e.ready {
		return Known(true)
	}
	maybe := ""
	for i, w := range r.events {
		switch {
		case w.kind == waits && w.mounted:
			if w.id == e.id && w.from <= at {
				return Known(true)
			}
		case i >= at:
		case w.kind == makes && made(w, e.id):
			return Known(true) // what makes it returns when it is there
		case w.kind == waits && r.waitsFor(w, e.id):
			return Known(true)
		case w.kind == waits && w.volume == "" && unsure(e.id, w.id):
			maybe = maybeWaited
		case w.kind == opaque && maybe == "":
			maybe = maybeUnread + w.why
		}
	}
	return no(maybe)
}

// waitsFor tells whether a wait is for a device. One for a volume is for the device under which the script attaches it, or where it
// attaches none, for any.
func (r *reader) waitsFor(w event, id string) bool {
	if w.volume == "" {
		return w.id == id
	}
	if strings.HasPrefix(id, "/") {
		return false
	}
	others := false
	for _, a := range r.events {
		if a.kind == attaches && a.volume == w.volume {
			if a.id == id || vagueID(a.id) || vagueID(id) {
				return true
			}
			others = true
		}
	}
	if v := volumeOf(id); v != "" && known(w.volume) && w.volume != anyVolume {
		return v == plainVolume(w.volume)
	}
	return !others
}

// attachAwaited tells whether the script waits for an attachment before it first uses the device, or anywhere.
func (r *reader) attachAwaited(e event, at int) Fact[bool] {
	alone := len(r.script.Attachments) == 1
	maybe := ""
	for i, w := range r.events[at+1:] {
		switch w.kind {
		case waits:
			switch {
			case w.volume != "" && (w.volume == anyVolume || w.volume == e.volume || alone), w.volume == "" && (e.gives(w.id) || alone && vagueID(w.id)):
				return Known(true)
			case w.volume == "" && (vagueID(w.id) || vagueID(e.id)):
				maybe = maybeWaited
			}
		case opaque:
			maybe = orDefault(maybe, maybeUnread+w.why)
		case mounts, formats, uses:
			if e.gives(w.id) {
				if w.ready || r.triesMount(w, at+1+i) {
					return Known(true)
				}
				return no(maybe)
			}
		}
	}
	return no(maybe)
}

// triesMount tells whether a mount stands in a loop that goes on until it works.
func (r *reader) triesMount(m event, at int) bool {
	return slices.ContainsFunc(r.events[at:], func(w event) bool { return w.kind == waits && w.mounted && w.id == m.id && w.from <= at })
}
