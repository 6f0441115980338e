package lint

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/patlint/patlint/patterns"
)

// inMemory is how many findings a Ledger keeps in memory, some 20 MB of them. Beyond that they stand in a file.
const inMemory = 10_000

// A Ledger gathers the reports of many scopes in an amount of memory that does not grow with their findings: beyond ten thousand, findings
// stand in a temporary file without a name, which the system removes when the program ends, however it ends. Its zero value is ready. It is
// for one goroutine at a time.
//
//	var l lint.Ledger
//	defer l.Close()
//	for each scope { err = l.Add(report) }
//	report, err := l.Report()
type Ledger struct {
	Dir string // where the file stands; "" is the system's folder for temporary files

	sum      *Report // without findings
	findings []Finding
	store    *store
	limit    int // for tests; 0 is inMemory

	words map[string]string   // texts of gaps, each once: a role that may not do something may not do it in seventeen regions
	lists map[string][]string // lists of patterns likewise
}

// share lets the gaps of all scopes have the same texts and lists, where these are equal.
func (l *Ledger) share(r *Report) {
	if l.words == nil {
		l.words, l.lists = map[string]string{}, map[string][]string{}
	}
	for i := range r.Gaps {
		g := &r.Gaps[i]
		for _, s := range []*string{&g.Account, &g.Region, &g.Kind, &g.Action, &g.Error} {
			if known, ok := l.words[*s]; ok {
				*s = known
			} else {
				l.words[*s] = *s
			}
		}
		key := strings.Join(g.Patterns, " ")
		if known, ok := l.lists[key]; ok {
			g.Patterns = known
		} else {
			l.lists[key] = g.Patterns
		}
	}
}

// Add takes a report, which may be forgotten then. An error is one of writing the temporary file: the findings are still there, in
// memory.
func (l *Ledger) Add(r *Report) error {
	if l.sum == nil {
		l.sum = newReport()
	}
	l.share(r)
	l.sum.add(r)
	l.findings = append(l.findings, r.Findings...)
	if len(l.findings) <= cmp.Or(l.limit, inMemory) {
		return nil
	}
	return l.flush()
}

// Report gives all of it. The report is good until Close.
func (l *Ledger) Report() (*Report, error) {
	if l.sum == nil {
		l.sum = newReport()
	}
	r := *l.sum
	if l.store != nil {
		if err := l.flush(); err != nil {
			return nil, err
		}
		l.store.sort()
		r.stored = l.store
	} else {
		r.Findings = append(r.Findings, l.findings...)
	}
	r.sort()
	return &r, nil
}

// Close gives the temporary file back.
func (l *Ledger) Close() error {
	if l.store == nil {
		return nil
	}
	err := l.store.close()
	l.store = nil
	return err
}

// flush moves the findings from memory to the file.
func (l *Ledger) flush() error {
	if l.store == nil {
		s, err := newStore(l.Dir)
		if err != nil {
			return err
		}
		l.store = s
	}
	if err := l.store.add(l.findings); err != nil {
		return err
	}
	clear(l.findings)
	l.findings = l.findings[:0]
	return nil
}

// A store is findings in a file, in chunks of one pattern, account and region each: the order of a report has these in front, so that
// reading the chunks in order gives the findings in order, with one chunk in memory.
type store struct {
	file   *os.File
	size   int64
	chunks []chunk
	gone   bool // the file has no name any more
}

type chunk struct {
	severity                 int
	pattern, account, region string
	offset, length           int64
}

func (c chunk) compare(d chunk) int {
	return cmp.Or(cmp.Compare(c.severity, d.severity), cmp.Compare(c.pattern, d.pattern), cmp.Compare(c.account, d.account), cmp.Compare(c.region, d.region))
}

func chunkOf(f *Finding) chunk {
	return chunk{severity: slices.Index(patterns.Severities, f.Severity), pattern: f.Pattern, account: f.Resource.Account, region: f.Resource.Region}
}

func newStore(dir string) (*store, error) {
	file, err := os.CreateTemp(dir, "patlint-findings-*")
	if err != nil {
		return nil, fmt.Errorf("put findings aside: %w; TMPDIR names a folder that may be written to", err)
	}
	return &store{file: file, gone: os.Remove(file.Name()) == nil}, nil
}

// add writes findings; of those that did not get there it leaves no trace.
func (s *store) add(findings []Finding) error {
	slices.SortStableFunc(findings, func(a, b Finding) int { return compareFindings(&a, &b) })
	w := &counter{w: bufio.NewWriterSize(io.NewOffsetWriter(s.file, s.size), 1<<16)}
	enc := json.NewEncoder(w)
	var added []chunk
	for i := range findings {
		c := chunkOf(&findings[i])
		if n := len(added); n == 0 || added[n-1].compare(c) != 0 {
			c.offset = s.size + w.n
			added = append(added, c)
		}
		if err := enc.Encode(&findings[i]); err != nil {
			return fmt.Errorf("put findings aside: %w", err)
		}
		last := &added[len(added)-1]
		last.length = s.size + w.n - last.offset
	}
	if err := w.w.Flush(); err != nil {
		return fmt.Errorf("put findings aside in %s: %w", s.file.Name(), err)
	}
	s.size += w.n
	s.chunks = append(s.chunks, added...)
	return nil
}

// A counter counts what is written.
type counter struct {
	w *bufio.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (s *store) sort() { slices.SortStableFunc(s.chunks, chunk.compare) }

// all walks the chunks in order. Chunks of the same pattern, account and region, which two scopes without a name may have, are read together.
func (s *store) all() iter.Seq2[*Finding, error] {
	return func(yield func(*Finding, error) bool) {
		for from := 0; from < len(s.chunks); {
			to := from + 1
			for to < len(s.chunks) && s.chunks[to].compare(s.chunks[from]) == 0 {
				to++
			}
			if to == from+1 {
				for f, err := range s.read(s.chunks[from]) {
					if !yield(f, err) || err != nil {
						return
					}
				}
				from = to
				continue
			}
			var together []*Finding
			for _, c := range s.chunks[from:to] {
				for f, err := range s.read(c) {
					if err != nil {
						yield(nil, err)
						return
					}
					together = append(together, f)
				}
			}
			slices.SortStableFunc(together, compareFindings)
			for _, f := range together {
				if !yield(f, nil) {
					return
				}
			}
			from = to
		}
	}
}

func (s *store) read(c chunk) iter.Seq2[*Finding, error] {
	return func(yield func(*Finding, error) bool) {
		d := json.NewDecoder(bufio.NewReaderSize(io.NewSectionReader(s.file, c.offset, c.length), int(min(c.length, 1<<16))))
		for { // not while there is More, which takes a file that cannot be read for its end
			f := new(Finding)
			err := d.Decode(f)
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("read findings that were put aside: %w", err))
				return
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

func (s *store) close() error {
	err := s.file.Close()
	if !s.gone {
		err = cmp.Or(os.Remove(s.file.Name()), err)
	}
	return err
}
