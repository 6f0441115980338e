package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A cloud is an organization of AWS in this process: EC2, STS and Organizations. Who asks, it knows by the access key: that of an assumed role ends
// with the account's ID, any other is of the account that manages the organization.
// Set it up before it is asked, and change it then with change.
type cloud struct {
	t       testing.TB
	once    sync.Once
	at      string
	members []string // "444455556666 ACTIVE"; the managing account is among them
	regions []string // "eu-west-1 opted-in"
	volumes func(account, region string) int
	delay   time.Duration // of each page

	assume func(arn string) bool // whether a role can be; nil for any

	// fault answers in place of the cloud where it says so.
	fault func(w http.ResponseWriter, account, region, action string) bool

	mu    sync.Mutex
	calls map[string]int // by account, region and action, with blanks between
}

const manager = "111122223333"

func newCloud(t testing.TB) *cloud {
	return &cloud{
		t: t, members: []string{manager + " ACTIVE"}, regions: []string{"us-east-1 opt-in-not-required"},
		volumes: func(string, string) int { return 1 }, calls: map[string]int{},
	}
}

// url begins to listen.
func (c *cloud) url() string {
	c.once.Do(func() {
		server := httptest.NewServer(c)
		c.t.Cleanup(server.Close)
		c.at = server.URL
	})
	return c.at
}

// change is for what differs from one run to the next.
func (c *cloud) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	fields := strings.Split(credential, "/")
	account, region := manager, fields[2]
	if key := fields[0]; strings.HasPrefix(key, "ASIA") {
		account = strings.TrimPrefix(key, "ASIA")
	}
	action := r.Header.Get("X-Amz-Target")
	var body []byte
	if action == "" {
		r.ParseForm()
		action = r.Form.Get("Action")
	} else {
		_, action, _ = strings.Cut(action, ".")
		body, _ = io.ReadAll(r.Body)
	}
	c.mu.Lock()
	c.calls[account+" "+region+" "+action]++
	fault := c.fault
	c.mu.Unlock()
	if fault != nil && fault(w, account, region, action) {
		return
	}
	time.Sleep(c.delay)
	switch action {
	case "GetCallerIdentity":
		answer(w, action, "<GetCallerIdentityResult><Account>"+account+"</Account></GetCallerIdentityResult>")
	case "AssumeRole":
		if c.assume != nil && !c.assume(r.Form.Get("RoleArn")) {
			deny(w, "AccessDenied", 403)
			return
		}
		id := strings.Split(r.Form.Get("RoleArn"), ":")[4]
		answer(w, action, "<AssumeRoleResult><Credentials><AccessKeyId>ASIA"+id+"</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>"+
			r.Form.Get("RoleSessionName")+"</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>")
	case "ListAccounts":
		c.listAccounts(w, body)
	case "DescribeRegions":
		var items strings.Builder
		for _, r := range c.regions {
			name, status, _ := strings.Cut(r, " ")
			fmt.Fprintf(&items, "<item><regionName>%s</regionName><optInStatus>%s</optInStatus></item>", name, status)
		}
		answer(w, action, "<regionInfo>"+items.String()+"</regionInfo>")
	case "DescribeVolumes":
		c.describeVolumes(w, r, account, region)
	case "DescribeSnapshots":
		answer(w, action, "<snapshotSet/>")
	default:
		deny(w, "InvalidAction", 400)
	}
}

func (c *cloud) listAccounts(w http.ResponseWriter, body []byte) {
	const size = 20
	var in struct{ NextToken string }
	json.Unmarshal(body, &in)
	from, _ := strconv.Atoi(in.NextToken)
	out := map[string]any{}
	var list []any
	for _, m := range c.members[from:min(from+size, len(c.members))] {
		id, state, _ := strings.Cut(m, " ")
		list = append(list, map[string]string{"Id": id, "Name": "name of " + id, "State": state})
	}
	out["Accounts"] = list
	if from+size < len(c.members) {
		out["NextToken"] = strconv.Itoa(from + size)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	json.NewEncoder(w).Encode(out)
}

// describeVolumes lists volumes that have been attached to nothing for years.
func (c *cloud) describeVolumes(w http.ResponseWriter, r *http.Request, account, region string) {
	const size = 500
	from, _ := strconv.Atoi(r.Form.Get("NextToken"))
	total := c.volumes(account, region)
	var items strings.Builder
	for i := from; i < min(from+size, total); i++ {
		fmt.Fprintf(&items, "<item><volumeId>vol-%s%s%05d</volumeId><size>8</size><status>available</status><volumeType>gp3</volumeType><availabilityZone>%sa</availabilityZone><createTime>2024-01-01T00:00:00.000Z</createTime><tagSet><item><key>Name</key><value>data %d</value></item></tagSet></item>",
			account, strings.ReplaceAll(region, "-", ""), i, region, i)
	}
	token := ""
	if from+size < total {
		token = fmt.Sprintf("<nextToken>%d</nextToken>", from+size)
	}
	answer(w, "DescribeVolumes", "<volumeSet>"+items.String()+"</volumeSet>"+token)
}

// asked is how often an action was asked, by account and region.
func (c *cloud) asked(action string) map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]int{}
	for key, n := range c.calls {
		if where, ok := strings.CutSuffix(key, " "+action); ok {
			out[where] += n
		}
	}
	return out
}

// env points the AWS SDK at the cloud.
func (c *cloud) env() []string {
	return []string{"AWS_ENDPOINT_URL=" + c.url(), "AWS_REGION=us-east-1"}
}
