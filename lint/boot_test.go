package lint

import (
	"strings"
	"testing"
)

const bootTags = `Tags: [{Key: "aws:ec2launchtemplate:id", Value: lt-1}, {Key: "aws:ec2launchtemplate:version", Value: "3"}`

// TestBootScript is where a boot script comes from, and what a rule knows of it.
func TestBootScript(t *testing.T) {
	const (
		mounts   = "#!/bin/bash\n      mount /dev/xvdf /data\n"
		own      = "\nDescribeInstanceAttribute:\n  - InstanceId: i-1\n    UserData:\n     Value: |\n      " + mounts
		template = "\nLaunchTemplateVersions:\n  - LaunchTemplateId: lt-1\n    VersionNumber: 3\n    LaunchTemplateData:\n     UserData: |\n      " + mounts
		data     = `instance.bootScript().mounts().map(m, m.point()) == ["/data"]`
	)
	for _, tt := range []struct{ name, account, expr, want string }{
		{"its own", "Instances: [{InstanceId: i-1}]" + own, data + ` && instance.bootScript().From == "user data" && instance.bootScript().Form == "shell"`, "pass"},
		{"its own, though the actions were denied for others", "Instances: [{InstanceId: i-1}]\nGaps: [DescribeInstanceAttribute]" + own, data, "pass"},
		{"none", "Instances: [{InstanceId: i-1}]", `instance.bootScript().Form == "none" && instance.bootScript().mounts() == []`, "pass"},
		{"denied", "Instances: [{InstanceId: i-1}]\nGaps: [DescribeInstanceAttribute]", data, "unknown ec2:DescribeInstanceAttribute: denied in this example"},
		{"the template's, for a group", "Instances: [{InstanceId: i-1, " + bootTags + ", {Key: \"aws:autoscaling:groupName\", Value: web}]}]\nGaps: [DescribeInstanceAttribute]" + template,
			data + ` && instance.bootScript().From == "version 3 of lt-1"`, "pass"},
		{"the template's, for a fleet", "Instances: [{InstanceId: i-1, " + bootTags + ", {Key: \"aws:ec2:fleet-id\", Value: fleet-1}]}]\nGaps: [DescribeInstanceAttribute]" + template, data, "pass"},
		{"the template's, which a person may have replaced", "Instances: [{InstanceId: i-1, " + bootTags + "]}]\nGaps: [DescribeInstanceAttribute]" + template, data, "unknown ec2:DescribeInstanceAttribute: denied in this example"},
		{"a version that was not read", "Instances: [{InstanceId: i-1, " + bootTags + ", {Key: \"aws:autoscaling:groupName\", Value: web}]}]\nGaps: [DescribeInstanceAttribute]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 4}]",
			data, "unknown ec2:DescribeInstanceAttribute: denied in this example"},
		{"parts that were not read", "Instances: [{InstanceId: i-1}]" + own + "      curl -s https://example.com/setup.sh | bash\n",
			`instance.bootScript().mounts().exists(m, m.point() == "/other")`, "unknown line 3 of the user data was not read"},
		{"what is read decides", "Instances: [{InstanceId: i-1}]" + own + "      curl -s https://example.com/setup.sh | bash\n",
			`instance.bootScript().mounts().exists(m, m.point() == "/data")`, "pass"},
		{"a device that is computed", "Instances: [{InstanceId: i-1}]\nDescribeInstanceAttribute: [{InstanceId: i-1, UserData: {Value: \"#!/bin/bash\\nmount $(find-disk) /data\\n\"}}]",
			`instance.bootScript().mounts()[0].device() == "/dev/xvdf"`, "unknown "},
		{"base64", "Instances: [{InstanceId: i-1}]\nDescribeInstanceAttribute: [{InstanceId: i-1, UserData: {Value: IyEvYmluL2Jhc2gKbW91bnQgL2Rldi94dmRmIC9kYXRhCg==}}]", data, "pass"},
	} {
		if got := ask(t, account(t, tt.account), "instance", "", tt.expr); !strings.HasPrefix(got, tt.want) || tt.want == "pass" && got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := ask(t, inventory(t, map[string]any{"DescribeInstances": account(t, "Instances: [{InstanceId: i-1}]").answers["DescribeInstances"][0], instanceUserData: []InstanceUserData{}}),
		"instance", "", data); got != "unknown the user data of i-1 was not read" {
		t.Errorf("an instance that was not asked about: %q", got)
	}
	version := "LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 3}]" + template
	if got := ask(t, account(t, version), "launchTemplate", "", `launchTemplate.defaultVersion().bootScript().mounts()[0].Line == 2`); got != "pass" {
		t.Errorf("a template's: %q", got)
	}
}

// TestBootSecrets: a message may quote a line of user data, and never a secret of it.
func TestBootSecrets(t *testing.T) {
	inv := account(t, "Instances: [{InstanceId: i-1}]\nDescribeInstanceAttribute:\n  - InstanceId: i-1\n    UserData:\n     Value: |\n"+
		"      #!/bin/bash\n      mount -t cifs -o username=svc%Hunter2Hunter2,password=Hunter2Hunter2 //files/x /data\n      export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY\n")
	rules := compile(t, pattern("p", "instance", "", "instance.bootScript().secretLines() == []",
		"${instance.bootScript().mounts().map(m, m.Text)} ${instance.bootScript().mounts().map(m, m.options())} ${instance.bootScript().secretLines()}"))
	report := checked(t, rules, inv)
	if len(report.Findings) != 1 {
		t.Fatalf("%d findings", len(report.Findings))
	}
	f := report.Findings[0]
	for _, secret := range []string{"Hunter2", "wJalr"} {
		if strings.Contains(f.Message, secret) {
			t.Errorf("the message holds %s: %s", secret, f.Message)
		}
		for _, fact := range f.Evidence {
			if s, _ := fact.Value.(string); strings.Contains(s, secret) {
				t.Errorf("the evidence holds %s: %v", secret, fact)
			}
		}
	}
	if !strings.Contains(f.Message, "/data") || !strings.Contains(f.Message, "2, 3") {
		t.Errorf("the message does not quote the line: %s", f.Message)
	}
}

// TestMapsDevice compares names of devices as EC2 and Linux give them.
func TestMapsDevice(t *testing.T) {
	inv := account(t, "Instances: [{InstanceId: i-1, BlockDeviceMappings: [{DeviceName: /dev/sda1}, {DeviceName: /dev/sdf}, {DeviceName: xvdg}, {DeviceName: /dev/sdba}]}]")
	for device, want := range map[string]string{
		"/dev/sdf": "pass", "/dev/xvdf": "pass", "xvdf": "pass", "/dev/xvdf1": "pass", "/dev/sdg": "pass", "/dev/xvda": "pass", "/dev/xvdba": "pass",
		"/dev/sdh": "fail", "/dev/sd": "fail", "/dev/xvdb": "fail", "/dev/md0": "fail", "": "fail",
		"/dev/nvme1n1": "unknown the name /dev/nvme1n1 follows the order of discovery; it does not tell which disk it is",
		"nvme1n1":      "unknown the name nvme1n1 follows the order of discovery; it does not tell which disk it is",
	} {
		if got := ask(t, inv, "instance", "", `instance.mapsDevice("`+device+`")`); got != want {
			t.Errorf("%q: %q, want %q", device, got, want)
		}
	}
	const unknown = "unknown the name /dev/nvme1n1 follows the order of discovery; it does not tell which disk it is"
	for names, want := range map[[2]string]string{
		{"/dev/sdf", "xvdf1"}: "pass", {"/dev/nvme1n1", "/dev/nvme1n1p1"}: "pass", {"/dev/sdf", "/dev/sdg"}: "fail", {"/dev/nvme1n1", "/dev/nvme2n1"}: "fail",
		{"/dev/nvme1n1", "/dev/sdf"}: unknown, {"/dev/sdf", "/dev/nvme1n1"}: unknown,
	} {
		if got := ask(t, inv, "instance", "", `sameDevice("`+names[0]+`", "`+names[1]+`")`); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
}

// TestEBSLimits is where an instance's limits come from: the account's answer first, then the table, and a type in neither is unknown.
func TestEBSLimits(t *testing.T) {
	const info = "InstanceTypes: [{InstanceType: m5.large, EbsInfo: {MaximumEbsAttachments: 27, EbsOptimizedInfo: {BaselineIops: 3600, MaximumIops: 18750, BaselineThroughputInMBps: 81.25, MaximumThroughputInMBps: 593.75}}}, {InstanceType: t2.large, EbsInfo: {EbsOptimizedSupport: unsupported}}]\n"
	m5 := "instance.ebsLimits().Stated && instance.ebsLimits().BaselineIops == 3600 && instance.ebsLimits().MaximumIops == 18750 && round(instance.ebsLimits().BaselineThroughput, 2) == 77.49 && round(instance.ebsLimits().MaximumThroughput, 2) == 566.24 && instance.ebsLimits().MaximumAttachments == 27"
	for _, tt := range []struct{ name, account, expr, want string }{
		{"DescribeInstanceTypes", info + "Instances: [{InstanceId: i-1, InstanceType: m5.large}]", m5 + " && !instance.ebsLimits().Bundled", "pass"},
		{"the table", "Instances: [{InstanceId: i-1, InstanceType: m5.large}]", m5 + " && instance.ebsLimits().Bundled", "pass"},
		{"the table, without the right to ask", "Gaps: [DescribeInstanceTypes]\nInstances: [{InstanceId: i-1, InstanceType: m5.large}]", m5, "pass"},
		{"no limits", info + "Instances: [{InstanceId: i-1, InstanceType: t2.large}]", "!instance.ebsLimits().Stated && instance.ebsLimits().MaximumIops == 0", "pass"},
		{"no limits in the table", "Instances: [{InstanceId: i-1, InstanceType: t2.large}]", "!instance.ebsLimits().Stated && instance.ebsLimits().Bundled", "pass"},
		{"an answer without limits", "InstanceTypes: [{InstanceType: m5.large}]\nInstances: [{InstanceId: i-1, InstanceType: m5.large}]", m5 + " && instance.ebsLimits().Bundled", "pass"},
		{"in neither", "Instances: [{InstanceId: i-1, InstanceType: m99.large}]", m5, "unknown the limits of instance type m99.large are neither in the answer of DescribeInstanceTypes nor in the table of this version of patlint"},
	} {
		if got := ask(t, account(t, tt.account), "instance", "", tt.expr); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	// A gap that the table makes good is no reason for exit code 3.
	rep := checked(t, compile(t, pattern("p", "instance", "", "instance.ebsLimits().BaselineIops > 0", "flagged")), account(t, "Gaps: [DescribeInstanceTypes]\nInstances: [{InstanceId: i-1, InstanceType: m5.large}]"))
	if len(rep.Gaps) != 0 || rep.Summary.Pass != 1 {
		t.Errorf("gaps %+v, summary %+v", rep.Gaps, rep.Summary)
	}
}

// TestSure: a message can quote what is certain of a script that is not read whole; a rule cannot take the unknown for false.
func TestSure(t *testing.T) {
	inv := account(t, "Instances: [{InstanceId: i-1}]\nDescribeInstanceAttribute: [{InstanceId: i-1, UserData: {Value: \"#!/bin/bash\\ncurl -s https://example.com/setup.sh | bash\\nmount /dev/xvdf /data\\n\"}}]")
	for message, want := range map[string]string{
		`${instance.bootScript().mounts().filter(m, m.point() == "/data")[0].Line}`:       "unknown",
		`${instance.bootScript().mounts().filter(m, sure(m.point() == "/data"))[0].Line}`: "3",
	} {
		report := checked(t, compile(t, pattern("p", "instance", "", "false", message)), inv)
		if len(report.Findings) != 1 || report.Findings[0].Message != want {
			t.Errorf("%s: %+v, want %s", message, report.Findings, want)
		}
	}
	if _, err := Compile(catalogOf(pattern("p", "instance", "", "sure(instance.EbsOptimized)", "x"))); err == nil || !strings.Contains(err.Error(), "sure() is for messages and fixes") {
		t.Errorf("in a rule: %v", err)
	}
}

// TestBootVolumes: a line that attaches leads to its volume, where the script names it.
func TestBootVolumes(t *testing.T) {
	const expr = `instance.bootScript().attachments().all(a, a.volumes().all(v, v.AvailabilityZone == "us-east-1a"))`
	for volume, want := range map[string]string{
		"vol-0a": "pass", "vol-0b": "fail", "vol-0c": "unknown vol-0c is named, but DescribeVolumes did not list it", "$(choose)": "unknown ",
	} {
		inv := account(t, "Volumes: [{VolumeId: vol-0a, AvailabilityZone: us-east-1a}, {VolumeId: vol-0b, AvailabilityZone: us-east-1b}]\nInstances: [{InstanceId: i-1}]\n"+
			"DescribeInstanceAttribute: [{InstanceId: i-1, UserData: {Value: \"#!/bin/bash\\naws ec2 attach-volume --instance-id i-1 --device /dev/sdf --volume-id "+volume+"\\n\"}}]")
		if got := ask(t, inv, "instance", "", expr); got != want && !(volume == "$(choose)" && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %q, want %q", volume, got, want)
		}
	}
}

// TestLineVolumes: what a line of a script means on its machine is a volume, nothing, or unknown, and never a guess.
func TestLineVolumes(t *testing.T) {
	const account_ = `
InstanceTypes: [{InstanceType: m5.large, InstanceStorageSupported: false}, {InstanceType: m5d.large, InstanceStorageSupported: true, InstanceStorageInfo: {NvmeSupport: required}}, {InstanceType: m3.large, InstanceStorageSupported: true, InstanceStorageInfo: {NvmeSupport: unsupported}}]
Volumes: [{VolumeId: vol-0root}, {VolumeId: vol-0f}, {VolumeId: vol-0g}, {VolumeId: vol-0own}]
`
	root, f, g := "{DeviceName: /dev/xvda, Ebs: {VolumeId: vol-0root}}", "{DeviceName: /dev/sdf, Ebs: {VolumeId: vol-0f}}", "{DeviceName: /dev/sdg, Ebs: {VolumeId: vol-0g}}"
	for _, tt := range []struct{ instanceType, mappings, script, want string }{
		{"m5.large", root + ", " + f, "mount /dev/xvdf1 /d", "vol-0f"},
		{"m5.large", root + ", " + f, "mount /dev/sdg /d", "nothing"},
		{"m3.large", root + ", " + f, "mount /dev/xvdb /d", "unknown no volume is attached at /dev/xvdb, which may be a local disk of this instance type"},
		{"m5d.large", root + ", " + f, "mount /dev/xvdb /d", "nothing"},
		{"m99.large", root, "mount /dev/xvdb /d", "unknown no volume is attached at /dev/xvdb, which may be a local disk of this instance type"},
		{"m5.large", root, "aws ec2 attach-volume --volume-id vol-0own --instance-id i-1 --device /dev/sdf\nmount /dev/xvdf /d", "vol-0own"},
		{"m5.large", root + ", " + f, "aws ec2 attach-volume --volume-id $(find) --instance-id i-1 --device /dev/sdf\nmount /dev/xvdf /d", "vol-0f"},
		{"m5.large", root, "aws ec2 attach-volume --volume-id $(find) --instance-id i-1 --device /dev/sdf\nmount /dev/xvdf /d", "unknown it is the output of find"},
		{"m5.large", root, "aws ec2 attach-volume --volume-id vol-0own --instance-id i-1 --device /dev/sdf\nmount /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0own /d", "vol-0own"},
		{"m5.large", root + ", " + f, "mount /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0f /d", "vol-0f"},
		{"m5.large", root, "mount /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0f /d", "nothing"},
		{"m5.large", root + ", " + f, "mount /dev/nvme1n1 /d", "vol-0f"},
		{"m5.large", root, "mount /dev/nvme1n1 /d", "nothing"},
		{"m5.large", root, "mount /dev/nvme0n1p1 /d", "vol-0root"},
		{"m5.large", root + ", " + f + ", " + g, "mount /dev/nvme1n1 /d", "unknown the name /dev/nvme1n1 follows the order of discovery; it does not tell which disk it is"},
		{"m5d.large", root + ", " + f, "mount /dev/nvme1n1 /d", "unknown the name /dev/nvme1n1 follows the order of discovery; it does not tell which disk it is"},
		{"m5.large", root + ", " + f, "mount LABEL=data /d", "unknown a name by label does not tell which volume it is"},
		{"m5.large", root + ", " + f, "mount -t tmpfs tmpfs /d", "nothing"},
		{"m5.large", root + ", " + f, "mount -t nfs4 fs:/ /d", "nothing"},
		{"m5.large", root + ", {DeviceName: /dev/sdf, Ebs: {VolumeId: vol-0gone}}", "mount /dev/sdf /d", "unknown vol-0gone is named, but DescribeVolumes did not list it"},
	} {
		inv := account(t, account_+"Instances: [{InstanceId: i-1, InstanceType: "+tt.instanceType+", RootDeviceName: /dev/xvda, BlockDeviceMappings: ["+tt.mappings+"]}]\n"+
			"DescribeInstanceAttribute:\n  - InstanceId: i-1\n    UserData:\n     Value: |\n      #!/bin/bash\n      "+strings.ReplaceAll(tt.script, "\n", "\n      ")+"\n")
		got := ""
		for _, id := range []string{"vol-0root", "vol-0f", "vol-0g", "vol-0own"} {
			switch v := ask(t, inv, "instance", "", `instance.bootScript().mounts().all(m, m.volumes().all(v, v.VolumeId == "`+id+`") && m.volumes().size() == 1)`); {
			case v == "pass":
				got = id
			case got == "" && v != "fail":
				got = v
			}
		}
		if got == "" {
			got = "nothing"
		}
		if got != tt.want {
			t.Errorf("%s with [%s]: %s: %q, want %q", tt.instanceType, tt.mappings, tt.script, got, tt.want)
		}
	}
	template := account(t, "LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 1}]\nLaunchTemplateVersions:\n  - LaunchTemplateId: lt-1\n    VersionNumber: 1\n    LaunchTemplateData:\n     UserData: |\n      #!/bin/bash\n      mkfs.ext4 /dev/sdf\n")
	if got := ask(t, template, "launchTemplate", "", "launchTemplate.defaultVersion().bootScript().formats().all(f, f.volumes() == [])"); got != "unknown which volume a template's device will be is known once it launches" {
		t.Errorf("a template's: %q", got)
	}
}
