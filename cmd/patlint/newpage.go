package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

// A blankPage is a page that is still to be written.
type blankPage struct {
	title   string
	pillar  string            // where no other pattern gives one; "" is reliability
	kind    *lint.KindDoc     // what the rule is about; nil for guidance only
	like    *patterns.Pattern // whose rule, examples and fix it begins with; nil for none
	excerpt *lint.Excerpt     // the first example; nil for none
	as      string            // the role of the excerpt: fail, pass or unknown
}

// toFill is a blank with what belongs there, which has no quotes and, for YAML, no colon with a space behind it.
func toFill(format string, args ...any) string {
	return patterns.Blank + " " + fmt.Sprintf(format, args...)
}

// page is the page with its blanks.
func (p *blankPage) page() string {
	var b strings.Builder
	b.WriteString("---\n" + p.frontMatter() + "---\n" + toFill("the state we want, in one paragraph") + "\n")
	for _, s := range patterns.Outline() {
		if s.WithRule && p.kind == nil || s.Optional && p.like != nil && !hasSection(p.like, s.Title) {
			continue
		}
		b.WriteString("\n## " + s.Title + "\n\n")
		switch s.Title {
		case "Rule":
			b.WriteString(p.rule(s.Doc))
		case "Examples":
			b.WriteString(p.examples())
		case "Fix":
			b.WriteString(p.fix(s.Doc))
		default:
			b.WriteString(listMarks[s.Title] + toFill("%s", s.Doc))
			if s.Optional {
				b.WriteString("; or delete this section")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// listMarks begin the sections that are lists on most pages.
var listMarks = map[string]string{"Consequences": "- ", "Forces": "- ", "Solution": "1. "}

func hasSection(p *patterns.Pattern, title string) bool {
	return slices.ContainsFunc(p.Sections, func(s patterns.Section) bool { return s.Title == title })
}

// frontMatter has valid values where these are from a closed set, each with the choice as a blank behind it.
func (p *blankPage) frontMatter() string {
	var b strings.Builder
	choice := func(key, value string, set []string) {
		others := slices.DeleteFunc(slices.Clone(set), func(s string) bool { return s == value })
		fmt.Fprintf(&b, "%s: %s # %s\n", key, value, toFill("keep it or choose %s; then delete this comment", strings.Join(others, ", ")))
	}
	pillar, severity := cmp.Or(p.pillar, "reliability"), "medium"
	if p.like != nil {
		pillar, severity = p.like.Pillar, p.like.Severity
	}
	fmt.Fprintf(&b, "title: %s\n", yamlText(p.title))
	fmt.Fprintf(&b, "summary: %s\n", toFill("one sentence of plain text with the reason, at most 140 characters"))
	choice("pillar", pillar, patterns.Pillars)
	choice("severity", severity, patterns.Severities)
	fmt.Fprintf(&b, "since: %s\n", version)
	if p.like == nil {
		fmt.Fprintf(&b, "related: [] # %s\n", toFill("IDs of patterns worth reading next (patlint list shows all), or delete this line"))
	} else {
		var ids []string
		for _, r := range p.like.Requires {
			ids = append(ids, r.ID)
		}
		if len(ids) > 0 {
			fmt.Fprintf(&b, "requires: [%s]\n", strings.Join(ids, ", "))
		}
		fmt.Fprintf(&b, "related: [%s]\n", p.like.ID)
		b.WriteString(params(p.like.Params))
	}
	fmt.Fprintf(&b, "references:\n  - {title: \"%s\", url: \"%s\"}\n", toFill("the name of a source of what the page states"), toFill("its address, which begins with https"))
	return b.String()
}

func params(list []patterns.Param) string {
	var b strings.Builder
	for i, p := range list {
		if i == 0 {
			b.WriteString("params:\n")
		}
		value := p.DefaultText()
		switch v := p.Default.(type) {
		case string:
			value = strconv.Quote(v)
		case []int64:
			value = "[" + value + "]"
		case []string:
			words := make([]string, len(v))
			for i, w := range v {
				words[i] = strconv.Quote(w)
			}
			value = "[" + strings.Join(words, ", ") + "]"
		}
		fmt.Fprintf(&b, "  %s: {type: %s, default: %s, doc: %s}\n", p.Name, p.Type, value, yamlText(p.Doc))
	}
	return b.String()
}

var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 .;()/-]*$`)

// yamlText is a text in YAML. One word alone may mean something else to YAML, such as null.
func yamlText(s string) string {
	if strings.Contains(s, " ") && plainYAML.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// sentence turns an ID into words.
func sentence(id string) string {
	words := []rune(strings.ReplaceAll(id, "-", " "))
	words[0] = unicode.ToUpper(words[0])
	return string(words)
}

// fenced is a fenced block, whatever backticks stand in it.
func fenced(info, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return fence + info + "\n" + text + fence + "\n"
}

func (p *blankPage) rule(doc string) string {
	if p.kind == nil {
		return "None. " + toFill("why no answer of the API shows it, and what to look at instead") + "\n"
	}
	k, last := p.kind, "these comments are for reading; delete them when the rule is written"
	var text string
	if p.like != nil && p.like.Rule != nil {
		text = p.like.Rule.Source()
		last = "the rule is that of " + p.like.ID + " so far; make it yours, and delete these comments"
	} else {
		text = fmt.Sprintf("resource: %s\nwhen: %s\nrequire: %s\nmessage: %s\n", k.Name,
			toFill("true for each %s that the rule is about, or delete this line if it is about all", k.Name),
			toFill("true for each %s that is as it should be", k.Name),
			toFill("what is wrong with it, in lower case and without a full stop; ${%s} puts a value in", idOf(k)))
		if p.pillar == "cost" {
			text += fmt.Sprintf("waste: %s\n", toFill("what it costs in US dollars a month, such as %s, or delete this line if nobody knows", costOf(k)))
		}
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return toFill("%s", doc) + "\n\n" + fenced("yaml rule", text+ruleWords(k)+"# "+toFill("%s", last)+"\n")
}

// idOf is the expression for the ID of a resource.
func idOf(k *lint.KindDoc) string {
	if k.Name == "region" {
		return "region.RegionName"
	}
	return k.Name + "." + k.ID
}

// costOf is an expression for what a resource costs, or for a price.
func costOf(k *lint.KindDoc) string {
	if slices.ContainsFunc(k.Relations, func(m lint.MemberDoc) bool { return m.Name == "monthlyCost" }) {
		return k.Name + ".monthlyCost()"
	}
	return "price(NAME)"
}

func (p *blankPage) examples() string {
	var all []string
	add := func(hint, info, text string) { all = append(all, toFill("%s", hint)+"\n\n"+fenced(info, text)) }
	if p.excerpt != nil {
		hint := "which state this example shows, and why; it comes from a real account, so read it before you publish it"
		add(hint, "yaml "+p.as, marked(p.excerpt, p.as))
	}
	if p.like != nil && p.like.Rule != nil {
		for _, b := range p.like.Examples {
			if p.excerpt == nil || b.Role != p.as {
				add("which states this example of "+p.like.ID+" shows; make it yours", b.Lang+" "+b.Role, b.Text)
			}
		}
		return strings.Join(all, "\n")
	}
	for _, role := range []string{"fail", "pass"} {
		if p.excerpt == nil || p.as != role {
			hint := "which states these are, and why the rule reports them"
			if role == "pass" {
				hint = "which states these are, and why a careless rule would report them"
			}
			add(hint, "yaml "+role, oneExample(p.kind, role))
		}
	}
	return strings.Join(all, "\n")
}

const (
	wantHint  = "words of the message"
	stateHint = "the fields that the rule looks at, as the AWS CLI prints them"
)

// oneExample is an example with one resource, which fails or passes.
func oneExample(k *lint.KindDoc, role string) string {
	want := ""
	if role == "fail" {
		want = "   # want: " + toFill(wantHint)
	}
	if k.Name == "taggable" {
		k = volumeKind()
	}
	id := placeholderID(k, role)
	switch k.Name { // those that stand in no list
	case "account":
		return fmt.Sprintf("Account: %q%s\n# %s\n", id, want, toFill("the regions, or the answers of one, that the rule looks at"))
	case "region":
		return fmt.Sprintf("Region: %s%s\n# %s\n", id, want, toFill("the answers that the rule looks at, such as GetEbsEncryptionByDefault"))
	case "workload":
		return fmt.Sprintf("Instances:\n  - InstanceId: i-0a%s\n    State: {Name: running}\n    Tags: [{Key: Role, Value: %s}]\n    # %s\n", want, id, toFill(stateHint))
	}
	key := k.Key
	if key == "Reservations" {
		key = "Instances"
	}
	return fmt.Sprintf("%s:\n  - %s: %s%s\n    # %s\n", key, k.ID, id, want, toFill(stateHint))
}

// volumeKind is what the examples of a rule about everything that takes tags begin with.
func volumeKind() *lint.KindDoc {
	kinds := lint.Describe().Kinds
	return &kinds[slices.IndexFunc(kinds, func(k lint.KindDoc) bool { return k.Name == "volume" })]
}

// idPrefixes are what the IDs of a kind begin with; what takes tags is a volume in examples. A kind that is not here is named by its owner or, a zone, by AWS. Keep sorted.
var idPrefixes = map[string]string{
	"address": "eipalloc", "capacityReservation": "cr", "clientVpnEndpoint": "cvpn-endpoint", "customerGateway": "cgw", "dedicatedHost": "h", "dhcpOptions": "dopt", "egressOnlyInternetGateway": "eigw", "fleet": "fleet", "flowLog": "fl",
	"image": "ami", "instance": "i", "internetGateway": "igw", "launchTemplate": "lt", "natGateway": "nat", "networkAcl": "acl", "networkInterface": "eni", "prefixList": "pl", "routeTable": "rtb",
	"securityGroup": "sg", "snapshot": "snap", "spotFleetRequest": "sfr", "spotInstanceRequest": "sir", "subnet": "subnet", "taggable": "vol", "transitGateway": "tgw", "transitGatewayAttachment": "tgw-attach",
	"volume": "vol", "vpc": "vpc", "vpcEndpoint": "vpce", "vpcEndpointService": "vpce-svc", "vpcPeeringConnection": "pcx", "vpnConnection": "vpn", "vpnGateway": "vgw",
}

// placeholderID is an ID for an example that fails or passes, in the form that such IDs have.
func placeholderID(k *lint.KindDoc, role string) string {
	last := map[string]string{"fail": "a", "pass": "b"}[role]
	switch prefix, ok := idPrefixes[k.Name]; {
	case ok:
		return prefix + "-0" + last
	case k.Name == "account":
		return map[string]string{"fail": "111122223333", "pass": "444455556666"}[role]
	case k.Name == "region":
		return map[string]string{"fail": "us-east-1", "pass": "eu-central-1"}[role]
	case k.Name == "availabilityZone":
		return "us-east-1" + last
	case k.Name == "reservedInstances":
		return "00000000-0000-4000-8000-00000000000" + last
	}
	return "name-" + last
}

// marked is an excerpt with the comment that its role wants on the line of the ID.
func marked(ex *lint.Excerpt, role string) string {
	lines := strings.SplitAfter(ex.Text, "\n")
	want := map[string]string{"fail": toFill(wantHint), "unknown": "unknown"}[role]
	if i := ex.Line - 1; want != "" && i >= 0 && i < len(lines) {
		lines[i] = strings.TrimRight(lines[i], "\n") + "   # want: " + want + "\n"
	}
	return strings.Join(lines, "")
}

func (p *blankPage) fix(doc string) string {
	if p.like != nil && p.like.Fix != nil {
		return toFill("what these commands of %s do, and what to look at first; make them yours", p.like.ID) + "\n\n" + fenced("sh fix", p.like.Fix.Text)
	}
	values := "${region.RegionName}"
	if p.kind.Name != "region" {
		values = "${" + idOf(p.kind) + "} in " + values
	}
	return toFill("%s, in words, and what to look at first", doc) + "\n\n" + fenced("sh fix", toFill("the command that mends %s", values)+"\n")
}

// warn says what the example of a real account does not show.
func (p *blankPage) warn(tell func(format string, args ...any)) {
	if p.excerpt == nil {
		return
	}
	for _, l := range p.excerpt.LeftOut {
		tell("left out: %s", l)
	}
	if list := p.excerpt.Replaced; len(list) > 0 {
		tell("other words than in the account stand in: %s", strings.Join(list, ", "))
	}
	if v := p.excerpt.Verdict; p.like != nil && v != "" {
		tell("the rule of %s says %s of it, and the example is for %s%s", p.like.ID, v, p.as, otherRole(roleOf[v], p.as))
	}
	tell("the example comes from a real account; read it before you publish it")
}

// otherRole says what to do where a rule says something else of an example than its role.
func otherRole(says, role string) string {
	if says == role {
		return ""
	}
	return ": change the rule, or begin with --as " + says
}

// chapterPage is the introduction of a new chapter.
func chapterPage(id string) string {
	return "# " + sentence(id) + "\n\n" + toFill("what the patterns of this chapter are for, in one paragraph") + "\n\n" +
		toFill("in which order to read them; or delete this line") + "\n"
}

const (
	maxFields  = 40 // of a kind in a rule's comments
	maxMembers = 20
	maxInside  = 9 // names of fields inside a field
)

// ruleWords is what a rule about a kind can ask, as YAML comments: the most useful first, and not all of it.
func ruleWords(k *lint.KindDoc) string {
	t := newTable()
	rows := func(list [][2]string, most int) int {
		for _, r := range list[:min(len(list), most)] {
			fmt.Fprintf(t, "#   %s\t%s\n", r[0], r[1])
		}
		return max(len(list)-most, 0)
	}
	var members [][2]string
	for _, m := range slices.Concat(k.Relations, k.Functions) {
		members = append(members, [2]string{k.Name + "." + call(m), m.Result + ": " + m.Doc})
	}
	more := rows(fieldsOf(k), maxFields) + rows(members, maxMembers)
	if k.Tags {
		rows([][2]string{{"tag(" + k.Name + `, "Name")`, `string: the value of a tag, "" without it`}}, 1)
	}
	head := "# when and require can ask of it, among others:\n"
	if more == 0 {
		head = "# when and require can ask of it:\n"
	}
	also := fmt.Sprintf("# and region.RegionName, region.AccountId, now, params.NAME; patlint list kinds %s has all\n", k.Name)
	return head + t.String() + also
}

// A fieldRow is a field of a kind and what it holds.
type fieldRow struct {
	path, text string
	inside     []string // the names of its own fields
	rank       int      // the lowest first
}

// fieldsOf are the fields of a kind and what they hold, those with a known set of values first and IDs last. What stands inside a field is named with it.
func fieldsOf(k *lint.KindDoc) [][2]string {
	var rows []fieldRow
	for _, f := range k.Fields {
		head, rest, nested := strings.Cut(f.Path, ".")
		if head == "Tags[]" { // tag() reads them
			continue
		}
		row := fieldRow{path: f.Path, text: holds(f), rank: 1}
		switch {
		case f.Path == "State.Name" || !nested && len(f.Values) > 0:
			row.rank = 0
		case nested && len(f.Values) > 0 && !strings.Contains(f.Path, "[]") && !strings.Contains(rest, "."):
			row.rank = 3
		case nested:
			row.path = ""
		case strings.HasSuffix(head, "Id") || strings.HasSuffix(head, "Ids") || strings.HasSuffix(head, "Arn"):
			row.rank = 4
		}
		if row.path != "" {
			rows = append(rows, row)
		}
		if nested && row.rank > 0 {
			name, _, _ := strings.Cut(rest, ".")
			rows = addInside(rows, head, strings.TrimSuffix(name, "[]"))
		}
	}
	slices.SortStableFunc(rows, func(a, b fieldRow) int { return cmp.Compare(a.rank, b.rank) })
	var out [][2]string
	for _, r := range rows {
		if len(r.inside) > maxInside {
			r.inside = append(r.inside[:maxInside:maxInside], "…")
		}
		out = append(out, [2]string{k.Name + "." + strings.TrimSuffix(r.path, "[]"), r.text + strings.Join(r.inside, ", ")})
	}
	return out
}

// addInside notes the name of a field inside a field.
func addInside(rows []fieldRow, head, name string) []fieldRow {
	i := slices.IndexFunc(rows, func(r fieldRow) bool { return r.path == head })
	if i < 0 {
		text := "has "
		if strings.HasSuffix(head, "[]") {
			text = "a list; each has "
		}
		i, rows = len(rows), append(rows, fieldRow{path: head, text: text, rank: 2})
	}
	if !slices.Contains(rows[i].inside, name) {
		rows[i].inside = append(rows[i].inside, name)
	}
	return rows
}
