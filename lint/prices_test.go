package lint

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestPrices holds prices.yaml against its own promises: each name is a price's of a group or a factor, and each region has both factors.
func TestPrices(t *testing.T) {
	form := regexp.MustCompile(`^(address|ebs|monitoring|network|vpn)(\.[a-z0-9_]+)+$`)
	for _, name := range sourcedRows(t, pricesYAML) {
		if !form.MatchString(name) && !factorForm.MatchString(name) {
			t.Errorf("%s is neither a price of a group nor a factor", name)
		}
		for from, to := range map[string]string{".ebs": ".network", ".network": ".ebs"} {
			if base, ok := strings.CutSuffix(name, from); ok && publicPrices()[base+to] == 0 {
				t.Errorf("%s has no factor%s beside it", base, to)
			}
		}
	}
	for _, group := range []string{ebsGroup, networkGroup} {
		if f, ok := (Prices)(nil).factor("us-east-1", group); !ok || f != 1 {
			t.Errorf("the factor of us-east-1 for %s is %v; its prices are the table", group, f)
		}
	}
	if day, err := time.Parse(time.DateOnly, PricesDate()); err != nil || day.Year() < 2026 {
		t.Errorf("the prices are of %q", PricesDate())
	}
}

// TestPriceIn: the factor is that of the price's group, and a site's own numbers stand in the place of AWS's.
func TestPriceIn(t *testing.T) {
	own := Prices{"ebs.gp3.gib_month": 0.06, "region.eu-central-1": 2, "region.eu-west-1.network": 3, "region.xx-new-1": 1.5}
	for _, tt := range []struct {
		prices       Prices
		region, name string
		want         float64 // NaN for unknown
	}{
		{nil, "us-east-1", "ebs.gp3.gib_month", 0.08},
		{nil, "sa-east-1", "ebs.gp3.gib_month", 0.152},
		{nil, "eu-central-1", "network.nat_gateway.hour", 0.05202},
		{nil, "eu-central-1", "address.ipv4.hour", 0.005},
		{nil, "ap-northeast-1", "vpn.connection.hour", 0.05},
		{nil, "xx-new-1", "ebs.gp3.gib_month", math.NaN()},
		{nil, "xx-new-1", "address.ipv4.hour", math.NaN()},
		{nil, "", "ebs.gp3.gib_month", math.NaN()},
		{own, "us-east-1", "ebs.gp3.gib_month", 0.06},
		{own, "eu-central-1", "ebs.gp3.gib_month", 0.12},
		{own, "eu-central-1", "network.nat_gateway.hour", 0.09},
		{own, "eu-central-1", "address.ipv4.hour", 0.005},
		{own, "eu-west-1", "network.nat_gateway.hour", 0.135},
		{own, "eu-west-1", "ebs.gp2.gib_month", 0.11},
		{own, "xx-new-1", "ebs.gp2.gib_month", 0.15},
	} {
		got, ok := tt.prices.in(tt.region, tt.name)
		if ok == math.IsNaN(tt.want) || ok && math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s in %q is %v, %v; want %v", tt.name, tt.region, got, ok, tt.want)
		}
	}
	find := func(list []LimitDoc, name string) (LimitDoc, int) {
		for _, d := range list {
			if d.Name == name {
				return d, len(list)
			}
		}
		return LimitDoc{}, len(list)
	}
	if d, n := find(own.In(""), "region.xx-new-1"); d.Value != 1.5 || d.Source != "" || n != len(priceRows())+2 {
		t.Errorf("of the whole table, with %d rows, the site's factor is %+v", n, d)
	}
	if d, _ := find(own.In("eu-central-1"), "ebs.gp3.gib_month"); d.Value != 0.12 || d.Checked != "" {
		t.Errorf("in eu-central-1 the site's own price is %+v", d)
	}
	if d, n := find(Prices(nil).In("eu-central-1"), "region.eu-central-1.ebs"); d.Name != "" || n == 0 {
		t.Errorf("among %d prices of a region stands its factor", n)
	}
	if list := Prices(nil).In("xx-new-1"); list != nil {
		t.Errorf("a region of which nothing is known has the prices %v", list)
	}
}

func TestCheckPrice(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value float64
		want  string
	}{
		{"ebs.gp3.gib_month", 0.05, ""},
		{"address.ipv4.hour", 0, ""},
		{"region.eu-central-1", 1.12, ""},
		{"region.us-gov-west-1.ebs", 1.2, ""},
		{"ebs.gp3.gib_moth", 0.05, "there is no price ebs.gp3.gib_moth; did you mean ebs.gp3.gib_month?"},
		{"beer", 0.05, "there is no price beer; patlint list prices shows all"},
		{"region.frankfurt", 1, "region.frankfurt is no factor; write region.eu-central-1, or region.eu-central-1.ebs and region.eu-central-1.network"},
		{"region.eu-central-1.s3", 1, "region.eu-central-1.s3 is no factor; write region.eu-central-1, or region.eu-central-1.ebs and region.eu-central-1.network"},
		{"region.eu-central-1", 0, "region.eu-central-1 is a number of US dollars, or of a region a factor above 0"},
		{"ebs.gp3.gib_month", -1, "ebs.gp3.gib_month is a number of US dollars, or of a region a factor above 0"},
		{"ebs.gp3.gib_month", math.Inf(1), "ebs.gp3.gib_month is a number of US dollars, or of a region a factor above 0"},
	} {
		got := ""
		if err := CheckPrice(tt.name, tt.value); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: %v gives %q, want %q", tt.name, tt.value, got, tt.want)
		}
	}
}
