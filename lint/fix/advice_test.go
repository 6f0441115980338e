package fix

import (
	"strings"
	"testing"

	"github.com/patlint/patlint/patterns"
)

// TestAdvice: a slip of the pen is told, and what the table does not know is not.
func TestAdvice(t *testing.T) {
	for _, tt := range []struct{ fix, want string }{
		{"aws ec2 describe-volumes --region ${region.RegionName}", ""},
		{"aws ec2 modify-subnet-attribute --region=${region.RegionName}", ""},
		{"aws ec2 describe-route-servers --region ${region.RegionName}", ""},
		{"aws ec2 describe-addresses --region ${region.RegionName} && aws s3 ls", ""},
		{"aws --profile x ec2 describe-volumes", ""},
		{"id=$(aws ec2 describe-network-interface --region ${region.RegionName})", "1:14: aws ec2 has no describe-network-interface; did you mean describe-network-interfaces?"},
		{"aws ec2 describe-adresses --region ${region.RegionName}", "1:9: aws ec2 has no describe-adresses; did you mean describe-addresses?"},
		{"aws ec2 delete-volume --volume-id ${volume.VolumeId}", "1:1: the command does not say in which region; write --region ${region.RegionName}"},
		{"aws ec2 'unclosed", ""},
	} {
		p := &patterns.Pattern{Rule: &patterns.Rule{}, Fix: &patterns.Block{Role: "fix", Lang: "sh", File: "p.md", Line: 1, Text: tt.fix}}
		if got := strings.ReplaceAll(Advice(p).Error(), "p.md:", ""); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.fix, got, tt.want)
		}
	}
}
