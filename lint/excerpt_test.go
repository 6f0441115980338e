package lint

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/patlint/patlint/patterns"
)

// excerpts takes an excerpt for every rule and each resource on which it has a verdict, and holds verdict and message against those in the account.
func excerpts(t *testing.T, rules *Rules, inv *Inventory, most int) (taken, otherwise int) {
	t.Helper()
	for _, r := range rules.rules {
		if r.kind.isSet() || r.compares() {
			continue // Excerpt is about a resource, and of one region
		}
		one := rules.Only(func(p *patterns.Pattern) bool { return p == r.pattern })
		n := 0
		for _, v := range inv.sorted(r.kind) {
			kind, resource := r.kind.stands(v)
			id := str(kind.id(resource))
			was, err := one.decisions(inv, kind, id, nil)
			if err != nil {
				t.Fatal(err)
			}
			if id == "" || was[0].verdict == outOfScope {
				continue
			}
			if n++; n > most {
				break
			}
			c, err := newCut(inv, kind, id, one)
			if err != nil {
				t.Fatal(err)
			}
			a := newAnonymizer(inv.Account, c.literals, clock{from: inv.Time, to: exampleTime, grain: time.Minute})
			e, told, err := c.excerpt(a, c.asks("RegionName"))
			if err == nil && told != "" {
				e, err = inv.Excerpt(kind.name, id, one)
			}
			if err != nil {
				t.Errorf("%s about %s: %v", r.pattern.ID, id, err)
				continue
			}
			taken++
			ex, errs := readExample(&patterns.Block{Role: "pass", Lang: "yaml", File: "excerpt", Line: 1, Text: e.Text})
			if len(errs) > 0 {
				t.Errorf("%s about %s: %v", r.pattern.ID, id, errs)
				continue
			}
			now, err := one.decisions(ex.regions[0], kind, e.ID, nil)
			if err != nil {
				t.Errorf("%s about %s: %v\n%s", r.pattern.ID, id, err, e.Text)
				continue
			}
			if now[0].verdict != was[0].verdict {
				if !strings.Contains(strings.Join(e.LeftOut, " "), "PolicyDocument") { // which an excerpt never has
					otherwise++
				}
				if !slices.ContainsFunc(e.LeftOut, func(s string) bool { return strings.HasPrefix(s, "what decides") }) {
					t.Errorf("%s about %s: %v, and %v in the excerpt, which does not say so\n%s", r.pattern.ID, id, was[0], now[0], e.Text)
				} else if left := strings.Join(e.LeftOut, " "); !strings.Contains(left, "user data") && !strings.Contains(left, "PolicyDocument") &&
					r.pattern.ID != "give-tags-allowed-values" { // which sees blanks at the end of a value, and a stand-in has none
					t.Errorf("%s about %s: %v\n%v\n%v\n%s", r.pattern.ID, id, e.LeftOut, was[0], now[0], e.Text)
				}
				continue
			}
			if was[0].verdict != fails || len(c.more) > 0 {
				continue // why something is unknown names the gap, which an example says in its own words
			}
			said, says := was[0].said, now[0].said
			if inv.Region == "" { // an example has a region, and so has prices
				said, _, _ = strings.Cut(said, "\x00")
				says, _, _ = strings.Cut(says, "\x00")
			}
			if want, got := undated(mapped(a, said)), undated(says); shuffled(want) != shuffled(got) && !short(a) && !ambiguous(a, r) && !strings.Contains(strings.Join(e.LeftOut, " "), "KeyFingerprint") {
				t.Errorf("%s about %s:\nwant %s\ngot  %s\n%s", r.pattern.ID, id, want, got, e.Text)
			}
		}
	}
	return taken, otherwise
}

// mapped replaces what has a stand-in, but for names so short that other words have them in them.
func mapped(a *anonymizer, said string) string {
	var pairs []string
	for _, from := range slices.SortedFunc(maps.Keys(a.known), func(x, y string) int { return len(y) - len(x) }) {
		if len(from) > 3 {
			pairs = append(pairs, from, a.known[from])
		}
	}
	return strings.NewReplacer(pairs...).Replace(said)
}

// short tells whether something has a stand-in whose own name is as short as that.
func short(a *anonymizer) bool {
	for from := range a.known {
		if len(from) <= 3 {
			return true
		}
	}
	return false
}

// ambiguous tells whether something with a stand-in is called by a word that the rule's own message has.
func ambiguous(a *anonymizer, r *rule) bool {
	for from := range a.known {
		if slices.ContainsFunc(r.message.parts, func(p part) bool { return p.ast == nil && strings.Contains(p.text, from) }) {
			return true
		}
	}
	return false
}

// shuffled is a message with its words in alphabetical order: a list goes by IDs, and those of an excerpt stand in another order.
func shuffled(said string) string {
	list := strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune(" ,;", r) })
	slices.Sort(list)
	return strings.Join(list, " ")
}

var dates = regexp.MustCompile(`\d{4}-\d\d-\d\d`)

// undated hides dates, which move.
func undated(s string) string { return dates.ReplaceAllString(s, "DATE") }

// TestExcerptDemo takes every excerpt that there is of the example account.
func TestExcerptDemo(t *testing.T) {
	snap := read(t, os.DirFS("../cmd/patlint/demo"))
	taken, otherwise := excerpts(t, builtin(t), snap.Inventories[0], 1000)
	if taken < 150 || otherwise > 40 { // of rules that read user data
		t.Errorf("%d excerpts, %d of which decide otherwise", taken, otherwise)
	}
}

// TestExcerptCorpus takes an excerpt for each rule of each recorded account.
func TestExcerptCorpus(t *testing.T) {
	dir := os.Getenv("PATLINT_CORPUS")
	if dir == "" {
		if slices.Contains(strings.Split(os.Getenv("PATLINT_REQUIRE"), ","), "corpus") {
			t.Fatal("PATLINT_REQUIRE names corpus, but PATLINT_CORPUS names no folder")
		}
		t.Skip("PATLINT_CORPUS does not name the folder of recorded answers")
	}
	rules, folders := builtin(t), map[string]bool{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".json") {
			folders[path.Dir(name)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	taken, otherwise := 0, 0
	for folder := range folders {
		sub, err := fs.Sub(os.DirFS(dir), folder)
		if err != nil {
			t.Fatal(err)
		}
		snap, err := ReadSnapshot(sub, time.Now())
		if err != nil {
			continue // no answers that rules read
		}
		for _, inv := range snap.Inventories {
			n, o := excerpts(t, rules, inv, 1)
			taken, otherwise = taken+n, otherwise+o
		}
	}
	if taken < 2000 || otherwise > 2 { // one recording has user data, and one a tag that ends with blanks
		t.Errorf("%d excerpts, %d of which decide otherwise", taken, otherwise)
	}
}

// anHour moves times by an hour.
var anHour = clock{from: exampleTime.Add(-time.Hour), to: exampleTime, grain: time.Minute}

// marks stand for what an account has of its own. No letter of their middle is one of hexadecimal digits or a vowel, so that no part of them comes up by chance.
var marks = []string{"Gqzkvxwj", "Htrznmqp", "Kvwgzsqx", "Lqjzxhvt", "Mzxqwrkj"}

// spoiled sets every field of a value and makes every text one that has a mark in it, in turn in the forms that the anonymizer knows.
func spoiled(v reflect.Value, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(exampleTime.Add(-time.Duration(*n) * time.Minute)))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		spoiled(v.Elem(), n)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		spoiled(v.Index(0), n)
		spoiled(v.Index(1), n)
	case v.Kind() == reflect.Struct:
		for f, field := range v.Fields() {
			if f.IsExported() {
				spoiled(field, n)
			}
		}
	case v.Kind() == reflect.String:
		v.SetString(spoiledText(marks[*n%len(marks)], *n/len(marks)))
	case v.Kind() == reflect.Bool:
		v.SetBool(*n%2 == 0)
	case v.Kind() == reflect.Int64:
		v.SetInt(987654321098) // an account, as a number
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.CanFloat():
		v.SetFloat(float64(*n) + 0.5)
	}
}

func spoiledText(mark string, n int) string {
	forms := []string{
		"%s", "vol-%s", "i-%s", "%s-0a1b2c3d4e5f60718", "arn:aws:ec2:us-east-1:987654321098:volume/%s", "arn:aws:%s:us-east-1:987654321098:role/x", "arn:%s:iam::aws:policy/%s", "%s.internal",
		"ip-10-77-66-55.%s.internal", "aws:%s", "kubernetes.io/cluster/%s", "k8s.io/cluster-autoscaler/node-template/label/%s", "us-east-1%s", "com.amazonaws.us-east-1.%s", "%s.amazonaws.com", "/dev/%s",
		"User initiated (%s)", "2026-01-31T08:00:00Z %s", "Up to %s Gigabit", "vol-0a %s Minimum 24h", "db %s prod", "%s: |\n  # want: \"x\"\x00\u2028", "\xff%s", "987654321098", "54.87.65.43", "10.77.66.55", "54.87.0.0/16",
		"2600:1f18:abcd:77::99", "0a:9b:8c:7d:6e:5f", "9f8e7d6c-1234-4abc-9def-a1b2c3d4e5f6", "use1-az9", "ec2-54-87-65-43.compute-1.amazonaws.com", "z4.%s",
	}
	return strings.ReplaceAll(forms[n%len(forms)], "%s", mark)
}

func spoiledPage(s Source, n *int) reflect.Value {
	page := reflect.New(s.item)
	if s.isList() {
		page = reflect.New(reflect.SliceOf(s.item))
	}
	spoiled(page.Elem(), n)
	if s.isList() {
		return page.Elem()
	}
	return page
}

// leaks finds what an excerpt must not have: a part of a mark in any case, as base64 or hexadecimal, or one of the numbers.
func leaks(text string) string {
	lower := strings.ToLower(text)
	for _, m := range marks {
		low := strings.ToLower(m)
		for i := 0; i+4 <= len(low); i++ {
			if strings.Contains(lower, low[i:i+4]) {
				return low[i : i+4]
			}
		}
		for i := range 3 {
			b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", i) + m))
			if part := strings.ToLower(b[4:8]); strings.Contains(lower, part) {
				return part
			}
		}
		if h := hex.EncodeToString([]byte(m[:4])); strings.Contains(lower, h) {
			return h
		}
	}
	for _, s := range []string{"987654321098", "987654", "54.87.", "54-87-", "10.77.", "10-77-", "1f18", "0a:9b", "9f8e7d6c", "az9", "0a1b2c3d"} {
		if strings.Contains(lower, s) {
			return s
		}
	}
	return ""
}

// TestExcerptHidesEverything fills every text of everything that an inventory can hold, and looks for it in the excerpts of every kind.
func TestExcerptHidesEverything(t *testing.T) {
	rules := builtin(t)
	taken := 0
	everything := func(n int) *Inventory {
		inv := &Inventory{Account: "987654321098", Region: "us-east-1", Time: exampleTime.Add(time.Hour)}
		for _, s := range sources {
			inv.add(s.Name, spoiledPage(s, &n).Interface())
		}
		return inv
	}
	var inv *Inventory
	for round := range 2 {
		inv = everything(round * 11)
		if testing.Short() && round == 0 {
			continue // for the race detector, which takes ten times as long
		}
		for i := range kinds {
			k := &kinds[i]
			for _, v := range inv.sorted(k) {
				id := str(k.id(v))
				for _, rs := range []*Rules{nil, rules}[:2-round] { // with rules it takes ten times as long
					e, err := inv.Excerpt(k.name, id, rs)
					if err != nil {
						t.Errorf("%s %s: %v", k.name, id, err)
						continue
					}
					taken++
					if found := leaks(e.Text + "\n" + strings.Join(e.LeftOut, "\n")); found != "" {
						t.Errorf("%s %s: the excerpt has %q\n%s\n%s", k.name, id, found, e.Text, e.LeftOut)
					}
					again, err := inv.Excerpt(k.name, id, rs)
					if diff := cmp.Diff(e, again); err != nil || diff != "" {
						t.Errorf("%s %s: not the same twice: %v %s", k.name, id, err, diff)
					}
					if line := strings.Split(e.Text, "\n")[e.Line-1]; !strings.Contains(line, e.ID) {
						t.Errorf("%s is not on line %d: %s", e.ID, e.Line, line)
					}
				}
			}
		}
	}
	if diff := cmp.Diff(everything(11).answers, inv.answers, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("the account was written to: %s", diff)
	}
	if taken < 100 && !testing.Short() {
		t.Errorf("only %d excerpts", taken)
	}
}

// TestAnonymizerHidesEverything gives every text in every struct of an inventory each form that the anonymizer knows, with a mark in it.
func TestAnonymizerHidesEverything(t *testing.T) {
	fields := map[string]bool{}
	rounds := 33
	if testing.Short() {
		rounds = 1
	}
	for round := range rounds {
		for _, s := range sources {
			n := round * len(marks)
			page := spoiledPage(s, &n)
			a := newAnonymizer("987654321098", map[string]bool{"db": true}, anHour)
			a.networks = newNetworkMap(networksOf([]reflect.Value{page}))
			var items []reflect.Value
			if s.isList() {
				items = []reflect.Value{page.Index(0), page.Index(1)}
			} else {
				items = []reflect.Value{page.Elem()}
			}
			var w exampleWriter
			for _, v := range items {
				a.value(v, "")
			}
			w.answer(s, items, true)
			if found := leaks(w.String()); found != "" {
				t.Fatalf("%s has %q:\n%s", s.Name, found, w.String())
			}
			for line := range strings.Lines(w.String()) {
				if key, _, ok := strings.Cut(strings.TrimLeft(line, " -"), ":"); ok {
					fields[key] = true
				}
			}
		}
	}
	if len(fields) < 300 {
		t.Errorf("only %d fields were looked at", len(fields))
	}
}

// TestExcerptText is what a person gets.
func TestExcerptText(t *testing.T) {
	inv := account(t, `
Account: "987654321098"
Region: eu-central-1
Now: 2026-05-04T10:30:00Z
Volumes:
  - VolumeId: vol-0123456789abcdef0
    VolumeType: gp2
    Size: 40
    State: in-use
    AvailabilityZone: eu-central-1a
    CreateTime: 2026-05-01T10:30:00Z
    KmsKeyId: arn:aws:kms:eu-central-1:987654321098:key/1b2c3d4e-0000-4abc-9def-a1b2c3d4e5f6
    Tags: [{Key: Name, Value: acme-db-data}, {Key: Secret Plan, Value: world domination}, {Key: Team, Value: acme}]
    Attachments: [{InstanceId: i-0123456789abcdef1, Device: /dev/sdf, State: attached, AttachTime: 2026-05-01T10:31:00Z}]
  - {VolumeId: vol-0999, Size: 1}
Instances:
  - InstanceId: i-0123456789abcdef1
    State: {Name: running}
    InstanceType: m5.large
    KeyName: acme
    Tags: [{Key: Name, Value: acme-db}]
Snapshots:
  - {SnapshotId: snap-0123456789abcdef2, VolumeId: vol-0123456789abcdef0, State: completed, StartTime: 2026-05-02T10:30:00Z, Description: of acme}
`)
	rule := pattern("asked", "volume", `marked(volume, ["db"]) && volume.instances().exists(i, i.State.Name == "running")`,
		`volume.snapshots().exists(s, s.State == "completed" && now - s.StartTime < duration("24h"))`, "${volume.Size} GiB at ${volume.instances()}")
	for _, row := range []struct {
		rules *Rules
		want  string
		left  []string
		says  string
	}{
		{compile(t, rule), `Volumes:
  - VolumeId: vol-0a
    Attachments: [{InstanceId: i-0a, AttachTime: 2026-01-28T12:01:00Z, Device: /dev/sdf, State: attached}]
    AvailabilityZone: eu-central-1a
    CreateTime: 2026-01-28T12:00:00Z
    KmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-00000000000a"
    Size: 40
    State: in-use
    Tags: [{Key: Name, Value: db-1}, {Key: key-1, Value: name-1}, {Key: Team, Value: name-2}]
    VolumeType: gp2
Instances:
  - {InstanceId: i-0a, State: {Name: running}, Tags: [{Key: Name, Value: db-2}]}
Snapshots:
  - {SnapshotId: snap-0a, StartTime: 2026-01-29T12:00:00Z, State: completed, VolumeId: vol-0a}
`, nil, "fail"},
		{nil, `Volumes:
  - VolumeId: vol-0a
    Attachments: [{InstanceId: i-0a, AttachTime: 2026-01-28T12:01:00Z, Device: /dev/sdf, State: attached}]
    AvailabilityZone: eu-central-1a
    CreateTime: 2026-01-28T12:00:00Z
    KmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-00000000000a"
    Size: 40
    State: in-use
    Tags: [{Key: Name, Value: name-1-1-1}, {Key: key-1, Value: name-2}, {Key: Team, Value: name-1}]
    VolumeType: gp2
Instances:
  - {InstanceId: i-0a, InstanceType: m5.large, State: {Name: running}, Tags: [{Key: Name, Value: name-1-1}]}
Snapshots:
  - {SnapshotId: snap-0a, State: completed, VolumeId: vol-0a}
`, []string{"most fields of i-0a, snap-0a: only what joins them, names and states are there"}, ""},
	} {
		e, err := inv.Excerpt("", "vol-0123456789abcdef0", row.rules)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, e.Text); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(&Excerpt{Kind: "volume", ID: "vol-0a", Text: e.Text, Line: 2, Verdict: row.says, LeftOut: row.left, Replaced: []string{"the keys of tags", "the values of tags"}}, e); diff != "" {
			t.Error(diff)
		}
	}
}

// TestExcerptBounds takes no more snapshots than decide, and says how many there were.
func TestExcerptBounds(t *testing.T) {
	var b strings.Builder
	b.WriteString("Volumes: [{VolumeId: vol-1, Size: 8}]\nSnapshots:\n")
	for i := range 400 {
		fmt.Fprintf(&b, "  - {SnapshotId: snap-%d, VolumeId: vol-1, State: %s, StartTime: %s}\n", i, []string{"completed", "error"}[min(1, i%250)], exampleTime.Add(-time.Duration(i+1)*time.Hour).Format(time.RFC3339))
	}
	inv := account(t, b.String())
	for _, row := range []struct {
		require string
		most    int
		left    string
	}{
		{`volume.snapshots().exists(s, s.State == "completed" && now - s.StartTime < duration("30m"))`, 10, "390 more that DescribeSnapshots lists and that belong to it"},
		{`volume.snapshots().exists(s, s.State == "completed" && now - s.StartTime > duration("100h"))`, 1, "399 more that DescribeSnapshots lists and that belong to it"},
		{`volume.snapshots().size() > 390`, 20, "what decides for asked: it says pass in the account, and fail here"},
	} {
		e, err := inv.Excerpt("volume", "vol-1", compile(t, pattern("asked", "volume", "", row.require, "flagged")))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(e.Text, "SnapshotId"); n != row.most {
			t.Errorf("%s: %d snapshots, want %d", row.require, n, row.most)
		}
		if !slices.Contains(e.LeftOut, row.left) {
			t.Errorf("%s: %q", row.require, e.LeftOut)
		}
	}
}

// TestExcerptGaps: what is unknown stays unknown, and a gap that does not matter is not there.
func TestExcerptGaps(t *testing.T) {
	inv := account(t, "Volumes: [{VolumeId: vol-1, Size: 8}]\nGaps: [DescribeSnapshots, DescribeInstances]")
	for require, want := range map[string]string{
		`volume.snapshots().size() > 0`:                                        "Gaps: [DescribeSnapshots]\nVolumes:\n  - VolumeId: vol-0a\n    Size: 8\n",
		`volume.Size == 8 || volume.snapshots().size() > 0`:                    "Volumes:\n  - VolumeId: vol-0a\n    Size: 8\n",
		`volume.instances().size() > 0 || volume.snapshots().size() > 0`:       "Gaps: [DescribeInstances, DescribeSnapshots]\nVolumes:\n  - VolumeId: vol-0a\n    Size: 8\n",
		`volume.Attachments.size() > 0 ? volume.instances().size() > 0 : true`: "Volumes:\n  - VolumeId: vol-0a\n    Size: 8\n",
	} {
		e, err := inv.Excerpt("volume", "vol-1", compile(t, pattern("asked", "volume", "", require, "flagged")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.Text); diff != "" {
			t.Errorf("%s: %s", require, diff)
		}
	}
}

// TestExcerptAccount: a rule that asks for the account's number finds none where none is known.
func TestExcerptAccount(t *testing.T) {
	inv := account(t, "Account: ''\nPrefixLists: [{PrefixListId: pl-1, OwnerId: '987654321098'}]")
	for require, want := range map[string]string{
		`prefixList.OwnerId == region.AccountId`: "Account: \"\"\nPrefixLists:\n  - PrefixListId: pl-0a\n    OwnerId: \"111122223333\"\n",
		`prefixList.OwnerId == ""`:               "PrefixLists:\n  - PrefixListId: pl-0a\n    OwnerId: \"111122223333\"\n",
	} {
		e, err := inv.Excerpt("prefixList", "pl-1", compile(t, pattern("asked", "prefixList", "", require, "flagged")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.Text); diff != "" || e.Verdict != "fail" {
			t.Errorf("%s is %s: %s", require, e.Verdict, diff)
		}
	}
}

// TestExcerptAsked: what takes a call for each resource is cut out with it, where it decides.
func TestExcerptAsked(t *testing.T) {
	inv := account(t, "Images: [{ImageId: ami-1}, {ImageId: ami-2}]\nDescribeImageAttribute:\n  - {ImageId: ami-1, LaunchPermissions: [{UserId: '987654321098'}]}\n  - {ImageId: ami-2, LaunchPermissions: [{Group: all}]}\nAccount: '987654321098'")
	for require, want := range map[string]string{
		`image.sharedWith().size() == 0`:              "Images:\n  - ImageId: ami-0a\nDescribeImageAttribute:\n  - {ImageId: ami-0a, LaunchPermissions: [{UserId: \"111122223333\"}]}\n",
		`image.sharedWith().exists(p, has(p.UserId))`: "Images:\n  - ImageId: ami-0a\nDescribeImageAttribute:\n  - {ImageId: ami-0a, LaunchPermissions: [{UserId: \"111122223333\"}]}\n",
		`image.ImageId == "ami-1"`:                    "Images:\n  - ImageId: ami-1\n",
	} {
		e, err := inv.Excerpt("image", "ami-1", compile(t, pattern("asked", "image", "", require, "flagged")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.Text); diff != "" {
			t.Errorf("%s: %s", require, diff)
		}
	}
	inv.answers["DescribeImageAttribute"] = []any{inv.answers["DescribeImageAttribute"][0].([]ImagePermissions)[1:]}
	e, err := inv.Excerpt("image", "ami-1", compile(t, pattern("asked", "image", "", "image.sharedWith().size() == 0", "flagged")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Gaps: [DescribeImageAttribute]\nImages:\n  - ImageId: ami-0a\n", e.Text); diff != "" || e.Verdict != "unknown" {
		t.Errorf("one that was not asked is %s: %s", e.Verdict, diff)
	}
}

// TestExcerptSays what is not there.
func TestExcerptSays(t *testing.T) {
	inv := account(t, `
Instances: [{InstanceId: i-1, State: {Name: running}}]
DescribeInstanceAttribute: [{InstanceId: i-1, UserData: {Value: "#!/bin/sh\nmount /dev/sdf /data"}}]
KeyPairs: [{KeyName: acme, PublicKey: ssh-rsa AAAA acme}]
`)
	e, err := inv.Excerpt("", "i-1", compile(t, pattern("asked", "instance", "", "instance.bootScript().mounts().all(m, m.awaited())", "flagged")))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"user data of i-0a: where a rule reads it, write a short one under DescribeInstanceAttribute that shows the same",
		"what decides for asked: it says fail in the account, and pass here",
	}
	if diff := cmp.Diff(want, e.LeftOut); diff != "" {
		t.Error(diff)
	}
	if e, err = inv.Excerpt("", "acme", nil); err != nil || e.Text != "KeyPairs:\n  - KeyName: name-1\n" || !slices.Equal(e.LeftOut, []string{"PublicKey of name-1"}) {
		t.Errorf("%v %+v", err, e)
	}
	for _, row := range [][3]string{
		{"", "i-2", "i-2 is not among what was read of 111122223333 us-east-1; look at its ID, its region, and whether its kind was read at all"},
		{"volume", "i-1", "i-1 is the ID of a resource of kind instance, and not of kind volume"},
		{"", "", "a resource without an ID is not among what was read of 111122223333 us-east-1; look at its ID, its region, and whether its kind was read at all"},
		{"volum", "i-1", "there is no resource kind volum; did you mean volume?"},
	} {
		if _, err := inv.Excerpt(row[0], row[1], nil); err == nil || err.Error() != row[2] {
			t.Errorf("%q %q: %v", row[0], row[1], err)
		}
	}
	inv = account(t, "KeyPairs: [{KeyName: prod}]\nPlacementGroups: [{GroupName: prod}]")
	if _, err := inv.Excerpt("", "prod", nil); err == nil || err.Error() != "prod is the name of a keyPair and of a placementGroup; say which of them with the kind" {
		t.Error(err)
	}
}

// groupAccount has a security group as the console makes it, an instance with it, and another address.
const groupAccount = `
Account: "987654321098"
Region: eu-central-1
Now: 2026-05-04T10:30:07Z
SecurityGroups:
  - GroupId: sg-0999888777666555a
    GroupName: launch-wizard-7
    Description: launch-wizard-7 created 2026-05-03T06:30:00.123-04:00
    OwnerId: "987654321098"
    SecurityGroupArn: arn:aws:ec2:eu-central-1:987654321098:security-group/sg-0999888777666555a
    VpcId: vpc-0123456789abcdef0
    IpPermissions: [{FromPort: 22, IpProtocol: tcp, IpRanges: [{CidrIp: 54.87.65.0/24, Description: Kramer home}], ToPort: 22}]
  - {GroupId: sg-0111222333444555b, GroupName: acme}
Instances:
  - InstanceId: i-0f3a9b1c2d4e5f607
    State: {Code: 16, Name: running}
    LaunchTime: 2025-03-04T10:11:12Z
    SecurityGroups: [{GroupId: sg-0999888777666555a, GroupName: launch-wizard-7}]
    Tags: [{Key: Name, Value: acme}]
Addresses:
  - {AllocationId: eipalloc-0a1b2c3d4e5f60718, AssociationId: eipassoc-0aa11bb22cc33dd44, InstanceId: i-0f3a9b1c2d4e5f607, NetworkBorderGroup: eu-central-1,
     NetworkInterfaceId: eni-0123456789abcdef0, NetworkInterfaceOwnerId: "987654321098", PrivateIpAddress: 172.31.20.14, PublicIp: 54.87.65.43}
`

// TestExcerptWhole: a resource keeps every field that a rule could ask and what AWS wrote into it, and stands beside what names it. What is left out or has
// other words is said by name.
func TestExcerptWhole(t *testing.T) {
	inv := account(t, groupAccount)
	group := `SecurityGroups:
  - GroupId: sg-0a
    Description: "launch-wizard-7 created 2026-01-30T12:00:00.000Z"
    GroupName: launch-wizard-7
    IpPermissions:
      - {FromPort: 22, IpProtocol: tcp, IpRanges: [{CidrIp: 203.0.113.0/24, Description: name-1}], ToPort: 22}
    OwnerId: "111122223333"
    VpcId: vpc-0a
Instances:
  - InstanceId: i-0a
    SecurityGroups: [{GroupId: sg-0a, GroupName: launch-wizard-7}]
    State: {Name: running}
    Tags: [{Key: Name, Value: name-2}]
`
	joined := "most fields of i-0a: only what joins them, names and states are there"
	for id, want := range map[string]*Excerpt{
		"eipalloc-0a1b2c3d4e5f60718": {Kind: "address", ID: "eipalloc-0a", LeftOut: []string{joined}, Replaced: []string{"the values of tags"}, Text: `Addresses:
  - AllocationId: eipalloc-0a
    AssociationId: eipassoc-0a
    InstanceId: i-0a
    NetworkBorderGroup: eu-central-1
    NetworkInterfaceId: eni-0a
    NetworkInterfaceOwnerId: "111122223333"
    PrivateIpAddress: 172.16.0.10
    PublicIp: 203.0.113.10
Instances:
  - {InstanceId: i-0a, State: {Name: running}, Tags: [{Key: Name, Value: name-1}]}
`},
		"sg-0999888777666555a": {Kind: "securityGroup", ID: "sg-0a", Text: group, LeftOut: []string{"SecurityGroupArn of sg-0a", joined}, Replaced: []string{"Description", "the values of tags"}},
	} {
		want.Line = 2
		e, err := inv.Excerpt("", id, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e); diff != "" {
			t.Error(diff)
		}
	}
	e, err := inv.Excerpt("", "launch-wizard-7", compile(t, pattern("asked", "securityGroup", "", "securityGroup.IpPermissions.size() < 1", "flagged")))
	if err != nil || e.Text != group {
		t.Errorf("with a rule: %v %s", err, cmp.Diff(group, e.Text))
	}
}

// TestExcerptFinds a resource by what a person calls it, if only one is called so.
func TestExcerptFinds(t *testing.T) {
	inv := account(t, groupAccount)
	for _, row := range [][3]string{ // kind, ID, what is found
		{"", "launch-wizard-7", "sg-0a"}, {"securityGroup", "acme", "sg-0a"}, {"instance", "acme", "i-0a"}, {"", "54.87.65.43", "eipalloc-0a"},
		{"", "acme", "acme is the name of instance i-0f3a9b1c2d4e5f607 and of securityGroup sg-0111222333444555b; say which of them with its ID"},
		{"securityGroup", "i-0f3a9b1c2d4e5f607", "i-0f3a9b1c2d4e5f607 is the ID of a resource of kind instance, and not of kind securityGroup; of that kind, it names sg-0999888777666555a"},
		{"volume", "acme", "acme is not among what was read of 987654321098 eu-central-1; look at its ID, its region, and whether its kind was read at all"},
	} {
		e, err := inv.Excerpt(row[0], row[1], nil)
		if got := fmt.Sprint(err); err != nil && got != row[2] || err == nil && e.ID != row[2] {
			t.Errorf("%s %s: %v %+v", row[0], row[1], err, e)
		}
	}
	if !slices.IsSorted(nameFields) || !slices.IsSorted(ownTexts) || !slices.IsSorted(stateReasons) || !slices.IsSorted(noise) || !slices.IsSorted(ownServices) {
		t.Error("a table is not sorted")
	}
}

// TestExcerptVerdicts: what would decide otherwise stays, and where it cannot, the reason is said.
func TestExcerptVerdicts(t *testing.T) {
	inv := account(t, groupAccount)
	for _, row := range []struct{ kind, id, require, has, left string }{
		{"instance", "acme", `region.RegionName == "us-east-1"`, "Region: eu-central-1\n", ""},
		{"instance", "acme", `now - instance.LaunchTime < duration("1h")`, "LaunchTime: 2024-12-01T11:42:00Z\n", ""}, // 426 days and 18 minutes ago, not 55 seconds more
		{"instance", "acme", `now - instance.LaunchTime < duration("10224h18m55s")`, "LaunchTime: 2024-12-01T11:41:05Z\n", ""},
		{"securityGroup", "launch-wizard-7", `!securityGroup.IpPermissions.exists(p, p.IpRanges.exists(r, isPublicCidr(r.CidrIp)))`, "203.0.113.0/24",
			"what decides for asked: it says fail in the account, and pass here; the public addresses of the account are ranges for documentation here, and isPublicCidr says no to these: write 0.0.0.0/0, or a network that contains such a range, such as 203.0.112.0/23"},
	} {
		e, err := inv.Excerpt(row.kind, row.id, compile(t, pattern("asked", row.kind, "", row.require, "flagged")))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(e.Text, row.has) || (row.left != "") != slices.Contains(e.LeftOut, row.left) {
			t.Errorf("%s: %q\n%s", row.require, e.LeftOut, e.Text)
		}
		if strings.Contains(e.Text, "Region:") != strings.Contains(row.require, "region") {
			t.Errorf("%s:\n%s", row.require, e.Text)
		}
	}
	if got := isPublicCIDR([]ref.Val{celtypes.String("203.0.112.0/23")}); got != celtypes.True {
		t.Error("203.0.112.0/23 is not public")
	}
	v := types.Volume{VolumeId: new("vol-1"), State: "acme", VolumeType: "gp3"}
	inv = &Inventory{Account: "987654321098", Region: "us-east-1", Time: exampleTime}
	inv.add("DescribeVolumes", []types.Volume{v})
	e, err := inv.Excerpt("", "vol-1", nil)
	if want := "Volumes:\n  - VolumeId: vol-0a\n    VolumeType: gp3\n"; err != nil || e.Text != want || !slices.Equal(e.LeftOut, []string{"State, whose value is none that an example can have"}) {
		t.Errorf("a state that AWS never sends: %v %+v", err, e)
	}
}

// TestExcerptRegion: a region is its settings, and what of them is unknown.
func TestExcerptRegion(t *testing.T) {
	inv := account(t, "Region: eu-central-1\nGetEbsEncryptionByDefault: {EbsEncryptionByDefault: true}\nGaps: [GetSnapshotBlockPublicAccessState]")
	e, err := inv.Excerpt("region", "eu-central-1", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Region: eu-central-1\nGaps: [", "GetSnapshotBlockPublicAccessState", "GetEbsEncryptionByDefault: {EbsEncryptionByDefault: true}\n"} {
		if !strings.Contains(e.Text, want) {
			t.Errorf("no %s in\n%s", want, e.Text)
		}
	}
}

// TestExcerptLists: a long list has what decides of it, or its first items, and the rest is counted.
func TestExcerptLists(t *testing.T) {
	var b strings.Builder
	b.WriteString("SecurityGroups: [{GroupId: sg-1, IpPermissions: [{IpProtocol: tcp, IpRanges: [")
	for i := range 900 {
		fmt.Fprintf(&b, "{CidrIp: %d.%d.7.0/24}, ", 40+i%4, i/4)
	}
	b.WriteString("{CidrIp: 0.0.0.0/0}]}]}]")
	inv := account(t, b.String())
	open := pattern("asked", "securityGroup", "", `!securityGroup.IpPermissions.exists(p, p.IpRanges.exists(r, r.CidrIp == "0.0.0.0/0"))`, "open")
	many := pattern("many", "securityGroup", "", `securityGroup.IpPermissions.all(p, p.IpRanges.size() < 700)`, "many")
	for _, row := range []struct {
		rules  *Rules
		ranges int
		left   string
	}{
		{nil, 12, "889 items of IpRanges"}, {compile(t, open), 1, "900 items of IpRanges"}, {compile(t, many), 700, "201 items of IpRanges"},
	} {
		e, err := inv.Excerpt("", "sg-1", row.rules)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(e.Text, "/24") + strings.Count(e.Text, "/0"); n != row.ranges || !slices.Equal(e.LeftOut, []string{row.left}) {
			t.Errorf("%d ranges, want %d: %q", n, row.ranges, e.LeftOut)
		}
	}
}

// TestOwnTexts: what AWS wrote stays but for its parts, and nothing that only looks like it.
func TestOwnTexts(t *testing.T) {
	a := newAnonymizer("987654321098", nil, anHour)
	a.networks, a.stems = newNetworkMap(nil), []string{"acme-web", "acme"}
	for _, row := range [][2]string{
		{"launch-wizard", "launch-wizard"}, {"launch-wizard-7", "launch-wizard-7"}, {"launch-wizard-7 created 2026-01-31T06:00:00.939-04:00", "launch-wizard-7 created 2026-01-31T11:01:00.000Z"},
		{"launch-wizard-acme", "name-1"}, {"launch-wizard-7 created by acme", "name-2"}, {"launch-wizard-7 created 2026-41-31T06:00:00Z", "name-3"},
		{"default VPC security group", "default VPC security group"}, {"Managed by Terraform", "name-4"},
		{"ELB app/acme-web/50dc6c495c0c9188", "ELB app/name-5-1/0a"}, {"ELB acme-web", "ELB name-5-1"}, {"ELB of Acme", "name-6"},
		{"VPC Endpoint Interface vpce-0ae25b74ddcffae7b", "VPC Endpoint Interface vpce-0a"}, {"VPC Endpoint Interface acme-0ae25b74ddcffae7b", "VPC Endpoint Interface name-5-2"},
		{"Interface for NAT Gateway nat-00204b913229b9448", "Interface for NAT Gateway nat-0a"}, {"RDSNetworkInterface", "RDSNetworkInterface"},
		{"AWS created network interface for directory d-90677cc91c", "AWS created network interface for directory d-0a"}, {"d-90677cc91c_controllers", "d-0a_controllers"},
		{"EFS mount target for fs-028d2a86fa813320a (fsmt-07e238762319765b9)", "EFS mount target for fs-0a (fsmt-0a)"},
		{"AWS Lambda VPC ENI-test-python-8c7ac78b-e11d-4dea-8a47-ab2bdeba9bf5", "AWS Lambda VPC ENI-name-7-00000000-0000-4000-8000-00000000000a"},
		{"Created by CreateImage(i-063c6794763254b51) for ami-3073884d", "Created by CreateImage(i-0a) for ami-0a"}, {"Snapshot Created for i-063c6794763254b51 (Foo)", "name-8"},
		{"Copied for DestinationAmi ami-3073884d from SourceAmi ami-3073884e for SourceSnapshot snap-0ae25b74ddcffae7b. Task created on 1,769,846,400,000.",
			"Copied for DestinationAmi ami-0a from SourceAmi ami-0b for SourceSnapshot snap-0a. Task created on 1769850000000."},
		{"[Copied ami-3073884d from us-east-1] acme-web", "[Copied ami-0a from us-east-1] name-5-1"}, {"Auto-created snapshot for AMI ami-3073884d", "Auto-created snapshot for AMI ami-0a"},
		{"AutoScaling-Security-Group-1 (2026-01-31 05:00:00.344-05:00)", "AutoScaling-Security-Group-1 (2026-01-31T11:01:00.000Z)"},
		{"eks-cluster-sg-acme-1234567890", "eks-cluster-sg-name-5-1000000001"}, {"Client.UserInitiatedShutdown: User initiated shutdown", "Client.UserInitiatedShutdown: User initiated shutdown"},
		{"Client.Acme", "host-1.example.com"}, {"acme-web-blue", "name-5-1-1"}, {"acmeweb", "name-9"},
	} {
		if got := a.text(row[0], "Description"); got != row[1] {
			t.Errorf("%q becomes %q, want %q", row[0], got, row[1])
		}
	}
	for _, text := range ownTexts {
		for _, m := range regexp.MustCompile(`\{([^}]*)\}`).FindAllStringSubmatch(text, -1) {
			if ownParts[m[1]] == "" {
				t.Errorf("%s names no part", text)
			}
		}
	}
}

// TestExcerptDates: a rule that asks for the day of the week gets the times as they were.
func TestExcerptDates(t *testing.T) {
	inv := account(t, "Now: 2026-05-04T10:30:00Z\nVolumes: [{VolumeId: vol-1, CreateTime: 2026-05-03T08:00:00Z}]")
	e, err := inv.Excerpt("", "vol-1", compile(t, pattern("asked", "volume", "", "volume.CreateTime.getMonth() == 4", "flagged")))
	if err != nil {
		t.Fatal(err)
	}
	want := "Now: 2026-05-04T10:30:00Z\nVolumes:\n  - VolumeId: vol-0a\n    CreateTime: 2026-05-03T08:00:00Z\n"
	if diff := cmp.Diff(&Excerpt{Kind: "volume", ID: "vol-0a", Text: want, Line: 3, Verdict: "pass"}, e); diff != "" {
		t.Error(diff)
	}
}

func TestStandIns(t *testing.T) {
	a := newAnonymizer("987654321098", map[string]bool{"prod": true, "db": true}, anHour)
	a.networks = newNetworkMap(parsed(t, []string{"10.1.2.3", "10.1.2.3/32", "54.1.2.3"}))
	for _, row := range [][3]string{ // field, text, stand-in
		{"VolumeId", "vol-0123456789abcdef0", "vol-0a"}, {"VolumeId", "vol-0123456789abcdef1", "vol-0b"}, {"VolumeId", "vol-0123456789abcdef0", "vol-0a"},
		{"VpcId", "vpc-1a2b3c4d", "vpc-0a"}, {"FleetId", "fleet-9f8e7d6c-1234-4abc-9def-a1b2c3d4e5f6", "fleet-0a"}, {"ResourceId", "acme-0a1b2c3d", "name-1"},
		{"OwnerId", "123123123123", "444455556666"}, {"OwnerId", "987654321098", "111122223333"}, {"OwnerId", "amazon", "amazon"}, {"KmsKeyId", "alias/aws/ebs", "alias/aws/ebs"},
		{"KmsKeyId", "arn:aws:kms:us-east-1:987654321098:key/9f8e7d6c-1234-4abc-9def-a1b2c3d4e5f6", "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-00000000000a"},
		{"KmsKeyId", "arn:aws:kms:us-east-1:987654321098:alias/aws/ebs", "arn:aws:kms:us-east-1:111122223333:alias/aws/ebs"},
		{"Arn", "arn:aws:iam::987654321098:instance-profile/acme/web", "arn:aws:iam::111122223333:instance-profile/name-2"},
		{"Arn", "arn:acme:iam::987654321098:role/x", "name-3"}, {"Arn", "arn:aws:acme:us-east-1:987654321098:role/x", "name-4"},
		{"Value", "prod", "prod"}, {"Value", "acme-prod-db-7", "db-prod-1"}, {"Value", "product", "name-5"}, {"Value", "4711", "name-6"}, {"Value", "true", "name-7"},
		{"IpProtocol", "-1", "-1"}, {"IpProtocol", "47", "47"}, {"IpProtocol", "acme", "name-8"}, {"LaunchTemplateVersion", "7", "7"}, {"LaunchTemplateVersion", "$Latest", "$Latest"},
		{"PrivateIpAddress", "10.1.2.3", "10.0.0.10"}, {"CidrIp", "10.1.2.3/32", "10.0.0.10/32"}, {"PrivateDnsName", "ip-10-1-2-3.eu-west-1.compute.internal", "ip-10-0-0-10.eu-west-1.compute.internal"},
		{"PublicDnsName", "ec2-54-1-2-3.compute-1.amazonaws.com", "ec2-203-0-113-10.compute-1.amazonaws.com"}, {"PrivateDnsName", "ip-10-1-2-3.acme.corp", "host-1.example.com"},
		{"PrivateDnsName", "git.acme.corp", "host-2.example.com"}, {"Principal", "eks.amazonaws.com", "eks.amazonaws.com"}, {"Principal", "acme.amazonaws.com", "host-3.example.com"},
		{"ServiceName", "com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.s3"}, {"ServiceName", "com.amazonaws.us-east-1.acme", "name-9"},
		{"MacAddress", "0a:9b:8c:7d:6e:5f", "00:00:5e:00:53:0a"}, {"AvailabilityZone", "us-west-2b", "us-west-2b"}, {"AvailabilityZone", "us-west-2-lax-1a", "us-west-2-lax-1a"},
		{"ZoneId", "usw2-az3", "usw2-az1"}, {"Device", "/dev/nvme1n1", "/dev/nvme1n1"}, {"Device", "/dev/acme", "name-10"}, {"InstanceType", "m5.large", "m5.large"}, {"InstanceType", "acme.large", "host-4.example.com"},
		{"BgpAsn", "64512", "64512"}, {"BgpAsn", "16509", "64496"}, {"CreationDate", "2026-01-31T08:00:00.123Z", "2026-01-31T09:01:00.000Z"},
		{"StateTransitionReason", "User initiated (2026-01-31 08:00:00 GMT)", "User initiated (2026-01-31 09:00:00 GMT)"}, {"StateTransitionReason", "ada (2026-01-31 08:00:00 GMT)", "name-11"},
		{"Tag", "Intel", "name-12"}, {"Tag", "/dev/xvdzz9", "name-13"}, {"Description", "amazon", "name-14"}, {"DeviceName", "xvdb", "xvdb"}, {"AvailabilityZone", "us-west-2-acm-1a", "name-15"},
		{"FlowLogStatus", "ACTIVE", "ACTIVE"}, {"Tag", "ACTIVE", "name-16"}, {"InstanceFamily", "m5", "m5"}, {"InstanceFamily", "acme", "name-8"}, {"Value", "ikev2", "ikev2"}, {"Tag", "us-west-2b", "us-west-2b"},
		{"ServiceName", "com.amazonaws.us-east-1.execute-api", "com.amazonaws.us-east-1.execute-api"},
		{"Principal", "*", "*"}, {"Principal", "arn:aws:iam::987654321098:root", "arn:aws:iam::111122223333:root"}, {"ClientVpnEndpointId", "cvpn-endpoint-0123456789abcdef0", "cvpn-endpoint-0a"},
		{"ServiceId", "vpce-svc-0123456789abcdef0", "vpce-svc-0a"}, {"OrganizationArn", "arn:aws:organizations::987654321098:organization/o-acme12345678", "arn:aws:organizations::111122223333:organization/o-0a"},
		{"Label", "vol-0123456789abcdef0 BurstBalance Minimum 24h", "vol-0a BurstBalance Minimum 24h"}, {"Label", "vol-0123456789abcdef0 acme Minimum 24h", "name-17"},
		{"ImageId", "resolve:ssm:/acme/golden", "resolve:ssm:name-18"},
	} {
		if got := a.text(row[1], row[0]); got != row[2] {
			t.Errorf("%s %q becomes %q, want %q", row[0], row[1], got, row[2])
		}
	}
	for key, want := range map[string]string{"Name": "Name", "prod": "prod", "kubernetes.io/cluster/db": "kubernetes.io/cluster/db", "kubernetes.io/cluster/acme": "kubernetes.io/cluster/name-8", "aws:acme": "key-1"} {
		if got := a.tagKey(key); got != want {
			t.Errorf("tag %q becomes %q, want %q", key, got, want)
		}
	}
	if got := a.integer(4200000001, "AmazonSideAsn"); got != 64497 {
		t.Errorf("the number of a network becomes %d", got)
	}
}

// FuzzAnonymizer puts a mark into texts, and looks for what is left of it.
func FuzzAnonymizer(f *testing.F) {
	for i := range 33 {
		before, after, _ := strings.Cut(spoiledText("MARK", i), "MARK")
		f.Add(before, after, "Description", i%5)
	}
	f.Fuzz(func(t *testing.T, before, after, field string, n int) {
		if leaks(before+after+field) != "" || len(before)+len(after) > 10_000 {
			t.Skip() // it brings one of its own, and parts of it may be stand-ins
		}
		mark := marks[max(n, -n, 0)%len(marks)]
		v := types.Volume{VolumeId: new("vol-1"), Tags: tags(before+mark+after, before+mark+after), KmsKeyId: new(before + mark + after), VolumeType: types.VolumeType(before + mark + after)}
		a := newAnonymizer("987654321098", map[string]bool{"db": true}, anHour)
		value := reflect.ValueOf(&v).Elem()
		a.networks = newNetworkMap(networksOf([]reflect.Value{value}))
		a.value(value, field)
		if found := leaks(a.text(before+mark+after, field) + flow(value)); found != "" {
			t.Errorf("%q in %s, of %q", found, flow(value), before+mark+after)
		}
	})
}

// FuzzExampleWriter writes a text wherever one may stand and reads it back.
func FuzzExampleWriter(f *testing.F) {
	for _, s := range []string{"", "web-1", "true", "~", "12", "1e3", "2026-01-31", "0x1f", "a: b", "a #b", "- a", "{a", "'", "\"", "\\", "\u2028", "\x00", "\t", "é", "&a", "*a", "!a", "no", ".5", "a\nb", "0.0.0.0/0", "::/0", "/dev/sdf", "=", "<<", "?", "|", ">"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || wantComment.MatchString(s) {
			t.Skip() // no stand-in has bytes that are no text; what a line wants is for its reader
		}
		want := types.Volume{VolumeId: new("vol-1"), KmsKeyId: &s, Size: new(int32(8)), Encrypted: new(false), Tags: tags(s, s, "a", strings.Repeat(s, 20)), CreateTime: new(exampleTime)}
		var w exampleWriter
		source, _ := sourceNamed("DescribeVolumes")
		w.answer(source, []reflect.Value{reflect.ValueOf(want), reflect.ValueOf(types.Volume{VolumeId: new("vol-2"), KmsKeyId: &s})}, true)
		ex, errs := readExample(&patterns.Block{Role: "pass", Lang: "yaml", File: "x", Line: 1, Text: w.String()})
		if len(errs) > 0 {
			t.Fatalf("%v\n%s", errs, w.String())
		}
		volumes, _ := kindNamed("volume")
		got := ex.regions[0].sorted(volumes)
		if diff := cmp.Diff(&want, got[0], cmpopts.IgnoreUnexported(types.Volume{}, types.Tag{})); diff != "" {
			t.Errorf("%s\n%s", diff, w.String())
		}
	})
}
