package patterns

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// The limits of the style, in words. The pages of the built-in catalog keep to them.
const (
	maxClause    = 40
	maxParagraph = 150
	maxMinute    = 120
	maxPoints    = 3   // of a list in the section In one minute
	maxMessage   = 160 // in characters
	minSummary   = 6
)

// minuteSection is the one for decision makers.
const minuteSection = "In one minute"

var (
	placeForm = regexp.MustCompile(`\b[a-z]{2}(-gov)?-[a-z]+-\d\b|\bexample\b|\b(` + strings.Join(places, "|") + `)(\PL|$)`)
	yearForm  = regexp.MustCompile(`\b(19|20)\d\d\b`)
	upperForm = regexp.MustCompile(`^[A-Z]{2,}s?$`)
	innerForm = regexp.MustCompile(`[a-z][A-Z]`)
)

// running tells whether a passage is running text, and not a heading or the cell of a table.
func (ps passage) running() bool {
	return ps.kind != ast.KindHeading && ps.kind != extast.KindTableCell
}

// blank tells whether something in a section is still to be written.
func (sh *sheet) blank(section string) bool {
	return slices.ContainsFunc(sh.Sections, func(s Section) bool { return s.Title == section && strings.Contains(s.Body, Blank) })
}

// linked tells whether a section has a link to another site.
func (sh *sheet) linked(section string) bool {
	return slices.ContainsFunc(sh.links, func(l link) bool { return l.section == section && strings.HasPrefix(l.url, "http") })
}

// A number begins with a digit.
func (w word) number() bool { return unicode.IsDigit(rune(w.text[0])) }

// rate finds the first number with a unit of rates, and gives its place and text; "" for none.
func (ps passage) rate() (at int, text string) {
	for i, unit := range ps.words {
		if i > 0 && slices.Contains(rateUnits, unit.text) && ps.words[i-1].number() && strings.Trim(ps.text[ps.words[i-1].end():unit.start], " ") == "" {
			return ps.words[i-1].start, ps.text[ps.words[i-1].start:unit.end()]
		}
	}
	return 0, ""
}

var (
	perForm   = regexp.MustCompile(`^ ?(/|(per|a|an|each|every|hourly|daily|monthly|yearly)\b)`)
	centsForm = regexp.MustCompile(`^[0-9,]+\.[0-9]{1,6}$|^[0-9]+,[0-9]{2}$`)
	manyForm  = regexp.MustCompile(`^ ?(k|m|million|billion|thousand)\b`)
)

// price finds the first amount of money that is one, in whatever way it is written, and gives its place and text; "" for none. A price has cents, or says for what
// it is paid. All else is what something did cost.
func (ps passage) price() (at int, text string) {
	for i, n := range ps.words {
		if !n.number() {
			continue
		}
		amount, _, _ := strings.Cut(n.text, "/") // 0.08/GiB
		start, end := n.start, n.start+len(amount)
		money := func(j, from, to int) bool {
			return j >= 0 && j < len(ps.words) && slices.Contains(moneyUnits, ps.words[j].text) && strings.Trim(ps.text[from:to], " ") == ""
		}
		behind := i + 1
		if behind < len(ps.words) && ps.words[behind].text == "US" { // dollars
			behind++
		}
		switch {
		case i > 0 && money(i-1, ps.words[i-1].end(), start):
			start = ps.words[i-1].start
		case behind < len(ps.words) && money(behind, ps.words[behind-1].end(), ps.words[behind].start):
			end = ps.words[behind].end()
		default:
			continue
		}
		if rest := ps.text[end:]; perForm.MatchString(rest) || centsForm.MatchString(amount) && !manyForm.MatchString(rest) {
			return start, ps.text[start:end]
		}
	}
	return 0, ""
}

func findAmounts(sh *sheet, r *reporter) {
	if len(sh.References) > 0 || value(sh.root, "references") != nil || sh.matter != nil && sh.root == nil { // what is wrong with them Parse says
		return
	}
	for _, ps := range sh.prose {
		at, amount := ps.rate()
		if from, price := ps.price(); price != "" && (amount == "" || from < at) {
			at, amount = from, price
		}
		if amount != "" && ps.section != "Evidence" && ps.section != "Field story" && !sh.linked(ps.section) {
			r.in(ps, at, "the number %s has no source; add its page to references in the front matter, or a link in this section", amount)
			return
		}
	}
}

func findEvidence(sh *sheet, r *reporter) {
	for _, s := range sh.Sections {
		if s.Title != "Evidence" || sh.blank(s.Title) || sh.linked(s.Title) {
			continue
		}
		dated := func(ps passage) bool { return ps.section == s.Title && yearForm.MatchString(ps.text) }
		if !slices.ContainsFunc(sh.prose, dated) {
			r.at(s.Line, 1, "section Evidence has no source; link to it, or say who measured and in which year")
		}
	}
}

func findFillers(sh *sheet, r *reporter) {
	for _, ps := range slices.Concat(sh.front, sh.prose) {
		for i, w := range ps.words {
			entry, n := sh.lexicon.fillers.find(ps.text, ps.words[i:])
			if n == 0 || i > 0 && slices.Contains(strings.Fields(fillers[entry].after), bare(ps.words[i-1].text)) {
				continue
			}
			r.in(ps, w.start, "%q is filler; %s", ps.text[w.start:ps.words[i+n-1].end()], fillers[entry].say)
		}
		for _, w := range ps.words {
			if rest := ps.text[w.end():]; ps.running() && shout.MatchString(rest) {
				r.in(ps, w.end(), "a sentence ends without an exclamation mark; say what happens, and it is heard")
			}
		}
	}
}

// shout is an exclamation mark behind a word.
var shout = regexp.MustCompile(`^!+([\s")”’]|$)`)

// findExamples finds blocks of which nobody says what they show.
func findExamples(sh *sheet, r *reporter) {
	from := 0
	for _, pt := range sh.parts {
		if pt.section != "Examples" || pt.kind != ast.KindFencedCodeBlock {
			continue
		}
		between := func(ps passage) bool {
			return ps.section == pt.section && ps.running() && ps.begin > from && ps.begin < pt.at
		}
		if !slices.ContainsFunc(sh.prose, between) {
			line, col := sh.place(pt.at)
			r.at(line, col, "nothing says what this example shows; write a sentence above it: which states these are, and which of them a careless rule would take for the others")
		}
		from = pt.at
	}
}

func findHeadings(sh *sheet, r *reporter) {
	level, seen := 1, map[string]bool{}
	for _, ps := range sh.prose {
		if ps.kind != ast.KindHeading {
			continue
		}
		text := strings.TrimSpace(ps.text)
		key := strings.ToLower(text)
		if ps.level == 2 {
			clear(seen)
		}
		switch last, _ := utf8.DecodeLastRuneInString(text); {
		case ps.level > level+1: // in the words of the site, which finds it too
			line, col := sh.place(ps.begin)
			r.at(line, col, "a level-%d heading below level %d; do not skip a level", ps.level, level)
		case strings.ContainsRune(".,:;!", last):
			r.in(ps, len(ps.text)-utf8.RuneLen(last), "a heading has no %c at its end", last)
		case seen[key]:
			r.in(ps, 0, "the heading %s stands in this section already", text)
		case ps.level > 2:
			sh.sentenceCase(ps, r)
		}
		level, seen[key] = ps.level, true
	}
}

// sentenceCase finds words with a capital that they have only because they stand in a heading.
func (sh *sheet) sentenceCase(ps passage, r *reporter) {
	for i, w := range ps.words {
		_, size := utf8.DecodeRuneInString(w.text)
		name := !capital(w.text) || len(w.text) == size || // I, and Plan B
			strings.ToLower(w.text[size:]) != w.text[size:] || strings.ContainsFunc(w.text, unicode.IsDigit) ||
			slices.Contains(properNames, owner(w.text)) || sh.names[owner(w.text)] || sh.names[w.text]
		if i > 0 && !w.first && !name {
			r.in(ps, w.start, "%s has a capital; titles and headings are in sentence case, and a name in them stands in the text of the page too", w.text)
			return
		}
	}
}

func findLength(sh *sheet, r *reporter) {
	for _, ps := range sh.prose {
		if n := len(strings.Fields(ps.text)); ps.running() && n > maxParagraph {
			r.in(ps, 0, "this paragraph has %d words; divide it, at most %d are easy to read", n, maxParagraph)
		}
		if !ps.running() || ps.section == "Examples" {
			continue
		}
		for begin, clause := range clauses(ps.text) {
			if n := len(strings.Fields(clause)); n > maxClause {
				r.in(ps, begin, "%d words without a stop; make two sentences of them, at most %d are easy to read", n, maxClause)
			}
		}
	}
}

func findMinute(sh *sheet, r *reporter) {
	n, first := 0, true
	for _, ps := range sh.prose {
		switch {
		case ps.section != minuteSection:
			continue
		case ps.kind == ast.KindHeading && !first:
			r.in(ps, 0, "In one minute has no headings; it is one text")
		case ps.kind != ast.KindHeading:
			n += len(strings.Fields(ps.text))
			sh.everyday(ps, r)
		}
		first = false
	}
	for _, pt := range sh.parts {
		if pt.section != minuteSection {
			continue
		}
		line, col := sh.place(pt.at)
		switch {
		case pt.kind != ast.KindList:
			r.at(line, col, "In one minute has no code and no tables; say it in a sentence")
		case pt.items > maxPoints:
			r.at(line, col, "a list in the section In one minute has at most %d points; this one has %d", maxPoints, pt.items)
		}
	}
	for _, s := range sh.Sections {
		if s.Title == minuteSection && n > maxMinute {
			r.at(s.Line, 1, "In one minute has %d words; at most %d can be read in one", n, maxMinute)
		}
	}
}

// everyday finds what the person who pays does not understand.
func (sh *sheet) everyday(ps passage, r *reporter) {
	for at := range indexes(ps.text, codeMark) {
		r.in(ps, at, "In one minute has no code, commands or addresses; say what they do")
	}
	for _, w := range ps.words {
		name := owner(w.text)
		switch known := sh.lexicon.glossary[strings.ToLower(strings.TrimSuffix(name, "s"))] || sh.lexicon.glossary[bare(name)]; {
		case known || slices.Contains(sh.lexicon.right, name) && !upperForm.MatchString(name) || slices.Contains(everybodyKnows, name):
		case slices.Contains(shouted, name):
			r.in(ps, w.start, "%s is written in capitals; write %s", name, strings.ToLower(name))
		case innerForm.MatchString(name):
			r.in(ps, w.start, "%s is no everyday word; say what it is or does, or add it to the glossary", name)
		case upperForm.MatchString(name):
			r.in(ps, w.start, "the glossary does not have %s; write it out, or add it there", name)
		}
	}
}

func findPrices(sh *sheet, r *reporter) {
	var first *passage // that states a price
	place := 0
	for i, ps := range sh.prose {
		at, price := ps.price()
		switch {
		case price == "" || ps.section == "Field story":
		case placeForm.MatchString(ps.text):
			return
		case first == nil:
			first, place = &sh.prose[i], at
		}
	}
	if first != nil {
		r.in(*first, place, "a price holds in a region; say in this paragraph which, or whose example it is")
	}
}

// ruleValue is how a rule writes a value into a text. No shell has a point, a bracket or a blank behind the name of a variable.
var ruleValue = regexp.MustCompile(`\$\{\w+[.( ][^}\n]*\}?`)

// findShell finds values in commands that nobody fills in.
func findShell(sh *sheet, r *reporter) {
	for _, pt := range sh.parts {
		if pt.fence != "sh" {
			continue
		}
		for _, m := range ruleValue.FindAllStringIndex(pt.code, -1) {
			line, col := sh.place(pt.codeAt + m[0])
			r.at(line, col, "%s is a value of the finding, which only the block sh fix has; write that of an example, such as us-east-1", pt.code[m[0]:m[1]])
		}
	}
}

func findSpelling(sh *sheet, r *reporter) {
	for _, ps := range slices.Concat(sh.front, sh.prose) {
		for i := 0; i < len(ps.words); i++ {
			entry, n := sh.lexicon.spellings.find(ps.text, ps.words[i:])
			if n == 0 {
				continue
			}
			from, last := ps.words[i], ps.words[i+n-1]
			got := strings.Join(strings.Fields(ps.text[from.start:last.start]+owner(last.text)), " ")
			right := sh.lexicon.right[entry]
			if !spelt(got, right, from.first) && !(got == "%" && !ps.running()) && !ps.name(i, n, right) {
				r.in(ps, from.start, "%s is spelt %s here", got, right)
			}
			i += n - 1
		}
	}
}

// spelt tells whether a text is the right one, in the plural too, and with a capital where a sentence begins.
func spelt(got, right string, first bool) bool {
	if strings.HasSuffix(got, "s") && !strings.HasSuffix(right, "s") {
		got = strings.TrimSuffix(got, "s")
	}
	letter, size := utf8.DecodeRuneInString(right)
	return got == right || first && !distinct(right) && got == string(unicode.ToUpper(letter))+right[size:]
}

// name tells whether words that should be small are part of a longer name, such as Elastic File System.
func (ps passage) name(at, n int, right string) bool {
	if capital(right) || !capital(ps.words[at].text) || ps.words[at].first {
		return false
	}
	before := at > 0 && capital(ps.words[at-1].text) && !ps.words[at-1].first
	behind := at+n < len(ps.words) && capital(ps.words[at+n].text) && !ps.words[at+n].first
	return before || behind
}
