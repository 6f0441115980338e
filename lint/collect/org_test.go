package collect

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/google/go-cmp/cmp"
)

// against opens an account whose calls, of all services, answer gets, with the action and the body.
func against(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, action, body string)) *Account {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		_, action, ok := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if !ok {
			_, rest, _ := strings.Cut(string(data), "Action=")
			action, _, _ = strings.Cut(rest, "&")
		}
		answer(w, r, action, string(data))
	}))
	t.Cleanup(server.Close)
	a, err := Open(t.Context(), Config{EndpointURL: server.URL, Rate: -1})
	if err != nil {
		t.Fatal(err)
	}
	a.backoff = func(int, error) (time.Duration, error) { return 0, nil }
	a.newRetryer = func(f func(*retry.StandardOptions)) aws.Retryer { return retry.NewStandard(f) }
	return a
}

func TestMembers(t *testing.T) {
	a := against(t, func(w http.ResponseWriter, r *http.Request, action, body string) {
		switch {
		case action != "ListAccounts" || !strings.Contains(body, `"MaxResults":20`):
			w.WriteHeader(500)
		case strings.Contains(body, "NextToken"): // an account of the first page again, and one that has only the older field
			io.WriteString(w, `{"Accounts": [{"Id": "222222222222", "State": "ACTIVE"}, {"Id": "000000000001", "Name": "old", "Status": "SUSPENDED"}]}`)
		default:
			io.WriteString(w, `{"Accounts": [{"Id": "222222222222", "Name": "prod", "State": "ACTIVE", "Status": "SUSPENDED"}], "NextToken": "more"}`)
		}
	})
	got, err := a.Members(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Member{{"000000000001", "old", "SUSPENDED"}, {"222222222222", "prod", "ACTIVE"}}, got); diff != "" {
		t.Error(diff)
	}
	if !got[0].Inactive() || got[1].Inactive() || (Member{}).Inactive() {
		t.Error("which of them can be read?")
	}
}

// TestMembersFaults: never a part of the accounts, and words that help.
func TestMembersFaults(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		status     int
		header     string
		body       string
	}{
		{"no organization", "AWSOrganizationsNotInUseException: Your account is not a member of an organization", 400, "AWSOrganizationsNotInUseException", `{"Message": "Your account is not a member of an organization."}`},
		{"code in the body", "AccessDeniedException: no; allow organizations:ListAccounts", 400, "", `{"__type": "com.amazonaws#AccessDeniedException", "Message": "no"}`},
		{"throttled", "TooManyRequestsException: slow (5 attempts)", 400, "TooManyRequestsException:http://x", `{"Message": "slow"}`},
		{"portal", "answered 200 but not with the JSON of AWS Organizations (no JSON object", 200, "", "<html>"},
		{"empty", "an empty body", 200, "", " "},
		{"cut", "the answer is not the JSON that Organizations sends", 200, "", `{"Accounts": [{"Id": "1`},
		{"another object", "answered without a list of accounts", 200, "", `{"message": "maintenance"}`},
		{"none", "the organization has no accounts", 200, "", `{"Accounts": []}`},
		{"the same token", "the same page token came twice, also when the listing was started again", 200, "", `{"Accounts": [{"Id": "1"}], "NextToken": "x"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := against(t, func(w http.ResponseWriter, _ *http.Request, _, _ string) {
				if tt.header != "" {
					w.Header().Set("X-Amzn-ErrorType", tt.header)
				}
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			})
			members, err := a.Members(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) || members != nil {
				t.Errorf("%v, %v", members, err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := against(t, nil).Members(ctx); err == nil || err.Error() != interrupted {
		t.Errorf("%v", err)
	}
}

func TestRegions(t *testing.T) {
	items := ""
	a := against(t, func(w http.ResponseWriter, r *http.Request, action, body string) {
		if action != "DescribeRegions" || !strings.Contains(body, "AllRegions=true") {
			w.WriteHeader(500)
			return
		}
		fmt.Fprint(w, document(action, items, ""))
	})
	items = "<regionInfo><item><regionName>us-east-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>" +
		"<item><regionName>ap-east-1</regionName><optInStatus>not-opted-in</optInStatus></item><item><regionName>af-south-1</regionName><optInStatus>opted-in</optInStatus></item></regionInfo>"
	enabled, disabled, err := a.Regions(t.Context())
	if diff := cmp.Diff([]string{"af-south-1", "us-east-1", "", "ap-east-1"}, append(append(enabled, ""), disabled...)); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	items = "<regionInfo/>"
	if _, _, err := a.Regions(t.Context()); err == nil || !strings.Contains(err.Error(), "names no region") {
		t.Errorf("%v", err)
	}
}

// TestAssume: the role's credentials sign what is read of its account, and are got again before they expire.
func TestAssume(t *testing.T) {
	assumed, signed := 0, map[string]int{}
	a := against(t, func(w http.ResponseWriter, r *http.Request, action, body string) {
		switch action {
		case "AssumeRole":
			for _, want := range []string{"ExternalId=x-1", "RoleSessionName=weekly", "RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Fteam%2Faudit"} {
				if !strings.Contains(body, want) {
					t.Errorf("the request lacks %s: %s", want, body)
				}
			}
			assumed++
			fmt.Fprintf(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA%d</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
				assumed, time.Now().Add(time.Duration(assumed)*time.Second).UTC().Format(time.RFC3339))
		default:
			_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
			key, _, _ := strings.Cut(credential, "/")
			signed[key]++
			fmt.Fprint(w, document(action, "<addressesSet/>", ""))
		}
	})
	role := Role{ARN: "arn:aws:iam::444455556666:role/team/audit", ExternalID: "x-1", SessionName: "weekly"}
	b, err := a.Assume(t.Context(), role)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := b.ID(t.Context()); id != "444455556666" || err != nil {
		t.Errorf("account %q, %v", id, err)
	}
	time.Sleep(1100 * time.Millisecond)
	inv, _, err := b.Collect(t.Context(), "us-east-1", []string{"DescribeAddresses"}, nil)
	if err != nil || inv.Account != "444455556666" {
		t.Errorf("%+v, %v", inv, err)
	}
	if signed["ASIA1"] != 0 || len(signed) != 1 || assumed < 2 {
		t.Errorf("assumed %d times, signed %v", assumed, signed)
	}
}

func TestAssumeFaults(t *testing.T) {
	for arn, ok := range map[string]bool{
		"arn:aws:iam::444455556666:role/audit": true, "arn:aws-cn:iam::444455556666:role/a/b+c=d,e.f@g": true,
		"": false, "audit": false, "arn:aws:iam::444455556666:user/ada": false, "arn:aws:iam::4444:role/x": false, "arn:aws:sts::444455556666:assumed-role/x/y": false,
		"arn:aws:iam::444455556666:role/x\n": false, "arn:aws:iam::444455556666:role/": false,
	} {
		if got := (Role{ARN: arn}).Account(); (got != "") != ok {
			t.Errorf("%q: account %q", arn, got)
		}
	}
	fail := func(status int, body string) error {
		a := against(t, func(w http.ResponseWriter, _ *http.Request, _, _ string) {
			w.WriteHeader(status)
			io.WriteString(w, body)
		})
		_, err := a.Assume(t.Context(), Role{ARN: "arn:aws:iam::444455556666:role/audit"})
		return err
	}
	xml := `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Code>%s</Code><Message>no</Message></Error></ErrorResponse>`
	for want, err := range map[string]error{
		"AccessDenied: no; allow sts:AssumeRole on arn:aws:iam::444455556666:role/audit, and let the role trust this caller": fail(403, fmt.Sprintf(xml, "AccessDenied")),
		"ExpiredToken: no; sign in again":                      fail(403, fmt.Sprintf(xml, "ExpiredToken")),
		"answered 200 but not with the XML of AWS STS (<html>": fail(200, "<html>"),
		"is not the ARN of a role":                             func() error { _, err := against(t, nil).Assume(t.Context(), Role{ARN: "x"}); return err }(),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
