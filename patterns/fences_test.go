package patterns

import (
	"strings"
	"testing"
)

// TestFences: a mistake in a fence is told once, with what was meant, and the block is taken in all the same.
func TestFences(t *testing.T) {
	for name, tt := range map[string]struct {
		edits []string
		want  []string
	}{
		"misspelt role":             {[]string{"~~~yaml pass", "~~~yaml passes"}, []string{"50:4: unknown role passes of a fenced block; did you mean pass?"}},
		"role with a capital":       {[]string{"~~~sh fix", "~~~sh Fix"}, []string{"58:4: unknown role Fix of a fenced block; did you mean fix?"}},
		"example without a role":    {[]string{"~~~yaml pass", "~~~yaml"}, []string{"50:4: a yaml block in Examples has a role; write ```yaml pass, fail or unknown"}},
		"end with a word behind it": {[]string{"~~~\n\n## Examples", "~~~yaml\n\n## Examples"}, []string{"34:1: the block that begins here does not end; write ``` on a line of its own behind it (line 38 begins with ``` too, but has a word behind it); until then neither rule nor examples are run"}},
		"no end":                    {[]string{"~~~\n\n## Examples", "\n\n## Examples"}, []string{"34:1: the block that begins here does not end; write ``` on a line of its own behind it; until then neither rule nor examples are run"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(pageFile, []byte(spoil(t, tt.edits...)))
			if err == nil {
				t.Fatal("there is no error")
			}
			if got := strings.ReplaceAll(err.Error(), pageFile+":", ""); got != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(tt.want, "\n"))
			}
		})
	}
}

// TestReadyFlawed: a mistake in the form hides rule and examples only where they could not be read themselves.
func TestReadyFlawed(t *testing.T) {
	const param = "since: 0.1.0\nparams:\n  most: {type: int, default: 3, doc: A size.}\n"
	for name, tt := range map[string]struct {
		edits    []string
		rule     bool
		examples int
		unread   bool
	}{
		"wrong pillar":      {[]string{"pillar: cost", "pillar: money"}, true, 2, false},
		"no section Forces": {[]string{"## Forces\n\nWords.\n\n", ""}, true, 2, false},
		"no pass example":   {[]string{"~~~yaml pass", "~~~yaml"}, true, 1, false},
		"misspelt role":     {[]string{"~~~yaml pass", "~~~yaml passes"}, true, 2, false},
		"broken YAML":       {[]string{"title: Keep", "title: [Keep"}, true, 2, false},
		"unknown param":     {[]string{"title: Keep", "title: [Keep", "message: ", "message: ${params.most} "}, false, 0, false},
		"broken param":      {[]string{"since: 0.1.0\n", strings.Replace(param, "3", "three", 1)}, false, 0, false},
		"unwritable param":  {[]string{"since: 0.1.0\n", strings.Replace(param, "most", "Most", 1)}, false, 0, false},
		"broken rule":       {[]string{"message: ", "massage: "}, false, 0, false},
		"open block":        {[]string{"~~~\n\n## Examples", "\n\n## Examples"}, false, 0, true},
		"no front matter":   {[]string{"---\ntitle", "--\ntitle"}, false, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			p, errs := parse(pageFile, []byte(spoil(t, tt.edits...)))
			if len(errs) == 0 {
				t.Fatal("there is no mistake")
			}
			if got := p.Ready(); (got.Rule != nil) != tt.rule || len(got.Examples) != tt.examples || p.unread != tt.unread {
				t.Errorf("rule %v, %d examples, unread %t of %v", got.Rule, len(got.Examples), p.unread, errs)
			}
		})
	}
}
