package main

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

// A gitRepo is a real repository in a temporary folder.
type gitRepo struct {
	t   *testing.T
	dir string
	day int // of the last commit
}

// newGitRepo makes one, away from the configuration of whoever runs the tests.
func newGitRepo(t *testing.T) *gitRepo {
	t.Helper()
	required(t, "git", "git")
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &gitRepo{t: t, dir: dir}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *gitRepo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "git", append([]string{"-c", "user.name=Jo", "-c", "user.email=jo@example.com", "-c", "protocol.file.allow=always"}, args...)...)
	at := time.Date(2026, 11, max(r.day, 1), 12, 0, 0, 0, time.UTC).Format(time.RFC3339)
	cmd.Dir, cmd.Env = r.dir, append(os.Environ(), "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (r *gitRepo) write(name, text string) {
	r.t.Helper()
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits all there is, on the next day.
func (r *gitRepo) commit(subject string) {
	r.t.Helper()
	r.day++
	r.git("add", "-A")
	r.git("commit", "-q", "-m", subject)
}

const guidancePage = "---\ntitle: TITLE\nsummary: A page.\npillar: cost\nseverity: low\nsince: 0.1.0\n---\nWords.\n\n## In one minute\n\nx\n\n## Problem\n\nx\n\n## Forces\n\nx\n\n" +
	"## Solution\n\nx\n\n## Consequences\n\nx\n\n## Rule\n\nx\n"

func (r *gitRepo) page(name string) { r.write(name, strings.Replace(guidancePage, "TITLE", name, 1)) }

// history asks for that of a folder of patterns in the working folder.
func (r *gitRepo) history(name string) (map[string]site.Change, error) {
	r.t.Helper()
	r.t.Chdir(r.dir)
	src := patterns.Source{Name: name, FS: os.DirFS(name)}
	cat, err := patterns.Load(src)
	if err != nil {
		r.t.Fatal(err)
	}
	return history(r.t.Context(), cat, []patterns.Source{src})
}

// days gives the day of November of each change, with its subject.
func days(changes map[string]site.Change) map[string]string {
	out := map[string]string{}
	for file, c := range changes {
		out[file] = c.Time.Format("2 ") + c.Subject
	}
	return out
}

func TestHistory(t *testing.T) {
	r := newGitRepo(t)
	for _, name := range []string{"a/same", "a/changed", "a/edited", "b/old-name", "a/text"} {
		r.page("ops/mine/" + name + ".md")
	}
	r.write("ops/mine/glossary.md", "# Words\n\nThe words.\n")
	r.write("ops/mine/a/README.md", "# A\n\nThe chapter.\n")
	r.commit("start")
	r.write("ops/mine/a/changed.md", strings.ReplaceAll(guidancePage, "x\n", "y\n"))
	r.write("else.txt", "x")
	r.commit("change one\n\nand more")
	r.git("mv", "ops/mine/b/old-name.md", "ops/mine/b/new-name.md")
	r.write("ops/mine/a/edited.md", strings.ReplaceAll(guidancePage, "x\n", "z\n"))
	r.commit("rename " + strings.Repeat("é", 200) + "\x1b[2J")
	r.write("else.txt", "y")
	r.commit("elsewhere")
	r.write("ops/mine/a/edited.md", strings.ReplaceAll(guidancePage, "x\n", "w\n")) // not committed
	r.page("ops/mine/b/untracked.md")
	r.write("ops/mine/a/text.md", strings.ReplaceAll(strings.Replace(guidancePage, "TITLE", "ops/mine/a/text.md", 1), "\n", "\r\n")) // as git writes it on Windows

	long := "3 rename " + strings.Repeat("é", 92) + "…"
	for _, name := range []string{"ops/mine", filepath.ToSlash(r.dir) + "/ops/mine"} {
		got, err := r.history(name)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			name + "/a/same.md": "1 start", name + "/a/changed.md": "2 change one", name + "/b/new-name.md": long, name + "/glossary.md": "1 start",
			name + "/a/README.md": "1 start", name + "/a/text.md": "1 start",
		}
		if d := cmp.Diff(want, days(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	// A hook of another repository may be what runs patlint.
	t.Setenv("GIT_DIR", filepath.Join(r.dir, "nowhere"))
	inside := &gitRepo{t: t, dir: filepath.Join(r.dir, "ops", "mine")}
	if got, err := inside.history("."); err != nil || got["a/changed.md"].Subject != "change one" || len(got) != 6 {
		t.Errorf("from inside the folder: %v, error %v", days(got), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cat, err := patterns.Load(patterns.Source{Name: ".", FS: os.DirFS(".")})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := history(ctx, cat, []patterns.Source{{Name: "."}}); err == nil || len(got) > 0 {
		t.Errorf("after Ctrl-C: %v, error %v", got, err)
	}
}

// A repository's own settings do not take the dates away.
func TestHistoryDespiteSettings(t *testing.T) {
	r := newGitRepo(t)
	r.page("ops/mine/a/x.md")
	r.commit("start")
	const file = ".git/config"
	before, err := os.ReadFile(filepath.Join(r.dir, file))
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{
		"[diff] orderFile = /nowhere/order", "[core] worktree = " + t.TempDir(), "[core] worktree = /nowhere/else", "[core] worktree = " + filepath.Dir(r.dir), "[core] bare = true",
	} {
		r.write(file, string(before)+setting+"\n") // git config would mind some of them
		got, err := r.history("ops/mine")
		if d := cmp.Diff(map[string]string{"ops/mine/a/x.md": "1 start"}, days(got)); d != "" || err != nil {
			t.Errorf("%v: error %v\n%s", setting, err, d)
		}
	}
}

func TestNoHistory(t *testing.T) {
	r := newGitRepo(t)
	r.page("mine/a/x.md")
	if got, err := r.history("mine"); err != nil || len(got) > 0 {
		t.Errorf("without a commit: %v, error %v", got, err)
	}
	r.commit("one")
	r.commitEmpty("two")
	away := &gitRepo{t: t, dir: t.TempDir()}
	away.page("mine/a/x.md")
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(away.dir))
	if got, err := away.history("mine"); err != nil || len(got) > 0 {
		t.Errorf("without a repository: %v, error %v", got, err)
	}
	clone := &gitRepo{t: t, dir: t.TempDir()}
	clone.git("clone", "-q", "--depth", "1", "file://"+filepath.ToSlash(r.dir), ".")
	if got, err := clone.history("mine"); err == nil || !strings.Contains(err.Error(), "is a shallow clone") || len(got) > 0 {
		t.Errorf("in a shallow clone: %v, error %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(r.dir, ".git", "config"), []byte("[broken\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := r.history("mine"); err == nil || !strings.HasPrefix(err.Error(), "git cannot read the history of mine: fatal: bad config line 1") || len(got) > 0 {
		t.Errorf("with a broken configuration: %v, error %v", got, err)
	}
	t.Setenv("PATH", t.TempDir())
	if got, err := away.history("mine"); err != nil || len(got) > 0 {
		t.Errorf("without git: %v, error %v", got, err)
	}
}

func (r *gitRepo) commitEmpty(subject string) {
	r.t.Helper()
	r.day++
	r.git("commit", "-q", "--allow-empty", "-m", subject)
}

// TestHostileRepository: a repository may come from anybody, and its configuration names programs.
func TestHostileRepository(t *testing.T) {
	r := newGitRepo(t)
	r.page("mine/a/x.md")
	r.write(".gitattributes", "*.md diff=evil filter=evil\n")
	r.commit("one")
	signed := r.git("cat-file", "commit", "HEAD")
	head, message, _ := strings.Cut(signed, "\n\n")
	r.write("commit", head+"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n"+message)
	r.git("update-ref", "HEAD", strings.TrimSpace(r.git("hash-object", "-t", "commit", "-w", "commit")))
	ran := filepath.Join(r.dir, "ran")
	evil := filepath.Join(r.dir, "evil")
	if err := os.WriteFile(evil, []byte("#!/bin/sh\necho \"$0 $*\" >>'"+ran+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass", "gpg.program", "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "alias.log"} {
		r.git("config", key, evil)
	}
	r.git("config", "log.showSignature", "true")
	hooks := filepath.Join(r.dir, "hooks")
	r.git("config", "core.hooksPath", hooks)
	r.git("log", "-1") // as anybody would run it
	if _, err := os.Stat(ran); err != nil {
		t.Fatal("nothing in this repository is hostile: git log ran no program")
	}
	if err := os.Remove(ran); err != nil {
		t.Fatal(err)
	}
	got, err := r.history("mine")
	if d := cmp.Diff(map[string]string{"mine/a/x.md": "1 one"}, days(got)); d != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, d)
	}
	if data, err := os.ReadFile(ran); err == nil {
		t.Errorf("the repository has run a program:\n%s", data)
	}
}

// TestBuiltinHistory: the dates of built-in patterns come from a checkout that has the same ones, and from no other.
func TestBuiltinHistory(t *testing.T) {
	r := newGitRepo(t)
	src := patterns.Builtin()
	err := fs.WalkDir(src.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(src.FS, name)
		r.write("patterns/"+name, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r.write("cmd/x.go", "package x\n")
	r.commit("all of it")
	t.Chdir(filepath.Join(r.dir, "cmd"))
	cat, err := patterns.Load(src)
	if err != nil {
		t.Fatal(err)
	}
	got, err := history(t.Context(), cat, nil)
	if want := len(catalogFiles(cat)); err != nil || len(got) != want || got[cat.Patterns[0].File].Subject != "all of it" {
		t.Errorf("%d changes, error %v; want %d", len(got), err, want)
	}
	r.write("patterns/glossary.md", "# Another version\n\nIts words.\n")
	if got, err := history(t.Context(), cat, nil); err != nil || len(got) > 0 {
		t.Errorf("of another version's files: %d changes, error %v", len(got), err)
	}
}

// FuzzLastChanges: whatever a repository holds, what is shown of it is short and plain.
func FuzzLastChanges(f *testing.F) {
	f.Add("/1795371806 two\x00\npatterns/a.md\x00/1795371800 one\x00\npatterns/a.md\x00patterns/b.md\x00")
	f.Add("/x \x1b[2J\x00patterns/b.md\x00")
	f.Fuzz(func(t *testing.T, log string) {
		wanted := map[string]string{"patterns/a.md": "a", "patterns/b.md": "b"}
		out := map[string]site.Change{}
		_ = lastChanges(strings.NewReader(log), wanted, out)
		if len(wanted)+len(out) != 2 {
			t.Errorf("%d wanted, %d found", len(wanted), len(out))
		}
		for _, c := range out {
			if len([]rune(c.Subject)) > maxSubject || strings.ContainsAny(c.Subject, "\x1b\n\x00") {
				t.Errorf("the subject is %q", c.Subject)
			}
		}
	})
}
