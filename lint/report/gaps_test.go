package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patlint/patlint/lint"
)

// TestGroupGaps: one cause is one group, and nothing of it is lost or claimed of a place where it did not happen.
func TestGroupGaps(t *testing.T) {
	refused := func(account, region, action string, patterns ...string) lint.Missing {
		return lint.Missing{Account: account, Region: region, Action: action, Patterns: patterns,
			Error: fmt.Sprintf("UnauthorizedOperation: arn:aws:sts::%s:role/x is not authorized to perform %s in %s", account, action, region)}
	}
	var gaps []lint.Missing
	for _, account := range []string{"111122223333", "444455556666"} {
		for _, region := range []string{"eu-west-1", "us-east-1"} {
			gaps = append(gaps, refused(account, region, "ec2:DescribeVolumes", "keep-b", "keep-a"), refused(account, region, "ec2:DescribeSnapshots", "keep-c"),
				refused(account, region, "ec2:DescribeImages")) // of which only a message tells
		}
	}
	gaps = append(gaps, refused("111122223333", "ap-south-1", "ec2:DescribeVolumes", "keep-a", "keep-b"),
		lint.Missing{Kind: "instance", Error: "the rule does not decide", Patterns: []string{"keep-d"}},
		lint.Missing{Error: "profile x: no region", Patterns: []string{"keep-d"}})
	var got []string
	for _, g := range groupGaps(gaps) {
		got = append(got, strings.Join([]string{g.What(), g.Where(), g.NeededBy(false)}, " | "))
	}
	want := []string{
		"ec2:DescribeVolumes, ec2:DescribeSnapshots | 111122223333 eu-west-1 and 3 more accounts and regions | keep-a, keep-b, keep-c",
		"ec2:DescribeImages | 111122223333 eu-west-1 and 3 more accounts and regions | ",
		"ec2:DescribeVolumes | 111122223333 ap-south-1 | keep-a, keep-b",
		"instance |  | keep-d",
		"everything |  | keep-d",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	many := gapGroup{what: []string{"a", "b", "c", "d"}, Patterns: strings.Fields("a b c d e f g h i j k")}
	if many.What() != "a and 3 more" || many.NeededBy(false) != "a, b, c and 8 more patterns" || many.NeededBy(true) != "a, b, c, d, e, f, g, h, i, j, k" {
		t.Errorf("%s, %s", many.What(), many.NeededBy(false))
	}
}
