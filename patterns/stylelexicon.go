package patterns

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A lexicon knows the phrases that a text is searched for, and the words of the glossary.
type lexicon struct {
	fillers   phrases // each with its index in fillers
	spellings phrases // each with its index in right
	right     []string
	glossary  map[string]bool // in lower case
}

// lexicon is made of our lists and of the glossary's terms, which are stronger. The glossary may be nil.
func (g *Glossary) lexicon() *lexicon {
	l := &lexicon{phrases{}, phrases{}, nil, map[string]bool{}}
	for i, f := range fillers {
		for words := range strings.SplitSeq(f.words, "|") {
			l.fillers.add(words, i)
		}
	}
	for _, s := range spellings {
		l.spell(s.right)
		for words := range strings.SplitSeq(s.wrong, "|") {
			if words != "" {
				l.spellings.add(words, len(l.right)-1)
			}
		}
	}
	if g == nil {
		return l
	}
	for _, t := range g.terms {
		for term := range strings.SplitSeq(t.text, " and ") {
			if fields := strings.Fields(term); len(fields) > 0 && distinct(strings.Join(fields, " ")) {
				l.spell(strings.Join(fields, " "))
			}
			for _, w := range wordsOf(term) {
				l.glossary[bare(w.text)] = true
			}
		}
	}
	return l
}

// spell takes in the right spelling of something.
func (l *lexicon) spell(right string) {
	l.spellings.add(right, len(l.right))
	l.right = append(l.right, right)
}

// distinct is true of a word that is spelt in its own way wherever it stands, and of words of which one behind the first has a capital. The first letter of
// all others is that of a heading.
func distinct(term string) bool {
	first, rest, _ := strings.Cut(term, " ")
	if rest != "" {
		return capital(rest) && rest != strings.ToUpper(rest)
	}
	_, size := utf8.DecodeRuneInString(first)
	return strings.ContainsFunc(first[size:], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) })
}

// A phrase is a run of words.
type phrase struct {
	words []string // in lower case
	entry int      // in the list that it comes from
}

// phrases are found by their first word.
type phrases map[string][]phrase

func (p phrases) add(text string, entry int) {
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = bare(w)
	}
	p[words[0]] = append(p[words[0]], phrase{words, entry})
}

// find gives the longest phrase with which these words begin, of several the one that was added last, and how many words it has; 0 for none.
func (p phrases) find(text string, words []word) (entry, n int) {
	first := bare(words[0].text)
	for _, ph := range p[first] {
		if len(ph.words) >= n && ph.begins(text, words) {
			entry, n = ph.entry, len(ph.words)
		}
	}
	if one := strings.TrimSuffix(first, "s"); n == 0 && one != first && len(one) > 4 {
		for _, ph := range p[one] {
			if len(ph.words) == 1 {
				entry, n = ph.entry, 1
			}
		}
	}
	return entry, n
}

// begins tells whether the words begin with the phrase. The last of several words may be in the plural.
func (ph phrase) begins(text string, words []word) bool {
	if len(ph.words) > len(words) {
		return false
	}
	for i, want := range ph.words[1:] {
		if strings.Trim(text[words[i].end():words[i+1].start], " ") != "" {
			return false
		}
		got := bare(words[i+1].text)
		if got != want && (i+2 < len(ph.words) || got != want+"s") {
			return false
		}
	}
	return true
}

// bare is a word in lower case without the mark of possession.
func bare(w string) string { return strings.ToLower(owner(w)) }

// owner is a word without the mark of possession.
func owner(w string) string { return strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s") }

// capital tells whether a word begins with a capital letter.
func capital(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r)
}
