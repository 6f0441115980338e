package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNetworkMap(t *testing.T) {
	for _, row := range []struct{ from, want []string }{
		{[]string{"0.0.0.0/0", "::/0", "128.0.0.0/1", "169.254.169.254", "10.0.0.0/8"}, []string{"0.0.0.0/0", "::/0", "128.0.0.0/1", "169.254.169.254", "10.0.0.0/8"}},
		{[]string{"54.1.2.3", "52.9.8.7/32", "18.4.0.0/24", "54.1.2.9"}, []string{"198.51.100.11", "198.51.100.10/32", "203.0.113.0/24", "198.51.100.12"}},
		{[]string{"172.31.16.5", "172.31.16.0/20", "172.31.0.0/16", "10.55.7.0/24", "10.55.7.200", "192.168.3.1"}, []string{"172.16.0.5", "172.16.0.0/20", "172.16.0.0/16", "10.0.0.0/24", "10.0.0.10", "192.168.0.10"}},
		{[]string{"54.64.0.0/13", "54.65.0.0/16", "3.0.0.0/8"}, []string{"204.0.0.0/13", "204.0.0.0/16", "203.0.0.0/8"}},
		{[]string{"2600:1f18:77::/56", "2600:1f18:77:1::/64", "2600:1f18:77:1::9", "2600:1f00::/24", "fd12::/48"}, []string{"2001:d00::/56", "2001:d00::/64", "2001:d00::9", "2001:d00::/24", "fc00::/48"}},
	} {
		m := newNetworkMap(parsed(t, row.from))
		var got []string
		for _, s := range row.from {
			to, _ := m.text(s)
			got = append(got, to)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%v: %s", row.from, diff)
		}
	}
	var many []string
	for i := range 2000 {
		many = append(many, fmt.Sprintf("%d.%d.7.0/24", 40+i%10, i/10))
	}
	m, seen := newNetworkMap(parsed(t, many)), map[string]bool{}
	for _, s := range many {
		to, ok := m.text(s)
		if !ok || seen[to] {
			t.Fatalf("%s becomes %q", s, to)
		}
		seen[to] = true
	}
	for _, s := range []string{"", "1.2.3", "1.2.3.4/33", "fe80::1%eth0", "::ffff:1.2.3.4", "10.0.0.1-10.0.0.9", "010.0.0.1"} {
		if _, _, ok := parseNetwork(s); ok {
			t.Errorf("%q is read as a network", s)
		}
	}
}

func parsed(t *testing.T, list []string) (out []netip.Prefix) {
	for _, s := range list {
		p, _, ok := parseNetwork(s)
		if !ok {
			t.Fatalf("%q is no network", s)
		}
		out = append(out, p)
	}
	return out
}

// FuzzNetworkMap makes networks of bytes. Their stand-ins have the same lengths, are as different, and contain each other as they did.
func FuzzNetworkMap(f *testing.F) {
	f.Add([]byte{54, 1, 2, 3, 32, 54, 1, 0, 0, 16, 10, 0, 0, 1, 24, 172, 31, 0, 0, 16, 203, 0, 113, 7, 32})
	f.Add([]byte{203, 0, 112, 0, 20, 198, 51, 0, 0, 16, 192, 0, 2, 0, 24, 198, 18, 0, 0, 15, 5, 5, 5, 5, 32})
	f.Fuzz(func(t *testing.T, data []byte) {
		var found []netip.Prefix
		for ; len(data) >= 5 && len(found) < 40; data = data[5:] {
			four := [4]byte(data[:4])
			p := netip.PrefixFrom(netip.AddrFrom4(four), int(data[4])%33)
			if data[4] >= 128 {
				p = netip.PrefixFrom(netip.AddrFrom16([16]byte{0x26, four[0], four[1], 0, 0, four[2], 15: four[3]}), int(data[4]))
			}
			found = append(found, p.Masked())
		}
		m := newNetworkMap(slices.Clone(found))
		for _, p := range found {
			a, ok := m.to[p]
			if !ok {
				continue // there was no room: it becomes a name
			}
			if a.Bits() != p.Bits() || a.Masked() != a {
				t.Errorf("%v becomes %v", p, a)
			}
			if a == p && !isEverybodys(p) && !inside(p, ownBlocks) && p.Addr().Is4() && p.Addr().As4()[0] < 192 { // above are the stand-ins themselves
				t.Errorf("%v stays", p)
			}
			for _, q := range found {
				b, ok := m.to[q]
				if !ok || p == q || p.Bits() <= 4 || q.Bits() <= 4 || inside(p, ownBlocks) != inside(q, ownBlocks) {
					continue
				}
				if contains(p, q) != contains(a, b) {
					t.Errorf("%v and %v become %v and %v", p, q, a, b)
				}
			}
		}
	})
}
