package fix

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"mvdan.cc/sh/v3/syntax"
)

func TestFixTablesSorted(t *testing.T) {
	if !slices.IsSortedFunc(operations, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.name, b.name))
	}) {
		t.Error("operations is not sorted")
	}
	if !slices.IsSortedFunc(programs, func(a, b program) int { return cmp.Compare(a.name, b.name) }) {
		t.Error("programs is not sorted")
	}
	for name, list := range map[string][]string{"services": services, "questions": questions, "questionOptions": questionOptions, "commonOptions": commonOptions, "variableOptions": variableOptions} {
		if !slices.IsSorted(list) {
			t.Errorf("%s is not sorted", name)
		}
	}
	for _, o := range operations {
		if o.why == "" && o.options == nil || isQuestion(o.service, o.name) || !slices.IsSorted(o.options) {
			t.Errorf("aws %s %s has neither options nor a reason, or is a question, or its options are not sorted", o.service, o.name)
		}
	}
}

// fixReport is a report of failed findings of one account, one for each fix.
func fixReport(fixes ...string) *lint.Report {
	r := &lint.Report{Version: "0.1.0", Finished: time.Date(2026, 1, 31, 8, 0, 1, 0, time.UTC)}
	for i, text := range fixes {
		r.Findings = append(r.Findings, lint.Finding{Pattern: "keep-x", Severity: "high", Verdict: "fail", Message: "m", Fix: text,
			Resource: lint.Resource{Kind: "volume", ID: fmt.Sprintf("vol-%d", i), Account: "111122223333", Region: "us-east-1"}})
	}
	return r
}

func scriptOf(t testing.TB, r *lint.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Script(&b, r, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const hereRegion = " --region us-east-1"

// TestJudge: what runs, and why the rest does not.
func TestJudge(t *testing.T) {
	for fix, want := range map[string]string{
		"aws ec2 describe-volumes" + hereRegion:                                                         "",
		"aws ec2 modify-volume --volume-id v --iops 3000" + hereRegion:                                  "",
		"aws ec2 modify-volume --volume-id=v --iops=3000 --region=us-east-1":                            "",
		"x=$(aws ec2 describe-vpcs" + hereRegion + ")\naws ec2 wait y --volume-ids \"$x\"" + hereRegion: "",
		"for m in a b; do\n aws cloudwatch list-metrics --metric-name \"$m\"" + hereRegion + "\ndone":   "",
		"[ a = b ] && echo 'it is'":    "",
		"if [ a != b ]; then true; fi": "",
		"aws cloudwatch get-metric-data --start-time \"$(date -u -d '14 days ago' +%F)\"" + hereRegion:                                               "",
		"aws ec2 create-snapshot --volume-id v --description 'it'\\''s'" + hereRegion:                                                                "",
		"aws ec2 modify-instance-attribute --instance-id i --block-device-mappings DeviceName=/dev/sdf,Ebs={DeleteOnTermination=false}" + hereRegion: "",

		"aws ec2 modify-instance-attribute --instance-id i --block-device-mappings DeviceName=/dev/sdf,Ebs={DeleteOnTermination=true}" + hereRegion: "outlives it",
		"aws ec2 modify-snapshot-attribute --snapshot-id s --operation-type add --group-names all" + hereRegion:                                     "gives others",
		"aws cloudwatch put-metric-alarm --alarm-name a --alarm-actions arn:aws:automate:us-east-1:ec2:terminate" + hereRegion:                      "does with --alarm-actions",
		"aws ec2 describe-volumes --endpoint-url x" + hereRegion:                                                                                    "does with --endpoint-url",
		"aws ec2 describe-volumes --prof x" + hereRegion:                                                                                            "does with --prof",
		"aws --profile x ec2 describe-volumes" + hereRegion:                                                                                         "form of shell",
		"aws ec2 wait --endpoint-url=x" + hereRegion:                                                                                                "form of shell",
		"aws ec2 describe-volumes":                                                                              "does not say in which region",
		"aws ec2 describe-volumes --region":                                                                     "does not say in which region",
		"aws ec2 describe-volumes --region eu-west-1":                                                           "not for the region of the finding",
		"aws ec2 describe-volumes" + hereRegion + " --region eu-west-1":                                         "not for the region of the finding",
		"aws s3 ls" + hereRegion:                                                                                "does not know what aws s3 ls changes",
		"aws secretsmanager get-secret-value --secret-id x" + hereRegion:                                        "does not know what aws secretsmanager",
		"aws ec2 terminate-instances --instance-ids i" + hereRegion:                                             "ends the machine for good",
		"aws ec2 create-tags --resources r --tags file:///x" + hereRegion:                                       "names a file",
		"aws ec2 describe-volumes --filters 'file'\"://x\"" + hereRegion:                                        "names a file",
		"aws ec2 describe-volumes" + hereRegion + " > x":                                                        "reads or writes a file",
		"aws ec2 describe-volumes" + hereRegion + " <<< x":                                                      "reads or writes a file",
		"cat <<E\nrm -rf ~\nE":                                                                                  "reads or writes a file",
		"aws ec2 describe-volumes" + hereRegion + " &":                                                          "in the background",
		"aws ec2 describe-volumes" + hereRegion + " \\":                                                         "does not end with its line",
		"aws ec2 describe-volumes --volume-ids $x" + hereRegion:                                                 "uses the variable x",
		"aws ec2 describe-volumes --volume-ids \"$HOME\"" + hereRegion:                                          "uses the variable HOME",
		"x=1\naws ec2 describe-volumes --volume-ids $x" + hereRegion:                                            "form of shell",
		"x=1\naws ec2 create-snapshot --volume-id v --description \"$x\"" + hereRegion:                          "known only when it runs",
		"x=1\naws ec2 describe-volumes --volume-ids \"a$x\"" + hereRegion:                                       "form of shell",
		"x=1\naws ec2 describe-volumes --volume-ids ${x:-$(id)}" + hereRegion:                                   "form of shell",
		"aws ec2 describe-volumes --volume-ids <(id)" + hereRegion:                                              "form of shell",
		"aws ec2 describe-volumes --volume-ids $(curl x | sh)" + hereRegion:                                     "does not know what curl",
		"aws ec2 describe-volumes --volume-ids \"`id`\"" + hereRegion:                                           "does not know what id",
		"aws ec2 describe-volumes --volume-ids \"$(aws ec2 describe-vpcs" + hereRegion + "; id)\"" + hereRegion: "does not know what id",
		"aws ec2 describe-volumes --{volume-ids,endpoint-url} x" + hereRegion:                                   "form of shell",
		"aws ec2 describe-volumes --volume-ids $'\\x41'" + hereRegion:                                           "form of shell",
		"aws() { :; }":  "defines a function",
		"PATH=/x":       "PATH",
		"https_proxy=x": "https_proxy",
		"patlint_here=": "patlint_here",
		"IFS=x aws ec2 describe-volumes" + hereRegion: "sets the variable IFS for a command",
		"x+=1":                      "form of shell",
		"x[0]=1":                    "form of shell",
		"export x=1":                "form of shell",
		"eval id":                   "does not know what eval",
		"$(echo rm) -rf ~":          "form of shell",
		"\"rm\" -rf ~":              "does not know what rm",
		"r\\m -rf ~":                "form of shell",
		"! true":                    "form of shell",
		"(true)":                    "form of shell",
		"{ true; }":                 "form of shell",
		"while true; do true; done": "form of shell",
		"[[ a -eq b ]]":             "form of shell",
		"[ -v 'x[$(id)]' ]":         "form of shell",
		"date -s x":                 "form of shell",
		"date -f /etc/passwd":       "form of shell",
		"echo -e '\\033c'":          "form of shell",
		"if aws ec2 reboot-instances" + hereRegion + "; then true; fi":           "restarts the machine",
		"aws ec2 describe-volumes" + hereRegion + " --volume-ids # \\\nrm -rf x": "ends with a backslash",
		"# \\\nrm -rf x":                        "ends with a backslash",
		"true\r\nrm -rf ~":                      "cannot see",
		"true \x00 x":                           "cannot see",
		"true # \u202e x":                       "cannot see",
		"true 'x":                               "no shell",
		"fi":                                    "no shell",
		"true # " + strings.Repeat("x", maxFix): "longer than",
	} {
		j := &judge{text: fix, region: "us-east-1", set: map[string]bool{}, taken: map[string]int{}}
		got := ""
		for _, b := range j.blocks() {
			if got == "" || got == "is of no use alone" {
				got = b.why
			}
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", fix[:min(len(fix), 200)], got, want)
		}
	}
}

// TestFixAfterHeld: what comes after a command that does not run does not run either, unless that one was a look.
func TestFixAfterHeld(t *testing.T) {
	snapshot := "aws ec2 create-snapshot --volume-id v" + hereRegion
	for fix, want := range map[string]int{
		snapshot + "\nsudo umount /x\n" + snapshot:                                                       1,
		snapshot + "\nlsblk\n" + snapshot:                                                                2,
		snapshot + "\nlsblk; " + snapshot:                                                                1,
		"aws ec2 stop-instances" + hereRegion + "; " + snapshot + "\n# so:\n" + snapshot:                 0,
		"if true; then aws ec2 stop-instances" + hereRegion + "; else " + snapshot + "; fi\n" + snapshot: 0,
	} {
		var live []string
		for l := range strings.Lines(scriptOf(t, fixReport(fix))) {
			if !strings.HasPrefix(l, "#") && strings.Contains(l, "create-snapshot") {
				live = append(live, l)
			}
		}
		if len(live) != want {
			t.Errorf("%q: runs %q", fix, live)
		}
	}
}

// TestFixOnce: AWS takes one change of a volume in hours, so that the second of two findings would end the script.
func TestFixOnce(t *testing.T) {
	modify := "aws ec2 modify-volume --volume-type gp3 --volume-id "
	r := fixReport(modify+"vol-1"+hereRegion, modify+"vol-2"+hereRegion, modify+"vol-1"+hereRegion, "sudo x\n"+modify+"vol-3"+hereRegion, modify+"vol-3"+hereRegion)
	out := scriptOf(t, r)
	if n := strings.Count(out, "\naws ec2 modify-volume"); n != 3 || !strings.Contains(out, "# does not run: finding 1 changes vol-1 already") {
		t.Errorf("%d changes run:\n%s", n, out)
	}
	r.Findings[2].Resource.Account = "444455556666"
	if out := scriptOf(t, r); strings.Count(out, "\naws ec2 modify-volume") != 4 {
		t.Errorf("another account has the same ID:\n%s", out)
	}
}

// TestFixBatches: the order is account, region, severity, pattern; what does not fit into memory together comes in several walks.
func TestFixBatches(t *testing.T) {
	r := &lint.Report{}
	for i := range 3 * fixBatch {
		r.Findings = append(r.Findings, lint.Finding{Pattern: "keep-x", Severity: "high", Verdict: "fail",
			Resource: lint.Resource{ID: fmt.Sprint(i), Account: fmt.Sprint(i % 7 % 4), Region: fmt.Sprint("r", i%3)}})
	}
	p, err := planFix(lint.Merge(r), func(f *lint.Finding) bool { return f.Resource.ID != "7" })
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	n := 0
	if err := p.batches(lint.Merge(r), func(g fixGroup, found []*lint.Finding) {
		order = append(order, g.account+g.region)
		n += len(found)
		if len(found) != g.n || groupOf(found[0]) != groupOf(found[len(found)-1]) {
			t.Errorf("%+v holds %d", g, len(found))
		}
	}); err != nil {
		t.Fatal(err)
	}
	if n != 3*fixBatch-1 || !slices.IsSorted(order) || len(order) != 12 {
		t.Errorf("%d findings in %s", n, order)
	}
}

// TestFixFails: what cannot be read or written is an error, and no half script counts as one.
func TestFixFails(t *testing.T) {
	if err := Script(fullDisk{}, fixReport("true"), nil); err == nil {
		t.Error("a full disk is no error")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("full") }

// deliberate is what fixes of the catalog do that the tables do not know, and that a script leaves to a person.
var deliberate = []string{
	afterHeld,
	"is of no use alone",
	"reads or writes a file here", // bake-current-volume-types edits a file
}

// TestFixCatalog: patlint knows all commands of its own catalog.
func TestFixCatalog(t *testing.T) {
	known := slices.Clone(deliberate)
	for _, o := range operations {
		known = append(known, o.why)
	}
	for _, p := range programs {
		known = append(known, p.why)
	}
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	n, run := 0, 0
	for _, p := range cat.Patterns {
		if p.Fix == nil {
			continue
		}
		n++
		j := &judge{text: strings.TrimRight(filled(p.Fix.Text), "\n"), region: "us-east-1", set: map[string]bool{}, taken: map[string]int{}}
		for _, b := range j.blocks() {
			if b.why != "" && !slices.Contains(known, b.why) {
				t.Errorf("%s: %s: %s", p.ID, b.why, b.lines[0])
			}
			if b.runs {
				run++
			}
		}
	}
	if n < 50 || run < 60 {
		t.Errorf("%d fixes, %d commands that run", n, run)
	}
}

// filled is a template with words in place of its expressions.
func filled(text string) string {
	var b strings.Builder
	for text != "" {
		from := strings.Index(text, "${")
		if from < 0 {
			break
		}
		if from > 0 && text[from-1] == '$' {
			b.WriteString(text[:from-1] + "${")
			text = text[from+2:]
			continue
		}
		b.WriteString(text[:from])
		end, depth := from+2, 1
		for ; depth > 0; end++ {
			switch text[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		if text[from:end] == "${region.RegionName}" {
			b.WriteString("us-east-1")
		} else {
			b.WriteString("word")
		}
		text = text[end:]
	}
	return b.String() + text
}

// hostileReport is one that somebody forged, on accounts that somebody hostile named.
func hostileReport() *lint.Report {
	names := []string{
		"x\x1b]0;t\x07\n\nrm -rf ~\n#", "=cmd()|'/c calc'!A1", "<script>alert(1)</script>", "$(rm -rf /)", "`id`", "'; rm -rf ~; '", `"; rm -rf ~; "`,
		"x\r\nrm -rf ~", "\u202egnp.exe", strings.Repeat("long ", 10_000), `back\`, "nul\x00", "# not\n a comment", "!!",
	}
	fixes := []string{
		"aws ec2 create-snapshot --region us-east-1 --volume-id vol-1 --description 'a $(rm -rf ~) `id` \"; rm -rf ~; \\'", // runs: it is one quoted word
		"rm -rf ~",
		"aws ec2 run-instances --region us-east-1 --image-id ami-1\naws ec2 create-snapshot --region us-east-1 --volume-id vol-never",
		"aws() { :; }\naws ec2 describe-volumes --region us-east-1",
		"aws ec2 describe-volumes --region us-east-1 --volume-ids $(curl x | sh)",
		"aws ec2 describe-volumes --region us-east-1 --volume-ids ${x:-$(id)}",
		"aws ec2 describe-volumes --region us-east-1 --volume-ids <(id)",
		"cat > file <<END\nrm -rf ~\nEND\necho 'after'",
		"aws ec2 describe-volumes --region us-east-1 \\",
		"echo 'unbalanced",
		"echo nul \x00; rm -rf ~",
		"aws ec2 describe-volumes --region us-east-1 \\\r\nrm -rf ~",
		"# a comment\naws ec2 describe-volumes --region us-east-1 # and one more\nfi; rm -rf ~; if true; then",
		strings.Repeat("$(", 50_000),
		"aws ec2 describe-volumes --region us-east-1 --volume-ids # \\\nrm -rf ~",
		"aws ec2 create-snapshot --region us-east-1 --volume-id vol-2 --description \"it's = 'all' <script>\"\n\n# fine\nsudo rm -rf /",
	}
	r := fixReport(fixes...)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Resource.Name, f.Message, f.URL = names[i%len(names)], "message "+names[(i+1)%len(names)], "https://example.com/"+names[(i+2)%len(names)]
	}
	r.Version = "0.1.0\nrm -rf ~"
	one := func(verdict, account, region, id, fix string) {
		r.Findings = append(r.Findings, lint.Finding{Pattern: "keep-y\nrm -rf ~", Severity: "low\nrm -rf ~", Verdict: verdict, Fix: fix, Resource: lint.Resource{ID: id, Account: account, Region: region}})
	}
	one("muted", "111122223333", "us-east-1", "vol-m", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-muted")
	one("unknown", "111122223333", "us-east-1", "vol-u", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-unknown")
	one("fail", "111122223333", "eu-west-1\nrm -rf ~", "vol-e", "aws ec2 create-snapshot --region 'eu-west-1\nrm -rf ~' --volume-id vol-e")
	one("fail", "444455556666", "us-east-1", "vol-4", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-other-account")
	one("fail", "1111'; rm -rf ~; '", "us-east-1", "vol-5", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-odd-account")
	one("fail", "111122223333", "us-east-1", "vol-6", "")
	return lint.Merge(r)
}

func TestFixGolden(t *testing.T) {
	got := scriptOf(t, hostileReport())
	for i, r := range got {
		if r != '\n' && report.Clean(string(r)) != string(r) {
			t.Errorf("character %U at %d: %q", r, i, got[max(0, i-20):min(len(got), i+20)])
		}
	}
	const file = "testdata/fix.sh"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := diff.Diff(string(want), got); d != "" {
		t.Errorf("(-want +got; UPDATE=1 rewrites it):\n%s", d)
	}
}

// TestFixEmpty: a report without findings gives a script that does nothing, and without a warning.
func TestFixEmpty(t *testing.T) {
	out := scriptOf(t, lint.Merge())
	if !strings.Contains(out, "0 failed findings") || strings.Contains(out, "aws") {
		t.Error(out)
	}
	for _, r := range []*lint.Report{lint.Merge(), fixReport("sudo x"), fixReport("")} {
		if calls, printed, code := runScript(t, scriptOf(t, r), fakeAWS); len(calls) > 0 || code != 0 || printed != "patlint: no command in here runs by itself; read the script\n" {
			t.Errorf("calls %q, exit code %d, %s", calls, code, printed)
		}
	}
}

// bashProgram finds the shell that scripts are for.
func bashProgram(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("bash")
	if err != nil && slices.Contains(strings.Split(os.Getenv("PATLINT_REQUIRE"), ","), "bash") {
		t.Fatalf("PATLINT_REQUIRE names bash, but there is none: %v", err)
	}
	if err != nil {
		t.Skip("there is no bash; install it, or run .ci/run")
	}
	return path
}

// runScript runs a script where there are no programs but fakes, which log their calls, and no variables. It gives the calls, what was printed and the
// exit code.
func runScript(t *testing.T, text, aws string, args ...string) (calls []string, printed string, code int) {
	t.Helper()
	shell := bashProgram(t)
	dir := t.TempDir()
	bin, work, log := filepath.Join(dir, "bin"), filepath.Join(dir, "work"), filepath.Join(dir, "log")
	for _, d := range []string{bin, work} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"aws", "base64", "cat", "curl", "id", "rm", "sh", "sudo"} {
		fake := fmt.Sprintf("#!%s\nprintf '%%s\\0' %s \"$@\" >> '%s'; printf '\\001' >> '%s'\n", shell, name, log, log)
		if name == "aws" {
			fake += aws
		}
		if err := os.WriteFile(filepath.Join(bin, name), []byte(fake), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "fix.sh")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), shell, "-n", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("bash -n: %v\n%s\n%s", err, out, text)
	}
	cmd := exec.CommandContext(t.Context(), shell, append([]string{file}, args...)...)
	cmd.Env, cmd.Dir = []string{"PATH=" + bin}, work
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for _, d := range []string{work, dir} {
		entries, err := os.ReadDir(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if d == work || !slices.Contains([]string{"bin", "work", "log", "fix.sh"}, e.Name()) {
				t.Errorf("the script made %s", e.Name())
			}
		}
	}
	text = ""
	if b, err := os.ReadFile(log); err == nil {
		text = string(b)
	}
	for l := range strings.SplitSeq(strings.TrimSuffix(text, "\x01"), "\x01") {
		if l != "" {
			calls = append(calls, strings.ReplaceAll(strings.TrimSuffix(l, "\x00"), "\x00", "|"))
		}
	}
	return calls, string(out), cmd.ProcessState.ExitCode()
}

const (
	whoami   = "aws|sts|get-caller-identity|--query|Account|--output|text"
	fakeAWS  = "if [ \"$1\" = sts ]; then echo 111122223333; fi\n"
	otherAWS = "if [ \"$1\" = sts ]; then echo 999900001111; fi\n"
)

// TestFixRunsHostile: of a forged report only what is harmless runs, on the right account.
func TestFixRunsHostile(t *testing.T) {
	calls, printed, code := runScript(t, scriptOf(t, hostileReport()), fakeAWS)
	want := []string{
		whoami,
		"aws|ec2|create-snapshot|--region|us-east-1|--volume-id|vol-1|--description|a $(rm -rf ~) `id` \"; rm -rf ~; \\",
		"aws|ec2|create-snapshot|--region|us-east-1|--volume-id|vol-2|--description|it's = 'all' <script>",
	}
	if d := diff.Diff(want, calls); d != "" || code != 0 {
		t.Errorf("exit code %d (-want +got):\n%s\n%s", code, d, printed)
	}
	for _, words := range []string{"so nothing runs of the findings in account 444455556666", "in account 1111'; rm -rf ~; '", "done; ", "commands that did not run"} {
		if !strings.Contains(printed, words) {
			t.Errorf("it does not print %q:\n%s", words, printed)
		}
	}
}

// TestFixRuns: the account, the place where it stops, and where it begins again.
func TestFixRuns(t *testing.T) {
	snapshot := func(id string) string { return "aws ec2 create-snapshot --volume-id " + id + hereRegion }
	text := scriptOf(t, fixReport("x=$("+snapshot("vol-0")+")\naws ec2 wait snapshot-completed --snapshot-ids \"$x\""+hereRegion, snapshot("vol-1")+"\n"+snapshot("vol-2"), snapshot("vol-3")))
	made := func(id string) string { return "aws|ec2|create-snapshot|--volume-id|" + id + "|--region|us-east-1" }
	snap := fakeAWS + "if [ \"$2\" = create-snapshot ]; then echo snap-1; fi\n"
	wait := "aws|ec2|wait|snapshot-completed|--snapshot-ids|snap-1|--region|us-east-1"
	for _, test := range []struct {
		name, aws string
		args      []string
		code      int
		calls     []string
		prints    string
	}{
		{"all", snap, nil, 0, []string{whoami, made("vol-0"), wait, made("vol-1"), made("vol-2"), made("vol-3")}, "patlint: 3: keep-x: vol-2\n"},
		{"another account", otherAWS, nil, 1, []string{whoami}, "the credentials are of account 999900001111, so nothing runs of the findings in account 111122223333\npatlint: nothing ran"},
		{"no credentials", "exit 254", nil, 254, []string{whoami}, "stopped with exit code 254; no finding was begun"},
		{"a failure", snap + "if [ \"$4\" = vol-1 ]; then exit 7; fi", nil, 7, []string{whoami, made("vol-0"), wait, made("vol-1")}, "stopped with exit code 7 at finding 2, keep-x: vol-1; nothing after it ran"},
		{"a failure inside", fakeAWS + "if [ \"$2\" = create-snapshot ]; then exit 7; fi", nil, 7, []string{whoami, made("vol-0")}, "at finding 1, keep-x: vol-0"},
		{"an impatient wait", snap + "if [ \"$2\" = wait ]; then exit 255; fi", nil, 255, []string{whoami, made("vol-0"), wait}, "what it waits for may still come"},
		{"begin at", snap, []string{"2"}, 0, []string{whoami, made("vol-1"), made("vol-2"), made("vol-3")}, "done"},
		{"begin nowhere", snap, []string{"4"}, 1, []string{whoami}, "nothing ran"},
		{"begin at a word", snap, []string{"x"}, 2, nil, "the number of the finding to begin with is wanted, not x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			calls, printed, code := runScript(t, text, test.aws, test.args...)
			if d := diff.Diff(test.calls, calls); d != "" || code != test.code || !strings.Contains(printed, test.prints) {
				t.Errorf("exit code %d (-want +got):\n%s\n%s", code, d, printed)
			}
		})
	}
}

// TestFixRunsMutants: bash reads what patlint reads. Fixes that run get something put into them, and whatever still runs calls nothing else.
func TestFixRunsMutants(t *testing.T) {
	insert := strings.Split(`|;|& |&&|\||(|)|{|}|$(id)|$x|"$x"|${x:-$(id)}|$'|\\x|"|'|\|#|rm -rf x|; id |if |fi;|[[ |!|=|x=|<(id)|> out |<<E|~|*|?(|$((1))|$[1]|(( |$"x"|..|{a,b}|id() |time |coproc |;;|eval |. |`, "|")
	insert = append(insert, "\n", "\\\n", "`id`", "\u00a0", " || id ", "<<E\nid\nE\n", "\nid\n", "'\nid\n'", "\t", " # \\\n id ", "\\\n#")
	bases := []string{
		"aws ec2 create-snapshot --volume-id v --description 'a b'" + hereRegion,
		"x=$(aws ec2 create-snapshot --volume-id v" + hereRegion + ")\naws ec2 wait y --snapshot-ids \"$x\"" + hereRegion + " # z",
		"if [ a = a ]; then\n  aws ec2 describe-volumes" + hereRegion + "\nelse\n  echo 'no'\nfi",
		"for m in a b; do\n  aws cloudwatch list-metrics --metric-name \"$m\" \\\n   " + hereRegion + "\ndone",
	}
	random := rand.New(rand.NewPCG(1, 2))
	ran := 0
	for range 80 {
		var fixes []string
		for range 25 {
			fix := bases[random.IntN(len(bases))]
			for range 1 + random.IntN(2) {
				at := random.IntN(len(fix) + 1)
				fix = fix[:at] + insert[random.IntN(len(insert))] + fix[at:]
			}
			fixes = append(fixes, fix)
		}
		text := scriptOf(t, fixReport(fixes...))
		calls, printed, _ := runScript(t, text, fakeAWS)
		for _, c := range calls {
			if words := strings.Split(c, "|"); words[0] != "aws" || len(words) < 3 || c != whoami && !isQuestion(words[1], words[2]) && words[2] != "create-snapshot" {
				t.Errorf("it calls %q", c)
			}
		}
		if strings.Contains(printed, "fix.sh: line") {
			t.Errorf("bash reads it otherwise: %s\n%s", printed, text)
		}
		ran += len(calls)
	}
	if ran < 200 {
		t.Errorf("only %d calls ran", ran)
	}
}

// FuzzFix: whatever a report says, the script is a script, and calls nothing but what is harmless.
func FuzzFix(f *testing.F) {
	for _, x := range hostileReport().Findings {
		f.Add(x.Fix, x.Resource.ID, x.Resource.Name, x.Message, x.Resource.Account)
	}
	f.Fuzz(func(t *testing.T, fix, id, name, message, account string) {
		r := fixReport(fix, "aws ec2 describe-volumes"+hereRegion)
		x := &r.Findings[0]
		x.Resource.ID, x.Resource.Name, x.Message, x.Resource.Account, x.URL = id, name, message, account, message
		out := scriptOf(t, r)
		file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(out), "")
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for call := range callsOf(file) {
			if why := foreign(call); why != "" {
				t.Fatalf("%s\n%s", why, out)
			}
		}
	})
}

// callsOf walks the calls of a script that do not stand in its own functions.
func callsOf(file *syntax.File) iter.Seq[*syntax.CallExpr] {
	return func(yield func(*syntax.CallExpr) bool) {
		syntax.Walk(file, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FuncDecl:
				return !strings.HasPrefix(n.Name.Value, "patlint_") || !yield(nil)
			case *syntax.CallExpr:
				return yield(n)
			}
			return true
		})
	}
}

// foreign says what is wrong with a call, by its own and simpler means.
func foreign(c *syntax.CallExpr) string {
	if c == nil || len(c.Args) == 0 {
		return ""
	}
	var words []string
	for _, w := range c.Args {
		words = append(words, w.Lit())
	}
	switch name := words[0]; {
	case name == "set", name == "trap", name == "exit", strings.HasPrefix(name, "patlint_"), name == "echo", name == "[", name == "test", name == "true", name == "date":
		return ""
	case name != "aws" || len(words) < 3:
		return fmt.Sprintf("it calls %q", words)
	case isQuestion(words[1], words[2]):
		return ""
	}
	if o, ok := operationNamed(words[1], words[2]); !ok || o.options == nil {
		return fmt.Sprintf("it calls %q", words)
	}
	return ""
}
