package bootscript

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/patlint/patlint/lint/secrets"
)

// keyBlock begins a private key, of which no line is shown.
var keyBlock = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`)

// masked stands where a value was left out because it looks like a secret.
const masked = "[masked]"

const (
	maxText  = 200      // characters of a quoted line
	maxShown = 4 << 10  // bytes that are masked, of which maxText are shown
	maxLine  = 32 << 10 // bytes of a line that are searched for secrets
)

// A masker masks secrets: those that look like one, and those that were seen elsewhere in the same user data.
type masker struct{ seen []string }

// learn looks through a document for secrets, so that a variable's value is masked where it is used too.
func (m *masker) learn(d *document, found func(line int, what string)) {
	text := strings.Join(d.lines, "\n")
	whole, _ := secrets.Find(text)
	kinds := map[int]string{} // of what is certain, by line; the whole tells more than a line does: of a user above, of variables that are set elsewhere
	for _, x := range whole {
		kinds[x.Line-1] = cmp.Or(kinds[x.Line-1], x.Kind)
		m.see(text[x.Start:x.End])
	}
	key, lines := 0, 0 // lines of a private key that may still follow, and lines with secrets
	for i, line := range d.lines {
		if lines > maxFound {
			d.lines[i] = masked // there is no end of secrets
			continue
		}
		if keyBlock.MatchString(line) {
			key = 120
			found(d.first+i, cmp.Or(kinds[i], secrets.Possible))
		}
		if key > 0 {
			if key--; strings.Contains(line, "-----END") {
				key = 0
			}
			d.lines[i] = masked
			continue
		}
		spans := secrets.Suspect(line[:min(len(line), maxLine)])
		for _, x := range spans {
			if v := strings.Trim(line[x.Start:x.End], `"'\`); !strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "$") { // a path, a variable
				m.see(v)
			}
		}
		if len(spans) > 0 || kinds[i] != "" {
			lines++
			found(d.first+i, cmp.Or(kinds[i], secrets.Possible))
		}
	}
}

// see keeps a secret, so that it is masked everywhere, unless it is too short to tell from other words.
func (m *masker) see(v string) {
	if len(v) >= 6 && len(m.seen) < 200 && !slices.Contains(m.seen, v) {
		m.seen = append(m.seen, v)
	}
}

// assigned keeps the value of a variable whose name says that it is a secret, as it may be put together of several words.
func (m *masker) assigned(name, value string) {
	start := len(name) + len("='")
	if slices.ContainsFunc(secrets.Suspect(name+"='"+value+"'"), func(s secrets.Secret) bool { return s.Start <= start }) {
		m.see(value)
	}
}

// mask takes secrets out of one line or value.
func (m *masker) mask(s string) string { return m.hide(s[:min(len(s), maxShown)]) }

func (m *masker) hide(s string) string {
	for _, v := range m.seen {
		if strings.Contains(s, v) {
			s = strings.ReplaceAll(s, v, masked)
		}
	}
	var b strings.Builder
	at := 0
	for _, x := range secrets.Suspect(s) {
		if x.Start >= at {
			b.WriteString(s[at:x.Start] + masked)
		}
		at = max(at, x.End)
	}
	return b.String() + s[at:]
}

// Mask takes what looks like a secret out of a text: what stands behind a name such as password, access keys, passwords in URLs,
// tokens of well-known forms, private keys; see [secrets.Suspect].
func Mask(s string) string {
	if before, _, ok := strings.Cut(s, "-----BEGIN "); ok && keyBlock.MatchString(s) {
		s = before + masked
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if len(line) > maxLine { // what is not searched is not shown
			lines[i] = strings.ToValidUTF8(line[:maxLine], "") + "…"
		}
	}
	var m masker
	return m.hide(strings.Join(lines, "\n"))
}

// containsAny tells whether one of some words stands in a text.
func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// cut makes one line of a text, of at most a number of characters.
func cut(s string, n int) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case isAtom(c):
			return '?'
		case unicode.IsControl(c):
			return ' '
		}
		return c
	}, s)
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
