package collect

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint"
)

// readUserData asks each instance for its user data, except where a launch template tells it.
func readUserData(ask call[ec2.DescribeInstanceAttributeInput, ec2.DescribeInstanceAttributeOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		inv, err := r.inventory("DescribeInstances")
		if err != nil {
			return nil, err
		}
		ids := untold(r, inv.Instances())
		slices.Sort(ids)
		q := question{what: "user data", of: "instances", action: "ec2:DescribeInstanceAttribute", most: r.account.conf.UserDataCalls, flag: "--user-data-calls"}
		return askEach(ctx, q, ids, func(id string) (*lint.InstanceUserData, error) {
			out, err := ask(ctx, &ec2.DescribeInstanceAttributeInput{InstanceId: &id, Attribute: types.InstanceAttributeNameUserData})
			if err != nil {
				return nil, err
			}
			r.items().Add(1)
			return &lint.InstanceUserData{InstanceId: &id, UserData: cmp.Or(out.UserData, &types.AttributeValue{})}, nil // asked, if only to learn that it has none
		})
	}
}

// untold lists the IDs of the instances whose user data no launch template tells. Those that are terminated have none any more.
func untold(r *run, instances []*types.Instance) []string {
	versions := sync.OnceValue(func() map[string]bool { return versionsWithData(r) }) // only if somebody asks for them
	var ids []string
	for _, i := range instances {
		switch {
		case i.InstanceId == nil || terminated(i):
		default:
			if template, version, ok := lint.TemplateTells(i); !ok || !versions()[template+"/"+version] {
				ids = append(ids, *i.InstanceId)
			}
		}
	}
	return ids
}

// versionsWithData has the IDs of the launch template versions that were read; none where they could not be.
func versionsWithData(r *run) map[string]bool {
	pages, _ := r.pages["DescribeLaunchTemplateVersions"]()
	out := map[string]bool{}
	for _, page := range pages {
		for _, v := range page.([]types.LaunchTemplateVersion) {
			if v.LaunchTemplateData != nil {
				out[aws.ToString(versionID(&v))] = true
			}
		}
	}
	return out
}
