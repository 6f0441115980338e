package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/patlint/patlint/lint"
)

// A command is what the runner of GitHub Actions makes of a line.
type command struct{ name, title, data string }

// runner reads a line as the runner does: a command begins at "::", behind blanks, or anywhere at "##[".
func runner(t *testing.T, line string) (command, bool) {
	t.Helper()
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "::") {
		if strings.Contains(line, "##[") {
			t.Errorf("the runner finds an old command in %q", line)
		}
		return command{}, false
	}
	head, data, ok := strings.Cut(line[2:], "::")
	if !ok {
		return command{}, false
	}
	name, properties, _ := strings.Cut(head, " ")
	c := command{name: name, data: strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(data)}
	for _, p := range strings.Split(properties, ",") {
		key, value, _ := strings.Cut(p, "=")
		if key != "title" {
			t.Errorf("property %q in %q", key, line)
		}
		c.title = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(value)
	}
	return c, true
}

// annotations reads a report as the runner does: every line but the last is an annotation.
func annotations(t *testing.T, r *lint.Report) []command {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(render(t, "github", r, Options{}), "\n"), "\n")
	var out []command
	for i, line := range lines {
		c, ok := runner(t, line)
		if last := i == len(lines)-1; ok == last {
			t.Errorf("line %d of %d: a command: %v; %q", i+1, len(lines), ok, line)
		}
		if !ok {
			continue
		}
		if !slices.Contains([]string{"error", "warning", "notice"}, c.name) {
			t.Errorf("a command %s: %q", c.name, line)
		}
		if n := utf8.RuneCountInString(c.data); n > 4096 {
			t.Errorf("a message of %d characters, which GitHub cuts", n)
		}
		out = append(out, c)
	}
	return out
}

func TestGitHub(t *testing.T) {
	if got := annotations(t, lint.Merge()); len(got) > 0 {
		t.Errorf("an empty report has annotations: %q", got)
	}
	var got []string
	for _, c := range annotations(t, sample()) {
		got = append(got, c.name+" "+c.title)
	}
	want := []string{"error HIGH: Leave gp2 burst behind", "warning NOT DECIDED: Snapshot every volume", "warning NOT CHECKED: ec2:DescribeSnapshots", "warning Mutes that have expired",
		"notice LOW: Retire orphan volumes", "notice Mutes that mute nothing", "notice Muted", "notice Left out", "notice Since last week.json"}
	if !slices.Equal(got, want) {
		t.Errorf("annotations\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestGitHubHostile: no text begins a command of its own.
func TestGitHubHostile(t *testing.T) {
	want := len(annotations(t, hostile("x")))
	for _, attack := range attacks {
		if got := len(annotations(t, hostile(attack))); got > want {
			t.Errorf("%.40q makes %d annotations, more than %d", attack, got, want)
		}
	}
}

// TestGitHubMany: one annotation for a pattern, which says how many resources it does not name; and gaps leave room.
func TestGitHubMany(t *testing.T) {
	r := many(2, 25)
	for i := range 20 {
		r.Gaps = append(r.Gaps, lint.Missing{Action: "ec2:DescribeVolumes", Error: fmt.Sprint("denied ", i), Patterns: []string{"a"}})
	}
	got := annotations(t, r)
	if len(got) != 2+annotatedGaps+1 {
		t.Fatalf("%d annotations: %q", len(got), got)
	}
	if last := got[annotatedGaps]; last.title != "NOT CHECKED: 16 things more" {
		t.Errorf("behind the gaps stands %q", last)
	}
	for _, c := range got[annotatedGaps+1:] {
		if !strings.Contains(c.data, "\nand 15 resources more\n") || strings.Count(c.data, "vol-") != 10 || !strings.Contains(c.data, "\naws ec2 help\n") || !strings.HasSuffix(c.data, "why and how: https://patlint.github.io/patlint/") {
			t.Errorf("annotation %q", c)
		}
	}
}

func TestCommandEscapes(t *testing.T) {
	for in, want := range map[string][2]string{
		"plain":             {"plain", "plain"},
		"100%":              {"100%25", "100%25"},
		"%0A::error::x":     {"%250A::error::x", "%250A%3A%3Aerror%3A%3Ax"},
		"a\r\nb":            {"a%0D%0Ab", "a%0D%0Ab"},
		"a,file=b::c":       {"a,file=b::c", "a%2Cfile=b%3A%3Ac"},
		"\n::set-output::x": {"%0A::set-output::x", "%0A%3A%3Aset-output%3A%3Ax"},
	} {
		if data, property := commandData(in), commandProperty(in); data != want[0] || property != want[1] {
			t.Errorf("%q: data %q, property %q, want %q", in, data, property, want)
		}
	}
}

// FuzzCommand: a command is one line, from which the runner reads the texts that went in.
func FuzzCommand(f *testing.F) {
	for _, a := range attacks {
		f.Add(a, a)
	}
	f.Fuzz(func(t *testing.T, title, data string) {
		line := "::error title=" + commandProperty(title) + "::x" + commandData(data) + "x"
		if strings.ContainsAny(line, "\r\n") {
			t.Fatalf("more than one line: %q", line)
		}
		c, ok := runner(t, line)
		if !ok || c != (command{"error", title, "x" + data + "x"}) {
			t.Errorf("the runner reads %q of %q", c, line)
		}
	})
}
