package secrets

import (
	"strings"
	"testing"
)

// TestSuspect is what is masked although it may be none. The suspected stands between ‹ and ›, which are taken out; without them nothing is.
func TestSuspect(t *testing.T) {
	for _, marked := range []string{
		"TOKEN=‹abc›", "tool --api-token ‹abc› --x", "password: ‹xxxx›", "DB_PASSWORD='‹a b›'", "DB_PASSWORD=‹$6$salt$hash›", "if [ \"$PASSWORD\" = \"‹hunter2›\" ]; then", "PASSWORD == '‹hunter2›'",
		"PASSWORD=‹ab|cd›", "PASSWORD=' ‹x›'", "csrf_token=‹abc›", "api_key: ‹YOUR_API_KEY›", "the password: ‹see› below", "user=svc%‹abcd›", "x://a:‹b›@c", "Bearer ‹abcdef›", "x curl y | z -u me:‹{pw}x›",
		"mysql x\nmkdir -p /x y", "mysql x; mkdir -p‹abc›", "curl -u \"$U:$P\" -u me:‹abc›", "ghp_", "‹ghp_0123456789›", "sha1: ‹" + key + "›",
		"PASSWORD=$PW", "PASSWORD=${PW}", "PASSWORD=$(x)", "PASSWORD=<pw>", "PASSWORD=P_${X}", "password: no", "password:", "PASSWORD_FILE=/run/x", "--no-password x", "monkey: x", "the password for x",
		"API_TOKEN=‹" + mix + "› DB_PASSWORD=‹abc›",
	} {
		var want []string
		for _, part := range strings.Split(marked, "‹")[1:] {
			v, _, _ := strings.Cut(part, "›")
			want = append(want, v)
		}
		text := strings.NewReplacer("‹", "", "›", "").Replace(marked)
		covered := make([]bool, len(text))
		for _, s := range Suspect("\n" + text) {
			if s.Line != 2 {
				t.Errorf("%q: line %d", text, s.Line)
			}
			for i := s.Start; i < s.End; i++ {
				covered[i-1] = true
			}
		}
		var got []string
		for i := 0; i < len(text); i++ {
			start := i
			for i < len(text) && covered[i] {
				i++
			}
			if i > start {
				got = append(got, strings.TrimSpace(text[start:i]))
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q: suspected %q, want %q", text, got, want)
		}
	}
}

// TestSuspectKinds: what is certain keeps its kind, and is not told of twice.
func TestSuspectKinds(t *testing.T) {
	got := Suspect("DB_PASSWORD=hunter2\nTOKEN=abc\n")
	if len(got) != 2 || got[0].Kind != "password" || got[1].Kind != Possible || got[1].Line != 2 {
		t.Errorf("%+v", got)
	}
}

// FuzzSuspect: places lie in the text, in order, and what Find finds is among them.
func FuzzSuspect(f *testing.F) {
	for _, s := range []string{"PASSWORD=hunter2", "token: \\\"x", id + " " + key, "x://a:b@c", "pw=$", "password==", "<password>x</"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, _ := Find(text)
		got, at := Suspect(text), 0
		for _, s := range got {
			if s.Start < at || s.End <= s.Start || s.End > len(text) || s.Line != 1+strings.Count(text[:s.Start], "\n") {
				t.Fatalf("%+v in %q", s, text)
			}
			at = s.Start
			if len(found) > 0 && s == found[0] {
				found = found[1:]
			}
		}
		if len(found) > 0 {
			t.Fatalf("%+v of %q is not suspected", found[0], text)
		}
	})
}
