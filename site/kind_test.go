package site

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKindMarkdown: a kind's page says the same in Markdown.
func TestKindMarkdown(t *testing.T) {
	got := string(render(t, everything(t))["reference/volume/index.md"])
	for _, want := range []string{
		"> A disk.", "- Permission: `ec2:DescribeVolumes`", "- `notes()`, a list of [Note](../../reference/Note/index.md): its notes", "- `self()`, [volume](../../reference/volume/index.md): itself",
		"- `speed(int)`, double: how fast it is", "- `Attachments[].Ebs.Status`: string", "- `BurstBalance`", "[Leave gp2 burst behind](../../patterns/leave-gp2-burst-behind/index.md)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
}

// TestMoreUses: what a term's list leaves out, the search finds.
func TestMoreUses(t *testing.T) {
	files := ruledFiles()
	files["glossary.md"] = mapFS(map[string]string{"x": "# Words\n\nThey.\n\n## Q & A\n\nx\n"})["x"]
	for i := range maxUses + 2 {
		name := fmt.Sprintf("backup/use-%d.md", i)
		body := "Do."
		if i < maxUses+1 {
			body = "Ask Q & A."
		}
		files[name] = mapFS(map[string]string{name: guidance(fmt.Sprintf("Use %d", i), "", body)})[name]
	}
	for i := range 2 * maxUses {
		name := fmt.Sprintf("backup/other-%d.md", i)
		files[name] = mapFS(map[string]string{name: guidance(fmt.Sprintf("Other %d", i), "", "Do.")})[name]
	}
	uses := all(parseHTML(t, render(t, Site{Catalog: load(t, files)})["glossary/index.html"]), "p", "uses")
	if len(uses) != 1 {
		t.Fatalf("%d terms are used", len(uses))
	}
	links := all(uses[0], "a", "")
	last := links[len(links)-1]
	if textOf(last) != "1 more" || attr(last, "href") != "../search/index.html?q=Q+%26+A" {
		t.Errorf("%q leads to %s", textOf(last), attr(last, "href"))
	}
}

func TestBreakable(t *testing.T) {
	for in, want := range map[string]string{
		"Attachments[].Ebs.DeviceName": "Attachments[].<wbr>Ebs.<wbr>Device<wbr>Name", "volume": "volume", "KMSKeyId": "KMSKey<wbr>Id", "<a_b>": "&lt;a_<wbr>b&gt;", "": "",
	} {
		if got := string(breakable(in)); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

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
