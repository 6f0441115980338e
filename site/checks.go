package site

import (
	"fmt"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// A toolView is another tool with those of its checks that a pattern names.
type toolView struct {
	ID, Name string // ID is that of its place on the page
	Checks   []toolCheck
}

// toolCheck is a check of another tool, and the patterns that are the same check.
type toolCheck struct {
	link
	Patterns []card
}

const checksSummary = "From the checks of other tools to the patterns that are the same check."

// addChecks adds the page that leads from other tools to patterns, where a pattern names any.
func (b *builder) addChecks() error {
	found := patterns.ToolChecks(b.site.Catalog.Patterns)
	if len(found) == 0 {
		return nil
	}
	pg := &page{dir: "checks/", title: "Checks of other tools – " + b.name(), foot: "Other tools", file: "the checks of other tools"}
	tools := b.toolViews(pg, found)
	pg.html = func() ([]byte, error) { return b.checksPage(pg, tools) }
	pg.markdown = func() ([]byte, error) { return b.checksMarkdown(pg, tools) }
	b.checks = b.add(pg)
	return nil
}

// toolViews parts checks by their tools.
func (b *builder) toolViews(from *page, found []patterns.ToolCheck) []toolView {
	var out []toolView
	for i, c := range found {
		if i == 0 || found[i-1].Tool.Key != c.Tool.Key {
			out = append(out, toolView{ID: slug(c.Tool.Key), Name: c.Tool.Name})
		}
		to := &out[len(out)-1]
		to.Checks = append(to.Checks, toolCheck{link{Label: c.ID, Href: c.Tool.URL(c.ID)}, b.worstFirst(from, c.Patterns)})
	}
	return out
}

func (b *builder) checksPage(pg *page, tools []toolView) ([]byte, error) {
	v := struct {
		head
		Heading  string
		Tools    []toolView
		Headings []heading
	}{head: b.head(pg, checksSummary), Heading: b.heading(pg), Tools: tools}
	for _, t := range tools {
		v.Headings = append(v.Headings, heading{Level: 2, ID: t.ID, Title: t.Name})
	}
	return b.execute("checks", v)
}

func (b *builder) checksMarkdown(pg *page, tools []toolView) ([]byte, error) {
	var out markdownText
	out.head(b.heading(pg), checksSummary)
	for _, t := range tools {
		out.printf("## %s\n\n", markdownEscape(t.Name))
		for _, c := range t.Checks {
			name := markdownEscape(c.Label)
			if c.Href != "" {
				name = fmt.Sprintf("[%s](%s)", name, destination(c.Href))
			}
			var to []string
			for _, p := range c.Patterns {
				to = append(to, fmt.Sprintf("[%s](%s)", markdownEscape(p.Title), destination(pg.twin(b.patterns[p.ID]))))
			}
			out.printf("- %s: %s\n", name, strings.Join(to, ", "))
		}
		out.printf("\n")
	}
	return out.bytes(), nil
}
