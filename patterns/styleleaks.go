package patterns

import (
	"fmt"
	"iter"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A leak is a form in which the data of a real account is written.
type leak struct {
	form  *regexp.Regexp
	fault func(found) string // what to write in its place; "" where it is made up
}

// A found is a text of a leak's form.
type found struct {
	text, before, behind string // itself, and what stands around it
	page                 *madeUp
}

// madeUp is what a page has made up or made known by itself.
type madeUp struct {
	hosts []string                       // to which its links and references lead
	wide  func(within netip.Prefix) bool // whether it lies in a network of the page's that is around documentation ranges or behind them
	taken string                         // its text, and what was offered for it
}

var leaks = []leak{
	{regexp.MustCompile(`[0-9]{12,}`), accountFault},
	{regexp.MustCompile(`[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,}`), resourceFault},
	{anyIPv4, networkFault},
	{anyIPv6, networkFault},
	{regexp.MustCompile(`\b(?:ec2|ip)(?:-[0-9]{1,3}){4}\b`), machineFault},
	{regexp.MustCompile(`[0-9A-Za-z_%+-]+(?:\.[0-9A-Za-z_%+-]+)*@(?:[0-9A-Za-z-]+\.)+[A-Za-z]{2,}`), mailFault},
	{regexp.MustCompile(`(?:[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?\.)+[A-Za-z]{2,}`), hostFault},
	{regexp.MustCompile(`A(?:BIA|CCA|GPA|IDA|IPA|KIA|NPA|NVA|PKA|ROA|SCA|SIA)[0-9A-Z]{12,}`), keyFault},
	{regexp.MustCompile(`[0-9A-Za-z/+]{40,}`), secretFault},
}

var keyBlock = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)

var (
	anyIPv4     = regexp.MustCompile(`[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?`)
	anyIPv6     = regexp.MustCompile(`[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:/[0-9]{1,3})?`)
	anyUUID     = regexp.MustCompile(`[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	minuteForm  = regexp.MustCompile(`^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])[0-5][0-9]$`) // 202611222359
	bytesForm   = regexp.MustCompile(`Bytes["']?\s*[:=]\s*["']?$`)
	versionForm = regexp.MustCompile(`[A-Za-z][-/]$`)        // kernel-5.10.0.1
	longVersion = regexp.MustCompile(`^(-[A-Za-z]|\.[0-9])`) // 5.10.0.1-amzn2
	longWord    = regexp.MustCompile(`[a-z]{8}`)
)

// findLeaks looks at the whole file, code and blanks as well: what is published cannot be taken back.
func findLeaks(sh *sheet, r *reporter) {
	var texts []passage
	if sh.matter != nil {
		starts := lineStarts([]byte(sh.matter.Text))
		texts = append(texts, passage{text: sh.matter.Text, place: func(at int) (line, col int) {
			line, col = place([]byte(sh.matter.Text), starts, at)
			return sh.matter.Line + line - 1, col
		}})
	}
	texts = append(texts, passage{text: sh.Body, place: sh.place})
	page, seen := sh.madeUp(texts), map[string]bool{}
	for _, ps := range texts {
		text := anyUUID.ReplaceAllStringFunc(ps.text, func(s string) string { return strings.Repeat(" ", len(s)) })
		for at, piece := range suspects(text) {
			for _, l := range leaks {
				for _, m := range l.form.FindAllStringIndex(piece, -1) {
					from, to := at+m[0], at+m[1]
					f := found{text[from:to], text[max(from-20, 0):from], text[to:min(to+20, len(text))], page}
					if seen[f.text] || len(r.errs) > maxFound {
						continue
					}
					if fault := l.fault(f); fault != "" {
						line, col := ps.place(from)
						r.add(line, col, "%s", fault)
						seen[f.text] = !strings.HasSuffix(fault, "here") // who replaces a value does it everywhere
					}
				}
			}
		}
		if !strings.Contains(text, "PRIVATE KEY") {
			continue
		}
		for _, m := range keyBlock.FindAllStringIndex(text, maxFound) {
			line, col := ps.place(m[0])
			r.add(line, col, "a private key stands here; if it is a real one, replace it everywhere, and leave it out here")
		}
	}
}

// suspects gives the pieces of a text that may have a leak in them, with their offsets: most words are too short, and have letters alone.
func suspects(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for at := 0; at < len(text); {
			n := strings.IndexAny(text[at:], " \t\n\"'`<>()[]{},;|=*")
			if n < 0 {
				n = len(text) - at
			}
			piece := text[at : at+n]
			suspect := len(piece) > 15 || len(piece) > 9 && strings.ContainsAny(piece, "0123456789") || len(piece) > 3 && strings.ContainsAny(strings.TrimRight(piece, ".:"), ".:@")
			if suspect && !yield(at, piece) {
				return
			}
			at += n + 1
		}
	}
}

// madeUp collects what the page has for its own.
func (sh *sheet) madeUp(texts []passage) *madeUp {
	page := &madeUp{taken: sh.Body}
	for _, l := range sh.links {
		page.leadsTo(l.url)
	}
	for _, ref := range sh.References {
		page.leadsTo(ref.URL)
	}
	wide := sync.OnceValue(func() (all []netip.Prefix) {
		for _, ps := range texts {
			for _, form := range []*regexp.Regexp{anyIPv4, anyIPv6} {
				for _, s := range form.FindAllString(ps.text, -1) {
					if p, err := netip.ParsePrefix(s); err == nil && aroundExamples(p) {
						all = append(all, p)
					}
				}
			}
		}
		return all
	})
	page.wide = func(p netip.Prefix) bool {
		return slices.ContainsFunc(wide(), func(q netip.Prefix) bool { return holds(q, p) })
	}
	return page
}

func holds(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// free gives the first text of a form with a number in it that the page does not have.
func (m *madeUp) free(form string) string {
	for n := 10; ; n++ {
		if text := fmt.Sprintf(form, n); n > 250 || !strings.Contains(m.taken, text) {
			m.taken += " " + text
			return text
		}
	}
}

// leadsTo takes in the host of an address on the web.
func (m *madeUp) leadsTo(address string) {
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		m.hosts = append(m.hosts, strings.ToLower(u.Hostname()))
	}
}

// after tells whether a letter, a digit or one of these signs stands in front of what was found.
func (f found) after(signs string) bool {
	return f.before != "" && wordOr(f.before[len(f.before)-1], signs)
}

// until tells whether a letter, a digit or one of these signs stands behind it.
func (f found) until(signs string) bool { return f.behind != "" && wordOr(f.behind[0], signs) }

func wordOr(c byte, signs string) bool {
	return c >= utf8.RuneSelf || unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || strings.IndexByte(signs, c) >= 0
}

// continues tells whether a word goes on behind one of these signs. A full stop may also end a sentence.
func (f found) continues(signs string) bool {
	return len(f.behind) > 1 && strings.IndexByte(signs, f.behind[0]) >= 0 && wordOr(f.behind[1], "")
}

func accountFault(f found) string {
	decimal := strings.HasSuffix(f.before, ".") || len(f.behind) > 1 && f.behind[0] == '.' && unicode.IsDigit(rune(f.behind[1]))
	size := bytesForm.MatchString(f.before) || strings.HasPrefix(strings.TrimSpace(f.behind), "bytes")
	if len(f.text) != 12 || f.after("") || f.until("") || decimal || size || minuteForm.MatchString(f.text) || exampleAccount(f.text) || ownAccounts[f.text] != "" {
		return ""
	}
	return f.text + " looks like the number of a real account; write 111122223333"
}

// exampleAccount tells whether a number counts up, as in 123456789012, has no digit fewer than four times in a row, as in 111122223333, or is one of those that
// patlint new makes up when it has no others left.
func exampleAccount(s string) bool {
	up, rows := true, true
	for i, run := 1, 1; i < len(s); i++ {
		up = up && (s[i-1]-'0'+1)%10 == s[i]-'0'
		if s[i] == s[i-1] {
			run++
			continue
		}
		rows, run = rows && run > 3, 1
	}
	return up || rows && s[len(s)-4:] == strings.Repeat(s[len(s)-1:], 4) || strings.HasPrefix(s, "1000000000")
}

func resourceFault(f found) string {
	at := strings.LastIndexByte(f.text, '-')
	prefix, digits := f.text[:at], f.text[at+1:]
	last := prefix[strings.LastIndexByte(prefix, '-')+1:]
	short := len(digits) == 8 && slices.Contains(shortPrefixes, last) && !strings.HasPrefix(digits, "20") && !strings.HasPrefix(digits, "19") // a day
	if len(digits) != 17 && !short || f.until("") || exampleDigits(digits) || slices.Contains(exampleIDs, last+"-"+digits) {
		return ""
	}
	return fmt.Sprintf("%s looks like a real ID; write a short one, such as %s", f.text, f.page.free(prefix+"-0%x"))
}

// exampleDigits tells whether the digits of an ID count up or down, as in 0123456789abcdef0, or are no more than three, as in 0aaaaaaaaaaaaaaaa.
func exampleDigits(s string) bool {
	const counting = "0123456789abcdef0 1234567890abcdef fedcba9876543210 fedcba0987654321"
	steps, different := 0, map[byte]bool{}
	for i := range len(s) {
		different[s[i]] = true
		if i > 0 && strings.Contains(counting, s[i-1:i+1]) {
			steps++
		}
	}
	return len(different) <= 3 || 2*steps > len(s)+1
}

func networkFault(f found) string {
	text := strings.TrimRight(f.text, ".")
	single := !strings.Contains(text, "/")
	if single {
		text += map[bool]string{true: "/128", false: "/32"}[strings.Contains(text, ":")]
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || f.after("_.$") || f.until("_") || versionForm.MatchString(f.before) || longVersion.MatchString(f.behind) || f.page.nobodys(p) {
		return ""
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, "/128"), "/32")
	if !single {
		text = p.String()
	}
	return fmt.Sprintf("%s may be somebody's address; write %s", text, f.page.exampleNetwork(p, single))
}

// nobodys tells whether an address or a network says nothing of whose it is.
func (m *madeUp) nobodys(p netip.Prefix) bool {
	if p.Addr().Is4In6() {
		p = netip.PrefixFrom(p.Addr().Unmap(), max(p.Bits()-96, 0))
	}
	everybodys := p.Addr().Is4() && p.Bits() <= 8 || p.Addr().Is6() && p.Bits() < 32
	return everybodys || aroundExamples(p) || slices.ContainsFunc(nobodysNetworks, func(s string) bool { return holds(netip.MustParsePrefix(s), p) }) || m.wide(p)
}

// aroundExamples tells whether a network is too wide for a documentation range and lies around or behind one, where patlint new puts those.
func aroundExamples(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() > 8 && p.Bits() < 24 && p.Addr().As4()[0] == 203
	}
	return p.Bits() >= 24 && p.Bits() < 32 && netip.MustParsePrefix("2001:d00::/24").Contains(p.Addr())
}

// exampleNetwork is an address or a network of the same size in a documentation range, or around one.
func (m *madeUp) exampleNetwork(p netip.Prefix, single bool) string {
	to, form := netip.MustParseAddr("203.0.113.10"), "203.0.113.%d"
	if p.Addr().Is6() {
		to, form = netip.MustParseAddr("2001:db8::10"), "2001:db8::%x"
	}
	if single {
		return m.free(form)
	}
	out, _ := to.Prefix(p.Bits())
	return out.String()
}

// machineFault looks at the address in the name that AWS gives to a machine.
func machineFault(f found) string {
	kind, address, _ := strings.Cut(f.text, "-")
	p, err := netip.ParsePrefix(strings.ReplaceAll(address, "-", ".") + "/32")
	if err != nil || f.page.nobodys(p) {
		return ""
	}
	return fmt.Sprintf("%s may be somebody's address; write %s-203-0-113-10", f.text, kind)
}

func mailFault(f found) string {
	_, host, _ := strings.Cut(f.text, "@")
	if exampleHost(host) || f.text == "git@github.com" || slices.Contains(unitTypes, host[strings.LastIndexByte(host, '.')+1:]) {
		return ""
	}
	return f.text + " may be somebody's mail; write somebody@example.com"
}

// hostFault looks at the names that end as those on the internet do. Names of files and fields have the same form.
func hostFault(f found) string {
	host := strings.ToLower(f.text)
	path := strings.HasSuffix(f.before, "/") && !strings.HasSuffix(f.before, "//")
	if !slices.Contains(domains, host[strings.LastIndexByte(host, '.')+1:]) || f.after("@_.-$%+") || f.until("@_-(") || f.continues(".") || path {
		return ""
	}
	under := func(of string) bool { return host == of || strings.HasSuffix(host, "."+of) }
	if exampleHost(host) || slices.ContainsFunc(knownHosts, under) || slices.ContainsFunc(f.page.hosts, func(of string) bool { return under(of) || strings.HasSuffix(of, "."+host) }) {
		return ""
	}
	return f.text + " may be somebody's machine; write a name that ends in example.com, or link to it if it is a source"
}

// exampleHost tells whether a name is one of those that nobody can own (RFC 2606, RFC 6761).
func exampleHost(host string) bool {
	host = "." + strings.ToLower(host)
	return slices.ContainsFunc([]string{".example", ".example.com", ".example.edu", ".example.net", ".example.org", ".internal", ".invalid", ".local", ".localhost", ".test"},
		func(end string) bool { return strings.HasSuffix(host, end) })
}

func keyFault(f found) string {
	switch kind := f.text[:4]; {
	case f.after("") || f.until("") || strings.Contains(f.text, "EXAMPLE"):
		return ""
	case kind == "AKIA" || kind == "ASIA":
		return "an access key stands here; if it is a real one, deactivate it now, and write AKIAIOSFODNN7EXAMPLE here"
	default:
		return fmt.Sprintf("%s looks like a real ID; write %sEXAMPLE", f.text, kind)
	}
}

// secretFault finds what has the form of a secret access key, and is neither a checksum nor a path. It does not say what it has found.
func secretFault(f found) string {
	var upper, lower, digits int
	for _, c := range f.text {
		switch {
		case unicode.IsUpper(c):
			upper++
		case unicode.IsLower(c):
			lower++
		case unicode.IsDigit(c):
			digits++
		}
	}
	part := f.after("._-") || f.until("=_-") || f.continues(".")
	if len(f.text) != 40 || part || upper < 3 || lower < 3 || digits < 2 || longWord.MatchString(f.text) || strings.Contains(f.text, "EXAMPLE") {
		return ""
	}
	return "what stands here has the form of a secret key; if it is a real one, deactivate it now, and write SECRET here"
}
