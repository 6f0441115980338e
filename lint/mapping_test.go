package lint

import (
	"strings"
	"testing"
)

// TestRefusals holds mappings against AWS's limits, each at its edge and beyond.
func TestRefusals(t *testing.T) {
	for mapping, want := range map[string]string{
		"{DeviceName: /dev/sdf, NoDevice: \"\"}":                                            "",
		"{DeviceName: /dev/sdb, VirtualName: ephemeral0}":                                   "",
		"{Ebs: {VolumeSize: 50}}":                                                           "",
		"{Ebs: {VolumeType: gp3}}":                                                          "",
		"{Ebs: {VolumeType: gp3, VolumeSize: 1, Iops: 3000, Throughput: 750}}":              "",
		"{Ebs: {VolumeType: gp3, VolumeSize: 1, Iops: 3000, Throughput: 751}}":              "3000 IOPS of gp3 allow 125 to 750 MiB/s, not 751",
		"{Ebs: {VolumeType: gp3, VolumeSize: 160, Iops: 80000, Throughput: 2000}}":          "",
		"{Ebs: {VolumeType: gp3, VolumeSize: 159, Iops: 80000}}":                            "159 GiB of gp3 allow 3000 to 79500 IOPS, not 80000",
		"{Ebs: {VolumeType: gp3, VolumeSize: 1000, Iops: 80001}}":                           "gp3 has 3000 to 80000 IOPS, not 80001",
		"{Ebs: {VolumeType: gp3, VolumeSize: 65537}}":                                       "gp3 has 1 to 65536 GiB, not 65537",
		"{Ebs: {VolumeType: gp3, Iops: 3001}}":                                              "unknown the template states IOPS and no size",
		"{Ebs: {VolumeType: io1, VolumeSize: 4, Iops: 200}}":                                "",
		"{Ebs: {VolumeType: io1, VolumeSize: 4, Iops: 201}}":                                "4 GiB of io1 allow 100 to 200 IOPS, not 201",
		"{Ebs: {VolumeType: io1, Iops: 200}}":                                               "",
		"{Ebs: {VolumeType: io1, Iops: 201}}":                                               "unknown the template states IOPS and no size",
		"{Ebs: {VolumeType: io2, VolumeSize: 256, Iops: 256000}}":                           "",
		"{Ebs: {VolumeType: io2, VolumeSize: 3, Iops: 99}}":                                 "io2 has 4 to 65536 GiB, not 3; io2 has 100 to 256000 IOPS, not 99",
		"{Ebs: {VolumeType: io2, VolumeSize: 10}}":                                          "io2 wants a number of IOPS",
		"{Ebs: {VolumeType: st1, VolumeSize: 125}}":                                         "",
		"{DeviceName: /dev/sda1, Ebs: {VolumeType: st1, VolumeSize: 124, Throughput: 500}}": "st1 has 125 to 16384 GiB, not 124; st1 takes no number of MiB/s; st1 is not for a root device",
		"{DeviceName: xvda, Ebs: {VolumeType: sc1, VolumeSize: 500}}":                       "sc1 is not for a root device",
		"{Ebs: {VolumeType: standard, VolumeSize: 1025, Iops: 100}}":                        "standard has 1 to 1024 GiB, not 1025; standard takes no number of IOPS",
		"{VirtualName: ephemeral0, Ebs: {VolumeType: gp3}}":                                 "an entry is a volume or ephemeral0, not both",
		"{Ebs: {Iops: 3000}}":                                                               "unknown the template states IOPS or throughput and no type",
		"{Ebs: {VolumeType: gp9, VolumeSize: 1}}":                                           "unknown volume type \"gp9\" is not known",
	} {
		inv := account(t, "LaunchTemplates: [{LaunchTemplateId: lt-1, DefaultVersionNumber: 1}]\nLaunchTemplateVersions: [{LaunchTemplateId: lt-1, VersionNumber: 1, LaunchTemplateData: {BlockDeviceMappings: ["+mapping+"]}}]")
		rules := compile(t, pattern("p", "launchTemplate", "", "launchTemplate.defaultVersion().LaunchTemplateData.BlockDeviceMappings.all(m, m.refusals().all(r, r == \"\"))",
			"${launchTemplate.defaultVersion().LaunchTemplateData.BlockDeviceMappings.map(m, m.refusals()).flatten().join(\"; \")}"))
		got := ""
		for _, f := range checked(t, rules, inv).Findings {
			if got = f.Message; f.Verdict == "unknown" {
				got = "unknown " + f.Message
			}
		}
		if got != want && !(strings.HasPrefix(want, "unknown ") && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %q, want %q", mapping, got, want)
		}
	}
}
