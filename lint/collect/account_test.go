package collect

import (
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// profiles writes an AWS configuration and takes the credentials out of the environment.
func profiles(t *testing.T, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("HOME", filepath.Dir(file))
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
}

// AWS's ordinary sources of credentials and of the region: which access key signs, and for which region.
func TestCredentials(t *testing.T) {
	config := `
[default]
region = eu-central-1
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = s
[profile prod]
region = eu-west-1
aws_access_key_id = AKIDPROD
aws_secret_access_key = s
[profile process]
region = eu-west-3
credential_process = echo '{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s", "AccountId": "999900001111"}'
[profile role]
region = eu-north-1
role_arn = arn:aws:iam::444455556666:role/audit
source_profile = prod
`
	for _, test := range []struct {
		name                string
		env                 map[string]string
		config              Config
		key, region, signed string // signed: the region of the account's call
	}{
		{"default profile", nil, Config{}, "AKIDDEFAULT", "eu-central-1", "eu-central-1"},
		{"environment", map[string]string{"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "ap-south-1"}, Config{}, "AKIDENV", "ap-south-1", "ap-south-1"},
		{"AWS_PROFILE", map[string]string{"AWS_PROFILE": "prod"}, Config{}, "AKIDPROD", "eu-west-1", "eu-west-1"},
		{"profile option", map[string]string{"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"}, Config{Profile: "prod"}, "AKIDPROD", "eu-west-1", "eu-west-1"},
		{"region option", map[string]string{"AWS_REGION": "ap-south-1"}, Config{Profile: "prod", Region: "ca-west-1"}, "AKIDPROD", "ca-west-1", "ca-west-1"},
		{"process", nil, Config{Profile: "process"}, "AKIDPROCESS", "eu-west-3", "eu-west-3"},
		{"role", nil, Config{Profile: "role"}, "ASIAROLE", "eu-north-1", "eu-north-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			profiles(t, config)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			e := newEndpoint(t)
			t.Setenv("AWS_ENDPOINT_URL_STS", e.url)
			e.faults["AssumeRole"] = raw(200, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
			a := e.open(t, func(c *Config) { c.Profile, c.Region = test.config.Profile, test.config.Region })
			if a.Region() != test.region {
				t.Errorf("region is %q", a.Region())
			}
			if _, _, err := a.Collect(t.Context(), a.Region(), []string{"DescribeAddresses"}, nil); err != nil {
				t.Fatal(err)
			}
			if r := e.requests("DescribeAddresses"); len(r) != 1 || r[0].key != test.key || r[0].region != test.signed {
				t.Errorf("signed %+v", r)
			}
		})
	}
}

// An instance's role, and the instance's region where nothing else names one.
func TestInstanceRole(t *testing.T) {
	imds := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
		switch r.URL.Path {
		case "/latest/api/token":
			io.WriteString(w, "token")
		case "/latest/meta-data/iam/security-credentials/":
			io.WriteString(w, "audit")
		case "/latest/meta-data/iam/security-credentials/audit":
			io.WriteString(w, `{"Code": "Success", "AccessKeyId": "ASIAINSTANCE", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z", "AccountId": "777788889999"}`)
		case "/latest/dynamic/instance-identity/document":
			io.WriteString(w, `{"region": "sa-east-1"}`)
		default:
			http.NotFound(w, r)
		}
	}))
	defer imds.Close()
	profiles(t, "")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.URL)
	e := newEndpoint(t)
	a := e.open(t)
	if a.Region() != "sa-east-1" {
		t.Errorf("region is %q", a.Region())
	}
	collect(t, a, "DescribeAddresses")
	if r := e.requests("DescribeAddresses"); len(r) != 1 || r[0].key != "ASIAINSTANCE" {
		t.Errorf("signed %+v", r)
	}
	if a := e.open(t, func(c *Config) { c.Region = "eu-south-1" }); a.Region() != "eu-south-1" {
		t.Errorf("region is %q, not the option's", a.Region())
	}
}

// What is wrong with the configuration is said before any call, with the way out.
func TestOpenErrors(t *testing.T) {
	config := `
[profile empty]
region = eu-west-1
[profile mfa]
role_arn = arn:aws:iam::444455556666:role/audit
mfa_serial = arn:aws:iam::111122223333:mfa/me
source_profile = keys
[profile keys]
aws_access_key_id = AKIDPROD
aws_secret_access_key = s
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = audit
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.test/start
[profile failing]
credential_process = exit 3
[profile circle]
role_arn = arn:aws:iam::444455556666:role/audit
source_profile = nowhere
`
	for _, test := range []struct {
		name   string
		env    map[string]string
		config Config
		want   []string
	}{
		{"profile", nil, Config{Profile: "pord"}, []string{`there is no AWS profile "pord"; aws configure list-profiles`}},
		{"AWS_PROFILE", map[string]string{"AWS_PROFILE": "pord"}, Config{}, []string{`profile "pord" (from AWS_PROFILE); aws configure list-profiles`}},
		{"none", nil, Config{}, []string{"there are no AWS credentials; choose a profile"}},
		{"empty profile", nil, Config{Profile: "empty"}, []string{`the AWS profile "empty" has no credentials`}},
		{"mfa", nil, Config{Profile: "mfa"}, []string{`the AWS profile "mfa" asks for an MFA code`}},
		{"sso", nil, Config{Profile: "sso"}, []string{"IAM Identity Center", "aws sso login --profile sso"}},
		{"process", nil, Config{Profile: "failing"}, []string{"AWS credentials cannot be had", "exit status 3"}},
		{"source profile", nil, Config{Profile: "circle"}, []string{"nowhere"}},
		{"endpoint", nil, Config{EndpointURL: "localhost:5000"}, []string{`endpoint URL "localhost:5000" is not of the form http://host:port`}},
		{"endpoint without host", nil, Config{EndpointURL: "http://"}, []string{"endpoint URL"}},
		{"rate", nil, Config{Rate: math.NaN()}, []string{"the rate is not a number"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			profiles(t, config)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			_, err := Open(t.Context(), test.config)
			var wrong *ConfigError
			if !errors.As(err, &wrong) {
				t.Fatalf("error is %v", err)
			}
			for _, w := range test.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not say %q", err, w)
				}
			}
			if strings.ContainsAny(err.Error(), "\n<") || strings.HasSuffix(err.Error(), ".") {
				t.Errorf("not a message in our style: %q", err)
			}
		})
	}
	profiles(t, "[profile x\nregion")
	if _, err := Open(t.Context(), Config{Profile: "x"}); !errors.As(err, new(*ConfigError)) {
		t.Errorf("broken file: %v", err)
	}
}

func TestID(t *testing.T) {
	for _, test := range []struct {
		name string
		env  map[string]string // URL stands for a second endpoint's
		want string
		ec2  int // calls of STS that went to EC2's endpoint
		sts  int // to the second endpoint
	}{
		{"by STS, at EC2's endpoint", nil, testAccount, 1, 0},
		{"by STS, elsewhere", map[string]string{"AWS_ENDPOINT_URL_STS": "URL"}, testAccount, 0, 1},
		{"by STS, everything elsewhere", map[string]string{"AWS_ENDPOINT_URL": "URL"}, testAccount, 0, 1},
		{"by STS, whatever the environment says", map[string]string{"AWS_ACCOUNT_ID": "222233334444"}, testAccount, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, second := newEndpoint(t), newEndpoint(t)
			for name, value := range test.env {
				t.Setenv(name, strings.Replace(value, "URL", second.url, 1))
			}
			a := e.open(t)
			for range 3 { // learned once
				if id, err := a.ID(t.Context()); id != test.want || err != nil {
					t.Errorf("ID is %q, %v", id, err)
				}
			}
			if inv, _ := collect(t, a, "DescribeAddresses"); inv.Account != test.want {
				t.Errorf("inventory of %q", inv.Account)
			}
			if n, m := len(e.requests("GetCallerIdentity")), len(second.requests("GetCallerIdentity")); n != test.ec2 || m != test.sts {
				t.Errorf("STS was asked %d and %d times", n, m)
			}
			if len(e.requests("DescribeAddresses")) != 1 {
				t.Error("EC2's call went elsewhere")
			}
		})
	}
}

// AWS's own variables lead to an emulator as --endpoint-url does, and --endpoint-url wins.
func TestEndpointVariables(t *testing.T) {
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2"} {
		e, other := newEndpoint(t), newEndpoint(t)
		t.Setenv(name, e.url)
		inv, _ := collect(t, e.open(t, func(c *Config) { c.EndpointURL = "" }), "DescribeVolumes")
		whole(t, inv, "DescribeVolumes")
		inv, _ = collect(t, e.open(t, func(c *Config) { c.EndpointURL = other.url }), "DescribeVolumes")
		whole(t, inv, "DescribeVolumes")
		if len(e.requests("DescribeVolumes")) != 2 || len(other.requests("DescribeVolumes")) != 2 {
			t.Errorf("%s: %d and %d requests", name, len(e.requests("")), len(other.requests("")))
		}
		os.Unsetenv(name)
	}
}

// STS is asked with little patience, a failure is remembered, and an interruption is not.
func TestIDFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault fault
		tries int
		want  string
	}{
		{"denied", failing(403, "AccessDenied", ""), 1, "account ID: "},
		{"down", failing(503, "ServiceUnavailable", ""), 2, "(2 attempts)"},
		{"portal", raw(200, "<html>log in</html>"), 2, "answered 200 but not with"},
		{"empty", raw(200, "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"), 1, "answered without an account"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEndpoint(t)
			e.faults["GetCallerIdentity"] = test.fault
			a := e.open(t)
			for range 2 {
				if id, err := a.ID(t.Context()); id != "" || err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "<html>log") {
					t.Errorf("ID is %q, %v", id, err)
				}
			}
			if n := len(e.requests("GetCallerIdentity")); n != test.tries {
				t.Errorf("%d requests", n)
			}
			inv, _ := collect(t, a, "DescribeVolumes")
			whole(t, inv, "DescribeVolumes")
		})
	}
}

func TestMaxAttempts(t *testing.T) {
	for _, test := range []struct {
		env  string
		conf int
		want int
	}{{"", 0, 5}, {"", 2, 2}, {"3", 0, 3}, {"3", 4, 4}, {"", 1, 1}} {
		if test.env != "" {
			t.Setenv("AWS_MAX_ATTEMPTS", test.env)
		}
		e := newEndpoint(t)
		e.faults["DescribeVolumes"] = failing(503, "Unavailable", "")
		inv, stats := collect(t, e.open(t, func(c *Config) { c.MaxAttempts = test.conf }), "DescribeVolumes")
		gap(t, inv, "DescribeVolumes", "Unavailable")
		if n := len(e.requests("DescribeVolumes")); n != test.want || stats.Calls != test.want {
			t.Errorf("%+v: %d requests, %d counted", test, n, stats.Calls)
		}
		os.Unsetenv("AWS_MAX_ATTEMPTS")
	}
}

// Nothing reaches stderr by itself: the SDK's warnings come to Log, or are dropped.
func TestLog(t *testing.T) {
	old := os.Stderr
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = w
	var logged []string
	for _, log := range []func(string){nil, func(s string) { logged = append(logged, s) }} {
		a, err := Open(t.Context(), Config{EndpointURL: "http://127.0.0.1:1", Rate: -1, Log: log})
		if err != nil {
			t.Error(err)
			continue
		}
		a.aws.Logger.Logf("WARN", "a warning with %d words\n", 5)
		a.newRetryer = func(f func(*retry.StandardOptions)) aws.Retryer { return retry.NewStandard(f) }
		a.backoff = func(int, error) (time.Duration, error) { return 0, nil }
		// The SDK warns of a body that it cannot close or drain.
		a.send = func(req *http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
		a.Collect(t.Context(), "us-east-1", []string{"DescribeVolumes"}, nil)
	}
	os.Stderr = old
	w.Close()
	if out, _ := io.ReadAll(r); len(out) != 0 {
		t.Errorf("stderr got %q", out)
	}
	if len(logged) != 1 || logged[0] != "a warning with 5 words" {
		t.Errorf("logged %q", logged)
	}
}

// A proxy that reads TLS: said at once, and mended by AWS_CA_BUNDLE as elsewhere with AWS.
func TestCertificates(t *testing.T) {
	e := newEndpoint(t)
	server := httptest.NewUnstartedServer(e)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	e.url = server.URL
	inv, stats := collect(t, e.open(t), "DescribeVolumes")
	gap(t, inv, "DescribeVolumes", "certificate signed by unknown authority", "AWS_CA_BUNDLE")
	if stats.Calls != 1 {
		t.Errorf("%d calls", stats.Calls)
	}

	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", bundle)
	inv, _ = collect(t, e.open(t), "DescribeVolumes")
	whole(t, inv, "DescribeVolumes")
}
