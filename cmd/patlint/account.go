package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/patlint/patlint/lint"
	"github.com/patlint/patlint/lint/collect"
	"github.com/patlint/patlint/lint/config"
	"github.com/spf13/cobra"
)

// accountFlags say which live accounts and regions to read, and how gently.
type accountFlags struct {
	profiles   []string
	roles      []string
	externalID string
	session    string
	org        bool
	roleName   string
	regions    []string
	allRegions bool
	parallel   int
	endpoint   string
	rate       float64
	timeout    time.Duration
	metrics    bool
	protection bool
	sharing    bool
	userData   int
	saved      bool // a snapshot is read, and no account

	maxMetrics, maxProtection, maxSharing int // see extras

	assumed []collect.Role // those of --role-arn, else of the configuration
}

// defaultParallel is how many accounts and regions are read at the same time. It bounds the memory: each holds one inventory.
const defaultParallel = 8

func (f *accountFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringArrayVar(&f.profiles, "profile", nil, "profile of the AWS configuration; repeatable (default: the configuration's, AWS_PROFILE, else the default one)")
	fl.StringArrayVar(&f.roles, "role-arn", nil, "read the account of this role, which the profile's credentials assume; repeatable")
	fl.StringVar(&f.externalID, "external-id", "", "external ID for the roles to assume")
	fl.StringVar(&f.session, "role-session-name", "", "session name for the roles to assume, which CloudTrail shows (default patlint)")
	fl.BoolVar(&f.org, "org", false, "read every active account of the organization that the profile's account manages; takes --role-name")
	fl.StringVar(&f.roleName, "role-name", "", "name of the role to assume in each account of the organization")
	fl.StringArrayVarP(&f.regions, "region", "r", nil, "region to read; repeatable (default: the configuration's, AWS_REGION, else the profile's)")
	fl.BoolVar(&f.allRegions, "all-regions", false, "read every region that is enabled for the account")
	fl.IntVar(&f.parallel, "parallel", defaultParallel, "read so many accounts and regions at the same time")
	fl.StringVar(&f.endpoint, "endpoint-url", "", "send the calls there instead of to AWS, for an emulator (default: AWS_ENDPOINT_URL_EC2)")
	fl.Float64Var(&f.rate, "rate", collect.DefaultRate, "at most so many calls a second in one account and region, retries included; 0 for no limit until AWS refuses calls")
	fl.DurationVar(&f.timeout, "timeout", collect.DefaultTimeout, "time limit of one attempt of one call")
	fl.IntVar(&f.userData, "user-data-calls", collect.DefaultUserDataCalls, "at most so many instances of a region are asked for their user data, one call each; 0 for none")
	f.addExtras(cmd)
	f.addBounds(cmd)
	_ = cmd.RegisterFlagCompletionFunc("region", completeRegions)
	_ = cmd.RegisterFlagCompletionFunc("profile", completeProfiles)
}

// regionName is the form of a part of a host name, which a region becomes.
var regionName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// liveFlags are the names of the flags that make sense only with a live account.
var liveFlags = []string{"all-regions", "endpoint-url", "external-id", "max-metrics", "max-protection", "max-sharing", "org", "parallel", "profile", "rate", "region", "role-arn", "role-name",
	"role-session-name", "timeout", "user-data-calls"}

// adopt takes from the configuration what no flag says, and keeps the roles of either.
func (f *accountFlags) adopt(conf *config.Config, changed func(flag string) bool) {
	if !changed("region") && !changed("all-regions") {
		f.regions, f.allRegions = conf.Regions, conf.AllRegions
	}
	if !changed("profile") {
		f.profiles = conf.Profiles
	}
	if !changed("rate") && conf.Rate != nil {
		f.rate = *conf.Rate
	}
	f.adoptExtras(conf, changed)
	for _, arn := range f.roles {
		f.assumed = append(f.assumed, collect.Role{ARN: arn, ExternalID: f.externalID, SessionName: f.session})
	}
	if !changed("role-arn") && !changed("org") {
		for _, r := range conf.Roles {
			f.assumed = append(f.assumed, collect.Role{ARN: r.ARN, ExternalID: cmp.Or(f.externalID, r.ExternalID), SessionName: cmp.Or(f.session, r.SessionName)})
		}
	}
}

// check finds flags that contradict themselves or each other.
func (f *accountFlags) check() error {
	if err := f.checkBounds(); err != nil {
		return err
	}
	switch {
	case f.rate < 0 || math.IsNaN(f.rate):
		return errors.New("--rate takes a number of calls a second, or 0 for no limit")
	case f.timeout <= 0:
		return errors.New("--timeout takes a duration such as 20s")
	case f.userData < 0:
		return errors.New("--user-data-calls takes a number of calls, or 0 for none")
	case f.parallel < 1:
		return errors.New("--parallel takes a number from 1 up")
	case f.allRegions && len(f.regions) > 0:
		return errors.New("--region and --all-regions are two choices of regions; give one")
	case f.org && f.roleName == "":
		return errors.New("--org takes --role-name, the role to assume in each account, such as OrganizationAccountAccessRole")
	case !f.org && f.roleName != "":
		return errors.New("--role-name is for --org; for single accounts give --role-arn")
	case !f.assumes() && (f.externalID != "" || f.session != ""):
		return errors.New("--external-id and --role-session-name are for --role-arn and --org")
	case f.assumes() && len(f.profiles) > 1:
		return errors.New("roles are assumed with the credentials of one profile; give --profile once, or one under profiles of the configuration")
	}
	for _, r := range f.regions {
		if !regionName.MatchString(r) {
			return fmt.Errorf("--region %q is not the name of a region, such as us-east-1; for several, give --region several times", r)
		}
	}
	for _, r := range f.assumed {
		if r.Account() == "" {
			return fmt.Errorf("--role-arn %q is not the ARN of a role, such as arn:aws:iam::111122223333:role/audit", r.ARN)
		}
	}
	return nil
}

// assumes tells whether accounts are reached by roles.
func (f *accountFlags) assumes() bool { return f.org || len(f.assumed) > 0 }

// config is what all accounts have in common.
func (f *accountFlags) config(stderr io.Writer, verbose bool) collect.Config {
	conf := collect.Config{Shared: &collect.Shared{}, EndpointURL: f.endpoint, Rate: f.rate, Timeout: f.timeout, Metrics: f.maxMetrics, UserDataCalls: f.userData, Protection: f.maxProtection, Sharing: f.maxSharing}
	if f.rate == 0 {
		conf.Rate = math.Inf(1)
	}
	if f.userData == 0 {
		conf.UserDataCalls = -1
	}
	if len(f.regions) > 0 {
		conf.Region = f.regions[0]
	}
	if verbose {
		var mu sync.Mutex
		conf.Log = func(s string) {
			mu.Lock()
			defer mu.Unlock()
			note(stderr, s)
		}
	}
	return conf
}

// read reads every account and region that the flags choose, several at a time, and hands each over as it comes in, one at a time. What cannot be
// read is a gap; an error is one of configuration, or of the sink.
//
// compared are sources of which the sink gets all regions of an account together, once they are in. A rule that compares may read none of them.
func (f *accountFlags) read(ctx context.Context, sources, compared []string, metrics []lint.MetricQuery, stderr io.Writer, verbose bool, to sink) error {
	if err := f.check(); err != nil {
		return err
	}
	t := &tour{accountFlags: f, conf: f.config(stderr, verbose), sources: sources, compared: compared, queries: metrics, sink: to, stderr: stderr, show: &progress{}}
	visits, err := t.plan(ctx)
	if err == nil {
		err = t.run(ctx, visits)
	} else if ctx.Err() != nil {
		err = &codeError{exitGaps, "interrupted before anything was read (exit code 3)"}
	}
	return err
}

// describe is what is read, in a few words.
func (f *accountFlags) describe(accounts int) string {
	var parts []string
	if accounts > 1 {
		parts = append(parts, plural(accounts, "account", "accounts"))
	}
	switch {
	case f.allRegions:
		parts = append(parts, "every enabled region")
	case len(f.regions) > 0:
		parts = append(parts, strings.Join(f.regions, ", "))
	}
	return strings.Join(parts, ", ")
}
