package main

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// roles sows machines that are judged by what their tags say, and by what they did lately.
func (h *household) roles() {
	backed := func(newest int) string {
		root := h.root(h.twin(h.machine(nil)))
		for i := range 6 {
			h.twin(h.taken(root, time.Duration(newest+i)*day, ""))
		}
		return root
	}
	h.fault(backed(5), "keep-snapshot-rhythm")
	h.twin(backed(1))

	credits := ""
	burst := func(environment string) string {
		id := h.machine(func(in *ec2.RunInstancesInput) {
			in.InstanceType, in.TagSpecifications = types.InstanceTypeT3Medium, tags(types.ResourceTypeInstance, "Environment", environment)
		})
		h.set("DescribeInstances", id, element("launchTime", ago(60*day)))
		credits += element("item", element("instanceId", id)+element("cpuCredits", "unlimited"))
		return id
	}
	h.fault(burst("dev"), "choose-credit-mode")
	h.twin(burst("production"))
	h.say("DescribeInstanceCreditSpecifications", element("instanceCreditSpecificationSet", credits))

	of := func(role string) func(*ec2.RunInstancesInput) {
		return func(in *ec2.RunInstancesInput) {
			in.TagSpecifications = tags(types.ResourceTypeInstance, "Role", role)
		}
	}
	h.fault("Role=web", "spread-role-across-zones")
	h.twin(h.machine(of("web")))
	h.twin(h.machine(of("web")))
	h.twin(h.machine(of("shop")))
	h.twin(h.tidy.launch(h.away, h.group, of("shop")))
	h.twin("Role=shop")
	db := h.twin(h.machine(of("db")))
	gp3 := ec2.CreateVolumeInput{VolumeType: types.VolumeTypeGp3, Size: aws.Int32(10)}
	h.fault(h.disk(db, "/dev/sdf", &gp3), "classify-data-on-volumes")
	h.twin(h.mark(h.disk(db, "/dev/sdg", &gp3), "Classification", "internal"))
	striped := func(apart time.Duration) string {
		id := h.machine(nil)
		for i, device := range []string{"/dev/sdf", "/dev/sdg"} {
			h.twin(h.taken(h.mark(h.disk(id, device, &gp3), "StripeSet", "data"), day+time.Duration(i)*apart, ""))
		}
		return id
	}
	h.fault(striped(time.Hour), "snapshot-sets-together")
	h.twin(striped(time.Second))
}

// label tags all that costs money, and volumes as their machines.
func (h *household) label() {
	var ids []string
	instances, err := h.DescribeInstances(h.ctx, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(1000)})
	h.check(err)
	environment := map[string]string{}
	for _, r := range instances.Reservations {
		for _, i := range r.Instances {
			ids = append(ids, *i.InstanceId)
			for _, t := range i.Tags {
				if *t.Key == "Environment" {
					environment[*i.InstanceId] = *t.Value
				}
			}
		}
	}
	volumes, err := h.DescribeVolumes(h.ctx, &ec2.DescribeVolumesInput{})
	h.check(err)
	for _, v := range volumes.Volumes {
		ids = append(ids, *v.VolumeId)
		for _, a := range v.Attachments {
			if e := environment[*a.InstanceId]; e != "" {
				h.mark(*v.VolumeId, "Environment", e)
			}
		}
	}
	images, err := h.DescribeImages(h.ctx, &ec2.DescribeImagesInput{Owners: []string{"self"}})
	h.check(err)
	for _, i := range images.Images {
		ids = append(ids, *i.ImageId)
	}
	addresses, err := h.DescribeAddresses(h.ctx, &ec2.DescribeAddressesInput{})
	h.check(err)
	for _, a := range addresses.Addresses {
		ids = append(ids, *a.AllocationId)
	}
	gateways, err := h.DescribeNatGateways(h.ctx, &ec2.DescribeNatGatewaysInput{})
	h.check(err)
	for _, g := range gateways.NatGateways {
		ids = append(ids, *g.NatGatewayId)
	}
	endpoints, err := h.DescribeVpcEndpoints(h.ctx, &ec2.DescribeVpcEndpointsInput{})
	h.check(err)
	for _, e := range endpoints.VpcEndpoints {
		ids = append(ids, *e.VpcEndpointId)
	}
	for some := range slices.Chunk(ids, 100) {
		_, err := h.CreateTags(h.ctx, &ec2.CreateTagsInput{Resources: some, Tags: []types.Tag{{Key: aws.String("Owner"), Value: aws.String("operations")}}})
		h.check(err)
	}
}

// mislabel tags a few volumes wrong that label has been at.
func (h *household) mislabel() {
	root := func() string { return h.root(h.machine(nil)) }
	strange, secret, odd := h.fault(root(), "copy-tags-to-volumes"), h.fault(root(), "give-tags-allowed-values"), h.fault(root(), "name-resources-by-rule")
	h.label()
	h.mark(strange, "Owner", "nobody")
	h.mark(secret, "Password", "Tr0ub4dor")
	h.mark(odd, "Name", "=cmd|' /C calc'!A0")
	h.fault(h.volume(types.VolumeTypeGp3, 8), "tag-everything")
	h.twin(h.volume(types.VolumeTypeGp3, 8, "Owner", "operations", "Name", "spare"))
}
