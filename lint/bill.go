package lint

import (
	"context"
	"math"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// A bill is what the failed findings of one inventory cost a month. It has each resource once, with the most that a finding says of it. What a finding says
// of other resources, as that of an instance says of its volumes, stands beside these.
type bill map[billed]float64

// billed names a resource on a bill.
type billed struct{ kind, id string }

// add takes a finding, with the costs that its estimate is made of.
func (b bill) add(f *Finding, parts map[billed]float64) {
	subject := billed{f.Resource.Kind, f.Resource.ID}
	delete(parts, subject)
	own, sum := f.MonthlyUSD, 0.0
	for _, usd := range parts {
		sum += usd
	}
	if cents(sum) <= own { // else it is a difference, or a share of these costs
		own -= sum
		for part, usd := range parts {
			b.most(part, usd)
		}
	}
	b.most(subject, own)
}

func (b bill) most(what billed, usd float64) {
	if usd = cents(usd); usd > 0 {
		b[what] = max(b[what], usd)
	}
}

// total is written to the summary, which says by which prices it was reckoned.
func (b bill) total(s *Summary, own Prices) {
	if len(b) == 0 {
		return
	}
	sum := 0.0
	for _, usd := range b {
		sum += usd
	}
	s.MonthlyUSD, s.MonthlyUSDResources = cents(sum), len(b)
	s.PricesDate, s.OwnPrices = PricesDate(), len(own)
}

// cents rounds an amount of dollars. What is no amount, or less than half a cent, is none.
func cents(usd float64) float64 {
	if math.IsNaN(usd) || math.IsInf(usd, 0) || usd <= 0 {
		return 0
	}
	return math.Round(usd*100) / 100
}

// A flagged is a finding whose waste is still to be worked out.
type flagged struct {
	finding int // in the tally
	subject ref.Val
}

// charge works out what the findings of a rule cost and puts them on the bill. It gives the first error, and the ID of the resource that it is about: there
// is no estimate then, as there is none for what is unknown. It is for one goroutine at a time, since relations tell the binding what things cost.
func (b *boundRules) charge(ctx context.Context, r *rule, t *tally, into bill) (id string, failed ref.Val) {
	act := &activation{name: r.kind.name, rules: b, params: r.params}
	parts := map[billed]float64{}
	b.billed = func(what any, usd float64) {
		if k, ok := kindOfValue(what); ok {
			parts[billed{k.name, str(k.id(what))}] = usd
		}
	}
	defer func() { b.billed = nil }()
	for i, of := range t.flagged {
		if i%256 == 0 && ctx.Err() != nil {
			break
		}
		f := &t.findings[of.finding]
		act.subject = of.subject
		clear(parts)
		v := act.estimate(r)
		if usd, ok := v.(celtypes.Double); ok {
			f.MonthlyUSD = cents(float64(usd))
		} else if failed == nil && !celtypes.IsUnknown(v) {
			id, failed = f.Resource.ID, v
		}
		if f.Verdict == "fail" && f.MonthlyUSD > 0 {
			into.add(f, parts)
		}
	}
	t.flagged = nil
	return id, failed
}

// estimate is the value of a rule's waste for the subject.
func (a *activation) estimate(r *rule) ref.Val {
	prog, err := a.planned(r, r.waste, cel.OptOptimize)
	if err != nil {
		return celtypes.WrapErr(err)
	}
	v, _, err := prog.Eval(a)
	if err != nil {
		return celtypes.WrapErr(err)
	}
	return v
}
