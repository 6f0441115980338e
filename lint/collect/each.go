package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/patlint/patlint/lint"
)

const (
	eachWorkers = 8  // calls at a time; how fast they start, the gate says
	maxUnread   = 10 // resources that may fail before the rest is not asked any more
)

// A question is one that is put to one resource after the other, because AWS has no listing that answers it.
type question struct {
	what   string // is asked, in the plural: user data
	of     string // instances
	action string // the IAM permission
	most   int    // so many are asked; negative for none
	flag   string // that raises this bound
}

// askEach asks a bounded number of resources, in their order. Its pages may come with an error: what one of them said is true whether or not the others
// could be asked. One that is gone since it was listed is no gap.
func askEach[T any](ctx context.Context, q question, ids []string, ask func(id string) (*T, error)) ([]any, error) {
	asked := ids[:min(len(ids), max(q.most, 0))]
	items := make([]*T, len(asked))
	errs := make([]error, len(asked))
	try := func(i int) error {
		if items[i], errs[i] = ask(asked[i]); errs[i] != nil {
			items[i] = nil
		}
		return errs[i]
	}

	// The first that is still there is asked alone: who may not read it, is refused all others.
	next := 0
	for alone := true; alone && next < len(asked); next++ {
		switch err := try(next); {
		case hasCode(err, "UnauthorizedOperation"):
			return nil, err
		case !vanished(err):
			alone = false
		}
	}
	var workers errgroup.Group
	workers.SetLimit(eachWorkers)
	var unread atomic.Int64
	for i := next; i < len(asked) && unread.Load() < maxUnread && ctx.Err() == nil; i++ {
		workers.Go(func() error {
			if err := try(i); err != nil && !vanished(err) {
				unread.Add(1)
			}
			return nil
		})
	}
	workers.Wait()

	page, gone := []T{}, 0
	var failed error
	for i, item := range items {
		switch {
		case item != nil:
			page = append(page, *item)
		case vanished(errs[i]):
			gone++
		case failed == nil:
			failed = errs[i]
		}
	}
	pages := []any{page}
	if len(page) == 0 && len(ids) > gone {
		pages = nil
	}
	if ctx.Err() != nil {
		return pages, ctx.Err()
	}
	return pages, q.gap(len(ids)-gone, len(asked)-gone, len(page), failed)
}

// gap says what is missing where some of all resources were asked, and some of these answered; nil where nothing is.
func (q question) gap(all, asked, answered int, failed error) error {
	var gaps []string
	if n := asked - answered; n > 0 {
		gaps = append(gaps, fmt.Sprintf("%s of %s of %s %s could not be read: %s", q.what, thousands(n), thousands(asked), q.of, words(q.action, failed)))
	}
	if asked < all {
		gaps = append(gaps, fmt.Sprintf("%s of %s of %s %s was read; %s raises the bound", q.what, thousands(answered), thousands(all), q.of, q.flag))
	}
	if len(gaps) == 0 {
		return nil
	}
	return errors.New(strings.Join(gaps, "; "))
}

// unbounded is a question to resources of which an account has few.
const unbounded = 1 << 30

// resources are what another source listed.
func resources[T any](r *run, source string) ([]T, error) {
	pages, err := r.pages[source]()
	if err != nil {
		return nil, errNeeds(source)
	}
	var out []T
	for _, page := range pages {
		out = append(out, page.([]T)...)
	}
	return out, nil
}

// ids are those that resources have.
func ids[T any](list []T, id func(*T) *string) []string {
	var out []string
	for i := range list {
		if p := id(&list[i]); aws.ToString(p) != "" {
			out = append(out, *p)
		}
	}
	return out
}

// readEntries asks each prefix list for its entries, those of AWS included: groups and routes name them.
func readEntries(ask call[ec2.GetManagedPrefixListEntriesInput, ec2.GetManagedPrefixListEntriesOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		lists, err := resources[types.ManagedPrefixList](r, "DescribeManagedPrefixLists")
		if err != nil {
			return nil, err
		}
		q := question{what: "the entries", of: "prefix lists", action: "ec2:GetManagedPrefixListEntries", most: unbounded}
		return askEach(ctx, q, ids(lists, func(l *types.ManagedPrefixList) *string { return l.PrefixListId }), func(id string) (*lint.PrefixListEntries, error) {
			entries, err := listOf(ctx, r, ask,
				func(in *ec2.GetManagedPrefixListEntriesInput, token *string) {
					in.PrefixListId, in.MaxResults, in.NextToken = &id, aws.Int32(100), token
				},
				func(out *ec2.GetManagedPrefixListEntriesOutput) ([]types.PrefixListEntry, *string) {
					return out.Entries, out.NextToken
				},
				func(v *types.PrefixListEntry) *string { return v.Cidr })
			return &lint.PrefixListEntries{PrefixListId: &id, Entries: entries}, err
		})
	}
}

func readAuthorization(ask call[ec2.DescribeClientVpnAuthorizationRulesInput, ec2.DescribeClientVpnAuthorizationRulesOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		endpoints, err := resources[types.ClientVpnEndpoint](r, "DescribeClientVpnEndpoints")
		if err != nil {
			return nil, err
		}
		q := question{what: "the authorization rules", of: "Client VPN endpoints", action: "ec2:DescribeClientVpnAuthorizationRules", most: unbounded}
		return askEach(ctx, q, ids(endpoints, func(e *types.ClientVpnEndpoint) *string { return e.ClientVpnEndpointId }), func(id string) (*lint.ClientVPNAuthorization, error) {
			rules, err := listOf(ctx, r, ask,
				func(in *ec2.DescribeClientVpnAuthorizationRulesInput, token *string) {
					in.ClientVpnEndpointId, in.MaxResults, in.NextToken = &id, aws.Int32(1000), token
				},
				func(out *ec2.DescribeClientVpnAuthorizationRulesOutput) ([]types.AuthorizationRule, *string) {
					return out.AuthorizationRules, out.NextToken
				},
				func(v *types.AuthorizationRule) *string {
					return both(v.DestinationCidr, aws.String(aws.ToString(v.GroupId))) // a rule for all has no group
				})
			return &lint.ClientVPNAuthorization{ClientVpnEndpointId: &id, AuthorizationRules: rules}, err
		})
	}
}

func readPrincipals(ask call[ec2.DescribeVpcEndpointServicePermissionsInput, ec2.DescribeVpcEndpointServicePermissionsOutput]) func(context.Context, *run) ([]any, error) {
	return func(ctx context.Context, r *run) ([]any, error) {
		services, err := resources[types.ServiceConfiguration](r, "DescribeVpcEndpointServiceConfigurations")
		if err != nil {
			return nil, err
		}
		q := question{what: "the allowed principals", of: "endpoint services", action: "ec2:DescribeVpcEndpointServicePermissions", most: unbounded}
		return askEach(ctx, q, ids(services, func(s *types.ServiceConfiguration) *string { return s.ServiceId }), func(id string) (*lint.EndpointServicePermissions, error) {
			principals, err := listOf(ctx, r, ask,
				func(in *ec2.DescribeVpcEndpointServicePermissionsInput, token *string) {
					in.ServiceId, in.MaxResults, in.NextToken = &id, aws.Int32(1000), token
				},
				func(out *ec2.DescribeVpcEndpointServicePermissionsOutput) ([]types.AllowedPrincipal, *string) {
					return out.AllowedPrincipals, out.NextToken
				},
				func(v *types.AllowedPrincipal) *string { return v.Principal })
			return &lint.EndpointServicePermissions{ServiceId: &id, AllowedPrincipals: principals}, err
		})
	}
}

// listOf is the whole listing of one resource; empty where there is nothing, and not nil.
func listOf[In, Out, T any](ctx context.Context, r *run, ask call[In, Out], fill func(*In, *string), page func(*Out) ([]T, *string), id func(*T) *string) ([]T, error) {
	pages, err := listAll(ctx, r.items(), newPager(ask, fill, page, freshBy(id)))
	if err != nil {
		return nil, err
	}
	out := []T{}
	for _, page := range pages {
		out = append(out, page.([]T)...)
	}
	return out, nil
}

// vanished tells whether the resource that was asked about has gone away since it was listed.
func vanished(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && strings.HasPrefix(api.ErrorCode(), "Invalid") && strings.HasSuffix(api.ErrorCode(), ".NotFound")
}

func hasCode(err error, code string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == code
}

// thousands writes a number for people: 3,412.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
