package report

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
)

// formula is what a spreadsheet would compute: a sign at the beginning of a cell, or of what Excel takes for one.
var formula = regexp.MustCompile(`(?:^|;)[\s\p{Z}"]*[=+\-@＝＋－＠\t\r]`)

func readCSV(t *testing.T, r *lint.Report) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(render(t, "csv", r, Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		t.Fatalf("the header is %q", rows)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		named := map[string]string{}
		for i, c := range row {
			named[columns[i]] = c
		}
		out = append(out, named)
	}
	return out
}

func TestCSV(t *testing.T) {
	if rows := readCSV(t, lint.Merge()); len(rows) > 0 {
		t.Errorf("an empty report has rows: %q", rows)
	}
	rows := readCSV(t, sample())
	var verdicts []string
	for _, r := range rows {
		verdicts = append(verdicts, r["verdict"])
	}
	if want := []string{"fail", "unknown", "fail", "muted", "gap", "skipped", "unused", "expired", "baseline", "fixed"}; !slices.Equal(verdicts, want) {
		t.Errorf("verdicts %q, want %q", verdicts, want)
	}
	for i, want := range map[int]map[string]string{
		0: {"fix": "aws ec2 modify-volume \\\n  --volume-id vol-0data", "id": "vol-0data"},
		3: {"mute_reason": "kept for the audit <i>", "mute_owner": "storage@example.com", "mute_expires": "2026-12-31", "name": "'=cmd()|'/c calc'!A1"},
		4: {"pattern": "snapshot-every-volume", "action": "ec2:DescribeSnapshots", "kind": "snapshot"},
		5: {"account": "444455556666", "message": "the account is suspended"},
		9: {"id": "vol-9", "pattern": "retire-orphan-volumes"},
	} {
		for column, w := range want {
			if got := rows[i][column]; got != w {
				t.Errorf("row %d, %s: %q, want %q", i, column, got, w)
			}
		}
	}
}

// TestCSVFormulas: wherever a text stands, no cell is a formula.
func TestCSVFormulas(t *testing.T) {
	for _, attack := range attacks {
		for _, row := range readCSV(t, hostile(attack)) {
			for column, c := range row {
				if formula.MatchString(c) {
					t.Errorf("%q makes a formula of %s: %q", attack, column, c)
				}
			}
		}
	}
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"vol-1": "vol-1", "": "", "a = b": "a = b", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\ta": "'\ta", "\ra": "'\ra", "  =1": "'  =1", `"=1`: `'"=1`, "'=1": "''=1",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠1": "'＠1", "\u00a0=1": "'\u00a0=1", "\n=1": "'\n=1", "a;=1": "a;'=1", `a; "@b;c`: `a; "'@b;c`, ";": ";", "a;b": "a;b", "=1;=2": "'=1;'=2",
	} {
		if got := cell(in); got != want {
			t.Errorf("cell(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzCell: a cell is no formula, and has lost nothing.
func FuzzCell(f *testing.F) {
	for _, a := range attacks {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := cell(s)
		if formula.MatchString(got) {
			t.Errorf("cell(%q) = %q, which is a formula", s, got)
		}
		if strings.ReplaceAll(got, "'", "") != strings.ReplaceAll(s, "'", "") {
			t.Errorf("cell(%q) = %q, which is another text", s, got)
		}
	})
}
