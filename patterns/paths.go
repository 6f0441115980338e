package patterns

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"go.yaml.in/yaml/v4"
)

// PathKinds are the kinds of reading paths, in the order in which people look for them.
var PathKinds = []string{"role", "environment"}

// A Path is a way through the catalog for one kind of reader, from paths.yaml beside the chapters.
type Path struct {
	ID      string
	File    string
	Line    int  // of File, on which the path begins
	Builtin bool // part of patlint itself

	Title   string
	Kind    string // one of PathKinds
	Summary string // one sentence of plain text
	Minute  bool   // of each pattern its readers need the section In one minute alone
	Steps   []Step // each builds on those before it
}

// A Step is a pattern on a path, and the reason why it stands there.
type Step struct {
	Pattern Ref
	Why     string // one sentence of plain text, for the readers of this path
}

const (
	pathsFile = "paths.yaml"
	maxSteps  = 30 // of a path; nobody reads a longer one to its end
)

// addPaths reads the paths of a source. One with the ID of a built-in path takes its place.
func (c *Catalog) addPaths(src Source) Errors {
	file := path.Join(src.Name, pathsFile)
	data, err := readFile(src.FS, pathsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return Errors{{file, 1, 1, err.Error()}}
	}
	read, errs := parsePaths(file, data)
	errs = append(errs, blanks(file, string(data))...)
	for _, p := range read {
		p.Builtin = src.Builtin
		i := slices.IndexFunc(c.Paths, func(q *Path) bool { return q.ID == p.ID })
		switch {
		case i < 0:
			c.Paths = append(c.Paths, p)
		case (c.Paths[i].Builtin || src.Over && c.Paths[i].File != file) && !p.Builtin:
			c.Paths[i] = p
		default:
			errs = append(errs, &Error{file, p.Line, 1, fmt.Sprintf("the ID %s is taken by the path in %s:%d", p.ID, c.Paths[i].File, c.Paths[i].Line)})
		}
	}
	return errs
}

// parsePaths reads a file of paths. Whether their patterns are there is the business of [Catalog.checkPaths].
func parsePaths(file string, data []byte) ([]*Path, Errors) {
	src, mistake := PlainText(file, data)
	if mistake != nil {
		return nil, Errors{mistake}
	}
	block := &Block{Role: "paths", Text: src, File: file, Line: 1}
	root, errs := block.YAML()
	if root == nil {
		return nil, errs
	}
	r := &reader{block: block}
	var out []*Path
	for _, item := range r.list(root) {
		if p := r.path(item); p.ID != "" {
			out = append(out, p)
		}
	}
	return out, r.errs
}

func (r *reader) path(n *yaml.Node) *Path {
	p := &Path{File: r.block.File, Line: n.Line}
	before := len(r.errs)
	r.mapping(n, "a path", func(key, value *yaml.Node) {
		switch key.Value {
		case "id":
			p.ID = r.ref(value).ID
		case "kind":
			p.Kind = r.oneOf(value, PathKinds)
		case "read":
			p.Minute = r.oneOf(value, []string{"minute"}) != ""
		case "steps":
			p.Steps = r.steps(value)
		case "summary":
			p.Summary = r.sentence(value, 200)
		case "title":
			p.Title = r.title(value)
		default:
			r.errorf(key, "unknown key %s in a path; known are id, kind, read, steps, summary, title", key.Value)
		}
	})
	if len(r.errs) == before && (p.ID == "" || p.Kind == "" || p.Title == "" || p.Summary == "" || p.Steps == nil) {
		r.errorf(n, "a path has an id, a kind, a title, a summary and steps")
	}
	return p
}

func (r *reader) steps(n *yaml.Node) []Step {
	items := r.list(n)
	if n.Kind == yaml.SequenceNode && (len(items) == 0 || len(items) > maxSteps) {
		r.errorf(n, "a path has between 1 and %d steps, not %d", maxSteps, len(items))
		return nil
	}
	var out []Step
	for _, item := range items {
		var s Step
		before := len(r.errs)
		r.mapping(item, "a step", func(key, value *yaml.Node) {
			switch key.Value {
			case "pattern":
				s.Pattern = r.ref(value)
			case "why":
				s.Why = r.sentence(value, 200)
			default:
				r.errorf(key, "unknown key %s in a step; known are pattern, why", key.Value)
			}
		})
		if len(r.errs) == before && (s.Pattern.ID == "" || s.Why == "") {
			r.errorf(item, "a step has a pattern and a why")
		}
		out = append(out, s)
	}
	return out
}

// checkPaths finds steps that lead nowhere, and those that stand in front of what they build on.
func (c *Catalog) checkPaths() (errs Errors) {
	for _, p := range c.Paths {
		place := map[*Pattern]int{} // of its step, from 1
		for i, s := range p.Steps {
			to := c.Pattern(s.Pattern.ID)
			switch {
			case s.Pattern.ID == "": // said already
			case to == nil:
				errs = append(errs, &Error{p.File, s.Pattern.Line, s.Pattern.Column, c.missing(s.Pattern.ID, "")})
			case place[to] > 0:
				errs = append(errs, &Error{p.File, s.Pattern.Line, s.Pattern.Column, fmt.Sprintf("the pattern %s is step %d already", s.Pattern.ID, place[to])})
			default:
				place[to] = i + 1
			}
		}
		for to, i := range place {
			for _, r := range to.Requires {
				if j := place[c.Pattern(r.ID)]; j > i {
					at := p.Steps[i-1].Pattern
					errs = append(errs, &Error{p.File, at.Line, at.Column, fmt.Sprintf("%s builds on %s, which is step %d; put that one first", at.ID, r.ID, j)})
				}
			}
		}
	}
	return errs
}

// missing says that there is no such pattern, and which one may be meant: not the one that refers to it.
func (c *Catalog) missing(id, from string) string {
	var ids []string
	for _, p := range c.Patterns {
		if p.ID != from {
			ids = append(ids, p.ID)
		}
	}
	if near := Nearest(id, ids); near != "" {
		return fmt.Sprintf("there is no pattern %s; did you mean %s?", id, near)
	}
	return "there is no pattern " + id + "; patlint list shows all"
}
