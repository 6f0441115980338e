package collect

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// What a page token can do wrong: the listing starts again once, and then it is a gap; never half a list.
func TestTokens(t *testing.T) {
	samePage := func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.Write([]byte(document("DescribeVolumes", set("volumeSet", "<volumeId>vol-1</volumeId>"), "the-same")))
		return true
	}
	for _, test := range []struct {
		name  string
		fault fault
		want  string
	}{
		{"badtoken", onPage(true, failing(400, "InvalidNextToken", "The specified NextToken is not valid.")), "InvalidNextToken: The specified NextToken is not valid"},
		{"expiredtoken", onPage(true, failing(400, "InvalidPaginationToken", "The token is not valid or is expired.")), "InvalidPaginationToken: The token is not valid or is expired"},
		{"parsetoken", onPage(true, failing(400, "InvalidParameterValue", "Unable to parse pagination token")), "InvalidParameterValue: Unable to parse pagination token"},
		{"parsetoken of DescribeVpcs", onPage(true, failing(400, "InvalidParameterValue", "Value ( x ) for parameter NextToken is invalid. The token is invalid.")), "InvalidParameterValue: Value ( x )"},
		{"vanished", onPage(true, failing(400, "InvalidInstanceID.NotFound", "The instance ID 'i-1a2b3c4d' does not exist")), "InvalidInstanceID.NotFound: The instance ID 'i-1a2b3c4d' does not exist"},
		{"vanished volume", onPage(true, failing(400, "InvalidVolume.NotFound", "gone")), "InvalidVolume.NotFound: gone"},
		{"samepage", samePage, "the same page token came twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEndpoint(t)
			e.faults["DescribeVolumes"] = test.fault
			inv, _ := collect(t, e.open(t), "DescribeVolumes", "DescribeSnapshots")
			gap(t, inv, "DescribeVolumes", test.want, "also when the listing was started again")
			whole(t, inv, "DescribeSnapshots")
			if n := inv.Resources(); n != 3 {
				t.Errorf("%d resources, not the snapshots", n)
			}
			if n := len(e.requests("DescribeVolumes")); n != 4 {
				t.Errorf("%d requests, not two listings of two pages", n)
			}

			// Once: the second listing is whole, and has nothing of the first.
			e = newEndpoint(t)
			e.faults["DescribeVolumes"] = first(2, test.fault)
			inv, _ = collect(t, e.open(t), "DescribeVolumes")
			whole(t, inv, "DescribeVolumes")
			if n := inv.Resources(); n != 3 {
				t.Errorf("%d volumes", n)
			}
		})
	}
	// Errors that a new listing does not mend.
	for _, test := range []struct{ code, message string }{
		{"InvalidParameterValue", "MaxResults is too large"},
		{"UnauthorizedOperation", "no token"},
		{"RequestExpired", ""},
	} {
		e := newEndpoint(t)
		e.faults["DescribeVolumes"] = onPage(true, failing(400, test.code, test.message))
		inv, _ := collect(t, e.open(t), "DescribeVolumes")
		if reason := gap(t, inv, "DescribeVolumes", test.code); strings.Contains(reason, "started again") {
			t.Errorf("%s started the listing again", test.code)
		}
		if n := len(e.requests("DescribeVolumes")); n != 2 {
			t.Errorf("%s: %d requests", test.code, n)
		}
	}
}

// A token that comes back after others.
func TestTokensInACircle(t *testing.T) {
	e := newEndpoint(t)
	e.faults["DescribeVolumes"] = func(w http.ResponseWriter, r *http.Request, n int) bool {
		next := map[string]string{"": "a", "a": "b", "b": "c", "c": "a"}[r.Form.Get("NextToken")]
		w.Write([]byte(document("DescribeVolumes", set("volumeSet", fmt.Sprintf("<volumeId>vol-%d</volumeId>", n)), next)))
		return true
	}
	inv, _ := collect(t, e.open(t), "DescribeVolumes")
	gap(t, inv, "DescribeVolumes", "the same page token came twice")
	if n := len(e.requests("DescribeVolumes")); n != 8 {
		t.Errorf("%d requests", n)
	}
}

// AWS may send empty pages with a token behind them, and an empty one at the end.
func TestEmptyPages(t *testing.T) {
	volume := func(n int) string { return set("volumeSet", fmt.Sprintf("<volumeId>vol-%d</volumeId>", n)) }
	for name, pages := range map[string][]string{
		"emptypage":     {volume(1), "<volumeSet/>", volume(2), "", volume(3)},
		"emptyfirst":    {"<volumeSet/>", volume(1), volume(2), volume(3)},
		"emptylast":     {volume(1), volume(2), volume(3), "<volumeSet/>"},
		"over and over": {volume(1), volume(1), volume(2), volume(1), volume(3), volume(3)},
		"100 in a row":  append(append([]string{volume(1), volume(2)}, make([]string, 100)...), volume(3)),
	} {
		e := newEndpoint(t)
		e.pages["DescribeVolumes"] = pages
		inv, _ := collect(t, e.open(t), "DescribeVolumes")
		whole(t, inv, "DescribeVolumes")
		if n := inv.Resources(); n != 3 {
			t.Errorf("%s: %d volumes", name, n)
		}
	}
}

// Pages without an end that bring nothing new: empty, the same volume for ever, or items without an ID.
func TestEndlessPages(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "<volumeSet/>",
		"same":  set("volumeSet", "<volumeId>vol-1</volumeId>"),
		"no ID": set("volumeSet", "<size>8</size>"),
	} {
		e := newEndpoint(t)
		e.faults["DescribeVolumes"] = func(w http.ResponseWriter, _ *http.Request, n int) bool {
			w.Write([]byte(document("DescribeVolumes", content, fmt.Sprintf("token-%d", n))))
			return true
		}
		inv, _ := collect(t, e.open(t), "DescribeVolumes")
		gap(t, inv, "DescribeVolumes", "more than 100 pages in a row brought nothing new")
		if n := inv.Resources(); n != 0 {
			t.Errorf("%s: %d volumes of half a list", name, n)
		}
		if n := len(e.requests("DescribeVolumes")); n > 102 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}

// The loop itself, against a fake that is one func: what the second listing gives is what counts.
func TestListAll(t *testing.T) {
	ask := func(answers ...any) (pager, *int) {
		n := 0
		return func(context.Context, *string, map[string]bool) (any, int, *string, error) {
			n++
			switch a := answers[n-1].(type) {
			case error:
				return nil, 0, nil, a
			case int:
				return []int{a}, 1, aws.String(fmt.Sprint("token", n)), nil
			}
			return []int{n * 100}, 1, aws.String(""), nil // an empty token ends as none does
		}, &n
	}
	gone := &smithy.GenericAPIError{Code: "InvalidNextToken"}
	for _, test := range []struct {
		answers []any
		want    string
	}{
		{[]any{"end"}, "[[100]] <nil>"},
		{[]any{1, 2, "end"}, "[[1] [2] [300]] <nil>"},
		{[]any{1, gone, 3, "end"}, "[[3] [400]] <nil>"},
		{[]any{1, gone, 3, gone}, "[] api error InvalidNextToken: "},
		{[]any{gone}, "[] api error InvalidNextToken: "},
		{[]any{1, gone, gone}, "[] api error InvalidNextToken: "},
		{[]any{1, context.Canceled}, "[] context canceled"},
	} {
		f, n := ask(test.answers...)
		var items atomic.Int64
		pages, err := listAll(t.Context(), &items, f)
		if got := fmt.Sprint(pages, " ", err); got != test.want || *n != len(test.answers) {
			t.Errorf("%v: got %s after %d requests", test.answers, got, *n)
		}
		if int(items.Load()) != len(pages) {
			t.Errorf("%v: counted %d items on %d pages", test.answers, items.Load(), len(pages))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f, n := ask(1, gone, 3, "end")
	if _, err := listAll(ctx, new(atomic.Int64), f); err == nil || *n != 2 {
		t.Errorf("started again after the end: %v after %d requests", err, *n)
	}
}
