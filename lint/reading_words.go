package lint

import (
	"cmp"
	"strings"
	"sync"
	"unicode"

	"cel.dev/cel-go/common/ast"
)

// words are how a reading says a call of a relation or a function; "" for others.
func (v view) words(e ast.Expr) string {
	for _, id := range v.ast.GetOverloadIDs(e.ID()) {
		if w := overloadWords()[id]; w != "" {
			return w
		}
	}
	return ""
}

var overloadWords = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for _, f := range functions() {
		m[f.id] = f.words
	}
	for _, r := range relations() {
		m[r.id()] = cmp.Or(r.words, r.doc)
	}
	return m
})

// inWords gives a relation the words of a reading, where its doc says more than these.
func inWords(words string, r relation) relation {
	r.words = words
	return r
}

// noun is what one resource of a kind is called.
func (k *kind) noun() string {
	if noun, ok := kindNouns[k.name]; ok {
		return noun
	}
	var b strings.Builder
	for _, r := range k.name {
		if unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// kindNouns are those that do not follow from the kind's name. Keep sorted.
var kindNouns = map[string]string{
	"address":                   "Elastic IP address",
	"availabilityZone":          "Availability Zone",
	"dedicatedHost":             "Dedicated Host",
	"dhcpOptions":               "set of DHCP options",
	"egressOnlyInternetGateway": "egress-only internet gateway",
	"fleet":                     "EC2 Fleet",
	"natGateway":                "NAT gateway",
	"networkAcl":                "network ACL",
	"reservedInstances":         "reservation of instances",
	"spotFleetRequest":          "Spot Fleet request",
	"spotInstanceRequest":       "Spot Instance request",
	"taggable":                  "resource",
	"vpc":                       "VPC",
	"vpcEndpoint":               "VPC endpoint",
	"vpcPeeringConnection":      "VPC peering connection",
	"vpnConnection":             "VPN connection",
	"vpnGateway":                "virtual private gateway",
}

// entryNouns are what entries of lists are called that are no resources, by type; the others are entries. Keep sorted.
var entryNouns = map[string]string{
	"lint.BootAttachment":                          "attachment",
	"lint.BootFormat":                              "formatting",
	"lint.BootMount":                               "mount",
	"lint.PolicyStatement":                         "statement",
	"lint.Secret":                                  "secret",
	"types.BlockDeviceMapping":                     "mapping",
	"types.DescribeFastSnapshotRestoreSuccessItem": "fast snapshot restore",
	"types.ImageCriterion":                         "criterion",
	"types.ImageRecycleBinInfo":                    "image",
	"types.InstanceBlockDeviceMapping":             "mapping",
	"types.IpPermission":                           "permission",
	"types.LaunchTemplateBlockDeviceMapping":       "mapping",
	"types.LaunchTemplateVersion":                  "version",
	"types.Route":                                  "route",
	"types.SnapshotRecycleBinInfo":                 "snapshot",
	"types.SnapshotTierStatus":                     "move",
	"types.Tag":                                    "tag",
	"types.VolumeAttachment":                       "attachment",
	"types.VolumeModification":                     "modification",
	"types.VolumeStatusEvent":                      "event",
	"types.VpcPeeringConnectionVpcInfo":            "side",
}

// flagWords say fields that are true or false, of a type or of all. Other fields are true or false by their names. Keep sorted.
var flagWords = []struct{ on, path, words string }{
	{"", "Operator.Managed", "is managed by a service provider"},
	{"lint.BootMount", "EveryBoot", "is done at every boot"},
	{"lint.EBSLimits", "Stated", "has limits that AWS states"},
	{"types.Instance", "EbsOptimized", "is EBS-optimized"},
	{"types.InstanceTypeInfo", "BareMetal", "is bare metal"},
	{"types.InstanceTypeInfo", "CurrentGeneration", "is of the current generation"},
	{"types.InstanceTypeInfo", "InstanceStorageSupported", "has local disks"},
	{"types.Volume", "FastRestored", "was made with fast snapshot restore"},
	{"types.Volume", "MultiAttachEnabled", "has Multi-Attach on"},
}

// statisticWords say CloudWatch's statistics. Keep in step with statistics.
var statisticWords = map[string]string{
	"Average": "average", "Maximum": "maximum", "Minimum": "minimum", "SampleCount": "number of samples", "Sum": "sum",
}
