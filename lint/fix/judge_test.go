package fix

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/patterns"
)

func TestFixTablesSorted(t *testing.T) {
	if !slices.IsSortedFunc(operations, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.name, b.name))
	}) {
		t.Error("operations is not sorted")
	}
	if !slices.IsSortedFunc(programs, func(a, b program) int { return cmp.Compare(a.name, b.name) }) {
		t.Error("programs is not sorted")
	}
	for name, list := range map[string][]string{"commonOptions": commonOptions, "secretive": secretive, "waits": waits} {
		if !slices.IsSorted(list) {
			t.Errorf("%s is not sorted", name)
		}
	}
	for _, o := range operations {
		if o.why == "" && o.options == nil || o.asks && o.options == nil || !slices.IsSortedFunc(o.options, func(a, b option) int { return cmp.Compare(a.name, b.name) }) {
			t.Errorf("aws %s %s has neither options nor a reason, or its options are not sorted", o.service, o.name)
		}
		for _, x := range o.options {
			if _, known := lint.Limit(x.most); x.most != "" && !known {
				t.Errorf("aws %s %s %s: there is no limit %s", o.service, o.name, x.name, x.most)
			}
		}
	}
}

// TestJudge: what runs, and why the rest does not.
func TestJudge(t *testing.T) {
	const modifyInstance = "aws ec2 modify-instance-attribute --instance-id i --block-device-mappings "
	for fix, want := range map[string]string{
		"aws ec2 describe-flow-logs --filter Name=resource-id,Values=v" + hereRegion:                                      "",
		"aws cloudtrail lookup-events --query 'Events[].[EventTime,EventName,Username]'" + hereRegion:                     "",
		"aws cloudtrail lookup-events --query 'Events[].[EventTime,EventName,CloudTrailEvent]'" + hereRegion:              "may show more",
		"aws cloudtrail lookup-events" + hereRegion:                                                                       "may show more",
		"aws ec2 describe-images --owners self" + hereRegion:                                                              "",
		"aws ec2 describe-snapshots --owner-ids self --restorable-by-user-ids all" + hereRegion:                           "",
		"aws ec2 disassociate-address --association-id a" + hereRegion:                                                    "takes the public address away",
		"aws ec2 describe-volumes" + hereRegion:                                                                           "",
		"aws ec2 modify-volume --volume-id v --volume-type gp3 --iops 3000 --throughput 125" + hereRegion:                 "",
		"aws ec2 modify-volume --volume-id=v --volume-type=gp3 --iops=3000 --region=us-east-1":                            "",
		"x=$(aws ec2 describe-volumes" + hereRegion + ")\naws ec2 wait volume-available --volume-ids \"$x\"" + hereRegion: "",
		"for m in a b; do\n aws cloudwatch get-metric-statistics --metric-name \"$m\"" + hereRegion + "\ndone":            "",
		"[ a = b ] && echo 'it is'":    "",
		"if [ a != b ]; then true; fi": "",
		"aws cloudwatch get-metric-statistics --start-time \"$(date -u -d '14 days ago' +%F)\"" + hereRegion:                                         "",
		"aws ec2 create-snapshot --volume-id v --description 'it'\\''s'" + hereRegion:                                                                "",
		"aws ec2 modify-instance-attribute --instance-id i --block-device-mappings DeviceName=/dev/sdf,Ebs={DeleteOnTermination=false}" + hereRegion: "",

		"aws ec2 describe-addresses --allocation-ids a" + hereRegion:                                                                                                                       "",
		"aws ec2 describe-addresses --allocation-ids a --profile other" + hereRegion:                                                                                                       "does with --profile",
		"aws ec2 describe-addresses --allocation-ids a --region eu-west-1":                                                                                                                 "is not for the region",
		"aws ec2 describe-vpn-connections" + hereRegion:                                                                                                                                    "may show the keys",
		"aws ec2 describe-vpn-connections --vpn-connection-ids v --query 'VpnConnections[].VgwTelemetry[].[OutsideIpAddress,Status]'" + hereRegion:                                         "",
		"aws ec2 describe-vpn-connections --filters Name=vpn-gateway-id,Values=v --query 'VpnConnections[].[VpnConnectionId,State,VgwTelemetry[].[Status,LastStatusChange]]'" + hereRegion: "",
		"aws ec2 describe-vpn-connections --query 'VpnConnections[].[Options.TunnelOptions[].[OutsideIpAddress,StartupAction]]'" + hereRegion:                                              "",
		"aws ec2 describe-vpn-connections --query 'VpnConnections[].[Options.TunnelOptions[].[OutsideIpAddress,PreSharedKey]]'" + hereRegion:                                               "may show the keys",
		"aws ec2 describe-vpn-connections --query 'VpnConnections[].[VpnConnectionId,CustomerGatewayConfiguration]'" + hereRegion:                                                          "may show the keys",
		"aws ec2 describe-spot-instance-requests" + hereRegion:                                                                                                                             "does not know what",
		"aws ec2 delete-tags --resources v" + hereRegion:                                                                                                                                   "does not know what",
		"aws ec2 list-snapshots-in-recycle-bin --endpoint-url x" + hereRegion:                                                                                                              "does with --endpoint-url",

		// the value as a whole
		modifyInstance + "DeviceName=/dev/sda1,Ebs={DeleteOnTermination=true,VolumeId=a\\,Ebs={DeleteOnTermination=false}" + hereRegion:                "form of shell",
		modifyInstance + "'DeviceName=/dev/sda1,Ebs={DeleteOnTermination=true,VolumeId=a\\,Ebs={DeleteOnTermination=false}'" + hereRegion:              "outlives it",
		modifyInstance + "'DeviceName=/dev/sda1,Ebs={DeleteOnTermination=false},x'" + hereRegion:                                                       "outlives it",
		modifyInstance + "DeviceName=/dev/sda1,Ebs={DeleteOnTermination=false} DeviceName=/dev/sdf,Ebs={DeleteOnTermination=true}" + hereRegion:        "outlives it",
		"aws ec2 modify-snapshot-attribute --snapshot-id s --attribute xcreateVolumePermission --operation-type remove --group-names all" + hereRegion: "does more than close",
		"aws ec2 modify-snapshot-attribute --snapshot-id s --attribute createVolumePermission --operation-type=-remove --group-names all" + hereRegion: "does more than close",
		"aws ec2 modify-snapshot-attribute --snapshot-id s --attribute createVolumePermission --group-names all" + hereRegion:                          "does more than close",
		"aws ec2 create-snapshots --instance-specification 'InstanceId=i-1,ExcludeBootVolume=true,ExcludeDataVolumeIds=vol-1'" + hereRegion:            "does with --instance-specification",
		"aws cloudwatch get-metric-statistics --start-time \"$(date '+file:%p//etc/passwd')\"" + hereRegion:                                            "form of shell",
		"aws cloudwatch get-metric-statistics --start-time \"$(date -d 'TZ=\"x\" now' +%F)\"" + hereRegion:                                             "form of shell",

		// what costs or slows the disk
		"aws ec2 modify-volume --volume-id v" + hereRegion:                                     "may cost more or slow",
		"aws ec2 modify-volume --volume-id v --iops 3000" + hereRegion:                         "may cost more or slow",
		"aws ec2 modify-volume --volume-id v --volume-type sc1" + hereRegion:                   "may cost more or slow",
		"aws ec2 modify-volume --volume-id v --volume-type gp3 --volume-type io2" + hereRegion: "may cost more or slow",
		"aws ec2 modify-volume --volume-id v --volume-type gp3 --iops 3001" + hereRegion:       "may cost more or slow",
		"aws ec2 modify-volume --volume-id v --volume-type gp3 --iops x" + hereRegion:          "may cost more or slow",
		"aws ec2 modify-volume --volume-id v --volume-type gp3 --throughput 126" + hereRegion:  "may cost more or slow",
		"aws ec2 modify-volume --volume-id v --volume-type gp3 --size 16000" + hereRegion:      "may cost more or slow",
		"aws ec2 create-tags --resources v --tags Key=a,Value=b" + hereRegion:                  "takes the place of tags",
		"aws ec2 monitor-instances --instance-ids i" + hereRegion:                              "is billed",
		"aws cloudwatch put-metric-alarm --alarm-name a" + hereRegion:                          "takes the place of an alarm",

		// one resource, and the finding's own
		"aws ec2 create-snapshot --volume-id w" + hereRegion:                                                                                          "is about another volume than the finding",
		"aws ec2 create-snapshot --volume-id v --volume-id w" + hereRegion:                                                                            "is not about one resource",
		"aws ec2 create-snapshot --volume-id w --volume-id v" + hereRegion:                                                                            "is not about one resource",
		"aws ec2 create-snapshot" + hereRegion:                                                                                                        "is not about one resource",
		"aws ec2 modify-volume --volume-type gp3 --volume-id w" + hereRegion:                                                                          "is about another volume than the finding",
		"aws ec2 disable-fast-snapshot-restores --source-snapshot-ids s t --availability-zones a" + hereRegion:                                        "is not about one resource",
		"x=v\naws ec2 create-snapshot --volume-id \"$x\"" + hereRegion:                                                                                "known only when it runs",
		"for m in a b; do\n aws ec2 create-snapshot --volume-id v" + hereRegion + "\ndone":                                                            "again and again",
		"aws ec2 modify-volume --volume-type gp3 --volume-id v" + hereRegion + "\naws ec2 modify-volume --volume-type gp3 --volume-id v" + hereRegion: "a second time",

		// questions that print secrets
		"aws ec2 get-password-data --instance-id i" + hereRegion:                                                               "does not know what aws ec2 get-password-data",
		"aws ec2 get-console-output --instance-id i" + hereRegion:                                                              "does not know what aws ec2 get-console-output",
		"aws ec2 get-launch-template-data --instance-id i" + hereRegion:                                                        "does not know what aws ec2 get-launch-template-data",
		"aws ec2 describe-route-servers" + hereRegion:                                                                          "does not know what aws ec2 describe-route-servers",
		"aws ec2 wait password-data-available --instance-ids i" + hereRegion:                                                   "does not know what aws ec2 wait password-data-available",
		"aws ec2 describe-instance-attribute --instance-id i --attribute userData" + hereRegion:                                "shows a boot script",
		"aws ec2 describe-instance-attribute --instance-id i --attribute blockDeviceMapping --attribute userData" + hereRegion: "shows a boot script",
		"aws ec2 describe-instance-attribute --instance-id i" + hereRegion:                                                     "shows a boot script",
		"aws ec2 describe-instance-attribute --instance-id i --attribute blockDeviceMapping" + hereRegion:                      "",
		"aws ec2 describe-launch-template-versions --launch-template-id l" + hereRegion:                                        "may show a boot script",
		"aws ec2 describe-launch-template-versions --launch-template-id l --query 'LaunchTemplateVersions[].LaunchTemplateData.BlockDeviceMappings[].[a] || LaunchTemplateVersions[]'" + hereRegion: "may show a boot script",
		"aws ec2 describe-launch-template-versions --launch-template-id l --versions 1 2 --query 'LaunchTemplateVersions[].[VersionNumber,LaunchTemplateData.MetadataOptions]'" + hereRegion:        "",
		"aws ec2 describe-launch-template-versions --launch-template-id l --versions 1 2 --query 'LaunchTemplateVersions[].[VersionNumber,LaunchTemplateData.UserData]'" + hereRegion:               "may show a boot script",
		"aws ec2 describe-image-attribute --image-id i --attribute launchPermission --query LaunchPermissions" + hereRegion:                                                                         "",
		"aws ec2 describe-image-attribute --image-id i --attribute uefiData" + hereRegion:                                                                                                           "shows more than who may launch",

		"aws ec2 modify-instance-attribute --instance-id i --block-device-mappings DeviceName=/dev/sdf,Ebs={DeleteOnTermination=true}" + hereRegion: "outlives it",
		"aws ec2 modify-snapshot-attribute --snapshot-id s --attribute createVolumePermission --operation-type add --group-names all" + hereRegion:  "does more than close",
		"aws cloudwatch put-metric-alarm --alarm-name a --alarm-actions arn:aws:automate:us-east-1:ec2:terminate" + hereRegion:                      "takes the place of an alarm",
		"aws ec2 describe-volumes --endpoint-url x" + hereRegion:                                                                                    "does with --endpoint-url",
		"aws ec2 describe-volumes --prof x" + hereRegion:                                                                                            "does with --prof",
		"aws --profile x ec2 describe-volumes" + hereRegion:                                                                                         "form of shell",
		"aws ec2 wait --endpoint-url=x" + hereRegion:                                                                                                "form of shell",
		"aws ec2 describe-volumes":                                                                              "does not say in which region",
		"aws ec2 describe-volumes --region":                                                                     "does not say in which region",
		"aws ec2 describe-volumes --region eu-west-1":                                                           "not for the region of the finding",
		"aws ec2 describe-volumes" + hereRegion + " --region eu-west-1":                                         "not for the region of the finding",
		"aws s3 ls" + hereRegion:                                                                                "does not know what aws s3 ls does",
		"aws secretsmanager get-secret-value --secret-id x" + hereRegion:                                        "does not know what aws secretsmanager",
		"aws ec2 terminate-instances --instance-ids i" + hereRegion:                                             "ends the machine for good",
		"aws ec2 create-snapshot --volume-id v --description file:///x" + hereRegion:                            "names a file",
		"aws ec2 describe-volumes --filters 'file'\"://x\"" + hereRegion:                                        "names a file",
		"aws ec2 describe-volumes" + hereRegion + " > x":                                                        "reads or writes a file",
		"aws ec2 describe-volumes" + hereRegion + " <<< x":                                                      "reads or writes a file",
		"cat <<E\nrm -rf ~\nE":                                                                                  "reads or writes a file",
		"aws ec2 describe-volumes" + hereRegion + " &":                                                          "in the background",
		"aws ec2 describe-volumes" + hereRegion + " \\":                                                         "does not end with its line",
		"aws ec2 describe-volumes --volume-ids $x" + hereRegion:                                                 "uses the variable x",
		"aws ec2 describe-volumes --volume-ids \"$HOME\"" + hereRegion:                                          "uses the variable HOME",
		"x=1\naws ec2 describe-volumes --volume-ids $x" + hereRegion:                                            "form of shell",
		"x=1\naws ec2 create-snapshot --volume-id v --description \"$x\"" + hereRegion:                          "known only when it runs",
		"x=1\naws ec2 describe-volumes --volume-ids \"a$x\"" + hereRegion:                                       "form of shell",
		"x=1\naws ec2 describe-volumes --volume-ids ${x:-$(id)}" + hereRegion:                                   "form of shell",
		"aws ec2 describe-volumes --volume-ids <(id)" + hereRegion:                                              "form of shell",
		"aws ec2 describe-volumes --volume-ids $(curl x | sh)" + hereRegion:                                     "does not know what curl",
		"aws ec2 describe-volumes --volume-ids \"`id`\"" + hereRegion:                                           "does not know what id",
		"aws ec2 describe-volumes --volume-ids \"$(aws ec2 describe-tags" + hereRegion + "; id)\"" + hereRegion: "does not know what id",
		"aws ec2 describe-volumes --{volume-ids,endpoint-url} x" + hereRegion:                                   "form of shell",
		"aws ec2 describe-volumes --volume-ids $'\\x41'" + hereRegion:                                           "form of shell",
		"aws() { :; }":  "defines a function",
		"PATH=/x":       "PATH",
		"https_proxy=x": "https_proxy",
		"patlint_here=": "patlint_here",
		"IFS=x aws ec2 describe-volumes" + hereRegion: "sets the variable IFS for a command",
		"x+=1":                      "form of shell",
		"x[0]=1":                    "form of shell",
		"export x=1":                "form of shell",
		"eval id":                   "does not know what eval",
		"$(echo rm) -rf ~":          "form of shell",
		"\"rm\" -rf ~":              "does not know what rm",
		"r\\m -rf ~":                "form of shell",
		"! true":                    "form of shell",
		"(true)":                    "form of shell",
		"(umask 077; echo x > y)":   "reads or writes a file",
		"umask 077":                 "who may read",
		"{ true; }":                 "form of shell",
		"while true; do true; done": "form of shell",
		"[[ a -eq b ]]":             "form of shell",
		"[ -v 'x[$(id)]' ]":         "form of shell",
		"date -s x":                 "form of shell",
		"date -f /etc/passwd":       "form of shell",
		"echo -e '\\033c'":          "form of shell",
		"if aws ec2 reboot-instances" + hereRegion + "; then true; fi":           "restarts the machine",
		"aws ec2 describe-volumes" + hereRegion + " --volume-ids # \\\nrm -rf x": "ends with a backslash",
		"# \\\nrm -rf x":                        "ends with a backslash",
		"true\r\nrm -rf ~":                      "cannot see",
		"true \x00 x":                           "cannot see",
		"true # \u202e x":                       "cannot see",
		"true 'x":                               "no shell",
		"fi":                                    "no shell",
		"true # " + strings.Repeat("x", maxFix): "longer than",
	} {
		j := newJudge(&lint.Finding{Fix: fix, Resource: lint.Resource{Kind: "volume", ID: "v", Region: "us-east-1"}}, nil, "")
		got := ""
		for _, b := range j.blocks() {
			if got == "" || got == "is of no use alone" {
				got = b.why
			}
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", fix[:min(len(fix), 200)], got, want)
		}
	}
}

// TestFixAfterHeld: what comes after a command that does not run does not run either, unless that one was a look.
func TestFixAfterHeld(t *testing.T) {
	snapshot := "aws ec2 create-snapshot --volume-id vol-0" + hereRegion
	for fix, want := range map[string]int{
		snapshot + "\nsudo umount /x\n" + snapshot:                                                       1,
		snapshot + "\nlsblk\n" + snapshot:                                                                2,
		snapshot + "\nlsblk; " + snapshot:                                                                1,
		"aws ec2 stop-instances" + hereRegion + "; " + snapshot + "\n# so:\n" + snapshot:                 0,
		"if true; then aws ec2 stop-instances" + hereRegion + "; else " + snapshot + "; fi\n" + snapshot: 0,
	} {
		var live []string
		for l := range strings.Lines(scriptOf(t, fixReport(fix))) {
			if !strings.HasPrefix(l, "#") && strings.Contains(l, "create-snapshot") {
				live = append(live, l)
			}
		}
		if len(live) != want {
			t.Errorf("%q: runs %q", fix, live)
		}
	}
}

// deliberate is what fixes of the catalog do that the tables do not know, and that a script leaves to a person.
var deliberate = []string{
	afterHeld,
	"is of no use alone",
	"reads or writes a file here", // bake-current-volume-types edits a file
}

// TestFixCatalog: patlint knows all commands of its own catalog.
func TestFixCatalog(t *testing.T) {
	known := slices.Clone(deliberate)
	for _, o := range operations {
		known = append(known, o.why)
	}
	for _, p := range programs {
		known = append(known, p.why)
	}
	cat, err := patterns.Load(patterns.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	spare := map[string]bool{}
	for _, q := range operations {
		if q.asks {
			spare[q.name] = true
		}
	}
	n, run := 0, 0
	for _, p := range cat.Patterns {
		if p.Fix == nil {
			continue
		}
		n++
		x := lint.Finding{Fix: filled(p.Fix.Text), Resource: lint.Resource{Kind: strings.TrimSpace(p.Rule.Resource.Value), ID: "word", Region: "us-east-1"}}
		for _, q := range operations {
			if q.asks && strings.Contains(x.Fix, "aws "+q.service+" "+q.name+" ") {
				delete(spare, q.name)
			}
		}
		j := newJudge(&x, nil, "")
		for _, b := range j.blocks() {
			if b.why != "" && !slices.Contains(known, b.why) {
				t.Errorf("%s: %s: %s", p.ID, b.why, b.lines[0])
			}
			if b.runs {
				run++
			}
		}
	}
	if n < 50 || run < 55 {
		t.Errorf("%d fixes, %d commands that run", n, run)
	}
	if len(spare) > 0 {
		t.Errorf("no fix asks %v", slices.Sorted(maps.Keys(spare)))
	}
}

// filled is a template with words in place of its expressions.
func filled(text string) string {
	var b strings.Builder
	for text != "" {
		from := strings.Index(text, "${")
		if from < 0 {
			break
		}
		if from > 0 && text[from-1] == '$' {
			b.WriteString(text[:from-1] + "${")
			text = text[from+2:]
			continue
		}
		b.WriteString(text[:from])
		end, depth := from+2, 1
		for ; depth > 0; end++ {
			switch text[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		switch expr := text[from:end]; {
		case expr == "${region.RegionName}":
			b.WriteString("us-east-1")
		case strings.Contains(expr, `limit("gp3.`):
			b.WriteString("100")
		default:
			b.WriteString("word")
		}
		text = text[end:]
	}
	return b.String() + text
}
