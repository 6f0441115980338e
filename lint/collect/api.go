package collect

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// A call is one operation of the EC2 API: a method value of a client.
//
// Never put *ec2.Client or *cloudwatch.Client into an interface, nor into a field or a signature of a type that is put into one or
// depends on a type parameter (method expressions do, where the input is one). The first has more than 800 methods, and the linker keeps
// them all as soon as it can be reached by reflection (html/template is in the same program), which doubles the program. The SDK's
// paginators and waiters take the client as an interface, so they are not used either.
type call[In, Out any] func(context.Context, *In, ...func(*ec2.Options)) (*Out, error)

// newEC2 makes a client of its own, with retries of its own, behind the region's gate.
func (a *Account) newEC2(region string, count *counters) *ec2.Client {
	conf := a.aws.Copy()
	conf.Region = region
	return ec2.NewFromConfig(conf, func(o *ec2.Options) {
		o.HTTPClient = a.newTransport(region, count, speaksXML)
		o.Retryer = a.retryer(a.conf.MaxAttempts)
		o.RetryMaxAttempts = 0 // it would replace the retryer's
		if a.conf.EndpointURL != "" {
			o.BaseEndpoint = &a.conf.EndpointURL
		}
	})
}

// newCloudWatch is newEC2 for metrics, behind the same gate. As with STS, an endpoint that the environment names for CloudWatch wins
// over Config.EndpointURL.
func (a *Account) newCloudWatch(region string, count *counters) *cloudwatch.Client {
	conf := a.aws.Copy()
	conf.Region = region
	return cloudwatch.NewFromConfig(conf, func(o *cloudwatch.Options) {
		o.HTTPClient = a.newTransport(region, count, speaksCBOR)
		o.Retryer = a.retryer(a.conf.MaxAttempts)
		o.RetryMaxAttempts = 0
		if o.BaseEndpoint == nil && a.conf.EndpointURL != "" {
			o.BaseEndpoint = &a.conf.EndpointURL
		}
	})
}

// newOrganizations is newEC2 for the organization, which has one endpoint in the whole of a partition.
func (a *Account) newOrganizations() *organizations.Client {
	conf := a.aws.Copy()
	conf.Region = home(conf.Region)
	return organizations.NewFromConfig(conf, func(o *organizations.Options) {
		o.HTTPClient = a.newTransport(conf.Region, &counters{}, speaksJSON)
		o.Retryer = a.retryer(a.conf.MaxAttempts)
		o.RetryMaxAttempts = 0
		if o.BaseEndpoint == nil && a.conf.EndpointURL != "" {
			o.BaseEndpoint = &a.conf.EndpointURL
		}
	})
}

// newSTS is a client for questions about the caller, which no region's rate covers.
func (a *Account) newSTS(timeout time.Duration, attempts int) *sts.Client {
	conf := a.aws.Copy()
	if conf.Region == "" {
		conf.Region = home("")
	}
	return sts.NewFromConfig(conf, func(o *sts.Options) {
		o.HTTPClient = a.newUngated(timeout)
		o.Retryer = a.retryer(attempts)
		o.RetryMaxAttempts = 0
		if o.BaseEndpoint == nil && a.conf.EndpointURL != "" {
			o.BaseEndpoint = &a.conf.EndpointURL
		}
	})
}

func (a *Account) newTransport(region string, count *counters, d dialect) *transport {
	gate := func(ctx context.Context) *gate { return a.gate(ctx, region) }
	return &transport{send: a.send, gate: gate, timeout: a.conf.Timeout, limit: maxBody, count: count, shared: a.shared, dialect: d}
}

// newUngated is for the few calls that are not a region's, such as STS's. They are not counted.
func (a *Account) newUngated(timeout time.Duration) *transport {
	free := newGate(-1)
	gate := func(context.Context) *gate { return free }
	return &transport{send: a.send, gate: gate, timeout: timeout, limit: maxBody, count: &counters{}, shared: &Shared{}, dialect: speaksSTS}
}
