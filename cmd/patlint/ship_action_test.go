package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint/report"
)

// A job is what GitHub gives an action, and what came of it.
type job struct {
	t         *testing.T
	action    workflowFile
	folder    string            // of the action
	workspace string            // the checkout of whoever uses it
	temp      string            // RUNNER_TEMP
	program   string            // stands in for what the step install gets; "" runs the step
	given     map[string]string // outputs of the actions that it uses
	refused   string            // the beginning of the name of one that fails

	inputs  map[string]string
	steps   map[string]map[string]string // outputs by step
	ended   map[string]string            // outcomes by step
	used    []step                       // the steps that use an action, with what they hand it
	log     string
	summary string
	code    int
}

// runAction runs an action as GitHub would: with the inputs that somebody gives, step by step. What it cannot read of the action fails the test.
func runAction(t *testing.T, name string, j job, inputs map[string]string) *job {
	t.Helper()
	required(t, "bash", "bash")
	readYAML(t, name, &j.action)
	abs, err := filepath.Abs(filepath.Join(root, filepath.Dir(name)))
	if err != nil {
		t.Fatal(err)
	}
	j.t, j.folder, j.inputs, j.steps, j.ended = t, abs, map[string]string{}, map[string]map[string]string{}, map[string]string{}
	if j.workspace == "" {
		j.workspace = t.TempDir()
	}
	if j.temp == "" {
		j.temp = t.TempDir()
	}
	for name, in := range j.action.Inputs {
		j.inputs[name] = in.Default
	}
	for name, value := range inputs {
		if _, ok := j.inputs[name]; !ok {
			t.Fatalf("there is no input %s", name)
		}
		j.inputs[name] = value
	}
	for _, s := range j.action.Runs.Steps {
		if !j.wants(s.If) {
			continue
		}
		code := 0
		switch {
		case s.Uses != "":
			s.With = j.resolved(s.With)
			j.used = append(j.used, s)
			j.steps[s.ID] = j.given
			if j.refused != "" && strings.HasPrefix(s.Uses, j.refused) {
				code = 1
			}
		case s.ID == "install" && j.program != "":
			j.steps[s.ID] = map[string]string{"patlint": j.program}
		default:
			code = j.run(s)
		}
		j.ended[s.ID] = "success"
		if code != 0 {
			j.ended[s.ID] = "failure"
		}
		if j.code == 0 {
			j.code = code
		}
	}
	return &j
}

// value is what an expression stands for. Those that a test does not know are a mistake.
func (j *job) value(expr string) string {
	j.t.Helper()
	parts := strings.Split(strings.TrimSpace(expr), ".")
	switch {
	case len(parts) == 2 && parts[0] == "inputs":
		v, ok := j.inputs[parts[1]]
		if !ok {
			j.t.Errorf("there is no input %s", parts[1])
		}
		return v
	case len(parts) == 4 && parts[0] == "steps" && parts[2] == "outputs":
		if !slices.ContainsFunc(j.action.Runs.Steps, func(s step) bool { return s.ID == parts[1] }) {
			j.t.Errorf("there is no step %s", parts[1])
		}
		return j.steps[parts[1]][parts[3]]
	case len(parts) == 3 && parts[0] == "steps" && parts[2] == "outcome":
		return j.ended[parts[1]]
	case expr == "github.token":
		return ""
	}
	j.t.Errorf("the expression %q is not known", expr)
	return ""
}

// wants tells whether a step runs: behind one that failed only if it asks for that.
func (j *job) wants(condition string) bool {
	j.t.Helper()
	condition = strings.TrimSuffix(strings.TrimPrefix(condition, "${{ "), " }}")
	condition, always := strings.CutPrefix(condition, "!cancelled() && ")
	if j.code != 0 && !always {
		return false
	}
	for part := range strings.SplitSeq(condition, " && ") {
		if part == "" {
			continue
		}
		m := regexp.MustCompile(`^(\S+) (==|!=) '(.*)'$`).FindStringSubmatch(part)
		if m == nil {
			j.t.Fatalf("the condition %q is not known", part)
		}
		if (j.value(m[1]) == m[3]) != (m[2] == "==") {
			return false
		}
	}
	return true
}

func (j *job) resolved(in map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range in {
		out[k] = regexp.MustCompile(`\$\{\{ (.*?) \}\}`).ReplaceAllStringFunc(v, func(e string) string { return j.value(e[4 : len(e)-3]) })
	}
	return out
}

// output is the value of an output of the action.
func (j *job) output(name string) string {
	j.t.Helper()
	o, ok := j.action.Outputs[name]
	if !ok {
		j.t.Errorf("there is no output %s", name)
	}
	return j.resolved(map[string]string{"": o.Value})[""]
}

// run runs the script of a step, and gives its exit code.
func (j *job) run(s step) int {
	j.t.Helper()
	if s.Shell != "bash" {
		j.t.Fatalf("step %q has the shell %q", s.Name, s.Shell)
	}
	dir := j.t.TempDir()
	script, out, summary := filepath.Join(dir, "script"), filepath.Join(dir, "output"), filepath.Join(dir, "summary")
	for name, text := range map[string]string{script: s.Run, out: "", summary: ""} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			j.t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(j.t.Context(), "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
	cmd.Dir = j.workspace
	cmd.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+j.folder, "GITHUB_WORKSPACE="+j.workspace, "GITHUB_OUTPUT="+out, "GITHUB_STEP_SUMMARY="+summary, "RUNNER_TEMP="+j.temp,
		"RUNNER_OS=Linux", "RUNNER_ARCH=X64", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	for k, v := range j.resolved(s.Env) {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	log, err := cmd.CombinedOutput()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		j.t.Fatal(err)
	}
	j.log += string(log)
	j.steps[s.ID] = stepOutputs(j.t, readFile(j.t, out))
	j.summary += readFile(j.t, summary)
	return cmd.ProcessState.ExitCode()
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stepOutputs reads what a step wrote to GITHUB_OUTPUT, as GitHub does.
func stepOutputs(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		eq, here := strings.Index(lines[i], "="), strings.Index(lines[i], "<<")
		switch {
		case lines[i] == "":
		case here > 0 && (eq < 0 || here < eq):
			end := slices.Index(lines[i+1:], lines[i][here+2:])
			if end < 0 {
				t.Fatalf("an output does not end: %q", text)
			}
			out[lines[i][:here]] = strings.Join(lines[i+1:i+1+end], "\n")
			i += end + 1
		case eq > 0:
			out[lines[i][:eq]] = lines[i][eq+1:]
		default:
			t.Fatalf("not an output: %q", lines[i])
		}
	}
	return out
}

// commands are the lines of a log that GitHub obeys.
func commands(log string) []string {
	var out []string
	stopped := ""
	for line := range strings.Lines(log) {
		line = strings.TrimSpace(line)
		switch token, isStop := strings.CutPrefix(line, "::stop-commands::"); {
		case stopped != "" && line == "::"+stopped+"::":
			stopped = ""
		case stopped != "":
		case isStop:
			stopped = token
		case strings.HasPrefix(line, "::") || strings.Contains(line, "##["):
			out = append(out, line)
		}
	}
	if stopped != "" {
		out = append(out, "commands are still stopped")
	}
	return out
}

// program is the path of the command, for the steps that want one.
func program(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("patlint")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// reports is a script of a program that writes the reports which it is asked for.
const reports = "for a; do case $a in --format=json=*) echo '{}' >\"${a#--format=json=}\";; --format=markdown=*) echo a report >\"${a#--format=markdown=}\";; esac; done\n"

// fake is a program that stands in for patlint.
func fake(t *testing.T, script string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "patlint")
	if err := os.WriteFile(name, []byte("#!/usr/bin/env bash\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestActionCheck: exit codes, outputs, summary and annotations, for what people write behind `with:`.
func TestActionCheck(t *testing.T) {
	for _, test := range []struct {
		name   string
		inputs map[string]string
		code   int
		exit   string // the output
		says   string // the one command of the log
	}{
		{"findings", map[string]string{"args": "--demo"}, 1, "1", `^::error title=patlint::patlint: 9 checks failed at or above high; .*\(exit code 1\)$`},
		{"below fail-on", map[string]string{"args": "--demo", "pattern": "leave-gp2-burst-behind", "fail-on": "critical"}, 0, "0", ""},
		{"unknown", map[string]string{"args": "--demo", "pattern": "encrypt-by-default"}, 0, "3", `^::warning title=patlint::patlint: nothing failed .*1 check is unknown \(exit code 3\)$`},
		{"unknown, strict", map[string]string{"args": "--demo", "pattern": "encrypt-by-default", "fail-on-unknown": "true"}, 3, "3", `^::error title=patlint::.*\(exit code 3\)$`},
		{"snapshot", map[string]string{"snapshot": "DEMO", "pattern": "leave-gp2*, \n move-io1-to-io2", "pillar": "performance\ncost"}, 1, "1", `::error .*1 check failed`},
		{"two things", map[string]string{"snapshot": "DEMO", "args": "--demo"}, 2, "2", `::error .*give one.*\(exit code 2\)`},
		{"severity", map[string]string{"args": "--demo", "fail-on": "huge"}, 2, "2", `::error .*--fail-on takes`},
		{"plan", map[string]string{"args": "--plan --region=us-east-1"}, 2, "0", `^::error .*patlint ended with 0 and wrote no report, so nothing was checked`},
		{"help", map[string]string{"args": "--demo --help"}, 2, "0", `^::error .*patlint ended with 0 and wrote no report, so nothing was checked`},
		{"yes", map[string]string{"args": "--demo", "sarif": "yes"}, 2, "", `::error .*the input sarif takes true or false, and not "yes"`},
		{"no switch", map[string]string{"args": "--demo", "fail-on-unknown": "on"}, 2, "1", `::error .*the input fail-on-unknown takes`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.inputs["snapshot"] != "" {
				abs, err := filepath.Abs("demo")
				if err != nil {
					t.Fatal(err)
				}
				test.inputs["snapshot"] = abs
			}
			j := runAction(t, "action.yml", job{program: program(t)}, test.inputs)
			if j.code != test.code || j.output("exit-code") != test.exit {
				t.Errorf("the action ends with %d, patlint with %q\n%s", j.code, j.output("exit-code"), j.log)
			}
			if got := strings.Join(commands(j.log), "\n"); (got == "") != (test.says == "") || !regexp.MustCompile(test.says).MatchString(got) {
				t.Errorf("commands: %q", got)
			}
			if checked := test.exit != "" && test.exit != "2" && !strings.Contains(test.says, "no report"); checked != strings.HasPrefix(j.summary, "## patlint report") || checked != (j.output("findings") != "") {
				t.Errorf("summary %.40q, findings %q", j.summary, j.output("findings"))
			}
		})
	}
}

// TestActionReports: the outputs are those of the report, code scanning gets its file where somebody asks for it, and no summary stands where nobody wants one.
func TestActionReports(t *testing.T) {
	j := runAction(t, "action.yml", job{program: program(t)}, map[string]string{"args": "--demo\n--exit-zero", "sarif": "true", "summary": "false"})
	if j.code != 0 || j.summary != "" {
		t.Errorf("exit code %d, summary %.40q", j.code, j.summary)
	}
	var rep struct {
		Schema  string
		Summary struct{ Fail, Unknown int }
	}
	if err := json.Unmarshal([]byte(readFile(t, j.output("report-json"))), &rep); err != nil {
		t.Fatal(err)
	}
	if got, want := j.output("findings")+" "+j.output("unknown"), fmt.Sprint(rep.Summary.Fail, rep.Summary.Unknown); got != want || rep.Summary.Fail == 0 || rep.Summary.Unknown == 0 {
		t.Errorf("findings and unknown are %q, want %q", got, want)
	}
	if got := readFile(t, j.output("report-markdown")); !strings.HasPrefix(got, "## patlint report") {
		t.Errorf("%.40q", got)
	}
	if len(j.used) != 1 || !strings.HasPrefix(j.used[0].Uses, "github/codeql-action/upload-sarif@") || j.used[0].With["sarif_file"] != j.output("report-sarif") {
		t.Fatalf("used: %+v", j.used)
	}
	if !json.Valid([]byte(readFile(t, j.output("report-sarif")))) {
		t.Error("the report for code scanning is no JSON")
	}
}

// TestActionInjection: no input runs anything, becomes a flag, an output, a command of GitHub's or a list of files.
func TestActionInjection(t *testing.T) {
	for _, action := range []string{"action.yml", ".github/actions/test-catalog/action.yml"} {
		var w workflowFile
		readYAML(t, action, &w)
		for name := range w.Inputs {
			if name == "role-to-assume" || name == "site-name" || name == "site" {
				continue // handed to others
			}
			for _, hostile := range []string{"; touch x", "$(touch x) ${PATH} * | touch x", "`touch x`' && touch x; '\"; touch x; \"", "us-east-1\n::add-mask::e\nexit-code=0", "--help", "a\npatlint<<b"} {
				dir := t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, "canary"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
				inputs := map[string]string{name: hostile}
				if _, ok := w.Inputs["args"]; ok && name != "args" {
					inputs["args"] = "--demo --pattern=encrypt-by-default"
				}
				got := filepath.Join(dir, "arguments")
				stand := fake(t, `printf '[%s]\n' "$@" >>`+"'"+got+"'\n")
				j := runAction(t, action, job{workspace: dir, program: stand}, inputs)
				for _, c := range commands(j.log) {
					if !strings.HasPrefix(c, "::error title=patlint::") {
						t.Errorf("%s: %q: the command %q", name, hostile, c)
					}
				}
				if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
					t.Errorf("%s: %q has run", name, hostile)
				}
				args, _ := os.ReadFile(got)
				if strings.Contains(string(args), "canary") || strings.Contains(string(args), "/bin") {
					t.Errorf("%s: %q was expanded: %s", name, hostile, args)
				}
				if name != "args" && strings.Contains(string(args), "[--help]") {
					t.Errorf("%s: %q became a flag: %s", name, hostile, args)
				}
				for id, outs := range j.steps {
					for out := range outs {
						if !slices.Contains([]string{"patlint", "region", "exit-code", "reason", "findings", "unknown", "report-json", "report-markdown", "report-sarif", "site"}, out) || out == "patlint" && id != "install" {
							t.Errorf("%s: %q made the output %s of %s", name, hostile, out, id)
						}
					}
				}
			}
		}
	}
}

// TestActionHostileAccount: what an account says is no command, on either stream.
func TestActionHostileAccount(t *testing.T) {
	j := runAction(t, "action.yml", job{program: fake(t, reports+`
echo '::add-mask::a'; echo '  ::set-output name=exit-code::0'; echo '##[error]x'; echo '::warning::stderr' >&2; echo '100% done (exit code 0)' >&2`)}, nil)
	if got := commands(j.log); j.code != 0 || len(got) > 0 || !strings.Contains(j.log, "::add-mask::a") {
		t.Errorf("exit code %d, commands %q", j.code, got)
	}
	j = runAction(t, "action.yml", job{program: fake(t, `printf 'patlint: 100%% of a::b failed\r (exit code 2)\n' >&2; exit 2`)}, nil)
	if got := commands(j.log); len(got) != 1 || got[0] != "::error title=patlint::patlint: 100%25 of a::b failed%0D (exit code 2)" {
		t.Errorf("commands %q", got)
	}
}

// TestActionTwice: a job may use the action twice; the reports of the first are still there, and code scanning can tell them apart.
func TestActionTwice(t *testing.T) {
	temp := t.TempDir()
	var files, categories []string
	for _, pattern := range []string{"leave-gp2-burst-behind", "wait-for-attachment"} {
		j := runAction(t, "action.yml", job{program: program(t), temp: temp}, map[string]string{"args": "--demo --exit-zero", "pattern": pattern, "sarif": "true", "category": "patlint-" + pattern})
		files = append(files, j.output("report-json"))
		categories = append(categories, j.used[0].With["category"])
		if got := readFile(t, files[0]); !strings.Contains(got, "leave-gp2-burst-behind") {
			t.Errorf("the first report is gone")
		}
	}
	if files[0] == files[1] || categories[0] == categories[1] {
		t.Errorf("%q, %q", files, categories)
	}
}

// TestActionUpload: when code scanning does not take the report, the action still says what the check found.
func TestActionUpload(t *testing.T) {
	j := runAction(t, "action.yml", job{program: program(t), refused: "github/codeql-action/"}, map[string]string{"args": "--demo", "sarif": "true"})
	if got := commands(j.log); j.code != 1 || len(got) != 1 || !strings.Contains(got[0], "9 checks failed at or above high") {
		t.Errorf("exit code %d, %q", j.code, got)
	}
	if j.used[0].With["category"] != "patlint" {
		t.Errorf("used: %+v", j.used)
	}
}

// TestActionOutput: a value of many lines stays one, whatever it holds.
func TestActionOutput(t *testing.T) {
	required(t, "bash", "bash")
	for _, value := range []string{"", "a", "a\nEOF\nexit-code=0", "x<<EOF\nEOF", "patlint-0\nname<<patlint-0", "$(id) `id` %"} {
		file := filepath.Join(t.TempDir(), "output")
		cmd := exec.CommandContext(t.Context(), "bash", "-euc", `. "$1"; output name "$2"`, "bash", filepath.Join(root, ".github/actions/lib.sh"), value)
		cmd.Env = append(os.Environ(), "GITHUB_OUTPUT="+file)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if got := stepOutputs(t, readFile(t, file)); len(got) != 1 || got["name"] != value {
			t.Errorf("%q became %q", value, got)
		}
	}
}

// TestActionSummary: GitHub drops a summary of more than 1 MiB altogether, so one that long is cut at the end of a line, and its first line says so.
func TestActionSummary(t *testing.T) {
	writes := `for a; do case $a in --format=json=*) echo '{}' >"${a#--format=json=}";; --format=markdown=*) for i in $(seq %d); do echo "| line $i |"; done >"${a#--format=markdown=}";; esac; done`
	j := runAction(t, "action.yml", job{program: fake(t, fmt.Sprintf(writes, 100_000))}, nil)
	if n := len(j.summary); n > 1<<20 || n < 1<<20-2000 {
		t.Errorf("%d bytes", n)
	}
	if !regexp.MustCompile(`^This text is cut: .* 1 MiB .* report-markdown has all\.\n\n\| line 1 \|\n(\| line \d+ \|\n)*$`).MatchString(j.summary) {
		t.Errorf("it begins with %.200q and ends with %q", j.summary, j.summary[len(j.summary)-200:])
	}
	j = runAction(t, "action.yml", job{program: fake(t, fmt.Sprintf(writes, 3))}, nil)
	if j.summary != "| line 1 |\n| line 2 |\n| line 3 |\n" {
		t.Errorf("%q", j.summary)
	}
}

// TestActionRole: the role's credentials reach the check, and not the rest of the job.
func TestActionRole(t *testing.T) {
	given := map[string]string{"aws-access-key-id": "AKROLE", "aws-secret-access-key": "secret", "aws-session-token": "token"}
	show := fake(t, reports+`echo "key $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN profile ${AWS_PROFILE-none}"; echo "args $*"`)
	t.Setenv("AWS_PROFILE", "other")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKJOB")
	j := runAction(t, "action.yml", job{program: show, given: given}, map[string]string{"role-to-assume": "arn:aws:iam::111122223333:role/read", "regions": "eu-central-1, us-east-1"})
	if !strings.Contains(j.log, "key AKROLE secret token profile none") || !strings.Contains(j.log, "--region=eu-central-1 --region=us-east-1 ") {
		t.Errorf("%s", j.log)
	}
	if len(j.used) != 1 || j.used[0].With["aws-region"] != "eu-central-1" || j.used[0].With["output-env-credentials"] != "false" || j.used[0].With["role-to-assume"] != "arn:aws:iam::111122223333:role/read" {
		t.Errorf("used: %+v", j.used)
	}
	j = runAction(t, "action.yml", job{program: show}, nil)
	if !strings.Contains(j.log, "key AKJOB") || !strings.Contains(j.log, "profile other") || len(j.used) != 0 {
		t.Errorf("%s", j.log)
	}
	j = runAction(t, "action.yml", job{program: show}, map[string]string{"role-to-assume": "arn", "regions": "nowhere"})
	if got := commands(j.log); j.code != 2 || len(got) != 1 || !strings.Contains(got[0], `takes names such as us-east-1, and not "nowhere"`) {
		t.Errorf("exit code %d, %q", j.code, got)
	}
}

// TestActionFormats: the reports that the action asks for are reports that there are.
func TestActionFormats(t *testing.T) {
	var known []string
	for _, f := range report.Formats() {
		known = append(known, f.Name)
	}
	found := regexp.MustCompile(`check .*--format=([a-z]+)|"--format=([a-z]+)=`).FindAllStringSubmatch(repoText(t, ".github/actions/check.sh"), -1)
	if len(found) != 4 {
		t.Errorf("%d formats found", len(found))
	}
	for _, m := range found {
		if name := m[1] + m[2]; !slices.Contains(known, name) {
			t.Errorf("there is no format %s", name)
		}
	}
}

// TestActionCatalog: what the action asks patlint test for, and what it makes of the answer.
func TestActionCatalog(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "my patterns"), 0o755); err != nil {
		t.Fatal(err)
	}
	stand := fake(t, `case "$*" in
*--format=github*) echo "args $*"; echo '::error file=a.md,line=3,col=1::a mistake'; exit 1;;
site*) echo "site $*";;
*) echo 'FAIL  a'; echo '`+"```"+`'; echo '<img src=x>';;
esac`)
	const action = ".github/actions/test-catalog/action.yml"
	j := runAction(t, action, job{workspace: dir, program: stand}, map[string]string{"patterns": "my patterns\n", "builtin": "false", "style": "false"})
	if j.code != 1 || j.output("exit-code") != "1" || !slices.Equal(commands(j.log), []string{"::error file=a.md,line=3,col=1::a mistake"}) {
		t.Errorf("exit code %d\n%s", j.code, j.log)
	}
	if len(j.used) != 0 || !strings.Contains(j.log, "args test --patterns=my patterns --no-builtin --no-style --format=github\n") {
		t.Errorf("%s", j.log)
	}
	if want := "## patlint test\n\n    FAIL  a\n    ```\n    <img src=x>\n"; j.summary != want {
		t.Errorf("summary %q, want %q", j.summary, want)
	}
	j = runAction(t, action, job{workspace: dir, program: fake(t, `echo "args $*"`)}, map[string]string{"patterns": "my patterns", "site": "true", "summary": "false"})
	if j.code != 0 || j.summary != "" || len(j.used) != 1 || j.used[0].With["path"] != j.output("site") || j.output("site") == "" {
		t.Errorf("exit code %d, used %+v\n%s", j.code, j.used, j.log)
	}
	if !strings.Contains(j.log, "args test --patterns=my patterns --format=github\n") || !strings.Contains(j.log, "args site build --patterns=my patterns --preview --no-cache --output="+j.output("site")+"\n") {
		t.Errorf("%s", j.log)
	}
	j = runAction(t, action, job{workspace: dir, program: stand}, map[string]string{"patterns": "my patterns", "site": "true"})
	if j.code != 1 || len(j.used) != 1 || !strings.Contains(j.log, "site site build ") {
		t.Errorf("a mistake keeps the site away: exit code %d, used %+v\n%s", j.code, j.used, j.log)
	}
	j = runAction(t, action, job{workspace: dir, program: stand}, map[string]string{"patterns": "none"})
	if got := commands(j.log); j.code != 2 || len(got) != 1 || !strings.Contains(got[0], `there is no folder "none"`) {
		t.Errorf("exit code %d, %q", j.code, got)
	}
}

// TestActionSite: the flags with which the action builds a site are those that the command has.
func TestActionSite(t *testing.T) {
	temp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), required(t, "bash", "bash"), filepath.Join(root, ".github/actions/test-catalog/test.sh"), "site")
	cmd.Env = append(os.Environ(), "RUNNER_TEMP="+temp, "PATLINT="+program(t), "PATTERNS="+filepath.Join(root, "patterns"), "BUILTIN=false", "GITHUB_OUTPUT="+filepath.Join(temp, "output"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(stepOutputs(t, readFile(t, filepath.Join(temp, "output")))["site"], "index.html")); err != nil {
		t.Error(err)
	}
}

// installing is a run of install.sh.
type installing struct {
	dir       string // the files of a release
	os, arch  string
	version   string
	gh        string // a script that stands in for gh, and gets a token
	workspace string
}

type installed struct {
	code     int
	log      string
	commands []string
	program  string
}

// install runs install.sh against a server that has one release.
func install(t *testing.T, in installing) installed {
	t.Helper()
	bash := required(t, "bash", "bash")
	if in.dir != "" {
		required(t, "curl", "curl")
	}
	srv := httptest.NewTLSServer(http.StripPrefix("/v"+version+"/", http.FileServer(http.Dir(in.dir))))
	defer srv.Close()
	temp := t.TempDir()
	ca := filepath.Join(temp, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bash, filepath.Join(root, ".github/actions/install.sh"))
	cmd.Env = append(os.Environ(), "RUNNER_TEMP="+temp, "RUNNER_OS="+in.os, "RUNNER_ARCH="+in.arch, "VERSION="+in.version, "GH_TOKEN=", "GITHUB_SERVER_URL=https://github.com",
		"GITHUB_OUTPUT="+filepath.Join(temp, "output"), "GITHUB_WORKSPACE="+temp, "PATLINT_DOWNLOADS="+srv.URL, "CURL_CA_BUNDLE="+ca)
	if in.workspace != "" {
		cmd.Env = append(cmd.Env, "GITHUB_WORKSPACE="+in.workspace)
	}
	if in.gh != "" {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "gh"), []byte("#!/usr/bin/env bash\n"+in.gh), 0o755); err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, "GH_TOKEN=token", "PATH="+dir+":"+os.Getenv("PATH"))
	}
	log, err := cmd.CombinedOutput()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	out := installed{code: cmd.ProcessState.ExitCode(), log: string(log), commands: commands(string(log))}
	if b, err := os.ReadFile(filepath.Join(temp, "output")); err == nil {
		out.program = stepOutputs(t, string(b))["patlint"]
	}
	return out
}

// aRelease is a folder with the archive of a program that says its name.
func aRelease(t *testing.T) (dir, archive string) {
	t.Helper()
	dir = t.TempDir()
	archive = filepath.Join(dir, "patlint_"+version+"_linux_arm64.tar.gz")
	name := fake(t, "echo a program\n")
	if out, err := exec.CommandContext(t.Context(), required(t, "bash", "tar"), "-czf", archive, "-C", filepath.Dir(name), "patlint").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	writeSums(t, archive, "")
	return dir, archive
}

// writeSums writes the checksum of an archive, with a letter more, beside others.
func writeSums(t *testing.T, archive, more string) {
	t.Helper()
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(readFile(t, archive))))
	other := strings.Repeat("0", 64)
	text := fmt.Sprintf("%s  other_%[2]s\n%s%s  %[2]s\n%[1]s  %[2]s.sbom.json\n", other, filepath.Base(archive), sum[len(more):], more)
	if err := os.WriteFile(filepath.Join(filepath.Dir(archive), "checksums.txt"), bytes.ReplaceAll([]byte(text), []byte("\r"), nil), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestActionInstall: an archive is unpacked when it is what was released, and not otherwise.
func TestActionInstall(t *testing.T) {
	dir, archive := aRelease(t)
	good := installing{dir: dir, os: "Linux", arch: "ARM64"}
	if got := install(t, good); got.code != 0 || !strings.Contains(got.log, "a program") || !strings.Contains(got.log, "attestation was not looked up") || got.program == "" || len(got.commands) > 0 {
		t.Errorf("%+v", got)
	}
	versions := map[string]string{"v" + version: "", version: "", "9.9.9": "cannot get checksums.txt of release 9.9.9"}
	for _, hostile := range []string{"latest", "../../x", version + "/../..", "$(touch x)", version + "\n9", "-h", "1.2"} {
		versions[hostile] = "takes a release such as 0.1.0"
	}
	for _, v := range slices.Sorted(maps.Keys(versions)) {
		in := good
		in.version = v
		if got := install(t, in); (got.code == 0) != (versions[v] == "") || !strings.Contains(strings.Join(got.commands, ""), versions[v]) || (got.program == "") != (got.code != 0) {
			t.Errorf("version %q: %+v", v, got)
		}
	}
	for gh, want := range map[string]string{
		"exit 0": "", `[ "$2" = --help ]`: "has no attestation of the release workflow", `[ "$2" != --help ]`: "",
		`[ "$2" = --help ] || [[ "$*" == *" --repo patlint/patlint --signer-workflow patlint/patlint/.github/workflows/release.yml --source-ref refs/tags/v` + version + `" ]]`: "",
	} {
		in := good
		in.gh = gh
		if got := install(t, in); (got.code == 0) != (want == "") || !strings.Contains(strings.Join(got.commands, ""), want) {
			t.Errorf("gh %q: %+v", gh, got)
		}
	}
	for in, want := range map[installing]string{
		{dir: dir, os: "Plan9", arch: "X64"}:   "there is no patlint for runners with Plan9",
		{dir: dir, os: "Linux", arch: "X86"}:   "there is no patlint for runners of X86",
		{dir: dir, os: "macOS", arch: "ARM64"}: "says nothing of patlint_" + version + "_darwin_arm64.tar.gz",
		{dir: dir, os: "Windows", arch: "X64"}: "says nothing of patlint_" + version + "_windows_amd64.zip",
	} {
		if got := install(t, in); got.code != 2 || len(got.commands) != 1 || !strings.Contains(got.commands[0], want) {
			t.Errorf("%+v: %+v", in, got)
		}
	}
	writeSums(t, archive, "0000")
	if got := install(t, good); got.code != 2 || !strings.Contains(strings.Join(got.commands, ""), "is not what was released: its checksum is") || got.program != "" {
		t.Errorf("%+v", got)
	}
}

// TestActionSource: a workflow of this repository builds what it has checked out.
func TestActionSource(t *testing.T) {
	workspace, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	got := install(t, installing{os: "Linux", arch: "X64", workspace: workspace})
	if got.code != 0 || !strings.Contains(got.log, "patlint "+version+" (") || got.program == "" {
		t.Errorf("%+v", got)
	}
}
