package collect

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

const benchInstance = `<item><reservationId>r-%[1]d</reservationId><ownerId>111122223333</ownerId><groupSet/><instancesSet><item><instanceId>i-%017[1]x</instanceId><imageId>ami-0abcdef1234567890</imageId><instanceState><code>16</code><name>running</name></instanceState><privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><dnsName/><reason/><keyName>key</keyName><amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>m5.large</instanceType><launchTime>2025-01-02T03:04:05.000Z</launchTime><placement><availabilityZone>us-east-1a</availabilityZone><groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring><subnetId>subnet-0abcdef1234567890</subnetId><vpcId>vpc-0abcdef1234567890</vpcId><privateIpAddress>10.0.0.1</privateIpAddress><sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0abcdef1234567890</groupId><groupName>default</groupName></item></groupSet><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-%017[1]x</volumeId><status>attached</status><attachTime>2025-01-02T03:04:05.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping><virtualizationType>hvm</virtualizationType><tagSet><item><key>Name</key><value>web-%[1]d</value></item><item><key>team</key><value>storage</value></item></tagSet><hypervisor>xen</hypervisor><ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport><metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions></item></instancesSet></item>`

const benchVolume = `<item><volumeId>vol-%017[1]x</volumeId><size>100</size><snapshotId/><availabilityZone>us-east-1a</availabilityZone><status>in-use</status><createTime>2025-01-02T03:04:05.000Z</createTime><attachmentSet><item><volumeId>vol-%017[1]x</volumeId><instanceId>i-%017[1]x</instanceId><device>/dev/xvda</device><status>attached</status><attachTime>2025-01-02T03:04:05.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></item></attachmentSet><tagSet><item><key>Name</key><value>data-%[1]d</value></item></tagSet><volumeType>gp3</volumeType><iops>3000</iops><encrypted>true</encrypted><multiAttachEnabled>false</multiAttachEnabled><throughput>125</throughput></item>`

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
		n, _ := strconv.Atoi(r.Form.Get("NextToken"))
		// An answer at once makes the bare client fail and retry ("use of closed network connection", aws-sdk-go-v2 #2737), which
		// would flatter us. AWS is never this quick.
		time.Sleep(2 * time.Millisecond)
		w.Write(pages[r.Form.Get("Action")][n])
	}))
	defer server.Close()
	b.Setenv("AWS_ACCOUNT_ID", testAccount)

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
