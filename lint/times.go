package lint

import (
	"slices"
	"time"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// listFunctions are about lists of times and numbers.
func listFunctions() []function {
	times, durations := cel.ListType(cel.TimestampType), cel.ListType(cel.DurationType)
	doubles, ints := cel.ListType(cel.DoubleType), cel.ListType(cel.IntType)
	const middle, middleWords = "the value in the middle of a list, or the mean of the two in the middle; an empty list has none, so ask for its size first", "the median of it"
	return []function{
		{"earliest", "earliest", false, []*cel.Type{times}, cel.TimestampType, ofTimes(earliest),
			"the first of some times; an empty list has none, so ask for its size first", "the earliest of it"},
		{"gaps", "gaps", false, []*cel.Type{times}, durations, ofTimes(gaps),
			"how long it is from each time to the next, whatever their order in the list; one time has no gap", "the gaps between it"},
		{"latest", "latest", false, []*cel.Type{times}, cel.TimestampType, ofTimes(latest),
			"the last of some times; an empty list has none, so ask for its size first", "the latest of it"},
		{"median_double", "median", false, []*cel.Type{doubles}, cel.DoubleType, median(func(n celtypes.Double) float64 { return float64(n) }, doubleOf), middle, middleWords},
		{"median_duration", "median", false, []*cel.Type{durations}, cel.DurationType, median(func(d celtypes.Duration) float64 { return float64(d.Duration) }, durationOf), middle, middleWords},
		{"median_int", "median", false, []*cel.Type{ints}, cel.DoubleType, median(func(n celtypes.Int) float64 { return float64(n) }, doubleOf), middle, middleWords},
		{"together", "together", false, []*cel.Type{cel.ListType(times), cel.DurationType}, times, together,
			"the times of the first list that each other list has too, as near as the duration says; none where a list is empty", "the times that all of it have within {1}"},
	}
}

// ofTimes makes a function of a list of times, which it gets in their order.
func ofTimes(get func([]time.Time) ref.Val) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		var times []time.Time
		return each(args[0], func(v ref.Val) bool {
			t, ok := v.(celtypes.Timestamp)
			times = append(times, t.Time)
			return ok
		}, func() ref.Val {
			slices.SortFunc(times, time.Time.Compare)
			return get(times)
		})
	}
}

func gaps(times []time.Time) ref.Val {
	var out []ref.Val
	for i := 1; i < len(times); i++ {
		out = append(out, celtypes.Duration{Duration: times[i].Sub(times[i-1])})
	}
	return celtypes.NewRefValList(celtypes.DefaultTypeAdapter, out)
}

func earliest(times []time.Time) ref.Val {
	if len(times) == 0 {
		return empty("earliest")
	}
	return celtypes.Timestamp{Time: times[0]}
}

func latest(times []time.Time) ref.Val {
	if len(times) == 0 {
		return empty("latest")
	}
	return celtypes.Timestamp{Time: times[len(times)-1]}
}

func empty(name string) ref.Val {
	return celtypes.NewErr("%s() of an empty list", name)
}

// together finds the times at which everything in some lists happened, so to speak, at once.
func together(args []ref.Val) ref.Val {
	near, _ := args[1].(celtypes.Duration)
	var lists [][]time.Time
	var unlike ref.Val // what stands in a list and is no time: an unknown
	return each(args[0], func(v ref.Val) bool {
		list, ok := v.(traits.Lister)
		if !ok {
			return false
		}
		got := ofTimes(func(times []time.Time) ref.Val { lists = append(lists, times); return nil })([]ref.Val{list})
		if got != nil && unlike == nil {
			unlike = got
		}
		return true
	}, func() ref.Val {
		if unlike != nil {
			return unlike
		}
		return celtypes.NewRefValList(celtypes.DefaultTypeAdapter, sharedTimes(lists, near.Duration))
	})
}

// sharedTimes are the times of the first list that each other list has within a duration. The lists are sorted.
func sharedTimes(lists [][]time.Time, near time.Duration) (out []ref.Val) {
	if len(lists) == 0 {
		return nil
	}
	for _, t := range lists[0] {
		if !slices.ContainsFunc(lists[1:], func(list []time.Time) bool {
			i, _ := slices.BinarySearchFunc(list, t.Add(-near), time.Time.Compare)
			return i == len(list) || list[i].After(t.Add(near))
		}) {
			out = append(out, celtypes.Timestamp{Time: t})
		}
	}
	return out
}

// median makes a function of a list of what can be counted as a number.
func median[T ref.Val](number func(T) float64, value func(float64) ref.Val) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		var all []float64
		return each(args[0], func(v ref.Val) bool {
			n, ok := v.(T)
			if ok {
				all = append(all, number(n))
			}
			return ok
		}, func() ref.Val {
			if len(all) == 0 {
				return empty("median")
			}
			slices.Sort(all)
			return value((all[(len(all)-1)/2] + all[len(all)/2]) / 2)
		})
	}
}

func doubleOf(f float64) ref.Val { return celtypes.Double(f) }

func durationOf(f float64) ref.Val { return celtypes.Duration{Duration: time.Duration(f)} }
