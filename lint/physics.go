package lint

import (
	_ "embed"
	"fmt"
	"math"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"go.yaml.in/yaml/v4"
)

//go:embed limits.yaml
var limitsYAML []byte

// limitRows are AWS's numbers, read once when a rule or a test first asks for one.
var limitRows = sync.OnceValue(func() []LimitDoc {
	var rows []LimitDoc
	if err := yaml.Load(limitsYAML, &rows, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("lint/limits.yaml, which is part of the program: %v", err))
	}
	return rows
})

// limits are the numbers by name.
var limits = sync.OnceValue(func() map[string]float64 {
	m := make(map[string]float64, len(limitRows()))
	for _, r := range limitRows() {
		m[r.Name] = r.Value
	}
	return m
})

const (
	gibPerTiB      = 1024
	secondsPerHour = 3600
)

// performance is what a volume does, by AWS's documentation: for as long as one likes, and while burst credits last.
// IOPS of st1 and sc1 are of 1 MiB, those of other types of up to 256 KiB (io2: 16 KiB at the full rate).
type performance struct {
	iops, burstIOPS             float64
	throughput, burstThroughput float64 // MiB/s
	burst, refill               float64 // seconds from a full bucket, and from an empty one; 0 without a bucket
	maxIOPS, maxThroughput      float64 // the most that the type allows; see physics
	bought, boughtThroughput    float64 // of the sustained values, what somebody asked and pays for: 0 where they come with type and size
}

// physics computes a volume's performance from its type, size and settings. Its maxima are how far one can go without a larger
// volume, where the number is a setting: IOPS of gp3, io1 and io2, and throughput of gp3, which needs the IOPS that the size
// allows. Where it follows from size or IOPS, they are the type's, at any size.
func physics(v *types.Volume) (performance, bool) {
	l := limits()
	size := float64(value(v.Size))
	iops, throughput := float64(value(v.Iops)), float64(value(v.Throughput))
	var p performance
	switch v.VolumeType {
	case types.VolumeTypeGp2:
		p.iops = min(max(l["gp2.iops.per_gib"]*size, l["gp2.iops.min"]), l["gp2.iops.max"])
		p.burstIOPS = max(p.iops, l["gp2.iops.burst"])
		limit := l["gp2.throughput.max"]
		if size <= l["gp2.throughput.small_size"] {
			limit = l["gp2.throughput.small"]
		}
		p.throughput = min(limit, p.iops*l["gp2.io_size"])
		p.burstThroughput = min(limit, p.burstIOPS*l["gp2.io_size"])
		if p.burstIOPS > p.iops {
			p.burst = l["gp2.credits"] / (p.burstIOPS - p.iops)
			p.refill = l["gp2.credits"] / p.iops
		}
		p.maxIOPS, p.maxThroughput = l["gp2.iops.max"], l["gp2.throughput.max"]
	case types.VolumeTypeGp3:
		p.iops, p.throughput = l["gp3.iops.included"], l["gp3.throughput.included"]
		if iops > 0 {
			p.iops = iops
		}
		if throughput > 0 {
			p.throughput = throughput
		}
		if p.iops > l["gp3.iops.included"] {
			p.bought = p.iops
		}
		if p.throughput > l["gp3.throughput.included"] {
			p.boughtThroughput = p.throughput
		}
		mostIOPS, mostThroughput := l["gp3.iops.max"], l["gp3.throughput.max"]
		if value(v.OutpostArn) != "" {
			mostIOPS, mostThroughput = l["gp3.outposts.iops.max"], l["gp3.outposts.throughput.max"]
		}
		p.maxIOPS = max(l["gp3.iops.included"], min(mostIOPS, l["gp3.iops.per_gib"]*size))
		p.maxThroughput = min(mostThroughput, l["gp3.throughput.per_iops"]*p.maxIOPS)
	case types.VolumeTypeIo1:
		p.iops, p.bought = iops, iops
		p.throughput = min(l["io1.throughput.max"],
			max(min(l["io1.throughput.step"], iops*l["io1.io_size"]), iops*l["io1.throughput.step_io_size"]))
		p.maxIOPS, p.maxThroughput = min(l["io1.iops.max"], l["io1.iops.per_gib"]*size), l["io1.throughput.max"]
	case types.VolumeTypeIo2:
		p.iops, p.bought = iops, iops
		p.throughput = min(l["io2.throughput.max"], iops*l["io2.throughput.per_iops"])
		p.maxIOPS, p.maxThroughput = min(l["io2.iops.max"], l["io2.iops.per_gib"]*size), l["io2.throughput.max"]
	case types.VolumeTypeSt1, types.VolumeTypeSc1:
		t, tib := string(v.VolumeType)+".", size/gibPerTiB
		p.throughput = min(l[t+"throughput.base.max"], l[t+"throughput.base.per_tib"]*tib)
		p.burstThroughput = max(p.throughput, min(l[t+"throughput.burst.max"], l[t+"throughput.burst.per_tib"]*tib))
		p.iops, p.burstIOPS = math.Floor(p.throughput), math.Floor(p.burstThroughput)
		if bucket := l[t+"credits.per_tib"] * tib; p.burstThroughput > p.throughput && bucket > 0 {
			p.burst = bucket / (p.burstThroughput - p.throughput)
			p.refill = bucket / p.throughput
		}
		p.maxIOPS, p.maxThroughput = l[t+"iops.max"], l[t+"throughput.burst.max"]
	case types.VolumeTypeStandard:
		p.iops, p.throughput = l["standard.iops.sustained"], l["standard.throughput.sustained"]
		p.maxIOPS, p.maxThroughput = l["standard.iops.max"], l["standard.throughput.max"]
	default:
		return p, false
	}
	p.burstIOPS, p.burstThroughput = max(p.iops, p.burstIOPS), max(p.throughput, p.burstThroughput)
	return p, true
}

func value[N any](p *N) N {
	var zero N
	if p == nil {
		return zero
	}
	return *p
}
