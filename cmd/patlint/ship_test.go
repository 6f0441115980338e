package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// root is the repository.
const root = "../.."

// readYAML reads a file of the repository into a value.
func readYAML(t *testing.T, name string, to any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(repoText(t, name)), to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func repoText(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// globs finds files of the repository, and wants at least one for each pattern.
func globs(t *testing.T, patterns ...string) []string {
	t.Helper()
	var out []string
	for _, p := range patterns {
		files, err := fs.Glob(os.DirFS(root), p)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", p, files, err)
		}
		out = append(out, files...)
	}
	return out
}

// scripts are all shell scripts outside testdata.
func scripts(t *testing.T) []string {
	var out []string
	for _, name := range globs(t, ".ci/*", ".github/actions/*.sh", ".github/actions/*/*.sh") {
		if b, err := os.ReadFile(filepath.Join(root, name)); err == nil && regexp.MustCompile(`^#!.*bash|^# shellcheck shell=bash`).Match(b) {
			out = append(out, name)
		}
	}
	return out
}

// tool runs a program in the repository and wants it to be silent.
func tool(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", filepath.Base(program), err, out)
	}
}

// TestActionlint: other people's checks of the workflows, which run shellcheck on what stands in them.
func TestActionlint(t *testing.T) {
	shellcheck := required(t, "actionlint", "shellcheck")
	tool(t, required(t, "actionlint", "actionlint"), append([]string{"-shellcheck", shellcheck, "-no-color"}, globs(t, ".github/workflows/*.yml")...)...)
}

func TestShellcheck(t *testing.T) {
	tool(t, required(t, "actionlint", "shellcheck"), append([]string{"-x"}, scripts(t)...)...)
}

func TestZizmor(t *testing.T) {
	tool(t, required(t, "zizmor", "zizmor"), "--offline", "--no-progress", "--color", "never", "--persona", "pedantic", ".")
}

// A workflowFile is what the tests below look at in a workflow or an action.
type workflowFile struct {
	On          yaml.Node
	Permissions *map[string]string
	Jobs        map[string]struct {
		Permissions *map[string]string
		Timeout     int `yaml:"timeout-minutes"`
		Uses        string
		Steps       []step
	}
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Description, Value string }
	Runs    struct{ Steps []step }
}

type step struct {
	Name, ID, If, Uses, Run, Shell string
	Env, With                      map[string]string
}

// TestWorkflows: rights are given job by job, actions are pinned, nothing that a stranger writes stands in a script, and no workflow of a
// stranger's branch has more rights than to read.
func TestWorkflows(t *testing.T) {
	pinned := regexp.MustCompile(`uses: (\./(\.github/\S+)?|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)(\s|$)`)
	for _, name := range globs(t, ".github/workflows/*.yml", "action.yml", ".github/actions/*/action.yml") {
		var w workflowFile
		readYAML(t, name, &w)
		steps, used := w.Runs.Steps, 0
		if len(w.Jobs) > 0 && (w.Permissions == nil || len(*w.Permissions) > 0) {
			t.Errorf("%s: permissions at the top are not {}", name)
		}
		for id, job := range w.Jobs {
			steps = append(steps, job.Steps...)
			if job.Permissions == nil {
				t.Errorf("%s: job %s does not say its permissions", name, id)
			}
			if job.Timeout == 0 && job.Uses == "" {
				t.Errorf("%s: job %s has no timeout-minutes", name, id)
			}
			if job.Permissions != nil && strings.Contains(on(&w), "pull_request") {
				for scope, level := range *job.Permissions {
					if level != "read" {
						t.Errorf("%s: job %s of a pull request has %s: %s", name, id, scope, level)
					}
				}
			}
		}
		if strings.Contains(on(&w), "pull_request_target") || strings.Contains(on(&w), "workflow_run") {
			t.Errorf("%s: runs with the rights of the repository what a stranger may have written", name)
		}
		for _, s := range steps {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: an expression in a script: %s", name, s.Run)
			}
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
				t.Errorf("%s: checkout leaves its token behind", name)
			}
			if strings.Contains(name, "release.yml") && strings.HasPrefix(s.Uses, "actions/setup-go@") && (s.With["cache"] != "false" || s.With["check-latest"] != "true" || s.With["go-version"] != goMinor(t)+".x") {
				t.Errorf("%s: a release takes the newest patch of Go %s, and nothing from a cache: %v", name, goMinor(t), s.With)
			}
		}
		for line := range strings.Lines(repoText(t, name)) {
			if regexp.MustCompile(`^\s+(- )?uses: `).MatchString(line) {
				used++
				if !pinned.MatchString(line) {
					t.Errorf("%s: not pinned by a commit, with the version behind it: %s", name, strings.TrimSpace(line))
				}
			}
		}
		if used == 0 {
			t.Errorf("%s uses nothing", name)
		}
	}
}

// goMinor is the version of Go without the patch: go.mod names the oldest that will do, which is not what a release is built with.
func goMinor(t *testing.T) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^go (\d+\.\d+)\b`).FindStringSubmatch(repoText(t, "go.mod"))
	if m == nil {
		t.Fatal("go.mod names no version of Go")
	}
	return m[1]
}

// TestReleaseOrder: a wrong tag is found before an hour of tests, and nobody sees a release whose files are not attested.
func TestReleaseOrder(t *testing.T) {
	var w struct {
		Jobs map[string]struct {
			Needs string
			Steps []step
		}
	}
	readYAML(t, ".github/workflows/release.yml", &w)
	if w.Jobs["test"].Needs != "notes" || w.Jobs["release"].Needs != "test" || !slices.ContainsFunc(w.Jobs["notes"].Steps, func(s step) bool { return strings.HasPrefix(s.Run, ".ci/notes ") }) {
		t.Errorf("test needs %q, release %q", w.Jobs["test"].Needs, w.Jobs["release"].Needs)
	}
	steps := w.Jobs["release"].Steps
	attested := 0
	for _, s := range steps {
		if strings.HasPrefix(s.Uses, "actions/attest@") {
			attested++
		}
	}
	if last := steps[len(steps)-1]; attested != 2 || !strings.HasPrefix(last.Run, "gh release edit ") || !strings.HasSuffix(last.Run, " --draft=false") {
		t.Errorf("%d attestations, and the last step is %q", attested, last.Run)
	}
	var r struct{ Release struct{ Draft bool } }
	if readYAML(t, ".goreleaser.yaml", &r); !r.Release.Draft {
		t.Error("goreleaser publishes what is not attested yet")
	}
}

// on is what a workflow waits for, as YAML.
func on(w *workflowFile) string {
	b, _ := yaml.Marshal(&w.On)
	return string(b)
}

// TestOnePin: an action has one version in all files, and so has each tool that CI and the release share.
func TestOnePin(t *testing.T) {
	pins := map[string]string{}
	for _, name := range globs(t, ".github/workflows/*.yml", "action.yml", ".github/actions/*/action.yml") {
		for _, m := range regexp.MustCompile(`uses: ([\w.-]+/[\w./-]+)@(\S+ # \S+)`).FindAllStringSubmatch(repoText(t, name), -1) {
			if old := pins[m[1]]; old != "" && old != m[2] {
				t.Errorf("%s: %s and %s", m[1], old, m[2])
			}
			pins[m[1]] = m[2]
		}
	}
	if len(pins) < 10 {
		t.Errorf("%d pins found", len(pins))
	}
	ci := regexp.MustCompile(`goreleaser/v2@(v\S+)`).FindStringSubmatch(repoText(t, ".ci/run"))
	rel := regexp.MustCompile(`(?m)^ +version: (v2\S+)`).FindStringSubmatch(repoText(t, ".github/workflows/release.yml"))
	if ci == nil || rel == nil || ci[1] != rel[1] {
		t.Errorf("goreleaser: CI has %v, the release %v", ci, rel)
	}
}

// releaseFile is what the tests look at in .goreleaser.yaml.
type releaseFile struct {
	Dist   string
	Builds []struct {
		Env, Flags, Ldflags, Goos, Goarch []string
	}
	Casks []struct {
		Manpages []string
	} `yaml:"homebrew_casks"`
	Images []struct {
		Platforms []string
	} `yaml:"dockers_v2"`
}

// TestReleaseFile: six programs that need nothing of the system, and every manual page.
func TestReleaseFile(t *testing.T) {
	var r releaseFile
	readYAML(t, ".goreleaser.yaml", &r)
	b := r.Builds[0]
	if got := strings.Join(slices.Concat(b.Goos, b.Goarch, b.Env, b.Flags, b.Ldflags), " "); len(r.Builds) != 1 || got != "darwin linux windows amd64 arm64 CGO_ENABLED=0 -trimpath -s -w" {
		t.Errorf("%d builds: %s", len(r.Builds), got)
	}
	_, pages := manPages(t)
	var want []string
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		want = append(want, "man/"+name)
	}
	got := slices.Sorted(slices.Values(r.Casks[0].Manpages))
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("homebrew_casks.manpages in .goreleaser.yaml (-want +got):\n%s", d)
	}
	if !strings.HasPrefix(r.Dist, ".ci/tools/") || !strings.Contains(repoText(t, ".gitignore"), "/.ci/tools/\n") || !strings.Contains(repoText(t, ".github/workflows/release.yml"), r.Dist+"/checksums.txt") {
		t.Errorf("a release writes into %s; git is to ignore it, and release.yml to know it", r.Dist)
	}
}

// TestInstallText: what the site says of getting the program is what a release makes.
func TestInstallText(t *testing.T) {
	var r struct {
		Archives []struct {
			Name string `yaml:"name_template"`
		}
		Casks []struct {
			Repository struct{ Owner, Name string }
		} `yaml:"homebrew_casks"`
		Images []struct{ Images []string } `yaml:"dockers_v2"`
		Nfpms  []struct{ Formats []string }
	}
	readYAML(t, ".goreleaser.yaml", &r)
	text := ourPage(t, "start.md")
	tap := r.Casks[0].Repository
	for _, want := range []string{
		strings.NewReplacer("{{ .ProjectName }}", "patlint", "{{ .Version }}", "VERSION", "{{ .Os }}", "SYSTEM", "{{ .Arch }}", "ARCH").Replace(r.Archives[0].Name) + ".tar.gz",
		"brew install --cask " + tap.Owner + "/" + strings.TrimPrefix(tap.Name, "homebrew-") + "/patlint",
		"docker run --rm " + r.Images[0].Images[0] + " check --demo",
		"." + r.Nfpms[0].Formats[0] + "`", "." + r.Nfpms[0].Formats[1] + "`", "go install github.com/patlint/patlint/cmd/patlint@latest", "Go " + goMinor(t) + " or newer",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("start.md does not say %s", want)
		}
	}
}

// TestUsedInWorkflows: where our texts show how to use an action, they name this version of it, and inputs that it has.
func TestUsedInWorkflows(t *testing.T) {
	shown := 0
	for _, name := range []string{"README.md", "action.yml", ".github/actions/test-catalog/action.yml"} {
		text := regexp.MustCompile(`(?m)^# ?`).ReplaceAllString(repoText(t, name), "")
		for _, m := range regexp.MustCompile(`(?m)^( *)- uses: patlint/patlint(/\S+)?@v(\S+)\n((?: +\S.*\n)+)`).FindAllStringSubmatch(text, -1) {
			shown++
			if m[3] != version {
				t.Errorf("%s uses v%s, and this is v%s", name, m[3], version)
			}
			var used step
			if err := yaml.Unmarshal([]byte(m[4]), &used); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var w workflowFile
			readYAML(t, path.Join(".", m[2], "action.yml"), &w)
			for input := range used.With {
				if _, ok := w.Inputs[input]; !ok {
					t.Errorf("%s: the action has no input %s", name, input)
				}
			}
			if len(used.With) == 0 {
				t.Errorf("%s hands nothing to the action", name)
			}
		}
	}
	if shown != 3 {
		t.Errorf("%d uses are shown", shown)
	}
}

// sources copies the repository, as it stands, into a fresh one with a tag.
func sources(t *testing.T) string {
	t.Helper()
	git := required(t, "git", "git")
	list := exec.CommandContext(t.Context(), git, "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	out, err := list.Output()
	if err != nil {
		missing(t, "git", "this is no git repository")
	}
	dir := t.TempDir()
	for name := range strings.SplitSeq(strings.Trim(string(out), "\x00"), "\x00") {
		st, err := os.Stat(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, []byte(repoText(t, name)), st.Mode().Perm())); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "--all"},
		{"-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "all"},
		{"-c", "tag.gpgsign=false", "tag", "v" + version}, {"remote", "add", "origin", "https://github.com/patlint/patlint"},
	} {
		cmd := exec.CommandContext(t.Context(), git, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE=2026-11-16T09:00:00Z", "GIT_AUTHOR_DATE=2026-11-16T09:00:00Z")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	return dir
}

// TestRelease makes a release for one system, without publishing it, and looks into what came of it. Then the action installs it.
func TestRelease(t *testing.T) {
	goreleaser := required(t, "goreleaser", "goreleaser")
	dir := sources(t)
	run := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), goreleaser, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GITHUB_TOKEN=", "NO_COLOR=1", "CI=1", "GOFLAGS=-buildvcs=true") // as where nothing is said of it: the program knows its commit
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("goreleaser %v: %v\n%s", args, err, out)
		}
	}
	run("check")
	text := repoText(t, ".goreleaser.yaml")
	// One system, and a package that is described by the notes of the release, which without publishing stand nowhere.
	one := strings.NewReplacer("goos: [darwin, linux, windows]", "goos: [linux]", "goarch: [amd64, arm64]", "goarch: [amd64]",
		"description: Check AWS accounts against a catalog of infrastructure patterns\n    license", "description: '{{ .ReleaseNotes }}'\n    license").Replace(text)
	if strings.Contains(one, "windows]") || !strings.Contains(one, ".ReleaseNotes") {
		t.Fatal("the targets of .goreleaser.yaml have another form")
	}
	file := filepath.Join(t.TempDir(), "one.yaml")
	if err := os.WriteFile(file, []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	notes := filepath.Join(t.TempDir(), "notes.md")
	if err := os.WriteFile(notes, []byte("What is new in this one."), 0o600); err != nil {
		t.Fatal(err)
	}
	run("release", "--clean", "--config", file, "--skip=announce,docker,publish,sbom,validate", "--release-notes="+notes)
	dist := filepath.Join(dir, ".ci", "tools", "dist")
	archive := filepath.Join(dist, "patlint_"+version+"_linux_amd64.tar.gz")

	_, pages := manPages(t)
	t.Run("archive", func(t *testing.T) {
		want := []string{"CHANGELOG.md", "LICENSE", "README.md", "completions/patlint.bash", "completions/patlint.fish", "completions/patlint.powershell", "completions/patlint.zsh", "patlint"}
		for name := range pages {
			want = append(want, "man/"+name)
		}
		got := untar(t, archive)
		if d := cmp.Diff(slices.Sorted(slices.Values(want)), got); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	})
	want := []string{"/usr/bin/patlint", "/usr/share/bash-completion/completions/patlint", "/usr/share/doc/patlint/README.md", "/usr/share/fish/vendor_completions.d/patlint.fish"}
	for name := range pages {
		want = append(want, "/usr/share/man/man"+strings.TrimPrefix(path.Ext(name), ".")+"/"+name+".gz")
	}
	t.Run("notes", func(t *testing.T) {
		out, err := exec.CommandContext(t.Context(), required(t, "packages", "dpkg-deb"), "--field", filepath.Join(dist, "patlint_"+version+"_amd64.deb"), "Description").Output()
		if got := strings.TrimSpace(string(out)); err != nil || got != "What is new in this one." {
			t.Errorf("%v: the notes are %q", err, got)
		}
	})
	t.Run("deb", func(t *testing.T) {
		out, err := exec.CommandContext(t.Context(), required(t, "packages", "dpkg-deb"), "--contents", filepath.Join(dist, "patlint_"+version+"_amd64.deb")).Output()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line)
			if name := fields[len(fields)-1]; !strings.HasSuffix(name, "/") {
				got = append(got, path.Join("/", name))
				if fields[1] != "root/root" || fields[3] != "2026-11-16" {
					t.Errorf("%s", line)
				}
			}
		}
		all := slices.Concat(want, []string{"/usr/share/doc/patlint/copyright", "/usr/share/zsh/vendor-completions/_patlint"})
		if d := cmp.Diff(slices.Sorted(slices.Values(all)), slices.Sorted(slices.Values(got))); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	})
	t.Run("rpm", func(t *testing.T) {
		out, err := exec.CommandContext(t.Context(), required(t, "packages", "rpm"), "--query", "--list", "--package", "--nosignature", filepath.Join(dist, "patlint-"+version+"-1.x86_64.rpm")).Output()
		if err != nil {
			t.Fatal(err)
		}
		all := slices.Concat(want, []string{"/usr/share/licenses/patlint/LICENSE", "/usr/share/zsh/site-functions/_patlint"})
		if d := cmp.Diff(slices.Sorted(slices.Values(all)), slices.Sorted(slices.Values(strings.Fields(string(out))))); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	})
	t.Run("install", func(t *testing.T) {
		got := install(t, installing{dir: dist, os: "Linux", arch: "X64"})
		if got.code != 0 || !regexp.MustCompile(`patlint `+regexp.QuoteMeta(version)+` \(go\S+, linux/amd64, commit [0-9a-f]{12}\)`).MatchString(got.log) {
			t.Errorf("exit code %d\n%s", got.code, got.log)
		}
	})
}

// untar lists an archive, in order of names. All of it belongs to root and has the time of the commit.
func untar(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			slices.Sort(out)
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uname != "root" || h.ModTime.UTC().Format("2006-01-02T15:04") != "2026-11-16T09:00" {
			t.Errorf("%s is of %s, %v", h.Name, h.Uname, h.ModTime)
		}
		out = append(out, h.Name)
	}
}

// TestNotes: no release whose tag, program and changelog are not of one mind.
func TestNotes(t *testing.T) {
	bash := required(t, "bash", "bash")
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		to := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, []byte(text), mode)); err != nil {
			t.Fatal(err)
		}
	}
	write(".ci/notes", repoText(t, ".ci/notes"), 0o755)
	write("bin/go", "#!/bin/sh\necho patlint 1.2.0\n", 0o755)
	for _, test := range []struct{ tag, changelog, want, mistake string }{
		{"v1.2.0", "# Changelog\n\n## 1.2.0, 2026-12-01\n\n- One.\n\n## 1.1.0\n\n- Old.\n", "- One.", ""},
		{"v1.3.0", "## 1.3.0\n\n- One.\n", "", "the program says 1.2.0"},
		{"1.2.0", "## 1.2.0\n\n- One.\n", "", "the tag is 1.2.0"},
		{"v1.2.0", "## Unreleased (1.2.0)\n\n- One.\n", "", `no section "## 1.2.0"`},
		{"v1.2.0", "## 1.2.0\n\n## 1.1.0\n\n- Old.\n", "", `no section "## 1.2.0"`},
		{"v1.2.0", "## 1.2.01\n\n- Other.\n", "", `no section "## 1.2.0"`},
	} {
		write("CHANGELOG.md", test.changelog, 0o644)
		cmd := exec.CommandContext(t.Context(), bash, filepath.Join(dir, ".ci/notes"), test.tag)
		cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if strings.TrimSpace(string(out)) != test.want || (err != nil) != (test.mistake != "") || !strings.Contains(stderr.String(), test.mistake) {
			t.Errorf("%s: %v %q %s", test.tag, err, out, stderr.String())
		}
	}
}

// TestFuzzScript: the long run has every fuzzer, and goes on behind one that fails.
func TestFuzzScript(t *testing.T) {
	bash := required(t, "bash", "bash")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\necho \"ran $*\"\n[ \"$6\" != '^FuzzTag$' ]\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bash, filepath.Join(root, ".ci/fuzz"), "7s")
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "failed: ./lint/config:FuzzTag\n") {
		t.Errorf("%v\n%s", err, out)
	}
	want := 0
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		b, err := os.ReadFile(name)
		for _, m := range regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`).FindAllSubmatch(b, -1) {
			want++
			rel, _ := filepath.Rel(root, filepath.Dir(name))
			if line := fmt.Sprintf("ran test ./%s -run ^$ -fuzz ^%s$ -fuzztime 7s\n", filepath.ToSlash(rel), m[1]); !strings.Contains(string(out), line) {
				t.Errorf("no %s", line)
			}
		}
		return err
	})
	if got := strings.Count(string(out), "\nran "); err != nil || got != want || want < 20 {
		t.Errorf("%v: %d fuzzers of %d", err, got, want)
	}
}
