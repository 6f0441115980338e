package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const benchInstance = `<item><reservationId>r-%[1]d</reservationId><ownerId>111122223333</ownerId><groupSet/><instancesSet><item><instanceId>i-%017[1]x</instanceId><imageId>ami-0abcdef1234567890</imageId><instanceState><code>16</code><name>running</name></instanceState><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><dnsName/><reason/><keyName>key</keyName><amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>m5.large</instanceType><launchTime>2025-01-02T03:04:05.000Z</launchTime><placement><availabilityZone>us-east-1a</availabilityZone><groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring><subnetId>subnet-0abcdef1234567890</subnetId><vpcId>vpc-0abcdef1234567890</vpcId><privateIpAddress>10.0.0.1</privateIpAddress><sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0abcdef1234567890</groupId><groupName>default</groupName></item></groupSet><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-%017[1]x</volumeId><status>attached</status><attachTime>2025-01-02T03:04:05.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping><virtualizationType>hvm</virtualizationType><tagSet><item><key>Name</key><value>web-%[1]d</value></item><item><key>team</key><value>storage</value></item></tagSet><hypervisor>xen</hypervisor><ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport><metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions></item></instancesSet></item>`

const benchVolume = `<item><volumeId>vol-%017[1]x</volumeId><size>100</size><snapshotId/><availabilityZone>us-east-1a</availabilityZone><status>in-use</status><createTime>2025-01-02T03:04:05.000Z</createTime><attachmentSet><item><volumeId>vol-%017[1]x</volumeId><instanceId>i-%017[1]x</instanceId><device>/dev/xvda</device><status>attached</status><attachTime>2025-01-02T03:04:05.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></item></attachmentSet><tagSet><item><key>Name</key><value>data-%[1]d</value></item></tagSet><volumeType>gp3</volumeType><iops>3000</iops><encrypted>true</encrypted><multiAttachEnabled>false</multiAttachEnabled><throughput>125</throughput></item>`

// whoAmI answers STS.
func whoAmI(w http.ResponseWriter, r *http.Request) bool {
	if r.Form.Get("Action") != "GetCallerIdentity" {
		return false
	}
	fmt.Fprint(w, document("GetCallerIdentity", "<GetCallerIdentityResult><Account>"+testAccount+"</Account></GetCallerIdentityResult>", ""))
	return true
}

// BenchmarkCollect reads 10,000 instances and 20,000 volumes from a local server, by Collect and by a bare loop over the SDK's
// client with its own defaults. patlint's x-sdk is the ratio of the two times in the same run; the budget is 1.3.
func BenchmarkCollect(b *testing.B) {
	pages := map[string][][]byte{}
	render := func(action, list, item string, total, size int) {
		for from := 0; from < total; from += size {
			var items strings.Builder
			for i := range size {
				fmt.Fprintf(&items, item, from+i)
			}
			token := ""
			if from+size < total {
				token = strconv.Itoa(from/size + 1)
			}
			pages[action] = append(pages[action], []byte(document(action, "<"+list+">"+items.String()+"</"+list+">", token)))
		}
	}
	render("DescribeInstances", "reservationSet", benchInstance, 10_000, 1000)
	render("DescribeVolumes", "volumeSet", benchVolume, 20_000, 500)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		if whoAmI(w, r) {
			return
		}
		n, _ := strconv.Atoi(r.Form.Get("NextToken"))
		// An answer at once makes the bare client fail and retry ("use of closed network connection", aws-sdk-go-v2 #2737), which
		// would flatter us. AWS is never this quick.
		time.Sleep(2 * time.Millisecond)
		w.Write(pages[r.Form.Get("Action")][n])
	}))
	defer server.Close()

	var sdk time.Duration
	b.Run("sdk", func(b *testing.B) {
		conf, err := config.LoadDefaultConfig(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		client := ec2.NewFromConfig(conf, func(o *ec2.Options) { o.BaseEndpoint = &server.URL })
		for b.Loop() {
			instances, volumes := bare(b, client)
			if instances != 10_000 || volumes != 20_000 {
				b.Fatalf("%d instances, %d volumes", instances, volumes)
			}
		}
		sdk = b.Elapsed() / time.Duration(b.N)
	})
	b.Run("patlint", func(b *testing.B) {
		a, err := Open(b.Context(), Config{EndpointURL: server.URL, Rate: -1})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			inv, _ := collect(b, a, "DescribeInstances", "DescribeVolumes")
			if n := inv.Resources(); n != 30_000 {
				b.Fatalf("%d resources", n)
			}
		}
		if sdk > 0 {
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(sdk), "x-sdk")
		}
	})
}

// bare is what a program without this package would do: one listing after the other, everything kept.
func bare(b *testing.B, client *ec2.Client) (instances, volumes int) {
	ctx := context.Background()
	var keptInstances []*ec2.DescribeInstancesOutput
	for token := (*string)(nil); ; {
		out, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(1000), NextToken: token})
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range out.Reservations {
			instances += len(r.Instances)
		}
		keptInstances = append(keptInstances, out)
		if token = out.NextToken; token == nil {
			break
		}
	}
	var keptVolumes []*ec2.DescribeVolumesOutput
	for token := (*string)(nil); ; {
		out, err := client.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{MaxResults: aws.Int32(500), NextToken: token})
		if err != nil {
			b.Fatal(err)
		}
		volumes += len(out.Volumes)
		keptVolumes = append(keptVolumes, out)
		if token = out.NextToken; token == nil {
			break
		}
	}
	if len(keptInstances) == 0 || len(keptVolumes) == 0 {
		b.Fatal("nothing kept")
	}
	return instances, volumes
}

// BenchmarkPages reads 50,000 snapshots on pages that take 40 ms each, one page after the other and as the collector does. x-faster is the
// ratio of the two times in the same run. At 20 calls a second the pages come as fast as they may, so that parts would gain nothing; it
// must be about 1.
func BenchmarkPages(b *testing.B) {
	archive := newArchive("DescribeSnapshots", 50_000, 1000)
	var made sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		if whoAmI(w, r) {
			return
		}
		page, ok := made.Load(r.Form.Encode())
		if !ok {
			w := httptest.NewRecorder()
			archive.answer(w, r, 0)
			page, _ = made.LoadOrStore(r.Form.Encode(), w.Body.Bytes())
		}
		time.Sleep(40 * time.Millisecond)
		w.Write(page.([]byte))
	}))
	defer server.Close()
	for _, perSecond := range []float64{0, 20} {
		var sequential time.Duration
		measure := func(name string, reader func(*ec2.Client) func(context.Context, *run) ([]any, error)) {
			b.Run(fmt.Sprintf("%s/rate %v", name, perSecond), func(b *testing.B) {
				a, err := Open(b.Context(), Config{EndpointURL: server.URL, Rate: cmp.Or(perSecond, -1)})
				if err != nil {
					b.Fatal(err)
				}
				r, err := a.newRun(b.Context(), "us-east-1", nil, nil)
				if err != nil {
					b.Fatal(err)
				}
				read := func() {
					pages, err := reader(a.newEC2("us-east-1", r.count))(b.Context(), r)
					n := 0
					for _, page := range pages {
						n += len(page.([]types.Snapshot))
					}
					if err != nil || n != 50_000 {
						b.Fatalf("%d snapshots, %v", n, err)
					}
				}
				if perSecond == 0 {
					read() // makes the pages
				}
				before, iterations := r.count.calls.Load(), 0
				for b.Loop() {
					read()
					iterations++
				}
				b.ReportMetric(float64(r.count.calls.Load()-before)/float64(iterations), "calls/op")
				if took := b.Elapsed() / time.Duration(iterations); name == "sequential" {
					sequential = took
				} else if sequential > 0 {
					b.ReportMetric(float64(sequential)/float64(took), "x-faster")
				}
			})
		}
		measure("sequential", func(c *ec2.Client) func(context.Context, *run) ([]any, error) {
			return paged(c.DescribeSnapshots,
				func(in *ec2.DescribeSnapshotsInput, token *string) {
					in.OwnerIds, in.MaxResults, in.NextToken = []string{"self"}, aws.Int32(1000), token
				},
				func(out *ec2.DescribeSnapshotsOutput) ([]types.Snapshot, *string) {
					return out.Snapshots, out.NextToken
				},
				func(v *types.Snapshot) *string { return v.SnapshotId })
		})
		measure("patlint", func(c *ec2.Client) func(context.Context, *run) ([]any, error) {
			return listSnapshots(c.DescribeSnapshots, nil)
		})
	}
}

// BenchmarkRegions reads five regions of 2 to 32 pages at once. x-slowest is how much longer that takes than the largest one alone.
func BenchmarkRegions(b *testing.B) {
	e := newEndpoint(b)
	regions := map[string]int{"us-east-1": 2, "us-east-2": 4, "us-west-1": 8, "us-west-2": 16, "eu-west-1": 32}
	e.faults["DescribeVolumes"] = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		time.Sleep(40 * time.Millisecond)
		n, _ := strconv.Atoi(r.Form.Get("NextToken"))
		token := ""
		for region, pages := range regions {
			if strings.Contains(r.Header.Get("Authorization"), "/"+region+"/") && n+1 < pages {
				token = strconv.Itoa(n + 1)
			}
		}
		w.Write([]byte(document("DescribeVolumes", set("volumeSet", fmt.Sprintf("<volumeId>vol-%d</volumeId>", n)), token)))
		return true
	}
	var slowest time.Duration
	for _, names := range [][]string{{"eu-west-1"}, slices.Sorted(maps.Keys(regions))} {
		b.Run(fmt.Sprint(len(names)), func(b *testing.B) {
			a := e.open(b, func(c *Config) { c.Rate = 20 })
			for b.Loop() {
				var wg sync.WaitGroup
				for _, region := range names {
					wg.Go(func() {
						inv, _, err := a.Collect(b.Context(), region, []string{"DescribeVolumes"}, nil)
						if err != nil || inv.Resources() != regions[region] {
							b.Errorf("%s: %d volumes, %v", region, inv.Resources(), err)
						}
					})
				}
				wg.Wait()
			}
			if took := b.Elapsed() / time.Duration(b.N); len(names) == 1 {
				slowest = took
			} else if slowest > 0 {
				b.ReportMetric(float64(took)/float64(slowest), "x-slowest")
			}
		})
	}
}
