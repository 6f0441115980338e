package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
)

// What a zero [Config] means.
const (
	DefaultRate          = 10.0             // calls a second in one account and region
	DefaultTimeout       = 20 * time.Second // of one attempt of one call
	DefaultMaxAttempts   = 5
	DefaultMetrics       = 100_000 // series of one region
	DefaultUserDataCalls = 500     // instances of one region
	DefaultProtection    = 1000    // instances of one region
	DefaultSharing       = 1000    // images of one region, and as many snapshots
)

// A Config says which account to read and how gently. Its zero value reads what the AWS CLI would read without options.
type Config struct {
	Profile     string  // of AWS's shared configuration; "" leaves the choice to AWS_PROFILE and its like
	Region      string  // the default region; "" leaves the choice to AWS_REGION and the profile
	EndpointURL string  // where EC2's calls go, and CloudWatch's and STS's unless the environment says otherwise; "" is AWS
	Rate        float64 // calls a second in one region, 0 is DefaultRate, negative or +Inf no limit until AWS refuses calls; below 0.1 AWS may refuse a call as signed too long ago

	// Timeout limits one attempt of one call, from its start to the last byte of the answer; waiting for the rate does not count.
	// 0 is DefaultTimeout.
	Timeout time.Duration

	// MaxAttempts counts the first attempt too. 0 is AWS's own setting (AWS_MAX_ATTEMPTS, max_attempts), else DefaultMaxAttempts.
	MaxAttempts int

	// Metrics is how many series of one region CloudWatch may be asked for, which AWS charges for. Where the rules want more, none is asked for, and a gap
	// says so. 0 is DefaultMetrics.
	Metrics int
	// UserDataCalls is how many instances of one region are asked for their user data, each with a call of its own. The others are a
	// gap that says so. 0 is DefaultUserDataCalls, negative is none.
	UserDataCalls int

	// Protection is how many instances of one region are asked whether they are protected from being stopped and terminated, with two calls each. The others
	// are a gap that says so. 0 is DefaultProtection.
	Protection int

	// Sharing is how many images of one region, and how many snapshots, are asked with whom they are shared, each with a call of its own: the newest. The
	// others are a gap that says so. 0 is DefaultSharing.
	Sharing int

	// Shared is what this account has in common with the others of the program; nil where there are none.
	Shared *Shared

	// Log gets the warnings of the SDK and of this package, a line each, possibly from several goroutines at once. nil drops them.
	Log func(string)
}

// A ConfigError is a fault in the caller's AWS configuration, found before anything was read.
type ConfigError struct {
	Reason string // what is wrong and what to do about it
	Err    error  // the SDK's error, possibly nil
}

func (e *ConfigError) Error() string { return e.Reason }
func (e *ConfigError) Unwrap() error { return e.Err }

// An Account reads one AWS account. Its methods may be called from several goroutines. The promise about calls a second holds for all
// calls of one Account, and for all Accounts of one AWS account that have the same [Shared].
type Account struct {
	conf   Config // defaults filled in
	aws    aws.Config
	shared *Shared // conf's, or its own

	// Tests replace these.
	send       func(*http.Request) (*http.Response, error)
	backoff    func(attempt int, err error) (time.Duration, error)
	newRetryer func(options func(*retry.StandardOptions)) aws.Retryer

	idOnce chan struct{} // holds one value while somebody learns the ID
	idDone bool
	id     string
	idErr  error
}

// Open loads AWS's ordinary configuration (environment, profiles, IAM Identity Center, web identity, container and instance
// roles) and gets credentials once, so that what is wrong with them is said before anything is read. Any error but the
// context's is a [*ConfigError].
func Open(ctx context.Context, c Config) (*Account, error) {
	if math.IsNaN(c.Rate) {
		return nil, &ConfigError{Reason: "the rate is not a number"}
	}
	if c.Rate == 0 {
		c.Rate = DefaultRate
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Metrics == 0 {
		c.Metrics = DefaultMetrics
	}
	if c.UserDataCalls == 0 {
		c.UserDataCalls = DefaultUserDataCalls
	}
	if c.Protection == 0 {
		c.Protection = DefaultProtection
	}
	if c.Sharing == 0 {
		c.Sharing = DefaultSharing
	}
	if u, err := url.Parse(c.EndpointURL); c.EndpointURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return nil, &ConfigError{Reason: fmt.Sprintf("endpoint URL %q is not of the form http://host:port or https://host", c.EndpointURL)}
	}
	a := &Account{conf: c, backoff: backoff, newRetryer: adaptive, shared: cmp.Or(c.Shared, new(Shared)), idOnce: make(chan struct{}, 1)}

	options := []func(*config.LoadOptions) error{
		config.WithLogger(logging.LoggerFunc(func(_ logging.Classification, format string, args ...any) {
			a.log(format, args...)
		})),
		// This client gets credentials; one that hangs must not hang the run.
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(c.Timeout)),
	}
	if c.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(c.Profile))
	}
	if c.Region != "" {
		options = append(options, config.WithRegion(c.Region))
	}
	var err error
	if a.aws, err = config.LoadDefaultConfig(ctx, options...); err != nil {
		return nil, configError(ctx, c, err)
	}
	creds, err := a.aws.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, configError(ctx, c, err)
	}
	// Others copy what the environment or a profile says, which may be somebody else's ID: a report on the wrong account.
	if slices.Contains([]string{stscreds.ProviderName, stscreds.WebIdentityProviderName, ssocreds.ProviderName}, creds.Source) {
		a.id = creds.AccountID
	}
	if a.aws.Region == "" && creds.Source == ec2rolecreds.ProviderName {
		// On an instance with a role the instance's region is meant, as with the AWS CLI.
		if here, err := config.LoadDefaultConfig(ctx, append(options, config.WithEC2IMDSRegion())...); err == nil {
			a.aws.Region = here.Region
		}
	}
	if a.conf.MaxAttempts <= 0 {
		a.conf.MaxAttempts = DefaultMaxAttempts
		if a.aws.RetryMaxAttempts > 0 {
			a.conf.MaxAttempts = a.aws.RetryMaxAttempts
		}
	}
	a.send = a.shared.sender(a.aws.HTTPClient)
	return a, nil
}

// Region is the default region: the configuration's, the environment's, the profile's or the instance's; "" where none says.
func (a *Account) Region() string { return a.aws.Region }

// ID learns the account's ID, from the credentials where they tell, else from STS, and remembers it. An error is for the
// user's information: [Account.Collect] works without the ID.
func (a *Account) ID(ctx context.Context) (string, error) {
	select {
	case a.idOnce <- struct{}{}:
		defer func() { <-a.idOnce }()
	case <-ctx.Done():
		return "", errors.New("account ID: " + interrupted)
	}
	if a.id != "" || a.idDone {
		return a.id, a.idErr
	}
	id, err := a.callerID(ctx)
	if err != nil {
		err = fmt.Errorf("account ID: %w", err)
		if ctx.Err() != nil {
			return "", err // ask again next time
		}
	}
	a.id, a.idErr, a.idDone = id, err, true
	return id, err
}

// callerID asks STS, with little patience: the answer is good to have and no more.
func (a *Account) callerID(ctx context.Context) (string, error) {
	out, err := a.newSTS(min(a.conf.Timeout, 5*time.Second), 2).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	switch {
	case ctx.Err() != nil:
		return "", errors.New(interrupted)
	case err != nil:
		return "", errors.New(words("sts:GetCallerIdentity", err))
	case aws.ToString(out.Account) == "":
		return "", errors.New("sts:GetCallerIdentity answered without an account")
	}
	return *out.Account, nil
}

func (a *Account) log(format string, args ...any) {
	if a.conf.Log != nil {
		a.conf.Log(strings.TrimSpace(fmt.Sprintf(format, args...)))
	}
}

// configError puts what the SDK says about a configuration into words that name the way out.
func configError(ctx context.Context, c Config, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	profile, from := c.Profile, ""
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		if value := os.Getenv(name); profile == "" && value != "" {
			profile, from = value, " (from "+name+")"
		}
	}
	var (
		missing config.SharedConfigProfileNotExistError
		broken  config.SharedConfigLoadError
		mfa     config.AssumeRoleTokenProviderNotSetError
		sso     *ssocreds.InvalidTokenError
	)
	text := err.Error()
	reason := ""
	switch {
	case errors.As(err, &missing):
		reason = fmt.Sprintf("there is no AWS profile %q%s; aws configure list-profiles shows those that exist", missing.Profile, from)
	case errors.As(err, &broken):
		reason = fmt.Sprintf("the AWS configuration file %s cannot be read: %s", broken.Filename, clean(rootCause(broken.Err)))
	case errors.As(err, &mfa):
		reason = fmt.Sprintf("the AWS profile %q asks for an MFA code, which patlint cannot enter; get temporary credentials first, for example with aws configure export-credentials", profile)
	case errors.As(err, &sso), strings.Contains(text, "SSO token"), strings.Contains(text, "SSO OIDC"),
		strings.Contains(text, "SSO: GetRoleCredentials") && strings.Contains(text, "UnauthorizedException"):
		login := "aws sso login"
		if profile != "" {
			login += " --profile " + profile
		}
		reason = "the sign-in at IAM Identity Center is missing or has expired; run " + login
	case strings.Contains(text, "no EC2 IMDS role found"):
		reason = "there are no AWS credentials; choose a profile, set AWS_PROFILE or AWS_ACCESS_KEY_ID and its like, or sign in with aws sso login"
		if profile != "" {
			reason = fmt.Sprintf("the AWS profile %q%s has no credentials or does not exist; aws configure list --profile %[1]s shows what it has", profile, from)
		}
	default:
		reason = "AWS credentials cannot be had: " + clean(text)
	}
	return &ConfigError{Reason: reason, Err: err}
}
