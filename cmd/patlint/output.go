package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/report"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

// An output is one -f: a format and where it goes.
type output struct {
	format string
	file   string // "" is stdout
	stdout io.Writer
	style  report.Options
}

// outputs are those of the -f flags of a check.
func (f *checkFlags) outputs(stdout io.Writer, cat *patterns.Catalog) ([]output, error) {
	look, err := style(stdout, f.color)
	if err != nil {
		return nil, err
	}
	look.Verbose, look.Catalog, look.Sheet = f.verbose, cat, site.Sheet()
	return outputs(stdout, f.formats, formatList(), look)
}

// outputs reads -f flags; without any, it is text to stdout. A file that cannot be written is found before anything is read.
func outputs(stdout io.Writer, specs, formats []string, look report.Options) ([]output, error) {
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	var out []output
	for _, spec := range specs {
		name, file, toFile := strings.Cut(spec, "=")
		if st, err := os.Stat(file); toFile && err == nil && isStdout(stdout, st) {
			file, toFile = "", false // /dev/stdout, and whatever it stands for
		}
		switch {
		case !slices.Contains(formats, name):
			return nil, fmt.Errorf("--format takes %s, not %q%s", strings.Join(formats, ", "), name, didYouMean(name, formats, ""))
		case toFile && file == "":
			return nil, fmt.Errorf("--format %s= names no file", name)
		case slices.ContainsFunc(out, func(o output) bool { return sameFile(o.file, file) }):
			return nil, fmt.Errorf("two reports cannot share %s; write one to a file of its own: --format %s=FILE", orStdout(file), name)
		}
		if st, err := os.Stat(filepath.Dir(file)); toFile && (err != nil || !st.IsDir()) {
			return nil, fmt.Errorf("--format %s: there is no folder %s", spec, filepath.Dir(file))
		}
		if toFile {
			if err := writable(file); err != nil {
				return nil, fmt.Errorf("--format %s: %w", spec, err)
			}
		}
		o := output{format: name, file: file, stdout: stdout, style: look}
		if toFile {
			o.style.Color, o.style.Width = false, 0
		}
		out = append(out, o)
	}
	return out, nil
}

func orStdout(file string) string {
	if file == "" {
		return "stdout"
	}
	return file
}

// writeAll writes the reports: files first, so that a reader of stdout who goes away takes nothing with him.
func writeAll(outputs []output, write func(w io.Writer, format string, look report.Options) error) error {
	slices.SortStableFunc(outputs, func(a, b output) int { return cmp.Compare(len(b.file), len(a.file)) })
	var errs []error
	for _, o := range outputs {
		errs = append(errs, o.write(func(w io.Writer) error { return write(w, o.format, o.style) }))
	}
	return errors.Join(errs...)
}

// isStdout tells whether a file is what stdout writes to.
func isStdout(stdout io.Writer, file fs.FileInfo) bool {
	f, ok := stdout.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(null, file) {
		return false // two reports may go nowhere
	}
	return err == nil && os.SameFile(st, file)
}

// sameFile tells whether two names are of one file, which may not be there yet; "" is stdout.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	return settled(a) == settled(b)
}

// settled is the name behind links of a file that may not be there yet.
func settled(file string) string {
	for range 40 { // links may go round in a circle
		to, err := os.Readlink(file)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(file), to)
		}
		file = to
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		file = filepath.Join(dir, filepath.Base(file))
	}
	if abs, err := filepath.Abs(file); err == nil {
		file = abs
	}
	return file
}

// readerGone tells whether nobody reads stdout any more.
func readerGone(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) && path.Path == os.Stdout.Name() && errors.Is(path.Err, syscall.EPIPE)
}

// write writes a report. That nobody reads stdout to its end, as with head, is no error.
func (o output) write(write func(io.Writer) error) error {
	if o.file == "" {
		err := write(o.stdout)
		if readerGone(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("write report to stdout: %w", err)
		}
		return nil
	}
	if err := o.writeFile(write); err != nil {
		return fmt.Errorf("write report %s: %w", o.file, err)
	}
	return nil
}

// writeFile replaces a file once the report is complete, behind links and with its permissions. What is no file, such as a pipe or a
// device, is written to.
func (o output) writeFile(write func(io.Writer) error) error {
	target, mode := settled(o.file), os.FileMode(0) // what the umask leaves
	if st, err := os.Stat(target); err == nil {
		if !st.Mode().IsRegular() {
			f, err := os.OpenFile(target, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			return errors.Join(write(f), f.Close())
		}
		mode = st.Mode().Perm()
	}
	return replaceFile(target, mode, write)
}

// writable tells whether a report could be written to a file, without changing what is there.
func writable(file string) error {
	if st, err := os.Stat(file); err == nil {
		if st.IsDir() {
			return fmt.Errorf("%s is a folder", file)
		}
		if !st.Mode().IsRegular() {
			return nil // opening a pipe would wait for its reader
		}
	}
	tmp, err := newDraft(filepath.Dir(settled(file)), 0o600)
	if err == nil {
		tmp.drop()
		return nil
	}
	if f, err := os.OpenFile(file, os.O_WRONLY, 0); err == nil { // it is there, in a folder that takes no other
		return f.Close()
	}
	return err
}

// replaceFile puts a whole file into the place of another, or none. A mode of 0 is that of a new file. Where the folder, or what is mounted there,
// lets nothing take the place of a file that is there, it is written over.
func replaceFile(target string, mode os.FileMode, write func(io.Writer) error) error {
	_, err := os.Stat(target)
	there := err == nil
	tmp, err := newDraft(filepath.Dir(target), cmp.Or(mode, 0o666))
	beside := err == nil
	if !beside && there {
		tmp, err = newDraft(os.TempDir(), 0o600)
	}
	if err != nil {
		return err
	}
	defer tmp.drop()
	if err := write(tmp.File); err != nil {
		return err
	}
	if beside && mode != 0 {
		if err := tmp.Chmod(mode); err != nil {
			return err
		}
	}
	if beside {
		err = tmp.become(target)
	}
	if there && (!beside || err != nil) {
		return tmp.copyTo(target)
	}
	return err
}

// A draft is a file that is not yet what it will be.
type draft struct {
	*os.File
	named bool // it has a name that must go if the draft comes to nothing
}

// namedDraft is a draft beside its target, for systems and disks without nameless files.
func namedDraft(dir string, mode os.FileMode) (*draft, error) {
	f, err := os.OpenFile(filepath.Join(dir, draftName()), os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	return &draft{f, true}, nil
}

// draftName is one that no other file has.
func draftName() string { return fmt.Sprintf(".patlint-%016x", rand.Uint64()) }

// drop takes the draft away, if it has not become something.
func (d *draft) drop() {
	d.Close()
	if d.named {
		os.Remove(d.Name())
	}
}

// rename makes a named draft the target.
func (d *draft) rename(target string) error {
	if err := d.Close(); err != nil {
		return err
	}
	if err := os.Rename(d.Name(), target); err != nil {
		return err
	}
	d.named = false
	return nil
}

// copyTo writes the draft, which is complete, over the target.
func (d *draft) copyTo(target string) error {
	from := d.File
	if d.named { // and closed
		f, err := os.Open(d.Name())
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	} else if _, err := d.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := os.OpenFile(target, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

func formatList() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// writeReport writes a report in one of the formats of formatList.
func writeReport(w io.Writer, r *lint.Report, format string, look report.Options) error {
	for _, f := range report.Formats() {
		if f.Name == format {
			return f.Write(w, r, look)
		}
	}
	return fmt.Errorf("there is no format %s", format)
}

// formatDocs is the list of formats for --help.
func formatDocs() string {
	var b strings.Builder
	for _, f := range report.Formats() {
		fmt.Fprintf(&b, "\n%-11s %s", f.Name, f.Doc)
	}
	return b.String()
}
