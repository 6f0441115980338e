package lint

import (
	"io/fs"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/patterns"
)

// TestCorpus reads 960 recorded answers of the AWS API. The folder is outside of the repository; PATLINT_CORPUS names it.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("PATLINT_CORPUS")
	if dir == "" {
		if slices.Contains(strings.Split(os.Getenv("PATLINT_REQUIRE"), ","), "corpus") {
			t.Fatal("PATLINT_REQUIRE names corpus, but PATLINT_CORPUS names no folder")
		}
		t.Skip("PATLINT_CORPUS does not name the folder of recorded answers")
	}
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Compile(cat)
	if err != nil {
		t.Fatal(err)
	}
	corpus := os.DirFS(dir)
	files, folders, read := 0, map[string]bool{}, 0
	err = fs.WalkDir(corpus, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".json") {
			return err
		}
		files++
		folders[path.Dir(name)] = true
		f, err := corpus.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		snap, err := ReadAnswers(name, f, time.Now())
		switch {
		case err == nil:
			read++
			for _, inv := range snap.Inventories {
				for _, s := range sources {
					for _, page := range inv.pages(s.Name) {
						checkEnums(t, name, reflect.ValueOf(page))
					}
				}
			}
			if len(snap.Inventories) != 1 {
				t.Errorf("%s: %d inventories", name, len(snap.Inventories))
			}
		case !strings.Contains(err.Error(), "no answer of the EC2 API that a rule reads"):
			t.Error(err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 960 || read < 300 {
		t.Errorf("%d files found, %d of them hold what rules read; the corpus has 960", files, read)
	}
	checked := 0
	for folder := range folders {
		sub, err := fs.Sub(corpus, folder)
		if err != nil {
			t.Fatal(err)
		}
		snap, err := ReadSnapshot(sub, time.Now())
		if err != nil {
			if !strings.Contains(err.Error(), "no answers of the EC2 API found") {
				t.Errorf("%s: %v", folder, err)
			}
			continue
		}
		for _, inv := range snap.Inventories {
			report, err := rules.Check(t.Context(), inv, Options{Verbose: true})
			if err != nil {
				t.Errorf("%s: %v", folder, err)
				continue
			}
			checked++
			if len(report.Gaps) == 0 {
				t.Errorf("%s: no gaps, though no folder of the corpus has every answer", folder)
			}
			for _, g := range report.Gaps {
				if strings.Contains(g.Error, "rule failed") {
					t.Errorf("%s: %s", folder, g.Error)
				}
			}
		}
	}
	t.Logf("%d answers, %d of them for rules; %d folders checked", files, read, checked)
}

// checkEnums wants that no recorded value would be refused in an example: enumSets says only what AWS keeps to.
func checkEnums(t *testing.T, file string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			checkEnums(t, file, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			checkEnums(t, file, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				checkEnums(t, file, v.Field(i))
			}
		}
	case reflect.String:
		if why := neverIs(v.Type(), v.Type().Name(), v.String()); why != "" {
			t.Errorf("%s: %s", file, why)
		}
	}
}
