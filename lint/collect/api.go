package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// A call is one operation of the EC2 API.
type call[In, Out any] func(context.Context, *In, ...func(*ec2.Options)) (*Out, error)

// An api is what this package uses of the EC2 client, as func fields: a fake is a literal with one of them set.
//
// Never put *ec2.Client into an interface, nor into a struct that is put into one. It has more than 800 methods, and the linker
// keeps them all as soon as it can be reached by reflection (html/template is in the same program): 43 MB instead of 13.
// The SDK's paginators and waiters take the client as an interface, so they are not used either.
type api struct {
	describeAddresses                 call[ec2.DescribeAddressesInput, ec2.DescribeAddressesOutput]
	describeImages                    call[ec2.DescribeImagesInput, ec2.DescribeImagesOutput]
	describeInstanceTypes             call[ec2.DescribeInstanceTypesInput, ec2.DescribeInstanceTypesOutput]
	describeInstances                 call[ec2.DescribeInstancesInput, ec2.DescribeInstancesOutput]
	describeLaunchTemplateVersions    call[ec2.DescribeLaunchTemplateVersionsInput, ec2.DescribeLaunchTemplateVersionsOutput]
	describeLaunchTemplates           call[ec2.DescribeLaunchTemplatesInput, ec2.DescribeLaunchTemplatesOutput]
	describeNetworkInterfaces         call[ec2.DescribeNetworkInterfacesInput, ec2.DescribeNetworkInterfacesOutput]
	describeRegions                   call[ec2.DescribeRegionsInput, ec2.DescribeRegionsOutput]
	describeSecurityGroups            call[ec2.DescribeSecurityGroupsInput, ec2.DescribeSecurityGroupsOutput]
	describeSnapshotAttribute         call[ec2.DescribeSnapshotAttributeInput, ec2.DescribeSnapshotAttributeOutput]
	describeSnapshots                 call[ec2.DescribeSnapshotsInput, ec2.DescribeSnapshotsOutput]
	describeVolumes                   call[ec2.DescribeVolumesInput, ec2.DescribeVolumesOutput]
	getEBSDefaultKMSKeyID             call[ec2.GetEbsDefaultKmsKeyIdInput, ec2.GetEbsDefaultKmsKeyIdOutput]
	getEBSEncryptionByDefault         call[ec2.GetEbsEncryptionByDefaultInput, ec2.GetEbsEncryptionByDefaultOutput]
	getImageBlockPublicAccessState    call[ec2.GetImageBlockPublicAccessStateInput, ec2.GetImageBlockPublicAccessStateOutput]
	getInstanceMetadataDefaults       call[ec2.GetInstanceMetadataDefaultsInput, ec2.GetInstanceMetadataDefaultsOutput]
	getSerialConsoleAccessStatus      call[ec2.GetSerialConsoleAccessStatusInput, ec2.GetSerialConsoleAccessStatusOutput]
	getSnapshotBlockPublicAccessState call[ec2.GetSnapshotBlockPublicAccessStateInput, ec2.GetSnapshotBlockPublicAccessStateOutput]
}

// newAPI makes a client of its own, with retries of its own, behind the region's gate.
func (a *Account) newAPI(region string, count *counters) *api {
	conf := a.aws.Copy()
	conf.Region = region
	c := ec2.NewFromConfig(conf, func(o *ec2.Options) {
		o.HTTPClient = &transport{send: a.send, gate: a.gate(region), timeout: a.conf.Timeout, limit: maxBody, count: count}
		o.Retryer = a.retryer(a.conf.MaxAttempts)
		o.RetryMaxAttempts = 0 // it would replace the retryer's
		if a.conf.EndpointURL != "" {
			o.BaseEndpoint = aws.String(a.conf.EndpointURL)
		}
	})
	return &api{
		describeAddresses:                 c.DescribeAddresses,
		describeImages:                    c.DescribeImages,
		describeInstanceTypes:             c.DescribeInstanceTypes,
		describeInstances:                 c.DescribeInstances,
		describeLaunchTemplateVersions:    c.DescribeLaunchTemplateVersions,
		describeLaunchTemplates:           c.DescribeLaunchTemplates,
		describeNetworkInterfaces:         c.DescribeNetworkInterfaces,
		describeRegions:                   c.DescribeRegions,
		describeSecurityGroups:            c.DescribeSecurityGroups,
		describeSnapshotAttribute:         c.DescribeSnapshotAttribute,
		describeSnapshots:                 c.DescribeSnapshots,
		describeVolumes:                   c.DescribeVolumes,
		getEBSDefaultKMSKeyID:             c.GetEbsDefaultKmsKeyId,
		getEBSEncryptionByDefault:         c.GetEbsEncryptionByDefault,
		getImageBlockPublicAccessState:    c.GetImageBlockPublicAccessState,
		getInstanceMetadataDefaults:       c.GetInstanceMetadataDefaults,
		getSerialConsoleAccessStatus:      c.GetSerialConsoleAccessStatus,
		getSnapshotBlockPublicAccessState: c.GetSnapshotBlockPublicAccessState,
	}
}
