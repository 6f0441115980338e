package bootscript

import (
	"testing"

	"github.com/patlint/patlint/lint/secrets"
)

// TestSecretsAgree holds the lines that Parse tells of against what package secrets finds in the same text: all of that, and besides only what is suspected.
func TestSecretsAgree(t *testing.T) {
	for _, script := range []string{
		"#!/bin/sh\nDB_PASSWORD='$ecret99'\nmount /dev/sdf /x\n",
		"#!/bin/sh\nchpasswd <<EOF\nroot:hunter2\nadmin:xyz9\nEOF\n",
		"#!/bin/sh\ncat > x.yaml <<EOF\n- name: DB_PASSWORD\n  value: hunter2\nEOF\n",
		"#!/bin/sh\nPW=$(x)\ncat > x.env <<EOF\nDB_PASSWORD='$PW'\nAPP_PASSWORD=hunter2\nEOF\ngrep '-----BEGIN PRIVATE KEY-----' x\n",
		"#!/bin/sh\nTOKEN=abc\nX=AKIAIOSFODNN7EXAMPLE\nPASSWORD=SUMMER_2024 # PASSWORD=xxxx\n",
		"#cloud-config\nchpasswd:\n  list: |\n    root:hunter2\npassword: @Passw0rd\n",
		"#!/bin/sh\ncat > k <<EOF\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx\nabc\n-----END RSA PRIVATE KEY-----\nEOF\n",
	} {
		lines := map[int]string{}
		for _, s := range Parse([]byte(script)).Secrets {
			lines[s.Line] = s.What
		}
		found, err := secrets.Find(script)
		if err != nil || len(found) == 0 {
			t.Fatalf("%q: %v, %v", script, found, err)
		}
		for _, s := range found {
			if lines[s.Line] != s.Kind {
				t.Errorf("%q: line %d holds a secret (%s); Parse says %q", script, s.Line, s.Kind, lines[s.Line])
			}
			delete(lines, s.Line)
		}
		for line, what := range lines {
			if what != secrets.Possible {
				t.Errorf("%q: line %d holds a secret (%s), which package secrets does not find", script, line, what)
			}
		}
	}
}

// TestSecretBelow masks what only the line above says to be a secret, there and wherever else it is used.
func TestSecretBelow(t *testing.T) {
	s := Parse([]byte("#!/bin/sh\nchpasswd <<E\nroot:hunter2\nE\nmount -t cifs -o x=hunter2 //h/s /x\n"))
	if len(s.Mounts) != 1 || s.Mounts[0].Text != "mount -t cifs -o x=[masked] //h/s /x" {
		t.Errorf("%+v", s.Mounts)
	}
	if got := Mask("chpasswd <<E\nroot:ab12\nE"); got != "chpasswd <<E\nroot:[masked]\nE" {
		t.Errorf("%q", got)
	}
}
