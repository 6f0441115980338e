package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/patlint/patlint/lint"
)

const (
	userDataWorkers = 8  // calls at a time; how fast they start, the gate says
	maxUnread       = 10 // instances that may fail before the rest is not asked any more
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
		return askUserData(ctx, ids, r.account.conf.UserDataCalls, func(id string) (*lint.InstanceUserData, error) {
			out, err := ask(ctx, &ec2.DescribeInstanceAttributeInput{InstanceId: &id, Attribute: types.InstanceAttributeNameUserData})
			if err != nil {
				return nil, err
			}
			r.items().Add(1)
			return &lint.InstanceUserData{InstanceId: &id, UserData: cmp.Or(out.UserData, &types.AttributeValue{})}, nil // asked, if only to learn that it has none
		})
	}
}

// askUserData asks a bounded number of instances. Its pages may come with an error: what one instance said is true whether or not the others
// could be read.
func askUserData(ctx context.Context, ids []string, bound int, ask func(id string) (*lint.InstanceUserData, error)) ([]any, error) {
	asked := ids[:min(len(ids), max(bound, 0))]
	items := make([]*lint.InstanceUserData, len(asked))
	errs := make([]error, len(asked))
	try := func(i int) error {
		items[i], errs[i] = ask(asked[i])
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
	workers.SetLimit(userDataWorkers)
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

	page, gone := []lint.InstanceUserData{}, 0
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
	var gaps []string
	if n := len(asked) - gone - len(page); n > 0 {
		gaps = append(gaps, fmt.Sprintf("user data of %s of %s instances could not be read: %s", thousands(n), thousands(len(asked)-gone), words("ec2:DescribeInstanceAttribute", failed)))
	}
	if len(asked) < len(ids) {
		gaps = append(gaps, fmt.Sprintf("user data of %s of %s instances was read; --user-data-calls raises the bound", thousands(len(page)), thousands(len(ids)-gone)))
	}
	if len(gaps) > 0 {
		return pages, errors.New(strings.Join(gaps, "; "))
	}
	return pages, nil
}

// untold lists the IDs of the instances whose user data no launch template tells. Those that are terminated have none any more.
func untold(r *run, instances []*types.Instance) []string {
	versions := sync.OnceValue(func() map[string]bool { return versionsWithData(r) }) // only if somebody asks for them
	var ids []string
	for _, i := range instances {
		switch {
		case i.InstanceId == nil:
		case i.State != nil && (i.State.Name == types.InstanceStateNameTerminated || i.State.Name == types.InstanceStateNameShuttingDown):
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

// vanished tells whether an instance has gone away since it was listed.
func vanished(err error) bool { return hasCode(err, "InvalidInstanceID.NotFound") }

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
