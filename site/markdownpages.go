package site

import (
	"strconv"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// The Markdown of pages that no author wrote in it.

func (b *builder) pathsMarkdown(pg *page) ([]byte, error) {
	var out markdownText
	out.head("Reading paths", pathsSummary)
	for _, kind := range b.pathKinds(pg) {
		out.printf("## %s\n\n", kind.Title)
		for _, p := range kind.Paths {
			out.link(p.Title, pg.twin(b.paths[p.ID]), p.Summary+" ("+strconv.Itoa(len(p.Steps))+" "+plural(len(p.Steps), "pattern", "patterns")+", "+p.Time+")")
		}
		out.printf("\n")
	}
	return out.bytes(), nil
}

func (b *builder) pathMarkdown(pg *page, p *patterns.Path) ([]byte, error) {
	var out markdownText
	out.head(p.Title, p.Summary)
	for i, s := range p.Steps {
		to := b.site.Catalog.Pattern(s.Pattern.ID)
		out.printf("%d. [%s](%s): %s\n", i+1, markdownEscape(to.Title), destination(pg.twin(b.patterns[to.ID])+b.enough(p, to)), markdownEscape(s.Why))
	}
	return out.bytes(), nil
}

func (b *builder) mapMarkdown(pg *page) ([]byte, error) {
	var out markdownText
	out.head("How the patterns hang together", mapSummary)
	for _, p := range b.site.Catalog.Patterns {
		to := b.patterns[p.ID]
		out.printf("- [%s](%s)\n", markdownEscape(p.Title), destination(pg.twin(to)))
		for _, k := range kinds {
			var links []string
			for _, r := range k.refs(p) {
				if q := b.site.Catalog.Pattern(r.ID); q != nil {
					links = append(links, "["+markdownEscape(q.Title)+"]("+destination(pg.twin(b.patterns[q.ID]))+")")
				}
			}
			if len(links) > 0 {
				out.printf("  - %s: %s\n", k.title, strings.Join(links, ", "))
			}
		}
	}
	return out.bytes(), nil
}

func (b *builder) kindMarkdown(pg *page, k Kind) ([]byte, error) {
	v := b.kindView(pg, k)
	var out markdownText
	out.head(k.Name, v.Lede)
	for _, fact := range []struct{ title, code string }{{"Permission", strings.Join(k.Reads, ", ")}, {"Named by", k.ID}, {"In examples under", k.Key}} {
		if fact.code != "" {
			out.printf("- %s: `%s`\n", fact.title, fact.code)
		}
	}
	out.printf("\n")
	b.writeMembers(&out, pg, "What it leads to", k.Relations)
	b.writeMembers(&out, pg, "What is computed from it", k.Functions)
	if len(k.Metrics) > 0 {
		out.printf("## Metrics\n\n")
		for _, m := range k.Metrics {
			out.printf("- `%s`\n", m)
		}
		out.printf("\n")
	}
	if len(k.Fields) > 0 {
		out.printf("## Fields\n\n")
		for _, f := range k.Fields {
			out.printf("- `%s`: %s\n", f.Path, markdownEscape(f.Type))
		}
		out.printf("\n")
	}
	if len(v.Looks) > 0 {
		out.printf("## Patterns about it\n\n")
		b.writeCards(&out, pg, v.Looks)
	}
	return out.bytes(), nil
}

// writeMembers lists what leads on from a kind or is computed from it.
func (b *builder) writeMembers(out *markdownText, from *page, title string, ms []Member) {
	if len(ms) == 0 {
		return
	}
	out.printf("## %s\n\n", title)
	for _, m := range ms {
		result := markdownEscape(m.Result)
		if before, name, ok := strings.Cut(m.Result, "a list of "); ok && before == "" {
			if to := b.sources["reference/"+name+".md"]; to != nil {
				result = "a list of [" + markdownEscape(name) + "](" + destination(from.twin(to)) + ")"
			}
		} else if to := b.sources["reference/"+m.Result+".md"]; to != nil {
			result = "[" + result + "](" + destination(from.twin(to)) + ")"
		}
		out.printf("- `%s`, %s: %s\n", m.Call, result, markdownEscape(m.Doc))
	}
	out.printf("\n")
}
