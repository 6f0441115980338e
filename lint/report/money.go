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
func estimate(usd float64, most bool) string {
	if usd <= 0 {
		return ""
	}
	return roughly(most) + " " + dollars(usd) + " a month"
}

// roughly goes in front of an estimate, which may be an upper bound.
func roughly(most bool) string {
	if most {
		return "at most"
	}
	return "about"
}

// priced is a message with what the finding costs behind it.
func priced(message string, usd float64, most bool) string {
	if usd <= 0 {
		return message
	}
	return message + " (" + estimate(usd, most) + ")"
}

// savings says what all findings cost and by which prices, and how many have no estimate; "" where nothing is to be said.
func savings(s lint.Summary) string {
	var out []string
	if s.MonthlyUSD > 0 {
		day, own := "", ""
		if _, err := time.Parse(time.DateOnly, s.PricesDate); err == nil { // a report that was read may say anything
			day = " of " + s.PricesDate
		}
		if len(s.OwnPrices) > 0 {
			own = fmt.Sprintf(" and %d of the site's own", len(s.OwnPrices))
		}
		words := roughly(s.MonthlyUSDAtMost)
		out = append(out, fmt.Sprintf("%s%s %s a month could be saved on %s, by AWS's public prices%s%s (prices.yaml; patlint list prices shows them).",
			strings.ToUpper(words[:1]), words[1:], dollars(s.MonthlyUSD), count(s.MonthlyUSDResources, "resource"), day, own))
	}
	if s.MonthlyUSDAtMost {
		out = append(out, "Snapshots are reckoned at their full size, and those of one volume as one.")
	}
	switch n := s.MonthlyUSDMissing; {
	case n == 1:
		out = append(out, "1 finding that should have an estimate has none; what was not checked says why.")
	case n > 1:
		out = append(out, fmt.Sprintf("%d findings that should have an estimate have none; what was not checked says why.", n))
	}
	return strings.Join(out, " ")
}
