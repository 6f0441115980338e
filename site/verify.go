package site

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"html"
	"iter"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/patlint/patlint/patterns"
)

// A verifier follows the links of finished pages. Authors' links are checked where they are written, with line and column; this one finds
// what is left: templates that name what is not there, an id that stands twice, a file of another host.
//
// It reads what html/template, goldmark and this package write, and not HTML at large: attributes stand in double quotes, and no value
// holds a < or a >.
type verifier struct {
	files map[string]bool   // all of the site
	top   string            // with which 404.html begins its links, since a server shows it at any depth: /docs/
	from  map[string]string // the file of its author, by page
	seed  maphash.Seed

	mu   sync.Mutex
	ids  map[string][]uint64 // by page: hashes of its ids, sorted
	far  []farLink
	errs patterns.Errors
}

// farLink is a link to a place of another page, which may not have been made yet.
type farLink struct {
	from, to, address string
	id                uint64
}

func newVerifier(files []file) *verifier {
	v := &verifier{files: map[string]bool{}, seed: maphash.MakeSeed(), ids: map[string][]uint64{}}
	for _, f := range files {
		v.files[f.name] = true
	}
	return v
}

// page takes in a page.
func (v *verifier) page(name string, data []byte) {
	p := &verified{verifier: v, name: name, seen: map[string]bool{}}
	eachTag(data, p.tag)
	for _, address := range p.near {
		if _, id, _ := strings.Cut(address, "#"); !p.seen[unescape(id)] {
			p.fail("the link %s names no place of this page", address)
		}
	}
	slices.Sort(p.ids)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ids[name] = slices.Clip(p.ids)
	v.far = append(v.far, p.far...)
	v.errs = append(v.errs, p.errs...)
}

// finish gives the mistakes of all pages.
func (v *verifier) finish() patterns.Errors {
	for _, l := range v.far {
		if _, ok := slices.BinarySearch(v.ids[l.to], l.id); !ok {
			v.errs = append(v.errs, &patterns.Error{File: l.from, Msg: fmt.Sprintf("the link %s names no place of %s", l.address, l.to)})
		}
	}
	return v.errs
}

// verified is what a page has told so far.
type verified struct {
	*verifier
	name string
	seen map[string]bool // its ids
	ids  []uint64
	near []string // links to its own places
	far  []farLink
	errs patterns.Errors
}

func (p *verified) fail(format string, args ...any) {
	p.errs = append(p.errs, &patterns.Error{File: p.name, Msg: fmt.Sprintf(format, args...)})
}

// twice reports an id that an author may have taken with a heading.
func (p *verified) twice(id string) {
	if file := p.from[p.name]; path.Ext(file) == ".md" {
		p.errs = append(p.errs, &patterns.Error{File: file, Msg: fmt.Sprintf("the id %q stands twice on the page %s, or is empty; give a heading of that name another one", id, p.name)})
		return
	}
	p.fail("the id %q stands here twice, or is empty", id)
}

func (p *verified) tag(name string, attributes []byte) {
	rel, address := "", []byte(nil) // an element has one address
	for key, value := range pairs(attributes) {
		switch string(key) {
		case "action", "href", "src":
			address = value
		case "id":
			id := html.UnescapeString(string(value))
			if p.seen[id] || id == "" {
				p.twice(id)
			}
			p.seen[id] = true
			p.ids = append(p.ids, maphash.String(p.seed, id))
		case "rel":
			rel = string(value)
		}
	}
	if address != nil {
		p.address(name, rel, html.UnescapeString(string(address)))
	}
}

// address follows the address of an element.
func (p *verified) address(tag, rel, address string) {
	file, fragment, _ := strings.Cut(address, "#")
	file, _, _ = strings.Cut(file, "?")
	if p.name == missingName && p.top != "" {
		file = strings.TrimPrefix(file, p.top)
	}
	if strings.Contains(file, ":") || strings.HasPrefix(file, "/") {
		if !mayLeave(tag, rel, address) {
			p.fail("the %s element leads out of the site, to %s", tag, address)
		}
		return
	}
	to := p.name
	if file != "" {
		to = path.Join(path.Dir(p.name), unescape(file))
	}
	switch {
	case !p.files[to] || strings.HasSuffix(file, "/"):
		p.fail("the link %s leads nowhere", address)
	case fragment == "":
	case to == p.name:
		p.near = append(p.near, address)
	default:
		p.far = append(p.far, farLink{p.name, to, address, maphash.String(p.seed, unescape(fragment))})
	}
}

// mayLeave tells whether an element may name another host: readers may follow a link there, and no browser loads anything from it.
func mayLeave(tag, rel, address string) bool {
	u, err := url.Parse(address)
	if err != nil || tag != "a" && (tag != "link" || rel != "canonical" && rel != "alternate") {
		return false
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" || u.Scheme == "mailto"
}

// unescape gives the characters of a part of an address.
func unescape(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

// eachTag calls each for every start tag of a page, with what stands behind its name.
func eachTag(page []byte, each func(name string, attributes []byte)) {
	for {
		i := bytes.IndexByte(page, '<')
		if i < 0 {
			return
		}
		page = page[i+1:]
		end := bytes.IndexByte(page, '>')
		if end < 0 {
			return
		}
		tag := page[:end]
		page = page[end+1:]
		if bytes.HasPrefix(tag, []byte("/")) || bytes.HasPrefix(tag, []byte("!")) || bytes.HasPrefix(tag, []byte("span class")) {
			continue
		}
		n := bytes.IndexAny(tag, " \n\t/")
		if n < 0 {
			n = len(tag)
		}
		name := string(tag[:n])
		each(name, tag[n:])
		if name == "script" { // what stands in it is no HTML
			if i = bytes.Index(page, []byte("</script")); i >= 0 {
				page = page[i:]
			}
		}
	}
}

// pairs gives the attributes of a tag that have a value.
func pairs(attributes []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for {
			key, rest, ok := bytes.Cut(attributes, []byte(`="`))
			if !ok {
				return
			}
			value, rest, ok := bytes.Cut(rest, []byte(`"`))
			if !ok || !yield(key[bytes.LastIndexAny(key, " \n\t")+1:], value) {
				return
			}
			attributes = rest
		}
	}
}
