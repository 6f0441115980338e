package site

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// checkSite holds every page against what no page may break.
func checkSite(t testing.TB, files map[string][]byte) {
	t.Helper()
	docs := map[string]*html.Node{}
	for name, data := range files {
		if strings.HasSuffix(name, ".html") {
			docs[name] = parseHTML(t, data)
		}
	}
	if docs["index.html"] == nil {
		t.Error("there is no home page")
	}
	for name, data := range files {
		if strings.HasSuffix(name, ".md") {
			checkMarkdown(t, name, data, files)
		}
	}
	titles := map[string]string{}
	for name, doc := range docs {
		title := textOf(all(doc, "title", "")[0])
		if other := titles[title]; other != "" {
			t.Errorf("%s and %s have the title %q", name, other, title)
		}
		titles[title] = name
		if !strings.HasPrefix(string(files[name]), "<!DOCTYPE html>\n<html lang=\"en\">") {
			t.Errorf("%s does not begin as a page in English", name)
		}
		checkTree(t, name, doc)
		checkWords(t, name, doc)
		for n := range doc.Descendants() {
			for _, key := range []string{"href", "src"} {
				if v := attr(n, key); v != "" {
					checkAddress(t, name, n, v, docs, files)
				}
			}
		}
	}
}

// checkTree finds what the policy blocks and what a screen reader stumbles over.
func checkTree(t testing.TB, name string, doc *html.Node) {
	t.Helper()
	ids := map[string]bool{}
	level, policy, description := 0, false, false
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("%s holds a comment: %s", name, n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "style", "iframe", "object", "embed", "base":
			t.Errorf("%s holds a %s element", name, n.Data)
		case "script":
			if attr(n, "src") == "" && attr(n, "type") != "application/ld+json" {
				t.Errorf("%s holds a script of its own", name)
			}
		case "h1", "h2", "h3", "h4", "h5", "h6":
			l := int(n.Data[1] - '0')
			if l > level+1 {
				t.Errorf("%s: %s %q stands below level %d", name, n.Data, textOf(n), level)
			}
			level = l
		case "meta":
			policy = policy || attr(n, "http-equiv") == "Content-Security-Policy" && strings.HasPrefix(attr(n, "content"), "default-src 'none'")
			description = description || attr(n, "name") == "description" && attr(n, "content") != ""
		case "pre":
			if attr(n, "tabindex") != "0" || attr(n, "aria-label") == "" {
				t.Errorf("%s: the keyboard cannot scroll a block of code", name)
			}
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "srcset" {
				t.Errorf("%s: %s has the attribute %s=%q", name, n.Data, a.Key, a.Val)
			}
			if a.Key == "id" {
				if ids[a.Val] || a.Val == "" {
					t.Errorf("%s: the id %q stands there twice or is empty", name, a.Val)
				}
				ids[a.Val] = true
			}
			if a.Key == "aria-labelledby" && !ids[a.Val] && len(find(doc, a.Val)) == 0 {
				t.Errorf("%s: aria-labelledby=%q names nothing", name, a.Val)
			}
		}
	}
	if !policy || !description {
		t.Errorf("%s: policy %t, description %t", name, policy, description)
	}
	for _, tag := range []string{"h1", "main", "header", "footer", "title"} {
		if got := len(all(doc, tag, "")); got != 1 {
			t.Errorf("%s has %d %s elements", name, got, tag)
		}
	}
	if skip := all(doc, "a", "")[0]; attr(skip, "href") != "#main" || attr(all(doc, "main", "")[0], "id") != "main" {
		t.Errorf("%s: the first link does not skip to the content", name)
	}
}

// checkWords looks in the text that people read for traces of templates and Markdown. Code may hold anything.
func checkWords(t testing.TB, name string, doc *html.Node) {
	t.Helper()
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "code" {
			return
		}
		var vals []string
		if n.Type == html.TextNode {
			vals = append(vals, n.Data)
		}
		for _, a := range n.Attr {
			vals = append(vals, a.Val)
		}
		for _, v := range vals {
			for _, bad := range []string{"{{", "}}", "<no value>", "ZgotmplZ", "](", "**", "[!", "```", "%!", "{0x", "<nil>"} {
				if strings.Contains(v, bad) {
					t.Errorf("%s shows %q in %q", name, bad, strings.TrimSpace(v))
				}
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(doc)
}

// checkMarkdown follows the links of a page in Markdown.
func checkMarkdown(t testing.TB, name string, data []byte, files map[string][]byte) {
	t.Helper()
	if !strings.HasPrefix(string(data), "# ") {
		t.Errorf("%s does not begin with its title", name)
	}
	for _, dest := range destinations(data) {
		u, err := url.Parse(dest)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if to := path.Join(path.Dir(name), u.Path); u.Scheme == "" && u.Path != "" && files[to] == nil {
			t.Errorf("%s: the link %s leads to %s, which is not there", name, dest, to)
		}
	}
}

// destinations are the addresses of all links of a text in Markdown.
func destinations(data []byte) (out []string) {
	ast.Walk(newMarkdown().Parser().Parse(text.NewReader(data)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if l, ok := n.(*ast.Link); ok && entering {
			out = append(out, string(l.Destination))
		}
		return ast.WalkContinue, nil
	})
	return out
}

func find(doc *html.Node, id string) (out []*html.Node) {
	for n := range doc.Descendants() {
		if attr(n, "id") == id {
			out = append(out, n)
		}
	}
	return out
}

// checkAddress follows a link.
func checkAddress(t testing.TB, name string, n *html.Node, v string, docs map[string]*html.Node, files map[string][]byte) {
	t.Helper()
	u, err := url.Parse(v)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if u.Scheme != "" || u.Host != "" {
		rel := attr(n, "rel")
		if n.Data != "a" && rel != "canonical" || u.Scheme != "https" && u.Scheme != "mailto" {
			t.Errorf("%s: %s leads to %s", name, n.Data, v)
		}
		return
	}
	to := name
	if u.Path != "" {
		to = path.Join(path.Dir(name), u.Path)
	}
	if name == "404.html" && strings.HasPrefix(u.Path, "/") { // a server shows it at any depth
		home, _ := strings.CutSuffix(attr(all(docs[name], "a", "brand")[0], "href"), "index.html")
		to = strings.TrimPrefix(u.EscapedPath(), home)
	}
	if files[to] == nil {
		t.Errorf("%s: the link %s leads to %s, which is not there", name, v, to)
		return
	}
	if u.Fragment != "" && len(find(docs[to], u.Fragment)) != 1 {
		t.Errorf("%s: the link %s names no place of %s", name, v, to)
	}
}
