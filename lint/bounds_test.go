package lint

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestBounded: what a hostile file says at length is cut, and is valid UTF-8.
func TestBounded(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "short": "short", "123456": "123456", "1234567": "12345…", "äöüäöü": "äöüäöü", "äöüäöüä": "äöüäö…",
		"x\xff\xfe": "x\ufffd", strings.Repeat("x", 50_000): "xxxxx…", "äö\xc3": "äö\ufffd",
	} {
		got := bounded(in, 6)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("bounded(%.20q) = %q, want %q", in, got, want)
		}
	}
}
