package site

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/patlint/patlint/patterns"
)

// A Kind is a page about one kind of resource: what rules can ask of it. Its address is reference/NAME/, and files of the catalog and texts link to
// it as reference/NAME.md.
type Kind struct {
	Name    string   // as rules write it: launchTemplate
	Subject bool     // a rule can be about it; else relations lead to it
	Doc     string   // what it is, in a few words of plain text without a capital and a full stop
	Command string   // that shows it; "" where there is none
	Reads   []string // permissions that reading it takes
	ID      string   // the field that names it; "" where there is none
	Key     string   // of its list in an example; "" where it has none
	Tags    bool     // it can have tags

	Relations []Member
	Functions []Member
	Metrics   []string
	Fields    []Field
}

// A Member is something that leads on from a kind, or is computed from it.
type Member struct {
	Call   string   // as rules write it: metric(string, string, string)
	Result string   // a type, "a list of" a type
	Doc    string   // in a few words, as Kind.Doc
	Reads  []string // permissions that it takes
}

// A Field is a field of a kind, by its path: Attachments[].InstanceId.
type Field struct {
	Path, Type string
}

func (b *builder) addKinds() error {
	for _, k := range b.site.Kinds {
		pg := &page{dir: "reference/" + k.Name + "/", title: k.Name + ": what rules can ask – " + b.name(), file: "the kind " + k.Name}
		pg.html = func() ([]byte, error) { return b.execute("kind", b.kindView(pg, k)) }
		pg.markdown = func() ([]byte, error) { return b.kindMarkdown(pg, k) }
		b.kinds[k.Name] = b.add(pg, "reference/"+k.Name+".md")
	}
	return nil
}

// kindView is what the template of a kind's page shows.
type kindView struct {
	head
	Kind      Kind
	Lede      string
	Index     *link // the page above it; nil where there is none
	Relations []memberView
	Functions []memberView
	Groups    []fieldGroup
	Looks     []card // at it: the patterns whose rules are about it
}

// memberView is a Member whose result leads to that kind's page.
type memberView struct {
	Member
	Before string // of the result: "a list of "
	Type   link   // without an address where the type has no page
}

// fieldGroup is the fields of one struct inside a kind; the fields of the kind itself have no path.
type fieldGroup struct {
	ID, Path string
	Fields   []fieldView // by their names inside the struct
}

// fieldView is a Field whose name a narrow line may break.
type fieldView struct{ Field }

func (f fieldView) Name() template.HTML { return breakable(f.Path) }

func (g fieldGroup) Name() template.HTML { return breakable(g.Path) }

// breakable is the name of a field or a type, which a narrow line may break between its words.
func breakable(name string) template.HTML {
	var out strings.Builder
	last := ' '
	for i, r := range name {
		if i > 0 && (strings.ContainsRune(".]_", last) && r != '.' || unicode.IsLower(last) && unicode.IsUpper(r)) {
			out.WriteString("<wbr>")
		}
		out.WriteString(template.HTMLEscapeString(string(r)))
		last = r
	}
	return template.HTML(out.String())
}

func (b *builder) kindView(pg *page, k Kind) kindView {
	v := kindView{head: b.head(pg, k.Name+": "+k.Doc+"."), Kind: k, Lede: sentence(k.Doc), Relations: b.members(pg, k.Relations), Functions: b.members(pg, k.Functions), Groups: groups(k.Fields)}
	if !k.Subject {
		v.Lede += " Relations lead to it; a rule is about something else."
	}
	if index := b.texts["reference"]; index != nil {
		v.Index = &link{Label: index.bar, Href: pg.href(index)}
	}
	var looks []*patterns.Pattern
	for _, p := range b.site.Catalog.Patterns {
		if p.Rule != nil && strings.TrimSpace(p.Rule.Resource.Value) == k.Name {
			looks = append(looks, p)
		}
	}
	v.Looks = b.worstFirst(pg, looks)
	return v
}

func (b *builder) members(from *page, ms []Member) (out []memberView) {
	for _, m := range ms {
		v := memberView{Member: m, Type: link{Label: m.Result}}
		if before, name, ok := strings.Cut(m.Result, "a list of "); ok && before == "" {
			v.Before, v.Type.Label = "a list of ", name
		}
		if to := b.kinds[v.Type.Label]; to != nil {
			v.Type.Href = from.href(to)
		}
		out = append(out, v)
	}
	return out
}

// groups puts fields together that stand in one struct, each struct where its first field stands; the kind's own fields come first.
func groups(fields []Field) []fieldGroup {
	out := []fieldGroup{{}}
	at := map[string]int{"": 0}
	for _, f := range fields {
		path, name := "", f.Path
		if i := strings.LastIndex(f.Path, "."); i >= 0 {
			path, name = f.Path[:i], f.Path[i+1:]
		}
		i, ok := at[path]
		if !ok {
			i = len(out)
			at[path] = i
			out = append(out, fieldGroup{ID: "fields-" + slug(strings.ReplaceAll(path, ".", "-")), Path: path})
		}
		out[i].Fields = append(out[i].Fields, fieldView{Field{name, f.Type}})
	}
	return out
}

// sentence makes one of a few words.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:] + "."
}
