package collect

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint"
)

// The largest pages that AWS gives: the SDK's comments on MaxResults where they name a number, else the API reference of the
// years when it did. Always send one: paged calls draw on a request bucket twice as large, and unpaged ones may time out.
const (
	pageSize                = 1000
	volumesPageSize         = 500
	instanceTypesPageSize   = 100
	launchTemplatesPageSize = 200
	filterValues            = 200 // in one filter of one request
)

// A reader is how one source is read: whole, as pages for [lint.Inventory.Add], or not at all.
type reader struct {
	source string
	read   func(context.Context, *run, *api) ([]any, error)
}

// readers has an entry for each of [lint.Sources]. Keep sorted by name. A call that is new here needs its field in api.go.
var readers = []reader{
	{"DescribeAddresses", list(func(ctx context.Context, a *api, _ *string) ([]types.Address, *string, error) {
		out, err := a.describeAddresses(ctx, &ec2.DescribeAddressesInput{}) // has no pages
		if err != nil {
			return nil, nil, err
		}
		return out.Addresses, nil, nil
	}, func(v *types.Address) *string { return v.AllocationId })},

	{"DescribeImages", list(func(ctx context.Context, a *api, token *string) ([]types.Image, *string, error) {
		out, err := a.describeImages(ctx, &ec2.DescribeImagesInput{Owners: []string{"self"}, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Images, out.NextToken, nil
	}, func(v *types.Image) *string { return v.ImageId })},

	{"DescribeInstanceTypes", readInstanceTypes},

	{"DescribeInstances", func(_ context.Context, r *run, _ *api) ([]any, error) {
		pages, err := r.instances()
		return answer(pages), err
	}},

	{"DescribeLaunchTemplateVersions", list(func(ctx context.Context, a *api, token *string) ([]types.LaunchTemplateVersion, *string, error) {
		// Without a template's ID or name these are the two versions of all templates.
		out, err := a.describeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{
			Versions: []string{"$Default", "$Latest"}, MaxResults: aws.Int32(launchTemplatesPageSize), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.LaunchTemplateVersions, out.NextToken, nil
	}, func(v *types.LaunchTemplateVersion) *string {
		if v.LaunchTemplateId == nil || v.VersionNumber == nil {
			return nil
		}
		return aws.String(*v.LaunchTemplateId + "/" + strconv.FormatInt(*v.VersionNumber, 10))
	})},

	{"DescribeLaunchTemplates", list(func(ctx context.Context, a *api, token *string) ([]types.LaunchTemplate, *string, error) {
		out, err := a.describeLaunchTemplates(ctx, &ec2.DescribeLaunchTemplatesInput{MaxResults: aws.Int32(launchTemplatesPageSize), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.LaunchTemplates, out.NextToken, nil
	}, func(v *types.LaunchTemplate) *string { return v.LaunchTemplateId })},

	{"DescribeNetworkInterfaces", list(func(ctx context.Context, a *api, token *string) ([]types.NetworkInterface, *string, error) {
		out, err := a.describeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.NetworkInterfaces, out.NextToken, nil
	}, func(v *types.NetworkInterface) *string { return v.NetworkInterfaceId })},

	{"DescribeSecurityGroups", list(func(ctx context.Context, a *api, token *string) ([]types.SecurityGroup, *string, error) {
		out, err := a.describeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.SecurityGroups, out.NextToken, nil
	}, func(v *types.SecurityGroup) *string { return v.GroupId })},

	{"DescribeSnapshots", listSnapshots(nil)},

	{"DescribeVolumes", list(func(ctx context.Context, a *api, token *string) ([]types.Volume, *string, error) {
		out, err := a.describeVolumes(ctx, &ec2.DescribeVolumesInput{MaxResults: aws.Int32(volumesPageSize), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Volumes, out.NextToken, nil
	}, func(v *types.Volume) *string { return v.VolumeId })},

	{"GetEbsDefaultKmsKeyId", object(func(ctx context.Context, a *api) (*lint.EBSDefaultKMSKeyID, error) {
		out, err := a.getEBSDefaultKMSKeyID(ctx, &ec2.GetEbsDefaultKmsKeyIdInput{})
		if err != nil {
			return nil, err
		}
		return &lint.EBSDefaultKMSKeyID{KmsKeyId: out.KmsKeyId}, nil
	})},

	{"GetEbsEncryptionByDefault", object(func(ctx context.Context, a *api) (*lint.EBSEncryptionByDefault, error) {
		out, err := a.getEBSEncryptionByDefault(ctx, &ec2.GetEbsEncryptionByDefaultInput{})
		if err != nil {
			return nil, err
		}
		return &lint.EBSEncryptionByDefault{EbsEncryptionByDefault: out.EbsEncryptionByDefault, SseType: out.SseType}, nil
	})},

	{"GetImageBlockPublicAccessState", object(func(ctx context.Context, a *api) (*lint.ImageBlockPublicAccess, error) {
		out, err := a.getImageBlockPublicAccessState(ctx, &ec2.GetImageBlockPublicAccessStateInput{})
		if err != nil {
			return nil, err
		}
		return &lint.ImageBlockPublicAccess{ImageBlockPublicAccessState: out.ImageBlockPublicAccessState, ManagedBy: out.ManagedBy}, nil
	})},

	{"GetInstanceMetadataDefaults", object(func(ctx context.Context, a *api) (*lint.InstanceMetadataDefaults, error) {
		out, err := a.getInstanceMetadataDefaults(ctx, &ec2.GetInstanceMetadataDefaultsInput{})
		if err != nil {
			return nil, err
		}
		return &lint.InstanceMetadataDefaults{AccountLevel: out.AccountLevel}, nil // absent where nobody set a default
	})},

	{"GetSerialConsoleAccessStatus", object(func(ctx context.Context, a *api) (*lint.SerialConsoleAccess, error) {
		out, err := a.getSerialConsoleAccessStatus(ctx, &ec2.GetSerialConsoleAccessStatusInput{})
		if err != nil {
			return nil, err
		}
		return &lint.SerialConsoleAccess{ManagedBy: out.ManagedBy, SerialConsoleAccessEnabled: out.SerialConsoleAccessEnabled}, nil
	})},

	{"GetSnapshotBlockPublicAccessState", object(func(ctx context.Context, a *api) (*lint.SnapshotBlockPublicAccess, error) {
		out, err := a.getSnapshotBlockPublicAccessState(ctx, &ec2.GetSnapshotBlockPublicAccessStateInput{})
		if err != nil {
			return nil, err
		}
		return &lint.SnapshotBlockPublicAccess{ManagedBy: out.ManagedBy, State: out.State}, nil
	})},

	{"PublicSnapshots", readPublicSnapshots},
}

// list reads a source by the page loop.
func list[T any](ask func(context.Context, *api, *string) ([]T, *string, error), id func(*T) *string) func(context.Context, *run, *api) ([]any, error) {
	return func(ctx context.Context, _ *run, a *api) ([]any, error) {
		pages, err := listAll(ctx, func(ctx context.Context, token *string) ([]T, *string, error) { return ask(ctx, a, token) }, freshBy(id))
		return answer(pages), err
	}
}

// answer has at least one page: a page without items says that there are none.
func answer[T any](pages [][]T) []any {
	if len(pages) == 0 {
		return []any{[]T{}}
	}
	out := make([]any, len(pages))
	for i, page := range pages {
		out[i] = page
	}
	return out
}

// object reads a source that is one setting.
func object[T any](ask func(context.Context, *api) (*T, error)) func(context.Context, *run, *api) ([]any, error) {
	return func(ctx context.Context, _ *run, a *api) ([]any, error) {
		value, err := ask(ctx, a)
		if err != nil {
			return nil, err
		}
		return []any{value}, nil
	}
}

var errNeedsInstances = errors.New("needs DescribeInstances, which could not be read")

func listSnapshots(restorableBy []string) func(context.Context, *run, *api) ([]any, error) {
	return list(func(ctx context.Context, a *api, token *string) ([]types.Snapshot, *string, error) {
		out, err := a.describeSnapshots(ctx, &ec2.DescribeSnapshotsInput{
			OwnerIds: []string{"self"}, RestorableByUserIds: restorableBy, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Snapshots, out.NextToken, nil
	}, func(v *types.Snapshot) *string { return v.SnapshotId })
}

// listInstances reads the reservations. The pages count instances, so a reservation can go on on the next page: what is kept
// once is the instance.
func listInstances(ctx context.Context, a *api) ([][]types.Reservation, error) {
	instances := freshBy(func(v *types.Instance) *string { return v.InstanceId })
	return listAll(ctx, func(ctx context.Context, token *string) ([]types.Reservation, *string, error) {
		out, err := a.describeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Reservations, out.NextToken, nil
	}, func(page []types.Reservation, seen map[string]bool) ([]types.Reservation, int) {
		kept, news := page[:0], 0
		for _, r := range page {
			var n int
			r.Instances, n = instances(r.Instances, seen)
			news += n
			if len(r.Instances) > 0 {
				kept = append(kept, r)
			}
		}
		return kept, news
	})
}

// readInstanceTypes asks for the types in use only: all of them are more than a thousand. It asks with a filter, because an ID
// that AWS does not know (a type that was retired) would fail the whole request.
func readInstanceTypes(ctx context.Context, r *run, a *api) ([]any, error) {
	reservations, err := r.instances()
	if err != nil {
		return nil, errNeedsInstances
	}
	used := map[string]bool{}
	for _, page := range reservations {
		for _, r := range page {
			for i := range r.Instances {
				if t := string(r.Instances[i].InstanceType); t != "" {
					used[t] = true
				}
			}
		}
	}
	var all [][]types.InstanceTypeInfo
	for names := range slices.Chunk(slices.Sorted(maps.Keys(used)), filterValues) {
		pages, err := listAll(ctx, func(ctx context.Context, token *string) ([]types.InstanceTypeInfo, *string, error) {
			out, err := a.describeInstanceTypes(ctx, &ec2.DescribeInstanceTypesInput{
				Filters:    []types.Filter{{Name: aws.String("instance-type"), Values: names}},
				MaxResults: aws.Int32(instanceTypesPageSize), NextToken: token,
			})
			if err != nil {
				return nil, nil, err
			}
			return out.InstanceTypes, out.NextToken, nil
		}, freshBy(func(v *types.InstanceTypeInfo) *string { return (*string)(&v.InstanceType) }))
		if err != nil {
			return nil, err
		}
		all = append(all, pages...)
	}
	return answer(all), nil
}
