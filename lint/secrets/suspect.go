package secrets

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Possible is the kind of what only may be a secret.
const Possible = "possible secret"

// Suspect lists what [Find] finds and, with the kind [Possible], what looks like a secret by what stands around it: any value behind the name of one, also a
// word, a hash or a placeholder, and tokens that are too short. It is for masking, where too much costs little; places may overlap. It looks into no text
// inside the text beyond those that Find looks into, and whoever shows such a text decoded asks again.
func Suspect(text string) []Secret {
	found, _ := Find(text)
	none := 0
	f := &finder{text: text, lower: lowerASCII(text), left: &none, wide: true}
	f.forms()
	f.awsKeys()
	f.suspicions()
	f.commands()
	f.assignments()
	for _, s := range f.found {
		within := func(sure Secret) bool { return sure.Start <= s.Start && s.End <= sure.End }
		if !slices.ContainsFunc(found, within) {
			found = append(found, Secret{Kind: Possible, Start: s.Start, End: s.End, Hint: "…"})
		}
	}
	slices.SortStableFunc(found, func(a, b Secret) int { return cmp.Compare(a.Start, b.Start) })
	number(text, found)
	return found
}

// suspects are forms that others may have too. The last group of an expression is what to mask. Keep sorted by hint.
var suspects = sync.OnceValue(func() []command {
	is := regexp.MustCompile
	return []command{
		{[]string{"://"}, is(`://[^/\s:@'"]*:([^/\s@'"]+)@`)},
		{[]string{"aiza", "eyj", "gh", "glpat-", "k_live_", "k_test_", "npm_", "sk-ant-", "xox"}, is(`(?:^|[^A-Za-z0-9])(gh[pousr]_\w{10,}|github_pat_\w{10,}|glpat-[\w-]{10,}|npm_\w{20,}|xox[abeprs]-[\w-]{10,}|[rs]k_(?:live|test)_\w{10,}|sk-ant-[\w-]{10,}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)`)},
		{[]string{"authorization", "basic ", "bearer"}, is(`(?i)\b(?:bearer|basic|authorization:\s*token)\s+([^\s'"]{6,})`)},
		{[]string{"curl", "wget"}, is(`(?:\s-u\s*|\s--user[= ])["']?[^\s:'"]+:([^\s'"]+)`)},
		{[]string{"mariadb", "mysql"}, is(`\s-p([^\s'"]+|'[^']*'|"[^"]*")`)},
		{[]string{"user"}, is(`(?i)\buser(?:name)?=[^,\s%'"]+%([^,\s'"]+)`)},
	}
})

// suspicions looks at each line by itself.
func (f *finder) suspicions() {
	at := 0
	for line := range strings.Lines(f.lower) {
		for _, c := range suspects() {
			if !slices.ContainsFunc(c.hints, func(h string) bool { return strings.Contains(line, h) }) {
				continue
			}
			for _, m := range c.re.FindAllStringSubmatchIndex(f.text[at:at+len(line)], -1) {
				f.password(at+m[2], at+m[3])
			}
		}
		at += len(line)
	}
}

// replaced is what a shell or a template puts something else for, also where a word stands before.
var replaced = regexp.MustCompile("^(?:\\$[A-Za-z_@*#?!]|\\$\\d$|[A-Z_]*\\$\\{|<|`)")

// mayBe tells whether a value where a secret may stand is one, and not a reference or a word that stands for none.
func mayBe(v string) bool {
	v = strings.Trim(v, `"'\`)
	return !slices.Contains(notSecret, strings.ToLower(v)) && !reference.MatchString(v) && !replaced.MatchString(v)
}
