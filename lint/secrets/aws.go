package secrets

import (
	"iter"
	"regexp"
	"slices"
	"strings"
)

// How AWS's keys look (IAM User Guide, "IAM identifiers", unique ID prefixes: AKIA is a long-term key, ASIA one of STS). A secret key has no prefix: it is a word of 40
// characters. Session tokens are base64 of a structure whose beginning is the same in all of one generation.
var (
	accessKeyID  = regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`)
	sessionToken = regexp.MustCompile(`\b(?:AQoDYXdz|FQoDYXdz|FQoGZXIvYXdz|FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=_-]{60,}`)
	secretName   = regexp.MustCompile(`(?i)secret[\w -]*key[^A-Za-z0-9]*$`)
	hashName     = regexp.MustCompile(`(?i)(?:checksum|digest|fingerprint|hash|integrity|md5|sha\d*)[^A-Za-z0-9]*$`)
)

const (
	secretLength = 40
	nearby       = 300 // bytes between an access key ID and its secret key
)

// awsKeys finds access key IDs, secret keys and session tokens.
func (f *finder) awsKeys() {
	var ids [][]int
	if f.mentions([]string{"akia", "asia"}) {
		ids = accessKeyID.FindAllStringIndex(f.text, -1)
	}
	for _, m := range ids {
		f.add("AWS access key ID", "…"+f.text[m[1]-4:m[1]], m[0], m[1])
	}
	if f.mentions([]string{"aqodyxdz", "fqodyxdz", "fqogzxivyxdz", "fwogzxivyxdz", "iqojb3jpz2lu"}) {
		for _, m := range sessionToken.FindAllStringIndex(f.text, -1) {
			f.add("AWS session token", "…", m[0], m[1])
		}
	}
	near := 0 // the first ID that is not too far before
	for i, n := range f.words() {
		for near < len(ids) && ids[near][1]+nearby < i {
			near++
		}
		w, before := f.text[i:n], f.text[max(0, i-60):i]
		beside := near < len(ids) && ids[near][0] < n+nearby
		named := secretName.MatchString(before) || beside || !hashName.MatchString(before) && strings.Count(w, "/") < 3
		if f.wide && mixed(w) && !strings.HasPrefix(f.text[n:], "=") || named && isRandomWord(w) && !f.joined(i, n) {
			f.add("AWS secret access key", "…", i, n)
		}
	}
}

// words gives the beginnings and ends of words of base64 that are as long as a secret key.
func (f *finder) words() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i := 0; i < len(f.text); i++ {
			start := i
			for i < len(f.text) && isBase64(f.text[i]) {
				i++
			}
			if i-start == secretLength && !yield(start, i) {
				return
			}
		}
	}
}

// joined tells whether a word is part of a longer one: of a host name, of base64 with its end or in lines, of a web token.
func (f *finder) joined(start, end int) bool {
	const joints = "-_.@%~\\"
	return slices.ContainsFunc(f.wrapped, func(w [2]int) bool { return w[0] <= start && end <= w[1] }) ||
		start > 0 && strings.IndexByte(joints, f.text[start-1]) >= 0 || end < len(f.text) && (f.text[end] == '=' || strings.IndexByte("-_@%~", f.text[end]) >= 0)
}

// isBase64 tells whether a byte is of base64's alphabet.
func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// isRandomWord tells a word of AWS's from a path, a long name and a hash: it has all kinds of characters, and few of them twice.
func isRandomWord(w string) bool {
	return mixed(w) && entropy(w) > 4.2
}

// mixed tells whether a word has small and capital letters and digits, as random words have and paths and hashes seldom do.
func mixed(w string) bool {
	return strings.ContainsAny(w, "0123456789") && strings.ToLower(w) != w && strings.ToUpper(w) != w && strings.Count(w, "/") < 5
}
