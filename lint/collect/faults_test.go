package collect

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patlint/patlint/lint"
)

// raw answers with a body as it is.
func raw(status int, body string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.WriteHeader(status)
		io.WriteString(w, body)
		return true
	}
}

// wire writes to the connection itself and closes it, with a reset where hard.
func wire(hard bool, text string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		conn, out, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		out.WriteString(text)
		out.Flush()
		if hard {
			conn.(*net.TCPConn).SetLinger(0)
		}
		conn.Close()
		return true
	}
}

func redirect(status int) fault {
	return func(w http.ResponseWriter, r *http.Request, _ int) bool {
		http.Redirect(w, r, "/login", status)
		return true
	}
}

const (
	accessDenied = "You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/audit/me is not authorized to perform: ec2:DescribeVolumes because no identity-based policy allows the ec2:DescribeVolumes action"
	scpDenied    = "You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/me is not authorized to perform: ec2:DescribeVolumes with an explicit deny in a service control policy"
	html502      = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>"
	moto500      = `<!doctype html><html lang=en><title>500 Internal Server Error</title><h1>Internal Server Error</h1><p>The server encountered an internal error & more</p></html>`
)

// Every row of "The shapes" and of "What the clients do" in the research on EC2's answers: what the gap says, how often was
// asked, that a fault which passes leaves no trace, that the other sources go on.
func TestFaults(t *testing.T) {
	good := document("DescribeVolumes", goodPages()["DescribeVolumes"][0], "page-1")
	encoded := "You are not authorized to perform this operation. Encoded authorization failure message: " + strings.Repeat("4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcdef_", 30)
	denied := "AWS was not able to validate the provided access credentials"
	for _, test := range []struct {
		name  string
		fault fault
		tries int      // requests for the first page: 5 is retried to the end, 1 is not retried
		want  []string // of the reason
	}{
		{"throttle503", failing(503, "RequestLimitExceeded", "Request limit exceeded."), 5, []string{"RequestLimitExceeded: Request limit exceeded (5 attempts); ", "lower rate"}},
		{"throttle400", failing(400, "Throttling", "Rate exceeded"), 5, []string{"Throttling: Rate exceeded (5 attempts)"}},
		{"throttling_exception", failing(400, "ThrottlingException", "Rate exceeded"), 5, []string{"ThrottlingException: Rate exceeded"}},
		{"internal", failing(500, "InternalError", "An internal error has occurred"), 5, []string{"InternalError: An internal error has occurred (5 attempts)"}},
		{"internal_failure", failing(500, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."), 5, []string{"InternalFailure: The request"}},
		{"unavailable", failing(503, "Unavailable", "The server is overloaded and can't handle the request."), 5, []string{"Unavailable: The server is overloaded"}},
		{"service_unavailable", failing(503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."), 5, []string{"ServiceUnavailable: "}},
		{"unauthorized", failing(403, "UnauthorizedOperation", accessDenied), 1, []string{"UnauthorizedOperation: You are not authorized", "no identity-based policy", "; allow ec2:DescribeVolumes"}},
		{"unauthorized_encoded", failing(403, "UnauthorizedOperation", encoded), 1, []string{"UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message omitted; decode it with aws sts decode-authorization-message"}},
		{"scp_deny", failing(403, "UnauthorizedOperation", scpDenied), 1, []string{"explicit deny in a service control policy"}},
		{"authfailure", failing(401, "AuthFailure", denied), 1, []string{"AuthFailure: " + denied + "; check the credentials"}},
		{"optin", failing(401, "OptInRequired", "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."), 1, []string{"OptInRequired: You are not subscribed", "finish signing up"}},
		{"optin403", failing(403, "OptInRequired", ""), 1, []string{"OptInRequired; finish signing up"}},
		{"pending", failing(400, "PendingVerification", ""), 1, []string{"PendingVerification; AWS is still verifying"}},
		{"blocked", failing(403, "Blocked", ""), 1, []string{"Blocked; the account is blocked"}},
		{"expired_creds", failing(400, "RequestExpired", "Request has expired."), 1, []string{"RequestExpired: Request has expired; sign in again"}},
		{"badtoken on the first page", failing(400, "InvalidNextToken", "The specified NextToken is not valid."), 1, []string{"InvalidNextToken: The specified NextToken is not valid"}},
		{"invalid_action", failing(400, "InvalidAction", "The action DescribeVolumes is not valid for this web service."), 1, []string{"InvalidAction: The action", "endpoint does not know this call"}},
		{"blocked_param", failing(400, "UnknownParameter", "The parameter MaxResults is not recognized"), 1, []string{"UnknownParameter: "}},
		{"html502", raw(502, html502), 5, []string{"HTTP 502 Bad Gateway without an error of EC2's (5 attempts)"}},
		{"moto500", raw(500, moto500), 5, []string{"HTTP 500 Internal Server Error without an error of EC2's (5 attempts)"}},
		{"html403", raw(403, html502), 1, []string{"HTTP 403 Forbidden without an error of EC2's"}},
		{"redirect302", redirect(http.StatusFound), 1, []string{"HTTP 302 Found without an error of EC2's"}},
		{"redirect307", redirect(http.StatusTemporaryRedirect), 1, []string{"HTTP 307 Temporary Redirect without an error of EC2's"}},
		{"reset", wire(true, ""), 5, []string{"no answer from 127.0.0.1", "(5 attempts)"}},
		{"close", wire(false, ""), 5, []string{"no answer from 127.0.0.1", "the connection was closed (5 attempts)"}},
		{"reset_mid", wire(true, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(good), good[:200])), 5, []string{"(5 attempts)"}},
		{"short", wire(false, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(good)+100, good)), 5, []string{fmt.Sprintf("the answer was cut after %d bytes: unexpected EOF (5 attempts)", len(good))}},
		{"chunk cut", wire(false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n"+good), 5, []string{"the answer was cut after"}},
		{"truncate", raw(200, good[:len(good)-60]), 5, []string{"the answer is not the XML that EC2 sends: XML syntax error", "unexpected EOF (5 attempts)"}},
		{"garbage", raw(200, good[:300]+"\x00\x01&&&<<<"+good[300:]), 5, []string{"the answer is not the XML that EC2 sends", "(5 attempts)"}},
		{"badnumber", raw(200, strings.Replace(good, "<size>8<", "<size>eight<", 1)), 5, []string{"the answer is not the XML that EC2 sends", "eight"}},
		{"baddate", raw(200, strings.Replace(good, "2025-01-02T", "yesterday", 1)), 5, []string{"the answer is not the XML that EC2 sends"}},
		{"html200", raw(200, "<!DOCTYPE html>\n<html><body>Please log in</body></html>"), 5, []string{"answered 200 but not with EC2's XML (<html>; a proxy or captive portal?) (5 attempts)"}},
		{"text200", raw(200, "Please log in"), 5, []string{"answered 200 but not with EC2's XML"}},
		{"empty200", raw(200, ""), 5, []string{"answered 200 but not with EC2's XML (an empty body"}},
		{"blank200", raw(200, " \r\n"), 5, []string{"an empty body"}},
		{"other200", raw(200, document("DescribeSnapshots", "<snapshotSet/>", "")), 5, []string{"<DescribeSnapshotsResponse>"}},
		{"error200", raw(200, "<Response><Errors><Error><Code>InternalError</Code></Error></Errors></Response>"), 5, []string{"<Response>"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			throttles := strings.HasPrefix(test.name, "thrott")
			patiently(t, throttles, func(t *testing.T, newEndpoint func(testing.TB) *endpoint) {
				e := newEndpoint(t)
				e.faults["DescribeVolumes"] = test.fault
				others := []string{"DescribeSnapshots", "DescribeAddresses", "GetEbsEncryptionByDefault"}
				inv, stats := collect(t, e.open(t), append(others, "DescribeVolumes")...)
				reason := gap(t, inv, "DescribeVolumes", test.want...)
				if len(reason) > 500 || strings.ContainsAny(reason, "<>\n") && !strings.Contains(reason, "answered 200") || strings.Contains(reason, "4GIO") {
					t.Errorf("not a reason for a person: %q", reason)
				}
				whole(t, inv, others...)
				if got := inv.Resources(); got != 3+3 {
					t.Errorf("%d resources of the other sources", got)
				}
				if n := len(e.requests("DescribeVolumes")); n != test.tries {
					t.Errorf("%d requests, not %d", n, test.tries)
				}
				if throttles && stats.Throttled != 5 || !throttles && stats.Throttled != 0 {
					t.Errorf("%d throttled", stats.Throttled)
				}

				// Once, on the first page and on the second: retried, and nothing is missing or double.
				if test.tries == 1 {
					return
				}
				for page := range 2 {
					e := newEndpoint(t)
					e.faults["DescribeVolumes"] = func(w http.ResponseWriter, r *http.Request, n int) bool {
						return n == page && test.fault(w, r, n)
					}
					inv, _ := collect(t, e.open(t), "DescribeVolumes")
					whole(t, inv, "DescribeVolumes")
					if inv.Resources() != 3 {
						t.Errorf("page %d failed once: %d volumes", page, inv.Resources())
					}
				}
				// For good, on the second page: never half a list.
				e = newEndpoint(t)
				e.faults["DescribeVolumes"] = onPage(true, test.fault)
				inv, _ = collect(t, e.open(t), "DescribeVolumes")
				gap(t, inv, "DescribeVolumes", test.want...)
				if inv.Resources() != 0 {
					t.Errorf("half a list: %d volumes", inv.Resources())
				}
			})
		})
	}
}

// EC2's buckets: every other request is refused.
func TestBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := offline(t)
		e.pages["DescribeVolumes"] = nil
		for i := range 20 {
			e.pages["DescribeVolumes"] = append(e.pages["DescribeVolumes"], set("volumeSet", fmt.Sprintf("<volumeId>vol-%d</volumeId>", i)))
		}
		e.faults["DescribeVolumes"] = func(w http.ResponseWriter, r *http.Request, n int) bool {
			if n%2 == 0 {
				fail(w, 503, "RequestLimitExceeded", "Request limit exceeded.")
			}
			return n%2 == 0
		}
		inv, stats := collect(t, e.open(t), "DescribeVolumes")
		whole(t, inv, "DescribeVolumes")
		if inv.Resources() != 20 || stats.Calls != 40 || stats.Throttled != 20 || stats.Retries != 20 {
			t.Errorf("%d volumes, %+v", inv.Resources(), stats)
		}
	})
}

// Not errors: new enum values, new elements, elements left out.
func TestStrangeButTrue(t *testing.T) {
	for _, test := range []struct {
		name, content string
		volumes       int
	}{
		{"newenum", set("volumeSet", "<volumeId>vol-1</volumeId><volumeType>gp9</volumeType><status>floating</status>"), 1},
		{"newfield", set("volumeSet", "<volumeId>vol-1</volumeId><quantum><item><spin>up</spin></item></quantum>") + "<weather><sun/></weather>", 1},
		{"nofields", set("volumeSet", "", "<volumeId>vol-1</volumeId>", ""), 3},
		{"nothing", "<volumeSet/>", 0},
		{"no list", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEndpoint(t)
			e.pages["DescribeVolumes"] = []string{test.content}
			inv, _ := collect(t, e.open(t), "DescribeVolumes")
			whole(t, inv, "DescribeVolumes")
			if inv.Resources() != test.volumes {
				t.Errorf("%d volumes", inv.Resources())
			}
		})
	}
	// Every list without a field in its items.
	e := newEndpoint(t)
	for _, s := range lint.Sources() {
		if s.Key == "" || s.Service != "ec2" {
			continue
		}
		list, _, _ := strings.Cut(e.pages[s.Name][0][1:], ">")
		e.pages[s.Name] = []string{set(list, "", "")}
	}
	inv, _ := collect(t, e.open(t), allSources()...)
	whole(t, inv, allSources()...)
}

// Any other name space and prefix is EC2's XML as well, and what the check has read reaches the decoder.
func TestRootNameSpaces(t *testing.T) {
	for _, body := range []string{
		"<DescribeVolumesResponse><volumeSet><item><volumeId>vol-1</volumeId></item></volumeSet></DescribeVolumesResponse>",
		"<?xml version='1.0'?><!-- a comment --><DescribeVolumesResponse xmlns='http://ec2.amazonaws.com/doc/2031-01-01/'><volumeSet><item><volumeId>vol-1</volumeId></item></volumeSet></DescribeVolumesResponse>",
		"\n\n <ec2:DescribeVolumesResponse xmlns:ec2='x'><ec2:volumeSet><ec2:item><ec2:volumeId>vol-1</ec2:volumeId></ec2:item></ec2:volumeSet></ec2:DescribeVolumesResponse>\n",
	} {
		e := newEndpoint(t)
		e.faults["DescribeVolumes"] = raw(200, body)
		inv, _ := collect(t, e.open(t), "DescribeVolumes")
		whole(t, inv, "DescribeVolumes")
		if inv.Resources() != 1 {
			t.Errorf("%d volumes from %s", inv.Resources(), body)
		}
	}
}

// A body that is cut anywhere, with and without the length that tells, is never a shorter list.
func TestCutBody(t *testing.T) {
	e := newEndpoint(t)
	a := e.open(t, func(c *Config) { c.MaxAttempts = 1 })
	body := document("DescribeVolumes", set("volumeSet", "<volumeId>vol-1</volumeId>", "<volumeId>vol-2</volumeId>", "<volumeId>vol-3</volumeId>"), "") + "\n"
	for cut := range len(body) + 1 {
		for _, told := range []bool{false, true} {
			a.send = func(req *http.Request) (*http.Response, error) {
				resp := &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(strings.NewReader(body[:cut])), Request: req}
				if told && cut < len(body) {
					resp.ContentLength = int64(len(body))
					resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body[:cut]), broken{}))
				}
				return resp, nil
			}
			inv, _ := collect(t, a, "DescribeVolumes")
			g, missing := inv.Gap("DescribeVolumes")
			switch {
			case missing && cut == len(body):
				t.Fatalf("the whole body is a gap: %s", g.Reason)
			case missing && inv.Resources() != 0:
				t.Fatalf("cut at %d: half a list", cut)
			case !missing && inv.Resources() != 3:
				t.Fatalf("cut at %d: %d volumes, and no gap", cut, inv.Resources())
			case !missing && cut < len(body)-1: // the last byte is a line break
				t.Fatalf("cut at %d: no gap", cut)
			case missing && !strings.Contains(g.Reason, "cut after") && !strings.Contains(g.Reason, "EC2's XML") && !strings.Contains(g.Reason, "XML that EC2 sends"):
				t.Fatalf("cut at %d: %q", cut, g.Reason)
			}
		}
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestEndlessBody(t *testing.T) {
	tr := (&Account{}).newUngated(time.Minute)
	tr.limit = 3 << 20
	tr.send = func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, ContentLength: -1, Body: io.NopCloser(endless{})}, nil
	}
	req, _ := http.NewRequest("POST", "http://ec2.test", nil)
	if _, err := tr.Do(req); err == nil || err.Error() != "the answer is longer than 3 MB" {
		t.Errorf("error is %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// AuthFailure has two causes; DescribeRegions at a region that must be enabled tells them apart.
func TestAuthFailure(t *testing.T) {
	denied := failing(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
	regions := func(status string) fault {
		return raw(200, document("DescribeRegions", set("regionInfo", "<regionName>af-south-1</regionName><optInStatus>"+status+"</optInStatus>"), ""))
	}
	for _, test := range []struct {
		name    string
		region  string
		regions fault
		asks    string // the region that is asked
		want    string
	}{
		{"not enabled", "af-south-1", regions("not-opted-in"), "us-east-1", "region af-south-1 is not enabled for this account (not-opted-in)"},
		{"enabled", "af-south-1", regions("opted-in"), "us-east-1", "region af-south-1 is enabled, so check the credentials"},
		{"unknown", "af-south-1", raw(200, document("DescribeRegions", "<regionInfo/>", "")), "us-east-1", "there is no region af-south-1 for this account"},
		{"bad credentials", "af-south-1", denied, "us-east-1", "check the credentials (us-east-1 refuses them too)"},
		{"cannot tell", "af-south-1", failing(403, "UnauthorizedOperation", "no"), "us-east-1", "the credentials are bad or region af-south-1 is not enabled for this account; ec2:DescribeRegions would tell, but: UnauthorizedOperation: no"},
		{"always enabled", "us-east-1", denied, "", "check the credentials"},
		{"another partition", "cn-northwest-1", denied, "us-east-1", "check the credentials (us-east-1 refuses them too)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEndpoint(t)
			e.faults["DescribeVolumes"], e.faults["DescribeSnapshots"], e.faults["DescribeRegions"] = denied, denied, test.regions
			inv, stats, err := e.open(t).Collect(t.Context(), test.region, []string{"DescribeVolumes", "DescribeSnapshots", "DescribeAddresses"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{"DescribeVolumes", "DescribeSnapshots"} {
				gap(t, inv, s, "AuthFailure: AWS was not able to validate the provided access credentials; "+test.want)
			}
			whole(t, inv, "DescribeAddresses")
			asked := e.requests("DescribeRegions")
			calls := 3 + len(asked)
			if stats.Calls != calls {
				t.Errorf("%d calls counted, %d made", stats.Calls, calls)
			}
			if test.asks == "" && len(asked) == 0 {
				return
			}
			if len(asked) != 1 || asked[0].region != test.asks || asked[0].form.Get("AllRegions") != "true" || asked[0].form.Get("Filter.1.Value.1") != test.region {
				t.Errorf("asked %v", asked)
			}
		})
	}
	// The default region itself is not enabled: ask the partition's first.
	for region, asks := range map[string]string{"af-south-1": "us-east-1", "cn-northwest-1": "cn-north-1", "us-gov-east-1": "us-gov-west-1"} {
		e := newEndpoint(t)
		e.faults["DescribeVolumes"] = denied
		if _, _, err := e.open(t, func(c *Config) { c.Region = region }).Collect(t.Context(), region, []string{"DescribeVolumes"}, nil); err != nil {
			t.Fatal(err)
		}
		if asked := e.requests("DescribeRegions"); len(asked) != 1 || asked[0].region != asks {
			t.Errorf("%s: asked %v, not %s", region, asked, asks)
		}
	}
}

// No server at all, and no such host.
func TestNoServer(t *testing.T) {
	e := newEndpoint(t)
	a := e.open(t, func(c *Config) { c.EndpointURL = "http://127.0.0.1:1" })
	inv, stats := collect(t, a, "DescribeVolumes")
	gap(t, inv, "DescribeVolumes", "no answer from 127.0.0.1:1: connection refused (5 attempts)")
	if stats.Calls != 5 {
		t.Errorf("%d calls", stats.Calls)
	}
	a.send = func(req *http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: req.URL.Host, IsNotFound: true}}
	}
	inv, stats = collect(t, a, "DescribeVolumes")
	gap(t, inv, "DescribeVolumes", "no such host; check the region's name")
	if stats.Calls != 1 {
		t.Errorf("%d calls", stats.Calls)
	}
}

// A server that does not answer is given up after the attempt's limit, five times; one that sends its answer for ever as well.
func TestHang(t *testing.T) {
	for name, hang := range map[string]fault{
		"no header": func(_ http.ResponseWriter, r *http.Request, _ int) bool {
			<-r.Context().Done()
			return true
		},
		"half a body": func(w http.ResponseWriter, r *http.Request, _ int) bool {
			io.WriteString(w, document("DescribeVolumes", "", "")[:80])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEndpoint(t)
			e.faults["DescribeVolumes"] = hang
			a := e.open(t, func(c *Config) { c.Timeout = 50 * time.Millisecond })
			inv, _ := collect(t, a, "DescribeVolumes")
			gap(t, inv, "DescribeVolumes", "no whole answer within 50ms (5 attempts)")
		})
	}
}
