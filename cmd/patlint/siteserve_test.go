package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/site"
	"github.com/spf13/cobra"
)

// ownPatterns writes n patterns with a rule into a folder: one of the built-in catalog under other IDs.
func ownPatterns(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	model, err := os.ReadFile("../../patterns/storage/leave-gp2-burst-behind.md")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "own"), 0o755); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`\]\(([a-z])`).ReplaceAllString(string(model), "](../storage/$1")
	text = regexp.MustCompile(`(?m)^aliases: .*\n`).ReplaceAllString(text, "")
	title := regexp.MustCompile(`(?m)^title: .*`)
	for i := range n {
		page := title.ReplaceAllString(text, fmt.Sprintf("title: Own pattern %d", i))
		if err := os.WriteFile(filepath.Join(dir, "own", fmt.Sprintf("own-%d.md", i)), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A rule that an author mends shows at once with what the linter says of its examples.
func TestLiveCatalog(t *testing.T) {
	dir := ownPatterns(t, 2)
	var flags siteFlags
	cmd := &cobra.Command{}
	flags.add(cmd)
	if err := cmd.ParseFlags([]string{"--no-config", "--patterns", dir}); err != nil {
		t.Fatal(err)
	}
	live := liveCatalog{flags: &flags.catalog}
	if _, _, err := live.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := live.notes
	file := filepath.Join(dir, "own", "own-1.md")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(string(good), "\nresource: ", "\nresource: x", 1)
	if err := os.WriteFile(file, []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := live.load(t.Context()); err == nil || !strings.Contains(err.Error(), "own-1.md:") {
		t.Errorf("the broken rule was not found: %v", err)
	}
	if err := os.WriteFile(file, good, 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err = live.load(t.Context())
	if after := live.notes; err != nil || len(before["own-1"]) == 0 || !slices.Equal(before["own-1"], after["own-1"]) {
		t.Errorf("%v\n%v\n%v", err, before["own-1"], after["own-1"])
	}
	if got := live.watch(); !slices.Equal(got, []string{dir}) {
		t.Errorf("it watches %v", got)
	}
}

// What the configuration names is watched too.
func TestLiveConfig(t *testing.T) {
	dir := ownPatterns(t, 1)
	file := filepath.Join(dir, "site.yaml")
	if err := os.WriteFile(file, []byte("site: {title: Own, logo: pictures/logo.svg}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var flags siteFlags
	cmd := &cobra.Command{}
	flags.add(cmd)
	if err := cmd.ParseFlags([]string{"--config", file}); err != nil {
		t.Fatal(err)
	}
	live := liveCatalog{flags: &flags.catalog}
	if _, _, err := live.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := live.watch(); !slices.Equal(got, []string{file, filepath.Join(dir, "pictures", "logo.svg")}) {
		t.Errorf("it watches %v", got)
	}
}

// BenchmarkServe measures from the writing of a file until a browser has been told and has the new page.
func BenchmarkServe(b *testing.B) {
	dir := ownPatterns(b, 1000)
	var flags siteFlags
	cmd := &cobra.Command{}
	flags.add(cmd)
	if err := cmd.ParseFlags([]string{"--no-config", "--no-cache", "--patterns", dir}); err != nil {
		b.Fatal(err)
	}
	l, err := site.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error)
	server := flags.server(b.Output())
	go func() { done <- server.Serve(ctx, l) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	}()
	base := "http://" + l.Addr().String()
	events, err := http.Get(base + "/.patlint/events")
	if err != nil {
		b.Fatal(err)
	}
	defer events.Body.Close()
	lines := bufio.NewScanner(events.Body)
	next := func() string {
		for lines.Scan() {
			if line := lines.Text(); strings.HasPrefix(line, "data: ") {
				return line
			}
		}
		b.Fatal("the stream of events has ended: ", lines.Err())
		return ""
	}
	for strings.Contains(next(), `"none"`) {
	}
	file := filepath.Join(dir, "own", "own-7.md")
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		b.StopTimer()
		time.Sleep(time.Second) // the check of all pages
		n++
		word := fmt.Sprintf("Word number %d.", n)
		b.StartTimer()
		if err := os.WriteFile(file, append(text, "\n"+word+"\n"...), 0o644); err != nil {
			b.Fatal(err)
		}
		next()
		resp, err := http.Get(base + "/patterns/own-7/")
		if err != nil {
			b.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !strings.Contains(string(page), word) {
			b.Fatal("the page has not changed: ", err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/save")
}
