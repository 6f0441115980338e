package secrets

import (
	"regexp"
	"strings"
	"sync"
)

// A form is how the secrets of one maker look. The last group of its expression is the secret, or all of it where it has none.
type form struct {
	kind  string
	hints []string // one of them, in lower case, stands in every text with one: most texts need no look by the expression
	shown int      // how many characters of its beginning all of the kind have; at most 4
	re    *regexp.Regexp
}

// forms are those whose makers document them, or whose prefix they publish for scanners. Keep sorted by kind.
var forms = sync.OnceValue(func() []form {
	is := regexp.MustCompile
	return []form{
		// https://docs.anthropic.com/en/api/overview
		{"Anthropic API key", []string{"sk-ant-"}, 3, is(`\b(sk-ant-[\w-]{20,})`)},
		// https://learn.microsoft.com/en-us/purview/sit-defn-azure-storage-account-key
		{"Azure storage key", []string{"accountkey="}, 0, is(`(?i)\bAccountKey=([A-Za-z0-9+/]{86}==)`)},
		// https://docs.databricks.com/aws/en/dev-tools/auth/pat
		{"Databricks token", []string{"dapi"}, 4, is(`\b(dapi[0-9a-f]{32}(?:-\d)?)\b`)},
		// https://docs.digitalocean.com/reference/api/create-personal-access-token/
		{"DigitalOcean token", []string{"_v1_"}, 3, is(`\b(do[oprt]_v1_[0-9a-f]{64})\b`)},
		// https://docs.docker.com/security/access-tokens/
		{"Docker token", []string{"dckr_"}, 4, is(`\b(dckr_(?:oat|pat)_[\w-]{20,})`)},
		// https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
		{"GitHub token", []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}, 4, is(`\b(gh[pousr]_[A-Za-z0-9_]{36,255})\b`)},
		{"GitHub token", []string{"github_pat_"}, 4, is(`\b(github_pat_[A-Za-z0-9_]{50,255})\b`)},
		// https://docs.gitlab.com/security/tokens/#token-prefixes
		{"GitLab token", []string{"glpat-", "glrt-", "gldt-", "glptt-", "glft-", "glsoat-", "glcbt-", "glagent-"}, 2, is(`\b(gl(?:agent|cbt|dt|ft|pat|ptt|rt|soat)-[\w.-]{20,})`)},
		// https://cloud.google.com/docs/authentication/api-keys
		{"Google API key", []string{"aiza"}, 4, is(`\b(AIza[\w-]{35})`)},
		// https://developers.google.com/identity/protocols/oauth2
		{"Google OAuth client secret", []string{"gocspx-"}, 4, is(`\b(GOCSPX-[\w-]{28})`)},
		// https://grafana.com/docs/grafana/latest/administration/service-accounts/
		{"Grafana token", []string{"glsa_", "glc_ey"}, 3, is(`\b(glsa_\w{32}_[0-9a-f]{8}|glc_ey[A-Za-z0-9+/=]{30,})`)},
		// https://developer.hashicorp.com/vault/docs/concepts/tokens
		{"HashiCorp Vault token", []string{"hvs.", "hvb.", "hvr."}, 2, is(`\b(hv[bsr]\.[\w-]{24,})`)},
		// https://huggingface.co/docs/hub/security-tokens
		{"Hugging Face token", []string{"hf_"}, 3, is(`\b(hf_[A-Za-z]{34})\b`)},
		// RFC 7519: three parts in base64url, of which the first two are objects of JSON
		{"JSON web token", []string{"eyj"}, 3, is(`\b(eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})`)},
		// https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/
		{"New Relic key", []string{"nrak-", "nraa-", "nrii-", "nriq-", "nrra-", "nral"}, 0, is(`\b(NR(?:AK|AA|II|IQ|RA)-[\w-]{27,}|[0-9a-f]{36}NRAL)\b`)},
		// https://platform.openai.com/docs/api-reference/authentication; keys hold the base64 of "OpenAI"
		{"OpenAI API key", []string{"t3blbkfj"}, 3, is(`\b(sk-[\w-]{10,}T3BlbkFJ[\w-]{20,})`)},
		// https://warehouse.pypa.io/development/token-scanning.html: macaroons whose place is pypi.org or test.pypi.org
		{"PyPI token", []string{"pypi-ag"}, 4, is(`\b(pypi-Ag(?:EIcHlwaS5vcmc|ENdGVzdC5weXBpLm9yZw)[\w-]{50,})`)},
		// https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
		{"SendGrid API key", []string{"sg."}, 3, is(`\b(SG\.[\w-]{22}\.[\w-]{43})`)},
		// https://docs.slack.dev/authentication/tokens
		{"Slack token", []string{"xox", "xapp-"}, 4, is(`\b(xox[abeoprs](?:\.xox[bp])?-[\w-]{10,}|xapp-\d-[\w-]{10,})`)},
		// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
		{"Slack webhook", []string{"hooks.slack.com/"}, 0, is(`hooks\.slack\.com/(?:services|workflows|triggers)/([A-Z0-9]{8,}/[\w/]{20,})`)},
		// https://docs.stripe.com/keys
		{"Stripe key", []string{"k_live_", "k_test_", "whsec_"}, 3, is(`\b([rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})`)},
		// https://tailscale.com/kb/1085/auth-keys
		{"Tailscale key", []string{"tskey-"}, 4, is(`\b(tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]+-[A-Za-z0-9]{16,})`)},
		// https://core.telegram.org/bots/api#authorizing-your-bot
		{"Telegram bot token", []string{":aa"}, 0, is(`\b(\d{8,10}:AA[\w-]{33})`)},
		// https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens
		{"Terraform token", []string{".atlasv1."}, 0, is(`\b([A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,})`)},
		// https://github.com/FiloSottile/age
		{"age secret key", []string{"age-secret-key-1"}, 4, is(`\b(AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58})\b`)},
		// https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
		{"npm token", []string{"npm_"}, 4, is(`\b(npm_[A-Za-z0-9]{36})\b`)},
		// RFC 3986, section 3.2.1: user information in the form user:password is deprecated, because it is a password in clear
		{"password in a URL", []string{"://"}, 0, is(`\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@'"<>?#]*:([^\s/@'"<>]{3,})@[\w.\[$<{-]`)},
	}
})

// forms finds what has one of the known forms.
func (f *finder) forms() {
	for _, x := range forms() {
		if !f.mentions(x.hints) {
			continue
		}
		for _, m := range x.re.FindAllStringSubmatchIndex(f.text, -1) {
			start, end := m[len(m)-2], m[len(m)-1]
			v := f.text[start:end]
			url := x.kind == "password in a URL"
			if literal(v, writing{password: url, quoted: true}) && (url || entropy(v) > 2.5) || f.wide && mayBe(v) {
				f.add(x.kind, v[:x.shown]+"…", start, end)
			}
		}
	}
}

var (
	keyHeader = regexp.MustCompile(`-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY(?: BLOCK)?-----`)
	keyFooter = regexp.MustCompile(`-----END (?:[A-Z0-9]+ )?PRIVATE KEY(?: BLOCK)?-----`)
	// keyBody is how the text of a key goes on behind its first line, which JSON may write as \n.
	keyBody  = regexp.MustCompile(`^(?:\s|\\r|\\n|["',+])*(?:(?:Comment|DEK-Info|Proc-Type|Version):|[A-Za-z0-9+/]{16})`)
	puttyKey = regexp.MustCompile(`\bPrivate-Lines: \d+\s+[A-Za-z0-9+/=]{16,}`)
)

// maxKey is how many bytes of a private key are looked at for its end; one of 16384 bits has 13 KB.
const maxKey = 16 << 10

// privateKeys finds private keys in PEM (RFC 7468), of OpenSSH, of OpenPGP (RFC 9580) and of PuTTY. A header without a body, as grep looks for it, is none.
func (f *finder) privateKeys() {
	done := 0
	for _, m := range keyHeader.FindAllStringIndex(f.text, -1) {
		rest := f.text[m[1]:min(len(f.text), m[1]+maxKey)]
		if m[0] < done || f.full() || !keyBody.MatchString(rest) {
			continue
		}
		done = m[1]
		if e := keyFooter.FindStringIndex(rest); e != nil {
			done += e[1]
		}
		f.add("private key", "…", m[0], done)
	}
	if strings.Contains(f.text, "PuTTY-User-Key-File-") {
		for _, m := range puttyKey.FindAllStringIndex(f.text, -1) {
			f.add("private key", "…", m[0], m[1])
		}
	}
}
