package patterns

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed patterns.go
var packageFile string

// Manual is the manual of the file format in the form of Go's comments: what the comment of this package says behind that heading.
func Manual() string {
	comment, _, _ := strings.Cut(packageFile, "\npackage patterns\n")
	_, manual, _ := strings.Cut(comment, "\n// # The manual of the file format\n")
	return regexp.MustCompile(`(?m)^// ?`).ReplaceAllString(manual, "")
}
