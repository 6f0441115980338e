package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKindPages(t *testing.T) {
	files := render(t, everything(t))
	volume := parseHTML(t, files["reference/volume/index.html"])
	if got := textOf(all(volume, "p", "lede")[0]); got != "A disk." {
		t.Errorf("it is %q", got)
	}
	if d := cmp.Diff([]string{
		"notes() a list of Note its notes takes ec2:DescribeNotes", "self() volume itself", "speed(int) double how fast it is",
	}, append(texts(all(all(volume, "dl", "members")[0], "div", "")), texts(all(all(volume, "dl", "members")[1], "div", ""))...)); d != "" {
		t.Errorf("members: %s", d)
	}
	var leads []string
	for _, a := range all(all(volume, "dl", "members")[0], "a", "") {
		leads = append(leads, attr(a, "href"))
	}
	if d := cmp.Diff([]string{"../../reference/Note/index.html", "../../reference/volume/index.html"}, leads); d != "" {
		t.Errorf("it leads to: %s", d)
	}
	var fields []string
	for _, list := range all(volume, "ul", "fields") {
		fields = append(fields, texts(all(list, "li", ""))...)
	}
	if d := cmp.Diff([]string{"BurstBalance", "Size int", "Status string", "Device string"}, fields); d != "" {
		t.Errorf("metrics and fields: %s", d)
	}
	if d := cmp.Diff([]string{"Attachments[].Ebs", "Attachments[]"}, texts(all(volume, "h3", ""))); d != "" {
		t.Errorf("structs: %s", d)
	}
	if d := cmp.Diff([]string{"Leave gp2 burst behind high"}, texts(all(all(volume, "ul", "looks")[0], "li", ""))); d != "" {
		t.Errorf("patterns about it: %s", d)
	}
	note := parseHTML(t, files["reference/Note/index.html"])
	if got := textOf(all(note, "p", "lede")[0]); got != "A line of text. Relations lead to it; a rule is about something else." {
		t.Errorf("it is %q", got)
	}
	if d := cmp.Diff([]string{"Home", "Rules", "Note"}, texts(all(all(note, "nav", "crumb")[0], "li", ""))); d != "" {
		t.Errorf("the way to it: %s", d)
	}
}

// TestGlossaryPage: letters lead to terms, and a term says which patterns use it.
func TestGlossaryPage(t *testing.T) {
	s := everything(t)
	doc := parseHTML(t, render(t, s)["glossary/index.html"])
	letters := all(all(doc, "nav", "letters")[0], "a", "")
	if d := cmp.Diff([]string{"B", "C"}, texts(letters)); d != "" {
		t.Errorf("letters: %s", d)
	}
	if attr(letters[0], "href") != "#burst" {
		t.Errorf("B leads to %s", attr(letters[0], "href"))
	}
	if d := cmp.Diff([]string{"Used in Leave gp2 burst behind"}, texts(all(doc, "p", "uses"))); d != "" {
		t.Errorf("uses: %s", d)
	}
}

// TestTextPage: a page below another leads back to it, and the list of its headings stands behind its opening words.
func TestTextPage(t *testing.T) {
	files := render(t, everything(t))
	numbers := parseHTML(t, files["reference/numbers/index.html"])
	if d := cmp.Diff([]string{"Home", "Rules", "Numbers"}, texts(all(all(numbers, "nav", "crumb")[0], "li", ""))); d != "" {
		t.Errorf("the way to it: %s", d)
	}
	start := all(parseHTML(t, files["start/index.html"]), "div", "prose")[0]
	var order []string
	for n := range start.ChildNodes() {
		if n.Data != "\n" {
			order = append(order, n.Data)
		}
	}
	if d := cmp.Diff([]string{"h1", "p", "p", "details", "h2", "p"}, order); d != "" {
		t.Errorf("what stands there: %s", d)
	}
}
