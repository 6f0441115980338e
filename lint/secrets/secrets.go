// Package secrets finds what looks like a password, a key or a token in a text such as a boot script, and never repeats it.
//
// # What it finds
//
// Keys and tokens whose form their makers document or cannot hide (the table in tokens.go names the source of each); private keys in PEM with a body; the
// secret half of an AWS key pair, beside its ID, behind its name, or alone; passwords in URLs; what commands are given as a password; and values
// behind names that end in password, secret, token, API key and their like: in shell, PowerShell, YAML, JSON, XML and properties. A password counts whatever it is,
// also changeme, since defaults are tried first. What is called a secret, a token or a key counts where it looks random, since "secret" and "key" often stand before the name of one.
// Texts inside the text are decoded: base64, also compressed or in UTF-16 as PowerShell wants it, and data URLs.
//
// # What it leaves alone
//
// References: variables, commands, templates, files, ARNs, parameters of Systems Manager. Placeholders such as <password>, xxxx and your-token-here. What is
// called a password may say more of itself than a token may: add-me-2024 is one, and so is $ecret in the single quotes of a shell. Hashes,
// also those of passwords; UUIDs; public keys; certificates; what KMS encrypted. AWS's documented example keys have the form of real ones, and count.
//
// # What it cannot know
//
// Whether a secret is still valid. A password without a name, one that a script puts together, and one behind a name that says nothing are not found.
//
// Time is linear in the text. What it returns has no part of a secret that its maker does not publish, except the end of an access key ID, which is a name.
//
// # What not to do
//
// Do not print what stands between Start and End: the places are for masking, for which Suspect gives more of them. Do not take an empty list for a clean text without a look at the error.
package secrets

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// A Secret is a place in a text that holds one.
type Secret struct {
	Kind       string // what it is: "AWS secret access key", "password"
	Line       int    // where it begins, from 1
	Start, End int    // the bytes that hold it; of one that is encoded, those of the encoded text
	Hint       string // what may be shown of it: at most four characters and "…"
}

// Bounds of what is looked at. User data has 16 KB.
const (
	maxFound   = 100       // secrets of one text; more help nobody
	maxDepth   = 3         // texts in texts in texts
	maxDecoded = 512 << 10 // bytes of all texts inside a text
)

// Find lists the secrets of a text in the order of their lines: at most 100. The error says which part was not looked at; the secrets of all others are
// there nevertheless.
func Find(text string) ([]Secret, error) {
	left := maxDecoded
	f := &finder{text: text, lower: lowerASCII(text), left: &left}
	f.look()
	number(text, f.found)
	return f.found, f.err
}

// number gives secrets in the order of their beginnings the numbers of their lines.
func number(text string, found []Secret) {
	line, at := 1, 0
	for i := range found {
		line += strings.Count(text[at:found[i].Start], "\n")
		at, found[i].Line = found[i].Start, line
	}
}

// A finder looks through one text.
type finder struct {
	text, lower string          // the second in lower case, byte by byte
	depth       int             // of texts inside texts
	left        *int            // bytes of such texts that may still be looked at
	wrapped     [][2]int        // base64 over several lines, of which none is a word by itself
	variables   map[string]bool // that the text sets, once somebody asks
	documents   [][2]int        // here-documents of a shell
	wide        bool            // also what only may be a secret
	found       []Secret
	err         error
}

var (
	errDeep  = errors.New("a text inside a text, more than three deep")
	errLarge = errors.New("a text inside the text; together they are larger than 512 KiB")
)

// look goes from the certain to the less so: what is found first keeps its place.
func (f *finder) look() {
	f.privateKeys()
	f.encoded()
	f.forms()
	f.awsKeys()
	f.commands()
	f.assignments()
	slices.SortFunc(f.found, func(a, b Secret) int { return cmp.Compare(a.Start, b.Start) })
}

// add keeps a place, unless it is part of one that is known. What is suspected is kept wherever it is.
func (f *finder) add(kind, hint string, start, end int) {
	overlaps := func(s Secret) bool { return start < s.End && s.Start < end }
	if f.wide || !f.full() && !slices.ContainsFunc(f.found, overlaps) {
		f.found = append(f.found, Secret{Kind: kind, Start: start, End: end, Hint: hint})
	}
}

// full tells whether enough was found.
func (f *finder) full() bool { return !f.wide && len(f.found) == maxFound }

// mentions tells whether one of some words stands in the text, whatever its case.
func (f *finder) mentions(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(f.lower, w) })
}

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
