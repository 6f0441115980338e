package lint

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
)

// TestRedact is what counts as a secret inside a text, and what must not.
func TestRedact(t *testing.T) {
	const key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" // AWS's own example
	for text, want := range map[string]string{
		"AKIAIOSFODNN7EXAMPLE":                        "[masked]",
		"key AKIAIOSFODNN7EXAMPLE of bob":             "key [masked] of bob",
		"ASIAIOSFODNN7EXAMPLE":                        "[masked]",
		"db password=hunter2":                         "db [masked]",
		"DB_PASSWORD: hunter2 is it":                  "DB_[masked] is it",
		`{"password": "hunter2"}`:                     `{"[masked]`,
		"api-key=0123456789":                          "[masked]",
		"apikey = 0123456789":                         "[masked]",
		"token:abcdefgh":                              "[masked]",
		key:                                           "[masked]",
		"it is " + key + "!":                          "it is [masked]!",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd": "[masked]",

		"backup pw=s3cr3tEE":         "backup pw=[masked]",
		"DBPASS=s3cr3tAA":            "DBPASS=[masked]",
		"postgres://u:s3cr3tRR@h/db": "postgres://u:[masked]@h/db",
		"ghp_abcdefghijklmnop1234":   "[masked]",
		"pass: s3cr3tPP and more":    "pass: [masked] and more",

		`{"dbpass":"s3cr3tJJ"}`:      `{"dbpass":"[masked]"}`,
		"DBPASS: s3cr3tYY":           "DBPASS: [masked]",
		"dbpass = s3cr3tSS":          "dbpass = [masked]",
		"x_ghp_abcdefghijklmnop1234": "x_[masked]",
		"sshpass -p s3cr3tHH ssh h":  "sshpass -p [masked] ssh h",
		"rk_live_abcdefghij1234":     "[masked]",

		"web-1":                    "web-1",
		"compass north":            "compass north",
		"--bypass-policy x":        "--bypass-policy x",
		"http://192.0.2.1:8080/x":  "http://192.0.2.1:8080/x",
		"the password policy host": "the password policy host",
		"passwords-service":        "passwords-service",
		"tokenizer":                "tokenizer",
		"AKIA short":               "AKIA short",
		"da39a3ee5e6b4b0d3255bfef95601890afd80709":                           "da39a3ee5e6b4b0d3255bfef95601890afd80709", // a commit, all lower case
		"arn:aws:iam::111122223333:instance-profile/application-server-role": "arn:aws:iam::111122223333:instance-profile/application-server-role",
		"vol-0123456789abcdef0":                                              "vol-0123456789abcdef0",
	} {
		if got := redact(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestNoSecrets puts secrets wherever an account can have them, and looks for them in whole reports.
func TestNoSecrets(t *testing.T) {
	const accessKey, password = "AKIAIOSFODNN7EXAMPLE", "hunter2hunter2"
	userData := base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nexport PW=s3cr3t"))
	inv := account(t, fmt.Sprintf(`
Volumes: [{VolumeId: vol-1, Tags: [{Key: Name, Value: "backup password=%[2]s"}, {Key: Password, Value: %[2]s}, {Key: owner, Value: %[1]s}]}]
LaunchTemplates: [{LaunchTemplateId: lt-1, LatestVersionNumber: 1, LaunchTemplateName: "x password=%[2]s"}]
LaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 1, LaunchTemplateData: {UserData: %[3]q}}]
`, accessKey, password, userData))
	const data = "launchTemplate.latestVersion().LaunchTemplateData"
	for _, tt := range []struct{ kind, require, message string }{
		{"volume", "tag(volume, 'Name') == ''", "it is called ${tag(volume, 'Name')}"},
		{"volume", "tag(volume, 'owner') == ''", "it belongs to ${tag(volume, 'owner')}"},
		{"volume", "tag(volume, 'Password') == ''", "m"},
		{"volume", "!tag(volume, 'Password').startsWith('hunter')", "m"},
		{"volume", "cel.bind(p, tag(volume, 'Password'), p == '')", "m"},
		{"volume", "cel.bind(p, tag(volume, 'Password'), cel.bind(q, p, q == ''))", "m"},
		{"volume", "!volume.Tags.exists(x, x.Key == 'Password' && x.Value != '')", "m"},
		{"volume", "volume.Tags.all(x, x.Value.startsWith('backup'))", "m"},
		{"volume", "volume.Tags[1].Value == ''", "m"},
		{"volume", "volume.Tags.map(x, x.Value) == []", "m"},
		{"volume", "cel.bind(v, volume.Tags.map(x, x.Value), v == [])", "m"},
		{"volume", "volume.Tags.map(x, x.Value).all(v, v == '')", "m"},
		{"volume", "unknown(tag(volume, 'Name'))", "m"},
		{"volume", "[1][tag(volume, 'Name').size()] == 1 || int(tag(volume, 'Name')) == 1", "m"},
		{"volume", "dyn(volume).Tags[1].Value == ''", "m"},
		{"volume", "volume.Tags.all(x, dyn(x).Value == 'x')", "m"},
		{"volume", "volume.Tags[1].?Value.orValue('') == ''", "m"},
		{"volume", "cel.bind(x, dyn(volume.Tags), x[1]['Value'] == '')", "m"},
		{"volume", "timestamp(tag(volume, 'Password')) > now", "m"},
		{"volume", "{'a': 1}[tag(volume, 'Password')] == 1", "m"},
		{"volume", "unknown(tag(volume, 'Password'))", "m"},
		{"volume", "unknown(volume.Tags[1].Value)", "m"},
		{"launchTemplate", data + ".UserData == ''", "m"},
		{"launchTemplate", "!" + data + ".UserData.contains('I')", "m"},
		{"launchTemplate", "cel.bind(u, " + data + ".UserData, u == '')", "m"},
		{"launchTemplate", "cel.bind(d, " + data + ", cel.bind(u, d.UserData, u == ''))", "m"},
		{"launchTemplate", "![" + data + ".UserData].exists(u, u != '')", "m"},
		{"launchTemplate", "launchTemplate.LaunchTemplateName == ''", "${launchTemplate.LaunchTemplateName}"},
	} {
		r := checked(t, compile(t, pattern("p", tt.kind, "", tt.require, tt.message)), inv)
		if r.Summary.Fail+r.Summary.Unknown != 1 {
			t.Errorf("%s: %+v", tt.require, r.Summary)
		}
		out := asJSON(t, r)
		for _, secret := range []string{accessKey, password, userData, userData[:20]} {
			if strings.Contains(out, secret) {
				t.Errorf("%s, %s: the report has %s:\n%s", tt.require, tt.message, secret, out)
			}
		}
	}
	for _, message := range []string{"${" + data + ".UserData}", "${cel.bind(d, " + data + ", d.UserData)}", "${" + data + ".UserData.size()}"} {
		if _, err := Compile(catalogOf(pattern("p", "launchTemplate", "", "false", message))); err == nil || !strings.Contains(err.Error(), "UserData is never printed") {
			t.Errorf("message %s: %v", message, err)
		}
	}
}

// TestMessageTags: a message prints tags whose keys are known before, and none that has the name of a secret.
func TestMessageTags(t *testing.T) {
	const byKey, known = "the value of a tag may be a secret, and is printed where its key is asked for", "the key of a tag that is printed is a text or a param"
	inv := account(t, "Volumes: [{VolumeId: vol-1, Tags: [{Key: Name, Value: web}, {Key: Password, Value: hunter22}, {Key: db_password, Value: hunter22hunter22}]}]")
	for expr, want := range map[string]string{
		"volume.Tags[1].Value":                                   byKey,
		"volume.Tags[1].?Value.orValue('')":                      byKey,
		"dyn(volume).Tags[1].Value":                              byKey,
		"dyn(volume.Tags[1])['Value']":                           byKey,
		"volume.Tags.map(x, x.Value)":                            byKey,
		"volume.Tags.map(x, tag(volume, x.Key))":                 known,
		"tag(volume, params.secret)":                             known,
		"tag(volume, 'Password')":                                "a tag with the name of a secret is never printed",
		"tag(volume, params.plain)":                              "",
		"tag(volume, 'Name')":                                    "",
		"volume.Tags.filter(x, x.Key == 'Name').map(x, x.Value)": "",
		"volume.Tags.map(x, x.Key)":                              "",
		"volume.Tags.exists(x, has(x.Value)) ? 1 : 0":            "",
		"{'Value': 1}['Value']":                                  "",
	} {
		p := pattern("p", "volume", "", "false", "${"+expr+"}")
		p.Params = []patterns.Param{{Name: "plain", Type: "string", Default: "owner"}, {Name: "secret", Type: "string", Default: "api-key"}}
		if _, err := Compile(catalogOf(p)); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
		if want == "" {
			if out := asJSON(t, checked(t, compile(t, p), inv)); strings.Contains(out, "hunter") {
				t.Errorf("%s: the report has the password:\n%s", expr, out)
			}
		}
	}
	rules := compile(t, pattern("p", "volume", "", "false", "${volume.Tags.filter(x, x.Key != 'x').map(x, x.Key + ' ' + x.Value)}"))
	if got := checked(t, rules, inv).Findings[0].Message; got != "Name web, Password [masked], db_password [masked]" {
		t.Error(got)
	}
	for _, e := range rules.Parts("p") {
		values, err := e.Values(t.Context(), []*Inventory{inv}, "")
		if err != nil {
			t.Fatal(err)
		}
		for v := range values {
			if strings.Contains(v.Words, "hunter") {
				t.Error(v.Words)
			}
		}
	}
}

// TestMessages is how values look in a message, and that what has no form in words is refused before a rule runs.
func TestMessages(t *testing.T) {
	inv := account(t, evidenceAccount+`Now: 2026-01-31T16:00:00Z`)
	for expr, want := range map[string]string{
		"volume.Size":                 "8",
		"volume.burstMinutes() / 2.0": "15.517241379310345",
		"3000.0":                      "3000",
		"1e21":                        "1000000000000000000000",
		"volume.CreateTime":           "2026-01-01",
		"now - volume.CreateTime":     "30d16h",
		"duration('90s')":             "1m30s",
		"duration('0s')":              "0s",
		"duration('-26h')":            "-1d2h",
		"duration('24h1s')":           "1d",
		"volume.Encrypted":            "false",
		"volume":                      "vol-1",
		"volume.instances()":          "i-1, i-2",
		"volume.instances().map(i, i.LaunchTime > now)":          "false, false",
		"volume.Tags.filter(x, x.Key == 'Name').map(x, x.Value)": "",
		"volume.Tags.map(x, x.Key)":                              "env, team",
		"[]":                                                     "",
		"'a' + \"}\" + '{'":                                      "a}{",
		"{'a': 'b}'}['a']":                                       "b}",
		"unknown('who knows')":                                   "unknown",
		"volume.Attachments[9].Device":                           "unknown",
		"volume.isRoot() ? 'root' : 'data'":                      "root",
		"dyn(volume.Attachments)":                                "types.VolumeAttachment, types.VolumeAttachment",
	} {
		r := checked(t, compile(t, pattern("p", "volume", "", "false", "${"+expr+"}")), inv)
		if got := r.Findings[0].Message; got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
	if got := checked(t, compile(t, pattern("p", "volume", "", "false", "$${x} ${volume.Size} GiB $5 {} ü${volume.Size}\n")), inv).Findings[0].Message; got != "${x} 8 GiB $5 {} ü8" {
		t.Errorf("text around expressions: %q", got)
	}
	for _, expr := range []string{"volume.Attachments", "volume.Tags[0]", "volume.instances()[0].State", "{'a': 1}", "b'abc'", "null", "optional.of(1)", "type(1)"} {
		_, err := Compile(catalogOf(pattern("p", "volume", "", "false", "${"+expr+"}")))
		if err == nil || !strings.Contains(err.Error(), "which has no form in words") {
			t.Errorf("%s: %v", expr, err)
		}
	}
}

// TestQuoteOneLine: a value never gives a fix a second line, because pages put commands into comments, where quotes mean nothing.
func TestQuoteOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"vol-1":                  "vol-1",
		"":                       "''",
		"it's $HOME `x`":         `'it'\''s $HOME ` + "`x`'",
		"a\ntouch /tmp/x; echo ": "'a?touch /tmp/x; echo '",
		"a\rb\x1b[31m\x00\u0085": "'a?b?[31m??'",
		"--force":                "--force",
	} {
		if got := quote(in); got != want {
			t.Errorf("quote(%q) = %s, want %s", in, got, want)
		}
	}
}
