package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint/report"
)

// hostileNames are what an account may be full of: each is the tag Name of a volume that no instance has.
var hostileNames = []string{
	"\x1b]0;pwned\x07\x1b[2J\x1b[31mred",
	"=cmd|'/C calc'!A0",
	"+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1+1", "＝1+1",
	"<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
	"$(rm -rf /) `rm -rf ~` '; rm -rf ~; '\" && rm -rf / #",
	"line\nbreak\r\n::error::pwned\n## heading\nrm -rf ~\n",
	"::set-output name=x::y %0A::stop-commands::z",
	"[click](javascript:alert(1)) ![x](http://192.0.2.1/x.png) @team #1 | a || b `code` **bold** https://evil.example &lt;b&gt;",
	"\u202edrow\u202c zero\u200bwidth \u2028 \u0085 nul\x00 soft\u00adhyphen",
	"{{.}} ${HOME} %s %d {0} ]]> <!-- --> </style></title>",
	"\"quoted\" 'single' \\back\\slash",
	strings.Repeat("50 KB ", 50<<10/6),
}

// hostileIDs are what a file that AWS did not write may call its volumes.
var hostileIDs = []string{"vol-$(touch pwned)", "vol-1\nrm -rf pwned", "vol-'; touch pwned; '", "-rf", "vol-`touch pwned`"}

// hostileAccount writes a snapshot of such an account.
func hostileAccount(t *testing.T) string {
	t.Helper()
	type tag struct{ Key, Value string }
	type volume struct {
		VolumeId, State, VolumeType, AvailabilityZone, CreateTime string
		Size                                                      int
		Tags                                                      []tag
	}
	var volumes []volume
	add := func(id, name string) {
		volumes = append(volumes, volume{id, "available", "gp3", "us-east-1a", "2024-01-01T00:00:00Z", 8, []tag{{"Name", name}, {"Team\x1b[2J", name}}})
	}
	for i, name := range hostileNames {
		add("vol-"+strings.Repeat("0", 15)+string(rune('a'+i/26))+string(rune('a'+i%26)), name)
	}
	for _, id := range hostileIDs {
		add(id, "name")
	}
	dir := filepath.Join(t.TempDir(), "111122223333", "us-east-1")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, v := range map[string]any{
		"describe-volumes.json":   map[string]any{"Volumes": volumes},
		"describe-snapshots.json": map[string]any{"Snapshots": []any{}},
		"describe-instances.json": map[string]any{"Reservations": []any{}},
		"patlint.json":            map[string]any{"schema": "patlint/snapshot/v1", "version": "0.1.0", "account": "111122223333", "region": "us-east-1", "time": "2026-11-16T09:00:00Z", "gaps": []any{map[string]string{"source": "DescribeAddresses", "reason": "no\x1b[2J <b>=1+1"}}},
	} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Dir(filepath.Dir(dir))
}

// reportTimes are what differs from run to run, and the style sheet, which has a test of its own.
var reportTimes = regexp.MustCompile(`<style>[\s\S]*?</style>|sha256-[^']*|20\d\d-\d\d-\d\d \d\d:\d\d UTC|20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?|\b1[789]\d{8,11}(\.\d+)?\b|\d+\.\d+e-\d+|(patlint_last_run_timestamp_seconds|patlint_run_duration_seconds) .*`)

// TestHostile: a hostile account's report in every format, word for word, without a character that a terminal obeys.
func TestHostile(t *testing.T) {
	dir := hostileAccount(t)
	out := t.TempDir()
	args := []string{"check", "--no-config", "--snapshot", dir, "-p", "retire-orphan-volumes", "-p", "keep-snapshots-private"}
	for _, f := range report.Formats() {
		args = append(args, "-f", f.Name+"="+filepath.Join(out, f.Name))
	}
	_, stderr, code := patlint(t, nil, args...)
	if code != exitFindings {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for _, f := range report.Formats() {
		t.Run(f.Name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(out, f.Name))
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range string(data) {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028') && !(f.Name == "csv" && r == '\r') {
					t.Fatalf("character %U at %d: …%q…", r, i, data[max(0, i-20):min(len(data), i+20)])
				}
			}
			if len(data) > 200_000 {
				t.Errorf("%d bytes", len(data))
			}
			golden(t, filepath.Join("testdata", "hostile", f.Name), reportTimes.ReplaceAll(data, []byte("TIME")))
		})
	}
}

// golden compares with a file, which UPDATE=1 rewrites. The program's version stands in it as VERSION, so that a release changes no file.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	got = bytes.ReplaceAll(got, []byte(version), []byte("VERSION"))
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s (-want +got; UPDATE=1 rewrites it):\n%s", file, cmp.Diff(string(want), string(got)))
	}
}

// TestHostileFix: the script for the hostile account runs aws, as often as it has findings to mend, and nothing else, whatever things are called.
func TestHostileFix(t *testing.T) {
	bash := required(t, "bash", "bash")
	script, stderr, code := patlint(t, nil, "fix", "--no-config", "--stale", "--snapshot", hostileAccount(t), "-p", "retire-orphan-volumes")
	if code != exitClean {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	golden(t, filepath.Join("testdata", "hostile", "fix.sh"), reportDay.ReplaceAll([]byte(script), []byte("from a report of TIME")))

	home, bin := t.TempDir(), t.TempDir()
	log := filepath.Join(bin, "log")
	fake := "#!" + bash + "\n{ printf '%s\\0' \"${0##*/}\" \"$@\"; echo; } >> " + log + "\n"
	for name, answer := range map[string]string{
		"aws": "case \"$1 $2\" in 'sts get-caller-identity') echo 111122223333 ;; 'ec2 create-snapshot') echo snap-1 ;; esac\n",
		"rm":  "", "touch": "", "sh": "", "curl": "", "sudo": "",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(fake+answer), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"-n"}, {}} {
		cmd := exec.CommandContext(t.Context(), bash, append(args, "/dev/stdin")...)
		cmd.Dir, cmd.Env, cmd.Stdin = home, []string{"PATH=" + bin}, strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("bash %v: %v\n%s", args, err, out)
		}
	}
	if left, _ := os.ReadDir(home); len(left) > 0 {
		t.Errorf("%s was made", left[0].Name())
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	volumes := map[string]bool{}
	for line := range strings.Lines(string(calls)) {
		words := strings.Split(strings.TrimSuffix(line, "\x00\n"), "\x00")
		if words[0] != "aws" {
			t.Errorf("ran %q", words)
			continue
		}
		if words[2] == "create-snapshot" {
			volumes[words[6]] = true
		}
	}
	if len(volumes) < len(hostileNames) {
		t.Errorf("snapshots of %d volumes", len(volumes))
	}
}

// reportDay is when the report of a script was made.
var reportDay = regexp.MustCompile(`from a report of \d{4}-\d\d-\d\d \d\d:\d\d UTC`)
