package lint

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// ownTexts are the texts that AWS itself writes into names and descriptions, whole. They are nobody's secret, and rules look for them. What stands in
// braces is a part, by the name of its form in ownParts; it is replaced as if it stood alone. Keep sorted.
var ownTexts = []string{
	"AWS Lambda VPC ENI-{name}-{uuid}",
	"AWS created network interface for directory {id}",
	"AWS created security group for {id} directory controllers",
	"Amazon EKS {name}",
	"Auto-created snapshot for AMI {id}",
	"AutoScaling-Security-Group-{number}",
	"AutoScaling-Security-Group-{number} ({time})",
	"Copied for DestinationAmi {id} from SourceAmi {id}",
	"Copied for DestinationAmi {id} from SourceAmi {id} for SourceSnapshot {id}. Task created on {milliseconds}.",
	"Created By Amazon Workspaces for AWS Account ID {account}",
	"Created by CreateImage({id}) for {id}",
	"Created by CreateImage({id}) for {id} from {id}",
	"Created by RDS management console",
	"Created for policy: {id} schedule: {text}",
	"Created from the RDS Management Console",
	"Created from the RDS Management Console: {time}",
	"DMSNetworkInterface",
	"EFS mount target for {id} ({id})",
	"EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
	"ELB app/{name}/{hex}",
	"ELB gwy/{name}/{hex}",
	"ELB net/{name}/{hex}",
	"ELB {name}",
	"ElastiCache {name}",
	"ElasticMapReduce-Master-Private",
	"ElasticMapReduce-ServiceAccess",
	"ElasticMapReduce-Slave-Private",
	"ElasticMapReduce-master",
	"ElasticMapReduce-slave",
	"Interface for NAT Gateway {id}",
	"Network Interface for Transit Gateway Attachment {id}",
	"Primary network interface",
	"RDSNetworkInterface",
	"RedshiftNetworkInterface",
	"SecurityGroup for ElasticBeanstalk environment.",
	"This snapshot is created by the AWS Backup service.",
	"VPC Endpoint Interface {id}",
	"[Copied {id} from {region}]",
	"[Copied {id} from {region}] {text}",
	"aws-K8S-{id}",
	"default",
	"default VPC security group",
	"ec2-rds-{number}",
	"eks-cluster-sg-{name}-{digits}",
	"launch-wizard",
	"launch-wizard created {time}",
	"launch-wizard-{number}",
	"launch-wizard-{number} created {time}",
	"rds-ec2-{number}",
	"rds-launch-wizard",
	"rds-launch-wizard-{number}",
	"{id}_controllers",
}

// ownFields are the values that AWS documents of a field for which the SDK has no closed set. Keep sorted.
var ownFields = map[string][]string{
	"AddressFamily":            {"IPv4", "IPv6"},
	"Category":                 {"VPN", "VPN-Classic"},
	"CpuCredits":               {"standard", "unlimited"},
	"DeliverLogsStatus":        {"FAILED", "SUCCESS"},
	"DeregistrationProtection": {"disabled", "enabled-with-cooldown", "enabled-without-cooldown"},
	"DnsHostnameType":          {"public-dual-stack-dns-name", "public-ipv4-dns-name", "public-ipv6-dns-name"},
	"DpdTimeoutAction":         {"clear", "none", "restart"},
	"FlowLogStatus":            {"ACTIVE"},
	"InterfaceType":            {"branch", "efa-only", "evs", "network_load_balancer", "trunk"},
	"Manufacturer":             {"Habana", "Xilinx"},
	"OwnerAlias":               {"aws-backup-vault"},
	"PlatformDetails": {
		"Linux with SQL Server Enterprise", "Linux with SQL Server Standard", "Linux with SQL Server Web", "Red Hat BYOL Linux", "Red Hat Enterprise Linux", "Red Hat Enterprise Linux with HA",
		"SQL Server Enterprise", "SQL Server Standard", "SQL Server Web", "SUSE Linux", "Ubuntu Pro", "Windows", "Windows BYOL", "Windows with SQL Server Enterprise", "Windows with SQL Server Standard",
		"Windows with SQL Server Web",
	},
	"ProductDescription": {"Linux/UNIX (Amazon VPC)", "Windows (Amazon VPC)"},
	"StartupAction":      {"add", "start"},
	"UsageOperation": {
		"RunInstances", "RunInstances:0002", "RunInstances:0004", "RunInstances:0006", "RunInstances:000g", "RunInstances:0010", "RunInstances:00g0", "RunInstances:0100", "RunInstances:0102",
		"RunInstances:0200", "RunInstances:0202", "RunInstances:0800", "RunInstances:0g00",
	},
	"Value": { // of a tunnel's options
		"AES128", "AES128-GCM-16", "AES256", "AES256-GCM-16", "SHA1", "SHA2-256", "SHA2-384", "SHA2-512", "ikev1", "ikev2",
	},
}

// ownServices are AWS's, as ARNs, endpoints and principals name them. Keep sorted.
var ownServices = []string{
	"acm", "acm-pca", "airflow.api", "application-autoscaling", "aps", "athena", "autoscaling", "autoscaling-plans", "backup", "batch", "bedrock", "bedrock-runtime", "cloudformation", "cloudtrail",
	"codeartifact.api", "codeartifact.repositories", "codebuild", "codecommit", "codedeploy", "codepipeline", "config", "datasync", "dms", "dynamodb", "ebs", "ec2", "ec2messages", "ecr.api",
	"ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "eks", "eks-auth", "elasticache", "elasticbeanstalk", "elasticfilesystem", "elasticloadbalancing", "elasticmapreduce", "email-smtp", "events",
	"execute-api", "fsx", "git-codecommit", "glue", "guardduty-data", "iam", "imagebuilder", "inspector2", "kafka", "kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring",
	"organizations", "outposts", "rds", "rds-data", "redshift", "redshift-data", "s3", "s3express", "sagemaker.api", "sagemaker.runtime", "secretsmanager", "securityhub", "servicecatalog", "sns",
	"sqs", "ssm", "ssmmessages", "states", "storagegateway", "sts", "synthetics", "transfer", "xray",
}

// stateReasons are AWS's codes and messages for why an instance stopped (Amazon EC2 API Reference, "StateReason"). Each message stands behind its code.
var stateReasons = []string{
	"Client.InstanceInitiatedShutdown", "Client.InstanceInitiatedShutdown: Instance initiated shutdown", "Client.InstanceTerminated", "Client.InternalError", "Client.InvalidSnapshot.NotFound",
	"Client.UserInitiatedHibernate", "Client.UserInitiatedHibernate: User initiated hibernate", "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown",
	"Client.VolumeLimitExceeded", "Server.InsufficientInstanceCapacity", "Server.InternalError", "Server.ScheduledStop", "Server.SpotInstanceShutdown", "Server.SpotInstanceTermination",
}

// ownParts are the parts that ownTexts name, each with its form.
var ownParts = map[string]string{
	"account":      `[0-9]{12}`,
	"digits":       `[0-9]{6,12}`,
	"hex":          `[0-9a-f]{16}`,
	"id":           `[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,17}`,
	"milliseconds": `[0-9](?:,?[0-9]{3}){4}`,
	"name":         `[^\s/]+`,
	"number":       `[0-9]{1,4}`,
	"region":       regionName,
	"text":         `.+`,
	"time":         `[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-][0-2][0-9]:?[0-5][0-9])`,
	"uuid":         `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
}

// ownPart is the stand-in of a part of a text that AWS wrote.
func (a *anonymizer) ownPart(name, s string) string {
	switch name {
	case "number", "region":
		return s
	case "hex":
		return a.once("hex "+s, func() string { return fmt.Sprintf("0%x", 9+a.count("hex")) })
	case "digits":
		return a.once("digits "+s, func() string { return strconv.Itoa(1_000_000_000 + a.count("digits")) })
	case "milliseconds":
		if n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64); err == nil {
			return strconv.FormatInt(a.time(time.UnixMilli(n)).UnixMilli(), 10)
		}
	case "time":
		if t, ok := ownTime(s); ok {
			return a.time(t).Format(timeText)
		}
	}
	return a.text(s, "Name")
}

// ownTime reads a time as AWS's consoles write it.
func ownTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700"} {
		if t, err := time.Parse(layout, strings.Replace(s, " ", "T", 1)); err == nil && t.Year() >= 2000 && t.Year() <= 2100 {
			return t, true
		}
	}
	return time.Time{}, false
}

// An ownForm is a text of AWS's with its parts in order.
type ownForm struct {
	text  *regexp.Regexp // a group for each part
	parts []string       // their names
}

var partName = regexp.MustCompile(`\{[a-z]+\}`)

var ownTextForms = sync.OnceValue(func() []ownForm {
	var out []ownForm
	for _, text := range ownTexts {
		var f ownForm
		quoted := partName.ReplaceAllStringFunc(text, func(name string) string { return "\x00" + name + "\x00" })
		words := strings.Split(quoted, "\x00")
		for i, w := range words {
			if i%2 == 0 {
				words[i] = regexp.QuoteMeta(w)
				continue
			}
			name := strings.Trim(w, "{}")
			f.parts, words[i] = append(f.parts, name), "("+ownParts[name]+")"
		}
		f.text = regexp.MustCompile(`^` + strings.Join(words, "") + `$`)
		out = append(out, f)
	}
	return out
})

// ownText is the stand-in of a text that AWS has written: the same words, with other parts.
func (a *anonymizer) ownText(s string) (string, bool) {
	if slices.Contains(stateReasons, s) {
		return s, true
	}
	for _, f := range ownTextForms() {
		m := f.text.FindStringSubmatchIndex(s)
		if m == nil {
			continue
		}
		var b strings.Builder
		end := 0
		for i, part := range f.parts {
			from, to := m[2*i+2], m[2*i+3]
			b.WriteString(s[end:from])
			b.WriteString(a.ownPart(part, s[from:to]))
			end = to
		}
		b.WriteString(s[end:])
		return b.String(), true
	}
	return "", false
}

// stemsOf finds the texts with which others in the values begin, up to a character that is no letter and no digit. Short ones are no names.
func stemsOf(values []reflect.Value) []string {
	found := map[string]bool{}
	for _, v := range values {
		texts(v, "", func(_, s string) { found[s] = true })
	}
	begun := map[string]bool{}
	for s := range found {
		for i, r := range s {
			if i >= minStem && !unicode.IsLetter(r) && !unicode.IsDigit(r) && found[s[:i]] {
				begun[s[:i]] = true
			}
		}
	}
	out := make([]string, 0, len(begun))
	for s := range begun {
		out = append(out, s)
	}
	slices.SortFunc(out, func(x, y string) int { return cmp.Or(cmp.Compare(len(y), len(x)), cmp.Compare(x, y)) })
	return out
}

const minStem = 3

// stem is the longest other text in the data with which a text begins; "" for none.
func (a *anonymizer) stem(s string) string {
	for _, stem := range a.stems {
		if rest, ok := strings.CutPrefix(s, stem); ok && rest != "" {
			if r, _ := utf8.DecodeRuneInString(rest); !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return stem
			}
		}
	}
	return ""
}
