package main

import (
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

// catalogFlags choose which patterns a command works on.
type catalogFlags struct {
	dirs []string
	only []string
}

func (f *catalogFlags) addDirs(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.dirs, "patterns", nil, "a folder of patterns of your own (DIR/<chapter>/<id>.md) besides the built-in ones; repeatable")
}

func (f *catalogFlags) add(cmd *cobra.Command) {
	f.addDirs(cmd)
	cmd.Flags().StringArrayVarP(&f.only, "pattern", "p", nil, "only patterns whose ID matches this glob; with ! in front, all but these; repeatable")
	_ = cmd.RegisterFlagCompletionFunc("pattern", completeIDs)
}

// load reads the catalog: all of it, with its mistakes if it has any.
func (f *catalogFlags) load() (*patterns.Catalog, error) {
	sources := []patterns.Source{patterns.Builtin()}
	for _, dir := range f.dirs {
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			return nil, fmt.Errorf("--patterns %s: there is no such folder", dir)
		}
		sources = append(sources, patterns.Source{Name: strings.TrimRight(dir, "/"), FS: os.DirFS(dir)})
	}
	return patterns.Load(sources...)
}

// rules compiles the catalog and keeps what was chosen.
func (f *catalogFlags) rules() (*patterns.Catalog, *lint.Rules, error) {
	cat, err := f.load()
	if err != nil {
		return nil, nil, err
	}
	keep, err := f.chosen(cat)
	if err != nil {
		return nil, nil, err
	}
	rules, err := lint.Compile(cat)
	if err != nil {
		return nil, nil, err
	}
	return cat, rules.Only(keep), nil
}

// chosen tells which patterns --pattern keeps. A glob that matches nothing is a mistake.
func (f *catalogFlags) chosen(cat *patterns.Catalog) (func(*patterns.Pattern) bool, error) {
	var in, out []string
	for _, g := range f.only {
		glob, exclude := strings.CutPrefix(g, "!")
		if _, err := path.Match(glob, ""); err != nil {
			return nil, fmt.Errorf("--pattern %q: not a glob", g)
		}
		if p := cat.Pattern(glob); p != nil {
			glob = p.ID // an alias counts
		}
		found := false
		for _, p := range cat.Patterns {
			m, _ := path.Match(glob, p.ID)
			found = found || m
		}
		if !found {
			return nil, fmt.Errorf("--pattern %q: no pattern matches%s", g, suggest(cat, glob))
		}
		if exclude {
			out = append(out, glob)
		} else {
			in = append(in, glob)
		}
	}
	matches := func(globs []string, id string) bool {
		for _, g := range globs {
			if m, _ := path.Match(g, id); m {
				return true
			}
		}
		return false
	}
	return func(p *patterns.Pattern) bool {
		return (len(in) == 0 || matches(in, p.ID)) && !matches(out, p.ID)
	}, nil
}

// find looks a pattern up by its ID, and helps with a mistyped one.
func find(cat *patterns.Catalog, id string) (*patterns.Pattern, error) {
	if p := cat.Pattern(id); p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("there is no pattern %q%s; patlint list shows all", id, suggest(cat, id))
}

func suggest(cat *patterns.Catalog, id string) string {
	var ids []string
	for _, p := range cat.Patterns {
		ids = append(ids, p.ID)
	}
	if near := lint.Nearest(id, ids); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// completeIDs completes pattern IDs with their summaries.
func completeIDs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var out []string
	for _, p := range cat.Patterns {
		out = append(out, p.ID+"\t"+p.Summary)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
