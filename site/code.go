package site

import (
	"embed"
	"fmt"
	"html/template"
	"path"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

// The grammars are chroma's own files, but for yaml.xml. Its package lexers would bring them too, along with some 300
// others, and every start of the command would pay for reading all of them.
//
//go:embed lexers/*.xml
var grammars embed.FS

// languages maps the word on a fence to a grammar.
var languages = map[string]string{
	"bash": "bash", "hcl": "hcl", "json": "json", "sh": "bash", "shell": "bash", "sql": "sql", "terraform": "hcl", "tf": "hcl", "yaml": "yaml", "yml": "yaml",
}

// highlighter colours code. Lexing costs more than all the rest of a page, so it does each text once.
type highlighter struct {
	lexers map[string]func() (*chroma.RegexLexer, error) // by grammar
	disk   *cache                                        // from earlier builds, which the user opens and closes; nil for none

	limit int // of memory, in bytes
	mu    sync.Mutex
	size  int
	done  map[cacheKey]template.HTML
}

func newHighlighter() *highlighter {
	h := &highlighter{limit: 4 << 20, lexers: map[string]func() (*chroma.RegexLexer, error){}, done: map[cacheKey]template.HTML{}}
	for _, name := range languages {
		if h.lexers[name] == nil {
			h.lexers[name] = sync.OnceValues(func() (*chroma.RegexLexer, error) {
				return chroma.NewXMLLexer(grammars, path.Join("lexers", name+".xml"))
			})
		}
	}
	return h
}

// html is the text with its parts in spans, escaped. A language that it does not know stays plain.
func (h *highlighter) html(lang, text string) (template.HTML, error) {
	grammar, ok := languages[lang]
	if !ok {
		return template.HTML(escaper.Replace(text)), nil
	}
	key := keyOf(grammar, text)
	h.mu.Lock()
	out, ok := h.done[key]
	h.mu.Unlock()
	if ok {
		return out, nil
	}
	block, ok := h.disk.get(key, text)
	if !ok {
		lexer, err := h.lexers[grammar]()
		if err != nil {
			return "", fmt.Errorf("grammar %s: %w", grammar, err)
		}
		if block, err = colour(lexer, text); err != nil {
			return "", fmt.Errorf("grammar %s: %w", grammar, err)
		}
		h.disk.put(key, block)
	}
	out = template.HTML(block)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.size += len(out); h.size <= h.limit {
		h.done[key] = out
	}
	return out, nil
}

// The spans of a block, around one of the classes.
const (
	spanStart = `<span class="`
	spanEnd   = "</span>"
	classes   = "cfkns"
)

func colour(lexer chroma.Lexer, text string) (string, error) {
	tokens, err := lexer.Tokenise(nil, text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	open := ""
	for t := tokens(); t != chroma.EOF; t = tokens() {
		if t.Value == "" {
			continue
		}
		c := class(t.Type)
		if strings.TrimSpace(t.Value) == "" {
			c = "" // white space has no colour
			if !strings.Contains(t.Value, "\n") {
				c = open // nor does it end one
			}
		}
		if c != open {
			if open != "" {
				out.WriteString(spanEnd)
			}
			if c != "" {
				out.WriteString(spanStart + c + `">`)
			}
			open = c
		}
		out.WriteString(escaper.Replace(t.Value))
	}
	if open != "" {
		out.WriteString(spanEnd)
	}
	return out.String(), nil
}

// escaper is for text between tags, where quotes may stay as they are.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// class sorts chroma's many kinds of tokens under the five colours of the style sheet; "" is the text's own.
func class(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "c"
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord, t.InSubCategory(chroma.NameBuiltin):
		return "k"
	case t.InSubCategory(chroma.LiteralNumber):
		return "f"
	case t.InCategory(chroma.Literal):
		return "s"
	case t == chroma.NameTag, t == chroma.NameAttribute, t.InSubCategory(chroma.NameVariable), t == chroma.NameFunction:
		return "n"
	}
	return ""
}
