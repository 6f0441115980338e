package collect

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// retryer makes the SDK's adaptive retries: after a throttled attempt they send less, and more again while all goes well. Each
// source has a retryer of its own, because EC2 has a bucket for each action: one that is throttled does not slow the others.
func (a *Account) retryer(attempts int) aws.Retryer {
	return a.newRetryer(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Backoff = retry.BackoffDelayerFunc(a.backoff)
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(retryable)}, o.Retryables...)
	})
}

func adaptive(options func(*retry.StandardOptions)) aws.Retryer {
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) { o.StandardOptions = append(o.StandardOptions, options) })
}

// retryable adds to what the SDK retries: it gives up at once when an answer with a good status cannot be decoded, although
// that is nearly always one that was cut or garbled on the way; and it tries a wrong certificate again, which will not mend.
func retryable(err error) aws.Ternary {
	var (
		response *smithyhttp.ResponseError
		decode   *smithy.DeserializationError
		cert     *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &cert):
		return aws.FalseTernary
	case errors.As(err, &decode) && errors.As(err, &response) && response.HTTPStatusCode() == http.StatusOK:
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// backoff waits before attempt+1: half to whole of 2, 4, 8 … seconds after a throttled attempt, a quarter of that after other
// failures, at most 20 s.
func backoff(attempt int, err error) (time.Duration, error) {
	unit := 250 * time.Millisecond
	if retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool() {
		unit = time.Second
	}
	d := min(unit<<min(attempt, 10), 20*time.Second)
	return d/2 + rand.N(d/2), nil
}
