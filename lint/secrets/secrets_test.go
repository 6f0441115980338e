package secrets

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	id  = "AKIAIOSFODNN7EXAMPLE" // AWS's own example
	key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	b40 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
	mix = "k3Jx9Qp2Lm7Vt4Zr8Nw5"
)

// many repeats something until it has a length.
func many(s string, n int) string { return strings.Repeat(s, n/len(s)+1)[:n] }

// TestFind is what counts as a secret, with its kind. The secret stands between ‹ and ›, which are taken out.
func TestFind(t *testing.T) {
	alnum := many(mix, 36)
	for _, tt := range []struct{ text, kind string }{
		{"export AWS_ACCESS_KEY_ID=‹" + id + "›", "AWS access key ID"},
		{"‹ASIAIOSFODNN7EXAMPLE›", "AWS access key ID"},
		{"AWS_SECRET_ACCESS_KEY=‹" + key + "›", "AWS secret access key"},
		{`"SecretAccessKey": "‹` + key + `›"`, "AWS secret access key"},
		{"aws configure set aws_secret_access_key ‹" + key + "›", "AWS secret access key"},
		{"s3cmd --thing ‹" + key + "›", "AWS secret access key"},
		{"aws_session_token = ‹IQoJb3JpZ2luX2VjE" + many(mix, 120) + "›", "AWS session token"},
		{"‹-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx\nabc\n-----END RSA PRIVATE KEY-----›", "private key"},
		{"    ‹-----BEGIN OPENSSH PRIVATE KEY-----\n    b3BlbnNzaC1rZXktdjEAAAAA\n    -----END OPENSSH PRIVATE KEY-----›\n", "private key"},
		{`{"key": "‹-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----›\n"}`, "private key"},
		{"‹-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1\n-----END EC PRIVATE KEY-----›", "private key"},
		{"‹-----BEGIN RSA PRIVATE KEY-----›\nProc-Type: 4,ENCRYPTED\n\nabc", "private key"},
		{"‹-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF0AAAABCADAAAAAAAAAA\n-----END PGP PRIVATE KEY BLOCK-----›", "private key"},
		{"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 1\nAAAA\n‹Private-Lines: 1\nAAAAIDTkKEMxGGhPvBrE›", "private key"},
		{"‹ghp_" + alnum + "›", "GitHub token"},
		{"x=‹github_pat_" + many(mix, 60) + "›;", "GitHub token"},
		{"‹glpat-" + mix + "›", "GitLab token"},
		{"‹xoxb-123456789012-" + mix + "›", "Slack token"},
		{"https://hooks.slack.com/services/‹T0123ABCD/B0123ABCD/" + mix + "›", "Slack webhook"},
		{"‹sk_live_" + mix + "›", "Stripe key"},
		{"‹SG." + many(mix, 22) + "." + many(mix, 43) + "›", "SendGrid API key"},
		{"TWILIO_AUTH_TOKEN=‹" + b40[:32] + "›", "Twilio auth token"},
		{"‹npm_" + alnum + "›", "npm token"},
		{"‹pypi-AgEIcHlwaS5vcmc" + many(mix, 60) + "›", "PyPI token"},
		{"‹AIza" + many(mix, 35) + "›", "Google API key"},
		{"DefaultEndpointsProtocol=https;AccountName=x;AccountKey=‹" + many(mix, 86) + "==›;", "Azure storage key"},
		{"DD_API_KEY=‹" + b40[:32] + "› bash -c x", "Datadog key"},
		{"NEW_RELIC_LICENSE_KEY: ‹" + b40[:36] + "NRAL›", "New Relic key"},
		{"‹NRAK-" + many("K3JX9QP2LM7VT4ZR8NW5", 27) + "›", "New Relic key"},
		{"export NEW_RELIC_KEY=x NEW_RELIC_API_KEY=‹" + mix + "›", "New Relic key"},
		{"‹eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U›", "JSON web token"},
		{"VAULT=‹hvs." + many(mix, 30) + "›", "HashiCorp Vault token"},
		{"‹dckr_pat_" + many(mix, 27) + "›", "Docker token"},
		{"‹hf_" + many("kJxQpLmVtZrNw", 34) + "›", "Hugging Face token"},
		{"‹AGE-SECRET-KEY-1" + many("QPZRY9X8GF2TVDW0S3JN", 58) + "›", "age secret key"},
		{"postgres://app:‹s3cr3t›@db.internal:5432/app", "password in a URL"},
		{"git clone https://oauth2:‹hunter2›@git.example.com/x.git", "password in a URL"},
		{"mongodb://root:‹changeme›@${HOST}/x", "password in a URL"},

		{"DB_PASSWORD=‹hunter2›", "password"},
		{"export DB_PASSWORD='‹p4ss w0rd›'", "password"},
		{"DBPASS=‹hunter2›", "password"},
		{"docker run -e MYSQL_ROOT_PASSWORD=‹changeme› -d mysql", "password"},
		{"# export PGPASSWORD=‹hunter2›", "password"},
		{"password: ‹hunter2›", "password"},
		{"  - db_password: '‹hunter2›'", "password"},
		{"dbPassword: ‹admin› # default", "password"},
		{`{"user": "x", "password": "‹hunter2›"}`, "password"},
		{`echo "{\"password\": \"‹hunter2›\"}" > /etc/x.json`, "password"},
		{"spring.datasource.password=‹hunter2›", "password"},
		{"Server=db;User Id=sa;Password=‹P@$$w0rd!›;", "password"},
		{"$Password = \"‹P@ssw0rd›\"", "password"},
		{"$env:ADMIN_PWD = '‹P@ssw0rd›'", "password"},
		{"New-Thing -Password \"‹P@ssw0rd›\"", "password"},
		{"$Password = ConvertTo-SecureString \"‹P@ssw0rd›\" -AsPlainText -Force", "password"},
		{"ConvertTo-SecureString \"‹P@ssw0rd›\" -AsPlainText -Force", "password"},
		{"ConvertTo-SecureString -String '‹P@ssw0rd›' -AsPlainText", "password"},
		{"$pw = ConvertTo-SecureString -AsPlainText '‹P@ssw0rd›' -Force", "password"},
		{"ConvertTo-SecureString -AsPlainText -Force -String \"‹P@ss w0rd›\"", "password"},
		{"ConvertTo-SecureString -Force -String:'‹P@ssw0rd›' -AsPlainText", "password"},
		{"(ConvertTo-SecureString ‹P@ssw0rd› -AsPlainText -Force)", "password"},
		{"ConvertTo-SecureString -AsPlainText -String ‹P@ssw0rd› -Force", "password"},
		{"[Environment]::SetEnvironmentVariable('DB_PASSWORD','‹hunter2›','Machine')", "password"},
		{"[System.Environment]::SetEnvironmentVariable( \"DB_PASSWORD\", \"‹hunter2›\", [EnvironmentVariableTarget]::Machine )", "password"},
		{"setx DB_PASSWORD ‹hunter2› /M", "password"},
		{"setx.exe /M \"DB_PASSWORD\" \"‹hunter 2›\"", "password"},
		{"cmd /c setx API_TOKEN ‹" + mix + "›", "token"},
		{"net user Administrator ‹P@ssw0rd› /add", "password"},
		{"Set-ItemProperty $path -Name DefaultPassword -Value \"‹P@ssw0rd›\"", "password"},
		{"<password>‹hunter2›</password>", "password"},
		{`<add key="DbPassword" value="‹hunter2›"/>`, "password"},
		{`[{"name": "DB_PASSWORD", "value": "‹hunter2›"}]`, "password"},
		{"- name: DB_PASSWORD\n  value: ‹hunter2›\n", "password"},
		{"DB_PASSWORD=${DB_PASSWORD:-‹hunter2›}", "password"},
		{"define( 'DB_PASSWORD', '‹Xk29fjPq7Lm›' );", "password"}, // WordPress
		{`echo "define(\"DB_PASSWORD\", \"‹hunter2›\");" >> wp-config.php`, "password"},
		{"define('AUTH_KEY',         '‹k3Jx9Qp2 Lm7V.t4Zr8|Nw5›');", "key"},
		{"'password' => env('DB_PASSWORD', '‹hunter2›'),", "password"}, // Laravel
		{"os.environ.setdefault('DB_PASSWORD', '‹hunter2›')", "password"},
		{"ENV DB_PASSWORD ‹hunter2›\nRUN x", "password"},     // Dockerfile
		{"  SetEnv DB_PASSWORD \"‹hunter2›\"\n", "password"}, // Apache
		{"setenv DB_PASSWORD ‹hunter2›", "password"},
		{"fastcgi_param DB_PASSWORD ‹hunter2›;", "password"}, // nginx
		{"tool --db-password ‹hunter2› --x", "password"},
		{`command: ["tool", "--password", "‹hunter2›", "--x"]`, "password"},
		{"tool --password=‹hunter2›", "password"},
		{"echo \"ubuntu:‹hunter2›\" | chpasswd", "password"},
		{"chpasswd <<EOF\nroot:‹hunter2›\nEOF", "password"},
		{"chpasswd:\n  expire: false\n  list: |\n    root:‹hunter2›\n", "password"},
		{"chpasswd:\n  list:\n    - root:‹hunter2›\n", "password"},
		{"chpasswd:\n  # the first\n  expire: False\n  list:\n  - 'root:‹hunter,2›'\nruncmd:\n  - a\n", "password"},
		{"chpasswd:\n  list:\n    - ubuntu:RANDOM\n    - root:‹hun]ter2›\nssh_pwauth: true\n", "password"},
		{"chpasswd:\n  list: \"root:‹hunter2›\"\n", "password"},
		{"chpasswd:\n  list: root:‹hunter2›\n  expire: false\n", "password"},
		{`chpasswd: { expire: False, list: "ubuntu:R\nroot:‹hunter2›\n" }`, "password"},
		{"chpasswd: {list: ['ubuntu:R', root:‹hunter2›], expire: false}", "password"},
		{"chpasswd: {list: root:‹hunter2›}", "password"},
		{"chpasswd:\n  list: [\n    \"root:‹hunter2›\",\n  ]\n", "password"},
		{`{"chpasswd": {"expire": false, "list": ["ubuntu:$6$salt$abcdefghijkl", "root:‹hunter2›"]}, "packages": ["a"]}`, "password"},
		{"chpasswd:\n  users:\n    - {name: root, password: ‹hunter2›, type: text}\n", "password"},
		{"echo ‹hunter2› | passwd --stdin root", "password"},
		{"mysql -uroot -p‹hunter2› -e 'select 1'", "password"},
		{"mysql -u root -p'‹hunter 2›'", "password"},
		{"mysqladmin -u root password ‹hunter22›", "password"},
		{"mysqladmin password ‹hunter22› 2>/dev/null", "password"},
		{"/usr/bin/mysqladmin -u root -h \"$(hostname)\" password ‹hunter22› && x", "password"},
		{"mariadb-admin --user=root password '‹hunter 22›'", "password"},
		{"mysql -e \"CREATE USER x IDENTIFIED BY '‹hunter2›'\"", "password"},
		{"psql -c \"CREATE ROLE app LOGIN PASSWORD '‹hunter2›'\"", "password"},
		{"curl -u admin:‹hunter2› https://x", "password"},
		{"curl -H 'Authorization: Bearer ‹" + mix + "›' https://x", "password"},
		{"curl -X POST \\\n  -u admin:‹hunter2› \\\n  https://x", "password"},
		{"curl -d 'a & b' -u admin:‹hunter2› https://x", "password"},
		{"curl https://x/?a=b&c=d -u admin:‹hunter2›", "password"},
		{"mysql -u root \\\n  -p‹hunter2›", "password"},
		{"sshpass -p ‹hunter2› ssh x", "password"},
		{"echo ‹hunter2› | passwd root --stdin", "password"},
		{"mount -t cifs -o username=svc%‹hunter2›,vers=3.0 //h/s /x", "password"},
		{"docker login -u x -p ‹hunter2› registry.example.com", "password"},
		{"podman login -u bob -p ‹hunter2› quay.io", "password"},
		{"nerdctl login -p='‹hunter2›' -u bob", "password"},
		{"helm registry login registry.example.com -u bob -p ‹hunter2›", "password"},
		{"sudo buildah login -u bob -p \"‹hunter2›\" quay.io", "password"},
		{"docker login \\\n  -u bob \\\n  -p ‹hunter2› \\\n  quay.io", "password"},
		{"machine api.example.com login me password ‹hunter2›", "password"},
		{"requirepass ‹hunter2›", "password"},
		{"redis-cli -a ‹hunter2› ping", "password"},
		{"mount -t cifs -o username=x,password=‹hunter2› //a/b /c", "password"},

		{"DB_PASSWORD=‹@dmin2024›", "password"},
		{"DB_PASSWORD='‹@Welcome1›'", "password"},
		{"password: ‹@Passw0rd›", "password"},
		{"DB_PASSWORD='‹$Secret123›'", "password"},
		{"DB_PASSWORD='‹$1ecret!›'", "password"},
		{"x=\"$y\" DB_PASSWORD='‹Pa$SWORD1›'", "password"},
		{"cat <<EOF\n$x\nEOF\nDB_PASSWORD='‹$ecret99›'", "password"},
		{"cat > x.sh <<'EOF'\nDB_PASSWORD='‹$ecret99›'\nEOF\n", "password"},
		{"x <<< y; i=$((1<<4))\nDB_PASSWORD='‹$ecret99›'", "password"},
		{"curl -u 'admin:‹$ecret99›' https://x", "password"},
		{"mysql -p'‹$ecret99›' -e x", "password"},
		{"DB_PASSWORD=‹SUMMER_2024›", "password"},
		{"DB_PASSWORD=\"‹We-are-here›\"", "password"},
		{"DB_PASSWORD='‹add-me-2024›'", "password"},
		{"DB_PASSWORD='‹set-Sail-99›'", "password"},
		{"DB_PASSWORD='‹yourmom99›'", "password"},
		{"DB_PASSWORD=‹111111›", "password"},
		{"DB_PASSWORD=‹aaaaaaaa›", "password"},
		{"DB_PASSWORD=‹default›", "password"},
		{"DB_PASSWORD=‹random›", "password"},
		{"DB_PASSWORD='‹(Hunter2›'", "password"},
		{"DB_PASSWORD='‹[Hunter2›'", "password"},
		{"DB_PASSWORD='‹<Hunter2›'", "password"},
		{"DB_PASSWORD=‹data.Rocks1›", "password"},
		{"DB_PASSWORD=‹data.rocks›", "password"},
		{"password: ‹data.Rocks1›", "password"},
		{"net use x: /user:y /pass:‹hunter2›", "password"},
		{"SECRET_KEY_BASE=‹" + b40 + b40[:24] + "›", "key"},

		{"API_KEY=‹" + mix + "›", "key"},
		{"SECRET_KEY_BASE=‹" + b40 + b40[:24] + "›", "key"}, // Rails
		{"  secret_key_base: ‹" + many(b40, 128) + "›\n", "key"},
		{"X-Api-Key: ‹" + mix + "›", "key"},
		{"client_secret = \"‹" + mix + "›\"", "secret"},
		{"APP_SECRET=‹k3Jx/9Qp2Lm7Vt/4Zr8-Nw5abc›", "secret"},
		{"JWT_SECRET=‹" + mix + "›", "secret"},
		{"kubeadm join 10.0.0.1:6443 --token ‹abcdef.0123456789abcdef› --x", "token"},
		{"K3S_TOKEN=‹K10" + b40 + "::server:" + b40[:32] + "›", "token"},
		{"GET https://x/?access_token=‹" + mix + "›&y=1", "token"},
		{`Environment=A=b\nTOKEN=‹` + mix + `›\n`, "token"},
	} {
		before, rest, _ := strings.Cut(tt.text, "‹")
		want, after, ok := strings.Cut(rest, "›")
		if !ok {
			t.Fatalf("%q has no mark", tt.text)
		}
		text := before + want + after
		found, err := Find(text)
		if err != nil || len(found) != 1 {
			t.Errorf("%q: %d found, %v: %+v", text, len(found), err, found)
			continue
		}
		s := found[0]
		if got := text[s.Start:s.End]; got != want || s.Kind != tt.kind {
			t.Errorf("%q: %q, a %s; want %q, a %s", text, got, s.Kind, want, tt.kind)
		}
		if s.Line != 1+strings.Count(before, "\n") {
			t.Errorf("%q: line %d", text, s.Line)
		}
	}
}

// TestFindNone is what people call false alarms.
func TestFindNone(t *testing.T) {
	for _, text := range []string{
		"", "\n", "#!/bin/bash\nset -e\nyum update -y\n",
		"DB_PASSWORD=", "DB_PASSWORD=\"\"", "password: ''", "password: ~", "password: null", "password:", `{"password": ""}`, `{"password":"","user":"root"}`,
		"DB_PASSWORD=$PASSWORD", "DB_PASSWORD=\"${PASSWORD}\"", "DB_PASSWORD=${PASSWORD:-}", "PASSWORD=$1", "PASSWORD=\"$(cat /run/x)\"", "PASSWORD=`cat x`",
		"DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id prod/db --query SecretString --output text)",
		"TOKEN=$(curl -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600')",
		"curl -H \"X-aws-ec2-metadata-token: $TOKEN\" http://169.254.169.254/latest/meta-data/",
		"curl -H \"Authorization: Bearer $TOKEN\" https://x", "curl -u \"$USER:$PASS\" https://x", "curl -u admin:${PASS} https://x",
		"password: '{{resolve:ssm-secure:/db/password:1}}'", "password: {{ db_password }}", "password: <%= @password %>", "password: %{password}", "password: <password>",
		"password=<your-password-here>", "PASSWORD=xxxx", "PASSWORD=********", "API_KEY=xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "api_key: YOUR_API_KEY", "TOKEN=your-token-here",
		"PASSWORD=REPLACE_ME", "PASSWORD=your-db-password", "password: yourpassword", "PASSWORD=put_secret_here", "PASSWORD='strong-password-here'", "PASSWORD='enter it here'", "PASSWORD=......", "DB_PASSWORD=XXXXXXXX",
		"password=@./pw", "curl --data-urlencode password=@pw.txt", "password = @db_password", "password: data.aws_ssm_parameter.db.value", "password = config.DBPassword", "PASSWORD=MYSQL_ROOT_PW", "password: RANDOM", "https://x/password:hunter2",
		"DB_PASSWORD='$DB_PASSWORD'", "cat > .env <<EOF\nDB_PASSWORD='$PW'\nEOF\n", "cat <<EOF\nDB_PASSWORD='$PW'\n", "echo \"DB_PASSWORD='$PW'\" > .env", "PW=$(x)\necho \"\nDB_PASSWORD='$PW'\n\"", "read -s -p \"Password: \" pw\nmysql -e \"\nx IDENTIFIED BY '$pw'\n\"",
		"DB_PASSWORD='${PW}'", "DB_PASSWORD='$(cat x)'", "password: '$PW'", "<password>", "sqlplus <user>/<password>@//host:1521/x",
		"password: [redacted]", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "__DB_PASSWORD__", "PASSWORD=__DB_PASSWORD__", "PASSWORD=@@PW@@", "password = #{password}",
		"PASSWORD_FILE=file:///run/secrets/x", "DB_PASSWORD=file:///run/secrets/x", "password: /run/secrets/db", "PASSWORD=/etc/db.pw", "password=@/etc/pw", "password_file: x", "secret: file:/x",
		"SECRET_ARN=arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/db-AbCdEf", "secret: arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/db-AbCdEf",
		"DB_SECRET=prod/db/password", "secret: my-app-tls", "imagePullSecret: regcred", "secretName: my-app-tls-2024", "token: op://vault/item/field", "client_secret: vault:secret/data/app#key",
		"DB_SECRET=prod/shop/db-x7Yk2Q", "DB_CREDENTIALS=prod/shop-db/credentials-Ab12Cd", "api_key: 'prod/shop2/api-key-9xK2mQ'", "--secret prod/eu-central-1/db-x7Yk2Q",
		"DB_SECRET='rds!db-123e4567-e89b-12d3-a456-426614174000-x7Yk2Q'", "password: \"see 1Password item abcd\"", "password: 'ask the platform team'", `{"password": "In Vault, under shop"}`,
		"define('DB_PASSWORD', getenv('DB_PASSWORD'));", "define( 'DB_PASSWORD', 'password_here' );", "define('DB_PASSWORD', '');", "if (!defined('DB_PASSWORD')) {", "fields = ['password', 'username']", "hide('password', 'api_token')", `["tool", "--password", "--x"]`, `["tool", "--password", "$PW"]`,
		"[Environment]::SetEnvironmentVariable('DB_PASSWORD', $pw, 'Machine')", "[Environment]::SetEnvironmentVariable('DB_PASSWORD', \"$pw\", 'Machine')", "[Environment]::GetEnvironmentVariable('DB_PASSWORD', 'Machine')", "getenv('DB_PASSWORD')",
		"setx DB_PASSWORD %PW%", "setx DB_PASSWORD \"$pw\" /M", "setx PATH x", "ENV DB_PASSWORD $PW", "setenv DB_PASSWORD", "SetEnv DB_PASSWORD ${PW}", "# the env password comes from the store", "in env DB_PASSWORD holds it",
		"ConvertTo-SecureString -AsPlainText $pw -Force", "ConvertTo-SecureString $pw -AsPlainText -Force; New-LocalUser \"deploy\"", "New-Object PSCredential((ConvertTo-SecureString -AsPlainText -Force $pw), \"deploy\")", "# ConvertTo-SecureString makes one",
		"podman login -u bob --password-stdin quay.io", "helm registry login -u bob -p \"$PW\" x", "docker login quay.io\nmkdir -p abcd", "docker login \\\n  quay.io && mkdir -p abcd", "docker login quay.io &\nmkdir -p abcd",
		"mysqladmin -u root password \"$PW\"", "mysqladmin -u root password $PW", "mysqladmin -u root -p password\nsystemctl restart", "# the mysqladmin password for root is in the store", "# let mysqladmin set the password afterwards", "# mysqladmin password well-known to all",
		"chpasswd:\n  list:\n    - root:RANDOM\n    - ubuntu:$6$salt$abcdefghijkl\n", "chpasswd: {list: [root:R]}", "chpasswd:\n  list: # of user:password, see https://x.example.com\n    - root:R\npackages:\n  - a\n", "chpasswd: {expire: false}\nimages: {list: ['debian:bookworm']}", "chpasswd:\n  list: \"root:${PW}\"\n", "secret_key_base: <%= ENV['X'] %>",
		"SECRET_ID='arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-033d7456-2c96-450d-9d48-f5de3025e51c-xmJRDx'",
		"password: env:DB_PASSWORD", "DB_PASSWORD=DB_PASSWORD", "password: ENC[AES256_GCM,data:abcdef0123456789]", "kms_secret: AQICAHhAbCdEf0123456789abcdef0123456789abcdef0123456789",
		"password: $6$rounds=4096$abcdefgh$abcdefghijklmnopqrstuvwxyz0123456789", "passwd: $2b$12$abcdefghijklmnopqrstuvwxyz0123456789", "root:$6$salt$abcdefghijkl | chpasswd -e",
		"echo 'root:$6$salt$abcdefghijkl' | chpasswd -e", "chpasswd:\n  list: |\n    root:RANDOM\n", "chpasswd: {expire: false}", "ssh_pwauth: true", "lock_passwd: true", "lock_passwd: false",
		"PasswordAuthentication no", "PermitEmptyPasswords no", "passwd: files sss", "passwd: files", "passwd:     compat systemd", "getent passwd ubuntu", "cat /etc/passwd", "-v /etc/passwd:/etc/passwd:ro",
		"adduser --disabled-password --gecos '' deploy", "adduser --disabled-password deploy", "read -s -p \"Password: \" pw", "echo \"Password: \"; read x", "echo \"Setting the password: please wait\"",
		"# password: see the wiki", "the password for root is in the vault", "if [ \"$PASSWORD\" = \"hunter2\" ]; then", "[ \"$DB_PASSWORD\" == \"\" ]", "password == 'hunter2'", "Token::new()",
		"password = os.environ['DB_PASSWORD']", "password=get_password()", "connect(user=user, password=password)", "password = self.password", "token = boto3.client('sts').get_session_token()",
		"mysql -u root -p\"$PW\"", "mysql -u root -p -h db", "mysql -u root --protocol=tcp", "sshpass -p \"$PW\" ssh x", "docker login -u AWS --password-stdin x", "net user Administrator /active:yes", "net user",
		"compass=north", "bypass: always", "--bypass-policy strict", "CWD=/x PWD=/home/x", "pwd=$(pwd)", "OLDPWD=/tmp", "passthrough=true", "tokenizer: standard", "max_tokens=4096", "next_token_limit: 100",
		"$Password = ConvertTo-SecureString $env:PW -AsPlainText", "$Password = Read-Host -AsSecureString", "$Password = Get-SSMParameter -Name /db",
		`"ClientToken": "terraform-20260304001335762500000004"`, "aws ec2 run-instances --client-token " + mix, "--starting-token " + mix, "csrf_token=" + mix,
		"PRIVATE_KEY_PATH=/etc/ssl/key.pem", "ssl_certificate_key /etc/nginx/key.pem;", "gpgkey=https://packages.example.com/gpg.key", "apt-key add key.gpg", "KeyName: deploy", "hash_key: id", "public_key: " + mix,
		"grep -q 'BEGIN RSA PRIVATE KEY' /etc/x", "-----BEGIN RSA PRIVATE KEY-----\n${KEY}\n-----END RSA PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
		"-----BEGIN CERTIFICATE-----\n" + many("MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ", 64) + "\n" + key + "\n-----END CERTIFICATE-----",
		"ssh-rsa " + many("AAAAB3NzaC1yc2EAAAADAQABAAABgQC7", 300) + " me@host", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2nDGV9gUQhLBR5u0MqGLcRHAoXMlC1RZPZqhBEGHPk me@host",
		b40, b40 + "  app.tar.gz", "sha256sum: " + b40 + b40[:24], "echo '" + b40 + b40[:24] + "  x.tgz' | sha256sum -c", "integrity: sha1-" + key, "digest " + key, "CHECKSUM=" + b40,
		"image@sha256:" + b40 + b40[:24], "--discovery-token-ca-cert-hash sha256:" + b40 + b40[:24], "git checkout " + b40, "API_KEY=123e4567-e89b-12d3-a456-426614174000", "token: 123E4567-E89B-12D3-A456-426614174000",
		"https://x.example.com:8443/path", "http://user@host/x", "https://$USER:$PASS@host/", "https://x-access-token:${GITHUB_TOKEN}@github.com/x", "https://user:<password>@host", "s3://bucket/key@x", "//a:b@c", "redis://:@host",
		"/opt/Tools/Release2/Linux64/Applications4", "AKIA", "AKIA1234", "SG.short", "eyJhbGciOiJIUzI1NiJ9", "glpat-short", "NRAK-x", "hf_", "sk_test_", "s/PASSWORD=CHANGEME/PASSWORD=$DB/", "sed -i 's/password=.*/x/' f",
		"/var/run/secrets/kubernetes.io/serviceaccount/token", "Environment=TOKEN_TTL=3600", "secrets: [db, cache]", "${!SECRET}", "password: !Ref DbPassword", "Password: {Ref: DbPassword}",
	} {
		if found, err := Find(text); err != nil || len(found) != 0 {
			for _, s := range found {
				t.Errorf("%q: %q taken for a %s", text, text[s.Start:s.End], s.Kind)
			}
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}

// TestEncoded looks into texts inside the text.
func TestEncoded(t *testing.T) {
	const secret = "#!/bin/sh\nexport DB_PASSWORD=hunter2\n"
	b64 := base64.StdEncoding.EncodeToString
	var packed, wide bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, secret)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range secret {
		wide.WriteString(string(c) + "\x00")
	}
	long := b64([]byte(strings.Repeat("# nothing here\n", 20) + secret))
	lines := ""
	for ; len(long) > 76; long = long[76:] {
		lines += "      " + long[:76] + "\n"
	}
	for name, text := range map[string]string{
		"base64":     "x\ncontent: " + b64([]byte(secret)),
		"gzip":       "x\ncontent: " + b64(packed.Bytes()),
		"PowerShell": "x\npowershell -EncodedCommand " + b64(wide.Bytes()),
		"lines":      "x\n" + lines + "      " + long + "\n",
		"data URL":   "x\n" + `"source": "data:,export%20DB_PASSWORD%3Dhunter2%0A"`,
		"twice":      "x\ncontent: " + b64([]byte("content: "+b64([]byte(secret)))),
	} {
		found, err := Find(text)
		if err != nil || len(found) != 1 || found[0].Kind != "password" || found[0].Line != 2 || found[0].Hint != "…" {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
	deep := secret
	for range maxDepth + 1 {
		deep = b64([]byte("content: " + deep))
	}
	if found, err := Find(deep); err != errDeep || len(found) != 0 {
		t.Errorf("too deep: %+v, %v", found, err)
	}
	packed.Reset()
	z = gzip.NewWriter(&packed)
	fmt.Fprint(z, strings.Repeat("nothing ", maxDecoded))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(b64(packed.Bytes()) + " PASSWORD=hunter2"); err != errLarge {
		t.Errorf("too large: %v", err)
	}
}

// TestBound: a text that is full of secrets is told of up to a number.
func TestBound(t *testing.T) {
	found, err := Find(strings.Repeat("PASSWORD=hunter2\n", 3*maxFound))
	if err != nil || len(found) != maxFound || found[maxFound-1].Line != maxFound {
		t.Errorf("%d found, %v", len(found), err)
	}
}

// TestForms holds the tables in their order, and the hints to the form in which they are compared.
func TestForms(t *testing.T) {
	kinds := map[string]bool{}
	for i, x := range forms() {
		kinds[x.kind] = true
		if i > 0 && forms()[i-1].kind > x.kind {
			t.Errorf("%s is not in order", x.kind)
		}
		if x.shown > 4 {
			t.Errorf("%s shows %d characters", x.kind, x.shown)
		}
		for _, h := range x.hints {
			if h != strings.ToLower(h) {
				t.Errorf("%s: %s is compared in lower case", x.kind, h)
			}
		}
	}
	for _, table := range [][]command{commands(), suspects()} {
		if !slices.IsSortedFunc(table, func(a, b command) int { return strings.Compare(a.hints[0], b.hints[0]) }) {
			t.Errorf("the table that begins with %s is not in order", table[0].hints[0])
		}
		for _, c := range table {
			for _, h := range c.hints {
				if h != strings.ToLower(h) {
					t.Errorf("%s is compared in lower case", h)
				}
			}
		}
	}
	for i := range len(notSecret) - 1 {
		if notSecret[i] >= notSecret[i+1] {
			t.Errorf("%s is not in order", notSecret[i])
		}
	}
}

// FuzzFind: whatever the text, places lie in it, hints show little, and nothing panics.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"PASSWORD=hunter2", "a:\n  password: 'x y'\n", id + " " + key, "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0B", "postgres://a:bcd@e", "chpasswd <<E\na:bcde\nE", "data:,PASSWORD%3Dabcd", `\"token\": \"`, "pw=$"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, _ := Find(text)
		at := 0
		for _, s := range found {
			if s.Start < at || s.End <= s.Start || s.End > len(text) || s.Line < 1 || s.Line > 1+strings.Count(text, "\n") || s.Kind == "" {
				t.Fatalf("%+v in %q", s, text)
			}
			if n := len([]rune(strings.Trim(s.Hint, "…"))); n > 4 {
				t.Fatalf("the hint %s shows %d characters", s.Hint, n)
			}
			at = s.End
		}
	})
}

// BenchmarkFind is 16 KB of user data: a usual script, and texts of which every word invites a look.
func BenchmarkFind(b *testing.B) {
	for _, x := range []struct{ name, text string }{
		{"script", "#!/bin/bash\nexport DB_HOST=db.internal DB_PASSWORD=$(aws ssm get-parameter --name /db/password)\nyum install -y nginx\nsystemctl enable --now nginx\n"},
		{"passwords", "password: x\npassword=hunter2\n"},
		{"quotes", "PASSWORD='$x' "},
		{"one line", "password secret token pw=$x "},
		{"base64", base64.StdEncoding.EncodeToString([]byte("nothing in here "))},
		{"commands", "docker login -u x mysqladmin -u root password curl -X "},
		{"users", "chpasswd: {list: [a:bbbb, \"c:dddd\", "},
		{"setters", "setx /m PASSWORD define('PASSWORD', x "},
		{"keys", "-----BEGIN RSA PRIVATE KEY----- "},
	} {
		text := many(x.text, 16<<10)
		b.Run(x.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, _ = Find(text)
			}
		})
	}
}
