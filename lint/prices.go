package lint

import (
	_ "embed"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"go.yaml.in/yaml/v4"

	"github.com/patlint/patlint/patterns"
)

//go:embed prices.yaml
var pricesYAML []byte

// priceRows are AWS's public prices, read once when a rule or a list first asks for one.
var priceRows = sync.OnceValue(func() []LimitDoc {
	var rows []LimitDoc
	if err := yaml.Load(pricesYAML, &rows, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("lint/prices.yaml, which is part of the program: %v", err))
	}
	return rows
})

// publicPrices are the same by name.
var publicPrices = sync.OnceValue(func() Prices {
	m := make(Prices, len(priceRows()))
	for _, r := range priceRows() {
		m[r.Name] = r.Value
	}
	return m
})

// PricesDate is the day of the oldest of AWS's prices that patlint knows: 2026-11-23.
func PricesDate() string { return oldest(priceRows()) }

// oldest is the day on which rows were last compared with what AWS asks; "" for none.
func oldest(rows []LimitDoc) string {
	day := ""
	for _, r := range rows {
		if day == "" || r.Checked < day {
			day = r.Checked
		}
	}
	return day
}

// origin is where the rows of a bill are from: the day of the oldest that is AWS's, and the names of the site's own.
func (p Prices) origin(rows map[string]bool) (day string, own []string) {
	var public []LimitDoc
	for _, r := range priceRows() {
		if _, site := p[r.Name]; rows[r.Name] && !site {
			public = append(public, r)
		}
	}
	for name := range p {
		if rows[name] {
			own = append(own, name)
		}
	}
	slices.Sort(own)
	return oldest(public), own
}

// Prices are a site's own, by the names of prices.yaml, in the place of AWS's public ones. region.eu-central-1 is a factor for all prices of the region
// that differ by region. A nil Prices is AWS's alone.
type Prices map[string]float64

const (
	factorMark   = "region."
	ebsGroup     = "ebs"
	networkGroup = "network"
)

var factorForm = regexp.MustCompile(`^region\.[a-z]+(?:-[a-z]+)+-[0-9]+(?:\.(?:ebs|network))?$`)

// CheckPrice says what is wrong with a price of a site's own; nil for nothing.
func CheckPrice(name string, value float64) error {
	factor := strings.HasPrefix(name, factorMark)
	switch _, known := publicPrices()[name]; {
	case factor && !factorForm.MatchString(name):
		return fmt.Errorf("%s is no factor; write region.eu-central-1, or region.eu-central-1.ebs and region.eu-central-1.network", name)
	case !factor && !known:
		return fmt.Errorf("there is no price %s%s", name, orPrice(name))
	case math.IsNaN(value) || math.IsInf(value, 0) || value < 0 || factor && value == 0:
		return fmt.Errorf("%s is a number of US dollars, or of a region a factor above 0", name)
	}
	return nil
}

// orPrice ends an error about a price that does not exist.
func orPrice(name string) string {
	if near := patterns.Nearest(name, slices.Sorted(maps.Keys(publicPrices()))); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; patlint list prices shows all"
}

// factor names what a region's prices of a group are multiplied by; "" where nothing is known of the region.
func (p Prices) factor(region, group string) string {
	public := factorMark + region + "." + group
	for _, name := range []string{public, factorMark + region} {
		if _, ok := p[name]; ok {
			return name
		}
	}
	if _, ok := publicPrices()[public]; ok {
		return public
	}
	return ""
}

// value is a row's number.
func (p Prices) value(name string) float64 {
	if v, ok := p[name]; ok {
		return v
	}
	return publicPrices()[name]
}

// in is a price in a region, and the names of the rows that it is made of; none where nothing is known of the region. What is the same everywhere is known
// where anything of the region is.
func (p Prices) in(region, name string) (usd float64, rows []string) {
	group, _, _ := strings.Cut(name, ".")
	if group != networkGroup && group != ebsGroup {
		if p.factor(region, ebsGroup) == "" && p.factor(region, networkGroup) == "" {
			return 0, nil
		}
		return p.value(name), []string{name}
	}
	factor := p.factor(region, group)
	if factor == "" {
		return 0, nil
	}
	return p.value(name) * p.value(factor), []string{name, factor}
}

// In lists all prices as they are in a region, without the factors; none where nothing is known of the region. With no region it is what stands in
// prices.yaml, factors included, and the site's own numbers in their places. Those have no source and no day.
func (p Prices) In(region string) []LimitDoc {
	var out []LimitDoc
	rows := slices.Clone(priceRows())
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if !slices.ContainsFunc(rows, func(r LimitDoc) bool { return r.Name == name }) {
			rows = append(rows, LimitDoc{Name: name, Unit: "times what us-east-1 asks"})
		}
	}
	for _, r := range rows {
		if own, ok := p[r.Name]; ok {
			r.Value, r.Source, r.Checked = own, "", ""
		}
		if region != "" {
			value, rows := p.in(region, r.Name)
			if len(rows) == 0 || strings.HasPrefix(r.Name, factorMark) {
				continue
			}
			r.Value = value
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b LimitDoc) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Priced gives the same rules with a site's own prices.
func (rs *Rules) Priced(own Prices) *Rules {
	out := *rs
	out.prices = own
	return &out
}

const priceID = "price"

// priceFunction gives the function that reads prices.yaml as the region of an inventory has it.
func priceFunction(s *regionSet) cel.EnvOption {
	b := s.whole // no rule that compares regions asks
	if len(s.regions) == 1 {
		b = s.regions[0]
	}
	return cel.Function(priceID, cel.Overload(priceID, []*cel.Type{cel.StringType}, cel.DoubleType, cel.UnaryBinding(func(name ref.Val) ref.Val {
		value, unknown := b.price(string(name.(celtypes.String)))
		if unknown != nil {
			return unknown
		}
		return celtypes.Double(value)
	})))
}

// price is a price in the inventory's region. The second value is why there is none.
func (b *binding) price(name string) (float64, ref.Val) {
	value, rows := b.prices.in(b.inv.Region, name)
	if len(rows) == 0 {
		return 0, unknownReason(fmt.Sprintf("prices.yaml knows nothing of the region %q; a factor region.%s among the site's prices does", b.inv.Region, b.inv.Region))
	}
	b.receipt.priced(rows)
	return value, nil
}

// noPrice says what is wrong with a call of price; "" for nothing.
func noPrice(e ast.Expr) string {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != priceID || len(e.AsCall().Args()) != 1 {
		return ""
	}
	arg := e.AsCall().Args()[0]
	if arg.Kind() != ast.LiteralKind {
		return "price takes a name in quotes, so that a wrong one is found when the catalog loads"
	}
	name, _ := arg.AsLiteral().(celtypes.String)
	if strings.HasPrefix(string(name), factorMark) {
		return fmt.Sprintf("%s is a factor, which price() has in it already", name)
	}
	if _, ok := publicPrices()[string(name)]; ok {
		return ""
	}
	return fmt.Sprintf("prices.yaml has no %s%s", name, orPrice(string(name)))
}
