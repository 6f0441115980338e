//go:build ignore

// This program writes ceilings.csv from what DescribeInstanceTypes answers:
//
//	go run ceilings_gen.go -source 'what it is, its version and date' describe-instance-types.json > ceilings.csv
//
// The file is the output of "aws ec2 describe-instance-types", or the object keyed by type that moto keeps in its
// ec2/resources/instance_types.json.gz (unpack it first). Both come from the API, moto's from all regions at once.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
)

type instanceType struct {
	InstanceType string
	Hypervisor   string
	BareMetal    bool
	EbsInfo      struct {
		AttachmentLimitType   string
		MaximumEbsAttachments int
		EbsOptimizedSupport   string
		EbsOptimizedInfo      struct {
			BaselineBandwidthInMbps, MaximumBandwidthInMbps   int
			BaselineIops, MaximumIops                         int
			BaselineThroughputInMBps, MaximumThroughputInMBps float64
		}
	}
}

func main() {
	log.SetFlags(0)
	source := flag.String("source", "", "where the file comes from, with version, date and licence; goes into the header")
	flag.Parse()
	if flag.NArg() != 1 || *source == "" {
		log.Fatal("usage: go run ceilings_gen.go -source text describe-instance-types.json > ceilings.csv")
	}
	data, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	rows, err := read(data)
	if err != nil {
		log.Fatalf("%s: %v", flag.Arg(0), err)
	}

	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, `# What AWS lets instances do with EBS, by type. Written by ceilings_gen.go; do not edit.
# Source: %s
# A baseline that is empty equals the maximum. MB/s that are empty are Mbps / 8. Without a maximum, AWS states none.
# type,hypervisor,ebs-optimized,attachments,limit,max Mbps,max IOPS,base Mbps,base IOPS,max MB/s,base MB/s
`, *source)
	for _, t := range rows {
		ebs, o := t.EbsInfo, t.EbsInfo.EbsOptimizedInfo
		if t.BareMetal {
			t.Hypervisor = "metal"
		}
		if o.BaselineBandwidthInMbps == o.MaximumBandwidthInMbps && o.BaselineIops == o.MaximumIops &&
			o.BaselineThroughputInMBps == o.MaximumThroughputInMBps {
			o.BaselineBandwidthInMbps, o.BaselineIops, o.BaselineThroughputInMBps = 0, 0, 0
		}
		fmt.Fprintf(w, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", t.InstanceType, t.Hypervisor, ebs.EbsOptimizedSupport,
			number(ebs.MaximumEbsAttachments), ebs.AttachmentLimitType,
			number(o.MaximumBandwidthInMbps), number(o.MaximumIops), number(o.BaselineBandwidthInMbps), number(o.BaselineIops),
			throughput(o.MaximumThroughputInMBps, o.MaximumBandwidthInMbps), throughput(o.BaselineThroughputInMBps, o.BaselineBandwidthInMbps))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

// read takes both shapes, in the order of the types' names.
func read(data []byte) ([]instanceType, error) {
	var answer struct{ InstanceTypes []instanceType }
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, err
	}
	rows := answer.InstanceTypes
	if rows == nil {
		var byType map[string]instanceType
		if err := json.Unmarshal(data, &byType); err != nil {
			return nil, err
		}
		for name, t := range byType {
			if t.InstanceType != name {
				return nil, fmt.Errorf("under %q stands type %q; give it the output of describe-instance-types", name, t.InstanceType)
			}
			rows = append(rows, t)
		}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("it holds no instance types")
	}
	slices.SortFunc(rows, func(a, b instanceType) int { return cmp.Compare(a.InstanceType, b.InstanceType) })
	return rows, nil
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func throughput(mbs float64, mbps int) string {
	if mbs == float64(mbps)/8 {
		return ""
	}
	return strconv.FormatFloat(mbs, 'f', -1, 64)
}
