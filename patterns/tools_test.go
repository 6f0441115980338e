package patterns

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTools: the table is sorted, each form takes its example and nothing around it, and the schema has the same forms.
func TestTools(t *testing.T) {
	if !slices.IsSorted(toolKeys()) {
		t.Errorf("the tools are not sorted by key: %q", toolKeys())
	}
	var schema struct {
		Properties struct {
			Checks struct {
				Properties map[string]struct{ Items struct{ Pattern string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(Schema), &schema); err != nil {
		t.Fatal(err)
	}
	for _, tool := range Tools() {
		form := ""
		if tool.form != nil {
			form = tool.form.String()
			if !tool.form.MatchString(tool.like) || tool.form.MatchString(" "+tool.like) || tool.form.MatchString(tool.like+"\n") {
				t.Errorf("%s: %s does not tell %q from others", tool.Key, form, tool.like)
			}
		}
		if got := schema.Properties.Checks.Properties[tool.Key].Items.Pattern; got != form {
			t.Errorf("%s: the schema wants %q, the reader %q", tool.Key, got, form)
		}
		if tool.page != "" && !regexp.MustCompile(`^https://[^%]+$`).MatchString(tool.URL(tool.like)) {
			t.Errorf("%s: the page of %s is %q", tool.Key, tool.like, tool.URL(tool.like))
		}
	}
	if got := ToolOf("lynis"); got.Name != "lynis" || got.URL("x") != "" {
		t.Errorf("a tool that nobody knows is %+v", got)
	}
}

func TestToolURL(t *testing.T) {
	for _, tt := range []struct{ tool, id, want string }{
		{"config", "ec2-volume-inuse-check", "https://docs.aws.amazon.com/config/latest/developerguide/ec2-volume-inuse-check.html"},
		{"config", "ec2 volume", ""},
		{"prowler", "ec2_ami_public", "https://hub.prowler.com/check/ec2_ami_public"},
		{"security-hub", "EC2.7", "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-7"},
		{"security-hub", "AutoScaling.3", "https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html#autoscaling-3"},
		{"security-hub", "EC2.7\"", ""},
		{"checkov", "CKV_AWS_79", ""},
		{"custodian", "anything", ""},
	} {
		if got := ToolOf(tt.tool).URL(tt.id); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.tool, tt.id, got, tt.want)
		}
	}
}

// TestToolChecks: the checks of other tools are sorted as people count, and know all patterns that name them.
func TestToolChecks(t *testing.T) {
	a := &Pattern{ID: "a", Checks: []Check{{"security-hub", []string{"EC2.13", "EC2.9"}}, {"cis", []string{"5.0.0/5.10", "5.0.0/5.1.1"}}}}
	b := &Pattern{ID: "b", Checks: []Check{{"security-hub", []string{"EC2.13", "AutoScaling.3"}}, {"cis", []string{"5.0.0/5.9", "5.0.0/5.1"}}}}
	type row struct{ tool, id, patterns string }
	var got []row
	for _, c := range ToolChecks([]*Pattern{a, b}) {
		names := ""
		for _, p := range c.Patterns {
			names += p.ID
		}
		got = append(got, row{c.Tool.Key, c.ID, names})
	}
	want := []row{
		{"cis", "5.0.0/5.1", "b"}, {"cis", "5.0.0/5.1.1", "a"}, {"cis", "5.0.0/5.9", "b"}, {"cis", "5.0.0/5.10", "a"},
		{"security-hub", "AutoScaling.3", "b"}, {"security-hub", "EC2.9", "a"}, {"security-hub", "EC2.13", "ab"},
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(row{})); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	cat := &Catalog{Patterns: []*Pattern{a, b}}
	if found := cat.FindCheck("ec2.13"); len(found) != 1 || found[0].ID != "EC2.13" || len(found[0].Patterns) != 2 {
		t.Errorf("ec2.13 is %v", found)
	}
	dashed := &Catalog{Patterns: []*Pattern{{ID: "c", Checks: []Check{{"trusted-advisor", []string{"Groups – Open"}}}}}}
	for id, want := range map[string]int{"groups - open": 1, "Groups – Open": 1, "Groups Open": 0} {
		if got := len(dashed.FindCheck(id)); got != want {
			t.Errorf("%s is %d checks, want %d", id, got, want)
		}
	}
	if found := cat.FindCheck("EC2.1"); found != nil {
		t.Errorf("EC2.1 is %v", found)
	}
	for id, want := range map[string]string{
		"EC2.13": "EC2.13 of AWS Security Hub is a and b here", "ec2.9": "EC2.9 of AWS Security Hub is a here", "EC2.1": "",
	} {
		if got := cat.Elsewhere(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
