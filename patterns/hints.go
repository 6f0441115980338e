package patterns

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var stuckHeading = regexp.MustCompile(`^(#{2,6})([A-Za-z].*?)\s*$`)

// headingHint says why a line of a paragraph is no heading, if it was meant for one, and of what.
func headingHint(line string) (hint, title string) {
	line = strings.TrimSpace(line)
	if m := stuckHeading.FindStringSubmatch(line); m != nil {
		return fmt.Sprintf("a space is missing behind the %s of a heading; write %s %s", m[1], m[1], m[2]), m[2]
	}
	if name := strings.Trim(line, "*_:"); name != line && isSection(name) {
		return "section " + name + " begins with a heading; write ## " + name, name
	}
	return "", ""
}

func isSection(title string) bool {
	return slices.ContainsFunc(sections, func(s section) bool { return s.title == title })
}

// sectionNear is the section for which a heading was meant; "" for none.
func sectionNear(title string) string {
	var titles []string
	for _, s := range sections {
		titles = append(titles, s.title)
	}
	return Nearest(title, titles)
}

// missingSection says where the heading of a section belongs.
func missingSection(title string) string {
	i := slices.IndexFunc(sections, func(s section) bool { return s.title == title })
	for i--; i >= 0; i-- {
		if sections[i].required != "" {
			return fmt.Sprintf("section %s is missing; write ## %s behind section %s", title, title, sections[i].title)
		}
	}
	return fmt.Sprintf("section %s is missing; write ## %s in front of the others", title, title)
}
