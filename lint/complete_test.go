package lint

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
)

// TestComplete: what can stand at the end of a text, by the type of what stands in front of it.
func TestComplete(t *testing.T) {
	params := []patterns.Param{{Name: "min_size", Type: "int", Default: int64(1)}, {Name: "roles", Type: "list", Default: []string{"db"}}}
	c, err := compile(t).Completer(params)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text string
		word string // the part of the text that is completed
		want string // all names; those behind "has: " are among them, those behind "not: " are not
	}{
		// Names that begin an operand.
		{"vol", "vol", "volume"},
		{"1 < vol", "vol", "volume"},
		{"", "", "has: cel.bind( false has( instance now region true volume tag( hasTag( limit( size( duration( params. not: isRoot() _+_ exists( sustainedIops()"},
		{"i", "i", "image instance int( internetGateway isPublicCidr( isZone("},
		{"regi", "regi", "region"},

		// Fields, relations and functions behind a dot.
		{"volume.Si", "Si", "Size"},
		{"volume.si", "si", "Size"},
		{"volume.isR", "isR", "isRoot()"},
		{"volume.met", "met", "metric("},
		{"volume.max", "max", "maxIops() maxThroughput()"},
		{"!volume.Enc", "Enc", "Encrypted"},
		{"has(volume.Thr", "Thr", "Throughput"},
		{"instance.State.", "", "Code Name"},
		{"volume.instances()[0].EbsO", "EbsO", "EbsOptimized"},
		{"volume.Attachments[0].Dev", "Dev", "Device"},
		{`tag(volume, "a)b").startsW`, "startsW", "startsWith("},
		{"volume.instances().", "", "has: all( exists( exists_one( filter( map( size() first() not: startsWith( InstanceId greatest( bind("},
		{"volume.CreateTime.getFull", "getFull", "getFullYear()"},
		{"volume.Size.", "", ""},
		{"params.", "", "min_size roles"},
		{"params.roles.ex", "ex", "exists( existsOne( exists_one("},
		{"math.gr", "gr", "greatest("},
		{"sets.con", "con", "contains("},
		{"cel.", "", "bind("},
		{"region.ebsEnc", "ebsEnc", "ebsEncryptionByDefault()"},
		{"instance.ebsLimits().Base", "Base", "BaselineIops BaselineThroughput"},
		{"nothing.Si", "Si", ""},

		// The names of loops and of cel.bind.
		{"volume.instances().exists(i, i.StateR", "StateR", "StateReason"},
		{"volume.instances().filter(inst, in", "in", "has: inst instance int("},
		{"instance.volumes().all(v, v.snapshots().exists(s, s.VolumeS", "VolumeS", "VolumeSize"},
		{"instance.volumes().all(v, v.snapshots().exists(s, v.Iop", "Iop", "Iops"},
		{"cel.bind(x, volume.instances(), x[0].EbsO", "EbsO", "EbsOptimized"},
		{"cel.bind(x, [1, 2], x.ma", "ma", "map("},
		{"volume.instances().exists(i, i.State.Name == 'a') && i.Sta", "Sta", ""}, // it is over

		{"volume.instances().transformList(n, i, i.StateR", "StateR", "StateReason"},
		{"volume.instances().sortBy(i, i.LaunchT", "LaunchT", "LaunchTime"},
		{`{"a": volume}.exists(k, k.startsW`, "startsW", "startsWith("},
		{`{"a": volume}.all(k, v, v.Encr`, "Encr", "Encrypted"},

		// What is written in another way.
		{`{"a": volume}["a"].Encr`, "Encr", "Encrypted"},
		{`{"a": volume}["a"].`, "", "has: Size instances() not: all( exists("},
		{`tag(volume, "a\"b").star`, "star", "startsWith("},
		{"volume . Encr", "Encr", "Encrypted"},
		{"instance.?State.?Na", "Na", "Name"},
		{"instance.?State.", "", "has: Name orValue( hasValue() optMap( not: all("},
		{"instance.?State.?", "", "Code Name"},
		{"volume.snapshots().sortB", "sortB", "sortBy("},
		{`{"a": volume}`, "", ""},
		{"volume.snapshots()", "", ""},
		{"volume.instances()[0]", "", ""},

		// Texts in quotes.
		{`volume.VolumeType == "`, "", "gp2 gp3 io1 io2 sc1 st1 standard"},
		{`volume.VolumeType != 'gp`, "gp", "gp2 gp3"},
		{`volume.VolumeType in ["gp2", "io`, "io", "io1 io2"},
		{`volume.instances().exists(i, i.State.Name == "run`, "run", "running"},
		{`volume.AvailabilityZone == "`, "", ""},
		{`tag(volume, "`, "", ""},
		{`limit("gp2.iops.`, "gp2.iops.", "has: gp2.iops.max"},
		{`price("ebs.gp3.`, "ebs.gp3.", "ebs.gp3.gib_month ebs.gp3.iops_month ebs.gp3.mibps_month"},
		{`price("region.`, "region.", ""},
		{"volume.month", "month", "monthlyCost() monthlyCostAs("},
		{`volume.metric("VolumeReadO`, "VolumeReadO", "VolumeReadOps"},
		{`volume.metric("VolumeReadOps", "`, "", "Average Maximum Minimum SampleCount Sum"},
		{`volume.metric("VolumeReadOps", "Sum", "`, "", ""},
	} {
		from, got := c.Complete(tt.text)
		if word := tt.text[from:]; word != tt.word {
			t.Errorf("%s: completes %q, not %q", tt.text, word, tt.word)
		}
		list, some := strings.CutPrefix(tt.want, "has: ")
		if !some {
			if want := strings.Fields(tt.want); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", tt.text, got, want)
			}
			continue
		}
		has, not, _ := strings.Cut(list, "not: ")
		for _, name := range strings.Fields(has) {
			if !slices.Contains(got, name) {
				t.Errorf("%s: %s is missing from %v", tt.text, name, got)
			}
		}
		for _, name := range strings.Fields(not) {
			if slices.Contains(got, name) {
				t.Errorf("%s: %s is among %v", tt.text, name, got)
			}
		}
	}
}

// FuzzComplete: no text makes the completer stumble, and what it gives completes the end of the text.
func FuzzComplete(f *testing.F) {
	for _, s := range []string{
		"volume.instances().exists(i, i.State.Name == 'run", `tag(volume, "x\"y").`, "cel.bind(x, [volume], x[0].", "((([[[", ")))...", "params.", "é.ö", "volume.\xff",
		`volume.metric("a", "`, "a.filter(", "[].map(x, x.", "{'a': volume}.a.", "optional.of(volume).", "volume.?Size.",
	} {
		f.Add(s)
	}
	c, err := compile(f).Completer(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		from, names := c.Complete(s)
		if from < 0 || from > len(s) || utf8.ValidString(s) && !utf8.ValidString(s[from:]) {
			t.Fatalf("completes from %d of %q", from, s)
		}
		for _, n := range names {
			if len(n) < len(s)-from || !strings.EqualFold(n[:len(s)-from], s[from:]) {
				t.Fatalf("%q does not complete %q", n, s[from:])
			}
		}
	})
}
