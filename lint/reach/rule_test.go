package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// TestPorts is what a permission lets through, by its protocol and ports as EC2 writes them (API reference, IpPermission).
func TestPorts(t *testing.T) {
	at := func(n int32) *int32 { return &n }
	tests := []struct {
		protocol          string
		from, to          *int32
		tcp22, udp53      bool
		tcpPorts, udpPort int64
		words             string
	}{
		{"-1", nil, nil, true, true, 65536, 65536, "all traffic"},
		{"-1", at(443), at(443), true, true, 65536, 65536, "all traffic"}, // EC2 ignores the ports
		{"-1", at(-1), at(-1), true, true, 65536, 65536, "all traffic"},
		{"tcp", at(22), at(22), true, false, 1, 0, "TCP 22"},
		{"TCP", at(22), at(22), true, false, 1, 0, "TCP 22"},
		{"6", at(0), at(65535), true, false, 65536, 0, "every TCP port"},
		{"tcp", at(1), at(65535), true, false, 65535, 0, "every TCP port"},
		{"tcp", at(2), at(65535), true, false, 65534, 0, "TCP 2 to 65535"},
		{"tcp", at(-1), at(-1), true, false, 65536, 0, "every TCP port"},
		{"tcp", nil, nil, true, false, 65536, 0, "every TCP port"},
		{"tcp", at(23), at(21), false, false, 0, 0, "TCP 23 to 21"},
		{"tcp", at(20), at(21), false, false, 2, 0, "TCP 20 to 21"},
		{"tcp", at(21), at(22), true, false, 2, 0, "TCP 21 to 22"},
		{"udp", at(53), at(53), false, true, 0, 1, "UDP 53"},
		{"17", at(0), at(65535), false, true, 0, 65536, "every UDP port"},
		{"icmp", at(-1), at(-1), false, false, 0, 0, "all of ICMP"},
		{"1", at(3), at(4), false, false, 0, 0, "ICMP type 3 code 4"},
		{"icmp", at(8), at(-1), false, false, 0, 0, "ICMP type 8"},
		{"icmp", nil, nil, false, false, 0, 0, "all of ICMP"},
		{"58", at(128), at(0), false, false, 0, 0, "ICMPv6 type 128 code 0"},
		{"icmpv6", at(-1), at(-1), false, false, 0, 0, "all of ICMPv6"},
		{"47", nil, nil, false, false, 0, 0, "protocol 47"},
		{"47", at(0), at(65535), false, false, 0, 0, "protocol 47"},
		{"50", at(-1), at(-1), false, false, 0, 0, "protocol 50"},
	}
	for _, tt := range tests {
		perm := types.IpPermission{IpProtocol: &tt.protocol, FromPort: tt.from, ToPort: tt.to, IpRanges: []types.IpRange{{CidrIp: p("0.0.0.0/0")}}}
		r := GroupRules(&types.SecurityGroup{IpPermissions: []types.IpPermission{perm}}, false, nil)[0]
		got := fmt.Sprint(r.Opens(TCP, 22), r.Opens(UDP, 53), r.PortCount(TCP), r.PortCount(UDP), r.Traffic())
		want := fmt.Sprint(tt.tcp22, tt.udp53, tt.tcpPorts, tt.udpPort, tt.words)
		if got != want || Permits(&perm, TCP, 22) != tt.tcp22 {
			t.Errorf("protocol %s: %s, want %s", tt.protocol, got, want)
		}
	}
}

// TestGroupRules takes permissions apart and finds the IDs that DescribeSecurityGroupRules gives their parts.
func TestGroupRules(t *testing.T) {
	group := &types.SecurityGroup{GroupId: p("sg-1"),
		IpPermissions: []types.IpPermission{{IpProtocol: p("tcp"), FromPort: p(int32(22)), ToPort: p(int32(22)),
			IpRanges:   []types.IpRange{{CidrIp: p("0.0.0.0/0"), Description: p("wizard")}, {CidrIp: p("10.0.0.0/8")}},
			Ipv6Ranges: []types.Ipv6Range{{CidrIpv6: p("::/0")}}, PrefixListIds: []types.PrefixListId{{PrefixListId: p("pl-1")}},
			UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: p("sg-2"), UserId: p("111122223333"), VpcId: p("vpc-2"),
				VpcPeeringConnectionId: p("pcx-2"), PeeringStatus: p("deleted")}}}},
		IpPermissionsEgress: []types.IpPermission{{IpProtocol: p("-1"), IpRanges: []types.IpRange{{CidrIp: p("0.0.0.0/0")}}}}}
	listed := []*types.SecurityGroupRule{
		{SecurityGroupRuleId: p("sgr-out"), IsEgress: p(true), IpProtocol: p("-1"), FromPort: p(int32(-1)), ToPort: p(int32(-1)), CidrIpv4: p("0.0.0.0/0")},
		{SecurityGroupRuleId: p("sgr-4"), IsEgress: p(false), IpProtocol: p("tcp"), FromPort: p(int32(22)), ToPort: p(int32(22)), CidrIpv4: p("0.0.0.0/0")},
		{SecurityGroupRuleId: p("sgr-6"), IpProtocol: p("6"), FromPort: p(int32(22)), ToPort: p(int32(22)), CidrIpv6: p("::/0")},
		{SecurityGroupRuleId: p("sgr-list"), IpProtocol: p("tcp"), FromPort: p(int32(22)), ToPort: p(int32(22)), PrefixListId: p("pl-1")},
		{SecurityGroupRuleId: p("sgr-group"), IpProtocol: p("tcp"), FromPort: p(int32(22)), ToPort: p(int32(22)), ReferencedGroupInfo: &types.ReferencedSecurityGroup{GroupId: p("sg-2")}},
		{SecurityGroupRuleId: p("sgr-other"), IpProtocol: p("tcp"), FromPort: p(int32(23)), ToPort: p(int32(23)), CidrIpv4: p("10.0.0.0/8")},
	}
	var got []string
	for _, r := range append(GroupRules(group, false, listed), GroupRules(group, true, listed)...) {
		got = append(got, strings.TrimSpace(fmt.Sprint(r.GroupId, " ", r.IsEgress, " ", r.Origin(), " ", r.Description, r.ReferencedGroupOwner, r.ReferencedVpcId, r.VpcPeeringConnectionId, r.PeeringStatus)))
	}
	want := []string{"sg-1 false 0.0.0.0/0 (sgr-4) wizard", "sg-1 false 10.0.0.0/8", "sg-1 false ::/0 (sgr-6)", "sg-1 false prefix list pl-1 (sgr-list)",
		"sg-1 false group sg-2 (sgr-group) 111122223333vpc-2pcx-2deleted", "sg-1 true 0.0.0.0/0 (sgr-out)"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestParsePort(t *testing.T) {
	tests := []struct{ in, want string }{
		{"22", "TCP 22"}, {"3306 MySQL", "TCP 3306 (MySQL)"}, {"tcp/3306 MySQL", "TCP 3306 (MySQL)"}, {"udp/161 SNMP", "UDP 161 (SNMP)"}, {"17/161", "UDP 161"},
		{"27017-27019 MongoDB", "TCP 27017 to 27019 (MongoDB)"}, {" 22  SSH ", "TCP 22 (SSH)"}, {"0-65535", "TCP 0 to 65535"}, {"8080 web, for tests", "TCP 8080 (web, for tests)"},
		{"", "no entry"}, {"SSH", "no entry"}, {"22-", "no entry"}, {"-22", "no entry"}, {"23-22", "no entry"}, {"65536", "no entry"}, {"icmp/8", "no entry"}, {"all/22", "no entry"}, {"+22", "no entry"},
	}
	for _, tt := range tests {
		port, err := ParsePort(tt.in)
		got := port.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != tt.want || err != nil && !strings.Contains(got, tt.want) {
			t.Errorf("%q: %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestWithin(t *testing.T) {
	var table []Port
	for _, s := range []string{"443", "80-90", "91-99 more", "udp/443"} {
		port, _ := ParsePort(s)
		table = append(table, port)
	}
	for _, tt := range []struct {
		protocol string
		from, to int64
		want     bool
	}{{TCP, 443, 443, true}, {UDP, 443, 443, true}, {UDP, 80, 80, false}, {TCP, 85, 95, true}, {TCP, 80, 99, true}, {TCP, 80, 100, false}, {TCP, 79, 80, false}, {TCP, 80, 443, false}, {all, 0, maxPort, false}, {icmp, -1, -1, false}} {
		if got := (&GroupRule{Protocol: tt.protocol, FromPort: tt.from, ToPort: tt.to}).Within(table); got != tt.want {
			t.Errorf("%s %d to %d: %v", tt.protocol, tt.from, tt.to, got)
		}
	}
}

func TestSentence(t *testing.T) {
	var table []Port
	for _, s := range []string{"22 SSH", "23", "udp/53", "80-81", "443", "500", "8080", "9090"} {
		port, err := ParsePort(s)
		if err != nil {
			t.Fatal(err)
		}
		table = append(table, port)
	}
	for n, want := range map[int]string{0: "", 1: "TCP 22 (SSH)", 4: "TCP 22 (SSH), 23, UDP 53, TCP 80 to 81", 7: "TCP 22 (SSH), 23, UDP 53, TCP 80 to 81, 443, 500, 8080",
		8: "TCP 22 (SSH), 23, UDP 53, TCP 80 to 81, 443, 500 and 2 more"} {
		if got := Sentence(table[:n]); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestPublic(t *testing.T) {
	for s, want := range map[string]bool{"0.0.0.0/0": true, "128.0.0.0/1": true, "10.0.0.0/7": true, "100.0.0.0/8": true, "8.8.8.8/32": true, "::/0": true, "2000::/3": true, "2600:1f18::/32": true,
		"10.0.0.0/8": false, "10.1.2.3/32": false, "100.64.0.0/10": false, "172.16.0.0/12": false, "192.168.1.0/24": false, "169.254.169.254/32": false, "127.0.0.1/32": false, "224.0.0.1/32": false,
		"240.0.0.0/4": false, "203.0.113.5/32": false, "fd00::/8": false, "fe80::/64": false, "e000::/3": false, "64:ff9b::/96": false, "192.0.0.8/32": false, "::1/128": false, "ff02::1/128": false, "2001:db8::/48": false} {
		if got := Public(netip.MustParsePrefix(s)); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestAddress(t *testing.T) {
	for cidr, want := range map[string]string{"8.8.8.8/32": "8.8.8.8", "203.0.113.5/32": "203.0.113.5", "2001:db8::5/128": "2001:db8::5", "2600:1f18::1/128": "2600:1f18::1",
		"8.8.8.8/31": "", "10.1.2.3/32": "", "100.64.0.1/32": "", "169.254.1.1/32": "", "fd00::1/128": "", "2001:db8::/64": "", "0.0.0.0/0": "", "": "", "nonsense": ""} {
		if got := (&GroupRule{Cidr: cidr}).Address(); got != want {
			t.Errorf("%s: %q, want %q", cidr, got, want)
		}
	}
}

func TestDoors(t *testing.T) {
	deny, allow := types.RuleActionDeny, types.RuleActionAllow
	tests := []struct {
		name    string
		entries []types.NetworkAclEntry
		want    string
	}{
		{"none", nil, "[]"},
		{"all", []types.NetworkAclEntry{entry(1, false, "-1", allow, "0.0.0.0/0"), entry(2, false, "-1", allow, "::/0")}, "[0.0.0.0/0 ::/0]"},
		{"outwards", []types.NetworkAclEntry{entry(1, true, "-1", allow, "0.0.0.0/0")}, "[]"},
		{"refused before", []types.NetworkAclEntry{entry(1, false, "6", deny, "0.0.0.0/0", 22, 22), entry(2, false, "-1", allow, "0.0.0.0/0")}, "[]"},
		{"refused in part", []types.NetworkAclEntry{entry(1, false, "6", deny, "8.0.0.0/8", 22, 22), entry(2, false, "-1", allow, "0.0.0.0/0")}, "[0.0.0.0/0]"},
		{"half of it", []types.NetworkAclEntry{entry(1, false, "6", deny, "0.0.0.0/1", 22, 22), entry(2, false, "-1", allow, "0.0.0.0/0")}, "[128.0.0.0/1]"},
		{"every public piece refused", []types.NetworkAclEntry{entry(1, false, "-1", deny, "128.0.0.0/1"), entry(2, false, "-1", deny, "64.0.0.0/2"), entry(3, false, "-1", deny, "32.0.0.0/3"), entry(4, false, "-1", deny, "16.0.0.0/4"),
			entry(5, false, "-1", deny, "12.0.0.0/6"), entry(6, false, "-1", deny, "11.0.0.0/8"), entry(7, false, "-1", deny, "8.0.0.0/7"), entry(8, false, "-1", deny, "4.0.0.0/6"), entry(9, false, "-1", deny, "2.0.0.0/7"),
			entry(10, false, "-1", deny, "1.0.0.0/8"), entry(11, false, "-1", allow, "0.0.0.0/0")}, "[0.0.0.0/8 10.0.0.0/8]"},
		{"other ports", []types.NetworkAclEntry{entry(1, false, "6", allow, "0.0.0.0/0", 1024, 65535)}, "[]"},
		{"another protocol", []types.NetworkAclEntry{entry(1, false, "17", allow, "0.0.0.0/0", 22, 22)}, "[]"},
		{"a range of ports", []types.NetworkAclEntry{entry(1, false, "6", allow, "8.0.0.0/8", 20, 25), entry(2, false, "6", allow, "9.9.9.9/32", 22, 22)}, "[8.0.0.0/8 9.9.9.9/32]"},
		{"a broken range", []types.NetworkAclEntry{entry(1, false, "6", allow, "nonsense", 20, 25)}, "[]"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(Doors(&types.NetworkAcl{Entries: tt.entries}, false, TCP, 22)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestUnanswered(t *testing.T) {
	deny, allow := types.RuleActionDeny, types.RuleActionAllow
	web := entry(100, false, "6", allow, "0.0.0.0/0", 443, 443)
	answers := entry(100, true, "6", allow, "0.0.0.0/0", 1024, 65535)
	tests := []struct {
		name            string
		entries         []types.NetworkAclEntry
		private, public int // how many entries
	}{
		{"everything", []types.NetworkAclEntry{entry(1, false, "-1", allow, "0.0.0.0/0"), entry(1, true, "-1", allow, "0.0.0.0/0")}, 0, 0},
		{"a server", []types.NetworkAclEntry{web, answers}, 0, 0},
		{"a server that says nothing", []types.NetworkAclEntry{web}, 1, 1},
		{"a server of which the first port is refused", []types.NetworkAclEntry{entry(1, false, "6", deny, "0.0.0.0/0", 80, 80), entry(100, false, "6", allow, "0.0.0.0/0", 80, 443)}, 1, 1},
		{"a server that is refused first", []types.NetworkAclEntry{entry(1, false, "-1", deny, "0.0.0.0/0"), web}, 0, 0},
		{"answers for Linux alone", []types.NetworkAclEntry{web, entry(100, true, "6", allow, "0.0.0.0/0", 32768, 60999)}, 1, 1},
		{"answers to the private network", []types.NetworkAclEntry{web, entry(100, true, "6", allow, "10.0.0.0/8", 1024, 65535)}, 0, 1},
		{"answers to another network", []types.NetworkAclEntry{entry(100, false, "6", allow, "10.1.0.0/16", 443, 443), entry(100, true, "6", allow, "10.2.0.0/16", 1024, 65535)}, 1, 1},
		{"answers of the other family", []types.NetworkAclEntry{entry(100, false, "6", allow, "::/0", 443, 443), answers}, 1, 1},
		{"a client", []types.NetworkAclEntry{entry(100, true, "6", allow, "0.0.0.0/0", 443, 443), entry(100, false, "6", allow, "0.0.0.0/0", 32768, 65535)}, 0, 0},
		{"a client that hears nothing", []types.NetworkAclEntry{entry(100, true, "6", allow, "0.0.0.0/0", 443, 443)}, 1, 1},
		{"UDP", []types.NetworkAclEntry{entry(100, false, "17", allow, "0.0.0.0/0", 514, 514)}, 0, 0},
		{"answers alone", []types.NetworkAclEntry{answers}, 0, 0},
		{"a broken range", []types.NetworkAclEntry{entry(100, false, "6", allow, "nonsense", 443, 443)}, 0, 0},
	}
	for _, tt := range tests {
		acl := &types.NetworkAcl{Entries: tt.entries}
		client, own := []int64{1024, 65535}, []int64{49152, 60999}
		if private, public := len(Unanswered(acl, false, client, own)), len(Unanswered(acl, true, client, own)); private != tt.private || public != tt.public {
			t.Errorf("%s: %d and in a public subnet %d, want %d and %d", tt.name, private, public, tt.private, tt.public)
		}
	}
}

func FuzzParsePort(f *testing.F) {
	for _, s := range []string{"22", "udp/161 SNMP", "27017-27019 MongoDB", "icmp/8", "-", "tcp/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		port, err := ParsePort(s)
		if err != nil {
			return
		}
		if port.From < 0 || port.To > maxPort || port.From > port.To || port.Protocol != TCP && port.Protocol != UDP {
			t.Errorf("%q: %+v", s, port)
		}
	})
}

// FuzzRanges holds the arithmetic of ranges against single addresses: one is in what is left of ranges if it was in one of them and not in what was taken out.
func FuzzRanges(f *testing.F) {
	f.Add("0.0.0.0/0", "10.0.0.0/8", "10.1.2.3")
	f.Add("::/0", "2001:db8::/32", "2001:db8::1")
	f.Add("10.0.0.0/8", "0.0.0.0/0", "10.1.2.3")
	f.Add("10.0.0.0/8", "10.255.255.255/32", "10.255.255.254")
	f.Fuzz(func(t *testing.T, whole, out, address string) {
		from, ok1 := parse(whole)
		taken, ok2 := parse(out)
		a, err := netip.ParseAddr(address)
		if !ok1 || !ok2 || err != nil {
			return
		}
		has := func(ps []netip.Prefix) bool {
			return slices.ContainsFunc(ps, func(p netip.Prefix) bool { return p.Contains(a) })
		}
		rest := without([]netip.Prefix{from}, taken)
		if got, want := has(rest), from.Contains(a) && !taken.Contains(a); got != want {
			t.Errorf("%s without %s holds %s: %v", whole, out, address, got)
		}
		if both, ok := intersect(from, taken); ok != from.Overlaps(taken) || ok && both.Contains(a) != (from.Contains(a) && taken.Contains(a)) {
			t.Errorf("%s and %s share %s", whole, out, both)
		}
		if has(maximal(slices.Clone(rest))) != has(rest) {
			t.Errorf("%s is lost among the largest of %v", address, rest)
		}
	})
}
