package main

import (
	"encoding/base64"
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

// boots starts a machine with user data.
func (s *seed) boots(name, userData string) string {
	s.t.Helper()
	out, err := s.RunInstances(s.ctx, &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12c6146b"), InstanceType: types.InstanceTypeM5Large, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		UserData: aws.String(base64.StdEncoding.EncodeToString([]byte(userData))), TagSpecifications: tags(types.ResourceTypeInstance, "Name", name),
	})
	s.check(err)
	return *out.Instances[0].InstanceId
}

// TestMotoBoots reads the user data of machines: what is found is exactly what a careful reader of the scripts would find.
func TestMotoBoots(t *testing.T) {
	url := startMoto(t)
	s := newSeed(t, url)
	want := []string{}
	fault := func(id string, patterns ...string) {
		for _, p := range patterns {
			want = append(want, p+" "+id)
		}
	}

	const byDevice, byUUID = "/dev/sdf /data xfs defaults 0 2", "UUID=aebf131c-6957-451e-8d34-ec978d9581ae /data xfs defaults,nofail 0 2"
	// Nothing attaches the device. The twin waits for whoever does.
	fault(s.boots("nothing-attaches", "#!/bin/bash\nset -e\nmkdir -p /data\nmount /dev/xvdf /data\n"), "attach-before-mount")
	s.boots("waits", "#!/bin/bash\nset -e\nuntil [ -b /dev/xvdf ]; do sleep 1; done\nmkdir -p /data\nmount /dev/xvdf /data\n")
	// Three ways into fstab, with the volume attached.
	attached := func(id string) {
		s.attach(s.volume(types.VolumeTypeGp3, 10), id, "/dev/sdf")
	}
	line := s.boots("by-device", "#!/bin/bash\necho '"+byDevice+"' >> /etc/fstab\nmount -a\n")
	attached(line)
	fault(line, "mount-with-nofail")
	attached(s.boots("by-uuid", "#!/bin/bash\ncat <<EOF >> /etc/fstab\n"+byUUID+"\nEOF\nmount -a\n"))
	cloud := s.boots("cloud-config", "#cloud-config\nmounts:\n  - [/dev/sdf, /data, xfs, 'defaults', '0', '2']\n")
	attached(cloud)
	fault(cloud, "mount-with-nofail")
	// No user data, and a machine that is none of ours to read.
	s.instance(types.HttpTokensStateRequired, "")
	s.boots("windows", "<powershell>\nInitialize-Disk 1\n</powershell>\n")
	slices.Sort(want)

	args := []string{"check", "--region", "us-east-1", "--endpoint-url", url, "-f", "json", "--rate", "100",
		"-p", "attach-before-mount", "-p", "mount-with-nofail", "-p", "mount-by-uuid", "-p", "wait-for-attachment"}
	out, stderr, code := patlint(t, nil, args...)
	var r lint.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitFindings {
		t.Fatalf("exit code %d, %v\n%s", code, err, stderr)
	}
	if diff := cmp.Diff(want, found(&r)); diff != "" {
		t.Errorf("findings (-seeded +reported):\n%s", diff)
		for _, f := range r.Findings {
			t.Logf("%s %s: %s", f.Pattern, f.Resource.Name, f.Message)
		}
	}
	// Some images keep the name /dev/sdf at every boot and others do not; which one this is, nobody can read.
	if len(r.Gaps) != 1 || !slices.Equal(r.Gaps[0].Patterns, []string{"mount-by-uuid"}) || !strings.Contains(r.Gaps[0].Error, "Amazon Linux") {
		t.Errorf("gaps: %+v", r.Gaps)
	}

	// What the bound leaves unread is unknown, and the report says how to raise the bound.
	out, stderr, code = patlint(t, nil, append(args, "--user-data-calls", "2")...)
	r = lint.Report{}
	if err := json.Unmarshal([]byte(out), &r); err != nil || code == exitClean {
		t.Fatalf("exit code %d, %v\n%s", code, err, stderr)
	}
	if text := fmt.Sprint(r.Gaps); !strings.Contains(text, "user data of 2 of 7 instances was read") || !strings.Contains(text, "--user-data-calls") {
		t.Errorf("gaps: %s", text)
	}
}
