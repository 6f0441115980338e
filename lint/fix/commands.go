package fix

import (
	"cmp"
	"slices"
	"strings"
)

// An operation is one of the AWS CLI's that a fix may use and that is no mere question. Whether it runs is decided by what could go wrong while
// nobody looks: it runs where it touches the one resource, can be taken back, and interrupts nothing.
type operation struct {
	service, name string
	options       []string // with these it runs; NAME=END is one whose values end so
	why           string   // why it does not run, or not with other options
	once          string   // the option with the resource that AWS takes only one such change of at a time; "" for most
}

// operations is the closed set of them. Keep sorted by service and name. What is not here does not run.
var operations = []operation{
	{service: "autoscaling", name: "terminate-instance-in-auto-scaling-group", why: "ends the machine"},
	{service: "cloudwatch", name: "put-metric-alarm", options: []string{"--alarm-description", "--alarm-name", "--comparison-operator", "--dimensions", "--evaluation-periods", "--metric-name",
		"--namespace", "--period", "--statistic", "--threshold", "--treat-missing-data"}},
	{service: "ec2", name: "attach-volume", why: "shows a machine a disk that a script on it may format or mount at once"},
	{service: "ec2", name: "authorize-security-group-egress", why: "lets connections out"},
	{service: "ec2", name: "authorize-security-group-ingress", why: "lets connections in"},
	{service: "ec2", name: "create-image", why: "restarts the machine if it runs"},
	{service: "ec2", name: "create-launch-template-version", why: "makes a version that later launches may use"},
	{service: "ec2", name: "create-snapshot", options: []string{"--description", "--volume-id"}},
	{service: "ec2", name: "create-snapshots", options: []string{"--copy-tags-from-source", "--description", "--instance-specification"}},
	{service: "ec2", name: "create-tags", options: []string{"--resources", "--tags"}, why: "changes more than tags"},
	{service: "ec2", name: "create-volume", why: "makes a volume that is billed until it is deleted; look at its size and zone first"},
	{service: "ec2", name: "delete-snapshot", why: "deletes the snapshot and its data"},
	{service: "ec2", name: "delete-volume", why: "deletes the volume and its data"},
	{service: "ec2", name: "deregister-image", why: "takes the image away from later launches"},
	{service: "ec2", name: "detach-volume", why: "takes the disk away from the machine, with what is not written yet"},
	{service: "ec2", name: "disable-ebs-encryption-by-default", why: "leaves all new volumes of the region without encryption"},
	{service: "ec2", name: "disable-fast-snapshot-restores", options: []string{"--availability-zones", "--source-snapshot-ids"}},
	{service: "ec2", name: "enable-ebs-encryption-by-default", why: "changes all later launches of the region; one whose role may not use the key fails"},
	{service: "ec2", name: "enable-fast-snapshot-restores", why: "is billed by the hour for each snapshot and zone, until it is turned off"},
	{service: "ec2", name: "enable-snapshot-block-public-access", why: "closes all public snapshots of the region, also those that are meant to be public"},
	{service: "ec2", name: "enable-volume-io", why: "lets reads and writes go on, on data that may be damaged"},
	{service: "ec2", name: "modify-instance-attribute", options: []string{"--block-device-mappings=,Ebs={DeleteOnTermination=false}", "--instance-id"},
		why: "changes more of the machine than that a volume outlives it"},
	{service: "ec2", name: "modify-instance-metadata-options", why: "ends programs that still use version 1 of the instance metadata"},
	{service: "ec2", name: "modify-instance-network-performance-options", why: "wants the machine stopped"},
	{service: "ec2", name: "modify-snapshot-attribute", options: []string{"--attribute=createVolumePermission", "--group-names", "--operation-type=remove", "--snapshot-id"},
		why: "gives others the data of the snapshot"},
	{service: "ec2", name: "modify-volume", options: []string{"--iops", "--throughput", "--volume-id", "--volume-type"}, why: "changes what cannot be taken back", once: "--volume-id"},
	{service: "ec2", name: "monitor-instances", options: []string{"--instance-ids"}},
	{service: "ec2", name: "reboot-instances", why: "restarts the machine"},
	{service: "ec2", name: "release-address", why: "gives the address back for good"},
	{service: "ec2", name: "replace-root-volume", why: "puts another root volume in place and restarts the machine"},
	{service: "ec2", name: "revoke-security-group-egress", why: "cuts connections that use the rule"},
	{service: "ec2", name: "revoke-security-group-ingress", why: "cuts connections that use the rule"},
	{service: "ec2", name: "run-instances", why: "starts machines that are billed"},
	{service: "ec2", name: "start-instances", why: "starts the machine"},
	{service: "ec2", name: "stop-instances", why: "stops the machine, and loses what is on its local disks"},
	{service: "ec2", name: "terminate-instances", why: "ends the machine for good, and deletes the volumes that go with it"},
	{service: "ec2", name: "unmonitor-instances", why: "stops metrics that alarms may use"},
}

// services are those whose questions run. Keep sorted.
var services = []string{"autoscaling", "cloudwatch", "ec2"}

// questions is how operations begin that change nothing.
var questions = []string{"describe-", "get-", "list-"}

// questionOptions are what a question may have. The CLI's other options send calls to another address, take another account or read files, and it takes
// options by their first letters too, so that these are listed and not those. Keep sorted.
var questionOptions = []string{"--attribute", "--availability-zones", "--dimensions", "--end-time", "--filters", "--group-ids", "--group-names", "--image-ids", "--instance-id", "--instance-ids",
	"--instance-types", "--launch-template-id", "--launch-template-ids", "--launch-template-name", "--metric-name", "--namespace", "--owner-ids", "--period", "--snapshot-id", "--snapshot-ids",
	"--start-time", "--statistics", "--versions", "--volume-id", "--volume-ids"}

// commonOptions are what every command may have; --region is judged by itself. Keep sorted.
var commonOptions = []string{"--output", "--query"}

// variableOptions are the ends of options whose values may be known only when the script runs. Others would let the CLI read a file whose name an
// answer of AWS's brings in. Keep sorted.
var variableOptions = []string{"--metric-name", "-id", "-ids", "-time"}

// A program is one that fixes call besides aws.
type program struct {
	name string
	why  string // why it does not run; "" where it does
	look bool   // it changes nothing, so that what comes after it may run
}

// programs is the closed set of them. Keep sorted. What is not here does not run, and neither does what comes after it.
var programs = []program{
	{name: "["},
	{name: "base64", why: "shows a boot script, which may hold secrets", look: true},
	{name: "date"},
	{name: "echo"},
	{name: "findmnt", why: "is for the machine itself, not for here", look: true},
	{name: "fio", why: "is for the machine itself, and reads the whole disk"},
	{name: "grep", why: "is for the machine itself, not for here", look: true},
	{name: "lsblk", why: "is for the machine itself, not for here", look: true},
	{name: "sudo", why: "is for the machine itself, as root"},
	{name: "test"},
	{name: "true"},
}

func operationNamed(service, name string) (operation, bool) {
	i, ok := slices.BinarySearchFunc(operations, operation{service: service, name: name}, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.name, b.name))
	})
	if !ok {
		return operation{}, false
	}
	return operations[i], true
}

func programNamed(name string) (program, bool) {
	i, ok := slices.BinarySearchFunc(programs, name, func(p program, name string) int { return cmp.Compare(p.name, name) })
	if !ok {
		return program{}, false
	}
	return programs[i], true
}

// isQuestion tells whether an operation changes nothing.
func isQuestion(service, name string) bool {
	return slices.Contains(services, service) && (name == "wait" && service == "ec2" ||
		slices.ContainsFunc(questions, func(q string) bool { return strings.HasPrefix(name, q) }))
}

// takes tells whether an option with a value is among those with which an operation runs.
func takes(options []string, name, value string) bool {
	return slices.ContainsFunc(options, func(o string) bool {
		option, end, _ := strings.Cut(o, "=")
		return option == name && strings.HasSuffix(value, end)
	})
}
