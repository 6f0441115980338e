package site

import (
	"bytes"
	"compress/gzip"
	"io"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrecompress(t *testing.T) {
	dir := t.TempDir()
	s := Site{Catalog: load(t, ruledFiles()), Precompress: true, Cards: true}
	if err := Build(t.Context(), s, dir); err != nil {
		t.Fatal(err)
	}
	first := tree(t, dir)
	for name, data := range first {
		if strings.HasSuffix(name, ".gz") {
			z, err := gzip.NewReader(strings.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(z)
			if err != nil || string(got) != first[strings.TrimSuffix(name, ".gz")] {
				t.Errorf("%s is not what it stands for: %v", name, err)
			}
			if !z.ModTime.IsZero() || z.Name != "" {
				t.Errorf("%s holds a time or a name", name)
			}
			continue
		}
		ext := path.Ext(name)
		want := len(data) >= precompressFrom && ext != ".png" && name != marker && ext != ""
		if _, got := first[name+".gz"]; got != want {
			t.Errorf("%s of %d bytes has a .gz: %t", name, len(data), got)
		}
	}
	if err := Build(t.Context(), s, dir); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, tree(t, dir)); d != "" {
		t.Errorf("two builds differ:\n%s", d)
	}
	s.Precompress = false
	if err := Build(t.Context(), s, dir); err != nil {
		t.Fatal(err)
	}
	for name := range tree(t, dir) {
		if strings.HasSuffix(name, ".gz") {
			t.Errorf("%s is stale", name)
		}
	}
}

func TestPrecompressTellsErrors(t *testing.T) {
	for _, bad := range []string{"x.html", "x.html.gz"} {
		write := precompress(func(name string, _ []byte) error {
			if name == bad {
				return io.ErrShortWrite
			}
			return nil
		})
		if err := write("x.html", bytes.Repeat([]byte("x"), precompressFrom)); err != io.ErrShortWrite {
			t.Errorf("when %s cannot be written: %v", bad, err)
		}
	}
}
