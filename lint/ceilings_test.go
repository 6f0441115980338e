package lint

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// TestBundledCeilings holds rows of the table against AWS's tables (EC2 user guide, EBS-optimized instance types) and the examples of
// its page on volume limits.
func TestBundledCeilings(t *testing.T) {
	const nitro, xen = types.InstanceTypeHypervisorNitro, types.InstanceTypeHypervisorXen
	for name, want := range map[string]ceiling{
		"a1.medium":     {2500, 20000, 37.5, 437.5, 300, 3500, 27, true, false, nitro, false},
		"c3.xlarge":     {4000, 4000, 62.5, 62.5, 500, 500, 39, true, true, xen, false},
		"g4dn.xlarge":   {3000, 20000, 118.75, 437.5, 950, 3500, 25, true, false, nitro, false},
		"m4.large":      {3600, 3600, 56.25, 56.25, 450, 450, 40, true, false, xen, false},
		"m5.large":      {3600, 18750, 81.25, 593.75, 650, 4750, 27, true, false, nitro, false},
		"m5.metal":      {80000, 80000, 2375, 2375, 19000, 19000, 31, true, false, "", true},
		"m5.xlarge":     {6000, 18750, 143.75, 593.75, 1150, 4750, 27, true, false, nitro, false},
		"m5d.xlarge":    {6000, 18750, 143.75, 593.75, 1150, 4750, 26, true, false, nitro, false},
		"m7i.large":     {3600, 40000, 81.25, 1250, 650, 10000, 32, false, false, nitro, false},
		"r5b.24xlarge":  {260000, 260000, 7500, 7500, 60000, 60000, 27, true, false, nitro, false},
		"r6i.16xlarge":  {80000, 80000, 2500, 2500, 20000, 20000, 27, true, false, nitro, false},
		"r8gb.48xlarge": {1440000, 1440000, 37500, 37500, 300000, 300000, 128, false, false, nitro, false},
	} {
		if got, ok := bundledCeiling(name); !ok || got != want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, ok, want)
		}
	}
	if c, ok := bundledCeiling("t2.micro"); ok || c != (ceiling{attachments: 40, sharedAttachments: true, hypervisor: xen}) {
		t.Errorf("t2.micro, for which AWS states attachments alone: %+v, %v", c, ok)
	}
	for _, name := range []string{"", "m5", "M5.LARGE", "m5.large ", "#", "m99.large"} {
		if c, ok := bundledCeiling(name); ok || c != (ceiling{}) {
			t.Errorf("%q, which is no type: %+v", name, c)
		}
	}
}

// TestCeilingsTable reads the file itself: small, sorted, with a source, and every row fit for rules.
func TestCeilingsTable(t *testing.T) {
	if len(ceilingsCSV) > 90<<10 {
		t.Errorf("the table has %d bytes, and every program carries it", len(ceilingsCSV))
	}
	if !strings.Contains(ceilingsCSV, "\n# Source: ") {
		t.Error("the table does not say where it comes from")
	}
	var names []string
	for line := range strings.Lines(ceilingsCSV) {
		if !strings.HasPrefix(line, "#") {
			name, _, _ := strings.Cut(line, ",")
			names = append(names, name)
		}
	}
	if len(names) < 1000 || len(names) != len(bundledCeilings()) {
		t.Errorf("%d rows make %d ceilings", len(names), len(bundledCeilings()))
	}
	if !slices.IsSorted(names) {
		t.Error("the rows are not sorted")
	}
	for _, name := range names {
		c, ok := bundledCeiling(name)
		switch {
		case c.attachments <= 0:
			t.Errorf("%s takes no volume", name)
		case c.bareMetal != strings.Contains(name, "metal") || c.bareMetal == (c.hypervisor != ""):
			t.Errorf("%s: bare metal %v, hypervisor %q", name, c.bareMetal, c.hypervisor)
		case !ok:
			if c.hypervisor != types.InstanceTypeHypervisorXen {
				t.Errorf("%s: AWS states EBS limits for all but some Xen types: %+v", name, c)
			}
		case c.baselineIOPS <= 0 || c.baselineThroughput <= 0 || c.baselineBandwidth <= 0,
			c.maximumIOPS < c.baselineIOPS || c.maximumThroughput < c.baselineThroughput || c.maximumBandwidth < c.baselineBandwidth:
			t.Errorf("%s: the maximum is under the baseline, or nothing: %+v", name, c)
		case math.Abs(c.baselineThroughput-float64(c.baselineBandwidth)/8) > 0.1, c.maximumThroughput != float64(c.maximumBandwidth)/8:
			t.Errorf("%s: MB/s are Mbps / 8, save for AWS's rounding: %+v", name, c)
		case (c.maximumIOPS > c.baselineIOPS || c.maximumThroughput > c.baselineThroughput) != (c.maximumBandwidth > c.baselineBandwidth):
			t.Errorf("%s: IOPS and bandwidth burst together: %+v", name, c)
		}
	}
}

func TestParseCeilings(t *testing.T) {
	for _, tt := range []struct{ row, err string }{
		{"m5.large,nitro,default,27,shared,4750,18750,650,3600,,", ""},
		{"m5.large,nitro,default,27,shared,4750,18750,650,3600", "wrong number of fields"},
		{"m5.large,nitro,default,27,shared,4750,many,650,3600,,", `"many"`},
		{"m5.large,\"nitro,default,27,shared,4750,18750,650,3600,,", "quote"},
	} {
		m, err := parseCeilings("# header\na1.large,nitro,default,27,shared,3500,20000,525,4000,,\n" + tt.row + "\n")
		if tt.err == "" && (err != nil || len(m) != 2) || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%s: %v, %v, want an error with %q", tt.row, m, err, tt.err)
		}
	}
}

func TestCeilingOf(t *testing.T) {
	ebs := func() *types.EbsInfo {
		return &types.EbsInfo{
			AttachmentLimitType: types.AttachmentLimitTypeShared, MaximumEbsAttachments: new(int32(27)), EbsOptimizedSupport: types.EbsOptimizedSupportDefault,
			EbsOptimizedInfo: &types.EbsOptimizedInfo{
				BaselineBandwidthInMbps: new(int32(650)), BaselineIops: new(int32(3600)), BaselineThroughputInMBps: new(81.25),
				MaximumBandwidthInMbps: new(int32(4750)), MaximumIops: new(int32(18750)), MaximumThroughputInMBps: new(593.75),
			},
		}
	}
	bundled, _ := bundledCeiling("m5.large")
	if got, ok := ceilingOf(&types.InstanceTypeInfo{Hypervisor: types.InstanceTypeHypervisorNitro, BareMetal: new(false), EbsInfo: ebs()}); !ok || got != bundled {
		t.Errorf("m5.large of an account: %+v, %v; of the table: %+v", got, ok, bundled)
	}
	for name, info := range map[string]*types.EbsInfo{
		"no EBS":        nil,
		"nothing":       {},
		"no limits":     {MaximumEbsAttachments: new(int32(27))},
		"empty limits":  {MaximumEbsAttachments: new(int32(27)), EbsOptimizedInfo: &types.EbsOptimizedInfo{}},
		"no throughput": {EbsOptimizedInfo: &types.EbsOptimizedInfo{MaximumIops: new(int32(18750))}},
	} {
		got, ok := ceilingOf(&types.InstanceTypeInfo{EbsInfo: info})
		want := ceiling{}
		if info != nil {
			want.attachments = int64(value(info.MaximumEbsAttachments))
		}
		if ok || got != want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, ok, want)
		}
	}
}

// TestUnits is AWS's own pair: 250 MiB/s of a gp2 volume, the link of an instance in MB/s.
func TestUnits(t *testing.T) {
	if got := 250 * mbPerMiB; got != 262.144 {
		t.Errorf("250 MiB/s are %v MB/s", got)
	}
}

// BenchmarkFirstCeiling is what the first question costs; a program that asks none pays nothing.
func BenchmarkFirstCeiling(b *testing.B) {
	for b.Loop() {
		if m, err := parseCeilings(ceilingsCSV); err != nil || len(m) == 0 {
			b.Fatal(err)
		}
	}
}
