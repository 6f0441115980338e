package lint

import (
	"context"
	"maps"
	"math"
	"slices"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A bill is what the failed findings of one inventory cost a month. It has each resource once, with the most that a finding says of it. What a finding says
// of other resources, as that of an instance says of its volumes, stands beside these. Its zero value is ready.
type bill struct {
	usd     map[billed]amount
	rows    map[string]bool // of prices, that it was reckoned by
	missing int             // findings that should have an estimate and have none
}

// billed names a resource on a bill.
type billed struct {
	kind, id string
	row      string // the volume of which it is one of several snapshots in a row; "" for what stands alone
}

// onBill names a resource. Of the blocks that snapshots of one volume share, one copy is paid. An archived snapshot is whole, and vol-ffffffff is what AWS
// writes for the volume of a copied snapshot (Amazon EBS User Guide, "Copy an Amazon EBS snapshot").
func onBill(kind, id string, v any) billed {
	s, ok := v.(*types.Snapshot)
	if !ok || s.StorageTier == types.StorageTierArchive || str(s.VolumeId) == "vol-ffffffff" {
		return billed{kind, id, ""}
	}
	return billed{kind, id, str(s.VolumeId)}
}

// An amount is dollars a month.
type amount struct {
	usd  float64
	most bool // it is no more than that, and may be much less
}

// A receipt is what one estimate is made of.
type receipt struct {
	parts map[billed]amount
	rows  map[string]bool // of prices
}

// paid takes a resource's cost.
func (r *receipt) paid(v any, t *till) {
	if k, ok := kindOfValue(v); ok && r != nil {
		r.parts[onBill(k.name, str(k.id(v)), v)] = amount{t.sum, t.most}
	}
}

// priced takes the names of rows of prices.
func (r *receipt) priced(rows []string) {
	if r != nil {
		for _, name := range rows {
			r.rows[name] = true
		}
	}
}

// most tells whether a part is an upper bound.
func (r *receipt) most() bool {
	for _, part := range r.parts {
		if part.most {
			return true
		}
	}
	return false
}

// add takes a finding about a subject, with what its estimate is made of.
func (b *bill) add(f *Finding, subject billed, r *receipt) {
	if b.usd == nil {
		b.usd, b.rows = map[billed]amount{}, map[string]bool{}
	}
	maps.Copy(b.rows, r.rows)
	delete(r.parts, subject)
	own, sum := f.MonthlyUSD, 0.0
	for _, part := range r.parts {
		sum += part.usd
	}
	if cents(sum) <= own { // else it is a difference, or a share of these costs
		own -= sum
		for name, part := range r.parts {
			b.most(name, part)
		}
	}
	b.most(subject, amount{own, f.MonthlyUSDAtMost})
}

func (b *bill) most(what billed, a amount) {
	if a.usd = cents(a.usd); a.usd > b.usd[what].usd {
		b.usd[what] = a
	}
}

// total is written to the summary, which says by which prices it was reckoned.
func (b *bill) total(s *Summary, own Prices) {
	s.MonthlyUSDMissing = b.missing
	if len(b.usd) == 0 {
		return
	}
	sum, rows := 0.0, map[string]float64{}
	for what, a := range b.usd {
		s.MonthlyUSDAtMost = s.MonthlyUSDAtMost || a.most
		if what.row == "" {
			sum += a.usd
		} else {
			rows[what.row] = max(rows[what.row], a.usd)
		}
	}
	for _, usd := range rows {
		sum += usd
	}
	s.MonthlyUSD, s.MonthlyUSDResources = cents(sum), len(b.usd)
	s.PricesDate, s.OwnPrices = own.origin(b.rows)
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
	v       any // the same as the inventory has it
}

// charge works out what the findings of a rule cost and puts them on the bill. Why one of them has no estimate is a cause that no verdict depends on. It gives
// the first error among these, and the ID of the resource that it is about. It is for one goroutine at a time, since relations tell the binding what things
// cost.
func (b *boundRules) charge(ctx context.Context, r *rule, t *tally, into *bill) (id string, failed ref.Val) {
	act := &activation{name: r.kind.name, rules: b, params: r.params}
	defer func() { b.receipt = nil }()
	var lost tally
	for i, of := range t.flagged {
		if i%256 == 0 && ctx.Err() != nil {
			into.missing += len(t.flagged) - i
			lost.because(cause{kind: r.kind.shown(), err: "interrupted before every estimate was worked out"})
			break
		}
		f := &t.findings[of.finding]
		act.subject, b.receipt = of.subject, &receipt{map[billed]amount{}, map[string]bool{}}
		usd, why := act.amount(r)
		if why != nil {
			if failed == nil && !celtypes.IsUnknown(why) {
				id, failed = f.Resource.ID, why
			}
			if f.Verdict == "fail" {
				into.missing++
				b.why(r, of.v, why, &lost)
			}
			continue
		}
		f.MonthlyUSD = cents(usd)
		f.MonthlyUSDAtMost = f.MonthlyUSD > 0 && b.receipt.most()
		if f.Verdict == "fail" && f.MonthlyUSD > 0 {
			_, own := r.kind.stands(of.v)
			into.add(f, onBill(f.Resource.Kind, f.Resource.ID, own), b.receipt)
		}
	}
	t.flagged = nil
	t.miss(slices.Collect(maps.Keys(lost.causes))...)
	return id, failed
}

// amount is the value of a rule's waste for the subject, or why there is none.
func (a *activation) amount(r *rule) (float64, ref.Val) {
	v := a.estimate(r)
	usd, ok := v.(celtypes.Double)
	switch {
	case ok && (math.IsNaN(float64(usd)) || math.IsInf(float64(usd), 0)):
		return 0, celtypes.NewErr("its estimate is no amount of dollars")
	case !ok && !celtypes.IsUnknownOrError(v):
		return 0, celtypes.NewErr("its estimate is of the type %v and not a double", v.Type())
	case !ok:
		return 0, v
	}
	return float64(usd), nil
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
