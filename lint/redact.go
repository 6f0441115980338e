package lint

import (
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	celtypes "cel.dev/cel-go/common/types"

	"github.com/patlint/patlint/lint/bootscript"
)

// masked stands where a value was left out because it looks like a secret.
const masked = "[masked]"

var (
	// secretName is the name of a field or tag whose value is nobody's business.
	secretName = regexp.MustCompile(`(?i)password|passwd|secret|token\b|tokenvalue|api[_-]?key|private[_-]?key|credential|UserData|PreSharedKey|CustomerGatewayConfiguration`)
	// secretText finds secrets inside a text: access key IDs, what follows "password=", private keys, and words of the shape of AWS's
	// secret keys (40 characters, checked for mixed case and a digit below).
	secretText = regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*|(?i:(?:password|passwd|secret|token|api[_-]?key)["']?\s*[=:]\s*)\S+`)
	secretWord = regexp.MustCompile(`[A-Za-z0-9/+]{40}`)
	upper      = regexp.MustCompile(`[A-Z]`)
	lower      = regexp.MustCompile(`[a-z]`)
	digit      = regexp.MustCompile(`[0-9]`)
)

// redact masks what looks like a secret in a text that came from an account.
func redact(s string) string {
	if len(s) < 8 {
		return s
	}
	// Most texts need no look by a regular expression.
	if strings.ContainsAny(s, "=:") || strings.Contains(s, "AKIA") || strings.Contains(s, "ASIA") || strings.Contains(s, "-----BEGIN") {
		s = secretText.ReplaceAllString(s, masked)
	}
	s = bootscript.Mask(s)
	if !hasLongWord(s) {
		return s
	}
	return secretWord.ReplaceAllStringFunc(s, func(w string) string {
		if upper.MatchString(w) && lower.MatchString(w) && digit.MatchString(w) {
			return masked
		}
		return w
	})
}

// hasLongWord tells, quicker than the regular expression, whether a text has a word of 40 characters in which a secret key could stand.
func hasLongWord(s string) bool {
	run := 0
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '/', c == '+':
			if run++; run == 40 {
				return true
			}
		default:
			run = 0
		}
	}
	return false
}

// secretFields are the fields of EC2's answers that hold secrets whole: user data, and the keys of VPN tunnels.
var secretFields = []string{"CustomerGatewayConfiguration", "PreSharedKey", "UserData"}

// secretField finds such a field however it is written: as a field, an optional field or an index; "" for none.
func secretField(e ast.Expr) string {
	name := ""
	switch e.Kind() {
	case ast.SelectKind:
		name = e.AsSelect().FieldName()
	case ast.LiteralKind:
		if s, ok := e.AsLiteral().(celtypes.String); ok {
			name = string(s)
		}
	}
	if slices.Contains(secretFields, name) {
		return name
	}
	return ""
}

// namesSecretTag finds a call of tag() for a tag that by its name holds a secret.
func namesSecretTag(e ast.Expr) bool {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != "tag" || len(e.AsCall().Args()) != 2 {
		return false
	}
	key := e.AsCall().Args()[1]
	if key.Kind() != ast.LiteralKind {
		return false
	}
	s, ok := key.AsLiteral().(celtypes.String)
	return ok && secretName.MatchString(string(s))
}
