package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

// checkSaved checks a snapshot and gives the report.
func checkSaved(t *testing.T, dir string) (*lint.Report, int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	_, stderr, code := patlint(t, nil, "check", "--no-config", "--snapshot", dir, "-p", "retire-orphan-volumes", "-f", "json="+file)
	r, err := readReport(t.Context(), nil, file)
	if err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	return r, code
}

// TestSnapshotLost: an account that could not be reached is a gap of the snapshot too. What was saved of it before is kept.
func TestSnapshotLost(t *testing.T) {
	c := newCloud(t)
	c.members = []string{manager + " ACTIVE", "444400000001 ACTIVE", "444400000002 ACTIVE", "444400000003"}
	dir, fresh := t.TempDir(), t.TempDir()
	run := func(dir string, args ...string) (string, int) {
		_, stderr, code := patlint(t, c.env(), append([]string{"snapshot", "-o", dir, "--org", "--role-name", "audit", "-p", "retire-orphan-volumes", "--rate", "0"}, args...)...)
		return stderr, code
	}
	if stderr, code := run(dir); code != exitClean {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if r, _ := checkSaved(t, dir); r.Summary.Fail != 4 || len(r.Gaps) != 0 {
		t.Fatalf("%+v", r.Summary)
	}
	c.change(func() {
		c.fault = func(w http.ResponseWriter, account, _, action string) bool {
			switch {
			case action == "AssumeRole":
			case account == manager && action == "DescribeSnapshots":
			default:
				return false
			}
			deny(w, "UnauthorizedOperation", 403)
			return true
		}
	})
	for _, dir := range []string{dir, fresh} {
		stderr, code := run(dir)
		if code != exitGaps || !strings.Contains(stderr, "not read: 444400000001 us-east-1 sts:AssumeRole: ") || !strings.Contains(stderr, "4 things could not be read (exit code 3)") {
			t.Errorf("exit code %d: %s", code, stderr)
		}
	}
	if r, _ := checkSaved(t, dir); r.Summary.Fail != 4 {
		t.Errorf("what was saved before is not kept: %+v", r.Summary)
	}
	r, code := checkSaved(t, fresh)
	if code != exitFindings || r.Summary.Fail != 1 || r.Summary.Unknown != 3 {
		t.Errorf("exit code %d, %+v", code, r.Summary)
	}
	lost := map[string]bool{}
	for _, g := range r.Gaps {
		if strings.Contains(g.Error, "sts:AssumeRole") && len(g.Patterns) > 0 {
			lost[g.Account+" "+g.Region] = true
		}
	}
	if diff := cmp.Diff(map[string]bool{"444400000001 us-east-1": true, "444400000002 us-east-1": true, "444400000003 us-east-1": true}, lost); diff != "" {
		t.Errorf("gaps: %s", diff)
	}

	// The place of an account of which not even the regions are known goes when it is reached again.
	all := t.TempDir()
	run(all, "--all-regions")
	if _, err := os.Stat(filepath.Join(all, "444400000001", "unknown", "patlint.json")); err != nil {
		t.Error(err)
	}
	c.change(func() { c.fault = nil })
	run(all, "--all-regions")
	if r, code := checkSaved(t, all); code != exitFindings || len(r.Gaps) > 0 || r.Summary.Fail != 4 {
		t.Errorf("exit code %d, %+v, %+v", code, r.Summary, r.Gaps)
	}
}

// TestSnapshotNameless: of two accounts without an ID one is saved, and the other is said to be missing.
func TestSnapshotNameless(t *testing.T) {
	c := newCloud(t)
	c.volumes = func(string, string) int { return 0 }
	c.fault = func(w http.ResponseWriter, _, _, action string) bool {
		if action == "GetCallerIdentity" {
			deny(w, "AccessDenied", 403)
		}
		return action == "GetCallerIdentity"
	}
	config := filepath.Join(t.TempDir(), "config")
	profile := "[profile %s]\nregion = us-east-1\naws_access_key_id = ASIA%s\naws_secret_access_key = s\n"
	if err := os.WriteFile(config, []byte(fmt.Sprintf(profile, "a", "444400000001")+fmt.Sprintf(profile, "b", "444400000002")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := patlint(t, append(c.env(), "AWS_CONFIG_FILE="+config, "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="),
		"snapshot", "-o", t.TempDir(), "--profile", "a", "--profile", "b", "-p", "retire-orphan-volumes", "--rate", "0")
	if code != exitGaps || !strings.Contains(stderr, "another account of which the ID is not known") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
