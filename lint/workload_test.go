package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestWorkloads holds the table of tags against machines as people name them.
func TestWorkloads(t *testing.T) {
	for _, tt := range []struct {
		tags []string // of each instance: its state if not running, and Key=value separated by commas
		want string   // the workloads, each with its instances
	}{
		{[]string{"Role=db", "role=db"}, "Role=db[1 2]"},
		{[]string{"Role=db", "Role=web"}, "Role=db[1] Role=web[2]"},
		{[]string{"Role=db,aws:autoscaling:groupName=asg", "aws:autoscaling:groupName=asg"}, "aws:autoscaling:groupName=asg[1 2]"},
		{[]string{"AWS:autoscaling:groupName=asg"}, ""},
		{[]string{"App=a,service=s", "APPLICATION=a", "app=a"}, "APPLICATION=a[2] app=a[3] service=s[1]"},
		{[]string{"Application=shop,Name=shop-app", "application=shop,Name=shop-db", "Application=shop"}, "Application=shop/shop-app[1] Application=shop[3] application=shop/shop-db[2]"},
		{[]string{"App=shop,Name=shop-web-1", "App=shop,Name=shop-web-2b", "App=shop,Name=shop-db-1"}, "App=shop/shop-db[3] App=shop/shop-web[1 2]"},
		{[]string{"Service=broker,Name=broker-1", "service=broker,Name=broker-us-east-1b", "Service=broker", "Service=broker,Name=3"}, "Service=broker[1 2 3 4]"},
		{[]string{"Role=db,App=shop,Name=orders", "Role=db,App=shop,Name=stock"}, "Role=db[1 2]"},
		{[]string{"aws:autoscaling:groupName=asg,App=shop,Name=a", "aws:autoscaling:groupName=asg,App=shop,Name=b"}, "aws:autoscaling:groupName=asg[1 2]"},
		{[]string{"Role= ,Name=web-1", "Name=web-2"}, "Name=web[1 2]"},
		{[]string{"Name=web-1", "Name=web-2a", "Name=web03", "Name=web_us-east-1c", "Name=web-b", "Name=web"}, "Name=web[1 2 3 4 5 6]"},
		{[]string{"Name=web-1", "Name=db-1"}, ""},
		{[]string{"Name=prod-web-1", "Name=prod-web-2", "Name=prod-db-1", "Name=prod-db-us-gov-west-1b"}, "Name=prod-db[3 4] Name=prod-web[1 2]"},
		{[]string{"Name=1", "Name=2"}, ""},
		{[]string{"", ""}, ""},
		{[]string{"stopped,Role=db", "pending,Role=db", "terminated,Role=db", "shutting-down,Role=db"}, "Role=db[2]"},
	} {
		var b strings.Builder
		b.WriteString("Instances:\n")
		for i, line := range tt.tags {
			state, tags := "running", ""
			for _, part := range strings.Split(line, ",") {
				if key, value, ok := strings.Cut(part, "="); ok {
					tags += fmt.Sprintf("{Key: %q, Value: %q}, ", key, value)
				} else if part != "" {
					state = part
				}
			}
			fmt.Fprintf(&b, "  - {InstanceId: i-%d, State: {Name: %s}, Tags: [%s]}\n", i+1, state, tags)
		}
		inv := account(t, b.String())
		var got []string
		for _, w := range inv.workloads() {
			var of []string
			for _, i := range w.instances {
				of = append(of, strings.TrimPrefix(*i.InstanceId, "i-"))
			}
			got = append(got, fmt.Sprint(w.id, of))
		}
		slices.Sort(got)
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%q: %s, want %s", tt.tags, s, tt.want)
		}
		if n := inv.Resources(); n != len(tt.tags) {
			t.Errorf("%q: %d resources; a workload is none", tt.tags, n)
		}
	}
}

// TestWorkloadsApart: names that are masked or cut are still those of different workloads.
func TestWorkloadsApart(t *testing.T) {
	long := strings.Repeat("x", maxName)
	inv := account(t, `Instances:
  - {InstanceId: i-1, State: {Name: running}, Tags: [{Key: Role, Value: AKIAIOSFODNN7EXAMPLA}]}
  - {InstanceId: i-2, State: {Name: running}, Tags: [{Key: Role, Value: AKIAIOSFODNN7EXAMPLB}]}
  - {InstanceId: i-3, State: {Name: running}, Tags: [{Key: Role, Value: `+long+`a}]}
  - {InstanceId: i-4, State: {Name: running}, Tags: [{Key: Role, Value: `+long+`b}]}
  - {InstanceId: i-5, State: {Name: running}, Tags: [{Key: Role, Value: db}]}
`)
	seen, prints := map[string]bool{}, map[string]bool{}
	for _, f := range checked(t, compile(t, pattern("p", "workload", "", "false", "m")), inv).Findings {
		seen[f.Resource.ID], prints[f.Fingerprint] = true, true
		if strings.Contains(f.Resource.ID, "EXAMPL") {
			t.Errorf("%s shows a secret", f.Resource.ID)
		}
	}
	if len(seen) != 5 || len(prints) != 5 || !seen["Role=db"] {
		t.Errorf("IDs %q, %d fingerprints; want five of each", slices.Sorted(maps.Keys(seen)), len(prints))
	}
}

// TestWorkloadFinding says how a finding names a workload, and where its example does.
func TestWorkloadFinding(t *testing.T) {
	rules := compile(t, pattern("p", "workload", "", "workload.instances().size() > 1", "${workload.Name} by its tag ${workload.Tag}"))
	f := checked(t, rules, account(t, "Instances: [{InstanceId: i-1, State: {Name: running}, Tags: [{Key: role, Value: db}]}]")).Findings[0]
	if f.Resource.ID != "role=db" || f.Resource.Name != "db" || f.Resource.ARN != "" || f.Message != "db by its tag role" {
		t.Errorf("%+v", f)
	}
	if s := checked(t, rules, account(t, "Gaps: [DescribeInstances]")).Summary; s.Unknown != 1 || s.Evaluations != 1 {
		t.Errorf("without instances: %+v", s)
	}
}
