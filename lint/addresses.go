package lint

import (
	"cmp"
	"math/big"
	"net/netip"
	"slices"
)

// A network map gives other addresses to those of an account: public ones get documentation ranges (RFC 5737, RFC 3849, RFC 9637), private ones others of the
// same private range. Prefix lengths stay, and what lay inside of a network lies inside of its stand-in. Everything at once (0.0.0.0/0, ::/0) and a range
// so wide that it is nobody's stay as they are.
type networkMap struct {
	to    map[netip.Prefix]netip.Prefix
	next  map[netip.Prefix]*big.Int // the first free offset in a network, by its stand-in
	taken []netip.Prefix            // the stand-ins of wide public networks
}

var (
	// ownBlocks keep their addresses among themselves, because rules ask for what they are. Keep sorted.
	ownBlocks = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
	// ownAddresses are the same on each machine: AWS's services for instances (Amazon EC2 User Guide, "Link-local addresses").
	ownAddresses = prefixes("169.254.169.123/32", "169.254.169.253/32", "169.254.169.254/32", "fd00:ec2::123/128", "fd00:ec2::253/128", "fd00:ec2::254/128")
	// documentation is where public addresses go, in this order. The last two ranges of IPv4 are nobody's either, and larger: for benchmarks (RFC 2544), and
	// for a future that did not come (RFC 1112).
	documentation = prefixes("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "198.18.0.0/15", "2001:db8::/32", "3fff::/20", "240.0.0.0/4")
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// newNetworkMap maps networks; an address is a network of its own. What does not fit anywhere has no stand-in.
func newNetworkMap(found []netip.Prefix) *networkMap {
	m := &networkMap{to: map[netip.Prefix]netip.Prefix{}, next: map[netip.Prefix]*big.Int{}}
	slices.SortFunc(found, func(a, b netip.Prefix) int { return cmp.Or(a.Addr().Compare(b.Addr()), a.Bits()-b.Bits()) })
	found = slices.Compact(found)
	for _, p := range found { // wide ones first: the others must not come to lie in them
		if narrow, _ := isNarrow(p); !narrow && !isEverybodys(p) && !inside(p, ownBlocks) {
			m.wide(p)
		}
	}
	for _, p := range found { // a network stands in front of what it contains
		switch _, done := m.to[p]; {
		case done:
		case isEverybodys(p):
			m.to[p] = p
		default:
			m.place(p, found)
		}
	}
	return m
}

// isEverybodys tells what stays as it is.
func isEverybodys(p netip.Prefix) bool {
	return p.Bits() <= 4 || slices.Contains(ownBlocks, p) || slices.Contains(ownAddresses, p)
}

func inside(p netip.Prefix, blocks []netip.Prefix) bool {
	return slices.ContainsFunc(blocks, func(b netip.Prefix) bool { return contains(b, p) })
}

func contains(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// isNarrow tells whether a network fits into a documentation range, and where the wide ones of its family begin.
func isNarrow(p netip.Prefix) (bool, netip.Addr) {
	if p.Addr().Is4() {
		return p.Bits() >= 24, documentation[0].Addr()
	}
	return p.Bits() >= 32, documentation[4].Addr()
}

// wide gives a public network around a documentation range, or behind the last such. Up to 223.255.255.255 no other range has a meaning of its own.
func (m *networkMap) wide(p netip.Prefix) {
	if slices.ContainsFunc(m.taken, func(t netip.Prefix) bool { return m.under(p, t) }) {
		return // it lies in a wide one, and goes with that
	}
	_, start := isNarrow(p)
	end := netip.MustParseAddr("223.255.255.255")
	if p.Addr().Is6() {
		end = netip.MustParseAddr("3ffe:ffff::")
	}
	at, _ := start.Prefix(p.Bits())
	for at.IsValid() && at.Addr().Compare(end) < 0 {
		if !slices.ContainsFunc(m.taken, at.Overlaps) {
			m.to[p], m.taken = at, append(m.taken, at)
			return
		}
		at = offset(at, new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits())), p.Bits())
	}
}

// under tells whether a network lies in the one that a stand-in stands for.
func (m *networkMap) under(p, standIn netip.Prefix) bool {
	for q, t := range m.to {
		if t == standIn && q != p && contains(q, p) {
			return true
		}
	}
	return false
}

// place gives a network its stand-in: inside of the one that contains it, of its own block, or of a documentation range.
func (m *networkMap) place(p netip.Prefix, found []netip.Prefix) {
	var parent netip.Prefix
	for _, q := range slices.Concat(ownBlocks, found) {
		if _, mapped := m.to[q]; q != p && contains(q, p) && q.Bits() > 4 && (mapped || slices.Contains(ownBlocks, q)) && q.Bits() >= parent.Bits() {
			parent = q
		}
	}
	if parent.IsValid() {
		to, ok := m.to[parent]
		if !ok {
			to = parent
		}
		m.put(p, to, new(big.Int).Sub(number(p.Addr()), number(parent.Masked().Addr())))
		return
	}
	for _, block := range documentation {
		if block.Addr().BitLen() == p.Addr().BitLen() && block.Bits() <= p.Bits() && !slices.ContainsFunc(m.taken, block.Overlaps) && m.put(p, block, big.NewInt(10)) {
			return
		}
	}
}

// put places a network at the first free place of another. The places are in the order of addresses, so that what fitted before does so again. A first single
// address leaves room as AWS does, as far as the account left it: the addresses in front are those of the network itself and its services.
func (m *networkMap) put(p, into netip.Prefix, was *big.Int) bool {
	next := m.next[into]
	if next == nil {
		next = new(big.Int)
		if p.IsSingleIP() && into.Bits() < into.Addr().BitLen()-3 {
			next.Set(was)
			if room := big.NewInt(10); was.Cmp(room) > 0 {
				next.Set(room)
			}
		}
	}
	size := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
	at := new(big.Int).Add(next, new(big.Int).Sub(size, big.NewInt(1)))
	at.Sub(at, new(big.Int).Mod(at, size))
	to := offset(into, at, p.Bits())
	if !to.IsValid() || !contains(into, to) {
		return false
	}
	m.to[p], m.next[into] = to, at.Add(at, size)
	return true
}

func number(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

// offset is the network so many addresses behind the first one of another; none where addresses end.
func offset(p netip.Prefix, by *big.Int, bits int) netip.Prefix {
	n := new(big.Int).Add(number(p.Addr()), by)
	buf := make([]byte, p.Addr().BitLen()/8)
	if n.BitLen() > len(buf)*8 {
		return netip.Prefix{}
	}
	a, _ := netip.AddrFromSlice(n.FillBytes(buf))
	return netip.PrefixFrom(a, bits)
}

// parseNetwork reads an address or a network, in the one form in which AWS prints it.
func parseNetwork(s string) (p netip.Prefix, single, ok bool) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" && !a.Is4In6() {
		return netip.PrefixFrom(a, a.BitLen()), true, true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), false, err == nil && !p.Addr().Is4In6()
}

// text is the stand-in of an address or a network, written as that was.
func (m *networkMap) text(s string) (string, bool) {
	p, single, ok := parseNetwork(s)
	if !ok {
		return "", false
	}
	to, ok := m.to[p]
	if single {
		return to.Addr().String(), ok
	}
	return to.String(), ok
}
