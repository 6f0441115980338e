package bootscript

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const plainScript = "#!/bin/bash\n\nmkfs.ext4 /dev/xvdf\nmount -o noatime /dev/xvdf /data\n"

// plainWant is what plainScript does, with its lines moved by %d and %d.
const plainWant = `mount %d mount /dev/xvdf device /data ? noatime provided=no awaited=no
format %d mkfs /dev/xvdf device ext4 guarded=no
`

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// wrapped is base64 in lines, as in mail.
func wrapped(s string) string {
	var out strings.Builder
	for e := b64(s); e != ""; {
		n := min(76, len(e))
		out.WriteString(e[:n] + "\n")
		e = e[n:]
	}
	return out.String()
}

func archive(parts ...string) string {
	return "Content-Type: multipart/mixed; boundary=\"XX\"\nMIME-Version: 1.0\n\n--XX\n" + strings.Join(parts, "\n--XX\n") + "\n--XX--\n"
}

// TestEncodings holds one script in every wrapping against what it does, and where.
func TestEncodings(t *testing.T) {
	lines := func(form string, mount, format int) string {
		return "form " + form + "\n" + fmt.Sprintf(plainWant, mount, format)
	}
	part := "Content-Type: text/x-shellscript\n\n" + plainScript
	inner := strings.Replace(archive(part), "XX", "YY", -1)
	tests := []struct{ name, data, want string }{
		{"plain", plainScript, lines(Shell, 4, 3)},
		{"base64", b64(plainScript), lines(Shell, 4, 3)},
		{"base64 in lines", wrapped(plainScript), lines(Shell, 4, 3)},
		{"base64 with CRLF", strings.ReplaceAll(wrapped(plainScript), "\n", "\r\n"), lines(Shell, 4, 3)},
		{"gzip", zipped(plainScript), lines(Shell, 4, 3)},
		{"gzip in base64", b64(zipped(plainScript)), lines(Shell, 4, 3)},
		{"CRLF", strings.ReplaceAll(plainScript, "\n", "\r\n"), lines(Shell, 4, 3)},
		{"byte order mark", "\ufeff" + plainScript, lines(Shell, 4, 3)},
		{"white space before", "\n  \n" + plainScript, lines(Shell, 6, 5)},
		{"archive", archive(part), lines(Multipart, 10, 9)},
		{"archive with CRLF", strings.ReplaceAll(archive(part), "\n", "\r\n"), lines(Multipart, 10, 9)},
		{"archive in base64 and gzip", b64(zipped(archive(part))), lines(Multipart, 10, 9)},
		{"archive after empty lines", "\n\n" + archive(part), lines(Multipart, 12, 11)},
		{"part without a type that helps", archive("Content-Type: text/plain\n\n" + plainScript), lines(Multipart, 10, 9)},
		{"part without a type", archive("\n" + plainScript), lines(Multipart, 9, 8)},
		{"part in base64", archive("Content-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n" + wrapped(plainScript)), lines(Multipart, 11, 10)},
		{"part in gzip and base64", archive("Content-Type: application/gzip\nContent-Transfer-Encoding: base64\n\n" + wrapped(zipped(plainScript))), lines(Multipart, 11, 10)},
		{"archive in an archive", archive("Content-Type: multipart/mixed; boundary=YY\n\n" + inner[strings.Index(inner, "--YY"):]), lines(Multipart, 13, 12)},
		{"boothook", "#cloud-boothook\n" + plainScript, lines(Shell, 5, 4)},
		{"no last boundary", strings.TrimSuffix(archive(part), "--XX--\n"), lines(Multipart, 10, 9) + "unread 4\n"},
		{"part in quoted-printable", archive("Content-Type: text/x-shellscript\nContent-Transfer-Encoding: quoted-printable\n\n" + strings.ReplaceAll(strings.ReplaceAll(plainScript, "noatime", "noat=\nime"), "4 /", "4=20/")), lines(Multipart, 11, 10)},
		{"a message of one part", "Content-Type: text/x-shellscript\n\n" + plainScript, lines(Multipart, 6, 5)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, summary(Parse([]byte(test.data)))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestEdges has what is odd, small or broken.
func TestEdges(t *testing.T) {
	deep := archive("Content-Type: text/x-shellscript\n\n" + plainScript)
	for i := range 5 {
		b := fmt.Sprintf("B%d", i)
		deep = "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n" + deep + "\n--" + b + "--\n"
	}
	tests := []struct{ name, data, want string }{
		{"nothing", "", "form none\n"},
		{"white space", " \r\n\t\n", "form none\n"},
		{"only a first line", "#!/bin/sh", "form shell\n"},
		{"a word that is base64 by chance", "mountpoint", "form other\nunread 1\n"},
		{"binary", "\x7fELF\x00\x01\x02", "form other\nunread 1\n"},
		{"gzip that is cut off", zipped(plainScript)[:30], "form other\nunread 1\n"},
		{"gzip of something huge", zipped(strings.Repeat("a", 2<<20)), "form other\nunread 1\n"},
		{"too large", strings.Repeat("#", 3<<20), "form other\nunread 1\n"},
		{"an archive without a boundary", "Content-Type: multipart/mixed\n\nx", "form multipart\nunread 1\n"},
		{"archives in archives", deep, "form multipart\nunread 13\n"},
		{"a part with broken base64", archive("Content-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n!!!!"), "form multipart\nunread 8\n"},
		{"a part with broken quoted-printable", archive("Content-Type: text/x-shellscript\nContent-Transfer-Encoding: quoted-printable\n\n=!!"), "form multipart\nunread 8\n"},
		{"an archive without parts", "Content-Type: multipart/mixed; boundary=XX\n\nx\n", "form multipart\nunread 1\n"},
		{"a part without #!", archive("Content-Type: text/x-shellscript\n\nmount /dev/xvdf /x"), "form multipart\nunread 7\n"},
		{"Ignition", `{"ignition": {"version": "3.3.0"}}`, "form other\nunread 1\n"},
		{"cloud-config that is a list", "#cloud-config\n- a\n", "form cloud-config\nunread 1\n"},
		{"cloud-config with broken YAML", "#cloud-config\nmounts:\n  - [a\n  b: {\n", "form cloud-config\nunread 4\n"},
		{"cloud-config with nothing", "#cloud-config\n", "form cloud-config\n"},
		{"an alias that holds itself", "#cloud-config\nmounts: &a\n  - *a\n  - [ sdf, /x ]\n", "form cloud-config\nmount 4 cloud-config /dev/sdf device /x auto defaults,nofail provided=no awaited=no\n"},
		{"numbers among fields", "#cloud-config\nmounts:\n- [/dev/sdf, /x, xfs, defaults, 0, 2]\n", "form cloud-config\nmount 3 cloud-config /dev/sdf device /x xfs defaults provided=no awaited=no\n"},
		{"mounts that are no lists", "#cloud-config\nmounts: [a, {b: c}, [], [null], null]\nruncmd: [[], null, 3, {a: b}]\n", "form cloud-config\n"},
		{"Windows in an archive", archive("Content-Type: text/x-shellscript\n\n<powershell>\nx\n</powershell>"), "form multipart\n"},
		{"Windows with a capital", "<PowerShell>\nx\n</PowerShell>", "form windows\n"},
		{"Windows with an attribute", "<powershell runAs=\"admin\">\nx\n</powershell>", "form windows\n"},
		{"Windows with a tag further down", "  REM a note\r\n  <script>\r\necho x\r\n</script>\r\n", "form windows\n"},
		{"Windows with a tag for how to run it", "<detach>true</detach>\n<powershellArguments>-x</powershellArguments>", "form windows\n"},
		{"Windows for cloudbase-init", "#ps1_sysnative\nInitialize-Disk 1\n", "form windows\n"},
		{"Windows for cloudbase-init, in 32 bits", "#ps1_x86\r\nx\r\n", "form windows\n"},
		{"Windows for cloudbase-init, as a batch", "rem cmd\r\necho x\r\n", "form windows\n"},
		{"Windows for cloudbase-init in an archive", archive("Content-Type: text/x-shellscript\n\n#ps1\nx"), "form multipart\n"},
		{"Windows with tasks after a note", "# EC2Launch v2\nversion: \"1.1\" # of the schema\ntasks:\n- task: executeScript\n", "form windows\n"},
		{"Windows with tasks before the version", b64("tasks:\n  - task: enableOpenSsh\nversion: 1.0\n"), "form windows\n"},
		{"a version and tasks of something else", "version: 3\ntasks: []\n", "form other\nunread 1\n"},
		{"NodeConfig", "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  instance:\n    localStorage: {}\n", "form other\n"},
		{"NodeConfig with a mode for local storage", b64("apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  instance:\n    localStorage:\n      mountPath: /x\n      strategy: Mount\n"), "form other\nunread 7\n"},
		{"NodeConfig in JSON", `{"apiVersion": "node.eks.aws/v1alpha1", "spec": {"instance": {"localStorage": {"strategy": "RAID10"}}}}`, "form other\nunread 1\n"},
		{"NodeConfig with broken YAML", archive("Content-Type: application/node.eks.aws\n\nspec:\n  a: [\n"), "form multipart\nunread 9\n"},
		{"NodeConfig that is a list", archive("Content-Type: application/node.eks.aws\n\n- a\n"), "form multipart\nunread 7\n"},
		{"the arguments of mount that list", "#!/bin/sh\nmount\nmount -t nfs\nmount --help\numount /data\nmount -o remount,ro /\n", "form shell\n"},
		{"mount by letter and option", "#!/bin/sh\nmount -L data /x\nmount --uuid=1-2 /y\nmount --source /dev/sdf --target /z -o a -o b,c\n", `form shell
mount 2 mount LABEL=data label /x ? - provided=no awaited=no
mount 3 mount UUID=1-2 uuid /y ? - provided=no awaited=no
mount 4 mount /dev/sdf device /z ? a,b,c provided=no awaited=no
`},
		{"unread fields", "#!/bin/sh\nDEV=$(pick)\nmount -o $OPTS $DEV /mnt/$NAME\n", "form shell\nmount 3 mount ? ? ? ? ? provided=no awaited=no\n"},
		{"a pattern is no device", "#!/bin/sh\nmkfs.ext4 /dev/nvme?n1\n", "form shell\nformat 2 mkfs ? nvme ext4 guarded=no\n"},
		{"fstab with a tab document", "#!/bin/sh\ncat <<-E >> /etc/fstab\n\t# one\n\t/dev/sdf\t/x\txfs\n\n\tE\n", "form shell\nmount 4 fstab /dev/sdf device /x xfs defaults provided=no awaited=no\n"},
		{"fstab written anew", "#!/bin/sh\n{ echo /dev/sdf /x xfs; printf '/dev/sdg /y xfs\\n/dev/sdh /z xfs\\n'; } > /etc/fstab\n", `form shell
mount 2 fstab /dev/sdf device /x xfs defaults provided=no awaited=no
mount 2 fstab /dev/sdg device /y xfs defaults provided=no awaited=no
mount 2 fstab /dev/sdh device /z xfs defaults provided=no awaited=no
`},
		{"fstab through another file", "#!/bin/sh\necho '/dev/sdf /x xfs' > /tmp/f\ncat /tmp/f >> /etc/fstab\nmv /tmp/g /etc/fstab\n", "form shell\nmount 2 fstab /dev/sdf device /x xfs defaults provided=no awaited=no\nunread 4\n"},
		{"fstab by tools that are not read", "#!/bin/sh\nperl -pi -e 's/a/b/' /etc/fstab\nsed -i 's/defaults/noatime/' /etc/fstab\nsed -i '/x/d' /etc/fstab\nsed -e s/a/b/ /etc/fstab\n", "form shell\nunread 2\nunread 3\n"},
		{"fstab from elsewhere", "#!/bin/sh\naws s3 cp s3://b/fstab /etc/fstab\ncurl -sSLo /etc/fstab https://h/f\nwget -qO /etc/fstab https://h/f\ninstall -m 644 fstab /etc/\nmv /tmp/fstab /etc\ncp $(pick) /etc/fstab\ncp /etc/fstab /etc/fstab.old\ncp /etc/fstab.old /etc/fstab\naws s3 cp s3://b/x /tmp/x\n", "form shell\nunread 2\nunread 3\nunread 4\nunread 5\nunread 6\nunread 7\n"},
		{"a script that is replaced from elsewhere", "#!/bin/sh\necho 'mount /dev/sdf /x' > /r\nsh /r\nwget -O /r https://h/r\nsh /r\n", "form shell\nmount 2 mount /dev/sdf device /x ? - provided=no awaited=no\nunread 5\n"},
		{"a line that a loop makes", "#!/bin/sh\nfor f in $FIELDS; do printf '%s ' $f; done >> /etc/fstab\n", "form shell\nunread 2\n"},
		{"fstab from a command", "#!/bin/sh\nmake-lines >> /etc/fstab\necho $LINE >> /etc/fstab\n", "form shell\nunread 2\nunread 3\n"},
		{"sudo and a shell of its own", "#!/bin/sh\nsudo sh -c 'echo \"/dev/sdf /x xfs\" >> /etc/fstab'\nsu - root -c 'mount /dev/sdf /x'\n", `form shell
mount 2 fstab /dev/sdf device /x xfs defaults provided=no awaited=no
mount 3 mount /dev/sdf device /x ? - provided=no awaited=no
`},
		{"a function that calls itself", "#!/bin/sh\nf() { mount /dev/sdf /x; f; }\nf\n", "form shell\n" + strings.Repeat("mount 2 mount /dev/sdf device /x ? - provided=no awaited=no\n", 7) + "unread 1\n"},
		{"a script that runs itself", "#!/bin/sh\necho 'sh /r' > /r\nsh /r\n", "form shell\n"},
		{"defaults and what is taken off", "#!/bin/bash\nD=/dev/sdf\nmount ${D%f}g /${D##*/}\nmount ${E:-/dev/sdh} ${F-/y}\nmount ${D/sdf/sdi} /z${D:+2}\n", `form shell
mount 3 mount /dev/sdg device /sdf ? - provided=no awaited=no
mount 4 mount /dev/sdh device /y ? - provided=no awaited=no
mount 5 mount /dev/sdi device /z2 ? - provided=no awaited=no
`},
		{"braces", "#!/bin/bash\npvcreate /dev/sd{f,g}\nfor x in {h..i}; do mount /dev/sd$x /$x; done\n", `form shell
mount 3 mount /dev/sdh device /h ? - provided=no awaited=no
mount 3 mount /dev/sdi device /i ? - provided=no awaited=no
format 2 pvcreate /dev/sdf device ? guarded=yes
`},
		{"a variable that changes in a branch", "#!/bin/bash\nD=/dev/sdf\nif test -f /x; then D=/dev/sdg; fi\nmount $D /x\nD=/dev/sdh\nmount $D /y\n", `form shell
mount 4 mount ? ? /x ? - provided=no awaited=no
mount 6 mount /dev/sdh device /y ? - provided=no awaited=no
`},
		{"a branch that ends the script", "#!/bin/bash\nD=/dev/sdf\nif test -f /x; then D=/dev/sdg; exit 1; fi\nmount $D /x\nexit\nmount /dev/sdz /z\n", "form shell\nmount 4 mount /dev/sdf device /x ? - provided=no awaited=no\n"},
		{"a variable of a subshell", "#!/bin/bash\nD=/dev/sdf\n(D=/dev/sdg)\necho | D=/dev/sdh\nmount $D /x\n", "form shell\nmount 5 mount /dev/sdf device /x ? - provided=no awaited=no\n"},
		{"a local variable", "#!/bin/bash\nD=/dev/sdf\nf() { local D=$1; mount $D /y; }\nf /dev/sdg\nmount $D /x\n", `form shell
mount 3 mount /dev/sdg device /y ? - provided=no awaited=no
mount 5 mount /dev/sdf device /x ? - provided=no awaited=no
`},
		{"a wait for another device", "#!/bin/bash\nwhile [ ! -b /dev/sdg ]; do sleep 1; done\nmount /dev/sdf /x\nmount /dev/sdg1 /y\n", `form shell
mount 3 mount /dev/sdf device /x ? - provided=no awaited=no
mount 4 mount /dev/sdg1 device /y ? - provided=no awaited=yes
`},
		{"a wait until a device is gone", "#!/bin/bash\nwhile [ -b /dev/sdf ]; do sleep 1; done\nmount /dev/sdf /x\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=no awaited=no\n"},
		{"a wait that comes too late", "#!/bin/bash\nmount /dev/sdf /x\nwhile [ ! -b /dev/sdf ]; do sleep 1; done\n", "form shell\nmount 2 mount /dev/sdf device /x ? - provided=no awaited=no\n"},
		{"continue instead of break", "#!/bin/bash\nfor i in 1 2 3; do\n[ -b /dev/sdf ] || { sleep 1; continue; }\nbreak\ndone\nmount /dev/sdf /x\n", "form shell\nmount 6 mount /dev/sdf device /x ? - provided=no awaited=yes\n"},
		{"a script that gives up", "#!/bin/bash\n[ -b /dev/sdf ] || exit 1\nmount /dev/sdf /x\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=no awaited=yes\n"},
		{"an attachment after the mount", "#!/bin/bash\nmount /dev/sdf /x\naws ec2 attach-volume --volume-id vol-1 --device sdf --instance-id i-1\n", `form shell
mount 2 mount /dev/sdf device /x ? - provided=no awaited=no
attach 3 vol-1 sdf awaited=no
`},
		{"an attachment by another name", "#!/bin/bash\naws ec2 attach-volume --volume-id vol-1 --device $D --instance-id i-1\nmount /dev/sdf /x\n", `form shell
mount 3 mount /dev/sdf device /x ? - provided=? awaited=no
attach 2 vol-1 ? awaited=no
`},
		{"an argument that is no shell", "#!/bin/bash\nfor f in /tmp/*.sh; do bash $f; done\nmount /dev/sdf /x\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=? awaited=?\nunread 2\n"},
		{"exec for a log goes on", "#!/bin/bash\nexec > /var/log/x 2>&1\nmount /dev/sdf /x\nexec /bin/true\nmount /dev/sdg /y\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=no awaited=no\n"},
		{"a device unit", "#!/bin/bash\nsystemctl start dev-sdf.device\nmount /dev/sdf /x\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=no awaited=yes\n"},
		{"a mount unit by name", "#!/bin/bash\necho /dev/sdf /x/y xfs >> /etc/fstab\nsystemctl start x-y.mount\n", "form shell\nmount 2 fstab /dev/sdf device /x/y xfs defaults provided=no awaited=yes\n"},
		{"a device unit in fstab", "#!/bin/bash\necho /dev/sdf /x xfs x-systemd.requires=dev-sdf.device >> /etc/fstab\n", "form shell\nmount 2 fstab /dev/sdf device /x xfs x-systemd.requires=dev-sdf.device provided=no awaited=yes\n"},
		{"options that may force", "#!/bin/bash\nmkfs.xfs $OPTS /dev/sdf\nmkfs.xfs -L a /dev/sdg\n", "form shell\nformat 2 mkfs /dev/sdf device xfs guarded=?\nformat 3 mkfs /dev/sdg device xfs guarded=yes\n"},
		{"a here-document for sudo", "#!/bin/bash\nsudo -s <<E\nmount /dev/sdf /x\nE\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=no awaited=no\n"},
		{"the installer of the CLI", "#!/bin/bash\ncurl -o a.zip https://awscli.amazonaws.com/a.zip; unzip a.zip; sudo ./aws/install\nmount /dev/sdf /x\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=no awaited=no\n"},
		{"a search is no wait", "#!/bin/bash\nfor d in /dev/sdf /dev/xvdf; do if [ -b $d ]; then D=$d; break; fi; done\nmount $D /x\n", "form shell\nmount 3 mount ? ? /x ? - provided=no awaited=no\n"},
		{"a wait with a pause", "#!/bin/bash\nfor i in 1 2 3; do if [ -b /dev/sdf ]; then break; fi; sleep 1; done\nmount /dev/sdf /x\n", "form shell\nmount 3 mount /dev/sdf device /x ? - provided=no awaited=yes\n"},
		{"parts that say how to merge", archive("Content-Type: text/cloud-config\n\nmerge_how: 'list(append)'\nmounts: [[sdf, /x]]", "Content-Type: text/cloud-config\n\nmounts: [[sdg, /y]]"), `form multipart
mount 8 cloud-config /dev/sdf device /x auto defaults,nofail provided=no awaited=no
mount 12 cloud-config /dev/sdg device /y auto defaults,nofail provided=no awaited=no
`},
		{"files in base64 and gzip", "#cloud-config\nwrite_files:\n- path: /etc/fstab\n  encoding: b64\n  append: true\n  content: " + b64("/dev/sdf /x xfs\n") + "\n- {path: /a, encoding: gz+b64, content: " + b64(zipped("mount /dev/sdg /y\n")) + "}\nruncmd: [[sh, /a]]\n", `form cloud-config
mount 6 fstab /dev/sdf device /x xfs defaults provided=no awaited=no
mount 7 mount /dev/sdg device /y ? - provided=no awaited=no
`},
		{"an escape in YAML that makes any character", "#cloud-config\nmounts:\n- [\"\\U000F0000\", /x]\nruncmd: [\"mount \\U000F0001 /y\"]\n", "form cloud-config\nmount 3 cloud-config \ufffd ? /x auto defaults,nofail provided=no awaited=no\nmount 4 mount \ufffd ? /y ? - provided=no awaited=no\n"},
		{"commands in pieces over items of runcmd", "#cloud-config\nruncmd:\n- if ! blkid /dev/sdf\n- then\n- [mkfs.ext4, /dev/sdf]\n- fi\n- - bash\n  - -c\n  - |\n    true\n    mount /dev/sdf /x\n- exit 0\n- mount /dev/sdg /y\n", `form cloud-config
mount 11 mount /dev/sdf device /x ? - provided=no awaited=no
format 5 mkfs /dev/sdf device ext4 guarded=yes
`},
		{"tests in brackets", "#!/bin/bash\n[ ! -b /dev/sdf -o -f /x ] || mount /dev/sdf /a\n[ -d /x -a -b /dev/sdg ] && mount /dev/sdg /b\n[[ ( -b /dev/sdh || -f /y ) && -d /x ]] && mount /dev/sdh /c\n[[ -b /dev/sdi && ! -d /x ]] && mount /dev/sdi /d\n", `form shell
mount 2 mount /dev/sdf device /a ? - provided=no awaited=yes
mount 3 mount /dev/sdg device /b ? - provided=no awaited=yes
mount 4 mount /dev/sdh device /c ? - provided=no awaited=no
mount 5 mount /dev/sdi device /d ? - provided=no awaited=yes
`},
		{"variables that are taken apart", "#!/bin/bash\nD=/dev/sdf1\nL=(/dev/sdh)\nL+=(/dev/sdi)\nmount ${D%?} /a\nmount ${D%/*}/sdg /b\nmount ${D//sdf/sdj} /c\nfor d in \"${L[@]}\"; do mount $d /${d#/dev/}; done\nunset D\nmount $D /d\n: ${E:=/dev/sdk}\nmount $E /e\nD=/dev; D+=/sdl\nmount $D /f\n", `form shell
mount 5 mount ? ? /a ? - provided=no awaited=no
mount 6 mount /dev/sdg device /b ? - provided=no awaited=no
mount 7 mount /dev/sdj1 device /c ? - provided=no awaited=no
mount 8 mount /dev/sdh device /sdh ? - provided=no awaited=no
mount 8 mount /dev/sdi device /sdi ? - provided=no awaited=no
mount 10 mount ? ? /d ? - provided=no awaited=no
mount 12 mount /dev/sdk device /e ? - provided=no awaited=no
mount 14 mount /dev/sdl device /f ? - provided=no awaited=no
`},
		{"scripts from elsewhere", "#!/bin/bash\nbash <(curl -s https://h/s)\nsource ./lib.sh\neval \"$(fetch)\"\n$TOOL /dev/sdf\npython3 attach.py\npython3 -m pip install x\nxargs mkfs.ext4 < /devices\n", "form shell\nformat 8 mkfs ? ? ext4 guarded=no\nunread 2\nunread 3\nunread 4\nunread 5\nunread 6\n"},
		{"arrays that come back", "#!/bin/bash\nmdadm --assemble /dev/md0 /dev/sdf /dev/sdg\nmount /dev/md0 /a\nmdadm --assemble --scan\nmount /dev/md1 /b\nzpool list tank || zpool create -f tank /dev/sdh\n", `form shell
mount 3 mount /dev/md0 mapper /a ? - provided=yes awaited=yes
mount 5 mount /dev/md1 mapper /b ? - provided=yes awaited=yes
format 6 zpool /dev/sdh device zfs guarded=yes
`},
		{"tools that only show", "#!/bin/bash\nmkfs.xfs -N /dev/sdf\nmke2fs -n /dev/sdf\nwipefs -n -a /dev/sdf\nwipefs /dev/sdf\nfdisk -l\nparted /dev/sdf print\nmke2fs -t ext4 -L data /dev/sdg\nwipefs -a /dev/sdh\ndd if=/dev/zero of=/dev/sdi bs=1M\ndd if=/dev/sdi of=/dev/null\n", `form shell
format 8 mkfs /dev/sdg device ext4 guarded=no
format 9 wipefs /dev/sdh device ? guarded=no
format 10 dd /dev/sdi device ? guarded=no
`},
		{"a device by what only the machine knows", "#!/bin/bash\nblkid -U 1-2 && mount UUID=1-2 /a\nudevadm wait /dev/sdf\nmount /dev/sdf /b\naws ec2 attach-volume --volume-id vol-1 --device /dev/sdg --instance-id i-1\nuntil aws ec2 describe-volumes --volume-ids vol-1 | grep -q in-use; do sleep 1; done\nmount /dev/sdg /c\n", `form shell
mount 2 mount UUID=1-2 uuid /a ? - provided=no awaited=yes
mount 4 mount /dev/sdf device /b ? - provided=no awaited=yes
mount 7 mount /dev/sdg device /c ? - provided=yes awaited=yes
attach 5 vol-1 /dev/sdg awaited=yes
`},
		{"functions that answer", "#!/bin/bash\nhas() { if blkid $1; then return 0; fi; return 1; }\nsame() { blkid $1; return $?; }\nany() { [ -f /x ] && return 0; blkid $1; }\nhas /dev/sdf || mkfs.ext4 /dev/sdf\nsame /dev/sdg || mkfs.ext4 /dev/sdg\nany /dev/sdh && mkfs.ext4 /dev/sdh\nany /dev/sdi || mkfs.ext4 /dev/sdi\n", `form shell
format 5 mkfs /dev/sdf device ext4 guarded=yes
format 6 mkfs /dev/sdg device ext4 guarded=yes
format 7 mkfs /dev/sdh device ext4 guarded=no
format 8 mkfs /dev/sdi device ext4 guarded=yes
`},
		{"exit statuses", "#!/bin/bash\nblkid /dev/sdf; found=$?\n[ $found -eq 2 ] && mkfs.ext4 /dev/sdf\n[ $found -eq 0 ] && mkfs.ext4 /dev/sdf\n[[ $found != 0 ]] && mkfs.ext4 /dev/sdf\nblkid /dev/sdg\ncase $? in 0) mkfs.ext4 /dev/sdg;; 2) mkfs.xfs -f /dev/sdg;; esac\n", `form shell
format 3 mkfs /dev/sdf device ext4 guarded=yes
format 4 mkfs /dev/sdf device ext4 guarded=no
format 5 mkfs /dev/sdf device ext4 guarded=yes
format 7 mkfs /dev/sdg device ext4 guarded=no
format 7 mkfs /dev/sdg device xfs guarded=yes
`},
		{"items of runcmd are one script", "#cloud-config\nruncmd:\n- D=/dev/sdf\n- |\n  true\n  mount $D /x\n- [bash, -c, \"mount /dev/sdg /y\"]\n", `form cloud-config
mount 6 mount /dev/sdf device /x ? - provided=no awaited=no
mount 7 mount /dev/sdg device /y ? - provided=no awaited=no
`},
		{"local disks of EKS", "#!/bin/bash\n/etc/eks/bootstrap.sh a\n/etc/eks/bootstrap.sh a --local-disks mount\nmount /dev/md0 /x\nsudo setup-local-disks raid10\nmount /dev/md/kubernetes /y\n", `form shell
mount 4 mount /dev/md0 mapper /x ? - provided=no awaited=no
mount 6 mount /dev/md/kubernetes mapper /y ? - provided=yes awaited=yes
unread 3
unread 5
`},
		{"instance store by its model", `#!/bin/bash
disk=$(lsblk -dpno NAME,MODEL | awk '/Amazon EC2 NVMe Instance Storage/ && !n++ {print $1}')
[ -n "$disk" ] || exit 0
blkid -p "$disk" || mkfs.xfs "$disk"
mount "$disk" /a
mount /dev/$(lsblk -dno NAME,MODEL | grep 'Instance Storage' | cut -d' ' -f1 | head -1) /b
mount $(nvme list -o json | jq -r '.Devices[] | select(.ModelNumber == "Amazon EC2 NVMe Instance Storage").DevicePath') /c
for d in $(find /dev/disk/by-id -name '*Instance_Storage*' | xargs -n1 readlink -f); do mkfs.ext4 $d; done
for d in /dev/disk/by-id/*Instance_Storage*; do mkfs.ext2 $d; done
nvme list | grep "Instance Storage" | while read d x; do mkfs.ext3 $d; done
mkswap -f $disk-file; mkswap -f ${disk}p1; mount UUID=$(blkid -s UUID -o value $disk) /d
`, `form shell
mount 5 mount ? instance-store /a ? - provided=no awaited=yes
mount 6 mount ? instance-store /b ? - provided=no awaited=no
mount 7 mount ? instance-store /c ? - provided=no awaited=no
mount 11 mount ? uuid /d ? - provided=no awaited=yes
format 4 mkfs ? instance-store xfs guarded=yes
format 8 mkfs ? instance-store ext4 guarded=no
format 9 mkfs ? instance-store ext2 guarded=no
format 10 mkfs ? instance-store ext3 guarded=no
format 11 mkswap ? ? swap guarded=no
format 11 mkswap ? instance-store swap guarded=no
`},
		{"all but the instance store, or more than it", `#!/bin/bash
mount $(nvme list | grep -v "Instance Storage" | awk '{print $1}') /a
mount $(lsblk -no NAME,MODEL | awk '$0 !~ /Instance Storage/') /b
mount $(nvme list | awk '! /Instance Storage/ {print $1}') /c
mount $(find /dev/disk/by-id ! -name '*Instance_Storage*' | head -1) /d
mount $(nvme list -o json | jq 'map(select(.ModelNumber | contains("Instance Storage") | not))') /e
mount $(nvme list | grep -E 'Instance Storage|Elastic Block Store') /f
mount $(grep "Instance Storage" /notes) /g
mount $(nvme list | sed '/Instance Storage/d' | awk '{print $1}') /h
mount $(nvme list | awk '/Instance Storage/ {next} {print $1}') /i
`, `form shell
mount 2 mount ? ? /a ? - provided=no awaited=no
mount 3 mount ? ? /b ? - provided=no awaited=no
mount 4 mount ? ? /c ? - provided=no awaited=no
mount 5 mount ? ? /d ? - provided=no awaited=no
mount 6 mount ? ? /e ? - provided=no awaited=no
mount 7 mount ? ? /f ? - provided=no awaited=no
mount 8 mount ? ? /g ? - provided=no awaited=no
mount 9 mount ? ? /h ? - provided=no awaited=no
mount 10 mount ? ? /i ? - provided=no awaited=no
`},
		{"sed that puts something before a UUID", `#!/bin/bash
until [ -b /dev/sdf ]; do sleep 1; done
echo "$(blkid /dev/sdf1 -s UUID -o value | sed 's/^/UUID=/') /a xfs nofail 0 2" >> /etc/fstab
echo "$(blkid -s LABEL -o value /dev/sdf1 | sed -e 's/a/UUID=/') /b xfs" >> /etc/fstab
echo "$(blkid -s LABEL -o value /dev/sdf1 | sed -e 's,^,LABEL=,') /c xfs" >> /etc/fstab
echo "$(pick | sed 's/^/UUID=/') /d xfs" >> /etc/fstab
`, `form shell
mount 3 fstab ? uuid /a xfs nofail provided=no awaited=yes
mount 4 fstab ? ? /b xfs defaults provided=no awaited=yes
mount 5 fstab ? label /c xfs defaults provided=no awaited=yes
mount 6 fstab ? uuid /d xfs defaults provided=no awaited=?
`},
		{"volumes by their own names", `#!/bin/bash
N=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol
aws ec2 attach-volume --volume-id vol-0a --device /dev/sdf --instance-id i-1
aws ec2 attach-volume --volume-id vol-0b --device /dev/sdg --instance-id i-1
until [ -e ${N}0b ]; do sleep 1; done
mount ${N}0a /a
mount ${N}0b-part1 /b
`, `form shell
mount 6 mount /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a id /a ? - provided=yes awaited=?
mount 7 mount /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0b-part1 id /b ? - provided=yes awaited=yes
attach 3 vol-0a /dev/sdf awaited=?
attach 4 vol-0b /dev/sdg awaited=yes
`},
		{"a line that goes on", "#!/bin/bash\nmount \\\n  -o noatime \\\n  /dev/sdf /x\n", "form shell\nmount 2 mount /dev/sdf device /x ? noatime provided=no awaited=no\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			script := Parse([]byte(test.data))
			if diff := cmp.Diff(test.want, summary(script)); diff != "" {
				t.Errorf("-want +got:\n%s\n%s", diff, details(script))
			}
		})
	}
}

// TestText holds quoted lines against their form: one line, with what continues it, short, and masked.
func TestText(t *testing.T) {
	tests := []struct{ line, want string }{
		{"  mount \\\n   -o noatime \\\n  /dev/sdf /x", "mount -o noatime /dev/sdf /x"},
		{"mount -t cifs -o username=svc%s3cr3tvalue,vers=3.0 //h/s /x", "mount -t cifs -o username=svc%[masked],vers=3.0 //h/s /x"},
		{"mount -t cifs -o user=a,password=s3cr3tvalue //h/s /x", "mount -t cifs -o user=a,password=[masked] //h/s /x"},
		{"mount -t davfs https://u:s3cr3tvalue@h/s /x", "mount -t davfs https://u:[masked]@h/s /x"},
		{"PASSWORD='s3cr3t value'; mount //h/s /x", "PASSWORD='[masked]'; mount //h/s /x"},
		{"curl -u me:s3cr3tvalue https://h && mount /dev/sdf /x", "curl -u me:[masked] https://h && mount /dev/sdf /x"},
		{"curl -H 'Authorization: Bearer s3cr3tvalue' https://h && mount /dev/sdf /x", "curl -H 'Authorization: Bearer [masked]' https://h && mount /dev/sdf /x"},
		{"tool --api-token s3cr3tvalue && mount /dev/sdf /x", "tool --api-token [masked] && mount /dev/sdf /x"},
		{"mysql -uroot -ps3cr3tvalue && mount /dev/sdf /x", "mysql -uroot -p[masked] && mount /dev/sdf /x"},
		{"echo root:s3cr3tvalue | chpasswd; mount /dev/sdf /x", "echo root:[masked] | chpasswd; mount /dev/sdf /x"},
		{"X=AKIAIOSFODNN7EXAMPLE mount /dev/sdf /x", "X=[masked] mount /dev/sdf /x"},
		{"K=wJalrXUtnFEMIIK7MDENGdbPxRfiCYEXAMPLEKEY mount /dev/sdf /x", "K=[masked] mount /dev/sdf /x"},
		{"TOKEN=$(get-token) mount /dev/sdf /x", "TOKEN=$(get-token) mount /dev/sdf /x"},
		{"P=$DB_PASSWORD PASSWORD=$P mount /dev/sdf /x", "P=$DB_PASSWORD PASSWORD=$P mount /dev/sdf /x"},
		{"PASSWORD_FILE=/run/secret mount /dev/sdf /x", "PASSWORD_FILE=/run/secret mount /dev/sdf /x"},
		{"mount /dev/sdf /" + strings.Repeat("x", 300), "mount /dev/sdf /" + strings.Repeat("x", maxText-17) + "…"},
	}
	for _, test := range tests {
		s := Parse([]byte("#!/bin/bash\n" + test.line + "\n"))
		if len(s.Mounts) != 1 {
			t.Errorf("%q: %d mounts", test.line, len(s.Mounts))
			continue
		}
		if got := s.Mounts[0].Text; got != test.want {
			t.Errorf("%q:\ngot  %q\nwant %q", test.line, got, test.want)
		}
		if want := strings.Contains(test.want, masked); want != (len(s.Secrets) > 0) {
			t.Errorf("%q: secrets %v", test.line, s.Secrets)
		}
		for _, x := range texts(s) {
			if strings.Contains(x, "s3cr3t") {
				t.Errorf("%q: secret in %q", test.line, x)
			}
		}
	}
}

// TestSecretElsewhere uses the value of a secret where nothing says that it is one.
func TestSecretElsewhere(t *testing.T) {
	s := Parse([]byte("#!/bin/bash\nPASSWORD=s3cr3tvalue\nmount -o user=a,pw=$PASSWORD /dev/$PASSWORD /mnt/$PASSWORD\nTOKEN=s3\"cr3t\"other; mount /dev/sdf /$TOKEN\nmkfs -t s3cr3tvalue /dev/sdf\nbash /s3cr3tvalue\n"))
	if len(s.Mounts) != 2 || len(s.Formats) != 1 || len(s.Unread) != 1 {
		t.Fatalf("%d mounts, %d formats, %d unread", len(s.Mounts), len(s.Formats), len(s.Unread))
	}
	for _, x := range texts(s) {
		if strings.Contains(x, "s3cr3t") {
			t.Errorf("secret in %q", x)
		}
	}
}

// TestKey holds that no line of a private key is shown, whatever it looks like.
func TestKey(t *testing.T) {
	s := Parse([]byte("#!/bin/bash\ncat > /k <<E\n-----BEGIN RSA PRIVATE KEY-----\nmount /dev/sdf /s3cr3t\n-----END RSA PRIVATE KEY-----\nE\nsh /k\nmount /dev/sdg /y\n"))
	if len(s.Secrets) != 1 || s.Secrets[0].Line != 3 {
		t.Errorf("secrets %v", s.Secrets)
	}
	for _, m := range s.Mounts {
		if strings.Contains(m.Text, "s3cr3t") {
			t.Errorf("%q", m.Text)
		}
	}
}

// hostile are scripts that try to make the reader work for long, or deep.
func hostile() map[string]string {
	var doubling, functions strings.Builder
	doubling.WriteString("#!/bin/bash\nX=aaaaaaaaaa\n")
	functions.WriteString("#!/bin/bash\nf0() { mount /dev/sdf /x; }\n")
	for i := range 60 {
		doubling.WriteString("X=$X$X\necho $X >> /tmp/f\n")
		fmt.Fprintf(&functions, "f%d() { f%d; f%d; f%d; }\n", i+1, i, i, i)
	}
	functions.WriteString("f7\nf8\nf20\nf60\n")
	loops := "#!/bin/bash\n" + strings.Repeat("for i in {1..64}; do ", 8) + "mount /dev/sd$i /$i" + strings.Repeat("; done", 8) + "\n"
	waits := "#!/bin/bash\n" + strings.Repeat("aws ec2 attach-volume --volume-id $V --device $D; aws ec2 wait volume-in-use --volume-ids $V; mount /dev/nvme1n1 /x; echo /dev/nvme2n1 /y >> /etc/fstab; mkfs.ext4 $D\n", 2000)
	// fill repeats something until the script is as large as is read.
	fill := func(begin, unit string) string {
		return begin + strings.Repeat(unit, (maxInput-len(begin)-1)/len(unit)) + "\n"
	}
	bash, cloud := "#!/bin/bash\n", "#cloud-config\n"
	return map[string]string{
		"doubling":       doubling.String(),
		"functions":      functions.String(),
		"loops":          loops,
		"waits":          waits,
		"parentheses":    bash + strings.Repeat("(", 100_000),
		"substitutions":  bash + "echo " + strings.Repeat("$(", 50_000),
		"quotes":         bash + "echo " + strings.Repeat("\"$(", 30_000),
		"backquotes":     bash + "echo " + strings.Repeat("`\\", 50_000),
		"arithmetic":     bash + "((" + strings.Repeat("-", 200_000) + "1))",
		"assignments":    bash + "((" + strings.Repeat("a=", 100_000) + "1))",
		"ternaries":      bash + "((" + strings.Repeat("1?", 100_000) + "1))",
		"ifs":            bash + strings.Repeat("if a; then ", 20_000),
		"elifs":          bash + "if a; then b\n" + strings.Repeat("elif a; then D=1\n", 15_000) + "fi\n",
		"pipes":          bash + "a" + strings.Repeat("|a", 100_000) + "\n",
		"ands":           bash + "a" + strings.Repeat("&&a", 80_000) + "\n",
		"nots":           bash + "[[ " + strings.Repeat("! ", 100_000) + "a ]]\n",
		"tests":          bash + "[ " + strings.Repeat("! ", 100_000) + "a ]\n",
		"redirects":      fill(bash+"a", " >/b"),
		"heredocs":       fill(bash, "cat <<E >> /etc/fstab\n/dev/sdf /x\nE\n"),
		"files":          fill(bash, "echo 'echo \"$(cat /f)\" >> /f; sh /f' >> /f; sh /f\n"),
		"run again":      cloud + "write_files:\n- {path: /a, encoding: gz+b64, content: " + b64(zipped(fill("", "a; "))) + "}\nruncmd:\n" + strings.Repeat("- sh /a\n", 1000),
		"run from input": bash + "cat <<E > /a\n" + strings.Repeat("true\n", 20_000) + "E\n" + strings.Repeat("cat /a | sh\n", 1000),
		"copies":         fill(bash, "cat /f /f >> /f\necho $(cat /f) >> /f\n"),
		"evals":          bash + "X='mount /dev/sdf /x; '\n" + strings.Repeat("X=\"$X$X\"; eval \"$X\"\n", 50),
		"variables":      bash + "while a; do " + strings.Repeat("if b; then A=1; B=2; fi; while c; do C=3; ", 400) + strings.Repeat("done; ", 400) + "done\n",
		"returns":        fill(bash+"f() {\n", "[ -b /dev/sdf ] && return 0; [ -z \"$(blkid $1)\" ] && return 1\n") + "}\n",
		"returning":      bash + "f() {\n" + strings.Repeat("[ -b /dev/sd$1 ] && [ -b /dev/sde ] && return 0; blkid $1 || return 1\n", 400) + "}\n" + strings.Repeat("f /dev/sdg && mount /x\n", 100),
		"braces":         bash + "mount " + strings.Repeat("{a,b}", 10_000) + " /x\n",
		"words":          fill(bash+"mount ", "x "),
		"options":        fill(bash+"mkfs.ext4 ", "-O x "),
		"sleeps":         fill(bash, "sleep 1\n"),
		"masks":          fill(bash+"PASSWORD=s3cr3tvalue\n", "mount /s3cr3tvalue password=s3cr3tvalue\n"),
		"secrets":        fill(bash, "PASSWORD=aaaaaaaa TOKEN=bbbbbbbb curl -u a:cccccccc https://a:bbbbbbb@c/\n"),
		"all secrets":    fill(bash, "#"+strings.Repeat("PASSWORD=aaaaaaaa TOKEN=bbbbbbbb curl -u a:cccccccc https://a:bbbbbbb@c/ ", 10)+"\n"),
		"base64":         fill(cloud+"write_files:\n- content: |\n", "    "+strings.Repeat("aB3/", 19)+"\n"),
		"hints":          fill(bash, "# password for the curl of mysql is a token, basic or bearer, and passwd of http://a:\n"),
		"one long line":  fill(bash+"#", "password secret token "),
		"flow of YAML":   cloud + "mounts: " + strings.Repeat("[", 100_000),
		"YAML":           fill(cloud+"runcmd:\n", "- mount /dev/sdf /x\n"),
		"wide YAML":      fill(cloud+"x: [", "a,") + "]\n",
		"mounts":         fill(cloud+"mounts:\n", "- [sdf, /x]\n"),
		"aliases":        fill(cloud+"a: &a [x]\nruncmd: [", "*a,") + "]\n",
		"long aliases":   fill(cloud+"a: &a "+strings.Repeat("x", 50_000)+"\nruncmd: [", "*a,") + "]\n",
		"parts":          archive(strings.Repeat("\n#!/bin/sh\n--XX\n", 15_000)),
		"nested message": strings.Repeat("Content-Type: message/rfc822\n\n", 8_000),
		"vague message":  strings.Repeat("Content-Type: text/plain\n\n", 9_000),
	}
}

// TestHostile bounds the work, not the time, so that it holds on a slow machine.
func TestHostile(t *testing.T) {
	for name, data := range hostile() {
		t.Run(name, func(t *testing.T) {
			r := newReader()
			s := r.parse([]byte(data))
			check(t, data, s)
			if r.work > maxWork+1 || r.commands > maxCommands+1 {
				t.Errorf("%d steps, %d commands", r.work, r.commands)
			}
			for _, n := range []int{len(s.Mounts), len(s.Formats), len(s.Attachments), len(s.Unread), len(r.files)} {
				if n > 4*maxFound {
					t.Errorf("%d of one kind", n)
				}
			}
		})
	}
}

// check holds a script against what is true of all.
func check(t *testing.T, data string, s *Script) {
	t.Helper()
	if s == nil {
		t.Fatal("nil")
	}
	lines := 0
	if s.Form == Shell || s.Form == CloudConfig {
		text, _ := unpack(decode([]byte(data)))
		lines = strings.Count(clean(text), "\n") + 1
	}
	line := func(n int) {
		if n < 1 || lines > 0 && n > lines {
			t.Errorf("line %d of %d", n, lines)
		}
	}
	for _, m := range s.Mounts {
		line(m.Line)
	}
	for _, f := range s.Formats {
		line(f.Line)
	}
	for _, a := range s.Attachments {
		line(a.Line)
	}
	for _, x := range s.Secrets {
		line(x.Line)
	}
	for _, u := range s.Unread {
		line(u.Line)
		if u.Why == "" {
			t.Error("unread without a reason")
		}
	}
	for _, x := range texts(s) {
		if n := utf8.RuneCountInString(x); n > maxText+100 {
			t.Errorf("a text of %d characters", n)
		}
		if strings.IndexFunc(x, isAtom) >= 0 || strings.ContainsAny(x, "\n\t\x00") {
			t.Errorf("a text %q", x)
		}
		// A secret that the fuzzer took the name from, or wrote in pieces, is none.
		if strings.Contains(x, seedSecret) && strings.Contains(data, "PASSWORD="+seedSecret) {
			t.Errorf("a secret in %q", x)
		}
	}
}

// seedSecret stands in the seeds of the fuzz target behind a name that says what it is.
const seedSecret = "Xq7-s3cr3t-zZ9"

func FuzzParse(f *testing.F) {
	f.Add([]byte(plainScript))
	f.Add([]byte(archive("Content-Type: text/x-shellscript\n\n" + plainScript)))
	f.Add([]byte("#cloud-config\nmounts:\n - [ sdf, /x ]\nruncmd:\n - [ mount, -a ]\nwrite_files:\n - path: /etc/fstab\n   content: |\n     /dev/sdf /x\n"))
	f.Add([]byte("#!/bin/bash\nA=(a b)\nfor i in ${A[@]}; do case $i in a) mkfs $i;; esac; done\nwhile ! [ -b $D ]; do D=$(ls /dev); done\n"))
	f.Add([]byte("#!/bin/bash\nPASSWORD=" + seedSecret + "\nmount -o password=$PASSWORD //a/b /x\nf() { local x=$1; mount $x ${x#/dev/}; return; }\nf $PASSWORD\n"))
	f.Add([]byte("apiVersion: node.eks.aws/v1alpha1\nspec: {instance: {localStorage: {strategy: RAID0}}}\n"))
	f.Add([]byte("#!/bin/bash\nD=$(nvme list | grep 'Instance Storage' | sed 's/^/UUID=/')\nmkfs.xfs ${D}p1\n/etc/eks/bootstrap.sh a --local-disks raid0\n"))
	for _, data := range hostile() {
		if len(data) < 20_000 {
			f.Add([]byte(data))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 {
			return
		}
		r := newReader()
		s := r.parse(data)
		if r.work > maxWork+1 {
			t.Errorf("%d steps", r.work)
		}
		check(t, string(data), s)
	})
}

func BenchmarkParse(b *testing.B) {
	all := hostile()
	all["typical"] = plainScript + "while [ ! -b /dev/sdf ]; do sleep 1; done\nblkid /dev/sdf || mkfs.xfs /dev/sdf\necho '/dev/sdf /x xfs defaults,nofail 0 2' >> /etc/fstab\nmount -a\n"
	for name, data := range all {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Parse([]byte(data))
			}
		})
	}
}

// Names with and without a folder, a partition and Xen's letter are one disk; a number that belongs to the name is no partition.
func TestDisk(t *testing.T) {
	for name, want := range map[string]string{
		"/dev/sdf": "xvdf", "xvdf": "xvdf", "/dev/xvdf1": "xvdf", "/dev/sda1": "xvda", "/dev/xvdba": "xvdba", "/dev/sd": "sd", "": "",
		"/dev/nvme1n1": "nvme1n1", "/dev/nvme1n1p2": "nvme1n1", "/dev/nvme10n1": "nvme10n1",
		"/dev/md0": "md0", "/dev/md12": "md12", "/dev/md127": "md127", "/dev/md0p1": "md0", "/dev/mapper/vg-data": "mapper/vg-data",
	} {
		if got := Disk(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
