package patterns

import (
	"fmt"
	"slices"
	"strings"
)

// A StyleRule is one thing that the house style asks of a page.
type StyleRule struct {
	Name string // one word
	Asks string // sentences
	Why  string // a sentence
}

// A styleCheck finds where a page does not keep to a rule.
type styleCheck struct {
	StyleRule
	find func(*sheet, *reporter)
}

// styleChecks are the house style. Keep sorted by name.
func styleChecks() []styleCheck {
	return []styleCheck{
		{StyleRule{"amounts", "A page that states IOPS, MiB/s, MB/s, percent or a price has references, or a link in the section of the number.",
			"AWS changes its numbers, and a reader has to be able to look."}, findAmounts},
		{StyleRule{"evidence", "Evidence has a link, or says who measured and in which year.",
			"A number that nobody has measured is an opinion."}, findEvidence},
		{StyleRule{"examples", "In front of each example stands a sentence that says what it shows.",
			"A reader learns from what the rule leaves alone, and cannot see it in a list of fields."}, findExamples},
		{StyleRule{"fillers", "A sentence has no words that sell or stretch, simply, basically, robust, best practice, in order to, and no exclamation mark.",
			"They take time and say nothing, and what is simple for the author is not simple at four in the morning."}, findFillers},
		{StyleRule{"headings", "Headings are in sentence case, and end without a full stop, a colon or an exclamation mark. Within a section none stands twice, and none skips a level.",
			"People find their place by the headings, and links lead to them."}, findHeadings},
		{StyleRule{"leaks", "Account numbers, IDs, addresses, names of machines and keys are made up, in code too: account 111122223333, volume vol-0a, address 203.0.113.10, machine db.example.com. Numbers and IDs of AWS's own examples will do. `patlint new --from-snapshot` makes up what it takes out of an account.",
			"A page is public, and git forgets nothing. Names alone say nothing of whose they are: those only the author can check."}, findLeaks},
		{StyleRule{"length", fmt.Sprintf("At most %d words stand between two stops, which a colon and a semicolon are too, and at most %d in a paragraph. Examples may list as they need.", maxClause, maxParagraph),
			"Who reads a page in trouble reads the beginning of long sentences."}, findLength},
		{StyleRule{"links", "The text of a link says where it leads. Its address has nothing that follows the reader, no language and no login, and is no search. No two references have one address.",
			"A text such as here means nothing in a list of links, and an address has to work for everybody and next year."}, findLinks},
		{StyleRule{"messages", fmt.Sprintf("The message of a rule begins with a lower-case letter, a value or an ID, and has no full stop at its end. It says what is, without should, please and you, in at most %d characters beside the values. Sizes and rates have their unit.", maxMessage),
			"It stands in a list with a hundred others, and the reader decides what ought to be."}, findMessages},
		{StyleRule{"minute", fmt.Sprintf("In one minute has at most %d words, all of them everyday ones: no code, commands, tables or headings, no names of fields and no abbreviations that the glossary lacks, and no list of more than %d points.", maxMinute, maxPoints),
			"It is read by the person who pays, and in one minute."}, findMinute},
		{StyleRule{"numbers", "A rule has no fractions and no numbers above 100 but those that convert units. AWS's numbers stand in lint/limits.yaml and lint/prices.yaml, and what a site may tune is a param.",
			"In a rule a number has no source and no date, and nobody can change it for their account."}, findNumbers},
		{StyleRule{"prices", "A page that states a price says where it holds: beside one of its prices stands the region, or whose example it is. A message has none.",
			"AWS has another price in each region."}, findPrices},
		{StyleRule{"shell", "Commands have the values of an example, such as us-east-1. Only the block sh fix has values of the finding, as in ${region.RegionName}.",
			"Only there patlint fills them in. Elsewhere the reader copies them, and the shell fails."}, findShell},
		{StyleRule{"spelling", "Names are spelt as their owners spell them, terms as in the glossary, and words that have two spellings as all pages do.",
			"Who searches for a word finds it on all pages or misses half of them."}, findSpelling},
		{StyleRule{"summary", fmt.Sprintf("The summary is one sentence of at least %d words with the reason in it, and says more than the title.", minSummary),
			"In the catalog and in search results it is all that people see."}, findSummary},
		{StyleRule{"title", "The title says what to do and begins with the verb. It is in sentence case, and has a word in common with the ID.",
			"A finding shows the title alone, and the ID is what people type."}, findTitle},
	}
}

// HouseStyle lists what Style asks of a page, by name.
func HouseStyle() []StyleRule {
	var out []StyleRule
	for _, c := range styleChecks() {
		out = append(out, c.StyleRule)
	}
	return out
}

// Style holds the pages of patterns against [HouseStyle], and gives what does not keep to it. keep tells which patterns are meant; with nil, all are.
// Text in quotes and in code is not the author's and may be anything. A line with a blank that is still to be filled in is left alone. Only leaks are looked for
// everywhere.
//
// It is about form alone. Whether a page is true, only its readers know.
func (c *Catalog) Style(keep func(*Pattern) bool) Errors {
	return c.hold(c.Patterns, styleChecks(), keep)
}

// hold runs checks on pages.
func (c *Catalog) hold(pages []*Pattern, checks []styleCheck, keep func(*Pattern) bool) Errors {
	var errs Errors
	parser, terms := newProseParser(), c.Glossary.lexicon()
	for _, p := range pages {
		if keep != nil && !keep(p) {
			continue
		}
		sh := newSheet(p, parser)
		sh.lexicon = terms
		for _, check := range checks {
			errs = append(errs, sh.run(check)...)
		}
	}
	return errs.ordered()
}

// textChecks are the rules that hold for every text of a catalog, by name.
var textChecks = []string{"fillers", "leaks", "length", "links", "spelling"}

// StyleTexts holds the introductions of the chapters and the glossary against those rules of [HouseStyle] that do not ask for the form of a pattern. keep tells
// which files are meant; with nil, all are.
func (c *Catalog) StyleTexts(keep func(file string) bool) Errors {
	var texts []*Pattern
	for _, ch := range c.Chapters {
		texts = append(texts, &Pattern{File: ch.File, Body: ch.Body, BodyLine: ch.Line})
	}
	if g := c.Glossary; g != nil {
		texts = append(texts, &Pattern{File: g.File, Body: g.own, BodyLine: g.Line})
	}
	checks := slices.DeleteFunc(styleChecks(), func(check styleCheck) bool { return !slices.Contains(textChecks, check.Name) })
	return c.hold(texts, checks, func(p *Pattern) bool { return p.File != "" && (keep == nil || keep(p.File)) })
}

// A reporter takes in what one check finds on a page.
type reporter struct {
	sheet *sheet
	errs  Errors
}

// maxFound bounds it: who has the same hundred times is told that there is more.
const maxFound = 100

// at takes in a mistake at a place of the file, unless its line has a blank.
func (r *reporter) at(line, col int, format string, args ...any) {
	if len(r.errs) <= maxFound && !strings.Contains(r.sheet.line(line), Blank) {
		r.add(line, col, format, args...)
	}
}

// add takes in a mistake, whatever stands on its line.
func (r *reporter) add(line, col int, format string, args ...any) {
	switch {
	case len(r.errs) > maxFound:
	case len(r.errs) == maxFound:
		r.errs = append(r.errs, &Error{r.sheet.File, line, col, "more of this kind follow; mend those before first"})
	default:
		r.errs = append(r.errs, &Error{r.sheet.File, line, col, fmt.Sprintf(format, args...)})
	}
}

// in takes in a mistake at an offset of a passage.
func (r *reporter) in(ps passage, offset int, format string, args ...any) {
	if len(r.errs) <= maxFound { // a place takes time
		line, col := ps.place(offset)
		r.at(line, col, format, args...)
	}
}

// run gives what a check finds.
func (sh *sheet) run(c styleCheck) Errors {
	r := &reporter{sheet: sh}
	c.find(sh, r)
	return r.errs
}

// line is a line of the file.
func (sh *sheet) line(n int) string {
	from := n - sh.BodyLine
	if from >= 0 && from < len(sh.starts) {
		text, _, _ := strings.Cut(sh.Body[sh.starts[from]:], "\n")
		return text
	}
	if sh.matter == nil {
		return ""
	}
	lines := strings.SplitN(sh.matter.Text, "\n", n)
	if i := n - sh.matter.Line; i >= 0 && i < len(lines) {
		text, _, _ := strings.Cut(lines[i], "\n")
		return text
	}
	return ""
}
