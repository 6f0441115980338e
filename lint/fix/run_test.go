package fix

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

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
		"aws|ec2|create-snapshot|--region|us-east-1|--volume-id|vol-0|--description|a $(rm -rf ~) `id` \"; rm -rf ~; \\",
		"aws|ec2|create-snapshot|--region|us-east-1|--volume-id|vol-15|--description|it's = 'all' <script>",
	}
	if d := diff.Diff(want, calls); d != "" || code != 1 {
		t.Errorf("exit code %d (-want +got):\n%s\n%s", code, d, printed)
	}
	for _, words := range []string{"so nothing runs of the findings in account 444455556666", "in account 1111'; rm -rf ~; '",
		"patlint: nothing ran in account 1111'; rm -rf ~; ' 444455556666; run this script again with credentials of each\n"} {
		if !strings.Contains(printed, words) {
			t.Errorf("it does not print %q:\n%s", words, printed)
		}
	}
}

// TestFixRuns: the account, the place where it stops, and where it begins again.
func TestFixRuns(t *testing.T) {
	snapshot := func(id string) string { return "aws ec2 create-snapshot --volume-id " + id + hereRegion }
	const modify = "aws ec2 modify-volume --volume-type gp3 --volume-id "
	copied := func(id string) string {
		return "x=$(" + snapshot(id) + ")\naws ec2 wait snapshot-completed \\\n --snapshot-ids \"$x\"" + hereRegion + " # gives up\n"
	}
	r := fixReport(copied("vol-0")+"aws ec2 describe-snapshots"+hereRegion, snapshot("vol-1"), copied("vol-2")+modify+"vol-2"+hereRegion, snapshot("vol-3"))
	r.Findings = append(r.Findings, r.Findings[3])
	r.Findings[4].Resource.Account, r.Findings[4].Resource.ID = "444455556666", "vol-3"
	text := scriptOf(t, r)
	r.Findings = r.Findings[:4]
	one := scriptOf(t, r)
	r.Findings = r.Findings[2:3]
	last := scriptOf(t, r)
	made := func(id string) string { return "aws|ec2|create-snapshot|--volume-id|" + id + "|--region|us-east-1" }
	snap := fakeAWS + "if [ \"$2\" = create-snapshot ]; then echo snap-1; fi\n"
	const (
		wait    = "aws|ec2|wait|snapshot-completed|--snapshot-ids|snap-1|--region|us-east-1"
		look    = "aws|ec2|describe-snapshots|--region|us-east-1"
		changed = "aws|ec2|modify-volume|--volume-type|gp3|--volume-id|vol-2|--region|us-east-1"
		other   = "patlint: nothing ran in account 444455556666; run this script again with credentials of each\n"
	)
	for _, test := range []struct {
		name, text, aws string
		args            []string
		code            int
		calls           []string
		prints          []string
	}{
		{"all", one, snap, nil, 0, []string{whoami, made("vol-0"), wait, look, made("vol-1"), made("vol-2"), wait, changed, made("vol-3")}, []string{"patlint: 4: keep-x: vol-3\nsnap-1\npatlint: done\n"}},
		{"two accounts", text, snap, []string{"4"}, 1, []string{whoami, made("vol-3")}, []string{"patlint: 4: keep-x: vol-3\n", other}},
		{"another account", one, otherAWS, nil, 1, []string{whoami}, []string{"the credentials are of account 999900001111, so nothing runs of the findings in account 111122223333\npatlint: nothing ran in account 111122223333;"}},
		{"the second account", text, "if [ \"$1\" = sts ]; then echo 444455556666; fi\n", []string{"5"}, 0, []string{whoami, made("vol-3")}, []string{"patlint: 5: keep-x: vol-3\npatlint: done\n"}},
		{"no credentials", one, "exit 254", nil, 254, []string{whoami}, []string{"stopped with exit code 254; no finding was begun"}},
		{"a failure", one, snap + "if [ \"$4\" = vol-1 ]; then exit 7; fi", nil, 7, []string{whoami, made("vol-0"), wait, look, made("vol-1")},
			[]string{"stopped with exit code 7 at finding 2, keep-x: vol-1; nothing after it ran", "the number 2 as an argument of this script begins there again", "the number 3 goes on after it"}},
		{"a failure inside", one, fakeAWS + "if [ \"$2\" = create-snapshot ]; then exit 7; fi", nil, 7, []string{whoami, made("vol-0")}, []string{"at finding 1, keep-x: vol-0"}},
		{"a wait that fails", one, snap + "if [ \"$2\" = wait ]; then exit 252; fi", nil, 252, []string{whoami, made("vol-0"), wait}, []string{"at finding 1, keep-x: vol-0", "begins there again"}},
		{"waits that give up", one, snap + "if [ \"$2\" = wait ]; then exit 255; fi", nil, 255, []string{whoami, made("vol-0"), wait, look, made("vol-1"), made("vol-2"), wait},
			[]string{"patlint: 1: still under way", "stopped with exit code 255 at finding 3", "need not run again", "the number 4 goes on after it"}},
		{"a wait that gives up in the last", last, snap + "if [ \"$2\" = wait ]; then exit 255; fi", nil, 255, []string{whoami, made("vol-2"), wait}, []string{"need not run again; run those below it yourself when it has come\n"}},
		{"begin at", one, snap, []string{"4"}, 0, []string{whoami, made("vol-3")}, []string{"patlint: 4: keep-x: vol-3\nsnap-1\npatlint: done\n"}},
		{"begin at no number", one, snap, []string{""}, 0, []string{whoami, made("vol-0"), wait, look, made("vol-1"), made("vol-2"), wait, changed, made("vol-3")}, []string{"done"}},
		{"begin nowhere", one, snap, []string{"5"}, 2, nil, []string{"is wanted, from 1 to 4, not 5\n"}},
		{"begin before", one, snap, []string{"0"}, 2, nil, []string{"is wanted, from 1 to 4, not 0\n"}},
		{"begin far away", one, snap, []string{"99999999999999999999"}, 2, nil, []string{"is wanted, from 1 to 4, not 99999999999999999999\n"}},
		{"begin at a word", one, snap, []string{"x"}, 2, nil, []string{"is wanted, from 1 to 4, not x\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			calls, printed, code := runScript(t, test.text, test.aws, test.args...)
			if d := diff.Diff(test.calls, calls); d != "" || code != test.code {
				t.Errorf("exit code %d (-want +got):\n%s\n%s", code, d, printed)
			}
			for _, words := range test.prints {
				if !strings.Contains(printed, words) {
					t.Errorf("it does not print %q:\n%s", words, printed)
				}
			}
		})
	}
}

// TestFixRunsOn: a wait that gives up while nothing needs it is said at the end, and the exit code is not that of a script whose copies are there.
func TestFixRunsOn(t *testing.T) {
	r := fixReport("aws ec2 wait snapshot-completed --snapshot-ids snap-0"+hereRegion, "aws ec2 wait snapshot-completed --snapshot-ids snap-1"+hereRegion)
	calls, printed, code := runScript(t, scriptOf(t, r), fakeAWS+"if [ \"$2\" = wait ]; then exit 255; fi")
	if len(calls) != 3 || code != 1 || !strings.HasSuffix(printed, "look again later: finding 1 2\n") {
		t.Errorf("calls %q, exit code %d, %s", calls, code, printed)
	}
}

// TestFixRunsMutants: bash reads what patlint reads. Fixes that run get something put into them, and whatever still runs calls nothing else.
func TestFixRunsMutants(t *testing.T) {
	insert := strings.Split(`|;|& |&&|\||(|)|{|}|$(id)|$x|"$x"|${x:-$(id)}|$'|\\x|"|'|\|#|rm -rf x|; id |if |fi;|[[ |!|=|x=|<(id)|> out |<<E|~|*|?(|$((1))|$[1]|(( |$"x"|..|{a,b}|id() |time |coproc |;;|eval |. |`, "|")
	insert = append(insert, "\n", "\\\n", "`id`", "\u00a0", " || id ", "<<E\nid\nE\n", "\nid\n", "'\nid\n'", "\t", " # \\\n id ", "\\\n#")
	bases := []string{
		"aws ec2 create-snapshot --volume-id v --description 'a b'" + hereRegion,
		"x=$(aws ec2 create-snapshot --volume-id v" + hereRegion + ")\naws ec2 wait snapshot-completed --snapshot-ids \"$x\"" + hereRegion + " # z",
		"if [ a = a ]; then\n  aws ec2 describe-volumes" + hereRegion + "\nelse\n  echo 'no'\nfi",
		"for m in a b; do\n  aws cloudwatch get-metric-statistics --metric-name \"$m\" \\\n   " + hereRegion + "\ndone",
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
		r := fixReport(fixes...)
		for i := range r.Findings {
			r.Findings[i].Resource.ID = "v"
		}
		text := scriptOf(t, r)
		calls, printed, _ := runScript(t, text, fakeAWS)
		for _, c := range calls {
			words := append(strings.Split(c, "|"), "", "")
			if o, _ := operationNamed(words[1], words[2]); words[0] != "aws" || c != whoami && !o.asks && words[2] != "create-snapshot" {
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
