package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"golang.org/x/sync/errgroup"
)

// A division reads a long listing in several parts side by side. EC2's page tokens allow one page after the other only, so the
// parts are listings of their own, each with a filter on the time of its objects.
//
// # Why the parts are the whole
//
// Every snapshot has the time it was started, every volume the time it was created, every instance the time it was launched last. EC2
// writes them in UTC as 2021-09-29T11:04:43.305Z and compares filters with that text; * in a filter stands for any text, and values of one
// filter are joined by "or". A cell is the beginning of such a text. The first cells are the years from 2000 to the end of this decade, and whatever
// other digits a time can begin with. A cell may be split into all its continuations: a year into 12 months, a month into 31 days, a day into 24 hours, an hour into 60
// minutes. So at any time the cells are disjoint and cover every time stamp, whichever were split. A part is some of the cells, and
// each cell is in one part.
//
// An instance that is started again meanwhile gets a new time. It could go from a part that is not yet read to one that has been. So
// the cells from a quarter of an hour ago on are the last part, and are read when the others are done. (It is enough that this machine's
// clock is right to a quarter of an hour.)
//
// # And where they are not
//
// An emulator may not know the filter, or not the wildcard, which AWS spells out for instances only. So each object of a part must lie in the part's cells, and each object of
// the pages that were read before must be in some part. Where that fails, or the filter is refused, the parts are thrown away, and the
// listing goes on where it stood, one page after the other, to its end. An object that was deleted meanwhile has the same effect; it is
// not tried twice. A part that cannot be read for other reasons makes the source a gap.
//
// A server may also look at pages first and filter then, so that each part costs as many pages as the whole. More than [maxThin] pages that are
// less than half full end the attempt.
//
// # What it costs
//
// The first pages again, and a page for each part that is not full: [firstPages] + [parts] + 1 calls more as a rule, and at most
// [lastPages] + [parts] + 1. So it begins where a token is
// left after firstPages pages, which takes thousands of objects; a listing of that length gains about as much time as the calls are
// worth, a longer one more, and a shorter one pays nothing. It also must be worth while: where the calls already come as fast as the rate allows, more
// at a time would only wait for each other (see [gate.spare]). That is asked after each page, until after [lastPages] too much would
// have to be read again.
//
// # What is not divided
//
// Network interfaces have no time. Their zone is an optional field, the filter "availability-zone" cannot ask for those without one, and
// nothing that AWS documents says that there are none; so no list of zones provably covers them.
type division struct {
	filter  string                                                    // EC2's name of the time
	ask     func(only []types.Filter) pager                           // the listing, or a part
	objects func(page any) iter.Seq2[*string, *time.Time]             // of a page: ID and time
	fresh   func(page any, seen map[string]bool) (kept any, news int) // as a pager does
}

const (
	firstPages = 4
	lastPages  = 12
	parts      = 8    // side by side; one more follows
	maxThin    = 2    // pages of a part
	maxCells   = 1000 // so that all fit into the filters of the parts
	clockError = 15 * time.Minute
)

// read reads the listing, whole.
func (d division) read(ctx context.Context, r *run) (pages []any, err error) {
	tried := false
	err = twice(ctx, func(ctx context.Context) error {
		first := newWalk(r.items(), d.ask(nil))
		err := first.read(ctx, func() bool {
			n := len(first.pages)
			return !tried && n >= firstPages && n <= lastPages && r.account.gate(ctx, r.region).spare()
		})
		if err == nil && !first.whole {
			tried = true
			news := first.news
			first.drop()
			pages, err = d.readParts(ctx, r.items(), first.pages)
			if err == nil || !indivisible(err) {
				return err
			}
			r.account.log("not read in parts by %s, but one page after the other: %s", d.filter, clean(err.Error()))
			first.count(news)
			err = first.read(ctx, func() bool { return false })
		}
		pages = first.pages
		return err
	})
	if err != nil {
		return nil, err
	}
	return pages, nil
}

// readParts reads the listing anew, in parts. first are the pages that were read before.
func (d division) readParts(ctx context.Context, items *atomic.Int64, first []any) ([]any, error) {
	ids, stamps := d.known(first)
	if stamps == nil {
		return nil, fmt.Errorf("%w: not every item has an ID and a time", errParts)
	}
	cells := divide(stamps, time.Now())
	if cells == nil {
		return nil, fmt.Errorf("%w: the times are not those of EC2", errParts)
	}
	few := len(stamps) / len(first) / 2
	pages := make([][]any, len(cells))
	read := func(ctx context.Context, i int) (err error) {
		pages[i], err = listAll(ctx, items, d.part(cells[i], few))
		return err
	}
	last := len(cells) - 1
	workers, together := errgroup.WithContext(ctx)
	workers.SetLimit(parts)
	for i := range last {
		workers.Go(func() error { return read(together, i) })
	}
	err := workers.Wait()
	if err == nil {
		err = read(ctx, last)
	}
	counted, seen := 0, map[string]bool{}
	var out []any
	for _, page := range slices.Concat(pages...) {
		for range d.objects(page) {
			counted++
		}
		if page, news := d.fresh(page, seen); news > 0 {
			out = append(out, page)
		}
	}
	if err == nil && slices.ContainsFunc(ids, func(id string) bool { return !seen[id] }) {
		err = fmt.Errorf("%w: an item of the first pages is in no part", errParts)
	}
	if err != nil {
		items.Add(int64(-counted))
		return nil, err
	}
	items.Add(int64(len(seen) - counted))
	return out, nil
}

// known lists the objects of pages; nothing where one lacks its ID or time.
func (d division) known(pages []any) (ids, stamps []string) {
	for _, page := range pages {
		for id, at := range d.objects(page) {
			if aws.ToString(id) == "" || at == nil {
				return nil, nil
			}
			ids, stamps = append(ids, *id), append(stamps, stampOf(*at))
		}
	}
	return ids, stamps
}

// part asks for the objects of some cells, and checks what comes. few is how many a page has at least that is not the last one.
func (d division) part(cells []string, few int) pager {
	filter, thin := types.Filter{Name: &d.filter}, 0
	for _, cell := range cells {
		filter.Values = append(filter.Values, cell+"*")
	}
	ask := d.ask([]types.Filter{filter})
	return func(ctx context.Context, token *string, seen map[string]bool) (any, int, *string, error) {
		page, news, next, err := ask(ctx, token, seen)
		if err != nil {
			return nil, 0, nil, err
		}
		for id, at := range d.objects(page) {
			if aws.ToString(id) == "" || at == nil || !within(cells, stampOf(*at)) {
				return nil, 0, nil, fmt.Errorf("%w: a part has an item of another", errParts)
			}
		}
		if aws.ToString(next) != "" && news < few {
			thin++
		}
		if thin > maxThin {
			return nil, 0, nil, fmt.Errorf("%w: a part's pages are nearly empty", errParts)
		}
		return page, news, next, nil
	}
}

// errParts is a listing whose parts are not the whole.
var errParts = errors.New("the parts are not the whole")

// indivisible tells whether a listing of parts failed because it is one: the whole may be read all the same. A refusal counts in whatever
// words, because emulators have words of their own; a call that was one too many, or had no answer, does not.
func indivisible(err error) bool {
	var broken *brokenError
	var response *smithyhttp.ResponseError
	switch {
	case errors.Is(err, errParts), errors.Is(err, errIdle), errors.As(err, &broken):
		return true
	case retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool():
		return false
	}
	return errors.As(err, &response) && response.HTTPStatusCode() >= 300 // 0 is no answer
}

// stampOf is a time as EC2 writes it, and filters it.
func stampOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// within tells whether a time stamp is in one of the cells, which are sorted and disjoint.
func within(cells []string, stamp string) bool {
	i, _ := slices.BinarySearch(cells, stamp)
	return i > 0 && strings.HasPrefix(stamp, cells[i-1])
}

// A cell is the beginning of time stamps, and those that were seen in it.
type cell struct {
	prefix string
	stamps []string
}

// divide distributes the cells over parts of about the same weight, by the time stamps that were seen. The last one has what is so recent
// that it may still change. Each part is sorted. It is nil where the time stamps cannot be divided.
func divide(stamps []string, now time.Time) [][]string {
	cells := years(stamps, now)
	total := 0
	for _, c := range cells {
		total += len(c.stamps)
	}
	if total < len(stamps) {
		return nil
	}
	// What is recent, for the last part, and because most objects usually are.
	for _, prefix := range []string{
		stampOf(now.AddDate(-1, 0, 0))[:5],
		stampOf(now)[:5], stampOf(now.Add(-24 * time.Hour))[:5],
		stampOf(now)[:8], stampOf(now.Add(-24 * time.Hour))[:8],
		stampOf(now)[:11], stampOf(now.Add(-24 * time.Hour))[:11],
	} {
		if i := slices.IndexFunc(cells, func(c cell) bool { return c.prefix == prefix }); i >= 0 {
			cells = slices.Replace(cells, i, i+1, split(cells[i])...)
		}
	}
	// What is heavy, so that no part must take more than its share.
	for i := 0; i < len(cells); {
		finer := split(cells[i])
		if len(cells[i].stamps) <= total/(2*parts) || len(finer) == 0 || len(cells)+len(finer) > maxCells {
			i++
			continue
		}
		cells = slices.Replace(cells, i, i+1, finer...)
	}
	return share(cells, stampOf(now.Add(-clockError)))
}

// share makes the parts. Each takes the heaviest cell that is left, in turn the one that has least so far.
func share(cells []cell, recent string) [][]string {
	type part struct {
		weight int
		cells  []string
	}
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(len(b.stamps), len(a.stamps)), cmp.Compare(a.prefix, b.prefix))
	})
	var last part
	all := make([]part, parts)
	for _, c := range cells {
		to := &last
		if c.prefix < recent[:len(c.prefix)] {
			for i := range all {
				if p := &all[i]; len(p.cells) < filterValues && (to == &last || p.weight < to.weight) {
					to = p
				}
			}
		}
		to.weight += len(c.stamps) + 1 // nothing seen is not nothing there
		to.cells = append(to.cells, c.prefix)
	}
	if len(last.cells) > filterValues {
		return nil
	}
	var out [][]string
	for _, p := range append(all, last) {
		if len(p.cells) > 0 { // a filter without values would be none
			slices.Sort(p.cells)
			out = append(out, p.cells)
		}
	}
	return out
}

// years are the first cells: the years of the decades in which EC2 has been there, and whatever else a time can begin with, so that an odd
// clock loses nothing.
func years(stamps []string, now time.Time) []cell {
	var cells []cell
	for _, digits := range []string{"0", "1", "3", "4", "5", "6", "7", "8", "9", "21", "22", "23", "24", "25", "26", "27", "28", "29"} {
		cells = append(cells, cell{prefix: digits})
	}
	for decade := range 10 {
		if decade > (now.UTC().Year()-2000+1)/10 {
			cells = append(cells, cell{prefix: fmt.Sprintf("20%d", decade)})
			continue
		}
		for year := range 10 {
			cells = append(cells, cell{prefix: fmt.Sprintf("20%d%d-", decade, year)})
		}
	}
	return fill(cells, stamps)
}

// split gives all continuations of a cell by one number; none where that is fine enough.
func split(c cell) []cell {
	from, to, end := 0, 0, ""
	switch len(c.prefix) {
	case len("2006-"):
		from, to, end = 1, 12, "-"
	case len("2006-01-"):
		from, to, end = 1, 31, "T"
	case len("2006-01-02T"):
		from, to, end = 0, 23, ":"
	case len("2006-01-02T15:"):
		from, to, end = 0, 59, ":"
	default:
		return nil
	}
	var cells []cell
	for n := from; n <= to; n++ {
		cells = append(cells, cell{prefix: fmt.Sprintf("%s%02d%s", c.prefix, n, end)})
	}
	return fill(cells, c.stamps)
}

func fill(cells []cell, stamps []string) []cell {
	for _, s := range stamps {
		for i := range cells {
			if strings.HasPrefix(s, cells[i].prefix) {
				cells[i].stamps = append(cells[i].stamps, s)
			}
		}
	}
	return cells
}
