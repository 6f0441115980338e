package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/smithy-go/encoding/cbor"
)

// A front stands in front of the emulator. It answers calls that moto lacks, and says of resources what moto cannot be made to say.
type front struct {
	url     string
	answers map[string]func(region string) string // what is in the answer, by action
	edits   map[string]map[string]string          // elements that a resource has instead of moto's own, by action and ID
	metrics map[string]float64                    // what CloudWatch says of a resource, whatever the metric; 50 of others
}

func newFront(t *testing.T, moto string) *front {
	t.Helper()
	target, err := url.Parse(moto)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{answers: map[string]func(string) string{}, edits: map[string]map[string]string{}, metrics: map[string]float64{}}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error { return f.edit(r) }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasSuffix(r.URL.Path, "/operation/GetMetricData") {
			f.measure(w, body)
			return
		}
		form, _ := url.ParseQuery(string(body))
		action := form.Get("Action")
		_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		if say, ok := f.answers[action]; ok {
			w.Header().Set("Content-Type", "text/xml")
			answer(w, action, say(strings.Split(credential, "/")[2]))
			return
		}
		r.Header.Del("Accept-Encoding") // an answer that is edited has to be readable
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// say answers an action in the same words everywhere.
func (f *front) say(action, answer string) {
	f.answers[action] = func(string) string { return answer }
}

// set gives the resource with this ID elements in the answers to an action.
func (f *front) set(action, id, elements string) {
	if f.edits[action] == nil {
		f.edits[action] = map[string]string{}
	}
	f.edits[action][id] += elements
}

func (f *front) edit(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var n node
	if edits := f.edits[actionOf(body)]; len(edits) > 0 && r.StatusCode == http.StatusOK {
		if err := xml.Unmarshal(body, &n); err != nil {
			return err
		}
		if err := n.edit(edits); err != nil {
			return err
		}
		if body, err = xml.Marshal(n); err != nil {
			return err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

// actionOf tells what an answer is to, by its root: DescribeVolumesResponse.
func actionOf(answer []byte) string {
	d := xml.NewDecoder(bytes.NewReader(answer))
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		if start, ok := token.(xml.StartElement); ok {
			return strings.TrimSuffix(start.Name.Local, "Response")
		}
	}
}

// A node is an element of an answer.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

// edit looks for the resources with these IDs, of which each has its ID as one of its elements, and puts the elements into them.
func (n *node) edit(edits map[string]string) error {
	for _, c := range n.Nodes {
		elements, ok := edits[c.Text]
		if !ok || !strings.HasSuffix(c.XMLName.Local, "Id") {
			continue
		}
		var with node
		if err := xml.Unmarshal([]byte("<x>"+elements+"</x>"), &with); err != nil {
			return err
		}
		for _, e := range with.Nodes {
			n.Nodes = slices.DeleteFunc(n.Nodes, func(old node) bool { return old.XMLName.Local == e.XMLName.Local })
		}
		n.Nodes = append(n.Nodes, with.Nodes...)
		break
	}
	for i := range n.Nodes {
		if err := n.Nodes[i].edit(edits); err != nil {
			return err
		}
	}
	return nil
}

// measure answers for CloudWatch, in whose protocol moto does not speak. Each metric has one value, at the end of the window.
func (f *front) measure(w http.ResponseWriter, body []byte) {
	v, _ := cbor.Decode(body)
	in := v.(cbor.Map)
	results := cbor.List{}
	for _, q := range in["MetricDataQueries"].(cbor.List) {
		query := q.(cbor.Map)
		value := 50.0
		for _, d := range query["MetricStat"].(cbor.Map)["Metric"].(cbor.Map)["Dimensions"].(cbor.List) {
			if own, ok := f.metrics[string(d.(cbor.Map)["Value"].(cbor.String))]; ok {
				value = own
			}
		}
		results = append(results, cbor.Map{"Id": query["Id"], "StatusCode": cbor.String("Complete"),
			"Timestamps": cbor.List{&cbor.Tag{ID: 1, Value: in["EndTime"].(*cbor.Tag).Value}}, "Values": cbor.List{cbor.Float64(value)}})
	}
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Write(cbor.Encode(cbor.Map{"MetricDataResults": results}))
}

// A sowing is what a test wants to be found in an account, and what it wants to be left alone.
type sowing struct {
	want  []string // findings, as pattern and ID
	twins []string // resources of the same kinds, done right
}

func (s *sowing) fault(id string, patterns ...string) string {
	for _, p := range patterns {
		s.want = append(s.want, p+" "+id)
	}
	return id
}

func (s *sowing) twin(id string) string {
	s.twins = append(s.twins, id)
	return id
}

// reap sorts what is wanted, and asks for so many faults and twins at least. others are the twins that are elsewhere.
func (s *sowing) reap(t *testing.T, least, others int) {
	t.Helper()
	slices.Sort(s.want)
	slices.Sort(s.twins)
	s.twins = slices.Compact(s.twins)
	if len(s.want) < least || len(s.twins)+others < least {
		t.Errorf("%d faults and %d clean twins", len(s.want), len(s.twins)+others)
	}
	for _, w := range s.want {
		if _, id, _ := strings.Cut(w, " "); slices.Contains(s.twins, id) {
			t.Errorf("%s is a clean twin and a fault", id)
		}
	}
}
