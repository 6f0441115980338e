package secrets

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// whatToWrite are the words for what is to be written.
const whatToWrite = `(?:credentials?|key|pass(?:phrase|wd|word)?|pwd?|secret|token|value)`

// What stands where a secret may stand and is none.
var (
	// reference says where to find a secret: a variable, a command, a template, a file, a name in a store.
	reference = regexp.MustCompile(`^(?:` +
		`\$[({]|\$\$\{|\\\$[A-Za-z_{(]|%\w+%|%[({]|%[-\d.]*[a-zA-Z]$|@\{|@@\w+@@|__\w+__|#\{|<[^>]*>|\{\{|\{[\w.:-]+\}$|\[[^\]]*\]$|\([^)]*\)$|\.\*|\\[Sdw]|` +
		`!(?:GetAtt|ImportValue|Ref|Sub|vault)\b|` +
		`(?:arn|awskms|bcrypt|env|file|https?|kms|md5|op|resolve|s3|secretsmanager|sha\d+|sm|ssm|vault)(?::|-\w+:)|projects/|` +
		`@?(?:~|\.{1,2})?/[\w.-]+(?:/|\.\w|$)|@?[A-Za-z]:\\|@[\w./-]+\.[a-z]\w{0,4}$)`)
	// inside is a reference in the middle of a value.
	inside = regexp.MustCompile("\\$\\{|\\$\\(|`|<%|\\{\\{|#\\{|%[A-Z_]{3,}%")
	// expanded is a variable of a shell, whole or in the middle of a value.
	expanded = regexp.MustCompile(`^\$[A-Za-z_@*#?!\d]|\$[A-Z_]{2,}`)
	// hashed is the hash of a password in the forms of crypt(5) and LDAP.
	hashed = regexp.MustCompile(`^(?:\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1|argon2\w*|scrypt|pbkdf2[\w-]*)\$|\{S?(?:SHA|MD5|CRYPT)\d*\})`)
	// encrypted is what KMS, sops, Ansible or Kubernetes' sealed secrets made of one.
	encrypted = regexp.MustCompile(`^(?:AQ[EI]CAH|AgB[A-Za-z0-9+/]{200}|ENC\[|ENC\(|\$ANSIBLE_VAULT)`)
	uuid      = regexp.MustCompile(`^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

	// blank is what people write who want somebody else to write, whatever it is to be.
	blank = regexp.MustCompile(`(?i)^(?:fixme|hidden|masked|omitted|placeholder|redacted|removed|replace[-_ ]?(?:me|this)|tbd|todo)$|\bredacted\b|\*{3}|\.{3}|…`)
	// toWrite asks for a token or a key. Of a password people choose the words themselves, so only what names it asks for one: your-password, put_secret_here.
	toWrite         = regexp.MustCompile(`(?i)^(?:(?:add|enter|insert|paste|put|replace|set|your|todo)[-_ ]|your[a-z])|[-_ ]here$`)
	passwordToWrite = regexp.MustCompile(`(?i)^(?:add|enter|insert|paste|put|replace|set|todo|your)(?:[-_ ].*[-_ ]here|[-_ ]?(?:[a-z]+[-_ ])*[a-z]*?` + whatToWrite + `)$|^(?:[a-z]+[-_ ])*` + whatToWrite + `[-_ ](?:goes[-_ ])?here$`)
	// variable is the name of one. As a password, one of a secret: DB_PASSWORD, but not SUMMER_2024.
	variable       = regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)
	secretVariable = regexp.MustCompile(`CRED|KEY|PASS|PW|SECRET|TOKEN`)

	// expression is code, where no quotes say that a value is none; member is the part of a thing, and could be a word elsewhere.
	expression = regexp.MustCompile(`^(?:[(\[{<]|(?:ConvertFrom|ConvertTo|Get|Import|Invoke|New|Read|Unprotect)-[A-Z]|[A-Za-z_][\w.]*[(\[]|@[A-Za-z_]*(?i:credential|key|pass|pw|secret|token)[A-Za-z_]*$)`)
	member     = regexp.MustCompile(`^(?:args|cfg|conf|config|data|env|local|module|options|opts|os|params|process|request|self|settings|sys|this|var|vars)\.(?:[a-z_]|\w*(?i:credential|key|pass|pw|secret|token))`)
)

// notSecret are words that stand behind a name such as password and are none: answers, types, and the sources of nsswitch.conf(5). Keep sorted.
var notSecret = []string{"", "*", "0", "1", "ask", "auto", "compat", "disabled", "enabled", "false", "file", "files", "generate", "generated", "locked", "never", "nil", "no", "none", "null", "optional", "prompt", "required", "sss", "string", "systemd", "true", "undefined", "unset", "yes", "~"}

// A writing says how a value stands in its text.
type writing struct {
	password bool // it is called a password, which people choose, and not a token or a key
	quoted   bool // within quotes, and so no expression
	verbatim bool // within quotes that let "$" be
	env      bool // behind a name of the environment, which has no members
}

// literal tells whether a value is a secret itself, and not a reference to one, a placeholder, a hash or a word of the language.
func literal(v string, w writing) bool {
	switch {
	case len(v) < 3, slices.Contains(notSecret, strings.ToLower(v)), v == "RANDOM", repeats(v): // RANDOM is cloud-init's
		return false
	case hashed.MatchString(v), encrypted.MatchString(v), uuid.MatchString(v), blank.MatchString(v), reference.MatchString(v):
		return false
	case variable.MatchString(v) && (!w.password || secretVariable.MatchString(v)):
		return false
	case w.password && passwordToWrite.MatchString(v), !w.password && toWrite.MatchString(v):
		return false
	}
	once := strings.ReplaceAll(v, "$$", "")
	if inside.MatchString(once) || !w.verbatim && expanded.MatchString(once) {
		return false
	}
	return w.quoted || !expression.MatchString(v) && (w.env || !member.MatchString(v))
}

// repeats tells whether a value is one character again and again that stands for others, as in xxxx-xxxx.
func repeats(v string) bool {
	v = strings.NewReplacer("-", "", "_", "", " ", "").Replace(v)
	return v == "" || strings.Trim(v, v[:1]) == "" && (v[0]|0x20 == 'x' || !isWord(v[0]))
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
