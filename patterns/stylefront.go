package patterns

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func findTitle(sh *sheet, r *reporter) {
	ps := sh.title
	if strings.Contains(ps.text, Blank) || len(ps.words) == 0 || sh.matter != nil && value(sh.root, "title") == nil { // then Parse asks for one
		return
	}
	first := strings.ToLower(ps.words[0].text)
	switch {
	case ps.words[0].start > 0: // behind something in quotes
	case !capital(ps.text) && !unicode.IsDigit(rune(ps.text[0])) && !distinct(ps.words[0].text):
		r.in(ps, 0, "a title begins with a capital letter")
	case slices.Contains(notVerbs, first) || ps.words[0].number():
		r.in(ps, 0, "the title begins with %s; it says what to do and begins with the verb: Attach before mount", ps.words[0].text)
	case len(first) > 5 && strings.HasSuffix(first, "ing") && strings.ContainsAny(first[:len(first)-3], "aeiouy"): // and not string
		r.in(ps, 0, "the title begins with %s; it says what to do: Attach before mount, not Attaching before mounting", ps.words[0].text)
	case len(ps.words) > 1 && slices.Contains(statesNotAsks, strings.ToLower(ps.words[1].text)):
		r.in(ps, ps.words[1].start, "the title says what is; it says what to do and begins with the verb: Attach before mount")
	}
	sh.sentenceCase(ps, r)
	if !alike(sh.ID, ps.text) {
		r.in(ps, 0, "title and ID %s have no word in common; write a title that says what the ID says", sh.ID)
	}
}

// alike tells whether an ID and a title share a word, in any of its forms.
func alike(id, title string) bool {
	for _, w := range wordsOf(title) {
		for part := range strings.SplitSeq(strings.ToLower(w.text), "-") {
			for of := range strings.SplitSeq(id, "-") {
				if n := min(len(part), len(of)); part == of && n > 2 || n > 3 && part[:min(n, 5)] == of[:min(n, 5)] {
					return true
				}
			}
		}
	}
	return false
}

func findSummary(sh *sheet, r *reporter) {
	ps := sh.front[1]
	begins := sentences(ps.text)
	extra := 0
	for _, w := range strings.Fields(ps.text) {
		if w = strings.Trim(w, ".,;:"); !strings.Contains(" "+strings.ToLower(sh.title.text)+" ", " "+strings.ToLower(w)+" ") {
			extra++
		}
	}
	switch n := len(strings.Fields(ps.text)); {
	case ps.text == "":
	case len(begins) > 2:
		r.in(ps, begins[1], "a summary is one sentence; say the reason with because or so that")
	case n < minSummary:
		r.in(ps, 0, "a summary of %d words gives no reason; say why, in %d words or more", n, minSummary)
	case extra < 3:
		r.in(ps, 0, "the summary says what the title says; add the reason")
	}
}

// placeholder is what stands for an expression in the fixed text of a message.
const placeholder = "\x00"

// fixedText cuts the expressions out of a message. at is for each byte of what is left its place in the message.
func fixedText(message string) (fixed string, expressions []string, at []int) {
	var b strings.Builder
	for i := 0; i < len(message); {
		switch {
		case strings.HasPrefix(message[i:], "$${"):
			b.WriteString("${")
			at = append(at, i+1, i+2)
			i += len("$${")
		case strings.HasPrefix(message[i:], "${"):
			n := expressionEnd(message[i:])
			expressions = append(expressions, message[i:i+n])
			b.WriteString(placeholder)
			at = append(at, i)
			i += n
		default:
			b.WriteByte(message[i])
			at = append(at, i)
			i++
		}
	}
	return b.String(), expressions, append(at, len(message))
}

// expressionEnd is where the expression ends with which a text begins; quotes may hold braces.
func expressionEnd(s string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// secondPerson finds who is spoken to.
var secondPerson = regexp.MustCompile(`(?i)\b(you|your|yours|please|should)\b`)

func findMessages(sh *sheet, r *reporter) {
	if sh.Rule == nil || sh.Rule.Message.Value == "" {
		return
	}
	message := sh.Rule.Message
	fixed, expressions, at := fixedText(message.Value)
	fail := func(offset int, format string, args ...any) {
		line, col := message.Pos(utf8.RuneCountInString(message.Value[:at[offset]]))
		r.at(line, col, format, args...)
	}
	begin := len(fixed) - len(strings.TrimLeft(fixed, " \n\t"))
	word, _, _ := strings.Cut(fixed[begin:], " ")
	if word = strings.TrimRight(word, ".,:;"); capital(word) && !distinct(word) && !slices.Contains(sh.lexicon.right, word) && !slices.Contains(properNames, owner(word)) && !sh.names[owner(word)] {
		fail(begin, "a message begins with a lower-case letter, a value or an ID; it stands behind the resource's name")
	}
	if text := strings.TrimRight(fixed, " \n\t"); strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "..") {
		fail(len(text)-1, "a message has no full stop at its end")
	}
	if n := utf8.RuneCountInString(strings.Join(strings.Fields(strings.ReplaceAll(fixed, placeholder, "")), " ")); n > maxMessage {
		fail(0, "the message has %d characters beside its values; at most %d fit into a list of findings", n, maxMessage)
	}
	if m := secondPerson.FindStringIndex(fixed); m != nil {
		fail(m[0], "a message says what is, without %s; what to do is the business of Fix", fixed[m[0]:m[1]])
	}
	if from, price := (passage{text: fixed, words: wordsOf(fixed)}).price(); price != "" {
		fail(from, "a price in a message holds in one region and gets old; say what it costs in waste, which the report prints behind the message")
	}
	i := 0
	for at := range indexes(fixed, placeholder) {
		for _, u := range units {
			if strings.HasSuffix(expressions[i], u.field) && !strings.Contains(message.Value, u.unit) && !strings.Contains(message.Value, u.or) {
				fail(at, "the number %s has no unit; write %s behind it", expressions[i], u.unit)
				return
			}
		}
		i++
	}
}

// literals are the texts, names and numbers of an expression.
var literals = regexp.MustCompile(`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_][0-9A-Za-z_]*|[0-9]+(?:\.[0-9]+)?`)

func findNumbers(sh *sheet, r *reporter) {
	if sh.Rule == nil {
		return
	}
	for _, text := range []Text{sh.Rule.When, sh.Rule.Require, sh.Rule.Waste} {
		for _, m := range literals.FindAllStringIndex(text.Value, -1) {
			number := text.Value[m[0]:m[1]]
			n, err := strconv.ParseFloat(number, 64)
			if err != nil || n == math.Trunc(n) && n <= 100 || slices.Contains(conversions, n) {
				continue
			}
			line, col := text.Pos(utf8.RuneCountInString(text.Value[:m[0]]))
			r.at(line, col, "the number %s has no source and cannot be tuned; write limit(…) or price(…) for one of AWS's, which stand in lint/limits.yaml and lint/prices.yaml, and a param for your own", number)
		}
	}
}

func findLinks(sh *sheet, r *reporter) {
	for _, l := range sh.links {
		line, col := sh.place(l.at)
		if slices.Contains(bareTexts, strings.ToLower(strings.Trim(l.text, " .:"))) {
			r.at(line, col, "the text of a link says where it leads; name the page")
		}
		if fault := faultOf(l.url); fault != "" {
			r.at(line, col, "%s", fault)
		}
	}
	seen := map[string]bool{}
	for i, ref := range sh.References {
		line, col := sh.reference(i)
		address := strings.TrimSuffix(ref.URL, "/")
		if seen[address] {
			r.at(line, col, "this address stands in the references already")
		}
		seen[address] = true
		if fault := faultOf(ref.URL); fault != "" {
			r.at(line, col, "%s", fault)
		}
	}
}

// reference is the place of a reference's address.
func (sh *sheet) reference(i int) (line, col int) {
	list := value(sh.root, "references")
	if list == nil || i >= len(list.Content) {
		return 1, 1
	}
	if n := value(list.Content[i], "url"); n != nil {
		return n.Line, n.Column
	}
	return list.Content[i].Line, list.Content[i].Column
}

// languageForm is a language in front of a path: /de/, /ja_jp/, /pt-br/.
var languageForm = regexp.MustCompile(`^/(de|es|fr|id|it|ja|jp|ko|kr|pt|ru|th|tr|vi|zh|cn|tw|en|us)([_-][a-z]{2})?/`)

// faultOf says what is wrong with an address on the web, or "". That it is one of https is a matter of form, which Parse and the site see to.
func faultOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "" // a page of the catalog, or nothing that leads anywhere, which the site reports
	}
	host := strings.ToLower(u.Hostname())
	for name := range u.Query() {
		follows := func(t string) bool { return strings.HasPrefix(strings.ToLower(name)+"=", t) }
		if slices.ContainsFunc(trackers, follows) {
			return "the address follows its reader with " + name + "; leave the parameter out"
		}
	}
	where := host + strings.ToLower(u.RequestURI())
	amazon := host == "aws.amazon.com" || strings.HasSuffix(host, ".aws.amazon.com")
	switch {
	case slices.ContainsFunc(searches, func(s string) bool { return strings.HasPrefix(where, s) }):
		return "the address is a search, which finds something else tomorrow; link to what it found"
	case strings.HasSuffix(host, "console.aws.amazon.com") || strings.HasSuffix(host, "signin.aws.amazon.com"):
		return "the address needs a login; link to the documentation"
	case amazon && languageForm.MatchString(strings.ToLower(u.Path)):
		return "the address has a language in it; leave out " + languageForm.FindString(strings.ToLower(u.Path))[1:] + " so that readers get their own"
	}
	return ""
}
