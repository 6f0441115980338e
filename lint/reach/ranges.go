package reach

import (
	"net/netip"
	"slices"
)

var (
	anywhere4 = netip.MustParsePrefix("0.0.0.0/0")
	anywhere6 = netip.MustParsePrefix("::/0")
)

// special are the ranges of the IANA special-purpose registries, and those of multicast, that no packet from the internet comes from.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("224.0.0.0/3"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
}

// global is the part of IPv6 that the internet routes (IANA, IPv6 Global Unicast Address Space).
var global = netip.MustParsePrefix("2000::/3")

// documentation are the ranges whose addresses stand for public ones in examples (RFC 5737, RFC 3849, RFC 9637).
var documentation = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
}

// unrouted are the IPv6 ranges whose addresses the internet does not route.
var unrouted = []netip.Prefix{netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10")}

// Public tells whether a range has addresses that packets from the internet can come from: it does not lie within a private, shared, link-local,
// multicast or documentation range.
func Public(p netip.Prefix) bool {
	if p.Addr().Is6() && !p.Overlaps(global) {
		return false
	}
	return !slices.ContainsFunc(special, func(s netip.Prefix) bool { return contains(s, p) })
}

// publicParts takes out of ranges what Public says no of.
func publicParts(ranges []netip.Prefix) []netip.Prefix {
	ranges = slices.Clone(ranges)
	for i, p := range ranges {
		if both, ok := intersect(p, global); ok && p.Addr().Is6() {
			ranges[i] = both
		}
	}
	ranges = slices.DeleteFunc(ranges, func(p netip.Prefix) bool { return p.Addr().Is6() && !p.Overlaps(global) })
	for _, s := range special {
		ranges = without(ranges, s)
	}
	return ranges
}

func contains(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// intersect is what two ranges share: one of them, or nothing.
func intersect(a, b netip.Prefix) (netip.Prefix, bool) {
	switch {
	case contains(a, b):
		return b, true
	case contains(b, a):
		return a, true
	}
	return netip.Prefix{}, false
}

// without takes a range out of others.
func without(from []netip.Prefix, out netip.Prefix) []netip.Prefix {
	var rest []netip.Prefix
	for _, p := range from {
		rest = cut(rest, p, out)
	}
	return rest
}

// cut appends what is left of p without out: p itself, nothing, or the halves that out is not in, down to its own size.
func cut(rest []netip.Prefix, p, out netip.Prefix) []netip.Prefix {
	for {
		switch {
		case contains(out, p):
			return rest
		case !contains(p, out):
			return append(rest, p)
		}
		low, high := halves(p)
		if contains(low, out) {
			rest, p = append(rest, high), low
		} else {
			rest, p = append(rest, low), high
		}
	}
}

// halves divides a range that is longer than one address.
func halves(p netip.Prefix) (low, high netip.Prefix) {
	bits := p.Bits()
	raw := p.Masked().Addr().AsSlice()
	raw[bits/8] |= 0x80 >> (bits % 8)
	upper, _ := netip.AddrFromSlice(raw)
	return netip.PrefixFrom(p.Masked().Addr(), bits+1), netip.PrefixFrom(upper, bits+1)
}

// parse reads a range as EC2 writes it.
func parse(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}
