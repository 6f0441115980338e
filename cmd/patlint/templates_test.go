package main

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// An issueForm is what GitHub knows of an issue form; it refuses other keys.
type issueForm struct {
	Name        string
	Description string
	Labels      []string
	Body        []formElement
}

type formElement struct {
	Type       string
	ID         string
	Attributes struct {
		Label, Description, Placeholder, Value, Render string
		Multiple                                       bool
		Options                                        yaml.Node
	}
	Validations struct{ Required bool }
}

// issueForms are the issue forms, by file name.
func issueForms(t *testing.T) map[string]issueForm {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", ".github", "ISSUE_TEMPLATE", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]issueForm{}
	for _, name := range names {
		if filepath.Base(name) == "config.yml" {
			continue
		}
		var f issueForm
		strictYAML(t, name, &f)
		out[filepath.Base(name)] = f
	}
	return out
}

// strictYAML reads a YAML file that has no other keys than v.
func strictYAML(t *testing.T, name string, v any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestIssueForms holds the forms against what GitHub refuses when it reads them, and against what we want of each: the warning, and a promise in the end.
func TestIssueForms(t *testing.T) {
	all := issueForms(t)
	if len(all) != 3 {
		t.Errorf("%d forms", len(all))
	}
	titles := map[string]bool{}
	for name, f := range all {
		if f.Name == "" || f.Description == "" || len(f.Labels) == 0 || titles[f.Name] {
			t.Errorf("%s: name, description and labels must be there, and the name its own", name)
		}
		titles[f.Name] = true
		for _, err := range f.mistakes() {
			t.Errorf("%s: %v", name, err)
		}
		if first := f.Body[0]; first.Type != "markdown" || !strings.Contains(first.Attributes.Value, "Everything here is public") || !strings.Contains(first.Attributes.Value, "secret") {
			t.Errorf("%s does not begin with the warning", name)
		}
		if last := f.Body[len(f.Body)-1]; last.ID != "made-up" || last.Type != "checkboxes" {
			t.Errorf("%s does not end with the promise that all is made up", name)
		}
	}
}

// TestReportDoor: what a page of the site says of reporting leads to a form, and fills in the pattern.
func TestReportDoor(t *testing.T) {
	page := html.UnescapeString(rootFile(t, "site/testdata/pattern.html"))
	m := regexp.MustCompile(`<a href="([^"]+)">Report a problem</a>`).FindStringSubmatch(page)
	if m == nil || !strings.Contains(m[1], "pattern=leave-gp2-burst-behind&") {
		t.Fatalf("the page has no door: %q", m)
	}
	if err := linkLeads(t, document{name: "site/testdata/pattern.html"}, m[1]); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"template=none.yml", "template=bug.yml&pattern=x"} {
		query, err := url.ParseQuery(wrong)
		if err != nil {
			t.Fatal(err)
		}
		if err := fillsForm(t, query); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}

// TestFormMistakes: each mistake that GitHub refuses a form for is found.
func TestFormMistakes(t *testing.T) {
	for body, want := range map[string]string{
		`[{type: markdown}]`:                               "body[0]: a markdown has a value",
		`[{type: list, id: a, attributes: {label: A}}]`:    `body[0]: "list" is no type`,
		`[{type: input, attributes: {label: A}}]`:          `body[0]: the id "" is of another form, or there twice`,
		`[{type: input, id: a b, attributes: {label: A}}]`: `body[0]: the id "a b" is of another form, or there twice`,
		`[{type: input, id: a, attributes: {label: A}}, {type: input, id: a, attributes: {label: B}}]`: `body[1]: the id "a" is of another form, or there twice`,
		`[{type: input, id: a, attributes: {label: A}}, {type: input, id: b, attributes: {label: A}}]`: `body[1]: the label "A" is empty, there twice, or refused`,
		`[{type: input, id: a}]`:                                                                 `body[0]: the label "" is empty, there twice, or refused`,
		`[{type: input, id: a, attributes: {label: Your password}}]`:                             `body[0]: the label "Your password" is empty, there twice, or refused`,
		`[{type: dropdown, id: a, attributes: {label: A}}]`:                                      "body[0]: options belong to checkboxes and dropdowns, and not to others",
		`[{type: input, id: a, attributes: {label: A, options: [x]}}]`:                           "body[0]: options belong to checkboxes and dropdowns, and not to others",
		`[{type: dropdown, id: a, attributes: {label: A, options: [x, true]}}]`:                  `body[0]: the option "true" is no text, reserved, or there twice`,
		`[{type: dropdown, id: a, attributes: {label: A, options: [x, "no"]}}]`:                  `body[0]: the option "no" is no text, reserved, or there twice`,
		`[{type: dropdown, id: a, attributes: {label: A, options: [x, None]}}]`:                  `body[0]: the option "None" is no text, reserved, or there twice`,
		`[{type: checkboxes, id: a, attributes: {label: A, options: [{label: x}, {label: x}]}}]`: `body[0]: the option "x" is no text, reserved, or there twice`,
	} {
		var f issueForm
		if err := yaml.Unmarshal([]byte("body: "+body), &f); err != nil {
			t.Fatal(err)
		}
		if errs := f.mistakes(); len(errs) != 1 || errs[0].Error() != want {
			t.Errorf("%s: %v, want %s", body, errs, want)
		}
	}
}

// mistakes are those that GitHub's manual lists as "common validation errors when creating issue forms".
func (f issueForm) mistakes() (errs []error) {
	ids, labels := map[string]bool{}, map[string]bool{}
	for i, e := range f.Body {
		fail := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("body[%d]: "+format, append([]any{i}, args...)...))
		}
		a := e.Attributes
		switch e.Type {
		case "markdown":
			if strings.TrimSpace(a.Value) == "" {
				fail("a markdown has a value")
			}
			continue
		case "checkboxes", "dropdown", "input", "textarea":
		default:
			fail("%q is no type", e.Type)
		}
		if !regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(e.ID) || ids[e.ID] {
			fail("the id %q is of another form, or there twice", e.ID)
		}
		if strings.TrimSpace(a.Label) == "" || labels[a.Label] || regexp.MustCompile(`(?i)password|credential`).MatchString(a.Label) {
			fail("the label %q is empty, there twice, or refused", a.Label)
		}
		ids[e.ID], labels[a.Label] = true, true
		if choice := e.Type == "checkboxes" || e.Type == "dropdown"; choice != (len(a.Options.Content) > 0) {
			fail("options belong to checkboxes and dropdowns, and not to others")
		}
		seen := map[string]bool{}
		for _, o := range a.Options.Content {
			if o.Kind == yaml.MappingNode { // of checkboxes
				o = o.Content[1]
			}
			if o.Tag != "!!str" || strings.EqualFold(o.Value, "none") || strings.EqualFold(o.Value, "no") || seen[o.Value] {
				fail("the option %q is no text, reserved, or there twice", o.Value)
			}
			seen[o.Value] = true
		}
	}
	return errs
}

// TestIssueConfig: nobody is led to a blank issue, and the private way is the one that SECURITY.md names.
func TestIssueConfig(t *testing.T) {
	var config struct {
		Blank bool                                `yaml:"blank_issues_enabled"`
		Links []struct{ Name, URL, About string } `yaml:"contact_links"`
	}
	strictYAML(t, filepath.Join("..", "..", ".github", "ISSUE_TEMPLATE", "config.yml"), &config)
	security, err := os.ReadFile(filepath.Join("..", "..", "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	private := false
	for _, l := range config.Links {
		if l.Name == "" || l.About == "" {
			t.Errorf("%s has no name, or does not say what it is about", l.URL)
		}
		if err := linkLeads(t, document{name: ".github/ISSUE_TEMPLATE/config.yml"}, l.URL); err != nil {
			t.Errorf("%s: %v", l.URL, err)
		}
		private = private || strings.Contains(string(security), "("+l.URL+")")
	}
	if config.Blank || !private {
		t.Errorf("blank issues %v, a link to private reporting %v", config.Blank, private)
	}
}

// TestDependabot: what we depend on is looked after once a week, in few pull requests.
func TestDependabot(t *testing.T) {
	type group struct {
		Patterns []string
		Exclude  []string `yaml:"exclude-patterns"`
	}
	var bot struct {
		Version int
		Updates []struct {
			Ecosystem string `yaml:"package-ecosystem"`
			Directory string
			Folders   []string `yaml:"directories"`
			Schedule  struct{ Interval string }
			Cooldown  map[string]int
			Groups    map[string]group
			Message   struct{ Prefix string } `yaml:"commit-message"`
		}
	}
	strictYAML(t, filepath.Join("..", "..", ".github", "dependabot.yml"), &bot)
	var ecosystems []string
	for _, u := range bot.Updates {
		ecosystems = append(ecosystems, u.Ecosystem)
		if u.Schedule.Interval != "weekly" || len(u.Groups) == 0 || u.Message.Prefix == "" || (u.Directory == "") == (len(u.Folders) == 0) {
			t.Errorf("%s is not looked after weekly, in groups, in one place, with the area in front of the subject", u.Ecosystem)
		}
		for _, folder := range append(u.Folders, u.Directory) {
			if found, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder))); err != nil || len(found) == 0 {
				t.Errorf("%s: there is no %s", u.Ecosystem, folder)
			}
		}
	}
	if bot.Version != 2 || !slices.Equal(ecosystems, []string{"docker", "github-actions", "gomod"}) {
		t.Errorf("version %d, %v", bot.Version, ecosystems)
	}
}
