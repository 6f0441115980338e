package lint

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// groups makes one security group for each case, so that one rule decides about all of them. What the rule asks stands in tags.
func groups(t *testing.T, n int, group func(i int) types.SecurityGroup) *Inventory {
	list := make([]types.SecurityGroup, n)
	for i := range list {
		list[i] = group(i)
		list[i].GroupId = new(strconv.Itoa(i))
	}
	return inventory(t, map[string]any{"DescribeSecurityGroups": list})
}

// TestAllowsPort is the exact meaning of "a port is open": the protocol counts first, then the range.
func TestAllowsPort(t *testing.T) {
	const absent = -99
	perm := func(protocol string, from, to int32) types.IpPermission {
		p := types.IpPermission{IpProtocol: &protocol}
		if from != absent {
			p.FromPort = &from
		}
		if to != absent {
			p.ToPort = &to
		}
		return p
	}
	for name, tests := range map[string][]struct {
		perm     types.IpPermission
		protocol string
		port     int
		want     bool
	}{
		"every protocol": {
			{perm("-1", absent, absent), "tcp", 22, true},
			{perm("-1", absent, absent), "udp", 53, true},
			{perm("-1", 80, 80), "tcp", 22, true}, // EC2 ignores the ports of protocol -1
		},
		"tcp by name and number": {
			{perm("tcp", 22, 22), "tcp", 22, true},
			{perm("TCP", 22, 22), "tcp", 22, true},
			{perm("6", 22, 22), "tcp", 22, true},
			{perm("tcp", 22, 22), "6", 22, true},
			{perm("tcp", 22, 22), "Tcp", 22, true},
			{perm("tcp", 23, 23), "tcp", 22, false},
			{perm("udp", 22, 22), "tcp", 22, false},
			{perm("17", 53, 53), "udp", 53, true},
			{perm("tcp", 53, 53), "udp", 53, false},
		},
		"ranges": {
			{perm("tcp", 20, 25), "tcp", 19, false},
			{perm("tcp", 20, 25), "tcp", 20, true},
			{perm("tcp", 20, 25), "tcp", 25, true},
			{perm("tcp", 20, 25), "tcp", 26, false},
			{perm("tcp", 0, 65535), "tcp", 22, true},
			{perm("tcp", 443, 22), "tcp", 80, false}, // no such range
			{perm("tcp", absent, absent), "tcp", 22, true},
			{perm("tcp", 22, absent), "tcp", 80, true}, // half a range: rather open than shut
			{perm("tcp", -1, -1), "tcp", 22, true},
		},
		"protocols without ports": {
			{perm("47", absent, absent), "tcp", 22, false}, // GRE
			{perm("50", absent, absent), "tcp", 22, false}, // ESP
			{perm("icmp", -1, -1), "tcp", 22, false},
			{perm("icmp", 8, 0), "tcp", 8, false}, // type and code, not ports
			{perm("1", -1, -1), "tcp", 22, false},
			{perm("icmpv6", absent, absent), "tcp", 22, false},
			{perm("58", absent, absent), "udp", 22, false},
			{perm("", 22, 22), "tcp", 22, false},
		},
	} {
		t.Run(name, func(t *testing.T) {
			inv := groups(t, len(tests), func(i int) types.SecurityGroup {
				return types.SecurityGroup{
					IpPermissions: []types.IpPermission{tests[i].perm},
					Tags:          tags("protocol", tests[i].protocol, "port", strconv.Itoa(tests[i].port)),
				}
			})
			shut := verdicts(t, inv, "securityGroup", "", `allowsPort(securityGroup.IpPermissions[0], tag(securityGroup, "protocol"), int(tag(securityGroup, "port")))`)
			for i, tt := range tests {
				want := map[bool]string{true: "", false: "fail"}[tt.want]
				if got := shut[strconv.Itoa(i)]; got != want {
					t.Errorf("%d: %s port %d: %q, want %q", i, tt.protocol, tt.port, got, want)
				}
			}
		})
	}
	inv := groups(t, 1, func(int) types.SecurityGroup { return types.SecurityGroup{} })
	got := ask(t, inv, "securityGroup", "", `securityGroup.IpPermissions.all(p, !allowsPort(p, "gre", 1)) && allowsPort(types.IpPermission{}, "gre", 1)`)
	if !strings.Contains(got, "only tcp and udp have ports, not gre") {
		t.Errorf("a protocol without ports: %s", got)
	}
}

// TestRanges is which address ranges the Internet is in, and how long their prefixes are.
func TestRanges(t *testing.T) {
	tests := []struct {
		cidr   string
		public bool
		length int
	}{
		{"0.0.0.0/0", true, 0}, {"::/0", true, 0},
		{"0.0.0.0/1", true, 1}, {"128.0.0.0/1", true, 1}, {"::/1", true, 1}, {"8000::/1", false, 1},
		{"8.8.8.8/32", true, 32}, {"2600::/12", true, 12}, {"2600:1f00::1/128", true, 128},
		{"10.0.0.0/8", false, 8}, {"10.1.2.3/32", false, 32}, {"10.0.0.0/7", true, 7}, {"11.0.0.0/8", true, 8},
		{"172.16.0.0/12", false, 12}, {"172.16.0.0/11", true, 11}, {"172.32.0.0/12", true, 12},
		{"192.168.0.0/16", false, 16}, {"192.168.0.0/15", true, 15}, {"192.169.0.0/16", true, 16},
		{"100.64.0.0/10", false, 10}, {"100.64.0.0/9", true, 9}, {"100.0.0.0/8", true, 8}, {"100.128.0.0/10", true, 10},
		{"127.0.0.1/32", false, 32}, {"169.254.169.254/32", false, 32},
		{"192.0.2.0/24", false, 24}, {"198.51.100.7/32", false, 32}, {"203.0.113.0/24", false, 24}, {"198.18.0.0/15", false, 15},
		{"203.0.113.0/23", true, 23}, {"198.18.0.0/14", true, 14},
		{"0.0.0.0/8", false, 8}, {"0.0.0.0/7", true, 7}, {"240.0.0.0/4", false, 4}, {"255.255.255.255/32", false, 32}, {"3fff::/20", false, 20},
		{"::1/128", false, 128}, {"fc00::/7", false, 7}, {"fd12:3456::/32", false, 32}, {"fe80::/10", false, 10},
		{"2001:db8::/32", false, 32}, {"2001:db8::/31", true, 31}, {"fc00::/6", false, 6},
	}
	inv := groups(t, len(tests), func(i int) types.SecurityGroup {
		return types.SecurityGroup{Tags: tags("range", tests[i].cidr, "length", strconv.Itoa(tests[i].length))}
	})
	private := verdicts(t, inv, "securityGroup", "", `isPublicCidr(tag(securityGroup, "range"))`)
	length := verdicts(t, inv, "securityGroup", "", `string(prefixLength(tag(securityGroup, "range"))) == tag(securityGroup, "length")`)
	for i, tt := range tests {
		if got, want := private[strconv.Itoa(i)], map[bool]string{true: "", false: "fail"}[tt.public]; got != want {
			t.Errorf("isPublicCidr of %s: %q, want %q", tt.cidr, got, want)
		}
		if got := length[strconv.Itoa(i)]; got != "" {
			t.Errorf("prefixLength of %s is not %d", tt.cidr, tt.length)
		}
	}

	bad := []string{"", "0.0.0.0", "10.0.0.0/33", "10.0.0/8", "pl-0123", "::/129", "10.0.0.0/8 ", "fe80::%eth0/64", "10.0.0.0/-1"}
	inv = groups(t, len(bad), func(i int) types.SecurityGroup { return types.SecurityGroup{Tags: tags("range", bad[i])} })
	for _, expr := range []string{`isPublicCidr(tag(securityGroup, "range"))`, `prefixLength(tag(securityGroup, "range")) >= 0`} {
		got := verdicts(t, inv, "securityGroup", "", expr)
		for i, text := range bad {
			if want := fmt.Sprintf("unknown the rule failed: %q is not an address range", text); got[strconv.Itoa(i)] != want {
				t.Errorf("%s of %q: %q", expr, text, got[strconv.Itoa(i)])
			}
		}
	}
}

// TestMarked is what the tags Role and Name have to say for a rule to believe them.
func TestMarked(t *testing.T) {
	tests := []struct {
		key, value string
		want       bool
	}{
		{"Role", "db", true}, {"Name", "db", true}, {"Role", "DB", true}, {"Role", "web", false}, {"Role", "", false},
		{"Name", "prod-db-1", true}, {"Name", "prod/db.primary", true}, {"Name", "my_db", true}, {"Name", "the db, maybe", true},
		{"Name", "dbserver", false}, {"Name", "adb", false}, {"Name", "db2", false}, // whole words only; a digit is part of one
		{"Name", "KÄSE store", true}, {"Name", "Käserei", false}, {"Name", "заказ-БАЗА", true},
		{"Name", "prod load-balancer 1", true}, {"Name", "Load-Balancer", true}, {"Name", "load-balancers", false}, {"Name", "upload-balancer load-balancer", true},
		{"role", "db", false}, {"Owner", "db", false}, {"aws:cloudformation:stack-name", "db", false},
	}
	inv := groups(t, len(tests), func(i int) types.SecurityGroup {
		return types.SecurityGroup{Tags: tags(tests[i].key, tests[i].value)}
	})
	unmarked := verdicts(t, inv, "securityGroup", "", `marked(securityGroup, ["Db", "käse", "база", "load-balancer"])`)
	for i, tt := range tests {
		if got := unmarked[strconv.Itoa(i)] == ""; got != tt.want {
			t.Errorf("%s=%q: marked is %v", tt.key, tt.value, got)
		}
	}
}

// TestIsZone is what AWS calls zones in all partitions, and what is a zone of another sort.
func TestIsZone(t *testing.T) {
	inv := groups(t, 1, func(int) types.SecurityGroup { return types.SecurityGroup{} })
	for name, want := range map[string]string{
		"us-east-1a": "pass", "ap-southeast-2c": "pass", "us-gov-west-1b": "pass", "us-isob-east-1a": "pass", "eusc-de-east-1a": "pass",
		"us-east-1-bos-1a": "fail", "us-west-2-lax-1b": "fail", "us-east-1-wl1-bos-wlz-1": "fail",
		"us-east-1": "fail", "use1-az1": "fail", "us-east-1a ": "fail", "US-EAST-1A": "fail", "": "fail",
	} {
		if got := ask(t, inv, "securityGroup", "", fmt.Sprintf("isZone(%q)", name)); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestSmallFunctions(t *testing.T) {
	inv := groups(t, 1, func(int) types.SecurityGroup {
		return types.SecurityGroup{Tags: tags("Name", "x", "Empty", "", "name", "small")}
	})
	for expr, want := range map[string]string{
		`tag(securityGroup, "Name") == "x"`:                          "pass",
		`tag(securityGroup, "name") == "small"`:                      "pass", // keys tell capitals apart, as AWS does
		`tag(securityGroup, "NAME") == ""`:                           "pass",
		`hasTag(securityGroup, "Empty")`:                             "pass",
		`hasTag(securityGroup, "NAME")`:                              "fail",
		`marked(securityGroup, [])`:                                  "fail",
		`sum([1, 2, 3]) == 6`:                                        "pass",
		`sum([1.5, 2.5]) == 4.0`:                                     "pass",
		`sum(securityGroup.IpPermissions.map(p, p.FromPort)) == 0`:   "pass",
		`sum([1, 2].map(x, x == 1 ? x : unknown("no number"))) == 3`: "unknown no number",
		`round(2.345, 2) == 2.35`:                                    "pass",
		`round(1862.07, 0) == 1862.0`:                                "pass",
		`round(1862.07, -2) == 1900.0`:                               "pass",
		`round(-2.5, 0) == -3.0`:                                     "pass",
		`unknown("who knows")`:                                       "unknown who knows",
		`unknown("who knows") || securityGroup.GroupId == "0"`:       "pass",
		`!unknown("who knows")`:                                      "unknown who knows",
		`unknown("one") && unknown("two")`:                           "unknown one; two",
		`[1, 2, 3][5] == 1`:                                          "unknown the rule failed: index out of bounds: 5",
	} {
		if got := ask(t, inv, "securityGroup", "", expr); got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}
