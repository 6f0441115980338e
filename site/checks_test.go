package site

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// toolsSite is a catalog in which two patterns are the same check of another tool.
func toolsSite(t testing.TB) map[string][]byte {
	t.Helper()
	return render(t, Site{Catalog: load(t, mapFS(map[string]string{
		"a/one.md":   guidance("One", "checks: {security-hub: [EC2.13, EC2.9], custodian: [\"<b> & co\"]}\n", "x"),
		"a/two.md":   strings.Replace(guidance("Two", "checks: {security-hub: [EC2.13], prowler: [ec2_ami_public]}\n", "x"), "severity: low", "severity: high", 1),
		"a/three.md": guidance("Three", "", "x"),
	}))})
}

func TestChecksPage(t *testing.T) {
	files := toolsSite(t)
	doc := parseHTML(t, files["checks/index.html"])
	if d := cmp.Diff([]string{"Cloud Custodian", "Prowler", "AWS Security Hub"}, texts(all(doc, "h2", ""))); d != "" {
		t.Errorf("tools (-want +got):\n%s", d)
	}
	var rows []string
	for _, row := range all(doc, "tbody", "") {
		rows = append(rows, texts(all(row, "tr", ""))...)
	}
	if d := cmp.Diff([]string{"<b> & coOne", "ec2_ami_publicTwo", "EC2.9One", "EC2.13Two, One"}, rows); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	leads := map[string]string{}
	for _, a := range all(all(doc, "main", "")[0], "a", "") {
		leads[textOf(a)] = attr(a, "href")
	}
	for text, want := range map[string]string{
		"Two": "../patterns/two/index.html", "EC2.13": "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13", "Prowler": "#prowler",
		"ec2_ami_public": "https://hub.prowler.com/check/ec2_ami_public", "<b> & co": "",
	} {
		if leads[text] != want {
			t.Errorf("%s leads to %q, want %q", text, leads[text], want)
		}
	}
	want := "- [EC2.13](https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13): [Two](../patterns/two/index.md), [One](../patterns/one/index.md)\n"
	if got := string(files["checks/index.md"]); !strings.Contains(got, want) || !strings.Contains(got, "## Cloud Custodian\n") {
		t.Errorf("the Markdown has no line %s:\n%s", want, got)
	}
}

// TestChecksFound: the catalog, its lists and the footer lead to the page, and a site without such checks has none.
func TestChecksFound(t *testing.T) {
	files := toolsSite(t)
	for name, want := range map[string]int{"patterns/index.html": 2, "patterns/severity/high/index.html": 2, "index.html": 1, "patterns/one/index.html": 1} {
		if got := strings.Count(string(files[name]), `checks/index.html"`); got != want {
			t.Errorf("%s leads there %d times, want %d", name, got, want)
		}
	}
	bare := render(t, Site{Catalog: load(t, mapFS(map[string]string{"a/one.md": guidance("One", "", "x")}))})
	if bare["checks/index.html"] != nil || strings.Contains(string(bare["patterns/index.html"]), "checks/") {
		t.Error("a site without checks of other tools has a page about them")
	}
}
