package reach

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// TestShadowed: an entry is shadowed by one in front of it that is for all of its traffic, and by nothing else.
func TestShadowed(t *testing.T) {
	const allow, deny = types.RuleActionAllow, types.RuleActionDeny
	ping := func(number int32, action types.RuleAction, kind, code int32) types.NetworkAclEntry {
		e := entry(number, false, "1", action, "0.0.0.0/0")
		e.IcmpTypeCode = &types.IcmpTypeCode{Type: p(kind), Code: p(code)}
		return e
	}
	for name, tt := range map[string]struct {
		entries []types.NetworkAclEntry
		want    string // number by number, with the directions
	}{
		"all of it":                    {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "0.0.0.0/0"), entry(200, false, "6", deny, "203.0.113.0/24", 22, 22)}, "in 200 by 100"},
		"the order of the numbers":     {[]types.NetworkAclEntry{entry(200, false, "6", deny, "203.0.113.0/24", 22, 22), entry(100, false, "-1", allow, "0.0.0.0/0")}, "in 200 by 100"},
		"the same traffic again":       {[]types.NetworkAclEntry{entry(100, true, "6", allow, "10.0.0.0/8", 443, 443), entry(110, true, "tcp", allow, "10.0.0.0/8", 443, 443)}, "out 110 by 100"},
		"a part of the ports":          {[]types.NetworkAclEntry{entry(100, false, "6", allow, "10.0.0.0/8", 1024, 65535), entry(110, false, "6", deny, "10.0.0.0/8", 1000, 2000)}, ""},
		"a part of the addresses":      {[]types.NetworkAclEntry{entry(100, false, "6", deny, "10.1.0.0/16", 22, 22), entry(110, false, "6", allow, "10.0.0.0/8", 22, 22)}, ""},
		"another protocol":             {[]types.NetworkAclEntry{entry(100, false, "17", allow, "0.0.0.0/0", 0, 65535), entry(110, false, "6", allow, "0.0.0.0/0", 53, 53)}, ""},
		"one protocol and all":         {[]types.NetworkAclEntry{entry(100, false, "6", allow, "0.0.0.0/0", 0, 65535), entry(110, false, "-1", deny, "0.0.0.0/0")}, ""},
		"a protocol without ports":     {[]types.NetworkAclEntry{entry(100, false, "47", allow, "0.0.0.0/0"), entry(110, false, "47", deny, "10.0.0.0/8")}, "in 110 by 100"},
		"the other family":             {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "0.0.0.0/0"), entry(101, false, "-1", deny, "::/0")}, ""},
		"its own family":               {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "::/0"), entry(101, false, "6", deny, "2001:db8::/32", 22, 22)}, "in 101 by 100"},
		"the other direction":          {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "0.0.0.0/0"), entry(110, true, "6", deny, "0.0.0.0/0", 25, 25)}, ""},
		"two that cover it together":   {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "0.0.0.0/1"), entry(110, false, "-1", allow, "128.0.0.0/1"), entry(120, false, "-1", deny, "0.0.0.0/0")}, ""},
		"the first of two":             {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "0.0.0.0/0"), entry(110, false, "-1", allow, "10.0.0.0/8"), entry(120, false, "-1", deny, "10.1.0.0/16")}, "in 110 by 100, in 120 by 100"},
		"AWS's own at the end":         {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "0.0.0.0/0"), entry(32767, false, "-1", deny, "0.0.0.0/0")}, ""},
		"one code of a type":           {[]types.NetworkAclEntry{ping(100, deny, 3, 4), ping(110, allow, 3, -1)}, ""},
		"a type and one of its codes":  {[]types.NetworkAclEntry{ping(100, allow, 3, -1), ping(110, deny, 3, 4), ping(120, deny, 8, 0)}, "in 110 by 100"},
		"all of ICMP":                  {[]types.NetworkAclEntry{ping(100, allow, -1, -1), ping(110, deny, 8, -1)}, "in 110 by 100"},
		"a range that cannot be read":  {[]types.NetworkAclEntry{entry(100, false, "-1", allow, "0.0.0.0/0"), entry(110, false, "-1", deny, "here")}, ""},
		"an answer without the fields": {[]types.NetworkAclEntry{{}, {}}, ""},
	} {
		var got []string
		for _, s := range Shadowed(&types.NetworkAcl{Entries: tt.entries}) {
			got = append(got, fmt.Sprintf("%s %d by %d", map[bool]string{false: "in", true: "out"}[s.Egress], s.RuleNumber, s.ByNumber))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// TestShadowWords is how both entries read.
func TestShadowWords(t *testing.T) {
	ping := entry(120, false, "icmp", types.RuleActionDeny, "10.0.0.0/8")
	ping.IcmpTypeCode = &types.IcmpTypeCode{Type: p(int32(8)), Code: p(int32(-1))}
	got := Shadowed(&types.NetworkAcl{Entries: []types.NetworkAclEntry{
		entry(100, false, "-1", types.RuleActionAllow, "0.0.0.0/0"), entry(110, false, "6", types.RuleActionDeny, "203.0.113.0/24", 22, 22), ping,
		entry(100, true, "6", types.RuleActionAllow, "::/0"), entry(110, true, "6", types.RuleActionAllow, "2001:db8::/32", 1024, 65535),
	}})
	want := []Shadow{
		{110, false, "deny", "TCP 22 in from 203.0.113.0/24", 100, "allow", "all traffic in from 0.0.0.0/0"},
		{120, false, "deny", "ICMP type 8 in from 10.0.0.0/8", 100, "allow", "all traffic in from 0.0.0.0/0"},
		{110, true, "allow", "TCP 1024 to 65535 out to 2001:db8::/32", 100, "allow", "every TCP port out to ::/0"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestRefused: a range is refused where any part of it is.
func TestRefused(t *testing.T) {
	acl := &types.NetworkAcl{Entries: []types.NetworkAclEntry{
		entry(90, true, "6", types.RuleActionDeny, "52.217.0.0/17", 443, 443),
		entry(100, true, "6", types.RuleActionAllow, "52.0.0.0/8", 443, 443),
		entry(110, true, "6", types.RuleActionAllow, "3.5.0.0/20", 443, 443), entry(120, true, "6", types.RuleActionAllow, "3.5.16.0/20", 443, 443),
	}}
	ranges, why := (&Network{Entries: func(string) ([]types.PrefixListEntry, bool) {
		return []types.PrefixListEntry{{Cidr: p("52.216.0.0/15")}, {Cidr: p("52.218.0.0/17")}, {Cidr: p("3.5.0.0/19")}, {Cidr: p("16.0.0.0/16")}}, true
	}}).Ranges(&GroupRule{PrefixListId: "pl-1"})
	if why != "" {
		t.Fatal(why)
	}
	for _, tt := range []struct {
		egress bool
		port   int64
		want   string
	}{
		{true, 443, "[52.216.0.0/15 16.0.0.0/16]"},
		{true, 80, "[52.216.0.0/15 52.218.0.0/17 3.5.0.0/19 16.0.0.0/16]"},
		{false, 443, "[52.216.0.0/15 52.218.0.0/17 3.5.0.0/19 16.0.0.0/16]"},
	} {
		if got := fmt.Sprint(Refused(acl, tt.egress, tt.port, ranges)); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
