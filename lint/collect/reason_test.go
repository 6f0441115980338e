package collect

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"Rate exceeded":                   "Rate exceeded",
		"Request expired.":                "Request expired",
		" two\twords \x00 ":               "two words",
		"<html>no</html>":                 "",
		"at <eof> of the file":            "at",
		"key AKIAIOSFODNN7EXAMPLE is bad": "key (access key) is bad",
		"Signature mismatch. Consult the docs.\n\nThe canonical string\ntoken:s": "Signature mismatch. Consult the docs",
		"No. Encoded authorization failure message: abc\ndef":                    "No. Encoded authorization failure message omitted; decode it with aws sts decode-authorization-message",
		"Encoded authorization failure message: abc":                             "Encoded authorization failure message omitted; decode it with aws sts decode-authorization-message",
		strings.Repeat("ä", 500):                                                 strings.Repeat("ä", 399) + "…",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, not %q", in, got, want)
		}
	}
}

// Whatever a server says becomes one short line.
func FuzzClean(f *testing.F) {
	f.Add("Encoded authorization failure message: abc")
	f.Add("a\r\nb<c>\xff\u2028")
	f.Add("ASIAIOSFODNN7EXAMPLE")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 520 || strings.ContainsAny(got, "<\n") ||
			strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) || accessKey.MatchString(got) {
			t.Errorf("clean(%q) = %q", s, got)
		}
	})
}

func TestPermissionOfAHint(t *testing.T) {
	e := newEndpoint(t)
	e.faults["PublicSnapshots"] = failing(403, "UnauthorizedOperation", "no")
	inv, _ := collect(t, e.open(t), "PublicSnapshots", "DescribeSnapshots")
	gap(t, inv, "PublicSnapshots", "; allow ec2:DescribeSnapshots")
	whole(t, inv, "DescribeSnapshots")
}

func TestErrorCode(t *testing.T) {
	for body, want := range map[string]string{
		"": "", "<Code>": "", "<Code> Throttling\n</Code>": "Throttling",
		"<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>": "RequestLimitExceeded",
	} {
		if got := codeInXML(nil, []byte(body)); got != want {
			t.Errorf("codeInXML(%q) = %q", body, got)
		}
	}
}

// No body makes the package panic, and none but a whole document of EC2's is an answer.
func FuzzAnswer(f *testing.F) {
	good := document("DescribeVolumes", goodPages()["DescribeVolumes"][0], "")
	f.Add(200, []byte(good))
	f.Add(200, []byte(good[:len(good)-5]))
	f.Add(200, []byte(strings.Replace(good, "<volumeSet>", "<volumeSet><x a='<'/>", 1)))
	f.Add(200, []byte("<html>"))
	f.Add(204, []byte(""))
	f.Add(301, []byte("<a>"))
	f.Add(503, []byte("<Response><Errors><Error><Code>Throttling</Code><Message/></Error></Errors></Response>"))
	e := &endpoint{url: "http://ec2.test"}
	a := e.open(f, func(c *Config) { c.MaxAttempts, c.Log = 1, nil })
	a.id = testAccount
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return
		}
		a.send = func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(bytes.NewReader(body))}, nil
		}
		inv, _ := collect(t, a, "DescribeVolumes")
		if g, missing := inv.Gap("DescribeVolumes"); missing {
			if g.Reason == "" || len(g.Reason) > 2000 || strings.Contains(g.Reason, "\n") || inv.Resources() != 0 {
				t.Errorf("reason %q", g.Reason)
			}
			return
		}
		root, err := firstElement(body)
		if status/100 != 2 || root != "DescribeVolumesResponse" || err != nil {
			t.Errorf("status %d, root %q, %v: taken for an answer", status, root, err)
		}
	})
}

// firstElement reads the first element whole, and is the other opinion in FuzzAnswer.
func firstElement(body []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	for depth, root := 0, ""; ; {
		token, err := d.Token()
		if err != nil {
			return root, errors.Join(err, io.ErrUnexpectedEOF)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				root = token.Name.Local
			}
		case xml.EndElement:
			if depth--; depth == 0 {
				return root, nil
			}
		}
	}
}
