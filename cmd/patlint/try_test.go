package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// exampleTrial evaluates in the example account.
func exampleTrial(t testing.TB) *trial {
	t.Helper()
	cmd := newTry()
	cmd.SetContext(t.Context())
	places, err := (&tryFlags{}).accountPlaces(cmd)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := lint.Compile(&patterns.Catalog{})
	if err != nil {
		t.Fatal(err)
	}
	return &trial{rules: rules, places: places, limit: 2, out: io.Discard, stderr: io.Discard}
}

// TestCompleteLine: Tab adds what is certain, and lists what is possible where nothing is.
func TestCompleteLine(t *testing.T) {
	tried := exampleTrial(t)
	c, err := tried.rules.Completer(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ before, after, want, rest, list string }{
		{"vol", "", "volume", "", ""},
		{"volume.Si", " > 3", "volume.Size", " > 3", ""},
		{"volume.insta", "", "volume.instances()", "", ""},
		{"volume.max", "", "volume.max", "", "maxIops() maxThroughput()"},
		{"volume.su", "", "volume.sustained", "", ""},
		{"volume.met", "(", "volume.metric", "(", ""}, // its parenthesis is there
		{"volume.siz", "", "volume.Size", "", ""},
		{`volume.VolumeType == "sta`, `"`, `volume.VolumeType == "standard`, `"`, ""},
		{"volume.Quatsch", "", "volume.Quatsch", "", ""},
		{":k", "", ":kind", "", ""},
		{":", "", ":", "", ":fields :help :id :kind :quit :type"},
		{":kind vol", "", ":kind volume", "", ""},
		{":help x", "", ":help x", "", ""},
		{":fields BootM", "", ":fields BootMount", "", ""},
		{":id vol-0b8", "", ":id vol-0b8b793f779138245", "", ""},
		{":type volume.VolumeT", "", ":type volume.VolumeType", "", ""},
		{":nothing x", "", ":nothing x", "", ""},
	} {
		line, pos, names := completeLine(tried, c, tt.before+tt.after, len(tt.before))
		if line[:pos] != tt.want || line[pos:] != tt.rest || strings.Join(names, " ") != tt.list {
			t.Errorf("%s|%s: %s|%s %v, want %s|%s %s", tt.before, tt.after, line[:pos], line[pos:], names, tt.want, tt.rest, tt.list)
		}
	}
}

// TestCtrlCInEvaluation: what takes too long is given up, and the prompt goes on with what it has read.
func TestCtrlCInEvaluation(t *testing.T) {
	var screen bytes.Buffer
	p := newPrompt(t.Context(), exampleTrial(t), struct {
		io.Reader
		io.Writer
	}{strings.NewReader("volume.Size\r1 + 1\r"), &screen})
	lines := 0
	p.during = func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		if lines++; lines == 1 {
			cancel()
		}
		return ctx, cancel
	}
	if err := p.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(screen.String(), "interrupted before every resource was looked at")
	if !ok || !strings.Contains(after, "value     2") {
		t.Error(screen.String())
	}
}

// TestBroken: a value that goes over several lines keeps its spaces.
func TestBroken(t *testing.T) {
	for text, want := range map[string]string{"": "", "ab  cd": "ab  cd", "ab  cd ef gh": "ab  cd ef\ngh", "abcdefghijklmn": "abcdefghij\nklmn", "é é é é é é é": "é é é é é\né é", "a          b": "a         \nb"} {
		if got := strings.Join(broken(text, 10), "\n"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestTryJSON: the JSON is what its schema says, whatever the outcome.
func TestTryJSON(t *testing.T) {
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(trySchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("try.json", parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("try.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"volume.Size > 1"}, {`volume.AvailabilityZone == "us-*"`}, {"customerGateway.BgpAsn"}, {"1 / 0"}, {"volume.Tags"},
		{"region.ebsEncryptionByDefault()"}, {"--pattern", "relieve-saturated-links", "--limit", "2"}, {"optional.none()"},
	} {
		out, stderr, code := patlint(t, nil, append([]string{"try", "-f", "json"}, args...)...)
		got, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil || code != 0 {
			t.Fatalf("%v: exit code %d, %v, %s", args, code, err, stderr)
		}
		if err := schema.Validate(got); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}

// TestHelpFits: what the prompt shows of the language fits into a narrow terminal.
func TestHelpFits(t *testing.T) {
	for _, width := range []int{60, 100} {
		tried := exampleTrial(t)
		var out bytes.Buffer
		tried.out, tried.width = &out, width
		for _, line := range []string{":help", ":fields"} {
			if _, err := tried.line(t.Context(), line); err != nil {
				t.Fatal(err)
			}
		}
		for line := range strings.Lines(out.String()) {
			if len([]rune(line)) > width {
				t.Errorf("width %d: %s", width, line)
			}
		}
	}
}

// FuzzCompleteLine: no line and no place in it makes Tab stumble.
func FuzzCompleteLine(f *testing.F) {
	for _, s := range []string{"volume.Si > 3", ":id vol-0", ":type volume.", "é.ö", ": ", `volume.VolumeType == "`} {
		f.Add(s, len(s)/2)
	}
	tried := exampleTrial(f)
	c, err := tried.rules.Completer(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line string, pos int) {
		if pos < 0 || pos > len(line) {
			return
		}
		got, at, _ := completeLine(tried, c, line, pos)
		if at < 0 || at > len(got) {
			t.Fatalf("%q at %d became %q at %d", line, pos, got, at)
		}
	})
}

// typed runs a prompt on keys, and gives what is on its screen in the end, without the sequences that move its cursor.
func typed(t *testing.T, tried *trial, h *lineHistory, keys string) string {
	t.Helper()
	var screen bytes.Buffer
	p := newPrompt(t.Context(), tried, struct {
		io.Reader
		io.Writer
	}{strings.NewReader(keys), &screen})
	if h != nil {
		h.skip = p.keys.cancelled
		p.term.History = h
	}
	if err := p.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return screen.String()
}

// TestPrompt types as a person does.
func TestPrompt(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		want       []string // in this order
		none       string
	}{
		{"completion and value", "vol\t.VolumeT\t == \"gp2\"\r", []string{"88 resources in 111122223333 us-east-1", "vol-00053a5d12460550f", "12 more are not listed", "gives     3 true, 11 false", "reads     ec2:DescribeVolumes"}, "mistake"},
		{"candidates", "volume.max\tI\t\x15", []string{"maxIops()        maxThroughput()", "patlint> ", "volume.max"}, "gives"},
		{"mistake", "volume.Sise > 3\r", []string{"      ^ there is no field Sise; did you mean Size?"}, "exit code"},
		{"params", "params.x\r", []string{"params are those of a pattern; name it with --pattern"}, "exit code"},
		{"kind", ":kind volume\r1 + 1\rinstance.State\r:kind\r2 + 2\r", []string{"volume> ", "vol-00053a5d12460550f", "InstanceState", "patlint> ", "us-east-1"}, "no kind"},
		{"id", ":id vol-0b8b793f7\t\rvolume.Size > 25\r", []string{"shop-db-data", "value     false", "seen      volume.Size = 25"}, "not listed"},
		{"wrong id", ":id vol-0b8b793f779138246\r", []string{"nothing that was read has the ID vol-0b8b793f779138246; did you mean vol-0b8b793f779138245?"}, ""},
		{"wrong kind of id", ":id vol-0b8b793f779138245\rinstance.State\r", []string{"there is no instance vol-0b8b793f779138245 here; that ID is of the kind volume"}, "InstanceState"},
		{"a name for an ID", ":id mail-1\rinstance.State.Name\r", []string{"mail-1 is the name of i-07756ada3bac2eda0", "value     running"}, "not listed"},
		{"a name of many", ":id shop-web\rinstance.State\r", []string{"2 resources have the name shop-web; give the ID of one, such as i-021f2fd3c907e0c58"}, ""},
		{"words for commands", "?\rhelp\rexit\r1 + 1\r", []string{":fields [KIND]", ":fields [KIND]"}, "gives"},
		{"comment", "# 1 + 1\r", nil, "value"},
		{"template", "${volume.Size}\r", []string{"an expression is written without ${ }, which are for messages and fixes; write\r\nvolume.Size"}, "gives"},
		{"type", ":type volume.snapshots()\r", []string{"type      a list of snapshot", "reads     ec2:DescribeSnapshots", "cost      2 of 100,000,000 estimated"}, "counted"},
		{"fields", ":fields volume\r", []string{"volume: an EBS disk, attached or not", "VolumeType"}, ""},
		{"help", ":help\r", []string{":fields [KIND]", ":quit", "Tab completes"}, ""},
		{"unknown command", ":halp\r", []string{"there is no command :halp; :help lists them"}, ""},
		{"quit", ":quit\r1 + 1\r", nil, "value"},
		{"Ctrl-D", "\x041 + 1\r", nil, "value"},
		{"Ctrl-C ends a line", "1 + 1\x032 + 3\r", []string{"value     5"}, "value     2"},
		{"Ctrl-C ends the prompt", "1 + 1\r\x032 + 3\r", []string{"value     2"}, "value     5"},
		{"earlier lines", "1 + 1\r\x1b[A0\r", []string{"value     2", "value     11"}, ""},
		{"Home and End", "+ 1\x1b[1~1 \x1b[4~0\r", []string{"value     11"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			screen := typed(t, exampleTrial(t), nil, tt.keys)
			rest := screen
			for _, w := range tt.want {
				_, after, ok := strings.Cut(rest, w)
				if !ok {
					t.Fatalf("no %q on the screen, or not there:\n%s", w, screen)
				}
				rest = after
			}
			if tt.none != "" && strings.Contains(screen, tt.none) {
				t.Errorf("%q on the screen:\n%s", tt.none, screen)
			}
			if !strings.HasSuffix(screen, "\n") {
				t.Errorf("the prompt leaves its last line open: %q", screen)
			}
		})
	}
}

// TestMeant: what people paste is taken for what they mean, and what is an expression stays as it is.
func TestMeant(t *testing.T) {
	for _, tt := range []struct{ line, want, left string }{
		{" volume.Size > 3 ", "volume.Size > 3", ""},
		{"patlint try 'tag(volume, \"Name\") != \"\"'", `tag(volume, "Name") != ""`, ""},
		{"$ patlint try --snapshot ../snapshots 'volume.Size > 3' --limit=5", "volume.Size > 3", "--snapshot --limit"},
		{`try "volume.VolumeType == \"gp2\""`, `volume.VolumeType == "gp2"`, ""},
		{"patlint try volume.Size > 3", "volume.Size > 3", ""}, // a shell would have written into a file named 3
		{"patlint try tag(volume, 'Name')", "tag(volume, 'Name')", ""},
		{"patlint try --sise 3", "--sise 3", ""},
		{"try", "", ""},
		{"'volume.Size > 3'", "volume.Size > 3", ""},
		{"'gp2'", "'gp2'", ""},
		{`"a" == "b"`, `"a" == "b"`, ""},
		{`"a"+"b.c"`, `"a"+"b.c"`, ""},
		{`"$(volume.Size)"`, `"$(volume.Size)"`, ""},
		{"tryst.Size", "tryst.Size", ""},
		{":quit", ":quit", ""}, {"quit", ":quit", ""}, {":q", ":quit", ""}, {"?", ":help", ""},
	} {
		if got, left := meant(tt.line); got != tt.want || strings.Join(left, " ") != tt.left {
			t.Errorf("%s: %s without %v, want %s without %s", tt.line, got, left, tt.want, tt.left)
		}
	}
}

// FuzzMeant: whatever is pasted is a line.
func FuzzMeant(f *testing.F) {
	for _, s := range []string{"try 'x' --id y", `"a\$b"`, "$ patlint try", "try -", "try $'x' <<E"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if got, _ := meant(line); len(got) > len(line)+len(":help") {
			t.Errorf("%q became %q", line, got)
		}
	})
}

// TestLineHistory: lines outlive the prompt in a file that is the user's alone, as many as are worth keeping, and without those that were given up.
func TestLineHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "patlint", "try-history")
	typed(t, exampleTrial(t), newLineHistory(file), "1 + 1\r1 + 1\rgiven up\x03\r \r:kind volume\r")
	data, err := os.ReadFile(file)
	if err != nil || string(data) != "1 + 1\n:kind volume\n" {
		t.Fatalf("%q, %v", data, err)
	}
	st, err := os.Stat(file)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if screen := typed(t, exampleTrial(t), newLineHistory(file), "\x1b[A\x1b[A\r"); !strings.Contains(screen, "value     2") {
		t.Errorf("an earlier line did not come back:\n%s", screen)
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("old\n", 2*maxHistory)+"\x1b[2Jnew\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	h := newLineHistory(file)
	if h.Len() != maxHistory || h.At(0) != `\x1b[2Jnew` || h.At(maxHistory-1) != "old" {
		t.Errorf("%d lines, the last %q", h.Len(), h.At(0))
	}
	h.Add("newest")
	if h.Len() != maxHistory || h.At(0) != "newest" {
		t.Errorf("%d lines, the last %q", h.Len(), h.At(0))
	}
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 || st.Size() > 10*maxHistory {
		t.Errorf("%v, %v", st, err)
	}
	none := newLineHistory("")
	none.Add("kept nowhere")
	if none.At(0) != "kept nowhere" {
		t.Error("a prompt without a file forgets its lines at once")
	}
}

// TestPointed: the caret stands under the mistake, also where the line or the message is too long for the terminal.
func TestPointed(t *testing.T) {
	for _, tt := range []struct {
		text  string
		at    patterns.Error
		width int
		want  string
	}{
		{"a.b", patterns.Error{Line: 1, Column: 2, Msg: "no"}, 0, "a.b\n ^ no\n"},
		{"a\nb.c", patterns.Error{Line: 2, Column: 2, Msg: "no"}, 0, "b.c\n ^ no\n"},
		{"a\tb", patterns.Error{Line: 1, Column: 3, Msg: "no"}, 0, "a b\n  ^ no\n"},
		{"a", patterns.Error{Line: 1, Column: 9, Msg: "too early"}, 0, "a\n ^ too early\n"},
		{"a", patterns.Error{}, 0, "a\n^ \n"},
		{strings.Repeat("a", 50) + "b" + strings.Repeat("c", 50), patterns.Error{Line: 1, Column: 51, Msg: "no"}, 20, "aaaaaaaaaabcccccccc\n          ^ no\n"[1:]},
		{"abc", patterns.Error{Line: 1, Column: 3, Msg: "words that do not fit in"}, 20, "abc\n  ^\nwords that do not\nfit in\n"},
	} {
		got := pointed(tt.text, &tt.at, tt.width)
		if tt.width == 20 && len(tt.text) > 50 {
			lines := strings.Split(got, "\n")
			if len([]rune(lines[0])) >= tt.width || []rune(lines[0])[strings.IndexByte(lines[1], '^')] != 'b' {
				t.Errorf("the caret is not under the b:\n%s", got)
			}
			continue
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestFitted: a table fits into its terminal as long as its columns say anything, and nothing is cut without one.
func TestFitted(t *testing.T) {
	cells := [][]string{{"ID", "NAME", "VALUE"}, {"vol-0b8b793f779138245", "a name that is long", strings.Repeat("x", 200)}}
	for width, want := range map[int][]int{0: {21, 19, 200}, 100: {21, 19, 55}, 60: {21, 17, 17}, 44: {21, 9, 9}, 20: {8, 8, 8}} {
		if got := fitted(cells, width); !slices.Equal(got, want) {
			t.Errorf("width %d: %v, want %v", width, got, want)
		}
	}
	if got := fitted([][]string{{"ID", "NAME", "VALUE"}, {"us-east-1", "", "1"}}, 60); !slices.Equal(got, []int{9, 0, 5}) {
		t.Errorf("without names %v", got)
	}
}

// TestSetParam: values are written as in a configuration, and a wrong one says what is wanted.
func TestSetParam(t *testing.T) {
	p := &patterns.Pattern{ID: "p", Params: []patterns.Param{
		{Name: "age", Type: "duration", Default: 0}, {Name: "most", Type: "int", Default: int64(1)},
		{Name: "ports", Type: "list", Default: []int64{22}}, {Name: "roles", Type: "list", Default: []string{"db"}}, {Name: "word", Type: "string", Default: ""},
	}}
	for _, tt := range []struct{ set, want string }{
		{"age=12h", "12h"}, {"most=3", "3"}, {"ports=22, 3389", "22, 3389"}, {"ports=[80]", "80"}, {"roles=web,app", "web, app"}, {"word=3: a = b", "3: a = b"},
		{"most=many", "--param most=many: most is a whole number"},
		{"moost=3", "--param moost: p has no such param; did you mean most?; it has age, most, ports, roles, word"},
		{"most", `--param "most" has no value; write NAME=VALUE`},
	} {
		got := ""
		if err := setParam(p, tt.set); err != nil {
			got = err.Error()
		} else {
			name, _, _ := strings.Cut(tt.set, "=")
			got = p.Params[slices.IndexFunc(p.Params, func(p patterns.Param) bool { return p.Name == name })].DefaultText()
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.set, got, tt.want)
		}
	}
	if err := setParam(&patterns.Pattern{ID: "q"}, "a=1"); err == nil || err.Error() != "--param a: q has no params" {
		t.Error(err)
	}
}

// TestTryHostile: what an account says of itself reaches the terminal as text.
func TestTryHostile(t *testing.T) {
	tried := exampleTrial(t)
	inv, err := lint.ReadExample(&patterns.Block{File: "x.md", Line: 1, Text: "Volumes: [{VolumeId: \"vol-\\e[31m1\", Tags: [{Key: Name, Value: \"\\e]0;x\\a\"}]}, {VolumeId: vol-2, VolumeType: gp2}]\n"})
	if err != nil {
		t.Fatal(err)
	}
	tried.places = []place{{name: "x\x1b[2J", regions: inv}, {name: "y", regions: inv}}
	var out bytes.Buffer
	tried.out, tried.limit = &out, 0
	for _, e := range []string{`tag(volume, "Name")`, "volume.Tags", "volume", `volume.VolumeId`, `tag(volume, "Name") + string(1 / (volume.Size))`} {
		if err := tried.try(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	tried.id = "vol-\x1b[31m1"
	if err := tried.try(t.Context(), `tag(volume, "Name") == "x"`); err != nil {
		t.Fatal(err)
	}
	c, err := tried.rules.Completer(nil)
	if err != nil {
		t.Fatal(err)
	}
	tried.stderr = &out
	if line, _, names := completeLine(tried, c, ":id vol-", 8); line != ":id vol-2" || len(names) > 0 {
		t.Errorf("Tab gives %q, %q", line, names)
	}
	for _, line := range []string{":id vol-\x1b[31m2", ":id \x1b]0;x\a", "volume.Size"} {
		if _, err := tried.line(t.Context(), line); err != nil {
			t.Fatal(err)
		}
	}
	if strings.ContainsAny(out.String(), "\x1b\a") || !strings.Contains(out.String(), `\x1b]0;x\x07`) {
		t.Errorf("%q", out.String())
	}
}
