package site

import (
	"bytes"
	"compress/gzip"
	"path"
	"slices"
	"sync"
)

// compressible are the endings of files that get much smaller by compression.
var compressible = []string{".css", ".csv", ".html", ".js", ".json", ".md", ".svg", ".txt", ".xml"}

// precompressFrom is the size in bytes below which compression gains nothing: the file fits into one packet.
const precompressFrom = 1024

// precompress writes a .gz beside each text. The same text gives the same bytes: there is no time in them.
func precompress(write func(name string, data []byte) error) func(name string, data []byte) error {
	writers := sync.Pool{New: func() any { return gzip.NewWriter(nil) }} // one has tables of 800 KB
	return func(name string, data []byte) error {
		if err := write(name, data); err != nil {
			return err
		}
		if len(data) < precompressFrom || !slices.Contains(compressible, path.Ext(name)) {
			return nil
		}
		w := writers.Get().(*gzip.Writer)
		defer writers.Put(w)
		var buf bytes.Buffer
		w.Reset(&buf)
		if _, err := w.Write(data); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		return write(name+".gz", buf.Bytes())
	}
}
