package collect

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
)

// said shows what a source's answer has, as "ID=number of entries", in order.
func said(t *testing.T, a *Account, source string) (string, error) {
	t.Helper()
	r, err := a.newRun(t.Context(), "us-east-1", []string{source}, nil)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := r.pages[source]()
	var out []string
	for _, page := range pages {
		v := reflect.ValueOf(page)
		for i := range v.Len() {
			if v.Index(i).Field(1).IsNil() {
				t.Errorf("%s does not say that it was asked", v.Index(i).Field(0).Elem())
			}
			out = append(out, fmt.Sprintf("%s=%d", v.Index(i).Field(0).Elem(), entries(v.Index(i).Field(1))))
		}
	}
	return strings.Join(out, " "), err
}

// entries counts those of a list, and the value of an attribute.
func entries(v reflect.Value) int {
	switch {
	case v.Kind() == reflect.Slice:
		return v.Len()
	case v.Elem().FieldByName("Value").IsNil():
		return 0
	}
	return 1
}

// of limits a fault to the requests that name a resource.
func of(id string, f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, n int) bool {
		for _, values := range r.Form {
			if slices.Contains(values, id) {
				return f(w, r, n)
			}
		}
		return false
	}
}

// Each resource that the listing has is asked; one that fails is missing alone, one that is gone is no gap, and one that is refused first is refused for all.
func TestAskedOneByOne(t *testing.T) {
	for _, s := range lint.Sources() {
		if s.Each == "" || s.Each == "DescribeInstances" {
			continue // TestUserData
		}
		whole := 0
		for _, page := range goodPages()[s.Name] {
			whole += max(strings.Count(page, "<item>"), strings.Count(page, "<value>"))
		}
		list := func(gone ...int) string {
			var out []string
			for n := 1; n <= 3; n++ {
				if !slices.Contains(gone, n) {
					out = append(out, fmt.Sprintf("%s=%d", nth(s, n), whole))
				}
			}
			return strings.Join(out, " ")
		}
		denied := failing(403, "UnauthorizedOperation", "no")
		for _, test := range []struct {
			name  string
			fault fault
			want  string
			gap   string
		}{
			{"all is well", nil, list(), ""},
			{"one is gone", of(nth(s, 2), failing(400, "InvalidThing.NotFound", "")), list(2), ""},
			{"the first is gone", of(nth(s, 1), failing(400, "InvalidThing.NotFound", "")), list(1), ""},
			{"one fails", of(nth(s, 2), failing(400, "InvalidParameter", "odd")), list(2), " of 1 of 3 "},
			{"one is refused", of(nth(s, 3), denied), list(3), s.Permission()},
			{"all are refused", denied, "", "UnauthorizedOperation"},
			{"the last page is missing", onPage(true, failing(400, "InvalidParameter", "odd")), map[bool]string{true: "", false: list()}[len(goodPages()[s.Name]) > 1],
				map[bool]string{true: " of 3 of 3 ", false: ""}[len(goodPages()[s.Name]) > 1]},
		} {
			e := newEndpoint(t)
			e.faults[s.Name] = test.fault
			got, err := said(t, e.open(t), s.Name)
			if got != test.want || (err != nil) != (test.gap != "") || err != nil && !strings.Contains(err.Error(), test.gap) {
				t.Errorf("%s, %s: read %q, %v; want %q and %q", s.Name, test.name, got, err, test.want, test.gap)
			}
		}
		e := newEndpoint(t)
		e.faults[s.Each] = denied
		inv, _ := collect(t, e.open(t), s.Name)
		gap(t, inv, s.Name, "needs "+s.Each)
		e = newEndpoint(t)
		listed, _, _ := strings.Cut(e.pages[s.Each][0][1:], ">")
		e.pages[s.Each] = []string{"<" + listed + "/>"}
		if got, err := said(t, e.open(t), s.Name); got != "" || err != nil || len(e.requests(s.Name)) != 0 {
			t.Errorf("%s: without any resource, read %q, %v", s.Name, got, err)
		}
		e = newEndpoint(t)
		items, _, _ := strings.Cut(e.pages[s.Name][0][1:], ">")
		e.pages[s.Name] = []string{"<" + items + "/>"}
		if got, err := said(t, e.open(t), s.Name); err != nil || strings.Count(got, "=0") != 3 {
			t.Errorf("%s: with nothing in it, read %q, %v", s.Name, got, err)
		}
	}
}

// nth is the ID of a resource at the endpoint.
func nth(s lint.Source, n int) string {
	prefix := map[string]string{"DescribeImages": "ami", "DescribeSnapshots": "snap"}[s.Each]
	if prefix == "" {
		prefix = "x"
	}
	return fmt.Sprintf("%s-%d", prefix, n)
}
