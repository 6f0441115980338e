package lint

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ceilingsCSV is for snapshots without instance types; what an account's own DescribeInstanceTypes says goes first, as it is newer.
// ceilings_gen.go tells how to renew it.
//
//go:embed ceilings.csv
var ceilingsCSV string

// A ceiling is what AWS lets an instance of a type do with EBS. Where the maximum is above the baseline, the instance holds it for
// half an hour, at least once in 24 hours, and the baseline at all times. IOPS are of 16 KiB, throughput is at 128 KiB.
//
// An instance with several EBS cards reaches the ceiling with volumes on all of them.
type ceiling struct {
	baselineIOPS, maximumIOPS             int64
	baselineThroughput, maximumThroughput float64 // MB/s, decimal, as AWS states them; volumes are in MiB/s
	baselineBandwidth, maximumBandwidth   int64   // Mbps

	// attachments is how many EBS volumes fit, with the root volume. Where that is shared, the number leaves room for the primary
	// network interface and the devices that come with the type; each further interface takes the place of a volume.
	attachments       int64
	sharedAttachments bool

	optional   bool                         // it holds for instances with EbsOptimized, which is off at this type unless one asks for it
	hypervisor types.InstanceTypeHypervisor // "" where bareMetal
	bareMetal  bool
}

// mbPerMiB turns the MiB/s of volumes into the MB/s of instances.
const mbPerMiB = float64(1<<20) / 1e6

// ceilingOf reads the ceiling from an account's own data. It is false where AWS states no EBS limits, as for T2; the ceiling then
// tells of attachments, if they are stated, and of the hypervisor.
func ceilingOf(info *types.InstanceTypeInfo) (ceiling, bool) {
	c := ceiling{hypervisor: info.Hypervisor, bareMetal: value(info.BareMetal)}
	ebs := info.EbsInfo
	if ebs == nil {
		return c, false
	}
	c.attachments = int64(value(ebs.MaximumEbsAttachments))
	c.sharedAttachments = ebs.AttachmentLimitType == types.AttachmentLimitTypeShared
	c.optional = ebs.EbsOptimizedSupport == types.EbsOptimizedSupportSupported
	o := ebs.EbsOptimizedInfo
	if o == nil || o.MaximumIops == nil || o.MaximumThroughputInMBps == nil || o.BaselineIops == nil || o.BaselineThroughputInMBps == nil {
		return c, false
	}
	c.maximumBandwidth, c.baselineBandwidth = int64(value(o.MaximumBandwidthInMbps)), int64(value(o.BaselineBandwidthInMbps))
	c.maximumIOPS, c.baselineIOPS = int64(*o.MaximumIops), int64(*o.BaselineIops)
	c.maximumThroughput, c.baselineThroughput = *o.MaximumThroughputInMBps, *o.BaselineThroughputInMBps
	return c, true
}

// saysLimits tells whether an answer has a type's EBS limits, or says that there are none. One that says neither is no reason to
// think that there are none.
func saysLimits(info *types.InstanceTypeInfo) bool {
	_, stated := ceilingOf(info)
	return stated || info.EbsInfo != nil && info.EbsInfo.EbsOptimizedSupport == types.EbsOptimizedSupportUnsupported
}

// bundledCeiling is ceilingOf for a type by its name, from the table that is part of the program. It is also false for a type
// that the table does not have, with nothing in the ceiling.
func bundledCeiling(instanceType string) (ceiling, bool) {
	c, ok := bundledCeilings()[instanceType]
	return c, ok && c.maximumIOPS > 0
}

var bundledCeilings = sync.OnceValue(func() map[string]ceiling {
	m, err := parseCeilings(ceilingsCSV)
	if err != nil {
		panic(fmt.Sprintf("lint/ceilings.csv, which is part of the program: %v", err))
	}
	return m
})

// parseCeilings reads what ceilings_gen.go wrote; the table's own header says what an empty cell means.
func parseCeilings(table string) (map[string]ceiling, error) {
	const columns = 11
	r := csv.NewReader(strings.NewReader(table))
	r.Comment, r.ReuseRecord, r.FieldsPerRecord = '#', true, columns
	var bad error
	number := func(cell string, otherwise float64) float64 {
		if cell == "" {
			return otherwise
		}
		n, err := strconv.ParseFloat(cell, 64)
		bad = cmp.Or(bad, err)
		return n
	}
	m := make(map[string]ceiling, strings.Count(table, "\n"))
	for {
		row, err := r.Read()
		if err == io.EOF {
			return m, bad
		}
		if err != nil {
			return nil, err
		}
		var c ceiling
		if row[1] == "metal" {
			c.bareMetal = true
		} else {
			c.hypervisor = types.InstanceTypeHypervisor(row[1])
		}
		c.optional = row[2] == string(types.EbsOptimizedSupportSupported)
		c.attachments, c.sharedAttachments = int64(number(row[3], 0)), row[4] == string(types.AttachmentLimitTypeShared)
		maximum := number(row[5], 0)
		baseline := number(row[7], maximum)
		c.maximumBandwidth, c.baselineBandwidth = int64(maximum), int64(baseline)
		c.maximumIOPS = int64(number(row[6], 0))
		c.baselineIOPS = int64(number(row[8], float64(c.maximumIOPS)))
		c.maximumThroughput = number(row[9], maximum/8)
		c.baselineThroughput = number(row[10], baseline/8)
		m[row[0]] = c
	}
}
