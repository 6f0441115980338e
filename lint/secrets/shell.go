package secrets

import (
	"regexp"
	"sort"
	"strings"
)

var (
	// userName is what stands before a password within the same quotes: 'admin:x'.
	userName = regexp.MustCompile(`^[\w.@-]{1,60}:$`)
	// assigned is where a script gives a variable its value.
	assigned = regexp.MustCompile(`(?m)(?:^|[\s;&|(])(?:read\b[^\n;|]*[ \t]([A-Za-z_]\w*)|([A-Za-z_]\w*)=)`)
	// dollar is one variable.
	dollar = regexp.MustCompile(`\$([A-Za-z_]\w*)`)
	// hereDocument begins a text whose variables are replaced, also within single quotes.
	hereDocument = regexp.MustCompile(`(?:^|[^<])<<-?[ \t]*([A-Za-z_]\w*)`)
)

// verbatim tells whether a value stands within the single quotes of a shell, where "$" is a character. It is no such quotation within double quotes, in a
// here-document whose variables are replaced, and where a variable is named that the text sets, or that of the value's own name, as templates do.
func (f *finder) verbatim(name string, start, end int) bool {
	v := f.text[start:end]
	if !strings.Contains(v, "$") || end == len(f.text) || f.text[end] != '\'' {
		return false
	}
	line := f.text[max(0, start-maxValue):start]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	quote := strings.LastIndexByte(line, '\'')
	if quote < 0 || strings.Count(line, `"`)%2 == 1 || quote+1 < len(line) && !userName.MatchString(line[quote+1:]) {
		return false
	}
	f.readShell()
	for _, m := range dollar.FindAllStringSubmatch(v, -1) {
		if f.variables[m[1]] || strings.EqualFold(m[1], name) {
			return false
		}
	}
	next := sort.Search(len(f.documents), func(i int) bool { return start < f.documents[i][1] })
	return next == len(f.documents) || start < f.documents[next][0]
}

// readShell lists what a script sets, and its here-documents.
func (f *finder) readShell() {
	if f.variables != nil {
		return
	}
	f.variables = map[string]bool{}
	for _, m := range assigned.FindAllStringSubmatch(f.text, -1) {
		f.variables[m[1]+m[2]] = true
	}
	at, begin, word := 0, 0, ""
	for line := range strings.Lines(f.text) {
		at += len(line)
		switch m := hereDocument.FindStringSubmatch(line); {
		case word != "" && strings.TrimSpace(line) == word:
			f.documents, word = append(f.documents, [2]int{begin, at}), ""
		case word == "" && m != nil:
			begin, word = at, m[1]
		}
	}
	if word != "" {
		f.documents = append(f.documents, [2]int{begin, at})
	}
}
