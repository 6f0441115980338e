package collect

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint"
)

// readImageSharing asks each own image with whom it is shared, the newest first.
func readImageSharing(ask call[ec2.DescribeImageAttributeInput, ec2.DescribeImageAttributeOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		images, err := owned[types.Image](ctx, r, "DescribeImages")
		if err != nil {
			return nil, err
		}
		slices.SortFunc(images, func(a, b types.Image) int { // times in one form, as texts
			return cmp.Or(cmp.Compare(aws.ToString(b.CreationDate), aws.ToString(a.CreationDate)), cmp.Compare(aws.ToString(a.ImageId), aws.ToString(b.ImageId)))
		})
		q := question{what: "the sharing", of: "images", action: "ec2:DescribeImageAttribute", most: r.account.conf.Sharing, flag: "--max-sharing"}
		return askEach(ctx, q, ids(images, func(i *types.Image) *string { return i.ImageId }), func(id string) (*lint.ImagePermissions, error) {
			out, err := ask(ctx, &ec2.DescribeImageAttributeInput{ImageId: &id, Attribute: types.ImageAttributeNameLaunchPermission})
			if err != nil {
				return nil, err
			}
			r.items().Add(1)
			return &lint.ImagePermissions{ImageId: &id, LaunchPermissions: append([]types.LaunchPermission{}, out.LaunchPermissions...)}, nil
		})
	}
}

// readSnapshotSharing asks each own snapshot with whom it is shared, the newest first. One that is encrypted with the key of AWS's for the account cannot
// be; which key that is, EC2 does not tell, so it is asked too.
func readSnapshotSharing(ask call[ec2.DescribeSnapshotAttributeInput, ec2.DescribeSnapshotAttributeOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		snapshots, err := owned[types.Snapshot](ctx, r, "DescribeSnapshots")
		if err != nil {
			return nil, err
		}
		slices.SortFunc(snapshots, func(a, b types.Snapshot) int {
			return cmp.Or(aws.ToTime(b.StartTime).Compare(aws.ToTime(a.StartTime)), cmp.Compare(aws.ToString(a.SnapshotId), aws.ToString(b.SnapshotId)))
		})
		q := question{what: "the sharing", of: "snapshots", action: "ec2:DescribeSnapshotAttribute", most: r.account.conf.Sharing, flag: "--max-sharing"}
		return askEach(ctx, q, ids(snapshots, func(s *types.Snapshot) *string { return s.SnapshotId }), func(id string) (*lint.SnapshotPermissions, error) {
			out, err := ask(ctx, &ec2.DescribeSnapshotAttributeInput{SnapshotId: &id, Attribute: types.SnapshotAttributeNameCreateVolumePermission})
			if err != nil {
				return nil, err
			}
			r.items().Add(1)
			return &lint.SnapshotPermissions{SnapshotId: &id, CreateVolumePermissions: append([]types.CreateVolumePermission{}, out.CreateVolumePermissions...)}, nil
		})
	}
}

// owned are the resources that another source listed and that are the account's own, where that is known.
func owned[T any](ctx context.Context, r *run, source string) ([]T, error) {
	list, err := resources[T](r, source)
	if err != nil {
		return nil, err
	}
	account, _ := r.account.ID(ctx)
	kept, _ := lint.Own(account, slices.Clone(list))
	return kept.([]T), nil
}
