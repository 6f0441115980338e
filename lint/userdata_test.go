package lint

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestSecrets is where the secrets of user data come from, and what a rule knows of them.
func TestSecrets(t *testing.T) {
	data := func(s string) string {
		return "\nDescribeInstanceAttribute: [{InstanceId: i-1, UserData: {Value: " + base64.StdEncoding.EncodeToString([]byte(s)) + "}}]"
	}
	const (
		instance = "Instances: [{InstanceId: i-1}]"
		script   = "#!/bin/bash\nyum update\nexport DB_PASSWORD=hunter2\n"
		one      = `instance.secrets().map(s, s.Kind + " " + string(s.Line) + s.Part + s.Hint) == ["password 3…"]`
		none     = `!instance.secrets().exists(s, s.Line > 0)`
		mail     = "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Disposition: attachment; filename=\"db.sh\"\n\n" + script + "--B--\n"
		broken   = "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Transfer-Encoding: base64\n\n???\n--B\n\n"
	)
	group := `Instances: [{InstanceId: i-1, ` + bootTags + `, {Key: "aws:autoscaling:groupName", Value: web}]}]` + "\nGaps: [DescribeInstanceAttribute]\n" +
		"LaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, LaunchTemplateData: {UserData: " + base64.StdEncoding.EncodeToString([]byte(script)) + "}}]"
	for _, tt := range []struct{ name, account, expr, want string }{
		{"one", instance + data(script), one, "pass"},
		{"none", instance + data("#!/bin/bash\nexport DB_PASSWORD=$(aws ssm get-parameter --name /db)\n"), none, "pass"},
		{"no user data", instance, none, "pass"},
		{"its own, though others were denied", instance + "\nGaps: [DescribeInstanceAttribute]" + data(script), one, "pass"},
		{"denied", instance + "\nGaps: [DescribeInstanceAttribute]", none, "unknown ec2:DescribeInstanceAttribute: denied in this example"},
		{"the template's, for a group", group, one, "pass"},
		{"a part of an archive", instance + data(mail), `instance.secrets().exists(s, s.Part == "db.sh" && s.Line == 8)`, "pass"},
		{"a part that is broken", instance + data(broken+"#!/bin/sh\n--B--\n"), none, "unknown line 6 of the user data was not read: a part: its base64 is broken"},
		{"beside a broken part", instance + data(broken+script+"--B--\n"), none, "fail"},
		{"no text", instance + data("PK\x03\x04\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08"), none, "unknown line 1 of the user data was not read: it is neither text nor gzip"},
		{"Windows", instance + data("<powershell>\n$Password = 'P@ssw0rd'\n</powershell>"), `instance.secrets().exists(s, s.Line == 2)`, "pass"},
		{"Ignition", instance + data(`{"ignition": {}, "source": "data:,TOKEN_PASSWORD%3Dhunter2"}`), `instance.secrets().exists(s, s.Line == 1)`, "pass"},
	} {
		if got := ask(t, account(t, tt.account), "instance", "", tt.expr); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	template := "LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 3}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3"
	userData := base64.StdEncoding.EncodeToString([]byte(script))
	for _, tt := range []struct{ name, account, want string }{
		{"a template's", template + ", LaunchTemplateData: {UserData: " + userData + "}}]", "pass"},
		{"a template's without", template + ", LaunchTemplateData: {ImageId: ami-1}}]", "fail"},
		{"a template's that was not read", template + "}]", "unknown the data of lt-1 was not read"},
	} {
		if got := ask(t, account(t, tt.account), "launchTemplate", "", `launchTemplate.defaultVersion().secrets().exists(s, s.Kind == "password")`); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// planted are secrets of many kinds in user data that names them, and no part of which may be seen anywhere.
var planted = []string{
	"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IOSFODNN7EX", "hunter2hunter2", "Zq8vKm3xTb6wRd9pLf2s", "SGk3Jx9Qp2Lm7Vt4Zr8Nw", "MIIEowIBAAKCAQEAxq", "u5erPa55", "hvs.CAESIJx9Qp2Lm7Vt4Zr8Nw5k3J",
}

func plantedScript() string {
	p := planted
	return "#!/bin/bash\nexport AWS_ACCESS_KEY_ID=AKIA" + p[1] + "AMPLE AWS_SECRET_ACCESS_KEY=" + p[0] + "\nDB_PASSWORD=" + p[2] + "\nAPI_TOKEN='" + p[3] + "'\nsg SG." + p[4] + "a." + strings.Repeat(p[4], 2) + "x\n" +
		"cat >k <<E\n-----BEGIN RSA PRIVATE KEY-----\n" + p[5] + "\n-----END RSA PRIVATE KEY-----\nE\ngit clone https://x:" + p[6] + "@git.example.com/x\nvault login " + p[7] + "\nmount -o password=" + p[2] + " //a/b /data\n"
}

// TestSecretsNeverShown: whatever a rule does with what was found, no report, no value of a part of a rule and no excerpt has a piece of it.
func TestSecretsNeverShown(t *testing.T) {
	userData := base64.StdEncoding.EncodeToString([]byte(plantedScript()))
	inv := account(t, fmt.Sprintf("Instances: [{InstanceId: i-1}]\nDescribeInstanceAttribute: [{InstanceId: i-1, UserData: {Value: %[1]s}}]\n"+
		"LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 3}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 3, LaunchTemplateData: {UserData: %[1]s}}]", userData))
	clean := func(where, text string) {
		t.Helper()
		for _, s := range append(planted, userData) {
			for i := 0; i+8 <= len(s); i += 4 {
				if strings.Contains(text, s[i:i+8]) {
					t.Fatalf("%s shows %s of a secret:\n%s", where, s[i:i+8], text)
				}
			}
		}
	}
	for _, tt := range []struct{ kind, list string }{{"instance", "instance"}, {"launchTemplate", "launchTemplate.defaultVersion()"}} {
		list := tt.list + ".secrets()"
		for _, require := range []string{
			"!" + list + ".exists(s, s.Line > 0)", list + " == []", list + ".all(s, s.Hint == '')", list + ".map(s, s.Kind + s.Hint + s.Part) == []", list + "[99].Line == 1", "int(" + list + "[0].Kind) == 1",
			"unknown(" + list + ".map(s, s.Hint).join(' '))",
		} {
			rules := compile(t, pattern("p", tt.kind, "", require, "${"+list+".map(s, string(s.Line) + s.Kind + s.Part + s.Hint)} ${"+tt.list+".bootScript().mounts().map(m, m.Text)}"))
			r := checked(t, rules, inv)
			if r.Summary.Fail+r.Summary.Unknown != 1 {
				t.Errorf("%s: %+v", require, r.Summary)
			}
			clean(require, asJSON(t, r))
			for _, e := range rules.Parts("p") {
				values, err := e.Values(t.Context(), []*Inventory{inv}, "")
				if err != nil {
					t.Fatal(err)
				}
				for v := range values {
					text, err := json.Marshal(v)
					if err != nil {
						t.Fatal(err)
					}
					clean(require+", tried", fmt.Sprintf("%+v %s", v, text))
				}
			}
			id := map[string]string{"instance": "i-1", "launchTemplate": "lt-1"}[tt.kind]
			excerpt, err := inv.Excerpt(tt.kind, id, rules)
			if err != nil {
				t.Fatal(err)
			}
			clean(require+", as an excerpt", fmt.Sprintf("%+v", *excerpt))
		}
	}
	found := 0
	for _, s := range (&binding{inv: inv}).spottedIn(userData).found {
		found++
		clean(s.Kind, s.Hint)
	}
	if found < len(planted) {
		t.Errorf("%d of %d found", found, len(planted))
	}
	for line := range strings.Lines(plantedScript()) {
		if !strings.Contains(line, planted[5]) { // without its first line, a line of a key is a word like others
			clean("redact", redact(line))
		}
	}
}
