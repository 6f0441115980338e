package lint

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

var update = flag.Bool("update", false, "write the golden files of readings anew")

const readingsFile = "testdata/readings.golden"

// TestReadings shows the catalog in words. Read what changes: a sentence that says something else than its rule is worse than none. A page that is new has not
// to be there: who writes one needs no Go. -update adds it.
func TestReadings(t *testing.T) {
	rules := builtin(t)
	got := map[string]string{}
	var all strings.Builder
	for _, r := range rules.rules {
		reading, ok := rules.Reading(r.pattern.ID)
		if !ok {
			t.Fatalf("%s has no reading", r.pattern.ID)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n  %s\n", r.pattern.ID, reading.Subject)
		for _, s := range reading.When {
			fmt.Fprintf(&b, "  when     %s\n", s)
		}
		for _, s := range reading.Require {
			fmt.Fprintf(&b, "  require  %s\n", s)
		}
		if reading.Waste != "" {
			fmt.Fprintf(&b, "  waste    %s\n", reading.Waste)
		}
		got[r.pattern.ID] = b.String()
		all.WriteString(b.String() + "\n")
	}
	if *update {
		if err := os.WriteFile(readingsFile, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range readReadings(t) {
		if diff := cmp.Diff(want, got[id]); diff != "" {
			t.Errorf("%s (-%s +now); run go test ./lint -run TestReadings -update and read the difference:\n%s", id, readingsFile, diff)
		}
	}
}

// readReadings is the golden file by ID.
func readReadings(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(readingsFile)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimSuffix(string(data), "\n"), "\n\n") {
		id, _, _ := strings.Cut(part, "\n")
		out[id] = strings.TrimSuffix(part, "\n") + "\n"
	}
	if len(out) < 50 {
		t.Fatalf("%s has %d readings", readingsFile, len(out))
	}
	return out
}

// TestReadingsInWords lists what stays in CEL. A rule of the golden file either gets words or stands here, because CEL says it better.
func TestReadingsInWords(t *testing.T) {
	kept := map[string][]string{
		"retire-volumes-of-stopped-instances": {`timestamp(instance.StateTransitionReason.split("(")[1].substring(0, 19).replace(" ", "T") + "Z")`},
		"stop-off-hours-instances":            {`now - instance.LaunchTime < duration("1h") || params.schedules.exists(s, s.split(" ")[0] == tag(instance, params.tag_key) && (!s.matches("^[^ ]+ [0-6]-[0-6] ([01]?[0-9]|2[0-4])-([01]?[0-9]|2[0-4])$") ? unknown("the schedule " + s + " is not written as name 1-5 6-19") : cel.bind(day, s.split(" ")[1].split("-").map(d, int(d)), cel.bind(hour, s.split(" ")[2].split("-").map(h, int(h)), [now.getHours(), now.getHours() + 24].exists(h, hour[0] <= h && h < ((hour[0] <= hour[1]) ? (hour[1]) : (hour[1] + 24)) && cel.bind(begun, (now.getDayOfWeek() + 7 - h / 24) % 7, (day[0] <= day[1]) ? (day[0] <= begun && begun <= day[1]) : (day[0] <= begun || begun <= day[1])))))))`},
	}
	known := readReadings(t)
	for _, r := range builtin(t).rules {
		if known[r.pattern.ID] == "" {
			continue // a page that is new
		}
		_, raw := r.reading()
		slices.Sort(raw)
		if diff := cmp.Diff(kept[r.pattern.ID], slices.Compact(raw)); diff != "" {
			t.Errorf("%s: what stays in CEL differs (-want +got):\n%s", r.pattern.ID, diff)
		}
	}
}

// TestReadingTables holds the words of the tables against the forms that sentences are made with.
func TestReadingTables(t *testing.T) {
	byName := []string{"limit", priceID, sureID, "unknown"} // readings know them
	check := func(id, words string, result *cel.Type) {
		verb, _, _ := strings.Cut(words, " ")
		known := slices.ContainsFunc(verbs, func(v struct{ verb, denied string }) bool { return v.verb == verb })
		switch rest := strings.TrimPrefix(words, "its "); {
		case words == "":
			t.Errorf("%s has no words", id)
		case strings.ContainsAny(words, ",;:"):
			t.Errorf("%s: %q is too long to stand inside a sentence", id, words)
		case result.IsExactType(cel.BoolType) != known:
			t.Errorf("%s: %q begins with a verb of the table of verbs if and only if it says something true or false", id, words)
		case known:
		case rest == words && !regexp.MustCompile(`\bit\b`).MatchString(words) && !strings.HasPrefix(id, "lint.Region."):
			t.Errorf("%s: %q does not say whose it is", id, words)
		case regexp.MustCompile(`\bits\b`).MatchString(rest):
			t.Errorf("%s: %q has an its that no name can replace", id, words)
		}
	}
	for _, r := range relations() {
		check(r.id(), overloadWords()[r.id()], r.result)
	}
	for _, f := range functions() {
		if !slices.Contains(byName, f.name) {
			check(f.id, f.words, f.result)
		}
	}
	for _, s := range statistics {
		if statisticWords[s] == "" {
			t.Errorf("statistic %s has no words", s)
		}
	}
	for name := range kindNouns {
		if _, ok := kindNamed(name); !ok {
			t.Errorf("there is no kind %s to have a noun", name)
		}
	}
}

func TestReadingSentences(t *testing.T) {
	params := []patterns.Param{
		{Name: "max_age", Type: "duration", Default: 30 * 24 * time.Hour}, {Name: "tags", Type: "list", Default: []string{"Keep", "Retain"}},
		{Name: "none", Type: "list", Default: []string{}}, {Name: "least", Type: "int", Default: int64(12345)}, {Name: "strict", Type: "bool", Default: false},
		{Name: "window", Type: "string", Default: "90m"},
	}
	for _, c := range []struct{ expr, want string }{
		{`volume.VolumeType == "gp2"`, "`VolumeType` is gp2"},
		{`"gp2" != volume.VolumeType`, "`VolumeType` is not gp2"},
		{`volume.Size < 1000`, "`Size` is below 1,000"},
		{`!(volume.Size < params.least)`, "`Size` is at least 12,345 (`least`)"},
		{`params.least > volume.Size`, "`Size` is below 12,345 (`least`)"},
		{`!volume.isRoot()`, "it is not the root volume of its instance"},
		{`has(volume.Throughput)`, "`Throughput` is set"},
		{`volume.SnapshotId != ""`, "`SnapshotId` is not empty"},
		{`volume.snapshots().size() == 0`, "it has no snapshots"},
		{`size(volume.Attachments) > 0`, "it has `Attachments`"},
		{`volume.snapshots().all(s, false)`, "it has no snapshots"},
		{`volume.snapshots().all(s, true)`, "this always holds"},
		{`volume.snapshots().exists(s, true)`, "it has snapshots"},
		{`volume.snapshots().exists(s, false)`, "nothing meets this: every one in scope is reported"},
		{`volume.instances().exists(i, i.State.Name == "running")`, "among its instances is one that is running"},
		{`!volume.instances().exists(i, i.State.Name in ["running", "stopped"])`, "among its instances is none that is running or stopped"},
		{`volume.instances().all(i, i.State.Name != "running" || i.EbsOptimized)`, "for each of its instances that is running, it is EBS-optimized"},
		{`volume.instances().all(i, !i.EbsOptimized)`, "among its instances is none that is EBS-optimized"},
		{`!volume.instances().all(i, i.EbsOptimized)`, "among its instances is one that is not EBS-optimized"},
		{`now - volume.CreateTime <= params.max_age`, "`CreateTime` is at most 30 days (`max_age`) ago"},
		{`!(now - volume.CreateTime <= params.max_age)`, "`CreateTime` is more than 30 days (`max_age`) ago"},
		{`now - volume.CreateTime > duration(params.window)`, "`CreateTime` is more than 1 hour and 30 minutes (`window`) ago"},
		{`volume.snapshots().exists(s, s.StartTime > volume.CreateTime)`, "among its snapshots is one whose `StartTime` is later than this volume's `CreateTime`"},
		{`volume.snapshots().exists(s, volume.CreateTime < s.StartTime)`, "among its snapshots is one whose `StartTime` is later than this volume's `CreateTime`"},
		{`params.tags.exists(k, hasTag(volume, k))`, "it has the tag Keep or Retain (`tags`)"},
		{`!params.tags.exists(k, hasTag(volume, k))`, "it does not have the tag Keep or Retain (`tags`)"},
		{`params.tags.exists(k, !hasTag(volume, k))`, "among Keep and Retain (`tags`) is one for which this volume does not have the tag of that name"},
		{`["gp2", "gp3"].exists(k, volume.VolumeType == k)`, "`VolumeType` is the same as gp2 or gp3"},
		{`["gp2", "gp3"].exists(k, volume.VolumeType != k)`, "among gp2 and gp3 is one that differs from this volume's `VolumeType`"},
		{`![1, 2].exists(k, volume.Size < k)`, "among 1 and 2 is none that is above this volume's `Size`"},
		{`{0: "a"}[0] == volume.VolumeType && volume.Size > 9007199254740993`, "`VolumeType` is the same as `{0: \"a\"}[0]` / `Size` is above 9,007,199,254,740,993"},
		{`cel.bind(least, volume.Size, least > 3)`, "`Size` is above 3"},
		{`params.tags.all(k, hasTag(volume, k))`, "for each of Keep and Retain (`tags`), this volume has the tag of that name"},
		{`!marked(volume, params.tags)`, "it is not marked by the word Keep or Retain (`tags`) in its tag `Role` or `Name`"},
		{`volume.VolumeType in params.none`, "`VolumeType` is in the empty list (`none`)"},
		{`!(volume.VolumeType in ["gp2", "gp3"])`, "`VolumeType` is neither gp2 nor gp3"},
		{`!params.strict || volume.Encrypted`, "`strict` is false (it is set to false) or `Encrypted` is true"},
		{`volume.Size == 1 ? true : volume.Encrypted`, "`Size` is 1 or `Encrypted` is true"},
		{`volume.Size == 1 ? volume.Encrypted : volume.FastRestored`, "if `Size` is 1, `Encrypted` is true, and if not, it was made with fast snapshot restore"},
		{`volume.Encrypted || unknown("a *b*")`, `` + "`Encrypted` is true, or else the result is unknown (a \\*b\\*)"},
		{`volume.VolumeId.startsWith("vol-") && volume.Iops * 2 + 1 > 5`, "`VolumeId` starts with `vol-` / (its `Iops` times 2) plus 1 is above 5"},
		{`cel.bind(n, volume.Size + volume.Iops, n > 5 || n == 3)`, "`n` is above 5 or `n` is 3; here, `n` means this volume's `Size` plus this volume's `Iops`"},
		{`params.least == 3 || params.window == ""`, "`least` is 3 (it is set to 12,345) or `window` is empty (it is set to 90m)"},
		{`params.none.exists(t, volume.VolumeType == t)`, "among the values of `none` (it is set to the empty list) is one that is the same as this volume's `VolumeType`"},
		{`params.none.size() == 0 && size(params.tags) + size(params.none) > 1`,
			"`none` is empty (it is set to the empty list) / the number of Keep and Retain (`tags`) plus the number of the values of `none` (it is set to the empty list) is above 1"},
		{`volume.VolumeType in ["", region.RegionName]`, "`VolumeType` is empty or the region's `RegionName`"},
		{`!(volume.VolumeType in ["", region.RegionName])`, "`VolumeType` is neither empty nor the region's `RegionName`"},
		{`!(volume.VolumeType in ["", "gp2", region.RegionName])`, "`VolumeType` is none of the empty text, gp2 and the region's `RegionName`"},
		{`params.tags.exists(k, tag(volume, k).trim().lowerAscii() in ["a", "b"])`, "its tag Keep or Retain (`tags`) in small letters is a or b"},
		{`!params.tags.exists(k, tag(volume, k) == "a")`, "its tag Keep or Retain (`tags`) is not a"},
		{`params.tags.exists(k, tag(volume, k) != "")`, "its tag Keep or Retain (`tags`) is not empty"},
		{`!params.tags.exists(k, tag(volume, k) != "")`, "among Keep and Retain (`tags`) is none for which this volume's tag of that name is not empty"},
		{`params.tags.exists(k, tag(volume, k) == k)`, "among Keep and Retain (`tags`) is one that is the same as this volume's tag of that name"},
		{`tag(volume, "a") == tag(volume, "a").trim()`, "its tag a neither begins nor ends with blanks"},
		{`volume.VolumeId.split("-")[0] == "vol"`, "the part of its `VolumeId` in front of the first `-` is vol"},
		{`volume.VolumeId.split(" ")[1] == "none"`, "the second of the parts between spaces of its `VolumeId` is `none`"},
		{`volume.VolumeId.split("-").reverse()[0] == "x"`, "the last of the parts between `-` of its `VolumeId` is x"},
		{`volume.VolumeId.substring(volume.VolumeId.indexOf(" - ") + 3) == "x"`, "the part of its `VolumeId` behind the first `\" - \"` is x"},
		{`volume.VolumeId.substring(volume.VolumeId.indexOf(" - ") + 2) == "x"`,
			"`VolumeId` without the first ((the place of the first `\" - \"` in its `VolumeId` (-1 without one)) plus 2) characters is x"},
		{`volume.VolumeId.substring(0, volume.VolumeId.lastIndexOf("-")) == "x"`, "the part of its `VolumeId` in front of the last `-` is x"},
		{`volume.VolumeId.substring(0, 3) == volume.VolumeId.substring(4)`, "the first 3 characters of its `VolumeId` is the same as its `VolumeId` without the first 4 characters"},
		{`volume.VolumeId.substring(1, 3) == "x"`, "`volume.VolumeId.substring(1, 3)` is x"},
		{`volume.VolumeId.replace("-", "").replace(" ", "") == "x"`, "`VolumeId` without `-` and spaces is x"},
		{`volume.VolumeId.replace(".", "-").replace(" ", "-").replace("x", "y") == "x"`, "`VolumeId` with `-` for each `.` and space with `y` for each `x` is x"},
		{`cel.bind(sizes, volume.snapshots().map(s, s.VolumeSize), volume.Attachments.all(a, sizes.transformList(i, n, sizes[i] == a.EbsCardIndex, n).size() > 1))`,
			"for each of its `Attachments`, the number of those of `sizes` at whose place `sizes` has its `EbsCardIndex` is above 1; here, `sizes` means the `VolumeSize` of each of this volume's snapshots"},
		{`int(tag(volume, "n")) < 3`, "its tag n as a number is below 3"},
		{`volume.snapshots().sortBy(s, s.StartTime).reverse()[0].Encrypted`, "`Encrypted` of the one with the latest `StartTime` among its snapshots is true"},
		{`volume.snapshots().sortBy(s, s.VolumeSize)[0].Encrypted`, "`Encrypted` of the one with the smallest `VolumeSize` among its snapshots is true"},
		{`volume.snapshots().map(s, s.VolumeSize).reverse()[0] > 1`, "the last of the `VolumeSize` of each of its snapshots is above 1"},
		{`volume.snapshots().map(s, s.Tags).flatten().size() > 1`, "the number of the `Tags` of each of its snapshots in one list is above 1"},
		{`params.tags.slice(params.tags.size() - 1, params.tags.size()) == ["x"]`, "the last 1 of Keep and Retain (`tags`) is the same as x"},
		{`params.tags.slice(0, 1) == params.tags.slice(1, 2)`, "the first 1 of Keep and Retain (`tags`) is the same as `params.tags.slice(1, 2)`"},
		{`sets.contains(params.tags, ["x"]) && !params.none.exists(n, sets.contains([n], params.tags))`,
			"Keep and Retain (`tags`) contains each of x / among the values of `none` (it is set to the empty list) is none for which the list of it contains each of Keep and Retain (`tags`)"},
		{`math.bitShiftLeft(1, volume.Size) > 4 && math.bitShiftLeft(2, volume.Size) > 4`, "2 to the power of its `Size` is above 4 / `math.bitShiftLeft(2, volume.Size)` is above 4"},
		{`(now - volume.CreateTime).getHours() > duration(params.window).getMinutes()`, "(the time from its `CreateTime` to now) in whole hours is above 90 (1 hour and 30 minutes, `window`)"},
		{`now.getHours() > 5 && volume.CreateTime.getDayOfWeek("Europe/Berlin") == 0`,
			"the hour of now in UTC is above 5 / the day of the week, from 0 for Sunday, of its `CreateTime` in `Europe/Berlin` is 0"},
		{`volume.Iops > (volume.VolumeType == "a" ? 1 : volume.VolumeType == "b" ? 2 : 3)`, "`Iops` is above what belongs to its `VolumeType` (1 for a, 2 for b, 3 for any other)"},
		{`volume.Iops > (volume.VolumeType == "a" ? 1 : volume.Size == 2 ? 2 : unknown("why " + volume.VolumeType))`,
			"`Iops` is above (1 if `VolumeType` is a, else 2 if `Size` is 2, else an unknown value (why (this volume's `VolumeType`)))"},
		{`volume.Encrypted || unknown("the tag " + params.window + " is odd")`, "`Encrypted` is true, or else the result is unknown (the tag 90m is odd)"},
		{`volume.snapshots().filter(s, s.Encrypted).size() < volume.snapshots().size()`, "the number of those of its snapshots whose `Encrypted` is true is below the number of its snapshots"},
		{`volume.snapshots().map(s, s.VolumeSize).distinct().size() != 2`, "the number of the different values among the `VolumeSize` of each of its snapshots is not 2"},
		{`volume.Tags.map(t, t.Key).join("") == "x"`, "`volume.Tags.map(t, t.Key).join(\"\")` is x"},
		{`volume.KmsKeyId == "<b>` + "`" + `"`, "`KmsKeyId` is `` <b>` ``"},
		{`volume.Attachments.exists(a, volume.Attachments.exists(b, a.Device == b.Device))`,
			"among its `Attachments` is one for which among this volume's `Attachments` is one whose `Device` is the same as that other attachment's `Device`"},
		{`volume.Attachments.exists(a, volume.Attachments.exists(b, volume.Attachments.exists(c, a.Device == c.Device && b.Device != c.Device)))`, // two other ones
			"`volume.Attachments.exists(a, volume.Attachments.exists(b, volume.Attachments.exists(c, a.Device == c.Device && b.Device != c.Device)))`"},
	} {
		p := pattern("sentence", "volume", "", c.expr, "x")
		p.Params = params
		r, ok := compile(t, p).Reading("sentence")
		if got := strings.Join(r.Require, " / "); !ok || got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.expr, got, c.want)
		}
	}
	if _, ok := builtin(t).Reading("no-such-pattern"); ok {
		t.Error("a pattern that does not exist has a reading")
	}
}

// A world is a volume for which conditions hold or do not.
type world struct {
	encrypted, magnetic bool
	attachments         []bool // whether each ends with its instance
}

func worlds() (out []world) {
	for _, list := range [][]bool{{}, {true}, {false}, {true, false}} {
		for i := range 4 {
			out = append(out, world{i&1 > 0, i&2 > 0, list})
		}
	}
	return out
}

// A logic is a generated condition: as CEL, and what it gives in a world. The attachment is that of the loop around it.
type logic struct {
	cel  string
	hold func(w world, attachment bool) bool
}

func randomLogic(r *rand.Rand, depth int, loop bool) logic {
	leaves := []logic{
		{"volume.Encrypted", func(w world, _ bool) bool { return w.encrypted }},
		{`volume.VolumeType == "standard"`, func(w world, _ bool) bool { return w.magnetic }},
		{`volume.VolumeType != "standard"`, func(w world, _ bool) bool { return !w.magnetic }},
		{"true", func(world, bool) bool { return true }},
		{"false", func(world, bool) bool { return false }},
	}
	if loop {
		end := logic{"a.DeleteOnTermination", func(_ world, a bool) bool { return a }}
		leaves = append(leaves, end, end, end)
	}
	if depth == 0 {
		return leaves[r.IntN(len(leaves))]
	}
	sub := func() logic { return randomLogic(r, r.IntN(depth), loop) }
	switch n := r.IntN(6); {
	case n == 0:
		a := sub()
		return logic{"!(" + a.cel + ")", func(w world, x bool) bool { return !a.hold(w, x) }}
	case n == 1:
		a, b, c := sub(), sub(), sub()
		return logic{"(" + a.cel + " ? " + b.cel + " : " + c.cel + ")", func(w world, x bool) bool { return pick(a.hold(w, x), b.hold(w, x), c.hold(w, x)) }}
	case n == 2 && !loop:
		body, all := randomLogic(r, depth-1, true), r.IntN(2) == 0
		return logic{"volume.Attachments." + pick(all, "all", "exists") + "(a, " + body.cel + ")", func(w world, _ bool) bool {
			return slices.ContainsFunc(w.attachments, func(a bool) bool { return body.hold(w, a) != all }) != all
		}}
	case n < 4:
		a, b := sub(), sub()
		return logic{"(" + a.cel + " && " + b.cel + ")", func(w world, x bool) bool { return a.hold(w, x) && b.hold(w, x) }}
	default:
		a, b := sub(), sub()
		return logic{"(" + a.cel + " || " + b.cel + ")", func(w world, x bool) bool { return a.hold(w, x) || b.hold(w, x) }}
	}
}

// holds evaluates a clause as a reader would.
func (c *clause) holds(t *testing.T, w world, attachment bool) bool {
	is := func(p *clause) bool { return p.holds(t, w, attachment) }
	one := func(a bool) bool { return c.parts[0].holds(t, w, a) }
	switch c.op {
	case allOf:
		return !slices.ContainsFunc(c.parts, func(p *clause) bool { return !is(p) })
	case anyOf:
		return slices.ContainsFunc(c.parts, is)
	case cases:
		return is(pick(is(c.parts[0]), c.parts[1], c.parts[2]))
	case oneOf:
		return slices.ContainsFunc(w.attachments, one)
	case noneOf:
		return !slices.ContainsFunc(w.attachments, one)
	case eachOf:
		return !slices.ContainsFunc(w.attachments, func(a bool) bool {
			return !one(a) && (len(c.parts) == 1 || c.parts[1].holds(t, w, a))
		})
	case alwaysOp, neverOp:
		return c.op == alwaysOp
	}
	switch strings.Replace(c.text, "this volume's ", "its ", 1) {
	case "its `Encrypted` is true", "its `Encrypted` is false":
		return w.encrypted == strings.HasSuffix(c.text, "true")
	case "its `VolumeType` is standard", "its `VolumeType` is not standard":
		return w.magnetic != strings.Contains(c.text, " not ")
	case "its `DeleteOnTermination` is true", "its `DeleteOnTermination` is false":
		return attachment == strings.HasSuffix(c.text, "true")
	case "it has `Attachments`", "it has no `Attachments`":
		return len(w.attachments) > 0 != strings.Contains(c.text, " no ")
	}
	t.Fatalf("no meaning is known for %q", c.text)
	return false
}

// TestReadingLogic generates conditions. Each must mean in words what it means in CEL, and no two with different meanings may have the same words.
func TestReadingLogic(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	meanings := map[string]string{}
	env, err := newEnv()
	if err != nil {
		t.Fatal(err)
	}
	volume, _ := kindNamed("volume")
	if env, err = env.Extend(cel.Variable("volume", cel.ObjectType(celName(volume.typ)))); err != nil {
		t.Fatal(err)
	}
	for range 2500 {
		c := randomLogic(rnd, 4, false)
		checked, issues := env.Compile(c.cel)
		if issues.Err() != nil {
			t.Fatalf("%s: %v", c.cel, issues.Err())
		}
		rd, root := newReader(checked, volume, nil)
		table := ""
		for _, w := range worlds() {
			want := c.hold(w, false)
			if got := root.holds(t, w, false); got != want {
				t.Fatalf("%s gives %t for %+v; its words %q mean %t", c.cel, want, w, rd.sentence(root, 0), got)
			}
			table += pick(want, "1", "0")
		}
		text := rd.sentence(root, 0)
		if was, ok := meanings[text]; ok && was != table && !rd.lost {
			t.Fatalf("%q stands for conditions with two meanings, one of them %s", text, c.cel)
		}
		meanings[text] = table
	}
	if len(meanings) < 1000 {
		t.Errorf("only %d different sentences came of the generator", len(meanings))
	}
}

// FuzzReading: whatever compiles has a reading, which is not long.
func FuzzReading(f *testing.F) {
	base, err := newEnv()
	if err != nil {
		f.Fatal(err)
	}
	p := &patterns.Pattern{}
	for _, r := range builtin(f).rules {
		f.Add(r.kind.name, r.pattern.Rule.Require.Value)
		f.Add(r.kind.name, r.pattern.Rule.When.Value)
		for _, param := range r.pattern.Params {
			if !slices.ContainsFunc(p.Params, func(q patterns.Param) bool { return q.Name == param.Name }) {
				p.Params = append(p.Params, param)
			}
		}
	}
	f.Add("volume", `cel.bind(a, volume.Size + volume.Size, cel.bind(b, a + a, cel.bind(c, b + b, c > 1)))`)
	f.Add("volume", `volume.Tags.exists_one(t, t.Key == "x") && [1, 2].map(x, x > 1, x).size() > {"a": 1}.size()`)
	deep := "volume.Encrypted"
	for range 40 {
		deep = "(volume.Size > 1 && volume.Size < 3 || (volume.Size == 2 && " + deep + "))"
	}
	f.Add("volume", deep)
	f.Add("volume", `volume.State in [] || [].exists(x, x) || [volume.Size, ?optional.none()].size() in [1]`)
	f.Add("instance", `optional.of(instance).?Tags[?0].hasValue() || dyn(instance) == null`)
	f.Fuzz(func(t *testing.T, kind, expr string) {
		k, ok := kindNamed(kind)
		if !ok || len(expr) > 4000 {
			return
		}
		env, err := (&compiler{base: base, envs: map[string]*cel.Env{}}).env(k, p.Params)
		if err != nil {
			t.Fatal(err)
		}
		checked, issues := env.Compile(expr)
		if issues.Err() != nil || !checked.OutputType().IsExactType(cel.BoolType) {
			return
		}
		out, _ := (&rule{pattern: p, kind: k}).conditions(checked)
		if text := strings.Join(out, ""); text == "" || len(text) > 1_000_000 || utf8.ValidString(expr) && !utf8.ValidString(text) {
			t.Errorf("%s has a reading of %d bytes", expr, len(text))
		}
	})
}
