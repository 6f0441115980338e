package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint/config"
	"github.com/patlint/patlint/patterns"
	"github.com/patlint/patlint/site"
)

// siteConfig reads a configuration in a folder of its own, with files beside it.
func siteConfig(t *testing.T, text string, files map[string]string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Parse(filepath.Join(dir, config.Name), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBrandOfConfig(t *testing.T) {
	const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`
	got, err := brand(siteConfig(t, `
site: {title: A, tagline: B., logo: a.svg, accent: '#123', accent-dark: '#cde', source: 'https://s.example', edit: 'https://e.example', report: 'https://r.example'}
`, map[string]string{"a.svg": logo}))
	want := site.Brand{
		Name: "A", Tagline: "B.", Logo: []byte(logo), Accent: "#123", Dark: "#cde", Source: "https://s.example", Edit: "https://e.example", Report: "https://r.example",
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, d)
	}
	if got, err := brand(&config.Config{}); err != nil || !cmp.Equal(got, site.Brand{}) {
		t.Errorf("of nothing: %+v, error %v", got, err)
	}
}

// TestBadLogoFiles: what cannot be a logo is told at its place, and is not read to its end.
func TestBadLogoFiles(t *testing.T) {
	files := map[string]string{"empty.svg": "", "long.svg": strings.Repeat("x", 1<<20+1), "text.svg": "hello", "64k.png": "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 64<<10)}
	for name, want := range map[string]string{
		"none.svg": "there is no file ", "empty.svg": " is not a file of at most 64 KB", "long.svg": " is not a file of at most 64 KB",
		"text.svg": "the logo is neither an SVG nor a PNG", "64k.png": "the logo has 65544 bytes; at most 65536",
	} {
		c := siteConfig(t, "site:\n  logo: "+name+"\n", files)
		_, err := brand(c)
		if err == nil || !strings.HasPrefix(err.Error(), c.File+":2:9: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one about %s", name, err, want)
		}
	}
}

func TestSiteURL(t *testing.T) {
	builtin, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	own := *builtin
	page := *builtin.Patterns[0]
	page.Builtin = false
	own.Patterns = []*patterns.Pattern{&page}
	for _, tt := range []struct {
		config string
		cat    *patterns.Catalog
		want   string
	}{
		{"", builtin, patterns.SiteURL}, {"", &own, ""}, {"site: {title: A}", builtin, ""}, {"site: {accent: '#123'}", builtin, ""},
		{"site: {base-url: 'https://a.example/'}", builtin, "https://a.example/"}, {"site: {base-url: 'https://a.example/'}", &own, "https://a.example/"},
	} {
		if got := siteURL(siteConfig(t, tt.config, nil), tt.cat); got != tt.want {
			t.Errorf("%q with built-in patterns %t: %q, want %q", tt.config, tt.cat == builtin, got, tt.want)
		}
	}
}
