package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// vol is a volume of a type and size; settings are its Iops and Throughput, absent where they are not given.
func vol(kind types.VolumeType, gib int, settings ...int) *types.Volume {
	v := &types.Volume{VolumeType: kind, Size: new(int32(gib))}
	if len(settings) > 0 {
		v.Iops = new(int32(settings[0]))
	}
	if len(settings) > 1 {
		v.Throughput = new(int32(settings[1]))
	}
	return v
}

func onOutpost(v *types.Volume) *types.Volume {
	v.OutpostArn = new("arn:aws:outposts:us-west-2:111122223333:outpost/op-0e32example1")
	return v
}

// TestPhysicsExamples holds the formulas against the examples and tables that AWS prints beside them.
func TestPhysicsExamples(t *testing.T) {
	const none = 0
	for _, tt := range []struct {
		volume                 *types.Volume
		iops, burstIOPS        float64
		throughput, burstRate  float64
		burst, refill          float64 // seconds, rounded as AWS does
		maxIOPS, maxThroughput float64
	}{
		{vol("gp2", 1), 100, 3000, 25, 128, 1862, 54000, 16000, 250},
		{vol("gp2", 25), 100, 3000, 25, 128, 1862, 54000, 16000, 250},
		{vol("gp2", 33), 100, 3000, 25, 128, 1862, 54000, 16000, 250},
		{vol("gp2", 34), 102, 3000, 25.5, 128, 1863, 52941, 16000, 250},
		{vol("gp2", 100), 300, 3000, 75, 128, 2000, 18000, 16000, 250},
		{vol("gp2", 170), 510, 3000, 127.5, 128, 2169, 10588, 16000, 250},
		{vol("gp2", 171), 513, 3000, 128.25, 250, 2171, 10526, 16000, 250},
		{vol("gp2", 334), 1002, 3000, 250, 250, 2703, 5389, 16000, 250},
		{vol("gp2", 750), 2250, 3000, 250, 250, 7200, 2400, 16000, 250},
		{vol("gp2", 999), 2997, 3000, 250, 250, 1.8e6, 1802, 16000, 250},
		{vol("gp2", 1000), 3000, 3000, 250, 250, none, none, 16000, 250},
		{vol("gp2", 5333), 15999, 15999, 250, 250, none, none, 16000, 250},
		{vol("gp2", 5334), 16000, 16000, 250, 250, none, none, 16000, 250},
		{vol("gp2", 16384), 16000, 16000, 250, 250, none, none, 16000, 250},

		{vol("gp3", 1), 3000, 3000, 125, 125, none, none, 3000, 750},
		{vol("gp3", 6), 3000, 3000, 125, 125, none, none, 3000, 750},
		{vol("gp3", 7, 3500), 3500, 3500, 125, 125, none, none, 3500, 875},
		{vol("gp3", 15), 3000, 3000, 125, 125, none, none, 7500, 1875},
		{vol("gp3", 16, 8000, 2000), 8000, 8000, 2000, 2000, none, none, 8000, 2000},
		{vol("gp3", 32, 16000, 1000), 16000, 16000, 1000, 1000, none, none, 16000, 2000},
		{vol("gp3", 159), 3000, 3000, 125, 125, none, none, 79500, 2000},
		{vol("gp3", 160, 80000, 2000), 80000, 80000, 2000, 2000, none, none, 80000, 2000},
		{vol("gp3", 65536), 3000, 3000, 125, 125, none, none, 80000, 2000},
		{onOutpost(vol("gp3", 7)), 3000, 3000, 125, 125, none, none, 3500, 875},
		{onOutpost(vol("gp3", 16384, 16000, 1000)), 16000, 16000, 1000, 1000, none, none, 16000, 1000},

		{vol("io1", 100, 1000), 1000, 1000, 250, 250, none, none, 5000, 1000},
		{vol("io1", 100, 2000), 2000, 2000, 500, 500, none, none, 5000, 1000},
		{vol("io1", 640, 32000), 32000, 32000, 500, 500, none, none, 32000, 1000},
		{vol("io1", 960, 48000), 48000, 48000, 750, 750, none, none, 48000, 1000},
		{vol("io1", 1280, 64000), 64000, 64000, 1000, 1000, none, none, 64000, 1000},
		{vol("io1", 16384, 64000), 64000, 64000, 1000, 1000, none, none, 64000, 1000},

		{vol("io2", 4, 1000), 1000, 1000, 256, 256, none, none, 4000, 4000},
		{vol("io2", 100, 15625), 15625, 15625, 4000, 4000, none, none, 100000, 4000},
		{vol("io2", 256, 256000), 256000, 256000, 4000, 4000, none, none, 256000, 4000},
		{vol("io2", 65536, 16000), 16000, 16000, 4000, 4000, none, none, 256000, 4000},

		{vol("st1", 128), 5, 31, 5, 31.25, 4993, 26214, 500, 500},
		{vol("st1", 512), 20, 125, 20, 125, 4993, 26214, 500, 500},
		{vol("st1", 1024), 40, 250, 40, 250, 4993, 26214, 500, 500},
		{vol("st1", 2048), 80, 500, 80, 500, 4993, 26214, 500, 500},
		{vol("st1", 5120), 200, 500, 200, 500, 17476, 26214, 500, 500},
		{vol("st1", 12288), 480, 500, 480, 500, 629146, 26214, 500, 500},
		{vol("st1", 12800), 500, 500, 500, 500, none, none, 500, 500},
		{vol("st1", 16384), 500, 500, 500, 500, none, none, 500, 500},

		{vol("sc1", 128), 1, 10, 1.5, 10, 15420, 87381, 250, 250},
		{vol("sc1", 1024), 12, 80, 12, 80, 15420, 87381, 250, 250},
		{vol("sc1", 3072), 36, 240, 36, 240, 15420, 87381, 250, 250},
		{vol("sc1", 3200), 37, 250, 37.5, 250, 15420, 87381, 250, 250},
		{vol("sc1", 8192), 96, 250, 96, 250, 54471, 87381, 250, 250},
		{vol("sc1", 16384), 192, 250, 192, 250, 289262, 87381, 250, 250},

		{vol("standard", 1), 100, 100, 40, 40, none, none, 200, 90},
		{vol("standard", 1024), 100, 100, 40, 40, none, none, 200, 90},
	} {
		t.Run(fmt.Sprintf("%s of %d GiB", tt.volume.VolumeType, *tt.volume.Size), func(t *testing.T) {
			p, ok := physics(tt.volume)
			if !ok {
				t.Fatal("the type is not known")
			}
			for _, c := range []struct {
				what      string
				got, want float64
			}{
				{"sustained IOPS", p.iops, tt.iops},
				{"burst IOPS", p.burstIOPS, tt.burstIOPS},
				{"sustained MiB/s", p.throughput, tt.throughput},
				{"burst MiB/s", p.burstThroughput, tt.burstRate},
				{"seconds of burst", math.Round(p.burst), tt.burst},
				{"seconds to refill", math.Round(p.refill), tt.refill},
				{"most IOPS", p.maxIOPS, tt.maxIOPS},
				{"most MiB/s", p.maxThroughput, tt.maxThroughput},
			} {
				if math.Abs(c.got-c.want) > 1e-9 {
					t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
				}
			}
		})
	}
}

// TestPhysicsInRules is the same as rules see it: minutes and hours, whole IOPS, and no number for a type that is not known.
func TestPhysicsInRules(t *testing.T) {
	inv := account(t, "Volumes: [{VolumeId: vol-1, VolumeType: gp2, Size: 25}]")
	for _, expr := range []string{
		"volume.sustainedIops() == 100", "volume.burstIops() == 3000", "volume.maxIops() == 16000",
		"round(volume.burstMinutes(), 0) == 31.0", "volume.refillHours() == 15.0",
		"volume.sustainedThroughput() == 25.0", "volume.burstThroughput() == 128.0", "volume.maxThroughput() == 250.0",
	} {
		if got := ask(t, inv, "volume", "", expr); got != "pass" {
			t.Errorf("%s: %s", expr, got)
		}
	}
	inv = account(t, "Volumes: [{VolumeId: vol-1, VolumeType: gp9, Size: 25}]")
	for _, f := range functions() {
		if strings.HasPrefix(f.id, "volume_") {
			got := ask(t, inv, "volume", "", "volume."+f.name+"() > "+map[string]string{"int": "0", "double": "0.0"}[f.result.String()])
			if want := `unknown volume type "gp9" is not known to this version of patlint`; got != want {
				t.Errorf("%s of gp9: %q, want %q", f.name, got, want)
			}
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(a, b) }

// TestPhysicsSettings tries every IOPS that somebody can ask for: more is never slower, and no step goes over the type's line.
func TestPhysicsSettings(t *testing.T) {
	for _, tt := range []struct {
		kind        types.VolumeType
		least, most int
		perIOPS     float64 // MiB/s
	}{
		{"io1", 100, 64000, 0.25},
		{"io2", 100, 256000, 0.256},
	} {
		var last performance
		for iops := tt.least; iops <= tt.most; iops++ {
			p, _ := physics(vol(tt.kind, 16384, iops))
			switch {
			case p.iops != float64(iops) || p.bought != p.iops || p.burstIOPS != p.iops || p.burstThroughput != p.throughput:
				t.Fatalf("%s with %d IOPS, which are asked, paid and constant: %+v", tt.kind, iops, p)
			case p.throughput < last.throughput || p.throughput > p.maxThroughput || p.throughput > tt.perIOPS*p.iops:
				t.Fatalf("%s with %d IOPS: %+v, with one less %+v", tt.kind, iops, p, last)
			}
			last = p
		}
		if last.iops != last.maxIOPS || last.throughput != last.maxThroughput {
			t.Errorf("%s with the most IOPS is not at its most: %+v", tt.kind, last)
		}
	}
	for size := 1; size <= 65536; size++ {
		p, _ := physics(vol("gp3", size))
		full, _ := physics(vol("gp3", size, int(p.maxIOPS), int(p.maxThroughput)))
		if full.iops != p.maxIOPS || full.throughput != p.maxThroughput || full.throughput > 0.25*full.iops {
			t.Fatalf("gp3 of %d GiB: what it may be set to is not what AWS takes: %+v", size, full)
		}
	}
}

// TestPhysicsLaws tries what must hold of every volume.
func TestPhysicsLaws(t *testing.T) {
	for _, kind := range types.VolumeType("").Values() {
		credits := slices.Contains([]types.VolumeType{"gp2", "st1", "sc1"}, kind)
		var settings []int
		if kind == "io1" || kind == "io2" {
			settings = []int{100}
		}
		var last performance
		for size := range int(limits()[string(kind)+".size.max"]) + 1 {
			p, ok := physics(vol(kind, size, settings...))
			if !ok {
				t.Fatalf("%s: not known, though the SDK lists it", kind)
			}
			numbers := []float64{p.iops, p.burstIOPS, p.throughput, p.burstThroughput, p.burst, p.refill, p.maxIOPS, p.maxThroughput}
			for _, n := range numbers {
				if !(n >= 0) || math.IsInf(n, 0) {
					t.Fatalf("%s of %d GiB has %v among %+v", kind, size, n, p)
				}
			}
			bucket := p.burstIOPS > p.iops || p.burstThroughput > p.throughput
			switch {
			case p.iops > p.burstIOPS || p.throughput > p.burstThroughput:
				t.Fatalf("%s of %d GiB sustains more than its burst: %+v", kind, size, p)
			case size >= 4 && (p.burstIOPS > p.maxIOPS || p.burstThroughput > p.maxThroughput):
				t.Fatalf("%s of %d GiB does more than its type allows: %+v", kind, size, p)
			case bucket && !credits || (p.burst > 0) != bucket || (p.refill > 0) != bucket:
				t.Fatalf("%s of %d GiB: a burst and a bucket go together: %+v", kind, size, p)
			case kind == "gp2" && bucket && !near(p.burst*p.burstIOPS, 5.4e6+p.burst*p.iops),
				kind != "gp2" && bucket && !near(p.burst*p.burstThroughput, float64(size)*1024+p.burst*p.throughput):
				t.Fatalf("%s of %d GiB: a burst spends the full bucket and what is earned meanwhile, not more or less: %+v", kind, size, p)
			case kind == "gp2" && bucket && !near(p.refill*p.iops, 5.4e6),
				kind != "gp2" && bucket && !near(p.refill*p.throughput, float64(size)*1024):
				t.Fatalf("%s of %d GiB: what is earned while it rests fills the bucket: %+v", kind, size, p)
			case p.iops < last.iops || p.burstIOPS < last.burstIOPS || p.maxIOPS < last.maxIOPS || p.throughput < last.throughput ||
				p.burstThroughput < last.burstThroughput || p.maxThroughput < last.maxThroughput,
				p.burst > 0 && p.burst < last.burst*(1-1e-9) || last.refill > 0 && p.refill > last.refill*(1+1e-9):
				t.Fatalf("%s does less at %d GiB than one GiB below: %+v, %+v", kind, size, p, last)
			}
			last = p
		}
	}
	if _, ok := physics(&types.Volume{}); ok {
		t.Error("a volume without a type has numbers")
	}
}
