package secrets

import (
	"regexp"
	"strings"
	"sync"
)

// A command takes a password where no name says that it is one. The last group of its expression is the password.
type command struct {
	hints []string // as those of a form
	re    *regexp.Regexp
}

// args are the arguments of a command up to the one that matters, over lines that a backslash joins. One ampersand may be part of a URL; two end a command.
const args = `(?:[^\n|;&]|&[^\n&]|\\\n)*?`

// commands are the usual ones. Keep sorted by hint.
var commands = sync.OnceValue(func() []command {
	is := regexp.MustCompile
	return []command{
		{[]string{"--stdin"}, is(`\becho\s+(?:-n\s+)?["']?([^\s'"|]+)["']?\s*\|\s*(?:sudo\s+)?passwd\s[^\n|;]*--stdin`)},
		{[]string{"authorization"}, is(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+([A-Za-z0-9._~+/=-]{8,})`)}, // RFC 6750, RFC 7617
		{[]string{"chpasswd"}, is(`["']?[\w.-]+:([^\s'"|]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd`)},
		{[]string{"chpasswd"}, is(`\bchpasswd\b[^\n|;]*<<<\s*["']?[\w.-]+:([^\s'"]+)`)},
		{[]string{"cifs"}, is(`\bcifs\b[^\n|;]*?\buser(?:name)?=[^,\s%'"]+%([^,\s'"]+)`)}, // mount.cifs(8)
		{[]string{"convertto-securestring"}, is(`(?i)\bconvertto-securestring(?:\s+-[a-z]+:?)*\s*(?:"([^"\n]+)"|'([^'\n]+)')`)},
		{[]string{"convertto-securestring"}, is(`(?i)\bconvertto-securestring(?:\s+-(?:force|string))*\s+([^\s"'();|-][^\s"');|]*)\s+(?:-force\s+)?-asplaintext\b`)},
		{[]string{"convertto-securestring"}, is(`(?i)\bconvertto-securestring\s+(?:-force\s+)?-asplaintext(?:\s+-(?:force|string))*\s+([^\s"'();|-][^\s"');|]*)`)},
		{[]string{"curl", "wget"}, is(`\b(?:curl|wget)\b` + args + `\s(?:-u\s*|--(?:proxy-)?user[= ])["']?[^\s:'"]+:([^\s'"]+)`)},
		{[]string{"defaultpassword"}, is(`(?i)\bdefaultpassword\b["']?[^\n]*?(?:/d|-value)\s+["']?([^\s"']+)`)},
		{[]string{"identified"}, is(`(?i)\bidentified\s+(?:with\s+\S+\s+)?by\s+\\?(?:"([^"\n]+)"|'([^'\n]+)')`)},
		{[]string{"login"}, is(`\b(?:buildah|docker|helm\s+registry|nerdctl|podman|skopeo)\s+login\b` + args + `\s-p[ \t=]*["']?([^\s"']+)`)},
		{[]string{"login"}, is(`\blogin\s+\S+\s+password\s+(\S+)`)}, // .netrc
		{[]string{"mariadb", "mysql"}, is(`\b(?:mariadb|mysql)(?:-?admin|-?dump|-?import)?\b` + args + `\s-p(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'=-][^\s"']*))`)},
		{[]string{"mariadb", "mysql"}, is(`(?m)\b(?:mariadb|mysql)-?admin[ \t]+(?:-` + args + `[ \t])?password[ \t]+([^\s"'$;&|<>)-][^\s"';&|<>)]*)(?:[ \t]*(?:$|["';&|<>)])|[ \t]+[-\\\d#])`)},
		{[]string{"net user", "net.exe user"}, is(`(?i)\bnet(?:\.exe)?\s+user\s+(?:"[^"\n]+"|[^\s/"]+)\s+["']?([^\s/*"'|>&][^\s"']*)`)},
		{[]string{"password '", `password "`}, is(`(?i)\bpassword\s+(?:"([^"\n]+)"|'([^'\n]+)')`)}, // SQL: CREATE ROLE … PASSWORD '…'
		{[]string{"redis-cli"}, is(`\bredis-cli\b` + args + `\s-a\s+["']?([^\s"']+)`)},
		{[]string{"sshpass"}, is(`\bsshpass\s+-p\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s'"]+))`)},
	}
})

// commands finds passwords that commands are given, and those that cloud-init is to set.
func (f *finder) commands() {
	for _, c := range commands() {
		if f.mentions(c.hints) {
			f.passwords(c.re, 0, len(f.text))
		}
	}
	if !strings.Contains(f.lower, "chpasswd") {
		return
	}
	for _, m := range userList.FindAllStringIndex(f.text, -1) {
		f.passwords(userLine, m[0], m[1])
	}
	for _, m := range userItems.FindAllStringIndex(f.text, -1) {
		f.passwords(userItem, m[0], m[1])
	}
}

// Users with their passwords: a line each, under chpasswd in cloud-config and as the input of chpasswd(8); and as a list or a text of YAML under chpasswd.
var (
	userList  = regexp.MustCompile(`(?:\n[ \t]*list:[ \t]*[|>][-+]?|\bchpasswd\b[^\n]*<<-?[ \t]*\\?["']?\w+["']?[^\n]*)\n(?:[ \t]*[\w.-]+:[^\s:]\S*[ \t]*(?:\n|$))+`)
	userLine  = regexp.MustCompile(`(?m)^[ \t]*[\w.-]+:(\S+)`)
	userItems = regexp.MustCompile(`\bchpasswd["']?[ \t]*:(?:[\s{,]|#[^\n]*|["']?expire["']?[ \t]*:[ \t]*["']?\w+["']?)*["']?\blist["']?[ \t]*:` +
		`(?:[\s\[,]|#[^\n]*|-[ \t]|"(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+:[^\s:]\S*)+`)
	userItem = regexp.MustCompile(`\s#[^\n]*|(?:"|\\n)[\w.-]+:((?:[^"\\\n]|\\[^n\n])+)|'[\w.-]+:([^'\n]+)|[\s\[][\w.-]+:((?:[^\s,\]}]|[,\]}][^\s,\]}])+)`)
)

// passwords adds what the groups of an expression find in a part of the text, where that is a password itself.
func (f *finder) passwords(re *regexp.Regexp, start, end int) {
	for _, m := range re.FindAllStringSubmatchIndex(f.text[start:end], -1) {
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				f.password(start+m[g], start+m[g+1])
			}
		}
	}
}

// password adds a place, if it holds a password itself and no order to make one up.
func (f *finder) password(start, end int) {
	quoted := start > 0 && strings.IndexByte(`"'`, f.text[start-1]) >= 0
	if v := f.text[start:end]; v == "R" || v == "RANDOM" {
		return
	} else if f.wide && mayBe(v) || literal(v, writing{password: true, quoted: quoted, verbatim: f.verbatim("", start, end), env: true}) {
		f.add("password", "…", start, end)
	}
}
