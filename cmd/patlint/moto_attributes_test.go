package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// protect sets the attributes of an instance that protect it.
func (s *seed) protect(instance string) {
	s.t.Helper()
	_, err := s.ModifyInstanceAttribute(s.ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &instance, DisableApiTermination: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
	s.check(err)
	_, err = s.ModifyInstanceAttribute(s.ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: &instance, DisableApiStop: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
	s.check(err)
}

// TestMotoAttributes asks for what takes a call for each instance and each VPC, on the wire and from a snapshot.
func TestMotoAttributes(t *testing.T) {
	url := startMoto(t)
	s := newSeed(t, url)
	bare, safe := s.instance(types.HttpTokensStateRequired, ""), s.instance(types.HttpTokensStateRequired, "")
	_, err := s.CreateTags(s.ctx, &ec2.CreateTagsInput{Resources: []string{bare, safe}, Tags: []types.Tag{
		{Key: aws.String("Role"), Value: aws.String("db")}, {Key: aws.String("NoStop"), Value: aws.String("")}}})
	s.check(err)
	s.protect(safe)
	silent, err := s.CreateVpc(s.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.9.0.0/16")})
	s.check(err)
	mute := *silent.Vpc.VpcId
	_, err = s.CreateVpcEndpoint(s.ctx, &ec2.CreateVpcEndpointInput{VpcId: &mute, VpcEndpointType: types.VpcEndpointTypeInterface,
		ServiceName: aws.String("com.amazonaws.us-east-1.ssm"), PrivateDnsEnabled: aws.Bool(true)})
	s.check(err)
	want := []string{"protect-from-stop " + bare, "protect-from-termination " + bare, "use-vpc-dns-settings " + mute}

	chosen := []string{"--protection", "-p", "protect-from-stop", "-p", "protect-from-termination", "-p", "use-vpc-dns-settings"}
	live := checkedBothWays(t, url, want, chosen)

	// What the bound leaves unasked is unknown.
	r := reported(t, append(live, "--max-protection", "1")...)
	var reasons strings.Builder
	for _, g := range r.Gaps {
		reasons.WriteString(g.Error + "\n")
	}
	if text := reasons.String(); !strings.Contains(text, "the stop protection of 1 of 2 instances was read; --max-protection raises the bound") || r.Summary.Unknown != 2 {
		t.Errorf("%d unknown, gaps: %s", r.Summary.Unknown, text)
	}
}
