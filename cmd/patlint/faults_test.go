package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/lint"
)

// ec2Endpoint is as much of EC2 as one volume and its snapshots need. fault may answer DescribeSnapshots in its stead.
func ec2Endpoint(t *testing.T, fault http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		switch action := r.Form.Get("Action"); action {
		case "GetCallerIdentity":
			answer(w, action, "<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>")
		case "DescribeVolumes":
			answer(w, action, "<volumeSet><item><volumeId>vol-1</volumeId><size>8</size><status>in-use</status><volumeType>gp3</volumeType><createTime>2024-01-01T00:00:00.000Z</createTime></item></volumeSet>")
		case "DescribeSnapshots":
			fault(w, r)
		case "DescribeInstances":
			answer(w, action, "<reservationSet/>")
		default:
			deny(w, "InvalidAction", 400)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func answer(w http.ResponseWriter, action, body string) {
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<%[1]sResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>%[2]s</%[1]sResponse>`, action, body)
}

func deny(w http.ResponseWriter, code string, status int) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `<Response><Errors><Error><Code>%s</Code><Message>no</Message></Error></Errors><RequestID>r-1</RequestID></Response>`, code)
}

const page = "<snapshotSet><item><snapshotId>snap-%d</snapshotId><volumeId>vol-9</volumeId></item></snapshotSet><nextToken>%s</nextToken>"

// TestFaults: whatever happens to a call, the command ends, names the action, and does not pass what it did not read.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name, words string
		fault       http.HandlerFunc
	}{
		{"denied", "UnauthorizedOperation", func(w http.ResponseWriter, _ *http.Request) { deny(w, "UnauthorizedOperation", 403) }},
		{"throttled", "RequestLimitExceeded", func(w http.ResponseWriter, _ *http.Request) { deny(w, "RequestLimitExceeded", 503) }},
		{"internal error", "InternalError", func(w http.ResponseWriter, _ *http.Request) { deny(w, "InternalError", 500) }},
		{"cut body", "", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `<DescribeSnapshotsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><snapshotSet><item><snapshotId>snap-1</snap`)
		}},
		{"captive portal", "not with EC2's XML", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body>Log in</body></html>") }},
		{"empty", "an empty body", func(http.ResponseWriter, *http.Request) {}},
		{"the same token again", "page token", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, "DescribeSnapshots", fmt.Sprintf(page, 1, "again"))
		}},
		{"expired token", "InvalidNextToken", func(w http.ResponseWriter, r *http.Request) {
			if r.Form.Get("NextToken") != "" {
				deny(w, "InvalidNextToken", 400)
				return
			}
			answer(w, "DescribeSnapshots", fmt.Sprintf(page, 1, "old"))
		}},
		{"hangs", "no whole answer within 300ms", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := ec2Endpoint(t, tt.fault)
			out, stderr, code := patlint(t, nil, "check", "-p", "snapshot-every-volume", "--region", "us-east-1", "--endpoint-url", url, "--rate", "0", "--timeout", "300ms", "-f", "json")
			if code != exitGaps || !strings.Contains(stderr, "(exit code 3)") {
				t.Errorf("exit code %d, stderr %q", code, stderr)
			}
			var r lint.Report
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatal(err)
			}
			if r.Summary.Pass != 0 || r.Summary.Unknown != 1 || r.Summary.Fail != 0 {
				t.Errorf("summary %+v", r.Summary)
			}
			if len(r.Gaps) != 1 || r.Gaps[0].Action != "ec2:DescribeSnapshots" || !strings.Contains(r.Gaps[0].Error, tt.words) || r.Gaps[0].Patterns[0] != "snapshot-every-volume" {
				t.Errorf("gaps %+v, want %q", r.Gaps, tt.words)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		url := ec2Endpoint(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, "DescribeSnapshots", "<snapshotSet/>") })
		out, stderr, code := patlint(t, nil, "check", "-p", "snapshot-every-volume", "--region", "us-east-1", "--endpoint-url", url)
		if code != exitFindings || !strings.Contains(out, "vol-1") || !strings.Contains(out, "3 calls to AWS") {
			t.Errorf("exit code %d\n%s\n%s", code, out, stderr)
		}
	})
}

// TestInterrupt: Ctrl-C prints what is known so far and says what is missing.
func TestInterrupt(t *testing.T) {
	reached := make(chan struct{}, 10)
	url := ec2Endpoint(t, func(_ http.ResponseWriter, r *http.Request) {
		reached <- struct{}{}
		<-r.Context().Done()
	})
	cmd := exec.CommandContext(t.Context(), "patlint", "check", "-v", "-p", "snapshot-every-volume", "--region", "us-east-1", "--endpoint-url", url, "--rate", "0", "--timeout", "1m")
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	var out bytes.Buffer
	cmd.Stdout = &out
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-reached:
	case <-time.After(30 * time.Second):
		t.Fatal("the command asked nothing")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var last string
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		last = lines.Text()
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitGaps || !strings.Contains(last, "(exit code 3)") {
		t.Errorf("exit code %d, last line %q", code, last)
	}
	if !regexp.MustCompile(`ec2:DescribeSnapshots.*: interrupted`).MatchString(out.String()) { // beside others that are under way
		t.Errorf("stdout:\n%s", out.String())
	}
}

// TestInterruptStdin: Ctrl-C ends the wait for a snapshot that does not come.
func TestInterruptStdin(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "patlint", "check", "--no-config", "-p", "snapshot-every-volume", "--snapshot", "-")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdin.Write([]byte("{")); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond) // the program reads by then; if not, it is interrupted before
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitGaps || !strings.Contains(stderr.String(), "(exit code 3)") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
}
