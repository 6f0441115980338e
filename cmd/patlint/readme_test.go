package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme: the README shows what the program prints, not what somebody remembers of it.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(readme), "```text\n$ patlint ")
	if !ok {
		t.Fatal("the README shows no output")
	}
	block, _, _ = strings.Cut(block, "\n```")
	command, want, _ := strings.Cut(block, "\n")
	got, _, _ := patlint(t, nil, strings.Fields(command)...)
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("the README's output is out of date; patlint %s prints:\n%s", command, got)
	}
	for _, command := range []string{"go run ./cmd/patlint check --demo", "go test ./..."} {
		if !strings.Contains(string(readme), "\n"+command+"\n") {
			t.Errorf("the README does not name %s", command)
		}
	}
}
