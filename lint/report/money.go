package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/lint"
)

// dollars is an amount for people. From a thousand on nobody reads cents, which an estimate has none of.
func dollars(usd float64) string {
	if usd < 1000 {
		return strconv.FormatFloat(usd, 'f', 2, 64) + " USD"
	}
	digits := strconv.FormatFloat(math.Round(usd), 'f', 0, 64)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String() + " USD"
}

// estimate says what a finding costs; "" where there is no estimate.
func estimate(usd float64) string {
	if usd <= 0 {
		return ""
	}
	return "about " + dollars(usd) + " a month"
}

// priced is a message with what the finding costs behind it.
func priced(message string, usd float64) string {
	if usd <= 0 {
		return message
	}
	return message + " (" + estimate(usd) + ")"
}

// savings says in a sentence what all findings cost and by which prices; "" where there is no estimate.
func savings(s lint.Summary) string {
	if s.MonthlyUSD <= 0 {
		return ""
	}
	day, own := "", ""
	if _, err := time.Parse(time.DateOnly, s.PricesDate); err == nil { // a report that was read may say anything
		day = " of " + s.PricesDate
	}
	if s.OwnPrices > 0 {
		own = fmt.Sprintf(" and %d of the site's own", s.OwnPrices)
	}
	return fmt.Sprintf("About %s a month could be saved on %s, by AWS's public prices%s%s (prices.yaml; patlint list prices shows them).",
		dollars(s.MonthlyUSD), count(s.MonthlyUSDResources, "resource"), day, own)
}

// costs are those of resources, each with the most that a finding says of it.
type costs map[lint.Resource]float64

func (c costs) add(r lint.Resource, usd float64) {
	if usd > 0 {
		r.Name, r.ARN = "", "" // it may have another name by now
		c[r] = max(c[r], usd)
	}
}

func (c costs) sum() float64 {
	sum := 0.0
	for _, usd := range c {
		sum += usd
	}
	return math.Round(sum*100) / 100
}
