package patterns

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLeaks holds what a page with data of an account is told. Nothing in here is anybody's.
func TestLeaks(t *testing.T) {
	const account, id, write = " looks like the number of a real account; write 111122223333", " looks like a real ID; write a short one, such as ", " may be somebody's address; write "
	for text, want := range map[string]string{
		"210987654321":                           account,
		"arn:aws:iam::314159265358:role/x":       "314159265358" + account,
		"logs-314159265358":                      "314159265358" + account,
		"OwnerId: 314159265358":                  "314159265358" + account,
		"314159265358.dkr.ecr.us-east-1":         "314159265358" + account,
		"i-0f3a9b1c2d4e5f607":                    id + "i-0a",
		"sg-0999888777666555a":                   id + "sg-0a",
		"vol-3f2e91c4":                           id + "vol-0a",
		"eni-attach-0d5de7518643e8f91":           id + "eni-attach-0a",
		"84.17.60.7":                             write + "203.0.113.10",
		"84.17.60.7:22":                          "84.17.60.7" + write + "203.0.113.10",
		"ip:84.17.60.7.":                         "84.17.60.7" + write + "203.0.113.10",
		"2a02:8071:1::7.":                        "2a02:8071:1::7" + write + "2001:db8::a",
		"vol-0d5de7518643e8f91-copy":             "vol-0d5de7518643e8f91" + id + "vol-0a",
		"db1.acme-corp.com.":                     "db1.acme-corp.com may be somebody's machine; write a name that ends in example.com, or link to it if it is a source",
		"84.17.60.0/29":                          write + "203.0.113.8/29",
		"84.17.0.0/16":                           write + "203.0.0.0/16",
		"84.17.60.7-84.17.60.7":                  "84.17.60.7" + write + "203.0.113.10",
		"https://84.17.60.7/x":                   "84.17.60.7" + write + "203.0.113.10",
		"2a02:8071:1::7":                         write + "2001:db8::a",
		"2a02:8071:1::/64":                       write + "2001:db8::/64",
		"::ffff:84.17.60.7":                      write + "2001:db8::a",
		"ec2-84-17-60-7.compute-1.amazonaws.com": "ec2-84-17-60-7" + write + "ec2-203-0-113-10",
		"ip-84-17-60-7.ec2.internal":             "ip-84-17-60-7" + write + "ip-203-0-113-10",
		"j.kramer@acme-corp.com":                 " may be somebody's mail; write somebody@example.com",
		"db1.acme-corp.com":                      " may be somebody's machine; write a name that ends in example.com, or link to it if it is a source",
		"db1.acme-corp.com:5432":                 "db1.acme-corp.com may be somebody's machine; write a name that ends in example.com, or link to it if it is a source",
		"AKIA" + "Z3MJW7QPLD5RTX2K":              "an access key stands here; if it is a real one, deactivate it now, and write AKIAIOSFODNN7EXAMPLE here",
		"AROA" + "Z3MJW7QPLD5RTX2K":              "AROA" + "Z3MJW7QPLD5RTX2K looks like a real ID; write AROAEXAMPLE",
		"key=" + "kT7Zq/9wXv2LmB4c" + "RsY8nJ+dPf6HgAe1UoWi3KtQ": "what stands here has the form of a secret key; if it is a real one, deactivate it now, and write SECRET here",
		"-----BEGIN RSA " + "PRIVATE KEY-----":                   "a private key stands here; if it is a real one, replace it everywhere, and leave it out here",
	} {
		if strings.HasPrefix(want, " ") {
			want = text + want
		}
		for name, edits := range map[string][]string{
			"code":         {oldProblem, "## Problem\n\nRun:\n\n```text\nx " + text + " FILL-IN\n```"},
			"inline code":  {oldProblem, "## Problem\n\nA " + text + ", which `" + text + "` was."},
			"front matter": {"since: 0.1.0", "since: 0.1.0 # " + text},
		} {
			got := styleOf(t, pageWith(t, edits...))
			said := func(e string) bool { _, msg, _ := strings.Cut(e, ": "); return msg == want }
			n := 0
			for _, e := range got {
				if said(e) {
					n++
				}
			}
			if once := !strings.HasSuffix(want, "here"); n == 0 || once && n > 1 {
				t.Errorf("%s in %s: wanted %q, got:\n%s", text, name, want, strings.Join(got, "\n"))
			}
		}
	}
}

// TestLeaksOffers: two things never become one.
func TestLeaksOffers(t *testing.T) {
	got := styleOf(t, pageWith(t, oldProblem, "## Problem\n\n`i-0a i-0f3a9b1c2d4e5f607 i-0f3a9b1c2d4e5f608 84.17.60.7 84.17.60.8 i-0f3a9b1c2d4e5f607`"))
	want := []string{
		"16:7: i-0f3a9b1c2d4e5f607 looks like a real ID; write a short one, such as i-0b",
		"16:27: i-0f3a9b1c2d4e5f608 looks like a real ID; write a short one, such as i-0c",
		"16:47: 84.17.60.7 may be somebody's address; write 203.0.113.10",
		"16:58: 84.17.60.8 may be somebody's address; write 203.0.113.11",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestLeaksSilent: what is made up, documented or nobody's has the same forms.
func TestLeaksSilent(t *testing.T) {
	for _, text := range []string{
		"111122223333, 444455556666, 777788889999, 123456789012, 012345678901, 000000000000, 999999999999, 100000000007, 099720109477, 137112412989",
		"0.123456789012 1234567890123 x210987654321 FullSnapshotSizeInBytes: 193273528320, 193273528320 bytes, backup-202611222145, 3e6be9de-8139-4a1e-9106-314159265358",
		"vol-0a vol-0123456789abcdef0 i-1234567890abcdef0 i-0fedcba9876543210 vol-ffffffff vol-049df61146c4d7901 sg-12345678 snap-0aaaaaaaaaaaaaaaa op-0example snap-20241231 server-3f2e91c4",
		"ebs-0f3a9b1c2d4e5f607x vol-0f3a9b1c2d4e5f60 key-73947a77-ddbe-4dc7-bd8f-3fe0bc840778",
		"0.0.0.0/0 10.0.0.1 172.31.0.0/16 192.168.1.0/24 169.254.169.254 127.0.0.1 203.0.113.7 198.51.100.0/24 192.0.2.1 198.18.0.7 255.255.255.0 224.0.0.251 100.64.0.0/10 8.8.8.8 1.1.1.1",
		"128.0.0.0/1 96.0.0.0/4 100.0.0.0/8 203.0.0.0/16 203.0.77.10 999.1.1.1 5.10.0.1-amzn2 kernel-5.10.0.1 Chrome/120.0.0.0 1.2.3.4.5 v5.10.0.1",
		"::/0 ::1 fd00:ec2::254 fe80::1 2001:db8::10 2001:db8:7::/48 2001:d80::/28 2001:d8f::7 ff02::1 2600::/12 ::ffff:10.0.0.1 12:34:56 std::map arn:aws:iam::111122223333:role/x 0a:1b:2c:3d:4e:5f",
		"ip-10-0-0-7.ec2.internal ec2-203-0-113-10.compute-1.amazonaws.com ec2-0-0-0-999",
		"a@example.com root@db.internal getty@tty1.service git@github.com x@y user@host",
		"example.com db.example.org db1.corp.internal x.example localhost 111122223333.dkr.ecr.us-east-1.amazonaws.com ebs.csi.aws.com/cluster com.amazonaws.eu-central-1.s3",
		"main.py user-data.sh x.service volume.Tags /etc/nginx/acme-corp.com files.net() my.cnf.org.bak",
		"AIPAEXAMPLE AKIAIOSFODNN7EXAMPLE AKIA1234 XAKIAZ3MJW7QPLD5RTX2K wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		"9c4e1f0ab37d52e86f10c9d4b7a3e25f8d6c0b19 com/AWSEC2/latest/UserGuide/InstanceStor9A1 -----BEGIN CERTIFICATE----- -----BEGIN PUBLIC KEY-----",
		"kT7Zq/9wXv2LmB4cRsY8nJ+dPf6HgAe1UoWi3Kt= kT7Zq/9wXv2LmB4cRsY8nJ+dPf6HgAe1UoWi3KtQZ",
	} {
		src := pageWith(t, oldProblem, "## Problem\n\n```text\n"+strings.ReplaceAll(text, " ", "\n")+"\n"+text+"\n```")
		if got := styleOf(t, src); len(got) > 0 {
			t.Errorf("Style finds:\n%s", strings.Join(got, "\n"))
		}
	}
	linked := pageWith(t, oldProblem, "## Problem\n\nSee [the bug](https://bugs.acme.org/7), `https://bugs.acme.org/8` and `acme.org`.\n")
	if diff := cmp.Diff([]string(nil), styleOf(t, linked)); diff != "" {
		t.Error(diff)
	}
}
