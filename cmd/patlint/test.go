package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

func newTest() *cobra.Command {
	var catalog catalogFlags
	cmd := &cobra.Command{
		Use:   "test [FILE|DIR]…",
		Short: "Run the examples of patterns against their rules",
		Long: `Test reads pattern files, then compiles their rules, then runs their examples. Each step shows all its mistakes, and the next one begins when
there are none. Without an argument it tests the built-in catalog and your own. A mistake is one line:
file:line:column: message. Examples are about the params that the pattern itself has, whatever .patlint.yaml tunes.

Exit codes: 0 all is well, 1 a pattern has a mistake, 2 usage.`,
		Example: "  patlint test patterns/storage/leave-gp2-burst-behind.md",
		RunE: func(cmd *cobra.Command, args []string) error {
			cat, ids, err := testCatalog(&catalog, args)
			var errs patterns.Errors
			if errors.As(err, &errs) {
				return mistakes(cmd, errs)
			} else if err != nil {
				return err
			}
			rules, err := lint.Compile(cat)
			var broken patterns.Errors
			if err != nil && !errors.As(err, &broken) {
				return err
			}
			for _, p := range cat.Patterns {
				errs = append(errs, p.Blanks...)
			}
			if len(broken) > 0 {
				return mistakes(cmd, append(broken, errs...))
			}
			for _, p := range cat.Patterns {
				if p.Rule == nil && (ids == nil || slices.Contains(ids, p.ID)) {
					verdict := "ok    %s  guidance only\n"
					if len(p.Blanks) > 0 {
						verdict = "FAIL  %s\n"
					}
					fmt.Fprintf(cmd.OutOrStdout(), verdict, p.ID)
				}
			}
			results := rules.Only(func(p *patterns.Pattern) bool { return ids == nil || slices.Contains(ids, p.ID) }).Examples(cmd.Context())
			for _, res := range results {
				if len(res.Errs)+len(res.Pattern.Blanks) == 0 {
					fmt.Fprintf(cmd.OutOrStdout(), "ok    %s  %s\n", res.Pattern.ID, plural(res.Examples, "example", "examples"))
					continue
				}
				fmt.Fprintf(cmd.OutOrStdout(), "FAIL  %s\n", res.Pattern.ID)
				errs = append(errs, res.Errs...)
			}
			return mistakes(cmd, errs)
		},
	}
	catalog.addDirs(cmd)
	return cmd
}

// testCatalog is the catalog to test and the IDs to look at; nil for all. Files named on the command line stand in for built-in patterns
// with the same ID, so that a contributor tests the file at hand and not the one in the program. In a catalog of your own they are left
// out, and so are the introductions of chapters: these may be unfinished, and such a catalog does not load.
func testCatalog(catalog *catalogFlags, args []string) (*patterns.Catalog, []string, error) {
	if len(args) == 0 {
		cat, err := catalog.written()
		return cat, nil, err
	}
	var files []string
	for _, arg := range args {
		st, err := os.Stat(arg)
		if err != nil {
			return nil, nil, err
		}
		if !st.IsDir() {
			files = append(files, filepath.Clean(arg))
			continue
		}
		err = filepath.WalkDir(arg, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".md") && d.Name() != "README.md" && d.Name() != "glossary.md" {
				files = append(files, filepath.Clean(name))
			}
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	slices.Sort(files)
	files = slices.Compact(files)
	if len(files) == 0 {
		return nil, nil, fmt.Errorf("no pattern files in %s", strings.Join(args, ", "))
	}
	var errs patterns.Errors
	var ps []*patterns.Pattern
	var ids []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, err
		}
		p, err := patterns.Parse(filepath.ToSlash(file), data)
		var es patterns.Errors
		if errors.As(err, &es) {
			errs = append(errs, es...)
			continue
		}
		ps, ids = append(ps, p.Ready()), append(ids, p.ID)
	}
	if len(errs) > 0 {
		return nil, nil, errs
	}
	sources, err := catalog.sources()
	if err != nil {
		return nil, nil, err
	}
	for i, src := range sources {
		sources[i].Skip = func(name string) bool { return path.Base(name) == "README.md" || isOneOf(src.FS, name, files) }
	}
	cat, err := patterns.Load(sources...)
	if err != nil {
		return nil, nil, err
	}
	cat, err = cat.With(ps...)
	return cat, ids, err
}

// isOneOf tells whether a file of a catalog is among those with these names.
func isOneOf(fsys fs.FS, name string, files []string) bool {
	st, err := fs.Stat(fsys, name)
	if err != nil || st.Sys() == nil { // of the built-in catalog
		return false
	}
	return slices.ContainsFunc(files, func(file string) bool {
		other, err := os.Stat(file)
		return err == nil && os.SameFile(st, other)
	})
}

// mistakes prints errors, a line for each, and ends with exit code 1 if there are any.
func mistakes(cmd *cobra.Command, errs patterns.Errors) error {
	if len(errs) == 0 {
		return nil
	}
	var sorted patterns.Errors
	errors.As(errs.Err(), &sorted)
	printMistakes(cmd.ErrOrStderr(), sorted)
	return &codeError{exitFindings, plural(len(sorted), "mistake", "mistakes") + " in patterns (exit code 1)"}
}
