package collect

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patlint/patlint/lint"
)

// running is an instance's item, with tags as key and value.
func running(id string, tags ...string) string {
	return instanceIn("running", id, tags...)
}

func instanceIn(state, id string, tags ...string) string {
	var items []string
	for i := 0; i < len(tags); i += 2 {
		items = append(items, "<key>"+tags[i]+"</key><value>"+tags[i+1]+"</value>")
	}
	return "<instanceId>" + id + "</instanceId><instanceState><name>" + state + "</name></instanceState>" + set("tagSet", items...)
}

func instances(items ...string) []string {
	return []string{set("reservationSet", "<reservationId>r-1</reservationId>"+set("instancesSet", items...))}
}

func manyInstances(n int) []string {
	var items []string
	for i := range n {
		items = append(items, running(fmt.Sprintf("i-%04d", i)))
	}
	return instances(items...)
}

// ofInstance limits a fault to one instance.
func ofInstance(id string, f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, n int) bool {
		return r.Form.Get("InstanceId") == id && f(w, r, n)
	}
}

// userDataOf reads user data and shows it as "i-1=text", in order.
func userDataOf(t *testing.T, a *Account, ctx context.Context) (string, error) {
	t.Helper()
	r, err := a.newRun(ctx, "us-east-1", []string{"DescribeInstanceAttribute"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := r.pages["DescribeInstanceAttribute"]()
	var out []string
	for _, page := range pages {
		for _, item := range page.([]lint.InstanceUserData) {
			if item.UserData == nil {
				t.Errorf("%s was asked, but its item does not say so", *item.InstanceId)
				continue
			}
			text := "none"
			if v := item.UserData.Value; v != nil {
				b, err := base64.StdEncoding.DecodeString(*v)
				if err != nil {
					t.Error(err)
				}
				text = string(b)
			}
			out = append(out, *item.InstanceId+"="+text)
		}
	}
	return strings.Join(out, " "), err
}

var goneInstance = failing(400, "InvalidInstanceID.NotFound", "The instance ID 'i-2' does not exist")

// Who is asked, in the order of IDs, and what stands in the inventory.
func TestUserData(t *testing.T) {
	group := func(template, version string) []string {
		return []string{"aws:autoscaling:groupName", "web", "aws:ec2launchtemplate:id", template, "aws:ec2launchtemplate:version", version}
	}
	text := base64.StdEncoding.EncodeToString([]byte("hello"))
	own := func(w http.ResponseWriter, r *http.Request, _ int) bool {
		body := "<instanceId>" + r.Form.Get("InstanceId") + "</instanceId>"
		switch r.Form.Get("InstanceId") {
		case "i-1":
			body += "<userData/>"
		case "i-2": // not even that
		default:
			body += "<userData><value>" + text + "</value></userData>"
		}
		w.Write([]byte(document("DescribeInstanceAttribute", body, "")))
		return true
	}
	denied := failing(403, "UnauthorizedOperation", "no")
	for _, test := range []struct {
		name   string
		items  []string
		faults map[string]fault
		want   string
		gap    string
		asked  int
	}{
		{"plain, none and nothing", []string{running("i-3"), running("i-1"), running("i-2")}, nil, "i-1=none i-2=none i-3=hello", "", 3},
		{"no instances", []string{instanceIn("terminated", "i-1"), instanceIn("shutting-down", "i-2")}, nil, "", "", 0},
		{"stopped", []string{instanceIn("stopped", "i-3"), instanceIn("terminated", "i-4")}, nil, "i-3=hello", "", 1},
		{"a template tells", []string{running("i-3", group("lt-1", "2")...), running("i-4", "aws:ec2:fleet-id", "fleet-1", "aws:ec2launchtemplate:id", "lt-1", "aws:ec2launchtemplate:version", "1"), running("i-5")}, nil, "i-5=hello", "", 1},
		{"a version that was not read", []string{running("i-3", group("lt-1", "9")...), running("i-4", group("lt-9", "1")...)}, nil, "i-3=hello i-4=hello", "", 2},
		{"launched from a template by hand", []string{running("i-3", "aws:ec2launchtemplate:id", "lt-1", "aws:ec2launchtemplate:version", "1")}, nil, "i-3=hello", "", 1},
		{"versions refused", []string{running("i-3", group("lt-1", "2")...)}, map[string]fault{"DescribeLaunchTemplateVersions": denied}, "i-3=hello", "", 1},
		{"instances refused", nil, map[string]fault{"DescribeInstances": denied}, "", "needs DescribeInstances", 0},
		{"refused", []string{running("i-3"), running("i-4"), running("i-5")}, map[string]fault{"DescribeInstanceAttribute": denied}, "", "UnauthorizedOperation", 1},
		{"refused after one that is gone", []string{running("i-3"), running("i-4"), running("i-5")}, map[string]fault{"DescribeInstanceAttribute": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return ofInstance("i-3", goneInstance)(w, r, n) || denied(w, r, n)
		}}, "", "UnauthorizedOperation", 2},
		{"one is gone", []string{running("i-3"), running("i-4"), running("i-5")}, map[string]fault{"DescribeInstanceAttribute": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return ofInstance("i-4", goneInstance)(w, r, n) || own(w, r, n)
		}}, "i-3=hello i-5=hello", "", 3},
		{"all are gone", []string{running("i-3"), running("i-4")}, map[string]fault{"DescribeInstanceAttribute": goneInstance}, "", "", 2},
		{"one is refused", []string{running("i-3"), running("i-4"), running("i-5")}, map[string]fault{"DescribeInstanceAttribute": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return ofInstance("i-4", denied)(w, r, n) || own(w, r, n)
		}}, "i-3=hello i-5=hello", "user data of 1 of 3 instances could not be read: UnauthorizedOperation: no; allow ec2:DescribeInstanceAttribute", 3},
		{"one fails for good", []string{running("i-3"), running("i-4"), running("i-5")}, map[string]fault{"DescribeInstanceAttribute": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return ofInstance("i-5", failing(500, "InternalError", "An internal error has occurred"))(w, r, n) || own(w, r, n)
		}}, "i-3=hello i-4=hello", "user data of 1 of 3 instances could not be read: InternalError: An internal error has occurred (5 attempts)", 7},
		{"one fails once", []string{running("i-3"), running("i-4")}, map[string]fault{"DescribeInstanceAttribute": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return first(1, raw(502, html502))(w, r, n) || own(w, r, n)
		}}, "i-3=hello i-4=hello", "", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEndpoint(t)
			e.pages["DescribeInstances"] = instances(test.items...)
			e.faults["DescribeInstanceAttribute"] = own
			for source, f := range test.faults {
				e.faults[source] = f
			}
			got, err := userDataOf(t, e.open(t), t.Context())
			if got != test.want {
				t.Errorf("read %q, not %q", got, test.want)
			}
			if n := len(e.requests("DescribeInstanceAttribute")); n != test.asked {
				t.Errorf("%d requests, not %d", n, test.asked)
			}
			inv, _ := collect(t, e.open(t), "DescribeInstanceAttribute")
			if test.gap == "" {
				whole(t, inv, "DescribeInstanceAttribute")
			} else {
				gap(t, inv, "DescribeInstanceAttribute", test.gap)
			}
			if (err != nil) != (test.gap != "") {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// No more calls than the bound, and the reason says how many instances are left.
func TestUserDataBound(t *testing.T) {
	for _, test := range []struct {
		bound, instances, asked int
		gap                     string
	}{
		{0, 3, 3, ""}, {3, 3, 3, ""}, {0, 501, 500, "user data of 500 of 501 instances was read; --user-data-calls raises the bound"},
		{2, 3, 2, "user data of 2 of 3 instances was read"}, {-1, 3, 0, "user data of 0 of 3 instances was read; --user-data-calls raises the bound"}, {-1, 0, 0, ""},
	} {
		e := newEndpoint(t)
		e.pages["DescribeInstances"] = manyInstances(test.instances)
		a := e.open(t, func(c *Config) { c.UserDataCalls = test.bound })
		inv, _ := collect(t, a, "DescribeInstanceAttribute")
		if test.gap == "" {
			whole(t, inv, "DescribeInstanceAttribute")
		} else {
			gap(t, inv, "DescribeInstanceAttribute", test.gap)
		}
		var ids []string
		for _, r := range e.requests("DescribeInstanceAttribute") {
			ids = append(ids, r.form.Get("InstanceId"))
		}
		slices.Sort(ids)
		if len(ids) != test.asked || test.asked > 0 && ids[len(ids)-1] != fmt.Sprintf("i-%04d", test.asked-1) {
			t.Errorf("%+v: %d requests", test, len(ids))
		}
	}
	// Cut, and some of what was asked is missing.
	e := newEndpoint(t)
	e.pages["DescribeInstances"] = manyInstances(5)
	e.faults["DescribeInstanceAttribute"] = ofInstance("i-0002", failing(400, "InvalidParameter", "odd"))
	got, err := userDataOf(t, e.open(t, func(c *Config) { c.UserDataCalls = 3 }), t.Context())
	if strings.Count(got, "=") != 2 || err == nil || err.Error() != "user data of 1 of 3 instances could not be read: InvalidParameter: odd; user data of 2 of 5 instances was read; --user-data-calls raises the bound" {
		t.Errorf("read %q, %v", got, err)
	}
}

// An endpoint that fails for everyone is given up, and no more than eight calls are under way at a time.
func TestUserDataGivesUp(t *testing.T) {
	e := newEndpoint(t)
	e.pages["DescribeInstances"] = manyInstances(200)
	e.faults["DescribeInstanceAttribute"] = failing(400, "InvalidAction", "no such thing")
	_, err := userDataOf(t, e.open(t), t.Context())
	if n := len(e.requests("DescribeInstanceAttribute")); n < maxUnread || n > maxUnread+eachWorkers+1 {
		t.Errorf("%d requests", n)
	}
	if err == nil || !strings.HasPrefix(err.Error(), "user data of 200 of 200 instances could not be read: InvalidAction: no such thing") {
		t.Errorf("error is %v", err)
	}

	e = newEndpoint(t)
	e.pages["DescribeInstances"] = manyInstances(100)
	var now, most atomic.Int64
	e.faults["DescribeInstanceAttribute"] = func(http.ResponseWriter, *http.Request, int) bool {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(time.Millisecond)
		now.Add(-1)
		return false
	}
	if _, err := userDataOf(t, e.open(t), t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := most.Load(); n < 2 || n > eachWorkers {
		t.Errorf("%d calls at a time", n)
	}
}

// Ctrl-C: what was read stays, and the rest is a gap.
func TestUserDataInterrupted(t *testing.T) {
	e := newEndpoint(t)
	e.pages["DescribeInstances"] = manyInstances(100)
	ctx, cancel := context.WithCancel(t.Context())
	e.faults["DescribeInstanceAttribute"] = func(w http.ResponseWriter, r *http.Request, n int) bool {
		if n < 20 {
			return false
		}
		cancel()
		<-r.Context().Done()
		return true
	}
	a := e.open(t)
	got, err := userDataOf(t, a, ctx)
	if n := strings.Count(got, "="); err == nil || n < 20-eachWorkers || n > 20 {
		t.Errorf("read %q, %v", got, err)
	}
	inv, _, err := a.Collect(ctx, "us-east-1", []string{"DescribeInstanceAttribute"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if reason := gap(t, inv, "DescribeInstanceAttribute"); reason != interrupted {
		t.Errorf("reason is %q", reason)
	}
}

// The end of the context between two calls, when none of them has failed.
func TestUserDataInterruptedBetween(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	pages, err := askEach(ctx, question{most: 2}, []string{"i-1", "i-2"}, func(id string) (*lint.InstanceUserData, error) {
		cancel()
		return &lint.InstanceUserData{InstanceId: &id}, nil
	})
	if err != context.Canceled || len(pages[0].([]lint.InstanceUserData)) != 1 {
		t.Errorf("read %v, %v", pages, err)
	}
}
