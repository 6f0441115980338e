package secrets

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// What stands where a secret may stand and is none.
var (
	// reference says where to find a secret: a variable, a command, a template, a file, a name in a store.
	reference = regexp.MustCompile(`^(?:` +
		`\$[A-Za-z_{(@*#?!\d]|\$\$\{|\\\$[A-Za-z_{(]|%\w+%|%[({]|%[-\d.]*[a-zA-Z]$|@\{|@@\w+@@|__\w+__|#\{|<[^>]*>?|\{\{|\{[\w.:-]+\}?$|\[[^\]]*\]?$|\([^)]*\)?$|\.\*|\\[Sdw]|` +
		`!(?:GetAtt|ImportValue|Ref|Sub|vault)\b|` +
		`(?:arn|awskms|bcrypt|env|file|https?|kms|md5|op|resolve|s3|secretsmanager|sha\d+|sm|ssm|vault)(?::|-\w+:)|projects/|` +
		`@?(?:~|\.{1,2})?/[\w.-]+(?:/|\.\w|$)|@?[A-Za-z]:\\|@[\w./-]+$)`)
	// inside is a reference in the middle of a value.
	inside = regexp.MustCompile("\\$\\{|\\$\\(|`|<%|\\{\\{|#\\{|\\$[A-Z_]{2,}|%[A-Z_]{3,}%")
	// hashed is the hash of a password in the forms of crypt(5) and LDAP.
	hashed = regexp.MustCompile(`^(?:\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1|argon2\w*|scrypt|pbkdf2[\w-]*)\$|\{S?(?:SHA|MD5|CRYPT)\d*\})`)
	// encrypted is what KMS, sops, Ansible or Kubernetes' sealed secrets made of one.
	encrypted = regexp.MustCompile(`^(?:AQ[EI]CAH|AgB[A-Za-z0-9+/]{200}|ENC\[|ENC\(|\$ANSIBLE_VAULT)`)
	// filler is what people write who want somebody else to write.
	filler = regexp.MustCompile(`(?i)^(?:(?:add|enter|insert|paste|put|replace|set|your|todo)[-_ ]|your[a-z]|(?:fixme|hidden|masked|omitted|placeholder|redacted|removed|replaceme|tbd|todo)$)|[-_ ]here$|\bredacted\b|\*{3}|\.{3}|…`)

	uuid       = regexp.MustCompile(`^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	variable   = regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)
	expression = regexp.MustCompile(`^(?:(?:ConvertFrom|ConvertTo|Get|Import|Invoke|New|Read|Unprotect)-[A-Z]|[A-Za-z_][\w.]*[(\[]|(?:args|cfg|conf|config|data|env|local|module|options|opts|os|params|process|request|self|settings|sys|this|var|vars)\.)`)
)

// notSecret are words that stand behind a name such as password and are none: answers, types, and the sources of nsswitch.conf(5). Keep sorted.
var notSecret = []string{"ask", "auto", "compat", "default", "disabled", "enabled", "false", "files", "generate", "generated", "locked", "never", "nil", "none", "null", "optional", "prompt", "random", "required", "sss", "string", "systemd", "true", "undefined", "unset"}

// literal tells whether a value is a secret itself, and not a reference to one, a placeholder, a hash or a word of the language. What stands without quotes may also be an
// expression.
func literal(v string, quoted bool) bool {
	switch {
	case len(v) < 3, slices.Contains(notSecret, strings.ToLower(v)), repeats(v):
		return false
	case hashed.MatchString(v), encrypted.MatchString(v), uuid.MatchString(v), variable.MatchString(v), filler.MatchString(v), reference.MatchString(v):
		return false
	case inside.MatchString(strings.ReplaceAll(v, "$$", "")):
		return false
	}
	return quoted || !expression.MatchString(v)
}

// repeats tells whether a value is one character again and again, as in xxxx-xxxx.
func repeats(v string) bool {
	v = strings.NewReplacer("-", "", "_", "", " ", "").Replace(v)
	return v == "" || strings.Trim(v, v[:1]) == ""
}

// random tells whether a value looks like one that a machine chose, and not like the name of something: prod/db-password-2.
func random(v string) bool {
	return len(v) >= 12 && strings.ContainsAny(v, "0123456789") && strings.ContainsFunc(v, isLetter) && !plainName.MatchString(v) && entropy(v) > 2.9
}

// plainName is words and short numbers.
var plainName = regexp.MustCompile(`^[A-Za-z]+\d{0,4}(?:[-_./: ]+(?:[A-Za-z]+\d{0,4}|\d{1,4}))*$`)

func isLetter(c rune) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// entropy is Shannon's, in bits for each byte.
func entropy(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}
