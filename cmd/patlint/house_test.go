package main

import (
	"bytes"
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// goTool runs the Go command in the repository's root.
func goTool(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = filepath.Join("..", "..")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// TestImports holds the direction of imports: patterns and site know neither AWS nor CEL, lint knows the types of EC2 and not the client,
// and nobody but cmd knows two neighbours at once.
func TestImports(t *testing.T) {
	const us = "github.com/patlint/patlint/"
	for pkg, banned := range map[string][]string{
		"patterns":        {"aws-sdk-go-v2", "cel.dev", us + "lint", us + "site"},
		"site":            {"aws-sdk-go-v2", "cel.dev", us + "lint"},
		"lint":            {"aws-sdk-go-v2/service/ec2\n", "aws-sdk-go-v2/config", us + "lint/collect", us + "lint/report", us + "site", "net/http\n"},
		"lint/bootscript": {"aws-sdk-go-v2", "cel.dev", us + "lint\n", us + "patterns", "os/exec\n", "net/http\n", "mvdan.cc/sh/v3/interp\n"},
		"lint/config":     {"aws-sdk-go-v2/service/ec2\n", us + "lint/collect", us + "lint/report", us + "site", "net/http\n"},
		"lint/fix":        {"aws-sdk-go-v2/service/ec2\n", "os/exec\n", us + "lint/collect", us + "site", "net/http\n", "mvdan.cc/sh/v3/interp\n"},
		"lint/secrets":    {"aws-sdk-go-v2", "cel.dev", us + "lint\n", us + "patterns", "net/http\n"},
		"lint/report":     {"aws-sdk-go-v2/service/ec2\n", us + "lint/collect", us + "site"},
	} {
		for dep := range strings.Lines(goTool(t, "list", "-deps", "./"+pkg)) {
			for _, b := range banned {
				if strings.Contains(dep, b) {
					t.Errorf("%s imports %s", pkg, strings.TrimSpace(dep))
				}
			}
		}
	}
}

// TestBinary holds the size of the program, and the reason why it could grow: *ec2.Client has over 800 methods, and the linker keeps all of
// them as soon as the client reaches an interface. Each call that is used costs about 90 KB, and there are seventy; CEL is the other half. The catalog grows by 15 KB with each page: 220 pages are 3.4 MB. The site with
// its server takes 2 MB, the manuals and what prints them 60 KB.
func TestBinary(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "patlint")
	goTool(t, "build", "-ldflags=-s -w", "-o", bin, "./cmd/patlint")
	st, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	if limit := int64(44 << 20); st.Size() > limit {
		t.Errorf("the stripped program has %d bytes, more than %d; what was added?", st.Size(), limit)
	}
	goTool(t, "build", "-o", bin, "./cmd/patlint")
	kept := 0
	for line := range strings.Lines(goTool(t, "tool", "nm", bin)) {
		if _, method, ok := strings.Cut(line, "service/ec2.(*Client)."); ok && method[0] >= 'A' && method[0] <= 'Z' && !strings.Contains(method, ".func") && !strings.HasSuffix(strings.TrimSpace(method), "-fm") {
			kept++
			if strings.HasPrefix(method, "TerminateInstances") {
				t.Error("the program contains TerminateInstances, which it never calls: the client has reached an interface")
			}
		}
	}
	if kept == 0 || kept > 70 {
		t.Errorf("the program keeps %d methods of *ec2.Client; it calls fewer than 70", kept)
	}
}

// TestPackageComments: each package has exactly one package comment, which says what not to do with it.
func TestPackageComments(t *testing.T) {
	var pkgs []struct {
		Dir     string
		GoFiles []string
	}
	d := json.NewDecoder(strings.NewReader(goTool(t, "list", "-json=Dir,GoFiles", "./...")))
	for d.More() {
		var p struct {
			Dir     string
			GoFiles []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	if len(pkgs) < 6 {
		t.Fatalf("%d packages found", len(pkgs))
	}
	for _, p := range pkgs {
		var comments []string
		for _, file := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc != nil {
				comments = append(comments, f.Doc.Text())
			}
		}
		if len(comments) != 1 {
			t.Errorf("%s has %d package comments", p.Dir, len(comments))
		} else if !strings.HasPrefix(comments[0], "Command ") && !strings.Contains(strings.ToLower(comments[0]), "# what not to do") {
			t.Errorf("the comment of %s does not say what not to do", p.Dir)
		}
	}
}

// TestWasm: the catalog and the engine compile for a browser.
func TestWasm(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "build", "./patterns", "./lint")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestDirectDependencies: each has a reason in go.mod, in the block of its use.
func TestDirectDependencies(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	lines := slices.Collect(strings.Lines(string(mod)))
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasSuffix(line, "// indirect") || !strings.Contains(line, " v") || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "require ") {
			continue
		}
		direct++
		if _, reason, ok := strings.Cut(line, "// "); !ok || len(reason) < 10 {
			t.Errorf("go.mod:%d: %s has no reason behind it", i+1, line)
		}
	}
	if direct < 10 || direct > 25 {
		t.Errorf("%d direct dependencies", direct)
	}
}
