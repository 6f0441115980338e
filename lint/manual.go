package lint

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed lint.go
var packageFile string

// Manual is the manual of the rule language in the form of Go's comments: what the comment of this package says behind that heading.
func Manual() string {
	comment, _, _ := strings.Cut(packageFile, "\npackage lint\n")
	_, manual, _ := strings.Cut(comment, "\n// # The manual of the rule language\n")
	return regexp.MustCompile(`(?m)^// ?`).ReplaceAllString(manual, "")
}
