package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
	"github.com/spf13/cobra"
)

// A manual is a text for those who write patterns. It has one source, the comment of the package that reads what it is about.
type manual struct {
	name, title, summary string
	text                 func() string
}

// manuals is every one. Keep sorted by name.
func manuals() []manual {
	return []manual{
		{"patterns", "The file of a pattern", "The manual of the file format: front matter, sections, examples, drawings, glossary and reading paths", patterns.Manual},
		{"rules", "The language of rules", "The manual of the rule language: variables, relations, functions, what is unknown, messages and examples", lint.Manual},
	}
}

// newManuals are topics of patlint help, and commands that run nothing.
func newManuals() (out []*cobra.Command) {
	for _, m := range manuals() {
		cmd := &cobra.Command{Use: m.name, Short: m.summary, Long: m.summary + ". It is read with: patlint help " + m.name}
		cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
			if look, err := style(cmd.OutOrStdout(), "auto"); err == nil {
				_, _ = io.WriteString(cmd.OutOrStdout(), manualText(m, look))
			}
		})
		out = append(out, cmd)
	}
	return out
}

// completeTopics lets the help command complete the manuals, too.
func completeTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	if err != nil {
		return
	}
	commands := help.ValidArgsFunction
	help.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		words, directive := commands(cmd, args, typed)
		for _, m := range manuals() {
			if len(args) == 0 && strings.HasPrefix(m.name, typed) {
				words = append(words, m.name+"\t"+m.summary)
			}
		}
		return words, directive
	}
}

// A manualBlock is a heading, a paragraph on one line, or lines that keep their form.
type manualBlock struct {
	kind string // heading, paragraph or lines
	text string
}

var docLink = regexp.MustCompile(`\[([A-Z]\w*(?:\.\w+)?)\]`)

// manualBlocks takes a comment of Go's apart.
func manualBlocks(text string) (out []manualBlock) {
	blank := true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		last := len(out) - 1
		head, isHead := strings.CutPrefix(line, "# ")
		kept, isKept := strings.CutPrefix(line, "\t")
		switch {
		case line == "":
		case isHead:
			out = append(out, manualBlock{"heading", head})
		case isKept && last >= 0 && out[last].kind == "lines" && blank:
			out[last].text += "\n\n" + kept
		case isKept && last >= 0 && out[last].kind == "lines":
			out[last].text += "\n" + kept
		case isKept:
			out = append(out, manualBlock{"lines", kept})
		case !blank && last >= 0 && out[last].kind == "paragraph":
			out[last].text += " " + docLink.ReplaceAllString(line, "$1")
		default:
			out = append(out, manualBlock{"paragraph", docLink.ReplaceAllString(line, "$1")})
		}
		blank = line == ""
	}
	return out
}

// manualText is a manual for a terminal.
func manualText(m manual, look report.Options) string {
	bold := func(s string) string {
		if !look.Color {
			return s
		}
		return "\x1b[1m" + s + "\x1b[0m"
	}
	width := readingWidth
	if look.Width > 0 {
		width = min(width, look.Width-1)
	}
	var b strings.Builder
	b.WriteString(bold(m.title) + "\n")
	for _, block := range manualBlocks(m.text()) {
		b.WriteByte('\n')
		switch block.kind {
		case "heading":
			b.WriteString(bold("# "+block.text) + "\n")
		case "lines":
			for line := range strings.SplitSeq(block.text, "\n") {
				b.WriteString(strings.TrimRight(strings.Join(hung("    "+line, look.Width-1), "\n"), " ") + "\n")
			}
		default:
			b.WriteString(strings.Join(wrapped(block.text, width), "\n") + "\n")
		}
	}
	return b.String()
}

// hung breaks a line of a table so that its last column stays one. A width below zero breaks nothing, and what has no columns is not broken.
func hung(line string, width int) []string {
	at := strings.LastIndex(line, "  ") + 2
	if width < 0 || len(line) <= width || at < 12 || width-at < 20 {
		return []string{line}
	}
	lines := wrapped(line[at:], width-at)
	for i := range lines {
		lines[i] = strings.Repeat(" ", at) + lines[i]
	}
	lines[0] = line[:at] + lines[0][at:]
	return lines
}

// quotedCommand is how comments set a command apart; Markdown has a form for it.
var (
	quotedCommand = regexp.MustCompile(`"((?:patlint|aws) [^"]+)"`)
	inMarkdown    = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "&", `\&`, "#", `\#`, "~", `\~`)
)

// writeManual writes a manual as a page in the macros of man(7).
func writeManual(to io.Writer, m manual) error {
	w := bufio.NewWriter(to)
	name := "patlint-" + m.name
	fmt.Fprintf(w, ".TH %s 5 %s \"patlint %s\" \"patlint manual\"\n", roff(strings.ToUpper(name)), manDate, roff(version))
	fmt.Fprintf(w, ".SH NAME\n%s \\- %s\n.SH DESCRIPTION\n", roff(name), roff(strings.ToLower(m.summary[:1])+m.summary[1:]))
	blocks := manualBlocks(m.text())
	for i, block := range blocks {
		switch {
		case block.kind == "heading":
			fmt.Fprintf(w, ".SH %s\n", roff(strings.ToUpper(block.text)))
			continue
		case i > 0 && blocks[i-1].kind == "paragraph":
			w.WriteString(".PP\n")
		}
		if block.kind == "lines" {
			fmt.Fprintf(w, ".RS 4\n.nf\n%s\n.fi\n.RE\n", roff(block.text))
			continue
		}
		fmt.Fprintf(w, "%s\n", roff(block.text))
	}
	w.WriteString(".SH SEE ALSO\n.BR patlint (1)\n")
	return w.Flush()
}

// manualMarkdown is a manual as a page of the site.
func manualMarkdown(m manual) site.Text {
	var b strings.Builder
	for _, block := range manualBlocks(m.text()) {
		switch block.kind {
		case "heading":
			fmt.Fprintf(&b, "## %s\n\n", inMarkdown.Replace(block.text))
		case "lines":
			fmt.Fprintf(&b, "```text\n%s\n```\n\n", block.text)
		default:
			from := 0
			for _, at := range quotedCommand.FindAllStringSubmatchIndex(block.text, -1) {
				b.WriteString(inMarkdown.Replace(block.text[from:at[0]]) + "`" + block.text[at[2]:at[3]] + "`")
				from = at[1]
			}
			b.WriteString(inMarkdown.Replace(block.text[from:]) + "\n\n")
		}
	}
	return site.Text{
		Name: "manual/" + m.name, Title: m.title, Summary: m.summary + ".", File: "the manual of " + m.name,
		Body: "In a terminal, `patlint help " + m.name + "` prints this page.\n\n" + b.String(),
	}
}
