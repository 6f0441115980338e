package collect

import (
	"slices"
	"strings"
	"testing"
)

// Who is asked with whom it is shared: the account's own, the newest first, up to a bound.
func TestSharing(t *testing.T) {
	own, foreign := "<ownerId>"+testAccount+"</ownerId>", "<ownerId>591542846629</ownerId>"
	for _, test := range []struct {
		source, listed, list, parameter string
		items                           []string
		want                            []string
	}{
		{"DescribeImageAttribute", "DescribeImages", "imagesSet", "ImageId", []string{
			"<imageId>ami-1</imageId><imageOwnerId>" + testAccount + "</imageOwnerId><creationDate>2024-01-02T03:04:05.000Z</creationDate>",
			"<imageId>ami-2</imageId><imageOwnerId>591542846629</imageOwnerId><creationDate>2026-01-02T03:04:05.000Z</creationDate>",
			"<imageId>ami-3</imageId><imageOwnerId>" + testAccount + "</imageOwnerId><creationDate>2025-01-02T03:04:05.000Z</creationDate>",
			"<imageId>ami-4</imageId>",
		}, []string{"ami-3", "ami-1", "ami-4"}},
		{"DescribeSnapshotAttribute", "DescribeSnapshots", "snapshotSet", "SnapshotId", []string{
			"<snapshotId>snap-1</snapshotId>" + own + "<startTime>2024-01-02T03:04:05.000Z</startTime>", "<snapshotId>snap-2</snapshotId>" + foreign + "<startTime>2026-01-02T03:04:05.000Z</startTime>",
			"<snapshotId>snap-3</snapshotId>" + own + "<startTime>2025-01-02T03:04:05.000Z</startTime>", "<snapshotId>snap-4</snapshotId>" + own,
		}, []string{"snap-3", "snap-1", "snap-4"}},
	} {
		for most, gaps := range map[int]string{0: "", 2: "of 2 of 3 ", -1: "of 0 of 3 "} {
			e := newEndpoint(t)
			e.pages[test.listed] = []string{set(test.list, test.items...)}
			inv, _ := collect(t, e.open(t, func(c *Config) { c.Sharing = most }), test.source)
			want := slices.Clone(test.want)
			if most != 0 {
				want = want[:max(most, 0)]
			}
			var got []string
			for _, r := range e.requests(test.source) {
				got = append(got, r.form.Get(test.parameter))
			}
			slices.Sort(got) // those behind the first are asked side by side
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("%s, at most %d: asked %q, want %q", test.source, most, got, want)
			}
			if gaps == "" {
				whole(t, inv, test.source)
			} else {
				gap(t, inv, test.source, gaps, "--max-sharing raises the bound")
			}
		}
	}
}

// Who is asked whether it is protected: what is not terminated, up to a bound.
func TestProtection(t *testing.T) {
	for _, source := range []string{"InstanceStopProtection", "InstanceTerminationProtection"} {
		for most, want := range map[int]string{0: "i-1 i-2 i-3", 2: "i-1 i-2"} {
			e := newEndpoint(t)
			instance := func(id, state string) string {
				return "<instanceId>" + id + "</instanceId><instanceState><name>" + state + "</name></instanceState>"
			}
			e.pages["DescribeInstances"] = []string{set("reservationSet", "<reservationId>r-1</reservationId>"+
				set("instancesSet", instance("i-3", "running"), instance("i-2", "stopped"), instance("i-4", "terminated"), instance("i-1", "pending"), instance("i-5", "shutting-down")))}
			inv, _ := collect(t, e.open(t, func(c *Config) { c.Protection = most }), source)
			var got []string
			for _, r := range e.requests(source) {
				got = append(got, r.form.Get("InstanceId"))
			}
			slices.Sort(got) // those behind the first are asked side by side
			if s := strings.Join(got, " "); s != want {
				t.Errorf("%s, at most %d: asked %s, want %s", source, most, s, want)
			}
			if most == 0 {
				whole(t, inv, source)
			} else {
				gap(t, inv, source, " of 2 of 3 ", "--max-protection raises the bound")
			}
		}
	}
}

// A VPC that another account shares is not asked for its DNS.
func TestForeignDNS(t *testing.T) {
	e := newEndpoint(t)
	e.pages["DescribeVpcs"] = []string{set("vpcSet", "<vpcId>vpc-1</vpcId><ownerId>"+testAccount+"</ownerId>", "<vpcId>vpc-2</vpcId><ownerId>591542846629</ownerId>")}
	inv, _ := collect(t, e.open(t), "VpcDnsSupport")
	whole(t, inv, "VpcDnsSupport")
	if n := len(e.requests("VpcDnsSupport")); n != 1 {
		t.Errorf("%d VPCs were asked, want 1", n)
	}
}
