//go:build unix

package lint

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/patlint/patlint/patterns"
)

// hundredRules is what check chooses by itself, without metrics and sharing, again and again under new IDs.
func hundredRules(b testing.TB) *Rules {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	var with []*patterns.Pattern
	all := compile(b, slices.DeleteFunc(slices.Clone(cat.Patterns), func(p *patterns.Pattern) bool { return p.Rule == nil })...)
	extra := slices.Concat(all.Needing("metrics"), all.Needing("sharing"))
	for round := 0; len(with) < 100; round++ {
		for _, p := range cat.Patterns {
			if p.Rule != nil && len(with) < 100 && !slices.Contains(extra, p.ID) {
				copied := *p
				copied.ID = fmt.Sprintf("%s-%d", p.ID, round)
				with = append(with, &copied)
			}
		}
	}
	return compile(b, with...)
}

// cpu is the time that this process has spent on any processor.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCheck is the budget of the design: 100 rules on 100,000 resources in at most 5 s of CPU.
func BenchmarkCheck(b *testing.B) {
	rules := hundredRules(b)
	inv := region(b, 100_000, nil)
	b.ReportAllocs()
	var report *Report
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpu()
	for b.Loop() {
		fresh := &Inventory{Account: inv.Account, Region: inv.Region, Time: inv.Time, answers: inv.answers} // indexes are part of the work
		var err error
		if report, err = rules.Check(b.Context(), fresh, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	spent := (cpu() - start).Seconds() / float64(b.N)
	runtime.ReadMemStats(&after)
	looked := float64(report.Summary.Evaluations)
	b.ReportMetric(spent, "cpu-s/op")
	b.ReportMetric(looked, "evaluations")
	b.ReportMetric(float64(report.Summary.Fail), "findings")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N)/(float64(report.Summary.Resources)*float64(rules.Len())), "allocs/resource·rule")
}

// BenchmarkBind is what each inventory costs before the first rule: the environment and one program for each condition.
func BenchmarkBind(b *testing.B) {
	rules := hundredRules(b)
	inv := account(b, "Region: us-east-1")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rules.Check(b.Context(), inv, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
