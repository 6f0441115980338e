package patterns

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goodPath = `- id: first-year
  title: First year
  kind: role
  summary: For beginners.
  steps:
    - pattern: b
      why: It comes first.
    - {pattern: a, why: It needs the other.}
`

// pathCatalog is a source of three patterns, of which a requires b, and of paths.
func pathCatalog(name, paths string) Source {
	return source(name, map[string]string{
		"c/a.md": strings.Replace(page, "since: 0.1.0", "since: 0.1.0\naliases: [old-a]\nrequires: [b]", 1), "c/b.md": page, "c/close-it.md": page, "paths.yaml": paths,
	})
}

func TestPaths(t *testing.T) {
	cat, err := Load(pathCatalog("mine", goodPath))
	if err != nil {
		t.Fatal(err)
	}
	want := []*Path{{
		ID: "first-year", File: "mine/paths.yaml", Line: 1, Title: "First year", Kind: "role", Summary: "For beginners.",
		Steps: []Step{{Ref{"b", 6, 16}, "It comes first."}, {Ref{"a", 8, 17}, "It needs the other."}},
	}}
	if diff := cmp.Diff(want, cat.Paths); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	again, err := cat.With(cat.Patterns[0])
	if err != nil || !cmp.Equal(want, again.Paths) {
		t.Errorf("with a pattern read again the paths are %v, error %v", again.Paths, err)
	}
}

// TestBadPaths: each mistake stands at its line.
func TestBadPaths(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		want           []string
	}{
		{"an unknown pattern", "pattern: b", "pattern: close-its", []string{"6:16: there is no pattern close-its; did you mean close-it?"}},
		{"a former ID", "{pattern: a,", "{pattern: old-a,", nil},
		{"a pattern twice", "pattern: b\n", "pattern: old-a\n", []string{"8:17: the pattern a is step 1 already"}},
		{"steps in the wrong order", "pattern: b\n      why: It comes first.\n    - {pattern: a,", "pattern: a\n      why: It comes first.\n    - {pattern: b,",
			[]string{"6:16: a builds on b, which is step 2; put that one first"}},
		{"an unknown kind", "kind: role", "kind: job", []string{`3:9: "job" is not one of role, environment`}},
		{"an unknown key", "kind: role", "kin: role", []string{"3:3: unknown key kin in a path; known are id, kind, read, steps, summary, title"}},
		{"a part to read", "kind: role", "kind: role\n  read: minute", nil},
		{"an unknown part to read", "kind: role", "kind: role\n  read: hour", []string{`4:9: "hour" is not one of minute`}},
		{"a key that is missing", "  kind: role\n", "", []string{"1:3: a path has an id, a kind, a title, a summary and steps"}},
		{"no steps", goodPath[strings.Index(goodPath, "steps:"):], "steps: []", []string{"5:10: a path has between 1 and 30 steps, not 0"}},
		{"a step without a reason", "      why: It comes first.\n", "", []string{"6:7: a step has a pattern and a why"}},
		{"an unknown key in a step", "why: It comes", "because: It comes", []string{"7:7: unknown key because in a step; known are pattern, why"}},
		{"Markdown", "It comes first.", "It **comes** first.", []string{"7:12: plain text is wanted here, without Markdown or line breaks; write it in words alone"}},
		{"no sentence", "For beginners.", "For beginners", []string{"4:12: a sentence ends with a full stop; write one"}},
		{"no ID", "pattern: b\n", "pattern: B b\n", []string{`6:16: "B b" is not an ID: lower-case words with hyphens`}},
		{"a mapping", goodPath, "id: x\n", []string{"1:1: a list is wanted here: [one, two]"}},
		{"nothing", goodPath, "", []string{"1:1: the paths block is empty"}},
		{"a path twice", goodPath, goodPath + goodPath, []string{"9:1: the ID first-year is taken by the path in mine/paths.yaml:1"}},
		{"broken YAML", "kind: role", "kind: [role", []string{"4:10: a comma or a closing ] is missing here; it would close what begins on line 3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(goodPath, tt.old) {
				t.Fatalf("there is no %q to replace", tt.old)
			}
			_, err := Load(pathCatalog("mine", strings.Replace(goodPath, tt.old, tt.new, 1)))
			var got []string
			if err != nil {
				for line := range strings.SplitSeq(err.Error(), "\n") {
					got = append(got, strings.TrimPrefix(line, "mine/paths.yaml:"))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOwnPaths: the paths of a private catalog stand behind the built-in ones or take their places, and may lead through both catalogs.
func TestOwnPaths(t *testing.T) {
	builtin := pathCatalog("patterns", goodPath)
	builtin.Builtin = true
	own := func(name, paths string) Source {
		return source(name, map[string]string{"h/" + name + ".md": page, "paths.yaml": paths})
	}
	first := strings.NewReplacer("For beginners.", "Ours.", "pattern: b", "pattern: mine").Replace(goodPath)
	cat, err := Load(builtin, own("mine", first+strings.Replace(goodPath, "first-year", "second-year", 1)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range cat.Paths {
		got = append(got, p.ID+" "+p.File+" "+p.Summary+" "+p.Steps[0].Pattern.ID)
	}
	if diff := cmp.Diff([]string{"first-year mine/paths.yaml Ours. mine", "second-year mine/paths.yaml For beginners. b"}, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	_, err = Load(builtin, own("mine", first), own("ours", goodPath))
	if want := "ours/paths.yaml:1:1: the ID first-year is taken by the path in mine/paths.yaml:1"; err == nil || err.Error() != want {
		t.Errorf("two private catalogs: %v, want %s", err, want)
	}
}

// TestBuiltinPaths: there is a path for each reader that the catalog speaks to.
func TestBuiltinPaths(t *testing.T) {
	cat, err := Load(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, p := range cat.Paths {
		count[p.Kind]++
		if n := len(p.Steps); n < 6 || n > 14 {
			t.Errorf("%s:%d: %d steps; two evenings have room for 6 to 14", p.File, p.Line, n)
		}
	}
	if diff := cmp.Diff(map[string]int{"role": 6, "environment": 5}, count); diff != "" {
		t.Errorf("paths by kind (-want +got):\n%s", diff)
	}
}

// FuzzPaths: whatever the file holds, there are paths or errors that an editor can jump to.
func FuzzPaths(f *testing.F) {
	data, err := files.ReadFile(pathsFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(goodPath))
	f.Add([]byte("- id: &a [x]\n  steps: {a: *a}\n- 1\n- [[]]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		paths, errs := parsePaths(pageFile, data)
		if err := errs.Err(); err != nil {
			checkErrors(t, strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff"), err)
			return
		}
		for _, p := range paths {
			if p.ID == "" || p.Title == "" || p.Kind == "" || p.Summary == "" || len(p.Steps) == 0 {
				t.Errorf("a path without an error lacks something: %+v", p)
			}
		}
	})
}
