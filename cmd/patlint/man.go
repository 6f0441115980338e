package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// manDate stands in the manual pages. It changes with a release, so that two builds of one release give the same pages.
const manDate = "2026-11-22"

func newMan() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:    "man",
		Short:  "Write the manual pages, for those who package patlint",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			if err := writeManTree(dir, cmd.Root()); err != nil {
				return err
			}
			for _, m := range manuals() {
				if err := writeManFile(filepath.Join(dir, "patlint-"+m.name+".5"), func(w io.Writer) error { return writeManual(w, m) }); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "", "the folder to write patlint.1, patlint-check.1, patlint-rules.5 and so on into")
	_ = cmd.MarkFlagRequired("output")
	return cmd
}

// writeManTree writes a page for a command and for each below it.
func writeManTree(dir string, cmd *cobra.Command) error {
	if err := writeManFile(filepath.Join(dir, manName(cmd)+".1"), func(w io.Writer) error { return writeMan(w, cmd) }); err != nil {
		return err
	}
	for _, c := range manCommands(cmd) {
		if err := writeManTree(dir, c); err != nil {
			return err
		}
	}
	return nil
}

func writeManFile(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manCommands are the commands below one that have a page.
func manCommands(cmd *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "completion" { // that one explains itself to each shell
			out = append(out, c)
		}
	}
	return out
}

// writeMan writes one page in the macros of man(7).
func writeMan(to io.Writer, cmd *cobra.Command) error {
	w := bufio.NewWriter(to)
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	fmt.Fprintf(w, ".TH %s 1 %s \"patlint %s\" \"patlint manual\"\n", roff(strings.ToUpper(manName(cmd))), manDate, roff(version))
	fmt.Fprintf(w, ".SH NAME\n%s \\- %s\n", roff(manName(cmd)), roff(strings.ToLower(cmd.Short[:1])+cmd.Short[1:]))
	fmt.Fprintf(w, ".SH SYNOPSIS\n.nf\n%s\n.fi\n", roff(cmd.UseLine()))
	w.WriteString(".SH DESCRIPTION\n")
	if cmd.Long != "" {
		manText(w, cmd.Long)
	} else {
		manText(w, cmd.Short+".")
	}
	if below := manCommands(cmd); len(below) > 0 {
		w.WriteString(".SH COMMANDS\n")
		for _, c := range below {
			fmt.Fprintf(w, ".TP\n.BR %s (1)\n%s\n", roff(manName(c)), roff(c.Short))
		}
	}
	if cmd.Flags().HasAvailableFlags() {
		w.WriteString(".SH OPTIONS\n")
		manFlags(w, cmd.Flags().FlagUsages())
	}
	if cmd.Example != "" {
		w.WriteString(".SH EXAMPLES\n")
		manText(w, cmd.Example)
	}
	w.WriteString(".SH SEE ALSO\n")
	if cmd.HasParent() {
		fmt.Fprintf(w, ".BR %s (1)\n", roff(manName(cmd.Parent())))
	} else {
		for _, m := range manuals() {
			fmt.Fprintf(w, ".BR patlint\\-%s (5)\n", m.name)
		}
	}
	return w.Flush()
}

// manFlags writes each option of a usage text with its whole text. Lines set in below an option are a table, which keeps them.
func manFlags(w io.Writer, usages string) {
	kept := false
	end := func() {
		if kept {
			fmt.Fprintln(w, ".fi")
		}
		kept = false
	}
	for l := range strings.Lines(usages) {
		l = strings.TrimSpace(l)
		name, text, option := strings.Cut(l, "   ")
		switch {
		case option && strings.HasPrefix(l, "-"):
			end()
			fmt.Fprintf(w, ".TP\n.B %s\n%s\n", roff(name), roff(strings.TrimSpace(text)))
		case !kept:
			kept = true
			fmt.Fprintf(w, ".nf\n%s\n", roff(l))
		default:
			fmt.Fprintln(w, roff(l))
		}
	}
	end()
}

// manText writes paragraphs; lines that are set in keep their form.
func manText(w io.Writer, text string) {
	kept := false
	for i, l := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		indented := strings.HasPrefix(l, " ")
		switch {
		case indented && !kept:
			fmt.Fprint(w, ".RS 4\n.nf\n")
		case !indented && kept:
			fmt.Fprint(w, ".fi\n.RE\n")
		}
		kept = indented
		switch l = strings.TrimPrefix(l, "  "); {
		case l != "":
			fmt.Fprintln(w, roff(l))
		case i > 0:
			fmt.Fprintln(w, ".PP")
		}
	}
	if kept {
		fmt.Fprint(w, ".fi\n.RE\n")
	}
}

// roff escapes text: what the formatter obeys, the hyphen that people copy as a minus, and what is not ASCII.
func roff(s string) string {
	var b strings.Builder
	for i, r := range s {
		first := i == 0 || s[i-1] == '\n'
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case first && (r == '.' || r == '\''):
			b.WriteString(`\&` + string(r))
		case r > 0x7e:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
