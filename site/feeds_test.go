package site

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
)

// feedSite has more changes than a feed shows.
func feedSite(t *testing.T) Site {
	t.Helper()
	s := Site{Catalog: synthetic(t, 60), BaseURL: "https://example.org/docs/", History: map[string]Change{}}
	for i, p := range s.Catalog.Patterns {
		s.History[p.File] = Change{Time: time.Unix(1_760_000_000+int64(i/2)*3600, 7), Subject: "Change"} // two at a time
	}
	return s
}

// TestAtom holds the feed against what RFC 4287 asks for.
func TestAtom(t *testing.T) {
	files := render(t, feedSite(t))
	var feed struct {
		XMLName xml.Name
		ID      []string   `xml:"http://www.w3.org/2005/Atom id"`
		Title   []string   `xml:"http://www.w3.org/2005/Atom title"`
		Updated []string   `xml:"http://www.w3.org/2005/Atom updated"`
		Author  []string   `xml:"http://www.w3.org/2005/Atom author>name"`
		Links   []atomLink `xml:"http://www.w3.org/2005/Atom link"`
		Entries []struct {
			ID      []string   `xml:"id"`
			Title   []string   `xml:"title"`
			Updated []string   `xml:"updated"`
			Links   []atomLink `xml:"link"`
			Content []string   `xml:"content"`
		} `xml:"http://www.w3.org/2005/Atom entry"`
	}
	if err := xml.Unmarshal(files["feed.xml"], &feed); err != nil {
		t.Fatal(err)
	}
	if feed.XMLName.Local != "feed" || len(feed.ID) != 1 || len(feed.Title) != 1 || len(feed.Updated) != 1 || len(feed.Author) == 0 {
		t.Errorf("the feed has name %v, IDs %q, titles %q, times %q, authors %q", feed.XMLName, feed.ID, feed.Title, feed.Updated, feed.Author)
	}
	want := []atomLink{{"self", "application/atom+xml", "https://example.org/docs/feed.xml"}, {"alternate", "text/html", "https://example.org/docs/"}}
	if d := cmp.Diff(want, feed.Links); d != "" {
		t.Error(d)
	}
	if len(feed.Entries) != feedLimit {
		t.Errorf("%d entries", len(feed.Entries))
	}
	ids := map[string]bool{feed.ID[0]: true}
	last := parseTime(t, feed.Updated[0])
	for i, e := range feed.Entries {
		if len(e.ID) != 1 || len(e.Title) != 1 || len(e.Updated) != 1 || len(e.Content) != 1 || len(e.Links) != 1 || e.Links[0].Rel != "alternate" {
			t.Fatalf("entry %d: %+v", i, e)
		}
		at := parseTime(t, e.Updated[0])
		if ids[e.ID[0]] || at.After(last) || i == 0 && !at.Equal(last) {
			t.Errorf("entry %d: ID %s is not the only one, or %s is out of order", i, e.ID[0], at)
		}
		ids[e.ID[0]], last = true, at
		if u, err := url.Parse(e.ID[0]); err != nil || !u.IsAbs() {
			t.Errorf("the ID %q is no address: %v", e.ID[0], err)
		}
		if name := strings.TrimPrefix(e.Links[0].Href, "https://example.org/docs/") + "index.html"; files[name] == nil {
			t.Errorf("entry %d leads to %s", i, e.Links[0].Href)
		}
	}
}

// TestJSONFeed holds the feed against version 1.1 of its format, and against the Atom feed.
func TestJSONFeed(t *testing.T) {
	files := render(t, feedSite(t))
	var feed struct {
		Version, Title string
		FeedURL        string `json:"feed_url"`
		Items          []struct {
			ID, URL, Title string
			Content        string `json:"content_text"`
			Modified       string `json:"date_modified"`
		}
	}
	if err := json.Unmarshal(files["feed.json"], &feed); err != nil {
		t.Fatal(err)
	}
	if feed.Version != "https://jsonfeed.org/version/1.1" || feed.Title == "" || feed.FeedURL != "https://example.org/docs/feed.json" || len(feed.Items) != feedLimit {
		t.Errorf("the feed is %q %q %q with %d items", feed.Version, feed.Title, feed.FeedURL, len(feed.Items))
	}
	var ids []string
	for _, i := range feed.Items {
		if i.Content == "" || i.URL == "" || parseTime(t, i.Modified).IsZero() {
			t.Errorf("%+v", i)
		}
		ids = append(ids, i.ID)
		if !strings.Contains(string(files["feed.xml"]), "<id>"+i.ID+"</id>") {
			t.Errorf("the Atom feed has no %s", i.ID)
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != feedLimit {
		t.Error("an ID stands there twice")
	}
}

func parseTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil || at.Location() != time.UTC {
		t.Errorf("%q is no time in UTC: %v", s, err)
	}
	return at
}

// TestTag: an entry keeps its name when the site moves from http to https, and a pattern of patlint's own keeps it everywhere.
func TestTag(t *testing.T) {
	for _, c := range []struct {
		base    string
		builtin bool
		want    string
	}{
		{"https://example.org/docs/", false, "tag:example.org,2026:docs/patterns/x"},
		{"http://example.org:8080/docs/", false, "tag:example.org,2026:docs/patterns/x"},
		{"https://example.org/", false, "tag:example.org,2026:patterns/x"},
		{"https://Example.ORG/Docs/", false, "tag:example.org,2026:Docs/patterns/x"},
		{"http://[2001:db8::1]:8080/a/", false, "tag:2001-0db8-0000-0000-0000-0000-0000-0001,2026:a/patterns/x"},
		{"https://example.org/", true, "tag:patlint.github.io,2026:patlint/patterns/x"},
	} {
		b := &builder{base: c.base}
		if got := b.tag(&patterns.Pattern{ID: "x", Builtin: c.builtin}); got != c.want {
			t.Errorf("%s: %s, want %s", c.base, got, c.want)
		}
	}
}
