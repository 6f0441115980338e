package main

import (
	"bufio"
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// regionNames are AWS's regions, for completion alone: what a region is, AWS decides.
//
//go:embed regions.txt
var regionNames string

// orExcluded completes what stands behind a ! as what stands without.
func orExcluded(complete cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		rest, excluded := strings.CutPrefix(typed, "!")
		words, directive := complete(cmd, args, rest)
		if !excluded {
			return words, directive
		}
		words = slices.Clone(words)
		for i := range words {
			words[i] = "!" + words[i]
		}
		return words, directive
	}
}

// completeRegions completes the names of regions.
func completeRegions(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for line := range strings.Lines(regionNames) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			name, place, _ := strings.Cut(line, " ")
			out = append(out, name+"\t"+strings.TrimSpace(place))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeProfiles completes the names of profiles in AWS's configuration files. It reads section headings and nothing else.
func completeProfiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	home, _ := os.UserHomeDir()
	var out []string
	for _, f := range []struct{ env, file string }{{"AWS_CONFIG_FILE", "config"}, {"AWS_SHARED_CREDENTIALS_FILE", "credentials"}} {
		name := os.Getenv(f.env)
		if name == "" {
			name = filepath.Join(home, ".aws", f.file)
		}
		out = append(out, profilesIn(name)...)
	}
	slices.Sort(out)
	return slices.Compact(out), cobra.ShellCompDirectiveNoFileComp
}

func profilesIn(name string) (out []string) {
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		heading, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "[")
		if !ok {
			continue
		}
		heading, _, _ = strings.Cut(heading, "]")
		heading = strings.TrimSpace(heading)
		kind, profile, two := strings.Cut(heading, " ")
		switch {
		case !two:
			out = append(out, heading)
		case kind == "profile":
			out = append(out, strings.Trim(strings.TrimSpace(profile), `"'`))
		}
	}
	return out
}
