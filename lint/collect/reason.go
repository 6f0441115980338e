package collect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// interrupted is the reason of a gap where the caller's context ended.
const interrupted = "interrupted"

// hints say what to do about an error code, where the code and AWS's message leave that open. They follow a semicolon.
var hints = map[string]string{
	"AccessDenied":          "allow %s",
	"AccessDeniedException": "allow %s",
	"Blocked":               "the account is blocked; ask AWS Support",
	"ExpiredToken":          "sign in again",
	"InvalidAction":         "the endpoint does not know this call",
	"InvalidClientTokenId":  "check the credentials",
	"OptInRequired":         "finish signing up the account",
	"PendingVerification":   "AWS is still verifying the account",
	"RequestExpired":        "sign in again, and check this machine's clock",
	"RequestLimitExceeded":  throttledHint,
	"Throttling":            throttledHint,
	"ThrottlingException":   throttledHint,
	"UnauthorizedOperation": "allow %s",
	"UnknownParameter":      "the endpoint does not know this form of the call",
}

const throttledHint = "something else uses up the account's calls; try later or with a lower rate"

// words puts an error of the SDK into one line for a person: what AWS said, and what to do where AWS does not say it. action is
// the IAM permission.
func words(action string, err error) string {
	var tries *retry.MaxAttemptsError
	attempts, service, form := "", "EC2", "XML"
	switch prefix, _, _ := strings.Cut(action, ":"); prefix {
	case "cloudwatch":
		service, form = "CloudWatch", "CBOR"
	case "organizations":
		service, form = "Organizations", "JSON"
	case "sts":
		service = "STS"
	}
	if errors.As(err, &tries) && tries.Attempt > 1 {
		attempts = fmt.Sprintf(" (%d attempts)", tries.Attempt)
	}
	var (
		api      smithy.APIError
		response *smithyhttp.ResponseError
		decode   *smithy.DeserializationError
		foreign  *foreignError
		cut      *cutError
		slow     *slowError
		send     *smithyhttp.RequestSendError
		broken   *brokenError
		op       *smithy.OperationError
	)
	switch {
	case errors.As(err, &broken) && !errors.As(err, &api):
		return broken.Error() + again(broken)
	case errors.As(err, &api) && api.ErrorCode() != "UnknownError":
		code, message := clip(clean(api.ErrorCode()), 60), clean(api.ErrorMessage())
		if message == "UnknownError" { // the SDK's word for none
			message = ""
		}
		text := strings.TrimSuffix(code+": "+message, ": ") + attempts
		hint, ok := hints[code]
		if strings.Contains(hint, "%s") {
			hint = fmt.Sprintf(hint, action)
		}
		if errors.As(err, &broken) {
			return text + again(broken)
		}
		if ok && !strings.Contains(message, "explicit deny") {
			text += "; " + hint
		}
		return text
	case errors.As(err, &foreign):
		return foreign.Error() + attempts
	case errors.As(err, &slow):
		return slow.Error() + attempts
	case errors.As(err, &cut):
		return fmt.Sprintf("the answer was cut after %d bytes: %s%s", cut.bytes, rootCause(cut.err), attempts)
	case errors.As(err, &response) && response.HTTPStatusCode()/100 != 2 && response.HTTPStatusCode() != 0:
		status := response.HTTPStatusCode()
		return fmt.Sprintf("HTTP %d %s without an error of %s's%s", status, http.StatusText(status), service, attempts)
	case errors.As(err, &decode):
		return fmt.Sprintf("the answer is not the %s that %s sends: ", form, service) + clean(strings.TrimPrefix(decode.Err.Error(), "failed to decode response body, ")) + attempts
	case errors.As(err, &send):
		return noAnswer(send.Err) + attempts
	case errors.As(err, &op):
		return clean(op.Err.Error()) + attempts
	}
	return clean(err.Error())
}

func again(b *brokenError) string {
	if b.again {
		return ", also when the listing was started again"
	}
	return ""
}

// noAnswer names the host and the cause, without addresses and ports that differ from run to run.
func noAnswer(err error) string {
	text := "no answer"
	var u *url.Error
	if errors.As(err, &u) {
		if to, err := url.Parse(u.URL); err == nil {
			text += " from " + to.Host
		}
	}
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return text + ": no such host; check the region's name and the network"
	case errors.As(err, &cert):
		return text + ": " + clean(cert.Err.Error()) + "; where a proxy reads TLS, name its certificates in AWS_CA_BUNDLE"
	}
	cause := rootCause(err)
	if cause == "EOF" {
		cause = "the connection was closed"
	}
	return text + ": " + cause
}

// rootCause is the innermost error's text.
func rootCause(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return clean(err.Error())
		}
		err = inner
	}
}

var accessKey = regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{12,}\b`)

const encodedMessage = "Encoded authorization failure message"

// clean makes somebody else's text fit for one line of a report: the first line, without markup, access keys and the encoded
// message, which is long and means nothing to a reader.
func clean(s string) string {
	before, _, encoded := strings.Cut(s, encodedMessage+":")
	if !encoded {
		// What follows a line break is a dump: a canonical request with its session token, for example.
		before, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	}
	before, _, _ = strings.Cut(before, "<")
	before = accessKey.ReplaceAllString(before, "(access key)")
	before = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(before, " "))
	before = clip(strings.Join(strings.Fields(before), " "), 400)
	if encoded {
		return strings.TrimSpace(before + " " + encodedMessage + " omitted; decode it with aws sts decode-authorization-message")
	}
	return strings.TrimRight(before, ".: ")
}

// clip shortens to n runes.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// home is the region of a partition that is always enabled.
func home(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "cn-north-1"
	case strings.HasPrefix(region, "us-gov-"):
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// whyRefused tells the two causes of AuthFailure apart, which AWS answers with the same words: a region that is not enabled for
// the account, and bad credentials. It asks a region that must be enabled.
func (a *Account) whyRefused(ctx context.Context, region string, count *counters) string {
	elsewhere := a.Region()
	if elsewhere == "" || elsewhere == region {
		elsewhere = home(region)
	}
	if elsewhere == region {
		return "check the credentials"
	}
	out, err := a.newEC2(elsewhere, count).DescribeRegions(ctx, &ec2.DescribeRegionsInput{
		AllRegions: aws.Bool(true),
		Filters:    []types.Filter{{Name: aws.String("region-name"), Values: []string{region}}},
	})
	var api smithy.APIError
	switch {
	case errors.As(err, &api) && api.ErrorCode() == "AuthFailure":
		return fmt.Sprintf("check the credentials (%s refuses them too)", elsewhere)
	case err != nil:
		return fmt.Sprintf("the credentials are bad or region %s is not enabled for this account; ec2:DescribeRegions would tell, but: %s", region, words("ec2:DescribeRegions", err))
	}
	for _, r := range out.Regions {
		if aws.ToString(r.RegionName) != region {
			continue
		}
		if status := aws.ToString(r.OptInStatus); status == "not-opted-in" {
			return fmt.Sprintf("region %s is not enabled for this account (%s)", region, status)
		}
		return fmt.Sprintf("region %s is enabled, so check the credentials: a session token from the global STS endpoint is not valid in regions that were opted in to", region)
	}
	return fmt.Sprintf("there is no region %s for this account", region)
}
