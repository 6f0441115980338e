package lint

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// readTime is now while a test reads.
var readTime = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

// folderOf is a file system of name and content in turns.
func folderOf(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func read(t *testing.T, fsys fs.FS) *Snapshot {
	t.Helper()
	snap, err := ReadSnapshot(fsys, readTime)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// volumesOf lists the volumes of an inventory, and its gap where it has one.
func volumesOf(inv *Inventory) string {
	var ids []string
	for v := range all[types.Volume](inv, "volume") {
		ids = append(ids, str(v.VolumeId))
	}
	if g, ok := inv.Gap("DescribeVolumes"); ok {
		ids = append(ids, "gap: "+g.Reason)
	}
	return strings.Join(ids, " ")
}

func volumesJSON(ids ...string) string {
	for i, id := range ids {
		ids[i] = fmt.Sprintf(`{"VolumeId": %q}`, id)
	}
	return `{"Volumes": [` + strings.Join(ids, ", ") + `]}`
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil || w.Close() != nil {
		panic(err)
	}
	return b.String()
}

// TestSnapshotFolders is where account, region and time come from: the folders' names, the manifest, the answers.
func TestSnapshotFolders(t *testing.T) {
	const (
		volume   = `{"Volumes": [{"VolumeId": "vol-1", "AvailabilityZone": "eu-west-1a"}]}`
		groups   = `{"SecurityGroups": [{"GroupId": "sg-1", "OwnerId": "444455556666"}]}`
		manifest = `{"schema": "patlint/snapshot/v1", "account": "777788889999", "region": "us-west-2", "time": "2026-02-03T04:05:06Z", "gaps": [{"source": "DescribeSnapshots", "reason": "denied"}]}`
	)
	for _, tt := range []struct {
		name  string
		files []string
		want  string // account, region and time of each inventory
	}{
		{"folders", []string{"111122223333/us-east-1/describe-volumes.json", volume}, "111122223333 us-east-1 now"},
		{"folders below others", []string{"saved/may/111122223333/us-gov-west-1/describe-volumes.json", volume}, "111122223333 us-gov-west-1 now"},
		{
			"several, in order",
			[]string{"222233334444/us-east-1/v.json", volume, "111122223333/us-west-2/v.json", volume, "111122223333/ap-southeast-1/v.json", volume},
			"111122223333 ap-southeast-1 now, 111122223333 us-west-2 now, 222233334444 us-east-1 now",
		},
		{"a region's folder", []string{"us-east-1/describe-volumes.json", volume, "us-east-1/describe-security-groups.json", groups}, "444455556666 us-east-1 now"},
		{"an account's folder", []string{"111122223333/describe-volumes.json", volume}, "111122223333 eu-west-1 now"},
		{"other folders", []string{"prod/web/describe-volumes.json", volume, "prod/web/describe-security-groups.json", groups}, "444455556666 eu-west-1 now"},
		{"no folder", []string{"describe-volumes.json", volume}, " eu-west-1 now"},
		{"nothing says", []string{"describe-volumes.json", volumesJSON("vol-1")}, "  now"},
		{"a manifest", []string{"patlint.json", manifest, "describe-volumes.json", volume, "describe-security-groups.json", groups}, "777788889999 us-west-2 2026-02-03"},
		{"a manifest in folders", []string{"111122223333/us-east-1/patlint.json", manifest, "111122223333/us-east-1/describe-volumes.json", volume}, "111122223333 us-east-1 2026-02-03"},
		{"a manifest alone", []string{"patlint.json", manifest}, "777788889999 us-west-2 2026-02-03"},
		{"hidden ones are left alone", []string{"describe-volumes.json", volume, ".patlint-1/describe-volumes.json", volume, ".old.json", "not JSON"}, " eu-west-1 now"},
		{"a zone of another region", []string{"describe-volumes.json", volume, "describe-network-interfaces.json", `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "AvailabilityZone": "us-east-1a"}]}`}, "  now"},
		{"a local zone says nothing", []string{"describe-volumes.json", volume, "describe-network-interfaces.json", `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "AvailabilityZone": "us-west-2-lax-1a"}]}`}, " eu-west-1 now"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, inv := range read(t, folderOf(tt.files...)).Inventories {
				at := inv.Time.Format(time.DateOnly)
				if inv.Time.Equal(readTime) {
					at = "now"
				}
				got = append(got, inv.Account+" "+inv.Region+" "+at)
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("got %q, want %q", strings.Join(got, ", "), tt.want)
			}
		})
	}
	fsys := folderOf("describe-volumes.json", volume, "describe-snapshots.json", `{"Snapshots": []}`)
	newer := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	fsys["describe-volumes.json"].ModTime, fsys["describe-snapshots.json"].ModTime = newer, newer.AddDate(-1, 0, 0)
	if got := read(t, fsys).Inventories[0].Time; !got.Equal(newer) {
		t.Errorf("answers of %s have the time %s", newer, got)
	}
	if g, _ := read(t, folderOf("patlint.json", manifest)).Inventories[0].Gap("DescribeSnapshots"); g.Reason != "denied" {
		t.Errorf("the manifest's gap is %+v", g)
	}
}

// TestSnapshotNames is which files are taken for which answers.
func TestSnapshotNames(t *testing.T) {
	for name, want := range map[string]string{
		"describe-volumes.json": "vol-1", "describe-volumes_1.json": "vol-1", "describe-volumes-2.json": "vol-1", "describe-volumes3.json": "vol-1",
		"describe-volumes-p1.json": "vol-1", "describe-volumes_page12.json": "vol-1", "describe-volumes-111122223333.json": "vol-1",
		"DescribeVolumes.json": "vol-1", "ec2.DescribeVolumes_1.json": "vol-1", "volumes.json": "vol-1", "aws-ec2-describe-volumes.json": "vol-1",
		"describe-volume-attribute.json":     "describe-volume-attribute.json: no rule reads it",
		"ec2.DescribeVolumeAttribute_1.json": "ec2.DescribeVolumeAttribute_1.json: no rule reads it",
		"monitoring.DescribeAlarms_1.json":   "monitoring.DescribeAlarms_1.json: no rule reads it",
		"describe-instances.json":            "gap: not in the snapshot; save it with: aws ec2 describe-volumes > describe-volumes.json", // it is taken by its word
		"notes.txt":                          "notes.txt: not a .json or .json.gz file",
	} {
		snap, err := ReadSnapshot(folderOf(name, volumesJSON("vol-1")), readTime)
		var got string
		if err != nil {
			got = strings.TrimSuffix(strings.TrimPrefix(err.Error(), "no answers of the EC2 API found; a snapshot holds files such as describe-volumes.json ("), ")")
		} else {
			got = volumesOf(snap.Inventories[0])
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	objects := read(t, folderOf("get-ebs-encryption-by-default.json", `{"EbsEncryptionByDefault": true}`, "GetSerialConsoleAccessStatus_1.json", `{"SerialConsoleAccessEnabled": true}`,
		"public-snapshots.json", `{"Snapshots": [{"SnapshotId": "snap-1"}]}`, "describe-snapshots.json", `{"Snapshots": [{"SnapshotId": "snap-1"}]}`))
	if got := ask(t, objects.Inventories[0], "region", "", "region.ebsEncryptionByDefault() && region.serialConsoleAccess()"); got != "pass" {
		t.Errorf("settings of the region: %s", got)
	}
	if got := ask(t, objects.Inventories[0], "snapshot", "", "snapshot.isPublic()"); got != "pass" {
		t.Errorf("public snapshots: %s", got)
	}
	// Without a telling name the keys tell, and these may be of several answers.
	keys := read(t, folderOf("one.json", `{"EbsEncryptionByDefault": true}`, "two.json", `{"Volumes": [{"VolumeId": "vol-1"}], "Snapshots": [{"SnapshotId": "snap-1", "VolumeId": "vol-1"}]}`))
	if got := ask(t, keys.Inventories[0], "volume", "", "volume.snapshots().size() == 1 && region.ebsEncryptionByDefault()"); got != "pass" {
		t.Errorf("told by keys: %s", got)
	}
	odd := read(t, folderOf("describe-volumes.json", volumesJSON(), "x.json", `{"": {}, "EbsEncryption": true}`))
	if want := []string{"x.json: no rule reads it"}; !slices.Equal(odd.Ignored, want) {
		t.Errorf("ignored %q, want %q", odd.Ignored, want)
	}
}

// TestSnapshotPages is how files of one answer become one listing, and when it is whole.
func TestSnapshotPages(t *testing.T) {
	page := func(id, token string) string {
		return fmt.Sprintf(`{"NextToken": %s, "Volumes": [{"VolumeId": %q, "Size": 1}]}`, token, id)
	}
	const more, denied = "gap: the saved listing ends with a NextToken: there is more of it", `{"Error": {"Code": "UnauthorizedOperation", "Message": "You are not authorized"}}`
	for _, tt := range []struct {
		name  string
		files []string
		want  string
	}{
		{"one", []string{"describe-volumes.json", volumesJSON("vol-1", "vol-2")}, "vol-1 vol-2"},
		{"none in it", []string{"describe-volumes.json", `{"Volumes": []}`}, ""},
		{"null", []string{"describe-volumes.json", `{"Volumes": null}`}, ""},
		{"pages", []string{"describe-volumes_1.json", page("vol-1", `"a"`), "describe-volumes_2.json", page("vol-2", "null")}, "vol-1 vol-2"},
		{"pages and an empty token", []string{"describe-volumes_1.json", page("vol-1", `"a"`), "describe-volumes_2.json", page("vol-2", `""`)}, "vol-1 vol-2"},
		{"the last page is not there", []string{"describe-volumes_1.json", page("vol-1", `"a"`), "describe-volumes_2.json", page("vol-2", `"b"`)}, "vol-1 vol-2 " + more},
		{"one page of many", []string{"describe-volumes.json", page("vol-1", `"a"`)}, "vol-1 " + more},
		{"one volume twice", []string{"describe-volumes_1.json", volumesJSON("vol-1", "vol-2"), "describe-volumes_2.json", volumesJSON("vol-2", "vol-3")}, "vol-1 vol-2 vol-3"},
		{"in one stream", []string{"describe-volumes.json", volumesJSON("vol-1") + "\n" + volumesJSON("vol-2")}, "vol-1 vol-2"},
		{"gzipped", []string{"describe-volumes.json.gz", gzipped(volumesJSON("vol-1"))}, "vol-1"},
		{"gzipped, by another name", []string{"describe-volumes.json", gzipped(volumesJSON("vol-1"))}, "vol-1"},
		{"with a byte order mark", []string{"describe-volumes.json", "\xef\xbb\xbf" + volumesJSON("vol-1")}, "vol-1"},
		{"of PowerShell", []string{"describe-volumes.json", utf16Text(volumesJSON("vol-ü"), false)}, "vol-ü"},
		{"in UTF-16 the other way round", []string{"describe-volumes.json", utf16Text(volumesJSON("vol-1"), true)}, "vol-1"},
		{"fields that nobody knows", []string{"describe-volumes.json", `{"Volumes": [{"VolumeId": "vol-1", "New": {"a": [1]}, "Size": null}], "ResponseMetadata": {}}`}, "vol-1"},
		{"recorded by botocore", []string{"ec2.DescribeVolumes_1.json", `{"status_code": 200, "data": ` + volumesJSON("vol-1") + `}`}, "vol-1"},
		{"an error", []string{"describe-volumes.json", denied}, "gap: UnauthorizedOperation: You are not authorized"},
		{"an error of botocore", []string{"ec2.DescribeVolumes_1.json", `{"status_code": 403, "data": ` + denied + `}`}, "gap: UnauthorizedOperation: You are not authorized"},
		{"an error behind a page", []string{"describe-volumes_1.json", page("vol-1", `"a"`), "describe-volumes_2.json", denied}, "vol-1 gap: UnauthorizedOperation: You are not authorized"},
		{"another answer by this name", []string{"describe-volumes.json", `{"Snapshots": []}`}, `gap: describe-volumes.json has no "Volumes"`},
		{"an empty object", []string{"describe-volumes.json", `{}`}, `gap: describe-volumes.json has no "Volumes"`},
		{"absent", []string{"describe-snapshots.json", `{"Snapshots": []}`}, "gap: not in the snapshot; save it with: aws ec2 describe-volumes > describe-volumes.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			snap := read(t, folderOf(tt.files...))
			if len(snap.Inventories) != 1 || len(snap.Ignored) != 0 {
				t.Fatalf("%d inventories, ignored %q", len(snap.Inventories), snap.Ignored)
			}
			if diff := cmp.Diff(tt.want, volumesOf(snap.Inventories[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
	// Of instances that are there twice the later one counts, and reservations stay.
	inv := read(t, folderOf("describe-instances_1.json", `{"Reservations": [{"OwnerId": "111122223333", "Instances": [{"InstanceId": "i-1", "ImageId": "old"}, {"InstanceId": "i-2"}]}]}`,
		"describe-instances_2.json", `{"Reservations": [{"OwnerId": "111122223333", "Instances": [{"InstanceId": "i-1", "ImageId": "new"}]}]}`)).Inventories[0]
	var got []string
	for _, i := range inv.Instances() {
		got = append(got, str(i.InstanceId)+str(i.ImageId))
	}
	if want := []string{"i-2", "i-1new"}; !slices.Equal(got, want) || inv.Account != "111122223333" {
		t.Errorf("instances %q of %s, want %q", got, inv.Account, want)
	}
}

// utf16Text is what PowerShell's > writes.
func utf16Text(s string, bigEndian bool) string {
	var b strings.Builder
	for _, r := range "\ufeff" + s {
		if bigEndian {
			b.Write([]byte{byte(r >> 8), byte(r)})
		} else {
			b.Write([]byte{byte(r), byte(r >> 8)})
		}
	}
	return b.String()
}

// TestSnapshotGaps: whatever is absent is a gap that says how to fill it.
func TestSnapshotGaps(t *testing.T) {
	inv := read(t, folderOf("describe-volumes.json", volumesJSON("vol-1"))).Inventories[0]
	for _, s := range Sources() {
		g, ok := inv.Gap(s.Name)
		if s.Name == "DescribeVolumes" {
			if ok {
				t.Errorf("%s is a gap: %+v", s.Name, g)
			}
			continue
		}
		if want := "not in the snapshot; save it with: " + s.save(); g.Reason != want || g.Action != s.Permission() {
			t.Errorf("%s: %+v, want %q", s.Name, g, want)
		}
		content := "{}"
		if s.Each != "" {
			content = fmt.Sprintf(`{%q: "x-1", %q: %s}`, s.item.Field(0).Name, s.item.Field(1).Name, map[bool]string{true: "[]", false: "{}"}[s.item.Field(1).Type.Kind() == reflect.Slice])
		}
		if again := read(t, folderOf(s.File(), content)).Inventories; len(again) != 1 {
			t.Errorf("%s is not read by the name that the gap tells", s.File())
		}
	}
}

// TestSnapshotSilence: an answer that does not say what it was asked for is a gap or an error, and never "off" or "nothing".
func TestSnapshotSilence(t *testing.T) {
	snap := read(t, folderOf("get-ebs-encryption-by-default.json", "{}", "get-instance-metadata-defaults.json", "{}"))
	if g, ok := snap.Inventories[0].Gap("GetEbsEncryptionByDefault"); !ok || g.Reason != "the answer lacks the setting's value" {
		t.Errorf("an empty setting: %v %q", ok, g.Reason)
	}
	if g, ok := snap.Inventories[0].Gap("GetInstanceMetadataDefaults"); ok {
		t.Errorf("nobody set a default, which is an answer: %q", g.Reason)
	}
	for file, want := range map[string]string{
		`{"Volumes": [{"VolumeId": "vol-1"}, {}]}`: "describe-volumes.json:1:1: volume 2 of Volumes has no VolumeId",
		`{"Volumes": [null]}`:                      "describe-volumes.json:1:1: volume 1 of Volumes has no VolumeId",
	} {
		if _, err := ReadSnapshot(folderOf("describe-volumes.json", file), readTime); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
	// EC2-Classic's addresses had no ID.
	if snap := read(t, folderOf("describe-addresses.json", `{"Addresses": [{"PublicIp": "198.51.100.1"}]}`)); snap.Inventories[0].Resources() != 1 {
		t.Error("an address of EC2-Classic is lost")
	}
}

// TestSnapshotBrokenFolders: every broken file is named, and one account and region is not read from two folders.
func TestSnapshotBrokenFolders(t *testing.T) {
	_, err := ReadSnapshot(folderOf("a/describe-volumes.json", "{", "b/describe-volumes.json", "[]"), readTime)
	if err == nil || !strings.Contains(err.Error(), "a/describe-volumes.json:1:") || !strings.Contains(err.Error(), "\nb/describe-volumes.json:1:1: ") {
		t.Errorf("two broken files: %v", err)
	}
	_, err = ReadSnapshot(folderOf("new/111122223333/us-east-1/describe-volumes.json", volumesJSON("vol-1"), "old/111122223333/us-east-1/describe-volumes.json", volumesJSON("vol-1")), readTime)
	if want := "new/111122223333/us-east-1 and old/111122223333/us-east-1 are both of account 111122223333 in us-east-1; check one of them"; err == nil || err.Error() != want {
		t.Errorf("two copies: %v, want %s", err, want)
	}
	_, err = ReadSnapshot(folderOf("patlint.json", `{"schema": "patlint/snapshot/v1", "account": "amazon"}`), readTime)
	if err == nil || !strings.Contains(err.Error(), `account "amazon" is not of 12 digits`) {
		t.Errorf("an account that is none: %v", err)
	}
}

// TestSnapshotUserData: user data comes as one object for each instance, in one file or in many; a refusal is a gap that leaves what was read.
func TestSnapshotUserData(t *testing.T) {
	const one, none = `{"InstanceId": "i-1", "UserData": {"Value": "IyEvYmluL2Jhc2gKbW91bnQgL2Rldi94dmRmIC9kYXRhCg=="}}`, `{"InstanceId": "i-2", "UserData": {}}`
	instances := []string{"describe-instances.json", `{"Reservations": [{"Instances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]}]}`}
	const mounts = "instance.bootScript().mounts() == []"
	for _, tt := range []struct {
		name  string
		files []string
		want  string
	}{
		{"one file", []string{"describe-instance-attribute.json", one + "\n" + none}, "i-1 fail"},
		{"many files", []string{"describe-instance-attribute-i-0123456789abcdef0.json", one, "DescribeInstanceAttribute-i-2.json", none}, "i-1 fail"},
		{"half of it", []string{"describe-instance-attribute.json", one}, "i-1 fail, i-2 unknown the user data of i-2 was not read"},
		{"refused", []string{"describe-instance-attribute-i-1.json", one, "describe-instance-attribute-i-2.json", `{"Error": {"Code": "UnauthorizedOperation", "Message": "no"}}`}, "i-1 fail, i-2 unknown ec2:DescribeInstanceAttribute: UnauthorizedOperation: no"},
		{"another attribute", []string{"describe-instance-attribute.json", one, "describe-instance-attribute-2.json", `{"InstanceId": "i-2", "DisableApiStop": {"Value": false}}`}, "i-1 fail, i-2 unknown the user data of i-2 was not read"},
		{"no instance was asked", []string{"describe-instance-attribute.json", ""}, "i-1 unknown the user data of i-1 was not read, i-2 unknown the user data of i-2 was not read"},
	} {
		found := verdicts(t, read(t, folderOf(append(tt.files, instances...)...)).Inventories[0], "instance", "", mounts)
		var got []string
		for _, id := range slices.Sorted(maps.Keys(found)) {
			got = append(got, id+" "+found[id])
		}
		if s := strings.Join(got, ", "); s != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, s, tt.want)
		}
	}
}

// TestSnapshotOneByOne: what the CLI prints of one resource after the other is read, whether it says which resource that was, or the file's name does.
func TestSnapshotOneByOne(t *testing.T) {
	lists := []string{"describe-managed-prefix-lists.json", `{"PrefixLists": [{"PrefixListId": "pl-0a"}, {"PrefixListId": "pl-0b"}]}`}
	const expr = `prefixList.entries().size() == 1`
	const one, more = `{"Entries": [{"Cidr": "192.0.2.0/24"}]}`, `{"Entries": [{"Cidr": "192.0.2.0/24"}], "NextToken": "x"}`
	const known = `{"PrefixListId": "pl-0a", "Entries": [{"Cidr": "192.0.2.0/24"}]}`
	const unread, gap = "unknown the entries of %s were not read", "unknown ec2:GetManagedPrefixListEntries: "
	for _, tt := range []struct {
		name  string
		files []string
		want  [2]string
	}{
		{"the name tells", []string{"get-managed-prefix-list-entries-pl-0a.json", one, "get-managed-prefix-list-entries-pl-0b.json", `{"Entries": []}`}, [2]string{"", "fail"}},
		{"the answer tells", []string{"get-managed-prefix-list-entries.json", known}, [2]string{"", fmt.Sprintf(unread, "pl-0b")}},
		{"neither tells", []string{"get-managed-prefix-list-entries.json", one}, [2]string{gap + "get-managed-prefix-list-entries.json does not say which resource it is about; save it as get-managed-prefix-list-entries-ID.json",
			gap + "get-managed-prefix-list-entries.json does not say which resource it is about; save it as get-managed-prefix-list-entries-ID.json"}},
		{"a number tells nothing", []string{"get-managed-prefix-list-entries-2.json", one, "get-managed-prefix-list-entries-pl-0b.json", one}, [2]string{gap + "get-managed-prefix-list-entries-2.json does not say which resource it is about; save it as get-managed-prefix-list-entries-ID.json", ""}},
		{"there is more", []string{"get-managed-prefix-list-entries-pl-0a.json", more, "get-managed-prefix-list-entries-pl-0b.json", one}, [2]string{gap + "a saved answer ends with a NextToken: there is more of it", gap + "a saved answer ends with a NextToken: there is more of it"}},
	} {
		found := verdicts(t, read(t, folderOf(append(tt.files, lists...)...)).Inventories[0], "prefixList", "", expr)
		if got := [2]string{found["pl-0a"], found["pl-0b"]}; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestSnapshotLink: a folder behind a link is left out with a word that says why.
func TestSnapshotLink(t *testing.T) {
	snap, err := ReadSnapshot(fstest.MapFS{
		"describe-volumes.json": {Data: []byte(`{"Volumes": []}`)},
		"111122223333":          {Data: []byte("elsewhere"), Mode: fs.ModeSymlink | 0o777},
		"elsewhere/notes":       {},
	}, time.Now())
	if err != nil || len(snap.Ignored) != 2 || !strings.Contains(snap.Ignored[0], "111122223333: a link, and links to folders are not followed") {
		t.Errorf("%+v, %v", snap, err)
	}
}

// TestSnapshotOfOthers: what other accounts own is left out of a saved listing, and counted.
func TestSnapshotOfOthers(t *testing.T) {
	const (
		images = `{"Images": [{"ImageId": "ami-1", "OwnerId": "111122223333"}, {"ImageId": "ami-2", "OwnerId": "777788889999", "ImageOwnerAlias": "amazon"},
			{"ImageId": "ami-3", "OwnerId": "444455556666"}, {"ImageId": "ami-4"}]}`
		alien     = `{"Images": [{"ImageId": "ami-5", "OwnerId": "777788889999", "ImageOwnerAlias": "amazon"}, {"ImageId": "ami-6", "OwnerId": "111122223333"}]}`
		snapshots = `{"Snapshots": [{"SnapshotId": "snap-1", "OwnerId": "444455556666"}, {"SnapshotId": "snap-2", "OwnerId": "111122223333"}]}`
	)
	for _, tt := range []struct {
		name    string
		files   []string
		want    string
		ignored []string
	}{
		{"account known", []string{"111122223333/us-east-1/describe-images.json", images, "111122223333/us-east-1/describe-snapshots.json", snapshots}, "ami-1 ami-4 snap-2",
			[]string{"111122223333/us-east-1/DescribeImages: 2 that other accounts own", "111122223333/us-east-1/DescribeSnapshots: 1 that other accounts own"}},
		{"account not known", []string{"describe-images.json", images, "describe-snapshots.json", snapshots}, "ami-1 ami-3 ami-4 snap-1 snap-2",
			[]string{"DescribeImages: 1 that other accounts own"}},
		{"the one owner without an alias", []string{"describe-images.json", alien}, "ami-6", []string{"111122223333/DescribeImages: 1 that other accounts own"}},
		{"pages", []string{"111122223333/describe-images_1.json", images, "111122223333/describe-images_2.json", alien}, "ami-1 ami-4 ami-6",
			[]string{"111122223333/DescribeImages: 3 that other accounts own"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			snap := read(t, folderOf(tt.files...))
			var got []string
			for i := range all[types.Image](snap.Inventories[0], "image") {
				got = append(got, str(i.ImageId))
			}
			for s := range all[types.Snapshot](snap.Inventories[0], "snapshot") {
				got = append(got, str(s.SnapshotId))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if !slices.Equal(snap.Ignored, tt.ignored) {
				t.Errorf("ignored %q, want %q", snap.Ignored, tt.ignored)
			}
		})
	}
}
