package config

import (
	"strconv"

	"github.com/patlint/patlint/lint"
	"go.yaml.in/yaml/v4"
)

// pricesEntry is the entry of tune that is no pattern: its params are prices. No pattern can have that ID.
const pricesEntry = "prices"

// priceKeys are the keys of that entry.
var priceKeys = []field[tuning]{
	{"params", func(r *reader, t *tuning, n *yaml.Node) { t.params = r.params(n) }},
}

// prices reads a site's own prices.
func (r *reader) prices(n *yaml.Node) lint.Prices {
	var t tuning
	before := len(r.errs)
	fields(r, n, "what is tuned of the prices", priceKeys, &t)
	if len(r.errs) == before && len(t.params) == 0 {
		r.errorf(n, "nothing is tuned here; give params, such as ebs.gp3.gib_month: 0.07")
	}
	own := lint.Prices{}
	for _, s := range t.params {
		usd, err := strconv.ParseFloat(s.value.Value, 64)
		if number := s.value.Tag == "!!float" || s.value.Tag == "!!int"; !number || err != nil {
			r.errorf(s.value, "%s is a number", s.text)
		} else if err := lint.CheckPrice(s.text, usd); err != nil {
			r.fail(s.word, "%v", err)
		}
		own[s.text] = usd
	}
	return own
}
