package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

// moody stands in front of moto, which enforces nothing, and refuses what AWS would refuse. It knows who asks by the access keys that STS gave out.
type moody struct {
	proxy *httputil.ReverseProxy

	mu       sync.Mutex
	accounts map[string]string // by access key
}

const (
	healthy, denied, expired = "111111111111", "222222222222", "333333333333"
	disabledRegion           = "af-south-1"
)

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	fields := strings.Split(credential, "/")
	m.mu.Lock()
	account := m.accounts[fields[0]]
	m.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	action := form.Get("Action")
	switch service := fields[3]; {
	case service != "ec2":
	case account == expired:
		deny(w, "RequestExpired", 400)
		return
	case action == "DescribeRegions":
		answer(w, action, "<regionInfo><item><regionName>"+disabledRegion+"</regionName><optInStatus>not-opted-in</optInStatus></item></regionInfo>")
		return
	case fields[2] == disabledRegion:
		deny(w, "AuthFailure", 401)
		return
	case account == denied && action == "DescribeSecurityGroups":
		deny(w, "UnauthorizedOperation", 403)
		return
	}
	m.proxy.ServeHTTP(w, r)
}

// TestMotoScopes: three accounts in four regions, one account denied a call, one with an expired token, one region disabled: what is there to find is
// found, exactly, and the rest is said.
func TestMotoScopes(t *testing.T) {
	moto := startMoto(t)
	target, err := url.Parse(moto)
	if err != nil {
		t.Fatal(err)
	}
	front := &moody{proxy: httputil.NewSingleHostReverseProxy(target), accounts: map[string]string{}}
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)

	regions := []string{"ap-southeast-2", "eu-west-1", "us-east-1", disabledRegion}
	config := ""
	var want []string
	for _, account := range []string{healthy, denied, expired} {
		out, err := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &moto, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}).AssumeRole(
			t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + account + ":role/audit"), RoleSessionName: aws.String("seed")})
		if err != nil {
			t.Fatal(err)
		}
		key := aws.ToString(out.Credentials.AccessKeyId)
		front.accounts[key] = account
		config += "[profile a" + account + "]\naws_access_key_id = " + key + "\naws_secret_access_key = " + aws.ToString(out.Credentials.SecretAccessKey) +
			"\naws_session_token = " + aws.ToString(out.Credentials.SessionToken) + "\n"
		for _, region := range regions[:3] {
			s := &seed{t, t.Context(), ec2.New(ec2.Options{Region: region, BaseEndpoint: &moto, Credentials: credentials.NewStaticCredentialsProvider(
				key, aws.ToString(out.Credentials.SecretAccessKey), aws.ToString(out.Credentials.SessionToken))})}
			if region == "eu-west-1" {
				_, err := s.EnableEbsEncryptionByDefault(s.ctx, &ec2.EnableEbsEncryptionByDefaultInput{})
				s.check(err)
			} else if account != expired {
				want = append(want, account+" encrypt-by-default "+region)
			}
			open := s.group("open", "0.0.0.0/0", 22)
			s.group("office", "198.51.100.0/24", 22)
			if account == healthy {
				want = append(want, account+" close-admin-ports "+open)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"check", "-p", "encrypt-by-default", "-p", "close-admin-ports", "--endpoint-url", server.URL, "--rate", "100", "-f", "json"}
	for _, account := range []string{healthy, denied, expired} {
		args = append(args, "--profile", "a"+account)
	}
	for _, region := range regions {
		args = append(args, "--region", region)
	}
	out, stderr, code := patlint(t, []string{"AWS_CONFIG_FILE=" + file, "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="}, args...)
	var r lint.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Resource.Account+" "+f.Pattern+" "+f.Resource.ID)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-seeded +reported):\n%s", diff)
	}
	var wantGaps, gaps []string
	unknown := 0
	for _, account := range []string{healthy, denied, expired} {
		for _, region := range regions {
			for _, call := range []struct{ action, pattern string }{{"ec2:DescribeNetworkInterfaces", "close-admin-ports"},
				{"ec2:DescribeSecurityGroups", "close-admin-ports"}, {"ec2:GetEbsEncryptionByDefault", "encrypt-by-default"}} {
				why := ""
				switch {
				case account == expired:
					why = "RequestExpired"
				case region == disabledRegion:
					why = "region af-south-1 is not enabled"
				case account == denied && call.action == "ec2:DescribeSecurityGroups":
					why = "UnauthorizedOperation"
				default:
					continue
				}
				if call.action != "ec2:DescribeNetworkInterfaces" { // which the rule needs besides, and is no subject of it
					unknown++
				}
				wantGaps = append(wantGaps, strings.Join([]string{account, region, call.action, call.pattern, why}, "|"))
			}
		}
	}
	for _, g := range r.Gaps {
		if len(g.Patterns) == 0 {
			continue // only a message or an estimate misses it
		}
		why := g.Error
		for _, words := range []string{"RequestExpired", "region af-south-1 is not enabled", "UnauthorizedOperation"} {
			if strings.Contains(g.Error, words) {
				why = words
			}
		}
		gaps = append(gaps, strings.Join([]string{g.Account, g.Region, g.Action, strings.Join(g.Patterns, " "), why}, "|"))
	}
	slices.Sort(wantGaps)
	slices.Sort(gaps)
	if diff := cmp.Diff(wantGaps, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if last := lines[len(lines)-1]; code != exitFindings || !strings.Contains(last, "(exit code 1)") || !strings.Contains(last, "things could not be read") {
		t.Errorf("exit code %d, last line %q", code, last)
	}
	if r.Summary.Pass == 0 || r.Summary.Unknown != unknown {
		t.Errorf("summary %+v", r.Summary)
	}
}
