package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

const stranger = "444455556666" // no account of ours

// prefixList makes one that a group lets in, and gives its ID.
func (s *seed) prefixList(name string, cidrs ...string) string {
	s.t.Helper()
	in := &ec2.CreateManagedPrefixListInput{PrefixListName: &name, MaxEntries: aws.Int32(5), AddressFamily: aws.String("IPv4")}
	for _, c := range cidrs {
		in.Entries = append(in.Entries, types.AddPrefixListEntry{Cidr: &c})
	}
	out, err := s.CreateManagedPrefixList(s.ctx, in)
	s.check(err)
	group, err := s.CreateSecurityGroup(s.ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name})
	s.check(err)
	_, err = s.AuthorizeSecurityGroupIngress(s.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group.GroupId, IpPermissions: []types.IpPermission{
		{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), PrefixListIds: []types.PrefixListId{{PrefixListId: out.PrefixList.PrefixListId}}}}})
	s.check(err)
	return *out.PrefixList.PrefixListId
}

// image makes one of an instance, and gives its ID.
func (s *seed) image(instance, name string) string {
	s.t.Helper()
	out, err := s.CreateImage(s.ctx, &ec2.CreateImageInput{InstanceId: &instance, Name: &name})
	s.check(err)
	return *out.ImageId
}

// reported is the report of a check.
func reported(t *testing.T, args ...string) *lint.Report {
	t.Helper()
	out, stderr, code := patlint(t, nil, append([]string{"check", "-f", "json"}, args...)...)
	var r lint.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code == exitUsage {
		t.Fatalf("exit code %d, %v\n%s", code, err, stderr)
	}
	return &r
}

// TestMotoSharing asks one resource after the other, on the wire and from a snapshot.
func TestMotoSharing(t *testing.T) {
	url := startMoto(t)
	s := newSeed(t, url)
	wide := s.prefixList("wide", "0.0.0.0/1", "203.0.113.8/29")
	s.prefixList("offices", "203.0.113.8/29")
	volume := s.volume(types.VolumeTypeGp3, 8)
	s.snapshot(volume)
	books := s.snapshot(volume)
	_, err := s.ModifySnapshotAttribute(s.ctx, &ec2.ModifySnapshotAttributeInput{SnapshotId: &books, Attribute: types.SnapshotAttributeNameCreateVolumePermission,
		OperationType: types.OperationTypeAdd, UserIds: []string{stranger}})
	s.check(err)
	machine := s.instance(types.HttpTokensStateRequired, "")
	s.image(machine, "base")
	shop := s.image(machine, "shop")
	_, err = s.ModifyImageAttribute(s.ctx, &ec2.ModifyImageAttributeInput{ImageId: &shop, LaunchPermission: &types.LaunchPermissionModifications{
		Add: []types.LaunchPermission{{UserId: aws.String(stranger)}}}})
	s.check(err)
	want := []string{"narrow-prefix-lists " + wide, "share-images-with-known-accounts " + shop, "share-snapshots-with-known-accounts " + books}
	slices.Sort(want)

	chosen := []string{"--sharing", "-p", "narrow-prefix-lists", "-p", "share-images-with-known-accounts", "-p", "share-snapshots-with-known-accounts"}
	live := checkedBothWays(t, url, want, chosen)

	// What the bound leaves unasked is unknown.
	r := reported(t, append(live, "--max-sharing", "1")...)
	if text := fmt.Sprint(r.Gaps); !strings.Contains(text, "the sharing of 1 of 2 images was read; --max-sharing raises the bound") || r.Summary.Unknown == 0 {
		t.Errorf("gaps: %s", text)
	}
}

// checkedBothWays checks a region of moto, live and saved, for exactly these findings, and gives the flags of the live check.
func checkedBothWays(t *testing.T, url string, want, chosen []string) []string {
	t.Helper()
	live := append([]string{"--region", "us-east-1", "--endpoint-url", url, "--rate", "100"}, chosen...)
	dir := t.TempDir()
	if _, stderr, code := patlint(t, nil, append([]string{"snapshot", "-o", dir}, live...)...); code != exitClean {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	for name, args := range map[string][]string{"live": live, "saved": append([]string{"--snapshot", dir}, chosen...)} {
		r := reported(t, args...)
		if diff := cmp.Diff(want, found(r)); diff != "" || len(r.Gaps) > 0 {
			t.Errorf("%s: findings (-seeded +reported):\n%s%+v", name, diff, r.Gaps)
		}
	}
	return live
}
