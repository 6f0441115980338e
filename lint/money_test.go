package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
)

// wasteful is a pattern whose rule flags everything of a kind and says what it costs.
func wasteful(id, resource, waste string) *patterns.Pattern {
	p := pattern(id, resource, "", "false", "flagged")
	p.Rule.Waste = patterns.Text{Value: waste, File: id + ".md"}
	return p
}

// costOf1 is what a rule says of the one resource of its kind: "8.00", "none", or why it is unknown.
func costOf1(t *testing.T, rules *Rules, inv *Inventory) string {
	t.Helper()
	r := checked(t, rules, inv)
	if len(r.Findings) != 1 || r.Findings[0].Verdict != "fail" {
		t.Fatalf("%d findings", len(r.Findings))
	}
	if got := r.Findings[0].MonthlyUSD; got > 0 {
		return fmt.Sprintf("%.2f", got)
	}
	for _, e := range rules.Parts(r.Findings[0].Pattern) {
		if e.Part != "waste" {
			continue
		}
		values, err := e.Values(t.Context(), []*Inventory{inv}, "")
		if err != nil {
			t.Fatal(err)
		}
		for v := range values {
			if v.Outcome != "value" {
				return v.Why
			}
		}
	}
	return "none"
}

// TestMonthlyCost: each relation with numbers worked out by hand.
func TestMonthlyCost(t *testing.T) {
	const account1 = "Account: \"111122223333\"\n"
	for _, tt := range []struct{ name, kind, account, want string }{
		{"gp2", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 100}]", "10.00"},
		{"gp3 as it comes", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: gp3, Size: 100, Iops: 3000, Throughput: 125}]", "8.00"},
		{"gp3 without its settings", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: gp3, Size: 100}]", "8.00"},
		{"gp3 with bought performance", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: gp3, Size: 500, Iops: 6000, Throughput: 500}]", "70.00"}, // 40 + 15 + 15
		{"io1", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: io1, Size: 500, Iops: 6000}]", "452.50"},                                         // 62.50 + 390
		{"io2 in three tiers", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: io2, Size: 100, Iops: 70000}]", "3756.50"},                        // 12.50 + 2080 + 1472 + 192
		{"io2 at the end of the first", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: io2, Size: 100, Iops: 32000}]", "2092.50"},
		{"st1", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: st1, Size: 1000}]", "45.00"},
		{"sc1", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: sc1, Size: 1000}]", "15.00"},
		{"magnetic", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: standard, Size: 100}]", "5.00"},
		{"a type of next year", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: gp9, Size: 100}]", `there is no price for volume type "gp9" in this version of patlint`},
		{"on an Outpost", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 100, OutpostArn: \"arn:aws:outposts:us-east-1:111122223333:outpost/op-1\"}]", "there is no price for what is on an Outpost"},
		{"in a local zone", "volume", "Volumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 100, AvailabilityZone: us-east-1-bos-1a}]", "there is no price for the zone us-east-1-bos-1a, which is outside of the region's own"},
		{"in Frankfurt", "volume", "Region: eu-central-1\nVolumes: [{VolumeId: vol-1, VolumeType: gp3, Size: 100, AvailabilityZone: eu-central-1a}]", "9.52"},
		{"in a region of next year", "volume", "Region: xx-new-1\nVolumes: [{VolumeId: vol-1, VolumeType: gp3, Size: 100}]", `prices.yaml knows nothing of the region "xx-new-1"; a factor region.xx-new-1 among the site's prices does`},

		{"snapshot", "snapshot", "Snapshots: [{SnapshotId: snap-1, VolumeSize: 100}]", "5.00"},
		{"snapshot with its full size", "snapshot", "Snapshots: [{SnapshotId: snap-1, VolumeSize: 100, StorageTier: standard, FullSnapshotSizeInBytes: 10737418240}]", "0.50"},
		{"archived snapshot", "snapshot", "Snapshots: [{SnapshotId: snap-1, VolumeSize: 100, StorageTier: archive}]", "1.25"},
		{"snapshot in a local zone", "snapshot", "Snapshots: [{SnapshotId: snap-1, VolumeSize: 100, AvailabilityZone: us-east-1-bos-1a}]", "there is no price for the zone us-east-1-bos-1a, which is outside of the region's own"},

		{"address", "address", "Addresses: [{AllocationId: eipalloc-1, PublicIpv4Pool: amazon, NetworkBorderGroup: us-east-1}]", "3.65"},
		{"address in São Paulo", "address", "Region: sa-east-1\nAddresses: [{AllocationId: eipalloc-1}]", "3.65"},
		{"address of one's own", "address", "Addresses: [{AllocationId: eipalloc-1, PublicIpv4Pool: ipv4pool-ec2-012345}]", "none"},
		{"address of another pool", "address", "Addresses: [{AllocationId: eipalloc-1, PublicIpv4Pool: ipam-pool-1}]", "there is no price for an address of the pool ipam-pool-1"},
		{"address in a local zone", "address", "Addresses: [{AllocationId: eipalloc-1, NetworkBorderGroup: us-east-1-bos-1}]", "there is no price for an address outside of the region's own zones"},

		{"NAT gateway", "natGateway", "NatGateways: [{NatGatewayId: nat-1, State: available}]", "32.85"},
		{"NAT gateway in Ireland", "natGateway", "Region: eu-west-1\nNatGateways: [{NatGatewayId: nat-1, State: available}]", "35.05"}, // 730 * 0.045 * 1.067
		{"deleted NAT gateway", "natGateway", "NatGateways: [{NatGatewayId: nat-1, State: deleted}]", "none"},
		{"NAT gateway that is going", "natGateway", "NatGateways: [{NatGatewayId: nat-1, State: deleting}]", "none"},
		{"regional NAT gateway", "natGateway", "NatGateways: [{NatGatewayId: nat-1, State: available, AvailabilityMode: regional}]", "there is no price for a regional NAT gateway, which is paid for by the zones that it is in at the time"},

		{"interface endpoint", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Interface, State: available, SubnetIds: [subnet-1, subnet-2, subnet-3]}]", "21.90"},
		{"endpoint to a firewall", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: GatewayLoadBalancer, State: available, SubnetIds: [subnet-1]}]", "7.30"},
		{"gateway endpoint", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Gateway, State: available}]", "none"},
		{"endpoint that is going", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Interface, State: deleting, SubnetIds: [subnet-1]}]", "none"},
		{"endpoint that was refused", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Interface, State: rejected, SubnetIds: [subnet-1]}]", "none"},
		{"endpoint that waits", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Interface, State: pendingAcceptance, SubnetIds: [subnet-1]}]", "none"},
		{"endpoint of a service", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Interface, RequesterManaged: true, SubnetIds: [subnet-1]}]", "there is no price for an endpoint that a service of AWS's manages and may pay for"},
		{"endpoint to a resource", "vpcEndpoint", "VpcEndpoints: [{VpcEndpointId: vpce-1, VpcEndpointType: Resource, SubnetIds: [subnet-1]}]", `there is no price for an endpoint of the type "Resource" in this version of patlint`},

		{"attachment of a VPC", "transitGatewayAttachment", account1 + "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: vpc, ResourceOwnerId: \"111122223333\", State: available}]", "36.50"},
		{"attachment of somebody's VPC", "transitGatewayAttachment", account1 + "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: vpc, ResourceOwnerId: \"222233334444\", State: available}]", "none"},
		{"peering", "transitGatewayAttachment", account1 + "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: peering, ResourceOwnerId: \"222233334444\", State: available}]", "36.50"},
		{"attachment that is gone", "transitGatewayAttachment", "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: vpc, State: deleted}]", "none"},
		{"attachment that waits", "transitGatewayAttachment", "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: vpc, State: pendingAcceptance}]", "none"},
		{"attachment that is going", "transitGatewayAttachment", "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: vpc, State: deleting}]", "none"},
		{"attachment that is being refused", "transitGatewayAttachment", "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: vpc, State: rejecting}]", "none"},
		{"attachment of another type", "transitGatewayAttachment", "TransitGatewayAttachments: [{TransitGatewayAttachmentId: tgw-attach-1, ResourceType: connect, State: available}]", `there is no price for an attachment of the type "connect" in this version of patlint`},

		{"VPN", "vpnConnection", "VpnConnections: [{VpnConnectionId: vpn-1, State: available}]", "36.50"},
		{"deleted VPN", "vpnConnection", "VpnConnections: [{VpnConnectionId: vpn-1, State: deleted}]", "none"},
		{"accelerated VPN", "vpnConnection", "VpnConnections: [{VpnConnectionId: vpn-1, State: available, Options: {EnableAcceleration: true}}]", "there is no price for a VPN connection that is accelerated or has large tunnels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := compile(t, wasteful("wasteful", tt.kind, tt.kind+".monthlyCost()"))
			if got := costOf1(t, rules, account(t, tt.account)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestWaste: what is unknown, fails, or is not above zero is no estimate, and a finding all the same.
func TestWaste(t *testing.T) {
	const volume = "Volumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 100}]\n"
	for _, tt := range []struct{ name, waste, account, want string }{
		{"a price", `price("ebs.snapshot.standard.gib_month") * double(volume.Size)`, volume, "5.00"},
		{"a price in its region", `price("ebs.snapshot.standard.gib_month") * double(volume.Size)`, "Region: sa-east-1\n" + volume, "9.50"},
		{"a difference", `volume.monthlyCost() - price("ebs.gp3.gib_month") * double(volume.Size)`, volume, "2.00"},
		{"as another type", `volume.monthlyCost() - volume.monthlyCostAs("gp3", 3000.0, 125.0)`, volume, "2.00"},
		{"as another type with more", `volume.monthlyCostAs("gp3", 5000.0, 225.0)`, volume, "22.00"},
		{"as io2", `volume.monthlyCostAs("io2", 1000.0, 0.0)`, volume, "77.50"},
		{"as nothing known", `volume.monthlyCostAs("gp9", 1000.0, 0.0)`, volume, `there is no price for volume type "gp9" in this version of patlint`},
		{"as another type in Frankfurt", `volume.monthlyCostAs("gp3", 3000.0, 125.0)`, "Region: eu-central-1\n" + volume, "9.52"},
		{"as another type on an Outpost", `volume.monthlyCostAs("gp3", 3000.0, 125.0)`, "Volumes: [{VolumeId: vol-1, Size: 100, OutpostArn: \"arn:aws:outposts:us-east-1:111122223333:outpost/op-1\"}]", "there is no price for what is on an Outpost"},
		{"a loss", `price("ebs.gp3.gib_month") * double(volume.Size) - volume.monthlyCost()`, volume, "none"},
		{"zero", "0.0", volume, "none"},
		{"less than half a cent", "0.004", volume, "none"},
		{"no number", "0.0 / 0.0", volume, "none"},
		{"endless", "1.0 / 0.0", volume, "none"},
		{"unknown", `double(volume.snapshots().size())`, "Gaps: [DescribeSnapshots]\n" + volume, "ec2:DescribeSnapshots: denied in this example"},
		{"dyn", `volume.Size > 0 ? dyn(1.5) : dyn(1)`, volume, "1.50"},
		{"dyn without a double", `volume.Size > 0 ? dyn(1) : dyn(1.5)`, volume, "none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := costOf1(t, compile(t, wasteful("wasteful", "volume", tt.waste)), account(t, tt.account)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
	own := compile(t, wasteful("wasteful", "volume", "volume.monthlyCost()")).Priced(Prices{"ebs.gp2.gib_month": 0.2, "region.sa-east-1": 10})
	if got := costOf1(t, own, account(t, "Region: sa-east-1\n"+volume)); got != "200.00" {
		t.Errorf("by a site's own prices %s, want 200.00", got)
	}
	if got := checked(t, own.Only(func(*patterns.Pattern) bool { return true }), account(t, volume)).Summary; got.MonthlyUSD != 20 || !slices.Equal(got.OwnPrices, []string{"ebs.gp2.gib_month"}) {
		t.Errorf("the chosen rules have lost the prices: %+v", got)
	}
}

// TestWasteSources: what only the waste needs is no reason for an unknown verdict.
func TestWasteSources(t *testing.T) {
	rules := compile(t, wasteful("wasteful", "volume", "double(volume.snapshots().size())"))
	r := checked(t, rules, account(t, "Gaps: [DescribeSnapshots]\nVolumes: [{VolumeId: vol-1}]"))
	if r.Summary.Fail != 1 || r.Summary.Unknown != 0 || len(r.Gaps) != 1 || len(r.Gaps[0].Patterns) != 0 {
		t.Errorf("%+v with gaps %+v; want one failed check, and a gap that no verdict depends on", r.Summary, r.Gaps)
	}
	if got := strings.Join(rules.Sources(), " "); got != "DescribeSnapshots DescribeVolumes" {
		t.Errorf("the rule reads %s", got)
	}
}

// TestBadWaste: mistakes are found when the catalog loads.
func TestBadWaste(t *testing.T) {
	for waste, want := range map[string]string{
		"volume.Size":                       "wasteful.md:0:0: this gives int; waste is a number of US dollars a month, so write a double, such as volume.monthlyCost()",
		"volume.monthlyCosts()":             "wasteful.md:0:0: there is no relation and no function monthlyCosts(); did you mean monthlyCost()?",
		`price("ebs.gp3.gib_moth")`:         "wasteful.md:0:0: prices.yaml has no ebs.gp3.gib_moth; did you mean ebs.gp3.gib_month?",
		`price("beer")`:                     "wasteful.md:0:0: prices.yaml has no beer; patlint list prices shows all",
		`price("region.eu-central-1.ebs")`:  "wasteful.md:0:0: region.eu-central-1.ebs is a factor, which price() has in it already",
		`price("ebs." + volume.VolumeType)`: "wasteful.md:0:0: price takes a name in quotes, so that a wrong one is found when the catalog loads",
	} {
		_, err := Compile(&patterns.Catalog{Patterns: []*patterns.Pattern{wasteful("wasteful", "volume", waste)}})
		if err == nil || !strings.Contains(err.Error(), want[strings.Index(want, ": ")+2:]) {
			t.Errorf("%s: %v, want %s", waste, err, want)
		}
	}
}

// TestBill: the summary has each resource once, with the most that a finding says of it, and nothing of what is muted.
func TestBill(t *testing.T) {
	const fleet = `Instances:
  - InstanceId: i-1
    BlockDeviceMappings: [{DeviceName: /dev/sda, Ebs: {VolumeId: vol-1}}, {DeviceName: /dev/sdb, Ebs: {VolumeId: vol-2}}]
Volumes:
  - {VolumeId: vol-1, VolumeType: gp2, Size: 100, Attachments: [{InstanceId: i-1}]}
  - {VolumeId: vol-2, VolumeType: gp2, Size: 300, Attachments: [{InstanceId: i-1}]}
  - {VolumeId: vol-3, VolumeType: gp2, Size: 50}
`
	ofInstance := wasteful("of-instance", "instance", "sum(instance.volumes().map(v, v.monthlyCost()))")
	ofVolume := wasteful("of-volume", "volume", "volume.monthlyCost()")
	saving := wasteful("saving", "volume", `volume.monthlyCost() - price("ebs.gp3.gib_month") * double(volume.Size)`)
	share := wasteful("share", "instance", "0.1 * sum(instance.volumes().map(v, v.monthlyCost()))")
	for _, tt := range []struct {
		name      string
		patterns  []*patterns.Pattern
		mute      string
		want      float64
		resources int
	}{
		{"one pattern", []*patterns.Pattern{ofVolume}, "", 45, 3},
		{"two that say different things of a volume", []*patterns.Pattern{ofVolume, saving}, "", 45, 3},
		{"the smaller alone", []*patterns.Pattern{saving}, "", 9, 3},
		{"an instance's volumes, and the volumes", []*patterns.Pattern{ofInstance, ofVolume}, "", 45, 3},
		{"an instance's volumes alone", []*patterns.Pattern{ofInstance}, "", 40, 2},
		{"an instance's volumes, and savings on them", []*patterns.Pattern{ofInstance, saving}, "", 41, 3},
		{"a share belongs to the instance", []*patterns.Pattern{share}, "", 4, 1},
		{"muted", []*patterns.Pattern{ofVolume}, "vol-2", 15, 2},
		{"all muted", []*patterns.Pattern{ofInstance}, "i-1", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := compile(t, tt.patterns...).Check(t.Context(), account(t, fleet), Options{Mute: func(f *Finding, _ func(string) (string, bool)) *Mute {
				if f.Resource.ID == tt.mute {
					return &Mute{Reason: "known"}
				}
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			if s := r.Summary; math.Abs(s.MonthlyUSD-tt.want) > 1e-9 || s.MonthlyUSDResources != tt.resources || (s.PricesDate != "") != (tt.want > 0) {
				t.Errorf("%v USD on %d resources by prices of %q, want %v on %d", s.MonthlyUSD, s.MonthlyUSDResources, s.PricesDate, tt.want, tt.resources)
			}
			for _, f := range r.Findings {
				if f.MonthlyUSD == 0 {
					t.Errorf("%s of %s has no estimate; a muted one has it, too", f.Pattern, f.Resource.ID)
				}
			}
		})
	}
}

// TestBillOfSnapshots: of the snapshots of a volume the largest is on the bill, archived ones and those of no volume stand alone, and what may be less says so.
func TestBillOfSnapshots(t *testing.T) {
	const (
		row    = "{SnapshotId: snap-1, VolumeId: vol-1, VolumeSize: 800}, {SnapshotId: snap-2, VolumeId: vol-1, VolumeSize: 1000}, {SnapshotId: snap-3, VolumeId: vol-1, VolumeSize: 1000, StorageTier: standard}"
		full   = "{SnapshotId: snap-4, VolumeId: vol-1, VolumeSize: 1000, StorageTier: archive, FullSnapshotSizeInBytes: 107374182400}"
		copies = "{SnapshotId: snap-5, VolumeId: vol-ffffffff, VolumeSize: 100}, {SnapshotId: snap-6, VolumeId: vol-ffffffff, VolumeSize: 100}"
		image  = "Images: [{ImageId: ami-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {SnapshotId: snap-1}}]}]\n"
	)
	ofSnapshot := wasteful("of-snapshot", "snapshot", "snapshot.monthlyCost()")
	ofImage := wasteful("of-image", "image", "sum(image.snapshots().map(s, s.monthlyCost()))")
	saved := wasteful("saved", "snapshot", "0.75 * snapshot.monthlyCost()")
	for _, tt := range []struct {
		name      string
		patterns  []*patterns.Pattern
		account   string
		want      float64
		resources int
		most      bool
	}{
		{"a row", []*patterns.Pattern{ofSnapshot}, "Snapshots: [" + row + "]", 50, 3, true},
		{"a row with one in the archive", []*patterns.Pattern{ofSnapshot}, "Snapshots: [" + row + ", " + full + "]", 51.25, 4, true},
		{"the archive alone", []*patterns.Pattern{ofSnapshot}, "Snapshots: [" + full + "]", 1.25, 1, false},
		{"copies", []*patterns.Pattern{ofSnapshot}, "Snapshots: [" + copies + "]", 10, 2, true},
		{"an image's and its own", []*patterns.Pattern{ofSnapshot, ofImage}, image + "Snapshots: [" + row + "]", 50, 3, true},
		{"an image's alone", []*patterns.Pattern{ofImage}, image + "Snapshots: [" + row + "]", 40, 1, true},
		{"a part of them", []*patterns.Pattern{saved}, "Snapshots: [" + row + "]", 37.5, 3, true},
	} {
		s := checked(t, compile(t, tt.patterns...), account(t, tt.account)).Summary
		if s.MonthlyUSD != tt.want || s.MonthlyUSDResources != tt.resources || s.MonthlyUSDAtMost != tt.most {
			t.Errorf("%s: %v USD on %d resources, at most %v; want %v on %d, %v", tt.name, s.MonthlyUSD, s.MonthlyUSDResources, s.MonthlyUSDAtMost, tt.want, tt.resources, tt.most)
		}
	}
}

// TestArchiveSaving: archiving the only snapshot of a volume saves three quarters, and one of a row nothing that anybody knows.
func TestArchiveSaving(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	all, err := Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	rules := all.Only(func(p *patterns.Pattern) bool { return p.ID == "archive-compliance-snapshots" })
	const ledger = "SnapshotId: snap-1, VolumeSize: 1000, State: completed, StartTime: 2020-12-31T20:00:00Z, Tags: [{Key: Name, Value: ledger audit}]"
	for _, tt := range []struct {
		name, account, want string
	}{
		{"alone", "[{VolumeId: vol-1, " + ledger + "}]", "37.50"},
		{"beside one in the archive", "[{VolumeId: vol-1, " + ledger + "}, {SnapshotId: snap-2, VolumeId: vol-1, StorageTier: archive}]", "37.50"},
		{"in a row", "[{VolumeId: vol-1, " + ledger + "}, {SnapshotId: snap-2, VolumeId: vol-1}]", "none"},
	} {
		if got := costOf1(t, rules, account(t, "Snapshots: "+tt.account)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestNoEstimate: a finding whose estimate fails or is unknown is counted, and a gap that no verdict depends on says why.
func TestNoEstimate(t *testing.T) {
	const volumes = "Volumes: [{VolumeId: vol-1, VolumeType: gp3, Size: 10}, {VolumeId: vol-2, VolumeType: gp3, Size: 1}]"
	cost := "volume.monthlyCost()"
	for _, tt := range []struct{ waste, account, want string }{
		{cost, volumes, ""},
		{cost, "Region: xx-new-1\n" + volumes, "2: prices.yaml knows nothing of the region \"xx-new-1\"; a factor region.xx-new-1 among the site's prices does"},
		{"[1.0][volume.Size - 1]", volumes, "1: vol-1: the rule failed: index out of bounds: 9"},
		{"1.0 / 0.0", "Volumes: [{VolumeId: vol-1}]", "1: vol-1: the rule failed: its estimate is no amount of dollars"},
		{"volume.Size > 1 ? dyn(1) : dyn(1.5)", volumes, "1: vol-1: the rule failed: its estimate is of the type int and not a double"},
		{"0.0", volumes, ""},
	} {
		r := checked(t, compile(t, wasteful("wasteful", "volume", tt.waste)), account(t, tt.account))
		got := ""
		if len(r.Gaps) == 1 && len(r.Gaps[0].Patterns) == 0 {
			got = fmt.Sprintf("%d: %s", r.Summary.MonthlyUSDMissing, r.Gaps[0].Error)
		}
		if got != tt.want || r.Summary.Unknown > 0 || (r.Summary.MonthlyUSDMissing > 0) != (tt.want != "") {
			t.Errorf("%s: %q, want %q; %+v", tt.waste, got, tt.want, r.Gaps)
		}
	}
	muted, err := compile(t, wasteful("wasteful", "volume", cost)).Check(t.Context(), account(t, "Region: xx-new-1\n"+volumes), Options{Mute: func(*Finding, func(string) (string, bool)) *Mute { return &Mute{} }})
	if err != nil || muted.Summary.MonthlyUSDMissing != 0 || len(muted.Gaps) != 0 {
		t.Errorf("%v: of muted findings %+v is missing, %+v", err, muted.Summary, muted.Gaps)
	}
}

// TestBillOfScopes: regions are added up, in memory and in a ledger whose findings stand in a file.
func TestBillOfScopes(t *testing.T) {
	rules := compile(t, wasteful("wasteful", "volume", "volume.monthlyCost()"))
	var reports []*Report
	ledger := Ledger{limit: 1, Dir: t.TempDir()}
	defer ledger.Close()
	for _, region := range []string{"us-east-1", "eu-central-1", "xx-new-1"} {
		r := checked(t, rules, account(t, "Region: "+region+"\nVolumes: [{VolumeId: vol-1, VolumeType: gp3, Size: 10}, {VolumeId: vol-2, VolumeType: gp3, Size: 1}]"))
		reports = append(reports, r)
		if err := ledger.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	gathered, err := ledger.Report()
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*Report{"merged": Merge(reports...), "gathered": gathered} {
		if s := r.Summary; s.MonthlyUSD != 1.93 || s.MonthlyUSDResources != 4 || s.PricesDate != PricesDate() || s.MonthlyUSDMissing != 2 { // 0.88 and 0.95 + 0.10
			t.Errorf("%s: %+v", name, s)
		}
		sum := 0.0
		for f, err := range r.All() {
			if err != nil {
				t.Fatal(err)
			}
			sum += f.MonthlyUSD
		}
		if cents(sum) != 1.93 {
			t.Errorf("%s: the findings add up to %v", name, sum)
		}
	}
}

// TestWasteOfExamples: a waste that fails on an example is a mistake of the page; one that is unknown there is none.
func TestWasteOfExamples(t *testing.T) {
	for waste, want := range map[string]string{
		"volume.monthlyCost()": "",
		"double(volume.snapshots().size()) + (volume.Size > 0 ? unknown('no idea') : 0.0)": "",
		"[1.0][volume.Size]": "waste of vol-1: index out of bounds: 20; let it ask first whether it can",
	} {
		page := spoil(t, ruleRequire, ruleRequire+"\nwaste: >-\n  "+waste)
		rules, err := Compile(pageCatalog(t, page))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, res := range rules.Examples(t.Context()) {
			for _, e := range res.Errs {
				got += e.Msg
			}
		}
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", waste, got, want)
		}
	}
}

// TestReadingOfWaste: what a finding costs is said in words.
func TestReadingOfWaste(t *testing.T) {
	for waste, want := range map[string]string{
		"volume.monthlyCost()": "its monthly cost",
		`volume.monthlyCost() - volume.monthlyCostAs("gp3", double(volume.Iops), 125.0)`: "its monthly cost minus its monthly cost as gp3 with its `Iops` and 125",
		`price("ebs.gp3.gib_month") * double(volume.Size)`:                               "the price `ebs.gp3.gib_month` times its `Size`",
		"sum(volume.snapshots().map(s, s.monthlyCost()))":                                "the sum of the monthly cost of each of its snapshots",
	} {
		r, ok := compile(t, wasteful("wasteful", "volume", waste)).Reading("wasteful")
		if !ok || r.Waste != want {
			t.Errorf("%s is read as %q, want %q", waste, r.Waste, want)
		}
	}
	if r, _ := compile(t, pattern("plain", "volume", "", "false", "flagged")).Reading("plain"); r.Waste != "" {
		t.Errorf("a rule that says nothing of money is read as %q", r.Waste)
	}
}
