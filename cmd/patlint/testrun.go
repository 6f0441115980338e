package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

// A tester tests patterns, again and again while their authors write them. What has not changed it neither reads nor compiles a second time.
type tester struct {
	flags   *catalogFlags
	args    []string
	noStyle bool

	loader patterns.Loader
	rules  liveRules
	kinds  []site.Kind // that pages may link to, as to texts
	texts  []site.Text
}

// sources are what is to be tested and the catalog around it. Where nothing is named and there are no patterns of one's own, it is the folder patterns, if that is
// here.
func (t *tester) sources() (*targets, []patterns.Source, error) {
	if err := t.flags.configure(); err != nil {
		return nil, nil, err
	}
	own, err := t.flags.own()
	if err != nil {
		return nil, nil, err
	}
	args := t.args
	if len(args)+len(own) == 0 && isCatalog("patterns") {
		args = []string{"patterns"}
	}
	what, err := findTargets(args, own)
	if err != nil {
		return nil, nil, err
	}
	sources, err := t.flags.sources(what.over...)
	return what, sources, err
}

// watched are the files and folders whose changes ask for another run.
func (t *tester) watched() []string {
	out := append(t.flags.watched(), t.args...)
	if len(t.args) == 0 {
		out = append(out, "patterns")
	}
	return out
}

// run tests what the arguments name, by all steps that can be taken: a file that cannot be read has no further ones, and a rule that does not compile has no
// examples.
func (t *tester) run(ctx context.Context) (*report.Test, error) {
	t.flags.conf = nil // it may have changed
	what, sources, err := t.sources()
	if err != nil {
		return nil, err
	}
	draft, err := t.loader.Draft(sources...)
	if err != nil {
		return nil, err
	}
	r := &testRun{targets: what, draft: draft, ids: map[string]string{}}
	for _, p := range draft.Catalog.Patterns {
		r.ids[p.File] = p.ID
		if what.has(p.File) && (what.all() || !p.Builtin) {
			r.tested = append(r.tested, p)
		}
	}
	r.add("read", slices.DeleteFunc(draft.Errs, func(e *patterns.Error) bool { // what others have not finished is their business
		return !what.has(e.File) && strings.HasPrefix(e.Msg, "a blank is left")
	}))
	if err := r.examine(ctx, &t.rules); err != nil {
		return nil, err
	}
	if !t.noStyle {
		r.add("style", draft.Catalog.Style(r.readable))
		r.add("style", draft.Catalog.StyleTexts(r.has))
	}
	if err := t.proof(ctx, r); err != nil {
		return nil, err
	}
	return r.report(sources), nil
}

// proof makes the pages.
func (t *tester) proof(ctx context.Context, r *testRun) error {
	if t.texts == nil {
		lang := lint.Describe()
		texts, err := texts(lang)
		if err != nil {
			return err
		}
		t.kinds, t.texts = kindPages(lang), texts
	}
	s := site.Site{Catalog: r.draft.Catalog, Kinds: t.kinds, Texts: fitting(t.texts, t.flags.conf.Site.Title != "", len(r.draft.Catalog.Paths) > 0)}
	keep := r.readable
	if !r.pagesOnly() {
		keep = nil
	}
	err := site.Proof(ctx, s, keep)
	var errs patterns.Errors
	if err != nil && !errors.As(err, &errs) {
		return err
	}
	r.add("page", slices.DeleteFunc(errs, func(e *patterns.Error) bool {
		said := func(m report.Mistake) bool { return m.File == e.File && m.Line == e.Line && m.Column == e.Column }
		return !r.has(e.File) || r.draft.Broken[e.File] || slices.ContainsFunc(r.mistakes, said)
	}))
	return nil
}

// A testRun is one test.
type testRun struct {
	*targets
	draft    *patterns.Draft
	tested   []*patterns.Pattern
	ids      map[string]string // by file
	mistakes []report.Mistake
}

// readable tells of a pattern whether it is to be tested, and could be read.
func (r *testRun) readable(p *patterns.Pattern) bool {
	return !r.draft.Broken[p.File] && slices.ContainsFunc(r.tested, func(q *patterns.Pattern) bool { return q.File == p.File })
}

// add notes what a step has found.
func (r *testRun) add(step string, errs patterns.Errors) {
	for _, e := range errs {
		r.mistakes = append(r.mistakes, report.Mistake{Step: step, File: e.File, Line: e.Line, Column: e.Column, Message: e.Msg, Pattern: r.ids[e.File]})
	}
}

// examine compiles the rules and runs their examples.
func (r *testRun) examine(ctx context.Context, rules *liveRules) error {
	cat := &patterns.Catalog{}
	for _, p := range r.tested {
		if r.readable(p) {
			cat.Patterns = append(cat.Patterns, p.Ready()) // whatever prose is missing
		}
	}
	mistakes, err := rules.update(ctx, cat)
	if err != nil {
		return err
	}
	r.add("rule", mistakes)
	for _, p := range cat.Patterns {
		r.results(rules.results[p])
	}
	return nil
}

// results notes what the examples of a pattern have found.
func (r *testRun) results(res lint.ExampleResult) {
	from := len(r.mistakes)
	r.add("example", res.Errs)
	for _, miss := range res.Misses {
		for i := range r.mistakes[from:] {
			r.mistakes[from+i] = missed(r.mistakes[from+i], miss)
		}
	}
}

// missed adds to a mistake what example and rule say of the resource, if it is that one.
func missed(m report.Mistake, miss lint.Miss) report.Mistake {
	if (patterns.Error{File: m.File, Line: m.Line, Column: m.Column, Msg: m.Message}) == *miss.At {
		m.Resource, m.Want, m.Got, m.Why, m.Evidence = miss.Resource, miss.Want, miss.Got, miss.Why, miss.Evidence
	}
	return m
}

// report sums the test up.
func (r *testRun) report(sources []patterns.Source) *report.Test {
	out := &report.Test{Schema: report.TestSchema, Version: version, Patterns: []report.Tested{}, Mistakes: []report.Mistake{}}
	slices.SortStableFunc(r.mistakes, func(a, b report.Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	lines := map[string][]string{}
	wrong := map[string]bool{}
	for _, m := range r.mistakes {
		wrong[m.File] = true
		if _, read := lines[m.File]; !read && r.has(m.File) { // of others' files the places are enough
			lines[m.File] = sourceLines(sources, m.File)
		}
		if all := lines[m.File]; m.Line+m.Column > 2 && m.Line <= len(all) { // the first character stands for the whole file
			m.Source = all[m.Line-1]
		}
		out.Mistakes = append(out.Mistakes, m)
	}
	for _, p := range r.tested {
		out.Patterns = append(out.Patterns, report.Tested{ID: p.ID, File: p.File, Chapter: p.Chapter,
			Rule: p.Rule != nil && !r.draft.Broken[p.File], Examples: len(p.Examples), OK: !wrong[p.File]})
	}
	return out
}

// sourceLines are the lines of a file of the catalog; none where it is no file any more.
func sourceLines(sources []patterns.Source, file string) []string {
	for _, src := range slices.Backward(sources) {
		name, ok := strings.CutPrefix(file, strings.TrimSuffix(src.Name, "/")+"/")
		if src.Name == "." {
			name, ok = file, true
		}
		if !ok {
			continue
		}
		if st, err := fs.Stat(src.FS, name); err != nil || !st.Mode().IsRegular() {
			continue
		}
		if data, err := fs.ReadFile(src.FS, name); err == nil {
			text, _ := patterns.PlainText(file, data)
			return strings.Split(text, "\n")
		}
	}
	return nil
}
