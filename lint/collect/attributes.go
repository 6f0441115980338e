package collect

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// readProtection asks each instance for an attribute that protects it. Those that are terminated are past that.
func readProtection[T any](ask call[ec2.DescribeInstanceAttributeInput, ec2.DescribeInstanceAttributeOutput], what string, attribute types.InstanceAttributeName, item func(id *string, out *ec2.DescribeInstanceAttributeOutput) *T) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		inv, err := r.inventory("DescribeInstances")
		if err != nil {
			return nil, err
		}
		instances := slices.DeleteFunc(inv.Instances(), terminated)
		q := question{what: what, of: "instances", action: "ec2:DescribeInstanceAttribute", most: r.account.conf.Protection, flag: "--max-protection"}
		return askEach(ctx, q, slices.Sorted(slices.Values(ids(instances, func(i **types.Instance) *string { return (*i).InstanceId }))), func(id string) (*T, error) {
			out, err := ask(ctx, &ec2.DescribeInstanceAttributeInput{InstanceId: &id, Attribute: attribute})
			if err != nil {
				return nil, err
			}
			r.items().Add(1)
			return item(&id, out), nil
		})
	}
}

// terminated tells whether an instance is gone or on its way, and has no attributes any more.
func terminated(i *types.Instance) bool {
	return i.State != nil && (i.State.Name == types.InstanceStateNameTerminated || i.State.Name == types.InstanceStateNameShuttingDown)
}

// readDNS asks each VPC of the account's own for an attribute. One that another account shares is for that account to set.
func readDNS[T any](ask call[ec2.DescribeVpcAttributeInput, ec2.DescribeVpcAttributeOutput], what string, attribute types.VpcAttributeName, item func(id *string, out *ec2.DescribeVpcAttributeOutput) *T) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		vpcs, err := resources[types.Vpc](r, "DescribeVpcs")
		if err != nil {
			return nil, err
		}
		account, _ := r.account.ID(ctx)
		vpcs = slices.DeleteFunc(vpcs, func(v types.Vpc) bool {
			owner := aws.ToString(v.OwnerId)
			return account != "" && owner != "" && owner != account
		})
		q := question{what: what, of: "VPCs", action: "ec2:DescribeVpcAttribute", most: unbounded}
		return askEach(ctx, q, ids(vpcs, func(v *types.Vpc) *string { return v.VpcId }), func(id string) (*T, error) {
			out, err := ask(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &id, Attribute: attribute})
			if err != nil {
				return nil, err
			}
			r.items().Add(1)
			return item(&id, out), nil
		})
	}
}
