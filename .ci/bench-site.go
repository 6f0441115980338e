//go:build ignore

// Bench-site compares how long patlint and Hugo take to build a site of the same pages. See .ci/bench-site, which runs it.
//
//	bench-site convert FROM TO                          pages for Hugo → a catalog for patlint
//	bench-site run ROUNDS PATLINT HUGO CATALOG PROJECT  build both, in turns, and print what it took
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 3 && args[0] == "convert":
		err = convert(args[1], args[2])
	case len(args) == 6 && args[0] == "run":
		err = run(args[1:])
	default:
		err = errors.New("usage: bench-site convert FROM TO | run ROUNDS PATLINT HUGO CATALOG PROJECT")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-site:", err)
		os.Exit(1)
	}
}

// convert makes patterns of pages. Words, code and tables stay as they are; headings get the names that a pattern has, and links name files.
func convert(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.md"))
	if err != nil {
		return err
	}
	chapter := filepath.Join(to, "storage")
	if err := os.MkdirAll(chapter, 0o755); err != nil {
		return err
	}
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		front, body, ok := strings.Cut(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
		if !ok {
			return fmt.Errorf("%s has no front matter", file)
		}
		id := strings.TrimSuffix(filepath.Base(file), ".md")
		page := header(id, i, fields(front)) + sections.Replace(links.ReplaceAllString(body, "($1.md$2)"))
		if err := os.WriteFile(filepath.Join(chapter, id+".md"), []byte(page), 0o644); err != nil {
			return err
		}
	}
	return nil
}

var (
	links    = regexp.MustCompile(`\(\.\./([a-z0-9-]+)/(#[a-z-]+)?\)`)
	markup   = strings.NewReplacer("`", "", "*", "", "](https://docs.example.com/quotas)", "", "](https://docs.example.com/baseline#storage)", "", "[", "")
	sections = strings.NewReplacer(
		"\n## Context\n\n", "", "\n\n## Problem", "\n\n## In one minute\n\nThe same in short.\n\n## Problem",
		"## What the linter reports", "## Evidence", "## Trade-offs", "## Field story", "## When not to use it", "## Rule",
		"## Verify", "### Verify", "## Related patterns", "### Related patterns",
	)
)

// fields reads the lines of the front matter that have a value of one line.
func fields(front string) map[string]string {
	out := map[string]string{}
	s := bufio.NewScanner(strings.NewReader(front))
	for s.Scan() {
		if key, value, ok := strings.Cut(s.Text(), ": "); ok {
			out[key] = value
		}
	}
	return out
}

func header(id string, i int, f map[string]string) string {
	title, _ := strconv.Unquote(f["title"])
	summary, _ := strconv.Unquote(f["summary"])
	summary = markup.Replace(summary)
	if len(summary) > 140 {
		summary = summary[:strings.LastIndexByte(summary[:139], ' ')] + "."
	}
	related := strings.Split(strings.Trim(f["related"], "[]"), ", ")
	slices.Sort(related)
	related = slices.DeleteFunc(slices.Compact(related), func(other string) bool { return other == id })
	return fmt.Sprintf("---\ntitle: %s %d\nsummary: %q\npillar: %s\nseverity: %s\nsince: %s\nrelated: [%s]\n---\n",
		title, i, summary, f["category"], f["severity"], f["since"], strings.Join(related, ", "))
}

// contest is one of the builds that are compared.
type contest struct {
	name   string
	budget string          // as printed, of the ratio to Hugo's time
	args   func() []string // of its next build

	runs []usage
}

// usage is what a process took.
type usage struct {
	wall, cpu time.Duration
	rss       int64 // in MB
}

func run(args []string) error {
	rounds, err := strconv.Atoi(args[0])
	if err != nil || rounds < 1 {
		return fmt.Errorf("%q is not a number of rounds", args[0])
	}
	patlint, hugo, catalog, project := args[1], args[2], args[3], args[4]
	work, err := os.MkdirTemp("", "bench-site-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	// Every build but the last goes into a new folder, and none is removed before the end: where files were just deleted, ext4 makes new ones slowly.
	folders := 0
	folder := func(name string) string {
		folders++
		return filepath.Join(work, fmt.Sprint(name, folders))
	}
	out, cache := "", ""
	build := func() []string {
		return []string{patlint, "site", "build", "--no-config", "--no-builtin", "--base-url", "https://patlint.example/", "--patterns", catalog, "-o", out, "--cache", cache}
	}
	contests := []*contest{
		{name: "hugo", args: func() []string {
			return []string{hugo, "--source", project, "--destination", folder("hugo"), "--quiet"}
		}},
		{name: "patlint, cold", budget: "0.7", args: func() []string {
			out, cache = folder("patlint"), folder("cache")
			return build()
		}},
		{name: "patlint, new folder", args: func() []string {
			out = folder("patlint")
			return build()
		}},
		{name: "patlint, same folder", budget: "0.3", args: build},
	}
	for range rounds {
		for _, c := range contests {
			if err := c.round(); err != nil {
				return err
			}
		}
	}
	base := contests[0].middle().wall
	fmt.Printf("%-22s %8s %8s %8s %6s %s\n", "", "wall s", "cpu s", "peak MB", "ratio", "budget")
	for _, c := range contests {
		u := c.middle()
		fmt.Printf("%-22s %8.2f %8.2f %8d %6.2f %s\n", c.name, u.wall.Seconds(), u.cpu.Seconds(), u.rss, float64(u.wall)/float64(base), c.budget)
	}
	return nil
}

func (c *contest) round() error {
	args := c.args()
	cmd := exec.Command(args[0], args[1:]...)
	start := time.Now()
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", c.name, err, text)
	}
	u := usage{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.rss = r.Maxrss >> 10
	}
	c.runs = append(c.runs, u)
	return nil
}

// middle is the run in the middle by wall time.
func (c *contest) middle() usage {
	runs := slices.SortedFunc(slices.Values(c.runs), func(a, b usage) int { return int(a.wall - b.wall) })
	return runs[len(runs)/2]
}
