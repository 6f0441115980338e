package site

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// searchRecords gives the records of a built site.
func searchRecords(t testing.TB, files map[string][]byte) (data []byte, records []record) {
	t.Helper()
	for name, d := range files {
		if strings.HasPrefix(name, "assets/search-index.") {
			data = d
		}
	}
	list, ok := bytes.CutPrefix(data, []byte("patlintIndex="))
	if !ok {
		t.Fatalf("the index begins with %.40q", data)
	}
	if err := json.Unmarshal(bytes.TrimSuffix(list, []byte(";\n")), &records); err != nil {
		t.Fatal(err)
	}
	return data, records
}

func TestSearchIndex(t *testing.T) {
	fsys := ruledFiles()
	fsys["glossary.md"] = mapFS(map[string]string{"x": "# Words\n\nWhat *they* mean.\n\n## Burst `mode`\n\nMore than *usual*.\n\n### Not a term\n\nx\n"})["x"]
	s := Site{Catalog: load(t, fsys), Texts: []Text{{Name: "reference", Title: "Rules", Summary: "All `kinds`.", Body: "## volume\n\n```sh\n# no heading\n```\n"}}}
	files := render(t, s)
	data, records := searchRecords(t, files)
	want := []record{
		{URL: "chapters/backup/index.html", Title: "Backup", Kind: "chapter", ID: "backup", Summary: ""},
		{URL: "glossary/index.html#burst-mode", Title: "Burst mode", Kind: "term", Summary: "More than usual."},
		{URL: "patterns/index.html", Title: "Catalog", Kind: "page"},
		{
			URL: "patterns/leave-gp2-burst-behind/index.html", Title: "Leave gp2 burst behind", Kind: "pattern", ID: "leave-gp2-burst-behind", Severity: "high",
			Summary: "Give a volume a rate it can hold all day.", Tags: []string{"performance", "Storage", "volume"}, Headings: []string{"Step one: gp3"},
			Names: []string{"avoid-gp2", "ec2_ebs_type", "EC2.1", "EC2.2"}, Minute: "Quick for half an hour, see the rule.",
		},
		{URL: "patterns/rule/checked/index.html", Title: "Rule: checked", Kind: "list"},
		{URL: "reference/index.html", Title: "Rules", Kind: "page", Summary: "All kinds.", Headings: []string{"volume"}},
		{URL: "chapters/storage/index.html", Title: "Storage", Kind: "chapter", ID: "storage", Summary: "Disks that keep their speed.", Headings: []string{"Order"}},
		{URL: "glossary/index.html", Title: "Words", Kind: "page", Summary: "What they mean."},
	}
	var got []record
	for _, r := range records {
		if slices.ContainsFunc(want, func(w record) bool { return w.URL == r.URL }) {
			got = append(got, r)
		}
		name, _, _ := strings.Cut(r.URL, "#")
		if files[name] == nil {
			t.Errorf("%q leads to %s, which is not there", r.Title, r.URL)
		}
		if strings.HasPrefix(name, "search/") || name == "404.html" || strings.Contains(r.URL, "avoid-gp2") {
			t.Errorf("the search finds %s", r.URL)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("records (-want +got):\n%s", d)
	}
	if !slices.IsSortedFunc(records, func(a, b record) int { return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)) }) {
		t.Error("the records are not sorted by title")
	}
	if again, _ := searchRecords(t, render(t, s)); !bytes.Equal(data, again) {
		t.Error("the index differs from build to build")
	}
}

// TestTypes: what no rule can be about is a type, and no kind.
func TestTypes(t *testing.T) {
	files := render(t, everything(t))
	_, records := searchRecords(t, files)
	for title, want := range map[string]string{"volume": "kind", "Note": "type"} {
		i := slices.IndexFunc(records, func(r record) bool { return r.Title == title })
		if i < 0 || records[i].Kind != want {
			t.Errorf("%s is none: %+v", title, records)
		}
	}
	if list := texts(all(parseHTML(t, files["search/index.html"]), "li", "")); !slices.Contains(list, "Note type") || !slices.Contains(list, "volume kind") {
		t.Errorf("the list from A to Z: %q", list)
	}
}

// TestHostileIndex: nothing in a text ends the script that it stands in, and the list from A to Z shows it as text.
func TestHostileIndex(t *testing.T) {
	const title = "</script><img src=x onerror=alert(1)>\u2028\"'`${x}"
	s := Site{Catalog: load(t, ruledFiles()), Texts: []Text{{Name: "x", Title: title, Summary: "`<script>`", Body: "## `</script>`\n"}}}
	files := render(t, s)
	data, records := searchRecords(t, files)
	for _, bad := range []string{"<", ">", "&", "\u2028", "\u2029"} {
		if bytes.Contains(data, []byte(bad)) {
			t.Errorf("the index holds %q", bad)
		}
	}
	if !slices.ContainsFunc(records, func(r record) bool {
		return r.Title == title && r.Summary == "<script>" && slices.Equal(r.Headings, []string{"</script>"})
	}) {
		t.Errorf("the index has lost the title: %+v", records)
	}
	if list := parseHTML(t, files["search/index.html"]); len(all(list, "img", "")) > 0 || !strings.Contains(textOf(list), "<img src=x") {
		t.Error("the list from A to Z does not show the title as text")
	}
}

func TestIndexIsBounded(t *testing.T) {
	var body, summary strings.Builder
	for range maxHeads {
		body.WriteString("## A heading that goes on and on\n\n")
		summary.WriteString("word ")
	}
	s := Site{Catalog: load(t, ruledFiles()), Texts: []Text{{Name: "x", Title: "X", Summary: summary.String(), Body: body.String()}}}
	data, _ := searchRecords(t, render(t, s))
	if len(data) > 6000 {
		t.Errorf("one page makes an index of %d bytes", len(data))
	}
	if r := (record{Minute: summary.String()}).bounded(); len(r.Minute) > maxMinute+len("…") {
		t.Errorf("a section makes %d bytes of the index", len(r.Minute))
	}
}

// TestLicence: MiniSearch's licence goes wherever MiniSearch goes.
func TestLicence(t *testing.T) {
	assets, err := makeAssets()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"MiniSearch 7.2.0", "Copyright 2022 Luca Ongaro", "Permission is hereby granted, free of charge"} {
		if !bytes.Contains(assets["search.js"].data, []byte(want)) {
			t.Errorf("the search's script does not say %q", want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 5, "short"}, {"one two three", 9, "one two…"}, {"one, two", 5, "one…"}, {"ééé", 3, "é…"}, {"", 0, ""}, {"abc", 0, "…"},
	} {
		if got := clip(c.in, c.n); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzSubheads(f *testing.F) {
	b, err := newBuilder(Site{Catalog: load(f, ruledFiles())})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"## A `b`\n", "~~~\n## x\n~~~\n### y", "``", "# \n####### seven\n##none", "- ## x\n\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		out := b.subheads(body, 2)
		if len(out) > maxHeadings || len(out) > strings.Count(body, "#") {
			t.Errorf("%d headings", len(out))
		}
		for _, h := range out {
			if len(h) > maxSummary+len("…") {
				t.Errorf("a heading of %d bytes", len(h))
			}
		}
	})
}

// TestLetters: the search page lists all that can be found, by letters that the row of letters leads to.
func TestLetters(t *testing.T) {
	files := render(t, Site{Catalog: load(t, ruledFiles()), Texts: []Text{{Name: "x", Title: "3 things", Summary: "X."}, {Name: "y", Title: "Über", Summary: "Y."}}})
	_, records := searchRecords(t, files)
	doc := parseHTML(t, files["search/index.html"])
	n := 0
	for _, s := range all(doc, "section", "letter") {
		n += len(all(s, "li", ""))
	}
	if n != len(records) {
		t.Errorf("the list has %d entries, the index %d", n, len(records))
	}
	heads := texts(all(doc, "h3", ""))
	if d := cmp.Diff(texts(all(all(doc, "nav", "jump")[0], "a", "")), heads); d != "" {
		t.Error(d)
	}
	if heads[0] != "#" || heads[len(heads)-1] != "Ü" {
		t.Errorf("the letters are %q", heads)
	}
}

// TestMissing: the page for what is not there is shown at any depth, and found by nobody.
func TestMissing(t *testing.T) {
	for base, root := range map[string]string{"": "", "https://example.org": "/", "https://example.org/a%20b/docs": "/a%20b/docs/"} {
		files := render(t, Site{Catalog: load(t, ruledFiles()), BaseURL: base})
		data := string(files["404.html"])
		for _, want := range []string{
			`<meta name="robots" content="noindex">`, `href="` + root + `patterns/index.html"`, `href="` + root + `assets/style.`, `data-root="` + root + `"`,
			`data-index="` + root + `assets/search-index.`, `data-page="` + root + `search/index.html"`,
		} {
			if !strings.Contains(data, want) {
				t.Errorf("with base URL %q the page has no %s", base, want)
			}
		}
		for _, bad := range []string{`rel="canonical"`, "aria-current"} {
			if strings.Contains(data, bad) {
				t.Errorf("with base URL %q the page has %s", base, bad)
			}
		}
		for name, page := range files {
			if strings.Contains(string(page), "404.html") {
				t.Errorf("%s leads to 404.html", name)
			}
		}
	}
}
