package secrets

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// secretWord ends the names of what holds a secret. Names may go on with a number or with how it is written.
	secretWord = regexp.MustCompile(`((?:access|account|api|app|application|auth|encryption|licen[cs]e|master|private|secret|service|shared|signing|storage|subscription)[_.-]?key|passphrase|password|passwd|pass|pwd|pw|requirepass|secret|token|credentials?)(?:[_-]?(?:base64|base|b64|default|plaintext|plain|text|value|\d{1,2}))?`)
	// pair is what stands between name and value where each has a name: {"name": "DB_PASSWORD", "value": "…"}.
	pair = regexp.MustCompile(`(?i)^\\?["']?\s*,?\s*\\?["']?(?:parameter|default)?value\\?["']?\s*[:=]\s*`)
	// separator stands between a name and its value.
	separator = regexp.MustCompile(`^\\?["']?\]?[ \t]*(=>|:=|:-|=|:)[ \t]*`)
	// call and argument stand before and after the name where a function takes both: define('DB_PASSWORD', '…'). The latter also stands in a list of arguments.
	call     = regexp.MustCompile(`(?i)\b(?:define|env|environ\.get|getenv|putenv|setdefault|setenv|setenvironmentvariable)\s*\(\s*\\?["']$`)
	argument = regexp.MustCompile(`^\\?["']\s*,\s*\\?["']`)
	// setter is what takes a name and a value with nothing but blanks in between: in Windows, Dockerfile, csh, Apache and nginx.
	setter = regexp.MustCompile(`(?:(?i:\bsetx(?:\.exe)?[ \t]+(?:/m[ \t]+)?)|(?:^|["'\n;&{])[ \t]*(?:ENV|fastcgi_param|(?i:setenv))[ \t]+)["']?$`)
	blanks = regexp.MustCompile(`^["']?[ \t]+`)
	// entry is the name of an entry of Secrets Manager, with the suffix of its ARN: prod/shop/db-x7Yk2Q.
	entry = regexp.MustCompile(`^(?:` + entryPart + `(?:/` + entryPart + `)+-[A-Za-z0-9]{6}|rds![a-z]+(?:-[0-9a-f]+){5}(?:-[A-Za-z0-9]{6})?)$`)
	// advice tells a reader where the value is.
	advice = regexp.MustCompile(`(?i)^(?:ask|in|see)\s+\S`)
	// comparison is what stands there too, and between a name and what may be a secret.
	comparison = regexp.MustCompile(`^\\?["']?[ \t]*(?:[=!]=|=~)[ \t]*`)
	// valueless are options whose names end like those with a secret.
	valueless = regexp.MustCompile(`(?i)^-+(?:allow|ask|disabled?|empty|enable|expire|generate|has|is|lock|no|print|prompt|require|reset|show|skip|use|with|without)[-_]`)
	// harmless are tokens that tell requests, pages and forms apart and open nothing.
	harmless = regexp.MustCompile(`(?i)(?:client|continuation|csrf|idempotency|next|page|starting|xsrf)[_.-]?token$`)
	// lineStart is what may stand before a key of YAML: nothing, a dash, or the line feed of JSON.
	lineStart = regexp.MustCompile(`(?:^|\n|\\n|[{,])[ \t]*(?:-[ \t]+)?\\?["']?$`)
)

// entryPart is words and short numbers between two slashes.
const entryPart = `(?:[A-Za-z]+\d{0,4}|\d{1,4})(?:[-_.](?:[A-Za-z]+\d{0,4}|\d{1,4}))*`

const (
	maxName  = 60   // bytes before the end of a name that belong to it
	maxValue = 4096 // bytes of a value
)

// wordsWithPass end in "pass" and hold none. Keep sorted.
var wordsWithPass = []string{"by", "com", "encom", "over", "sur", "tres", "under"}

// stems are in every name that secretWord finds; most lines have none.
var stems = []string{"credential", "key", "pass", "pw", "secret", "token"}

// assignments finds values behind names that say what they are.
func (f *finder) assignments() {
	at := 0
	for line := range strings.Lines(f.lower) {
		if f.full() {
			return
		}
		if slices.ContainsFunc(stems, func(s string) bool { return strings.Contains(line, s) }) {
			for _, m := range secretWord.FindAllStringSubmatchIndex(line, -1) {
				f.assignment(at+m[2], at+m[1], line[m[2]:m[3]])
			}
		}
		at += len(line)
	}
}

// assignment looks at one name, whose last word begins and ends at two places.
func (f *finder) assignment(begin, end int, word string) {
	name := f.name(begin, end)
	if name == "" {
		return
	}
	start, mark := f.value(name, end)
	if start < 0 {
		return
	}
	v, at, quoted := valueAt(f.text, start)
	isPassword := strings.HasPrefix(word, "pass") || word == "pwd" || word == "pw" || word == "requirepass"
	w := writing{password: isPassword, quoted: quoted, verbatim: mark == "=" && f.verbatim(name, at, at+len(v)), env: f.text[end] == '=' && strings.ToUpper(name) == name}
	switch {
	case f.wide:
		if v = f.text[at : at+len(v)+f.tail(at+len(v), quoted)]; !mayBe(v) {
			return
		}
	case quoted && strings.TrimSpace(v) != v:
		return // what ends here is a quotation that began before
	case !literal(v, w), strings.EqualFold(v, word) && !quoted && mark != ":":
		return // password=password is a call's argument
	case word == "secret" && mark == ":" && strings.HasSuffix(f.text[:end-len(name)], ":"):
		return // what stands behind it in an ARN is its name
	case !isPassword && (!random(v) || entry.MatchString(v)), quoted && advice.MatchString(v):
		return
	case isPassword && len(v) < 4:
		return
	case mark == ":" && !random(v) && !f.slashed(end-len(name)) && (!lineStart.MatchString(f.text[max(0, end-len(name)-20):end-len(name)]) || !quoted && goesOn(f.text[at+len(v):])):
		return // prose: "the password: see below"
	}
	f.add(kindOf(name, word, v), "…", at, at+len(v))
}

// tail is how much more of a value stands behind where a language ends it, for those who look for all that may be a secret.
func (f *finder) tail(end int, quoted bool) int {
	rest := f.text[end:min(len(f.text), end+maxValue)]
	if n := strings.IndexAny(rest, " \t\n,;\"'"); n >= 0 {
		rest = rest[:n]
	}
	if quoted {
		return 0
	}
	return len(rest)
}

// slashed tells whether a name is an option as Windows has them: /pass:x.
func (f *finder) slashed(start int) bool {
	return start > 0 && f.text[start-1] == '/' && (start == 1 || isBlank(f.text[start-2]))
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// name gives the whole name whose last word is known, or "" where it is no name of a secret.
func (f *finder) name(begin, end int) string {
	if end < len(f.text) {
		c := f.text[end]
		if isWord(c) || (c == '-' || c == '.') && end+1 < len(f.text) && isWord(f.text[end+1]) {
			return "" // PASSWORD_FILE, token-ttl
		}
	}
	start := begin
	for start > 0 && begin-start < maxName && (isWord(f.text[start-1]) || f.text[start-1] == '-' || f.text[start-1] == '.') {
		start--
	}
	name := f.text[start:end]
	before := strings.ToLower(f.text[start:begin])
	short := strings.HasPrefix(strings.ToLower(f.text[begin:end]), "p") && end-begin <= len("pass")
	switch {
	case valueless.MatchString(name), !f.wide && harmless.MatchString(name):
		return ""
	case short && begin > start && slices.ContainsFunc(wordsWithPass, func(w string) bool { return strings.HasSuffix(before, w) }):
		return ""
	case short && end-begin < len("pwd") && begin > start && isLetter(rune(f.text[begin-1])) && f.text[begin] >= 'a':
		return "" // only PW and Pw begin inside of a word
	}
	return name
}

func isWord(c byte) bool { return isLetter(rune(c)) || c >= '0' && c <= '9' || c == '_' }

// value finds where the value behind a name begins, and by which sign; -1 where there is none.
func (f *finder) value(name string, end int) (start int, mark string) {
	begin := end - len(name)
	rest := f.text[end:min(len(f.text), end+maxName)]
	before := byte('\n')
	if begin > 0 {
		before = f.text[begin-1]
	}
	if p := pair.FindString(rest); p != "" {
		return end + len(p), "="
	}
	if line, _, _ := strings.Cut(f.text[end:min(len(f.text), end+maxValue)], "\n"); before == '<' && strings.HasPrefix(rest, ">") && strings.Contains(line, "</") {
		return end + 1, "="
	}
	if m := comparison.FindString(rest); f.wide && m != "" {
		return end + len(m), "="
	}
	if m := separator.FindStringSubmatch(rest); m != nil {
		next := rest[len(m[0]):]
		switch {
		case strings.HasPrefix(next, "=") || m[1] == ":" && strings.HasPrefix(next, ":") || m[1] == "=" && strings.HasPrefix(next, "~"):
			return -1, "" // a comparison, a namespace
		case !f.wide && before == '$' && strings.HasPrefix(rest, `"`):
			return -1, "" // [ "$PASSWORD" = x ]
		}
		return end + len(m[0]), m[1]
	}
	if n := gap(name, f.text[max(0, begin-maxName):begin], rest); n > 0 {
		return end + n, " "
	}
	return -1, ""
}

// gap is the number of bytes between a name and a value without a sign of its own, as what stands before the name wants it; 0 where that wants none.
func gap(name, before, rest string) int {
	option := strings.HasPrefix(name, "-")
	if a := argument.FindString(rest); a != "" && (option && !strings.HasPrefix(rest[len(a):], "-") || call.MatchString(before)) {
		return len(a) - 1 // the value begins with its quote
	}
	b := blanks.FindString(rest)
	switch {
	case b == "":
		return 0
	case setter.MatchString(before), (option || name == "requirepass") && b[0] <= ' ' && !strings.HasPrefix(rest[len(b):], "-"):
		return len(b)
	}
	return 0
}

// valueAt reads a value, within quotes or up to what ends a word.
func valueAt(text string, at int) (v string, start int, quoted bool) {
	rest := text[at:min(len(text), at+maxValue)]
	if strings.HasPrefix(rest, `\"`) || strings.HasPrefix(rest, `\'`) {
		rest, at = rest[1:], at+1
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		line, _, _ := strings.Cut(rest[1:], "\n")
		n := strings.IndexByte(line, rest[0])
		if n < 0 {
			return "", at, true
		}
		return strings.TrimSuffix(line[:n], `\`), at + 1, true
	}
	n := strings.IndexAny(rest, " \t\n\r,;&\"'<>|)]}`")
	if n < 0 {
		n = len(rest)
	}
	if strings.HasPrefix(rest, "$") || strings.HasPrefix(rest, "<") || strings.HasPrefix(rest, "{") {
		return rest[:max(n, min(2, len(rest)))], at, false // a reference, whatever follows
	}
	for _, escape := range []string{`\n`, `\r`, `\t`} {
		if i := strings.Index(rest[:n], escape); i >= 0 {
			n = i
		}
	}
	if n < len(rest) && (rest[n] == ')' || rest[n] == ']') && strings.ContainsAny(rest[:n], "([") {
		n++ // a call
	}
	return rest[:n], at, false
}

// goesOn tells whether more words follow on a line, so that what looks like a value is the beginning of a sentence.
func goesOn(rest string) bool {
	line, _, _ := strings.Cut(rest[:min(len(rest), 200)], "\n")
	word := strings.TrimLeft(line, " \t")
	return len(word) < len(line) && word != "" && isWord(word[0])
}

// makers are words in names that tell whose key it is, where the key has no form of its own. Keep sorted.
var makers = []struct{ word, kind string }{
	{"datadog", "Datadog key"},
	{"dd_a", "Datadog key"},
	{"new_relic", "New Relic key"},
	{"newrelic", "New Relic key"},
	{"twilio", "Twilio auth token"},
}

// kindOf says what the value of a name is.
func kindOf(name, word, v string) string {
	lower := strings.ToLower(name)
	for _, m := range makers {
		if strings.Contains(lower, m.word) {
			return m.kind
		}
	}
	switch {
	case strings.Contains(lower, "secret") && strings.HasSuffix(word, "key") && len(v) == secretLength:
		return "AWS secret access key"
	case strings.Contains(lower, "session") && word == "token" && len(v) > 100:
		return "AWS session token"
	case strings.HasSuffix(word, "key"):
		return "key"
	case word == "token":
		return "token"
	case word == "secret", strings.HasPrefix(word, "credential"):
		return "secret"
	}
	return "password"
}
