package lint

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// A Snapshot is what was saved of one or more accounts and regions.
type Snapshot struct {
	Inventories []*Inventory // by account and region
	Ignored     []string     // files and answers that no rule reads, and what other accounts own, with the reason
}

const (
	manifestName   = "patlint.json"
	manifestSchema = "patlint/snapshot/v1"
	// maxAnswer bounds one file after decompression: a million instances have about half of it.
	maxAnswer = 4 << 30
)

// A manifest stands beside the answers that patlint saved itself.
type manifest struct {
	Schema  string        `json:"schema"`
	Version string        `json:"version"`
	Account string        `json:"account"`
	Region  string        `json:"region"`
	Regions []string      `json:"regions,omitempty"` // every region that was enabled for the account
	Time    time.Time     `json:"time"`
	Gaps    []manifestGap `json:"gaps"`
}

type manifestGap struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// ReadSnapshot reads a folder of answers in the AWS CLI's own JSON, as patlint snapshot writes it or as
//
//	aws ec2 describe-volumes > 111122223333/us-east-1/describe-volumes.json
//
// does. Each folder that holds answers is one account and region; both are taken from the folders' names, from patlint.json or from
// the answers, in this order. A file's name, without numbers at its end, tells the command; where it does not, its keys do. Several files with the
// same answer are its pages. Files may be gzipped. What is absent is a gap. Fields that the SDK does not know are ignored, and wrong
// types are errors with file, line and column. Snapshots and images that other accounts own are left out. now is the time of answers whose
// folder has neither patlint.json nor file times.
func ReadSnapshot(fsys fs.FS, now time.Time) (*Snapshot, error) {
	s := &Snapshot{}
	var err error
	s.Ignored, err = WalkSnapshot(fsys, now, func(inv *Inventory) error {
		s.Inventories = append(s.Inventories, inv)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(s.Inventories, func(a, b *Inventory) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	return s, nil
}

// WalkSnapshot is [ReadSnapshot] for snapshots that do not fit into memory: it hands over one inventory after the other, in the order of
// folders, one account after the other as far as the folders' names or patlint.json tell it, and keeps none. It gives what Snapshot.Ignored has. After a mistake in a file it only looks for more of them; the error has all,
// and what was handed over before is then part of a broken snapshot.
func WalkSnapshot(fsys fs.FS, now time.Time, each func(*Inventory) error) (ignored []string, err error) {
	folders := map[string][]string{} // files by folder
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := strings.TrimSuffix(d.Name(), ".gz")
		switch {
		case name != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
		case d.Type()&fs.ModeSymlink != 0 && !strings.HasSuffix(base, ".json"):
			ignored = append(ignored, name+": a link, and links to folders are not followed; name the folder itself")
		case !strings.HasSuffix(base, ".json"):
			ignored = append(ignored, name+": not a .json or .json.gz file")
		default:
			folders[path.Dir(name)] = append(folders[path.Dir(name)], name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var broken []error // of all files
	found := false
	taken := map[[2]string]string{}
	dirs := slices.Sorted(maps.Keys(folders))
	accounts := map[string]string{} // by folder
	for _, dir := range dirs {
		accounts[dir] = toldAccount(fsys, dir, folders[dir])
	}
	slices.SortStableFunc(dirs, func(a, b string) int { return cmp.Compare(accounts[a], accounts[b]) })
	for _, dir := range dirs {
		f := newFolder(dir)
		broken = append(broken, f.readFiles(fsys, folders[dir]))
		closed := errors.Join(broken...) == nil && f.close(now)
		ignored = append(ignored, f.ignored...)
		if !closed {
			continue
		}
		scope := [2]string{f.inv.Account, f.inv.Region}
		if first, ok := taken[scope]; ok && scope[0] != "" && scope[1] != "" {
			return nil, fmt.Errorf("%s and %s are both of account %s in %s; check one of them", first, dir, scope[0], scope[1])
		}
		taken[scope], found = dir, true
		if err := each(f.inv); err != nil {
			return nil, err
		}
	}
	slices.Sort(ignored)
	switch err := errors.Join(broken...); {
	case err != nil:
		return nil, err
	case !found:
		return nil, fmt.Errorf("no answers of the EC2 API found; a snapshot holds files such as describe-volumes.json%s", because(ignored))
	}
	return ignored, nil
}

// ReadAnswers reads one file or stream of answers, of one account and region, one JSON object after the other. The name, which may be
// that of a file or "stdin", stands in errors and may tell the command.
func ReadAnswers(name string, r io.Reader, now time.Time) (*Snapshot, error) {
	f := newFolder(".")
	if err := f.read(name, r); err != nil {
		return nil, err
	}
	if !f.close(now) {
		return nil, fmt.Errorf("%s holds no answer of the EC2 API that a rule reads%s", name, because(f.ignored))
	}
	return &Snapshot{Inventories: []*Inventory{f.inv}, Ignored: f.ignored}, nil
}

func because(ignored []string) string {
	if len(ignored) == 0 {
		return ""
	}
	return " (" + ignored[0] + ")"
}

// A folder is one account and region while it is read.
type folder struct {
	inv        *Inventory
	newest     time.Time
	files      map[string]int // answers by source
	cut        map[string]int // of these, answers that say there is more
	ignored    []string
	manifested bool // patlint.json was there
}

var (
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-\d$`)
	zoneForm    = regexp.MustCompile(`^([a-z]{2,4}(?:-[a-z]+)+-\d)[a-z]$`)
	nameNumber  = regexp.MustCompile(`([_-]?\d+|[_-]p(age)?\d+)$`)
)

func newFolder(dir string) *folder {
	f := &folder{inv: &Inventory{}, files: map[string]int{}, cut: map[string]int{}}
	if region := path.Base(dir); regionForm.MatchString(region) {
		f.inv.Region = region
		dir = path.Dir(dir)
	}
	if account := path.Base(dir); accountForm.MatchString(account) {
		f.inv.Account = account
	}
	return f
}

// toldAccount is the account that a folder's name or its patlint.json tells before anything else is read; "" for none. A broken file is told of later.
func toldAccount(fsys fs.FS, dir string, files []string) string {
	f := newFolder(dir)
	if f.inv.Account != "" {
		return f.inv.Account
	}
	for _, name := range files {
		if path.Base(name) == manifestName {
			_ = f.readFiles(fsys, []string{name})
		}
	}
	return f.inv.Account
}

// readFiles takes in files; the error has the mistakes of all of them.
func (f *folder) readFiles(fsys fs.FS, names []string) error {
	var broken []error
	for _, name := range names {
		file, err := fsys.Open(name)
		if err != nil {
			return err
		}
		if st, err := file.Stat(); err == nil && st.ModTime().After(f.newest) {
			f.newest = st.ModTime()
		}
		broken = append(broken, f.read(name, file))
		file.Close()
	}
	return errors.Join(broken...)
}

// read takes in one file, which may hold several objects.
func (f *folder) read(name string, r io.Reader) error {
	data, err := readAll(r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	for n := 0; ; n++ {
		before := int(d.InputOffset())
		var doc json.RawMessage
		if err := d.Decode(&doc); err == io.EOF {
			if named := eachNamed(name); len(named) > 0 && n == 0 { // no resource was asked about
				s := named[0]
				f.files[s.Name]++
				return f.inv.Add(s.Name, reflect.MakeSlice(reflect.SliceOf(s.item), 0, 0).Interface())
			}
			if n == 0 {
				return fmt.Errorf("%s is empty; the AWS CLI prints JSON with --output json", name)
			}
			return nil
		} else if err != nil {
			return jsonError(name, data, before, err)
		}
		if err := f.answer(name, data, int(d.InputOffset())-len(doc), doc); err != nil {
			return err
		}
	}
}

func readAll(r io.Reader) ([]byte, error) {
	head := make([]byte, 2)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	if n == 2 && head[0] == 0x1f && head[1] == 0x8b {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, err
		}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	if int64(len(data)) > maxAnswer {
		return nil, fmt.Errorf("more than %d GiB; save it in pages", maxAnswer>>30)
	}
	return plainUTF8(data), err
}

// plainUTF8 takes the mark away that some editors put in front, and undoes the UTF-16 that PowerShell's > writes.
func plainUTF8(data []byte) []byte {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = binary.BigEndian
	case !bytes.HasPrefix(data, []byte("\xff\xfe")):
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	units := make([]uint16, len(data)/2-1)
	for i := range units {
		units[i] = order.Uint16(data[2*i+2:])
	}
	return []byte(string(utf16.Decode(units)))
}

// answer takes in one JSON object, which begins at an offset of the file.
func (f *folder) answer(name string, data []byte, at int, doc json.RawMessage) error {
	var top map[string]json.RawMessage
	if err := json.Unmarshal(doc, &top); err != nil {
		return jsonError(name, data, at, fmt.Errorf("an object such as {\"Volumes\": […]} is wanted; save the command's whole output, without --query"))
	}
	if path.Base(name) == manifestName && top["schema"] != nil {
		return f.manifest(name, data, at, doc)
	}
	if inner, ok := top["data"]; ok && top["status_code"] != nil && len(top) == 2 { // a recording of botocore's answers
		return f.answer(name, data, at+bytes.Index(doc, inner), inner)
	}
	found := sourcesOf(name, top)
	if len(found) == 0 {
		why := "no rule reads it"
		if top["Error"] != nil {
			why = "an error, and its name does not tell of which command"
		}
		f.ignored = append(f.ignored, name+": "+why)
	}
	for _, source := range found {
		if err := f.take(source, name, data, at, doc, top); err != nil {
			return err
		}
	}
	return nil
}

// take adds the answer of one source.
func (f *folder) take(source Source, name string, data []byte, at int, doc json.RawMessage, top map[string]json.RawMessage) error {
	f.files[source.Name]++
	if raw, ok := top["Error"]; ok {
		var e struct{ Code, Message string }
		if err := json.Unmarshal(raw, &e); err != nil {
			return fieldError(name, data, at, doc, "Error", reflect.TypeOf(e), err)
		}
		f.inv.SetGap(source.Name, strings.Trim(e.Code+": "+e.Message, ": "))
		return nil
	}
	raw := doc
	v := reflect.New(source.item)
	if source.Key != "" {
		v = reflect.New(reflect.SliceOf(source.item))
		if raw = top[source.Key]; raw == nil {
			f.inv.SetGap(source.Name, fmt.Sprintf("%s has no %q", name, source.Key))
			return nil
		}
	}
	if err := json.Unmarshal(raw, v.Interface()); err != nil {
		return fieldError(name, data, at, doc, source.Key, v.Type(), err)
	}
	if token := string(top["NextToken"]); token != "" && token != "null" && token != `""` {
		f.cut[source.Name]++
	}
	switch {
	case source.Each != "":
		if !about(source, v.Elem(), name) {
			f.inv.SetGap(source.Name, fmt.Sprintf("%s does not say which resource it is about; save it as %s-ID.json", name, kebab(source.Name)))
			return nil
		}
		if pages := f.inv.answers[source.Name]; len(pages) > 0 {
			pages[0] = reflect.Append(reflect.ValueOf(pages[0]), v.Elem()).Interface()
			return nil
		}
		v = reflect.Append(reflect.MakeSlice(reflect.SliceOf(source.item), 0, 1), v.Elem())
	case source.Key != "":
		v = v.Elem()
		if v.IsNil() {
			v = reflect.MakeSlice(v.Type(), 0, 0)
		}
		if err := identified(source, v.Interface()); err != nil {
			return jsonError(name, data, at, err)
		}
	}
	return f.inv.Add(source.Name, v.Interface())
}

// about tells whether an answer of [Source.Each] says which resource it is about. Some commands do not print that; the file's name may say it then.
func about(source Source, item reflect.Value, name string) bool {
	id := item.Field(0)
	if id.IsNil() {
		base := strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".gz"), ".json")
		if rest, ok := strings.CutPrefix(base, kebab(source.Name)+"-"); ok && isResourceID(rest) {
			id.Set(reflect.ValueOf(&rest))
		}
	}
	return !id.IsNil()
}

// identified wants an ID in each resource of a page: one without it is nothing that EC2 sends, and no finding could name it. Addresses of
// EC2-Classic had none.
func identified(source Source, page any) error {
	for _, k := range kinds {
		if k.source != source.Name || k.name == "address" {
			continue
		}
		one := &Inventory{}
		one.add(source.Name, page)
		n := 0
		for v := range k.each(one) {
			if n++; str(k.id(v)) == "" {
				return fmt.Errorf("%s %d of %s has no %s", k.name, n, source.Key, k.idField)
			}
		}
	}
	return nil
}

// answerName is a file's name without what does not tell the command: folders, endings, the service, numbers.
func answerName(name string) string {
	base := strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".gz"), ".json")
	return nameNumber.ReplaceAllString(strings.TrimPrefix(base, "ec2."), "")
}

// eachNamed finds the sources of single objects that a file's name tells, by their names or by their command's; an ID may stand behind it.
func eachNamed(name string) (found []Source) {
	base := answerName(name)
	for _, s := range sources {
		if s.Each != "" && slices.ContainsFunc([]string{s.Name, s.Action}, func(n string) bool { return strings.HasPrefix(base, kebab(n)) || strings.HasPrefix(base, n) }) {
			found = append(found, s)
		}
	}
	return found
}

// sourcesOf finds what an answer is: by the file's name, else by its keys, and these may be of several answers.
func sourcesOf(name string, top map[string]json.RawMessage) (found []Source) {
	base := answerName(name)
	if named := eachNamed(name); len(named) > 0 {
		if top["Error"] != nil {
			return named[:1]
		}
		return slices.DeleteFunc(named, func(s Source) bool { return top[s.item.Field(1).Name] == nil }) // its command asks for other things too
	}
	for _, s := range sources {
		if base == kebab(s.Name) || base == s.Name {
			return []Source{s}
		}
	}
	if command(base) {
		return nil // another command of the CLI
	}
	for _, s := range sources {
		key := s.Key
		if key == "" {
			key = s.item.Field(0).Name // the setting's value
		}
		if s.Each != "" && top[s.item.Field(1).Name] == nil {
			continue // an ID alone tells nothing
		}
		if _, ok := top[key]; ok && !s.shared {
			found = append(found, s)
		}
	}
	return found
}

// command tells whether a name is that of an API action.
func command(base string) bool {
	if i := strings.LastIndexByte(base, '.'); i >= 0 {
		base = base[i+1:] // boto's recordings name the service first
	}
	for _, verb := range []string{"describe", "get", "list"} {
		if rest, ok := strings.CutPrefix(base, verb+"-"); ok && rest != "" {
			return true
		}
		rest, ok := strings.CutPrefix(base, strings.ToUpper(verb[:1])+verb[1:])
		if ok && rest != "" && unicode.IsUpper(rune(rest[0])) {
			return true
		}
	}
	return false
}

func (f *folder) manifest(name string, data []byte, at int, doc json.RawMessage) error {
	var m manifest
	if err := json.Unmarshal(doc, &m); err != nil {
		return fieldError(name, data, at, doc, "", reflect.TypeOf(m), err)
	}
	if m.Account != "" && !accountForm.MatchString(m.Account) {
		return fmt.Errorf("%s: account %q is not of 12 digits", name, m.Account)
	}
	if m.Schema != manifestSchema {
		return fmt.Errorf("%s: schema %q is not known to this version of patlint; it reads %s", name, m.Schema, manifestSchema)
	}
	f.inv.Account, f.inv.Region = cmp.Or(f.inv.Account, m.Account), cmp.Or(f.inv.Region, m.Region) // the folders' names come first
	f.inv.Time, f.inv.Regions, f.manifested = m.Time, m.Regions, true
	for _, g := range m.Gaps {
		if _, ok := sourceNamed(g.Source); !ok {
			f.ignored = append(f.ignored, fmt.Sprintf("%s: a gap in %s, which this version of patlint does not read", name, g.Source))
			continue
		}
		f.inv.SetGap(g.Source, g.Reason)
	}
	return nil
}

// close ends the reading: pages are joined, absent answers become gaps, what the folder did not say about account, region and time is looked for in the
// answers, and what other accounts own is left out. It is false where there was no answer.
func (f *folder) close(now time.Time) bool {
	if len(f.files) == 0 && !f.manifested {
		return false
	}
	for _, s := range sources {
		n := f.files[s.Name]
		_, gap := f.inv.gaps[s.Name]
		switch {
		case s.Each != "" && f.cut[s.Name] > 0: // of which resource it is the end of a listing, nobody knows
			delete(f.inv.answers, s.Name)
			f.inv.SetGap(s.Name, "a saved answer ends with a NextToken: there is more of it")
		case n > 0 && f.cut[s.Name] == n:
			f.inv.SetGap(s.Name, "the saved listing ends with a NextToken: there is more of it")
		case n == 0 && !gap:
			f.inv.SetGap(s.Name, "not in the snapshot; save it with: "+s.save())
		}
	}
	if f.inv.Time.IsZero() {
		f.inv.Time = cmp.Or(f.newest, now).UTC()
	}
	f.inv.unite()
	f.inv.DeriveOrigin()
	f.ignored = append(f.ignored, f.inv.keepOwn()...)
	return true
}
