package bootscript

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/patlint/patlint/lint/secrets"
)

// masked stands where a value was left out because it looks like a secret.
const masked = "[masked]"

const (
	maxText  = 200      // characters of a quoted line
	maxShown = 4 << 10  // bytes that are masked, of which maxText are shown
	maxLine  = 32 << 10 // bytes of a line that are searched for secrets
)

// What looks like a secret by what stands around it, besides names and values and what package secrets is certain of: to mask too much costs little. The last group of a pattern is the secret.
var secretPatterns = []struct {
	hints []string // one of them, in lower case, is in every line that can match; saves most lines the look by the pattern
	what  string
	re    *regexp.Regexp
}{
	{[]string{"akia", "asia"}, "an AWS access key", regexp.MustCompile(`\b((?:AKIA|ASIA)[A-Z0-9]{16})\b`)},
	{[]string{"://"}, "a password in a URL", regexp.MustCompile(`://[^/\s:@'"]*:([^/\s@'"]+)@`)},
	{[]string{"bearer", "basic ", "authorization"}, "a token", regexp.MustCompile(`(?i)\b(?:bearer|basic|authorization:\s*token)\s+([^\s'"]{6,})`)},
	{[]string{"curl", "wget"}, "a password", regexp.MustCompile(`(?:\s-u\s*|\s--user[= ])["']?[^\s:'"]+:([^\s'"]+)`)},
	{[]string{"mysql", "mariadb"}, "a password", regexp.MustCompile(`\s-p([^\s'"]+|'[^']*'|"[^"]*")`)},
	{[]string{"chpasswd"}, "a password", regexp.MustCompile(`["']?[\w.-]+:([^\s'"|]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd`)},
	{[]string{"user"}, "a password", regexp.MustCompile(`(?i)\buser(?:name)?=[^,\s%'"]+%([^,\s'"]+)`)}, // mount.cifs(8)
	{[]string{"gh", "glpat-", "xox", "k_live_", "k_test_", "sk-ant-", "npm_", "aiza", "eyj"}, "a token", regexp.MustCompile(`(?:^|[^A-Za-z0-9])(gh[pousr]_\w{10,}|github_pat_\w{10,}|glpat-[\w-]{10,}|npm_\w{20,}|xox[abeprs]-[\w-]{10,}|[rs]k_(?:live|test)_\w{10,}|sk-ant-[\w-]{10,}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)`)},
	{[]string{"sshpass"}, "a password", regexp.MustCompile(`sshpass\s+-p\s*([^\s'"]+|'[^']*'|"[^"]*")`)},
	{[]string{"--stdin"}, "a password", regexp.MustCompile(`echo\s+["']?([^\s'"|]+)["']?\s*\|\s*(?:sudo\s+)?passwd\s`)},
}

// secretNames are words at the end of names whose values are secrets. What is called a key is one only where keyKinds stands before.
var (
	secretNames = []string{"credential", "key", "pass", "passphrase", "passwd", "password", "pw", "pwd", "secret", "token"}
	keyKinds    = regexp.MustCompile(`(?i)(?:access|account|api|auth|encrypt|encryption|license|master|private|secret|service|signing)[_-]?$`)
	keyBlock    = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`)

	// reference is not a secret, but where to find one: a variable, a command, a template, a file.
	reference = regexp.MustCompile(`^["']?(?:\$[A-Za-z_{(@]|\$\d["']?$|\$\$\{|` + "`" + `|<|%\(|\{\{|[A-Z_]*\$\{|file:|(?:~|\.{1,2})?/(?:[\w.-]+/[\w./-]*|[\w-]+\.\w+)["']?$)`)
)

// notSecret are values that stand behind words such as password and are none. Keep sorted.
var notSecret = []string{"", "*", "0", "1", "auto", "disabled", "enabled", "false", "file", "locked", "no", "none", "null", "optional", "prompt", "required", "true", "yes", "~"}

// isSecret tells whether a value where a secret may stand is one.
func isSecret(value string) bool {
	return !reference.MatchString(value) && !slices.Contains(notSecret, strings.ToLower(strings.Trim(value, `"'`)))
}

// A span is the place of a secret in a line.
type span struct {
	start, end int
	what       string
}

// secretsIn finds secrets in a line, in the order of their beginnings. They may overlap.
func secretsIn(line string) []span {
	line = line[:min(len(line), maxLine)]
	lower := lowerASCII(line)
	var out []span
	found := func(start, end int, what string) {
		if end > start && isSecret(line[start:end]) {
			out = append(out, span{start, end, what})
		}
	}
	certain, _ := secrets.Find(line) // what it does not look at is decoded nowhere, and so is not shown in clear
	for _, s := range certain {
		out = append(out, span{s.Start, s.End, s.Kind})
	}
	for _, p := range secretPatterns {
		if containsAny(lower, p.hints) {
			for _, m := range p.re.FindAllStringSubmatchIndex(line, -1) {
				found(m[2], m[3], p.what)
			}
		}
	}
	for _, name := range secretNames {
		for at := 0; ; {
			i := strings.Index(lower[at:], name)
			if i < 0 {
				break
			}
			i += at
			at = i + len(name)
			// DBPASS=x and "dbpass": "x" are passwords; compass and bypass are not, nor is an option --bypass.
			inside := (name == "pass" || name == "pw") && i > 0 && isLetter(lower[i-1]) && !given(lower[at:])
			if inside || name == "key" && !keyKinds.MatchString(line[max(i-12, 0):i]) {
				continue
			}
			start, end := valueAt(line, lower, i, at)
			found(start, end, "a password, key or token")
			at = max(at, end)
		}
	}
	// AWS's secret keys have no name of their own, but are words of 40 characters.
	for i := 0; i < len(line); i++ {
		n := i
		for n < len(line) && (isLetter(lower[n]) || line[n] >= '0' && line[n] <= '9' || line[n] == '/' || line[n] == '+') {
			n++
		}
		if n-i == 40 && (n == len(line) || line[n] != '=') && mixed(line[i:n]) {
			out = append(out, span{i, n, "a word of the shape of an AWS secret key"})
		}
		i = n
	}
	slices.SortStableFunc(out, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return out
}

// given tells whether a value follows a name, behind the end of its quotes: =, : or their like in JSON.
func given(rest string) bool {
	rest = strings.TrimLeft(rest, "\"' \t")
	return strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, ":")
}

// valueAt finds the value behind a name that begins at i and ends at j: password: x, PASSWORD='x y', --password x.
func valueAt(line, lower string, i, j int) (start, end int) {
	for _, more := range []string{"_base", "_value", `"`, "'"} {
		if strings.HasPrefix(lower[j:], more) {
			j += len(more)
		}
	}
	space := func() {
		for j < len(line) && (line[j] == ' ' || line[j] == '\t') {
			j++
		}
	}
	space()
	if j < len(line) && (line[j] == '=' || line[j] == ':') {
		j++
		space()
	} else {
		// Without a sign, as in "the password for root", only an option has a value, and another option is none.
		word := strings.LastIndexAny(line[:i], " \t'\"") + 1
		if !strings.HasPrefix(line[word:], "-") || j < len(line) && line[j] == '-' || j > 0 && line[j-1] != ' ' && line[j-1] != '\t' {
			return 0, 0
		}
	}
	if j >= len(line) {
		return 0, 0
	}
	if q := line[j]; q == '"' || q == '\'' {
		if n := strings.IndexByte(line[j+1:], q); n >= 0 {
			return j, j + 1 + n + 1
		}
	}
	if n := strings.IndexAny(line[j:], " \t,;\"'"); n >= 0 {
		return j, j + n
	}
	return j, len(line)
}

// isLetter tells whether a byte is an ASCII letter.
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// lowerASCII keeps every byte where it is, which strings.ToLower does not.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// containsAny tells whether one of some words stands in a text.
func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// mixed tells whether a word has small and capital letters and digits, as random words have and paths and hashes seldom do.
func mixed(w string) bool {
	return strings.ContainsAny(w, "0123456789") && strings.ToLower(w) != w && strings.ToUpper(w) != w && strings.Count(w, "/") < 4
}

// A masker masks secrets: those that look like one, and those that were seen elsewhere in the same user data.
type masker struct{ seen []string }

// learn looks through a document for secrets, so that a variable's value is masked where it is used too.
func (m *masker) learn(d *document, found func(line int, what string)) {
	key, lines := 0, 0 // lines of a private key that may still follow, and lines with secrets
	for i, line := range d.lines {
		if lines > maxFound {
			d.lines[i] = masked // there is no end of secrets
			continue
		}
		if keyBlock.MatchString(line) {
			key = 120
			found(d.first+i, "a private key")
		}
		if key > 0 {
			if key--; strings.Contains(line, "-----END") {
				key = 0
			}
			d.lines[i] = masked
			continue
		}
		spans := secretsIn(line)
		for _, x := range spans {
			m.see(strings.Trim(line[x.start:x.end], `"'\`))
		}
		if len(spans) > 0 {
			lines++
			found(d.first+i, spans[0].what)
		}
	}
}

// see keeps a secret, so that it is masked everywhere, unless it is too short to tell from other words.
func (m *masker) see(v string) {
	if len(v) >= 6 && len(m.seen) < 200 && !slices.Contains(m.seen, v) && (!strings.HasPrefix(v, "/") || mixed(v)) {
		m.seen = append(m.seen, v)
	}
}

// assigned keeps the value of a variable whose name says that it is a secret, as it may be put together of several words.
func (m *masker) assigned(name, value string) {
	if containsAny(lowerASCII(name), secretNames) && len(secretsIn(name+"='"+value+"'")) > 0 {
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
	for _, x := range secretsIn(s) {
		if x.start >= at {
			b.WriteString(s[at:x.start] + masked)
		}
		at = max(at, x.end)
	}
	return b.String() + s[at:]
}

// Mask takes what looks like a secret out of a text, line by line: what stands behind a name such as password, access keys, passwords in URLs,
// tokens of well-known forms, private keys.
func Mask(s string) string {
	if before, _, ok := strings.Cut(s, "-----BEGIN "); ok && keyBlock.MatchString(s) {
		s = before + masked
	}
	lines := strings.Split(s, "\n")
	var m masker
	for i, line := range lines {
		if len(line) > maxLine { // what is not searched is not shown
			lines[i] = strings.ToValidUTF8(line[:maxLine], "") + "…"
		}
		lines[i] = m.hide(lines[i])
	}
	return strings.Join(lines, "\n")
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
