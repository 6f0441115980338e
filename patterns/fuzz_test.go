package patterns

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse: whatever a file holds, Parse gives a pattern or errors that an editor can jump to, and the same each time.
func FuzzParse(f *testing.F) {
	names, err := fs.Glob(files, "*/*.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(page))
	f.Add([]byte(spoil(f, "pillar: cost", "pillar: FILL-IN one of five", "volume.Size < 10", "FILL-IN `true` or false")))
	for _, tt := range badPages {
		f.Add([]byte(spoil(f, tt.edits...)))
	}
	for _, tt := range ruleForms {
		f.Add([]byte(spoil(f, ruleBlock, tt.block)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(pageFile, data)
		again, err2 := Parse(pageFile, data)
		if diff := cmp.Diff(p, again, cmp.AllowUnexported(Pattern{}, Text{}, Block{})); diff != "" {
			t.Errorf("parsed twice, the pattern differs:\n%s", diff)
		}
		if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
			t.Errorf("parsed twice, the errors differ:\n%v\n%v", err, err2)
		}
		src := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff")
		if err != nil {
			checkErrors(t, src, err)
			return
		}
		if len(p.Blanks) > 0 {
			checkErrors(t, src, p.Blanks)
			if p.Ready().Rule != nil && p.Rule.blank() {
				t.Error("a rule with a blank is ready")
			}
		}
		for _, b := range p.Examples {
			if _, errs := b.YAML(); len(errs) > 0 {
				checkErrors(t, src, errs.Err())
			}
		}
		if p.Rule != nil {
			for _, text := range []Text{p.Rule.Resource, p.Rule.When, p.Rule.Require, p.Rule.Message} {
				checkPositions(t, src, text)
			}
		}
		if p.Fix != nil {
			checkPositions(t, src, p.Fix.Source())
		}
	})
}

// checkErrors holds that errors are of our type, in order, with words, and inside the file: at the latest behind the end of a line.
func checkErrors(t *testing.T, src string, err error) {
	t.Helper()
	var errs Errors
	if !errors.As(err, &errs) || len(errs) == 0 {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	lines := strings.Split(src, "\n")
	last := 0
	for _, e := range errs {
		if e.File != pageFile || e.Msg == "" || e.Line < max(last, 1) || e.Line > len(lines) || e.Column < 1 || e.Column > len([]rune(lines[e.Line-1]))+1 {
			t.Errorf("the error has a wrong place: %v", e)
		}
		last = e.Line
	}
}

// FuzzTextPos writes a rule's require in any way that YAML has, and looks each character of it up.
func FuzzTextPos(f *testing.F) {
	for _, tt := range ruleForms {
		_, block, _ := strings.Cut(tt.block, "~~~yaml rule\n")
		f.Add(strings.TrimSuffix(block, "~~~\n"), uint8(0))
	}
	for _, s := range []string{
		"require: a.b == c", "require: >\n  a\n\n    b\n  c\n\n", "require: |+\n\n  a\n \n  b\n\n", "require: |1\n  a\n b", "require: 'a''\n\n  '' b'",
		`require: "a\	b\"\\n\x41\u00e9\N\_\L\P\e\0 \` + "\n  \\ c\\" + "\n" + ` d"`, "require:\n- a", "{require: a, b: c}", "require: a\t b \t\n\t c", "? require\n: a b",
	} {
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, block string, indent uint8) {
		margin := strings.Repeat(" ", int(indent%8))
		if _, err := PlainText("f", []byte(block)); err != nil || strings.Contains(block, "\r") {
			return // Parse refuses this before it reads YAML
		}
		lines := strings.Split(block, "\n")
		b := &Block{Role: "rule", Text: block, File: pageFile, Line: 3, margins: make([]int, len(lines))}
		for i := range lines {
			b.margins[i] = len(margin)
		}
		src := "\n\n" + margin + strings.Join(lines, "\n"+margin) + "\n"
		root, errs := b.YAML()
		if len(errs) > 0 {
			checkErrors(t, src, errs.Err())
			return
		}
		r := &reader{block: b}
		rule := r.rule(root)
		for _, text := range []Text{rule.Resource, rule.When, rule.Require, rule.Message} {
			checkPositions(t, src, text)
		}
	})
}
