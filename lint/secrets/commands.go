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

// commands are the usual ones. Keep sorted by hint.
var commands = sync.OnceValue(func() []command {
	is := regexp.MustCompile
	return []command{
		{[]string{"--stdin"}, is(`\becho\s+(?:-n\s+)?["']?([^\s'"|]+)["']?\s*\|\s*(?:sudo\s+)?passwd\s[^\n|;]*--stdin`)},
		{[]string{"authorization"}, is(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+([A-Za-z0-9._~+/=-]{8,})`)}, // RFC 6750, RFC 7617
		{[]string{"chpasswd"}, is(`["']?[\w.-]+:([^\s'"|]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd`)},
		{[]string{"chpasswd"}, is(`\bchpasswd\b[^\n|;]*<<<\s*["']?[\w.-]+:([^\s'"]+)`)},
		{[]string{"cifs"}, is(`\bcifs\b[^\n|;]*?\buser(?:name)?=[^,\s%'"]+%([^,\s'"]+)`)}, // mount.cifs(8)
		{[]string{"convertto-securestring"}, is(`(?i)\bconvertto-securestring\s+(?:-string\s+)?(?:"([^"\n]+)"|'([^'\n]+)')`)},
		{[]string{"curl", "wget"}, is(`\b(?:curl|wget)\b[^\n|;]*?\s(?:-u\s*|--(?:proxy-)?user[= ])["']?[^\s:'"]+:([^\s'"]+)`)},
		{[]string{"defaultpassword"}, is(`(?i)\bdefaultpassword\b["']?[^\n]*?(?:/d|-value)\s+["']?([^\s"']+)`)},
		{[]string{"identified"}, is(`(?i)\bidentified\s+(?:with\s+\S+\s+)?by\s+\\?(?:"([^"\n]+)"|'([^'\n]+)')`)},
		{[]string{"login"}, is(`\bdocker\s+login\b[^\n|;]*?\s-p\s*["']?([^\s"']+)`)},
		{[]string{"login"}, is(`\blogin\s+\S+\s+password\s+(\S+)`)}, // .netrc
		{[]string{"mariadb", "mysql"}, is(`\b(?:mariadb|mysql)(?:-?admin|-?dump|-?import)?\b[^\n|;]*?\s-p(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'=-][^\s"']*))`)},
		{[]string{"net user", "net.exe user"}, is(`(?i)\bnet(?:\.exe)?\s+user\s+(?:"[^"\n]+"|[^\s/"]+)\s+["']?([^\s/*"'|>&][^\s"']*)`)},
		{[]string{"password '", `password "`}, is(`(?i)\bpassword\s+(?:"([^"\n]+)"|'([^'\n]+)')`)}, // SQL: CREATE ROLE … PASSWORD '…'
		{[]string{"redis-cli"}, is(`\bredis-cli\b[^\n|;]*?\s-a\s+["']?([^\s"']+)`)},
		{[]string{"sshpass"}, is(`\bsshpass\s+-p\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s'"]+))`)},
	}
})

// commands finds passwords that commands are given, and those that cloud-init is to set.
func (f *finder) commands() {
	for _, c := range commands() {
		if !f.mentions(c.hints) {
			continue
		}
		for _, m := range c.re.FindAllStringSubmatchIndex(f.text, -1) {
			for g := 2; g < len(m); g += 2 {
				f.password(m[g], m[g+1])
			}
		}
	}
	if !strings.Contains(f.lower, "chpasswd") {
		return
	}
	for _, block := range userList.FindAllStringIndex(f.text, -1) {
		for _, m := range userLine.FindAllStringSubmatchIndex(f.text[block[0]:block[1]], -1) {
			f.password(block[0]+m[2], block[0]+m[3])
		}
	}
}

// Users with their passwords, a line each: under chpasswd in cloud-config, and as the input of chpasswd(8).
var (
	userList = regexp.MustCompile(`(?:\n[ \t]*list:[ \t]*[|>][-+]?|\bchpasswd\b[^\n]*<<-?[ \t]*\\?["']?\w+["']?[^\n]*)\n(?:[ \t]*[\w.-]+:[^\s:]\S*[ \t]*(?:\n|$))+`)
	userLine = regexp.MustCompile(`(?m)^[ \t]*[\w.-]+:(\S+)`)
)

// password adds a place, if it is there and holds a password itself.
func (f *finder) password(start, end int) {
	if start < 0 {
		return
	}
	quoted := start > 0 && strings.IndexByte(`"'`, f.text[start-1]) >= 0
	if v := f.text[start:end]; f.wide && mayBe(v) || literal(v, writing{password: true, quoted: quoted, verbatim: f.verbatim("", start, end), env: true}) {
		f.add("password", "…", start, end)
	}
}
