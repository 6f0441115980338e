package secrets

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	minEncoded = 24 // characters of base64 that are worth a look; the shortest assignment needs about as many
	minWrapped = 60 // characters of a line of base64 that others follow: PEM has 64, MIME 76
)

var (
	// more is a line of base64 that goes on with one above.
	more = regexp.MustCompile(`^\r?\n[ \t]*([A-Za-z0-9+/]{2,}={0,2})[ \t]*(?:\r?\n|$)`)
	// dataURL is a text with percent signs (RFC 2397), as Ignition writes files.
	dataURL = regexp.MustCompile(`\bdata:[\w/+.;=-]*,([^"'\s]+)`)
	// public are keys and certificates, whose base64 is no text.
	public = regexp.MustCompile(`\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com)\s+$`)
)

// encoded looks into texts inside the text.
func (f *finder) encoded() {
	for i := 0; i < len(f.text); i++ {
		start := i
		for i < len(f.text) && isBase64(f.text[i]) {
			i++
		}
		if i-start >= minEncoded {
			i = f.run(start, i)
		}
	}
	if strings.Contains(f.text, "data:") {
		for _, m := range dataURL.FindAllStringSubmatchIndex(f.text, -1) {
			if text, err := url.PathUnescape(f.text[m[2]:m[3]]); err == nil && text != f.text[m[2]:m[3]] {
				f.inside(text, m[2], m[3])
			}
		}
	}
}

// run looks into a word of base64 and the lines that go on with it, and gives their end.
func (f *finder) run(start, end int) int {
	joined, first := []byte(f.text[start:end]), end
	for next := more.FindStringSubmatchIndex(f.text[end:]); next != nil; next = more.FindStringSubmatchIndex(f.text[end:]) {
		joined = append(joined, f.text[end+next[2]:end+next[3]]...)
		end += next[3]
	}
	if end > first && first-start >= minWrapped {
		f.wrapped = append(f.wrapped, [2]int{start, end})
	}
	if !public.MatchString(f.text[max(0, start-60):start]) {
		f.inside(f.decoded(joined), start, end)
	}
	return end
}

// inside adds what a text holds that stands encoded at a place: its first secret, since all of them stand at the same place.
func (f *finder) inside(text string, start, end int) {
	*f.left -= len(text)
	switch {
	case text == "":
		return
	case f.depth == maxDepth:
		f.err = errDeep
		return
	case *f.left < 0:
		f.err = errLarge
		return
	}
	inner := &finder{text: text, lower: lowerASCII(text), depth: f.depth + 1, left: f.left}
	inner.look()
	f.err = cmp.Or(f.err, inner.err)
	if len(inner.found) > 0 {
		f.add(inner.found[0].Kind, inner.found[0].Hint, start, end)
	}
}

// decoded undoes base64, gzip and UTF-16; "" for what is no text then.
func (f *finder) decoded(word []byte) string {
	word = bytes.TrimRight(word, "=")
	if len(word) < minEncoded {
		return ""
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(word)))
	n, err := base64.RawStdEncoding.Decode(out, word)
	if out = out[:n]; err != nil && n < len(word)/2 {
		return ""
	}
	if bytes.HasPrefix(out, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(out))
		if err != nil {
			return ""
		}
		out, _ = io.ReadAll(io.LimitReader(z, int64(max(*f.left, 0))+1)) // of one that is cut off, what there is
	}
	if len(out) > 3 && out[1] == 0 && out[3] == 0 {
		out = bytes.ReplaceAll(out, []byte{0}, nil)
	}
	if !isText(out) {
		return ""
	}
	return string(out)
}

// isText tells whether bytes are text: valid UTF-8, and none of the control characters that programs and archives are full of.
func isText(b []byte) bool {
	return utf8.Valid(b) && !bytes.ContainsFunc(b, func(c rune) bool { return c < ' ' && !strings.ContainsRune("\t\n\r\f\x1b", c) })
}
