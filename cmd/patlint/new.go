package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
	"github.com/spf13/cobra"
)

type newFlags struct {
	dir      string
	like     string
	resource string
	title    string
	snapshot string
	id       string
	as       string
	output   string
}

func newNew() *cobra.Command {
	var f newFlags
	cmd := &cobra.Command{
		Use:   "new CHAPTER/ID",
		Short: "Begin a pattern: write a page whose blanks are marked",
		Long: `New writes DIR/CHAPTER/ID.md, a pattern that is still to be written. The ID says what to do, in lower-case words with hyphens. Each blank is marked with the
word ` + patterns.Blank + `, and what belongs there stands behind it; patlint test FILE lists those that are left. A file that is there is never overwritten.

With --resource the page has a rule, with what it can ask as comments, examples and a fix. With --like it begins with those of another pattern. Without either it
is guidance only: a page without a rule.

--from-snapshot and --id make an example of a resource of a real account, without what is yours: the notes say what was left out and where other words stand.
Region, zone and ages stay. With --like, the notes also say what that rule says of it. Read it before you publish it.

Nothing goes to stdout, unless -o - prints the page there. Exit codes: 0 the page is written, 2 usage.`,
		Example: `  patlint new storage/name-every-volume --resource volume
  patlint new storage/keep-volumes-small --like move-gp2-to-gp3
  patlint new boot/test-the-restore --title "Test the restore"
  patlint new storage/name-every-volume --resource volume --from-snapshot snapshots/ --id vol-0123456789abcdef0`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("new takes one CHAPTER/ID, such as storage/name-every-volume; see patlint new --help")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var chapters []string
			if s, err := newShelf(f.folder()); err == nil {
				for _, c := range s.chapters() {
					chapters = append(chapters, c+"/")
				}
			}
			return chapters, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.dir, "patterns", "", "the folder of patterns to write into; made if it is not there (default: the folder patterns here)")
	fl.StringVar(&f.like, "like", "", "begin with rule, examples and fix of this pattern")
	fl.StringVar(&f.resource, "resource", "", "the kind of resource that the rule is about: patlint list kinds shows them")
	fl.StringVar(&f.title, "title", "", "the title, in sentence case and without a full stop (default: the words of the ID)")
	fl.StringVar(&f.snapshot, "from-snapshot", "", "make an example of a resource in a saved snapshot: a folder, a .json or .json.gz file, or - for stdin")
	fl.StringVar(&f.id, "id", "", "the resource's ID, for --from-snapshot; a name or an address that only one has will do")
	fl.StringVar(&f.as, "as", "fail", "what the example of --from-snapshot shows: fail, pass or unknown (with --like, what that rule says of it)")
	fl.StringVarP(&f.output, "output", "o", "", "- prints the page instead of writing the file")
	_ = cmd.MarkFlagDirname("patterns")
	_ = cmd.RegisterFlagCompletionFunc("like", completeIDs)
	_ = cmd.RegisterFlagCompletionFunc("resource", completeKinds)
	_ = cmd.RegisterFlagCompletionFunc("as", cobra.FixedCompletions([]string{"fail", "pass", "unknown"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"-"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// completeKinds completes the kinds that a rule can be about.
func completeKinds(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, k := range lint.Describe().Kinds {
		out = append(out, k.Name+"\t"+k.Doc)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (f *newFlags) folder() string {
	if f.dir == "" {
		return "patterns"
	}
	return filepath.Clean(f.dir)
}

func (f *newFlags) run(cmd *cobra.Command, name string) error {
	if err := f.check(cmd); err != nil {
		return err
	}
	s, err := newShelf(f.folder())
	if err != nil {
		return err
	}
	if err := s.isCatalog(); err != nil {
		return err
	}
	chapter, id, err := s.place(name)
	if err != nil {
		return err
	}
	blank, err := f.draft(cmd, s, id)
	if err != nil {
		return err
	}
	blank.pillar = s.pillar(chapter)
	file := filepath.Join(s.dir, chapter, id+".md")
	page := blank.page()
	p, err := patterns.Parse(filepath.ToSlash(file), []byte(page))
	if err != nil {
		return refused(err)
	}
	tell := func(format string, args ...any) { note(cmd.ErrOrStderr(), fmt.Sprintf(format, args...)) }
	if f.output == "-" {
		blank.warn(tell)
		_, err := io.WriteString(cmd.OutOrStdout(), page)
		return err
	}
	made, err := s.make(f.dir != "")
	if err != nil {
		return err
	}
	if made {
		tell("made the folder %s", s.dir)
	}
	if err := s.write(file, page); err != nil {
		return err
	}
	tell("wrote %s; it has %s, each marked %s", file, plural(len(p.Blanks), "blank", "blanks"), patterns.Blank)
	if !slices.Contains(s.chapters(), chapter) {
		readme := filepath.Join(s.dir, chapter, "README.md")
		if err := s.write(readme, chapterPage(chapter)); err != nil {
			return err
		}
		tell("new chapter %s: wrote %s, with blanks; those before are %s", chapter, readme, strings.Join(s.chapters(), ", "))
	}
	if blank.kind == nil {
		tell("it is guidance only; for a rule delete it, and run this again with --resource KIND (patlint list kinds shows them) or --like ID")
	}
	blank.warn(tell)
	tell("next: fill the blanks in, and run patlint test %s", file)
	return nil
}

// check wants flags that go together.
func (f *newFlags) check(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	switch {
	case changed("patterns") && f.dir == "":
		return errors.New("--patterns names nothing; is a variable empty?")
	case changed("output") && f.output != "-":
		return fmt.Errorf("-o takes - and prints the page; where the file stands follows from CHAPTER/ID and --patterns, not from %q", f.output)
	case changed("like") && f.like == "":
		return errors.New("--like names nothing; is a variable empty?")
	case changed("resource") && f.resource == "":
		return errors.New("--resource names nothing; is a variable empty?")
	case changed("title") && strings.TrimSpace(f.title) == "":
		return errors.New("--title says nothing; is a variable empty?")
	case !utf8.ValidString(f.title) || strings.ContainsFunc(f.title, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("--title has a character that nobody sees; write it with the keyboard, and do not paste it")
	case changed("from-snapshot") && f.snapshot == "":
		return errors.New("--from-snapshot names nothing; is a variable empty?")
	case changed("from-snapshot") && f.id == "":
		return errors.New("--from-snapshot takes one resource; say which with --id")
	case !changed("from-snapshot") && (changed("id") || changed("as")):
		return errors.New("--id and --as are for --from-snapshot; say where the resource is saved")
	case f.as != "fail" && f.as != "pass" && f.as != "unknown":
		return fmt.Errorf("--as takes fail, pass or unknown, not %q", f.as)
	}
	return nil
}

// draft gathers what the page begins with.
func (f *newFlags) draft(cmd *cobra.Command, s *shelf, id string) (*blankPage, error) {
	d := &blankPage{title: f.title, as: f.as}
	if d.title == "" {
		d.title = sentence(id)
	}
	var rules *lint.Rules
	kind := f.resource
	if f.like != "" {
		p, err := s.find(f.like)
		if err != nil {
			return nil, err
		}
		d.like = p.Ready()
		if r := d.like.Rule; r != nil {
			about := strings.TrimSpace(r.Resource.Value)
			if kind != "" && kind != about {
				return nil, fmt.Errorf("--resource %s does not go with --like %s, whose rule is about %s; give one of the two", kind, p.ID, about)
			}
			kind = about
			if rules, err = lint.Compile(&patterns.Catalog{Patterns: []*patterns.Pattern{d.like}}); err != nil {
				return nil, err
			}
		}
	}
	if f.snapshot != "" {
		ex, err := f.excerpt(cmd, kind, rules)
		if err != nil {
			return nil, err
		}
		d.excerpt, kind = ex, ex.Kind
		if !cmd.Flags().Changed("as") && roleOf[ex.Verdict] != "" {
			d.as = roleOf[ex.Verdict]
		}
	}
	if kind == "" {
		return d, nil
	}
	kinds := lint.Describe().Kinds
	i := slices.IndexFunc(kinds, func(k lint.KindDoc) bool { return k.Name == kind })
	if i < 0 {
		return nil, unknownKind(kind, lint.Kinds())
	}
	d.kind = &kinds[i]
	return d, nil
}

// roleOf is the example that shows a verdict.
var roleOf = map[string]string{"fail": "fail", "out of scope": "pass", "pass": "pass", "unknown": "unknown"}

// excerpt cuts the resource out of the one account and region that has it.
func (f *newFlags) excerpt(cmd *cobra.Command, kind string, rules *lint.Rules) (*lint.Excerpt, error) {
	var found []*lint.Excerpt
	var scopes, all []string // that have it, and that there are
	var wrong error
	ctx := cmd.Context()
	ignored, err := walkSaved(ctx, "--from-snapshot", f.snapshot, cmd.InOrStdin(), time.Now(), func(inv *lint.Inventory) error {
		if ctx.Err() != nil {
			return errInterrupted
		}
		scope := strings.TrimSpace(inv.Account + " " + inv.Region)
		all = append(all, scope)
		ex, err := inv.Excerpt(kind, f.id, rules)
		var notRead *lint.NotRead
		switch {
		case err == nil:
			found, scopes = append(found, ex), append(scopes, scope)
		case !errors.As(err, &notRead):
			wrong = cmp.Or(wrong, err)
		}
		return nil
	})
	noteIgnored(cmd, ignored, false)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, fmt.Errorf("--from-snapshot %s has %s in %s; name the folder of the one that you mean", f.snapshot, f.id, strings.Join(scopes, " and in "))
	case wrong != nil:
		return nil, fmt.Errorf("--from-snapshot %s: %w", f.snapshot, wrong)
	case len(all) == 1:
		return nil, fmt.Errorf("--from-snapshot %s: %w", f.snapshot, &lint.NotRead{ID: f.id, Account: all[0]})
	}
	return nil, fmt.Errorf("--from-snapshot %s has %s in none of its %d accounts and regions; look at its ID, and whether its kind was read at all", f.snapshot, f.id, len(all))
}

// refused says what is wrong with the page that the words of the command line gave. The file does not exist, so its lines are no help.
func refused(err error) error {
	var errs patterns.Errors
	if errors.As(err, &errs) {
		switch errs[0].Line {
		case 1:
			return errors.New(errs[0].Msg)
		case 2:
			return fmt.Errorf("--title: %s", errs[0].Msg)
		}
	}
	return err
}

// writeNew writes a file that is not there yet, whole or not at all.
func writeNew(name, text string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and is not overwritten", name)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, text)
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(name)
	}
	return err
}

// A shelf is the folder that a new pattern comes to stand in, and the catalog beside it. Other files in the folder may be unfinished or wrong.
type shelf struct {
	dir     string
	there   bool                // whether the folder is
	files   []string            // of the folder's patterns and chapters
	own     []*patterns.Pattern // those of the folder that can be read
	builtin *patterns.Catalog
}

func newShelf(dir string) (*shelf, error) {
	builtin, err := patterns.Load(patterns.Builtin())
	if err != nil {
		return nil, err
	}
	s := &shelf{dir: dir, builtin: builtin}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return s, nil
	}
	s.there = true
	if s.files, err = fs.Glob(os.DirFS(dir), "*/*.md"); err != nil {
		return nil, err
	}
	for _, name := range s.files {
		if filepath.Base(name) == "README.md" {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		st, err := os.Stat(file)
		if err != nil || !st.Mode().IsRegular() {
			continue // patlint test says so
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if p, err := patterns.Parse(filepath.ToSlash(file), data); err == nil {
			s.own = append(s.own, p)
		}
	}
	return s, nil
}

// make makes the folder if it is not there and was named.
func (s *shelf) make(named bool) (made bool, err error) {
	switch {
	case s.there:
		return false, nil
	case !named:
		return false, fmt.Errorf("there is no folder %s here to write into; make it with mkdir %s, or name one with --patterns", s.dir, s.dir)
	}
	return true, os.MkdirAll(s.dir, 0o777)
}

// pillar is the one that most patterns of a chapter have; a chapter with the name of a pillar is about that.
func (s *shelf) pillar(chapter string) string {
	if slices.Contains(patterns.Pillars, chapter) {
		return chapter
	}
	count := map[string]int{"reliability": 0}
	for _, p := range s.all() {
		if p.Chapter == chapter {
			count[p.Pillar]++
		}
	}
	return slices.MaxFunc(slices.Sorted(maps.Keys(count)), func(a, b string) int { return cmp.Compare(count[a], count[b]) })
}

// isCatalog wants a folder of chapters, where there is one.
func (s *shelf) isCatalog() error {
	if st, err := os.Stat(s.dir); err == nil && !st.IsDir() {
		return fmt.Errorf("%s is a file; a catalog is a folder with a folder for each chapter", s.dir)
	}
	pages, err := filepath.Glob(filepath.Join(s.dir, "*.md"))
	pages = slices.DeleteFunc(pages, func(p string) bool { return filepath.Base(p) == "README.md" || filepath.Base(p) == "glossary.md" })
	if err != nil || len(pages) == 0 || len(s.files) > 0 {
		return nil // what else is there is said by patlint test
	}
	return fmt.Errorf("%s has pages of its own, such as %s, so it is a chapter; name the folder above it: --patterns %s", s.dir, filepath.Base(pages[0]), filepath.Join(s.dir, ".."))
}

// write writes a file that is not there yet into a chapter's folder, and makes that if need be.
func (s *shelf) write(file, text string) error {
	switch st, err := os.Lstat(filepath.Dir(file)); {
	case err == nil && st.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a link, and a catalog does not follow links to folders; name the folder itself with --patterns", filepath.Dir(file))
	case err == nil && !st.IsDir():
		return fmt.Errorf("%s is a file; a chapter is a folder", filepath.Dir(file))
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return writeNew(file, text)
}

// chapters are those of the folder and of the built-in catalog, sorted.
func (s *shelf) chapters() []string {
	var out []string
	for _, name := range s.files {
		chapter, _, _ := strings.Cut(name, "/")
		out = append(out, chapter)
	}
	for _, c := range s.builtin.Chapters {
		out = append(out, c.ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// all are the patterns that there are, those of the folder first.
func (s *shelf) all() []*patterns.Pattern { return slices.Concat(s.own, s.builtin.Patterns) }

// find looks a pattern up by its ID or a former one.
func (s *shelf) find(id string) (*patterns.Pattern, error) {
	var ids []string
	for _, p := range s.all() {
		if p.ID == id || slices.Contains(p.Aliases, id) {
			return p, nil
		}
		ids = append(ids, p.ID)
	}
	return nil, fmt.Errorf("there is no pattern %q%s; patlint list shows all", id, didYouMean(id, ids, ""))
}

// place reads CHAPTER/ID, and finds out whether a pattern can stand there.
func (s *shelf) place(name string) (chapter, id string, err error) {
	chapter, id, ok := strings.Cut(name, "/")
	if !ok || chapter == "" || id == "" || strings.Contains(id, "/") {
		return "", "", fmt.Errorf("%q is not CHAPTER/ID, such as storage/name-every-volume; the chapters are %s", name, strings.Join(s.chapters(), ", "))
	}
	for _, word := range []string{chapter, id} {
		if !patterns.IsID(word) {
			return "", "", fmt.Errorf("%q is not the name of a file or folder here: lower-case words with hyphens, at most 60 characters%s", word, asID(word))
		}
	}
	if known := s.chapters(); !slices.Contains(known, chapter) {
		if near := patterns.Nearest(chapter, known); near != "" && !isDir(filepath.Join(s.dir, chapter)) {
			return "", "", fmt.Errorf("there is no chapter %s; did you mean %s? (for a new one, make the folder %s first)", chapter, near, filepath.Join(s.dir, chapter))
		}
	}
	for _, f := range s.files {
		if filepath.Base(f) == id+".md" {
			return "", "", fmt.Errorf("the ID %s is taken by %s; an ID is unique over all chapters", id, filepath.Join(s.dir, filepath.FromSlash(f)))
		}
	}
	for _, p := range s.all() {
		switch {
		case p.ID == id:
			return "", "", fmt.Errorf("the ID %s is taken by the built-in pattern %s/%s; patlint explain %s shows it", id, p.Chapter, p.ID, p.ID)
		case slices.Contains(p.Aliases, id):
			return "", "", fmt.Errorf("the ID %s is a former one of %s, and an ID is never reused", id, p.ID)
		}
	}
	return chapter, id, nil
}

func isDir(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}

// asID is a hint at the ID that somebody meant by another spelling; "" where there is none.
func asID(word string) string {
	id := strings.Join(strings.FieldsFunc(strings.ToLower(strings.TrimSuffix(word, ".md")), func(r rune) bool { return r == '_' || r == ' ' || r == '-' }), "-")
	if !patterns.IsID(id) {
		return ""
	}
	return "; did you mean " + id + "?"
}
