package report

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// TestSecretsNeverShown: a rule about secrets in user data says in every format where one is, and in none what it is.
func TestSecretsNeverShown(t *testing.T) {
	const (
		key      = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" // AWS's own example
		password = "hunter2hunter2"
	)
	userData := base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nexport DB_PASSWORD=" + password + "\nexport AWS_SECRET_ACCESS_KEY=" + key + "\n"))
	snap, err := lint.ReadSnapshot(fstest.MapFS{
		"describe-launch-templates.json":         {Data: []byte(`{"LaunchTemplates": [{"LaunchTemplateId": "lt-1", "DefaultVersionNumber": 1}]}`)},
		"describe-launch-template-versions.json": {Data: fmt.Appendf(nil, `{"LaunchTemplateVersions": [{"LaunchTemplateId": "lt-1", "VersionNumber": 1, "LaunchTemplateData": {"UserData": %q}}]}`, userData)},
	}, time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) patterns.Text { return patterns.Text{Value: s, File: "p.md"} }
	const found = "launchTemplate.defaultVersion().secrets()"
	rules, err := lint.Compile(&patterns.Catalog{Patterns: []*patterns.Pattern{{ID: "p", Title: "p", Severity: "high", Pillar: "security", File: "p.md", Rule: &patterns.Rule{
		Resource: text("launchTemplate"), Require: text(found + ".map(s, s.Kind + s.Hint) == []"), Message: text("${" + found + `.map(s, s.Kind + s.Hint + " in line " + string(s.Line))}`),
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	report, err := rules.Check(t.Context(), snap.Inventories[0], lint.Options{Verbose: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats() {
		out := render(t, f.Name, report, Options{})
		if sums := f.Name == "openmetrics"; !sums && (!strings.Contains(out, "in line 2") || !strings.Contains(out, "in line 3")) {
			t.Errorf("%s does not say where the secrets are:\n%s", f.Name, out)
		}
		for _, s := range []string{key, password, userData} {
			for i := 0; i+8 <= len(s); i += 4 {
				if strings.Contains(out, s[i:i+8]) {
					t.Fatalf("%s shows %s of a secret:\n%s", f.Name, s[i:i+8], out)
				}
			}
		}
	}
}
