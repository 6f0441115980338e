package report

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/patlint/patlint/lint"
)

// columns are the header of a CSV report. Readers find columns by name: a new one goes to the end.
var columns = []string{"verdict", "severity", "pattern", "title", "pillar", "account", "region", "kind", "id", "name", "arn", "message",
	"evidence", "fix", "url", "fingerprint", "mute_reason", "mute_owner", "mute_expires", "action", "read", "monthly_usd"}

// CSV writes a header and one row for each finding, then rows for what has no finding: what could not be read (gap), what was left out
// (skipped), mutes to look at (unused, expired), and the comparison with an earlier report (baseline, fixed). No cell is a formula to a
// spreadsheet.
func CSV(w io.Writer, r *lint.Report, _ Options) error {
	buffered := bufio.NewWriter(w)
	out := csv.NewWriter(buffered)
	out.Write(columns) // errors stay in the writer until Flush
	reads := readTimes(r)
	for f, err := range r.All() {
		if err != nil {
			return err
		}
		if err := out.Write(findingRow(f, reads)); err != nil {
			return err
		}
	}
	for _, g := range r.Gaps {
		cells := resourceCells(&lint.Resource{Account: g.Account, Region: g.Region, Kind: g.Kind}, reads)
		cells["verdict"], cells["pattern"], cells["message"], cells["action"] = "gap", strings.Join(g.Patterns, " "), g.Error, g.Action
		out.Write(row(cells))
	}
	for _, s := range r.Skipped {
		out.Write(row(map[string]string{"verdict": "skipped", "account": s.Account, "region": s.Region, "message": s.Reason}))
	}
	for _, u := range muteConcerns(r.Mutes) {
		out.Write(row(map[string]string{"verdict": u.State, "message": muteConcern(&u), "mute_reason": u.Reason, "mute_owner": u.Owner, "mute_expires": u.Expires}))
	}
	if b := r.Baseline; b != nil {
		out.Write(row(map[string]string{"verdict": "baseline", "message": "since " + b.File + ": " + baselineWords(b)}))
		for _, f := range b.Fixed {
			cells := resourceCells(&f.Resource, reads)
			cells["verdict"], cells["severity"], cells["pattern"], cells["fingerprint"] = "fixed", f.Severity, f.Pattern, f.Fingerprint
			cells["monthly_usd"] = amount(f.MonthlyUSD)
			out.Write(row(cells))
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffered.Flush()
}

func findingRow(f *lint.Finding, reads map[spot]time.Time) []string {
	cells := resourceCells(&f.Resource, reads)
	cells["verdict"], cells["severity"], cells["pattern"], cells["title"], cells["pillar"] = f.Verdict, f.Severity, f.Pattern, f.Title, f.Pillar
	cells["message"], cells["evidence"], cells["fix"] = f.Message, evidence(f.Evidence), strings.TrimSpace(f.Fix)
	cells["url"], cells["fingerprint"], cells["monthly_usd"] = f.URL, f.Fingerprint, amount(f.MonthlyUSD)
	if m := f.Mute; m != nil {
		cells["mute_reason"], cells["mute_owner"], cells["mute_expires"] = m.Reason, m.Owner, m.Expires
	}
	return row(cells)
}

// amount is a number of US dollars; empty where there is no estimate.
func amount(usd float64) string {
	if usd <= 0 {
		return ""
	}
	return strconv.FormatFloat(usd, 'f', 2, 64)
}

// resourceCells say what a row is about, and when that was read.
func resourceCells(r *lint.Resource, reads map[spot]time.Time) map[string]string {
	cells := map[string]string{"account": r.Account, "region": r.Region, "kind": r.Kind, "id": r.ID, "name": r.Name, "arn": r.ARN}
	if at, ok := reads[spot{r.Account, r.Region}]; ok {
		cells["read"] = at.UTC().Format(time.RFC3339)
	}
	return cells
}

// row puts cells into the order of the columns.
func row(cells map[string]string) []string {
	out := make([]string, len(columns))
	for i, name := range columns {
		if name == "fix" {
			out[i] = cell(cleanLines(cells[name]))
			continue
		}
		out[i] = cell(Clean(cells[name]))
	}
	return out
}

// cell keeps a spreadsheet from taking a text for a formula, by a ' in front of the sign that would begin one. Where Excel's language separates
// cells with a semicolon it splits at one even inside of quotes, so what follows a semicolon counts as the beginning of a cell, too.
// (https://owasp.org/www-community/attacks/CSV_Injection)
func cell(s string) string {
	if !strings.ContainsAny(s, "=+-@\t\r＝＋－＠") {
		return s
	}
	var b strings.Builder
	for i, part := range strings.SplitAfter(s, ";") {
		rest := strings.TrimLeftFunc(part, func(r rune) bool {
			return unicode.IsSpace(r) && r != '\t' && r != '\r' || strings.ContainsRune(`"'`, r)
		})
		if rest != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(rest)[0]) {
			if i == 0 {
				b.WriteByte('\'')
			} else {
				part = part[:len(part)-len(rest)] + "'" + rest
			}
		}
		b.WriteString(part)
	}
	return b.String()
}

// cleanLines is Clean for a text of several lines, which stay lines.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Clean(l)
	}
	return strings.Join(lines, "\n")
}
