package collect

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// An archive answers one listing as EC2 does: in pages, with wildcards in a filter on the time of its objects.
type archive struct {
	look
	source string
	page   int // objects on one

	mu       sync.Mutex
	objects  []archived
	filtered int // requests with a filter

	// How it fails; each may be nil.
	ignore bool                                                                   // the filter
	match  func(pattern, stamp string) bool                                       // instead of EC2's
	fault  func(a *archive, w http.ResponseWriter, cells []string, from int) bool // instead of a page
	late   bool                                                                   // filters a page after it is cut out of the whole
}

type archived struct {
	id, stamp, reservation string
	at                     int // its place in the listing; a token names the last one's
}

// A look is how a source's objects are filtered and written.
type look struct {
	filter string
	render func([]archived) string
}

var archives = map[string]look{
	"DescribeSnapshots": {filter: "start-time", render: func(objects []archived) string {
		return archivedSet("snapshotSet", objects, func(o archived) string {
			return "<snapshotId>" + o.id + "</snapshotId><startTime>" + o.stamp + "</startTime><ownerId>" + testAccount + "</ownerId>"
		})
	}},
	"DescribeVolumes": {filter: "create-time", render: func(objects []archived) string {
		return archivedSet("volumeSet", objects, func(o archived) string {
			return "<volumeId>" + o.id + "</volumeId><createTime>" + o.stamp + "</createTime>"
		})
	}},
	"DescribeInstances": {filter: "launch-time", render: func(objects []archived) string {
		var order []string
		instances := map[string]string{} // by reservation
		for _, o := range objects {
			if instances[o.reservation] == "" {
				order = append(order, o.reservation)
			}
			instances[o.reservation] += "<item><instanceId>" + o.id + "</instanceId><launchTime>" + o.stamp + "</launchTime></item>"
		}
		var items []string
		for _, r := range order {
			items = append(items, "<reservationId>"+r+"</reservationId><instancesSet>"+instances[r]+"</instancesSet>")
		}
		return set("reservationSet", items...)
	}},
}

func archivedSet(name string, objects []archived, item func(archived) string) string {
	var items []string
	for _, o := range objects {
		items = append(items, item(o))
	}
	if len(items) == 0 {
		return "<" + name + "/>"
	}
	return set(name, items...)
}

// newArchive has n objects, most of them recent, in no order. Instances are in reservations of up to five, started at any time.
func newArchive(source string, n, page int) *archive {
	a := &archive{look: archives[source], source: source, page: page}
	random := rand.New(rand.NewPCG(1, 2))
	now := time.Now()
	for i := range n {
		age := time.Duration(random.Float64() * float64(14*365*24*time.Hour))
		switch random.IntN(4) {
		case 0:
			age /= 100
		case 1:
			age /= 10_000
		case 2: // each night at four
			night := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -random.IntN(30))
			age = now.Sub(night.Add(-20 * time.Hour).Add(time.Duration(random.IntN(600)) * time.Second))
		}
		a.objects = append(a.objects, archived{fmt.Sprintf("x-%06d", i), stampOf(now.Add(-age)), fmt.Sprint("r-", i/5), 0})
	}
	random.Shuffle(n, func(i, j int) { a.objects[i], a.objects[j] = a.objects[j], a.objects[i] })
	for i := range a.objects {
		a.objects[i].at = i + 1
	}
	return a
}

func (a *archive) ids() map[string]bool {
	ids := map[string]bool{}
	for _, o := range a.objects {
		ids[o.id] = true
	}
	return ids
}

// patterns are the values of the request's filter.
func (a *archive) patterns(form url.Values) (cells []string) {
	if form.Get("Filter.1.Name") == a.filter {
		for i := 1; form.Has(fmt.Sprintf("Filter.1.Value.%d", i)); i++ {
			cells = append(cells, form.Get(fmt.Sprintf("Filter.1.Value.%d", i)))
		}
	}
	return cells
}

func (a *archive) has(cells []string, o archived) bool {
	match := a.match
	if match == nil {
		match = func(pattern, stamp string) bool {
			prefix, wild := strings.CutSuffix(pattern, "*")
			return wild && strings.HasPrefix(stamp, prefix) || pattern == stamp
		}
	}
	return len(cells) == 0 || a.ignore || slices.ContainsFunc(cells, func(c string) bool { return match(c, o.stamp) })
}

func (a *archive) answer(w http.ResponseWriter, r *http.Request, _ int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	cells := a.patterns(r.Form)
	from, _ := strconv.Atoi(r.Form.Get("NextToken"))
	if len(cells) > 0 {
		a.filtered++
	}
	if len(cells) > filterValues {
		fail(w, 400, "FilterLimitExceeded", "too many values")
		return true
	}
	if a.fault != nil && a.fault(a, w, cells, from) {
		return true
	}
	var found []archived
	for _, o := range a.objects {
		if o.at > from && (a.late || a.has(cells, o)) {
			found = append(found, o)
		}
	}
	token := ""
	if len(found) > a.page {
		found = found[:a.page]
		token = strconv.Itoa(found[a.page-1].at)
	}
	if a.late {
		found = slices.DeleteFunc(found, func(o archived) bool { return !a.has(cells, o) })
	}
	w.Write([]byte(document(a.source, a.render(found), token)))
	return true
}

// readArchive gives the IDs that the source's pages have.
func readArchive(t *testing.T, a *archive) (map[string]bool, *endpoint, error) {
	e := offline(t)
	e.faults[a.source] = a.answer
	pages, err := read(t, e, a.source)
	ids := map[string]bool{}
	add := func(id *string) {
		if ids[*id] {
			t.Errorf("%s is there twice", *id)
		}
		ids[*id] = true
	}
	for _, page := range pages {
		switch items := page.(type) {
		case []types.Snapshot:
			for _, s := range items {
				add(s.SnapshotId)
			}
		case []types.Volume:
			for _, v := range items {
				add(v.VolumeId)
			}
		case []types.Reservation:
			for _, r := range items {
				for _, i := range r.Instances {
					add(i.InstanceId)
				}
			}
		}
	}
	return ids, e, err
}

// In parts or not: the same as one page after the other, at all sizes.
func TestDivided(t *testing.T) {
	for source := range archives {
		for _, n := range []int{0, 1, 199, 200, 201, 240, 1000, 5000} {
			a := newArchive(source, n, 50)
			got, e, err := readArchive(t, a)
			if err != nil || !maps.Equal(got, a.ids()) {
				t.Errorf("%s: %d of %d, %v", source, len(got), n, err)
			}
			pages := max((n+a.page-1)/a.page, 1)
			calls := len(e.requests(source))
			switch {
			case n <= firstPages*a.page && (calls != pages || a.filtered > 0):
				t.Errorf("%s: %d calls for %d pages, %d with a filter", source, calls, pages, a.filtered)
			case n > firstPages*a.page && (calls > pages+firstPages+parts+1 || calls != a.filtered+firstPages):
				t.Errorf("%s: %d calls for %d pages, %d with a filter", source, calls, pages, a.filtered)
			}
		}
	}
}

// What is not EC2 is found out, and then the listing goes on where it stood.
func TestIndivisible(t *testing.T) {
	refuse := func(status int, code, message string) func(*archive, http.ResponseWriter, []string, int) bool {
		return func(_ *archive, w http.ResponseWriter, cells []string, _ int) bool {
			if len(cells) > 0 {
				fail(w, status, code, message)
			}
			return len(cells) > 0
		}
	}
	for source := range archives {
		for _, test := range []struct {
			name     string
			break_   func(*archive)
			filtered int // requests with a filter, at most
		}{
			{"ignores the filter", func(a *archive) { a.ignore = true }, 8},
			{"knows no wildcard", func(a *archive) { a.match = func(pattern, stamp string) bool { return pattern == stamp } }, 9},
			{"filters by the day", func(a *archive) {
				a.match = func(pattern, stamp string) bool { return strings.HasPrefix(stamp, pattern[:min(len(pattern)-1, 10)]) }
			}, 100},
			{"rejects the filter", func(a *archive) {
				a.fault = refuse(400, "InvalidParameterValue", "The filter '"+a.filter+"' is invalid")
			}, 8},
			{"rejects the parameter", func(a *archive) { a.fault = refuse(400, "UnknownParameter", "The parameter Filter is not recognized") }, 8},
			{"fails as moto does", func(a *archive) {
				a.fault = func(_ *archive, w http.ResponseWriter, cells []string, _ int) bool {
					return len(cells) > 0 && raw(500, moto500)(w, nil, 0)
				}
			}, 8 * 5},
			{"drops an item of the first pages", func(a *archive) {
				lost := a.objects[3].stamp
				a.match = func(pattern, stamp string) bool {
					return strings.HasPrefix(stamp, strings.TrimSuffix(pattern, "*")) && stamp != lost
				}
			}, 100},
			{"has an item deleted meanwhile", func(a *archive) {
				a.fault = func(a *archive, _ http.ResponseWriter, cells []string, _ int) bool {
					if len(cells) > 0 {
						a.objects = slices.DeleteFunc(a.objects, func(o archived) bool { return o.id == "gone" })
					}
					return false
				}
				a.objects = slices.Insert(a.objects, 5, archived{"gone", "2020-01-02T03:04:05.000Z", "r-gone", 5})
			}, 100},
			{"has no times", func(a *archive) { a.objects[7].stamp = "" }, 0},
			{"filters after it has paged", func(a *archive) { a.late = true }, 8 * (maxThin + 1)},
			{"loses the tokens of filtered listings", func(a *archive) {
				a.fault = func(_ *archive, w http.ResponseWriter, cells []string, from int) bool {
					if len(cells) > 0 && from > 0 {
						fail(w, 400, "InvalidNextToken", "The specified NextToken is not valid.")
					}
					return len(cells) > 0 && from > 0
				}
			}, 100},
		} {
			t.Run(source+" "+test.name, func(t *testing.T) {
				a := newArchive(source, 3000, 50)
				test.break_(a)
				want := a.ids()
				render := a.render
				a.render = func(objects []archived) string {
					return strings.NewReplacer("<startTime></startTime>", "", "<createTime></createTime>", "", "<launchTime></launchTime>", "").Replace(render(objects))
				}
				got, e, err := readArchive(t, a)
				delete(want, "gone")
				delete(got, "gone") // it was there when its page was read
				if err != nil || !maps.Equal(got, want) {
					t.Fatalf("%d of %d, %v", len(got), len(want), err)
				}
				if a.filtered > test.filtered {
					t.Errorf("%d calls with a filter, more than %d", a.filtered, test.filtered)
				}
				if n := len(e.requests(source)) - a.filtered; n != 60 && n != 61 {
					t.Errorf("%d calls without a filter for 60 pages", n)
				}
			})
		}
	}
}

// A part that cannot be read is a gap, never a shorter list, and the whole is not asked for again; be it one that broke half-way, or the
// last one when all others are there.
func TestPartFails(t *testing.T) {
	lastYear := fmt.Sprint(time.Now().UTC().Year()+1, "-*")
	for name, broken := range map[string]fault{
		"throttled": failing(503, "RequestLimitExceeded", "Request limit exceeded."),
		"cut":       raw(200, "<DescribeSnapshotsResponse>"),
		"portal":    raw(200, "<html>Please log in</html>"),
	} {
		for where, here := range map[string]func(cells []string, from int) bool{
			"half-way": func(_ []string, from int) bool { return from > 0 },
			"last":     func(cells []string, _ int) bool { return slices.Contains(cells, lastYear) },
		} {
			t.Run(name+" "+where, func(t *testing.T) {
				a := newArchive("DescribeSnapshots", 3000, 50)
				refusals := 0
				a.fault = func(_ *archive, w http.ResponseWriter, cells []string, from int) bool {
					if len(cells) > 0 && here(cells, from) {
						refusals++
						return broken(w, nil, 0)
					}
					return false
				}
				e := offline(t)
				e.faults[a.source] = a.answer
				var shared Shared
				inv, _ := collect(t, e.open(t, func(c *Config) { c.Shared, c.MaxAttempts = &shared, 2 }), a.source)
				gap(t, inv, a.source)
				if inv.Resources() != 0 || refusals == 0 || shared.Progress().Items != 0 {
					t.Errorf("half a list: %d snapshots, %d counted, after %d refusals", inv.Resources(), shared.Progress().Items, refusals)
				}
				if n := len(e.requests(a.source)) - a.filtered; n != firstPages {
					t.Errorf("%d calls without a filter", n)
				}
			})
		}
	}
}

// A listing that must start again after its parts were of no use is not tried in parts again.
func TestDividedOnce(t *testing.T) {
	a := newArchive("DescribeVolumes", 3000, 50)
	broke, inParts, attempts := false, false, 0
	a.fault = func(_ *archive, w http.ResponseWriter, cells []string, from int) bool {
		if len(cells) > 0 && !inParts {
			attempts++
		}
		inParts = len(cells) > 0
		switch {
		case inParts:
			fail(w, 400, "InvalidParameterValue", "The filter 'create-time' is invalid")
		case from > 1000 && !broke:
			broke = true
			fail(w, 400, "InvalidNextToken", "The specified NextToken is not valid.")
		default:
			return false
		}
		return true
	}
	got, _, err := readArchive(t, a)
	if err != nil || !maps.Equal(got, a.ids()) || !broke || attempts != 1 {
		t.Errorf("%d volumes, %v, %d attempts in parts", len(got), err, attempts)
	}
}

// Objects that come and go while the parts are read: all that were there all the time are there, once; above all an instance that is started
// again between two parts.
func TestDividedMeanwhile(t *testing.T) {
	for source := range archives {
		a := newArchive(source, 3000, 50)
		kept := a.ids()
		random := rand.New(rand.NewPCG(3, 4))
		first := map[string]bool{}
		for _, o := range a.objects[:firstPages*a.page] {
			first[o.id] = true
		}
		n := 0
		a.fault = func(a *archive, _ http.ResponseWriter, cells []string, _ int) bool {
			if len(cells) == 0 {
				return false
			}
			n++
			a.objects = append(a.objects, archived{fmt.Sprintf("new-%d", n), stampOf(time.Now()), "r-new", 3000 + n})
			if i := random.IntN(len(a.objects)); !first[a.objects[i].id] {
				delete(kept, a.objects[i].id)
				a.objects = slices.Delete(a.objects, i, i+1)
			}
			if i := random.IntN(len(a.objects)); source == "DescribeInstances" && !first[a.objects[i].id] {
				a.objects[i].stamp = stampOf(time.Now())
			}
			return false
		}
		got, e, err := readArchive(t, a)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(e.requests(source)) - a.filtered; n != firstPages {
			t.Errorf("%s: not read in parts: %d calls without a filter", source, n)
		}
		for id := range kept {
			if !got[id] {
				t.Errorf("%s: %s is missing", source, id)
			}
		}
	}
}

// Whatever was seen: each time stamp, of any year, is in exactly one part, and no filter has too many values.
func FuzzDivide(f *testing.F) {
	f.Add(uint64(1), 0, int64(1_800_000_000), 1.0)
	f.Add(uint64(2), 4000, int64(1_767_225_600), 1e-9) // new year, all at once
	f.Add(uint64(3), 4000, int64(1_709_164_800), 1e-4) // 28 February
	f.Add(uint64(4), 4000, int64(1_709_251_199), 1e-2)
	f.Add(uint64(5), 100, int64(1_136_073_600), 1.0) // 2006
	f.Fuzz(func(t *testing.T, seed uint64, n int, now int64, spread float64) {
		begin := time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC)
		today := time.Unix(max(begin.Unix(), min(now, 4_102_444_800)), 0)
		end := today.AddDate(1, 0, 0)
		random := rand.New(rand.NewPCG(seed, 0))
		anyTime := func(spread float64) string {
			return stampOf(end.Add(-time.Duration(random.Float64() * spread * float64(end.Sub(begin)))))
		}
		if !(spread >= 0 && spread <= 1) {
			spread = 1
		}
		var stamps []string
		for range min(max(n, 0), 10_000) {
			stamps = append(stamps, anyTime(spread))
		}
		if n%3 == 1 { // many centres
			for i := range stamps {
				stamps[i] = anyTime(1)[:11] + stamps[i][11:]
			}
		}
		cells := divide(stamps, today)
		if cells == nil { // the last part can be too large where much is in the future
			future := 0
			for _, s := range stamps {
				if s > stampOf(today.Add(-clockError)) {
					future++
				}
			}
			if future <= len(stamps)/(2*parts) {
				t.Fatalf("not divided, with %d of %d in the future", future, len(stamps))
			}
			return
		}
		if len(cells) > parts+1 {
			t.Fatalf("%d parts", len(cells))
		}
		for _, c := range cells {
			if len(c) == 0 || len(c) > filterValues || !slices.IsSorted(c) {
				t.Fatalf("a part with %d cells", len(c))
			}
		}
		check := stamps
		for range 100 {
			check = append(check, anyTime(1), anyTime(spread))
		}
		check = append(check, stampOf(begin), stampOf(today), stampOf(end))
		for _, year := range []int{0, 1, 999, 1000, 1970, 1999, 2000, 2005, 2029, 2030, 2031, 2099, 2100, 2199, 2999, 3000, 9999} {
			check = append(check, stampOf(time.Date(year, 7, 8, 9, 10, 11, 0, time.UTC)))
		}
		for _, s := range check {
			in, prefixes := 0, 0
			for _, c := range cells {
				if within(c, s) {
					in++
				}
				for _, prefix := range c {
					if strings.HasPrefix(s, prefix) {
						prefixes++
					}
				}
			}
			if in != 1 || prefixes != 1 {
				t.Fatalf("%s is in %d parts and %d cells", s, in, prefixes)
			}
			if s >= stampOf(today.Add(-clockError)) && !within(cells[len(cells)-1], s) {
				t.Fatalf("%s may still change, and is not in the last part", s)
			}
		}
	})
}

// No part has much more than its share, wherever the objects are.
func TestDivideEvenly(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 30, 0, 0, time.UTC)
	for name, at := range map[string]func(i int) time.Time{
		"over the years": func(i int) time.Time { return now.AddDate(0, 0, -i) },
		"each night": func(i int) time.Time {
			return now.AddDate(0, 0, -i%14).Add(-12 * time.Hour).Truncate(time.Hour).Add(time.Duration(i) * time.Second / 4)
		},
		"one night": func(i int) time.Time {
			return now.Add(-12 * time.Hour).Truncate(time.Hour).Add(time.Duration(i) * time.Second / 2)
		},
	} {
		var stamps []string
		for i := range 4000 {
			stamps = append(stamps, stampOf(at(i)))
		}
		cells := divide(stamps, now)
		for i, part := range cells {
			n := 0
			for _, s := range stamps {
				if within(part, s) {
					n++
				}
			}
			if i < len(cells)-1 && (n < 400 || n > 600) || i == len(cells)-1 && n > 1 {
				t.Errorf("%s: part %d has %d of %d", name, i, n, len(stamps))
			}
		}
	}
}
