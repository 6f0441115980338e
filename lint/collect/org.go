package collect

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// A Member is an account of an organization.
type Member struct {
	ID    string
	Name  string // as its owner named it: text from outside
	State string // ACTIVE, SUSPENDED, PENDING_CLOSURE …; "" where the answer does not say
}

// Inactive tells of an account that it cannot be read. One whose state is not known may be.
func (m Member) Inactive() bool {
	switch types.AccountState(m.State) {
	case types.AccountStateSuspended, types.AccountStatePendingClosure, types.AccountStateClosed, types.AccountStatePendingActivation:
		return true
	}
	return false
}

// Members lists the accounts of the organization that this account manages, or is a delegated administrator of, by ID: all of them or an
// error, which needs the action organizations:ListAccounts.
func (a *Account) Members(ctx context.Context) ([]Member, error) {
	client := a.newOrganizations()
	fresh := freshBy(func(v *types.Account) *string { return v.Id })
	pages, err := listAll(ctx, new(atomic.Int64), func(ctx context.Context, token *string, seen map[string]bool) (any, int, *string, error) {
		out, err := client.ListAccounts(ctx, &organizations.ListAccountsInput{MaxResults: aws.Int32(20), NextToken: token}) // 20 is the most
		if err == nil && out.Accounts == nil {
			err = errors.New("ListAccounts answered without a list of accounts")
		}
		if err != nil {
			return nil, 0, nil, err
		}
		kept, news := fresh(out.Accounts, seen)
		return kept, news, out.NextToken, nil
	})
	switch {
	case ctx.Err() != nil:
		return nil, errors.New(interrupted)
	case err != nil:
		return nil, errors.New(words("organizations:ListAccounts", err))
	}
	var members []Member
	for _, page := range pages {
		for _, account := range page.([]types.Account) {
			state := cmp.Or(string(account.State), string(account.Status)) // the older of two fields of the same meaning
			members = append(members, Member{aws.ToString(account.Id), aws.ToString(account.Name), state})
		}
	}
	if len(members) == 0 {
		return nil, errors.New("the organization has no accounts, which cannot be: it has at least the one that manages it")
	}
	slices.SortFunc(members, func(x, y Member) int { return cmp.Compare(x.ID, y.ID) })
	return members, nil
}

// Regions lists the regions that are enabled for the account, and those that are not, by name. The error needs the action
// ec2:DescribeRegions.
func (a *Account) Regions(ctx context.Context) (enabled, disabled []string, err error) {
	ask := func(region string) (*ec2.DescribeRegionsOutput, error) {
		return a.newEC2(region, &counters{}).DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)})
	}
	region := cmp.Or(a.Region(), home(""))
	out, err := ask(region)
	if err != nil && ctx.Err() == nil && region != home(region) { // it may not be enabled; that of the partition always is, but some policies forbid it
		if there, err2 := ask(home(region)); err2 == nil {
			out, err = there, nil
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, nil, errors.New(interrupted)
	case err != nil:
		return nil, nil, errors.New(words("ec2:DescribeRegions", err))
	}
	for _, r := range out.Regions {
		switch name := aws.ToString(r.RegionName); aws.ToString(r.OptInStatus) {
		case "not-opted-in":
			disabled = append(disabled, name)
		default:
			enabled = append(enabled, name)
		}
	}
	if len(enabled) == 0 {
		return nil, nil, errors.New("ec2:DescribeRegions names no region that is enabled")
	}
	slices.Sort(enabled)
	slices.Sort(disabled)
	return enabled, disabled, nil
}
