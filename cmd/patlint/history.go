package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

// historyTime is how long git may take for one repository. A site without dates is better than one that is never built.
const historyTime = 30 * time.Second

// history tells when the files of a catalog were last changed, by their names in the catalog. A file that git does not know, or that differs from what is
// committed, has no entry; nor has any of a folder that belongs to no repository. The error says why dates are missing that one could expect, and what there is
// beside it still holds.
func history(ctx context.Context, cat *patterns.Catalog, own []patterns.Source) (map[string]site.Change, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, nil
	}
	var errs []error
	repos := map[string]*repository{} // by root
	find := func(dir string) (r *repository, inside string) {
		ctx, cancel := context.WithTimeout(ctx, historyTime)
		defer cancel()
		r, inside, err := findRepository(ctx, dir)
		switch {
		case err != nil:
			errs = append(errs, err)
		case r != nil && repos[r.root] != nil:
			r = repos[r.root]
		case r != nil:
			repos[r.root] = r
		}
		return r, inside
	}
	for _, src := range own {
		if r, inside := find(filepath.FromSlash(src.Name)); r != nil {
			r.add(inside, src.Name, catalogFiles(cat))
		}
	}
	if slices.ContainsFunc(cat.Patterns, func(p *patterns.Pattern) bool { return p.Builtin }) {
		if r, _ := find("."); r != nil && holdsBuiltin(filepath.Join(r.root, "patterns")) {
			r.add("patterns", patterns.Builtin().Name, catalogFiles(cat))
		}
	}
	out := map[string]site.Change{}
	for _, root := range slices.Sorted(maps.Keys(repos)) {
		if err := repos[root].read(ctx, out); err != nil {
			errs = append(errs, err)
		}
	}
	return out, errors.Join(errs...)
}

// catalogFiles are the names of all files of a catalog.
func catalogFiles(cat *patterns.Catalog) []string {
	var out []string
	for _, p := range cat.Patterns {
		out = append(out, p.File)
	}
	for _, c := range cat.Chapters {
		if c.File != "" {
			out = append(out, c.File)
		}
	}
	if cat.Glossary != nil {
		out = append(out, cat.Glossary.File)
	}
	return out
}

// holdsBuiltin tells whether a folder holds the patterns that this program carries, byte for byte.
func holdsBuiltin(dir string) bool {
	fsys := patterns.Builtin().FS
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		want, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if got, err := readRegular(filepath.Join(dir, filepath.FromSlash(name))); err != nil || !bytes.Equal(got, want) {
			return fs.ErrInvalid
		}
		return nil
	}) == nil
}

// readRegular reads a file that is one: the folder may be anybody's, and hold a pipe.
func readRegular(name string) ([]byte, error) {
	st, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() || st.Size() > 1<<20 {
		return nil, fmt.Errorf("%s is not a file of at most 1 MB", name)
	}
	return os.ReadFile(name)
}

// A repository is one of git's, and the files whose history is wanted.
type repository struct {
	root    string
	shallow bool
	folders []string
	files   map[string]string // names in the catalog, by path from the root
}

// findRepository finds the repository that a folder belongs to, and where in it the folder is. It is nil where there is none.
func findRepository(ctx context.Context, dir string) (r *repository, inside string, err error) {
	out, err := git(ctx, dir, "rev-parse", "--is-shallow-repository", "--show-prefix", "--show-toplevel")
	if err != nil {
		var e *gitError
		if errors.As(err, &e) && (strings.Contains(e.said, "not a git repository") || strings.Contains(e.said, "must be run in a work tree")) {
			return nil, "", nil
		}
		return nil, "", err
	}
	lines := strings.SplitN(strings.TrimRight(string(out), "\r\n"), "\n", 3)
	if len(lines) != 3 {
		return nil, "", fmt.Errorf("git says %q of %s", out, dir)
	}
	return &repository{root: lines[2], shallow: lines[0] == "true", files: map[string]string{}}, strings.TrimSuffix(lines[1], "/"), nil
}

// add asks for files of a folder: those of a catalog that begin with the folder's name there.
func (r *repository) add(folder, name string, files []string) {
	r.folders = append(r.folders, path.Clean(folder))
	for _, f := range files {
		rel, ok := strings.CutPrefix(f, name+"/")
		if name == "." {
			rel, ok = f, true
		}
		if ok {
			r.files[path.Join(folder, rel)] = f
		}
	}
}

// read adds the last changes of the files.
func (r *repository) read(ctx context.Context, out map[string]site.Change) error {
	if len(r.files) == 0 {
		return nil
	}
	if r.shallow {
		return fmt.Errorf("%s is a shallow clone, which does not know when a file was last changed; git fetch --unshallow brings the rest", r.root)
	}
	ctx, cancel := context.WithTimeout(ctx, historyTime)
	defer cancel()
	wanted, err := r.committed(ctx)
	if err != nil || len(wanted) == 0 {
		return err
	}
	return r.log(ctx, wanted, out)
}

// committed are the files that stand on the disk as they do in the last commit. It reads them itself: git status would run the filters that the
// repository's own configuration names.
func (r *repository) committed(ctx context.Context) (map[string]string, error) {
	out, err := git(ctx, r.root, append([]string{"ls-tree", "-r", "-z", "HEAD", "--"}, r.folders...)...)
	if err != nil {
		var e *gitError
		if errors.As(err, &e) && strings.Contains(e.said, "valid object name") { // nothing is committed yet
			return nil, nil
		}
		return nil, err
	}
	wanted := map[string]string{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		meta, name, _ := strings.Cut(entry, "\t") // 100644 blob ID
		file, ok := r.files[name]
		if fields := strings.Fields(meta); !ok || len(fields) != 3 {
			continue
		} else if data, err := readRegular(filepath.Join(r.root, filepath.FromSlash(name))); err == nil && isBlob(fields[2], data) {
			wanted[name] = file
		}
	}
	return wanted, nil
}

// isBlob tells whether git would store the data under this name. Where git makes line ends those of the system, it stores those of Unix.
func isBlob(id string, data []byte) bool {
	for _, d := range [][]byte{data, bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))} {
		blob := append(fmt.Appendf(nil, "blob %d\x00", len(d)), d...)
		short, long := sha1.Sum(blob), sha256.Sum256(blob)
		if id == hex.EncodeToString(short[:]) || id == hex.EncodeToString(long[:]) {
			return true
		}
	}
	return false
}

// log walks the commits from the newest on until each file has been met. A rename is a change.
func (r *repository) log(ctx context.Context, wanted map[string]string, out map[string]site.Change) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd, said := gitCommand(ctx, r.root, append([]string{
		"log", "-z", "--format=/%ct %s", "--encoding=UTF-8", "--name-only", "--no-renames", "--no-relative", "--diff-merges=off", "-O" + os.DevNull,
		"--no-show-signature", "--no-ext-diff", "--no-textconv", "HEAD", "--",
	}, r.folders...)...)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = lastChanges(pipe, wanted, out)
	if err != nil || len(wanted) == 0 { // the rest is of no interest
		stop()
		_ = cmd.Wait()
		return err
	}
	if err := cmd.Wait(); err != nil {
		return &gitError{r.root, said.String(), err}
	}
	return nil
}

// lastChanges reads what git log prints: /TIME SUBJECT for a commit, then the names of its files. No name begins with a slash. What it has found is no longer
// wanted.
func lastChanges(log io.Reader, wanted map[string]string, out map[string]site.Change) error {
	in := bufio.NewScanner(log)
	in.Buffer(nil, 1<<20) // of a subject, which may be anybody's
	in.Split(func(data []byte, atEnd bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, 0); i >= 0 {
			return i + 1, data[:i], nil
		}
		return 0, nil, nil
	})
	var change site.Change
	for len(wanted) > 0 && in.Scan() {
		name := in.Text()
		if commit, ok := strings.CutPrefix(name, "/"); ok {
			change = parseChange(commit)
			continue
		}
		name = strings.TrimPrefix(name, "\n") // in front of a commit's first name
		if file, ok := wanted[name]; ok {
			delete(wanted, name)
			out[file] = change
		}
	}
	return in.Err()
}

// maxSubject is how many characters of a commit's subject a page shows.
const maxSubject = 100

func parseChange(commit string) site.Change {
	seconds, subject, _ := strings.Cut(commit, " ")
	n, _ := strconv.ParseInt(seconds, 10, 64) // it is git that writes it
	if r := []rune(report.Clean(subject)); len(r) > maxSubject {
		subject = strings.TrimSpace(string(r[:maxSubject-1])) + "…"
	} else {
		subject = string(r)
	}
	return site.Change{Time: time.Unix(n, 0).UTC(), Subject: subject}
}

// A gitError is a run of git's that failed, and what it said.
type gitError struct {
	dir, said string
	err       error
}

func (e *gitError) Error() string {
	first, _, _ := strings.Cut(strings.TrimSpace(e.said), "\n")
	return fmt.Sprintf("git cannot read the history of %s: %s", e.dir, cmp.Or(first, e.err.Error()))
}

func (e *gitError) Unwrap() error { return e.err }

// git runs git and gives what it printed.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd, said := gitCommand(ctx, dir, args...)
	out, err := cmd.Output()
	if err != nil {
		return nil, &gitError{dir, said.String(), err}
	}
	return out, nil
}

// gitCommand makes a run of git in a folder that may be anybody's: nothing that the repository's own configuration names is run, nothing is fetched and
// nothing written. What it says on stderr is in said.
func gitCommand(ctx context.Context, dir string, args ...string) (cmd *exec.Cmd, said *bytes.Buffer) {
	cmd = exec.CommandContext(ctx, "git", append([]string{
		"--no-pager", "--no-replace-objects", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull,
		"-c", "log.showSignature=false", "-c", "log.showRoot=true",
	}, args...)...)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	for _, v := range os.Environ() { // of a caller that is a hook of another repository, say
		if !strings.HasPrefix(v, "GIT_") || strings.HasPrefix(v, "GIT_CONFIG_") || strings.HasPrefix(v, "GIT_EXEC_PATH=") || strings.HasPrefix(v, "GIT_CEILING_DIRECTORIES=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	if top := workTree(dir); top != "" {
		cmd.Env = append(cmd.Env, "GIT_WORK_TREE="+top) // wherever core.worktree leads
	}
	cmd.Env = append(cmd.Env, "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	said = new(bytes.Buffer)
	cmd.Stderr = said
	return cmd, said
}

// workTree is the folder at or above dir that holds the .git, as git itself looks for it; "" where there is none.
func workTree(dir string) string {
	dir, err := filepath.Abs(dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			return ""
		}
		dir = above
	}
}
