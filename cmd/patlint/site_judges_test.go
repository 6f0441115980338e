package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSiteBudgets holds what a reader has to load against what pages may weigh.
func TestSiteBudgets(t *testing.T) {
	dir := buildSite(t)
	home, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	weigh := func(name string, packed, plain int) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
			return
		}
		if n := len(data); plain > 0 && n > plain {
			t.Errorf("%s has %d bytes, more than %d", name, n, plain)
		}
		if n := gzipped(t, data); n > packed {
			t.Errorf("%s has %d bytes packed, more than %d", name, n, packed)
		}
	}
	loaded := regexp.MustCompile(`(?:src|<link rel="(?:icon|stylesheet)" href)="([^"]+)"`).FindAllSubmatch(home, -1)
	if n := 1 + len(loaded); n > 5 {
		t.Errorf("the first page takes %d requests, more than 5", n)
	}
	scripts := 0
	for _, m := range loaded {
		switch name := string(m[1]); path.Ext(name) {
		case ".css":
			weigh(name, 6<<10, 20<<10)
		case ".js":
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			scripts += gzipped(t, data)
		}
	}
	if scripts == 0 || scripts > 5<<10 {
		t.Errorf("the scripts of the first page have %d bytes packed; they may have %d", scripts, 5<<10)
	}
	weigh("index.html", 15<<10, 60<<10)
	pages := 0
	err = fs.WalkDir(os.DirFS(dir), "patterns", func(name string, d fs.DirEntry, err error) error {
		if err == nil && path.Base(name) == "index.html" && strings.Count(name, "/") == 2 {
			pages++
			weigh(name, 15<<10, 96<<10) // coloured examples are large and pack well
		}
		return err
	})
	if err != nil || pages < 60 {
		t.Errorf("%d pattern pages were weighed: %v", pages, err)
	}
}

func gzipped(t testing.TB, data []byte) int {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Len()
}

// TestSiteIsReproducible: the same catalog gives the same bytes, with nothing of the machine or the hour in them.
func TestSiteIsReproducible(t *testing.T) {
	first, second := os.DirFS(buildSite(t)), os.DirFS(buildSite(t))
	n := 0
	err := fs.WalkDir(first, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		a, err := fs.ReadFile(first, name)
		if err != nil {
			return err
		}
		b, err := fs.ReadFile(second, name)
		if err == nil && !bytes.Equal(a, b) {
			t.Errorf("%s differs from build to build", name)
		}
		return err
	})
	if err != nil || n < 100 {
		t.Errorf("%d files were compared: %v", n, err)
	}
}

// TestSiteIsValid holds every page against the HTML standard, with html-validate.
func TestSiteIsValid(t *testing.T) {
	validate := required(t, "node", "html-validate")
	dir := buildSite(t)
	config := filepath.Join(t.TempDir(), "htmlvalidate.json")
	const rules = `{"root": true, "extends": ["html-validate:recommended", "html-validate:a11y"],
		"rules": {"long-title": "off", "no-trailing-whitespace": "off", "no-inline-style": "error", "form-dup-name": "off"}}`
	if err := os.WriteFile(config, []byte(rules), 0o644); err != nil {
		t.Fatal(err)
	}
	judge := func(files string) ([]byte, error) {
		return exec.CommandContext(t.Context(), validate, "--config", config, "--formatter", "stylish", files).CombinedOutput()
	}
	if out, err := judge(filepath.Join(dir, "**", "*.html")); err != nil {
		t.Errorf("html-validate: %v\n%.5000s", err, out)
	}
	bad := filepath.Join(t.TempDir(), "bad.html")
	if err := os.WriteFile(bad, []byte(`<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><p id="a"></p><p id="a" style="color:red"></p></body></html>`), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := judge(bad); err == nil || !bytes.Contains(out, []byte("no-dup-id")) {
		t.Errorf("html-validate finds nothing in a bad page: %v\n%s", err, out)
	}
}

// lighthousePages are those that Lighthouse looks at, on the telephone that it emulates.
var lighthousePages = []string{"", "patterns/", "patterns/leave-gp2-burst-behind/", "map/"}

// TestLighthouse wants the best marks of all four kinds. The mark for speed depends on the machine's other work, so the best of three runs counts.
func TestLighthouse(t *testing.T) {
	lighthouse := required(t, "node", "lighthouse")
	browser := required(t, "browser", "chromium")
	url := serveSite(t, buildSite(t, "--precompress"))
	for _, page := range lighthousePages {
		best := map[string]float64{}
		for range 3 {
			for kind, mark := range marks(t, lighthouse, browser, url+page) {
				best[kind] = max(best[kind], mark)
			}
			if perfect(best) {
				break
			}
		}
		if !perfect(best) {
			t.Errorf("/%s has the marks %v", page, best)
		}
	}
}

func perfect(marks map[string]float64) bool {
	for _, mark := range marks {
		if mark < 1 {
			return false
		}
	}
	return len(marks) == 4
}

// marks runs Lighthouse once.
func marks(t *testing.T, lighthouse, browser, url string) map[string]float64 {
	t.Helper()
	profile := t.TempDir()
	cmd := exec.CommandContext(t.Context(), lighthouse, url, "--quiet", "--output=json", "--output-path=stdout",
		"--chrome-flags=--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --user-data-dir="+profile)
	cmd.Env = append(os.Environ(), "CHROME_PATH="+browser)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("lighthouse %s: %v\n%s", url, err, stderr.Bytes())
	}
	var report struct {
		Categories map[string]struct {
			Score     float64
			AuditRefs []struct {
				ID     string
				Weight float64
			}
		}
		Audits map[string]struct {
			Score *float64
			Title string
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for kind, c := range report.Categories {
		got[kind] = c.Score
		for _, ref := range c.AuditRefs {
			if a := report.Audits[ref.ID]; c.Score < 1 && ref.Weight > 0 && a.Score != nil && *a.Score < 1 {
				t.Logf("%s: %s: %s (%.2f)", url, kind, a.Title, *a.Score)
			}
		}
	}
	return got
}
