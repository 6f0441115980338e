package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/encoding/cbor"
)

// counters counts what happens on the wire.
type counters struct{ calls, throttled, retries, metrics atomic.Int64 }

// A transport is the SDK's HTTP client. Every attempt of every call passes Do, once. It reads the whole answer before the SDK
// sees it: the time limit then covers the body, a body that is cut short is an error of the attempt and not of the decoder, and
// the connection is free for the next call while the SDK decodes.
type transport struct {
	send    func(*http.Request) (*http.Response, error)
	gate    func(context.Context) *gate
	timeout time.Duration
	limit   int64 // of an answer's length
	count   *counters
	shared  *Shared // counts too
	dialect dialect
	last    atomic.Int64 // the last answer's length: the next page is about as long
}

// maxBody is far beyond any page of EC2's, and keeps an endless answer from filling the memory.
const maxBody = 256 << 20

func (t *transport) Do(req *http.Request) (*http.Response, error) {
	gate, err := t.start(req)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	ctx, cancel := context.WithTimeout(req.Context(), t.timeout)
	defer cancel()
	resp, body, err := t.exchange(req.WithContext(ctx))
	switch {
	case err != nil && ctx.Err() != nil && req.Context().Err() == nil:
		return nil, &slowError{t.timeout}
	case err != nil:
		return nil, err
	}
	if resp.StatusCode/100 == 2 {
		if got := t.dialect.foreign(body, awsmiddleware.GetOperationName(req.Context())); got != "" {
			return nil, &foreignError{t.dialect.name, got}
		}
	} else if _, throttle := retry.DefaultThrottleErrorCodes[t.dialect.code(resp.Header, body)]; throttle {
		t.count.throttled.Add(1)
		t.shared.progress.throttled.Add(1)
		gate.refused(started, time.Now())
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// start waits for the gate, and counts.
func (t *transport) start(req *http.Request) (*gate, error) {
	p := &t.shared.progress
	p.waiting.Add(1)
	defer p.waiting.Add(-1)
	gate := t.gate(req.Context())
	if err := gate.wait(req.Context()); err != nil {
		return nil, err
	}
	p.calls.Add(1)
	t.count.calls.Add(1)
	if repeats(req) {
		t.count.retries.Add(1)
	}
	return gate, nil
}

// repeats tells whether a request is not its operation's first. The SDK numbers them.
func repeats(req *http.Request) bool {
	attempt, _, _ := strings.Cut(req.Header.Get("Amz-Sdk-Request"), ";")
	return attempt != "" && attempt != "attempt=1"
}

func (t *transport) exchange(req *http.Request) (*http.Response, []byte, error) {
	resp, err := t.send(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	body.Grow(int(min(max(resp.ContentLength, t.last.Load(), 0), 8<<20)) + 2*bytes.MinRead)
	n, err := body.ReadFrom(io.LimitReader(resp.Body, t.limit+1))
	if err != nil {
		return nil, nil, &cutError{n, err}
	}
	if n > t.limit {
		return nil, nil, fmt.Errorf("the answer is longer than %d MB", t.limit>>20)
	}
	t.last.Store(n + n/8)
	return resp, body.Bytes(), nil
}

// A slowError is an attempt whose answer was not there in time.
type slowError struct{ limit time.Duration }

func (e *slowError) Error() string { return fmt.Sprintf("no whole answer within %v", e.limit) }
func (e *slowError) Timeout() bool { return true }

// A cutError is an answer whose body ended before it should have.
type cutError struct {
	bytes int64
	err   error
}

func (e *cutError) Error() string {
	return fmt.Sprintf("the answer was cut after %d bytes: %v", e.bytes, e.err)
}
func (e *cutError) Unwrap() error { return e.err }

// A dialect is how a service's answers look on the wire.
type dialect struct {
	name    string
	foreign func(body []byte, operation string) string // what stands in a body that does not answer the operation; "" where it does
	code    func(http.Header, []byte) string           // of an error; "" where there is none
}

var (
	speaksXML  = dialect{"EC2's XML", foreignXML, codeInXML}
	speaksCBOR = dialect{"CloudWatch's CBOR", foreignCBOR, codeInCBOR}
	speaksSTS  = dialect{"the XML of AWS STS", foreignXML, codeInXML}
	speaksJSON = dialect{"the JSON of AWS Organizations", foreignJSON, codeInJSON}
)

// A foreignError is an answer with a good status that is not the service's. The SDK would read it as an empty list.
type foreignError struct{ want, got string }

func (e *foreignError) Error() string {
	return fmt.Sprintf("answered 200 but not with %s (%s; a proxy or captive portal?)", e.want, e.got)
}

// foreignXML wants the root element that answers the operation, in any name space.
func foreignXML(body []byte, operation string) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return "an empty body"
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.RawToken()
		if err != nil {
			return "no XML element"
		}
		if start, ok := token.(xml.StartElement); ok {
			if operation == "" || start.Name.Local != operation+"Response" {
				return fmt.Sprintf("<%s>", clip(start.Name.Local, 40))
			}
			for { // AWS's answers have at least the request's ID in them
				switch token, err := d.RawToken(); token.(type) {
				case xml.StartElement:
					return ""
				case xml.EndElement:
					return "nothing in <" + start.Name.Local + ">"
				default:
					if err != nil {
						return "" // cut, which the decoder says better
					}
				}
			}
		}
	}
}

// foreignCBOR wants a map, which no text begins like: major type 5 (RFC 8949). That the map answers what was asked, its reader checks.
func foreignCBOR(body []byte, _ string) string {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return "an empty body"
	case body[0]>>5 != 5:
		return "no map"
	}
	return ""
}

// foreignJSON wants an object.
func foreignJSON(body []byte, _ string) string {
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) == 0:
		return "an empty body"
	case trimmed[0] != '{':
		return "no JSON object"
	}
	return ""
}

// codeInXML finds the code in an error's body without decoding it.
func codeInXML(_ http.Header, body []byte) string {
	_, rest, _ := bytes.Cut(body, []byte("<Code>"))
	code, _, ok := bytes.Cut(rest, []byte("</Code>"))
	if !ok {
		return ""
	}
	return string(bytes.TrimSpace(code))
}

// codeInCBOR reads the code that CloudWatch has kept from its older protocol, else the name of the error's shape.
func codeInCBOR(header http.Header, body []byte) string {
	if code, _, ok := strings.Cut(header.Get("X-Amzn-Query-Error"), ";"); ok {
		return code
	}
	v, err := cbor.Decode(body)
	if err != nil {
		return ""
	}
	fields, _ := v.(cbor.Map)
	shape, _ := fields["__type"].(cbor.String)
	_, name, ok := strings.Cut(string(shape), "#")
	if !ok {
		return string(shape)
	}
	return name
}

// codeInJSON reads the code that AWS's JSON protocol sends in a header or in the body: com.amazonaws…#Code:http://….
func codeInJSON(header http.Header, body []byte) string {
	code := header.Get("X-Amzn-Errortype")
	if code == "" {
		var e struct {
			Type string `json:"__type"`
		}
		if json.Unmarshal(body, &e) != nil {
			return ""
		}
		code = e.Type
	}
	code, _, _ = strings.Cut(code, ":")
	return code[strings.LastIndex(code, "#")+1:]
}
