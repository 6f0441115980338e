package main

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
)

// A triedOut is what expressions gave.
type triedOut struct {
	exprs  []*lint.Expr
	tally  []map[string]int // of each expression: how many resources gave true, false, a value, unknown or an error
	cost   []uint64         // of each expression: the highest that was counted
	whys   []triedWhy       // each once, in the order of the resources
	places []triedPlace
	more   int // resources that are not listed
}

// A triedWhy is why something has no value: an outcome and its reason.
type triedWhy struct{ outcome, why string }

type triedPlace struct {
	name string
	gaps []lint.Gap
	rows []triedRow
}

type triedRow struct {
	about  lint.Resource
	values []lint.Value // of each expression
}

// evaluate evaluates expressions about one kind.
func (t *trial) evaluate(ctx context.Context, exprs []*lint.Expr) (*triedOut, error) {
	o := &triedOut{exprs: exprs, tally: make([]map[string]int, len(exprs)), cost: make([]uint64, len(exprs))}
	id, err := t.find(exprs[0].Kind, t.id)
	if err != nil {
		return nil, err
	}
	listed, seen, places := 0, 0, t.places
	if slices.ContainsFunc(exprs, func(e *lint.Expr) bool { return e.Across }) {
		places = joined(places)
	}
	for _, p := range places {
		at := triedPlace{name: p.name, gaps: gapsOf(p.regions, exprs)}
		room := -1 // for every resource
		if t.limit > 0 {
			room = t.limit - listed
		}
		for i, e := range exprs {
			values, err := e.Values(ctx, p.regions, id)
			if err != nil {
				return nil, err
			}
			n := 0
			for v := range values {
				o.count(i, v)
				if room < 0 || n < room {
					if i == 0 {
						at.rows = append(at.rows, triedRow{about: v.Resource})
					}
					at.rows[n].values = append(at.rows[n].values, v)
				}
				n++
			}
			if i == 0 {
				seen += n
			}
		}
		listed += len(at.rows)
		o.places = append(o.places, at)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("interrupted before every resource was looked at")
	}
	o.more = seen - listed
	return o, nil
}

// gapsOf are the answers that the expressions read and that could not be had.
func gapsOf(regions []*lint.Inventory, exprs []*lint.Expr) (out []lint.Gap) {
	for _, inv := range regions {
		for _, s := range readBy(exprs) {
			g, ok := inv.Gap(s)
			if !ok {
				continue
			}
			if len(regions) > 1 {
				g.Reason = inv.Region + ": " + g.Reason
			}
			out = append(out, g)
		}
	}
	return out
}

// readBy are the sources that expressions read, sorted.
func readBy(exprs []*lint.Expr) (sources []string) {
	for _, e := range exprs {
		sources = append(sources, e.Reads...)
	}
	slices.Sort(sources)
	return slices.Compact(sources)
}

// maxWhys is how many reasons stand below a table.
const maxWhys = 5

func (o *triedOut) count(i int, v lint.Value) {
	what := v.Outcome
	if yes, ok := v.JSON.(bool); ok {
		what = fmt.Sprint(yes)
	}
	if o.tally[i] == nil {
		o.tally[i] = map[string]int{}
	}
	o.tally[i][what]++
	o.cost[i] = max(o.cost[i], v.Cost)
	if why := (triedWhy{v.Outcome, v.Why}); v.Outcome != "value" && len(o.whys) <= maxWhys && !slices.Contains(o.whys, why) {
		o.whys = append(o.whys, why)
	}
}

// sum is a tally in words: 12 true, 3 false, 1 unknown.
func sum(tally map[string]int) string {
	var out []string
	for _, w := range []struct{ one, many string }{{"true", "true"}, {"false", "false"}, {"value", "values"}, {"unknown", "unknown"}, {"error", "errors"}} {
		if n := tally[w.one]; n > 0 {
			out = append(out, plural(n, w.one, w.many))
		}
	}
	return cmp.Or(strings.Join(out, ", "), "nothing to evaluate it for")
}

// text is what a person reads: a table, or all of the one resource that there is.
func (o *triedOut) text(width int) string {
	var b strings.Builder
	total := o.more
	for _, p := range o.places {
		total += len(p.rows)
	}
	for _, p := range o.places {
		if len(o.places) > 1 && len(p.rows) > 0 {
			b.WriteString(report.Clean(p.name) + "\n")
		}
		if total == 1 && len(p.rows) == 1 {
			o.one(&b, p.rows[0], width)
		} else if len(p.rows) > 0 {
			o.table(&b, p.rows, width)
		}
	}
	if o.more > 0 {
		fmt.Fprintf(&b, "%d more are not listed; --limit 0 lists all\n", o.more)
	}
	if total > 0 && total != 1 {
		b.WriteByte('\n')
	}
	if total != 1 {
		for i, e := range o.exprs {
			labelled(&b, cmp.Or(e.Part, "gives"), sum(o.tally[i]), width)
		}
		for i, w := range o.whys {
			if i == maxWhys {
				labelled(&b, "", "and more; --id shows what one resource lacks", width)
				break
			}
			labelled(&b, w.outcome, report.Clean(w.why), width)
		}
	}
	o.footer(&b, width)
	return b.String()
}

// labelled prints a text behind a label, in lines that fit into a width; 0 breaks none. A label of "" goes on with the one above.
func labelled(b *strings.Builder, label, text string, width int) {
	lines := []string{text}
	if width > 0 && len([]rune(text)) > width-11 {
		lines = broken(text, max(width-11, 30))
	}
	for _, l := range lines {
		fmt.Fprintf(b, "%-10s%s\n", label, l)
		label = ""
	}
}

// broken breaks a text into lines, and keeps all of its spaces but the one where a line ends.
func broken(text string, width int) (lines []string) {
	rest := []rune(text)
	for len(rest) > width {
		end, next := width, width
		for i := width; i > 0; i-- {
			if rest[i] == ' ' {
				end, next = i, i+1
				break
			}
		}
		lines, rest = append(lines, string(rest[:end])), rest[next:]
	}
	return append(lines, string(rest))
}

// one is all that is known of one resource.
func (o *triedOut) one(b *strings.Builder, r triedRow, width int) {
	b.WriteString(strings.TrimSpace(report.Clean(r.about.ID)+"  "+report.Clean(r.about.Name)) + "\n")
	for i, e := range o.exprs {
		labelled(b, cmp.Or(e.Part, "value"), cellOf(r.values[i]), width)
		for j, f := range r.values[i].Evidence {
			label := ""
			if j == 0 {
				label = "seen"
			}
			labelled(b, label, report.Clean(f.Expr)+" = "+report.Clean(jsonText(f.Value)), width)
		}
	}
}

// cellOf is a value as it stands in a table.
func cellOf(v lint.Value) string {
	if list, ok := v.JSON.([]any); ok && len(list) == 0 {
		return "[]"
	}
	if v.Outcome == "value" {
		return report.Clean(cmp.Or(v.Words, `""`))
	}
	return v.Outcome + ": " + report.Clean(v.Why)
}

func jsonText(v any) string {
	if s, ok := v.(string); ok {
		return cmp.Or(s, `""`)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

func (o *triedOut) table(b *strings.Builder, rows []triedRow, width int) {
	head := []string{"ID", "NAME"}
	for _, e := range o.exprs {
		head = append(head, strings.ToUpper(cmp.Or(e.Part, "value")))
	}
	cells := [][]string{head}
	for _, r := range rows {
		line := []string{report.Clean(r.about.ID), report.Clean(r.about.Name)}
		for _, v := range r.values {
			if v.Outcome != "value" {
				line = append(line, v.Outcome) // the reason stands below
				continue
			}
			line = append(line, cellOf(v))
		}
		cells = append(cells, line)
	}
	widths := fitted(cells, width)
	for _, line := range cells {
		var out strings.Builder
		for i, c := range line {
			if widths[i] == 0 {
				continue // no resource has a name
			}
			c = shortened(c, widths[i])
			out.WriteString(c + strings.Repeat(" ", widths[i]-len([]rune(c))+2))
		}
		b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
}

// minColumn is the least that a column is cut to.
const minColumn = 8

// fitted is how wide the columns of a table are, in characters, so that they fit into a width; 0 for all that they need. A column of names that has none is
// left out. The widest is cut first, and the IDs last.
func fitted(cells [][]string, width int) []int {
	widths := make([]int, len(cells[0]))
	for i, line := range cells {
		for j, c := range line {
			if i > 0 || j != 1 {
				widths[j] = max(widths[j], len([]rune(c)))
			}
		}
	}
	if widths[1] > 0 {
		widths[1] = max(widths[1], len(cells[0][1]))
	}
	sum := 2 * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	for width > 0 && sum >= width { // the last column of a terminal stays empty: some break the line there
		widest := 1
		for j := range widths {
			if j > 0 && widths[j] >= widths[widest] {
				widest = j
			}
		}
		if widths[widest] <= minColumn {
			widest = 0
		}
		if widths[widest] <= minColumn {
			break
		}
		widths[widest]--
		sum--
	}
	return widths
}

// shortened cuts a text with an ellipsis.
func shortened(s string, width int) string {
	if r := []rune(s); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return s
}

// footer is what is known of the expressions themselves.
func (o *triedOut) footer(b *strings.Builder, width int) {
	if len(o.exprs) == 1 {
		labelled(b, "type", o.exprs[0].Type, width)
	}
	writeReads(b, o.exprs, width)
	for i, e := range o.exprs {
		label := "cost"
		if i > 0 {
			label = ""
		}
		counted := fmt.Sprintf("%s of %s counted, ", thousands(int64(o.cost[i])), thousands(lint.CostLimit))
		labelled(b, label, strings.TrimSpace(e.Part+" "+counted+estimateOf(e)), width)
	}
	for _, e := range o.exprs {
		for _, n := range e.Notes {
			labelled(b, "note", report.Clean(n), width)
		}
	}
}

// writeReads prints the IAM actions behind what expressions read.
func writeReads(b *strings.Builder, exprs []*lint.Expr, width int) {
	sources := readBy(exprs)
	if len(sources) == 0 {
		labelled(b, "reads", "nothing", width)
	}
	for i, s := range sources {
		label := "reads"
		if i > 0 {
			label = ""
		}
		labelled(b, label, action(s), width)
	}
}

// estimateOf is what an expression may cost by its shape.
func estimateOf(e *lint.Expr) string {
	estimate := "more than can be counted"
	if e.Estimate <= math.MaxInt64 {
		estimate = thousands(int64(e.Estimate))
	}
	return estimate + " of " + thousands(lint.EstimateLimit) + " estimated"
}

// trySchema is the JSON Schema of what writeJSON prints.
//
//go:embed try.schema.json
var trySchema string

// writeJSON prints everything.
func (o *triedOut) writeJSON(w io.Writer) error {
	type expression struct {
		Part     string         `json:"part,omitempty"`
		Text     string         `json:"text"`
		Kind     string         `json:"kind"`
		Type     string         `json:"type"`
		Reads    []string       `json:"reads"`
		Gives    map[string]int `json:"gives"`
		Cost     uint64         `json:"cost"`
		Limit    uint64         `json:"cost_limit"`
		Estimate uint64         `json:"estimate"`
		Most     uint64         `json:"estimate_limit"`
		Notes    []string       `json:"notes,omitempty"`
	}
	type value struct {
		Part     string        `json:"part,omitempty"`
		Outcome  string        `json:"outcome"`
		Value    any           `json:"value"`
		NotShown int           `json:"not_shown,omitempty"`
		Words    string        `json:"words"`
		Why      string        `json:"why,omitempty"`
		Cost     uint64        `json:"cost"`
		Evidence lint.Evidence `json:"evidence"`
	}
	type resource struct {
		lint.Resource
		Values []value `json:"values"`
	}
	type gap struct {
		Action string `json:"action"`
		Reason string `json:"reason"`
	}
	type where struct {
		Name      string     `json:"name"`
		Gaps      []gap      `json:"gaps"`
		Resources []resource `json:"resources"`
	}
	doc := struct {
		Schema      string       `json:"schema"`
		Version     string       `json:"version"`
		Expressions []expression `json:"expressions"`
		Places      []where      `json:"places"`
		NotListed   int          `json:"not_listed"`
	}{Schema: "patlint/try/v1", Version: version, Expressions: []expression{}, Places: []where{}, NotListed: o.more}
	for i, e := range o.exprs {
		actions := []string{}
		for _, s := range lint.Sources() {
			if slices.Contains(e.Reads, s.Name) {
				actions = append(actions, s.Permission())
			}
		}
		if o.tally[i] == nil {
			o.tally[i] = map[string]int{}
		}
		doc.Expressions = append(doc.Expressions, expression{e.Part, e.Text, e.Kind, e.Type, slices.Compact(actions), o.tally[i], o.cost[i], lint.CostLimit, e.Estimate, lint.EstimateLimit, e.Notes})
	}
	for _, p := range o.places {
		at := where{Name: p.name, Gaps: []gap{}, Resources: []resource{}}
		for _, g := range p.gaps {
			at.Gaps = append(at.Gaps, gap{g.Action, g.Reason})
		}
		for _, r := range p.rows {
			one := resource{Resource: r.about}
			for i, v := range r.values {
				one.Values = append(one.Values, value{o.exprs[i].Part, v.Outcome, v.JSON, v.NotShown, v.Words, v.Why, v.Cost, v.Evidence})
			}
			at.Resources = append(at.Resources, one)
		}
		doc.Places = append(doc.Places, at)
	}
	return writeIndented(w, doc)
}
