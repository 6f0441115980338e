package main

import (
	"go/doc/comment"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/site"
)

// TestManualBlocks: the manuals are read as Go reads the comments that they are.
func TestManualBlocks(t *testing.T) {
	for _, m := range manuals() {
		blocks := manualBlocks(m.text())
		if len(blocks) < 20 {
			t.Errorf("%s has %d blocks", m.name, len(blocks))
		}
		var parser comment.Parser
		printer := comment.Printer{TextWidth: -1, TextCodePrefix: "\t"}
		doc := parser.Parse(m.text())
		if len(doc.Content) != len(blocks) {
			t.Fatalf("%s has %d blocks, Go finds %d", m.name, len(blocks), len(doc.Content))
		}
		for i, c := range doc.Content {
			kind := "paragraph"
			switch c.(type) {
			case *comment.Heading:
				kind = "heading"
			case *comment.Code:
				kind = "lines"
			case *comment.List:
				kind = "list"
			}
			want := strings.TrimPrefix(strings.TrimSpace(string(printer.Text(&comment.Doc{Content: []comment.Block{c}}))), "# ")
			switch kind {
			case "paragraph":
				want = docLink.ReplaceAllString(want, "$1")
			case "lines":
				want = strings.ReplaceAll(want, "\n\t", "\n")
			}
			if got := blocks[i]; got.kind != kind || strings.TrimSpace(got.text) != want {
				t.Errorf("%s: %s %q\nGo reads %s %q", m.name, got.kind, got.text, kind, want)
			}
		}
	}
}

// TestManualText: a manual fits into its terminal, and nothing of it is lost.
func TestManualText(t *testing.T) {
	for _, m := range manuals() {
		all := foldSpace(manualText(m, report.Options{}))
		text := manualText(m, report.Options{Width: 80, Color: true})
		if foldSpace(strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(text)) != all || !strings.Contains(text, "\x1b[1m# What not to do\x1b[0m") {
			t.Errorf("the manual of %s says something else in a terminal", m.name)
		}
		long := 0
		for line := range strings.Lines(text) {
			if len([]rune(line)) > 80 {
				long++ // what is YAML stays on its line
			}
		}
		if long > 12 {
			t.Errorf("%d lines of the manual of %s do not fit", long, m.name)
		}
		for _, block := range manualBlocks(m.text()) {
			if !strings.Contains(all, foldSpace(block.text)) {
				t.Errorf("%s lacks %q", m.name, block.text)
			}
		}
	}
}

// TestManualPages: each manual is a page of the site, with all of its headings, and what Markdown would take for its own is text.
func TestManualPages(t *testing.T) {
	all, err := texts(lint.Language{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range manuals() {
		i := slices.IndexFunc(all, func(x site.Text) bool { return x.Name == "manual/"+m.name })
		if i < 0 {
			t.Fatalf("the site has no manual of %s", m.name)
		}
		body := all[i].Body
		for _, want := range []string{"## What not to do\n", "`patlint try`", "```text\n"} {
			if m.name == "patterns" {
				want = strings.Replace(want, "patlint try", "patlint schema pattern", 1)
			}
			if !strings.Contains(body, want) {
				t.Errorf("the manual of %s has no %q", m.name, want)
			}
		}
	}
	odd := manual{"x", "X", "X", func() string { return "a *b* <c> `d` [e](f) \"patlint new\"\n\n\t*\n" }}
	if got := manualMarkdown(odd).Body; !strings.HasSuffix(got, "\n\na \\*b\\* \\<c\\> \\`d\\` \\[e\\](f) `patlint new`\n\n```text\n*\n```\n\n") {
		t.Errorf("%q", got)
	}
}
