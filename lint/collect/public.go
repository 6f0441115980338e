package collect

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint"
)

// maxConfirmed bounds the calls that confirm public snapshots one by one.
const maxConfirmed = 100

var errContradicted = errors.New("the endpoint lists snapshots as public that are not; it does not know RestorableByUserIds")

// readPublicSnapshots lists the own snapshots that everybody may restore. That a disk is public is the worst that patlint says of an
// account, so what the listing claims is asked again of each snapshot; there are few where there are any. An endpoint whose
// listing is contradicted (moto lists every snapshot of everybody) is believed for what was confirmed only, and if that
// leaves any open, not at all. Where the question itself is refused, AWS's listing stands.
func readPublicSnapshots(list call[ec2.DescribeSnapshotsInput, ec2.DescribeSnapshotsOutput], ask call[ec2.DescribeSnapshotAttributeInput, ec2.DescribeSnapshotAttributeOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		claimed, err := listSnapshots(list, []string{"all"})(ctx, r)
		if err != nil {
			return nil, err
		}
		account, _ := r.account.ID(ctx)
		return confirmPublic(ctx, account, claimed, ask)
	}
}

func confirmPublic(ctx context.Context, account string, claimed []any, ask call[ec2.DescribeSnapshotAttributeInput, ec2.DescribeSnapshotAttributeOutput]) ([]any, error) {
	public, asked, contradicted := []types.Snapshot{}, 0, false
	for _, page := range claimed {
		for _, s := range page.([]types.Snapshot) {
			if _, foreign := lint.Own(account, []types.Snapshot{s}); foreign > 0 {
				public = append(public, s) // Collect leaves it out, and says so
				continue
			}
			if asked >= maxConfirmed {
				if contradicted {
					return nil, errContradicted
				}
				public = append(public, s)
				continue
			}
			asked++
			switch yes, err := isPublic(ctx, ask, s.SnapshotId); {
			case ctx.Err() != nil:
				return nil, ctx.Err()
			case err != nil && contradicted:
				return nil, errContradicted
			case err != nil:
				asked = maxConfirmed // do not ask a hundred times what is refused once
				public = append(public, s)
			case yes:
				public = append(public, s)
			default:
				contradicted = true
			}
		}
	}
	return []any{public}, nil
}

func isPublic(ctx context.Context, ask call[ec2.DescribeSnapshotAttributeInput, ec2.DescribeSnapshotAttributeOutput], id *string) (bool, error) {
	out, err := ask(ctx, &ec2.DescribeSnapshotAttributeInput{
		SnapshotId: aws.String(aws.ToString(id)), Attribute: types.SnapshotAttributeNameCreateVolumePermission,
	})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(out.CreateVolumePermissions, func(p types.CreateVolumePermission) bool {
		return p.Group == types.PermissionGroupAll
	}), nil
}
