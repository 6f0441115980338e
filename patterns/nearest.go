package patterns

import "strings"

// Nearest is the name that a mistyped one was meant for: the one with the fewest changes, if these are few, else "".
func Nearest(name string, names []string) string { return nearest(name, names, len(name)/3+1) }

// Misspelt is the name from which another differs by one letter or two, else "". It is for sets that are larger than names: what is further away may be
// another one.
func Misspelt(name string, names []string) string { return nearest(name, names, 2) }

func nearest(name string, names []string, most int) string {
	best, least := "", most
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d <= least && d < len(name) && (best == "" || d < least) {
			best, least = n, d
		}
	}
	return best
}

// orKnown completes an error about a name that is not one of a set: the one that was meant, or all of them.
func orKnown(name string, known []string) string {
	if near := Nearest(name, known); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; known are " + strings.Join(known, ", ")
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
