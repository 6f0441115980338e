package bootscript

import (
	"bytes"
	"encoding/base64"
	"mime"
	"net/textproto"
	"strings"
	"unicode/utf8"
)

// A Text is one part of user data as the machine gets it. It has whatever secrets are in there: look for something in it, and never print it.
type Text struct {
	Line int    // the number of its first line, as package bootscript counts
	Name string // the file name that a MIME archive gives it; "" for one without, and for what is no archive
	Text string
}

// Texts decodes user data of any form, also those that [Parse] leaves alone, and reads nothing of it. What could not be decoded is in the second list.
func Texts(data []byte) ([]Text, []Unread) {
	var texts []Text
	r := newReader()
	r.texts = &texts
	out, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data)))
	word := len(data) <= longestWord && !utf8.Valid(out)
	switch {
	case err != nil || isGzip(out) || word:
		r.parse(data)
	case isText(out):
		r.parse(out)
	default:
		r.unread(1, "it is neither text nor gzip")
	}
	return texts, r.script.Unread
}

// longestWord is how many characters a word has that is base64 by chance, where a person wrote the user data.
const longestWord = 16

// fileName gives the name of a part of a MIME archive.
func fileName(header textproto.MIMEHeader) string {
	_, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(params["filename"])
}

// isText tells whether bytes are a text of any encoding that keeps ASCII: none of them is a control character, of which archives and what is encrypted are full.
func isText(b []byte) bool {
	return !bytes.ContainsFunc(b, func(c rune) bool { return c < ' ' && !strings.ContainsRune("\t\n\r\f\x1b", c) })
}
