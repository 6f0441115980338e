// Command patlint checks AWS accounts against a catalog of infrastructure patterns, and renders the catalog as a site.
//
//	patlint check --demo
//	patlint check --region us-east-1
//	patlint explain leave-gp2-burst-behind
//	patlint site build -o public
//
// It reads and never changes an account, and talks to nobody but AWS. Every command has its manual under --help.
//
// The package holds the commands and nothing else: one file for each, and a line in the list below.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"

	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

// version is patlint's own; a release changes it together with CHANGELOG.md.
const version = "0.1.0"

// The exit codes, which are part of the contract with scripts.
const (
	exitClean    = 0 // nothing at or above --fail-on
	exitFindings = 1
	exitUsage    = 2 // usage or configuration
	exitGaps     = 3 // something could not be checked
)

// A codeError ends the program with a code other than exitUsage. Its text may be empty where all is said.
type codeError struct {
	code int
	msg  string
}

func (e *codeError) Error() string { return e.msg }

func main() { os.Exit(run()) }

// run is main in a form that tests can call.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends at once
	}()
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of writing, as on other systems, and ends nothing else
	root := newRoot()
	err := root.ExecuteContext(ctx)
	var code *codeError
	var mistakes patterns.Errors
	var conf configError
	switch {
	case err == nil, readerGone(err):
		return exitClean
	case errors.As(err, &code):
		if code.msg != "" {
			note(root.ErrOrStderr(), code.msg)
		}
		return code.code
	case errors.As(err, &conf):
		printMistakes(root.ErrOrStderr(), conf.Errors)
		note(root.ErrOrStderr(), plural(len(conf.Errors), "mistake", "mistakes")+" in the configuration (exit code 2)")
	case errors.As(err, &mistakes):
		printMistakes(root.ErrOrStderr(), mistakes)
		note(root.ErrOrStderr(), plural(len(mistakes), "mistake", "mistakes")+" in patterns (exit code 2)")
	default:
		note(root.ErrOrStderr(), err.Error()+" (exit code 2)")
	}
	return exitUsage
}

// subcommand wants no argument where a command was meant.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasAvailableSubCommands() {
		return fmt.Errorf("%s takes no argument, and not %q; see %[1]s --help", cmd.CommandPath(), args[0])
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return fmt.Errorf("there is no command \"%s %s\"%s; %[1]s --help lists them", cmd.CommandPath(), args[0], didYouMean(args[0], names, ""))
}

// flagName finds the names of flags in the list of them.
var flagName = regexp.MustCompile(`--([a-z][a-z-]*)`)

// didYouMean is a hint at the name that was meant; "" where none is near.
func didYouMean(name string, names []string, prefix string) string {
	if near := patterns.Nearest(name, names); near != "" {
		return "; did you mean " + prefix + near + "?"
	}
	return ""
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "patlint",
		Short: "Check AWS accounts against a catalog of infrastructure patterns",
		Long: `patlint checks what runs in EC2 and EBS against a catalog of infrastructure patterns, and explains each of them.
It reads and never changes anything, and talks to nobody but AWS.

Start with:
  patlint check --demo               a bundled example account
  patlint check --region us-east-1   your own
  patlint explain PATTERN            why, and what to do`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          subcommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("patlint {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		hint := ""
		if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
			var names []string
			for _, m := range flagName.FindAllStringSubmatch(cmd.Flags().FlagUsages(), -1) {
				names = append(names, m[1])
			}
			hint = didYouMean(name, names, "--")
		}
		return fmt.Errorf("%w%s; see %s --help", err, hint, cmd.CommandPath())
	})
	// Keep sorted. Cobra adds completion and help.
	root.AddCommand(
		newCheck(),
		newConfig(),
		newDiff(),
		newExplain(),
		newFix(),
		newList(),
		newMan(),
		newNew(),
		newPolicy(),
		newSchema(),
		newSite(),
		newSnapshot(),
		newTest(),
		newTry(),
		newVersion(),
	)
	root.AddCommand(newManuals()...)
	completeTopics(root)
	return root
}
