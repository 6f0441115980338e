package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

// catalogFlags choose which patterns a command works on.
type catalogFlags struct {
	dirs      []string
	noBuiltin bool
	choice    config.Choice // of the flags
	file      string
	noFile    bool
	given     func(flag string) bool

	conf *config.Config // what the file says; load sets it, and it is not nil then
}

// addDirs adds the flags that say which patterns there are.
func (f *catalogFlags) addDirs(cmd *cobra.Command) {
	fl := cmd.Flags()
	f.given = fl.Changed
	fl.StringArrayVar(&f.dirs, "patterns", nil, "a folder of patterns of your own (DIR/<chapter>/<id>.md) besides the built-in ones; repeatable")
	fl.BoolVar(&f.noBuiltin, "no-builtin", false, "leave the built-in patterns out: patterns of your own alone")
	f.addFile(cmd)
	_ = cmd.MarkFlagDirname("patterns")
}

// addFile adds the flags that say which configuration is read.
func (f *catalogFlags) addFile(cmd *cobra.Command) {
	fl := cmd.Flags()
	f.given = fl.Changed
	fl.StringVar(&f.file, "config", "", "configuration to read (default: "+config.Name+" in this folder, where there is one)")
	fl.BoolVar(&f.noFile, "no-config", false, "do not read "+config.Name)
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
}

// add adds those, and the flags that choose among them.
func (f *catalogFlags) add(cmd *cobra.Command) {
	f.addDirs(cmd)
	fl := cmd.Flags()
	fl.StringArrayVarP(&f.choice.Patterns, "pattern", "p", nil, "only patterns whose ID matches this glob; with ! in front, all but these; repeatable")
	fl.StringSliceVar(&f.choice.Severities, "severity", nil, "only patterns of these severities; with ! in front, all but these: "+strings.Join(patterns.Severities, ","))
	fl.StringSliceVar(&f.choice.Pillars, "pillar", nil, "only patterns of these pillars; with ! in front, all but these: "+strings.Join(patterns.Pillars, ","))
	_ = cmd.RegisterFlagCompletionFunc("pattern", orExcluded(completeIDs))
	_ = cmd.RegisterFlagCompletionFunc("severity", orExcluded(cobra.FixedCompletions(patterns.Severities, cobra.ShellCompDirectiveNoFileComp)))
	_ = cmd.RegisterFlagCompletionFunc("pillar", orExcluded(cobra.FixedCompletions(patterns.Pillars, cobra.ShellCompDirectiveNoFileComp)))
}

// load reads configuration and catalog, with the site's values in its patterns.
func (f *catalogFlags) load() (*patterns.Catalog, error) {
	cat, err := f.written()
	if err != nil {
		return nil, err
	}
	cat, err = f.conf.Apply(cat)
	return cat, misconfigured(err)
}

// written reads the catalog as its authors wrote it: all of it, with its mistakes if it has any. Pages and examples are about that one.
func (f *catalogFlags) written() (*patterns.Catalog, error) {
	sources, err := f.sources()
	if err != nil {
		return nil, err
	}
	return patterns.Load(sources...)
}

// sources are the folders that the catalog comes from, with what stands over them.
func (f *catalogFlags) sources(over ...patterns.Source) ([]patterns.Source, error) {
	if err := f.configure(); err != nil {
		return nil, err
	}
	own, err := f.own()
	if err != nil {
		return nil, err
	}
	builtin := patterns.Builtin()
	if builtin.Aside = f.noBuiltin; f.noBuiltin && len(own)+len(over) == 0 {
		return nil, errors.New("without the built-in patterns none are left; name a folder of your own with --patterns")
	}
	return slices.Concat([]patterns.Source{builtin}, own, over), nil
}

// own are the folders of patterns that configuration and flags name, each once.
func (f *catalogFlags) own() ([]patterns.Source, error) {
	own, err := f.conf.Sources()
	if err != nil {
		return nil, misconfigured(err)
	}
	for _, dir := range f.dirs {
		if st, err := os.Stat(dir); err != nil || !st.IsDir() {
			return nil, fmt.Errorf("--patterns %s: there is no such folder", dir)
		}
		src := patterns.Source{Name: filepath.ToSlash(filepath.Clean(dir)), FS: os.DirFS(dir)}
		if !slices.ContainsFunc(own, func(o patterns.Source) bool { return o.Name == src.Name }) { // in the configuration as well
			own = append(own, src)
		}
	}
	return own, nil
}

// watched are the folders and files that the catalog comes from, as far as they can change.
func (f *catalogFlags) watched() []string {
	var out []string
	switch {
	case f.noFile:
	case f.file != "":
		out = append(out, f.file)
	default:
		out = append(out, config.Name)
	}
	out = append(out, f.dirs...)
	if f.conf == nil {
		return out // it has a mistake
	}
	sources, err := f.conf.Sources()
	if err != nil {
		return out // likewise
	}
	for _, src := range sources {
		out = append(out, filepath.FromSlash(src.Name))
	}
	return out
}

// configure reads the file that the flags name, or the one in this folder, unless it is read already. Folders above are not searched: what is checked shall not
// depend on where they end.
func (f *catalogFlags) configure() (err error) {
	if f.conf != nil {
		return nil
	}
	named := f.given("config")
	switch {
	case f.noFile && named:
		return errors.New("give --config or --no-config, not both")
	case f.noFile:
		f.conf = &config.Config{}
		return nil
	case named && f.file == "":
		return errors.New("--config names nothing; is a variable empty?")
	case named:
		f.conf, err = readConfig(f.file)
		return err
	}
	f.conf, err = readConfig(config.Name)
	if errors.Is(err, fs.ErrNotExist) {
		f.conf, err = &config.Config{}, nil
	}
	return err
}

func readConfig(file string) (*config.Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	conf, err := config.Parse(filepath.ToSlash(filepath.Clean(file)), data)
	return conf, misconfigured(err)
}

// A configError is the mistakes of a configuration, which are not those of a pattern.
type configError struct{ patterns.Errors }

func misconfigured(err error) error {
	var errs patterns.Errors
	if errors.As(err, &errs) {
		return configError{errs}
	}
	return err
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
	rules, err := f.compile(cat)
	if err != nil {
		return nil, nil, err
	}
	return cat, rules.Only(keep), nil
}

// compile compiles a catalog that load gave. A param is a part of its rule, so that a value which the rule cannot use shows there.
func (f *catalogFlags) compile(cat *patterns.Catalog) (*lint.Rules, error) {
	rules, err := lint.Compile(cat)
	if err == nil {
		return rules.Priced(f.conf.Prices), nil
	}
	var errs patterns.Errors
	if !errors.As(err, &errs) || f.conf.File == "" {
		return nil, err
	}
	if cat, err := f.written(); err != nil {
		return nil, err
	} else if _, err := lint.Compile(cat); err != nil {
		return nil, err
	}
	for _, e := range errs {
		e.Msg += "; its params are those of " + f.conf.File
	}
	return nil, configError{errs}
}

// chosen tells which patterns the flags keep or, where there are none, the configuration. What matches nothing is a mistake.
func (f *catalogFlags) chosen(cat *patterns.Catalog) (func(*patterns.Pattern) bool, error) {
	if len(f.choice.Patterns)+len(f.choice.Severities)+len(f.choice.Pillars) == 0 {
		return f.conf.Choice.Of(cat)
	}
	keep, err := f.choice.Of(cat)
	if err != nil {
		return nil, fmt.Errorf("--%w", err)
	}
	return keep, nil
}

// find looks a pattern up by its ID, and helps with a mistyped one.
func find(cat *patterns.Catalog, id string) (*patterns.Pattern, error) {
	if p := cat.Pattern(id); p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("there is no pattern %q%s; patlint list shows all", id, suggest(cat, id))
}

func suggest(cat *patterns.Catalog, id string) string {
	if said := cat.Elsewhere(id); said != "" {
		return "; " + said
	}
	var ids []string
	for _, p := range cat.Patterns {
		ids = append(ids, p.ID)
	}
	if near := patterns.Nearest(id, ids); near != "" {
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
