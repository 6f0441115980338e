package collect

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
)

// A Role is an IAM role of the account to read, or of another one.
type Role struct {
	ARN         string // arn:aws:iam::111122223333:role/audit
	ExternalID  string // where the role's trust policy asks for one; "" for none
	SessionName string // what the other account's CloudTrail shows; "" is patlint
}

var roleARN = regexp.MustCompile(`^arn:[a-z-]+:iam::(\d{12}):role/[\w+=,.@/-]+$`)

// Account is the ID of the account that the role is in; "" where the ARN is not one of a role.
func (r Role) Account() string {
	m := roleARN.FindStringSubmatch(r.ARN)
	if m == nil {
		return ""
	}
	return m[1]
}

// Assume opens the account that a role is in, with credentials of the role that are got, and renewed, with those of a. It asks for them once,
// so that a role that cannot be assumed is known before anything is read. The error says why, and needs the action sts:AssumeRole.
func (a *Account) Assume(ctx context.Context, r Role) (*Account, error) {
	id := r.Account()
	if id == "" {
		return nil, fmt.Errorf("%q is not the ARN of a role, such as arn:aws:iam::111122223333:role/audit", r.ARN)
	}
	provider := stscreds.NewAssumeRoleProvider(a.newSTS(a.conf.Timeout, a.conf.MaxAttempts), r.ARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "patlint"
		if r.SessionName != "" {
			o.RoleSessionName = r.SessionName
		}
		if r.ExternalID != "" {
			o.ExternalID = &r.ExternalID
		}
	})
	conf := a.aws.Copy()
	conf.Credentials = aws.NewCredentialsCache(provider)
	if _, err := conf.Credentials.Retrieve(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, errors.New(interrupted)
		}
		text := words("sts:AssumeRole", err)
		if hasCode(err, "AccessDenied") {
			text = strings.TrimSuffix(text, "; allow sts:AssumeRole") + "; allow sts:AssumeRole on " + r.ARN + ", and let the role trust this caller"
		}
		return nil, errors.New(text)
	}
	return &Account{
		conf: a.conf, aws: conf, shared: a.shared, id: id,
		send: a.send, backoff: a.backoff, newRetryer: a.newRetryer,
		idOnce: make(chan struct{}, 1),
	}, nil
}
