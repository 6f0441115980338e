package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

// rootFile is a file of the repository.
func rootFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// contributingSection is what stands in CONTRIBUTING.md under a heading, up to the next one of its level.
func contributingSection(t *testing.T, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(rootFile(t, "CONTRIBUTING.md"), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("CONTRIBUTING.md has no %s", heading)
	}
	marks, _, _ := strings.Cut(heading, " ")
	rest, _, _ = strings.Cut(rest, "\n"+marks+" ")
	return rest
}

// tableRows are the rows of the tables in a text, without the heads.
func tableRows(text string) (out [][]string) {
	body := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case !strings.HasPrefix(line, "|"):
			body = false
		case strings.HasPrefix(line, "|---"):
			body = true
		case body:
			var cells []string
			for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
				cells = append(cells, strings.TrimSpace(cell))
			}
			out = append(out, cells)
		}
	}
	return out
}

// foldSpace is a text with single spaces.
func foldSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestCheckList: each line is held by a command, or is a question, and the template of pull requests asks these and no others.
func TestCheckList(t *testing.T) {
	var questions []string
	held := 0
	for _, row := range tableRows(contributingSection(t, "## Check list")) {
		if len(row) != 2 {
			t.Fatalf("%d cells in %q", len(row), row)
		}
		question := strings.HasSuffix(row[0], "?")
		switch {
		case question && row[1] == "you":
			questions = append(questions, row[0])
		case !question && strings.HasPrefix(row[1], "`patlint "):
			held++
		default:
			t.Errorf("%q is neither held by a command nor a question to the author", row[0])
		}
	}
	if held < 5 || len(questions) < 5 {
		t.Errorf("%d lines are held by commands, %d are questions", held, len(questions))
	}
	var asked []string
	for _, m := range regexp.MustCompile(`(?m)^- \[ \] (.*)$`).FindAllStringSubmatch(rootFile(t, ".github/PULL_REQUEST_TEMPLATE.md"), -1) {
		asked = append(asked, m[1])
	}
	if !slices.Equal(asked, questions) {
		t.Errorf("the template asks\n%s\nand the check list\n%s", strings.Join(asked, "\n"), strings.Join(questions, "\n"))
	}
}

// TestCheckListHolds: what the check list says is held is held: the guide's page with something of each kind wrong does not get through.
func TestCheckListHolds(t *testing.T) {
	rows := map[string][]struct{ old, wrong, says string }{
		"front matter, sections and fences have their form and order": {
			{"pillar: operations", "pilar: operations", "unknown key pilar"},
			{"## Forces", "## Force", "Force"},
			{"```yaml pass", "```yaml passes", "passes"},
		},
		"no blank is left": {{"Names get old.", "FILL-IN what gets old", "a blank is left: what gets old"}},
		"the rule compiles, within the bound of its cost; no number above 100 and no fraction stands in it, and each `limit(…)` names one of `lint/limits.yaml`": {
			{`require: tag(volume, "Name") != ""`, `require: volume.Size < 125`, "125"},
			{`require: tag(volume, "Name") != ""`, `require: volume.burstMinutes() > 0.5`, "0.5"},
			{`require: tag(volume, "Name") != ""`, `require: tag(volum, "Name") != ""`, "did you mean volume?"},
			{`require: tag(volume, "Name") != ""`, `require: volume.snapshots().all(s, s.images().all(i, i.instances().all(j, j.ImageId != s.SnapshotId)))`, "too costly"},
			{`require: tag(volume, "Name") != ""`, `require: volume.Size > int(limit("gp3.size"))`, "limits.yaml has no gp3.size"},
		},
		"each example gives what it says": {{"want: 40 GiB without", "want: 41 GiB without", `wanted "41 GiB without a name"`}},
		"title, summary, message, headings and words keep to [the house style](https://patlint.github.io/patlint/contribute/#the-house-style)": {
			{"title: Name every volume", "title: Name Every Volume", "sentence case"},
			{"Names get old.", "Names simply get old.", "is filler"},
		},
		"links lead somewhere, and drawings can be drawn": {
			{"Names get old.", "[Names](nowhere.md) get old.", "leads nowhere"},
			{"Names get old.", "Names get old.\n\n```chart\nkind: pie\n```\n", "pie"},
		},
		"account numbers, IDs, addresses and keys look made up; names it cannot tell": {
			{"Names get old.", "Names of account 210987654321 get old.", "write 111122223333"},
			{"VolumeId: vol-0c", "VolumeId: vol-0b8b793f779138245", "vol-0b8b793f779138245 looks like a real ID"},
			{"Value: shop-db-data", "Value: 54.93.12.7", "54.93.12.7 may be somebody's address"},
			{"NAME\n", "AKIA2OGYBAH6Q5RXN3TW\n", "AKIA2OGYBAH6Q5RXN3TW"},
		},
		"ID and aliases are free":    {{"since: 0.1.0", "since: 0.1.0\naliases: [leave-gp2-burst-behind]", "leave-gp2-burst-behind is"}},
		"the catalog becomes a site": {{"Names get old.", "[Names](nowhere.md) get old.", "leads nowhere"}},
	}
	const file = "operations/name-every-volume.md"
	for _, row := range tableRows(contributingSection(t, "## Check list")) {
		if row[1] == "you" {
			continue
		}
		if len(rows[row[0]]) == 0 {
			t.Errorf("no page shows that this is held: %s", row[0])
		}
		for _, c := range rows[row[0]] {
			page := strings.Replace(guidePage(t), c.old, c.wrong, 1)
			if page == guidePage(t) {
				t.Errorf("the page of the guide has no %q", c.old)
			}
			dir := t.TempDir()
			name := filepath.Join(dir, filepath.FromSlash(file))
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(page), 0o644)); err != nil {
				t.Fatal(err)
			}
			args := []string{"test", name}
			if strings.HasPrefix(row[1], "`patlint site") {
				args = []string{"site", "build", "--no-cache", "--patterns", dir, "-o", filepath.Join(t.TempDir(), "public")}
			}
			if stdout, stderr, code := patlint(t, nil, args...); code == 0 || !strings.Contains(stdout+stderr, c.says) {
				t.Errorf("%s: with %q patlint %s ends with %d and does not say %q:\n%s%s", row[0], c.wrong, args[0], code, c.says, stdout, stderr)
			}
		}
	}
}

// TestSince: no page says that a release brought it which does not come next. The author writes what patlint new wrote; who merges it looks.
func TestSince(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range cat.Patterns {
		if !sinceFits(p.Since, version) {
			t.Errorf("%s: since is %s, and this is patlint %s", p.File, p.Since, version)
		}
	}
	for since, want := range map[string]bool{"0.1.0": true, "1.2.3": true, "1.1.9": true, "1.2.4": true, "1.3.0": true, "2.0.0": true, "1.2.5": false, "1.3.1": false, "1.4.0": false, "2.1.0": false, "3.0.0": false} {
		if sinceFits(since, "1.2.3") != want {
			t.Errorf("since %s in 1.2.3 fits: %v", since, !want)
		}
	}
}

// sinceFits tells whether a version is not behind the one that follows the program's.
func sinceFits(since, program string) bool {
	numbers := func(s string) (n [3]int) {
		_, _ = fmt.Sscanf(s, "%d.%d.%d", &n[0], &n[1], &n[2])
		return n
	}
	s, p := numbers(since), numbers(program)
	next := [][3]int{{p[0], p[1], p[2] + 1}, {p[0], p[1] + 1, 0}, {p[0] + 1, 0, 0}}
	return slices.Compare(s[:], p[:]) <= 0 || slices.Contains(next, s)
}

// TestNamesOfPatterns: the good names are those of patterns, and the bad ones are not.
func TestNamesOfPatterns(t *testing.T) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	judged := map[string]int{}
	for _, row := range tableRows(contributingSection(t, "## The name")) {
		id := strings.Trim(row[0], "`")
		judged[row[1]]++
		if there := cat.Pattern(id) != nil; there != (row[1] == "good") {
			t.Errorf("%s is called %s; that it is in the catalog is %v", id, row[1], there)
		}
	}
	if judged["good"] < 2 || judged["bad"] < 3 || len(judged) != 2 {
		t.Errorf("the names are %v", judged)
	}
}

// TestWorkedExample: the paragraph that is shown as the catalog's is, and each sentence of the other one is answered.
func TestWorkedExample(t *testing.T) {
	text := contributingSection(t, "### One paragraph, twice")
	var quotes []string
	for _, m := range regexp.MustCompile(`(?m)(?:^> .*\n)+`).FindAllString(text, -1) {
		quotes = append(quotes, foldSpace(strings.ReplaceAll("\n"+m, "\n> ", "\n")))
	}
	if len(quotes) != 2 {
		t.Fatalf("%d quotes", len(quotes))
	}
	page := regexp.MustCompile(`\]\((patterns/[a-z/-]+\.md)\)`).FindStringSubmatch(text)
	if page == nil {
		t.Fatal("no page is named")
	}
	catalog := foldSpace(rootFile(t, page[1]))
	if !strings.Contains(catalog, quotes[1]) {
		t.Errorf("%s does not say %q", page[1], quotes[1])
	}
	sentences := strings.Count(quotes[0], ". ") + 1
	if answers := len(regexp.MustCompile(`(?m)^\d\. `).FindAllString(text, -1)); answers != sentences {
		t.Errorf("%d sentences have %d answers", sentences, answers)
	}
}

// TestContributeAgrees: the page on the site and CONTRIBUTING.md ask for the same, and lead the same way.
func TestContributeAgrees(t *testing.T) {
	fold := func(s string) string { return strings.ToLower(foldSpace(s)) }
	texts := map[string]string{"CONTRIBUTING.md": fold(rootFile(t, "CONTRIBUTING.md")), "pages/contribute.md": fold(ourPage(t, "contribute.md"))}
	for _, step := range []string{
		"patlint snapshot --region us-east-1 --all -o ../snapshots", "patlint try --snapshot ../snapshots '", "patlint list kinds ", " --from-snapshot ../snapshots --id ",
		"fill-in", "read that block before you publish it", "nearest to yours", "patlint test --watch patterns/", "patlint site serve --patterns patterns --no-builtin",
		"git commit -m \"patterns: name ", "press *create pull request*", "go run ./cmd/patlint", "patlint help patterns", "patlint help rules", "issues/new?template=pattern-idea.yml",
		"mkdir house", "patlint new operations/name-every-volume --resource volume --patterns house", "patlint check --patterns house --region us-east-1",
		"never reused", "`references`", "`lint/limits.yaml`, with source and date", "without jargon", "an administrator in the first year", "what the rule cannot see, and who should not bother", "bait",
	} {
		for name, text := range texts {
			if !strings.Contains(text, step) {
				t.Errorf("%s does not say %q", name, step)
			}
		}
	}
}

// TestContributingSession: the script of a contributor's evening runs the commands of CONTRIBUTING.md in its order, and ends with the rule and the examples that stand there.
func TestContributingSession(t *testing.T) {
	steps := contributingSection(t, "## From a finding to a tested pattern")
	script := rootFile(t, "cmd/patlint/testdata/script/contribute.txtar")
	typed, page, _ := strings.Cut(script, "\n-- finished.md --\n")
	at, compared := 0, 0
	for _, block := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(steps, -1) {
		calls, err := shellCalls(block[1])
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range calls {
			command := sessionCommand(call)
			if args, ok := patlintArgs(call); !ok || args[0] == "snapshot" || args[0] == "site" { // one needs an account, the other a browser
				continue
			}
			compared++
			next := slices.IndexFunc(strings.Split(typed, "\n")[at:], func(line string) bool {
				calls, err := shellCalls(regexp.MustCompile(`^(exec|exits \d) `).ReplaceAllString(line, ""))
				return err == nil && len(calls) == 1 && sessionCommand(calls[0]) == command
			})
			if next < 0 {
				t.Errorf("from its line %d on, the script does not run %s", at+1, command)
				continue
			}
			at += next + 1
		}
	}
	blocks := regexp.MustCompile("(?ms)^```yaml (rule|fail|pass|unknown)\n.*?^```").FindAllString(steps, -1)
	if compared != 5 || len(blocks) != 4 {
		t.Errorf("%d commands were compared, and %d blocks", compared, len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(page, block) {
			t.Errorf("the page of the script does not have\n%s", block)
		}
	}
}

// sessionCommand is a command as a person types it, whatever the ID of the resource, and whether or not it is to watch.
func sessionCommand(call []string) string {
	var out []string
	for _, word := range call {
		if word != "--watch" {
			out = append(out, regexp.MustCompile(`^sg-[0-9a-f]{17}$`).ReplaceAllString(word, "sg-ID"))
		}
	}
	return strings.Join(out, " ")
}

// TestContributeStyle: the page shows the whole house style, and its example keeps to it.
func TestContributeStyle(t *testing.T) {
	all, err := texts(lint.Language{})
	if err != nil {
		t.Fatal(err)
	}
	page := all[slices.IndexFunc(all, func(text site.Text) bool { return text.Name == "contribute" })].Body
	_, table, ok := strings.Cut(page, "\n## The house style\n")
	if !ok || len(tableRows(table)) != len(patterns.HouseStyle()) {
		t.Errorf("%d of %d checks are on the page", len(tableRows(table)), len(patterns.HouseStyle()))
	}
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	name, text := contributed(t)
	p, err := patterns.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	cat, err = cat.With(p)
	if err != nil {
		t.Fatal(err)
	}
	if errs := cat.Style(func(q *patterns.Pattern) bool { return q == p }); len(errs) > 0 {
		t.Error(errs)
	}
}

// TestContributeDemo: who has no account at hand finds one volume without an owner in the bundled one, and one group of the wizard, which are those that the texts name.
func TestContributeDemo(t *testing.T) {
	var answer struct {
		Volumes []struct {
			VolumeID string `json:"VolumeId"`
			Tags     []struct{ Key, Value string }
		}
		SecurityGroups []struct {
			GroupID   string `json:"GroupId"`
			GroupName string
		}
	}
	for _, name := range []string{"volumes", "security-groups"} {
		if err := json.Unmarshal([]byte(rootFile(t, "cmd/patlint/demo/111122223333/us-east-1/describe-"+name+".json")), &answer); err != nil {
			t.Fatal(err)
		}
	}
	var nobody, nameless, wizards []string
	for _, v := range answer.Volumes {
		tags := map[string]string{}
		for _, tag := range v.Tags {
			tags[tag.Key] = tag.Value
		}
		if tags["Owner"] == "" {
			nobody = append(nobody, v.VolumeID)
		}
		if tags["Name"] == "" {
			nameless = append(nameless, v.VolumeID)
		}
	}
	for _, g := range answer.SecurityGroups {
		if strings.HasPrefix(g.GroupName, "launch-wizard-") {
			wizards = append(wizards, g.GroupID)
		}
	}
	page := foldSpace(ourPage(t, "contribute.md"))
	if len(nobody) != 1 || len(nameless) != 0 || !strings.Contains(page, "one, "+nobody[0]+", has no tag Owner") {
		t.Errorf("without an owner are %q, without a name %q; the page says something else", nobody, nameless)
	}
	steps := foldSpace(contributingSection(t, "## From a finding to a tested pattern"))
	if len(wizards) != 1 || !strings.Contains(steps, "`cmd/patlint/demo`, and in it the group "+wizards[0]+".") {
		t.Errorf("the wizard's groups are %q; CONTRIBUTING.md says something else", wizards)
	}
}
