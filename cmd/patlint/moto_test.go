package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/collect"
	"golang.org/x/sync/errgroup"
)

// startMoto starts the EC2 emulator on a free port and gives its address.
func startMoto(t *testing.T) string {
	t.Helper()
	server := required(t, "moto", "moto_server")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	var log bytes.Buffer
	cmd := exec.Command(server, "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	for range 300 {
		if resp, err := http.Get(url + "/moto-api/"); err == nil {
			resp.Body.Close()
			return url
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("moto did not start:\n%s", log.String())
	return ""
}

// A seed builds an account in the emulator through the AWS API.
type seed struct {
	t   *testing.T
	ctx context.Context
	*ec2.Client
}

func newSeed(t *testing.T, url string) *seed {
	return &seed{t, t.Context(), ec2.New(ec2.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})}
}

func (s *seed) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("seed the emulator: %v", err)
	}
}

func tags(kind types.ResourceType, pairs ...string) []types.TagSpecification {
	if len(pairs) == 0 {
		return nil
	}
	spec := types.TagSpecification{ResourceType: kind}
	for i := 0; i < len(pairs); i += 2 {
		spec.Tags = append(spec.Tags, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
	}
	return []types.TagSpecification{spec}
}

// instance starts one and gives its ID.
func (s *seed) instance(tokens types.HttpTokensState, group string, pairs ...string) string {
	s.t.Helper()
	id, err := s.run(tokens, group, pairs...)
	s.check(err)
	return id
}

func (s *seed) run(tokens types.HttpTokensState, group string, pairs ...string) (string, error) {
	in := &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12c6146b"), InstanceType: types.InstanceTypeM5Large, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		MetadataOptions:   &types.InstanceMetadataOptionsRequest{HttpTokens: tokens, HttpEndpoint: types.InstanceMetadataEndpointStateEnabled},
		TagSpecifications: tags(types.ResourceTypeInstance, pairs...),
	}
	if group != "" {
		in.SecurityGroupIds = []string{group}
	}
	out, err := s.RunInstances(s.ctx, in)
	if err != nil {
		return "", err
	}
	return *out.Instances[0].InstanceId, nil
}

func (s *seed) volume(t types.VolumeType, size int32, pairs ...string) string {
	s.t.Helper()
	id, err := s.create(t, size, pairs...)
	s.check(err)
	return id
}

func (s *seed) create(t types.VolumeType, size int32, pairs ...string) (string, error) {
	out, err := s.CreateVolume(s.ctx, &ec2.CreateVolumeInput{AvailabilityZone: aws.String("us-east-1a"), VolumeType: t, Size: &size,
		TagSpecifications: tags(types.ResourceTypeVolume, pairs...)})
	if err != nil {
		return "", err
	}
	return *out.VolumeId, nil
}

func (s *seed) attach(volume, instance, device string) {
	s.t.Helper()
	_, err := s.AttachVolume(s.ctx, &ec2.AttachVolumeInput{VolumeId: &volume, InstanceId: &instance, Device: &device})
	s.check(err)
}

func (s *seed) root(instance string) string {
	s.t.Helper()
	out, err := s.DescribeInstances(s.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{instance}})
	s.check(err)
	return *out.Reservations[0].Instances[0].BlockDeviceMappings[0].Ebs.VolumeId
}

func (s *seed) snapshot(volume string) string {
	s.t.Helper()
	out, err := s.CreateSnapshot(s.ctx, &ec2.CreateSnapshotInput{VolumeId: &volume})
	s.check(err)
	return *out.SnapshotId
}

func (s *seed) group(name, cidr string, port int32) string {
	s.t.Helper()
	out, err := s.CreateSecurityGroup(s.ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name})
	s.check(err)
	_, err = s.AuthorizeSecurityGroupIngress(s.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: out.GroupId, IpPermissions: []types.IpPermission{
		{IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port, IpRanges: []types.IpRange{{CidrIp: &cidr}}}}})
	s.check(err)
	return *out.GroupId
}

// seeded are the patterns whose faults TestMoto sows. Others find more in this account: moto's root volumes are of gp2, and nothing is monitored.
var seeded = []string{"-p", "close-admin-ports", "-p", "encrypt-by-default", "-p", "keep-data-off-the-root-volume", "-p", "keep-snapshots-private",
	"-p", "leave-gp2-burst-behind", "-p", "match-instance-ceiling-to-volumes", "-p", "preserve-data-volumes", "-p", "require-imdsv2",
	"-p", "retire-orphan-volumes", "-p", "snapshot-every-volume", "-p", "spread-io-across-volumes"}

// TestMoto runs the unmodified command against an emulator that we did not write, with seeded faults beside what is right.
func TestMoto(t *testing.T) {
	url := startMoto(t)
	s := newSeed(t, url)
	want := []string{}
	fault := func(pattern, id string) { want = append(want, pattern+" "+id) }

	open := s.group("wizard", "0.0.0.0/0", 22)
	fault("close-admin-ports", open)
	office := s.group("office", "198.51.100.0/24", 22)
	s.group("web", "0.0.0.0/0", 443)

	good := s.instance(types.HttpTokensStateRequired, office, "Name", "web-1")
	s.snapshot(s.root(good))
	old := s.instance(types.HttpTokensStateOptional, open, "Name", "web-2")
	fault("require-imdsv2", old)
	s.snapshot(s.root(old))

	db := s.instance(types.HttpTokensStateRequired, office, "Name", "db-1", "Role", "database")
	s.snapshot(s.root(db))
	data := s.volume(types.VolumeTypeGp2, 25, "Name", "db-data")
	s.attach(data, db, "/dev/sdf")
	fault("leave-gp2-burst-behind", data)
	fault("spread-io-across-volumes", db)
	// snapshot-every-volume and retire-orphan-volumes leave volumes of the last days alone, and moto's clock cannot be set back.

	mail := s.instance(types.HttpTokensStateRequired, office, "Name", "mail-1")
	s.snapshot(s.root(mail))
	fault("keep-data-off-the-root-volume", mail)

	public := s.snapshot(data)
	_, err := s.ModifySnapshotAttribute(s.ctx, &ec2.ModifySnapshotAttributeInput{SnapshotId: &public, Attribute: types.SnapshotAttributeNameCreateVolumePermission,
		OperationType: types.OperationTypeAdd, GroupNames: []string{"all"}})
	s.check(err)
	fault("keep-snapshots-private", public)
	fault("encrypt-by-default", "us-east-1")

	// More than a page of volumes; DescribeInstances is the one listing that moto pages, by reservations.
	const volumes, reservations = 1100, 1010
	var g errgroup.Group
	g.SetLimit(8)
	for range volumes {
		g.Go(func() error { _, err := s.create(types.VolumeTypeGp3, 10); return err })
	}
	for range reservations {
		g.Go(func() error { _, err := s.run(types.HttpTokensStateRequired, office); return err })
	}
	s.check(g.Wait())
	slices.Sort(want)

	var first lint.Report
	t.Run("check", func(t *testing.T) {
		out, stderr, code := patlint(t, nil, append([]string{"check", "--region", "us-east-1", "--endpoint-url", url, "-f", "json", "--rate", "100"}, seeded...)...)
		if code != exitFindings {
			t.Fatalf("exit code %d\n%s", code, stderr)
		}
		if err := json.Unmarshal([]byte(out), &first); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, found(&first)); diff != "" {
			t.Errorf("findings (-seeded +reported):\n%s", diff)
		}
		// moto does not know this action and answers it with a page of HTML, which only a message needs.
		if g := first.Gaps; len(g) != 1 || g[0].Action != "ec2:GetSnapshotBlockPublicAccessState" || len(g[0].Patterns) > 0 {
			t.Errorf("gaps: %+v", g)
		}
		if n := first.Summary.Resources; n < volumes+2*reservations { // each instance has a root volume and an interface
			t.Errorf("%d resources; pages are missing", n)
		}
		if got := first.Scopes[0]; got.Account != "123456789012" || got.Region != "us-east-1" || got.Calls < 12 {
			t.Errorf("scope: %+v", got)
		}
	})

	t.Run("snapshot", func(t *testing.T) {
		dir := t.TempDir()
		out, stderr, code := patlint(t, nil, append([]string{"snapshot", "-o", dir, "--region", "us-east-1", "--endpoint-url", url, "--rate", "100"}, seeded...)...)
		if code != exitGaps || strings.TrimSpace(out) != filepath.Join(dir, "123456789012", "us-east-1") {
			t.Fatalf("exit code %d, stdout %q\n%s", code, out, stderr)
		}
		var runs [2][]byte
		for i := range runs {
			out, stderr, code := patlint(t, nil, append([]string{"check", "--snapshot", dir, "-f", "json"}, seeded...)...)
			if code != exitFindings {
				t.Fatalf("exit code %d\n%s", code, stderr)
			}
			var r lint.Report
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, found(&r)); diff != "" {
				t.Errorf("findings (-seeded +reported):\n%s", diff)
			}
			r.Started, r.Finished = time.Time{}, time.Time{}
			runs[i], _ = json.Marshal(r)
		}
		if !bytes.Equal(runs[0], runs[1]) {
			t.Error("two runs over one snapshot differ")
		}
	})

	t.Run("aws cli", func(t *testing.T) {
		cli := required(t, "moto", "aws")
		cmd := exec.CommandContext(t.Context(), cli, "ec2", "describe-volumes", "--endpoint-url", url, "--region", "us-east-1", "--output", "json")
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_CONFIG_FILE="+os.DevNull)
		answer, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "describe-volumes.json")
		if err := os.WriteFile(file, answer, 0o600); err != nil {
			t.Fatal(err)
		}
		out, stderr, code := patlint(t, nil, append([]string{"check", "--snapshot", file, "-f", "json"}, seeded...)...)
		if code != exitGaps {
			t.Fatalf("exit code %d\n%s", code, stderr)
		}
		var r lint.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if r.Summary.Unknown == 0 || len(r.Findings) != 0 || r.Scopes[0].Region != "us-east-1" {
			t.Errorf("summary %+v, findings %v, scopes %+v", r.Summary, found(&r), r.Scopes)
		}
		unknown := map[string]bool{}
		for _, g := range r.Gaps {
			for _, p := range g.Patterns {
				unknown[p] = true
			}
		}
		for _, p := range []string{"snapshot-every-volume", "leave-gp2-burst-behind", "require-imdsv2", "encrypt-by-default"} {
			if !unknown[p] {
				t.Errorf("%s needs more than volumes, but is not unknown", p)
			}
		}
	})
}

// TestMotoUserData reads user data back as it was given, and makes no more calls than allowed.
func TestMotoUserData(t *testing.T) {
	url := startMoto(t)
	s := newSeed(t, url)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, "#!/bin/sh\nmount /dev/sdf /data\n")
	s.check(z.Close())
	want := map[string]string{}
	for _, text := range []string{
		"", "#!/bin/sh\necho Grüße\n", zipped.String(),
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/cloud-config\r\n\r\nmounts: []\r\n--b--\r\n",
	} {
		in := &ec2.RunInstancesInput{ImageId: aws.String("ami-12c6146b"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1)}
		if text != "" {
			in.UserData = aws.String(base64.StdEncoding.EncodeToString([]byte(text)))
		}
		out, err := s.RunInstances(s.ctx, in)
		s.check(err)
		want[*out.Instances[0].InstanceId] = text
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	for _, bound := range []int{0, 3} {
		account, err := collect.Open(s.ctx, collect.Config{Region: "us-east-1", EndpointURL: url, Rate: -1, UserDataCalls: bound})
		s.check(err)
		inv, stats, err := account.Collect(s.ctx, "us-east-1", []string{"DescribeInstanceAttribute"}, nil)
		s.check(err)
		asked := slices.Sorted(maps.Keys(want))
		gap := ""
		if bound > 0 {
			asked, gap = asked[:bound], "user data of 3 of 4 instances was read; --user-data-calls raises the bound"
		}
		if g, _ := inv.Gap("DescribeInstanceAttribute"); g.Reason != gap || stats.Calls != 2+len(asked) {
			t.Errorf("bound %d: gap %q, %d calls", bound, g.Reason, stats.Calls)
		}
		dir, err := lint.WriteSnapshot(t.TempDir(), inv, "test")
		s.check(err)
		answer, err := os.ReadFile(filepath.Join(dir, "describe-instance-attribute.json"))
		s.check(err)
		got := map[string]string{}
		for d := json.NewDecoder(bytes.NewReader(answer)); d.More(); {
			var item struct {
				InstanceId string
				UserData   struct{ Value []byte }
			}
			s.check(d.Decode(&item))
			got[item.InstanceId] = string(item.UserData.Value)
		}
		for id := range want {
			if text, ok := got[id]; ok != slices.Contains(asked, id) || ok && text != want[id] {
				t.Errorf("bound %d: user data of %s is %q, not %q", bound, id, text, want[id])
			}
		}
	}
}

// found lists a report's findings as pattern and resource, sorted.
func found(r *lint.Report) []string {
	out := []string{}
	for _, f := range r.Findings {
		out = append(out, f.Pattern+" "+f.Resource.ID)
	}
	slices.Sort(out)
	return out
}
