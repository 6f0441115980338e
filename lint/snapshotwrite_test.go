package lint

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// filled sets every field of a value, and of everything inside it, to something that is not empty.
func filled(v reflect.Value, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 1, 31, 8, 0, *n%60, *n%2*123456000, time.UTC)))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), n)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		filled(v.Index(0), n)
		filled(v.Index(1), n)
	case v.Kind() == reflect.Struct:
		for f, field := range v.Fields() {
			if f.IsExported() {
				filled(field, n)
			}
		}
	case v.Kind() == reflect.String:
		v.SetString("a \"text\" with <tags> & ü\u2028 " + strings.Repeat("x", *n%3))
	case v.Kind() == reflect.Bool:
		v.SetBool(*n%2 == 0)
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.CanFloat():
		v.SetFloat(float64(*n) + 0.5)
	}
}

// TestSnapshotRoundTrip writes an inventory in which everything that the SDK's structs can hold is set, and reads it again.
func TestSnapshotRoundTrip(t *testing.T) {
	inv := &Inventory{Account: "111122223333", Region: "us-east-1", Time: time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)}
	n := 0
	for _, s := range sources {
		page := reflect.New(s.item)
		if s.isList() {
			page = reflect.New(reflect.SliceOf(s.item))
		}
		filled(page.Elem(), &n)
		switch items := page.Interface().(type) { // what others own is not read again
		case *[]types.Image:
			for i := range *items {
				(*items)[i].OwnerId = &inv.Account
			}
		case *[]types.Snapshot:
			for i := range *items {
				(*items)[i].OwnerId = &inv.Account
			}
		}
		if s.isList() {
			page = page.Elem()
		}
		if err := inv.Add(s.Name, page.Interface()); err != nil {
			t.Fatal(err)
		}
	}
	if n < 5000 {
		t.Fatalf("only %d values are set", n)
	}
	dir := t.TempDir()
	if _, err := WriteSnapshot(dir, inv, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	all := cmp.Exporter(func(reflect.Type) bool { return true })
	same := func(want *Inventory) {
		t.Helper()
		snap := read(t, os.DirFS(dir))
		if len(snap.Inventories) != 1 || len(snap.Ignored) != 0 {
			t.Fatalf("%d inventories, ignored %q", len(snap.Inventories), snap.Ignored)
		}
		got := snap.Inventories[0]
		if diff := cmp.Diff(want.answers, got.answers, all); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want.gaps, got.gaps); diff != "" {
			t.Error(diff)
		}
		if got.Account != want.Account || got.Region != want.Region || !got.Time.Equal(want.Time) {
			t.Errorf("read %s %s %s", got.Account, got.Region, got.Time)
		}
	}
	same(inv)

	// Empty answers stay answers, gaps stay gaps, also those of half an answer; pages become one.
	inv = &Inventory{Account: inv.Account, Region: inv.Region, Time: inv.Time.Add(time.Hour)}
	for _, s := range sources {
		if s.Name == "DescribeImages" || s.Name == "DescribeVolumes" {
			continue
		}
		page := newItem(s)
		if s.isList() {
			page = reflect.MakeSlice(reflect.SliceOf(s.item), 0, 0).Interface()
		}
		if err := inv.Add(s.Name, page); err != nil {
			t.Fatal(err)
		}
	}
	inv.SetGap("DescribeImages", "UnauthorizedOperation: no\nway")
	inv.SetGap("DescribeVolumes", "cut off")
	add(t, inv, "DescribeVolumes", []types.Volume{{VolumeId: new("vol-1")}}, nil)
	add(t, inv, "DescribeVolumes", []types.Volume{{VolumeId: new("vol-2"), Size: new(int32(0)), Tags: []types.Tag{}}}, nil)
	if _, err := WriteSnapshot(dir, inv, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	inv.answers["DescribeVolumes"] = []any{slices.Concat(inv.answers["DescribeVolumes"][0].([]types.Volume), inv.answers["DescribeVolumes"][1].([]types.Volume))}
	same(inv)
}

// TestSnapshotShape holds what is written against what the AWS CLI prints for the same: its keys, its indent, and Python's times.
func TestSnapshotShape(t *testing.T) {
	inv := &Inventory{Account: "111122223333", Region: "us-east-1", Time: time.Date(2026, 1, 31, 8, 0, 0, 0, time.FixedZone("", 3600))}
	whole, fraction := time.Date(2025, 12, 18, 22, 35, 0, 0, time.UTC), time.Date(2025, 12, 18, 22, 35, 0, 84_000_000, time.FixedZone("", 3600))
	add(t, inv, "DescribeVolumes", []types.Volume{{
		Attachments: []types.VolumeAttachment{{AttachTime: &whole, DeleteOnTermination: new(false), Device: new("/dev/sdf"), State: types.VolumeAttachmentStateAttached}},
		CreateTime:  &fraction, Encrypted: new(true), Iops: new(int32(100)), VolumeId: new("vol-1"), VolumeType: types.VolumeTypeGp2,
		Tags: tags("Name", "R&D <\"ü\">"),
	}}, nil)
	add(t, inv, "DescribeSnapshots", []types.Snapshot{}, nil)
	inv.SetGap("DescribeImages", "UnauthorizedOperation: no")
	if err := inv.Add("GetEbsEncryptionByDefault", &EBSEncryptionByDefault{EbsEncryptionByDefault: new(true)}); err != nil {
		t.Fatal(err)
	}
	dir, err := WriteSnapshot(t.TempDir(), inv, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"describe-volumes.json": `{
    "Volumes": [
        {
            "Attachments": [
                {
                    "AttachTime": "2025-12-18T22:35:00+00:00",
                    "DeleteOnTermination": false,
                    "Device": "/dev/sdf",
                    "State": "attached"
                }
            ],
            "CreateTime": "2025-12-18T21:35:00.084000+00:00",
            "Encrypted": true,
            "Iops": 100,
            "Tags": [
                {
                    "Key": "Name",
                    "Value": "R&D <\"ü\">"
                }
            ],
            "VolumeId": "vol-1",
            "VolumeType": "gp2"
        }
    ]
}
`,
		"describe-snapshots.json": `{
    "Snapshots": []
}
`,
		"get-ebs-encryption-by-default.json": `{
    "EbsEncryptionByDefault": true
}
`,
		"patlint.json": `{
    "schema": "patlint/snapshot/v1",
    "version": "1.2.3",
    "account": "111122223333",
    "region": "us-east-1",
    "time": "2026-01-31T07:00:00Z",
    "gaps": [
        {
            "source": "DescribeImages",
            "reason": "UnauthorizedOperation: no"
        }
    ]
}
`,
	}
	if diff := cmp.Diff(want, filesIn(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// filesIn reads all files below a folder.
func filesIn(t *testing.T, dir string) map[string]string {
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSnapshotReplace: a new snapshot takes the place of the old one of its region, as a whole, and of nothing else.
func TestSnapshotReplace(t *testing.T) {
	dir := t.TempDir()
	write := func(account, region string, sources ...string) string {
		t.Helper()
		inv := &Inventory{Account: account, Region: region, Time: readTime}
		for _, s := range sources {
			if err := inv.Add(s, map[string]any{"DescribeVolumes": []types.Volume{}, "DescribeSnapshots": []types.Snapshot{}}[s]); err != nil {
				t.Fatal(err)
			}
		}
		folder, err := WriteSnapshot(dir, inv, "1.2.3")
		if err != nil {
			t.Fatal(err)
		}
		return folder
	}
	first := write("111122223333", "us-east-1", "DescribeVolumes", "DescribeSnapshots")
	if want := filepath.Join(dir, "111122223333", "us-east-1"); first != want {
		t.Errorf("written to %s, want %s", first, want)
	}
	write("111122223333", "eu-west-1", "DescribeVolumes")
	write("444455556666", "us-east-1", "DescribeVolumes")
	write("", "us-east-1", "DescribeVolumes")
	write("111122223333", "", "DescribeVolumes")
	write("111122223333", "us-east-1", "DescribeSnapshots") // the volumes of the first one are stale
	var names []string
	for name := range filesIn(t, dir) {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{
		"111122223333/eu-west-1/describe-volumes.json", "111122223333/eu-west-1/patlint.json",
		"111122223333/unknown/describe-volumes.json", "111122223333/unknown/patlint.json",
		"111122223333/us-east-1/describe-snapshots.json", "111122223333/us-east-1/patlint.json",
		"444455556666/us-east-1/describe-volumes.json", "444455556666/us-east-1/patlint.json",
		"unknown/us-east-1/describe-volumes.json", "unknown/us-east-1/patlint.json",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	var scopes []string
	for _, inv := range read(t, os.DirFS(dir)).Inventories {
		scopes = append(scopes, inv.Account+"/"+inv.Region)
	}
	if diff := cmp.Diff([]string{"/us-east-1", "111122223333/", "111122223333/eu-west-1", "111122223333/us-east-1", "444455556666/us-east-1"}, scopes); diff != "" {
		t.Error(diff)
	}

	if runtime.GOOS != "windows" { // which has no such permissions
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || name == dir {
				return err
			}
			info, err := d.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s is open to others: %s", name, info.Mode())
			}
			if err == nil && !d.IsDir() && info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %s", name, info.Mode())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	// What somebody else wrote is left as it is.
	mine := filepath.Join(dir, "777788889999", "us-east-1")
	if err := os.MkdirAll(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mine, "thesis.txt"), []byte("years of work"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := WriteSnapshot(dir, &Inventory{Account: "777788889999", Region: "us-east-1"}, "1.2.3")
	if err == nil || !strings.Contains(err.Error(), "was not written by patlint") {
		t.Errorf("a folder of somebody else: %v", err)
	}
	if diff := cmp.Diff(map[string]string{"thesis.txt": "years of work"}, filesIn(t, mine)); diff != "" {
		t.Error(diff)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", ".patlint-*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestWriteSnapshotOutside: what an account or a region is called leads nowhere else.
func TestWriteSnapshotOutside(t *testing.T) {
	for _, bad := range []string{"..", ".", "../us-east-1", "/etc", "a/b"} {
		for _, inv := range []*Inventory{{Account: bad, Region: "us-east-1"}, {Account: "111122223333", Region: bad}} {
			if target, err := WriteSnapshot(t.TempDir(), inv, "test"); err == nil {
				t.Errorf("%q is written to %s", bad, target)
			}
		}
	}
}
