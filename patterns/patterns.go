// Package patterns is the catalog: infrastructure patterns, one Markdown file each, and the code that
// reads them. It knows the format of a file; what a rule means is the business of package lint.
//
// # The manual of the file format
//
// A pattern is one file, <chapter>/<id>.md. Dropping it into the folder is the whole registration: there is
// no list to extend. The file name is the ID: lower-case words with hyphens that say what to do
// ("attach-before-mount"), unique over all chapters and never reused. A renamed pattern keeps its old ID
// under aliases. The folder's name is the chapter, and its README.md is the chapter's introduction.
//
// A file has YAML front matter between two lines of three hyphens, an opening paragraph that says the state we want,
// and sections with level-2 headings in a fixed order.
//
// # Front matter
//
// Unknown keys are errors. These keys are required:
//
//	title       what to do, in sentence case and without a full stop: "Attach before mount"
//	summary     one sentence of plain text with the reason, at most 140 characters
//	pillar      performance, reliability, security, cost or operations
//	severity    critical, high, medium, low or info
//	since       the version of patlint that brought the pattern: 0.1.0
//
// These may be left out:
//
//	aliases     former IDs
//	requires    IDs of patterns that this one builds on
//	related     IDs of patterns worth reading next
//	conflicts   IDs of patterns that pull the other way
//	replaces    the ID of a built-in pattern whose place this one takes, in a catalog of your own
//	params      what a site may tune: NAME: {type: T, default: V, doc: A sentence.}, where T is
//	            bool, double, duration (720h), int, list (of strings or of whole numbers) or string
//	checks      the same check in other tools, each with a list of IDs as the tool writes them:
//	            checkov (CKV_AWS_79), cis (the benchmark's version and the recommendation: 5.0.0/5.7),
//	            cloudsploit (ec2MetadataOptions), config (ec2-imdsv2-check), custodian,
//	            prowler (ec2_instance_imdsv2_enabled), security-hub (EC2.8), trivy (AWS-0028) or
//	            trusted-advisor (the name of a check: Amazon EBS Snapshots)
//	references  a list of {title: T, url: https://…}
//
// A pattern of your own that says replaces: x takes the place of the built-in pattern x, under the same ID or another one, and answers to all IDs
// that x had. Without it, an ID of the built-in catalog is taken.
//
// JSON Schemas of front matter and rule, for editors, are in [Schema]; "patlint schema pattern" prints them.
//
// # The glossary
//
// The file glossary.md beside the chapters has a level-1 heading, a paragraph that sums it up, and a level-2 heading for each term, in alphabetical
// order. One of your own stands before the built-in one: title and summary are yours, your terms come first, and the built-in terms that you do
// not have follow them.
//
// # Sections
//
// In this order; those in brackets may be left out, and so may Examples and Fix where there is no rule:
//
//	[Context]        where the pattern applies, if the problem does not say it
//	In one minute    for decision makers: what goes wrong, what it costs, what it takes
//	Problem          the situation and the pain, told so that a reader says: me too
//	Forces           what pulls in different directions
//	Solution         what to do, step by step, with commands
//	[Evidence]       measurements, with their source
//	[Field story]    what happened to somebody, and what it taught
//	Consequences     what it costs, what gets worse, when not to use it
//	Rule             what the linter looks at and what it cannot see, then the rule
//	Examples         accounts that pass and accounts that fail
//	Fix              the commands for the finding at hand
//
// Every fenced block names its language, and a second word gives it a role:
//
//	yaml rule              the rule, in section Rule; at most one. Without it a pattern is guidance only
//	yaml pass              an example account in which the rule flags nothing
//	yaml fail              an example account in which it flags exactly the lines that say # want: words
//	yaml unknown           an example account in which it cannot decide about the lines that say # want: unknown
//	sh fix                 a command template, in section Fix; at most one
//
// A pattern with a rule needs at least one pass and one fail example. YAML anchors, aliases, tags and duplicate
// keys are errors everywhere. The keys of a rule are resource, when, require, message and waste; the manual of the rule
// language is the comment of package lint.
//
// # Blanks
//
// The word FILL-IN marks what is still to be written. What belongs there may stand behind it, up to the end of the line or the next quote or backtick:
//
//	summary: FILL-IN one sentence with the reason
//
// "patlint new" writes such a page. A catalog with a blank does not load, wherever the blank stands; "patlint test FILE" names each, and runs the rule and the
// examples that have none.
//
// # House style
//
// Beyond its form, a page keeps to the house style: how titles and messages read, how long a sentence is, how words are spelt, where numbers have a
// source. It also asks that what a page shows is made up and nobody's data: a page is public. HouseStyle lists what is asked and why, and Style finds where a page
// does not keep to it. "patlint test --no-style" leaves all of it out, the search for real data too: a catalog of your own may name what you have.
//
// # Drawings
//
// A page and a chapter's README.md may draw what numbers or a picture say better than words. The text is complete without them. The site
// gives each drawing its numbers as a table or its arrows as sentences; a terminal shows the block as it stands, so write it to be read.
//
// A block in chart has bars, which begin at zero, or lines, for which the labels are numbers that rise:
//
//	kind: bar                                        # or line
//	title: The longer it writes, the slower it gets
//	x: bytes written                                 # what the labels are
//	unit: MB/s                                       # of the values
//	series: [reads, writes]                          # may be left out; then each label has one number
//	data:
//	  131 MB: [160, 120]                             # a number for each name in series
//	  1.3 GB: [84.7, 60]
//	source: where the numbers come from              # may be left out
//
// It has at most 60 values in 6 series. They are zero or more. They and the labels
// of lines are written with at most 20 digits, and without commas.
//
// A block in sketch has boxes, groups of boxes and arrows. Its first line is its title:
//
//	title: The copy leaves the zone
//	zone-a [ instance -> volume:gp3 "data" ] ~>(by night) snapshot -> zone-b [ volume ]
//	zone-a [ volume:gp3 ] -x zone-b [ volume ]
//
// A box is a name, or a text in quotes, and may have a text in quotes below it. A name with brackets is a group; commas and lines part what
// stands in it, and groups are nested at most 3 deep. An arrow joins the boxes that stand next to it, whatever brackets are between: -> leads
// there, ~> leads there later or now and then, -x does not reach it. (text) behind an arrow is its label. A name that was used in the same group,
// or in a group inside, means the same box again. disk, root and volume are drawn as drums, image, snapshot and template as sheets, internet and
// people as pills. A sketch has at most 200 boxes and 200 arrows, and no text in it more than 60 characters. What is wider than
// some five boxes in a row has to be scrolled.
//
// # Reading paths
//
// The file paths.yaml beside the chapters is a list of ways through the catalog, each for one kind of reader. A path has
//
//	id       lower-case words with hyphens; it is never reused
//	title    who reads it: "First year"
//	kind     role or environment
//	summary  one sentence of plain text, at most 200 characters
//	read     minute, where of each pattern the section In one minute is enough; else left out
//	steps    1 to 30 patterns: a list of {pattern: ID, why: A sentence of plain text, at most 200 characters.}
//
// The paths of a catalog of your own stand behind the built-in ones; one that has the ID of a built-in path takes its place. A step may
// name any pattern of the whole catalog. A step whose pattern is not there is an error, and so is one in front of a step that
// its pattern requires.
//
// # What not to do
//
// Do not write an ID into the front matter, a level-1 heading into the body, or Markdown into title and summary.
// Do not reuse the ID of a pattern that is gone. Do not catch an [Error] and go on: a catalog with a mistake does not
// load in part. What [Loader.Draft] gives is for finding mistakes and for nothing else.
package patterns

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

//go:embed */*.md glossary.md paths.yaml
var files embed.FS

// Schema is the JSON Schema of a pattern's front matter. What it defines as rule is that of the rule's block.
//
//go:embed pattern.schema.json
var Schema string

// A Pattern is one file of the catalog.
type Pattern struct {
	ID      string // the file's name without .md
	Chapter string // the folder's name
	File    string // the file, as errors name it: patterns/storage/x.md
	Builtin bool   // part of patlint itself, so that its page is on patlint's site

	Title    string
	Summary  string
	Pillar   string
	Severity string
	Since    string

	Aliases   []string
	Replaces  Ref      // the built-in pattern whose place this one takes; the zero value for none
	Replaced  *Pattern // that one, in a catalog; nil in one by itself
	Requires  []Ref
	Related   []Ref
	Conflicts []Ref

	Params     []Param
	Checks     []Check
	References []Reference

	Body     string    // the Markdown behind the front matter
	BodyLine int       // the line of File on which Body begins
	Sections []Section // in the order of the file
	Rule     *Rule     // nil in a pattern that is guidance only
	Examples []*Block  // pass, fail and unknown blocks in the order of the file
	Fix      *Block    // nil where there is none

	Blanks Errors // what its author has still to write, each saying what belongs there; a catalog that Load gave has none

	former []Ref  // Aliases, with their places; nil where the pattern was not parsed
	matter *Block // the front matter; nil there too

	unread bool // its body could not be read to the end
	unsure bool // its rule could not be read, or not all that it asks for
	loose  bool // an example has no role
}

// URL is the address of the pattern's page on patlint's own site, or "" for a pattern of a private catalog.
func (p *Pattern) URL() string {
	if !p.Builtin {
		return ""
	}
	return SiteURL + "patterns/" + p.ID + "/"
}

// SiteURL is where patlint's own site stands, with a slash at its end.
const SiteURL = "https://patlint.github.io/patlint/"

// BaseURL checks the address at which a site shall stand, and ends it with a slash. It goes into links, headers and commands: what would need quotes in
// one of them is refused.
func BaseURL(s string) (string, error) {
	u, err := url.Parse(s)
	web := strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
	bad := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("?#\"'`\\<>", r)
	}
	if err != nil || !web || u.Hostname() == "" || u.User != nil || strings.ContainsFunc(s, bad) {
		return "", fmt.Errorf("base URL %q: an address such as https://example.org/docs/ is wanted, without user, query and fragment", s)
	}
	return strings.TrimSuffix(s, "/") + "/", nil
}

// A Ref names another pattern.
type Ref struct {
	ID           string
	Line, Column int
}

// A Param is a value that a site may tune without touching the pattern.
type Param struct {
	Name    string
	Type    string // bool, double, duration, int, list or string
	Default any    // bool, float64, time.Duration, int64, []string, []int64 or string
	Doc     string

	Line, Column int // of the name
}

// DefaultText is the default as an author writes it: 720h, or a, b.
func (p Param) DefaultText() string {
	switch v := p.Default.(type) {
	case time.Duration:
		s := v.String() // 720h0m0s
		if strings.HasSuffix(s, "m0s") {
			s = strings.TrimSuffix(s, "0s")
		}
		if strings.HasSuffix(s, "h0m") {
			s = strings.TrimSuffix(s, "0m")
		}
		return s
	case []int64:
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", ", "), "[]")
	case []string:
		return cmp.Or(strings.Join(v, ", "), "none")
	}
	return fmt.Sprint(p.Default)
}

// A Check names the same check in another tool.
type Check struct {
	Tool string
	IDs  []string
}

// A Reference is a source of what the page states.
type Reference struct {
	Title string
	URL   string
}

// A Section is a level-2 heading and what stands below it.
type Section struct {
	Title string
	Line  int    // of the heading
	Body  string // Markdown, without the heading
}

// A Rule is what the linter checks, as the author wrote it. Package lint compiles it.
type Rule struct {
	Resource Text
	When     Text // empty where every resource is in scope
	Require  Text
	Message  Text
	Waste    Text // US dollars a month that a finding costs; empty where the rule says nothing of money
}

// Source is the rule's block as it stands in the file.
func (r *Rule) Source() string {
	if r.Resource.block == nil {
		return ""
	}
	return r.Resource.block.Text
}

// A Chapter is a folder of patterns.
type Chapter struct {
	ID      string
	File    string // "" where the folder has no README.md
	Title   string // the heading of its README.md, else made from the ID
	Summary string // the first paragraph of its README.md, Markdown on one line
	Body    string // README.md without the heading
	Line    int    // of README.md, on which Body begins
}

// A Glossary is the common language of a catalog, from glossary.md beside the chapters: a level-1 heading, a paragraph that sums it up, and a
// level-2 heading for each term, in alphabetical order. One of your own comes first: the built-in terms that it does not have follow behind its own.
type Glossary struct {
	File    string
	Title   string
	Summary string // Markdown on one line
	Body    string // without the heading
	Line    int    // of the file, on which Body begins

	terms []heading
	own   string // the part of Body that stands in File
}

// A Catalog is a set of patterns that holds together: IDs are unique and references lead somewhere.
type Catalog struct {
	Patterns []*Pattern // by ID
	Chapters []*Chapter // by ID
	Paths    []*Path    // in the order of the sources and their files
	Glossary *Glossary  // nil where no source has one

	aside []*Pattern // those of sources that stand aside
}

// A Source is a folder of patterns.
type Source struct {
	Name    string // stands in front of file names in errors: "patterns"
	FS      fs.FS  // holds <chapter>/<id>.md
	Builtin bool
	Aside   bool // its patterns can be replaced, and the catalog has nothing else of it
	Over    bool // its patterns stand in the places of those of other sources that have the same IDs; so do its paths, and its glossary comes first

	Only []string // the files that are read, by their names in FS; nil for all
}

// Builtin is the catalog that patlint carries.
func Builtin() Source { return Source{Name: "patterns", FS: files, Builtin: true} }

// maxFile bounds a pattern file. The longest page of the built-in catalog has a thirtieth of it.
const maxFile = 1 << 20

const tooLong = "the file has %d bytes; a pattern has at most %d"

// Load reads every pattern of the sources into one catalog. It returns either a whole catalog or all the errors
// of all the files, as [Errors].
func Load(sources ...Source) (*Catalog, error) { return new(Loader).Load(sources...) }

// Pattern finds a pattern by its ID or by one of its former IDs; nil where there is none.
func (c *Catalog) Pattern(id string) *Pattern {
	if i, ok := slices.BinarySearchFunc(c.Patterns, id, func(p *Pattern, id string) int { return cmp.Compare(p.ID, id) }); ok {
		return c.Patterns[i]
	}
	for _, p := range c.Patterns {
		if slices.Contains(p.Aliases, id) {
			return p
		}
	}
	return nil
}

// LeftOut tells whether the ID is that of a pattern whose source stands aside.
func (c *Catalog) LeftOut(id string) bool { return builtin(c.aside, id) != nil }

// With gives a catalog in which these patterns stand in the place of those with the same ID, of the one that they replace, or beside the
// others. The error is of type [Errors], as that of [Load].
func (c *Catalog) With(ps ...*Pattern) (*Catalog, error) {
	out := &Catalog{Glossary: c.Glossary, Paths: c.Paths, aside: c.aside, Chapters: slices.Clone(c.Chapters), Patterns: slices.Clone(ps)}
	for _, p := range ps {
		if out.Chapter(p.Chapter) == nil {
			out.Chapters = append(out.Chapters, newChapter(p.Chapter))
		}
	}
	slices.SortFunc(out.Chapters, func(a, b *Chapter) int { return cmp.Compare(a.ID, b.ID) })
	var taken Errors
	for _, p := range c.Patterns {
		i := slices.IndexFunc(ps, func(q *Pattern) bool { return q.ID == p.ID })
		if i < 0 {
			out.Patterns = append(out.Patterns, p)
		} else if p.Chapter != ps[i].Chapter && c.Chapter(ps[i].Chapter) != nil { // another pattern, and not another version of this one
			taken = append(taken, &Error{ps[i].File, 1, 1, fmt.Sprintf("the ID %s is taken by %s; write another name for the file", p.ID, p.File)})
		} else if p.Replaced != nil && p.Replaces.ID == ps[i].Replaces.ID { // replaced before, and read again
			out.Patterns[i] = ps[i].inPlaceOf(p.Replaced)
		}
	}
	slices.SortStableFunc(out.Patterns, func(a, b *Pattern) int { return cmp.Compare(a.ID, b.ID) })
	errs := slices.Concat(taken, out.replace(), out.check())
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// Chapter finds a chapter by its ID; nil where there is none.
func (c *Catalog) Chapter(id string) *Chapter {
	for _, ch := range c.Chapters {
		if ch.ID == id {
			return ch
		}
	}
	return nil
}

// newChapter makes a chapter whose introduction is still to be read.
func newChapter(id string) *Chapter {
	title := []rune(strings.ReplaceAll(id, "-", " "))
	if len(title) > 0 {
		title[0] = unicode.ToUpper(title[0])
	}
	return &Chapter{ID: id, Title: string(title)}
}

// check finds what is wrong between files: IDs taken twice and references that lead nowhere.
func (c *Catalog) check() (errs Errors) {
	type place struct {
		*Pattern
		Ref
	}
	owner := map[string]place{}
	for _, p := range c.Patterns {
		for _, r := range p.names() {
			here, first := place{p, r}, owner[r.ID]
			switch {
			case first.Pattern == nil:
				owner[r.ID] = here
				continue
			case first.Pattern == p:
				errs = append(errs, &Error{p.File, r.Line, r.Column, fmt.Sprintf("this pattern has the ID %s already", r.ID)})
				continue
			case p.Builtin && !first.Builtin: // the catalog that came later mends it
				here, first = first, here
			}
			msg := fmt.Sprintf("the ID %s is taken by %s", r.ID, first.File)
			if first.Builtin && !here.Builtin {
				msg += fmt.Sprintf("; write another name, or replaces: %s in the front matter to take its place", first.Pattern.ID)
			} else {
				msg += "; an ID is unique over all chapters and catalogs, so write another one"
			}
			errs = append(errs, &Error{here.File, here.Line, here.Column, msg})
		}
	}
	for _, p := range c.Patterns {
		for _, refs := range [][]Ref{p.Requires, p.Related, p.Conflicts} {
			for _, r := range refs {
				switch to := owner[r.ID].Pattern; {
				case to == nil && c.LeftOut(r.ID):
					errs = append(errs, &Error{p.File, r.Line, r.Column, fmt.Sprintf("%s is a built-in pattern, and those are left out here; leave --no-builtin out, or take the reference away", r.ID)})
				case to == nil:
					errs = append(errs, &Error{p.File, r.Line, r.Column, c.missing(r.ID, p.ID)})
				case to == p:
					errs = append(errs, &Error{p.File, r.Line, r.Column, "a pattern does not refer to itself"})
				}
			}
		}
	}
	return append(errs, c.checkPaths()...)
}

// names are the pattern's ID and its former ones, each where the file has it.
func (p *Pattern) names() []Ref {
	all := []Ref{{p.ID, 1, 1}}
	for i, id := range p.Aliases {
		at := Ref{id, max(p.Replaces.Line, 1), max(p.Replaces.Column, 1)} // inherited
		if i < len(p.former) {
			at = p.former[i]
		}
		all = append(all, at)
	}
	return all
}

// siteMarker is in the folders that package site builds. One may lie inside of the catalog, and its Markdown is no pattern.
const siteMarker = ".patlint-site"

// markdownFiles lists the .md files in order, and the links to folders that hold some. Names that begin with a dot and built sites are left alone.
func markdownFiles(fsys fs.FS) (names, links []string, err error) {
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if _, err := fs.Stat(fsys, path.Join(name, siteMarker)); err == nil || name != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
		case strings.HasPrefix(d.Name(), "."):
		case strings.HasSuffix(name, ".md"):
			names = append(names, name)
		case d.Type()&fs.ModeSymlink != 0 && holdsMarkdown(fsys, name):
			links = append(links, name)
		}
		return nil
	})
	return names, links, err
}

func holdsMarkdown(fsys fs.FS, dir string) bool {
	if st, err := fs.Stat(fsys, dir); err != nil || !st.IsDir() {
		return false
	}
	entries, _ := fs.ReadDir(fsys, dir)
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return strings.HasSuffix(e.Name(), ".md") && !strings.HasPrefix(e.Name(), ".")
	})
}
